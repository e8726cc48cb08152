"""Services of a TS 119 612 list as services of a snapshot: keys, statuses over time, qualifiers.

Public lists break their own rules here and there, so what cannot be read fails closed where it
stands and no further: a status that is not read, a past that contradicts itself and a key listed
twice with two answers are *unknown* for their time, and nothing verifies with them (floor 5).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from hashlib import sha256
from itertools import pairwise
from typing import Final, NamedTuple

from ...crypto import VerificationKey
from ...errors import Rejection
from ...verdict import TIME_MAX, TIME_MIN, Interval
from ..identity import certificate_identity
from ..model import Identity as ListIdentity
from ..model import IdentityKind, Status, StatusPeriod
from ..model import Service as ListedService
from .model import History, Identity, Provider, Qualification, Service, Texts

SVCSTATUS: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
_IN_FORCE: Final = (
    "granted",
    "recognisedatnationallevel",
    "setbynationallaw",
    # Before eIDAS applied (1 July 2016); TS 119 615, 4.4 takes them for granted.
    "undersupervision",
    "supervisionincessation",
    "accredited",
)
_OVER: Final = (
    "withdrawn",
    "deprecatedatnationallevel",
    "deprecatedbynationallaw",
    "supervisionceased",
    "supervisionrevoked",
    "accreditationceased",
    "accreditationrevoked",
)
STATUSES: Final = {SVCSTATUS + name: Status.GRANTED for name in _IN_FORCE} | {
    SVCSTATUS + name: Status.WITHDRAWN for name in _OVER
}
"""Statuses of TS 119 612, 5.5.4 and its older versions. NOTE: a status under a law means what that
law says; whether it counts abroad is for the receiving state's status map to say, by URI."""

_BY_PLAIN_URI: Final = {uri.removeprefix("http://"): uri for uri in STATUSES}


class Listing(NamedTuple):
    """``unread`` counts certificates that anchor nothing, because no strict reader reads them;
    ``unknown`` names services of which something is unknown."""

    services: tuple[ListedService, ...]
    unread: int
    unknown: tuple[str, ...]


def read_services(providers: Iterable[Provider], territory: str) -> Listing:
    """All services of a list of ``territory`` (ISO 3166-1), in order."""
    found: list[ListedService] = []
    unread = 0
    ids: dict[str, int] = defaultdict(int)
    for provider in providers:
        entity = _english(provider.names)
        for service in provider.services:
            identities, missing = _identities(service.identity)
            unread += missing
            name = _identifier(service, entity, identities)
            ids[name] += 1
            found.append(
                ListedService(
                    id=name if ids[name] == 1 else f"{name}:{ids[name]}",
                    territory=territory,
                    entity=entity,
                    name=_english(service.names),
                    type=service.type,
                    identities=identities,
                    history=_history(service),
                    supply_points=tuple(
                        uri for _, uri in service.supply_points if uri.startswith("https://")
                    ),
                )
            )
    services = _agreeing(found)
    unknown = tuple(
        service.id
        for service in services
        if any(period.status is Status.UNKNOWN for period in service.history)
    )
    return Listing(services, unread, unknown)


def status_of(uri: str) -> tuple[Status, str]:
    """The status and its URI as ETSI writes it; `http` and `https`, and a slash at the end, are
    one to whoever compares."""
    plain = uri.removeprefix("https://").removeprefix("http://").rstrip("/")
    canonical = _BY_PLAIN_URI.get(plain)
    return (Status.UNKNOWN, uri) if canonical is None else (STATUSES[canonical], canonical)


def _english(texts: Texts) -> str:
    return next((text.value for text in texts if text.lang.lower() == "en"), texts[0].value)


def _identities(identity: Identity) -> tuple[tuple[ListIdentity, ...], int]:
    found: dict[tuple[IdentityKind, str], ListIdentity] = {}
    unread = 0
    for der in identity.certificates:
        try:
            made = certificate_identity(der)
        except Rejection:
            unread += 1
            continue
        found[made.kind, made.value] = made
    for jwk in identity.keys:
        try:
            key = VerificationKey.from_jwk(dict(jwk))
        except Rejection:
            unread += 1
            continue
        name = key.thumbprint.hex()
        found[IdentityKind.JWK, name] = ListIdentity(IdentityKind.JWK, name, key)
    return tuple(found.values()), unread


def _identifier(service: Service, entity: str, identities: Sequence[ListIdentity]) -> str:
    """One key stands once for a service type (TS 119 612, 5.5.3), so the two name a service from
    one edition to the next, whatever else is rewritten."""
    keys = sorted({i.key.thumbprint.hex() for i in identities if i.key is not None})
    what = "\n".join([service.type, *(keys or [entity, _english(service.names)])])
    return f"urn:sha256:{sha256(what.encode()).hexdigest()}"


# --- statuses over time --------------------------------------------------------------------------
def _history(service: Service) -> tuple[StatusPeriod, ...]:
    """Current entry first, each older one up to the next (TS 119 615, 4.5.4).

    Where an entry does not begin before the one above it, or is of another type, nobody may say
    what was before that: the rest of the past is unknown.
    """
    periods: list[StatusPeriod] = []
    end = TIME_MAX
    entries: tuple[Service | History, ...] = (service, *service.history)
    for entry in entries:
        if entry.since >= end or entry.type != service.type:
            periods.append(StatusPeriod(Status.UNKNOWN, entry.status, Interval(TIME_MIN, end)))
            break
        status, uri = status_of(entry.status)
        qualifications: tuple[Qualification, ...] = ()
        additional: list[str] = []
        for extension in entry.extensions:
            if extension.name == "Qualifications":
                qualifications += extension.value
            elif extension.name == "AdditionalServiceInformation":
                additional.append(extension.value.uri.value)
        periods.append(
            StatusPeriod(
                status,
                uri,
                Interval(entry.since, end),
                qualifications,
                tuple(additional),
            )
        )
        end = entry.since
    return tuple(periods)


def _agreeing(services: list[ListedService]) -> tuple[ListedService, ...]:
    """A key listed twice for one type has the status on which its entries agree, or none.

    TS 119 612, 5.5.3 forbids it and TS 119 615, 4.4 makes it a conflict; a reader who picks one
    entry would let the other one's withdrawal go unseen.
    """
    by_key: dict[tuple[str, bytes], list[int]] = defaultdict(list)
    for number, service in enumerate(services):
        for identity in service.identities:
            if identity.key is not None:
                places = by_key[service.type, identity.key.thumbprint]
                if number not in places:
                    places.append(number)
    found = list(services)
    for places in by_key.values():
        if len(places) > 1:
            for number in places:
                others = [services[other].history for other in places if other != number]
                history = found[number].history
                for other in others:
                    history = _agreed(history, other)
                found[number] = found[number]._replace(history=history)
    return tuple(found)


def _agreed(
    history: tuple[StatusPeriod, ...], other: tuple[StatusPeriod, ...]
) -> tuple[StatusPeriod, ...]:
    """``history``, unknown wherever ``other`` says another status or none."""
    bounds = {bound for period in (*history, *other) for bound in period.interval}
    edges = sorted(bounds | {TIME_MIN}, reverse=True)
    periods: list[StatusPeriod] = []
    for end, start in pairwise(edges):
        own, theirs = _at(history, start), _at(other, start)
        if own is None and theirs is None:
            continue
        if own is not None and theirs is not None and own.status is theirs.status:
            periods.append(own._replace(interval=Interval(start, end)))
        else:
            said = own or theirs
            assert said is not None
            periods.append(StatusPeriod(Status.UNKNOWN, said.uri, Interval(start, end)))
    return tuple(periods)


def _at(history: tuple[StatusPeriod, ...], moment: int) -> StatusPeriod | None:
    return next((p for p in history if p.interval.start <= moment < p.interval.end), None)
