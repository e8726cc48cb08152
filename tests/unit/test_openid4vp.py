"""Judging presentations: what counts, what is discarded, and what the whole comes to."""

import json
from dataclasses import replace

import pytest

from defa_trust.cache import CachedVerifier
from defa_trust.conformance.build import (
    MOMENT,
    VCT,
    arrangement,
    digest,
    named,
    present,
    sd_issuer,
    sd_payload,
)
from defa_trust.conformance.presentations import (
    PAYMENT,
    PERSON,
    VERIFIER_KEY,
    asked,
    authorising,
    mdl,
    mdl_query,
    pid,
    pid_query,
    presentation_world,
    respond,
)
from defa_trust.conformance.status_lists import URI, token_jwt, token_reference
from defa_trust.conformance.trust import snapshot_of
from defa_trust.errors import MisuseError, Rejection
from defa_trust.fetch import gather
from defa_trust.material import NO_EVIDENCE
from defa_trust.openid4vp import Surplus, TransactionData, judge, plain_claims, questions
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.verdict import ExitCode, Indication, NeedKind, VerifiedVerdict
from defa_trust.verify import Verifier

VERIFIER = Verifier(snapshot_of(presentation_world()))
REQUEST = Request("SG", HolderBinding.MUST_BE_PRESENT, at=MOMENT)
FAMILY = named("family_name", "TEST-ONLY Jaidee")
MODES = ["direct_post", "direct_post.jwt", "dc_api", "dc_api.jwt"]
BOTH = (pid_query("family_name"), mdl_query("family_name", "issuing_country"))


def answer(request, token, verifier=VERIFIER, question=REQUEST, **options):
    key = VERIFIER_KEY if request.mode.encrypted else None
    return judge(verifier, respond(request, token, **options), request, question, key=key)


def against(report):
    return sorted(
        {
            finding.code.id
            for finding in report.all_findings
            if finding.code.outcome != "met" and not finding.code.evidential
        }
    )


@pytest.mark.parametrize("mode", MODES)
def test_what_was_asked_for_is_presented(mode):
    request = asked(*BOTH, mode=mode)
    token = {
        "pid": [pid(request, "family_name")],
        "mdl": [mdl(request, "family_name", "issuing_country")],
    }
    report = answer(request, token)
    assert against(report) == []
    assert report.satisfied
    assert report.exit_code is ExitCode.RECOGNISED
    assert report.reason is None
    assert report.require() is report
    assert report.validity.indication is Indication.TOTAL_PASSED
    assert [finding.code.id for finding in report.findings] == ["presentation.query_satisfied"]
    [first], [second] = report.of("pid"), report.of("mdl")
    assert first.claims == {("family_name",): (PERSON["family_name"],)}
    assert plain_claims(second)[1]["values"] == ["TH"]
    assert (first.surplus, second.surplus) == ((), ())


def test_a_cached_verifier_says_the_same():
    request = asked(*BOTH)
    token = {
        "pid": [pid(request, "family_name")],
        "mdl": [mdl(request, "family_name", "issuing_country")],
    }
    cached = CachedVerifier(Verifier(VERIFIER.snapshot))
    expected = answer(request, token)
    for _ in range(2):
        assert answer(request, token, cached) == expected


def test_the_clock_is_read_once_where_no_moment_is_given():
    ticks = iter(range(MOMENT, MOMENT + 100))
    clocked = Verifier(VERIFIER.snapshot, clock=lambda: next(ticks))
    request = asked(*BOTH)
    token = {
        "pid": [pid(request, "family_name")],
        "mdl": [mdl(request, "family_name", "issuing_country")],
    }
    report = answer(request, token, clocked, replace(REQUEST, at=None))
    assert report.satisfied
    assert not report.as_of
    assert {each.report.at for each in report.presentations} == {MOMENT}
    assert not any(each.report.as_of for each in report.presentations)
    assert next(ticks) == MOMENT + 1


def test_a_missing_credential_is_a_typed_rejection():
    request = asked(*BOTH)
    report = answer(request, {"pid": [pid(request, "family_name")]})
    assert against(report) == ["presentation.credential_missing"]
    assert not report.satisfied
    assert report.reason.expected == "mdl"
    with pytest.raises(Rejection) as caught:
        report.require()
    assert caught.value.code.id == "presentation.credential_missing"


def test_a_report_is_no_boolean():
    request = asked()
    with pytest.raises(TypeError):
        bool(answer(request, {"pid": [pid(request, "family_name")]}))


def test_what_did_not_pass_is_not_compared():
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name", exp=MOMENT)]})
    assert against(report) == ["time.expired"]
    [only] = report.presentations
    assert [f.code.id for f in only.findings] == ["presentation.not_looked_into"]
    assert only.claims == {}
    assert report.of("pid") == ()
    assert report.exit_code is ExitCode.REFUSED
    assert report.reason.code.id == "time.expired"


def test_another_type_does_not_count():
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name", vct=f"{VCT}/other")]})
    assert against(report) == ["presentation.type_other"]
    [only] = report.presentations
    assert only.report.exit_code is ExitCode.RECOGNISED
    assert only.exit_code is ExitCode.REFUSED
    assert only.claims == {}


def test_a_plain_sd_jwt_is_of_no_type_that_was_asked_for():
    """Where the caller's profile allows plain SD-JWTs: with the type in it, and without any."""
    request = asked()
    question = replace(REQUEST, profiles=frozenset({Profile.SD_JWT_GENERIC}))
    issued = sd_issuer(sd_payload(_sd=[digest(FAMILY)]), header={"typ": "example+sd-jwt"})
    untyped = sd_issuer(
        sd_payload(_sd=[digest(FAMILY)], vct=None), header={"typ": "example+sd-jwt"}
    )
    proof = {"aud": request.audience, "nonce": request.nonce}
    for part in (issued, untyped):
        token = present(part, FAMILY, binding=proof).decode()
        report = answer(request, {"pid": [token]}, question=question)
        assert report.presentations[0].report.exit_code is ExitCode.RECOGNISED
        assert against(report) == ["presentation.type_other"]


def test_more_than_was_asked_for_is_reported_and_not_handed_on():
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name", "birthdate")]})
    assert report.satisfied
    [only] = report.presentations
    assert only.surplus == (("birthdate",),)
    assert set(only.claims) == {("family_name",)}
    shown = json.dumps(report.as_json())
    assert "presentation.surplus" in shown
    for private in ("birthdate", PERSON["birthdate"], PERSON["family_name"]):
        assert private not in shown


def test_more_than_was_asked_for_can_be_refused():
    request = asked(surplus=Surplus.REFUSED)
    report = answer(request, {"pid": [pid(request, "family_name", "birthdate")]})
    assert against(report) == ["presentation.surplus_refused"]
    assert answer(request, {"pid": [pid(request, "family_name")]}).satisfied


def test_a_pilot_satisfies_nothing_by_itself():
    pilot = arrangement(stage="pilot")
    verifier = Verifier(snapshot_of(presentation_world(granting=pilot)))
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name")]}, verifier)
    assert report.exit_code is ExitCode.PILOT
    assert not report.satisfied
    assert report.of("pid") == ()
    assert report.validity.indication is Indication.TOTAL_PASSED


def test_valid_and_not_recognised():
    other = arrangement("SG", "VN")
    verifier = Verifier(snapshot_of(presentation_world(granting=other)))
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name")]}, verifier)
    assert report.exit_code is ExitCode.REFUSED
    assert report.validity.indication is Indication.TOTAL_PASSED
    assert report.reason.code.recognition == "NOT-RECOGNISED"


def test_what_could_not_be_checked_is_neither():
    request = asked(mdl_query("family_name"))
    mac = {"deviceMac": [b"\xa1\x01\x05", {}, None, b"\0" * 32]}
    from defa_trust.conformance import mdocs

    token = mdl(request, "family_name", device=mdocs.device_signed(auth=mac))
    report = answer(request, {"mdl": [token]})
    assert against(report) == ["mdoc.device_mac"]
    assert report.exit_code is ExitCode.INDETERMINATE
    assert report.validity.indication is Indication.INDETERMINATE
    assert report.reason.code.id == "mdoc.device_mac"


# --- sets ----------------------------------------------------------------------------------------
SETS = [{"options": [["pid"], ["mdl"]]}]


def test_one_alternative_is_enough():
    request = asked(*BOTH, sets=SETS)
    for token in (
        {"pid": [pid(request, "family_name")]},
        {"mdl": [mdl(request, "family_name", "issuing_country")]},
    ):
        assert answer(request, token).satisfied


def test_a_failed_alternative_is_discarded_and_the_other_counts():
    request = asked(*BOTH, sets=SETS)
    token = {
        "pid": [pid(request, "family_name", exp=MOMENT)],
        "mdl": [mdl(request, "family_name", "issuing_country")],
    }
    report = answer(request, token)
    assert report.satisfied
    assert [each.counts for each in report.presentations] == [False, True]
    assert "time.expired" in against(report)


def test_an_optional_set_may_be_missing_but_the_required_one_may_not():
    sets = [{"options": [["pid"]]}, {"options": [["mdl"]], "required": False}]
    request = asked(*BOTH, sets=sets)
    assert answer(request, {"pid": [pid(request, "family_name")]}).satisfied
    token = {"mdl": [mdl(request, "family_name", "issuing_country")]}
    report = answer(request, token)
    assert against(report) == ["presentation.credential_missing"]


def test_only_optional_sets_still_need_something_that_counts():
    request = asked(*BOTH, sets=[{**SETS[0], "required": False}])
    assert answer(request, {"pid": [pid(request, "family_name")]}).satisfied
    report = answer(request, {"pid": [pid(request, "family_name", exp=MOMENT)]})
    assert report.exit_code is ExitCode.REFUSED


def test_half_of_an_alternative_is_nothing():
    request = asked(*BOTH, sets=[{"options": [["pid", "mdl"]]}])
    report = answer(request, {"pid": [pid(request, "family_name")]})
    assert report.reason.expected == "pid+mdl"


def test_several_credentials_where_several_were_asked_for():
    request = asked(pid_query("family_name", multiple=True))
    good = pid(request, "family_name")
    second = pid(request, "family_name", jti="second")
    report = answer(request, {"pid": [good, second]})
    assert report.satisfied
    assert [each.number for each in report.of("pid")] == [1, 2]
    expired = pid(request, "family_name", exp=MOMENT)
    report = answer(request, {"pid": [expired, good]})
    assert report.satisfied
    assert [each.number for each in report.of("pid")] == [2]


def test_without_holder_binding_a_proof_is_still_checked_where_it_is_there():
    asks = pid_query("family_name", require_cryptographic_holder_binding=False)
    request = asked(asks, state="TEST-ONLY-state-0815")
    assert answer(request, {"pid": [pid(request, "family_name", bound=False)]}).satisfied
    assert answer(request, {"pid": [pid(request, "family_name")]}).satisfied
    replayed = pid(request, "family_name", binding={"nonce": "TEST-ONLY-yesterday"})
    assert against(answer(request, {"pid": [replayed]})) == ["holder.nonce_mismatch"]


# --- transaction data ----------------------------------------------------------------------------
def transacting(*items, **members):
    return asked(transaction_data=items or (PAYMENT,), **members)


def authorised(request, binding):
    return answer(request, {"pid": [pid(request, "family_name", binding=binding)]})


def test_transaction_data_is_authorised_by_the_holders_proof():
    request = transacting()
    report = authorised(request, authorising(PAYMENT))
    assert report.satisfied
    assert report.presentations[0].authorises == (0,)


def test_transaction_data_that_nobody_authorises():
    request = transacting()
    report = authorised(request, {})
    assert against(report) == ["presentation.transaction_unauthorised"]
    assert report.presentations[0].counts
    assert not report.satisfied


@pytest.mark.parametrize("alg", ["sha-256", "sha-384", "sha-512"])
def test_the_algorithm_asked_for_must_be_named(alg):
    item = TransactionData.of("payment", ["pid"], algorithms=["sha-256", "sha-384", "sha-512"])
    request = transacting(item)
    assert authorised(request, authorising(item, alg=alg)).satisfied
    report = authorised(request, authorising(item))
    assert "presentation.transaction_algorithm" in against(report)


def test_several_transactions_and_one_proof():
    second = TransactionData.of("payment", ["pid"], amount="1")
    request = transacting(PAYMENT, second)
    assert authorised(request, authorising(second, PAYMENT)).satisfied
    report = authorised(request, authorising(second))
    assert against(report) == ["presentation.transaction_unauthorised"]
    assert report.reason.actual == 1


def test_one_transaction_authorised_by_one_of_two_credentials():
    item = TransactionData.of("payment", ["pid", "other"])
    request = asked(
        pid_query("family_name"), pid_query("birthdate", id="other"), transaction_data=(item,)
    )
    first = pid(request, "family_name", binding=authorising(item))
    second = pid(request, "birthdate")
    assert answer(request, {"pid": [first], "other": [second]}).satisfied
    twice = pid(request, "birthdate", binding=authorising(item))
    report = answer(request, {"pid": [first], "other": [twice]})
    assert against(report) == ["presentation.transaction_twice"]


def test_a_transaction_is_authorised_no_better_than_its_credential_stands():
    item = TransactionData.of("payment", ["pid", "spare"])
    request = asked(
        pid_query("family_name"),
        pid_query("birthdate", id="spare"),
        sets=[{"options": [["pid"]]}, {"options": [["spare"]], "required": False}],
        transaction_data=(item,),
    )

    def judged(**members):
        spare = pid(request, "birthdate", binding=authorising(item), **members)
        return answer(request, {"pid": [pid(request, "family_name")], "spare": [spare]})

    assert judged().satisfied
    unknown = judged(status=token_reference())
    assert unknown.exit_code is ExitCode.INDETERMINATE
    assert unknown.reason.code.id.startswith("status.")


def test_an_algorithm_that_is_no_text():
    request = transacting()
    named = {**authorising(PAYMENT), "transaction_data_hashes_alg": 256}
    assert against(authorised(request, named)) == ["presentation.transaction_form"]


# --- evidence ------------------------------------------------------------------------------------
def test_what_is_missing_is_a_need_and_can_be_gathered_first():
    request = asked()
    data = respond(request, {"pid": [pid(request, "family_name", status=token_reference())]})
    report = judge(VERIFIER, data, request, REQUEST)
    assert report.exit_code is ExitCode.INDETERMINATE
    assert [(need.kind, need.what) for need in report.needs] == [(NeedKind.STATUS_LIST, URI)]
    verifier, evidence = VERIFIER, NO_EVIDENCE
    for octets, question in questions(data, request, REQUEST):
        done = gather(
            verifier, octets, question, evidence=evidence, fetch=lambda _: token_jwt(),
            hosts=("status.th.test.example",), now=lambda: MOMENT,
        )  # fmt: skip
        verifier, evidence = done.verifier, done.evidence
    report = judge(verifier, data, request, REQUEST, evidence=evidence)
    assert report.satisfied
    assert report.needs == ()


def test_a_response_that_is_refused_asks_nothing():
    assert questions(b"nonsense", asked(), REQUEST) == ()
    with pytest.raises(MisuseError):
        questions(b"nonsense", asked(), replace(REQUEST, nonce="TEST-ONLY-nonce-0815"))


# --- calls ---------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "members",
    [
        {"audience": "x"},
        {"nonce": "x"},
        {"session_transcript": b"\x80"},
        {"reader_key": VERIFIER_KEY},
        {"format": "mdoc"},
    ],
)
def test_what_the_presentation_request_says_is_not_said_twice(members):
    request = asked()
    with pytest.raises(MisuseError, match="presentation request"):
        judge(VERIFIER, b"vp_token={}", request, replace(REQUEST, **members))


def test_the_key_must_be_that_of_the_request():
    plain, encrypted = asked(), asked(mode="direct_post.jwt")
    from defa_trust.conformance.presentations import WALLET_KEY

    for request, key in ((plain, VERIFIER_KEY), (encrypted, None), (encrypted, WALLET_KEY)):
        with pytest.raises(MisuseError, match="private key"):
            judge(VERIFIER, b"x", request, REQUEST, key=key)


def test_a_refused_response_says_why_and_nothing_else():
    report = judge(VERIFIER, b"nonsense", asked(), REQUEST)
    assert report.presentations == ()
    assert report.exit_code is ExitCode.REFUSED
    assert report.reason.code.id == "presentation.response_form"
    assert report.as_json()["reason"] == "presentation.response_form"


def test_the_error_of_a_wallet_is_no_failure_of_a_credential():
    report = judge(VERIFIER, b"error=access_denied", asked(), REQUEST)
    assert report.exit_code is ExitCode.INDETERMINATE
    assert report.reason.code.id == "presentation.wallet_error"
    assert "access_denied" in report.reason.text


def test_verdicts_that_pass_can_be_read_whole():
    request = asked()
    report = answer(request, {"pid": [pid(request, "family_name", "birthdate")]})
    verdict = report.presentations[0].report.verdict
    assert isinstance(verdict, VerifiedVerdict)
    assert verdict.claims["birthdate"] == "1990-01-15"
