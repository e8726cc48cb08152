"""The anchors of a snapshot's lists, made when somebody looks one up (floor 5).

Of a hundred thousand listed keys a verifier meets a few hundred. What a look-up leads to is made at
the first time and kept; whoever races another thread there makes one twice, and one stays.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from types import MappingProxyType
from typing import Final, Generic, TypeVar, overload

from ..codes import anchor as codes
from ..errors import MisuseError
from .anchors import Issuer, ListFreshness, ServiceAnchor
from .index import KeyEntry, ListIndex, index_of, key_entry, kid_names, published_elsewhere
from .model import Identity, IdentityKind, ListType, Service, TrustList
from .patterns import fitting
from .spans import SpannedServices

_K = TypeVar("_K")
_V = TypeVar("_V")
_D = TypeVar("_D")

_Refs = list[tuple[int, list[int]]]
"""A list's number, and pairs of numbers in it (``KeyEntry.at``)."""


class Lazy(Mapping[_K, _V], Generic[_K, _V]):
    """A frozen mapping whose values are made from what ``table`` holds, once each."""

    __slots__ = ("_made", "_make", "_table")

    def __init__(self, table: Mapping[_K, _D], make: Callable[[_K, _D], _V]) -> None:
        self._table: Mapping[_K, _D] = table
        self._make: Callable[[_K, _D], _V] = make
        self._made: dict[_K, _V] = {}

    @overload
    def get(self, key: _K, /) -> _V | None: ...
    @overload
    def get(self, key: _K, /, default: _V) -> _V: ...
    @overload
    def get(self, key: _K, /, default: _D) -> _V | _D: ...
    def get(self, key: _K, /, default: _V | _D | None = None) -> _V | _D | None:
        made = self._made.get(key)
        if made is not None:
            return made
        kept = self._table.get(key)
        if kept is None:
            return default
        return self._made.setdefault(key, self._make(key, kept))

    def __getitem__(self, key: _K) -> _V:
        made = self.get(key)
        if made is None:
            raise KeyError(key)
        return made

    def __contains__(self, key: object) -> bool:
        return key in self._table

    def __iter__(self) -> Iterator[_K]:
        return iter(self._table)

    def __len__(self) -> int:
        return len(self._table)


class _Names(Mapping[str, list[tuple[int, Sequence[int]]]]):
    """Where each issuer's name stands: numbers of lists, and of services in them."""

    def __init__(self, indexes: list[tuple[int, ListIndex]]) -> None:
        self._indexes = indexes

    def __getitem__(self, name: str) -> list[tuple[int, Sequence[int]]]:
        found = [(n, at) for n, index in self._indexes if (at := index.issuing(name))]
        if not found:
            raise KeyError(name)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for _, index in self._indexes for name in index.issuers()))

    def __len__(self) -> int:
        return sum(1 for _ in self)


class Services(Mapping[Service, tuple[ServiceAnchor, ...]]):
    """The anchors of each listed service, those without a key too."""

    __slots__ = ("_book",)

    def __init__(self, book: Book) -> None:
        self._book = book

    def __getitem__(self, service: Service) -> tuple[ServiceAnchor, ...]:
        return self._book.of_service(service)

    def __iter__(self) -> Iterator[Service]:
        return self._book.services()

    def __len__(self) -> int:
        return self._book.size


class Book:
    """Every list's index in one, and the anchors made so far."""

    def __init__(
        self,
        lists: Iterable[TrustList],
        regional: Mapping[str, ListFreshness],
        key_sets: Mapping[str, tuple[Identity, ...]],
    ) -> None:
        self._key_sets: Final = key_sets
        self._anchors: Final[dict[tuple[int, int, int], ServiceAnchor]] = {}
        self._numbers: Final[dict[int, tuple[int, int]]] = {}
        self._sources: Final[list[ListFreshness]] = []
        self.size = 0
        kids: dict[tuple[str, bytes], _Refs] = defaultdict(list)
        certificates: dict[bytes, _Refs] = defaultdict(list)
        identifiers: dict[tuple[str, bytes], _Refs] = defaultdict(list)
        thumbprints: dict[bytes, _Refs] = defaultdict(list)
        issuers: list[tuple[int, ListIndex]] = []
        patterns: dict[str, list[tuple[int, Iterable[int]]]] = defaultdict(list)
        for item in lists:
            if item.type is not ListType.MEMBER_STATE:
                continue
            number = len(self._sources)
            parent = None if item.via is None else regional[item.via]
            self._sources.append(ListFreshness(item, parent, codes.LIST_FRESH))
            index = _index(item.services)
            self.size += len(item.services)
            keys = [*index.keys, *self._fetched(item, index.key_sets)]
            for entry in keys:
                place = (number, entry.at)
                thumbprints[entry.thumbprint].append(place)
                if entry.fingerprint is not None:
                    certificates[entry.fingerprint].append(place)
                    if entry.ski is not None:
                        identifiers[item.territory, entry.ski].append(place)
                for kid in entry.kids:
                    kids[item.territory, kid].append(place)
            issuers.append((number, index))
            for pattern, numbers in index.patterns.items():
                patterns[pattern].append((number, numbers))
        self.sources: Mapping[str, ListFreshness] = {
            source.trust_list.territory: source for source in self._sources
        }
        self.by_kid = Lazy(kids, self._of_refs)
        self.by_certificate = Lazy(certificates, self._of_refs)
        self.by_ski = Lazy(identifiers, self._of_refs)
        self.by_thumbprint = Lazy(thumbprints, self._of_refs)
        self.patterns = Lazy(dict(sorted(patterns.items())), self._of_pattern)
        self.by_issuer = Lazy(_Names(issuers), self._of_name)

    # --- anchors -------------------------------------------------------------------------------
    def _anchor(self, source: int, number: int, place: int) -> ServiceAnchor:
        key = (source, number, place)
        made = self._anchors.get(key)
        if made is None:
            service = self._service(source, number)
            fresh = ServiceAnchor(service, self._identity(service, place), self._sources[source])
            made = self._anchors.setdefault(key, fresh)
        return made

    def _service(self, source: int, number: int) -> Service:
        service = self._sources[source].trust_list.services[number]
        self._numbers[id(service)] = (source, number)
        return service

    def _identity(self, service: Service, place: int) -> Identity:
        """One of the listed identities, and behind them those of the key sets it points to."""
        if place < len(service.identities):
            return service.identities[place]
        return self._of_key_sets(service)[place - len(service.identities)]

    def _of_key_sets(self, service: Service) -> tuple[Identity, ...]:
        return tuple(
            found
            for identity in service.identities
            if published_elsewhere(identity)
            for found in self._key_sets.get(identity.value, ())
        )

    def _fetched(self, item: TrustList, pointed: Mapping[str, Iterable[int]]) -> Iterator[KeyEntry]:
        """Keys that a key set adds to the services that point to it."""
        numbers = {n for url, many in pointed.items() if url in self._key_sets for n in many}
        for number in sorted(numbers):
            service = item.services[number]
            for place, identity in enumerate(self._of_key_sets(service), len(service.identities)):
                if identity.key is not None and identity.signs:
                    yield key_entry(identity)._replace(at=[number, place])

    def _of_refs(self, _key: object, refs: _Refs) -> tuple[ServiceAnchor, ...]:
        places = [
            (source, *pair) for source, at in refs for pair in zip(at[::2], at[1::2], strict=True)
        ]
        return tuple(self._anchor(*place) for place in sorted(set(places)))

    def services(self) -> Iterator[Service]:
        for listed in self._sources:
            yield from listed.trust_list.services

    def of_service(self, service: Service) -> tuple[ServiceAnchor, ...]:
        """The anchors of one service; ``KeyError`` where no list here has that very object."""
        source, number = self._number(service)
        identities = (*service.identities, *self._of_key_sets(service))
        return tuple(
            self._anchor(source, number, place)
            for place, identity in enumerate(identities)
            if identity.key is not None and identity.signs
        )

    def _number(self, service: Service) -> tuple[int, int]:
        known = self._numbers.get(id(service))
        if known is None and len(self._numbers) < self.size:
            # Asked for without a look-up before: from now on every service is known by itself.
            for source, listed in enumerate(self._sources):
                for number, one in enumerate(listed.trust_list.services):
                    self._numbers[id(one)] = source, number
            known = self._numbers.get(id(service))
        if known is None or self._service(*known) is not service:
            raise KeyError(service.id)
        return known

    # --- issuers -------------------------------------------------------------------------------
    def _issuer(self, source: int, numbers: Iterable[int]) -> Issuer:
        services = tuple(self._service(source, number) for number in numbers)
        anchors = tuple(anchor for service in services for anchor in self.of_service(service))
        by_kid: dict[str, list[ServiceAnchor]] = defaultdict(list)
        for anchor in anchors:
            for name in kid_names(anchor.identity):
                by_kid[name].append(anchor)
        identities = [identity for service in services for identity in service.identities]
        listed = self._sources[source]
        return Issuer(
            listed.trust_list.territory,
            anchors,
            MappingProxyType({name: tuple(found) for name, found in by_kid.items()}),
            services,
            tuple(i.value for i in identities if i.kind is IdentityKind.ONLINE),
            tuple(i.value for i in identities if published_elsewhere(i)),
            (listed,) * len(services),
        )

    def _of_pattern(
        self, _pattern: str, members: list[tuple[int, Iterable[int]]]
    ) -> tuple[Issuer, ...]:
        return tuple(self._issuer(source, numbers) for source, numbers in members)

    def _of_name(self, name: str, members: list[tuple[int, Sequence[int]]]) -> tuple[Issuer, ...]:
        """Where another state's pattern covers the name too, both are there: an issuer that two
        states claim is ambiguous, however each of them writes it."""
        exact = [self._issuer(source, numbers) for source, numbers in members]
        states = {issuer.territory for issuer in exact}
        others = [i for i, _ in fitting(self.patterns, name) if i.territory not in states]
        return (*exact, *others)


def _index(services: Sequence[Service]) -> ListIndex:
    return services.layout.found_by if isinstance(services, SpannedServices) else index_of(services)


def regional_of(lists: Iterable[TrustList]) -> Mapping[str, ListFreshness]:
    """Regional lists by digest. ``MisuseError`` where a list hangs on one that is not there."""
    every = tuple(lists)
    found = {
        item.digest: ListFreshness(item, None, codes.LIST_FRESH)
        for item in every
        if item.type is ListType.REGIONAL
    }
    for item in every:
        if item.via is not None and item.via not in found:
            raise MisuseError(f"the list of {item.territory} hangs on an absent regional list")
    return found
