"""Lint rules of a new list against the one before it (floor 5).

They name what ``diff`` finds, and add what only the pair shows: sequence, issue, rotation.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from .diff import Change, ChangeKind, Reason, changes, services
from .lint_model import (
    SCHEME,
    Fault,
    LintRule,
    Severity,
    Subject,
    declare,
    mapping,
    pointer_signers,
)

ERROR, WARNING, ADVICE = Severity.ERROR, Severity.WARNING, Severity.ADVICE
_MAX_JUMP: Final = 1000
"""Ours: a list issued daily for years jumps no further in one step."""

PLACE: Final = declare(
    "change.place",
    "TS 119 602, 6.3.3 and 6.3.10",
    ERROR,
    "Is the previous list one of the same type and territory?",
)
SEQUENCE: Final = declare(
    "change.sequence",
    "TS 119 602, 6.3.2",
    ERROR,
    "Is the sequence number higher than the previous list's?",
)
JUMP: Final = declare(
    "change.sequence_jump",
    "TS 119 602, 6.3.2",
    WARNING,
    "Does the sequence number rise by a plausible step?",
)
ISSUE: Final = declare(
    "change.issue",
    "TS 119 602, 6.3.14",
    ERROR,
    "Was the list issued after the previous one?",
)
LATE: Final = declare(
    "change.gap",
    "TS 119 602, 6.3.15",
    ADVICE,
    "Was the list issued before the previous one's NextUpdate?",
)
CHAIN: Final = declare(
    "change.previous_list",
    "DEFA profile, DefaPreviousList",
    ERROR,
    "Does DefaPreviousList name exactly the previous list?",
)
HISTORY: Final = declare(
    "change.past_rewritten",
    "TS 119 612, 5.5.5 and 5.6",
    ERROR,
    "Does the list say of the past what the previous list said of it?",
)
DISTRUSTED: Final = declare(
    "change.distrusted",
    "DEFA profile, DefaDistrustAfter",
    WARNING,
    "Does no service newly lose trust in the past?",
)
BACKDATED: Final = declare(
    "change.backdated",
    "TS 119 612, 5.5.5",
    ERROR,
    "Does an entry that is new claim no past from before the previous list?",
)
BEFORE_ISSUE: Final = declare(
    "change.status_before_issue",
    "TS 119 612, 5.5.5",
    WARNING,
    "Does a new status begin no earlier than the issue that introduces it?",
)
VANISHED: Final = declare(
    "change.removed",
    "TS 119 602, 6.3.12; DEFA profile, HistoricalInformationPeriod",
    ERROR,
    "Is everything that has a past still in the list?",
)
KEY_REMOVED: Final = declare(
    "change.key_removed",
    "TS 119 612, 5.5.3",
    WARNING,
    "Does a service still name every key that it had?",
)
KEY_ADDED: Final = declare(
    "change.key_added",
    "TS 119 612, 5.5.3",
    ADVICE,
    "Does a new key stand in an entry whose past is its own?",
)
ROTATION: Final = declare(
    "change.signer_rotation",
    "TS 119 612, 5.3.13 and 5.7.1",
    WARNING,
    "Does a pointer keep a signer of the previous list, so that nobody is locked out?",
)

_BY_REASON: Final[dict[Reason, LintRule]] = {
    Reason.HISTORY: HISTORY,
    Reason.DISTRUSTED: DISTRUSTED,
    Reason.BACKDATED: BACKDATED,
    Reason.VANISHED: VANISHED,
    Reason.KEY_REMOVED: KEY_REMOVED,
    Reason.KEY_ADDED: KEY_ADDED,
}


def change_faults(
    subject: Subject, previous: Subject, digest: str | None
) -> Iterator[tuple[LintRule, Fault]]:
    """Faults of ``subject`` as successor of ``previous``.

    ``digest`` is the SHA-256 (hex) of the previous list's signed bytes, where it is signed.
    """
    if (subject.type, subject.territory) != (previous.type, previous.territory):
        yield PLACE, Fault(f"{SCHEME}.LoTEType", "The previous list is of another type or state.")
        return
    yield from _numbers(subject, previous)
    yield from _chain(subject, previous, digest)
    for change in changes(previous, subject):
        found = _BY_REASON.get(change.reason)
        if found is not None and change.kind is not ChangeKind.REMOVED:
            yield found, _fault(change)
    yield from _before_issue(subject, previous)
    yield from _rotation(subject, previous)


def _fault(change: Change) -> Fault:
    if change.reason is Reason.VANISHED:
        # The path is one of the previous list; here is only the place where it should be.
        where = f"$.LoTE{'.TrustedEntitiesList' if change.what == 'service' else ''}"
        return Fault(where, f"{change.label}: {change.text} (It was at {change.path}.)")
    text = f"{change.label}: {change.text}"
    if change.reason is Reason.KEY_ADDED:
        text += " It counts for the service's whole past."
    return Fault(change.path, text)


def _numbers(subject: Subject, previous: Subject) -> Iterator[tuple[LintRule, Fault]]:
    path = f"{SCHEME}.LoTESequenceNumber"
    if subject.sequence is not None and previous.sequence is not None:
        step = subject.sequence - previous.sequence
        if step <= 0:
            yield (
                SEQUENCE,
                Fault(
                    path, f"It is {subject.sequence}; the previous list has {previous.sequence}."
                ),
            )
        elif step > _MAX_JUMP:
            yield JUMP, Fault(path, f"It rises by {step}: a number once used cannot be lowered.")
    if subject.issued is not None and previous.issued is not None:
        path = f"{SCHEME}.ListIssueDateTime"
        if subject.issued <= previous.issued:
            yield ISSUE, Fault(path, "The previous list was issued then or later.")
        if previous.next_update is not None and subject.issued > previous.next_update:
            yield LATE, Fault(path, "In between, verifiers had no list in force.")


def _chain(
    subject: Subject, previous: Subject, digest: str | None
) -> Iterator[tuple[LintRule, Fault]]:
    found = subject.extension("DefaPreviousList")
    if found is None:
        return
    said = mapping(found[0])
    path = f"{found[2]}.DefaPreviousList"
    if said.get("sequence") != previous.sequence:
        yield CHAIN, Fault(f"{path}.sequence", f"The previous list has {previous.sequence}.")
    if digest is not None and said.get("sha256") != digest:
        yield CHAIN, Fault(f"{path}.sha256", f"The previous list's signed bytes have {digest}.")


def _before_issue(subject: Subject, previous: Subject) -> Iterator[tuple[LintRule, Fault]]:
    """A start between the two issues: the list did not say so when it began."""
    if subject.issued is None or previous.issued is None:
        return
    known = {entry.id: entry.spans for entry in services(previous)}
    for entry in services(subject):
        if not entry.spans:
            continue
        start, said = entry.spans[-1]
        if previous.issued <= start < subject.issued and (start, said) not in known.get(
            entry.id, ()
        ):
            yield (
                BEFORE_ISSUE,
                Fault(
                    f"{entry.path}.StatusStartingTime",
                    f"{entry.label}: it begins before the issue.",
                ),
            )


def _rotation(subject: Subject, previous: Subject) -> Iterator[tuple[LintRule, Fault]]:
    before = {
        (kind, territory): {signer.key.thumbprint for signer in pointer_signers(pointer, path)}
        for pointer, path, kind, territory in previous.pointers()
    }
    for pointer, path, kind, territory in subject.pointers():
        old = before.get((kind, territory))
        new = {signer.key.thumbprint for signer in pointer_signers(pointer, path)}
        if old and new and old.isdisjoint(new):
            yield (
                ROTATION,
                Fault(
                    f"{path}.ServiceDigitalIdentities", f"Every signer for {territory} is replaced."
                ),
            )
