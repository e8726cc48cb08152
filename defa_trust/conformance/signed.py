"""Signed lists of a vector, accepted or refused in order (floor 13).

State carries over from one update to the next: the sequence numbers seen, the documents that were
accepted, and the pins, where signers handed over. A refused document never replaces an accepted
one.
"""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from ..codes import listing as codes
from ..policy import VerificationPolicy
from ..trustlist.accept import AcceptancePolicy, Pin, States
from ..trustlist.assemble import Assembly, Pins, Place, assemble
from ..trustlist.snapshot import TrustSnapshot
from ..verdict import Finding
from .trust import LIST_TYPES


def snapshot_of_signed(
    trust: Mapping[str, Any], policy: VerificationPolicy, moment: int
) -> tuple[TrustSnapshot, list[Finding]]:
    """The snapshot at ``moment`` after all updates, and why documents were refused on the way."""
    acceptance = AcceptancePolicy(transcribed=policy.transcribed, algorithms=policy.algorithms)
    pins = Pins(
        Pin(
            LIST_TYPES[pin["type"]],
            pin["territory"],
            tuple(b64decode(der, validate=True) for der in pin["signers"]),
            None,
            pin.get("threshold", 1),
        )
        for pin in trust["pins"]
    )
    kept: dict[Place, bytes] = {}
    beside: dict[Place, bytes] = {}
    states: States = {}
    refused: list[Finding] = []
    for update in trust["updates"]:
        offered = {
            (LIST_TYPES[document["type"]], document["territory"]): document["data"].encode()
            for document in update["documents"]
        }
        companions = {
            (LIST_TYPES[document["type"]], document["territory"]): document["companion"].encode()
            for document in update["documents"]
            if "companion" in document
        }
        done = _offer(
            pins,
            kept,
            offered,
            beside=beside,
            companions=companions,
            states=states,
            now=update["at"],
            policy=acceptance,
            refused=refused,
        )
        states = done.states
        pins = pins.after(done.hops)
    last = assemble(pins, kept, states=states, now=moment, policy=acceptance, companions=beside)
    refused += [r.finding for r in last.refusals if r.finding.code is not codes.ABSENT]
    return last.snapshot(), refused


def _offer(
    pins: Pins,
    kept: dict[Place, bytes],
    offered: dict[Place, bytes],
    *,
    beside: dict[Place, bytes],
    companions: dict[Place, bytes],
    states: States,
    now: int,
    policy: AcceptancePolicy,
    refused: list[Finding],
) -> Assembly:
    """Take in what is acceptable; what is not leaves the place as it was."""
    while True:
        stands = {place: data for place, data in beside.items() if place not in offered}
        stands |= {place: data for place, data in companions.items() if place in offered}
        done = assemble(
            pins, {**kept, **offered}, states=states, now=now, policy=policy, companions=stands
        )
        bad = {(r.type, r.territory): r.finding for r in done.refusals}
        faults = [place for place in offered if place in bad]
        refused += [bad[place] for place in faults]
        for place in faults:
            del offered[place]
        if not faults:
            kept.update(offered)
            beside.clear()
            beside.update(stands)
            return done
