"""Text strings of PDF (ISO 32000-2, 7.3.4.2 and 7.9.2.2) as a person's text (floor 2)."""

from __future__ import annotations

import re
from typing import Final

from .pdf_objects import Text

MAX_TEXT: Final = 1024
"""Ours: octets of a text string that are read; a longer one is cut."""

_ESCAPE: Final = re.compile(rb"\\(?:([0-7]{1,3})|(\r\n|.)|$)|\r\n?", re.DOTALL)
_NAMED: Final = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}
_CONTINUED: Final = (b"\r\n", b"\r", b"\n")
_UTF_16, _UTF_8 = b"\xfe\xff", b"\xef\xbb\xbf"
# PDFDocEncoding where it is not Latin-1 (annex D.3); 0x7F, 0x9F and 0xAD are undefined there.
_ACCENTS: Final = "˘ˇˆ˙˝˛˚˜"
_UPPER: Final = "•†‡…—–ƒ⁄‹›−‰„“”‘’‚™ﬁﬂŁŒŠŸŽıłœšž\ufffd€"
_DOC_ENCODING: Final = {
    **{0x18 + number: char for number, char in enumerate(_ACCENTS)},
    **{0x80 + number: char for number, char in enumerate(_UPPER)},
    0x7F: "\ufffd",
    0xAD: "\ufffd",
}


def text_of(value: Text) -> str:
    """The text, in whichever of the three encodings it is; what is none of it is replaced."""
    octets = value.octets[: 4 * MAX_TEXT]
    if not value.hexadecimal:
        octets = _ESCAPE.sub(_unescaped, octets)
    octets = octets[:MAX_TEXT]
    if octets.startswith(_UTF_16):
        return octets[2:].decode("utf-16-be", "replace")
    if octets.startswith(_UTF_8):
        return octets[3:].decode("utf-8", "replace")
    return octets.decode("latin-1").translate(_DOC_ENCODING)


def _unescaped(found: re.Match[bytes]) -> bytes:
    octal, char = found[1], found[2]
    if octal is not None:
        # High-order overflow is ignored (7.3.4.2).
        return bytes((int(octal, 8) & 0xFF,))
    if found[0][:1] == b"\r":
        return b"\n"
    if char is None or char in _CONTINUED:
        return b""
    return _NAMED.get(char, char)
