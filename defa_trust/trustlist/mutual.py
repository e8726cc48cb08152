"""A mutual recognition agreement in a list's pointers, as recognition that the engine can use.

The European Commission's MRA extension (schema v2) stands in a TS 119 612 list: whoever points
recognises, and the list pointed at is that of the recognised state. Here it becomes a recognition
list of the pointing state, with what was lost on the way. It speaks for one state and of one other,
directly: a depth greater than one grants nothing further.

Each run of equal terms becomes an arrangement of its own time, so that today's terms are never read
into the past. Conditions on certificates, which no list answers, stand among the requirements until
a person establishes them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ..errors import Rejection
from ..spec import MEMBER_STATES
from . import reading
from .arrangements import read_arrangements
from .documents import time_text
from .model import ListType, Publication, TrustList
from .ts119612.bridge import Loss
from .ts119612.model import Equivalence, MutualRecognition
from .ts119612.opening import OpenedList
from .ts119612.recognition import from_mra

_UNSTATED: Final = "urn:defa:mra:legislation"
"""Stands for a legislation that is stated and no URI, until its words are in the title."""
_SAME: Final[Mapping[str, str]] = {code: code for code in MEMBER_STATES}
_TITLE: Final = "Mutual recognition agreement, as its pointer states it"

Json = dict[str, Any]


class Recognition(NamedTuple):
    """``trust_list`` is a recognition list of the pointing state, ``None`` where nothing of it is
    left; ``losses`` say what was not carried over, and where it stood."""

    trust_list: TrustList | None
    losses: tuple[Loss, ...]


def recognition_of(opened: OpenedList, *, states: Mapping[str, str] = _SAME) -> Recognition:
    """Every agreement in the pointers of an authenticated list, as one recognition list.

    ``states`` says which member state stands behind a SchemeTerritory: every state behind its own
    code, unless told otherwise. A territory that is not named recognises and is recognised by
    nobody. Never raises on the list: an agreement that the profile refuses becomes a loss.
    """
    source = opened.list
    losses: list[Loss] = []
    recognising = states.get(source.territory or "")
    if recognising is None:
        place = source.territory or "a list without territory"
        return Recognition(None, (Loss("SchemeTerritory", place, "nothing: no member state"),))
    for extension in source.extensions:
        if extension.critical:
            # It may change what all the rest means (TS 119 612, 5.3.17), and is not read here.
            unread = Loss("SchemeExtensions", extension.name, "nothing: critical, and not read")
            return Recognition(None, (unread,))
    entries: list[Json] = []
    for number, pointer in enumerate(source.pointers):
        if pointer.recognition is None:
            continue
        where = f"pointers[{number}]"
        recognised = states.get(pointer.territory or "")
        if recognised is None or recognised == recognising:
            losses.append(Loss(where, str(pointer.territory), "nothing: no other member state"))
            continue
        for entry, lost in _of_pointer(pointer.recognition, recognising, recognised, number):
            losses += [Loss(f"{where}.{loss.where}", loss.before, loss.after) for loss in lost]
            if entry is not None:
                entries.append(entry)
    try:
        arrangements = read_arrangements(entries, "MutualRecognition", recognising)
    except Rejection as refusal:
        # Two agreements that contradict each other: neither may be picked.
        said = refusal.finding().text
        return Recognition(None, (*losses, Loss("pointers", "several agreements", said)))
    if arrangements and source.next_update is None:
        losses.append(Loss("NextUpdate", "none: the list is closed", "nothing"))
    if not arrangements or source.next_update is None:
        return Recognition(None, tuple(losses))
    operator = next((name.value for name in source.operator if name.lang == "en"), recognising)
    found = TrustList(
        type=ListType.RECOGNITION,
        territory=recognising,
        sequence=source.sequence,
        issued=source.issued,
        next_update=source.next_update,
        operator=operator,
        digest=opened.digest,
        size=opened.size,
        publication=Publication.AUTHORITATIVE,
        arrangements=arrangements,
        signed_at=opened.signed_at,
        signed_digest=opened.signed_digest,
    )
    return Recognition(found, tuple(losses))


def _of_pointer(
    found: MutualRecognition, recognising: str, recognised: str, number: int
) -> Iterator[tuple[Json | None, list[Loss]]]:
    """One arrangement for each service and run of equal terms, with its losses."""
    notes = []
    if found.depth != 1:
        notes.append(Loss("MRADepth", str(found.depth), "1: recognition is direct"))
    legislation = found.pointing_legislation
    stated = _is_uri(legislation)
    if not stated:
        notes.append(Loss("pointingContractingPartyLegislation", legislation, "title"))
        found = found._replace(pointing_legislation=_UNSTATED)
    if notes:
        yield None, notes
    for place, service in enumerate(found.services):
        starts = [service.since, *(entry.since for entry in service.history)]
        if any(earlier >= later for later, earlier in pairwise(starts)):
            yield None, [Loss(f"services[{place}].history", "times out of order", "nothing")]
            continue
        for past, (segment, until) in enumerate(_segments(service)):
            one = found._replace(services=(segment,))
            try:
                made, lost = from_mra(one, recognising=recognising, recognised=recognised)
            except Rejection as refusal:
                why = f"nothing: {refusal.finding().text}"
                yield None, [Loss(f"services[{place}]", segment.status, why)]
                continue
            losses = [
                Loss(loss.where.replace("services[0]", f"services[{place}]"), *loss[1:])
                for loss in lost
            ]
            if not made:
                yield None, losses
                continue
            entry = dict(made[0])
            entry["id"] = f"mra-{recognising}-{recognised}-{number + 1}-{place + 1}".lower()
            if past:
                entry["id"] += f"-past-{past}"
            if until is not None:
                entry["until"] = time_text(until)
            instrument = dict(entry["instrument"])
            if not stated:
                del instrument["uri"]
                instrument["title"] = f"{_TITLE} ({_words(legislation)})"
            entry["instrument"] = instrument
            yield entry, losses


def _segments(service: Equivalence) -> Iterator[tuple[Equivalence, int | None]]:
    """Runs of equal terms, the newest first, each with the moment at which the next one began."""
    entries = [service._replace(history=()), *service.history]
    begin = 0
    until: int | None = None
    for place in range(1, len(entries) + 1):
        if place < len(entries) and _terms(entries[place]) == _terms(entries[begin]):
            continue
        run = entries[begin:place]
        yield run[0]._replace(history=tuple(run[1:])), until
        until = run[-1].since
        begin = place


def _terms(entry: Equivalence) -> tuple[object, ...]:
    return entry.types, entry.statuses, entry.contents, entry.qualifiers


def _is_uri(text: str) -> bool:
    try:
        reading.uri(text, "")
    except Rejection:
        return False
    return True


def _words(text: str) -> str:
    """The words of a legislation that is no URI, as the title of an instrument can hold them."""
    try:
        return reading.text(text[:200].strip(), "")
    except Rejection:
        return "legislation not readable"
