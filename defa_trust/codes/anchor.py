"""Codes of the anchors: how a key was found in a list, and what the list says of it now."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_MET = Outcome.MET
_NOT = Outcome.NOT_MET
_UNKNOWN = Outcome.UNKNOWN
_FAILED = Indication.TOTAL_FAILED
_INDETERMINATE = Indication.INDETERMINATE

# --- resolve ---------------------------------------------------------------------------------
ANCHOR_FOUND: Final = Code(
    "resolve.anchor_found",
    "resolve.anchor",
    Stage.RESOLVE,
    _MET,
    "TS 119 615, 4.3",
    "The key belongs to the listed service {actual} of {expected}.",
)
ISSUER_UNKNOWN: Final = Code(
    "resolve.issuer_unknown",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 615, 4.3",
    "No accepted trust list names the issuer {actual}. Lists not accepted: {expected}.",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
KEY_UNKNOWN: Final = Code(
    "resolve.key_unknown",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.3",
    "{expected} lists no key {actual} for this issuer.",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
CERTIFICATE_UNLISTED: Final = Code(
    "resolve.certificate_unlisted",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.6",
    "The signer's certificate ({actual}) is not listed, and no path to a listed one is known.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
CERTIFICATE_OF_ANOTHER: Final = Code(
    "resolve.certificate_of_another",
    "resolve.issuer_name",
    Stage.RESOLVE,
    _NOT,
    "IETF SD-JWT VC, 2.5",
    "The signer's certificate is made out to another issuer than {expected}.",
    _FAILED,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
)
NO_ANCHORS: Final = Code(
    "resolve.no_anchors",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "RFC 5280, 6.1.1 (d)",
    "No trust anchor is configured: pin a list signer first (defa-trust trust init).",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
NO_HINT: Final = Code(
    "resolve.no_hint",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "EN 319 102-1, 5.2.3",
    "The message names neither issuer, key nor certificate.",
    _INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
TERRITORY_AMBIGUOUS: Final = Code(
    "resolve.territory_ambiguous",
    "resolve.territory",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 615, 4.3",
    "Lists of several states ({actual}) claim this key or issuer; none may vouch for another.",
    _INDETERMINATE,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
)
TERRITORY_BOUND: Final = Code(
    "resolve.territory_bound",
    "resolve.territory",
    Stage.RESOLVE,
    _MET,
    "TS 119 615, 4.3",
    "The state the message names ({actual}) is the state whose list holds the key.",
)
TERRITORY_MISMATCH: Final = Code(
    "resolve.territory_mismatch",
    "resolve.territory",
    Stage.RESOLVE,
    _NOT,
    "TS 119 615, 4.3",
    "The message names {actual}, but its key is listed by {expected}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
TERRITORY_UNKNOWN: Final = Code(
    "resolve.territory_unknown",
    "resolve.territory",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 615, 4.3",
    "No list of {actual} has been accepted.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
ONLINE_ONLY: Final = Code(
    "resolve.online_only",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "DEFA profile, OtherIds `online:`",
    "This issuer's credentials can only be checked online, at {actual}.",
    _INDETERMINATE,
    SubIndication.TRY_LATER,
)
KEYS_ELSEWHERE: Final = Code(
    "resolve.keys_elsewhere",
    "resolve.anchor",
    Stage.RESOLVE,
    _UNKNOWN,
    "DEFA profile, OtherIds `jwks:` and `did:`",
    "The list names the issuer, but its keys are published at {actual} and were not supplied.",
    _INDETERMINATE,
    SubIndication.TRY_LATER,
)
RELYING_PARTY_NEEDED: Final = Code(
    "resolve.relying_party_needed",
    "resolve.issuer_pattern",
    Stage.RESOLVE,
    _UNKNOWN,
    "DEFA profile, OtherIds `issuer-pattern:`",
    "The issuer {actual} is bound to one relying party; the request names none.",
    _INDETERMINATE,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
RELYING_PARTY_MISMATCH: Final = Code(
    "resolve.relying_party_mismatch",
    "resolve.issuer_pattern",
    Stage.RESOLVE,
    _NOT,
    "DEFA profile, OtherIds `issuer-pattern:`",
    "The issuer {actual} serves another relying party than {expected}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
SERVICE_TYPE_UNFIT: Final = Code(
    "resolve.service_type_unfit",
    "resolve.service_type",
    Stage.RESOLVE,
    _NOT,
    "TS 119 602, 6.6.1",
    "The listed service is of type {actual}, which issues no credentials.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
CREDENTIAL_TYPE_OUT_OF_SCOPE: Final = Code(
    "resolve.credential_type_out_of_scope",
    "resolve.service_scope",
    Stage.RESOLVE,
    _NOT,
    "DEFA profile, DefaCredentialTypes",
    "The service may issue {expected}, not {actual}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)
CREDENTIAL_TYPE_IN_SCOPE: Final = Code(
    "resolve.credential_type_in_scope",
    "resolve.service_scope",
    Stage.RESOLVE,
    _MET,
    "DEFA profile, DefaCredentialTypes",
    "The service may issue {actual}.",
)
FORMAT_OUT_OF_SCOPE: Final = Code(
    "resolve.format_out_of_scope",
    "resolve.service_scope",
    Stage.RESOLVE,
    _NOT,
    "DEFA profile, DefaFormats",
    "The service issues {expected}, not {actual}.",
    _FAILED,
    SubIndication.SIG_CONSTRAINTS_FAILURE,
)

# --- lists and services at a moment --------------------------------------------------------------
LIST_FRESH: Final = Code(
    "list.fresh",
    "list.fresh",
    Stage.RESOLVE,
    _MET,
    "TS 119 602, 6.3.15",
    "The trust list {actual} is within its NextUpdate.",
)
LIST_STALE: Final = Code(
    "list.stale",
    "list.fresh",
    Stage.RESOLVE,
    _MET,
    "TS 119 602, 6.3.15; policy national_list_grace",
    "The trust list {actual} is past its NextUpdate ({expected:time}); the grace period runs.",
)
LIST_EXPIRED: Final = Code(
    "list.expired",
    "list.fresh",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 602, 6.3.15",
    "The trust list {actual} expired at {expected:time}; a newer one is needed.",
    _INDETERMINATE,
    SubIndication.TRY_LATER,
)
LIST_FROM_THE_FUTURE: Final = Code(
    "list.from_the_future",
    "list.fresh",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 602, 6.3.14",
    "The trust list {actual} was issued at {expected:time}, after the moment asked for.",
    _INDETERMINATE,
    SubIndication.TRY_LATER,
)
LIST_TRANSCRIBED: Final = Code(
    "list.transcribed",
    "list.publication",
    Stage.RESOLVE,
    _UNKNOWN,
    "DEFA profile, DefaPublication; policy transcribed",
    "The list of {actual} was transcribed by somebody else, and the policy refuses such lists.",
    _INDETERMINATE,
    SubIndication.CHAIN_CONSTRAINTS_FAILURE,
)
SERVICE_GRANTED: Final = Code(
    "service.granted",
    "service.status",
    Stage.RESOLVE,
    _MET,
    "TS 119 602, 6.6.4 and 6.6.5",
    "The service has the status {actual}.",
)
SERVICE_NOT_GRANTED: Final = Code(
    "service.not_granted",
    "service.status",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 602, 6.6.4; EN 319 102-1, 5.2.6",
    "The service has the status {actual}, and nothing proves that the object is older.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
)
SERVICE_NOT_YET_GRANTED: Final = Code(
    "service.not_yet_granted",
    "service.status",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 602, 6.6.5",
    "The service's history begins at {expected:time}, after the moment asked for.",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
)
SERVICE_CEASED: Final = Code(
    "service.ceased",
    "service.issue_time",
    Stage.RESOLVE,
    _UNKNOWN,
    "TS 119 602, 6.6.4; EN 319 102-1, 5.2.6",
    "The service ceased at {expected:time}; the credential does not say that it is older "
    "({actual:time}).",
    _INDETERMINATE,
    SubIndication.NO_CERTIFICATE_CHAIN_FOUND_NO_POE,
)
KEYS_REMEMBERED: Final = Code(
    "resolve.keys_remembered",
    "resolve.keys",
    Stage.RESOLVE,
    _MET,
    "DEFA profile, OtherIds `jwks:` and `did:`",
    "The key was fetched from where the list says, and is remembered until {expected:time}.",
)
KEYS_OLD: Final = Code(
    "resolve.keys_old",
    "resolve.keys",
    Stage.RESOLVE,
    _MET,
    "DEFA profile, OtherIds `jwks:` and `did:`",
    "Keys that were fetched from {actual} serve no more; those that the list holds itself do.",
)
CERTIFICATE_CURRENT: Final = Code(
    "certificate.current",
    "certificate.validity",
    Stage.RESOLVE,
    _MET,
    "RFC 5280, 4.1.2.5",
    "The listed certificate is within its validity.",
)
CERTIFICATE_EXPIRED: Final = Code(
    "certificate.expired",
    "certificate.validity",
    Stage.RESOLVE,
    _UNKNOWN,
    "RFC 5280, 4.1.2.5; EN 319 102-1, 5.2.6",
    "The listed certificate expired at {expected:time}; nothing proves that the object is older.",
    _INDETERMINATE,
    SubIndication.OUT_OF_BOUNDS_NO_POE,
)
CERTIFICATE_NOT_YET_VALID: Final = Code(
    "certificate.not_yet_valid",
    "certificate.validity",
    Stage.RESOLVE,
    _NOT,
    "RFC 5280, 4.1.2.5; EN 319 102-1, 5.2.6",
    "The listed certificate is valid only from {expected:time}.",
    _FAILED,
    SubIndication.NOT_YET_VALID,
)
