"""What `inspect` shows of a signed file's certificates: what they are for, and nobody's name."""

from hashlib import sha256

from defa_trust.cli.inspect_signatures import signed_shape
from defa_trust.formats import cades
from defa_trust.request import HolderBinding, Request
from tests import cms_samples
from tests.cms_samples import ALICE, ISSUING


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


def test_a_certificate_that_cannot_be_read_is_named_by_its_code():
    data = cms_samples.cades()
    at = data.index(ISSUING.certificate)
    broken = data[: at + 12] + b"\x05" + data[at + 13 :]  # its version
    entries = shape(broken)["certificateFacts"]
    assert [entry.get("refused") for entry in entries].count("certificate.malformed") == 1
