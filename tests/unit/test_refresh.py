"""Updating the folder: verified before it is stored, and one list sinks no other."""

import json
import threading
from hashlib import sha256

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError
from defa_trust.fetch import Fetched, FetchError, FetchFault
from defa_trust.refresh import (
    Result,
    Standing,
    UpdatePolicy,
    standing_of,
    unconditional,
    update,
)
from defa_trust.store import TrustStore
from defa_trust.trustlist.accept import AcceptancePolicy
from defa_trust.trustlist.assemble import Pins
from tests.signed_lists import (
    DAY,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    judge,
    member_document,
    pin,
    pointer,
    recognition_document,
    regional_document,
    signed,
)

REGION_URL = "https://lists.test.example/region.jwt"
TH_URL = "https://lists.test.example/member_state-TH.jwt"
SG_URL = "https://lists.test.example/recognition-SG.jwt"
AP, TH, SG = (REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")


def entry(data, place, sequence):
    return publish.snapshot_entry(
        territory=place[1],
        type=place[0],
        sequence=sequence,
        sha256=sha256(data).hexdigest(),
        size=len(data),
        issued=NOW - DAY,
        next_update=NEXT,
    )


def edition(number, **more):
    """URL to signed bytes of one edition of the region, bound together by a snapshot."""
    th = signed(member_document(sequence=number))
    sg = signed(recognition_document(sequence=number))
    pairs = ((th, TH), (sg, SG))
    snapshot = [entry(data, place, number) for data, place in pairs]
    ap = signed(regional_document(sequence=number, snapshot=snapshot, **more))
    return {REGION_URL: ap, TH_URL: th, SG_URL: sg}


class Web:
    """Pages in memory; an exception as a page is raised. Knows what it was asked."""

    def __init__(self, pages, *, etags=False):
        self.pages, self.etags, self.asked = dict(pages), etags, []

    def __call__(self, url, etag):
        self.asked.append((url, etag))
        page = self.pages.get(url, FetchError(FetchFault.STATUS, url, "status 404"))
        if isinstance(page, list):
            page = page.pop(0) if len(page) > 1 else page[0]
        if isinstance(page, Exception):
            raise page
        tag = f'"{sha256(page).hexdigest()[:8]}"' if self.etags else None
        if tag is not None and tag == etag:
            return Fetched(None, etag)
        return Fetched(page, tag)

    def urls(self):
        return [url for url, _ in self.asked]


@pytest.fixture
def store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(REGIONAL, "AP")._replace(location=REGION_URL)]))
    return made


def run(store, web, now=NOW, **more):
    settings = {"sleep": lambda _: None, "jitter": lambda: 1.0, **more}
    return update(store, now=now, fetch=web, **settings)


def lines(summary):
    return {(line.type, line.territory): line for line in summary.lists}


def results(summary):
    return {line.territory: line.result for line in summary.lists}


def test_an_empty_folder_is_filled_from_the_regional_list(store):
    web = Web(edition(5))
    summary = run(store, web)
    assert results(summary) == dict.fromkeys(("AP", "TH", "SG"), Result.ACCEPTED)
    assert web.urls()[0] == REGION_URL
    assert (summary.usable, summary.reached, summary.tried) == (True, True, True)
    assert {line.standing for line in summary.lists} == {Standing.FRESH}
    assert store.load(NOW).missing == ()
    assert store.states[TH].sequence == 5
    assert lines(summary)[TH].next_update == NEXT


def test_a_new_edition_replaces_the_old_as_a_whole(store):
    run(store, Web(edition(5)))
    summary = run(store, Web(edition(6)))
    assert set(results(summary).values()) == {Result.ACCEPTED}
    assert {state.sequence for state in store.states.values()} == {6}
    assert not (store.folder / "pending").exists()


def test_unchanged_by_digest(store, monkeypatch):
    run(store, Web(edition(5)))
    monkeypatch.setattr(TrustStore, "add_all", lambda *_a, **_k: pytest.fail("judged again"))
    before = {p: p.stat().st_mtime_ns for p in store.folder.rglob("*.jwt")}
    summary = run(store, Web(edition(5)))
    assert set(results(summary).values()) == {Result.UNCHANGED}
    assert summary.usable
    assert before == {p: p.stat().st_mtime_ns for p in store.folder.rglob("*.jwt")}


def test_unchanged_by_etag(store):
    web = Web(edition(5), etags=True)
    run(store, web)
    web.asked.clear()
    summary = run(store, web)
    assert set(results(summary).values()) == {Result.UNCHANGED}
    assert all(etag is not None for _, etag in web.asked)


def test_an_etag_of_other_bytes_is_not_sent(store):
    """A list tampered with on disk is fetched anew, whatever the server would say of its ETag."""
    web = Web(edition(5), etags=True)
    run(store, web)
    path = store.folder / "lists" / "member_state-TH.jwt"
    honest = path.read_bytes()
    path.write_bytes(honest[:-4] + b"AAAA")
    web.asked.clear()
    summary = run(store, web)
    assert dict(web.asked)[TH_URL] is None
    assert results(summary)["TH"] is Result.ACCEPTED
    assert path.read_bytes() == honest


def test_an_etag_of_a_rejected_list_is_not_kept(store):
    web = Web({**edition(5), TH_URL: b"<html>maintenance</html>"}, etags=True)
    assert results(run(store, web))["TH"] is Result.REJECTED
    web.asked.clear()
    assert results(run(store, web))["TH"] is Result.REJECTED
    assert dict(web.asked)[TH_URL] is None


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b'{"etags":5}', b'{"etags":{"%s":5}}' % TH_URL.encode(), b"\xff"]
)
def test_damaged_etags_cost_a_fetch_and_nothing_else(store, content):
    web = Web(edition(5), etags=True)
    run(store, web)
    (store.folder / "etags.json").write_bytes(content)
    assert set(results(run(store, web)).values()) == {Result.UNCHANGED}
    assert json.loads((store.folder / "etags.json").read_text())["etags"].keys() == set(web.pages)


def test_one_bad_list_sinks_no_other(store):
    pages = edition(5)
    pages[REGION_URL] = signed(regional_document(sequence=5))
    run(store, Web(pages))
    newer = edition(6)
    newer[REGION_URL] = signed(regional_document(sequence=6))
    newer[TH_URL] = b"<html>503</html>"
    summary = run(store, Web(newer))
    assert results(summary) == {
        "AP": Result.ACCEPTED, "TH": Result.REJECTED, "SG": Result.ACCEPTED,
    }  # fmt: skip
    line = lines(summary)[TH]
    assert (line.code, line.standing, line.sequence) == ("list.not_a_jws", Standing.FRESH, 5)
    assert not summary.usable
    assert summary.reached
    assert store.load(NOW).missing == ()


def test_a_list_out_of_reach_is_used_as_it_was(store):
    run(store, Web(edition(5)))
    pages = edition(5)
    pages[SG_URL] = FetchError(FetchFault.TIME, SG_URL)
    summary = run(store, Web(pages))
    line = lines(summary)[SG]
    assert (line.result, line.code, line.standing) == (
        Result.FAILED, "fetch.time", Standing.FRESH,
    )  # fmt: skip
    assert line.attempts == 3
    assert summary.usable


def test_nothing_reached(store):
    summary = run(store, Web({}))
    assert results(summary) == {"AP": Result.FAILED}
    assert (summary.reached, summary.usable, summary.tried) == (False, False, True)
    assert lines(summary)[AP].missing_code == "list.absent"


def test_a_national_list_past_its_next_update_is_stale_then_expired(tmp_path):
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(MEMBER, "TH")._replace(location=TH_URL)]))
    web = Web({TH_URL: signed(member_document(sequence=5))})
    assert run(store, web).usable
    late = run(store, web, NEXT)
    assert (late.lists[0].standing, late.usable) == (Standing.STALE, True)
    gone = run(store, web, NEXT + 3 * DAY)
    assert (gone.lists[0].standing, gone.usable) == (Standing.EXPIRED, False)


def test_a_regional_list_has_no_grace():
    region = judge(signed(regional_document()), REGIONAL, "AP").trust_list
    assert standing_of(region, NEXT - 1, 3 * DAY) is Standing.FRESH
    assert standing_of(region, NEXT, 3 * DAY) is Standing.EXPIRED


def test_the_regional_lists_own_pointer_says_where_it_is(tmp_path):
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(REGIONAL, "AP")]))
    itself = pointer(REGIONAL, "AP", location=REGION_URL)
    pointers = [itself, pointer(MEMBER, "TH"), pointer(RECOGNITION, "SG")]
    assert not run(store, Web(edition(5))).tried
    store.add(edition(5, pointers=pointers)[REGION_URL], now=NOW)
    assert results(run(store, Web(edition(6, pointers=pointers)))) == dict.fromkeys(
        ("AP", "TH", "SG"), Result.ACCEPTED
    )


def test_a_direct_pin_is_fetched_from_its_own_place(tmp_path):
    store = TrustStore(tmp_path / "t")
    mirror = "https://mirror.test.example/th.jwt"
    store.init(Pins([pin(MEMBER, "TH")._replace(location=mirror), pin(RECOGNITION, "SG")]))
    web = Web({mirror: signed(member_document())})
    summary = run(store, web)
    assert results(summary) == {"TH": Result.ACCEPTED, "SG": Result.NO_LOCATION}
    assert web.urls() == [mirror]
    assert not summary.usable  # the recognition list has to come by hand
    store.add(signed(recognition_document()), now=NOW)
    assert run(store, web).usable


def test_a_refused_regional_list_leaves_the_old_pointers(store):
    run(store, Web(edition(5)))
    pages = edition(5)
    pages[REGION_URL] = signed(regional_document(sequence=4))
    summary = run(store, Web(pages))
    assert lines(summary)[AP].code == "list.rollback"
    assert results(summary) == {
        "AP": Result.REJECTED, "TH": Result.UNCHANGED, "SG": Result.UNCHANGED,
    }  # fmt: skip
    assert store.load(NOW).missing == ()


def test_a_refused_regional_list_does_not_keep_a_good_national_one_away(tmp_path):
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(REGIONAL, "AP")._replace(location=REGION_URL)]))
    free = {**edition(5), REGION_URL: signed(regional_document(sequence=5))}
    run(store, Web(free))
    pages = {**edition(6), REGION_URL: b"<html>login</html>"}
    summary = run(store, Web(pages))
    assert results(summary)["TH"] is Result.ACCEPTED
    assert store.states[TH].sequence == 6
    assert store.states[AP].sequence == 5


# --- retries -------------------------------------------------------------------------------------
def test_backoff_doubles_is_capped_and_jittered(tmp_path):
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(MEMBER, "TH")._replace(location=TH_URL)]))
    slept = []
    policy = UpdatePolicy(attempts=5, first_delay=1.0, max_delay=3.0)
    web = Web({})
    summary = run(store, web, policy=policy, sleep=slept.append, jitter=lambda: 1.0)
    assert slept == [1.0, 2.0, 3.0, 3.0]
    assert (len(web.asked), summary.lists[0].attempts) == (5, 5)
    slept.clear()
    run(store, web, policy=policy, sleep=slept.append, jitter=lambda: 0.0)
    assert slept == [0.5, 1.0, 1.5, 1.5]


def test_a_retry_that_helps(store):
    pages = edition(5)
    pages[TH_URL] = [FetchError(FetchFault.CONNECTION, TH_URL), pages[TH_URL]]
    summary = run(store, Web(pages))
    assert (lines(summary)[TH].result, lines(summary)[TH].attempts) == (Result.ACCEPTED, 2)


@pytest.mark.parametrize(
    ("fault", "attempts"),
    [
        (FetchFault.NAME, 3), (FetchFault.CONNECTION, 3), (FetchFault.TIME, 3),
        (FetchFault.STATUS, 3), (FetchFault.URL, 1), (FetchFault.ADDRESS, 1),
        (FetchFault.SIZE, 1), (FetchFault.REDIRECT, 1), (FetchFault.CONTENT, 1),
    ],
)  # fmt: skip
def test_only_what_may_pass_is_tried_again(store, fault, attempts):
    web = Web({REGION_URL: FetchError(fault, REGION_URL)})
    (line,) = run(store, web).lists
    assert (line.code, line.attempts, len(web.asked)) == (fault.value, attempts, attempts)


def test_a_sleep_that_says_stop_ends_the_trying(store):
    web = Web({})
    run(store, web, sleep=lambda _: True)
    assert len(web.asked) == 1


def test_a_fetcher_of_ones_own(store):
    pages = edition(5)
    assert run(store, unconditional(pages.__getitem__)).usable

    def unplugged(_):
        raise ConnectionResetError

    summary = run(store, unconditional(unplugged))
    assert {line.code for line in summary.lists} == {"fetch.connection"}


def test_progress_is_told_in_the_callers_thread(store):
    seen, here = [], threading.get_ident()
    run(store, Web(edition(5)), on_progress=lambda p: seen.append((p, threading.get_ident())))
    assert [(p.done, p.total) for p, _ in seen] == [(1, 1), (2, 3), (3, 3)]
    assert {ident for _, ident in seen} == {here}


def test_a_line_break_at_the_end_is_no_part_of_the_list(store):
    pages = {url: data + b"\r\n" for url, data in edition(5).items()}
    assert run(store, Web(pages)).usable
    assert set(results(run(store, Web(edition(5)))).values()) == {Result.UNCHANGED}


def test_the_acceptance_policy_is_asked(store):
    summary = run(store, Web(edition(5)), acceptance=AcceptancePolicy(max_bytes=100))
    assert lines(summary)[AP].code == "list.too_large"


def test_a_folder_that_is_damaged(tmp_path):
    with pytest.raises(MisuseError, match="no folder"):
        run(TrustStore(tmp_path / "absent"), Web({}))


@pytest.mark.parametrize(
    "wrong", [{"attempts": 0}, {"parallel": 0}, {"first_delay": -1.0}, {"grace": -1}]
)
def test_a_policy_that_is_none(wrong):
    with pytest.raises(MisuseError):
        UpdatePolicy(**wrong)
