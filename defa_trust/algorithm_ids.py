"""AlgorithmIdentifiers of X.509 and CMS, read into rows of the algorithm table (floor 3).

An identifier selects rows or is refused by name: SHA-1 and other history are recognised, so that a
finding can say what it was. Parameters are part of the algorithm: RSASSA-PSS counts only with the
very parameters of a row (one hash throughout, a salt as long as its output).
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .algorithms import ALGORITHMS, ECDSA_DER, Algorithm, KeyType
from .codec.der import SEQUENCE, Reader, context, encode_integer, encode_oid, seq, tlv
from .codes import crypto as codes
from .errors import MisuseError, Rejection

RSA_ENCRYPTION: Final = "1.2.840.113549.1.1.1"
RSASSA_PSS: Final = "1.2.840.113549.1.1.10"
_MGF1: Final = "1.2.840.113549.1.1.8"
_NULL: Final = b"\x05\x00"

_DIGESTS: Final[Mapping[str, str]] = {
    "2.16.840.1.101.3.4.2.1": "sha-256",
    "2.16.840.1.101.3.4.2.2": "sha-384",
    "2.16.840.1.101.3.4.2.3": "sha-512",
    "2.16.840.1.101.3.4.2.8": "sha3-256",
    "2.16.840.1.101.3.4.2.9": "sha3-384",
    "2.16.840.1.101.3.4.2.10": "sha3-512",
}
"""RFC 5754, 2; RFC 8702, 3: to the names of ``crypto.DIGESTS``."""

_HISTORY: Final[Mapping[str, str]] = {
    "1.2.840.113549.2.2": "MD2",
    "1.2.840.113549.2.5": "MD5",
    "1.3.14.3.2.26": "SHA-1",
    "1.3.36.3.2.1": "RIPEMD-160",
    "2.16.840.1.101.3.4.2.4": "SHA-224",
    "2.16.840.1.101.3.4.2.7": "SHA3-224",
    "1.2.840.113549.1.1.2": "RSA with MD2",
    "1.2.840.113549.1.1.3": "RSA with MD4",
    "1.2.840.113549.1.1.4": "RSA with MD5",
    "1.2.840.113549.1.1.5": "RSA with SHA-1",
    "1.3.14.3.2.29": "RSA with SHA-1",
    "1.2.840.113549.1.1.14": "RSA with SHA-224",
    "1.3.36.3.3.1.2": "RSA with RIPEMD-160",
    "1.2.840.10045.4.1": "ECDSA with SHA-1",
    "1.2.840.10045.4.3.1": "ECDSA with SHA-224",
    "1.2.840.10040.4.3": "DSA with SHA-1",
    "2.16.840.1.101.3.4.3.1": "DSA with SHA-224",
    "2.16.840.1.101.3.4.3.2": "DSA with SHA-256",
    "2.16.840.1.101.3.4.3.3": "DSA with SHA-384",
    "2.16.840.1.101.3.4.3.4": "DSA with SHA-512",
    "2.16.840.1.101.3.4.3.13": "RSA with SHA3-224",
    "2.16.840.1.101.3.4.3.14": "RSA with SHA3-256",
    "2.16.840.1.101.3.4.3.15": "RSA with SHA3-384",
    "2.16.840.1.101.3.4.3.16": "RSA with SHA3-512",
    "2.16.840.1.101.3.4.3.9": "ECDSA with SHA3-224",
    "2.16.840.1.101.3.4.3.10": "ECDSA with SHA3-256",
    "2.16.840.1.101.3.4.3.11": "ECDSA with SHA3-384",
    "2.16.840.1.101.3.4.3.12": "ECDSA with SHA3-512",
    "1.2.643.7.1.1.3.2": "GOST R 34.10-2012 (256 bits)",
    "1.2.643.7.1.1.3.3": "GOST R 34.10-2012 (512 bits)",
    "1.2.156.10197.1.501": "SM2 with SM3",
}
"""Known by name and by no row: what nobody should sign with any more, and what we cannot verify."""


def _rows() -> dict[bytes, tuple[Algorithm, ...]]:
    table: dict[bytes, tuple[Algorithm, ...]] = {}
    for arc, hash in ((11, "SHA-256"), (12, "SHA-384"), (13, "SHA-512")):
        row = ALGORITHMS["RS" + hash[4:]]
        oid = encode_oid(f"1.2.840.113549.1.1.{arc}")
        # RFC 4055, 5: the parameters MUST be NULL, and their absence MUST be accepted too.
        table[seq(oid, _NULL)] = table[seq(oid)] = (row,)
    for arc, hash in ((2, "SHA-256"), (3, "SHA-384"), (4, "SHA-512")):
        # RFC 5758, 3.2: the parameters MUST be absent. The key's curve picks the row.
        oid = encode_oid(f"1.2.840.10045.4.3.{arc}")
        table[seq(oid)] = tuple(row for (_, name), row in ECDSA_DER.items() if name == hash)
    for dotted, key_type in (
        ("1.3.101.112", KeyType.ED25519),  # RFC 8410, 3; RFC 9881, 2: absent parameters
        ("1.3.101.113", KeyType.ED448),
        ("2.16.840.1.101.3.4.3.17", KeyType.MLDSA44),
        ("2.16.840.1.101.3.4.3.18", KeyType.MLDSA65),
        ("2.16.840.1.101.3.4.3.19", KeyType.MLDSA87),
    ):
        table[seq(encode_oid(dotted))] = (ALGORITHMS[key_type.value],)
    for arc, size in ((1, 256), (2, 384), (3, 512)):
        hash_oid = encode_oid(f"2.16.840.1.101.3.4.2.{arc}")
        forms = (seq(hash_oid, _NULL), seq(hash_oid))  # RFC 4055, 2.1: both are legal
        for digest in forms:
            for mask in forms:
                parameters = (
                    tlv(context(0), digest),
                    tlv(context(1), seq(encode_oid(_MGF1), mask)),
                    tlv(context(2), encode_integer(size // 8)),
                )
                # RFC 4055, 3.1: trailerField 1 is the default, and MUST be known written out too.
                for trailer in (b"", tlv(context(3), encode_integer(1))):
                    identifier = seq(encode_oid(RSASSA_PSS), seq(*parameters, trailer))
                    table[identifier] = (ALGORITHMS[f"PS{size}"],)
    return table


_ROWS: Final = MappingProxyType(_rows())
"""Each legal encoding: an identifier of a row is known octet by octet, parameters included."""
known_rows: Final = _ROWS.get
"""The rows of an identifier in one of its legal encodings, or ``None``: for hot paths."""


def signature_algorithms(identifier: bytes, digest: str | None = None) -> tuple[Algorithm, ...]:
    """The rows that a DER AlgorithmIdentifier stands for; the key's type picks among them.

    ``digest`` (a name of ``crypto.DIGESTS``) is the digest algorithm a CMS SignerInfo states apart:
    it completes `rsaEncryption` (RFC 3370, 3.2) and must fit any other identifier. Raises
    ``Rejection``: `der.*` for what is no AlgorithmIdentifier, `crypto.algorithm_obsolete` for
    history, `crypto.algorithm_parameters` for wrong parameters, `crypto.algorithm_unknown`.
    """
    rows = _ROWS.get(identifier)
    if rows is None:
        oid, parameters = algorithm_identifier(identifier)
        if oid != RSA_ENCRYPTION or digest is None:
            raise _refused(oid, parameters)
        if parameters not in (None, _NULL):
            raise _parameters(oid, "parameters other than NULL")
        row = ALGORITHMS.get("RS" + digest[4:]) if digest.startswith("sha-") else None
        if row is None:
            raise Rejection(codes.ALGORITHM_OBSOLETE, actual=f"RSA with {digest}")
        return (row,)
    if digest is not None:
        hash = rows[0].hash
        if hash is not None and hash.lower() != digest:
            raise _parameters(rows[0].name, f"the digest {digest}")
    return rows


def digest_name(identifier: bytes) -> str:
    """The name in ``crypto.DIGESTS`` of a DER AlgorithmIdentifier of a hash function.

    RFC 5754, 2: parameters absent or NULL. Raises ``Rejection``: `der.*`, or
    `crypto.digest_unknown` with the name of what it was (SHA-1, MD5 …).
    """
    oid, parameters = algorithm_identifier(identifier)
    name = _DIGESTS.get(oid)
    if name is None or parameters not in (None, _NULL):
        shown = _HISTORY.get(oid, oid) if name is None else f"{name} with parameters"
        raise Rejection(codes.DIGEST_UNKNOWN, expected=tuple(_DIGESTS.values()), actual=shown)
    return name


def signature_identifier(algorithm: Algorithm) -> bytes:
    """The DER AlgorithmIdentifier by which CMS and X.509 name a row; ``MisuseError`` for rows of
    JOSE and COSE alone, whose ECDSA signatures are encoded otherwise."""
    for identifier, rows in _ROWS.items():
        if algorithm in rows:
            return identifier
    raise MisuseError(f"{algorithm.name} has no AlgorithmIdentifier")


def digest_identifier(name: str) -> bytes:
    """The DER AlgorithmIdentifier of a name of ``crypto.DIGESTS``, bare (RFC 5754, 2)."""
    for oid, known in _DIGESTS.items():
        if known == name:
            return seq(encode_oid(oid))
    raise MisuseError(f"no digest {name!r}; known: {', '.join(_DIGESTS.values())}")


def algorithm_name(identifier: bytes) -> str:
    """A name to show: of a row, of a piece of history, or the dotted object identifier."""
    rows = _ROWS.get(identifier)
    if rows is not None:
        return rows[0].name if len(rows) == 1 else f"ECDSA with {rows[0].hash}"
    oid, parameters = algorithm_identifier(identifier)
    if oid == RSASSA_PSS:
        return f"RSASSA-PSS ({_pss_shown(parameters)})"
    return _HISTORY.get(oid) or _DIGESTS.get(oid) or oid


@lru_cache(maxsize=256)
def algorithm_identifier(identifier: bytes) -> tuple[str, bytes | None]:
    """(object identifier, parameters as DER or ``None``) of RFC 5280, 4.1.1.2."""
    outer = Reader(identifier)
    inside = outer.take(SEQUENCE)
    outer.finish()
    oid = inside.oid()
    parameters = None if inside.peek() is None else inside.raw()
    inside.finish()
    return oid, parameters


def _refused(oid: str, parameters: bytes | None) -> Rejection:
    if oid in _HISTORY:
        return Rejection(codes.ALGORITHM_OBSOLETE, actual=_HISTORY[oid])
    if oid == RSASSA_PSS:
        return _parameters("RSASSA-PSS", _pss_shown(parameters))
    for known in _ROWS:
        if algorithm_identifier(known)[0] == oid:
            return _parameters(_ROWS[known][0].name, "parameters that it does not have")
    return Rejection(codes.ALGORITHM_UNKNOWN, actual=oid)


def _parameters(name: str, actual: str) -> Rejection:
    return Rejection(codes.ALGORITHM_PARAMETERS, expected=name, actual=actual)


def _pss_shown(parameters: bytes | None) -> str:
    """RSASSA-PSS-params (RFC 4055, 3.1) for a sentence; the defaults are SHA-1 and 20."""
    if parameters is None:
        return "no parameters"
    try:
        outer = Reader(parameters)
        inside = outer.take(SEQUENCE)
        hash, mask, salt = "SHA-1", "SHA-1", 20
        if (given := inside.take_if(context(0))) is not None:
            hash = algorithm_name(given.body())
        if (given := inside.take_if(context(1))) is not None:
            _, of = algorithm_identifier(given.body())
            mask = algorithm_name(of or b"")
        if (given := inside.take_if(context(2))) is not None:
            salt = given.integer()
    except Rejection:
        return "parameters that cannot be read"
    salted = str(salt) if -1 < salt < 1 << 20 else "impossible"
    return f"{hash}, MGF1 with {mask}, salt {salted}"
