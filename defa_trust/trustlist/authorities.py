"""The certificate authorities among a list's services, as anchors for paths (floor 5).

A service may be listed with the certificate of an authority: then what that authority issued is the
service's own. The anchors of one state, and of the services asked about, never those of several
states together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping
from types import MappingProxyType
from typing import Final, NamedTuple

from ..errors import Rejection
from ..verdict import Bundle, Finding
from ..x509.anchors import AnchorSet, Constraints, TrustAnchor
from ..x509.path import ValidatedPath
from .model import Identity, IdentityKind, Service
from .snapshot import ListFreshness, ServiceAnchor, TrustSnapshot

MAX_PREPARED: Final = 4096
"""Ours: an issuer with one name for each relying party has as many names as there are."""


class Authorities(NamedTuple):
    """``anchors`` for the search; ``services``: whose each anchor is, by its digest."""

    anchors: AnchorSet
    services: Mapping[str, tuple[Service, ...]]
    source: ListFreshness | None


class PathAnchor(ServiceAnchor):
    """The key of a certificate with a path to a listed authority, at the moment of that path.

    Made anew for each evaluation: ``findings`` are what the search said then.
    """

    __slots__ = ("findings", "path")

    def __init__(
        self,
        service: Service,
        source: ListFreshness,
        path: ValidatedPath,
        findings: tuple[Finding, ...],
    ) -> None:
        leaf = path.certificates[0]
        identity = Identity(
            IdentityKind.X509,
            leaf.sha256.hex(),
            path.key,
            leaf.der,
            leaf.not_before,
            leaf.not_after,
            leaf.ski,
            leaf.extended_key_usage,
            country=leaf.country,
        )
        super().__init__(service, identity, source)
        self.path = path
        self.findings = findings

    def standing(self, moment: int, grace: int) -> Bundle:
        return Bundle.of((*super().standing(moment, grace).findings, *self.findings))


def authorities(
    snapshot: TrustSnapshot, territory: str, services: Iterable[Service], types: frozenset[str]
) -> Authorities:
    """Authorities of ``territory`` among ``services`` of these ``types``; kept with the snapshot.

    A listed certificate that cannot be an anchor (its extensions cannot be read) anchors nothing.
    """
    chosen = tuple(service for service in services if service.type in types)
    return _kept(snapshot, ("authorities", territory, chosen), territory, lambda: chosen)


def authorities_of_state(
    snapshot: TrustSnapshot, territory: str, types: frozenset[str]
) -> Authorities:
    """All authorities that the list of ``territory`` names for services of these ``types``.

    However long the list is, it is gone through once.
    """

    def chosen() -> tuple[Service, ...]:
        source = snapshot.sources.get(territory)
        listed = () if source is None else source.trust_list.services
        return tuple(service for service in listed if service.type in types)

    return _kept(snapshot, ("authorities of state", territory, types), territory, chosen)


def _kept(
    snapshot: TrustSnapshot,
    place: Hashable,
    territory: str,
    chosen: Callable[[], tuple[Service, ...]],
) -> Authorities:
    known: Authorities | None = snapshot.prepared.get(place)
    if known is None:
        if len(snapshot.prepared) >= MAX_PREPARED:
            snapshot.prepared.clear()
        # Whoever races another thread here makes one twice.
        known = snapshot.prepared[place] = _gather(snapshot, territory, chosen())
    return known


def _gather(snapshot: TrustSnapshot, territory: str, services: tuple[Service, ...]) -> Authorities:
    anchors: dict[str, TrustAnchor] = {}
    owners: dict[str, list[Service]] = defaultdict(list)
    bound = Constraints(territory=territory)
    for service in services:
        for identity in service.identities:
            if identity.certificate is None:
                continue
            try:
                anchor = TrustAnchor.from_certificate(identity.certificate, bound)
            except Rejection:
                continue
            if anchor.is_ca:
                anchors.setdefault(anchor.digest, anchor)
                owners[anchor.digest].append(service)
    return Authorities(
        AnchorSet(anchors.values()),
        MappingProxyType({digest: tuple(dict.fromkeys(who)) for digest, who in owners.items()}),
        snapshot.sources.get(territory),
    )
