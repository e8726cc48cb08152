"""What a rule of recognition is (floor 9): a question as data, and one function that answers it.

A rule answers with one finding that carries both sides and the interval in which the answer holds.
It never decides alone: ``engine.py`` does. ``rules.py`` is the registry.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum, StrEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ..trustlist.model import Arrangement
from ..verdict import TIME_MAX, TIME_MIN, Code, Fact, Finding, Interval, Outcome, fast_finding


class Source(NamedTuple):
    """Where a rule comes from. ``read`` says that the article was read in its own text."""

    instrument: str
    article: str | None = None
    read: bool = False

    @property
    def citation(self) -> str:
        return f"{self.instrument}, {self.article}" if self.article else self.instrument


class PutTo(StrEnum):
    """What a rule asks about, and so when it is asked."""

    STATE = "state"
    """The receiving state's list and law: asked once, whatever the arrangements say."""
    ARRANGEMENT = "arrangement"
    """One arrangement: asked of each that the receiving state has for the issuing one."""
    PRESENTATION = "presentation"
    """Whether anything was presented at all."""
    DOCUMENT = "document"
    """A list before it is signed (`trust lint`); no verdict ever depends on it."""


class Step(Enum):
    """The order in which answers are reported; the spine's own stages come before."""

    AGREEMENT = 1
    LIST = 2
    SERVICE_STATUS = 3
    SCOPE = 4
    LEVEL = 5
    INSTRUMENT = 6
    EFFECT = 7
    ELSEWHERE = 8
    """Asked outside a verdict on a presented object."""


Answer = Callable[..., Finding | None]
"""``(facts, arrangement, trusted)`` for PutTo.ARRANGEMENT, ``(facts, law, trusted)`` for
PutTo.STATE. ``None`` means that the rule does not apply."""
_EVERYTHING: Final[Mapping[Outcome, str]] = MappingProxyType({})


def _always(_: Arrangement) -> bool:
    return True


class Rule(NamedTuple):
    """One question. ``inputs`` name, as data, everything its answer may depend on.

    ``row`` is its row in the table of legal rules (docs/recognition.md), ``sources`` where that row
    comes from; a rule without a row reads the terms of an arrangement and cites it. ``applies``
    looks at the arrangement alone. ``never`` says why an outcome cannot occur. ``relies`` marks a
    rule whose *met* rests on its sources, and not on what the receiving state signed: a policy that
    refuses unread citations refuses that.
    """

    id: str
    question: str
    answer: Answer
    inputs: tuple[str, ...]
    step: Step
    put_to: PutTo = PutTo.ARRANGEMENT
    row: int | None = None
    sources: tuple[Source, ...] = ()
    applies: Callable[[Arrangement], bool] = _always
    never: Mapping[Outcome, str] = _EVERYTHING
    relies: bool = False

    @property
    def verified(self) -> bool:
        """Whether an article it comes from was read; true of rules that cite the list itself."""
        return not self.sources or any(source.read for source in self.sources)

    @property
    def citation(self) -> str:
        """Its sources, `[citation unverified]` behind those that nobody read."""
        if not self.sources:
            return "DEFA profile"
        return "; ".join(
            source.citation if source.read else f"{source.citation} [citation unverified]"
            for source in self.sources
        )


def say(
    arrangement: Arrangement,
    code: Code,
    expected: Fact = None,
    actual: Fact = None,
    start: int = TIME_MIN,
    end: int = TIME_MAX,
) -> Finding:
    """A finding whose citation is the arrangement's own instrument and article."""
    return fast_finding(
        (code, expected, actual, start, end, None, "recognition", arrangement.citation)
    )


def note(
    code: Code,
    expected: Fact = None,
    actual: Fact = None,
    span: Interval | None = None,
    basis: str | None = None,
) -> Finding:
    """A finding about the receiving state; without ``basis`` it cites what the code cites."""
    start, end = (TIME_MIN, TIME_MAX) if span is None else span
    return fast_finding((code, expected, actual, start, end, None, "recognition", basis))


def words(names: Iterable[str]) -> tuple[str, ...]:
    """Plain texts in order: members of enumerations as their values."""
    return tuple(sorted(str(name) for name in names))
