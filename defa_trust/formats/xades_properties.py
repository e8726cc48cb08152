"""The properties of an XAdES signature (EN 319 132-1, 5): what was signed, and what came along.

Signed properties are read from the canonical octets whose digest was signed, never from the
document. Unsigned ones can be added by anybody: what cannot be read of them is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from ..codec import xml
from ..codec.xml import Element
from ..codes import xades as codes
from ..content import Content
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .ess import SHA_1
from .signature import (
    AttachedTimestamp,
    CertificateReference,
    SignaturePolicy,
    Stated,
    TimestampKind,
)
from .xml_signature import certificate_values, digest_of, method_of
from .xmldsig import DS, XADES

XADES_141: Final = "http://uri.etsi.org/01903/v1.4.1#"
NAMESPACES: Final = (
    XADES,
    "http://uri.etsi.org/01903/v1.2.2#",
    "http://uri.etsi.org/01903/v1.1.1#",
)
"""TS 101 903 had earlier ones; what is read of them is the same in all three."""
SIGNED_PROPERTIES_TYPES: Final = tuple(
    namespace + "SignedProperties" for namespace in ("http://uri.etsi.org/01903#", *NAMESPACES)
)

MAX_TIMESTAMPS: Final = 16
"""Ours: time-stamps of one signature that are judged; further ones are named as unevaluated."""
MAX_VALUES: Final = 16
_MAX_TOKEN: Final = 1 << 20
_TIME: Final = re.compile(
    r"-?\d{4,}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?", re.ASCII
)
_SHA1: Final = DS + "sha1"


class Said(NamedTuple):
    """What the signed properties hold."""

    stated: Stated
    references: tuple[CertificateReference, ...]
    timestamps: tuple[Element, ...]
    """Containers of content time-stamps; who knows the references turns them into tokens."""
    unevaluated: tuple[str, ...]


class Carried(NamedTuple):
    """What the unsigned properties hold."""

    timestamps: tuple[AttachedTimestamp, ...]
    certificates: tuple[bytes, ...]
    items: tuple[Item, ...]
    unevaluated: tuple[str, ...]


NOTHING_SAID: Final = Said(Stated(), (), (), ())
NOTHING_CARRIED: Final = Carried((), (), (), ())


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _space(element: Element) -> str:
    return str(element.tag).rpartition("}")[0].removeprefix("{")


# --- signed --------------------------------------------------------------------------------------
def read_signed(octets: bytes) -> Said:
    """SignedProperties from their canonical octets. Raises ``Rejection``: `xades.*`, `crypto.*`."""
    properties = xml.parse(octets)
    if local(properties) != "SignedProperties" or _space(properties) not in NAMESPACES:
        raise _form("SignedProperties")
    own, about = _sections(properties)
    by_name = _by_name(own)
    references = _certificate_references(by_name)
    timestamps: list[Element] = []
    content_type: str | None = None
    commitments: list[str] = []
    unevaluated: list[str] = []
    for child in about:
        name = local(child)
        if name == "DataObjectFormat":
            content_type = content_type or _text(child, "MimeType")
        elif name == "CommitmentTypeIndication":
            commitments.append(_identifier(child, "CommitmentTypeId"))
        elif name in ("AllDataObjectsTimeStamp", "IndividualDataObjectsTimeStamp"):
            timestamps.append(child)
        else:
            unevaluated.append(name)
    stated = Stated(
        _seconds(by_name["SigningTime"]) if "SigningTime" in by_name else None,
        content_type,
        tuple(commitments[:MAX_VALUES]),
        _policy(by_name.get("SignaturePolicyIdentifier")),
        _roles(by_name.get("SignerRoleV2"), by_name.get("SignerRole")),
        _place(by_name.get("SignatureProductionPlaceV2", by_name.get("SignatureProductionPlace"))),
    )
    return Said(stated, references, tuple(timestamps), tuple(unevaluated))


def _form(what: str) -> Rejection:
    return Rejection(codes.PROPERTIES, actual=what)


def _sections(properties: Element) -> tuple[list[Element], list[Element]]:
    """SignedSignatureProperties and SignedDataObjectProperties, each at most once, in order."""
    parts = xml.children(properties)
    names = [local(part) for part in parts]
    if names not in (
        [],
        ["SignedSignatureProperties"],
        ["SignedSignatureProperties", "SignedDataObjectProperties"],
        ["SignedDataObjectProperties"],
    ):
        raise _form("their sections")
    sections = {local(part): xml.children(part) for part in parts}
    return (
        sections.get("SignedSignatureProperties", []),
        sections.get("SignedDataObjectProperties", []),
    )


def _by_name(elements: list[Element]) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in elements:
        if found.setdefault(local(element), element) is not element:
            raise _form(f"{local(element)} twice")
    return found


def _text(element: Element, name: str) -> str | None:
    for child in xml.children(element):
        if local(child) == name:
            return (xml.leaf(child) or "").strip() or None
    return None


def _child(element: Element | None, name: str) -> Element | None:
    if element is None:
        return None
    return next((child for child in xml.children(element) if local(child) == name), None)


def _seconds(element: Element) -> int:
    """xs:dateTime in whole Unix seconds.

    NOTE: one without a zone is read as UTC: it is a claim that nothing rests on.
    """
    text = (xml.leaf(element) or "").strip()
    if _TIME.fullmatch(text) is None:
        raise _form("SigningTime")
    zoned = text if text[-1] == "Z" or text[-6] in "+-" else f"{text}Z"
    head, dot, tail = zoned.partition(".")
    if dot:
        # Fractions of any length; the standard library reads three or six digits only.
        zoned = head + tail.lstrip("0123456789")
    try:
        return int(datetime.fromisoformat(zoned).timestamp())
    except (ValueError, OverflowError):
        raise _form("SigningTime") from None


def _certificate_references(by_name: Mapping[str, Element]) -> tuple[CertificateReference, ...]:
    """SigningCertificate and SigningCertificateV2 (5.2.2): the digests of the first certificates.

    Further certificates are of the path above. NOTE: the issuer and serial number beside a digest
    are hints (5.2.2.3) and are not compared: in the older element they are a text without one form.
    """
    found = []
    for name in ("SigningCertificateV2", "SigningCertificate"):
        listed = by_name.get(name)
        if listed is None:
            continue
        certs = xml.children(listed)
        given = _child(certs[0], "CertDigest") if certs else None
        if given is None:
            raise _form(name)
        method = _child(given, "DigestMethod")
        if method is not None and method.get("Algorithm") == _SHA1:
            algorithm, value = SHA_1, _value(given)
        else:
            algorithm, value = digest_of(given, "the signing certificate")
        found.append(CertificateReference(algorithm, value))
    return tuple(found)


def _value(parent: Element) -> bytes:
    found = list(certificate_values(parent, f"{{{DS}}}DigestValue"))
    if len(found) != 1:
        raise _form("a digest")
    return found[0]


def _identifier(element: Element, name: str) -> str:
    given = _child(element, name)
    text = None if given is None else _text(given, "Identifier")
    if text is None:
        raise _form(name)
    return _as_oid(text)


def _as_oid(text: str) -> str:
    return text.removeprefix("urn:oid:")


def _policy(element: Element | None) -> SignaturePolicy | None:
    """SignaturePolicyIdentifier (5.2.9): reported, not processed."""
    if element is None:
        return None
    named = _child(element, "SignaturePolicyId")
    if named is None:
        if _child(element, "SignaturePolicyImplied") is None:
            raise _form("SignaturePolicyIdentifier")
        return SignaturePolicy("implied")
    identifier = _identifier(named, "SigPolicyId")
    hashed = _child(named, "SigPolicyHash")
    algorithm = digest = None
    if hashed is not None:
        digest = _value(hashed)
        try:
            algorithm, _ = digest_of(hashed, "the signature policy")
        except Rejection:
            algorithm = None
    uri = None
    qualifiers = _child(named, "SigPolicyQualifiers")
    for qualifier in [] if qualifiers is None else xml.children(qualifiers):
        uri = uri or _text(qualifier, "SPURI")
    return SignaturePolicy(identifier, algorithm, digest, uri)


def _roles(*elements: Element | None) -> tuple[str, ...]:
    """Claimed roles (5.2.6). NOTE: certified roles and assertions have issuers of their own and are
    not read."""
    found: list[str] = []
    for element in elements:
        claimed = _child(element, "ClaimedRoles")
        for role in [] if claimed is None else xml.children(claimed):
            text = xml.leaf(role)
            if text:
                found.append(text.strip())
    return tuple(found[:MAX_VALUES])


_PLACE: Final = {
    "CountryName": "country",
    "City": "locality",
    "StateOrProvince": "province",
    "PostalCode": "postalCode",
    "StreetAddress": "street",
}


def _place(element: Element | None) -> Mapping[str, Any] | None:
    if element is None:
        return None
    found = {}
    for child in xml.children(element):
        name, text = _PLACE.get(local(child)), xml.leaf(child)
        if name is not None and text:
            found[name] = text.strip()
    return found


# --- unsigned ------------------------------------------------------------------------------------
def read_unsigned(qualifying: Element, signature_value: Element) -> Carried:
    """UnsignedProperties: time-stamps over the signature's value, and validation data (5.3 to 5.5).

    Never raises for what it holds: anybody can write here.
    """
    timestamps: list[AttachedTimestamp] = []
    certificates: list[bytes] = []
    items: list[Item] = []
    unread: list[str] = []

    def take(element: Element, read: Callable[[Element], None]) -> None:
        try:
            read(element)
        except Rejection:
            unread.append(local(element))

    def stamped(element: Element) -> None:
        tokens = tokens_of(element)
        if len(timestamps) >= MAX_TIMESTAMPS:
            raise _form("further time-stamps")
        covers = Content.of(_canonical(element, signature_value))
        timestamps.extend(
            AttachedTimestamp(TimestampKind.SIGNATURE, token, covers) for token in tokens
        )

    def values(element: Element) -> None:
        certificates.extend(_named(element, "EncapsulatedX509Certificate"))
        for name, kind in (
            ("EncapsulatedCRLValue", EvidenceKind.CRL),
            ("EncapsulatedOCSPValue", EvidenceKind.OCSP),
        ):
            items.extend(Item(kind, octets) for octets in _named(element, name))

    for element in _unsigned(qualifying):
        name = local(element)
        if name == "SignatureTimeStamp":
            take(element, stamped)
        elif name in ("CertificateValues", "RevocationValues", "TimeStampValidationData",
                      "AnyValidationData"):  # fmt: skip
            take(element, values)
        else:
            unread.append(name)
    return Carried(
        tuple(timestamps), tuple(certificates), tuple(items), tuple(dict.fromkeys(unread))
    )


def _unsigned(qualifying: Element) -> Iterator[Element]:
    for properties in xml.children(qualifying):
        if local(properties) != "UnsignedProperties":
            continue
        for section in xml.children(properties):
            if local(section) == "UnsignedSignatureProperties":
                yield from xml.children(section)
            else:
                yield section


def _named(element: Element, name: str) -> Iterator[bytes]:
    return certificate_values(element, f"{{*}}{name}")


def tokens_of(element: Element) -> list[bytes]:
    """RFC 3161 tokens in a XAdESTimeStamp (5.1.4.2)."""
    found = list(_named(element, "EncapsulatedTimeStamp"))
    if not found or any(len(token) > _MAX_TOKEN for token in found):
        raise _form(local(element))
    return found


def _canonical(stamp: Element, node: Element) -> bytes:
    """A node as a time-stamp's own canonicalisation method makes it (5.1.4.2; Canonical XML 1.0
    where none is named). One that lists what it includes is of another time, and not read."""
    if any(local(child) in ("Include", "HashDataInfo") for child in xml.children(stamp)):
        raise _form("what it includes")
    method = next(stamp.iterchildren(f"{{{DS}}}CanonicalizationMethod"), None)
    chosen, comments, prefixes = method_of(method, node)
    return xml.canonical_element(node, chosen, comments=comments, prefixes=prefixes)


__all__ = [
    "NAMESPACES",
    "NOTHING_CARRIED",
    "NOTHING_SAID",
    "Carried",
    "Said",
    "local",
    "read_signed",
    "read_unsigned",
    "tokens_of",
]
