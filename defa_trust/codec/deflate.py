"""zlib streams and gzip members with a bounded output: a bomb costs its cap and no more (floor 2).

Both are one whole stream each: what follows it is refused, since two readers could differ on it.
"""

from __future__ import annotations

import zlib
from typing import Final, NamedTuple

from ..codes import codec as codes
from ..errors import MisuseError, Rejection
from ..verdict import Code


class _Container(NamedTuple):
    """What stands around the deflated data, and the codes of its faults."""

    window_bits: int
    broken: Code
    too_large: Code
    trailing: Code


_ZLIB: Final = _Container(15, codes.ZLIB_BROKEN, codes.ZLIB_TOO_LARGE, codes.ZLIB_TRAILING)
_GZIP: Final = _Container(31, codes.GZIP_BROKEN, codes.GZIP_TOO_LARGE, codes.GZIP_TRAILING)


def inflate(data: bytes, *, max_output: int) -> bytes:
    """Inflate one whole zlib stream (RFC 1950).

    Never allocates more than ``max_output`` + 1 bytes of output. Raises ``Rejection`` for a damaged
    or truncated stream (Adler-32 included), for a preset dictionary (RFC 1950, 2.2), for more
    output than that, and for trailing bytes.
    """
    return _expand(data, max_output, _ZLIB)


def gunzip(data: bytes, *, max_output: int) -> bytes:
    """Expand one whole gzip member (RFC 1952), its CRC-32 and length checked.

    Bounded as ``inflate``. NOTE: RFC 1952, 2.2 lets members follow each other; a second one is
    refused like any other trailing bytes.
    """
    return _expand(data, max_output, _GZIP)


def _expand(data: bytes, max_output: int, container: _Container) -> bytes:
    if max_output < 0:
        raise MisuseError("max_output is a number of bytes, and none is less than 0")
    stream = zlib.decompressobj(container.window_bits)
    try:
        out = stream.decompress(data, max_output + 1)
    except zlib.error:
        raise Rejection(container.broken) from None
    if len(out) > max_output:
        raise Rejection(container.too_large, expected=max_output)
    if not stream.eof:
        raise Rejection(container.broken)
    if stream.unused_data:
        raise Rejection(container.trailing, actual=len(stream.unused_data))
    return out
