"""Texts that break off where they are nested."""

from __future__ import annotations

from ..registry import Case, Group, Importance

_json = Group("codec", features=("decode", "json"), twin="json_depth_within_the_limit")


@_json.vector(
    "RFC 8259, 5",
    "json.syntax",
    importance=Importance.PROFILE,
    notes="Depth is counted over all of the text, and what lies beside is added to it.",
)
def json_breaks_off_within_the_depth() -> Case:
    """Nine arrays that close, and beside them fifty-five that do not: 56 deep, and unfinished."""
    return Case(b"[" + b"[" * 9 + b"]" * 9 + b"," + b"[" * 55, {}, {}, 0, "json")
