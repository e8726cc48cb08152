"""Listed keys, the lists they stand in, and what is said of both in time (floor 5).

Only a snapshot makes these; none comes from a message.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from ..codes import anchor as codes
from ..codes import recognition as recognition_codes
from ..crypto import VerificationKey
from ..errors import MisuseError
from ..verdict import TIME_MAX, Bundle, Code, Finding
from .model import Identity, ListType, Service, TrustList

USABLE_STATUSES: Final = frozenset({"granted", "sandbox", "ceased_with_valid_past"})
"""Operational statuses under which a service's signatures stand. NOTE: a ceased service whose past
stays valid cannot issue any more; its certificates and keys end by their own validity."""


class ServiceAnchor:
    """One key of one listed service. Only a snapshot makes these; none comes from a message.

    The findings that depend on the lists alone are made once, here, with their intervals.
    """

    __slots__ = ("_standings", "found", "identity", "key", "service", "source", "until", "validity")

    def __init__(self, service: Service, identity: Identity, source: ListFreshness) -> None:
        if identity.key is None:
            raise MisuseError("an anchor needs a key")
        self.service = service
        self.identity = identity
        self.key: VerificationKey = identity.key
        self.source = source
        self.found = Finding(
            codes.ANCHOR_FOUND,
            service.territory,
            service.name,
            evidence=source.trust_list.digest,
        )
        self._standings: tuple[tuple[int, Bundle], ...] = ()
        self.validity: Finding | None = None
        self.until = TIME_MAX
        """Until when a fetched key is remembered (``with_key_set``): its issuer may have taken it
        back since."""
        if identity.not_before is not None and identity.not_after is not None:
            # RFC 5280, 4.1.2.5: notAfter is inclusive.
            self.validity = Finding(
                codes.CERTIFICATE_CURRENT,
                start=identity.not_before,
                end=identity.not_after + 1,
            )
        elif identity.not_after is not None:
            self.until = identity.not_after + 1

    def standing(self, moment: int, grace: int) -> Bundle:
        """Everything the lists say of this key at ``moment``, prepared once for each span of time.

        ``grace`` is how many seconds a national list outlives its NextUpdate.
        """
        for given, bundle in self._standings:
            if given == grace and bundle.start <= moment < bundle.end:
                return bundle
        findings = [self.found, *self.source.findings(moment, grace), self.status_finding(moment)]
        validity = self.validity_finding(moment)
        if validity is not None:
            findings.append(validity)
        made = Bundle.of(findings)
        # A few spans cover a key's life. Whoever races another thread here makes one twice.
        self._standings = (*self._standings[-7:], (grace, made))
        return made

    def status_finding(self, moment: int) -> Finding:
        """The service's status at ``moment``, with the interval in which it held."""
        service = self.service
        for period in service.history:
            start, end = period.interval
            if start <= moment < end:
                code = (
                    codes.SERVICE_GRANTED
                    if period.status in USABLE_STATUSES
                    else codes.SERVICE_NOT_GRANTED
                )
                return Finding(code, "granted", period.status, start, end)
        first = service.history[-1].interval.start if service.history else None
        if first is None:
            return Finding(codes.SERVICE_NOT_YET_GRANTED, "a status", None)
        return Finding(codes.SERVICE_NOT_YET_GRANTED, first, None, end=first)

    def validity_finding(self, moment: int) -> Finding | None:
        """The certificate's own validity at ``moment``; ``None`` for keys without one."""
        current = self.validity
        if current is None or current.start <= moment < current.end:
            return current
        if moment < current.start:
            return Finding(codes.CERTIFICATE_NOT_YET_VALID, current.start, end=current.start)
        return Finding(codes.CERTIFICATE_EXPIRED, current.end - 1, start=current.end)


class ListFreshness:
    """A list and, where its pointer came from one, the regional list: fresh when both are."""

    __slots__ = ("_begin", "_limit", "_standings", "fresh", "label", "regional", "trust_list")

    def __init__(
        self, trust_list: TrustList, regional: ListFreshness | None, fresh_code: Code
    ) -> None:
        self._standings: tuple[tuple[int, Bundle], ...] = ()
        self.trust_list = trust_list
        self.regional = regional
        self.label = f"{trust_list.territory} #{trust_list.sequence}"
        # Nothing can be said of the time before the list was signed, nor, whatever NextUpdate and
        # grace say, of the time after its signer's certificate.
        self._begin = max(trust_list.issued, trust_list.signed_at or trust_list.issued)
        self._limit = TIME_MAX if trust_list.usable_until is None else trust_list.usable_until
        self.fresh = Finding(
            fresh_code,
            trust_list.next_update,
            self.label,
            self._begin,
            max(self._begin, min(trust_list.next_update, self._limit)),
            evidence=trust_list.digest,
            subject="list",
        )

    def findings(self, moment: int, grace: int) -> tuple[Finding, ...]:
        """Freshness at ``moment`` of the list and of the regional list it was reached through."""
        own = self.fresh
        if not own.start <= moment < own.end:
            own = self._lapsed(moment, grace)
        if self.regional is None:
            return (own,)
        return (own, *self.regional.findings(moment, 0))

    def standing(self, moment: int, grace: int) -> Bundle:
        """``findings()`` as a bundle, prepared once for each span of time."""
        for given, bundle in self._standings:
            if given == grace and bundle.start <= moment < bundle.end:
                return bundle
        made = Bundle.of(self.findings(moment, grace))
        self._standings = (*self._standings[-3:], (grace, made))
        return made

    def _lapsed(self, moment: int, grace: int) -> Finding:
        recognition = self.trust_list.type is ListType.RECOGNITION
        issued, limit = self._begin, min(self.trust_list.next_update, self._limit)
        last = max(issued, min(self.trust_list.next_update + grace, self._limit))
        evidence = self.trust_list.digest
        if moment < issued:
            area = recognition_codes if recognition else codes
            code = area.LIST_FROM_THE_FUTURE
            return Finding(code, issued, self.label, end=issued, evidence=evidence, subject="list")
        if moment < last:
            code = recognition_codes.LIST_STALE if recognition else codes.LIST_STALE
            return Finding(code, limit, self.label, limit, last, evidence=evidence, subject="list")
        code = recognition_codes.LIST_EXPIRED if recognition else codes.LIST_EXPIRED
        return Finding(code, limit, self.label, start=last, evidence=evidence, subject="list")


class Issuer(NamedTuple):
    """Everything the lists say of one issuer identifier of one state."""

    territory: str
    anchors: tuple[ServiceAnchor, ...]
    by_kid: Mapping[str, tuple[ServiceAnchor, ...]]
    services: tuple[Service, ...]
    online: tuple[str, ...]
    elsewhere: tuple[str, ...]
    sources: tuple[ListFreshness, ...]
