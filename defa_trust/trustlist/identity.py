"""Service digital identities: certificates, JWKs and the grammar of `OtherIds` (floor 5).

ETSI's JSON schema refuses OKP keys, and nobody can issue a certificate for another's key, so such
anchors stand in ``OtherIds`` as strings of one fixed grammar (TS 119 602, 6.6.3; docs/profile.md).
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

from ..codec import base58, base64url
from ..codec import json as strict_json
from ..codes import listing as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..x509.certificate import read_certificate
from . import reading
from .model import Identity, IdentityKind

MAX_IDENTITIES: Final = 64
"""Ours: identities of one service."""
MAX_OTHER_ID: Final = 16_384
"""Ours, in characters; an ML-DSA-87 key in a JWK needs about 4,700."""
MAX_JWK_BYTES: Final = 8192

KEPT_CERTIFICATES: Final = 1024
"""Ours; a few KB each."""

_DID: Final = re.compile(r"did:[a-z0-9]+:[A-Za-z0-9._%-]+(?::[A-Za-z0-9._%-]+)*")
_PATTERN: Final = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/[A-Za-z0-9._~-]+)*/\{rp\}(?:/[A-Za-z0-9._~-]+)*"
)
_MULTICODEC: Final = {
    b"\xed\x01": ("ed25519", 32),  # ed25519-pub 0xed
    b"\x80\x24": (1, 33),  # p256-pub 0x1200, compressed; COSE curve 1
    b"\x81\x24": (2, 49),  # p384-pub 0x1201
    b"\x82\x24": (3, 67),  # p521-pub 0x1202
}
_PUBLIC_KEY_MEMBERS: Final = {
    "EC": frozenset({"kty", "crv", "x", "y"}),
    "RSA": frozenset({"kty", "n", "e"}),
}
_JWK_OPTIONAL: Final = frozenset({"kid", "alg", "use"})
_SDI: Final = frozenset({"X509Certificates", "X509SubjectNames", "PublicKeyValues", "OtherIds"})
_HISTORY_SDI: Final = frozenset({"X509SKIs", "X509SubjectNames", "OtherIds"})
_SIGNING: Final = frozenset({"digital_signature", "content_commitment"})
_PKI_OB: Final = frozenset({"encoding", "specRef"})


def _fault(where: str, what: str) -> Rejection:
    return Rejection(codes.IDENTITY, where=where, actual=f"{what} ({where})")


# --- one identity --------------------------------------------------------------------------------
@lru_cache(maxsize=KEPT_CERTIFICATES)
def certificate_identity(der: bytes) -> Identity:
    """The identity of one DER certificate; ``value`` is its SHA-256 in hexadecimal.

    The last ``KEPT_CERTIFICATES`` are kept: providers list one certificate for many services, and
    the next list of a state repeats those of the last.
    """
    facts = read_certificate(der)
    return Identity(
        IdentityKind.X509,
        facts.sha256.hex(),
        facts.key,
        der,
        facts.not_before,
        facts.not_after,
        facts.ski,
        facts.extended_key_usage,
        facts.key_usage is None or not facts.key_usage.isdisjoint(_SIGNING),
        facts.country,
    )


def certificate_bytes(value: Any, where: str) -> bytes:
    """DER from a pkiOb `{val, encoding?, specRef?}` (TS 119 602, 6.6.3), canonical base64."""
    entry = reading.members(value, where, frozenset({"val"}), _PKI_OB)
    for member in ("encoding", "specRef"):
        if member in entry:
            reading.token(entry[member], f"{where}.{member}")
    if type(entry["val"]) is not str:
        raise reading.value_fault(f"{where}.val", "base64 of a certificate")
    return base64url.decode_standard(entry["val"])


def parse_other_id(value: str, where: str = "OtherIds") -> Identity:
    """One string of ``OtherIds``. Raises ``Rejection`` for anything outside the grammar:

    `jwk:` base64url of the canonical (RFC 8785) JSON of one public JWK · `jwks:` https address ·
    `did:` a DID, of which did:key and did:jwk carry their key · `issuer:` URI ·
    `issuer-pattern:` https address with `{rp}` as one whole path segment · `online:` https address.
    """
    if type(value) is not str or not value.isascii() or len(value) > MAX_OTHER_ID:
        raise _fault(where, "no identifier of this profile")
    scheme, separator, rest = value.partition(":")
    if not separator or not rest:
        raise _fault(where, "no identifier of this profile")
    if scheme == "jwk":
        return _jwk_identity(_canonical_jwk(rest, where), where)
    if scheme == "did":
        return _did(value, where)
    if scheme == "issuer":
        return Identity(IdentityKind.ISSUER, reading.uri(rest, where))
    if scheme == "issuer-pattern":
        if len(rest) > reading.MAX_URI or _PATTERN.fullmatch(rest) is None or _dotted(rest):
            raise _fault(where, "a pattern is https with {rp} as one whole segment of its path")
        return Identity(IdentityKind.ISSUER_PATTERN, rest)
    if scheme == "jwks":
        return Identity(IdentityKind.JWKS, reading.https(rest, where))
    if scheme == "online":
        return Identity(IdentityKind.ONLINE, reading.https(rest, where))
    raise _fault(where, "no identifier of this profile")


def format_jwk(jwk: dict[str, Any]) -> str:
    """`jwk:` with the canonical JSON of a public JWK, as ``parse_other_id`` reads it."""
    return "jwk:" + base64url.encode(strict_json.canonical(jwk))


def format_did_key(key: VerificationKey) -> str:
    """did:key of an Ed25519, P-256, P-384 or P-521 key; ``MisuseError`` for others."""
    jwk = key.jwk()
    x = base64url.decode(jwk.get("x", ""))
    if jwk.get("crv") == "Ed25519":
        return "did:key:z" + base58.encode(b"\xed\x01" + x)
    prefixes = {"P-256": b"\x80\x24", "P-384": b"\x81\x24", "P-521": b"\x82\x24"}
    prefix = prefixes.get(jwk.get("crv", ""))
    if prefix is None:
        raise MisuseError(f"did:key is not written for {key.key_type.value} keys")
    sign = b"\x03" if base64url.decode(jwk["y"])[-1] & 1 else b"\x02"
    return "did:key:z" + base58.encode(prefix + sign + x)


def _dotted(address: str) -> bool:
    return any(part in (".", "..") for part in address.split("/"))


def _canonical_jwk(encoded: str, where: str) -> dict[str, Any]:
    raw = base64url.decode(encoded)
    jwk = strict_json.loads_object(raw, max_depth=2, max_bytes=MAX_JWK_BYTES)
    if strict_json.canonical(jwk) != raw:
        raise _fault(where, "the JWK is not in canonical JSON (RFC 8785)")
    return jwk


def _jwk_identity(jwk: dict[str, Any], where: str) -> Identity:
    key = VerificationKey.from_jwk(jwk)
    public = frozenset(key.jwk())
    for member in jwk:
        if member not in public and member not in _JWK_OPTIONAL:
            raise _fault(where, "the JWK has a member that this profile does not define")
    kid = jwk["kid"] if "kid" in jwk else base64url.encode(key.thumbprint)
    if type(kid) is not str or not 0 < len(kid) <= 256 or not _visible(kid):
        raise _fault(where, "the JWK's `kid` is not a short, visible text")
    return Identity(IdentityKind.JWK, kid, key)


def _visible(kid: str) -> bool:
    return kid.isascii() and kid.isprintable() and " " not in kid


def _did(value: str, where: str) -> Identity:
    if len(value) > MAX_OTHER_ID or _DID.fullmatch(value) is None:
        raise _fault(where, "no DID (DID Core 1.0, 3.1)")
    method, specific = value.split(":", 2)[1:]
    if method == "key":
        return Identity(IdentityKind.DID, value, multikey(specific, where))
    if method == "jwk":
        raw = base64url.decode(specific)
        jwk = strict_json.loads_object(raw, max_depth=2, max_bytes=MAX_JWK_BYTES)
        return Identity(IdentityKind.DID, value, VerificationKey.from_jwk(jwk))
    return Identity(IdentityKind.DID, value)


def multikey(multibase: str, where: str = "did:key") -> VerificationKey:
    """The key of a Multikey (Controlled Identifiers 1.0, 2.2.2): Ed25519, P-256, P-384, P-521.

    Raises ``Rejection``.
    """
    if not multibase.startswith("z") or len(multibase) > 128:
        raise _fault(where, "did:key is not in base58btc")
    try:
        raw = base58.decode(multibase[1:], max_length=127)
    except Rejection:
        raise _fault(where, "did:key is not in base58btc") from None
    kind, size = _MULTICODEC.get(raw[:2], ("", 0))
    body = raw[2:]
    if len(body) != size or not size:
        raise _fault(where, "did:key holds no key of a supported type")
    if kind == "ed25519":
        return VerificationKey.from_ed25519(body)
    if body[0] not in (2, 3):
        raise _fault(where, "did:key holds no compressed point")
    # RFC 9053, 7.1.1: a COSE_Key may state only the sign of y, which is what did:key has.
    return VerificationKey.from_cose_key({1: 2, -1: kind, -2: body[1:], -3: body[0] == 3})


# --- the whole member ----------------------------------------------------------------------------
def read_identities(value: Any, where: str) -> tuple[Identity, ...]:
    """ServiceDigitalIdentity of a current service entry (TS 119 602, 6.6.3).

    NOTE: X509SubjectNames may stand there for people to read; they are never matched (TS 119 612,
    5.5.3). X509SKIs belong to history only.
    """
    members = reading.members(value, where, frozenset(), _SDI)
    found: list[Identity] = []
    if "X509Certificates" in members:
        path = f"{where}.X509Certificates"
        found += reading.each(members["X509Certificates"], path, _certificate, most=MAX_IDENTITIES)
    if "PublicKeyValues" in members:
        path = f"{where}.PublicKeyValues"
        found += reading.each(
            members["PublicKeyValues"], path, _public_key_value, most=MAX_IDENTITIES
        )
    if "OtherIds" in members:
        path = f"{where}.OtherIds"
        found += reading.each(members["OtherIds"], path, parse_other_id, most=MAX_IDENTITIES)
    if "X509SubjectNames" in members:
        path = f"{where}.X509SubjectNames"
        reading.each(members["X509SubjectNames"], path, reading.text, most=MAX_IDENTITIES)
    if not found:
        raise Rejection(codes.IDENTITY_MISSING, where=where)
    names = {(identity.kind, identity.value) for identity in found}
    if len(names) != len(found):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"two identities alike in {where}")
    return tuple(found)


def _certificate(value: Any, where: str) -> Identity:
    return certificate_identity(certificate_bytes(value, where))


def _public_key_value(value: Any, where: str) -> Identity:
    kty = value.get("kty") if type(value) is dict else None
    required = _PUBLIC_KEY_MEMBERS.get(kty) if type(kty) is str else None
    if required is None:
        raise _fault(where, "PublicKeyValues holds EC and RSA keys; others go into OtherIds")
    return _jwk_identity(reading.members(value, where, required, _JWK_OPTIONAL), where)


def read_history_identities(value: Any, where: str) -> tuple[bytes, ...]:
    """ServiceDigitalIdentity of a history entry: the key identifiers, never a certificate.

    TS 119 612, 5.6.3. They help to find a current entry and prove nothing.
    """
    members = reading.members(value, where, frozenset(), _HISTORY_SDI)
    if "X509SubjectNames" in members:
        path = f"{where}.X509SubjectNames"
        reading.each(members["X509SubjectNames"], path, reading.text, most=MAX_IDENTITIES)
    if "OtherIds" in members:
        path = f"{where}.OtherIds"
        reading.each(members["OtherIds"], path, parse_other_id, most=MAX_IDENTITIES)
    if "X509SKIs" not in members:
        return ()
    path = f"{where}.X509SKIs"
    return reading.each(members["X509SKIs"], path, _key_identifier, most=MAX_IDENTITIES)


def _key_identifier(value: Any, where: str) -> bytes:
    if type(value) is not str or not 0 < len(value) <= 128:
        raise reading.value_fault(where, "base64 of a key identifier")
    return base64url.decode_standard(value)
