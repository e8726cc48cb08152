"""What `inspect` shows of a signed file's certificates: what they are for, and nobody's name."""

from hashlib import sha256

from defa_trust.cli.inspect_signatures import signed_shape
from defa_trust.demo.pdf_page import one_page
from defa_trust.formats import cades, pades
from defa_trust.formats.pades_sign import sign_pades
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import MAX_LIST_BYTES
from tests import cms_samples
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, ISSUING
from tests.pdf_samples import plain, signed


def shape(data):
    file = cades.parse(data, Request("SG", HolderBinding.IF_PRESENT))
    return signed_shape(file, len(data), show_claims=False)


def test_each_certificate_says_what_it_is_for():
    shown = shape(cms_samples.cades())
    assert shown["certificates"] == len(shown["certificateFacts"]) == 3
    facts = {entry["sha256"]: entry for entry in shown["certificateFacts"]}
    own = facts[sha256(ALICE.certificate).hexdigest()]
    assert own["facts"] == ["key P-256", "signed with ECDSA with SHA-256",
                            "usage content_commitment"]  # fmt: skip
    above = facts[sha256(ISSUING.certificate).hexdigest()]
    assert "usage key_cert_sign" in above["facts"]
    assert own["notBefore"] < own["notAfter"]
    assert "Alice" not in repr(shown)


def test_what_a_signature_carries_itself_is_counted_too():
    """In a PDF each message has its own certificates, and the document those of all."""
    made = {"signing_time": NOW - DAY, "timestamps": cms_samples.clock()}
    lists = [Item(EvidenceKind.CRL, der) for der in cms_samples.crls()]
    data = sign_pades(one_page(["TEST-ONLY"]), ALICE, **made, evidence=lists)
    file = pades.parse(data, Request("SG", HolderBinding.IF_PRESENT))
    shown = signed_shape(file, len(data), show_claims=False)
    assert shown["certificates"] == len(shown["certificateFacts"]) == 3
    assert shown["evidence"] == ["crl", "crl"]


def test_a_document_larger_than_any_list_is_shown_whole(tmp_path, run):
    scan = b"<</Length %d>>\nstream\n%s\nendstream" % (MAX_LIST_BYTES, bytes(MAX_LIST_BYTES))
    path = tmp_path / "large.pdf"
    path.write_bytes(signed(plain({9: scan})))
    result = run("inspect", path)
    assert result.exit_code == 0, result.stdout
    assert "signature 1" in result.stdout


def test_a_certificate_that_cannot_be_read_is_named_by_its_code():
    data = cms_samples.cades()
    at = data.index(ISSUING.certificate)
    broken = data[: at + 12] + b"\x05" + data[at + 13 :]  # its version
    entries = shape(broken)["certificateFacts"]
    assert [entry.get("refused") for entry in entries].count("certificate.malformed") == 1
