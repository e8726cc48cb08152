"""One signer of a CMS message (RFC 5652, 5.3), read from BER or DER (floor 3)."""

from __future__ import annotations

from functools import lru_cache
from typing import Final, NamedTuple

from ..algorithm_ids import algorithm_identifier, signature_algorithms
from ..algorithms import DIGEST_SIZES, Algorithm
from ..codec import der
from ..codec.ber import Cursor
from ..codec.der import Reader, context, dotted, element, elements
from ..codes import cms as codes
from ..errors import Rejection
from ..finding import from_parts
from .cms_attributes import (
    ALGORITHM_PROTECTION,
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    NAMES,
    Attributes,
    attribute_form,
    read_signed,
    read_unsigned,
    single,
    strong_digest,
)
from .signature import SignerId


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
    signed: Attributes
    unsigned: Attributes


def _refuse_content_type(signed: Attributes, content_type: str) -> None:
    """Say what is wrong with an attribute that is not simply the content's type."""
    stated = single(signed, CONTENT_TYPE, "content-type").oid()
    if stated != content_type:
        raise Rejection(codes.CONTENT_TYPE, expected=content_type, actual=stated)


def _message_digest(signed: Attributes, size: int) -> bytes:
    values = signed.get(MESSAGE_DIGEST)
    if values is not None and len(values) == 1 and values[0][:2] == bytes((4, size)):
        return values[0][2:]  # one whole element, and so of this length
    digest = single(signed, MESSAGE_DIGEST, "message-digest").octets()
    raise attribute_form("message-digest", f"{size} octets are expected, not {len(digest)}")


class _SignerParts(NamedTuple):
    """The members of a SignerInfo as they came; ``signer`` and the others whole, but for
    ``signature``, which is its octets."""

    version: int
    signer: bytes
    digest: bytes
    attributes: bytes
    algorithm: bytes
    signature: bytes
    unsigned: bytes


def read_signer(raw: bytes, content_type: str) -> SignerInfo:
    """Read one SignerInfo over content of this type (RFC 5652, 5.3).

    Raises ``Rejection``: `cms.*`, `der.*`, `crypto.algorithm_*`.
    """
    parts = _der_signer(raw) or _ber_signer(raw)
    sid = parts.signer
    signer, demanded = _known_signer_id(sid) if len(sid) <= _KEPT else _signer_id(sid)
    if parts.version != demanded:
        raise Rejection(codes.VERSION, expected=demanded, actual=_shown(parts.version))
    signed_bytes = b"\x31" + parts.attributes[1:]
    signed = read_signed(signed_bytes)
    digest = strong_digest(parts.digest, "message digest")
    algorithms = signature_algorithms(parts.algorithm, digest)
    stated = signed.get(CONTENT_TYPE)
    if stated is None or len(stated) != 1 or dotted(stated[0][2:]) != content_type:
        _refuse_content_type(signed, content_type)
    message_digest = _message_digest(signed, DIGEST_SIZES[digest])
    if ALGORITHM_PROTECTION in signed:
        _check_protection(signed, parts.digest, parts.algorithm)
    unsigned = read_unsigned(parts.unsigned) if parts.unsigned else {}
    return _signer_info(
        (
            signer,
            digest,
            algorithms,
            parts.signature,
            signed_bytes,
            message_digest,
            signed,
            unsigned,
        )
    )


def _der_signer(raw: bytes) -> _SignerParts | None:
    """The members, if they are in the common form of DER; other forms are for ``_ber_signer``."""
    try:
        ((outer, _, body, end),) = elements(raw, 0, len(raw))
        members = elements(raw, body, end)
        if outer != der.SEQUENCE or [m[0] for m in members[:6]] not in _SIGNER_MEMBERS:
            return None
        version, signer, digest, attributes, algorithm, signature, *more = members
        if len(more) > 1 or (more and more[0][0] != context(1)):
            return None
    except (Rejection, ValueError):
        return None
    return _signer_parts(
        (
            int.from_bytes(raw[version[2] : version[3]], signed=True),
            raw[signer[1] : signer[3]],
            raw[digest[1] : digest[3]],
            raw[attributes[1] : attributes[3]],
            raw[algorithm[1] : algorithm[3]],
            raw[signature[2] : signature[3]],
            raw[more[0][1] : more[0][3]] if more else b"",
        )
    )


_signer_parts: Final = from_parts(_SignerParts)
_signer_info: Final = from_parts(SignerInfo)
_SIGNER_MEMBERS: Final = tuple(
    [der.INTEGER, sid, der.SEQUENCE, context(0), der.SEQUENCE, der.OCTET_STRING]
    for sid in (der.SEQUENCE, context(0, constructed=False))
)


def _ber_signer(raw: bytes) -> _SignerParts:
    top = Cursor(raw)
    body = top.enter(der.SEQUENCE)
    version = body.integer()
    by_key = body.tag() == context(0, constructed=False)
    signer = _definite(body.raw(context(0, constructed=False) if by_key else der.SEQUENCE))
    digest = _definite(body.raw(der.SEQUENCE))
    if body.tag() != context(0):
        strong_digest(digest, "message digest")  # a weak one is weak in every form
        raise Rejection(codes.NO_SIGNED_ATTRIBUTES, where="signedAttrs")
    attributes = body.raw(context(0))
    algorithm = _definite(body.raw(der.SEQUENCE))
    signature = b"".join(body.octets())
    unsigned = body.raw(context(1)) if body.tag() == context(1) else b""
    top.leave(body)
    top.finish()
    return _SignerParts(version, signer, digest, attributes, algorithm, signature, unsigned)


_KEPT: Final = 1024
"""Octets of an identifier that is remembered once it was read."""


@lru_cache(maxsize=512)
def _known_signer_id(raw: bytes) -> tuple[SignerId, int]:
    return _signer_id(raw)


def _signer_id(raw: bytes) -> tuple[SignerId, int]:
    """SignerIdentifier, and the version that goes with it."""
    if raw[0] == context(0, constructed=False):
        return SignerId(key_id=Reader(raw).octets(context(0, constructed=False))), 3
    _, body, end = element(raw, 0, len(raw))
    members = elements(raw, body, end)
    if [tag for tag, *_ in members] != [der.SEQUENCE, der.INTEGER]:
        raise Rejection(codes.STRUCTURE, where="sid", expected="issuer and serial number")
    (_, begun, _, after), (_, number, _, last) = members
    return SignerId(raw[begun:after], Reader(raw, number, last).integer()), 1


def _definite(raw: bytes) -> bytes:
    """A small element in definite lengths: as it came, nearly always."""
    if raw[1] == 0x80:
        return der.definite(raw, len(raw))
    return raw


def _shown(number: int) -> str:
    return str(number) if -1 < number < 1 << 31 else "out of range"


def _check_protection(signed: Attributes, digest: bytes, signature: bytes) -> None:
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
