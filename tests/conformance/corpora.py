"""What every corpus driver shares: where the data lies, the row it reports, its exceptions file.

A corpus is external data that nobody on this project wrote. It is read where it lies
(``DEFA_CORPORA``, or ``shared/corpora`` beside the checkout) and never copied. A missing corpus
skips with a clear message, or fails where ``DEFA_REQUIRE_CORPORA=1``.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

_HERE = Path(__file__).resolve().parent
REPOSITORY = _HERE.parent.parent
EXCEPTIONS = _HERE / "exceptions"


def corpora_root() -> Path:
    """Folder that holds the corpora; it need not exist."""
    configured = os.environ.get("DEFA_CORPORA")
    return Path(configured) if configured else REPOSITORY.parent / "shared" / "corpora"


def corpus_path(name: str) -> Path:
    """Folder of one corpus; skips, or fails where corpora are required."""
    path = corpora_root() / name
    if not path.is_dir():
        message = f"corpus {name!r} is not here: set DEFA_CORPORA to the folder that holds it"
        if os.environ.get("DEFA_REQUIRE_CORPORA") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return path


@dataclass(frozen=True)
class Case:
    """One external case: what it expects, and what we said.

    ``expected`` and ``actual`` are ``accept`` or ``reject`` (or ``either`` where the corpus leaves
    it open). ``out_of_scope`` is a reason, decided by a committed predicate and never by an id.
    """

    id: str
    expected: str
    actual: str = ""
    detail: str = ""
    out_of_scope: str | None = None

    @property
    def agrees(self) -> bool:
        return self.expected in ("either", self.actual)

    @property
    def wrong_accept(self) -> bool:
        return self.expected == "reject" and self.actual == "accept"


@dataclass
class CorpusRow:
    """One row of ``build/corpora.json``. ``left_out``: each case out of scope, and why."""

    corpus: str
    cases: int = 0
    agree: int = 0
    excepted: int = 0
    disagree: int = 0
    wrong_accepts: int = 0
    out_of_scope: Counter[str] = field(default_factory=Counter)
    left_out: dict[str, str] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        return {
            "corpus": self.corpus,
            "cases": self.cases,
            "agree": self.agree,
            "excepted": self.excepted,
            "disagree": self.disagree,
            "wrong_accepts": self.wrong_accepts,
            "out_of_scope": dict(sorted(self.out_of_scope.items())),
            "left_out": dict(sorted(self.left_out.items())),
        }


def load_exceptions(name: str) -> Mapping[str, Mapping[str, str]]:
    """``exceptions/NAME.json``: a list of {id, expected, actual, reason}; none when absent."""
    path = EXCEPTIONS / f"{name}.json"
    if not path.exists():
        return {}
    entries = json.loads(path.read_text(encoding="utf-8"))
    table = {entry["id"]: entry for entry in entries}
    assert len(table) == len(entries), f"{path.name} lists an id twice"
    assert all(entry.get("reason") for entry in entries), f"{path.name}: an entry has no reason"
    return table


def tally(corpus: str, cases: Iterable[Case]) -> CorpusRow:
    """Count the cases against the corpus's exceptions file, strictly.

    A wrong accept is never excepted; an exception whose case agrees, or that names no case, is a
    complaint; more than 5 % exceptions of what is in scope is a complaint.
    """
    exceptions = load_exceptions(corpus)
    row = CorpusRow(corpus)
    seen: set[str] = set()
    for case in cases:
        assert case.id not in seen, f"{corpus}: two cases share the id {case.id}"
        seen.add(case.id)
        if case.out_of_scope is not None:
            row.out_of_scope[case.out_of_scope] += 1
            row.left_out[case.id] = case.out_of_scope
            continue
        row.cases += 1
        exception = exceptions.get(case.id)
        if case.agrees:
            row.agree += 1
            if exception is not None:
                row.complaints.append(f"{case.id}: excepted, but agrees now: drop the exception")
        elif case.wrong_accept:
            row.wrong_accepts += 1
            row.disagree += 1
            row.complaints.append(f"{case.id}: WRONG ACCEPT {case.detail}")
        elif exception is not None and exception["actual"] == case.actual:
            row.excepted += 1
        else:
            row.disagree += 1
            row.complaints.append(
                f"{case.id}: expected {case.expected}, we say {case.actual} {case.detail}"
            )
    for missing in sorted(set(exceptions) - seen):
        row.complaints.append(f"{missing}: excepted, but no such case")
    if row.excepted * 20 > row.cases:
        row.complaints.append(f"{row.excepted} exceptions among {row.cases} cases is over 5 %")
    return row


def check(row: CorpusRow) -> None:
    """Assert that a row has no complaints, saying the first few."""
    assert not row.complaints, "\n".join(row.complaints[:20])
    assert row.cases > 0, f"{row.corpus}: no case was run"


Driver = Callable[[Path], Iterable[Case]]
"""A driver takes the corpus folder and yields its cases."""
