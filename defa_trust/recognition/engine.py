"""Whom the receiving state recognises, decided from its signed arrangements (floor 9).

Direct only and directional: the only list consulted is the receiving state's own, and only its
entries for the state that issued. Recognition is never transitive. No entry means NOT-RECOGNISED;
no list means INDETERMINATE.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from ..codes import recognition as codes
from ..policy import TranscribedLists
from ..trustlist.model import Arrangement, Publication, Service, Status
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import (
    ALWAYS,
    TIME_MAX,
    TIME_MIN,
    Finding,
    Interval,
    Need,
    NeedKind,
    Outcome,
    Recognition,
    RecognitionOutcome,
    fast_finding,
    from_parts,
)
from .facts import Facts
from .levels import LevelAnswer, domestic_level, recognised_level
from .rules import RULES

_RANK: Final = {
    RecognitionOutcome.RECOGNISED: 0,
    RecognitionOutcome.PILOT: 1,
    RecognitionOutcome.INDETERMINATE: 2,
    RecognitionOutcome.NOT_RECOGNISED: 3,
    RecognitionOutcome.NOT_EVALUATED: 4,
}


class Answer(NamedTuple):
    """The answer, its findings, and the interval in which *all* arrangements answer alike.

    The interval is narrower than that of the findings shown: an arrangement that does not apply
    yet bounds the time in which the one that was chosen is the best.
    """

    recognition: Recognition
    findings: tuple[Finding, ...]
    interval: Interval = ALWAYS
    needs: tuple[Need, ...] = ()


class _Tried(NamedTuple):
    outcome: RecognitionOutcome
    arrangement: Arrangement
    findings: list[Finding]
    misses: int
    start: int
    end: int


_tried: Final = from_parts(_Tried)
_recognition: Final = from_parts(Recognition)
_answered: Final = from_parts(Answer)


def recognise(facts: Facts, snapshot: TrustSnapshot) -> Answer:
    """Judge authenticated facts by the receiving state's recognition list."""
    receiving = facts.request.relying_state
    issuing = facts.service.territory
    if receiving == issuing:
        return _domestic(facts)
    source = snapshot.recognition.get(receiving)
    if source is None:
        finding = Finding(codes.LIST_MISSING, None, receiving, subject="recognition")
        need = Need(NeedKind.RECOGNITION_LIST, receiving, receiving)
        return Answer(Recognition(RecognitionOutcome.INDETERMINATE), (finding,), needs=(need,))
    standing = source.freshness.standing(facts.moment, facts.policy.national_list_grace)
    freshness = standing.findings
    bounds = Interval(standing.start, standing.end)
    for fresh in freshness:
        if fresh.code.outcome is not Outcome.MET:
            need = Need(NeedKind.RECOGNITION_LIST, receiving, receiving)
            return Answer(
                Recognition(RecognitionOutcome.INDETERMINATE),
                (*freshness, _usable(fresh)),
                bounds,
                (need,),
            )
    listed = source.freshness.trust_list
    if (
        listed.publication is Publication.TRANSCRIBED
        and facts.policy.transcribed is TranscribedLists.REFUSE
    ):
        # Somebody else wrote down what the state recognises; that is not the state saying so.
        finding = Finding(
            codes.LIST_TRANSCRIBED, "authoritative", receiving, evidence=listed.digest,
            subject="recognition",
        )  # fmt: skip
        return Answer(
            Recognition(RecognitionOutcome.INDETERMINATE),
            (*freshness, finding),
            bounds,
            (Need(NeedKind.RECOGNITION_LIST, receiving, receiving),),
        )
    arrangements = source.arrangements.get(issuing)
    if arrangements is None:
        finding = Finding(
            codes.NO_ARRANGEMENT,
            receiving,
            issuing,
            evidence=source.freshness.trust_list.digest,
            subject="recognition",
        )
        return Answer(
            Recognition(RecognitionOutcome.NOT_RECOGNISED),
            (*freshness, finding),
            bounds,
        )
    start, end = standing.start, standing.end
    best: _Tried | None = None
    for arrangement in arrangements:
        tried = _try(facts, arrangement)
        start = max(start, tried.start)
        end = min(end, tried.end)
        if best is None or (_RANK[tried.outcome], tried.misses) < (
            _RANK[best.outcome],
            best.misses,
        ):
            best = tried
    assert best is not None  # a group of arrangements is never empty
    return _answer(facts, best, freshness, Interval(start, end), source.freshness.trust_list.digest)


def _usable(fresh: Finding) -> Finding:
    """Where the *regional* list lapsed, say so in terms of recognition, which is what it stops."""
    if fresh.code.recognition is not None:
        return fresh
    code = codes.LIST_FROM_THE_FUTURE if fresh.end == fresh.expected else codes.LIST_EXPIRED
    return fresh._replace(code=code)


def _domestic(facts: Facts) -> Answer:
    """A state needs no arrangement with itself; a level that is asked for must still be reached.

    NOTE: no list maps a state's own levels for itself, so a level asked for is never established.
    """
    territory = facts.service.territory
    finding = Finding(codes.DOMESTIC, territory, territory, subject="recognition")
    short = domestic_level(facts)
    if short is not None:
        refused = Finding(short.code, short.expected, short.actual, subject="recognition")
        return Answer(Recognition(RecognitionOutcome.NOT_RECOGNISED), (finding, refused))
    if facts.status is not None and facts.status.status is Status.SANDBOX:
        start, end = facts.status.interval
        pilot = Finding(codes.PILOT, None, facts.service.name, start, end, subject="recognition")
        return Answer(
            Recognition(RecognitionOutcome.PILOT, term=facts.service.term),
            (finding, pilot),
            Interval(start, end),
        )
    return Answer(
        Recognition(RecognitionOutcome.RECOGNISED, term=facts.service.term, effect="domestic"),
        (finding,),
    )


class _Span(NamedTuple):
    """What the rules that follow from the lists answer between ``start`` and ``end``."""

    start: int
    end: int
    findings: tuple[Finding, ...]
    outcome: RecognitionOutcome
    misses: int


class _Plan:
    """One arrangement and one service: what can be prepared before anything is presented."""

    __slots__ = ("by_case", "by_lists", "spans")

    def __init__(self, arrangement: Arrangement) -> None:
        applying = [rule for rule in RULES if rule.applies(arrangement)]
        self.by_lists = tuple(rule for rule in applying if rule.by_lists)
        self.by_case = tuple(rule.answer for rule in applying if not rule.by_lists)
        self.spans: tuple[_Span, ...] = ()

    def span(self, facts: Facts, arrangement: Arrangement) -> _Span:
        moment = facts.moment
        for span in self.spans:
            if span.start <= moment < span.end:
                return span
        said = [rule.answer(facts, arrangement) for rule in self.by_lists]
        findings = tuple(finding for finding in said if finding is not None)
        made = _Span(*_bounds(findings), findings, *_weigh(findings))
        # A few spans cover an arrangement's life; whoever asks about many pasts starts afresh.
        self.spans = (*self.spans[-7:], made)
        return made


@lru_cache(maxsize=4096)
def _plan(arrangement: Arrangement, service: Service) -> _Plan:  # noqa: ARG001  part of the key
    return _Plan(arrangement)


def _weigh(findings: Iterable[Finding]) -> tuple[RecognitionOutcome, int]:
    """The worst outcome among the findings, and how many of them are not met."""
    outcome = RecognitionOutcome.RECOGNISED
    misses = 0
    for finding in findings:
        said = finding.code.recognition
        if said is not None:
            if _RANK[said] > _RANK[outcome]:
                outcome = said
            if finding.code.outcome is not Outcome.MET:
                misses += 1
    return outcome, misses


def _try(facts: Facts, arrangement: Arrangement) -> _Tried:
    """All rules against one arrangement; the interval is that of all its answers."""
    plan = _plan(arrangement, facts.service)
    start, end, prepared, outcome, misses = plan.span(facts, arrangement)
    findings = list(prepared)
    for answer in plan.by_case:
        finding = answer(facts, arrangement)
        if finding is None:
            continue
        findings.append(finding)
        code, _, _, begin, until, *_ = finding
        if begin > start or until < end:
            start = max(start, begin)
            end = min(end, until)
        if code.recognition is not None:
            worse, more = _weigh((finding,))
            misses += more
            if _RANK[worse] > _RANK[outcome]:
                outcome = worse
    return _tried((outcome, arrangement, findings, misses, start, end))


def _answer(
    facts: Facts,
    best: _Tried,
    freshness: tuple[Finding, ...],
    interval: Interval,
    evidence: str,
) -> Answer:
    arrangement = best.arrangement
    found = fast_finding(
        (
            codes.ARRANGEMENT_FOUND,
            arrangement.recognising,
            arrangement.recognised,
            TIME_MIN,
            TIME_MAX,
            evidence,
            "recognition",
            arrangement.citation,
        )
    )
    findings = (*freshness, found, *best.findings)
    if best.outcome in (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT):
        level: LevelAnswer = recognised_level(facts, arrangement)
        obligations: tuple[str, ...] = ()
        if best.outcome is RecognitionOutcome.PILOT and arrangement.limits:
            obligations = tuple(f"count-one-against:{name}" for name, _ in arrangement.limits)
        recognition = _recognition(
            (
                best.outcome,
                arrangement.id,
                level.level,
                facts.service.term,
                arrangement.effect,
                obligations,
            )
        )
        return _answered((recognition, findings, interval, ()))
    needs = tuple(
        Need(NeedKind.REQUEST_FACT, finding.code.rule, arrangement.recognising)
        for finding in best.findings
        if finding.code.outcome is Outcome.UNKNOWN
    )
    return Answer(Recognition(best.outcome, arrangement.id), findings, interval, needs)


def _bounds(findings: tuple[Finding, ...]) -> Interval:
    start, end = ALWAYS
    for finding in findings:
        start = max(start, finding.start)
        end = min(end, finding.end)
    return Interval(start, end)
