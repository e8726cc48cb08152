"""Enveloped XML signatures with XAdES properties (floor 3): what they sign, and nothing else.

The document leaves this module as the canonical bytes whose digest was signed: whoever parses on
parses those, so that no wrapped, commented or unsigned content is ever read.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from typing import Final, NamedTuple

from ..algorithms import ECDSA_DER, JOSE_ALGORITHMS
from ..codec import base64url, xml
from ..codec.xml import Canonical, Element
from ..codes import crypto as crypto_codes
from ..codes import xml as codes
from ..crypto import (
    DEFAULT_ALGORITHM_POLICY,
    Algorithm,
    AlgorithmPolicy,
    KeyType,
    VerificationKey,
    digest,
)
from ..errors import Rejection
from ..spec import MAX_LIST_BYTES
from ..verdict import Outcome

DS: Final = "http://www.w3.org/2000/09/xmldsig#"
XADES: Final = "http://uri.etsi.org/01903/v1.3.2#"
SIGNED_PROPERTIES: Final = "http://uri.etsi.org/01903#SignedProperties"
ENVELOPED: Final = DS + "enveloped-signature"

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_MORE_2007: Final = "http://www.w3.org/2007/05/xmldsig-more#"
SIGNATURE_METHODS: Final[Mapping[str, tuple[str, str]]] = {
    **{f"{_MORE}rsa-sha{bits}": (f"RS{bits}", f"SHA-{bits}") for bits in (256, 384, 512)},
    **{f"{_MORE_2007}sha{bits}-rsa-MGF1": (f"PS{bits}", f"SHA-{bits}") for bits in (256, 384, 512)},
    **{f"{_MORE}ecdsa-sha{bits}": ("ECDSA", f"SHA-{bits}") for bits in (256, 384, 512)},
}
"""RFC 9231, 2.3: URI to (row of the algorithm table or `ECDSA`, hash). SHA-1 and HMAC have none."""
DIGEST_METHODS: Final[Mapping[str, str]] = {
    "http://www.w3.org/2001/04/xmlenc#sha256": "sha-256",
    "http://www.w3.org/2001/04/xmldsig-more#sha384": "sha-384",
    "http://www.w3.org/2001/04/xmlenc#sha512": "sha-512",
}
_SHA1: Final = DS + "sha1"
_METHODS: Final = {method.value: method for method in Canonical}
_MAX_INFO_NODES: Final = 64
_MAX_PROPERTIES_NODES: Final = 1024
_MAX_REFERENCES: Final = 3
_MAX_CERTIFICATES: Final = 8
_SPACE: Final = re.compile(r"[ \t\r\n]+")


class Signer(NamedTuple):
    """A pinned signer: the DER certificate, byte for byte, and its key."""

    certificate: bytes
    key: VerificationKey


class SignedDocument(NamedTuple):
    """An authenticated document.

    ``content`` is the canonical document without the signature: exactly the signed bytes.
    ``signed_at`` is what the signer claims (Unix seconds), and no proof of time.
    """

    content: bytes
    signer: Signer
    signed_at: int
    algorithm: Algorithm


class _Reference(NamedTuple):
    uri: str | None
    type: str
    transforms: tuple[str, ...]
    method: str
    value: bytes


def open_enveloped(
    data: bytes,
    signers: Sequence[Signer],
    *,
    now: int,
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY,
    max_bytes: int = MAX_LIST_BYTES,
) -> SignedDocument:
    """Verify the one enveloped signature of a document with one of ``signers``.

    TS 119 612, 5.7.1 and EN 319 132-1, B-B level: one signature, last child of the root; one
    reference to the whole document (enveloped-signature, then canonicalisation), one to the signed
    properties. KeyInfo only selects among ``signers``. ``algorithms`` judges at ``now``. Raises
    ``Rejection``: `xml.*`, `xmldsig.*`, `crypto.*`.
    """
    root = xml.parse(data, max_bytes=max_bytes)
    signature = _find(root)
    info_element, value, key_info, properties = _parts(root, signature)
    # What is canonicalised before the signature verified is small, whoever wrote it.
    _bound(info_element, _MAX_INFO_NODES)
    _bound(properties, _MAX_PROPERTIES_NODES)
    # From here on the references, methods and digests are read from the bytes that are verified.
    signed_info, steps = signed_parts(info_element, lambda step: (_method(step), False, ()))
    if len(steps) < 2:
        raise _structure("SignedInfo")
    references = _classify(
        [_reference(step) for step in steps[2:]],
        own=root.get("Id"),
        properties=properties.get("Id"),
        key_info=key_info.get("Id"),
    )
    document, about_properties, about_key_info = references
    named = [reference.uri for reference in references if reference is not None and reference.uri]
    elements = xml.identified(root) if named else {}
    if any(len(elements.get(uri[1:], ())) != 1 for uri in named):
        raise Rejection(codes.REFERENCE, actual="an identifier that is not there exactly once")

    octets = xml.canonical_element(properties, _only_method(about_properties.transforms))
    _check(about_properties, octets, "the signed properties")
    signed_at, certificate_digest = _read_properties(xml.parse(octets))
    signer = _select(key_info, signers, certificate_digest)
    algorithm, octets = _algorithm(steps[1], value, signer.key)
    judged = algorithms.judge(algorithm, signer.key, now)
    if judged.outcome is not Outcome.MET:
        raise Rejection(judged.code, expected=judged.expected, actual=judged.actual)
    if not signer.key.verify(algorithm, octets, signed_info):
        raise Rejection(codes.SIGNATURE)
    if about_key_info is not None:
        octets = xml.canonical_element(key_info, _only_method(about_key_info.transforms))
        _check(about_key_info, octets, "the certificate beside the signature", sha1_counts=True)

    content = _content(root, signature, document)
    _check(document, content, "the document")
    return SignedDocument(content, signer, signed_at, algorithm)


def signed_content(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> bytes:
    """The content that the document's signature is over, as ``open_enveloped`` returns it.

    Nothing is verified: for comparing with what was verified before. Raises ``Rejection``.
    """
    root = xml.parse(data, max_bytes=max_bytes)
    signature = _find(root)
    info_element, _, key_info, properties = _parts(root, signature)
    _bound(info_element, _MAX_INFO_NODES)
    document, _, _ = _classify(
        [_reference(step) for step in xml.children(info_element)[2:]],
        own=root.get("Id"),
        properties=properties.get("Id"),
        key_info=key_info.get("Id"),
    )
    return _content(root, signature, document)


def _content(root: Element, signature: Element, document: _Reference) -> bytes:
    method = _document_method(document.transforms)
    xml.detach(signature)
    if document.uri:
        return xml.canonical_element(root, method)
    return xml.canonical_document(root, method)


# --- structure -----------------------------------------------------------------------------------
def _structure(what: str) -> Rejection:
    return Rejection(codes.STRUCTURE, actual=what)


def _bound(element: Element, most: int) -> None:
    for number, _ in enumerate(element.iter()):
        if number >= most:
            raise _structure("its size")


def _find(root: Element) -> Element:
    """The only signature of the document, where an enveloped one of a list has to stand."""
    found = list(root.iter(f"{{{DS}}}Signature"))
    if not found:
        raise Rejection(codes.UNSIGNED)
    if len(found) > 1:
        raise Rejection(codes.SIGNATURE_COUNT, expected=1, actual=len(found))
    signature = found[0]
    if signature.getparent() is not root or xml.children(root)[-1] is not signature:
        raise Rejection(codes.SIGNATURE_PLACE)
    return signature


def _parts(root: Element, signature: Element) -> tuple[Element, bytes, Element, Element]:
    """SignedInfo, the signature's octets, KeyInfo, and the one SignedProperties."""
    parts = xml.children(signature)
    names = [part.tag for part in parts]
    wanted = [f"{{{DS}}}{name}" for name in ("SignedInfo", "SignatureValue", "KeyInfo", "Object")]
    if names[:4] != wanted or any(name != wanted[3] for name in names[4:]):
        raise _structure("children of Signature")
    properties = list(root.iter(f"{{{XADES}}}SignedProperties"))
    qualifying = list(root.iter(f"{{{XADES}}}QualifyingProperties"))
    if len(properties) != 1 or len(qualifying) != 1:
        raise _structure("not exactly one SignedProperties")
    if properties[0].getparent() is not qualifying[0] or (
        qualifying[0].getparent() not in parts[3:]
    ):
        raise _structure("place of SignedProperties")
    target = qualifying[0].get("Target")
    if target != f"#{signature.get('Id')}":
        # EN 319 132-1, 4.3.1: the properties say which signature they qualify.
        raise _structure("Target of QualifyingProperties")
    return parts[0], _base64(parts[1], "SignatureValue"), parts[2], properties[0]


def signed_parts(
    info: Element,
    method_of: Callable[[Element], tuple[Canonical, bool, tuple[str, ...]]],
    fault: Callable[[str], Rejection] = _structure,
) -> tuple[bytes, list[Element]]:
    """SignedInfo as it was signed, and its children as those octets have them.

    ``method_of`` reads CanonicalizationMethod: (method, whether comments stay, prefixes to keep).
    Raises ``fault`` where the octets do not name what was used.
    """
    wanted = f"{{{DS}}}CanonicalizationMethod"
    steps = xml.children(info)
    if not steps or steps[0].tag != wanted:
        raise fault("CanonicalizationMethod")
    method, comments, prefixes = method_of(steps[0])
    octets = xml.canonical_element(info, method, comments=comments, prefixes=prefixes)
    again = xml.children(xml.parse(octets))
    if again[0].tag != wanted or method_of(again[0]) != (method, comments, prefixes):
        raise fault("CanonicalizationMethod")
    return octets, again


def _base64(element: Element, what: str) -> bytes:
    text = xml.leaf(element)
    if text is None:
        raise _structure(what)
    return base64url.decode_standard(_SPACE.sub("", text))


def _only(element: Element, *names: str) -> list[Element]:
    """The children, which must be exactly these elements of XML Signature in this order."""
    found = xml.children(element)
    if [child.tag for child in found] != [f"{{{DS}}}{name}" for name in names]:
        raise _structure("an element of SignedInfo")
    return found


def _method(element: Element) -> Canonical:
    found = _METHODS.get(element.get("Algorithm"))
    if found is None or len(element):
        # No parameters: an InclusiveNamespaces list is never needed for a list.
        raise Rejection(codes.CANONICALISATION, actual="its name or its parameters")
    return found


def _reference(element: Element) -> _Reference:
    if element.tag != f"{{{DS}}}Reference":
        raise _structure("SignedInfo")
    names = [child.tag for child in xml.children(element)]
    transforms: tuple[str, ...] = ()
    if names[:1] == [f"{{{DS}}}Transforms"]:
        listed, method, value = _only(element, "Transforms", "DigestMethod", "DigestValue")
        steps = xml.children(listed)
        for step in steps:
            if step.tag != f"{{{DS}}}Transform" or len(step) or (step.text or "").strip():
                raise Rejection(codes.TRANSFORM, actual="a transform with parameters")
        transforms = tuple(step.get("Algorithm", "") for step in steps)
    else:
        method, value = _only(element, "DigestMethod", "DigestValue")
    if len(method):
        raise _structure("DigestMethod")
    return _Reference(
        element.get("URI"),
        element.get("Type", ""),
        transforms,
        method.get("Algorithm", ""),
        _base64(value, "DigestValue"),
    )


def _classify(
    references: list[_Reference], *, own: str | None, properties: str | None, key_info: str | None
) -> tuple[_Reference, _Reference, _Reference | None]:
    """To the document, to the signed properties and, where there is one, to KeyInfo.

    TS 119 612 wants `URI=""`. NOTE: the root's own identifier is read too, since it names the same
    element; what it leaves out, comments and instructions beside the root, says nothing in a list.
    """
    if not 2 <= len(references) <= _MAX_REFERENCES:
        raise Rejection(codes.REFERENCE, actual=f"{len(references)} references")
    found: dict[str, _Reference] = {}
    for reference in references:
        uri = reference.uri
        if reference.type == SIGNED_PROPERTIES:
            kind, wanted = "properties", properties
        elif uri in ("", f"#{own}"):
            kind, wanted = "document", own
        else:
            kind, wanted = "key_info", key_info
        if uri is None or (uri != "" and (not wanted or uri != f"#{wanted}")):
            # Another document, a part of this one, or a place that only a resolver could find.
            raise Rejection(codes.REFERENCE, actual="a reference to something else")
        if uri == "" and kind != "document":
            raise Rejection(codes.REFERENCE, actual="signed properties that are the document")
        if kind in found:
            raise Rejection(codes.REFERENCE, actual="two references to the same")
        found[kind] = reference
    if "document" not in found or "properties" not in found:
        raise Rejection(codes.REFERENCE, actual="no reference to the document or its properties")
    return found["document"], found["properties"], found.get("key_info")


def _only_method(transforms: tuple[str, ...]) -> Canonical:
    """At most one canonicalisation; none means Canonical XML 1.0 (XML Signature 1.1, 4.4.3.2)."""
    if not transforms:
        return Canonical.INCLUSIVE
    found = _METHODS.get(transforms[0])
    if found is None or len(transforms) > 1:
        raise Rejection(codes.TRANSFORM, actual="other than one canonicalisation")
    return found


def _document_method(transforms: tuple[str, ...]) -> Canonical:
    if transforms[:1] != (ENVELOPED,):
        raise Rejection(codes.TRANSFORM, actual="the first is not enveloped-signature")
    return _only_method(transforms[1:])


def _check(reference: _Reference, data: bytes, what: str, *, sha1_counts: bool = False) -> None:
    name = DIGEST_METHODS.get(reference.method)
    if name is not None:
        found = digest(name, data)
    elif sha1_counts and reference.method == _SHA1:
        # NOTE: a list of 2021 signs its KeyInfo so. Nothing rests on it: the pin is what counts.
        found = sha1(data, usedforsecurity=False).digest()
    else:
        raise Rejection(codes.DIGEST_METHOD, actual="SHA-1, or unknown")
    if found != reference.value:
        raise Rejection(codes.DIGEST, actual=what)


# --- signer --------------------------------------------------------------------------------------
def _read_properties(properties: Element) -> tuple[int, tuple[str, bytes]]:
    """SigningTime and the digest of the signing certificate (EN 319 132-1, 5.2.1 and 5.2.2)."""
    own = xml.children(properties)
    if not own or own[0].tag != f"{{{XADES}}}SignedSignatureProperties":
        raise _structure("SignedSignatureProperties")
    by_name: dict[str, Element] = {}
    for child in xml.children(own[0]):
        if by_name.setdefault(child.tag, child) is not child:
            raise _structure("a signed property twice")
    time = by_name.get(f"{{{XADES}}}SigningTime")
    named = [
        by_name[tag]
        for tag in (f"{{{XADES}}}SigningCertificate", f"{{{XADES}}}SigningCertificateV2")
        if tag in by_name
    ]
    if time is None or len(named) != 1:
        raise _structure("SigningTime or SigningCertificate")
    # The first certificate named is the signer's; others may be of its path.
    first = named[0].find(f"{{{XADES}}}Cert/{{{XADES}}}CertDigest")
    if first is None:
        raise _structure("CertDigest")
    method, value = _only(first, "DigestMethod", "DigestValue")
    return _seconds(xml.leaf(time)), (method.get("Algorithm", ""), _base64(value, "CertDigest"))


def _seconds(text: str | None) -> int:
    """xs:dateTime with a zone, in whole Unix seconds."""
    try:
        moment = datetime.fromisoformat(text or "")
        if moment.tzinfo is None:
            raise _structure("SigningTime without a zone")
        # In UTC it is of another year at both ends of the calendar, and then of none.
        return int(moment.astimezone(UTC).timestamp())
    except (ValueError, OverflowError):
        raise _structure("SigningTime") from None


def _select(key_info: Element, signers: Sequence[Signer], named: tuple[str, bytes]) -> Signer:
    """The pinned signer whose certificate stands in KeyInfo and is named in the properties."""
    found = list(key_info.iterfind(f"{{{DS}}}X509Data/{{{DS}}}X509Certificate"))
    if not 0 < len(found) <= _MAX_CERTIFICATES:
        raise _structure("certificates in KeyInfo")
    shown = {_base64(element, "X509Certificate") for element in found}
    candidates = [signer for signer in signers if signer.certificate in shown]
    if not candidates:
        raise Rejection(codes.SIGNER_NOT_PINNED)
    method, value = named
    for signer in candidates:
        der = signer.certificate
        name = DIGEST_METHODS.get(method)
        if name is not None:
            if digest(name, der) == value:
                return signer
        # NOTE: half of the lists of 2019 name their certificate by SHA-1. It is compared with a
        # certificate that was pinned byte for byte, so a collision wins nothing.
        elif method == _SHA1 and sha1(der, usedforsecurity=False).digest() == value:
            return signer
    raise Rejection(codes.SIGNING_CERTIFICATE)


def _algorithm(method: Element, value: bytes, key: VerificationKey) -> tuple[Algorithm, bytes]:
    """The table's row, and the signature in the encoding of that row."""
    if method.tag != f"{{{DS}}}SignatureMethod" or len(method) or (method.text or "").strip():
        # HMACOutputLength and RSAPSSParams are parameters that an attacker would choose.
        raise _structure("SignatureMethod")
    found = SIGNATURE_METHODS.get(method.get("Algorithm", ""))
    if found is None:
        raise Rejection(codes.ALGORITHM, actual="its name")
    name, hash = found
    if name != "ECDSA":
        (row,) = JOSE_ALGORITHMS[name]
        if key.key_type is not KeyType.RSA:
            raise Rejection(
                crypto_codes.KEY_TYPE_MISMATCH, expected="RSA", actual=key.key_type.value
            )
        return row, value
    ecdsa = ECDSA_DER.get((key.key_type, hash))
    if ecdsa is None:
        raise Rejection(crypto_codes.KEY_TYPE_MISMATCH, expected="EC", actual=key.key_type.value)
    size = 2 * ((key.bits + 7) // 8)
    if len(value) != size:
        raise Rejection(crypto_codes.SIGNATURE_ENCODING, expected=size, actual=len(value))
    return ecdsa, raw_to_der(value)


def raw_to_der(signature: bytes) -> bytes:
    """R || S (XML Signature 1.1, 6.4.3) as Ecdsa-Sig-Value (RFC 3279, 2.2.3)."""
    half = len(signature) // 2
    body = b""
    for number in (signature[:half], signature[half:]):
        value = int.from_bytes(number, "big")
        octets = value.to_bytes(value.bit_length() // 8 + 1, "big")
        body += b"\x02" + bytes((len(octets),)) + octets
    length = bytes((len(body),)) if len(body) < 0x80 else bytes((0x81, len(body)))
    return b"\x30" + length + body
