"""The hot path: verdicts answered from memory, and what it costs to keep them.

Tokens are of 1 KB and fresh each time, as they come from the network: a copy whose hash was never
asked for. Every benchmark checks its own answer first.
"""

import gc
import random
import subprocess
import sys
import threading
import time
import tracemalloc
from hashlib import sha256
from itertools import cycle

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.cache.entry import kept_form
from defa_trust.cache.memory import MARKS
from defa_trust.cache.signatures import SignatureMemo
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import ExitCode
from defa_trust.verify import Verifier
from tests.build import (
    vc_jwt,
    world,
)

from . import paired
from .cache_tools import (
    LIVE,
    MODES,
    RAW,
    cached,
    calls,
    fresh,
    hitting,
    many,
    now,
    one_kilobyte,
    zipf,
)
from .paired import figure, ratio
from .samples import hcert_world, sd_jwt_world
from .test_cold import bare_es256

GOALS = {KeyBy.DIGEST: 1 / 25, KeyBy.TEXT: 1 / 50}


@pytest.mark.parametrize("mode", MODES)
def test_hit(benchmark, mode):
    verifier, token = cached(mode, now), one_kilobyte()
    assert 1000 <= len(token) <= 1100
    subject = hitting(verifier, [token], calls(400))
    ratio(
        f"hit, keyed by {mode}",
        subject,
        bare_es256(token),
        goal=GOALS[mode],
        baseline_name=RAW,
        note=f"fresh token of {len(token)} octets; clock, request, interval and dependencies read",
        loops=400,
        base_loops=40,
    )
    again = hitting(verifier, [token], 1 << 14)
    benchmark.pedantic(again, iterations=100, rounds=2 if paired.quick else 100)


def test_floors_of_a_hit(benchmark):
    """What a dict alone takes: not a cache, only what no cache in this language can go below."""
    token = one_kilobyte()
    table = {token: 1, sha256(token).digest(): 1}
    for name, look in (
        ("floor: SHA-256 and a dict", lambda copy: table[sha256(copy).digest()]),
        ("floor: the text in a dict", lambda copy: table[copy]),
    ):
        one = fresh(cycle([token]), calls(400))
        assert look(token) == 1
        ratio(
            name,
            lambda one=one, look=look: look(one()),
            bare_es256(token),
            goal=None,
            baseline_name=RAW,
            note="no clock, no request, no interval, no dependency, no report",
            loops=400,
            base_loops=40,
        )
    benchmark(lambda: table[sha256(token).digest()])


@pytest.mark.parametrize("mode", MODES)
def test_octets_an_entry_takes(benchmark, mode):
    """Beside the verdict, and for entries keyed by the text beside the input."""
    tokens = many(20 if paired.quick else 3000)
    plain = Verifier(world(), clock=now)

    def weigh(make):
        gc.collect()
        tracemalloc.start()
        try:
            before = tracemalloc.get_traced_memory()[0]
            kept = make()
            gc.collect()
            return (tracemalloc.get_traced_memory()[0] - before) / len(tokens), kept
        finally:
            tracemalloc.stop()

    plain.evaluate(tokens[0], LIVE)
    verdicts, _ = weigh(
        lambda: [kept_form(plain.evaluate(token, LIVE).verdict, None, LIVE) for token in tokens]
    )
    verifier = CachedVerifier(
        plain, VerdictCache(max(20, 2 * len(tokens)), 1 << 30, key_by=mode, signatures=0)
    )

    def fill():
        for token in tokens:
            verifier.evaluate(bytes(bytearray(token)), LIVE)

    entries, _ = weigh(fill)
    assert verifier.cache.stats().entries >= 0.9 * len(tokens)
    text = len(tokens[0]) if mode is KeyBy.TEXT else 0
    beside = entries - verdicts - text + 2 * MARKS
    figure(
        f"octets an entry takes, keyed by {mode}",
        beside,
        goal=600,
        baseline_name="octets" + (" beside the input" if text else ""),
        better="lower",
        note=f"beside its verdict ({verdicts:.0f} octets); {2 * MARKS} of marks are counted in",
    )
    assert beside <= 600 or paired.quick
    benchmark(lambda: None)


@pytest.mark.parametrize("mode", MODES)
def test_hit_among_a_hundred_thousand(benchmark, mode):
    count = 300 if paired.quick else 100_000
    tokens = many(count)
    verifier = cached(mode, now, max_entries=2 * count, max_bytes=4 << 30, signatures=0)
    for size in (1_000, 10_000, 100_000):
        for token in tokens[len(verifier.cache.memory.table) : size]:
            assert verifier.evaluate(token, LIVE).exit_code is ExitCode.RECOGNISED
        loops = 300
        chance = random.Random(size)
        held = tokens[:size]
        draw_zipf = zipf(size if not paired.quick else count)
        draws = {
            "uniform": lambda held=held, chance=chance: chance.choice(held),
            "Zipf": lambda draw=draw_zipf, held=held: held[draw()],
        }
        for name, draw in draws.items():
            if name == "Zipf" and size != 100_000:
                continue
            one = fresh((draw() for _ in iter(int, 1)), calls(loops))
            before = verifier.cache.stats()
            ratio(
                f"hit, keyed by {mode}, {size:,} tokens, {name}",
                lambda one=one: verifier.evaluate(one(), LIVE),
                bare_es256(tokens[0]),
                goal=None,
                baseline_name=RAW,
                loops=loops,
                base_loops=30,
                series=f"hit by {mode}, tokens held" if name == "uniform" else "",
                x=size if name == "uniform" else None,
            )
            assert verifier.cache.stats().misses == before.misses
    benchmark(lambda: None)


class _WithoutFlights(CachedVerifier):
    """Everybody verifies: what single flight costs where it wins nothing."""

    __slots__ = ()

    def _first_sight(self, key, raw, request, evidence, moment, as_of, begun):
        verdicts, _ = self._verify_and_keep(key, raw, request, evidence, moment, moment)
        return self._stamped(verdicts, moment, as_of)


def test_single_flight(benchmark):
    loops = 40
    tokens = many(2 * calls(loops) + 2)
    plain = Verifier(world(), clock=now)
    makes = (CachedVerifier, _WithoutFlights)
    with_flights, without = (
        make(plain, VerdictCache(len(tokens) * 2, 1 << 30, signatures=0)) for make in makes
    )
    one, other = iter(tokens), iter(reversed(tokens))
    assert with_flights.evaluate(next(one), LIVE) == without.evaluate(next(other), LIVE)._replace(
        verdicts=with_flights.evaluate(tokens[0], LIVE).verdicts
    )
    ratio(
        "first sight, single flight",
        lambda: with_flights.evaluate(next(one), LIVE),
        lambda: without.evaluate(next(other), LIVE),
        goal=1.05,
        baseline_name="first sight without",
        loops=loops,
    )
    again = many(calls(loops) + 1)
    one = iter(again)
    third = CachedVerifier(plain, VerdictCache(len(again) * 2, 1 << 30, signatures=0))
    ratio(
        "first sight through the cache",
        lambda: third.evaluate(next(one), LIVE),
        lambda: plain.evaluate(again[0], LIVE),
        goal=None,
        baseline_name="cold verdict, VC-JWT ES256",
        note="key, flight, weight and place of an entry that may never be asked for",
        loops=loops,
    )
    benchmark(lambda: None)


def test_a_thousand_first_sights_at_once(benchmark):
    """As many threads; one verifies."""
    count = 20 if paired.quick else 1000
    verifier, token = cached(KeyBy.DIGEST, now), one_kilobyte()
    gate = threading.Barrier(count + 1)

    def ask():
        gate.wait()
        assert verifier.evaluate(bytes(bytearray(token)), LIVE).exit_code is ExitCode.RECOGNISED

    threads = [threading.Thread(target=ask) for _ in range(count)]
    for thread in threads:
        thread.start()
    gate.wait()
    for thread in threads:
        thread.join()
    stats = verifier.cache.stats()
    assert stats.misses == 1
    assert stats.hits + stats.joined == count - 1
    figure(
        f"verifications for {count} simultaneous first sights",
        stats.misses,
        goal=1,
        baseline_name="verifications",
        better="lower",
        note=f"{stats.joined} waited, {stats.hits} came later",
    )
    benchmark(lambda: None)


def test_path_warm(benchmark):
    """The issuer's signature is remembered; everything else is judged, the holder's proof too."""
    memo = SignatureMemo(100)
    token = vc_jwt()
    plain = Verifier(world(), verify=memo, clock=now)
    assert plain.evaluate(token, LIVE).exit_code is ExitCode.RECOGNISED
    presented, data, request = sd_jwt_world(10)
    hcert_verifier, text, asked = hcert_world()
    of_hcert = Verifier(hcert_verifier.snapshot, verify=memo)
    of_holder = Verifier(presented.snapshot, verify=memo)
    warm = {
        "VC-JWT": lambda: plain.evaluate(token, LIVE),
        "HC1": lambda: of_hcert.evaluate(text, asked),
        "SD-JWT VC, 10 disclosures, key binding": lambda: of_holder.evaluate(data, request),
    }
    for name, subject in warm.items():
        assert subject().exit_code is ExitCode.RECOGNISED
        before = memo.stats().hits
        ratio(
            f"path-warm verdict, {name}",
            subject,
            bare_es256(),
            goal=None,
            baseline_name=RAW,
            note="one signature left: the holder's" if "key binding" in name else "",
        )
        assert memo.stats().hits > before
    benchmark(warm["VC-JWT"])


def test_start_up(benchmark):
    if paired.quick:
        pytest.skip("starts processes: measured by make bench only")

    def started(statement):
        begun = time.perf_counter()
        subprocess.run([sys.executable, "-c", statement], check=True)
        return time.perf_counter() - begun

    ratio(
        "from defa_trust.cache import CachedVerifier",
        lambda: started("from defa_trust.cache import CachedVerifier"),
        lambda: started("from defa_trust.verify import Verifier"),
        goal=None,
        baseline_name="from defa_trust.verify import Verifier",
        note="whole process",
        loops=1,
        rounds=21,
    )
    ratio(
        "a cache of 10,000 entries is made",
        lambda: VerdictCache(10_000),
        bare_es256(),
        goal=None,
        baseline_name=RAW,
        loops=20,
    )
    benchmark(lambda: None)


def test_requests_are_worth_keeping(benchmark):
    """A request made anew for each call costs more than the hit itself."""
    ratio(
        "a Request is made",
        lambda: Request("SG", HolderBinding.IF_PRESENT),
        bare_es256(),
        goal=None,
        baseline_name=RAW,
        note="keep one for each kind of question",
    )
    benchmark(lambda: None)
