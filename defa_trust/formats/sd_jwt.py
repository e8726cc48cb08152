"""SD-JWT (RFC 9901) and SD-JWT VC, with or without key binding (floor 3).

Parse only: disclosures become digest claims, the key-binding JWT a second signed part whose key
stands in the first one's payload. RFC 9901, 7.1 and 7.3 are carried out between here (form),
``authenticate`` (signatures, digests, holder) and ``reveal`` (places of the disclosures).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import base64url
from ..codec.json import loads_object
from ..codes import jose as jose_codes
from ..codes import sd_jwt as codes
from ..crypto import DIGESTS
from ..errors import Rejection
from ..request import Profile, Request
from ..spec import MAX_DISCLOSURES
from ..verdict import from_parts
from . import jose
from .base import Asserted, DigestClaim, HolderProof, PartRole, Presented, SignedPart
from .sd_jwt_disclosure import Disclosure, embedded_digests, read_disclosures, restore

NAME: Final = "sd-jwt-vc"
FIRST_OCTETS: Final[bytes | None] = None
GENERIC_NAME: Final = "sd-jwt"
"""Format of a plain SD-JWT (request profile `sd-jwt-generic`): no service is listed for it by the
name of the other."""

SD_JWT_VC_DRAFT: Final = "draft-ietf-oauth-sd-jwt-vc-18"
"""The revision (10 August 2026) whose clause numbers and list of claims this module follows."""

NEVER_DISCLOSABLE: Final = frozenset(
    {
        *("iss", "nbf", "exp", "cnf", "vct", "vct#integrity", "aka_vcts", "status"),
        # RFC 9901, 9.7 counts the audience among what is security critical.
        "aud",
        # NOTE: ours. Hidden or not, neither may change how the rest is read.
        *("acr", "_sd_alg"),
    }
)
"""Claims that must stand open at the top level (SD-JWT VC, 2.2.2.3), whatever the profile."""

_PLACES: Final = tuple(f"disclosure {number}" for number in range(1, MAX_DISCLOSURES + 1))
_PROOF_TYP: Final = "kb+jwt"
_TYP: Final = "dc+sd-jwt"
_LEGACY_TYP: Final = "vc+sd-jwt"
_OTHER_TYPS: Final = frozenset({_PROOF_TYP, "vc+jwt", "vp+jwt", "vp+sd-jwt"})
_W3C_MEMBERS: Final = frozenset(
    {
        *("vc", "vp", "credentialStatus"),
        *("validFrom", "validUntil", "issuanceDate", "expirationDate"),
    }
)
"""Members by which W3C credentials limit their validity; reading them as an SD-JWT skips that."""
_MUST_BE_PROTECTED: Final = ("alg", "crit", "b64", "typ", "enc", "zip")
_ENTRY: Final = ("protected", "signature", "header")

_digest_claim: Final = from_parts(DigestClaim)


class Message(NamedTuple):
    """What both serialisations come down to: the compact form's parts (RFC 9901, 4)."""

    jwt: bytes
    disclosures: list[bytes]
    proof: bytes
    """The KB-JWT, empty where there is none."""
    hashed: bytes
    """All up to and including the last tilde: what `sd_hash` is computed over (4.3.1)."""


def detect(data: bytes) -> bool:
    """A tilde, or a JSON object with a `payload`."""
    if data[:1] == b"{":
        return b'"payload"' in data
    return b"~" in data and not data.startswith(b"HC1:")


def parse(data: bytes, request: Request) -> Presented:
    """Read an SD-JWT or SD-JWT+KB, compact or in JSON serialisation (RFC 9901, 4 and 8).

    Raises ``Rejection``: `jose.*`, `sd_jwt.*`, `json.*`, `base64url.*`, `crypto.algorithm_*`, and
    `crypto.key_*` for the holder's key where a proof is there.
    """
    message = read_message(data)
    texts = message.disclosures
    jws = jose.parse_compact(message.jwt)
    is_vc = _is_vc(jws.header, request)
    claims = loads_object(jws.payload)
    if not is_vc and not _W3C_MEMBERS.isdisjoint(claims):
        # RFC 8725, 3.11: a W3C credential with a tilde behind it would lose its end and its status.
        raise Rejection(codes.W3C_CREDENTIAL)
    never = NEVER_DISCLOSABLE if is_vc else NEVER_DISCLOSABLE | _W3C_MEMBERS
    algorithm = claims.get("_sd_alg", "sha-256")
    if type(algorithm) is not str or algorithm not in DIGESTS:
        raise Rejection(codes.SD_ALG, where="_sd_alg", expected=tuple(DIGESTS))
    if len(set(texts)) != len(texts):
        raise Rejection(codes.DISCLOSURE_REPEATED)
    disclosures = read_disclosures(texts)
    digests = embedded_digests(claims, disclosures)
    asserted = _assert(claims, jws, is_vc)
    bound = "cnf" in claims and jose.is_key_bound(claims)
    digest_claims = [
        _digest_claim((text, algorithm, digests, place))
        for text, place in zip(texts, _PLACES, strict=False)
    ]
    holder = None
    if message.proof:
        holder, sd_hash = _read_proof(message.proof, claims)
        digest_claims.append(
            DigestClaim(message.hashed, algorithm, frozenset((sd_hash,)), "the presentation")
        )
    return Presented(
        NAME if is_vc else GENERIC_NAME,
        sha256(data).digest(),
        SignedPart(PartRole.ISSUER, jws.signing_input, jws.signature, jws.algorithms, jws.hint),
        asserted,
        _revealer(jws.payload, texts, algorithm, never, (claims, disclosures)),
        tuple(digest_claims),
        holder,
        bound,
        findings=jws.findings,
    )


# --- serialisations ------------------------------------------------------------------------------
def read_message(data: bytes) -> Message:
    """The parts of a compact or JSON serialisation, none of them decoded. Raises ``Rejection``."""
    return _from_json(data) if data[:1] == b"{" else _from_compact(data)


def _from_compact(data: bytes) -> Message:
    jwt, *texts = data.split(b"~")
    if not texts:
        raise Rejection(codes.FORM, expected="a tilde after the issuer-signed part")
    proof = texts.pop()
    if proof and b"." not in proof:
        # 4: what follows the last tilde is a KB-JWT; a disclosure always has a tilde behind it.
        raise Rejection(codes.FORM, expected="a tilde at the end, or a proof behind it")
    _check_count(texts)
    return Message(jwt, texts, proof, data[: len(data) - len(proof)])


def _from_json(data: bytes) -> Message:
    """Flattened or general JWS JSON serialisation (RFC 9901, 8; RFC 7515, 7.2).

    NOTE: exactly one signature; which of several would bind the issuer is nobody's rule.
    """
    document = loads_object(data)
    entry = document
    if "signatures" in document:
        signatures = document["signatures"]
        if not document.keys().isdisjoint(_ENTRY):
            raise Rejection(codes.FORM, expected="either the flattened or the general form")
        if type(signatures) is not list or len(signatures) != 1 or type(signatures[0]) is not dict:
            raise Rejection(codes.FORM, expected="exactly one signature")
        entry = signatures[0]
    segments = (entry.get("protected"), document.get("payload"), entry.get("signature"))
    jwt = ".".join(
        _text(segment, "protected header, payload and signature") for segment in segments
    )
    unprotected = entry.get("header", {})
    if type(unprotected) is not dict:
        raise Rejection(codes.FORM, where="header", expected="an object as unprotected header")
    # RFC 7515, 7.2.1: no name in both headers. Whatever else stands outside the protected one is
    # not read at all: anybody could have written it.
    protected = loads_object(base64url.decode(segments[0] or ""))
    for name in unprotected:
        if name in _MUST_BE_PROTECTED or name in protected:
            raise Rejection(
                jose_codes.HEADER_MEMBER,
                where=name,
                expected="in the protected header only",
                actual=shown(name),
            )
    texts = unprotected.get("disclosures", [])
    if type(texts) is not list:
        raise Rejection(codes.FORM, where="disclosures", expected="an array of disclosures")
    _check_count(texts)
    texts = [_text(text, "an array of disclosures") for text in texts]
    proof = _text(unprotected["kb_jwt"], "a KB-JWT") if "kb_jwt" in unprotected else ""
    try:
        parts = [text.encode("ascii") for text in (jwt, *texts)]
        # Not joined and split again: a text with a tilde in it would pass for two.
        return Message(parts[0], parts[1:], proof.encode("ascii"), b"~".join((*parts, b"")))
    except UnicodeEncodeError:
        raise Rejection(codes.FORM, expected="base64url in all parts") from None


def _text(value: object, expected: str) -> str:
    if type(value) is not str or not value:
        raise Rejection(codes.FORM, expected=expected)
    return value


def _check_count(texts: list[Any]) -> None:
    if len(texts) > MAX_DISCLOSURES:
        raise Rejection(codes.TOO_MANY_DISCLOSURES, expected=MAX_DISCLOSURES, actual=len(texts))
    if not all(texts):
        raise Rejection(codes.FORM, expected="a disclosure between two tildes")


# --- the issuer-signed part ----------------------------------------------------------------------
def _is_vc(header: Mapping[str, Any], request: Request) -> bool:
    """Whether `typ` makes it an SD-JWT VC; ``False`` for a plain SD-JWT, where it is allowed."""
    typ = header.get("typ")
    if typ == _TYP:
        return True
    typ = jose.media_type(header)
    if typ == _TYP:
        return True
    profiles = request.profiles
    if typ == _LEGACY_TYP and Profile.SD_JWT_VC_LEGACY_TYP in profiles:
        return True
    if Profile.SD_JWT_GENERIC in profiles and typ is not None and typ not in _OTHER_TYPS:
        return False
    raise Rejection(codes.TYP, where="typ", expected=f"`{_TYP}`", actual=shown(typ))


def _assert(claims: Mapping[str, Any], jws: jose.CompactJws, is_vc: bool) -> Asserted:
    vct = claims.get("vct")
    if type(vct) is not str or not vct:
        if is_vc or "vct" in claims:
            raise Rejection(codes.VCT, where="vct")
        types: tuple[str, ...] = ()
    else:
        types = (vct,)
    issuer = jose.text_claim(claims, "iss")
    hint = jws.hint
    if issuer is None and hint.certificate is None and hint.certificate_sha256 is None:
        raise Rejection(codes.ISSUER, where="iss")
    return Asserted(
        issuer,
        None,
        jose.numeric_date(claims, "nbf"),
        jose.numeric_date(claims, "exp"),
        jose.numeric_date(claims, "iat"),
        types,
        jose.levels(claims) if "acr" in claims else (),
        jose.audience(claims) if "aud" in claims else (),
        jose.status_references(claims) if "status" in claims else (),
    )


def _revealer(
    payload: bytes,
    texts: list[bytes],
    algorithm: str,
    never: frozenset[str],
    parsed: tuple[dict[str, Any], list[Disclosure]],
) -> Callable[[], Mapping[str, Any]]:
    """``reveal``: the first call takes what parsing left, every later one reads the bytes anew.

    Nothing that was handed out is ever handed out again, so no caller changes another's claims.
    """
    left = [parsed]

    def reveal() -> Mapping[str, Any]:
        try:
            claims, disclosures = left.pop()  # one caller at most gets it, whatever the threads
        except IndexError:
            claims, disclosures = loads_object(payload), read_disclosures(texts)
        return restore(claims, texts, disclosures, algorithm, never)

    return reveal


# --- key binding ---------------------------------------------------------------------------------
def _read_proof(proof: bytes, claims: Mapping[str, Any]) -> tuple[HolderProof, bytes]:
    """The KB-JWT and its `sd_hash` (RFC 9901, 4.3), with the key `cnf` names (7.3 step 5.a)."""
    if "cnf" not in claims:
        raise Rejection(codes.HOLDER_KEY, where="cnf", expected="`cnf` is missing")
    cnf = claims["cnf"]
    key = jose.confirmation_key(cnf)
    if key is None:
        # NOTE: RFC 7800, 3.3 to 3.5 know encrypted keys, names and addresses; none is supported,
        # because each needs something that neither message nor trust list brings along.
        raise Rejection(codes.HOLDER_KEY, where="cnf", expected="only `cnf.jwk` is supported")
    jws = jose.parse_compact(proof)
    typ = jws.header.get("typ")
    if typ != _PROOF_TYP and jose.media_type(jws.header) != _PROOF_TYP:
        raise Rejection(codes.KB_TYP, where="typ", expected=f"`{_PROOF_TYP}`", actual=shown(typ))
    stated = loads_object(jws.payload)
    issued_at = jose.numeric_date(stated, "iat")
    if issued_at is None:
        raise Rejection(codes.KB_CLAIM, where="iat", expected="a time", actual="`iat`")
    part = SignedPart(PartRole.HOLDER, jws.signing_input, jws.signature, jws.algorithms, jws.hint)
    audience, nonce = _stated(stated, "aud"), _stated(stated, "nonce")
    sd_hash = base64url.decode(_stated(stated, "sd_hash"))
    proof_of_holder = HolderProof(
        part,
        key,
        audience,
        nonce,
        issued_at,
        jose.numeric_date(stated, "nbf"),
        jose.numeric_date(stated, "exp"),
    )
    return proof_of_holder, sd_hash


def _stated(stated: Mapping[str, Any], name: str) -> str:
    value = stated.get(name)
    if type(value) is not str or not value:
        raise Rejection(
            codes.KB_CLAIM, where=name, expected="one text that is not empty", actual=f"`{name}`"
        )
    return value
