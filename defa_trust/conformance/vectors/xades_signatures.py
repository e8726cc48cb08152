"""XAdES: what of a document is signed, by whom, and what does not count (EN 319 132-1)."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from hashlib import sha1
from typing import Any

from ...algorithms import SignatureEncoding
from ...codec import base64url, xml
from ...codec.xml import Element
from ...content import Content
from ...formats.xades_sign import Detached, XmlPlacement, sign_xades
from ...formats.xmldsig import DS, XADES
from ...signer import SoftwareSigner
from ...signing_crypto import SigningKey, ecdsa_with_sha_1
from ..build import DAY, MOMENT, request_of
from ..cms_build import (
    ALICE,
    BOB,
    DOCUMENT,
    MADE,
    MALLORY,
    SHORT,
    case,
    clock,
    crls,
    item,
    signing_world,
)
from ..registry import Case, Group, Importance

_EN = "EN 319 132-1"
_AV = "EN 319 102-1"
_SIG = "XML Signature 1.1"
_INVOICE_SPACE = "urn:test:invoice"
_INVOICE = (
    b'<Invoice xmlns="urn:test:invoice" Id="invoice"><Seller>TEST-ONLY seller</Seller>'
    b"<Total>1000</Total></Invoice>"
)
_PARTS = b'<Envelope xmlns="urn:test:envelope">' + _INVOICE + b"</Envelope>"
_READS_PARTS = request_of(profiles=["xml-part"])
_group = Group("xades", features=("xades", "certificate-path", "crl", "es256"), twin="enveloped")


def _xades(
    content: bytes | Detached = _INVOICE,
    signer: SoftwareSigner = ALICE,
    placement: XmlPlacement = XmlPlacement.ENVELOPED,
    **more: Any,
) -> bytes:
    return sign_xades(content, signer, **{"placement": placement, "signing_time": MADE, **more})


def _changed(data: bytes, work: Callable[[Element], None]) -> bytes:
    root = xml.parse(data)
    work(root)
    return xml.serialise(root)


def _find(root: Element, name: str, space: str = DS) -> Element:
    return next(root.iter(f"{{{space}}}{name}"))


def _algorithm(name: str, uri: str) -> Case:
    """The first element of that name with another algorithm."""
    return case(_changed(_xades(), lambda root: _find(root, name).set("Algorithm", uri)))


def _signed_anew(
    work: Callable[[Element], None], sign: Callable[[SigningKey, bytes], bytes]
) -> bytes:
    """The good signature with something else in its SignedInfo, which Alice then signed."""
    root = xml.parse(_xades())
    work(root)
    signed = xml.canonical_element(_find(root, "SignedInfo"), xml.Canonical.EXCLUSIVE)
    value = sign(ALICE.key, signed)
    _find(root, "SignatureValue").text = base64url.encode_standard(value)
    return xml.serialise(root)


def _detached(*contents: bytes) -> Case:
    signed = Detached("contract.txt", Content.of(DOCUMENT))
    data = _xades(signed, placement=XmlPlacement.DETACHED)
    return case(data, *(item("content", octets) for octets in contents))


# --- placements ----------------------------------------------------------------------------------
@_group.vector(f"{_EN}, 6")
def enveloped() -> Case:
    """Level B-B, inside the document it signs, all of which it covers."""
    return case(_xades())


@_group.vector(f"{_SIG}, 10")
def enveloping() -> Case:
    """The content stands inside the signature, as base64."""
    return case(_xades(DOCUMENT, placement=XmlPlacement.ENVELOPING))


@_group.vector(f"{_SIG}, 10")
def detached() -> Case:
    """The content came by itself."""
    return _detached(DOCUMENT)


@_group.vector(f"{_AV}, 5.2.7", "signature.content_missing", twin="detached")
def detached_without_content() -> Case:
    """Nobody brought the content: nothing is known of it."""
    return _detached()


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed", twin="detached")
def detached_with_other_content() -> Case:
    """The content that was brought is another one."""
    return _detached(DOCUMENT + b" ")


_FILES = {"a.txt": b"TEST-ONLY a", "b.txt": b"TEST-ONLY b"}


def _listed(*names: str, given: dict[str, bytes] = _FILES) -> Case:
    """A signature over the files of these names, beside what was brought under which name."""
    signed = [Detached(name, Content.of(_FILES[name])) for name in names]
    data = sign_xades(signed, ALICE, placement=XmlPlacement.DETACHED, signing_time=MADE)
    brought = [{**item("content", octets), "uri": name} for name, octets in given.items()]
    return case(data, *brought)


@_group.vector(f"{_SIG}, 10")
def files_by_name() -> Case:
    """Two files are signed, and both were brought under their names."""
    return _listed("a.txt", "b.txt")


@_group.vector(f"{_AV}, 5.2.7", "signature.content_not_covered", twin="files_by_name")
def files_of_which_one_is_left_out() -> Case:
    """Two files were brought, and the signature lists one of them."""
    return _listed("a.txt")


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed", twin="files_by_name")
def files_under_each_others_names() -> Case:
    """Both files were brought, each under the name of the other."""
    one, other = _FILES.values()
    return _listed("a.txt", "b.txt", given={"a.txt": other, "b.txt": one})


# --- the document --------------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def changed_total() -> Case:
    """A number in the document was changed."""
    return case(_xades().replace(b">1000<", b">9000<"))


@_group.vector(f"{_AV}, 5.2.7", "signature.content_changed")
def element_added() -> Case:
    """A second total was added before the signature."""

    def work(root: Element) -> None:
        xml.add(root, f"{{{_INVOICE_SPACE}}}Total", "9000")

    return case(_changed(_xades(), work))


@_group.vector(f"{_SIG}, 8.1.2")
def comment_inside_a_value() -> Case:
    """A comment cuts a value in two: canonicalisation drops it, and the signature holds."""
    return case(_xades().replace(b">1000<", b">1<!-- -->000<"))


# --- what is covered -----------------------------------------------------------------------------
@_group.vector(f"{_SIG}, 8.1.1", importance=Importance.PROFILE)
def part_where_a_part_is_read() -> Case:
    """One element is signed by its identifier, and the request reads only what is signed."""
    return case(_xades(_PARTS, part="invoice"), request=_READS_PARTS)


@_group.vector(
    f"{_SIG}, 8.1.1",
    "xades.partial",
    twin="part_where_a_part_is_read",
    importance=Importance.PROFILE,
    notes="What stands around the signed part, by anybody, is taken for signed.",
)
def part_of_a_document() -> Case:
    """One element is signed by its identifier; the request says nothing about parts."""
    return case(_xades(_PARTS, part="invoice"))


@_group.vector(
    f"{_SIG}, 4.4.3.2",
    "xades.id_repeated",
    twin="part_where_a_part_is_read",
    notes="One reader verifies the first of the two, another reads the second.",
)
def wrapped_under_the_same_identifier() -> Case:
    """A forged element of the same identifier stands before the signed one."""

    def work(root: Element) -> None:
        forged = deepcopy(_find(root, "Invoice", _INVOICE_SPACE))
        _find(forged, "Total", _INVOICE_SPACE).text = "9000"
        root.insert(0, forged)

    return case(_changed(_xades(_PARTS, part="invoice"), work), request=_READS_PARTS)


@_group.vector(f"{_SIG}, 4.4.3.2", "xades.reference_nowhere", twin="part_where_a_part_is_read")
def identifier_that_leads_nowhere() -> Case:
    """No element has the identifier that is signed."""
    data = _xades(_PARTS, part="invoice").replace(b'Id="invoice"', b'Id="another"')
    return case(data, request=_READS_PARTS)


@_group.vector(
    f"{_SIG}, 8.1.1",
    "xades.partial",
    twin="enveloping",
    importance=Importance.PROFILE,
    notes="A second object is shown as if it were the signed one.",
)
def second_object() -> Case:
    """Another object stands in the enveloping signature, and no reference covers it."""

    def work(root: Element) -> None:
        extra = xml.add(root, f"{{{DS}}}Object", base64url.encode_standard(b"forged"))
        extra.set("Id", "forged")

    return case(_changed(_xades(DOCUMENT, placement=XmlPlacement.ENVELOPING), work))


@_group.vector(
    f"{_SIG}, 8.1.1",
    "xades.partial",
    importance=Importance.PROFILE,
    notes="Whoever takes the first element of a name finds the one that nobody signed.",
)
def object_in_the_signature_of_a_document() -> Case:
    """Another invoice stands in an object of the enveloped signature, which no digest is over."""

    def work(root: Element) -> None:
        extra = xml.add(_find(root, "Signature"), f"{{{DS}}}Object")
        extra.append(xml.parse(_INVOICE.replace(b"1000", b"9000").replace(b' Id="invoice"', b"")))

    return case(_changed(_xades(), work))


@_group.vector(
    f"{_SIG}, 8.1.2",
    "xades.transform",
    notes="A transform that the message chooses takes away whatever was changed.",
)
def style_sheet_as_transform() -> Case:
    """What is signed goes through XSLT."""
    return _algorithm("Transform", "http://www.w3.org/TR/1999/REC-xslt-19991116")


# --- algorithms ----------------------------------------------------------------------------------
@_group.vector("ETSI TS 119 312, 6", "crypto.algorithm_obsolete")
def method_with_sha_1() -> Case:
    """The signature method is ECDSA with SHA-1, and so is its value."""

    def work(root: Element) -> None:
        method = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1"
        _find(root, "SignatureMethod").set("Algorithm", method)

    return case(
        _signed_anew(work, lambda key, data: ecdsa_with_sha_1(key, data, SignatureEncoding.RAW))
    )


@_group.vector(
    f"{_SIG}, 6.3",
    "crypto.algorithm_symmetric",
    notes="The signer's public key is used as the secret of an HMAC.",
)
def method_hmac() -> Case:
    """The signature method is an HMAC."""
    return _algorithm("SignatureMethod", "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256")


@_group.vector("ETSI TS 119 312, 5", "xades.digest_weak")
def digest_with_sha_1() -> Case:
    """The digest of the document is made with SHA-1."""

    def work(root: Element) -> None:
        whole = xml.canonical_element(xml.parse(_INVOICE), xml.Canonical.EXCLUSIVE)
        digest = sha1(whole, usedforsecurity=False).digest()
        _find(root, "DigestMethod").set("Algorithm", DS + "sha1")
        _find(root, "DigestValue").text = base64url.encode_standard(digest)

    return case(_signed_anew(work, lambda key, data: key.sign("ES256", data)))


# --- signature and properties --------------------------------------------------------------------
@_group.vector(
    f"{_SIG}, 3.2.2",
    "crypto.signature_invalid",
    notes="Digests are compared, and SignedInfo is not verified.",
)
def digest_that_fits_a_changed_document() -> Case:
    """Document and digest were changed together; SignedInfo is no longer the one signed."""
    other = xml.parse(_xades(_INVOICE.replace(b"1000", b"9000")))

    def work(root: Element) -> None:
        _find(root, "DigestValue").text = _find(other, "DigestValue").text
        _find(root, "Total", _INVOICE_SPACE).text = "9000"

    return case(_changed(_xades(), work))


@_group.vector(f"{_EN}, 5.2.1", "signature.content_changed")
def changed_signing_time() -> Case:
    """The signing time among the signed properties was changed."""

    def work(root: Element) -> None:
        _find(root, "SigningTime", XADES).text = "2020-01-01T00:00:00Z"

    return case(_changed(_xades(), work))


@_group.vector(f"{_EN}, 4.3.1", "xades.properties")
def properties_of_another_signature() -> Case:
    """The properties name another signature as their target."""

    def work(root: Element) -> None:
        _find(root, "QualifyingProperties", XADES).set("Target", "#another")

    return case(_changed(_xades(), work))


@_group.vector(
    f"{_AV}, 5.2.3",
    "signature.certificate_absent",
    notes="Whoever's certificate stands in KeyInfo is named as the signer.",
)
def swapped_certificate() -> Case:
    """Another person's certificate stands in KeyInfo."""

    def work(root: Element) -> None:
        _find(root, "X509Certificate").text = base64url.encode_standard(BOB.certificate)

    return case(_changed(_xades(), work))


@_group.vector(f"{_AV}, 5.2.6", "path.no_issuer")
def signer_below_no_listed_authority() -> Case:
    """The signer's authority is on no list."""
    return case(_xades(signer=MALLORY))


@_group.vector(f"{_AV}, 5.4", "recognition.no_arrangement")
def recognised_by_nobody() -> Case:
    """The receiving state has no arrangement for the signer's state."""
    return case(_xades(), world=signing_world(arrangements=[]))


# --- time ----------------------------------------------------------------------------------------
_THEN = (*crls(MOMENT - 15 * DAY), *crls())


@_group.vector(f"{_EN}, 5.3", features=("rfc3161",))
def stamped_before_the_certificate_ended() -> Case:
    """Level B-T: the certificate has ended, and a time-stamp shows that the signature is older."""
    return case(_xades(signer=SHORT, timestamps=clock(MOMENT - 20 * DAY)), lists=_THEN)


@_group.vector(
    f"{_AV}, 5.5.4",
    "path.expired",
    twin="stamped_before_the_certificate_ended",
    features=("rfc3161",),
)
def stamped_after_the_certificate_ended() -> Case:
    """The time-stamp is younger than the end of the certificate."""
    return case(_xades(signer=SHORT, timestamps=clock(MOMENT - 5 * DAY)), lists=_THEN)
