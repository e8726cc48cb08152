"""By which names and keys the services of one list are found (floor 5).

An index only selects. What it leads to is a service's number and the place of an identity in it;
both are read from the list itself before anything rests on them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

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
    """Numbers of services by what they are looked up with. See ``index_of``."""

    keys: tuple[KeyEntry, ...]
    issuers: Mapping[str, Sequence[int]]
    patterns: Mapping[str, Sequence[int]]
    key_sets: Mapping[str, Sequence[int]]


def index_of(services: Sequence[Service]) -> ListIndex:
    """The index of a list's services, in one pass."""
    issuers: dict[str, list[int]] = defaultdict(list)
    patterns: dict[str, list[int]] = defaultdict(list)
    key_sets: dict[str, list[int]] = defaultdict(list)
    entries: dict[int, KeyEntry | None] = {}
    # Thousands of services share the identities of a few hundred.
    known: dict[int, tuple[tuple[KeyEntry, int], ...]] = {}
    for number, service in enumerate(services):
        listed = known.get(id(service.identities))
        if listed is None:
            listed = known[id(service.identities)] = tuple(
                (entry, place)
                for place, identity in enumerate(service.identities)
                if (entry := _entry(identity, entries)) is not None
            )
        for entry, place in listed:
            entry.at.append(number)
            entry.at.append(place)
        for name in issuer_names(service):
            issuers[name].append(number)
        for identity in service.identities:
            if identity.kind is IdentityKind.ISSUER_PATTERN:
                patterns[identity.value].append(number)
            elif published_elsewhere(identity):
                key_sets[identity.value].append(number)
    keys = tuple(entry for entry in entries.values() if entry is not None)
    return ListIndex(keys, issuers, patterns, key_sets)


def _entry(identity: Identity, entries: dict[int, KeyEntry | None]) -> KeyEntry | None:
    """One for each identity object; ``None`` for what is no anchor."""
    entry = entries.get(id(identity))
    if entry is None and identity.key is not None and identity.signs:
        entry = entries[id(identity)] = key_entry(identity)
    return entry


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
