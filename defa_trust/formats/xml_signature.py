"""One `ds:Signature` (XML Signature 1.1) reduced to what is signed, and over what (floor 3).

Transforms decide what bytes a digest is over, and a message chooses its transforms; so only those
are run that can take away signatures or change an encoding. Of the document nothing leaves this
module but canonical octets, each under the reference that covers it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum, auto
from typing import Final, NamedTuple

from ..algorithms import ECDSA_DER, JOSE_ALGORITHMS, Algorithm, KeyType
from ..codec import base64url, xml
from ..codec.xml import Canonical, Element
from ..codes import crypto as crypto_codes
from ..codes import xades as codes
from ..content import Content
from ..errors import Rejection
from .xmldsig import DIGEST_METHODS, DS, ENVELOPED, SIGNATURE_METHODS, raw_to_der, signed_parts

SIGNATURE: Final = f"{{{DS}}}Signature"
OBJECT: Final = f"{{{DS}}}Object"
MANIFEST: Final = f"{{{DS}}}Manifest"
MANIFEST_TYPE: Final = DS + "Manifest"
BASE64: Final = DS + "base64"
XPATH: Final = "http://www.w3.org/TR/1999/REC-xpath-19991116"
FILTER: Final = "http://www.w3.org/2002/06/xmldsig-filter2"

MAX_REFERENCES: Final = 64
MAX_TRANSFORMS: Final = 6
MAX_CERTIFICATES: Final = 32
MAX_DOCUMENT_TAGS: Final = 1_000_000
"""Ours: so many take about 140 MB and a second and a half to parse."""
MAX_TAGS: Final = 2 * MAX_DOCUMENT_TAGS
"""Ours: of all that is canonicalised or copied of one document, after which nothing more is."""
_MAX_INFO_NODES: Final = 4096
_MAX_VALUE: Final = 1 << 16
"""Ours: characters of a signature's value, which every time-stamp over it canonicalises."""
_WITH_COMMENTS: Final = "WithComments"
_METHODS: Final = {
    **{method.value: method for method in Canonical},
    "http://www.w3.org/2001/10/xml-exc-c14n#WithComments": Canonical.EXCLUSIVE,
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315#WithComments": Canonical.INCLUSIVE,
    "http://www.w3.org/2006/12/xml-c14n11": Canonical.INCLUSIVE,
    "http://www.w3.org/2006/12/xml-c14n11#WithComments": Canonical.INCLUSIVE,
}
"""Canonical XML 1.1 differs from 1.0 only for `xml:` attributes of ancestors, and ``_method``
refuses it where there are any."""
_C14N11: Final = "http://www.w3.org/2006/12/xml-c14n11"
_INCLUSIVE_NAMESPACES: Final = f"{{{Canonical.EXCLUSIVE.value}}}InclusiveNamespaces"
_WEAK_DIGESTS: Final = {
    DS + "sha1": "SHA-1",
    "http://www.w3.org/2001/04/xmldsig-more#md5": "MD5",
    "http://www.w3.org/2001/04/xmldsig-more#sha224": "SHA-224",
    "http://www.w3.org/2001/04/xmlenc#ripemd160": "RIPEMD-160",
}
_OBSOLETE: Final = {
    DS + "rsa-sha1": "RSA with SHA-1",
    DS + "dsa-sha1": "DSA with SHA-1",
    "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha1": "ECDSA with SHA-1",
    "http://www.w3.org/2001/04/xmldsig-more#rsa-md5": "RSA with MD5",
}
_SYMMETRIC: Final = "hmac-"
_CURVES_OF_SIZE: Final = {
    64: (KeyType.P256, KeyType.BRAINPOOL_P256R1),
    96: (KeyType.P384, KeyType.BRAINPOOL_P384R1),
    128: (KeyType.BRAINPOOL_P512R1,),
    132: (KeyType.P521,),
}
_DROPS_SIGNATURES: Final = {
    (XPATH, "", "not(ancestor-or-self::ds:Signature)"),
    (FILTER, "subtract", "/descendant::ds:Signature"),
    (FILTER, "subtract", "//ds:Signature"),
    (FILTER, "subtract", "/descendant::*[name()='ds:Signature']"),
}
"""The XPath transforms in use that take away all signatures and nothing else, letter for letter."""


_ROOT_WITH_COMMENTS: Final = "#xpointer(/)"
"""The one reference that keeps comments (4.4.3.3); `#xpointer(id('x'))` has not been seen."""


class Without(Enum):
    """What a reference to the document leaves out of it."""

    NOTHING = auto()
    OWN_SIGNATURE = auto()
    EVERY_SIGNATURE = auto()


class Target(Enum):
    """Where the octets of a reference are."""

    DOCUMENT = auto()
    PART = auto()
    """An element of the document outside this signature."""
    INSIDE = auto()
    """An element of this signature: an object, its properties, KeyInfo."""
    ELSEWHERE = auto()


class Reference(NamedTuple):
    """One reference. ``content`` is what its digest is over, ``None`` where it is detached."""

    id: str | None
    uri: str | None
    type: str
    digest: str
    value: bytes
    target: Target
    element: Element | None
    content: Content | None
    without: Without = Without.NOTHING


class XmlSignature(NamedTuple):
    """One signature's own parts. ``octets`` is SignedInfo as it was signed."""

    element: Element
    octets: bytes
    value: bytes
    value_element: Element
    algorithms: tuple[Algorithm, ...]
    references: tuple[Reference, ...]
    certificates: tuple[bytes, ...]


class Document:
    """A parsed document, its identifiers, and how much of it may still be written and copied."""

    __slots__ = ("_ids", "_left", "_size", "_tags", "root")

    def __init__(self, data: bytes, *, max_bytes: int) -> None:
        """Raises ``Rejection``: `xml.*`."""
        self.root = xml.parse(data, max_bytes=max_bytes, max_tags=MAX_DOCUMENT_TAGS)
        self._ids: dict[str, list[Element]] | None = None
        self._left = 16 * len(data) + (1 << 20)
        self._tags = MAX_TAGS
        self._size = data.count(b"<")

    def named(self, id: str) -> Element:
        """The one element of this identifier."""
        if self._ids is None:
            self._ids = xml.identified(self.root)
        found = self._ids.get(id, ())
        if not found:
            raise Rejection(codes.REFERENCE_NOWHERE)
        if len(found) > 1:
            raise Rejection(codes.ID_REPEATED, actual=len(found))
        return found[0]

    def spend(self, octets: bytes) -> bytes:
        """Count what canonicalisation made: many references over a large document are no way to
        keep a verifier busy."""
        self._left -= len(octets)
        if self._left < 0:
            raise Rejection(codes.TOO_MANY, expected="16 times its octets", actual="signed octets")
        self._handled(octets.count(b"<"))
        return octets

    def copy_without(
        self, element: Element, signature: Element, without: Without, method: Canonical
    ) -> Element:
        """``element`` as the root of a tree of its own, from which signatures are taken."""
        if element is self.root:
            copy = xml.copy_of(element)
            self._handled(self._size)
        else:
            copy = xml.with_context(element, xml_attributes=method is Canonical.INCLUSIVE)
            self._handled(2 * xml.size(copy))
        if without is Without.OWN_SIGNATURE:
            gone = [xml.at_place(copy, xml.place_of(signature, element))]
        else:
            gone = list(copy.iter(SIGNATURE))
        for each in gone:
            if each is copy:
                raise Rejection(codes.TRANSFORM, actual="a signature that leaves itself out")
            if each.getparent() is not None:
                xml.detach(each)
        return copy

    def _handled(self, tags: int) -> None:
        """Trees cost by their tags, not by their octets."""
        if self._tags < 0:
            raise Rejection(codes.TOO_MANY, expected=MAX_TAGS, actual="tags")
        self._tags -= tags


def read_signature(document: Document, element: Element) -> XmlSignature:
    """Read one ds:Signature; raises ``Rejection``: `xades.*`, `xml.*`, `crypto.*`."""
    parts = xml.children(element)
    names = [part.tag for part in parts]
    if names[:2] != [f"{{{DS}}}SignedInfo", f"{{{DS}}}SignatureValue"]:
        raise _structure("SignedInfo and SignatureValue")
    behind = names[2:]
    if behind[:1] == [f"{{{DS}}}KeyInfo"]:
        behind = behind[1:]
    if any(name != OBJECT for name in behind):
        raise _structure("children of Signature")
    info_element, value_element = parts[0], parts[1]
    _bound(info_element)
    # From here on everything is read from the octets that are verified.
    octets, steps = signed_parts(
        info_element, lambda step: method_of(step, info_element), _structure
    )
    if len(steps) < 3 or steps[1].tag != f"{{{DS}}}SignatureMethod":
        raise _structure("SignedInfo")
    if len(steps) - 2 > MAX_REFERENCES:
        raise Rejection(codes.TOO_MANY, expected=MAX_REFERENCES, actual="references")
    if len(xml.leaf(value_element) or "") > _MAX_VALUE:
        raise _structure("the size of SignatureValue")
    value = _octets(value_element, "SignatureValue")
    algorithms, value = _algorithms(steps[1], value)
    return XmlSignature(
        element,
        octets,
        value,
        value_element,
        algorithms,
        tuple(read_references(document, element, steps[2:])),
        tuple(_certificates(parts[2]) if len(parts) > 2 and names[2] != OBJECT else ()),
    )


def read_references(
    document: Document, signature: Element, elements: Sequence[Element]
) -> Iterator[Reference]:
    """ds:Reference elements of SignedInfo or of a Manifest, each with its octets."""
    for element in elements:
        if element.tag != f"{{{DS}}}Reference":
            raise _structure("an element that is no Reference")
        yield _reference(document, signature, element)


def certificate_values(element: Element, tag: str) -> Iterator[bytes]:
    """The octets of each ``tag`` below ``element``."""
    for number, found in enumerate(element.iter(tag)):
        if number >= MAX_CERTIFICATES:
            raise Rejection(codes.TOO_MANY, expected=MAX_CERTIFICATES, actual="certificates")
        yield _octets(found, "a certificate")


def digest_of(parent: Element, what: str) -> tuple[str, bytes]:
    """DigestMethod and DigestValue among the children: (name in ``DIGESTS``, octets)."""
    found = {child.tag: child for child in xml.children(parent)}
    method, value = found.get(f"{{{DS}}}DigestMethod"), found.get(f"{{{DS}}}DigestValue")
    if method is None or value is None:
        raise _structure(f"digest of {what}")
    return digest_name(method.get("Algorithm", ""), what), _octets(value, "DigestValue")


def digest_name(uri: str, what: str) -> str:
    """The digest of this URI; raises `xades.digest_weak`, `crypto.digest_unknown`."""
    name = DIGEST_METHODS.get(uri)
    if name is not None:
        return name
    if uri in _WEAK_DIGESTS:
        raise Rejection(codes.DIGEST_WEAK, expected=f"digest of {what}", actual=_WEAK_DIGESTS[uri])
    raise Rejection(crypto_codes.DIGEST_UNKNOWN, expected=", ".join(DIGEST_METHODS), actual="a URI")


def method_of(element: Element | None, node: Element) -> tuple[Canonical, bool, tuple[str, ...]]:
    """(method, whether comments stay, prefixes to keep) of an element with an Algorithm.

    ``node`` is what will be canonicalised; ``None`` stands for Canonical XML 1.0, the default.
    """
    if element is None:
        return Canonical.INCLUSIVE, False, ()
    uri = element.get("Algorithm", "")
    method = _METHODS.get(uri)
    if method is None:
        raise Rejection(codes.CANONICALISATION, actual="its name")
    prefixes: tuple[str, ...] = ()
    for parameter in xml.children(element):
        if parameter.tag != _INCLUSIVE_NAMESPACES or method is not Canonical.EXCLUSIVE:
            raise Rejection(codes.CANONICALISATION, actual="its parameters")
        prefixes += tuple(parameter.get("PrefixList", "").split())
    if uri.startswith(_C14N11) and xml.inherits_xml_attributes(node):
        raise Rejection(codes.CANONICALISATION, actual="Canonical XML 1.1 of inherited attributes")
    return method, uri.endswith(_WITH_COMMENTS), prefixes


# --- SignedInfo ----------------------------------------------------------------------------------
def _structure(what: str) -> Rejection:
    return Rejection(codes.STRUCTURE, actual=what)


def _bound(element: Element) -> None:
    """What is canonicalised before a signature verified is small, whoever wrote it."""
    for number, _ in enumerate(element.iter()):
        if number >= _MAX_INFO_NODES:
            raise Rejection(codes.TOO_MANY, expected=_MAX_INFO_NODES, actual="parts of SignedInfo")


def _octets(element: Element, what: str) -> bytes:
    text = xml.leaf(element)
    if text is None:
        raise _structure(what)
    return base64url.decode_standard("".join(text.split()))


def _algorithms(method: Element, value: bytes) -> tuple[tuple[Algorithm, ...], bytes]:
    """The rows a SignatureMethod stands for, and the value in their encoding (RFC 9231, 2.3)."""
    uri = method.get("Algorithm", "")
    if len(method) or (method.text or "").strip():
        # HMACOutputLength and RSAPSSParams are parameters that an attacker would choose.
        raise Rejection(crypto_codes.ALGORITHM_UNKNOWN, actual="a method with parameters")
    found = SIGNATURE_METHODS.get(uri)
    if found is None:
        if uri in _OBSOLETE:
            raise Rejection(crypto_codes.ALGORITHM_OBSOLETE, actual=_OBSOLETE[uri])
        if _SYMMETRIC in uri:
            raise Rejection(crypto_codes.ALGORITHM_SYMMETRIC, actual="HMAC")
        raise Rejection(crypto_codes.ALGORITHM_UNKNOWN, actual="its URI")
    name, hash = found
    if name != "ECDSA":
        return JOSE_ALGORITHMS[name], value
    curves = _CURVES_OF_SIZE.get(len(value))
    if curves is None:
        raise Rejection(
            crypto_codes.SIGNATURE_ENCODING, expected="R || S of a curve", actual=len(value)
        )
    return tuple(ECDSA_DER[curve, hash] for curve in curves), raw_to_der(value)


def _certificates(key_info: Element) -> Iterator[bytes]:
    if key_info.tag != f"{{{DS}}}KeyInfo":
        raise _structure("KeyInfo")
    return certificate_values(key_info, f"{{{DS}}}X509Certificate")


# --- references ----------------------------------------------------------------------------------
def _reference(document: Document, signature: Element, element: Element) -> Reference:
    parts = xml.children(element)
    names = [part.tag for part in parts]
    transforms: list[Element] = []
    if names[:1] == [f"{{{DS}}}Transforms"]:
        transforms = xml.children(parts[0])
        names = names[1:]
    if names != [f"{{{DS}}}DigestMethod", f"{{{DS}}}DigestValue"]:
        raise _structure("Reference")
    if len(transforms) > MAX_TRANSFORMS:
        raise Rejection(codes.TOO_MANY, expected=MAX_TRANSFORMS, actual="transforms")
    digest, value = digest_of(element, "signed data")
    uri, type = element.get("URI"), element.get("Type", "")
    target, node = _target(document, signature, uri)
    shared = (element.get("Id"), uri, type, digest, value, target, node)
    if target is Target.ELSEWHERE:
        if transforms:
            raise Rejection(codes.TRANSFORM, actual="of what is detached")
        return Reference(*shared, None)
    comments = uri == _ROOT_WITH_COMMENTS
    octets, without = _transformed(document, signature, node, transforms, comments=comments)
    if target is Target.DOCUMENT and transforms and transforms[-1].get("Algorithm") == BASE64:
        # Only the text is signed, not the element and the attributes it stands in.
        shared = (*shared[:5], Target.PART, node)
    return Reference(*shared, Content.of(document.spend(octets)), without)


def _target(
    document: Document, signature: Element, uri: str | None
) -> tuple[Target, Element | None]:
    """Where a URI leads (4.4.3.2 and 4.4.3.3). Same-document references leave comments out."""
    if uri is None or (uri != "" and not uri.startswith("#")):
        return Target.ELSEWHERE, None
    if uri == "":
        return Target.DOCUMENT, document.root
    name = uri[1:]
    if uri == _ROOT_WITH_COMMENTS:
        return Target.DOCUMENT, document.root
    if name.startswith("xpointer("):
        raise Rejection(codes.REFERENCE, actual="XPointer")
    node = document.named(name)
    if node is document.root and node is not signature:
        return Target.DOCUMENT, node
    inside = node is signature or signature in node.iterancestors()
    return Target.INSIDE if inside else Target.PART, node


def _transformed(
    document: Document,
    signature: Element,
    node: Element,
    transforms: list[Element],
    *,
    comments: bool,
) -> tuple[bytes, Without]:
    """Octets of a node after its transforms, the default canonicalisation at the end (4.4.3.2)."""
    without = Without.NOTHING
    octets: bytes | None = None
    for step in transforms:
        if step.tag != f"{{{DS}}}Transform":
            raise _structure("Transforms")
        uri = step.get("Algorithm", "")
        if octets is not None:
            raise Rejection(codes.TRANSFORM, actual="one more behind the octets")
        if uri == ENVELOPED:
            # Of a part that does not hold the signature it takes nothing away (6.6.4).
            holds = node is document.root or node in signature.iterancestors()
            if holds and without is Without.NOTHING:
                without = Without.OWN_SIGNATURE
        elif _drops_signatures(step):
            without = Without.EVERY_SIGNATURE
        elif uri in _METHODS:
            octets = _canonical(document, signature, node, without, step, comments=comments)
        elif uri == BASE64:
            octets = _decoded(node, without)
        else:
            raise Rejection(codes.TRANSFORM, actual=_named(uri))
    if octets is None:
        octets = _canonical(document, signature, node, without, None, comments=False)
    return octets, without


def _drops_signatures(step: Element) -> bool:
    uri = step.get("Algorithm", "")
    if uri not in (XPATH, FILTER):
        return False
    inside = xml.children(step)
    if len(inside) != 1:
        return False
    (given,) = inside
    text = (xml.leaf(given) or "").strip()
    # The prefix is resolved in the message: another namespace would take away something else.
    return given.nsmap.get("ds") == DS and (uri, given.get("Filter", ""), text) in _DROPS_SIGNATURES


def _named(uri: str) -> str:
    known = {XPATH: "XPath", FILTER: "XPath filter", "http://www.w3.org/TR/1999/REC-xslt-19991116":
             "XSLT"}  # fmt: skip
    return known.get(uri, "of another name")


def _canonical(
    document: Document,
    signature: Element,
    node: Element,
    without: Without,
    step: Element | None,
    *,
    comments: bool,
) -> bytes:
    method, wanted, prefixes = method_of(step, node)
    comments = comments and wanted
    if without is not Without.NOTHING:
        node = document.copy_without(node, signature, without, method)
    if node.getparent() is None:
        return xml.canonical_document(node, method, comments=comments, prefixes=prefixes)
    return xml.canonical_element(node, method, comments=comments, prefixes=prefixes)


def _decoded(node: Element, without: Without) -> bytes:
    """Base64 of the text of a node (6.6.2).

    NOTE: the transform drops the tags of elements inside, so that what stands around a text could
    be changed and the signature hold; here an element with others in it is not decoded.
    """
    if without is not Without.NOTHING:
        raise Rejection(codes.TRANSFORM, actual="base64 behind another")
    if xml.children(node):
        raise Rejection(codes.TRANSFORM, actual="base64 of elements")
    return base64url.decode_standard("".join("".join(xml.texts(node)).split()))
