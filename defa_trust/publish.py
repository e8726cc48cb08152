"""Signing of trust lists, and certificates for their TEST-ONLY operators (floor 12).

What is signed has passed both the JSON Schema and the decoder that verifiers use, so no operator
publishes a list that nobody can accept. Same input, same bytes (except with PS256, whose salt is
random).
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from .codec import base64url
from .codec import json as strict_json
from .crypto import KeyType
from .errors import MisuseError, Rejection
from .signing_crypto import SigningKey, certificate_der, hash_object
from .trustlist.decode import decode
from .trustlist.documents import (
    addresses,
    arrangement,
    certificate_identity,
    did_key_identity,
    extension,
    jwk_identity,
    member_state_list,
    merged,
    other_identity,
    pointer,
    recognition_list,
    regional_list,
    service,
    signer_succession,
    snapshot_entry,
    texts,
    time_text,
    transcription,
    trusted_entity,
)
from .trustlist.documents_law import foreign_listing, law_statement
from .trustlist.envelope import EKU_TSL_SIGNING, Content
from .trustlist.model import ListType
from .trustlist.schema import validate
from .x509.certificate import read_certificate

__all__ = [
    "addresses",
    "arrangement",
    "certificate_identity",
    "did_key_identity",
    "extension",
    "foreign_listing",
    "jwk_identity",
    "law_statement",
    "member_state_list",
    "merged",
    "other_identity",
    "pointer",
    "recognition_list",
    "regional_list",
    "service",
    "sign_list",
    "signed_jws",
    "signer_succession",
    "snapshot_entry",
    "texts",
    "time_text",
    "tl_signer_certificate",
    "transcription",
    "trusted_entity",
]

_ALGORITHMS: Final = {
    KeyType.P256: "ES256",
    KeyType.P384: "ES384",
    KeyType.ED25519: "EdDSA",
    KeyType.RSA: "PS256",
}
_HASHES: Final = {
    KeyType.P256: "SHA-256",
    KeyType.P384: "SHA-384",
    KeyType.P521: "SHA-512",
    KeyType.RSA: "SHA-256",
}
SCHEMAS: Final = {
    ListType.REGIONAL: "regional-list.v1",
    ListType.MEMBER_STATE: "member-state-list.v1",
    ListType.RECOGNITION: "recognition-list.v1",
}
_MAX_ORGANISATION: Final = 64
"""RFC 5280, appendix A: ub-organization-name."""


def sign_list(
    document: dict[str, Any], key: SigningKey, certificate: bytes, *, issued_at: int
) -> bytes:
    """A compact JAdES B-B signature over ``document`` (TS 119 182-1; DEFA profile).

    ``certificate`` is the signer's DER certificate; ``issued_at`` becomes `iat` (Unix seconds).
    Raises ``Rejection`` where the document does not follow schema or profile, ``MisuseError`` where
    key and certificate do not belong together or the key's type signs no lists.
    """
    payload = strict_json.compact(document)
    reread = strict_json.loads_object(payload, max_depth=32, max_bytes=len(payload))
    found = decode(reread, digest=sha256(payload).hexdigest(), size=len(payload))
    validate(reread, SCHEMAS[found.type])
    return signed_jws(payload, key, certificate, Content.LIST, issued_at=issued_at)


def signed_jws(
    payload: bytes, key: SigningKey, certificate: bytes, content: Content, *, issued_at: int
) -> bytes:
    """The compact JWS of a list signer over anything; ``MisuseError`` as for ``sign_list``."""
    facts = read_certificate(certificate)
    if facts.key.thumbprint != key.verification_key.thumbprint:
        raise MisuseError("the certificate is not that of the signing key")
    algorithm = _ALGORITHMS.get(key.verification_key.key_type)
    if algorithm is None:
        raise MisuseError(f"no list is signed with a {key.verification_key.key_type.value} key")
    header = {
        "alg": algorithm,
        "typ": "JOSE",
        "cty": content.value,
        "x5t#S256": base64url.encode(facts.sha256),
        "x5c": [base64url.encode_standard(certificate)],
        "iat": issued_at,
    }
    message = (
        f"{base64url.encode(strict_json.compact(header))}.{base64url.encode(payload)}".encode()
    )
    return message + b"." + base64url.encode(key.sign(algorithm, message)).encode()


def tl_signer_certificate(
    key: SigningKey,
    *,
    territory: str,
    operator: str,
    not_before: int,
    not_after: int,
    common_name: str = "TEST-ONLY trust list signer",
) -> bytes:
    """A self-signed DER certificate of a list operator's TEST-ONLY key (TS 119 612, 5.7.1).

    ``territory`` is the subject's countryName; ``operator`` its organisation and the scheme
    operator's name, at most 64 characters. The serial number is a digest of the content.
    """
    if not 0 < len(operator) <= _MAX_ORGANISATION:
        raise MisuseError(f"an organisation in a certificate has 1 to {_MAX_ORGANISATION} letters")
    public = key.private_key.public_key()
    seed = (key.verification_key.spki(), territory, operator, common_name, not_before, not_after)
    serial = int.from_bytes(sha256(repr(seed).encode()).digest()[:16], "big") >> 1 | 1
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, territory),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    usage = x509.KeyUsage(
        digital_signature=True,
        content_commitment=True,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=False,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        .serial_number(serial)
        .not_valid_before(datetime.fromtimestamp(not_before, UTC))
        .not_valid_after(datetime.fromtimestamp(not_after, UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier(EKU_TSL_SIGNING)]), critical=False
        )
        .add_extension(identifier, critical=False)
    )
    key_type = key.verification_key.key_type
    hash_name = _HASHES.get(key_type)
    if hash_name is None:
        signed = builder.sign(key.private_key, None)
    elif key_type is KeyType.RSA:
        signed = builder.sign(key.private_key, hash_object(hash_name))  # type: ignore[arg-type]
    else:
        signed = builder.sign(
            key.private_key,
            hash_object(hash_name),  # type: ignore[arg-type]
            ecdsa_deterministic=True,
        )
    try:
        read_certificate(der := certificate_der(signed))
    except Rejection as refusal:
        raise MisuseError(f"no usable certificate came out: {refusal}") from None
    return der
