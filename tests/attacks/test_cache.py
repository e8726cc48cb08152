"""Attacks on the memory of a verifier: each fails, and its harmless twin is remembered."""

import gc
import json
import random
import threading
import tracemalloc
from dataclasses import replace

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.codec import base64url
from defa_trust.content import Content
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import AgreementKey
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, Interval
from defa_trust.verify import Verifier
from tests.bench.samples import sd_jwt
from tests.build import GRANTED_URI, NOW, WITHDRAWN_URI, key, vc_jwt, world
from tests.property.test_cache_law import twin

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
TOKEN = vc_jwt()
MODES = list(KeyBy)


def cached(mode, **more):
    return CachedVerifier(Verifier(world()), VerdictCache(key_by=mode, **more))


@pytest.mark.parametrize("mode", MODES)
def test_two_signatures_of_one_message_are_two_entries(mode):
    verifier = cached(mode)
    for _ in range(3):
        for data in (TOKEN, twin(TOKEN)):
            report = verifier.evaluate(data, REQUEST)
            assert report == Verifier(world()).evaluate(data, REQUEST)
            assert report.exit_code == 0
    assert verifier.cache.stats()[:2] == (4, 2)
    # Neither vouched for the other: each of the two signatures was verified.
    assert verifier.cache.signatures.stats().entries == 2


@pytest.mark.parametrize("mode", MODES)
def test_an_input_that_ends_like_a_key_is_an_input_like_any_other(mode):
    """The digests behind an input are of one length, so no input can reach into them."""
    verifier = cached(mode)
    tail = REQUEST.digest + verifier._names
    verifier.evaluate(TOKEN, REQUEST)
    for data in (TOKEN + tail, TOKEN + tail[:32], TOKEN[:-1], tail, b""):
        for _ in range(2):
            assert verifier.evaluate(data, REQUEST) == Verifier(world()).evaluate(data, REQUEST)


@pytest.mark.parametrize("mode", MODES)
def test_a_forged_token_beside_a_good_one_is_not_taken_for_it(mode):
    verifier = cached(mode)
    head, payload, signature = TOKEN.split(b".")
    claims = json.loads(base64url.decode(payload))
    claims["credentialSubject"]["familyName"] = "TEST-ONLY Mallory"
    forged = b".".join((head, base64url.encode(json.dumps(claims).encode()).encode(), signature))
    for _ in range(3):
        assert verifier.evaluate(TOKEN, REQUEST).exit_code == 0
        assert verifier.evaluate(forged, REQUEST).exit_code == 1


@pytest.mark.parametrize("mode", MODES)
def test_a_withdrawn_service_is_withdrawn_for_every_reader_from_the_next_call_on(mode):
    """Readers never stop; once the new snapshot is in place, none gets an answer of the old one."""
    gone = (
        StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - 5, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - 9999, NOW - 5)),
    )
    tokens = [vc_jwt(jti=f"TEST-ONLY {number}") for number in range(20)]
    service = {"verifier": cached(mode), "withdrawn": False}
    seen = {False: set(), True: set()}
    faults, started, stop = [], threading.Barrier(5), threading.Event()

    def read(seed):
        chance = random.Random(seed)
        started.wait()
        while not stop.is_set():
            after = service["withdrawn"]
            report = service["verifier"].evaluate(chance.choice(tokens), REQUEST)
            seen[after].add(report.exit_code)
            if after and report.exit_code == 0:
                faults.append(report)

    threads = [threading.Thread(target=read, args=(seed,)) for seed in range(4)]
    for thread in threads:
        thread.start()
    started.wait()
    stop.wait(0.1)
    service["verifier"] = service["verifier"].renewed(world(history=gone))
    service["withdrawn"] = True
    stop.wait(0.1)
    stop.set()
    for thread in threads:
        thread.join()
    assert not faults
    assert 0 in seen[False]
    assert seen[True] == {3}


@pytest.mark.parametrize("mode", MODES)
def test_a_flood_of_forged_and_of_genuine_tokens_empties_nothing(mode):
    """Half of the junk is validly signed, each piece seen once, twenty for each hot question."""
    verifier = cached(mode, max_entries=60)
    hot = [vc_jwt(jti=f"TEST-ONLY hot {number}") for number in range(50)]
    chance = random.Random(5)
    for _ in range(300):
        verifier.evaluate(chance.choice(hot), REQUEST)
    genuine = [TOKEN + b"\n" * number for number in range(1, 1001)]
    hits, asked = 0, 100
    for turn in range(asked):
        before = verifier.cache.stats().hits
        verifier.evaluate(chance.choice(hot), REQUEST)
        hits += verifier.cache.stats().hits - before
        for number in range(10 * turn, 10 * turn + 10):
            assert verifier.evaluate(genuine[number], REQUEST).exit_code == 0
            assert verifier.evaluate(b"junk %d" % number, REQUEST).exit_code == 1
    assert hits / asked >= 0.9
    assert verifier.cache.stats().bad <= 3


@pytest.mark.parametrize("mode", MODES)
def test_answers_made_to_be_large_are_counted_as_large(mode):
    """Many types, long names: what a token makes its findings hold stays within the bound."""
    bound = 1 << 20
    names = tuple(f"TEST-ONLY type {number}" for number in range(150))
    verifier = CachedVerifier(
        Verifier(world(credential_types=names)),
        VerdictCache(2000, bound, key_by=mode, signatures=0),
    )
    tokens = [
        vc_jwt(jti=f"TEST-ONLY {number}", type=["VerifiableCredential", *names[:size], *more])
        for number in range(40)
        for size, more in ((1, ()), (40, ()), (150, ()), (150, names), (150, ("x",) * 100))
    ]
    verifier.evaluate(tokens[0], REQUEST)
    verifier.cache.clear()
    gc.collect()
    tracemalloc.start()
    try:
        for token in tokens:
            verifier.evaluate(bytes(bytearray(token)), REQUEST)
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    stats = verifier.cache.stats()
    assert stats.size <= bound
    assert stats.entries - stats.bad > 20
    assert stats.bad > 0
    assert held <= bound * 1.1


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize(
    "large",
    [
        lambda n: {"nonce": f"{n}" + "x" * 30_000},
        lambda n: {"content": Content.of(bytes(bytearray(30_000 + n)))},
        lambda n: {"session_transcript": b"\x59\x75\x30" + bytes(bytearray(30_000))},
        lambda n: {"nonce": f"{n}" + "x" * 200, "audience": "x" * 100, "sector": "y" * 60},
        lambda n: {"volume_used": tuple((f"{n} {m}", 1) for m in range(300))},
    ],
    ids=["nonce", "content", "transcript", "texts", "pairs"],
)
def test_questions_made_to_be_large_are_counted_as_large(mode, large):
    """What an entry holds of its question is within the bound, too: a new one for each token."""
    bound = 1 << 18
    verifier = CachedVerifier(
        Verifier(world()), VerdictCache(2000, bound, key_by=mode, signatures=0)
    )
    tokens = [vc_jwt(jti=f"TEST-ONLY {number}") for number in range(120)]
    verifier.evaluate(tokens[0], REQUEST)
    verifier.cache.clear()
    gc.collect()
    tracemalloc.start()
    try:
        for number, token in enumerate(tokens):
            request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, **large(number))
            report = verifier.evaluate(bytes(bytearray(token)), request)
            assert report.exit_code == 0
            del request, report
        gc.collect()
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert verifier.cache.stats().size <= bound
    assert verifier.cache.stats().entries > 5
    assert held <= bound * 1.1


@pytest.mark.parametrize("mode", MODES)
def test_a_readers_private_key_does_not_stay_in_memory(mode):
    """The key of a session ends with it; an answer beside which it was given may be kept."""
    verifier = cached(mode)
    own = AgreementKey.from_seed("TEST-ONLY reader")
    asked = replace(REQUEST, reader_key=own)
    for _ in range(2):
        assert verifier.evaluate(TOKEN, asked) == Verifier(world()).evaluate(TOKEN, asked)
    assert verifier.cache.stats()[:2] == (1, 1)
    (entry,) = verifier.cache.memory.table.values()
    assert entry.verdict is None  # it would hold the question that its claims are read by
    # The twin: a plain question may stay with its answer, and does where that makes it quicker.
    plain = cached(mode)
    plain.evaluate(TOKEN, REQUEST)
    (entry,) = plain.cache.memory.table.values()
    assert (entry.verdict is not None) == (mode is KeyBy.TEXT)


@pytest.mark.parametrize("mode", MODES)
def test_a_presentation_is_not_replayed_from_memory_under_another_nonce(mode):
    verifier = cached(mode)
    token = sd_jwt(2, key("holder"))
    asked = {"audience": "https://verifier.sg.test.example", "at": NOW}
    first = Request("SG", HolderBinding.MUST_BE_PRESENT, nonce="TEST-ONLY-nonce-0001", **asked)
    other = Request("SG", HolderBinding.MUST_BE_PRESENT, nonce="another", **asked)
    for _ in range(2):
        assert verifier.evaluate(token, first).exit_code == 0
        assert verifier.evaluate(token, other).exit_code == 1
    assert verifier.cache.stats().entries == 0
    # Its issuer's signature is the same each time: that one is remembered.
    assert verifier.cache.signatures.stats().hits == 3
