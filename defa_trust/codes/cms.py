"""Codes of CMS SignedData, its signers and their attributes."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "cms.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


# --- the message -------------------------------------------------------------------------------
NOT_SIGNED_DATA: Final = _fault(
    "cms.not_signed_data",
    "RFC 5652, 3 and 5.1",
    "The message is of content type {actual}, not SignedData.",
)
STRUCTURE: Final = _fault(
    "cms.structure", "RFC 5652, 5.1 and 5.3", "The message is no SignedData: {expected}."
)
TOO_MANY: Final = _fault(
    "cms.too_many", "defa_trust limit", "The message has more than {expected} {actual}."
)
NO_SIGNER: Final = _fault(
    "cms.no_signer", "RFC 5652, 5.1", "Nobody signed: the message carries certificates only."
)
PEM: Final = _fault("cms.pem", "RFC 7468, 3 and 9", "The text is no CMS message in PEM.")

# --- one signer --------------------------------------------------------------------------------
VERSION: Final = _fault(
    "cms.version",
    "RFC 5652, 5.3",
    "The signer's part is of version {actual}; the way it names its certificate demands "
    "{expected}.",
)
NO_SIGNED_ATTRIBUTES: Final = _fault(
    "cms.no_signed_attributes",
    "EN 319 122-1, 4.3; RFC 5652, 5.3",
    "The signature covers the content itself and no signed attributes.",
)
ATTRIBUTES_NOT_DER: Final = _fault(
    "cms.attributes_not_der",
    "RFC 5652, 5.3",
    "The signed attributes are not in DER ({actual}).",
)
ATTRIBUTES_UNSORTED: Final = _fault(
    "cms.attributes_unsorted",
    "RFC 5652, 5.3; ITU-T X.690, 11.6",
    "The signed attributes are not in the one order that DER allows.",
)
ATTRIBUTE_MISSING: Final = _fault(
    "cms.attribute_missing",
    "RFC 5652, 5.3 and 11",
    "The signed attribute {actual} is missing.",
)
ATTRIBUTE_REPEATED: Final = _fault(
    "cms.attribute_repeated",
    "RFC 5652, 5.3 and 11",
    "The signed attribute {actual} is there more than once.",
)
ATTRIBUTE_VALUES: Final = _fault(
    "cms.attribute_values",
    "RFC 5652, 5.3 and 11",
    "The signed attribute {actual} does not have exactly one value.",
)
ATTRIBUTE_FORM: Final = _fault(
    "cms.attribute_form",
    "RFC 5652, 11; RFC 5035, 3; EN 319 122-1, 5",
    "The attribute {actual} is malformed: {expected}.",
)
CONTENT_TYPE: Final = _fault(
    "cms.content_type",
    "RFC 5652, 11.1",
    "The signer signed content of type {actual}; the message carries type {expected}.",
)
ALGORITHM_PROTECTION: Final = _fault(
    "cms.algorithm_protection",
    "RFC 6211, 2 and 3",
    "The signed attribute that repeats the algorithms does not name those of the message.",
)
DIGEST_WEAK: Final = Code(
    "cms.digest_weak",
    "crypto.digest",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "EN 319 102-1, 5.2.8; ETSI TS 119 312",
    "The {expected} was made with {actual}, on which no signature counts.",
    Indication.INDETERMINATE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)
