"""CBOR Web Tokens (RFC 8392) behind a COSE_Sign1: the claims that all kinds share (floor 3).

Reads what the signed bytes say of issuer, dates, audience and status, and nothing of what a kind of
token adds: that is its own module's business.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ..codec import cbor
from ..codec.cbor import Deviation
from ..codes import codec as codec_codes
from ..codes import hcert as codes
from ..errors import Rejection
from ..spec import MAX_MOMENT
from ..verdict import Finding
from .base import (
    Asserted,
    PartRole,
    SignedPart,
    StatusMechanism,
    StatusReference,
    is_address,
)
from .cbor_values import plain
from .cose import KID, RepeatedKid, Sign1, parse_sign1

MAX_DATE: Final = MAX_MOMENT
"""Ours: the last second of 9999, which issuers write for "never". In milliseconds that is 1978, so
a present date written in milliseconds is beyond it."""
MAX_NAME: Final = 1024
"""Ours: characters of `iss`; findings show it."""

Claims = dict[Any, Any]
"""CWT claims by label: integers and text, once ``present`` has looked at them."""

ISS, SUB, AUD, EXP, NBF, IAT, CTI, CNF = 1, 2, 3, 4, 5, 6, 7, 8
HCERT: Final = -260
IDENTITY: Final = 169
STATUS: Final = 65535
NAMES: Final[Mapping[int, str]] = MappingProxyType(
    {
        ISS: "iss", SUB: "sub", AUD: "aud", EXP: "exp", NBF: "nbf", IAT: "iat",
        CTI: "cti", CNF: "cnf", IDENTITY: "identity-data", HCERT: "hcert", STATUS: "status",
    }
)  # fmt: skip
CBOR_HEADS: Final = frozenset(
    (0x84, 0x98, 0x99, 0x9A, 0x9B, 0x9F, 0xD0, 0xD2, 0xD8, 0xD9, 0xDA, 0xDB)
)
"""First bytes of a COSE message: an array or a tag. All have the highest bit set, which the first
one of a zlib stream never has (RFC 1950, 2.2: CINFO is at most 7), so one byte tells the two apart.
"""


class Token(NamedTuple):
    """A token taken apart: the COSE message, its claims by label, and what was tolerated."""

    message: Sign1
    claims: Claims
    findings: tuple[Finding, ...]

    @property
    def part(self) -> SignedPart:
        message = self.message
        return SignedPart(
            PartRole.ISSUER,
            message.signed_bytes(),
            message.signature,
            message.algorithms,
            message.hint,
        )


def read_token(octets: bytes) -> Token:
    """Read a signed CWT. Raises ``Rejection``: `cose.*`, `cwt.*`, `cbor.*`, `crypto.algorithm_*`.

    NOTE: a `kid` in both headers is taken, and the protected one counts: states issued such codes.
    """
    message = parse_sign1(octets, repeated_kid=RepeatedKid.PROTECTED_COUNTS)
    payload = message.payload
    claims, end, deviations = cbor.decode(payload)
    if end != len(payload):
        raise Rejection(codec_codes.CBOR_TRAILING, where=f"byte {end} of the payload")
    if type(claims) is not dict:
        raise Rejection(codes.CWT_NOT_A_MAP)
    for label in claims:
        if type(label) is not int:
            _check_text_label(label)
    return Token(message, claims, _findings(message, claims, message.deviations | deviations))


def _check_text_label(label: object) -> None:
    """Text labels are private (RFC 8392, 9.1.1); none may look like a registered claim."""
    if type(label) is not str:
        raise Rejection(codes.CWT_CLAIM_LABEL)
    if label in NAMES.values() or label.lstrip("-").isdigit():
        raise Rejection(codes.CWT_CLAIM_NAME)


def asserted(claims: Claims, types: tuple[str, ...]) -> Asserted:
    issuer = territory = None
    if ISS in claims:
        issuer = claims[ISS]
        if type(issuer) is not str or not 0 < len(issuer) <= MAX_NAME or not issuer.isprintable():
            raise Rejection(codes.CWT_ISSUER, expected=MAX_NAME)
        if len(issuer) == 2 and issuer.isascii() and issuer.isalpha() and issuer.isupper():
            issuer, territory = None, issuer
    return Asserted(
        issuer,
        territory,
        _date(claims, NBF, math.ceil),
        _date(claims, EXP, math.floor),
        _date(claims, IAT, math.ceil),
        types,
        (),
        _audience(claims[AUD]) if AUD in claims else (),
        cwt_status(claims[STATUS]) if STATUS in claims else (),
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
    raise Rejection(codes.CWT_DATE, expected=MAX_DATE, actual=NAMES[label])


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
    fractions = tuple(NAMES[label] for label in (EXP, NBF, IAT) if type(claims.get(label)) is float)
    if fractions:
        findings.append(Finding(codes.CWT_DATE_FRACTION, "integers", fractions))
    return tuple(findings)


def revealer(
    payload: bytes, contents: Callable[[int, Any], Any] = lambda _, value: value
) -> Callable[[], Mapping[str, Any]]:
    """Claims by name, decoded afresh from the signed bytes; ``contents`` may unwrap a claim.

    Never refuses: ``read_token`` has read the same bytes. Bytes are kept and no tree, since a tree
    weighs three times as much.
    """

    def reveal() -> Mapping[str, Any]:
        named = {}
        for label, value in cbor.loads(payload).items():
            name = label if type(label) is str else NAMES.get(label, str(label))
            named[name] = plain(contents(label, value))
        return named

    return reveal
