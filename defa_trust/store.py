"""A folder of pins and signed lists (floor 12): the root of trust on disk.

Whatever lies there is verified again at every load; nothing is believed because it was stored. The
sequence numbers seen are kept, so that an older list put back is noticed.

    pins.json                      who may sign what, given out of band, or handed over since
    lists/TYPE-TERRITORY.jwt       signed lists as received; .xml for those of TS 119 612
    lists/….companion.json         what came beside a regional list, such as further signatures
    successions/                   each handing over of a regional list's signers, never rewritten
    state.json                     highest sequence number accepted for each list, and its digest
    etags.json                     what servers called the bytes that are here; may be deleted
    pending/                       lists accepted together, being moved into lists/
    seals/                         where what is in large lists, under a MAC; may be deleted
    .lock                          whoever writes holds it

Several processes may share a folder. Each file is replaced as a whole, lists before the numbers
that speak of them, so that a process killed between two writes leaves a folder that loads and knows
no less than before.
"""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from .codec import json as strict_json
from .codes import listing as codes
from .disk import LockTimeoutError, Share, lock, sync_folder
from .disk import write_file as _write
from .errors import MisuseError, Rejection
from .spec import MAX_LIST_BYTES
from .store_files import (
    COMPANION_FILE,
    DIGEST,
    LIST_FILE,
    RECORD_FILE,
    TYPE_NAMES,
    TYPES,
    VERSION,
    SuccessionRecord,
    companion_name,
    file_name,
    lines,
    other_name,
    pins_document,
    read_pin,
    read_record,
    record_document,
    record_name,
)
from .store_seals import SEAL_FILE, Seals
from .trustlist.accept import (
    DEFAULT_ACCEPTANCE,
    Acceptance,
    AcceptancePolicy,
    ListState,
    States,
    claimed_place,
)
from .trustlist.assemble import Assembly, Pins, Place, assemble
from .trustlist.companion import ALONE, MAX_COMPANION_BYTES, write_companion
from .trustlist.model import ListType
from .trustlist.seals import Sealer
from .verdict import Finding
from .x509.pinned_key import read_pinned_key

_MAX_SETTINGS: Final = 4 << 20
_KNOWN: Final = re.compile(
    "|".join(["pins[.]json", *(f.pattern for f in (LIST_FILE, COMPANION_FILE, RECORD_FILE))])
)
"""What may lie in `pending`."""
_LEFTOVER: Final = re.compile(
    rf"\.(?:(?:state|etags)\.json|{SEAL_FILE.pattern}|{_KNOWN.pattern})\..+"
)
_NOTHING: Final[Mapping[Place, bytes]] = {}


class TrustStore:
    """One folder. ``init`` makes it; reading methods raise ``MisuseError`` where it is damaged.

    Safe for several processes and threads. Who writes waits at most ``lock_timeout`` seconds for
    the others (``MisuseError``); who reads waits as long and then reads what is there.

    With a ``seal_key``, 32 random octets or more that are kept outside the folder, a large list
    that was read once is not read again at the next start; all else is verified all the same.
    """

    def __init__(
        self,
        folder: str | os.PathLike[str],
        *,
        lock_timeout: float = 10.0,
        seal_key: bytes | None = None,
    ) -> None:
        self._folder = Path(folder)
        self._lock_timeout = lock_timeout
        self._sealer = None if seal_key is None else Sealer(seal_key)

    @property
    def folder(self) -> Path:
        return self._folder

    # --- pins ----------------------------------------------------------------------------------
    def init(self, pins: Pins) -> None:
        """Make the folder and pin ``pins``. ``MisuseError`` where pins are there already, or none
        are given: a folder without a pin would verify nothing and look as if it did."""
        if len(pins) == 0:
            raise MisuseError("a trust folder needs at least one pin")
        if (self._folder / "pins.json").exists():
            raise MisuseError(f"{self._folder} has pins already; remove it to start anew")
        for pin in pins:
            for der in pin.signers:
                try:
                    read_pinned_key(der)
                except Rejection as refusal:
                    raise MisuseError(
                        f"a signer pinned for {pin.territory} is no usable certificate: {refusal}"
                    ) from None
        try:
            (self._folder / "lists").mkdir(parents=True, exist_ok=True)
            with self._writing():
                if (self._folder / "pins.json").exists():  # somebody else was quicker
                    raise MisuseError(f"{self._folder} has pins already; remove it to start anew")
                # The state comes first: pins without it would be a folder that forgot what it saw.
                _write(self._folder / "state.json", lines({"version": VERSION, "lists": []}))
                _write(self._folder / "pins.json", pins_document(pins))
        except OSError as fault:
            raise MisuseError(f"{self._folder} cannot be written: {fault.strerror}") from None

    @property
    def pins(self) -> Pins:
        """The pins, read afresh: with what was decided and is still being moved into place."""
        hint = "run `trust init`, or name another folder"
        path = self._folder / "pending" / "pins.json"
        try:
            settings = self._settings(path, "pins", hint)
        except _AbsentError:
            path = self._folder / "pins.json"
            settings = self._settings(path, "pins", hint)
        try:
            return Pins(read_pin(entry) for entry in settings)
        except (KeyError, TypeError, AttributeError, Rejection):
            raise MisuseError(f"{path} is damaged: restore it, or run `trust init` anew") from None
        except MisuseError as fault:
            raise MisuseError(f"{path}: {fault}") from None

    # --- lists ---------------------------------------------------------------------------------
    def put(self, type: ListType, territory: str, data: bytes) -> None:
        """Store signed bytes as they are, unjudged, in one step (write, sync, rename)."""
        name = file_name(type, territory, data)
        try:
            (self._folder / "lists").mkdir(parents=True, exist_ok=True)
            with self._writing():
                self._commit({name: data})
        except OSError as fault:
            raise MisuseError(f"{self._folder} cannot be written: {fault.strerror}") from None

    def add(
        self,
        data: bytes,
        *,
        now: int,
        policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
        companion: bytes | None = None,
    ) -> Acceptance:
        """Judge one received list among those that are here, and store it only if it is accepted.

        A good list is never replaced by a bad one. The answer says which list or why not.
        ``companion`` is what was received beside a regional list.
        """
        try:
            place = claimed_place(data, max_bytes=policy.max_bytes)
        except Rejection as refusal:
            return Acceptance(None, (refusal.finding("list"),))
        beside = {} if companion is None else {place: companion}
        return self.add_all({place: data}, now=now, policy=policy, companions=beside)[place]

    def add_all(
        self,
        offered: Mapping[Place, bytes],
        *,
        now: int,
        policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
        companions: Mapping[Place, bytes] = _NOTHING,
    ) -> Mapping[Place, Acceptance]:
        """Judge received lists together, each as ``add`` does; those accepted become one step.

        A regional list that names a snapshot fits only the lists it was issued with: were they
        stored one by one, a crash in between would leave a folder in which they contradict. Where a
        list's signers hand over, the new pins and the record of it belong to that step.
        """
        for place, data in offered.items():
            file_name(*place, data)
        try:
            with self._writing():
                return self._add_all(offered, now, policy, companions)
        except OSError as fault:
            raise MisuseError(f"{self._folder} cannot be written: {fault.strerror}") from None

    def _add_all(
        self,
        offered: Mapping[Place, bytes],
        now: int,
        policy: AcceptancePolicy,
        companions: Mapping[Place, bytes],
    ) -> Mapping[Place, Acceptance]:
        pins, states, stored, held = self.pins, self.states, self.documents(), self.companions()
        seals = self._seals()
        answers: dict[Place, Acceptance] = {}
        trial = dict(offered)
        while trial:
            beside = {place: data for place, data in held.items() if place not in trial or
                      trial[place] == stored.get(place)}  # fmt: skip
            beside |= {
                place: data
                for place, data in companions.items()
                if place in trial and place[0] is ListType.REGIONAL
            }
            assembly = assemble(
                pins, {**stored, **trial}, states=states, now=now, policy=policy, previous=stored,
                companions=beside, readings=seals,
            )  # fmt: skip
            answers.update((place, _answer(assembly, place)) for place in trial)
            refused = [place for place in trial if answers[place].trust_list is None]
            if not refused:
                break
            # Those that lean on a refused regional list are judged again beside the stored one.
            regional = [place for place in refused if place[0] is ListType.REGIONAL]
            for place in regional or refused:
                del trial[place]
            if not regional:
                break
        if trial:
            files = {file_name(*place, data): data for place, data in trial.items()}
            for place, data in trial.items():
                if place in beside or place in held:
                    # Beside a new list, signatures over the old one mean nothing.
                    name = companion_name(*place, data)
                    files[name] = beside.get(place) or write_companion(ALONE)
            if assembly.hops:
                files["pins.json"] = pins_document(pins.after(assembly.hops))
                files |= {record_name(hop): record_document(hop, now) for hop in assembly.hops}
            self._commit(files)
            self._remember({place: assembly.states[place] for place in trial})
            if seals is not None:
                seals.write(seals.fresh(assembly.lists))
        return answers

    def _commit(self, files: Mapping[str, bytes]) -> None:
        """One rename decides: before it all is as it was, after it all is new.

        ``files`` are by name, which says where each belongs.
        """
        (self._folder / "lists").mkdir(exist_ok=True)
        if len(files) == 1:
            ((name, data),) = files.items()
            if self._other(name) is None:
                _write(self._belongs(name) / name, data)
                return
        staged = self._folder / ".staged"
        shutil.rmtree(staged, ignore_errors=True)
        staged.mkdir()
        for name, data in files.items():
            _write(staged / name, data)
        staged.rename(self._folder / "pending")
        sync_folder(self._folder)
        self._finish()

    def _finish(self) -> None:
        """Move what was decided to where it belongs; after a crash the next writer does it."""
        pending = self._folder / "pending"
        if not pending.is_dir():
            return
        touched = set()
        for path in sorted(pending.iterdir()):
            if _KNOWN.fullmatch(path.name):
                folder = self._belongs(path.name)
                folder.mkdir(exist_ok=True)
                other = self._other(path.name)
                if other is not None:
                    other.unlink()  # this one is still in `pending`, where readers find it
                path.replace(folder / path.name)
                touched.add(folder)
        for folder in touched:
            sync_folder(folder)
        shutil.rmtree(pending, ignore_errors=True)

    def _belongs(self, name: str) -> Path:
        if name == "pins.json":
            return self._folder
        return self._folder / ("successions" if RECORD_FILE.fullmatch(name) else "lists")

    def _other(self, name: str) -> Path | None:
        """The list of the same place in the other syntax, if it is there."""
        other = other_name(name)
        path = None if other is None else self._belongs(name) / other
        return path if path is not None and path.exists() else None

    def documents(self) -> Mapping[Place, bytes]:
        """The stored bytes by place; empty where nothing is stored. Other files are left alone.

        ``MisuseError`` where a stored list cannot be read: it would go missing without a word.
        """
        return self._readable(LIST_FILE, MAX_LIST_BYTES)

    def companions(self) -> Mapping[Place, bytes]:
        """What is stored beside regional lists, by the list's place. Raises as ``documents``."""
        return self._readable(COMPANION_FILE, MAX_COMPANION_BYTES)

    def successions(self) -> tuple[SuccessionRecord, ...]:
        """Every handing over of signers that was carried out here, oldest first.

        ``MisuseError`` where a record cannot be read: the trail would have a hole.
        """
        folder = self._folder / "successions"
        try:
            paths = sorted(folder.iterdir()) if folder.is_dir() else []
            found = [read_record(path) for path in paths if RECORD_FILE.fullmatch(path.name)]
        except OSError as fault:
            raise MisuseError(f"{folder} cannot be read: {fault.strerror}") from None
        return tuple(sorted(found, key=lambda record: (record.territory, record.sequence)))

    def _readable(self, name: re.Pattern[str], most: int) -> Mapping[Place, bytes]:
        try:
            return self._stored(name, most)
        except OSError as fault:
            raise MisuseError(f"{self._folder} cannot be read: {fault.strerror}") from None

    def _stored(self, name: re.Pattern[str], most: int) -> Mapping[Place, bytes]:
        found: dict[Place, bytes] = {}
        folders = [self._folder / "lists", self._folder / "pending"]
        for path in [file for each in folders if each.is_dir() for file in sorted(each.iterdir())]:
            match = name.fullmatch(path.name)
            if match is not None and path.is_file():
                # One byte more than is allowed is enough to be refused for its size.
                with path.open("rb") as file:
                    found[TYPES[match[1]], match[2]] = file.read(most + 1)
        return found

    def load(self, now: int, policy: AcceptancePolicy = DEFAULT_ACCEPTANCE) -> Assembly:
        """Verify everything again at ``now`` (Unix seconds) and remember new sequence numbers.

        A folder that cannot be written still serves; a finding says that nothing was remembered.
        """
        with self._reading():
            states, documents = self.states, self.documents()
            pins, beside, seals = self.pins, self.companions(), self._seals()
        assembly = assemble(
            pins,
            documents,
            states=states,
            now=now,
            policy=policy,
            companions=beside,
            readings=seals,
        )
        fresh: Sequence[tuple[str, bytes]] = ()
        notes: tuple[Finding, ...] = ()
        if seals is not None:
            fresh, notes = seals.fresh(assembly.lists), seals.findings()
        if assembly.states != states or fresh:
            try:
                with self._writing():
                    self._remember(assembly.states)
                    if seals is not None:
                        seals.write(fresh)
            except (OSError, _BusyError):
                if assembly.states != states:
                    notes += (Finding(codes.STATE_NOT_KEPT, subject="list"),)
        return assembly._replace(findings=(*assembly.findings, *notes)) if notes else assembly

    def _seals(self) -> Seals | None:
        return None if self._sealer is None else Seals(self._folder / "seals", self._sealer)

    # --- state ---------------------------------------------------------------------------------
    @property
    def states(self) -> States:
        """High-water marks. Their absence is damage: without them a rollback goes unseen."""
        path = self._folder / "state.json"
        hint = "sequence numbers seen are lost: fetch every list anew and run `trust init` again"
        entries = self._settings(path, "lists", hint)
        found: dict[Place, ListState] = {}
        try:
            for entry in entries:
                place, state = _state(entry)
                if found.setdefault(place, state) is not state:
                    raise ValueError("two marks for one list")  # noqa: TRY301 - one way out
        except (KeyError, TypeError, AttributeError, ValueError):
            raise MisuseError(f"{path} is damaged: {hint}") from None
        return found

    def _remember(self, states: States) -> None:
        """Marks only rise: what another process wrote meanwhile is not taken back."""
        before = self.states
        kept = dict(before)
        for place, state in states.items():
            if place not in kept or kept[place].sequence < state.sequence:
                kept[place] = state
        if kept == before:
            return
        entries = [
            {
                "type": TYPE_NAMES[kind],
                "territory": territory,
                "sequence": state.sequence,
                "sha256": state.digest,
            }
            for (kind, territory), state in sorted(kept.items())
        ]
        _write(self._folder / "state.json", lines({"version": VERSION, "lists": entries}))

    # --- several processes ---------------------------------------------------------------------
    @contextmanager
    def _writing(self) -> Iterator[None]:
        """Alone in the folder. First done: what a killed process left half done."""
        with ExitStack() as stack:
            try:
                stack.enter_context(lock(self._folder / ".lock", Share.NOBODY, self._lock_timeout))
            except LockTimeoutError:
                raise _BusyError(
                    f"{self._folder} is in use: another process has been writing for more than "
                    f"{self._lock_timeout:g} s; try again, or end that process"
                ) from None
            self._finish()
            self._sweep()
            yield

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Beside other readers. A folder without a lock, or a writer that hangs, stops nobody."""
        with ExitStack() as stack:
            with suppress(OSError, LockTimeoutError):
                stack.enter_context(lock(self._folder / ".lock", Share.READERS, self._lock_timeout))
            yield

    def _sweep(self) -> None:
        """Temporary files of killed processes; nobody else writes while this one has the lock."""
        for folder in (self._folder, self._folder / "lists", self._folder / "seals"):
            with suppress(OSError):
                for path in folder.iterdir():
                    if _LEFTOVER.fullmatch(path.name):
                        path.unlink()

    def _settings(self, path: Path, member: str, hint: str) -> list[Any]:
        if not self._folder.is_dir():
            raise MisuseError(f"{self._folder} is no folder: run `trust init` first")
        try:
            with path.open("rb") as file:
                raw = file.read(_MAX_SETTINGS + 1)
        except FileNotFoundError:
            raise _AbsentError(f"{path} is missing: {hint}") from None
        except OSError as fault:
            raise MisuseError(f"{path} cannot be read: {fault.strerror}") from None
        try:
            settings = strict_json.loads_object(raw, max_bytes=_MAX_SETTINGS)
        except Rejection:
            raise MisuseError(f"{path} is no JSON: {hint}") from None
        entries = settings.get(member)
        if settings.get("version") != VERSION or type(entries) is not list:
            raise MisuseError(f"{path} is of no known version: {hint}")
        return entries


class _BusyError(MisuseError):
    """Somebody else holds the lock."""


class _AbsentError(MisuseError):
    """A file is not there."""


def _answer(assembly: Assembly, place: Place) -> Acceptance:
    for found in assembly.lists:
        if (found.type, found.territory) == place:
            hops = tuple(h for h in assembly.hops if (h.after.type, h.after.territory) == place)
            digests = {found.digest, *(hop.trust_list.digest for hop in hops)}
            evidence = tuple(f for f in assembly.findings if f.evidence in digests)
            return Acceptance(found, evidence, hops)
    for refusal in assembly.refusals:
        if (refusal.type, refusal.territory) == place:
            return Acceptance(None, (refusal.finding,))
    # Nothing pins it; where the regional list was refused, that is why.
    unpinned = Finding(codes.NO_PIN, None, place[1], subject="list")
    return Acceptance(None, (unpinned, *(other.finding for other in assembly.refusals)))


def _state(entry: Any) -> tuple[Place, ListState]:
    sequence, digest = entry["sequence"], entry["sha256"]
    if type(sequence) is not int or sequence < 1 or DIGEST.fullmatch(digest) is None:
        raise ValueError
    return (TYPES[entry["type"]], str(entry["territory"])), ListState(sequence, digest)
