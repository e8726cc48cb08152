"""One verification for a thousand simultaneous first sights (floor 11)."""

from __future__ import annotations

import os
from _thread import allocate_lock, get_ident
from typing import Any, Final
from weakref import WeakSet

from .entry import Entry


class Flight:
    """A verification under way: who carries it out, and what came of it.

    Whoever waits looks at ``entry`` as at any other: it may not answer for another moment or other
    evidence, and there is none where the answer may not be kept.
    """

    __slots__ = ("_landed", "entry", "owner")

    def __init__(self) -> None:
        self.entry: Entry | None = None
        self.owner = get_ident()
        self._landed = allocate_lock()
        self._landed.acquire()

    def land(self) -> None:
        self._landed.release()

    def wait(self) -> Entry | None:
        """What came of it; ``None`` at once for the thread that carries it out (a signal handler
        that asks what it interrupted would wait for itself)."""
        if self.owner == get_ident():
            return None
        with self._landed:
            return self.entry


class Flights:
    """Verifications under way, by key."""

    __slots__ = ("__weakref__", "_under_way")

    def __init__(self) -> None:
        self._under_way: dict[Any, Flight] = {}
        _ALIVE.add(self)

    def join(self, key: Any, mine: Flight) -> Flight:
        """``mine``, now under way, or the one that already was (one step: no lock is needed)."""
        return self._under_way.setdefault(key, mine)

    def end(self, key: Any, mine: Flight) -> None:
        self._under_way.pop(key, None)
        mine.land()

    def forget(self) -> None:
        """In a forked child, whose other threads do not exist."""
        self._under_way = {}


_ALIVE: Final[WeakSet[Flights]] = WeakSet()


def _forget_all() -> None:
    for flights in _ALIVE:
        flights.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
