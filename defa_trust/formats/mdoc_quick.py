"""Items and security objects of the usual shape, read at once (floor 3); ``mdoc`` reads plainly.

Both are maps of a few known members. Nearly every issuer writes them in one of two orders (that of
the standard, or that of deterministic CBOR), with short heads: then one regular expression finds
the members, and what it found is checked by length. Anything else gives ``None``, good or bad, and
the plain reading alone says which: so there is one judge, and a test compares the two.
"""

from __future__ import annotations

import re
from datetime import date
from operator import lt
from typing import Any, Final

from ..codec.cbor_quick import Unusual, read
from ..spec import MAX_CBOR_DEPTH
from .mdoc_device import DeviceKey

_NUMBER: Final = rb"([\x00-\x17]|\x18[\x18-\xff]|\x19[\x01-\xff].)"
_RANDOM: Final = rb"(?:P.{16}|X\x18.{24}|X\x20.{32})"
"""At least 16 octets (ISO/IEC 18013-5, 9.1.2.5), in the sizes that are used."""
_TEXT: Final = rb"([a-w])([ -~]{1,23})"
"""Head of a text of 1 to 23 octets, which has that very length only where the two agree."""
_NAME: Final = rb"qelementIdentifier" + _TEXT
_AS_DEFINED: Final = re.compile(
    rb"\xa4hdigestID" + _NUMBER + rb"frandom" + _RANDOM + _NAME + rb"lelementValue(.+)", re.DOTALL
)
"""The order of 8.3.2.1.2.2. The lengths are part of the keys: `h` is the head of 8 octets."""
_SORTED: Final = re.compile(
    rb"\xa4frandom" + _RANDOM + rb"hdigestID" + _NUMBER + rb"lelementValue(.+)" + _NAME, re.DOTALL
)
"""The order of deterministic CBOR (RFC 8949, 4.2.1)."""
_TEXT_HEAD: Final = 0x60
_LESS_ONE: Final = MAX_CBOR_DEPTH - 1


def item(encoded: bytes) -> tuple[int, str, Any] | None:
    """Number, identifier and value of an item, or ``None`` where the shape is not the usual one."""
    if encoded[1:2] == b"f":
        match = _SORTED.fullmatch(encoded)
        if match is None:
            return None
        head, raw, length, name = match.groups()
    else:
        match = _AS_DEFINED.fullmatch(encoded)
        if match is None:
            return None
        head, length, name, raw = match.groups()
    if length[0] - _TEXT_HEAD != len(name):
        return None
    number = head[0] if len(head) == 1 else int.from_bytes(head[1:], "big")
    first = raw[0]
    size = len(raw)
    try:
        if first - _TEXT_HEAD == size - 1 < 24:
            return number, name.decode("ascii"), raw[1:].decode("utf-8")
        value, end, _ = read(raw, 0, _LESS_ONE)
    except (Unusual, IndexError, UnicodeDecodeError):
        return None
    return (number, name.decode("ascii"), value) if end == size else None


# --- the security object -------------------------------------------------------------------------
_ENTRY: Final = rb"[\x00-\x17]X\x20.{32}"
_DIGESTS: Final = rb"lvalueDigests\xa1" + _TEXT + rb"([\xa1-\xb7])((?:" + _ENTRY + rb")+)"
"""One namespace, up to 23 digests of 32 octets, each under one of the numbers 0 to 23."""
_MOMENT: Final = rb"\xc0t(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):([0-5]\d):([0-5]\d)Z"
_VALIDITY: Final = (
    rb"lvalidityInfo\xa3fsigned" + _MOMENT + rb"ivalidFrom" + _MOMENT + rb"jvalidUntil" + _MOMENT
)
_DEVICE_KEY: Final = rb"mdeviceKeyInfo\xa1ideviceKey\xa4\x01\x02\x20\x01!X\x20(.{32})\"X\x20(.{32})"
"""A point on P-256 and no authorisations: labels 1, -1, -2 and -3 of a COSE_Key (RFC 9053, 7.1)."""
_VERSION: Final = rb"gversionc1\.0"
_ALGORITHM: Final = rb"odigestAlgorithmgSHA-256"
_DOCTYPE: Final = rb"gdocType" + _TEXT
_MSO_AS_DEFINED: Final = re.compile(
    rb"\xa6" + _VERSION + _ALGORITHM + _DIGESTS + _DEVICE_KEY + _DOCTYPE + _VALIDITY, re.DOTALL
)
_MSO_SORTED: Final = re.compile(
    rb"\xa6" + _DOCTYPE + _VERSION + _VALIDITY + _DIGESTS + _DEVICE_KEY + _ALGORITHM, re.DOTALL
)
_ENTRY_SIZE: Final = 35
_EPOCH: Final = date(1970, 1, 1).toordinal()
_NOTHING: Final[frozenset[str]] = frozenset()


def security_object(encoded: bytes) -> tuple[Any, ...] | None:
    """The members of ``mdoc.Mso`` in their order, or ``None`` where the shape is not the usual one.

    Times are only read, not compared.
    """
    match = _MSO_AS_DEFINED.fullmatch(encoded)
    if match is not None:
        found = match.groups()
        space, key, doctype, times = found[0:4], found[4:6], found[6:8], found[8:20]
    else:
        match = _MSO_SORTED.fullmatch(encoded)
        if match is None:
            return None
        found = match.groups()
        doctype, times, space, key = found[0:2], found[2:14], found[14:18], found[18:20]
    namespace, count, table = space[1], space[2][0] - 0xA0, space[3]
    numbers = table[::_ENTRY_SIZE]
    if (
        doctype[0][0] - _TEXT_HEAD != len(doctype[1])
        or space[0][0] - _TEXT_HEAD != len(namespace)
        or len(table) != count * _ENTRY_SIZE
        or not all(map(lt, numbers, numbers[1:]))
    ):
        return None
    digests = {table[at]: table[at + 3 : at + 35] for at in range(0, len(table), _ENTRY_SIZE)}
    try:
        signed, begin, until = [
            _unix(times[at], times[at + 1], times[at + 2], times[at + 3]) for at in (0, 4, 8)
        ]
    except ValueError:
        return None
    return (
        doctype[1].decode("ascii"),
        "sha-256",
        {namespace.decode("ascii"): digests},
        DeviceKey({1: 2, -1: 1, -2: key[0], -3: key[1]}, _NOTHING, {}),
        signed,
        begin,
        until,
        (),
    )


def _unix(day: bytes, hours: bytes, minutes: bytes, seconds: bytes) -> int:
    days = date.fromisoformat(day.decode("ascii")).toordinal() - _EPOCH
    return days * 86_400 + int(hours) * 3600 + int(minutes) * 60 + int(seconds)
