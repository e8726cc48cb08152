"""Distinguished names: compared as RFC 5280, 7.1 says, and shown as RFC 4514 says (floor 4).

Two names are the same where their keys are equal: attribute by attribute, without regard to case,
to the amount of white space or to the string type; the attributes of one RDN are a set.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ..codec.der import (
    BMP_STRING,
    OID,
    SEQUENCE,
    SET,
    STRING_CODECS,
    UNIVERSAL_STRING,
    Reader,
    dotted,
    element,
    encode_oid,
)
from ..codes import x509 as codes
from ..errors import Rejection

MAX_RDNS: Final = 64
"""Ours: the longest name in the public corpora has 13."""
MAX_NAME: Final = 2048
"""Ours, in octets: a file can bring hundreds of certificates, each of which has two names. Those of
the public corpora have fewer than 500, but for one that was made to be large."""
_WIDE: Final = frozenset({BMP_STRING, UNIVERSAL_STRING})
_NARROW: Final = frozenset(STRING_CODECS) - _WIDE

_SHORT: Final[Mapping[str, str]] = {
    "2.5.4.3": "CN",
    "2.5.4.7": "L",
    "2.5.4.8": "ST",
    "2.5.4.10": "O",
    "2.5.4.11": "OU",
    "2.5.4.6": "C",
    "2.5.4.9": "STREET",
    "0.9.2342.19200300.100.1.25": "DC",
    "0.9.2342.19200300.100.1.1": "UID",
}
"""RFC 4514, 3."""
_USUAL: Final = frozenset(
    encode_oid(oid)[1:] for oid in (*_SHORT, "2.5.4.5", "2.5.4.97", "1.2.840.113549.1.9.1")
)
COUNTRY: Final = "2.5.4.6"
ORGANISATION: Final = "2.5.4.10"

Attribute = tuple[str, str | bytes]
"""(dotted type, text; or the DER of a value that is no character string)."""


def name_key(der: bytes) -> bytes:
    """A key for the DER Name: two names are the same exactly where their keys are equal.

    Raises ``Rejection`` (`der.*`, `certificate.name`) for what is no Name.
    """
    if len(der) > MAX_NAME:
        raise Rejection(
            codes.NAME,
            where="offset 0",
            expected=f"at most {MAX_NAME} octets",
            actual=f"{len(der)} octets",
        )
    return _kept_key(der)


def read_name(der: bytes) -> tuple[tuple[Attribute, ...], ...]:
    """The RDNs in their order, each with its attributes in the order of the encoding."""
    outer = Reader(der)
    inside = outer.take(SEQUENCE)
    outer.finish()
    rdns: list[tuple[Attribute, ...]] = []
    while inside.peek() is not None:
        if len(rdns) >= MAX_RDNS:
            raise Rejection(codes.NAME, expected=f"at most {MAX_RDNS} parts")
        rdn = inside.take(SET)
        attributes: list[Attribute] = []
        while rdn.peek() is not None:
            attribute = rdn.take(SEQUENCE)
            kind = attribute.oid()
            tag = attribute.peek()
            attributes.append((kind, attribute.text() if tag in STRING_CODECS else attribute.raw()))
            attribute.finish()
        if not attributes:
            raise Rejection(codes.NAME, where=f"offset {rdn.pos}", actual="an empty part")
        rdns.append(tuple(attributes))
    return tuple(rdns)


def only_value(der: bytes, kind: str) -> str | None:
    """The one value of an attribute; ``None`` for none or several (nobody may pick)."""
    values = [value for rdn in read_name(der) for name, value in rdn if name == kind]
    return values[0] if len(values) == 1 and isinstance(values[0], str) else None


def shown_name(der: bytes) -> str:
    """The name as RFC 4514 writes it: last part first, short names where they are defined."""
    return ",".join(
        "+".join(f"{_SHORT.get(kind, kind)}={_escaped(value)}" for kind, value in rdn)
        for rdn in reversed(read_name(der))
    )


def _escaped(value: str | bytes) -> str:
    """RFC 4514, 2.4."""
    if isinstance(value, bytes):
        return "#" + value.hex()
    for special in '\\"+,;<>':
        value = value.replace(special, "\\" + special)
    value = value.replace("\0", "\\00")
    if value[:1] in ("#", " "):
        value = "\\" + value
    if value[-1:] == " ":
        value = value[:-1] + "\\ "
    return value


# --- comparison ----------------------------------------------------------------------------------
def _key(der: bytes) -> bytes:
    """One walk over the encoding: checked, prepared and put together again.

    Each RDN becomes its attributes' types, a mark and their prepared values, with lengths, so that
    no two names share a key by accident.
    """
    end = len(der)
    tag, pos, after = element(der, 0, end)
    if tag != SEQUENCE or after != end:
        raise Rejection(codes.NAME, where="offset 0", actual="no SEQUENCE, or something behind it")
    parts: list[bytes] = []
    while pos < end:
        # Nearly all RDNs: one attribute of a usual type, in ASCII, each length in one octet.
        if end - pos > 8:
            size = der[pos + 1]
            after = pos + 2 + size
            value = pos + 6 + der[pos + 5]
            if (
                size < 0x80
                and after <= end
                and value + 1 < after
                and der[pos : pos + 5] == b"\x31%c\x30%c\x06" % (size, size - 2)
                and value + 2 + der[value + 1] == after
                and der[value] in _NARROW
                and (kind := der[pos + 5 : value]) in _USUAL
                and (text := der[value + 2 : after]).isascii()
            ):
                text = text.lower()
                if not text.isalnum():
                    text = b" ".join(text.translate(None, _INSIGNIFICANT).split())
                parts.append(b"%b=%d:%b" % (kind, len(text), text))
                pos = after
                continue
        part, pos = _part(der, pos, end)
        parts.append(part)
    if len(parts) > MAX_RDNS:
        raise Rejection(
            codes.NAME, expected=f"at most {MAX_RDNS} parts", actual=f"{len(parts)} parts"
        )
    return b"".join(parts)


def _part(der: bytes, pos: int, end: int) -> tuple[bytes, int]:
    """Any RDN: (its part of the key, where it ends)."""
    tag, inner, end = element(der, pos, end)
    if tag != SET or inner == end:
        raise Rejection(codes.NAME, where=f"offset {pos}", actual="a part that is no set")
    found: list[bytes] = []
    while inner < end:
        tag, body, inner = element(der, inner, end)
        found.append(_attribute(der, tag, body, inner))
    if len(found) == 1:
        return found[0], end
    found.sort()
    return b"\xff%d{%b" % (len(found), b"".join(found)), end


_kept_key: Final = lru_cache(maxsize=2048)(_key)


def _attribute(der: bytes, tag: int, pos: int, end: int) -> bytes:
    if tag != SEQUENCE:
        raise Rejection(codes.NAME, where=f"offset {pos}", actual="an attribute that is none")
    tag, body, after = element(der, pos, end)
    kind = der[body:after]
    if tag != OID or dotted(kind) is None:
        raise Rejection(codes.NAME, where=f"offset {pos}", actual="an attribute without a type")
    tag, body, last = element(der, after, end)
    if last != end:
        raise Rejection(codes.NAME, where=f"offset {last}", actual="an attribute with two values")
    value = der[body:last]
    codec = STRING_CODECS.get(tag)
    if codec is None:
        return b"%c%b#%d:%b" % (len(kind), kind, last - after, der[after:last])
    if tag not in _WIDE and value.isascii():
        # What ``prepare()`` does, for ASCII: controls go, white space is one space.
        prepared = value.lower()
        if not prepared.isalnum():
            prepared = b" ".join(prepared.translate(None, _INSIGNIFICANT).split())
    else:
        try:
            prepared = prepare(value.decode(codec)).encode()
        except UnicodeError:
            raise Rejection(
                codes.NAME, where=f"offset {body}", actual="a string that is not of its type"
            ) from None
    return b"%c%b=%d:%b" % (len(kind), kind, len(prepared), prepared)


_INSIGNIFICANT: Final = bytes(c for c in range(32) if c not in (9, 10, 11, 12, 13)) + b"\x7f"


def prepare(text: str) -> str:
    """RFC 4518, 2 as RFC 5280, 7.1 uses it: map, fold case, normalise, compress white space.

    NOTE: prohibited characters (2.4) are compared like all others, not refused: no two names become
    equal by it.
    """
    mapped = "".join(map(_mapped, text)) if not text.isascii() else text
    folded = unicodedata.normalize("NFKC", mapped.casefold())
    # 2.6.1: after folding, the normal form can hold letters that fold again (RFC 3454, B.2).
    folded = unicodedata.normalize("NFKC", folded.casefold())
    return " ".join("".join(c for c in folded if c not in _DROPPED).split())


_DROPPED: Final = frozenset(_INSIGNIFICANT.decode("ascii"))
_TO_NOTHING: Final = frozenset(
    {0xAD, 0x34F, 0x1806, 0xFFFC, 0x200B} | set(range(0x180B, 0x180E)) | set(range(0xFE00, 0xFE10))
)
"""RFC 4518, 2.2: soft hyphen, joiners, variation selectors, zero width space and the like."""


def _mapped(character: str) -> str:
    """RFC 4518, 2.2: control and format characters to nothing, separators to a space."""
    code = ord(character)
    if code in _TO_NOTHING:
        return ""
    if character in "\t\n\v\f\r\x85":
        return " "
    category = unicodedata.category(character)
    if category in ("Zs", "Zl", "Zp"):
        return " "
    return "" if category in ("Cc", "Cf") else character
