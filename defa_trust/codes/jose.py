"""Codes of JWS, JOSE headers and JWT claims, whatever the token is for."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


# --- serialisation and header ------------------------------------------------------------------
FORM: Final = _fault(
    "jose.form",
    "RFC 7515, 7.1",
    "The token is no compact JWS: three segments separated by two dots are expected.",
)
HEADER_MEMBER: Final = _fault(
    "jose.header_member",
    "RFC 7515, 4.1",
    "The header is malformed: {actual} must be {expected}.",
)
CRIT: Final = _fault(
    "jose.crit",
    "RFC 7515, 4.1.11",
    "The header demands that an extension be understood which is unknown here, or does so in a "
    "malformed way ({actual}).",
)
B64: Final = _fault(
    "jose.b64",
    "RFC 7797, 3 and 6; RFC 7519, 7",
    "The header changes how the payload is encoded (`b64`), which a JWT never does.",
)
CERTIFICATE_MISMATCH: Final = _fault(
    "jose.certificate_mismatch",
    "RFC 7515, 4.1.6 and 4.1.8",
    "The header's `x5c` and `x5t#S256` name different certificates.",
)
KEY_IN_HEADER: Final = Code(
    "jose.key_in_header",
    "jose.key_in_header",
    Stage.PARSE,
    Outcome.MET,
    "RFC 8725, 3.10",
    "The header brings or points to a key ({actual}); it was not used.",
)

# --- claims --------------------------------------------------------------------------------------
NUMERIC_DATE: Final = _fault(
    "jose.numeric_date",
    "RFC 7519, 2 and 4.1.4 to 4.1.6",
    "The claim {actual} is no time in whole seconds between 1970 and 2500.",
)
CLAIM: Final = _fault(
    "jose.claim",
    "RFC 7519, 4.1; RFC 7800, 3.1",
    "The claim {actual} must be {expected}.",
)
