"""A PDF document of one page of text, for samples and tests (floor 13)."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from typing import Any

from ..codec.pdf_objects import Name, Ref
from ..codec.pdf_write import Data, written


class Table(Enum):
    """How a document says where its objects are (ISO 32000-2, 7.5.4 and 7.5.8)."""

    PLAIN = "a table"
    STREAM = "a stream"


def one_page(lines: Iterable[str], table: Table = Table.PLAIN) -> bytes:
    """A page of A4 with these lines of Latin text in Helvetica. The same lines, the same octets."""
    shown = b"".join(b"(%s) Tj T*\n" % _escaped(line) for line in lines)
    page = {
        "Type": Name("Page"),
        "Parent": Ref(2, 0),
        "MediaBox": [0, 0, 595, 842],
        "Contents": Ref(4, 0),
        "Resources": {"Font": {"F": Ref(5, 0)}},
    }
    font = {"Type": Name("Font"), "Subtype": Name("Type1"), "BaseFont": Name("Helvetica")}
    objects: dict[int, Any] = {
        1: {"Type": Name("Catalog"), "Pages": Ref(2, 0)},
        2: {"Type": Name("Pages"), "Kids": [Ref(3, 0)], "Count": 1},
        3: page,
        4: Data(b"BT /F 11 Tf 16 TL 56 770 Td\n%sET" % shown),
        5: font,
    }
    out, places = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"), []
    for number, value in objects.items():
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, written(value))
    head = len(out)
    if table is Table.STREAM:
        rows = b"\x00\x00\x00\x00" + b"".join(b"\x01" + p.to_bytes(3) for p in (*places, head))
        entries = {"Type": Name("XRef"), "W": [1, 3, 0], "Size": 7, "Root": Ref(1, 0)}
        out += b"6 0 obj\n%s\nendobj\n" % written(Data(rows, tuple(entries.items())))
    else:
        out += b"xref\n0 6\n0000000000 65535 f \n"
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer\n%s\n" % written({"Size": 6, "Root": Ref(1, 0)})
    out += b"startxref\n%d\n%%%%EOF\n" % head
    return bytes(out)


def _escaped(line: str) -> bytes:
    octets = line.encode("latin-1", "replace")
    return octets.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
