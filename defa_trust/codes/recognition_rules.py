"""Codes of the rules that come from treaties, model laws and national law (docs/recognition.md).

A citation ends in `[citation unverified]` where nobody here has read any of its articles in their
own text. Codes that are *noted* decide nothing: they are evidence for whoever judges.
"""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, RecognitionOutcome, Stage, SubIndication

_NOT_RECOGNISED = RecognitionOutcome.NOT_RECOGNISED
_OPEN = RecognitionOutcome.INDETERMINATE


def _met(name: str, rule: str, citation: str, text: str) -> Code:
    return Code(
        f"recognition.{name}", f"recognition.{rule}", Stage.RECOGNISE, Outcome.MET, citation, text
    )


def _refused(name: str, rule: str, citation: str, text: str) -> Code:
    return _noted_not(name, rule, citation, text)._replace(recognition=_NOT_RECOGNISED)


def _unknown(name: str, rule: str, citation: str, text: str) -> Code:
    return _noted_unknown(name, rule, citation, text)._replace(recognition=_OPEN)


def _noted_not(name: str, rule: str, citation: str, text: str) -> Code:
    return _met(name, rule, citation, text)._replace(outcome=Outcome.NOT_MET)


def _noted_unknown(name: str, rule: str, citation: str, text: str) -> Code:
    return _met(name, rule, citation, text)._replace(outcome=Outcome.UNKNOWN)


_AUTONOMY = "RCEP, 12.6(2); DEFA profile, party_autonomy"
_LAW = "DEFA profile, DefaReceivingLaw"
_CATEGORY = "RCEP, 12.6(3); DEFA profile, category_standard"
_FLOOR = "RCEP, 12.6(1); DEFA profile, non_discrimination"
_EFFECT = "ASEAN Agreement on Electronic Commerce, definitions; DEFA profile, effect"
_RELIABILITY = "MLES, 12; MLIT, 25-26; CPTA, 8 [citation unverified]; DEFA profile, comparator"
_STANDARDS = "MLIT, 25-26; EO 810 [citation unverified]; DEFA profile, consideredStandards"
_DESIGNATION = "MLIT, 11 and 23 [citation unverified]; DEFA profile, DefaRecognisedForeign"
_EX_POST = "MLIT, 10 and 22 [citation unverified]; DEFA profile, proven_reliability"
_BASIS = "DEPA, 7.1 [citation unverified]; DEFA profile, basis"
_REGISTER = "DEFA profile, DefaRecognisedForeign"
_INSTRUMENT = "DEFA profile, instrument"
_REQUIRES = "DEFA profile, requires"
_ENTITY = "DEFA profile, entityScope"
_USE = "DEFA profile, certificateScope"
_USERS = "DEFA profile, users"
_STRICTER = "DEFA profile, standards"


# --- what the parties agreed, which is asked first ----------------------------------------------
AGREEMENT_BINDS: Final = _met(
    "agreement_binds",
    "agreement",
    _AUTONOMY,
    "The parties agreed on this method. That binds them, and nobody else.",
)
AGREEMENT_EXCLUDES: Final = _refused(
    "agreement_excludes",
    "agreement",
    "RCEP, 12.6(2)",
    "The parties agreed on another method: between them this one does not count.",
)
AGREEMENT_NOT_OPEN: Final = _noted_not(
    "agreement_not_open",
    "agreement",
    _AUTONOMY,
    "The parties agreed on this method; for the act {actual} the law of {expected} leaves them "
    "no choice.",
)
AGREEMENT_UNFOUNDED: Final = _noted_unknown(
    "agreement_unfounded",
    "agreement",
    _AUTONOMY,
    "The parties agreed on this method; what the law of {expected} makes of that is not "
    "established.",
)

# --- the receiving state's own law ---------------------------------------------------------------
LAW_EXCLUDES_NOT: Final = _met(
    "law_excludes_not",
    "state_exclusion",
    _LAW,
    "The law of the receiving state excludes {expected}, and not {actual}.",
)
LAW_EXCLUDES: Final = _refused(
    "law_excludes",
    "state_exclusion",
    _LAW,
    "The law of the receiving state excludes the act {actual}, whatever an arrangement says.",
)
LAW_ACT_NOT_STATED: Final = _unknown(
    "law_act_not_stated",
    "state_exclusion",
    _LAW,
    "The law of the receiving state excludes {expected}; the request does not say which act "
    "this is for.",
)
CATEGORY_MET: Final = _met(
    "category_met",
    "category",
    _CATEGORY,
    "For the category {expected} the service meets what is asked: {actual}.",
)
CATEGORY_FREE: Final = _met(
    "category_free",
    "category",
    _CATEGORY,
    "The receiving state asks nothing further of a service for the category {actual}.",
)
CATEGORY_NOT_MET: Final = _refused(
    "category_not_met",
    "category",
    _CATEGORY,
    "The receiving state asks {expected} for this category; the home list states {actual}.",
)
CATEGORY_NOT_STATED: Final = _unknown(
    "category_not_stated",
    "category",
    _CATEGORY,
    "The receiving state asks more for the categories {expected}; the request states none.",
)
CATEGORY_UNPROVED: Final = _unknown(
    "category_unproved",
    "category",
    _CATEGORY,
    "The receiving state asks {expected} for this category; the home list does not speak of it.",
)
FLOOR_ADMISSIBLE: Final = _met(
    "floor_admissible",
    "floor",
    _FLOOR,
    "The law of {expected} does not deny it effect solely because it is electronic. That is no "
    "recognition.",
)
FLOOR_EXCLUDED: Final = _noted_not(
    "floor_excluded",
    "floor",
    _FLOOR,
    "The law of the receiving state keeps {expected} apart from what may be electronic; this is"
    " for {actual}.",
)
FLOOR_UNKNOWN: Final = _noted_unknown(
    "floor_unknown",
    "floor",
    _FLOOR,
    "Whether the law of {expected} would deny it effect solely because it is electronic is not "
    "established.",
)
EFFECT_STATED: Final = _met(
    "effect_stated",
    "receiving_law",
    _EFFECT,
    "Its effect is that of the receiving state's own law: {actual}.",
)
EFFECT_NOT_OF_THIS_LAW: Final = _refused(
    "effect_not_of_this_law",
    "receiving_law",
    _EFFECT,
    "The law of the receiving state knows the effects {expected}, and not {actual}.",
)
EFFECT_UNKNOWN: Final = _noted_unknown(
    "effect_unknown",
    "receiving_law",
    _EFFECT,
    "The receiving state does not say what effect it has under its own law.",
)
VOLUNTARY: Final = _met(
    "voluntary",
    "voluntary",
    "DEFA profile, voluntary_use",
    "The law of {expected} lets everybody choose whether to use a digital identity.",
)
DUTY_STATED: Final = _noted_not(
    "duty_stated",
    "voluntary",
    "DEFA profile, duty_of_use",
    "The list of {expected} states a duty to use a digital identity. Its absence is still no "
    "failure of the person here.",
)
VOLUNTARINESS_UNKNOWN: Final = _noted_unknown(
    "voluntariness_unknown",
    "voluntary",
    "DEFA profile, voluntary_use",
    "No accepted list of {expected} says whether using a digital identity is voluntary.",
)

# --- whom it is for -------------------------------------------------------------------------------
ENTITY_COVERED: Final = _met(
    "entity_covered",
    "entity_scope",
    _ENTITY,
    "The arrangement covers holders that are {actual}.",
)
ENTITY_NOT_COVERED: Final = _refused(
    "entity_not_covered",
    "entity_scope",
    _ENTITY,
    "The arrangement covers holders that are {expected}, not {actual}.",
)
ENTITY_NOT_STATED: Final = _unknown(
    "entity_not_stated",
    "entity_scope",
    _ENTITY,
    "The arrangement covers only holders that are {expected}; the request does not say what "
    "this one is.",
)
USE_COVERED: Final = _met(
    "use_covered",
    "certificate_scope",
    _USE,
    "The arrangement covers use for {actual}.",
)
USE_NOT_COVERED: Final = _refused(
    "use_not_covered",
    "certificate_scope",
    _USE,
    "The arrangement covers use for {expected}, not for {actual}.",
)
USE_NOT_STATED: Final = _unknown(
    "use_not_stated",
    "certificate_scope",
    _USE,
    "The arrangement covers only use for {expected}; the request does not say what this is used"
    " for.",
)
USER_COVERED: Final = _met(
    "user_covered",
    "user",
    _USERS,
    "The arrangement is for {expected}; the user is {actual}.",
)
USER_NOT_COVERED: Final = _refused(
    "user_not_covered",
    "user",
    _USERS,
    "The arrangement is for {expected}; the user is {actual}.",
)
USER_NOT_STATED: Final = _unknown(
    "user_not_stated",
    "user",
    _USERS,
    "The arrangement is only for {expected}; the request leaves open whether the user is one.",
)

# --- how reliable it is ---------------------------------------------------------------------------
RELIABILITY_MET: Final = _met(
    "reliability_met",
    "reliability",
    _RELIABILITY,
    "By the measure {expected} the service is reliable enough: {actual}.",
)
RELIABILITY_NOT_MET: Final = _refused(
    "reliability_not_met",
    "reliability",
    _RELIABILITY,
    "By the measure {expected} the service is not reliable enough: {actual}.",
)
RELIABILITY_UNKNOWN: Final = _unknown(
    "reliability_unknown",
    "reliability",
    _RELIABILITY,
    "The measure is {expected}; what would have to be compared is not there: {actual}.",
)
RELIABILITY_PRESUMED: Final = _met(
    "reliability_presumed",
    "reliability",
    _DESIGNATION,
    "By the measure {expected} nothing is shown; the receiving state designated the service, so"
    " it is presumed reliable.",
)
RELIABILITY_DEEMED: Final = _met(
    "reliability_deemed",
    "reliability",
    _EX_POST,
    "By the measure {expected} nothing is shown; the method was proven reliable in fact, so it "
    "is deemed so.",
)
STRICTER_MET: Final = _met(
    "stricter_met",
    "stricter_form",
    _STRICTER,
    "This direction asks for {expected}, and the home list states it.",
)
STRICTER_NOT_MET: Final = _refused(
    "stricter_not_met",
    "stricter_form",
    _STRICTER,
    "This direction asks for {expected}; the home list states {actual}.",
)
STRICTER_UNKNOWN: Final = _unknown(
    "stricter_unknown",
    "stricter_form",
    _STRICTER,
    "This direction asks for {expected}; the home list speaks of no standard.",
)
STANDARDS_NOTED: Final = _met(
    "standards_noted",
    "standards",
    _STANDARDS,
    "Regard is had to {expected}; the home list states {actual}. Evidence, and not enough by "
    "itself.",
)
STANDARDS_NONE: Final = _noted_not(
    "standards_none",
    "standards",
    _STANDARDS,
    "Regard is had to {expected}; the home list states {actual}, and none of these. Evidence, "
    "and nothing that is needed.",
)
STANDARDS_UNKNOWN: Final = _noted_unknown(
    "standards_unknown",
    "standards",
    _STANDARDS,
    "Regard is had to {expected}; the home list speaks of no standard.",
)
DESIGNATED: Final = _met(
    "designated",
    "designation",
    _DESIGNATION,
    "{expected} designated the service {actual}: it is presumed reliable.",
)
NOT_DESIGNATED: Final = _noted_not(
    "not_designated",
    "designation",
    _DESIGNATION,
    "{expected} did not designate the service {actual}. That does not make it unreliable.",
)
DESIGNATION_UNKNOWN: Final = _noted_unknown(
    "designation_unknown",
    "designation",
    _DESIGNATION,
    "Whether {expected} designated the service {actual} is not established.",
)
PROVEN_IN_FACT: Final = _met(
    "proven_in_fact",
    "ex_post",
    _EX_POST,
    "Whoever asks found that the method was reliable in fact, and the law of {expected} hears "
    "that.",
)
DISPROVED_IN_FACT: Final = _refused(
    "disproved_in_fact",
    "ex_post",
    "MLIT, 10 and 22 [citation unverified]",
    "Whoever asks found that the method was not reliable in fact.",
)
NOT_PROVEN: Final = _noted_unknown(
    "not_proven",
    "ex_post",
    _EX_POST,
    "That the method was reliable in fact is not established under the law of {expected}.",
)

# --- what it rests on -----------------------------------------------------------------------------
INSTRUMENT_BINDS: Final = _met(
    "instrument_binds",
    "instrument",
    _INSTRUMENT,
    "The instrument is in force between {expected}.",
)
INSTRUMENT_NOT_IN_FORCE: Final = _refused(
    "instrument_not_in_force",
    "instrument",
    _INSTRUMENT,
    "An instrument in force is needed; this one is {actual}.",
)
PARTY_MISSING: Final = _refused(
    "party_missing",
    "instrument",
    _INSTRUMENT,
    "The instrument is in force between {actual}; {expected} is no party.",
)
INSTRUMENT_UNCLEAR: Final = _unknown(
    "instrument_unclear",
    "instrument",
    _INSTRUMENT,
    "Whether the instrument is in force between {expected} is not established.",
)
BASIS_GRANTS: Final = _met(
    "basis_grants",
    "basis",
    _BASIS,
    "The recognition is {actual}, and rests on no mere endeavour.",
)
BASIS_ENDEAVOUR: Final = _refused(
    "basis_endeavour",
    "basis",
    _BASIS,
    "The recognition is {actual} and rests on an endeavour, which grants no right.",
)
BASIS_UNCLEAR: Final = _unknown(
    "basis_unclear",
    "basis",
    _BASIS,
    "The recognition is {actual}; whether what it rests on grants a right is not established.",
)
LISTED_HERE: Final = _met(
    "listed_here",
    "prior_listing",
    _REGISTER,
    "{expected} lists the service {actual} in its own register of foreign services.",
)
NOT_LISTED_HERE: Final = _refused(
    "not_listed_here",
    "prior_listing",
    _REGISTER,
    "{expected} asks for prior listing, and its own register of foreign services does not name "
    "{actual}.",
)
LISTING_UNKNOWN: Final = _unknown(
    "listing_unknown",
    "prior_listing",
    _REGISTER,
    "{expected} asks for prior listing of {actual}, and no usable trust list of {expected} is "
    "here.",
)
RECIPROCATED: Final = _met(
    "reciprocated",
    "reciprocity",
    _REQUIRES,
    "Reciprocity is given: {expected} has the arrangement {actual}.",
)
NOT_RECIPROCATED: Final = _refused(
    "not_reciprocated",
    "reciprocity",
    _REQUIRES,
    "Reciprocity is asked for, and {expected} has no arrangement in force for {actual}.",
)
RECIPROCITY_UNKNOWN: Final = _unknown(
    "reciprocity_unknown",
    "reciprocity",
    _REQUIRES,
    "Reciprocity is asked for, and no usable recognition list of {expected} is here.",
)

# --- nothing was presented ------------------------------------------------------------------------
NOTHING_PRESENTED: Final = Code(
    "recognition.nothing_presented",
    "recognition.voluntary",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "MLIT [citation unverified]; EN 319 102-1, 5.1.3",
    "Nothing was presented. That is no failure: ask for it, or take another way.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)

# --- conditions on a place, which a list is asked about before it is signed -----------------------
_NEUTRALITY = "MLES, 12(1); MLIT, 10 and 22 [citation unverified]"
PLACE_NOT_TESTED: Final = _met(
    "place_not_tested",
    "geographic_neutrality",
    _NEUTRALITY,
    "No condition of {actual} tests where something is.",
)._replace(stage=Stage.ACCEPT)
PLACE_TESTED: Final = _noted_not(
    "place_tested",
    "geographic_neutrality",
    _NEUTRALITY,
    "The condition {actual} tests where something is. Test its status, or a list, instead.",
)._replace(stage=Stage.ACCEPT)
PLACE_UNREADABLE: Final = _noted_unknown(
    "place_unreadable",
    "geographic_neutrality",
    _NEUTRALITY,
    "Nobody can tell whether the condition {actual} tests where something is.",
)._replace(stage=Stage.ACCEPT)
