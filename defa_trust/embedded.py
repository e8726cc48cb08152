"""Evidence that came inside the object that is judged, beside what was handed in (floor 4).

It belongs to the input, so looking at it is no dependency on anything outside. Look-ups by address
are answered by the outer evidence alone: nobody vouches for an address that a message names.
"""

from __future__ import annotations

from collections.abc import Hashable
from typing import Final

from .material import EvidenceKind, EvidenceView, Item

MAX_KEY_BYTES: Final = 1 << 16
"""Ours: octets of embedded evidence that one remembered answer may hold on to."""
OF_PATHS: Final = (EvidenceKind.CERTIFICATE,)
"""What a search for a path looks at."""
OF_REVOCATION: Final = (EvidenceKind.CERTIFICATE, EvidenceKind.CRL, EvidenceKind.OCSP)


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

    def key(self, kinds: tuple[EvidenceKind, ...]) -> Hashable | None:
        """What these pools hold, in their order, as a part of a key; ``None`` where that is more
        than a key should hold on to.

        The outer evidence stands there by its digest, where it has one: two keys may then stand for
        the same pools, never one for two.
        """
        digest: bytes | None = getattr(self._outer, "digest", None)
        pools = []
        size = 0
        for kind in kinds:
            outer = self._outer.pool(kind)  # which notes that it was looked at
            pool = self._inner.get(kind, ()) if digest is not None or not outer else self.pool(kind)
            for octets in pool:
                size += len(octets)
            pools.append(pool)
        return None if size > MAX_KEY_BYTES else (digest, *pools)

    def named(self, kind: EvidenceKind, uri: str) -> bytes | None:
        return self._outer.named(kind, uri)

    def fetched(self, kind: EvidenceKind, uri: str) -> int | None:
        return self._outer.fetched(kind, uri)

    def pool(self, kind: EvidenceKind) -> tuple[bytes, ...]:
        """Embedded first, each piece once."""
        known = self._pools.get(kind)
        if known is None:
            inner, outer = self._inner.get(kind, ()), self._outer.pool(kind)
            both = (*inner, *outer) if outer else inner
            known = self._pools[kind] = both if len(both) < 2 else tuple(dict.fromkeys(both))
        return known
