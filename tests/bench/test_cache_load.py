"""The cache under load: threads, processes, floods, and cost as the work grows."""

import multiprocessing
import random
import sys
import threading
import time
from statistics import median

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.cache.entry import kept_form
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import ExitCode, Indication
from defa_trust.verify import Verifier
from tests.build import (
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    trust_list,
    world,
)

from . import paired
from .cache_tools import LIVE, MODES, RAW, cached, calls, hitting, now, one_kilobyte, zipf
from .paired import figure, ratio
from .samples import sd_jwt
from .test_cold import bare_es256


def _busy(verifier, copies):
    for copy in copies:
        verifier.evaluate(copy, LIVE)


def _copies(token, count):
    return [bytes(bytearray(token)) for _ in range(count)]


def _gain(one, two, rounds):
    """Throughput of two at once over that of one, round by round."""
    gains = []
    for _ in range(rounds):
        alone = one()
        gains.append(2 * alone / two())
    return median(gains)


def _in_threads(verifier, token, workers, count):
    shares = [_copies(token, count) for _ in range(workers)]
    threads = [threading.Thread(target=_busy, args=(verifier, share)) for share in shares]
    begun = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.perf_counter() - begun


@pytest.mark.parametrize("mode", MODES)
def test_hits_in_two_threads(benchmark, mode):
    verifier, token = cached(mode, now), one_kilobyte()
    verifier.evaluate(token, LIVE)
    count = 10 if paired.quick else 20_000
    gain = _gain(
        lambda: _in_threads(verifier, token, 1, count),
        lambda: _in_threads(verifier, token, 2, count),
        1 if paired.quick else 11,
    )
    assert verifier.cache.stats().misses == 1
    figure(
        f"hits in two threads, keyed by {mode}",
        gain,
        goal=0.95,
        baseline_name="throughput of one thread",
        better="higher",
        note="one interpreter lock: no slower than one thread is all there is to win",
    )
    benchmark(lambda: None)


def test_cold_verdicts_in_two_threads(benchmark):
    """Nothing remembered: the lock is given away during the check of the signature."""
    verifier, token = Verifier(world(), clock=now), one_kilobyte()
    assert verifier.evaluate(token, LIVE).exit_code is ExitCode.RECOGNISED
    count = 5 if paired.quick else 1_500
    gain = _gain(
        lambda: _in_threads(verifier, token, 1, count),
        lambda: _in_threads(verifier, token, 2, count),
        1 if paired.quick else 11,
    )
    figure(
        "cold verdicts in two threads, VC-JWT ES256",
        gain,
        goal=None,
        baseline_name="throughput of one thread",
        better="higher",
        note="the signature is two fifths to three fifths of each; the rest holds the lock",
    )
    benchmark(lambda: None)


COLD = "cold"


def _worker(kind, pipe):
    """A process of its own builds its verifier anew; nothing is handed over but counts."""
    token = one_kilobyte()
    verifier = Verifier(world(), clock=now) if kind == COLD else cached(KeyBy(kind), now)
    assert verifier.evaluate(token, LIVE).exit_code is ExitCode.RECOGNISED
    pipe.send("ready")
    while count := pipe.recv():
        copies = _copies(token, count)
        pipe.send("set")
        pipe.recv()
        _busy(verifier, copies)
        pipe.send("done")


def _in_processes(kind, count, rounds=11):
    """What two processes do at once, over what one does."""
    context = multiprocessing.get_context("spawn")
    workers = []
    for _ in range(2):
        ours, theirs = context.Pipe()
        process = context.Process(target=_worker, args=(kind, theirs), daemon=True)
        process.start()
        workers.append((process, ours))
    for _, pipe in workers:
        assert pipe.recv() == "ready"

    def run(pipes):
        for pipe in pipes:
            pipe.send(count)
        for pipe in pipes:
            assert pipe.recv() == "set"
        begun = time.perf_counter()
        for pipe in pipes:
            pipe.send("go")
        for pipe in pipes:
            assert pipe.recv() == "done"
        return time.perf_counter() - begun

    pipes = [pipe for _, pipe in workers]
    gain = _gain(lambda: run(pipes[:1]), lambda: run(pipes), rounds)
    for process, pipe in workers:
        pipe.send(0)
        process.join(10)
    return gain


@pytest.mark.parametrize("mode", MODES)
def test_hits_in_two_processes(benchmark, mode):
    if paired.quick:
        pytest.skip("starts processes: measured by make bench only")
    figure(
        f"hits in two processes, keyed by {mode}",
        _in_processes(mode.value, 40_000),
        goal=1.8,
        baseline_name="throughput of one process",
        better="higher",
        note="each builds its own memory",
    )
    benchmark(lambda: None)


def test_cold_verdicts_in_two_processes(benchmark):
    if paired.quick:
        pytest.skip("starts processes: measured by make bench only")
    figure(
        "cold verdicts in two processes, VC-JWT ES256",
        _in_processes(COLD, 1_500),
        goal=None,
        baseline_name="throughput of one process",
        better="higher",
        note="each builds its own snapshot",
    )
    benchmark(lambda: None)


class _Known(CachedVerifier):
    """Judges by the first letter: what is to be measured is whose answer is kept."""

    __slots__ = ("answers",)

    def _judge(self, data, request, evidence, moment):
        return (self.answers[data[:1]],)


def flooded(*, warm, hot, junk, repeat=1, entries=10_000, hot_tokens=9_000, zipfian=False):
    """Hit rates of the hot tokens without a flood and in it. Half of the junk is validly signed."""
    verifier = _Known(Verifier(world(), clock=now), VerdictCache(entries, 1 << 30))
    genuine = Verifier(world(), clock=now).evaluate(one_kilobyte(), LIVE).verdict
    forged = Verifier(world(), clock=now).evaluate(b"noise", LIVE).verdict
    assert genuine.validity.indication is Indication.TOTAL_PASSED
    assert forged.validity.indication is Indication.TOTAL_FAILED
    verifier.answers = {b"g": kept_form(genuine, None, LIVE), b"f": forged}
    chance = random.Random(7)
    draw = zipf(hot_tokens) if zipfian else (lambda: chance.randrange(hot_tokens))
    counted = verifier.cache.memory

    def ask():
        before = counted.hits
        verifier.evaluate(b"g%d" % draw(), LIVE)
        return counted.hits - before

    for _ in range(warm):
        ask()
    undisturbed = sum(ask() for _ in range(hot)) / hot if warm else None
    hits, number = 0, 10**6
    for _ in range(hot):
        hits += ask()
        for _ in range(junk // repeat):
            number += 1
            name = b"%c%d" % (b"gf"[number % 2], number)
            for _ in range(repeat):
                verifier.evaluate(name, LIVE)
    return undisturbed, hits / hot, verifier.cache.stats()


@pytest.mark.parametrize("zipfian", [False, True])
def test_hit_rate_under_a_flood(benchmark, zipfian):
    scale = 100 if paired.quick else 1
    undisturbed, rate, stats = flooded(
        warm=60_000 // scale, hot=4_000 // scale, junk=100,
        entries=10_000 // scale, hot_tokens=9_000 // scale, zipfian=zipfian,
    )  # fmt: skip
    name = "Zipf" if zipfian else "uniform"
    figure(
        f"hit rate under a flood, hot tokens {name}",
        rate / undisturbed,
        goal=0.9,
        baseline_name="undisturbed hit rate",
        better="higher",
        note=f"9,000 hot tokens, 10,000 entries, 100 junk tokens for each hot one, half of them "
        f"validly signed; {undisturbed:.3f} undisturbed, {rate:.3f} flooded, {stats.bad} bad held",
    )
    assert rate >= 0.9 * undisturbed
    benchmark(lambda: None)


def test_hit_rate_under_a_flood_of_tokens_that_come_twice(benchmark):
    scale = 100 if paired.quick else 1
    undisturbed, rate, _ = flooded(
        warm=60_000 // scale, hot=4_000 // scale, junk=100, repeat=2,
        entries=10_000 // scale, hot_tokens=9_000 // scale,
    )  # fmt: skip
    figure(
        "hit rate under a flood of tokens that come twice",
        rate / undisturbed,
        goal=None,
        baseline_name="undisturbed hit rate",
        better="higher",
        note="as above, each junk token twice in a row",
    )
    benchmark(lambda: None)


@pytest.mark.parametrize("size", [100, 1_000, 10_000, 100_000])
def test_size_of_the_snapshot(benchmark, size):
    if paired.quick and size > 100:
        pytest.skip("measured by make bench only")
    identity = jwk_identity(key())
    services = [service("TH", (identity,))] + [
        service(
            "TH", (identity,), (f"https://issuer-{number}.th.test.example",), id=f"TEST-{number}"
        )
        for number in range(size - 1)
    ]
    lists = (trust_list("TH", services, digest="00" * 32), recognition_list("SG", (arrangement(),)))
    snapshot = TrustSnapshot.build(lists)
    verifier, token = cached(KeyBy.DIGEST, now, snapshot), one_kilobyte()
    ratio(
        f"hit, keyed by digest, {size:,} services listed",
        hitting(verifier, [token], calls(400)),
        bare_es256(token),
        goal=None,
        baseline_name=RAW,
        loops=400,
        base_loops=40,
        series="hit by digest, services listed",
        x=size,
    )
    plain = Verifier(snapshot, clock=now)
    ratio(
        f"cold verdict, VC-JWT, {size:,} services listed",
        lambda: plain.evaluate(token, LIVE),
        bare_es256(token),
        goal=None,
        baseline_name=RAW,
        series="cold VC-JWT, services listed",
        x=size,
    )
    benchmark(lambda: None)


@pytest.mark.parametrize("disclosures", [0, 10, 50, 200])
def test_cost_by_disclosures(benchmark, disclosures):
    plain = Verifier(world(), clock=now)
    token = sd_jwt(disclosures)
    assert plain.evaluate(token, LIVE).exit_code is ExitCode.RECOGNISED
    ratio(
        f"cold verdict, SD-JWT VC, {disclosures} disclosures",
        lambda: plain.evaluate(token, LIVE),
        bare_es256(),
        goal=None,
        baseline_name=RAW,
        loops=20,
        series="cold SD-JWT VC, disclosures",
        x=disclosures,
    )
    verifier = cached(KeyBy.DIGEST, now)
    ratio(
        f"hit, keyed by digest, SD-JWT VC, {disclosures} disclosures",
        hitting(verifier, [token], calls(100)),
        bare_es256(),
        goal=None,
        baseline_name=RAW,
        note=f"{len(token)} octets",
        loops=100,
        base_loops=20,
        series="hit by digest, SD-JWT VC, disclosures",
        x=disclosures,
    )
    benchmark(lambda: None)


def test_beside_a_busy_thread(benchmark):
    """The convoy: whoever gives the interpreter lock away waits for a whole switch interval."""
    token = one_kilobyte()
    plain = Verifier(world(), clock=now)
    verifier = cached(KeyBy.DIGEST, now)
    verifier.evaluate(token, LIVE)
    stop = threading.Event()

    def spin():
        while not stop.is_set():
            pass

    def throughput(subject, seconds=0.02 if paired.quick else 1.0):
        begun, count = time.perf_counter(), 0
        while time.perf_counter() - begun < seconds:
            subject()
            count += 1
        return count / seconds

    subjects = {
        "hits": lambda: verifier.evaluate(token, LIVE),
        "cold verdicts": lambda: plain.evaluate(token, LIVE),
    }
    for interval in (0.005, 0.0005):
        before = sys.getswitchinterval()
        sys.setswitchinterval(interval)
        try:
            for name, subject in subjects.items():
                alone = throughput(subject)
                stop.clear()
                spinning = threading.Thread(target=spin)
                spinning.start()
                beside = throughput(subject)
                stop.set()
                spinning.join()
                figure(
                    f"{name} beside a busy thread, switch interval {interval * 1000:g} ms",
                    beside / alone,
                    goal=None,
                    baseline_name="the same alone",
                    better="higher",
                )
        finally:
            sys.setswitchinterval(before)
    benchmark(lambda: None)
