"""What unsigned attributes carry: validation data, and what is recognised but not judged (floor 3).

Anybody can add or remove an unsigned attribute, so nothing here is believed and nothing here can
fail a signature: what cannot be read is left out and named.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ..codec import der
from ..codec.der import Reader, context
from ..errors import Rejection
from ..material import EvidenceKind, Item
from .cms import MAX_CERTIFICATES, MAX_REVOCATIONS, ocsp_response
from .cms_attributes import attribute_name

COUNTERSIGNATURE: Final = "1.2.840.113549.1.9.6"
SIGNATURE_TIME_STAMP: Final = "1.2.840.113549.1.9.16.2.14"
CERTIFICATE_VALUES: Final = "1.2.840.113549.1.9.16.2.23"
REVOCATION_VALUES: Final = "1.2.840.113549.1.9.16.2.24"

_JUDGED_ELSEWHERE: Final = frozenset({SIGNATURE_TIME_STAMP, CERTIFICATE_VALUES, REVOCATION_VALUES})


class Held(NamedTuple):
    """Certificates (DER), CRLs and OCSP responses, and the names of what is not evaluated."""

    certificates: tuple[bytes, ...]
    items: tuple[Item, ...]
    unevaluated: tuple[str, ...]


_NOTHING: Final = Held((), (), ())


def evidence_of(unsigned: Mapping[str, tuple[bytes, ...]]) -> Held:
    """Certificate and revocation values (EN 319 122-1, A.1.2 and A.2.2), and the rest by name."""
    if not unsigned:
        return _NOTHING
    certificates: list[bytes] = []
    items: list[Item] = []
    unread: list[str] = []
    for value in unsigned.get(CERTIFICATE_VALUES, ()):
        try:
            certificates += _all(Reader(_definite(value)).take(der.SEQUENCE), MAX_CERTIFICATES)
        except Rejection:
            unread.append(attribute_name(CERTIFICATE_VALUES))
    for value in unsigned.get(REVOCATION_VALUES, ()):
        try:
            items += _revocation_values(Reader(_definite(value)).take(der.SEQUENCE))
        except Rejection:
            unread.append(attribute_name(REVOCATION_VALUES))
    unread += [attribute_name(oid) for oid in unsigned if oid not in _JUDGED_ELSEWHERE]
    return Held(tuple(certificates), tuple(items), tuple(dict.fromkeys(unread)))


def _definite(value: bytes) -> bytes:
    return der.definite(value, len(value)) if value[1] == 0x80 else value


def _all(body: Reader, most: int) -> list[bytes]:
    found: list[bytes] = []
    while body.peek() is not None and len(found) < most:
        found.append(body.raw(der.SEQUENCE))
    return found


def _revocation_values(body: Reader) -> list[Item]:
    """RevocationValues ::= SEQUENCE { [0] CRLs, [1] BasicOCSPResponses, [2] other } (A.2.2)."""
    found: list[Item] = []
    if (crls := body.take_if(context(0))) is not None:
        inside = crls.take(der.SEQUENCE)
        found += [Item(EvidenceKind.CRL, crl) for crl in _all(inside, MAX_REVOCATIONS)]
    if (responses := body.take_if(context(1))) is not None:
        inside = responses.take(der.SEQUENCE)
        found += [
            Item(EvidenceKind.OCSP, ocsp_response(basic)) for basic in _all(inside, MAX_REVOCATIONS)
        ]
    return found
