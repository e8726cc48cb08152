"""Locks that a forked child can take (floor 0).

A child has one thread. A lock that another thread held when it was forked would never be given
back there, and whoever asks for it would wait for ever. So whoever has a lock that outlives one
call is told in the child, before anything else runs there, and takes a new one.
"""

from __future__ import annotations

import os
from threading import Lock
from typing import Final
from weakref import WeakSet


class Locked:
    """Has a lock of its own, and another one in a forked child."""

    __slots__ = ("__weakref__", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        _ALIVE.add(self)

    def after_fork(self) -> None:
        """In the child. What the lock guards may have been left halfway: put that right, too."""
        self._lock = Lock()


_ALIVE: Final[WeakSet[Locked]] = WeakSet()


def _renew_all() -> None:
    for held in _ALIVE:
        held.after_fork()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_renew_all)
