"""What `etsiU` of a JAdES signature carries (ETSI TS 119 182-1, 5.3; floor 3).

Anybody can add to it or take from it, so nothing here is believed and nothing here can fail a
signature: what cannot be read is left out and named.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import base64url
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .jades_header import header_fault, read_object, tokens_in

MAX_COMPONENTS: Final = 64
"""Ours: elements of `etsiU`, and values in one, that are read."""


class Added(NamedTuple):
    """Time-stamps over the signature's value, validation data, and names of what is not judged."""

    tokens: tuple[bytes, ...]
    certificates: tuple[bytes, ...]
    items: tuple[Item, ...]
    unevaluated: tuple[str, ...]


NOTHING_ADDED: Final = Added((), (), (), ())


def read_added(value: object) -> Added:
    """Components as base64url strings or as objects, one kind throughout. Never raises."""
    reader = _Reader()
    if type(value) is not list or len({type(each) for each in value}) > 1:
        return Added((), (), (), ("etsiU",))
    for component in value[:MAX_COMPONENTS]:
        try:
            held = component
            if type(held) is str:
                held = read_object(base64url.decode(held))
            if type(held) is not dict or len(held) != 1:
                raise header_fault("etsiU", "components of one member")
        except Rejection:
            reader.unread.append("a component of etsiU")
            continue
        ((name, inside),) = held.items()
        reader.take(name, inside)
    if len(value) > MAX_COMPONENTS:
        reader.unread.append(f"{len(value) - MAX_COMPONENTS} further components of etsiU")
    return Added(
        tuple(reader.tokens),
        tuple(reader.certificates),
        tuple(reader.items),
        tuple(dict.fromkeys(reader.unread)),
    )


class _Reader:
    __slots__ = ("certificates", "items", "tokens", "unread")

    def __init__(self) -> None:
        self.tokens: list[bytes] = []
        self.certificates: list[bytes] = []
        self.items: list[Item] = []
        self.unread: list[str] = []

    def take(self, name: str, inside: Any) -> None:
        read = {
            "sigTst": self._stamps,
            "xVals": self._certificates,
            "rVals": self._revocations,
            "tstVD": self._both,
            "anyValData": self._both,
        }.get(name)
        if read is None:
            # arcTst, cSig, references, attribute certificates, and whatever comes later.
            self.unread.append(shown(name))
            return
        try:
            read(inside)
        except Rejection:
            self.unread.append(shown(name))

    def _stamps(self, inside: Any) -> None:
        self.tokens += tokens_in(inside, "sigTst")

    def _certificates(self, inside: Any) -> None:
        """`xVals`: other kinds than X.509 are named."""
        for each in _listed(inside):
            if type(each) is dict and "x509Cert" in each:
                self.certificates.append(_value(each["x509Cert"]))
            else:
                self.unread.append("xVals other than x509Cert")

    def _revocations(self, inside: Any) -> None:
        """CRLs and OCSP responses of `rVals`; other values are named."""
        if type(inside) is not dict:
            raise header_fault("rVals", "an object")
        for name, held in inside.items():
            kind = {"crlVals": EvidenceKind.CRL, "ocspVals": EvidenceKind.OCSP}.get(name)
            if kind is None:
                self.unread.append(f"rVals {shown(name)}")
                continue
            self.items += [Item(kind, _value(each)) for each in _listed(held)]

    def _both(self, inside: Any) -> None:
        """Validation data of time-stamps and of anything else: the same two, side by side."""
        if type(inside) is not dict:
            raise header_fault("tstVD", "an object")
        for name, held in inside.items():
            if name in ("xVals", "rVals"):
                self.take(name, held)
            else:
                self.unread.append(shown(name))


def _listed(value: Any) -> list[Any]:
    if type(value) is not list or len(value) > MAX_COMPONENTS:
        raise header_fault("etsiU", "arrays of values")
    return value


def _value(value: Any) -> bytes:
    """A pkiOb: DER in base64. NOTE: other encodings than DER are not read."""
    text = value.get("val") if type(value) is dict else None
    if type(text) is not str or not text:
        raise header_fault("etsiU", "values in base64")
    return base64url.decode_standard(text)
