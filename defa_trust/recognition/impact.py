"""What changes when a service ends (floor 9): which corridors close, and how far back it reaches.

Three ends that must not be mixed up. A *withdrawal* counts from its day on: verdicts given before
stand, and later ones need a proof that the object is older. A *compromise* reaches back: whoever
had the key could date what it signs as he liked, so all that is not proven to be older falls. A
*sunset* is an orderly end: nothing new from its day on, and what was issued before stays valid
until its own end.
"""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..errors import MisuseError
from ..trustlist.model import ListType, Service, Status, StatusPeriod
from ..trustlist.services import STATUS_URIS
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import TIME_MAX, TIME_MIN, Interval, RecognitionOutcome
from .matrix import Change, Matrix, Question, diff, matrix


class Reason(StrEnum):
    """Why a service ends."""

    WITHDRAWN = "withdrawn"
    COMPROMISED = "compromised"
    SUNSET = "sunset"


class Event(NamedTuple):
    """The end of one service of one state at a moment (Unix seconds)."""

    territory: str
    service: str
    reason: Reason
    on: int


_GRANTS: Final = frozenset({RecognitionOutcome.RECOGNISED.value, RecognitionOutcome.PILOT.value})


def closes(change: Change) -> bool:
    """Whether something that counted stops counting; other changes are of the reason alone."""
    was, now = change.before, change.after
    return was is not None and was[0] in _GRANTS and (now is None or now[0] not in _GRANTS)


class Impact(NamedTuple):
    """``corridors`` change from the event on, ``past`` are those whose *past* changes too: what was
    issued before and is not proven to be older than the event."""

    event: Event
    name: str
    corridors: tuple[Change, ...]
    past: tuple[Change, ...]

    @property
    def closing(self) -> tuple[Change, ...]:
        """Those, now or in the past, in which something that counted stops counting."""
        return tuple(change for change in (*self.corridors, *self.past) if closes(change))

    def as_json(self) -> dict[str, Any]:
        return {
            "territory": self.event.territory,
            "service": self.event.service,
            "serviceName": self.name,
            "reason": self.event.reason.value,
            "on": self.event.on,
            "corridors": [_as_json(change) for change in self.corridors],
            "past": [_as_json(change) for change in self.past],
        }


def _as_json(change: Change) -> dict[str, Any]:
    return {**change.as_json(), "closes": closes(change)}


def find_service(snapshot: TrustSnapshot, name: str) -> Service:
    """The listed service called ``name``: its identifier, its name, or either behind `CC:`.

    Raises ``MisuseError`` where none fits, and where several do.
    """
    services = [
        service
        for item in snapshot.lists
        if item.type is ListType.MEMBER_STATE
        for service in item.services
    ]
    found = [
        service
        for service in services
        if name in _names(service) or name in (f"{service.territory}:{n}" for n in _names(service))
    ]
    if len(found) == 1:
        return found[0]
    listed = ", ".join(sorted(f"{s.territory}:{s.id}" for s in (found or services))) or "none"
    problem = "fits several services" if found else "is no listed service"
    raise MisuseError(f"{name!r} {problem}; there are: {listed}")


def _names(service: Service) -> tuple[str, str]:
    return service.id, service.name


def after(snapshot: TrustSnapshot, event: Event, *, reaching_back: bool = False) -> TrustSnapshot:
    """The snapshot as the lists would read after the event; everything else stays as it is.

    ``reaching_back``: as for an object that nothing proves to be older than a compromise, for which
    the service never was in good standing.
    """
    lists = []
    for item in snapshot.lists:
        if item.type is ListType.MEMBER_STATE and item.territory == event.territory:
            services = tuple(
                service._replace(history=_history(service, event, reaching_back=reaching_back))
                if service.id == event.service
                else service
                for service in item.services
            )
            lists.append(replace(item, services=services))
        else:
            lists.append(item)
    return TrustSnapshot.build(lists, snapshot.missing, snapshot.key_sets)


def _history(service: Service, event: Event, *, reaching_back: bool) -> tuple[StatusPeriod, ...]:
    status = Status.CEASED_WITH_VALID_PAST if event.reason is Reason.SUNSET else Status.WITHDRAWN
    begin = event.on
    if reaching_back:
        begin = min((entry.interval.start for entry in service.history), default=TIME_MIN)
        begin = min(begin, event.on)
    last = StatusPeriod(status, STATUS_URIS[status], Interval(begin, TIME_MAX))
    kept = []
    for entry in service.history:
        interval = entry.interval.intersect(Interval(TIME_MIN, begin))
        if interval.start < interval.end:
            kept.append(entry._replace(interval=interval))
    return (last, *kept)


def impact(snapshot: TrustSnapshot, question: Question, event: Event) -> Impact:
    """Which corridors change, from the event on and in the past.

    ``question`` is asked at the event's moment and, for the past, one second before it; its own
    moment does not count. Raises ``MisuseError`` for a service that no list names.
    """
    service = find_service(snapshot, f"{event.territory}:{event.service}")
    asked = question._replace(moment=event.on)
    corridors = _changes(matrix(snapshot, asked), matrix(after(snapshot, event), asked), service)
    past: tuple[Change, ...] = ()
    if event.reason is Reason.COMPROMISED:
        before = question._replace(moment=event.on - 1)
        fallen = after(snapshot, event, reaching_back=True)
        past = _changes(matrix(snapshot, before), matrix(fallen, before), service)
    return Impact(event, service.name, corridors, past)


def _changes(before: Matrix, then: Matrix, service: Service) -> tuple[Change, ...]:
    """The differences of that service's corridors: another one's answer cannot change with it."""
    return tuple(change for change in diff(before, then) if change.issuing == service.territory)
