"""Codes of ISO/IEC 18013-5 documents (mdoc)."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id, Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


STRUCTURE: Final = _fault(
    "mdoc.structure", "ISO/IEC 18013-5, 8.3.2.1.2.2", "The document is malformed: {actual}."
)
ENCODING: Final = _fault(
    "mdoc.encoding",
    "RFC 8949, 4.1 and 4.2.1",
    "The encoding has {actual}: two readers could cut different bytes out of it.",
)
ENCODED_CBOR: Final = _fault(
    "mdoc.encoded_cbor",
    "ISO/IEC 18013-5, 9.1.2.4",
    "An item that is signed as bytes is not embedded as such (tag 24, {actual}).",
)
NO_DOCUMENT: Final = _fault(
    "mdoc.no_document",
    "ISO/IEC 18013-5, 8.3.2.1.2.3",
    "The response holds no document (status {actual}).",
)
VERSION: Final = _fault(
    "mdoc.version", "ISO/IEC 18013-5, 9.1.2.4", "The version {actual} is not 1.0 ({expected})."
)
DOCTYPE: Final = _fault(
    "mdoc.doctype",
    "ISO/IEC 18013-5, 9.3.1",
    "The signed document type ({actual}) is not that of the document ({expected}).",
)
DIGEST_ALGORITHM: Final = _fault(
    "mdoc.digest_algorithm",
    "ISO/IEC 18013-5, 9.1.2.5",
    "The digest algorithm is none of {expected}.",
)
ITEM: Final = _fault(
    "mdoc.item", "ISO/IEC 18013-5, 8.3.2.1.2.2", "An issuer-signed item is malformed: {actual}."
)
ITEM_TWICE: Final = _fault(
    "mdoc.item_twice",
    "ISO/IEC 18013-5, 9.1.2.4",
    "Two items of one namespace share their {actual}.",
)
ITEM_UNSIGNED: Final = Code(
    "mdoc.item_unsigned",
    "mdoc.item_digest",
    Stage.PARSE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, 9.3.1",
    "The item {actual} has no digest among those signed: anybody could have put it there.",
    Indication.TOTAL_FAILED,
    SubIndication.HASH_FAILURE,
)
VALIDITY: Final = _fault(
    "mdoc.validity",
    "ISO/IEC 18013-5, 9.1.2.4",
    "The validity is malformed ({actual}): `signed`, `validFrom` and `validUntil` are times in UTC "
    "without fractions, in that order.",
)
CHAIN_PROTECTED: Final = _fault(
    "mdoc.chain_protected",
    "ISO/IEC 18013-5, 9.1.2.4",
    "The certificates stand in the protected header; they belong in the unprotected one.",
)
CHAIN_MISSING: Final = _fault(
    "mdoc.chain_missing",
    "ISO/IEC 18013-5, 9.1.2.4",
    "No certificate of the signer is there.",
)
ISSUING_COUNTRY: Final = _fault(
    "mdoc.issuing_country",
    "ISO/IEC 18013-5, 7.2.1",
    "The issuing country is no two-letter code, or is given twice with different values.",
)
SIGNED_WITHIN: Final = Code(
    "mdoc.signed_within_certificate",
    "mdoc.signed",
    Stage.RESOLVE,
    Outcome.MET,
    "ISO/IEC 18013-5, 9.3.1",
    "The document was signed while its signer's certificate was valid.",
)
SIGNED_BEFORE: Final = Code(
    "mdoc.signed_before_certificate",
    "mdoc.signed",
    Stage.RESOLVE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, 9.3.1",
    "The document says that it was signed at {actual:time}; its signer's certificate is valid only "
    "from {expected:time}.",
    Indication.TOTAL_FAILED,
    SubIndication.NOT_YET_VALID,
)
SIGNED_AFTER: Final = Code(
    "mdoc.signed_after_certificate",
    "mdoc.signed",
    Stage.RESOLVE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, 9.3.1",
    "The document says that it was signed at {actual:time}; its signer's certificate ended at "
    "{expected:time}.",
    Indication.TOTAL_FAILED,
    SubIndication.EXPIRED,
)
SIGNER_COUNTRY: Final = Code(
    "mdoc.signer_country",
    "mdoc.country",
    Stage.RESOLVE,
    Outcome.MET,
    "ISO/IEC 18013-5, 7.2.1 and 9.3.1",
    "The signer's certificate is of the country that issued the document ({expected}).",
)
SIGNER_COUNTRY_OTHER: Final = Code(
    "mdoc.signer_country_other",
    "mdoc.country",
    Stage.RESOLVE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, 7.2.1 and 9.3.1",
    "The document names {expected} as the country that issued it; its signer's certificate names "
    "{actual}.",
    Indication.TOTAL_FAILED,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
)
DEVICE_KEY: Final = _fault(
    "mdoc.device_key",
    "ISO/IEC 18013-5, 9.1.2.4",
    "The device's key is missing or cannot be used ({actual}).",
)
DEVICE_SIGNED: Final = _fault(
    "mdoc.device_signed",
    "ISO/IEC 18013-5, 9.1.3.4",
    "The device's part is malformed: {actual}.",
)
DEVICE_UNAUTHORISED: Final = Code(
    "mdoc.device_unauthorised",
    "mdoc.key_authorization",
    Stage.PARSE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, 9.1.2.4",
    "The device signed an element that the issuer does not let it sign ({actual}).",
    Indication.TOTAL_FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
DEVICE_MAC: Final = Code(
    "mdoc.device_mac",
    "holder.expectation",
    Stage.AUTHENTICATE,
    Outcome.UNKNOWN,
    "ISO/IEC 18013-5, 9.1.3.5",
    "The device authenticated itself with a MAC, which only the reader of that session can check: "
    "the request does not give the reader's key.",
    Indication.INDETERMINATE,
    SubIndication.GENERIC,
)
DEVICE_MAC_CURVE: Final = Code(
    "mdoc.device_mac_curve",
    "holder.expectation",
    Stage.AUTHENTICATE,
    Outcome.UNKNOWN,
    "ISO/IEC 18013-5, 9.1.3.5",
    "The device's MAC rests on a key on {actual}; here keys are agreed on {expected} alone.",
    Indication.INDETERMINATE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
)
TRANSCRIPT_MISSING: Final = Code(
    "mdoc.transcript_missing",
    "holder.expectation",
    Stage.AUTHENTICATE,
    Outcome.UNKNOWN,
    "ISO/IEC 18013-5, 9.1.3.4 and 9.1.3.5",
    "The device authenticated itself in a session whose transcript the request does not give.",
    Indication.INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
KEY_USAGE_FITS: Final = Code(
    "mdoc.key_usage_fits",
    "mdoc.key_usage",
    Stage.RESOLVE,
    Outcome.MET,
    "ISO/IEC 18013-5, B.1.4",
    "The signer's certificate is one for documents of this type.",
)
KEY_USAGE_UNFIT: Final = Code(
    "mdoc.key_usage_unfit",
    "mdoc.key_usage",
    Stage.RESOLVE,
    Outcome.NOT_MET,
    "ISO/IEC 18013-5, B.1.4",
    "The signer's certificate is not one for documents of this type: it lacks {expected}.",
    Indication.TOTAL_FAILED,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
)
