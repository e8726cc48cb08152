"""W3C bitstring status lists, read strictly: a credential of its own kind, and nobody's."""

import gzip

import pytest

from defa_trust.codec import base64url
from defa_trust.codes import status as codes
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.build import MOMENT
from defa_trust.demo.packing import gzip_packed, pack_bitstring
from defa_trust.errors import Rejection
from defa_trust.formats import status_list, status_list_w3c
from defa_trust.formats.base import StatusMechanism
from defa_trust.spec import MAX_STATUS_LIST_BYTES, MAX_STATUS_TOKEN_BYTES


def refused(octets):
    with pytest.raises(Rejection) as caught:
        status_list_w3c.parse(octets)
    return caught.value


def told(octets):
    refusal = refused(octets)
    assert refusal.code is codes.LIST_MALFORMED
    return refusal.actual


def test_reads_a_list():
    token = status_list_w3c.parse(lists.bitstring({7: 1}, subject={"ttl": 300_999}))
    assert (token.form, token.bits) == ("bitstring-status-list", None)
    assert token.mechanism is StatusMechanism.BITSTRING_STATUS_LIST
    assert (token.subject, token.issuer) == (lists.URI, build.ISSUER)
    assert (token.issued_at, token.not_before) == (MOMENT - 3600, MOMENT - 3600)
    assert token.expires == MOMENT + 30 * 86_400
    assert token.ttl == 300
    assert token.purposes == ("revocation",)
    statuses = status_list.statuses(token)
    assert (len(statuses), statuses[0]) == (16_384, 1)


def test_a_size_that_is_stated_is_kept():
    assert status_list_w3c.parse(lists.bitstring(subject={"statusSize": 2})).bits == 2


def test_several_purposes_are_kept():
    token = status_list_w3c.parse(lists.bitstring(subject={"statusPurpose": ["a", "b"]}))
    assert token.purposes == ("a", "b")


def test_times_of_the_token_and_of_the_credential_both_bind():
    token = status_list_w3c.parse(
        lists.bitstring(iat=MOMENT - 60, nbf=MOMENT - 30, exp=MOMENT + 30)
    )
    assert (token.issued_at, token.not_before, token.expires) == (
        MOMENT - 60, MOMENT - 30, MOMENT + 30,
    )  # fmt: skip


def test_an_address_may_be_missing_and_then_names_nothing():
    assert status_list_w3c.parse(lists.bitstring(id=None)).subject is None


@pytest.mark.parametrize(
    "octets",
    [
        lists.bitstring(header={"typ": "JWT"}),
        lists.bitstring(header={"typ": None}),
        lists.bitstring(header={"typ": "vp+jwt"}),
        lists.bitstring(header={"typ": "statuslist+jwt"}),
        lists.bitstring(header={"cty": "vp"}),
        lists.token_jwt(),
        build.vc(),
        lists.bitstring(type=["VerifiableCredential", "StatusList2021Credential"]),
    ],
)
def test_something_else_is_no_list(octets):
    assert refused(octets).code is codes.LIST_TYPE


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"id": 1}, "id"),
        ({"id": ""}, "id"),
        ({"aud": "x"}, "aud"),
        ({"validFrom": None}, "validFrom"),
        ({"validFrom": "2026-11-01"}, "vc.date_time at validFrom"),
        ({"issuer": None}, "vc.issuer at issuer"),
        ({"iss": "https://other.test.example"}, "vc.issuer_mismatch at iss"),
        ({"credentialStatus": lists.bitstring_entry()}, "credentialStatus"),
        ({"credentialSubject": []}, "vc.subject at credentialSubject"),
        ({"credentialSubject": [{"type": "BitstringStatusList"}]}, "credentialSubject.type"),
        ({"subject": {"type": None}}, "credentialSubject.type"),
        ({"subject": {"type": "BitstringStatusListEntry"}}, "credentialSubject.type"),
        ({"subject": {"statusPurpose": None}}, "credentialSubject.statusPurpose"),
        ({"subject": {"statusPurpose": []}}, "credentialSubject.statusPurpose"),
        ({"subject": {"statusPurpose": [1]}}, "credentialSubject.statusPurpose"),
        ({"subject": {"statusPurpose": "x" * 65}}, "credentialSubject.statusPurpose"),
        ({"subject": {"statusPurpose": ["a"] * 17}}, "credentialSubject.statusPurpose"),
        ({"subject": {"statusSize": 0}}, "credentialSubject.statusSize"),
        ({"subject": {"statusSize": "1"}}, "credentialSubject.statusSize"),
        ({"subject": {"statusSize": True}}, "credentialSubject.statusSize"),
        ({"subject": {"ttl": -1}}, "credentialSubject.ttl"),
        ({"subject": {"ttl": "300000"}}, "credentialSubject.ttl"),
        ({"subject": {"ttl": 1.5}}, "credentialSubject.ttl"),
        ({"subject": {"encodedList": None}}, "credentialSubject.encodedList"),
        ({"subject": {"encodedList": ""}}, "credentialSubject.encodedList"),
        ({"subject": {"encodedList": 1}}, "credentialSubject.encodedList"),
        ({"subject": {"encodedList": "zH4sIAAAAAAAAA"}}, "credentialSubject.encodedList"),
        ({"subject": {"encodedList": "uH4sI="}}, "base64url.not_canonical"),
    ],
)
def test_refuses_a_malformed_list(change, where):
    assert told(lists.bitstring(**change)) == where


def test_a_list_beyond_all_bounds_is_refused_unread():
    assert refused(b"x" * (MAX_STATUS_TOKEN_BYTES + 1)).code is codes.LIST_TOO_LARGE


@pytest.mark.parametrize(
    ("packed", "said"),
    [
        (b"", "gzip.broken"),
        (gzip_packed(b"x") + b"\0", "gzip.trailing"),
        (gzip.compress(bytes(MAX_STATUS_LIST_BYTES + 1)), "gzip.too_large"),
    ],
)
def test_what_cannot_be_expanded_is_malformed(packed, said):
    text = "u" + base64url.encode(packed)
    token = status_list_w3c.parse(lists.bitstring(subject={"encodedList": text}))
    with pytest.raises(Rejection) as caught:
        status_list.statuses(token)
    assert (caught.value.code, caught.value.actual) == (codes.LIST_MALFORMED, said)


def test_a_list_of_the_least_length_is_a_list():
    token = status_list_w3c.parse(lists.bitstring())
    assert status_list.entries(status_list.statuses(token), 1) == status_list_w3c.MIN_ENTRIES
    assert len(pack_bitstring({})) == 16 << 10
