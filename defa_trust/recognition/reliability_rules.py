"""Rules of reliability (floor 9): levels, comparison, standards, presumption and proof.

No country is scored here. Levels are mapped, and reliability is judged, by the receiving state; a
rule compares what that state signed with what the issuing state's list says.
"""

from __future__ import annotations

from typing import Final

from ..codes import recognition_rules as codes
from ..policy import UnreadCitations
from ..request import ProvenReliability
from ..trustlist.model import Arrangement, LawKind, LawStatement, LegalStatus
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import ALWAYS, Finding, Outcome
from .facts import Facts
from .law_rules import active, law_of
from .levels import recognised_level
from .lookups import listed_as
from .rule import note, say, words

_AXES: Final = ("proofing", "authentication", "federation")


def level(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    answer = recognised_level(facts, arrangement)
    return say(arrangement, answer.code, answer.expected, answer.actual)


def reliability(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> Finding | None:
    """`at_least`: the mapped level against ``minimum``. `substantially_equivalent`: the attached
    assessment, because how much is substantial is a judgement and no arithmetic. `equivalent`: each
    of the two that is there.

    What is not shown is presumed of a service that the receiving state designated; and what was
    proven in fact is deemed, where its law hears that.
    """
    measure = arrangement.comparator
    if measure is None:
        return None
    outcome, actual = _compared(facts, arrangement, measure)
    if outcome is Outcome.MET:
        return note(codes.RELIABILITY_MET, measure, actual)
    span = ALWAYS
    if _relied_on(facts):
        proven = ex_post(facts, law_of(facts, trusted), trusted)
        if proven is not None:
            span = proven.interval
            if proven.code is codes.PROVEN_IN_FACT:
                return note(codes.RELIABILITY_DEEMED, measure, actual, span)
        if outcome is Outcome.UNKNOWN:
            listed = listed_as(LegalStatus.DESIGNATED, facts, trusted)
            span = span.intersect(listed.span)
            if listed.found is not None:
                return note(codes.RELIABILITY_PRESUMED, measure, actual, span)
    code = codes.RELIABILITY_NOT_MET if outcome is Outcome.NOT_MET else codes.RELIABILITY_UNKNOWN
    return note(code, measure, actual, span)


def _relied_on(facts: Facts) -> bool:
    """Presumption and proof rest on model laws whose text nobody here has read."""
    return facts.policy.unread_citations is UnreadCitations.ACCEPT


def _compared(
    facts: Facts, arrangement: Arrangement, measure: str
) -> tuple[Outcome, tuple[str, ...]]:
    answers: list[tuple[Outcome, tuple[str, ...]]] = []
    if measure != "substantially_equivalent" and (
        arrangement.minimum is not None or measure == "at_least"
    ):
        answers.append(_against_minimum(facts, arrangement))
    if measure != "at_least" and (
        arrangement.assessment is not None or measure == "substantially_equivalent"
    ):
        answers.append(_by_assessment(arrangement))
    if not answers:
        return Outcome.UNKNOWN, ("no minimum", "no assessment")
    said = tuple(word for _, own in answers for word in own)
    outcomes = {outcome for outcome, _ in answers}
    for worst in (Outcome.NOT_MET, Outcome.UNKNOWN):
        if worst in outcomes:
            return worst, said
    return Outcome.MET, said


def _against_minimum(facts: Facts, arrangement: Arrangement) -> tuple[Outcome, tuple[str, ...]]:
    minimum = arrangement.minimum
    if minimum is None:
        return Outcome.UNKNOWN, ("no minimum",)
    mapped = recognised_level(facts, arrangement).level
    said, outcome = [], Outcome.MET
    for axis in _AXES:
        least = getattr(minimum, axis)
        if least is None:
            continue
        reached = None if mapped is None else getattr(mapped, axis)
        said.append(f"{axis} {'unstated' if reached is None else reached} of {least}")
        if reached is None:
            outcome = outcome if outcome is Outcome.NOT_MET else Outcome.UNKNOWN
        elif reached < least:
            outcome = Outcome.NOT_MET
    return outcome, tuple(said)


def _by_assessment(arrangement: Arrangement) -> tuple[Outcome, tuple[str, ...]]:
    assessment = arrangement.assessment
    if assessment is None:
        return Outcome.UNKNOWN, ("no assessment",)
    if assessment.equivalent:
        return Outcome.MET, (f"assessed as equivalent ({assessment.uri})",)
    return Outcome.NOT_MET, (f"assessed as not equivalent ({assessment.uri})",)


def stricter_form(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    """What one direction asks for, whatever the other direction does."""
    asked, stated = arrangement.standards, facts.service.standards
    if not asked:
        return None
    if not stated:
        return say(arrangement, codes.STRICTER_UNKNOWN, words(asked), None)
    code = codes.STRICTER_MET if asked.issubset(stated) else codes.STRICTER_NOT_MET
    return say(arrangement, code, words(asked), words(stated))


def standards(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    """Evidence: neither needed nor enough."""
    considered, stated = arrangement.considered_standards, facts.service.standards
    if not considered:
        return None
    if not stated:
        return note(codes.STANDARDS_UNKNOWN, words(considered), None)
    code = codes.STANDARDS_NONE if considered.isdisjoint(stated) else codes.STANDARDS_NOTED
    return note(code, words(considered), words(stated))


def designation(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> Finding | None:
    """A designation gives a presumption; its absence says nothing of reliability."""
    if arrangement.comparator is None:
        return None
    listed = listed_as(LegalStatus.DESIGNATED, facts, trusted)
    if not listed.usable or not _relied_on(facts):
        code = codes.DESIGNATION_UNKNOWN
    else:
        code = codes.NOT_DESIGNATED if listed.found is None else codes.DESIGNATED
    receiving = facts.request.relying_state
    found = note(code, receiving, facts.service.name, listed.span)
    return found._replace(evidence=listed.evidence)


def ex_post(facts: Facts, law: tuple[LawStatement, ...], _: TrustSnapshot) -> Finding | None:
    """What people found after the fact, and whether the receiving law hears it."""
    found = facts.request.reliability
    if found is ProvenReliability.DISPROVED:
        return note(codes.DISPROVED_IN_FACT, "reliable", "disproved")
    heard, span, stated = active(law, LawKind.PROVEN_RELIABILITY, facts)
    if found is None and not stated:
        return None
    receiving = facts.request.relying_state
    if found is None or not heard or not _relied_on(facts):
        said = None if found is None else found.value
        return note(codes.NOT_PROVEN, receiving, said, span)
    return note(codes.PROVEN_IN_FACT, receiving, found.value, span, heard[0].instrument.citation)
