"""What acceptance is asked with, and what it answers (floor 5): policy, marks, answers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NamedTuple

from ..crypto import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from ..errors import MisuseError
from ..policy import TranscribedLists
from ..spec import CLOCK_SKEW_SECONDS, MAX_LIST_BYTES
from ..verdict import Finding, Outcome
from .companion import SignedList
from .model import ListType, TrustList
from .pin import Pin

_DAY: Final = 86_400
_COUNTRY: Final = re.compile(r"[A-Z]{2}")
MAX_SEQUENCE_JUMP: Final = 1000
"""Ours: a list issued every hour takes six weeks to get there; a verifier that was away longer, or
a number used up on purpose, is an operator's decision (``AcceptancePolicy.max_sequence_jump``)."""


class RetroactiveStatus(StrEnum):
    """A newer list gives a service another status for a time before the last list was issued."""

    REJECT = "reject"
    WARN = "warn"


class ListState(NamedTuple):
    """What was accepted last for one (type, territory): the high-water mark against rollback.

    ``digest`` is the SHA-256 (hex) of the JWS signing input, not of all bytes: an ECDSA signature
    can be altered without the key, and such a twin, seen first, would make the honest list look
    like a second view.
    """

    sequence: int
    digest: str

    @classmethod
    def of(cls, trust_list: TrustList) -> ListState:
        """The mark that an accepted list leaves."""
        return cls(trust_list.sequence, trust_list.signed_digest or trust_list.digest)


States = Mapping[tuple[ListType, str], ListState]


@dataclass(frozen=True, slots=True)
class AcceptancePolicy:
    """Seconds and named choices; each default fails closed.

    ``max_stale_seconds``: a national list longer past its NextUpdate than this is not even kept.
    Whether a stale list still counts is judged at each verdict (``national_list_grace``).
    ``max_sequence_jump``: how far a sequence number may rise over the last accepted one, so that
    nobody uses the numbers up; ``None`` bounds nothing. ``retroactive_status``: see ``rewritten``.
    ``regional_country``: countryName that the regional signer's certificate must bear; ``None``
    because a regional body has its seat in one of the states and no country code of its own. Not
    asked of the EU's list of lists, which is of another region.
    """

    clock_skew: int = CLOCK_SKEW_SECONDS
    max_stale_seconds: int = 184 * _DAY
    transcribed: TranscribedLists = TranscribedLists.ACCEPT
    regional_country: str | None = None
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY
    max_bytes: int = MAX_LIST_BYTES
    max_sequence_jump: int | None = MAX_SEQUENCE_JUMP
    retroactive_status: RetroactiveStatus = RetroactiveStatus.REJECT

    def __post_init__(self) -> None:
        """Raises ``MisuseError`` for a bound that bounds nothing, or a choice that is none."""
        for name in ("clock_skew", "max_stale_seconds"):
            seconds = getattr(self, name)
            if type(seconds) is not int or seconds < 0:
                raise MisuseError(f"{name} is a whole number of seconds from 0 up")
        if type(self.max_bytes) is not int or self.max_bytes < 1:
            raise MisuseError("max_bytes is a whole number from 1")
        if not isinstance(self.transcribed, TranscribedLists):
            # Text that only looks like the choice to refuse would accept.
            raise MisuseError("transcribed must be a TranscribedLists")
        country = self.regional_country
        if country is not None and (type(country) is not str or not _COUNTRY.fullmatch(country)):
            raise MisuseError("regional_country is two capital letters, or None for any country")
        jump = self.max_sequence_jump
        if jump is not None and (type(jump) is not int or jump < 1):
            raise MisuseError("max_sequence_jump is a whole number from 1, or None for no bound")
        if not isinstance(self.retroactive_status, RetroactiveStatus):
            raise MisuseError("retroactive_status must be a RetroactiveStatus")


DEFAULT_ACCEPTANCE: Final = AcceptancePolicy()


class Hop(NamedTuple):
    """A succession carried out: who signed before, who signs after, and the list that says so."""

    trust_list: TrustList
    signed: SignedList
    before: Pin
    after: Pin


class Acceptance(NamedTuple):
    """``trust_list`` is ``None`` where a finding says why not. Findings have the subject `list`.

    ``hops`` are the successions that led to the list, or that it is itself, oldest first.
    """

    trust_list: TrustList | None
    findings: tuple[Finding, ...]
    hops: tuple[Hop, ...] = ()

    @property
    def code(self) -> str | None:
        """Id of the code that refused the list; ``None`` where it was accepted."""
        return next((f.code.id for f in self.findings if f.code.outcome is not Outcome.MET), None)
