"""The companion of a regional list: signatures of further signers, beside the list (floor 5).

The list itself stays one compact JWS that every reader understands. A further signature is over the
list's JWS signing input, not over its payload alone, so that whoever relays a list cannot put one
of its signatures in the place of another and so make two lists of one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..codec import json as strict_json
from ..codes import succession as codes
from ..crypto import AlgorithmPolicy
from ..errors import Rejection
from ..x509.certificate import UntrustedCertificate
from . import reading
from .envelope import Content, open_envelope

MAX_COMPANION_BYTES: Final = 16 << 20
"""Ours: 64 successions, each with two lists of 64 KiB, in base64."""
MAX_SIGNATURES: Final = 32
MAX_SUCCESSIONS: Final = 64
MAX_PIVOTS: Final = 32
"""Ours: the EU's list of lists had six between two publications of its signers."""
VERSION: Final = 1
_MAX_DEPTH: Final = 8

_PART: Final = re.compile(r"[A-Za-z0-9_-]+")
_COMPACT: Final = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_COMPANION: Final = frozenset({"version", "signatures"})
_COMPANION_OPTIONAL: Final = frozenset({"follows", "pivots", "successions"})
_SIGNATURE: Final = frozenset({"protected", "signature"})
_SIGNED: Final = frozenset({"list", "signatures"})
_FOLLOWS: Final = frozenset({"follows"})


class Sibling(NamedTuple):
    """One further signature: two parts of a JWS whose payload is detached (RFC 7515, F)."""

    protected: str
    signature: str


class SignedList(NamedTuple):
    """A compact list and the further signatures over it."""

    data: bytes
    siblings: tuple[Sibling, ...]


class SuccessionStep(NamedTuple):
    """A list in which signers hand over, and the list before it where it is shown."""

    signed: SignedList
    follows: SignedList | None = None


class Companion(NamedTuple):
    """``siblings`` are over the list beside which it stands, and ``follows`` is the list before
    that one, shown where it hands over; ``steps`` are the successions of the past. ``pivots`` are
    those of a list of lists in XML, which a reader keeps in the same place."""

    siblings: tuple[Sibling, ...] = ()
    steps: tuple[SuccessionStep, ...] = ()
    follows: SignedList | None = None
    pivots: tuple[bytes, ...] = ()


ALONE: Final = Companion()
"""A list beside which nothing stands."""


def read_companion(data: bytes | None) -> Companion:
    """The companion's parts, for form only. Raises ``Rejection`` (`list.companion`)."""
    if data is None:
        return ALONE
    try:
        document = strict_json.loads_object(
            data, max_depth=_MAX_DEPTH, max_bytes=MAX_COMPANION_BYTES
        )
        whole = reading.members(document, "companion", _COMPANION, _COMPANION_OPTIONAL)
        reading.integer(whole["version"], "version", VERSION, VERSION)
        steps = reading.each(
            whole.get("successions", []), "successions", _step, least=0, most=MAX_SUCCESSIONS
        )
        siblings = _siblings(whole["signatures"], "signatures")
        pivots = reading.each(whole.get("pivots", []), "pivots", _pivot, least=0, most=MAX_PIVOTS)
        return Companion(siblings, steps, _follows(whole, "companion"), pivots)
    except Rejection as refusal:
        place = f" at {refusal.where}" if refusal.where else ""
        raise Rejection(codes.COMPANION, actual=f"{refusal.code.id}{place}") from None


def write_companion(companion: Companion) -> bytes:
    """The document that ``read_companion`` reads (schema `list-companion.v1`)."""
    whole: dict[str, Any] = {"version": VERSION, "signatures": _written(companion.siblings)}
    whole |= _follows_shape(companion.follows)
    if companion.pivots:
        whole["pivots"] = [base64url.encode_standard(data) for data in companion.pivots]
    if companion.steps:
        whole["successions"] = [
            {**_signed_shape(step.signed), **_follows_shape(step.follows)}
            for step in companion.steps
        ]
    return strict_json.compact(whole)


def _signed_shape(signed: SignedList) -> dict[str, Any]:
    return {"list": signed.data.decode("ascii"), "signatures": _written(signed.siblings)}


def _follows_shape(follows: SignedList | None) -> dict[str, Any]:
    return {} if follows is None else {"follows": _signed_shape(follows)}


def _written(siblings: Iterable[Sibling]) -> list[dict[str, str]]:
    return [sibling._asdict() for sibling in siblings]


def _pivot(value: Any, where: str) -> bytes:
    if type(value) is not str:
        raise reading.value_fault(where, "base64 of a list")
    return base64url.decode_standard(value)


def _siblings(value: Any, where: str) -> tuple[Sibling, ...]:
    return reading.each(value, where, _sibling, least=0, most=MAX_SIGNATURES)


def _sibling(value: Any, where: str) -> Sibling:
    entry = reading.members(value, where, _SIGNATURE)
    return Sibling(
        _part(entry["protected"], f"{where}.protected", 1 << 16),
        _part(entry["signature"], f"{where}.signature", 4096),
    )


def _part(value: Any, where: str, most: int) -> str:
    if type(value) is not str or len(value) > most or _PART.fullmatch(value) is None:
        raise reading.value_fault(where, "a part of a JWS")
    return value


def _step(value: Any, where: str) -> SuccessionStep:
    entry = reading.members(value, where, _SIGNED, _FOLLOWS)
    return SuccessionStep(_signed(entry, where), _follows(entry, where))


def _follows(entry: dict[str, Any], where: str) -> SignedList | None:
    if "follows" not in entry:
        return None
    path = f"{where}.follows"
    return _signed(reading.members(entry["follows"], path, _SIGNED), path)


def _signed(entry: dict[str, Any], where: str) -> SignedList:
    text = entry["list"]
    if type(text) is not str or _COMPACT.fullmatch(text) is None:
        raise reading.value_fault(f"{where}.list", "a compact JWS")
    return SignedList(text.encode(), _siblings(entry["signatures"], f"{where}.signatures"))


# --- signatures ----------------------------------------------------------------------------------
def cosigners(
    signed: SignedList,
    signers: Sequence[bytes],
    *,
    now: int,
    skew: int,
    algorithms: AlgorithmPolicy,
    max_bytes: int,
) -> tuple[UntrustedCertificate, ...]:
    """Those of ``signers`` (DER) whose further signature over the list verifies, each key once.

    A signature that does not count takes none away that does: whoever relays a companion could
    otherwise spoil a good one. The certificate is held to what a list signer's must be (TS 119 612,
    5.7.1), except for its organisation: the list's own signature says who the operator is.
    """
    message = base64url.encode(signed.data.rpartition(b".")[0])
    found: dict[bytes, UntrustedCertificate] = {}
    for sibling in signed.siblings:
        try:
            opened = open_envelope(
                f"{sibling.protected}.{message}.{sibling.signature}".encode(),
                signers,
                now=now,
                skew=skew,
                algorithms=algorithms,
                max_bytes=2 * max_bytes,
                content=Content.SIGNING_INPUT,
            )
        except Rejection:
            continue
        found.setdefault(opened.certificate.key.thumbprint, opened.certificate)
    return tuple(found.values())
