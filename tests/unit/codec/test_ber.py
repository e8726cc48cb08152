"""BER is walked in one pass, copies nothing it need not, and never past its budget."""

import pytest

from defa_trust.codec.ber import Cursor
from defa_trust.codec.der import INTEGER, OCTET_STRING, SEQUENCE, encode_integer, seq, tlv
from defa_trust.errors import MisuseError, Rejection

MESSAGE = seq(encode_integer(7), seq(tlv(OCTET_STRING, b"abc")))
INDEFINITE = bytes.fromhex("3080 020107 3080 0403616263 0000 0000")
SEGMENTED = bytes.fromhex("3080 020107 3080 2480 040161 2480 04026263 0000 0000 0000 0000")


def walked(data):
    top = Cursor(data)
    outer = top.enter(SEQUENCE)
    number = outer.integer()
    inner = outer.enter(SEQUENCE)
    octets = b"".join(inner.octets())
    outer.leave(inner)
    top.leave(outer)
    top.finish()
    return number, octets


@pytest.mark.parametrize("data", [MESSAGE, INDEFINITE, SEGMENTED])
def test_definite_indefinite_and_segmented_say_the_same(data):
    assert walked(data) == (7, b"abc")


def test_raw_is_the_element_as_it_was_written():
    outer = Cursor(INDEFINITE).enter(SEQUENCE)
    assert outer.raw(INTEGER) == encode_integer(7)
    assert outer.raw() == bytes.fromhex("3080 0403616263 0000")
    assert outer.at_end()
    assert outer.tag() is None


def test_segments_are_not_copied():
    data = seq(tlv(OCTET_STRING, bytes(100_000)))
    (segment,) = Cursor(data).enter(SEQUENCE).octets()
    assert segment.obj is data
    assert segment.nbytes == 100_000


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (MESSAGE + b"\0", "der.trailing"),
        (MESSAGE[:-1], "der.truncated"),
        (INDEFINITE[:-2], "der.truncated"),
        (INDEFINITE[:-4], "der.truncated"),
        (INDEFINITE[:-1], "der.truncated"),
        (bytes.fromhex("3180"), "der.tag"),
        (bytes.fromhex("3089") + bytes(9), "der.length"),
        (bytes.fromhex("30 05 0280 010203"), "der.length"),
        (bytes.fromhex("30 03 1f8101"), "der.tag"),
        (b"", "der.truncated"),
        (b"\x30", "der.truncated"),
        (bytes.fromhex("3007 020107 3002 0400 ff"), "der.trailing"),
        (bytes.fromhex("3007 020107 3002 0500"), "der.tag"),
        (bytes.fromhex("3007 0200 3003 040161"), "der.value"),
    ],
)
def test_malformed(data, code):
    with pytest.raises(Rejection) as refused:
        walked(data)
    assert refused.value.code.id == code
    assert refused.value.where.startswith("offset ")


def test_depth_is_bounded_both_ways():
    deep = b"\x24\x80" * 100
    with pytest.raises(Rejection) as refused:
        Cursor(deep).octets()
    assert refused.value.code.id == "der.too_deep"
    with pytest.raises(Rejection) as refused:
        Cursor(b"\x30\x80" * 100).span()
    assert refused.value.code.id == "der.too_deep"


def test_elements_are_bounded():
    many = b"\x24\x80" + b"\x04\0" * 50 + b"\0\0"
    assert b"".join(Cursor(many, budget=60).octets()) == b""
    for walk in (Cursor.octets, Cursor.span):
        with pytest.raises(Rejection) as refused:
            walk(Cursor(many, budget=40))
        assert refused.value.code.id == "der.too_many"


def test_an_inner_element_must_be_walked_to_its_end():
    top = Cursor(MESSAGE)
    outer = top.enter(SEQUENCE)
    with pytest.raises(Rejection) as refused:
        top.leave(outer)
    assert refused.value.code.id == "der.trailing"


def test_only_buffers_are_walked():
    with pytest.raises(MisuseError):
        Cursor("3000")
