"""The verifier's own policy, apart from any state's law (floor 3).

It holds for every member state alike; what one state recognises of another is no business of this
module (see recognition lists).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from typing import Final

from .crypto import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from .errors import MisuseError
from .spec import CLOCK_SKEW_SECONDS


class TranscribedLists(StrEnum):
    """Lists that somebody else transcribed from what a state publishes."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class UncheckedStatus(StrEnum):
    """A credential names revocation information that could not be consulted."""

    DENY = "deny"
    REPORT = "report"


class UnreadCitations(StrEnum):
    """An arrangement rests on an article whose text nobody here has read."""

    ACCEPT = "accept"
    REFUSE = "refuse"


class ArrangementMoment(StrEnum):
    """The moment at which an arrangement, and the service's status under it, must have held.

    ``PROVEN_EXISTENCE``: when the object is proven to have existed (a verified time-stamp), where
    that is known. An object's own word for its age proves nothing; without a proof it is judged at
    the moment asked for, as under ``ASKED``.
    """

    ASKED = "asked"
    PROVEN_EXISTENCE = "proven_existence"


_CHOICES: Final = {
    "algorithms": AlgorithmPolicy,
    "transcribed": TranscribedLists,
    "unchecked_status": UncheckedStatus,
    "unread_citations": UnreadCitations,
    "arrangement_moment": ArrangementMoment,
}


@dataclass(frozen=True, slots=True)
class VerificationPolicy:
    """Seconds and named choices; every default fails closed except where the comment says why.

    ``national_list_grace``: a national list past its NextUpdate is still used for this long and
    every verdict that used it says so. NOTE: TS 119 612, 5.3.15 would discard it at once; a border
    post without a network for a weekend is the reason for three days. A regional list has no grace.
    """

    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY
    national_list_grace: int = 3 * 86_400
    transcribed: TranscribedLists = TranscribedLists.ACCEPT
    unchecked_status: UncheckedStatus = UncheckedStatus.DENY
    unread_citations: UnreadCitations = UnreadCitations.ACCEPT
    clock_skew: int = CLOCK_SKEW_SECONDS
    arrangement_moment: ArrangementMoment = ArrangementMoment.ASKED
    digest: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ``MisuseError``: what is no member of its enumeration would be no choice."""
        for name, kind in _CHOICES.items():
            if not isinstance(getattr(self, name), kind):
                raise MisuseError(f"{name} must be a {kind.__name__}")
        for name in ("national_list_grace", "clock_skew"):
            seconds = getattr(self, name)
            if type(seconds) is not int or seconds < 0:
                raise MisuseError(f"{name} is a whole number of seconds from 0 up")
        parts = (
            self.algorithms.digest,
            self.national_list_grace,
            self.transcribed.value,
            self.unchecked_status.value,
            self.unread_citations.value,
            self.clock_skew,
            self.arrangement_moment.value,
        )
        object.__setattr__(self, "digest", sha256(repr(parts).encode()).digest())


DEFAULT_POLICY = VerificationPolicy()
