"""Attacks on updating: hostile servers over TLS on loopback, and hostile list operators."""

import socket
import time
from functools import partial

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError
from defa_trust.fetch import Addresses, FetchPolicy, https_get_if_changed
from defa_trust.refresh import Result, Standing, UpdatePolicy, update
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import AcceptancePolicy, ListState, RetroactiveStatus, accept
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.model import Status
from tests.https_server import https_site
from tests.signed_lists import (
    DAY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    entity,
    forged,
    key,
    member_document,
    pin,
    pointer,
    recognition_document,
    regional_document,
    service,
    signed,
)

AP, TH, SG = (REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")
PATHS = {AP: "/region.jwt", TH: "/th.jwt", SG: "/sg.jwt"}
HTML = b"<!doctype html><title>Scheduled maintenance</title>"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with https_site(tmp_path_factory.mktemp("tls")) as site:
        yield site


@pytest.fixture
def site(server):
    server.reset()
    server.pages.update(edition(server.base, 5))
    return server


def edition(base, number):
    pointers = [
        pointer(kind, territory, location=base + PATHS[kind, territory])
        for kind, territory in (TH, SG)
    ]
    return {
        "/region.jwt": signed(regional_document(sequence=number, pointers=pointers)),
        "/th.jwt": signed(member_document(sequence=number)),
        "/sg.jwt": signed(recognition_document(sequence=number)),
    }


@pytest.fixture
def store(tmp_path, site):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(REGIONAL, "AP")._replace(location=site.base + "/region.jwt")]))
    return made


def run(store, site, *, now=NOW, tls=True, policy=None, **rules):
    settings = {"addresses": Addresses.ALLOW_PRIVATE, "timeout": 3.0, **rules}
    fetch_policy = FetchPolicy(tls=site.tls if tls else None, **settings)
    return update(
        store,
        now=now,
        fetch=partial(https_get_if_changed, policy=fetch_policy),
        policy=policy or UpdatePolicy(attempts=1),
    )


def line(summary, place):
    return next(item for item in summary.lists if (item.type, item.territory) == place)


def outcome(summary, place):
    found = line(summary, place)
    return found.result, found.code


def test_an_honest_server_end_to_end(store, site):
    assert run(store, site).usable
    site.asked.clear()
    assert {item.result for item in run(store, site).lists} == {Result.UNCHANGED}
    assert all(etag for _, etag in site.asked)
    site.etags = False
    assert {item.result for item in run(store, site).lists} == {Result.UNCHANGED}
    site.pages.update(edition(site.base, 6))
    assert {item.result for item in run(store, site).lists} == {Result.ACCEPTED}


def stays(store, site, place, code, *, result=Result.REJECTED, **rules):
    """The attack is named, the list from before stays, and the others are taken in."""
    held = store.documents()[place]
    summary = run(store, site, **rules)
    assert outcome(summary, place) == (result, code)
    assert store.documents()[place] == held
    assert line(summary, place).standing is Standing.FRESH
    assert line(summary, place).sequence == 5
    others = [item for item in summary.lists if (item.type, item.territory) != place]
    assert {item.result for item in others} <= {Result.UNCHANGED, Result.ACCEPTED}
    assert store.load(NOW).missing == ()


@pytest.mark.parametrize("place", [AP, TH, SG])
def test_an_error_page_with_status_200(store, site, place):
    run(store, site)
    site.pages[PATHS[place]] = HTML
    stays(store, site, place, "list.not_a_jws")


@pytest.mark.parametrize("place", [AP, TH])
def test_rollback_over_the_network(store, site, place):
    run(store, site)
    site.pages[PATHS[place]] = edition(site.base, 4)[PATHS[place]]
    stays(store, site, place, "list.rollback")


def test_split_view_over_the_network(store, site):
    run(store, site)
    other = signed(member_document(sequence=5, entities=[entity("TH", service(number=2))]))
    site.pages["/th.jwt"] = other
    stays(store, site, TH, "list.split_view")


def test_the_list_of_another_state_at_this_states_place(store, site):
    """SG's operator is pinned for SG; at TH's address its list speaks for nobody."""
    run(store, site)
    site.pages["/th.jwt"] = signed(member_document("SG", sequence=6))
    stays(store, site, TH, "list.signer_not_pinned")


def test_another_states_operator_signs_this_states_list(store, site):
    run(store, site)
    site.pages["/th.jwt"] = forged(
        member_document(sequence=6, operator="TEST-ONLY list operator of SG"), "SG"
    )
    stays(store, site, TH, "list.signer_not_pinned")


def test_a_redirect_to_a_private_address(store, site):
    """A public name that sends the verifier into the operator's own network."""
    run(store, site)
    site.pages["/th.jwt"] = (302, b"", {"Location": "https://169.254.169.254/latest/meta-data"})
    stays(store, site, TH, "fetch.redirect", result=Result.FAILED)


@pytest.mark.parametrize(
    "target", ["https://elsewhere.test.example/th.jwt", "http://localhost/th.jwt", "https://[::1"]
)
def test_a_redirect_elsewhere(store, site, target):
    run(store, site)
    site.pages["/th.jwt"] = (302, b"", {"Location": target})
    stays(store, site, TH, "fetch.redirect", result=Result.FAILED)


def test_a_redirect_on_the_same_host_is_followed(store, site):
    run(store, site)
    site.pages["/new/th.jwt"] = edition(site.base, 6)["/th.jwt"]
    site.pages["/th.jwt"] = (302, b"", {"Location": "/new/th.jwt"})
    assert outcome(run(store, site), TH) == (Result.ACCEPTED, None)


def test_a_pointer_to_a_private_address(store, site):
    """Loopback is such an address: without the test's leave nothing is even asked."""
    summary = run(store, site, addresses=Addresses.PUBLIC_ONLY)
    assert outcome(summary, AP) == (Result.FAILED, "fetch.address")
    assert site.asked == []
    assert not summary.reached


def test_a_server_that_nobody_vouches_for(store, site):
    summary = run(store, site, tls=False)
    assert outcome(summary, AP) == (Result.FAILED, "fetch.connection")
    assert site.asked == []


def test_an_oversized_list(store, site):
    run(store, site)
    site.etags = False
    site.pages["/th.jwt"] = bytes(200_000)
    stays(store, site, TH, "fetch.size", result=Result.FAILED, max_bytes=100_000)


def drip(handler):
    handler.connection.sendall(b"HTTP/1.1 200 OK\r\n")
    slow(handler, b"X-Wait: a\r\n")


def drip_body(handler):
    handler.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    slow(handler, b".")


def slow(handler, piece):
    handler.close_connection = True
    try:
        while not handler.server.site.stopped.wait(0.1):
            handler.connection.sendall(piece)
    except OSError:
        pass


@pytest.mark.parametrize("page", [drip, drip_body], ids=["header", "body"])
def test_a_server_that_never_ends(store, site, page):
    """Each byte comes in time; only the whole never does."""
    run(store, site)
    site.pages["/th.jwt"] = page
    begun = time.monotonic()
    stays(store, site, TH, "fetch.time", result=Result.FAILED, timeout=1.0)
    assert time.monotonic() - begun < 5


def test_a_handshake_that_never_ends():
    """No TLS at all: a listener that accepts and then says one byte at a time."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        url = f"https://localhost:{listener.getsockname()[1]}/"
        policy = FetchPolicy(timeout=0.5, addresses=Addresses.ALLOW_PRIVATE)
        begun = time.monotonic()
        with pytest.raises(Exception, match=r"fetch\.time"):
            https_get_if_changed(url, None, policy)
        assert time.monotonic() - begun < 3


def test_a_304_that_nobody_asked_for(store, site):
    site.etags = False
    site.pages["/th.jwt"] = (304, b"")
    summary = run(store, site)
    assert outcome(summary, TH) == (Result.FAILED, "fetch.status")
    assert line(summary, TH).standing is Standing.MISSING


@pytest.mark.parametrize("tag", ["x", '"' + "a" * 300 + '"', '"\x80"', '"a b"'])
def test_a_hostile_etag_is_not_sent_back(store, site, tag):
    data = site.pages["/th.jwt"]
    site.pages["/th.jwt"] = lambda handler: handler.answer(200, data, ETag=tag)
    assert run(store, site).usable
    site.asked.clear()
    assert outcome(run(store, site), TH) == (Result.UNCHANGED, None)
    assert dict(site.asked)["/th.jwt"] is None


def test_freeze_the_old_list_is_served_for_ever(store, site):
    run(store, site)
    summary = run(store, site, now=NEXT + 1)
    assert outcome(summary, AP) == (Result.UNCHANGED, None)
    assert line(summary, AP).standing is Standing.MISSING
    assert line(summary, AP).missing_code == "list.regional_expired"
    assert not summary.usable


# --- hostile operators ---------------------------------------------------------------------------
def offered(store, sequence, document=member_document, **more):
    return store.add(signed(document(sequence=sequence, **more)), now=NOW).code


@pytest.fixture
def national(tmp_path):
    made = TrustStore(tmp_path / "national")
    made.init(Pins([pin(MEMBER, "TH"), pin(REGIONAL, "AP")]))
    assert made.add(signed(member_document(sequence=5)), now=NOW).trust_list
    return made


def test_fast_forward_the_numbers_are_used_up(national):
    assert offered(national, 2**53 - 1) == "list.fast_forward"
    assert offered(national, 1006) == "list.fast_forward"
    assert offered(national, 1005) is None
    assert offered(national, 2006) == "list.fast_forward"
    assert offered(national, 1006) is None


def test_fast_forward_of_the_regional_list(national):
    assert offered(national, 7, regional_document) is None
    assert offered(national, 5000, regional_document) == "list.fast_forward"


def test_fast_forward_is_for_the_operator_to_allow(national):
    data = signed(member_document(sequence=5000))
    assert national.add(data, now=NOW).code == "list.fast_forward"
    wide = AcceptancePolicy(max_sequence_jump=None)
    assert national.add(data, now=NOW, policy=wide).trust_list
    assert national.load(NOW).missing[0].territory == "AP"  # and TH's is not missing


def test_the_first_list_may_have_any_number(tmp_path):
    made = TrustStore(tmp_path / "t")
    made.init(Pins([pin(MEMBER, "TH")]))
    assert offered(made, 202_611_230) is None


@pytest.mark.parametrize("jump", [0, -1, True, 1.5, "5"])
def test_a_jump_that_bounds_nothing(jump):
    with pytest.raises(MisuseError):
        AcceptancePolicy(max_sequence_jump=jump)


def test_a_choice_that_is_none():
    with pytest.raises(MisuseError):
        AcceptancePolicy(retroactive_status="warn at most")


def listing(*services):
    return {"entities": [entity("TH", *services)], "issued": NOW - 3600}


OLD = NOW - 300 * DAY
PAST = [
    pytest.param([service(since=OLD - DAY)], id="granted-earlier"),
    pytest.param([service(since=OLD + DAY)], id="granted-later"),
    pytest.param(
        [service(status=Status.WITHDRAWN, since=ISSUED - 1, history=[(Status.GRANTED, OLD)])],
        id="withdrawn-before-the-last-list",
    ),
    pytest.param(
        [service(since=OLD, history=[(Status.GRANTED, OLD - DAY)])], id="history-grew-backwards"
    ),
    pytest.param([service(), service(number=2, since=OLD)], id="new-with-a-past"),
    pytest.param([service(id="urn:test:th:renamed")], id="renamed"),
    pytest.param(
        [service(), service(number=2, since=OLD, distrust_after=OLD)], id="new-and-distrusted"
    ),
    pytest.param(
        [
            service(
                status=Status.WITHDRAWN,
                since=ISSUED - 1,
                history=[(Status.GRANTED, OLD)],
                distrust_after=NOW,
            )
        ],
        id="withdrawn-before-its-distrust",
    ),
]
FUTURE = [
    pytest.param([service()], id="nothing-changed"),
    pytest.param(
        [service(status=Status.WITHDRAWN, since=ISSUED, history=[(Status.GRANTED, OLD)])],
        id="withdrawn-since-the-last-list",
    ),
    pytest.param([service(), service(number=2, since=ISSUED)], id="new-since-the-last-list"),
    pytest.param([service(number=2, since=ISSUED)], id="another-is-gone"),
    pytest.param([service(distrust_after=OLD + DAY)], id="distrusted-in-the-past"),
]


@pytest.mark.parametrize("services", PAST)
def test_retroactive_status_change(national, services):
    assert offered(national, 6, **listing(*services)) == "list.retroactive_status"
    assert national.load(NOW).states[TH].sequence == 5
    lenient = AcceptancePolicy(retroactive_status=RetroactiveStatus.WARN)
    data = signed(member_document(sequence=6, **listing(*services)))
    answer = national.add(data, now=NOW, policy=lenient)
    assert answer.trust_list.sequence == 6
    assert "list.retroactive_status_noted" in {finding.code.id for finding in answer.findings}


@pytest.mark.parametrize("services", FUTURE)
def test_what_is_news_and_not_the_past(national, services):
    assert offered(national, 6, **listing(*services)) is None


def keyed(number, *keys, **more):
    """Service ``number`` with the keys of services of these numbers."""
    found = {}
    for each in keys:
        listed = publish.jwk_identity(key(f"service TH {each}").verification_key, f"key-{each}")
        for member, values in listed.items():
            found.setdefault(member, []).extend(values)
    return service(number=number, identity=found, **more)


GONE = {"status": Status.WITHDRAWN, "since": ISSUED - 50 * DAY, "history": [(Status.GRANTED, OLD)]}


@pytest.mark.parametrize(
    ("services", "code"),
    [
        ([keyed(1, 1), keyed(2, 2, **GONE)], None),
        ([keyed(1, 1)], None),
        ([keyed(1, 1, 3), keyed(2, 2, **GONE)], None),
        ([keyed(1, 1), keyed(2, 2, since=OLD)], "list.retroactive_status"),
        ([keyed(1, 1, 2)], "list.retroactive_status"),
        ([keyed(1, 2)], "list.retroactive_status"),
        ([keyed(1, 2), keyed(2, 1, **GONE)], "list.retroactive_status"),
    ],
    ids=["as-it-was", "gone", "another-key", "granted-again", "moved", "in-the-place", "swapped"],
)
def test_a_withdrawn_key_moved_into_a_service_in_good_standing(tmp_path, services, code):
    """Under the other service's name its withdrawal would never have been."""
    before = [keyed(1, 1), keyed(2, 2, **GONE)]
    national = TrustStore(tmp_path / "national")
    national.init(Pins([pin(MEMBER, "TH")]))
    assert (
        national.add(signed(member_document(entities=[entity("TH", *before)])), now=NOW).code
        is None
    )
    assert offered(national, 6, **listing(*services)) == code


def test_distrust_is_not_lifted_for_the_past(national):
    """First compromised since a year, then never: the second list grants what was taken."""
    cut = service(distrust_after=OLD + DAY)
    assert offered(national, 6, **listing(cut)) is None
    assert offered(national, 7, **listing(service())) == "list.retroactive_status"
    assert offered(national, 7, **listing(cut)) is None


def test_a_list_dated_back_does_not_move_the_border(national):
    """Between two honest looking lists the second would make a month of past open again."""
    early = {**listing(service()), "issued": ISSUED - 30 * DAY}
    assert offered(national, 6, **early) == "list.issued_earlier"
    assert offered(national, 6, **{**early, "issued": ISSUED}) is None


def test_the_past_is_held_against_the_last_list_although_it_has_lapsed(tmp_path):
    """A regional pin's list is too old to be used; its word about the past still counts."""
    made = TrustStore(tmp_path / "t")
    made.init(Pins([pin(MEMBER, "TH")]))
    assert made.add(signed(member_document(sequence=5)), now=NOW).trust_list
    late = NEXT + 200 * DAY
    policy = AcceptancePolicy()
    assert made.load(late).missing[0].code == "list.too_old"
    more = {"issued": late - DAY, "next_update": late + DAY}
    data = forged(member_document(sequence=6, entities=[entity("TH", service(since=OLD - 1))],
                                  **more), iat=late - DAY)  # fmt: skip
    assert made.add(data, now=late, policy=policy).code == "list.retroactive_status"
    good = forged(member_document(sequence=6, **more), iat=late - DAY)
    assert made.add(good, now=late, policy=policy).trust_list


def test_bytes_that_did_not_leave_the_mark_say_nothing_about_the_past():
    """Whoever swaps the stored file cannot make an honest list look like a rewritten past."""
    honest = signed(member_document(sequence=6, issued=NOW - 3600))
    swapped = signed(member_document(sequence=5, entities=[entity("TH", service(since=OLD - 9))]))
    stored = signed(member_document(sequence=5))
    mark = ListState.of(accept(stored, pin(), last=None, now=NOW).trust_list)
    for previous in (stored, swapped, b"", b"...", b"\xff" * 9):
        assert accept(honest, pin(), last=mark, now=NOW, previous=previous).trust_list
    wrong = ListState.of(accept(swapped, pin(), last=None, now=NOW).trust_list)
    refused = accept(honest, pin(), last=wrong, now=NOW, previous=swapped)
    assert refused.code == "list.retroactive_status"
