"""From a signer's certificate to listed authorities of one state (floor 6).

The lists choose: only states whose authorities could have issued the certificate are asked, each by
itself and with its own control time. A certificate that leads to the services of two states is
nobody's.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Final, NamedTuple

from .codes import anchor as anchor_codes
from .codes import signature as codes
from .codes import timestamp as timestamp_codes
from .codes import x509 as path_codes
from .embedded import OF_PATHS, OF_REVOCATION, WithEmbedded
from .errors import Rejection
from .formats.base import PartRole
from .material import EvidenceKind
from .policy import TranscribedLists, VerificationPolicy
from .resolve import missing_lists
from .spec import MAX_SIGNED_OBJECTS
from .trustlist.model import Publication, Status
from .trustlist.signing_authorities import (
    AnchoredObject,
    Authorities,
    AuthorityIndex,
    CheckedPath,
    FoundPath,
    Key,
)
from .trustlist.snapshot import USABLE_STATUSES, ServiceAnchor, TrustSnapshot
from .verdict import (
    TIME_MAX,
    TIME_MIN,
    Bundle,
    Finding,
    Interval,
    Need,
    NeedKind,
    from_parts,
    pinned,
)
from .x509.certificate import UntrustedCertificate, open_certificate
from .x509.path import (
    CertificatePool,
    Limits,
    ListedCertificate,
    PathOptions,
    ValidatedPath,
    find_path,
)
from .x509.profiles import QC_TYPE_SEAL, SEAL, SIGNER, SUBJECT, TSA, Profile, statements
from .x509.revocation import check_path

LIMITS: Final = Limits(depth=8, pool=256, links=64, chains=16)
"""Ours, tighter than those of one certificate: a file can hold MAX_SIGNED_OBJECTS of them."""
assert MAX_SIGNED_OBJECTS * LIMITS.links <= 2048


class Anchored(NamedTuple):
    """Where a certificate hangs. ``control`` is the earlier moment that counts, if one is proven.

    ``path``, ``service`` and ``standing`` are ``None`` where the findings say why.
    """

    path: ValidatedPath | None
    service: ServiceAnchor | None
    standing: Bundle | None
    territory: str | None
    control: int | None
    findings: tuple[Finding, ...]
    needs: tuple[Need, ...] = ()
    state: Authorities | None = None
    """Where the path was found; it remembers what was worked out about it."""


_anchored: Final = from_parts(Anchored)


def check_revocation(
    anchored: Anchored,
    now: int,
    evidence: WithEmbedded,
    policy: VerificationPolicy,
    younger: int | None,
    role: str,
    findings: list[Finding],
) -> tuple[Need, ...]:
    """``x509.revocation.check_path`` of the path found, or its answer from before.

    That is a function of the path, the two times, the evidence and the policy; so where nothing was
    in the way, it serves again inside the span of time in which its findings hold.
    """
    path, state = anchored.path, anchored.state
    assert path is not None
    assert state is not None  # whoever has a path has found it somewhere
    held = evidence.key(OF_REVOCATION)
    key = (path, anchored.control, held, _policy_key(policy), younger, role)
    known = None if held is None else state.checked(key, now)
    if known is None:
        said: list[Finding] = []
        needs = check_path(
            path,
            now if anchored.control is None else anchored.control,
            now,
            evidence,
            policy.revocation,
            said,
            algorithms=policy.algorithms,
            territory=state.territory,
            signed_after=younger,
            subject=role,
        )
        bundle = Bundle.of(said)
        known = CheckedPath(bundle.findings, needs, Interval(bundle.start, bundle.end))
        if bundle.passed and held is not None:
            state.remember_check(key, known)
    findings += known.findings
    return known.needs


def _policy_key(policy: VerificationPolicy) -> tuple[bytes, str]:
    return policy.revocation.digest, policy.algorithms.digest


def anchor_signature(
    certificate: UntrustedCertificate,
    evidence: WithEmbedded,
    kind: AnchoredObject,
    index: AuthorityIndex,
    snapshot: TrustSnapshot,
    policy: VerificationPolicy,
    now: int,
    control_of: Callable[[str], int | None],
    made: tuple[int, int] | None = None,
) -> Anchored:
    """The path of ``certificate`` to a service for this kind of object, of exactly one state.

    ``index`` is that of ``kind``. ``evidence`` holds certificates at hand, none of them trusted.
    ``control_of`` gives, for a state, the proven moment at which its certificates are judged, or
    ``None`` for now. ``made`` is when a time-stamp says it was made, and by when at the latest: its
    service has to be granted then, too.
    """
    if not index.states:
        finding = Finding(codes.NO_AUTHORITY, None, kind.value, subject=SUBJECT)
        return Anchored(None, None, None, None, None, (finding,), missing_lists(snapshot))
    profile = TSA if kind is AnchoredObject.TIMESTAMP else _profile(certificate)
    case = _Case(certificate, evidence, kind, profile, policy, now, made)
    states = None if case.key is None else index.candidates.get(case.key)
    if states is None:
        issuers = case.issuers
        states = tuple([s for s in index.states if s.may_anchor(certificate, issuers)])
    tried = [_search(state, case, control_of(state.territory)) for state in states]
    if not tried:
        finding = Finding(path_codes.NO_ISSUER, case.pool.unreadable, 1, subject=SUBJECT)
        needs = (Need(NeedKind.CERTIFICATE_PATH, certificate.sha256.hex()),)
        return Anchored(None, None, None, None, None, (finding,), needs + missing_lists(snapshot))
    found = [answer for answer in tried if answer.path is not None]
    if found and case.key is not None and case.key not in index.candidates:
        index.remember(case.key, certificate, states)
    if len(found) > 1:
        names = tuple(answer.territory or "" for answer in found)
        finding = Finding(anchor_codes.TERRITORY_AMBIGUOUS, None, names)
        return Anchored(None, None, None, None, None, (_bounded(finding, tried),))
    best = found[0] if found else tried[0]
    if len(tried) > 1:
        # That the others have none is part of the answer, and holds no longer than they say.
        bound = _bounded(Finding(codes.OTHER_STATES, None, len(tried) - 1), tried)
        return best._replace(findings=(*best.findings, bound))
    return best


class _Case:
    """One certificate and what is at hand for its path; opened when a search needs it."""

    __slots__ = (
        *("_pool", "certificate", "evidence", "key", "kind", "made", "now", "policy", "profile"),
    )

    def __init__(
        self,
        certificate: UntrustedCertificate,
        evidence: WithEmbedded,
        kind: AnchoredObject,
        profile: Profile,
        policy: VerificationPolicy,
        now: int,
        made: tuple[int, int] | None,
    ) -> None:
        self.certificate = certificate
        self.evidence = evidence
        self.kind = kind
        self.profile = profile
        self.policy = policy
        self.now = now
        self.made = made
        held = evidence.key(OF_PATHS)
        self.key: Key | None = None
        if held is not None:
            self.key = (certificate.der, profile.name, policy.algorithms.digest, held)
        self._pool: CertificatePool | None = None

    @property
    def pool(self) -> CertificatePool:
        if self._pool is None:
            self._pool = CertificatePool(self.evidence.pool(EvidenceKind.CERTIFICATE), LIMITS.pool)
        return self._pool

    @property
    def issuers(self) -> frozenset[bytes]:
        """Names (for comparison) of everybody who issued what is at hand."""
        found = {self.certificate.issuer_key}
        for der in self.evidence.pool(EvidenceKind.CERTIFICATE)[: LIMITS.pool]:
            try:
                found.add(open_certificate(der).issuer_key)
            except Rejection:
                continue  # nobody's issuer, and counted by the pool
        return frozenset(found)


def _bounded(finding: Finding, tried: list[Anchored]) -> Finding:
    spans = [f for answer in tried for f in answer.findings]
    return finding._replace(
        start=max((f.start for f in spans), default=TIME_MIN),
        end=min((f.end for f in spans), default=TIME_MAX),
    )


def _search(state: Authorities, case: _Case, control: int | None) -> Anchored:
    """One state: its path at the control time, and the standing of the service it leads to."""
    moment = case.now if control is None else control
    known = None if case.key is None else state.remembered(case.key, moment)
    if known is None:
        options = PathOptions(
            moment,
            case.profile,
            case.policy.algorithms,
            limits=LIMITS,
            territory=state.territory,
            listed=_LISTED[case.kind],
        )
        heard: list[Finding] = []
        found = find_path(case.certificate, case.pool, state.anchors, options, heard)
        if found is None:
            said = tuple(heard) if control is None else tuple(pinned(f) for f in heard)
            return Anchored(None, None, None, state.territory, control, said)
        known = FoundPath(found, tuple(heard))
        if case.key is not None:
            state.remember(case.key, known)
    path, findings = known
    if control is not None:
        findings = tuple(pinned(f) for f in findings)
    service, standing = _service(state, path, case, control)
    more = _scope(service, path, case, control)
    said = (*findings, *more) if more else findings
    return _anchored((path, service, standing, state.territory, control, said, (), state))


_LISTED: Final = {
    AnchoredObject.SIGNATURE: ListedCertificate.DOES_NOT_COUNT,
    AnchoredObject.TIMESTAMP: ListedCertificate.COUNTS,
}
"""NOTE: a CA service certifies others, so its own certificate signs no document; a time-stamping
service is listed by the certificate of its unit or by that of the CA above (TS 119 612, 5.5.3)."""


@lru_cache(maxsize=512)
def _profile(certificate: UntrustedCertificate) -> Profile:
    try:
        return SEAL if QC_TYPE_SEAL in statements(certificate) else SIGNER
    except Rejection:
        return SIGNER


def _service(
    state: Authorities, path: ValidatedPath, case: _Case, control: int | None
) -> tuple[ServiceAnchor, Bundle]:
    """Of the entries that name the anchor, the first in good standing; else the first."""
    best: tuple[ServiceAnchor, Bundle] | None = None
    for service in state.services(path.anchor):
        standing = _then(service, _standing(service, case.policy, case.now, control), case)
        if best is None:
            best = (service, standing)
        else:
            start = max(best[1].start, standing.start)
            end = min(best[1].end, standing.end)
            if standing.passed:
                best = (service, standing)
            best = (best[0], best[1]._replace(start=start, end=end))
        if best[1].passed:
            break
    assert best is not None  # an anchor comes from an entry
    return best


def _standing(
    service: ServiceAnchor, policy: VerificationPolicy, now: int, control: int | None
) -> Bundle:
    """The list as of now; the service's status, and its certificate, at the control time."""
    grace = policy.national_list_grace
    if control is None:
        return service.standing(now, grace)
    validity = service.validity_finding(control)
    return Bundle.of(
        (
            service.found,
            *service.source.findings(now, grace),
            pinned(service.status_finding(control)),
            *(() if validity is None else (pinned(validity),)),
        )
    )


def _then(anchor: ServiceAnchor, standing: Bundle, case: _Case) -> Bundle:
    """A service that is granted now need not have been when it says that it stamped."""
    service, made = anchor.service, case.made or ()
    for moment in made:
        period = service.status_at(moment)
        if period is not None and period.status in USABLE_STATUSES:
            # What a service did after it had ceased is told where that is its last word.
            ceased = period.status is Status.CEASED_WITH_VALID_PAST
            if not ceased or period is service.status_at(case.now):
                continue
        said = "none" if period is None else period.status
        code = timestamp_codes.SERVICE_NOT_GRANTED
        finding = Finding(code, said, moment, subject=PartRole.TIMESTAMP)
        return Bundle.of((*standing.findings, finding))
    return standing


def _scope(
    anchor: ServiceAnchor, path: ValidatedPath, case: _Case, control: int | None
) -> list[Finding]:
    """What a ceased service still did, and whether the policy takes such a list at all."""
    found: list[Finding] = []
    service = anchor.service
    period = service.status_at(case.now if control is None else control)
    if period is not None and period.status is Status.CEASED_WITH_VALID_PAST:
        # A time-stamp, or the certificate that the service itself issued: the last below it.
        begun = path.certificates[-1].not_before if case.made is None else case.made[1]
        ceased = period.interval.start
        if begun >= ceased:
            finding = Finding(codes.AFTER_END, ceased, begun, subject=SUBJECT)
            start, end = (TIME_MIN, TIME_MAX) if control is not None else period.interval
            found.append(finding._replace(start=start, end=end))
    if (
        case.policy.transcribed is TranscribedLists.REFUSE
        and anchor.source.trust_list.publication is Publication.TRANSCRIBED
    ):
        found.append(Finding(anchor_codes.LIST_TRANSCRIBED, "authoritative", service.territory))
    return found
