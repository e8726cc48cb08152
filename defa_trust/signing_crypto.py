"""Private keys: signing with test and list-operator keys, and agreeing on a secret with the sender
of an encrypted response (floor 3).

Apart from ``crypto``, so that whoever only verifies never loads a private key. Keys made
``from_seed()`` are TEST-ONLY: whoever knows the label knows the key.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import InvalidTag, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from .algorithms import ALGORITHMS, JOSE_ALGORITHMS, Algorithm, KeyType, SignatureEncoding
from .codec import base64url
from .codes import crypto as codes
from .crypto import VerificationKey, hash_object, library_scheme
from .errors import MisuseError, Rejection
from .key_reading import WIDTHS

__all__ = [
    "AgreementKey",
    "SigningKey",
    "aes_gcm_open",
    "aes_gcm_seal",
    "certificate_der",
    "certificates_of_pkcs7",
    "ecdsa_with_sha_1",
    "hash_object",
    "pkcs12_parts",
]

_SALT: Final = b"defa_trust TEST-ONLY key derivation 1"
_EC: Final[dict[KeyType, ec.EllipticCurve]] = {
    KeyType.P256: ec.SECP256R1(),
    KeyType.P384: ec.SECP384R1(),
    KeyType.P521: ec.SECP521R1(),
}
# Orders of the groups (SP 800-186, 3.2.1.3 to 3.2.1.5).
_ORDERS: Final[dict[KeyType, int]] = {
    KeyType.P256: 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551,
    KeyType.P384: 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFC7634D81F4372DDF581A0DB248B0A77AECEC196ACCC52973,  # noqa: E501
    KeyType.P521: 0x1FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFA51868783BF2F966B7FCC0148F709A5D03BB5C9B8899C47AEBB6FB71E91386409,  # noqa: E501
}
_SEEDED: Final[dict[KeyType, tuple[Any, int]]] = {
    KeyType.ED25519: (ed25519.Ed25519PrivateKey.from_private_bytes, 32),
    KeyType.ED448: (ed448.Ed448PrivateKey.from_private_bytes, 57),
    KeyType.MLDSA44: (mldsa.MLDSA44PrivateKey.from_seed_bytes, 32),
    KeyType.MLDSA65: (mldsa.MLDSA65PrivateKey.from_seed_bytes, 32),
    KeyType.MLDSA87: (mldsa.MLDSA87PrivateKey.from_seed_bytes, 32),
}


class SigningKey:
    """A private key with its public half. ``private_key`` is the library's object."""

    __slots__ = ("private_key", "verification_key")

    def __init__(self, private_key: Any) -> None:
        public = getattr(private_key, "public_key", None)
        if public is None:
            raise MisuseError(f"no private key: {type(private_key).__name__}")
        self.private_key = private_key
        try:
            self.verification_key = VerificationKey.from_public_key(public())
        except Rejection as refusal:
            raise MisuseError(f"nothing is signed with this key: {refusal}") from None

    def __repr__(self) -> str:
        return f"<SigningKey of {self.verification_key!r}>"

    @property
    def key_type(self) -> KeyType:
        return self.verification_key.key_type

    @classmethod
    def from_seed(cls, label: str, key_type: KeyType) -> SigningKey:
        """The TEST-ONLY key of a label: the same key for the same label, everywhere.

        For NIST curves, EdDSA and ML-DSA; ``MisuseError`` for RSA and Brainpool.
        """
        info = f"{key_type.value}|{label}".encode()
        if key_type in _EC:
            # 64 bits more than the order has, so that the remainder is even (FIPS 186-5, A.2.1).
            material = _hkdf_sha512(info, WIDTHS[key_type] + 8)
            scalar = int.from_bytes(material, "big") % (_ORDERS[key_type] - 1) + 1
            return cls(ec.derive_private_key(scalar, _EC[key_type]))
        if key_type in _SEEDED:
            make, size = _SEEDED[key_type]
            return cls(make(_hkdf_sha512(info, size)))
        raise MisuseError(
            f"a key of type {key_type.value} cannot be derived; keep it as a PEM file"
        )

    @classmethod
    def from_pem(cls, pem: bytes, password: bytes | None = None) -> SigningKey:
        """Read a PKCS#8 PEM (RFC 5958); ``MisuseError`` for anything else."""
        try:
            return cls(serialization.load_pem_private_key(pem, password))
        except (ValueError, TypeError, UnsupportedAlgorithm):
            raise MisuseError("no PKCS#8 PEM of a known type, or not its password") from None

    @classmethod
    def from_kept_pem(cls, pem: bytes) -> SigningKey:
        """Read a PKCS#8 PEM that this package itself keeps, without testing its RSA numbers.

        Such a test takes up to 0.15 s a key, and who changed a file here could change this line.
        """
        return cls(
            serialization.load_pem_private_key(pem, None, unsafe_skip_rsa_key_validation=True)
        )

    @classmethod
    def from_pkcs12(cls, data: bytes, password: bytes | None = None) -> tuple[SigningKey, bytes]:
        """Key and DER certificate of a PKCS#12 file (RFC 7292); ``MisuseError`` for anything else.
        Further certificates in it are left alone."""
        key, certificate, _ = pkcs12_parts(data, password)
        return key, certificate

    def private_pem(self, password: bytes | None = None) -> bytes:
        """PKCS#8 PEM, encrypted where a password is given."""
        protection: serialization.KeySerializationEncryption = (
            serialization.NoEncryption()
            if password is None
            else serialization.BestAvailableEncryption(password)
        )
        pem: bytes = self.private_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, protection
        )
        return pem

    def jwk(self, *, private: bool = False) -> dict[str, str]:
        """The JWK; with ``private`` also the secret (`d`, or `priv` for ML-DSA; not for RSA)."""
        members = self.verification_key.jwk()
        if private:
            key_type = self.key_type
            if key_type is KeyType.RSA:
                raise MisuseError("RSA private keys are kept as PEM, not as JWK")
            if key_type in _SEEDED:
                name = "priv" if key_type.value.startswith("ML-DSA") else "d"
                members[name] = base64url.encode(self.private_key.private_bytes_raw())
            else:
                scalar = self.private_key.private_numbers().private_value
                members["d"] = base64url.encode(scalar.to_bytes(WIDTHS[key_type], "big"))
        return members

    def sign(self, algorithm: Algorithm | str, data: bytes) -> bytes:
        """Sign in the algorithm's own encoding; ``MisuseError`` where it does not fit the key.

        A name may be the polymorphic `EdDSA`. ECDSA takes its nonce from RFC 6979, so that samples
        come out the same each time; RSA-PSS is salted and does not.
        """
        row = self.algorithm(algorithm)
        if row.hash is None:
            plain: bytes = self.private_key.sign(data)
            return plain
        hash = hash_object(row.hash)
        if row.key_type is KeyType.RSA:
            assert isinstance(self.private_key, rsa.RSAPrivateKey)
            return self.private_key.sign(data, *library_scheme(row))
        der: bytes = self.private_key.sign(data, ec.ECDSA(hash, deterministic_signing=True))
        return _encoded(der, row.key_type, row.encoding)

    def algorithm(self, algorithm: Algorithm | str) -> Algorithm:
        """The row for a name (or a row) that this key can serve."""
        if isinstance(algorithm, str):
            rows = JOSE_ALGORITHMS.get(algorithm) or (ALGORITHMS.get(algorithm),)
        else:
            rows = (algorithm,)
        for row in rows:
            if row is not None and row.key_type is self.key_type:
                return row
        name = algorithm if isinstance(algorithm, str) else algorithm.name
        raise MisuseError(f"a key of type {self.key_type.value} cannot sign with {name}")


def ecdsa_with_sha_1(
    key: SigningKey, data: bytes, encoding: SignatureEncoding = SignatureEncoding.DER
) -> bytes:
    """An ECDSA signature over SHA-1, which nothing here verifies: for samples that are refused for
    their hash and for nothing else. The same octets each time (RFC 6979)."""
    scheme = ec.ECDSA(hashes.SHA1(), deterministic_signing=True)  # noqa: S303  to be refused
    return _encoded(key.private_key.sign(data, scheme), key.key_type, encoding)


def _encoded(der: bytes, key_type: KeyType, encoding: SignatureEncoding) -> bytes:
    if encoding is SignatureEncoding.DER:
        return der
    width = WIDTHS[key_type]
    return b"".join(part.to_bytes(width, "big") for part in decode_dss_signature(der))


class AgreementKey:
    """A private key on P-256 for key agreement alone (NIST SP 800-56A, 6.2.2.2; RFC 7518, 4.6).

    A verifier makes one for each request whose response it wants encrypted, and keeps it until that
    response has come. It signs nothing, and no signing key is read as one.
    """

    __slots__ = ("_key", "public_key")

    def __init__(self, private_key: Any) -> None:
        if not isinstance(private_key, ec.EllipticCurvePrivateKey) or not isinstance(
            private_key.curve, ec.SECP256R1
        ):
            raise MisuseError("keys are agreed on P-256 alone")
        self._key = private_key
        self.public_key = VerificationKey.from_public_key(private_key.public_key())
        """The public half; only its point and its thumbprint are of use."""

    def __eq__(self, other: object) -> bool:
        return isinstance(other, AgreementKey) and self.public_key == other.public_key

    def __hash__(self) -> int:
        return hash(self.public_key)

    def __repr__(self) -> str:
        return f"<AgreementKey of {self.public_key.thumbprint.hex()[:16]}>"

    @classmethod
    def generate(cls) -> AgreementKey:
        """A fresh one, from the system's randomness."""
        return cls(ec.generate_private_key(_EC[KeyType.P256]))

    @classmethod
    def from_seed(cls, label: str) -> AgreementKey:
        """The TEST-ONLY key of a label: the same key for the same label, everywhere."""
        return cls(SigningKey.from_seed(f"agreement {label}", KeyType.P256).private_key)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> AgreementKey:
        """Read a private JWK (RFC 7518, 6.2.2) whose `d` belongs to its `x` and `y`.

        Raises ``MisuseError`` for anything else.
        """
        public = {name: jwk[name] for name in ("kty", "crv", "x", "y") if name in jwk}
        scalar = jwk.get("d")
        try:
            point = VerificationKey.from_jwk(public)
            octets = base64url.decode(scalar) if type(scalar) is str else b""
            if point.key_type is KeyType.P256 and len(octets) == WIDTHS[KeyType.P256]:
                value = int.from_bytes(octets, "big")
                made = cls(ec.derive_private_key(value, _EC[KeyType.P256]))
                if made.public_key == point:
                    return made
        except (Rejection, ValueError):
            pass
        raise MisuseError("no private JWK on P-256 for key agreement")

    def jwk(self, *, private: bool = False) -> dict[str, str]:
        """`kty`, `crv`, `x` and `y`; with ``private`` also the secret `d`."""
        members = self.public_key.jwk()
        if private:
            value = self._key.private_numbers().private_value
            members["d"] = base64url.encode(value.to_bytes(WIDTHS[KeyType.P256], "big"))
        return members

    def agree(self, jwk: Mapping[str, Any]) -> bytes:
        """The shared secret Z with another party's public JWK; ``Rejection`` (`crypto.key_*`) for
        what is no point of the curve (RFC 8725, 3.4)."""
        other = VerificationKey.from_jwk(jwk)
        if other.key_type is not KeyType.P256:
            raise Rejection(
                codes.KEY_TYPE_MISMATCH, expected=KeyType.P256.value, actual=other.key_type.value
            )
        point = ec.EllipticCurvePublicKey.from_encoded_point(
            _EC[KeyType.P256],
            b"\x04" + base64url.decode(other.jwk()["x"]) + base64url.decode(other.jwk()["y"]),
        )
        secret: bytes = self._key.exchange(ec.ECDH(), point)
        return secret


def aes_gcm_open(
    key: bytes, nonce: bytes, ciphertext: bytes, tag: bytes, associated: bytes
) -> bytes | None:
    """AES-GCM authenticated decryption (NIST SP 800-38D, 7.2); ``None`` where the tag is wrong."""
    try:
        return AESGCM(key).decrypt(nonce, ciphertext + tag, associated)
    except InvalidTag:
        return None


def aes_gcm_seal(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Ciphertext with its tag of 16 octets behind it. A nonce serves one text under one key."""
    return AESGCM(key).encrypt(nonce, plaintext, associated)


def _hkdf_sha512(info: bytes, length: int) -> bytes:
    """RFC 5869, with the label as `info`; written out because the label is all the entropy."""
    pseudorandom = hmac.digest(_SALT, info, hashlib.sha512)
    output, block, counter = b"", b"", 1
    while len(output) < length:
        block = hmac.digest(pseudorandom, block + info + bytes((counter,)), hashlib.sha512)
        output += block
        counter += 1
    return output[:length]


def certificate_der(certificate: Any) -> bytes:
    """DER (X.690) of a certificate made with the library's builder, for callers above this door."""
    der: bytes = certificate.public_bytes(serialization.Encoding.DER)
    return der


def pkcs12_parts(
    data: bytes, password: bytes | None = None
) -> tuple[SigningKey, bytes, tuple[bytes, ...]]:
    """Key, its certificate and the other certificates (DER, in their order) of a PKCS#12 file (RFC
    7292); ``MisuseError`` for anything else."""
    from cryptography.hazmat.primitives.serialization import pkcs12

    try:
        key, certificate, others = pkcs12.load_key_and_certificates(data, password)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MisuseError("no PKCS#12 file of a known kind, or not its password") from None
    if key is None or certificate is None:
        raise MisuseError("the PKCS#12 file holds no key with its certificate")
    chain = tuple(certificate_der(other) for other in others)
    return SigningKey(key), certificate_der(certificate), chain


def certificates_of_pkcs7(data: bytes) -> tuple[bytes, ...]:
    """DER of every certificate in a certificates-only CMS message (`.p7b`, RFC 5652, 5.1), DER or
    PEM, in its order. The message's own signature, if any, says nothing of them."""
    from cryptography.hazmat.primitives.serialization import pkcs7

    load = pkcs7.load_der_pkcs7_certificates
    if b"-----BEGIN" in data:
        load = pkcs7.load_pem_pkcs7_certificates
    try:
        return tuple(certificate_der(found) for found in load(data))
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise MisuseError("no certificates-only PKCS#7 file") from None
