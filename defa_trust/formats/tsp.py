"""Asking a time-stamping authority (RFC 3161, 2.4): the question, and whether this answers it.

An answer is believed no more than any other token: who may stamp time, and when, is judged by
whoever verifies the signature. What is refused here would only be found out later, with the
document signed and the moment gone.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from ..algorithm_ids import digest_identifier
from ..codec import der
from ..codec.der import Reader, encode_boolean, encode_integer, encode_oid, seq, tlv
from ..codes import timestamp as codes
from ..errors import MisuseError, Rejection
from .tst import parse_token

MAX_RESPONSE_BYTES: Final = 1 << 20
"""Ours, and less than of a token in a file: nobody has put CRLs into a new one, and BER is taken
apart whole (8 MiB of the smallest elements took 5 s and 590 MB)."""
MAX_NONCE_BITS: Final = 256
"""Ours; RFC 3161, 2.4.1 recommends 64."""
_GRANTED: Final = frozenset({0, 1})
"""RFC 3161, 2.4.2: granted, and granted with modifications, which ``token`` then looks at."""
_FAULTS: Final = {
    0: "badAlg",
    2: "badRequest",
    5: "badDataFormat",
    14: "timeNotAvailable",
    15: "unacceptedPolicy",
    16: "unacceptedExtension",
    17: "addInfoNotAvailable",
    25: "systemFailure",
}


class TimestampQuery(NamedTuple):
    """A question: ``algorithm`` is a name of ``crypto.DIGESTS``, ``digest`` that of what is to be
    stamped; ``policy`` (dotted) only if none but that will do. The TSA's certificate is asked for.
    """

    algorithm: str
    digest: bytes
    nonce: int | None
    policy: str | None = None

    def encode(self) -> bytes:
        """DER TimeStampReq; ``MisuseError`` for a nonce out of range or an unknown digest."""
        nonce = self.nonce
        if nonce is not None and not 0 <= nonce < 1 << MAX_NONCE_BITS:
            raise MisuseError(f"a nonce has up to {MAX_NONCE_BITS} bits")
        return seq(
            encode_integer(1),
            seq(digest_identifier(self.algorithm), tlv(der.OCTET_STRING, self.digest)),
            b"" if self.policy is None else encode_oid(self.policy),
            b"" if nonce is None else encode_integer(nonce),
            encode_boolean(True),
        )

    def token(self, response: bytes) -> bytes:
        """The token of a TimeStampResp that answers this very question (RFC 3161, 2.2).

        Raises ``Rejection``: `timestamp.refused`, `timestamp.other_answer` (imprint, nonce or
        policy), `timestamp.response`, and what ``parse_token`` raises.
        """
        try:
            token = _token(response)
        except Rejection as refusal:
            if refusal.code.id.startswith("der."):
                raise _malformed(f"DER ({refusal.code.id} at {refusal.where})") from None
            raise
        read = parse_token(token, None)
        info = read.info
        for what, asked, answered in (
            ("digest algorithm", self.algorithm, info.algorithm),
            ("imprint", self.digest, info.imprint),
            ("nonce", self.nonce, self.nonce if self.nonce is None else info.nonce),
            ("policy", self.policy, self.policy if self.policy is None else info.policy),
        ):
            if asked != answered:
                raise Rejection(codes.OTHER_ANSWER, where=what, expected=what)
        if not read.signature.certificates:
            # 2.4.1: certReq was set, so its certificate must be there.
            raise _malformed("the authority's certificate")
        return token


def _malformed(expected: str) -> Rejection:
    return Rejection(codes.RESPONSE, where="TimeStampResp", expected=expected)


def _token(response: bytes) -> bytes:
    if len(response) > MAX_RESPONSE_BYTES:
        raise _malformed(f"at most {MAX_RESPONSE_BYTES} octets")
    outer = Reader(der.definite(response, MAX_RESPONSE_BYTES))
    body = outer.take(der.SEQUENCE)
    outer.finish()
    status = body.take(der.SEQUENCE)
    number = status.integer()
    if (free_text := status.take_if(der.SEQUENCE)) is not None:
        while free_text.peek() is not None:
            free_text.text()  # for people, and unsigned: not repeated
    faults = status.bits() if status.peek() == der.BIT_STRING else None
    status.finish()
    if number not in _GRANTED:
        raise Rejection(codes.REFUSED, where="status", actual=_said(number, faults))
    if body.peek() is None:
        raise _malformed("a token")
    token = body.raw(der.SEQUENCE)
    body.finish()
    return token


def _said(number: int, faults: tuple[bytes, int] | None) -> str:
    status = {2: "rejection", 3: "waiting", 4: "revocation warning", 5: "revocation"}.get(number)
    said = status or "an unknown status"
    if faults is None:
        return said
    octets = faults[0]
    bits = [i for i in range(min(8 * len(octets), 64)) if octets[i >> 3] >> (7 - (i & 7)) & 1]
    return f"{said} ({', '.join(_FAULTS.get(i, f'failure {i}') for i in bits) or 'no reason'})"
