"""The services that a snapshot lists, and what the lists say of their keys (floor 9).

A service counts for nothing abroad where no credential of it can verify: whoever asks about
services, and not about a presented object, needs that answer first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Final

from ..codes import anchor as codes
from ..codes import signature as signature_codes
from ..errors import Rejection
from ..policy import TranscribedLists, VerificationPolicy
from ..spec import (
    CREDENTIAL_SERVICE_TYPES,
    SIGNATURE_SERVICE_TYPES,
    STATUS_SERVICE_TYPES,
    TIMESTAMP_SERVICE_TYPES,
)
from ..trustlist.model import IdentityKind, ListType, Publication, Service
from ..trustlist.signing_authorities import AnchoredObject
from ..trustlist.snapshot import ListFreshness, ServiceAnchor, TrustSnapshot
from ..verdict import TIME_MAX, TIME_MIN, Bundle, Finding, Interval
from ..x509.anchors import Constraints, TrustAnchor

_OF_TYPES: Final = {
    **dict.fromkeys(SIGNATURE_SERVICE_TYPES, AnchoredObject.SIGNATURE),
    **dict.fromkeys(TIMESTAMP_SERVICE_TYPES, AnchoredObject.TIMESTAMP),
}
_ISSUED_BELOW: Final = CREDENTIAL_SERVICE_TYPES | frozenset(STATUS_SERVICE_TYPES.values())
"""Types of services that may be listed by the certificate of a CA, whose signers it certifies."""


def signs_files(service: Service) -> bool:
    """Whether signatures or time-stamps hang on the service, and no credential can."""
    return service.type in _OF_TYPES


class Listed:
    """A snapshot's services by state, each with its list and its anchors."""

    __slots__ = ("absent", "anchors", "services")

    def __init__(self, snapshot: TrustSnapshot) -> None:
        self.absent = {
            item.territory: item.code
            for item in snapshot.missing
            if item.type is ListType.MEMBER_STATE
        }
        self.anchors: dict[int, list[ServiceAnchor]] = defaultdict(list)
        for anchors in snapshot.by_thumbprint.values():
            for anchor in anchors:
                if not signs_files(anchor.service):
                    self.anchors[id(anchor.service)].append(anchor)
        self.services: dict[str, list[tuple[Service, ListFreshness]]] = defaultdict(list)
        regional = {
            item.digest: ListFreshness(item, None, codes.LIST_FRESH)
            for item in snapshot.lists
            if item.type is ListType.REGIONAL
        }
        for item in snapshot.lists:
            if item.type is ListType.MEMBER_STATE:
                parent = None if item.via is None else regional[item.via]
                source = ListFreshness(item, parent, codes.LIST_FRESH)
                for service in sorted(item.services, key=lambda entry: (entry.id, entry.name)):
                    self.services[item.territory].append((service, source))
                    self.anchors[id(service)] += _authorities(service, source)

    def standing(
        self, service: Service, source: ListFreshness, moment: int, policy: VerificationPolicy
    ) -> Bundle:
        """What the lists say at ``moment`` of the service's best key, in the time in which they say
        the same of all its keys."""
        grace = policy.national_list_grace
        anchors = self.anchors.get(id(service), ())
        bundles = [anchor.standing(moment, grace) for anchor in anchors]
        if bundles:
            best = min(bundles, key=lambda one: (not one.passed, len(one.findings)))
            findings = best.findings
        else:
            findings = (*source.findings(moment, grace), _keyless(service))
        if (
            policy.transcribed is TranscribedLists.REFUSE
            and source.trust_list.publication is Publication.TRANSCRIBED
        ):
            refused = Finding(codes.LIST_TRANSCRIBED, "authoritative", source.trust_list.territory)
            findings = (*findings, refused)
        made = Bundle.of(findings)
        span = common((Interval(one.start, one.end) for one in bundles), made.start, made.end)
        return made._replace(start=span.start, end=span.end)


def _authorities(service: Service, source: ListFreshness) -> Iterator[ServiceAnchor]:
    """The listed certificates that a path may end at: of a CA, or of a time-stamping unit itself.

    As the search for paths takes them: what cannot be an anchor is none, and the certificate of an
    end entity under a CA service signs no document.
    """
    kind = _OF_TYPES.get(service.type)
    if kind is None and service.type not in _ISSUED_BELOW:
        return
    bound = Constraints(territory=service.territory)
    for identity in service.identities:
        if identity.certificate is None or identity.key is None:
            continue
        try:
            anchor = TrustAnchor.from_certificate(identity.certificate, bound)
        except Rejection:
            continue
        if anchor.is_ca or kind is AnchoredObject.TIMESTAMP:
            yield ServiceAnchor(service, identity, source)


def _keyless(service: Service) -> Finding:
    """A service whose keys are not in the list: asked online, or published elsewhere."""
    kind = _OF_TYPES.get(service.type)
    if kind is not None:
        return Finding(signature_codes.NO_AUTHORITY, None, kind.value)
    online = tuple(i.value for i in service.identities if i.kind is IdentityKind.ONLINE)
    if online:
        return Finding(codes.ONLINE_ONLY, None, online)
    elsewhere = tuple(
        i.value for i in service.identities if i.kind in (IdentityKind.JWKS, IdentityKind.DID)
    )
    return Finding(codes.KEYS_ELSEWHERE, None, elsewhere)


def common(spans: Iterable[Interval], start: int = TIME_MIN, end: int = TIME_MAX) -> Interval:
    """Where all of ``spans`` hold, within ``start`` and ``end``."""
    joined = Interval(start, end)
    for span in spans:
        joined = joined.intersect(span)
    return joined
