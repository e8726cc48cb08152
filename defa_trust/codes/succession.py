"""Codes of several signers for one regional list, and of those who take over from them.

They refuse the regional list, and with it what is reached through it.
"""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_SUCCESSION = "DEFA profile, DefaSignerSuccession"
_COMPANION = "DEFA profile, companion of a list"


def _refusal(name: str, citation: str, text: str) -> Code:
    return Code(
        f"list.{name}",
        "list.signer_succession",
        Stage.ACCEPT,
        Outcome.NOT_MET,
        citation,
        text,
        Indication.INDETERMINATE,
        SubIndication.NO_CERTIFICATE_CHAIN_FOUND,
    )


COMPANION: Final = _refusal(
    "companion",
    _COMPANION,
    "The companion of the list, with its further signatures, cannot be read ({actual}).",
)
BELOW_THRESHOLD: Final = _refusal(
    "below_threshold",
    "DEFA profile, pins; " + _COMPANION,
    "The list is signed by {actual} of its pinned signers; {expected} must sign it.",
)
GAP: Final = _refusal(
    "succession_gap",
    _SUCCESSION + "; TS 119 615, 4.1.4",
    "No succession leads from the pinned signers to this one: a link is missing at {actual}.",
)
TOO_FEW: Final = _refusal(
    "succession_below_threshold",
    _SUCCESSION,
    "A succession is signed by {actual} of those who hand over; {expected} must sign it.",
)
SELF_APPOINTED: Final = _refusal(
    "succession_self_appointed",
    _SUCCESSION,
    "A succession ({actual}) is signed by the successors alone, and by nobody who hands over.",
)
UNPROVED: Final = _refusal(
    "succession_unproved",
    _SUCCESSION,
    "A succession is signed by {actual} of the successors; {expected} must show their keys.",
)
REPLAYED: Final = _refusal(
    "succession_replayed",
    _SUCCESSION,
    "A succession of the list {actual} is offered again; {expected} was accepted since.",
)
BACKDATED: Final = _refusal(
    "succession_backdated",
    _SUCCESSION,
    "A succession is dated {actual}; its place in the order of lists allows {expected}.",
)
FORK: Final = _refusal(
    "succession_fork",
    _SUCCESSION,
    "Two successions part from one list ({expected}; {actual}): somebody has signed both.",
)
EARLY: Final = _refusal(
    "succession_not_yet_valid",
    _SUCCESSION,
    "The new signers' list is issued at {actual}; they sign lists from {expected} on.",
)
FORM: Final = _refusal(
    "succession_form",
    _SUCCESSION,
    "A succession cannot be carried out: {actual}.",
)
CARRIED_OUT: Final = Code(
    "list.succession_carried_out",
    "list.signer_succession",
    Stage.ACCEPT,
    Outcome.MET,
    _SUCCESSION,
    "The list's signers handed over: {expected}, then {actual}.",
)
