"""DER (ITU-T X.690), read in place and strictly (floor 2).

``element`` finds one element and copies nothing; ``Reader`` walks elements and reads values in the
one form that DER allows. ``definite`` first turns BER, as CMS producers still write it, into
definite lengths and primitive strings. Whatever is malformed is a ``Rejection`` with its offset.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Final, NoReturn

from ..codes import codec as codes
from ..errors import MisuseError, Rejection
from ..verdict import Code

BOOLEAN: Final = 0x01
INTEGER: Final = 0x02
BIT_STRING: Final = 0x03
OCTET_STRING: Final = 0x04
NULL: Final = 0x05
OID: Final = 0x06
ENUMERATED: Final = 0x0A
UTF8_STRING: Final = 0x0C
NUMERIC_STRING: Final = 0x12
PRINTABLE_STRING: Final = 0x13
TELETEX_STRING: Final = 0x14
IA5_STRING: Final = 0x16
UTC_TIME: Final = 0x17
GENERALIZED_TIME: Final = 0x18
VISIBLE_STRING: Final = 0x1A
UNIVERSAL_STRING: Final = 0x1C
BMP_STRING: Final = 0x1E
SEQUENCE: Final = 0x30
SET: Final = 0x31

MAX_DEPTH: Final = 64
"""Ours: levels of BER that ``definite`` follows; a CMS message with time-stamps has about 30."""
MAX_OID_OCTETS: Final = 64
"""Ours: encoded length of an object identifier; those in use have at most 20."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_CONSTRUCTED: Final = 0x20
_LONG_TAG: Final = 0x1F
STRING_CODECS: Final = {
    UTF8_STRING: "utf-8",
    NUMERIC_STRING: "ascii",
    PRINTABLE_STRING: "ascii",
    IA5_STRING: "ascii",
    VISIBLE_STRING: "ascii",
    # NOTE: T.61 has no decoder anywhere; everybody reads and writes Latin-1 in its place.
    TELETEX_STRING: "latin-1",
    UNIVERSAL_STRING: "utf-32-be",
    BMP_STRING: "utf-16-be",
}
_STRINGS: Final = frozenset(STRING_CODECS) | {BIT_STRING, OCTET_STRING}


def context(number: int, *, constructed: bool = True) -> int:
    """The identifier octet of context tag ``[number]`` (X.690, 8.1.2), ``number`` up to 30."""
    return 0x80 | (_CONSTRUCTED if constructed else 0) | number


def _refuse(code: Code, pos: int, expected: str | int | None = None) -> NoReturn:
    place = f"offset {pos}"
    raise Rejection(code, where=place, expected=expected, actual=place)


def placed(refusal: Rejection, begun: int) -> Rejection:
    """The refusal of octets that begin at ``begun`` of something larger, with its place in that."""
    place = f"offset {begun + int((refusal.where or '0').removeprefix('offset '))}"
    actual = place if refusal.actual == refusal.where else refusal.actual
    return Rejection(refusal.code, where=place, expected=refusal.expected, actual=actual)


def element(data: bytes, pos: int, end: int) -> tuple[int, int, int]:
    """The element at ``pos``: (tag, where its contents begin, where it ends).

    ``tag`` holds the identifier octets as one number (0x30 for a SEQUENCE). The whole element lies
    before ``end``. Raises ``Rejection`` (`der.truncated`, `der.length`, `der.tag`).
    """
    try:
        tag = data[pos]
        if tag & _LONG_TAG == _LONG_TAG:
            tag, pos = _long_tag(data, pos, end)
        length = data[pos + 1]
        body = pos + 2
        if length > 0x7F:
            count = length & 0x7F
            body += count
            # X.690, 8.1.3.6 (indefinite) and 10.1: none in DER; four octets reach 4 GiB.
            if not 0 < count <= 4:
                _refuse(codes.DER_LENGTH, pos + 1)
            if body > end:
                _refuse(codes.DER_TRUNCATED, pos)
            length = int.from_bytes(data[pos + 2 : body])
            if length < 0x80 or length >> 8 * (count - 1) == 0:
                _refuse(codes.DER_LENGTH, pos + 1)
    except IndexError:
        _refuse(codes.DER_TRUNCATED, pos)
    after = body + length
    if after > end:
        _refuse(codes.DER_TRUNCATED, pos)
    return tag, body, after


def elements(data: bytes, pos: int, end: int) -> list[tuple[int, int, int, int]]:
    """All elements between ``pos`` and ``end``: (tag, where it begins, its contents, its end) each.

    The same as ``element`` one after the other, and raises what it raises; in one call, for
    containers of small elements.
    """
    found: list[tuple[int, int, int, int]] = []
    add = found.append
    try:
        while pos < end:
            tag, length, body = data[pos], data[pos + 1], pos + 2
            if length > 0x7F:
                # The two forms of nearly every longer element; ``element`` knows the others.
                if length == 0x82 and data[body] != 0:
                    length = data[body] << 8 | data[body + 1]
                    body += 2
                elif length == 0x81 and data[body] > 0x7F:
                    length = data[body]
                    body += 1
                else:
                    tag = _LONG_TAG
            after = body + length
            if after > end or tag & _LONG_TAG == _LONG_TAG:
                tag, body, after = element(data, pos, end)
            add((tag, pos, body, after))
            pos = after
    except IndexError:
        element(data, pos, end)  # which says what is wrong
        raise
    return found


def _long_tag(data: bytes, pos: int, end: int) -> tuple[int, int]:
    """X.690, 8.1.2.4: tag numbers from 31 up; also where the last identifier octet stands."""
    begun, tag = pos, data[pos]
    for pos in range(begun + 1, min(begun + 5, end)):  # noqa: PLR1704 - the cursor moves on
        octet = data[pos]
        if tag == data[begun] and octet in (0x80, *range(_LONG_TAG)):
            break  # leading zeros, or a number that fits the short form
        tag = tag << 8 | octet
        if octet < 0x80:
            return tag, pos
    _refuse(codes.DER_TAG, begun, "a tag in its shortest form")


class Reader:
    """A cursor over the elements between ``pos`` and ``end`` of ``data``; nothing is copied.

    Each method reads the next element and moves behind it. All raise ``Rejection`` (`der.*`).
    """

    __slots__ = ("data", "end", "pos", "start")

    def __init__(self, data: bytes, pos: int = 0, end: int | None = None) -> None:
        if type(data) is not bytes:
            raise MisuseError(f"DER is read from bytes, not {type(data).__name__}")
        self.data = data
        self.pos = pos
        self.end = len(data) if end is None else end
        self.start = pos
        """Where the element begins whose contents these are, its header included."""

    def peek(self) -> int | None:
        """The next element's tag; ``None`` at the end."""
        if self.pos >= self.end:
            return None
        return element(self.data, self.pos, self.end)[0]

    def any(self) -> tuple[int, Reader]:
        """Enter the next element, whatever its tag."""
        tag, body, after = element(self.data, self.pos, self.end)
        inner = Reader(self.data, body, after)
        inner.start = self.pos
        self.pos = after
        return tag, inner

    def take(self, tag: int) -> Reader:
        """Enter the next element, which must have this tag."""
        if self.pos >= self.end:
            _refuse(codes.DER_TRUNCATED, self.pos)
        found, body, after = element(self.data, self.pos, self.end)
        if found != tag:
            _refuse(codes.DER_TAG, self.pos, f"tag 0x{tag:02x}")
        inner = Reader(self.data, body, after)
        inner.start = self.pos
        self.pos = after
        return inner

    def take_if(self, tag: int) -> Reader | None:
        """Enter the next element if it has this tag; otherwise stay and answer ``None``."""
        return self.take(tag) if self.peek() == tag else None

    def raw(self, tag: int | None = None) -> bytes:
        """The next element whole, header included."""
        found, _, after = element(self.data, self.pos, self.end)
        if tag is not None and found != tag:
            _refuse(codes.DER_TAG, self.pos, f"tag 0x{tag:02x}")
        begun, self.pos = self.pos, after
        return self.data[begun:after]

    def body(self) -> bytes:
        """What is left of these contents."""
        return self.data[self.pos : self.end]

    def whole(self) -> bytes:
        """The element these contents belong to, header included."""
        return self.data[self.start : self.end]

    def finish(self) -> None:
        """Refuse what is left."""
        if self.pos != self.end:
            _refuse(codes.DER_TRAILING, self.pos)

    # --- values: each takes the tag it is written under, for IMPLICIT tagging ------------------
    def boolean(self, tag: int = BOOLEAN) -> bool:
        """X.690, 11.1: 0x00 or 0xFF."""
        begun, value = self.pos, self.take(tag).body()
        if value not in (b"\0", b"\xff"):
            _refuse(codes.DER_VALUE, begun, "a BOOLEAN")
        return value == b"\xff"

    def integer(self, tag: int = INTEGER) -> int:
        """X.690, 8.3.2: two's complement in the fewest octets."""
        begun, value = self.pos, self.take(tag).body()
        if not value or (
            len(value) > 1 and value[0] in (0, 0xFF) and value[0] >> 7 == value[1] >> 7
        ):
            _refuse(codes.DER_VALUE, begun, "an INTEGER in its shortest form")
        return int.from_bytes(value, signed=True)

    def enumerated(self, tag: int = ENUMERATED) -> int:
        return self.integer(tag)

    def null(self, tag: int = NULL) -> None:
        begun = self.pos
        if self.take(tag).body():
            _refuse(codes.DER_VALUE, begun, "a NULL")

    def oid(self, tag: int = OID) -> str:
        """An object identifier in dotted form (X.690, 8.19)."""
        begun, value = self.pos, self.take(tag).body()
        identifier = dotted(value)
        if identifier is None:
            _refuse(codes.DER_VALUE, begun, "an OBJECT IDENTIFIER")
        return identifier

    def octets(self, tag: int = OCTET_STRING) -> bytes:
        return self.take(tag).body()

    def bits(self, tag: int = BIT_STRING) -> tuple[bytes, int]:
        """The octets of a BIT STRING and how many bits of the last are unused (and zero: 11.2.1).

        A named bit list's trailing zeros (11.2.2) are not looked at.
        """
        begun, value = self.pos, self.take(tag).body()
        unused = value[0] if value else 8
        if (
            unused > 7
            or (unused and len(value) == 1)
            or (unused and value[-1] & ((1 << unused) - 1))
        ):
            _refuse(codes.DER_VALUE, begun, "a BIT STRING")
        return value[1:], unused

    def text(self) -> str:
        """A character string of any type in use (RFC 5280, 4.1.2.4 and appendix A)."""
        begun = self.pos
        tag, inner = self.any()
        codec = STRING_CODECS.get(tag)
        if codec is None:
            _refuse(codes.DER_TAG, begun, "a character string")
        try:
            return inner.body().decode(codec)
        except UnicodeDecodeError:
            _refuse(codes.DER_VALUE, begun, "a character string")

    def time(self) -> int:
        """UTCTime or GeneralizedTime in Unix seconds (RFC 5280, 4.1.2.5.1 and 4.1.2.5.2)."""
        begun = self.pos
        tag, inner = self.any()
        value = inner.body()
        if tag not in (UTC_TIME, GENERALIZED_TIME):
            _refuse(codes.DER_TAG, begun, "a time")
        seconds = _seconds(value, 2 if tag == UTC_TIME else 4)
        if seconds is None:
            _refuse(codes.DER_TIME, begun)
        return seconds


@lru_cache(maxsize=512)
def dotted(value: bytes) -> str | None:
    """The contents of an OBJECT IDENTIFIER in dotted form; ``None`` where they are none."""
    if not 0 < len(value) <= MAX_OID_OCTETS or value[-1] > 0x7F:
        return None
    arcs, arc, fresh = [], 0, True
    for octet in value:
        if fresh and octet == 0x80:
            return None  # X.690, 8.19.2: the fewest octets
        arc = arc << 7 | octet & 0x7F
        fresh = octet < 0x80
        if fresh:
            arcs.append(arc)
            arc = 0
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def utc_time(data: bytes, pos: int) -> int:
    """One whole UTCTime element, the commonest time, in Unix seconds; ``pos`` is its place."""
    seconds = _seconds(data[2:], 2) if data[:2] == b"\x17\x0d" else None
    if seconds is None:
        _refuse(codes.DER_TIME, pos)
    return seconds


def _seconds(value: bytes, years: int) -> int | None:
    if len(value) != years + 11 or value[-1:] != b"Z" or not value[:-1].isdigit():
        return None
    days = _days(value[:-7])
    left, second = divmod(int(value[-7:-1]), 100)
    hour, minute = divmod(left, 100)
    if days is None or hour > 23 or minute > 59 or second > 59:
        return None
    return days * 86_400 + hour * 3600 + minute * 60 + second


@lru_cache(maxsize=4096)
def _days(digits: bytes) -> int | None:
    """Days since 1970 of YYMMDD (RFC 5280, 4.1.2.5.1) or YYYYMMDD; certificates share them."""
    left, day = divmod(int(digits), 100)
    year, month = divmod(left, 100)
    if len(digits) == 6:
        year += 1900 if year >= 50 else 2000
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


# --- writing -------------------------------------------------------------------------------------
def tlv(tag: int, *parts: bytes) -> bytes:
    """One element of ``parts`` joined, with the length in the fewest octets."""
    body = b"".join(parts)
    size = len(body)
    head = tag.to_bytes((tag.bit_length() + 7) // 8 or 1)
    if size < 0x80:
        return b"".join((head, bytes((size,)), body))
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return b"".join((head, bytes((0x80 | len(length),)), length, body))


def seq(*parts: bytes) -> bytes:
    return tlv(SEQUENCE, *parts)


def set_of(*parts: bytes) -> bytes:
    """X.690, 11.6: the elements of a SET OF in ascending order of their encodings."""
    return tlv(SET, *sorted(parts))


def encode_integer(value: int, tag: int = INTEGER) -> bytes:
    size = (value if value >= 0 else ~value).bit_length() // 8 + 1
    return tlv(tag, value.to_bytes(size, signed=True))


def encode_oid(dotted: str, tag: int = OID) -> bytes:
    """Raises ``MisuseError`` for what is no object identifier."""
    try:
        first, second, *rest = map(int, dotted.split("."))
    except ValueError:
        raise MisuseError(f"{dotted!r} is no object identifier") from None
    if first not in (0, 1, 2) or (first < 2 and not 0 <= second < 40) or min(second, *rest, 0) < 0:
        raise MisuseError(f"{dotted!r} is no object identifier")
    body = bytearray()
    for arc in (40 * first + second, *rest):
        groups = [arc & 0x7F]
        while arc := arc >> 7:
            groups.append(0x80 | arc & 0x7F)
        body += bytes(reversed(groups))
    return tlv(tag, bytes(body))


def encode_boolean(value: bool, tag: int = BOOLEAN) -> bytes:
    return tlv(tag, b"\xff" if value else b"\0")


def encode_bits(octets: bytes, unused: int = 0, tag: int = BIT_STRING) -> bytes:
    return tlv(tag, bytes((unused,)), octets)


def encode_time(moment: int) -> bytes:
    """RFC 5280, 4.1.2.5: UTCTime through 2049, GeneralizedTime from 2050 (and before 1950)."""
    when = datetime.fromtimestamp(moment, UTC)
    if 1950 <= when.year < 2050:
        return tlv(UTC_TIME, when.strftime("%y%m%d%H%M%SZ").encode())
    return encode_generalized_time(moment)


def encode_generalized_time(moment: int) -> bytes:
    when = datetime.fromtimestamp(moment, UTC)
    return tlv(GENERALIZED_TIME, f"{when.year:04d}{when:%m%d%H%M%S}Z".encode())


# --- BER -----------------------------------------------------------------------------------------
def definite(data: bytes, max_bytes: int) -> bytes:
    """One BER element rewritten with definite, shortest lengths and primitive strings.

    Values keep their octets (X.690, 8.1.3.6 and 8.7.3); what is DER already comes back as it is.
    A SET keeps its order. Raises ``Rejection`` (`der.*`) for what is malformed, deeper than
    ``MAX_DEPTH`` or larger than ``max_bytes``.
    """
    if len(data) > max_bytes:
        raise Rejection(codes.DER_TOO_LARGE, expected=max_bytes, actual=len(data))
    written, after = _definite(data, 0, len(data), 0)
    if after != len(data):
        _refuse(codes.DER_TRAILING, after)
    return written


def _definite(data: bytes, pos: int, end: int, depth: int) -> tuple[bytes, int]:
    if depth > MAX_DEPTH:
        raise Rejection(codes.DER_TOO_DEEP, where=f"offset {pos}", expected=MAX_DEPTH)
    begun = pos
    tag, body, after = _ber_element(data, pos, end)
    if not _is_constructed(tag):
        if after is None:
            _refuse(codes.DER_LENGTH, begun)  # X.690, 8.1.3.2 a: primitive means definite
        return tlv(tag, data[body:after]), after
    parts = []
    pos, limit = body, end if after is None else after
    while after is None or pos < after:
        if after is None and data[pos : pos + 2] == b"\0\0":
            after = pos + 2
            break
        part, pos = _definite(data, pos, limit, depth + 1)
        parts.append(part)
    if after > end:
        _refuse(codes.DER_TRUNCATED, begun)
    plain = tag & ~_CONSTRUCTED
    if plain in _STRINGS:
        return tlv(plain, _joined(plain, parts, begun)), after
    return tlv(tag, *parts), after


def _ber_element(data: bytes, pos: int, end: int) -> tuple[int, int, int | None]:
    """(tag, contents, end), the end ``None`` where the length is indefinite."""
    try:
        begun, tag = pos, data[pos]
        if tag & _LONG_TAG == _LONG_TAG:
            tag, pos = _long_tag(data, pos, end)
        length = data[pos + 1]
    except IndexError:
        _refuse(codes.DER_TRUNCATED, pos)
    body = pos + 2
    if length == 0x80:
        return tag, body, None
    if length > 0x80:
        octets = data[body : body + (length & 0x7F)]
        body += length & 0x7F
        if len(octets) > 8:
            _refuse(codes.DER_LENGTH, begun)
        length = int.from_bytes(octets)
    if body + length > end:
        _refuse(codes.DER_TRUNCATED, begun)
    return tag, body, body + length


def _is_constructed(tag: int) -> bool:
    while tag > 0xFF:
        tag >>= 8
    return tag & _CONSTRUCTED != 0


def _joined(plain: int, parts: list[bytes], begun: int) -> bytes:
    """X.690, 8.7.3 and 8.6.4: the segments of a string, each of the string's own type."""
    found = []
    for part in parts:
        tag, body, _ = element(part, 0, len(part))
        if tag != plain:
            _refuse(codes.DER_TAG, begun, "a segment of the same string type")
        found.append(part[body:])
    if plain != BIT_STRING:
        return b"".join(found)
    if not found or any(not part or (part[0] and part is not found[-1]) for part in found):
        _refuse(codes.DER_VALUE, begun, "a BIT STRING")
    return found[-1][:1] + b"".join(part[1:] for part in found)
