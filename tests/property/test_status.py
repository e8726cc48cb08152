"""Laws of status lists: what is packed is read, what is changed is not good, spans are exact."""

import json
import random

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from defa_trust.codec import base64url
from defa_trust.codes import status as codes
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.demo.packing import gzip_packed, pack_bitstring, pack_token_list, zlib_packed
from defa_trust.errors import Rejection
from defa_trust.formats import status_list, status_list_w3c
from defa_trust.formats.base import StatusMechanism
from defa_trust.formats.status_entry import status_entries
from defa_trust.policy import VerificationPolicy
from defa_trust.status_memo import MEMO
from defa_trust.verdict import TIME_MAX, TIME_MIN
from tests.status_tools import IDX, NOW, against, credential, held, verdict, w3c_credential

REFUSALS = {codes.LIST_MALFORMED, codes.LIST_TYPE, codes.LIST_TOO_LARGE}
GOOD, CWT, BITS = lists.token_jwt(), lists.token_cwt(), lists.bitstring()
DATA, W3C = credential(), w3c_credential()


# --- packing -------------------------------------------------------------------------------------
@given(st.sampled_from((1, 2, 4, 8)), st.data())
def test_a_token_list_gives_back_what_went_in(bits, data):
    values = data.draw(st.lists(st.integers(0, (1 << bits) - 1), min_size=1, max_size=200))
    octets = pack_token_list(dict(enumerate(values)), bits, len(values))
    token = status_list.parse(lists.token_jwt(lst=zlib_packed(octets), bits=bits), status_list.JWT)
    read = status_list.statuses(token)
    mechanism = StatusMechanism.TOKEN_STATUS_LIST
    assert [status_list.entry(mechanism, read, n, bits) for n in range(len(values))] == values
    assert status_list.entry(mechanism, read, status_list.entries(read, bits), bits) is None


@given(st.integers(1, 8), st.data())
def test_a_bitstring_gives_back_what_went_in(size, data):
    values = data.draw(st.lists(st.integers(0, (1 << size) - 1), min_size=1, max_size=200))
    octets = pack_bitstring(dict(enumerate(values)), size, len(values))
    text = "".join(format(value, f"0{size}b") for value in values)
    assert format(int.from_bytes(octets, "big"), f"0{len(octets) * 8}b").startswith(text)
    mechanism = StatusMechanism.BITSTRING_STATUS_LIST
    assert [status_list.entry(mechanism, octets, n, size) for n in range(len(values))] == values


# --- what comes in -------------------------------------------------------------------------------
SIMPLE = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9)
VALUES = st.recursive(
    SIMPLE,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=6,
)


def only_refuses(parse, *arguments):
    try:
        return parse(*arguments)
    except Rejection as refusal:
        assert refusal.code in REFUSALS
        refusal.finding().as_json()
        return None


@given(st.binary(max_size=300))
@example(b"")
@example(b"\xd2\x84\x40\xa0\x40\x40")
def test_no_octets_do_more_than_be_refused(octets):
    for form in (status_list.JWT, status_list.CWT):
        assert only_refuses(status_list.parse, octets, form) is None
    assert only_refuses(status_list_w3c.parse, octets) is None


@given(st.sampled_from(["sub", "iat", "exp", "nbf", "ttl", "iss", "aud", "status_list"]), VALUES)
def test_no_value_of_a_claim_does_more_than_be_refused(name, value):
    try:
        body = json.dumps({**lists.token_claims(), name: value}).encode()
    except (ValueError, UnicodeEncodeError):
        return
    octets = lists.token_jwt(body)
    token = only_refuses(status_list.parse, octets, status_list.JWT)
    if token is not None and name == "status_list":
        only_refuses(status_list.statuses, token)


@given(
    st.sampled_from(
        ["id", "type", "issuer", "validFrom", "validUntil", "iat", "credentialSubject",
         "credentialStatus", "@context"]
    ), VALUES,
)  # fmt: skip
def test_no_member_of_a_list_credential_does_more_than_be_refused(name, value):
    try:
        body = json.dumps({**lists.bitstring_claims(), name: value}).encode()
    except (ValueError, UnicodeEncodeError):
        return
    only_refuses(status_list_w3c.parse, build.vc(body))


@given(VALUES)
def test_no_entry_does_more_than_be_refused(value):
    try:
        found = status_entries({"credentialStatus": value})
    except Rejection as refusal:
        assert refusal.code.id == "vc.status"
    else:
        assert 0 < len(found) <= 16


@given(st.dictionaries(st.sampled_from(sorted(lists.bitstring_entry())), VALUES, max_size=3))
def test_no_member_of_an_entry_does_more_than_be_refused(change):
    try:
        (found,) = status_entries({"credentialStatus": {**lists.bitstring_entry(), **change}})
    except Rejection as refusal:
        assert refusal.code.id == "vc.status"
    else:
        assert found.idx >= 0
        assert 1 <= found.size <= 8


# --- damage --------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("octets", "data"), [(GOOD, DATA), (CWT, DATA), (BITS, W3C)], ids=["jwt", "cwt", "bitstring"]
)
def test_no_damaged_list_says_anything(octets, data):
    """Every changed octet leaves the status unchecked: neither good nor revoked."""
    chance = random.Random("TEST-ONLY damage")
    assert against(verdict(data, held(octets))) == []
    for _ in range(150):
        damaged = bytearray(octets)
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        judged = verdict(data, held(bytes(damaged)))
        (code,) = against(judged)
        assert code not in {"status.revoked", "status.suspended", "status.good"}
        assert code.startswith("status.")
        assert len(judged.needs) == 1


@settings(max_examples=60)
@given(st.integers(0, len(GOOD)), st.binary(max_size=4))
def test_no_cut_or_lengthened_list_says_anything(at, more):
    octets = GOOD[:at] + more + GOOD[at:]
    if octets.strip(b"\r\n\t ") == GOOD:
        return
    assert all(code.startswith("status.") for code in against(verdict(DATA, held(octets)))) is True
    assert against(verdict(DATA, held(octets))) != []
    assert against(verdict(DATA, held(GOOD[:at]))) == [] if at == len(GOOD) else True


# --- spans of time -------------------------------------------------------------------------------
MOMENTS = st.integers(NOW - 40 * 86_400, NOW + 40 * 86_400)


@st.composite
def timed(draw):
    """A list, when it was fetched, and what it says at the credential's place."""
    claims = {
        "iat": draw(MOMENTS),
        "exp": draw(st.none() | MOMENTS),
        "ttl": draw(st.none() | st.integers(1, 40 * 86_400)),
        "nbf": draw(st.none() | MOMENTS),
    }
    value = draw(st.sampled_from((0, 0, 1, 2, 3)))
    octets = lists.listing({IDX: value}, 2, **claims)
    return held(octets, fetched=draw(st.none() | MOMENTS))


@settings(max_examples=120, deadline=None)
@given(timed(), MOMENTS, st.integers(0, 7 * 86_400), st.randoms(use_true_random=False))
def test_a_verdict_holds_throughout_its_interval_and_a_memory_changes_nothing(
    evidence, moment, age, chance
):
    policy = VerificationPolicy(max_status_age=age)
    MEMO.clear()
    judged = verdict(DATA, evidence, at=moment, policy=policy)
    start, end = judged.interval
    assert start <= moment < end
    around = {start, end - 1, chance.randrange(max(start, NOW - 10**8), min(end, NOW + 10**8))}
    for other in around:
        if TIME_MIN < other < TIME_MAX - 1 and other >= 0:
            assert verdict(DATA, evidence, at=other, policy=policy) == judged
            MEMO.clear()
            assert verdict(DATA, evidence, at=other, policy=policy) == judged


@settings(max_examples=80, deadline=None)
@given(timed(), st.integers(NOW - 29 * 86_400, NOW + 40 * 86_400))
def test_only_a_current_list_answers(evidence, moment):
    """The same rule, written down a second time and plainly."""
    (item,) = evidence.items
    claims = json.loads(base64url.decode(item.octets.split(b".")[1]))
    begin = max(claims["iat"], claims.get("nbf", 0)) - 60
    kept = min(claims.get("ttl", TIME_MAX), 7 * 86_400)
    since = claims["iat"]
    if item.fetched is not None and since - 60 <= item.fetched <= moment + 60:
        since = item.fetched
    current = begin <= moment < min(claims.get("exp", TIME_MAX), since + kept)
    told = {f.code.id for f in verdict(DATA, evidence, at=moment).findings}
    answers = {"status.good", "status.revoked", "status.suspended", "status.application_specific"}
    assert bool(told & answers) is current
    assert ("status.list_current" in told) is current


@given(st.binary(max_size=200), st.integers(0, 255))
def test_a_bitstring_of_any_content_is_read(octets, filler):
    octets += bytes((filler,)) * (16_384 - len(octets))
    packed = gzip_packed(octets)
    token = status_list_w3c.parse(lists.bitstring(packed=packed))
    assert status_list.statuses(token) == octets
