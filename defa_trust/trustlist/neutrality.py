"""Conditions on a place in a recognition list (floor 5).

Where something is must not decide whether it is recognised: status and lists may be tested, a
location as such may not (UNCITRAL MLES, 12(1); MLIT, 10 and 22 [citation unverified]). Lint asks
this of a list before it is signed; no verdict depends on it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from .arrangements import REQUIREMENTS

_PLACE: Final = re.compile(
    r"""
    (?: ^ | [^a-z] )
    (?:
        geo (?: graph(?:y|ic|ical) | location | located | fence[d]? | ip )?
      | locat (?: ion | ed )
      | locali[sz] (?: ation | ed )
      | local (?= [^a-z] | $ )
      | territor (?: y | ial )
      | domicil (?: e | ed )
      | residen (?: t | ce | cy )
      | premises
      | on - ? (?: soil | shore )
      | off - ? shore
      | onshore | offshore
      | in - ? country
      | (?: country | place | state | seat ) [^a-z]+ of [^a-z]+
        (?: issu\w* | establishment | business | origin | hosting | operation\w* | registration )
      | (?: issued | hosted | established | operated | stored | server | servers | situated )
        [^a-z]+ (?: in | within | inside | outside | abroad )
    )
    (?: [^a-z] | $ )
    """,
    re.VERBOSE,
)
_MEMBERS: Final = ("requires", "standards")
"""Members whose entries are conditions on a service. Purposes, sectors and acts are what it is for,
and may well speak of places (`country-of-origin-certificate`)."""


class Condition(NamedTuple):
    """A condition, where it stands in the entry, and whether it tests a place (``None``: nobody
    can tell, it is in somebody else's vocabulary)."""

    name: str
    where: str
    of_place: bool | None


def conditions(entry: Mapping[str, Any]) -> Iterator[Condition]:
    """Every condition of an arrangement or a statement of law, as its list writes it."""
    for member in _MEMBERS:
        values = entry.get(member)
        for number, name in enumerate(values if isinstance(values, list) else ()):
            if isinstance(name, str):
                yield _condition(name, f"{member}[{number}]", foreign=member == "requires")
    limits = entry.get("limits")
    for name in limits if isinstance(limits, dict) else ():
        yield _condition(str(name), "limits", foreign=False)


def _condition(name: str, where: str, *, foreign: bool) -> Condition:
    if names_a_place(name):
        return Condition(name, where, of_place=True)
    unread = foreign and name not in REQUIREMENTS
    return Condition(name, where, None if unread else False)


def names_a_place(name: str) -> bool:
    """Whether the words of an identifier name a location as such."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "-", name).lower()
    return _PLACE.search(spaced) is not None
