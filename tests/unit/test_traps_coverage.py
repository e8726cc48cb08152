"""docs/traps-coverage.md names tests that exist, at least one for every trap."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "traps-coverage.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`(tests/[a-z0-9_/]+\.py)::(test_[a-z0-9_]+)`")
ROWS = [
    line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| trap |")
]


@cache
def names_in(path):
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return {
        node.name
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_trap_names_tests_that_exist(row):
    _, _trap, tests, _ = row.split("|")
    named = NAMED.findall(tests)
    assert named
    assert len(named) == tests.count("::"), "a test's name is misspelled"
    for path, name in named:
        assert name in names_in(path), f"{path} has no {name}"


def test_every_part_has_its_rows():
    parts = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])
    sign_in = "Sign-in tokens, embedded proofs and DIDs"
    common = {"Trust", "JOSE", "SD-JWT", "mdoc", "CWT QR", "Status", "Recognition", "Privacy"}
    signed = {"Signed documents", "ASiC containers"}
    assert set(parts) == common | signed | {sign_in, "Presentations", "Caches"}
    counts = {name: part.count("\n| ") - 1 for name, part in parts.items()}
    assert counts["Trust"] >= 14
    assert counts["JOSE"] >= 12
    assert counts["SD-JWT"] >= 11
    assert counts["mdoc"] >= 9
    assert counts["CWT QR"] >= 8
    assert counts["Signed documents"] >= 14
    assert counts["ASiC containers"] >= 8
    assert counts["Recognition"] >= 8
    assert counts[sign_in] >= 13
    assert counts["Presentations"] >= 15
    assert counts["Caches"] >= 9


def test_a_name_that_does_not_exist_would_be_noticed():
    assert "test_no_such_test" not in names_in("tests/attacks/test_jose.py")
    assert "test_unsigned_token" in names_in("tests/attacks/test_jose.py")
