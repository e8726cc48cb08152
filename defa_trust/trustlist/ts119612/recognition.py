"""`DefaRecognition` and the MRA extension of the EU, where one can say the other (floor 5).

The extension knows services, statuses and dates, and nothing of purposes, levels, sectors or
phases. So a condition that it cannot carry stops the way there; a condition of its own that we have
no member for becomes a requirement on the way here. Neither way may recognise more than was
recognised.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from .. import reading
from ..arrangements import read_arrangements
from .bridge import Loss
from .model import Equivalence, MutualRecognition, StatusEquivalence, TypeEquivalence
from .to_602 import Json
from .values import shown_time

_MRA: Final = "http://ec.europa.eu/tools/lotl/mra/"
_STATUS: Final = {"enacted": _MRA + "enacted", "repealed": _MRA + "repealed"}
_FROM_STATUS: Final = {uri: status for status, uri in _STATUS.items()}
QUALIFIERS: Final = _MRA + "QualifierEquivalence"
"""Requirement that stands for the equivalences of qualifiers."""

_CONDITIONS: Final = (
    "purposes",
    "sectors",
    "relyingParties",
    "entityScope",
    "certificateScope",
    "credentialTypes",
    "excludedActs",
    "requires",
    "limits",
    "until",
    "graceUntil",
)
_UNSAID: Final = ("effect", "comparator", "basis", "assuranceMap", "instrument")


class AsMra(NamedTuple):
    """``None`` where a condition would have been lost; ``losses`` say which."""

    recognition: MutualRecognition | None
    losses: tuple[Loss, ...]


class AsArrangements(NamedTuple):
    """Entries of `DefaRecognition` to be looked over and signed by the recognising state."""

    arrangements: tuple[Json, ...]
    losses: tuple[Loss, ...]


def to_mra(arrangement: Mapping[str, Any]) -> AsMra:
    """One entry of `DefaRecognition` as the extension of a pointer to the recognised state's list.

    Raises ``Rejection`` (`list.*`) for an entry that the profile refuses.
    """
    recognising = arrangement.get("recognisingTerritory") if arrangement else None
    read_arrangements([arrangement], "DefaRecognition", str(recognising))
    stopped = [name for name in _CONDITIONS if name in arrangement]
    phases = [arrangement, *arrangement["history"]]
    if any(phase["stage"] != "in_force" for phase in phases):
        stopped.append("stage")
    if any(phase["status"] not in _STATUS for phase in phases):
        stopped.append("status")
    if stopped:
        return AsMra(None, tuple(Loss(name, "a condition", "nothing") for name in stopped))
    losses = [Loss(name, "stated", "nothing") for name in _UNSAID if arrangement.get(name)]
    types = TypeEquivalence(
        tuple(dict.fromkeys((row["recognised"], None) for row in arrangement["serviceTypeMap"])),
        tuple(dict.fromkeys((row["home"], None) for row in arrangement["serviceTypeMap"])),
    )
    valid = tuple(arrangement["statusMap"]["valid"])
    invalid = tuple(arrangement["statusMap"]["invalid"])
    current, *past = (
        Equivalence(
            arrangement["id"] if phase is arrangement else None,
            types,
            _STATUS[phase["status"]],
            reading.time(phase["from"], "from"),
            StatusEquivalence(valid, valid, invalid, invalid),
        )
        for phase in phases
    )
    instrument = arrangement["instrument"]
    law = instrument.get("uri") or f"urn:defa:instrument:{instrument['code']}"
    found = MutualRecognition(1, 2, law, law, 1, (current._replace(history=tuple(past)),))
    return AsMra(found, tuple(losses))


def other_side(found: MutualRecognition) -> MutualRecognition:
    """The agreement as the pointed party would state it: what was pointed at points.

    A mutual agreement is written once, by whoever keeps the list of lists; the other party drafts
    its own recognition list from this.
    """

    def turned(entry: Equivalence) -> Equivalence:
        types, statuses = entry.types, entry.statuses
        return entry._replace(
            types=TypeEquivalence(types.pointed, types.pointing),
            statuses=StatusEquivalence(
                statuses.valid_pointed,
                statuses.valid_pointing,
                statuses.invalid_pointed,
                statuses.invalid_pointing,
            ),
            contents=tuple(
                content._replace(pointing=content.pointed, pointed=content.pointing)
                for content in entry.contents
            ),
            qualifiers=tuple((pointed, pointing) for pointing, pointed in entry.qualifiers),
            history=tuple(turned(past) for past in entry.history),
        )

    return found._replace(
        pointing_legislation=found.pointed_legislation,
        pointed_legislation=found.pointing_legislation,
        services=tuple(turned(entry) for entry in found.services),
    )


def from_mra(found: MutualRecognition, *, recognising: str, recognised: str) -> AsArrangements:
    """The extension of a pointer as entries of ``recognising``'s recognition list.

    ``recognising`` is the territory of the list that points, ``recognised`` of that pointed at.
    Raises ``Rejection`` where the profile refuses what comes out.
    """
    arrangements: list[Json] = []
    losses: list[Loss] = []
    for number, entry in enumerate(found.services):
        where = f"services[{number}]"
        status = _FROM_STATUS.get(entry.status)
        if status is None or any(past.status not in _FROM_STATUS for past in entry.history):
            losses.append(Loss(f"{where}.status", entry.status, "nothing"))
            continue
        requires = [more for _, more in entry.types.pointed if more is not None]
        requires += [content.context for content in entry.contents]
        requires += [QUALIFIERS] if entry.qualifiers else []
        if requires:
            losses.append(Loss(where, "conditions on certificates and services", "requires"))
        if any(
            (past.types, past.statuses, past.contents, past.qualifiers)
            != (entry.types, entry.statuses, entry.contents, entry.qualifiers)
            for past in entry.history
        ):
            losses.append(Loss(f"{where}.history", "other terms in the past", "today's terms"))
        arrangement: Json = {
            "id": f"mra-{recognising}-{recognised}-{number + 1}".lower(),
            "recognisingTerritory": recognising,
            "recognisedTerritory": recognised,
            "instrument": {
                "code": "mra",
                "title": "Mutual recognition agreement, as its pointer states it",
                "uri": found.pointing_legislation,
                "verified": False,
            },
            "basis": "mutual",
            "serviceTypeMap": _type_map(entry.types, where, losses),
            "statusMap": {
                "valid": list(entry.statuses.valid_pointed),
                "invalid": list(entry.statuses.invalid_pointed),
            },
            "assuranceMap": [],
            "effect": "unknown",
            "stage": "in_force",
            "status": status,
            "from": shown_time(entry.since),
            "history": [
                {
                    "status": _FROM_STATUS[past.status],
                    "stage": "in_force",
                    "from": shown_time(past.since),
                }
                for past in entry.history
            ],
        }
        if requires:
            arrangement["requires"] = list(dict.fromkeys(requires))
        arrangements.append(arrangement)
    read_arrangements(arrangements, "DefaRecognition", recognising)
    return AsArrangements(tuple(arrangements), tuple(losses))


def _type_map(types: TypeEquivalence, where: str, losses: list[Loss]) -> list[Json]:
    """Each home type once: itself where both sides have it, else the first of the pointing side."""
    ours = list(dict.fromkeys(type_uri for type_uri, _ in types.pointing))
    if len(ours) > 1 or any(more is not None for _, more in types.pointing):
        losses.append(Loss(f"{where}.types.pointing", f"{len(types.pointing)} types", ours[0]))
    return [
        {"home": home, "recognised": home if home in ours else ours[0]}
        for home in dict.fromkeys(type_uri for type_uri, _ in types.pointed)
    ]
