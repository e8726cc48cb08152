"""Whether other readers take the later octets of a PDF for the same document (floor 3).

Here an object is where the cross-references say, and nowhere else. Others pass over what /Size
leaves out, know one half of a hybrid section, begin with the table of a linearized file, or look
for objects themselves where something does not please them. What was added after signing must show
none of them another document than the one that is compared (part of ``pdf_revisions``).
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Final

from ..codec.pdf import Document, Entry
from ..codec.pdf_objects import MAX_SEARCHED, Budget, Parser, Stream, too_much

_MARK: Final = re.compile(rb"obj")
_TRAILER: Final = re.compile(rb"trailer(?=[\x00\t\n\x0c\r ]{0,64}<<)")
"""Two searches for one word each take less than one for either."""
_DEAR: Final = 512
"""Octets that could be searched while one mark is looked at."""
_BEGINS: Final = re.compile(
    rb"(\d{1,10})[\x00\t\n\x0c\r ]{1,16}(\d{1,10})[\x00\t\n\x0c\r ]{1,16}\Z"
)
_WITHIN: Final = 64
_BLANK: Final = 16
"""White space that may stand where a cross-reference leads to, before what it means."""
_FIRST: Final = re.compile(rb"\d{1,10}[\x00\t\n\x0c\r ]{1,16}\d{1,10}[\x00\t\n\x0c\r ]{1,16}obj")


def other_reading(
    signed: Document, final: Document, later: Collection[int], named: Collection[int]
) -> str | None:
    """What some readers would take for another document, in words; ``None`` where nothing is.

    ``later`` are the sections behind the signed revision, ``named`` the numbers of the objects that
    it names. May raise ``Rejection``.
    """
    for each in (signed, final):
        size = each.trailer.get("Size")
        if type(size) is not int or size <= max(signed.numbers(), default=0):
            return "a /Size that leaves objects out"  # which are missing then (7.5.5, table 15)
    if not final.hybrids.isdisjoint(later):
        return "cross-references of which some readers know one half"
    if _is_linearized(final):
        return "an end that makes it a linearized file"
    return _found_without_table(signed, final, later, named)


def _is_linearized(final: Document) -> bool:
    """Annex F.3.1: the first object says so, and how long the file is. Its first table counts then,
    whatever the last one says."""
    parser = Parser(final.data, 0, final.end, final.budget)
    begun = _FIRST.match(final.data, parser.space(), final.end)
    if begun is None:
        return False
    parser.pos = begun.end()
    value = parser.value()
    return isinstance(value, dict) and "Linearized" in value and value.get("L") == final.end


def _spend(budget: Budget, octets: int) -> None:
    budget.searched -= octets
    if budget.searched < 0:
        raise too_much(MAX_SEARCHED, "octets to search for objects")


def _found_without_table(
    signed: Document, final: Document, later: Collection[int], named: Collection[int]
) -> str | None:
    """Who mends a file goes through it from the first octet to the last, and the last object of a
    number counts, in a stream of objects too; so does the last trailer."""

    def known(number: int) -> bool:
        """What is new is reached, if at all, through what is compared."""
        return signed.entries.get(number) is not None or number in named

    data, begin, end = final.data, signed.end, final.end
    _spend(final.budget, end - begin)
    if sum(1 for _ in _TRAILER.finditer(data, begin, end)) > len(final.tables & {*later}):
        return "a trailer of no cross-references"
    last: dict[int, Entry] = {}
    for mark in _MARK.finditer(data, begin, end):
        _spend(final.budget, _DEAR)
        before = bytes(data[max(0, mark.start() - _WITHIN) : mark.start()])
        begins = _BEGINS.search(before)
        if begins is None:
            continue
        number, place = int(begins[1]), mark.start() - len(before) + begins.start()
        last[number] = Entry(place, 0)
        value = final.object_at(place, number, int(begins[2]))[1]
        kind = final.get(value.entries.get("Type")) if isinstance(value, Stream) else None
        if kind == "XRef" and not any(0 <= place - each <= _BLANK for each in later):
            # NOTE: some writers leave one beside each table. It may say where an object stands, as
            # the octets do, and of none that it is within another.
            trailer, rows = final.stream_section(place)
            packed = {n for n, row in rows.items() if row is not None and row.slot is not None}
            if trailer.get("Root") != final.trailer.get("Root") or any(map(known, packed)):
                return "cross-references that nothing leads to"
        if kind == "ObjStm":
            for slot, (inside, _) in enumerate(final.packed(value)[2]):
                last[inside] = Entry(number, 0, slot)
    for number, found in filter(lambda each: known(each[0]), last.items()):
        entry = final.entries.get(number)
        if (
            entry is None
            or entry.slot != found.slot
            or not 0 <= found.place - entry.place <= (_BLANK if found.slot is None else 0)
        ):
            return f"object {number}, where no cross-reference leads to it"
    return None
