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
