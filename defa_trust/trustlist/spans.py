"""Services of a list that are made when somebody looks one up (floor 5).

All of them were judged when the list was accepted. What is kept are the octets of each entity, the
number of its services, and the index; of ten thousand services a verifier meets a few hundred.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import accumulate
from types import MappingProxyType
from typing import Final, NamedTuple, overload

from .index import ListIndex
from .model import Service

_NONE: Final[Mapping[int, Sequence[Service]]] = MappingProxyType({})


class Layout(NamedTuple):
    """Where the services of one payload are.

    ``ends`` are where the entities end, of which the first begins at ``start`` and each other one
    octet (a comma) after the one before. ``counts`` are how many services they have.
    """

    start: int
    ends: Sequence[int]
    counts: Sequence[int]
    found_by: ListIndex


class SpannedServices(Sequence[Service]):
    """The services of one list, in order; each is made once, with all of its entity.

    ``make`` reads one entity, by its number. It was read before and is good, so what it raises is a
    fault of this program. ``made`` are those that are there already.
    """

    __slots__ = ("_all", "_firsts", "_made", "_make", "_payload", "layout")

    def __init__(
        self,
        payload: bytes,
        layout: Layout,
        make: Callable[[bytes, int], Sequence[Service]],
        made: Mapping[int, Sequence[Service]] = _NONE,
    ) -> None:
        self._payload = payload
        self._firsts = [0, *accumulate(layout.counts)]
        self._make = make
        self._made = dict(made)
        self._all: tuple[Service, ...] | None = None
        self.layout = layout

    def __len__(self) -> int:
        return self._firsts[-1]

    @overload
    def __getitem__(self, at: int) -> Service: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[Service, ...]: ...
    def __getitem__(self, at: int | slice) -> Service | tuple[Service, ...]:
        if isinstance(at, slice):
            return self._whole()[at]
        number = range(len(self))[at]
        entity = bisect_right(self._firsts, number) - 1
        return self._entity(entity)[number - self._firsts[entity]]

    def __iter__(self) -> Iterator[Service]:
        return iter(self._whole())

    def _entity(self, number: int) -> Sequence[Service]:
        made = self._made.get(number)
        if made is None:
            ends = self.layout.ends
            start = ends[number - 1] + 1 if number else self.layout.start
            made = self._make(self._payload[start : ends[number]], number)
            if len(made) != self._firsts[number + 1] - self._firsts[number]:
                raise RuntimeError("an entity has other services than when it was judged")
            # Whoever races another thread here makes them twice, and one of them stays.
            made = self._made.setdefault(number, made)
        return made

    def _whole(self) -> tuple[Service, ...]:
        whole = self._all
        if whole is None:
            entities = map(self._entity, range(len(self.layout.ends)))
            whole = self._all = tuple(service for found in entities for service in found)
        return whole
