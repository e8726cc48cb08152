"""Text strings of PDF: escapes, the three encodings, and what is none of them."""

import pytest

from defa_trust.codec.pdf_objects import Text
from defa_trust.codec.pdf_text import MAX_TEXT, text_of
from defa_trust.codec.pdf_write import string


def literal(octets):
    return text_of(Text(octets, 0, 0, hexadecimal=False))


def hexadecimal(octets):
    return text_of(Text(octets, 0, 0, hexadecimal=True))


@pytest.mark.parametrize(
    ("octets", "text"),
    [
        (b"Hue", "Hue"),
        (rb"a\(b\)\\c", "a(b)\\c"),
        (rb"\110\165e", "Hue"),
        (rb"\0053\53", "\x053+"),
        (rb"\501", "A"),
        (b"two\\\nlines\\\r\nmade\\\rone", "twolinesmadeone"),
        (b"an\r\nend\rof\nlines", "an\nend\nof\nlines"),
        (rb"\n\r\t\b\f\x", "\n\r\t\b\fx"),
        (b"open\\", "open"),
        (b"\x80\xa0\x18\xe9", "•€˘é"),
        (b"\x7f\x9f\xad", "\ufffd" * 3),
        (rb"\376\377\000H", "H"),
        (b"\xef\xbb\xbf\xc3\xa9", "é"),
        (b"\xef\xbb\xbf\xff", "\ufffd"),
        (b"\xfe\xff\x00H\x00", "H\ufffd"),
        (b"\xfe\xff\xd8\x00", "\ufffd"),
        (b"", ""),
    ],
)
def test_what_stands_in_parentheses(octets, text):
    assert literal(octets) == text


def test_hexadecimal_strings_have_no_escapes():
    assert hexadecimal(rb"\110") == r"\110"
    assert hexadecimal(b"a\rb") == "a\rb"
    assert hexadecimal(b"\xfe\xff\x00H") == "H"


@pytest.mark.parametrize("text", ["", "Hue", "Hà Nội", "ประเทศไทย", "😀"])
def test_what_is_written_is_read(text):
    assert text_of(string(text)) == text


def test_a_long_one_is_cut():
    assert literal(b"x" * 10 * MAX_TEXT) == "x" * MAX_TEXT
    assert literal(rb"\170" * 10 * MAX_TEXT) == "x" * MAX_TEXT
