"""From a certificate to a trust anchor: search and validation (RFC 5280, 6) (floor 4).

``find_path`` walks upwards by issuer names, verifies each signature before it climbs on, and judges
a chain as soon as an anchor signed its top. Names, key identifiers and serial numbers only select;
a link is a signature. Work is bounded: certificates, depth, links tried, chains judged.

An answer holds in an interval: wherever the search compared the moment with a date, that date is a
bound, so that at any other moment inside the same search would answer the same.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from ..codes import x509 as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..finding import Finding, Interval, fast_finding, from_parts
from .anchors import AnchorSet, TrustAnchor
from .certificate import UntrustedCertificate, open_certificate
from .judge import Judge, row_for
from .path_options import (
    ANY_TERRITORY,
    DEFAULT_LIMITS,
    Limits,
    ListedCertificate,
    PathOptions,
    Reading,
)
from .policies import PolicyInputs, evaluate
from .pool import CertificatePool
from .profiles import SUBJECT

__all__ = [
    "ANY_TERRITORY",
    "DEFAULT_LIMITS",
    "CertificatePool",
    "Limits",
    "ListedCertificate",
    "PathOptions",
    "Reading",
    "ValidatedPath",
    "find_path",
]

_SEAL: Final = object()
# Bound once: looking up a member of an enumeration by its name is not cheap in Python 3.11.
_WHOLE: Final = Reading.WHOLE
_COUNTS: Final = ListedCertificate.COUNTS
_interval: Final = from_parts(Interval)


class ValidatedPath:
    """A path that was found and holds in ``interval``: only ``find_path()`` makes one.

    ``certificates``: the one asked about first, the anchor not among them.
    """

    __slots__ = ("_inputs", "anchor", "certificates", "interval")

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
        self.certificates = certificates
        self.anchor = anchor
        self.interval = interval
        self._inputs = inputs

    @property
    def key(self) -> VerificationKey:
        """The first certificate's key. Raises ``Rejection`` (`crypto.*`) where it is none."""
        return self.certificates[0].key

    @property
    def issuer_keys(self) -> tuple[VerificationKey, ...]:
        """For each certificate the key that its signature verifies with."""
        return (*(issuer.key for issuer in self.certificates[1:]), self.anchor.key)

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

    With ``Reading.WHOLE`` nothing of the path's certificates raises any more.
    """
    if type(anchors) is not AnchorSet or type(options) is not PathOptions:
        raise MisuseError("find_path() needs an AnchorSet and PathOptions")
    if type(options.moment) is not int:
        raise MisuseError("find_path() needs the moment as Unix seconds, an int")
    if not anchors.anchors:
        findings.append(Finding(codes.NO_ANCHORS, subject=SUBJECT))
        return None
    try:
        if not isinstance(leaf, UntrustedCertificate):
            leaf = open_certificate(leaf)
        if options.reading is _WHOLE:
            leaf.check()
    except Rejection as refusal:
        findings.append(refusal.finding(SUBJECT))
        return None
    if not isinstance(pool, CertificatePool):
        pool = CertificatePool(pool, options.limits.pool, anchors.known)
    judge = Judge(options)
    links: dict[tuple[bytes, bytes], bool] = {}
    chain = [leaf]
    code = codes.VALID
    listed = anchors.of_certificate(leaf.der)
    if listed and options.listed is _COUNTS:
        code = codes.LISTED
        anchor = next((a for a in listed if not judge.chain(chain, a, listed=True)), None)
    else:
        anchor = _straight(chain, pool, anchors, judge, links)
    if anchor is None:
        search = _Search(pool, anchors, judge, links, listed)
        anchor, code = search.run(leaf, findings), codes.VALID
        chain = search.chain
        if anchor is None:
            return None
    start, end = judge.start, judge.end
    findings += (
        fast_finding((code, anchor.digest, len(chain), start, end, None, SUBJECT, None)),
        options.profile.fit,
    )
    known = anchors.known
    for place, issuer in enumerate(chain):
        if place and issuer.der not in known.certificates:
            above = anchor if place + 1 == len(chain) else chain[place + 1]
            known.remember((issuer,), ((issuer.der, above.spki),))
    held = _interval((start, end))
    return ValidatedPath(tuple(chain), anchor, held, options.policies, _SEAL)


def _straight(
    chain: list[UntrustedCertificate],
    pool: CertificatePool,
    anchors: AnchorSet,
    judge: Judge,
    links: dict[tuple[bytes, bytes], bool],
) -> TrustAnchor | None:
    """The usual case: at each step one candidate, whose subject is the issuer's very octets.

    Judged before any signature is verified, so that bookkeeping and mathematics each run in one
    go. Completes ``chain``; ``None`` where another step is possible, or this one does not hold.
    """
    depth = judge.options.limits.depth
    current = chain[0]
    while not (tops := anchors.spelt(current.issuer_name)):
        issuers = pool.spelt(current.issuer_name)
        if len(issuers) != 1 or len(chain) >= depth:
            return None
        current = issuers[0]
        chain.append(current)
    anchor = tops[0]
    if len(tops) != 1 or judge.chain(chain, anchor):
        return None
    verified = anchors.known.signatures
    issuer: UntrustedCertificate | TrustAnchor = anchor
    for place in range(len(chain) - 1, -1, -1):
        current = chain[place]
        pair = current.der, issuer.spki
        if (pair not in verified or not place) and not _verify(current, issuer, pair, links):
            return None
        issuer = current
    return anchor


def _verify(
    subject: UntrustedCertificate,
    issuer: UntrustedCertificate | TrustAnchor,
    pair: tuple[bytes, bytes],
    links: dict[tuple[bytes, bytes], bool],
) -> bool:
    """Does the subject's signature verify with the issuer's key? Kept in ``links``."""
    held = False
    try:
        algorithm = row_for(subject, issuer.key)
        if algorithm is not None:
            held = issuer.key.verify(algorithm, subject.signature, subject.tbs)
    except Rejection:
        held = False
    links[pair] = held
    return held


class _Exhausted(Exception):
    """The budget is used up; ``what`` and how much it was."""

    def __init__(self, what: str, limit: int) -> None:
        super().__init__(what)
        self.what = what
        self.limit = limit


class _Search:
    """The thorough search: its budget, its chain, and the best candidate that failed."""

    def __init__(
        self,
        pool: CertificatePool,
        anchors: AnchorSet,
        judge: Judge,
        links: dict[tuple[bytes, bytes], bool],
        listed: tuple[TrustAnchor, ...],
    ) -> None:
        self.pool = pool
        self.anchors = anchors
        self.judge = judge
        self.options = judge.options
        self.tries = judge.options.limits.links
        self.chains = judge.options.limits.chains
        self.links = links
        self.listed = listed
        self.chain: list[UntrustedCertificate] = []
        self.cut = False
        self.failed: list[Finding] = []
        self.rank: tuple[int, ...] = ()

    def run(self, leaf: UntrustedCertificate, findings: list[Finding]) -> TrustAnchor | None:
        """The anchor under which ``chain`` now stands; otherwise ``findings`` say why not."""
        limits, judge = self.options.limits, self.judge
        self.chain = [leaf]
        failed = self.failed
        try:
            leaf.check()
            anchor = self._climb()
            if anchor is not None:
                return anchor
            failed = self.failed
        except _Exhausted as end:
            failed = [Finding(codes.BUDGET, end.limit, end.what, subject=SUBJECT)]
        except Rejection as refusal:
            failed = [refusal.finding(SUBJECT)]
        if self.cut:
            failed.append(Finding(codes.BUDGET, limits.depth, "certificates", subject=SUBJECT))
        if self.pool.left_out:
            what = "certificates at hand"
            failed.append(Finding(codes.BUDGET, limits.pool, what, subject=SUBJECT))
        findings += [
            f._replace(start=max(f.start, judge.start), end=min(f.end, judge.end)) for f in failed
        ]
        return None

    # --- upwards -----------------------------------------------------------------------------
    def _climb(self) -> TrustAnchor | None:
        """Complete the chain up to an anchor, depth first; on success it is left complete."""
        chain = self.chain
        current = chain[-1]
        tried, linked = 0, False
        if len(chain) == 1 and self.options.listed is _COUNTS:
            for anchor in self.listed:
                if self._accept(anchor, listed=True):
                    return anchor
        try:
            name = current.issuer_key
        except Rejection:
            name = b""  # no name of anybody
        for anchor in self.anchors.named(name):
            tried += 1
            if self._linked(current, anchor):
                linked = True
                if self._accept(anchor):
                    return anchor
        issuers = self.pool.named(name)
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
                if self._linked(current, issuer):
                    linked = True
                    chain.append(issuer)
                    found = self._climb()
                    if found is not None:
                        return found
                    chain.pop()
        if not linked:
            self._dead_end(tried)
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
            not self.judge.within(issuer.not_before, issuer.not_after + 1),
            issuer.der,
        )

    def _linked(
        self, subject: UntrustedCertificate, issuer: UntrustedCertificate | TrustAnchor
    ) -> bool:
        """Does the subject's signature verify with that key? Each pair is verified once."""
        if not self.tries:
            raise _Exhausted("links", self.options.limits.links)
        self.tries -= 1
        pair = subject.der, issuer.spki
        known = self.links.get(pair)
        if known is not None:
            return known
        if subject is not self.chain[0] and pair in self.anchors.known.signatures:
            return True
        return _verify(subject, issuer, pair, self.links)

    def _dead_end(self, tried: int) -> None:
        chain = self.chain
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

    def _accept(self, anchor: TrustAnchor, *, listed: bool = False) -> bool:
        if not self.chains:
            raise _Exhausted("candidate paths", self.options.limits.chains)
        self.chains -= 1
        found = self.judge.chain(self.chain, anchor, listed=listed)
        if not found:
            return True
        self._fail(found, (1, -len(found), -len(self.chain)))
        return False


def _repeats(issuer: UntrustedCertificate, chain: list[UntrustedCertificate]) -> bool:
    """RFC 4158, 2.4.2: a path that meets one name and key twice is a loop."""
    return any(
        issuer.spki == certificate.spki and issuer.subject_key == certificate.subject_key
        for certificate in chain
    )
