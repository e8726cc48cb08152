"""Recognition by the receiving state's own law, and by what the parties agreed."""

from __future__ import annotations

from ..build import (
    MOMENT,
    arrangement,
    member_list,
    recognition_list,
    request_of,
    service,
    trust,
    vc,
)
from ..registry import Case, Group, Importance
from .recognition_facts import fact_case, law_of

_group = Group(
    "recognition", features=("es256", "recognition", "recognition-facts", "vc-jwt"), twin="in_force"
)
_PROFILE = Importance.PROFILE


# --- the receiving state's own law -----------------------------------------
_WILLS = law_of("excluded_acts", acts=["will"])


@_group.vector("DEFA profile, DefaReceivingLaw", importance=_PROFILE)
def law_leaves_the_act_open() -> Case:
    """The receiving law excludes wills; this is a lease."""
    return fact_case(law=_WILLS, act="lease")


@_group.vector(
    "DEFA profile, DefaReceivingLaw",
    "recognition.law_excludes",
    importance=_PROFILE,
    twin="law_leaves_the_act_open",
    notes="An arrangement cannot grant what the law of its own state excludes.",
)
def law_excludes_the_act() -> Case:
    """The receiving law excludes wills; this is one, and the arrangement is silent."""
    return fact_case(law=_WILLS, act="will")


@_group.vector(
    "DEFA profile, DefaReceivingLaw",
    "recognition.law_act_not_stated",
    importance=_PROFILE,
    twin="law_leaves_the_act_open",
)
def law_excludes_and_the_act_is_not_stated() -> Case:
    """The receiving law excludes wills; the request does not say which act this is for."""
    return fact_case(law=_WILLS)


@_group.vector(
    "DEFA profile, DefaReceivingLaw",
    "recognition.law_excludes",
    importance=_PROFILE,
    twin="law_leaves_the_act_open",
    notes="One arrangement that is silent about the act must not open what the law closes.",
)
def law_excludes_whatever_arrangement_is_there() -> Case:
    """Two arrangements, one with its own exclusions and one without; the law excludes wills."""
    lists = [
        member_list("TH", service()),
        recognition_list(
            "SG",
            arrangement(id="a", excludedActs=["lease"], purposes=["travel"]),
            arrangement(id="b"),
            law=_WILLS,
        ),
    ]
    return Case(vc(), trust(*lists), request_of(act="will", purpose="travel"))


@_group.vector("DEFA profile, excludedActs", importance=_PROFILE)
def one_arrangement_excludes_and_another_covers() -> Case:
    """An exclusion that one arrangement states binds that arrangement: the other one covers it."""
    lists = [
        member_list("TH", service()),
        recognition_list("SG", arrangement(id="a", excludedActs=["will"]), arrangement(id="b")),
    ]
    return Case(vc(), trust(*lists), request_of(act="will"))


@_group.vector("DEFA profile, DefaReceivingLaw", importance=_PROFILE)
def law_not_yet_in_force() -> Case:
    """The exclusion of wills begins in the next second."""
    return fact_case(law=law_of("excluded_acts", MOMENT + 1, acts=["will"]), act="will")


@_group.vector(
    "DEFA profile, DefaReceivingLaw",
    "recognition.law_excludes",
    importance=_PROFILE,
    twin="law_not_yet_in_force",
)
def law_in_force_this_second() -> Case:
    """The exclusion of wills begins in this very second."""
    return fact_case(law=law_of("excluded_acts", MOMENT, acts=["will"]), act="will")


_LAND = law_of("category_standard", categories=["land"], legalStatuses=["accredited"])


@_group.vector("RCEP, 12.6(3)", importance=_PROFILE)
def category_standard_met() -> Case:
    """For land the receiving law asks for an accredited service, and the home list says it is."""
    return fact_case(law=_LAND, offered={"legalStatus": "accredited"}, category="land")


@_group.vector(
    "RCEP, 12.6(3)",
    "recognition.category_not_met",
    importance=_PROFILE,
    twin="category_standard_met",
)
def category_standard_not_met() -> Case:
    """For land the receiving law asks for an accredited service; this one declared itself."""
    return fact_case(law=_LAND, offered={"legalStatus": "self_declared"}, category="land")


@_group.vector(
    "RCEP, 12.6(3)",
    "recognition.category_unproved",
    importance=_PROFILE,
    twin="category_standard_met",
    notes="What the home list does not speak of is not established.",
)
def category_standard_unproved() -> Case:
    """For land the receiving law asks for an accredited service; the home list is silent."""
    return fact_case(law=_LAND, category="land")


@_group.vector(
    "RCEP, 12.6(3)",
    "recognition.category_not_stated",
    importance=_PROFILE,
    twin="category_standard_met",
)
def category_not_stated() -> Case:
    """The receiving law asks more for land; the request states no category."""
    return fact_case(law=_LAND, offered={"legalStatus": "accredited"})


@_group.vector("RCEP, 12.6(3)", importance=_PROFILE)
def category_without_a_standard() -> Case:
    """The receiving law asks more for land; this is a lease."""
    return fact_case(law=_LAND, category="lease")


@_group.vector("ASEAN Agreement on Electronic Commerce, definitions", importance=_PROFILE)
def effect_of_the_receiving_law() -> Case:
    """The arrangement states an effect that the receiving law knows."""
    return fact_case(
        {"effect": "equals_handwritten"}, law=law_of("effect", effect="equals_handwritten")
    )


@_group.vector(
    "ASEAN Agreement on Electronic Commerce, definitions",
    "recognition.effect_not_of_this_law",
    importance=_PROFILE,
    twin="effect_of_the_receiving_law",
    notes="The home state's term must not be transplanted.",
)
def effect_of_another_law() -> Case:
    """The arrangement states an effect that the receiving law does not know."""
    return fact_case(
        {"effect": "presumption_of_intent"}, law=law_of("effect", effect="equals_handwritten")
    )


@_group.vector("RCEP, 12.6(1)", "recognition.no_arrangement", importance=_PROFILE)
def floor_is_no_recognition() -> Case:
    """Not denied effect solely because electronic, and not recognised: two different things."""
    lists = [
        member_list("TH", service()),
        recognition_list("SG", arrangement("SG", "MY"), law=law_of("non_discrimination")),
    ]
    return Case(vc(), trust(*lists), request_of())


# --- what the parties agreed -----------------------------------------
_FREE = law_of("party_autonomy")


@_group.vector("RCEP, 12.6(2)", importance=_PROFILE)
def parties_accept() -> Case:
    """The parties agreed on this method, and the state recognises it anyway."""
    return fact_case(law=_FREE, agreement="accepted")


@_group.vector(
    "RCEP, 12.6(2)",
    "recognition.agreement_excludes",
    importance=_PROFILE,
    twin="parties_accept",
)
def parties_exclude() -> Case:
    """The parties agreed on another method: between them this one does not count."""
    return fact_case(law=_FREE, agreement="excluded")


@_group.vector(
    "RCEP, 12.6(2)",
    "recognition.no_arrangement",
    importance=_PROFILE,
    twin="parties_accept",
    notes="An agreement binds the parties; it cannot make a state recognise.",
)
def parties_cannot_recognise() -> Case:
    """The parties agreed on this method; the state has no arrangement."""
    lists = [
        member_list("TH", service()),
        recognition_list("SG", arrangement("SG", "MY"), law=_FREE),
    ]
    return Case(vc(), trust(*lists), request_of(agreement="accepted"))
