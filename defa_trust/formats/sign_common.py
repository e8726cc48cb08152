"""What the makers of signatures share, whatever the family (floor 3).

Detached contents by name, identifiers as URIs, signature values as two integers, and the validation
data of level B-LT: CRLs and OCSP responses as they came from whoever issued them. Each family
writes those in its own syntax; which of them may go along is decided here, once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from ..algorithms import KeyType, SignatureEncoding
from ..codec import der
from ..codec.der import Reader, context
from ..content import Content
from ..errors import MisuseError, Rejection
from ..material import EvidenceKind, Item
from ..signer import Signer

_OID: Final = re.compile(r"[0-2](?:\.\d+)+", re.ASCII)
_OCTETS_OF: Final = {
    KeyType.P256: 32,
    KeyType.P384: 48,
    KeyType.P521: 66,
    KeyType.BRAINPOOL_P256R1: 32,
    KeyType.BRAINPOOL_P384R1: 48,
    KeyType.BRAINPOOL_P512R1: 64,
}


class Detached(NamedTuple):
    """What a detached signature is over: the name under which it is found, and the content."""

    uri: str
    content: Content


class ValidationData(NamedTuple):
    """CRLs and OCSPResponses, each DER as it came and each once."""

    crls: tuple[bytes, ...]
    responses: tuple[bytes, ...]

    def __bool__(self) -> bool:
        return bool(self.crls or self.responses)


def validation_data(evidence: Iterable[Item]) -> ValidationData:
    """Sorts evidence by its kind. Raises ``MisuseError`` for what no signature can carry: another
    kind, or a response that answers nothing."""
    crls: dict[bytes, None] = {}
    responses: dict[bytes, None] = {}
    for item in evidence:
        if item.kind is EvidenceKind.CRL:
            crls[item.octets] = None
        elif item.kind is EvidenceKind.OCSP:
            _check_response(item.octets)
            responses[item.octets] = None
        else:
            raise MisuseError(f"evidence of the kind {item.kind} does not go along with signatures")
    return ValidationData(tuple(crls), tuple(responses))


def sign_plain(signer: Signer, data: bytes) -> bytes:
    """A signature as JWS and XML Signature write it: of ECDSA R || S (RFC 7518, 3.4; XML
    Signature 1.1, 6.4.3), of other algorithms what the signer returns."""
    signature = signer.sign(data)
    algorithm = signer.algorithm
    if algorithm.encoding is not SignatureEncoding.DER:
        return signature
    size = _OCTETS_OF[algorithm.key_type]
    pair = Reader(signature).take(der.SEQUENCE)
    return b"".join(pair.integer().to_bytes(size, "big") for _ in range(2))


def as_uri(identifier: str) -> str:
    """An OID as the URI it has (RFC 3061); any other identifier as it is."""
    return f"urn:oid:{identifier}" if _OID.fullmatch(identifier) else identifier


def _check_response(response: bytes) -> None:
    """An OCSPResponse (RFC 6960, 4.2.1) that is `successful` and holds an answer."""
    try:
        outer = Reader(response)
        body = outer.take(der.SEQUENCE)
        outer.finish()
        answered = body.enumerated() == 0 and body.take_if(context(0)) is not None
    except Rejection as refusal:
        raise MisuseError(f"that is no OCSP response: {refusal}") from None
    if not answered:
        raise MisuseError("an OCSP response that answers nothing does not go along")
