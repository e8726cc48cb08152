"""Codes of W3C Verifiable Credentials secured by a Data Integrity proof."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_DI = "W3C VC Data Integrity 1.0"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


UNSUPPORTED: Final = Code(
    "data_integrity.unsupported",
    "data_integrity",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "W3C VC Data Integrity EdDSA Cryptosuites 1.0, 3; ECDSA Cryptosuites 1.0, 3",
    "The proof is one that cannot be checked here yet: {actual}.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
PROOF: Final = _fault(
    "data_integrity.proof",
    f"{_DI}, 2.1",
    "The proof is malformed: {expected} is expected.",
)
PURPOSE: Final = _fault(
    "data_integrity.purpose",
    f"{_DI}, 4.3",
    "The proof was made for another purpose than to vouch for a credential: {actual}.",
)
METHOD: Final = _fault(
    "data_integrity.method",
    "W3C Controlled Identifiers 1.0, 3.3",
    "The verification method is none of the issuer's: it must be the issuer's name with a "
    "fragment.",
)
CONTEXT: Final = _fault(
    "data_integrity.context",
    "W3C VC Data Integrity EdDSA Cryptosuites 1.0, 3.3.2",
    "The credential's `@context` does not begin with that of its proof.",
)
VALUE: Final = _fault(
    "data_integrity.value",
    f"{_DI}, 2.1",
    "`proofValue` is not a signature of {expected} octets in base58btc.",
)
