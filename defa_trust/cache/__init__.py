"""Verdicts remembered, and never wrong (floor 11): see ``verifier`` for the law."""

from .memory import Stats
from .meter import Meter
from .verifier import CachedVerifier, KeyBy, VerdictCache

__all__ = ["CachedVerifier", "KeyBy", "Meter", "Stats", "VerdictCache"]
