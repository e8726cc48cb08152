"""Reading JWKs and COSE_Keys: each refusal beside the good key it differs from in one thing."""

import json

import pytest

from defa_trust import key_reading
from defa_trust.codec import base64url
from defa_trust.codes import codec as codec_codes
from defa_trust.codes import crypto as codes
from defa_trust.crypto import KeyType, VerificationKey
from defa_trust.errors import Rejection
from defa_trust.signing_crypto import SigningKey

P25519 = 2**255 - 19
P448 = 2**448 - 2**224 - 1
TYPES = [
    KeyType.P256, KeyType.P384, KeyType.P521, KeyType.ED25519, KeyType.ED448, KeyType.MLDSA44,
    KeyType.MLDSA65, KeyType.MLDSA87,
]  # fmt: skip
EC = SigningKey.from_seed("reading", KeyType.P256).jwk()
OKP = SigningKey.from_seed("reading", KeyType.ED25519).jwk()
ED448 = SigningKey.from_seed("reading", KeyType.ED448).jwk()
AKP = SigningKey.from_seed("reading", KeyType.MLDSA44).jwk()
# The modulus of RFC 7638, 3.1.
RSA = {
    "kty": "RSA",
    "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_B"
    "JECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2Qvzq"
    "Y368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4"
    "lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
    "e": "AQAB",
}
N = base64url.decode(RSA["n"])
GOOD = {"ec": EC, "okp": OKP, "ed448": ED448, "akp": AKP, "rsa": RSA}


def refused(reader, key):
    with pytest.raises(Rejection) as caught:
        reader(key)
    return caught.value.code


def b64(data):
    return base64url.encode(data)


def flipped(text):
    data = bytearray(base64url.decode(text))
    data[-1] ^= 1
    return b64(bytes(data))


def little(y, size=32):
    return b64(y.to_bytes(size, "little"))


# --- JWK -----------------------------------------------------------------------------------------
@pytest.mark.parametrize("key_type", TYPES)
def test_a_key_survives_the_round_trip(key_type):
    key = SigningKey.from_seed("round", key_type).verification_key
    again = VerificationKey.from_jwk(json.loads(json.dumps(key.jwk())))
    assert again == key
    assert again.jwk() == key.jwk()
    assert again.key_type is key_type


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    "extra",
    [
        {},
        {"use": "sig"},
        {"key_ops": ["verify"]},
        {"key_ops": ["sign", "verify"]},
        {"kid": "k", "x5c": ["ignored"], "unknown": {"a": [1]}},
    ],
)
def test_good_jwks_are_read(name, extra):
    plain = VerificationKey.from_jwk(GOOD[name])
    assert VerificationKey.from_jwk({**GOOD[name], **extra}).thumbprint == plain.thumbprint


@pytest.mark.parametrize("name", GOOD)
@pytest.mark.parametrize(
    ("extra", "code"),
    [
        ({"use": "enc"}, codes.KEY_USE),
        ({"use": ["sig"]}, codes.KEY_USE),
        ({"use": None}, codes.KEY_USE),
        ({"key_ops": ["sign"]}, codes.KEY_USE),
        ({"key_ops": []}, codes.KEY_USE),
        ({"key_ops": "verify"}, codes.KEY_FORM),
        ({"key_ops": {"verify": 1}}, codes.KEY_FORM),
        ({"key_ops": None}, codes.KEY_FORM),
        ({"key_ops": ["verify", "verify"]}, codes.KEY_FORM),
        ({"key_ops": ["verify", ["x"]]}, codes.KEY_FORM),
        ({"d": "AA"}, codes.JWK_PRIVATE),
        ({"p": None}, codes.JWK_PRIVATE),
        ({"oth": []}, codes.JWK_PRIVATE),
        ({"k": "AA"}, codes.JWK_PRIVATE),
        ({"priv": "AA"}, codes.JWK_PRIVATE),
        ({"kty": "oct"}, codes.KEY_SYMMETRIC),
        ({"kty": "ec"}, codes.KEY_TYPE_UNKNOWN),
        ({"kty": None}, codes.KEY_TYPE_UNKNOWN),
        ({"kty": ["EC"]}, codes.KEY_TYPE_UNKNOWN),
    ],
)
def test_members_that_every_type_refuses(name, extra, code):
    assert refused(VerificationKey.from_jwk, {**GOOD[name], **extra}) is code


@pytest.mark.parametrize("jwk", [None, [], "EC", 1, b"{}"])
def test_what_is_no_object_is_no_key(jwk):
    assert refused(VerificationKey.from_jwk, jwk) is codes.KEY_FORM


@pytest.mark.parametrize(
    ("name", "alg", "bound"),
    [
        ("ec", "ES256", "ES256"),
        ("okp", "EdDSA", "Ed25519"),
        ("okp", "Ed25519", "Ed25519"),
        ("ed448", "EdDSA", "Ed448"),
        ("rsa", "PS384", "PS384"),
        ("akp", "ML-DSA-44", "ML-DSA-44"),
    ],
)
def test_alg_binds_the_key(name, alg, bound):
    assert VerificationKey.from_jwk({**GOOD[name], "alg": alg}).alg == bound


@pytest.mark.parametrize(
    ("name", "alg"),
    [
        ("ec", "ES384"), ("ec", "ES512"), ("ec", "RS256"), ("ec", "EdDSA"), ("ec", "HS256"),
        ("ec", "ECDH-ES"), ("ec", "none"), ("ec", "ES521"), ("ec", "es256"), ("ec", ""),
        ("okp", "Ed448"), ("okp", "ES256"), ("rsa", "RSA-OAEP"), ("rsa", "RS1"), ("rsa", "ES256"),
        ("rsa", "ML-DSA-44"),
    ],
)  # fmt: skip
def test_alg_that_does_not_fit_the_key(name, alg):
    assert (
        refused(VerificationKey.from_jwk, {**GOOD[name], "alg": alg}) is codes.KEY_ALGORITHM_UNFIT
    )


@pytest.mark.parametrize("alg", [None, 1, ["ES256"], {}])
def test_alg_that_is_no_string(alg):
    assert refused(VerificationKey.from_jwk, {**EC, "alg": alg}) is codes.KEY_FORM


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"crv": "P-384"}, codes.KEY_FORM),
        ({"crv": "secp256k1"}, codes.KEY_TYPE_UNKNOWN),
        ({"crv": "brainpoolP256r1"}, codes.KEY_TYPE_UNKNOWN),
        ({"crv": "Ed25519"}, codes.KEY_TYPE_UNKNOWN),
        ({"crv": None}, codes.KEY_TYPE_UNKNOWN),
        ({"crv": ["P-256"]}, codes.KEY_TYPE_UNKNOWN),
        ({"x": None}, codes.KEY_FORM),
        ({"y": 1}, codes.KEY_FORM),
        ({"x": b64(b"\0" + base64url.decode(EC["x"]))}, codes.KEY_FORM),
        ({"x": b64(base64url.decode(EC["x"])[1:])}, codes.KEY_FORM),
        ({"x": ""}, codes.KEY_FORM),
        ({"x": EC["x"] + "="}, codec_codes.BASE64URL),
        ({"x": EC["x"] + "\n"}, codec_codes.BASE64URL),
        ({"y": flipped(EC["y"])}, codes.KEY_INVALID),
        ({"x": EC["y"], "y": EC["x"]}, codes.KEY_INVALID),
        ({"x": b64(bytes(32)), "y": b64(bytes(32))}, codes.KEY_INVALID),
        ({"x": b64(b"\xff" * 32)}, codes.KEY_INVALID),
    ],
)
def test_elliptic_curve_keys_that_are_refused(change, code):
    assert refused(VerificationKey.from_jwk, {**EC, **change}) is code


def test_set_tail_bits_are_another_spelling_and_refused():
    last = EC["x"][-1]
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    other = EC["x"][:-1] + alphabet[alphabet.index(last) + 1]
    assert refused(VerificationKey.from_jwk, {**EC, "x": other}) is codec_codes.BASE64URL


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"crv": "X25519"}, codes.KEY_TYPE_UNKNOWN),
        ({"crv": "Ed448"}, codes.KEY_FORM),
        ({"x": b64(bytes(31))}, codes.KEY_FORM),
        ({"x": b64(bytes(33))}, codes.KEY_FORM),
        ({"x": little(P25519)}, codes.KEY_INVALID),
        ({"x": little(P25519 + 3)}, codes.KEY_INVALID),
    ],
)
def test_edwards_keys_that_are_refused(change, code):
    assert refused(VerificationKey.from_jwk, {**OKP, **change}) is code


@pytest.mark.parametrize("y", [0, 1, P25519 - 1, key_reading._ORDER8, P25519 - key_reading._ORDER8])
@pytest.mark.parametrize("sign", [0, 1])
def test_edwards25519_points_of_small_order_are_no_keys(y, sign):
    assert (
        refused(VerificationKey.from_jwk, {**OKP, "x": little(y | sign << 255)})
        is codes.KEY_INVALID
    )


@pytest.mark.parametrize("y", [0, 1, P448 - 1, P448, P448 + 1])
@pytest.mark.parametrize("sign", [0, 1])
def test_edwards448_points_of_small_order_are_no_keys(y, sign):
    octets = (y | sign << 455).to_bytes(57, "little")
    assert refused(VerificationKey.from_jwk, {**ED448, "x": b64(octets)}) is codes.KEY_INVALID


def test_the_points_of_order_8_are_that():
    d = -121665 * pow(121666, -1, P25519) % P25519

    def add(p, q):
        (x1, y1), (x2, y2) = p, q
        k = d * x1 * x2 * y1 * y2 % P25519
        return (
            (x1 * y2 + x2 * y1) * pow(1 + k, -1, P25519) % P25519,
            (y1 * y2 + x1 * x2) * pow(1 - k, -1, P25519) % P25519,
        )

    for y in (key_reading._ORDER8, P25519 - key_reading._ORDER8):
        xx = (y * y - 1) * pow(d * y * y + 1, -1, P25519) % P25519
        x = pow(xx, (P25519 + 3) // 8, P25519)
        if x * x % P25519 != xx:
            x = x * pow(2, (P25519 - 1) // 4, P25519) % P25519
        assert x * x % P25519 == xx
        twice = add((x, y), (x, y))
        four = add(twice, twice)
        assert four == (0, P25519 - 1)
        assert add(four, four) == (0, 1)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"n": b64(b"\0" + N)}, codes.KEY_FORM),
        ({"n": ""}, codes.KEY_FORM),
        ({"n": None}, codes.KEY_FORM),
        ({"e": b64(b"\0\1\0\1")}, codes.KEY_FORM),
        ({"e": 65537}, codes.KEY_FORM),
        ({"e": "AQ"}, codes.KEY_INVALID),
        ({"e": "Ag"}, codes.KEY_INVALID),
        ({"e": b64(b"\1\0\0")}, codes.KEY_INVALID),
        ({"e": b64(b"\1" + bytes(7) + b"\1")}, codes.KEY_INVALID),
        ({"n": b64(N[:-1] + bytes([N[-1] & 0xFE]))}, codes.KEY_INVALID),
        ({"n": b64(N[:126] + b"\1")}, codes.RSA_KEY_TOO_SMALL),
        ({"n": b64(N * 4 + b"\1")}, codes.RSA_KEY_TOO_LARGE),
        ({"n": b64(b"\xff" * 100_000)}, codes.RSA_KEY_TOO_LARGE),
        ({"e": b64(b"\xff" * 100_000)}, codes.RSA_KEY_TOO_LARGE),
    ],
)
def test_rsa_keys_that_are_refused(change, code):
    assert refused(VerificationKey.from_jwk, {**RSA, **change}) is code


@pytest.mark.parametrize("e", [3, 17, 65537, (1 << 64) - 1])
def test_rsa_exponents_that_are_read(e):
    octets = e.to_bytes((e.bit_length() + 7) // 8, "big")
    assert VerificationKey.from_jwk({**RSA, "e": b64(octets)}).bits == 2048


def test_roca_moduli_are_refused_and_others_are_not():
    # p and q of the shape k * M + 65537**a (mod M), as the faulty library made its primes.
    def prime_like(a, k):
        shape = k * key_reading._ROCA_PRODUCT + pow(65537, a, key_reading._ROCA_PRODUCT)
        return shape if shape & 1 else shape + key_reading._ROCA_PRODUCT

    weak = prime_like(12345, (1 << 820) | 2) * prime_like(67, (1 << 821) | 4)
    assert weak & 1
    octets = weak.to_bytes((weak.bit_length() + 7) // 8, "big")
    assert refused(VerificationKey.from_jwk, {**RSA, "n": b64(octets)}) is codes.RSA_KEY_ROCA
    other = weak + 2
    octets = other.to_bytes((other.bit_length() + 7) // 8, "big")
    assert VerificationKey.from_jwk({**RSA, "n": b64(octets)}).bits == weak.bit_length()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"alg": "ML-DSA-65"}, codes.KEY_FORM),
        ({"alg": "ML-DSA-44-ES256"}, codes.KEY_TYPE_UNKNOWN),
        ({"alg": "ES256"}, codes.KEY_TYPE_UNKNOWN),
        ({"pub": b64(base64url.decode(AKP["pub"])[:-1])}, codes.KEY_FORM),
    ],
)
def test_akp_keys_that_are_refused(change, code):
    assert refused(VerificationKey.from_jwk, {**AKP, **change}) is code


def test_an_akp_key_must_name_its_algorithm():
    jwk = {name: value for name, value in AKP.items() if name != "alg"}
    assert refused(VerificationKey.from_jwk, jwk) is codes.KEY_TYPE_UNKNOWN


# --- COSE_Key ------------------------------------------------------------------------------------
def cose(jwk):
    member = {
        name: base64url.decode(jwk[name]) for name in ("x", "y", "n", "e", "pub") if name in jwk
    }
    kty = jwk["kty"]
    if kty == "EC":
        curve = {"P-256": 1, "P-384": 2, "P-521": 3}[jwk["crv"]]
        return {1: 2, -1: curve, -2: member["x"], -3: member["y"]}
    if kty == "OKP":
        return {1: 1, -1: {"Ed25519": 6, "Ed448": 7}[jwk["crv"]], -2: member["x"]}
    if kty == "RSA":
        return {1: 3, -1: member["n"], -2: member["e"]}
    return {
        1: 7,
        3: {"ML-DSA-44": -48, "ML-DSA-65": -49, "ML-DSA-87": -50}[jwk["alg"]],
        -1: member["pub"],
    }


@pytest.mark.parametrize("key_type", TYPES)
def test_a_cose_key_and_a_jwk_of_one_key_are_equal(key_type):
    key = SigningKey.from_seed("cose", key_type).verification_key
    assert VerificationKey.from_cose_key(cose(key.jwk())) == key


def test_an_rsa_cose_key_and_jwk_are_equal():
    assert VerificationKey.from_cose_key(cose(RSA)) == VerificationKey.from_jwk(RSA)


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.P521])
def test_compressed_points_are_the_same_key(key_type):
    key = SigningKey.from_seed("compressed", key_type).verification_key
    full = cose(key.jwk())
    odd = bool(full[-3][-1] & 1)
    assert VerificationKey.from_cose_key({**full, -3: odd}) == key
    assert VerificationKey.from_cose_key({**full, -3: not odd}) != key


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({1: 4}, codes.KEY_SYMMETRIC),
        ({1: True}, codes.KEY_TYPE_UNKNOWN),
        ({1: 2.0}, codes.KEY_TYPE_UNKNOWN),
        ({1: "EC2"}, codes.KEY_TYPE_UNKNOWN),
        ({1: None}, codes.KEY_TYPE_UNKNOWN),
        ({1: [2]}, codes.KEY_TYPE_UNKNOWN),
        ({1: 9}, codes.KEY_TYPE_UNKNOWN),
        ({-1: 8}, codes.KEY_TYPE_UNKNOWN),
        ({-1: True}, codes.KEY_TYPE_UNKNOWN),
        ({-1: "P-256"}, codes.KEY_TYPE_UNKNOWN),
        ({-1: 6}, codes.KEY_TYPE_UNKNOWN),
        ({-4: b"d"}, codes.JWK_PRIVATE),
        ({3: -35}, codes.KEY_ALGORITHM_UNFIT),
        ({3: 5}, codes.KEY_ALGORITHM_UNFIT),
        ({3: "ES256"}, codes.KEY_FORM),
        ({3: None}, codes.KEY_FORM),
        ({3: -7.0}, codes.KEY_FORM),
        ({4: [1]}, codes.KEY_USE),
        ({4: [2, 2]}, codes.KEY_FORM),
        ({4: 2}, codes.KEY_FORM),
        ({4: [True, 2]}, codes.KEY_FORM),
        ({-2: "x"}, codes.KEY_FORM),
        ({-2: bytes(33)}, codes.KEY_FORM),
        ({-3: None}, codes.KEY_FORM),
        ({-3: bytes(32)}, codes.KEY_INVALID),
    ],
)
def test_cose_keys_that_are_refused(change, code):
    good = cose(EC)
    assert VerificationKey.from_cose_key({**good, 3: -7, 4: [1, 2]}).alg == "ES256"
    assert refused(VerificationKey.from_cose_key, {**good, **change}) is code


def test_rsa_cose_keys_with_private_labels_are_refused():
    for label in range(-12, -2):
        assert (
            refused(VerificationKey.from_cose_key, {**cose(RSA), label: b"x"}) is codes.JWK_PRIVATE
        )


def test_akp_cose_keys_must_name_their_algorithm():
    good = cose(AKP)
    assert refused(VerificationKey.from_cose_key, {**good, 3: -7}) is codes.KEY_TYPE_UNKNOWN
    assert refused(VerificationKey.from_cose_key, {**good, 3: -49}) is codes.KEY_FORM
    assert refused(VerificationKey.from_cose_key, {**good, -2: b"s"}) is codes.JWK_PRIVATE


@pytest.mark.parametrize("key", [None, [], b"", {}])
def test_what_is_no_map_is_no_cose_key(key):
    with pytest.raises(Rejection):
        VerificationKey.from_cose_key(key)
