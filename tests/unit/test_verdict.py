"""Two answers, an order of reasons, and no way to mistake one for the other."""

import json
from itertools import permutations

import pytest

from defa_trust.codes import all_codes
from defa_trust.codes import recognition as recognition_codes
from defa_trust.codes import spine as codes
from defa_trust.codes import status as status_codes
from defa_trust.verdict import (
    ALWAYS,
    TIME_MAX,
    Aggregation,
    Code,
    ExitCode,
    Finding,
    Indication,
    Interval,
    Level,
    Outcome,
    Recognition,
    RecognitionOutcome,
    Report,
    Stage,
    Subject,
    Validity,
    Verdict,
    VerifiedVerdict,
    deciding,
    exit_code_for,
)

SUBJECT = Subject("test", "00")


def verdict(indication=Indication.TOTAL_PASSED, outcome=RecognitionOutcome.RECOGNISED, *findings):
    return Verdict(Validity(indication), Recognition(outcome), findings, SUBJECT, ALWAYS)


def test_neither_a_verdict_nor_a_report_is_a_boolean():
    with pytest.raises(TypeError, match="two answers"):
        bool(verdict())
    with pytest.raises(TypeError, match="verdicts"):
        bool(Report((verdict(),), 0))


@pytest.mark.parametrize(
    ("indication", "outcome", "code"),
    [
        ("TOTAL-PASSED", "RECOGNISED", 0),
        ("TOTAL-PASSED", "NOT-RECOGNISED", 1),
        ("TOTAL-PASSED", "PILOT", 4),
        ("TOTAL-PASSED", "INDETERMINATE", 3),
        ("TOTAL-PASSED", "NOT-EVALUATED", 3),
        ("TOTAL-FAILED", "NOT-EVALUATED", 1),
        ("INDETERMINATE", "NOT-EVALUATED", 3),
    ],
)
def test_exit_codes(indication, outcome, code):
    assert exit_code_for(Indication(indication), RecognitionOutcome(outcome)) == ExitCode(code)


def test_only_one_pair_of_answers_gives_zero():
    zero = [
        (indication, outcome)
        for indication in Indication
        for outcome in RecognitionOutcome
        if exit_code_for(indication, outcome) is ExitCode.RECOGNISED
    ]
    assert zero == [(Indication.TOTAL_PASSED, RecognitionOutcome.RECOGNISED)]


def test_the_deciding_finding_does_not_depend_on_the_order():
    findings = [
        Finding(codes.NOT_EXPIRED),
        Finding(status_codes.NOT_CHECKED),
        Finding(codes.EXPIRED),
        Finding(codes.DIGEST_MISMATCH),
        Finding(recognition_codes.NO_ARRANGEMENT),
    ]
    assert {deciding(order).code.id for order in permutations(findings)} == {"digest.mismatch"}


def test_failed_decides_before_indeterminate_and_validity_before_recognition():
    assert (
        deciding([Finding(status_codes.NOT_CHECKED), Finding(codes.EXPIRED)]).code is codes.EXPIRED
    )
    assert (
        deciding(
            [Finding(recognition_codes.NO_ARRANGEMENT), Finding(status_codes.NOT_CHECKED)]
        ).code
        is status_codes.NOT_CHECKED
    )
    assert deciding([Finding(codes.NOT_EXPIRED)]) is None


def test_the_moment_is_no_part_of_equality():
    assert Report((verdict(),), 1).verdicts == Report((verdict(),), 2).verdicts
    assert Finding(codes.EXPIRED, 5, start=5) == Finding(codes.EXPIRED, 5, start=5)


def test_aggregation_is_named_and_not_implied():
    good, bad = verdict(), verdict(Indication.TOTAL_FAILED, RecognitionOutcome.NOT_EVALUATED)
    assert Report((good, bad), 0).verdict is bad
    assert Report((good, bad), 0, aggregation=Aggregation.ANY_MAY_PASS).verdict is good


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_refusals_the_one_that_is_further_from_passing_decides(turned):
    """Both have exit code 1: a signature that passed and is not recognised, and one that failed."""
    unrecognised = verdict(Indication.TOTAL_PASSED, RecognitionOutcome.NOT_RECOGNISED)
    failed = verdict(Indication.TOTAL_FAILED, RecognitionOutcome.NOT_EVALUATED)
    pair = (failed, unrecognised) if turned else (unrecognised, failed)
    report = Report(pair, 0)
    assert report.verdict is failed
    assert report.validity is failed.validity
    report = Report(pair, 0, aggregation=Aggregation.ANY_MAY_PASS)
    assert report.verdict is unrecognised
    assert report.validity is unrecognised.validity


@pytest.mark.parametrize("turned", [False, True])
def test_the_file_is_not_valid_where_the_verdict_that_decides_is(turned):
    unrecognised = verdict(Indication.TOTAL_PASSED, RecognitionOutcome.NOT_RECOGNISED)
    unproven = verdict(Indication.INDETERMINATE, RecognitionOutcome.NOT_EVALUATED)
    report = Report((unproven, unrecognised) if turned else (unrecognised, unproven), 0)
    assert report.verdict is unrecognised
    assert report.exit_code is ExitCode.REFUSED
    assert report.validity is unproven.validity
    assert report.as_json()["validity"]["indication"] == "INDETERMINATE"
    assert Report((unrecognised, unrecognised), 0).validity is unrecognised.validity
    assert "validity" not in Report((unproven,), 0).as_json()


def test_claims_are_reachable_only_through_a_verified_type():
    assert not hasattr(verdict(), "claims")
    claims = {"a": [1]}
    passed = VerifiedVerdict(
        Validity(Indication.TOTAL_PASSED),
        Recognition(RecognitionOutcome.RECOGNISED),
        (),
        SUBJECT,
        ALWAYS,
        (),
        lambda: {"a": list(claims["a"])},
    )
    passed.claims["a"].append(2)
    assert passed.claims == {"a": [1]}


def test_intervals_are_half_open():
    interval = Interval(10, 20)
    assert [interval.holds_at(t) for t in (9, 10, 19, 20)] == [False, True, True, False]
    assert interval.intersect(Interval(15, 30)) == (15, 20)


def test_every_code_is_well_formed():
    table = all_codes()
    assert len(table) > 100
    for code in table.values():
        assert code.id == code.id.lower()
        assert "." in code.id
        assert code.text.endswith((".", "?", ")"))
        assert code.citation
        decides = code.indication is not None or code.recognition is not None
        if code.outcome is Outcome.MET:
            assert code.indication is None, code.id
        elif code.stage.value != "accept":
            noted = code.evidential and code.stage in (Stage.RECOGNISE, Stage.CONCLUDE)
            assert decides or noted, f"{code.id} fails, but decides nothing"
            assert not noted or code.exit_code is None
        if code.indication is not None:
            assert code.indication is not Indication.TOTAL_PASSED
            assert code.sub_indication is not None, code.id
        if code.recognition is not None:
            assert code.recognition is not RecognitionOutcome.RECOGNISED, code.id


def test_every_text_can_be_filled_in():
    for code in all_codes().values():
        text = Finding(code, ("left", "right"), 7).text
        assert "{" not in text, code.id


def test_a_verdict_serialises_without_claims_and_with_both_sides():
    finding = Finding(codes.EXPIRED, 100, None, start=100)
    failed = verdict(Indication.TOTAL_FAILED, RecognitionOutcome.NOT_EVALUATED, finding)
    document = json.loads(json.dumps(Report((failed,), 200).as_json()))
    [entry] = document["verdicts"]
    assert entry["reason"] == "time.expired"
    assert entry["findings"][0]["expected"] == 100
    assert entry["findings"][0]["holdsFrom"] == 100
    assert entry["findings"][0]["holdsUntil"] is None
    assert "claims" not in json.dumps(document)


def test_a_pilot_never_serialises_as_recognised():
    entry = verdict(outcome=RecognitionOutcome.PILOT).as_json()
    assert entry["recognition"]["outcome"] == "PILOT"
    assert entry["exitCode"] == 4
    level = Level(2, None, None, ("urn:x", "2.3")).as_json()
    assert (level["proofing"], level["authentication"]) == (2, "unstated")


def test_a_basis_replaces_the_codes_citation():
    code = codes.EXPIRED
    assert Finding(code).citation == code.citation
    assert Finding(code, basis="MoU, art. 3").citation == "MoU, art. 3"
    assert isinstance(code, Code)
    assert Finding(code).interval.end == TIME_MAX
