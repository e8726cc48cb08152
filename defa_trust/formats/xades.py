"""XAdES signatures (EN 319 132-1) and plain XML signatures, wherever they stand (floor 3).

Enveloped, enveloping and detached signatures, any number of them, manifests, and XAdES levels up to
the parts of B-LT. Counter-signatures, archive time-stamps and references to validation data are
recognised, named, and not judged.

An XML signature covers what its references say, which may be less than what a reader sees. So each
says whether the whole document is covered, and one that is not counts only where the request reads
a part (profile `xml-part`).
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Final

from ..codec import xml
from ..codec.xml import Element
from ..codes import xades as codes
from ..content import Content
from ..errors import MissingExtraError, Rejection
from ..request import Profile, Request
from ..spec import MAX_LIST_BYTES
from ..verdict import Finding
from .base import KeyHint, PartRole, SignedPart
from .signature import (
    CONTENT,
    AttachedTimestamp,
    ContentClaim,
    RefusedSignature,
    Signature,
    SignedFile,
    SignerId,
    TimestampKind,
)
from .xades_properties import (
    MAX_TIMESTAMPS,
    NAMESPACES,
    NOTHING_CARRIED,
    NOTHING_SAID,
    SIGNED_PROPERTIES_TYPES,
    Carried,
    Said,
    local,
    read_signed,
    read_unsigned,
    tokens_of,
)
from .xml_signature import (
    MANIFEST,
    MANIFEST_TYPE,
    MAX_REFERENCES,
    OBJECT,
    SIGNATURE,
    Document,
    Reference,
    Target,
    Without,
    XmlSignature,
    read_references,
    read_signature,
)
from .xmldsig import DS

NAME: Final = "xades"
FIRST_OCTETS: Final = b"\xef< \t\n\r\x0b\f"
MAX_SIGNATURES: Final = 32
_NO_HINT: Final = KeyHint()
_BOM: Final = b"\xef\xbb\xbf"
_MARK: Final = DS.encode()
_CONTAINERS: Final = ("XAdESSignatures", "document-signatures")
"""Roots that hold signatures and nothing else (EN 319 162-1, A.5; OpenDocument 1.3, part 2)."""
PROPERTIES: Final = "signed properties"


def detect(data: bytes) -> bool:
    """An XML document that names the namespace of XML Signature. Lists in XML never come here."""
    head = data[:64].removeprefix(_BOM).lstrip()
    return head[:1] == b"<" and _MARK in data


def parse(data: bytes, request: Request) -> SignedFile:
    """Read all signatures of an XML document.

    Raises ``Rejection`` (`xml.*`, `xades.no_signature`, `xades.too_many`) where the document cannot
    be read; what is wrong with one signature stands in its place.
    """
    try:
        document = Document(data, max_bytes=MAX_LIST_BYTES)
    except MissingExtraError as missing:
        # Whoever sends XML must not be able to stop a service that cannot read it.
        raise Rejection(codes.EXTRA_MISSING, actual=missing.extra) from None
    found = list(signatures_of(document.root))
    if not found:
        raise Rejection(codes.NO_SIGNATURE)
    if len(found) > MAX_SIGNATURES:
        raise Rejection(codes.TOO_MANY, expected=MAX_SIGNATURES, actual="signatures")
    allowed = Profile.XML_PART in request.profiles
    return SignedFile(
        NAME,
        sha256(data).digest(),
        tuple(
            [
                _signature(document, element, f"signature {number}", allowed=allowed)
                for number, element in enumerate(found, 1)
            ]
        ),
    )


def signatures_of(root: Element) -> Iterator[Element]:
    """Signatures of the document, without those over signatures (counter-signatures)."""
    for element in root.iter(SIGNATURE):
        parent = element.getparent()
        if parent is None or local(parent) != "CounterSignature":
            yield element


def _signature(
    document: Document, element: Element, name: str, *, allowed: bool
) -> Signature | RefusedSignature:
    try:
        read = read_signature(document, element)
        return signature_of(document, read, name, allowed=allowed)
    except Rejection as refusal:
        return RefusedSignature(name, refusal.finding(PartRole.SIGNER))


def signature_of(document: Document, read: XmlSignature, name: str, *, allowed: bool) -> Signature:
    """One signature in the seam's terms. Raises ``Rejection``: `xades.*`, `crypto.*`."""
    qualifying = _qualifying(read)
    properties, data = _apart(read, qualifying)
    said = NOTHING_SAID
    if properties is not None:
        assert properties.content is not None  # it stands inside the signature
        octets = properties.content.octets
        assert octets is not None
        said = read_signed(octets)
    claims, manifests, places = _claims(document, read, data)
    if not claims:
        raise Rejection(codes.NOTHING_SIGNED)
    carried = (
        NOTHING_CARRIED if qualifying is None else read_unsigned(qualifying, read.value_element)
    )
    timestamps, unread = _timestamps(said, carried, data, places)
    part = SignedPart(PartRole.SIGNER, read.octets, read.value, read.algorithms, _NO_HINT)
    if properties is not None:
        claims.append(
            ContentClaim(properties.digest, properties.value, properties.content, PROPERTIES)
        )
    return Signature(
        name,
        part,
        tuple(claims),
        said.references,
        SignerId(),
        said.stated,
        timestamps,
        (*read.certificates, *carried.certificates),
        carried.items,
        (*said.unevaluated, *carried.unevaluated, *unread),
        (_coverage(document, read, (*data, *manifests), allowed=allowed),),
    )


# --- properties ----------------------------------------------------------------------------------
def _qualifying(read: XmlSignature) -> Element | None:
    """The QualifyingProperties of this signature (EN 319 132-1, 4.3): in an object of its own, and
    naming it as their target."""
    found = [
        child
        for held in read.element.iterchildren(OBJECT)
        for child in xml.children(held)
        if local(child) == "QualifyingProperties"
        and str(child.tag)[1:].partition("}")[0] in NAMESPACES
    ]
    if not found:
        return None
    if len(found) > 1:
        raise Rejection(codes.PROPERTIES, actual="two QualifyingProperties")
    target, own = found[0].get("Target"), read.element.get("Id")
    # NOTE: an empty Target is seen, and cannot mean another signature than the one it stands in.
    if target and target != f"#{own}":
        raise Rejection(codes.PROPERTIES, actual="Target names another signature")
    return found[0]


def _apart(
    read: XmlSignature, qualifying: Element | None
) -> tuple[Reference | None, tuple[Reference, ...]]:
    """The one reference to the signed properties, and those to data."""
    own = [] if qualifying is None else [
        child for child in xml.children(qualifying) if local(child) == "SignedProperties"
    ]  # fmt: skip
    if len(own) > 1:
        raise Rejection(codes.PROPERTIES, actual="two SignedProperties")
    properties: Reference | None = None
    data: list[Reference] = []
    for reference in read.references:
        if reference.element is not None and own and reference.element is own[0]:
            if properties is not None or reference.without is not Without.NOTHING:
                raise Rejection(codes.PROPERTIES, actual="two references to them")
            properties = reference
        elif reference.type in SIGNED_PROPERTIES_TYPES:
            # What another reader takes for this signature's properties.
            raise Rejection(codes.PROPERTIES, actual="a reference to properties of another")
        else:
            data.append(reference)
    if own and properties is None:
        raise Rejection(codes.PROPERTIES, actual="no reference to them")
    return properties, tuple(data)


# --- content -------------------------------------------------------------------------------------
def _claims(
    document: Document, read: XmlSignature, data: tuple[Reference, ...]
) -> tuple[list[ContentClaim], tuple[Reference, ...], tuple[int, ...]]:
    """Digest claims of all data, the references within the manifests that are signed, and the
    places of the claims that are no such.

    NOTE: XML Signature leaves references of a manifest to the application (5.1); here they count
    like those of SignedInfo, so that what a manifest omits or what it cannot prove is never
    taken for signed.
    """
    claims: list[ContentClaim] = []
    listed: list[Reference] = []
    places: list[int] = []
    for reference in data:
        places.append(len(claims))
        claims.append(_claim(read, reference))
        if reference.type != MANIFEST_TYPE and not _is_manifest(reference):
            continue
        for inner in _manifest(document, read, reference):
            if len(listed) >= MAX_REFERENCES:
                raise Rejection(codes.TOO_MANY, expected=MAX_REFERENCES, actual="references")
            listed.append(inner)
            claims.append(_claim(read, inner))
    signing = [c for c in claims if c.what != KEY_INFO]
    return (claims if signing else []), tuple(listed), tuple(places)


def _is_manifest(reference: Reference) -> bool:
    return reference.element is not None and reference.element.tag == MANIFEST


def _manifest(document: Document, read: XmlSignature, reference: Reference) -> Iterator[Reference]:
    """The references of a manifest, from the octets that are signed."""
    octets = None if reference.content is None else reference.content.octets
    if octets is None:
        return
    root = xml.parse(octets)
    found = root if root.tag == MANIFEST else next(root.iterchildren(MANIFEST), None)
    if found is None:
        raise Rejection(codes.STRUCTURE, actual="a manifest")
    yield from read_references(document, read.element, xml.children(found))


KEY_INFO: Final = "KeyInfo"


def _claim(read: XmlSignature, reference: Reference) -> ContentClaim:
    what, uri = CONTENT, None
    if reference.target is Target.DOCUMENT:
        what = "the document"
    elif reference.target is Target.ELSEWHERE:
        uri = reference.uri
    else:
        assert reference.element is not None
        what = local(reference.element)
        if reference.element is read.element:
            raise Rejection(codes.STRUCTURE, actual="a signature over itself")
    return ContentClaim(reference.digest, reference.value, reference.content, what, uri)


def _coverage(
    document: Document, read: XmlSignature, data: tuple[Reference, ...], *, allowed: bool
) -> Finding:
    """Whether everything in the document but signatures is covered."""
    if _covers(document, read, data):
        return Finding(codes.WHOLE, subject=PartRole.SIGNER)
    parts = tuple([local(r.element) for r in data if r.element is not None])
    code = codes.PARTIAL_ALLOWED if allowed else codes.PARTIAL
    return Finding(code, None, parts or "what is detached", subject=PartRole.SIGNER)


def _covers(document: Document, read: XmlSignature, data: tuple[Reference, ...]) -> bool:
    root = document.root
    if root is read.element or any(reference.target is Target.DOCUMENT for reference in data):
        # The document leaves its signature out, and objects in that can hold anything (4.5).
        covered = [reference.element for reference in data if reference.element is not None]
        return all(_held(each, covered) for each in read.element.iterchildren(OBJECT))
    return local(root) in _CONTAINERS and all(
        child.tag == SIGNATURE for child in xml.children(root)
    )


def _held(object: Element, covered: list[Element]) -> bool:
    """Whether an object of an enveloping signature is covered, or holds properties alone."""
    inside = xml.children(object)
    if inside and all(
        local(child) == "QualifyingProperties" or any(child is each for each in covered)
        for child in inside
    ):
        return not "".join([object.text or "", *(child.tail or "" for child in inside)]).strip()
    return any(object is each for each in covered)


# --- time-stamps ---------------------------------------------------------------------------------
def _timestamps(
    said: Said, carried: Carried, data: tuple[Reference, ...], places: tuple[int, ...]
) -> tuple[tuple[AttachedTimestamp, ...], tuple[str, ...]]:
    """Content time-stamps, then those over the signature; the names of those that are not read."""
    found: list[AttachedTimestamp] = []
    unread: list[str] = []
    for element in said.timestamps:
        if local(element) != "AllDataObjectsTimeStamp":
            unread.append(local(element))
            continue
        covers = _all_data(data)
        found += [
            AttachedTimestamp(TimestampKind.CONTENT, token, covers, contents=places)
            for token in tokens_of(element)
        ]
    found += carried.timestamps
    if len(found) > MAX_TIMESTAMPS:
        unread.append(f"{len(found) - MAX_TIMESTAMPS} further time-stamps")
    return tuple(found[:MAX_TIMESTAMPS]), tuple(unread)


def _all_data(data: tuple[Reference, ...]) -> Content | None:
    """The octets of all references in their order (5.2.8.2); ``None`` where one is detached."""
    chunks: list[bytes] = []
    for reference in data:
        octets = None if reference.content is None else reference.content.octets
        if octets is None:
            return None
        chunks.append(octets)
    return Content.of(*chunks)
