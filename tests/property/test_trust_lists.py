"""Whatever is done to the bytes of a signed list: it is refused, and only by a Rejection's code."""

import copy

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection
from defa_trust.trustlist.accept import accept
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.identity import parse_other_id
from defa_trust.trustlist.schema import validate
from tests.signed_lists import (
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    forged,
    member_document,
    pin,
    recognition_document,
    regional_document,
    signed,
)
from tests.unit.trustlist.test_schema import RICH

LISTS = {
    (MEMBER, "TH"): signed(member_document()),
    (RECOGNITION, "SG"): signed(recognition_document()),
    (REGIONAL, "AP"): signed(regional_document()),
}
PLACES = sorted(LISTS)
SCHEMAS = {
    MEMBER: "member-state-list.v1",
    RECOGNITION: "recognition-list.v1",
    REGIONAL: "regional-list.v1",
}
DOCUMENTS = [(SCHEMAS[kind], document) for kind, document in RICH]
NEAR = [
    None, True, 0, 1, -1, 1.0, "", " x", "x ", "a:b", "\n", "<", [], {}, [{}], [None], ["x"], "en",
    "TH", "2026-01-01T00:00:00Z", "unstated", "e" * 3000, {"lang": "en", "value": "x"},
    [{"lang": "en", "value": "x"}], [{"lang": "en", "uriValue": "a:b"}],
]  # fmt: skip
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)


def judged(data, place):
    return accept(data, pin(*place), last=None, now=NOW)


def test_the_lists_are_good_unmutated():
    assert all(judged(data, place).trust_list for place, data in LISTS.items())


@settings(max_examples=400, deadline=None)
@given(
    st.sampled_from(PLACES),
    st.integers(0, 1_000_000),
    st.sampled_from(["flip", "drop", "duplicate", "insert", "cut", "swap"]),
    st.integers(1, 255),
)
def test_a_mutated_list_is_never_accepted(place, where, how, byte):
    data = LISTS[place]
    at = where % len(data)
    if how == "flip":
        mutant = data[:at] + bytes([data[at] ^ byte]) + data[at + 1 :]
    elif how == "drop":
        mutant = data[:at] + data[at + 1 :]
    elif how == "duplicate":
        mutant = data[: at + 1] + data[at:]
    elif how == "insert":
        mutant = data[:at] + bytes([byte]) + data[at:]
    elif how == "cut":
        mutant = data[:at]
    else:
        mutant = data[at:] + data[:at]
    if mutant == data:
        return
    answer = judged(mutant, place)
    assert answer.trust_list is None
    assert answer.code is not None


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(PLACES))
def test_random_bytes_are_refused(data, place):
    assert judged(data, place).trust_list is None


@settings(max_examples=100, deadline=None)
@given(JSON)
def test_any_payload_with_a_good_signature_is_judged_without_raising(value):
    answer = judged(forged(strict_json.compact(value)), (MEMBER, "TH"))
    assert answer.trust_list is None


def places_in(node, path=()):
    """Paths of every value within a document."""
    yield path
    if isinstance(node, dict):
        for name, child in node.items():
            yield from places_in(child, (*path, name))
    elif isinstance(node, list):
        for number, child in enumerate(node):
            yield from places_in(child, (*path, number))


PATHS = [[path for path in places_in(document) if path] for _, document in DOCUMENTS]


@settings(max_examples=600, deadline=None)
@given(
    st.integers(0, len(DOCUMENTS) - 1),
    st.integers(0, 100_000),
    st.sampled_from(NEAR) | JSON,
    st.booleans(),
)
def test_what_the_decoder_accepts_the_schema_accepts(number, where, value, remove):
    """One value replaced or removed anywhere: the decoder is never laxer than the schema."""
    name, original = DOCUMENTS[number]
    document = copy.deepcopy(original)
    path = PATHS[number][where % len(PATHS[number])]
    place = document
    for step in path[:-1]:
        place = place[step]
    if remove:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    try:
        decode(document, digest="0" * 64, size=1)
    except Rejection:
        return
    validate(document, name)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(["jwk:", "jwks:", "did:", "did:key:z", "did:jwk:", "issuer:",
                     "issuer-pattern:https://", "online:https://", ""]),
    st.text(max_size=60),
)  # fmt: skip
def test_any_identifier_is_read_or_rejected(scheme, rest):
    try:
        found = parse_other_id(scheme + rest)
    except Rejection:
        return
    assert found.value
    validate(scheme + rest, "other-ids.v1")
