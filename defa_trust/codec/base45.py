"""Base45 (RFC 9285), the encoding of QR codes in alphanumeric mode (floor 2)."""

from __future__ import annotations

from typing import Final

from ..codes import codec as codes
from ..errors import Rejection

_ALPHABET: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_INVALID: Final = 0xFF
_VALUES: Final = bytes(_ALPHABET.index(c) if c in _ALPHABET else _INVALID for c in range(256))


def decode(text: str | bytes) -> bytes:
    """Decode one base45 text (RFC 9285, 4).

    Raises ``Rejection`` for characters outside the alphabet, lengths no encoder produces and
    groups that encode more than their bytes hold.
    """
    try:
        data = text.encode("ascii") if isinstance(text, str) else text
    except UnicodeEncodeError as error:
        raise Rejection(codes.BASE45_ALPHABET, where=f"character {error.start}") from None
    groups, tail = divmod(len(data), 3)
    if tail == 1:
        raise Rejection(codes.BASE45_LENGTH, actual=len(data))
    values = data.translate(_VALUES)
    if _INVALID in values:
        raise Rejection(codes.BASE45_ALPHABET, where=f"character {values.index(_INVALID)}")
    # All groups at once: one long integer a place, a lane of 32 bits a group. The greatest sum is
    # 44 + 45 * 44 + 2025 * 44 = 91,124, so that no lane can spill into its neighbour.
    full = 3 * groups
    sums = (
        _lanes(values[0:full:3]) + 45 * _lanes(values[1:full:3]) + 2025 * _lanes(values[2:full:3])
    ).to_bytes(4 * groups, "big")
    if sums[1::4].strip(b"\0"):
        raise Rejection(codes.BASE45_OVERFLOW)
    out = bytearray(2 * groups)
    out[0::2] = sums[2::4]
    out[1::2] = sums[3::4]
    if tail:
        last = values[-2] + 45 * values[-1]
        if last > 0xFF:
            raise Rejection(codes.BASE45_OVERFLOW)
        out.append(last)
    return bytes(out)


def _lanes(places: bytes) -> int:
    lanes = bytearray(4 * len(places))
    lanes[3::4] = places
    return int.from_bytes(lanes, "big")


def encode(data: bytes) -> str:
    """Encode bytes as base45 text, ready for a QR code in alphanumeric mode."""
    out = bytearray()
    for position in range(0, len(data) - 1, 2):
        value = data[position] << 8 | data[position + 1]
        high, rest = divmod(value, 2025)
        middle, low = divmod(rest, 45)
        out += bytes((_ALPHABET[low], _ALPHABET[middle], _ALPHABET[high]))
    if len(data) & 1:
        middle, low = divmod(data[-1], 45)
        out += bytes((_ALPHABET[low], _ALPHABET[middle]))
    return out.decode("ascii")
