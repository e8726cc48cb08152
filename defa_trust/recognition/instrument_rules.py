"""Rules of what a recognition rests on (floor 9): the instrument, its time, and its conditions."""

from __future__ import annotations

from typing import Final

from ..codes import recognition as codes
from ..codes import recognition_rules as more
from ..policy import UnreadCitations
from ..trustlist.arrangements import PRIOR_LISTING, RECIPROCITY, REQUIREMENTS
from ..trustlist.model import (
    Arrangement,
    ArrangementStatus,
    InstrumentStatus,
    LegalStatus,
    Obligation,
    Stage,
    Status,
)
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import TIME_MAX, TIME_MIN, Finding
from .facts import Facts
from .lookups import listed_as, reciprocal
from .rule import note, say, words

_NOT_IN_FORCE: Final = frozenset(
    {InstrumentStatus.CONCLUDED_UNSIGNED, InstrumentStatus.SIGNED, InstrumentStatus.TERMINATED}
)


def citation(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    if arrangement.instrument.verified:
        code = codes.CITATION_READ
    elif facts.policy.unread_citations is UnreadCitations.ACCEPT:
        code = codes.CITATION_TOLERATED
    else:
        code = codes.CITATION_UNREAD
    return say(arrangement, code, "read", arrangement.citation)


def instrument(_: Facts, arrangement: Arrangement, __: TrustSnapshot) -> Finding | None:
    """Whether it is in force, and between these two. A state's own act needs no second party."""
    status, parties = arrangement.instrument.status, arrangement.instrument.parties
    if status is None and parties is None:
        return None
    both = (arrangement.recognising, arrangement.recognised)
    if status in _NOT_IN_FORCE:
        return say(arrangement, more.INSTRUMENT_NOT_IN_FORCE, "in_force", str(status))
    if parties is not None and arrangement.basis == "mutual":
        missing = tuple(state for state in both if state not in parties)
        if missing:
            return say(arrangement, more.PARTY_MISSING, missing, words(parties))
    if status is not InstrumentStatus.IN_FORCE:
        said = None if status is None else str(status)
        return say(arrangement, more.INSTRUMENT_UNCLEAR, both, said)
    return say(arrangement, more.INSTRUMENT_BINDS, both, str(status))


def basis(_: Facts, arrangement: Arrangement, __: TrustSnapshot) -> Finding:
    """A state's own act grants what it says. An agreement grants what it makes a duty."""
    obligation = arrangement.instrument.obligation
    if arrangement.basis == "mutual" and obligation is Obligation.BEST_ENDEAVOUR:
        return note(more.BASIS_ENDEAVOUR, "binding", arrangement.basis)
    if arrangement.basis == "mutual" and obligation is Obligation.UNCLEAR:
        return note(more.BASIS_UNCLEAR, "binding", arrangement.basis)
    return note(more.BASIS_GRANTS, "binding", arrangement.basis)


def period(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    start, end = arrangement.interval
    moment, held = facts.moment, facts.held
    if start <= moment < end:
        return say(arrangement, codes.IN_PERIOD, start, arrangement.id, *held(start, end))
    if moment < start:
        span = held(TIME_MIN, start)
        return say(arrangement, codes.NOT_YET_IN_FORCE, start, arrangement.id, *span)
    grace = arrangement.grace_until
    if grace is not None and moment < grace:
        return say(arrangement, codes.IN_GRACE, grace, arrangement.id, *held(end, grace))
    ended = end if grace is None else max(end, grace)
    return say(arrangement, codes.NO_LONGER_IN_FORCE, ended, arrangement.id, *held(ended, TIME_MAX))


def status(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    moment = facts.moment
    for entry in arrangement.periods:
        start, end = entry.interval
        if start <= moment < end:
            code = codes.ENACTED if entry.status is ArrangementStatus.ENACTED else codes.SUSPENDED
            return say(
                arrangement, code, entry.status.value, arrangement.id, *facts.held(start, end)
            )
    begun = [p.interval.end for p in arrangement.periods if p.interval.end <= moment]
    to_come = min(
        (p.interval.start for p in arrangement.periods if p.interval.start > moment),
        default=TIME_MAX,
    )
    if begun:
        ended = max(begun)
        span = facts.held(ended, to_come)
        return say(arrangement, codes.NO_LONGER_IN_FORCE, ended, arrangement.id, *span)
    span = facts.held(TIME_MIN, to_come)
    return say(arrangement, codes.NOT_YET_IN_FORCE, to_come, arrangement.id, *span)


def stage(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    for entry in arrangement.periods:
        start, end = entry.interval
        if start <= facts.moment < end:
            break
    else:
        return None  # ``status`` has already refused
    span = facts.held(start, end)
    if entry.stage is Stage.OBSERVE:
        return say(arrangement, codes.OBSERVE_ONLY, "pilot or in_force", arrangement.id, *span)
    sandboxed = facts.status is not None and facts.status.status is Status.SANDBOX
    if entry.stage is Stage.PILOT or sandboxed:
        return say(arrangement, codes.PILOT, None, arrangement.id, *span)
    return say(arrangement, codes.IN_FORCE, None, arrangement.id, *span)


def prior_listing(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> Finding | None:
    """Listed before by the receiving state itself, in its own trust list, or not at all."""
    if PRIOR_LISTING not in arrangement.requires:
        return None
    listed = listed_as(LegalStatus.RECOGNISED_FOREIGN, facts, trusted)
    if not listed.usable:
        code = more.LISTING_UNKNOWN
    else:
        code = more.NOT_LISTED_HERE if listed.found is None else more.LISTED_HERE
    found = say(arrangement, code, arrangement.recognising, facts.service.name, *listed.span)
    return found._replace(evidence=listed.evidence)


def reciprocity(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> Finding | None:
    """What the other state grants in return: looked up in its list, and never followed further."""
    if RECIPROCITY not in arrangement.requires:
        return None
    back = reciprocal(facts, arrangement, trusted)
    other = arrangement.recognised
    if not back.usable:
        found = say(arrangement, more.RECIPROCITY_UNKNOWN, other, None, *back.span)
    elif back.found is None:
        here = dict(arrangement.service_types).get(facts.service.type, facts.service.type)
        found = say(arrangement, more.NOT_RECIPROCATED, other, here, *back.span)
    else:
        found = say(arrangement, more.RECIPROCATED, other, back.found, *back.span)
    return found._replace(evidence=back.evidence)


def requirement(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    """What no list answers: a fact of the world, which a person establishes, or nobody does."""
    asked = tuple(name for name in arrangement.requires if name not in REQUIREMENTS)
    if not asked:
        return None
    known = dict(facts.request.established)
    for name in asked:
        if known.get(name) is False:
            return say(arrangement, codes.REQUIREMENT_REFUTED, asked, name)
    met = tuple(name for name in asked if known.get(name))
    if met == asked:
        return say(arrangement, codes.REQUIREMENT_ESTABLISHED, asked, met)
    return say(arrangement, codes.REQUIREMENT_UNKNOWN, asked, met or None)
