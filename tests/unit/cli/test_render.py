"""What a person sees: reason first, pilot never as recognised, nothing untrusted raw."""

import re

import pytest

from defa_trust.cli import render
from defa_trust.codes import all_codes
from defa_trust.verdict import (
    NOT_EVALUATED,
    TIME_MAX,
    ExitCode,
    Finding,
    Indication,
    Interval,
    Level,
    Need,
    NeedKind,
    Recognition,
    RecognitionOutcome,
    Report,
    SubIndication,
    Subject,
    Validity,
    Verdict,
)

CODES = all_codes()
AT = 1_793_491_200
PASSED = Validity(Indication.TOTAL_PASSED)
SUBJECT = Subject("vc-jwt", "ab" * 32, "TH", "https://issuer.th.test.example", "TEST-ONLY issuer")


def verdict(validity=PASSED, outcome=RecognitionOutcome.RECOGNISED, findings=(), **more):
    return Verdict(
        validity,
        more.pop("recognition", Recognition(outcome)),
        findings or (Finding(CODES["resolve.anchor_found"], "TH", "TEST-ONLY issuer"),),
        more.pop("subject", SUBJECT),
        more.pop("interval", Interval(AT - 10, AT + 10)),
        more.pop("needs", ()),
    )


def shown(verdict, **more):
    report = Report((verdict,), AT, **more)
    return "\n".join(render.report_lines(report, "SG", render.Paint(False)))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (RecognitionOutcome.RECOGNISED, "RECOGNISED in SG — VALID (TOTAL-PASSED)"),
        (RecognitionOutcome.NOT_RECOGNISED, "NOT RECOGNISED in SG — VALID (TOTAL-PASSED)"),
        (RecognitionOutcome.PILOT, "PILOT ONLY in SG — VALID (TOTAL-PASSED)"),
        (
            RecognitionOutcome.INDETERMINATE,
            "RECOGNITION NOT ESTABLISHED in SG — VALID (TOTAL-PASSED)",
        ),
    ],
)
def test_the_first_line_gives_both_answers(outcome, expected):
    assert shown(verdict(outcome=outcome)).splitlines()[0] == expected


def test_a_pilot_never_reads_as_recognised():
    assert not re.search(r"\bRECOGNISED\b", shown(verdict(outcome=RecognitionOutcome.PILOT)))


def test_a_failed_object_is_said_not_to_have_been_asked_for_recognition():
    failed = Validity(Indication.TOTAL_FAILED, SubIndication.EXPIRED)
    first = shown(verdict(failed, recognition=NOT_EVALUATED)).splitlines()[0]
    assert first == "INVALID (TOTAL-FAILED, EXPIRED); so recognition in SG was not evaluated"


def test_the_reason_is_the_deciding_finding_and_comes_second():
    refusal = Finding(CODES["recognition.no_arrangement"], "SG", "TH", subject="recognition")
    text = shown(verdict(outcome=RecognitionOutcome.NOT_RECOGNISED, findings=(refusal,)))
    assert text.splitlines()[1] == (
        "Reason: SG has no arrangement that recognises TH. [recognition.no_arrangement]"
    )


def test_findings_are_grouped_and_cited():
    findings = (
        Finding(CODES["resolve.anchor_found"], "TH", "TEST-ONLY issuer"),
        Finding(CODES["recognition.no_arrangement"], "SG", "TH"),
        Finding(CODES["recognition.purpose_not_stated"], ("health",)),
    )
    text = shown(verdict(outcome=RecognitionOutcome.NOT_RECOGNISED, findings=findings))
    places = [text.index(title) for title in ("\nNot met", "\nUnknown", "\nMet")]
    assert places == sorted(places)
    assert "recognition.purpose_not_stated · DEFA profile, purposes" in text


def test_moments_are_dates_and_other_numbers_stay():
    late = Finding(CODES["recognition.list_expired"], AT, "SG #1")
    assert render.sentence(late).endswith("expired at 2026-11-01T00:00:00Z.")
    large = Finding(CODES["input.too_large"], 1 << 20, 5_000_000)
    assert "5000000" in render.sentence(large)


@pytest.mark.parametrize(
    "hostile",
    [
        "\x1b[2J",
        "\x9b2J",
        "a\rVALID",
        "\u202egnp.exe",
        "\u2066x\u2069",
        "a\u200bb",
        "\x00",
        "\ud800",
    ],
)
def test_untrusted_text_can_neither_drive_nor_reorder_the_terminal(hostile):
    subject = SUBJECT._replace(issuer=f"https://x/{hostile}")
    finding = Finding(CODES["resolve.issuer_unknown"], None, f"https://x/{hostile}")
    need = Need(NeedKind.KEY_SET, f"https://x/{hostile}", "TH")
    unknown = Validity(Indication.INDETERMINATE, SubIndication.NO_SIGNING_CERTIFICATE_FOUND)
    text = shown(
        verdict(
            unknown,
            recognition=NOT_EVALUATED,
            subject=subject,
            findings=(finding,),
            needs=(need,),
        )
    )
    assert all(line.isprintable() for line in text.split("\n"))
    text.encode("utf-8")


def test_text_without_end_is_cut():
    assert len(render.printable("x" * 100_000)) < 400


def test_colours_only_where_asked(monkeypatch):
    assert render.Paint(False)("x", "31") == "x"
    assert render.Paint(True)("x", "31") == "\x1b[31mx\x1b[0m"
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not render.Paint().on


def test_level_term_effect_and_obligations_are_shown():
    recognition = Recognition(
        RecognitionOutcome.PILOT,
        "th-sg-pilot",
        Level(2, None, None, ("urn:defa:scale:th:ial", "2.3")),
        "ลายมือชื่ออิเล็กทรอนิกส์",
        "evidence only",
        ("count-one-against:maxPerDay",),
    )
    text = shown(verdict(recognition=recognition))
    assert "proofing 2, authentication unstated, federation unstated" in text
    assert "(national: 2.3 in urn:defa:scale:th:ial)" in text
    assert "evidence only" in text
    assert "count-one-against:maxPerDay" in text


def test_missing_lists_are_named():
    text = shown(verdict(), degraded=("MM:list.expired",))
    assert "Lists that could not be used: MM:list.expired" in text


def test_the_legal_notice_ends_every_report():
    assert shown(verdict()).endswith(render.NOTICE)


def test_an_endless_interval_has_no_number():
    text = shown(verdict(interval=Interval(AT, TIME_MAX)))
    assert "until no known end" in text


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({1: b"\x00\xff"}, {"1": "AP8"}),
        ([float("nan"), float("-inf"), 1.5], ["nan", "-inf", 1.5]),
        ({"a": (1, None, True)}, {"a": [1, None, True]}),
    ],
)
def test_claims_become_json(value, expected):
    assert render.plain(value) == expected


def test_hostile_claims_are_escaped():
    lines = list(render.claims_lines({"name": "\x1b[2J\u202e"}))
    assert all(line.isprintable() for line in lines)


def test_tables_align():
    lines = list(render.table_lines([("a", "b"), ("ccc", "d")], ("x", "y")))
    assert lines == ["x    y", "---  -", "a    b", "ccc  d"]


def test_every_exit_code_of_a_verdict_has_a_colour():
    for outcome in RecognitionOutcome:
        if outcome is not RecognitionOutcome.NOT_EVALUATED:
            report = Report((verdict(outcome=outcome),), AT)
            assert report.exit_code is not ExitCode.MISUSE
            assert "\x1b[" in next(render.report_lines(report, "SG", render.Paint(True)))
