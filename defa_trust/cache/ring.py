"""A circle of slots with a hand: who came first, and who is looked at next (floor 11)."""

from __future__ import annotations

from collections.abc import Iterator

from .entry import Held


class Ring:
    """Bounded by its slots and by octets. Whoever calls holds the memory's lock."""

    __slots__ = ("entries", "free", "hand", "limit", "size", "slots")

    def __init__(self, slots: int, limit: int) -> None:
        self.slots: list[Held | None] = [None] * slots
        self.free: list[int] = []
        self.limit = limit
        self.hand = self.entries = self.size = 0

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

    def push(self, entry: Held) -> list[Held]:
        """First in, first out: put at the hand; returns what had to leave, oldest first."""
        slots, hand = self.slots, self.hand
        left = []
        held = slots[hand]
        if held is not None:
            self.drop(held)
            left.append(held)
        self.put(entry, hand)
        self.hand = turn = (hand + 1) % len(slots)
        while self.size > self.limit and turn != hand:
            held = slots[turn]
            turn = (turn + 1) % len(slots)
            if held is not None:
                self.drop(held)
                left.append(held)
        self.free.clear()  # the hand comes round to holes by itself
        return left

    def some(self, count: int) -> Iterator[Held]:
        """The next ``count`` entries from the hand on, which moves past them."""
        slots, size = self.slots, len(self.slots)
        for _ in range(size):
            held = slots[self.hand]
            self.hand = (self.hand + 1) % size
            if held is not None:
                yield held
                count -= 1
                if not count:
                    return

    def place(self) -> int | None:
        """A slot that is free, if there is one (of a ring that is not pushed)."""
        if self.free:
            return self.free.pop()
        return self.entries if self.entries < len(self.slots) else None
