"""What a ``CachedVerifier`` promises besides the law (tests/property/test_cache_law.py)."""

import copy
import os
import pickle
import sys
import threading

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.cache.verifier import LEAST_BYTES
from defa_trust.errors import MisuseError, NotVerified
from defa_trust.material import Evidence, Recorder
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import VerifiedVerdict
from defa_trust.verify import Verifier
from tests.build import NOW, vc_jwt, world

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
TOKEN = vc_jwt()
WORLD = world()
MODES = list(KeyBy)


def cached(mode=KeyBy.DIGEST, **more):
    return CachedVerifier(Verifier(WORLD), VerdictCache(key_by=mode, **more))


@pytest.mark.parametrize("mode", MODES)
def test_text_and_its_octets_are_one_input(mode):
    verifier = cached(mode)
    assert verifier.evaluate(TOKEN, REQUEST) == verifier.evaluate(TOKEN.decode(), REQUEST)
    assert verifier.cache.stats()[:2] == (1, 1)


@pytest.mark.parametrize("mode", MODES)
def test_require_gives_the_verdict_or_says_why_not(mode):
    verifier = cached(mode)
    for _ in range(2):
        assert isinstance(verifier.require(TOKEN, REQUEST), VerifiedVerdict)
        with pytest.raises(NotVerified) as caught:
            verifier.require(b"noise", REQUEST)
        assert caught.value.report.verdict.reason.code.id == "input.format_unknown"


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("data", [None, 7, bytearray(TOKEN), memoryview(TOKEN), [TOKEN]])
def test_what_is_neither_text_nor_octets_is_a_misuse_as_ever(mode, data):
    with pytest.raises(MisuseError):
        cached(mode).evaluate(data, REQUEST)


class Cheating(bytes):
    """Octets that say they are what they are not."""

    def __eq__(self, other):
        return True

    def __hash__(self):
        return hash(TOKEN)


@pytest.mark.parametrize("mode", MODES)
def test_a_subclass_of_octets_is_judged_and_never_remembered(mode):
    verifier = cached(mode)
    good = verifier.evaluate(TOKEN, REQUEST)
    assert verifier.evaluate(Cheating(b"noise"), REQUEST) != good
    assert verifier.evaluate(Cheating(TOKEN), REQUEST) == good
    assert verifier.cache.stats().entries == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_view_on_evidence_is_used_and_nothing_is_remembered_of_it(mode):
    verifier = cached(mode)
    view = Recorder(Evidence())
    expected = Verifier(WORLD).evaluate(TOKEN, REQUEST)
    assert verifier.evaluate(TOKEN, REQUEST, view) == expected
    assert verifier.cache.stats().entries == 0


def test_only_a_plain_verifier_is_taken():
    class Lenient(Verifier):
        __slots__ = ()

    with pytest.raises(MisuseError, match="plain"):
        CachedVerifier(Lenient(WORLD))
    with pytest.raises(MisuseError, match="plain"):
        CachedVerifier(cached())


def test_every_member_of_a_verifier_is_in_the_key_or_changes_no_verdict():
    """A new member belongs into ``CachedVerifier._scope`` or into this list."""
    assert set(Verifier.__slots__) == {
        "snapshot",  # its digest
        "policy",  # its digest
        "clock",  # read at each call; the moment decides within the interval
        "_degraded",  # made of the snapshot; stamped at each call
        "_verify",  # answers as VerificationKey.verify does, or is none
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"key_by": "digest"},
        {"max_entries": 2},
        {"max_bytes": LEAST_BYTES - 1},
        {"max_bytes": 1e9},
        {"signatures": 2},
        {"signatures": -1},
        {"signatures": None},
    ],
)
def test_a_cache_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(MisuseError):
        VerdictCache(**wrong)


@pytest.mark.parametrize("mode", MODES)
def test_nothing_of_it_can_be_pickled_or_copied(mode):
    verifier = cached(mode)
    verifier.evaluate(TOKEN, REQUEST)
    for thing in (
        verifier,
        verifier.cache,
        verifier.cache.memory,
        verifier.cache.signatures,
        next(iter(verifier.cache.memory.table.values())),
    ):
        for way in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(MisuseError, match="each process"):
                way(thing)


@pytest.mark.parametrize("mode", MODES)
def test_a_new_snapshot_leaves_its_place_to_the_new_answers(mode):
    verifier = cached(mode, max_entries=40)
    for number in range(200):
        verifier.evaluate(vc_jwt(jti=f"TEST-ONLY {number % 30}"), REQUEST)
    after = verifier.renewed(world(name="TEST-ONLY another name"))
    assert (after.policy, after.clock, after.cache) == (
        verifier.policy,
        verifier.clock,
        verifier.cache,
    )
    del verifier
    for number in range(200):
        after.evaluate(vc_jwt(jti=f"TEST-ONLY {number % 30}"), REQUEST)
    live = [entry.scope == after._names for entry in after.cache.memory.table.values()]
    assert sum(live) == 30


@pytest.mark.parametrize("mode", MODES)
def test_two_verifiers_of_one_snapshot_share_what_they_know(mode):
    first = cached(mode)
    second = CachedVerifier(Verifier(world()), first.cache)
    assert first.evaluate(TOKEN, REQUEST) == second.evaluate(TOKEN, REQUEST)
    assert first.cache.stats()[:2] == (1, 1)


def test_two_caches_share_nothing():
    first, second = cached(), cached()
    first.evaluate(TOKEN, REQUEST)
    assert second.cache.stats().entries == 0


def test_without_a_memory_for_signatures_verdicts_are_the_same():
    verifier = cached(signatures=0)
    assert verifier.cache.signatures is None
    assert verifier.evaluate(TOKEN, REQUEST) == cached().evaluate(TOKEN, REQUEST)
    verifier.cache.clear()
    assert verifier.cache.stats().entries == 0


def test_forgetting_costs_a_verification_and_nothing_else():
    verifier = cached()
    before = verifier.evaluate(TOKEN, REQUEST)
    verifier.cache.clear()
    assert verifier.evaluate(TOKEN, REQUEST) == before
    assert verifier.cache.stats()[:2] == (0, 2)
    assert verifier.cache.signatures.stats().hits == 0


def test_a_clock_that_fails_leaves_nothing_behind():
    def broken():
        raise OSError("no clock")

    verifier = CachedVerifier(Verifier(WORLD, clock=broken))
    with pytest.raises(OSError, match="no clock"):
        verifier.evaluate(TOKEN, Request("SG", HolderBinding.IF_PRESENT))
    assert verifier.evaluate(TOKEN, REQUEST).exit_code == 0


@pytest.mark.parametrize("moment", [float(NOW), NOW + 0.5, float("nan"), True, str(NOW), None])
@pytest.mark.parametrize("before", [False, True])
def test_a_clock_that_gives_no_whole_seconds_is_a_misuse_and_never_a_hit(moment, before):
    """As without a cache; a good clock beside it is answered from the same memory."""
    live, cache = Request("SG", HolderBinding.IF_PRESENT), VerdictCache()
    if before:
        CachedVerifier(Verifier(WORLD, clock=lambda: NOW), cache).evaluate(TOKEN, live)
    plain = Verifier(WORLD, clock=lambda: moment)
    for verifier in (plain, CachedVerifier(plain, cache)):
        with pytest.raises(MisuseError, match="whole Unix seconds"):
            verifier.evaluate(TOKEN, live)
    good = CachedVerifier(Verifier(WORLD, clock=lambda: NOW), cache)
    assert good.evaluate(TOKEN, live).exit_code == 0
    assert cache.stats()[:2] == ((1, 1) if before else (0, 1))


def test_a_stage_that_fails_keeps_nobody_waiting(monkeypatch):
    """A bug of ours raises in the thread that met it; the next one verifies for itself."""
    verifier = cached()
    from defa_trust import verify

    def broken(*_):
        raise RuntimeError("a bug")

    with monkeypatch.context() as patch:
        patch.setattr(verify, "check_times", broken)
        for _ in range(2):
            with pytest.raises(RuntimeError, match="a bug"):
                verifier.evaluate(TOKEN, REQUEST)
    assert verifier.evaluate(TOKEN, REQUEST).exit_code == 0


def test_who_asks_within_its_own_verification_does_not_wait_for_itself(monkeypatch):
    """As a signal handler may."""
    verifier = cached()
    from defa_trust import verify

    found = []
    real = verify.check_times

    def asking(*arguments):
        monkeypatch.setattr(verify, "check_times", real)
        found.append(verifier.evaluate(TOKEN, REQUEST))
        real(*arguments)

    monkeypatch.setattr(verify, "check_times", asking)
    found.append(verifier.evaluate(TOKEN, REQUEST))
    assert found[0] == found[1]


@pytest.mark.skipif(not hasattr(os, "fork") or sys.version_info >= (3, 12), reason="needs fork")
def test_a_forked_child_starts_empty_and_waits_for_nobody():
    """Even where another thread was verifying, and writing, when it was forked."""
    verifier = cached()
    before = verifier.evaluate(TOKEN, REQUEST)
    cache = verifier.cache
    flight_key = b"of a thread that the child does not have"
    from defa_trust.cache.flight import Flight

    cache.flights.join(flight_key, Flight())
    assert cache.memory._lock.acquire(timeout=1)
    child = os.fork()
    if child == 0:
        good = not cache.memory.table and verifier.evaluate(TOKEN, REQUEST) == before
        good = good and cache.flights.join(flight_key, mine := Flight()) is mine
        os._exit(0 if good else 1)
    cache.memory._lock.release()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert verifier.cache.stats().entries == 1


def test_readers_and_writers_at_once_see_whole_answers():
    """Many threads, a memory far too small for the tokens they ask about."""
    verifier = cached(max_entries=20)
    tokens = [vc_jwt(jti=f"TEST-ONLY {number}") for number in range(40)]
    expected = {token: Verifier(WORLD).evaluate(token, REQUEST) for token in tokens}
    wrong = []

    def work(seed):
        for turn in range(200):
            token = tokens[(turn * seed) % len(tokens)]
            if verifier.evaluate(token, REQUEST) != expected[token]:
                wrong.append(token)

    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 3, 7, 9, 11, 13)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(before)
    assert not wrong
    stats = verifier.cache.stats()
    assert stats.entries <= 20
    assert stats.hits + stats.misses + stats.joined == 6 * 200
