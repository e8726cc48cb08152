"""A bounded memory of pure functions (floor 2): what was worked out once, oldest out first.

Nothing kept here may depend on time, policy or trust. Who may put something in is the business of
whoever owns the memory: only what a validated key signed, so that nobody else can push anything
out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

from .forking import Locked

Place = TypeVar("Place", bound=Hashable)
Item = TypeVar("Item")


class BoundedMemo(Locked, Generic[Place, Item]):
    """``weigh`` estimates the octets of an item at its place, always the same for the same two.

    Reading takes no lock. A place is the whole input, so that a hit has compared it.
    """

    __slots__ = ("_kept", "_size", "_weigh", "max_bytes", "max_items")

    def __init__(self, weigh: Callable[[Place, Item], int], max_bytes: int, max_items: int) -> None:
        self.max_bytes = max_bytes
        self.max_items = max_items
        self._weigh = weigh
        self._kept: dict[Place, Item] = {}
        self._size = 0
        super().__init__()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Octets kept, by estimate."""
        return self._size

    def find(self, place: Place) -> Item | None:
        return self._kept.get(place)

    def keep(self, place: Place, item: Item) -> None:
        """Put it in the place of what was there, as the newest; if it has room at all."""
        weight = self._weigh(place, item)
        if weight > self.max_bytes:
            return
        with self._lock:
            self._drop(place)
            self._kept[place] = item
            self._size += weight
            while self._size > self.max_bytes or len(self._kept) > self.max_items:
                self._drop(next(iter(self._kept)))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0

    def after_fork(self) -> None:
        super().after_fork()
        self._size = sum(self._weigh(place, item) for place, item in self._kept.items())

    def _drop(self, place: Place) -> None:
        item = self._kept.pop(place, None)
        if item is not None:
            self._size -= self._weigh(place, item)
