"""From a certificate that no list holds, by a path to an authority that one list does (floor 6).

The certificate and those beside it come from the message; nothing of them is believed before the
path is found. Every anchor of the search is of one state. Where a message names neither issuer nor
state, each state is searched by itself, and a certificate that two states answer for is nobody's.
"""

from __future__ import annotations

from typing import Final, NamedTuple
from urllib.parse import urlsplit

from .codes import anchor as codes
from .formats.base import Presented
from .material import EvidenceKind, EvidenceView
from .policy import VerificationPolicy
from .spec import CREDENTIAL_SERVICE_TYPES
from .trustlist.authorities import Authorities, PathAnchor, authorities, authorities_of_state
from .trustlist.snapshot import Issuer, ServiceAnchor, TrustSnapshot
from .verdict import Finding
from .x509.certificate import UntrustedCertificate
from .x509.extensions import NameKind
from .x509.path import CertificatePool, PathOptions, find_path
from .x509.profiles import PROFILES

_NOBODY: Final[tuple[ServiceAnchor, ...]] = ()


class PathQuestion(NamedTuple):
    """What the searches of one evaluation have in common."""

    presented: Presented
    snapshot: TrustSnapshot
    policy: VerificationPolicy
    moment: int
    evidence: EvidenceView


def by_issuer(
    question: PathQuestion, issuer: Issuer, name: str, findings: list[Finding]
) -> tuple[ServiceAnchor, ...]:
    """Anchors by a path to an authority of this issuer's own services; appends why there are none.

    The certificate must not name another issuer than the message does.
    """
    found = _search(
        question,
        issuer.territory,
        authorities(question.snapshot, issuer.territory, issuer.services, CREDENTIAL_SERVICE_TYPES),
        findings,
    )
    if found:
        certificate = found[0].path.certificates[0]
        named = names_issuer(certificate, name)
        if named is False:
            findings.append(Finding(codes.CERTIFICATE_OF_ANOTHER, name, "other names"))
            return _NOBODY
    return found


def by_territory(
    question: PathQuestion, territory: str, findings: list[Finding]
) -> tuple[ServiceAnchor, ...]:
    """Anchors by a path to an authority of that state."""
    listed = authorities_of_state(question.snapshot, territory, CREDENTIAL_SERVICE_TYPES)
    return _search(question, territory, listed, findings)


def by_certificate(
    question: PathQuestion, findings: list[Finding]
) -> tuple[tuple[ServiceAnchor, ...], tuple[str, ...]]:
    """Anchors by a path to an authority of any one state, and the states that answered.

    More than one state: no anchor. What the searches of other states said is dropped.
    """
    answers: dict[str, tuple[PathAnchor, ...]] = {}
    best: list[Finding] = []
    for territory in sorted(question.snapshot.territories):
        listed = authorities_of_state(question.snapshot, territory, CREDENTIAL_SERVICE_TYPES)
        heard: list[Finding] = []
        found = _search(question, territory, listed, heard)
        if found:
            answers[territory] = found
        elif len(heard) > len(best):
            best = heard
    if len(answers) == 1:
        ((territory, anchors),) = answers.items()
        return anchors, (territory,)
    if not answers:
        findings += best
    return _NOBODY, tuple(answers)


def _search(
    question: PathQuestion, territory: str, listed: Authorities, findings: list[Finding]
) -> tuple[PathAnchor, ...]:
    hint = question.presented.issuer_part.hint
    if hint.certificate is None or listed.source is None or not listed.anchors.anchors:
        return ()
    supplied = question.evidence.pool(EvidenceKind.CERTIFICATE)
    pool = CertificatePool((*hint.chain, *supplied), known=listed.anchors.known)
    options = PathOptions(
        question.moment,
        PROFILES[question.presented.certificate_profile],
        question.policy.algorithms,
        territory=territory,
    )
    heard: list[Finding] = []
    path = find_path(hint.certificate, pool, listed.anchors, options, heard)
    if path is None:
        findings += heard
        return ()
    said = tuple(heard)
    return tuple(
        PathAnchor(service, listed.source, path, said)
        for service in listed.services[path.anchor.digest]
    )


def names_issuer(certificate: UntrustedCertificate, name: str) -> bool | None:
    """Whether the certificate's alternative names hold this issuer identifier, as its URI or as
    the DNS name in it (SD-JWT VC, 2.5); ``None`` where it holds neither kind of name."""
    kinds = (NameKind.URI, NameKind.DNS)
    names = [n for n in certificate.subject_alt_names if n.kind in kinds]
    if not names:
        return None
    try:
        host = (urlsplit(name).hostname or "").encode("utf-8", "surrogatepass")
    except ValueError:
        host = b""  # no address, so no host in it
    wanted = name.encode("utf-8", "surrogatepass")
    return any(
        n.value == wanted if n.kind is NameKind.URI else host != b"" and n.value.lower() == host
        for n in names
    )
