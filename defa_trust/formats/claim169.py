"""Identity QR codes with claim 169: MOSIP's, and the Philippines' third generation (floor 3).

Both are base45 around a signed CWT whose claim 169 holds identity data. MOSIP's is compressed and
has no prefix; the Philippine one begins with `PH1:` and is not compressed. Neither is read as the
other: a text has one reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from ..codec import base45, cbor
from ..codec.deflate import inflate
from ..codes import identity_qr as codes
from ..errors import Rejection
from ..request import Request
from .base import Presented
from .cwt import CBOR_HEADS, CNF, IDENTITY, Claims, Token, asserted, read_token, revealer
from .hcert import MAX_TEXT

NAME: Final = "claim-169"
FIRST_OCTETS: Final = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
PHILSYS_CONTEXT: Final = b"PH1:"
TYPE: Final = "identity:claim-169"
PHILSYS_TYPE: Final = "identity:philsys-v3"
MAX_INFLATED_BYTES: Final = 1 << 16
"""Ours: a photograph in a QR code has 3 KiB at most."""

_ALPHABET: Final = frozenset(FIRST_OCTETS)
_ENCRYPTED: Final = (b"\xd0", b"\xd8\x60", b"\xd8\x3d\xd0", b"\xd8\x3d\xd8\x60")
"""Tags 16 and 96 (COSE_Encrypt0 and COSE_Encrypt), alone or inside the CWT tag 61 (RFC 9052, 2; RFC
8392, 6)."""
_ATTRIBUTES: Final = {
    1: "id", 2: "version", 3: "language", 4: "fullName", 5: "firstName", 6: "middleName",
    7: "lastName", 8: "dateOfBirth", 9: "gender", 10: "address", 11: "email", 12: "phone",
    13: "nationality", 14: "maritalStatus", 15: "guardian", 16: "image", 17: "imageFormat",
    18: "bestQualityFingers",
}  # fmt: skip


def detect(data: bytes) -> bool:
    """`PH1:`, or base45 whose first octets begin a zlib stream. Never raises."""
    if data[:4] == PHILSYS_CONTEXT:
        return True
    if len(data) < 6 or not _ALPHABET.issuperset(data[:64]):
        return False
    try:
        head = base45.decode(data[:3])
    except Rejection:
        return False
    # RFC 1950, 2.2: deflate with a window up to 32 KiB, and the check of the two octets.
    return head[0] & 0x0F == 8 and head[0] >> 4 <= 7 and int.from_bytes(head) % 31 == 0


def parse(data: bytes, request: Request) -> Presented:  # noqa: ARG001 - the question changes nothing
    """Read the text of a QR code. Raises ``Rejection``.

    Codes: `claim169.*`, `cose.*`, `cwt.*`, and those of base45, zlib, CBOR and
    `crypto.algorithm_*`.
    """
    if len(data) > MAX_TEXT:
        raise Rejection(codes.TOO_LONG, expected=MAX_TEXT, actual=len(data))
    philippine = data[:4] == PHILSYS_CONTEXT
    packed = base45.decode(data[4:] if philippine else data)
    plain = packed[:1] != b"" and packed[0] in CBOR_HEADS
    if plain is not philippine:
        kinds = ("not compressed", "compressed")
        wanted, found = kinds if philippine else kinds[::-1]
        raise Rejection(codes.COMPRESSION, expected=wanted, actual=found)
    octets = packed if philippine else inflate(packed, max_output=MAX_INFLATED_BYTES)
    if _is_encrypted(octets):
        raise Rejection(codes.ENCRYPTED)
    token = read_token(octets)
    return _presented(token, sha256(data).digest(), philippine)


def _is_encrypted(octets: bytes) -> bool:
    """By its tag, or untagged as a COSE_Encrypt0: an array of three (RFC 9052, 5.2)."""
    if octets.startswith(_ENCRYPTED):
        return True
    if octets[:1] != b"\x83":
        return False
    try:
        parts = cbor.loads(octets)
    except Rejection:
        return False
    return [type(part) for part in parts] == [bytes, dict, bytes]


def _presented(token: Token, digest: bytes, philippine: bool) -> Presented:
    claims = token.claims
    _check_identity(claims, str if philippine else int)
    said = asserted(claims, (PHILSYS_TYPE if philippine else TYPE,))
    if philippine and said.territory != "PH":
        raise Rejection(codes.ISSUER, expected="PH", actual=said.territory or "another name")
    return Presented(
        NAME,
        digest,
        token.part,
        said,
        revealer(token.message.payload, _contents),
        holder_key_bound=CNF in claims,
        reveal_judges=False,
        points_to_no_key=True,
        findings=token.findings,
    )


def _check_identity(claims: Claims, labels: type) -> None:
    """MOSIP numbers its attributes, the Philippines name them; neither does both."""
    identity = claims.get(IDENTITY)
    if type(identity) is not dict or not identity:
        raise Rejection(codes.CLAIM, expected="a map that is not empty")
    if any(type(label) is not labels for label in identity):
        wanted = "attributes by number" if labels is int else "attributes by name"
        raise Rejection(codes.CLAIM, expected=wanted)


def _contents(label: int, value: Any) -> Any:
    """Names for the numbers of claim 169 (section 3); numbers nobody assigned stay numbers."""
    if label != IDENTITY or type(value) is not dict:
        return value
    named: Mapping[Any, Any] = {
        _ATTRIBUTES.get(number, str(number)) if type(number) is int else number: item
        for number, item in value.items()
    }
    return dict(named)
