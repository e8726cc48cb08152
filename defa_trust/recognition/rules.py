"""The rules of recognition, as data (floor 9).

Each rule has an id, a citation and a question, and answers with one finding that carries both sides
and the interval in which the answer holds. A rule never decides alone: ``engine.py`` does.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, NamedTuple

from ..codes import recognition as codes
from ..policy import UnreadCitations
from ..trustlist.model import Arrangement, ArrangementStatus, Stage, Status
from ..verdict import TIME_MAX, TIME_MIN, Code, Fact, Finding, fast_finding
from .facts import Facts
from .levels import recognised_level

Answer = Callable[[Facts, Arrangement], Finding | None]
"""``None`` means that the rule does not apply to this arrangement."""


def _always(_: Arrangement) -> bool:
    return True


class Rule(NamedTuple):
    """One question put to an arrangement, in the order of the registry.

    ``applies`` looks at the arrangement alone; a rule that does not apply is not asked.
    ``by_lists`` marks rules whose answer follows from the arrangement, the service and the moment,
    whatever is presented: their answers are prepared once for each span of time.
    """

    id: str
    question: str
    answer: Answer
    applies: Callable[[Arrangement], bool] = _always
    by_lists: bool = False


def _say(
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


def _citation(facts: Facts, arrangement: Arrangement) -> Finding | None:
    if arrangement.instrument.verified:
        return None
    if facts.policy.unread_citations is UnreadCitations.ACCEPT:
        return None
    return _say(arrangement, codes.CITATION_UNREAD, None, arrangement.citation)


def _period(facts: Facts, arrangement: Arrangement) -> Finding | None:
    start, end = arrangement.interval
    moment = facts.moment
    if start <= moment < end:
        return _say(arrangement, codes.IN_PERIOD, start, arrangement.id, start, end)
    if moment < start:
        return _say(arrangement, codes.NOT_YET_IN_FORCE, start, arrangement.id, end=start)
    grace = arrangement.grace_until
    if grace is not None and moment < grace:
        return _say(arrangement, codes.IN_GRACE, grace, arrangement.id, end, grace)
    ended = end if grace is None else max(end, grace)
    return _say(arrangement, codes.NO_LONGER_IN_FORCE, ended, arrangement.id, start=ended)


def _status(facts: Facts, arrangement: Arrangement) -> Finding | None:
    for period in arrangement.periods:
        start, end = period.interval
        if start <= facts.moment < end:
            code = codes.ENACTED if period.status is ArrangementStatus.ENACTED else codes.SUSPENDED
            return _say(arrangement, code, period.status.value, arrangement.id, start, end)
    begun = [p.interval.end for p in arrangement.periods if p.interval.end <= facts.moment]
    to_come = min(
        (p.interval.start for p in arrangement.periods if p.interval.start > facts.moment),
        default=TIME_MAX,
    )
    if begun:
        ended = max(begun)
        return _say(arrangement, codes.NO_LONGER_IN_FORCE, ended, arrangement.id, ended, to_come)
    return _say(arrangement, codes.NOT_YET_IN_FORCE, to_come, arrangement.id, end=to_come)


def _service_type(facts: Facts, arrangement: Arrangement) -> Finding | None:
    actual = facts.service.type
    for home, recognised in arrangement.service_types:
        if home == actual:
            return _say(arrangement, codes.SERVICE_TYPE_MAPPED, recognised, actual)
    homes = tuple(home for home, _ in arrangement.service_types)
    return _say(arrangement, codes.SERVICE_TYPE_UNMAPPED, homes, actual)


def _service_status(facts: Facts, arrangement: Arrangement) -> Finding | None:
    period = facts.status
    if period is None:
        spans = [past.interval for past in facts.service.history]
        over = max((span.end for span in spans if span.end <= facts.moment), default=TIME_MIN)
        to_come = min((span.start for span in spans if span.start > facts.moment), default=TIME_MAX)
        return _say(arrangement, codes.STATUS_NOT_ACCEPTED, "a status", None, over, to_come)
    start, end = period.interval
    if period.uri in arrangement.valid_statuses and period.uri not in arrangement.invalid_statuses:
        return _say(arrangement, codes.STATUS_ACCEPTED, None, period.uri, start, end)
    expected = tuple(sorted(arrangement.valid_statuses))
    return _say(arrangement, codes.STATUS_NOT_ACCEPTED, expected, period.uri, start, end)


def _credential_type(facts: Facts, arrangement: Arrangement) -> Finding | None:
    covered = arrangement.credential_types
    if not covered or (facts.types and covered.issuperset(facts.types)):
        return None
    return _say(arrangement, codes.CREDENTIAL_TYPE_NOT_COVERED, tuple(sorted(covered)), facts.types)


def _among(
    stated: str | None, covered: frozenset[str], not_stated: Code, not_covered: Code
) -> tuple[Code, Fact, Fact] | None:
    if not covered or stated in covered:
        return None
    expected = tuple(sorted(covered))
    return (not_stated if stated is None else not_covered), expected, stated


def _purpose(facts: Facts, arrangement: Arrangement) -> Finding | None:
    fault = _among(
        facts.request.purpose,
        arrangement.purposes,
        codes.PURPOSE_NOT_STATED,
        codes.PURPOSE_NOT_COVERED,
    )
    return _say(arrangement, *fault) if fault else None


def _sector(facts: Facts, arrangement: Arrangement) -> Finding | None:
    fault = _among(
        facts.request.sector, arrangement.sectors, codes.SECTOR_NOT_STATED, codes.SECTOR_NOT_COVERED
    )
    return _say(arrangement, *fault) if fault else None


def _relying_party(facts: Facts, arrangement: Arrangement) -> Finding | None:
    fault = _among(
        facts.request.relying_party,
        arrangement.relying_parties,
        codes.RELYING_PARTY_NOT_STATED,
        codes.RELYING_PARTY_NOT_COVERED,
    )
    return _say(arrangement, *fault) if fault else None


def _excluded_act(facts: Facts, arrangement: Arrangement) -> Finding | None:
    excluded = arrangement.excluded_acts
    if not excluded:
        return None
    act = facts.request.act
    if act is None:
        return _say(arrangement, codes.ACT_NOT_STATED, tuple(sorted(excluded)), None)
    if act in excluded:
        return _say(arrangement, codes.ACT_EXCLUDED, tuple(sorted(excluded)), act)
    return None


def _requirements(_: Facts, arrangement: Arrangement) -> Finding | None:
    if not arrangement.requires:
        return None
    # What an arrangement requires beyond the lists is a fact of the world; nobody supplied it.
    return _say(arrangement, codes.REQUIREMENT_UNKNOWN, arrangement.requires, None)


def _volume(facts: Facts, arrangement: Arrangement) -> Finding | None:
    if not arrangement.limits:
        return None
    used = dict(facts.request.volume_used)
    for name, limit in arrangement.limits:
        if name not in used:
            return _say(arrangement, codes.VOLUME_UNKNOWN, f"{name} {limit}", None)
        if used[name] >= limit:
            return _say(arrangement, codes.VOLUME_EXHAUSTED, f"{name} {limit}", used[name])
    return _say(arrangement, codes.VOLUME_LEFT)


def _level(facts: Facts, arrangement: Arrangement) -> Finding | None:
    answer = recognised_level(facts, arrangement)
    return _say(arrangement, answer.code, answer.expected, answer.actual)


def _stage(facts: Facts, arrangement: Arrangement) -> Finding | None:
    for period in arrangement.periods:
        start, end = period.interval
        if start <= facts.moment < end:
            break
    else:
        return None  # _status has already refused
    if period.stage is Stage.OBSERVE:
        return _say(arrangement, codes.OBSERVE_ONLY, None, arrangement.id, start, end)
    sandboxed = facts.status is not None and facts.status.status is Status.SANDBOX
    if period.stage is Stage.PILOT or sandboxed:
        return _say(arrangement, codes.PILOT, None, arrangement.id, start, end)
    return _say(arrangement, codes.IN_FORCE, None, arrangement.id, start, end)


RULES: Final[tuple[Rule, ...]] = (
    Rule(
        "recognition.citation",
        "Has the article it rests on been read?",
        _citation,
        lambda arrangement: not arrangement.instrument.verified,
    ),
    Rule(
        "recognition.period", "Does the arrangement apply at this moment?", _period, by_lists=True
    ),
    Rule(
        "recognition.status",
        "Is it enacted, and not suspended or repealed?",
        _status,
        by_lists=True,
    ),
    Rule(
        "recognition.service_type",
        "Is the service's type among those mapped?",
        _service_type,
        by_lists=True,
    ),
    Rule(
        "recognition.service_status",
        "Is the service's status accepted?",
        _service_status,
        by_lists=True,
    ),
    Rule(
        "recognition.credential_type",
        "Is this type of credential covered?",
        _credential_type,
        lambda arrangement: bool(arrangement.credential_types),
    ),
    Rule(
        "recognition.purpose",
        "Is the purpose covered?",
        _purpose,
        lambda arrangement: bool(arrangement.purposes),
    ),
    Rule(
        "recognition.sector",
        "Is the sector covered?",
        _sector,
        lambda arrangement: bool(arrangement.sectors),
    ),
    Rule(
        "recognition.relying_party",
        "Is the relying party covered?",
        _relying_party,
        lambda arrangement: bool(arrangement.relying_parties),
    ),
    Rule(
        "recognition.excluded_act",
        "Is the act free of exclusion?",
        _excluded_act,
        lambda arrangement: bool(arrangement.excluded_acts),
    ),
    Rule(
        "recognition.requirement",
        "Is every further requirement established?",
        _requirements,
        lambda arrangement: bool(arrangement.requires),
    ),
    Rule(
        "recognition.volume",
        "Is there room within the corridor's limits?",
        _volume,
        lambda arrangement: bool(arrangement.limits),
    ),
    Rule("recognition.level", "Is the mapped level high enough?", _level),
    Rule(
        "recognition.stage",
        "How far has the arrangement been phased in?",
        _stage,
        by_lists=True,
    ),
)
"""Asked in this order; the answer of each is kept, so that a refusal names all that is missing."""
