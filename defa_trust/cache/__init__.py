"""Verdicts remembered, and never wrong (floor 11): see ``verifier`` for the law."""

from .meter import Meter
from .verifier import CachedVerifier, KeyBy, Stats, VerdictCache

__all__ = ["CachedVerifier", "KeyBy", "Meter", "Stats", "VerdictCache"]
