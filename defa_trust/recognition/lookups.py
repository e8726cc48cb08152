"""Facts that lists answer, and nobody else (floor 9): registers, and what other states recognise.

A list that cannot be used answers nothing, which is not the same as "no". Each look-up is direct:
it asks whether an entry is there, never what that entry would decide in turn.
"""

from __future__ import annotations

from typing import NamedTuple

from ..codes import anchor
from ..policy import TranscribedLists
from ..trustlist.model import (
    Arrangement,
    ArrangementStatus,
    ForeignListing,
    IdentityKind,
    LegalStatus,
    ListType,
    Publication,
    Service,
    Stage,
    TrustList,
)
from ..trustlist.snapshot import ListFreshness, TrustSnapshot
from ..verdict import ALWAYS, Interval
from .facts import Facts

_STAGES = {Stage.OBSERVE: 0, Stage.PILOT: 1, Stage.IN_FORCE: 2}


class LookUp(NamedTuple):
    """``found`` is the entry's name, or ``None``; ``usable`` is false where no list answers.

    ``span`` is where the answer stays the same; ``evidence`` the digest of the list that gave it.
    """

    usable: bool
    found: str | None = None
    span: Interval = ALWAYS
    evidence: str | None = None


def listed_as(status: LegalStatus, facts: Facts, trusted: TrustSnapshot) -> LookUp:
    """Whether the receiving state's own register names the service with ``status``."""
    own = _member_list(facts.request.relying_state, trusted)
    if own is None:
        return LookUp(usable=False)
    freshness = _freshness(own, trusted)
    usable, span = _standing(freshness, facts)
    if not usable:
        return LookUp(usable=False, span=span, evidence=own.digest)
    found: str | None = None
    for entry in own.foreign:
        if entry.status is status and _names(entry, facts.service):
            span = span.intersect(facts.phase(entry.interval))
            if entry.interval.holds_at(facts.moment):
                found = facts.service.id
    return LookUp(usable=True, found=found, span=span, evidence=own.digest)


def reciprocal(facts: Facts, arrangement: Arrangement, trusted: TrustSnapshot) -> LookUp:
    """Whether the issuing state grants the receiving one, for the same type of service, no less.

    An arrangement that only observes grants nothing; against one in force a pilot is less.
    """
    issuing, receiving = facts.service.territory, facts.request.relying_state
    source = trusted.recognition.get(issuing)
    if source is None:
        return LookUp(usable=False)
    usable, span = _standing(source.freshness, facts)
    evidence = source.freshness.trust_list.digest
    if not usable:
        return LookUp(usable=False, span=span, evidence=evidence)
    mapped = dict(arrangement.service_types)
    here = mapped.get(facts.service.type, facts.service.type)
    least = max(1, _stage(arrangement, facts.moment))
    found: str | None = None
    for entry in source.arrangements.get(receiving, ()):
        if all(home != here for home, _ in entry.service_types):
            continue
        for interval in (_whole(entry), *(period.interval for period in entry.periods)):
            span = span.intersect(facts.phase(interval))
        if found is None and _grants(entry, facts.moment) >= least:
            found = entry.id
    return LookUp(usable=True, found=found, span=span, evidence=evidence)


def _whole(entry: Arrangement) -> Interval:
    start, end = entry.interval
    return Interval(start, end if entry.grace_until is None else max(end, entry.grace_until))


def _stage(entry: Arrangement, moment: int) -> int:
    for period in entry.periods:
        if period.interval.holds_at(moment):
            return _STAGES[period.stage]
    return 0


def _grants(entry: Arrangement, moment: int) -> int:
    """How much it grants at ``moment``: 0 nothing, 1 a pilot, 2 all."""
    enacted = any(
        period.status is ArrangementStatus.ENACTED and period.interval.holds_at(moment)
        for period in entry.periods
    )
    return _stage(entry, moment) if enacted and _whole(entry).holds_at(moment) else 0


def _names(entry: ForeignListing, service: Service) -> bool:
    """By its identifier, or by the certificates of *all* its keys: one key of two is not enough,
    because which of them signed is not looked at here."""
    if entry.territory != service.territory:
        return False
    if entry.service is not None:
        return entry.service == service.id
    keys = [identity for identity in service.identities if identity.key is not None]
    return bool(keys) and all(
        identity.kind is IdentityKind.X509 and identity.value in entry.certificates
        for identity in keys
    )


def _member_list(territory: str, trusted: TrustSnapshot) -> TrustList | None:
    for item in trusted.lists:
        if item.type is ListType.MEMBER_STATE and item.territory == territory:
            return item
    return None


def _freshness(item: TrustList, trusted: TrustSnapshot) -> ListFreshness:
    parent = next((above for above in trusted.lists if above.digest == item.via), None)
    over = None if parent is None else ListFreshness(parent, None, anchor.LIST_FRESH)
    return ListFreshness(item, over, anchor.LIST_FRESH)


def _standing(source: ListFreshness, facts: Facts) -> tuple[bool, Interval]:
    bundle = source.standing(facts.fresh_at, facts.policy.national_list_grace)
    refused = (
        source.trust_list.publication is Publication.TRANSCRIBED
        and facts.policy.transcribed is TranscribedLists.REFUSE
    )
    return bundle.passed and not refused, Interval(bundle.start, bundle.end)
