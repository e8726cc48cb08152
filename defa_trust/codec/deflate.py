"""zlib streams with a bounded output (RFC 1950): a bomb costs its cap and no more (floor 2)."""

from __future__ import annotations

import zlib

from ..codes import codec as codes
from ..errors import MisuseError, Rejection


def inflate(data: bytes, *, max_output: int) -> bytes:
    """Inflate one whole zlib stream.

    Never allocates more than ``max_output`` + 1 bytes of output. Raises ``Rejection`` for a damaged
    or truncated stream (Adler-32 included), for a preset dictionary (RFC 1950, 2.2), for more
    output than that, and for trailing bytes.
    """
    if max_output < 0:
        raise MisuseError("max_output is a number of bytes, and none is less than 0")
    stream = zlib.decompressobj()
    try:
        out = stream.decompress(data, max_output + 1)
    except zlib.error:
        raise Rejection(codes.ZLIB_BROKEN) from None
    if len(out) > max_output:
        raise Rejection(codes.ZLIB_TOO_LARGE, expected=max_output)
    if not stream.eof:
        raise Rejection(codes.ZLIB_BROKEN)
    if stream.unused_data:
        raise Rejection(codes.ZLIB_TRAILING, actual=len(stream.unused_data))
    return out
