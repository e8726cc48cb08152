"""Two arrangements of one signed list that meet: what may stand together, and what may not."""

from __future__ import annotations

from ...spec import SVC_EAA
from ...trustlist.model import Stage, Status
from ..build import DAY, MOMENT, Json, request_of, vc
from ..lists import envelope, offered, recognition, signed_world, thai_list, thai_service, update
from ..registry import Case, Group, Importance
from .trust_list_rules import rule

_group = Group(
    "trust_list",
    features=("es256", "recognition", "signed-lists", "vc-jwt"),
    twin="two_arrangements_after_each_other",
)
_PROFILE = Importance.PROFILE
_LAW = "DEFA profile, DefaRecognition"
_MISSING = "recognition.list_missing"
_CONTRADICTION = "list.contradiction"
_IAL = "urn:defa:scale:th:ial"
_OTHER = {"code": "bilateral", "title": "TEST-ONLY second memorandum", "verified": True}


def _lists(*rules: Json, thai: Json | None = None) -> Json:
    singapore = recognition(arrangements=list(rules))
    return signed_world(
        update(
            offered("member_state", "TH", envelope(thai or thai_list(), "TH")),
            offered("recognition", "SG", envelope(singapore, "SG")),
        )
    )


def _pair(first: Json, second: Json, **asked: str) -> Case:
    return Case(vc(), _lists(first, second), request_of(**asked))


def _second(**members: object) -> Json:
    """A second arrangement, under an instrument of its own."""
    return rule(**{"id": "test-sg-th-2", "instrument": _OTHER, **members})


@_group.vector(_LAW, importance=_PROFILE)
def two_arrangements_after_each_other() -> Case:
    """The second arrangement begins the day on which the first one's grace ends."""
    first = rule(until=MOMENT + DAY, grace_until=MOMENT + 2 * DAY)
    return _pair(first, _second(since=MOMENT + 2 * DAY, effect="presumption_of_signatory"))


@_group.vector(_LAW, importance=_PROFILE)
def two_arrangements_for_two_purposes() -> Case:
    """Two arrangements with different effects, each for a purpose of its own."""
    other = _second(purposes=["travel"], effect="presumption_of_signatory")
    return _pair(rule(purposes=["health"]), other, purpose="health")


@_group.vector(_LAW, importance=_PROFILE)
def two_arrangements_of_which_one_observes() -> Case:
    """The second arrangement says otherwise, and only observes."""
    return _pair(rule(), _second(stage=Stage.OBSERVE, effect="presumption_of_signatory"))


@_group.vector(_LAW, importance=_PROFILE)
def two_instruments_that_say_the_same() -> Case:
    """Two arrangements at one time, under two instruments, that say the same."""
    return _pair(rule(), _second())


@_group.vector(
    _LAW,
    _MISSING,
    refused=_CONTRADICTION,
    importance=_PROFILE,
    notes="Which of the two counts depends on the order in which they are read.",
)
def two_effects_at_one_time() -> Case:
    """Two arrangements that meet state two effects."""
    return _pair(rule(), _second(effect="presumption_of_signatory"))


@_group.vector(_LAW, _MISSING, refused=_CONTRADICTION, importance=_PROFILE)
def two_effects_in_a_period_of_grace() -> Case:
    """The second arrangement says otherwise from a day within the first one's grace."""
    first = rule(until=MOMENT + DAY, grace_until=MOMENT + 3 * DAY)
    return _pair(first, _second(since=MOMENT + 2 * DAY, effect="presumption_of_signatory"))


@_group.vector(
    _LAW,
    _MISSING,
    refused=_CONTRADICTION,
    importance=_PROFILE,
    twin="two_instruments_that_say_the_same",
)
def one_instrument_twice() -> Case:
    """Two arrangements at one time, under one instrument."""
    return _pair(rule(), rule(id="test-sg-th-2"))


@_group.vector(_LAW, _MISSING, refused=_CONTRADICTION, importance=_PROFILE)
def one_status_counts_and_does_not() -> Case:
    """What one arrangement takes for a valid status the other takes for an invalid one."""
    other = _second(valid=[Status.WITHDRAWN], invalid=[Status.GRANTED])
    return _pair(rule(), other)


@_group.vector(_LAW, _MISSING, refused=_CONTRADICTION, importance=_PROFILE)
def one_type_counts_as_two() -> Case:
    """One home service type counts as one thing here, and as another there."""
    pid = "http://uri.etsi.org/19602/SvcType/PID/Issuance"
    return _pair(rule(), _second(service_types=[(SVC_EAA, pid)]))


@_group.vector(_LAW, _MISSING, refused=_CONTRADICTION, importance=_PROFILE)
def one_level_counts_as_two() -> Case:
    """One home level counts as 2 here, and as 3 there."""
    axes = {"authentication": "unstated", "federation": "unstated"}
    two, three = ([(_IAL, "2.3", {"proofing": n, **axes})] for n in (2, 3))
    return _pair(rule(levels=two), _second(levels=three))


# --- single members -----------------------------------------
def _one(**members: object) -> Case:
    return Case(vc(), _lists(rule(**members)))


@_group.vector(_LAW, importance=_PROFILE)
def arrangement_with_grace() -> Case:
    """The arrangement has an end, and a period of grace after it."""
    return _one(until=MOMENT - DAY, grace_until=MOMENT + DAY)


@_group.vector("DEFA profile, graceUntil", _MISSING, refused="list.arrangement",
               twin="arrangement_with_grace", importance=_PROFILE)  # fmt: skip
def grace_without_an_end() -> Case:
    """A period of grace after an arrangement that has no end."""
    return _one(until=None, grace_until=MOMENT + DAY)


@_group.vector("DEFA profile, graceUntil", _MISSING, refused="list.arrangement",
               twin="arrangement_with_grace", importance=_PROFILE)  # fmt: skip
def grace_of_no_length() -> Case:
    """The period of grace ends when the arrangement does."""
    return _one(until=MOMENT + DAY, grace_until=MOMENT + DAY)


@_group.vector("DEFA profile, limits", _MISSING, refused="list.member_value",
               twin="arrangement_with_grace", importance=_PROFILE)  # fmt: skip
def limits_that_limit_nothing() -> Case:
    """`limits` is there and empty."""
    return _one(limits={})


@_group.vector("DEFA profile, limits", _MISSING, refused="list.member_value",
               twin="arrangement_with_grace", importance=_PROFILE)  # fmt: skip
def limits_as_an_array() -> Case:
    """`limits` is an array."""
    return _one(limits=["maxPerDay"])


_JUDGED = {"result": "equivalent", "uri": "https://sg.test.example/assessment"}


@_group.vector("DEFA profile, assessment", importance=_PROFILE)
def assessment_by_address() -> Case:
    """An assessment is named by its address alone."""
    return _one(assessment=_JUDGED)


@_group.vector("DEFA profile, assessment", importance=_PROFILE)
def assessment_by_address_and_digest() -> Case:
    """An assessment is named by its address and its digest."""
    return _one(assessment={**_JUDGED, "sha256": "00" * 32})


@_group.vector("DEFA profile, assessment", _MISSING, refused="list.member_value",
               twin="assessment_by_address_and_digest", importance=_PROFILE)  # fmt: skip
def assessment_by_a_short_digest() -> Case:
    """The digest of an assessment is too short."""
    return _one(assessment={**_JUDGED, "sha256": "00" * 31})


# --- levels -----------------------------------------
_AXES = {"authentication": "unstated", "federation": "unstated"}
_ROWS = [(_IAL, value, {"proofing": n, **_AXES}) for value, n in (("1.1", 1), ("2.3", 2))]
_WANTED = request_of(minLevel={"proofing": 2, "authentication": 0, "federation": 0})


def _level(*levels: tuple[str, ...]) -> Case:
    """Thailand's list grants levels, and proofing 2 is asked for."""
    return Case(
        vc(), _lists(rule(levels=_ROWS), thai=thai_list(thai_service(levels=levels))), _WANTED
    )


@_group.vector("DEFA profile, DefaLoA", importance=_PROFILE, features=("levels",))
def signed_level() -> Case:
    """The signed list grants the level that is asked for."""
    return _level((_IAL, "2.3"))


@_group.vector("DEFA profile, DefaLoA", "recognition.level_unstated", twin="signed_level",
               importance=_PROFILE, features=("levels",))  # fmt: skip
def signed_list_without_levels() -> Case:
    """The signed list grants no level, and one is asked for."""
    return _level()


@_group.vector("DEFA profile, DefaLoA", "recognition.level_too_low", twin="signed_level",
               importance=_PROFILE, features=("levels",),
               notes="The level that was granted counts, and not the cap on it.")  # fmt: skip
def signed_level_capped() -> Case:
    """The signed list grants the level, and caps it below."""
    return _level((_IAL, "2.3", "1.1"))


@_group.vector("DEFA profile, DefaLoA", "resolve.no_anchors", refused="list.duplicate",
               twin="signed_level", importance=_PROFILE, features=("levels",))  # fmt: skip
def signed_level_twice() -> Case:
    """The signed list grants two levels on one scale."""
    return _level((_IAL, "2.3"), (_IAL, "1.1"))
