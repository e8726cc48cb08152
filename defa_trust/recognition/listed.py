"""The services that a snapshot lists, and what the lists say of their keys (floor 9).

A service counts for nothing abroad where no credential of it can verify: whoever asks about
services, and not about a presented object, needs that answer first.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

from ..codes import anchor as codes
from ..policy import TranscribedLists, VerificationPolicy
from ..trustlist.model import IdentityKind, ListType, Publication, Service
from ..trustlist.snapshot import ListFreshness, ServiceAnchor, TrustSnapshot
from ..verdict import TIME_MAX, TIME_MIN, Bundle, Finding, Interval


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


def _keyless(service: Service) -> Finding:
    """A service whose keys are not in the list: asked online, or published elsewhere."""
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
