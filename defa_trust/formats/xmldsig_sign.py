"""Enveloped XAdES B-B signatures, made (floor 3): the other half of ``xmldsig``.

Apart from it, so that whoever only verifies never loads a private key.
"""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Final

from ..codec import base64url, xml
from ..codec.xml import Canonical, Element, add
from ..codes import xml as codes
from ..crypto import KeyType
from ..errors import MisuseError, Rejection
from ..signing_crypto import SigningKey
from .xmldsig import DS, ENVELOPED, SIGNED_PROPERTIES, XADES

_MORE: Final = "http://www.w3.org/2001/04/xmldsig-more#"
_SHA256: Final = "http://www.w3.org/2001/04/xmlenc#sha256"
_METHODS: Final = {
    KeyType.RSA: (f"{_MORE}rsa-sha256", "RS256"),
    KeyType.P256: (f"{_MORE}ecdsa-sha256", "ES256"),
    KeyType.P384: (f"{_MORE}ecdsa-sha384", "ES384"),
    KeyType.P521: (f"{_MORE}ecdsa-sha512", "ES512"),
}


def sign_enveloped(
    document: bytes, key: SigningKey, certificate: bytes, *, signed_at: int
) -> bytes:
    """The document with an enveloped XAdES B-B signature (TS 119 612, 5.7.1; EN 319 132-1).

    ``certificate`` is DER and of ``key``; ``signed_at`` is in Unix seconds. Raises ``Rejection``
    for a document that cannot be read or is signed already, ``MisuseError`` for a key of a type
    that has no signature method here.
    """
    method = _METHODS.get(key.key_type)
    if method is None:
        raise MisuseError(f"a list in XML is not signed with a key of type {key.key_type.value}")
    root = xml.parse(document)
    if next(root.iter(f"{{{DS}}}Signature"), None) is not None:
        raise Rejection(codes.SIGNATURE_COUNT, expected=0, actual=1)
    content = xml.canonical_document(root, Canonical.EXCLUSIVE)
    mark = sha256(content).hexdigest()[:16]
    signature = add(root, f"{{{DS}}}Signature", Id=f"sig-{mark}")
    info = _ds(signature, "SignedInfo")
    value = _ds(signature, "SignatureValue")
    data = _ds(_ds(signature, "KeyInfo"), "X509Data")
    _ds(data, "X509Certificate", base64url.encode_standard(certificate))
    properties = _properties(_ds(signature, "Object"), mark, certificate, signed_at)

    _ds(info, "CanonicalizationMethod").set("Algorithm", Canonical.EXCLUSIVE.value)
    _ds(info, "SignatureMethod").set("Algorithm", method[0])
    reference = _reference(info, "", (ENVELOPED, Canonical.EXCLUSIVE.value), content)
    reference.set("Id", f"ref-{mark}")
    octets = xml.canonical_element(properties, Canonical.EXCLUSIVE)
    reference = _reference(info, f"#xades-{mark}", (Canonical.EXCLUSIVE.value,), octets)
    reference.set("Type", SIGNED_PROPERTIES)
    signed = key.sign(method[1], xml.canonical_element(info, Canonical.EXCLUSIVE))
    value.text = base64url.encode_standard(signed)
    return xml.serialise(root)


def _ds(parent: Element, name: str, text: str | None = None) -> Element:
    return add(parent, f"{{{DS}}}{name}", text)


def _xades(parent: Element, name: str, text: str | None = None) -> Element:
    return add(parent, f"{{{XADES}}}{name}", text)


def _reference(info: Element, uri: str, transforms: tuple[str, ...], data: bytes) -> Element:
    reference = _ds(info, "Reference")
    reference.set("URI", uri)
    listed = _ds(reference, "Transforms")
    for transform in transforms:
        _ds(listed, "Transform").set("Algorithm", transform)
    _digest(reference, data)
    return reference


def _digest(parent: Element, data: bytes) -> None:
    _ds(parent, "DigestMethod").set("Algorithm", _SHA256)
    _ds(parent, "DigestValue", base64url.encode_standard(sha256(data).digest()))


def _properties(parent: Element, mark: str, certificate: bytes, signed_at: int) -> Element:
    """SigningTime, SigningCertificateV2 and DataObjectFormat: what B-B demands (6.3)."""
    qualifying = _xades(parent, "QualifyingProperties")
    qualifying.set("Target", f"#sig-{mark}")
    properties = _xades(qualifying, "SignedProperties")
    properties.set("Id", f"xades-{mark}")
    own = _xades(properties, "SignedSignatureProperties")
    moment = datetime.fromtimestamp(signed_at, UTC)
    _xades(own, "SigningTime", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    cert = _xades(_xades(own, "SigningCertificateV2"), "Cert")
    _digest(_xades(cert, "CertDigest"), certificate)
    about = _xades(_xades(properties, "SignedDataObjectProperties"), "DataObjectFormat")
    about.set("ObjectReference", f"#ref-{mark}")
    _xades(about, "MimeType", "application/vnd.etsi.tsl+xml")
    return properties
