"""Fetching status lists: when the verdict needs one, and ahead of time."""

import json

import pytest

from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.trust import snapshot_of
from defa_trust.errors import MisuseError
from defa_trust.fetch import FetchError, FetchFault, fetch_status_list, gather
from defa_trust.material import EvidenceKind
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import MAX_STATUS_TOKEN_BYTES
from defa_trust.status_fetch import MAX_PREFETCHED, prefetch
from defa_trust.trustlist.model import IdentityKind
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.status_tools import IDX, NOW, URI, WORLD, against, credential, held, verdict

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
GOOD = lists.token_jwt()
HOST = "status.th.test.example"
LISTED = snapshot_of(
    build.world(
        identities=[
            build.jwk_identity(),
            {"kind": IdentityKind.JWKS.value, "value": f"https://{HOST}/jwks"},
        ]
    )
)
"""A list that names the status host."""


class Site:
    """What would be fetched, and what was."""

    def __init__(self, **pages):
        self.pages = {f"https://{HOST}/{name}": body for name, body in pages.items()}
        self.asked = []

    def __call__(self, url):
        self.asked.append(url)
        body = self.pages.get(url)
        if body is None:
            raise FetchError(FetchFault.STATUS, url)
        return body


def gathered(data, site, trust=LISTED, **more):
    return gather(Verifier(trust), data, REQUEST, fetch=site, now=lambda: NOW, **more)


# --- gather --------------------------------------------------------------------------------------
def test_what_the_verdict_needs_is_fetched():
    site = Site(**{"1": GOOD})
    done = gathered(credential(), site)
    assert done.report.verdict.validity.indication is Indication.TOTAL_PASSED
    assert (site.asked, done.fetched, done.failed) == ([URI], (URI,), ())
    assert done.evidence.named(EvidenceKind.STATUS_LIST, URI) == GOOD
    assert done.evidence.fetched(EvidenceKind.STATUS_LIST, URI) == NOW


def test_a_revocation_is_found():
    done = gathered(credential(), Site(**{"1": lists.listing({IDX: 1})}))
    assert against(done.report.verdict) == ["status.revoked"]


def test_a_list_at_hand_is_not_fetched():
    site = Site(**{"1": lists.listing({IDX: 1})})
    done = gathered(credential(), site, evidence=held(GOOD))
    assert (site.asked, against(done.report.verdict)) == ([], [])


def test_a_stale_list_at_hand_is_fetched_anew():
    site = Site(**{"1": lists.listing({IDX: 1})})
    done = gathered(credential(), site, evidence=held(lists.token_jwt(iat=NOW - lists.TTL)))
    assert (site.asked, against(done.report.verdict)) == ([URI], ["status.revoked"])


def test_an_old_list_fetched_now_is_fresh_for_its_time_to_live():
    old = lists.token_jwt(iat=NOW - 5 * lists.TTL)
    assert against(verdict(credential(), held(old))) == ["status.list_stale"]
    done = gathered(credential(), Site(**{"1": old}))
    assert against(done.report.verdict) == []
    assert done.report.verdict.interval.end == NOW + lists.TTL


def test_a_list_that_stays_stale_is_fetched_once():
    site = Site(**{"1": lists.token_jwt(exp=NOW)})
    done = gathered(credential(), site, rounds=5)
    assert (site.asked, against(done.report.verdict)) == ([URI], ["status.list_expired"])


def test_several_lists_are_fetched():
    data = build.vc(
        status=lists.token_reference(), credentialStatus=lists.bitstring_entry(uri=lists.OTHER_URI)
    )
    site = Site(**{"1": GOOD, "2": lists.bitstring({IDX: 1}, id=lists.OTHER_URI)})
    done = gathered(data, site)
    assert against(done.report.verdict) == ["status.revoked"]
    assert sorted(done.fetched) == [URI, lists.OTHER_URI]


def test_one_failure_stops_no_other():
    data = build.vc(
        status=lists.token_reference(), credentialStatus=lists.bitstring_entry(uri=lists.OTHER_URI)
    )
    done = gathered(data, Site(**{"2": lists.bitstring(id=lists.OTHER_URI)}))
    assert done.failed == ((URI, "fetch.status"),)
    assert done.fetched == (lists.OTHER_URI,)
    assert against(done.report.verdict) == ["status.not_checked"]


def test_only_hosts_of_the_list_or_of_the_operator():
    site = Site(**{"1": GOOD})
    done = gathered(credential(), site, trust=WORLD)
    assert (site.asked, done.failed) == ([], ((URI, "fetch.host"),))
    done = gathered(credential(), site, trust=WORLD, hosts=[HOST])
    assert (site.asked, against(done.report.verdict)) == ([URI], [])


def test_a_text_is_no_collection_of_hosts():
    with pytest.raises(MisuseError):
        gathered(credential(), Site(), hosts=HOST)


def test_nothing_is_asked_for_what_has_failed_already():
    site = Site(**{"1": GOOD})
    for data in (
        credential(validUntil="2026-10-30T00:00:00Z"),
        credential(signer=build.key("stranger")),
    ):
        done = gathered(data, site)
        assert done.report.verdict.validity.indication is Indication.TOTAL_FAILED
    assert site.asked == []


def test_a_list_too_large_is_not_kept():
    with pytest.raises(FetchError) as caught:
        fetch_status_list(URI, lambda _: bytes(MAX_STATUS_TOKEN_BYTES + 1), NOW)
    assert caught.value.fault is FetchFault.SIZE
    assert fetch_status_list(URI, lambda _: b"x", NOW).octets == b"x"


def test_a_mechanism_without_an_address_is_not_asked():
    site = Site()
    done = gathered(build.vc(status={"urn:test:other": {}}), site)
    assert site.asked == []
    assert done.failed == (("status mechanism `urn:test:other`", "fetch.url"),)


# --- ahead of time -------------------------------------------------------------------------------
ALL = f"https://{HOST}/all"


def aggregation(*addresses):
    return json.dumps({"status_lists": addresses}).encode()


def test_an_aggregation_is_fetched_whole():
    site = Site(all=aggregation(URI, lists.OTHER_URI), **{"1": GOOD, "2": b"two"})
    found = prefetch(ALL, LISTED, "TH", now=NOW, fetch=site)
    assert [(item.uri, item.octets, item.fetched) for item in found.items] == [
        (URI, GOOD, NOW), (lists.OTHER_URI, b"two", NOW),
    ]  # fmt: skip
    assert found.failed == ()


def test_one_list_that_fails_stops_no_other_ahead_of_time():
    elsewhere = "https://elsewhere.test.example/1"
    site = Site(all=aggregation(elsewhere, lists.OTHER_URI, URI), **{"1": GOOD})
    found = prefetch(ALL, LISTED, "TH", now=NOW, fetch=site)
    assert [item.uri for item in found.items] == [URI]
    assert found.failed == ((elsewhere, "fetch.host"), (lists.OTHER_URI, "fetch.status"))
    assert elsewhere not in site.asked


@pytest.mark.parametrize(
    ("url", "territory", "fault"),
    [
        (ALL, "MY", FetchFault.HOST),
        ("https://elsewhere.test.example/all", "TH", FetchFault.HOST),
        (f"http://{HOST}/all", "TH", FetchFault.HOST),
        (f"https://{HOST}/missing", "TH", FetchFault.STATUS),
    ],
)
def test_an_aggregation_is_held_to_the_same_rule(url, territory, fault):
    with pytest.raises(FetchError) as caught:
        prefetch(url, LISTED, territory, now=NOW, fetch=Site(all=aggregation(URI)))
    assert caught.value.fault is fault


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"{}", aggregation(1), aggregation(*[URI + str(n) for n in range(65)])],
)
def test_what_is_no_aggregation(body):
    assert MAX_PREFETCHED == 64
    with pytest.raises(FetchError) as caught:
        prefetch(ALL, LISTED, "TH", now=NOW, fetch=Site(all=body))
    assert caught.value.fault is FetchFault.CONTENT


def test_the_operator_may_allow_a_host_ahead_of_time():
    found = prefetch(ALL, WORLD, "TH", now=NOW, hosts={HOST},
                     fetch=Site(all=aggregation(URI), **{"1": GOOD}))  # fmt: skip
    assert [item.uri for item in found.items] == [URI]
