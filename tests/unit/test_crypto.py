"""Verification keys: what they verify, what they refuse, and that nothing else escapes."""

import copy
import hashlib
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, padding, rsa, x25519
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from defa_trust import crypto
from defa_trust.codec import base64url
from defa_trust.codes import crypto as codes
from defa_trust.crypto import (
    ECDSA_DER,
    JOSE_ALGORITHMS,
    Algorithm,
    Hashed,
    KeyType,
    SignatureEncoding,
    VerificationKey,
)
from defa_trust.errors import MisuseError, Rejection
from defa_trust.signing_crypto import SigningKey

MESSAGE = b"a message of some length"
RSA_KEY = rsa.generate_private_key(65537, 2048)
SIGNERS = {
    "ES256": SigningKey.from_seed("crypto", KeyType.P256),
    "ES384": SigningKey.from_seed("crypto", KeyType.P384),
    "ES512": SigningKey.from_seed("crypto", KeyType.P521),
    "Ed25519": SigningKey.from_seed("crypto", KeyType.ED25519),
    "Ed448": SigningKey.from_seed("crypto", KeyType.ED448),
    "ML-DSA-44": SigningKey.from_seed("crypto", KeyType.MLDSA44),
    "ML-DSA-65": SigningKey.from_seed("crypto", KeyType.MLDSA65),
    "ML-DSA-87": SigningKey.from_seed("crypto", KeyType.MLDSA87),
    **{
        name: SigningKey(RSA_KEY) for name in ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512")
    },
}
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
P256 = SIGNERS["ES256"]
(ES256,) = JOSE_ALGORITHMS["ES256"]


def row(name):
    (algorithm,) = JOSE_ALGORITHMS[name]
    return algorithm


def refused(function, *args):
    with pytest.raises(Rejection) as caught:
        function(*args)
    return caught.value


# --- published vectors ---------------------------------------------------------------------------
def test_rfc_7515_appendix_a_3():
    key = VerificationKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
            "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
        }
    )
    signed = (
        b"eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFt"
        b"cGxlLmNvbS9pc19yb290Ijp0cnVlfQ"
    )
    signature = base64url.decode(
        "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q"
    )
    assert key.verify(ES256, signature, signed)
    assert not key.verify(ES256, signature, signed + b"A")


def test_rfc_8037_appendix_a():
    key = VerificationKey.from_jwk(
        {"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}
    )
    assert base64url.encode(key.thumbprint) == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"
    signature = base64url.decode(
        "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg"
    )
    signed = b"eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc"
    assert key.verify(row("Ed25519"), signature, signed)


def test_rfc_7638_thumbprint():
    key = VerificationKey.from_jwk(
        {
            "kty": "RSA",
            "n": "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1"
            "L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YG"
            "jQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bF"
            "TWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw",
            "e": "AQAB",
            "alg": "RS256",
            "kid": "2011-04-29",
        }
    )
    assert base64url.encode(key.thumbprint) == "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"
    assert key.alg == "RS256"


# --- verifying -----------------------------------------------------------------------------------
@pytest.mark.parametrize("name", SIGNERS)
def test_good_signatures_hold_and_changed_ones_do_not(name):
    signer = SIGNERS[name]
    key = signer.verification_key
    signature = signer.sign(name, MESSAGE)
    assert key.verify(row(name), signature, MESSAGE)
    assert not key.verify(row(name), signature, MESSAGE + b"x")
    assert not key.verify(row(name), signature, b"")
    for position in (0, len(signature) // 2, len(signature) - 1):
        changed = bytearray(signature)
        changed[position] ^= 1
        assert not key.verify(row(name), bytes(changed), MESSAGE)


@pytest.mark.parametrize("name", SIGNERS)
def test_chunks_are_judged_like_the_whole(name):
    signer = SIGNERS[name]
    key = signer.verification_key
    signature = signer.sign(name, MESSAGE)
    parts = (MESSAGE[:1], b"", MESSAGE[1:])
    for data in (parts, list(parts), iter(parts), bytearray(MESSAGE), memoryview(MESSAGE)):
        assert key.verify(row(name), signature, data)
    assert not key.verify(row(name), signature, (MESSAGE[1:], MESSAGE[:1]))
    assert not key.verify(row(name), signature, ())


@pytest.mark.parametrize("name", SIGNERS)
def test_a_digest_stands_for_the_data_of_an_algorithm_with_that_hash(name):
    signer, algorithm = SIGNERS[name], row(name)
    key = signer.verification_key
    signature = signer.sign(name, MESSAGE)
    for hash in ("sha256", "sha384", "sha512"):
        hashed = Hashed(f"SHA-{hash[3:]}", hashlib.new(hash, MESSAGE).digest())
        if hashed.hash == algorithm.hash:
            assert key.verify(algorithm, signature, hashed)
            other = hashed._replace(value=hashlib.new(hash, MESSAGE + b"x").digest())
            assert not key.verify(algorithm, signature, other)
            hashed = hashed._replace(value=hashed.value[:-1])
        with pytest.raises(MisuseError):
            key.verify(algorithm, signature, hashed)


@pytest.mark.parametrize("name", SIGNERS)
def test_a_signature_of_another_length_is_an_encoding_fault(name):
    signer = SIGNERS[name]
    signature = signer.sign(name, MESSAGE)
    for other in (signature + b"\0", b"\0" + signature, signature[:-1], b""):
        refusal = refused(signer.verification_key.verify, row(name), other, MESSAGE)
        assert refusal.code is codes.SIGNATURE_ENCODING
        assert (refusal.expected, refusal.actual) == (len(signature), len(other))


@pytest.mark.parametrize("name", ["ES256", "ES384", "ES512"])
def test_der_where_raw_belongs_is_refused_and_the_other_way_round(name):
    signer = SIGNERS[name]
    raw = row(name)
    der = ECDSA_DER[raw.key_type, raw.hash]
    signature = signer.sign(der, MESSAGE)
    key = signer.verification_key
    assert key.verify(der, signature, MESSAGE)
    assert refused(key.verify, raw, signature, MESSAGE).code is codes.SIGNATURE_ENCODING
    assert not key.verify(der, signer.sign(raw, MESSAGE), MESSAGE)
    assert not key.verify(der, signature + b"\0", MESSAGE)


def test_ecdsa_twin_signature_also_verifies_so_tokens_have_no_single_hash():
    signature = P256.sign("ES256", MESSAGE)
    s = int.from_bytes(signature[32:], "big")
    twin = signature[:32] + (ORDER - s).to_bytes(32, "big")
    assert twin != signature
    assert P256.verification_key.verify(ES256, twin, MESSAGE)


@pytest.mark.parametrize("r", [0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1])
@pytest.mark.parametrize("s", [0, 1, ORDER - 1, ORDER, ORDER + 1, 2**256 - 1])
def test_extreme_values_of_r_and_s_are_no_signature(r, s):
    signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
    assert not P256.verification_key.verify(ES256, signature, MESSAGE)


def test_hand_made_der_is_what_the_library_makes():
    for r in (1, 127, 128, 255, 256, ORDER - 1, 1 << 255):
        for s in (1, 128, ORDER // 2, 1 << 247):
            raw = r.to_bytes(32, "big") + s.to_bytes(32, "big")
            assert crypto._raw_to_der(raw, 32) == encode_dss_signature(r, s)
    big = (1 << 521) - 1
    assert crypto._raw_to_der(big.to_bytes(66, "big") * 2, 66) == encode_dss_signature(big, big)


@pytest.mark.parametrize("name", SIGNERS)
def test_every_other_key_type_is_a_mismatch(name):
    signature = SIGNERS[name].sign(name, MESSAGE)
    for other in SIGNERS.values():
        if other.key_type is not SIGNERS[name].key_type:
            refusal = refused(other.verification_key.verify, row(name), signature, MESSAGE)
            assert refusal.code is codes.KEY_TYPE_MISMATCH


@pytest.mark.parametrize("bound", ["RS256", "PS256"])
@pytest.mark.parametrize("used", ["RS256", "RS384", "PS256", "PS512"])
def test_a_bound_key_verifies_one_algorithm(bound, used):
    signer = SIGNERS["RS256"]
    key = VerificationKey.from_jwk({**signer.verification_key.jwk(), "alg": bound})
    signature = signer.sign(used, MESSAGE)
    if bound == used:
        assert key.verify(row(used), signature, MESSAGE)
    else:
        refusal = refused(key.verify, row(used), signature, MESSAGE)
        assert refusal.code is codes.KEY_ALGORITHM_MISMATCH


@pytest.mark.parametrize("used", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
@pytest.mark.parametrize("claimed", ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512"])
def test_rsa_algorithms_are_not_confused(used, claimed):
    signer = SIGNERS["RS256"]
    signature = signer.sign(used, MESSAGE)
    assert signer.verification_key.verify(row(claimed), signature, MESSAGE) is (used == claimed)


@pytest.mark.parametrize("salt", [0, 20, 31, 32, 33, 222])
def test_pss_salt_is_exactly_as_long_as_the_hash(salt):
    signature = RSA_KEY.sign(
        MESSAGE, padding.PSS(padding.MGF1(hashes.SHA256()), salt), hashes.SHA256()
    )
    key = SIGNERS["PS256"].verification_key
    assert key.verify(row("PS256"), signature, MESSAGE) is (salt == 32)


def test_pss_mask_uses_the_same_hash():
    signature = RSA_KEY.sign(
        MESSAGE, padding.PSS(padding.MGF1(hashes.SHA512()), 32), hashes.SHA256()
    )
    assert not SIGNERS["PS256"].verification_key.verify(row("PS256"), signature, MESSAGE)


def test_ps512_with_a_key_too_small_for_it_is_a_refusal_not_a_crash():
    small = rsa.generate_private_key(65537, 1024).public_key()
    key = VerificationKey.from_public_key(small)
    try:
        assert key.verify(row("PS512"), bytes(128), MESSAGE) is False
    except Rejection as refusal:
        assert refusal.code is codes.KEY_INVALID


def test_a_look_alike_algorithm_is_misuse():
    forged = Algorithm("ES256", -7, KeyType.P256, None, SignatureEncoding.RAW, 64, "RFC 0")
    signature = P256.sign("ES256", MESSAGE)
    for data in (MESSAGE, (MESSAGE,)):
        with pytest.raises(MisuseError):
            P256.verification_key.verify(forged, signature, data)


@pytest.mark.parametrize("data", ["text", 5, None, ("text",), [1, 2]])
def test_data_of_another_type_is_misuse(data):
    signature = P256.sign("ES256", MESSAGE)
    with pytest.raises(MisuseError):
        P256.verification_key.verify(ES256, signature, data)


@pytest.mark.parametrize("signature", ["x" * 64, None, bytearray(64), 5])
def test_a_signature_of_another_type_is_misuse(signature):
    with pytest.raises(MisuseError):
        P256.verification_key.verify(ES256, signature, MESSAGE)


def test_a_fault_of_the_callers_stream_is_not_swallowed():
    def stream():
        yield MESSAGE
        raise KeyError("the caller's own")

    with pytest.raises(KeyError):
        P256.verification_key.verify(ES256, P256.sign("ES256", MESSAGE), stream())


# --- SPKI and library keys -----------------------------------------------------------------------
@pytest.mark.parametrize("name", SIGNERS)
def test_spki_round_trip(name):
    key = SIGNERS[name].verification_key
    again = VerificationKey.from_spki(key.spki())
    assert again == key
    assert (again.key_type, again.bits) == (key.key_type, key.bits)


@pytest.mark.parametrize("curve", [ec.BrainpoolP256R1, ec.BrainpoolP384R1, ec.BrainpoolP512R1])
def test_brainpool_keys_verify_der(curve):
    private = ec.generate_private_key(curve())
    key = VerificationKey.from_public_key(private.public_key())
    signature = private.sign(MESSAGE, ec.ECDSA(hashes.SHA512()))
    assert key.verify(ECDSA_DER[key.key_type, "SHA-512"], signature, MESSAGE)
    assert not key.verify(ECDSA_DER[key.key_type, "SHA-256"], signature, MESSAGE)
    assert VerificationKey.from_spki(key.spki()) == key


@pytest.mark.parametrize(
    "make",
    [
        lambda: x25519.X25519PrivateKey.generate().public_key(),
        lambda: dsa.generate_private_key(1024).public_key(),
        lambda: ec.generate_private_key(ec.SECP256K1()).public_key(),
        lambda: ec.generate_private_key(ec.SECP224R1()).public_key(),
    ],
)
def test_keys_of_other_types_are_refused(make):
    public = make()
    assert refused(VerificationKey.from_public_key, public).code is codes.KEY_TYPE_UNKNOWN
    der = public.public_bytes(
        serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    assert refused(VerificationKey.from_spki, der).code is codes.KEY_TYPE_UNKNOWN


@pytest.mark.parametrize("thing", [None, b"", 5, RSA_KEY])
def test_what_is_no_public_key_is_refused(thing):
    assert refused(VerificationKey.from_public_key, thing).code is codes.KEY_TYPE_UNKNOWN


def test_damaged_spki_is_refused():
    der = P256.verification_key.spki()
    for bad in (b"", b"\0", der + b"\0", der[:-1], der[:-1] + bytes([der[-1] ^ 1]), b"\xff" * 5000):
        assert refused(VerificationKey.from_spki, bad).code is codes.KEY_FORM


def test_spki_with_a_compressed_point_is_another_encoding_and_refused():
    public = P256.verification_key
    compressed = P256.private_key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint
    )
    algorithm = public.spki()[2:23]
    body = algorithm + b"\x03" + bytes([len(compressed) + 1]) + b"\0" + compressed
    der = b"\x30" + bytes([len(body)]) + body
    assert refused(VerificationKey.from_spki, der).code is codes.KEY_FORM


def test_an_rsa_key_restricted_to_pss_does_not_lose_the_restriction():
    plain = SIGNERS["RS256"].verification_key.spki()
    rsa_encryption = bytes.fromhex("300d06092a864886f70d0101010500")
    restricted = bytes.fromhex("300b06092a864886f70d01010a")
    assert rsa_encryption in plain
    inner = plain.replace(rsa_encryption, restricted)[4:]
    der = b"\x30\x82" + len(inner).to_bytes(2, "big") + inner
    assert refused(VerificationKey.from_spki, der).code is codes.KEY_FORM


def test_weak_library_keys_are_refused_too():
    public = rsa.RSAPublicNumbers(3, (1 << 1000) + 1).public_key()
    assert refused(VerificationKey.from_public_key, public).code is codes.RSA_KEY_TOO_SMALL


def test_raw_ed25519():
    key = SIGNERS["Ed25519"].verification_key
    raw = base64url.decode(key.jwk()["x"])
    assert VerificationKey.from_ed25519(raw) == key
    assert refused(VerificationKey.from_ed25519, raw + b"\0").code is codes.KEY_FORM
    assert refused(VerificationKey.from_ed25519, b"\1" + bytes(31)).code is codes.KEY_INVALID
    with pytest.raises(MisuseError):
        VerificationKey.from_ed25519(raw.hex())


# --- the object ----------------------------------------------------------------------------------
def test_a_key_cannot_be_made_or_changed_from_outside():
    with pytest.raises(MisuseError):
        VerificationKey()
    key = P256.verification_key
    for name in ("alg", "key_type", "_key", "new"):
        with pytest.raises(AttributeError):
            setattr(key, name, None)
    with pytest.raises(AttributeError):
        del key.alg


def test_equality_is_by_value_and_binding():
    jwk = P256.verification_key.jwk()
    one, two = VerificationKey.from_jwk(jwk), VerificationKey.from_jwk(jwk)
    assert one == two
    assert hash(one) == hash(two)
    assert one != VerificationKey.from_jwk({**jwk, "alg": "ES256"})
    assert one != SIGNERS["ES384"].verification_key
    assert one != "a key"
    assert copy.copy(one) is one
    assert copy.deepcopy({"key": one})["key"] is one


def test_repr_names_the_key_without_showing_it():
    assert repr(P256.verification_key).startswith("<VerificationKey P-256 ")
    assert len(repr(P256.verification_key)) < 60


@pytest.mark.parametrize("name", SIGNERS)
def test_bits(name):
    sizes = {"P-256": 256, "P-384": 384, "P-521": 521, "Ed25519": 256, "Ed448": 456, "RSA": 2048}
    key = SIGNERS[name].verification_key
    assert key.bits == sizes.get(key.key_type.value, key.bits)
    assert key.bits > 0


def test_hash_object():
    assert crypto.hash_object("SHA-384").digest_size == 48
    for name in ("SHA-1", "MD5", "sha-256"):
        with pytest.raises(MisuseError):
            crypto.hash_object(name)


def test_importing_crypto_loads_no_heavy_or_optional_package():
    probe = (
        "import sys, defa_trust.crypto;"
        "print([m for m in ('jwt', 'jsonschema', 'click', 'defa_trust.signing_crypto',"
        " 'cryptography.x509') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
