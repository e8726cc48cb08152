"""From the signers that were pinned to those who sign today (floor 5): the chain of successions.

A succession is a regional list that says who signs its successors. It counts where

1. enough of those who sign now signed it, and so did enough of those who take over: nobody
   appoints himself, and nothing is handed to keys that nobody holds;
2. it follows, by digest, the list accepted last, or a list that is shown and verifies in between;
3. it is dated in that order, and its number is higher.

Steps are taken in the order of their sequence numbers, never of names or places (TS 119 615,
4.1.4, on pivots). One that fails ends the matter: nothing is skipped. Pure: no step changes a pin
that anybody holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from ..codes import listing
from ..codes import succession as codes
from ..errors import Rejection
from .acceptance import AcceptancePolicy, Hop, ListState
from .companion import SignedList, SuccessionStep
from .decode import Readings
from .envelope import signing_digest
from .model import Succession, TrustList
from .pin import Handover, Pin
from .signed import Read, read_signed, read_unverified


class Terms(NamedTuple):
    """The moment (Unix seconds) and the policy by which every list of a chain is judged.

    ``readings`` are of lists that were read before.
    """

    now: int
    policy: AcceptancePolicy
    readings: Readings | None = None


class Position(NamedTuple):
    """Where a reader stands: whom it pins, what it accepted last, and when that was issued."""

    pin: Pin
    last: ListState | None
    issued: int | None = None

    @property
    def floor(self) -> int:
        """No list counts whose sequence number is lower."""
        handover, last = self.pin.handover, self.last
        return max(
            0 if last is None else last.sequence, 0 if handover is None else handover.sequence
        )


class _Claim(NamedTuple):
    """A step and what it says of itself, before anything vouches for it."""

    step: SuccessionStep
    said: TrustList
    digest: str

    @property
    def succession(self) -> Succession:
        assert self.said.succession is not None
        return self.said.succession


class Walk(NamedTuple):
    """How far the steps led. ``reason`` is why no first step could be taken, and ``named`` are all
    the successors that the steps speak of, believed or not: they tell refusals apart."""

    place: Position
    hops: tuple[Hop, ...]
    reason: Rejection | None
    named: tuple[bytes, ...]


def follow(steps: Iterable[SuccessionStep], start: Position, terms: Terms) -> Walk:
    """Walk as far as ``steps`` lead. Raises ``Rejection`` where one breaks the chain.

    Steps from before the pinned signers are passed over: whoever pinned later was not there.
    """
    claims = sorted(_claims(steps, terms), key=lambda claim: claim.said.sequence)
    place = start
    hops: list[Hop] = []
    reason: Rejection | None = None
    for claim in claims:
        try:
            _check_ahead(claim, place)
            hop = _take(claim, place, terms)
        except Rejection as refusal:
            if hops:
                raise
            if reason is None or reason.code is codes.GAP:
                reason = refusal
            continue
        _check_fork(claim, claims, place.pin, terms)
        hops.append(hop)
        reason = None
        mark = ListState.of(hop.trust_list)
        place = Position(hop.after, mark, hop.trust_list.issued)
    named = tuple(dict.fromkeys(der for claim in claims for der in claim.succession.signers))
    return Walk(place, tuple(hops), reason, named)


def _claims(steps: Iterable[SuccessionStep], terms: Terms) -> Iterator[_Claim]:
    seen: set[str] = set()
    for step in steps:
        digest = signing_digest(step.signed.data)
        if digest in seen:
            continue
        seen.add(digest)
        said = read_unverified(step.signed.data, terms.policy)
        if said.succession is None:
            raise Rejection(codes.COMPANION, actual=f"#{said.sequence} hands over to nobody")
        yield _Claim(step, said, digest)


def _check_ahead(claim: _Claim, place: Position) -> None:
    """Raises ``Rejection`` for a step that lies behind the reader."""
    handover, last = place.pin.handover, place.last
    done = handover is not None and claim.digest == handover.digest
    if last is not None and claim.digest == last.digest and not done:
        return
    if claim.said.sequence <= place.floor:
        raise replayed(claim.said, place.floor)


def replayed(found: TrustList, accepted: int) -> Rejection:
    return Rejection(codes.REPLAYED, expected=f"#{accepted}", actual=f"#{found.sequence}")


def _take(claim: _Claim, place: Position, terms: Terms) -> Hop:
    signed = claim.step.signed
    try:
        read = _read(signed, place.pin, terms)
    except Rejection as refusal:
        if refusal.code is listing.SIGNER_NOT_PINNED:
            raise out_of_reach(signed, claim.said, place.pin, terms) from refusal
        raise
    return hand_over(read, signed, place, terms, follows=claim.step.follows)


def _read(signed: SignedList, pin: Pin, terms: Terms) -> Read:
    return read_signed(signed, pin.signers, pin, now=terms.now, policy=terms.policy)


def out_of_reach(signed: SignedList, said: TrustList, pin: Pin, terms: Terms) -> Rejection:
    """Why a succession that no pinned signer put forward does not count."""
    succession = said.succession
    assert succession is not None
    try:
        alone = read_signed(
            signed,
            succession.signers,
            pin,
            now=terms.now,
            policy=terms.policy,
            others=pin.signers,
        )
    except Rejection:
        alone = None
    if alone is not None and not alone.among(pin.signers):
        return Rejection(codes.SELF_APPOINTED, actual=f"#{said.sequence}")
    return Rejection(codes.GAP, actual=f"#{said.sequence}")


def hand_over(
    read: Read,
    signed: SignedList,
    place: Position,
    terms: Terms,
    *,
    follows: SignedList | None = None,
) -> Hop:
    """Carry out the succession of a list that one of the pinned signers put forward."""
    pin, found = place.pin, read.trust_list
    succession = found.succession
    assert succession is not None
    count = len(read.among(pin.signers))
    if count < pin.threshold:
        raise Rejection(codes.TOO_FEW, expected=pin.threshold, actual=count)
    count = len(read.among(succession.signers))
    if count < succession.threshold:
        raise Rejection(codes.UNPROVED, expected=succession.threshold, actual=count)
    _check_place(found, succession, place, terms, follows)
    handover = Handover(
        found.sequence,
        ListState.of(found).digest,
        succession.previous,
        succession.valid_from,
        pin.signers,
        pin.threshold,
    )
    after = pin._replace(
        signers=succession.signers, threshold=succession.threshold, handover=handover
    )
    return Hop(found, signed, pin, after)


def _check_place(
    found: TrustList,
    succession: Succession,
    place: Position,
    terms: Terms,
    follows: SignedList | None,
) -> None:
    """The succession follows, by digest and in time, what the reader knows."""
    last, issued = place.last, place.issued
    before: int | None = issued
    if last is not None and found.signed_digest == last.digest:
        return  # accepted before, as a list; only its succession was not carried out
    if last is not None and succession.previous != last.digest:
        if follows is None:
            raise Rejection(codes.GAP, actual=f"#{found.sequence}")
        between = _shown(follows, succession, place, terms)
        if between.sequence <= last.sequence:
            # It parts from a list older than, or other than, the one accepted last.
            raise Rejection(
                codes.FORK,
                expected=f"after #{last.sequence}",
                actual=f"after #{between.sequence}, in #{found.sequence}",
            )
        if between.sequence >= found.sequence:
            raise Rejection(codes.GAP, actual=f"#{found.sequence}")
        _check_order(between.issued, issued)
        before = between.issued
    _check_order(found.issued, before)


def _check_order(issued: int, before: int | None) -> None:
    if before is not None and issued < before:
        raise Rejection(codes.BACKDATED, expected=f"{before} or later", actual=issued)


def _shown(follows: SignedList, succession: Succession, place: Position, terms: Terms) -> TrustList:
    """The list between, which the pinned signers signed as any other."""
    pin = place.pin
    if signing_digest(follows.data) != succession.previous:
        raise Rejection(codes.COMPANION, actual="a list that the succession does not follow")
    read = _read(follows, pin, terms)
    check_threshold(read, pin.signers, pin.threshold)
    if read.trust_list.succession is not None:
        raise Rejection(codes.GAP, actual=f"#{read.trust_list.sequence}")
    return read.trust_list


def check_threshold(read: Read, signers: tuple[bytes, ...], threshold: int) -> None:
    """Raises ``Rejection`` where fewer than ``threshold`` of ``signers`` signed the list."""
    if threshold > 1:
        count = len(read.among(signers))
        if count < threshold:
            raise Rejection(codes.BELOW_THRESHOLD, expected=threshold, actual=count)


def _check_fork(claim: _Claim, claims: Iterable[_Claim], pin: Pin, terms: Terms) -> None:
    for other in claims:
        if other.digest != claim.digest and (
            other.succession.previous == claim.succession.previous
            and _signed_by(other.step.signed, pin, pin.signers, pin.threshold, terms)
        ):
            raise Rejection(
                codes.FORK, expected=f"#{claim.said.sequence}", actual=f"#{other.said.sequence}"
            )


def is_fork(signed: SignedList, said: TrustList, pin: Pin, terms: Terms) -> bool:
    """Whether the signers before ``pin`` handed over a second time from the same list."""
    handover, succession = pin.handover, said.succession
    return (
        handover is not None
        and succession is not None
        and succession.previous == handover.previous
        and signing_digest(signed.data) != handover.digest
        and _signed_by(signed, pin, handover.signers, handover.threshold, terms)
    )


def _signed_by(
    signed: SignedList,
    pin: Pin,
    signers: tuple[bytes, ...],
    threshold: int,
    terms: Terms,
) -> bool:
    """Whether enough of ``signers`` signed a list of the pin's place, whatever else it lacks."""
    try:
        read = _read(signed, pin._replace(signers=signers), terms)
    except Rejection:
        return False
    return len(read.among(signers)) >= threshold
