"""Who recognises whom, asked of the lists alone (floor 9).

The engine answers about a presented object. Officials ask before anything is presented: of each
service that a state lists, would what it issues count elsewhere, and what is missing for a yes?
Each answer here comes from ``engine.recognise`` over the public facts of a listed service; nothing
in this module knows a rule.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from ..errors import MisuseError
from ..policy import DEFAULT_POLICY, VerificationPolicy
from ..request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    ProvenReliability,
    Request,
)
from ..spec import ISSUING_STATES, MEMBER_STATES
from ..trustlist.model import Arrangement, Service
from ..trustlist.snapshot import ListFreshness, TrustSnapshot
from ..verdict import (
    TIME_MAX,
    TIME_MIN,
    Bundle,
    ExitCode,
    Finding,
    Indication,
    Interval,
    Outcome,
    RecognitionOutcome,
    deciding,
    exit_code_for,
)
from .engine import Answer, recognise
from .facts import Facts
from .listed import Listed, common, signs_files

OUTCOMES: Final = (
    RecognitionOutcome.RECOGNISED,
    RecognitionOutcome.PILOT,
    RecognitionOutcome.INDETERMINATE,
    RecognitionOutcome.NOT_RECOGNISED,
    RecognitionOutcome.NOT_EVALUATED,
)
"""In the order in which a cell shows them."""
LETTERS: Final[Mapping[RecognitionOutcome, str]] = dict(zip(OUTCOMES, "RP?-!", strict=True))
"""One letter each. A cell shows the letter of *every* outcome in it, so a pilot or a refusal can
never hide behind a yes."""
_EXIT_ORDER: Final = (
    ExitCode.REFUSED,
    ExitCode.INDETERMINATE,
    ExitCode.PILOT,
    ExitCode.RECOGNISED,
)


ANY: Final = "*"
"""Stands for every credential type that neither the service nor an arrangement names. No list can
write it: an identifier begins with a letter or a digit."""


class Question(NamedTuple):
    """What is asked of every pair of states. ``moment`` is Unix seconds.

    ``service_type`` is a service type's URI, or ``None`` for all; the other members are those of a
    ``Request``, in the words of the arrangements.
    """

    moment: int
    service_type: str | None = None
    min_level: MinimumLevel | None = None
    purpose: str | None = None
    sector: str | None = None
    relying_party: str | None = None
    act: str | None = None
    volume_used: tuple[tuple[str, int], ...] = ()
    policy: VerificationPolicy = DEFAULT_POLICY
    category: str | None = None
    agreement: Agreement | None = None
    nationality: str | None = None
    counterpart: Counterpart | None = None
    entity: EntityKind | None = None
    use: CertificateUse | None = None
    reliability: ProvenReliability | None = None
    established: tuple[tuple[str, bool], ...] = ()

    def request(self, receiving: str) -> Request:
        """The question put to ``receiving``. Raises ``MisuseError`` for a state nobody knows."""
        return Request(
            receiving,
            HolderBinding.IF_PRESENT,
            at=self.moment,
            purpose=self.purpose,
            sector=self.sector,
            relying_party=self.relying_party,
            act=self.act,
            min_level=self.min_level,
            volume_used=self.volume_used,
            category=self.category,
            agreement=self.agreement,
            nationality=self.nationality,
            counterpart=self.counterpart,
            entity=self.entity,
            use=self.use,
            reliability=self.reliability,
            established=self.established,
        )


class Case(NamedTuple):
    """One listed service, and the credential types for which the answer is the same.

    ``credential_types`` holds ``ANY`` for all that neither the service nor an arrangement names.
    ``standing`` is what the lists say of the service's own keys, ``answer`` what the receiving
    state says. ``interval`` is where both hold, on the same lists.
    """

    service: Service
    credential_types: tuple[str, ...]
    standing: Bundle
    answer: Answer
    interval: Interval

    @property
    def outcome(self) -> RecognitionOutcome:
        """NOT-EVALUATED where no credential of the service could verify at the moment asked for."""
        if not self.standing.passed:
            return RecognitionOutcome.NOT_EVALUATED
        return self.answer.recognition.outcome

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the lists say of the service, then what the receiving state says."""
        return (*self.standing.findings, *self.answer.findings)

    @property
    def missing(self) -> tuple[Finding, ...]:
        """Everything that stands between this and an unreserved yes, in the order it was found."""
        return tuple(
            dict.fromkeys(
                found
                for found in self.findings
                if (found.code.outcome is not Outcome.MET and not found.code.evidential)
                or found.code.recognition is RecognitionOutcome.PILOT
            )
        )

    @property
    def reason(self) -> Finding | None:
        """The finding that decided; ``None`` for an unreserved yes."""
        return deciding(self.findings)

    @property
    def exit_code(self) -> ExitCode:
        """The code with which a verdict about such a credential would end."""
        indication = Indication.TOTAL_PASSED
        for found in self.standing.findings:
            if found.code.indication is Indication.TOTAL_FAILED:
                return ExitCode.REFUSED
            indication = found.code.indication or indication
        return exit_code_for(indication, self.outcome)

    def as_json(self) -> dict[str, Any]:
        """Shape: docs/recognition.md. An arrangement is named whatever it answered; a level, term
        and effect only where it grants something."""
        recognition, reason = self.answer.recognition, self.reason
        granted = self.outcome in (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT)
        level = recognition.level if granted else None
        return {
            "service": self.service.id,
            "serviceName": self.service.name,
            "serviceType": self.service.type,
            "credentialTypes": list(self.credential_types),
            "outcome": self.outcome.value,
            "arrangement": recognition.arrangement,
            "level": level.as_json() if level else None,
            "term": recognition.term if granted else None,
            "effect": recognition.effect if granted else None,
            "obligations": list(recognition.obligations) if granted else [],
            "floor": recognition.floor,
            "reason": reason.code.id if reason else None,
            "missing": [found.as_json() for found in self.missing],
            "holdsFrom": _shown(self.interval.start, TIME_MIN),
            "holdsUntil": _shown(self.interval.end, TIME_MAX),
        }


class Cell(NamedTuple):
    """What services listed by ``issuing`` count for in ``receiving``.

    ``cases`` is empty where no such service is listed; ``absent`` then names why a list that was
    expected is not there, by its code.
    """

    issuing: str
    receiving: str
    cases: tuple[Case, ...]
    absent: str | None = None
    arrangements: tuple[str, ...] = ()
    """Every arrangement of ``receiving`` for ``issuing``, whatever it answers."""

    @property
    def outcomes(self) -> tuple[RecognitionOutcome, ...]:
        """Every outcome among the cases, in the order of ``OUTCOMES``."""
        if self.absent is not None:
            return (RecognitionOutcome.NOT_EVALUATED,)
        found = {case.outcome for case in self.cases}
        return tuple(outcome for outcome in OUTCOMES if outcome in found)

    @property
    def letters(self) -> str:
        """The letters of ``outcomes``; `.` where no such service is listed."""
        return "".join(LETTERS[outcome] for outcome in self.outcomes) or "."

    @property
    def interval(self) -> Interval:
        """Where every case of the cell answers as it does."""
        return common(case.interval for case in self.cases)

    @property
    def exit_code(self) -> ExitCode:
        """The worst among the cases: refused, not established, pilot, recognised."""
        if not self.cases:
            return ExitCode.INDETERMINATE
        return min((case.exit_code for case in self.cases), key=_EXIT_ORDER.index)

    def as_json(self) -> dict[str, Any]:
        return {
            "from": self.issuing,
            "to": self.receiving,
            "outcomes": [outcome.value for outcome in self.outcomes],
            "absent": self.absent,
            "arrangements": list(self.arrangements),
            "holdsFrom": _shown(self.interval.start, TIME_MIN),
            "holdsUntil": _shown(self.interval.end, TIME_MAX),
            "cases": [case.as_json() for case in self.cases],
        }


class Matrix(NamedTuple):
    """Every pair of states: ``cells[issuing, receiving]``, a state with itself left out."""

    question: Question
    cells: Mapping[tuple[str, str], Cell]

    @property
    def interval(self) -> Interval:
        """Where the whole matrix stays as it is, on the same lists."""
        return common(cell.interval for cell in self.cells.values())

    def as_json(self) -> dict[str, Any]:
        asked = self.question
        level = asked.min_level
        return {
            "version": 1,
            "at": asked.moment,
            "serviceType": asked.service_type,
            "minLevel": None
            if level is None
            else {
                "proofing": level.proofing,
                "authentication": level.authentication,
                "federation": level.federation,
            },
            "holdsFrom": _shown(self.interval.start, TIME_MIN),
            "holdsUntil": _shown(self.interval.end, TIME_MAX),
            "cells": [cell.as_json() for cell in self.cells.values()],
        }


class Change(NamedTuple):
    """A service and credential type whose answer differs. A side is (outcome, arrangement, code of
    the reason), or ``None`` where the service was not listed."""

    issuing: str
    receiving: str
    service: str
    credential_types: tuple[str, ...]
    before: tuple[str, str | None, str | None] | None
    after: tuple[str, str | None, str | None] | None

    def as_json(self) -> dict[str, Any]:
        def side(given: tuple[str, str | None, str | None] | None) -> dict[str, Any] | None:
            keys = ("outcome", "arrangement", "reason")
            return None if given is None else dict(zip(keys, given, strict=True))

        return {
            "from": self.issuing,
            "to": self.receiving,
            "service": self.service,
            "credentialTypes": list(self.credential_types),
            "before": side(self.before),
            "after": side(self.after),
        }


def matrix(snapshot: TrustSnapshot, question: Question) -> Matrix:
    """Every pair of member states. Raises ``MisuseError`` for a service type that no list names."""
    asked = _Asked(snapshot, question)
    return Matrix(
        question,
        {
            (issuing, receiving): asked.cell(issuing, receiving)
            for issuing in MEMBER_STATES
            for receiving in MEMBER_STATES
            if issuing != receiving
        },
    )


def explain(snapshot: TrustSnapshot, question: Question, issuing: str, receiving: str) -> Cell:
    """One pair of states; ``Case.missing`` says what stands between it and a yes.

    ``issuing`` may be a partner state, whose list is read too. Raises ``MisuseError`` for any other
    state, and for a service type that no list names.
    """
    for code, known in ((issuing, ISSUING_STATES), (receiving, MEMBER_STATES)):
        if code not in known:
            raise MisuseError(f"{code!r} is none of: {' '.join(known)}")
    return _Asked(snapshot, question).cell(issuing, receiving)


def diff(before: Matrix, after: Matrix) -> tuple[Change, ...]:
    """What changed, pair by pair. Both matrices must ask the same, at whatever moment."""
    if before.question._replace(moment=0) != after.question._replace(moment=0):
        raise MisuseError("two matrices are compared only where they ask the same")
    found: list[Change] = []
    for (issuing, receiving), cell in before.cells.items():
        old, new = _answers(cell), _answers(after.cells[issuing, receiving])
        changes: dict[tuple[Any, ...], list[str]] = defaultdict(list)
        for key in dict.fromkeys((*old, *new)):
            was, now = old.get(key), new.get(key)
            if was != now:
                service, _, type = key
                changes[service, was, now].append(type)
        found += [
            Change(issuing, receiving, service, tuple(types), was, now)
            for (service, was, now), types in changes.items()
        ]
    return tuple(found)


def service_types(snapshot: TrustSnapshot) -> tuple[str, ...]:
    """Every service type that a list names, of a service or in an arrangement."""
    found = {service.type for item in snapshot.lists for service in item.services}
    for item in snapshot.lists:
        for entry in item.arrangements:
            found.update(home for home, _ in entry.service_types)
    return tuple(sorted(found))


class _Asked:
    """One question over one snapshot: what every cell needs is prepared once."""

    def __init__(self, snapshot: TrustSnapshot, question: Question) -> None:
        wanted = question.service_type
        known = service_types(snapshot)
        if wanted is not None and wanted not in known:
            listed = ", ".join(known) or "none"
            raise MisuseError(f"no list names the service type {wanted!r}; listed are: {listed}")
        self.snapshot = snapshot
        self.question = question
        self.listed = Listed(snapshot)
        self.requests = {code: question.request(code) for code in MEMBER_STATES}
        self.standings: dict[int, Bundle] = {}

    def cell(self, issuing: str, receiving: str) -> Cell:
        listed = self.listed.services.get(issuing, [])
        cases: list[Case] = []
        for service, source in listed:
            if self.question.service_type in (None, service.type):
                cases += self.cases(service, source, receiving)
        absent = None if listed else self.listed.absent.get(issuing)
        entries = self.entries(issuing, receiving)
        return Cell(issuing, receiving, tuple(cases), absent, tuple(entry.id for entry in entries))

    def entries(self, issuing: str, receiving: str) -> tuple[Arrangement, ...]:
        source = self.snapshot.recognition.get(receiving)
        return () if source is None else source.arrangements.get(issuing, ())

    def cases(self, service: Service, source: ListFreshness, receiving: str) -> list[Case]:
        """The engine's answer for each credential type, equal ones joined."""
        asked = self.question
        standing = self.standings.get(id(service))
        if standing is None:
            standing = self.listed.standing(service, source, asked.moment, asked.policy)
            self.standings[id(service)] = standing
        fact = partial(
            Facts,
            service,
            service.status_at(asked.moment),
            asserted_levels=(),
            request=self.requests[receiving],
            policy=asked.policy,
            moment=asked.moment,
        )
        groups: dict[Answer, list[str]] = defaultdict(list)
        of_file = signs_files(service)
        for type in self.types(service, receiving):
            answer = recognise(fact(types=() if of_file else (type,)), self.snapshot)
            groups[_of_types(answer, None)].append(type)
        return [
            Case(
                service,
                tuple(types),
                standing,
                _of_types(answer, tuple(types)),
                Interval(standing.start, standing.end).intersect(answer.interval),
            )
            for answer, types in groups.items()
        ]

    def types(self, service: Service, receiving: str) -> tuple[str, ...]:
        """Types the service may issue. Where its list bounds none: those that the arrangements
        name, and any other. A signature or time-stamp is of no type."""
        if signs_files(service):
            return (ANY,)
        if service.credential_types:
            return tuple(dict.fromkeys(service.credential_types))
        entries = self.entries(service.territory, receiving)
        return (*sorted({type for entry in entries for type in entry.credential_types}), ANY)


def _of_types(answer: Answer, types: tuple[str, ...] | None) -> Answer:
    """The answer as one about ``types``: which type was asked about is no difference of its own."""
    return answer._replace(
        findings=tuple(
            found._replace(actual=types) if found.code.rule == "recognition.credential_type"
            else found
            for found in answer.findings
        )
    )  # fmt: skip


def _answers(cell: Cell) -> dict[tuple[str, str, str], tuple[str, str | None, str | None]]:
    if not cell.cases and cell.absent is not None:
        absent = RecognitionOutcome.NOT_EVALUATED.value, None, cell.absent
        return {("", "", ANY): absent}
    found = {}
    for case in cell.cases:
        reason = case.reason
        said = (
            case.outcome.value,
            case.answer.recognition.arrangement,
            reason.code.id if reason else None,
        )
        for type in case.credential_types:
            found[case.service.name, case.service.id, type] = said
    return found


def _shown(moment: int, unbounded: int) -> int | None:
    return None if moment == unbounded else moment
