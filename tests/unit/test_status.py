"""The status stage: what a list says and in which span of time, or why it says nothing."""

import pytest

from defa_trust.codes import status as codes
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.conformance.trust import snapshot_of
from defa_trust.material import NO_EVIDENCE, Evidence, Recorder
from defa_trust.policy import UncheckedStatus, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_PID_REVOCATION
from defa_trust.status_memo import MEMO
from defa_trust.verdict import TIME_MAX, TIME_MIN, Indication, NeedKind, SubIndication
from defa_trust.verify import Verifier
from tests.status_tools import (
    IDX,
    NOW,
    STATUS,
    URI,
    WORLD,
    against,
    ask,
    credential,
    finding,
    held,
    item,
    verdict,
    w3c_credential,
)

DAY, TTL, SKEW = 86_400, lists.TTL, 60
GOOD = lists.token_jwt()
REPORT = VerificationPolicy(unchecked_status=UncheckedStatus.REPORT)


@pytest.fixture(autouse=True)
def fresh():
    MEMO.clear()
    yield
    MEMO.clear()


# --- answers -------------------------------------------------------------------------------------
def test_good():
    judged = verdict(credential(), held(GOOD))
    assert judged.validity.indication is Indication.TOTAL_PASSED
    assert judged.needs == ()
    signed = finding(judged, "status.list_signed")
    assert (signed.expected, signed.actual) == ("TH", "TEST-ONLY issuer of TH")
    assert signed.subject == "status list"
    good = finding(judged, "status.good")
    assert (good.expected, good.actual, good.subject) == (None, URI, "issuer")
    assert signed.evidence == good.evidence
    assert len(good.evidence) == 64


@pytest.mark.parametrize(
    ("value", "code", "indication", "sub"),
    [
        (1, "status.revoked", Indication.TOTAL_FAILED, SubIndication.REVOKED),
        (2, "status.suspended", Indication.INDETERMINATE, SubIndication.TRY_LATER),
        (3, "status.application_specific", Indication.INDETERMINATE, SubIndication.GENERIC),
        (4, "status.value_reserved", Indication.INDETERMINATE, SubIndication.GENERIC),
        (11, "status.value_reserved", Indication.INDETERMINATE, SubIndication.GENERIC),
        (12, "status.application_specific", Indication.INDETERMINATE, SubIndication.GENERIC),
        (15, "status.application_specific", Indication.INDETERMINATE, SubIndication.GENERIC),
    ],
)
def test_every_status_type(value, code, indication, sub):
    judged = verdict(credential(), held(lists.listing({IDX: value}, 4)))
    assert against(judged) == [code]
    assert (judged.validity.indication, judged.validity.sub_indication) == (indication, sub)
    assert judged.needs == ()


@pytest.mark.parametrize("value", range(3, 256))
def test_no_unknown_value_is_good(value):
    (code,) = ask(lists.listing({IDX: value}, 8))
    specific = value in {3, 12, 13, 14, 15}
    assert code == ("status.application_specific" if specific else "status.value_reserved")


@pytest.mark.parametrize(
    ("purpose", "code"),
    [
        ("revocation", "status.revoked"),
        ("suspension", "status.suspended"),
        ("message", "status.application_specific"),
        ("unheard-of", "status.application_specific"),
    ],
)
def test_every_purpose(purpose, code):
    octets = lists.bitstring({IDX: 1}, subject={"statusPurpose": purpose})
    assert ask(octets, data=w3c_credential(statusPurpose=purpose)) == [code]
    unset = lists.bitstring(subject={"statusPurpose": purpose})
    assert ask(unset, data=w3c_credential(statusPurpose=purpose)) == []


def test_a_refresh_speaks_against_nothing():
    octets = lists.bitstring({IDX: 1}, subject={"statusPurpose": "refresh"})
    judged = verdict(w3c_credential(statusPurpose="refresh"), held(octets))
    assert judged.validity.indication is Indication.TOTAL_PASSED
    assert finding(judged, "status.refresh_available").expected == "refresh"


def test_all_references_are_asked():
    both = [lists.bitstring_entry(), lists.bitstring_entry(statusPurpose="suspension")]
    data = build.vc(credentialStatus=both, status=lists.token_reference(uri=lists.OTHER_URI))
    octets = lists.bitstring({IDX: 1}, subject={"statusPurpose": ["suspension", "revocation"]})
    evidence = Evidence([item(octets), item(lists.listing({IDX: 1}, sub=lists.OTHER_URI),
                                            lists.OTHER_URI)])  # fmt: skip
    assert against(verdict(data, evidence)) == [
        "status.revoked", "status.suspended", "status.revoked",
    ]  # fmt: skip


def test_no_reference_needs_no_list():
    judged = verdict(build.vc(), NO_EVIDENCE)
    assert finding(judged, "status.not_referenced")
    assert judged.validity.indication is Indication.TOTAL_PASSED


# --- no answer -----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (None, codes.NOT_CHECKED),
        (b"", codes.LIST_MALFORMED),
        (b"<html>", codes.LIST_MALFORMED),
        (lists.token_jwt(header={"typ": "JWT"}), codes.LIST_TYPE),
        (lists.token_jwt(sub=lists.OTHER_URI), codes.SUBJECT_MISMATCH),
        (lists.token_jwt(signer=build.key("stranger")), codes.SIGNATURE_INVALID),
        (lists.token_jwt(header={"kid": "stranger"}), codes.SIGNER_UNBOUND),
        (lists.token_jwt(iss="https://issuer.my.test.example"), codes.ISSUER_MISMATCH),
        (lists.token_jwt(exp=NOW), codes.LIST_EXPIRED),
        (lists.token_jwt(iat=NOW - TTL), codes.LIST_STALE),
        (lists.token_jwt(iat=NOW + SKEW + 1), codes.LIST_FROM_THE_FUTURE),
        (lists.token_jwt(lst=lists.compressed(count=0)), codes.INDEX_OUT_OF_RANGE),
        (lists.token_jwt(lst=b"\x78\xda"), codes.LIST_MALFORMED),
    ],
)
def test_each_reason_has_a_code_and_a_need(octets, code):
    evidence = NO_EVIDENCE if octets is None else held(octets)
    judged = verdict(credential(), evidence)
    assert against(judged) == [code.id]
    assert judged.validity.indication is Indication.INDETERMINATE
    (need,) = judged.needs
    assert (need.kind, need.what, need.territory) == (NeedKind.STATUS_LIST, URI, "TH")


def test_a_mechanism_nobody_knows():
    judged = verdict(build.vc(status={"urn:test:other": {}}), held(GOOD))
    assert against(judged) == ["status.mechanism_unknown"]
    assert [need.what for need in judged.needs] == ["status mechanism `urn:test:other`"]


@pytest.mark.parametrize("octets", [None, b"", lists.token_jwt(exp=NOW), lists.token_jwt(sub="x")])
def test_the_policy_may_only_report_what_could_not_be_checked(octets):
    evidence = NO_EVIDENCE if octets is None else held(octets)
    judged = verdict(credential(), evidence, policy=REPORT)
    assert judged.validity.indication is Indication.TOTAL_PASSED
    assert finding(judged, "status.not_checked_allowed").actual.startswith("status.")
    assert len(judged.needs) == 1


@pytest.mark.parametrize("value", [1, 2, 3, 4])
def test_no_policy_hides_what_a_list_says(value):
    judged = verdict(credential(), held(lists.listing({IDX: value}, 4)), policy=REPORT)
    assert judged.validity.indication is not Indication.TOTAL_PASSED


def test_the_address_is_compared_whole():
    for other in (URI + "/", URI[:-1], URI.upper(), URI + "#", URI.replace("https", "http")):
        assert ask(lists.token_jwt(sub=other)) == ["status.subject_mismatch"]


def test_an_sd_jwt_vc_takes_a_jwt_list_only():
    data = build.sd_jwt(status=lists.token_reference())
    assert ask(GOOD, data=data) == []
    assert ask(lists.token_cwt(), data=data) == ["status.list_type"]
    assert ask(lists.token_cwt()) == []


# --- spans of time -------------------------------------------------------------------------------
def spans(octets, moments, fetched=None):
    """(deciding code, interval) at each moment; every interval holds at its own moment."""
    found = []
    for at in moments:
        judged = verdict(credential(), held(octets, fetched=fetched), at=at)
        assert judged.interval.holds_at(at)
        name = [f for f in judged.findings if f.code.id in TOLD]
        assert len(name) == 1
        found.append((name[0].code.id, *name[0].interval))
    return found


TOLD = {"status.list_current", "status.list_expired", "status.list_stale",
        "status.list_from_the_future"}  # fmt: skip


def test_a_list_without_fetching_time_has_three_spans():
    made = NOW - 3600
    begin, stale, expired = made - SKEW, made + TTL, made + 3 * TTL
    octets = lists.token_jwt(exp=expired)
    moments = (begin - 1, begin, stale - 1, stale, expired - 1, expired)
    assert spans(octets, moments) == [
        ("status.list_from_the_future", TIME_MIN, begin),
        ("status.list_current", begin, stale),
        ("status.list_current", begin, stale),
        ("status.list_stale", stale, expired),
        ("status.list_stale", stale, expired),
        ("status.list_expired", expired, TIME_MAX),
    ]


def test_a_fetched_list_is_fresh_from_then_on():
    made, fetched = NOW - 3 * TTL, NOW - 60
    begin, stale, seen = made - SKEW, made + TTL, fetched - SKEW
    octets = lists.token_jwt(iat=made, exp=NOW + 30 * DAY)
    moments = (begin, stale - 1, stale, seen - 1, seen, fetched + TTL - 1, fetched + TTL)
    assert spans(octets, moments, fetched) == [
        ("status.list_current", begin, stale),
        ("status.list_current", begin, stale),
        ("status.list_stale", stale, seen),
        ("status.list_stale", stale, seen),
        ("status.list_current", seen, fetched + TTL),
        ("status.list_current", seen, fetched + TTL),
        ("status.list_stale", fetched + TTL, NOW + 30 * DAY),
    ]


def test_fetched_while_it_was_still_fresh():
    made, fetched = NOW - 3600, NOW - 60
    octets = lists.token_jwt(iat=made, exp=NOW + 30 * DAY)
    assert spans(octets, (fetched - SKEW - 1, fetched - SKEW), fetched) == [
        ("status.list_current", made - SKEW, fetched - SKEW),
        ("status.list_current", fetched - SKEW, fetched + TTL),
    ]


def test_what_was_fetched_before_it_was_made_was_not():
    octets = lists.token_jwt(iat=NOW - TTL, exp=NOW + 30 * DAY)
    assert ask(octets, fetched=NOW - TTL - SKEW - 1) == ["status.list_stale"]
    assert ask(octets, fetched=NOW - TTL - SKEW) == ["status.list_stale"]
    assert ask(octets, fetched=NOW - TTL + 1) == []


def test_the_policy_bounds_the_age_of_every_list():
    octets = lists.token_jwt(iat=NOW - 7200, exp=NOW + 300 * DAY, ttl=200 * DAY)
    assert ask(octets) == []
    short = VerificationPolicy(max_status_age=7200)
    assert ask(octets, policy=short) == ["status.list_stale"]
    assert ask(octets, policy=VerificationPolicy(max_status_age=7201)) == []
    assert short.digest != VerificationPolicy().digest


def test_the_verdict_ends_where_the_list_does():
    judged = verdict(credential(), held(lists.token_jwt(exp=NOW + 10)))
    assert judged.interval.end == NOW + 10
    revoked = verdict(credential(), held(lists.listing({IDX: 1}, exp=NOW + 10)))
    assert revoked.interval.end == NOW + 10
    out = verdict(credential(99), held(lists.token_jwt(exp=NOW + 10)))
    assert (against(out), out.interval.end) == (["status.index_out_of_range"], NOW + 10)


# --- standing ------------------------------------------------------------------------------------
def separate(history, **more):
    other = build.service(
        id="urn:test:TH-status", type=SVC_PID_REVOCATION, issuerIds=[], history=history,
        identities=[build.jwk_identity("status", kid="status-1")], **more,
    )  # fmt: skip
    return snapshot_of(lists.identity_world(other))


BY_SEPARATE = lists.token_jwt(signer=build.key("status"), header={"kid": "status-1"})


def test_a_signers_standing_bounds_the_answer():
    soon = [
        build.period("withdrawn", build.WITHDRAWN, NOW + 100),
        build.period(start=NOW - 500, until=NOW + 100),
    ]
    trust = separate(soon)
    judged = verdict(credential(), held(BY_SEPARATE), trust=trust)
    assert judged.validity.indication is Indication.TOTAL_PASSED
    assert judged.interval == (NOW - 500, NOW + 100)
    later = verdict(credential(), held(BY_SEPARATE), trust=trust, at=NOW + 100)
    assert against(later) == ["status.signer_not_in_standing"]
    assert finding(later, "status.signer_not_in_standing").actual == "service.not_granted"
    assert later.interval.start == NOW + 100


def test_an_algorithm_bounds_the_answer():
    policy = VerificationPolicy()
    ends = policy.algorithms.until({"Ed448": NOW + 100})
    keys = [
        build.jwk_identity(),
        build.jwk_identity("status", build.KeyType.ED448, "status-1"),
    ]
    trust = snapshot_of(build.world(identities=keys))
    octets = lists.token_jwt(
        signer=build.key("status", build.KeyType.ED448), alg="Ed448",
        header={"alg": "Ed448", "kid": "status-1"},
    )  # fmt: skip
    chosen = VerificationPolicy(algorithms=ends)
    for _ in range(2):  # read, and remembered
        judged = verdict(credential(), held(octets), trust=trust, policy=chosen)
        assert (against(judged), judged.interval.end) == ([], NOW + 100)
        later = verdict(credential(), held(octets), trust=trust, policy=chosen, at=NOW + 100)
        assert against(later) == ["status.list_algorithm"]
        assert finding(later, "status.list_algorithm").actual == "crypto.algorithm_expired"
        assert later.interval.start == NOW + 100


def test_one_key_in_two_entries_counts_where_one_is_in_good_standing():
    gone = [build.period("withdrawn", build.WITHDRAWN, NOW - 9), build.period(until=NOW - 9)]
    first = build.service(
        id="urn:test:TH-0", type=SVC_PID_REVOCATION, issuerIds=[], history=gone,
        identities=[build.jwk_identity("status", kid="status-1")],
    )  # fmt: skip
    until = [build.period("withdrawn", build.WITHDRAWN, NOW + 50), build.period(until=NOW + 50)]
    second = build.service(
        id="urn:test:TH-9", type=SVC_PID_REVOCATION, issuerIds=[build.ISSUER], history=until,
        identities=[build.jwk_identity("status", kid="status-1")],
    )  # fmt: skip
    for order in ((first, second), (second, first)):
        trust = snapshot_of(lists.identity_world(*order))
        judged = verdict(credential(), held(BY_SEPARATE), trust=trust)
        assert (against(judged), judged.interval.end) == ([], NOW + 50)
        at_end = verdict(credential(), held(BY_SEPARATE), trust=trust, at=NOW + 50)
        assert against(at_end) == ["status.signer_not_in_standing"]


# --- evidence and memory -------------------------------------------------------------------------
def looked_up(data, evidence):
    recorder = Recorder(evidence)
    Verifier(WORLD).evaluate(data, Request("SG", HolderBinding.IF_PRESENT, at=NOW), recorder)
    return recorder.used


def test_every_look_up_leaves_a_trace():
    (used,) = looked_up(credential(), held(GOOD))
    assert (used.kind, used.uri) == (STATUS, URI)
    assert used.digest is not None
    (missing,) = looked_up(credential(), NO_EVIDENCE)
    assert missing.digest is None
    assert looked_up(build.vc(), held(GOOD)) == ()


def test_the_trace_tells_when_it_was_fetched():
    (one,), (two,) = (
        looked_up(credential(), held(GOOD)),
        looked_up(credential(), held(GOOD, fetched=NOW)),
    )
    assert one.digest != two.digest


def test_remembering_changes_no_answer():
    for octets in (GOOD, lists.listing({IDX: 1}), lists.token_jwt(exp=NOW + 5)):
        for at in (NOW - 9999, NOW, NOW + 5, NOW + 2 * DAY):
            MEMO.clear()
            cold = verdict(credential(), held(octets), at=at)
            verdict(credential(), held(octets))
            assert verdict(credential(), held(octets), at=at) == cold


def test_a_remembered_list_is_not_verified_again(monkeypatch):
    verdict(credential(), held(GOOD))
    assert len(MEMO) == 1
    monkeypatch.setattr("defa_trust.status.check_part", None)
    assert against(verdict(credential(), held(GOOD))) == []
    assert against(verdict(credential(99), held(GOOD))) == ["status.index_out_of_range"]


def test_a_remembered_list_vouches_for_nobody_else():
    """The same octets, and a trust list that no longer lets their signer speak."""
    assert ask(GOOD) == []
    other = snapshot_of(build.world(identities=[build.jwk_identity("other")]))
    data = credential(signer=build.key("other"))
    assert ask(GOOD, data=data, trust=other) == ["status.list_signature_invalid"]
    renamed = snapshot_of(build.world(identities=[build.jwk_identity("other", kid="key-2")]))
    data = credential(signer=build.key("other"), header={"kid": "key-2"})
    assert ask(GOOD, data=data, trust=renamed) == ["status.signer_unbound"]
    assert ask(GOOD) == []


@pytest.mark.parametrize(
    "octets",
    [
        lists.token_jwt(signer=build.key("stranger")),
        lists.token_jwt(sub=lists.OTHER_URI),
        lists.token_jwt(exp=NOW),
        b"<html>",
    ],
)
def test_only_lists_that_verify_are_remembered(octets):
    ask(octets)
    assert len(MEMO) == 0
