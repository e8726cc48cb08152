"""Small PDF documents, signed and changed, octet by octet (floor 13): for vectors and tests.

Of every document, object 1 is the catalog, 2 the pages, 3 the page, 4 what it shows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from ..formats.cades_sign import sign_info
from ..formats.cms_sign import signed_data
from ..signer import SoftwareSigner
from .cms_build import ALICE

Objects = Mapping[int, bytes]

ROOM: Final = 16_384
"""Hexadecimal digits that a value is given."""
STATED: Final = b" /M (D:20260901120000Z)"
PAGE: Final = b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9]>>"
PAGES: Final = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
TEXT: Final = b"<</Length 10>>\nstream\n(pay 100) \nendstream"
FORGED: Final = TEXT.replace(b"100", b"999")


def update(document: bytes, objects: Objects, trailer: bytes = b"", *, size: int = 99) -> bytes:
    """Objects by number, a table and a trailer after a document (ISO 32000-2, 7.5.6)."""
    out, places = _written(document, objects)
    head = len(out)
    out += b"xref\n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    if b"startxref" in document:
        trailer += b" /Prev " + _head(document)
    out += b"trailer\n<</Size %d /Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (
        size, trailer, head,
    )  # fmt: skip
    return bytes(out)


def section(
    document: bytes, rows: Mapping[int, tuple[int, int, bytes]], added: bytes = b"",
    trailer: bytes = b"",
) -> bytes:  # fmt: skip
    """An update whose table has these rows (offset, generation, `n` or `f`) and no other;
    ``added`` stands before it."""
    out = document + added
    table = b"".join(b"%d 1\n%010d %05d %b \n" % (n, *row) for n, row in sorted(rows.items()))
    stated = b"<</Size 99 /Root 1 0 R /Prev %s%s>>" % (_head(document), trailer)
    end = b"startxref\n%d\n%%%%EOF\n" % len(out)
    return out + b"xref\n" + (table or b"0 0\n") + b"trailer\n" + stated + b"\n" + end


def place(document: bytes, number: int) -> int:
    """Where the first object of this number stands."""
    return document.index(b"\n%d 0 obj" % number) + 1


def packed(
    document: bytes, objects: Objects, inside: Objects, *, holder: int = 70, more: bytes = b""
) -> bytes:
    """An update whose cross-references are a stream; ``inside`` are in an object stream (7.5.7).

    ``holder`` is the object stream's number, and one more that of the cross-references.
    """
    heads, bodies = b"", b""
    for number, body in inside.items():
        heads += b"%d %d " % (number, len(bodies))
        bodies += body + b" "
    stream = b"<</Type /ObjStm /N %d /First %d /Length %d>>\nstream\n%s\nendstream" % (
        len(inside), len(heads), len(heads + bodies), heads + bodies,
    )  # fmt: skip
    out, places = _written(document, {**objects, **({holder: stream} if inside else {})})
    rows = {number: bytes((1,)) + place.to_bytes(3) + b"\0" for number, place in places.items()}
    for index, number in enumerate(inside):
        rows[number] = bytes((2,)) + holder.to_bytes(3) + bytes((index,))
    head = len(out)
    rows[holder + 1] = bytes((1,)) + head.to_bytes(3) + b"\0"
    return (
        bytes(out) + _section(document, holder + 1, rows, more) + b"startxref\n%d\n%%%%EOF\n" % head
    )


def hybrid(document: bytes, objects: Objects, hidden: Objects, *, free: bool = False) -> bytes:
    """An update with a table, and a stream that has further objects (7.5.8.4).

    ``free`` has the table name them as free, as for readers that know no such streams.
    """
    out, places = _written(document, {**objects, **hidden})
    number = 71
    rows = {n: bytes((1,)) + places.pop(n).to_bytes(3) + b"\0" for n in hidden}
    beside = len(out)
    out += _section(document, number, rows, b"", previous=False)
    head = len(out)
    out += b"xref\n"
    for each, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (each, place)
    for each in hidden if free else ():
        out += b"%d 1\n0000000000 65535 f \n" % each
    previous = b" /Prev " + _head(document) if b"startxref" in document else b""
    out += b"trailer\n<</Size 99 /Root 1 0 R /XRefStm %d%s>>\n" % (beside, previous)
    out += b"startxref\n%d\n%%%%EOF\n" % head
    return bytes(out)


def _written(document: bytes, objects: Objects) -> tuple[bytearray, dict[int, int]]:
    out, places = bytearray(document), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    return out, places


def _section(
    document: bytes, number: int, rows: Objects, more: bytes, *, previous: bool = True
) -> bytes:
    index = b" ".join(b"%d 1" % each for each in sorted(rows))
    octets = b"".join(rows[each] for each in sorted(rows))
    if previous and b"startxref" in document:
        more += b" /Prev " + _head(document)
    entries = b"/Type /XRef /W [1 3 1] /Index [%s] /Size 99 /Root 1 0 R%s" % (index, more)
    return b"%d 0 obj\n<<%s /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        number, entries, len(octets), octets,
    )  # fmt: skip


def _head(document: bytes) -> bytes:
    return document.rsplit(b"startxref", 1)[1].split()[0]


def catalog(*fields: int, more: bytes = b"") -> bytes:
    """Object 1, with a form of these signature fields."""
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    return b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s]>>%s>>" % (listed, more)


def plain(objects: Objects | None = None, more: bytes = b"", trailer: bytes = b"") -> bytes:
    """A document of one page; ``objects`` are further ones, or replace those four."""
    body = {1: catalog(more=more), 2: PAGES, 3: PAGE, 4: TEXT, **(objects or {})}
    return update(b"%PDF-1.7\n", body, trailer)


def field(value: int, rect: bytes = b"[0 0 0 0]", more: bytes = b"") -> bytes:
    """A signature field whose value is that object."""
    return b"<</Type /Annot /Subtype /Widget /FT /Sig /T (f%d) /V %d 0 R /Rect %s%s>>" % (
        value, value, rect, more,
    )  # fmt: skip


def signed(
    document: bytes | None = None,
    *,
    at: int = 10,
    fields: Iterable[int] = (),
    subfilter: bytes = b"ETSI.CAdES.detached",
    make: Callable[[bytes], bytes] | None = None,
    shift: tuple[int, int, int] = (0, 0, 0),
    rect: bytes = b"[0 0 0 0]",
    more: bytes = b"",
    entries: bytes = b"",
    room: int = ROOM,
    stated: bytes = STATED,
    trailer: bytes = b"",
    size: int = 99,
) -> bytes:
    """A signature in an update of its own: field ``at``, dictionary ``at + 1``.

    ``make`` turns what is covered into the message. ``shift`` moves the three offsets.
    """
    document = plain() if document is None else document
    held = b"<</Type /Sig /SubFilter /%s%s /ByteRange [0 %s] /Contents <%s>>>" % (
        subfilter, stated + entries, b"#" * 32, b"0" * room,
    )  # fmt: skip
    out = update(
        document,
        {1: catalog(*fields, at, more=more), at: field(at + 1, rect), at + 1: held},
        trailer,
        size=size,
    )
    gap = out.rindex(b"<" + b"0" * room)
    resumed = gap + room + 2
    rest = len(out) - resumed
    ranges = b"%010d %010d %010d" % (gap + shift[0], resumed + shift[1], rest + shift[2])
    out = out.replace(b"#" * 32, ranges)
    covered = out[: gap + shift[0]] + out[resumed + shift[1] : len(out) + shift[1] + shift[2]]
    made = (make or message)(covered).hex().encode()
    return out[: gap + 1] + made + out[gap + 1 + len(made) :]


def message(covered: bytes, *, signer: SoftwareSigner = ALICE, **more: Any) -> bytes:
    """A detached CAdES message over what is covered, as PAdES has it: without a signing time."""
    certificates = (signer.certificate, *signer.chain)
    info = sign_info(covered, signer, **{"signing_time": None, **more})
    return signed_data([info], certificates=certificates)


SMALL: Final = 5200
"""Digits for a message with three certificates and no time-stamp."""
STORE: Final[Objects] = {
    1: catalog(10, more=b" /DSS 20 0 R"),
    20: b"<</Certs [21 0 R]>>",
    21: b"<</Length 2>>\nstream\n00\nendstream",
}
"""Validation data, for a document whose one signature field is object 10."""


def compact(document: bytes | None = None, **more: Any) -> bytes:
    """``signed`` with little room, so that vectors stay small."""
    return signed(document, **{"room": SMALL, **more})
