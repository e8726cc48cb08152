"""XAdES through the seam: placements, what is stated and carried, what is covered."""

from hashlib import sha256

import pytest

from defa_trust.codec import base64url, xml
from defa_trust.content import Content
from defa_trust.crypto import KeyType
from defa_trust.errors import MissingExtraError, MisuseError, Rejection
from defa_trust.formats import xades as family
from defa_trust.formats.signature import RefusedSignature, SignaturePolicy
from defa_trust.formats.xades_sign import Detached, XmlPlacement, sign_xades
from defa_trust.formats.xmldsig import DS, XADES
from defa_trust.material import EvidenceKind, Item
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.signing_crypto import SigningKey
from defa_trust.verdict import NeedKind, RecognitionOutcome
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, BOB, DOCUMENT, ask, clock, codes_of, crls, evidence
from tests.xades_samples import INVOICE, changed, digest_into, find, resigned, xades

REQUEST = Request("SG", HolderBinding.IF_PRESENT)


def only(data, request=REQUEST):
    (signature,) = family.parse(data, request).signatures
    assert not isinstance(signature, RefusedSignature), signature
    return signature


def passes(report):
    (verdict,) = report.verdicts
    assert (str(verdict.validity.indication), codes_of(verdict)) == ("TOTAL-PASSED", [])
    assert verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert verdict.subject.format == "xades"
    return verdict


def form(verdict):
    (said,) = [f.actual for f in verdict.findings if f.code.id == "signature.form"]
    return said


# --- placements ----------------------------------------------------------------------------------
def test_an_enveloped_signature_covers_the_whole_document():
    verdict = passes(ask(xades()))
    assert form(verdict) == "B-B"
    assert [f.actual for f in verdict.findings if f.code.id == "signature.content_intact"] == [
        ("the document", "signed properties")
    ]


def test_an_enveloping_signature_carries_its_content():
    passes(ask(xades(DOCUMENT, placement=XmlPlacement.ENVELOPING)))


def test_a_detached_signature_asks_for_its_content_by_name():
    signed = xades(Detached("contract.txt", Content.of(DOCUMENT)), placement=XmlPlacement.DETACHED)
    (verdict,) = ask(signed).verdicts
    assert codes_of(verdict) == ["signature.content_missing"]
    assert [(need.kind, need.what) for need in verdict.needs] == [
        (NeedKind.CONTENT, "contract.txt")
    ]
    passes(ask(signed, content=Content.of(DOCUMENT)))
    digests = {"sha-256": sha256(DOCUMENT).digest()}
    passes(ask(signed, content=Content.digested(digests)))
    passes(ask(signed, given=evidence(Item(EvidenceKind.CONTENT, DOCUMENT, "contract.txt"))))


def test_several_detached_contents_are_told_apart_by_their_names():
    files = {"a.txt": b"TEST-ONLY a", "b.txt": b"TEST-ONLY b"}
    detached = [Detached(name, Content.of(octets)) for name, octets in files.items()]
    signed = xades(detached, placement=XmlPlacement.DETACHED)
    items = [Item(EvidenceKind.CONTENT, octets, name) for name, octets in files.items()]
    passes(ask(signed, given=evidence(*items)))
    swapped = [
        Item(EvidenceKind.CONTENT, files["b.txt"], "a.txt"),
        Item(EvidenceKind.CONTENT, files["a.txt"], "b.txt"),
    ]
    (verdict,) = ask(signed, given=evidence(*swapped)).verdicts
    assert codes_of(verdict) == ["signature.content_changed"]


def test_a_content_beside_a_signature_that_covers_none_is_not_taken_for_signed():
    (verdict,) = ask(xades(), content=Content.of(DOCUMENT)).verdicts
    assert codes_of(verdict) == ["signature.content_unrelated"]


def test_two_signatures_side_by_side_are_judged_each():
    both = xades(xades(), signer=BOB)
    # The second covers the document with the first in it; the first no longer covers the second.
    first, second = ask(both).verdicts
    assert codes_of(first) == ["signature.content_changed"]
    assert codes_of(second) == []


# --- what it says and carries --------------------------------------------------------------------
def test_what_the_signer_states_is_read_and_revealed_once_verified():
    data = xades(
        commitments=["http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin"],
        roles=["TEST-ONLY director"],
        mime_type="text/xml",
    )
    stated = only(data).stated
    assert stated.signing_time == NOW - 2 * DAY
    assert stated.commitments == ("http://uri.etsi.org/01903/v1.2.2#ProofOfOrigin",)
    assert stated.content_type == "text/xml"
    verdict = passes(ask(data))
    assert verdict.claims["roles"] == ["TEST-ONLY director"]
    assert not any("director" in finding.text for finding in verdict.findings)


def test_levels_b_t_and_b_lt_are_told_by_their_parts():
    assert form(passes(ask(xades(timestamps=clock())))) == "B-T"
    items = [Item(EvidenceKind.CRL, der) for der in crls()]
    report = ask(xades(timestamps=clock(), evidence=items), given=evidence(lists=()))
    verdict = passes(report)
    assert form(verdict) == "B-LT"
    assert [str(v.validity.indication) for v in verdict.nested] == ["TOTAL-PASSED"]


def test_policy_place_and_unread_properties_are_read_and_named():
    def enrich(root):
        own = find(root, "SignedSignatureProperties", XADES)
        policy = xml.add(own, f"{{{XADES}}}SignaturePolicyIdentifier")
        named = xml.add(policy, f"{{{XADES}}}SignaturePolicyId")
        xml.add(
            xml.add(named, f"{{{XADES}}}SigPolicyId"), f"{{{XADES}}}Identifier", "urn:oid:1.2.3"
        )
        digest_into(xml.add(named, f"{{{XADES}}}SigPolicyHash"), b"TEST-ONLY policy")
        place = xml.add(own, f"{{{XADES}}}SignatureProductionPlaceV2")
        xml.add(place, f"{{{XADES}}}CountryName", "VN")
        qualifying = find(root, "QualifyingProperties", XADES)
        unsigned = xml.add(qualifying, f"{{{XADES}}}UnsignedProperties")
        section = xml.add(unsigned, f"{{{XADES}}}UnsignedSignatureProperties")
        xml.add(section, f"{{{XADES}}}CounterSignature")
        xml.add(section, f"{{{XADES}}}CertificateValues")

    read = only(changed(xades(), enrich))
    digest = sha256(b"TEST-ONLY policy").digest()
    assert read.stated.policy == SignaturePolicy("1.2.3", "sha-256", digest, None)
    assert read.stated.place == {"country": "VN"}
    assert read.unevaluated == ("CounterSignature",)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("2026-10-30T00:00:00Z", 1793318400),
        ("2026-10-30T07:00:00.1234567+07:00", 1793318400),
        ("2026-10-30T00:00:00", 1793318400),
    ],
)
def test_times_with_fractions_zones_or_none(text, seconds):
    def retime(root):
        find(root, "SigningTime", XADES).text = text

    assert only(changed(xades(), retime)).stated.signing_time == seconds


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01T00:00:00Z", "2026-10-30"])
def test_a_time_that_is_none_is_refused(text):
    def retime(root):
        find(root, "SigningTime", XADES).text = text

    (refused,) = family.parse(changed(xades(), retime), REQUEST).signatures
    assert refused.finding.code.id == "xades.properties"


# --- coverage ------------------------------------------------------------------------------------
PARTS = b'<Envelope xmlns="urn:test:envelope">' + INVOICE + b"</Envelope>"


def test_a_part_counts_only_where_the_request_reads_a_part():
    """An invoice signed by its identifier, beside its signature, as e-invoices are."""
    data = xades(PARTS, part="invoice")
    (verdict,) = ask(data).verdicts
    assert codes_of(verdict) == ["xades.partial"]
    verdict = passes(ask(data, profiles=frozenset({Profile.XML_PART})))
    assert [
        part for f in verdict.findings if f.code.id == "xades.partial_allowed" for part in f.actual
    ] == ["Invoice"]


def test_a_plain_xml_signature_signs_no_certificate_of_its_own():
    def strip(root):
        held = find(root, "QualifyingProperties", XADES).getparent()
        held.getparent().remove(held)
        info = find(root, "SignedInfo")
        info.remove(info[-1])

    signature = only(changed(xades(), strip))
    assert signature.references == ()
    assert signature.stated.signing_time is None


# --- refusals ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"<a/>", "xades.no_signature"),
        (b"<a", "xml.syntax"),
        (b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', "xml.doctype"),
        ('<?xml version="1.0" encoding="utf-16"?><a/>'.encode("utf-16"), "xml.encoding"),
    ],
)
def test_what_is_no_signed_document_is_refused(data, code):
    with pytest.raises(Rejection) as caught:
        family.parse(data, REQUEST)
    assert caught.value.code.id == code


def test_without_the_package_for_xml_a_document_is_refused_and_nothing_else_happens(monkeypatch):
    def missing(*_, **__):
        raise MissingExtraError("xml", "XML")

    data = xades()
    monkeypatch.setattr("defa_trust.formats.xml_signature.xml.parse", missing)
    (verdict,) = ask(data).verdicts
    assert codes_of(verdict) == ["xades.extra_missing"]
    assert str(verdict.validity.indication) == "INDETERMINATE"
    assert "defa-trust[xml]" in verdict.reason.text


def test_only_xml_that_names_the_namespace_is_taken():
    assert family.detect(xades())
    assert family.detect(b"\xef\xbb\xbf  " + INVOICE + DS.encode())
    assert not family.detect(INVOICE)
    assert not family.detect(b'{"a": "' + DS.encode() + b'"}')
    assert not family.detect(b"")


def test_a_key_without_a_method_is_a_mistake_of_the_caller():
    class Odd:
        certificate, chain = ALICE.certificate, ()
        algorithm = SigningKey.from_seed("TEST-ONLY ed", KeyType.ED25519).algorithm("Ed25519")

    with pytest.raises(MisuseError, match="no signature method"):
        sign_xades(INVOICE, Odd(), placement=XmlPlacement.ENVELOPED, signing_time=NOW)
    with pytest.raises(MisuseError, match="no single part"):
        xades(INVOICE, part="invoice")
    with pytest.raises(MisuseError, match="needs the name"):
        sign_xades(INVOICE, ALICE, placement=XmlPlacement.DETACHED, signing_time=NOW)


def test_an_explicit_policy_is_reported_with_its_digest_and_said_to_be_unprocessed():
    def enrich(root):
        own = find(root, "SignedSignatureProperties", XADES)
        policy = xml.add(own, f"{{{XADES}}}SignaturePolicyIdentifier")
        named = xml.add(policy, f"{{{XADES}}}SignaturePolicyId")
        identifier = xml.add(named, f"{{{XADES}}}SigPolicyId")
        xml.add(identifier, f"{{{XADES}}}Identifier", "urn:oid:1.2.3")
        digest_into(xml.add(named, f"{{{XADES}}}SigPolicyHash"), b"TEST-ONLY policy")
        properties = find(root, "SignedProperties", XADES)
        octets = xml.canonical_element(properties, xml.Canonical.EXCLUSIVE)
        value = list(root.iter(f"{{{DS}}}DigestValue"))[1]
        value.text = base64url.encode_standard(sha256(octets).digest())
        resigned(root)

    verdict = passes(ask(changed(xades(), enrich)))
    (said,) = [f for f in verdict.findings if f.code.id == "signature.policy"]
    digest = sha256(b"TEST-ONLY policy").hexdigest()
    assert (said.expected, said.actual) == (f"sha-256 {digest}", "1.2.3")
    assert "not processed" in said.text


def test_contents_beside_an_enveloped_signature_are_not_taken_for_signed():
    given = [Item(EvidenceKind.CONTENT, octets, None) for octets in (b"one", b"two")]
    (verdict,) = ask(xades(), given=evidence(*given)).verdicts
    assert codes_of(verdict) == ["signature.content_not_covered"]
    (verdict,) = ask(xades(), given=evidence(given[0])).verdicts
    assert codes_of(verdict) == ["signature.content_not_covered"]
