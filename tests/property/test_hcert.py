"""Whatever happens to a good code: only our own refusals, bounded work, and never other claims."""

import zlib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from defa_trust.codec import base45, cbor
from defa_trust.errors import Rejection
from defa_trust.formats import hcert
from defa_trust.formats.cose import RepeatedKid, parse_sign1
from defa_trust.request import Profile
from tests.cose_samples import claims, code, message, request, verifies

GOOD = code()
COSE = message()
STRICT = request()
LENIENT = request(Profile.HCERT_UNCOMPRESSED)
REVEALED = hcert.parse(GOOD, STRICT).reveal()
ASSERTED = hcert.parse(GOOD, STRICT).asserted

KINDS = st.sampled_from(["flip", "drop", "insert", "duplicate", "swap", "cut"])
ALPHABET = st.sampled_from(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
CHANGE = st.tuples(KINDS, st.integers(0, len(COSE)), st.integers(0, 255))


def mutated(data, kind, place, byte):
    place %= len(data)
    if kind == "flip":
        return data[:place] + bytes((byte,)) + data[place + 1 :]
    if kind == "drop":
        return data[:place] + data[place + 1 :]
    if kind == "insert":
        return data[:place] + bytes((byte,)) + data[place:]
    if kind == "duplicate":
        return data[: place + 1] + data[place:]
    if kind == "swap":
        return data[:place] + data[place : place + 2][::-1] + data[place + 2 :]
    return data[:place]


def never_other_claims(read):
    """Refused, or it does not verify, or it says exactly what was signed."""
    try:
        presented = read()
    except Rejection as refusal:
        assert refusal.finding().text
        return
    if verifies(presented):
        assert presented.asserted == ASSERTED
        assert presented.reveal() == REVEALED


@settings(max_examples=600, deadline=500)
@given(KINDS, st.integers(0, len(GOOD)), ALPHABET)
def test_any_character_of_the_text(kind, place, byte):
    data = mutated(GOOD, kind, place, byte)
    never_other_claims(lambda: hcert.parse(data, STRICT))


@settings(max_examples=800, deadline=500)
@given(KINDS, st.integers(0, len(COSE)), st.integers(0, 255))
def test_any_byte_under_the_compression(kind, place, byte):
    changed = mutated(COSE, kind, place, byte)
    data = ("HC1:" + base45.encode(zlib.compress(changed))).encode()
    never_other_claims(lambda: hcert.parse(data, STRICT))


@settings(max_examples=300, deadline=500)
@given(
    st.lists(
        st.tuples(KINDS, st.integers(0, len(COSE)), st.integers(0, 255)), min_size=2, max_size=6
    )
)
def test_several_changes_at_once(changes):
    changed = COSE
    for kind, place, byte in changes:
        changed = mutated(changed, kind, place, byte) or b"\x00"
    data = ("HC1:" + base45.encode(changed)).encode()
    never_other_claims(lambda: hcert.parse(data, LENIENT))


@settings(max_examples=300, deadline=500)
@given(st.binary(max_size=300))
def test_random_bytes(data):
    for read in (
        lambda: hcert.parse(data, STRICT),
        lambda: hcert.parse(b"HC1:" + data, LENIENT),
        lambda: hcert.parse(("HC1:" + base45.encode(data)).encode(), LENIENT),
        lambda: hcert.present(data, b""),
        lambda: parse_sign1(data, repeated_kid=RepeatedKid.PROTECTED_COUNTS),
    ):
        with pytest.raises(Rejection):
            read()
    assert hcert.detect(data) in {True, False}


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(1 << 63), 1 << 63) | st.floats()
    | st.binary(max_size=6) | st.text(max_size=6).filter(str.isascii)
    | st.just(cbor.UNDEFINED),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.integers(-300, 70000) | st.text("vtr1", max_size=3), inner, max_size=3)
    | st.builds(cbor.Tagged, st.integers(0, 70), inner),
    max_leaves=8,
)  # fmt: skip
LABELS = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 8, -260, 65535, 33, 34])


@settings(max_examples=500, deadline=500, suppress_health_check=[HealthCheck.too_slow])
@given(LABELS, VALUES)
def test_claims_and_headers_of_any_shape(label, value):
    for data in (
        code(payload=claims({label: value})),
        code(protected={1: -7, 4: b"kid", label: value}),
        code(unprotected={label: value}),
    ):
        try:
            presented = hcert.parse(data, STRICT)
        except Rejection as refusal:
            assert refusal.finding().text
            continue
        presented.reveal()
        for moment in (presented.asserted.expires, presented.asserted.issued_at):
            assert moment is None or (type(moment) is int and 0 <= moment <= hcert.MAX_DATE)
