"""``elements`` says what ``element`` says, one after the other."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec.der import element, elements, tlv
from defa_trust.errors import Rejection


def one_by_one(data, pos, end):
    found = []
    while pos < end:
        tag, body, after = element(data, pos, end)
        found.append((tag, pos, body, after))
        pos = after
    return found


def said(read, *arguments):
    try:
        return read(*arguments)
    except Rejection as refusal:
        return refusal.code.id


TAGS = st.sampled_from((0x02, 0x04, 0x30, 0x31, 0xA0, 0x80, 0x1F4A, 0x3F814A))
SIZES = st.sampled_from((0, 1, 5, 0x7F, 0x80, 0xFF, 0x100, 0x1234, 0x10001))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(TAGS, SIZES), max_size=6), st.integers(0, 9), st.integers(0, 9))
def test_whole_elements(parts, before, behind):
    data = bytes(before) + b"".join(tlv(tag, bytes(size)) for tag, size in parts)
    end = len(data)
    data += bytes(behind)
    assert elements(data, before, end) == one_by_one(data, before, end)


@settings(max_examples=500, deadline=None)
@given(st.binary(max_size=40), st.integers(0, 8), st.integers(0, 8))
def test_anything_at_all(data, before, behind):
    end = max(before, len(data) - behind)
    if end <= len(data):
        assert said(elements, data, before, end) == said(one_by_one, data, before, end)


@pytest.mark.parametrize(
    "data",
    [
        *(b"\x30", b"\x30\x01", b"\x30\x81", b"\x30\x82\x01", b"\x1f\x1e\x00", b"\x30\x80\0\0"),
        b"\x30\x81\x7f" + bytes(127),
        b"\x30\x82\x00\xff" + bytes(255),
        b"\x30\x85\x00\x00\x00\x00\x01\x00",
    ],
)
def test_refused_alike(data):
    assert said(elements, data, 0, len(data)) == said(one_by_one, data, 0, len(data))
    assert isinstance(said(elements, data, 0, len(data)), str)
