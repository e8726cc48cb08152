"""Rules of the receiving state's own law (floor 9), as its signed list states it.

They are asked once, whatever the arrangements say: an exclusion of the state's law binds every
arrangement (docs/adr/0012). A statement that nobody has read grants nothing under a policy that
refuses unread citations; one that restricts, restricts all the same.
"""

from __future__ import annotations

from typing import Final

from ..codes import recognition_rules as codes
from ..policy import UnreadCitations
from ..request import Agreement
from ..trustlist.model import Arrangement, LawKind, LawStatement, Service
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import ALWAYS, TIME_MAX, TIME_MIN, Finding, Interval
from .facts import Facts
from .rule import note, words

Law = tuple[LawStatement, ...]
_FLOOR_WORDS: Final = {
    codes.FLOOR_ADMISSIBLE.id: "admissible",
    codes.FLOOR_EXCLUDED.id: "excluded",
    codes.FLOOR_UNKNOWN.id: "unknown",
}


def law_of(facts: Facts, trusted: TrustSnapshot) -> Law:
    """The receiving state's statements about its law; none where its list is not here."""
    source = trusted.recognition.get(facts.request.relying_state)
    return () if source is None else source.law


def active(law: Law, kind: LawKind, facts: Facts) -> tuple[list[LawStatement], Interval, bool]:
    """The statements of ``kind`` that hold at the moment, the span in which these and no others
    do, and whether there is any of the kind at all."""
    held: list[LawStatement] = []
    span, stated = ALWAYS, False
    for statement in law:
        if statement.kind is kind:
            stated = True
            span = span.intersect(facts.phase(statement.interval))
            if statement.interval.holds_at(facts.moment):
                held.append(statement)
    return held, span, stated


def _granting(statements: list[LawStatement], facts: Facts) -> list[LawStatement]:
    """Those that may grant something under the verifier's policy."""
    if facts.policy.unread_citations is UnreadCitations.ACCEPT:
        return statements
    return [statement for statement in statements if statement.instrument.verified]


def agreement(facts: Facts, law: Law, _: TrustSnapshot) -> Finding | None:
    """Asked first. An agreement can take recognition away between the parties; it cannot make a
    state recognise."""
    agreed = facts.request.agreement
    if agreed is None:
        return None
    if agreed is Agreement.EXCLUDED:
        return note(codes.AGREEMENT_EXCLUDES, "this method", agreed.value)
    held, span, _stated = active(law, LawKind.PARTY_AUTONOMY, facts)
    held = _granting(held, facts)
    receiving, act = facts.request.relying_state, facts.request.act
    if not held:
        return note(codes.AGREEMENT_UNFOUNDED, receiving, agreed.value, span)
    citation = held[0].instrument.citation
    excepted = frozenset().union(*(statement.acts for statement in held))
    if excepted and act is None:
        return note(codes.AGREEMENT_UNFOUNDED, receiving, agreed.value, span, citation)
    if act in excepted:
        return note(codes.AGREEMENT_NOT_OPEN, receiving, act, span, citation)
    return note(codes.AGREEMENT_BINDS, receiving, agreed.value, span, citation)


def state_exclusion(facts: Facts, law: Law, _: TrustSnapshot) -> Finding | None:
    """Acts that the state's law keeps apart from everything electronic, before any equivalence."""
    held, span, stated = active(law, LawKind.EXCLUDED_ACTS, facts)
    if not stated:
        return None
    acts = frozenset().union(*(statement.acts for statement in held))
    act = facts.request.act
    if not acts:
        return note(codes.LAW_EXCLUDES_NOT, (), act, span)
    if act is None:
        return note(codes.LAW_ACT_NOT_STATED, words(acts), None, span, held[0].instrument.citation)
    for statement in held:
        if act in statement.acts:
            citation = statement.instrument.citation
            return note(codes.LAW_EXCLUDES, words(statement.acts), act, span, citation)
    return note(codes.LAW_EXCLUDES_NOT, words(acts), act, span, held[0].instrument.citation)


def category(facts: Facts, law: Law, _: TrustSnapshot) -> Finding | None:
    """A performance standard or accreditation that the law asks for a category of transaction."""
    held, span, stated = active(law, LawKind.CATEGORY_STANDARD, facts)
    if not stated:
        return None
    named = frozenset().union(*(statement.categories for statement in held))
    asked = facts.request.category
    if asked is None and named:
        citation = held[0].instrument.citation
        return note(codes.CATEGORY_NOT_STATED, words(named), None, span, citation)
    unproved: Finding | None = None
    met: Finding | None = None
    for statement in held:
        if asked not in statement.categories:
            continue
        wanted, given, missing = _asked_of(statement, facts.service)
        citation = statement.instrument.citation
        if missing:
            return note(codes.CATEGORY_NOT_MET, wanted, given, span, citation)
        if len(given) < _axes(statement):
            unproved = note(codes.CATEGORY_UNPROVED, wanted, given or None, span, citation)
        else:
            met = note(codes.CATEGORY_MET, asked, given, span, citation)
    return unproved or met or note(codes.CATEGORY_FREE, words(named), asked, span)


def _axes(statement: LawStatement) -> int:
    """How many kinds of thing a statement asks for."""
    return sum(
        bool(asked)
        for asked in (
            statement.standards,
            statement.legal_statuses,
            statement.technical_classes,
        )
    )


def _asked_of(
    statement: LawStatement, service: Service
) -> tuple[tuple[str, ...], tuple[str, ...], bool]:
    """What is asked, one word for each kind that the home list speaks of, and whether one of these
    falls short."""
    wanted: list[str] = []
    given: list[str] = []
    short = False
    if statement.standards:
        wanted += words(statement.standards)
        if service.standards:
            given.append(" and ".join(words(service.standards)))
            short |= not statement.standards.issubset(service.standards)
    if statement.legal_statuses:
        wanted.append(" or ".join(words(statement.legal_statuses)))
        if service.legal_status is not None:
            given.append(service.legal_status.value)
            short |= service.legal_status not in statement.legal_statuses
    if statement.technical_classes:
        wanted.append(" or ".join(words(statement.technical_classes)))
        if service.technical_class is not None:
            given.append(service.technical_class.value)
            short |= service.technical_class not in statement.technical_classes
    return tuple(wanted), tuple(given), short


def floor(facts: Facts, law: Law, _: TrustSnapshot) -> Finding | None:
    """What remains whatever the answer is: not denied *solely* because electronic."""
    held, span, stated = active(law, LawKind.NON_DISCRIMINATION, facts)
    if not stated:
        return None
    excluding, until, _stated = active(law, LawKind.EXCLUDED_ACTS, facts)
    span = span.intersect(until)
    held = _granting(held, facts)
    receiving, act = facts.request.relying_state, facts.request.act
    if not held:
        return note(codes.FLOOR_UNKNOWN, receiving, act, span)
    citation = held[0].instrument.citation
    acts = frozenset().union(*(statement.acts for statement in (*held, *excluding)))
    if acts and act is None:
        return note(codes.FLOOR_UNKNOWN, receiving, None, span, citation)
    if act in acts:
        return note(codes.FLOOR_EXCLUDED, words(acts), act, span, citation)
    return note(codes.FLOOR_ADMISSIBLE, receiving, act, span, citation)


def floor_word(finding: Finding) -> str | None:
    """`admissible`, `excluded` or `unknown`; ``None`` for a finding of another rule."""
    return _FLOOR_WORDS.get(finding.code.id)


def receiving_law(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> Finding:
    """The home term stays the home state's; the effect is one that the receiving law knows."""
    effect = arrangement.effect
    law = law_of(facts, trusted)
    held, span, _stated = active(law, LawKind.EFFECT, facts)
    known = words({statement.effect for statement in held if statement.effect is not None})
    if effect is None or effect == "unknown":
        return note(codes.EFFECT_UNKNOWN, known or None, effect, span)
    if not held:
        return note(codes.EFFECT_STATED, None, effect, span)
    for statement in held:
        if statement.effect == effect:
            here = effect if statement.term is None else f"{effect} ({statement.term[1]})"
            return note(codes.EFFECT_STATED, known, here, span, statement.instrument.citation)
    return note(codes.EFFECT_NOT_OF_THIS_LAW, known, effect, span)


def voluntary(state: str, law: Law, moment: int) -> Finding:
    """Whether the law of ``state`` leaves everybody the choice: a note, whatever it says."""
    span = ALWAYS
    for statement in law:
        if statement.kind in (LawKind.VOLUNTARY_USE, LawKind.DUTY_OF_USE):
            start, end = statement.interval
            if start <= moment < end:
                free = statement.kind is LawKind.VOLUNTARY_USE
                code = codes.VOLUNTARY if free else codes.DUTY_STATED
                citation = statement.instrument.citation
                return note(code, state, statement.kind.value, statement.interval, citation)
            before = moment < start
            span = span.intersect(Interval(TIME_MIN, start) if before else Interval(end, TIME_MAX))
    return note(codes.VOLUNTARINESS_UNKNOWN, state, None, span)
