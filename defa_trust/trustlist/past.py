"""Whether a newer list tells the past otherwise than the last accepted one did (floor 5).

Only of accepted lists and only of statuses; ``diff`` says everything that changed, to people.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from .model import Service, Status, TrustList

_UNLISTED: Final = "not listed"


class Rewritten(NamedTuple):
    """Of ``service`` at ``moment`` (Unix seconds) the old list said ``was``, the new ``now``."""

    service: str
    moment: int
    was: str
    now: str


def rewritten(old: TrustList, new: TrustList) -> Iterator[Rewritten]:
    """Services whose status before ``old`` was issued is another one in ``new``.

    A service is its name, and so is each of its keys: one that was withdrawn under another name
    says in its new place what it said in the old one. A key that was not listed at all is for its
    service to vouch for.

    Where a service is new, any status that began before then counts. A service that is gone does
    not: nothing verifies with it, and where it came back, it would be new. Nor does
    `DefaDistrustAfter`: it is there to take trust in the past back; lifting it again counts. What
    the old list contradicted itself about (``Status.UNKNOWN``) it did not say, so that mending it
    rewrites nothing; a new list that contradicts itself takes back what was said.
    """
    known = {service.id: service for service in old.services}
    by_key: dict[tuple[str, bytes], Service] = {}
    for service in old.services:
        for thumbprint in _keys(service):
            by_key.setdefault((service.type, thumbprint), service)
    for service in new.services:
        before = known.get(service.id)
        found = _otherwise(before, service, old.issued)
        for thumbprint in () if found else _keys(service):
            other = by_key.get((service.type, thumbprint))
            if other is not None and other is not before:
                found = found or _otherwise(other, service, old.issued)
        if found is not None:
            yield found


def _keys(service: Service) -> Iterator[bytes]:
    return (identity.key.thumbprint for identity in service.identities if identity.key is not None)


def _otherwise(before: Service | None, service: Service, horizon: int) -> Rewritten | None:
    """The first moment before ``horizon`` at which ``service`` says another status."""
    starts = {period.interval.start for period in service.history}
    if before is not None:
        starts |= {period.interval.start for period in before.history}
    for moment in sorted(start for start in starts if start < horizon):
        was = None if before is None else _status(before, moment)
        now = _status(service, moment)
        if was is now or was is Status.UNKNOWN or (was is None and now is Status.UNKNOWN):
            continue
        if now is None and before is not None and before.id != service.id:
            continue  # gone from there, as a service may be
        cut = service.distrust_after
        if was is not None and cut is not None and cut <= moment and now is Status.WITHDRAWN:
            continue
        return Rewritten(
            service.id,
            moment,
            _UNLISTED if was is None else was.value,
            _UNLISTED if now is None else now.value,
        )
    return None


def _status(service: Service, moment: int) -> Status | None:
    period = service.status_at(moment)
    return None if period is None else period.status
