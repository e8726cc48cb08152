"""HCERT: `HC1:`, base45, zlib, COSE_Sign1, CWT (floor 3).

The QR certificate of Commission Implementing Decision (EU) 2021/1073, annex I, which Singapore and
other states outside the EU issue too. Parse only: the bytes say what they claim, nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Collection, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from ..codec import base45, cbor
from ..codec.cbor import Deviation
from ..codec.deflate import inflate
from ..codes import codec as codec_codes
from ..codes import hcert as codes
from ..errors import Rejection
from ..request import Profile, Request
from ..spec import MAX_MOMENT
from ..verdict import Finding
from .base import (
    Asserted,
    PartRole,
    Presented,
    SignedPart,
    StatusMechanism,
    StatusReference,
    is_address,
)
from .cbor_values import plain
from .cose import KID, RepeatedKid, Sign1, parse_sign1

NAME: Final = "hcert"
CONTEXT: Final = b"HC1:"

MAX_TEXT: Final = 4296
"""Characters: the most a QR code holds in alphanumeric mode (ISO/IEC 18004, table 7, 40-L)."""
MAX_INFLATED_BYTES: Final = 1 << 16
"""Ours: no standard sets one; the largest CWT in the public corpora is under 1 KiB."""
MAX_DATE: Final = MAX_MOMENT
"""Ours: the last second of 9999, which issuers write for "never". In milliseconds that is 1978, so
a present date written in milliseconds is beyond it."""
MAX_NAME: Final = 1024
"""Ours: characters of `iss`; findings show it."""

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

Claims = dict[Any, Any]
"""CWT claims by label: integers and text, once ``present`` has looked at them."""

_ISS, _SUB, _AUD, _EXP, _NBF, _IAT, _CTI, _CNF = 1, 2, 3, 4, 5, 6, 7, 8
_HCERT: Final = -260
_STATUS: Final = 65535
_EU_DCC_V1: Final = 1
_NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {
        _ISS: "iss", _SUB: "sub", _AUD: "aud", _EXP: "exp", _NBF: "nbf", _IAT: "iat",
        _CTI: "cti", _CNF: "cnf", _HCERT: "hcert", _STATUS: "status",
    }
)  # fmt: skip
_GROUPS: Final = ("v", "t", "r")
_CBOR_HEADS: Final = frozenset((0x84, 0x98, 0x99, 0x9A, 0x9B, 0x9F, 0xD2, 0xD8, 0xD9, 0xDA, 0xDB))
"""First bytes of a COSE_Sign1: an array or a tag. All have the highest bit set, which the first one
of a zlib stream never has (RFC 1950, 2.2: CINFO is at most 7), so one byte tells the two apart."""


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
    message = parse_sign1(cwt, repeated_kid=RepeatedKid.PROTECTED_COUNTS)
    payload = message.payload
    claims, end, deviations = cbor.decode(payload)
    if end != len(payload):
        raise Rejection(codec_codes.CBOR_TRAILING, where=f"byte {end} of the payload")
    if type(claims) is not dict:
        raise Rejection(codes.CWT_NOT_A_MAP)
    for label in claims:
        if type(label) is not int:
            _check_text_label(label)
    return Presented(
        NAME,
        digest,
        SignedPart(
            PartRole.ISSUER,
            message.signed_bytes(),
            message.signature,
            message.algorithms,
            message.hint,
        ),
        _asserted(claims, _types(claims)),
        _revealer(payload),
        holder_key_bound=_CNF in claims,
        reveal_judges=False,
        findings=_findings(message, claims, message.deviations | deviations),
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
    if packed[:1] and packed[0] in _CBOR_HEADS:
        if Profile.HCERT_UNCOMPRESSED not in request.profiles:
            raise Rejection(codes.HCERT_NOT_COMPRESSED, expected=Profile.HCERT_UNCOMPRESSED.value)
        return packed
    return inflate(packed, max_output=MAX_INFLATED_BYTES)


# --- claims ------------------------------------------------------------------------------------
def _check_text_label(label: object) -> None:
    """Text labels are private (RFC 8392, 9.1.1); none may look like a registered claim."""
    if type(label) is not str:
        raise Rejection(codes.CWT_CLAIM_LABEL)
    if label in _NAMES.values() or label.lstrip("-").isdigit():
        raise Rejection(codes.CWT_CLAIM_NAME)


def _asserted(claims: Claims, types: tuple[str, ...]) -> Asserted:
    issuer = territory = None
    if _ISS in claims:
        issuer = claims[_ISS]
        if type(issuer) is not str or not 0 < len(issuer) <= MAX_NAME or not issuer.isprintable():
            raise Rejection(codes.CWT_ISSUER, expected=MAX_NAME)
        if len(issuer) == 2 and issuer.isascii() and issuer.isalpha() and issuer.isupper():
            issuer, territory = None, issuer
    return Asserted(
        issuer,
        territory,
        _date(claims, _NBF, math.ceil),
        _date(claims, _EXP, math.floor),
        _date(claims, _IAT, math.ceil),
        types,
        None,
        _audience(claims[_AUD]) if _AUD in claims else (),
        cwt_status(claims[_STATUS]) if _STATUS in claims else (),
    )


def _date(claims: Claims, label: int, narrow: Callable[[float], int]) -> int | None:
    """A CBOR numeric date without its tag (RFC 8392, 2), in whole seconds.

    NOTE: annex I wants integers, yet states issued floating-point dates; those are rounded towards
    the shorter validity. NaN and infinities fail the comparison like every date out of range.
    """
    value = claims.get(label)
    if type(value) is int:
        if 0 <= value <= MAX_DATE:
            return value
    elif type(value) is float:
        if 0 <= value <= MAX_DATE:
            return narrow(value)
    elif value is None and label not in claims:
        return None
    raise Rejection(codes.CWT_DATE, expected=MAX_DATE, actual=_NAMES[label])


def _audience(value: object) -> tuple[str, ...]:
    if type(value) is str and value:
        return (value,)
    if type(value) is list and value and all(type(item) is str and item for item in value):
        return tuple(value)
    raise Rejection(codes.CWT_AUDIENCE)


def cwt_status(value: object) -> tuple[StatusReference, ...]:
    """A token status list; any other mechanism is refused, since ignoring it would pass."""
    if type(value) is dict and tuple(value) == ("status_list",):
        reference = value["status_list"]
        if type(reference) is dict:
            index, uri = reference.get("idx"), reference.get("uri")
            if type(index) is int and index >= 0 and is_address(uri):
                return (StatusReference(StatusMechanism.TOKEN_STATUS_LIST, uri, index),)
    raise Rejection(codes.CWT_STATUS)


def _types(claims: Claims) -> tuple[str, ...]:
    """Which one of vaccination, test and recovery it is. A null or empty group is none."""
    container = claims.get(_HCERT)
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


def _findings(
    message: Sign1, claims: Claims, deviations: frozenset[Deviation]
) -> tuple[Finding, ...]:
    """What was tolerated. Empty for what a careful issuer makes."""
    findings = []
    if message.unprotected and KID in message.unprotected and KID in message.protected_map:
        same = message.unprotected[KID] == message.protected_map[KID]
        findings.append(Finding(codes.COSE_KID_TWICE if same else codes.COSE_KID_DISAGREES))
    if deviations:
        names = tuple(sorted(deviation.value for deviation in deviations))
        findings.append(Finding(codes.CBOR_TOLERATED, None, names))
    fractions = tuple(
        _NAMES[label] for label in (_EXP, _NBF, _IAT) if type(claims.get(label)) is float
    )
    if fractions:
        findings.append(Finding(codes.CWT_DATE_FRACTION, "integers", fractions))
    return tuple(findings)


# --- reveal ------------------------------------------------------------------------------------
def _revealer(payload: bytes) -> Callable[[], Mapping[str, Any]]:
    """Claims by name, decoded afresh from the signed bytes. Never refuses: ``present`` has read the
    same bytes. Bytes are kept and no tree, since a tree weighs three times as much."""

    def reveal() -> Mapping[str, Any]:
        named = {}
        for label, value in cbor.loads(payload).items():
            name = label if type(label) is str else _NAMES.get(label, str(label))
            named[name] = plain(value[_EU_DCC_V1] if label == _HCERT else value)
        return named

    return reveal


__all__ = [
    "ANY_EXTENDED_KEY_USAGE",
    "CONTEXT",
    "KEY_USAGE",
    "MAX_INFLATED_BYTES",
    "MAX_TEXT",
    "NAME",
    "check_key_usage",
    "cwt_status",
    "detect",
    "parse",
    "permitted_types",
    "present",
]
