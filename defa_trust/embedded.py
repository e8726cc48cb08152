"""Evidence that came inside the object that is judged, beside what was handed in (floor 4).

It belongs to the input, so looking at it is no dependency on anything outside. Look-ups by address
are answered by the outer evidence alone: nobody vouches for an address that a message names.
"""

from __future__ import annotations

from .material import EvidenceKind, EvidenceView, Item


class WithEmbedded:
    """A view of ``outer`` whose pools hold the embedded certificates, CRLs and responses too."""

    __slots__ = ("_inner", "_outer", "_pools")

    def __init__(
        self, outer: EvidenceView, certificates: tuple[bytes, ...], items: tuple[Item, ...]
    ) -> None:
        self._outer = outer
        self._inner: dict[EvidenceKind, tuple[bytes, ...]] = {
            EvidenceKind.CERTIFICATE: certificates
        }
        for item in items:
            self._inner[item.kind] = (*self._inner.get(item.kind, ()), item.octets)
        self._pools: dict[EvidenceKind, tuple[bytes, ...]] = {}

    def named(self, kind: EvidenceKind, uri: str) -> bytes | None:
        return self._outer.named(kind, uri)

    def fetched(self, kind: EvidenceKind, uri: str) -> int | None:
        return self._outer.fetched(kind, uri)

    def pool(self, kind: EvidenceKind) -> tuple[bytes, ...]:
        """Embedded first, each piece once."""
        known = self._pools.get(kind)
        if known is None:
            both = (*self._inner.get(kind, ()), *self._outer.pool(kind))
            known = self._pools[kind] = tuple(dict.fromkeys(both))
        return known
