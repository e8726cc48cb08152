"""CAdES signatures (EN 319 122-1), attached or detached, with any number of signers (floor 3).

Signed attributes say what the signer states; unsigned ones carry time-stamps and validation data.
Counter-signatures, archive time-stamps and evidence records are recognised, named, and not judged.
"""

from __future__ import annotations

from binascii import Error, a2b_base64
from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ..codec import der
from ..codec.ber import Buffer
from ..codec.der import Reader, context
from ..codes import cms as codes
from ..content import Content
from ..errors import Rejection
from ..finding import from_parts
from ..request import Request
from . import cms
from .base import KeyHint, PartRole, SignedPart
from .cms import read_signed_data
from .cms_attributes import (
    CONTENT_TYPE,
    Attributes,
    attribute_form,
    attribute_name,
    single,
    strong_digest,
)
from .cms_evidence import SIGNATURE_TIME_STAMP, evidence_of
from .cms_signer import SignerInfo
from .ess import certificate_references
from .signature import (
    CONTENT,
    AttachedTimestamp,
    ContentClaim,
    RefusedSignature,
    Signature,
    SignaturePolicy,
    SignedFile,
    Stated,
    TimestampKind,
)

NAME: Final = "cades"
FIRST_OCTETS: Final = b"\x30-"

SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
POLICY: Final = "1.2.840.113549.1.9.16.2.15"
COMMITMENT: Final = "1.2.840.113549.1.9.16.2.16"
LOCATION: Final = "1.2.840.113549.1.9.16.2.17"
ATTRIBUTES_V1: Final = "1.2.840.113549.1.9.16.2.18"
ATTRIBUTES_V2: Final = "0.4.0.19122.1.1"
CONTENT_TIME_STAMP: Final = "1.2.840.113549.1.9.16.2.20"
_POLICY_URI: Final = "1.2.840.113549.1.9.16.5.1"

_NO_HINT: Final = KeyHint()
MAX_TIMESTAMPS: Final = 16
"""Ours: time-stamps of one signature that are judged; further ones are named as unevaluated."""
MAX_ROLES: Final = 16
_PEM: Final = b"-----BEGIN "
_PEM_LABELS: Final = ("CMS", "PKCS7")


def detect(data: Buffer) -> bool:
    """SignedData in BER or DER, or in PEM (RFC 7468, 8 and 9)."""
    if data[:11] == _PEM:
        return bytes(data[11:16]).startswith((b"CMS-", b"PKCS7"))
    return cms.is_signed_data(data)


def parse(data: Buffer, request: Request) -> SignedFile:  # noqa: ARG001 - the same for every format
    """Read a CAdES signature file.

    Raises ``Rejection`` (`cms.*`, `der.*`) where the file cannot be read; what is wrong with one
    signer stands in its place.
    """
    message = read_signed_data(_unarmoured(data) if data[:11] == _PEM else data)
    return SignedFile(
        NAME,
        sha256(data).digest(),
        tuple(
            [
                _signature(signer, number, message)
                for number, signer in enumerate(message.signers, 1)
            ]
        ),
        message.certificates,
        message.revocations,
    )


def _unarmoured(text: Buffer) -> bytes:
    """The one message of a PEM text (RFC 7468, 2); PKCS7 is the older label for the same."""
    lines = bytes(text).strip(b"\r\n\t ").splitlines()
    for label in _PEM_LABELS:
        begin, end = f"-----BEGIN {label}-----".encode(), f"-----END {label}-----".encode()
        if lines[0] == begin and lines[-1] == end:
            body = b"".join(lines[1:-1])
            try:
                return a2b_base64(body, strict_mode=True)
            except (Error, ValueError):
                break
    raise Rejection(codes.PEM, where="offset 0")


def _signature(
    signer: SignerInfo | Rejection, number: int, message: cms.SignedData
) -> Signature | RefusedSignature:
    name = f"signature {number}"
    try:
        if not isinstance(signer, SignerInfo):
            raise signer
        return signature_of(signer, name, message.content)
    except Rejection as refusal:
        return RefusedSignature(name, refusal.finding(PartRole.SIGNER))


def signature_of(signer: SignerInfo, name: str, content: Content | None) -> Signature:
    """One signer in the seam's terms; ``content`` ``None`` where it is detached.

    Raises ``Rejection``: `cms.attribute_*`, `cms.digest_weak`.
    """
    signed = signer.signed
    held = evidence_of(signer.unsigned)
    timestamps: list[AttachedTimestamp] = []
    if CONTENT_TIME_STAMP in signed:
        timestamps += [
            AttachedTimestamp(TimestampKind.CONTENT, token, content)
            for token in signed[CONTENT_TIME_STAMP]
        ]
    if SIGNATURE_TIME_STAMP in signer.unsigned:
        covered = Content.of(signer.signature)
        timestamps += [
            AttachedTimestamp(TimestampKind.SIGNATURE, token, covered)
            for token in signer.unsigned[SIGNATURE_TIME_STAMP]
        ]
    unevaluated = held.unevaluated
    if len(timestamps) > MAX_TIMESTAMPS:
        unevaluated += (f"{len(timestamps) - MAX_TIMESTAMPS} further time-stamps",)
    part = (PartRole.SIGNER, signer.signed_bytes, signer.signature, signer.algorithms, _NO_HINT)
    claim = (signer.digest, signer.message_digest, content, CONTENT, None, False)
    return _signature_parts(
        (
            name,
            _part(part),
            (_claim(claim),),
            certificate_references(signed),
            signer.signer,
            read_stated(signed),
            tuple(timestamps[:MAX_TIMESTAMPS]),
            held.certificates,
            held.items,
            unevaluated,
            (),
            None,
        )
    )


_signature_parts: Final = from_parts(Signature)
_part: Final = from_parts(SignedPart)
_claim: Final = from_parts(ContentClaim)


# --- what the signer states ----------------------------------------------------------------------
def read_stated(signed: Attributes) -> Stated:
    """Signed attributes that state something (EN 319 122-1, 5.1 and 5.2)."""
    if len(signed) == 3 and SIGNING_TIME in signed:
        return Stated(_read(signed, SIGNING_TIME, Reader.time))
    roles: tuple[str, ...] = ()
    for oid in (ATTRIBUTES_V1, ATTRIBUTES_V2):
        if oid in signed:
            roles += _read(signed, oid, _roles)
    return Stated(
        _read(signed, SIGNING_TIME, Reader.time) if SIGNING_TIME in signed else None,
        _read(signed, CONTENT_TYPE, Reader.oid),
        _commitments(signed.get(COMMITMENT, ())),
        _read(signed, POLICY, _policy) if POLICY in signed else None,
        roles,
        _read(signed, LOCATION, _place) if LOCATION in signed else None,
    )


def _read(signed: Attributes, oid: str, read: Any) -> Any:
    name = attribute_name(oid)
    reader = single(signed, oid, name)
    try:
        value = read(reader)
        reader.finish()
    except Rejection as refusal:
        if refusal.code.id.startswith("der."):
            raise attribute_form(name, f"{refusal.code.id} at {refusal.where}") from None
        raise
    return value


def _commitments(values: tuple[bytes, ...]) -> tuple[str, ...]:
    """CommitmentTypeIndication ::= SEQUENCE { OID, qualifiers OPTIONAL } (5.2.3)."""
    return tuple(_read({COMMITMENT: (value,)}, COMMITMENT, _commitment) for value in values)


def _commitment(reader: Reader) -> str:
    body = reader.take(der.SEQUENCE)
    commitment = body.oid()
    body.take_if(der.SEQUENCE)
    body.finish()
    return commitment


def _policy(reader: Reader) -> SignaturePolicy | None:
    """SignaturePolicy (5.2.9.1): an identifier with the digest of the document; NULL is implied."""
    if reader.peek() == der.NULL:
        reader.null()
        return SignaturePolicy("implied")
    body = reader.take(der.SEQUENCE)
    identifier = body.oid()
    algorithm = digest = uri = None
    if (hashed := body.take_if(der.SEQUENCE)) is not None:
        given = hashed.raw(der.SEQUENCE)
        digest = hashed.octets()
        hashed.finish()
        try:
            algorithm = strong_digest(given, "digest of the signature policy")
        except Rejection:
            # The policy is reported, not processed: a digest nobody can compare stays unnamed.
            algorithm = None
    if (qualifiers := body.take_if(der.SEQUENCE)) is not None:
        while (qualifier := qualifiers.take_if(der.SEQUENCE)) is not None:
            if qualifier.oid() == _POLICY_URI:
                uri = qualifier.text()
    body.finish()
    return SignaturePolicy(identifier, algorithm, digest, uri)


def _place(reader: Reader) -> Mapping[str, Any]:
    """SignerLocation (5.2.5): country, locality, postal address.

    NOTE: a line that is an OCTET STRING, as some signers write it, has no known character set: it
    is left out.
    """
    body = reader.take(der.SEQUENCE)
    place: dict[str, Any] = {}
    for number, name in ((0, "country"), (1, "locality")):
        if (given := body.take_if(context(number))) is not None:
            place[name] = given.text()
            given.finish()
    if (given := body.take_if(context(2))) is not None:
        lines = given.take(der.SEQUENCE) if given.peek() == der.SEQUENCE else given
        address: list[str] = []
        while lines.peek() is not None and len(address) < MAX_ROLES:
            if lines.peek() == der.OCTET_STRING:
                lines.any()
            else:
                address.append(lines.text())
        place["address"] = tuple(address)
    body.finish()
    return place


def _roles(reader: Reader) -> tuple[str, ...]:
    """Claimed roles of SignerAttribute and SignerAttributeV2 (5.2.6.1): the texts among the values.

    NOTE: certified attributes and signed assertions have issuers of their own and are not read.
    """
    body = reader.take(der.SEQUENCE)
    roles: list[str] = []
    while body.peek() is not None:
        tag, choice = body.any()
        if tag != context(0):
            continue
        attributes = choice.take(der.SEQUENCE) if choice.peek() == der.SEQUENCE else choice
        if attributes.peek() == der.OID:
            roles += _texts(attributes)
            continue
        while (attribute := attributes.take_if(der.SEQUENCE)) is not None:
            roles += _texts(attribute)
    return tuple(roles[:MAX_ROLES])


def _texts(attribute: Reader) -> list[str]:
    attribute.oid()
    values = attribute.take(der.SET)
    found = []
    while values.peek() is not None:
        tag = values.peek()
        if tag in der.STRING_CODECS:
            found.append(values.text())
        else:
            values.any()
    return found
