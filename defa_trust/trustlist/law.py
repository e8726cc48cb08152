"""What a receiving state's list says beside its arrangements, decoded (floor 5).

`DefaReceivingLaw` of a recognition list: the state's own law on all electronic signatures and
identities, whoever issued them. `DefaRecognisedForeign` of a member-state list: the register of
services of *other* states that this state has looked at and listed. Such an entry is a fact for the
rule that asks for prior listing; it is in no list of services, so that it can never be an anchor.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import combinations
from typing import Any, Final

from ..codes import listing as codes
from ..errors import Rejection
from ..verdict import TIME_MAX, Interval
from . import reading
from .arrangements import EFFECTS, read_instrument
from .model import ForeignListing, LawKind, LawStatement, LegalStatus, TechnicalClass

_STATEMENT: Final = frozenset({"id", "kind", "instrument", "from"})
_UNTIL: Final = frozenset({"until"})
_OWN_REQUIRED: Final[dict[LawKind, frozenset[str]]] = {
    LawKind.EXCLUDED_ACTS: frozenset({"acts"}),
    LawKind.CATEGORY_STANDARD: frozenset({"categories"}),
    LawKind.EFFECT: frozenset({"effect"}),
}
_OWN_OPTIONAL: Final[dict[LawKind, frozenset[str]]] = {
    LawKind.CATEGORY_STANDARD: frozenset({"standards", "legalStatuses", "technicalClasses"}),
    LawKind.NON_DISCRIMINATION: frozenset({"exceptActs"}),
    LawKind.PARTY_AUTONOMY: frozenset({"exceptActs"}),
    LawKind.EFFECT: frozenset({"term"}),
}
"""Members of one kind alone; a kind not named here has none."""
_KINDS: Final = frozenset(kind.value for kind in LawKind)
_OPPOSED: Final = frozenset({LawKind.VOLUNTARY_USE, LawKind.DUTY_OF_USE})

_LISTING: Final = frozenset({"territory", "status", "from"})
_LISTING_OPTIONAL: Final = frozenset({"service", "certificates", "until"})
LISTED_AS: Final[frozenset[str]] = frozenset(
    {LegalStatus.RECOGNISED_FOREIGN, LegalStatus.DESIGNATED, LegalStatus.REGISTERED}
)
"""Statuses that a state can give to another state's service."""
_LEGAL: Final = frozenset(status.value for status in LegalStatus)
_TECHNICAL: Final = frozenset(kind.value for kind in TechnicalClass)
_MAX: Final = 1000
"""Ours: statements of one list, names in one statement."""
_MAX_LISTINGS: Final = 10_000
"""Ours: entries of one register."""
_NOTHING: Final[frozenset[str]] = frozenset()


def read_law(value: Any, where: str) -> tuple[LawStatement, ...]:
    """`DefaReceivingLaw`. Raises ``Rejection``; statements that contradict are both named."""
    found = reading.each(value, where, _statement, most=_MAX)
    by_id: dict[str, LawStatement] = {}
    for statement in found:
        if by_id.setdefault(statement.id, statement) is not statement:
            raise Rejection(codes.DUPLICATE, where=where, actual=f"two times {statement.id}")
    opposed = [statement for statement in found if statement.kind in _OPPOSED]
    for one, other in combinations(opposed, 2):
        if one.kind is not other.kind and _overlap(one.interval, other.interval):
            raise Rejection(
                codes.CONTRADICTION,
                where=where,
                expected=one.id,
                actual=f"{other.id} (whether use is voluntary)",
            )
    return found


def _statement(value: Any, where: str) -> LawStatement:
    named = value.get("kind") if type(value) is dict else None
    kind = LawKind(reading.one_of(named, f"{where}.kind", _KINDS))
    required = _STATEMENT | _OWN_REQUIRED.get(kind, _NOTHING)
    entry = reading.members(value, where, required, _UNTIL | _OWN_OPTIONAL.get(kind, _NOTHING))
    asked = {"standards", "legalStatuses", "technicalClasses"}
    if kind is LawKind.CATEGORY_STANDARD and asked.isdisjoint(entry):
        raise reading.value_fault(where, "at least one of " + ", ".join(sorted(asked)))
    return LawStatement(
        id=reading.token(entry["id"], f"{where}.id"),
        kind=kind,
        instrument=read_instrument(entry["instrument"], f"{where}.instrument"),
        interval=_interval(entry, where),
        acts=_names(entry, "exceptActs" if "exceptActs" in entry else "acts", where),
        categories=_names(entry, "categories", where),
        standards=_names(entry, "standards", where),
        legal_statuses=frozenset(
            LegalStatus(reading.one_of(name, f"{where}.legalStatuses", _LEGAL))
            for name in _names(entry, "legalStatuses", where)
        ),
        technical_classes=frozenset(
            TechnicalClass(reading.one_of(name, f"{where}.technicalClasses", _TECHNICAL))
            for name in _names(entry, "technicalClasses", where)
        ),
        effect=reading.one_of(entry["effect"], f"{where}.effect", EFFECTS - {"unknown"})
        if "effect" in entry
        else None,
        term=reading.in_language(entry["term"], f"{where}.term") if "term" in entry else None,
    )


def _names(entry: dict[str, Any], member: str, where: str) -> frozenset[str]:
    """A non-empty set of identifiers, or nothing where the member is not there."""
    if member not in entry:
        return frozenset()
    path = f"{where}.{member}"
    found = reading.each(entry[member], path, reading.token, most=_MAX)
    if len(set(found)) != len(found):
        raise Rejection(codes.DUPLICATE, where=path, actual=f"a value twice in {path}")
    return frozenset(found)


def _interval(entry: dict[str, Any], where: str) -> Interval:
    start = reading.time(entry["from"], f"{where}.from")
    end = reading.time(entry["until"], f"{where}.until") if "until" in entry else TIME_MAX
    if end <= start:
        what = f"it ends before it begins ({where})"
        raise Rejection(codes.ARRANGEMENT, where=where, actual=what)
    return Interval(start, end)


def _overlap(one: Interval, other: Interval) -> bool:
    return max(one.start, other.start) < min(one.end, other.end)


# --- the register of foreign services ------------------------------------------------------------
def read_foreign(value: Any, where: str, territory: str) -> tuple[ForeignListing, ...]:
    """`DefaRecognisedForeign` of the list of ``territory``. Raises ``Rejection``."""
    found = reading.each(value, where, _listing, most=_MAX_LISTINGS)
    for number, listing in enumerate(found):
        if listing.territory == territory:
            path = f"{where}[{number}]"
            what = f"a state lists its own service as foreign ({path})"
            raise Rejection(codes.ARRANGEMENT, where=path, actual=what)
    _check_listings(found, where)
    return found


def _listing(value: Any, where: str) -> ForeignListing:
    entry = reading.members(value, where, _LISTING, _LISTING_OPTIONAL)
    if ("service" in entry) == ("certificates" in entry):
        raise reading.value_fault(where, "a service or certificates, and not both")
    certificates: tuple[str, ...] = ()
    if "certificates" in entry:
        path = f"{where}.certificates"
        certificates = reading.each(entry["certificates"], path, reading.digest, most=64)
        if len(set(certificates)) != len(certificates):
            raise Rejection(codes.DUPLICATE, where=path, actual=f"a value twice in {path}")
    return ForeignListing(
        reading.member_state(entry["territory"], f"{where}.territory"),
        LegalStatus(reading.one_of(entry["status"], f"{where}.status", LISTED_AS)),
        _interval(entry, where),
        reading.uri(entry["service"], f"{where}.service") if "service" in entry else None,
        frozenset(certificates),
    )


def _check_listings(found: Iterable[ForeignListing], where: str) -> None:
    """One service stands once at a time under one status."""
    seen: dict[tuple[object, ...], list[tuple[int, ForeignListing]]] = {}
    for number, listing in enumerate(found):
        names = [listing.service] if listing.service else sorted(listing.certificates)
        for name in names:
            others = seen.setdefault((listing.territory, listing.status, name), [])
            for place, other in others:
                if _overlap(listing.interval, other.interval):
                    raise Rejection(
                        codes.DUPLICATE,
                        where=f"{where}[{number}]",
                        actual=f"{where}[{place}] and {where}[{number}] ({name})",
                    )
            others.append((number, listing))
