"""Status lists as received, read strictly (floor 3): Token Status List as JWT and as CWT.

A status list is a signed object of its own. Parse only: nothing here verifies a signature, knows
who may publish a status, or inflates what nobody has signed. Clauses are those of
draft-ietf-oauth-status-list-21; the W3C form is in ``status_list_w3c``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import base64url, cbor
from ..codec.deflate import gunzip, inflate
from ..codec.json import loads_object
from ..codes import status as codes
from ..errors import Rejection
from ..spec import MAX_MOMENT, MAX_STATUS_LIST_BYTES, MAX_STATUS_TOKEN_BYTES
from . import jose
from .base import PartRole, SignedPart, StatusMechanism, is_address
from .cose import TYP, parse_sign1

JWT: Final = "statuslist+jwt"
CWT: Final = "statuslist+cwt"
BITSTRING: Final = "bitstring-status-list"
"""Names of the forms, as a list may bound a service to them (`DefaFormats`)."""

_CWT_TYPE: Final = "application/statuslist+cwt"
_BITS: Final = frozenset((1, 2, 4, 8))
_SIGN1_TAG: Final = 0xD2
"""First octet of a COSE_Sign1_Tagged: 5.2 demands this tag and forbids the CWT tag around it."""
_SUB, _EXP, _NBF, _IAT, _AUD, _ISS = 2, 4, 5, 6, 3, 1
_STATUS_LIST, _TTL = 65533, 65534
_CLAIMS: Final[Mapping[int, str]] = {
    _ISS: "iss", _SUB: "sub", _EXP: "exp", _NBF: "nbf", _IAT: "iat", _AUD: "aud",
    _STATUS_LIST: "status_list", _TTL: "ttl",
}  # fmt: skip


class StatusListToken(NamedTuple):
    """What a status list says of itself; unauthenticated until ``part`` verifies.

    Times are Unix seconds, ``ttl`` seconds. ``bits`` is the width of an entry; in the W3C form the
    reference tells, and ``None`` says that the list does not. ``packed`` is compressed;
    ``statuses()`` inflates it.
    """

    form: str
    mechanism: StatusMechanism
    part: SignedPart
    subject: str | None
    issuer: str | None
    issued_at: int
    not_before: int
    expires: int | None
    ttl: int | None
    bits: int | None
    packed: bytes
    purposes: tuple[str, ...] = ()
    aggregation: str | None = None
    """Where the issuer lists its other status lists (9.2); a hint for prefetching, no more."""


def parse(octets: bytes, form: str) -> StatusListToken:
    """Read a status list of one ``form`` (``JWT`` or ``CWT``).

    Raises ``Rejection``: `status.list_too_large`, `status.list_type` where it is something else
    than was asked for, and `status.list_malformed` with the code of the fault as `actual`.
    """
    if len(octets) > MAX_STATUS_TOKEN_BYTES:
        raise Rejection(codes.LIST_TOO_LARGE, expected=MAX_STATUS_TOKEN_BYTES, actual=len(octets))
    try:
        return _read_cwt(octets) if form == CWT else _read_jwt(octets.strip(b"\r\n\t "))
    except Rejection as refusal:
        raise as_malformed(refusal) from None


def form_of(octets: bytes) -> str:
    """``CWT`` for what begins like a tagged COSE message, ``JWT`` for all else; never raises."""
    return CWT if octets[:1] and octets[0] >= 0x80 else JWT


def as_malformed(refusal: Rejection) -> Rejection:
    """A fault of the list's form: the credential is not at fault, so its codes are not used."""
    if refusal.code in _OWN:
        return refusal
    place = f"{refusal.code.id} at {refusal.where}" if refusal.where else refusal.code.id
    return Rejection(codes.LIST_MALFORMED, where=refusal.where, actual=place)


_OWN: Final = frozenset({codes.LIST_TOO_LARGE, codes.LIST_TYPE, codes.LIST_MALFORMED})


def wrong_type(expected: str, actual: object) -> Rejection:
    return Rejection(codes.LIST_TYPE, where="typ", expected=expected, actual=shown(actual))


def malformed(what: str) -> Rejection:
    return Rejection(codes.LIST_MALFORMED, where=what, actual=what)


# --- JWT -----------------------------------------------------------------------------------------
def _read_jwt(octets: bytes) -> StatusListToken:
    """5.1. ``typ`` first: a credential in place of a list is to be called that."""
    jws = jose.parse_compact(octets)
    typ = jose.media_type(jws.header)
    if typ != JWT:
        raise wrong_type(f"`{JWT}`", typ)
    claims = loads_object(jws.payload, max_bytes=MAX_STATUS_TOKEN_BYTES)
    if "aud" in claims:
        # RFC 7519, 4.1.3: whoever is not named refuses it, and nobody here has a name.
        raise malformed("aud")
    lst = claims.get("status_list")
    if type(lst) is not dict:
        raise malformed("status_list")
    text = lst.get("lst")
    if type(text) is not str:
        raise malformed("status_list.lst")
    issued_at = jose.numeric_date(claims, "iat")
    if issued_at is None:
        raise malformed("iat")
    return StatusListToken(
        JWT,
        StatusMechanism.TOKEN_STATUS_LIST,
        SignedPart(PartRole.ISSUER, jws.signing_input, jws.signature, jws.algorithms, jws.hint),
        _subject(claims.get("sub")),
        jose.text_claim(claims, "iss"),
        issued_at,
        _later(issued_at, jose.numeric_date(claims, "nbf")),
        jose.numeric_date(claims, "exp"),
        time_to_live(claims["ttl"]) if "ttl" in claims else None,
        _bits(lst.get("bits")),
        base64url.decode(text),
        aggregation=_aggregation(lst),
    )


# --- CWT -----------------------------------------------------------------------------------------
def _read_cwt(octets: bytes) -> StatusListToken:
    """5.2. The type stands in the protected header, where the signature covers it."""
    if octets[:1] != bytes((_SIGN1_TAG,)):
        raise malformed("COSE tag 18")
    message = parse_sign1(octets, max_bytes=MAX_STATUS_TOKEN_BYTES)
    typ = message.protected_map.get(TYP)
    if type(typ) is not str or typ.lower() != _CWT_TYPE or not typ.isascii():
        raise wrong_type(f"`{_CWT_TYPE}`", typ if type(typ) is str else None)
    claims = cbor.loads(message.payload, max_bytes=MAX_STATUS_TOKEN_BYTES)
    if type(claims) is not dict:
        raise malformed("claims")
    if _AUD in claims:
        raise malformed("aud")
    lst = claims.get(_STATUS_LIST)
    if type(lst) is not dict:
        raise malformed("status_list")
    packed = lst.get("lst")
    if type(packed) is not bytes:
        raise malformed("status_list.lst")
    issued_at = _cwt_date(claims, _IAT)
    if issued_at is None:
        raise malformed("iat")
    issuer = claims.get(_ISS)
    if _ISS in claims and (type(issuer) is not str or not issuer):
        raise malformed("iss")
    return StatusListToken(
        CWT,
        StatusMechanism.TOKEN_STATUS_LIST,
        SignedPart(
            PartRole.ISSUER,
            message.signed_bytes(),
            message.signature,
            message.algorithms,
            message.hint,
        ),
        _subject(claims.get(_SUB)),
        issuer,
        issued_at,
        _later(issued_at, _cwt_date(claims, _NBF)),
        _cwt_date(claims, _EXP),
        time_to_live(claims[_TTL]) if _TTL in claims else None,
        _bits(lst.get("bits")),
        packed,
        aggregation=_aggregation(lst),
    )


def _cwt_date(claims: Mapping[Any, Any], label: int) -> int | None:
    """Whole seconds only, as in the JWT form: every reader is to see the same moment."""
    value = claims.get(label)
    if value is None and label not in claims:
        return None
    if type(value) is not int or not 0 <= value <= MAX_MOMENT:
        raise malformed(_CLAIMS[label])
    return value


# --- members of both -----------------------------------------------------------------------------
def _subject(value: object) -> str:
    if not is_address(value):
        raise malformed("sub")
    return value


def _bits(value: object) -> int:
    if type(value) is not int or value not in _BITS:
        raise malformed("status_list.bits")
    return value


def time_to_live(value: object) -> int:
    """A positive number (5.1). NOTE: whole seconds only, like every time here."""
    if type(value) is not int or not 0 < value <= MAX_MOMENT:
        raise malformed("ttl")
    return value


def _aggregation(lst: Mapping[Any, Any]) -> str | None:
    value = lst.get("aggregation_uri")
    if value is None and "aggregation_uri" not in lst:
        return None
    if not is_address(value):
        raise malformed("status_list.aggregation_uri")
    return value


def _later(moment: int, other: int | None) -> int:
    return moment if other is None else max(moment, other)


# --- the statuses themselves ---------------------------------------------------------------------
def statuses(token: StatusListToken) -> bytes:
    """The inflated list, at most ``MAX_STATUS_LIST_BYTES``. Call it once the token is verified.

    Raises ``Rejection``: `status.list_malformed` with a code of zlib or gzip.
    """
    expand = gunzip if token.form == BITSTRING else inflate
    try:
        return expand(token.packed, max_output=MAX_STATUS_LIST_BYTES)
    except Rejection as refusal:
        raise as_malformed(refusal) from None


def entries(data: bytes, width: int) -> int:
    """How many statuses of ``width`` bits an inflated list holds."""
    return len(data) * 8 // width


def entry(mechanism: StatusMechanism, data: bytes, index: int, width: int) -> int | None:
    """The status at ``index``; ``None`` behind the end of the list.

    A token status list packs entries from the least significant bit of a byte upwards (4.1 step 3),
    a bitstring from the left-most bit on (W3C Bitstring Status List 1.0, 2.2 and 3.2): the two
    agree nowhere but in bytes that read the same both ways.
    """
    if not 0 <= index < entries(data, width):
        return None
    start = index * width
    if mechanism is StatusMechanism.TOKEN_STATUS_LIST:
        return data[start >> 3] >> (start & 7) & ((1 << width) - 1)
    end = start + width
    octets = data[start >> 3 : (end + 7) >> 3]
    return int.from_bytes(octets, "big") >> (-end & 7) & ((1 << width) - 1)


def read_aggregation(body: bytes, *, most: int) -> tuple[str, ...]:
    """The addresses of a Status List Aggregation (9.3), at most ``most`` of them.

    Nobody signs it: it says where to look and nothing else. Raises ``Rejection``
    (`status.list_malformed`).
    """
    try:
        found = loads_object(body).get("status_lists")
    except Rejection as refusal:
        raise as_malformed(refusal) from None
    if type(found) is not list or len(found) > most or not all(map(is_address, found)):
        raise malformed("status_lists")
    return tuple(dict.fromkeys(found))
