"""Which stored verdicts change when a service ends (floor 12).

An evidence bundle is judged again with the service's end in its lists, by the same engine. A bare
report holds no object to judge: what follows from its own facts is told, and where they do not
decide, that is told too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, NamedTuple

from .codec import json as strict_json
from .codes import signature as signature_codes
from .errors import Rejection
from .evidence import MAX_BUNDLE_BYTES, Opened, open_bundle
from .recognition.impact import Event, Reason, after, find_service
from .trustlist.accept import Pin
from .trustlist.snapshot import TrustSnapshot
from .verdict import ExitCode, Report
from .verify import Verifier

_GRANTING: Final = frozenset({ExitCode.RECOGNISED.value, ExitCode.PILOT.value})


class Effect(StrEnum):
    """What the end of the service does to a stored verdict."""

    APART = "apart"
    """It stands on another service."""
    STANDS = "stands"
    FALLS = "falls"
    """It granted something, and would not any more."""
    CHANGES = "changes"
    """It granted nothing, and would give another reason."""
    OPEN = "open"
    """It cannot be told from what was stored."""


class Stored(NamedTuple):
    """One stored verdict. ``was`` and ``now`` are (exit code, code of the reason); ``why`` is a
    short reason in words. ``digest`` is the SHA-256 (hex) of what was judged."""

    name: str
    digest: str | None
    at: int | None
    effect: Effect
    was: tuple[int, str | None] | None
    now: tuple[int, str | None] | None
    why: str

    def as_json(self) -> dict[str, Any]:
        def side(given: tuple[int, str | None] | None) -> dict[str, Any] | None:
            return None if given is None else {"exitCode": given[0], "reason": given[1]}

        return {
            "name": self.name,
            "digest": self.digest,
            "at": self.at,
            "effect": self.effect.value,
            "was": side(self.was),
            "now": side(self.now),
            "why": self.why,
        }


def stored_verdict(
    name: str,
    data: bytes,
    event: Event,
    snapshot: TrustSnapshot,
    *,
    pins: Iterable[Pin],
    proofs: Mapping[str, int],
) -> Stored:
    """What ``event`` does to one stored verdict: an evidence bundle or a report (verdict.v1).

    ``snapshot`` says how the service is called, ``pins`` whose lists count: a bundle that trusts
    other signers proves nothing. ``proofs`` are moments at which an object, by the SHA-256 (hex) of
    its bytes, is proven to have existed; whoever asks answers for them. Never raises on ``data``.
    """
    try:
        shape = strict_json.loads_object(data, max_bytes=MAX_BUNDLE_BYTES)
    except Rejection as refusal:
        return _open(name, f"no evidence bundle and no report ({refusal.code.id})")
    if shape.get("kind") == "defa-trust-evidence":
        try:
            opened = open_bundle(data)
        except Rejection as refusal:
            return _open(name, f"no evidence bundle ({refusal.code.id})")
        return _of_bundle(name, opened, event, tuple(pins), proofs)
    return _of_report(name, shape, event, snapshot, proofs)


def _open(name: str, why: str, digest: str | None = None, at: int | None = None) -> Stored:
    return Stored(name, digest, at, Effect.OPEN, None, None, why)


# --- evidence bundles ----------------------------------------------------------------------------
def _of_bundle(
    name: str, opened: Opened, event: Event, pins: tuple[Pin, ...], proofs: Mapping[str, int]
) -> Stored:
    at = opened.at
    report = _judge(opened, opened.snapshot)
    digest, was = report.verdict.subject.digest, _said(report)
    if opened.differences or not opened.pinned_by(pins):
        why = "the bundle trusts other signers, or its lists are not accepted any more"
        return _open(name, why, digest, at)
    service = next(
        (
            service
            for item in opened.snapshot.lists
            if item.territory == event.territory
            for service in item.services
            if service.id == event.service
        ),
        None,
    )
    ended = None if service is None else (event.territory, service.name)
    signers = {(v.subject.territory, v.subject.service) for v in report.verdicts}
    stamps = {(n.subject.territory, n.subject.service) for v in report.verdicts for n in v.nested}
    if ended not in signers | stamps:
        return Stored(name, digest, at, Effect.APART, was, was, "it stands on another service")
    proven = _proven({digest, sha256(opened.data).hexdigest()}, event, proofs)
    if proven is not None:
        return Stored(name, digest, at, Effect.STANDS, was, was, proven)
    stamped = ended not in stamps and _stamped(report, event)
    # Whoever has the key of a service can date what it signs; a time-stamp of another he cannot.
    reaching_back = event.reason is Reason.COMPROMISED and not stamped
    now = _said(_judge(opened, after(opened.snapshot, event, reaching_back=reaching_back)))
    if was == now and stamped:
        why = "a time-stamp of another service proves that it existed before"
    elif ended not in signers:
        why = _why_of_stamp(event, at, was, now)
    else:
        why = _why(event, at, was, now)
    return Stored(name, digest, at, _effect(was, now), was, now, why)


def _judge(opened: Opened, snapshot: TrustSnapshot) -> Report:
    verifier = Verifier(snapshot, opened.policy, clock=lambda: opened.at)
    return verifier.evaluate(opened.data, opened.request, opened.evidence)


def _said(report: Report) -> tuple[int, str | None]:
    reason = report.verdict.reason
    return int(report.exit_code.value), None if reason is None else reason.code.id


def _stamped(report: Report, event: Event) -> bool:
    """Whether time-stamps that count prove of every signature that it existed before the event."""
    return all(
        any(
            found.code is signature_codes.TIME_PROVEN
            and isinstance(found.actual, int)
            and found.actual < event.on
            for found in verdict.findings
        )
        for verdict in report.verdicts
    )


def _why_of_stamp(
    event: Event, at: int, was: tuple[int, str | None], now: tuple[int, str | None]
) -> str:
    if was == now:
        if event.reason is not Reason.COMPROMISED and at < event.on:
            return "judged before, and this end does not reach back"
        return "it does not lean on the time-stamp of that service"
    return "it leaned on a time-stamp of that service"


def _proven(known: set[str], event: Event, proofs: Mapping[str, int]) -> str | None:
    """Why a proof of existence keeps the event away. ``known`` are digests of the object, and of
    the file it came in, which may end with a line break."""
    if any(proofs.get(digest, event.on) < event.on for digest in known):
        return "proven to have existed before"
    return None


def _effect(was: tuple[int, str | None], now: tuple[int, str | None]) -> Effect:
    if was == now:
        return Effect.STANDS
    return Effect.FALLS if was[0] in _GRANTING and now[0] not in _GRANTING else Effect.CHANGES


def _why(event: Event, at: int, was: tuple[int, str | None], now: tuple[int, str | None]) -> str:
    if was == now:
        if at < event.on:
            return "judged before, and this end does not reach back"
        return "issued before, and what was issued before stays"
    if event.reason is Reason.COMPROMISED:
        return "nothing proves that it existed before the compromise"
    if event.reason is Reason.SUNSET:
        return "the service had ceased, and this counts only where the receiving state says so"
    return "judged after the service was withdrawn"


# --- reports -------------------------------------------------------------------------------------
def _of_report(
    name: str,
    shape: Mapping[str, Any],
    event: Event,
    snapshot: TrustSnapshot,
    proofs: Mapping[str, int],
) -> Stored:
    from .trustlist.schema import validate

    try:
        validate(shape, "verdict.v1")
    except Rejection as refusal:
        return _open(name, f"no report ({refusal.where or '$'})")
    at, (verdict, *others) = shape["at"], shape["verdicts"]
    subject = verdict["subject"]
    digest = subject["digest"]
    if others or not isinstance(at, int):
        return _open(name, "a report on several objects", digest)
    service = find_service(snapshot, f"{event.territory}:{event.service}")
    was = verdict["exitCode"], verdict["reason"]
    ended = event.territory, service.name
    nested = [one["subject"] for one in verdict.get("nested", ())]
    stamps = {(one["territory"], one["service"]) for one in nested}
    signed = (subject["territory"], subject["service"]) == ended
    if not signed and ended not in stamps:
        return Stored(name, digest, at, Effect.APART, was, was, "it stands on another service")
    if was[0] not in _GRANTING:
        return Stored(name, digest, at, Effect.STANDS, was, was, "it granted nothing")
    proven = _proven({digest}, event, proofs)
    if proven is not None:
        return Stored(name, digest, at, Effect.STANDS, was, was, proven)
    if stamps and (event.reason is Reason.COMPROMISED or at >= event.on):
        return _open(name, "a report does not say whether it leans on its time-stamp", digest, at)
    if event.reason is Reason.COMPROMISED:
        why = "nothing proves that it existed before the compromise"
        return Stored(name, digest, at, Effect.FALLS, was, None, why)
    if at < event.on:
        why = "judged before, and this end does not reach back"
        return Stored(name, digest, at, Effect.STANDS, was, was, why)
    if event.reason is Reason.SUNSET:
        return _open(name, "a report does not say when the object was issued", digest, at)
    why = "judged after the service was withdrawn"
    return Stored(name, digest, at, Effect.FALLS, was, None, why)
