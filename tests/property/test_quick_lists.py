"""The quick reader of large lists and the decoder: whatever the bytes, one answer."""

import copy
from contextlib import contextmanager

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection
from defa_trust.trustlist import decode as decoding
from defa_trust.trustlist.decode import Origin, read
from tests.list_cases import GOOD
from tests.property.test_trust_lists import JSON, NEAR, places_in

quick = pytest.importorskip("defa_trust.trustlist.quick")
from tests.unit.trustlist.test_quick import plainly  # noqa: E402

DOCUMENTS = list(GOOD.values())
TEXTS = [strict_json.compact(document) for document in DOCUMENTS]
PATHS = [[path for path in places_in(document) if path] for document in DOCUMENTS]
MORE = [
    *NEAR, "\u0e48", "a\u0301", "en-SG", "a<b", "a\\b", '"', "\x7f", "\u00a0x", "\U00020000",
    {"Critical": False, "DefaScope": "x"}, {"Critical": True, "New": "x"}, {"val": "AAAA"},
    {"scheme": "a", "value": "b"}, ["a:b"], ["a b"], "2026-01-01T00:00:00z", {"kty": "EC"},
]  # fmt: skip
PIECES = [
    b'"', b"\\", b",", b"{", b"}", b"[", b"]", b":", b" ", b"\n", b"\t", b"\\u0041", b"\\/", b"0",
    b"true", b"null", b'"lang":"en",', b'"val":"",', b'"Critical":false,', b"\xff", b"\xe0\xb9\x88",
    b"\x7f", b"<", b',{"TrustedEntityInformation":', b',"TrustedEntitiesList":[', b"]}}", b"\0",
]  # fmt: skip


@contextmanager
def reader(module):
    kept = decoding._quick, decoding.QUICK_BYTES
    decoding._quick, decoding.QUICK_BYTES = (lambda: module), 0
    try:
        yield
    finally:
        decoding._quick, decoding.QUICK_BYTES = kept


def said(payload, module):
    with reader(module):
        try:
            found = read(payload, Origin("0" * 64, 1), max_bytes=1 << 26)
        except Rejection as refusal:
            return refusal.code.id, refusal.where, refusal.expected, refusal.actual
    return plainly(found.trust_list), found.scheme


def alike(payload):
    assert said(payload, quick) == said(payload, None)


@settings(max_examples=500, deadline=None)
@given(
    st.integers(0, len(DOCUMENTS) - 1),
    st.lists(
        st.tuples(st.integers(0, 100_000), st.sampled_from(MORE) | JSON, st.booleans()),
        min_size=1, max_size=2,
    ),
)  # fmt: skip
def test_values_replaced_or_removed_anywhere(number, changes):
    document = copy.deepcopy(DOCUMENTS[number])
    for where, value, remove in changes:
        path = PATHS[number][where % len(PATHS[number])]
        place = document
        try:
            for step in path[:-1]:
                place = place[step]
            if remove:
                del place[path[-1]]
            else:
                place[path[-1]] = value
        except (KeyError, IndexError, TypeError):
            continue  # the first change took this place away
    alike(strict_json.compact(document))


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(TEXTS),
    st.lists(
        st.tuples(st.integers(0, 1_000_000), st.integers(0, 40), st.sampled_from(PIECES)),
        min_size=1, max_size=3,
    ),
)  # fmt: skip
def test_text_cut_out_and_put_in_anywhere(text, cuts):
    for where, length, piece in cuts:
        at = where % (len(text) + 1)
        text = text[:at] + piece + text[at + length % 8 :]
    alike(text)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(TEXTS), st.data())
def test_a_member_given_again_anywhere(text, data):
    """A copy of some member, or one of its name, before or after the first."""
    places = [place for place in range(len(text)) if text[place : place + 2] == b'":']
    end = data.draw(st.sampled_from(places))
    start = text.rindex(b'"', 0, end)
    value = data.draw(st.sampled_from([b'""', b"[]", b"{}", b"true", b"null", b'"en"']))
    twin = text[start : end + 2] + value + b","
    mutant = text[:start] + twin + text[start:]
    alike(mutant)
    assert said(mutant, quick)[0] == "json.duplicate_member"
