"""Services made of what ``quick`` found good: the same that ``decode`` makes (floor 5)."""

from __future__ import annotations

from typing import Final

from msgspec import UNSET, Raw
from msgspec.json import Decoder

from ..verdict import TIME_MAX, Interval
from . import quick_shapes as shapes
from . import reading, services
from .model import LevelGrant, Service, StatusPeriod
from .quick_columns import Judged, usual_extensions

_TEXTS: Final = Decoder(shapes.Texts)


def made(judged: Judged, territory: str) -> tuple[Service, ...]:
    """The services of one entity."""
    (entity,) = judged.entity_names
    identities = [run.identities for run in judged.runs for _ in range(run.start, run.stop)]
    found = []
    for number, entry in enumerate(judged.entries):
        current = entry.ServiceInformation
        points = current.ServiceSupplyPoints
        service = Service(
            id="",
            territory=territory,
            entity=entity,
            name=_english(current.ServiceName),
            type=current.ServiceTypeIdentifier,
            identities=identities[number],
            history=_history(entry),
            supply_points=() if points is UNSET else tuple(point.uriValue for point in points),
        )
        stated = judged.unusual.get(number)
        if stated is None:
            found.append(_usual(service, current.ServiceInformationExtensions))
        else:
            history = services.distrusted(service.history, stated["distrust_after"])
            found.append(service._replace(history=history, **stated))
    return tuple(found)


def _english(names: Raw) -> str:
    return next(name.value for name in _TEXTS.decode(names) if name.lang == "en")


def _usual(service: Service, extensions: Raw) -> Service:
    usual = usual_extensions(extensions)
    assert usual is not None
    identifier, scheme, level, kind, issuer = (part.decode() for part in usual.groups(b""))
    return service._replace(
        id=identifier,
        levels=(LevelGrant(scheme, level),) if scheme else (),
        credential_types=(kind,) if kind else (),
        issuer_ids=(issuer,) if issuer else (),
    )


def _history(entry: shapes.Service) -> tuple[StatusPeriod, ...]:
    entries: list[shapes.Current | shapes.Past] = [entry.ServiceInformation]
    if entry.ServiceHistory is not UNSET:
        entries += entry.ServiceHistory
    end, periods = TIME_MAX, []
    for period in entries:
        start = reading.time(period.StatusStartingTime, "time")
        status = services.STATUSES[period.ServiceStatus]
        periods.append(StatusPeriod(status, period.ServiceStatus, Interval(start, end)))
        end = start
    return tuple(periods)
