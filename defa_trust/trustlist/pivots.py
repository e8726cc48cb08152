"""The pivots of a list of lists in XML (floor 5): how its signers came to be the signers.

A pivot is an old edition whose pointer to itself names who signs the editions that follow (TS 119
615, 4.1.4). Like a succession it moves the pin, so that whoever has the keys of long ago can take
no reader back; unlike one it is signed once, by any of the set before it.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..codes import xml as codes
from ..errors import Rejection
from .acceptance import Hop, ListState
from .companion import SignedList
from .pin import Handover, Pin, SignerValidity
from .signed import Read, claimed_sequence, mark_digest, read_signed
from .succession import Position, Terms, Walk


def follow_pivots(pivots: Iterable[bytes], start: Position, terms: Terms) -> Walk:
    """Walk as far as ``pivots`` lead, in the order of the sequence numbers that they state.

    Those from before the pinned signers are passed over. One that does not verify once the walk has
    begun ends it: nothing is skipped. NOTE: a pivot's signer need be valid only when it signed, as
    it says itself: the EU goes on publishing certificates of long ago as the set to start from.
    """
    place = start
    hops: list[Hop] = []
    reason: Rejection | None = None
    named: list[bytes] = []
    for sequence, data in sorted((claimed_sequence(data), data) for data in set(pivots)):
        handover = place.pin.handover
        if handover is not None and sequence <= handover.sequence:
            if hops:
                raise Rejection(codes.PIVOT, where=f"#{sequence}", actual="a sequence twice")
            continue
        try:
            read = read_signed(
                SignedList(data, ()), place.pin.signers, place.pin, now=terms.now,
                policy=terms.policy, validity=SignerValidity.WHEN_SIGNED,
            )  # fmt: skip
        except Rejection as refusal:
            fault = Rejection(codes.PIVOT, where=f"#{sequence}", actual=refusal.code.id)
            if hops:
                raise fault from refusal
            reason = reason or fault
            continue
        named += read.successors
        hops.append(_hop(read, data, place.pin))
        reason = None
        place = Position(hops[-1].after, place.last, place.issued)
    if hops and (place.last is None or hops[-1].trust_list.sequence > place.last.sequence):
        found = hops[-1].trust_list
        place = Position(place.pin, ListState.of(found), found.issued)
    return Walk(place, tuple(hops), reason, tuple(named))


def _hop(read: Read, data: bytes, pin: Pin) -> Hop:
    found = read.trust_list
    if not read.successors:
        raise Rejection(codes.PIVOT, where=f"#{found.sequence}", actual="no pointer to itself")
    handover = Handover(
        found.sequence,
        mark_digest(data, pin.binding) or "",
        None,
        found.issued,
        pin.signers,
        pin.threshold,
    )
    after = pin._replace(signers=read.successors, threshold=1, handover=handover)
    return Hop(found, SignedList(data, ()), pin, after)


def check_list_of_lists(read: Read, pin: Pin) -> None:
    """Raises ``Rejection`` for one that nobody could go on from, or that starts elsewhere."""
    if pin.publication is not None and pin.publication not in read.information:
        # TS 119 615, 4.1.4: the signers that are known are not those this list starts from.
        raise Rejection(codes.PIVOT, actual="another place of publication than the known one")
    if read.successors and read.signers[0].der not in read.successors:
        raise Rejection(codes.PIVOT, actual="a signer that the list does not name")
