"""Codes of certificates and of the paths they make."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _unreadable(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(id, rule, Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


# --- reading -------------------------------------------------------------------------------------
MALFORMED: Final = _unreadable(
    "certificate.malformed",
    "certificate.form",
    "RFC 5280, 4.1; ITU-T X.690",
    "A certificate cannot be read ({actual}).",
)
NAME: Final = _unreadable(
    "certificate.name",
    "certificate.form",
    "RFC 5280, 4.1.2.4",
    "A distinguished name is malformed ({actual}).",
)
EXTENSION: Final = _unreadable(
    "certificate.extension",
    "certificate.form",
    "RFC 5280, 4.2",
    "An extension is malformed ({actual}).",
)


# --- paths ---------------------------------------------------------------------------------------
# A path counts its certificates from the one that was asked about (1) to the one the anchor issued.
_NOT_FOUND = SubIndication.NO_CERTIFICATE_CHAIN_FOUND
_CHAIN = SubIndication.CHAIN_CONSTRAINTS_FAILURE
_GENERAL = SubIndication.CERTIFICATE_CHAIN_GENERAL_FAILURE


def _path(
    name: str,
    rule: str,
    citation: str,
    text: str,
    sub_indication: SubIndication = _CHAIN,
    outcome: Outcome = Outcome.NOT_MET,
    indication: Indication = Indication.INDETERMINATE,
) -> Code:
    return Code(
        f"path.{name}",
        f"path.{rule}",
        Stage.RESOLVE,
        outcome,
        citation,
        text,
        indication,
        sub_indication,
    )


VALID: Final = Code(
    "path.valid",
    "path",
    Stage.RESOLVE,
    Outcome.MET,
    "RFC 5280, 6.1",
    "A path of {actual} certificates leads to the trust anchor {expected}.",
)
LISTED: Final = Code(
    "path.listed",
    "path",
    Stage.RESOLVE,
    Outcome.MET,
    "RFC 5280, 6.1; TS 119 615, 4.3",
    "The certificate is itself the trust anchor {expected}.",
)
NO_ANCHORS: Final = _path(
    "no_anchors",
    "anchor",
    "RFC 5280, 6.1.1 (d)",
    "No trust anchor is known.",
    _NOT_FOUND,
    Outcome.UNKNOWN,
)
ANCHOR_OUT_OF_SCOPE: Final = _path(
    "anchor_out_of_scope",
    "anchor",
    "RFC 5280, 6.1.1 (d); TS 119 615, 4.3",
    "The trust anchor of this path serves {expected}, not {actual}.",
)
NO_ISSUER: Final = _path(
    "no_issuer",
    "anchor",
    "RFC 5280, 6.1.3 (a)(4); EN 319 102-1, 5.2.6",
    "No trust anchor and no certificate at hand could have issued certificate {actual}; "
    "certificates that could not be read: {expected}.",
    _NOT_FOUND,
    Outcome.UNKNOWN,
)
BUDGET: Final = _path(
    "budget",
    "budget",
    "defa_trust limit",
    "The search ended at {expected} {actual}: a path may exist that was not looked for.",
    _NOT_FOUND,
    Outcome.UNKNOWN,
)
SIGNATURE_INVALID: Final = _path(
    "signature_invalid",
    "signature",
    "RFC 5280, 6.1.3 (a)(1)",
    "The signature of certificate {actual} verifies with no key of its issuer's name "
    "({expected} tried).",
    _GENERAL,
)
EXPIRED: Final = _path(
    "expired",
    "validity",
    "RFC 5280, 6.1.3 (a)(2); EN 319 102-1, 5.2.6",
    "Certificate {actual} of the path ended at {expected:time}; nothing proves that what it signed "
    "is older.",
    SubIndication.OUT_OF_BOUNDS_NO_POE,
)
NOT_YET_VALID: Final = _path(
    "not_yet_valid",
    "validity",
    "RFC 5280, 6.1.3 (a)(2); EN 319 102-1, 5.2.6",
    "Certificate {actual} of the path is valid only from {expected:time}.",
    SubIndication.NOT_YET_VALID,
    indication=Indication.TOTAL_FAILED,
)
ANCHOR_ENDED: Final = _path(
    "anchor_ended",
    "validity",
    "RFC 5280, 6.1.1 (d); EN 319 102-1, 5.2.6",
    "The trust anchor counts until {expected:time} only.",
    SubIndication.OUT_OF_BOUNDS_NO_POE,
)
ANCHOR_NOT_YET: Final = _path(
    "anchor_not_yet",
    "validity",
    "RFC 5280, 6.1.1 (d); EN 319 102-1, 5.2.6",
    "The trust anchor counts only from {expected:time}.",
    SubIndication.OUT_OF_BOUNDS_NO_POE,
)
NOT_A_CA: Final = _path(
    "not_a_ca",
    "basic_constraints",
    "RFC 5280, 6.1.4 (k)",
    "Certificate {actual} of the path (0: its anchor) issued another, but its basicConstraints "
    "make it no CA.",
)
CA_KEY_USAGE: Final = _path(
    "ca_key_usage",
    "key_usage",
    "RFC 5280, 6.1.4 (n)",
    "Certificate {actual} of the path (0: its anchor) issued another; its keyUsage is {expected}, "
    "without key_cert_sign.",
)
TOO_LONG: Final = _path(
    "too_long",
    "length",
    "RFC 5280, 6.1.4 (l) and (m)",
    "At certificate {actual} the path is longer than the {expected} CAs its issuer allows.",
)
CRITICAL_EXTENSION: Final = _path(
    "critical_extension",
    "critical_extensions",
    "RFC 5280, 6.1.4 (o) and 6.1.5 (f)",
    "Certificate {actual} of the path (0: its anchor) has critical extensions that are not "
    "processed: {expected}.",
)
NAME_NOT_PERMITTED: Final = _path(
    "name_not_permitted",
    "name_constraints",
    "RFC 5280, 6.1.3 (b); 4.2.1.10",
    "A name ({expected}) of certificate {actual} lies outside the permitted subtrees.",
)
NAME_EXCLUDED: Final = _path(
    "name_excluded",
    "name_constraints",
    "RFC 5280, 6.1.3 (c); 4.2.1.10",
    "A name ({expected}) of certificate {actual} lies inside an excluded subtree.",
)
NAME_UNSUPPORTED: Final = _path(
    "name_unsupported",
    "name_constraints",
    "RFC 5280, 4.2.1.10",
    "A name ({expected}) of certificate {actual} is constrained, and cannot be compared.",
)
POLICY: Final = _path(
    "policy",
    "policy",
    "RFC 5280, 6.1.3 (f) and 6.1.5; RFC 9618, 5",
    "No certificate policy is valid along the whole path, up to certificate {actual}; wanted: "
    "{expected}.",
)
POLICY_MAPPING_ANY: Final = _path(
    "policy_mapping_any",
    "policy",
    "RFC 5280, 6.1.4 (a)",
    "Certificate {actual} of the path maps anyPolicy.",
)
FORM: Final = _path(
    "form",
    "form",
    "RFC 5280, 4.1 and 4.2",
    "Certificate {actual} of the path (0: its anchor) does not follow the profile: {expected}.",
)

# --- what one certificate is for ------------------------------------------------------------------


def _purpose(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        f"certificate.{name}",
        f"certificate.{rule}",
        Stage.RESOLVE,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.INDETERMINATE,
        _CHAIN,
    )


FIT: Final = Code(
    "certificate.fit",
    "certificate.purpose",
    Stage.RESOLVE,
    Outcome.MET,
    "RFC 5280, 4.2.1.3 and 4.2.1.12",
    "The certificate fits the profile {expected}.",
)
KEY_USAGE: Final = _purpose(
    "key_usage",
    "key_usage",
    "RFC 5280, 4.2.1.3",
    "The certificate's keyUsage is {actual}; needed is {expected}.",
)
EXTENDED_KEY_USAGE: Final = _purpose(
    "extended_key_usage",
    "extended_key_usage",
    "RFC 5280, 4.2.1.12",
    "The certificate's extended key usage is {actual}; needed is {expected}.",
)
CERTIFICATE_IS_CA: Final = _purpose(
    "is_ca",
    "basic_constraints",
    "RFC 5280, 4.2.1.9",
    "The certificate belongs to a CA; an end entity is needed.",
)
CERTIFICATE_NOT_CA: Final = _purpose(
    "not_ca",
    "basic_constraints",
    "RFC 5280, 4.2.1.9",
    "The certificate belongs to no CA, and one is needed (path length at most {expected}).",
)
KEY_TOO_SMALL: Final = _purpose(
    "key_too_small",
    "key_size",
    "EN 319 102-1, 5.2.8",
    "The certificate's RSA key has {actual} bits; needed are {expected}.",
)
QC_STATEMENT: Final = _purpose(
    "qc_statement",
    "qc_statements",
    "EN 319 412-5, 4.2",
    "The certificate has the qualified-certificate statements {actual}; needed is {expected}.",
)
VALIDITY_TOO_LONG: Final = _purpose(
    "validity_too_long",
    "validity_period",
    "ISO/IEC 18013-5, annex B",
    "The certificate is valid for {actual} days; at most {expected} are allowed.",
)
COUNTRY: Final = _purpose(
    "country",
    "country",
    "ISO/IEC 18013-5, annex B",
    "The certificate's country is {actual}; needed is {expected}.",
)
