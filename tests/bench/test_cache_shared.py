"""The shared tier beside one bare round trip to the same server, and what its death costs."""

from __future__ import annotations

import random
import socket
import threading
import time
from contextlib import suppress
from statistics import median

import pytest

from defa_trust.cache import CachedVerifier, RedisStore, SharedTier, VerdictCache
from defa_trust.verify import Verifier
from tests import redis_server
from tests.build import world

from . import paired
from .cache_tools import LIVE, RAW, many, now, one_kilobyte
from .paired import figure, ratio
from .test_cold import bare_es256

KEY = b"TEST-ONLY".ljust(32, b".")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = redis_server.Server(tmp_path_factory.mktemp("redis")).start()
    yield started
    started.kill()


def _round_trip(path, name, size):
    """The same question with nothing around it: a socket, octets out, octets in."""
    line = socket.socket(socket.AF_UNIX)
    line.connect(str(path))
    end = str(1 << 16).encode()
    question = b"*4\r\n$8\r\nGETRANGE\r\n$%d\r\n%s\r\n$1\r\n0\r\n$%d\r\n%s\r\n" % (
        len(name), name, len(end), end,
    )  # fmt: skip

    def ask():
        line.sendall(question)
        found = b""
        while len(found) < size:
            found += line.recv(1 << 16)
        return found

    return ask, line.close


@redis_server.needed
def test_shared_hit(benchmark, server):
    token = one_kilobyte()
    store = RedisStore.at(server.url, timeout=1)
    plain = Verifier(world(), clock=now)
    # A small memory, since it is emptied before each question: that is no part of a hit here.
    cache = VerdictCache(16, signatures=0, shared=SharedTier(store, KEY))
    verifier = CachedVerifier(plain, cache)
    assert verifier.evaluate(token, LIVE).exit_code == 0
    (name,) = server.client().keys()
    size = server.client().strlen(name)
    bare, close = _round_trip(server.path, name, size)
    client = server.client()
    client.ping()

    def subject():
        cache.memory.clear()
        return verifier.evaluate(token, LIVE)

    assert subject().exit_code == 0
    assert cache.stats().misses == 1
    assert len(bare()) >= size
    assert len(client.getrange(name, 0, 1 << 16)) == size
    note = f"record of {size} octets, Unix socket, same machine"
    ratio(
        "hit in the shared tier",
        subject,
        lambda: client.getrange(name, 0, 1 << 16),
        goal=3,
        baseline_name="one bare round trip (redis client)",
        note=note,
    )
    ratio(
        "hit in the shared tier, to a socket",
        subject,
        bare,
        goal=None,
        baseline_name="the same octets through a socket",
        note=note,
    )
    ratio(
        "hit in the shared tier, to a signature",
        subject,
        bare_es256(token),
        goal=None,
        baseline_name=RAW,
        note=note,
    )
    assert cache.stats().misses == 1
    close()
    benchmark(lambda: None)


@redis_server.needed
def test_server_killed_under_load(benchmark, tmp_path):
    """Two threads ask about tokens this memory cannot hold; the server is killed and comes back."""
    seconds = 0.2 if paired.quick else 4.0
    started = redis_server.Server(tmp_path).start()
    tokens = many(200)
    plain = Verifier(world(), clock=now)
    expected = {token: plain.evaluate(token, LIVE).verdict for token in tokens}
    store = RedisStore.at(started.url, timeout=0.05)
    cache = VerdictCache(3, signatures=0, shared=SharedTier(store, KEY, pause=1.0))
    verifier = CachedVerifier(plain, cache)
    for token in tokens:
        verifier.evaluate(token, LIVE)
    phase = {"name": "before"}
    taken, wrong, errors, stop = {}, [], [], threading.Event()

    def ask(seed):
        chance = random.Random(seed)
        while not stop.is_set():
            token, name = chance.choice(tokens), phase["name"]
            begun = time.perf_counter()
            try:
                found = verifier.evaluate(token, LIVE).verdict
            except Exception as fault:  # noqa: BLE001  counted
                errors.append(fault)
                continue
            taken.setdefault(name, []).append(time.perf_counter() - begun)
            if found != expected[token]:
                wrong.append(token)

    threads = [threading.Thread(target=ask, args=(seed,)) for seed in range(2)]
    for thread in threads:
        thread.start()
    try:
        for name, change in (
            ("before", lambda: None), ("killed", started.kill), ("frozen", None),
            ("after", started.go_on),
        ):  # fmt: skip
            if name == "frozen":
                phase["name"] = "between"
                started.start()
                started.pause()
            elif name == "killed":
                phase["name"] = name
                change()
            else:
                change()
            phase["name"] = name
            time.sleep(seconds)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        with suppress(Exception):
            started.kill()
    assert not wrong
    assert not errors
    base = median(taken["before"])
    asked = sum(map(len, taken.values()))
    figure(
        "wrong verdicts and errors while the server died", len(wrong) + len(errors), goal=0,
        baseline_name="answers", better="lower",
        note=f"{asked} answers; {cache.stats().shared_hits} from the tier, "
        f"{cache.stats().shared_faults} faults",
    )  # fmt: skip
    for name in ("before", "killed", "frozen", "after"):
        found = sorted(taken[name])
        figure(
            f"latency, server {name}", median(found) / base, goal=None,
            baseline_name="median before", better="lower",
            note=f"{len(found)} answers: median {median(found) * 1e6:.0f} us, "
            f"99 of 100 in {found[int(len(found) * 0.99)] * 1e6:.0f} us, "
            f"slowest {found[-1] * 1e3:.1f} ms",
        )  # fmt: skip
    benchmark(lambda: None)
