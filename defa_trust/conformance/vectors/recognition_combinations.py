"""Recognition where several facts meet: classes, caps, claims, comparisons, look-ups."""

from __future__ import annotations

from typing import Any

from ..build import MOMENT, YEAR, arrangement, recognised_by, request_of, vc
from ..registry import Case, Group, Importance
from .recognition_facts import fact_case, law_of, listed

_group = Group(
    "recognition", features=("es256", "recognition", "recognition-facts", "vc-jwt"), twin="in_force"
)
_level = Group(
    "recognition", features=("es256", "levels", "recognition", "vc-jwt"), twin="level_met"
)
_PROFILE = Importance.PROFILE
_LAW = "DEFA profile, DefaReceivingLaw"
_IAL = "urn:defa:scale:th:ial"
_AAL = "urn:defa:scale:th:aal"


# --- categories and classes -----------------------------------------
_CLASS = law_of("category_standard", categories=["land"], technicalClasses=["protected_key"])


@_group.vector(_LAW, importance=_PROFILE)
def class_met() -> Case:
    """The receiving law asks for keys in hardware for land; the service's keys are."""
    return fact_case(law=_CLASS, offered={"technicalClass": "protected_key"}, category="land")


@_group.vector(_LAW, "recognition.category_not_met", twin="class_met", importance=_PROFILE)
def class_not_met() -> Case:
    """The receiving law asks for keys in hardware for land; the service is of another class."""
    return fact_case(law=_CLASS, offered={"technicalClass": "uniquely_linked"}, category="land")


@_group.vector(_LAW, "recognition.category_unproved", twin="class_met", importance=_PROFILE)
def class_unproved() -> Case:
    """The receiving law asks for keys in hardware for land; no list says which class it is."""
    return fact_case(law=_CLASS, category="land")


_BOTH = law_of(
    "category_standard",
    categories=["land"],
    technicalClasses=["protected_key"],
    legalStatuses=["accredited"],
    standards=["iso-27001"],
)


def _land(**offered: Any) -> Case:
    return fact_case(law=_BOTH, offered=offered, category="land")


@_group.vector(_LAW, importance=_PROFILE)
def class_status_and_standard_met() -> Case:
    """The receiving law asks for three things for land, and the service has them all."""
    return _land(technicalClass="protected_key", legalStatus="accredited", standards=["iso-27001"])


@_group.vector(_LAW, "recognition.category_not_met", twin="class_status_and_standard_met",
               importance=_PROFILE, notes="One of three conditions is enough.")  # fmt: skip
def class_met_and_status_not() -> Case:
    """Of three things asked for, the legal status is another."""
    return _land(
        technicalClass="protected_key", legalStatus="self_declared", standards=["iso-27001"]
    )


@_group.vector(_LAW, "recognition.category_unproved", twin="class_status_and_standard_met",
               importance=_PROFILE)  # fmt: skip
def class_and_status_met_standard_unproved() -> Case:
    """Of three things asked for, no list says anything of the third."""
    return _land(technicalClass="protected_key", legalStatus="accredited")


_FREE_BUT = law_of("party_autonomy", acts=["will"])


@_group.vector(_LAW, importance=_PROFILE)
def parties_accept_for_an_open_act() -> Case:
    """The receiving law leaves the method to the parties but for wills; this is a lease."""
    return fact_case(law=_FREE_BUT, agreement="accepted", act="lease")


# --- comparisons -----------------------------------------
_GRANTED = {"levels": [{"scheme": _IAL, "value": "2.3"}]}


def _compared(
    comparator: str, *, minimum: int | None = None, equivalent: bool | None = None
) -> Case:
    level = {"proofing": 2, "authentication": None, "federation": None}
    bounds: dict[str, Any] = {
        "assuranceMap": [{"scheme": _IAL, "home": "2.3", "recognised": level}],
        "comparator": comparator,
    }
    if minimum is not None:
        bounds["minimumLevel"] = {"proofing": minimum}
    if equivalent is not None:
        uri = "https://sg.test.example/assessment"
        bounds["assessment"] = {"equivalent": equivalent, "uri": uri}
    return fact_case(bounds, offered=_GRANTED)


_MLIT = "UNCITRAL MLIT, 25-26"
_reliability = Group(
    "recognition",
    features=("es256", "levels", "recognition", "recognition-facts", "vc-jwt"),
    twin="equivalent_by_both",
)


@_reliability.vector(_MLIT, importance=_PROFILE)
def equivalent_by_both() -> Case:
    """Equivalence is asked for; the level is reached, and an assessment says so."""
    return _compared("equivalent", minimum=2, equivalent=True)


@_reliability.vector(_MLIT, importance=_PROFILE)
def equivalent_by_its_level() -> Case:
    """Equivalence is asked for; the level is reached, and nobody assessed."""
    return _compared("equivalent", minimum=2)


@_reliability.vector(_MLIT, importance=_PROFILE)
def equivalent_by_assessment() -> Case:
    """Equivalence is asked for; an assessment says so, and no level is asked for."""
    return _compared("equivalent", equivalent=True)


@_reliability.vector(_MLIT, "recognition.reliability_unknown", importance=_PROFILE,
                     notes="Nothing to compare with counts as equivalent.")  # fmt: skip
def equivalent_to_nothing() -> Case:
    """Equivalence is asked for, with neither a level nor an assessment to tell by."""
    return _compared("equivalent")


@_reliability.vector(_MLIT, "recognition.reliability_not_met", importance=_PROFILE,
                     notes="The better of two answers counts.")  # fmt: skip
def equivalent_by_its_level_and_not_by_assessment() -> Case:
    """The level is reached, and an assessment says that it is not equivalent."""
    return _compared("equivalent", minimum=2, equivalent=False)


@_reliability.vector(_MLIT, "recognition.reliability_not_met", importance=_PROFILE)
def equivalent_by_assessment_and_not_by_its_level() -> Case:
    """An assessment says that it is equivalent, and the level is not reached."""
    return _compared("equivalent", minimum=3, equivalent=True)


@_reliability.vector(_MLIT, importance=_PROFILE)
def substantially_equivalent_whatever_the_level() -> Case:
    """Substantial equivalence is assessed, and the level, which is not reached, is no measure."""
    return _compared("substantially_equivalent", minimum=3, equivalent=True)


@_reliability.vector(_MLIT, importance=_PROFILE)
def at_least_whatever_the_assessment() -> Case:
    """A level is asked for and reached; an assessment that says otherwise is no measure."""
    return _compared("at_least", minimum=2, equivalent=False)


@_reliability.vector(_MLIT, "recognition.reliability_unknown", importance=_PROFILE)
def at_least_nothing() -> Case:
    """A level is asked for, and the arrangement does not say which."""
    return _compared("at_least")


# --- levels -----------------------------------------
def _axes(**own: int) -> dict[str, int | None]:
    return {"proofing": None, "authentication": None, "federation": None, **own}


_ROWS = [
    {"scheme": _IAL, "home": "1.1", "recognised": _axes(proofing=1)},
    {"scheme": _IAL, "home": "2.2", "recognised": _axes(proofing=2)},
    {"scheme": _IAL, "home": "2.3", "recognised": _axes(proofing=2)},
]
_WANTED = {"proofing": 2, "authentication": 0, "federation": 0}


def _granted(value: str, cap: str | None = None, **claims: Any) -> Case:
    grant = {"scheme": _IAL, "value": value, **({"cap": cap} if cap else {})}
    world = recognised_by(arrangement(assuranceMap=_ROWS), levels=[grant])
    return Case(vc(**claims), world, request_of(minLevel=_WANTED))


@_level.vector("DEFA profile, DefaLoA", "recognition.level_too_low", importance=_PROFILE,
               notes="The cap is taken for the grant.")  # fmt: skip
def cap_above_a_low_grant() -> Case:
    """Thai IAL 1.1 is granted with a cap of 2.3, and proofing 2 is asked for."""
    return _granted("1.1", "2.3")


@_level.vector("DEFA profile, DefaLoA", importance=_PROFILE)
def claim_on_the_other_axis() -> Case:
    """Thai IAL 2.2 is granted; the credential speaks of authentication, which is another axis."""
    return _granted("2.2", acr=f"{_AAL}:1")


# --- look-ups -----------------------------------------
@_group.vector("DEFA profile, DefaRecognisedForeign", importance=_PROFILE, features=("policy",))
def prior_listing_under_a_strict_policy() -> Case:
    """Prior listing by an authoritative list, where transcribed ones are refused."""
    bounds = {"requires": ["prior_listing"]}
    return fact_case(bounds, foreign=listed(), policy={"transcribed": "refuse"})


@_group.vector("DEFA profile, periods", "recognition.no_longer_in_force", importance=_PROFILE,
               notes="Whatever was in force once is in force again.")  # fmt: skip
def after_two_periods() -> Case:
    """The arrangement had two periods, and the later one has ended."""
    return Case(vc(), recognised_by(_two_periods()))


def _two_periods() -> dict[str, Any]:
    def period(start: int, until: int) -> dict[str, Any]:
        return {"status": "enacted", "stage": "in_force", "from": start, "until": until}

    late, early = period(MOMENT - YEAR, MOMENT), period(MOMENT - 3 * YEAR, MOMENT - 2 * YEAR)
    return {**arrangement(), "from": MOMENT - 3 * YEAR, "periods": [late, early]}
