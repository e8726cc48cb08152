"""Listed authorities: whose certificates signatures and time-stamps may hang on (floor 5).

Anchors for paths come from the lists and from nowhere else. Each state's stand apart from all
others', and those of signatures apart from those of time-stamps, so that no path can lead from one
state's signer to another state's service, or from a signature to a time-stamping authority.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, NamedTuple

from ..errors import Rejection
from ..forking import Locked
from ..spec import SIGNATURE_SERVICE_TYPES, TIMESTAMP_SERVICE_TYPES
from ..verdict import Finding, Interval, Need
from ..x509.anchors import AnchorSet, Constraints, Purpose, TrustAnchor
from ..x509.certificate import UntrustedCertificate
from ..x509.path import ValidatedPath
from .snapshot import ServiceAnchor, TrustSnapshot

MAX_PATHS: Final = 512
"""Ours: paths found that one set of authorities remembers."""


class AnchoredObject(Enum):
    """What hangs on the services: the kind decides which of them count."""

    SIGNATURE = "signature"
    TIMESTAMP = "timestamp"


_TYPES: Final = {
    AnchoredObject.SIGNATURE: SIGNATURE_SERVICE_TYPES,
    AnchoredObject.TIMESTAMP: TIMESTAMP_SERVICE_TYPES,
}
_PURPOSES: Final = {
    AnchoredObject.SIGNATURE: frozenset({Purpose.SIGNATURE, Purpose.SEAL, Purpose.STATUS}),
    AnchoredObject.TIMESTAMP: frozenset({Purpose.TIMESTAMP, Purpose.STATUS}),
}


Key = tuple[object, ...]
"""Everything that a search for a path depends on but the moment and the authorities themselves."""


class FoundPath(NamedTuple):
    """A path that was found, and the findings that said so."""

    path: ValidatedPath
    findings: tuple[Finding, ...]


class CheckedPath(NamedTuple):
    """What was found of the revocation of a path all of which is in order, and when that holds."""

    findings: tuple[Finding, ...]
    needs: tuple[Need, ...]
    interval: Interval


class Authorities(Locked):
    """The services of one state for one kind of object, as trust anchors.

    A path that was found, and the answer that nothing of it is revoked, are remembered under
    everything they depended on but the moment, and serve only inside their own interval. What was
    not found, or was not in order, is never remembered.
    """

    __slots__ = ("_checked", "_paths", "_services", "anchors", "territory")

    def __init__(
        self, territory: str, services: Iterable[ServiceAnchor], kind: AnchoredObject
    ) -> None:
        constraints = Constraints(territory=territory, purposes=_PURPOSES[kind])
        anchors: dict[str, TrustAnchor] = {}
        by_anchor: dict[str, tuple[ServiceAnchor, ...]] = {}
        for service in services:
            certificate = service.identity.certificate
            assert certificate is not None  # ``authorities_of`` takes no others
            try:
                anchor = TrustAnchor.from_certificate(certificate, constraints)
            except Rejection:
                # Its list was accepted with it: what no strict reader reads anchors no path.
                continue
            anchors[anchor.digest] = anchor
            by_anchor[anchor.digest] = (*by_anchor.get(anchor.digest, ()), service)
        self.territory = territory
        self.anchors = AnchorSet(anchors.values())
        self._services: Final[Mapping[str, tuple[ServiceAnchor, ...]]] = by_anchor
        self._paths: Final[dict[Key, FoundPath]] = {}
        self._checked: Final[dict[Key, CheckedPath]] = {}
        super().__init__()

    def services(self, anchor: TrustAnchor) -> tuple[ServiceAnchor, ...]:
        """The entries of the list that name the anchor's certificate; never empty."""
        return self._services[anchor.digest]

    def may_anchor(self, leaf: UntrustedCertificate, issuers: frozenset[bytes]) -> bool:
        """Whether a path can end here at all: an anchor has the name of somebody's issuer, or is
        the very certificate. Says nothing about whether one does."""
        return bool(
            self.anchors.of_certificate(leaf.der)
            or any(self.anchors.named(issuer) for issuer in issuers)
        )

    def remembered(self, key: Key, moment: int) -> FoundPath | None:
        """The path found for ``key``, where it holds at ``moment``."""
        found = self._paths.get(key)
        return found if found is not None and found.path.interval.holds_at(moment) else None

    def remember(self, key: Key, found: FoundPath) -> None:
        with self._lock:
            self._paths[key] = found
            while len(self._paths) > MAX_PATHS:
                del self._paths[next(iter(self._paths))]

    def checked(self, key: Key, moment: int) -> CheckedPath | None:
        """The answer about a path's revocation under ``key``, where it holds at ``moment``."""
        found = self._checked.get(key)
        return found if found is not None and found.interval.holds_at(moment) else None

    def remember_check(self, key: Key, found: CheckedPath) -> None:
        with self._lock:
            self._checked[key] = found
            while len(self._checked) > MAX_PATHS:
                del self._checked[next(iter(self._checked))]


class AuthorityIndex(Locked):
    """The authorities of every state that lists any, for one kind of object, by territory.

    ``opened`` are end-entity certificates that a path was found for, by their octets: read once.
    ``candidates`` are the states whose authorities could have issued a certificate, by the same key
    as paths; that follows from names alone and never changes.
    """

    __slots__ = ("candidates", "opened", "states")

    def __init__(self, states: tuple[Authorities, ...]) -> None:
        self.states = states
        self.opened: Final[dict[bytes, UntrustedCertificate]] = {}
        self.candidates: Final[dict[Key, tuple[Authorities, ...]]] = {}
        super().__init__()

    def remember(
        self, key: Key, certificate: UntrustedCertificate, states: tuple[Authorities, ...]
    ) -> None:
        with self._lock:
            self.candidates[key] = states
            self.opened[certificate.der] = certificate
            while len(self.candidates) > MAX_PATHS:
                del self.candidates[next(iter(self.candidates))]
            while len(self.opened) > MAX_PATHS:
                del self.opened[next(iter(self.opened))]


def authorities_of(snapshot: TrustSnapshot, kind: AnchoredObject) -> AuthorityIndex:
    """The index of one kind, worked out once a snapshot."""
    prepared = snapshot.prepared.get(kind)
    if prepared is None:
        grouped: dict[str, list[ServiceAnchor]] = {}
        for listed in snapshot.lists:
            for service in listed.services:
                if service.type not in _TYPES[kind]:
                    continue
                source = snapshot.sources[service.territory]
                grouped.setdefault(service.territory, []).extend(
                    ServiceAnchor(service, identity, source)
                    for identity in service.identities
                    if identity.certificate is not None and identity.key is not None
                )
        prepared = AuthorityIndex(
            tuple(
                Authorities(territory, services, kind)
                for territory, services in sorted(grouped.items())
            )
        )
        snapshot.prepared[kind] = prepared
    assert isinstance(prepared, AuthorityIndex)  # nobody else keeps anything under this key
    return prepared
