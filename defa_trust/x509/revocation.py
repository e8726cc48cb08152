"""Revocation of the certificates of a path (RFC 5280, 6.3; RFC 6960; EN 319 102-1, 5.2.6; floor 4).

``check_path`` judges each certificate, the one nearest the anchor first, by the CRLs and OCSP
responses among the evidence:

1. whoever may speak of the certificate is found, and the signature verified (``status_sources``);
2. what is authentic becomes a ``Statement``; several are weighed (``statements``);
3. the answer becomes a finding that says how long it holds.

Two times are arguments. ``now`` judges freshness. ``control`` is the time that counts for what the
certificate signed: ``now``, or an earlier one that a time-stamp proves. A certificate revoked after
the control time passes. That holds for a compromised key too: the revocation then counts from its
invalidity date if the CRL or response states one, and from the revocation date if not (EN 319
102-1, 5.5 and 5.6.2.2, know no other rule for it). What a revoked CA signed about others, CRLs
included, counts only if it is proven to have existed before that CA's revocation.

"Could not check" is neither "revoked" nor "good"; the policy's named choice decides about it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from types import MappingProxyType
from typing import Final

from ..algorithms import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from ..codes import revocation as codes
from ..errors import MisuseError, Rejection
from ..material import EvidenceView
from ..policy import RequiredChecks, RevocationPolicy, UncheckedStatus
from ..verdict import TIME_MAX, Finding, Need, NeedKind
from .certificate import UntrustedCertificate
from .extensions import NameKind
from .moments import Clock
from .ocsp import build_request, cert_id
from .path import ValidatedPath
from .speakers import Speaker
from .statements import Standing
from .status_sources import Answer, Sources

__all__ = ["check_path"]

MAX_URLS: Final = 4
"""Ours: addresses of one kind that one certificate can make the edge ask."""
MAX_URL_CHARACTERS: Final = 2048
_NO_PROOFS: Final[Mapping[bytes, int]] = MappingProxyType({})


def check_path(
    path: ValidatedPath,
    control: int,
    now: int,
    evidence: EvidenceView,
    policy: RevocationPolicy,
    findings: list[Finding],
    *,
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY,
    territory: str | None = None,
    proofs: Mapping[bytes, int] = _NO_PROOFS,
    signed_after: int | None = None,
    subject: str = "certificate",
) -> tuple[Need, ...]:
    """A finding for each certificate of ``path``, and `revocation.path_checked` if all passed.

    ``control`` and ``now`` are Unix seconds, ``control`` not later than ``now``; where they are the
    same, nothing is proven, and the findings' intervals are about both. ``evidence`` gives CRLs,
    OCSP responses and certificates of CRL issuers; nothing in it is trusted. ``proofs`` maps the
    SHA-256 of a CRL or response to a moment at which it is proven to have existed (otherwise: now).
    ``signed_after`` is a moment the object is proven to be younger than (a content time-stamp), so
    that a revocation before it is final. Returns what would answer the questions left open, of
    ``territory``. Raises ``MisuseError`` for a control time after ``now``.
    """
    if type(control) is not int or type(now) is not int or control > now:
        raise MisuseError("the control time is Unix seconds, and not later than now")
    certificates = path.certificates
    if path.anchor.origin is not None and certificates[0].der == path.anchor.origin.der:
        # RFC 5280, 6.1: an anchor is not checked; whoever lists it says whether it stands.
        findings.append(Finding(codes.LISTED, subject=subject))
        findings.append(Finding(codes.PATH_CHECKED, None, 0, subject=subject))
        return ()
    sources = Sources(path, evidence, policy, algorithms, proofs, now)
    issuer = Speaker.of_anchor(path.anchor)
    needs: list[Need] = []
    passed = True
    for place in range(len(certificates) - 1, -1, -1):
        certificate = certificates[place]
        clock = Clock(now)
        answer = sources.judge(certificate, issuer, control, clock)
        about = f"{subject} issuer {place}" if place else subject
        for finding in _findings(answer, place, control, policy, signed_after):
            start, end = max(finding.start, clock.start), min(finding.end, clock.end)
            findings.append(finding._replace(start=start, end=end, subject=about))
            passed = passed and finding.code.indication is None
        if answer.weighed.standing in _OPEN:
            needs += _needs(certificate, issuer, territory)
        issuer = sources.speaker(certificate)
    if passed:
        findings.append(Finding(codes.PATH_CHECKED, None, len(certificates), subject=subject))
    return tuple(dict.fromkeys(needs))


_OPEN: Final = frozenset({Standing.UNCHECKED, Standing.UNKNOWN, Standing.ON_HOLD})
"""Newer or other information could change the answer."""


def _findings(
    answer: Answer,
    place: int,
    control: int,
    policy: RevocationPolicy,
    signed_after: int | None,
) -> Iterator[Finding]:
    """The answer about the certificate at ``place`` (0 is the leaf), as the policy takes it."""
    standing, statement, until = answer.weighed
    if statement is None:
        yield from _without(standing, answer, place, policy)
        return
    evidence, issued = statement.evidence, statement.this_update
    if standing is Standing.GOOD and until < TIME_MAX:
        yield Finding(codes.GOOD, until, issued, evidence=evidence)
    elif standing is Standing.GOOD:
        yield Finding(codes.GOOD_THEN, control, issued, evidence=evidence)
    elif standing is Standing.REVOKED_LATER:
        yield Finding(codes.REVOKED_LATER, control, statement.since, evidence=evidence)
    elif standing is Standing.REVOKED:
        code = codes.REVOKED_CA if place else codes.REVOKED
        if signed_after is not None and signed_after >= statement.since:
            code = codes.REVOKED_BEFORE
        yield Finding(code, statement.since, statement.reason, evidence=evidence)
    elif standing is Standing.ON_HOLD:
        yield Finding(codes.ON_HOLD, statement.since, issued, evidence=evidence)
    else:
        yield Finding(codes.UNKNOWN, None, issued, evidence=evidence)


def _without(
    standing: Standing, answer: Answer, place: int, policy: RevocationPolicy
) -> Iterator[Finding]:
    """Nothing authentic and fresh spoke of the certificate."""
    if standing is Standing.NONE_OFFERED:
        yield Finding(codes.NONE_OFFERED)
    elif place and policy.required is RequiredChecks.LEAF:
        yield Finding(codes.NOT_REQUIRED)
    elif policy.unchecked is UncheckedStatus.REPORT:
        said = tuple(complaint.code.id for complaint in answer.complaints)
        yield Finding(codes.NOT_CHECKED_ALLOWED, None, said)
    else:
        yield from answer.complaints


def _needs(
    certificate: UntrustedCertificate, issuer: Speaker, territory: str | None
) -> Iterator[Need]:
    """Where the certificate itself says that an answer can be had."""
    try:
        responders = certificate.ocsp_urls
        lists = [
            name.value.decode("ascii")
            for point in certificate.crl_distribution_points
            for name in point.full_name
            if name.kind is NameKind.URI
        ]
    except Rejection:
        return
    question = build_request(cert_id(certificate.issuer_name, issuer.key, certificate.serial))
    for url in _addresses(responders):
        yield Need(NeedKind.OCSP, url, territory, question)
    for url in _addresses(lists):
        yield Need(NeedKind.CRL, url, territory)


def _addresses(urls: Iterable[str]) -> list[str]:
    """HTTP addresses only: LDAP and others are asked by nobody here."""
    return [
        url
        for url in urls
        if url.lower().startswith(("http://", "https://")) and len(url) <= MAX_URL_CHARACTERS
    ][:MAX_URLS]
