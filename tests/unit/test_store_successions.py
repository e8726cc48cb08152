"""A trust folder whose region changes hands: pins, list and record are one step."""

import json
import shutil
from functools import partial
from pathlib import Path

import pytest

from defa_trust import disk
from defa_trust import store as store_module
from defa_trust.errors import MisuseError
from defa_trust.evidence import record, replay
from defa_trust.fetch import Fetched, FetchError, FetchFault
from defa_trust.refresh import COMPANION_SUFFIX, Result, UpdatePolicy, update
from defa_trust.request import HolderBinding, Request
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verify import Verifier
from tests.signed_lists import (
    MEMBER,
    NOW,
    RECOGNITION,
    REGIONAL,
    member_document,
    pointer,
    recognition_document,
    signed,
)
from tests.successions import ders, issue, pin_of

AP, TH, SG = (REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")
URL = "https://lists.test.example/region.jwt"

FIRST = issue(57, "AB")
HANDED = issue(58, "ABCD", to="CDE", threshold=2, after=FIRST)
LAST = issue(60, "EC", after=HANDED)


@pytest.fixture
def store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin_of("AB", 2)._replace(location=URL)]))
    assert take(made, FIRST).trust_list
    return made


def take(store, edition, companion=...):
    beside = edition.companion if companion is ... else companion
    return store.add(edition.data, now=NOW, companion=beside)


def region(store):
    """Number of the regional list that loads, or the code against it. The others are not here."""
    assembly = store.load(NOW)
    codes = [item.code for item in assembly.missing if item.type is REGIONAL]
    return codes or [found.sequence for found in assembly.lists]


def pinned(store):
    pin = store.pins.regional
    return pin.signers, pin.threshold


def test_a_threshold_is_kept(store):
    assert pinned(store) == (ders("AB"), 2)
    assert region(store) == [57]
    settings = json.loads((store.folder / "pins.json").read_text())
    assert settings["pins"][0]["threshold"] == 2


def test_a_list_below_the_threshold_never_replaces_one_that_is_not(store):
    for edition, beside in ((issue(58, "A"), ...), (issue(58, "AB"), None)):
        assert take(store, edition, beside).code == "list.below_threshold"
    assert region(store) == [57]


def test_a_succession_changes_the_pins_and_leaves_a_record(store):
    answer = take(store, HANDED)
    assert [hop.trust_list.sequence for hop in answer.hops] == [58]
    assert pinned(store) == (ders("CDE"), 2)
    assert store.pins.regional.location == URL
    (entry,) = store.successions()
    assert (entry.at, entry.territory, entry.sequence) == (NOW, "AP", 58)
    assert entry.digest == HANDED.mark.digest
    assert (entry.before[0], entry.after[0]) == (2, 2)
    assert entry.data == HANDED.data
    assert len(entry.signatures) == 3
    assert len(entry.after[1]) == 3


def test_the_list_that_handed_over_loads_and_so_does_the_next(store):
    take(store, HANDED)
    assert region(store) == [58]
    assert store.load(NOW).hops == ()
    take(store, LAST)
    assert region(store) == [60]
    assert len(store.successions()) == 1


def test_a_reader_who_was_away_takes_the_steps_in_one(store):
    assert take(store, LAST).code is None
    assert pinned(store) == (ders("CDE"), 2)
    assert [entry.sequence for entry in store.successions()] == [58]
    assert region(store) == [60]


def test_nothing_is_handed_over_by_a_list_that_is_not_accepted(store):
    """The chain is sound, what it leads to is not: pins, list and record stay."""
    before = (store.folder / "pins.json").read_bytes()
    assert take(store, LAST._replace(data=LAST.data[:-4] + b"AAAA")).trust_list is None
    late = issue(60, "EC", after=HANDED, next_update=NOW)
    assert take(store, late).code == "list.regional_expired"
    assert (store.folder / "pins.json").read_bytes() == before
    assert store.successions() == ()
    assert region(store) == [57]


def test_a_handed_over_folder_does_not_go_back(store):
    take(store, LAST)
    for edition in (FIRST, HANDED, issue(61, "AB"), issue(59, "AB", after=FIRST)):
        assert take(store, edition).trust_list is None
    # Nor where the marks are lost or rewritten by hand.
    path = store.folder / "state.json"
    path.write_text('{"version":1,"lists":[]}')
    for edition in (FIRST, issue(61, "AB")):
        assert take(store, edition).trust_list is None
    store.put(REGIONAL, "AP", FIRST.data)
    assert region(store) == ["list.signer_not_pinned"]
    assert take(store, LAST).trust_list


def test_a_companion_goes_with_its_list(store):
    """Signatures over the list before it would be of no use, and are not kept."""
    one = TrustStore(store.folder.parent / "one")
    one.init(Pins([pin_of("A")]))
    assert take(one, issue(5, "AB")).trust_list
    assert one.companions()
    assert take(one, issue(6, "A"), None).trust_list
    (beside,) = one.companions().values()
    assert json.loads(beside) == {"version": 1, "signatures": []}
    assert region(one) == [6]


def test_the_same_list_again_without_its_companion(store):
    """Its companion is here; nobody needs to bring it twice."""
    assert take(store, FIRST, None).trust_list
    assert region(store) == [57]


def test_a_damaged_record_is_said_in_words(store):
    take(store, HANDED)
    path = store.folder / "successions" / "AP-58.json"
    for content in (b"", b"{}", b"[]", path.read_bytes().replace(b'"at"', b'"ta"')):
        path.write_bytes(content)
        with pytest.raises(MisuseError, match="damaged"):
            store.successions()
    assert region(store) == [58]


@pytest.mark.parametrize(
    "change",
    [
        {"threshold": 0},
        {"threshold": "2"},
        {"threshold": 4},
        {"handover": {}},
        {"handover": 5},
        {"handover": {"sequence": 0}},
        {"more": 1},
    ],
)
def test_damaged_pins_are_said_in_words(store, change):
    take(store, HANDED)
    path = store.folder / "pins.json"
    settings = json.loads(path.read_text())
    entry = settings["pins"][0]
    if isinstance(change.get("handover"), dict):
        change = {"handover": {**entry["handover"], **change["handover"]} or {}}
        if change["handover"] == entry["handover"]:
            change = {"handover": {}}
    settings["pins"][0] = {**entry, **change}
    path.write_text(json.dumps(settings))
    with pytest.raises(MisuseError, match=r"damaged|cannot sign"):
        store.load(NOW)


class Killed(BaseException):
    """Stands for SIGKILL between two operations on the disk."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_between_any_two_operations_of_a_succession(tmp_path, monkeypatch, after):
    """Old pins with the old list, or new pins with the new one; never one without the other."""
    for stop in range(1, 60):
        store = TrustStore(tmp_path / f"{after} {stop}")
        store.init(Pins([pin_of("AB", 2)]))
        take(store, FIRST)
        count = 0

        def counted(real, *args, stop=stop, **more):
            nonlocal count
            count += 1
            mine = count
            if mine == stop and not after:
                raise Killed
            result = real(*args, **more)
            if mine == stop:
                raise Killed
            return result

        with monkeypatch.context() as patch:
            patch.setattr(store_module, "_write", partial(counted, disk.write_file))
            patch.setattr(store_module.shutil, "rmtree", partial(counted, shutil.rmtree))
            for name in ("rename", "replace"):
                real = getattr(Path, name)
                patch.setattr(Path, name, lambda a, b, real=real: counted(real, a, b))
            try:
                done = take(store, LAST)
            except Killed:
                done = None
        (number,) = region(store)
        assert (number, pinned(store)) in ((57, (ders("AB"), 2)), (60, (ders("CDE"), 2)))
        if done is not None:
            break
        if number == 57:
            assert take(store, LAST).trust_list
        # Whoever writes next finishes what was decided, and the record is there.
        assert take(store, issue(61, "CD", after=LAST)).trust_list
        assert [entry.sequence for entry in store.successions()] == [58]
        assert not (store.folder / "pending").exists()
    assert stop > 12


# --- over the network ----------------------------------------------------------------------------
class Web:
    def __init__(self, edition, companion=...):
        self.pages = {URL: edition.data}
        beside = edition.companion if companion is ... else companion
        if beside is not None:
            self.pages[URL + COMPANION_SUFFIX] = beside
        self.asked = []

    def __call__(self, url, etag):
        self.asked.append(url)
        if url not in self.pages:
            raise FetchError(FetchFault.STATUS, url, "status 404")
        return Fetched(self.pages[url], None)


def fetch(store, web):
    summary = update(
        store, now=NOW, fetch=web, policy=UpdatePolicy(attempts=1), sleep=lambda _: None
    )
    return next(line for line in summary.lists if (line.type, line.territory) == AP)


def test_an_update_fetches_what_stands_beside_the_list(store):
    line = fetch(store, Web(LAST))
    assert (line.result, line.sequence, line.successions) == (Result.ACCEPTED, 60, (58,))
    assert pinned(store) == (ders("CDE"), 2)
    web = Web(LAST)
    assert fetch(store, web).result is Result.UNCHANGED
    assert URL + COMPANION_SUFFIX not in web.asked


def test_a_list_that_does_alone_costs_no_second_request(tmp_path):
    store = TrustStore(tmp_path / "one")
    store.init(Pins([pin_of("A")._replace(location=URL)]))
    web = Web(issue(5, "AB"))
    assert fetch(store, web).result is Result.ACCEPTED
    assert URL + COMPANION_SUFFIX not in web.asked


def test_without_the_companion_the_update_says_what_is_missing(store):
    line = fetch(store, Web(LAST, None))
    assert (line.result, line.code) == (Result.REJECTED, "list.signer_not_pinned")
    line = fetch(store, Web(issue(58, "AB"), b"<html>"))
    assert (line.result, line.code) == (Result.REJECTED, "list.companion")
    assert region(store) == [57]
    assert fetch(store, Web(LAST)).result is Result.ACCEPTED


def test_lists_behind_a_region_that_changed_hands_are_fetched(tmp_path):
    base = "https://lists.test.example/"
    pointers = [pointer(MEMBER, "TH", location=base + "th.jwt"),
                pointer(RECOGNITION, "SG", location=base + "sg.jwt")]  # fmt: skip
    last = issue(60, "EC", after=HANDED, pointers=pointers)
    store = TrustStore(tmp_path / "trust")
    store.init(Pins([pin_of("AB", 2)._replace(location=URL)]))
    take(store, FIRST)
    web = Web(last)
    web.pages[base + "th.jwt"] = signed(member_document())
    web.pages[base + "sg.jwt"] = signed(recognition_document())
    summary = update(store, now=NOW, fetch=web, policy=UpdatePolicy(attempts=1))
    assert {line.result for line in summary.lists} == {Result.ACCEPTED}
    assert summary.usable


# --- evidence ------------------------------------------------------------------------------------
def bundle(store):
    assembly = store.load(NOW)
    verifier = Verifier(TrustSnapshot.build(assembly.lists, assembly.missing), clock=lambda: NOW)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    report = verifier.evaluate(b"no credential", request)
    return record(
        b"no credential", request, report, verifier, pins=store.pins,
        documents=store.documents(), companions=store.companions(),
    )  # fmt: skip


def test_evidence_is_replayed_before_and_after_a_succession(store):
    before = bundle(store)
    take(store, HANDED)
    between = bundle(store)
    take(store, LAST)
    after = bundle(store)
    for made in (before, between, after):
        assert replay(made).same
    assert replay(after).pinned_by(store.pins)
    assert replay(between).pinned_by(store.pins)
    # Who holds the old keys today could have made it.
    assert not replay(before).pinned_by(store.pins)
    assert replay(before).pinned_by(Pins([pin_of("AB", 2)]))


def test_a_bundle_that_asks_for_fewer_signers_is_not_vouched_for(store):
    shape = json.loads(bundle(store))
    shape["pins"][0]["threshold"] = 1
    from defa_trust.codec import json as strict_json

    weaker = replay(strict_json.canonical(shape))
    assert not weaker.pinned_by(store.pins)
    del shape["lists"][0]["companion"]
    shape["pins"][0]["threshold"] = 2
    assert any("not accepted" in line for line in replay(strict_json.canonical(shape)).differences)
