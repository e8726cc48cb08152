"""Signers of status lists whose certificate no trust list holds (floor 8).

A service may be listed with the certificate of an authority. Then whoever could sign a credential
of that service by a path to the authority can sign its statuses too; so can whoever the authority
of a status service certified. Searched, judged and checked for revocation like the credential's.
"""

from __future__ import annotations

from hashlib import sha256
from typing import NamedTuple

from .formats.base import KeyHint
from .material import EvidenceKind, EvidenceView
from .policy import VerificationPolicy
from .resolve_path import names_issuer
from .trustlist.authorities import PathAnchor, authorities
from .trustlist.model import Service
from .trustlist.snapshot import ServiceAnchor, TrustSnapshot
from .verdict import Finding, Need, Outcome
from .x509.path import CertificatePool, PathOptions, find_path
from .x509.profiles import CREDENTIAL_ISSUER, PROFILES, Profile
from .x509.revocation import check_path


class PathCase(NamedTuple):
    """What a search needs to know. ``issuer`` and ``profile`` are those of the credential."""

    anchor: ServiceAnchor
    issuer: str | None
    profile: str
    snapshot: TrustSnapshot
    policy: VerificationPolicy
    moment: int
    evidence: EvidenceView


def find_signers(
    case: PathCase, hint: KeyHint, services: tuple[Service, ...], findings: list[Finding]
) -> tuple[ServiceAnchor, ...]:
    """Anchors by a path to an authority of one of ``services``, in their order.

    Without a search the credential's own certificate, where that was found by a path and the list
    names no other key. What searches in vain said is appended to ``findings``: at another moment
    they could have found one.
    """
    own = case.anchor
    if isinstance(own, PathAnchor) and _names(hint, own):
        return (own,)
    for service in services:
        profile = PROFILES[case.profile] if service is own.service else CREDENTIAL_ISSUER
        found = _search(case, hint, service, profile, findings)
        if found is not None and _speaks_for(found, case, service):
            return (found,)
    return ()


def _speaks_for(found: PathAnchor, case: PathCase, service: Service) -> bool:
    """One customer of an authority signs no statuses of another: as for credentials, a certificate
    that names issuers names this one. A status service speaks for several, as the list says."""
    if service is not case.anchor.service or case.issuer is None:
        return True
    return names_issuer(found.path.certificates[0], case.issuer) is not False


def _names(hint: KeyHint, anchor: PathAnchor) -> bool:
    """Whether the hint points to this certificate, or to none."""
    certificate = anchor.identity.certificate
    assert certificate is not None
    if hint.certificate is not None:
        return hint.certificate == certificate
    fingerprint = sha256(certificate).digest()
    if hint.certificate_sha256 is not None:
        return hint.certificate_sha256 == fingerprint
    return hint.kid in (None, fingerprint[:8])


def _search(
    case: PathCase, hint: KeyHint, service: Service, profile: Profile, findings: list[Finding]
) -> PathAnchor | None:
    territory = service.territory
    listed = authorities(case.snapshot, territory, (service,), frozenset({service.type}))
    if hint.certificate is None or listed.source is None or not listed.anchors.anchors:
        return None
    supplied = case.evidence.pool(EvidenceKind.CERTIFICATE)
    pool = CertificatePool((*hint.chain, *supplied), known=listed.anchors.known)
    options = PathOptions(case.moment, profile, case.policy.algorithms, territory=territory)
    heard: list[Finding] = []
    path = find_path(hint.certificate, pool, listed.anchors, options, heard)
    if path is None:
        findings += heard
        return None
    return PathAnchor(service, listed.source, path, tuple(heard))


def check_revocation(
    case: PathCase, signer: ServiceAnchor
) -> tuple[tuple[Finding, ...], Finding | None, tuple[Need, ...]]:
    """Whether the certificates of a path stand: all findings, the first against, and the needs.

    Nothing for a listed key, whose trust list says it, nor for the credential's own certificate,
    which is checked together with the credential.
    """
    if signer is case.anchor or not isinstance(signer, PathAnchor):
        return (), None, ()
    heard: list[Finding] = []
    needs = check_path(
        signer.path,
        case.moment,
        case.moment,
        case.evidence,
        case.policy.revocation,
        heard,
        algorithms=case.policy.algorithms,
        territory=signer.service.territory,
    )
    against = next((f for f in heard if f.code.outcome is not Outcome.MET), None)
    return tuple(heard), against, needs
