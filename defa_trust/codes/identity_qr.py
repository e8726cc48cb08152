"""Codes of identity QR codes: claim 169, the Philippines' two generations, online-only tokens."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_CLAIM_169 = "MOSIP claim 169, 3"
_PHILSYS_1 = "PhilSys QR, first generation (observed)"
_PHILSYS_3 = "PhilSys QR, third generation (observed)"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id, Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


PREFIX: Final = _fault(
    "claim169.transport", _CLAIM_169, "The text is no code of this kind: {expected} is expected."
)
TOO_LONG: Final = _fault(
    "claim169.too_long",
    "ISO/IEC 18004, table 7",
    "The text has {actual} characters; a QR code holds at most {expected}.",
)
COMPRESSION: Final = _fault(
    "claim169.compression",
    _CLAIM_169,
    "The code is {actual}; codes of this kind are {expected}.",
)
ENCRYPTED: Final = Code(
    "claim169.encrypted",
    "claim169.encrypted",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "RFC 9052, 5.2",
    "The code is encrypted: only what whoever holds the key makes of it can be checked.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
CLAIM: Final = _fault(
    "claim169.claim",
    _CLAIM_169,
    "The identity data are malformed: {expected} is expected.",
)
ISSUER: Final = _fault(
    "claim169.issuer",
    _PHILSYS_3,
    "The code names the issuer {actual}; codes of this kind are of {expected}.",
)
PHILSYS_MEMBERS: Final = _fault(
    "philsys.members",
    _PHILSYS_1,
    "The code's members are not exactly those that are signed ({actual}).",
)
PHILSYS_TEXT: Final = _fault(
    "philsys.text",
    _PHILSYS_1,
    "A text cannot be printed as it was signed: quotes, backslashes, control characters and "
    "letters beyond Latin-1 have no form there ({actual}).",
)
PHILSYS_ALGORITHM: Final = _fault(
    "philsys.algorithm", _PHILSYS_1, "The algorithm is not the one of these codes ({expected})."
)
PHILSYS_SIGNATURE: Final = _fault(
    "philsys.signature", _PHILSYS_1, "The signature is not {expected} octets in base64."
)
PHILSYS_DATE: Final = _fault(
    "philsys.date", _PHILSYS_1, "The date of issue is not written as day, English month and year."
)
PHILSYS_LOSSY: Final = Code(
    "philsys.lossy",
    "philsys.lossy",
    Stage.PARSE,
    Outcome.MET,
    _PHILSYS_1,
    "Texts hold ñ or ?, which the signature cannot tell apart.",
)
ONLINE_TOKEN: Final = _fault(
    "online_token.text", "defa_trust limit", "The token is not printable text of up to {expected}."
)
