"""Codes of the status of credentials: what a status list says, and why it could say nothing.

What could not be checked is INDETERMINATE, each reason under its own code. The token of a status
list is an object of its own: its bad signature is no fault of the credential that names it.
"""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_MET = Outcome.MET
_RULE = "status"
_TSL = "draft-ietf-oauth-status-list-21"
_BSL = "W3C Bitstring Status List 1.0"


def _unknown(
    id: str, citation: str, text: str, sub: SubIndication = SubIndication.TRY_LATER
) -> Code:
    """No statement about the credential's status can be made (EN 319 102-1, 5.2.5)."""
    outcome, indication = Outcome.UNKNOWN, Indication.INDETERMINATE
    return Code(id, _RULE, Stage.STATUS, outcome, citation, text, indication, sub)


# --- no list -------------------------------------------------------------------------------------
NOT_REFERENCED: Final = Code(
    "status.not_referenced",
    _RULE,
    Stage.STATUS,
    _MET,
    "EN 319 102-1, 5.2.5",
    "The credential names no revocation information.",
)
NOT_CHECKED: Final = _unknown(
    "status.not_checked",
    "EN 319 102-1, 5.2.5",
    "The credential's revocation status ({actual}) could not be checked: neither revoked nor good.",
)
NOT_CHECKED_ALLOWED: Final = Code(
    "status.not_checked_allowed",
    _RULE,
    Stage.STATUS,
    _MET,
    "EN 319 102-1, 5.2.5; policy unchecked_status",
    "The credential's revocation status was not checked ({actual}); the policy only reports this.",
)
MECHANISM_UNKNOWN: Final = _unknown(
    "status.mechanism_unknown",
    f"{_TSL}, 6.1; W3C VCDM 2.0, 4.10",
    "The credential's status is published in a way that nobody here knows ({actual}): neither "
    "revoked nor good.",
    SubIndication.GENERIC,
)

# --- a list that says nothing --------------------------------------------------------------------
LIST_TOO_LARGE: Final = _unknown(
    "status.list_too_large",
    "defa_trust limit MAX_STATUS_TOKEN_BYTES",
    "The status list has {actual} bytes; at most {expected} are read.",
)
LIST_TYPE: Final = _unknown(
    "status.list_type",
    f"{_TSL}, 5.1 and 5.2; {_BSL}, 2.2",
    "What was supplied as the status list is {actual}, not {expected}.",
)
LIST_MALFORMED: Final = _unknown(
    "status.list_malformed",
    f"{_TSL}, 5; {_BSL}, 2.2",
    "The status list is malformed ({actual}).",
)
SIGNER_UNBOUND: Final = _unknown(
    "status.signer_unbound",
    f"{_TSL}, 11.3; DEFA profile, status of credentials",
    "No key that the list of {expected} lets publish this issuer's statuses is named by the status "
    "list.",
)
SIGNATURE_INVALID: Final = _unknown(
    "status.list_signature_invalid",
    f"{_TSL}, 8.3 step 3; {_BSL}, 3.2",
    "The signature of the status list does not verify with a listed key of {expected}.",
)
ALGORITHM: Final = _unknown(
    "status.list_algorithm",
    "EN 319 102-1, 5.2.8",
    "The algorithm of the status list does not count at this moment ({actual}).",
)
SIGNER_NOT_IN_STANDING: Final = _unknown(
    "status.signer_not_in_standing",
    "TS 119 615, 4.3 and 4.4",
    "The service that signed the status list is not in good standing at this moment ({actual}).",
)
ISSUER_MISMATCH: Final = _unknown(
    "status.issuer_mismatch",
    f"RFC 7519, 4.1.1; {_BSL}, 2.2",
    "The status list says that {actual} issued it, which is no name of the service that signed it.",
)
SUBJECT_MISMATCH: Final = _unknown(
    "status.subject_mismatch",
    f"{_TSL}, 8.3 step 4; {_BSL}, 2.2",
    "The status list says that it is {actual}; the credential names {expected}.",
)
LIST_FROM_THE_FUTURE: Final = _unknown(
    "status.list_from_the_future",
    f"RFC 7519, 4.1.5 and 4.1.6; {_TSL}, 5.1",
    "The status list says nothing of the time before {expected:time}.",
)
LIST_EXPIRED: Final = _unknown(
    "status.list_expired",
    f"{_TSL}, 8.3 step 4; W3C VCDM 2.0, 4.9",
    "The status list expired at {expected:time}.",
)
LIST_STALE: Final = _unknown(
    "status.list_stale",
    f"{_TSL}, 8.3 step 4 and 11.5; {_BSL}, 2.2; policy max_status_age",
    "The status list had to be fetched anew before {expected:time}.",
)
PURPOSE_MISMATCH: Final = _unknown(
    "status.purpose_mismatch",
    f"{_BSL}, 3.2",
    "The status list is for {actual}; the credential names one for {expected}.",
)
SIZE_MISMATCH: Final = _unknown(
    "status.size_mismatch",
    f"{_BSL}, 2.1 and 2.2",
    "The status list has entries of {actual} bits; the credential names one of {expected}.",
)
LIST_TOO_SHORT: Final = _unknown(
    "status.list_too_short",
    f"{_BSL}, 3.2",
    "The status list has {actual} entries; fewer than {expected} tell whom it is about.",
)
INDEX_OUT_OF_RANGE: Final = _unknown(
    "status.index_out_of_range",
    f"{_TSL}, 8.3 step 6; {_BSL}, 3.2",
    "The status list has {expected} entries, and the credential's is not among them.",
)
VALUE_RESERVED: Final = _unknown(
    "status.value_reserved",
    f"{_TSL}, 7.1",
    "The status list gives the credential the status {actual}, which has no meaning yet.",
    SubIndication.GENERIC,
)
APPLICATION_SPECIFIC: Final = _unknown(
    "status.application_specific",
    f"{_TSL}, 7.1; {_BSL}, 2.1",
    "The status list gives the credential the status {actual}, whose meaning only its issuer "
    "knows: neither revoked nor good.",
    SubIndication.GENERIC,
)

# --- a list that answers -------------------------------------------------------------------------
LIST_SIGNED: Final = Code(
    "status.list_signed",
    "status.signer",
    Stage.STATUS,
    _MET,
    f"{_TSL}, 11.3; TS 119 615, 4.3",
    "The status list was signed by {actual} of {expected}, whom the trust list lets do so.",
)
LIST_CURRENT: Final = Code(
    "status.list_current",
    "status.freshness",
    Stage.STATUS,
    _MET,
    f"{_TSL}, 8.3 step 4; {_BSL}, 2.2; policy max_status_age",
    "The status list is of {actual:time} and serves until {expected:time}.",
)
GOOD: Final = Code(
    "status.good",
    _RULE,
    Stage.STATUS,
    _MET,
    f"{_TSL}, 7.1; {_BSL}, 3.2",
    "The status list does not speak against the credential ({actual}).",
)
REFRESH_AVAILABLE: Final = Code(
    "status.refresh_available",
    _RULE,
    Stage.STATUS,
    _MET,
    f"{_BSL}, 2.1",
    "The issuer has a newer credential for the holder; this one stands.",
)
REVOKED: Final = Code(
    "status.revoked",
    _RULE,
    Stage.STATUS,
    Outcome.NOT_MET,
    f"{_TSL}, 7.1; {_BSL}, 2.1; EN 319 102-1, 5.1.3",
    "The issuer revoked the credential.",
    Indication.TOTAL_FAILED,
    SubIndication.REVOKED,
)
SUSPENDED: Final = Code(
    "status.suspended",
    _RULE,
    Stage.STATUS,
    Outcome.NOT_MET,
    f"{_TSL}, 7.1; {_BSL}, 2.1; EN 319 102-1, 5.2.6",
    "The issuer suspended the credential for the time being.",
    Indication.INDETERMINATE,
    SubIndication.TRY_LATER,
)
