"""Status lists that were verified once (floor 8).

That a key verifies a list's octets, and what they inflate to, never changes. Whether the key may
speak for an issuer, whether its algorithm still counts, whether the list is fresh: those are judged
at every call and are never kept here (docs/adr/0017).
"""

from __future__ import annotations

from typing import Final, NamedTuple

from .bounded_memo import BoundedMemo
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


class StatusMemo(BoundedMemo[Place, VerifiedList]):
    """What was verified; only lists of a listed key come in."""

    __slots__ = ()

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES, max_items: int = MAX_KEPT_LISTS) -> None:
        super().__init__(_weight, max_bytes, max_items)

    def get(self, octets: bytes, form: str) -> VerifiedList | None:
        return self.find((octets, form))

    def put(self, octets: bytes, verified: VerifiedList) -> None:
        """Keep it, if it has room at all."""
        self.keep((octets, verified.token.form), verified)


def _weight(place: Place, kept: VerifiedList) -> int:
    """The token's parts repeat its octets about twice: the signed input, and the packed list."""
    return 3 * len(place[0]) + len(kept.statuses)


MEMO: Final = StatusMemo()
"""One for the process, like the headers that ``formats.jose`` keeps: it holds no verdict, no trust
and nothing of a person, so verifiers of different snapshots may share it."""
