"""By which names and keys the services of one list are found (floor 5).

An index only selects. What it leads to is a service's number and the place of an identity in it;
both are read from the list itself before anything rests on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256
from itertools import chain, repeat
from typing import Final, NamedTuple

from ..codec import base64url
from .model import Identity, IdentityKind, Service


class KeyEntry(NamedTuple):
    """A key, the octet strings by which it may be asked for, and where it is listed.

    ``fingerprint`` is the SHA-256 of its certificate and ``ski`` its subject key identifier, where
    it has one; ``kids`` are what a COSE `kid` may say. ``at`` holds, one pair after the other, a
    service's number and the place among its identities.
    """

    thumbprint: bytes
    fingerprint: bytes | None
    ski: bytes | None
    kids: tuple[bytes, ...]
    at: list[int]


class ListIndex(NamedTuple):
    """Numbers of services by what they are looked up with. See ``IndexMaker``.

    ``sole`` are issuers' names that one service has, ``shared`` those of several.
    """

    keys: tuple[KeyEntry, ...]
    sole: Mapping[str, int]
    shared: Mapping[str, Sequence[int]]
    patterns: Mapping[str, Sequence[int]]
    key_sets: Mapping[str, Sequence[int]]

    def issuing(self, name: str) -> Sequence[int]:
        """Services that issue under this name."""
        number = self.sole.get(name)
        return self.shared.get(name, ()) if number is None else (number,)

    def issuers(self) -> Iterable[str]:
        return chain(self.sole, self.shared)


class IndexMaker:
    """Makes the index of one list, from runs of services that have the same identities."""

    def __init__(self) -> None:
        self._names: Final[list[str]] = []
        self._named: Final[list[int]] = []
        self._patterns: Final[dict[str, list[int]]] = defaultdict(list)
        self._key_sets: Final[dict[str, list[int]]] = defaultdict(list)
        self._entries: Final[dict[int, KeyEntry | None]] = {}
        # Thousands of services share the identities of a few hundred.
        self._known: Final[dict[int, _Known]] = {}
        self.count = 0
        """Of services so far."""

    def add(self, identities: tuple[Identity, ...], count: int = 1) -> None:
        """The next services, so many of them, each with these identities."""
        numbers = range(self.count, self.count + count)
        self.count += count
        known = self._known.get(id(identities))
        if known is None:
            known = self._known[id(identities)] = self._read(identities)
        for entry, place in known.entries:
            entry.at.extend(chain.from_iterable(zip(numbers, repeat(place))))
        for name in known.names:
            self.name(repeat(name, count), numbers)
        for identity in known.elsewhere:
            pattern = identity.kind is IdentityKind.ISSUER_PATTERN
            (self._patterns if pattern else self._key_sets)[identity.value].extend(numbers)

    def name(self, names: Iterable[str], numbers: Iterable[int]) -> None:
        """Under each name, the service with the number beside it issues."""
        self._names.extend(names)
        self._named.extend(numbers)

    def take(self, service: Service) -> None:
        """The next service."""
        self.name(service.issuer_ids, repeat(self.count, len(service.issuer_ids)))
        self.add(service.identities)

    def made(self) -> ListIndex:
        keys = tuple(entry for entry in self._entries.values() if entry is not None)
        sole = dict(zip(self._names, self._named, strict=True))
        shared: dict[str, Sequence[int]] = {}
        if len(sole) != len(self._names):
            every: dict[str, set[int]] = defaultdict(set)
            for name, number in zip(self._names, self._named, strict=True):
                every[name].add(number)
            sole = {name: min(found) for name, found in every.items() if len(found) == 1}
            shared = {name: sorted(found) for name, found in every.items() if len(found) > 1}
        return ListIndex(keys, sole, shared, self._patterns, self._key_sets)

    def _read(self, identities: tuple[Identity, ...]) -> _Known:
        return _Known(
            identities,
            tuple(
                (entry, place)
                for place, identity in enumerate(identities)
                if (entry := self._entry(identity)) is not None
            ),
            _issuers_among(identities),
            tuple(
                identity
                for identity in identities
                if identity.kind is IdentityKind.ISSUER_PATTERN or published_elsewhere(identity)
            ),
        )

    def _entry(self, identity: Identity) -> KeyEntry | None:
        """One for each identity object; ``None`` for what is no anchor."""
        entry = self._entries.get(id(identity))
        if entry is None and identity.key is not None and identity.signs:
            entry = self._entries[id(identity)] = key_entry(identity)
        return entry


class _Known(NamedTuple):
    """What an index wants of identities, which it keeps alive."""

    identities: tuple[Identity, ...]
    entries: tuple[tuple[KeyEntry, int], ...]
    names: tuple[str, ...]
    elsewhere: tuple[Identity, ...]


def index_of(services: Iterable[Service]) -> ListIndex:
    """The index of a list's services, in one pass."""
    maker = IndexMaker()
    for service in services:
        maker.take(service)
    return maker.made()


def key_entry(identity: Identity) -> KeyEntry:
    """How the key of ``identity`` may be asked for; it is nowhere yet."""
    assert identity.key is not None
    if identity.certificate is None:
        return KeyEntry(identity.key.thumbprint, None, None, cose_kids(identity), [])
    fingerprint = sha256(identity.certificate).digest()
    # EU DCC specification, volume 1, 3.3.3: kid = first eight bytes of the SHA-256.
    kids = (fingerprint[:8],)
    return KeyEntry(identity.key.thumbprint, fingerprint, identity.ski, kids, [])


def published_elsewhere(identity: Identity) -> bool:
    """Whether the list only points to where the keys are: a key set's URL, or a DID."""
    return identity.key is None and identity.kind in (IdentityKind.JWKS, IdentityKind.DID)


def issuer_names(service: Service) -> tuple[str, ...]:
    """Names under which a service issues: those the list states, and its DIDs."""
    return tuple(dict.fromkeys((*service.issuer_ids, *_issuers_among(service.identities))))


def _issuers_among(identities: tuple[Identity, ...]) -> tuple[str, ...]:
    return tuple(
        identity.value
        for identity in identities
        if identity.kind in (IdentityKind.ISSUER, IdentityKind.DID)
    )


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
