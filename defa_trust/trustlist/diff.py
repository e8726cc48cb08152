"""What a new list says otherwise than the old one, above all about the past (floor 5).

A list states what held when. Where a later list answers the same question about the same past
moment differently, verdicts about old signatures change without anybody seeing it: that is a
rewritten past, and it is told apart from what is merely new.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from itertools import pairwise
from typing import Any, Final, NamedTuple

from ..errors import MisuseError
from . import lint_model as model
from .lint_model import SCHEME, ServiceEntry, Subject, mapping, seconds, sequence, string
from .model import Status
from .services import STATUSES

_BEGINNING: Final = -(1 << 62)
_END: Final = 1 << 62
_UNLISTED: Final = "not listed"
_OVER: Final = frozenset({Status.WITHDRAWN, Status.EXPIRED})
# These differ in every pair of lists, or are compared by themselves.
_SCHEME_APART: Final = frozenset(
    {
        "LoTESequenceNumber",
        "ListIssueDateTime",
        "NextUpdate",
        "PointersToOtherLoTE",
        "SchemeExtensions",
    }
)
_CURRENT_APART: Final = frozenset(
    {
        "ServiceStatus",
        "StatusStartingTime",
        "ServiceDigitalIdentity",
        "ServiceInformationExtensions",
    }
)
_ARRANGEMENT_APART: Final = frozenset({"status", "stage", "from", "until", "history"})
_EXTENSIONS_APART: Final = frozenset({"DefaRecognition", "DefaPreviousList", "DefaSnapshot"})


class ChangeKind(StrEnum):
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"
    REWRITTEN = "rewritten_past"


class Reason(StrEnum):
    """What changed, for those who treat kinds of change differently (``lint``)."""

    ENTRY = "entry"
    MEMBER = "member"
    STATUS = "status"
    KEY_ADDED = "key_added"
    KEY_REMOVED = "key_removed"
    SIGNER_ADDED = "signer_added"
    SIGNER_REMOVED = "signer_removed"
    HISTORY = "history"
    DISTRUSTED = "distrusted"
    BACKDATED = "backdated"
    VANISHED = "vanished"


class Change(NamedTuple):
    """One difference. ``path`` is that of the new list, or of the old one where it was removed.

    ``what`` is `scheme`, `pointer`, `entity`, `service` or `arrangement`; ``id`` is its name.
    """

    kind: ChangeKind
    reason: Reason
    what: str
    id: str
    label: str
    path: str
    text: str


class Edition(NamedTuple):
    """Which list was compared. Times are Unix seconds; ``None`` where the list has none."""

    type: str
    territory: str
    sequence: int | None
    issued: int | None
    next_update: int | None


class Difference(NamedTuple):
    old: Edition
    new: Edition
    changes: tuple[Change, ...]

    def of(self, kind: ChangeKind) -> tuple[Change, ...]:
        return tuple(change for change in self.changes if change.kind is kind)

    @property
    def rewrites_the_past(self) -> bool:
        return any(change.kind is ChangeKind.REWRITTEN for change in self.changes)


class Entry(NamedTuple):
    """One thing with a past. ``spans`` holds (start, what held from then on), oldest first;
    ``members`` is everything else that is compared, by name. ``stated`` are the spans before
    `DefaDistrustAfter` cut them, where it is there."""

    what: str
    id: str
    label: str
    path: str
    spans: tuple[tuple[int, str], ...]
    keys: Mapping[str, str]
    members: Mapping[str, Any]
    stated: tuple[tuple[int, str], ...] = ()

    def at(self, moment: int) -> str:
        return _held(self.spans, moment)


def _held(spans: tuple[tuple[int, str], ...], moment: int) -> str:
    held = _UNLISTED
    for start, said in spans:
        if start > moment:
            break
        held = said
    return held


def compare(old: Any, new: Any) -> Difference:
    """The differences of two decoded lists of one place (``{"LoTE": …}``, TS 119 602).

    Lenient: any list of TS 119 602 is compared as far as it can be read. Raises ``MisuseError``
    where one is no list, or the two are of different types or territories.
    """
    before, after = Subject(old, 0), Subject(new, 0)
    for subject, title in ((before, "first"), (after, "second")):
        if not subject.scheme:
            raise MisuseError(f"the {title} file holds no list (no ListAndSchemeInformation)")
    editions = _edition(before), _edition(after)
    if editions[0][:2] != editions[1][:2]:
        raise MisuseError(
            f"two different lists: {_place(editions[0])} against {_place(editions[1])}"
        )
    return Difference(*editions, tuple(changes(before, after)))


def _edition(subject: Subject) -> Edition:
    return Edition(
        string(subject.scheme.get("LoTEType")) or "",
        subject.territory,
        subject.sequence,
        subject.issued,
        subject.next_update,
    )


def _place(edition: Edition) -> str:
    return f"{edition.type.rpartition('/')[2] or 'no type'} of {edition.territory or 'nobody'}"


def changes(before: Subject, after: Subject) -> Iterator[Change]:
    """Each difference, scheme first. The past is what lies before the old list's issue."""
    whole = Entry("scheme", "", "the scheme", SCHEME, (), {}, _scheme(before))
    yield from _members(whole, whole._replace(members=_scheme(after)))
    horizon = _END if before.issued is None else before.issued
    for read in (_pointers, _entities, services, arrangements):
        yield from _entries(_index(read(before)), _index(read(after)), horizon)


def _index(entries: Iterator[Entry]) -> dict[str, Entry]:
    """By identifier; a second entry of the same name stands beside the first."""
    found: dict[str, Entry] = {}
    for entry in entries:
        name, number = entry.id, 2
        while name in found:
            name, number = f"{entry.id} ({number})", number + 1
        found[name] = entry
    return found


def _entries(old: dict[str, Entry], new: dict[str, Entry], horizon: int) -> Iterator[Change]:
    for name, entry in old.items():
        if name not in new:
            yield _change(ChangeKind.REMOVED, Reason.ENTRY, entry, "It is no longer in the list.")
            if entry.spans and entry.spans[0][0] < horizon:
                yield _change(
                    ChangeKind.REWRITTEN,
                    Reason.VANISHED,
                    entry,
                    f"Its past since {_moment(entry.spans[0][0])} went with it.",
                )
    for name, entry in new.items():
        other = old.get(name)
        if other is None:
            yield _change(ChangeKind.ADDED, Reason.ENTRY, entry, "It was not in the list before.")
        else:
            yield from _keys(other, entry)
            if other.at(_END) != entry.at(_END):
                text = f"It was {other.at(_END)}; it is {entry.at(_END)}."
                yield _change(ChangeKind.CHANGED, Reason.STATUS, entry, text)
            yield from _members(other, entry)
        yield from _past(other, entry, horizon)


def _past(old: Entry | None, new: Entry, horizon: int) -> Iterator[Change]:
    """Spans before ``horizon`` about which the two lists say different things.

    NOTE: a distrust that is newly declared changes verdicts about the past on purpose, and openly
    (`DefaDistrustAfter`); it is a change. Lifting one again rewrites the past.
    """
    spans = new.spans if old is None else (*old.spans, *new.spans)
    steps = sorted({_BEGINNING, horizon, *(start for start, _ in spans if start < horizon)})
    said: list[tuple[int, int, str, str, bool]] = []
    for start, end in pairwise(steps):
        was = _UNLISTED if old is None else old.at(start)
        now = new.at(start)
        if was == now:
            continue
        declared = bool(new.stated) and _held(new.stated, start) == was
        if said and said[-1][1:] == (start, was, now, declared):
            start = said.pop()[0]  # noqa: PLW2901 - one span with the one before
        said.append((start, end, was, now, declared))
    for start, end, was, now, declared in said:
        kind, reason = ChangeKind.REWRITTEN, Reason.HISTORY
        if declared:
            kind, reason = ChangeKind.CHANGED, Reason.DISTRUSTED
        elif old is None:
            reason = Reason.BACKDATED
        when = f"From {_moment(start)} until {_moment(end)}" if start > _BEGINNING else (
            f"Until {_moment(end)}"
        )  # fmt: skip
        yield _change(kind, reason, new, f"{when} it was {was}; now {now}.")


def _keys(old: Entry, new: Entry) -> Iterator[Change]:
    signer = new.what == "pointer"
    noun = "signer" if signer else "key"
    for name, label in old.keys.items():
        if name not in new.keys:
            reason = Reason.SIGNER_REMOVED if signer else Reason.KEY_REMOVED
            yield _change(
                ChangeKind.CHANGED if signer else ChangeKind.REWRITTEN,
                reason,
                new,
                f"The {noun} {label} no longer stands there"
                + ("." if signer else ", so nothing of the past verifies with it."),
            )
    for name, label in new.keys.items():
        if name not in old.keys:
            reason = Reason.SIGNER_ADDED if signer else Reason.KEY_ADDED
            yield _change(ChangeKind.CHANGED, reason, new, f"The {noun} {label} is new.")


def _members(old: Entry, new: Entry) -> Iterator[Change]:
    for name in dict.fromkeys((*old.members, *new.members)):
        if name not in new.members:
            said = "is gone"
        elif name not in old.members:
            said = "is new"
        elif old.members[name] != new.members[name]:
            said = "differs"
        else:
            continue
        change = _change(ChangeKind.CHANGED, Reason.MEMBER, new, f"{name} {said}.")
        # An extension is named by its title; where it stands is the array around it.
        yield change._replace(path=model.step(new.path, name.partition("/")[0]))


def _change(kind: ChangeKind, reason: Reason, entry: Entry, text: str) -> Change:
    return Change(kind, reason, entry.what, entry.id, entry.label, entry.path, text)


def _moment(seconds: int) -> str:
    if seconds <= _BEGINNING:
        return "the beginning"
    if seconds >= _END:
        return "today"
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


# --- reading -------------------------------------------------------------------------------------
def _scheme(subject: Subject) -> dict[str, Any]:
    found = {name: value for name, value in subject.scheme.items() if name not in _SCHEME_APART}
    for name, value, critical, _ in subject.extensions:
        if name not in _EXTENSIONS_APART:
            found[f"SchemeExtensions/{name}"] = (value, critical)
    return found


def _pointers(subject: Subject) -> Iterator[Entry]:
    for pointer, path, kind, territory in subject.pointers():
        signers = {
            anchor.certificate.sha256.hex(): anchor.certificate.sha256.hex()[:16]
            for anchor in model.pointer_signers(pointer, path)
            if anchor.certificate is not None
        }
        title = f"{kind.rpartition('/')[2]} of {territory}"
        rest = {k: v for k, v in pointer.items() if k != "ServiceDigitalIdentities"}
        yield Entry("pointer", f"{kind} {territory}", title, path, (), signers, rest)


def _entities(subject: Subject) -> Iterator[Entry]:
    """Trusted entities by their English name; their services are compared by themselves."""
    for number, raw in enumerate(sequence(subject.lote.get("TrustedEntitiesList"))):
        information = mapping(mapping(raw).get("TrustedEntityInformation"))
        name = model.english(information.get("TEName")) or f"number {number}"
        path = f"{model.ENTITIES}[{number}].TrustedEntityInformation"
        yield Entry("entity", name, name, path, (), {}, information)


def services(subject: Subject) -> Iterator[Entry]:
    """Services, matched by their unique identifier or, in a list without, by type and key."""
    for service in subject.services:
        keys = _service_keys(service)
        name = service.id or f"{service.type} {' '.join(sorted(keys)) or service.label}"
        members = {k: v for k, v in service.information.items() if k not in _CURRENT_APART}
        for title, (value, critical, _) in service.extensions.items():
            if title not in ("ServiceUniqueIdentifier", "DefaDistrustAfter"):
                members[f"ServiceInformationExtensions/{title}"] = (value, critical)
        spans = _spans((said, start) for said, start, _ in service.periods())
        stated: tuple[tuple[int, str], ...] = ()
        distrusted = service.extensions.get("DefaDistrustAfter")
        if distrusted is not None and (moment := seconds(distrusted[0])) is not None:
            stated, spans = spans, _cut(spans, moment)
        yield Entry("service", name, service.label, service.where, spans, keys, members, stated)


def _service_keys(service: ServiceEntry) -> dict[str, str]:
    """Thumbprint to label; identities that hold no readable key stand for themselves."""
    found = {
        anchor.key.thumbprint.hex(): anchor.key.thumbprint.hex()[:16] for anchor in service.anchors
    }
    identity = mapping(service.information.get("ServiceDigitalIdentity"))
    read = {anchor.path.rpartition("ServiceDigitalIdentity.")[2] for anchor in service.anchors}
    for member in ("X509Certificates", "PublicKeyValues", "OtherIds"):
        for number, entry in enumerate(sequence(identity.get(member))):
            if f"{member}[{number}]" not in read:
                text = entry if type(entry) is str else repr(entry)
                label = text if len(text) <= 80 else sha256(text.encode()).hexdigest()[:16]
                found[text] = label
    return found


def _spans(periods: Iterable[tuple[str | None, int | None]]) -> tuple[tuple[int, str], ...]:
    found = [
        (start, _word(said)) for said, start in periods if said is not None and start is not None
    ]
    return tuple(sorted(found, key=_first))


def _first(span: tuple[int, str]) -> int:
    return span[0]


def _word(uri: str) -> str:
    status = STATUSES.get(uri)
    return uri if status is None else status.value


def _cut(spans: tuple[tuple[int, str], ...], moment: int) -> tuple[tuple[int, str], ...]:
    """As if withdrawn from ``moment`` on (`DefaDistrustAfter`), as the decoder reads it."""
    over = {status.value for status in _OVER}
    found: list[tuple[int, str]] = []
    for (start, said), (end, _) in pairwise((*spans, (_END, ""))):
        if end <= moment or said in over:
            found.append((start, said))
            continue
        if start < moment:
            found.append((start, said))
        found.append((max(start, moment), Status.WITHDRAWN.value))
    return tuple(found)


def arrangements(subject: Subject) -> Iterator[Entry]:
    """Arrangements of a recognition list, by their identifier."""
    found = subject.extension("DefaRecognition")
    if found is None:
        return
    value, _, path = found
    for number, raw in enumerate(sequence(value)):
        entry = mapping(raw)
        name = string(entry.get("id")) or f"number {number}"
        periods = [entry, *(mapping(past) for past in sequence(entry.get("history")))]
        spans = [
            (start, f"{past.get('status')} ({past.get('stage')})")
            for past in periods
            if (start := seconds(past.get("from"))) is not None
        ]
        until = seconds(entry.get("until"))
        if until is not None:
            spans = [span for span in spans if span[0] < until]
            spans.append((until, "ended"))
        yield Entry(
            "arrangement",
            name,
            f"{entry.get('recognisingTerritory')} recognises {entry.get('recognisedTerritory')}",
            f"{path}.DefaRecognition[{number}]",
            tuple(sorted(spans, key=_first)),
            {},
            {k: v for k, v in entry.items() if k not in _ARRANGEMENT_APART},
        )
