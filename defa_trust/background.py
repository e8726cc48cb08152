"""Trust kept fresh beside a running service (floor 12): a thread, its snapshots, and its alarms."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from enum import StrEnum
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from .errors import MisuseError
from .refresh import (
    DEFAULT_UPDATE,
    ConditionalFetch,
    ListUpdate,
    Result,
    Standing,
    UpdatePolicy,
    UpdateSummary,
    default_fetch,
    standing_of,
    update,
)
from .store import TrustStore
from .trustlist.accept import DEFAULT_ACCEPTANCE, AcceptancePolicy
from .trustlist.assemble import Assembly
from .trustlist.model import ListType, TrustList
from .trustlist.snapshot import MissingList, TrustSnapshot

_CLOCK_TOLERANCE: Final = 60
_UNREACHED: Final = "no server could be reached"
_TICK: Final = 30.0
"""Seconds between two looks at the clock: how late an alarm may be."""


class Condition(StrEnum):
    """How far the present snapshot can be relied on, best first."""

    FRESH = "fresh"
    WARN = "warn"
    """Everything in use may be used, but something is missing, late, or soon will be."""
    ERROR = "error"
    """The regional list is gone, a list is past its grace, or nothing was reached for too long."""
    NO_ANCHORS = "no_anchors"
    """Nothing is loaded that could verify anything: never healthy, however quiet it is."""


class Health(NamedTuple):
    """For a health endpoint. Moments are Unix seconds; ``reasons`` are sentences for operators."""

    condition: Condition
    reasons: tuple[str, ...]
    last_attempt: int | None
    last_success: int | None
    failures: int
    """Attempts since the last success."""
    last_error: str | None
    lists: int


class BackgroundRefresher:
    """Updates a store every ``interval`` seconds and hands out the newest good snapshot.

    What the store holds is served at once, before the network is asked. A refresh that fails is
    tried again after ``first_retry`` seconds, then twice as long, up to ``interval``; meanwhile the
    last good snapshot stays. Lists in it age at each verdict by themselves.

    Callbacks run in the refreshing thread, one at a time; what they raise becomes ``last_error``.
    ``on_condition(before, health)`` is called at each change, ``warn_after`` and ``error_after``
    seconds after the last success (default: 2 and 8 intervals) and ``warn_before`` seconds before a
    NextUpdate among them. ``clock`` gives Unix seconds. A refresh of which no list is good, old or
    new, has failed, whatever was received; one list that is refused warns until a good one is seen.
    """

    def __init__(
        self,
        store: TrustStore,
        interval: float = 3600.0,
        *,
        on_snapshot: Callable[[TrustSnapshot], object] | None = None,
        on_condition: Callable[[Condition, Health], object] | None = None,
        on_update: Callable[[UpdateSummary], object] | None = None,
        fetch: ConditionalFetch = default_fetch,
        acceptance: AcceptancePolicy = DEFAULT_ACCEPTANCE,
        policy: UpdatePolicy = DEFAULT_UPDATE,
        first_retry: float = 10.0,
        warn_after: float | None = None,
        error_after: float | None = None,
        warn_before: int = 86_400,
        clock: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        if interval <= 0 or first_retry <= 0:
            raise MisuseError("interval and first_retry are more than 0 seconds")
        self._store, self._interval, self._first_retry = store, interval, first_retry
        self._on_snapshot, self._on_condition = on_snapshot, on_condition
        self._on_update = on_update
        self._fetch, self._acceptance, self._policy = fetch, acceptance, policy
        self._warn_after = 2 * interval if warn_after is None else warn_after
        self._error_after = 8 * interval if error_after is None else error_after
        self._warn_before = warn_before
        self._clock, self._monotonic = clock, monotonic
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._thread: threading.Thread | None = None
        self._snapshot: TrustSnapshot | None = None
        self._assembly: Assembly | None = None
        self._condition = Condition.NO_ANCHORS
        self._succeeded = monotonic()  # the age of nothing counts from the beginning
        self._last_attempt: int | None = None
        self._last_success: int | None = None
        self._seen: tuple[int, float] | None = None  # both clocks at the last refresh
        self._clock_behind = False
        self._failures = 0
        self._rejected: tuple[str, ...] = ()  # at the last refresh
        self._last_error: str | None = None

    # --- its life ------------------------------------------------------------------------------
    def start(self) -> None:
        """Start the thread; returns at once. ``MisuseError`` if it runs already."""
        if self._thread is not None:
            raise MisuseError("the refresher runs already")
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="defa-trust-refresh", daemon=True)
        self._thread.start()

    def stop(self, timeout: float | None = 60.0) -> None:
        """End the thread: waits for the fetches under way, which are bounded, not for retries."""
        self._stop.set()
        if self._thread is not None:
            self._thread.join(timeout)
            if not self._thread.is_alive():
                self._thread = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    @property
    def snapshot(self) -> TrustSnapshot | None:
        """The newest good snapshot; ``None`` until something could be loaded."""
        return self._snapshot

    def health(self) -> Health:
        """Judged at this moment, not at that of the last refresh."""
        condition, reasons = self._judge()
        return Health(
            condition,
            reasons,
            self._last_attempt,
            self._last_success,
            self._failures,
            self._last_error,
            0 if self._assembly is None else len(self._assembly.lists),
        )

    # --- one refresh ---------------------------------------------------------------------------
    def load(self) -> None:
        """Serve what the store holds, without the network. Never raises for what lies there."""
        with self._turn:
            now = int(self._clock())
            try:
                self._last_error = None
                self._publish(self._store.load(now, self._acceptance), now)
            except Exception as fault:  # noqa: BLE001 - as in refresh()
                self._last_error = _said(fault)
            self._report()

    def refresh(self) -> bool:
        """Update now, in this thread; whether it succeeded. Never raises."""
        with self._turn:
            now = int(self._clock())
            self._last_attempt = now
            try:
                summary = update(
                    self._store,
                    now=now,
                    fetch=self._fetch,
                    acceptance=self._acceptance,
                    policy=self._policy,
                    sleep=self._stop.wait,
                )
                self._publish(summary.assembly, now)
                good = summary.confirmed or not summary.tried
                said = "no list that was received is good" if summary.reached else _UNREACHED
                self._last_error = None if good else said
                self._rejected = tuple(
                    f"{_name(line)} was received and refused ({line.code})"
                    for line in summary.lists
                    if line.result is Result.REJECTED
                )
                self._call(self._on_update, summary)
            except Exception as fault:  # noqa: BLE001 - a thread that ends refreshes nothing more
                good = False
                self._last_error = _said(fault)
            if good:
                self._succeeded, self._last_success, self._failures = self._monotonic(), now, 0
            else:
                self._failures += 1
            self._report()
            return good

    def _publish(self, assembly: Assembly, now: int) -> None:
        before = self._assembly
        ticks = self._monotonic()
        expected = now if self._seen is None else self._seen[0] + ticks - self._seen[1]
        self._clock_behind = now < expected - _CLOCK_TOLERANCE
        self._seen = now, ticks
        if before is not None:
            if _content(before) == _content(assembly):
                return
            if self._clock_behind and _places(before) - _places(assembly):
                # Lists "from the future" were not withdrawn by anybody, and each verdict looks at
                # its own clock anyway. The next refresh believes the clock again.
                return
        snapshot = assembly.snapshot()
        self._assembly, self._snapshot = assembly, snapshot
        self._call(self._on_snapshot, snapshot)

    # --- condition -----------------------------------------------------------------------------
    def _judge(self) -> tuple[Condition, tuple[str, ...]]:
        assembly, snapshot = self._assembly, self._snapshot
        if assembly is None or snapshot is None or not snapshot.territories:
            return Condition.NO_ANCHORS, ("no list of services is loaded",)
        now, grace = int(self._clock()), self._policy.grace
        errors: list[str] = []
        warnings: list[str] = []
        for missing in assembly.missing:
            regional = missing.type is ListType.REGIONAL
            text = f"{_name(missing)} is missing"
            (errors if regional else warnings).append(f"{text} ({missing.code})")
        warnings += self._rejected
        for found in assembly.lists:
            name = _name(found)
            standing = standing_of(found, now, grace)
            if standing is Standing.EXPIRED:
                errors.append(f"{name} has expired")
            elif standing is Standing.STALE:
                warnings.append(f"{name} is past its NextUpdate")
            elif found.next_update - now <= self._warn_before:
                warnings.append(f"{name} is near its NextUpdate")
        age = self._monotonic() - self._succeeded
        if age >= self._warn_after:
            late = errors if age >= self._error_after else warnings
            late.append(f"the last successful refresh was {age:.0f} s ago")
        if self._clock_behind:
            warnings.append("the clock went back")
        if errors:
            return Condition.ERROR, (*errors, *warnings)
        return (Condition.WARN if warnings else Condition.FRESH), tuple(warnings)

    def _report(self) -> None:
        health = self.health()
        before, self._condition = self._condition, health.condition
        if before is not health.condition:
            self._call(self._on_condition, before, health)

    def _call(self, callback: Callable[..., object] | None, *arguments: Any) -> None:
        if callback is None:
            return
        try:
            callback(*arguments)
        except Exception as fault:  # noqa: BLE001 - somebody else's code in our thread
            self._last_error = f"a callback raised {type(fault).__name__}"

    # --- the thread ----------------------------------------------------------------------------
    def _run(self) -> None:
        self.load()
        retry = self._first_retry
        while not self._stop.is_set():
            if self.refresh():
                retry, delay = self._first_retry, self._interval
            else:
                delay, retry = min(retry, self._interval), min(2 * retry, self._interval)
            self._wait(delay * random.uniform(0.9, 1.0))  # noqa: S311 - keeps servers from stampedes

    def _wait(self, delay: float) -> None:
        """By the monotonic clock, so that setting the other one neither hurries nor halts it."""
        until = self._monotonic() + delay
        while (left := until - self._monotonic()) > 0:
            if self._stop.wait(min(left, _TICK)):
                return
            with self._turn:
                self._report()


def _name(place: MissingList | TrustList | ListUpdate) -> str:
    return f"the {place.type.name.lower()} list of {place.territory}"


def _said(fault: Exception) -> str:
    """Our own errors say what is wrong; another's text may quote anything."""
    return str(fault) if isinstance(fault, MisuseError) else f"{type(fault).__name__}"


def _content(assembly: Assembly) -> tuple[object, ...]:
    return tuple((item.digest, item.via) for item in assembly.lists), assembly.missing


def _places(assembly: Assembly) -> set[tuple[ListType, str]]:
    return {(item.type, item.territory) for item in assembly.lists}
