"""Codes that all families of electronic signatures share."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_MET = Outcome.MET
_NOT = Outcome.NOT_MET
_UNKNOWN = Outcome.UNKNOWN
_FAILED = Indication.TOTAL_FAILED
_INDETERMINATE = Indication.INDETERMINATE

# --- what is signed ----------------------------------------------------------------------------
CONTENT_INTACT: Final = Code(
    "signature.content_intact",
    "digest.match",
    Stage.AUTHENTICATE,
    _MET,
    "EN 319 102-1, 5.2.7; RFC 5652, 5.4",
    "What was signed is intact ({actual}).",
)
CONTENT_CHANGED: Final = Code(
    "signature.content_changed",
    "digest.match",
    Stage.AUTHENTICATE,
    _NOT,
    "EN 319 102-1, 5.2.7; RFC 5652, 5.6",
    "The digest of {actual} is not the one that was signed.",
    _FAILED,
    SubIndication.HASH_FAILURE,
)
CONTENT_MISSING: Final = Code(
    "signature.content_missing",
    "digest.match",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.7",
    "The signature is detached and the {actual} was not given.",
    _INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
CONTENT_AMBIGUOUS: Final = Code(
    "signature.content_ambiguous",
    "digest.match",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.7",
    "The signature is detached and {actual} different contents were given.",
    _INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
CONTENT_DIGEST_MISSING: Final = Code(
    "signature.content_digest_missing",
    "digest.match",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.7",
    "The content was given by its digests, but not by {expected}, which the signature uses.",
    _INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
CONTENT_OTHER: Final = Code(
    "signature.content_other",
    "digest.match",
    Stage.AUTHENTICATE,
    _NOT,
    "EN 319 102-1, 5.2.7",
    "The content that was given is not the one that the signature carries.",
    _FAILED,
    SubIndication.HASH_FAILURE,
)
CONTENT_UNRELATED: Final = Code(
    "signature.content_unrelated",
    "digest.match",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.7",
    "A content was given, and the signature covers none but what stands in its own file: nothing "
    "says that the two are the same.",
    _INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
CONTENT_NOT_COVERED: Final = Code(
    "signature.content_not_covered",
    "digest.match",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.7",
    "Contents were given that no signature of this file covers ({actual} of {expected}): nothing "
    "is said of them.",
    _INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)

# --- the signing certificate ----------------------------------------------------------------------
CERTIFICATE_NAMED: Final = Code(
    "signature.certificate_named",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _MET,
    "EN 319 102-1, 5.2.3; EN 319 122-1, 5.2.2",
    "The signer signed the digest ({actual}) of the certificate that was used.",
)
CERTIFICATE_NAMED_BY_SHA_1: Final = Code(
    "signature.certificate_named_by_sha_1",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 2634, 5.4.1; EN 319 122-1, 5.2.2",
    "The signer signed the SHA-1 of the certificate that was used, which picks a certificate and "
    "proves nothing of its own.",
)
CERTIFICATE_UNNAMED: Final = Code(
    "signature.certificate_unnamed",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 122-1, 5.2.2; EN 319 102-1, 5.2.8",
    "The signer did not sign which certificate is its own, so another one of the same key could "
    "stand in its place.",
    _INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
CERTIFICATE_UNNAMED_ALLOWED: Final = Code(
    "signature.certificate_unnamed_allowed",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _MET,
    "RFC 5652, 5.3; request profile cms-without-signing-certificate",
    "The signer did not sign which certificate is its own; the request allows that.",
)
CERTIFICATE_MISMATCH: Final = Code(
    "signature.certificate_mismatch",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _NOT,
    "EN 319 102-1, 5.2.3; EN 319 122-1, 5.2.2",
    "The certificate that the message names for the signer ({actual}) is not the one that the "
    "signer signed ({expected}).",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
CERTIFICATE_ABSENT: Final = Code(
    "signature.certificate_absent",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.3",
    "The signer's certificate ({expected}) is neither in the message nor among the evidence.",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
CERTIFICATE_UNREADABLE: Final = Code(
    "signature.certificate_unreadable",
    "signature.certificate",
    Stage.AUTHENTICATE,
    _NOT,
    "RFC 5280, 4.1; EN 319 102-1, 5.2.3",
    "The signer's certificate cannot be read ({actual}).",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)

# --- where it hangs ------------------------------------------------------------------------------
NO_AUTHORITY: Final = Code(
    "signature.no_authority",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 615, 4.3; EN 319 102-1, 5.2.6",
    "None of the accepted lists names an authority for a {actual}.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
OTHER_STATES: Final = Code(
    "signature.other_states",
    "resolve.territory",
    Stage.RESOLVE,
    _MET,
    "TS 119 615, 4.3",
    "Authorities of {actual} further states have the names looked for; no path leads to them.",
)
AFTER_END: Final = Code(
    "signature.after_end",
    "service.issue_time",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 612, 5.5.4; EN 319 102-1, 5.2.6",
    "The service ceased at {expected:time}; what hangs on it is of {actual:time}.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
)

# --- time ----------------------------------------------------------------------------------------
TIME_PROVEN: Final = Code(
    "signature.time_proven",
    "signature.time",
    Stage.TIME,
    _MET,
    "EN 319 102-1, 5.5.4",
    "A time-stamp proves that the signature existed at {actual:time}; that is the time at which "
    "its certificates and algorithms are judged.",
)
YOUNGER: Final = Code(
    "signature.younger",
    "signature.content_time",
    Stage.TIME,
    _MET,
    "EN 319 122-1, 5.2.8; EN 319 102-1, 5.3.4",
    "A time-stamp over the content proves that the signature was made after {actual:time}.",
)
TIMESTAMP_IGNORED: Final = Code(
    "signature.timestamp_ignored",
    "signature.timestamp",
    Stage.TIME,
    _MET,
    "EN 319 102-1, 5.5.4",
    "The {actual} proves nothing here ({expected}).",
)
TIMESTAMP_ORDER: Final = Code(
    "signature.timestamp_order",
    "signature.timestamp_order",
    Stage.TIME,
    _NOT,
    "EN 319 102-1, 5.5.4",
    "A time-stamp over the signature ({actual:time}) is older than one over the content it signs "
    "({expected:time}).",
    _INDETERMINATE,
    SubIndication.TIMESTAMP_ORDER_FAILURE,
)
EXPIRED_BEFORE: Final = Code(
    "signature.expired_before",
    "signature.certificate_time",
    Stage.TIME,
    _NOT,
    "EN 319 102-1, 5.3.4",
    "The signer's certificate ended at {expected:time}, and the signature is proved to be younger "
    "({actual:time}).",
    _FAILED,
    SubIndication.EXPIRED,
)

ALGORITHM_EXPIRED: Final = Code(
    "signature.algorithm_expired",
    "crypto.algorithm",
    Stage.AUTHENTICATE,
    _NOT,
    "EN 319 102-1, 5.2.8 and 5.5.4; ETSI TS 119 312",
    "The algorithm {actual} counted until {expected:time}, and nothing proves that the signature "
    "is older.",
    _INDETERMINATE,
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE_NO_POE,
)

# --- what it says and carries ---------------------------------------------------------------------
SIGNING_TIME: Final = Code(
    "signature.signing_time",
    "signature.stated",
    Stage.TIME,
    _MET,
    "EN 319 122-1, 5.2.1",
    "The signer says that it signed at {actual:time}; nobody confirms that.",
)
COMMITMENT: Final = Code(
    "signature.commitment",
    "signature.stated",
    Stage.CONCLUDE,
    _MET,
    "EN 319 122-1, 5.2.3",
    "The signer commits itself to {actual}.",
)
POLICY: Final = Code(
    "signature.policy",
    "signature.stated",
    Stage.CONCLUDE,
    _MET,
    "EN 319 122-1, 5.2.9",
    "The signature refers to the policy {actual} (digest {expected}), which was not processed.",
)
UNEVALUATED: Final = Code(
    "signature.unevaluated",
    "signature.unevaluated",
    Stage.CONCLUDE,
    _MET,
    "EN 319 102-1, 5.6",
    "The signature also carries {actual}; they were not evaluated.",
)
FORM: Final = Code(
    "signature.form",
    "signature.form",
    Stage.CONCLUDE,
    _MET,
    "EN 319 122-1, 6.3",
    "The signature has the parts of level {actual}.",
)
BUDGET: Final = Code(
    "signature.budget",
    "signature.budget",
    Stage.CONCLUDE,
    _UNKNOWN,
    "defa_trust limit MAX_SIGNED_OBJECTS",
    "The file holds more signatures and time-stamps than the {expected} that are judged.",
    _INDETERMINATE,
    SubIndication.GENERIC,
)
