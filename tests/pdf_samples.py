"""Small PDF documents, signed and changed, octet by octet."""

from defa_trust.formats.cades_sign import sign_info
from defa_trust.formats.cms_sign import signed_data
from tests.cms_samples import ALICE

ROOM = 16_384
PAGE = b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9]>>"
TEXT = b"<</Length 10>>\nstream\n(pay 100) \nendstream"
FORGED = TEXT.replace(b"100", b"999")


def update(document, objects, trailer=b""):
    """Objects by number, a table and a trailer after a document (ISO 32000-2, 7.5.6)."""
    out, places = bytearray(document), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    head = len(out)
    out += b"xref\n"
    for number, place in sorted(places.items()):
        out += b"%d 1\n%010d 00000 n \n" % (number, place)
    if b"startxref" in document:
        trailer += b" /Prev " + document.rsplit(b"startxref", 1)[1].split()[0]
    out += b"trailer\n<</Size 99 /Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (trailer, head)
    return bytes(out)


def catalog(*fields, more=b""):
    """Object 1, with a form of these signature fields."""
    listed = b" ".join(b"%d 0 R" % number for number in fields)
    return b"<</Type /Catalog /Pages 2 0 R /AcroForm <</Fields [%s]>>%s>>" % (listed, more)


def plain(objects=None, more=b""):
    """A document of one page: 1 catalog, 2 pages, 3 page, 4 what it shows."""
    pages = b"<</Type /Pages /Kids [3 0 R] /Count 1>>"
    body = {1: catalog(more=more), 2: pages, 3: PAGE, 4: TEXT, **(objects or {})}
    return update(b"%PDF-1.7\n", body)


def field(value, rect=b"[0 0 0 0]", more=b""):
    return b"<</Type /Annot /Subtype /Widget /FT /Sig /T (f%d) /V %d 0 R /Rect %s%s>>" % (
        value, value, rect, more,
    )  # fmt: skip


def signed(
    document=None, *, at=10, fields=(), subfilter=b"ETSI.CAdES.detached", make=None,
    shift=(0, 0, 0), rect=b"[0 0 0 0]", more=b"", entries=b"", room=ROOM,
    stated=b" /M (D:20260901120000Z)",
):  # fmt: skip
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
    )
    gap = out.rindex(b"<" + b"0" * room)
    resumed = gap + room + 2
    rest = len(out) - resumed
    ranges = b"%010d %010d %010d" % (gap + shift[0], resumed + shift[1], rest + shift[2])
    out = out.replace(b"#" * 32, ranges)
    covered = out[: gap + shift[0]] + out[resumed + shift[1] : len(out) + shift[1] + shift[2]]
    made = (make or message)(covered).hex().encode()
    return out[: gap + 1] + made + out[gap + 1 + len(made) :]


def message(covered, **more):
    """A detached CAdES message over what is covered, as PAdES has it: without a signing time."""
    signer = more.pop("signer", ALICE)
    further = {"signing_time": None, **more}
    certificates = (signer.certificate, *signer.chain)
    return signed_data([sign_info(covered, signer, **further)], certificates=certificates)
