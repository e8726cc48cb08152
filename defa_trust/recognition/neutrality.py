"""Geographic neutrality as a rule (floor 9): asked of a document, never of a presented object."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..codes import recognition_rules as codes
from ..trustlist.neutrality import conditions
from ..verdict import Finding
from .rule import note


def geographic_neutrality(entry: Mapping[str, Any]) -> Finding:
    """The answer about one arrangement or statement of law, in the list's own spelling."""
    found = tuple(conditions(entry))
    name = str(entry.get("id", "?"))
    for condition in found:
        if condition.of_place:
            return note(codes.PLACE_TESTED, "status or list", condition.name)
    for condition in found:
        if condition.of_place is None:
            return note(codes.PLACE_UNREADABLE, "status or list", condition.name)
    return note(codes.PLACE_NOT_TESTED, "status or list", name)
