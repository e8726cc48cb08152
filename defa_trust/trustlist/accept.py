"""Whether one signed list may become a source of anchors (floor 5).

Pure: bytes, pin, what was accepted before, and the moment in; a list or the reason against it out.
The order is the consumer's order of docs/profile.md: caps, header, pinned signer, signature, strict
JSON, profile, territory, time, sequence and digest.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import Final, NamedTuple

from ..codec import json as strict_json
from ..codes import listing as codes
from ..crypto import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from ..errors import MisuseError, Rejection
from ..policy import TranscribedLists
from ..spec import CLOCK_SKEW_SECONDS, MAX_LIST_BYTES, MEMBER_STATES
from ..verdict import Finding, Outcome
from . import reading
from .decode import decode, list_type
from .envelope import Opened, open_envelope, peek_payload
from .model import ListType, Publication, TrustList
from .past import rewritten

_DAY: Final = 86_400
_MAX_DEPTH: Final = 32
"""Ours: a list of this profile is at most 14 levels deep."""
MAX_SEQUENCE_JUMP: Final = 1000
"""Ours: a list issued every hour takes six weeks to get there; a verifier that was away longer, or
a number used up on purpose, is an operator's decision (``AcceptancePolicy.max_sequence_jump``)."""


class RetroactiveStatus(StrEnum):
    """A newer list gives a service another status for a time before the last list was issued."""

    REJECT = "reject"
    WARN = "warn"


class Pin(NamedTuple):
    """Who may sign one list: DER certificates, byte for byte. ``location`` is where to fetch it."""

    type: ListType
    territory: str
    signers: tuple[bytes, ...]
    location: str | None = None


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
    because a regional body has its seat in one of the states and no country code of its own.
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
        jump = self.max_sequence_jump
        if jump is not None and (type(jump) is not int or jump < 1):
            raise MisuseError("max_sequence_jump is a whole number from 1, or None for no bound")
        if not isinstance(self.retroactive_status, RetroactiveStatus):
            raise MisuseError("retroactive_status must be a RetroactiveStatus")


DEFAULT_ACCEPTANCE: Final = AcceptancePolicy()


class Acceptance(NamedTuple):
    """``trust_list`` is ``None`` where a finding says why not. Findings have the subject `list`."""

    trust_list: TrustList | None
    findings: tuple[Finding, ...]

    @property
    def code(self) -> str | None:
        """Id of the code that refused the list; ``None`` where it was accepted."""
        return next((f.code.id for f in self.findings if f.code.outcome is not Outcome.MET), None)


def accept(
    data: bytes,
    pin: Pin,
    *,
    last: ListState | None,
    now: int,
    policy: AcceptancePolicy = DEFAULT_ACCEPTANCE,
    via: str | None = None,
    previous: bytes | None = None,
) -> Acceptance:
    """Judge one list. Never raises on input; ``MisuseError`` for a wrong type of argument.

    ``via`` is the digest of the regional list whose pointer made the pin. ``previous`` are the
    bytes that left the mark ``last``; with them a newer list is held against what was said before.
    Bytes that are not those of the mark are not looked at.
    """
    if type(data) is not bytes:
        raise MisuseError(f"a signed list is bytes, not {type(data).__name__}")
    try:
        found = _accept(data, pin, last=last, now=now, policy=policy, via=via)
    except Rejection as refusal:
        return Acceptance(None, (refusal.finding("list"),))
    findings = []
    if previous is not None and last is not None and found.sequence > last.sequence:
        fault = _against_the_past(found, previous, last, policy)
        if fault is not None and fault.code.outcome is not Outcome.MET:
            return Acceptance(None, (fault,))
        findings += [] if fault is None else [fault]
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
    return Acceptance(found, tuple(findings))


def _accept(
    data: bytes,
    pin: Pin,
    *,
    last: ListState | None,
    now: int,
    policy: AcceptancePolicy,
    via: str | None,
) -> TrustList:
    regional = pin.type is ListType.REGIONAL
    opened = open_envelope(
        data,
        pin.signers,
        now=now,
        country=policy.regional_country if regional else pin.territory,
        skew=policy.clock_skew,
        algorithms=policy.algorithms,
        max_bytes=policy.max_bytes,
    )
    document = strict_json.loads_object(
        opened.payload, max_depth=_MAX_DEPTH, max_bytes=policy.max_bytes
    )
    found = decode(
        document,
        digest=sha256(data).hexdigest(),
        size=len(data),
        signer=opened.certificate.sha256.hex(),
        signed_at=opened.signed_at,
        signed_digest=sha256(data.rpartition(b".")[0]).hexdigest(),
        via=via,
    )
    if found.type is not pin.type:
        raise Rejection(codes.TYPE_MISMATCH, expected=pin.type.value, actual=found.type.value)
    if found.territory != pin.territory:
        raise Rejection(codes.TERRITORY_MISMATCH, expected=pin.territory, actual=found.territory)
    _check_operator(document, opened)
    _check_time(found, now, policy)
    if (
        policy.transcribed is TranscribedLists.REFUSE
        and found.publication is Publication.TRANSCRIBED
    ):
        raise Rejection(codes.TRANSCRIBED_REFUSED)
    found = replace(found, usable_until=opened.certificate.not_after + 1)
    if last is not None:
        if found.sequence < last.sequence:
            raise Rejection(codes.ROLLBACK, expected=last.sequence, actual=found.sequence)
        if found.sequence == last.sequence and ListState.of(found) != last:
            raise Rejection(codes.SPLIT_VIEW, expected=last.sequence, actual=found.signed_digest)
        jump = policy.max_sequence_jump
        if jump is not None and found.sequence - last.sequence > jump:
            raise Rejection(
                codes.FAST_FORWARD, expected=last.sequence + jump, actual=found.sequence
            )
    return found


def _against_the_past(
    found: TrustList, previous: bytes, last: ListState, policy: AcceptancePolicy
) -> Finding | None:
    """A start time lies not before the issue of the list that did not know it (602, 6.6.5)."""
    before = _marked(previous, last, policy)
    if before is None:
        return None
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


def _marked(data: bytes, last: ListState, policy: AcceptancePolicy) -> TrustList | None:
    """The list that left the mark. The mark's digest vouches for it: its signature was verified
    then, and signer and NextUpdate may have lapsed since."""
    if sha256(data.rpartition(b".")[0]).hexdigest() != last.digest:
        return None
    try:
        document = strict_json.loads_object(
            peek_payload(data, max_bytes=policy.max_bytes),
            max_depth=_MAX_DEPTH,
            max_bytes=policy.max_bytes,
        )
        return decode(document, digest=sha256(data).hexdigest(), size=len(data))
    except Rejection:
        return None


def _check_operator(document: dict[str, object], opened: Opened) -> None:
    """The certificate's organisation is the scheme operator, in any language (612, 5.7.1)."""
    scheme = document["LoTE"]["ListAndSchemeInformation"]  # type: ignore[index]
    names = {entry["value"] for entry in scheme["SchemeOperatorName"]}
    if opened.certificate.organisation not in names:
        raise Rejection(codes.SIGNER_ORGANISATION)


def _check_time(found: TrustList, now: int, policy: AcceptancePolicy) -> None:
    if found.issued > now + policy.clock_skew:
        raise Rejection(codes.ISSUED_IN_THE_FUTURE, expected=now, actual=found.issued)
    if now < found.next_update:
        return
    if found.type is ListType.REGIONAL:
        raise Rejection(codes.REGIONAL_EXPIRED, expected=found.next_update, actual=now)
    if now >= found.next_update + policy.max_stale_seconds:
        raise Rejection(codes.TOO_OLD, expected=found.next_update, actual=now)


def claimed_place(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> tuple[ListType, str]:
    """(type, territory) that unverified bytes claim: only to choose the pin that then judges them.

    Raises ``Rejection``.
    """
    document = strict_json.loads_object(
        peek_payload(data, max_bytes=max_bytes), max_depth=_MAX_DEPTH, max_bytes=max_bytes
    )
    lote = document.get("LoTE")
    scheme = lote.get("ListAndSchemeInformation") if type(lote) is dict else None
    if type(scheme) is not dict:
        raise Rejection(
            codes.MEMBER_MISSING, expected="ListAndSchemeInformation", actual="the document"
        )
    kind = list_type(scheme.get("LoTEType"), "LoTEType")
    return kind, reading.territory(scheme.get("SchemeTerritory"), "SchemeTerritory")


_STATES: Final = frozenset(MEMBER_STATES)


def check_pin(pin: Pin) -> None:
    """Raises ``MisuseError`` for a pin that can accept nothing or that mixes up territories."""
    if not isinstance(pin.type, ListType):
        raise MisuseError("a pin's type is a ListType")
    if not pin.signers or any(type(der) is not bytes for der in pin.signers):
        raise MisuseError(f"the pin of {pin.territory} names no signer certificates (DER)")
    state = pin.territory in _STATES
    if pin.type is ListType.REGIONAL:
        if state or len(pin.territory) != 2 or not pin.territory.isalpha():
            raise MisuseError(f"{pin.territory} is no code of a region: two letters, no state's")
    elif not state:
        raise MisuseError(f"{pin.territory} is no member state: {', '.join(MEMBER_STATES)}")
