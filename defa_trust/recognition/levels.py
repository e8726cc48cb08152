"""National assurance scales, caps, and the receiving state's map (floor 9).

National values are compared by their place in an enumeration, never as numbers: Thailand's "2.10",
should it ever exist, is not less than "2.9". The scales are data (``profiles/scales.json``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import Final, NamedTuple

from ..codes import recognition as codes
from ..request import MinimumLevel
from ..trustlist.model import Arrangement, LevelGrant, Service
from ..verdict import Code, Fact, Level
from .facts import Facts

Claimed = tuple[str, str]
"""(scheme, value) of a level that a message claims."""

_AXES: Final = ("proofing", "authentication", "federation")


class Scale(NamedTuple):
    """An ordered national scale, lowest value first."""

    scheme: str
    territory: str
    axis: str
    values: tuple[str, ...]
    source: str
    confidence: str

    def place(self, value: str) -> int | None:
        """Position of ``value``, also written as ``scheme:value``; ``None`` if not on the scale."""
        bare = value.removeprefix(f"{self.scheme}:")
        return self.values.index(bare) if bare in self.values else None


@cache
def scales() -> Mapping[str, Scale]:
    """Every scale that ships with the library, by scheme."""
    document = json.loads(
        (files("defa_trust") / "profiles" / "scales.json").read_text(encoding="utf-8")
    )
    return {
        entry["scheme"]: Scale(
            entry["scheme"],
            entry["territory"],
            entry["axis"],
            tuple(entry["values"]),
            entry["source"],
            entry["confidence"],
        )
        for entry in document["scales"]
    }


class LevelAnswer(NamedTuple):
    """Either a recognised level or the code of what stood in the way, with both sides."""

    code: Code
    level: Level | None
    expected: Fact = None
    actual: Fact = None


_NOTHING_ASKED: Final = LevelAnswer(codes.LEVEL_MET, None, None, "unstated")


def recognised_level(facts: Facts, arrangement: Arrangement) -> LevelAnswer:
    """The level this object counts for under ``arrangement``.

    Order: grant of the trust list → the provider's cap → the credential's own, lower claim → the
    receiving state's map → comparison with the level asked for. Each unknown step fails closed.
    """
    if not facts.asserted_levels:
        return _by_lists(facts.service, arrangement, facts.request.min_level)
    return _level(facts.service, arrangement, facts.request.min_level, facts.asserted_levels)


@lru_cache(maxsize=4096)
def _by_lists(
    service: Service, arrangement: Arrangement, wanted: MinimumLevel | None
) -> LevelAnswer:
    """The answer where no message takes part in it: lists and the caller's wish alone."""
    return _level(service, arrangement, wanted, ())


def _level(
    service: Service,
    arrangement: Arrangement,
    wanted: MinimumLevel | None,
    asserted: tuple[Claimed, ...],
) -> LevelAnswer:
    if wanted is None and not arrangement.levels:
        return _NOTHING_ASKED
    asks = wanted is not None and any((wanted.proofing, wanted.authentication, wanted.federation))
    if not arrangement.levels and not asks:
        return _NOTHING_ASKED
    asked = () if wanted is None else (wanted.proofing, wanted.authentication, wanted.federation)
    asked_words = _words(asked, 0)
    if not service.levels:
        if asks:
            return LevelAnswer(codes.LEVEL_UNSTATED, None, asked_words, "unstated")
        return LevelAnswer(codes.LEVEL_UNMAPPED, None, _homes(arrangement), "unstated")
    axes: dict[str, int] = {}
    national: tuple[str, str] | None = None
    for grant in service.levels:
        effective = _effective(grant, asserted)
        if effective is None:
            return LevelAnswer(codes.LEVEL_UNKNOWN, None, grant.scheme, _claimed(grant, asserted))
        row = next(
            (m for m in arrangement.levels if m.scheme == grant.scheme and m.home == effective),
            None,
        )
        if row is None:
            return LevelAnswer(
                codes.LEVEL_UNMAPPED, None, _homes(arrangement), f"{grant.scheme} {effective}"
            )
        national = national or (grant.scheme, effective)
        for axis in _AXES:
            value = getattr(row.recognised, axis)
            if value is not None:
                axes[axis] = min(axes.get(axis, value), value)
    level = Level(
        axes.get("proofing"), axes.get("authentication"), axes.get("federation"), national
    )
    reached = (level.proofing or 0, level.authentication or 0, level.federation or 0)
    if asks and any(have < want for have, want in zip(reached, asked, strict=True)):
        return LevelAnswer(codes.LEVEL_TOO_LOW, level, asked_words, _words(level[:3], None))
    return LevelAnswer(codes.LEVEL_MET, level, asked_words or None, _words(level[:3], None))


def domestic_level(facts: Facts) -> LevelAnswer | None:
    """What stands in the way at home, where nothing maps levels; ``None`` if none is asked."""
    wanted = facts.request.min_level
    if wanted is None or not (wanted.proofing or wanted.authentication or wanted.federation):
        return None
    asked = _words((wanted.proofing, wanted.authentication, wanted.federation), 0)
    if not facts.service.levels:
        return LevelAnswer(codes.LEVEL_UNSTATED, None, asked, "unstated")
    granted = tuple(f"{grant.scheme} {grant.value}" for grant in facts.service.levels)
    return LevelAnswer(codes.LEVEL_UNMAPPED, None, (), granted)


def _words(axes: Iterable[int | None], silent: int | None) -> tuple[str, ...]:
    """`proofing 2`, `authentication unstated`…; an axis that says ``silent`` is left out."""
    named = zip(_AXES, axes, strict=False)
    said = (f"{axis} {value}" for axis, value in named if value != silent)
    return tuple(said) or ("unstated",) * (silent is None)


def _effective(grant: LevelGrant, asserted: tuple[Claimed, ...]) -> str | None:
    """``min(granted, cap, asserted)`` on the national scale; ``None`` where one is not on it."""
    if grant.cap is None and not asserted:
        return grant.value
    scale = scales().get(grant.scheme)
    if scale is None:
        return None
    lowest = scale.place(grant.value)
    if lowest is None:
        return None
    if grant.cap is not None:
        cap = scale.place(grant.cap)
        if cap is None:
            return None
        lowest = min(lowest, cap)
    for claim in asserted:
        if _speaks_of(claim, scale):
            claimed = scale.place(claim[1])
            if claimed is None:
                return None
            lowest = min(lowest, claimed)
    return scale.values[lowest]


def _claimed(grant: LevelGrant, asserted: tuple[Claimed, ...]) -> str | None:
    """What cannot be compared with ``grant``: what is claimed of it, or else its cap."""
    scale = scales().get(grant.scheme)
    said = [claim[1] for claim in asserted if scale is None or _speaks_of(claim, scale)]
    return ", ".join(said) or grant.cap


def _speaks_of(asserted: Claimed, scale: Scale) -> bool:
    """A claim names its scheme, or (`acr`) carries it in its value. Only one on a known scale of
    another axis says nothing of this one; whatever else cannot be placed must not be ignored, so it
    is judged against every grant."""
    scheme, value = asserted
    if scheme == scale.scheme or value.startswith(f"{scale.scheme}:"):
        return True
    others = (other for other in scales().values() if other.axis != scale.axis)
    return not any(
        scheme == other.scheme or value.startswith(f"{other.scheme}:") for other in others
    )


def _homes(arrangement: Arrangement) -> tuple[str, ...]:
    return tuple(f"{row.scheme} {row.home}" for row in arrangement.levels)
