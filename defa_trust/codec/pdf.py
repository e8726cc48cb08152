"""PDF objects and cross-references, read as they are and never repaired (floor 2).

Other readers mend a broken file, each in its own way, and so show different documents for the same
octets. Here every object that is read stands where the cross-references say, or the file is refused
(ISO 32000-2, 7.2 to 7.5). ``Document`` reads one revision: the octets up to ``end``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from zlib import decompressobj
from zlib import error as zlib_error

from ..codes import pades as codes
from ..errors import Rejection
from .pdf_objects import (
    END,
    MAX_ENTRIES,
    MAX_INFLATED,
    MAX_PREDICTED,
    WHITE,
    Budget,
    Octets,
    Parser,
    Ref,
    Stream,
    Text,
    Word,
    syntax,
    too_much,
)

MAX_OBJECTS: Final = 200_000
MAX_SECTIONS: Final = 256
_TAIL: Final = 2048

_OBJECT: Final = re.compile(
    rb"["
    + WHITE
    + rb"]{0,16}(\d{1,10})["
    + WHITE
    + rb"]{1,16}(\d{1,5})["
    + WHITE
    + rb"]{1,16}obj"
    + END
)
_STREAM: Final = re.compile(rb"stream(?:\r\n|\n)")
_ENDSTREAM: Final = re.compile(rb"(?:\r\n|\n|\r)?endstream" + END)
_ENDOBJ: Final = re.compile(rb"endobj" + END)
_START: Final = re.compile(rb"startxref[" + WHITE + rb"]+(\d{1,19})[" + WHITE + rb"]+%%EOF")
_SUBSECTION: Final = re.compile(rb"[" + WHITE + rb"]*(\d{1,10}) (\d{1,10})[ ]*(?:\r\n|\n|\r)")
_ENTRY: Final = re.compile(rb"(\d{10}) (\d{5}) ([nf])(?: \r| \n|\r\n)")
_TABLE: Final = re.compile(rb"[" + WHITE + rb"]{0,16}xref" + END)
"""NOTE: white space at an offset, before what should begin there, is read past as anywhere else."""
_TRAILER: Final = re.compile(rb"[" + WHITE + rb"]*trailer" + END)


class Entry(NamedTuple):
    """Where an object is: at offset ``place``, or in ``slot`` of object stream ``place``."""

    place: int
    generation: int
    slot: int | None = None


def _xref(what: str, place: int) -> Rejection:
    return Rejection(codes.XREF, where=f"offset {place}", actual=f"{what} at offset {place}")


class Document:
    """One revision: everything in ``data[:end]`` and nothing after it.

    Raises ``Rejection``: `pades.*`.
    """

    __slots__ = (
        "_objects",
        "_packed",
        "budget",
        "data",
        "end",
        "entries",
        "head",
        "hybrids",
        "sections",
        "tables",
        "trailer",
    )

    def __init__(self, data: Octets, end: int, budget: Budget) -> None:
        self.data = data
        self.end = end
        self.budget = budget
        self.entries: dict[int, Entry | None] = {}
        self.sections: list[int] = []
        self.hybrids: set[int] = set()
        """Of the sections, those beside which a stream stands (7.5.8.4)."""
        self.tables: set[int] = set()
        """Of the sections, those with a trailer of their own."""
        self.trailer: dict[str, Any] = {}
        self._objects: dict[int, Any] = {}
        self._packed: dict[int, tuple[bytes, int, list[tuple[int, int]]]] = {}
        found = [*_START.finditer(data, max(0, end - _TAIL), end)]
        if not found:
            raise _xref("no startxref and end-of-file marker", end)
        last = found[-1]
        if bytes(data[last.end() : end]).strip(b"\x00\t\n\x0c\r "):
            raise Rejection(codes.TRAILING, where=f"offset {last.end()}")
        self.head = int(last[1])
        self._chain(self.head)
        if "Encrypt" in self.trailer:
            raise Rejection(codes.ENCRYPTED, where="trailer")

    # --- cross-references ------------------------------------------------------------------------
    def _chain(self, place: int | None) -> None:
        while place is not None:
            if place in self.sections or not 0 <= place < self.end:
                raise _xref("a section that is no section, or the same again", place)
            if len(self.sections) == MAX_SECTIONS:
                raise too_much(MAX_SECTIONS, "cross-reference sections")
            self.sections.append(place)
            trailer, entries = self._section(place)
            for number, entry in entries.items():
                self.entries.setdefault(number, entry)
            if len(self.entries) > MAX_OBJECTS:
                raise too_much(MAX_OBJECTS, "objects")
            if "Encrypt" in trailer:
                raise Rejection(codes.ENCRYPTED, where=f"offset {place}")
            if not self.trailer:
                self.trailer = trailer
            previous = trailer.get("Prev")
            if previous is not None and type(previous) is not int:
                raise _xref("a /Prev that is no offset", place)
            place = previous

    def _section(self, place: int) -> tuple[dict[str, Any], dict[int, Entry | None]]:
        """One section: its trailer, and where its objects are; ``None`` for what is free."""
        table = _TABLE.match(self.data, place, self.end)
        if table is None:
            return self.stream_section(place)
        self.tables.add(place)
        pos = table.end()
        entries: dict[int, Entry | None] = {}
        while (head := _SUBSECTION.match(self.data, pos, self.end)) is not None:
            first, count = int(head[1]), int(head[2])
            pos = head.end()
            if count > MAX_OBJECTS:
                raise too_much(MAX_OBJECTS, "objects")
            self._rows(count)
            for number in range(first, first + count):
                entry = _ENTRY.match(self.data, pos, self.end)
                if entry is None:
                    raise _xref("a table entry that is none", pos)
                pos = entry.end()
                self._enter(
                    entries,
                    number,
                    Entry(int(entry[1]), int(entry[2])) if entry[3] == b"n" else None,
                    place,
                )
        word = _TRAILER.match(self.data, pos, self.end)
        if word is None:
            raise _xref("a table without trailer", pos)
        trailer = Parser(self.data, word.end(), self.end, self.budget).value()
        if type(trailer) is not dict:
            raise _xref("a trailer that is no dictionary", pos)
        hidden = trailer.get("XRefStm")
        if hidden is not None:
            if type(hidden) is not int or not 0 <= hidden < self.end:
                raise _xref("an /XRefStm that is no offset", place)
            self.hybrids.add(place)
            # 7.5.8.4: what the table has as free, or not at all, is where the stream says.
            for number, found in self.stream_section(hidden)[1].items():
                if entries.get(number) is None:
                    entries[number] = found
        return trailer, entries

    def _rows(self, count: int) -> None:
        self.budget.entries -= count
        if self.budget.entries < 0:
            raise too_much(MAX_ENTRIES, "rows of cross-references")

    @staticmethod
    def _enter(
        entries: dict[int, Entry | None], number: int, entry: Entry | None, place: int
    ) -> None:
        """NOTE: an object that one section has twice is refused: readers disagree on it."""
        if number in entries and entries[number] != entry:
            raise _xref(f"object {number} twice in one section", place)
        entries[number] = entry
        if len(entries) > MAX_OBJECTS:
            raise too_much(MAX_OBJECTS, "objects")

    def stream_section(self, place: int) -> tuple[dict[str, Any], dict[int, Entry | None]]:
        """A cross-reference stream (7.5.8), as ``_section`` reads a table."""
        found = self.object_at(place, None)[1]
        if not isinstance(found, Stream) or found.entries.get("Type") != "XRef":
            raise _xref("no cross-reference stream", place)
        held = found.entries
        widths, size = held.get("W"), held.get("Size")
        if type(widths) is not list or len(widths) != 3 or type(size) is not int:
            raise _xref("a cross-reference stream without /W and /Size", place)
        if any(type(w) is not int or not 0 <= w <= 8 for w in widths) or not any(widths):
            raise _xref("widths that are none", place)
        index = held.get("Index", [0, size])
        if type(index) is not list or len(index) % 2 or any(type(i) is not int for i in index):
            raise _xref("an /Index that is none", place)
        octets = self.inflated(found)
        a, b, _ = widths
        width, pos = sum(widths), 0
        entries: dict[int, Entry | None] = {}
        for first, count in zip(index[::2], index[1::2], strict=True):
            if not 0 <= count <= MAX_OBJECTS or first < 0:
                raise too_much(MAX_OBJECTS, "objects")
            self._rows(count)
            for number in range(first, first + count):
                row = octets[pos : pos + width]
                if len(row) != width:
                    raise _xref("a cross-reference stream cut short", place)
                pos += width
                kind = int.from_bytes(row[:a], "big") if a else 1
                second = int.from_bytes(row[a : a + b], "big")
                third = int.from_bytes(row[a + b :], "big")
                if kind == 1:
                    self._enter(entries, number, Entry(second, third), place)
                elif kind == 2:
                    self._enter(entries, number, Entry(second, 0, third), place)
                else:
                    self._enter(entries, number, None, place)
        return held, entries

    # --- objects ---------------------------------------------------------------------------------
    def object_at(self, place: int, number: int | None, generation: int = 0) -> tuple[int, Any]:
        """The indirect object that begins at an offset: where its value begins, and the value."""
        head = _OBJECT.match(self.data, place, self.end) if 0 <= place < self.end else None
        named = None if head is None else (int(head[1]), int(head[2]))
        if head is None or (number is not None and named != (number, generation)):
            raise _xref("not the object that should be there", place)
        parser = Parser(self.data, head.end(), self.end, self.budget)
        begin = parser.space()
        value = parser.value()
        parser.space()
        opened = _STREAM.match(self.data, parser.pos, self.end)
        if opened is not None and type(value) is dict:
            length = value.get("Length")
            if isinstance(length, Ref):
                length = self.get(length) if length.number != number else None
            stop = opened.end() + length if type(length) is int and length >= 0 else self.end
            closed = _ENDSTREAM.match(self.data, stop, self.end)
            if closed is None:
                raise syntax("a stream whose length does not hold", opened.end())
            value = Stream(value, opened.end(), stop)
            parser.pos = closed.end()
            parser.space()
        if _ENDOBJ.match(self.data, parser.pos, self.end) is None:
            raise syntax("an object without end", parser.pos)
        return begin, value

    def get(self, value: Any) -> Any:
        """What a reference leads to, or the value itself; ``Word.NULL`` where it leads nowhere."""
        if not isinstance(value, Ref):
            return value
        number = value.number
        entry = self.entries.get(number)
        if entry is None or (entry.slot is None and entry.generation != value.generation):
            return Word.NULL
        if number not in self._objects:
            self._objects[number] = _OPEN
            try:
                found = (
                    self.object_at(entry.place, number, entry.generation)[1]
                    if entry.slot is None
                    else self._from_stream(entry, number)
                )
            except Rejection:
                del self._objects[number]  # whoever asks again hears the same
                raise
            if isinstance(found, Ref):
                raise syntax("an object that is a reference", entry.place)
            self._objects[number] = found
        elif self._objects[number] is _OPEN:
            raise syntax("an object that needs itself", entry.place)
        return self._objects[number]

    def _from_stream(self, entry: Entry, number: int) -> Any:
        if entry.place not in self._packed:
            holder = self.entries.get(entry.place)
            if holder is None or holder.slot is not None:
                raise _xref("an object stream that is not there", 0)
            found = self.get(Ref(entry.place, holder.generation))
            if not isinstance(found, Stream) or found.entries.get("Type") != "ObjStm":
                raise _xref("no object stream", holder.place)
            self._packed[entry.place] = self.packed(found)
        octets, first, heads = self._packed[entry.place]
        index = entry.slot
        if index is None or index >= len(heads) or heads[index][0] != number:
            raise _xref("not the object that should be in the stream", 0)
        value = Parser(octets, first + heads[index][1], len(octets), self.budget).value()
        return _unplaced(value)

    def packed(self, stream: Stream) -> tuple[bytes, int, list[tuple[int, int]]]:
        """An object stream (7.5.7): its octets, where the first object begins, and of each object
        its number and its place behind that."""
        count, first = self.get(stream.entries.get("N")), self.get(stream.entries.get("First"))
        if type(count) is not int or type(first) is not int or not 0 <= count <= MAX_OBJECTS:
            raise _xref("an object stream without /N and /First", stream.begin)
        octets = self.inflated(stream)
        parser = Parser(octets, 0, len(octets), self.budget)
        heads = [(parser.value(), parser.value()) for _ in range(count)]
        if not all(type(n) is int and type(at) is int and at >= 0 for n, at in heads):
            raise _xref("an object stream without offsets", stream.begin)
        return octets, first, heads

    def inflated(self, stream: Stream) -> bytes:
        """A stream's octets, unfiltered: as they are, or by FlateDecode (7.4.4)."""
        filters = self.get(stream.entries.get("Filter", []))
        named = filters if type(filters) is list else [filters]
        parms = self.get(stream.entries.get("DecodeParms", Word.NULL))
        if type(parms) is list:
            parms = self.get(parms[0]) if len(parms) == 1 else Word.NULL
        raw = memoryview(self.data)[stream.begin : stream.end]
        if not named:
            return self._spent(bytes(raw[: self.budget.inflated + 1]))
        if named != ["FlateDecode"]:
            raise syntax("a filter that is not read here", stream.begin)
        inflater = decompressobj()
        try:
            octets = inflater.decompress(raw, self.budget.inflated + 1)
        except zlib_error:
            raise syntax("a stream that is not deflated", stream.begin) from None
        return _predicted(self._spent(octets), parms, stream.begin, self.budget)

    def _spent(self, octets: bytes) -> bytes:
        self.budget.inflated -= len(octets)
        if self.budget.inflated < 0:
            raise too_much(MAX_INFLATED, "octets of streams")
        return octets

    def numbers(self) -> Iterator[int]:
        """Numbers of the objects that are there."""
        return (number for number, entry in self.entries.items() if entry is not None)


_OPEN: Final = object()


def _unplaced(value: Any) -> Any:
    """A string within an object stream stands at no offset of the file."""
    if isinstance(value, Text):
        value.begin = value.end = -1
    elif isinstance(value, (list, dict)):
        for each in value.values() if isinstance(value, dict) else value:
            _unplaced(each)
    return value


def _predicted(octets: bytes, parms: Any, place: int, budget: Budget) -> bytes:
    """Undo a PNG predictor of one octet a sample (7.4.4.4), as cross-reference streams use it."""
    predictor = parms.get("Predictor", 1) if type(parms) is dict else 1
    if predictor == 1:
        return octets
    columns = parms.get("Columns", 1)
    if type(predictor) is not int or predictor < 10 or parms.get("Colors", 1) != 1:
        raise syntax("a predictor that is not read here", place)
    if type(columns) is not int or not 1 <= columns <= 64:
        raise syntax("rows that are too wide", place)
    budget.predicted -= len(octets)
    if budget.predicted < 0:
        raise too_much(MAX_PREDICTED, "octets with a predictor")
    above, found = bytes(columns), bytearray()
    for at in range(0, len(octets) - columns, columns + 1):
        row = bytearray(octets[at + 1 : at + 1 + columns])
        if octets[at] == 2:
            row = bytearray((x + y) & 255 for x, y in zip(row, above, strict=True))
        elif octets[at] == 1:
            for i in range(1, columns):
                row[i] = (row[i] + row[i - 1]) & 255
        elif octets[at]:
            raise syntax("a predictor that is not read here", place)
        found += row
        above = bytes(row)
    return bytes(found)
