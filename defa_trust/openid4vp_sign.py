"""Signing a presentation request with an access certificate (floor 12; OpenID4VP 1.0, 5; RFC 9101).

For the two Client Identifier Prefixes by which wallets find a certificate. Whoever keeps that key
elsewhere signs ``PresentationRequest.parameters()`` there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final

from .algorithms import KeyType
from .codec import base64url
from .codec import json as strict_json
from .errors import MisuseError, Rejection
from .openid4vp_request import PresentationRequest
from .signing_crypto import SigningKey
from .x509.certificate import read_certificate
from .x509.extensions import NameKind
from .x509.facts import UntrustedCertificate

TYPE: Final = "oauth-authz-req+jwt"
"""`typ` of a request object (RFC 9101, 10.8)."""
AUDIENCE: Final = "https://self-issued.me/v2"
"""`aud` where the wallet is not known beforehand (OpenID4VP 1.0, 5.8)."""
MAX_LIFETIME: Final = 3600
"""Ours: seconds in which a request may be answered; its key is kept as long."""

_ALGORITHMS: Final[Mapping[KeyType, str]] = MappingProxyType(
    {KeyType.P256: "ES256", KeyType.P384: "ES384", KeyType.P521: "ES512"}
)


def request_object(
    asked: PresentationRequest,
    key: SigningKey,
    certificate: bytes,
    chain: Iterable[bytes] = (),
    *,
    issued_at: int,
    lifetime: int = 300,
    wallet_nonce: str | None = None,
) -> str:
    """The signed request object (`application/oauth-authz-req+jwt`), as served at a `request_uri`
    or given to the Digital Credentials API as `request`.

    ``certificate`` (DER) is the verifier's own, ``chain`` those above it; ``issued_at`` is Unix
    seconds, ``lifetime`` seconds. ``wallet_nonce`` is what the wallet posted (5.10). Raises
    ``MisuseError`` where key, certificate and client identifier do not belong together.
    """
    algorithm = _ALGORITHMS.get(key.key_type)
    if algorithm is None:
        raise MisuseError("request objects are signed with ECDSA on P-256, P-384 or P-521")
    if not 0 < lifetime <= MAX_LIFETIME:
        raise MisuseError(f"a request lives for 1 to {MAX_LIFETIME} seconds")
    try:
        facts = read_certificate(certificate)
    except Rejection as refusal:
        raise MisuseError(f"the certificate cannot be used: {refusal}") from None
    if facts.key.thumbprint != key.verification_key.thumbprint:
        raise MisuseError("the certificate is not that of the signing key")
    _check_client(asked.client_id, facts, certificate)
    header = {
        "alg": algorithm,
        "typ": TYPE,
        "x5c": [base64url.encode_standard(each) for each in (certificate, *chain)],
    }
    payload: dict[str, Any] = {
        "iss": asked.client_id,
        "aud": AUDIENCE,
        "iat": issued_at,
        "exp": issued_at + lifetime,
        **asked.parameters(),
    }
    if wallet_nonce is not None:
        payload["wallet_nonce"] = wallet_nonce
    head, body = (base64url.encode(strict_json.compact(part)) for part in (header, payload))
    signature = key.sign(algorithm, f"{head}.{body}".encode("ascii"))
    return f"{head}.{body}.{base64url.encode(signature)}"


def _check_client(client_id: str | None, facts: UntrustedCertificate, der: bytes) -> None:
    """5.9.3: what wallets compare, and refuse where it does not fit."""
    prefix, _, rest = (client_id or "").partition(":")
    if prefix == "x509_hash":
        if rest != base64url.encode(sha256(der).digest()):
            raise MisuseError("after `x509_hash:` stands the SHA-256 of another certificate")
    elif prefix == "x509_san_dns":
        names = [name.value for name in facts.subject_alt_names if name.kind is NameKind.DNS]
        if rest.encode() not in names:
            raise MisuseError("the certificate does not name the host after `x509_san_dns:`")
    else:
        raise MisuseError("a request is signed here for x509_hash and x509_san_dns alone")
