"""Bring the trust folder up to date over HTTPS (floor 12): fetch, verify, and only then store.

The regional list first, then every list that it points to or that is pinned directly. Beside a
regional list that its pinned signers alone do not carry, its companion is fetched. What is
fetched goes through ``TrustStore.add_all`` and nowhere else, all in one step; one list that is bad,
late or out of reach changes nothing about the others.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, as_completed
from contextlib import suppress
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import Path
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from .codec import json as strict_json
from .codes import listing, succession, xml
from .disk import write_file
from .errors import MisuseError, Rejection
from .fetch import Fetch, Fetched, FetchError, FetchFault, FetchPolicy, https_get_if_changed
from .policy import DEFAULT_POLICY
from .spec import MAX_LIST_BYTES
from .store import TrustStore
from .trustlist.accept import DEFAULT_ACCEPTANCE, Acceptance, AcceptancePolicy
from .trustlist.assemble import Assembly, Pins, Place, assemble
from .trustlist.companion import MAX_COMPANION_BYTES, MAX_PIVOTS, Companion, write_companion
from .trustlist.model import Binding, ListType, Pointer, TrustList
from .trustlist.pin import Pin
from .verdict import Code, Finding

_WORTH_ANOTHER_TRY: Final = frozenset(
    {FetchFault.NAME, FetchFault.CONNECTION, FetchFault.TIME, FetchFault.STATUS}
)
"""What may pass by itself. A refused address or redirect, or too many bytes, does not."""
COMPANION_SUFFIX: Final = ".companion.json"
"""Address of a companion: that of the list, and this behind it."""
_ASKS_FOR_COMPANION: Final = frozenset(
    code.id
    for code in (
        listing.SIGNER_NOT_PINNED, xml.SIGNER_NOT_PINNED, xml.PIVOT, *vars(succession).values()
    )
    if isinstance(code, Code)
)  # fmt: skip
"""Refusals of a list alone that signatures or successions beside it may lift."""
_MAX_ETAGS_BYTES: Final = 1 << 20
_VERSION: Final = 1


class Result(StrEnum):
    """What became of one list in one update."""

    ACCEPTED = "accepted"
    UNCHANGED = "unchanged"
    REJECTED = "rejected"
    FAILED = "failed"
    NO_LOCATION = "no_location"
    """Nobody says where it is; it comes by `trust add`."""


class Standing(StrEnum):
    """What the folder holds of one list after the update, whether or not it was reached."""

    FRESH = "fresh"
    STALE = "stale"
    """Past its NextUpdate, within the grace of the policy: still used, and each verdict says so."""
    EXPIRED = "expired"
    MISSING = "missing"


USABLE: Final = frozenset({Standing.FRESH, Standing.STALE})


class ListUpdate(NamedTuple):
    """One line of the summary. ``code`` is a list code (rejected) or a fetch code (failed).

    ``missing_code`` says why the folder has no usable list of this place. ``finding`` is the reason
    in full where the list was rejected. ``successions`` are the sequence numbers of lists in which
    its signers handed over in this update.
    """

    type: ListType
    territory: str
    location: str | None
    result: Result
    code: str | None
    finding: Finding | None
    attempts: int
    standing: Standing
    missing_code: str | None
    sequence: int | None
    next_update: int | None
    successions: tuple[int, ...] = ()


class UpdateSummary(NamedTuple):
    """``assembly`` is the folder after the update, verified as of ``at`` (Unix seconds)."""

    at: int
    lists: tuple[ListUpdate, ...]
    assembly: Assembly

    @property
    def usable(self) -> bool:
        """Every expected list can be used, and none that was received was rejected."""
        return bool(self.lists) and all(
            line.standing in USABLE and line.result is not Result.REJECTED for line in self.lists
        )

    @property
    def tried(self) -> bool:
        return any(line.result is not Result.NO_LOCATION for line in self.lists)

    @property
    def reached(self) -> bool:
        """Some server answered with something that can be judged."""
        return any(line.result not in (Result.FAILED, Result.NO_LOCATION) for line in self.lists)

    @property
    def confirmed(self) -> bool:
        """Some list is what its server has today; a server that has nothing good says nothing."""
        return any(line.result in (Result.ACCEPTED, Result.UNCHANGED) for line in self.lists)


class Progress(NamedTuple):
    """One fetch has ended; ``total`` grows when the regional list has said what there is."""

    done: int
    total: int
    type: ListType
    territory: str


@dataclass(frozen=True, slots=True)
class UpdatePolicy:
    """``attempts`` per list, with delays of ``first_delay``, doubled each time up to ``max_delay``
    (seconds), of which a random half is kept so that verifiers do not come back in step.

    ``grace``: how long a national list past its NextUpdate counts as usable, as in the
    verification policy. ``parallel``: fetches at a time.
    """

    attempts: int = 3
    first_delay: float = 1.0
    max_delay: float = 30.0
    parallel: int = 4
    grace: int = DEFAULT_POLICY.national_list_grace

    def __post_init__(self) -> None:
        if self.attempts < 1 or self.parallel < 1:
            raise MisuseError("attempts and parallel are at least 1")
        if self.first_delay < 0 or self.max_delay < 0 or self.grace < 0:
            raise MisuseError("delays and grace are not negative")


DEFAULT_UPDATE: Final = UpdatePolicy()

ConditionalFetch = Callable[[str, str | None], Fetched]
"""(URL, ETag of what is here or ``None``) to what is there; raises ``FetchError``."""


def default_fetch(url: str, etag: str | None) -> Fetched:
    """``https_get_if_changed`` with the size bound of a list."""
    return https_get_if_changed(url, etag, FetchPolicy(max_bytes=MAX_LIST_BYTES, timeout=30.0))


def unconditional(fetch: Fetch) -> ConditionalFetch:
    """A fetch without ETags; unchanged lists are then known by their digest."""
    return lambda url, _: Fetched(fetch(url))


def standing_of(found: TrustList | None, at: int, grace: int) -> Standing:
    """Of an accepted list; a regional list has no grace."""
    if found is None:
        return Standing.MISSING
    if at < found.next_update:
        return Standing.FRESH
    if found.type is not ListType.REGIONAL and at < found.next_update + grace:
        return Standing.STALE
    return Standing.EXPIRED


def update(
    store: TrustStore,
    *,
    now: int,
    fetch: ConditionalFetch = default_fetch,
    acceptance: AcceptancePolicy = DEFAULT_ACCEPTANCE,
    policy: UpdatePolicy = DEFAULT_UPDATE,
    on_progress: Callable[[Progress], None] | None = None,
    sleep: Callable[[float], object] = time.sleep,
    jitter: Callable[[], float] = random.random,
) -> UpdateSummary:
    """Fetch every list of ``store`` once and take in what verifies at ``now`` (Unix seconds).

    ``jitter`` gives numbers from 0 to 1. A ``sleep`` that returns something true (as
    ``threading.Event.wait`` does) ends the waiting and the trying. Raises ``MisuseError`` where the
    folder is damaged or in use; nothing that a server sends raises.
    """
    work = _Update(
        store,
        now,
        fetch=fetch,
        acceptance=acceptance,
        policy=policy,
        on_progress=on_progress,
        sleep=sleep,
        jitter=jitter,
    )
    return work.run()


class _Got(NamedTuple):
    """``body`` is ``None`` where the list is unchanged or could not be fetched (``fault``)."""

    attempts: int
    body: bytes | None = None
    etag: str | None = None
    fault: FetchFault | None = None


class _Update:
    def __init__(
        self,
        store: TrustStore,
        now: int,
        *,
        fetch: ConditionalFetch,
        acceptance: AcceptancePolicy,
        policy: UpdatePolicy,
        on_progress: Callable[[Progress], None] | None,
        sleep: Callable[[float], object],
        jitter: Callable[[], float],
    ) -> None:
        self._store, self._now, self._fetch = store, now, fetch
        self._acceptance, self._policy = acceptance, policy
        self._on_progress, self._sleep, self._jitter = on_progress, sleep, jitter
        self._pins: Pins = store.pins
        self._stored = store.documents()
        self._states = store.states
        self._etags = _Etags(store.folder / "etags.json")
        self._got: dict[Place, _Got] = {}
        self._beside = store.companions()
        self._companions: dict[Place, bytes] = {}
        self._locations: dict[Place, str | None] = {}

    def run(self) -> UpdateSummary:
        pointers: dict[Place, Pointer] = {}
        for region in self._pins.regions:
            pointers |= self._region(region)
        for place, pin in self._pins.direct.items():
            pointer = pointers.get(place)
            self._locations[place] = pin.location or (pointer.location if pointer else None)
        for place, pointer in pointers.items():
            self._locations.setdefault(place, pointer.location)
        self._fetch_all()
        offered = {place: got.body for place, got in self._got.items() if got.body is not None}
        answers: Mapping[Place, Acceptance] = {}
        if offered:
            answers = self._store.add_all(
                offered, now=self._now, policy=self._acceptance, companions=self._companions
            )
        self._keep_etags(answers)
        assembly = self._store.load(self._now, self._acceptance)
        return UpdateSummary(self._now, tuple(self._lines(answers, assembly)), assembly)

    # --- what to fetch, and from where ---------------------------------------------------------
    def _region(self, pin: Pin) -> Mapping[Place, Pointer]:
        """Fetch a list of lists; the pointers of the newest one that is accepted."""
        place = (pin.type, pin.territory)
        known = self._pointers(pin, self._stored.get(place), self._beside) or {}
        own = known.get(place)
        self._locations[place] = pin.location or (own.location if own else None)
        self._fetch_all()
        got = self._got.get(place)
        newer = None
        if got is not None and got.body is not None:
            self._fetch_beside(pin, got.body)
            newer = self._pointers(pin, got.body, self._companions)
        found = known if newer is None else newer
        return {each: pointer for each, pointer in found.items() if each != place}

    def _pointers(
        self, pin: Pin, data: bytes | None, companions: Mapping[Place, bytes]
    ) -> Mapping[Place, Pointer] | None:
        """Those of a list of lists that is accepted; ``None`` where it is not."""
        if data is None:
            return None
        assembly = self._try(pin, data, companions)
        if not assembly.lists:
            return None
        return {(item.type, item.territory): item for item in assembly.lists[0].pointers}

    def _try(self, pin: Pin, data: bytes, companions: Mapping[Place, bytes]) -> Assembly:
        return assemble(
            Pins([pin]),
            {(pin.type, pin.territory): data},
            states=self._states,
            now=self._now,
            policy=self._acceptance,
            previous=self._stored,
            companions=companions,
        )

    def _fetch_beside(self, pin: Pin, data: bytes) -> None:
        """What leads to the signer of a list that does not do alone; one that does costs nothing.

        Of a list in JSON its companion, of one in XML the pivots that it announces.
        """
        place = (pin.type, pin.territory)
        url = self._locations[place]
        alone = self._try(pin, data, {})
        faults = {refusal.finding.code.id for refusal in alone.refusals}
        if url is None or not faults & _ASKS_FOR_COMPANION:
            return
        if pin.binding is Binding.XML:
            pivots = [self._fetch_one(None, each).body for each in _announced(pin, data, url)]
            found = tuple(body for body in pivots if body is not None)
            if found:
                self._companions[place] = write_companion(Companion(pivots=found))
            return
        got = self._fetch_one(None, url + COMPANION_SUFFIX)
        if got.body is not None and len(got.body) <= MAX_COMPANION_BYTES:
            self._companions[place] = got.body

    # --- fetching ------------------------------------------------------------------------------
    def _fetch_all(self) -> None:
        """Every place that has a location and was not fetched yet."""
        todo = {
            place: url
            for place, url in sorted(self._locations.items())
            if url is not None and place not in self._got
        }
        if not todo:
            return
        total = len(self._got) + len(todo)
        pool = ThreadPoolExecutor(min(self._policy.parallel, len(todo)), "defa-trust-update")
        with pool:
            running: dict[Future[_Got], Place] = {
                pool.submit(self._fetch_one, place, url): place for place, url in todo.items()
            }
            for future in as_completed(running):
                place = running[future]
                self._got[place] = future.result()
                if self._on_progress is not None:
                    self._on_progress(Progress(len(self._got), total, *place))

    def _fetch_one(self, place: Place | None, url: str) -> _Got:
        """Fetch, and try again what is worth it; ``place`` is that of a list that may be here."""
        here = None if place is None else self._stored.get(place)
        digest = None if here is None else sha256(here).hexdigest()
        fault = FetchFault.CONNECTION
        for attempt in range(1, self._policy.attempts + 1):
            try:
                fetched = self._fetch(url, self._etags.of(url, digest))
            except FetchError as error:
                fault = error.fault
            except OSError:
                fault = FetchFault.CONNECTION
            else:
                # The line break that an editor adds to a file is no part of the list.
                body = None if fetched.body is None else fetched.body.strip(b"\r\n\t ")
                if body is not None and body == here:
                    body = None
                return _Got(attempt, body, fetched.etag)
            if fault not in _WORTH_ANOTHER_TRY or attempt == self._policy.attempts:
                break
            delay = min(self._policy.first_delay * 2 ** (attempt - 1), self._policy.max_delay)
            if self._sleep(delay * (0.5 + 0.5 * self._jitter())):
                break
        return _Got(attempt, fault=fault)

    def _keep_etags(self, answers: Mapping[Place, Acceptance]) -> None:
        """Only of bytes that are in the folder now: a 304 to anything else would keep it away."""
        for place, got in self._got.items():
            url = self._locations[place]
            if url is None or got.fault is not None:
                continue
            if got.body is None:
                held = self._stored.get(place)
            else:
                held = got.body if answers[place].trust_list is not None else None
            self._etags.put(url, got.etag, held)
        self._etags.save({url for url in self._locations.values() if url is not None})

    # --- the summary ---------------------------------------------------------------------------
    def _lines(
        self, answers: Mapping[Place, Acceptance], assembly: Assembly
    ) -> Iterator[ListUpdate]:
        usable = {(found.type, found.territory): found for found in assembly.lists}
        missing = {(item.type, item.territory): item.code for item in assembly.missing}
        for place in sorted(self._locations.keys() | missing.keys(), key=_order):
            result, code, finding = self._result(place, answers)
            got, found = self._got.get(place), usable.get(place)
            yield ListUpdate(
                *place,
                self._locations.get(place),
                result,
                code,
                finding,
                0 if got is None else got.attempts,
                standing_of(found, self._now, self._policy.grace),
                missing.get(place),
                None if found is None else found.sequence,
                None if found is None else found.next_update,
                tuple(hop.trust_list.sequence for hop in answers[place].hops)
                if place in answers
                else (),
            )

    def _result(
        self, place: Place, answers: Mapping[Place, Acceptance]
    ) -> tuple[Result, str | None, Finding | None]:
        got = self._got.get(place)
        if got is None:
            return Result.NO_LOCATION, None, None
        if got.fault is not None:
            return Result.FAILED, got.fault.value, None
        if got.body is None:
            return Result.UNCHANGED, None, None
        answer = answers[place]
        if answer.trust_list is None:
            return Result.REJECTED, answer.code, answer.findings[0]
        return Result.ACCEPTED, None, None


def _announced(pin: Pin, data: bytes, url: str) -> tuple[str, ...]:
    """Addresses of pivots that a list names, oldest last, all on the host of the list itself.

    The list is not verified yet: its word alone sends nobody to another host.
    """
    from .trustlist.ts119612.opening import announced_pivots, read_unverified

    try:
        found = read_unverified(data)
        named = announced_pivots(found, pin.publication)
    except Rejection:
        return ()
    host = urlsplit(url).netloc
    return tuple(each for each in named if _is_on(each, host))[:MAX_PIVOTS]


def _is_on(url: str, host: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme == "https" and parts.netloc == host


def _order(place: Place) -> tuple[bool, str, str]:
    kind, territory = place
    return kind is not ListType.REGIONAL, territory, kind.value


class _Etags:
    """URL to (ETag, SHA-256 of the bytes it named). A cache: damaged or gone, lists are fetched."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._entries: dict[str, dict[str, Any]] = {}
        with suppress(OSError, Rejection):
            with path.open("rb") as file:
                raw = file.read(_MAX_ETAGS_BYTES + 1)
            entries = strict_json.loads_object(raw, max_bytes=_MAX_ETAGS_BYTES).get("etags")
            if type(entries) is dict:
                self._entries = {url: e for url, e in entries.items() if type(e) is dict}
        self._read = dict(self._entries)

    def of(self, url: str, digest: str | None) -> str | None:
        """The ETag, if it named exactly the bytes that are here."""
        entry = self._entries.get(url)
        if entry is None or digest is None or entry.get("sha256") != digest:
            return None
        etag = entry.get("etag")
        return etag if type(etag) is str else None

    def put(self, url: str, etag: str | None, held: bytes | None) -> None:
        if etag is None or held is None:
            self._entries.pop(url, None)
        else:
            self._entries[url] = {"etag": etag, "sha256": sha256(held).hexdigest()}

    def save(self, urls: set[str]) -> None:
        kept = {url: entry for url, entry in self._entries.items() if url in urls}
        if kept != self._read:
            with suppress(OSError):
                write_file(
                    self._path, strict_json.compact({"version": _VERSION, "etags": kept}) + b"\n"
                )
