"""Canonical base64url (RFC 7515, 2) and base64 (RFC 4648, 4): one text for one byte string.

Python's strict mode refuses foreign characters but not unused tail bits that are set, so the last
character is looked at too; otherwise one signature would have several spellings (floor 2).
"""

from __future__ import annotations

from binascii import Error, a2b_base64, b2a_base64
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
_LAST_STANDARD: Final = {1: frozenset(b"AEIMQUYcgkosw048"), 2: frozenset(b"AQgw")}


def decode(text: str | bytes) -> bytes:
    """Decode canonical base64url without padding; raises ``Rejection`` for any other spelling."""
    data = _ascii(text, codes.BASE64URL) if isinstance(text, str) else text
    tail = len(data) & 3
    if tail and data[-1] not in _LAST[tail]:
        raise Rejection(codes.BASE64URL, actual="unused bits are set, or the length is impossible")
    try:
        return a2b_base64(data.translate(_FROM_URL) + _PADDING[tail], strict_mode=True)
    except Error:
        raise Rejection(codes.BASE64URL, actual="a character outside the alphabet") from None


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
    try:
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
