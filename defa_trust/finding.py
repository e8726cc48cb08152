"""One rule, answered (floor 0): the words, the codes and the findings a verdict is made of.

Validity uses the indications and sub-indications of ETSI EN 319 102-1 v1.4.1, clause 5.1.3
(tables 5 and 6), for signatures and credentials alike.

Times are whole seconds since 1970-01-01T00:00:00Z. Intervals are half open: ``[start, end)``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from enum import Enum, StrEnum
from functools import partial
from typing import Any, Final, NamedTuple, TypeVar

TIME_MIN: Final = -(1 << 53)
"""Start of an interval that has always held."""
TIME_MAX: Final = 1 << 53
"""End of an interval that never stops holding."""


class Indication(StrEnum):
    """Main status indication (EN 319 102-1, 5.1.3, table 5)."""

    TOTAL_PASSED = "TOTAL-PASSED"
    TOTAL_FAILED = "TOTAL-FAILED"
    INDETERMINATE = "INDETERMINATE"


class SubIndication(StrEnum):
    """Reason behind a status that is not TOTAL-PASSED (EN 319 102-1, 5.1.3, table 6)."""

    FORMAT_FAILURE = "FORMAT_FAILURE"
    HASH_FAILURE = "HASH_FAILURE"
    SIG_CRYPTO_FAILURE = "SIG_CRYPTO_FAILURE"
    REVOKED = "REVOKED"
    EXPIRED = "EXPIRED"
    NOT_YET_VALID = "NOT_YET_VALID"
    SIG_CONSTRAINTS_FAILURE = "SIG_CONSTRAINTS_FAILURE"
    CHAIN_CONSTRAINTS_FAILURE = "CHAIN_CONSTRAINTS_FAILURE"
    CERTIFICATE_CHAIN_GENERAL_FAILURE = "CERTIFICATE_CHAIN_GENERAL_FAILURE"
    CRYPTO_CONSTRAINTS_FAILURE = "CRYPTO_CONSTRAINTS_FAILURE"
    POLICY_PROCESSING_ERROR = "POLICY_PROCESSING_ERROR"
    SIGNATURE_POLICY_NOT_AVAILABLE = "SIGNATURE_POLICY_NOT_AVAILABLE"
    TIMESTAMP_ORDER_FAILURE = "TIMESTAMP_ORDER_FAILURE"
    NO_SIGNING_CERTIFICATE_FOUND = "NO_SIGNING_CERTIFICATE_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND = "NO_CERTIFICATE_CHAIN_FOUND"
    NO_CERTIFICATE_CHAIN_FOUND_NO_POE = "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"
    REVOKED_NO_POE = "REVOKED_NO_POE"
    REVOKED_CA_NO_POE = "REVOKED_CA_NO_POE"
    OUT_OF_BOUNDS_NOT_REVOKED = "OUT_OF_BOUNDS_NOT_REVOKED"
    OUT_OF_BOUNDS_NO_POE = "OUT_OF_BOUNDS_NO_POE"
    REVOCATION_OUT_OF_BOUNDS_NO_POE = "REVOCATION_OUT_OF_BOUNDS_NO_POE"
    CRYPTO_CONSTRAINTS_FAILURE_NO_POE = "CRYPTO_CONSTRAINTS_FAILURE_NO_POE"
    NO_POE = "NO_POE"
    TRY_LATER = "TRY_LATER"
    SIGNED_DATA_NOT_FOUND = "SIGNED_DATA_NOT_FOUND"
    GENERIC = "GENERIC"


class RecognitionOutcome(StrEnum):
    """What a valid object counts for in the receiving state.

    PILOT is a sandbox corridor. It has its own exit code and never serialises as RECOGNISED.
    """

    RECOGNISED = "RECOGNISED"
    NOT_RECOGNISED = "NOT-RECOGNISED"
    PILOT = "PILOT"
    INDETERMINATE = "INDETERMINATE"
    NOT_EVALUATED = "NOT-EVALUATED"


class Outcome(StrEnum):
    """Answer of one rule. ``UNKNOWN`` means that it could not be checked; it never passes."""

    MET = "met"
    NOT_MET = "not_met"
    UNKNOWN = "unknown"


class Stage(StrEnum):
    """Where on the way through (docs: architecture) a finding was made."""

    PARSE = "parse"
    TIME = "time"
    RESOLVE = "resolve"
    AUTHENTICATE = "authenticate"
    STATUS = "status"
    RECOGNISE = "recognise"
    CONCLUDE = "conclude"
    ACCEPT = "accept"  # of a trust list, before it may serve as an anchor source


class ExitCode(int, Enum):
    """Process exit codes of the CLI; precedence 2, 1, 3, 4, 0."""

    RECOGNISED = 0
    REFUSED = 1
    MISUSE = 2
    INDETERMINATE = 3
    PILOT = 4


class Code(NamedTuple):
    """A stable code: the one thing scripts, vectors and translations may rely on.

    ``text`` is the English sentence; ``{expected}`` and ``{actual}`` are the two sides.
    A code with outcome MET carries no indication. ``citation`` names standard and clause.
    """

    id: str
    rule: str
    stage: Stage
    outcome: Outcome
    citation: str
    text: str
    indication: Indication | None = None
    sub_indication: SubIndication | None = None
    recognition: RecognitionOutcome | None = None

    @property
    def evidential(self) -> bool:
        """Whether it is noted for whoever judges, and decides nothing: neither needed nor enough.

        Recognition has such codes (international standards, a designation, the floor of
        non-discrimination), and presentations do (what was disclosed beyond the query).
        """
        return (
            self.outcome is not Outcome.MET and self.indication is None and self.recognition is None
        )

    @property
    def exit_code(self) -> ExitCode | None:
        """Exit code of a verdict in which this code is the deciding one."""
        if self.evidential or (self.outcome is Outcome.MET and self.recognition is None):
            return None
        return exit_code_for(
            self.indication or Indication.TOTAL_PASSED,
            self.recognition or RecognitionOutcome.NOT_EVALUATED,
        )


Fact = str | int | bool | None | tuple[str, ...] | tuple[int, ...]
"""One side of a comparison. Never a person's claim."""


class Interval(NamedTuple):
    """Half-open span of time ``[start, end)`` in whole Unix seconds."""

    start: int = TIME_MIN
    end: int = TIME_MAX

    def holds_at(self, moment: int) -> bool:
        return self.start <= moment < self.end

    def intersect(self, other: Interval) -> Interval:
        return Interval(max(self.start, other.start), min(self.end, other.end))


ALWAYS: Final = Interval()


class Finding(NamedTuple):
    """One rule, answered. The moment asked for is no part of a finding's equality.

    ``expected`` and ``actual`` are the two sides (thresholds, not differences); ``evidence`` is
    the SHA-256 (hex) of what the answer stands on; ``start``/``end`` bound the time in which the
    answer holds; ``basis`` overrides the code's citation where the source is data (the article of
    an arrangement); ``subject`` says which object it speaks of (``issuer``, ``holder``, ``list``…).
    """

    code: Code
    expected: Fact = None
    actual: Fact = None
    start: int = TIME_MIN
    end: int = TIME_MAX
    evidence: str | None = None
    subject: str = "issuer"
    basis: str | None = None

    @property
    def outcome(self) -> Outcome:
        return self.code.outcome

    @property
    def rule(self) -> str:
        return self.code.rule

    @property
    def citation(self) -> str:
        return self.basis or self.code.citation

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)

    @property
    def text(self) -> str:
        """The English sentence, with both sides filled in."""
        return self.said(self.code.text)

    def said(self, template: str, nothing: str = "nothing") -> str:
        """``template``, a sentence of this finding's code in some language, with both sides."""
        return template.format(
            expected=_Side(self.expected, nothing), actual=_Side(self.actual, nothing)
        )

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code.id,
            "rule": self.code.rule,
            "stage": self.code.stage.value,
            "outcome": self.code.outcome.value,
            "citation": self.citation,
            "subject": self.subject,
            "expected": _plain(self.expected),
            "actual": _plain(self.actual),
            "evidence": self.evidence,
            "holdsFrom": None if self.start == TIME_MIN else self.start,
            "holdsUntil": None if self.end == TIME_MAX else self.end,
            "text": self.text,
        }


def pinned(finding: Finding) -> Finding:
    """What was judged at a moment that is proven does not move with the clock."""
    return finding._replace(start=TIME_MIN, end=TIME_MAX)


_T = TypeVar("_T", bound=tuple[Any, ...])


def from_parts(record: type[_T]) -> Callable[[Iterable[Any]], _T]:
    """A constructor of a named tuple from *all* its parts in order, without the Python frame.

    For the dozen records every verdict makes; everywhere else the class itself reads better.
    """
    return partial(tuple.__new__, record)


_FindingParts = tuple[Code, Fact, Fact, int, int, str | None, str, str | None]
fast_finding: Final[Callable[[_FindingParts], Finding]] = from_parts(Finding)
"""``Finding`` from all eight parts at a third of the cost: for paths taken by every verdict."""


def _plain(fact: Fact) -> Any:
    return list(fact) if isinstance(fact, tuple) else fact


class _Side:
    """A fact in a sentence; ``{expected:time}`` shows Unix seconds as a date and time."""

    def __init__(self, fact: Fact, nothing: str) -> None:
        self.fact = fact
        self.nothing = nothing

    def __format__(self, spec: str) -> str:
        fact = self.fact
        if fact is None:
            return self.nothing
        if isinstance(fact, tuple):
            return ", ".join(str(item) for item in fact) or self.nothing
        if spec == "time" and isinstance(fact, int):
            return shown_time(fact)
        return str(fact)


def shown_time(moment: int) -> str:
    """A moment as `2026-11-01T00:00:00Z`; `always` and `never` at the ends of time."""
    if moment <= TIME_MIN:
        return "always"
    if moment >= TIME_MAX:
        return "never"
    try:
        return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return f"{moment} s"


class Bundle(NamedTuple):
    """Findings that are made once and handed out together while the moment lies in the span.

    ``rules`` are those met; ``passed`` is false where a finding among them stands in the way.
    """

    findings: tuple[Finding, ...]
    start: int
    end: int
    rules: frozenset[str]
    passed: bool

    @classmethod
    def of(cls, findings: Iterable[Finding]) -> Bundle:
        kept = tuple(findings)
        return cls(
            kept,
            max((f.start for f in kept), default=TIME_MIN),
            min((f.end for f in kept), default=TIME_MAX),
            frozenset(f.code.rule for f in kept if f.code.outcome is Outcome.MET),
            all(f.code.outcome is Outcome.MET for f in kept),
        )


def exit_code_for(indication: Indication, recognition: RecognitionOutcome) -> ExitCode:
    """0 passed and recognised, 1 refused, 3 could not be established, 4 pilot corridor only."""
    if indication is Indication.TOTAL_FAILED or recognition is RecognitionOutcome.NOT_RECOGNISED:
        return ExitCode.REFUSED
    if indication is Indication.INDETERMINATE:
        return ExitCode.INDETERMINATE
    if recognition is RecognitionOutcome.RECOGNISED:
        return ExitCode.RECOGNISED
    if recognition is RecognitionOutcome.PILOT:
        return ExitCode.PILOT
    return ExitCode.INDETERMINATE
