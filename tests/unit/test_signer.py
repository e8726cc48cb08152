"""Signers: whatever has the four members of the protocol signs in every family; keys in software
under the hash that CMS needs."""

import pytest

from defa_trust.algorithms import ECDSA_DER, PS256, RS256, RS384, RS512, KeyType
from defa_trust.demo import pki
from defa_trust.demo.keys import kept_rsa
from defa_trust.errors import MisuseError
from defa_trust.formats.asic_sign import Form
from defa_trust.formats.cades_sign import Placement, sign_cades
from defa_trust.formats.jades_sign import JadesForm, sign_jades
from defa_trust.formats.pades_sign import add_document_timestamp, sign_pades
from defa_trust.formats.tst_sign import authority
from defa_trust.formats.xades_sign import XmlPlacement
from defa_trust.signer import Signer, SoftwareSigner
from tests.asic_samples import extended, simple
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT, ISSUING, TSA, ask, cades, clock
from tests.pdf_samples import plain
from tests.xades_samples import xades

MADE = NOW - 2 * DAY


class Remote:
    """What stands for a device or a service: nothing of ``SoftwareSigner`` but the protocol."""

    def __init__(self, inner):
        self._inner = inner
        self.certificate, self.chain = inner.certificate, inner.chain
        self.algorithm = inner.algorithm
        self.asked = []

    def sign(self, data):
        self.asked.append(data)
        return self._inner.sign(data)


FAMILIES = {
    "cades": lambda signer, **more: cades(signer=signer, **more),
    "jades": lambda signer, **more: sign_jades(
        DOCUMENT, signer, form=JadesForm.GENERAL, signing_time=MADE, **more
    ),
    "pades": lambda signer, **more: sign_pades(plain(), signer, signing_time=MADE, **more),
    "xades": lambda signer, **more: xades(signer=signer, **more),
    "xades enveloping": lambda signer, **more: xades(
        DOCUMENT, signer, XmlPlacement.ENVELOPING, **more
    ),
    "asic-s with cades": lambda signer, **more: simple(Form.CADES, signer, **more),
    "asic-e with cades": lambda signer, **more: extended(Form.CADES, signer, **more),
    "asic-e with xades": lambda signer, **more: extended(Form.XADES, signer, **more),
}


def passes(data):
    report = ask(data)
    assert {str(verdict.validity.indication) for verdict in report.verdicts} == {"TOTAL-PASSED"}
    assert report.exit_code.value == 0


@pytest.mark.parametrize("family", FAMILIES)
def test_a_device_or_a_service_signs_in_every_family(family):
    remote, unit = Remote(ALICE), Remote(TSA)
    assert isinstance(remote, Signer)
    assert not isinstance(remote, SoftwareSigner)
    passes(FAMILIES[family](remote))
    assert len(remote.asked) == 1
    passes(FAMILIES[family](remote, timestamps=authority(unit, NOW - DAY)))
    assert len(unit.asked) == 1


def test_a_service_that_signs_something_else_is_found_out():
    class Other(Remote):
        def sign(self, data):
            return super().sign(data + b" ")

    (verdict,) = ask(cades(signer=Other(ALICE))).verdicts
    assert verdict.validity.sub_indication == "SIG_CRYPTO_FAILURE"


def test_a_device_stamps_a_document():
    unit = Remote(TSA)
    signed = sign_pades(plain(), Remote(ALICE), signing_time=MADE)
    passes(add_document_timestamp(signed, authority(unit, NOW - DAY)))
    assert len(unit.asked) == 1


# --- one digest for the content and the signature ------------------------------------------------
def signer(key_type, chosen=None):
    own = kept_rsa("vn-signer") if key_type is KeyType.RSA else None
    made = pki.signer(f"{key_type}", "VN", ISSUING, key_type=key_type, own=own)
    return SoftwareSigner(made.key, made.certificate, made.chain, chosen)


@pytest.mark.parametrize("digest", ["sha-256", "sha-384", "sha-512"])
@pytest.mark.parametrize(
    "key_type", [KeyType.P256, KeyType.P384, KeyType.P521, KeyType.RSA, KeyType.ED25519]
)
def test_cms_under_every_digest(key_type, digest):
    """Under the algorithm of that hash it passes; under another nothing is signed."""
    usual = signer(key_type)
    fitting = usual.hashing(digest)
    assert fitting.algorithm.hash in (None, digest.upper())
    assert fitting.certificate == usual.certificate
    for placement in Placement:
        made = sign_cades(
            DOCUMENT, fitting, placement=placement, signing_time=MADE, digest=digest,
            timestamps=clock(),
        )  # fmt: skip
        assert made
    passes(cades(signer=fitting, digest=digest))
    passes(sign_pades(plain(), fitting, signing_time=MADE, digest=digest))
    if usual.algorithm.hash not in (None, digest.upper()):
        for sign in (
            lambda: cades(signer=usual, digest=digest),
            lambda: sign_pades(plain(), usual, signing_time=MADE, digest=digest),
            lambda: simple(Form.CADES, usual, digest=digest),
        ):
            with pytest.raises(MisuseError, match=f"not with {digest}"):
                sign()


@pytest.mark.parametrize(
    ("given", "digest", "found"),
    [
        ((KeyType.P256, None), "sha-384", ECDSA_DER[KeyType.P256, "SHA-384"]),
        ((KeyType.P256, None), "sha-256", ECDSA_DER[KeyType.P256, "SHA-256"]),
        ((KeyType.P256, None), "sha3-256", ECDSA_DER[KeyType.P256, "SHA-256"]),
        ((KeyType.RSA, None), "sha-512", RS512),
        ((KeyType.RSA, RS384), "sha-256", RS256),
        ((KeyType.RSA, PS256), "sha-512", PS256),
    ],
)
def test_another_hash_is_another_algorithm_of_the_same_kind(given, digest, found):
    assert signer(*given).hashing(digest).algorithm is found
