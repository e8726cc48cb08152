"""What the time-stamps of a signature prove (floor 9, part of ``signatures``).

A time-stamp counts if it passed by itself and a service of the signer's own state, or one that the
receiving state recognises, stands behind it. Over the signature, it proves that this existed; over
the content, that the signature is younger.
"""

from __future__ import annotations

from typing import Final, NamedTuple

from .codes import crypto as crypto_codes
from .codes import signature as codes
from .codes import timestamp as timestamp_codes
from .formats.base import PartRole
from .formats.signature import TimestampKind
from .formats.tst import TstInfo
from .verdict import Finding, Indication, RecognitionOutcome, Verdict
from .x509.certificate import UntrustedCertificate


class Stamp(NamedTuple):
    """A judged time-stamp. ``info`` is ``None`` where the token could not even be read."""

    kind: TimestampKind
    verdict: Verdict
    info: TstInfo | None

    @property
    def passed(self) -> bool:
        return self.verdict.validity.indication is Indication.TOTAL_PASSED

    def counts_in(self, territory: str) -> bool:
        """A time-stamp of the signer's own state counts, or one that the receiving state recognises
        like any other trust service: no third state may date what is not its own."""
        return self.passed and (
            self.verdict.subject.territory == territory
            or self.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
        )


class Times(NamedTuple):
    """What the time-stamps prove for a signature of one state."""

    control: int | None
    """The earliest moment at which the signature is proven to exist; ``None`` where none is."""
    younger: int | None
    """The latest moment before which it cannot have been made."""
    findings: tuple[Finding, ...]


class TimesOf:
    """What the time-stamps prove, for each state that a path may lead to."""

    __slots__ = ("_known", "_stamps")

    def __init__(self, stamps: list[Stamp]) -> None:
        self._stamps = stamps
        self._known: dict[str | None, Times] = {}

    def of(self, territory: str | None) -> Times:
        if territory is None or not self._stamps:
            return _NO_TIMES
        known = self._known.get(territory)
        if known is None:
            known = self._known[territory] = _times(self._stamps, territory)
        return known


_NO_TIMES: Final = Times(None, None, ())


def _times(stamps: list[Stamp], territory: str) -> Times:
    findings: list[Finding] = []
    latest: list[int] = []
    earliest: list[int] = []
    for stamp in stamps:
        start, end = stamp.verdict.interval
        if stamp.info is None or not stamp.counts_in(territory):
            reason = stamp.verdict.reason
            said = "of another state" if stamp.passed else reason.code.id if reason else "unknown"
            finding = Finding(codes.TIMESTAMP_IGNORED, said, stamp.verdict.subject.object)
        elif stamp.kind is TimestampKind.CONTENT:
            earliest.append(stamp.info.earliest)
            finding = Finding(codes.YOUNGER, None, stamp.info.earliest)
        else:
            latest.append(stamp.info.latest)
            finding = Finding(codes.TIME_PROVEN, None, stamp.info.latest)
        # The answer of a time-stamp is part of this one, and holds no longer than it does.
        findings.append(finding._replace(start=start, end=end, subject=PartRole.SIGNER))
    control = min(latest, default=None)
    younger = max(earliest, default=None)
    if control is not None and younger is not None and control < younger:
        findings.append(Finding(codes.TIMESTAMP_ORDER, younger, control, subject=PartRole.SIGNER))
    return Times(control, younger, tuple(findings))


def dated(finding: Finding, younger: int | None) -> Finding:
    """An algorithm that does not count any more fails a signature that is proven to be younger;
    otherwise it may be older (EN 319 102-1, 5.2.8)."""
    if finding.code is not crypto_codes.ALGORITHM_EXPIRED:
        return finding
    end = finding.expected
    if younger is not None and isinstance(end, int) and younger >= end:
        return finding
    return finding._replace(code=codes.ALGORITHM_EXPIRED)


def before_certificate(info: TstInfo, certificate: UntrustedCertificate) -> Finding | None:
    """A unit stamps nothing before its certificate begins. It cannot have stamped after its end
    either: the path is judged now, and what is dated later than now proves nothing."""
    if info.moment >= certificate.not_before:
        return None
    return Finding(
        timestamp_codes.BEFORE_CERTIFICATE,
        certificate.not_before,
        info.moment,
        subject=PartRole.TIMESTAMP,
    )


def under_policy(info: TstInfo, accepted: frozenset[str] | None) -> Finding | None:
    """Whether the caller takes time-stamps of this policy (RFC 3161, 2.4.2)."""
    if accepted is None or info.policy in accepted:
        return None
    shown = tuple(sorted(accepted))
    return Finding(timestamp_codes.POLICY, shown, info.policy, subject=PartRole.TIMESTAMP)


def made(info: TstInfo, now: int) -> Finding:
    """When the token was made. Its last second has to be over: what is proven lies in the past."""
    role = PartRole.TIMESTAMP
    latest = info.latest
    over = latest + 1
    if now < over:
        return Finding(timestamp_codes.FROM_THE_FUTURE, None, latest, end=over, subject=role)
    said = f"{info.policy}, {info.serial:x}"
    return Finding(timestamp_codes.MADE, said, latest, start=over, subject=role)
