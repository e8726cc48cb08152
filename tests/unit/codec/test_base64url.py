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


# --- large texts ---------------------------------------------------------------------------------
@pytest.fixture(params=["pybase64", "standard library"])
def reader(request, monkeypatch):
    """Large texts are read by either of two decoders; each test below runs with both."""
    if request.param == "pybase64":
        pytest.importorskip("pybase64")
        assert base64url._quick() is not None
    else:
        monkeypatch.setattr(base64url, "_quick", lambda: None)
    return request.param


@pytest.mark.parametrize("over", range(5))
def test_a_large_text_is_read_like_a_small_one(reader, over):
    data = bytes(range(256)) * 4097 + b"x" * over
    text = base64url.encode(data)
    assert len(text) > base64url._BLOCK
    assert base64url.decode(text) == base64url.decode(text.encode()) == data
    assert base64url.decode_part(b"e30." + text.encode() + b".AA", 4, 4 + len(text)) == data


@pytest.mark.parametrize("over", range(3))
@pytest.mark.parametrize("foreign", ["+", "/", "=", ".", "\n", " ", "\0", "\xff", "!"])
@pytest.mark.parametrize("place", [0, 1, 70_001, -4, -3, -2, -1])
def test_a_foreign_character_anywhere_in_a_large_text(reader, over, foreign, place):
    text = bytearray(base64url.encode(b"\xfb\xff\xbe" * 60_000 + b"x" * over).encode())
    assert base64url.decode(bytes(text))
    text[place] = ord(foreign)
    assert refused(base64url.decode, bytes(text), codes.BASE64URL)


@pytest.mark.parametrize("over", range(3))
@pytest.mark.parametrize("foreign", ["-", "_", "=", ".", "\n", " ", "\0", "\xff", "!"])
@pytest.mark.parametrize("place", [0, 1, 601, -6, -5, -4, -3, -2, -1])
def test_a_foreign_character_anywhere_in_a_large_padded_text(reader, over, foreign, place):
    data = b"\xfb\xff\xbe" * 300 + b"x" * over
    text = bytearray(base64url.encode_standard(data).encode())
    assert len(text) > base64url._LARGE_STANDARD
    assert base64url.decode_standard(bytes(text)) == data
    if text[place] != ord(foreign):
        text[place] = ord(foreign)
        assert refused(base64url.decode_standard, bytes(text), codes.BASE64)


@pytest.mark.parametrize("size", range(1500, 1560))
def test_texts_about_as_long_as_makes_them_large(reader, size):
    data = bytes(i * 7 & 255 for i in range(size))
    text = base64url.encode(data)
    assert base64url.decode(text) == data
    assert refused(base64url.decode, text + "=", codes.BASE64URL)
    padded = base64url.encode_standard(data[: size // 4])
    assert base64url.decode_standard(padded) == data[: size // 4]
    for wrong in (padded[:-1], padded + "=", padded[:-4] + "====", padded + "\n"):
        assert refused(base64url.decode_standard, wrong, codes.BASE64)


@pytest.mark.parametrize("padding", ["=", "==", "===", "===="])
def test_a_large_text_has_no_padding(reader, padding):
    for data in (b"abc" * 60_000, b"abc" * 60_000 + b"x", b"abc" * 60_000 + b"xy"):
        text = base64url.encode(data)
        assert base64url.decode(text) == data
        assert refused(base64url.decode, text + padding, codes.BASE64URL)


def test_unused_bits_at_the_end_of_a_large_text(reader):
    start = "AAAA" * 30_000
    kept = 0
    for first in "AQgwz":
        for ending in (first, *("A" + second + first for second in ("", "z"))):
            expected = None
            try:
                expected = base64url.decode(ending)
            except Rejection:
                assert refused(base64url.decode, start + ending, codes.BASE64URL)
            else:
                assert base64url.decode(start + ending) == b"\0" * 90_000 + expected
                kept += 1
    assert 0 < kept < 15


def test_a_part_that_is_small_and_one_that_is_empty(reader):
    assert base64url.decode_part(b"xxZm9vxx", 2, 6) == b"foo"
    assert base64url.decode_part(b"xx", 1, 1) == b""
    assert refused(lambda data: base64url.decode_part(data, 0, 3), b"Zm9", codes.BASE64URL)
