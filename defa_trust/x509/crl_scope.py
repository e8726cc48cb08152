"""Of which certificates, and for which reasons, a CRL speaks (RFC 5280, 6.3.3 (b) to (d); floor 4).

Nothing here looks at signatures: a list that claims to speak of a certificate may be anybody's.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from ..codec.der import SET, Reader, seq, tlv
from .certificate import UntrustedCertificate
from .crl import ALL_REASONS, CertificateList, IssuingDistributionPoint
from .extensions import DistributionPoint, GeneralName, NameKind
from .names import name_key

_WHOLE: Final = IssuingDistributionPoint()
"""The scope of a list without an issuingDistributionPoint."""


def points_of(certificate: UntrustedCertificate) -> tuple[DistributionPoint, ...]:
    """The certificate's distribution points, then the one that RFC 5280, 6.3.3 assumes at the end.

    Raises ``Rejection`` where the extension is malformed.
    """
    assumed = DistributionPoint((GeneralName(NameKind.DIRECTORY, certificate.issuer_name),))
    return (*certificate.crl_distribution_points, assumed)


def issuers_of(certificate: UntrustedCertificate) -> frozenset[bytes]:
    """Comparison keys of all who may sign CRLs about this certificate (6.3.3 (b)(1))."""
    return frozenset(
        (certificate.issuer_key, *(key for p in points_of(certificate) for key in _issuers(p)))
    )


def is_own_crl_issuer(certificate: UntrustedCertificate) -> bool:
    """Did its issuer name the certificate's holder for lists about this very certificate?"""
    own = certificate.subject_key
    return own != certificate.issuer_key and own in issuers_of(certificate)


def covered_reasons(
    crl: CertificateList, certificate: UntrustedCertificate
) -> tuple[frozenset[str], str]:
    """The reasons for which the list speaks of the certificate (the interim reasons mask of 6.3.3
    (d), over all its distribution points); if there is none, also why not."""
    scope = crl.scope or _WHOLE
    if scope.only_attribute:
        return frozenset(), "it lists attribute certificates"
    if scope.only_user and certificate.is_ca:
        return frozenset(), "it lists end-entity certificates"
    if scope.only_ca and not certificate.is_ca:
        return frozenset(), "it lists CA certificates"
    reasons: set[str] = set()
    why = "another issuer"
    for point in points_of(certificate):
        keys = _issuers(point)
        if keys or point.crl_issuer:
            if crl.issuer_key not in keys:
                continue
            if not scope.indirect:
                why = "it is not indirect"
                continue
        elif crl.issuer_key != certificate.issuer_key:
            continue
        if not _names_meet(crl, scope, certificate, point):
            why = "another distribution point"
            continue
        mask = ALL_REASONS if point.reasons is None else point.reasons
        reasons |= mask & (scope.some_reasons or ALL_REASONS)
    return frozenset(reasons), why


def continues(delta: CertificateList, base: CertificateList) -> bool:
    """RFC 5280, 5.2.4 and 6.3.3 (c): the delta belongs to this complete list and is newer."""
    if delta.base_number is None or delta.number is None or base.number is None:
        return False
    return (
        delta.issuer_key == base.issuer_key
        and delta.scope_der == base.scope_der
        and delta.authority_key == base.authority_key
        and delta.base_number <= base.number < delta.number
    )


def _issuers(point: DistributionPoint) -> frozenset[bytes]:
    return frozenset(
        name_key(name.value) for name in point.crl_issuer if name.kind is NameKind.DIRECTORY
    )


def _names_meet(
    crl: CertificateList,
    scope: IssuingDistributionPoint,
    certificate: UntrustedCertificate,
    point: DistributionPoint,
) -> bool:
    """6.3.3 (b)(2)(i): the names of the list's distribution point and of the certificate's."""
    theirs = _names(scope.full_name, scope.relative, crl.issuer_name)
    if not theirs:
        return True
    if point.full_name or point.relative is not None:
        relative_to = certificate.issuer_name
        if point.crl_issuer:
            # RFC 5280, 4.2.1.13: relative to the CRL issuer, who then has exactly one name.
            named = [n.value for n in point.crl_issuer if n.kind is NameKind.DIRECTORY]
            if point.relative is not None and len(named) != 1:
                return False
            relative_to = named[0] if named else relative_to
        ours = _names(point.full_name, point.relative, relative_to)
    else:
        ours = _names(point.crl_issuer, None, b"")
    return not theirs.isdisjoint(ours)


def _names(
    full: tuple[GeneralName, ...], relative: bytes | None, issuer: bytes
) -> frozenset[tuple[NameKind, bytes]]:
    if relative is not None:
        joined = seq(_rdns(issuer), tlv(SET, relative))
        return frozenset({(NameKind.DIRECTORY, name_key(joined))})
    return frozenset(
        (name.kind, name_key(name.value) if name.kind is NameKind.DIRECTORY else name.value)
        for name in full
    )


@lru_cache(maxsize=64)
def _rdns(name: bytes) -> bytes:
    return Reader(name).any()[1].body()
