"""PDF objects as they are written: tokens, strings, names, arrays and dictionaries (floor 2).

ISO 32000-2, 7.2 and 7.3. Every object of a file counts against one ``Budget``.
"""

from __future__ import annotations

import re
from enum import Enum
from mmap import mmap
from typing import Any, Final, NamedTuple

from ..codes import pades as codes
from ..errors import Rejection

MAX_DEPTH: Final = 48
MAX_TOKENS: Final = 150_000
"""Ours: tokens read of one file, all revisions together; about a second."""
MAX_STRINGS: Final = 64 << 20
"""Ours: octets of all strings of one file, all revisions together."""
MAX_BLANK: Final = 64 << 20
"""Ours: octets of white space and comments that are passed; objects in a stream can share them."""
MAX_ENTRIES: Final = 600_000
"""Ours: rows of all cross-references of one file, all revisions together."""
MAX_PREDICTED: Final = 8 << 20
"""Ours: octets of cross-references of one file from which a predictor is undone."""
MAX_INFLATED: Final = 32 << 20
"""Ours: octets of all streams of one file that are read inflated."""
MAX_SEARCHED: Final = 128 << 20
"""Ours: octets behind signatures that are searched for objects of no table, all together."""

Octets = bytes | mmap
"""A document in memory, or one whose file is mapped into it: only what is looked at is read."""

WHITE: Final = rb"\x00\t\n\x0c\r "
_DELIMITERS = rb"()<>\[\]{}/%"
END: Final = rb"(?=[" + WHITE + _DELIMITERS + rb"]|\Z)"
_SPACE: Final = re.compile(rb"(?:[" + WHITE + rb"]++|%[^\r\n]*+)*+")
_TOKEN: Final = re.compile(
    rb"(?P<ref>(\d{1,10})[" + WHITE + rb"]{1,16}(\d{1,5})[" + WHITE + rb"]{1,16}R" + END + rb")"
    rb"|(?P<int>[+-]?\d{1,19})" + END
    + rb"|(?P<real>[+-]?(?:\d{1,32}\.\d{0,32}|\.\d{1,32}))" + END
    + rb"|/(?P<name>[^" + WHITE + _DELIMITERS + rb"]{0,512})"
    rb"|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f" + WHITE + rb"]*+)>|(?P<text>\()"
    rb"|(?P<word>true|false|null)" + END
)  # fmt: skip
_HEX: Final = re.compile(rb"[0-9A-Fa-f" + WHITE + rb"]*+")
_PAREN: Final = re.compile(rb"[()\\]")
_ESCAPED: Final = re.compile(rb"#([0-9A-Fa-f]{2})")


class Name(str):
    """A name, without its solidus."""

    __slots__ = ()


class Word(Enum):
    """Keywords that are objects; no number equals them, as Python's own do."""

    TRUE = "true"
    FALSE = "false"
    NULL = "null"


class Ref(NamedTuple):
    """An indirect reference."""

    number: int
    generation: int


class Text:
    """A string object and where its token stands. ``octets`` of one in parentheses are those of the
    file, with its escapes; equal is what is written alike."""

    __slots__ = ("begin", "end", "hexadecimal", "octets")

    def __init__(self, octets: bytes, begin: int, end: int, hexadecimal: bool) -> None:
        self.octets = octets
        self.begin = begin
        self.end = end
        self.hexadecimal = hexadecimal

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Text)
            and self.octets == other.octets
            and self.hexadecimal == other.hexadecimal
        )

    def __hash__(self) -> int:
        return hash(self.octets)


class Stream(NamedTuple):
    """A stream: its dictionary, and where its octets stand."""

    entries: dict[str, Any]
    begin: int
    end: int


class Budget:
    """What one file may cost; its revisions share it."""

    __slots__ = ("blank", "entries", "inflated", "predicted", "searched", "strings", "tokens")

    def __init__(self) -> None:
        self.tokens = MAX_TOKENS
        self.strings = MAX_STRINGS
        self.blank = MAX_BLANK
        self.entries = MAX_ENTRIES
        self.inflated = MAX_INFLATED
        self.predicted = MAX_PREDICTED
        self.searched = MAX_SEARCHED


def syntax(what: str, place: int) -> Rejection:
    """A refusal that says what is wrong and where."""
    return Rejection(codes.SYNTAX, where=f"offset {place}", actual=f"{what} at offset {place}")


def too_much(most: int, what: str) -> Rejection:
    """A refusal for a bound of ours."""
    return Rejection(codes.TOO_MUCH, expected=most, actual=what)


class Parser:
    """Objects one after another in ``data[pos:end]``."""

    __slots__ = ("budget", "data", "end", "pos")

    def __init__(self, data: Octets, pos: int, end: int, budget: Budget) -> None:
        self.data = data
        self.pos = pos
        self.end = end
        self.budget = budget

    def space(self) -> int:
        """Pass white space and comments; the position after it."""
        found = _SPACE.match(self.data, self.pos, self.end)
        assert found is not None  # it matches the empty string
        self.budget.blank -= found.end() - self.pos
        if self.budget.blank < 0:
            raise too_much(MAX_BLANK, "octets of white space")
        self.pos = found.end()
        return self.pos

    def value(self, depth: int = 0) -> Any:
        """The next object."""
        begin = self.space()
        found = _TOKEN.match(self.data, begin, self.end)
        self.budget.tokens -= 1
        if self.budget.tokens < 0:
            raise too_much(MAX_TOKENS, "objects to read")
        if found is None:
            if self.data[begin : begin + 1] == b"<":
                through = _HEX.match(self.data, begin + 1, self.end)
                self._string(0 if through is None else through.end() - begin)
            raise syntax("no object", begin)
        kind = found.lastgroup
        self.pos = found.end()
        if found["ref"] is not None:
            return Ref(int(found[2]), int(found[3]))
        if kind == "int":
            return int(found["int"])
        if kind == "name":
            return _name(found["name"], begin)
        if kind == "hex":
            self._string(found.end() - begin)
            digits = found["hex"].translate(None, b"\x00\t\n\x0c\r ")
            octets = bytes.fromhex((digits + b"0" if len(digits) % 2 else digits).decode())
            return Text(octets, begin, self.pos, hexadecimal=True)
        if kind == "text":
            return self._literal(begin)
        if kind == "real":
            return float(found["real"])
        if kind == "word":
            return Word(found["word"].decode())
        if kind != "open":
            raise syntax("an end without a beginning", begin)
        if depth == MAX_DEPTH:
            raise too_much(MAX_DEPTH, "levels of objects")
        return self._dictionary(depth) if found["open"] == b"<<" else self._array(depth)

    def _closes(self, mark: bytes) -> bool:
        begin = self.space()
        if self.data[begin : min(begin + len(mark), self.end)] != mark:
            return False
        self.pos = begin + len(mark)
        return True

    def _array(self, depth: int) -> list[Any]:
        found = []
        while not self._closes(b"]"):
            found.append(self.value(depth + 1))
        return found

    def _dictionary(self, depth: int) -> dict[str, Any]:
        """NOTE: a key that is there twice is refused: readers disagree on which one counts."""
        found: dict[str, Any] = {}
        while not self._closes(b">>"):
            begin = self.pos
            key = self.value(MAX_DEPTH)
            if not isinstance(key, Name) or key in found:
                raise syntax("no key, or the same again", begin)
            found[str(key)] = self.value(depth + 1)
        return found

    def _string(self, size: int) -> None:
        self.budget.strings -= size
        if self.budget.strings < 0:
            raise too_much(MAX_STRINGS, "octets of strings")

    def _literal(self, begin: int) -> Text:
        depth, pos = 1, begin + 1
        while depth:
            mark = _PAREN.search(self.data, pos, self.end)
            self.budget.tokens -= 1
            if mark is None or self.budget.tokens < 0:
                self._string((self.end if mark is None else mark.end()) - begin)
                raise syntax("a string without end", begin)
            if mark[0] == b"\\":
                pos = mark.end() + 1
            else:
                pos = mark.end()
                depth += 1 if mark[0] == b"(" else -1
        if pos > self.end:
            raise syntax("a string without end", begin)
        self.pos = pos
        self._string(pos - begin)
        return Text(bytes(self.data[begin + 1 : pos - 1]), begin, pos, hexadecimal=False)


def _name(raw: bytes, place: int) -> Name:
    octets = _ESCAPED.sub(lambda m: bytes([int(m[1], 16)]), raw) if b"#" in raw else raw
    if b"\x00" in octets:
        raise syntax("a null within a name", place)
    return Name(octets.decode("latin-1"))
