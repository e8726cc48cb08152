"""ZIP containers, strictly: one reading of every octet, or none (floor 2).

A container can be read from its directory, from the headers of its entries, or from its first
octets on, and what differs between the three is where attacks live. So here all of them must agree:
the entries lie side by side from the first octet to the directory, the directory reaches to the end
record, the end record to the end, and header, descriptor and directory say the same of an entry.

Stored and deflated entries only (ISO/IEC 21320-1). Nothing is ever written to a disk, and no
container within a container is opened.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Iterator
from struct import Struct
from typing import Final, NamedTuple
from unicodedata import category, normalize

from ..codes import zip as codes
from ..errors import MisuseError, Rejection
from ..verdict import Code

STORED: Final = 0
DEFLATED: Final = 8
_METHODS: Final = (STORED, DEFLATED)

_LOCAL: Final = Struct("<4s5H3L2H")
_CENTRAL: Final = Struct("<4s6H3L5H2L")
_END: Final = Struct("<4s4H2LH")
_DESCRIPTOR: Final = Struct("<3L")
_LOCAL_MARK: Final = b"PK\x03\x04"
_CENTRAL_MARK: Final = b"PK\x01\x02"
_END_MARK: Final = b"PK\x05\x06"
_DESCRIPTOR_MARK: Final = b"PK\x07\x08"
_ZIP64_MARK: Final = b"PK\x06\x07"
_MAX_COMMENT: Final = 0xFFFF

_ENCRYPTED: Final = 0x0001 | 0x0040 | 0x2000
_DESCRIBED: Final = 0x0008
_UTF8: Final = 0x0800
_KNOWN_FLAGS: Final = 0x0006 | _DESCRIBED | _UTF8
"""Bits 1 and 2 say how hard the packer tried (4.4.4)."""
_ZIP64_EXTRA: Final = 0x0001
_UNICODE_PATH: Final = 0x7075
_LAST_VERSION: Final = 63
_NONE: Final = 0xFFFFFFFF
_BLOCK: Final = 1 << 18
_DRIVE: Final = re.compile(r"[A-Za-z]:")


class Limits(NamedTuple):
    """What a container may ask of its reader. Octets, but for ``entries`` and ``ratio``.

    ``ratio`` is that of what comes out to what went in, beyond the first ``free`` octets.
    """

    entries: int = 1024
    name: int = 256
    total: int = 256 << 20
    ratio: int = 100
    free: int = 16 << 20


LIMITS: Final = Limits()
"""Ours. The public corpora have at most 18 entries, names of 71 octets, 3 MB and a ratio of 97."""


class Entry(NamedTuple):
    """One file of a container, of which header and directory agree. A name that ends in `/` is of a
    folder, which is empty."""

    number: int
    """Of its place in the container, from 1."""
    name: str
    method: int
    size: int
    crc: int
    begin: int
    end: int
    """Where its packed octets lie."""
    name_sure: bool = True
    """Whether every reader takes it for this name: ASCII, or marked as UTF-8."""

    @property
    def is_folder(self) -> bool:
        return self.name.endswith("/")


class Archive:
    """A container whose directory was read; what its entries hold is read when asked for."""

    __slots__ = ("_view", "comment", "entries")

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        """Raises ``Rejection``: `zip.*`. Nothing is unpacked yet."""
        if type(data) is not bytes:
            raise MisuseError(f"a container is bytes, not {type(data).__name__}")
        self._view = memoryview(data)
        end = _end_of(data)
        self.comment = data[end + _END.size :]
        self.entries: tuple[Entry, ...] = tuple(_entries(data, end, limits))

    def blocks(self, entry: Entry) -> Iterator[bytes | memoryview]:
        """What an entry holds, a block at a time; raises `zip.broken` at the end at the latest."""
        packed = self._view[entry.begin : entry.end]
        checksum = size = 0
        for block in (packed,) if entry.method == STORED else _inflated(packed, entry):
            checksum = zlib.crc32(block, checksum)
            size += len(block)
            yield block
        if size != entry.size:
            raise _fault(codes.BROKEN, entry.number, "another size")
        if checksum != entry.crc:
            raise _fault(codes.BROKEN, entry.number, "another checksum")

    def read(self, entry: Entry) -> bytes:
        """The whole of an entry; raises `zip.broken`. The caller minds its ``size``."""
        return b"".join(self.blocks(entry))


def _inflated(packed: memoryview, entry: Entry) -> Iterator[bytes]:
    """The one deflate stream of an entry, which ends where the entry does; never more comes out
    than the directory says, and one block at a time."""
    stream = zlib.decompressobj(-15)
    left = entry.size
    for begin in range(0, len(packed), _BLOCK):
        given: bytes | memoryview = packed[begin : begin + _BLOCK]
        while given and not stream.eof:
            try:
                block = stream.decompress(given, min(_BLOCK, left + 1))
            except zlib.error:
                raise _fault(codes.BROKEN, entry.number, "its compressed octets") from None
            left -= len(block)
            if left < 0:
                raise _fault(codes.BROKEN, entry.number, "another size")
            yield block
            given = stream.unconsumed_tail
        if stream.unused_data or (stream.eof and begin + _BLOCK < len(packed)):
            raise _fault(codes.BROKEN, entry.number, "octets behind its compressed ones")
    if not stream.eof:
        raise _fault(codes.BROKEN, entry.number, "its compressed octets are cut short")


def names(data: bytes, most: int = LIMITS.entries) -> tuple[bytes, ...]:
    """A cheap look at the names in the directory, to tell what kind of container this is.

    Never raises; an empty tuple where there is no directory to be found. Proves nothing.
    """
    try:
        end = _end_of(data)
        _, _, _, _, count, size, begin, _ = _END.unpack_from(data, end)
        found: list[bytes] = []
        place = end - size
        if begin != place or count > most:
            return ()
        while place + _CENTRAL.size <= end and len(found) < count:
            mark, *_, name, extra, comment = _CENTRAL.unpack_from(data, place)[:13]
            if mark != _CENTRAL_MARK:
                return ()
            found.append(data[place + _CENTRAL.size : place + _CENTRAL.size + name])
            place += _CENTRAL.size + name + extra + comment
    except Rejection:
        return ()
    return tuple(found)


def begins(data: bytes) -> bool:
    """Whether the first octets are those of an entry."""
    return data[:4] == _LOCAL_MARK


def first(data: bytes, most: int = 256) -> tuple[bytes, bytes]:
    """Name and stored octets of the first entry, as its header has them: a hint, never more."""
    if len(data) < _LOCAL.size or not begins(data):
        return b"", b""
    _, _, _, method, _, _, _, packed, _, name, extra = _LOCAL.unpack_from(data)
    begin = _LOCAL.size + name + extra
    held = data[begin : begin + min(packed, most)] if method == STORED else b""
    return data[_LOCAL.size : _LOCAL.size + min(name, most)], held


# --- the directory -------------------------------------------------------------------------------
def _fault(code: Code, number: int, what: str) -> Rejection:
    return Rejection(code, where=f"entry {number}", actual=f"entry {number}: {what}")


def _end_of(data: bytes) -> int:
    """The one end record that reaches to the end of the data (4.3.16)."""
    found = []
    floor = max(0, len(data) - _END.size - _MAX_COMMENT)
    place = data.rfind(_END_MARK, floor)
    while place >= 0:
        if place + _END.size <= len(data):
            length = _END.unpack_from(data, place)[7]
            if place + _END.size + length == len(data):
                found.append(place)
        place = data.rfind(_END_MARK, floor, place + 3)
    if not found:
        raise Rejection(codes.TRUNCATED, where=f"offset {len(data)}", actual=len(data))
    # Many readers take the last mark, whatever its record says of the comment behind it.
    more = data.count(_END_MARK, found[0] + len(_END_MARK))
    if len(found) > 1 or more:
        raise Rejection(codes.AMBIGUOUS, where=f"offset {found[-1]}", actual=len(found) + more)
    return found[0]


class _Listed(NamedTuple):
    """What the directory says of one entry."""

    number: int
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    name: bytes
    offset: int


def _entries(data: bytes, end: int, limits: Limits) -> Iterator[Entry]:
    listed = _directory(data, end, limits)
    begun = _END.unpack_from(data, end)[6]
    _bound(listed, limits)
    texts = [_name(each, limits) for each in listed]
    _alike(texts)
    place = 0
    for each, text in sorted(zip(listed, texts, strict=True), key=lambda pair: pair[0].offset):
        if each.offset > place:
            raise _fault(codes.GAP, each.number, f"{each.offset - place} octets before it")
        if each.offset < place:
            raise _fault(codes.OVERLAP, each.number, f"{place - each.offset} octets of another")
        begin = _local(data, each, begun)
        after = begin + each.packed
        if after > begun:
            raise _fault(codes.OVERLAP, each.number, "octets of the directory")
        place = after
        if each.flags & _DESCRIBED:
            place += _descriptor(data, each, after, begun)
        sure = each.name.isascii() or bool(each.flags & _UTF8)
        yield Entry(each.number, text, each.method, each.size, each.crc, begin, after, sure)
    if place < begun:
        raise Rejection(codes.GAP, where=f"offset {place}", actual=f"{begun - place} at the end")
    if place > begun:
        raise Rejection(codes.OVERLAP, where=f"offset {begun}", actual="with the directory")


def _directory(data: bytes, end: int, limits: Limits) -> list[_Listed]:
    _, disk, start_disk, here, count, size, begun, _ = _END.unpack_from(data, end)
    if 0xFFFF in (disk, here, count) or _NONE in (size, begun):
        raise Rejection(codes.ZIP64, where=f"offset {end}", actual="its end record")
    if disk or start_disk or here != count:
        raise Rejection(codes.DIRECTORY, where=f"offset {end}", actual="several volumes")
    if begun + size != end:
        # A prefix moves everything, so that offsets are too small; so does a second directory.
        raise Rejection(
            codes.DIRECTORY,
            where=f"offset {end}",
            actual=f"it lies at {begun} to {begun + size}, the end record at {end}",
        )
    if count > limits.entries:
        raise Rejection(
            codes.TOO_MANY, where=f"offset {end}", expected=limits.entries, actual=count
        )
    found: list[_Listed] = []
    place = begun
    for number in range(1, count + 1):
        if place + _CENTRAL.size > end or data[place : place + 4] != _CENTRAL_MARK:
            raise Rejection(codes.DIRECTORY, where=f"offset {place}", actual=f"entry {number}")
        (
            _, _, needed, flags, method, _, _, crc, packed, full, name, extra, comment, volume, _,
            _, offset,
        ) = _CENTRAL.unpack_from(data, place)  # fmt: skip
        begin = place + _CENTRAL.size
        place = begin + name + extra + comment
        if place > end:
            raise Rejection(codes.DIRECTORY, where=f"offset {begin}", actual=f"entry {number}")
        _check_extra(data[begin + name : begin + name + extra], number)
        if _NONE in (packed, full, offset) or volume == 0xFFFF:
            raise _fault(codes.ZIP64, number, "its size or place")
        if volume:
            raise _fault(codes.DIRECTORY, number, "another volume")
        if flags & _ENCRYPTED:
            raise _fault(codes.ENCRYPTED, number, f"flags {flags:#06x}")
        if flags & ~_KNOWN_FLAGS:
            raise _fault(codes.FLAGS, number, f"flags {flags:#06x}")
        if method not in _METHODS:
            raise _fault(codes.METHOD, number, f"method {method}")
        _check_version(needed, number)
        if method == STORED and flags & _DESCRIBED:
            # Whoever reads from the first octet on could not tell where it ends.
            raise _fault(codes.FLAGS, number, "stored with a descriptor")
        if method == STORED and packed != full:
            raise _fault(codes.DIRECTORY, number, "stored in another size")
        found.append(
            _Listed(number, flags, method, crc, packed, full, data[begin : begin + name], offset)
        )
    if place != end:
        raise Rejection(codes.DIRECTORY, where=f"offset {place}", actual="more than its entries")
    if data.find(_ZIP64_MARK, begun) != -1:
        # Some look for it first (4.3.15): where an entry's comment ends, or anywhere behind.
        raise Rejection(codes.ZIP64, where=f"offset {end}", actual="a locator")
    return found


def _check_version(needed: int, number: int) -> None:
    """What a reader has to know (4.4.3): some refuse what is beyond the last version there is."""
    if needed & 0xFF > _LAST_VERSION:
        raise _fault(codes.METHOD, number, f"version {needed & 0xFF}")


def _bound(listed: list[_Listed], limits: Limits) -> None:
    """What would come out, before anything does. Blocks never yield more than was said here."""
    total = sum(each.size for each in listed)
    packed = sum(each.packed for each in listed)
    if total > limits.total:
        raise Rejection(codes.TOO_LARGE, where="its directory", expected=limits.total, actual=total)
    if total > limits.free + packed * limits.ratio:
        raise Rejection(
            codes.RATIO,
            where="its directory",
            expected=limits.ratio,
            actual=f"{packed} to {total}",
        )


def _check_extra(extra: bytes, number: int) -> None:
    """Extra fields (4.5): none that widens a number or renames an entry."""
    place = 0
    while place + 4 <= len(extra):
        kind = int.from_bytes(extra[place : place + 2], "little")
        place += 4 + int.from_bytes(extra[place + 2 : place + 4], "little")
        if place > len(extra):
            raise _fault(codes.EXTRA, number, "longer than they are")
        if kind == _ZIP64_EXTRA:
            raise _fault(codes.ZIP64, number, "an extra field")
        if kind == _UNICODE_PATH:
            raise _fault(codes.EXTRA, number, "a second name")


def _local(data: bytes, listed: _Listed, limit: int) -> int:
    """Where the octets of an entry begin, its own header being as the directory says (4.3.7)."""
    number, place = listed.number, listed.offset
    if place + _LOCAL.size > limit or data[place : place + 4] != _LOCAL_MARK:
        raise _fault(codes.MISMATCH, number, "no header where the directory says")
    (
        _, needed, flags, method, _, _, crc, packed, full, name, extra,
    ) = _LOCAL.unpack_from(data, place)  # fmt: skip
    begin = place + _LOCAL.size
    if begin + name + extra > limit:
        raise _fault(codes.MISMATCH, number, "length of its header")
    _check_extra(data[begin + name : begin + name + extra], number)
    if data[begin : begin + name] != listed.name:
        raise _fault(codes.MISMATCH, number, "name")
    if flags != listed.flags:
        raise _fault(codes.MISMATCH, number, "flags")
    _check_version(needed, number)
    if method != listed.method:
        raise _fault(codes.MISMATCH, number, "method")
    stated, told = (crc, packed, full), (listed.crc, listed.packed, listed.size)
    # With a descriptor the header leaves its numbers at 0 (4.4.4, bit 3), and some fill in a few.
    left_out = bool(flags & _DESCRIBED)
    for says, knows in zip(stated, told, strict=True):
        if says != knows and not (left_out and says == 0):
            raise _fault(codes.MISMATCH, number, "checksum or sizes")
    after: int = begin + name + extra
    return after


def _descriptor(data: bytes, listed: _Listed, place: int, limit: int) -> int:
    """The length of the data descriptor, which says what the directory says (4.3.9)."""
    told = (listed.crc, listed.packed, listed.size)
    marked = 4 if data[place : place + 4] == _DESCRIPTOR_MARK else 0
    # Without its mark a descriptor could begin like one, if the checksum does: then take both.
    for skipped in {marked, 0}:
        if place + skipped + _DESCRIPTOR.size <= limit and (
            _DESCRIPTOR.unpack_from(data, place + skipped) == told
        ):
            return skipped + _DESCRIPTOR.size
    raise _fault(codes.MISMATCH, listed.number, "data descriptor")


# --- names ---------------------------------------------------------------------------------------
def _name(listed: _Listed, limits: Limits) -> str:
    """The name of an entry: a relative path that is the same to every reader (4.4.17)."""
    raw = listed.name
    fault = None
    text = ""
    if not raw or len(raw) > limits.name:
        fault = f"{len(raw)} octets; 1 to {limits.name} are read"
    else:
        try:
            # NOTE: what is not marked is code page 437 by 4.4.4, and hardly any writer means that.
            text = raw.decode("utf-8" if listed.flags & _UTF8 else "cp437")
        except UnicodeDecodeError:
            fault = "not UTF-8"
    if fault is None:
        fault = _path_fault(text)
    if fault is None and text.endswith("/") and listed.size:
        fault = "a folder that holds octets"
    if fault is not None:
        raise _fault(codes.NAME, listed.number, fault)
    return text


def _path_fault(text: str) -> str | None:
    if text.startswith("/") or _DRIVE.match(text):
        return "an absolute path"
    if "\\" in text:
        return "a backslash"
    shown = text.isprintable() if text.isascii() else _shows(text)
    if not shown:
        return "a character that does not show"
    if any(part in ("", ".", "..") for part in text.removesuffix("/").split("/")):
        return "a step out of its folder, or none"
    return None


_HIDDEN: Final = frozenset(("Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"))


def _shows(text: str) -> bool:
    return not any(category(character) in _HIDDEN for character in text)


def _alike(names: Iterable[str]) -> None:
    """No two entries of one name, nor of names that a file system could take for one."""
    seen: dict[str, tuple[int, str]] = {}
    for number, name in enumerate(names, 1):
        # A file and a folder of one name could not be unpacked side by side either.
        key = name.removesuffix("/").lower()
        if not key.isascii():
            key = normalize("NFKC", normalize("NFKC", name.removesuffix("/")).casefold())
        if key in seen:
            before, other = seen[key]
            code = codes.NAME_REPEATED if other == name else codes.NAME_ALIKE
            raise _fault(code, number, f"and entry {before}")
        seen[key] = (number, name)


# --- writing -------------------------------------------------------------------------------------
_DOS_DATE: Final = (1 << 5) | 1
"""1980-01-01: what is written depends on what is packed alone."""
Pack = Callable[[bytes], bytes]


def deflated(octets: bytes) -> bytes:
    """A deflate stream. Which octets it has depends on the zlib that is installed."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    return packer.compress(octets) + packer.flush()


def write(
    files: Iterable[tuple[str, bytes]], *, comment: bytes = b"", pack: Pack | None = None
) -> bytes:
    """A container of these files in this order, always the same for the same files.

    Everything is stored; with ``pack`` all but the first are deflated. Raises ``MisuseError`` for a
    container that ``Archive`` would not read.
    """
    body: list[bytes] = []
    listing: list[bytes] = []
    place = 0
    for number, (name, octets) in enumerate(files):
        raw = name.encode("utf-8", "surrogatepass")
        flags = 0 if raw.isascii() else _UTF8
        method, held = STORED, octets
        if pack is not None and number:
            method, held = DEFLATED, pack(octets)
        shared = (
            20, flags, method, 0, _DOS_DATE, zlib.crc32(octets), len(held), len(octets), len(raw),
        )  # fmt: skip
        body += [_LOCAL.pack(_LOCAL_MARK, *shared, 0), raw, held]
        listing += [_CENTRAL.pack(_CENTRAL_MARK, 20, *shared, 0, 0, 0, 0, 0, place), raw]
        place += _LOCAL.size + len(raw) + len(held)
    directory = b"".join(listing)
    count = len(listing) // 2
    if count >= 0xFFFF or place + len(directory) >= _NONE or len(comment) > _MAX_COMMENT:
        raise MisuseError("more than a container holds")
    end = _END.pack(_END_MARK, 0, 0, count, count, len(directory), place, len(comment))
    made = b"".join((*body, directory, end, comment))
    try:
        Archive(made)
    except Rejection as refusal:
        raise MisuseError(f"these files make no container: {refusal}") from None
    return made
