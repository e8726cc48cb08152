"""CMS SignedData (RFC 5652), read from BER or DER in one pass (floor 3).

The bytes that were signed are the bytes that came: signed attributes are never written anew. Each
signer is read by itself, so that one that cannot be judged says why and the others are judged. What
belongs to CAdES and to time-stamps alone is in ``cades`` and ``tst``.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..codec import der
from ..codec.ber import Buffer, Cursor
from ..codec.der import context, dotted, elements
from ..codes import cms as codes
from ..content import Content
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .cms_attributes import too_many
from .cms_signer import SignerInfo, read_signer

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
DATA: Final = "1.2.840.113549.1.7.1"

MAX_SIGNERS: Final = 64
MAX_CERTIFICATES: Final = 256
MAX_REVOCATIONS: Final = 256
"""Ours: of one message."""
MAX_SIGNER_BYTES: Final = 32 << 20
"""Ours: one signer's part. Those with embedded CRLs reach 2 MB in the public corpora."""

OCSP_RESPONSE: Final = "1.3.6.1.5.5.7.16.2"
_OCSP_BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
_CERTIFICATES: Final = context(0)
_REVOCATIONS: Final = context(1)
_OTHER_REVOCATION: Final = context(1)


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
    parts = _der_parts(data) if type(data) is bytes else None
    content_type, chunks, certificates, revocations, signers = parts or _ber_parts(data)
    if not signers:
        raise Rejection(codes.NO_SIGNER, where="signerInfos")
    return SignedData(
        content_type,
        None if chunks is None else Content.of(*chunks),
        chunks,
        tuple(certificates),
        tuple(revocations),
        tuple([_signer(raw, content_type) for raw in signers]),
    )


def _signer(raw: bytes, content_type: str) -> SignerInfo | Rejection:
    try:
        return read_signer(raw, content_type)
    except Rejection as refusal:
        return refusal


_Parts = tuple[str, tuple[memoryview, ...] | None, list[bytes], list[Item], list[bytes]]
"""Content type, content, certificates, revocation information, and each SignerInfo as it came."""


def _der_parts(data: bytes) -> _Parts | None:
    """The message's parts, if all of its skeleton is in the common form of DER; ``None`` leaves
    every other form, and whatever is wrong, to ``_ber_parts``."""
    try:
        ((tag, _, body, end),) = elements(data, 0, len(data))
        (kind, begun, _, after), (explicit, _, inner, last) = elements(data, body, end)
        ((holder, _, start, stop),) = elements(data, inner, last)
        if (tag, kind, explicit, holder) != _SKELETON or data[begun:after] != _SIGNED_DATA:
            return None
        version, digests, encapsulated, *rest = elements(data, start, stop)
        if (version[0], digests[0], encapsulated[0], rest[-1][0]) != _MEMBERS:
            return None
        kind_of, *content = elements(data, encapsulated[2], encapsulated[3])
        content_type = dotted(data[kind_of[2] : kind_of[3]])
        if kind_of[0] != der.OID or content_type is None or len(content) > 1:
            return None
        chunks = None
        if content:
            ((octets, _, first, past),) = elements(data, content[0][2], content[0][3])
            if octets != der.OCTET_STRING or content[0][0] != _CERTIFICATES:
                return None
            chunks = (memoryview(data)[first:past],)
        certificates: list[bytes] = []
        if len(rest) == 2 and rest[0][0] == _CERTIFICATES:
            held = elements(data, rest[0][2], rest[0][3])
            if len(held) > MAX_CERTIFICATES:
                return None
            certificates = [data[b:a] for t, b, _, a in held if t == der.SEQUENCE]
        elif len(rest) > 1:
            return None  # revocation information, or a form nobody expects
        signers = [data[b:a] for _, b, _, a in elements(data, rest[-1][2], rest[-1][3])]
    except (Rejection, ValueError, IndexError):
        return None
    if len(signers) > MAX_SIGNERS or any(len(raw) > MAX_SIGNER_BYTES for raw in signers):
        return None
    return content_type, chunks, certificates, [], signers


_SKELETON: Final = (der.SEQUENCE, der.OID, context(0), der.SEQUENCE)
_MEMBERS: Final = (der.INTEGER, der.SET, der.SEQUENCE, der.SET)


def _ber_parts(data: Buffer) -> _Parts:
    """The message's parts in any form that BER allows."""
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
    signers = _signers(body)
    explicit.leave(body)
    outer.leave(explicit)
    top.leave(outer)
    top.finish()
    return content_type, chunks, certificates, revocations, signers


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
                raise too_many(MAX_CERTIFICATES, "certificates")
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
            raise too_many(MAX_REVOCATIONS, "CRLs and OCSP responses")
        if tag == der.SEQUENCE:
            found.append(Item(EvidenceKind.CRL, inside.raw()))
        elif tag == _OTHER_REVOCATION:
            other = inside.enter(_OTHER_REVOCATION)
            kind = other.oid()
            value = other.raw()
            inside.leave(other)
            if kind == OCSP_RESPONSE:
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


def _signers(body: Cursor) -> list[bytes]:
    found: list[bytes] = []
    inside = body.enter(der.SET)
    while not inside.at_end():
        if len(found) == MAX_SIGNERS:
            raise too_many(MAX_SIGNERS, "signers")
        begun, after = inside.span()
        if after - begun > MAX_SIGNER_BYTES:
            raise too_many(MAX_SIGNER_BYTES, "octets in one signer's part")
        found.append(bytes(inside.data[begun:after]))
    body.leave(inside)
    return found
