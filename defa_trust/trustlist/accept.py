"""Whether one signed list may become a source of anchors (floor 5).

Pure: bytes, pin, what was accepted before, and the moment in; a list or the reason against it out.
The order is the consumer's order of docs/profile.md: caps, header, pinned signer, signature, strict
JSON, profile, territory, further signers, time, sequence and digest, succession.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from hashlib import sha256
from typing import Final, NamedTuple

from ..codec import json as strict_json
from ..codes import listing as codes
from ..codes import succession as succession_codes
from ..codes import xml as xml_codes
from ..errors import MisuseError, Rejection
from ..policy import TranscribedLists
from ..spec import MAX_LIST_BYTES
from ..verdict import Finding, Outcome
from . import reading
from .acceptance import (
    DEFAULT_ACCEPTANCE,
    MAX_SEQUENCE_JUMP,
    Acceptance,
    AcceptancePolicy,
    Hop,
    ListState,
    RetroactiveStatus,
    States,
)
from .companion import ALONE, Companion, SignedList, read_companion
from .decode import Readings, list_type
from .envelope import peek_payload
from .model import Binding, ListType, Publication, TrustList
from .past import rewritten
from .pin import Handover, Pin, check_pin
from .pivots import check_list_of_lists, follow_pivots
from .signed import Read, mark_digest, read_signed, read_unverified
from .succession import (
    Position,
    Terms,
    check_threshold,
    follow,
    hand_over,
    is_fork,
    out_of_reach,
    replayed,
)

__all__ = [
    "DEFAULT_ACCEPTANCE",
    "MAX_SEQUENCE_JUMP",
    "Acceptance",
    "AcceptancePolicy",
    "Handover",
    "Hop",
    "ListState",
    "Pin",
    "RetroactiveStatus",
    "States",
    "accept",
    "check_pin",
    "claimed_place",
    "looks_like_xml",
]

_STRANGERS: Final = frozenset({codes.SIGNER_NOT_PINNED, xml_codes.SIGNER_NOT_PINNED})
_HEAD_BYTES: Final = 1 << 14
"""Ours: room for a licence in a comment before the root."""
_SHOWN: Final = 16
"""Hexadecimal digits of a fingerprint in a finding."""


def accept(
    data: bytes,
    pin: Pin,
    *,
    last: ListState | None,
    now: int,
    policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
    via: str | None = None,
    previous: bytes | None = None,
    companion: bytes | None = None,
    readings: Readings | None = None,
) -> Acceptance:
    """Judge one list. Never raises on input; ``MisuseError`` for a wrong type of argument.

    ``via`` is the digest of the regional list whose pointer made the pin. ``previous`` are the
    bytes that left the mark ``last``; with them a newer list is held against what was said before.
    Bytes that are not those of the mark are not looked at. ``companion`` is what was received
    beside a regional list: signatures of further signers, and successions. ``readings`` spare
    reading once more what was read before, and nothing else.

    A list that no pinned signer signed, or that cannot be read, is refused with the first reason
    (``lint`` tells all faults of a form). Of one that was opened and read, every reason is told.
    """
    if type(data) is not bytes:
        raise MisuseError(f"a signed list is bytes, not {type(data).__name__}")
    if type(now) is not int:
        raise MisuseError(f"now is a whole number of Unix seconds, not {type(now).__name__}")
    past = _Past(previous, last, policy, pin.binding)
    try:
        beside = ALONE
        if pin.type is ListType.REGIONAL:
            beside = read_companion(companion)
        judged = _Judge(pin, last, past, Terms(now, policy, readings), beside).judge(data, via)
    except _RefusedError as refused:
        faults = [refusal.finding("list") for refusal in refused.reasons]
        change = _change_of_the_past(refused.found, last, past, policy)
        if change is not None and change.code.outcome is not Outcome.MET:
            faults.append(change)
        return Acceptance(None, tuple(faults))
    except Rejection as refusal:
        return Acceptance(None, (refusal.finding("list"),))
    found = judged.found
    findings = [*(_handed_over(hop) for hop in judged.hops), *judged.notes]
    change = _change_of_the_past(found, last, past, policy)
    if change is not None and change.code.outcome is not Outcome.MET:
        return Acceptance(None, (change,))
    findings += [] if change is None else [change]
    if found.next_update <= now:
        findings.append(
            Finding(
                codes.PAST_NEXT_UPDATE,
                found.next_update,
                start=found.next_update,
                evidence=found.digest,
                subject="list",
            )
        )
    label = f"{found.territory} #{found.sequence}"
    findings.append(Finding(codes.ACCEPTED, None, label, evidence=found.digest, subject="list"))
    return Acceptance(found, tuple(findings), judged.hops)


class _RefusedError(Exception):
    """A list that was opened and read, and every reason against it, in the order of the profile."""

    def __init__(self, found: TrustList, reasons: tuple[Rejection, ...]) -> None:
        super().__init__()
        self.found = found
        self.reasons = reasons


class _Judged(NamedTuple):
    found: TrustList
    hops: tuple[Hop, ...]
    notes: tuple[Finding, ...]


class _Past:
    """The list that left the mark, read when it is asked for.

    The mark's digest vouches for it: its signature was verified then, and signer and NextUpdate may
    have lapsed since.
    """

    def __init__(
        self,
        data: bytes | None,
        last: ListState | None,
        policy: AcceptancePolicy,
        binding: Binding,
    ) -> None:
        self._data, self._last, self._policy, self._binding = data, last, policy, binding

    @cached_property
    def list(self) -> TrustList | None:
        data, last = self._data, self._last
        if data is None or last is None or mark_digest(data, self._binding) != last.digest:
            return None
        try:
            return read_unverified(data, self._policy, self._binding)
        except Rejection:
            return None


class _Judge:
    """One list under one pin, with the successions that may lead to it."""

    def __init__(
        self, pin: Pin, last: ListState | None, past: _Past, terms: Terms, beside: Companion
    ) -> None:
        self._terms = terms
        self._beside = beside
        regional = pin.type is ListType.REGIONAL
        before = past.list if regional else None
        start = Position(pin, last, None if before is None else before.issued)
        if pin.binding is Binding.XML:
            self._walk = follow_pivots(beside.pivots, start, terms)
        else:
            self._walk = follow(beside.steps, start, terms)
        self._place, self._hops = self._walk.place, self._walk.hops

    def judge(self, data: bytes, via: str | None) -> _Judged:
        signed = SignedList(data, self._beside.siblings)
        place, policy = self._place, self._terms.policy
        pin = place.pin
        own = pin.handover is not None and mark_digest(data, pin.binding) == pin.handover.digest
        try:
            read = self._read(signed, own, via)
        except Rejection as refusal:
            if refusal.code in _STRANGERS:
                raise self._unreached(signed, refusal) from None
            raise
        found = read.trust_list
        signers, threshold = pin.signers, pin.threshold
        if own:
            assert pin.handover is not None
            signers, threshold = pin.handover.signers, pin.handover.threshold
        hops = self._hops
        reasons: list[Rejection] = []
        checks: tuple[Callable[[], None], ...] = (
            lambda: _check_time(found, self._terms.now, policy),
            lambda: _check_publication(found, policy),
            lambda: None if own else _check_floor(found, pin.handover),
            lambda: None if own else _check_region(read, pin),
            lambda: _check_sequence(found, place.last, policy),
            lambda: _check_issue(found, place.issued if self._hops else None),
        )
        for check in checks:
            try:
                check()
            except Rejection as reason:
                reasons.append(reason)
        try:
            if found.succession is not None and not own and not reasons:
                hop = hand_over(read, signed, place, self._terms, follows=self._beside.follows)
                hops = (*hops, hop)
            check_threshold(read, signers, threshold)
        except Rejection as reason:
            reasons.append(reason)
        if reasons:
            raise _RefusedError(found, tuple(reasons))
        found = replace(found, usable_until=_usable_until(read, signers, threshold))
        return _Judged(found, hops, read.notes)

    def _read(self, signed: SignedList, own: bool, via: str | None) -> Read:
        """Opened with those who sign now; the list that handed over, with those before them."""
        pin = self._place.pin
        if not own:
            return self._open(signed, pin.signers, via)
        assert pin.handover is not None
        return self._open(signed, pin.handover.signers, via)

    def _open(self, signed: SignedList, signers: tuple[bytes, ...], via: str | None = None) -> Read:
        pin, terms = self._place.pin, self._terms
        return read_signed(
            signed,
            signers,
            pin,
            now=terms.now,
            policy=terms.policy,
            via=via,
            readings=terms.readings,
        )

    def _unreached(self, signed: SignedList, refusal: Rejection) -> Rejection:
        """The most that can be said of a list whose signer is not pinned."""
        pin, terms = self._place.pin, self._terms
        if pin.type is not ListType.REGIONAL:
            return refusal
        if pin.binding is Binding.XML:
            return self._walk.reason or refusal
        try:
            said = read_unverified(signed.data, terms.policy)
        except Rejection:
            return refusal
        if said.succession is not None:
            if is_fork(signed, said, pin, terms):
                assert pin.handover is not None
                return Rejection(
                    succession_codes.FORK,
                    expected=f"#{pin.handover.sequence}",
                    actual=f"#{said.sequence}",
                )
            floor = self._place.floor
            if said.sequence < floor:
                return replayed(said, floor)
            return out_of_reach(signed, said, pin, terms)
        gap = Rejection(succession_codes.GAP, actual=f"#{said.sequence}")
        if self._hops:
            return gap
        try:
            self._open(signed, self._walk.named)
        except Rejection:
            return refusal
        # The steps speak of this signer; none of them leads there from those who are pinned.
        return self._walk.reason or gap


def _check_floor(found: TrustList, handover: Handover | None) -> None:
    """What was handed over is not taken back, even where the marks were lost."""
    if handover is None:
        return
    if found.sequence < handover.sequence:
        raise Rejection(codes.ROLLBACK, expected=handover.sequence, actual=found.sequence)
    if found.sequence == handover.sequence:
        raise Rejection(codes.SPLIT_VIEW, expected=handover.sequence, actual=found.signed_digest)
    if found.issued < handover.valid_from:
        raise Rejection(succession_codes.EARLY, expected=handover.valid_from, actual=found.issued)


def _check_publication(found: TrustList, policy: AcceptancePolicy) -> None:
    refused = policy.transcribed is TranscribedLists.REFUSE
    if refused and found.publication is Publication.TRANSCRIBED:
        raise Rejection(codes.TRANSCRIBED_REFUSED)


def _check_region(read: Read, pin: Pin) -> None:
    if pin.binding is Binding.XML and pin.type is ListType.REGIONAL:
        check_list_of_lists(read, pin)


def _check_issue(found: TrustList, followed: int | None) -> None:
    """Not before the succession that leads to it."""
    if followed is not None and found.issued < followed:
        raise Rejection(codes.ISSUED_EARLIER, expected=followed, actual=found.issued)


def _check_sequence(found: TrustList, last: ListState | None, policy: AcceptancePolicy) -> None:
    if last is None:
        return
    if found.sequence < last.sequence:
        if found.succession is not None:
            raise replayed(found, last.sequence)
        raise Rejection(codes.ROLLBACK, expected=last.sequence, actual=found.sequence)
    if found.sequence == last.sequence and ListState.of(found) != last:
        raise Rejection(codes.SPLIT_VIEW, expected=last.sequence, actual=found.signed_digest)
    jump = policy.max_sequence_jump
    # A number that was used up is given back by nobody; those who hand over may go past it.
    if jump is not None and found.succession is None and found.sequence - last.sequence > jump:
        raise Rejection(codes.FAST_FORWARD, expected=last.sequence + jump, actual=found.sequence)


def _usable_until(read: Read, signers: tuple[bytes, ...], threshold: int) -> int:
    """End (exclusive) of the time in which enough of the signers' certificates are valid."""
    own, *others = (certificate.not_after for certificate in read.among(signers))
    return min([own, *sorted(others, reverse=True)[: threshold - 1]]) + 1


def _handed_over(hop: Hop) -> Finding:
    return Finding(
        succession_codes.CARRIED_OUT,
        _signers_shown(hop.before),
        f"{_signers_shown(hop.after)} (#{hop.trust_list.sequence})",
        evidence=hop.trust_list.digest,
        subject="list",
    )


def _signers_shown(pin: Pin) -> str:
    names = ", ".join(sorted(sha256(der).hexdigest()[:_SHOWN] for der in pin.signers))
    return f"{pin.threshold} of {names}"


def _change_of_the_past(
    found: TrustList, last: ListState | None, past: _Past, policy: AcceptancePolicy
) -> Finding | None:
    if last is None or found.sequence <= last.sequence or past.list is None:
        return None
    return _against_the_past(found, past.list, policy)


def _against_the_past(
    found: TrustList, before: TrustList, policy: AcceptancePolicy
) -> Finding | None:
    """A start time lies not before the issue of the list that did not know it (602, 6.6.5)."""
    if found.issued < before.issued:
        # Else a list dated back would move the border between past and news.
        return Finding(
            codes.ISSUED_EARLIER, before.issued, found.issued, evidence=found.digest, subject="list"
        )
    change = next(rewritten(before, found), None)
    if change is None:
        return None
    refused = policy.retroactive_status is RetroactiveStatus.REJECT
    return Finding(
        codes.RETROACTIVE_STATUS if refused else codes.RETROACTIVE_STATUS_NOTED,
        f"{change.was} at {change.moment}",
        f"{change.service}, {change.now}",
        evidence=found.digest,
        subject="list",
    )


def _check_time(found: TrustList, now: int, policy: AcceptancePolicy) -> None:
    if now < found.next_update:
        return
    if found.type is ListType.REGIONAL:
        raise Rejection(codes.REGIONAL_EXPIRED, expected=found.next_update, actual=now)
    if now >= found.next_update + policy.max_stale_seconds:
        raise Rejection(codes.TOO_OLD, expected=found.next_update, actual=now)


def looks_like_xml(data: bytes) -> bool:
    """Whether bytes are to be tried as a list of TS 119 612: XML that names its root soon.

    An error page of a server is none, and says so without the XML reader.
    """
    head = data[:_HEAD_BYTES].lstrip(b"\xef\xbb\xbf \t\r\n")
    return head.startswith(b"<") and b"TrustServiceStatusList" in head


def claimed_place(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> tuple[ListType, str]:
    """(type, territory) that unverified bytes claim: only to choose the pin that then judges them.

    Raises ``Rejection``.
    """
    if looks_like_xml(data):
        from .ts119612.source import claimed

        return claimed(data, max_bytes=max_bytes)
    document = strict_json.loads_object(
        peek_payload(data, max_bytes=max_bytes), max_depth=reading.MAX_DEPTH, max_bytes=max_bytes
    )
    lote = document.get("LoTE")
    scheme = lote.get("ListAndSchemeInformation") if type(lote) is dict else None
    if type(scheme) is not dict:
        raise Rejection(
            codes.MEMBER_MISSING, expected="ListAndSchemeInformation", actual="the document"
        )
    kind = list_type(scheme.get("LoTEType"), "LoTEType")
    return kind, reading.territory(scheme.get("SchemeTerritory"), "SchemeTerritory")
