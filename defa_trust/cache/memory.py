"""A bounded table that a flood cannot empty (floor 11).

Reading takes no lock: one look-up in a dict, and a count on the entry that was found. Writing takes
one, for a few microseconds.

Three circles share the entries:

- **bad** answers (nothing TOTAL-PASSED) push out only one another;
- **new** good answers stay for one turn, oldest out first;
- **kept** ones are those that answered again within that turn, or had been seen before. When they
  are full, a newcomer takes a place only from one that answered less often than itself.

So what is seen once, however often that happens, costs the kept ones nothing. How often an entry
answered is halved as the kept ones *answer*, not as newcomers arrive: a flood cannot age what is
hot. How often something was seen before is known from a table of 16-bit marks, two octets for each
that went by; so tomorrow's tokens, of which each comes back, do take the place of yesterday's.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from array import array
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple
from weakref import WeakSet, WeakValueDictionary

from ..errors import MisuseError
from .entry import Held, no_pickling
from .ring import Ring

BAD_SHARE: Final = 20
"""One in so many entries (and octets) may be a bad answer."""
NEW_SHARE: Final = 20
"""One in so many is a newcomer."""
MARKS: Final = 40
"""Sightings remembered for each entry: what comes back after so many times the size of the memory
is still known in one case of three."""
COMPARED: Final = 8
"""Kept entries among which the one that answered least often must give way."""
MOST_HITS: Final = 7
"""What a kept entry's count is cut to, so that no past is too glorious to be outdone."""
MOST_SIGHTINGS: Final = 15
HALVE_AFTER: Final = 10
"""Counts are halved once the kept entries answered so many times each…"""
FORGET_AFTER: Final = 100
"""…or so many newcomers for each came by."""


class HeldCounts(NamedTuple):
    """What a memory holds, and what came of the rest. ``size`` counts octets, from above."""

    hits: int
    evictions: int
    refused: int
    entries: int
    bad: int
    size: int


class Scope:
    """One (snapshot, policy) in use. Entries of one that is gone give way to anybody."""

    __slots__ = ("__weakref__", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name


class Memory:
    """Entries by key, at most ``max_entries`` and ``max_bytes`` of them."""

    def __init__(self, max_entries: int, max_bytes: int, evicted: Callable[[int], None]) -> None:
        """Raises ``MisuseError`` for bounds too small to hold anything."""
        for name, value in (("max_entries", max_entries), ("max_bytes", max_bytes)):
            if type(value) is not int or value < 3:
                raise MisuseError(f"{name} is a whole number, 3 or more")
        bad, new = (max(1, max_entries // share) for share in (BAD_SHARE, NEW_SHARE))
        bad_bytes, new_bytes = max_bytes // BAD_SHARE, max_bytes // NEW_SHARE
        self.table: dict[Any, Held] = {}
        """Read without the lock; written with it."""
        self.hits = 0
        # NOTE: `x.hits += 1` is not split by CPython's interpreter lock, and where it may be
        # (free-threaded builds) a count is lost, nothing else.
        self.scopes: WeakValueDictionary[bytes, Scope] = WeakValueDictionary()
        self._bad = Ring(bad, bad_bytes)
        self._new = Ring(new, new_bytes)
        self._kept = Ring(max_entries - bad - new, max_bytes - bad_bytes - new_bytes)
        self._max_entry = min(bad_bytes, new_bytes)
        self._marks = array("H", bytes(2 * MARKS * max_entries))
        self._capacity = max_entries
        self._newcomers = self._answered = self._epoch = self._refused = self._evictions = 0
        self._evicted = evicted
        self._lock: AbstractContextManager[Any] = allocate_lock()
        _ALIVE.add(self)

    def __reduce__(self) -> Any:
        raise no_pickling(self)

    def scope(self, name: bytes) -> Scope:
        """The scope of that name, alive as long as somebody holds it."""
        with self._lock:
            found = self.scopes.get(name)
            if found is None:
                found = self.scopes[name] = Scope(name)
            return found

    def put(self, entry: Held, now: int | None = None) -> None:
        """Hold ``entry``, or not. ``now``: the clock, where it was read, to know what is over."""
        if entry.size > self._max_entry:
            return
        with self._lock:
            gone = self._put(entry, now)
            self._evictions += gone
        if gone:
            self._evicted(gone)

    def clear(self) -> None:
        with self._lock:
            self._empty()

    def stats(self) -> HeldCounts:
        with self._lock:
            return HeldCounts(
                self.hits,
                self._evictions,
                self._refused,
                len(self.table),
                self._bad.entries,
                sum(ring.size for ring in (self._bad, self._new, self._kept)),
            )

    def _put(self, entry: Held, now: int | None) -> int:
        capacity, gone = self._capacity, 0
        self._epoch = self._answered // (HALVE_AFTER * capacity) + self._newcomers // (
            FORGET_AFTER * capacity
        )
        entry.epoch = self._epoch
        before = self.table.get(entry.key)
        if before is not None:
            entry.hits = max(self._count(before, None), 0)
            self._remove(before)
        elif entry.good:
            entry.hits = self._sightings(entry.key)
        self.table[entry.key] = entry
        if entry.good:
            self._newcomers += 1
            for old in self._new.push(entry):
                gone += self._promote(old, now)
        else:
            for old in self._bad.push(entry):
                del self.table[old.key]
                gone += 1
        return gone

    def _remove(self, entry: Held) -> None:
        if entry.ring is not None:
            entry.ring.drop(entry)
        del self.table[entry.key]

    def _promote(self, entry: Held, now: int | None) -> int:
        """Keep what leaves the newcomers, if it is worth a place. Returns how many were evicted."""
        kept = self._kept
        count = self._count(entry, now)
        gone = 0
        while kept.size + entry.size > kept.limit or (slot := kept.place()) is None:
            victim = self._weaker(count, now)
            if victim is None:
                del self.table[entry.key]
                self._refused += 1
                return gone + 1
            self._remove(victim)
            gone += 1
        kept.put(entry, slot)
        return gone

    def _weaker(self, than: int, now: int | None) -> Held | None:
        """A kept entry that answered less often, or can answer no more, if one is found."""
        weakest: Held | None = None
        # What was never seen before cannot outdo anybody: it only asks whether somebody is dead.
        for held in self._kept.some(COMPARED if than > 0 else 2):
            # Only here is it seen how often kept entries answer: nothing of this is on their way.
            held.hits = min(held.hits, MOST_HITS)
            self._answered += max(held.hits - held.counted, 0)
            count = held.counted = self._count(held, now)
            if count < than or count < 0:
                weakest, than = held, count
        return weakest

    def _count(self, entry: Held, now: int | None) -> int:
        """How often it answered, the past counting less; below zero for what can answer no more."""
        if (now is not None and entry.end <= now) or (
            entry.scope is not None and entry.scope not in self.scopes
        ):
            return -1
        if self._epoch != entry.epoch:
            entry.hits = min(entry.hits, MOST_SIGHTINGS) >> min(self._epoch - entry.epoch, 8)
            entry.epoch = self._epoch
        return entry.hits

    def _sightings(self, key: Any) -> int:
        """How many good answers to ``key`` went by before; notes this one. 12 bits tell keys apart,
        4 count."""
        # The interpreter's hash is seeded anew in each process: nobody can aim at a slot.
        seed = hash(key)
        marks = self._marks
        place, mark = seed % len(marks), (seed >> 40) & 0xFFF0
        held = marks[place]
        if held & 0xFFF0 != mark:
            marks[place] = mark | 1
            return 0
        count = held & 0xF
        marks[place] = mark | min(count + 1, MOST_SIGHTINGS)
        return count

    def _empty(self) -> None:
        self.table.clear()
        for ring in (self._bad, self._new, self._kept):
            ring.clear()

    def after_fork(self) -> None:
        """A child starts empty: the thread that may have held the lock is not in it."""
        self._lock = allocate_lock()
        self._empty()


_ALIVE: Final[WeakSet[Memory]] = WeakSet()


def _renew_all() -> None:
    for memory in _ALIVE:
        memory.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
