"""What a cache tells of itself: counts and durations, never a key, never a claim (floor 11)."""

from __future__ import annotations

from typing import Final, Protocol

HITS: Final = "hits"
MISSES: Final = "misses"
JOINED: Final = "joined"
UNKEPT: Final = "unkept"
EVICTIONS: Final = "evictions"
SHARED_HITS: Final = "shared_hits"
SHARED_MISSES: Final = "shared_misses"
SHARED_FAULTS: Final = "shared_faults"
COUNTS: Final = (
    HITS, MISSES, JOINED, UNKEPT, EVICTIONS, SHARED_HITS, SHARED_MISSES, SHARED_FAULTS,
)  # fmt: skip

HIT_SECONDS: Final = "hit_seconds"
MISS_SECONDS: Final = "miss_seconds"
AGE_SECONDS: Final = "age_seconds"
"""How long an answer had been held when it answered."""
DURATIONS: Final = (HIT_SECONDS, MISS_SECONDS, AGE_SECONDS)


class Meter(Protocol):
    """Two methods. Both are called beside the verdict, in the thread that asked; what they raise is
    dropped, because a figure is never worth a verdict. Names are those of this module."""

    def count(self, name: str, amount: int = 1, /) -> None: ...

    def observe(self, name: str, seconds: float, /) -> None: ...
