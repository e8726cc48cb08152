"""Which hosts a state's trust list names (floor 5), and so where evidence may be fetched from.

The address of a status list comes from a credential. It is authenticated by then, but its issuer
could still name any host there is: a list is fetched only from a host that the state's own trust
list names, or that the operator allows.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final
from urllib.parse import urlsplit

from ..errors import MisuseError
from .model import IdentityKind, ListType, Service
from .snapshot import TrustSnapshot

_ADDRESSES: Final = frozenset({IdentityKind.ISSUER, IdentityKind.JWKS, IdentityKind.ONLINE})


def host_of(url: str) -> str | None:
    """Host and port of an HTTPS address in lower case; ``None`` for any other text."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme != "https" or not parts.hostname:
        return None
    return parts.hostname if port in (None, 443) else f"{parts.hostname}:{port}"


def listed_hosts(snapshot: TrustSnapshot, territory: str | None) -> frozenset[str]:
    """Every host that the trust list of one state names: under its services' issuer names, online
    services, key sets and supply points (TS 119 602, 6.6.7). Empty for a state without a list."""
    place = ("listed_hosts", territory)
    known: frozenset[str] | None = snapshot.prepared.get(place)
    if known is None:
        known = snapshot.prepared[place] = frozenset(
            host
            for trust_list in snapshot.lists
            if trust_list.type is ListType.MEMBER_STATE and trust_list.territory == territory
            for service in trust_list.services
            for address in _addresses(service)
            if (host := host_of(address)) is not None
        )
    return known


def _addresses(service: Service) -> Iterator[str]:
    yield from service.issuer_ids
    yield from service.supply_points
    for identity in service.identities:
        if identity.kind in _ADDRESSES:
            yield identity.value


def may_fetch(
    url: str, snapshot: TrustSnapshot, territory: str | None, allowed: Collection[str]
) -> bool:
    """Whether a status list may be fetched from ``url``; ``allowed`` are hosts the operator adds,
    as ``host`` or ``host:port``. Raises ``MisuseError`` for a text in place of a collection."""
    if isinstance(allowed, str):
        raise MisuseError("hosts are a collection of names, not one text")
    host = host_of(url)
    return host is not None and (host in allowed or host in listed_hosts(snapshot, territory))
