"""What an OCSP response says, read strictly and believed by nobody (RFC 6960; floor 4).

Also the request, because a certificate is named in it the same way (CertID). Whether a response may
speak of a certificate, and until when, is decided in ``revocation``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from ..codec.der import (
    BIT_STRING,
    ENUMERATED,
    GENERALIZED_TIME,
    NULL,
    OCTET_STRING,
    SEQUENCE,
    Reader,
    context,
    encode_integer,
    encode_oid,
    placed,
    seq,
    tlv,
)
from ..codes import revocation as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..spec import MAX_OCSP_BYTES
from .crl_entries import REASONS, EntryExtensions, Reason, read_entry_extensions, read_extension
from .names import name_key

BASIC: Final = "1.3.6.1.5.5.7.48.1.1"
NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF: Final = "1.3.6.1.5.5.7.48.1.6"
EXTENDED_REVOKE: Final = "1.3.6.1.5.5.7.48.1.9"
_PASSED_OVER: Final = frozenset({"1.3.6.1.5.5.7.48.1.3", EXTENDED_REVOKE})
"""The CRL a status was taken from (4.4.2), and that unissued numbers are called revoked (4.4.8)."""

MAX_CERTIFICATES: Final = 8
"""Ours: certificates read from one response; responders send one or two."""
MAX_RESPONSES: Final = 256
"""Ours: answers in one response; responders send one."""
MAX_NONCE_OCTETS: Final = 128
"""RFC 9654, 2.1."""

_ERRORS: Final = {
    1: "malformedRequest",
    2: "internalError",
    3: "tryLater",
    5: "sigRequired",
    6: "unauthorized",
}
"""RFC 6960, 4.2.1."""


def _sha1(data: bytes) -> bytes:
    # It identifies an issuer already known by name and key; nothing is authenticated by it.
    return hashlib.sha1(data, usedforsecurity=False).digest()


class CertIdHash(StrEnum):
    """Hash algorithms under which a certificate's issuer is named (RFC 6960, 4.1.1)."""

    SHA_1 = "sha-1"
    """What every responder knows (RFC 5019, 2.1.1)."""
    SHA_256 = "sha-256"
    SHA_384 = "sha-384"
    SHA_512 = "sha-512"


_OIDS: Final[Mapping[CertIdHash, str]] = {
    CertIdHash.SHA_1: "1.3.14.3.2.26",
    CertIdHash.SHA_256: "2.16.840.1.101.3.4.2.1",
    CertIdHash.SHA_384: "2.16.840.1.101.3.4.2.2",
    CertIdHash.SHA_512: "2.16.840.1.101.3.4.2.3",
}
_HASHES: Final[Mapping[str, Callable[[bytes], bytes]]] = MappingProxyType(
    {
        _OIDS[CertIdHash.SHA_1]: _sha1,
        _OIDS[CertIdHash.SHA_256]: lambda data: sha256(data).digest(),
        _OIDS[CertIdHash.SHA_384]: lambda data: hashlib.sha384(data).digest(),
        _OIDS[CertIdHash.SHA_512]: lambda data: hashlib.sha512(data).digest(),
    }
)


class CertStatus(StrEnum):
    """RFC 6960, 2.2."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class CertId(NamedTuple):
    """A certificate by its issuer's name and key, both hashed, and its serial number."""

    algorithm: str
    """Dotted OID."""
    name_hash: bytes
    key_hash: bytes
    serial: int

    def names_issuer(self, issuer_name: bytes, issuer_key: VerificationKey) -> bool:
        """Both hashes are those of this DER Name and this key (never one of them alone)."""
        function = _HASHES.get(self.algorithm)
        return (
            function is not None
            and function(issuer_name) == self.name_hash
            and function(key_octets(issuer_key)) == self.key_hash
        )


class SingleResponse(NamedTuple):
    """One answer. Times are Unix seconds; ``next_update`` is ``None`` where none is stated.

    ``archive_cutoff``: the responder keeps answers about certificates that expired at or after it
    (4.4.4). ``more`` is what CRL entry extensions say (4.4.5).
    """

    cert_id: CertId
    status: CertStatus
    this_update: int
    next_update: int | None = None
    revoked_at: int | None = None
    reason: Reason | None = None
    archive_cutoff: int | None = None
    more: EntryExtensions = EntryExtensions()


class ResponderId(NamedTuple):
    """Exactly one is set: the comparison key of a name, or the SHA-1 of a public key."""

    name_key: bytes | None = None
    key_hash: bytes | None = None

    def is_of(self, subject_key: bytes, key: VerificationKey) -> bool:
        if self.name_key is not None:
            return self.name_key == subject_key
        return self.key_hash == _sha1(key_octets(key))


@dataclass(frozen=True, slots=True, eq=False)
class OcspResponse:
    """A successful basic response: an assertion of whoever signed it.

    ``tbs``, ``signature`` and ``signature_algorithm`` (DER) are what the responder signed, and how;
    ``certificates`` are DER and not yet read.
    """

    der: bytes = field(repr=False)
    tbs: bytes = field(repr=False)
    signature: bytes = field(repr=False)
    signature_algorithm: bytes
    responder: ResponderId
    produced_at: int
    responses: tuple[SingleResponse, ...]
    nonce: bytes | None = None
    extended_revoke: bool = False
    certificates: tuple[bytes, ...] = field(default=(), repr=False)
    verified: dict[VerificationKey, bool] = field(default_factory=dict, repr=False)
    """Keys that its signature was tried with: a fact about octets, and no trust."""

    @property
    def sha256(self) -> bytes:
        """Of the whole response."""
        return sha256(self.der).digest()

    @property
    def issued(self) -> int:
        return self.produced_at


def key_octets(key: VerificationKey) -> bytes:
    """The contents of the BIT STRING subjectPublicKey, without tag, length and unused bits."""
    outer = Reader(key.spki()).take(SEQUENCE)
    outer.take(SEQUENCE)
    octets, _ = outer.bits()
    return octets


# --- reading -------------------------------------------------------------------------------------
def read_ocsp(der: bytes) -> OcspResponse:
    """Read one DER OCSPResponse that is successful and basic. Raises ``Rejection``.

    `ocsp.malformed` with the offset, `ocsp.error_status` for a responder's refusal (which says
    nothing about a certificate), `ocsp.response_type`, `ocsp.critical_extension`, `ocsp.too_large`.
    """
    if type(der) is not bytes:
        raise MisuseError(f"an OCSP response is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_OCSP_BYTES:
        raise Rejection(codes.OCSP_TOO_LARGE, expected=MAX_OCSP_BYTES, actual=len(der))
    try:
        return _read(der)
    except Rejection as refusal:
        if refusal.code.id.startswith("ocsp."):
            raise
        if refusal.code is codes.CRL_CRITICAL:
            raise Rejection(
                codes.OCSP_CRITICAL, where=refusal.where, actual=refusal.actual
            ) from None
        where = refusal.where or "an unknown place"
        raise _malformed(f"{refusal.code.id}, at {where}", refusal.where) from None


def _malformed(actual: str, where: str | None = None) -> Rejection:
    return Rejection(codes.OCSP_MALFORMED, where=where, actual=actual)


def _read(der: bytes) -> OcspResponse:
    outer = Reader(der)
    whole = outer.take(SEQUENCE)
    outer.finish()
    begun = f"offset {whole.pos}"
    status = whole.enumerated(ENUMERATED)
    if status != 0:
        known = _ERRORS.get(status)
        if known is None:
            raise _malformed("a status that is none", begun)
        # NOTE: what follows an error is not read; nobody signed the error either.
        raise Rejection(codes.OCSP_ERROR, where=begun, actual=known)
    explicit = whole.take(context(0))
    whole.finish()
    inside = explicit.take(SEQUENCE)
    explicit.finish()
    begun = f"offset {inside.pos}"
    kind = inside.oid()
    if kind != BASIC:
        raise Rejection(codes.OCSP_TYPE, where=begun, actual=kind)
    response = inside.take(OCTET_STRING)
    inside.finish()
    basic = response.take(SEQUENCE)
    response.finish()
    data = basic.take(SEQUENCE)
    tbs = data.whole()
    identifier = basic.raw(SEQUENCE)
    signature, unused = basic.bits(BIT_STRING)
    if unused or not signature:
        raise _malformed("no signature of whole octets", f"offset {basic.pos}")
    certificates = _certificates(basic)
    basic.finish()
    version = data.take_if(context(0))
    if version is not None:
        # NOTE: the default v1 (0) written out is read; there is no other version.
        if version.integer() != 0:
            raise _malformed("another version than 1", f"offset {version.start}")
        version.finish()
    responder = _responder(data)
    produced_at = _time(data)
    listed = data.take(SEQUENCE)
    responses: list[SingleResponse] = []
    while listed.peek() is not None:
        if len(responses) >= MAX_RESPONSES:
            raise _malformed(f"more than {MAX_RESPONSES} answers", f"offset {listed.pos}")
        responses.append(_single(listed.take(SEQUENCE)))
    nonce, extended = _response_extensions(data)
    data.finish()
    return OcspResponse(
        der,
        tbs,
        signature,
        identifier,
        responder,
        produced_at,
        tuple(responses),
        nonce,
        extended,
        certificates,
    )


def _time(reader: Reader) -> int:
    """RFC 6960, 4.2.2.1: GeneralizedTime in UTC without fractions (RFC 5280, 4.1.2.5.2)."""
    if reader.peek() != GENERALIZED_TIME:
        raise _malformed("no GeneralizedTime", f"offset {reader.pos}")
    return reader.time()


def _certificates(basic: Reader) -> tuple[bytes, ...]:
    explicit = basic.take_if(context(0))
    if explicit is None:
        return ()
    inside = explicit.take(SEQUENCE)
    explicit.finish()
    found: list[bytes] = []
    while inside.peek() is not None:
        if len(found) >= MAX_CERTIFICATES:
            raise _malformed(f"more than {MAX_CERTIFICATES} certificates", f"offset {inside.pos}")
        found.append(inside.raw(SEQUENCE))
    return tuple(found)


def _responder(data: Reader) -> ResponderId:
    by_name = data.take_if(context(1))
    if by_name is not None:
        begun = by_name.pos
        name = by_name.raw(SEQUENCE)
        by_name.finish()
        try:
            key = name_key(name)
        except Rejection as refusal:
            raise placed(refusal, begun) from None
        if not key:
            raise _malformed("a responder without a name", f"offset {by_name.start}")
        return ResponderId(name_key=key)
    by_key = data.take(context(2))
    digest = by_key.octets()
    by_key.finish()
    if len(digest) != 20:
        raise _malformed("a key hash that is no SHA-1", f"offset {by_key.start}")
    return ResponderId(key_hash=digest)


def _single(inside: Reader) -> SingleResponse:
    cert_id = _cert_id(inside.take(SEQUENCE))
    tag, status = inside.any()
    revoked_at: int | None = None
    reason: Reason | None = None
    if tag == context(1):
        said = CertStatus.REVOKED
        revoked_at = _time(status)
        explicit = status.take_if(context(0))
        if explicit is not None:
            reason = REASONS.get(explicit.enumerated())
            explicit.finish()
            if reason is None or reason is Reason.REMOVE_FROM_CRL:
                raise _malformed("a reason that is none", f"offset {explicit.start}")
    elif tag == context(0, constructed=False):
        said = CertStatus.GOOD
    elif tag == context(2, constructed=False):
        said = CertStatus.UNKNOWN
    else:
        raise _malformed("a status that is none", f"offset {status.start}")
    status.finish()
    this_update = _time(inside)
    next_update: int | None = None
    explicit = inside.take_if(context(0))
    if explicit is not None:
        next_update = _time(explicit)
        explicit.finish()
        if next_update < this_update:
            raise _malformed("it ends before it begins", f"offset {explicit.start}")
    cutoff, more = _single_extensions(inside)
    inside.finish()
    if more.issuers is not None:
        raise _malformed("a certificate issuer beside a CertID", f"offset {inside.start}")
    return SingleResponse(cert_id, said, this_update, next_update, revoked_at, reason, cutoff, more)


def _cert_id(inside: Reader) -> CertId:
    algorithm = inside.take(SEQUENCE)
    oid = algorithm.oid()
    if algorithm.peek() is not None:
        algorithm.null(NULL)
    algorithm.finish()
    name_hash, key_hash, serial = inside.octets(), inside.octets(), inside.integer()
    inside.finish()
    return CertId(oid, name_hash, key_hash, serial)


def _response_extensions(data: Reader) -> tuple[bytes | None, bool]:
    nonce: bytes | None = None
    extended = False
    for oid, critical, value in _listed(data):
        if oid == NONCE:
            nonce = _nonce(value)
        elif oid == EXTENDED_REVOKE:
            extended = True
        elif critical and oid not in _PASSED_OVER:
            raise Rejection(codes.OCSP_CRITICAL, where=f"offset {value.start}", actual=oid)
    return nonce, extended


def _nonce(value: Reader) -> bytes:
    """RFC 9654, 2.1: an OCTET STRING of 1 to 128 octets inside extnValue.

    NOTE: RFC 2560 did not say so, and responders that echo bare octets are still about: octets that
    are no OCTET STRING are the nonce as they are.
    """
    try:
        bare = Reader(value.data, value.pos, value.end)
        nonce = bare.octets()
        bare.finish()
    except Rejection:
        nonce = value.body()
    if not 0 < len(nonce) <= MAX_NONCE_OCTETS:
        raise _malformed("a nonce of impossible length", f"offset {value.start}")
    return nonce


def _single_extensions(inside: Reader) -> tuple[int | None, EntryExtensions]:
    cutoff: int | None = None
    others: list[bytes] = []
    for oid, critical, value in _listed(inside):
        if oid == ARCHIVE_CUTOFF:
            cutoff = _time(value)
            value.finish()
        elif oid not in _PASSED_OVER:
            others.append(_extension(oid, critical, value.body()))
    if not others:
        return cutoff, EntryExtensions()
    try:
        return cutoff, read_entry_extensions(Reader(seq(*others)))
    except Rejection as refusal:
        # Those few are written anew to be read, so the place is that of all of them.
        place, said = f"offset {inside.start}", refusal.actual or refusal.code.id
        if refusal.code is not codes.CRL_CRITICAL:
            raise _malformed(f"an extension of an answer: {said}", place) from None
        raise Rejection(refusal.code, where=place, actual=said) from None


def _extension(oid: str, critical: bool, value: bytes) -> bytes:
    return seq(encode_oid(oid), b"\x01\x01\xff" if critical else b"", tlv(OCTET_STRING, value))


def _listed(reader: Reader) -> list[tuple[str, bool, Reader]]:
    """``[1] EXPLICIT Extensions OPTIONAL``: none twice."""
    explicit = reader.take_if(context(1))
    if explicit is None:
        return []
    inside = explicit.take(SEQUENCE)
    explicit.finish()
    found: list[tuple[str, bool, Reader]] = []
    while inside.peek() is not None:
        begun = inside.pos
        found.append(read_extension(inside))
        if any(oid == found[-1][0] for oid, *_ in found[:-1]):
            raise _malformed(f"the extension {found[-1][0]} twice", f"offset {begun}")
    return found


# --- asking --------------------------------------------------------------------------------------
def cert_id(
    issuer_name: bytes,
    issuer_key: VerificationKey,
    serial: int,
    hash: CertIdHash = CertIdHash.SHA_1,
) -> bytes:
    """DER CertID of the certificate ``serial`` whose issuer has this DER Name and this key."""
    oid = _OIDS[hash]
    function = _HASHES[oid]
    return seq(
        seq(encode_oid(oid), tlv(NULL)),
        tlv(OCTET_STRING, function(issuer_name)),
        tlv(OCTET_STRING, function(key_octets(issuer_key))),
        encode_integer(serial),
    )


def with_nonce(question: bytes, nonce: bytes) -> bytes:
    """The OCSPRequest of ``build_request`` with a nonce; raises ``Rejection`` for what is none."""
    outer = Reader(question)
    request = outer.take(SEQUENCE).take(SEQUENCE).take(SEQUENCE)
    return build_request(request.take(SEQUENCE).raw(SEQUENCE), nonce)


def build_request(certificate: bytes, nonce: bytes | None = None) -> bytes:
    """DER OCSPRequest (RFC 6960, 4.1.1) about one DER CertID, unsigned, with a nonce if given.

    ``MisuseError`` for a nonce that is not 1 to 128 octets (RFC 9654, 2.1).
    """
    extensions = b""
    if nonce is not None:
        if not 0 < len(nonce) <= MAX_NONCE_OCTETS:
            raise MisuseError(f"a nonce has 1 to {MAX_NONCE_OCTETS} octets")
        value = tlv(OCTET_STRING, nonce)
        extensions = tlv(context(2), seq(_extension(NONCE, critical=False, value=value)))
    return seq(seq(seq(seq(certificate)), extensions))
