"""HCERT: `HC1:`, base45, zlib, COSE_Sign1, CWT (floor 3).

The QR certificate of Commission Implementing Decision (EU) 2021/1073, annex I, which Singapore and
other states outside the EU issue too. Parse only: the bytes say what they claim, nothing more.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from ..codec import base45
from ..codec.deflate import inflate
from ..codes import hcert as codes
from ..errors import Rejection
from ..request import Profile, Request
from ..verdict import Finding
from .base import Presented
from .cwt import CBOR_HEADS, CNF, HCERT, MAX_DATE, Claims, asserted, read_token, revealer

NAME: Final = "hcert"
FIRST_OCTETS: Final = b"H"
CONTEXT: Final = b"HC1:"

MAX_TEXT: Final = 4296
"""Characters: the most a QR code holds in alphanumeric mode (ISO/IEC 18004, table 7, 40-L)."""
MAX_INFLATED_BYTES: Final = 1 << 16
"""Ours: no standard sets one; the largest CWT in the public corpora is under 1 KiB."""
KEY_USAGE: Final[Mapping[str, str]] = MappingProxyType(
    {
        f"1.3.6.1.4.1.{arc}1847.2021.1.{number}": f"hcert:{group}"
        for arc in ("", "0.")
        for number, group in ((1, "t"), (2, "v"), (3, "r"))
    }
)
"""Extended key usages of document signers to the credential type each may sign (Decision (EU)
2021/1073, annex IV). Two spellings are in use, with and without an arc 0 after the enterprise arc.
"""

ANY_EXTENDED_KEY_USAGE: Final = "2.5.29.37.0"

_EU_DCC_V1: Final = 1
_GROUPS: Final = ("v", "t", "r")


def detect(data: bytes) -> bool:
    """`HC`, a digit, a colon: other versions than 1 get a reason of their own. Never raises."""
    return data[:2] == b"HC" and data[3:4] == b":" and data[2:3].isdigit()


def parse(data: bytes, request: Request) -> Presented:
    """Read the text of a QR code. Raises ``Rejection``.

    Codes: `hcert.*`, `cose.*`, `cwt.*`, and those of base45, zlib, CBOR and `crypto.algorithm_*`.
    """
    return present(_unwrap(data, request), sha256(data).digest())


def present(cwt: bytes, digest: bytes) -> Presented:
    """The same from the CWT itself, as NFC carries it (annex I, 5.1). ``digest``: of the input."""
    token = read_token(cwt)
    claims = token.claims
    return Presented(
        NAME,
        digest,
        token.part,
        asserted(claims, _types(claims)),
        revealer(token.message.payload, _contents),
        holder_key_bound=CNF in claims,
        reveal_judges=False,
        findings=token.findings,
        key_usage=check_key_usage,
    )


def permitted_types(extended_key_usage: Collection[str]) -> frozenset[str] | None:
    """Credential types that a certificate's extended key usages (dotted OIDs) leave to its key.

    ``None`` where nothing is bound: no extension, or anyExtendedKeyUsage. Usages that are all of
    another kind leave nothing (RFC 5280, 4.2.1.12; annex IV frees only a certificate without any).
    """
    if not extended_key_usage or ANY_EXTENDED_KEY_USAGE in extended_key_usage:
        return None
    return frozenset(KEY_USAGE[oid] for oid in extended_key_usage if oid in KEY_USAGE)


def check_key_usage(extended_key_usage: Collection[str], types: tuple[str, ...]) -> Finding | None:
    """May a listed certificate's key sign these credential types? ``None``: it binds none."""
    permitted = permitted_types(extended_key_usage)
    if permitted is None:
        return None
    fits = bool(types) and permitted.issuperset(types)
    code = codes.KEY_USAGE_FITS if fits else codes.KEY_USAGE_UNFIT
    return Finding(code, tuple(sorted(permitted)), types)


# --- transport ---------------------------------------------------------------------------------
def _unwrap(data: bytes, request: Request) -> bytes:
    if data[:4] != CONTEXT:
        if detect(data):
            raise Rejection(codes.HCERT_CONTEXT, expected="HC1:", actual=data[:4].decode("ascii"))
        raise Rejection(codes.HCERT_PREFIX, expected="HC1:")
    if len(data) > MAX_TEXT:
        raise Rejection(codes.HCERT_TOO_LONG, expected=MAX_TEXT, actual=len(data))
    packed = base45.decode(data[4:])
    if packed[:1] and packed[0] in CBOR_HEADS:
        if Profile.HCERT_UNCOMPRESSED not in request.profiles:
            raise Rejection(codes.HCERT_NOT_COMPRESSED, expected=Profile.HCERT_UNCOMPRESSED.value)
        return packed
    return inflate(packed, max_output=MAX_INFLATED_BYTES)


# --- claims ------------------------------------------------------------------------------------
def _types(claims: Claims) -> tuple[str, ...]:
    """Which one of vaccination, test and recovery it is. A null or empty group is none."""
    container = claims.get(HCERT)
    if type(container) is not dict or len(container) != 1 or _EU_DCC_V1 not in container:
        raise Rejection(codes.HCERT_CLAIM, expected="a map with the one key 1")
    certificate = container[_EU_DCC_V1]
    if type(certificate) is not dict:
        raise Rejection(codes.HCERT_CLAIM, expected="a map at key 1")
    found = []
    for group in _GROUPS:
        entries = certificate.get(group)
        if entries is None:
            continue
        if type(entries) is not list or not all(type(entry) is dict for entry in entries):
            raise Rejection(codes.HCERT_CLAIM, expected=f"a list of maps as `{group}`")
        if entries:
            found.append(group)
    if len(found) != 1:
        raise Rejection(codes.HCERT_GROUP, expected=_GROUPS, actual=tuple(found))
    return (f"hcert:{found[0]}",)


def _contents(label: int, value: Any) -> Any:
    return value[_EU_DCC_V1] if label == HCERT else value


__all__ = [
    "ANY_EXTENDED_KEY_USAGE",
    "CONTEXT",
    "FIRST_OCTETS",
    "KEY_USAGE",
    "MAX_DATE",
    "MAX_INFLATED_BYTES",
    "MAX_TEXT",
    "NAME",
    "check_key_usage",
    "detect",
    "parse",
    "permitted_types",
    "present",
]
