"""Recognition arrangements (`DefaRecognition`), decoded (floor 5).

A recognising state speaks for itself only and directly: each entry's recognising territory is the
list's own. What the reader cannot take into account is refused, never passed over, because a
condition that is not seen is a condition that is not kept.
"""

from __future__ import annotations

from typing import Any, Final

from ..codes import listing as codes
from ..errors import Rejection
from ..request import CertificateUse, EntityKind, UserClass
from ..verdict import TIME_MAX, Interval, Level
from . import reading
from .contradictions import check_contradictions
from .model import (
    Arrangement,
    ArrangementPeriod,
    ArrangementStatus,
    Assessment,
    Instrument,
    InstrumentStatus,
    LevelMapping,
    Obligation,
    Stage,
)

_REQUIRED: Final = frozenset(
    {
        "id",
        "recognisingTerritory",
        "recognisedTerritory",
        "instrument",
        "basis",
        "serviceTypeMap",
        "statusMap",
        "assuranceMap",
        "effect",
        "stage",
        "status",
        "from",
        "history",
    }
)
_OPTIONAL: Final = frozenset(
    {
        "comparator",
        "purposes",
        "sectors",
        "relyingParties",
        "entityScope",
        "certificateScope",
        "credentialTypes",
        "users",
        "excludedActs",
        "requires",
        "minimumLevel",
        "assessment",
        "standards",
        "consideredStandards",
        "limits",
        "graceUntil",
        "until",
    }
)
_INSTRUMENT: Final = frozenset({"code", "title", "verified"})
_INSTRUMENT_OPTIONAL: Final = frozenset({"article", "uri", "status", "parties", "obligation"})
_TYPE_PAIR: Final = frozenset({"home", "recognised"})
_STATUS_MAP: Final = frozenset({"valid", "invalid"})
_LEVEL_ROW: Final = frozenset({"scheme", "home", "recognised"})
_AXES: Final = frozenset({"proofing", "authentication", "federation"})
_ASSESSMENT: Final = frozenset({"result", "uri"})
_ASSESSMENT_OPTIONAL: Final = frozenset({"sha256"})
_PAST: Final = frozenset({"status", "stage", "from"})

BASES: Final = frozenset({"autonomous", "mutual"})
COMPARATORS: Final = frozenset({"equivalent", "substantially_equivalent", "at_least"})
EFFECTS: Final = frozenset(
    {
        "non_discrimination",
        "requirement_met_if_reliable",
        "presumption_of_signatory",
        "presumption_of_intent",
        "presumption_of_integrity",
        "equals_handwritten",
        "evidence_weight_only",
        "identification",
        "unknown",
    }
)
ENTITY_SCOPES: Final = frozenset(kind.value for kind in EntityKind)
CERTIFICATE_SCOPES: Final = frozenset(use.value for use in CertificateUse)
USERS: Final = frozenset(user.value for user in UserClass)
PRIOR_LISTING: Final = "prior_listing"
RECIPROCITY: Final = "reciprocity"
REQUIREMENTS: Final = frozenset({PRIOR_LISTING, RECIPROCITY})
"""Requirements that lists can answer. Any other is a URI, and a person answers it."""
_ASSESSED: Final = {"equivalent": True, "not_equivalent": False}
_INSTRUMENT_STATUSES: Final = frozenset(status.value for status in InstrumentStatus)
_OBLIGATIONS: Final = frozenset(obligation.value for obligation in Obligation)
_STAGES: Final = frozenset(stage.value for stage in Stage)
_STATUSES: Final = frozenset(status.value for status in ArrangementStatus)
_MAX: Final = 1000
"""Ours: entries of one array of an arrangement."""
_ABSENT: Final = object()


def read_arrangements(value: Any, where: str, territory: str) -> tuple[Arrangement, ...]:
    """`DefaRecognition` of the recognition list of ``territory``.

    Raises ``Rejection``; where two entries do not go together, both are named.
    """
    found: dict[str, Arrangement] = {}
    for number, entry in enumerate(reading.array(value, where, least=0, most=_MAX)):
        arrangement = _arrangement(entry, f"{where}[{number}]", territory)
        if arrangement.id in found:
            raise Rejection(
                codes.DUPLICATE, where=f"{where}[{number}]", actual=f"two times {arrangement.id}"
            )
        found[arrangement.id] = arrangement
    check_contradictions(found.values(), where)
    return tuple(found.values())


def _arrangement(value: Any, where: str, territory: str) -> Arrangement:
    entry = reading.members(value, where, _REQUIRED, _OPTIONAL)
    recognising = reading.member_state(
        entry["recognisingTerritory"], f"{where}.recognisingTerritory"
    )
    if recognising != territory:
        raise Rejection(codes.DIRECTION, where=where, expected=recognising, actual=territory)
    recognised = reading.issuing_state(entry["recognisedTerritory"], f"{where}.recognisedTerritory")
    if recognised == recognising:
        raise _contradiction(where, "a state recognises itself")
    periods = _periods(entry, where)
    begins = periods[-1].interval.start
    until = _moment(entry, "until", where)
    if until is not None and until <= periods[0].interval.start:
        raise _contradiction(where, "it ends before it begins")
    grace = _moment(entry, "graceUntil", where)
    if grace is not None and (until is None or grace <= until):
        raise _contradiction(where, "a period of grace follows an end")
    entities = _choices(entry, "entityScope", where, ENTITY_SCOPES)
    certificates = _choices(entry, "certificateScope", where, CERTIFICATE_SCOPES)
    valid, invalid = _status_map(entry["statusMap"], f"{where}.statusMap")
    comparator = entry.get("comparator", _ABSENT)
    return Arrangement(
        id=reading.token(entry["id"], f"{where}.id"),
        recognising=recognising,
        recognised=recognised,
        instrument=read_instrument(entry["instrument"], f"{where}.instrument"),
        basis=reading.one_of(entry["basis"], f"{where}.basis", BASES),
        service_types=_type_map(entry["serviceTypeMap"], f"{where}.serviceTypeMap"),
        valid_statuses=valid,
        invalid_statuses=invalid,
        levels=_assurance_map(entry["assuranceMap"], f"{where}.assuranceMap"),
        periods=periods,
        interval=Interval(begins, TIME_MAX if until is None else until),
        purposes=_tokens(entry, "purposes", where),
        sectors=_tokens(entry, "sectors", where),
        relying_parties=_tokens(entry, "relyingParties", where),
        excluded_acts=_tokens(entry, "excludedActs", where),
        credential_types=_tokens(entry, "credentialTypes", where),
        requires=_requirements(entry, where),
        effect=reading.one_of(entry["effect"], f"{where}.effect", EFFECTS),
        limits=_limits(entry.get("limits", _ABSENT), f"{where}.limits"),
        grace_until=grace,
        comparator=None
        if comparator is _ABSENT
        else reading.one_of(comparator, f"{where}.comparator", COMPARATORS),
        entity_scope=entities,
        certificate_scope=certificates,
        users=_choices(entry, "users", where, USERS),
        standards=_tokens(entry, "standards", where),
        considered_standards=_tokens(entry, "consideredStandards", where),
        minimum=_minimum(entry, where),
        assessment=_assessment(entry["assessment"], f"{where}.assessment")
        if "assessment" in entry
        else None,
    )


def _contradiction(where: str, what: str) -> Rejection:
    return Rejection(codes.ARRANGEMENT, where=where, actual=f"{what} ({where})")


def _moment(entry: dict[str, Any], member: str, where: str) -> int | None:
    return reading.time(entry[member], f"{where}.{member}") if member in entry else None


def _tokens(entry: dict[str, Any], member: str, where: str) -> frozenset[str]:
    """A bound. NOTE: an empty array is refused: "bounds nothing" is said by leaving it out."""
    if member not in entry:
        return frozenset()
    path = f"{where}.{member}"
    found = reading.each(entry[member], path, reading.token, most=_MAX)
    if len(set(found)) != len(found):
        raise Rejection(codes.DUPLICATE, where=path, actual=f"a value twice in {path}")
    return frozenset(found)


def _choices(
    entry: dict[str, Any], member: str, where: str, choices: frozenset[str]
) -> frozenset[str]:
    found = _tokens(entry, member, where)
    for value in sorted(found):
        reading.one_of(value, f"{where}.{member}", choices)
    return found


def _requirements(entry: dict[str, Any], where: str) -> tuple[str, ...]:
    """A word of this profile, or a URI of somebody else's: a word nobody knows is a slip of the
    pen, and would stay unmet for ever."""
    found = sorted(_tokens(entry, "requires", where))
    for name in found:
        if name not in REQUIREMENTS and ":" not in name:
            expected = ", ".join(sorted(REQUIREMENTS))
            raise reading.value_fault(f"{where}.requires", f"{expected} or a URI")
    return tuple(found)


def _minimum(entry: dict[str, Any], where: str) -> Level | None:
    if "minimumLevel" not in entry:
        return None
    path = f"{where}.minimumLevel"
    axes = reading.members(entry["minimumLevel"], path, frozenset(), _AXES)
    if not axes:
        raise reading.value_fault(path, "an object of at least one axis")
    proofing, authentication, federation = (
        reading.integer(axes[axis], f"{path}.{axis}", 1, 3) if axis in axes else None
        for axis in ("proofing", "authentication", "federation")
    )
    return Level(proofing, authentication, federation)


def _assessment(value: Any, where: str) -> Assessment:
    found = reading.members(value, where, _ASSESSMENT, _ASSESSMENT_OPTIONAL)
    result = reading.one_of(found["result"], f"{where}.result", frozenset(_ASSESSED))
    return Assessment(
        _ASSESSED[result],
        reading.uri(found["uri"], f"{where}.uri"),
        reading.digest(found["sha256"], f"{where}.sha256") if "sha256" in found else None,
    )


def read_instrument(value: Any, where: str) -> Instrument:
    """A legal instrument as data. Raises ``Rejection``."""
    instrument = reading.members(value, where, _INSTRUMENT, _INSTRUMENT_OPTIONAL)
    parties: frozenset[str] | None = None
    if "parties" in instrument:
        path = f"{where}.parties"
        named = reading.each(instrument["parties"], path, reading.issuing_state, most=64)
        parties = frozenset(named)
        if len(parties) != len(named):
            raise Rejection(codes.DUPLICATE, where=path, actual=f"a state twice in {path}")
    status, obligation = instrument.get("status"), instrument.get("obligation")
    return Instrument(
        reading.token(instrument["code"], f"{where}.code"),
        reading.text(instrument["title"], f"{where}.title"),
        reading.text(instrument["article"], f"{where}.article")
        if "article" in instrument
        else None,
        reading.uri(instrument["uri"], f"{where}.uri") if "uri" in instrument else None,
        reading.boolean(instrument["verified"], f"{where}.verified"),
        InstrumentStatus(reading.one_of(status, f"{where}.status", _INSTRUMENT_STATUSES))
        if "status" in instrument
        else None,
        parties,
        Obligation(reading.one_of(obligation, f"{where}.obligation", _OBLIGATIONS))
        if "obligation" in instrument
        else None,
    )


def _type_map(value: Any, where: str) -> tuple[tuple[str, str], ...]:
    def pair(entry: Any, path: str) -> tuple[str, str]:
        row = reading.members(entry, path, _TYPE_PAIR)
        return (
            reading.uri(row["home"], f"{path}.home"),
            reading.uri(row["recognised"], f"{path}.recognised"),
        )

    found = reading.each(value, where, pair, most=_MAX)
    if len({home for home, _ in found}) != len(found):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"a type twice in {where}")
    return found


def _status_map(value: Any, where: str) -> tuple[frozenset[str], frozenset[str]]:
    statuses = reading.members(value, where, _STATUS_MAP)
    valid = reading.each(statuses["valid"], f"{where}.valid", reading.uri, most=_MAX)
    invalid = reading.each(statuses["invalid"], f"{where}.invalid", reading.uri, least=0, most=_MAX)
    if not set(valid).isdisjoint(invalid):
        raise _contradiction(where, "a status is both valid and invalid")
    return frozenset(valid), frozenset(invalid)


def _assurance_map(value: Any, where: str) -> tuple[LevelMapping, ...]:
    def row(entry: Any, path: str) -> LevelMapping:
        members = reading.members(entry, path, _LEVEL_ROW)
        axes = reading.members(members["recognised"], f"{path}.recognised", frozenset(), _AXES)
        proofing, authentication, federation = (
            _axis(axes.get(axis, "unstated"), f"{path}.recognised.{axis}")
            for axis in ("proofing", "authentication", "federation")
        )
        return LevelMapping(
            reading.token(members["scheme"], f"{path}.scheme"),
            reading.token(members["home"], f"{path}.home"),
            Level(proofing, authentication, federation),
        )

    found = reading.each(value, where, row, least=0, most=_MAX)
    if len({(mapping.scheme, mapping.home) for mapping in found}) != len(found):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"a level twice in {where}")
    return found


def _axis(value: Any, where: str) -> int | None:
    """1 to 3, or `unstated`; nothing else, and no fraction."""
    return None if value == "unstated" else reading.integer(value, where, 1, 3)


def _limits(value: Any, where: str) -> tuple[tuple[str, int], ...]:
    if value is _ABSENT:
        return ()
    if type(value) is not dict or not 0 < len(value) <= 64:
        raise reading.value_fault(where, "an object of at least one limit")
    return tuple(
        (reading.token(name, where), reading.integer(value[name], f"{where}.{name}", 1))
        for name in sorted(value)
    )


def _periods(entry: dict[str, Any], where: str) -> tuple[ArrangementPeriod, ...]:
    """Current status and stage first, then history, strictly descending and without overlap."""
    periods = [_period(entry, where, TIME_MAX)]
    path = f"{where}.history"
    for number, value in enumerate(reading.array(entry["history"], path, least=0, most=_MAX)):
        step = f"{path}[{number}]"
        past = reading.members(value, step, _PAST)
        periods.append(_period(past, step, periods[-1].interval.start))
    return tuple(periods)


def _period(entry: dict[str, Any], where: str, end: int) -> ArrangementPeriod:
    start = reading.time(entry["from"], f"{where}.from")
    if start >= end:
        raise Rejection(codes.HISTORY_ORDER, where=where)
    return ArrangementPeriod(
        ArrangementStatus(reading.one_of(entry["status"], f"{where}.status", _STATUSES)),
        Stage(reading.one_of(entry["stage"], f"{where}.stage", _STAGES)),
        Interval(start, end),
    )
