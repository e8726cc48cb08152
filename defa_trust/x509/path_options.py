"""What a path is asked for, and the limits of the search (floor 4)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, NamedTuple

from ..algorithms import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from ..errors import MisuseError
from .form import Conformance
from .policies import NO_INPUTS, PolicyInputs
from .profiles import Profile

ANY_TERRITORY: Final = "*"
"""For a caller that reads the territory off the path's anchor and binds it itself."""


class ListedCertificate(Enum):
    """Whether a certificate that is itself an anchor needs no path (TS 119 612, 5.5.3 lists
    end-entity certificates of time-stamping units and the like)."""

    COUNTS = "counts"
    DOES_NOT_COUNT = "does_not_count"


class Reading(Enum):
    """How much of the path's certificates is read before a path is handed out."""

    WHOLE = "whole"
    """Everything: nothing of them raises any more."""
    AS_NEEDED = "as_needed"
    """What validation needs. ``key`` and the addresses of CRLs and the like may raise
    ``Rejection`` when asked; for callers that are ready for it."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Ours. ``depth``: certificates in a path; ``pool``: looked at; ``chains``: judged in one
    search; ``links``: pairs of certificates tried, again where a path comes by again.
    """

    depth: int = 12
    pool: int = 512
    links: int = 128
    chains: int = 32

    def __post_init__(self) -> None:
        if min(self.depth, self.links, self.chains) < 1 or self.pool < 0 or self.depth > 64:
            raise MisuseError("limits are numbers from 1 up, the depth at most 64")


DEFAULT_LIMITS: Final = Limits()


class PathOptions(NamedTuple):
    """``moment``: the control time in Unix seconds. ``territory``: two letters, ``ANY_TERRITORY``,
    or ``None`` (then only anchors without a territory count)."""

    moment: int
    profile: Profile
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY
    policies: PolicyInputs = NO_INPUTS
    limits: Limits = DEFAULT_LIMITS
    conformance: Conformance = Conformance.PATH
    territory: str | None = None
    listed: ListedCertificate = ListedCertificate.COUNTS
    reading: Reading = Reading.WHOLE
