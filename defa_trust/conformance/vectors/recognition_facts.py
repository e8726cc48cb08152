"""Recognition by facts: registers, reciprocity, the receiving law, holders, users, reliability."""

from __future__ import annotations

from typing import Any

from ..build import (
    MOMENT,
    YEAR,
    arrangement,
    member_list,
    recognition_list,
    request_of,
    service,
    trust,
    vc,
)
from ..registry import Case, Group, Importance

_group = Group(
    "recognition", features=("es256", "recognition", "recognition-facts", "vc-jwt"), twin="in_force"
)
_PROFILE = Importance.PROFILE
_ID = "urn:test:TH-1"


def fact_case(
    bounds: dict[str, Any] | None = None,
    *,
    offered: dict[str, Any] | None = None,
    law: list[dict[str, Any]] | None = None,
    foreign: list[dict[str, Any]] | None = None,
    back: list[dict[str, Any]] | None = None,
    moment: int = MOMENT,
    **asked: Any,
) -> Case:
    """SG asks about TH; ``foreign`` gives SG a list with that register, ``back`` TH a list of whom
    it recognises."""
    lists = [
        member_list("TH", service(**(offered or {}))),
        recognition_list("SG", arrangement(**(bounds or {})), **({"law": law} if law else {})),
    ]
    if foreign is not None:
        lists.append(member_list("SG", foreign=foreign))
    if back is not None:
        lists.append(recognition_list("TH", *back))
    return Case(vc(), trust(*lists), request_of(**asked), moment=moment)


def listed(start: int | None = MOMENT - YEAR, until: int | None = None, **more: Any) -> Any:
    entry = {"territory": "TH", "status": "recognised_foreign", "service": _ID}
    return [{**entry, "from": start, "until": until, **more}]


def law_of(kind: str, start: int = MOMENT - YEAR, **own: Any) -> list[dict[str, Any]]:
    source = {"code": "law", "title": "TEST-ONLY law", "article": "s. 1", "verified": True}
    statement = {"id": "law-1", "kind": kind, "instrument": source, "from": start, "until": None}
    return [{**statement, **own}]


# --- prior listing -----------------------------------------
_PRIOR = {"requires": ["prior_listing"]}


@_group.vector("DEFA profile, DefaRecognisedForeign", importance=_PROFILE)
def prior_listing_given() -> Case:
    """The arrangement asks for prior listing, and the receiving state's own list names it."""
    return fact_case(_PRIOR, foreign=listed())


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "recognition.not_listed_here",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="A condition nobody checked counts as fulfilled.",
)
def prior_listing_of_another_service() -> Case:
    """The register names another service of the same state."""
    return fact_case(_PRIOR, foreign=listed(service="urn:test:TH-2"))


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "recognition.not_listed_here",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="Identifiers are unique in one list only: another state can choose the same.",
)
def prior_listing_of_another_state() -> Case:
    """The register names a service of that identifier, of another state."""
    return fact_case(_PRIOR, foreign=listed(territory="MY"))


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "recognition.not_listed_here",
    importance=_PROFILE,
    twin="prior_listing_given",
)
def prior_listing_as_something_else() -> Case:
    """The register names the service as registered, which is not as recognised."""
    return fact_case(_PRIOR, foreign=listed(status="registered"))


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "recognition.not_listed_here",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="The end is exclusive.",
)
def prior_listing_ended_this_second() -> Case:
    """The entry of the register ended at this very second."""
    return fact_case(_PRIOR, foreign=listed(until=MOMENT))


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "recognition.listing_unknown",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="A register that nobody could look into is no register without the entry.",
)
def prior_listing_unknown() -> Case:
    """The receiving state's own list, which holds the register, is not here."""
    return fact_case(_PRIOR)


@_group.vector(
    "DEFA profile, DefaRecognisedForeign",
    "resolve.issuer_unknown",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="A register entry must never make another state's service an anchor.",
)
def register_is_no_anchor() -> Case:
    """SG registers TH's service, and TH's own list is not here."""
    lists = [
        member_list("SG", service("SG"), foreign=listed()),
        recognition_list("SG", arrangement(requires=["prior_listing"])),
    ]
    return Case(vc(), trust(*lists), request_of())


# --- reciprocity -----------------------------------------
_MUTUAL = {"requires": ["reciprocity"]}


@_group.vector("DEFA profile, requires", importance=_PROFILE)
def reciprocity_given() -> Case:
    """The arrangement asks for reciprocity, and TH's list recognises SG's services of the type."""
    return fact_case(_MUTUAL, back=[arrangement("TH", "SG")])


@_group.vector(
    "DEFA profile, requires",
    "recognition.not_reciprocated",
    importance=_PROFILE,
    twin="reciprocity_given",
)
def reciprocity_refused() -> Case:
    """TH's list is here and recognises others only."""
    return fact_case(_MUTUAL, back=[arrangement("TH", "MY")])


@_group.vector(
    "DEFA profile, requires",
    "recognition.not_reciprocated",
    importance=_PROFILE,
    twin="reciprocity_given",
)
def reciprocity_for_another_type() -> Case:
    """TH recognises certificate authorities of SG, and no attestation service."""
    home = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"
    other = arrangement("TH", "SG", serviceTypeMap=[{"home": home, "recognised": home}])
    return fact_case(_MUTUAL, back=[other])


@_group.vector(
    "DEFA profile, requires",
    "recognition.not_reciprocated",
    importance=_PROFILE,
    twin="reciprocity_given",
    notes="What only observes grants nothing.",
)
def reciprocity_observed_only() -> Case:
    """TH's arrangement for SG only observes."""
    return fact_case(_MUTUAL, back=[arrangement("TH", "SG", stage="observe")])


@_group.vector(
    "DEFA profile, requires",
    "recognition.not_reciprocated",
    importance=_PROFILE,
    twin="reciprocity_given",
    notes="A pilot in return for an arrangement in force is not the same.",
)
def reciprocity_in_a_pilot_only() -> Case:
    """TH's arrangement for SG is a pilot; the one judged is in force."""
    return fact_case(_MUTUAL, back=[arrangement("TH", "SG", stage="pilot")])


@_group.vector(
    "DEFA profile, requires",
    "recognition.reciprocity_unknown",
    importance=_PROFILE,
    twin="reciprocity_given",
    notes="An absent list is neither a yes nor a no.",
)
def reciprocity_unknown() -> Case:
    """TH's recognition list is not here."""
    return fact_case(_MUTUAL)


# --- requirements that a person establishes -----------------------------------------
_FORM = {"requires": ["urn:test:form-17"]}


@_group.vector("DEFA profile, requires", importance=_PROFILE)
def requirement_established() -> Case:
    """Whoever asks has established that the requirement is met."""
    return fact_case(_FORM, established={"urn:test:form-17": True})


@_group.vector(
    "DEFA profile, requires",
    "recognition.requirement_refuted",
    importance=_PROFILE,
    twin="requirement_established",
)
def requirement_refuted() -> Case:
    """Whoever asks has established that the requirement is not met."""
    return fact_case(_FORM, established={"urn:test:form-17": False})


@_group.vector(
    "DEFA profile, requires",
    "recognition.not_listed_here",
    importance=_PROFILE,
    twin="prior_listing_given",
    notes="What lists answer, nobody's word can replace.",
)
def listing_by_word_of_mouth() -> Case:
    """Whoever asks says that prior listing is met; the register does not name the service."""
    return fact_case(_PRIOR, foreign=[], established={"prior_listing": True})


# --- holder, use, user -----------------------------------------
@_group.vector("DEFA profile, entityScope", importance=_PROFILE)
def entity_covered() -> Case:
    """The arrangement covers legal persons, and this is one."""
    return fact_case({"entityScope": ["legal_person"]}, entity="legal_person")


@_group.vector(
    "DEFA profile, entityScope",
    "recognition.entity_not_covered",
    importance=_PROFILE,
    twin="entity_covered",
)
def entity_not_covered() -> Case:
    """The arrangement covers legal persons, and this is a natural person."""
    return fact_case({"entityScope": ["legal_person"]}, entity="natural_person")


@_group.vector(
    "DEFA profile, entityScope",
    "recognition.entity_not_stated",
    importance=_PROFILE,
    twin="entity_covered",
)
def entity_not_stated() -> Case:
    """The arrangement covers legal persons; the request does not say what this is."""
    return fact_case({"entityScope": ["legal_person"]})


@_group.vector("DEFA profile, certificateScope", importance=_PROFILE)
def use_covered() -> Case:
    """The arrangement covers seals, and this is used as one."""
    return fact_case({"certificateScope": ["seal"]}, use="seal")


@_group.vector(
    "DEFA profile, certificateScope",
    "recognition.use_not_covered",
    importance=_PROFILE,
    twin="use_covered",
)
def use_not_covered() -> Case:
    """The arrangement covers seals, and this is used to authenticate."""
    return fact_case({"certificateScope": ["seal"]}, use="authentication")


@_group.vector(
    "DEFA profile, certificateScope",
    "recognition.use_not_stated",
    importance=_PROFILE,
    twin="use_covered",
)
def use_not_stated() -> Case:
    """The arrangement covers seals; the request does not say what this is used for."""
    return fact_case({"certificateScope": ["seal"]})


_USERS = {"users": ["foreign_national", "national_unrecognised_abroad"]}


@_group.vector("VN Circular 06/2024, scope", importance=_PROFILE)
def user_is_foreign() -> Case:
    """For foreigners, and nationals whose signatures are not recognised abroad: a foreigner."""
    return fact_case(_USERS, nationality="TH")


@_group.vector("VN Circular 06/2024, scope", importance=_PROFILE)
def user_is_a_national_unrecognised_abroad() -> Case:
    """The same: a national whose domestic signature the counterpart's state does not recognise."""
    return fact_case(_USERS, nationality="SG", counterpart="does_not_recognise")


@_group.vector(
    "VN Circular 06/2024, scope",
    "recognition.user_not_covered",
    importance=_PROFILE,
    twin="user_is_a_national_unrecognised_abroad",
)
def user_is_a_national_recognised_abroad() -> Case:
    """The same: a national whose domestic signature the counterpart's state recognises."""
    return fact_case(_USERS, nationality="SG", counterpart="recognises")


@_group.vector(
    "VN Circular 06/2024, scope",
    "recognition.user_not_stated",
    importance=_PROFILE,
    twin="user_is_a_national_unrecognised_abroad",
)
def user_is_a_national_and_no_more_is_known() -> Case:
    """The same: a national; what the counterpart's state recognises is not stated."""
    return fact_case(_USERS, nationality="SG")


@_group.vector(
    "VN Circular 06/2024, scope",
    "recognition.user_not_stated",
    importance=_PROFILE,
    twin="user_is_foreign",
)
def user_not_stated() -> Case:
    """The same: the request states no nationality."""
    return fact_case(_USERS)
