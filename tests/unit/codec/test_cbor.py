"""CBOR: refused, tolerated and reported, and original bytes."""

import json
import math
import tracemalloc

import pytest

from defa_trust.codec import base45, deflate
from defa_trust.codec.cbor import (
    UNDEFINED,
    CborProfile,
    Deviation,
    Tagged,
    decode,
    dumps,
    item_span,
    loads,
)
from defa_trust.errors import MisuseError, Rejection
from tests.conformance.corpora import corpus_path


@pytest.mark.parametrize(
    ("hex", "value"),
    [
        # RFC 8949, appendix A
        ("00", 0), ("17", 23), ("1818", 24), ("1903e8", 1000), ("1a000f4240", 1000000),
        ("1bffffffffffffffff", 18446744073709551615), ("20", -1), ("3903e7", -1000),
        ("3bffffffffffffffff", -18446744073709551616), ("f90000", 0.0), ("f93c00", 1.0),
        ("fb3ff199999999999a", 1.1), ("fa47c35000", 100000.0), ("f97c00", math.inf),
        ("f4", False), ("f5", True), ("f6", None), ("f7", UNDEFINED), ("40", b""),
        ("4401020304", b"\1\2\3\4"), ("60", ""), ("62c3bc", "ü"), ("64f0908591", "\U00010151"),
        ("80", []), ("83010203", [1, 2, 3]), ("a0", {}), ("a201020304", {1: 2, 3: 4}),
        ("a26161016162820203", {"a": 1, "b": [2, 3]}),
    ],
)  # fmt: skip
def test_deterministic_items_round_trip(hex, value):
    data = bytes.fromhex(hex)
    assert loads(data, profile=CborProfile.DETERMINISTIC) == value
    assert dumps(value) == data


@pytest.mark.parametrize(
    ("hex", "value", "deviation"),
    [
        ("1817", 23, Deviation.NON_SHORTEST),
        ("190017", 23, Deviation.NON_SHORTEST),
        ("1b00000000ffffffff", 0xFFFFFFFF, Deviation.NON_SHORTEST),
        ("5801aa", b"\xaa", Deviation.NON_SHORTEST),
        ("fa3f800000", 1.0, Deviation.NON_SHORTEST),
        ("9f0102ff", [1, 2], Deviation.INDEFINITE_LENGTH),
        ("bf6161019fff", None, None),
        ("bf616101ff", {"a": 1}, Deviation.INDEFINITE_LENGTH),
        ("5f42010243030405ff", b"\1\2\3\4\5", Deviation.INDEFINITE_LENGTH),
        ("7f657374726561646d696e67ff", "streaming", Deviation.INDEFINITE_LENGTH),
        ("a203040102", {3: 4, 1: 2}, Deviation.UNSORTED_KEYS),
    ],
)
def test_what_is_tolerated_is_reported_and_refused_where_deterministic(hex, value, deviation):
    data = bytes.fromhex(hex)
    if deviation is None:
        with pytest.raises(Rejection):
            loads(data)
        return
    decoded = decode(data)
    assert decoded.value == value
    assert decoded.deviations == {deviation}
    with pytest.raises(Rejection) as caught:
        loads(data, profile=CborProfile.DETERMINISTIC)
    assert caught.value.code.id == "cbor.not_deterministic"
    assert caught.value.actual == deviation.value


@pytest.mark.parametrize(
    ("hex", "code"),
    [
        ("", "cbor.truncated"),
        ("18", "cbor.truncated"),
        ("4401", "cbor.truncated"),
        ("8201", "cbor.truncated"),
        ("9b0000010000000000", "cbor.truncated"),
        ("bb7fffffffffffffff", "cbor.truncated"),
        ("5bffffffffffffffff", "cbor.truncated"),
        ("9f01", "cbor.truncated"),
        ("bf0102", "cbor.truncated"),
        ("0000", "cbor.trailing"),
        ("1c", "cbor.reserved"),
        ("1f", "cbor.reserved"),
        ("fc", "cbor.reserved"),
        ("e0", "cbor.reserved"),
        ("f820", "cbor.reserved"),
        ("df00", "cbor.reserved"),
        ("ff", "cbor.indefinite"),
        ("8201ff", "cbor.indefinite"),
        ("bf01ff", "cbor.indefinite"),
        ("5f6161ff", "cbor.indefinite"),
        ("5f5f4101ffff", "cbor.indefinite"),
        ("a201020103", "cbor.duplicate_key"),
        ("a20102180103", "cbor.duplicate_key"),
        ("bf01020103ff", "cbor.duplicate_key"),
        ("a1f501", "cbor.key_type"),
        ("a1f93c0001", "cbor.key_type"),
        ("a1800a", "cbor.key_type"),
        ("a1a00a", "cbor.key_type"),
        ("61ff", "cbor.text"),
        ("7f61c361bcff", "cbor.text"),
        ("81" * 33 + "00", "cbor.too_deep"),
        ("c1" * 100_000 + "00", "cbor.too_deep"),
        ("a101" * 40 + "00", "cbor.too_deep"),
    ],
)
def test_refused(hex, code):
    with pytest.raises(Rejection) as caught:
        loads(bytes.fromhex(hex))
    assert caught.value.code.id == code


def test_depth_is_counted_in_and_out():
    assert loads(bytes.fromhex("81" * 32 + "00"))
    assert loads(bytes.fromhex("83" + "8100" * 3)) == [[0], [0], [0]]


def test_size_is_bounded():
    with pytest.raises(Rejection) as caught:
        loads(bytes(11), max_bytes=10)
    assert caught.value.code.id == "cbor.too_large"


def test_a_tag_keeps_the_original_bytes_of_its_content():
    data = bytes.fromhex("d818" + "4583011802 03".replace(" ", ""))
    tagged = loads(data)
    assert isinstance(tagged, Tagged)
    assert (tagged.tag, tagged.value) == (24, bytes.fromhex("8301180203"))
    assert tagged.raw == data[2:]


def test_items_can_be_cut_out_unchanged():
    data = bytes.fromhex("8318171903e8f6")
    assert item_span(data, 1) == 3
    assert item_span(data, 3) == 6
    assert item_span(data) == len(data)
    assert decode(data, offset=1).value == 23


def test_nan_has_one_deterministic_form():
    assert dumps(math.nan) == bytes.fromhex("f97e00")
    assert math.isnan(loads(bytes.fromhex("f97e00"), profile=CborProfile.DETERMINISTIC))


def test_keys_are_sorted_by_their_encoding():
    assert dumps(
        {"b": 1, "aa": 2, 10: 3, -1: 4, b"x": 5}
    ).hex() == "a50a032004417805616201 62616102".replace(" ", "")


@pytest.mark.parametrize("value", [object(), {1.5}, 1 << 64])
def test_what_has_no_form_is_the_callers_fault(value):
    with pytest.raises(MisuseError):
        dumps(value)


def test_keys_that_python_confuses_are_refused_or_kept_apart():
    """1, 1.0 and true are one key to a dict and three to CBOR."""
    assert loads(bytes.fromhex("a2010220f4")) == {1: 2, -1: False}
    for confusable in ("a2010af50b", "a2010af93c000b", "a2000af40b", "a2f50a010b"):
        with pytest.raises(Rejection) as caught:
            loads(bytes.fromhex(confusable))
        assert caught.value.code.id == "cbor.key_type"
    assert loads(bytes.fromhex("a2416101616102")) == {b"a": 1, "a": 2}


def test_a_negative_key_and_its_complement_are_two_keys():
    assert loads(bytes.fromhex("a201012002")) == {1: 1, -1: 2}


@pytest.mark.parametrize(
    "hex",
    [
        "9b0000010000000000",  # an array of 2^40 items
        "bb0000010000000000",
        "5b0000010000000000",
        "7b0000010000000000",
        "9bffffffffffffffff",
        "bbffffffffffffffff",
        "9a00100000" + "9a00100000" * 30,
        "5f5b0000010000000000",
    ],
)
def test_declared_lengths_reserve_nothing(hex):
    data = bytes.fromhex(hex)
    for walk in (loads, item_span):
        tracemalloc.start()
        try:
            with pytest.raises(Rejection) as caught:
                walk(data)
            peak = tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()
        assert caught.value.code.id == "cbor.truncated"
        assert peak < 100_000


@pytest.mark.parametrize("unit", ["81", "a101", "c1", "9f", "bf01", "d818"])
def test_depth_is_exact_for_every_container(unit):
    closing = "ff" if unit in {"9f", "bf01"} else ""

    def tower(levels):
        return bytes.fromhex(unit * levels + "00" + closing * levels)

    for walk in (loads, item_span):
        assert walk(tower(32)) is not None
        assert walk(tower(2), max_depth=2) is not None
        for data, cap in ((tower(33), 32), (tower(3), 2), (tower(50_000), 32)):
            with pytest.raises(Rejection) as caught:
                walk(data, max_depth=cap)
            assert caught.value.code.id == "cbor.too_deep"
        with pytest.raises(Rejection) as caught:
            walk(tower(50_000), max_depth=10**9)
        assert caught.value.code.id == "cbor.too_deep"


def test_bignums_and_dates_stay_tagged():
    assert loads(bytes.fromhex("c249010000000000000000")) == Tagged(
        2, bytes.fromhex("010000000000000000"), bytes.fromhex("49010000000000000000")
    )
    assert loads(bytes.fromhex("c11a5f5e1000")).value == 0x5F5E1000


def test_a_deterministic_item_allows_no_length_first_order():
    """RFC 7049 sorted shorter keys first; RFC 8949, 4.2.1 sorts by octets."""
    length_first = bytes.fromhex("a22000181800")  # -1, then 24
    by_octets = bytes.fromhex("a21818002000")
    assert loads(by_octets, profile=CborProfile.DETERMINISTIC) == {24: 0, -1: 0}
    assert decode(length_first).deviations == {Deviation.UNSORTED_KEYS}
    with pytest.raises(Rejection):
        loads(length_first, profile=CborProfile.DETERMINISTIC)


@pytest.mark.parametrize(
    "hex",
    [
        "f97e01",
        "fa7fc00000",
        "fb7ff8000000000000",
        "fb3ff0000000000000",
        "fa7f800000",
        "fb8000000000000000",
    ],
)
def test_floats_longer_than_needed_are_a_deviation(hex):
    data = bytes.fromhex(hex)
    assert decode(data).deviations == {Deviation.NON_SHORTEST}
    with pytest.raises(Rejection):
        loads(data, profile=CborProfile.DETERMINISTIC)


def test_several_deviations_are_all_reported():
    data = bytes.fromhex("bf02181701fb3ff0000000000000ff")
    assert loads(data) == {2: 23, 1: 1.0}
    assert decode(data).deviations == set(Deviation)
    assert decode(bytes.fromhex("a2010102f93c00")).deviations == frozenset()


def test_item_span_asks_for_well_formedness_only():
    for hex in (
        "a201020103",
        "61ff",
        "a1f501",
        "9f9fffff",
        "bf0102ff",
        "5f4101ff",
        "f97e00",
        "d81800",
    ):
        data = bytes.fromhex(hex)
        assert item_span(b"\0" + data + b"\0", 1) == 1 + len(data)


@pytest.mark.parametrize(
    ("hex", "code"),
    [
        ("", "cbor.truncated"), ("18", "cbor.truncated"), ("82", "cbor.truncated"),
        ("8201", "cbor.truncated"), ("4401", "cbor.truncated"), ("9f", "cbor.truncated"),
        ("bf01", "cbor.truncated"), ("bf01ff", "cbor.indefinite"), ("ff", "cbor.indefinite"),
        ("1c", "cbor.reserved"), ("1f", "cbor.reserved"), ("df", "cbor.reserved"),
        ("f818", "cbor.reserved"), ("5f00ff", "cbor.indefinite"), ("f93c", "cbor.truncated"),
        ("c1", "cbor.truncated"), ("9c", "cbor.reserved"),
    ],
)  # fmt: skip
def test_item_span_refuses_what_is_malformed(hex, code):
    with pytest.raises(Rejection) as caught:
        item_span(bytes.fromhex(hex))
    assert caught.value.code.id == code


def test_an_offset_outside_the_data():
    for walk in (decode, item_span):
        with pytest.raises(Rejection):
            walk(b"\0", offset=1)
        with pytest.raises(Rejection):
            walk(b"\0", offset=10**30)
        with pytest.raises(MisuseError):
            walk(b"\0", offset=-1)


def test_a_refusal_names_the_place_and_no_content():
    with pytest.raises(Rejection) as caught:
        loads(bytes.fromhex("a2646e616d6561fe") + b"TEST PERSON")
    assert caught.value.where == "byte 7"
    assert "PERSON" not in str(caught.value)


def test_what_cannot_be_a_key_or_a_text_is_the_callers_fault():
    loop = []
    loop.append(loop)
    for value in (
        {True: 1},
        {None: 1},
        {1.5: 1},
        {(1,): 1},
        "\ud800",
        loop,
        Tagged(-1, 0),
        -(1 << 64) - 1,
    ):
        with pytest.raises(MisuseError):
            dumps(value)
    assert dumps(Tagged(18, [b"", {}])).hex() == "d28240a0"


@pytest.mark.corpus
def test_every_layer_of_real_health_certificates():
    """Singapore's certificates carry each layer's octets; every one is met on the way."""
    paths = sorted((corpus_path("hcert") / "SG" / "2DCode" / "raw").glob("*.json"))
    assert len(paths) >= 5
    for path in paths:
        layers = json.loads(path.read_text(encoding="utf-8"))
        packed = base45.decode(layers["PREFIX"].removeprefix("HC1:"))
        assert packed == base45.decode(layers["BASE45"]) == bytes.fromhex(layers["COMPRESSED"])
        message = deflate.inflate(packed, max_output=1 << 16)
        assert message == bytes.fromhex(layers["COSE"])
        sign1 = loads(message)
        assert sign1.tag == 18
        protected, _, payload, signature = sign1.value
        assert payload == bytes.fromhex(layers["CBOR"])
        assert len(signature) == 64
        assert loads(protected)[1] == -7
        claims, end, _ = decode(payload)
        assert end == item_span(payload) == len(payload)
        assert claims[-260][1] == layers["JSON"]
