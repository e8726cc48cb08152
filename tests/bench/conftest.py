"""Writes build/bench.json when benchmarks ran."""

import json
from pathlib import Path

from . import paired
from .paired import ROWS

TARGET = Path(__file__).resolve().parents[2] / "build" / "bench.json"


def pytest_configure(config):
    # Without --benchmark-only the benchmarks still check their answers, but measure nothing.
    paired.quick = not config.getoption("benchmark_only", default=False)


def pytest_sessionfinish(session):
    if ROWS and session.config.getoption("benchmark_only", default=False):
        TARGET.parent.mkdir(exist_ok=True)
        TARGET.write_text(
            json.dumps([row.as_json() for row in ROWS], indent=2) + "\n", encoding="utf-8"
        )
