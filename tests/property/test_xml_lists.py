"""Signed XML lists, spliced at random: refused, or read exactly as they were signed."""

import pytest

pytest.importorskip("lxml")

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.errors import Rejection
from defa_trust.trustlist.ts119612.bridge import convert_to_602
from defa_trust.trustlist.ts119612.opening import open_list
from defa_trust.trustlist.ts119612.read import read_list
from tests.xml_lists import NOW, pin, signed, unsigned

TOKENS = [b"<!-- -->", b"<?x?>", b'xmlns=""', b' xmlns:a="b"', b"&#13;", b"<![CDATA[x]]>", b"<",
          b">", b'"', b"\xff", b"\x00", b"<DS:a/>", b'Id="x" ', b"&amp;", b" "]  # fmt: skip


@st.composite
def spliced(draw, data):
    out = bytearray(data)
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, len(out) - 1))
        match draw(st.integers(0, 3)):
            case 0:
                out[place:place] = draw(st.sampled_from(TOKENS))
            case 1:
                out[place] = draw(st.integers(0, 255))
            case 2:
                del out[place : place + draw(st.integers(1, 200))]
            case _:
                source = draw(st.integers(0, len(out) - 1))
                out[place:place] = out[source : source + draw(st.integers(1, 400))]
    return bytes(out)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_spliced_list_is_refused_or_says_what_was_signed(data):
    changed = data.draw(spliced(signed()))
    genuine = open_list(signed(), [pin()], now=NOW).list
    try:
        found = open_list(changed, [pin()], now=NOW).list
    except Rejection:
        return
    assert found == genuine


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_nothing_but_a_rejection_comes_out_of_reading_and_converting(data):
    changed = data.draw(spliced(unsigned()))
    try:
        converted = convert_to_602(read_list(changed))
    except Rejection:
        return
    assert converted.document["LoTE"]
