"""Rules of scope (floor 9): which services, objects, uses and people an arrangement is for."""

from __future__ import annotations

from ..codes import recognition as codes
from ..codes import recognition_rules as more
from ..trustlist.model import Arrangement
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import ALWAYS, Code, Finding
from .facts import Facts
from .rule import say, words


def service_status(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    period = facts.status
    expected = words(arrangement.valid_statuses)
    if period is None:
        span = ALWAYS
        if facts.existed is None:
            for past in facts.service.history:
                span = span.intersect(facts.phase(past.interval))
        return say(arrangement, codes.STATUS_UNKNOWN, expected, None, *span)
    start, end = facts.status_held(*period.interval)
    if period.uri in arrangement.valid_statuses and period.uri not in arrangement.invalid_statuses:
        return say(arrangement, codes.STATUS_ACCEPTED, expected, period.uri, start, end)
    return say(arrangement, codes.STATUS_NOT_ACCEPTED, expected, period.uri, start, end)


def service_type(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding:
    actual = facts.service.type
    for home, recognised in arrangement.service_types:
        if home == actual:
            return say(arrangement, codes.SERVICE_TYPE_MAPPED, recognised, actual)
    homes = tuple(home for home, _ in arrangement.service_types)
    return say(arrangement, codes.SERVICE_TYPE_UNMAPPED, homes, actual)


def credential_type(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    covered = arrangement.credential_types
    if not covered:
        return None
    expected, actual = words(covered), facts.types
    if not actual:
        return say(arrangement, codes.CREDENTIAL_TYPE_NOT_STATED, expected, None)
    if covered.issuperset(actual):
        return say(arrangement, codes.CREDENTIAL_TYPE_COVERED, expected, actual)
    return say(arrangement, codes.CREDENTIAL_TYPE_NOT_COVERED, expected, actual)


def _stated(
    arrangement: Arrangement,
    stated: str | None,
    covered: frozenset[str],
    answers: tuple[Code, Code, Code],
) -> Finding | None:
    """Covered, not covered, or not stated; ``None`` where the arrangement bounds nothing."""
    if not covered:
        return None
    within, outside, silent = answers
    code = silent if stated is None else within if stated in covered else outside
    return say(arrangement, code, words(covered), None if stated is None else str(stated))


_PURPOSE = (codes.PURPOSE_COVERED, codes.PURPOSE_NOT_COVERED, codes.PURPOSE_NOT_STATED)
_SECTOR = (codes.SECTOR_COVERED, codes.SECTOR_NOT_COVERED, codes.SECTOR_NOT_STATED)
_PARTY = (
    codes.RELYING_PARTY_COVERED,
    codes.RELYING_PARTY_NOT_COVERED,
    codes.RELYING_PARTY_NOT_STATED,
)
_ENTITY = (more.ENTITY_COVERED, more.ENTITY_NOT_COVERED, more.ENTITY_NOT_STATED)
_USE = (more.USE_COVERED, more.USE_NOT_COVERED, more.USE_NOT_STATED)


def purpose(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    return _stated(arrangement, facts.request.purpose, arrangement.purposes, _PURPOSE)


def sector(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    return _stated(arrangement, facts.request.sector, arrangement.sectors, _SECTOR)


def relying_party(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    return _stated(arrangement, facts.request.relying_party, arrangement.relying_parties, _PARTY)


def entity_scope(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    return _stated(arrangement, facts.request.entity, arrangement.entity_scope, _ENTITY)


def certificate_scope(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    return _stated(arrangement, facts.request.use, arrangement.certificate_scope, _USE)


def user(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    """By class of user, never by nationality itself: that stays with whoever asks."""
    covered = arrangement.users
    if not covered:
        return None
    expected, possible = words(covered), facts.request.users
    if possible <= covered:
        return say(arrangement, more.USER_COVERED, expected, words(possible))
    if possible.isdisjoint(covered):
        return say(arrangement, more.USER_NOT_COVERED, expected, words(possible))
    return say(arrangement, more.USER_NOT_STATED, expected, None)


def excluded_act(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    """What this arrangement leaves out. What the state's law leaves out is another rule."""
    excluded = arrangement.excluded_acts
    if not excluded:
        return None
    act = facts.request.act
    if act is None:
        code = codes.ACT_NOT_STATED
    else:
        code = codes.ACT_EXCLUDED if act in excluded else codes.ACT_COVERED
    return say(arrangement, code, words(excluded), act)


def volume(facts: Facts, arrangement: Arrangement, _: TrustSnapshot) -> Finding | None:
    if not arrangement.limits:
        return None
    used = dict(facts.request.volume_used)
    for name, limit in arrangement.limits:
        if name not in used:
            return say(arrangement, codes.VOLUME_UNKNOWN, f"{name} {limit}", None)
        if used[name] >= limit:
            return say(arrangement, codes.VOLUME_EXHAUSTED, f"{name} {limit}", used[name])
    return say(
        arrangement,
        codes.VOLUME_LEFT,
        tuple(f"{name} {limit}" for name, limit in arrangement.limits),
        tuple(f"{name} {used[name]}" for name, _ in arrangement.limits),
    )
