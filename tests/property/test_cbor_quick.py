"""The quick reading of CBOR and the plain one say the same, or the quick one says nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import cbor, cbor_quick
from defa_trust.errors import Rejection
from tests.property.test_codec_properties import CBOR_VALUES

GAVE_UP = (cbor_quick.Unusual, IndexError, UnicodeDecodeError)


def plain(data, depth=32):
    reader = cbor._Reader(data, 0, cbor.CborProfile.STRICT, depth)
    value = reader.item(depth)
    return value, reader.pos, reader.deviations


def check(data, depth=32):
    try:
        value, end, unsorted = cbor_quick.read(data, 0, depth)
    except GAVE_UP:
        return False
    expected, stop, deviations = plain(data, depth)
    assert repr(value) == repr(expected)
    assert end == stop
    assert deviations == ({cbor.Deviation.UNSORTED_KEYS} if unsorted else set())
    return True


@settings(max_examples=500)
@given(CBOR_VALUES, st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), max_size=3))
def test_damaged_items(value, changes):
    data = bytearray(cbor.dumps(value))
    for place, byte in changes:
        data[place % len(data)] = byte
    check(bytes(data))


@settings(max_examples=1000)
@given(st.binary(max_size=60), st.integers(0, 4))
def test_noise(data, depth):
    check(data, depth)


@given(CBOR_VALUES)
def test_every_prefix_is_left_to_the_plain_decoder_or_read_alike(value):
    data = cbor.dumps(value)
    for end in range(len(data)):
        check(data[:end])


def test_it_really_reads_the_common_case():
    common = {1: "TH", 4: 1_793_491_200, -260: {1: {"v": [{"dn": 3, "ok": True}], "x": b"\1" * 30}}}
    assert check(cbor.dumps(common))
    assert check(bytes.fromhex("a2" + "6162" + "01" + "6161" + "02"))  # unsorted, and says so


def test_what_it_gives_up():
    for hex in ("f90000", "d200", "9f01ff", "1817", "61c3", "a2010201", "a1f501", "8181"):
        data = bytes.fromhex(hex)
        try:
            cbor_quick.read(data, 0, 32)
        except GAVE_UP:
            continue
        raise AssertionError(hex)


def test_duplicates_reach_the_one_judge():
    try:
        cbor.loads(bytes.fromhex("a2616101616102"))
    except Rejection as refusal:
        assert refusal.code.id == "cbor.duplicate_key"
    else:
        raise AssertionError
