"""Codes of JAdES signatures (ETSI TS 119 182-1)."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "jades.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unchecked(id: str, rule: str, citation: str, text: str, sub: SubIndication) -> Code:
    return Code(
        id, rule, Stage.PARSE, Outcome.UNKNOWN, citation, text, Indication.INDETERMINATE, sub
    )


STRUCTURE: Final = _fault(
    "jades.structure", "RFC 7515, 7", "The file is no JWS in one of its three forms: {actual}."
)
TOO_MANY: Final = _fault(
    "jades.too_many", "defa_trust limit", "The file has more than {expected} {actual}."
)
TYPE: Final = _fault(
    "jades.type",
    "RFC 7515, 4.1.9; RFC 8725, 3.11",
    "The header says that this was made as something else than a signed document.",
)
UNPROTECTED: Final = _fault(
    "jades.unprotected",
    "ETSI TS 119 182-1, 5.3; RFC 7515, 4",
    "The unsigned part of the header holds {actual}, which only counts where it is signed.",
)
B64_UNLIKE: Final = _fault(
    "jades.b64_unlike",
    "RFC 7797, 3",
    "The signatures of the file do not agree on how the payload is encoded.",
)
B64: Final = _fault(
    "jades.b64",
    "RFC 7797, 5.2 and 6",
    "The payload is not encoded, and {actual}.",
)
OBJECTS: Final = _fault(
    "jades.objects",
    "ETSI TS 119 182-1, 5.1.9 and 5.2.8",
    "The header names the objects that are signed (`sigD`), and {actual}.",
)
MECHANISM: Final = _unchecked(
    "jades.mechanism",
    "jades.form",
    "ETSI TS 119 182-1, 5.2.8",
    "What is signed is named in a way that is not evaluated here ({actual}).",
    SubIndication.GENERIC,
)
PAYLOAD_MISSING: Final = _unchecked(
    "jades.payload_missing",
    "digest.match",
    "RFC 7515, appendix F; EN 319 102-1, 5.2.7",
    "The signature is over a payload that is not in the file; it has to be given, a digest of it "
    "alone is not enough.",
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
DIGEST_WEAK: Final = _unchecked(
    "jades.digest_weak",
    "crypto.digest",
    "EN 319 102-1, 5.2.8; ETSI TS 119 312",
    "The {expected} was made with {actual}, on which no signature counts.",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)
