"""The shared tier: what is laid there comes back, and nothing else is believed."""

import builtins
import copy
import pickle
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, RedisStore, SharedTier, VerdictCache
from defa_trust.cache.record import Record, read, write
from defa_trust.cache.shared import FAULT
from defa_trust.codec import json as strict_json
from defa_trust.demo.region import build_region
from defa_trust.errors import MissingExtraError, MisuseError, Rejection
from defa_trust.material import Dependency, Evidence, EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import VerifiedVerdict
from defa_trust.verify import Verifier
from tests import redis_server
from tests.bench.samples import AUDIENCE, NONCE, sd_jwt
from tests.build import NOW, key, vc_jwt, world
from tests.property.test_cache_law import EVIDENCE, REFERENCE, same

KEY = b"TEST-ONLY".ljust(32, b".")
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
TOKEN = vc_jwt()
WORLD = world()
MODES = list(KeyBy)


class Shelf:
    """A store in this process, that counts and may fail."""

    def __init__(self):
        self.held, self.asked, self.put_there, self.broken = {}, 0, 0, None

    def get(self, name):
        self.asked += 1
        if self.broken:
            raise self.broken
        return self.held.get(name)

    def put(self, name, octets, seconds):
        self.put_there += 1
        if self.broken:
            raise self.broken
        assert type(seconds) is int
        assert seconds > 0
        self.held[name] = octets


def process(store, mode=KeyBy.DIGEST, snapshot=WORLD, tier_key=KEY, clock=lambda: NOW, **more):
    """A verifier as another process makes it: its own memory, the same tier."""
    tier = SharedTier(store, tier_key, **more)
    return CachedVerifier(
        Verifier(snapshot, clock=clock), VerdictCache(key_by=mode, signatures=0, shared=tier)
    )


def shared(verifier):
    return verifier.cache.stats()[-3:]


@pytest.mark.parametrize("first", MODES)
@pytest.mark.parametrize("second", MODES)
def test_what_one_process_worked_out_another_is_given(first, second):
    shelf = Shelf()
    expected = process(shelf, first).evaluate(TOKEN, REQUEST)
    other = process(shelf, second)
    for _ in range(3):
        same(other.evaluate(TOKEN, REQUEST), expected)
    stats = other.cache.stats()
    assert (stats.misses, stats.hits, *shared(other)) == (0, 2, 1, 0, 0)
    assert shelf.asked == 2
    assert isinstance(other.require(TOKEN, REQUEST), VerifiedVerdict)


def test_every_good_answer_of_the_region_comes_back_as_it_was():
    region = build_region()
    plain, travelled = Verifier(region.snapshot()), 0
    for sample in region.samples:
        for state in sample.expect:
            verdict = plain.evaluate(sample.data, sample.request(state, region.at)).verdict
            if isinstance(verdict, VerifiedVerdict):
                used = (Dependency(EvidenceKind.CRL, None, None),)
                back = read(write(Record(verdict, used)))
                assert back.verdict == verdict
                assert type(back.verdict) is VerifiedVerdict
                assert back.verdict.as_json() == verdict.as_json()
                assert back.verdict.reveal is None
                assert back.used == used
                travelled += 1
    assert travelled > 50


def test_only_what_passed_is_laid_there():
    shelf = Shelf()
    verifier = process(shelf)
    for data in (b"noise", TOKEN[:-4] + b"AAAA", vc_jwt(validUntil="2020-01-01T00:00:00Z")):
        assert verifier.evaluate(data, REQUEST).exit_code != 0
    assert shelf.put_there == 0
    verifier.evaluate(TOKEN, REQUEST)
    assert shelf.put_there == 1


def test_a_holders_proof_is_laid_nowhere():
    shelf = Shelf()
    request = Request("SG", HolderBinding.MUST_BE_PRESENT, at=NOW, audience=AUDIENCE, nonce=NONCE)
    for _ in range(2):
        assert process(shelf).evaluate(sd_jwt(1, key("holder")), request).exit_code == 0
    assert not shelf.held


def test_no_claim_and_no_digest_of_the_input_that_a_stranger_could_make_is_a_name():
    from hashlib import sha256

    shelf = Shelf()
    token = vc_jwt(credentialSubject={"id": "urn:TEST-ONLY:secret-of-somebody"})
    process(shelf).evaluate(token, REQUEST)
    ((name, octets),) = shelf.held.items()
    assert b"secret" not in octets
    assert token.split(b".")[1] not in octets
    assert name != sha256(token).digest()
    process(shelf, tier_key=KEY[::-1]).evaluate(token, REQUEST)
    assert len(shelf.held) == 2


def test_another_key_scope_snapshot_policy_or_request_finds_nothing():
    shelf = Shelf()
    process(shelf).evaluate(TOKEN, REQUEST)
    strangers = (
        process(shelf, tier_key=KEY + b"x"),
        process(shelf, scope=b"other"),
        process(shelf, snapshot=world(credential_types=("PID", "TEST-ONLY"))),
    )
    for other in strangers:
        other.evaluate(TOKEN, REQUEST)
        assert shared(other) == (0, 1, 0)
    other = process(shelf)
    for data, request in (
        (TOKEN + b"\n", REQUEST),
        (TOKEN, Request("MY", HolderBinding.IF_PRESENT, at=NOW)),
    ):
        other.evaluate(data, request)
    assert shared(other) == (0, 2, 0)
    same_again = process(shelf)
    same_again.evaluate(TOKEN, REQUEST)
    assert shared(same_again) == (1, 0, 0)


def test_an_answer_ends_where_it_ends():
    shelf = Shelf()
    token = vc_jwt(validUntil="2026-11-01T00:00:09Z")
    end = Verifier(WORLD).evaluate(token, REQUEST).verdict.interval.end
    plain = Verifier(WORLD)
    process(shelf).evaluate(token, REQUEST)
    for moment, hits in ((end - 1, 1), (end, 0), (end + 1, 0), (NOW, 0)):
        other = process(shelf)
        request = Request("SG", HolderBinding.IF_PRESENT, at=moment)
        same(other.evaluate(token, request), plain.evaluate(token, request))
        if moment != NOW:
            assert shared(other)[0] == hits


def test_it_depends_on_the_evidence_there_as_here():
    """What was used, and what was looked for in vain."""
    token = sd_jwt(2, status=REFERENCE)
    for given in EVIDENCE:
        for later in EVIDENCE:
            shelf = Shelf()
            process(shelf).evaluate(token, REQUEST, given)
            other = process(shelf)
            found = other.evaluate(token, REQUEST, later)
            same(found, Verifier(WORLD).evaluate(token, REQUEST, later))
            if found.exit_code != 0:
                assert shared(other)[0] == 0


def test_unchanged_evidence_beside_others_is_enough():
    token, good = sd_jwt(2, status=REFERENCE), EVIDENCE[1]
    shelf = Shelf()
    process(shelf).evaluate(token, REQUEST, good)
    other = process(shelf)
    other.evaluate(
        token, REQUEST, good.with_items([Item(EvidenceKind.CRL, b"of no importance", None)])
    )
    assert shared(other) == (1, 0, 0)


def test_many_first_sights_ask_the_server_once():
    shelf, gate = Shelf(), threading.Barrier(20)
    process(shelf).evaluate(TOKEN, REQUEST)
    other = process(shelf)

    def ask():
        gate.wait()
        assert other.evaluate(TOKEN, REQUEST).exit_code == 0

    threads = [threading.Thread(target=ask) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert other.cache.stats().misses == 0
    assert other.cache.stats().entries == 1
    assert shelf.asked == 2


def test_a_server_that_fails_is_left_alone_for_a_while():
    shelf = Shelf()
    shelf.broken = OSError("gone")
    verifier = process(shelf, pause=60)
    for number in range(20):
        assert verifier.evaluate(vc_jwt(jti=f"TEST-ONLY {number}"), REQUEST).exit_code == 0
    assert shelf.asked + shelf.put_there == 1
    assert shared(verifier) == (0, 19, 1)


def test_and_is_asked_again_afterwards():
    shelf = Shelf()
    shelf.broken = RuntimeError("whatever a client raises")
    verifier = process(shelf, pause=0)
    verifier.evaluate(TOKEN, REQUEST)
    assert shared(verifier) == (0, 0, 2)
    shelf.broken = None
    verifier.cache.clear()
    verifier.evaluate(TOKEN, REQUEST)
    verifier.cache.clear()
    verifier.evaluate(TOKEN, REQUEST)
    assert shared(verifier) == (1, 1, 2)


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": b"short"},
        {"key": "x" * 32},
        {"key": bytearray(32)},
        {"scope": "text"},
        {"max_age": 0},
        {"max_age": 1.5},
        {"pause": -1},
        {"pause": float("nan")},
        {"pause": None},
    ],
)
def test_a_tier_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(MisuseError):
        SharedTier(Shelf(), **{"key": KEY, **wrong})


def test_it_is_no_pickle_and_none_is_made_of_it():
    tier = SharedTier(Shelf(), KEY)
    for way in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(MisuseError):
            way(tier)
    with pytest.raises(MisuseError):
        VerdictCache(shared=Shelf())


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{}", b"[1,2,3,4,5,6,7]", b"\xff"])
def test_what_another_build_wrote_is_no_answer(body):
    """Authenticated, and not understood."""
    shelf = Shelf()
    tier = SharedTier(shelf, KEY)
    name = tier.name(b"q" * 32)
    shelf.held[name] = tier._authenticator(name, body) + body
    assert tier.find(b"q" * 32) is FAULT


@pytest.mark.parametrize("place", range(7))
def test_a_record_with_a_part_of_another_kind_is_not_read(place):
    parts = strict_json.loads(write(Record(Verifier(WORLD).evaluate(TOKEN, REQUEST).verdict, ())))
    read(strict_json.compact(parts))
    parts[place] = [["x"], 7]
    with pytest.raises((Rejection, ValueError, TypeError, KeyError)):
        read(strict_json.compact(parts))


def test_without_the_extra_it_says_what_to_install(monkeypatch):
    real = builtins.__import__

    def without(name, *rest, **more):
        if name.split(".")[0] == "redis":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match=r"defa-trust\[redis\]"):
        RedisStore.at("redis://127.0.0.1:1")


def test_where_nobody_listens_verdicts_are_the_same(tmp_path):
    verifier = process(RedisStore.at(f"unix://{tmp_path}/nobody.sock"))
    same(verifier.evaluate(TOKEN, REQUEST), Verifier(WORLD).evaluate(TOKEN, REQUEST))
    assert shared(verifier) == (0, 0, 1)


# --- a real server -------------------------------------------------------------------------------
@pytest.fixture(scope="module")
def server(tmp_path_factory):
    started = redis_server.Server(tmp_path_factory.mktemp("redis")).start()
    yield started
    started.kill()


ANOTHER_PROCESS = """
import sys
from defa_trust.cache import CachedVerifier, RedisStore, SharedTier, VerdictCache
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier
from tests.build import NOW, world
tier = SharedTier(RedisStore.at(sys.argv[1], timeout=2), bytes.fromhex(sys.argv[3]))
verifier = CachedVerifier(Verifier(world()), VerdictCache(shared=tier))
report = verifier.evaluate(sys.argv[2], Request("SG", HolderBinding.IF_PRESENT, at=NOW))
print(int(report.exit_code), *verifier.cache.stats()[-3:], verifier.cache.stats().misses)
"""


@redis_server.needed
def test_two_processes_share_through_redis(server):
    """Each builds its verifier from the lists; digests and names agree."""
    server.client().flushall()
    said = [
        subprocess.run(
            [sys.executable, "-c", ANOTHER_PROCESS, server.url, TOKEN, KEY.hex()],
            capture_output=True, text=True, check=True, cwd=Path(__file__).resolve().parents[3],
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert said == [["0", "0", "1", "0", "1"], ["0", "1", "0", "0", "0"]]


@redis_server.needed
def test_records_leave_the_server_with_the_answer(server):
    client = server.client()
    client.flushall()
    end = Verifier(WORLD).evaluate(TOKEN, REQUEST).verdict.interval.end
    process(RedisStore.at(server.url, timeout=2)).evaluate(TOKEN, REQUEST)
    (name,) = client.keys()
    assert name.startswith(b"defa:")
    assert 0 < client.ttl(name) <= min(86_400, end - NOW)


@redis_server.needed
def test_a_flush_costs_a_verification(server):
    store = RedisStore.at(server.url, timeout=2)
    process(store).evaluate(TOKEN, REQUEST)
    server.client().flushall()
    other = process(store)
    assert other.evaluate(TOKEN, REQUEST).exit_code == 0
    assert shared(other) == (0, 1, 0)


@redis_server.needed
def test_a_key_of_another_type_is_a_fault_and_no_more(server):
    client, store = server.client(), RedisStore.at(server.url, timeout=2)
    client.flushall()
    process(store).evaluate(TOKEN, REQUEST)
    (name,) = client.keys()
    client.delete(name)
    client.lpush(name, b"x")
    other = process(store)
    assert other.evaluate(TOKEN, REQUEST).exit_code == 0
    assert shared(other) == (0, 0, 1)


def test_no_evidence_has_a_digest_of_its_own():
    """An entry from the tier was compared with no evidence; its mark must equal no digest."""
    assert Evidence().digest != b""
