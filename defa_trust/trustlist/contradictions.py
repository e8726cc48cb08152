"""Arrangements of one list that cannot both be meant (floor 5): refused, both named.

Two entries for one state may stand side by side: for other services, for another purpose, under
another instrument. What they may not do is answer one case in two ways, because then the reader,
and not the state, would decide.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from itertools import combinations
from typing import Final

from ..codes import listing as codes
from ..errors import Rejection
from ..verdict import Interval
from .model import Arrangement, ArrangementStatus, Stage

_BOUNDS: Final = (
    "purposes",
    "sectors",
    "relying_parties",
    "credential_types",
    "entity_scope",
    "certificate_scope",
    "users",
)
"""Members whose empty set bounds nothing."""


def check_contradictions(entries: Iterable[Arrangement], where: str) -> None:
    """Raises ``Rejection`` (`list.contradiction`) for the first pair that cannot stand together."""
    groups: dict[tuple[str, str], list[Arrangement]] = defaultdict(list)
    for entry in entries:
        for home, _ in entry.service_types:
            groups[entry.recognised, home].append(entry)
    for (_, home), group in groups.items():
        for one, other in combinations(group, 2):
            what = _contradiction(one, other, home)
            if what is not None:
                raise Rejection(
                    codes.CONTRADICTION, where=where, expected=one.id, actual=f"{other.id} ({what})"
                )


def _contradiction(one: Arrangement, other: Arrangement, home: str) -> str | None:
    """What the two answer differently for the service type ``home``, or ``None``."""
    if not all(_meet(one, other, bound) for bound in _BOUNDS) or not _at_one_time(one, other):
        return None
    if dict(one.service_types)[home] != dict(other.service_types)[home]:
        return f"what {home} counts as"
    both_ways = one.valid_statuses & other.invalid_statuses
    both_ways |= other.valid_statuses & one.invalid_statuses
    if both_ways:
        return f"whether {min(both_ways)} counts"
    levels = {(row.scheme, row.home): row.recognised for row in one.levels}
    for row in other.levels:
        if levels.get((row.scheme, row.home), row.recognised) != row.recognised:
            return f"what {row.scheme} {row.home} counts as"
    if any(getattr(one, bound) != getattr(other, bound) for bound in _BOUNDS):
        return None
    if one.effect != other.effect:
        return "what effect it has"
    same = one.instrument.code == other.instrument.code
    if same and one.instrument.title == other.instrument.title:
        return "overlapping periods under one instrument"
    return None


def _meet(one: Arrangement, other: Arrangement, bound: str) -> bool:
    """Whether some case lies within both bounds."""
    mine: frozenset[str] = getattr(one, bound)
    theirs: frozenset[str] = getattr(other, bound)
    return not mine or not theirs or not mine.isdisjoint(theirs)


def _at_one_time(one: Arrangement, other: Arrangement) -> bool:
    return any(
        max(mine.start, theirs.start) < min(mine.end, theirs.end)
        for mine in _granting(one)
        for theirs in _granting(other)
    )


def _granting(entry: Arrangement) -> Iterator[Interval]:
    """When it grants something. What only observes, is suspended or repealed contradicts nobody."""
    start, end = entry.interval
    if entry.grace_until is not None:
        end = max(end, entry.grace_until)
    for period in entry.periods:
        if period.status is ArrangementStatus.ENACTED and period.stage is not Stage.OBSERVE:
            yield period.interval.intersect(Interval(start, end))
