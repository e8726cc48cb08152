"""Codes of XML: the strict codec, enveloped signatures, and lists in the XML of TS 119 612."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication


def _codec(name: str, citation: str, text: str) -> Code:
    return Code(
        f"xml.{name}",
        "xml",
        Stage.PARSE,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.TOTAL_FAILED,
        SubIndication.FORMAT_FAILURE,
    )


def _signature(
    name: str,
    citation: str,
    text: str,
    sub_indication: SubIndication = SubIndication.FORMAT_FAILURE,
) -> Code:
    return Code(
        f"xmldsig.{name}",
        "xmldsig",
        Stage.AUTHENTICATE,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.TOTAL_FAILED,
        sub_indication,
    )


def _list(name: str, citation: str, text: str) -> Code:
    return Code(
        f"list612.{name}",
        "list612",
        Stage.ACCEPT,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )


def _note(name: str, citation: str, text: str) -> Code:
    return Code(f"list612.{name}", "list612", Stage.ACCEPT, Outcome.MET, citation, text)


# --- codec ---------------------------------------------------------------------------------------
SYNTAX: Final = _codec("syntax", "XML 1.0, 2.1", "The text is not well-formed XML ({actual}).")
ENCODING: Final = _codec(
    "encoding", "XML 1.0, 4.3.3; TS 119 612, 5.1.2", "The XML is not in UTF-8."
)
TOO_LARGE: Final = _codec(
    "too_large", "defa_trust limit", "The XML has {actual} bytes; at most {expected} are read."
)
TOO_DEEP: Final = _codec(
    "too_deep", "defa_trust limit", "The XML is nested deeper than {expected} elements."
)
TOO_MANY: Final = _codec(
    "too_many", "defa_trust limit", "The XML has over {expected} tags, attributes or prefixes."
)
DOCTYPE: Final = _codec(
    "doctype",
    "XML 1.0, 2.8; XML Signature 1.1, 8.1",
    "The XML has a document type declaration; entities and defaults from there are never read.",
)

# --- enveloped signatures ------------------------------------------------------------------------
UNSIGNED: Final = _signature(
    "unsigned", "TS 119 612, 5.7.1", "The document carries no enveloped signature."
)
SIGNATURE_COUNT: Final = _signature(
    "signature_count",
    "TS 119 612, 5.7.1",
    "The document holds {actual} signature elements; exactly one is read.",
)
SIGNATURE_PLACE: Final = _signature(
    "signature_place",
    "TS 119 612, 5.7.1",
    "The signature is not the last child of the document's root.",
)
STRUCTURE: Final = _signature(
    "structure",
    "XML Signature 1.1, 4; EN 319 132-1, 4.3",
    "The signature is not built as an enveloped XAdES signature is ({actual}).",
)
REFERENCE: Final = _signature(
    "reference",
    "TS 119 612, 5.7.1",
    "A signed reference is neither to the whole document nor to the signed properties ({actual}).",
)
TRANSFORM: Final = _signature(
    "transform",
    "TS 119 612, 5.7.1; XML Signature 1.1, 8.1.2",
    "A reference has transforms beyond enveloped signature and canonicalisation ({actual}).",
)
CANONICALISATION: Final = _signature(
    "canonicalisation",
    "TS 119 612, 5.7.1",
    "The canonicalisation method is not one that is read ({actual}).",
)
ALGORITHM: Final = _signature(
    "algorithm",
    "RFC 9231, 2.3",
    "The signature method is not one that is read ({actual}).",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
)
DIGEST_METHOD: Final = _signature(
    "digest_method",
    "RFC 9231, 2.1",
    "The digest method is not one that is read ({actual}).",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
)
SIGNER_NOT_PINNED: Final = _signature(
    "signer_not_pinned",
    "TS 119 615, 4.3",
    "The certificate beside the signature is not among the pinned signers.",
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
SIGNING_CERTIFICATE: Final = _signature(
    "signing_certificate",
    "EN 319 132-1, 5.2.2",
    "The signed properties name another certificate than that of the signer.",
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
DIGEST: Final = _signature(
    "digest_mismatch",
    "XML Signature 1.1, 3.2.1",
    "What the signature covers was changed: the digest of {actual} differs.",
    SubIndication.HASH_FAILURE,
)
SIGNATURE: Final = _signature(
    "signature_invalid",
    "XML Signature 1.1, 3.2.2",
    "The signature does not verify with the pinned signer's key.",
    SubIndication.SIG_CRYPTO_FAILURE,
)

# --- lists ---------------------------------------------------------------------------------------
NOT_A_LIST: Final = _list(
    "not_a_list",
    "TS 119 612, 5.2",
    "The document is no trusted list of TS 119 612 ({actual}).",
)
VERSION: Final = _list(
    "version",
    "TS 119 612, 5.3.1",
    "The list is of version {actual}; read are {expected}.",
)
MISSING: Final = _list("missing", "TS 119 612, 5", "{expected} is missing in {actual}.")
VALUE: Final = _list("value", "TS 119 612, 5", "The value is not {expected}.")
UNEXPECTED: Final = _list(
    "unexpected", "TS 119 612, 5", "An element stands where none of its kind may ({actual})."
)
EXTENSION_CRITICAL: Final = _list(
    "extension_critical",
    "TS 119 612, 5.3.17 and 5.5.9",
    "A critical extension is not understood ({actual}), so the list is refused.",
)
HISTORY_ORDER: Final = _list(
    "history_order",
    "TS 119 615, 4.5.4; TS 119 612, 5.5.10",
    "The history of a service is not strictly descending in time ({actual}).",
)
TERRITORY: Final = _list(
    "territory",
    "TS 119 612, 5.3.10",
    "The list is of {actual}; its pin is for {expected}.",
)
PIVOT: Final = _list(
    "pivot",
    "TS 119 615, 4.1.4",
    "The pivots do not lead from the known signers to the list of lists ({actual}).",
)
CONVERSION: Final = _list(
    "conversion",
    "TS 119 602, annex A",
    "The list cannot be written in the other binding ({actual}).",
)
IDENTITIES_UNREAD: Final = _note(
    "identities_unread",
    "TS 119 612, 5.5.3",
    "{actual} certificates or keys of listed services cannot be read; they anchor nothing.",
)
STATUSES_UNKNOWN: Final = _note(
    "statuses_unknown",
    "TS 119 612, 5.5.4; TS 119 615, 4.4 and 4.5.4",
    "Of {actual} services the status at some time is unknown; nothing verifies with them then.",
)
POINTERS_PASSED_OVER: Final = _note(
    "pointers_passed_over",
    "TS 119 612, 5.3.13",
    "{actual} pointers lead to no XML list of a state whose lists are read here.",
)
