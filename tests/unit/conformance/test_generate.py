"""Generation: refuses expectations we do not meet, and finds every difference on disk."""

from dataclasses import replace

import pytest

from defa_trust.conformance import generate
from defa_trust.conformance.harness import answer
from defa_trust.conformance.registry import definitions


@pytest.fixture(scope="module")
def nan():
    return next(d for d in definitions() if d.id == "codec::json_nan")


def test_the_expectation_follows_from_the_codes(nan):
    case = nan.make()
    expected = generate.expectation(nan, case)
    assert expected["outcome"] == {"validity": "TOTAL-FAILED", "recognition": "NOT-EVALUATED"}
    assert expected["subIndication"] == "FORMAT_FAILURE"
    assert expected["stage"] == "parse"
    assert generate.expectation(replace(nan, codes=()), case)["outcome"]["validity"] == (
        "TOTAL-PASSED"
    )


def test_a_code_nobody_has_is_a_fault(nan):
    with pytest.raises(ValueError, match="nobody has"):
        generate.expectation(replace(nan, codes=("json.nonsense",)), nan.make())


def test_an_expectation_we_do_not_meet_stops_generation(nan, monkeypatch):
    wrong = replace(nan, codes=())
    monkeypatch.setattr(generate, "definitions", lambda: (wrong,))
    files, faults = generate.build()
    assert len(faults) == 1
    assert "codec::json_nan" in faults[0]
    assert "index.json" in files


def test_the_same_question_twice_is_a_fault(nan, monkeypatch):
    again = replace(nan, name="json_nan_again")
    monkeypatch.setattr(generate, "definitions", lambda: (nan, again))
    _, faults = generate.build()
    assert faults == ["codec::json_nan_again: tests the same bytes and question as codec::json_nan"]


def test_a_vector_that_cannot_be_made_names_itself(nan, monkeypatch):
    def broken():
        raise KeyError("x")

    monkeypatch.setattr(generate, "definitions", lambda: (replace(nan, make=broken),))
    _, faults = generate.build()
    assert faults == ["codec::json_nan: KeyError: 'x'"]


def test_check_names_what_differs_and_writes_nothing(nan, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr(generate, "definitions", lambda: (nan,))
    assert generate.main([str(tmp_path)]) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["codec.json", "index.json"]
    assert generate.main(["--check", str(tmp_path)]) == 0
    (tmp_path / "codec.json").write_text("[]")
    (tmp_path / "left_over.json").write_text("[]")
    capsys.readouterr()
    assert generate.main(["--check", str(tmp_path)]) == 1
    told = capsys.readouterr().err
    assert "codec.json" in told
    assert "left_over.json" in told
    assert "index.json" not in told
    assert (tmp_path / "codec.json").read_text() == "[]"
    assert generate.main([str(tmp_path)]) == 0
    assert not (tmp_path / "left_over.json").exists()
    assert generate.main(["--check", str(tmp_path)]) == 0


def test_wrong_vectors_are_never_written(nan, monkeypatch, tmp_path):
    monkeypatch.setattr(generate, "definitions", lambda: (replace(nan, codes=()),))
    assert generate.main([str(tmp_path)]) == 1
    assert list(tmp_path.iterdir()) == []


def test_unknown_arguments_are_misuse(capsys):
    assert generate.main(["--chekc"]) == 2
    assert "usage" in capsys.readouterr().err


def test_making_a_vector_twice_gives_the_same_bytes():
    chosen = [d for d in definitions() if d.group in ("codec", "recognition")][::7]
    for definition in chosen:
        first = generate.entry(definition, definition.make())
        second = generate.entry(definition, definition.make())
        assert generate._text(first) == generate._text(second)


def test_our_harness_describes_a_bug_of_ours_as_an_error(monkeypatch, capsys):
    import io
    import sys

    from defa_trust.conformance import harness

    lines = '{"id":"jose::x","task":"verify","input":{"file":"x"}}\nnot json\n'
    monkeypatch.setattr(sys, "stdin", io.StringIO(lines))
    assert harness.main() == 0
    first, second = capsys.readouterr().out.splitlines()
    assert '"error"' in first
    assert "jose::x" in first
    assert '"error"' in second


def test_pilot_and_unknown_are_counted_by_what_they_grant():
    def kind(validity, recognition, task="verify"):
        outcome = {"validity": validity, "recognition": recognition}
        return generate.kind({"task": task, "expect": {"outcome": outcome, "codes": []}})

    assert kind("TOTAL-PASSED", "RECOGNISED") == "positive"
    assert kind("TOTAL-PASSED", "PILOT") == "positive"
    assert kind("TOTAL-PASSED", "NOT-RECOGNISED") == "negative"
    assert kind("TOTAL-PASSED", "INDETERMINATE") == "indeterminate"
    assert kind("INDETERMINATE", "NOT-EVALUATED") == "indeterminate"
    assert kind("TOTAL-FAILED", "NOT-EVALUATED") == "negative"
    assert kind("TOTAL-PASSED", "NOT-EVALUATED", "decode") == "positive"


def test_an_answer_holds_no_claim_of_a_person():
    for definition in definitions():
        if definition.group == "cross_border":
            case = definition.make()
            assert "TEST-ONLY" not in str(answer(generate.entry(definition, case)))
