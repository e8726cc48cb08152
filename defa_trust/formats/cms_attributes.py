"""Attributes of a CMS signer: their names, and how signed and unsigned ones are read (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..algorithm_ids import algorithm_name, digest_name
from ..codec import der
from ..codec.ber import Cursor
from ..codec.der import Reader, context, dotted, element, elements
from ..codes import cms as codes
from ..codes import codec as codec_codes
from ..codes import crypto as crypto_codes
from ..errors import Rejection

Attributes = Mapping[str, tuple[bytes, ...]]
"""OID of each attribute, and its values as they were written."""

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"

MAX_ATTRIBUTES: Final = 64
"""Ours: attributes of one signer, and values of one attribute."""

NAMES: Final[Mapping[str, str]] = {
    CONTENT_TYPE: "content-type",
    MESSAGE_DIGEST: "message-digest",
    "1.2.840.113549.1.9.5": "signing-time",
    "1.2.840.113549.1.9.6": "countersignature",
    "1.2.840.113549.1.9.15": "S/MIME capabilities",
    ALGORITHM_PROTECTION: "CMS algorithm protection",
    "1.2.840.113549.1.9.16.2.4": "content-hints",
    "1.2.840.113549.1.9.16.2.7": "content-identifier",
    "1.2.840.113549.1.9.16.2.10": "content-reference",
    "1.2.840.113549.1.9.16.2.12": "ESS signing-certificate",
    "1.2.840.113549.1.9.16.2.14": "signature-time-stamp",
    "1.2.840.113549.1.9.16.2.15": "signature-policy-identifier",
    "1.2.840.113549.1.9.16.2.16": "commitment-type-indication",
    "1.2.840.113549.1.9.16.2.17": "signer-location",
    "1.2.840.113549.1.9.16.2.18": "signer-attributes",
    "1.2.840.113549.1.9.16.2.19": "other-signing-certificate",
    "1.2.840.113549.1.9.16.2.20": "content-time-stamp",
    "1.2.840.113549.1.9.16.2.21": "complete-certificate-references",
    "1.2.840.113549.1.9.16.2.22": "complete-revocation-references",
    "1.2.840.113549.1.9.16.2.23": "certificate-values",
    "1.2.840.113549.1.9.16.2.24": "revocation-values",
    "1.2.840.113549.1.9.16.2.25": "CAdES-C-time-stamp",
    "1.2.840.113549.1.9.16.2.26": "time-stamped-certs-crls-references",
    "1.2.840.113549.1.9.16.2.27": "archive-time-stamp (first form)",
    "1.2.840.113549.1.9.16.2.44": "attribute-certificate-references",
    "1.2.840.113549.1.9.16.2.45": "attribute-revocation-references",
    "1.2.840.113549.1.9.16.2.47": "ESS signing-certificate-v2",
    "1.2.840.113549.1.9.16.2.48": "archive-time-stamp-v2",
    "1.2.840.113549.1.9.16.2.49": "internal evidence record",
    "1.2.840.113549.1.9.16.2.50": "external evidence record",
    "0.4.0.1733.2.1": "mime-type",
    "0.4.0.1733.2.2": "long-term-validation",
    "0.4.0.1733.2.4": "archive-time-stamp-v3",
    "0.4.0.1733.2.5": "ats-hash-index",
    "0.4.0.19122.1.1": "signer-attributes-v2",
    "0.4.0.19122.1.3": "signature-policy-store",
    "0.4.0.19122.1.4": "ats-hash-index-v2",
    "0.4.0.19122.1.5": "ats-hash-index-v3",
    "1.2.840.113583.1.1.8": "Adobe revocation information archival",
}
"""RFC 5652, 11; RFC 5035; RFC 4998; RFC 6211; EN 319 122-1, 5 and annex A."""
_SEVERAL: Final = frozenset({"1.2.840.113549.1.9.16.2.20"})
"""EN 319 122-1, 5.2.8: several content time-stamps may be there."""


def attribute_name(oid: str) -> str:
    """An attribute's name in its standard, or its object identifier."""
    return NAMES.get(oid, oid)


def attribute_form(name: str, expected: str) -> Rejection:
    return Rejection(codes.ATTRIBUTE_FORM, where=name, expected=expected, actual=name)


def single(signed: Attributes, oid: str, name: str) -> Reader:
    """A reader over the one value of an attribute that must be there."""
    values = signed.get(oid)
    if values is None:
        raise Rejection(codes.ATTRIBUTE_MISSING, where="signedAttrs", actual=name)
    if len(values) != 1:
        raise Rejection(codes.ATTRIBUTE_VALUES, where="signedAttrs", actual=name)
    return Reader(values[0])


def strong_digest(identifier: bytes, what: str) -> str:
    """The name of a digest algorithm; `cms.digest_weak` says which other one it was."""
    try:
        return digest_name(identifier)
    except Rejection as refusal:
        if refusal.code is not crypto_codes.DIGEST_UNKNOWN:
            raise
        name = algorithm_name(identifier)
        raise Rejection(codes.DIGEST_WEAK, where=what, expected=what, actual=name) from None


def too_many(most: int, what: str) -> Rejection:
    return Rejection(codes.TOO_MANY, expected=most, actual=what)


# --- one signer ----------------------------------------------------------------------------------


# --- reading them ----------------------------------------------------------------------------
def read_signed(attributes: bytes) -> dict[str, tuple[bytes, ...]]:
    """The signed attributes: DER, in order, each type at most once (5.3 and 11).

    NOTE: RFC 5652, 5.4 hashes the DER encoding, whatever came. Verifiers that hash what came and
    those that sort first disagree on attributes out of order; here such a message is refused.
    """
    try:
        _, body, end = element(attributes, 0, len(attributes))
        return _read_signed(attributes, elements(attributes, body, end))
    except Rejection as refusal:
        if refusal.code.id.startswith("der."):
            actual = f"{refusal.code.id} at {refusal.where}"
            raise Rejection(codes.ATTRIBUTES_NOT_DER, where=refusal.where, actual=actual) from None
        raise


def _read_signed(
    data: bytes, attributes: list[tuple[int, int, int, int]]
) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    last = b""
    if len(attributes) > MAX_ATTRIBUTES:
        raise too_many(MAX_ATTRIBUTES, "signed attributes")
    for number, (tag, begun, body, end) in enumerate(attributes, 1):
        if tag != der.SEQUENCE:
            raise Rejection(codec_codes.DER_TAG, where=f"offset {begun}", expected="an attribute")
        encoded = data[begun:end]
        if encoded < last:
            raise Rejection(codes.ATTRIBUTES_UNSORTED, where=f"attribute {number}")
        last = encoded
        if end - body < 4:
            raise Rejection(codec_codes.DER_TRUNCATED, where=f"offset {body}")
        kind, values = _attribute(data, body, end)
        if kind in found:
            if kind not in _SEVERAL:
                raise Rejection(codes.ATTRIBUTE_REPEATED, actual=attribute_name(kind))
            values = (*found[kind], *values)
        found[kind] = values
    return found


def _attribute(data: bytes, pos: int, end: int) -> tuple[str, tuple[bytes, ...]]:
    """One attribute: its type, and its values in DER's order."""
    # Type and one value, both short: the form of nearly every attribute, read without a walk.
    middle = pos + 2 + data[pos + 1]
    if middle + 4 <= end and data[pos] == der.OID and data[middle] == der.SET:
        kind = dotted(data[pos + 2 : middle])
        value = middle + 2
        if (
            kind is not None
            and data[middle + 1] == end - value
            and data[value + 1] == end - value - 2
            and end - value < 0x80
            and data[value] & 0x1F != 0x1F
        ):
            return kind, (data[value:end],)
    members = elements(data, pos, end)
    if [tag for tag, *_ in members] != [der.OID, der.SET]:
        raise Rejection(codec_codes.DER_TAG, where=f"offset {pos}", expected="type and values")
    (_, _, body, after), (_, _, first, last) = members
    kind = dotted(data[body:after])
    if kind is None:
        raise Rejection(codec_codes.DER_VALUE, where=f"offset {body}", expected="a type")
    held = elements(data, first, last)
    if len(held) > MAX_ATTRIBUTES:
        raise too_many(MAX_ATTRIBUTES, "values of one attribute")
    values = tuple([data[b:a] for _, b, _, a in held])
    if len(values) > 1 and list(values) != sorted(values):
        raise Rejection(codes.ATTRIBUTES_UNSORTED, where="values of one attribute")
    return kind, values


def read_unsigned(raw: bytes) -> dict[str, tuple[bytes, ...]]:
    """Unsigned attributes: nobody answers for them, so their form binds nothing but themselves."""
    found: dict[str, tuple[bytes, ...]] = {}
    top = Cursor(raw)
    inside = top.enter(context(1))
    count = 0
    while not inside.at_end():
        attribute = inside.enter(der.SEQUENCE)
        kind = attribute.oid()
        values = attribute.enter(der.SET)
        held = list(found.get(kind, ()))
        while not values.at_end():
            count += 1
            if count > MAX_ATTRIBUTES:
                raise too_many(MAX_ATTRIBUTES, "values of unsigned attributes")
            held.append(values.raw())
        attribute.leave(values)
        inside.leave(attribute)
        found[kind] = tuple(held)
    top.leave(inside)
    return found


# --- attributes ----------------------------------------------------------------------------------
