"""The table of attacks on signatures: tests that are there, and the answers that were given."""

import ast
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.attacks import recorder, signature_table
from tests.attacks.signature_table import FAMILIES, GOOD, Answer, Ran
from tests.cms_samples import ask, cades

TESTS = Path(recorder.ROOT) / "tests"
LEAST = 8
NAME = FAMILIES["cades"][GOOD][0]
FINE = Answer("cades", "TOTAL-PASSED", None, ())
BROKEN = Answer("cades", "TOTAL-FAILED", "HASH_FAILURE", ("signature.content_changed",))


def test_every_family_of_signatures_is_there():
    from defa_trust.formats.registry import _FAMILIES

    assert set(FAMILIES) == {family.NAME for family in _FAMILIES}


@pytest.mark.parametrize("family", FAMILIES)
def test_a_good_file_and_eight_attacks_each_with_tests_that_are_there(family):
    attacks = FAMILIES[family]
    assert next(iter(attacks)) == GOOD
    assert len(attacks) - 1 >= LEAST
    names = [name for tests in attacks.values() for name in tests]
    assert all(attacks.values())
    assert len(names) == len(set(names))
    for name in names:
        path, _, function = name.partition("::")
        tree = ast.parse((TESTS / path).read_text("utf-8"))
        assert function in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_as_it_runs_each_attack_has_a_verdict_and_a_sub_indication(tmp_path):
    """The good file passes; of every attack something is refused, and it is said how."""
    pytest.importorskip("lxml")
    written = tmp_path / "table.json"
    command = [sys.executable, "-m", "tests.attacks.signature_table", "--json", str(written)]
    ran = subprocess.run(command, cwd=recorder.ROOT, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    shown: dict[str, set[str]] = {family: set() for family in FAMILIES}
    for row in json.loads(written.read_text("utf-8")):
        assert row["wrong"] is None
        subs = {answer["sub_indication"] for answer in row["answers"]} - {None}
        assert bool(subs) == (row["attack"] != GOOD)
        if subs:
            shown[row["family"]].add(row["attack"])
    assert all(len(attacks) >= LEAST for attacks in shown.values())
    assert "HASH_FAILURE: signature.content_changed" in ran.stdout


def test_an_answer_is_counted_when_it_is_given():
    with signature_table.watched() as log:
        ask(cades())
        assert log == Counter([FINE])
        ask(cades().replace(b"two parties", b"ten parties"))
        assert log == Counter([FINE, BROKEN])
    ask(cades())
    assert log == Counter([FINE, BROKEN])  # ``evaluate`` is as it was


@pytest.mark.parametrize(
    ("attack", "ran", "said"),
    [
        (GOOD, Ran("passed", 1, {FINE: 1}), None),
        (GOOD, Ran("passed", 1, {BROKEN: 1}), "A GOOD FILE WAS REFUSED"),
        (GOOD, Ran("passed", 1, {}), "NO ANSWER"),
        (GOOD, Ran("passed", 1, {FINE._replace(format="xades"): 1}), "NO ANSWER"),
        ("changed", Ran("passed", 1, {FINE: 1, BROKEN: 1}), None),
        ("changed", Ran("passed", 1, {FINE: 1}), "NOTHING WAS REFUSED"),
        ("changed", Ran("failed", 1, {BROKEN: 1}), "FAILED"),
        ("changed", Ran("skipped", 1, {}), "SKIPPED"),
        ("changed", None, "NOT FOUND"),
    ],
)
def test_what_a_row_does_not_show_is_said(monkeypatch, capsys, attack, ran, said):
    monkeypatch.setattr(signature_table, "FAMILIES", {"cades": {attack: (NAME,)}})
    monkeypatch.setattr(signature_table, "run", lambda: {} if ran is None else {NAME: ran})
    assert signature_table.main([]) == (said is not None)
    assert (said or "0 not as they should be") in capsys.readouterr().out
