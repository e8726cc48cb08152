"""Tests that are run as rows of a table: what was said in each, all its parameter sets together."""

from __future__ import annotations

import sys
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager, redirect_stdout
from pathlib import Path
from typing import Any, Generic, TypeVar

import pytest

ROOT = Path(__file__).resolve().parents[2]
Row = TypeVar("Row")


class Recorder(ABC, Generic[Row]):
    """Plugin of pytest. ``ran`` holds a row for each test, by its path below ``tests``."""

    def __init__(self) -> None:
        self.ran: dict[str, Row] = {}

    @abstractmethod
    def watched(self) -> AbstractContextManager[Any]:
        """Writes what is said into the log that it yields, which has a ``clear()``."""

    @abstractmethod
    def joined(self, before: Row | None, outcome: str, log: Any) -> Row:
        """The row with one more parameter set in it; ``outcome`` is that of the set."""

    @pytest.hookimpl(wrapper=True)
    def pytest_runtestloop(self, session: pytest.Session) -> Iterator[None]:
        del session
        with self.watched() as self._log:
            return (yield)

    def pytest_runtest_logstart(self) -> None:
        self._log.clear()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "setup" and report.passed:
            self._log.clear()  # what a fixture asked is not the attack
        if report.when != "call" and report.passed:
            return
        name = report.nodeid.partition("[")[0].removeprefix("tests/")
        self.ran[name] = self.joined(self.ran.get(name), report.outcome, self._log)

    def run(self, names: Iterable[str]) -> dict[str, Row]:
        """Every test once, in this process."""
        options = ["-q", "--no-header", "--benchmark-disable", "-p", "no:cacheprovider"]
        chosen = [f"{ROOT}/tests/{name}" for name in dict.fromkeys(names)]
        with redirect_stdout(sys.stderr):  # the table alone is for standard output
            pytest.main([f"--rootdir={ROOT}", *options, *chosen], [self])
        return self.ran
