"""A large member-state list, read many times faster with ``msgspec`` (extra `fast`; floor 5).

Never the judge: what this reader understands, it reads as ``decode`` does, value for value. What
else it meets, however harmless, it hands back unread, and ``decode`` alone says what is wrong with
it, if anything. So a list is the same list with the library and without it (docs/adr/0009).

The library passes over members that occur twice. They are found by their length: a text without
white space and backslashes that holds strings, booleans, arrays and objects, but no numbers, is
exactly as long as what was read from it and written again. A member passed over would be missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from msgspec import MsgspecError
from msgspec.json import Decoder, Encoder

from ..codec import json as strict_json
from ..errors import Rejection
from . import quick_shapes as shapes
from . import reading, services
from .index import IndexMaker
from .model import Service
from .quick_columns import Columns, UnreadError
from .quick_services import made
from .spans import Layout, SpannedServices

__all__ = ["Entities", "Split", "UnreadError", "make_entity", "read_services", "resume", "split"]

_ENTITIES: Final = Decoder(shapes.Entity)
_WRITTEN: Final = Encoder()
_LEVELS_ABOVE: Final = 3
"""Of an entity: the document, `LoTE`, and the array of entities."""
_GIVEN_UP: Final = (MsgspecError, UnicodeDecodeError, RecursionError)
_TOGETHER: Final = 256
"""Ours: services that are judged at once; what they take in memory is small beside a list."""

_BEGIN: Final = b'{"LoTE":{"ListAndSchemeInformation":'
_FIRST: Final = b',"TrustedEntitiesList":[{"TrustedEntityInformation":'
_NEXT: Final = b',{"TrustedEntityInformation":'
_END: Final = b"]}}"


class Entities(NamedTuple):
    """Where the JSON of the entities lies: from ``start`` to ``end`` of the payload, with a comma
    after each but the last."""

    payload: bytes
    start: int
    end: int

    def ends(self) -> Iterator[int]:
        """Where each ends."""
        start = self.start
        while start < self.end:
            end = self.payload.find(_NEXT, start, self.end)
            yield (start := self.end if end == -1 else end)
            start += 1


class Known(NamedTuple):
    """The entities of a payload that was judged before, and where it was found what is."""

    payload: bytes
    layout: Layout


class Split(NamedTuple):
    """A document taken apart at the names of its members; no part of it is read yet."""

    scheme: bytes
    entities: Entities | Known


def split(payload: bytes) -> Split:
    """Take a compact document apart at the names of its members. Raises ``UnreadError``.

    Where each part is one whole JSON value, there is no other way to read the document: between
    them stand these names, once, and a comma or bracket. Where a name was found elsewhere, a part
    is no JSON.
    """
    begin, end = len(_BEGIN), payload.find(_FIRST)
    if (
        end == -1
        or not payload.startswith(_BEGIN)
        or not payload.endswith(_END)
        or b"\\" in payload  # no escapes: what is read is what stands there
    ):
        raise UnreadError
    first = end + _FIRST.index(b"{")
    return Split(payload[begin:end], Entities(payload, first, len(payload) - len(_END)))


def resume(payload: bytes, layout: Layout) -> Split:
    """As ``split``, of a payload that was judged before and found good, with this layout."""
    end = layout.start - _FIRST.index(b"{")
    if (
        not layout.ends
        or layout.ends[-1] != len(payload) - len(_END)
        or not payload.startswith(_FIRST, end)
    ):
        raise UnreadError
    return Split(payload[len(_BEGIN) : end], Known(payload, layout))


def read_services(value: Entities | Known, where: str, territory: str) -> Sequence[Service]:
    """As ``services.read_services``. A ``Rejection`` says that there is a fault, not which."""
    if isinstance(value, Known):
        make = partial(make_entity, where=where, territory=territory)
        return SpannedServices(value.payload, value.layout, make)
    reader = _Reader(where, territory)
    view, start, ends = memoryview(value.payload), value.start, list(value.ends())
    if len(ends) > reading.MAX_ITEMS:
        raise UnreadError
    for number, end in enumerate(ends):
        reader.add(number, view[start:end])
        start = end + 1
    return reader.services(value.payload, value.start, ends)


class _Reader:
    """One list's entities, several at a time; those not understood go to the plain reader."""

    __slots__ = (
        "_columns",
        "_count",
        "_counts",
        "_index",
        "_plain",
        "_territory",
        "_waiting",
        "_where",
    )

    def __init__(self, where: str, territory: str) -> None:
        self._where = where
        self._territory = territory
        self._columns = Columns()
        self._counts: list[int] = []
        self._index = IndexMaker()
        self._plain: dict[int, Sequence[Service]] = {}
        self._waiting: list[tuple[int, memoryview, shapes.Entity]] = []
        self._count = 0

    def add(self, number: int, text: memoryview) -> None:
        try:
            entity = _decoded(text)
        except (UnreadError, *_GIVEN_UP):
            self._judge()
            self._plainly(number, text)
            return
        self._waiting.append((number, text, entity))
        self._count += len(entity.TrustedEntityServices)
        if self._count >= _TOGETHER:
            self._judge()

    def services(self, payload: bytes, start: int, ends: Sequence[int]) -> Sequence[Service]:
        self._judge()
        layout = Layout(start, ends, self._counts, self._index.made())
        make = partial(make_entity, where=self._where, territory=self._territory)
        found = SpannedServices(payload, layout, make, self._plain)
        if self._plain:
            # The columns know only what they read themselves.
            services.check_duplicates(found)
        return found

    def _judge(self) -> None:
        waiting, self._waiting, self._count = self._waiting, [], 0
        if not waiting:
            return
        try:
            self._keep([entity for _, _, entity in waiting])
        except (UnreadError, Rejection, *_GIVEN_UP):
            for number, text, entity in waiting:
                try:
                    self._keep([entity])
                except (UnreadError, Rejection, *_GIVEN_UP):
                    self._plainly(number, text)

    def _keep(self, entities: list[shapes.Entity]) -> None:
        judged = self._columns.judge(entities)
        first = self._index.count
        self._index.name(judged.issuers, map(first.__add__, judged.issuing))
        for run in judged.runs:
            self._index.add(run.identities, run.stop - run.start)
        self._counts += [len(entity.TrustedEntityServices) for entity in entities]

    def _plainly(self, number: int, text: memoryview) -> None:
        found = _read_plainly(bytes(text), number, self._where, self._territory)
        for service in found:
            self._index.take(service)
        self._counts.append(len(found))
        self._plain[number] = found


def make_entity(text: bytes, number: int, *, where: str, territory: str) -> Sequence[Service]:
    """The services of one entity, which was judged before with all others of its list."""
    try:
        return made(Columns().judge([_decoded(text)]), territory)
    except (UnreadError, Rejection, *_GIVEN_UP):
        return _read_plainly(text, number, where, territory)


def _decoded(text: bytes | memoryview) -> shapes.Entity:
    entity = _ENTITIES.decode(text)
    if len(_WRITTEN.encode(entity)) != len(text):
        raise UnreadError
    return entity


def _read_plainly(text: bytes, number: int, where: str, territory: str) -> Sequence[Service]:
    entity = strict_json.loads(
        text, max_depth=reading.MAX_DEPTH - _LEVELS_ABOVE, max_bytes=len(text)
    )
    return services.read_entity(entity, f"{where}[{number}]", territory)
