"""Codes of XML signatures over documents: XML Signature 1.1 and XAdES."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_XMLDSIG = "XML Signature 1.1"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, "xades.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unchecked(id: str, citation: str, text: str, sub: SubIndication) -> Code:
    return Code(
        id,
        "xades.form",
        Stage.PARSE,
        Outcome.UNKNOWN,
        citation,
        text,
        Indication.INDETERMINATE,
        sub,
    )


NO_SIGNATURE: Final = _fault(
    "xades.no_signature", f"{_XMLDSIG}, 4.1", "The XML document holds no signature."
)
STRUCTURE: Final = _fault(
    "xades.structure", f"{_XMLDSIG}, 4", "The signature is not built as one is: {actual}."
)
PROPERTIES: Final = _fault(
    "xades.properties",
    "EN 319 132-1, 4.3 and 5.2",
    "The signed properties are not built as they are: {actual}.",
)
TOO_MANY: Final = _fault(
    "xades.too_many", "defa_trust limit", "The signature has more than {expected} {actual}."
)
ID_REPEATED: Final = _fault(
    "xades.id_repeated",
    f"{_XMLDSIG}, 4.4.3.2; XML 1.0, 3.3.1",
    "What is signed is named by an identifier that {actual} elements of the document have.",
)
NOTHING_SIGNED: Final = _fault(
    "xades.nothing_signed",
    "EN 319 132-1, 4.2; XML Signature 1.1, 4.4",
    "The signature covers nothing but its own properties.",
)
REFERENCE_NOWHERE: Final = _unchecked(
    "xades.reference_nowhere",
    f"{_XMLDSIG}, 4.4.3.2; EN 319 102-1, 5.2.7",
    "What is signed is named by an identifier that no element of the document has.",
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
REFERENCE: Final = _unchecked(
    "xades.reference",
    f"{_XMLDSIG}, 4.4.3.2",
    "What is signed is named in a way that is not read here ({actual}).",
    SubIndication.GENERIC,
)
TRANSFORM: Final = _unchecked(
    "xades.transform",
    f"{_XMLDSIG}, 6.6 and 8.1.2",
    "What is signed goes through a transform that is not run here ({actual}).",
    SubIndication.GENERIC,
)
CANONICALISATION: Final = _unchecked(
    "xades.canonicalisation",
    f"{_XMLDSIG}, 6.5",
    "The canonicalisation method is not one that is read ({actual}).",
    SubIndication.GENERIC,
)
EXTRA_MISSING: Final = _unchecked(
    "xades.extra_missing",
    "defa_trust, optional packages",
    "XML could not be read here: pip install 'defa-trust[{actual}]'.",
    SubIndication.GENERIC,
)
DIGEST_WEAK: Final = Code(
    "xades.digest_weak",
    "crypto.digest",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "EN 319 102-1, 5.2.8; ETSI TS 119 312",
    "The {expected} was made with {actual}, on which no signature counts.",
    Indication.INDETERMINATE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)

# --- what of the document is signed --------------------------------------------------------------
WHOLE: Final = Code(
    "xades.whole",
    "xades.coverage",
    Stage.PARSE,
    Outcome.MET,
    "EN 319 102-1, 5.2.7; XML Signature 1.1, 8.1.1",
    "The signature covers everything in the document but signatures.",
)
PARTIAL: Final = Code(
    "xades.partial",
    "xades.coverage",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "XML Signature 1.1, 8.1.1",
    "The signature covers only a part of the document ({actual}); what stands around it could have "
    "been written by anybody.",
    Indication.INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
PARTIAL_ALLOWED: Final = Code(
    "xades.partial_allowed",
    "xades.coverage",
    Stage.PARSE,
    Outcome.MET,
    "XML Signature 1.1, 8.1.1; request profile xml-part",
    "The signature covers only a part of the document ({actual}); the request reads that part.",
)
