"""What is publicly known of the eleven states' schemes (floor 9): data with source and confidence.

Nothing here takes part in a verdict: trust lists and recognition lists alone do. What nobody could
find is there too, with no value and the confidence `not found`, so that a gap stays visible.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ..errors import MisuseError
from .levels import Scale, scales

NOT_FOUND: Final = "not found"


class Statement(NamedTuple):
    """One thing that is known. ``value`` is ``None`` where it is not; ``language`` (BCP 47) is set
    for legal terms."""

    value: str | None
    source: str
    confidence: str
    language: str | None = None

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {
            "value": self.value,
            "source": self.source,
            "confidence": self.confidence,
        }
        return shown if self.language is None else {**shown, "language": self.language}


class StateProfile(NamedTuple):
    """One state. ``fields`` has the same names for every state, each with a statement at least."""

    code: str
    name: str
    fields: Mapping[str, tuple[Statement, ...]]
    scales: tuple[Scale, ...]

    def known(self, field: str) -> tuple[str, ...]:
        """The values of ``field`` that were found. Raises ``MisuseError`` for an unknown field."""
        if field not in self.fields:
            raise MisuseError(f"no field {field!r}; known: {', '.join(self.fields)}")
        return tuple(said.value for said in self.fields[field] if said.value is not None)

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.code,
            "name": self.name,
            "fields": {
                name: [said.as_json() for said in statements]
                for name, statements in self.fields.items()
            },
            "scales": [{**scale._asdict(), "values": list(scale.values)} for scale in self.scales],
        }


class Profiles(NamedTuple):
    """All states, and the words that explain the fields and the grades of confidence."""

    states: Mapping[str, StateProfile]
    fields: Mapping[str, str]
    confidence: Mapping[str, str]
    comment: str

    def state(self, code: str) -> StateProfile:
        """The profile of ``code`` (ISO 3166-1 alpha-2). Raises ``MisuseError`` for any other."""
        found = self.states.get(code)
        if found is None:
            raise MisuseError(f"{code!r} is none of: {' '.join(self.states)}")
        return found


@cache
def profiles() -> Profiles:
    """The profiles that ship with the library, read once."""
    document = json.loads(
        (files("defa_trust") / "profiles" / "states.json").read_text(encoding="utf-8")
    )
    known = scales()
    states = {
        code: StateProfile(
            code,
            entry["name"],
            MappingProxyType(
                {
                    name: tuple(Statement(**said) for said in statements)
                    for name, statements in entry["fields"].items()
                }
            ),
            tuple(known[scheme] for scheme in entry["scales"]),
        )
        for code, entry in document["states"].items()
    }
    return Profiles(
        MappingProxyType(states), document["fields"], document["confidence"], document["comment"]
    )


def state_names() -> Mapping[str, str]:
    """The name of each state by its code."""
    return {code: profile.name for code, profile in profiles().states.items()}
