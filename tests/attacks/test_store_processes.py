"""Processes that are killed, race or hang while they write the trust folder."""

import multiprocessing
import os
import random
import shutil
import signal
import threading
import time
from functools import partial
from hashlib import sha256
from pathlib import Path

import pytest

from defa_trust import disk, publish
from defa_trust import store as store_module
from defa_trust.cosign import add_signatures, cosign
from defa_trust.errors import MisuseError
from defa_trust.refresh import COMPANION_SUFFIX, Result, UpdatePolicy, unconditional, update
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from tests.signed_lists import (
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    forged,
    member_document,
    operator,
    pin,
    pointer,
    recognition_document,
    regional_document,
)
from tests.successions import ders, officer

pytestmark = [
    pytest.mark.skipif(not hasattr(os, "fork"), reason="processes are forked"),
    pytest.mark.filterwarnings("ignore:.*fork:DeprecationWarning"),
]
AP, TH, SG = (REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")
REGION_URL = "https://lists.test.example/region.jwt"
SIGNERS = "0AB"
"""Officers who sign for the region in turn."""


def bound(number, by="0", extensions=()):
    """One edition of the region, bound by a snapshot: half of it fits nothing else."""
    th = forged(member_document(sequence=number))
    sg = forged(recognition_document(sequence=number), "SG")
    entries = [
        publish.snapshot_entry(
            territory=place[1],
            type=place[0],
            sequence=number,
            sha256=sha256(data).hexdigest(),
            size=len(data),
            issued=ISSUED,
            next_update=NEXT,
        )
        for place, data in ((TH, th), (SG, sg))
    ]
    region = regional_document(sequence=number, snapshot=entries, extensions=extensions)
    return {AP: forged(region, signer=officer(by)), TH: th, SG: sg}


def signer_of(store):
    return next(name for name in SIGNERS if store.pins.regional.signers == ders(name))


def next_edition(store, number):
    """URL to bytes of the next edition; in every third one the region's signer hands over."""
    by = signer_of(store)
    if number % 3:
        edition, beside = bound(number, by), []
    else:
        to = SIGNERS[(SIGNERS.index(by) + 1) % len(SIGNERS)]
        succession = publish.signer_succession(
            signers=ders(to), threshold=1, valid_from=ISSUED, previous=store.documents()[AP]
        )
        edition = bound(number, by, [succession])
        beside = [cosign(edition[AP], *officer(to), issued_at=ISSUED)]
    pages = {pointer(*place)["LoTELocation"]: data for place, data in edition.items()}
    pages[REGION_URL] = edition[AP]
    pages[REGION_URL + COMPANION_SUFFIX] = add_signatures(None, beside)
    return pages


def update_once(store, number):
    """`trust update` as it is, but for the network."""
    pages = next_edition(store, number)
    return update(store, now=NOW, fetch=unconditional(pages.__getitem__), policy=UpdatePolicy(1))


def update_for_ever(folder, begun):
    store = TrustStore(folder)
    number = max(state.sequence for state in store.states.values())
    begun.set()
    while True:
        number += 1
        if any(line.result is not Result.ACCEPTED for line in update_once(store, number).lists):
            os._exit(3)


@pytest.fixture
def forking():
    for territory in ("AP", "TH", "SG"):
        operator(territory)  # made before the fork: the children share them
    ders(SIGNERS)
    return multiprocessing.get_context("fork")


@pytest.fixture
def bound_store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(REGIONAL, "AP")._replace(location=REGION_URL)]))
    assert all(answer.trust_list for answer in made.add_all(bound(1), now=NOW).values())
    return made


def sequences(store):
    assembly = store.load(NOW)
    assert assembly.missing == ()
    (number,) = {found.sequence for found in assembly.lists}
    marks = {state.sequence for state in store.states.values()}
    assert marks == {number}
    return number


def test_update_killed_at_random_points_200_times(bound_store, forking):
    """After each SIGKILL every list loads, all of one edition, signed by the pinned signer, and no
    number went back; each handing over so far has its record."""
    chance = random.Random(20_261_101)
    begin = time.monotonic()
    for number in (2, 3):
        update_once(bound_store, number)
    one = (time.monotonic() - begin) / 2  # seconds for one edition on this machine, at this hour
    seen, torn, times = [sequences(bound_store)], 0, 0
    # At least 200 times, and until the children wrote enough for the test to be about something.
    while times < 200 or seen[-1] <= 50 or not torn:
        if times and times % 50 == 0 and seen[-1] <= times // 4:
            one *= 2  # the host has slowed down since it was measured
        assert times < 2000
        begun = forking.Event()
        child = forking.Process(target=update_for_ever, args=(bound_store.folder, begun))
        child.start()
        begun.wait(10)
        time.sleep(chance.random() * 2 * one)
        os.kill(child.pid, signal.SIGKILL)
        child.join()
        assert child.exitcode == -signal.SIGKILL
        times += 1
        torn += any(
            path.name.startswith(".s") or path.name == "pending"
            for path in bound_store.folder.iterdir()
            if path.is_dir()
        )
        seen.append(sequences(bound_store))
    assert times >= 200
    assert seen == sorted(seen)
    assert seen[-1] > 50  # the children did write
    assert torn > 0  # and some were killed in the middle of it
    final = seen[-1] + 1
    assert update_once(bound_store, final).usable
    assert [entry.sequence for entry in bound_store.successions()] == list(range(3, final + 1, 3))
    left = {path.name for path in bound_store.folder.iterdir()}
    assert left <= {".lock", "lists", "pins.json", "state.json", "successions"}
    assert {path.name for path in (bound_store.folder / "lists").iterdir()} == {
        "regional-AP.jwt", "member_state-TH.jwt", "recognition-SG.jwt",
        "regional-AP.jwt.companion.json",
    }  # fmt: skip


class Killed(BaseException):
    """Stands for SIGKILL between two operations on the disk."""


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_crash_between_any_two_operations(tmp_path, monkeypatch, after):
    """Killed before or after each write, rename and removal in turn, till one gets through."""
    for stop in range(1, 40):
        store = TrustStore(tmp_path / f"{after} {stop}")
        store.init(Pins([pin(REGIONAL, "AP")]))
        store.add_all(bound(1), now=NOW)
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
                answers = store.add_all(bound(2), now=NOW)
            except Killed:
                answers = None
        assert sequences(store) in (1, 2)
        if answers is not None:
            break
        assert store.add_all(bound(3), now=NOW)[AP].trust_list
        assert sequences(store) == 3
        assert not (store.folder / "pending").exists()
    assert stop > 8
    assert sequences(store) == 2


def write_some(folder, start, step, count):
    store = TrustStore(folder, lock_timeout=30)
    for turn in range(count):
        store.add_all(bound(start + turn * step), now=NOW)
    os._exit(0)


def test_several_processes_write_and_one_reads(bound_store, forking):
    """Odd and even editions race; the reader sees whole editions only, and never an older one."""
    children = [
        forking.Process(target=write_some, args=(bound_store.folder, start, 2, 25))
        for start in (2, 3)
    ]
    seen = [sequences(bound_store)]
    for child in children:
        child.start()
    while any(child.is_alive() for child in children):
        assembly = bound_store.load(NOW)
        assert assembly.missing == ()
        (number,) = {found.sequence for found in assembly.lists}
        seen.append(number)
    for child in children:
        child.join()
        assert child.exitcode == 0
    # How much is read between two editions is the host's business.
    assert seen == sorted(seen)
    assert sequences(bound_store) in (50, 51)


def hold(folder, holding):
    store = TrustStore(folder)
    with store._writing():
        holding.set()
        time.sleep(60)


def test_a_writer_that_hangs_is_named_and_stops_no_reader(bound_store, forking):
    holding = forking.Event()
    child = forking.Process(target=hold, args=(bound_store.folder, holding))
    child.start()
    try:
        assert holding.wait(10)
        hasty = TrustStore(bound_store.folder, lock_timeout=0.1)
        with pytest.raises(MisuseError, match="in use"):
            hasty.add_all(bound(2), now=NOW)
        with pytest.raises(MisuseError, match="in use"):
            hasty.put(MEMBER, "TH", b"x")
        assert hasty.load(NOW).missing == ()
    finally:
        child.kill()
        child.join()
    assert hasty.add_all(bound(2), now=NOW)[AP].trust_list  # the lock went with its holder


def test_a_reader_waits_for_the_writer_at_work(bound_store):
    """Else it could read half of what is being moved into place."""
    holding = threading.Event()

    def write():
        with TrustStore(bound_store.folder)._writing():
            holding.set()
            time.sleep(0.3)

    writer = threading.Thread(target=write)
    writer.start()
    assert holding.wait(5)
    begun = time.monotonic()
    assert bound_store.load(NOW).missing == ()
    assert time.monotonic() - begun > 0.2
    writer.join()


def test_what_killed_processes_left_is_swept_and_nothing_else(bound_store):
    folder = bound_store.folder
    left = [folder / ".state.json.x7_k2", folder / "lists" / ".member_state-TH.jwt.abc"]
    strange = [folder / ".gitignore", folder / "lists" / ".notes.jwt.txt", folder / "state.bak"]
    for path in (*left, *strange):
        path.write_bytes(b"half")
    assert bound_store.add_all(bound(2), now=NOW)[TH].trust_list
    assert not any(path.exists() for path in left)
    assert all(path.exists() for path in strange)
