"""Token status lists, read strictly: every member, every bound, and which bit comes first."""

import zlib

import pytest

from defa_trust.codec import base64url, cbor
from defa_trust.codes import status as codes
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.build import MOMENT
from defa_trust.demo.packing import pack_bitstring, pack_token_list
from defa_trust.errors import Rejection
from defa_trust.formats import status_list
from defa_trust.formats.base import PartRole, StatusMechanism
from defa_trust.spec import MAX_STATUS_LIST_BYTES, MAX_STATUS_TOKEN_BYTES

TOKEN, BITS = StatusMechanism.TOKEN_STATUS_LIST, StatusMechanism.BITSTRING_STATUS_LIST


def parsed(octets, form=status_list.JWT):
    return status_list.parse(octets, form)


def refused(octets, form=status_list.JWT):
    with pytest.raises(Rejection) as caught:
        status_list.parse(octets, form)
    return caught.value


def told(octets, form=status_list.JWT):
    """What a malformed list is told to be."""
    refusal = refused(octets, form)
    assert refusal.code is codes.LIST_MALFORMED
    return refusal.actual


# --- JWT -----------------------------------------------------------------------------------------
def test_reads_a_jwt():
    token = parsed(lists.token_jwt(status_list={
        "bits": 4, "lst": base64url.encode(lists.compressed(bits=4)),
        "aggregation_uri": "https://status.th.test.example/all",
    }, iss=build.ISSUER))  # fmt: skip
    assert (token.form, token.mechanism) == ("statuslist+jwt", TOKEN)
    assert (token.subject, token.issuer) == (lists.URI, build.ISSUER)
    assert (token.issued_at, token.not_before) == (MOMENT - 3600, MOMENT - 3600)
    assert (token.expires, token.ttl, token.bits) == (MOMENT + 30 * 86_400, 86_400, 4)
    assert token.aggregation == "https://status.th.test.example/all"
    assert token.part.role is PartRole.ISSUER
    assert token.part.hint.kid == "key-1"
    assert build.key().verification_key.verify(
        token.part.algorithms[0], token.part.signature, token.part.data
    )
    assert status_list.statuses(token) == bytes(32)


def test_what_is_optional_may_be_missing():
    token = parsed(lists.token_jwt(exp=None, ttl=None))
    assert (token.expires, token.ttl, token.issuer, token.aggregation) == (None, None, None, None)


def test_a_later_beginning_counts():
    assert parsed(lists.token_jwt(nbf=MOMENT)).not_before == MOMENT
    assert parsed(lists.token_jwt(nbf=0)).not_before == MOMENT - 3600


def test_a_line_break_behind_it_is_no_part_of_it():
    assert parsed(lists.token_jwt() + b"\r\n") == parsed(lists.token_jwt())


@pytest.mark.parametrize(
    "typ", ["JWT", "statuslist", "statuslist+cwt", "vc+jwt", "dc+sd-jwt", "status list+jwt", None]
)
def test_another_typ_is_another_token(typ):
    assert refused(lists.token_jwt(header={"typ": typ})).code is codes.LIST_TYPE


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"sub": None}, "sub"),
        ({"sub": ""}, "sub"),
        ({"sub": 1}, "sub"),
        ({"sub": "https://status.th.test.example/ 1"}, "sub"),
        ({"sub": "https://status.th.test.example/" + "1" * 1024}, "sub"),
        ({"iat": None}, "iat"),
        ({"iat": 1.5}, "jose.numeric_date at iat"),
        ({"iat": "1"}, "jose.numeric_date at iat"),
        ({"iat": True}, "jose.numeric_date at iat"),
        ({"iat": MOMENT * 1000}, "jose.numeric_date at iat"),
        ({"exp": -1}, "jose.numeric_date at exp"),
        ({"nbf": "1"}, "jose.numeric_date at nbf"),
        ({"ttl": 0}, "ttl"),
        ({"ttl": -1}, "ttl"),
        ({"ttl": 1.5}, "ttl"),
        ({"ttl": "1"}, "ttl"),
        ({"ttl": True}, "ttl"),
        ({"iss": 1}, "jose.claim at iss"),
        ({"aud": "https://verifier.sg.test.example"}, "aud"),
        ({"status_list": None}, "status_list"),
        ({"status_list": []}, "status_list"),
        ({"status_list": {"bits": 1}}, "status_list.lst"),
        ({"status_list": {"bits": 1, "lst": 1}}, "status_list.lst"),
        ({"status_list": {"bits": 1, "lst": "eN"}}, "base64url.not_canonical"),
        ({"status_list": {"bits": 1, "lst": "eNpj+"}}, "base64url.not_canonical"),
        ({"status_list": {"bits": 1, "lst": "", "aggregation_uri": 1}},
         "status_list.aggregation_uri"),
    ],
)  # fmt: skip
def test_refuses_a_malformed_jwt(change, where):
    assert told(lists.token_jwt(**change)) == where


@pytest.mark.parametrize("bits", [0, 3, 5, 6, 7, 16, -1, 1.0, "1", True, None])
def test_entries_have_one_two_four_or_eight_bits(bits):
    assert told(lists.token_jwt(bits=bits)) == "status_list.bits"
    assert told(lists.token_cwt(bits=bits), status_list.CWT) == "status_list.bits"


@pytest.mark.parametrize(
    ("octets", "said"),
    [
        (b"", "jose.form"),
        (b"<html>", "jose.form"),
        (b"a.b", "jose.form"),
        (b"..", "json.syntax at character 0"),
        (lists.token_jwt()[:-1] + b".", "jose.form"),
        (lists.token_jwt(b"[]"), "json.not_an_object"),
        (lists.token_jwt(b'{"sub":1,"sub":2}'), "json.duplicate_member"),
        (lists.token_jwt(header={"alg": "HS256"}), "crypto.algorithm_symmetric"),
        (lists.token_jwt(header={"b64": False, "crit": ["b64"]}), "jose.b64 at b64"),
    ],
)
def test_refuses_what_is_no_jws(octets, said):
    assert told(octets).startswith(said)


def test_a_list_beyond_all_bounds_is_refused_unread():
    refusal = refused(b"x" * (MAX_STATUS_TOKEN_BYTES + 1))
    assert refusal.code is codes.LIST_TOO_LARGE
    assert refusal.actual == MAX_STATUS_TOKEN_BYTES + 1
    assert told(b"x" * MAX_STATUS_TOKEN_BYTES) == "jose.form"


def test_a_list_larger_than_any_credential_is_read():
    lst = base64url.encode(bytes(2 << 20))
    assert len(parsed(lists.token_jwt(status_list={"bits": 1, "lst": lst})).packed) == 2 << 20
    wide = lists.token_cwt(lst=bytes(2 << 20))
    assert len(parsed(wide, status_list.CWT).packed) == 2 << 20


# --- CWT -----------------------------------------------------------------------------------------
def test_reads_a_cwt():
    token = parsed(lists.token_cwt({1: 2}, 2, claims={1: build.ISSUER}), status_list.CWT)
    assert (token.form, token.mechanism, token.bits) == ("statuslist+cwt", TOKEN, 2)
    assert (token.subject, token.issuer) == (lists.URI, build.ISSUER)
    assert (token.issued_at, token.expires, token.ttl) == (
        MOMENT - 3600, MOMENT + 30 * 86_400, 86_400,
    )  # fmt: skip
    assert token.part.hint.kid == build.cose_kid()
    assert build.key().verification_key.verify(
        token.part.algorithms[0], token.part.signature, token.part.data
    )
    assert status_list.statuses(token)[0] == 2 << 2


@pytest.mark.parametrize("typ", [None, "statuslist+cwt", "application/cwt", 1, b"x", "APPLICATİON"])
def test_another_cwt_is_another_token(typ):
    refusal = refused(lists.token_cwt(protected={16: typ}), status_list.CWT)
    assert refusal.code is codes.LIST_TYPE


def test_the_type_ignores_case():
    octets = lists.token_cwt(protected={16: "Application/StatusList+CWT"})
    assert parsed(octets, status_list.CWT).form == "statuslist+cwt"


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({2: None}, "sub"), ({2: b"x"}, "sub"), ({2: ""}, "sub"),
        ({6: None}, "iat"), ({6: 1.5}, "iat"), ({6: -1}, "iat"), ({6: "1"}, "iat"),
        ({4: 1.0}, "exp"), ({4: cbor.Tagged(1, 1)}, "exp"), ({5: "1"}, "nbf"),
        ({65534: 0}, "ttl"), ({65534: 1.0}, "ttl"), ({1: 1}, "iss"), ({1: ""}, "iss"),
        ({3: "x"}, "aud"), ({65533: None}, "status_list"), ({65533: []}, "status_list"),
        ({65533: {"bits": 1}}, "status_list.lst"),
        ({65533: {"bits": 1, "lst": "eNo"}}, "status_list.lst"),
        ({65533: {"bits": 1, "lst": b"", "aggregation_uri": 1}}, "status_list.aggregation_uri"),
    ],
)  # fmt: skip
def test_refuses_a_malformed_cwt(change, where):
    assert told(lists.token_cwt(claims=change), status_list.CWT) == where


@pytest.mark.parametrize("tag", [None, 17, 61, 98])
def test_a_cwt_carries_exactly_the_tag_of_cose_sign1(tag):
    assert told(lists.token_cwt(tag=tag), status_list.CWT) == "COSE tag 18"


def test_refuses_a_cwt_with_something_behind_it():
    assert told(lists.token_cwt() + b"\0", status_list.CWT).startswith("cbor.trailing")


def test_a_key_twice_is_refused():
    payload = bytearray(cbor.dumps({2: lists.URI, 6: 1}))
    payload[0] = 0xA3
    message = build.sign1(
        bytes(payload) + cbor.dumps(6) + cbor.dumps(2),
        protected={1: -7, 16: "application/statuslist+cwt"},
    )
    assert told(message, status_list.CWT).startswith("cbor.duplicate_key")


@pytest.mark.parametrize(
    ("octets", "form"),
    [
        (b"", "statuslist+jwt"),
        (lists.token_jwt(), "statuslist+jwt"),
        (lists.token_cwt(), "statuslist+cwt"),
        (b"\xff", "statuslist+cwt"),
        (b"{}", "statuslist+jwt"),
    ],
)
def test_the_first_octet_tells_the_form(octets, form):
    assert status_list.form_of(octets) == form


# --- statuses ------------------------------------------------------------------------------------
def test_the_two_standards_begin_at_opposite_ends():
    octets = bytes((0b0000_0001, 0b1000_0000))
    assert [status_list.entry(TOKEN, octets, i, 1) for i in (0, 7, 8, 15)] == [1, 0, 0, 1]
    assert [status_list.entry(BITS, octets, i, 1) for i in (0, 7, 8, 15)] == [0, 1, 1, 0]


@pytest.mark.parametrize("width", [1, 2, 4, 8])
def test_every_entry_is_read_at_its_place(width):
    values = {place: (place * 7 + 1) % (1 << width) for place in range(64)}
    octets = pack_token_list(values, width, 64)
    assert status_list.entries(octets, width) == 64
    for place, value in values.items():
        assert status_list.entry(TOKEN, octets, place, width) == value


@pytest.mark.parametrize("width", range(1, 9))
def test_every_bitstring_entry_is_read_at_its_place(width):
    values = {place: (place * 7 + 1) % (1 << width) for place in range(64)}
    octets = pack_bitstring(values, width, 64)
    for place, value in values.items():
        assert status_list.entry(BITS, octets, place, width) == value


@pytest.mark.parametrize("place", [-1, 16, 17, 1 << 53])
def test_there_is_nothing_outside_the_list(place):
    assert status_list.entry(TOKEN, bytes(2), place, 1) is None
    assert status_list.entry(BITS, bytes(2), place, 1) is None


def test_an_entry_that_ends_behind_the_list_is_outside_it():
    assert status_list.entry(BITS, bytes(1), 1, 3) == 0
    assert status_list.entry(BITS, bytes(1), 2, 3) is None


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (b"", "zlib.broken"),
        (b"\x78\xda\x00", "zlib.broken"),
        (lists.compressed() + b"\0", "zlib.trailing"),
        (lists.compressed()[:-1], "zlib.broken"),
        (zlib.compress(bytes(MAX_STATUS_LIST_BYTES + 1)), "zlib.too_large"),
    ],
)
def test_what_cannot_be_inflated_is_malformed(packed, said):
    token = parsed(lists.token_jwt(lst=packed))
    with pytest.raises(Rejection) as caught:
        status_list.statuses(token)
    assert (caught.value.code, caught.value.actual) == (codes.LIST_MALFORMED, said)


def test_the_largest_list_is_read():
    token = parsed(lists.token_jwt(lst=zlib.compress(bytes(MAX_STATUS_LIST_BYTES))))
    assert len(status_list.statuses(token)) == MAX_STATUS_LIST_BYTES


# --- aggregation ---------------------------------------------------------------------------------
def test_reads_an_aggregation():
    body = b'{"status_lists":["https://a.test.example/1","https://a.test.example/2",'
    body += b'"https://a.test.example/1"]}'
    found = status_list.read_aggregation(body, most=3)
    assert found == ("https://a.test.example/1", "https://a.test.example/2")


@pytest.mark.parametrize(
    "body",
    [
        b"", b"[]", b"{}", b'{"status_lists":{}}', b'{"status_lists":[1]}',
        b'{"status_lists":[""]}', b'{"status_lists":["a","b","c"]}',
        b'{"status_lists":[],"status_lists":[]}',
    ],
)  # fmt: skip
def test_refuses_another_aggregation(body):
    with pytest.raises(Rejection) as caught:
        status_list.read_aggregation(body, most=2)
    assert caught.value.code is codes.LIST_MALFORMED
