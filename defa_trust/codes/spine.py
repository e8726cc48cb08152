"""Codes of the spine's own stages: parse, authenticate, time, conclude."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_MET = Outcome.MET
_NOT = Outcome.NOT_MET
_UNKNOWN = Outcome.UNKNOWN
_FAILED = Indication.TOTAL_FAILED
_INDETERMINATE = Indication.INDETERMINATE

# --- parse -----------------------------------------------------------------------------------
FORMAT_UNKNOWN: Final = Code(
    "input.format_unknown",
    "input.format",
    Stage.PARSE,
    _NOT,
    "EN 319 102-1, 5.2.2",
    "The bytes are of no format this verifier knows.",
    _FAILED,
    SubIndication.FORMAT_FAILURE,
)
INPUT_TOO_LARGE: Final = Code(
    "input.too_large",
    "input.size",
    Stage.PARSE,
    _NOT,
    "defa_trust limit MAX_INPUT_BYTES",
    "The input has {actual} bytes; at most {expected} are read.",
    _FAILED,
    SubIndication.FORMAT_FAILURE,
)
INPUT_NOT_TEXT: Final = Code(
    "input.not_text",
    "input.format",
    Stage.PARSE,
    _NOT,
    "EN 319 102-1, 5.2.2",
    "The text holds characters that no credential can hold.",
    _FAILED,
    SubIndication.FORMAT_FAILURE,
)

# --- authenticate ------------------------------------------------------------------------------
DIGESTS_MATCH: Final = Code(
    "digest.all_match",
    "digest.match",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 9901, 7.1; EN 319 102-1, 5.2.7",
    "All {actual} digests match.",
)
DIGEST_MISMATCH: Final = Code(
    "digest.mismatch",
    "digest.match",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 7.1; EN 319 102-1, 5.2.7",
    "The digest of {actual} is not among those signed.",
    _FAILED,
    SubIndication.HASH_FAILURE,
)
HOLDER_PROVED: Final = Code(
    "holder.proved",
    "holder.binding",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 9901, 7.3",
    "The presenter proved possession of the key the issuer named.",
)
HOLDER_NOT_ASKED: Final = Code(
    "holder.absent_as_asked",
    "holder.binding",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 9901, 7.3",
    "No proof of possession is there, as the request allows ({expected}).",
)
HOLDER_UNPROVED: Final = Code(
    "holder.bound_but_unproved",
    "holder.binding",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 9901, 7.3 and 9.5",
    "The issuer bound the credential to a key and nobody proved to hold it: whoever has a copy can "
    "present it so. The request allows that ({expected}).",
)
HOLDER_MISSING: Final = Code(
    "holder.proof_missing",
    "holder.binding",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 7.3",
    "The request demands a proof of possession; the message has none.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
HOLDER_UNWANTED: Final = Code(
    "holder.proof_unwanted",
    "holder.binding",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 7.3",
    "The request refuses a proof of possession; the message has one.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
HOLDER_AUDIENCE: Final = Code(
    "holder.audience_mismatch",
    "holder.audience",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 4.3 and 7.3",
    "The proof was made for {actual}, not for {expected}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
HOLDER_NONCE: Final = Code(
    "holder.nonce_mismatch",
    "holder.nonce",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 4.3 and 7.3",
    "The proof does not carry the nonce of this request.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
HOLDER_EXPECTATION_MISSING: Final = Code(
    "holder.expectation_missing",
    "holder.expectation",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "RFC 9901, 7.3",
    "A proof of possession is there, but the request does not say which {actual} it must carry.",
    _INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
HOLDER_PROOF_RECENT: Final = Code(
    "holder.proof_recent",
    "holder.age",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 9901, 7.3 and 9.7",
    "The proof was made within the time allowed.",
)
HOLDER_PROOF_OLD: Final = Code(
    "holder.proof_too_old",
    "holder.age",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 7.3",
    "The proof was made at {actual:time}; it had to be used before {expected:time}.",
    _FAILED,
    SubIndication.EXPIRED,
)
HOLDER_PROOF_FUTURE: Final = Code(
    "holder.proof_from_the_future",
    "holder.age",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 9901, 7.3",
    "The proof says it was made at {actual:time}, which is still to come.",
    _FAILED,
    SubIndication.NOT_YET_VALID,
)
AUDIENCE_NAMED: Final = Code(
    "audience.named",
    "audience",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 7519, 4.1.3",
    "The credential is addressed to this verifier.",
)
AUDIENCE_MISMATCH: Final = Code(
    "audience.mismatch",
    "audience",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 7519, 4.1.3",
    "The credential is addressed to others; this verifier is {expected}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)

# --- time --------------------------------------------------------------------------------------
NOT_EXPIRED: Final = Code(
    "time.not_expired",
    "time.expiry",
    Stage.TIME,
    _MET,
    "RFC 7519, 4.1.4; RFC 8392, 3.1.4",
    "The credential expires at {expected:time}.",
)
NO_EXPIRY: Final = Code(
    "time.no_expiry",
    "time.expiry",
    Stage.TIME,
    _MET,
    "RFC 7519, 4.1.4",
    "The credential states no expiry.",
)
EXPIRED: Final = Code(
    "time.expired",
    "time.expiry",
    Stage.TIME,
    _NOT,
    "RFC 7519, 4.1.4; RFC 8392, 3.1.4",
    "The credential expired at {expected:time}.",
    _FAILED,
    SubIndication.EXPIRED,
)
BEGUN: Final = Code(
    "time.begun",
    "time.not_before",
    Stage.TIME,
    _MET,
    "RFC 7519, 4.1.5",
    "The credential is valid from {expected:time}.",
)
NOT_YET_VALID: Final = Code(
    "time.not_yet_valid",
    "time.not_before",
    Stage.TIME,
    _NOT,
    "RFC 7519, 4.1.5; RFC 8392, 3.1.5",
    "The credential is valid only from {expected:time}.",
    _FAILED,
    SubIndication.NOT_YET_VALID,
)
ISSUED_IN_THE_FUTURE: Final = Code(
    "time.issued_in_the_future",
    "time.issued_at",
    Stage.TIME,
    _NOT,
    "RFC 7519, 4.1.6",
    "The credential says it was issued at {expected:time}, which is still to come.",
    _FAILED,
    SubIndication.NOT_YET_VALID,
)
ISSUED: Final = Code(
    "time.issued",
    "time.issued_at",
    Stage.TIME,
    _MET,
    "RFC 7519, 4.1.6",
    "The credential says it was issued at {expected:time}.",
)

# --- conclude ----------------------------------------------------------------------------------
CHECK_MISSING: Final = Code(
    "conclude.check_missing",
    "conclude.complete",
    Stage.CONCLUDE,
    _UNKNOWN,
    "EN 319 102-1, 5.1.3",
    "The check {actual} was not made, so nothing passes.",
    _INDETERMINATE,
    SubIndication.GENERIC,
)
