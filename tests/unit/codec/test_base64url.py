"""Canonical base64url and base64: one text for one byte string."""

import base64
import string

import pytest

from defa_trust.codec import base64url
from defa_trust.codes import codec as codes
from defa_trust.errors import Rejection

ALPHABET = string.ascii_letters + string.digits + "-_"


def refused(decode, text, code):
    with pytest.raises(Rejection) as caught:
        decode(text)
    assert caught.value.code is code
    return True


def test_decodes_the_test_vectors():
    # RFC 4648, 10, without padding
    for data, text in (
        (b"", ""), (b"f", "Zg"), (b"fo", "Zm8"), (b"foo", "Zm9v"),
        (b"foob", "Zm9vYg"), (b"fooba", "Zm9vYmE"), (b"foobar", "Zm9vYmFy"),
        (b"\xfb\xff\xbf", "-_-_"),
    ):  # fmt: skip
        assert base64url.decode(text) == data
        assert base64url.decode(text.encode()) == data
        assert base64url.encode(data) == text


def test_every_two_and_three_character_text_has_one_spelling():
    accepted = 0
    for first in "AQz_":
        for second in ALPHABET:
            text = first + second
            reading = base64.urlsafe_b64decode(text + "==")
            if base64url.encode(reading) == text:
                assert base64url.decode(text) == reading
                accepted += 1
            else:
                assert refused(base64url.decode, text, codes.BASE64URL)
            text = "A" + text
            reading = base64.urlsafe_b64decode(text + "=")
            if base64url.encode(reading) == text:
                assert base64url.decode(text) == reading
                accepted += 1
            else:
                assert refused(base64url.decode, text, codes.BASE64URL)
    assert accepted == 4 * 4 + 4 * 16


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("Zg==", "Zg"),
        ("Zm8=", "Zm8"),
        ("Zm9v=", "Zm9v"),
        ("Zm9v====", "Zm9v"),
        ("Zm=v", "Zm9v"),
        ("Z===", "Zg"),
        ("=", ""),
        ("====", ""),
        ("-_+_", "-_-_"),
        ("-_/_", "-_-_"),
        ("Zh", "Zg"),
        ("Zm9", "Zm8"),
        ("Z", "Zg"),
        ("Zm9vY", "Zm9vYg"),
        (" Zm9v", "Zm9v"),
        ("Zm9v\n", "Zm9v"),
        ("Zm 9v", "Zm9v"),
        ("Zm9v\r\nZm9v", "Zm9vZm9v"),
        ("Zm\x009v", "Zm9v"),
        ("Zm9v.", "Zm9v"),
        ("Zm!v", "Zm9v"),
        ("Zm9\uff56", "Zm9v"),
        ("Zm9\u0661", "Zm9v"),
        ("Zm9\ud800", "Zm9v"),
        (b"Zm9\xf6", b"Zm9v"),
        (b"\xffm9v", b"Zm9v"),
    ],
)
def test_refuses_every_other_spelling(bad, good):
    assert refused(base64url.decode, bad, codes.BASE64URL)
    assert base64url.encode(base64url.decode(good)) == (
        good if isinstance(good, str) else good.decode()
    )


@pytest.mark.parametrize("position", range(8))
def test_every_octet_at_every_place_is_in_the_alphabet_or_refused(position):
    for octet in range(256):
        text = bytearray(b"AAAAAAAA")
        text[position] = octet
        if chr(octet) in ALPHABET:
            assert base64url.encode(base64url.decode(bytes(text))).encode() == text
        else:
            assert refused(base64url.decode, bytes(text), codes.BASE64URL)


def test_decodes_padded_base64():
    for data in (b"", b"f", b"fo", b"foo", b"foob", b"\xfb\xff\xbf", bytes(range(256))):
        text = base64.b64encode(data).decode()
        assert base64url.encode_standard(data) == text
        assert base64url.decode_standard(text) == data
        assert base64url.decode_standard(text.encode()) == data


@pytest.mark.parametrize(
    ("bad", "good"),
    [
        ("Zg", "Zg=="),
        ("Zg=", "Zg=="),
        ("Zh==", "Zg=="),
        ("Zm9=", "Zm8="),
        ("Z===", "Zg=="),
        ("====", ""),
        ("=m9v", "Zm9v"),
        ("Zg==Zg==", "Zg=="),
        ("Zm8=Zm9v", "Zm8="),
        ("Zm9v====", "Zm9v"),
        ("Zm9v\n", "Zm9v"),
        ("Zm9v\n\n\n\n", "Zm9v"),
        ("Zm\n\n\n\n9v", "Zm9v"),
        ("-_-_", "+/+/"),
        ("Zm9\uff56", "Zm9v"),
        (b"Zm9\xf6", b"Zm9v"),
    ],
)
def test_refuses_every_other_spelling_of_padded_base64(bad, good):
    assert refused(base64url.decode_standard, bad, codes.BASE64)
    base64url.decode_standard(good)
