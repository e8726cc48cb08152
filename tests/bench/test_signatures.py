"""Electronic signatures, path warm: bytes in, an explained verdict out.

The baseline is the raw check of the one signature that cannot be done without. The content is
hashed anew at each call; the path and what was found of its revocation are remembered with the
snapshot, as in a service that sees a signer's certificate more than once.
"""

from datetime import UTC, datetime
from hashlib import sha256
from importlib.metadata import version

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from defa_trust.content import Content
from defa_trust.formats import jades as jades_family
from defa_trust.formats import xades as xades_family
from defa_trust.formats.cades import parse
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.cms import read_signed_data
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import ExitCode
from defa_trust.verify import Verifier
from tests.build import NOW
from tests.cms_samples import ALICE, cades, clock, evidence, signing_world
from tests.jades_samples import compact
from tests.xades_samples import xades

from .paired import ratio

DOCUMENT = bytes(range(256)) * 40
LINES = "".join(f"<Line><N>{n}</N><Text>TEST-ONLY goods</Text></Line>" for n in range(100))
GOODS = f'<Invoice xmlns="urn:test:invoice">{LINES}</Invoice>'.encode()
GIVEN = evidence()


def raw(data):
    """The library's own call, over the signed attributes of the message."""
    signer = read_signed_data(data).signers[0]
    public, scheme = ALICE.key.private_key.public_key(), ec.ECDSA(hashes.SHA256())
    public.verify(signer.signature, signer.signed_bytes, scheme)
    return lambda: public.verify(signer.signature, signer.signed_bytes, scheme)


def passing(data, content=None, world=None):
    verifier = Verifier(world or signing_world())
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, content=content)

    def subject():
        if content is not None:
            content._digests.clear()
        return verifier.evaluate(data, request, GIVEN)

    report = subject()
    assert report.exit_code is ExitCode.RECOGNISED, report.verdict.reason
    return subject


def test_detached_over_ten_kilobytes(benchmark):
    data = cades(DOCUMENT, placement=Placement.DETACHED)
    subject = passing(data, Content.of(DOCUMENT))
    ratio(
        "CAdES-B detached over 10 KB, path warm",
        subject,
        raw(data),
        goal=3.0,
        baseline_name="raw ES256",
        note=f"message of {len(data)} bytes with 3 certificates; CRLs of both CAs handed in",
    )
    benchmark(subject)


def test_detached_by_digest_alone(benchmark):
    data = cades(DOCUMENT, placement=Placement.DETACHED)
    content = Content.digested({"sha-256": sha256(DOCUMENT).digest()})
    verifier = Verifier(signing_world())
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, content=content)
    assert verifier.evaluate(data, request, GIVEN).exit_code is ExitCode.RECOGNISED

    def subject():
        return verifier.evaluate(data, request, GIVEN)

    ratio(
        "CAdES-B detached, content by its digest",
        subject,
        raw(data),
        goal=None,
        baseline_name="raw ES256",
    )
    benchmark(subject)


def test_attached_with_a_time_stamp(benchmark):
    data = cades(DOCUMENT, timestamps=clock())
    subject = passing(data)
    one = raw(data)
    ratio(
        "CAdES-B-T attached over 10 KB, paths warm",
        subject,
        lambda: (one(), one()),
        goal=None,
        baseline_name="two raw ES256",
        note=f"message of {len(data)} bytes; the time-stamp is judged like a signature",
    )
    benchmark(subject)


def test_cold_path(benchmark):
    data = cades(DOCUMENT, placement=Placement.DETACHED)
    content = Content.of(DOCUMENT)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, content=content)

    def subject():
        report = Verifier(signing_world()).evaluate(data, request, GIVEN)
        assert report.exit_code is ExitCode.RECOGNISED
        return report

    one = raw(data)
    ratio(
        "CAdES-B detached, everything cold, snapshot built too",
        subject,
        lambda: [one() for _ in range(5)],
        goal=None,
        baseline_name="five raw ES256",
        note="signature, two certificates of the path, two CRLs",
        loops=20,
    )
    benchmark(subject)


def test_reading_alone(benchmark):
    data = cades(DOCUMENT, placement=Placement.DETACHED)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    assert len(parse(data, request).signatures) == 1
    ratio(
        "CAdES-B detached, read into the seam",
        lambda: parse(data, request),
        raw(data),
        goal=None,
        baseline_name="raw ES256",
        note="BER or DER to signed parts; nothing verified",
    )
    benchmark(lambda: parse(data, request))


def test_xades_enveloped_of_five_kilobytes(benchmark):
    data = xades(GOODS)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    (signature,) = xades_family.parse(data, request).signatures
    part = signature.part
    public, scheme = ALICE.key.private_key.public_key(), ec.ECDSA(hashes.SHA256())
    public.verify(part.signature, part.data, scheme)
    subject = passing(data)
    ratio(
        "XAdES-B enveloped in 5 KB, path warm",
        subject,
        lambda: public.verify(part.signature, part.data, scheme),
        goal=15.0,
        baseline_name="raw ES256",
        note=f"document of {len(data)} bytes with 3 certificates; CRLs of both CAs handed in",
    )
    benchmark(subject)


def test_peer_signxml(benchmark):
    """Its own verifier of XAdES, on the same document, given the signer's certificate."""
    peer = pytest.importorskip("signxml.xades")
    data = xades(GOODS)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    (signature,) = xades_family.parse(data, request).signatures
    part = signature.part
    public, scheme = ALICE.key.private_key.public_key(), ec.ECDSA(hashes.SHA256())
    certificate = x509.load_der_x509_certificate(ALICE.certificate)
    terms = peer.XAdESSignatureConfiguration(
        expect_references=2, verification_time=datetime.fromtimestamp(NOW, UTC)
    )

    def read(octets):
        return peer.XAdESVerifier().verify(octets, x509_cert=certificate, expect_config=terms)

    assert read(data)[0].signed_xml.tag == "{urn:test:invoice}Invoice"
    with pytest.raises(pytest.importorskip("signxml").InvalidSignature, match="Digest mismatch"):
        read(data.replace(b"goods", b"g00ds", 1))
    ratio(
        f"peer: signxml {version('signxml')}, XAdES-B enveloped in 5 KB",
        lambda: read(data),
        lambda: public.verify(part.signature, part.data, scheme),
        goal=None,
        baseline_name="raw ES256",
        note="the certificate pinned: no path, no revocation, no trust list, no recognition",
        loops=10,
        base_loops=40,
    )
    benchmark(lambda: read(data))


def test_jades_compact_of_ten_kilobytes(benchmark):
    data = compact(DOCUMENT)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    (signature,) = jades_family.parse(data, request).signatures
    octets = data.rpartition(b".")[0]
    public, scheme = ALICE.key.private_key.public_key(), ec.ECDSA(hashes.SHA256())
    made = ALICE.sign(octets)
    public.verify(made, octets, scheme)
    assert signature.part.data == octets
    subject = passing(data)
    ratio(
        "JAdES-B compact over 10 KB, path warm",
        subject,
        lambda: public.verify(made, octets, scheme),
        goal=2.0,
        baseline_name="raw ES256",
        note=f"message of {len(data)} bytes with 3 certificates; CRLs of both CAs handed in",
    )
    benchmark(subject)
