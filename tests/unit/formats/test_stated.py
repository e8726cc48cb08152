"""What signers state, in every family: commitment and policy are told, role and place revealed."""

from hashlib import sha256

import pytest

from defa_trust.codec import base64url, der, xml
from defa_trust.codec.der import context, encode_oid, tlv
from defa_trust.formats import cades as family
from defa_trust.formats.asic_sign import Form
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.cms_sign import attribute
from defa_trust.formats.xades_sign import XmlPlacement
from tests.asic_samples import changed as repacked
from tests.asic_samples import held, simple
from tests.cms_samples import DOCUMENT, ask, cades
from tests.jades_samples import flattened, header_of
from tests.pdf_samples import message, signed
from tests.xades_samples import DS, XADES, changed, digest_into, find, resigned, xades

COMMITMENT = "1.2.840.113549.1.9.16.6.1"
POLICY = b"TEST-ONLY policy"
DIGEST = sha256(POLICY).digest()
ROLE, CITY = "TEST-ONLY director", "TEST-ONLY Hue"


def utf8(text):
    return tlv(der.UTF8_STRING, text.encode())


def attributes():
    """Policy, place and claimed role as signed attributes of CMS."""
    hashed = der.seq(der.seq(encode_oid("2.16.840.1.101.3.4.2.1")), tlv(der.OCTET_STRING, DIGEST))
    roles = der.seq(tlv(context(0), der.seq(attribute("2.5.4.72", utf8(ROLE)))))
    return (
        attribute(family.POLICY, der.seq(encode_oid("1.2.3"), hashed)),
        attribute(family.LOCATION, der.seq(tlv(context(1), utf8(CITY)))),
        attribute(family.ATTRIBUTES_V2, roles),
    )


def in_cms(**more):
    return {"commitments": [COMMITMENT], "further": attributes(), **more}


def in_jades():
    digest = {"digAlg": "S256", "digVal": base64url.encode(DIGEST)}
    return flattened(
        header=header_of(
            srCms=[{"commId": {"id": f"urn:oid:{COMMITMENT}"}}],
            sigPId={"id": "urn:oid:1.2.3", "hashAV": digest},
            sigPl={"addressLocality": CITY},
            srAts=[{"claimed": {"mediaType": "text/plain", "vals": [ROLE]}}],
        )
    )


def in_xades(content=None, **more):
    def enrich(root):
        def add(parent, name, text=None):
            return xml.add(parent, f"{{{XADES}}}{name}", text)

        own = find(root, "SignedSignatureProperties", XADES)
        named = add(add(own, "SignaturePolicyIdentifier"), "SignaturePolicyId")
        add(add(named, "SigPolicyId"), "Identifier", "urn:oid:1.2.3")
        digest_into(add(named, "SigPolicyHash"), POLICY)
        add(add(own, "SignatureProductionPlaceV2"), "City", CITY)
        add(add(add(own, "SignerRoleV2"), "ClaimedRoles"), "ClaimedRole", ROLE)
        properties = find(root, "SignedProperties", XADES)
        octets = xml.canonical_element(properties, xml.Canonical.EXCLUSIVE)
        (reference,) = (
            each
            for each in root.iter(f"{{{DS}}}Reference")
            if each.get("Type", "").endswith("#SignedProperties")
        )
        value = next(reference.iter(f"{{{DS}}}DigestValue"))
        value.text = base64url.encode_standard(sha256(octets).digest())
        resigned(root)

    if content is None:
        content = xades(commitments=[f"urn:oid:{COMMITMENT}"], **more)
    return changed(content, enrich)


def in_asic_xades():
    name = "META-INF/signatures.xml"
    data = simple(Form.XADES, commitments=[COMMITMENT])
    return repacked(data, {name: in_xades(held(data)[name])})


def in_asic_cades():
    inner = cades(placement=Placement.DETACHED, **in_cms())
    return repacked(simple(), {"META-INF/signature.p7s": inner})


FAMILIES = {
    "cades": (lambda: cades(**in_cms()), cades),
    "jades": (in_jades, flattened),
    "pades": (lambda: signed(make=lambda covered: message(covered, **in_cms())), signed),
    "xades": (in_xades, xades),
    "xades enveloping": (
        lambda: in_xades(
            xades(DOCUMENT, placement=XmlPlacement.ENVELOPING, commitments=[COMMITMENT])
        ),
        lambda: xades(DOCUMENT, placement=XmlPlacement.ENVELOPING),
    ),
    "asic with cades": (in_asic_cades, simple),
    "asic with xades": (in_asic_xades, lambda: simple(Form.XADES)),
}  # fmt: skip


def told(verdict, code):
    return [(f.expected, f.actual) for f in verdict.findings if f.code.id == code]


@pytest.mark.parametrize("name", FAMILIES)
def test_every_family_tells_what_its_signer_states(name):
    made, bare = FAMILIES[name]
    (verdict,) = ask(made()).verdicts
    assert str(verdict.validity.indication) == "TOTAL-PASSED"
    assert told(verdict, "signature.commitment") == [(None, (COMMITMENT,))]
    assert told(verdict, "signature.policy") == [(f"sha-256 {DIGEST.hex()}", "1.2.3")]
    assert verdict.claims["roles"] == [ROLE]
    assert verdict.claims["place"] == {"locality": CITY}
    # They can tell who somebody is and where: only the claims say them.
    assert not any(word in f.text for f in verdict.findings for word in (ROLE, CITY))
    (verdict,) = ask(bare()).verdicts
    assert str(verdict.validity.indication) == "TOTAL-PASSED"
    assert told(verdict, "signature.commitment") == told(verdict, "signature.policy") == []
    assert verdict.claims.keys().isdisjoint({"roles", "place", "reason"})


# --- PDF: entries that stand for attributes ------------------------------------------------------
def stated_by(entries, **more):
    (verdict,) = ask(signed(entries=entries, **more)).verdicts
    assert str(verdict.validity.indication) == "TOTAL-PASSED"
    assert "Hue" not in "".join(finding.text for finding in verdict.findings)
    return verdict.claims


@pytest.mark.parametrize(
    ("entries", "place", "reason"),
    [
        (b" /Location (Hue) /Reason (Approved)", {"location": "Hue"}, "Approved"),
        (b" /Location <feff004800750065>", {"location": "Hue"}, None),
        (b" /Location (H\\165e) /Reason (\\(yes\\))", {"location": "Hue"}, "(yes)"),
        (b" /Location () /Reason <>", None, None),
        (b" /Location /Hue /Reason 4", None, None),
        (b" /Location 4 0 R /Reason 4 0 R", None, None),
    ],
)
def test_the_place_and_the_reason_of_a_pdf_signature(entries, place, reason):
    claims = stated_by(entries)
    assert claims.get("place") == place
    assert claims.get("reason") == reason


def test_the_attribute_goes_before_the_entry():
    claims = stated_by(
        b" /Location (Hue)", make=lambda covered: message(covered, further=attributes()[1:2])
    )
    assert claims["place"] == {"locality": CITY}


def test_an_entry_changed_afterwards_is_not_believed():
    data = signed(entries=b" /Location (Hue)")
    (verdict,) = ask(data.replace(b"(Hue)", b"(Hoi)")).verdicts
    assert verdict.validity.sub_indication == "HASH_FAILURE"
    assert not hasattr(verdict, "claims")
