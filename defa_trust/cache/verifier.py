"""A verifier that remembers: verdicts, and issuers' signatures (floor 11).

The law: at every moment, the cached answer is the one a fresh ``evaluate()`` would give. So

- the key holds the whole input, the request (all of it but the moment), the snapshot and the
  policy, each by its digest, or the input as it is and compared whole;
- an entry answers only inside the intersection of its findings' intervals;
- and only while what it looked up among the evidence, or looked for in vain, is unchanged;
- what must be established anew each time (a holder's proof, what a corridor counts) is not kept.

The spine knows nothing of this: it is handed a check of signatures, and asked when nobody knows.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from time import perf_counter
from typing import Any, Final, NamedTuple

from ..errors import MisuseError
from ..material import NO_EVIDENCE, Dependency, Evidence, EvidenceView, Recorder
from ..request import Request
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import Aggregation, Report, Verdict, VerifiedVerdict, from_parts
from ..verify import NO_MOMENT, Verifier
from . import meter as names
from .entry import (
    REQUEST_BYTES,
    ClaimsOf,
    Entry,
    kept_form,
    may_be_kept,
    no_pickling,
    texts_of,
    weight,
)
from .flight import Flight, Flights
from .memory import Memory, Scope
from .meter import Meter
from .record import Record, may_travel
from .shared import Fault, SharedTier
from .signatures import SignatureMemo

_report: Final = from_parts(Report)
_new: Final[Callable[..., Any]] = tuple.__new__
_ALL: Final = Aggregation.ALL_MUST_PASS

DEFAULT_ENTRIES: Final = 10_000
DEFAULT_BYTES: Final = 64 << 20
LEAST_BYTES: Final = 256 << 10


class KeyBy(StrEnum):
    """How an input is told from every other (docs/adr/0018)."""

    DIGEST = "digest"
    """By its SHA-256. Nothing of the input stays in memory."""
    TEXT = "text"
    """By itself, compared whole. Twice as fast; the credentials stay in memory."""


class Stats(NamedTuple):
    """Counts since the start, and what is held now."""

    hits: int
    misses: int
    joined: int
    """Answers got by waiting for the one who was already verifying the same."""
    unkept: int
    """Answers that may not be kept: a holder's proof, a counted corridor."""
    evictions: int
    refused: int
    """Good answers among the evicted that found no place among better ones."""
    entries: int
    bad: int
    size: int
    """Octets, as counted (an estimate from above)."""
    shared_hits: int
    """Answers that the shared tier had."""
    shared_misses: int
    shared_faults: int
    """Answers of the shared tier that were refused or did not come in time."""


class VerdictCache:
    """Memory for verdicts, shared by the verifiers that are given it. Thread-safe, bounded.

    ``max_bytes`` counts entries with their keys and verdicts (an estimate from above);
    ``signatures`` is how many issuers' signatures are remembered beside them (0: none); ``shared``
    is asked where this memory has no answer, and is told what was worked out. Give one
    cache to each new ``CachedVerifier``: its counts and its bounds outlive the snapshots.
    """

    def __init__(
        self,
        max_entries: int = DEFAULT_ENTRIES,
        max_bytes: int = DEFAULT_BYTES,
        *,
        key_by: KeyBy = KeyBy.DIGEST,
        signatures: int = DEFAULT_ENTRIES,
        meter: Meter | None = None,
        shared: SharedTier | None = None,
    ) -> None:
        if shared is not None and not isinstance(shared, SharedTier):
            raise MisuseError("shared is a SharedTier or None")
        if not isinstance(key_by, KeyBy):
            raise MisuseError("key_by is KeyBy.DIGEST or KeyBy.TEXT")
        if type(max_bytes) is not int or max_bytes < LEAST_BYTES:
            raise MisuseError(
                f"max_bytes is {LEAST_BYTES} or more: less would hold next to nothing"
            )
        if type(signatures) is not int or 0 < signatures < 3 or signatures < 0:
            raise MisuseError("signatures is a whole number from 3 up, or 0 for none")
        self.key_by = key_by
        self.meter = meter
        self.memory = Memory(max_entries, max_bytes, self._on_evicted)
        self.flights = Flights()
        self.signatures = SignatureMemo(signatures) if signatures else None
        self.shared = shared
        self.misses = self.joined = self.unkept = 0
        self.shared_hits = self.shared_misses = self.shared_faults = 0

    def __reduce__(self) -> Any:
        raise no_pickling(self)

    def stats(self) -> Stats:
        """Counts since the start and what is held now; no keys, no claims."""
        held = self.memory.stats()
        return Stats(
            misses=self.misses,
            joined=self.joined,
            unkept=self.unkept,
            shared_hits=self.shared_hits,
            shared_misses=self.shared_misses,
            shared_faults=self.shared_faults,
            **held._asdict(),
        )

    def clear(self) -> None:
        """Forget every answer here; the shared tier keeps its own. Never needed for correctness."""
        self.memory.clear()
        if self.signatures is not None:
            self.signatures.clear()

    def _on_evicted(self, count: int) -> None:
        tell(self.meter, names.EVICTIONS, count)


def tell(meter: Meter | None, name: str, amount: int = 1) -> None:
    if meter is not None:
        with suppress(Exception):  # a figure is never worth a verdict
            meter.count(name, amount)


def timed(meter: Meter, name: str, seconds: float) -> None:
    with suppress(Exception):
        meter.observe(name, seconds)


class CachedVerifier(Verifier):
    """A ``Verifier`` that answers from memory what it has answered before. Share it freely.

    Immutable like the verifier it is made of. For a new snapshot or policy make another on the same
    cache: from its first call on, nothing that the old one answered can be reached, and the old
    entries give way to new ones as these come.
    """

    __slots__ = ("_by_text", "_find", "_memory", "_meter", "_names", "_scope", "cache")

    def __init__(self, verifier: Verifier, cache: VerdictCache | None = None) -> None:
        """Raises ``MisuseError`` for anything but a plain ``Verifier``: whatever a subclass judges
        by would be no part of the key."""
        if type(verifier) is not Verifier:
            raise MisuseError("a CachedVerifier is made of a plain Verifier")
        self.cache = VerdictCache() if cache is None else cache
        check = self.cache.signatures
        super().__init__(
            verifier.snapshot,
            verifier.policy,
            clock=verifier.clock,
            **({} if check is None else {"verify": check}),
        )
        self._scope: Scope = self.cache.memory.scope(
            sha256(self.snapshot.digest + self.policy.digest).digest()
        )
        self._names = self._scope.name
        self._by_text = self.cache.key_by is KeyBy.TEXT
        self._memory = self.cache.memory
        self._find: Callable[[Any], Any] = self._memory.table.get
        self._meter = self.cache.meter

    def __reduce__(self) -> Any:
        raise no_pickling(self)

    def renewed(self, snapshot: TrustSnapshot) -> CachedVerifier:
        """The same policy, clock and cache with another snapshot."""
        return CachedVerifier(Verifier(snapshot, self.policy, clock=self.clock), self.cache)

    def evaluate(
        self, data: bytes | str, request: Request, evidence: EvidenceView = NO_EVIDENCE
    ) -> Report:
        """As ``Verifier.evaluate()``, the same answer at every moment.

        Evidence that is no ``Evidence`` (a view of one's own) has no digest: nothing is kept of it.
        """
        meter = self._meter
        begun = 0.0 if meter is None else perf_counter()
        moment: Any = request.at  # an int by now, or None (Request.__post_init__)
        as_of = moment is not None
        if moment is None:
            moment = self.clock()
            if type(moment) is not int:
                raise MisuseError(NO_MOMENT)
        if type(data) is bytes:
            raw = data
        elif type(data) is str:
            raw = data.encode("utf-8", "surrogatepass")
        else:
            return super().evaluate(data, request, evidence)
        key: Any
        if self._by_text:
            key = (raw, request.digest, self._names)
        else:
            # The digests at the end are of one length: no input can run into them.
            key = sha256(raw + (request.digest + self._names)).digest()
        entry = self._find(key)
        if (
            entry is None
            or not entry.start <= moment < entry.end
            or (entry.used and not (type(evidence) is Evidence and entry.rests_on(evidence)))
        ):
            return self._first_sight(key, raw, request, evidence, moment, as_of, begun)
        entry.hits += 1
        self._memory.hits += 1
        verdict = entry.verdict
        if verdict is None:
            # As ``entry.handed_out``, without its frame.
            claims = _new(ClaimsOf, (raw, request))
            verdict = _new(VerifiedVerdict, entry.parts + (claims, ()))  # noqa: RUF005
        if meter is not None:
            now = perf_counter()
            tell(meter, names.HITS)
            timed(meter, names.HIT_SECONDS, now - begun)
            timed(meter, names.AGE_SECONDS, now - entry.born)
        report: Report = _new(Report, ((verdict,), moment, as_of, _ALL, self._degraded))
        return report

    def _first_sight(
        self,
        key: Any,
        raw: bytes,
        request: Request,
        evidence: EvidenceView,
        moment: int,
        as_of: bool,
        begun: float,
    ) -> Report:
        """Verify, or wait for the one who is already verifying the same, and keep what may be."""
        cache = self.cache
        now = None if as_of else moment
        if type(evidence) is not Evidence:
            verdicts = self._judge(raw, request, evidence, moment)
        else:
            mine = Flight()
            flight = cache.flights.join(key, mine)
            if flight is mine:
                try:
                    verdicts = self._carry_out(mine, key, raw, request, evidence, moment, now)
                finally:
                    cache.flights.end(key, mine)
            else:
                entry = flight.wait()
                if entry is not None and entry.answers(moment, evidence):
                    cache.joined += 1
                    tell(self._meter, names.JOINED)
                    verdicts = (entry.handed_out(raw, request),)
                else:
                    verdicts = self._verify_and_keep(key, raw, request, evidence, moment, now)[0]
        if self._meter is not None:
            timed(self._meter, names.MISS_SECONDS, perf_counter() - begun)
        return self._stamped(verdicts, moment, as_of)

    def _stamped(self, verdicts: tuple[Verdict, ...], moment: int, as_of: bool) -> Report:
        return _report((verdicts, moment, as_of, _ALL, self._degraded))

    def _carry_out(
        self,
        flight: Flight,
        key: Any,
        raw: bytes,
        request: Request,
        evidence: Evidence,
        moment: int,
        now: int | None,
    ) -> tuple[Verdict, ...]:
        # Between the look-up and the flight another one may have landed.
        entry: Entry | None = self._find(key)
        if entry is not None and entry.answers(moment, evidence):
            flight.entry = entry
            self.cache.joined += 1
            tell(self._meter, names.JOINED)
            return (entry.handed_out(raw, request),)
        verdicts, flight.entry = self._verify_and_keep(key, raw, request, evidence, moment, now)
        return verdicts

    def _verify_and_keep(
        self,
        key: Any,
        raw: bytes,
        request: Request,
        evidence: Evidence,
        moment: int,
        now: int | None,
    ) -> tuple[tuple[Verdict, ...], Entry | None]:
        cache = self.cache
        question = b"" if cache.shared is None else self._question(key)
        if question:
            found = self._from_shared(question, key, raw, request, evidence, moment)
            if found is not None:
                cache.memory.put(found, now)
                return (found.handed_out(raw, request),), found
        recorder = Recorder(evidence)
        verdicts = self._judge(raw, request, recorder, moment)
        verdict = verdicts[0]
        cache.misses += 1
        tell(self._meter, names.MISSES)
        if len(verdicts) > 1 or not may_be_kept(verdict):
            cache.unkept += 1
            tell(self._meter, names.UNKEPT)
            return verdicts, None
        used = recorder.used
        entry = self._entry(key, raw, request, verdict, used, evidence.digest)
        cache.memory.put(entry, now)
        if question and may_travel(verdict):
            self._to_shared(question, verdict, used, moment)
        return verdicts, entry

    def _question(self, key: Any) -> bytes:
        """A digest of the whole key, whichever way inputs are told apart here."""
        if type(key) is bytes:
            return key
        raw, asked, scope = key
        return sha256(raw + (asked + scope)).digest()

    def _from_shared(
        self,
        question: bytes,
        key: Any,
        raw: bytes,
        request: Request,
        evidence: Evidence,
        moment: int,
    ) -> Entry | None:
        """What another process worked out, held to the same conditions as what this one did."""
        cache = self.cache
        assert cache.shared is not None
        found = cache.shared.find(question)
        if isinstance(found, Record):
            # No evidence was compared with what it used: the first look does that.
            entry = self._entry(key, raw, request, found.verdict, found.used, b"")
            if may_be_kept(found.verdict) and entry.answers(moment, evidence):
                cache.shared_hits += 1
                tell(self._meter, names.SHARED_HITS)
                return entry
        if isinstance(found, Fault):
            cache.shared_faults += 1
            tell(self._meter, names.SHARED_FAULTS)
        else:
            cache.shared_misses += 1
            tell(self._meter, names.SHARED_MISSES)
        return None

    def _to_shared(
        self, question: bytes, verdict: Verdict, used: tuple[Dependency, ...], moment: int
    ) -> None:
        cache = self.cache
        assert cache.shared is not None
        record = Record(verdict, used)
        if not cache.shared.keep(question, record, verdict.interval.end - moment):
            cache.shared_faults += 1
            tell(self._meter, names.SHARED_FAULTS)

    def _entry(
        self,
        key: Any,
        raw: bytes,
        request: Request,
        verdict: Verdict,
        used: tuple[Dependency, ...],
        seen: bytes,
    ) -> Entry:
        octets, held = 0, None
        if self._by_text:
            octets, texts = len(raw), texts_of(request)
            if texts is not None:
                # Ready to be handed out; else whoever asks again lends it input and question.
                octets, held = octets + texts + REQUEST_BYTES, raw
        return Entry(
            key,
            self._names,
            weight(verdict, octets),
            kept_form(verdict, held, request),
            used,
            seen,
            0.0 if self._meter is None else perf_counter(),
        )
