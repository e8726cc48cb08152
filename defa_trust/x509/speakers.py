"""Keys that may vouch for revocation information, and what their signatures are worth (floor 4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple, Protocol, cast

from ..algorithm_ids import signature_algorithms
from ..algorithms import AlgorithmPolicy
from ..codes import revocation as codes
from ..crypto import VerificationKey
from ..errors import Rejection
from ..verdict import Finding, Interval, Outcome
from .anchors import TrustAnchor
from .certificate import UntrustedCertificate, open_certificate
from .moments import Clock, Moment
from .path import ValidatedPath
from .statements import Standing, Weighed

MAX_SIGNATURES: Final = 256
"""Ours: questions about signatures for one path; CRLs or OCSP need one or two a certificate."""

MAX_DELEGATES: Final = 128
"""Ours: certificates in OCSP responses that are opened for one path; a response brings one or two,
and speaks of one certificate of it."""
MAX_TRIED: Final = 32
"""Ours: keys that one CRL or response remembers to have been tried with."""
_Chunks = tuple[bytes, ...]


class Source(Protocol):
    """A CRL or an OCSP response."""

    @property
    def sha256(self) -> bytes: ...
    @property
    def tbs(self) -> bytes | memoryview[int]: ...
    @property
    def signature(self) -> bytes: ...
    @property
    def signature_algorithm(self) -> bytes: ...
    @property
    def issued(self) -> int: ...
    @property
    def verified(self) -> dict[VerificationKey, bool]: ...


class Speaker(NamedTuple):
    """A CA (or the anchor): a name and a key that were validated.

    ``sound_until`` is when it was revoked, if that was after the time that counts: from then on its
    key proves nothing by itself.
    """

    name_key: bytes
    key: VerificationKey
    key_usage: frozenset[str] | None
    validity: Interval
    sound_until: int | None = None

    @classmethod
    def of_anchor(cls, anchor: TrustAnchor) -> Speaker:
        return cls(anchor.subject_key, anchor.key, anchor.key_usage, anchor.validity)

    @classmethod
    def of_certificate(
        cls, certificate: UntrustedCertificate, issuer: Speaker, weighed: Weighed
    ) -> Speaker:
        """The subject of a certificate that was judged; unsound where what is above it is."""
        ends = [] if issuer.sound_until is None else [issuer.sound_until]
        if weighed.standing is Standing.REVOKED_LATER and weighed.statement is not None:
            ends.append(weighed.statement.since)
        return cls(
            certificate.subject_key,
            certificate.key,
            certificate.key_usage,
            Interval(certificate.not_before, certificate.not_after + 1),
            min(ends, default=None),
        )


class Notary:
    """Verifies signatures of revocation information within one budget.

    ``clock`` is replaced for each certificate that is judged; what a signature is worth at its
    moment narrows it.
    """

    __slots__ = ("_algorithms", "_delegates", "_left", "_now", "_proofs", "clock")

    def __init__(self, algorithms: AlgorithmPolicy, proofs: Mapping[bytes, int], now: int) -> None:
        self.clock = Clock(now)
        self._algorithms = algorithms
        self._proofs = proofs
        self._now = now
        self._left = MAX_SIGNATURES
        self._delegates = MAX_DELEGATES

    @property
    def exhausted(self) -> bool:
        """Something may have been left unverified."""
        return self._left <= 0 or self._delegates < 0

    def delegate(self, der: bytes) -> UntrustedCertificate:
        """A certificate that came in an OCSP response, as long as there are not too many. Raises
        ``Rejection``."""
        self._delegates -= 1
        if self._delegates < 0:
            raise Rejection(codes.BUDGET)
        return open_certificate(der)

    def known_since(self, source: Source) -> Moment:
        """When it is known to have existed: now, or as early as a proof says."""
        proven = self._proofs.get(source.sha256) if self._proofs else None
        return Moment(self.clock, None if proven is None or proven >= self._now else proven)

    def fault(self, source: Source, key: VerificationKey, item: Moment) -> Finding | None:
        """Why ``key`` did not sign ``source``, or not with an algorithm that counts."""
        if self._left <= 0:
            return Finding(codes.BUDGET, evidence=name_of(source))
        self._left -= 1
        try:
            rows = signature_algorithms(source.signature_algorithm)
            for algorithm in rows:
                if algorithm.key_type is key.key_type:
                    break
            else:
                return Finding(codes.SIGNATURE_INVALID, evidence=name_of(source))
            allowed = self._algorithms.judge(algorithm, key, item.value)
            item.narrow(allowed.interval)
            if allowed.code.outcome is not Outcome.MET:
                return Finding(codes.ALGORITHM, None, algorithm.name, evidence=name_of(source))
            valid = source.verified.get(key)
            if valid is None:
                # A view of a large list is hashed where it lies.
                data = source.tbs if isinstance(source.tbs, bytes) else cast(_Chunks, (source.tbs,))
                valid = key.verify(algorithm, source.signature, data)
                if len(source.verified) < MAX_TRIED:
                    source.verified[key] = valid
        except Rejection as refusal:
            # Whatever is wrong, it is the evidence that is unusable, not the certificate.
            said = f"{refusal.actual} ({refusal.code.id})"
            return Finding(codes.ALGORITHM, None, said, evidence=name_of(source))
        return None if valid else Finding(codes.SIGNATURE_INVALID, evidence=name_of(source))


def unsound(speaker: Speaker, source: Source, item: Moment) -> Finding | None:
    """A key proves something only while its certificate is valid and not revoked."""
    if not item.passed(speaker.validity.start) or item.passed(speaker.validity.end):
        return Finding(codes.OUT_OF_BOUNDS, None, source.issued, evidence=name_of(source))
    if speaker.sound_until is not None and item.passed(speaker.sound_until):
        return Finding(codes.ISSUER_REVOKED, speaker.sound_until, evidence=name_of(source))
    return None


def may_not_sign(usage: frozenset[str] | None, source: Source) -> Finding | None:
    """RFC 5280, 6.3.3 (f): who signs CRLs says so, where it says anything."""
    if usage is None or "crl_sign" in usage:
        return None
    said = "its key usage does not include cRLSign"
    return Finding(codes.ISSUER_UNAUTHORISED, None, said, evidence=name_of(source))


def is_certified_among(speakers: tuple[Speaker, ...], lead: ValidatedPath) -> bool:
    """Whether one of ``speakers`` certified the holder of ``lead``: itself, or another certificate
    of its name that certified it (a CA's further keys).

    NOTE: RFC 5280, 6.3.3 (f) asks for a path to the same anchor and no more, as if no two CAs below
    it ever issued to the same name.
    """
    name = lead.certificates[0].subject_key
    for certificate, key in zip(lead.certificates, lead.issuer_keys, strict=True):
        if certificate.subject_key != name:
            return False
        if any(s.key == key and s.name_key == certificate.issuer_key for s in speakers):
            return True
    return False


def name_of(source: Source) -> str:
    """What a finding names its evidence by: SHA-256 in hexadecimal."""
    return source.sha256.hex()
