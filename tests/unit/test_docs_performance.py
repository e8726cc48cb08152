"""docs/performance.md explains every row that `make bench` writes."""

import ast
import json
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docs" / "performance.md").read_text(encoding="utf-8")
SECTION = TEXT.partition("## Every row of `make bench`")[2]
NAMED = set(re.findall(r"^\| `([^`]+)` \|", SECTION, re.MULTILINE))
MAKERS = {"ratio", "figure", "Row"}


def written(path):
    """Names of rows as a benchmark writes them, `…` for what varies; `None` where it is handed
    over in a variable."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in MAKERS:
            name = node.args[0]
            if isinstance(name, ast.JoinedStr):
                parts = (v.value if isinstance(v, ast.Constant) else "…" for v in name.values)
                yield "".join(parts)
            else:
                yield name.value if isinstance(name, ast.Constant) else None


BENCHES = sorted((ROOT / "tests" / "bench").glob("test_*.py"))
FOUND = {path.name: list(written(path)) for path in BENCHES}


@pytest.mark.parametrize("path", FOUND)
def test_every_row_stands_there_by_its_name(path):
    assert {name for name in FOUND[path] if name is not None} - NAMED == set()


def test_and_no_row_stands_there_that_nobody_writes():
    every = {name for names in FOUND.values() for name in names}
    # These come in a variable: the names of two floors, and of two ways to start.
    by_variable = {
        "floor: …",
        "10,000 services: start from an accepted store",
        "10,000 services: start from an accepted store without a key for seals",
    }
    assert NAMED - every == by_variable
    assert sum(name is None for names in FOUND.values() for name in names) == 2


def test_each_row_says_something():
    rows = [line.split("|") for line in SECTION.splitlines() if line.startswith("| `")]
    assert len(rows) > 90
    for _, name, figure, said, _ in rows:
        assert len(said.strip()) > 10, name
        assert figure.strip(), name


def test_the_rows_of_the_last_run_are_all_explained():
    """Where there was one here: every name, patterns and all."""
    last = ROOT / "build" / "bench.json"
    if not last.exists():
        pytest.skip("no make bench was run here")
    patterns = [re.compile(".+".join(map(re.escape, name.split("…"))) + "$") for name in NAMED]
    names = {row["name"] for row in json.loads(last.read_text("utf-8"))}
    assert {name for name in names if not any(p.match(name) for p in patterns)} == set()
