"""ASiC containers, path warm: what the container adds to the signature within."""

from io import BytesIO
from zipfile import ZipFile

import pytest

from defa_trust.codec.zip import Archive, deflated
from defa_trust.formats.asic_sign import Form
from tests.asic_samples import extended, simple
from tests.bench.test_signatures import passing, raw
from tests.cms_samples import cades

from .paired import ratio

DOCUMENT = bytes(range(256)) * 40
FILES = {"contract.txt": DOCUMENT, "annex/prices.csv": DOCUMENT[:5000]}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("ASiC-S with CAdES over 10 KB", simple(files={"contract.txt": DOCUMENT})),
        ("ASiC-E with CAdES over 10 and 5 KB", extended(files=FILES)),
        ("ASiC-E with XAdES over 10 and 5 KB", extended(Form.XADES, files=FILES)),
    ],
)
def test_containers(benchmark, name, data):
    subject = passing(data)
    ratio(
        f"{name}, path warm",
        subject,
        raw(cades()),
        goal=None,
        baseline_name="raw ES256",
        note=f"container of {len(data)} bytes with 3 certificates",
    )
    benchmark(subject)


def test_reading_the_zip(benchmark):
    data = extended(files=FILES, pack=deflated)

    def own():
        held = Archive(data)
        return [held.read(entry) for entry in held.entries]

    def standard():
        with ZipFile(BytesIO(data)) as held:
            return [held.read(entry) for entry in held.infolist()]

    assert own() == standard()
    ratio(
        "ZIP of five entries, read whole",
        own,
        standard,
        goal=None,
        baseline_name="zipfile",
        note="every octet accounted for, names and header against directory",
    )
    benchmark(own)
