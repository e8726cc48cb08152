"""What a JWK or COSE_Key says, read strictly into key material (floor 3).

Apart from ``crypto`` so that every rule of reading stands in one file without a primitive: a JWK
and a COSE_Key of one key give the same material, or a ``Rejection``.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import prod
from typing import Any, Final, NamedTuple

from .algorithms import (
    COSE_ALGORITHMS,
    JOSE_ALGORITHMS,
    RSA_MAX_BITS,
    Algorithm,
    KeyType,
    shown,
)
from .codec import base64url
from .codes import crypto as codes
from .errors import Rejection

RSA_FLOOR_BITS: Final = 1024
"""Below this a modulus is not worth a policy's opinion (PS512 does not even fit in 1024 bits)."""
RSA_MAX_EXPONENT_BITS: Final = 64
"""Ours, and OpenSSL's for large moduli: a huge public exponent is a way to burn time.
NOTE: FIPS 186-5, A.1.1 would allow 256 bits; no key in the corpora has more than 32."""


class KeyMaterial(NamedTuple):
    """A public key before any library saw it.

    ``value`` is the encoded point (SEC 1, 2.3.3), the raw key (OKP, AKP) or the RSA modulus;
    ``exponent`` is RSA's `e`. ``alg`` is the fully specified name the key is bound to.
    """

    key_type: KeyType
    value: bytes
    exponent: bytes = b""
    alg: str | None = None


WIDTHS: Final[Mapping[KeyType, int]] = {
    KeyType.P256: 32,
    KeyType.P384: 48,
    KeyType.P521: 66,
    KeyType.BRAINPOOL_P256R1: 32,
    KeyType.BRAINPOOL_P384R1: 48,
    KeyType.BRAINPOOL_P512R1: 64,
    KeyType.ED25519: 32,
    KeyType.ED448: 57,
    KeyType.MLDSA44: 1312,
    KeyType.MLDSA65: 1952,
    KeyType.MLDSA87: 2592,
}
"""Octets of a coordinate (EC) or of the whole key (RFC 8032 5.1.5 and 5.2.5; FIPS 204, table 2)."""

_JOSE_CURVES: Final[Mapping[str, Mapping[str, KeyType]]] = {
    "EC": {"P-256": KeyType.P256, "P-384": KeyType.P384, "P-521": KeyType.P521},
    "OKP": {"Ed25519": KeyType.ED25519, "Ed448": KeyType.ED448},
}
_COSE_CURVES: Final[Mapping[int, Mapping[int, KeyType]]] = {
    2: {1: KeyType.P256, 2: KeyType.P384, 3: KeyType.P521},
    1: {6: KeyType.ED25519, 7: KeyType.ED448},
}
_AKP: Final[Mapping[str, KeyType]] = {
    key_type.value: key_type for key_type in (KeyType.MLDSA44, KeyType.MLDSA65, KeyType.MLDSA87)
}
_JOSE_PRIVATE: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k", "priv"})
_COSE_PRIVATE: Final[Mapping[int, tuple[int, ...]]] = {
    1: (-4,),
    2: (-4,),
    3: tuple(range(-12, -2)),  # RFC 8230, 4
    7: (-2,),
}


def read_jwk(jwk: object) -> KeyMaterial:
    """RFC 7517, RFC 7518 6, RFC 8037 2, RFC 9964 3; raises ``Rejection``."""
    if not isinstance(jwk, Mapping):
        raise _form("jwk", "an object", "the key")
    kty = jwk.get("kty")
    if kty == "oct":
        raise Rejection(codes.KEY_SYMMETRIC, where="kty")
    if not _JOSE_PRIVATE.isdisjoint(jwk):
        member = min(_JOSE_PRIVATE.intersection(jwk))
        raise Rejection(codes.JWK_PRIVATE, where=member, actual=f"`{member}`")
    if "use" in jwk and jwk["use"] != "sig":
        raise Rejection(codes.KEY_USE, where="use", expected="`sig`", actual="`use`")
    if "key_ops" in jwk:
        _check_operations(jwk["key_ops"], "key_ops", "verify")
    alg = jwk.get("alg")
    if "alg" in jwk and type(alg) is not str:
        raise _form("alg", "a string", "`alg`")
    exponent = b""
    if kty in ("EC", "OKP"):
        crv = jwk.get("crv")
        key_type = _JOSE_CURVES[kty].get(crv) if type(crv) is str else None
        if key_type is None:
            raise Rejection(codes.KEY_TYPE_UNKNOWN, where="crv", actual=shown(crv))
        width = WIDTHS[key_type]
        value = _sized(_text(jwk, "x"), width, "x")
        if kty == "EC":
            value = b"\x04" + value + _sized(_text(jwk, "y"), width, "y")
    elif kty == "RSA":
        key_type = KeyType.RSA
        value, exponent = _text(jwk, "n"), _text(jwk, "e")
    elif kty == "AKP":
        key_type = _AKP.get(alg) if alg is not None else None
        if key_type is None:
            raise Rejection(codes.KEY_TYPE_UNKNOWN, where="alg", actual=shown(alg))
        value = _sized(_text(jwk, "pub"), WIDTHS[key_type], "pub")
    else:
        raise Rejection(codes.KEY_TYPE_UNKNOWN, where="kty", actual=shown(kty))
    bound = None if alg is None else _bound(alg, JOSE_ALGORITHMS, key_type)
    return KeyMaterial(key_type, value, exponent, bound)


def read_cose_key(cose_key: object) -> KeyMaterial:
    """RFC 9052 7, RFC 9053 7, RFC 8230 4, RFC 9964 3; raises ``Rejection``.

    Labels and values are as a CBOR decoder gives them; text values of `kty` and `crv` are private
    use and unknown here.
    """
    if not isinstance(cose_key, Mapping):
        raise _form("COSE_Key", "a map", "the key")
    kty = cose_key.get(1)
    if type(kty) is int and kty == 4:
        raise Rejection(codes.KEY_SYMMETRIC, where="kty")
    if type(kty) is not int or kty not in _COSE_PRIVATE:
        raise Rejection(codes.KEY_TYPE_UNKNOWN, where="kty", actual=shown(kty))
    for label in _COSE_PRIVATE[kty]:
        if label in cose_key:
            raise Rejection(codes.JWK_PRIVATE, where=str(label), actual=str(label))
    if 4 in cose_key:
        _check_operations(cose_key[4], "key_ops", 2)
    alg = cose_key.get(3)
    if 3 in cose_key and type(alg) is not int:
        raise _form("alg", "an integer", "label 3")
    exponent = b""
    if kty in _COSE_CURVES:
        crv = cose_key.get(-1)
        key_type = _COSE_CURVES[kty].get(crv) if type(crv) is int else None
        if key_type is None:
            raise Rejection(codes.KEY_TYPE_UNKNOWN, where="crv", actual=shown(crv))
        width = WIDTHS[key_type]
        value = _sized(_octets(cose_key, -2), width, "-2")
        if kty == 2:
            y = cose_key.get(-3)
            if type(y) is bool:  # RFC 9053, 7.1.1: the sign bit alone, a compressed point
                value = (b"\x03" if y else b"\x02") + value
            else:
                value = b"\x04" + value + _sized(_octets(cose_key, -3), width, "-3")
    elif kty == 3:
        key_type = KeyType.RSA
        value, exponent = _octets(cose_key, -1), _octets(cose_key, -2)
    else:
        rows = COSE_ALGORITHMS.get(alg, ()) if alg is not None else ()
        key_type = _AKP.get(rows[0].name) if rows else None
        if key_type is None:
            raise Rejection(codes.KEY_TYPE_UNKNOWN, where="alg", actual=shown(alg))
        value = _sized(_octets(cose_key, -1), WIDTHS[key_type], "-1")
    bound = None if alg is None else _bound(alg, COSE_ALGORITHMS, key_type)
    return KeyMaterial(key_type, value, exponent, bound)


def _form(where: str, expected: str, actual: str) -> Rejection:
    return Rejection(codes.KEY_FORM, where=where, expected=expected, actual=actual)


def _text(jwk: Mapping[str, Any], member: str) -> bytes:
    text = jwk.get(member)
    if type(text) is not str:
        raise _form(member, "a base64url string", f"`{member}`")
    return base64url.decode(text)


def _octets(cose_key: Mapping[Any, Any], label: int) -> bytes:
    value = cose_key.get(label)
    if type(value) is not bytes:
        raise _form(str(label), "a byte string", f"label {label}")
    return value


def _sized(value: bytes, width: int, where: str) -> bytes:
    # RFC 7518, 6.2.1.2: leading zeros stay, so the length is fixed and each key has one form.
    if len(value) != width:
        raise _form(where, f"{width} octets, not {len(value)}", f"`{where}`")
    return value


def _check_operations(operations: object, where: str, verify: str | int) -> None:
    """RFC 7517, 4.3; RFC 9052, 7.1: an array of operations, none twice, `verify` among them.

    NOTE: COSE allows text operations too; a list that mixes the types is refused.
    """
    if type(operations) not in (list, tuple) or any(
        type(operation) is not type(verify)
        for operation in operations  # type: ignore[attr-defined]
    ):
        raise _form(where, "an array of operations", "`key_ops`")
    given: tuple[object, ...] = tuple(operations)  # type: ignore[arg-type]
    if len(set(given)) != len(given):
        raise _form(where, "free of repetitions", "`key_ops`")
    if verify not in given:
        raise Rejection(codes.KEY_USE, where=where, expected="`verify`", actual="`key_ops`")


def _bound(alg: Any, table: Mapping[Any, tuple[Algorithm, ...]], key_type: KeyType) -> str:
    """The one row of ``alg`` that this type of key serves (RFC 7517, 4.4)."""
    for row in table.get(alg, ()):
        if row.key_type is key_type:
            return row.name
    raise Rejection(
        codes.KEY_ALGORITHM_UNFIT, where="alg", expected=key_type.value, actual=shown(alg)
    )


# --- values no primitive refuses by itself ------------------------------------------------------
def check_rsa(modulus: int, exponent: int) -> None:
    """RFC 8017, 3.1: odd modulus, odd exponent from 3 up; sizes within our caps; no ROCA."""
    bits = modulus.bit_length()
    if bits > RSA_MAX_BITS:
        raise Rejection(codes.RSA_KEY_TOO_LARGE, where="n", expected=RSA_MAX_BITS, actual=bits)
    if bits < RSA_FLOOR_BITS:
        raise Rejection(codes.RSA_KEY_TOO_SMALL, where="n", expected=RSA_FLOOR_BITS, actual=bits)
    if not modulus & 1:
        raise Rejection(codes.KEY_INVALID, where="n", actual="an even modulus")
    if exponent < 3 or not exponent & 1 or exponent.bit_length() > RSA_MAX_EXPONENT_BITS:
        raise Rejection(codes.KEY_INVALID, where="e", actual="an exponent nobody should use")
    if _has_roca_structure(modulus):
        raise Rejection(codes.RSA_KEY_ROCA, where="n")


def check_unsigned(value: bytes, where: str) -> int:
    """A big-endian integer in its shortest form (RFC 7518, 2; RFC 8230, 4)."""
    if not value or value[0] == 0:
        raise _form(where, "an integer without leading zeros", f"`{where}`")
    if len(value) > RSA_MAX_BITS // 8:
        raise Rejection(
            codes.RSA_KEY_TOO_LARGE, where=where, expected=RSA_MAX_BITS, actual=len(value) * 8
        )
    return int.from_bytes(value, "big")


def _powers(prime: int) -> frozenset[int]:
    found, power = set(), 1
    while power not in found:
        found.add(power)
        power = power * 65537 % prime
    return frozenset(found)


_ROCA_PRIMES: Final = tuple(
    p for p in range(3, 168) if all(p % d for d in range(2, int(p**0.5) + 1))
)
_ROCA_PRODUCT: Final = prod(_ROCA_PRIMES)
_ROCA_MARKS: Final = sorted(
    (
        (prime, powers)
        for prime in _ROCA_PRIMES
        # Where 65537 generates the whole group every modulus fits, and the prime says nothing.
        if len(powers := _powers(prime)) < prime - 1
    ),
    key=lambda mark: len(mark[1]) / (mark[0] - 1),
)
"""(prime, what a power of 65537 leaves over), those first that tell most."""
_ROCA_FIRST: Final = _ROCA_MARKS[:5]
_ROCA_FIRST_PRODUCT: Final = prod(prime for prime, _ in _ROCA_FIRST)
"""Of one machine word: one sound modulus in 17,000 passes these, and is looked at further."""


def _has_roca_structure(modulus: int) -> bool:
    """CVE-2017-15361: moduli of the faulty library are powers of 65537 modulo many small primes.

    A sound modulus shares this by chance about once in 2**27.
    """
    residue = modulus % _ROCA_FIRST_PRODUCT
    for prime, powers in _ROCA_FIRST:
        if residue % prime not in powers:
            return False
    residue = modulus % _ROCA_PRODUCT
    return all(residue % prime in powers for prime, powers in _ROCA_MARKS)


_P25519: Final = 2**255 - 19
_P448: Final = 2**448 - 2**224 - 1
# y of the points of order 8 of edwards25519 (their negatives are the complement modulo p).
_ORDER8: Final = 0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7
_TORSION_25519: Final = frozenset({0, 1, _P25519 - 1, _ORDER8, _P25519 - _ORDER8})
_TORSION_448: Final = frozenset({0, 1, _P448 - 1})


def check_edwards(key_type: KeyType, raw: bytes) -> None:
    """RFC 8032, 5.1.3 and 5.2.3: `y` below p; and no point of small order.

    With a point of small order as key anybody can make signatures that verify; the primitives do
    not refuse it (RFC 8032, 5.1.7 leaves the check out).
    """
    if key_type is KeyType.ED25519:
        y = int.from_bytes(raw, "little") & ((1 << 255) - 1)
        prime, torsion = _P25519, _TORSION_25519
    else:
        # 5.2.3: 448 bits of y, seven unused bits that must be zero, the sign of x on top.
        y = int.from_bytes(raw[:56], "little") | (raw[56] & 0x7F) << 448
        prime, torsion = _P448, _TORSION_448
    if y >= prime:
        raise Rejection(codes.KEY_INVALID, where="x", actual="a coordinate beyond the field")
    if y in torsion:
        raise Rejection(codes.KEY_INVALID, where="x", actual="a point of small order")
