"""Issuer identifiers with one relying party's name in them, found by look-up (floor 5).

MyDigital ID has one issuer for each relying party. A list may hold thousands of such patterns, so
none is tried: the path segments of the identifier are, one after the other.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, TypeVar

_T = TypeVar("_T")

PLACEHOLDER: Final = "{rp}"
_HTTPS: Final = "https://"
_MAX_NAME: Final = 4096
"""Ours, in characters: a pattern is at most half as long, and so may a relying party's name be."""
_PARTY: Final = re.compile(r"[A-Za-z0-9_~-][A-Za-z0-9._~-]*")
"""One path segment of unreserved characters (RFC 3986, 2.3): no slash, no dot segments."""


def fitting(patterns: Mapping[str, tuple[_T, ...]], name: str) -> tuple[tuple[_T, str], ...]:
    """What ``patterns`` hold for ``name``, each with the relying party that ``name`` is for.

    ``patterns`` are keyed by the pattern as a list writes it. The cost follows the length of
    ``name`` alone.
    """
    if not patterns or len(name) > _MAX_NAME or not name.startswith(_HTTPS):
        return ()
    found: list[tuple[_T, str]] = []
    start = name.find("/", len(_HTTPS))
    while start != -1:
        after = name.find("/", start + 1)
        end = len(name) if after == -1 else after
        held = patterns.get(f"{name[: start + 1]}{PLACEHOLDER}{name[end:]}")
        if held is not None and _PARTY.fullmatch(name, start + 1, end) is not None:
            party = name[start + 1 : end]
            found += [(one, party) for one in held]
        start = after
    return tuple(found)
