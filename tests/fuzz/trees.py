"""Octets as trees of what they are made of: each node can be changed, and writes itself again.

``grow()`` looks at what is there and guesses, layer by layer: text around base64 around CBOR around
a certificate. It needs no knowledge of a credential format, and where a guess does not give back
the very octets it came from, they stay a leaf.
"""

from __future__ import annotations

import json
import re
import zlib
from base64 import b64decode, b64encode

from defa_trust.codec import base45, base64url
from defa_trust.codec import zip as archives
from defa_trust.errors import Rejection

MAX_DEPTH = 24


class Node:
    """A leaf of octets, and what every other node is at least: an ordered list of parts."""

    kind = "leaf"

    def __init__(self, octets=b"", children=None):
        self.octets = octets
        self.children = children

    def encode(self):
        if self.children is None:
            return self.octets
        return b"".join([child.encode() for child in self.children])

    def walk(self):
        """Every node, this one first."""
        stack = [self]
        while stack:
            node = stack.pop()
            yield node
            stack += reversed(node.children or ())

    def copy(self):
        made = object.__new__(type(self))
        made.__dict__.update(self.__dict__)
        if self.children is not None:
            made.children = [child.copy() for child in self.children]
        return made


class Parts(Node):
    """Pieces of text that lie side by side."""

    kind = "parts"


class Joined(Node):
    """Pieces between a separator: the parts of a JWS, of an SD-JWT."""

    kind = "joined"

    def __init__(self, separator, children):
        super().__init__(children=children)
        self.separator = separator

    def encode(self):
        return self.separator.join([child.encode() for child in self.children])


class Base64(Node):
    kind = "base64"

    def __init__(self, child, *, url, padded=False):
        super().__init__(children=[child])
        self.url = url
        self.padded = padded

    def encode(self):
        made = b64encode(super().encode(), b"-_" if self.url else None)
        return made if self.padded else made.rstrip(b"=")


class Base45(Node):
    kind = "base45"

    def __init__(self, prefix, child):
        super().__init__(children=[child])
        self.prefix = prefix

    def encode(self):
        return self.prefix + base45.encode(super().encode()).encode()


class Zlib(Node):
    kind = "zlib"

    def __init__(self, child, level):
        super().__init__(children=[child])
        self.level = level

    def encode(self):
        return zlib.compress(super().encode(), self.level)


class Hex(Node):
    """Hexadecimal digits, and the zeros that fill their place up (`Contents` of a PDF)."""

    kind = "hex"

    def __init__(self, child, room):
        super().__init__(children=[child])
        self.room = room

    def encode(self):
        return super().encode().hex().encode().ljust(self.room, b"0")


# --- JSON ----------------------------------------------------------------------------------------
class Json(Node):
    """An object, an array, or a member of an object. ``gap`` stands after each comma and colon."""

    kind = "json"

    def __init__(self, form, children, gap=b""):
        super().__init__(children=children)
        self.form = form
        self.gap = gap

    def encode(self):
        before, between, after = self.form
        parts = (between + self.gap).join([child.encode() for child in self.children])
        return before + parts + after


OBJECT = (b"{", b",", b"}")
ARRAY = (b"[", b",", b"]")
MEMBER = (b"", b":", b"")


class JsonText(Node):
    """A text that has a structure of its own: a token, base64 of something."""

    kind = "text"

    def encode(self):
        inner = super().encode()
        return json.dumps(inner.decode("latin-1"), ensure_ascii=False).encode("latin-1")


def _json(value, depth, gap):
    if isinstance(value, _Object):
        return Json(OBJECT, [
            Json(MEMBER, [_json_leaf(name), _json(member, depth - 1, gap)], gap)
            for name, member in value
        ], gap)  # fmt: skip
    if isinstance(value, list):
        return Json(ARRAY, [_json(item, depth - 1, gap) for item in value], gap)
    if isinstance(value, str) and len(value) > 15 and value.isascii() and '"' not in value:
        inner = grow(value.encode(), depth - 1)
        if inner.kind != "leaf":
            return JsonText(children=[inner])
    return _json_leaf(value)


class JsonLeaf(Node):
    """A name, or a value without a structure of its own, as it is written."""


def _json_leaf(value):
    return JsonLeaf(json.dumps(value, ensure_ascii=False).encode())


class _Object(list):
    """Members in order, repeated ones too."""


# --- CBOR ----------------------------------------------------------------------------------------
class Cbor(Node):
    """One item. ``argument`` overrides the length or count that the children have; ``wide`` writes
    it in so many octets; ``endless`` writes an indefinite length."""

    kind = "cbor"

    def __init__(self, major, argument=None, children=None, octets=b""):
        super().__init__(octets, children)
        self.major = major
        self.argument = argument
        self.shift = 0
        self.wide = 0
        self.endless = False

    def encode(self):
        if self.major == 7:
            return self.octets
        body = super().encode() if self.major > 1 else b""
        argument = self.argument
        if self.major in (2, 3):
            argument = len(body)
        elif self.major in (4, 5):
            argument = len(self.children) // (self.major - 3)
        if self.endless and self.major in (2, 3):
            return bytes((self.major << 5 | 31,)) + _head(self.major, len(body), 0) + body + b"\xff"
        if self.endless and self.major in (4, 5):
            return bytes((self.major << 5 | 31,)) + body + b"\xff"
        return _head(self.major, max(0, argument + self.shift), self.wide) + body


def _head(major, argument, wide):
    if argument < 24 and not wide:
        return bytes((major << 5 | argument,))
    for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if width >= wide and argument < 1 << 8 * width:
            return bytes((major << 5 | info,)) + argument.to_bytes(width, "big")
    return bytes((major << 5 | 27,)) + b"\xff" * 8


def _cbor(data, pos, depth):
    if depth <= 0 or pos >= len(data):
        raise ValueError
    initial = data[pos]
    major, info = initial >> 5, initial & 31
    start, pos = pos, pos + 1
    if info > 27:
        raise ValueError
    width = 1 << (info - 24) if info > 23 else 0
    argument = int.from_bytes(data[pos : pos + width], "big") if width else info
    pos += width
    if pos > len(data):
        raise ValueError
    if major == 7:
        return Cbor(7, octets=data[start:pos]), pos
    if major < 2:
        return Cbor(major, argument), pos
    if major < 4:
        end = pos + argument
        if end > len(data):
            raise ValueError
        body = data[pos:end]
        inner = grow(body, depth - 1) if major == 2 else Node(body)
        return Cbor(major, children=[inner]), end
    count = 1 if major == 6 else argument * (major - 3)
    if count > len(data) - pos:
        raise ValueError
    children = []
    for _ in range(count):
        child, pos = _cbor(data, pos, depth - 1)
        children.append(child)
    return Cbor(major, argument, children), pos


# --- DER -----------------------------------------------------------------------------------------
class Der(Node):
    """One element. ``shift`` makes its length a lie, ``wide`` its length longer than need be."""

    kind = "der"

    def __init__(self, tag, children):
        super().__init__(children=children)
        self.tag = tag
        self.lead = b""
        self.shift = 0
        self.wide = 0
        self.endless = False

    def encode(self):
        body = self.lead + super().encode()
        head = bytes((self.tag,))
        if self.endless:
            return head + b"\x80" + body + b"\0\0"
        length = max(0, len(body) + self.shift)
        if length < 128 and not self.wide:
            return head + bytes((length,)) + body
        size = max((length.bit_length() + 7) // 8, self.wide, 1)
        return head + bytes((0x80 | size,)) + length.to_bytes(size, "big") + body


def _der(data, pos, end, depth):
    if depth <= 0 or pos + 2 > end:
        raise ValueError
    tag = data[pos]
    if tag & 31 == 31:
        raise ValueError
    length = data[pos + 1]
    pos += 2
    if length & 0x80:
        size = length & 0x7F
        if not 0 < size < 5 or pos + size > end:
            raise ValueError
        length = int.from_bytes(data[pos : pos + size], "big")
        pos += size
    stop = pos + length
    if stop > end:
        raise ValueError
    if tag & 0x20:
        children = []
        while pos < stop:
            child, pos = _der(data, pos, stop, depth - 1)
            children.append(child)
        return Der(tag, children), stop
    body = data[pos:stop]
    made = Der(tag, [])
    if tag == 3 and body[:1] == b"\0":
        made.lead, body = b"\0", body[1:]
    made.children = [grow(body, depth - 1) if tag in (3, 4) else Node(body)]
    return made, stop


# --- ZIP -----------------------------------------------------------------------------------------
class Zip(Node):
    """A container. What is written agrees with itself: checksums, sizes, places."""

    kind = "zip"

    def __init__(self, children, comment):
        super().__init__(children=children)
        self.comment = comment

    def encode(self):
        body, listing = b"", b""
        entries = [child for child in self.children if isinstance(child, ZipEntry)]
        for entry in entries:
            raw, octets = (part.encode() for part in entry.pair())
            stored = entry.method == archives.STORED
            packed = octets if stored else archives.deflated(octets)
            shared = (
                20, 0 if raw.isascii() else archives._UTF8, entry.method, 0, archives._DOS_DATE,
                zlib.crc32(octets), len(packed), len(octets), len(raw) & 0xFFFF,
            )  # fmt: skip
            listing += archives._CENTRAL.pack(
                archives._CENTRAL_MARK, 20, *shared, 0, 0, 0, 0, 0, len(body)
            )
            listing += raw
            body += archives._LOCAL.pack(archives._LOCAL_MARK, *shared, 0) + raw + packed
        count = len(entries) & 0xFFFF
        end = archives._END.pack(
            archives._END_MARK, 0, 0, count, count, len(listing), len(body), len(self.comment)
        )
        return body + listing + end + self.comment


class ZipEntry(Node):
    """Name and contents."""

    kind = "zip"

    def __init__(self, children, method):
        super().__init__(children=children)
        self.method = method

    def pair(self):
        return [*self.children, Node(), Node()][:2]


def _zip(data, depth):
    archive = archives.Archive(data)
    return Zip(
        [
            ZipEntry(
                [Node(entry.name.encode()), grow(archive.read(entry), depth - 1)], entry.method
            )
            for entry in archive.entries
        ],
        archive.comment,
    )


# --- texts ---------------------------------------------------------------------------------------
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]{8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/]{8,}={0,2}")
_BASE45 = re.compile(rb"[0-9A-Z $%*+./:-]{40,}")
_OPAQUE = re.compile(rb"[A-Za-z0-9+/=]+(\.[A-Za-z0-9+/=]+){2}")
_TOKEN = re.compile(rb"[A-Za-z0-9_-]*(\.[A-Za-z0-9_-]*){2}")
_XML = re.compile(rb"<[^<>]*>|[^<>]+")
_ATTRIBUTE = re.compile(rb"""(\s+)([\w:.-]+)(=)("[^"]*"|'[^']*')""")
_PDF = re.compile(
    rb"<[0-9A-Fa-f]{200,}>|\d+ \d+ obj|endobj|stream|startxref|trailer|xref|/[A-Za-z0-9.#]+"
    rb"|\d+|<<|>>|[\[\]()]|\s+|[^\d\s/<>\[\]()]+|.",
    re.DOTALL,
)


def _xml(data, depth):
    children = []
    for found in _XML.finditer(data):
        piece = found[0]
        if piece[:1] == b"<":
            children.append(_tag(piece))
        elif len(piece) > 40 and _BASE64.fullmatch(piece):
            children.append(grow(piece, depth - 1))
        else:
            children.append(Node(piece))
    return Parts(children=children)


def _tag(piece):
    parts, last = [], 0
    for found in _ATTRIBUTE.finditer(piece):
        parts.append(Node(piece[last : found.start()]))
        parts.append(Parts(children=[Node(found[n]) for n in (1, 2, 3, 4)]))
        last = found.end()
    return Parts(children=[*parts, Node(piece[last:])]) if parts else Node(piece)


class PdfToken(Node):
    """A token whose length other places of the file count on."""


def _pdf(data, depth):
    children = []
    for found in _PDF.finditer(data):
        piece = found[0]
        if len(piece) > 200 and piece[:1] == b"<":
            digits = piece[1:-1]
            raw = bytes.fromhex(digits.decode().ljust(len(digits) + 1 & ~1, "0"))
            inner = _whole(raw.rstrip(b"\0"), depth - 1) or _whole(raw, depth - 1)
            held = Hex(inner, len(digits)) if inner is not None else Node(digits)
            children += [Node(b"<"), held, Node(b">")]
        else:
            children.append(PdfToken(piece))
    return Parts(children=children)


def _whole(data, depth):
    """The one DER element at the beginning, where zeros may have been cut off its end."""
    for filled in range(4):
        try:
            made, end = _der(data + bytes(filled), 0, len(data) + filled, depth)
        except ValueError:
            continue
        if end == len(data) + filled:
            return made
    return None


def _guesses(data, depth):
    """What ``data`` may be, likeliest first."""
    first = data[:1]
    if data[:4] in (b"HC1:", b"PH1:"):
        yield lambda: Base45(data[:4], grow(base45.decode(data[4:]), depth - 1))
    if data[:2] in (b"\x78\x01", b"\x78\x9c", b"\x78\xda"):
        for level in (9, 6, 1, 0):
            yield lambda level=level: Zlib(grow(zlib.decompress(data), depth - 1), level)
    if data[:4] == b"%PDF":
        yield lambda: _pdf(data, depth)
    if data[:2] == b"PK":
        yield lambda: _zip(data, depth)
    if first == b"<":
        yield lambda: _xml(data, depth)
    if first in (b"{", b"["):
        for gap in (b"", b" "):
            yield lambda gap=gap: _json(json.loads(data, object_pairs_hook=_Object), depth, gap)
    if first in (b"\x30", b"\x31", b"\xa0", b"\xa1", b"\x04", b"\x02"):
        yield lambda: _whole(data, depth) or Node(data)
    if b"~" in data and data.isascii():
        yield lambda: Joined(b"~", [grow(part, depth - 1) for part in data.split(b"~")])
    if _TOKEN.fullmatch(data):
        yield lambda: Joined(b".", [_segment(part, depth - 1) for part in data.split(b".")])
    if first >= b"\x80":
        yield lambda: _cbor_whole(data, depth)
    if _BASE45.fullmatch(data):
        yield lambda: _structured(Base45(b"", grow(base45.decode(data), depth - 1)))
    if _OPAQUE.fullmatch(data):
        yield lambda: Joined(b".", [
            Base64(grow(b64decode(part), depth - 1), url=False, padded=True)
            for part in data.split(b".")
        ])  # fmt: skip
    if _BASE64URL.fullmatch(data):
        yield lambda: _structured(Base64(grow(base64url.decode(data), depth - 1), url=True))
    if _BASE64.fullmatch(data):
        padded = len(data) % 4 == 0
        yield lambda: _structured(
            Base64(grow(b64decode(data + b"=="), depth - 1), url=False, padded=padded)
        )


def _cbor_whole(data, depth):
    made, end = _cbor(data, 0, depth)
    if end != len(data):
        raise ValueError
    return made


def _segment(part, depth):
    return Base64(grow(base64url.decode(part), depth - 1), url=True) if part else Node(part)


def _structured(node):
    """base64 of mere octets stays the text that it is, unless it is long."""
    (inner,) = node.children
    if inner.kind == "leaf" and len(inner.octets) < 32:
        raise ValueError
    return node


def grow(data, depth=MAX_DEPTH):
    """The tree of ``data``; writes exactly ``data`` until it is changed."""
    if depth <= 0 or len(data) < 2:
        return Node(data)
    for guess in _guesses(data, depth):
        try:
            made = guess()
            if made.kind != "leaf" and made.encode() == data:
                return made
        except (ValueError, Rejection, zlib.error, RecursionError):
            continue
    return Node(data)
