"""Time-stamp tokens (RFC 3161), read into the same seam as every signature (floor 3).

A token is a CMS message with one signer whose content says: this imprint existed at that time. It
is reduced to a ``Signature`` that also claims the digest of what it covers, and everything after
that (certificate, path, status, service) is what happens to every signature. When all of it has
passed, ``TstInfo`` bounds the time at which the data existed.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from ..algorithms import DIGEST_SIZES
from ..codec import der
from ..codec.der import Reader, context
from ..codes import timestamp as codes
from ..content import Content
from ..errors import Rejection
from .base import KeyHint, PartRole, SignedPart
from .cms import read_signed_data
from .cms_attributes import strong_digest
from .cms_evidence import evidence_of
from .cms_signer import SignerInfo
from .ess import certificate_references
from .signature import ContentClaim, Signature, Stated

TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"

MAX_TOKEN_BYTES: Final = 8 << 20
"""Ours: a token with the CRLs of its TSA; those of the public corpora have under 32 KiB."""
MAX_INFO_BYTES: Final = 1 << 16
UNSTATED_ACCURACY: Final = 1_000_000
"""Microseconds taken where a token states no accuracy. NOTE: RFC 3161, 2.4.2 leaves it to other
means; one second is what the best-practices policy of EN 319 421 demands of a TSA."""

_GENERALIZED: Final = re.compile(rb"([0-9]{14})(?:\.([0-9]{0,8}[1-9]))?Z")
_MILLIS: Final = context(0, constructed=False)
_MICROS: Final = context(1, constructed=False)


class TstInfo(NamedTuple):
    """What a token says (RFC 3161, 2.4.2). Times are microseconds since 1970-01-01T00:00:00Z.

    ``accuracy`` is ``None`` where it is not stated. ``tsa`` is the DER GeneralName by which the TSA
    calls itself: a hint, never a proof.
    """

    policy: str
    algorithm: str
    imprint: bytes
    serial: int
    gen_time: int
    accuracy: int | None
    ordering: bool
    nonce: int | None
    tsa: bytes | None

    @property
    def moment(self) -> int:
        """Unix seconds: genTime itself, its fraction cut off."""
        return self.gen_time // 1_000_000

    @property
    def earliest(self) -> int:
        """Unix seconds: the token was not made before this (rounded down)."""
        return (self.gen_time - self._span()) // 1_000_000

    @property
    def latest(self) -> int:
        """Unix seconds: what the token covers existed at this moment (rounded up)."""
        return -((-self.gen_time - self._span()) // 1_000_000)

    def _span(self) -> int:
        return UNSTATED_ACCURACY if self.accuracy is None else self.accuracy


class Token(NamedTuple):
    """A token as received: what it says, and the signature to be judged before it counts.

    ``signature`` claims the digest of TSTInfo and, where that is given, of what is covered.
    """

    info: TstInfo
    signature: Signature


def parse_token(data: bytes, covers: Content | None, name: str = "time-stamp") -> Token:
    """Read a TimeStampToken in BER or DER, to be judged against what it must cover.

    ``covers`` ``None`` reads a token whose data is not at hand: its imprint is then claimed of
    detached content. Raises ``Rejection``: `timestamp.*`, `cms.*`, `der.*`, `crypto.algorithm_*`.
    """
    if len(data) > MAX_TOKEN_BYTES:
        raise _malformed(f"at most {MAX_TOKEN_BYTES} octets are read")
    message = read_signed_data(data)
    if message.content_type != TST_INFO:
        raise Rejection(codes.NOT_A_TOKEN, expected=f"content of type {TST_INFO}")
    if message.chunks is None or message.content is None:
        raise Rejection(codes.NOT_A_TOKEN, expected="a TSTInfo within the message")
    if len(message.signers) != 1:
        # RFC 3161, 2.4.2: no other signature than the TSA's.
        raise Rejection(codes.NOT_A_TOKEN, expected="exactly one signer")
    signer = message.signers[0]
    if not isinstance(signer, SignerInfo):
        raise signer
    size = message.content.size
    if size is None or size > MAX_INFO_BYTES:
        raise _malformed(f"at most {MAX_INFO_BYTES} octets are read")
    info = read_info(b"".join(message.chunks))
    references = certificate_references(signer.signed)
    if not references:
        raise Rejection(codes.NO_CERTIFICATE_REFERENCE, where="signedAttrs")
    held = evidence_of(signer.unsigned)
    signature = Signature(
        name,
        SignedPart(
            PartRole.TIMESTAMP,
            signer.signed_bytes,
            signer.signature,
            signer.algorithms,
            KeyHint(),
        ),
        (
            ContentClaim(signer.digest, signer.message_digest, message.content, "TSTInfo"),
            ContentClaim(info.algorithm, info.imprint, covers, "what is time-stamped"),
        ),
        references,
        signer.signer,
        Stated(),
        certificates=(*message.certificates, *held.certificates),
        evidence=(*message.revocations, *held.items),
        unevaluated=held.unevaluated,
    )
    return Token(info, signature)


def read_info(data: bytes) -> TstInfo:
    """Read TSTInfo in DER. Raises ``Rejection``: `timestamp.*`, `cms.digest_weak`."""
    try:
        return _read_info(data)
    except Rejection as refusal:
        if refusal.code.id.startswith("der."):
            raise _malformed(f"{refusal.code.id} at {refusal.where}") from None
        raise


def _read_info(data: bytes) -> TstInfo:
    outer = Reader(data)
    body = outer.take(der.SEQUENCE)
    outer.finish()
    if body.integer() != 1:
        raise _malformed("version 1 is expected")
    policy = body.oid()
    imprint = body.take(der.SEQUENCE)
    algorithm = strong_digest(imprint.raw(der.SEQUENCE), "imprint of a time-stamp")
    digest = imprint.octets()
    imprint.finish()
    if len(digest) != DIGEST_SIZES[algorithm]:
        raise _malformed(f"an imprint of {DIGEST_SIZES[algorithm]} octets is expected")
    serial = body.integer()
    gen_time = _gen_time(body.take(der.GENERALIZED_TIME).body())
    accuracy = None if (stated := body.take_if(der.SEQUENCE)) is None else _accuracy(stated)
    # NOTE: DER leaves a default out, yet TSAs write `ordering FALSE`; it means the same.
    ordering = body.peek() == der.BOOLEAN and body.boolean()
    nonce = body.integer() if body.peek() == der.INTEGER else None
    tsa = None if (named := body.take_if(context(0))) is None else named.raw()
    if (extensions := body.take_if(context(1))) is not None:
        _check_extensions(extensions)
    body.finish()
    return TstInfo(policy, algorithm, digest, serial, gen_time, accuracy, ordering, nonce, tsa)


def _malformed(expected: str) -> Rejection:
    return Rejection(codes.INFO, where="TSTInfo", expected=expected)


def _gen_time(value: bytes) -> int:
    """YYYYMMDDhhmmss[.s…]Z, the fraction without trailing zeros (RFC 3161, 2.4.2)."""
    match = _GENERALIZED.fullmatch(value)
    if match is None:
        raise Rejection(codes.GEN_TIME, where="genTime")
    whole = match[1] + b"Z"
    try:
        seconds = Reader(der.tlv(der.GENERALIZED_TIME, whole)).time()
    except Rejection:
        raise Rejection(codes.GEN_TIME, where="genTime") from None
    # NOTE: finer than a microsecond is cut off; the bounds are whole seconds anyway.
    fraction = (match[2] or b"").ljust(6, b"0")[:6]
    return seconds * 1_000_000 + int(fraction)


def _accuracy(body: Reader) -> int:
    """Accuracy in microseconds: seconds, millis (1 to 999), micros (1 to 999)."""
    total = 0
    if body.peek() == der.INTEGER:
        seconds = body.integer()
        if not 0 <= seconds <= 86_400:
            raise _malformed("an accuracy within a day is expected")
        total = seconds * 1_000_000
    for tag, unit in ((_MILLIS, 1000), (_MICROS, 1)):
        if body.peek() == tag:
            part = body.integer(tag)
            # NOTE: a TSA that writes 0 states what leaving it out states.
            if not 0 <= part <= 999:
                raise _malformed("an accuracy of 1 to 999 milli- and microseconds is expected")
            total += part * unit
    body.finish()
    return total


def _check_extensions(extensions: Reader) -> None:
    """None is understood, so a critical one cannot be passed over."""
    while extensions.peek() is not None:
        entry = extensions.take(der.SEQUENCE)
        oid = entry.oid()
        if entry.peek() == der.BOOLEAN and entry.boolean():
            raise Rejection(codes.EXTENSION, where="extensions", actual=oid)
        entry.octets()
        entry.finish()
