"""Codes of encrypted responses (RFC 7516, RFC 7518)."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(
        id,
        "jwe",
        Stage.PARSE,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.TOTAL_FAILED,
        SubIndication.FORMAT_FAILURE,
    )


FORM: Final = _fault(
    "jwe.form", "RFC 7516, 3.1 and 7.1", "The text is no compact JWE: {expected} is expected."
)
ALGORITHM: Final = _fault(
    "jwe.algorithm",
    "RFC 7518, 4.1; RFC 8725, 3.1",
    "`alg` is {actual} and must be {expected}.",
)
ENCRYPTION: Final = _fault(
    "jwe.encryption",
    "RFC 7518, 5.1; OpenID4VP 1.0, 8.3",
    "`enc` is {actual} and must be one of {expected}.",
)
HEADER: Final = _fault(
    "jwe.header",
    "RFC 7516, 4; RFC 7518, 4.6.1",
    "The header's {actual} is not as it must be: {expected}.",
)
EPHEMERAL_KEY: Final = _fault(
    "jwe.ephemeral_key",
    "RFC 7518, 4.6.1.1; RFC 8725, 3.4",
    "The sender's ephemeral key is no public key on {expected} ({actual}).",
)
KEY_ID: Final = _fault(
    "jwe.key_id",
    "OpenID4VP 1.0, 8.3; RFC 7516, 4.1.6",
    "The text is not encrypted to the key of this request.",
)
DECRYPTION: Final = _fault(
    "jwe.decryption",
    "RFC 7516, 5.2; NIST SP 800-38D, 7.2",
    "The text cannot be decrypted: it was changed, or encrypted to another key.",
)
