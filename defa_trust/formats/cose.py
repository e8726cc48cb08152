"""COSE_Sign1 (RFC 9052), read strictly and never re-encoded (floor 3).

The one reader of COSE headers for every CBOR credential: HCERT and other CWTs here, mdoc later.
"""

from __future__ import annotations

from enum import Enum
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import cbor
from ..codec.cbor import Deviation, Tagged
from ..codes import codec as codec_codes
from ..codes import crypto as crypto_codes
from ..codes import hcert as codes
from ..crypto import COSE_ALGORITHMS, Algorithm, select
from ..errors import Rejection
from ..spec import MAX_INPUT_BYTES
from .base import KeyHint

TAG_SIGN1: Final = 18
TAG_CWT: Final = 61

ALG: Final = 1
CRIT: Final = 2
KID: Final = 4
TYP: Final = 16
"""Type of the message (RFC 9596)."""
X5CHAIN: Final = 33
X5T: Final = 34

MAX_KID_BYTES: Final = 128
"""Ours: RFC 9052 sets no limit; the longest identifier in the public corpora has 30 bytes."""

MAX_CERTIFICATES: Final = 16
"""Ours: certificates in `x5chain`; a path has two or three."""

HMAC_256: Final = 5
"""COSE identifier of HMAC with SHA-256, whole (RFC 9053, 3.1)."""
_SHA_256: Final = -16
"""COSE identifier of SHA-256 (RFC 9054, 3.1)."""
_UNDERSTOOD: Final = frozenset({ALG, CRIT, KID})
"""Labels that `crit` may name: those that are really processed here."""
_CONTEXT: Final = b"\x84\x6aSignature1"
_MAC_CONTEXT: Final = b"\x84\x64MAC0"
_NO_EXTERNAL_DATA: Final = b"\x40"


Bucket = dict[Any, Any]
"""Header parameters by label; the reader has refused labels other than integers and text."""


class RepeatedKid(Enum):
    """What a `kid` in both headers means. RFC 9052, 3 forbids any label in both."""

    REFUSE = "refuse"
    PROTECTED_COUNTS = "protected counts"
    """Decision (EU) 2021/1073, annex I, 3.2.3: both places are legal; the protected one decides."""


class Sign1(NamedTuple):
    """A COSE_Sign1 as received. ``protected`` are the original bytes of the serialised map.

    ``payload`` is the detached one where it was handed in. ``deviations`` is what the encoding of
    message and protected header had beyond deterministic CBOR. ``unprotected`` proves nothing.
    """

    protected: bytes
    protected_map: Bucket
    unprotected: Bucket
    payload: bytes
    signature: bytes
    algorithms: tuple[Algorithm, ...]
    hint: KeyHint
    deviations: frozenset[Deviation]

    def signed_bytes(self, external_aad: bytes = b"") -> bytes:
        """The Sig_structure that the signature covers."""
        return signed_bytes(self.protected, external_aad, self.payload)


class Mac0(NamedTuple):
    """A COSE_Mac0 with a detached payload, as received; ``data`` is its MAC_structure."""

    data: bytes
    tag: bytes
    deviations: frozenset[Deviation]


def parse_sign1(
    data: bytes | memoryview,
    *,
    detached: bytes | None = None,
    repeated_kid: RepeatedKid = RepeatedKid.REFUSE,
    max_bytes: int = MAX_INPUT_BYTES,
) -> Sign1:
    """Read one COSE_Sign1: untagged, tagged 18, or 18 within the CWT tag 61 (RFC 8392, 6).

    ``detached`` is the payload where the message carries nil (RFC 9052, 4.1); ``max_bytes`` bounds
    the message. The algorithm comes from the protected header alone. Raises ``Rejection``:
    `cose.*`, `cbor.*`, `crypto.algorithm_*`.
    """
    raw = data if type(data) is bytes else bytes(data)
    message, end, deviations = cbor.decode(raw, max_bytes=max_bytes)
    if end != len(raw):
        raise Rejection(codec_codes.CBOR_TRAILING, where=f"byte {end}")
    if type(message) is Tagged:
        message = _untag(message)
    return read_sign1(message, deviations, detached=detached, repeated_kid=repeated_kid)


def read_sign1(
    message: object,
    deviations: frozenset[Deviation],
    *,
    detached: bytes | None = None,
    repeated_kid: RepeatedKid = RepeatedKid.REFUSE,
) -> Sign1:
    """The same of a decoded, untagged message that stands inside a larger CBOR item.

    ``deviations`` are those of the item it was decoded from. Raises ``Rejection``.
    """
    if type(message) is not list or len(message) != 4:
        raise Rejection(codes.COSE_STRUCTURE, expected="an array of four")
    protected, unprotected, payload, signature = message
    if type(protected) is not bytes:
        raise Rejection(codes.COSE_STRUCTURE, expected="a protected header in a byte string")
    if type(unprotected) is not dict:
        raise Rejection(codes.COSE_STRUCTURE, expected="a map of unprotected parameters")
    if type(signature) is not bytes:
        raise Rejection(codes.COSE_STRUCTURE, expected="a signature in a byte string")
    header, header_deviations = _protected_map(protected)
    if header_deviations:
        deviations |= header_deviations
    algorithms = select(_checked_alg(header, unprotected, repeated_kid), table=COSE_ALGORITHMS)
    return Sign1(
        protected,
        header,
        unprotected,
        _payload(payload, detached),
        signature,
        algorithms,
        _hint(header, unprotected),
        deviations,
    )


def read_mac0(message: object, detached: bytes) -> Mac0:
    """A decoded, untagged COSE_Mac0 (RFC 9052, 6.2) over ``detached``, by HMAC 256/256 alone.

    Raises ``Rejection``: `cose.*`, `crypto.algorithm_unknown`.
    """
    if type(message) is not list or len(message) != 4:
        raise Rejection(codes.COSE_STRUCTURE, expected="an array of four")
    protected, unprotected, payload, tag = message
    if type(protected) is not bytes or type(unprotected) is not dict or type(tag) is not bytes:
        raise Rejection(codes.COSE_STRUCTURE, expected="two headers and a tag in a byte string")
    header, deviations = _protected_map(protected)
    alg = _checked_alg(header, unprotected, RepeatedKid.REFUSE)
    if type(alg) is not int or alg != HMAC_256:
        raise Rejection(crypto_codes.ALGORITHM_UNKNOWN, where="alg", actual=shown(alg))
    data = _payload(payload, detached)
    return Mac0(
        b"".join(
            (
                _MAC_CONTEXT,
                _string_head(len(protected)),
                protected,
                _NO_EXTERNAL_DATA,
                _string_head(len(data)),
                data,
            )
        ),
        tag,
        deviations,
    )


def signed_bytes(protected: bytes, external_aad: bytes, payload: bytes) -> bytes:
    """Sig_structure of context "Signature1" (RFC 9052, 4.4) over the original header bytes.

    NOTE: an empty map is signed as a zero-length string, however it was sent (4.4, step 1).
    """
    if protected == b"\xa0":
        protected = b""
    return b"".join(
        (
            _CONTEXT,
            _string_head(len(protected)),
            protected,
            _string_head(len(external_aad)) + external_aad if external_aad else _NO_EXTERNAL_DATA,
            _string_head(len(payload)),
            payload,
        )
    )


def _string_head(length: int) -> bytes:
    """Head of a byte string (RFC 8949, 3, major type 2), shortest form."""
    if length < 24:
        return bytes((0x40 | length,))
    if length < 1 << 8:
        return bytes((0x58, length))
    if length < 1 << 16:
        return b"\x59" + length.to_bytes(2, "big")
    return b"\x5a" + length.to_bytes(4, "big")


def _untag(message: Tagged) -> Any:
    tags = [message.tag]
    content = message.value
    while type(content) is Tagged:
        tags.append(content.tag)
        content = content.value
    if tags not in ([TAG_SIGN1], [TAG_CWT, TAG_SIGN1]):
        raise Rejection(codes.COSE_TAG, actual=tuple(tags))
    return content


def _protected_map(protected: bytes) -> tuple[Bucket, frozenset[Deviation]]:
    if not protected:  # RFC 9052, 3: how an empty map is to be sent
        return {}, frozenset()
    header, end, deviations = cbor.decode(protected)
    if end != len(protected):
        raise Rejection(codec_codes.CBOR_TRAILING, where=f"byte {end} of the protected header")
    if type(header) is not dict:
        raise Rejection(codes.COSE_STRUCTURE, expected="a map of protected parameters")
    return header, deviations


def _checked_alg(header: Bucket, unprotected: Bucket, repeated_kid: RepeatedKid) -> Any:
    """`alg`, from the protected header alone, once both are as they must be."""
    for bucket in (header, unprotected):
        for label in bucket:
            if type(label) is bytes:
                raise Rejection(codes.COSE_HEADER_LABEL)
    if unprotected:
        for label in unprotected.keys() & header.keys():
            if label != KID or repeated_kid is RepeatedKid.REFUSE:
                raise Rejection(codes.COSE_DUPLICATE_LABEL, actual=_shown(label))
    if ALG not in header:
        if ALG in unprotected:
            raise Rejection(codes.COSE_ALG_UNPROTECTED)
        raise Rejection(codes.COSE_ALG_MISSING)
    if CRIT in header or CRIT in unprotected:
        _check_crit(header)
    return header[ALG]


def _check_crit(header: Bucket) -> None:
    """RFC 9052, 3.1: a non-empty array in the protected header, of labels that are there too."""
    if CRIT not in header:
        raise Rejection(codes.COSE_CRIT, expected="a place in the protected header")
    labels = header[CRIT]
    if type(labels) is not list or not labels:
        raise Rejection(codes.COSE_CRIT, expected="an array of at least one label")
    for label in labels:
        if type(label) is not int and type(label) is not str:
            raise Rejection(codes.COSE_CRIT, expected="an array of labels")
        if label not in _UNDERSTOOD:
            raise Rejection(codes.COSE_CRIT_UNKNOWN, actual=_shown(label))
        if label not in header:
            raise Rejection(codes.COSE_CRIT, expected="only labels that are in the header")


def _payload(payload: object, detached: bytes | None) -> bytes:
    if payload is None:
        if detached is None:
            raise Rejection(codes.COSE_DETACHED)
        return detached
    if type(payload) is not bytes:
        raise Rejection(codes.COSE_STRUCTURE, expected="a payload in a byte string")
    if detached is not None:
        raise Rejection(codes.COSE_ATTACHED)
    return payload


def _hint(header: Bucket, unprotected: Bucket) -> KeyHint:
    kid = _kid(header)
    if unprotected:
        other = _kid(unprotected)
        if kid is None:
            kid = other
    certificate, chain = _chain(header, unprotected)
    fingerprint = _fingerprint(header, unprotected)
    if (
        certificate is not None
        and fingerprint is not None
        and sha256(certificate).digest() != fingerprint
    ):
        raise Rejection(codes.COSE_CERTIFICATE_HINT, actual="x5t")
    return KeyHint(kid, certificate, fingerprint, chain)


def _kid(bucket: Bucket) -> bytes | None:
    kid = bucket.get(KID)
    if kid is None and KID not in bucket:
        return None
    if type(kid) is not bytes or not 0 < len(kid) <= MAX_KID_BYTES:
        raise Rejection(codes.COSE_KID, expected=MAX_KID_BYTES)
    return kid


def _chain(header: Bucket, unprotected: Bucket) -> tuple[bytes | None, tuple[bytes, ...]]:
    """`x5chain`, leaf first: a byte string, or an array of at least two (RFC 9360, 2)."""
    if X5CHAIN in header:
        chain = header[X5CHAIN]
    elif X5CHAIN in unprotected:
        chain = unprotected[X5CHAIN]
    else:
        return None, ()
    if type(chain) is bytes and chain:
        return chain, ()
    if (
        type(chain) is list
        and 2 <= len(chain) <= MAX_CERTIFICATES
        and all(type(item) is bytes and item for item in chain)
    ):
        return chain[0], tuple(chain[1:])
    raise Rejection(codes.COSE_CERTIFICATE_HINT, actual="x5chain")


def _fingerprint(header: Bucket, unprotected: Bucket) -> bytes | None:
    """SHA-256 of `x5t` = [hash algorithm, hash] (RFC 9360, 2); another hash is no hint."""
    if X5T in header:
        pair = header[X5T]
    elif X5T in unprotected:
        pair = unprotected[X5T]
    else:
        return None
    if type(pair) is not list or len(pair) != 2 or type(pair[1]) is not bytes:
        raise Rejection(codes.COSE_CERTIFICATE_HINT, actual="x5t")
    name, value = pair
    if type(name) is not int and type(name) is not str:
        raise Rejection(codes.COSE_CERTIFICATE_HINT, actual="x5t")
    if name != _SHA_256:
        return None
    if len(value) != 32:
        raise Rejection(codes.COSE_CERTIFICATE_HINT, actual="x5t")
    fingerprint: bytes = value
    return fingerprint


def _shown(label: int | str) -> int | str:
    """A label fit for a finding: text from a message may hold anything, so it stays out."""
    return label if type(label) is int else "named by text"


__all__ = [
    "Mac0",
    "RepeatedKid",
    "Sign1",
    "parse_sign1",
    "read_mac0",
    "read_sign1",
    "signed_bytes",
]
