"""The common case of CBOR, read in half the time (floor 2); ``cbor`` is the plain reading.

What credentials hold is mostly maps of short texts with shortest heads. This reads just that
and gives up (``Unusual``) on anything else, malformed or merely rare; the plain decoder then starts
afresh and alone says what is wrong. So there is one judge, and a test compares the two.
"""

from __future__ import annotations

import re
from operator import lt
from typing import Any, Final, NamedTuple

from ..verdict import from_parts

_SIMPLE: Final = {0xF4: False, 0xF5: True, 0xF6: None}
_EMBEDDED: Final = b"\xd8\x18\x58"
_DIGEST: Final = b"\x58\x20"
_TABLE: Final = re.compile(rb"(?:[\x00-\x17]\x58\x20.{32})*", re.DOTALL)
_LEAST: Final = (24, 1 << 8, 1 << 16, 1 << 32)


class Tagged(NamedTuple):
    """A tagged item (RFC 8949, 3.4). ``raw`` is the content's original encoding, head included.

    No tag is interpreted: a bignum (tags 2 and 3) stays a tagged byte string, and the ``value`` of
    tag 24 is the embedded item's bytes, not yet decoded.
    """

    tag: int
    value: Any
    raw: bytes = b""


class Unusual(Exception):
    """Not the common case; says nothing about whether the bytes are good."""


_tagged: Final = from_parts(Tagged)


def read(data: bytes, pos: int, depth: int) -> tuple[Any, int, bool]:
    """The item at ``pos``, where it ends, and whether some map's keys were unsorted.

    ``depth`` more containers may nest. Raises ``Unusual``, ``IndexError`` or ``UnicodeDecodeError``
    for what is left to the plain decoder.
    """
    unsorted: list[bool] = []
    value, end = _item(data, pos, depth, unsorted)
    return value, end, bool(unsorted)


def _item(data: bytes, pos: int, depth: int, unsorted: list[bool]) -> tuple[Any, int]:
    initial = data[pos]
    pos += 1
    major = initial >> 5
    argument = initial & 31
    if argument > 23:
        if major == 7 or argument > 27:
            raise Unusual
        width = 1 << (argument - 24)
        least = _LEAST[argument - 24]
        raw = data[pos : pos + width]
        argument = int.from_bytes(raw, "big")
        if len(raw) != width or argument < least:
            raise Unusual
        pos += width
    if major == 3 or major == 2:  # noqa: PLR1714  a set costs more on this path
        end = pos + argument
        chunk = data[pos:end]
        if len(chunk) != argument:
            raise Unusual
        return (chunk if major == 2 else chunk.decode("utf-8")), end
    if major == 0:
        return argument, pos
    if major == 1:
        return -1 - argument, pos
    if major == 7:
        if initial not in _SIMPLE:
            raise Unusual
        return _SIMPLE[initial], pos
    # A count beyond the bytes that are left would build nothing, yet is the plain decoder's to say.
    if depth <= 0 or (major != 6 and argument > len(data) - pos):
        raise Unusual
    if major == 5:
        return _map(data, pos, argument, depth - 1, unsorted)
    if major == 6:
        value, end = _item(data, pos, depth - 1, unsorted)
        return _tagged((argument, value, data[pos:end])), end
    items = []
    for _ in range(argument):
        if depth > 1 and data.startswith(_EMBEDDED, pos):
            # Encoded CBOR (tag 24) of up to 255 octets, as mdoc's items are.
            end = pos + 4 + data[pos + 3]
            if end > len(data) or data[pos + 3] < 24:
                raise Unusual
            items.append(_tagged((24, data[pos + 4 : end], data[pos + 2 : end])))
            pos = end
            continue
        value, pos = _item(data, pos, depth - 1, unsorted)
        items.append(value)
    return items, pos


def _map(
    data: bytes, pos: int, count: int, depth: int, unsorted: list[bool]
) -> tuple[dict[Any, Any], int]:
    members: dict[Any, Any] = {}
    previous = b""
    size = len(data)
    key: Any
    if count > 3 and data.startswith(_DIGEST, pos + 1):
        # Short numbers, each with 32 octets: a table of digests. Ascending, or left to the loop.
        run = min(count, (_TABLE.match(data, pos).end() - pos) // 35)  # type: ignore[union-attr]
        keys = data[pos : pos + 35 * run : 35]
        if all(map(lt, keys, keys[1:])):
            members = {data[p]: data[p + 3 : p + 35] for p in range(pos, pos + 35 * run, 35)}
            previous = keys[-1:]
            count -= run
            pos += 35 * run
    for _ in range(count):
        start = pos
        initial = data[pos]
        if 0x60 <= initial <= 0x77:
            pos += initial - 0x5F
            encoded = data[start:pos]
            key = encoded[1:].decode("utf-8")
        elif initial < 24:
            pos += 1
            encoded = data[start:pos]
            key = initial
        else:
            key, pos = _item(data, pos, 0, unsorted)
            encoded = data[start:pos]
            if key is None or key is True or key is False:
                raise Unusual
        if pos >= size or key in members:
            raise Unusual
        if encoded < previous:
            unsorted.append(True)
        previous = encoded
        initial = data[pos]
        if 0x60 <= initial <= 0x77:
            end = pos + initial - 0x5F
            if end > size:
                raise Unusual
            members[key] = data[pos + 1 : end].decode("utf-8")
            pos = end
        elif initial < 24:
            members[key] = initial
            pos += 1
        elif initial == 0x58:
            begin = pos + 2
            end = begin + data[pos + 1]
            if end > size or end < begin + 24:
                raise Unusual
            members[key] = data[begin:end]
            pos = end
        else:
            members[key], pos = _item(data, pos, depth, unsorted)
    return members, pos
