"""BER (ITU-T X.690), walked in place in one pass (floor 2).

CMS is written in BER: indefinite lengths, strings in segments. ``Cursor`` walks such elements over
any buffer and copies only what is asked for, so that a message around 200 MB of content costs what
stands around the content. What must be DER is cut out by ``raw`` and read by ``der``.
"""

from __future__ import annotations

from mmap import mmap
from typing import Final, NoReturn

from ..codes import codec as codes
from ..errors import MisuseError, Rejection
from ..verdict import Code
from .der import INTEGER, MAX_DEPTH, OCTET_STRING, OID, dotted

Buffer = bytes | mmap

MAX_ELEMENTS: Final = 1 << 19
"""Ours: elements looked at in one message. Content of 200 MB in segments of 1,000 octets, as
streaming producers write it, has 200,000."""

_CONSTRUCTED: Final = 0x20
_INDEFINITE: Final = 0x80
_SEGMENTED: Final = OCTET_STRING | _CONSTRUCTED
_END: Final = b"\0\0"


def _refuse(code: Code, pos: int, expected: str | int | None = None) -> NoReturn:
    place = f"offset {pos}"
    raise Rejection(code, where=place, expected=expected, actual=place)


class Cursor:
    """The elements that follow each other in one element's contents.

    Indefinite lengths are followed as they come: ``leave`` tells the outer cursor where the inner
    one ended. All methods raise ``Rejection`` (`der.*`).
    """

    __slots__ = ("_budget", "_depth", "_open", "data", "end", "pos")

    def __init__(self, data: Buffer, *, budget: int = MAX_ELEMENTS) -> None:
        if not isinstance(data, (bytes, mmap)):
            raise MisuseError(f"BER is read from bytes or a mapped file, not {type(data).__name__}")
        self.data = data
        self.pos = 0
        self.end = len(data)
        self._open = False
        self._depth = 0
        self._budget = [budget]

    def at_end(self) -> bool:
        """Whether these contents hold no further element."""
        pos = self.pos
        if self._open:
            return self.data[pos : pos + 2] == _END
        return pos >= self.end

    def tag(self) -> int | None:
        """Identifier octet of the next element; ``None`` at the end."""
        return None if self.at_end() else self._header()[0]

    def _header(self) -> tuple[int, int, int | None]:
        """(tag, contents, end) of the next element, the end ``None`` where it is indefinite."""
        return self._header_at(self.pos)

    def _header_at(self, pos: int) -> tuple[int, int, int | None]:
        data, end = self.data, self.end
        try:
            tag = data[pos]
            length = data[pos + 1]
        except IndexError:
            _refuse(codes.DER_TRUNCATED, pos)
        if tag & 0x1F == 0x1F:
            _refuse(codes.DER_TAG, pos, "a tag number up to 30")
        body = pos + 2
        if length > 0x7F:
            if length == _INDEFINITE:
                if not tag & _CONSTRUCTED:
                    _refuse(codes.DER_LENGTH, pos)  # X.690, 8.1.3.2 a: primitive means definite
                if body > end:
                    _refuse(codes.DER_TRUNCATED, pos)
                return tag, body, None
            count = length & 0x7F
            if count > 8:
                _refuse(codes.DER_LENGTH, pos)
            body += count
            length = int.from_bytes(data[pos + 2 : body])
        after = body + length
        if after > end:
            _refuse(codes.DER_TRUNCATED, pos)
        return tag, body, after

    def _spend(self) -> None:
        budget = self._budget
        budget[0] -= 1
        if budget[0] < 0:
            raise Rejection(codes.BER_TOO_MANY, where=f"offset {self.pos}", expected=MAX_ELEMENTS)

    def enter(self, tag: int) -> Cursor:
        """A cursor over the contents of the next element, which must have this tag."""
        if self.at_end():
            _refuse(codes.DER_TRUNCATED, self.pos)
        found, body, after = self._header_at(self.pos)
        if found != tag:
            _refuse(codes.DER_TAG, self.pos, f"tag 0x{tag:02x}")
        if self._depth >= MAX_DEPTH:
            raise Rejection(codes.DER_TOO_DEEP, where=f"offset {self.pos}", expected=MAX_DEPTH)
        self._spend()
        inner = object.__new__(Cursor)
        inner.data = self.data
        inner.pos = body
        inner.end = self.end if after is None else after
        inner._open = after is None
        inner._depth = self._depth + 1
        inner._budget = self._budget
        return inner

    def leave(self, inner: Cursor) -> None:
        """Go on behind the element that ``inner`` walked; it must have come to its end."""
        inner.finish()
        self.pos = inner.pos + 2 if inner._open else inner.end

    def finish(self) -> None:
        """Refuse what is left, and indefinite contents that nothing ends."""
        if not self.at_end():
            cut = self._open and self.pos + 2 > self.end
            _refuse(codes.DER_TRUNCATED if cut else codes.DER_TRAILING, self.pos)

    def span(self, tag: int | None = None) -> tuple[int, int]:
        """Where the next element begins and ends, header included; moves behind it."""
        if self.at_end():
            _refuse(codes.DER_TRUNCATED, self.pos)
        begun = self.pos
        found, body, after = self._header_at(begun)
        if tag is not None and found != tag:
            _refuse(codes.DER_TAG, begun, f"tag 0x{tag:02x}")
        self._spend()
        self.pos = self._close(body) + 2 if after is None else after
        return begun, self.pos

    def raw(self, tag: int | None = None) -> bytes:
        """The next element whole, as it was written."""
        begun, after = self.span(tag)
        return bytes(self.data[begun:after])

    def _close(self, pos: int) -> int:
        """Where the end-of-contents octets stand that close contents beginning at ``pos``."""
        depth = 1
        while True:
            self._spend()
            if self.data[pos : pos + 2] == _END:
                depth -= 1
                if not depth:
                    return pos
                pos += 2
                continue
            _, body, after = self._header_at(pos)
            if after is None:
                depth += 1
                if depth > MAX_DEPTH:
                    raise Rejection(codes.DER_TOO_DEEP, where=f"offset {pos}", expected=MAX_DEPTH)
            pos = body if after is None else after

    def primitive(self, tag: int) -> bytes:
        """The contents of the next element, which is primitive."""
        if self.at_end():
            _refuse(codes.DER_TRUNCATED, self.pos)
        found, body, after = self._header_at(self.pos)
        if found != tag or after is None:
            _refuse(codes.DER_TAG, self.pos, f"tag 0x{tag:02x}")
        self.pos = after
        return bytes(self.data[body:after])

    def oid(self) -> str:
        begun = self.pos
        identifier = dotted(self.primitive(OID))
        if identifier is None:
            _refuse(codes.DER_VALUE, begun, "an OBJECT IDENTIFIER")
        return identifier

    def integer(self) -> int:
        begun, value = self.pos, self.primitive(INTEGER)
        if not value:
            _refuse(codes.DER_VALUE, begun, "an INTEGER")
        return int.from_bytes(value, signed=True)

    def octets(self) -> tuple[memoryview, ...]:
        """An OCTET STRING as the segments it was written in (X.690, 8.7); none is copied."""
        segments: list[memoryview] = []
        self._octets(memoryview(self.data), segments)
        return tuple(segments)

    def _octets(self, view: memoryview, segments: list[memoryview]) -> None:
        if self.tag() != _SEGMENTED:
            self._spend()
            tag, body, after = self._header_at(self.pos)
            if tag != OCTET_STRING or after is None:
                _refuse(codes.DER_TAG, self.pos, "an OCTET STRING")
            segments.append(view[body:after])
            self.pos = after
            return
        inner = self.enter(_SEGMENTED)
        while not inner.at_end():
            inner._octets(view, segments)  # noqa: SLF001 - the same class
        self.leave(inner)
