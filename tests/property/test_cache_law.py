"""The law: at every moment, the cached answer is the one a fresh ``evaluate()`` gives.

A state machine asks about tokens, requests, moments, snapshots, policies and evidence in any order,
alone and in threads, forgets and floods in between, and asks a verifier made that very moment the
same. Moments lie at, just before and just after every boundary met so far.

DEFA_CACHE_LAW=N runs N times as many examples, with other seeds each time.
"""

import json
import os
import threading
from base64 import b64encode
from collections import Counter
from dataclasses import replace
from pathlib import Path

from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from defa_trust.cache import CachedVerifier, KeyBy, SharedTier, VerdictCache
from defa_trust.cache.entry import may_be_kept
from defa_trust.codec import base64url
from defa_trust.conformance import build, harness, paths
from defa_trust.conformance.status_lists import compressed
from defa_trust.conformance.trust import evidence_of, policy_of, request_of
from defa_trust.demo import pki
from defa_trust.demo.region import build_region
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.policy import TranscribedLists, UncheckedStatus, VerificationPolicy
from defa_trust.recognition import engine
from defa_trust.request import HolderBinding, MinimumLevel, Request
from defa_trust.spec import MAX_MOMENT
from defa_trust.status_memo import MEMO
from defa_trust.trustlist.documents import time_text
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import (
    TIME_MAX,
    TIME_MIN,
    VerifiedVerdict,
)
from defa_trust.verify import Verifier
from defa_trust.x509.revocation_memo import MEMO as REVOCATION_MEMO
from tests.bench.samples import AUDIENCE, NONCE, sd_jwt
from tests.build import NOW, jws, key, vc_jwt
from tests.small_worlds import TOKEN, worlds

TIMES = int(os.environ.get("DEFA_CACHE_LAW", "0"))
ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
STATUS_URI = "https://status.th.test.example/1"
COUNTS = Counter()


def twin(token):
    """The same message under (r, n - s): another input that verifies."""
    head, _, signature = token.rpartition(b".")
    raw = base64url.decode(signature)
    other = (ORDER - int.from_bytes(raw[32:], "big")).to_bytes(32, "big")
    return head + b"." + base64url.encode(raw[:32] + other).encode()


REFERENCE = {"status_list": {"idx": 7, "uri": STATUS_URI}}
TOKENS = (
    TOKEN,
    twin(TOKEN),
    TOKEN + b"\n",
    TOKEN[:-4] + b"AAAA",
    vc_jwt(validUntil=None),
    vc_jwt(aud=AUDIENCE, validUntil=time_text(NOW + 5)),
    sd_jwt(2, status=REFERENCE),
    sd_jwt(2, status=REFERENCE, exp=NOW + 9),
    sd_jwt(2),
    sd_jwt(2, key("holder")),
    sd_jwt(2, key("holder"), exp=NOW + 3),
    b"no credential",
    b"\xff\xfe",
    "täuschend \udc80",
)
REQUESTS = tuple(
    {"holder_binding": HolderBinding.IF_PRESENT, **more}
    for more in (
        {"relying_state": "SG"},
        {"relying_state": "SG", "purpose": "account-opening"},
        {"relying_state": "SG", "purpose": "other"},
        {"relying_state": "SG", "volume_used": (("maxPerDay", 2),)},
        {"relying_state": "SG", "volume_used": (("maxPerDay", 3),)},
        {"relying_state": "SG", "audience": AUDIENCE},
        {"relying_state": "SG", "audience": AUDIENCE, "nonce": NONCE, "max_proof_age": 9},
        {"relying_state": "SG", "audience": AUDIENCE, "nonce": "another"},
        {"relying_state": "SG", "min_level": MinimumLevel(2)},
        {"relying_state": "SG", "format": "sd-jwt-vc"},
        {"relying_state": "SG", "profiles": frozenset()},
        {"relying_state": "SG", "holder_binding": HolderBinding.MUST_BE_PRESENT},
        {"relying_state": "SG", "holder_binding": HolderBinding.MUST_BE_ABSENT},
        {"relying_state": "TH"},
        {"relying_state": "MY"},
    )
)
POLICIES = (
    VerificationPolicy(clock_skew=3, national_list_grace=7),
    VerificationPolicy(clock_skew=0, national_list_grace=0),
    VerificationPolicy(clock_skew=3, transcribed=TranscribedLists.REFUSE),
    VerificationPolicy(clock_skew=3, unchecked_status=UncheckedStatus.REPORT),
    VerificationPolicy(clock_skew=1, max_status_age=16),
)


def status_list(values, **claims):
    """A signed list of the issuer's own; entry 7 is the credential's."""
    claims = {"sub": STATUS_URI, "iat": NOW - 20, "exp": NOW + 30, **claims}
    lst = base64url.encode(compressed(values))
    payload = {**claims, "status_list": {"bits": 1, "lst": lst}}
    return jws(payload, header={"typ": "statuslist+jwt"})


def evidence(octets=None, uri=STATUS_URI, fetched=None, beside=()):
    items = [] if octets is None else [Item(EvidenceKind.STATUS_LIST, octets, uri, fetched)]
    return Evidence([*items, *(Item(EvidenceKind.CRL, other) for other in beside)])


GOOD, REVOKED = status_list({}), status_list({7: 1})
EVIDENCE = (
    evidence(),
    evidence(GOOD),
    evidence(REVOKED),
    evidence(status_list({7: 1}, exp=NOW + 12)),
    evidence(status_list({}, exp=NOW + 7, ttl=15), fetched=NOW - 6),
    evidence(status_list({}, exp=NOW + 7, ttl=15), fetched=NOW + 2),
    evidence(status_list({}, iat=NOW + 4)),
    evidence(GOOD, beside=(b"of no importance",)),
    evidence(GOOD, uri="https://other.test.example"),
    evidence(GOOD[:-4] + b"AAAA"),
    evidence(b"noise"),
)


def same(found, fresh):
    """Equal in all that a report says, and in what it reveals."""
    assert found == fresh
    assert found.as_json() == fresh.as_json()
    mine, other = found.verdict, fresh.verdict
    assert type(mine) is type(other)
    if isinstance(other, VerifiedVerdict):
        assert mine.claims == other.claims
    else:
        assert not hasattr(mine, "claims")
        assert mine.reveal is None


def scribble(value):
    """What a careless caller may do to claims it was given."""
    if isinstance(value, dict):
        for part in list(value.values()):
            scribble(part)
        value["scribbled"] = True
    elif isinstance(value, list):
        for part in value:
            scribble(part)
        value.append("scribbled")


INDEXES = st.integers(0, 10**6)
MOMENTS = st.tuples(INDEXES, st.sampled_from([-1, 0, 1])) | st.integers(NOW - 45, NOW + 60)
QUESTIONS = st.tuples(
    st.sampled_from(TOKENS), st.sampled_from(REQUESTS), MOMENTS, st.sampled_from(EVIDENCE)
)


class Shelf:
    """A server in the hands of somebody else, who keeps all that was ever written."""

    def __init__(self):
        self.held, self.past, self.trick = {}, [], None

    def get(self, name):
        found = self.held.get(name)
        if self.trick == "dies":
            raise OSError("gone")
        if self.trick == "garbage":
            return b"garbage"
        if self.trick == "another's" and self.past:
            return self.past[-1][1]
        if self.trick == "flipped" and found:
            return found[:-5] + bytes([found[-5] ^ 1]) + found[-4:]
        if self.trick == "oldest":
            return next((octets for past, octets in self.past if past == name), found)
        return found

    def put(self, name, octets, _):
        if self.trick == "dies":
            raise OSError("gone")
        self.past.append((name, octets))
        self.held[name] = octets


TIER_KEY = b"TEST-ONLY".ljust(32, b"-")
TRICKS = (None, None, "dies", "garbage", "another's", "flipped", "oldest")


class CacheLaw(RuleBasedStateMachine):
    @initialize(drawn=st.lists(worlds(), min_size=2, max_size=3))
    def begin(self, drawn):
        self.worlds = drawn
        self.shelf = Shelf()
        self.caches = [
            VerdictCache(12, key_by=KeyBy.DIGEST, signatures=6),
            VerdictCache(12, key_by=KeyBy.TEXT, signatures=0),
            # Whose memory is emptied before each question, so that the tier behind it is asked.
            VerdictCache(3, signatures=0, shared=SharedTier(self.shelf, TIER_KEY, pause=0)),
        ]
        self.edges = [NOW]
        self.clock = NOW
        self.use(0, 0)

    @rule(world=INDEXES, policy=INDEXES)
    def use(self, world, policy):
        """Another snapshot or policy, on the same memory."""
        self.lists = self.worlds[world % len(self.worlds)]
        self.policy = POLICIES[policy % len(POLICIES)]
        plain = Verifier(self.snapshot(), self.policy, clock=lambda: self.clock)
        self.cached = [CachedVerifier(plain, cache) for cache in self.caches]

    def snapshot(self):
        return TrustSnapshot.build(self.lists)

    def moment(self, wanted):
        if isinstance(wanted, int):
            return wanted
        pick, step = wanted
        return self.edges[pick % len(self.edges)] + step

    def fresh(self, data, request, given, clock=None):
        engine._asked.cache_clear()
        MEMO.clear()
        verifier = Verifier(self.snapshot(), self.policy, clock=lambda: clock)
        report = verifier.evaluate(data, request, given)
        for edge in report.verdict.interval:
            if TIME_MIN < edge < TIME_MAX and edge not in self.edges:
                self.edges.append(edge)
        return report

    @rule(question=QUESTIONS, as_of=st.booleans(), text=st.booleans(), times=st.integers(1, 3))
    def ask(self, question, as_of, text, times):
        data, terms, wanted, given = question
        moment = self.moment(wanted)
        if text and isinstance(data, bytes) and data.isascii():
            data = data.decode()
        if not as_of:
            self.clock = moment
        request = Request(at=moment if as_of else None, **terms)
        fresh = self.fresh(data, request, given, moment)
        for verifier in self.cached:
            for _ in range(times):
                self.caches[-1].clear()
                same(verifier.evaluate(data, request, given), fresh)
        COUNTS["asked"] += times * len(self.cached)

    @rule(question=QUESTIONS, order=st.sampled_from([1, -1]))
    def walk(self, question, order):
        """Along all edges met so far, one second to each side, there and back."""
        data, terms, _, given = question
        walked = sorted({edge + step for edge in self.edges for step in (-1, 0, 1)})[::order]
        fresh = {m: self.fresh(data, Request(at=m, **terms), given) for m in walked}
        for verifier in self.cached:
            for moment in (*walked, *reversed(walked)):
                self.caches[-1].clear()
                same(verifier.evaluate(data, Request(at=moment, **terms), given), fresh[moment])
        COUNTS["asked on walks"] += 2 * len(walked) * len(self.cached)

    @rule(questions=st.lists(QUESTIONS, min_size=2, max_size=6))
    def ask_in_threads(self, questions):
        """Each question three times, all at once; the moment is named, for there is one clock."""
        asked = [(q[0], Request(at=self.moment(q[2]), **q[1]), q[3]) for q in questions] * 3
        expected = [self.fresh(*question) for question in asked]
        gate = threading.Barrier(len(asked))
        for verifier in self.cached:
            found = [None] * len(asked)

            def work(number, verifier=verifier, found=found):
                gate.wait()
                found[number] = verifier.evaluate(*asked[number])

            threads = [threading.Thread(target=work, args=(n,)) for n in range(len(asked))]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            for mine, fresh in zip(found, expected, strict=True):
                same(mine, fresh)
        COUNTS["asked in threads"] += len(asked) * len(self.cached)

    @rule(question=QUESTIONS)
    def scribble_over_claims(self, question):
        """Whoever changes what was given changes it for nobody else."""
        data, terms, wanted, given = question
        request = Request(at=self.moment(wanted), **terms)
        for verifier in self.cached:
            for _ in range(2):
                verdict = verifier.evaluate(data, request, given).verdict
                if isinstance(verdict, VerifiedVerdict):
                    scribble(verdict.claims)
            same(verifier.evaluate(data, request, given), self.fresh(data, request, given))

    @rule(number=INDEXES)
    def flood(self, number):
        """Tokens nobody asked about before push others out."""
        junk = [vc_jwt(jti=f"TEST-ONLY {number} {n}") for n in range(3)]
        junk += [b"noise %d %d" % (number, n) for n in range(3)]
        request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
        for data in junk:
            for verifier in self.cached:
                same(verifier.evaluate(data, request), self.fresh(data, request, evidence()))

    @rule(trick=st.sampled_from(TRICKS), flush=st.booleans())
    def turn_the_server(self, trick, flush):
        """Dead, garbled, flushed, or with old records brought back."""
        self.shelf.trick = trick
        if flush:
            self.shelf.held.clear()

    @rule()
    def forget(self):
        for cache in self.caches:
            cache.clear()

    @invariant()
    def bounded(self):
        for cache in getattr(self, "caches", ()):
            assert cache.stats().entries <= 12

    def teardown(self):
        for cache in getattr(self, "caches", ()):
            stats = cache.stats()
            COUNTS["hits"] += stats.hits
            COUNTS["misses"] += stats.misses
            COUNTS["evictions"] += stats.evictions
            COUNTS["not kept"] += stats.unkept
            COUNTS["joined"] += stats.joined
            COUNTS["shared hits"] += stats.shared_hits
            COUNTS["shared faults"] += stats.shared_faults
            if cache.signatures is not None:
                COUNTS["signatures remembered"] += cache.signatures.stats().hits


def test_the_cached_answer_is_the_fresh_one():
    COUNTS.clear()
    run_state_machine_as_test(
        CacheLaw,
        settings=settings(
            max_examples=15 * max(TIMES, 1),
            stateful_step_count=30,
            deadline=None,
            derandomize=not TIMES,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate, Phase.shrink],
        ),
    )
    print(dict(COUNTS))
    # It was asked often, answered from memory often, and had to forget.
    assert COUNTS["hits"] > 500
    assert COUNTS["misses"] > 500
    assert COUNTS["evictions"] > 50
    assert COUNTS["not kept"] > 20
    assert COUNTS["shared hits"] > 50
    assert COUNTS["shared faults"] > 50
    assert COUNTS["signatures remembered"] > 50


REGION = build_region()


def test_every_sample_of_the_region_on_both_sides_of_its_edges():
    """One memory for the whole region, walked outwards from the region's moment."""
    plain = Verifier(REGION.snapshot())
    cached = [CachedVerifier(plain, VerdictCache(key_by=mode)) for mode in KeyBy]
    asked = 0
    for sample in REGION.samples:
        for state in list(sample.expect)[:2]:
            interval = plain.evaluate(
                sample.data, sample.request(state, REGION.at)
            ).verdict.interval
            near = [e + s for e in interval if TIME_MIN < e < TIME_MAX for s in (-1, 0)]
            fresh = {}
            for moment in (REGION.at, *near, REGION.at, *reversed(near)):
                request = sample.request(state, moment)
                if moment not in fresh:
                    fresh[moment] = plain.evaluate(sample.data, request)
                for verifier in cached:
                    same(verifier.evaluate(sample.data, request), fresh[moment])
                asked += 1
    for verifier in cached:
        assert verifier.cache.stats().hits > 100


def vectors():
    folder = Path(__file__).resolve().parents[2] / "test_vectors"
    for path in sorted(folder.glob("*.json")):
        if path.stem == "index":
            continue
        for vector in json.loads(path.read_text("utf-8")):
            if vector["task"] == "verify" and {"data", "base64"} & vector["input"].keys():
                yield vector


def posed(vector):
    """A vector as a question: what is asked, of a verifier made for it, on what evidence."""
    policy = policy_of(vector["request"])
    snapshot, _ = harness.trusted(vector["trust"], policy, vector["moment"])
    request = request_of(vector["request"], vector["moment"])
    return harness.input_bytes(vector["input"]), request, evidence_of(vector), snapshot, policy


def fresh_answer(verifier, data, request, given):
    """With nothing remembered of lists, CRLs and responses either."""
    MEMO.clear()
    REVOCATION_MEMO.clear()
    return verifier.evaluate(data, request, given)


def below_an_authority_handed_in():
    """As a vector: the certificate between signer and listed authority is among the evidence."""
    middle = pki.authority("handed-in authority", "TH", above=paths.root(), path_length=0)
    own = paths.issuer(middle)
    x5c = [b64encode(own.certificate).decode()]
    return {
        "input": {"data": build.vc(header={"kid": None, "x5c": x5c}, signer=own.key).decode()},
        "trust": paths.path_world(),
        "request": build.request_of(),
        "moment": build.MOMENT,
        "evidence": [
            paths.evidence(middle.certificate, "certificate"),
            *(paths.evidence(paths.crl(by)) for by in (None, middle)),
        ],
    }


def test_every_conformance_vector_on_other_evidence():
    """Each piece of it away, alone and brought back; what was found and what was missed counts."""
    caches = [VerdictCache(key_by=mode) for mode in KeyBy]
    asked, changed = 0, set()
    for vector in (*vectors(), below_an_authority_handed_in()):
        if not vector.get("evidence"):
            continue
        data, request, given, snapshot, policy = posed(vector)
        plain = Verifier(snapshot, policy)
        first = fresh_answer(plain, data, request, given)
        if len(first.verdicts) > 1 or not may_be_kept(first.verdict):
            continue
        items = given.items[:4]
        sets = [given, Evidence(), *(Evidence([item]) for item in items)]
        sets += [Evidence(i for i in given.items if i is not item) for item in items]
        expected = {g.digest: fresh_answer(plain, data, request, g) for g in sets}
        if any(report != first for report in expected.values()):
            changed |= {item.kind for item in items}
        cached = [CachedVerifier(plain, cache) for cache in caches]
        for each in (*sets, *reversed(sets)):
            for verifier in cached:
                same(verifier.evaluate(data, request, each), expected[each.digest])
            asked += 1
    # It mattered, for every kind of evidence that a credential may need.
    assert changed >= {EvidenceKind.STATUS_LIST, EvidenceKind.CRL, EvidenceKind.CERTIFICATE}
    assert asked > 1000
    for cache in caches:
        assert cache.stats().hits > asked / 3


def test_every_conformance_vector():
    """All formats, all snapshots, one memory: each vector at its moment and at its edges."""
    caches = [VerdictCache(key_by=mode) for mode in KeyBy]
    asked = 0
    for vector in vectors():
        data, request, given, snapshot, policy = posed(vector)
        plain = Verifier(snapshot, policy)
        cached = [CachedVerifier(plain, cache) for cache in caches]
        fresh = plain.evaluate(data, request, given)
        edges = [fresh.verdict.interval.start - 1, fresh.verdict.interval.end]
        for moment in (vector["moment"], *edges, vector["moment"]):
            if not 0 <= moment <= MAX_MOMENT:
                continue
            asking = replace(request, at=moment)
            expected = fresh if moment == fresh.at else plain.evaluate(data, asking, given)
            for verifier in cached:
                same(verifier.evaluate(data, asking, given), expected)
            asked += 1
    assert asked > 1000
    for cache in caches:
        assert cache.stats().hits > 100
