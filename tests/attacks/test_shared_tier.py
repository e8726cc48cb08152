"""Attacks from the server of a shared tier: each costs time at most; its harmless twin answers."""

import random
import socket
import threading
import time
from contextlib import suppress

import pytest

from defa_trust.cache import CachedVerifier, RedisStore, SharedTier, VerdictCache
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, ExitCode, Interval
from defa_trust.verify import Verifier
from tests import redis_server
from tests.build import GRANTED_URI, NOW, WITHDRAWN_URI, vc_jwt, world

KEY = b"TEST-ONLY".ljust(32, b".")
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
TOKEN, OTHER = vc_jwt(), vc_jwt(jti="TEST-ONLY other")
FORGED = TOKEN[:-4] + b"AAAA"
WORLD = world()


class Shelf:
    def __init__(self):
        self.held = {}

    def get(self, name):
        return self.held.get(name)

    def put(self, name, octets, _):
        self.held[name] = octets


def process(store, snapshot=WORLD, tier_key=KEY, **more):
    tier = SharedTier(store, tier_key, pause=0)
    return CachedVerifier(Verifier(snapshot), VerdictCache(shared=tier, signatures=0), **more)


def outcome(verifier, data=TOKEN):
    """Exit code, and what came of asking the tier: hits, misses, faults."""
    return (verifier.evaluate(data, REQUEST).exit_code, verifier.cache.stats()[-3:])


def stocked(*tokens):
    shelf = Shelf()
    verifier = process(shelf)
    for token in tokens or (TOKEN,):
        assert verifier.evaluate(token, REQUEST).exit_code == 0
    return shelf


def test_the_harmless_twin_answers():
    assert outcome(process(stocked())) == (0, (1, 0, 0))


def test_a_record_of_another_token_is_not_taken_for_this_ones():
    """A good answer laid under the name of a forgery."""
    shelf = stocked()
    ((name, octets),) = shelf.held.items()
    forged_name = process(shelf).cache.shared.name(_question(FORGED))
    assert process(shelf).cache.shared.name(_question(TOKEN)) == name
    shelf.held[forged_name] = octets
    assert outcome(process(shelf), FORGED) == (1, (0, 0, 1))


def _question(token):
    from hashlib import sha256

    return sha256(token + REQUEST.digest + process(Shelf())._names).digest()


def test_records_that_changed_places_are_refused():
    shelf = stocked(TOKEN, OTHER)
    one, two = shelf.held
    shelf.held[one], shelf.held[two] = shelf.held[two], shelf.held[one]
    for token in (TOKEN, OTHER):
        assert outcome(process(shelf), token) == (0, (0, 0, 1))


def test_any_octet_changed_is_noticed():
    shelf = stocked()
    ((name, octets),) = shelf.held.items()
    chance = random.Random(3)
    for place in [*range(40), *(chance.randrange(len(octets)) for _ in range(60))]:
        changed = bytearray(octets)
        changed[place] ^= 1 << chance.randrange(8)
        shelf.held[name] = bytes(changed)
        assert outcome(process(shelf)) == (0, (0, 0, 1))


@pytest.mark.parametrize(
    "garbage",
    [b"x", b"\x80\x04N.", b"\0" * 32, b"\0" * 33, b"{}" * 40, b"A" * 100_000, "text", 7, [], None],
)
def test_garbage_is_no_answer(garbage):
    shelf = stocked()
    ((name, _),) = shelf.held.items()
    shelf.held[name] = garbage
    faults = 0 if garbage is None else 1
    assert outcome(process(shelf)) == (0, (0, 1 - faults, faults))


def test_a_record_cut_short_or_drawn_out_is_refused():
    shelf = stocked()
    ((name, octets),) = shelf.held.items()
    for other in (octets[:-1], octets[:32], octets + b" ", octets + octets, b" " + octets):
        shelf.held[name] = other
        assert outcome(process(shelf)) == (0, (0, 0, 1))


def test_whoever_has_another_key_writes_nothing_that_is_believed():
    """Even under the right name."""
    shelf, strange = stocked(), Shelf()
    process(strange, tier_key=b"another".ljust(32, b".")).evaluate(TOKEN, REQUEST)
    ((name, _),) = shelf.held.items()
    (shelf.held[name],) = strange.held.values()
    assert outcome(process(shelf)) == (0, (0, 0, 1))


def test_a_record_from_before_a_withdrawal_is_met_by_nobody_who_knows_of_it():
    """Brought back after a flush; whoever still has the old snapshot gets the old answer."""
    gone = (
        StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - 5, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - 9999, NOW - 5)),
    )
    shelf = stocked()
    before = dict(shelf.held)
    withdrawn = world(history=gone)
    assert outcome(process(shelf, withdrawn)) == (3, (0, 1, 0))
    shelf.held = before
    assert outcome(process(shelf, withdrawn)) == (3, (0, 1, 0))
    assert outcome(process(shelf)) == (0, (1, 0, 0))


def test_a_record_from_before_the_end_is_no_answer_after_it():
    """Old records brought back: judged at today's moment."""
    token = vc_jwt(validUntil="2026-11-01T00:00:09Z")
    end = Verifier(WORLD).evaluate(token, REQUEST).verdict.interval.end
    moment = {"now": min(NOW, end - 1)}
    live = Request("SG", HolderBinding.IF_PRESENT)
    shelf = Shelf()

    def there():
        plain = Verifier(WORLD, clock=lambda: moment["now"])
        return CachedVerifier(plain, VerdictCache(shared=SharedTier(shelf, KEY), signatures=0))

    assert there().evaluate(token, live).exit_code == 0
    kept = dict(shelf.held)
    for step, code, hits in ((-1, 0, 1), (0, 1, 0), (1, 1, 0)):
        shelf.held, moment["now"] = dict(kept), end + step
        other = there()
        assert other.evaluate(token, live).exit_code == code
        assert other.cache.stats().shared_hits == hits


class Liar:
    """Speaks just enough of the protocol to answer the wrong thing, or nothing, or for ever."""

    def __init__(self, path, answer):
        self.answer = answer
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(str(path))
        self.listening.listen()
        threading.Thread(target=self.serve, daemon=True).start()

    def serve(self):
        with suppress(OSError):
            while True:
                connection, _ = self.listening.accept()
                threading.Thread(target=self.talk, args=(connection,), daemon=True).start()

    def talk(self, connection):
        with suppress(OSError), connection:
            while connection.recv(4096):
                for piece in self.answer():
                    connection.sendall(piece)


ANSWERS = {
    "nothing at all": list,
    "an error": lambda: [b"-ERR no\r\n"],
    "no protocol": lambda: [b"HTTP/1.1 200 OK\r\n\r\n"],
    "a length that never ends": lambda: [b"$99999999999999999999\r\n"],
    "a negative length": lambda: [b"$-7\r\n"],
    "a number": lambda: [b":7\r\n"],
    "arrays in arrays": lambda: [b"*1\r\n" * 5000],
    "octets that are no record": lambda: [b"$40\r\n" + b"x" * 40 + b"\r\n"],
    "two answers to one question": lambda: [b"$1\r\nx\r\n$1\r\ny\r\n"],
    "half an answer": lambda: [b"$400\r\nhalf"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_server_that_speaks_wrongly_costs_time_and_no_verdict(name, tmp_path):
    liar = Liar(tmp_path / "liar", ANSWERS[name])
    store = RedisStore.at(f"unix://{tmp_path}/liar", timeout=0.05)
    try:
        begun = time.monotonic()
        for data, code in ((TOKEN, 0), (FORGED, 1), (OTHER, 0)):
            verifier = process(store)
            report = verifier.evaluate(data, REQUEST)
            assert report == Verifier(WORLD).evaluate(data, REQUEST)
            assert report.exit_code == code
            assert verifier.cache.stats().shared_hits == 0
        assert time.monotonic() - begun < 5
    finally:
        liar.listening.close()


@redis_server.needed
def test_a_server_that_dies_under_load_costs_no_verdict(tmp_path):
    """Killed, frozen, started again and flushed, while four threads ask: all answers are right."""
    server = redis_server.Server(tmp_path).start()
    tokens = [vc_jwt(jti=f"TEST-ONLY {number}") for number in range(15)]
    tokens += [token[:-4] + b"AAAA" for token in tokens[:5]]
    expected = {token: Verifier(WORLD).evaluate(token, REQUEST) for token in tokens}
    store = RedisStore.at(server.url, timeout=0.05)
    cache = VerdictCache(3, signatures=0, shared=SharedTier(store, KEY, pause=0.02))
    verifier = CachedVerifier(Verifier(WORLD), cache)
    wrong, errors, counts, stop = [], [], [0] * 4, threading.Event()

    def ask(number):
        chance = random.Random(number)
        while not stop.is_set():
            token = chance.choice(tokens)
            try:
                if verifier.evaluate(token, REQUEST) != expected[token]:
                    wrong.append(token)
            except Exception as fault:  # noqa: BLE001  counted, and shown below
                errors.append(fault)
            counts[number] += 1

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        seen = []
        for change in (
            lambda: None, server.kill, server.start, server.pause, server.go_on,
            lambda: server.client().flushall(),
        ):  # fmt: skip
            change()
            before = cache.stats()
            time.sleep(0.25)
            after = cache.stats()
            seen.append((after.shared_hits > before.shared_hits,
                         after.shared_faults > before.shared_faults))  # fmt: skip
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        with suppress(Exception):
            server.kill()
    assert not wrong
    assert not errors
    assert min(counts) > 20
    hits, faults = zip(*seen, strict=True)
    assert hits[0]
    assert hits[2]
    assert hits[4]
    assert faults[1]
    assert faults[3]
    assert ExitCode.RECOGNISED in {report.exit_code for report in expected.values()}
