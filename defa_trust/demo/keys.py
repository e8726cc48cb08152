"""TEST-ONLY keys and certificates of the region (floor 13): the same bytes on every machine.

EC and EdDSA keys are derived from a published label. RSA keys cannot be, and are kept as PEM files
beside this module. RSA-PSS signatures are salted: those of the samples are kept under ``fixed/``.
Whoever reads this file holds every key: no list outside the region may ever name one of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.x509.oid import NameOID

from ..codec import base64url
from ..codec import json as strict_json
from ..crypto import KeyType
from ..errors import MisuseError
from ..signing_crypto import SigningKey, certificate_der, hash_object

KEY_TYPES: Final[Mapping[str, KeyType]] = {
    "ES256": KeyType.P256,
    "ES384": KeyType.P384,
    "ES512": KeyType.P521,
    "EdDSA": KeyType.ED25519,
}
"""Key type of each algorithm whose keys come from a label; RSA keys come from PEM files."""

CERTIFICATES_FROM: Final = 1_704_067_200
"""2024-01-01T00:00:00Z, in Unix seconds."""
CERTIFICATES_UNTIL: Final = 2_019_686_399
"""2033-12-31T23:59:59Z, in Unix seconds."""

_PSS: Final = frozenset({"PS256", "PS384", "PS512"})


@cache
def seeded(state: str, role: str, algorithm: str) -> SigningKey:
    """The key of a role in a state: the same key for the same words, everywhere."""
    return SigningKey.from_seed(f"TEST-ONLY defa region {state} {role}", KEY_TYPES[algorithm])


@cache
def kept_rsa(name: str) -> SigningKey:
    """The RSA key kept as ``test_only_keys/TEST-ONLY-<name>.pem``."""
    pem = files(__package__) / "test_only_keys" / f"TEST-ONLY-{name}.pem"
    if not pem.is_file():
        raise MisuseError(f"the region keeps no RSA key {name!r}")
    return SigningKey.from_kept_pem(pem.read_bytes())


class Signer(NamedTuple):
    """Who signs a sample: key, `alg`, and how the message points to the key.

    ``certificate`` is DER; where it is there, the list names the certificate and the message its
    SHA-256. ``kept`` is a name under ``fixed/`` for signatures that cannot be made twice.
    """

    key: SigningKey
    algorithm: str
    kid: str | None
    certificate: bytes | None = None

    @property
    def cose_kid(self) -> bytes:
        """First eight bytes of the certificate's SHA-256 (EU DCC, volume 1, 3.3.3) or of the
        key's RFC 7638 thumbprint."""
        if self.certificate is not None:
            return sha256(self.certificate).digest()[:8]
        return self.key.verification_key.thumbprint[:8]

    def sign(self, data: bytes, kept: str) -> bytes:
        """Sign; a salted signature is looked up under ``kept`` instead (see ``fixed/``).

        Raises ``NotKept`` where no signature over exactly these bytes is kept.
        """
        if self.algorithm in _PSS:
            return kept_signature(kept, data, self)
        return self.key.sign(self.algorithm, data)


class NotKept(LookupError):
    """No signature over these bytes is kept: they are of another moment than the region's own."""


@cache
def _kept() -> Mapping[str, Mapping[str, str]]:
    path = files(__package__) / "fixed" / "TEST-ONLY-signatures.json"
    table: Mapping[str, Mapping[str, str]] = strict_json.loads_object(path.read_bytes())
    return table


_recorded: dict[str, dict[str, str]] | None = None


@contextmanager
def recording() -> Iterator[dict[str, dict[str, str]]]:
    """While it lasts, salted signatures are made afresh and collected for ``fixed/``."""
    global _recorded  # noqa: PLW0603 - one recorder, used by ``keep`` alone
    _recorded = {}
    try:
        yield _recorded
    finally:
        _recorded = None


def kept_signature(name: str, data: bytes, signer: Signer) -> bytes:
    """The RSA-PSS signature kept for ``name``, if it is one over exactly ``data``."""
    digest = sha256(data).hexdigest()
    if _recorded is not None and name not in _recorded:
        signature = signer.key.sign(signer.algorithm, data)
        _recorded[name] = {"signed": digest, "signature": base64url.encode(signature)}
    entry = (_kept() if _recorded is None else _recorded).get(name)
    if entry is None or entry["signed"] != digest:
        raise NotKept(name)
    return base64url.decode(entry["signature"])


def service_certificate(key: SigningKey, state: str, organisation: str, common_name: str) -> bytes:
    """DER of a self-signed end-entity certificate: a listed key with a validity, and no more.

    Deterministic: the serial number is a digest of the names, ECDSA nonces are those of RFC 6979.
    """
    name = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, state),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name),
        ]
    )
    label = f"{state}|{organisation}|{common_name}".encode()
    public = key.private_key.public_key()
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(public)
        # 8 octets, positive, never zero (RFC 5280, 4.1.2.2).
        .serial_number(int.from_bytes(sha256(label).digest()[:8], "big") >> 1 | 1)
        .not_valid_before(datetime.fromtimestamp(CERTIFICATES_FROM, UTC))
        .not_valid_after(datetime.fromtimestamp(CERTIFICATES_UNTIL, UTC))
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_DIGITAL_SIGNATURE, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )
    hash_name = {KeyType.P384: "SHA-384", KeyType.P521: "SHA-512"}.get(key.key_type, "SHA-256")
    plain = key.key_type in (KeyType.ED25519, KeyType.ED448)
    more: dict[str, Any] = {"ecdsa_deterministic": True} if key.key_type in _EC else {}
    hash: Any = None if plain else hash_object(hash_name)
    return certificate_der(builder.sign(key.private_key, hash, **more))


_EC: Final = frozenset({KeyType.P256, KeyType.P384, KeyType.P521})
_DIGITAL_SIGNATURE: Final = x509.KeyUsage(
    digital_signature=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    key_cert_sign=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)
