"""Recognition by reliability and by what it rests on; and where nothing is presented at all."""

from __future__ import annotations

from typing import Any

from ..build import (
    DAY,
    MOMENT,
    arrangement,
    member_list,
    recognition_list,
    request_of,
    service,
    trust,
)
from ..registry import Case, Group, Importance
from .recognition_facts import fact_case, law_of, listed

_group = Group(
    "recognition", features=("es256", "recognition", "recognition-facts", "vc-jwt"), twin="in_force"
)
_PROFILE = Importance.PROFILE
_IAL = "urn:defa:scale:th:ial"


# --- reliability -----------------------------------------
_LEVEL = {"levels": [{"scheme": _IAL, "value": "2.3"}]}


def _measured(comparator: str, **more: Any) -> dict[str, Any]:
    level = {"proofing": 2, "authentication": None, "federation": None}
    row = {"scheme": _IAL, "home": "2.3", "recognised": level}
    return {"assuranceMap": [row], "comparator": comparator, **more}


def _assessed(equivalent: bool) -> dict[str, Any]:
    return {"assessment": {"equivalent": equivalent, "uri": "https://sg.test.example/assessment"}}


@_group.vector("UNCITRAL MLIT, 25-26", importance=_PROFILE, features=("levels",))
def at_least_the_minimum() -> Case:
    """At least proofing 2 is asked for, and the mapped level is 2."""
    return fact_case(_measured("at_least", minimumLevel={"proofing": 2}), offered=_LEVEL)


@_group.vector(
    "UNCITRAL MLIT, 25-26",
    "recognition.reliability_not_met",
    importance=_PROFILE,
    twin="at_least_the_minimum",
    features=("levels",),
)
def below_the_minimum() -> Case:
    """At least proofing 3 is asked for, and the mapped level is 2."""
    return fact_case(_measured("at_least", minimumLevel={"proofing": 3}), offered=_LEVEL)


@_group.vector(
    "UNCITRAL MLIT, 25-26",
    "recognition.reliability_unknown",
    importance=_PROFILE,
    twin="at_least_the_minimum",
    features=("levels",),
)
def minimum_on_an_unstated_axis() -> Case:
    """At least federation 1 is asked for, on which nothing is mapped."""
    return fact_case(_measured("at_least", minimumLevel={"federation": 1}), offered=_LEVEL)


@_group.vector("UNCITRAL MLES, 12", importance=_PROFILE, features=("levels",))
def substantially_equivalent() -> Case:
    """How much is substantial is a judgement: one that says yes is attached."""
    bounds = _measured("substantially_equivalent", **_assessed(equivalent=True))
    return fact_case(bounds, offered=_LEVEL)


@_group.vector(
    "UNCITRAL MLES, 12",
    "recognition.reliability_not_met",
    importance=_PROFILE,
    twin="substantially_equivalent",
    features=("levels",),
)
def assessed_as_not_equivalent() -> Case:
    """The attached judgement says no."""
    bounds = _measured("substantially_equivalent", **_assessed(equivalent=False))
    return fact_case(bounds, offered=_LEVEL)


@_group.vector(
    "UNCITRAL MLES, 12",
    "recognition.reliability_unknown",
    importance=_PROFILE,
    twin="substantially_equivalent",
    features=("levels",),
    notes="A level that is high enough is no judgement of what is substantial.",
)
def nobody_assessed() -> Case:
    """Substantial equivalence is asked for, and no judgement is attached."""
    bounds = _measured("substantially_equivalent", minimumLevel={"proofing": 2})
    return fact_case(bounds, offered=_LEVEL)


@_group.vector("UNCITRAL MLIT, 11 and 23", importance=_PROFILE, features=("levels",))
def designated_and_so_presumed() -> Case:
    """Nobody assessed the service; the receiving state designated it, so it is presumed."""
    return fact_case(
        _measured("substantially_equivalent"),
        offered=_LEVEL,
        foreign=listed(status="designated"),
    )


@_group.vector(
    "UNCITRAL MLIT, 11 and 23",
    "recognition.reliability_not_met",
    importance=_PROFILE,
    twin="designated_and_so_presumed",
    features=("levels",),
    notes="A presumption does not stand against what is known.",
)
def designated_and_assessed_as_not_equivalent() -> Case:
    """The service is designated, and the attached judgement says no."""
    return fact_case(
        _measured("substantially_equivalent", **_assessed(equivalent=False)),
        offered=_LEVEL,
        foreign=listed(status="designated"),
    )


@_group.vector("UNCITRAL MLIT, 10 and 22", importance=_PROFILE, features=("levels",))
def proven_in_fact() -> Case:
    """The method was proven reliable in fact, and the receiving law hears that."""
    return fact_case(
        _measured("substantially_equivalent"),
        offered=_LEVEL,
        law=law_of("proven_reliability"),
        reliability="proven",
    )


@_group.vector(
    "UNCITRAL MLIT, 10 and 22",
    "recognition.reliability_unknown",
    importance=_PROFILE,
    twin="proven_in_fact",
    features=("levels",),
    notes="Whoever asks cannot open a way that the receiving law does not have.",
)
def proven_where_the_law_does_not_hear_it() -> Case:
    """The method was proven reliable in fact; the receiving law does not speak of that."""
    return fact_case(_measured("substantially_equivalent"), offered=_LEVEL, reliability="proven")


@_group.vector("UNCITRAL MLIT, 10 and 22", "recognition.disproved_in_fact", importance=_PROFILE)
def disproved_in_fact() -> Case:
    """The method was found unreliable in fact, whatever the lists say."""
    return fact_case(reliability="disproved")


@_group.vector(
    "UNCITRAL MLIT, 25-26",
    ("recognition.citation_unread",),
    importance=_PROFILE,
    twin="at_least_the_minimum",
    features=("levels",),
    notes="A rule whose article nobody read is not relied upon where the policy says so.",
)
def reliable_by_an_article_nobody_read() -> Case:
    """The level is high enough by a measure whose articles nobody read; the policy refuses that."""
    return fact_case(
        _measured("at_least", minimumLevel={"proofing": 2}),
        offered=_LEVEL,
        policy={"unreadCitations": "refuse"},
    )


# --- stricter form and standards -----------------------------------------
@_group.vector("DEFA profile, standards", importance=_PROFILE)
def stricter_form_met() -> Case:
    """One direction asks for a standard, and the home list states it."""
    return fact_case({"standards": ["iso-27001"]}, offered={"standards": ["iso-27001"]})


@_group.vector(
    "DEFA profile, standards",
    "recognition.stricter_not_met",
    importance=_PROFILE,
    twin="stricter_form_met",
)
def stricter_form_not_met() -> Case:
    """One direction asks for a standard, and the home list states another."""
    return fact_case({"standards": ["iso-27001"]}, offered={"standards": ["webtrust"]})


@_group.vector(
    "DEFA profile, standards",
    "recognition.stricter_unknown",
    importance=_PROFILE,
    twin="stricter_form_met",
)
def stricter_form_unknown() -> Case:
    """One direction asks for a standard, and the home list speaks of none."""
    return fact_case({"standards": ["iso-27001"]})


@_group.vector("UNCITRAL MLIT, 25-26", importance=_PROFILE)
def considered_standards_are_not_needed() -> Case:
    """Regard is had to a standard that the service does not meet: evidence, and no condition."""
    return fact_case({"consideredStandards": ["iso-27001"]}, offered={"standards": ["webtrust"]})


@_group.vector(
    "UNCITRAL MLIT, 25-26",
    "recognition.reliability_unknown",
    importance=_PROFILE,
    twin="considered_standards_are_not_needed",
    features=("levels",),
    notes="A certificate of conformity is no assessment by the receiving state.",
)
def considered_standards_are_not_enough() -> Case:
    """Regard is had to a standard that the service meets; nobody assessed its reliability."""
    bounds = _measured("substantially_equivalent", consideredStandards=["iso-27001"])
    return fact_case(bounds, offered={**_LEVEL, "standards": ["iso-27001"]})


# --- the instrument -----------------------------------------
def _resting_on(basis: str = "mutual", **more: Any) -> dict[str, Any]:
    source = {"code": "treaty", "title": "TEST-ONLY treaty", "article": "art. 1", "verified": True}
    return {"basis": basis, "instrument": {**source, **more}}


@_group.vector("DEFA profile, instrument", importance=_PROFILE)
def instrument_in_force_between_both() -> Case:
    """The treaty is in force, and both states are parties."""
    return fact_case(_resting_on(status="in_force", parties=["SG", "TH"]))


@_group.vector(
    "DEFA profile, instrument",
    "recognition.party_missing",
    importance=_PROFILE,
    twin="instrument_in_force_between_both",
)
def instrument_without_one_party() -> Case:
    """The treaty is in force, and the issuing state has not ratified it."""
    return fact_case(_resting_on(status="in_force", parties=["SG", "MY"]))


@_group.vector(
    "DEFA profile, instrument",
    "recognition.instrument_not_in_force",
    importance=_PROFILE,
    twin="instrument_in_force_between_both",
    notes="A treaty that is concluded and not signed binds nobody.",
)
def instrument_concluded_and_unsigned() -> Case:
    """The treaty is concluded, and nobody has signed it."""
    return fact_case(_resting_on(status="concluded_unsigned"))


@_group.vector(
    "DEFA profile, instrument",
    "recognition.instrument_unclear",
    importance=_PROFILE,
    twin="instrument_in_force_between_both",
)
def instrument_unclear() -> Case:
    """Whoever wrote the list could not tell whether the treaty is in force."""
    return fact_case(_resting_on(status="unclear", parties=["SG", "TH"]))


@_group.vector("DEFA profile, basis", importance=_PROFILE)
def own_act_on_a_best_endeavour_clause() -> Case:
    """The state's own act grants it, whatever the treaty merely endeavours."""
    return fact_case(_resting_on("autonomous", obligation="best_endeavour"))


@_group.vector(
    "DEFA profile, basis",
    "recognition.basis_endeavour",
    importance=_PROFILE,
    twin="own_act_on_a_best_endeavour_clause",
    notes="An endeavour grants no right.",
)
def mutual_on_a_best_endeavour_clause() -> Case:
    """The recognition is said to be mutual, and rests on an endeavour."""
    return fact_case(_resting_on("mutual", obligation="best_endeavour"))


@_group.vector(
    "DEFA profile, basis",
    "recognition.basis_unclear",
    importance=_PROFILE,
    twin="own_act_on_a_best_endeavour_clause",
)
def mutual_on_an_unclear_clause() -> Case:
    """The recognition is said to be mutual; whether the clause makes it a duty is unclear."""
    return fact_case(_resting_on("mutual", obligation="unclear"))


# --- nothing was presented -----------------------------------------
@_group.vector(
    "UNCITRAL MLIT, general",
    "recognition.nothing_presented",
    importance=_PROFILE,
    notes="Nobody is refused for having no digital identity.",
)
def nothing_presented() -> Case:
    """Nothing was presented: that is INDETERMINATE, and never a failure."""
    return Case(b"", trust(member_list("TH", service()), recognition_list("SG", arrangement())))


@_group.vector(
    "UNCITRAL MLIT, general",
    "recognition.nothing_presented",
    importance=_PROFILE,
    notes="Not even a law that makes use a duty makes its absence a failure here.",
)
def nothing_presented_where_use_is_a_duty() -> Case:
    """Nothing was presented, and the receiving law states a duty to use a digital identity."""
    lists = [
        member_list("TH", service()),
        recognition_list("SG", arrangement(), law=law_of("duty_of_use", MOMENT - DAY)),
    ]
    return Case(b"", trust(*lists), request_of())
