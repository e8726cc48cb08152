"""Codes of COSE_Sign1, CWT and the HCERT container."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _tolerated(id: str, citation: str, text: str) -> Code:
    return Code(id, id, Stage.PARSE, Outcome.MET, citation, text)


# --- COSE_Sign1 --------------------------------------------------------------------------------
COSE_STRUCTURE: Final = _fault(
    "cose.structure", "RFC 9052, 4.2", "The message is not a COSE_Sign1: {expected} is expected."
)
COSE_TAG: Final = _fault(
    "cose.tag",
    "RFC 9052, 2 and 4.2; RFC 8392, 6",
    "The message carries the tags {actual}; allowed are none, 18, or 61 around 18.",
)
COSE_HEADER_LABEL: Final = _fault(
    "cose.header_label",
    "RFC 9052, 1.5 and 3",
    "A header label is neither an integer nor text.",
)
COSE_DUPLICATE_LABEL: Final = _fault(
    "cose.duplicate_label",
    "RFC 9052, 3",
    "The header parameter {actual} is both protected and unprotected.",
)
COSE_ALG_MISSING: Final = _fault(
    "cose.alg_missing", "RFC 9052, 3.1", "The protected header names no algorithm."
)
COSE_ALG_UNPROTECTED: Final = _fault(
    "cose.alg_unprotected",
    "RFC 9052, 3.1",
    "The algorithm is named in the unprotected header only, where anybody can change it.",
)
COSE_CRIT: Final = _fault(
    "cose.crit",
    "RFC 9052, 3.1",
    "The `crit` header parameter is malformed: {expected} is expected.",
)
COSE_CRIT_UNKNOWN: Final = _fault(
    "cose.crit_unknown",
    "RFC 9052, 3.1",
    "The message demands that header parameter {actual} be understood; it is not.",
)
COSE_KID: Final = _fault(
    "cose.kid",
    "RFC 9052, 3.1",
    "The key identifier is not a byte string of 1 to {expected} bytes.",
)
COSE_CERTIFICATE_HINT: Final = _fault(
    "cose.certificate_hint",
    "RFC 9360, 2",
    "The header parameter {actual} is malformed, or disagrees with another about the certificate.",
)
COSE_DETACHED: Final = _fault(
    "cose.detached_payload",
    "RFC 9052, 4.1 and 4.2",
    "The payload is not in the message, and none was handed in with it.",
)
COSE_ATTACHED: Final = _fault(
    "cose.attached_payload",
    "RFC 9052, 4.1 and 4.2",
    "The message carries a payload where a detached one is expected.",
)
COSE_KID_TWICE: Final = _tolerated(
    "cose.kid_twice",
    "RFC 9052, 3; Decision (EU) 2021/1073, annex I, 3.2.3",
    "The key identifier is in both headers; the protected one counts.",
)
COSE_KID_DISAGREES: Final = _tolerated(
    "cose.kid_disagrees",
    "RFC 9052, 3; Decision (EU) 2021/1073, annex I, 3.2.3",
    "The unprotected key identifier differs from the protected one and is ignored.",
)
CBOR_TOLERATED: Final = _tolerated(
    "cose.encoding_tolerated",
    "RFC 8949, 4.2.1",
    "The message is not in deterministic CBOR ({actual}); its original bytes are what is checked.",
)

# --- CWT ---------------------------------------------------------------------------------------
CWT_NOT_A_MAP: Final = _fault(
    "cwt.not_a_map", "RFC 8392, 7.2", "The signed payload is not a map of CWT claims."
)
CWT_CLAIM_LABEL: Final = _fault(
    "cwt.claim_label", "RFC 8392, 1.1", "A claim's label is neither an integer nor text."
)
CWT_CLAIM_NAME: Final = _fault(
    "cwt.claim_name",
    "RFC 8392, 3.1",
    "A claim is labelled with text that is a registered claim's name or number, and could hide it.",
)
CWT_ISSUER: Final = _fault(
    "cwt.issuer",
    "RFC 8392, 3.1.1",
    "The issuer (claim 1) is not text of 1 to {expected} printable characters.",
)
CWT_AUDIENCE: Final = _fault(
    "cwt.audience", "RFC 8392, 3.1.3", "The audience (claim 3) is not text or a list of texts."
)
CWT_DATE: Final = _fault(
    "cwt.date",
    "RFC 8392, 2; RFC 7519, 2",
    "The claim {actual} is not a number of seconds between 0 and {expected}.",
)
CWT_STATUS: Final = _fault(
    "cwt.status",
    "draft-ietf-oauth-status-list, 6.3",
    "The status claim (65535) is not one this verifier can follow.",
)
CWT_DATE_FRACTION: Final = _tolerated(
    "cwt.date_fraction",
    "RFC 8392, 2; Decision (EU) 2021/1073, annex I, 3.2.5 and 3.2.6",
    "The claims {actual} are floating-point; they were narrowed to whole seconds.",
)

# --- HCERT -------------------------------------------------------------------------------------
HCERT_PREFIX: Final = _fault(
    "hcert.prefix",
    "Decision (EU) 2021/1073, annex I, 5.2.2",
    "The text does not begin with the context identifier {expected}.",
)
HCERT_CONTEXT: Final = _fault(
    "hcert.context",
    "Decision (EU) 2021/1073, annex I, 5.2.2",
    "The context {actual} is not supported; only {expected} is.",
)
HCERT_TOO_LONG: Final = _fault(
    "hcert.too_long",
    "ISO/IEC 18004, table 7",
    "The text has {actual} characters; a QR code carries at most {expected}.",
)
HCERT_NOT_COMPRESSED: Final = _fault(
    "hcert.not_compressed",
    "Decision (EU) 2021/1073, annex I, 5.2.1; RFC 1950, 2.2",
    "The message is not compressed; only the profile {expected} allows that.",
)
HCERT_CLAIM: Final = _fault(
    "hcert.claim",
    "Decision (EU) 2021/1073, annex I, 3.2.7",
    "The health certificate claim (-260) is missing or malformed: {expected} is expected.",
)
HCERT_GROUP: Final = _fault(
    "hcert.group",
    "EU DCC JSON schema 1.3.0, oneOf",
    "The certificate must hold exactly one of {expected}; it holds {actual}.",
)

# --- the signer's certificate ------------------------------------------------------------------
KEY_USAGE_FITS: Final = Code(
    "hcert.key_usage_fits",
    "hcert.key_usage",
    Stage.RESOLVE,
    Outcome.MET,
    "Decision (EU) 2021/1073, annex IV; RFC 5280, 4.2.1.12",
    "The signer's certificate may sign {actual}.",
)
KEY_USAGE_UNFIT: Final = Code(
    "hcert.key_usage_unfit",
    "hcert.key_usage",
    Stage.RESOLVE,
    Outcome.NOT_MET,
    "Decision (EU) 2021/1073, annex IV; RFC 5280, 4.2.1.12",
    "The signer's certificate may sign {expected}, not {actual}.",
    Indication.TOTAL_FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
