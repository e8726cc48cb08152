"""Random and damaged input: our own exceptions only, and one spelling for one value."""

import io
import json as standard_json
import math
import zlib

import cbor2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from defa_trust.codec import base45, base64url, cbor, deflate
from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(-1e15, 1e15) | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=15,
)  # fmt: skip
CBOR_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**64), 2**64 - 1) | TEXT | st.binary(max_size=20)
    | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(st.integers(-100, 100) | TEXT | st.binary(max_size=4), inner, max_size=4),
    max_leaves=15,
)  # fmt: skip

DECODERS = {
    "json": strict_json.loads,
    "base64url": base64url.decode,
    "base64": base64url.decode_standard,
    "base45": base45.decode,
    "cbor": cbor.loads,
    "cbor span": cbor.item_span,
    "zlib": lambda data: deflate.inflate(data, max_output=1000),
}


@st.composite
def damage(draw, data):
    """``data`` with one octet flipped, dropped, doubled, inserted or exchanged for another."""
    place = draw(st.integers(0, max(0, len(data) - 1)))
    head, here, tail = data[:place], data[place : place + 1], data[place + 1 :]
    how = draw(st.sampled_from(["flip", "drop", "double", "insert", "exchange", "cut"]))
    if how == "flip" and here:
        return head + bytes([here[0] ^ 1 << draw(st.integers(0, 7))]) + tail
    if how == "drop":
        return head + tail
    if how == "double":
        return head + here + here + tail
    if how == "cut":
        return head
    octet = draw(st.binary(min_size=1, max_size=1))
    return head + octet + (here if how == "insert" else b"") + tail


@pytest.mark.parametrize("decoder", DECODERS.values(), ids=DECODERS)
@given(data=st.binary(max_size=200))
def test_only_a_rejection_escapes(decoder, data):
    try:
        decoder(data)
    except Rejection as refusal:
        assert refusal.code.id


@pytest.mark.parametrize(
    "decoder", [DECODERS["json"], DECODERS["base64url"], DECODERS["base64"], DECODERS["base45"]]
)
@given(text=st.text(st.characters(), max_size=60))
def test_only_a_rejection_escapes_for_any_text_surrogates_included(decoder, text):
    try:
        decoder(text)
    except Rejection as refusal:
        assert refusal.code.id


# Floats stay below 2^53: beyond it JCS prints integers that a strict reader refuses (RFC 7493).
@given(JSON_VALUES)
def test_json_round_trip(value):
    assert strict_json.loads(strict_json.compact(value)) == value
    text = strict_json.canonical(value)
    assert strict_json.canonical(strict_json.loads(text)) == text


class _Unfit(Exception):
    pass


def _no_constant(_):
    raise _Unfit


def _unique(pairs):
    if len({name for name, _ in pairs}) < len(pairs):
        raise _Unfit
    return dict(pairs)


def _fit(value, depth):
    """What RFC 7493 and the depth leave of a value that the standard library read."""
    if isinstance(value, bool | None):
        return True
    if isinstance(value, str):
        return not any("\ud800" <= character <= "\udfff" for character in value)
    if isinstance(value, int):
        return abs(value) < 1 << 53
    if isinstance(value, float):
        return math.isfinite(value)
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(_fit(part, depth - 1) for pair in value.items() for part in pair)
    return all(_fit(item, depth - 1) for item in value)


def _expected(data, depth):
    """An independent, slow and obvious reading; ``None`` stands for a refusal."""
    try:
        text = data.decode("utf-8")
        value = standard_json.loads(text, parse_constant=_no_constant, object_pairs_hook=_unique)
    except (_Unfit, ValueError):
        return None
    return (value,) if _fit(value, depth) else None


def _ours(data, depth):
    try:
        return (strict_json.loads(data, max_depth=depth),)
    except Rejection:
        return None


@given(st.text('{}[]":,0123456789.eE-+ \\untfalsrd\n', max_size=30), st.integers(0, 4))
def test_json_accepts_exactly_what_a_slow_reading_accepts(text, depth):
    assert _ours(text.encode(), depth) == _expected(text.encode(), depth)


@given(JSON_VALUES.flatmap(lambda value: damage(strict_json.compact(value))), st.integers(0, 4))
def test_json_with_a_damaged_octet_is_read_as_a_slow_reading_reads_it(data, depth):
    assert _ours(data, depth) == _expected(data, depth)


@given(
    st.lists(st.sampled_from(["[", "]", '"', "\\", '{"a":', "}", ",", "0", '"]"', '"\\"['])),
    st.integers(0, 6),
)
def test_json_depth_is_that_of_a_slow_reading(parts, depth):
    data = "".join(parts).encode()
    assert _ours(data, depth) == _expected(data, depth)


@given(st.recursive(st.just([]), lambda inner: st.lists(inner, max_size=3)), st.integers(0, 12))
def test_json_depth_of_well_formed_arrays_is_exact(value, depth):
    data = strict_json.compact([value, '"[]]]', {"k": value}])
    assert _ours(data, depth) == _expected(data, depth)


@given(JSON_VALUES)
def test_a_canonical_text_does_not_depend_on_the_order_of_members(value):
    def turned(part):
        if isinstance(part, dict):
            return {name: turned(part[name]) for name in reversed(part)}
        return [turned(item) for item in part] if isinstance(part, list) else part

    assert strict_json.canonical(turned(value)) == strict_json.canonical(value)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_canonical_numbers_keep_their_value(value):
    assert float(strict_json.canonical(value)) == value


@given(CBOR_VALUES)
def test_cbor_round_trip_is_deterministic(value):
    data = cbor.dumps(value)
    assert cbor.loads(data, profile=cbor.CborProfile.DETERMINISTIC) == value
    assert cbor.item_span(data) == len(data)
    assert cbor2.loads(data) == value


@given(st.binary(max_size=40) | CBOR_VALUES.flatmap(lambda value: damage(cbor.dumps(value))))
def test_cbor_agrees_with_another_decoder(data):
    """Whatever we accept, cbor2 reads alike (tags and simple values aside, which it interprets)."""
    try:
        ours = cbor.loads(data)
    except Rejection:
        return
    assert cbor.item_span(data) == len(data)
    if any(initial >> 5 in (6, 7) for initial in data):
        return
    theirs = cbor2.load(io.BytesIO(data))
    assert theirs == ours


@given(CBOR_VALUES, st.integers(0, 3))
def test_cbor2s_canonical_output_and_indefinite_lengths_are_read(value, wrap):
    data = cbor2.dumps(value, canonical=True)
    for _ in range(wrap):
        data = b"\x9f" + data + b"\xff"
        value = [value]
    decoded = cbor.decode(data)
    assert decoded.value == value
    assert (cbor.Deviation.INDEFINITE_LENGTH in decoded.deviations) == (wrap > 0)


@given(CBOR_VALUES.flatmap(lambda value: damage(cbor.dumps(value))))
def test_deterministic_cbor_has_one_spelling(data):
    try:
        read = cbor.loads(data, profile=cbor.CborProfile.DETERMINISTIC)
    except Rejection:
        return
    assert cbor.dumps(read) == data


@given(st.binary(max_size=40) | CBOR_VALUES.flatmap(lambda value: damage(cbor.dumps(value))))
def test_no_deviation_reported_means_deterministic(data):
    try:
        decoded = cbor.decode(data)
    except Rejection:
        return
    rest = data[: decoded.end]
    assert (cbor.dumps(decoded.value) == rest) == (not decoded.deviations)


CANONICAL = {
    "base64url": (base64url.encode, base64url.decode),
    "base64": (base64url.encode_standard, base64url.decode_standard),
    "base45": (base45.encode, base45.decode),
}


@pytest.mark.parametrize(("encode", "decode"), CANONICAL.values(), ids=CANONICAL)
@given(data=st.data(), plain=st.binary(max_size=60))
def test_a_byte_string_has_one_text(encode, decode, data, plain):
    text = encode(plain).encode()
    assert decode(text) == decode(text.decode()) == plain
    damaged = data.draw(damage(text))
    try:
        read = decode(damaged)
    except Rejection:
        return
    assert encode(read).encode() == damaged


@given(st.binary(max_size=2000), st.integers(0, 9), st.data())
def test_zlib_gives_the_whole_message_or_nothing(plain, level, data):
    packed = zlib.compress(plain, level)
    assert deflate.inflate(packed, max_output=len(plain)) == plain
    damaged = data.draw(damage(packed))
    try:
        read = deflate.inflate(damaged, max_output=len(plain))
    except Rejection:
        return
    assert zlib.decompress(damaged) == read
