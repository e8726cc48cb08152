"""What authentic evidence says of one certificate, weighed at a time (floor 4).

A ``Statement`` is already known to come from whoever may speak of the certificate; ``weigh``
decides what several of them amount to. It fails closed: a revocation counts whoever says it and
however old it is, a clean answer only while it is fresh and for the reasons it covers.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import NamedTuple

from ..codes import revocation as codes
from ..policy import PastEvidence, RevocationPolicy
from ..verdict import TIME_MAX, Finding
from .crl import ALL_REASONS, CertificateList, Entry, Reason
from .moments import Clock, Moment
from .ocsp import CertStatus, OcspResponse, SingleResponse


class Said(StrEnum):
    """The three answers there are (RFC 6960, 2.2); a CRL gives the first two."""

    GOOD = "good"
    REVOKED = "revoked"
    UNKNOWN = "unknown"


class Statement(NamedTuple):
    """One authentic answer about one certificate. Times are Unix seconds.

    ``since`` is when a revocation counts from: the revocation date, or the invalidity date if that
    is earlier, and never later than the statement itself. ``reasons`` are those a clean answer
    covers. ``expired_from``: it speaks of certificates that expired at or after this moment, too.
    ``evidence`` is the SHA-256 (hex) of the CRL or response.
    """

    said: Said
    this_update: int
    next_update: int | None
    evidence: str
    since: int = 0
    reason: Reason = Reason.UNSPECIFIED
    reasons: frozenset[str] = ALL_REASONS
    expired_from: int | None = None

    @property
    def permanent(self) -> bool:
        """Everything but a hold; a hold since the epoch is how a responder says that the serial
        number was never issued (RFC 6960, 2.2 and 4.4.8)."""
        return self.said is Said.REVOKED and (
            self.reason is not Reason.CERTIFICATE_HOLD or self.since <= 0
        )


def counts_from(revoked_at: int, invalid_from: int | None, this_update: int) -> int:
    """The moment from which a revocation counts against what the certificate signed.

    RFC 5280, 5.3.2: the invalidity date is when the key is known or suspected to have been
    compromised, and may lie before the revocation. The earlier of the two counts, whatever the
    reason given. A date after the list that states it would make a listed certificate good:
    it counts from the list's own date.
    """
    since = min(revoked_at, this_update)
    return since if invalid_from is None else min(since, invalid_from)


def worst(entries: Iterable[Entry]) -> Entry | None:
    """Of the entries of a list that repeats itself, the one that says most against it."""
    return min(
        entries,
        key=lambda e: (
            e.reason is Reason.REMOVE_FROM_CRL,
            e.reason is Reason.CERTIFICATE_HOLD,
            e.revoked_at if e.invalid_from is None else min(e.revoked_at, e.invalid_from),
        ),
        default=None,
    )


def of_crl(
    base: CertificateList, latest: CertificateList, entry: Entry | None, reasons: frozenset[str]
) -> Statement:
    """What a complete list says, or it and the delta ``latest`` together."""
    ends = [end for end in (base.next_update, latest.next_update) if end is not None]
    clean = Statement(
        Said.GOOD,
        latest.this_update,
        min(ends) if len(ends) == 2 else None,
        latest.sha256.hex(),
        reasons=reasons,
        expired_from=base.expired_from,
    )
    if entry is None:
        return clean
    since = counts_from(entry.revoked_at, entry.invalid_from, latest.this_update)
    return clean._replace(said=Said.REVOKED, since=since, reason=entry.reason)


def of_ocsp(response: OcspResponse, single: SingleResponse) -> Statement:
    """What one answer of a response says."""
    said = Statement(
        Said(single.status.value),
        single.this_update,
        single.next_update,
        response.sha256.hex(),
        expired_from=single.archive_cutoff,
    )
    if single.status is not CertStatus.REVOKED:
        return said
    revoked_at = single.this_update if single.revoked_at is None else single.revoked_at
    since = counts_from(revoked_at, single.more.invalid_from, single.this_update)
    reasons = [r for r in (single.reason, single.more.reason) if r is not None]
    # Where it gives two, a hold beside something final is no hold.
    final = [r for r in reasons if r is not Reason.CERTIFICATE_HOLD]
    reason = next(iter(final or reasons), Reason.UNSPECIFIED)
    return said._replace(since=since, reason=reason)


class Standing(StrEnum):
    """What the evidence amounts to."""

    GOOD = "good"
    REVOKED_LATER = "revoked_later"
    REVOKED = "revoked"
    ON_HOLD = "on_hold"
    UNKNOWN = "unknown"
    NONE_OFFERED = "none_offered"
    UNCHECKED = "unchecked"


class Weighed(NamedTuple):
    """``statement`` is the one that decides; ``until`` how long a clean answer lasts."""

    standing: Standing
    statement: Statement | None = None
    until: int = TIME_MAX


def weigh(
    statements: Iterable[Statement],
    expires: int,
    control: Moment,
    clock: Clock,
    policy: RevocationPolicy,
    complaints: list[Finding],
) -> Weighed:
    """What ``statements`` amount to for a certificate whose notAfter is ``expires``.

    ``control`` is the time that counts: now, or a proven earlier one. Why evidence did not serve
    goes to ``complaints``.
    """
    seen = [s for s in statements if _issued(s, clock, policy, complaints)]
    later: Statement | None = None
    for statement in sorted((s for s in seen if s.permanent), key=lambda s: s.since):
        # Authentic and irrevocable: staleness takes nothing away from it (RFC 5280, 5.3.1).
        if _counts(statement, control):
            return Weighed(Standing.REVOKED, statement)
        later = later or statement
    clean = [
        s
        for s in seen
        if s.said is Said.GOOD and _serves(s, expires, control, clock, policy, complaints)
    ]
    held = [s for s in seen if s.said is Said.REVOKED and not s.permanent]
    for statement in held:
        # RFC 5280, 5.3.1: a hold can be lifted; a newer clean answer for the same reasons says so.
        if _counts(statement, control) and not any(
            s.this_update > statement.this_update and s.reasons >= statement.reasons for s in clean
        ):
            return Weighed(Standing.ON_HOLD, statement)
    # What was revoked or suspended only after the time that counts was neither at that time.
    clean += [s for s in (*held, later) if s is not None and not _counts(s, control)]
    return _together(clean, seen, later, expires, control, clock, policy, complaints)


def _counts(statement: Statement, control: Moment) -> bool:
    """Does a revocation reach the time that counts? Only a proven one can lie before it."""
    return control.fixed is None or control.fixed >= statement.since


def _together(
    clean: list[Statement],
    seen: list[Statement],
    later: Statement | None,
    expires: int,
    control: Moment,
    clock: Clock,
    policy: RevocationPolicy,
    complaints: list[Finding],
) -> Weighed:
    """Clean answers must cover every reason between them (RFC 5280, 6.3.3, end)."""
    lasting = sorted(clean, key=lambda s: -_end(s, control, policy))
    missing = set(ALL_REASONS)
    used: list[Statement] = []
    for statement in lasting:
        if missing & statement.reasons:
            missing -= statement.reasons
            used.append(statement)
    if used and not missing:
        until = min(_end(s, control, policy) for s in used)
        if later is not None:
            return Weighed(Standing.REVOKED_LATER, later)
        return Weighed(Standing.GOOD, max(used, key=lambda s: s.this_update), until)
    if used:
        shown = tuple(sorted(missing))
        complaints.append(Finding(codes.REASONS_INCOMPLETE, None, shown))
    for statement in seen:
        if statement.said is Said.UNKNOWN and _serves(
            statement, expires, control, clock, policy, complaints
        ):
            return Weighed(Standing.UNKNOWN, statement)
    return Weighed(Standing.UNCHECKED)


def _issued(
    statement: Statement, clock: Clock, policy: RevocationPolicy, complaints: list[Finding]
) -> bool:
    """It is no message from the future."""
    if clock.passed(statement.this_update - policy.clock_skew):
        return True
    complaints.append(
        Finding(codes.NOT_YET_VALID, None, statement.this_update, evidence=statement.evidence)
    )
    return False


def _limit(statement: Statement, policy: RevocationPolicy) -> int:
    """Until when it is fresh (EN 319 102-1, 5.2.5): its own nextUpdate, and the policy's age."""
    end = statement.next_update
    if policy.freshness is None:
        # Without either bound nothing says how long it may be relied on.
        return statement.this_update if end is None else end
    aged = statement.this_update + policy.freshness
    return aged if end is None else min(end, aged)


def _end(statement: Statement, control: Moment, policy: RevocationPolicy) -> int:
    """How long the clean answer that this statement gave will last."""
    if control.fixed is not None and _serves_the_past(statement, control, policy):
        return TIME_MAX
    return _limit(statement, policy) if statement.said is Said.GOOD else TIME_MAX


def _serves_the_past(statement: Statement, control: Moment, policy: RevocationPolicy) -> bool:
    """Not current any more, and yet an answer about a proven moment (see ``PastEvidence``)."""
    if control.fixed is None or policy.past is PastEvidence.REFUSE:
        return False
    if statement.this_update >= control.fixed:
        return True
    fresh_then = control.fixed < _limit(statement, policy)
    return policy.past is PastEvidence.FRESH_THEN and fresh_then


def _serves(
    statement: Statement,
    expires: int,
    control: Moment,
    clock: Clock,
    policy: RevocationPolicy,
    complaints: list[Finding],
) -> bool:
    """Fresh, or good enough for the past; and issued when it still spoke of the certificate."""
    begun = statement.this_update
    if not _serves_the_past(statement, control, policy):
        limit = _limit(statement, policy)
        if limit <= begun or clock.passed(limit):
            code, expected = codes.STALE, limit
            if control.fixed is not None and control.fixed < limit:
                code, expected = codes.BEFORE_CONTROL, control.fixed
            complaints.append(Finding(code, expected, begun, evidence=statement.evidence))
            return False
    covered = statement.expired_from is not None and statement.expired_from <= expires
    if expires < begun and not covered:
        complaints.append(
            Finding(codes.EXPIRED_NOT_COVERED, expires, begun, evidence=statement.evidence)
        )
        return False
    return True
