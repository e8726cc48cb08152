"""TEST-ONLY documents and XAdES signatures over them, in the world of ``cms_samples``."""

from hashlib import sha256

from defa_trust.codec import base64url, xml
from defa_trust.formats.sign_common import sign_plain
from defa_trust.formats.xades_sign import XmlPlacement, sign_xades
from defa_trust.formats.xml_signature import MANIFEST_TYPE
from defa_trust.formats.xmldsig import DIGEST_METHODS, DS, XADES
from tests.build import DAY, NOW
from tests.cms_samples import ALICE

INVOICE = (
    b'<Invoice xmlns="urn:test:invoice" Id="invoice"><Seller>TEST-ONLY seller</Seller>'
    b"<Total>1000</Total></Invoice>"
)


def xades(content=INVOICE, signer=ALICE, placement=XmlPlacement.ENVELOPED, **more):
    """A XAdES-B-B signature made two days ago; B-T with ``timestamps=clock()``."""
    return sign_xades(
        content, signer, **{"placement": placement, "signing_time": NOW - 2 * DAY, **more}
    )


def changed(data, work):
    """The document after ``work(root)``, written again."""
    root = xml.parse(data)
    made = work(root)
    return xml.serialise(root if made is None else made)


def find(root, name, space=DS):
    return next(root.iter(f"{{{space}}}{name}"))


def ds(parent, name, text=None, **attributes):
    return xml.add(parent, f"{{{DS}}}{name}", text, **attributes)


def resigned(root, signer=ALICE):
    """The value of the signature anew, over SignedInfo as it is now."""
    octets = xml.canonical_element(find(root, "SignedInfo"), xml.Canonical.EXCLUSIVE)
    find(root, "SignatureValue").text = base64url.encode_standard(sign_plain(signer, octets))


def with_content_stamp(data, token, signer=ALICE):
    """The signature with a time-stamp over all data objects (EN 319 132-1, 5.2.8.1)."""

    def work(root):
        properties = find(root, "SignedProperties", XADES)
        about = next(properties.iter(f"{{{XADES}}}SignedDataObjectProperties"))
        stamp = xml.add(about, f"{{{XADES}}}AllDataObjectsTimeStamp")
        text = base64url.encode_standard(token)
        xml.add(stamp, f"{{{XADES}}}EncapsulatedTimeStamp", text)
        octets = xml.canonical_element(properties, xml.Canonical.EXCLUSIVE)
        (reference,) = (
            each
            for each in root.iter(f"{{{DS}}}Reference")
            if each.get("Type", "").endswith("#SignedProperties")
        )
        value = next(reference.iter(f"{{{DS}}}DigestValue"))
        value.text = base64url.encode_standard(sha256(octets).digest())
        resigned(root, signer)

    return changed(data, work)


def with_signature_stamp(data, source):
    """The signature with a time-stamp over its value (EN 319 132-1, 5.3)."""

    def work(root):
        octets = xml.canonical_element(find(root, "SignatureValue"), xml.Canonical.EXCLUSIVE)
        held = xml.add(find(root, "QualifyingProperties", XADES), f"{{{XADES}}}UnsignedProperties")
        own = xml.add(held, f"{{{XADES}}}UnsignedSignatureProperties")
        stamp = xml.add(own, f"{{{XADES}}}SignatureTimeStamp")
        ds(stamp, "CanonicalizationMethod", Algorithm=xml.Canonical.EXCLUSIVE.value)
        text = base64url.encode_standard(source("sha-256", sha256(octets).digest()))
        xml.add(stamp, f"{{{XADES}}}EncapsulatedTimeStamp", text)

    return changed(data, work)


def with_manifest(files, *, type=MANIFEST_TYPE, change=None):
    """An enveloping signature over a manifest that lists files by name (XML Signature 1.1, 5.1).

    ``change`` is done to the manifest before it is signed.
    """

    def work(root):
        held = next(each for each in root.iter(f"{{{DS}}}Object") if each.get("Id") == "content")
        held.text = None
        del held.attrib["Id"]
        manifest = ds(held, "Manifest", Id="manifest")
        for name, octets in files.items():
            listed = ds(manifest, "Reference", URI=name)
            digest_into(listed, octets)
        if change is not None:
            change(manifest)
        reference = find(root, "Reference")
        reference.set("URI", "#manifest")
        if type:
            reference.set("Type", type)
        for child in list(reference):
            reference.remove(child)
        ds(ds(reference, "Transforms"), "Transform", Algorithm=xml.Canonical.EXCLUSIVE.value)
        digest_into(reference, xml.canonical_element(manifest, xml.Canonical.EXCLUSIVE))
        resigned(root)

    return changed(xades(b"TEST-ONLY", placement=XmlPlacement.ENVELOPING), work)


def digest_into(reference, octets):
    """DigestMethod and DigestValue of SHA-256."""
    uri = next(uri for uri, name in DIGEST_METHODS.items() if name == "sha-256")
    ds(reference, "DigestMethod", Algorithm=uri)
    ds(reference, "DigestValue", base64url.encode_standard(sha256(octets).digest()))
