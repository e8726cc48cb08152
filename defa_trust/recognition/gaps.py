"""What the lists leave open between the states (floor 9): a work list for those who keep them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..codes import anchor, recognition
from ..policy import DEFAULT_POLICY, VerificationPolicy
from ..request import HolderBinding, Request
from ..spec import MEMBER_STATES
from ..trustlist.model import (
    Arrangement,
    ArrangementStatus,
    ListType,
    Publication,
    Service,
    Stage,
)
from ..trustlist.snapshot import USABLE_STATUSES, ListFreshness, TrustSnapshot
from ..verdict import Outcome
from .facts import Facts
from .levels import recognised_level
from .listed import Listed
from .rules import RULES


class GapKind(StrEnum):
    """In the order in which they are reported."""

    LIST_MISSING = "list-missing"
    LIST_STALE = "list-stale"
    LIST_TRANSCRIBED = "list-transcribed"
    ANCHOR_MISSING = "anchor-missing"
    SERVICE_TYPE_UNMAPPED = "service-type-unmapped"
    LEVEL_UNMAPPED = "level-unmapped"
    CITATION_UNVERIFIED = "citation-unverified"
    INSTRUMENT_NOT_BINDING = "instrument-not-binding"
    LISTING_MISSING = "listing-missing"
    RECIPROCITY_MISSING = "reciprocity-missing"
    RELIABILITY_UNSHOWN = "reliability-unshown"
    EFFECT_UNSTATED = "effect-unstated"
    ONE_WAY = "one-way"


class Gap(NamedTuple):
    """One open point. ``state`` is who could close it; ``other`` the state it is about; ``code``
    the code that a verdict gives because of it, where there is one."""

    kind: GapKind
    state: str
    other: str | None
    what: str
    code: str | None = None

    def as_json(self) -> dict[str, Any]:
        return {**self._asdict(), "kind": self.kind.value}


def gaps(
    snapshot: TrustSnapshot, moment: int, policy: VerificationPolicy = DEFAULT_POLICY
) -> tuple[Gap, ...]:
    """Every gap at ``moment`` (Unix seconds), by kind, then by state.

    Only arrangements that are enacted and apply at ``moment`` are looked at for what they leave
    unmapped, unread or unanswered.
    """
    listed = Listed(snapshot)
    found = {
        *_lists(snapshot, moment, policy),
        *_anchors(listed, moment, policy),
        *_arrangements(snapshot, listed, moment, policy),
        *_one_way(snapshot, moment),
    }
    order = tuple(GapKind)
    return tuple(
        sorted(found, key=lambda gap: (order.index(gap.kind), gap.state, gap.other or "", gap.what))
    )


def _lists(snapshot: TrustSnapshot, moment: int, policy: VerificationPolicy) -> Iterator[Gap]:
    missing = {(item.type, item.territory): item.code for item in snapshot.missing}
    regional = {item.digest: item for item in snapshot.lists if item.type is ListType.REGIONAL}
    places = {(item.type, item.territory): item for item in snapshot.lists}
    for kind, name, given in (
        (ListType.MEMBER_STATE, "trust list", None),
        (ListType.RECOGNITION, "recognition list", recognition.LIST_MISSING.id),
    ):
        for state in MEMBER_STATES:
            if (kind, state) not in places:
                why = missing.get((kind, state))
                what = f"no {name}" if why is None else f"no {name} was accepted ({why})"
                yield Gap(GapKind.LIST_MISSING, state, None, what, given or why)
    for item in snapshot.lists:
        code = recognition.LIST_FRESH if item.type is ListType.RECOGNITION else anchor.LIST_FRESH
        parent = regional.get(item.via) if item.via is not None else None
        over = None if parent is None else ListFreshness(parent, None, anchor.LIST_FRESH)
        grace = 0 if item.type is ListType.REGIONAL else policy.national_list_grace
        said = ListFreshness(item, over, code).findings(moment, grace)[0]
        if said.code is not code:
            yield Gap(GapKind.LIST_STALE, item.territory, None, said.text, said.code.id)
        if item.publication is Publication.TRANSCRIBED:
            source = f" from {item.source}" if item.source else ""
            what = f"the list was transcribed{source}; the state did not sign it"
            transcribed = anchor.LIST_TRANSCRIBED.id
            yield Gap(GapKind.LIST_TRANSCRIBED, item.territory, None, what, transcribed)


_NOT_OF_KEYS: Final = frozenset({"list.fresh", "list.publication", "service.status"})


def _anchors(listed: Listed, moment: int, policy: VerificationPolicy) -> Iterator[Gap]:
    """Services that a list names and that no credential can be verified against. A lapsed list is
    a gap of its own, and a service that was withdrawn is none."""
    for state, services in listed.services.items():
        for service, source in services:
            for finding in listed.standing(service, source, moment, policy).findings:
                if finding.code.rule in _NOT_OF_KEYS:
                    continue
                if finding.code.outcome is not Outcome.MET:
                    what = f"{service.name}: {finding.text}"
                    yield Gap(GapKind.ANCHOR_MISSING, state, None, what, finding.code.id)


def _usable(service: Service, moment: int) -> bool:
    period = service.status_at(moment)
    return period is not None and period.status.value in USABLE_STATUSES


def _applies(entry: Arrangement, moment: int) -> bool:
    """Enacted, and within its time or its period of grace, at ``moment``."""
    start, end = entry.interval
    until = end if entry.grace_until is None else max(end, entry.grace_until)
    return start <= moment < until and any(
        period.status is ArrangementStatus.ENACTED
        and period.interval.start <= moment < period.interval.end
        for period in entry.periods
    )


def _counts(entry: Arrangement, moment: int) -> bool:
    return _applies(entry, moment) and any(
        period.stage is not Stage.OBSERVE and period.interval.start <= moment < period.interval.end
        for period in entry.periods
    )


def _current(snapshot: TrustSnapshot, moment: int) -> Iterator[Arrangement]:
    for source in snapshot.recognition.values():
        for entries in source.arrangements.values():
            yield from (entry for entry in entries if _applies(entry, moment))


def _arrangements(
    snapshot: TrustSnapshot, listed: Listed, moment: int, policy: VerificationPolicy
) -> Iterator[Gap]:
    mapped: dict[tuple[str, str], set[str]] = {}
    for entry in _current(snapshot, moment):
        pair = entry.recognising, entry.recognised
        mapped.setdefault(pair, set()).update(home for home, _ in entry.service_types)
        if not entry.instrument.verified:
            what = f"{entry.id} rests on {entry.citation}"
            code = recognition.CITATION_UNREAD.id
            yield Gap(GapKind.CITATION_UNVERIFIED, *pair, what, code)
        types = {home for home, _ in entry.service_types}
        for service, _ in listed.services.get(entry.recognised, ()):
            if service.type in types and _usable(service, moment):
                yield from _level(entry, service, moment, policy)
                yield from _answers(entry, service, snapshot, moment, policy)
    for (receiving, issuing), types in mapped.items():
        for service, _ in listed.services.get(issuing, ()):
            if service.type not in types and _usable(service, moment):
                what = f"no arrangement maps {service.type}, which {issuing} lists"
                code = recognition.SERVICE_TYPE_UNMAPPED.id
                yield Gap(GapKind.SERVICE_TYPE_UNMAPPED, receiving, issuing, what, code)


def _level(
    entry: Arrangement, service: Service, moment: int, policy: VerificationPolicy
) -> Iterator[Gap]:
    request = Request(entry.recognising, HolderBinding.IF_PRESENT, at=moment)
    facts = Facts(service, service.status_at(moment), (), (), request, policy, moment)
    answer = recognised_level(facts, entry)
    if answer.code.outcome is not Outcome.MET:
        sides = f"expected {_side(answer.expected)}, listed {_side(answer.actual)}"
        what = f"{entry.id}, {service.name}: {sides}"
        pair = entry.recognising, entry.recognised
        yield Gap(GapKind.LEVEL_UNMAPPED, *pair, what, answer.code.id)


_OF_RULES: Final[Mapping[str, GapKind]] = {
    "recognition.instrument": GapKind.INSTRUMENT_NOT_BINDING,
    "recognition.basis": GapKind.INSTRUMENT_NOT_BINDING,
    "recognition.prior_listing": GapKind.LISTING_MISSING,
    "recognition.reciprocity": GapKind.RECIPROCITY_MISSING,
    "recognition.reliability": GapKind.RELIABILITY_UNSHOWN,
    "recognition.stricter_form": GapKind.RELIABILITY_UNSHOWN,
    "recognition.receiving_law": GapKind.EFFECT_UNSTATED,
}
"""Rules that lists alone answer, and the gap that stands behind what they do not meet."""


_OF_ARRANGEMENT: Final = frozenset(
    {"recognition.instrument", "recognition.basis", "recognition.receiving_law"}
)
"""Of these, whatever the service is."""


def _answers(
    entry: Arrangement,
    service: Service,
    snapshot: TrustSnapshot,
    moment: int,
    policy: VerificationPolicy,
) -> Iterator[Gap]:
    """What the rules that ask the lists, and nobody else, find missing. By the rules themselves."""
    request = Request(entry.recognising, HolderBinding.IF_PRESENT, at=moment)
    status = service.status_at(moment)
    facts = Facts(service, status, (), (), request, policy, moment)
    for rule in RULES:
        kind = _OF_RULES.get(rule.id)
        if kind is None or not rule.applies(entry):
            continue
        found = rule.answer(facts, entry, snapshot)
        if found is not None and found.code.outcome is not Outcome.MET:
            told = rule.id in _OF_ARRANGEMENT or service.name in found.text
            of_service = "" if told else f", {service.name}"
            what = f"{entry.id}{of_service}: {found.text}"
            yield Gap(kind, entry.recognising, entry.recognised, what, found.code.id)


def _side(fact: object) -> str:
    return ", ".join(map(str, fact)) if isinstance(fact, tuple) else str(fact)


def _one_way(snapshot: TrustSnapshot, moment: int) -> Iterator[Gap]:
    """Pairs of which one state grants the other something, be it a pilot, and gets nothing back."""
    given = {
        (entry.recognising, entry.recognised)
        for entry in _current(snapshot, moment)
        if _counts(entry, moment)
    }
    for receiving, issuing in given:
        if (issuing, receiving) not in given:
            what = (
                f"{receiving} has an arrangement for {issuing}; {issuing} has none for {receiving}"
            )
            code = recognition.NO_ARRANGEMENT.id
            yield Gap(GapKind.ONE_WAY, issuing, receiving, what, code)
