"""Codes of the recognition stage: what a valid object counts for in the receiving state."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Outcome, RecognitionOutcome, Stage

_MET = Outcome.MET
_NOT = Outcome.NOT_MET
_UNKNOWN = Outcome.UNKNOWN


def _met(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(id, rule, Stage.RECOGNISE, _MET, citation, text)


def _refused(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        id,
        rule,
        Stage.RECOGNISE,
        _NOT,
        citation,
        text,
        recognition=RecognitionOutcome.NOT_RECOGNISED,
    )


def _unknown(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        id,
        rule,
        Stage.RECOGNISE,
        _UNKNOWN,
        citation,
        text,
        recognition=RecognitionOutcome.INDETERMINATE,
    )


_PROFILE = "DEFA profile, DefaRecognition"

DOMESTIC: Final = _met(
    "recognition.domestic",
    "recognition.arrangement",
    "domestic law of the receiving state",
    "{actual} issued it and {expected} receives it: no recognition is needed.",
)
LIST_MISSING: Final = _unknown(
    "recognition.list_missing",
    "recognition.list",
    _PROFILE,
    "No recognition list of {actual} has been accepted.",
)
LIST_EXPIRED: Final = _unknown(
    "recognition.list_expired",
    "recognition.list",
    "TS 119 602, 6.3.15",
    "The recognition list {actual} expired at {expected:time}.",
)
LIST_FROM_THE_FUTURE: Final = _unknown(
    "recognition.list_from_the_future",
    "recognition.list",
    "TS 119 602, 6.3.14",
    "The recognition list {actual} was issued at {expected:time}, after the moment asked for.",
)
LIST_FRESH: Final = _met(
    "recognition.list_fresh",
    "recognition.list",
    "TS 119 602, 6.3.15",
    "The recognition list {actual} is within its NextUpdate.",
)
LIST_STALE: Final = _met(
    "recognition.list_stale",
    "recognition.list",
    "TS 119 602, 6.3.15; policy national_list_grace",
    "The recognition list {actual} is past its NextUpdate ({expected:time}); within the grace"
    " period.",
)
LIST_TRANSCRIBED: Final = _unknown(
    "recognition.list_transcribed",
    "recognition.list",
    "DEFA profile, DefaPublication; policy transcribed",
    "The recognition list of {actual} was transcribed by somebody else, and the policy refuses"
    " such lists.",
)
NO_ARRANGEMENT: Final = _refused(
    "recognition.no_arrangement",
    "recognition.arrangement",
    _PROFILE,
    "{expected} has no arrangement that recognises {actual}.",
)
ARRANGEMENT_FOUND: Final = _met(
    "recognition.arrangement_found",
    "recognition.arrangement",
    _PROFILE,
    "{expected} recognises {actual} under this instrument.",
)
NOT_YET_IN_FORCE: Final = _refused(
    "recognition.not_yet_in_force",
    "recognition.period",
    _PROFILE,
    "The arrangement {actual} applies only from {expected:time}.",
)
NO_LONGER_IN_FORCE: Final = _refused(
    "recognition.no_longer_in_force",
    "recognition.period",
    _PROFILE,
    "The arrangement {actual} ended at {expected:time}.",
)
IN_GRACE: Final = _met(
    "recognition.in_grace",
    "recognition.period",
    _PROFILE,
    "The arrangement {actual} has ended; its grace period runs until {expected:time}.",
)
IN_PERIOD: Final = _met(
    "recognition.in_period",
    "recognition.period",
    _PROFILE,
    "The arrangement {actual} applies at this moment.",
)
SUSPENDED: Final = _refused(
    "recognition.suspended",
    "recognition.status",
    _PROFILE,
    "The arrangement {actual} is {expected} at this moment.",
)
ENACTED: Final = _met(
    "recognition.enacted",
    "recognition.status",
    _PROFILE,
    "The arrangement {actual} is enacted.",
)
SERVICE_TYPE_UNMAPPED: Final = _refused(
    "recognition.service_type_unmapped",
    "recognition.service_type",
    "DEFA profile, serviceTypeMap",
    "The arrangement maps {expected}; the service is {actual}.",
)
SERVICE_TYPE_MAPPED: Final = _met(
    "recognition.service_type_mapped",
    "recognition.service_type",
    "DEFA profile, serviceTypeMap",
    "The service type {actual} counts as {expected} here.",
)
STATUS_NOT_ACCEPTED: Final = _refused(
    "recognition.status_not_accepted",
    "recognition.service_status",
    "DEFA profile, statusMap",
    "The arrangement accepts the statuses {expected}; the service has {actual}.",
)
STATUS_ACCEPTED: Final = _met(
    "recognition.status_accepted",
    "recognition.service_status",
    "DEFA profile, statusMap",
    "The arrangement accepts the service's status {actual}.",
)
STATUS_UNKNOWN: Final = _unknown(
    "recognition.status_unknown",
    "recognition.service_status",
    "DEFA profile, statusMap",
    "The arrangement accepts the statuses {expected}; the service has none at this moment.",
)
CREDENTIAL_TYPE_COVERED: Final = _met(
    "recognition.credential_type_covered",
    "recognition.credential_type",
    "DEFA profile, credentialTypes",
    "The arrangement covers the type {actual}.",
)
CREDENTIAL_TYPE_NOT_STATED: Final = _unknown(
    "recognition.credential_type_not_stated",
    "recognition.credential_type",
    "DEFA profile, credentialTypes",
    "The arrangement covers only the types {expected}; this object states none.",
)
CREDENTIAL_TYPE_NOT_COVERED: Final = _refused(
    "recognition.credential_type_not_covered",
    "recognition.credential_type",
    "DEFA profile, credentialTypes",
    "The arrangement covers {expected}, not {actual}.",
)
PURPOSE_COVERED: Final = _met(
    "recognition.purpose_covered",
    "recognition.purpose",
    "DEFA profile, purposes",
    "The arrangement covers the purpose {actual}.",
)
PURPOSE_NOT_COVERED: Final = _refused(
    "recognition.purpose_not_covered",
    "recognition.purpose",
    "DEFA profile, purposes",
    "The arrangement covers the purposes {expected}, not {actual}.",
)
PURPOSE_NOT_STATED: Final = _unknown(
    "recognition.purpose_not_stated",
    "recognition.purpose",
    "DEFA profile, purposes",
    "The arrangement covers only the purposes {expected}; the request states none.",
)
SECTOR_COVERED: Final = _met(
    "recognition.sector_covered",
    "recognition.sector",
    "DEFA profile, sectors",
    "The arrangement covers the sector {actual}.",
)
SECTOR_NOT_COVERED: Final = _refused(
    "recognition.sector_not_covered",
    "recognition.sector",
    "DEFA profile, sectors",
    "The arrangement covers the sectors {expected}, not {actual}.",
)
SECTOR_NOT_STATED: Final = _unknown(
    "recognition.sector_not_stated",
    "recognition.sector",
    "DEFA profile, sectors",
    "The arrangement covers only the sectors {expected}; the request states none.",
)
RELYING_PARTY_COVERED: Final = _met(
    "recognition.relying_party_covered",
    "recognition.relying_party",
    "DEFA profile, relyingParties",
    "The arrangement covers the relying party {actual}.",
)
RELYING_PARTY_NOT_COVERED: Final = _refused(
    "recognition.relying_party_not_covered",
    "recognition.relying_party",
    "DEFA profile, relyingParties",
    "The arrangement covers the relying parties {expected}, not {actual}.",
)
RELYING_PARTY_NOT_STATED: Final = _unknown(
    "recognition.relying_party_not_stated",
    "recognition.relying_party",
    "DEFA profile, relyingParties",
    "The arrangement covers only named relying parties; the request states none.",
)
ACT_COVERED: Final = _met(
    "recognition.act_covered",
    "recognition.excluded_act",
    "DEFA profile, excludedActs",
    "The arrangement excludes {expected}, and not {actual}.",
)
ACT_EXCLUDED: Final = _refused(
    "recognition.act_excluded",
    "recognition.excluded_act",
    "DEFA profile, excludedActs",
    "The act {actual} is excluded from the arrangement.",
)
ACT_NOT_STATED: Final = _unknown(
    "recognition.act_not_stated",
    "recognition.excluded_act",
    "DEFA profile, excludedActs",
    "The arrangement excludes {expected}; the request does not say which act this is for.",
)
REQUIREMENT_ESTABLISHED: Final = _met(
    "recognition.requirement_established",
    "recognition.requirement",
    "DEFA profile, requires",
    "The arrangement requires {expected}; whoever asks has established that it is so.",
)
REQUIREMENT_REFUTED: Final = _refused(
    "recognition.requirement_refuted",
    "recognition.requirement",
    "DEFA profile, requires",
    "The arrangement requires {expected}; whoever asks has established that {actual} is not so.",
)
REQUIREMENT_UNKNOWN: Final = _unknown(
    "recognition.requirement_unknown",
    "recognition.requirement",
    "DEFA profile, requires",
    "The arrangement requires {expected}, which could not be established.",
)
LEVEL_UNMAPPED: Final = _refused(
    "recognition.level_unmapped",
    "recognition.level",
    "DEFA profile, assuranceMap",
    "The receiving state maps {expected}; the issuer's level is {actual}.",
)
LEVEL_UNSTATED: Final = _refused(
    "recognition.level_unstated",
    "recognition.level",
    "DEFA profile, DefaLoA",
    "Level {expected} is asked for; the issuer's list states none.",
)
LEVEL_UNKNOWN: Final = _refused(
    "recognition.level_unknown",
    "recognition.level",
    "DEFA profile, DefaLoA",
    "The level {actual} is not on the scale {expected}, so it cannot be compared.",
)
LEVEL_TOO_LOW: Final = _refused(
    "recognition.level_too_low",
    "recognition.level",
    "DEFA profile, assuranceMap",
    "The recognised level is {actual}; {expected} is asked for.",
)
LEVEL_MET: Final = _met(
    "recognition.level_met",
    "recognition.level",
    "DEFA profile, assuranceMap",
    "The recognised level is {actual}.",
)
CITATION_READ: Final = _met(
    "recognition.citation_read",
    "recognition.citation",
    "DEFA profile, instrument",
    "The text of {actual} has been read.",
)
CITATION_TOLERATED: Final = _met(
    "recognition.citation_tolerated",
    "recognition.citation",
    "policy unread_citations",
    "It rests on {actual}, whose text nobody has read; the policy accepts that.",
)
CITATION_UNREAD: Final = _unknown(
    "recognition.citation_unread",
    "recognition.citation",
    "policy unread_citations",
    "It rests on {actual}, whose text nobody has read; the policy refuses that.",
)
OBSERVE_ONLY: Final = _refused(
    "recognition.observe_only",
    "recognition.stage",
    "DEFA profile, stage",
    "The arrangement {actual} only observes: it grants nothing yet.",
)
PILOT: Final = Code(
    "recognition.pilot",
    "recognition.stage",
    Stage.RECOGNISE,
    _MET,
    "DEFA profile, stage",
    "The arrangement {actual} is a pilot corridor: this counts inside it only.",
    recognition=RecognitionOutcome.PILOT,
)
IN_FORCE: Final = _met(
    "recognition.in_force",
    "recognition.stage",
    "DEFA profile, stage",
    "The arrangement {actual} is in force.",
)

VOLUME_UNKNOWN: Final = _unknown(
    "recognition.volume_unknown",
    "recognition.volume",
    "DEFA profile, limits",
    "The corridor is limited ({expected}); the request does not say how much is used.",
)
VOLUME_EXHAUSTED: Final = _refused(
    "recognition.volume_exhausted",
    "recognition.volume",
    "DEFA profile, limits",
    "The corridor's limit {expected} is used up ({actual}).",
)
VOLUME_LEFT: Final = _met(
    "recognition.volume_left",
    "recognition.volume",
    "DEFA profile, limits",
    "The corridor's limits ({expected}) leave room for this one: {actual} are used.",
)
