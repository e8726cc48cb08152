"""Lists of statuses, packed and compressed the same on every machine (floor 13).

A real issuer calls its zlib. Builds of zlib differ in the octets they choose, and everything of the
test region and of the vectors is compared octet by octet: hence a small compressor of fixed codes
and runs (RFC 1951, 3.2.6), which is all that mostly empty lists need.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Final
from zlib import adler32, crc32

_LONGEST: Final = 258
_SHORTEST: Final = 3
_END_OF_BLOCK: Final = 256
_ZLIB_HEAD: Final = b"\x78\xda"
_GZIP_HEAD: Final = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"
"""No name, no time, unknown system (RFC 1952, 2.3)."""


def pack_token_list(values: Mapping[int, int], bits: int, count: int) -> bytes:
    """Entries of ``bits`` from the least significant bit upwards (Token Status List, 4.1)."""
    packed = bytearray((count * bits + 7) // 8)
    for index, value in values.items():
        start = index * bits
        packed[start >> 3] |= value << (start & 7)
    return bytes(packed)


def pack_bitstring(values: Mapping[int, int], size: int = 1, count: int = 131_072) -> bytes:
    """Entries of ``size`` bits from the left-most bit on (W3C Bitstring Status List 1.0, 2.2)."""
    length = (count * size + 7) // 8
    whole = 0
    for index, value in values.items():
        whole |= value << (length * 8 - (index + 1) * size)
    return whole.to_bytes(length, "big")


def zlib_packed(data: bytes) -> bytes:
    """A zlib stream (RFC 1950)."""
    return _ZLIB_HEAD + _deflated(data) + adler32(data).to_bytes(4, "big")


def gzip_packed(data: bytes) -> bytes:
    """A gzip member (RFC 1952)."""
    tail = crc32(data).to_bytes(4, "little") + len(data).to_bytes(4, "little")
    return _GZIP_HEAD + _deflated(data) + tail


def _deflated(data: bytes) -> bytes:
    """One last block of fixed codes; Huffman codes go most significant bit first, all else not."""
    bits = ["1", "10"]
    bits += [_coded(symbol, extra, width) for symbol, extra, width in _symbols(data)]
    bits.append(_code(_END_OF_BLOCK))
    text = "".join(bits)
    text += "0" * (-len(text) % 8)
    return bytes(int(text[at : at + 8][::-1], 2) for at in range(0, len(text), 8))


def _symbols(data: bytes) -> Iterator[tuple[int, int, int]]:
    """Literals, and copies of the octet before; each with its extra bits and their number."""
    for octet, run in groupby(data):
        yield octet, 0, 0
        rest = sum(1 for _ in run) - 1
        while rest >= _SHORTEST:
            length = min(rest, _LONGEST)
            yield _length_symbol(length)
            rest -= length
        for _ in range(rest):
            yield octet, 0, 0


def _length_symbol(length: int) -> tuple[int, int, int]:
    """RFC 1951, 3.2.5: symbols 257 to 285 and the extra bits of a copy's length."""
    if length == _LONGEST:
        return 285, 0, 0
    if length < 11:
        return 254 + length, 0, 0
    width = (length - 3).bit_length() - 3
    base = 3 + (4 << width)
    place = (length - base) >> width
    return 261 + 4 * width + place, length - base - (place << width), width


def _coded(symbol: int, extra: int, width: int) -> str:
    code = _code(symbol)
    if symbol <= _END_OF_BLOCK:
        return code
    more = format(extra, f"0{width}b")[::-1] if width else ""
    return code + more + "00000"  # distance 1: symbol 0 of five bits


def _code(symbol: int) -> str:
    """RFC 1951, 3.2.6."""
    if symbol < 144:
        return format(0x30 + symbol, "08b")
    if symbol < 256:
        return format(0x190 + symbol - 144, "09b")
    if symbol < 280:
        return format(symbol - 256, "07b")
    return format(0xC0 + symbol - 280, "08b")
