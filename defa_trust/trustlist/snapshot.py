"""What a verifier trusts at one time, frozen and indexed (floor 5).

A ``TrustSnapshot`` holds accepted lists only. Every index leads to anchors of known territory, so
that no look-up can pool the keys of two states. ``digest`` names the content: the same lists give
the same digest, whatever order they came in.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple, TypeVar

from ..codec import base64url
from ..codes import anchor as codes
from ..codes import recognition as recognition_codes
from ..crypto import VerificationKey
from ..errors import MisuseError
from ..verdict import TIME_MAX, Bundle, Code, Finding
from .model import (
    Arrangement,
    Identity,
    IdentityKind,
    LawStatement,
    ListType,
    Service,
    TrustList,
)
from .patterns import fitting

_K = TypeVar("_K")


class ServiceAnchor:
    """One key of one listed service. Only a snapshot makes these; none comes from a message.

    The findings that depend on the lists alone are made once, here, with their intervals.
    """

    __slots__ = ("_standings", "found", "identity", "key", "service", "source", "validity")

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
        if identity.not_before is not None and identity.not_after is not None:
            # RFC 5280, 4.1.2.5: notAfter is inclusive.
            self.validity = Finding(
                codes.CERTIFICATE_CURRENT,
                start=identity.not_before,
                end=identity.not_after + 1,
            )

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


class MissingList(NamedTuple):
    """A list that was expected and could not be accepted, and the code that says why."""

    type: ListType
    territory: str
    code: str


class RecognitionSource(NamedTuple):
    """The recognition list of one receiving state, by the state it recognises.

    ``prepared`` is scratch of the recognition engine: answers it may give again while the moment
    lies in their span. It lives and ends with this snapshot, so that no answer outlives its lists.
    """

    freshness: ListFreshness
    arrangements: Mapping[str, tuple[Arrangement, ...]]
    law: tuple[LawStatement, ...]
    prepared: dict[Any, Any]


class TrustSnapshot:
    """Frozen, indexed trust, made by ``TrustSnapshot.build``; an empty one trusts nothing."""

    __slots__ = (
        "by_certificate",
        "by_issuer",
        "by_kid",
        "by_service",
        "by_ski",
        "by_thumbprint",
        "digest",
        "key_sets",
        "lists",
        "missing",
        "patterns",
        "prepared",
        "recognition",
        "sources",
        "territories",
    )

    by_issuer: Mapping[str, tuple[Issuer, ...]]
    by_kid: Mapping[tuple[str, bytes], tuple[ServiceAnchor, ...]]
    by_certificate: Mapping[bytes, tuple[ServiceAnchor, ...]]
    by_ski: Mapping[tuple[str, bytes], tuple[ServiceAnchor, ...]]
    by_thumbprint: Mapping[bytes, tuple[ServiceAnchor, ...]]
    by_service: Mapping[Service, tuple[ServiceAnchor, ...]]
    """Every listed service, those without a key too."""
    sources: Mapping[str, ListFreshness]
    """The one list of each state's services, by territory."""
    patterns: Mapping[str, tuple[Issuer, ...]]
    """`issuer-pattern:` as written, `{rp}` in place; look up with ``by_pattern``."""
    recognition: Mapping[str, RecognitionSource]
    lists: tuple[TrustList, ...]
    missing: tuple[MissingList, ...]
    key_sets: Mapping[str, tuple[Identity, ...]]
    territories: frozenset[str]
    digest: bytes
    prepared: dict[Hashable, Any]
    """What later stages worked out from this snapshot alone and keep with it; no part of it."""

    def __init__(self) -> None:
        raise TypeError("use TrustSnapshot.build(lists)")

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("a TrustSnapshot is frozen")

    @classmethod
    def build(
        cls,
        lists: Iterable[TrustList],
        missing: Iterable[MissingList] = (),
        key_sets: Mapping[str, tuple[Identity, ...]] = MappingProxyType({}),
    ) -> TrustSnapshot:
        """Index accepted lists. Raises ``MisuseError`` where two lists claim one place.

        ``key_sets`` are keys by the `jwks:` URL or the DID under which a service of those lists
        publishes them.
        """
        ordered = tuple(sorted(lists, key=lambda item: (item.type.value, item.territory)))
        absent = tuple(sorted(missing, key=lambda item: (item.type.value, item.territory)))
        places = [(item.type, item.territory) for item in ordered]
        if len(set(places)) != len(places):
            raise MisuseError("two trust lists of one type and territory in one snapshot")
        index = _Indexer(ordered, key_sets)
        snapshot = object.__new__(cls)

        def put(name: str, value: object) -> None:
            object.__setattr__(snapshot, name, value)

        put("lists", ordered)
        put("missing", absent)
        put("territories", frozenset(x.territory for x in ordered if x.services))
        patterns = index.issuer_patterns()
        put("by_issuer", index.issuers(patterns))
        put("patterns", patterns)
        put("by_kid", _frozen(index.by_kid))
        put("by_certificate", _frozen(index.by_certificate))
        put("by_ski", _frozen(index.by_ski))
        put("by_thumbprint", _frozen(index.by_thumbprint))
        put("by_service", MappingProxyType(index.by_service))
        put("sources", MappingProxyType(index.sources))
        put("recognition", MappingProxyType(index.recognition))
        # The pin chooses which certificate of a signer counts, and with it the end of the list's
        # use: the same bytes under another pin are another snapshot.
        content = [
            f"{x.type.value} {x.territory} {x.digest} {x.via} {x.signer} {x.usable_until}"
            for x in ordered
        ]
        content += [f"missing {x.type.value} {x.territory} {x.code}" for x in absent]
        content += [
            f"keys {url} {[_named(identity) for identity in found]}"
            for url, found in sorted(key_sets.items())
        ]
        put("key_sets", MappingProxyType(dict(key_sets)))
        put("digest", sha256("\n".join(content).encode()).digest())
        put("prepared", {})
        return snapshot

    def by_pattern(self, name: str) -> tuple[tuple[Issuer, str], ...]:
        """Issuers with one identifier for each relying party (MyDigital ID realms) that fit
        ``name``, each with the relying party that ``name`` is for."""
        return fitting(self.patterns, name)

    def with_key_set(self, url: str, identities: tuple[Identity, ...]) -> TrustSnapshot:
        """A snapshot of the same lists that also holds the keys published at ``url``.

        They serve only services whose list entry names that very URL (`jwks:`) or DID.
        """
        return TrustSnapshot.build(
            self.lists, self.missing, {**self.key_sets, url: tuple(identities)}
        )


_PUBLISHED_ELSEWHERE: Final = frozenset({IdentityKind.JWKS, IdentityKind.DID})

USABLE_STATUSES: Final = frozenset({"granted", "sandbox", "ceased_with_valid_past"})
"""Operational statuses under which a service's signatures stand. NOTE: a ceased service whose past
stays valid cannot issue any more; its certificates and keys end by their own validity."""


class _Indexer:
    """Builds the indexes of one snapshot in one pass over the lists."""

    def __init__(
        self, lists: tuple[TrustList, ...], key_sets: Mapping[str, tuple[Identity, ...]]
    ) -> None:
        self._key_sets = key_sets
        self.by_kid: dict[tuple[str, bytes], list[ServiceAnchor]] = defaultdict(list)
        self.by_certificate: dict[bytes, list[ServiceAnchor]] = defaultdict(list)
        self.by_ski: dict[tuple[str, bytes], list[ServiceAnchor]] = defaultdict(list)
        self.by_thumbprint: dict[bytes, list[ServiceAnchor]] = defaultdict(list)
        self.recognition: dict[str, RecognitionSource] = {}
        self._members: dict[str, dict[str, list[tuple[Service, ListFreshness]]]] = defaultdict(
            lambda: defaultdict(list)
        )
        self._pattern_members: dict[tuple[str, str], list[tuple[Service, ListFreshness]]] = (
            defaultdict(list)
        )
        self.by_service: dict[Service, tuple[ServiceAnchor, ...]] = {}
        self.sources: dict[str, ListFreshness] = {}
        regional = {
            item.digest: ListFreshness(item, None, codes.LIST_FRESH)
            for item in lists
            if item.type is ListType.REGIONAL
        }
        for item in lists:
            if item.via is not None and item.via not in regional:
                raise MisuseError(f"the list of {item.territory} hangs on an absent regional list")
            parent = regional[item.via] if item.via is not None else None
            if item.type is ListType.RECOGNITION:
                self._add_recognition(item, parent)
            elif item.type is ListType.MEMBER_STATE:
                source = ListFreshness(item, parent, codes.LIST_FRESH)
                self.sources[item.territory] = source
                for service in item.services:
                    self._add_service(service, source)

    def _add_recognition(self, item: TrustList, parent: ListFreshness | None) -> None:
        grouped: dict[str, list[Arrangement]] = defaultdict(list)
        for arrangement in sorted(item.arrangements, key=lambda entry: entry.id):
            grouped[arrangement.recognised].append(arrangement)
        self.recognition[item.territory] = RecognitionSource(
            ListFreshness(item, parent, recognition_codes.LIST_FRESH),
            MappingProxyType({cc: tuple(entries) for cc, entries in grouped.items()}),
            tuple(sorted(item.law, key=lambda statement: statement.id)),
            {},
        )

    def _add_service(self, service: Service, source: ListFreshness) -> None:
        anchors = []
        territory = service.territory
        for identity in self._identities(service):
            if identity.key is None or not identity.signs:
                continue
            anchor = ServiceAnchor(service, identity, source)
            anchors.append(anchor)
            self.by_thumbprint[identity.key.thumbprint].append(anchor)
            if identity.certificate is not None:
                fingerprint = sha256(identity.certificate).digest()
                self.by_certificate[fingerprint].append(anchor)
                # EU DCC specification, volume 1, 3.3.3: kid = first eight bytes of the SHA-256.
                self.by_kid[territory, fingerprint[:8]].append(anchor)
                if identity.ski is not None:
                    self.by_ski[territory, identity.ski].append(anchor)
            else:
                for kid in cose_kids(identity):
                    self.by_kid[territory, kid].append(anchor)
        self.by_service[service] = tuple(anchors)
        for name in issuer_names(service):
            self._members[name][territory].append((service, source))
        for identity in service.identities:
            if identity.kind is IdentityKind.ISSUER_PATTERN:
                self._pattern_members[identity.value, territory].append((service, source))

    def _identities(self, service: Service) -> Iterable[Identity]:
        """The listed identities, and the keys of the key sets and DIDs that the list points to."""
        yield from service.identities
        for identity in service.identities:
            if identity.kind in _PUBLISHED_ELSEWHERE and identity.key is None:
                yield from self._key_sets.get(identity.value, ())

    def _issuer(self, territory: str, members: list[tuple[Service, ListFreshness]]) -> Issuer:
        anchors = tuple(a for service, _ in members for a in self.by_service[service])
        by_kid: dict[str, list[ServiceAnchor]] = defaultdict(list)
        for anchor in anchors:
            for name in kid_names(anchor.identity):
                by_kid[name].append(anchor)
        identities = [identity for service, _ in members for identity in service.identities]
        return Issuer(
            territory,
            anchors,
            _frozen(by_kid),
            tuple(service for service, _ in members),
            tuple(i.value for i in identities if i.kind is IdentityKind.ONLINE),
            tuple(
                i.value
                for i in identities
                if i.key is None and i.kind in (IdentityKind.JWKS, IdentityKind.DID)
            ),
            tuple(source for _, source in members),
        )

    def issuers(
        self, patterns: Mapping[str, tuple[Issuer, ...]]
    ) -> Mapping[str, tuple[Issuer, ...]]:
        """By name. Where another state's pattern covers the name too, both are there: an issuer
        that two states claim is ambiguous, however each of them writes it."""
        found: dict[str, tuple[Issuer, ...]] = {}
        for name, states in self._members.items():
            exact = [self._issuer(cc, members) for cc, members in sorted(states.items())]
            others = [i for i, _ in fitting(patterns, name) if i.territory not in states]
            found[name] = (*exact, *others)
        return MappingProxyType(found)

    def issuer_patterns(self) -> Mapping[str, tuple[Issuer, ...]]:
        grouped: dict[str, list[Issuer]] = defaultdict(list)
        for (pattern, territory), members in sorted(self._pattern_members.items()):
            grouped[pattern].append(self._issuer(territory, members))
        return MappingProxyType({pattern: tuple(found) for pattern, found in grouped.items()})


def _named(identity: Identity) -> tuple[object, ...]:
    """Everything of a fetched key that a verdict may depend on."""
    key = identity.key
    shown = None if key is None else (key.thumbprint.hex(), key.alg)
    return (identity.kind.value, shown, *identity._replace(key=None)[1:])


def _frozen(table: Mapping[_K, list[ServiceAnchor]]) -> Mapping[_K, tuple[ServiceAnchor, ...]]:
    return MappingProxyType({key: tuple(anchors) for key, anchors in table.items()})


def issuer_names(service: Service) -> tuple[str, ...]:
    """Names under which a service issues: those the list states, and its DIDs."""
    names = list(service.issuer_ids)
    names += [
        identity.value
        for identity in service.identities
        if identity.kind in (IdentityKind.ISSUER, IdentityKind.DID)
    ]
    return tuple(dict.fromkeys(names))


def kid_names(identity: Identity) -> tuple[str, ...]:
    """Texts by which a JOSE `kid` may name this key within its issuer."""
    if identity.key is None:
        return ()
    names = {base64url.encode(identity.key.thumbprint)}
    if identity.kind in (IdentityKind.JWK, IdentityKind.DID) and identity.value:
        names.add(identity.value)
    if identity.kind is IdentityKind.JWK and identity.value.startswith("did:"):
        # A method of a DID document; within its issuer the bare fragment names it too.
        names.update(filter(None, identity.value.partition("#")[2:]))
    if identity.kind is IdentityKind.DID:
        # did:key and did:jwk name their only verification method by a fixed fragment.
        fragment = identity.value.split(":", 2)[2] if identity.value.startswith("did:key:") else "0"
        names.add(f"{identity.value}#{fragment}")
    return tuple(sorted(names))


def cose_kids(identity: Identity) -> tuple[bytes, ...]:
    """Byte strings by which a COSE `kid` may name a key that has no certificate."""
    assert identity.key is not None
    kids = {identity.key.thumbprint, identity.key.thumbprint[:8]}
    kids.update(name.encode() for name in kid_names(identity))
    return tuple(sorted(kids))
