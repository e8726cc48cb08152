"""ISO/IEC 18013-5 documents: mobile driving licences and whatever else is an mdoc (floor 3).

Reads a DeviceResponse or a bare IssuerSigned structure, as CBOR or as the base64url text in which
OpenID4VP carries both. The issuer's signature covers the mobile security object (MSO), whose
digests cover the items; the device's part is read by ``mdoc_device``. Digests are taken over the
original bytes, so an encoding that could be cut in two ways is refused.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from datetime import date
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from ..codec import base64url, cbor
from ..codec.cbor import Deviation, Tagged
from ..codes import mdoc as codes
from ..errors import Rejection
from ..request import Request
from ..spec import MAX_DISCLOSURES, MAX_INPUT_BYTES
from ..verdict import Finding, from_parts
from .base import (
    Asserted,
    DigestClaim,
    HolderProof,
    PartRole,
    Presented,
    SignedPart,
    SignerCertificate,
    StatusReference,
)
from .cbor_values import plain
from .cose import X5CHAIN, read_sign1
from .cwt import cwt_status
from .mdoc_device import DeviceKey, check_encoding, device_names, device_proof
from .mdoc_quick import item as quick_item
from .mdoc_quick import security_object as quick_mso

NAME: Final = "mdoc"
FIRST_OCTETS: Final[bytes] = bytes(range(0xA0, 0xC0)) + b"opqrstuv"

MDL_DOCTYPE: Final = "org.iso.18013.5.1.mDL"
MDL_SIGNER: Final = "1.0.18013.5.1.2"
"""Extended key usage of a document signer for driving licences (ISO/IEC 18013-5, B.1.4)."""
MAX_NAME: Final = 256
"""Ours: characters of a document type, a namespace or an element identifier."""
MIN_RANDOM: Final = 16
"""Octets of `random` (ISO/IEC 18013-5, 9.1.2.5), without which a digest can be guessed."""

_ENCODED_CBOR: Final = 24
_TAG_24: Final = b"\xd8\x18"
_EMBEDDED_LONG: Final = b"\xd8\x18\x59"
"""Encoded CBOR of 256 to 65,535 octets: head of the tag, and of the byte string without length."""
_DATE_TEXT: Final = 0
_DIGESTS: Final = MappingProxyType(
    {"SHA-256": "sha-256", "SHA-384": "sha-384", "SHA-512": "sha-512"}
)
_DATE: Final = re.compile(r"\d{4}-\d\d-\d\dT(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ", re.ASCII)
_EPOCH: Final = date(1970, 1, 1).toordinal()
_TEXT: Final = re.compile(rb"[A-Za-z0-9_-]+")
_NONE: Final[frozenset[Deviation]] = frozenset()
_MARKS: Final = (b"issuerAuth", b"documents")
_COUNTRY: Final = "issuing_country"

Items = dict[str, dict[str, Any]]
_claim: Final = from_parts(DigestClaim)


class Mso(NamedTuple):
    """The mobile security object (9.1.2.4), believed by nobody yet. Times are Unix seconds."""

    doctype: str
    digest_algorithm: str
    digests: Mapping[str, Mapping[int, bytes]]
    device: DeviceKey
    signed: int
    valid_from: int
    valid_until: int
    status: tuple[StatusReference, ...]


_mso_of: Final = from_parts(Mso)


def detect(data: bytes) -> bool:
    """A CBOR map, or base64url of one, that speaks of mdoc's members. Never raises."""
    if b"\xa0" <= data[:1] < b"\xc0":
        return any(mark in data for mark in _MARKS)
    if data[:1] in (b"o", b"p", b"q", b"r", b"s", b"t", b"u", b"v") and _TEXT.fullmatch(data):
        try:
            head = base64url.decode(data[: len(data) & ~3] if len(data) & 3 == 1 else data)
        except Rejection:
            return False
        return b"\xa0" <= head[:1] < b"\xc0" and any(mark in head for mark in _MARKS)
    return False


def parse(data: bytes, request: Request) -> Presented:
    """Read the one document of a response. Raises ``Rejection``.

    Codes: `mdoc.*`, `cose.*`, `cbor.*`, `base64url.*`, `crypto.algorithm_*`.
    """
    found = documents(data, request)
    if len(found) != 1:
        _malformed(f"{len(found)} documents where one is expected")
    return found[0]


def documents(data: bytes, request: Request) -> tuple[Presented, ...]:
    """Every document of a response (8.3.2.1.2.2), or the one of a bare IssuerSigned structure."""
    digest = sha256(data).digest()
    octets = data if data[:1] >= b"\x80" else base64url.decode(data)
    top = _loads(octets, "the response")
    if "issuerAuth" in top:
        return (_document(None, top, None, request, digest),)
    if top.get("version") != "1.0":
        raise Rejection(codes.VERSION, expected="DeviceResponse", actual=_kind(top.get("version")))
    status = top.get("status")
    if type(status) is not int:
        _malformed("a response without status")
    entries = top.get("documents")
    if entries is None:
        raise Rejection(codes.NO_DOCUMENT, actual=status)
    if type(entries) is not list or not entries:
        _malformed("`documents` is no array of documents")
    return tuple(_of_response(entry, request, digest) for entry in entries)


def _of_response(entry: object, request: Request, digest: bytes) -> Presented:
    document = _map(entry, "a document")
    signed = _map(document.get("issuerSigned"), "`issuerSigned`")
    doctype = _name(document.get("docType"), "`docType`")
    return _document(doctype, signed, document.get("deviceSigned"), request, digest)


def _document(
    doctype: str | None, signed: Mapping[Any, Any], device: object, request: Request, digest: bytes
) -> Presented:
    message = read_sign1(signed.get("issuerAuth"), _NONE)
    if X5CHAIN in message.protected_map:
        raise Rejection(codes.CHAIN_PROTECTED)
    if message.hint.certificate is None:
        raise Rejection(codes.CHAIN_MISSING)
    check_encoding(message.deviations)
    mso = _mso(message.payload)
    if doctype is not None and mso.doctype != doctype:
        raise Rejection(codes.DOCTYPE, expected=doctype, actual=mso.doctype)
    items, claims = _items(signed.get("nameSpaces"), mso)
    country = _country(items)
    proof: HolderProof | None = None
    names: Items = {}
    if device is not None:
        part = _map(device, "`deviceSigned`")
        encoded = _embedded(part.get("nameSpaces"), "deviceSigned")
        names = device_names(_loads(encoded.value, "the device's namespaces"), mso.device)
        proof = device_proof(
            _map(part.get("deviceAuth"), "`deviceAuth`"), mso.doctype, encoded, mso.device, request
        )
    return Presented(
        NAME,
        digest,
        SignedPart(
            PartRole.ISSUER,
            message.signed_bytes(),
            message.signature,
            message.algorithms,
            message.hint,
        ),
        Asserted(
            territory=country,
            not_before=mso.valid_from,
            expires=mso.valid_until,
            issued_at=mso.signed,
            types=(mso.doctype,),
            status=mso.status,
        ),
        _revealer(mso.doctype, items, names),
        digest_claims=claims,
        holder_proof=proof,
        holder_key_bound=True,
        reveal_judges=False,
        certificate_profile="mdoc_ds" if mso.doctype == MDL_DOCTYPE else "document_signer",
        key_usage=check_key_usage,
        check_signer=_signer_check(mso, country),
    )


# --- the mobile security object ------------------------------------------------------------------
def _mso(payload: bytes) -> Mso:
    if payload.startswith(_EMBEDDED_LONG) and _length(payload) == len(payload) - 5 > 0xFF:
        inner: object = payload[5:]
    else:
        outer, end, deviations = cbor.decode(payload)
        check_encoding(deviations if end == len(payload) else (Deviation.NON_SHORTEST,))
        inner = _embedded(outer, "the security object").value
    quick = quick_mso(inner) if type(inner) is bytes else None
    if quick is not None:
        return _check_order(_mso_of(quick))
    return _plain_mso(inner)


def _check_order(mso: Mso) -> Mso:
    if not mso.signed <= mso.valid_from < mso.valid_until:
        raise Rejection(codes.VALIDITY, actual="their order")
    return mso


def _plain_mso(inner: object) -> Mso:
    """Any security object: what ``mdoc_quick`` reads, and all that it does not."""
    mso = _loads(inner, "the security object")
    version = mso.get("version")
    if version != "1.0":
        raise Rejection(codes.VERSION, expected="security object", actual=_kind(version))
    algorithm = mso.get("digestAlgorithm")
    if type(algorithm) is not str or algorithm not in _DIGESTS:
        raise Rejection(codes.DIGEST_ALGORITHM, expected=tuple(_DIGESTS))
    digests = {}
    for namespace, values in _map(mso.get("valueDigests"), "`valueDigests`").items():
        table = _map(values, "a namespace's digests")
        for number, value in table.items():
            if type(value) is not bytes or type(number) is not int or number < 0:
                _malformed("a digest is no byte string under a number")
        digests[_name(namespace, "a namespace")] = table
    info = _map(mso.get("validityInfo"), "`validityInfo`")
    signed, begin, until = (_date(info, name) for name in ("signed", "validFrom", "validUntil"))
    if "expectedUpdate" in info:
        _date(info, "expectedUpdate")
    return _check_order(
        Mso(
            _name(mso.get("docType"), "`docType`"),
            _DIGESTS[algorithm],
            digests,
            _device_key(mso.get("deviceKeyInfo")),
            signed,
            begin,
            until,
            cwt_status(mso["status"]) if "status" in mso else (),
        )
    )


def _length(payload: bytes) -> int:
    return int.from_bytes(payload[3:5], "big")


def _device_key(info: object) -> DeviceKey:
    if type(info) is not dict or type(info.get("deviceKey")) is not dict:
        raise Rejection(codes.DEVICE_KEY, actual="missing")
    granted = info.get("keyAuthorizations", {})
    namespaces: object = granted.get("nameSpaces", []) if type(granted) is dict else None
    elements: object = granted.get("dataElements", {}) if type(granted) is dict else None
    if not _are_names(namespaces) or type(elements) is not dict:
        _malformed("`keyAuthorizations`")
    for namespace, names in elements.items():
        if type(namespace) is not str or not _are_names(names):
            _malformed("`keyAuthorizations`")
    assert isinstance(namespaces, list)
    return DeviceKey(
        info["deviceKey"], frozenset(namespaces), {ns: frozenset(n) for ns, n in elements.items()}
    )


def _are_names(value: object) -> bool:
    return type(value) is list and all(type(name) is str for name in value)


def _date(info: Mapping[Any, Any], name: str) -> int:
    """A tdate (tag 0) without fractions and in UTC, as 9.1.2.4 demands."""
    value = info.get(name)
    text = value.value if type(value) is Tagged and value.tag == _DATE_TEXT else None
    if type(text) is not str or _DATE.fullmatch(text) is None:
        raise Rejection(codes.VALIDITY, actual=name)
    try:
        days = date.fromisoformat(text[:10]).toordinal() - _EPOCH
    except ValueError:
        raise Rejection(codes.VALIDITY, actual=name) from None
    hours, minutes, seconds = int(text[11:13]), int(text[14:16]), int(text[17:19])
    return days * 86_400 + hours * 3600 + minutes * 60 + seconds


# --- the items -----------------------------------------------------------------------------------
def _items(namespaces: object, mso: Mso) -> tuple[Items, tuple[DigestClaim, ...]]:
    """The disclosed items, and for each the digest that the security object holds for it."""
    items: Items = {}
    claims: list[DigestClaim] = []
    algorithm = mso.digest_algorithm
    if namespaces is None:
        return items, ()
    for namespace, entries in _map(namespaces, "`nameSpaces`").items():
        name = _name(namespace, "a namespace")
        expected = mso.digests.get(name, {})
        if type(entries) is not list or not entries:
            _malformed("a namespace without items")
        found = items[name] = {}
        numbers = set()
        for entry in entries:
            encoded = _embedded(entry, "an item")
            octets = encoded[1]
            number, identifier, value = quick_item(octets) or _item(octets)
            if number in numbers or identifier in found:
                shared = "number" if number in numbers else "identifier"
                raise Rejection(codes.ITEM_TWICE, actual=shared)
            numbers.add(number)
            found[identifier] = value
            what = f"{name}#{number}"
            if number not in expected:
                raise Rejection(codes.ITEM_UNSIGNED, actual=what)
            # Tag and content as received: no longer head has passed ``_loads``.
            data = _TAG_24 + encoded[2]
            claims.append(_claim((data, algorithm, frozenset((expected[number],)), what)))
        if len(claims) > MAX_DISCLOSURES:
            _malformed(f"more than {MAX_DISCLOSURES} items")
    return items, tuple(claims)


def _item(encoded: bytes) -> tuple[int, str, Any]:
    """Any item: what ``mdoc_quick`` reads, and all that it does not."""
    item = _loads(encoded, "an item")
    number = item.get("digestID")
    identifier = item.get("elementIdentifier")
    random = item.get("random")
    if type(number) is not int or number < 0:
        raise Rejection(codes.ITEM, actual="`digestID` is no number from 0 up")
    if type(random) is not bytes or len(random) < MIN_RANDOM:
        raise Rejection(codes.ITEM, actual=f"`random` has fewer than {MIN_RANDOM} octets")
    if type(identifier) is not str or not 0 < len(identifier) <= MAX_NAME:
        raise Rejection(codes.ITEM, actual="`elementIdentifier` is no name")
    if "elementValue" not in item:
        raise Rejection(codes.ITEM, actual="`elementValue` is missing")
    return number, identifier, item["elementValue"]


def _country(items: Items) -> str | None:
    """The state that the document names (7.2.1): two letters, the same wherever it is named."""
    named = [elements[_COUNTRY] for elements in items.values() if _COUNTRY in elements]
    if not named:
        return None
    country = named[0]
    if (
        type(country) is not str
        or not (len(country) == 2 and country.isascii() and country.isalpha() and country.isupper())
        or any(other != country for other in named)
    ):
        raise Rejection(codes.ISSUING_COUNTRY)
    return country


def _signer_check(
    mso: Mso, country: str | None
) -> Callable[[SignerCertificate], tuple[Finding, ...]]:
    """What ISO/IEC 18013-5, 9.3.1 compares with the signer's certificate.

    NOTE: the standard compares the country of driving licences; here that of every document is, and
    only a licence needs a certificate that names one.
    """

    def check(certificate: SignerCertificate) -> tuple[Finding, ...]:
        signed = mso.signed
        if signed < certificate.not_before:
            said = Finding(codes.SIGNED_BEFORE, certificate.not_before, signed)
        elif signed > certificate.not_after:
            said = Finding(codes.SIGNED_AFTER, certificate.not_after, signed)
        else:
            said = _SIGNED_WITHIN
        stated = certificate.country
        if country is None or (stated is None and mso.doctype != MDL_DOCTYPE):
            return (said,)
        if stated is not None and stated.upper() == country:
            return said, _of_its_country(country)
        return said, Finding(codes.SIGNER_COUNTRY_OTHER, country, stated)

    return check


_SIGNED_WITHIN: Final = Finding(codes.SIGNED_WITHIN)


@lru_cache(maxsize=64)
def _of_its_country(country: str) -> Finding:
    return Finding(codes.SIGNER_COUNTRY, country)


def check_key_usage(extended_key_usage: Collection[str], types: tuple[str, ...]) -> Finding | None:
    """A certificate with extended key usages signs driving licences only with that of B.1.4."""
    if not extended_key_usage or MDL_DOCTYPE not in types:
        return None
    fits = MDL_SIGNER in extended_key_usage
    return Finding(codes.KEY_USAGE_FITS if fits else codes.KEY_USAGE_UNFIT, MDL_SIGNER)


def _revealer(doctype: str, items: Items, device: Items) -> Callable[[], Mapping[str, Any]]:
    """Claims by namespace. What the device signed by itself stands apart from what the issuer did.

    The trees were decoded from the bytes whose digests are checked, and are copied at each call.
    """

    def reveal() -> Mapping[str, Any]:
        shown = {
            "docType": doctype,
            "nameSpaces": {
                name: {key: plain(value) for key, value in elements.items()}
                for name, elements in items.items()
            },
        }
        if device:
            shown["deviceSigned"] = {
                name: {key: plain(value) for key, value in elements.items()}
                for name, elements in device.items()
            }
        return shown

    return reveal


# --- strict reading -------------------------------------------------------------------------------
def _loads(data: object, what: str) -> dict[Any, Any]:
    """One CBOR map, in shortest and definite form: its embedded items are signed as they stand."""
    if type(data) is not bytes:
        _malformed(f"{what} is no byte string")
    value, end, deviations = cbor.decode(data, max_bytes=MAX_INPUT_BYTES)
    if end != len(data):
        _malformed(f"bytes follow {what}")
    check_encoding(deviations)
    return _map(value, what)


def _embedded(value: object, what: str) -> Tagged:
    """#6.24(bstr .cbor …): the value is the embedded item's bytes."""
    if type(value) is not Tagged or value.tag != _ENCODED_CBOR or type(value.value) is not bytes:
        raise Rejection(codes.ENCODED_CBOR, actual=what)
    return value


def _map(value: object, what: str) -> dict[Any, Any]:
    if type(value) is not dict:
        _malformed(f"{what} is no map")
    return value


def _name(value: object, what: str) -> str:
    if type(value) is not str or not 0 < len(value) <= MAX_NAME or not value.isprintable():
        _malformed(f"{what} is no name")
    return value


def _kind(value: object) -> str:
    return value[:16] if type(value) is str and value.isprintable() else "missing"


def _malformed(what: str) -> NoReturn:
    raise Rejection(codes.STRUCTURE, actual=what)
