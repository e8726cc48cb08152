"""Codes of revocation: CRLs and OCSP responses, and what they say of the certificates of a path."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_LATER = (Indication.INDETERMINATE, SubIndication.TRY_LATER)
_STATUS = "revocation.status"


def _unreadable(id: str, citation: str, text: str) -> Code:
    return Code(
        id, f"{id.partition('.')[0]}.form", Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT
    )


def _unused(
    id: str,
    citation: str,
    text: str,
    sub_indication: SubIndication = SubIndication.TRY_LATER,
) -> Code:
    """Evidence that was there and could not serve. Never an answer about the certificate."""
    return Code(
        id,
        _STATUS,
        Stage.STATUS,
        Outcome.UNKNOWN,
        citation,
        text,
        Indication.INDETERMINATE,
        sub_indication,
    )


# --- reading -------------------------------------------------------------------------------------
CRL_MALFORMED: Final = _unreadable(
    "crl.malformed", "RFC 5280, 5.1; ITU-T X.690", "A CRL cannot be read ({actual})."
)
CRL_TOO_LARGE: Final = _unreadable(
    "crl.too_large",
    "defa_trust limit MAX_CRL_BYTES",
    "A CRL has {actual} bytes; at most {expected} are read.",
)
CRL_ENTRY: Final = _unreadable(
    "crl.entry", "RFC 5280, 5.1.2.6 and 5.3", "An entry of a CRL cannot be read ({actual})."
)
CRL_CRITICAL: Final = _unreadable(
    "crl.critical_extension",
    "RFC 5280, 5.2 and 5.3",
    "A CRL or one of its entries has the critical extension {actual}, which nobody here processes.",
)
OCSP_MALFORMED: Final = _unreadable(
    "ocsp.malformed", "RFC 6960, 4.2.1; ITU-T X.690", "An OCSP response cannot be read ({actual})."
)
OCSP_TOO_LARGE: Final = _unreadable(
    "ocsp.too_large",
    "defa_trust limit MAX_OCSP_BYTES",
    "An OCSP response has {actual} bytes; at most {expected} are read.",
)
OCSP_ERROR: Final = _unreadable(
    "ocsp.error_status",
    "RFC 6960, 2.3 and 4.2.1",
    "The OCSP responder answered with an error ({actual}), which says nothing of a certificate.",
)
OCSP_TYPE: Final = _unreadable(
    "ocsp.response_type",
    "RFC 6960, 4.2.1",
    "The OCSP response is of type {actual}, not a basic response.",
)
OCSP_CRITICAL: Final = _unreadable(
    "ocsp.critical_extension",
    "RFC 6960, 4.4",
    "An OCSP response has the critical extension {actual}, which nobody here processes.",
)

# --- what was established ------------------------------------------------------------------------
GOOD: Final = Code(
    "revocation.good",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "RFC 5280, 6.3.3; RFC 6960, 2.2",
    "As of {actual:time} the certificate is not revoked; this serves until {expected:time}.",
)
GOOD_THEN: Final = Code(
    "revocation.good_at_the_time",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "EN 319 102-1, 5.2.5 and 5.6.2.2; policy RevocationPolicy.past",
    "The certificate was not revoked at {expected:time}, as information of {actual:time} says.",
)
LISTED: Final = Code(
    "revocation.listed",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "RFC 5280, 6.1",
    "The certificate is itself a trust anchor: whether it stands, its list says.",
)
REVOKED_LATER: Final = Code(
    "revocation.revoked_later",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "EN 319 102-1, 5.5 and 5.6.2.2",
    "The certificate was revoked at {actual:time}, after the time that counts ({expected:time}).",
)
NONE_OFFERED: Final = Code(
    "revocation.none_offered",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "RFC 9608, 2 and 4",
    "The certificate's issuer says in it that no revocation information will ever be published.",
)
NOT_REQUIRED: Final = Code(
    "revocation.not_required",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "policy RevocationPolicy.required",
    "The policy asks for no revocation check of this certificate, and nothing says it is revoked.",
)
NOT_CHECKED_ALLOWED: Final = Code(
    "revocation.not_checked_allowed",
    _STATUS,
    Stage.STATUS,
    Outcome.MET,
    "EN 319 102-1, 5.2.6; policy RevocationPolicy.unchecked",
    "The certificate's revocation status could not be checked ({actual}); the policy only reports "
    "this.",
)
PATH_CHECKED: Final = Code(
    "revocation.path_checked",
    "revocation.path",
    Stage.STATUS,
    Outcome.MET,
    "RFC 5280, 6.1.3 (a)(3)",
    "Every certificate of the path ({actual}) has an answer about its revocation.",
)

# --- revoked -------------------------------------------------------------------------------------
REVOKED: Final = Code(
    "revocation.revoked",
    _STATUS,
    Stage.STATUS,
    Outcome.NOT_MET,
    "RFC 5280, 6.3.3; EN 319 102-1, 5.2.6",
    "The certificate is revoked since {expected:time} ({actual}), and nothing proves that the "
    "object is older.",
    Indication.INDETERMINATE,
    SubIndication.REVOKED_NO_POE,
)
REVOKED_CA: Final = Code(
    "revocation.revoked_ca",
    _STATUS,
    Stage.STATUS,
    Outcome.NOT_MET,
    "RFC 5280, 6.3.3; EN 319 102-1, 5.2.6",
    "A certificate authority on the path is revoked since {expected:time} ({actual}), and nothing "
    "proves that the object is older.",
    Indication.INDETERMINATE,
    SubIndication.REVOKED_CA_NO_POE,
)
REVOKED_BEFORE: Final = Code(
    "revocation.revoked_before_use",
    _STATUS,
    Stage.STATUS,
    Outcome.NOT_MET,
    "EN 319 102-1, 5.3.4",
    "The certificate is revoked since {expected:time} ({actual}), and the object is proved to be "
    "younger.",
    Indication.TOTAL_FAILED,
    SubIndication.REVOKED,
)
ON_HOLD: Final = Code(
    "revocation.on_hold",
    _STATUS,
    Stage.STATUS,
    Outcome.UNKNOWN,
    "RFC 5280, 5.3.1; EN 319 102-1, 5.2.6",
    "The certificate is suspended since {expected:time}.",
    *_LATER,
)

# --- could not be checked ------------------------------------------------------------------------
UNKNOWN: Final = _unused(
    "revocation.unknown",
    "RFC 6960, 2.2",
    "The OCSP responder does not know the certificate.",
)
MISSING: Final = _unused(
    "revocation.missing",
    "EN 319 102-1, 5.2.6",
    "No revocation information about the certificate is here: it is neither revoked nor good.",
)
UNREADABLE: Final = _unused(
    "revocation.unreadable",
    "RFC 5280, 5; RFC 6960, 4.2",
    "Revocation information that was supplied cannot be read ({actual}).",
)
STALE: Final = _unused(
    "revocation.stale",
    "RFC 5280, 5.1.2.5; RFC 6960, 4.2.2.1; EN 319 102-1, 5.2.5",
    "The revocation information was issued at {actual:time} and served until {expected:time}.",
)
NOT_YET_VALID: Final = _unused(
    "revocation.not_yet_valid",
    "RFC 5280, 6.3.3 (a); RFC 6960, 4.2.2.1",
    "The revocation information says it was issued at {actual:time}, which is still to come.",
)
BEFORE_CONTROL: Final = _unused(
    "revocation.older_than_object",
    "EN 319 102-1, 5.2.5; policy RevocationPolicy.past",
    "The revocation information of {actual:time} is older than the object ({expected:time}) and "
    "served only until then.",
)
EXPIRED_NOT_COVERED: Final = _unused(
    "revocation.expired_not_covered",
    "EN 319 102-1, 5.2.6; RFC 6960, 4.4.4; ITU-T X.509, 9.5.2.6",
    "The certificate expired at {expected:time}; revocation information of {actual:time} need not "
    "speak of it any more.",
    SubIndication.OUT_OF_BOUNDS_NO_POE,
)
OUT_OF_BOUNDS: Final = _unused(
    "revocation.issuer_out_of_bounds",
    "EN 319 102-1, 5.2.6",
    "The certificate behind the revocation information of {actual:time} is not valid at the time "
    "at which this is known to exist.",
    SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE,
)
SIGNATURE_INVALID: Final = _unused(
    "revocation.signature_invalid",
    "RFC 5280, 6.3.3 (g) and (h); RFC 6960, 3.2",
    "The signature of the revocation information does not verify with its issuer's key.",
)
ALGORITHM: Final = _unused(
    "revocation.algorithm",
    "EN 319 102-1, 5.2.8",
    "The revocation information is signed with {actual}, which does not count.",
    SubIndication.CRYPTO_CONSTRAINTS_FAILURE,
)
ISSUER_NOT_FOUND: Final = _unused(
    "revocation.issuer_not_found",
    "RFC 5280, 6.3.3 (f); RFC 6960, 4.2.2.2",
    "No certificate of whoever signed the revocation information is here.",
)
ISSUER_UNAUTHORISED: Final = _unused(
    "revocation.issuer_unauthorised",
    "RFC 5280, 6.3.3 (f); RFC 6960, 4.2.2.2",
    "Whoever signed the revocation information may not speak of this certificate ({actual}).",
)
ISSUER_UNTRUSTED: Final = _unused(
    "revocation.issuer_untrusted",
    "RFC 5280, 6.3.3 (f)",
    "No path leads from the signer of the revocation information to the same trust anchor.",
)
ISSUER_REVOKED: Final = _unused(
    "revocation.issuer_revoked",
    "RFC 5280, 6.3.3 (f); RFC 6960, 4.2.2.2.1; EN 319 102-1, 5.6.2.2",
    "The certificate behind the revocation information is itself revoked since {expected:time}.",
)
ISSUER_UNCHECKED: Final = _unused(
    "revocation.issuer_unchecked",
    "RFC 5280, 6.3.3 (f); RFC 6960, 4.2.2.2.1",
    "Whether the certificate behind the revocation information is revoked could not be checked.",
)
OTHER_ISSUER: Final = _unused(
    "revocation.other_issuer",
    "RFC 5280, 6.3.3 (b)(1); RFC 6960, 4.1.1",
    "The revocation information names the serial number under another issuer.",
)
OUT_OF_SCOPE: Final = _unused(
    "revocation.out_of_scope",
    "RFC 5280, 6.3.3 (b)(2)",
    "The CRL does not speak of this certificate ({actual}).",
)
REASONS_INCOMPLETE: Final = _unused(
    "revocation.reasons_incomplete",
    "RFC 5280, 6.3.3",
    "The CRLs do not cover all reasons of revocation; missing: {actual}.",
)
DELTA_WITHOUT_BASE: Final = _unused(
    "revocation.delta_without_base",
    "RFC 5280, 5.2.4 and 6.3.3 (c)",
    "A delta CRL is here, and no complete CRL that it continues.",
)
BUDGET: Final = _unused(
    "revocation.budget",
    "defa_trust limits of revocation",
    "There is more evidence than is looked at, and the rest might say that it is revoked.",
)
