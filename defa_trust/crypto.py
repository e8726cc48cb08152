"""Public keys: read strictly, verify one algorithm each (floor 3).

The sole door to the primitives of ``cryptography`` (with ``signing_crypto``, which makes samples):
whatever that library raises ends here as ``False`` or as a ``Rejection``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from typing import Any, Final, NamedTuple, NoReturn

from cryptography.exceptions import InternalError, InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, mldsa, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from .algorithms import (
    ALGORITHMS,
    COSE_ALGORITHMS,
    DEFAULT_ALGORITHM_POLICY,
    DIGESTS,
    ECDSA_DER,
    JOSE_ALGORITHMS,
    POST_QUANTUM_TYPES,
    RSA_MAX_BITS,
    RSA_MIN_BITS,
    Algorithm,
    AlgorithmPolicy,
    KeyType,
    PostQuantum,
    SignatureEncoding,
    digest,
    select,
    shown,
)
from .codec import base64url
from .codec.der import element
from .codes import crypto as codes
from .errors import MisuseError, Rejection
from .key_reading import (
    WIDTHS,
    KeyMaterial,
    check_edwards,
    check_rsa,
    check_unsigned,
    read_cose_key,
    read_jwk,
)
from .usual_keys import P256_HEAD, RSA_EXPONENT, usual_modulus

__all__ = [
    "ALGORITHMS",
    "COSE_ALGORITHMS",
    "DEFAULT_ALGORITHM_POLICY",
    "DIGESTS",
    "ECDSA_DER",
    "JOSE_ALGORITHMS",
    "RSA_MAX_BITS",
    "RSA_MIN_BITS",
    "Algorithm",
    "AlgorithmPolicy",
    "Hashed",
    "KeyType",
    "PostQuantum",
    "SignatureEncoding",
    "VerificationKey",
    "digest",
    "hash_object",
    "is_elliptic",
    "library_scheme",
    "select",
]

# Bound once: looking up a member of an enumeration by its name is not cheap in Python 3.11.
_P256: Final = KeyType.P256
_RSA: Final = KeyType.RSA
_RAW: Final = SignatureEncoding.RAW
_DER: Final = SignatureEncoding.DER

_HASHES: Final[Mapping[str, hashes.HashAlgorithm]] = {
    "SHA-256": hashes.SHA256(),
    "SHA-384": hashes.SHA384(),
    "SHA-512": hashes.SHA512(),
}
_CURVES: Final[Mapping[KeyType, ec.EllipticCurve]] = {
    KeyType.P256: ec.SECP256R1(),
    KeyType.P384: ec.SECP384R1(),
    KeyType.P521: ec.SECP521R1(),
    KeyType.BRAINPOOL_P256R1: ec.BrainpoolP256R1(),
    KeyType.BRAINPOOL_P384R1: ec.BrainpoolP384R1(),
    KeyType.BRAINPOOL_P512R1: ec.BrainpoolP512R1(),
}
_TYPE_OF_CURVE: Final = {curve.name: key_type for key_type, curve in _CURVES.items()}
_RAW_KINDS: Final[Mapping[KeyType, tuple[Any, int]]] = {
    KeyType.ED25519: (ed25519.Ed25519PublicKey, 256),
    KeyType.ED448: (ed448.Ed448PublicKey, 456),
    KeyType.MLDSA44: (mldsa.MLDSA44PublicKey, 1312 * 8),
    KeyType.MLDSA65: (mldsa.MLDSA65PublicKey, 1952 * 8),
    KeyType.MLDSA87: (mldsa.MLDSA87PublicKey, 2592 * 8),
}
_ELLIPTIC: Final = bytes.fromhex("06072a8648ce3d0201")
_NAMED_CURVE: Final = _ELLIPTIC + b"\x06"
_load_spki: Final = serialization.load_der_public_key
_LIBRARY_FAULTS: Final = (ValueError, UnsupportedAlgorithm, InternalError, OverflowError)


def hash_object(name: str) -> hashes.HashAlgorithm:
    """The library's object for `SHA-256`, `SHA-384` or `SHA-512`; ``MisuseError`` for others."""
    try:
        return _HASHES[name]
    except KeyError:
        raise MisuseError(f"no hash {name!r}; known: {', '.join(_HASHES)}") from None


def _scheme(algorithm: Algorithm, hash: Any) -> tuple[Any, ...]:
    if algorithm.hash is None:
        return ()
    if algorithm.key_type is not KeyType.RSA:
        return (ec.ECDSA(hash),)
    if algorithm.name.startswith("PS"):
        plain = _HASHES[algorithm.hash]
        # RFC 7518, 3.5: MGF1 with the same hash, a salt exactly as long as its output.
        return (padding.PSS(padding.MGF1(plain), plain.digest_size), hash)
    return (padding.PKCS1v15(), hash)


_SCHEMES: Final = {row: _scheme(row, row.hash and _HASHES[row.hash]) for row in ALGORITHMS.values()}
_PREHASHED: Final = {
    row: _scheme(row, Prehashed(_HASHES[row.hash])) for row in ALGORITHMS.values() if row.hash
}
_HASHERS: Final = {
    "SHA-256": hashlib.sha256,
    "SHA-384": hashlib.sha384,
    "SHA-512": hashlib.sha512,
}


def library_scheme(algorithm: Algorithm) -> tuple[Any, ...]:
    """What the library's ``verify()`` and ``sign()`` want after the octets, for a table row."""
    return _SCHEMES[algorithm]


class Hashed(NamedTuple):
    """The digest of signed data in its place, for who had to hash it anyway (`hash` as in the
    algorithm's row, such as `SHA-256`)."""

    hash: str
    value: bytes


class _Parts:
    """Where a key's parts lie while it is being made; then it becomes immutable."""

    __slots__ = ("_key", "_size", "_thumbprint", "alg", "bits", "key_type")

    key_type: KeyType
    bits: int
    alg: str | None
    _key: Any
    _size: int
    _thumbprint: bytes | None

    def __init__(self, key_type: KeyType, key: Any, bits: int, alg: str | None) -> None:
        self.key_type = key_type
        self._key = key
        self.bits = bits
        # An AKP key is its algorithm (RFC 9964, 3), whichever way it was read.
        self.alg = key_type.value if key_type in POST_QUANTUM_TYPES else alg
        self._size = (bits + 7) // 8
        self._thumbprint = None


class VerificationKey(_Parts):
    """A public key of known type: immutable, compared by thumbprint and bound algorithm.

    ``bits``: size of the modulus, the curve's field, or the encoded key (EdDSA, ML-DSA).
    ``alg`` is the fully specified name the key is bound to (JWK `alg`, COSE label 3) or ``None``.
    """

    __slots__ = ()

    def __init__(self) -> None:
        raise MisuseError("a VerificationKey is read: from_jwk(), from_spki(), from_cose_key() …")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a VerificationKey is immutable: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a VerificationKey is immutable: {name}")

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, VerificationKey)
            and self.alg == other.alg
            and self.thumbprint == other.thumbprint
        )

    def __hash__(self) -> int:
        return hash((self.alg, self.thumbprint))

    def __copy__(self) -> VerificationKey:
        return self

    def __deepcopy__(self, memo: object) -> VerificationKey:
        return self

    def __repr__(self) -> str:
        return f"<VerificationKey {self.key_type.value} {self.thumbprint.hex()[:16]}>"

    # --- reading ---------------------------------------------------------------------------

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, Any]) -> VerificationKey:
        """Read a public JWK (RFC 7517, RFC 7518 6, RFC 8037, RFC 9964) from decoded JSON.

        Refused with a ``Rejection``: unknown `kty` or `crv`, secrets, any private member, `use` or
        `key_ops` that exclude verifying, an `alg` that does not fit, coordinates of another length,
        points off the curve, weak keys. Members this reading does not know are ignored (RFC 7517,
        4), `x5c` among them: only the key's own members make the key.
        """
        return _build(read_jwk(jwk))

    @classmethod
    def from_cose_key(cls, cose_key: Mapping[Any, Any]) -> VerificationKey:
        """Read a public COSE_Key (RFC 9053 7, RFC 8230, RFC 9964) from decoded CBOR.

        ``cose_key`` maps integer labels to values; the same strictness as ``from_jwk()``.
        """
        return _build(read_cose_key(cose_key))

    @classmethod
    def from_spki(cls, der: bytes) -> VerificationKey:
        """Read a DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) in its one canonical form.

        NOTE: compressed points (RFC 5480, 2.2) and keys restricted to RSASSA-PSS (RFC 4055, 1.2)
        are refused, so that one key has one encoding and no restriction is lost.
        """
        if type(der) is not bytes:
            raise MisuseError(f"an SPKI is bytes, not {type(der).__name__}")
        try:
            loaded = serialization.load_der_public_key(der)
        except (*_LIBRARY_FAULTS, TypeError):
            raise _unreadable("a DER key of a known type") from None
        key = cls.from_public_key(loaded)
        if key.spki() != der:
            raise _unreadable("in canonical DER")
        return key

    @classmethod
    def from_certificate_spki(cls, der: bytes) -> VerificationKey:
        """Read the SubjectPublicKeyInfo of a certificate: any legal encoding of a known key.

        The signature over the certificate covers the octets, so a second spelling of a key (a
        compressed point, RFC 5480, 2.2) gives nobody a second certificate.
        """
        if der[:-64] == P256_HEAD:
            try:
                return _make(_P256, _load_spki(der), 256)
            except _LIBRARY_FAULTS:
                raise _no_key() from None
        modulus = usual_modulus(der)
        if modulus is not None:
            check_rsa(modulus, RSA_EXPONENT)
            try:
                return _make(_RSA, _load_spki(der), modulus.bit_length())
            except _LIBRARY_FAULTS:
                raise _unreadable("a DER key of a known type") from None
        if _ELLIPTIC in der[:20] and not is_elliptic(der):
            # RFC 5480, 2.1.1: MUST NOT be used. Whoever chooses the generator chooses the key
            # (CVE-2020-0601).
            raise Rejection(codes.KEY_INVALID, where="key", actual="a curve spelt out")
        try:
            loaded = serialization.load_der_public_key(der)
        except (*_LIBRARY_FAULTS, TypeError):
            raise _unreadable("a DER key of a known type") from None
        if is_elliptic(der) and _form_of_point(der) not in (2, 3, 4):
            # RFC 5480, 2.2: the hybrid form MUST NOT be used; the library reads it.
            raise _unreadable("a point, compressed or not")
        return cls.from_public_key(loaded)

    @classmethod
    def from_public_key(cls, public_key: object) -> VerificationKey:
        """Wrap a key object of ``cryptography``, such as a certificate gives.

        Raises ``Rejection`` for types and curves outside ``KeyType`` and for weak keys.
        """
        if isinstance(public_key, ec.EllipticCurvePublicKey):
            key_type = _TYPE_OF_CURVE.get(public_key.curve.name)
            if key_type is not None:
                return _make(key_type, public_key, public_key.key_size)
        elif isinstance(public_key, rsa.RSAPublicKey):
            numbers = public_key.public_numbers()
            check_rsa(numbers.n, numbers.e)
            return _make(KeyType.RSA, public_key, public_key.key_size)
        else:
            for key_type, (kind, _) in _RAW_KINDS.items():
                if isinstance(public_key, kind):
                    return _build(KeyMaterial(key_type, public_key.public_bytes_raw()))
        curve = getattr(getattr(public_key, "curve", None), "name", None)
        raise Rejection(codes.KEY_TYPE_UNKNOWN, actual=shown(curve or type(public_key).__name__))

    @classmethod
    def from_ed25519(cls, raw: bytes) -> VerificationKey:
        """Read 32 octets (RFC 8032, 5.1.5)."""
        if type(raw) is not bytes:
            raise MisuseError(f"a raw key is bytes, not {type(raw).__name__}")
        if len(raw) != WIDTHS[KeyType.ED25519]:
            raise _unreadable("32 octets")
        return _build(KeyMaterial(KeyType.ED25519, raw))

    # --- writing ---------------------------------------------------------------------------

    def jwk(self) -> dict[str, str]:
        """The public JWK: required members, and `alg` where the key is bound to one."""
        members = _members(self.key_type, self._key)
        if self.alg is not None:
            members["alg"] = self.alg
        return members

    def spki(self) -> bytes:
        """DER SubjectPublicKeyInfo (RFC 5280, 4.1.2.7)."""
        encoded: bytes = self._key.public_bytes(
            serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return encoded

    @property
    def thumbprint(self) -> bytes:
        """SHA-256 JWK thumbprint (RFC 7638; RFC 8037, 2 for OKP; RFC 9964, 6 for AKP)."""
        known = self._thumbprint
        if known is None:
            members = _members(self.key_type, self._key)
            # Names and values are ASCII without quotes, so that their canonical JSON is this.
            canonical = ",".join(f'"{name}":"{members[name]}"' for name in sorted(members))
            known = hashlib.sha256(f"{{{canonical}}}".encode()).digest()
            object.__setattr__(self, "_thumbprint", known)
        return known

    # --- verifying -------------------------------------------------------------------------

    def verify(
        self,
        algorithm: Algorithm,
        signature: bytes,
        data: bytes | Hashed | Iterable[bytes | memoryview],
    ) -> bool:
        """Does ``signature`` over ``data`` (octets, chunks of them, or their digest) hold?

        ``False`` for a bad signature. Raises ``Rejection``: `crypto.key_type_mismatch`,
        `crypto.key_algorithm_mismatch`, `crypto.signature_encoding`; ``MisuseError`` for arguments
        of another type. EdDSA and ML-DSA read the data twice, so their chunks are joined.
        """
        if algorithm.key_type is not self.key_type:
            raise Rejection(
                codes.KEY_TYPE_MISMATCH,
                expected=algorithm.key_type.value,
                actual=self.key_type.value,
            )
        if self.alg is not None and self.alg != algorithm.name:
            raise Rejection(codes.KEY_ALGORITHM_MISMATCH, expected=self.alg, actual=algorithm.name)
        if type(signature) is not bytes:
            raise MisuseError(f"a signature is bytes, not {type(signature).__name__}")
        encoding = algorithm.encoding
        if encoding is not _DER:
            size = algorithm.signature_size or self._size
            if len(signature) != size:
                raise Rejection(codes.SIGNATURE_ENCODING, expected=size, actual=len(signature))
            if encoding is _RAW:
                signature = _raw_to_der(signature, size >> 1)
        if type(data) is bytes:
            octets, scheme = data, _SCHEMES.get(algorithm)
        else:
            octets, scheme = _gather(algorithm, data)
        if scheme is None:
            raise MisuseError(f"{algorithm.name} is no row of the algorithm table")
        try:
            self._key.verify(signature, octets, *scheme)
        except InvalidSignature:
            return False
        except _LIBRARY_FAULTS:
            raise Rejection(codes.KEY_INVALID, actual="unfit for its own algorithm") from None
        return True


def is_elliptic(spki: bytes) -> bool:
    """Does this SubjectPublicKeyInfo hold a point of a named curve (RFC 5480, 2.1.1)?"""
    return _NAMED_CURVE in spki[:16]


def _form_of_point(spki: bytes) -> int:
    """SEC 1, 2.3.3: the first octet of the point, in an SPKI that the library has read."""
    _, pos, end = element(spki, 0, len(spki))
    _, _, pos = element(spki, pos, end)
    _, pos, _ = element(spki, pos, end)
    return spki[pos + 1]


def _gather(
    algorithm: Algorithm, data: bytes | Hashed | Iterable[bytes | memoryview]
) -> tuple[bytes, tuple[Any, ...] | None]:
    """Chunks to what the library takes: their digest, or all of them where it hashes itself."""
    if isinstance(data, Hashed):
        if data.hash != algorithm.hash or len(data.value) != _HASHES[data.hash].digest_size:
            raise MisuseError(f"{algorithm.name} verifies no {data.hash} digest of this size")
        return data.value, _PREHASHED.get(algorithm)
    chunks = (data,) if isinstance(data, (bytes, bytearray, memoryview)) else data
    try:
        if algorithm.hash is None:
            return b"".join(chunks), _SCHEMES.get(algorithm)
        state = _HASHERS[algorithm.hash]()
        for chunk in chunks:
            state.update(chunk)
    except TypeError:
        raise MisuseError("signed data is bytes or an iterable of bytes") from None
    return state.digest(), _PREHASHED.get(algorithm)


def _unreadable(expected: str) -> Rejection:
    return Rejection(codes.KEY_FORM, where="key", expected=expected, actual="the key")


def _no_key() -> Rejection:
    return Rejection(codes.KEY_INVALID, actual="not a key of its type")


def _make(key_type: KeyType, key: Any, bits: int, alg: str | None = None) -> VerificationKey:
    made = _Parts(key_type, key, bits, alg)
    made.__class__ = VerificationKey
    assert isinstance(made, VerificationKey)
    return made


def _build(material: KeyMaterial) -> VerificationKey:
    """Hand checked material to the library, which checks what is left: points on their curve."""
    key_type, value, exponent, alg = material
    key: Any
    try:
        if key_type is _RSA:
            modulus = check_unsigned(value, "n")
            e = check_unsigned(exponent, "e")
            check_rsa(modulus, e)
            key = rsa.RSAPublicNumbers(e, modulus).public_key()
            return _make(key_type, key, modulus.bit_length(), alg)
        curve = _CURVES.get(key_type)
        if curve is not None:
            key = ec.EllipticCurvePublicKey.from_encoded_point(curve, value)
            return _make(key_type, key, curve.key_size, alg)
        if key_type is KeyType.ED25519 or key_type is KeyType.ED448:
            check_edwards(key_type, value)
        kind, bits = _RAW_KINDS[key_type]
        return _make(key_type, kind.from_public_bytes(value), bits, alg)
    except _LIBRARY_FAULTS:
        raise _no_key() from None


def _members(key_type: KeyType, key: Any) -> dict[str, str]:
    """The members a thumbprint is taken over (RFC 7638, 3.2; RFC 8037, 2; RFC 9964, 6)."""
    if key_type is KeyType.RSA:
        numbers = key.public_numbers()
        return {"e": _integer(numbers.e), "kty": "RSA", "n": _integer(numbers.n)}
    if key_type in _CURVES:
        point = key.public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )
        half = WIDTHS[key_type] + 1
        x, y = base64url.encode(point[1:half]), base64url.encode(point[half:])
        return {"crv": key_type.value, "kty": "EC", "x": x, "y": y}
    raw = base64url.encode(key.public_bytes_raw())
    if key_type in POST_QUANTUM_TYPES:
        return {"alg": key_type.value, "kty": "AKP", "pub": raw}
    return {"crv": key_type.value, "kty": "OKP", "x": raw}


def _integer(value: int) -> str:
    return base64url.encode(value.to_bytes((value.bit_length() + 7) // 8, "big"))


def _raw_to_der(signature: bytes, half: int) -> bytes:
    """R || S as minimal Ecdsa-Sig-Value (X.690, 8.3.2: shortest, non-negative).

    Zero and values beyond the order keep their value: the library refuses them (FIPS 186-5, 6.4.2).
    """
    r = signature[:half].lstrip(b"\0") or b"\0"
    s = signature[half:].lstrip(b"\0") or b"\0"
    if r[0] & 0x80:
        r = b"\0" + r
    if s[0] & 0x80:
        s = b"\0" + s
    length = len(r) + len(s) + 4
    head = (
        bytes((0x30, length, 2, len(r))) if length < 128 else bytes((0x30, 0x81, length, 2, len(r)))
    )
    return head + r + bytes((2, len(s))) + s
