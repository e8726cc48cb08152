"""What must hold of a cache, asked of whatever library is imported. Deterministic, and quick."""

from __future__ import annotations

import threading
from base64 import b64encode
from contextlib import suppress
from dataclasses import fields, replace
from functools import partial
from itertools import product
from types import FunctionType

from defa_trust import authenticate, verify
from defa_trust.algorithms import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.cache.signatures import SignatureMemo
from defa_trust.codes import status as status_codes
from defa_trust.conformance import paths
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.build import request_of as conformance_request
from defa_trust.conformance.build import vc as conformance_vc
from defa_trust.conformance.harness import input_bytes
from defa_trust.conformance.run import default_vectors, load
from defa_trust.conformance.trust import evidence_of, policy_of, request_of, snapshot_of
from defa_trust.content import Content
from defa_trust.crypto import ALGORITHMS, VerificationKey
from defa_trust.demo import pki
from defa_trust.demo.keys import kept_rsa
from defa_trust.errors import Rejection
from defa_trust.formats.base import PartRole
from defa_trust.material import Evidence, EvidenceKind, Item, Recorder
from defa_trust.policy import (
    ArrangementMoment,
    NoRevocationInfo,
    PastEvidence,
    RequiredChecks,
    ResponderStatus,
    RevocationPolicy,
    TranscribedLists,
    UncheckedStatus,
    UnreadCitations,
    VerificationPolicy,
)
from defa_trust.request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    Profile,
    ProvenReliability,
    Request,
)
from defa_trust.signing_crypto import AgreementKey
from defa_trust.status_memo import MEMO
from defa_trust.trustlist.documents import time_text
from defa_trust.trustlist.model import (
    ArrangementPeriod,
    ArrangementStatus,
    Identity,
    IdentityKind,
    ListType,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.trustlist.snapshot import MissingList, TrustSnapshot
from defa_trust.verdict import TIME_MAX, Code, Finding, Interval, Outcome, VerifiedVerdict
from defa_trust.verdict import Stage as FindingStage
from defa_trust.verify import Verifier
from tests.bench.samples import AUDIENCE, NONCE, sd_jwt
from tests.build import (
    GRANTED_URI,
    NOW,
    WITHDRAWN_URI,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    trust_list,
    vc_jwt,
    world,
)

PLAIN = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
TOKEN = vc_jwt()
WORLD = world()


def caches(snapshot=WORLD, policy=None, clock=None):
    """One cached verifier for each way of telling inputs apart."""
    plain = Verifier(snapshot, policy or VerificationPolicy(), clock=clock or (lambda: NOW))
    return [CachedVerifier(plain, VerdictCache(key_by=mode)) for mode in KeyBy]


def agree(cached, data, request, evidence=None, fresh=None):
    """The cached answer, twice, is the one of a verifier that remembers nothing."""
    given = () if evidence is None else (evidence,)
    fresh = fresh or Verifier(cached.snapshot, cached.policy, clock=cached.clock)
    expected = fresh.evaluate(data, request, *given)
    for _ in range(2):
        found = cached.evaluate(data, request, *given)
        assert found == expected
        assert type(found.verdict) is type(expected.verdict)
        if isinstance(expected.verdict, VerifiedVerdict):
            assert found.verdict.claims == expected.verdict.claims
    return expected


def it_answers_from_memory():
    """Without this, a cache that remembers nothing would pass all the rest."""
    for cached in caches():
        for _ in range(5):
            agree(cached, TOKEN, PLAIN)
        assert cached.cache.stats().misses == 1
        assert cached.cache.stats().hits == 9


# --- the key -------------------------------------------------------------------------------------
def no_two_inputs_share_an_answer():
    """Alike at the beginning, at the end, in length, or but for a line break."""
    others = (
        vc_jwt(validUntil=time_text(NOW - 9)),
        vc_jwt(jti="x"),
        TOKEN[:-3] + b"AAA",
        b"A" + TOKEN[1:],
        TOKEN[: len(TOKEN) // 2] + b"A" + TOKEN[len(TOKEN) // 2 + 1 :],
        TOKEN + b"\n",
        TOKEN + b" ",
        TOKEN[:-1],
    )
    for cached in caches():
        agree(cached, TOKEN, PLAIN)
        for other in others:
            agree(cached, other, PLAIN)
        agree(cached, TOKEN, PLAIN)


def no_two_requests_share_an_answer():
    token = vc_jwt(aud=AUDIENCE)
    requests = [
        PLAIN,
        replace(PLAIN, relying_state="MY"),
        replace(PLAIN, holder_binding=HolderBinding.MUST_BE_PRESENT),
        replace(PLAIN, audience=AUDIENCE),
        replace(PLAIN, audience=AUDIENCE, format="sd-jwt-vc"),
        replace(PLAIN, audience=AUDIENCE, min_level=MinimumLevel(2)),
    ]
    for cached in caches():
        for request in (*requests, *requests):
            agree(cached, token, request)


def every_member_of_a_request_but_the_moment_is_in_its_digest():
    others = {
        "relying_state": "MY",
        "holder_binding": HolderBinding.MUST_BE_ABSENT,
        "purpose": "p",
        "sector": "s",
        "relying_party": "r",
        "act": "a",
        "min_level": MinimumLevel(1),
        "audience": "aud",
        "nonce": "n",
        "format": "vc-jwt",
        "profiles": frozenset({Profile.SD_JWT_GENERIC}),
        "max_proof_age": 1,
        "volume_used": (("x", 1),),
        "session_transcript": b"\x80",
        "category": "c",
        "agreement": Agreement.ACCEPTED,
        "nationality": "TH",
        "counterpart": Counterpart.RECOGNISES,
        "entity": EntityKind.NATURAL_PERSON,
        "use": CertificateUse.SEAL,
        "reliability": ProvenReliability.PROVEN,
        "established": (("x", True),),
        "content": Content.of(b"signed elsewhere"),
        "reader_key": AgreementKey.from_seed("reader"),
    }
    names = {field.name for field in fields(Request) if field.init and field.name != "at"}
    assert names == others.keys(), names ^ others.keys()
    digests = {PLAIN.digest} | {
        replace(PLAIN, **{name: value}).digest for name, value in others.items()
    }
    levels = [MinimumLevel(*level) for level in product((0, 1), repeat=3)]
    digests |= {replace(PLAIN, min_level=level).digest for level in levels}
    assert len(digests) == 1 + len(others) - 1 + len(levels)
    assert replace(PLAIN, at=NOW + 1).digest == PLAIN.digest


def every_member_of_a_policy_is_in_its_digest():
    short = AlgorithmPolicy({"ES256": Interval()})
    others = {
        "algorithms": short,
        "national_list_grace": 1,
        "transcribed": TranscribedLists.REFUSE,
        "unchecked_status": UncheckedStatus.REPORT,
        "unread_citations": UnreadCitations.REFUSE,
        "clock_skew": 1,
        "max_status_age": 1,
        "arrangement_moment": ArrangementMoment.PROVEN_EXISTENCE,
        "timestamp_policies": frozenset({"2.999.1"}),
        "revocation": RevocationPolicy(freshness=5),
    }
    names = {field.name for field in fields(VerificationPolicy) if field.init}
    assert names == others.keys(), names ^ others.keys()
    digests = {VerificationPolicy().digest} | {
        VerificationPolicy(**{name: value}).digest for name, value in others.items()
    }
    ended = DEFAULT_ALGORITHM_POLICY.until({"ES256": NOW})
    digests.add(VerificationPolicy(algorithms=ended).digest)
    assert len(digests) == len(others) + 2


def every_part_of_a_snapshot_is_in_its_digest():
    """Lists, the pins behind them, what is missing, and fetched keys with what binds them."""
    listed = trust_list("TH", (service("TH", (jwk_identity(key()),)),))
    rsa = kept_rsa("my-identity").verification_key
    bound = VerificationKey.from_jwk({**rsa.jwk(), "alg": "PS256"})
    regional = trust_list("AP", type=ListType.REGIONAL)

    def keys(found):
        return {"https://keys.test.example": (Identity(IdentityKind.JWK, "k", found),)}

    made = [
        TrustSnapshot.build([listed]),
        TrustSnapshot.build([listed, trust_list("VN")]),
        TrustSnapshot.build([replace(listed, digest="00" * 32)]),
        TrustSnapshot.build([replace(listed, usable_until=NOW)]),
        TrustSnapshot.build([replace(listed, signer="11" * 32)]),
        TrustSnapshot.build([listed, regional]),
        TrustSnapshot.build([replace(listed, via=regional.digest), regional]),
        TrustSnapshot.build([listed], [MissingList(ListType.MEMBER_STATE, "MM", "list.absent")]),
        TrustSnapshot.build([listed], [MissingList(ListType.MEMBER_STATE, "MM", "list.expired")]),
        TrustSnapshot.build([listed], (), keys(rsa)),
        TrustSnapshot.build([listed], (), keys(bound)),
    ]
    assert len({snapshot.digest for snapshot in made}) == len(made)


def a_new_snapshot_ends_the_old_answers():
    gone = StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - 5, TIME_MAX))
    was = StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - 9999, NOW - 5))
    withdrawn = world(history=(gone, was))
    for cached in caches():
        assert agree(cached, TOKEN, PLAIN).exit_code == 0
        after = cached.renewed(withdrawn)
        assert agree(after, TOKEN, PLAIN).exit_code != 0
        assert agree(cached, TOKEN, PLAIN).exit_code == 0


def a_new_policy_ends_the_old_answers():
    ended = DEFAULT_ALGORITHM_POLICY.until({"ES256": NOW - 5})
    for cached in caches():
        assert agree(cached, TOKEN, PLAIN).exit_code == 0
        strict = Verifier(cached.snapshot, VerificationPolicy(algorithms=ended))
        assert agree(CachedVerifier(strict, cached.cache), TOKEN, PLAIN).exit_code != 0


# --- the interval --------------------------------------------------------------------------------
def _world(token_life=None, **edges):
    """A world in which all holds for ever, but for the edges that are asked for."""
    far = {"issued": NOW - 999, "next_update": NOW + 999}
    history = (StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - 999, TIME_MAX)),)
    identity = jwk_identity(key())
    if "certificate" in edges:
        first, last = edges["certificate"]
        identity = identity._replace(not_before=NOW + first, not_after=NOW + last)
    listed = service("TH", (identity,), history=edges.get("history", history))
    terms = {"interval": Interval(NOW - 999, TIME_MAX), **edges.get("terms", {})}
    regional = trust_list("AP", type=ListType.REGIONAL, **{**far, **edges.get("regional", {})})
    via = regional.digest if "regional" in edges else None
    return TrustSnapshot.build(
        (
            regional,
            trust_list(
                "TH",
                (listed, *edges.get("beside", ())),
                via=via,
                **{**far, **edges.get("list", {})},
            ),
            recognition_list(
                "SG",
                (arrangement(**terms), *edges.get("others", ())),
                **{**far, **edges.get("recognition", {})},
            ),
        )
    )


def _periods(*marks):
    """Enacted, suspended, enacted… from the last mark backwards, current first."""
    ends = [TIME_MAX, *reversed(marks)]
    statuses = [ArrangementStatus.ENACTED, ArrangementStatus.SUSPENDED]
    return tuple(
        ArrangementPeriod(statuses[number % 2], Stage.IN_FORCE, Interval(NOW + begin, end))
        for number, (begin, end) in enumerate(
            zip(
                reversed((-999, *marks)),
                [e if e == TIME_MAX else NOW + e for e in ends],
                strict=True,
            )
        )
    )


def _history(*marks, first=Status.GRANTED):
    """The status at the last mark is ``first``; it changes at each one before."""
    statuses = [(Status.GRANTED, GRANTED_URI), (Status.WITHDRAWN, WITHDRAWN_URI)]
    if first is Status.WITHDRAWN:
        statuses.reverse()
    ends = [TIME_MAX, *(NOW + mark for mark in reversed(marks))]
    return tuple(
        StatusPeriod(*statuses[number % 2], Interval(NOW + begin, end))
        for number, (begin, end) in enumerate(zip(reversed((-999, *marks)), ends, strict=True))
    )


def _stages(*marks):
    ends = [TIME_MAX, *(NOW + mark for mark in reversed(marks))]
    stages = (Stage.PILOT, Stage.IN_FORCE, Stage.OBSERVE)
    return tuple(
        ArrangementPeriod(ArrangementStatus.ENACTED, stage, Interval(NOW + begin, end))
        for stage, begin, end in zip(stages, reversed((-999, *marks)), ends, strict=True)
    )


def _second_entry():
    identity = jwk_identity(key())._replace(not_before=NOW - 20, not_after=NOW + 20)
    return service("TH", (identity,), id="TEST-ONLY-TH-2")


def _two_arrangements():
    """The first one never fits; the second one, which does, is there only for a while."""
    return _world(
        terms={"id": "test-1", "purposes": frozenset({"other"})},
        others=(arrangement(id="test-2", interval=Interval(NOW - 43, NOW + 43)),),
    )


ENDLESS = vc_jwt(validFrom=time_text(NOW - 9999), validUntil=None)
SKEW, GRACE = 3, 7
LENIENT = VerificationPolicy(clock_skew=SKEW, national_list_grace=GRACE)
BRIEF = VerificationPolicy(
    algorithms=AlgorithmPolicy({"ES256": Interval(NOW - 53, NOW + 53)}), national_list_grace=GRACE
)


def _span(half):
    return Interval(NOW - half, NOW + half)


def _life(half):
    return {"issued": NOW - half, "next_update": NOW + half}


EDGES = {
    "expiry": (_world, vc_jwt(validFrom=None, validUntil=time_text(NOW + 11)), LENIENT, (11,)),
    "not before": (
        _world, vc_jwt(validFrom=time_text(NOW - 11), validUntil=None), LENIENT, (-11 - SKEW,)),
    "issued at": (
        _world, vc_jwt(validFrom=None, validUntil=None, iat=NOW - 13), LENIENT, (-13 - SKEW,)),
    "algorithm": (_world, ENDLESS, BRIEF, (-53, 53)),
    "certificate": (lambda: _world(certificate=(-17, 17)), ENDLESS, LENIENT, (-17, 18)),
    "service's status": (lambda: _world(history=_history(-19, 19)), ENDLESS, LENIENT, (-19, 19)),
    "national list": (lambda: _world(list=_life(23)), ENDLESS, LENIENT, (-23, 23, 23 + GRACE)),
    "regional list": (lambda: _world(regional=_life(25)), ENDLESS, LENIENT, (-25, 25)),
    "recognition list": (
        lambda: _world(recognition=_life(29)), ENDLESS, LENIENT, (-29, 29, 29 + GRACE)),
    "arrangement's period": (
        lambda: _world(terms={"interval": _span(31)}), ENDLESS, LENIENT, (-31, 31)),
    "arrangement's grace": (
        lambda: _world(terms={"interval": _span(31), "grace_until": NOW + 37}), ENDLESS, LENIENT,
        (-31, 31, 37)),
    "arrangement's status": (
        lambda: _world(terms={"periods": _periods(-41, 41)}), ENDLESS, LENIENT, (-41, 41)),
    "arrangement's first status": (
        lambda: _world(terms={"periods": _periods(-41)[:1]}),
        ENDLESS,
        LENIENT,
        (-41,),
    ),
    "arrangement's stage": (
        lambda: _world(terms={"periods": _stages(-47, 47)}), ENDLESS, LENIENT, (-47, 47)),
    "a better arrangement": (_two_arrangements, ENDLESS, LENIENT, (-43, 43)),
    "another entry with the key": (
        lambda: _world(
            history=_history(-59, first=Status.WITHDRAWN), beside=(_second_entry(),)
        ), ENDLESS, LENIENT, (-59, -20, 21)),
}  # fmt: skip
"""World, token and policy, and where the verdict changes, in seconds from now."""


def on_both_sides_of_every_edge_forwards_and_backwards():
    """A memory that was there before meets each edge from both sides. The fresh answer comes from
    lists made anew: what a snapshot prepared for one moment is a memory, too."""
    for name, (make, token, policy, edges) in EDGES.items():
        moments = sorted({NOW + edge + step for edge in edges for step in (-9, -1, 0, 1)})
        fresh = {
            moment: Verifier(make(), policy).evaluate(token, replace(PLAIN, at=moment)).verdict
            for moment in moments
        }
        for edge in edges:
            assert fresh[NOW + edge - 1] != fresh[NOW + edge], (name, edge)
            assert fresh[NOW + edge + 1] == fresh[NOW + edge], (name, edge)
        for cached in caches(make(), policy):
            for moment in (*moments, *reversed(moments), *moments[::2], *moments[1::2]):
                found = cached.evaluate(token, replace(PLAIN, at=moment)).verdict
                assert found == fresh[moment], (name, moment - NOW)
            assert cached.cache.stats().hits > len(moments) / 2, name


def moment_and_mark_are_those_of_the_call():
    now = [NOW]
    for cached in caches(clock=lambda: now[0]):
        asked = replace(PLAIN, at=None)
        for moment, request, as_of in (
            (NOW, asked, False),
            (NOW + 5, asked, False),
            (NOW + 7, replace(PLAIN, at=NOW + 7), True),
            (NOW + 9, asked, False),
        ):
            now[0] = moment
            report = cached.evaluate(TOKEN, request)
            assert (report.at, report.as_of) == (moment, as_of)
        assert cached.cache.stats().hits == 3
        now[0] = NOW


# --- evidence ------------------------------------------------------------------------------------
_URI = "https://status.th.test.example/1"
_CODES = {
    octets: Code(f"test.{octets.decode()}", "status", FindingStage.STATUS, outcome, "test", "text")
    for octets, outcome in ((b"good", Outcome.MET), (b"revoked", Outcome.NOT_MET))
}


def _status(authenticated, *arguments):
    evidence = next(part for part in arguments if isinstance(part, Evidence | Recorder))
    octets = evidence.named(EvidenceKind.STATUS_LIST, _URI)
    pool = evidence.pool(EvidenceKind.CRL)
    code = status_codes.NOT_CHECKED if octets is None else _CODES[octets]
    arguments[-1].append(Finding(_CODES[b"revoked"] if pool else code))
    return ()


def _given(*items):
    return Evidence(Item(*item) for item in items)


def only_on_unchanged_evidence():
    good = (EvidenceKind.STATUS_LIST, b"good", _URI)
    revoked = (EvidenceKind.STATUS_LIST, b"revoked", _URI)
    beside = (EvidenceKind.OCSP, b"of no importance", None)
    crl = (EvidenceKind.CRL, b"anything", None)
    before, verify.check_status = verify.check_status, _status
    try:
        for cached in caches():
            for items in (
                (), (good,), (revoked,), (good, beside), (), (beside,), (good,), (good, crl),
                (good,), (crl,), (), (good, beside), (revoked, beside), (good,),
            ):  # fmt: skip
                agree(cached, TOKEN, PLAIN, _given(*items))
            assert cached.cache.stats().hits > 14
    finally:
        verify.check_status = before


# --- never from memory ---------------------------------------------------------------------------
def a_holder_is_proved_each_time():
    roles = []
    before = authenticate.check_part

    def watch(part, *arguments):
        roles.append(part.role)
        return before(part, *arguments)

    request = Request("SG", HolderBinding.MUST_BE_PRESENT, at=NOW, audience=AUDIENCE, nonce=NONCE)
    token = sd_jwt(2, key("holder"))
    authenticate.check_part = watch
    try:
        for cached in caches():
            roles.clear()
            for _ in range(3):
                assert cached.evaluate(token, request).exit_code == 0
            assert roles.count(PartRole.HOLDER) == 3
            # The issuer's part is the same each time, and its signature is verified once.
            assert cached.cache.signatures.stats().hits == 2
            for unasked in (HolderBinding.MUST_BE_ABSENT, HolderBinding.IF_PRESENT):
                for _ in range(2):
                    cached.evaluate(token, replace(request, holder_binding=unasked))
            assert cached.cache.signatures.stats().entries == 1
            assert cached.cache.stats().entries == 0
    finally:
        authenticate.check_part = before


def what_is_counted_is_never_remembered():
    limits = (("maxPerDay", 5),)
    for stage in Stage:
        snapshot = world(arrangements=(arrangement(limits=limits, stage=stage),))
        for cached in caches(snapshot):
            for used in ((), (("maxPerDay", 4),), (("maxPerDay", 5),)):
                request = replace(PLAIN, volume_used=used)
                for _ in range(2):
                    agree(cached, TOKEN, request)
            assert cached.cache.stats().entries == 0
            assert cached.cache.stats().hits == 0


# --- claims --------------------------------------------------------------------------------------
def nobody_changes_what_another_sees():
    for token in (TOKEN, sd_jwt(3)):
        for cached in caches():
            expected = Verifier(WORLD).evaluate(token, PLAIN).verdict.claims
            held = []
            for _ in range(4):
                verdict = cached.evaluate(token, PLAIN).verdict
                assert verdict.claims == expected
                held.append(verdict)
                for claims in (verdict.claims, held[0].claims):
                    claims["scribbled"] = claims.pop(next(iter(claims)))
                    for part in claims.values():
                        if isinstance(part, (list, dict)):
                            part.clear()
            assert all(verdict.claims == expected for verdict in held)


def an_entry_keyed_by_digest_holds_no_octet_of_the_input():
    import gc

    token = vc_jwt(credentialSubject={"id": "urn:TEST-ONLY:secret-of-somebody"})
    cached = caches()[0]
    assert cached.cache.key_by is KeyBy.DIGEST
    cached.evaluate(token, PLAIN)
    (entry,) = cached.cache.memory.table.values()
    seen, waiting = set(), [entry]
    while waiting:
        found = waiting.pop()
        if id(found) in seen:
            continue
        seen.add(id(found))
        if isinstance(found, FunctionType):
            waiting += [cell.cell_contents for cell in found.__closure__ or ()]
        assert not isinstance(found, bytes) or len(found) <= 64
        assert not (isinstance(found, str) and "secret" in found)
        if isinstance(found, (tuple, list, dict, type(entry))):
            waiting += gc.get_referents(found)


# --- signatures ----------------------------------------------------------------------------------
def a_signature_is_remembered_for_just_its_key_algorithm_and_octets():
    memo = SignatureMemo(10)
    rsa = kept_rsa("my-identity")
    public, other = rsa.verification_key, key("other").verification_key
    bound = VerificationKey.from_jwk({**public.jwk(), "alg": "PS256"})
    algorithm, neighbour = ALGORITHMS["RS256"], ALGORITHMS["PS256"]
    data = b"signed octets"
    signature = rsa.sign("RS256", data)
    assert memo(public, algorithm, signature, data)
    assert memo(public, algorithm, signature, data)
    assert memo.stats().hits == 1
    for arguments in (
        (other, algorithm, signature, data),
        (bound, algorithm, signature, data),
        (public, neighbour, signature, data),
        (public, algorithm, signature[:-1] + b"x", data),
        (public, algorithm, signature, data + b"x"),
        # One octet moved from one to the other is another signature over other data.
        (public, algorithm, signature[:-1], signature[-1:] + data),
    ):
        for _ in range(2):
            with suppress(Rejection):
                assert not memo(*arguments), arguments
    assert memo.stats().hits == 1


# --- many at once --------------------------------------------------------------------------------
def who_waits_gets_an_answer_for_its_own_moment_and_evidence():
    """Two ask about one token at once; only one of the moments lies in the answer's interval."""
    token = vc_jwt(validUntil=time_text(NOW + 5))
    for second, items in ((NOW + 6, ()), (NOW, ((EvidenceKind.STATUS_LIST, b"revoked", _URI),))):
        for cached in caches():
            _two_at_once(cached, token, second, _given(*items))


def _two_at_once(cached, token, second, evidence):
    inside, go_on = threading.Event(), threading.Event()

    def slow(*arguments):
        if not inside.is_set():
            inside.set()
            go_on.wait(10)
        return _status(*arguments)

    found = []
    before, verify.check_status = verify.check_status, slow
    try:
        first = threading.Thread(target=lambda: found.append(cached.evaluate(token, PLAIN)))
        first.start()
        assert inside.wait(10)
        request = replace(PLAIN, at=second)
        waiting = threading.Thread(
            target=lambda: found.append(cached.evaluate(token, request, evidence))
        )
        waiting.start()
        waiting.join(0.02)
        go_on.set()
        first.join()
        waiting.join()
        fresh = Verifier(cached.snapshot, cached.policy)
        assert fresh.evaluate(token, PLAIN) in found
        assert fresh.evaluate(token, request, evidence) in found
    finally:
        verify.check_status = before


def many_first_sights_cost_one_verification():
    token = vc_jwt(jti="TEST-ONLY many")
    for cached in caches():
        gate = threading.Barrier(30)
        judged = []

        def slow(*arguments, judged=judged):
            judged.append(1)
            threading.Event().wait(0.02)
            return _status(*arguments)

        def ask(cached=cached, gate=gate):
            gate.wait()
            cached.evaluate(token, PLAIN)

        before, verify.check_status = verify.check_status, slow
        try:
            threads = [threading.Thread(target=ask) for _ in range(30)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        finally:
            verify.check_status = before
        assert len(judged) == 1
        assert cached.cache.stats().misses == 1


class _LateJoiner:
    """Flights, of which the first one is joined only after another has come and gone."""

    def __init__(self, flights, meanwhile):
        self.flights, self.meanwhile = flights, meanwhile
        self.end = flights.end

    def join(self, key, mine):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return self.flights.join(key, mine)


def who_comes_just_after_the_landing_does_not_take_off():
    for cached in caches():
        again = partial(cached.evaluate, TOKEN, PLAIN)
        cached.cache.flights = _LateJoiner(cached.cache.flights, again)
        agree(cached, TOKEN, PLAIN)
        assert cached.cache.stats().misses == 1


def every_member_of_a_revocation_policy_is_in_its_digest():
    others = {
        "required": RequiredChecks.LEAF,
        "unchecked": UncheckedStatus.REPORT,
        "freshness": 5,
        "past": PastEvidence.REFUSE,
        "responders": ResponderStatus.AS_NAMED,
        "no_information": NoRevocationInfo.REFUSE,
        "clock_skew": 1,
    }
    names = {field.name for field in fields(RevocationPolicy) if field.init}
    assert names == others.keys(), names ^ others.keys()
    digests = {RevocationPolicy().digest} | {
        RevocationPolicy(**{name: value}).digest for name, value in others.items()
    }
    assert len(digests) == len(others) + 1


ENDING = (
    "jose::x5c_of_a_listed_authority",
    "mdoc::signer_below_an_intermediate_authority",
    "status_list::jwt_good",
    "status_list::list_by_a_status_service_below_its_authority",
    "status_list::status_service_withdrawn_tomorrow",
    "recognition::law_in_force_this_second",
    "recognition::prior_listing_ended_this_second",
    "recognition::reciprocity_after_the_days_of_grace",
)
"""Vectors whose answer rests on certificates between, CRLs, status lists, registers, other states'
arrangements, and the receiving state's own law."""


def _below_an_authority_that_ends():
    """As a vector: the signer's certificate outlives that of the authority above it. Nothing is
    known of revocation, and the policy reports that: else a CRL would end with its signer."""
    middle = pki.authority(
        "short authority", "TH", above=paths.root(), path_length=0, not_after=MOMENT + 40 * DAY
    )
    own = paths.issuer(middle, not_after=MOMENT + 90 * DAY)
    x5c = [b64encode(der).decode() for der in (own.certificate, middle.certificate)]
    token = conformance_vc(header={"kid": None, "x5c": x5c}, signer=own.key)
    return {
        "id": "a signer below an authority that ends",
        "input": {"data": token.decode()},
        "trust": paths.path_world(),
        "request": conformance_request(),
        "moment": MOMENT,
        "own policy": VerificationPolicy(
            revocation=RevocationPolicy(unchecked=UncheckedStatus.REPORT)
        ),
    }


def whatever_an_answer_rests_on_ends_it():
    """Each edge of each finding, from both sides, there and back. The fresh answers come from
    lists made anew, as above."""
    groups = {name.partition("::")[0] for name in ENDING}
    chosen = [vector for vector in load(default_vectors(), groups) if vector["id"] in ENDING]
    assert len(chosen) == len(ENDING)
    for vector in (*chosen, _below_an_authority_that_ends()):
        data, given = input_bytes(vector["input"]), evidence_of(vector)
        asked = request_of(vector["request"], vector["moment"])
        policy = vector.get("own policy") or policy_of(vector["request"])
        anew, fresh = partial(snapshot_of, vector["trust"]), {}

        def verdict(moment, data=data, given=given, asked=asked, ask=(anew, policy), fresh=fresh):
            if moment not in fresh:
                MEMO.clear()
                plain = Verifier(ask[0](), ask[1])
                fresh[moment] = plain.evaluate(data, replace(asked, at=moment), given).verdict
            return fresh[moment]

        edges = {vector["moment"]}
        for _ in range(2):
            found = [finding for moment in edges for finding in verdict(moment).findings]
            edges |= {edge for one in found for edge in (one.start, one.end) if 0 < edge < TIME_MAX}
        moments = sorted({edge + step for edge in edges for step in (-1, 0)})
        for cached in caches(anew(), policy):
            for moment in (*moments, *reversed(moments)):
                said = cached.evaluate(data, replace(asked, at=moment), given).verdict
                assert said == verdict(moment), (vector["id"], moment)
            assert cached.cache.stats().hits > len(moments) / 3, vector["id"]


SCENARIOS = (
    it_answers_from_memory,
    no_two_inputs_share_an_answer,
    no_two_requests_share_an_answer,
    every_member_of_a_request_but_the_moment_is_in_its_digest,
    every_member_of_a_policy_is_in_its_digest,
    every_member_of_a_revocation_policy_is_in_its_digest,
    every_part_of_a_snapshot_is_in_its_digest,
    a_new_snapshot_ends_the_old_answers,
    a_new_policy_ends_the_old_answers,
    moment_and_mark_are_those_of_the_call,
    only_on_unchanged_evidence,
    a_holder_is_proved_each_time,
    what_is_counted_is_never_remembered,
    nobody_changes_what_another_sees,
    an_entry_keyed_by_digest_holds_no_octet_of_the_input,
    a_signature_is_remembered_for_just_its_key_algorithm_and_octets,
    who_waits_gets_an_answer_for_its_own_moment_and_evidence,
    many_first_sights_cost_one_verification,
    who_comes_just_after_the_landing_does_not_take_off,
    on_both_sides_of_every_edge_forwards_and_backwards,
    whatever_an_answer_rests_on_ends_it,
)
