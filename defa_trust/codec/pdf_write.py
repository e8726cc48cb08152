"""PDF objects written, and a document continued by an incremental update (floor 2).

ISO 32000-2, 7.3 and 7.5.6: what is there stays as it is, octet for octet, and what is new follows.
The verifier uses none of this.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any, Final, NamedTuple

from .pdf import Document
from .pdf_objects import Budget, Name, Ref, Text, Word

_PLAIN: Final = frozenset(
    b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.+*~^$&!?=,;:@'|`\""
)


class Raw(NamedTuple):
    """Octets that are written as they are: a place to fill, a token of the caller's."""

    octets: bytes


class Data(NamedTuple):
    """A stream that is new: its octets, and what its dictionary says beside their number."""

    octets: bytes
    entries: tuple[tuple[str, Any], ...] = ()


def string(text: str) -> Text:
    """A text string (7.9.2.2): ASCII as it is, anything else in UTF-16 with its mark."""
    octets = text.encode("ascii") if text.isascii() else b"\xfe\xff" + text.encode("utf-16-be")
    return Text(octets, -1, -1, hexadecimal=True)


def written(value: Any) -> bytes:
    """One object as it is written within another."""
    if isinstance(value, Raw):
        return value.octets
    if isinstance(value, Ref):
        return b"%d %d R" % value
    if isinstance(value, Name):
        return b"/" + b"".join(
            bytes((c,)) if c in _PLAIN else b"#%02X" % c for c in value.encode("latin-1")
        )
    if isinstance(value, Text):
        if not value.hexadecimal:
            return b"(" + value.octets + b")"  # as it came, with its escapes
        return b"<" + value.octets.hex().encode() + b">"
    if isinstance(value, Word):
        return value.value.encode()
    if isinstance(value, int):
        return b"%d" % value
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").encode()
    if isinstance(value, list):
        return b"[" + b" ".join(map(written, value)) + b"]"
    if isinstance(value, dict):
        held = (written(Name(key)) + b" " + written(each) for key, each in value.items())
        return b"<<" + b" ".join(held) + b">>"
    if isinstance(value, Data):
        entries = {**dict(value.entries), "Length": len(value.octets)}
        return written(entries) + b"\nstream\n" + value.octets + b"\nendstream"
    raise TypeError(type(value).__name__)


class Update:
    """An incremental update of one document: objects that are new, or written anew.

    Raises ``Rejection`` (`pades.*`) where the document cannot be read.
    """

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.document = Document(data, len(data), Budget())
        self.objects: dict[int, Any] = {}
        size = self.document.trailer.get("Size")
        known = max(self.document.entries, default=0) + 1
        self._next = max(known, size if type(size) is int else 0)

    @property
    def root(self) -> Ref:
        """The catalog."""
        found = self.document.trailer.get("Root")
        return found if isinstance(found, Ref) else Ref(0, 65535)

    def add(self, value: Any) -> Ref:
        """A new object."""
        number = self._next
        self._next += 1
        self.objects[number] = value
        return Ref(number, 0)

    def get(self, value: Any) -> Any:
        """What a reference leads to, as it is after this update."""
        if isinstance(value, Ref) and value.number in self.objects:
            return self.objects[value.number]
        return self.document.get(value)

    def put(self, holder: Ref, key: str, value: Any) -> None:
        """One entry of a dictionary that is an object of its own."""
        self.objects[holder.number] = {**self.get(holder), key: value}

    def append(self, holder: Ref, key: str, more: Iterable[Any]) -> None:
        """Put more at the end of a list under a key; the list may be an object of its own."""
        listed = self.get(holder).get(key, [])
        held = self.get(listed)
        whole = [*(held if type(held) is list else ()), *more]
        if isinstance(listed, Ref) and type(held) is list:
            self.objects[listed.number] = whole
        else:
            self.put(holder, key, whole)

    def octets(self) -> bytes:
        """The document with the update behind it: a table, or a stream where it has streams."""
        out = bytearray(self.data)
        if not out.endswith((b"\n", b"\r")):
            out += b"\n"
        document = self.document
        places: list[tuple[int, int, int]] = []
        for number, value in self.objects.items():
            entry = document.entries.get(number)
            generation = 0 if entry is None or entry.slot is not None else entry.generation
            places.append((number, len(out), generation))
            out += b"%d %d obj\n%s\nendobj\n" % (number, generation, written(value))
        head = len(out)
        given = document.trailer
        trailer: dict[str, Any] = {"Size": self._next, "Root": self.root, "Prev": document.head}
        if "Info" in given:
            trailer["Info"] = given["Info"]
        if type(given.get("ID")) is list and len(given["ID"]) == 2:
            now = Text(sha256(out).digest()[:16], -1, -1, hexadecimal=True)
            trailer["ID"] = [given["ID"][0], now]
        if given.get("Type") == "XRef":
            out += self._stream(places, head, trailer)
        else:
            out += b"xref\n"
            for number, place, generation in sorted(places):
                out += b"%d 1\n%010d %05d n \n" % (number, place, generation)
            out += b"trailer\n" + written(trailer)
        out += b"\nstartxref\n%d\n%%%%EOF\n" % head
        return bytes(out)

    def _stream(
        self, places: list[tuple[int, int, int]], head: int, trailer: dict[str, Any]
    ) -> bytes:
        """A cross-reference stream (7.5.8), which lists itself too; its rows stay as they are."""
        rows = sorted([*places, (self._next, head, 0)])
        trailer["Size"] = self._next + 1
        octets = b"".join(b"\x01" + p.to_bytes(4) + g.to_bytes(2) for _, p, g in rows)
        index = [number for row in rows for number in (row[0], 1)]
        entries = {"Type": Name("XRef"), "W": [1, 4, 2], "Index": index, **trailer}
        held = Data(octets, tuple(entries.items()))
        return b"%d 0 obj\n%s\nendobj" % (self._next, written(held))


__all__ = ["Data", "Raw", "Update", "string", "written"]
