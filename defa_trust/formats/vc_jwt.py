"""W3C Verifiable Credentials secured as JWT (floor 3).

Two ways to write one: data model 2.0, whose payload *is* the credential (VC-JOSE-COSE, 3.1.1), and
data model 1.1, where it stands in the claim `vc` (VCDM 1.1, 6.3.1; request profile `vcdm-1.1`).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from hashlib import sha256
from typing import Any, Final

from ..algorithms import shown
from ..codec.json import loads_object
from ..codes import vc as codes
from ..errors import Rejection
from ..request import Profile, Request
from ..verdict import Code, Finding, from_parts
from . import jose
from .base import Asserted, PartRole, Presented, SignedPart
from .status_entry import status_entries

NAME: Final = "vc-jwt"
FIRST_OCTETS: Final = b"e"

CONTEXT_2: Final = "https://www.w3.org/ns/credentials/v2"
CONTEXT_1: Final = "https://www.w3.org/2018/credentials/v1"
TYPE: Final = "VerifiableCredential"
STATUS_LIST: Final = "BitstringStatusListCredential"
"""Type of a credential that holds the statuses of others (W3C Bitstring Status List 1.0, 2.2)."""

_FURTHER: Final = frozenset({"iat", "acr", "aud", "credentialStatus", "status", "jti", "sub"})
_SHAPE: Final = bytes.maketrans(b"123456789", b"0" * 9)
_PLAIN_DATE_TIME: Final = b"0000-00-00T00:00:00Z"
_DATE_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,18})?"
    r"(Z|[+-](?:0[0-9]|1[0-3]):[0-5][0-9]|[+-]14:00)"
)

_part: Final = from_parts(SignedPart)


def detect(data: bytes) -> bool:
    """Three segments, the first of which begins like base64url of `{`; parsing judges the rest."""
    return data[:1] == b"e" and data.count(b".") == 2 and b"~" not in data


def parse(data: bytes, request: Request) -> Presented:
    """Read a VC-JWT.

    Raises ``Rejection``: `jose.*`, `vc.*`, `json.*`, `base64url.*`, `crypto.algorithm_*`.
    NOTE: VC-JOSE-COSE, 3.1.1 only recommends `typ: vc+jwt`; here it is required, so that no token
    made for another purpose is taken for a credential (RFC 8725, 3.11).
    """
    jws = jose.parse_compact(data)
    header = jws.header
    typ = header.get("typ")
    if typ != "vc+jwt":
        typ = jose.media_type(header)
    if typ == "vp+jwt":
        raise Rejection(codes.PRESENTATION, where="typ")
    claims = loads_object(jws.payload)
    if typ == "vc+jwt":
        if "cty" in header and jose.media_type(header, "cty") != "vc":
            raise _not_a_credential("cty", header["cty"], "`vc`, as `cty`")
        asserted, findings = read_credential(claims)
    elif typ is None or typ == "jwt":
        asserted, findings = _read_1_1(claims, header, request)
    else:
        raise _not_a_credential("typ", typ, "`vc+jwt`")
    if STATUS_LIST in asserted.types:
        # The issuer's own key signs it, and it says nothing of any holder.
        raise Rejection(codes.STATUS_LIST, where="type")
    payload = jws.payload
    return Presented(
        NAME,
        sha256(data).digest(),
        _part((PartRole.ISSUER, jws.signing_input, jws.signature, jws.algorithms, jws.hint)),
        asserted,
        lambda: loads_object(payload),
        (),
        None,
        "cnf" in claims and jose.is_key_bound(claims),
        False,
        jws.findings + findings,
    )


def _not_a_credential(where: str, actual: object, expected: str) -> Rejection:
    return Rejection(codes.NOT_A_CREDENTIAL, where=where, expected=expected, actual=shown(actual))


# --- data model 2.0 ------------------------------------------------------------------------------
def read_credential(claims: dict[str, Any]) -> tuple[Asserted, tuple[Finding, ...]]:
    """What a payload that is a credential says of itself, and where it says two things.

    Raises ``Rejection`` (`vc.*`, `jose.*`).
    """
    if "vp" in claims:
        raise Rejection(codes.PRESENTATION, where="vp")
    if "vc" in claims:
        raise Rejection(codes.VC_CLAIM, where="vc", expected="absent from data model 2.0")
    types = _read_types(claims, CONTEXT_2)
    issuer = _issuer(claims)
    if "iss" in claims and claims["iss"] != issuer:
        raise _issuers_differ(jose.text_claim(claims, "iss"), issuer)
    expires, start, findings = _period(claims, claims, "validFrom", "validUntil")
    if "issuanceDate" in claims or "expirationDate" in claims:
        expires, start = _narrowed(claims, "issuanceDate", "expirationDate", expires, start)
    if claims.keys().isdisjoint(_FURTHER):
        return Asserted(issuer, None, start, expires, None, types), findings
    _agree_on_names(claims, claims)
    return (
        Asserted(
            issuer,
            None,
            start,
            expires,
            jose.numeric_date(claims, "iat"),
            types,
            jose.levels(claims),
            jose.audience(claims),
            status_entries(claims) + jose.status_references(claims),
        ),
        findings,
    )


def _period(
    claims: Mapping[str, Any], credential: Mapping[str, Any], start_name: str, end_name: str
) -> tuple[int | None, int | None, tuple[Finding, ...]]:
    """End and start of validity: of the token's and the credential's own, the narrower ones."""
    expires = jose.numeric_date(claims, "exp") if "exp" in claims else None
    not_before = jose.numeric_date(claims, "nbf") if "nbf" in claims else None
    end = date_time(credential, end_name)[0] if end_name in credential else None
    start = date_time(credential, start_name)[1] if start_name in credential else None
    if start is not None and end is not None and end < start:
        raise Rejection(codes.PERIOD, where=end_name)
    findings: tuple[Finding, ...] = ()
    if end is not None:
        if expires is not None and expires != end:
            findings += (Finding(codes.EXPIRIES_DIFFER, end, expires),)
        expires = end if expires is None else min(expires, end)
    if start is not None:
        if not_before is not None and not_before != start:
            findings += (Finding(codes.STARTS_DIFFER, start, not_before),)
        not_before = start if not_before is None else max(not_before, start)
    return expires, not_before, findings


def _narrowed(
    credential: Mapping[str, Any],
    start_name: str,
    end_name: str,
    expires: int | None,
    start: int | None,
) -> tuple[int | None, int | None]:
    """NOTE: a date of the other data model binds too. Written by mistake, it still says when the
    issuer meant the credential to end; unread, it would never end."""
    if end_name in credential:
        end = date_time(credential, end_name)[0]
        expires = end if expires is None else min(expires, end)
    if start_name in credential:
        begin = date_time(credential, start_name)[1]
        start = begin if start is None else max(start, begin)
    return expires, start


# --- data model 1.1 ------------------------------------------------------------------------------
def _read_1_1(
    claims: dict[str, Any], header: Mapping[str, Any], request: Request
) -> tuple[Asserted, tuple[Finding, ...]]:
    if "vp" in claims:
        raise Rejection(codes.PRESENTATION, where="vp")
    if "vc" not in claims:
        raise _not_a_credential("typ", header.get("typ"), "`vc+jwt`, or a claim `vc` be there")
    if Profile.VC_DATA_MODEL_1_1 not in request.profiles:
        raise Rejection(codes.PROFILE, where="vc")
    credential = claims["vc"]
    if type(credential) is not dict:
        raise Rejection(codes.VC_CLAIM, where="vc", expected="an object")
    types = _read_types(credential, CONTEXT_1)
    issuer = jose.text_claim(claims, "iss")
    if issuer is None or "issuer" in credential:
        named = _issuer(credential)
        if issuer is not None and issuer != named:
            raise _issuers_differ(issuer, named)
        issuer = named
    _agree_on_names(claims, credential)
    expires, start, findings = _period(claims, credential, "issuanceDate", "expirationDate")
    if findings:
        late = findings[0].code is codes.EXPIRIES_DIFFER
        raise _contradiction(*(("exp", "expirationDate") if late else ("nbf", "issuanceDate")))
    expires, start = _narrowed(credential, "validFrom", "validUntil", expires, start)
    return (
        Asserted(
            issuer,
            None,
            start,
            expires,
            jose.numeric_date(claims, "iat"),
            types,
            jose.levels(claims),
            jose.audience(claims),
            status_entries(credential) + status_entries(claims) + jose.status_references(claims),
        ),
        findings,
    )


def _agree_on_names(claims: Mapping[str, Any], credential: Mapping[str, Any]) -> None:
    """VCDM 1.1, 6.3.1 and VC-JOSE-COSE, 3.1.3: these claims stand for these members, so both say
    the same where both are there."""
    _agree(claims, "jti", credential.get("id"), "id")
    subject = credential["credentialSubject"]
    if type(subject) is dict:
        _agree(claims, "sub", subject.get("id"), "credentialSubject.id")


def _agree(claims: Mapping[str, Any], name: str, other: object, member: str) -> None:
    value = jose.text_claim(claims, name)
    if value is not None and other is not None and value != other:
        raise _contradiction(name, member)


def _contradiction(name: str, member: str) -> Rejection:
    return Rejection(codes.CLAIM_MISMATCH, where=name, expected=f"`{member}`", actual=f"`{name}`")


# --- members of both models ----------------------------------------------------------------------
def _read_types(credential: Mapping[str, Any], context: str) -> tuple[str, ...]:
    """`@context`, `type` and whether there is a subject; the types but `VerifiableCredential`."""
    contexts = credential.get("@context")
    if type(contexts) is not list or not contexts or contexts[0] != context:
        raise Rejection(codes.CONTEXT, where="@context", expected=context)
    types = credential.get("type")
    if type(types) is str:
        types = [types]
    if type(types) is not list or any(type(name) is not str for name in types):
        raise Rejection(codes.TYPE, where="type")
    if TYPE not in types:
        if "VerifiablePresentation" in types:
            raise Rejection(codes.PRESENTATION, where="type")
        raise Rejection(codes.TYPE, where="type")
    subject = credential.get("credentialSubject")
    if type(subject) is not dict and (
        type(subject) is not list or not subject or any(type(one) is not dict for one in subject)
    ):
        raise Rejection(codes.SUBJECT, where="credentialSubject")
    return tuple(name for name in types if name != TYPE) or (TYPE,)


def _issuer(credential: Mapping[str, Any]) -> str:
    issuer = credential.get("issuer")
    if type(issuer) is dict:
        issuer = issuer.get("id")
    if type(issuer) is not str or not issuer:
        raise Rejection(codes.ISSUER, where="issuer")
    return issuer


def _issuers_differ(token: str | None, credential: str) -> Rejection:
    return Rejection(
        codes.ISSUER_MISMATCH, where="iss", expected=shown(credential), actual=shown(token)
    )


def date_time(credential: Mapping[str, Any], name: str) -> tuple[int, int]:
    """A dateTimeStamp as Unix seconds, a fraction rounded down and up (VCDM 2.0, 4.9).

    Raises ``Rejection`` (`vc.date_time`) for any other form, days that do not exist and times
    without a zone. NOTE: of XML Schema 1.1 part 2, 3.3.7 the hour 24 and years outside 0001 to 9999
    are left out.
    """
    text = credential[name]
    if type(text) is not str:
        raise _bad_date(name)
    fraction: str | None = None
    # One look at the shape: what `fromisoformat` reads beyond it differs from release to release.
    if not text.isascii() or text.encode().translate(_SHAPE) != _PLAIN_DATE_TIME:
        match = _DATE_TIME.fullmatch(text)
        if match is None:
            raise _bad_date(name)
        fraction = match[1]
        text = text[:19] + match[2]
    try:
        # Whole seconds of four-digit years are exact in a float.
        seconds = int(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError):
        raise _bad_date(name) from None
    partial = fraction is not None and fraction.strip(".0") != ""
    return seconds, seconds + partial


def _bad_date(name: str) -> Rejection:
    code: Code = codes.DATE_TIME
    return Rejection(code, where=name, actual=f"`{name}`")
