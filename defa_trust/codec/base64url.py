"""Canonical base64url (RFC 7515, 2) and base64 (RFC 4648, 4): one text for one byte string.

Python's strict mode refuses foreign characters but not unused tail bits that are set, so the last
character is looked at too; otherwise one signature would have several spellings (floor 2).

Longer texts, such as certificates, documents and lists, are decoded by ``pybase64`` where it is
installed (extra `fast`), with the same answer for every input: what that library tolerates is
refused before it is asked.
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
from collections.abc import Callable
from functools import cache
from types import BuiltinFunctionType
from typing import Final

from ..codes import codec as codes
from ..errors import Rejection
from ..verdict import Code

_ALPHABET: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
# `+`, `/` and `=` become a character that no base64 has, so that one pass refuses them.
_FROM_URL: Final = bytes.maketrans(b"-_+/=", b"+/!!!")
_TO_URL: Final = bytes.maketrans(b"+/", b"-_")
_PADDING: Final = (b"", b"", b"==", b"=")
_LAST: Final[tuple[frozenset[int], ...]] = (
    frozenset(_ALPHABET),
    frozenset(),
    frozenset(_ALPHABET[::16]),  # four unused bits
    frozenset(_ALPHABET[::4]),  # two unused bits
)
_LARGE: Final = 1 << 11
"""Ours, in characters: from here on the text is not copied as a whole, and pybase64 is asked. Few
tokens have a part as long as that, so that they never pay for loading it."""
_LARGE_STANDARD: Final = 1 << 9
"""The same for padded base64, which holds certificates."""
_BLOCK: Final = 1 << 20
_LAST_STANDARD: Final = {1: frozenset(b"AEIMQUYcgkosw048"), 2: frozenset(b"AQgw")}


def decode(text: str | bytes) -> bytes:
    """Decode canonical base64url without padding; raises ``Rejection`` for any other spelling."""
    data = _ascii(text, codes.BASE64URL) if isinstance(text, str) else text
    if len(data) >= _LARGE:
        return decode_part(data, 0, len(data))
    tail = len(data) & 3
    if tail and data[-1] not in _LAST[tail]:
        raise Rejection(codes.BASE64URL, actual="unused bits are set, or the length is impossible")
    try:
        return a2b_base64(data.translate(_FROM_URL) + _PADDING[tail], strict_mode=True)
    except Error:
        raise Rejection(codes.BASE64URL, actual="a character outside the alphabet") from None


def decode_part(data: bytes, start: int, end: int) -> bytes:
    """As ``decode(data[start:end])``, for texts of many megabytes: no copy of the text is made."""
    if end - start < _LARGE:
        return decode(data[start:end])
    tail = (end - start) & 3
    if tail and data[end - 1] not in _LAST[tail]:
        raise Rejection(codes.BASE64URL, actual="unused bits are set, or the length is impossible")
    whole = end - tail
    quick = _quick()
    if (
        data.find(b"=", start, end) != -1
        or data.find(b"+", start, end) != -1
        or data.find(b"/", start, end) != -1
    ):
        quick = None  # which reads padding, and the other alphabet's characters with a warning
    try:
        last = a2b_base64(data[whole:end].translate(_FROM_URL) + _PADDING[tail], strict_mode=True)
        if quick is not None:
            decoded = quick(memoryview(data)[start:whole], b"-_", True)
        else:
            blocks = (
                data[place : min(place + _BLOCK, whole)] for place in range(start, whole, _BLOCK)
            )
            decoded = b"".join(
                [a2b_base64(block.translate(_FROM_URL), strict_mode=True) for block in blocks]
            )
    except Error:
        raise Rejection(codes.BASE64URL, actual="a character outside the alphabet") from None
    return decoded + last if last else decoded


@cache
def _quick() -> Callable[[memoryview, bytes | None, bool], bytes] | None:
    """The compiled decoder of pybase64, if that is here; its pure twin would be no quicker."""
    try:
        from pybase64 import b64decode
    except ImportError:
        return None
    return b64decode if isinstance(b64decode, BuiltinFunctionType) else None


def encode(data: bytes) -> str:
    """Canonical base64url without padding."""
    return b2a_base64(data, newline=False).translate(_TO_URL).rstrip(b"=").decode("ascii")


def decode_standard(text: str | bytes) -> bytes:
    """Decode canonical padded base64, as `x5c` and certificates in lists use it (RFC 4648, 4)."""
    data = _ascii(text, codes.BASE64) if isinstance(text, str) else text
    if len(data) & 3:
        raise Rejection(codes.BASE64, actual="the length is no multiple of four")
    padding = 2 if data.endswith(b"==") else 1 if data.endswith(b"=") else 0
    if padding and data[-1 - padding] not in _LAST_STANDARD[padding]:
        raise Rejection(codes.BASE64, actual="unused bits are set")
    whole = len(data) - 4
    try:
        if whole >= _LARGE_STANDARD and data.find(b"=", 0, whole) == -1:
            quick = _quick()
            if quick is not None:
                last = a2b_base64(data[whole:], strict_mode=True)
                return quick(memoryview(data)[:whole], None, True) + last
        return a2b_base64(data, strict_mode=True)
    except Error:
        raise Rejection(codes.BASE64, actual="a character outside the alphabet") from None


def encode_standard(data: bytes) -> str:
    """Padded base64."""
    return b2a_base64(data, newline=False).decode("ascii")


def _ascii(text: str, code: Code) -> bytes:
    try:
        return text.encode("ascii")
    except UnicodeEncodeError:
        raise Rejection(code, actual="a character outside the alphabet") from None
