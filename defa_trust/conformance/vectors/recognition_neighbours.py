"""Recognition beside what is not asked: facts that no rule looks for, and lists of third states."""

from __future__ import annotations

from ..build import (
    DAY,
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
from .recognition_facts import fact_case, law_of, listed

_group = Group(
    "recognition", features=("es256", "recognition", "recognition-facts", "vc-jwt"), twin="in_force"
)
_PROFILE = Importance.PROFILE
_LAW = "DEFA profile, DefaReceivingLaw"


# --- what is not asked for -----------------------------------------
_CLASS = law_of("category_standard", categories=["land"], technicalClasses=["protected_key"])


@_group.vector(_LAW, importance=_PROFILE)
def class_met_and_status_not_asked_for() -> Case:
    """The law asks for a class for land; the service is of it, and has a legal status as well."""
    offered = {"technicalClass": "protected_key", "legalStatus": "self_declared"}
    return fact_case(law=_CLASS, offered=offered, category="land")


@_group.vector(
    _LAW,
    "recognition.category_not_met",
    twin="class_met_and_status_not_asked_for",
    importance=_PROFILE,
    notes="A legal status stands in for the class.",
)
def class_not_met_beside_a_status() -> Case:
    """The law asks for a class for land; the service is of another, and has a legal status."""
    offered = {"technicalClass": "uniquely_linked", "legalStatus": "self_declared"}
    return fact_case(law=_CLASS, offered=offered, category="land")


# --- registers and third states -----------------------------------------
def _registered(**stale: int) -> Case:
    """SG's register names the service; Brunei's list, which nobody asks about, comes first."""
    return Case(
        vc(),
        trust(
            member_list("BN", service("BN"), **stale),
            member_list("TH", service()),
            recognition_list("SG", arrangement(requires=["prior_listing"])),
            member_list("SG", foreign=listed()),
        ),
        request_of(),
    )


@_group.vector("TS 119 612, 5.3.15", importance=_PROFILE)
def prior_listing_beside_a_third_list() -> Case:
    """The register names the service; a third state's list is there as well."""
    return _registered()


@_group.vector(
    "TS 119 612, 5.3.15",
    importance=_PROFILE,
    notes="A state's list that ran out closes the register of another one.",
)
def prior_listing_beside_a_third_list_that_ran_out() -> Case:
    """The register names the service; the list of a third state ran out long ago."""
    return _registered(issued=MOMENT - YEAR, nextUpdate=MOMENT - 200 * DAY)


# --- reciprocity in days of grace -----------------------------------------
def _ended(grace: int) -> Case:
    """TH's arrangement for SG ended yesterday, with days of grace up to ``grace``."""
    back = arrangement("TH", "SG", until=MOMENT - DAY, graceUntil=grace)
    back["periods"][0]["until"] = None
    return fact_case({"requires": ["reciprocity"]}, back=[back])


@_group.vector("DEFA profile, graceUntil", importance=_PROFILE)
def reciprocity_in_days_of_grace() -> Case:
    """TH's arrangement for SG ended yesterday; its days of grace last until the next second."""
    return _ended(MOMENT + 1)


@_group.vector(
    "DEFA profile, graceUntil",
    "recognition.not_reciprocated",
    twin="reciprocity_in_days_of_grace",
    importance=_PROFILE,
    notes="The end is exclusive.",
)
def reciprocity_after_the_days_of_grace() -> Case:
    """TH's arrangement for SG ended yesterday; its days of grace end at this very second."""
    return _ended(MOMENT)
