"""Whom the receiving state recognises, decided from its signed lists (floor 9).

Direct only and directional: the only arrangements consulted are the receiving state's own, and only
its entries for the state that issued. Recognition is never transitive. No entry means
NOT-RECOGNISED; no list means INDETERMINATE.

The order is that of the rules' steps: what the parties agreed, the list, the service's status,
scope and exclusions, level after caps, instrument, effect under the receiving law. Every answer is
kept. An exclusion of the state's law binds every arrangement; one that an arrangement states binds
that arrangement (docs/adr/0012).
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from ..codes import recognition as codes
from ..policy import ArrangementMoment, TranscribedLists, UnreadCitations
from ..trustlist.model import Arrangement, Publication, Status
from ..trustlist.snapshot import RecognitionSource, TrustSnapshot
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
from .law_rules import floor_word
from .levels import domestic_level, recognised_level
from .rule import Rule
from .rules import ORDER, RULES, STATE_RULES

_RANK: Final = {
    RecognitionOutcome.RECOGNISED: 0,
    RecognitionOutcome.PILOT: 1,
    RecognitionOutcome.INDETERMINATE: 2,
    RecognitionOutcome.NOT_RECOGNISED: 3,
    RecognitionOutcome.NOT_EVALUATED: 4,
}
_GRANTING: Final = frozenset({RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT})
_PREPARED: Final = 4096
"""Ours: questions whose answers a recognition list keeps at hand."""
_SPANS: Final = 8
"""Ours: spans of time kept for one question."""
_NO_STATUS: Final = "no status then"
_NEEDS: Final = {
    "recognition.prior_listing": NeedKind.TRUST_LIST,
    "recognition.reciprocity": NeedKind.RECOGNITION_LIST,
}
"""What an unknown answer lacks; of every other rule it is a fact of the request."""


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
    span: Interval


_answered: Final = from_parts(Answer)


def recognise(facts: Facts, snapshot: TrustSnapshot) -> Answer:
    """Judge authenticated facts by the receiving state's recognition list.

    An answer is a function of the lists, the service, the terms of the request, the policy and the
    moment; so one that was made serves again within its span of time. What counts (a corridor's
    volume) is judged anew each time.

    The service's status is that of the moment at which the object is proven to have existed, else
    that of the moment asked for. The moment of the arrangement is for the policy to name.
    """
    service, _, types, asserted, request, policy, moment, existed, _ = facts
    source = snapshot.recognition.get(request.relying_state)
    if source is None:
        if existed is not None:
            facts = facts._replace(status=service.status_at(existed))
        return _judge(facts, snapshot, None)
    if existed is not None and policy.arrangement_moment is ArrangementMoment.PROVEN_EXISTENCE:
        facts = facts._replace(moment=existed, status=service.status_at(existed), lists_at=moment)
        return _judge(facts, snapshot, source)
    then: object = None
    if existed is not None:
        then = service.status_at(existed)
        facts = facts._replace(status=then)
        then = then or _NO_STATUS
    key = (service, request.terms, types, asserted, policy.digest, then)
    prepared = source.prepared
    spans: tuple[Answer, ...] = prepared.get(key, ())
    for answer in spans:
        start, end = answer[2]
        if start <= moment < end:
            return answer
    answer = _judge(facts, snapshot, source)
    if not any(entry.limits for entry in source.arrangements.get(service.territory, ())):
        if len(prepared) >= _PREPARED:
            prepared.clear()
        prepared[key] = (*spans[1 - _SPANS :], answer)
    return answer


def _judge(facts: Facts, snapshot: TrustSnapshot, source: RecognitionSource | None) -> Answer:
    receiving, issuing = facts.request.relying_state, facts.service.territory
    if receiving == issuing:
        return _at_home(facts, snapshot, source)
    if source is None:
        finding = Finding(codes.LIST_MISSING, "a list", receiving, subject="recognition")
        return _unusable(facts, snapshot, (finding,), ALWAYS)
    standing = source.freshness.standing(facts.fresh_at, facts.policy.national_list_grace)
    freshness, span = standing.findings, Interval(standing.start, standing.end)
    for fresh in freshness:
        if fresh.code.outcome is not Outcome.MET:
            return _unusable(facts, snapshot, (*freshness, _lapsed(fresh)), span)
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
        return _unusable(facts, snapshot, (*freshness, finding), span)
    stated = _of_state(facts, snapshot, source)
    arrangements = source.arrangements.get(issuing)
    if arrangements is None:
        finding = Finding(
            codes.NO_ARRANGEMENT, receiving, issuing, evidence=listed.digest, subject="recognition"
        )
        return _concluded(facts, (*freshness, finding, *stated), span)
    best: _Tried | None = None
    for arrangement in arrangements:
        tried = _try(facts, arrangement, snapshot)
        span = span.intersect(tried.span)
        if best is None or (_RANK[tried.outcome], tried.misses) < (
            _RANK[best.outcome],
            best.misses,
        ):
            best = tried
    assert best is not None  # a group of arrangements is never empty
    found = fast_finding(
        (
            codes.ARRANGEMENT_FOUND,
            receiving,
            issuing,
            TIME_MIN,
            TIME_MAX,
            listed.digest,
            "recognition",
            best.arrangement.citation,
        )
    )
    findings = (*freshness, found, *stated, *best.findings)
    return _concluded(facts, findings, span, best.arrangement)


def _of_state(
    facts: Facts, snapshot: TrustSnapshot, source: RecognitionSource
) -> tuple[Finding, ...]:
    """What the receiving state's own law says, whatever its arrangements say."""
    evidence = source.freshness.trust_list.digest
    said = (rule.answer(facts, source.law, snapshot) for rule in STATE_RULES)
    return tuple(finding._replace(evidence=evidence) for finding in said if finding is not None)


def _agreed(facts: Facts, snapshot: TrustSnapshot) -> tuple[Finding, ...]:
    """What the parties agreed, where no list of the receiving state can be used."""
    said = STATE_RULES[0].answer(facts, (), snapshot)
    return () if said is None else (said,)


def _unusable(
    facts: Facts, snapshot: TrustSnapshot, findings: tuple[Finding, ...], span: Interval
) -> Answer:
    receiving = facts.request.relying_state
    need = Need(NeedKind.RECOGNITION_LIST, receiving, receiving)
    answer = _concluded(facts, (*findings, *_agreed(facts, snapshot)), span)
    return answer._replace(needs=(need,))


def _lapsed(fresh: Finding) -> Finding:
    """Where the *regional* list lapsed, say so in terms of recognition, which is what it stops."""
    if fresh.code.recognition is not None:
        return fresh
    code = codes.LIST_FROM_THE_FUTURE if fresh.end == fresh.expected else codes.LIST_EXPIRED
    return fresh._replace(code=code)


def _at_home(facts: Facts, snapshot: TrustSnapshot, source: RecognitionSource | None) -> Answer:
    """A state needs no arrangement with itself; its law, and a level that is asked for, hold.

    NOTE: no list maps a state's own levels for itself, so a level asked for is never established.
    What the law excludes is looked up where the state's recognition list is here and usable.
    """
    territory = facts.service.territory
    findings = [Finding(codes.DOMESTIC, territory, territory, subject="recognition")]
    span = _status_span(facts)
    stated = _agreed(facts, snapshot)
    if source is not None and source.law:
        standing = source.freshness.standing(facts.fresh_at, facts.policy.national_list_grace)
        span = span.intersect(Interval(standing.start, standing.end))
        if standing.passed:
            stated = _of_state(facts, snapshot, source)
    findings += stated
    short = domestic_level(facts)
    if short is not None:
        findings.append(Finding(short.code, short.expected, short.actual, subject="recognition"))
    if facts.status is not None and facts.status.status is Status.SANDBOX:
        start, end = facts.status_held(*facts.status.interval)
        findings.append(
            Finding(codes.PILOT, None, facts.service.name, start, end, subject="recognition")
        )
    return _concluded(facts, tuple(findings), span)


def _status_span(facts: Facts) -> Interval:
    """The span in which the service's status stays as it is: at home too it may be a sandbox."""
    span = ALWAYS
    if facts.existed is None:
        for period in facts.service.history:
            span = span.intersect(facts.phase(period.interval))
    return span


@lru_cache(maxsize=4096)
def _asked(arrangement: Arrangement) -> tuple[Rule, ...]:
    """The rules that apply to it, whatever is presented."""
    return tuple(rule for rule in RULES if rule.applies(arrangement))


def _try(facts: Facts, arrangement: Arrangement, snapshot: TrustSnapshot) -> _Tried:
    """All rules against one arrangement; the span is that of all its answers."""
    refuses = facts.policy.unread_citations is UnreadCitations.REFUSE
    findings: list[Finding] = []
    for rule in _asked(arrangement):
        finding = rule.answer(facts, arrangement, snapshot)
        if finding is None:
            continue
        findings.append(finding)
        if refuses and rule.relies and not rule.verified and finding.code.outcome is Outcome.MET:
            findings.append(
                finding._replace(
                    code=codes.CITATION_UNREAD, expected="read", actual=rule.citation, basis=None
                )
            )
    outcome, misses = _weigh(findings)
    return _Tried(outcome, arrangement, findings, misses, _span(findings))


def _weigh(findings: Iterable[Finding]) -> tuple[RecognitionOutcome, int]:
    """The worst outcome among the findings, and how many of them stand in the way."""
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


def _span(findings: Iterable[Finding], start: int = TIME_MIN, end: int = TIME_MAX) -> Interval:
    for finding in findings:
        if finding.start > start:
            start = finding.start
        if finding.end < end:
            end = finding.end
    return Interval(start, end)


def _concluded(
    facts: Facts,
    findings: tuple[Finding, ...],
    span: Interval,
    arrangement: Arrangement | None = None,
) -> Answer:
    """The findings in the order of the rules, and what they come to."""
    ordered = tuple(sorted(findings, key=_place))
    outcome, _ = _weigh(ordered)
    level = effect = None
    obligations: tuple[str, ...] = ()
    granted = outcome in _GRANTING
    if granted and arrangement is not None:
        level = recognised_level(facts, arrangement).level
        effect = arrangement.effect
        if outcome is RecognitionOutcome.PILOT:
            obligations = tuple(f"count-one-against:{name}" for name, _ in arrangement.limits)
    elif outcome is RecognitionOutcome.RECOGNISED:
        effect = "domestic"
    recognition = Recognition(
        outcome,
        None if arrangement is None else arrangement.id,
        level,
        facts.service.term if granted else None,
        effect,
        obligations,
        next((word for word in map(floor_word, ordered) if word is not None), None),
    )
    needs = () if granted else _needs(facts, ordered)
    return _answered((recognition, ordered, _span(ordered, *span), needs))


def _place(finding: Finding) -> int:
    return ORDER.get(finding.code.rule, 0)


def _needs(facts: Facts, findings: Iterable[Finding]) -> tuple[Need, ...]:
    receiving, issuing = facts.request.relying_state, facts.service.territory
    found = []
    for finding in findings:
        code = finding.code
        if code.outcome is not Outcome.UNKNOWN or code.recognition is None:
            continue
        kind = _NEEDS.get(code.rule, NeedKind.REQUEST_FACT)
        if kind is NeedKind.REQUEST_FACT:
            found.append(Need(kind, code.rule, receiving))
        else:
            whose = issuing if kind is NeedKind.RECOGNITION_LIST else receiving
            found.append(Need(kind, whose, whose))
    return tuple(found)
