"""The quick reading of CBOR and the plain one say the same, or the quick one says nothing."""

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import cbor, cbor_quick
from defa_trust.errors import Rejection
from tests.property.test_codec_properties import CBOR_VALUES, TEXT

TAGS = st.sampled_from((0, 1, 18, 24, 1004)) | st.integers(0, 2**64 - 1)
ITEMS = st.recursive(
    CBOR_VALUES | TEXT,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.builds(lambda tag, value: cbor.Tagged(tag, value, cbor.dumps(value)), TAGS, inner)
    ),
    max_leaves=4,
)
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
@given(ITEMS, st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), max_size=3))
def test_damaged_items(value, changes):
    data = bytearray(cbor.dumps(value))
    for place, byte in changes:
        data[place % len(data)] = byte
    check(bytes(data))


@settings(max_examples=1000)
@given(st.binary(max_size=60), st.integers(0, 4))
def test_noise(data, depth):
    check(data, depth)


@given(ITEMS)
def test_every_prefix_is_left_to_the_plain_decoder_or_read_alike(value):
    data = cbor.dumps(value)
    for end in range(len(data)):
        check(data[:end])


def test_it_really_reads_the_common_case():
    common = {1: "TH", 4: 1_793_491_200, -260: {1: {"v": [{"dn": 3, "ok": True}], "x": b"\1" * 30}}}
    assert check(cbor.dumps(common))
    assert check(bytes.fromhex("a2" + "6162" + "01" + "6161" + "02"))  # unsorted, and says so
    assert check(cbor.dumps(cbor.Tagged(24, b"\1" * 30)))
    assert check(cbor.dumps("TEST-ONLY ชื่อ"))


def test_what_it_gives_up():
    for hex in ("f90000", "d2", "9f01ff", "1817", "61c3", "a2010201", "a1f501", "8181"):
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
