"""Evidence handed to an evaluation: octets, none of them believed (floor 3).

Nothing in the spine fetches. Whoever calls it hands over what was found (status lists, CRLs, OCSP
responses, intermediate certificates), each under the address it came from or under none. What is
used, and what was looked for in vain, is recorded by ``Recorder``, because an answer that rests on
the absence of something changes when that something appears.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType
from typing import Final, NamedTuple, Protocol

from .errors import MisuseError
from .spec import MAX_MOMENT


class EvidenceKind(StrEnum):
    """What a piece of evidence is said to be."""

    STATUS_LIST = "status_list"
    CRL = "crl"
    OCSP = "ocsp"
    CERTIFICATE = "certificate"
    DID_DOCUMENT = "did_document"
    TIMESTAMP = "timestamp"
    CONTENT = "content"


class Item(NamedTuple):
    """One piece of evidence. ``uri`` is the address it was asked for under, if there was one.

    ``fetched`` is when (Unix seconds) the caller itself got it from that address: some evidence may
    be kept for a while after that. ``None`` where it came another way, as from a file or a holder.
    """

    kind: EvidenceKind
    octets: bytes
    uri: str | None = None
    fetched: int | None = None


class Dependency(NamedTuple):
    """One look-up and its answer: ``digest`` is ``None`` where nothing was there."""

    kind: EvidenceKind
    uri: str | None
    digest: bytes | None


class EvidenceView(Protocol):
    """What a stage of the spine sees of the evidence."""

    def named(self, kind: EvidenceKind, uri: str) -> bytes | None:
        """What was found under that address."""

    def fetched(self, kind: EvidenceKind, uri: str) -> int | None:
        """When the caller got it from that address (Unix seconds), where that is known."""

    def pool(self, kind: EvidenceKind) -> tuple[bytes, ...]:
        """Everything of that kind, in an order that depends on the content alone."""


class Evidence:
    """A frozen set of evidence. Two sets of the same items are equal and have one ``digest``."""

    __slots__ = ("_named", "_pools", "digest", "items")

    _named: Mapping[tuple[EvidenceKind, str], Item]
    _pools: Mapping[EvidenceKind, tuple[bytes, ...]]
    items: tuple[Item, ...]
    digest: bytes
    """Names the whole content."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        """Raises ``MisuseError`` for wrong types, or two pieces of evidence under one address."""
        named: dict[tuple[EvidenceKind, str], Item] = {}
        digests: dict[bytes, Item] = {}
        for item in items:
            _check(item)
            if item.uri is not None:
                held = named.setdefault((item.kind, item.uri), item)
                if held != item:
                    raise MisuseError(f"two different {item.kind} under {item.uri!r}")
            digests[_item_digest(item)] = item
        ordered = tuple(digests[digest] for digest in sorted(digests))
        pools: dict[EvidenceKind, dict[bytes, None]] = {}
        for item in ordered:
            pools.setdefault(item.kind, {})[item.octets] = None
        # Sorted by content, so that an address given or not given does not change the order.
        frozen = {
            kind: tuple(sorted(octets, key=lambda o: sha256(o).digest()))
            for kind, octets in pools.items()
        }
        put = object.__setattr__
        put(self, "items", ordered)
        put(self, "_named", MappingProxyType(named))
        put(self, "_pools", MappingProxyType(frozen))
        put(self, "digest", sha256(b"".join(sorted(digests))).digest())

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError("Evidence is frozen; with_items() makes a new one")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Evidence) and self.digest == other.digest

    def __hash__(self) -> int:
        return hash(self.digest)

    def __len__(self) -> int:
        return len(self.items)

    def named(self, kind: EvidenceKind, uri: str) -> bytes | None:
        item = self._named.get((kind, uri))
        return None if item is None else item.octets

    def fetched(self, kind: EvidenceKind, uri: str) -> int | None:
        item = self._named.get((kind, uri))
        return None if item is None else item.fetched

    def pool(self, kind: EvidenceKind) -> tuple[bytes, ...]:
        return self._pools.get(kind, ())

    def with_items(self, items: Iterable[Item]) -> Evidence:
        """A set that holds these items too; one under an address already taken replaces it."""
        added = tuple(items)
        taken = {(item.kind, item.uri) for item in added if item.uri is not None}
        kept = (item for item in self.items if (item.kind, item.uri) not in taken)
        return Evidence((*kept, *added))

    def dependency(self, kind: EvidenceKind, uri: str | None) -> Dependency:
        """What ``named`` and ``fetched`` (or, without an address, ``pool``) answer, as a digest."""
        if uri is not None:
            item = self._named.get((kind, uri))
            return Dependency(kind, uri, None if item is None else _content_digest(item))
        return Dependency(kind, None, _pool_digest(self.pool(kind)))


class Recorder:
    """A view that notes every look-up and its answer; one for one evaluation."""

    __slots__ = ("_evidence", "_used")

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._used: dict[tuple[EvidenceKind, str | None], None] = {}

    def named(self, kind: EvidenceKind, uri: str) -> bytes | None:
        self._used[kind, uri] = None
        return self._evidence.named(kind, uri)

    def fetched(self, kind: EvidenceKind, uri: str) -> int | None:
        self._used[kind, uri] = None
        return self._evidence.fetched(kind, uri)

    def pool(self, kind: EvidenceKind) -> tuple[bytes, ...]:
        self._used[kind, None] = None
        return self._evidence.pool(kind)

    @property
    def used(self) -> tuple[Dependency, ...]:
        """Every look-up, in the order in which it was first made, with what it answers."""
        return tuple(self._evidence.dependency(kind, uri) for kind, uri in self._used)


def unchanged(used: Iterable[Dependency], evidence: Evidence) -> bool:
    """Whether ``evidence`` answers every one of these look-ups as it was answered then."""
    return all(evidence.dependency(kind, uri).digest == digest for kind, uri, digest in used)


def _check(item: Item) -> None:
    if not isinstance(item, Item) or not isinstance(item.kind, EvidenceKind):
        raise MisuseError("evidence is made of Items with an EvidenceKind")
    if type(item.octets) is not bytes:
        raise MisuseError(f"evidence is bytes, not {type(item.octets).__name__}")
    if item.uri is not None and (type(item.uri) is not str or not item.uri):
        raise MisuseError("the address of evidence is text or None")
    if item.fetched is not None:
        if type(item.fetched) is not int or not 0 <= item.fetched <= MAX_MOMENT:
            raise MisuseError("evidence is fetched at a moment in Unix seconds, or at none known")
        if item.uri is None:
            raise MisuseError("evidence that was fetched has the address it was fetched from")


def _item_digest(item: Item) -> bytes:
    address = "" if item.uri is None else item.uri
    head = f"{item.kind.value}\0{len(address)}\0{address}\0".encode("utf-8", "surrogatepass")
    return sha256(head + _content_digest(item)).digest()


def _content_digest(item: Item) -> bytes:
    """Longer where the moment of fetching is known: it stands beside the digest of the octets, so
    that no octets can pass for others with a moment."""
    octets = sha256(item.octets).digest()
    return octets if item.fetched is None else octets + item.fetched.to_bytes(8, "big")


def _pool_digest(octets: tuple[bytes, ...]) -> bytes | None:
    if not octets:
        return None
    return sha256(b"".join(sha256(part).digest() for part in octets)).digest()


NO_EVIDENCE: Final = Evidence()
