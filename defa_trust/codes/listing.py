"""Codes of trust-list acceptance: why a signed list may not serve as a source of anchors.

The indication is that of a verdict which needs the refused list: its issuer's keys are not known.
"""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_PROFILE = "DEFA profile of TS 119 602"


def _refusal(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        f"list.{name}",
        f"list.{rule}",
        Stage.ACCEPT,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )


def _note(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(f"list.{name}", f"list.{rule}", Stage.ACCEPT, Outcome.MET, citation, text)


# --- envelope ------------------------------------------------------------------------------------
TOO_LARGE: Final = _refusal(
    "too_large",
    "size",
    "defa_trust limit",
    "The list has {actual} bytes; at most {expected} are read.",
)
NOT_A_JWS: Final = _refusal(
    "not_a_jws",
    "envelope",
    "RFC 7515, 7.1; TS 119 182-1, 5",
    "What was received is no compact JWS ({actual}).",
)
HEADER: Final = _refusal(
    "header",
    "envelope",
    "TS 119 182-1, 5.1",
    "The signature's protected header is not that of a JAdES B-B list ({actual}).",
)
HEADER_CRITICAL: Final = _refusal(
    "header_critical",
    "envelope",
    "RFC 7515, 4.1.11",
    "The protected header makes {actual} critical; only `sigT` is understood.",
)
ALGORITHM: Final = _refusal(
    "algorithm",
    "envelope",
    _PROFILE + ", envelope",
    "A list is signed with one of {expected}, not with {actual}.",
)
NO_PIN: Final = _refusal(
    "no_pin",
    "signer",
    "TS 119 615, 4.2; " + _PROFILE,
    "No signer is pinned for this list, so nothing verifies it.",
)
SIGNER_NOT_PINNED: Final = _refusal(
    "signer_not_pinned",
    "signer",
    "TS 119 615, 4.3",
    "The list was signed by {actual}, which is not among its pinned signers.",
)
SIGNER_CERTIFICATE: Final = _refusal(
    "signer_certificate",
    "signer",
    "TS 119 612, 5.7.1",
    "The signer's certificate does not fit a list operator: {actual}.",
)
SIGNER_EXPIRED: Final = _refusal(
    "signer_expired",
    "signer",
    "RFC 5280, 4.1.2.5",
    "The signer's certificate is valid {expected}, not at {actual}.",
)
SIGNER_COUNTRY: Final = _refusal(
    "signer_country",
    "territory",
    "TS 119 612, 5.7.1",
    "The signer's certificate names the country {actual}; the list's territory is {expected}.",
)
SIGNER_ORGANISATION: Final = _refusal(
    "signer_organisation",
    "signer",
    "TS 119 612, 5.7.1",
    "The signer's certificate does not name the scheme operator as its organisation.",
)
SIGNATURE: Final = _refusal(
    "signature_invalid",
    "signature",
    "RFC 7515, 5.2",
    "The list's signature does not verify with the pinned signer's key.",
)
SIGNED_IN_THE_FUTURE: Final = _refusal(
    "signed_in_the_future",
    "time",
    "TS 119 182-1, 5.1.11",
    "The list says it was signed at {actual}; it is {expected}.",
)

# --- form ----------------------------------------------------------------------------------------
MEMBER_UNKNOWN: Final = _refusal(
    "member_unknown",
    "form",
    "TS 119 602, 6 and JSON schema",
    "The list holds a member that is not defined: {actual}.",
)
MEMBER_MISSING: Final = _refusal(
    "member_missing", "form", _PROFILE, "The list lacks the member {expected} (in {actual})."
)
MEMBER_VALUE: Final = _refusal(
    "member_value", "form", _PROFILE, "A member should be {expected} ({actual})."
)
SCHEMA: Final = _refusal(
    "schema",
    "form",
    "JSON Schema 2020-12; schemas/",
    "The document does not follow the schema {expected}: {actual}.",
)
TOO_MANY: Final = _refusal(
    "too_many", "size", "defa_trust limit", "The list holds more than {expected} (at {actual})."
)
TEXT_FORBIDDEN: Final = _refusal(
    "text_forbidden",
    "text",
    "TS 119 602, 6.1",
    "A text holds a control, format, private-use or mark-up character ({actual}).",
)
TEXT_NOT_NORMAL: Final = _refusal(
    "text_not_normal",
    "text",
    "TS 119 602, 6.1; UAX #15",
    "A text is not in Unicode's normal form C ({actual}).",
)
TEXT_SCRIPT: Final = _refusal(
    "text_script",
    "text",
    _PROFILE + ", texts",
    "An English text holds letters that are not Latin, which could imitate a name ({actual}).",
)
TEXT_ENGLISH: Final = _refusal(
    "text_english", "text", "TS 119 602, 6.1.4", "A text is not given in English ({actual})."
)
TIME_FORM: Final = _refusal(
    "time_form",
    "text",
    "TS 119 602, 6.1.3",
    "A time is not of the form YYYY-MM-DDThh:mm:ssZ ({actual}).",
)
TERRITORY_UNKNOWN: Final = _refusal(
    "territory_unknown",
    "territory",
    "TS 119 602, 6.1.5",
    "A territory is none of the member states ({actual}).",
)

# --- extensions ----------------------------------------------------------------------------------
EXTENSION_FORM: Final = _refusal(
    "extension_form",
    "extension",
    "TS 119 602, 6.3.17 and 6.6.9; DEFA profile, Critical",
    "An extension is not one named value beside `Critical` ({actual}).",
)
EXTENSION_CRITICAL: Final = _refusal(
    "extension_critical",
    "extension",
    "TS 119 602, 6.3.17 and 6.6.9",
    "The list needs a critical extension understood that is not: {actual}.",
)
EXTENSION_TWICE: Final = _refusal(
    "extension_twice", "extension", _PROFILE, "An extension is given twice: {actual}."
)

# --- scheme --------------------------------------------------------------------------------------
TYPE_UNKNOWN: Final = _refusal(
    "type_unknown",
    "type",
    "TS 119 602, 6.3.3",
    "The list's type is none of this profile ({actual}).",
)
TYPE_MISMATCH: Final = _refusal(
    "type_mismatch",
    "type",
    "TS 119 602, 6.3.3 and 6.3.13",
    "The list is of the type {actual}; the pin or pointer says {expected}.",
)
TERRITORY_MISMATCH: Final = _refusal(
    "territory_mismatch",
    "territory",
    "TS 119 602, 6.3.10 and 6.3.13",
    "The list speaks for {actual}; the pin or pointer says {expected}.",
)
NEXT_UPDATE: Final = _refusal(
    "next_update",
    "time",
    "TS 119 602, 6.3.15",
    "NextUpdate must follow the issue time, by at most {expected} days ({actual}).",
)
ISSUED_IN_THE_FUTURE: Final = _refusal(
    "issued_in_the_future",
    "time",
    "TS 119 602, 6.3.14",
    "The list was issued at {actual}; it is {expected}.",
)
REGIONAL_EXPIRED: Final = _refusal(
    "regional_expired",
    "time",
    "TS 119 615, 4.1.4; TS 119 602, 6.3.15",
    "The regional list expired at {expected}; everything reached through it falls with it.",
)
TOO_OLD: Final = _refusal(
    "too_old",
    "time",
    "TS 119 602, 6.3.15; policy max_stale_seconds",
    "The list expired at {expected}, longer ago than the policy keeps lists.",
)
PAST_NEXT_UPDATE: Final = _note(
    "past_next_update",
    "time",
    "TS 119 602, 6.3.15",
    "The list is past its NextUpdate ({expected}); each verdict judges whether that is too late.",
)
TRANSCRIBED_REFUSED: Final = _refusal(
    "transcribed_refused",
    "publication",
    "DEFA profile, DefaPublication; policy transcribed",
    "The list was transcribed by somebody else, and the policy refuses such lists.",
)
CLOSED: Final = _refusal(
    "closed_with_services",
    "form",
    "TS 119 612, 5.3.15; DEFA profile, DefaClosed",
    "The list is closed, yet a service in it is still in operation ({actual}).",
)

# --- content -------------------------------------------------------------------------------------
POINTER: Final = _refusal(
    "pointer", "pointer", "TS 119 602, 6.3.13", "A pointer cannot be used: {actual}."
)
SIGNER_SHARED: Final = _refusal(
    "signer_shared",
    "pointer",
    _PROFILE + ", pointers",
    "One key may sign the lists of two territories: {actual}.",
)
DUPLICATE: Final = _refusal(
    "duplicate",
    "duplicate",
    "TS 119 612, 5.5.3; " + _PROFILE,
    "Two entries claim the same place or key: {actual}.",
)
STATUS_UNKNOWN: Final = _refusal(
    "status_unknown",
    "status",
    "TS 119 602, 6.6.4; DEFA profile, statuses",
    "A service has a status outside this profile's vocabulary ({actual}).",
)
HISTORY_ORDER: Final = _refusal(
    "history_order",
    "history",
    "TS 119 615, 4.4; TS 119 602, 6.4.4",
    "A history is not strictly descending ({actual}).",
)
HISTORY_FORM: Final = _refusal(
    "history_form",
    "history",
    "TS 119 602, 6.4.4",
    "An entry of a history does not fit its service ({actual}).",
)
IDENTITY: Final = _refusal(
    "identity", "identity", "TS 119 602, 6.6.3", "A digital identity cannot be read: {actual}."
)
IDENTITY_MISSING: Final = _refusal(
    "identity_missing",
    "identity",
    "TS 119 602, 6.6.3",
    "A service has no digital identity ({actual}).",
)
DIRECTION: Final = _refusal(
    "direction",
    "arrangement",
    "DEFA profile, DefaRecognition",
    "{actual} cannot declare recognition in the name of {expected}.",
)
ARRANGEMENT: Final = _refusal(
    "arrangement",
    "arrangement",
    "DEFA profile, DefaRecognition",
    "An arrangement contradicts itself: {actual}.",
)
CONTRADICTION: Final = _refusal(
    "contradiction",
    "arrangement",
    "DEFA profile, DefaRecognition",
    "{expected} and {actual} answer one question in two ways.",
)
CERTIFICATE: Final = _refusal(
    "certificate", "identity", "RFC 5280, 4.1", "A certificate cannot be read ({actual})."
)

# --- sequence ------------------------------------------------------------------------------------
ROLLBACK: Final = _refusal(
    "rollback",
    "sequence",
    "TS 119 602, 6.3.2",
    "The list has the sequence number {actual}; {expected} was accepted before.",
)
SPLIT_VIEW: Final = _refusal(
    "split_view",
    "sequence",
    "TS 119 602, 6.3.2",
    "Another list with the sequence number {expected} was accepted before: somebody is shown two.",
)
FAST_FORWARD: Final = _refusal(
    "fast_forward",
    "sequence",
    "TS 119 602, 6.3.2; defa_trust limit",
    "The list has the sequence number {actual}; after the last accepted, {expected} is the most.",
)
ISSUED_EARLIER: Final = _refusal(
    "issued_earlier",
    "sequence",
    "TS 119 602, 6.3.14",
    "The list says it was issued at {actual}, before the one it follows ({expected}).",
)
_RETROACTIVE = "TS 119 602, 6.6.5; TS 119 612, 5.5.5; " + _PROFILE
RETROACTIVE_STATUS: Final = _refusal(
    "retroactive_status",
    "past",
    _RETROACTIVE,
    "The list rewrites the past: {actual}, where the last accepted list said {expected}.",
)
RETROACTIVE_STATUS_NOTED: Final = _note(
    "retroactive_status_noted",
    "past",
    _RETROACTIVE,
    "The list rewrites the past: {actual}, where the last accepted list said {expected}.",
)

# --- assembly ------------------------------------------------------------------------------------
ABSENT: Final = _refusal(
    "absent", "presence", "TS 119 602, 6.3.13", "The list of {expected} is not here."
)
SNAPSHOT_MISMATCH: Final = _refusal(
    "snapshot_mismatch",
    "snapshot",
    "DEFA profile, DefaSnapshot",
    "The regional list names {expected}; what is here is {actual}.",
)
NOT_IN_SNAPSHOT: Final = _refusal(
    "not_in_snapshot",
    "snapshot",
    "DEFA profile, DefaSnapshot",
    "The regional list names a snapshot, in which this list does not occur.",
)
PIN_DISAGREES: Final = _note(
    "pin_disagrees",
    "pin",
    _PROFILE + ", pins",
    "The direct pin and the regional list name other signers for {actual}; the direct pin holds.",
)
UNPINNED: Final = _note(
    "unpinned",
    "pin",
    _PROFILE + ", pins",
    "A list of {actual} is here that nothing pins or points to; it is not used.",
)
ACCEPTED: Final = _note("accepted", "accepted", _PROFILE, "The list {actual} is accepted.")
SEAL_REFUSED: Final = _note(
    "seal_refused",
    "accepted",
    _PROFILE,
    "The seal {actual} in the folder was not made with this key; the list was read anew.",
)
STATE_NOT_KEPT: Final = _note(
    "state_not_kept",
    "sequence",
    "TS 119 602, 6.3.2",
    "The folder cannot be written, so the sequence numbers seen today are not remembered.",
)
