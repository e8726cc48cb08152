"""Lint rules of what a recognition list asks for (floor 5): conditions on places, and measures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .lint_model import Fault, Severity, Subject, mapping, rule, sequence
from .neutrality import conditions

_NEUTRALITY = "UNCITRAL MLES, 12(1); MLIT, 10 and 22 [citation unverified]"


def _entries(subject: Subject, *names: str) -> Iterator[tuple[dict[str, Any], str]]:
    for name in names:
        found = subject.extension(name)
        if found is not None:
            for number, entry in enumerate(sequence(found[0])):
                yield mapping(entry), f"{found[2]}.{name}[{number}]"


@rule(
    "arrangement.geographic_neutrality",
    _NEUTRALITY,
    Severity.ERROR,
    "Does no condition test where something is, and not what it is?",
)
def geographic_neutrality(subject: Subject) -> Iterator[Fault]:
    for entry, path in _entries(subject, "DefaRecognition", "DefaReceivingLaw"):
        for condition in conditions(entry):
            if condition.of_place:
                text = "A location as such is tested. Test a status, or look into a list."
                yield Fault(f"{path}.{condition.where}", text)


@rule(
    "arrangement.requirement_unread",
    "DEFA profile, requires",
    Severity.ADVICE,
    "Is every requirement one that lists can answer?",
)
def requirement_unread(subject: Subject) -> Iterator[Fault]:
    for entry, path in _entries(subject, "DefaRecognition"):
        for condition in conditions(entry):
            if condition.of_place is None:
                text = "Only a person can answer it: every verdict waits until somebody has."
                yield Fault(f"{path}.{condition.where}", text)


@rule(
    "arrangement.measure_missing",
    "DEFA profile, comparator",
    Severity.WARNING,
    "Is there something to compare where a comparator is named?",
)
def measure_missing(subject: Subject) -> Iterator[Fault]:
    needed = {
        "at_least": ("minimumLevel",),
        "substantially_equivalent": ("assessment",),
        "equivalent": ("minimumLevel", "assessment"),
    }
    for entry, path in _entries(subject, "DefaRecognition"):
        comparator = entry.get("comparator")
        members = needed.get(comparator) if isinstance(comparator, str) else None
        if members is not None and not any(member in entry for member in members):
            text = f"Without {' or '.join(members)} nothing is ever reliable enough."
            yield Fault(f"{path}.comparator", text)


@rule(
    "arrangement.endeavour",
    "DEPA, 7.1 [citation unverified]; DEFA profile, instrument",
    Severity.WARNING,
    "Does a mutual recognition rest on a duty?",
)
def endeavour(subject: Subject) -> Iterator[Fault]:
    for entry, path in _entries(subject, "DefaRecognition"):
        instrument = mapping(entry.get("instrument"))
        if entry.get("basis") == "mutual" and instrument.get("obligation") == "best_endeavour":
            yield Fault(f"{path}.basis", "An endeavour grants no right; an act of your own can.")
