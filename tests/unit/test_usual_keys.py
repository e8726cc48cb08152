"""Keys judged by arithmetic: exactly those that the library would take, too."""

import random

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from defa_trust import key_reading
from defa_trust.codec.der import SEQUENCE, Reader, encode_bits, seq
from defa_trust.codes import crypto as codes
from defa_trust.conformance.certificates import key_of
from defa_trust.crypto import KeyType, VerificationKey
from defa_trust.errors import Rejection
from defa_trust.usual_keys import P256_HEAD, is_sound, usual_modulus

POINT = key_of("usual").verification_key.spki()
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
PRIME = 2**256 - 2**224 + 2**192 + 2**96 - 1


def rsa_key(bits, exponent=65537):
    made = rsa.generate_private_key(exponent, bits).public_key()
    return made.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo), made


RSA_2048, MADE = rsa_key(2048)


def taken(spki):
    try:
        VerificationKey.from_certificate_spki(spki)
    except Rejection:
        return False
    return True


def test_a_point_on_the_curve_is_sound_and_its_neighbours_are_not():
    assert is_sound(POINT) and taken(POINT)
    chance = random.Random(1)
    for _ in range(200):
        at = chance.randrange(len(P256_HEAD), len(POINT))
        other = bytearray(POINT)
        other[at] ^= 1 << chance.randrange(8)
        assert not is_sound(bytes(other))
        assert not taken(bytes(other))


def test_a_coordinate_beyond_the_field_is_none():
    """The same point, its small `x` written larger by the prime."""
    found = 0
    for x in range(100):
        square = (x**3 - 3 * x + B) % PRIME
        y = pow(square, (PRIME + 1) // 4, PRIME)
        if y * y % PRIME != square:
            continue
        found += 1
        point = P256_HEAD + x.to_bytes(32) + y.to_bytes(32)
        assert is_sound(point) and taken(point)
        beyond = P256_HEAD + (x + PRIME).to_bytes(32) + y.to_bytes(32)
        assert not is_sound(beyond) and not taken(beyond)
    assert found > 20


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.P521])
def test_a_compressed_point_is_left_to_the_library_and_a_hybrid_one_refused(key_type):
    spki = key_of("usual", key_type).verification_key.spki()
    plain = VerificationKey.from_certificate_spki(spki)
    numbers = plain._key.public_numbers()
    half = (numbers.curve.key_size + 7) // 8
    head, point = spki[: -2 * half - 1], spki[-2 * half :]
    odd = point[-1] & 1
    hybrid = head + bytes((6 | odd,)) + point
    with pytest.raises(Rejection) as caught:
        VerificationKey.from_certificate_spki(hybrid)
    assert caught.value.code is codes.KEY_FORM
    shorter = plain._key.public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
    parts = seq(Reader(spki).take(SEQUENCE).raw(SEQUENCE), encode_bits(shorter))
    assert VerificationKey.from_certificate_spki(parts) == plain
    assert not is_sound(hybrid) and not is_sound(parts)


@pytest.mark.parametrize("bits", [2048, 3072, 4096])
def test_rsa_keys_of_usual_sizes(bits):
    spki, made = (RSA_2048, MADE) if bits == 2048 else rsa_key(bits)
    assert usual_modulus(spki) == made.public_numbers().n
    assert is_sound(spki)
    key = VerificationKey.from_certificate_spki(spki)
    assert (key.key_type, key.bits, key.spki()) == (KeyType.RSA, bits, spki)


def test_rsa_keys_of_other_forms_are_left_to_the_library():
    for bits, exponent in ((1024, 65537), (2048, 3), (2056, 65537)):
        spki, _ = rsa_key(bits, exponent)
        assert usual_modulus(spki) is None
        assert not is_sound(spki)
        assert taken(spki)


@pytest.mark.parametrize(
    "change",
    [
        lambda spki: spki + b"\0",
        lambda spki: spki[:-1],
        lambda spki: spki[:33] + bytes((spki[33] & 0x7F,)) + spki[34:],
        lambda spki: spki[:-5] + b"\x02\x03\x01\x00\x00",
        lambda spki: spki[:-6] + bytes((spki[-6] & 0xFE,)) + spki[-5:],
    ],
    ids=["longer", "shorter", "a zero too many", "an even exponent", "an even modulus"],
)
def test_rsa_keys_that_are_not_sound(change):
    assert not is_sound(change(RSA_2048))
    assert not taken(change(RSA_2048))


def test_a_modulus_of_the_faulty_library_is_not_sound():
    product = key_reading._ROCA_PRODUCT
    shape = pow(65537, 12345, product)
    modulus = shape + product * (2**2047 // product + 1)
    modulus += 0 if modulus & 1 else product
    assert modulus.bit_length() == 2048
    spki = RSA_2048[:33] + modulus.to_bytes(256) + RSA_2048[-5:]
    assert usual_modulus(spki) == modulus
    assert not is_sound(spki)
    with pytest.raises(Rejection) as caught:
        VerificationKey.from_certificate_spki(spki)
    assert caught.value.code is codes.RSA_KEY_ROCA
