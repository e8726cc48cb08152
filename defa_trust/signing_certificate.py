"""Which certificate a signature was made with (floor 6).

What the signer signed decides: the digest of its own certificate. Names, serial numbers and key
identifiers that stand outside the signature must agree with it and decide nothing (EN 319 102-1,
5.2.3). Only where a request allows signatures that sign no such reference do they choose, and then
the certificate must be the only one they fit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .algorithms import DIGESTS
from .codes import signature as codes
from .errors import Rejection
from .formats.ess import SHA_1
from .formats.signature import CertificateReference, Signature, SignerId
from .request import Profile, Request
from .verdict import Finding
from .x509.certificate import UntrustedCertificate, open_certificate
from .x509.names import name_key

_NONE_OPENED: Final[Mapping[bytes, UntrustedCertificate]] = MappingProxyType({})


def choose_certificate(
    signature: Signature,
    candidates: Iterable[bytes],
    request: Request,
    findings: list[Finding],
    opened: Mapping[bytes, UntrustedCertificate] = _NONE_OPENED,
) -> UntrustedCertificate | None:
    """The signer's certificate among ``candidates`` (DER), or ``None`` and a finding that says why.

    A certificate may come back beside a finding that stands in the way, so that the rest of the
    signature is judged all the same. ``opened`` are certificates that were read before.
    """
    subject = signature.part.role
    ders = tuple(dict.fromkeys(candidates))
    references = signature.references
    if not references:
        allowed = Profile.CMS_WITHOUT_SIGNING_CERTIFICATE in request.profiles
        code = codes.CERTIFICATE_UNNAMED_ALLOWED if allowed else codes.CERTIFICATE_UNNAMED
        fitting = [c for c in _readable(ders, opened) if _matches(signature.signer, c)]
        used = fitting[0].sha256.hex() if len(fitting) == 1 else None
        findings.append(Finding(code, evidence=used, subject=subject))
        if len(fitting) == 1:
            return fitting[0]
        findings.append(Finding(codes.CERTIFICATE_ABSENT, "unnamed", subject=subject))
        return None
    first = references[0]
    der = _of_digest(first, ders, opened)
    if der is None:
        findings.append(_not_there(signature, ders, opened))
        return None
    try:
        certificate = opened.get(der) or open_certificate(der)
        agree = _fits(signature.signer, certificate) and all(
            _refers(reference, certificate) for reference in references
        )
        _ = certificate.key
    except Rejection as refusal:
        findings.append(
            Finding(codes.CERTIFICATE_UNREADABLE, None, refusal.code.id, subject=subject)
        )
        return None
    if not agree:
        shown = certificate.sha256.hex()
        findings.append(
            Finding(codes.CERTIFICATE_MISMATCH, first.digest.hex(), shown, subject=subject)
        )
        return None
    findings.append(_named(references, certificate, subject))
    return certificate


def _of_digest(
    reference: CertificateReference,
    ders: tuple[bytes, ...],
    opened: Mapping[bytes, UntrustedCertificate],
) -> bytes | None:
    """The candidate whose digest was signed; those that were opened before know theirs."""
    wanted = reference.digest
    if reference.algorithm == "sha-256":
        for der in ders:
            known = opened.get(der)
            if known is not None and known.sha256 == wanted:
                return der
    for der in ders:
        if digest_of(reference.algorithm, der) == wanted:
            return der
    return None


def digest_of(algorithm: str, der: bytes) -> bytes:
    """The digest of a certificate by a reference's algorithm (see ``ess.SHA_1``)."""
    if algorithm == SHA_1:
        return hashlib.sha1(der, usedforsecurity=False).digest()
    return DIGESTS[algorithm](der)


def _named(
    references: tuple[CertificateReference, ...], certificate: UntrustedCertificate, subject: str
) -> Finding:
    """What it rests on is the certificate itself, by its digest: a report says which it was."""
    names = tuple([reference.algorithm for reference in references])
    return _named_by(names, certificate.sha256, subject)


@lru_cache(maxsize=256)
def _named_by(names: tuple[str, ...], sha256: bytes, subject: str) -> Finding:
    by_sha_1 = set(names) == {SHA_1}
    return Finding(
        codes.CERTIFICATE_NAMED_BY_SHA_1 if by_sha_1 else codes.CERTIFICATE_NAMED,
        None,
        None if by_sha_1 else names,
        evidence=sha256.hex(),
        subject=subject,
    )


def _refers(reference: CertificateReference, certificate: UntrustedCertificate) -> bool:
    """Digest, and issuer and serial number where they are there (RFC 5035, 3 and 4)."""
    digest = certificate.sha256
    if reference.algorithm != "sha-256":
        digest = digest_of(reference.algorithm, certificate.der)
    if digest != reference.digest:
        return False
    return reference.issuer is None or _issued(certificate, reference.issuer, reference.serial)


def _issued(certificate: UntrustedCertificate, issuer: bytes, serial: int | None) -> bool:
    """Whether the certificate is the one of this number by that issuer (RFC 5280, 7.1)."""
    return serial == certificate.serial and (
        issuer == certificate.issuer_name or name_key(issuer) == certificate.issuer_key
    )


def _fits(signer: SignerId, certificate: UntrustedCertificate) -> bool:
    """Whether the hint outside the signature names this certificate. No hint names any."""
    if signer.key_id is not None:
        return signer.key_id == certificate.ski
    if signer.issuer is None:
        return signer.serial is None
    return signer.serial == certificate.serial and name_key(signer.issuer) == certificate.issuer_key


def _readable(
    ders: tuple[bytes, ...], opened: Mapping[bytes, UntrustedCertificate]
) -> list[UntrustedCertificate]:
    found = []
    for der in ders:
        try:
            certificate = opened.get(der) or open_certificate(der)
            _ = certificate.key, certificate.ski
        except Rejection:
            continue
        found.append(certificate)
    return found


def _not_there(
    signature: Signature, ders: tuple[bytes, ...], opened: Mapping[bytes, UntrustedCertificate]
) -> Finding:
    """Another certificate in its place is something else than none."""
    subject, wanted = signature.part.role, signature.references[0].digest.hex()
    signer = signature.signer
    if signer != SignerId():
        for certificate in _readable(ders, opened):
            if _matches(signer, certificate):
                shown = certificate.sha256.hex()
                return Finding(codes.CERTIFICATE_MISMATCH, wanted, shown, subject=subject)
    return Finding(codes.CERTIFICATE_ABSENT, wanted, subject=subject)


def _matches(signer: SignerId, certificate: UntrustedCertificate) -> bool:
    try:
        return _fits(signer, certificate)
    except Rejection:
        return False
