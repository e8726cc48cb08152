"""What the doors of the toolkit answered while a test ran: the codes, seen and not retold.

A door is a function that judges something foreign. Each is replaced, wherever a module holds it by
name, by one that notes its answer; of doors behind a door only the outermost is noted.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, NamedTuple

from defa_trust import refresh
from defa_trust.codes import listing
from defa_trust.errors import Rejection
from defa_trust.finding import Outcome
from defa_trust.recognition import engine
from defa_trust.store import TrustStore
from defa_trust.trustlist import accept as accepting
from defa_trust.trustlist import assemble as assembling
from defa_trust.verify import Verifier

try:
    from defa_trust.trustlist.ts119612 import opening
except ImportError:  # lxml is an extra
    opening = None  # type: ignore[assignment]


def _refusing(findings: Any) -> list[str]:
    return [found.code.id for found in findings if found.code.outcome is not Outcome.MET]


def _of_acceptance(answer: accepting.Acceptance) -> list[str]:
    return [] if answer.code is None else [answer.code]


def _of_assembly(assembly: assembling.Assembly) -> list[str]:
    """A list that nobody handed over was not judged."""
    return [item.code for item in assembly.missing if item.code != listing.ABSENT.id]


def _of_update(summary: refresh.UpdateSummary) -> list[str]:
    # What a list's server did, and then why the folder has none that can be used.
    return [
        code
        for line in summary.lists
        for code in (line.code, line.missing_code)
        if code is not None and code != listing.ABSENT.id
    ]


class Door(NamedTuple):
    """``codes``: those in an answer that refuse. A ``Rejection`` is noted by its code."""

    owner: Any
    name: str
    codes: Callable[[Any], list[str]]


DOORS = [
    Door(accepting, "accept", _of_acceptance),
    Door(assembling, "assemble", _of_assembly),
    Door(TrustStore, "add", _of_acceptance),
    Door(refresh, "update", _of_update),
    Door(engine, "recognise", lambda answer: _refusing(answer.findings)),
    Door(Verifier, "evaluate", lambda report: _refusing(report.verdict.findings)),
]
if opening is not None:
    DOORS += [Door(opening, name, lambda _: []) for name in ("open_list", "open_with_pivots")]


class Log:
    """``answers``: how many there were; ``codes``: that refused, each once, in order."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        self.answers = 0
        self.codes: list[str] = []
        self._depth = 0

    def note(self, codes: list[str]) -> None:
        self.answers += 1
        self.codes += [code for code in codes if code not in self.codes]

    @contextmanager
    def inside(self) -> Iterator[bool]:
        """True for the outermost door."""
        self._depth += 1
        try:
            yield self._depth == 1
        finally:
            self._depth -= 1


def _watched(door: Door, function: Callable[..., Any], log: Log) -> Callable[..., Any]:
    @wraps(function)
    def watch(*arguments: Any, **named: Any) -> Any:
        with log.inside() as outermost:
            try:
                answer = function(*arguments, **named)
            except Rejection as refusal:
                if outermost:
                    log.note([refusal.code.id])
                raise
            if outermost:
                log.note(door.codes(answer))
            return answer

    return watch


@contextmanager
def watched() -> Iterator[Log]:
    """Every door in every module loaded so far notes its answers in the log that this yields."""
    log = Log()
    replaced: list[tuple[Any, str, object]] = []
    for door in DOORS:
        function = getattr(door.owner, door.name)
        other = _watched(door, function, log)
        if isinstance(door.owner, type):
            replaced.append((door.owner, door.name, function))
            setattr(door.owner, door.name, other)
            continue
        for module in list(sys.modules.values()):
            if not getattr(module, "__name__", "").startswith(("defa_trust", "tests")):
                continue
            for name, value in list(vars(module).items()):
                if value is function:
                    replaced.append((module, name, function))
                    setattr(module, name, other)
    try:
        yield log
    finally:
        for module, name, function in replaced:
            setattr(module, name, function)
