"""XAdES signatures of levels B-B, B-T and B-LT, made with any ``Signer`` (floor 3).

For tests, samples and sandboxes: enough of EN 319 132-1, 6 to build what the verifier reads.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from enum import Enum
from hashlib import sha256
from typing import Final, NamedTuple

from ..algorithms import DIGESTS, Algorithm, SignatureEncoding
from ..codec import base64url, xml
from ..codec.xml import Canonical, Element, add
from ..content import Content
from ..errors import MisuseError
from ..material import Item
from ..signer import Signer
from .cades_sign import TimestampSource
from .sign_common import Detached, ValidationData, as_uri, sign_plain, validation_data
from .xml_signature import BASE64
from .xmldsig import DIGEST_METHODS, DS, ENVELOPED, SIGNATURE_METHODS, SIGNED_PROPERTIES, XADES

_DIGEST_URIS: Final = {name: uri for uri, name in DIGEST_METHODS.items()}
_METHOD_URIS: Final = {found: uri for uri, found in SIGNATURE_METHODS.items()}
_C14N: Final = Canonical.EXCLUSIVE

__all__ = ["Detached", "XmlPlacement", "sign_xades"]


class XmlPlacement(Enum):
    """Where the signature stands, seen from what it signs (XML Signature 1.1, 10)."""

    ENVELOPED = "enveloped"
    """The last child of the document's root, over the whole document."""
    ENVELOPING = "enveloping"
    """The content stands inside the signature, as base64."""
    DETACHED = "detached"
    """The content is elsewhere, under the name that is given."""


def sign_xades(
    content: bytes | Detached | Iterable[Detached],
    signer: Signer,
    *,
    placement: XmlPlacement,
    signing_time: int,
    digest: str = "sha-256",
    mime_type: str = "application/octet-stream",
    commitments: Iterable[str] = (),
    roles: Iterable[str] = (),
    part: str | None = None,
    timestamps: TimestampSource | None = None,
    evidence: Iterable[Item] = (),
) -> bytes:
    """A XAdES signature file, or the document that now holds one.

    ``signing_time`` is Unix seconds; ``commitments`` are URIs or OIDs. ``part`` is the identifier
    of the one element that is signed of a document, beside which the signature then stands. B-T
    with a source of ``timestamps`` over the signature, B-LT with ``evidence`` too (CRLs and OCSP
    responses). Raises ``Rejection`` (`xml.*`) for a document that is no XML, ``MisuseError`` for
    what cannot be signed so.
    """
    if digest not in _DIGEST_URIS:
        raise MisuseError(f"{digest} has no digest method here")
    work = _Work(signer, digest)
    along = validation_data(evidence)
    if placement is XmlPlacement.ENVELOPED:
        if not isinstance(content, bytes):
            raise MisuseError("what holds its own signature is given as bytes")
        root = xml.parse(content)
        targets: list[_Target]
        if part is None:
            octets = xml.canonical_document(root, _C14N)
            targets = [("", (ENVELOPED, _C14N.value), Content.of(octets))]
        else:
            octets = xml.canonical_element(_part(root, part), _C14N)
            targets = [(f"#{part}", (_C14N.value,), Content.of(octets))]
        mark = sha256(octets).hexdigest()[:16]
        signature = add(root, f"{{{DS}}}Signature", Id=f"sig-{mark}")
    else:
        root = signature = xml.build(f"{{{DS}}}Signature", {"ds": DS})
        if placement is XmlPlacement.ENVELOPING:
            if not isinstance(content, bytes):
                raise MisuseError("what stands inside a signature is given as bytes")
            targets = [("#content", (BASE64,), Content.of(content))]
        else:
            if isinstance(content, bytes):
                raise MisuseError("a detached signature needs the name of what it signs")
            given = [content] if isinstance(content, Detached) else list(content)
            targets = [(one.uri, (), one.content) for one in given]
        mark = sha256(repr([target[2].digest(digest) for target in targets]).encode()).hexdigest()
        mark = mark[:16]
        signature.set("Id", f"sig-{mark}")
    info, value = _ds(signature, "SignedInfo"), _ds(signature, "SignatureValue")
    held = _ds(_ds(signature, "KeyInfo"), "X509Data")
    for certificate in (signer.certificate, *signer.chain):
        _ds(held, "X509Certificate", base64url.encode_standard(certificate))
    if placement is XmlPlacement.ENVELOPING and isinstance(content, bytes):
        _ds(signature, "Object", base64url.encode_standard(content)).set("Id", "content")
    qualifying = _xades(_ds(signature, "Object"), "QualifyingProperties")
    qualifying.set("Target", f"#sig-{mark}")
    properties = _properties(
        qualifying, mark, work, signing_time, mime_type, len(targets), commitments, roles
    )
    _ds(info, "CanonicalizationMethod").set("Algorithm", _C14N.value)
    _ds(info, "SignatureMethod").set("Algorithm", _method(signer.algorithm))
    for number, (uri, transforms, signed) in enumerate(targets):
        reference = _reference(info, uri, transforms, signed, work)
        reference.set("Id", f"ref-{mark}-{number}")
    octets = xml.canonical_element(properties, _C14N)
    reference = _reference(info, f"#xades-{mark}", (_C14N.value,), Content.of(octets), work)
    reference.set("Type", SIGNED_PROPERTIES)
    signed_info = xml.canonical_element(info, _C14N)
    value.text = base64url.encode_standard(sign_plain(signer, signed_info))
    _unsigned(qualifying, value, work, timestamps, along)
    return xml.serialise(root)


_Target = tuple[str, tuple[str, ...], Content]
"""URI, transforms, and what the digest is over."""


def _part(root: Element, id: str) -> Element:
    found = xml.identified(root).get(id, [])
    if len(found) != 1 or found[0] is root:
        raise MisuseError(f"the document has no single part of the identifier {id!r}")
    return found[0]


class _Work(NamedTuple):
    signer: Signer
    digest: str

    def of(self, content: Content) -> bytes:
        found = content.digest(self.digest)
        if found is None:
            raise MisuseError(f"the {self.digest} of the content is not at hand")
        return found


def _ds(parent: Element, name: str, text: str | None = None) -> Element:
    return add(parent, f"{{{DS}}}{name}", text)


def _xades(parent: Element, name: str, text: str | None = None) -> Element:
    return add(parent, f"{{{XADES}}}{name}", text)


def _method(algorithm: Algorithm) -> str:
    hash = algorithm.hash or ""
    ecdsa = algorithm.encoding is SignatureEncoding.DER
    uri = _METHOD_URIS.get(("ECDSA" if ecdsa else algorithm.name, hash))
    if uri is None:
        raise MisuseError(f"{algorithm.name} has no signature method here")
    return uri


def _reference(
    info: Element, uri: str, transforms: tuple[str, ...], content: Content, work: _Work
) -> Element:
    reference = _ds(info, "Reference")
    reference.set("URI", uri)
    if transforms:
        listed = _ds(reference, "Transforms")
        for transform in transforms:
            _ds(listed, "Transform").set("Algorithm", transform)
    _digest(reference, work.digest, work.of(content))
    return reference


def _digest(parent: Element, name: str, value: bytes) -> None:
    _ds(parent, "DigestMethod").set("Algorithm", _DIGEST_URIS[name])
    _ds(parent, "DigestValue", base64url.encode_standard(value))


def _properties(
    qualifying: Element,
    mark: str,
    work: _Work,
    signing_time: int,
    mime_type: str,
    targets: int,
    commitments: Iterable[str],
    roles: Iterable[str],
) -> Element:
    properties = _xades(qualifying, "SignedProperties")
    properties.set("Id", f"xades-{mark}")
    own = _xades(properties, "SignedSignatureProperties")
    moment = datetime.fromtimestamp(signing_time, UTC)
    _xades(own, "SigningTime", moment.strftime("%Y-%m-%dT%H:%M:%SZ"))
    cert = _xades(_xades(own, "SigningCertificateV2"), "Cert")
    certificate = work.signer.certificate
    _digest(_xades(cert, "CertDigest"), work.digest, DIGESTS[work.digest](certificate))
    claimed = list(roles)
    if claimed:
        held = _xades(_xades(own, "SignerRoleV2"), "ClaimedRoles")
        for role in claimed:
            _xades(held, "ClaimedRole", role)
    about = _xades(properties, "SignedDataObjectProperties")
    for number in range(targets):
        form = _xades(about, "DataObjectFormat")
        form.set("ObjectReference", f"#ref-{mark}-{number}")
        _xades(form, "MimeType", mime_type)
    for commitment in commitments:
        indication = _xades(about, "CommitmentTypeIndication")
        _xades(_xades(indication, "CommitmentTypeId"), "Identifier", as_uri(commitment))
        _xades(indication, "AllSignedDataObjects")
    return properties


def _unsigned(
    qualifying: Element,
    value: Element,
    work: _Work,
    timestamps: TimestampSource | None,
    along: ValidationData,
) -> None:
    if timestamps is None and not along:
        return
    own = _xades(_xades(qualifying, "UnsignedProperties"), "UnsignedSignatureProperties")
    if timestamps is not None:
        stamp = _xades(own, "SignatureTimeStamp")
        _ds(stamp, "CanonicalizationMethod").set("Algorithm", _C14N.value)
        imprint = DIGESTS[work.digest](xml.canonical_element(value, _C14N))
        token = timestamps(work.digest, imprint)
        _xades(stamp, "EncapsulatedTimeStamp", base64url.encode_standard(token))
    if along:
        held = _xades(own, "RevocationValues")
        for group, name, values in (
            ("CRLValues", "EncapsulatedCRLValue", along.crls),
            ("OCSPValues", "EncapsulatedOCSPValue", along.responses),
        ):
            listed = _xades(held, group) if values else None
            for octets in values:
                _xades(listed, name, base64url.encode_standard(octets))
