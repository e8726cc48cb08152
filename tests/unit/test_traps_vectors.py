"""docs/traps-vectors.md: every trap has a refusal among the vectors, or says why there is none."""

import json
import re
from functools import cache
from pathlib import Path

import pytest

from defa_trust.conformance.run import default_vectors, load

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "traps-vectors.md").read_text(encoding="utf-8")
NAMED = re.compile(r"`([a-z0-9_]+::[a-z0-9_]+)`( \(passes\))?")
ROWS = [
    line for line in TEXT.splitlines() if line.startswith("| ") and not line.startswith("| trap |")
]
TRAPS = {
    "Trust": 17,
    "JOSE": 12,
    "SD-JWT": 11,
    "mdoc and COSE": 8,
    "CWT QR": 7,
    "CMS, PDF, XML and containers": 18,
    "Status": 9,
    "Recognition": 8,
    "Operations": 5,
    "Keys of caches and canonical forms": 9,
}


@cache
def refused():
    """Whether each vector is a refusal; of sequences, whether any step is."""
    found = {}
    for vector in load(default_vectors()):
        steps = [step["expect"] for step in vector.get("steps", ())]
        found[vector["id"]] = any(e["stage"] is not None for e in (vector["expect"], *steps))
    return found


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.split("|")[1].strip())
def test_every_trap_has_a_refusal_or_says_why_not(row):
    _, _trap, vectors, _ = row.split("|")
    named = NAMED.findall(vectors)
    assert len(named) == vectors.count("::"), "an id is misspelled"
    for name, _ in named:
        assert name in refused(), f"no vector {name}"
    if vectors.strip().startswith("no vector: "):
        assert len(vectors) > 60
        return
    for name, passes in named:
        # A sequence of updates may end well, because the bad one was refused on the way.
        assert refused()[name] != bool(passes) or name.startswith("trust_list::"), name
    assert any(refused()[name] for name, _ in named)


def test_no_trap_is_left_out():
    parts = dict(part.split("\n", 1) for part in TEXT.split("\n## ")[1:])
    assert {name: part.count("\n| ") - 1 for name, part in parts.items()} == TRAPS


def test_few_have_no_vector():
    assert sum("no vector: " in row for row in ROWS) == 5


def test_the_check_can_fail():
    assert "jose::no_such_vector" not in refused()
    assert refused()["jose::alg_none"]
    assert not refused()["jose::es256"]
    assert json.dumps(sorted(refused())) != "[]"
