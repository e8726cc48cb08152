"""Certificates of every kind of key: who signs with what, and below which size nobody does."""

from __future__ import annotations

from ...algorithm_ids import signature_identifier
from ...algorithms import ALGORITHMS, ECDSA_DER, KeyType
from ...codec import base64url
from ...codec.der import encode_bits, encode_integer, encode_oid, seq, tlv
from ..certificates import certificate, key_of
from ..kept import rsa_key
from ..path_cases import path_case
from ..registry import Case, Group

_group = Group("x509", features=("path",), twin="p256_below_rsa")
_RFC = "RFC 5280"
_ED25519 = encode_oid("1.3.101.112")
_RSA = seq(encode_oid("1.2.840.113549.1.1.1"), tlv(0x05, b""))


def _chain(root: KeyType, authority: KeyType, signer: KeyType) -> Case:
    top = certificate("root", key=key_of("root", root))
    middle = certificate("authority", top, ca=True, key=key_of("authority", authority))
    return path_case(certificate("signer", middle, key=key_of("signer", signer)), middle, top)


@_group.vector("RFC 5480, 2.1.1", features=("es256", "es384", "es512"))
def nist_curves_of_three_sizes() -> Case:
    """P-521 signs P-384, which signs P-256: each digest is as long as its own signer's curve."""
    return _chain(KeyType.P521, KeyType.P384, KeyType.P256)


@_group.vector("RFC 8410, 3", features=("ed25519",))
def ed25519_throughout() -> Case:
    """Root, authority and signer have keys of Ed25519."""
    return _chain(KeyType.ED25519, KeyType.ED25519, KeyType.ED25519)


@_group.vector("RFC 8410, 3", features=("ed448", "es256"))
def p256_below_ed448() -> Case:
    """Root and authority have keys of Ed448, the signer one of P-256."""
    return _chain(KeyType.ED448, KeyType.ED448, KeyType.P256)


@_group.vector("RFC 4055, 5", features=("es256", "rs256"))
def p256_below_rsa() -> Case:
    """The root's key is RSA of 2048 bits."""
    top = certificate("root", key=rsa_key())
    return path_case(certificate("signer", top), top)


@_group.vector("RFC 3279, 2.3.1", features=("rs256",))
def rsa_throughout() -> Case:
    """The root's key and the signer's are RSA of 2048 bits."""
    top = certificate("root", key=rsa_key())
    return path_case(certificate("signer", top, key=rsa_key()), top)


@_group.vector(
    "RFC 3279, 2.3.1", "certificate.key_too_small", features=("rs256",), twin="rsa_throughout"
)
def rsa_of_1024_bits() -> Case:
    """The signer's modulus has 1024 bits."""
    octets = base64url.decode(rsa_key().verification_key.jwk()["n"])
    modulus = int.from_bytes(octets[:128]) | 1
    spki = seq(_RSA, encode_bits(seq(encode_integer(modulus), encode_integer(65537))))
    top = certificate("root", key=rsa_key())
    return path_case(certificate("signer", top, spki=spki), top)


@_group.vector(
    "RFC 8410, 3",
    "crypto.algorithm_parameters",
    features=("ed25519",),
    twin="ed25519_throughout",
    notes="The parameters are what later decides how a signature is read: none may be there.",
)
def ed25519_with_parameters() -> Case:
    """The signature's algorithm identifier has NULL for parameters."""
    top = certificate("root", key=key_of("root", KeyType.ED25519))
    named = seq(_ED25519, tlv(0x05, b""))
    return path_case(certificate("signer", top, identifier=named), top)


@_group.vector(
    "RFC 5280, 4.1.1.2",
    "path.signature_invalid",
    features=("es256", "rs256"),
    notes="What is asked with the issuer's key alone may take the identifier's word or the key's.",
)
def algorithm_of_another_kind_of_key() -> Case:
    """The certificate says ECDSA with SHA-256; its issuer's key is RSA, and so is the signature."""
    top = certificate("root", key=rsa_key())
    named = signature_identifier(ECDSA_DER[KeyType.P256, "SHA-256"])
    return path_case(certificate("signer", top, row=ALGORITHMS["RS256"], identifier=named), top)
