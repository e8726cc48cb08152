"""Items and security objects read at once, beside the plain reading: the same, or nothing."""

import random

from hypothesis import example, given, settings
from hypothesis import strategies as st

from defa_trust.codec import cbor, cbor_quick
from defa_trust.conformance import mdocs
from defa_trust.errors import Rejection
from defa_trust.formats import mdoc, mdoc_quick
from tests.fuzz.mutate import mutant
from tests.fuzz.trees import grow
from tests.property.test_cbor_quick import check

NAMES = st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1, max_size=30)
VALUES = st.recursive(
    st.text(max_size=30)
    | st.integers(-(2**63), 2**63)
    | st.booleans()
    | st.none()
    | st.binary(max_size=300)
    | st.builds(lambda text: cbor.Tagged(1004, text), NAMES),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=4,
)
RANDOM = st.sampled_from((15, 16, 17, 24, 32, 33)).map(bytes)
KEYS = ("digestID", "random", "elementIdentifier", "elementValue")


def as_defined(members):
    """A map whose members stand in the order they are given in."""
    pairs = [cbor.dumps(name) + cbor.dumps(value) for name, value in members.items()]
    return bytes((0xA0 | len(pairs),)) + b"".join(pairs)


def item(number, seed, name, value, in_order):
    members = dict(zip(KEYS, (number, seed, name, value), strict=True))
    return as_defined(members) if in_order else cbor.dumps(members)


ITEMS = st.builds(
    item, st.integers(0, 2**33) | st.integers(0, 300), RANDOM, NAMES, VALUES, st.booleans()
)
NESTED = {"x": [{"y": [cbor.Tagged(0, "z")] * 2}]}
CHANGES = st.lists(st.tuples(st.integers(0, 9999), st.integers(0, 255)), max_size=2)


def damaged(data, changes, cut, put):
    made = bytearray(data)
    for place, octet in changes:
        made[place % len(made)] = octet
    if put is not None:
        at = cut % (len(made) + 1)
        made[at:at] = put
    return bytes(made)


def refused_or(read, data):
    try:
        return read(data)
    except Rejection as refusal:
        return refusal.code.id


def same_item(data):
    found = mdoc_quick.item(data)
    assert found is None or repr(found) == repr(refused_or(mdoc._item, data))
    return found


@settings(max_examples=200, deadline=None)
@given(ITEMS, CHANGES, st.integers(0, 9999), st.none() | st.binary(max_size=3))
@example(item(3, bytes(16), "a", "qelementIdentifieraX", in_order=False), [], 0, None)
@example(item(3, bytes(16), "alelementValue", "b", in_order=True), [], 0, None)
@example(item(3, bytes(16), "a", NESTED, in_order=True), [], 0, b"\0")
def test_an_item_is_read_alike_or_left_to_the_plain_reading(data, changes, cut, put):
    same_item(data)
    same_item(damaged(data, changes, cut, put))


def test_usual_items_are_really_read_at_once():
    for name, value in mdocs.ELEMENTS.items():
        for in_order in (True, False):
            assert same_item(item(7, bytes(16), name, value, in_order)) is not None
    assert same_item(item(24, bytes(32), "portrait", bytes(4000), in_order=False)) is not None
    assert same_item(item(300, bytes(24), "x", NESTED, in_order=True)) is not None


def test_what_is_not_of_the_usual_shape_is_left():
    good = item(7, bytes(16), "name", "value", in_order=True)
    assert same_item(good)
    for bad in (
        good + b"\0",
        good[:-1],
        good.replace(b"dname", b"cname"),
        good.replace(b"digestID\x07", b"digestID\x18\x07"),
        good.replace(b"\xa4", b"\xa3"),
        good.replace(b"evalue", b"\x78\x05value"),
        good.replace(b"evalue", b"e\xff\xff\xff\xff\xff"),
        item(7, bytes(15), "name", "value", in_order=True),
        item(7, bytes(16), "n" * 24, "value", in_order=True),
    ):
        assert same_item(bad) is None


# --- the security object -------------------------------------------------------------------------
def security_object(entries=4, in_order=False, **members):
    elements = {f"element_{n}": n for n in range(entries)}
    whole = mdocs.security_object(mdocs.items(elements), **members)
    if not in_order:
        return cbor.dumps(whole)
    order = ("version", "digestAlgorithm", "valueDigests", "deviceKeyInfo", "docType",
             "validityInfo", "status")  # fmt: skip
    return as_defined({name: whole[name] for name in order if name in whole})


def same_object(data):
    quick = mdoc_quick.security_object(data)
    if quick is None:
        return None
    plain = refused_or(mdoc._plain_mso, data)
    found = refused_or(lambda parts: mdoc._check_order(mdoc.Mso(*parts)), quick)
    assert repr(found) == repr(plain)
    return found


OBJECTS = [security_object(n, in_order) for n in (1, 2, 10, 23) for in_order in (True, False)]


def test_usual_objects_are_really_read_at_once():
    for data in OBJECTS:
        assert isinstance(same_object(data), mdoc.Mso)


def test_what_an_object_may_hold_besides_is_left():
    backwards = mdocs.validity(validUntil=mdocs.date(0))
    assert same_object(security_object(validityInfo=backwards)) == "mdoc.validity"
    more = {"status": {"status_list": {"idx": 1, "uri": "https://status.example/1"}}}
    other = {1: 2, -1: 2, -2: bytes(48), -3: bytes(48)}
    granted = {"deviceKey": mdocs.device_key(), "keyAuthorizations": {"nameSpaces": ["a"]}}
    update = mdocs.validity(expectedUpdate=mdocs.date(0))
    for data in (
        security_object(24),
        security_object(**more),
        security_object(digestAlgorithm="SHA-512"),
        security_object(version="2.0"),
        security_object(deviceKeyInfo={"deviceKey": other}),
        security_object(deviceKeyInfo=granted),
        security_object(validityInfo=update),
        security_object(docType="d" * 24),
        security_object(validityInfo=mdocs.validity(signed=cbor.Tagged(0, "2026-02-30T00:00:00Z"))),
    ):
        assert same_object(data) is None


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(OBJECTS), CHANGES, st.integers(0, 9999), st.none() | st.binary(max_size=3))
def test_a_damaged_object_is_read_alike_or_left(data, changes, cut, put):
    same_object(damaged(data, changes, cut, put))


def test_objects_and_items_changed_at_any_depth():
    seeds = [(data, grow(data)) for data in OBJECTS]
    seeds += [
        (data, grow(data))
        for name, value in mdocs.ELEMENTS.items()
        for data in (item(7, bytes(16), name, value, True), item(7, bytes(16), name, value, False))
    ]
    read = 0
    for number in range(500):
        data, _, _ = mutant(random.Random(number), seeds)
        read += same_object(data) is not None or same_item(data) is not None
    assert read > 20


# --- tables and embedded items in CBOR -----------------------------------------------------------
def table(numbers, sizes):
    head = bytes((0xA0 | len(numbers),))
    return head + b"".join(
        cbor.dumps(number) + cbor.dumps(bytes(size))
        for number, size in zip(numbers, sizes, strict=True)
    )


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.integers(0, 30), max_size=23),
    st.lists(st.sampled_from((32, 32, 32, 31, 33)), min_size=23, max_size=23),
    CHANGES,
)
def test_tables_of_digests(numbers, sizes, changes):
    data = table(numbers, sizes[: len(numbers)])
    check(data)
    check(damaged(data, changes, 0, None))


def test_tables_are_really_read_at_once_and_judged_as_ever():
    assert check(table(range(20), [32] * 20))
    assert check(table([1, 0, 2, 3], [32] * 4))  # unsorted, and says so
    assert check(table([*range(20), 19 + 5], [32] * 21))
    assert not check(table([0, 1, 1, 2], [32] * 4))
    assert not check(table(range(9), [32] * 9)[:-1])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.sampled_from((0, 23, 24, 100, 255, 256)), max_size=5),
    CHANGES,
    st.integers(0, 3),
)
def test_arrays_of_encoded_items(sizes, changes, depth):
    data = cbor.dumps([cbor.Tagged(24, bytes(size)) for size in sizes])
    check(data, depth)
    check(damaged(data, changes, 0, None), depth)


def test_a_list_of_items_is_really_read_at_once():
    assert check(cbor.dumps([cbor.Tagged(24, bytes(size)) for size in (24, 100, 255)]))
    assert cbor_quick.read(cbor.dumps([cbor.Tagged(24, bytes(30))]), 0, 2)
