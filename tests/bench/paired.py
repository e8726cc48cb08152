"""Ratios measured in one run: subject and baseline take turns, so that noise hits both alike."""

from __future__ import annotations

import gc
import os
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
    series: str = ""
    """The cost curve it belongs to, and where on it."""
    x: float | None = None

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


ROWS: list[Row] = []
quick = False
"""Set where nothing is to be measured: each function then runs once."""


CLOCK = time.thread_time if os.environ.get("DEFA_BENCH_CLOCK") == "cpu" else time.perf_counter
"""`DEFA_BENCH_CLOCK=cpu` counts this thread's own time: for a machine that others use too. It sees
no other process and no other thread, so rows about those need the wall clock."""


def _time(function: Callable[[], Any], loops: int) -> float:
    clock = CLOCK
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
    base_loops: int | None = None,
    warm_up: bool = True,
    series: str = "",
    x: float | None = None,
) -> Row:
    """Measure ``subject`` against ``baseline`` in interleaved rounds and keep the row.

    ``subject`` runs ``loops`` times a round and ``baseline`` ``base_loops`` times (or as often).
    Without ``warm_up`` no round goes before those that count: for what takes seconds and keeps
    nothing.
    """
    base_loops = base_loops or loops
    if quick:
        loops = base_loops = rounds = 1
    if warm_up:
        _time(subject, loops)
        _time(baseline, base_loops)
    pairs = []
    enabled = gc.isenabled()
    gc.disable()
    try:
        for turn in range(rounds):
            if turn % 2:
                own = _time(subject, loops)
                base = _time(baseline, base_loops)
            else:
                base = _time(baseline, base_loops)
                own = _time(subject, loops)
            pairs.append((own, base))
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
        series,
        x,
    )
    ROWS.append(row)
    return row


def figure(
    name: str,
    number: float,
    *,
    goal: float | None,
    baseline_name: str,
    better: str,
    note: str = "",
) -> Row:
    """Keep a row that is no ratio of two times: octets, a rate of hits, a gain in throughput."""
    row = Row(name, round(number, 4), goal, better, baseline_name, note, 0.0, 0.0)
    ROWS.append(row)
    return row
