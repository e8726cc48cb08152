"""One input with two readings, one question with two answers: attacks between the modules.

Each was accepted once. The honest twin of each differs in the one fault.
"""

import hashlib

import pytest

from defa_trust import verify
from defa_trust.codec import base64url
from defa_trust.errors import MisuseError, NotVerified
from defa_trust.finding import Bundle
from defa_trust.policy import TranscribedLists, VerificationPolicy
from defa_trust.request import HolderBinding, MinimumLevel, Profile, Request
from defa_trust.spec import SVC_EAA
from defa_trust.trustlist.model import (
    ArrangementPeriod,
    ArrangementStatus,
    Identity,
    IdentityKind,
    LevelGrant,
    Status,
    StatusPeriod,
)
from defa_trust.trustlist.model import Stage as Phase
from defa_trust.verdict import (
    TIME_MAX,
    Code,
    Finding,
    Indication,
    Interval,
    Outcome,
    RecognitionOutcome,
    Stage,
    Subject,
)
from defa_trust.verify import Verifier, conclude
from tests.bench.samples import (
    AUDIENCE,
    CERTIFICATE,
    ISSUER,
    NONCE,
    disclosure,
    hcert,
    sd_jwt,
    sd_jwt_world,
)
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    YEAR,
    arrangement,
    jwk_identity,
    jws,
    key,
    level_row,
    service,
    snapshot,
    trust_list,
    vc_jwt,
    vc_payload,
    world,
)

PASSED = Indication.TOTAL_PASSED
TH_IAL = "urn:defa:scale:th:ial"
DCC_USAGE = "1.3.6.1.4.1.1847.2021.1"
GENERIC = frozenset({Profile.SD_JWT_GENERIC})


def judge(token, trust=None, **request):
    asked = {
        "relying_state": "SG",
        "holder_binding": HolderBinding.IF_PRESENT,
        "at": NOW,
        **request,
    }
    return Verifier(trust or world()).evaluate(token, Request(**asked)).verdict


def said(verdict):
    return [finding.code.id for finding in verdict.findings]


# --- one input, two formats ----------------------------------------------------------------------
def generic(typ="example+sd-jwt", **claims):
    return jws({"iss": ISSUER, "exp": NOW + DAY, **claims}, header={"typ": typ}) + b"~"


def test_a_plain_sd_jwt_passes_where_the_profile_is_allowed():
    assert judge(generic(), profiles=GENERIC).validity.indication is PASSED
    assert "sd_jwt.typ" in said(judge(generic()))


@pytest.mark.parametrize("typ", ["vc+jwt", "application/VC+JWT", "vp+jwt", "vp+sd-jwt", "kb+jwt"])
def test_an_expired_w3c_credential_behind_a_tilde_is_no_sd_jwt(typ):
    expired = vc_jwt(header={"typ": typ}, iss=ISSUER, validUntil="2026-10-15T00:00:00Z")
    assert "sd_jwt.typ" in said(judge(expired + b"~", profiles=GENERIC))


@pytest.mark.parametrize(
    "member",
    [
        {"validUntil": "2026-10-15T00:00:00Z"},
        {"validFrom": "2027-10-15T00:00:00Z"},
        {"expirationDate": "2026-10-15T00:00:00Z"},
        {"issuanceDate": "2027-10-15T00:00:00Z"},
        {"credentialStatus": {"id": "https://status.th.test.example/1#7"}},
        {"vc": {"expirationDate": "2026-10-15T00:00:00Z"}},
        {"vp": {}},
    ],
    ids=lambda member: next(iter(member)),
)
@pytest.mark.parametrize("typ", ["JWT", "vc+sd-jwt", "example+sd-jwt"])
def test_dates_and_status_of_a_w3c_credential_are_not_lost_in_a_plain_sd_jwt(typ, member):
    assert "sd_jwt.w3c_credential" in said(judge(generic(typ, **member), profiles=GENERIC))
    assert judge(generic(typ), profiles=GENERIC).validity.indication is PASSED


def test_a_hidden_end_of_a_w3c_credential_is_no_plain_disclosure():
    def hiding(name):
        text = disclosure(name, "2026-10-15T00:00:00Z")
        digest = base64url.encode(hashlib.sha256(text.encode()).digest())
        return generic(_sd=[digest]) + text.encode() + b"~"

    assert judge(hiding("valid_until"), profiles=GENERIC).validity.indication is PASSED
    assert "sd_jwt.never_disclosable" in said(judge(hiding("validUntil"), profiles=GENERIC))


@pytest.mark.parametrize(
    ("claim", "member", "good"),
    [
        ("jti", "id", "urn:uuid:1"),
        ("sub", "credentialSubject", "urn:uuid:00000000-0000-4000-8000-000000000001"),
    ],
)
def test_a_token_about_one_person_and_a_credential_about_another(claim, member, good):
    more = {member: good} if member == "id" else {}
    assert judge(vc_jwt(**more, **{claim: good})).validity.indication is PASSED
    assert "vc.claim_mismatch" in said(judge(vc_jwt(**more, **{claim: "urn:uuid:2"})))


def test_a_format_cannot_be_forced_upon_another():
    assert judge(vc_jwt(), format="vc-jwt").validity.indication is PASSED
    for name in ("hcert", "sd-jwt-vc"):
        assert judge(vc_jwt(), format=name).validity.indication is Indication.TOTAL_FAILED
    with pytest.raises(MisuseError, match="no format"):
        judge(vc_jwt(), format="none")


def test_an_sd_jwt_without_its_tilde_is_no_vc_jwt():
    assert "vc.not_a_credential" in said(judge(sd_jwt(0).rstrip(b"~")))


@pytest.mark.parametrize(
    ("usage", "passes"), [((), True), ((f"{DCC_USAGE}.2",), True), ((f"{DCC_USAGE}.1",), False)]
)
def test_a_signer_of_tests_stands_behind_no_vaccination(usage, passes):
    identity = Identity(
        IdentityKind.X509, "", key().verification_key, CERTIFICATE, extended_key_usage=usage
    )
    verdict = judge(hcert(), world(identities=(identity,)))
    assert (verdict.validity.indication is PASSED) is passes
    assert ("hcert.key_usage_unfit" in said(verdict)) is not passes


# --- the level asked for -------------------------------------------------------------------------
@pytest.mark.parametrize("granted", [(), (LevelGrant(TH_IAL, "2.3"),)])
def test_a_level_asked_for_at_home_is_not_skipped_for_want_of_an_arrangement(granted):
    trust = world(levels=granted)
    at_home = judge(vc_jwt(), trust, relying_state="TH")
    assert at_home.recognition.outcome is RecognitionOutcome.RECOGNISED
    asked_nothing = judge(vc_jwt(), trust, relying_state="TH", min_level=MinimumLevel())
    assert asked_nothing.recognition.outcome is RecognitionOutcome.RECOGNISED
    asked = judge(vc_jwt(), trust, relying_state="TH", min_level=MinimumLevel(proofing=1))
    assert asked.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED
    assert asked.reason.code.id == (
        "recognition.level_unmapped" if granted else "recognition.level_unstated"
    )


@pytest.mark.parametrize(
    ("acr", "outcome"),
    [
        (None, RecognitionOutcome.RECOGNISED),
        (f"{TH_IAL}:2.3", RecognitionOutcome.RECOGNISED),
        # Another axis: it says nothing of proofing.
        ("urn:singpass:authentication:loa:1", RecognitionOutcome.RECOGNISED),
        # Proofing on another state's scale: perhaps lower, and nobody can tell.
        ("urn:defa:scale:vn:vneid:1", RecognitionOutcome.NOT_RECOGNISED),
        ("urn:nobody:knows:1", RecognitionOutcome.NOT_RECOGNISED),
        (f"{TH_IAL}:2.30", RecognitionOutcome.NOT_RECOGNISED),
    ],
)
def test_a_claimed_level_that_cannot_be_compared_is_not_ignored(acr, outcome):
    trust = world(
        levels=(LevelGrant(TH_IAL, "2.3"),),
        arrangements=(arrangement(levels=(level_row(TH_IAL, "2.3", 2),)),),
    )
    claim = {} if acr is None else {"acr": acr}
    assert judge(vc_jwt(**claim), trust, min_level=MinimumLevel(2)).recognition.outcome is outcome


# --- a service that ceased -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("valid_from", "passes"),
    [
        ("2026-09-30T23:59:59Z", True),
        ("2026-10-02T00:00:00Z", False),
        ("2026-10-03T00:00:00Z", False),
        (None, False),
    ],
)
def test_a_ceased_service_whose_past_stays_valid_issues_nothing_more(valid_from, passes):
    ceased = NOW - 30 * DAY
    history = (
        StatusPeriod(Status.CEASED_WITH_VALID_PAST, GRANTED_URI, Interval(ceased, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, ceased)),
    )
    token = vc_jwt(validFrom=valid_from)
    assert (judge(token).validity.indication is PASSED) is True
    verdict = judge(token, world(history=history))
    assert (verdict.validity.indication is PASSED) is passes
    assert ("service.ceased" in said(verdict)) is not passes
    # What the token says of its issue counts before its start of validity.
    both = vc_jwt(validFrom="2026-09-01T00:00:00Z", iat=ceased)
    assert "service.ceased" in said(judge(both, world(history=history)))


# --- the holder ----------------------------------------------------------------------------------
def test_a_bound_credential_without_proof_says_so():
    bound = judge(sd_jwt(1, cnf={"jwk": key("holder").jwk()}))
    assert "holder.bound_but_unproved" in said(bound)
    assert "holder.absent_as_asked" in said(judge(sd_jwt(1)))
    demanded = judge(
        sd_jwt(1, cnf={"jwk": key("holder").jwk()}),
        holder_binding=HolderBinding.MUST_BE_PRESENT,
    )
    assert "holder.proof_missing" in said(demanded)


@pytest.mark.parametrize("nonce", ["\ud800", "", NONCE + "\ud800", NONCE.lower()])
def test_a_nonce_of_any_text_is_compared_and_escapes_as_nothing_else(nonce):
    verifier, token, request = sd_jwt_world(1)
    assert verifier.evaluate(token, request).verdict.validity.indication is PASSED
    asked = Request("SG", HolderBinding.MUST_BE_PRESENT, at=NOW, audience=AUDIENCE, nonce=nonce)
    assert "holder.nonce_mismatch" in said(verifier.evaluate(token, asked).verdict)


@pytest.mark.parametrize(
    "audience", [AUDIENCE[:-1], AUDIENCE + "/", AUDIENCE.upper(), "https://", f" {AUDIENCE}", ""]
)
def test_an_audience_is_compared_whole(audience):
    verifier, token, _ = sd_jwt_world(1)
    asked = Request("SG", HolderBinding.MUST_BE_PRESENT, at=NOW, audience=audience, nonce=NONCE)
    assert "holder.audience_mismatch" in said(verifier.evaluate(token, asked).verdict)


# --- conclude ------------------------------------------------------------------------------------
@pytest.mark.parametrize("outcome", [Outcome.NOT_MET, Outcome.UNKNOWN])
def test_a_finding_that_is_not_met_blocks_whatever_its_code_forgets_to_say(outcome):
    """Codes of other stages carry no indication; none may pass for harmless."""
    silent = Code("test.silent", "test", Stage.ACCEPT, outcome, "none", "Silent.")
    verdict = conclude([Finding(silent)], Subject("test", "00"))
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert Bundle.of([Finding(silent)]).passed is False
    assert Bundle.of([]).passed is True


def test_a_silent_finding_blocks_a_credential_that_would_pass(monkeypatch):
    assert judge(vc_jwt()).validity.indication is PASSED
    silent = Code("test.silent", "test", Stage.ACCEPT, Outcome.NOT_MET, "none", "Silent.")
    monkeypatch.setattr(
        verify, "check_scope", lambda _a, _p, _policy, findings: findings.append(Finding(silent))
    )
    assert judge(vc_jwt()).validity.indication is Indication.INDETERMINATE


@pytest.mark.parametrize(
    "stage", ["check_times", "check_holder", "check_status", "_check_audience", "check_scope"]
)
def test_a_stage_that_was_skipped_does_not_pass_unnoticed(monkeypatch, stage):
    monkeypatch.setattr(verify, stage, lambda *_: ())
    verdict = judge(vc_jwt())
    required = stage in {"check_times", "check_holder", "check_status"}
    assert (verdict.validity.indication is PASSED) is not required
    assert ("conclude.check_missing" in said(verdict)) is required


# --- prepared answers -----------------------------------------------------------------------------
PHASES = (
    (NOW - 3 * DAY, NOW - 2 * DAY, "recognition.observe_only"),
    (NOW - 2 * DAY, NOW - DAY, "recognition.pilot"),
    (NOW - DAY, NOW + DAY, None),
    (NOW + DAY, NOW + 2 * DAY, "recognition.suspended"),
)
"""From, until and the deciding code of an arrangement's phases."""


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (2, 0, 3, 1), (1, 2, 1, 0, 2, 3)])
def test_an_answer_prepared_for_one_phase_never_serves_another(order):
    stages = (Phase.OBSERVE, Phase.PILOT, Phase.IN_FORCE, Phase.IN_FORCE)
    enacted, suspended = ArrangementStatus.ENACTED, ArrangementStatus.SUSPENDED
    periods = tuple(
        ArrangementPeriod(status, stage, Interval(start, end))
        for (start, end, _), stage, status in zip(
            PHASES, stages, (enacted, enacted, enacted, suspended), strict=True
        )
    )
    whole = Interval(PHASES[0][0], PHASES[-1][1])
    given = arrangement(periods=periods[::-1], interval=whole)
    verifier = Verifier(world(arrangements=(given,)))
    for number in order:
        start, end, code = PHASES[number]
        for moment in (start, end - 1):
            request = Request("SG", HolderBinding.IF_PRESENT, at=moment)
            verdict = verifier.evaluate(vc_jwt(), request).verdict
            assert verdict.validity.indication is PASSED
            assert (verdict.reason and verdict.reason.code.id) == code
            # It holds in this phase, and says so: no finding about validity ends there.
            assert verdict.interval == (start, end)


# --- require() -----------------------------------------------------------------------------------
def test_only_passed_and_recognised_satisfies_require():
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    assert Verifier(world()).require(vc_jwt(), request).claims["issuer"] == ISSUER
    refusals = {
        "pilot": Verifier(world(arrangements=(arrangement(stage=Phase.PILOT),))),
        "not recognised": Verifier(world(arrangements=())),
        "no list": Verifier(snapshot(trust_list("TH", (service("TH", (jwk_identity(key()),)),)))),
    }
    for name, verifier in refusals.items():
        verdict = verifier.evaluate(vc_jwt(), request).verdict
        assert verdict.validity.indication is PASSED, name
        with pytest.raises(NotVerified):
            verifier.require(vc_jwt(), request)
    with pytest.raises(NotVerified) as refusal:
        Verifier(world()).require(vc_jwt(exp=NOW), request)
    assert refusal.value.report.verdict.reason.code.id == "time.expired"


# --- the question --------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "wrong",
    [
        {"relying_state": ["SG"]},
        {"audience": b"https://verifier.sg.test.example"},
        {"nonce": b"x"},
        {"purpose": ["a"]},
        {"sector": 1},
        {"act": frozenset()},
        {"relying_party": 1},
        {"format": ["vc-jwt"]},
        {"min_level": 2},
        {"min_level": (2, 2, 2)},
        {"profiles": [Profile.SD_JWT_GENERIC]},
        {"profiles": frozenset({"sd-jwt-generic"})},
        {"max_proof_age": float("inf")},
        {"max_proof_age": True},
        {"volume_used": {"daily": 1}},
        {"volume_used": (("daily", -1),)},
        {"volume_used": (("daily", float("nan")),)},
        {"volume_used": (("daily", 9), ("daily", 0))},
    ],
    ids=str,
)
def test_a_question_of_the_wrong_type_is_misuse_and_never_a_weaker_question(wrong):
    good = {"relying_state": "SG", "holder_binding": HolderBinding.IF_PRESENT}
    Request(**good)
    with pytest.raises(MisuseError):
        Request(**{**good, **wrong})
    with pytest.raises(MisuseError):
        MinimumLevel(True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"transcribed": "refuse"},
        {"unchecked_status": "deny"},
        {"unread_citations": None},
        {"algorithms": None},
        {"clock_skew": -1},
        {"clock_skew": 1e9},
        {"national_list_grace": 1.5},
    ],
    ids=str,
)
def test_a_policy_of_the_wrong_type_is_misuse_and_never_a_weaker_policy(wrong):
    VerificationPolicy(transcribed=TranscribedLists.REFUSE)
    with pytest.raises(MisuseError):
        VerificationPolicy(**wrong)


def test_the_world_of_these_tests_is_the_usual_one():
    assert vc_payload()["issuer"] == ISSUER
    assert SVC_EAA in {home for home, _ in arrangement().service_types}
