"""The verdict: two answers and every finding behind them (floor 0).

Recognition is a second, separate answer beside validity: it says what a valid object counts for in
the receiving state. This module hands on the names of ``finding`` too, so that one import serves.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple, NoReturn

from .finding import (
    ALWAYS,
    TIME_MAX,
    TIME_MIN,
    Bundle,
    Code,
    ExitCode,
    Fact,
    Finding,
    Indication,
    Interval,
    Outcome,
    RecognitionOutcome,
    Stage,
    SubIndication,
    exit_code_for,
    fast_finding,
    from_parts,
    pinned,
    shown_time,
)

__all__ = [
    "ALWAYS",
    "NOT_EVALUATED",
    "TIME_MAX",
    "TIME_MIN",
    "Aggregation",
    "Bundle",
    "Code",
    "ExitCode",
    "Fact",
    "Finding",
    "Indication",
    "Interval",
    "Level",
    "Need",
    "NeedKind",
    "Outcome",
    "Recognition",
    "RecognitionOutcome",
    "Report",
    "Stage",
    "SubIndication",
    "Subject",
    "Validity",
    "Verdict",
    "VerifiedVerdict",
    "deciding",
    "exit_code_for",
    "fast_finding",
    "from_parts",
    "pinned",
    "shown_time",
]


class NeedKind(StrEnum):
    """Evidence that is missing and would let the question be answered."""

    TRUST_LIST = "trust_list"
    RECOGNITION_LIST = "recognition_list"
    STATUS_LIST = "status_list"
    CRL = "crl"
    """A certificate revocation list; ``what`` is its URL."""
    OCSP = "ocsp"
    """An answer about one certificate; ``what`` is the responder's URL."""
    ONLINE_CHECK = "online_check"
    KEY_SET = "key_set"
    DID_DOCUMENT = "did_document"
    CERTIFICATE_PATH = "certificate_path"
    CONTENT = "content"
    """What a detached signature is over; ``what`` is its address or `content`."""
    REQUEST_FACT = "request_fact"


class Need(NamedTuple):
    """A typed request for evidence; ``gather()`` at the edge may fetch it and ask again.

    ``question`` is what has to be sent there (a DER OCSPRequest). It names a certificate by its
    serial number, so that no report shows it.
    """

    kind: NeedKind
    what: str
    territory: str | None = None
    question: bytes | None = None

    def as_json(self) -> dict[str, Any]:
        return {"kind": self.kind.value, "what": self.what, "territory": self.territory}


class Level(NamedTuple):
    """Assurance on three axes, each 1, 2, 3 or ``None`` (unstated), beside the national label."""

    proofing: int | None = None
    authentication: int | None = None
    federation: int | None = None
    national: tuple[str, str] | None = None

    def as_json(self) -> dict[str, Any]:
        def axis(value: int | None) -> int | str:
            return "unstated" if value is None else value

        return {
            "proofing": axis(self.proofing),
            "authentication": axis(self.authentication),
            "federation": axis(self.federation),
            "national": None
            if self.national is None
            else {"scheme": self.national[0], "value": self.national[1]},
        }


class Validity(NamedTuple):
    indication: Indication
    sub_indication: SubIndication | None = None


class Recognition(NamedTuple):
    """The second answer. ``term`` is the domestic legal term in its original language;
    ``effect`` is the effect under the *receiving* state's law, as its own list states it."""

    outcome: RecognitionOutcome
    arrangement: str | None = None
    level: Level | None = None
    term: str | None = None
    effect: str | None = None
    obligations: tuple[str, ...] = ()
    floor: str | None = None
    """What remains whatever the outcome is, where the receiving state's list says so: `admissible`
    (not to be denied effect solely because electronic), `excluded` or `unknown`. No recognition."""


NOT_EVALUATED: Final = Recognition(RecognitionOutcome.NOT_EVALUATED)


class Subject(NamedTuple):
    """What was judged, in digests and public names only."""

    format: str
    digest: str
    territory: str | None = None
    issuer: str | None = None
    service: str | None = None
    service_type: str | None = None
    object: str | None = None
    """Which of several objects of one input: `signature 2`, `time-stamp 1`."""


class Verdict(NamedTuple):
    """Two answers about one validation object, with every finding behind them.

    ``bool(verdict)`` raises: nobody can mistake one answer for the other. ``interval`` is where
    this verdict holds; the moment asked for stands in the report and is no part of equality.
    """

    validity: Validity
    recognition: Recognition
    findings: tuple[Finding, ...]
    subject: Subject
    interval: Interval
    needs: tuple[Need, ...] = ()
    reveal: Callable[[], Mapping[str, Any]] | None = None
    """Of a ``VerifiedVerdict`` only; see its ``claims``."""
    nested: tuple[Verdict, ...] = ()
    """Verdicts of signed objects within this one, such as time-stamps: each stands by itself, and
    what of them counts for this one is among its findings."""

    def __bool__(self) -> NoReturn:
        raise TypeError(
            "a Verdict has two answers: read .validity and .recognition, or call require()"
        )

    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other):
            return False
        assert isinstance(other, Verdict)
        return self[:6] == other[:6] and self.nested == other.nested

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash(self[:6])

    @property
    def exit_code(self) -> ExitCode:
        return exit_code_for(self.validity.indication, self.recognition.outcome)

    @property
    def problems(self) -> tuple[Finding, ...]:
        """Findings that are not met and bear on the answer, in the order they were made."""
        return tuple(
            f for f in self.findings if f.code.outcome is not Outcome.MET and not f.code.evidential
        )

    @property
    def reason(self) -> Finding | None:
        """The finding that decided, or ``None`` for a verdict without problems."""
        return deciding(self.findings)

    def as_json(self) -> dict[str, Any]:
        """The shape of ``schemas/verdict.v1.schema.json`` (one object of a report)."""
        recognition = self.recognition
        reason = self.reason
        subject = self.subject._asdict()
        if self.subject.object is None:
            del subject["object"]
        nested = {"nested": [v.as_json() for v in self.nested]} if self.nested else {}
        return {
            "validity": _validity_json(self.validity),
            "recognition": {
                "outcome": recognition.outcome.value,
                "arrangement": recognition.arrangement,
                "level": recognition.level.as_json() if recognition.level else None,
                "term": recognition.term,
                "effect": recognition.effect,
                "obligations": list(recognition.obligations),
                "floor": recognition.floor,
            },
            "reason": reason.code.id if reason else None,
            "exitCode": int(self.exit_code.value),
            "subject": subject,
            "holdsFrom": None if self.interval.start == TIME_MIN else self.interval.start,
            "holdsUntil": None if self.interval.end == TIME_MAX else self.interval.end,
            "findings": [finding.as_json() for finding in self.findings],
            "needs": [need.as_json() for need in self.needs],
            **nested,
        }


class VerifiedVerdict(Verdict):
    """A verdict whose validity is TOTAL-PASSED: the only type through which claims are read.

    ``reveal`` rebuilds the claims from the authenticated bytes at every call, so nobody can
    change what another caller sees.
    """

    __slots__ = ()

    @property
    def claims(self) -> Mapping[str, Any]:
        """The authenticated claims, rebuilt afresh (RFC 9901, 7.1 step 5 for SD-JWT)."""
        return {} if self.reveal is None else self.reveal()


class Aggregation(StrEnum):
    """How several verdicts make one: named, never implied."""

    ALL_MUST_PASS = "all_must_pass"
    ANY_MAY_PASS = "any_may_pass"


class Report(NamedTuple):
    """A verdict per validation object, and the rule that joins them. Never empty."""

    verdicts: tuple[Verdict, ...]
    at: int
    as_of: bool = False
    aggregation: Aggregation = Aggregation.ALL_MUST_PASS
    degraded: tuple[str, ...] = ()

    def __bool__(self) -> NoReturn:
        raise TypeError("a Report has verdicts: read .verdict, or call require()")

    @property
    def verdict(self) -> Verdict:
        """The verdict that decides under the aggregation rule: by its exit code, then by how far
        it is from passing, then the first."""
        if len(self.verdicts) == 1:
            return self.verdicts[0]
        return self._pick(
            key=lambda v: (_SEVERITY[v.exit_code], _FROM_PASSING[v.validity.indication])
        )

    @property
    def validity(self) -> Validity:
        """Of all objects together: TOTAL-PASSED where each is (under ANY_MAY_PASS, where one is).

        It can be another than that of ``verdict``: a signature that passed and is not recognised
        decides the exit code before one whose validity is not established.
        """
        return self._pick(key=lambda v: _FROM_PASSING[v.validity.indication]).validity

    def _pick(self, key: Callable[[Verdict], Any]) -> Verdict:
        worst_first = self.aggregation is Aggregation.ALL_MUST_PASS
        return (max if worst_first else min)(self.verdicts, key=key)

    @property
    def exit_code(self) -> ExitCode:
        return self.verdict.exit_code

    def as_json(self) -> dict[str, Any]:
        """The shape of ``schemas/verdict.v1.schema.json``."""
        several = {"validity": _validity_json(self.validity)} if len(self.verdicts) > 1 else {}
        return {
            "version": 1,
            "at": self.at,
            "asOf": self.as_of,
            "aggregation": self.aggregation.value,
            "exitCode": int(self.exit_code.value),
            "degraded": list(self.degraded),
            **several,
            "verdicts": [verdict.as_json() for verdict in self.verdicts],
        }


_SEVERITY: Final[Mapping[ExitCode, int]] = {
    ExitCode.RECOGNISED: 0,
    ExitCode.PILOT: 1,
    ExitCode.INDETERMINATE: 2,
    ExitCode.REFUSED: 3,
    ExitCode.MISUSE: 4,
}
_FROM_PASSING: Final[Mapping[Indication, int]] = {
    Indication.TOTAL_PASSED: 0,
    Indication.INDETERMINATE: 1,
    Indication.TOTAL_FAILED: 2,
}


def _validity_json(validity: Validity) -> dict[str, str | None]:
    sub = validity.sub_indication
    return {
        "indication": validity.indication.value,
        "subIndication": None if sub is None else sub.value,
    }


_FAILED_FIRST: Final = tuple(SubIndication)
"""Order in which sub-indications decide: declared order of the enumeration."""


def deciding(findings: Iterable[Finding]) -> Finding | None:
    """The finding that decides a verdict: failed before indeterminate, validity before
    recognition, then the order of ``SubIndication``, then the order of discovery."""
    best: Finding | None = None
    best_key: tuple[int, int] | None = None
    for finding in findings:
        code = finding.code
        if code.outcome is Outcome.MET and code.recognition is None:
            continue
        if code.indication is Indication.TOTAL_FAILED:
            rank = 0
        elif code.indication is Indication.INDETERMINATE:
            rank = 1
        elif code.recognition is RecognitionOutcome.NOT_RECOGNISED:
            rank = 2
        elif code.recognition is RecognitionOutcome.INDETERMINATE:
            rank = 3
        elif code.recognition is RecognitionOutcome.PILOT:
            rank = 4
        else:
            continue
        sub = code.sub_indication
        key = (rank, _FAILED_FIRST.index(sub) if sub is not None else len(_FAILED_FIRST))
        if best_key is None or key < best_key:
            best, best_key = finding, key
    return best
