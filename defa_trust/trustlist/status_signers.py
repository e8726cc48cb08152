"""Who may publish the status of what a service issued (floor 5): the rule, and nothing else.

The service itself, with any of its listed keys. Beside it a service of the same trust list whose
type is the status type that belongs to the issuing one (`PID/Revocation` to `PID/Issuance`), where
the list says that it speaks for this issuer: it names the issuer among its `DefaIssuerIds`, or it
names nobody and belongs to the same entity. Nobody else: no other state, no other list, no other
type of service, no key that only a message brings along.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple

from ..formats.base import KeyHint
from ..spec import MAX_CANDIDATES, STATUS_SERVICE_TYPES
from .model import Service
from .snapshot import ServiceAnchor, TrustSnapshot, cose_kids, issuer_names, kid_names

MAX_PREPARED: Final = 4096
"""Ours: an issuer with one name for each relying party has as many names as there are."""
_NOBODY: Final[tuple[ServiceAnchor, ...]] = ()


class StatusSigners(NamedTuple):
    """Keys that may sign a status list, and the names by which one may point to them."""

    anchors: tuple[ServiceAnchor, ...]
    by_kid: Mapping[str | bytes, tuple[ServiceAnchor, ...]]
    by_certificate: Mapping[bytes, tuple[ServiceAnchor, ...]]
    """By SHA-256 of the certificate."""
    services: tuple[Service, ...]
    """Whose keys these are, the issuing service first; one may have an authority and no key."""

    def select(self, hint: KeyHint) -> tuple[ServiceAnchor, ...]:
        """Every hint that is there must agree; without one all keys, at most ``MAX_CANDIDATES``."""
        candidates = self.anchors
        if hint.kid is not None:
            candidates = self.by_kid.get(hint.kid, _NOBODY)
        wanted = hint.certificate_sha256
        if wanted is None and hint.certificate is not None:
            wanted = sha256(hint.certificate).digest()
        if wanted is not None:
            fitting = self.by_certificate.get(wanted, _NOBODY)
            candidates = tuple(anchor for anchor in candidates if anchor in fitting)
        return candidates[:MAX_CANDIDATES]


def status_signers(
    snapshot: TrustSnapshot, issuing: ServiceAnchor, issuer: str | None
) -> StatusSigners:
    """Those that the list of ``issuing`` lets speak for it; ``issuer`` is the credential's own name
    for its issuer, under which ``issuing`` was found. Worked out once for each snapshot."""
    place = ("status_signers", issuing.service, issuer)
    known: StatusSigners | None = snapshot.prepared.get(place)
    if known is None:
        if len(snapshot.prepared) >= MAX_PREPARED:
            snapshot.prepared.clear()
        # Whoever races another thread here makes one twice.
        known = snapshot.prepared[place] = _signers(snapshot, issuing, issuer)
    return known


def _signers(snapshot: TrustSnapshot, issuing: ServiceAnchor, issuer: str | None) -> StatusSigners:
    services = tuple(_services(issuing, issuer))
    anchors = tuple(
        anchor for service in services for anchor in snapshot.by_service.get(service, _NOBODY)
    )
    by_kid: dict[str | bytes, list[ServiceAnchor]] = defaultdict(list)
    by_certificate: dict[bytes, list[ServiceAnchor]] = defaultdict(list)
    for anchor in anchors:
        identity = anchor.identity
        for name in kid_names(identity):
            by_kid[name].append(anchor)
        if identity.certificate is None:
            for kid in cose_kids(identity):
                by_kid[kid].append(anchor)
        else:
            fingerprint = sha256(identity.certificate).digest()
            by_kid[fingerprint[:8]].append(anchor)
            by_certificate[fingerprint].append(anchor)
    return StatusSigners(
        anchors,
        MappingProxyType({name: tuple(found) for name, found in by_kid.items()}),
        MappingProxyType({name: tuple(found) for name, found in by_certificate.items()}),
        services,
    )


def _services(issuing: ServiceAnchor, issuer: str | None) -> Iterator[Service]:
    """The issuing service first, so that its own key counts as its own."""
    service = issuing.service
    yield service
    wanted = STATUS_SERVICE_TYPES.get(service.type)
    if wanted is None:
        return
    for other in issuing.source.trust_list.services:
        if other.type == wanted and _speaks_for(other, service, issuer):
            yield other


def _speaks_for(other: Service, service: Service, issuer: str | None) -> bool:
    named = issuer_names(other)
    if named:
        return issuer is not None and issuer in named
    return other.entity == service.entity
