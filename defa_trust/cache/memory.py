"""A bounded table that a flood cannot empty (floor 11).

Reading takes no lock: one look-up in a dict, and a count on the entry that was found. Writing takes
one, for a few microseconds.

Three circles share the entries:

- **bad** answers (nothing TOTAL-PASSED) push out only one another;
- **new** good answers stay for one turn, oldest out first;
- **kept** ones are those that answered again within that turn, or had been seen before. When they
  are full, a newcomer takes a place only from one that answered less often than itself.

So what is seen once, however often that happens, costs the kept ones nothing. How often an entry
answered is halved as *answers* go by, not as newcomers arrive: a flood cannot age what is hot. What
had been seen before is known from a table of 16-bit marks, a few octets for each that went by.
"""

from __future__ import annotations

import os
from _thread import allocate_lock
from array import array
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any, Final, NamedTuple
from weakref import WeakSet, WeakValueDictionary

from ..errors import MisuseError
from .entry import Held, no_pickling

BAD_SHARE: Final = 20
"""One in so many entries (and octets) may be a bad answer."""
NEW_SHARE: Final = 20
"""One in so many is a newcomer."""
MARKS: Final = 40
"""Sightings remembered for each entry: a token that comes back after so many times the size of the
memory is still known, more likely than not."""
COMPARED: Final = 8
"""Kept entries among which the one that answered least often must give way."""
MOST_HITS: Final = 15
"""What a count is cut to when it is compared, so that no past is too glorious to fade."""
HALVE_AFTER: Final = 10
"""Counts are halved once there were so many hits for each entry."""
FORGET_AFTER: Final = 100
"""…or so many newcomers, so that a memory full of yesterday's tokens, hit no more, gives way."""


class Stats(NamedTuple):
    """Counts since the start, and what is held now."""

    hits: int
    misses: int
    joined: int
    """Misses that waited for the one who was already verifying the same."""
    unkept: int
    """Answers that may not be kept: a holder's proof, a counted corridor."""
    evictions: int
    refused: int
    """Good answers that found no place among better ones."""
    entries: int
    bad: int
    size: int
    """Octets, as counted (an estimate from above)."""


class Scope:
    """One (snapshot, policy) in use. Entries of one that is gone give way to anybody."""

    __slots__ = ("__weakref__", "name")

    def __init__(self, name: bytes) -> None:
        self.name = name


class Ring:
    """A circle of slots with a hand. Bounded by its slots and by octets."""

    __slots__ = ("entries", "free", "hand", "limit", "size", "slots")

    def __init__(self, slots: int, limit: int) -> None:
        self.slots: list[Held | None] = [None] * slots
        self.free: list[int] = []
        self.limit = limit
        self.clear()

    def clear(self) -> None:
        self.slots[:] = [None] * len(self.slots)
        self.free.clear()
        self.hand = self.entries = self.size = 0

    def put(self, entry: Held, slot: int) -> None:
        self.slots[slot] = entry
        entry.ring, entry.slot = self, slot
        self.entries += 1
        self.size += entry.size

    def drop(self, entry: Held) -> None:
        self.slots[entry.slot] = None
        self.free.append(entry.slot)
        entry.ring = None
        self.entries -= 1
        self.size -= entry.size

    def push(self, entry: Held) -> Iterator[Held]:
        """First in, first out: put at the hand, and yield what had to leave."""
        slots, hand = self.slots, self.hand
        held = slots[hand]
        if held is not None:
            self.drop(held)
            yield held
        self.free.clear()  # the hand comes round to holes by itself
        self.put(entry, hand)
        self.hand = (hand + 1) % len(slots)
        turn = self.hand
        while self.size > self.limit and turn != hand:
            held = slots[turn]
            turn = (turn + 1) % len(slots)
            if held is not None:
                self.drop(held)
                yield held

    def some(self, count: int) -> list[Held]:
        """The next ``count`` entries from the hand on, which moves past them."""
        slots, hand, found = self.slots, self.hand, []
        for _ in range(len(slots)):
            held = slots[hand]
            hand = (hand + 1) % len(slots)
            if held is not None:
                found.append(held)
                if len(found) == count:
                    break
        self.hand = hand
        return found

    def place(self) -> int | None:
        """A slot that is free, if there is one."""
        if self.free:
            return self.free.pop()
        return self.entries if self.entries < len(self.slots) else None


class Memory:
    """Entries by key, at most ``max_entries`` and ``max_bytes`` of them."""

    def __init__(self, max_entries: int, max_bytes: int, evicted: Callable[[int], None]) -> None:
        """Raises ``MisuseError`` for bounds too small to hold anything."""
        for name, value in (("max_entries", max_entries), ("max_bytes", max_bytes)):
            if type(value) is not int or value < 3:
                raise MisuseError(f"{name} is a whole number, 3 or more")
        bad, new = (max(1, max_entries // share) for share in (BAD_SHARE, NEW_SHARE))
        kept = max_entries - bad - new
        bad_bytes, new_bytes = max_bytes // BAD_SHARE, max_bytes // NEW_SHARE
        self.table: dict[Any, Held] = {}
        """Read without the lock; written with it."""
        self.hits = 0
        # NOTE: `x.hits += 1` is not split by CPython's interpreter lock, and where it may be
        # (free-threaded builds) a count is lost, nothing else.
        self.scopes: WeakValueDictionary[bytes, Scope] = WeakValueDictionary()
        self._bad = Ring(bad, bad_bytes)
        self._new = Ring(new, new_bytes)
        self._kept = Ring(kept, max_bytes - bad_bytes - new_bytes)
        self._max_entry = max_bytes // BAD_SHARE
        self._marks = array("H", bytes(2 * MARKS * max_entries))
        self._capacity = max_entries
        self._newcomers = self._refused = self._evictions = 0
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
        gone = 0
        with self._lock:
            before = self.table.get(entry.key)
            entry.epoch = self._epoch()
            if before is not None:
                entry.hits = max(self._count(before, None), 0)
                self._remove(before)
            elif entry.good:
                entry.hits = self._seen_before(entry.key)
            if not entry.good:
                for old in self._bad.push(entry):
                    self.table.pop(old.key, None)
                    gone += 1
                self.table[entry.key] = entry
            else:
                self._newcomers += 1
                self.table[entry.key] = entry
                for old in self._new.push(entry):
                    gone += self._promote(old, now)
            self._evictions += gone
        if gone:
            self._evicted(gone)

    def clear(self) -> None:
        with self._lock:
            self._empty()

    def stats(self) -> dict[str, int]:
        with self._lock:
            rings = (self._bad, self._new, self._kept)
            return {
                "hits": self.hits,
                "evictions": self._evictions,
                "refused": self._refused,
                "entries": len(self.table),
                "bad": self._bad.entries,
                "size": sum(ring.size for ring in rings),
            }

    def _empty(self) -> None:
        self.table.clear()
        for ring in (self._bad, self._new, self._kept):
            ring.clear()

    def _remove(self, entry: Held) -> None:
        if entry.ring is not None:
            entry.ring.drop(entry)
        self.table.pop(entry.key, None)

    def _promote(self, entry: Held, now: int | None) -> int:
        """Keep what leaves the newcomers, if it is worth a place. Returns how many were evicted."""
        kept = self._kept
        gone = 0
        while kept.size + entry.size > kept.limit or (slot := kept.place()) is None:
            victim, count = self._weakest(now)
            if victim is None or count >= self._count(entry, now):
                self.table.pop(entry.key, None)
                self._refused += 1
                return gone + 1
            self._remove(victim)
            gone += 1
        kept.put(entry, slot)
        return gone

    def _weakest(self, now: int | None) -> tuple[Held | None, int]:
        best: Held | None = None
        least = MOST_HITS + 1
        for held in self._kept.some(COMPARED):
            count = self._count(held, now)
            if count < least:
                best, least = held, count
                if count < 0:
                    break
        return best, least

    def _count(self, entry: Held, now: int | None) -> int:
        """How often it answered, the past counting less; below zero for what can answer no more."""
        if now is not None and entry.end <= now:
            return -1
        if entry.scope is not None and entry.scope not in self.scopes:
            return -1
        epoch = self._epoch()
        count = min(entry.hits, MOST_HITS)
        if epoch != entry.epoch:
            count >>= min(epoch - entry.epoch, 8)
            entry.hits, entry.epoch = count, epoch
        return count

    def _epoch(self) -> int:
        return self.hits // (HALVE_AFTER * self._capacity) + self._newcomers // (
            FORGET_AFTER * self._capacity
        )

    def _seen_before(self, key: Any) -> int:
        """1 where a good answer to ``key`` went by before. Notes that it does now."""
        # The interpreter's hash is seeded anew in each process: nobody can aim at a slot.
        seed = hash(key)
        marks = self._marks
        place, mark = seed % len(marks), (seed >> 40) & 0xFFFF
        if marks[place] == mark:
            return 1
        marks[place] = mark
        return 0

    def _after_fork(self) -> None:
        """A child starts empty: a thread that held the lock is not in it."""
        self._lock = allocate_lock()
        self._empty()


_ALIVE: Final[WeakSet[Memory]] = WeakSet()


def _renew_all() -> None:
    for memory in _ALIVE:
        memory._after_fork()  # noqa: SLF001  same module


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
