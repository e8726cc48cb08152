"""Ratios measured in one run: subject and baseline take turns, so that noise hits both alike."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True)
class Row:
    """One row of ``build/bench.json``. ``ratio`` is the median of the rounds' own ratios."""

    name: str
    ratio: float
    goal: float | None
    better: str
    baseline: str
    note: str
    subject_us: float
    baseline_us: float

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


ROWS: list[Row] = []
quick = False
"""Set where nothing is to be measured: each function then runs once."""


def _time(function: Callable[[], Any], loops: int) -> float:
    clock = time.perf_counter
    begun = clock()
    for _ in range(loops):
        function()
    return (clock() - begun) / loops


def ratio(
    name: str,
    subject: Callable[[], Any],
    baseline: Callable[[], Any],
    *,
    goal: float | None,
    baseline_name: str,
    note: str = "",
    better: str = "lower",
    loops: int = 60,
    rounds: int = 41,
) -> Row:
    """Measure ``subject`` against ``baseline`` in interleaved rounds and keep the row."""
    if quick:
        loops = rounds = 1
    for function in (subject, baseline):
        _time(function, loops)
    pairs = []
    enabled = gc.isenabled()
    gc.disable()
    try:
        for turn in range(rounds):
            first, second = (subject, baseline) if turn % 2 else (baseline, subject)
            one, two = _time(first, loops), _time(second, loops)
            pairs.append((one, two) if turn % 2 else (two, one))
    finally:
        if enabled:
            gc.enable()
    row = Row(
        name,
        round(median(own / base for own, base in pairs), 4),
        goal,
        better,
        baseline_name,
        note,
        round(median(own for own, _ in pairs) * 1e6, 2),
        round(median(base for _, base in pairs) * 1e6, 2),
    )
    ROWS.append(row)
    return row
