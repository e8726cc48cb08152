"""ID tokens of national sign-in services, as issued, and what only looks like one (floor 3).

An ID token (OpenID Connect Core 1.0, 2) is a JWT that a service signs for the one party that asked.
Where a service encrypts it to that party, the party decrypts it and hands in the inner JWS under
the name ``NESTED``: that name is the caller's statement, and a trust list that says how a service
issues its tokens then lets nothing through that came in the open.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from hmac import compare_digest
from importlib.resources import files
from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import base64url
from ..codec.json import loads_object
from ..codes import id_token as codes
from ..errors import Rejection
from ..request import Request
from ..verdict import Finding, from_parts
from . import jose
from .base import Asserted, Format, KeyHint, PartRole, Presented, SignedPart

NAME: Final = "oidc-id-token"
NESTED: Final = "oidc-id-token-jwe"
TYPE: Final = "urn:ietf:params:oauth:token-type:id_token"
"""Type of every ID token (RFC 8693, 3)."""
MAX_HEADER: Final = 8192
"""Ours: octets of an encoded header that are looked at; certificates in it take half of that."""
MAX_SUBJECT: Final = 255
"""Characters of `sub` (OpenID Connect Core 1.0, 2)."""

_ISSUER: Final = re.compile(r"https://[^\s/?#]+(/[^\s?#]*)?")
_LEVEL_NUMBER: Final = re.compile(r"[0-9]{1,2}(\.[0-9]{1,2})?")
_OF_OTHER_KINDS: Final = ("events", "vc", "vp")
"""Claims of security events and logout tokens (RFC 8417, 2.2), and of W3C credentials in JWT."""
_NOT_HERE: Final = tuple(f'"{name}"'.encode() for name in _OF_OTHER_KINDS)
_PLAIN: Final = ""
_OTHER: Final = "other"
_ENCRYPTED: Final = "encrypted"

_part: Final = from_parts(SignedPart)


class Scheme(NamedTuple):
    """What the readers know of one national scheme (``profiles/id_tokens.json``)."""

    name: str
    territory: str
    format: str | None
    level_claims: Mapping[str, str]
    not_jose: tuple[str, ...]


def _schemes() -> tuple[Scheme, ...]:
    text = (files("defa_trust") / "profiles" / "id_tokens.json").read_text(encoding="utf-8")
    return tuple(
        Scheme(
            row["scheme"],
            row["territory"],
            row["format"],
            row["levelClaims"],
            tuple(row["notJose"]),
        )
        for row in json.loads(text)["tokens"]
    )


SCHEMES: Final = _schemes()
_LEVEL_CLAIMS: Final = {
    name: scale for scheme in SCHEMES for name, scale in scheme.level_claims.items()
}
_FOREIGN: Final = {alg: scheme for scheme in SCHEMES for alg in scheme.not_jose}


# --- what a header says of the whole --------------------------------------------------------------
def _kind(data: bytes) -> str:
    """``_PLAIN`` for a JWT without further name, ``_ENCRYPTED``, a foreign `alg`, or ``_OTHER``."""
    end = data.find(b".")
    if data[:1] != b"e" or not 0 < end <= MAX_HEADER:
        return _OTHER
    return _read_kind(data[:end])


@lru_cache(maxsize=64)
def _read_kind(head: bytes) -> str:
    """Pure, and lenient about base64: what it finds is judged by the reader it leads to."""
    plain = head.rstrip(b"=").translate(_URL_ALPHABET)
    try:
        header = loads_object(base64url.decode(plain))
    except Rejection:
        return _OTHER
    alg, typ = header.get("alg"), header.get("typ", "JWT")
    if type(alg) is str and alg in _FOREIGN:
        return alg
    if "enc" in header:
        return _ENCRYPTED
    return _PLAIN if type(typ) is str and typ.upper() == "JWT" else _OTHER


_URL_ALPHABET: Final = bytes.maketrans(b"+/", b"-_")


def _looks_like_one(data: bytes) -> bool:
    """`sub` and `aud` are required of an ID token alone; a credential in a JWT says that it is."""
    try:
        octets = base64url.decode(data.split(b".")[1])
    except Rejection:
        return False
    if b'"sub"' not in octets or b'"aud"' not in octets:
        return False
    return not any(name in octets for name in _NOT_HERE)


# --- ID tokens ------------------------------------------------------------------------------------
class IdToken:
    """ID tokens under one of their two names. Only the one that states nothing is ever detected."""

    FIRST_OCTETS: Final = b"e"

    def __init__(self, name: str, *, detected: bool) -> None:
        self.NAME: Final = name
        self._detected = detected

    def detect(self, data: bytes, /) -> bool:
        kind = _kind(data) if self._detected else _OTHER
        if kind == _PLAIN:
            return data.count(b".") == 2 and b"~" not in data and _looks_like_one(data)
        return kind == _ENCRYPTED and data.count(b".") == 4

    def parse(self, data: bytes, request: Request, /) -> Presented:
        """Read an ID token; ``request`` says whom and what it must answer.

        Raises ``Rejection``: `id_token.*`, `jose.*`, `json.*`, `base64url.*`,
        `crypto.algorithm_*`. NOTE: `at_hash`, `c_hash` and `s_hash` are not compared: the code and
        the access token that they name are not shown to a verifier.
        """
        if data.count(b".") == 4:
            raise Rejection(codes.ENCRYPTED)
        jws = jose.parse_compact(data)
        _check_header(jws.header)
        payload = jws.payload
        claims = loads_object(payload)
        asserted = _read_claims(claims)
        return Presented(
            self.NAME,
            sha256(data).digest(),
            _part((PartRole.ISSUER, jws.signing_input, jws.signature, jws.algorithms, jws.hint)),
            asserted,
            lambda: loads_object(payload),
            holder_key_bound=jose.is_key_bound(claims),
            reveal_judges=False,
            findings=jws.findings + _for_whom(claims, asserted.audience, request),
        )


def _check_header(header: Mapping[str, Any]) -> None:
    """RFC 8725, 3.11: an access token, a logout token and a credential name themselves here."""
    typ = jose.media_type(header)
    if typ not in (None, "jwt"):
        raise Rejection(codes.OTHER_KIND, where="typ", actual=f"`typ` {shown(typ)}")
    if "cty" in header:
        # RFC 7519, 5.2: the payload would be another token.
        raise Rejection(codes.OTHER_KIND, where="cty", actual="`cty`")


def _read_claims(claims: Mapping[str, Any]) -> Asserted:
    for name in _OF_OTHER_KINDS:
        if name in claims:
            raise Rejection(codes.OTHER_KIND, where=name, actual=f"`{name}`")
    if claims.get("typ", "ID") != "ID":
        # Keycloak names its tokens here: access and refresh tokens share key and header with these.
        raise Rejection(codes.OTHER_KIND, where="typ", actual=f"`typ` {shown(claims['typ'])}")
    issuer, subject = jose.text_claim(claims, "iss"), jose.text_claim(claims, "sub")
    if issuer is None or not _ISSUER.fullmatch(issuer):
        raise _claim("iss", "an https address without query and fragment, as `iss`,")
    if subject is None or len(subject) > MAX_SUBJECT or not subject.isascii():
        raise _claim("sub", f"`sub` of at most {MAX_SUBJECT} ASCII characters")
    audience = jose.audience(claims)
    if not audience:
        raise _claim("aud", "whom the token is for, as `aud`,")
    expires, issued = jose.numeric_date(claims, "exp"), jose.numeric_date(claims, "iat")
    if expires is None or issued is None:
        raise _claim("exp" if expires is None else "iat", "both `exp` and `iat`")
    if expires <= issued:
        raise Rejection(codes.PERIOD, where="exp")
    jose.numeric_date(claims, "auth_time")
    methods = claims.get("amr", [])
    if type(methods) is not list or any(type(method) is not str for method in methods):
        raise _claim("amr", "a list of texts, as `amr`,")
    return Asserted(
        issuer,
        None,
        jose.numeric_date(claims, "nbf"),
        expires,
        issued,
        (TYPE,),
        jose.levels(claims) + _national_levels(claims),
        audience,
        jose.status_references(claims),
    )


def _national_levels(claims: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """Claims that name a level on a national scale, as text or as the number it looks like.

    A number is its shortest decimal form: what JSON calls 2.30 is 2.3 for every reader, and no
    level is ever compared as a number.
    """
    found = []
    for name, scale in _LEVEL_CLAIMS.items():
        value = claims.get(name)
        if name not in claims:
            continue
        text = repr(value) if type(value) in (int, float) else value
        if type(text) is not str or not _LEVEL_NUMBER.fullmatch(text):
            raise _claim(name, f"a level such as 2.1, as `{name}`,")
        found.append((scale, text))
    return tuple(found)


def _for_whom(
    claims: Mapping[str, Any], audience: tuple[str, ...], request: Request
) -> tuple[Finding, ...]:
    """Whether the party that asked is this one, and what it asked is this request.

    That `aud` names the verifier is judged for every format alike. NOTE: OpenID Connect Core 1.0,
    3.1.3.7 lets a client trust further audiences; here several need an `azp`, or each of them could
    show the token to the others.
    """
    party = jose.text_claim(claims, "azp")
    found = _nonce(jose.text_claim(claims, "nonce"), request)
    if request.audience is None:
        return (found,)  # Nobody is named, so the audience is refused already.
    if party is None and len(set(audience)) > 1:
        return found, Finding(codes.SEVERAL_AUDIENCES, None, len(set(audience)))
    if party is not None and party != request.audience:
        return found, Finding(codes.AUTHORIZED_PARTY, request.audience, shown(party))
    return (found,)


def _nonce(nonce: str | None, request: Request) -> Finding:
    """Neither side is shown: a nonce may be a secret of somebody's session."""
    wanted = request.nonce
    if wanted is None:
        return Finding(codes.NONCE_ABSENT if nonce is None else codes.NONCE_NOT_STATED)
    if nonce is None:
        return Finding(codes.NONCE_MISSING)
    pair = (text.encode("utf-8", "surrogatepass") for text in (nonce, wanted))
    return Finding(codes.NONCE if compare_digest(*pair) else codes.NONCE_MISMATCH)


def _claim(name: str, expected: str) -> Rejection:
    return Rejection(codes.CLAIM, where=name, expected=expected, actual=f"`{name}`")


# --- tokens that are no JOSE ----------------------------------------------------------------------
class ForeignToken:
    """Tokens of one scheme that have the outline of a JWS and are none.

    They are recognised, so that the answer says what they are and whom to ask, and never verified.
    """

    FIRST_OCTETS: Final = b"e"

    def __init__(self, scheme: Scheme, name: str) -> None:
        self.NAME: Final = name
        self._scheme = scheme

    def detect(self, data: bytes, /) -> bool:
        return _FOREIGN.get(_kind(data)) is self._scheme and data.count(b".") == 2

    def parse(self, data: bytes, request: Request, /) -> Presented:  # noqa: ARG002 - asks nothing
        """Raises ``Rejection`` (`id_token.other_kind`) for anything that is no such token."""
        if not self.detect(data):
            raise Rejection(codes.OTHER_KIND, actual="the header")
        _, payload, signature = data.split(b".")
        told = [f"its `alg` {_kind(data)}, as {self._scheme.name} writes it, is not JOSE's"]
        if not _octets(payload).startswith(b"{"):
            told.append("the payload is a ciphertext")
        if _octets(signature).startswith(b"\x30"):
            told.append("the signature is DER")
        return Presented(
            self.NAME,
            sha256(data).digest(),
            _part((PartRole.ISSUER, b"", b"", (), KeyHint())),
            Asserted(territory=self._scheme.territory),
            dict,
            reveal_judges=False,
            findings=(Finding(codes.NOT_JOSE, None, ", ".join(told)),),
            points_to_no_key=True,
        )


def _octets(part: bytes) -> bytes:
    """The first octets of a part in base64 of either alphabet; empty where it is none."""
    try:
        return base64url.decode(part[:8].rstrip(b"=").translate(_URL_ALPHABET))
    except Rejection:
        return b""


FORMATS: Final[tuple[Format, ...]] = (
    *(ForeignToken(one, one.format) for one in SCHEMES if one.not_jose and one.format),
    IdToken(NAME, detected=True),
    IdToken(NESTED, detected=False),
)
