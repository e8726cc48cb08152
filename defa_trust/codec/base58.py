"""Base58 with Bitcoin's alphabet (multibase `z`), as did:key and Data Integrity write it (floor 2).

Its cost is quadratic in the length, so every reader bounds the text first.
"""

from __future__ import annotations

from typing import Final

from ..codes import codec as codes
from ..errors import Rejection

_ALPHABET: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS: Final = {letter: number for number, letter in enumerate(_ALPHABET)}


def decode(text: str, *, max_length: int) -> bytes:
    """Octets of one base58 text. Raises ``Rejection`` for other letters, or more of them."""
    if len(text) > max_length:
        raise Rejection(codes.BASE58, expected=max_length, actual=f"{len(text)} characters")
    number = 0
    for letter in text:
        digit = _DIGITS.get(letter)
        if digit is None:
            raise Rejection(codes.BASE58, expected=max_length, actual="another letter")
        number = number * 58 + digit
    zeros = len(text) - len(text.lstrip(_ALPHABET[0]))
    return b"\0" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")


def encode(data: bytes) -> str:
    """The one text that stands for ``data``."""
    number = int.from_bytes(data, "big")
    digits = ""
    while number:
        number, digit = divmod(number, 58)
        digits = _ALPHABET[digit] + digits
    return _ALPHABET[0] * (len(data) - len(data.lstrip(b"\0"))) + digits
