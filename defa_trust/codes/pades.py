"""Codes of PDF documents that are signed: ISO 32000-2 and PAdES."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_BYTE_RANGE = "ISO 32000-2, 12.8.1; EN 319 142-1, 5.3"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "pades.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unchecked(id: str, rule: str, citation: str, text: str, sub: SubIndication) -> Code:
    return Code(
        id, rule, Stage.PARSE, Outcome.UNKNOWN, citation, text, Indication.INDETERMINATE, sub
    )


# --- the file ------------------------------------------------------------------------------------
SYNTAX: Final = _fault("pades.syntax", "ISO 32000-2, 7", "The PDF is malformed: {actual}.")
XREF: Final = _fault(
    "pades.xref", "ISO 32000-2, 7.5", "The PDF's cross-references do not hold: {actual}."
)
TOO_MUCH: Final = _fault(
    "pades.too_much", "defa_trust limit", "The PDF has more than {expected} {actual}."
)
TRAILING: Final = _fault(
    "pades.trailing",
    "ISO 32000-2, 7.5.5",
    "Octets follow the end of the PDF that belong to none of its revisions.",
)
ENCRYPTED: Final = _unchecked(
    "pades.encrypted",
    "pades.form",
    "ISO 32000-2, 7.6",
    "The PDF is encrypted; its signatures cannot be read.",
    SubIndication.GENERIC,
)
NO_SIGNATURE: Final = _fault(
    "pades.no_signature", "ISO 32000-2, 12.7 and 12.8", "The PDF holds no signature."
)
TIMESTAMP_ALONE: Final = _unchecked(
    "pades.timestamp_alone",
    "pades.form",
    "EN 319 142-1, 5.4.3",
    "The PDF holds {actual} and no signature: nobody signed anything, and what is there was not "
    "evaluated.",
    SubIndication.GENERIC,
)

# --- one signature -------------------------------------------------------------------------------
SUBFILTER: Final = _fault(
    "pades.subfilter",
    "ISO 32000-2, 12.8.1; EN 319 142-1, 5.3",
    "A signature of the form {actual} is not judged.",
)
WEAK_FORM: Final = _unchecked(
    "pades.weak_form",
    "pades.form",
    "ISO 32000-2, 12.8.3.2 and 12.8.3.3; ETSI TS 119 312",
    "A signature of the form {actual} is over the SHA-1 of the document, on which no signature "
    "counts.",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)
PLACE: Final = _fault(
    "pades.place",
    "ISO 32000-2, 12.8.1",
    "The signature is not built as one is: {actual}.",
)
BYTE_RANGE: Final = _fault(
    "pades.byte_range",
    _BYTE_RANGE,
    "The signature does not cover its whole revision but for its own value: {actual}.",
)
CONTENTS: Final = _fault(
    "pades.contents",
    "ISO 32000-2, 12.8.3.3; EN 319 142-1, 5.2",
    "The signature's value is not one detached message of one signer: {actual}.",
)
CHANGED: Final = _unchecked(
    "pades.changed",
    "pades.revisions",
    "ISO 32000-2, 12.8.2.2; EN 319 142-1, 5.5",
    "What was added after signing may change what the document shows: {actual}.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
"""NOTE: nothing is said of what the signer saw; the signed revision itself is intact."""
NOT_PERMITTED: Final = _unchecked(
    "pades.not_permitted",
    "pades.revisions",
    "ISO 32000-2, 12.8.2.2.2, table 257",
    "The certification signature permits no change, and there is one: {actual}.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
FIELD_LOCK: Final = _unchecked(
    "pades.field_lock",
    "pades.revisions",
    "ISO 32000-2, 12.8.2.4",
    "The document was changed after signing, and the locks of its fields are not evaluated.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
LATER: Final = Code(
    "pades.later",
    "pades.revisions",
    Stage.PARSE,
    Outcome.MET,
    "ISO 32000-2, 12.8.2.2; EN 319 142-1, 5.5",
    "After signing, {expected} octets were added; all of it is: {actual}.",
)
REVISIONS: Final = Code(
    "pades.signed_revisions",
    "pades.form",
    Stage.PARSE,
    Outcome.MET,
    "ISO 32000-2, 7.5.6 and 12.8.1; EN 319 142-1, 5.4.3",
    "Of the document's {expected} octets, what is signed or time-stamped, but for its own value: "
    "{actual}.",
)
TIME_PLACE: Final = Code(
    "pades.time_place",
    "pades.form",
    Stage.PARSE,
    Outcome.MET,
    "EN 319 142-1, 6.3, table 1",
    "The time of signing is not where PAdES baseline has it: in the entry M, and in no attribute.",
)
WHOLE: Final = Code(
    "pades.whole",
    "pades.revisions",
    Stage.PARSE,
    Outcome.MET,
    _BYTE_RANGE,
    "The signature covers the whole document, {actual} octets.",
)
PKCS7: Final = Code(
    "pades.pkcs7",
    "pades.form",
    Stage.PARSE,
    Outcome.MET,
    "ISO 32000-2, 12.8.3.3; EN 319 142-1, 6",
    "The signature is of the form {actual}, which is no PAdES baseline.",
)
