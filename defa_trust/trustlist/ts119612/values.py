"""Reading of single elements of a TS 119 612 list (floor 5): each finds its own or refuses.

Input is the tree of canonical, authenticated bytes. Every function names the place it refuses.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any, Final

from ...codec import base64url, xml
from ...codec.xml import XML_NAMESPACE, Element
from ...codes import xml as codes
from ...errors import Rejection
from ...formats.xmldsig import DS, XADES
from .model import DEFA, MRA, SIE, TSL, TSLX, Address, Identity, Postal, Text, Texts

DS11: Final = "http://www.w3.org/2009/xmldsig11#"
CURVES: Final = {
    "urn:oid:1.2.840.10045.3.1.7": ("P-256", 32),
    "urn:oid:1.3.132.0.34": ("P-384", 48),
    "urn:oid:1.3.132.0.35": ("P-521", 66),
}
"""NamedCurve (XML Signature 1.1, 4.5.2.3.1) to `crv` and octets of a coordinate (RFC 7518, 6.2)."""
NO_LOCALITY: Final = "-"
"""TS 119 612 demands a Locality where TS 119 602 does not: this stands for none."""

NSMAP: Final[dict[str | None, str]] = {
    None: TSL,
    "ds": DS,
    "tslx": TSLX,
    "sie": SIE,
    "xades": XADES,
    "mra": MRA,
    "defa": DEFA,
}
"""Prefixes of what is written."""
UNDETERMINED: Final = "und"
"""ISO 639-2 for "no language stated"."""

_SPACE: Final = re.compile(r"[ \t\r\n]+")
_TIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_NUMBER: Final = re.compile(r"[0-9]{1,15}")
_LANG: Final = f"{{{XML_NAMESPACE}}}lang"


def where(element: Element) -> str:
    """The path of local names to an element, with the place among its like."""
    steps = []
    while element is not None:
        name = local(element)
        like = list(element.itersiblings(element.tag, preceding=True))
        steps.append(f"{name}[{len(like)}]" if like else name)
        element = element.getparent()
    return "/".join(reversed(steps))


def local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]


def fault(element: Element, expected: str) -> Rejection:
    return Rejection(codes.VALUE, where=where(element), expected=expected)


def parts(
    element: Element,
    required: Collection[str],
    optional: Collection[str] = (),
    namespace: str = TSL,
) -> dict[str, Element]:
    """The children by local name: all of ``required``, no other than ``optional``, none twice."""
    found: dict[str, Element] = {}
    for child in xml.children(element):
        name = local(child)
        if child.tag != f"{{{namespace}}}{name}" or (name not in required and name not in optional):
            raise Rejection(codes.UNEXPECTED, where=where(child), actual=where(element))
        if found.setdefault(name, child) is not child:
            raise Rejection(codes.UNEXPECTED, where=where(child), actual=where(element))
    for name in required:
        if name not in found:
            raise Rejection(
                codes.MISSING, where=where(element), expected=name, actual=where(element)
            )
    return found


def each(element: Element, name: str, namespace: str = TSL, *, least: int = 1) -> list[Element]:
    """All children, which must be of one name."""
    found = xml.children(element)
    for child in found:
        if child.tag != f"{{{namespace}}}{name}":
            raise Rejection(codes.UNEXPECTED, where=where(child), actual=where(element))
    if len(found) < least:
        raise Rejection(codes.MISSING, where=where(element), expected=name, actual=where(element))
    return found


def text(element: Element) -> str:
    """Character data without white space at its ends; never empty."""
    found = xml.leaf(element)
    if found is None or not found.strip():
        raise fault(element, "a text")
    return found.strip()


def uri(element: Element) -> str:
    """xs:anyURI: white space collapses to nothing at the ends, and none is left inside."""
    found = text(element)
    if _SPACE.search(found):
        raise fault(element, "a URI")
    return found


def language(element: Element) -> str:
    found = element.get(_LANG)
    if not found:
        raise fault(element, "in a stated language")
    return str(found)


def number(element: Element) -> int:
    found = text(element)
    if _NUMBER.fullmatch(found) is None:
        raise fault(element, "a whole number")
    return int(found)


def time(element: Element) -> int:
    """xs:dateTime with a zone, in whole Unix seconds.

    NOTE: TS 119 612, 5.1.3 wants `Z` and no fraction; lists of 2020 have both otherwise.
    """
    found = text(element)
    if _TIME.fullmatch(found) is None:
        raise fault(element, "a time in UTC")
    try:
        # In UTC it is of another year at both ends of the calendar, and then of none.
        moment = datetime.fromisoformat(found).astimezone(UTC)
        return int(moment.replace(microsecond=0).timestamp())
    except (ValueError, OverflowError):
        raise fault(element, "a time in UTC") from None


def shown_time(seconds: int) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def boolean(value: object) -> bool | None:
    """xs:boolean, ``None`` for anything else."""
    return {"true": True, "1": True, "false": False, "0": False}.get(str(value).strip())


def octets(element: Element) -> bytes:
    """xs:base64Binary, canonical but for white space."""
    try:
        return base64url.decode_standard(_SPACE.sub("", text(element)))
    except Rejection as refusal:
        raise Rejection(refusal.code, where=where(element), actual=refusal.actual) from None


def texts(element: Element, name: str = "Name", *, least: int = 1) -> Texts:
    return tuple(Text(language(child), text(child)) for child in each(element, name, least=least))


def uris(element: Element, *, least: int = 1) -> Texts:
    """URIs by language. NOTE: lists of version 3 have them without one: then it is undetermined."""
    return tuple(
        Text(language(child) if _LANG in child.attrib else UNDETERMINED, uri(child))
        for child in each(element, "URI", least=least)
    )


def foreign(element: Element) -> bytes:
    """An element of another vocabulary as it is, for nobody to overlook.

    Prefixes are those of ``NSMAP`` where it has one, so that the same element has the same octets
    wherever it was found. NOTE: a prefix within character data would not follow.
    """
    home = xml.build(f"{{{TSL}}}Extension", NSMAP)
    home.append(deepcopy(element))
    home[0].tail = None
    return xml.canonical_element(home[0], xml.Canonical.EXCLUSIVE)


def address(element: Element) -> Address:
    found = parts(element, ("PostalAddresses", "ElectronicAddress"))
    return Address(
        tuple(_postal(child) for child in each(found["PostalAddresses"], "PostalAddress")),
        uris(found["ElectronicAddress"]),
    )


def _postal(element: Element) -> Postal:
    found = parts(
        element,
        ("StreetAddress", "Locality", "CountryName"),
        ("StateOrProvince", "PostalCode"),
    )
    locality = text(found["Locality"])
    return Postal(
        language(element),
        text(found["StreetAddress"]),
        None if locality == NO_LOCALITY else locality,
        text(found["StateOrProvince"]) if "StateOrProvince" in found else None,
        text(found["PostalCode"]) if "PostalCode" in found else None,
        text(found["CountryName"]),
    )


# --- identities ----------------------------------------------------------------------------------
def identity(element: Element) -> Identity:
    """ServiceDigitalIdentity: every DigitalId by its kind. Nothing is matched by subject name."""
    certificates: list[bytes] = []
    names: list[str] = []
    skis: list[bytes] = []
    keys: list[dict[str, Any]] = []
    others: list[str] = []
    unknown: list[bytes] = []
    for entry in each(element, "DigitalId", least=0):
        for child in xml.children(entry):
            match child.tag:
                case _Tag.CERTIFICATE:
                    certificates.append(octets(child))
                case _Tag.SUBJECT_NAME:
                    names.append(text(child))
                case _Tag.SKI:
                    skis.append(octets(child))
                case _Tag.KEY_VALUE:
                    key = _key_value(child)
                    if key is None:
                        unknown.append(foreign(child))
                    else:
                        keys.append(key)
                case _Tag.OTHER:
                    _other(child, others, keys, unknown)
                case _:
                    raise Rejection(codes.UNEXPECTED, where=where(child), actual=where(entry))
    return Identity(
        tuple(certificates), tuple(names), tuple(skis), tuple(keys), tuple(others), tuple(unknown)
    )


class _Tag:
    CERTIFICATE: Final = f"{{{TSL}}}X509Certificate"
    SUBJECT_NAME: Final = f"{{{TSL}}}X509SubjectName"
    SKI: Final = f"{{{TSL}}}X509SKI"
    OTHER: Final = f"{{{TSL}}}Other"
    KEY_VALUE: Final = f"{{{DS}}}KeyValue"


def _other(
    element: Element, others: list[str], keys: list[dict[str, Any]], unknown: list[bytes]
) -> None:
    from ...codec import json as strict_json

    inner = xml.children(element)
    if len(inner) == 1 and inner[0].tag == f"{{{DEFA}}}OtherId":
        others.append(text(inner[0]))
    elif len(inner) == 1 and inner[0].tag == f"{{{DEFA}}}PublicKeyValue":
        keys.append(strict_json.loads_object(text(inner[0]).encode(), max_depth=4))
    else:
        unknown.append(foreign(element))


def _key_value(element: Element) -> dict[str, Any] | None:
    """ds:KeyValue as JWK; ``None`` for DSA and for curves without a `crv`."""
    inner = xml.children(element)
    if len(inner) != 1:
        raise fault(element, "one key")
    if inner[0].tag == f"{{{DS}}}RSAKeyValue":
        rsa = parts(inner[0], ("Modulus", "Exponent"), namespace=DS)
        # Leading zero octets say nothing in a CryptoBinary and are forbidden in a JWK.
        n, e = (octets(rsa[name]).lstrip(b"\0") for name in ("Modulus", "Exponent"))
        return {"kty": "RSA", "n": base64url.encode(n), "e": base64url.encode(e)}
    if inner[0].tag == f"{{{DS11}}}ECKeyValue":
        ec = {local(child): child for child in xml.children(inner[0])}
        curve = ec["NamedCurve"].get("URI") if "NamedCurve" in ec else None
        if set(ec) == {"NamedCurve", "PublicKey"} and curve in CURVES:
            crv, width = CURVES[curve]
            point = octets(ec["PublicKey"])
            if len(point) == 2 * width + 1 and point[0] == 4:
                x, y = point[1 : width + 1], point[width + 1 :]
                coordinates = {"x": base64url.encode(x), "y": base64url.encode(y)}
                return {"kty": "EC", "crv": crv, **coordinates}
    return None
