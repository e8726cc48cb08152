"""Signed PDF documents, and what a user would pick instead: pyHanko on the same octets.

Both are first shown to do their part: the signature holds, its digest, its path to the same root,
the CRLs of both authorities, and what came after signing.
"""

from datetime import UTC, datetime
from importlib.metadata import version
from io import BytesIO

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from defa_trust.demo.pdf_page import one_page
from defa_trust.formats import pades
from defa_trust.formats.pades_sign import add_validation_data, sign_pades
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, ROOT, crls

from .paired import ratio
from .test_signatures import passing

REQUEST = Request("SG", HolderBinding.IF_PRESENT)
PAGE = one_page(["TEST-ONLY agreement"] * 200)
SIGNED = sign_pades(PAGE, ALICE, signing_time=NOW - 2 * DAY)
LISTS = crls()
CONTINUED = add_validation_data(SIGNED, [Item(EvidenceKind.CRL, der) for der in LISTS])


def raw(data):
    part = pades.parse(data, REQUEST).signatures[0].part
    public, scheme = ALICE.key.private_key.public_key(), ec.ECDSA(hashes.SHA256())
    public.verify(part.signature, part.data, scheme)
    return lambda: public.verify(part.signature, part.data, scheme)


@pytest.mark.parametrize(
    ("name", "data"),
    [("PAdES-B, one revision", SIGNED), ("PAdES-B, validation data after it", CONTINUED)],
    ids=["one", "two"],
)
def test_pades(benchmark, name, data):
    subject = passing(data)
    ratio(
        f"{name}, path warm",
        subject,
        raw(data),
        goal=None,
        baseline_name="raw ES256",
        note=f"document of {len(data)} bytes; every object of what was signed read, none repaired",
    )
    benchmark(subject)


def test_reading_alone(benchmark):
    ratio(
        "PAdES-B, read into the seam",
        lambda: pades.parse(SIGNED, REQUEST),
        raw(SIGNED),
        goal=None,
        baseline_name="raw ES256",
        note="revisions, offsets, message; nothing verified",
    )
    benchmark(lambda: pades.parse(SIGNED, REQUEST))


def peer(data):
    """pyHanko's verdict on the same signature, with the same root and lists, offline."""
    reader = pytest.importorskip("pyhanko.pdf_utils.reader")
    validation = pytest.importorskip("pyhanko.sign.validation")
    certvalidator = pytest.importorskip("pyhanko_certvalidator")
    from asn1crypto import x509

    root = x509.Certificate.load(ROOT.certificate)

    def subject():
        context = certvalidator.ValidationContext(
            trust_roots=[root],
            crls=list(LISTS),
            moment=datetime.fromtimestamp(NOW, UTC),
            best_signature_time=datetime.fromtimestamp(NOW, UTC),
            allow_fetching=False,
            revocation_mode="require",
        )
        signature = reader.PdfFileReader(BytesIO(data)).embedded_signatures[0]
        return validation.validate_pdf_signature(
            signature,
            context,
            key_usage_settings=validation.KeyUsageConstraints(key_usage={"non_repudiation"}),
        )

    return subject


@pytest.mark.parametrize(
    ("name", "data"), [("one revision", SIGNED), ("two revisions", CONTINUED)], ids=["one", "two"]
)
def test_peer_pyhanko(benchmark, name, data):
    subject = peer(data)
    assert subject().bottom_line, subject().pretty_print_details()
    changed = peer(data.replace(b"TEST-ONLY agreement", b"TEST-ONLY agreemint", 1))()
    assert not changed.intact
    ratio(
        f"peer: pyHanko {version('pyhanko')}, {name}",
        subject,
        raw(data),
        goal=None,
        baseline_name="raw ES256",
        note="no trust list, no standing at the control time, no recognition; certificates and "
        "CRLs read anew at each call",
        loops=5,
        rounds=21,
    )
    benchmark(subject)
