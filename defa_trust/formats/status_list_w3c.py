"""W3C Bitstring Status List 1.0 as a credential secured by a JWT, read strictly (floor 3).

Parse only, like ``status_list``. NOTE: a list secured by Data Integrity proofs or as SD-JWT is none
of the forms read here; it is reported as one of a wrong type and checks nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..codec import base64url
from ..codec.json import loads_object
from ..codes import status as codes
from ..errors import Rejection
from ..spec import MAX_MOMENT, MAX_STATUS_TOKEN_BYTES
from . import jose, vc_jwt
from .base import PartRole, SignedPart, StatusMechanism, is_address
from .status_entry import is_purpose
from .status_list import BITSTRING, StatusListToken, as_malformed, malformed, wrong_type

SUBJECT: Final = "BitstringStatusList"

MIN_ENTRIES: Final = 131_072
"""3.2: shorter lists tell whoever serves them whose status is asked for."""
_MAX_PURPOSES: Final = 16
_MULTIBASE_BASE64URL: Final = "u"


def parse(octets: bytes) -> StatusListToken:
    """Read a BitstringStatusListCredential in `vc+jwt`.

    Raises ``Rejection`` as ``status_list.parse`` does.
    """
    if len(octets) > MAX_STATUS_TOKEN_BYTES:
        raise Rejection(codes.LIST_TOO_LARGE, expected=MAX_STATUS_TOKEN_BYTES, actual=len(octets))
    try:
        return _read(octets.strip(b"\r\n\t "))
    except Rejection as refusal:
        raise as_malformed(refusal) from None


def _read(octets: bytes) -> StatusListToken:
    jws = jose.parse_compact(octets)
    typ = jose.media_type(jws.header)
    if typ != "vc+jwt":
        raise wrong_type("`vc+jwt`", typ)
    if "cty" in jws.header and jose.media_type(jws.header, "cty") != "vc":
        raise wrong_type("`vc`, as `cty`", jws.header["cty"])
    claims = loads_object(jws.payload, max_bytes=MAX_STATUS_TOKEN_BYTES)
    asserted, _ = vc_jwt.read_credential(claims)
    if vc_jwt.STATUS_LIST not in asserted.types:
        # A credential of a person is signed by the same keys: it is never taken for a list.
        raise wrong_type(f"a {vc_jwt.STATUS_LIST}", None)
    if asserted.audience:
        raise malformed("aud")
    if asserted.status:
        # A list whose own status hangs on another list has no end.
        raise malformed("credentialStatus")
    begin, issued_at = asserted.not_before, asserted.issued_at
    if begin is None and issued_at is None:
        # Without a beginning nobody could tell an old list from a new one.
        raise malformed("validFrom")
    moment = issued_at if issued_at is not None else begin
    assert moment is not None
    subject = claims["credentialSubject"]
    if type(subject) is not dict or subject.get("type") not in (SUBJECT, [SUBJECT]):
        raise malformed("credentialSubject.type")
    address = claims.get("id")
    if address is not None and not is_address(address):
        raise malformed("id")
    return StatusListToken(
        BITSTRING,
        StatusMechanism.BITSTRING_STATUS_LIST,
        SignedPart(PartRole.ISSUER, jws.signing_input, jws.signature, jws.algorithms, jws.hint),
        address,
        asserted.issuer,
        moment,
        moment if begin is None else max(moment, begin),
        asserted.expires,
        _ttl(subject),
        _size(subject),
        _encoded_list(subject),
        _purposes(subject.get("statusPurpose")),
    )


def _ttl(subject: Mapping[str, Any]) -> int | None:
    """Milliseconds here (2.2), seconds in the other standard. Less than a second is none."""
    if "ttl" not in subject:
        return None
    value = subject["ttl"]
    if type(value) is not int or not 0 <= value <= MAX_MOMENT * 1000:
        raise malformed("credentialSubject.ttl")
    return value // 1000


def _size(subject: Mapping[str, Any]) -> int | None:
    if "statusSize" not in subject:
        return None
    value = subject["statusSize"]
    if type(value) is not int or value < 1:
        raise malformed("credentialSubject.statusSize")
    return value


def _encoded_list(subject: Mapping[str, Any]) -> bytes:
    text = subject.get("encodedList")
    if type(text) is not str or text[:1] != _MULTIBASE_BASE64URL:
        raise malformed("credentialSubject.encodedList")
    return base64url.decode(text[1:])


def _purposes(value: object) -> tuple[str, ...]:
    found = [value] if type(value) is str else value
    if type(found) is not list or not 0 < len(found) <= _MAX_PURPOSES:
        raise malformed("credentialSubject.statusPurpose")
    if not all(map(is_purpose, found)):
        raise malformed("credentialSubject.statusPurpose")
    return tuple(found)
