"""Verdicts remembered, and never wrong (floor 11): see ``verifier`` for the law."""

from .meter import Meter
from .shared import RedisStore, SharedTier
from .verifier import CachedVerifier, KeyBy, Stats, VerdictCache

__all__ = ["CachedVerifier", "KeyBy", "Meter", "RedisStore", "SharedTier", "Stats", "VerdictCache"]
