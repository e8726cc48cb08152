"""CBOR (RFC 8949), strict and aware of deterministic form (floor 2).

The decoder keeps original bytes reachable (``item_span`` walks an item without building it, a tag
keeps its content's bytes), refuses what is malformed in every profile, and reports what it
tolerated in the lenient one.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable, Mapping
from enum import Enum, StrEnum
from typing import Any, Final, NamedTuple

from ..codes import codec as codes
from ..errors import MisuseError, Rejection
from ..spec import MAX_CBOR_DEPTH, MAX_INPUT_BYTES
from .cbor_quick import Tagged as Tagged  # noqa: PLC0414 - handed on
from .cbor_quick import Unusual
from .cbor_quick import read as read_quickly


class CborProfile(StrEnum):
    """How much of RFC 8949 an input may use."""

    STRICT = "strict"
    """Well-formed, no duplicate keys, UTF-8 text; longer heads, indefinite lengths and unsorted
    keys are tolerated and reported."""
    DETERMINISTIC = "deterministic"
    """RFC 8949, 4.2.1 to the letter."""


class Deviation(StrEnum):
    """What a tolerant reading met that deterministic CBOR does not have."""

    NON_SHORTEST = "non-shortest head"
    INDEFINITE_LENGTH = "indefinite length"
    UNSORTED_KEYS = "unsorted keys"


class Decoded(NamedTuple):
    """One item, where it ended, and what was tolerated in it."""

    value: Any
    end: int
    deviations: frozenset[Deviation]


class Simple(Enum):
    """Simple values without a Python twin."""

    UNDEFINED = 23


UNDEFINED: Final = Simple.UNDEFINED
_SIMPLE: Final[Mapping[int, Any]] = {20: False, 21: True, 22: None, 23: UNDEFINED}
_FLOATS: Final = {25: struct.Struct(">e"), 26: struct.Struct(">f"), 27: struct.Struct(">d")}
_SIMPLE_BYTES: Final = {value: 0xE0 | info for info, value in _SIMPLE.items()}
_KEY_TYPES: Final = frozenset({int, str, bytes})
_INDEFINITE: Final = 31
_NOTHING: Final[frozenset[Deviation]] = frozenset()
_UNSORTED: Final = frozenset({Deviation.UNSORTED_KEYS})
_BREAK: Final = 0xFF
_SMALLEST: Final = (24, 1 << 8, 1 << 16, 1 << 32)
"""Least argument that needs a head of 1, 2, 4 and 8 more bytes (RFC 8949, 4.2.1)."""


class _Reader:
    """One pass over one byte string. ``pos`` indexes ``data``; only strings are copied."""

    __slots__ = ("data", "deviations", "limit", "pos", "profile", "size")

    def __init__(self, data: bytes, pos: int, profile: CborProfile, max_depth: int) -> None:
        if pos < 0:
            raise MisuseError("an offset is not negative")
        self.data = data
        self.size = len(data)
        self.pos = pos
        self.profile = profile
        self.limit = max_depth
        self.deviations: set[Deviation] = set()

    def deviate(self, deviation: Deviation) -> None:
        if self.profile is CborProfile.DETERMINISTIC:
            raise Rejection(
                codes.CBOR_NOT_DETERMINISTIC, where=f"byte {self.pos}", actual=deviation.value
            )
        self.deviations.add(deviation)

    def truncated(self) -> Rejection:
        return Rejection(codes.CBOR_TRUNCATED, where=f"byte {self.size}")

    def too_deep(self) -> Rejection:
        return Rejection(codes.CBOR_TOO_DEEP, expected=self.limit)

    def take(self, count: int) -> bytes:
        end = self.pos + count
        if end > self.size:
            raise self.truncated()
        chunk = self.data[self.pos : end]
        self.pos = end
        return chunk

    def argument(self, info: int) -> int:
        """The head's argument (RFC 8949, 3); ``pos`` stands behind the initial byte."""
        if info < 24:
            return info
        if info > 27:
            raise Rejection(codes.CBOR_RESERVED, where=f"byte {self.pos - 1}")
        value = int.from_bytes(self.take(1 << (info - 24)), "big")
        if value < _SMALLEST[info - 24]:
            self.deviate(Deviation.NON_SHORTEST)
        return value

    def item(self, depth: int) -> Any:
        """The item at ``pos``, in which ``depth`` more containers may nest."""
        data = self.data
        pos = self.pos
        if pos >= self.size:
            raise self.truncated()
        initial = data[pos]
        self.pos = pos = pos + 1
        major = initial >> 5
        argument = initial & 31
        if argument > 23:
            if major == 7:
                return self.simple(argument)
            if argument == _INDEFINITE:
                return self.indefinite(major, depth)
            argument = self.argument(argument)
            pos = self.pos
        if major == 3 or major == 2:  # noqa: PLR1714  a set costs more on this path
            end = pos + argument
            if end > self.size:
                raise self.truncated()
            self.pos = end
            return data[pos:end] if major == 2 else self.text(data[pos:end], pos)
        if major == 0:
            return argument
        if major == 1:
            return -1 - argument
        if major == 7:
            return self.simple(argument)
        if depth <= 0:
            raise self.too_deep()
        if major == 5:
            return self.map(argument, depth - 1)
        if major == 4:
            if argument > self.size - pos:  # an item has one byte at least
                raise self.truncated()
            item = self.item
            return [item(depth - 1) for _ in range(argument)]
        value = self.item(depth - 1)
        return Tagged(argument, value, data[pos : self.pos])

    def map(self, count: int | None, depth: int) -> dict[Any, Any]:
        """``count`` pairs, or all up to the break."""
        if count is None:
            pairs: Iterable[int] = iter(self.until_break, True)
        elif count * 2 > self.size - self.pos:
            raise self.truncated()
        else:
            pairs = range(count)
        members: dict[Any, Any] = {}
        previous = b""
        for _ in pairs:
            start = self.pos
            key = self.item(depth)
            # Python takes 1, 1.0 and true for one key, CBOR for three: only types that cannot
            # collide may be keys, which is all that COSE, CWT and mdoc use.
            if type(key) not in _KEY_TYPES:
                raise Rejection(codes.CBOR_KEY_TYPE, where=f"byte {start}")
            if key in members:
                raise Rejection(codes.CBOR_DUPLICATE_KEY, where=f"byte {start}")
            encoded = self.data[start : self.pos]
            if encoded < previous:
                self.deviate(Deviation.UNSORTED_KEYS)
            previous = encoded
            members[key] = self.item(depth)
        return members

    def indefinite(self, major: int, depth: int) -> Any:
        """An item that ends with a break (RFC 8949, 3.2)."""
        if major not in (2, 3, 4, 5):
            raise Rejection(codes.CBOR_RESERVED, where=f"byte {self.pos - 1}")
        self.deviate(Deviation.INDEFINITE_LENGTH)
        if major < 4:
            return self.chunks(major)
        if depth <= 0:
            raise self.too_deep()
        if major == 5:
            return self.map(None, depth - 1)
        return [self.item(depth - 1) for _ in iter(self.until_break, True)]

    def until_break(self) -> bool:
        """Whether the break stands here; it is then consumed."""
        if self.pos >= self.size:
            raise self.truncated()
        if self.data[self.pos] != _BREAK:
            return False
        self.pos += 1
        return True

    def chunks(self, major: int) -> Any:
        """Definite strings of the same major type up to the break (RFC 8949, 3.2.3).

        Each chunk of text is UTF-8 by itself.
        """
        parts: list[Any] = []
        while not self.until_break():
            initial = self.take(1)[0]
            if initial >> 5 != major or initial & 31 == _INDEFINITE:
                raise Rejection(codes.CBOR_INDEFINITE, where=f"byte {self.pos - 1}")
            raw = self.take(self.argument(initial & 31))
            parts.append(raw if major == 2 else self.text(raw, self.pos - len(raw)))
        return b"".join(parts) if major == 2 else "".join(parts)

    def text(self, raw: bytes, start: int) -> str:
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Rejection(codes.CBOR_TEXT, where=f"byte {start + error.start}") from None

    def simple(self, info: int) -> Any:
        """Major type 7 (RFC 8949, 3.3). NOTE: simple values nobody assigned are refused."""
        if info in _SIMPLE:
            return _SIMPLE[info]
        if info in _FLOATS:
            form = _FLOATS[info]
            raw = self.take(form.size)
            value: float = form.unpack(raw)[0]
            if self.data[self.pos - form.size - 1 : self.pos] != _encode_float(value):
                self.deviate(Deviation.NON_SHORTEST)
            return value
        fault = codes.CBOR_INDEFINITE if info == _INDEFINITE else codes.CBOR_RESERVED
        raise Rejection(fault, where=f"byte {self.pos - 1}")

    def skip(self, depth: int) -> None:
        """Walk over the item at ``pos``, asking no more than well-formedness (appendix C)."""
        initial = self.take(1)[0]
        major = initial >> 5
        info = initial & 31
        if major == 7:
            self.simple(info)
            return
        if info == _INDEFINITE and major in (2, 3):
            self.chunks(major)
            return
        if major > 3 and depth <= 0:
            raise self.too_deep()
        if info == _INDEFINITE and major in (4, 5):
            while not self.until_break():
                for _ in range(major - 3):
                    self.skip(depth - 1)
            return
        argument = self.argument(info)
        if major in (2, 3):
            self.pos += argument
            if self.pos > self.size:
                raise self.truncated()
        elif major > 3:
            count = 1 if major == 6 else argument * (major - 3)
            if count > self.size - self.pos:
                raise self.truncated()
            for _ in range(count):
                self.skip(depth - 1)


def decode(
    data: bytes,
    profile: CborProfile = CborProfile.STRICT,
    *,
    offset: int = 0,
    max_depth: int = MAX_CBOR_DEPTH,
    max_bytes: int = MAX_INPUT_BYTES,
) -> Decoded:
    """Decode one item at ``offset``; bytes after it are the caller's business.

    Arrays become lists, maps dicts, tags ``Tagged``. Map keys are integers, text or byte strings;
    NOTE: any other key is refused, also where RFC 8949 allows it. ``max_depth`` counts arrays, maps
    and tags; ``max_bytes`` bounds ``data`` as a whole. Raises ``Rejection`` with a ``cbor.*`` code.
    """
    if len(data) > max_bytes:
        raise Rejection(codes.CBOR_TOO_LARGE, expected=max_bytes, actual=len(data))
    if offset < 0:
        raise MisuseError("an offset is not negative")
    if profile is CborProfile.STRICT:
        try:
            value, end, unsorted = read_quickly(data, offset, min(max_depth, MAX_CBOR_DEPTH))
        except (Unusual, IndexError, UnicodeDecodeError):
            pass  # rare or malformed: the plain decoder says which
        else:
            return Decoded(value, end, _UNSORTED if unsorted else _NOTHING)
    reader = _Reader(data, offset, profile, max_depth)
    try:
        value = reader.item(max_depth)
    except RecursionError:
        raise reader.too_deep() from None
    return Decoded(value, reader.pos, frozenset(reader.deviations))


def loads(
    data: bytes,
    *,
    profile: CborProfile = CborProfile.STRICT,
    max_depth: int = MAX_CBOR_DEPTH,
    max_bytes: int = MAX_INPUT_BYTES,
) -> Any:
    """Decode exactly one item; anything after it is refused. Otherwise as ``decode``."""
    value, end, _ = decode(data, profile, max_depth=max_depth, max_bytes=max_bytes)
    if end != len(data):
        raise Rejection(codes.CBOR_TRAILING, where=f"byte {end}")
    return value


def item_span(data: bytes, offset: int = 0, *, max_depth: int = MAX_CBOR_DEPTH) -> int:
    """Where the item at ``offset`` ends, so that its original bytes can be cut out and hashed.

    Nothing is built, and only well-formedness is checked (RFC 8949, appendix C): keys may repeat
    and text may not be UTF-8, which whoever decodes the item finds. Raises ``Rejection``.
    """
    reader = _Reader(data, offset, CborProfile.STRICT, max_depth)
    try:
        reader.skip(max_depth)
    except RecursionError:
        raise reader.too_deep() from None
    return reader.pos


def dumps(value: Any) -> bytes:
    """Encode in deterministic form (RFC 8949, 4.2.1).

    Takes int, bytes, str, list, tuple, dict, bool, None, float, ``UNDEFINED`` and ``Tagged`` (of
    which ``value`` is encoded and ``raw`` ignored). Raises ``MisuseError`` for anything else.
    """
    out = bytearray()
    try:
        _encode(value, out)
    except UnicodeEncodeError:
        raise MisuseError("a text with an unpaired surrogate has no UTF-8") from None
    except RecursionError:
        raise MisuseError("the value is nested too deep") from None
    return bytes(out)


def _head(major: int, argument: int, out: bytearray) -> None:
    if 0 <= argument < 24:
        out.append(major << 5 | argument)
        return
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if 0 <= argument < 1 << (8 * width):
            out.append(major << 5 | info)
            out += argument.to_bytes(width, "big")
            return
    raise MisuseError("an integer beyond 64 bits has no CBOR head")


def _encode(value: Any, out: bytearray) -> None:
    if isinstance(value, str):
        raw = value.encode("utf-8")
        _head(3, len(raw), out)
        out += raw
    elif isinstance(value, bytes | bytearray):
        _head(2, len(value), out)
        out += value
    elif value is None or value is True or value is False or value is UNDEFINED:
        out.append(_SIMPLE_BYTES[value])
    elif isinstance(value, int):
        if value >= 0:
            _head(0, value, out)
        else:
            _head(1, -1 - value, out)
    elif isinstance(value, Tagged):
        _head(6, value.tag, out)
        _encode(value.value, out)
    elif isinstance(value, list | tuple):
        _head(4, len(value), out)
        for item in value:
            _encode(item, out)
    elif isinstance(value, dict):
        _head(5, len(value), out)
        for key, name in sorted((_key(name), name) for name in value):
            out += key
            _encode(value[name], out)
    elif isinstance(value, float):
        out += _encode_float(value)
    else:
        raise MisuseError(f"CBOR has no form for {type(value).__name__}")


def _key(name: Any) -> bytes:
    if isinstance(name, bool) or not isinstance(name, int | str | bytes):
        raise MisuseError("a map key is an integer, a text or a byte string")
    out = bytearray()
    _encode(name, out)
    return bytes(out)


def _encode_float(value: float) -> bytes:
    """Shortest form that keeps the value; one NaN (RFC 8949, 4.2.1 and 4.2.2)."""
    if value != value:  # noqa: PLR0124  NaN is what differs from itself
        return b"\xf9\x7e\x00"
    for initial, form in ((0xF9, ">e"), (0xFA, ">f")):
        try:
            raw = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.unpack(form, raw)[0] == value:
            return bytes((initial,)) + raw
    return b"\xfb" + struct.pack(">d", value)
