"""PDF files made to cost: each is refused, or judged, within 2 s and 256 MB.

In a process of its own. Time is what that process used (others may use the machine); memory is the
kernel's figure for it.
"""

import json
import random
import subprocess
import sys
from pathlib import Path
from zlib import compress

import pytest

from tests.pdf_samples import catalog, field, plain, signed, update

ROOT = Path(__file__).resolve().parents[2]
MEBI = 1 << 20
SECONDS, MEGABYTES = 2.0, 256

PROGRAM = """
import json, sys, time
from pathlib import Path
from defa_trust.errors import Rejection
from defa_trust.formats import pades
from defa_trust.formats.signature import RefusedSignature
from defa_trust.request import HolderBinding, Request
data = Path(sys.argv[1]).read_bytes()
begun = time.process_time()
try:
    file = pades.parse(data, Request("SG", HolderBinding.IF_PRESENT))
    said = [
        s.finding.code.id if isinstance(s, RefusedSignature)
        else next((f.code.id for f in s.findings if f.code.outcome.value != "met"), "read")
        for s in file.signatures
    ]
except Rejection as refusal:
    said = [refusal.code.id, refusal.where]
used = time.process_time() - begun
status = Path("/proc/self/status").read_text(encoding="ascii")
peak = int(status.split("VmHWM:")[1].split()[0]) // 1024
print(json.dumps([said, used, peak]))
"""


def objstm(count, first, octets):
    packed = compress(octets)
    entries = b"<</Type /ObjStm /N %d /First %d /Filter /FlateDecode /Length %d>>"
    return entries % (count, first, len(packed)) + b"\nstream\n%s\nendstream" % packed


def in_stream(document, holder, numbers):
    """A cross-reference stream that has these objects in an object stream."""
    first = numbers[0]
    rows = compress(b"".join(bytes([2]) + holder.to_bytes(2) + i.to_bytes(3)
                             for i in range(len(numbers))))  # fmt: skip
    head = len(document)
    entries = b"<</Type /XRef /W [1 2 3] /Index [%d %d] /Size %d /Root 1 0 R /Filter /FlateDecode"
    previous = document.rsplit(b"startxref", 1)[1].split()[0]
    section = b"%d 0 obj\n%s /Prev %s /Length %d>>\nstream\n%s\nendstream\nendobj\n" % (
        99_999, entries % (first, len(numbers), 100_000), previous, len(rows), rows,
    )  # fmt: skip
    return document + section + b"startxref\n%d\n%%%%EOF\n" % head


def nested():
    return plain({1: b"[" * (8 * MEBI)})


def tokens():
    return plain({1: b"[" + b"1 " * (16 * MEBI) + b"]"})


def flate():
    document = plain({60: objstm(1, 9, b" " * (64 * MEBI))})
    return in_stream(document, 60, [1])


def shared_white_space():
    """Every object of a stream begins before the same 16 MB of nothing."""
    count = 2000
    heads = b"".join(b"%d 0 " % (200 + i) for i in range(count))
    body = heads + b" " * (16 * MEBI) + b"null"
    kids = b" ".join(b"%d 0 R" % (200 + i) for i in range(count))
    form = b"<</Type /Catalog /AcroForm <</Fields [%s]>>>>" % kids
    document = plain({1: form, 60: objstm(count, len(heads), body)})
    return in_stream(document, 60, [200 + i for i in range(count)])


def hexadecimal():
    return plain({1: catalog(10), 10: field(11), 11: b"<</Contents <%s>>>" % (b"0" * 120 * MEBI)})


def hexadecimal_without_end():
    """Each of the certificates of the store is a string that never ends."""
    listed = b" ".join(b"%d 0 R" % n for n in range(200, 260))
    document = signed(more=b" /DSS 20 0 R")
    objects = {20: b"<</Certs [%s]>>" % listed}
    objects.update(dict.fromkeys(range(200, 259), b"<"))
    objects[259] = b"<" + b"0" * (100 * MEBI)
    return update(document, objects)


def parentheses():
    return plain({1: b"(" * (64 * MEBI)})


def predictor():
    rows = compress((b"\x02" + b"\x00" * 64) * (MEBI // 2))
    document = plain()
    head = len(document)
    parms = b"/DecodeParms <</Predictor 12 /Columns 64>> /Filter /FlateDecode /Root 1 0 R"
    section = b"<</Type /XRef /W [1 2 1] /Size 9 %s /Length %d>>\nstream\n%s\nendstream" % (
        parms, len(rows), rows,
    )  # fmt: skip
    return document + b"61 0 obj\n%s\nendobj\nstartxref\n%d\n%%%%EOF\n" % (section, head)


def tables():
    """Eight tables of a hundred thousand rows each."""
    document = plain()
    rows = b"0000000000 65535 f \n" * 100_000
    for _ in range(8):
        head = len(document)
        previous = document.rsplit(b"startxref", 1)[1].split()[0]
        document += b"xref\n0 100000\n%strailer\n<</Root 1 0 R /Size 9 /Prev %s>>\n" % (
            rows,
            previous,
        )
        document += b"startxref\n%d\n%%%%EOF\n" % head
    return document


def sections():
    document = plain()
    for _ in range(400):
        document = update(document, {})
    return document


def lengths():
    """A stream whose length is another stream's, and so on, back to the first."""
    ring = {n: b"<</Length %d 0 R>>\nstream\n\nendstream" % (n + 1) for n in range(60, 90)}
    ring[90] = b"<</Length 60 0 R>>\nstream\n\nendstream"
    return plain({**ring, 1: b"<</AcroForm 60 0 R>>"})


def fields():
    """Fields that are each other's children."""
    return plain(
        {
            1: catalog(60),
            60: b"<</Kids [61 0 R 61 0 R 60 0 R]>>",
            61: b"<</Kids [60 0 R 61 0 R]>>",
        }
    )


def noise():
    return b"%PDF-1.7\n" + random.Random(3).randbytes(8 * MEBI)


def marks():
    return b"%PDF-1.7\n" + b"startxref\n9\n%%EOF\n" * MEBI


def signatures():
    """Forty revisions, each of which is read by itself and compared with the last."""
    document = plain(dict.fromkeys(range(1000, 1040), b"[" + b"1 " * 40 + b"]"))
    for number in range(10, 90, 2):
        document = signed(document, at=number, fields=range(10, number, 2), room=4096)
    return document


def chain():
    """Validation data in a long row, of which the page has the first: none of it is that alone."""
    row = {100 + n: b"<</A %d 0 R>>" % (101 + n) for n in range(18_000)}
    page = b"<</Type /Page /Parent 2 0 R /Contents 4 0 R /MediaBox [0 0 9 9] /X 100 0 R>>"
    first = plain({**row, 3: page, 20: b"<</Certs 100 0 R>>"}, more=b" /DSS 20 0 R")
    made = signed(first, more=b" /DSS 20 0 R", size=100_000)
    return update(made, {20: b"<</Certs []>>"}, size=100_000)


def later_marks():
    """What follows a signature looks like objects, and is none of any table."""
    return update(signed() + b"\n9 9 0bj 9 obj obj trailer " * (MEBI // 4), {97: b"[]"})


CASES = {
    nested: "pades.too_much",
    tokens: "pades.too_much",
    flate: "pades.too_much",
    shared_white_space: "pades.too_much",
    hexadecimal: "pades.too_much",
    hexadecimal_without_end: "pades.too_much",
    parentheses: "pades.syntax",
    predictor: "pades.too_much",
    tables: "pades.too_much",
    sections: "pades.too_much",
    lengths: "pades.syntax",
    fields: "pades.no_signature",
    noise: "pades.xref",
    marks: "pades.xref",
    signatures: None,
    chain: None,
    later_marks: "pades.changed",
}


@pytest.mark.parametrize("make", CASES, ids=lambda make: make.__name__)
def test_hostile_files(make, tmp_path):
    path = tmp_path / "hostile.pdf"
    path.write_bytes(make())
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(path)],
        capture_output=True, text=True, check=True, cwd=ROOT,
    )  # fmt: skip
    path.unlink()
    said, used, peak = json.loads(done.stdout)
    print(f"{make.__name__}: {said[0]}, {used:.2f} s, {peak} MB")
    expected = CASES[make]
    if expected is not None:
        assert said[0] == expected
        assert said[-1] or expected in ("pades.too_much", "pades.no_signature")
    assert used < SECONDS, (said, used)
    assert peak < MEGABYTES, (said, peak)
