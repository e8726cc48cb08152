"""What may go along with a signature of level B-LT, and how each family carries it."""

import pytest

from defa_trust.conformance import revocation_build
from defa_trust.errors import MisuseError
from defa_trust.formats import cades, xades
from defa_trust.formats.sign_common import as_uri, validation_data
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from tests.cms_samples import cades as made_cades
from tests.cms_samples import clock, crls, responses
from tests.xades_samples import xades as made_xades

CRLS = tuple(Item(EvidenceKind.CRL, der) for der in crls())
RESPONSES = tuple(Item(EvidenceKind.OCSP, der) for der in responses())


def test_sorted_each_once():
    held = validation_data((*RESPONSES, *CRLS, *CRLS, *RESPONSES))
    assert held.crls == crls()
    assert held.responses == responses()
    assert held
    assert not validation_data(())


@pytest.mark.parametrize(
    ("octets", "says"),
    [
        (b"", "no OCSP response"),
        (crls()[0], "no OCSP response"),
        (responses()[0] + b"\0", "no OCSP response"),
        (responses()[0][:-1], "no OCSP response"),
        (revocation_build.ocsp_error(3), "answers nothing"),
    ],
)
def test_what_is_no_answer_does_not_go_along(octets, says):
    with pytest.raises(MisuseError, match=says):
        validation_data([Item(EvidenceKind.OCSP, octets)])


@pytest.mark.parametrize("kind", [EvidenceKind.CERTIFICATE, EvidenceKind.CONTENT])
def test_other_kinds_do_not_go_along(kind):
    with pytest.raises(MisuseError, match=kind):
        validation_data([Item(kind, b"\x30\x00")])


@pytest.mark.parametrize(("family", "make"), [(cades, made_cades), (xades, made_xades)])
def test_each_family_carries_them_as_they_came(family, make):
    file = family.parse(
        make(timestamps=clock(), evidence=(*CRLS, *RESPONSES)),
        Request("SG", HolderBinding.IF_PRESENT),
    )
    (signature,) = file.signatures
    assert not signature.unevaluated
    held = {(item.kind, item.octets) for item in (*file.evidence, *signature.evidence)}
    assert held == {(item.kind, item.octets) for item in (*CRLS, *RESPONSES)}


@pytest.mark.parametrize(
    ("given", "uri"),
    [
        ("1.2.840.113549.1.9.16.6.1", "urn:oid:1.2.840.113549.1.9.16.6.1"),
        ("http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin",) * 2,
        ("3.1",) * 2,
        ("2.",) * 2,
    ],
)
def test_oids_as_uris(given, uri):
    assert as_uri(given) == uri
