"""CMS SignedData (RFC 5652), read from BER or DER in one pass (floor 3).

The bytes that were signed are the bytes that came: signed attributes are never written anew. Each
signer is read by itself, so that one that cannot be judged says why and the others are judged. What
belongs to CAdES and to time-stamps alone is in ``cades`` and ``tst``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ..algorithm_ids import (
    algorithm_identifier,
    algorithm_name,
    digest_name,
    signature_algorithms,
)
from ..algorithms import DIGEST_SIZES, Algorithm
from ..codec import der
from ..codec.ber import Buffer, Cursor
from ..codec.der import Reader, context
from ..codes import cms as codes
from ..codes import crypto as crypto_codes
from ..content import Content
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .signature import SignerId

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
DATA: Final = "1.2.840.113549.1.7.1"

CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
ALGORITHM_PROTECTION: Final = "1.2.840.113549.1.9.52"

MAX_SIGNERS: Final = 64
MAX_CERTIFICATES: Final = 256
MAX_REVOCATIONS: Final = 256
MAX_ATTRIBUTES: Final = 64
"""Ours: of one message, and attributes or values of one signer."""
MAX_SIGNER_BYTES: Final = 32 << 20
"""Ours: one signer's part. Those with embedded CRLs reach 2 MB in the public corpora."""

_OCSP_RESPONSE: Final = "1.3.6.1.5.5.7.16.2"
_OCSP_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_CERTIFICATES: Final = context(0)
_REVOCATIONS: Final = context(1)
_OTHER_REVOCATION: Final = context(1)


class SignerInfo(NamedTuple):
    """One signer (RFC 5652, 5.3). ``signed_bytes`` are the original signed attributes, their tag
    replaced by that of SET OF; ``signed`` and ``unsigned`` map an attribute's OID to the DER of its
    values (or BER, in ``unsigned``). ``digest`` is a name of ``crypto.DIGESTS``."""

    signer: SignerId
    digest: str
    algorithms: tuple[Algorithm, ...]
    signature: bytes
    signed_bytes: bytes
    message_digest: bytes
    signed: Mapping[str, tuple[bytes, ...]]
    unsigned: Mapping[str, tuple[bytes, ...]]


class SignedData(NamedTuple):
    """A message as received. ``content`` is ``None`` where it is detached.

    ``signers`` holds a ``Rejection`` in the place of each signer that cannot be read.
    ``certificates`` are DER as they came; certificates of other kinds are left out.
    """

    content_type: str
    content: Content | None
    chunks: tuple[memoryview, ...] | None
    certificates: tuple[bytes, ...]
    revocations: tuple[Item, ...]
    signers: tuple[SignerInfo | Rejection, ...]


def is_signed_data(data: Buffer) -> bool:
    """Whether the bytes begin like a ContentInfo of SignedData; parsing judges the rest."""
    return data[:1] == b"\x30" and _SIGNED_DATA in data[:24]


_SIGNED_DATA: Final = der.encode_oid(SIGNED_DATA)


def read_signed_data(data: Buffer) -> SignedData:
    """Read a ContentInfo that holds SignedData.

    Raises ``Rejection``: `cms.*`, `der.*`. What is wrong with one signer only stands in its place.
    """
    top = Cursor(data)
    outer = top.enter(der.SEQUENCE)
    kind = outer.oid()
    if kind != SIGNED_DATA:
        raise Rejection(codes.NOT_SIGNED_DATA, where="contentType", actual=kind)
    explicit = outer.enter(context(0))
    body = explicit.enter(der.SEQUENCE)
    body.integer()
    body.span(der.SET)
    content_type, chunks = _content(body)
    certificates: list[bytes] = []
    revocations: list[Item] = []
    if body.tag() == _CERTIFICATES:
        certificates = _certificates(body)
    if body.tag() == _REVOCATIONS:
        revocations = _revocations(body)
    signers = _signers(body, content_type)
    explicit.leave(body)
    outer.leave(explicit)
    top.leave(outer)
    top.finish()
    if not signers:
        raise Rejection(codes.NO_SIGNER, where="signerInfos")
    return SignedData(
        content_type,
        None if chunks is None else Content.of(*chunks),
        chunks,
        tuple(certificates),
        tuple(revocations),
        tuple(signers),
    )


def _content(body: Cursor) -> tuple[str, tuple[memoryview, ...] | None]:
    """EncapsulatedContentInfo (RFC 5652, 5.2).

    NOTE: content that is no OCTET STRING, as PKCS #7 v1.5 had it (5.2.1), is refused.
    """
    encapsulated = body.enter(der.SEQUENCE)
    content_type = encapsulated.oid()
    chunks = None
    if not encapsulated.at_end():
        explicit = encapsulated.enter(context(0))
        chunks = explicit.octets()
        encapsulated.leave(explicit)
    body.leave(encapsulated)
    return content_type, chunks


def _certificates(body: Cursor) -> list[bytes]:
    """CertificateSet (10.2.2). Attribute certificates and other kinds are passed over."""
    found: list[bytes] = []
    inside = body.enter(_CERTIFICATES)
    while (tag := inside.tag()) is not None:
        if tag == der.SEQUENCE:
            if len(found) == MAX_CERTIFICATES:
                raise _too_many(MAX_CERTIFICATES, "certificates")
            found.append(inside.raw())
        else:
            inside.span()
    body.leave(inside)
    return found


def _revocations(body: Cursor) -> list[Item]:
    """RevocationInfoChoices (10.2.1): CRLs, and OCSP responses by RFC 5940, 2."""
    found: list[Item] = []
    inside = body.enter(_REVOCATIONS)
    while (tag := inside.tag()) is not None:
        if len(found) == MAX_REVOCATIONS:
            raise _too_many(MAX_REVOCATIONS, "CRLs and OCSP responses")
        if tag == der.SEQUENCE:
            found.append(Item(EvidenceKind.CRL, inside.raw()))
        elif tag == _OTHER_REVOCATION:
            other = inside.enter(_OTHER_REVOCATION)
            kind = other.oid()
            value = other.raw()
            inside.leave(other)
            if kind == _OCSP_RESPONSE:
                found.append(Item(EvidenceKind.OCSP, value))
            elif kind == _OCSP_BASIC:
                found.append(Item(EvidenceKind.OCSP, ocsp_response(value)))
        else:
            inside.span()
    body.leave(inside)
    return found


def ocsp_response(basic: bytes) -> bytes:
    """An OCSPResponse (RFC 6960, 4.2.1) around a BasicOCSPResponse, as CMS carries them."""
    inner = der.seq(der.encode_oid(_OCSP_BASIC), der.tlv(der.OCTET_STRING, basic))
    return der.seq(der.encode_integer(0, der.ENUMERATED), der.tlv(context(0), inner))


def _signers(body: Cursor, content_type: str) -> list[SignerInfo | Rejection]:
    found: list[SignerInfo | Rejection] = []
    inside = body.enter(der.SET)
    while not inside.at_end():
        if len(found) == MAX_SIGNERS:
            raise _too_many(MAX_SIGNERS, "signers")
        begun, after = inside.span()
        if after - begun > MAX_SIGNER_BYTES:
            raise _too_many(MAX_SIGNER_BYTES, "octets in one signer's part")
        try:
            found.append(read_signer(bytes(inside.data[begun:after]), content_type))
        except Rejection as refusal:
            found.append(refusal)
    body.leave(inside)
    return found


def _too_many(most: int, what: str) -> Rejection:
    return Rejection(codes.TOO_MANY, expected=most, actual=what)


# --- one signer ----------------------------------------------------------------------------------
def read_signer(raw: bytes, content_type: str) -> SignerInfo:
    """Read one SignerInfo over content of this type (RFC 5652, 5.3).

    Raises ``Rejection``: `cms.*`, `der.*`, `crypto.algorithm_*`.
    """
    top = Cursor(raw)
    body = top.enter(der.SEQUENCE)
    version = body.integer()
    signer, demanded = _signer_id(body)
    if version != demanded:
        raise Rejection(codes.VERSION, expected=demanded, actual=_shown(version))
    digest_identifier = _definite(body.raw(der.SEQUENCE))
    if body.tag() != context(0):
        raise Rejection(codes.NO_SIGNED_ATTRIBUTES, where="signedAttrs")
    attributes = body.raw(context(0))
    identifier = _definite(body.raw(der.SEQUENCE))
    signature = b"".join(body.octets())
    unsigned = _unsigned(body) if body.tag() == context(1) else {}
    body.finish()
    signed_bytes = b"\x31" + attributes[1:]
    signed = _signed(signed_bytes)
    digest = strong_digest(digest_identifier, "message digest")
    algorithms = signature_algorithms(identifier, digest)
    stated = single(signed, CONTENT_TYPE, "content-type").oid()
    if stated != content_type:
        raise Rejection(codes.CONTENT_TYPE, expected=content_type, actual=stated)
    message_digest = single(signed, MESSAGE_DIGEST, "message-digest").octets()
    if len(message_digest) != DIGEST_SIZES[digest]:
        raise attribute_form("message-digest", f"{DIGEST_SIZES[digest]} octets are expected")
    if ALGORITHM_PROTECTION in signed:
        _check_protection(signed, digest_identifier, identifier)
    return SignerInfo(
        signer, digest, algorithms, signature, signed_bytes, message_digest, signed, unsigned
    )


def strong_digest(identifier: bytes, what: str) -> str:
    """The name of a digest algorithm; `cms.digest_weak` says which other one it was."""
    try:
        return digest_name(identifier)
    except Rejection as refusal:
        if refusal.code is not crypto_codes.DIGEST_UNKNOWN:
            raise
        name = algorithm_name(identifier)
        raise Rejection(codes.DIGEST_WEAK, where=what, expected=what, actual=name) from None


def _signer_id(body: Cursor) -> tuple[SignerId, int]:
    """SignerIdentifier, and the version that goes with it."""
    if body.tag() == context(0, constructed=False):
        return SignerId(key_id=body.primitive(context(0, constructed=False))), 3
    name_and_serial = Reader(_definite(body.raw(der.SEQUENCE))).take(der.SEQUENCE)
    issuer, serial = name_and_serial.raw(der.SEQUENCE), name_and_serial.integer()
    name_and_serial.finish()
    return SignerId(issuer, serial), 1


def _definite(raw: bytes) -> bytes:
    """A small element in definite lengths: as it came, nearly always."""
    if raw[1] == 0x80:
        return der.definite(raw, len(raw))
    return raw


def _shown(number: int) -> str:
    return str(number) if -1 < number < 1 << 31 else "out of range"


def _signed(attributes: bytes) -> dict[str, tuple[bytes, ...]]:
    """The signed attributes: DER, in order, each type at most once (5.3 and 11).

    NOTE: RFC 5652, 5.4 hashes the DER encoding, whatever came. Verifiers that hash what came and
    those that sort first disagree on attributes out of order; here such a message is refused.
    """
    try:
        return _read_signed(Reader(attributes).take(der.SET))
    except Rejection as refusal:
        if refusal.code.id.startswith("der."):
            actual = f"{refusal.code.id} at {refusal.where}"
            raise Rejection(codes.ATTRIBUTES_NOT_DER, where=refusal.where, actual=actual) from None
        raise


def _read_signed(inside: Reader) -> dict[str, tuple[bytes, ...]]:
    found: dict[str, tuple[bytes, ...]] = {}
    last = b""
    count = 0
    while inside.pos < inside.end:
        count += 1
        if count > MAX_ATTRIBUTES:
            raise _too_many(MAX_ATTRIBUTES, "signed attributes")
        attribute = inside.take(der.SEQUENCE)
        encoded = attribute.whole()
        if encoded < last:
            raise Rejection(codes.ATTRIBUTES_UNSORTED, where=f"attribute {count}")
        last = encoded
        kind = attribute.oid()
        values = _values(attribute.take(der.SET))
        attribute.finish()
        if kind in found and kind not in _SEVERAL:
            raise Rejection(codes.ATTRIBUTE_REPEATED, actual=attribute_name(kind))
        found[kind] = (*found.get(kind, ()), *values)
    return found


def _values(inside: Reader) -> list[bytes]:
    values: list[bytes] = []
    while inside.pos < inside.end:
        if len(values) == MAX_ATTRIBUTES:
            raise _too_many(MAX_ATTRIBUTES, "values of one attribute")
        value = inside.raw()
        if values and value < values[-1]:
            raise Rejection(codes.ATTRIBUTES_UNSORTED, where="values of one attribute")
        values.append(value)
    return values


def _unsigned(body: Cursor) -> dict[str, tuple[bytes, ...]]:
    """Unsigned attributes: nobody answers for them, so their form binds nothing but themselves."""
    found: dict[str, tuple[bytes, ...]] = {}
    inside = body.enter(context(1))
    count = 0
    while not inside.at_end():
        attribute = inside.enter(der.SEQUENCE)
        kind = attribute.oid()
        values = attribute.enter(der.SET)
        held = list(found.get(kind, ()))
        while not values.at_end():
            count += 1
            if count > MAX_ATTRIBUTES:
                raise _too_many(MAX_ATTRIBUTES, "values of unsigned attributes")
            held.append(values.raw())
        attribute.leave(values)
        inside.leave(attribute)
        found[kind] = tuple(held)
    body.leave(inside)
    return found


# --- attributes ----------------------------------------------------------------------------------
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


def single(signed: Mapping[str, tuple[bytes, ...]], oid: str, name: str) -> Reader:
    """A reader over the one value of an attribute that must be there."""
    values = signed.get(oid)
    if values is None:
        raise Rejection(codes.ATTRIBUTE_MISSING, where="signedAttrs", actual=name)
    if len(values) != 1:
        raise Rejection(codes.ATTRIBUTE_VALUES, where="signedAttrs", actual=name)
    return Reader(values[0])


def _check_protection(
    signed: Mapping[str, tuple[bytes, ...]], digest: bytes, signature: bytes
) -> None:
    """RFC 6211, 2: SEQUENCE { digestAlgorithm, [1] signatureAlgorithm, … }, octet for octet."""
    reader = single(signed, ALGORITHM_PROTECTION, NAMES[ALGORITHM_PROTECTION])
    inside = reader.take(der.SEQUENCE)
    same = _equivalent(inside.raw(der.SEQUENCE), digest)
    if inside.peek() != context(1):
        raise attribute_form(NAMES[ALGORITHM_PROTECTION], "a signature algorithm is expected")
    repeated = b"\x30" + inside.raw(context(1))[1:]
    if not same or not _equivalent(repeated, signature):
        raise Rejection(codes.ALGORITHM_PROTECTION, where="signedAttrs")
    inside.finish()
    reader.finish()


def _equivalent(one: bytes, other: bytes) -> bool:
    """The same identifier, or the same but for NULL in the place of absent parameters.

    NOTE: other spellings of one algorithm (a default written out) are not the same here: verifiers
    disagree on them, and whoever changes the unsigned one wants something.
    """
    if one == other:
        return True
    (oid, parameters), (other_oid, others) = algorithm_identifier(one), algorithm_identifier(other)
    return oid == other_oid and {parameters, others} == {None, b"\x05\0"}
