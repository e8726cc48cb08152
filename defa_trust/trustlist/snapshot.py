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
from typing import Any, NamedTuple

from ..codes import recognition as recognition_codes
from ..errors import MisuseError
from .anchors import USABLE_STATUSES, Issuer, ListFreshness, ServiceAnchor
from .book import Book, Services, regional_of
from .index import cose_kids, issuer_names, kid_names
from .model import Arrangement, Identity, LawStatement, ListType, Service, TrustList
from .patterns import fitting

__all__ = [
    "USABLE_STATUSES",
    "Issuer",
    "ListFreshness",
    "MissingList",
    "RecognitionSource",
    "ServiceAnchor",
    "TrustSnapshot",
    "cose_kids",
    "issuer_names",
    "kid_names",
]


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
        regional = regional_of(ordered)
        book = Book(ordered, regional, key_sets)
        snapshot = object.__new__(cls)

        def put(name: str, value: object) -> None:
            object.__setattr__(snapshot, name, value)

        put("lists", ordered)
        put("missing", absent)
        put("territories", frozenset(x.territory for x in ordered if x.services))
        put("by_issuer", book.by_issuer)
        put("patterns", book.patterns)
        put("by_kid", book.by_kid)
        put("by_certificate", book.by_certificate)
        put("by_ski", book.by_ski)
        put("by_thumbprint", book.by_thumbprint)
        put("by_service", Services(book))
        put("sources", MappingProxyType(book.sources))
        put("recognition", MappingProxyType(_recognition(ordered, regional)))
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

    def with_key_set(
        self, url: str, identities: tuple[Identity, ...], until: int | None = None
    ) -> TrustSnapshot:
        """A snapshot of the same lists that also holds the keys published at ``url``.

        They serve only services whose list entry names that very URL (`jwks:`) or DID, and from
        ``until`` on (Unix seconds) they are asked for anew.
        """
        kept = tuple(identities)
        if until is not None:
            kept = tuple(identity._replace(not_after=until - 1) for identity in kept)
        return TrustSnapshot.build(self.lists, self.missing, {**self.key_sets, url: kept})


def _recognition(
    lists: Iterable[TrustList], regional: Mapping[str, ListFreshness]
) -> dict[str, RecognitionSource]:
    found: dict[str, RecognitionSource] = {}
    for item in lists:
        if item.type is not ListType.RECOGNITION:
            continue
        grouped: dict[str, list[Arrangement]] = defaultdict(list)
        for arrangement in sorted(item.arrangements, key=lambda entry: entry.id):
            grouped[arrangement.recognised].append(arrangement)
        parent = regional[item.via] if item.via is not None else None
        found[item.territory] = RecognitionSource(
            ListFreshness(item, parent, recognition_codes.LIST_FRESH),
            MappingProxyType({cc: tuple(entries) for cc, entries in grouped.items()}),
            tuple(sorted(item.law, key=lambda statement: statement.id)),
            {},
        )
    return found


def _named(identity: Identity) -> tuple[object, ...]:
    """Everything of a fetched key that a verdict may depend on."""
    key = identity.key
    shown = None if key is None else (key.thumbprint.hex(), key.alg)
    return (identity.kind.value, shown, *identity._replace(key=None)[1:])
