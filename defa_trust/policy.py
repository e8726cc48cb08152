"""The verifier's own policy, apart from any state's law (floor 3).

It holds for every member state alike; what one state recognises of another is no business of this
module (see recognition lists).
"""

from __future__ import annotations

import re
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


class RequiredChecks(StrEnum):
    """Of which certificates the revocation status must be established.

    A certificate that is known to be revoked always counts, whatever is required.
    """

    PATH = "path"
    """Every certificate but the trust anchor (RFC 5280, 6.1.3 (a)(3))."""
    LEAF = "leaf"
    """The signer's own; for those whom a CA's compromise reaches through the trust list."""


class PastEvidence(StrEnum):
    """Revocation information that is not current any more, where the time that counts is proven to
    lie in the past. Without such a proof only current information serves."""

    ISSUED_AFTER = "issued_after"
    """It serves if it was issued at or after that time: a revocation before it would be seen."""
    FRESH_THEN = "fresh_then"
    """It serves if it was fresh at that time (EN 319 102-1, 5.2.5), even if issued before it. NOTE:
    whoever supplies it can pick one from before a revocation, so it is not the default."""
    REFUSE = "refuse"


class ResponderStatus(StrEnum):
    """Delegated OCSP responders whose certificate does not say `ocsp-nocheck`."""

    PROVEN = "proven"
    """Their own certificate must be shown not to be revoked."""
    AS_NAMED = "as_named"
    """So too where that certificate names a way to check it; where it names none, it is trusted for
    its lifetime (RFC 6960, 4.2.2.2.1, third case: a matter of local policy)."""


class NoRevocationInfo(StrEnum):
    """End-entity certificates that say that nobody publishes their revocation (RFC 9608)."""

    HONOUR = "honour"
    REFUSE = "refuse"


_REVOCATION_CHOICES: Final = {
    "required": RequiredChecks,
    "unchecked": UncheckedStatus,
    "past": PastEvidence,
    "responders": ResponderStatus,
    "no_information": NoRevocationInfo,
}


@dataclass(frozen=True, slots=True)
class RevocationPolicy:
    """How the revocation of certificates is judged; every default fails closed. Seconds.

    ``freshness`` is the greatest age of revocation information that counts (EN 319 102-1, 5.2.5),
    beside its own `nextUpdate`, which always ends it; ``None`` leaves it to `nextUpdate` alone, and
    then information without one never serves. ``clock_skew`` tolerates issuers' clocks that are
    ahead.
    """

    required: RequiredChecks = RequiredChecks.PATH
    unchecked: UncheckedStatus = UncheckedStatus.DENY
    freshness: int | None = None
    past: PastEvidence = PastEvidence.ISSUED_AFTER
    responders: ResponderStatus = ResponderStatus.PROVEN
    no_information: NoRevocationInfo = NoRevocationInfo.HONOUR
    clock_skew: int = CLOCK_SKEW_SECONDS
    digest: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ``MisuseError``: what is no member of its enumeration would be no choice."""
        for name, kind in _REVOCATION_CHOICES.items():
            if not isinstance(getattr(self, name), kind):
                raise MisuseError(f"{name} must be a {kind.__name__}")
        for name, least in (("freshness", 1), ("clock_skew", 0)):
            seconds = getattr(self, name)
            if name == "freshness" and seconds is None:
                continue
            if type(seconds) is not int or seconds < least:
                raise MisuseError(f"{name} is a whole number of seconds from {least} up")
        parts = (
            *(getattr(self, name).value for name in _REVOCATION_CHOICES),
            self.freshness,
            self.clock_skew,
        )
        object.__setattr__(self, "digest", sha256(repr(parts).encode()).digest())


DEFAULT_REVOCATION_POLICY: Final = RevocationPolicy()


class ArrangementMoment(StrEnum):
    """The moment at which an arrangement must have held.

    ``PROVEN_EXISTENCE``: when the object is proven to have existed (a verified time-stamp), where
    that is known. An object's own word for its age proves nothing; without a proof it is judged at
    the moment asked for, as under ``ASKED``. The service's status is that of the proven moment
    under both.
    """

    ASKED = "asked"
    PROVEN_EXISTENCE = "proven_existence"


_OID: Final = re.compile(r"[0-2](\.(0|[1-9][0-9]*))+", re.ASCII)
_CHOICES: Final = {
    "algorithms": AlgorithmPolicy,
    "transcribed": TranscribedLists,
    "unchecked_status": UncheckedStatus,
    "unread_citations": UnreadCitations,
    "revocation": RevocationPolicy,
    "arrangement_moment": ArrangementMoment,
}


@dataclass(frozen=True, slots=True)
class VerificationPolicy:
    """Seconds and named choices; every default fails closed except where the comment says why.

    ``national_list_grace``: a national list past its NextUpdate is still used for this long and
    every verdict that used it says so. NOTE: TS 119 612, 5.3.15 would discard it at once; a border
    post without a network for a weekend is the reason for three days. A regional list has no grace.
    ``max_status_age``: a status list answers for this long after it was fetched (where that is not
    known: after it was issued), or for as long as its own `ttl` and `exp` say, if that is shorter.
    ``revocation``: how certificates of signers, of time-stamping units and of CAs are judged.
    ``timestamp_policies``: the only policies (dotted OIDs, RFC 3161, 2.4.2) under which a
    time-stamp counts; ``None`` leaves that to the trust list, which names the services.
    """

    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY
    national_list_grace: int = 3 * 86_400
    transcribed: TranscribedLists = TranscribedLists.ACCEPT
    unchecked_status: UncheckedStatus = UncheckedStatus.DENY
    unread_citations: UnreadCitations = UnreadCitations.ACCEPT
    clock_skew: int = CLOCK_SKEW_SECONDS
    max_status_age: int = 7 * 86_400
    revocation: RevocationPolicy = DEFAULT_REVOCATION_POLICY
    arrangement_moment: ArrangementMoment = ArrangementMoment.ASKED
    timestamp_policies: frozenset[str] | None = None
    digest: bytes = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Raises ``MisuseError``: what is no member of its enumeration would be no choice."""
        for name, kind in _CHOICES.items():
            if not isinstance(getattr(self, name), kind):
                raise MisuseError(f"{name} must be a {kind.__name__}")
        for name in ("national_list_grace", "clock_skew", "max_status_age"):
            seconds = getattr(self, name)
            if type(seconds) is not int or seconds < 0:
                raise MisuseError(f"{name} is a whole number of seconds from 0 up")
        stamps = self.timestamp_policies
        if stamps is not None and (
            type(stamps) is not frozenset or not stamps or not all(map(_is_oid, stamps))
        ):
            raise MisuseError("timestamp_policies is a frozenset of dotted OIDs, not empty")
        parts = (
            self.algorithms.digest,
            self.national_list_grace,
            self.transcribed.value,
            self.unchecked_status.value,
            self.unread_citations.value,
            self.clock_skew,
            self.max_status_age,
            self.revocation.digest,
            self.arrangement_moment.value,
            *(() if stamps is None else sorted(stamps)),
        )
        object.__setattr__(self, "digest", sha256(repr(parts).encode()).digest())


def _is_oid(text: object) -> bool:
    return isinstance(text, str) and _OID.fullmatch(text) is not None


DEFAULT_POLICY = VerificationPolicy()
