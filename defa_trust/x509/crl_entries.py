"""The entries of a CRL, found by serial number without an object for each (floor 4).

A list may hold a million entries. They stay the octets they are: one pass checks the form of every
entry (common shapes by one regular expression, whatever else by the DER reader), a second puts
their offsets into a hash table of three arrays of integers. An entry becomes an object when it is
asked for.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from enum import StrEnum
from functools import cache
from typing import Final, NamedTuple

from ..codec.der import OCTET_STRING, OID, SEQUENCE, Reader, element
from ..codes import revocation as codes
from ..errors import Rejection
from .extensions import NameKind, read_general_names
from .names import name_key

MAX_SERIAL_OCTETS: Final = 64
"""RFC 5280, 4.1.2.2 demands that 20 can be handled and lets no more be issued."""
_KEPT_EXTENSIONS: Final = 4096
"""Ours: extensions of entries that are read once while a list is checked."""

REASON_CODE: Final = "2.5.29.21"
HOLD_INSTRUCTION: Final = "2.5.29.23"
INVALIDITY_DATE: Final = "2.5.29.24"
CERTIFICATE_ISSUER: Final = "2.5.29.29"


class Reason(StrEnum):
    """Why a certificate was revoked (CRLReason, RFC 5280, 5.3.1)."""

    UNSPECIFIED = "unspecified"
    KEY_COMPROMISE = "key_compromise"
    CA_COMPROMISE = "ca_compromise"
    AFFILIATION_CHANGED = "affiliation_changed"
    SUPERSEDED = "superseded"
    CESSATION_OF_OPERATION = "cessation_of_operation"
    CERTIFICATE_HOLD = "certificate_hold"
    REMOVE_FROM_CRL = "remove_from_crl"
    PRIVILEGE_WITHDRAWN = "privilege_withdrawn"
    AA_COMPROMISE = "aa_compromise"


REASONS: Final = {
    0: Reason.UNSPECIFIED,
    1: Reason.KEY_COMPROMISE,
    2: Reason.CA_COMPROMISE,
    3: Reason.AFFILIATION_CHANGED,
    4: Reason.SUPERSEDED,
    5: Reason.CESSATION_OF_OPERATION,
    6: Reason.CERTIFICATE_HOLD,
    8: Reason.REMOVE_FROM_CRL,
    9: Reason.PRIVILEGE_WITHDRAWN,
    10: Reason.AA_COMPROMISE,
}
"""7 is not used."""


class Entry(NamedTuple):
    """One revoked certificate. Times are Unix seconds.

    ``invalid_from`` is the invalidityDate (RFC 5280, 5.3.2). ``issuers`` are the comparison keys of
    the names under which the serial number counts; ``None`` is the CRL's own issuer.
    """

    serial: int
    revoked_at: int
    reason: Reason = Reason.UNSPECIFIED
    invalid_from: int | None = None
    issuers: frozenset[bytes] | None = None


class EntryExtensions(NamedTuple):
    """What the extensions of an entry say; the same ones may stand in an OCSP SingleResponse."""

    reason: Reason | None = None
    invalid_from: int | None = None
    issuers: frozenset[bytes] | None = None


class Shape(NamedTuple):
    """What the list itself allows of its entries."""

    extensions: bool = True
    """Version 2 (RFC 5280, 5.1.2.1)."""
    delta: bool = False
    """`removeFromCRL` belongs into delta CRLs only (RFC 5280, 5.3.1)."""
    indirect: bool = False
    """So does `certificateIssuer` into indirect ones (RFC 5280, 5.3.3)."""


# --- the common shapes ---------------------------------------------------------------------------
def _serial(size: int) -> bytes:
    """X.690, 8.3.2: the contents of an INTEGER of ``size`` octets, none of them superfluous."""
    if size == 1:
        return b"."
    return rb"(?:[^\x00\xff].|\x00[\x80-\xff]|\xff[\x00-\x7f]).{%d}" % (size - 2)


_DAY: Final = (
    rb"(?:(?:0[13578]|1[02])(?:0[1-9]|[12]\d|3[01])|(?:0[469]|11)(?:0[1-9]|[12]\d|30)"
    rb"|02(?:0[1-9]|1\d|2[0-8]))"
)
"""MMDD that exist in every year."""
_LEAP: Final = rb"(?:[02468][048]|[13579][26])0229"
"""YYMMDD of a leap day; between 1950 and 2049 every fourth year has one."""
_HOUR: Final = rb"(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ"
_TIME: Final = rb"\x17\x0d(?:\d\d" + _DAY + rb"|" + _LEAP + rb")" + _HOUR
_REASON: Final = rb"0\x0a\x06\x03U\x1d\x15\x04\x03\x0a\x01[\x00-\x06\x09\x0a]"
_INVALID: Final = (
    rb"0\x18\x06\x03U\x1d\x18\x04\x11\x18\x0f"
    rb"(?:(?:19|20)\d\d" + _DAY + rb"|20" + _LEAP + rb")" + _HOUR
)
"""reasonCode and invalidityDate, neither of them critical."""
_REST: Final = (
    (0, b""),
    (14, rb"0\x0c" + _REASON),
    (40, rb"0\x26" + _REASON + _INVALID),
    (28, rb"0\x1a" + _INVALID),
    (40, rb"0\x26" + _INVALID + _REASON),
)
"""How many octets crlEntryExtensions take, and what stands in them; the likeliest first."""


def _shapes() -> bytes:
    likely = (17, 16, 20, 19, 21, 9, 8, 18, 10, 15, 14, 13, 12, 11, 7, 6, 5, 4, 3, 2, 1)
    return b"|".join(
        re.escape(bytes((size + 17 + extra, 2, size))) + _serial(size) + _TIME + rest
        for rests in (_REST[:2], _REST[2:])
        for size in likely
        for extra, rest in rests
    )


@cache
def _run() -> re.Pattern[bytes]:
    """Entries of common shape, as they follow each other; possessive: nothing is tried twice.

    Compiled when the first list is read: it takes longer than importing the rest of the package.
    """
    return re.compile(rb"(?:0(?:" + _shapes() + rb")){1,4096}+", re.DOTALL)


class Entries:
    """The entries between ``pos`` and ``end``: checked when made, indexed when first searched.

    Raises ``Rejection``: `crl.entry`, `crl.critical_extension`, `der.*`.
    """

    __slots__ = ("_data", "_heads", "_issuers", "_next", "_offsets", "_places", "_shape", "_span")

    def __init__(self, data: bytes, pos: int, end: int, shape: Shape) -> None:
        self._data = data
        self._shape = shape
        self._span = (pos, end)
        self._places = array("I")
        self._issuers: list[frozenset[bytes]] = []
        self._check()
        self._heads: array[int] | None = None

    def __len__(self) -> int:
        self._index()
        return len(self._offsets) - 1

    def find(self, serial: int) -> tuple[Entry, ...]:
        """Every entry with this serial number, whoever issued the certificate."""
        heads = self._index()
        data = self._data
        size = (serial if serial >= 0 else ~serial).bit_length() // 8 + 1
        wanted = serial.to_bytes(size, signed=True)
        place = heads[hash(wanted) & (len(heads) - 1)]
        found: list[Entry] = []
        while place:
            begun = self._offsets[place]
            at = _serial_at(data, begun)
            if data[at] == size and data[at + 1 : at + 1 + size] == wanted:
                found.append(self._entry(begun))
            place = self._next[place]
        return tuple(reversed(found))

    def _entry(self, pos: int) -> Entry:
        entry, _ = _read(self._data, pos, self._span[1], self._shape, {})
        if not self._shape.indirect:
            return entry
        # RFC 5280, 5.3.3: an entry without the extension has the issuer of the one before it.
        last = bisect_right(self._places, pos)
        return entry._replace(issuers=self._issuers[last - 1] if last else None)

    def _check(self) -> None:
        """The form of each entry, once."""
        data, (pos, end), shape = self._data, self._span, self._shape
        kept: dict[bytes, EntryExtensions] = {}
        run = _run().match if shape.extensions else _NOTHING.match
        while pos < end:
            common = run(data, pos, end)
            if common is not None:
                pos = common.end()
                continue
            entry, after = _read(data, pos, end, shape, kept)
            if entry.issuers is not None:
                self._places.append(pos)
                self._issuers.append(entry.issuers)
            pos = after

    def _index(self) -> array[int]:
        """Chains of places by the hash of the serial number's octets.

        The table's heads stay few (some four places to a chain), because a larger one falls out of
        the processor's caches and takes longer to fill, not shorter to search.
        """
        if self._heads is not None:
            return self._heads
        data, (pos, end) = self._data, self._span
        mask = (1 << max(4, ((end - pos) // 192).bit_length())) - 1
        heads, following, offsets = array("I", bytes(4 * (mask + 1))), array("I", (0,)), array("I")
        offsets.append(0)
        place = 1
        follow, note = following.append, offsets.append
        while pos < end:
            length = data[pos + 1]
            if length < 0x80:
                at, after = pos + 4, pos + 2 + length
            else:
                at, after = _serial_at(data, pos) + 1, element(data, pos, end)[2]
            slot = hash(data[at : at + data[at - 1]]) & mask
            follow(heads[slot])
            note(pos)
            heads[slot] = place
            place += 1
            pos = after
        self._next, self._offsets = following, offsets
        self._heads = heads
        return heads


_NOTHING: Final = re.compile(rb"(?!)")


def _serial_at(data: bytes, pos: int) -> int:
    """Where the length octet of the serial number stands in the (checked) entry at ``pos``."""
    length = data[pos + 1]
    return pos + 3 if length < 0x80 else pos + 3 + (length & 0x7F)


def _fault(actual: str, pos: int) -> Rejection:
    where = f"offset {pos}"
    return Rejection(codes.CRL_ENTRY, where=where, actual=f"{actual}, at {where}")


def _read(
    data: bytes, pos: int, end: int, shape: Shape, kept: dict[bytes, EntryExtensions]
) -> tuple[Entry, int]:
    """The entry at ``pos`` and where it ends."""
    outer = Reader(data, pos, end)
    inside = outer.take(SEQUENCE)
    begun = inside.pos
    serial = inside.integer()
    if inside.pos - begun > MAX_SERIAL_OCTETS + 2:
        raise _fault(f"a serial number of more than {MAX_SERIAL_OCTETS} octets", begun)
    revoked_at = inside.time()
    said = EntryExtensions()
    if inside.peek() is not None:
        if not shape.extensions:
            raise _fault("extensions in a list of version 1", inside.pos)
        begun = inside.pos
        octets = inside.raw(SEQUENCE)
        known = kept.get(octets)
        if known is None:
            known = read_entry_extensions(Reader(data, begun, inside.pos))
            if len(kept) < _KEPT_EXTENSIONS:
                kept[octets] = known
        said = known
        if said.issuers is not None and not shape.indirect:
            raise _fault("a certificate issuer in a list that is not indirect", begun)
        if said.reason is Reason.REMOVE_FROM_CRL and not shape.delta:
            raise _fault("removeFromCRL in a complete list", begun)
    inside.finish()
    reason = Reason.UNSPECIFIED if said.reason is None else said.reason
    return Entry(serial, revoked_at, reason, said.invalid_from, said.issuers), outer.pos


def read_entry_extensions(outer: Reader) -> EntryExtensions:
    """The SEQUENCE of extensions that ``outer`` holds (RFC 5280, 5.3; RFC 6960, 4.4.5).

    Raises ``Rejection``: `crl.critical_extension` for one that is critical and unknown,
    `crl.entry`, `der.*`.
    """
    inside = outer.take(SEQUENCE)
    outer.finish()
    if inside.peek() is None:
        raise _fault("an empty list of extensions", inside.pos)
    said = EntryExtensions()
    seen: set[str] = set()
    while inside.peek() is not None:
        oid, critical, value = read_extension(inside)
        if oid in seen:
            raise _fault(f"the extension {oid} twice", inside.pos)
        seen.add(oid)
        begun = value.start
        if oid == REASON_CODE:
            reason = REASONS.get(value.enumerated())
            if reason is None:
                raise _fault("a reason that is none", begun)
            said = said._replace(reason=reason)
        elif oid == INVALIDITY_DATE:
            said = said._replace(invalid_from=value.time())
        elif oid == CERTIFICATE_ISSUER:
            if not critical:
                # RFC 5280, 5.3.3: whoever passed over it would charge the wrong issuer.
                raise _fault("a certificate issuer that is not critical", begun)
            said = said._replace(issuers=_issuers(value, begun))
        elif oid == HOLD_INSTRUCTION:
            value.oid()
        elif critical:
            raise Rejection(codes.CRL_CRITICAL, where=f"offset {begun}", actual=oid)
        else:
            continue
        value.finish()
    return said


def read_extension(reader: Reader) -> tuple[str, bool, Reader]:
    """(dotted OID, critical, the contents of extnValue) of the next Extension (RFC 5280, 4.1)."""
    inside = reader.take(SEQUENCE)
    oid = inside.oid(OID)
    # NOTE: an encoded FALSE is read, as in certificates.
    critical = inside.peek() == 0x01 and inside.boolean()
    value = inside.take(OCTET_STRING)
    inside.finish()
    return oid, critical, value


def _issuers(value: Reader, begun: int) -> frozenset[bytes]:
    try:
        names = read_general_names(value.take(SEQUENCE))
        keys = frozenset(name_key(name.value) for name in names if name.kind is NameKind.DIRECTORY)
    except Rejection as refusal:
        raise _fault(f"a certificate issuer: {refusal.code.id}", begun) from None
    if not keys:
        raise _fault("a certificate issuer without a distinguished name", begun)
    return keys
