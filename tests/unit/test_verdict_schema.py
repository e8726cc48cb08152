"""`schemas/verdict.v1`: what Report.as_json() gives passes it, and no mixture of answers does."""

import itertools
import json
from pathlib import Path

import pytest

from defa_trust import codes
from defa_trust.verdict import (
    TIME_MAX,
    TIME_MIN,
    Aggregation,
    ExitCode,
    Finding,
    Indication,
    Interval,
    Level,
    Need,
    NeedKind,
    Outcome,
    Recognition,
    RecognitionOutcome,
    Report,
    Stage,
    SubIndication,
    Subject,
    Validity,
    Verdict,
)

jsonschema = pytest.importorskip("jsonschema")

SCHEMA = json.loads(
    (Path(__file__).resolve().parents[2] / "schemas" / "verdict.v1.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
AT = 1_793_491_200
SUBJECT = Subject("vc-jwt", "ab" * 32, "TH", "https://issuer.th.test.example", "TEST-ONLY", "u")


def passes(shape):
    return not list(VALIDATOR.iter_errors(json.loads(json.dumps(shape))))


def code(outcome=Outcome.MET, **more):
    return codes.Code("test.code", "test", Stage.CONCLUDE, outcome, "TEST", "text", **more)


def verdict(outcome, *, level=None):
    """A verdict with the deciding finding such an outcome has."""
    reasons = {
        RecognitionOutcome.RECOGNISED: code(),
        RecognitionOutcome.PILOT: code(recognition=outcome),
        RecognitionOutcome.NOT_RECOGNISED: code(Outcome.NOT_MET, recognition=outcome),
        RecognitionOutcome.INDETERMINATE: code(Outcome.UNKNOWN, recognition=outcome),
    }
    return Verdict(
        Validity(Indication.TOTAL_PASSED),
        Recognition(outcome, "sg-th", level),
        (Finding(reasons[outcome], ("a", "b"), 3, AT, AT + 1, "cd" * 32),),
        SUBJECT,
        Interval(AT, AT + 1),
        (Need(NeedKind.KEY_SET, "https://x", "TH"),),
    )


def unproven(indication, sub):
    finding = Finding(code(Outcome.NOT_MET, indication=indication, sub_indication=sub))
    return Verdict(
        Validity(indication, sub),
        Recognition(RecognitionOutcome.NOT_EVALUATED),
        (finding,),
        Subject("unknown", "00" * 32),
        Interval(TIME_MIN, TIME_MAX),
    )


OUTCOMES = [item for item in RecognitionOutcome if item is not RecognitionOutcome.NOT_EVALUATED]
VERDICTS = [
    *(verdict(item) for item in OUTCOMES),
    *(
        unproven(indication, sub)
        for indication in (Indication.TOTAL_FAILED, Indication.INDETERMINATE)
        for sub in SubIndication
    ),
    verdict(RecognitionOutcome.RECOGNISED, level=Level(1, None, 3, ("urn:x", "2.3"))),
]


def test_the_schema_is_one_and_closed_and_described():
    jsonschema.Draft202012Validator.check_schema(SCHEMA)

    def walk(node, path):
        if isinstance(node, dict):
            if (
                isinstance(node.get("properties"), dict)
                and node.get("additionalProperties") is False
            ):
                for name, member in node["properties"].items():
                    described = "description" in member or "$ref" in member
                    assert described, f"{path}.{name} has no description"
            for name, item in node.items():
                walk(item, f"{path}.{name}")
        elif isinstance(node, list):
            for item in node:
                walk(item, path)

    walk(SCHEMA, "")


@pytest.mark.parametrize("each", VERDICTS)
def test_every_verdict_passes(each):
    assert passes(Report((each,), AT).as_json())


@pytest.mark.parametrize("aggregation", list(Aggregation))
def test_every_pair_of_verdicts_passes(aggregation):
    some = [*VERDICTS[:4], VERDICTS[4], VERDICTS[-2]]
    for pair in itertools.product(some, repeat=2):
        assert passes(Report(pair, AT, True, aggregation, ("MM:list.expired",)).as_json())


def test_every_word_of_the_enumerations_is_in_the_schema():
    text = json.dumps(SCHEMA)
    for words in (Indication, SubIndication, RecognitionOutcome, Outcome, Stage, NeedKind):
        for word in words:
            assert json.dumps(word.value) in text, word


@pytest.mark.parametrize("claimed", [0, 1, 3])
def test_a_pilot_passes_with_no_other_exit_code(claimed):
    shape = Report((verdict(RecognitionOutcome.PILOT),), AT).as_json()
    assert passes(shape)
    shape["verdicts"][0]["exitCode"] = shape["exitCode"] = claimed
    assert not passes(shape)


def test_a_pilot_cannot_be_written_as_recognised():
    shape = Report((verdict(RecognitionOutcome.PILOT),), AT).as_json()
    shape["verdicts"][0]["recognition"]["outcome"] = "RECOGNISED"
    assert not passes(shape)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("indication", [Indication.TOTAL_FAILED, Indication.INDETERMINATE])
def test_what_did_not_pass_has_no_recognition(outcome, indication):
    shape = Report((unproven(indication, SubIndication.GENERIC),), AT).as_json()
    shape["verdicts"][0]["recognition"]["outcome"] = outcome.value
    assert not passes(shape)


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("other", [0, 1, 3, 4])
def test_each_outcome_has_one_exit_code(outcome, other):
    each = verdict(outcome)
    shape = Report((each,), AT).as_json()
    shape["verdicts"][0]["exitCode"] = shape["exitCode"] = other
    assert passes(shape) == (other == each.exit_code.value)


def test_the_exit_code_of_a_report_is_that_of_its_worst_verdict():
    pair = (verdict(RecognitionOutcome.RECOGNISED), verdict(RecognitionOutcome.NOT_RECOGNISED))
    shape = Report(pair, AT).as_json()
    assert shape["exitCode"] == ExitCode.REFUSED.value
    assert passes(shape)
    assert not passes({**shape, "exitCode": 0})


def test_the_validity_of_a_file_stands_beside_its_verdicts():
    pair = (
        verdict(RecognitionOutcome.RECOGNISED),
        unproven(Indication.TOTAL_FAILED, SubIndication.HASH_FAILURE),
    )
    shape = Report(pair, AT).as_json()
    assert shape["validity"] == {"indication": "TOTAL-FAILED", "subIndication": "HASH_FAILURE"}
    assert passes(shape)
    assert not passes({**shape, "validity": "TOTAL-FAILED"})
    assert not passes({**shape, "validity": {"indication": "PASSED", "subIndication": None}})


def test_claims_need_a_passed_object():
    good = Report((verdict(RecognitionOutcome.NOT_RECOGNISED),), AT).as_json()
    bad = Report((unproven(Indication.TOTAL_FAILED, SubIndication.EXPIRED),), AT).as_json()
    assert passes({**good, "claims": {}})
    assert not passes({**bad, "claims": {}})


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("verdicts",), []),
        (("surprise",), 1),
        (("verdicts", 0, "findings"), []),
        (("verdicts", 0, "validity", "subIndication"), "EXPIRED"),
        (("verdicts", 0, "validity", "indication"), "PASSED"),
        (("verdicts", 0, "subject", "digest"), "xyz"),
        (("verdicts", 0, "subject", "territory"), "DE"),
        (("verdicts", 0, "findings", 0, "code"), "No Code"),
        (("verdicts", 0, "findings", 0, "evidence"), "no digest"),
        (("verdicts", 0, "holdsFrom"), "2026"),
    ],
)
def test_one_fault_is_enough(path, value):
    shape = Report((verdict(RecognitionOutcome.RECOGNISED),), AT).as_json()
    assert passes(shape)
    node = shape
    for name in path[:-1]:
        node = node[name]
    node[path[-1]] = value
    assert not passes(shape)
