"""From pins and documents to the lists a snapshot is built from (floor 5).

The regional list comes first, where one is pinned; its pointers pin the others. One bad national
list becomes a ``MissingList`` with the reason, and sinks no other. No pin, no list.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, NamedTuple

from ..codes import listing as codes
from ..errors import MisuseError
from ..spec import UNION
from ..verdict import Code, Finding
from .accept import (
    DEFAULT_ACCEPTANCE,
    AcceptancePolicy,
    Hop,
    ListState,
    Pin,
    States,
    accept,
    check_pin,
)
from .decode import Readings
from .model import Binding, ListType, Pointer, TrustList
from .pin import SignerProfile
from .snapshot import MissingList, TrustSnapshot

Place = tuple[ListType, str]
_NOTHING_SEEN: Final[States] = {}
_NOTHING_KEPT: Final[Mapping[Place, bytes]] = {}


class Pins:
    """The root of trust: lists of lists (a region's, the EU's), and direct pins of chosen lists.

    Raises ``MisuseError`` for two pins of one place, two regions of our own, or a pin without
    signers. The EU's list of lists speaks for other states than a region's, so both may be there.
    """

    __slots__ = ("_by_place",)

    def __init__(self, pins: Iterable[Pin] = ()) -> None:
        self._by_place: dict[Place, Pin] = {}
        for pin in pins:
            check_pin(pin)
            place = (pin.type, pin.territory)
            if place in self._by_place:
                raise MisuseError(f"two pins for the {pin.type.name} list of {pin.territory}")
            self._by_place[place] = pin
        if len([pin for pin in self.regions if pin.territory != UNION]) > 1:
            raise MisuseError("two regional lists are pinned: a snapshot has one region")

    def __iter__(self) -> Iterator[Pin]:
        return iter(sorted(self._by_place.values(), key=lambda pin: (pin.type, pin.territory)))

    def __len__(self) -> int:
        return len(self._by_place)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Pins) and self._by_place == other._by_place

    __hash__ = None  # type: ignore[assignment]

    @property
    def regional(self) -> Pin | None:
        """Of the region's own list of lists; the EU's is among ``regions``."""
        return next((pin for pin in self.regions if pin.territory != UNION), None)

    @property
    def regions(self) -> tuple[Pin, ...]:
        """Every list of lists that is pinned."""
        return tuple(pin for pin in self if pin.type is ListType.REGIONAL)

    @property
    def direct(self) -> Mapping[Place, Pin]:
        return {
            place: pin for place, pin in self._by_place.items() if pin.type is not ListType.REGIONAL
        }

    def after(self, hops: Iterable[Hop]) -> Pins:
        """These pins, with those in whose place others sign now."""
        held = dict(self._by_place)
        for hop in hops:
            held[hop.after.type, hop.after.territory] = hop.after
        return Pins(held.values())


def pointed_to(pointer: Pointer, region: Pin) -> Pin:
    """The pin that a pointer of ``region``'s list makes."""
    xml = pointer.binding is Binding.XML
    return Pin(
        pointer.type,
        pointer.territory,
        pointer.signers,
        pointer.location,
        binding=pointer.binding,
        profile=region.profile if xml else SignerProfile.TS_119_612,
    )


class Refusal(NamedTuple):
    """A document that was here and was not accepted, with the finding that says why."""

    type: ListType
    territory: str
    finding: Finding


class Assembly(NamedTuple):
    """``lists`` are accepted; ``missing`` were expected; ``states`` are the new marks.

    ``hops`` are the successions of signers that the accepted lists carry out, oldest first: whoever
    keeps the lists keeps ``pins.after(hops)`` with them.
    """

    lists: tuple[TrustList, ...]
    missing: tuple[MissingList, ...]
    findings: tuple[Finding, ...]
    refusals: tuple[Refusal, ...]
    states: States
    hops: tuple[Hop, ...] = ()

    def snapshot(self) -> TrustSnapshot:
        return TrustSnapshot.build(self.lists, self.missing)


def assemble(
    pins: Pins,
    documents: Mapping[Place, bytes],
    *,
    states: States = _NOTHING_SEEN,
    now: int,
    policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
    previous: Mapping[Place, bytes] = _NOTHING_KEPT,
    companions: Mapping[Place, bytes] = _NOTHING_KEPT,
    readings: Readings | None = None,
) -> Assembly:
    """Judge every pinned list at ``now`` (Unix seconds). Pure; never raises on input.

    ``states`` are the high-water marks of earlier runs; those of lists not accepted now are kept.
    ``previous`` are the bytes accepted before, for the check against a rewritten past;
    ``companions`` are what came beside regional lists; ``readings``, see ``accept``.
    """
    work = _Assembler(documents, states, now, policy, previous, companions, readings)
    wanted: dict[Place, tuple[Pin, str | None]] = {
        place: (pin, None) for place, pin in pins.direct.items()
    }
    snapshots: dict[str, Mapping[Place, tuple[int, str]]] = {}
    for region in pins.regions:
        found = work.judge(region, None)
        if found is not None:
            snapshots[found.digest] = {
                (ListType(kind), territory): (sequence, digest)
                for territory, kind, sequence, digest in found.snapshot
            }
            for pointer in found.pointers:
                work.follow(pointer, wanted, found.digest, region)
    for place in sorted(wanted):
        pin, via = wanted[place]
        work.judge(pin, via, snapshots.get(via) if via is not None else None)
    pinned = {(pin.type, pin.territory) for pin in pins} | wanted.keys()
    for kind, territory in sorted(documents.keys() - pinned):
        work.note(codes.UNPINNED, f"{territory} ({kind.name.lower()})")
    return Assembly(
        tuple(work.lists),
        tuple(work.missing),
        tuple(work.findings),
        tuple(work.refusals),
        work.states,
        tuple(work.hops),
    )


class _Assembler:
    def __init__(
        self,
        documents: Mapping[Place, bytes],
        states: States,
        now: int,
        policy: AcceptancePolicy,
        previous: Mapping[Place, bytes],
        companions: Mapping[Place, bytes],
        readings: Readings | None,
    ) -> None:
        self._readings = readings
        self._previous = previous
        self._companions = companions
        self._documents = documents
        self._before = states
        self._now = now
        self._policy = policy
        self.states: dict[Place, ListState] = dict(states)
        self.lists: list[TrustList] = []
        self.missing: list[MissingList] = []
        self.findings: list[Finding] = []
        self.refusals: list[Refusal] = []
        self.hops: list[Hop] = []

    def note(self, code: Code, actual: str) -> None:
        self.findings.append(Finding(code, None, actual, subject="list"))

    def follow(
        self, pointer: Pointer, wanted: dict[Place, tuple[Pin, str | None]], via: str, region: Pin
    ) -> None:
        """A pointer pins its list, unless a direct pin, which was given out of band, does."""
        if pointer.type is ListType.REGIONAL:
            return  # its pointer to itself
        place = (pointer.type, pointer.territory)
        if place not in wanted:
            wanted[place] = (pointed_to(pointer, region), via)
        elif set(wanted[place][0].signers) != set(pointer.signers):
            self.note(codes.PIN_DISAGREES, f"{pointer.territory} ({pointer.type.name.lower()})")

    def judge(
        self,
        pin: Pin,
        via: str | None,
        snapshot: Mapping[Place, tuple[int, str]] | None = None,
    ) -> TrustList | None:
        place = (pin.type, pin.territory)
        data = self._documents.get(place)
        if data is None:
            self._refuse(place, Finding(codes.ABSENT, pin.territory, subject="list"))
            return None
        answer = accept(
            data,
            pin,
            last=self._before.get(place),
            now=self._now,
            policy=self._policy,
            via=via,
            previous=self._previous.get(place),
            companion=self._companions.get(place),
            readings=self._readings,
        )
        found = answer.trust_list
        if found is None:
            self._refuse(place, answer.findings[0])
            self.findings += answer.findings[1:]
            return None
        if snapshot:
            fault = _against_snapshot(found, snapshot.get(place))
            if fault is not None:
                self._refuse(place, fault)
                return None
        self.findings += answer.findings
        self.hops += answer.hops
        self.lists.append(found)
        self.states[place] = ListState.of(found)
        return found

    def _refuse(self, place: Place, finding: Finding) -> None:
        kind, territory = place
        self.findings.append(finding)
        self.missing.append(MissingList(kind, territory, finding.code.id))
        self.refusals.append(Refusal(kind, territory, finding))


def _against_snapshot(found: TrustList, entry: tuple[int, str] | None) -> Finding | None:
    """Mix-and-match: exactly the bytes that the regional list was issued with (`DefaSnapshot`)."""
    if entry is None:
        return Finding(codes.NOT_IN_SNAPSHOT, None, found.territory, subject="list")
    if entry == (found.sequence, found.digest):
        return None
    return Finding(
        codes.SNAPSHOT_MISMATCH,
        f"#{entry[0]} {entry[1]}",
        f"#{found.sequence} {found.digest}",
        evidence=found.digest,
        subject="list",
    )
