"""The Philippines' first identity QR code: JSON signed as it would be printed again (floor 3).

Ed25519 over a text that nobody transmits: the members printed in a fixed order with two spaces,
without escapes, ñ and Ñ as `?`, in Latin-1. What such a print cannot show exactly is refused: a
quote inside a name could otherwise move text from one member into the next and keep the signature.
NOTE: known from public verifiers alone, tested on no real card; the issuing agency publishes no
specification (asean-schemes: confidence medium).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final

from ..codec import base64url
from ..codec.json import loads_object
from ..codes import identity_qr as codes
from ..crypto import JOSE_ALGORITHMS
from ..errors import Rejection
from ..request import Request
from ..verdict import Finding
from .base import Asserted, KeyHint, PartRole, Presented, SignedPart

NAME: Final = "philsys-v1"
FIRST_OCTETS: Final = b"{"
TYPE: Final = "identity:philsys-v1"
TERRITORY: Final = "PH"
ALGORITHM: Final = "EDDSA"

_TOP: Final = ("DateIssued", "Issuer")
_SUBJECT: Final = ("Suffix", "lName", "fName", "mName", "sex", "BF", "DOB", "POB", "PCN")
_MEMBERS: Final = frozenset({*_TOP, "subject", "alg", "signature"})
_SIGNATURE_OCTETS: Final = 64
_SAFE: Final = re.compile(r"[ !#-\[\]-~\xa0-\xff]*")
"""Latin-1 without control characters, quote and backslash."""
_DATE: Final = re.compile(r"(\d{2}) ([A-Z][a-z]+) (\d{4})", re.ASCII)
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("January", "February", "March", "April", "May", "June", "July", "August", "September",
         "October", "November", "December"), 1,
    )
}  # fmt: skip
_FOLDED: Final = str.maketrans("ñÑ", "??")


def detect(data: bytes) -> bool:
    """A JSON object that names its members as these codes do. Never raises."""
    return data[:1] == b"{" and b'"DateIssued"' in data and b'"subject"' in data


def parse(data: bytes, request: Request) -> Presented:  # noqa: ARG001 - the question changes nothing
    """Read the text of a QR code. Raises ``Rejection`` (`philsys.*`, `json.*`, `base64.*`)."""
    card = loads_object(data)
    if card.keys() != _MEMBERS:
        raise Rejection(codes.PHILSYS_MEMBERS, actual="the card")
    subject = card["subject"]
    if type(subject) is not dict or subject.keys() != set(_SUBJECT):
        raise Rejection(codes.PHILSYS_MEMBERS, actual="its subject")
    if card["alg"] != ALGORITHM:
        raise Rejection(codes.PHILSYS_ALGORITHM, expected=ALGORITHM)
    texts = {name: _text(card, name) for name in _TOP}
    texts |= {name: _text(subject, name) for name in _SUBJECT}
    signature = card["signature"]
    octets = base64url.decode_standard(signature) if type(signature) is str else b""
    if len(octets) != _SIGNATURE_OCTETS:
        raise Rejection(codes.PHILSYS_SIGNATURE, expected=_SIGNATURE_OCTETS)
    lossy = any(set(text) & set("ñÑ?") for text in texts.values())
    return Presented(
        NAME,
        sha256(data).digest(),
        SignedPart(PartRole.ISSUER, printed(texts), octets, JOSE_ALGORITHMS["Ed25519"], KeyHint()),
        Asserted(territory=TERRITORY, issued_at=_issued(texts["DateIssued"]), types=(TYPE,)),
        lambda: _claims(data),
        reveal_judges=False,
        points_to_no_key=True,
        findings=(Finding(codes.PHILSYS_LOSSY),) if lossy else (),
    )


def printed(texts: Mapping[str, str]) -> bytes:
    """The canonicalisation `philsys-v1`: the octets that are signed."""
    lines = ["{", *(f'  "{name}": "{texts[name]}",' for name in _TOP), '  "subject": {']
    last = _SUBJECT[-1]
    lines += [f'    "{name}": "{texts[name]}"{"" if name == last else ","}' for name in _SUBJECT]
    lines += ["  },", f'  "alg": "{ALGORITHM}"', "}"]
    return "\n".join(lines).translate(_FOLDED).encode("latin-1")


def _text(members: Mapping[str, Any], name: str) -> str:
    text = members[name]
    if type(text) is not str or _SAFE.fullmatch(text) is None:
        raise Rejection(codes.PHILSYS_TEXT, actual=name)
    return text


def _issued(text: str) -> int:
    match = _DATE.fullmatch(text)
    month = _MONTHS.get(match[2]) if match else None
    if match is None or month is None:
        raise Rejection(codes.PHILSYS_DATE)
    try:
        return int(datetime(int(match[3]), month, int(match[1]), tzinfo=UTC).timestamp())
    except ValueError:
        raise Rejection(codes.PHILSYS_DATE) from None


def _claims(data: bytes) -> Mapping[str, Any]:
    card = loads_object(data)
    return {name: card[name] for name in (*_TOP, "subject")}
