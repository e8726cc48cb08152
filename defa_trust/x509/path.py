"""From a certificate to a trust anchor: search and validation (RFC 5280, 6) (floor 4).

``find_path`` walks upwards by issuer names, verifies each signature before it climbs on, and judges
a chain as soon as an anchor signed its top. Names, key identifiers and serial numbers only select;
a link is a signature. Work is bounded: certificates, depth, links tried, chains judged.

An answer holds in an interval: wherever the search compared the moment with a date, that date is a
bound, so that at any other moment inside the same search would answer the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final, NoReturn

from ..codes import x509 as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..finding import Code, Finding, Interval
from .anchors import AnchorSet, TrustAnchor
from .certificate import UntrustedCertificate, open_certificate
from .judge import Bounds, Judge, row_for
from .path_options import (
    ANY_TERRITORY,
    DEFAULT_LIMITS,
    Limits,
    ListedCertificate,
    PathOptions,
)
from .policies import PolicyInputs, evaluate
from .pool import CertificatePool
from .profiles import SUBJECT, describe

__all__ = [
    "ANY_TERRITORY",
    "DEFAULT_LIMITS",
    "CertificatePool",
    "Limits",
    "ListedCertificate",
    "PathOptions",
    "ValidatedPath",
    "find_path",
]

_SEAL: Final = object()


class ValidatedPath:
    """A path that was found and holds in ``interval``: only ``find_path()`` makes one.

    ``certificates``: the one asked about first, the anchor not among them; ``issuer_keys``: for
    each the key that its signature verifies with; ``key``: the first certificate's.
    """

    __slots__ = ("_inputs", "anchor", "certificates", "interval", "issuer_keys", "key")

    def __init__(
        self,
        certificates: tuple[UntrustedCertificate, ...],
        anchor: TrustAnchor,
        interval: Interval,
        inputs: PolicyInputs,
        seal: object,
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("a ValidatedPath is made by find_path() alone")
        put = object.__setattr__
        put(self, "certificates", certificates)
        put(self, "anchor", anchor)
        put(self, "interval", interval)
        put(self, "key", certificates[0].key)
        put(self, "issuer_keys", (*(issuer.key for issuer in certificates[1:]), anchor.key))
        put(self, "_inputs", inputs)

    certificates: tuple[UntrustedCertificate, ...]
    anchor: TrustAnchor
    interval: Interval
    issuer_keys: tuple[VerificationKey, ...]
    key: VerificationKey
    _inputs: PolicyInputs

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a ValidatedPath is immutable: {name}")

    @property
    def policies(self) -> frozenset[str]:
        """The user-constrained policy set (RFC 5280, 6.1.6): dotted OIDs, `anyPolicy` for all."""
        return evaluate(self.certificates, self.anchor, self._inputs).policies


def find_path(
    leaf: bytes | UntrustedCertificate,
    pool: Iterable[bytes] | CertificatePool,
    anchors: AnchorSet,
    options: PathOptions,
    findings: list[Finding],
) -> ValidatedPath | None:
    """A path from ``leaf`` to one of ``anchors`` at ``options.moment``, or ``None`` and why not.

    Appends `path.valid` (or `path.listed`) and `certificate.fit`; or all findings of the candidate
    that came furthest. Never raises on input; ``MisuseError`` for a wrong call.
    """
    if not isinstance(anchors, AnchorSet) or not isinstance(options, PathOptions):
        raise MisuseError("find_path() needs an AnchorSet and PathOptions")
    if not anchors.anchors:
        findings.append(Finding(codes.NO_ANCHORS, subject=SUBJECT))
        return None
    try:
        certificate = leaf if isinstance(leaf, UntrustedCertificate) else open_certificate(leaf)
        certificate.check()
    except Rejection as refusal:
        findings.append(refusal.finding(SUBJECT))
        return None
    if not isinstance(pool, CertificatePool):
        pool = CertificatePool(pool, options.limits.pool, anchors.known)
    return _Search(certificate, pool, anchors, options).run(findings)


class _Exhausted(Exception):
    """The budget is used up; ``what`` and how much it was."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what)
        self.what = what
        self.limit = limit


class _Search:
    """One search: its budget, its bounds in time, and the best candidate that failed."""

    def __init__(
        self,
        leaf: UntrustedCertificate,
        pool: CertificatePool,
        anchors: AnchorSet,
        options: PathOptions,
    ) -> None:
        self.leaf = leaf
        self.pool = pool
        self.anchors = anchors
        self.options = options
        self.tries = options.limits.links
        self.chains = options.limits.chains
        self.bounds = Bounds(options.moment)
        self.judge = Judge(options, self.bounds)
        self.links: dict[tuple[bytes, bytes], bool] = {}
        self.cut = False
        self.failed: list[Finding] = []
        self.rank: tuple[int, ...] = ()

    def run(self, findings: list[Finding]) -> ValidatedPath | None:
        chain = [self.leaf]
        limits, bounds = self.options.limits, self.bounds
        try:
            if self.options.listed is ListedCertificate.COUNTS:
                for anchor in self.anchors.of_certificate(self.leaf.der):
                    if self._accept(chain, anchor, listed=True):
                        return self._found(chain, anchor, codes.LISTED, findings)
            top = self._climb(chain)
        except _Exhausted as end:
            limit = Finding(codes.BUDGET, end.limit, end.what, subject=SUBJECT)
            findings.append(limit._replace(start=bounds.start, end=bounds.end))
            return None
        if top is not None:
            return self._found(chain, top, codes.VALID, findings)
        failed = self.failed
        if self.cut:
            failed.append(Finding(codes.BUDGET, limits.depth, "certificates", subject=SUBJECT))
        if self.pool.left_out:
            failed.append(
                Finding(codes.BUDGET, limits.pool, "certificates at hand", subject=SUBJECT)
            )
        findings += [
            f._replace(start=max(f.start, bounds.start), end=min(f.end, bounds.end)) for f in failed
        ]
        return None

    def _found(
        self,
        chain: list[UntrustedCertificate],
        anchor: TrustAnchor,
        code: Code,
        findings: list[Finding],
    ) -> ValidatedPath:
        options = self.options
        start, end = self.bounds.start, self.bounds.end
        path = ValidatedPath(tuple(chain), anchor, Interval(start, end), options.policies, _SEAL)
        findings.append(Finding(code, anchor.digest, len(chain), start, end, subject=SUBJECT))
        findings.append(
            Finding(codes.FIT, options.profile.name, describe(chain[0]), subject=SUBJECT)
        )
        if len(chain) > 1:
            above = chain[1:]
            spkis = (*(issuer.spki for issuer in above[1:]), anchor.spki)
            self.anchors.known.remember(above, zip((c.der for c in above), spkis, strict=True))
        return path

    # --- upwards -----------------------------------------------------------------------------
    def _climb(self, chain: list[UntrustedCertificate]) -> TrustAnchor | None:
        """Complete ``chain`` up to an anchor, depth first; on success it is left complete."""
        current = chain[-1]
        tried, linked = 0, False
        for anchor in self.anchors.named(current.issuer_key):
            tried += 1
            if self._linked(current, anchor.key, anchor.spki):
                linked = True
                if self._accept(chain, anchor):
                    return anchor
        issuers = self.pool.by_subject.get(current.issuer_key)
        if issuers:
            if len(chain) >= self.options.limits.depth:
                self.cut = True
                issuers = ()
            elif len(issuers) > 1:
                issuers = sorted(issuers, key=lambda issuer: self._order(current, issuer))
            for issuer in issuers:
                if _repeats(issuer, chain):
                    continue
                tried += 1
                try:
                    key = issuer.key
                except Rejection:
                    continue
                if self._linked(current, key, issuer.spki):
                    linked = True
                    chain.append(issuer)
                    found = self._climb(chain)
                    if found is not None:
                        return found
                    chain.pop()
        if not linked:
            self._dead_end(chain, tried)
        return None

    def _order(
        self, subject: UntrustedCertificate, issuer: UntrustedCertificate
    ) -> tuple[int, bool, bool, bytes]:
        """Likeliest first (RFC 4158, 3.2): key identifiers, then CAs, then those in their period.

        Nothing is left out by it. The octets decide last, so that a pool has no order.
        """
        try:
            hint, own, is_ca = subject.aki, issuer.ski, issuer.is_ca
        except Rejection:
            return 3, True, True, issuer.der
        unlike = 1 if hint is None or own is None else 0 if hint == own else 2
        return (
            unlike,
            not is_ca,
            not self.bounds.within(issuer.not_before, issuer.not_after + 1),
            issuer.der,
        )

    def _linked(self, subject: UntrustedCertificate, key: VerificationKey, spki: bytes) -> bool:
        """Does the subject's signature verify with that key? Each pair is verified once."""
        if not self.tries:
            raise _Exhausted("links", self.options.limits.links)
        self.tries -= 1
        pair = (subject.der, spki)
        known = self.links.get(pair)
        if known is not None:
            return known
        if subject is not self.leaf and pair in self.anchors.known.signatures:
            return True
        verified = False
        try:
            algorithm = row_for(subject, key)
            if algorithm is not None:
                verified = key.verify(algorithm, subject.signature, subject.tbs)
        except Rejection:
            verified = False
        self.links[pair] = verified
        return verified

    def _dead_end(self, chain: list[UntrustedCertificate], tried: int) -> None:
        place = len(chain)
        found = self.judge.chain(chain, None)
        if not tried:
            unreadable = self.pool.unreadable
            found.append(Finding(codes.NO_ISSUER, unreadable, place, subject=SUBJECT))
        else:
            try:
                _ = chain[-1].algorithms
                found.append(Finding(codes.SIGNATURE_INVALID, tried, place, subject=SUBJECT))
            except Rejection as refusal:
                found.append(refusal.finding(SUBJECT))
        self._fail(found, (0, place, -len(found)))

    def _fail(self, found: list[Finding], rank: tuple[int, ...]) -> None:
        if rank > self.rank:
            self.failed, self.rank = found, rank

    def _accept(
        self, chain: list[UntrustedCertificate], anchor: TrustAnchor, *, listed: bool = False
    ) -> bool:
        if not self.chains:
            raise _Exhausted("candidate paths", self.options.limits.chains)
        self.chains -= 1
        found = self.judge.chain(chain, anchor, listed=listed)
        if not found:
            return True
        self._fail(found, (1, -len(found), -len(chain)))
        return False


def _repeats(issuer: UntrustedCertificate, chain: list[UntrustedCertificate]) -> bool:
    """RFC 4158, 2.4.2: a path that meets one name and key twice is a loop."""
    return any(
        issuer.spki == certificate.spki and issuer.subject_key == certificate.subject_key
        for certificate in chain
    )
