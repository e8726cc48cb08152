"""DER: one form for each value, every offset inside its parent, BER made definite."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defa_trust.codec import der
from defa_trust.codec.der import Reader, definite, element
from defa_trust.errors import MisuseError, Rejection


def refused(code, read, data, *args):
    with pytest.raises(Rejection) as caught:
        getattr(Reader(bytes.fromhex(data)), read)(*args)
    assert caught.value.code.id == code
    assert caught.value.where.startswith("offset ")


@pytest.mark.parametrize(
    ("data", "found"),
    [
        ("3000", (0x30, 2, 2)),
        ("0401aa", (0x04, 2, 3)),
        ("0481" + "80" + "00" * 128, (0x04, 3, 131)),
        ("0482" + "0100" + "00" * 256, (0x04, 4, 260)),
        ("bf2100", (0xBF21, 3, 3)),
        ("bf818100", None),
        ("bf81210100", (0xBF8121, 4, 5)),
    ],
)
def test_an_element_is_found_in_place(data, found):
    octets = bytes.fromhex(data)
    if found is None:
        with pytest.raises(Rejection):
            element(octets, 0, len(octets))
    else:
        assert element(octets, 0, len(octets)) == found


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ("", "der.truncated"), ("30", "der.truncated"), ("3001", "der.truncated"),
        ("3081", "der.truncated"), ("308200", "der.truncated"), ("04820100aa", "der.truncated"),
        ("3080", "der.length"), ("30800000", "der.length"), ("308100", "der.length"),
        ("04817f" + "00" * 127, "der.length"), ("04820080" + "00" * 128, "der.length"),
        ("0485000000000100", "der.length"), ("04ff", "der.length"),
        ("bf00", "der.tag"), ("bf1e00", "der.tag"), ("bf802100", "der.tag"), ("bf", "der.tag"),
        ("bfffffffffff00", "der.tag"),
    ],
)  # fmt: skip
def test_what_is_no_element(data, code):
    octets = bytes.fromhex(data)
    with pytest.raises(Rejection) as caught:
        element(octets, 0, len(octets))
    assert caught.value.code.id == code


def test_an_element_ends_inside_its_parent():
    # The inner length reaches one octet beyond the SEQUENCE, where there is an octet.
    octets = bytes.fromhex("3003040200" + "aa")
    assert element(octets, 0, 6) == (0x30, 2, 5)
    with pytest.raises(Rejection) as caught:
        element(octets, 2, 5)
    assert caught.value.code.id == "der.truncated"
    assert element(octets, 2, 6) == (0x04, 4, 6)


@pytest.mark.parametrize("value", [0, 1, -1, 127, 128, -128, -129, 255, 256, 1 << 159, -(1 << 70)])
def test_integers_round_trip(value):
    assert Reader(der.encode_integer(value)).integer() == value


@pytest.mark.parametrize("data", ["0200", "02020001", "0202007f", "0202ffff", "0202ff80"])
def test_integers_have_one_form(data):
    refused("der.value", "integer", data)


def test_booleans_have_two_values():
    assert Reader(bytes.fromhex("0101ff")).boolean() is True
    assert Reader(bytes.fromhex("010100")).boolean() is False
    for data in ("010101", "0100", "0102ffff"):
        refused("der.value", "boolean", data)


@pytest.mark.parametrize(
    "dotted", ["1.2.840.113549.1.1.11", "2.5.29.15", "2.999.3", "0.4.0.2231.3.0"]
)
def test_identifiers_round_trip(dotted):
    assert Reader(der.encode_oid(dotted)).oid() == dotted


@pytest.mark.parametrize("data", ["0600", "0601ff", "0602802a", "06032a8001", "0641" + "01" * 65])
def test_identifiers_have_one_form(data):
    refused("der.value", "oid", data)


@pytest.mark.parametrize("dotted", ["", "1", "1.40", "3.1", "1.x", "1.-2", "-1.2"])
def test_what_is_no_identifier_is_not_written(dotted):
    with pytest.raises(MisuseError):
        der.encode_oid(dotted)


def test_bit_strings():
    assert Reader(bytes.fromhex("03020780")).bits() == (b"\x80", 7)
    assert Reader(bytes.fromhex("030100")).bits() == (b"", 0)
    for data in ("0300", "03020881", "030107", "03020781", "030101"):
        refused("der.value", "bits", data)


def test_null_is_empty():
    Reader(b"\5\0").null()
    refused("der.value", "null", "050100")


@pytest.mark.parametrize(
    ("data", "text"),
    [
        ("0c02c3bc", "ü"),
        ("1301 41", "A"),
        ("1e020041", "A"),
        ("1c0400000041", "A"),
        ("1401fc", "ü"),
    ],
)
def test_texts(data, text):
    assert Reader(bytes.fromhex(data)).text() == text


@pytest.mark.parametrize(
    ("data", "code"),
    [("0c01ff", "der.value"), ("1301ff", "der.value"), ("1e0141", "der.value"),
     ("1e02d800", "der.value"), ("0401 41", "der.tag")],
)  # fmt: skip
def test_what_is_no_text(data, code):
    refused(code, "text", data)


def coded(tag, text):
    return der.tlv(tag, text.encode()).hex()


@pytest.mark.parametrize(
    ("tag", "text", "seconds"),
    [
        (0x17, "261101000000Z", 1793491200),
        (0x17, "491231235959Z", 2524607999),
        (0x17, "500101000000Z", -631152000),
        (0x18, "20500101000000Z", 2524608000),
        (0x18, "99991231235959Z", 253402300799),
    ],
)
def test_times(tag, text, seconds):
    assert Reader(bytes.fromhex(coded(tag, text))).time() == seconds


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (0x17, "2611010000Z"), (0x17, "261101000000"), (0x17, "261101000000+0000"),
        (0x17, "261301000000Z"), (0x17, "260230000000Z"), (0x17, "261101240000Z"),
        (0x17, "261101000060Z"), (0x17, "26110100000\u0663"), (0x18, "20501301000000Z"),
        (0x18, "20500101000000.5Z"), (0x18, "00000101000000Z"), (0x18, "500101000000Z"),
        (0x17, "20500101000000Z"), (0x17, "-61101000000Z"), (0x17, ""),
    ],
)  # fmt: skip
def test_what_is_no_time(tag, text):
    refused("der.time", "time", coded(tag, text))


def test_a_reader_walks():
    data = der.seq(
        der.encode_integer(5), der.tlv(0xA0, der.encode_oid("1.2.3")), der.tlv(0x80, b"x")
    )
    reader = Reader(data)
    inner = reader.take(der.SEQUENCE)
    assert reader.peek() is None
    reader.finish()
    assert inner.whole() == data
    assert inner.take_if(0xA0) is None
    assert inner.integer() == 5
    assert inner.take(0xA0).oid() == "1.2.3"
    assert inner.raw() == b"\x80\x01x"
    inner.finish()
    with pytest.raises(Rejection):
        inner.take(0x04)


def test_what_is_left_is_refused():
    inner = Reader(bytes.fromhex("30020500")).take(0x30)
    with pytest.raises(Rejection) as caught:
        inner.finish()
    assert caught.value.code.id == "der.trailing"


def test_only_bytes_are_read():
    with pytest.raises(MisuseError):
        Reader("3000")


@pytest.mark.parametrize(
    ("ber", "wanted"),
    [
        ("3000", "3000"),
        ("30800000", "3000"),
        ("30800201050000", "3003020105"),
        ("3081030201 05", "3003020105"),
        ("24800401aa0401bb0000", "0402aabb"),
        ("24080401aa24030401bb", "0402aabb"),
        ("238003020080030207800000", "0303078080"),
        ("a08030800400000000 00", "a00430020400"),
    ],
)
def test_ber_is_made_definite(ber, wanted):
    assert definite(bytes.fromhex(ber), 1000).hex() == wanted


@pytest.mark.parametrize(
    ("ber", "code"),
    [
        ("3080", "der.truncated"), ("308002010500", "der.truncated"), ("0480", "der.length"),
        ("3080000000", "der.trailing"), ("2403020105", "der.tag"), ("2380", "der.truncated"),
        ("23050302078000", "der.truncated"), ("23080302078003020780", "der.value"),
        ("2300", "der.value"), ("3080" * 70, "der.too_deep"), ("00" * 1001, "der.too_large"),
        # the end-of-contents octets of the inner element stand outside the outer one
        ("3004308002010000", "der.truncated"), ("300230800000", "der.truncated"),
        ("3089010000000000000000", "der.length"), ("30880000000000000001", "der.truncated"),
    ],
)  # fmt: skip
def test_what_is_no_ber(ber, code):
    with pytest.raises(Rejection) as caught:
        definite(bytes.fromhex(ber), 1000)
    assert caught.value.code.id == code


@given(st.binary(max_size=200))
def test_garbage_is_refused_and_nothing_else_escapes(data):
    for read in ("any", "integer", "oid", "bits", "text", "time", "boolean", "raw"):
        try:
            getattr(Reader(data), read)()
        except Rejection as refusal:
            assert refusal.code.id.startswith("der.")
    try:
        written = definite(data, 200)
    except Rejection:
        return
    assert definite(written, 400) == written


TREES = st.recursive(
    st.binary(max_size=9).map(lambda body: der.tlv(0x04, body)),
    lambda inner: st.lists(inner, max_size=4).map(lambda parts: der.seq(*parts)),
    max_leaves=12,
)


@given(TREES)
def test_der_is_left_alone(data):
    assert definite(data, 10_000) == data
