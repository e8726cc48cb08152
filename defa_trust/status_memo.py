"""Status lists that were verified once (floor 8): a bounded memory of a pure function.

That a key verifies a list's octets, and what they inflate to, never changes. Whether the key may
speak for an issuer, whether its algorithm still counts, whether the list is fresh: those are judged
at every call and are never kept here (docs/adr/0017).
"""

from __future__ import annotations

from threading import Lock
from typing import Final, NamedTuple

from .crypto import Algorithm, VerificationKey
from .formats.status_list import StatusListToken

MAX_KEPT_BYTES: Final = 64 << 20
"""Ours: octets as received and as inflated, of all lists together."""
MAX_KEPT_LISTS: Final = 256


class VerifiedList(NamedTuple):
    """A list whose signature ``key`` verified, and its statuses. ``digest`` is SHA-256 (hex)."""

    token: StatusListToken
    key: VerificationKey
    algorithm: Algorithm
    statuses: bytes
    digest: str


Place = tuple[bytes, str]
"""The octets themselves and the form they were read as: a hit has compared the whole input. Python
keeps the hash of octets with them, so a list handed over again is not read again."""


class StatusMemo:
    """What was verified, oldest out first. Reading takes no lock; only verified lists come in, so
    that nobody without a listed key can push anything out."""

    __slots__ = ("_kept", "_lock", "_size", "max_bytes", "max_lists")

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES, max_lists: int = MAX_KEPT_LISTS) -> None:
        self.max_bytes = max_bytes
        self.max_lists = max_lists
        self._kept: dict[Place, VerifiedList] = {}
        self._size = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Octets kept."""
        return self._size

    def get(self, octets: bytes, form: str) -> VerifiedList | None:
        return self._kept.get((octets, form))

    def put(self, octets: bytes, verified: VerifiedList) -> None:
        """Keep it, if it has room at all."""
        place, weight = (octets, verified.token.form), _weight(octets, verified)
        if weight > self.max_bytes:
            return
        with self._lock:
            older = self._kept.pop(place, None)
            if older is not None:
                self._size -= _weight(octets, older)
            self._kept[place] = verified
            self._size += weight
            while self._size > self.max_bytes or len(self._kept) > self.max_lists:
                first = next(iter(self._kept))
                self._size -= _weight(first[0], self._kept.pop(first))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _weight(octets: bytes, kept: VerifiedList) -> int:
    """The token's parts repeat its octets about twice: the signed input, and the packed list."""
    return 3 * len(octets) + len(kept.statuses)


MEMO: Final = StatusMemo()
"""One for the process, like the headers that ``formats.jose`` keeps: it holds no verdict, no trust
and nothing of a person, so verifiers of different snapshots may share it."""
