"""Every rule answers met, not met and unknown, with both sides; what cannot occur says why.

To renew the table in docs/recognition.md: python -m tests.unit.recognition.test_rule_table
"""

from pathlib import Path

import pytest

from defa_trust.codes import all_codes
from defa_trust.codes import recognition as codes
from defa_trust.codes import recognition_rules as more
from defa_trust.recognition.rule import PutTo, Step
from defa_trust.recognition.rules import ALL_RULES, ORDER, RULES, STATE_RULES, by_id
from defa_trust.request import Request
from defa_trust.trustlist.model import Arrangement, LawKind, Service, TrustList
from defa_trust.verdict import Code, Outcome, RecognitionOutcome

from .rule_cases import CASES, answered, ids_of, judged

ROWS = 18
"""Rows of the table of legal rules."""
DOCUMENT = Path(__file__).resolve().parents[3] / "docs" / "recognition.md"
BEGIN, END = "<!-- rules: generated -->", "<!-- /rules -->"


@pytest.mark.parametrize("place", CASES, ids=ids_of)
def test_a_rule_answers_with_both_sides(place):
    rule_id, outcome = f"recognition.{place[0]}", place[1]
    case = CASES[place]
    finding = answered(rule_id, case)
    assert finding.code.id == f"recognition.{case.code}"
    assert finding.code.rule == rule_id
    assert finding.outcome is outcome
    assert (finding.expected, finding.actual) == (case.expected, case.actual)
    assert "{" not in finding.text


@pytest.mark.parametrize("place", CASES, ids=ids_of)
def test_the_engine_reports_the_answer_and_is_no_milder_than_it(place):
    rule = by_id(f"recognition.{place[0]}")
    if rule.put_to in (PutTo.DOCUMENT, PutTo.PRESENTATION):
        return
    case = CASES[place]
    answer = judged(case)
    alone = answered(rule.id, case)
    found = [finding for finding in answer.findings if finding.code.rule == rule.id]
    assert alone.code in [finding.code for finding in found]
    outcome = answer.recognition.outcome
    if alone.code.recognition is RecognitionOutcome.NOT_RECOGNISED:
        assert outcome is RecognitionOutcome.NOT_RECOGNISED
    if alone.code.recognition is RecognitionOutcome.INDETERMINATE:
        assert outcome in (RecognitionOutcome.INDETERMINATE, RecognitionOutcome.NOT_RECOGNISED)
    if alone.code.evidential:
        assert alone.code.exit_code is None


def test_every_rule_has_a_case_for_every_outcome_or_a_reason_for_none():
    for rule in ALL_RULES:
        name = rule.id.removeprefix("recognition.")
        for outcome in Outcome:
            tested, excused = (name, outcome) in CASES, outcome in rule.never
            assert tested is not excused, (rule.id, outcome)
    assert {f"recognition.{name}" for name, _ in CASES} == set(ORDER)


def test_every_row_of_the_legal_table_has_a_rule_that_gives_all_three_answers():
    for row in range(1, ROWS + 1):
        rules = [rule for rule in ALL_RULES if rule.row == row]
        assert rules, row
        assert any(not rule.never for rule in rules), row
        assert all(rule.sources for rule in rules), row


def test_every_code_of_recognition_belongs_to_a_rule_and_every_rule_has_a_question():
    found = {
        code.rule
        for area in (codes, more)
        for code in vars(area).values()
        if isinstance(code, Code)
    }
    assert found == set(ORDER)
    assert len(ORDER) == len(ALL_RULES)
    assert all(rule.question.endswith("?") for rule in ALL_RULES)


def test_the_answers_are_reported_in_the_order_of_the_steps():
    steps = [rule.step.value for rule in ALL_RULES]
    assert steps == sorted(steps)
    order = [step for step in Step if any(rule.step is step for rule in ALL_RULES)]
    assert [step.name for step in order[:7]] == [
        "AGREEMENT", "LIST", "SERVICE_STATUS", "SCOPE", "LEVEL", "INSTRUMENT", "EFFECT",
    ]  # fmt: skip
    assert ORDER["recognition.state_exclusion"] < ORDER["recognition.reliability"]
    assert ALL_RULES[0].id == "recognition.agreement"


def test_inputs_name_things_that_are_there():
    members = {
        "request": Request,
        "arrangement": Arrangement,
        "service": Service,
        "lists": TrustList,
    }
    free = {"moment", "types", "asserted_levels", "presented", "lists.recognition"}
    for rule in ALL_RULES:
        assert rule.inputs, rule.id
        for name in rule.inputs:
            owner, _, member = name.partition(".")
            if owner in ("policy", "document") or name in free:
                continue
            if owner == "law":
                assert LawKind(member), name
            else:
                assert hasattr(members[owner], member), name


def test_an_unread_source_is_marked_wherever_it_is_cited():
    table = all_codes()
    for rule in ALL_RULES:
        for source in rule.sources:
            marked = f"{source.citation} [citation unverified]" in rule.citation
            assert marked is not source.read, rule.id
    doctrine = [table[f"recognition.{name}"] for name in ("designated", "reliability_met")]
    assert all("[citation unverified]" in code.citation for code in doctrine)
    assert not by_id("recognition.reliability").verified
    assert by_id("recognition.category").verified


def test_each_rule_is_asked_of_one_thing():
    assert all(rule.put_to is PutTo.STATE for rule in STATE_RULES)
    assert all(rule.put_to is PutTo.ARRANGEMENT for rule in RULES)


def cell(rule, outcome):
    name = rule.id.removeprefix("recognition.")
    case = CASES.get((name, outcome))
    if case is None:
        return f"never: {rule.never[outcome]}"
    return f"`{case.code}`"


def markdown():
    heads = ("row", "rule", "put to", "question", "inputs", "source", "met", "not met", "unknown")
    lines = ["| " + " | ".join(heads) + " |", "|" + "---|" * len(heads)]
    for rule in ALL_RULES:
        cells = (
            "" if rule.row is None else str(rule.row),
            f"`{rule.id}`",
            rule.put_to.value,
            rule.question,
            ", ".join(f"`{name}`" for name in rule.inputs),
            rule.citation,
            *(cell(rule, outcome) for outcome in (Outcome.MET, Outcome.NOT_MET, Outcome.UNKNOWN)),
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def around():
    text = DOCUMENT.read_text(encoding="utf-8")
    head, _, rest = text.partition(BEGIN + "\n")
    table, _, tail = rest.partition(END + "\n")
    return head, table, tail


def test_the_document_holds_the_table_of_the_registry():
    assert around()[1] == markdown(), "docs/recognition.md is out of date"


def renew():
    head, _, tail = around()
    DOCUMENT.write_text(f"{head}{BEGIN}\n{markdown()}{END}\n{tail}", encoding="utf-8")


if __name__ == "__main__":
    renew()
