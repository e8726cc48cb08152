"""What a certificate must look like to serve a purpose: profiles as data (floor 4).

A profile judges the certificate a path was asked about; the path above it is RFC 5280's business.
``check_profile`` reads every profile the same way, so a national variant is a row, not a branch.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from functools import lru_cache
from typing import Final

from ..algorithm_ids import algorithm_name
from ..codec.der import SEQUENCE, Reader
from ..codes import x509 as codes
from ..crypto import KeyType, is_elliptic
from ..finding import Code, Fact, Finding
from ..usual_keys import usual_modulus
from .anchors import Purpose
from .certificate import UntrustedCertificate
from .extensions import (
    ANY_EXTENDED_KEY_USAGE,
    EXTENDED_KEY_USAGE,
    KEY_USAGE,
    OCSP_NO_CHECK,
    QC_STATEMENTS,
)
from .names import COUNTRY, only_value

SUBJECT: Final = "certificate"
"""``Finding.subject`` of what is said about certificates and paths."""

EKU_TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
EKU_OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
EKU_TSL_SIGNING: Final = "0.4.0.2231.3.0"
EKU_MDOC_DS: Final = "1.0.18013.5.1.2"
QC_COMPLIANCE: Final = "0.4.0.1862.1.1"
QC_SSCD: Final = "0.4.0.1862.1.4"
QC_TYPE: Final = "0.4.0.1862.1.6"
QC_TYPE_SIGNATURE: Final = "0.4.0.1862.1.6.1"
QC_TYPE_SEAL: Final = "0.4.0.1862.1.6.2"
DAY: Final = 86_400


class Presence(Enum):
    """Whether an extension may be absent."""

    REQUIRED = "required"
    OPTIONAL = "optional"


class Criticality(Enum):
    """Whether an extension must be critical where it is present."""

    CRITICAL = "critical"
    EITHER = "either"


class Sole(Enum):
    """Whether a value may stand beside others."""

    SOLE = "sole"
    AMONG_OTHERS = "among_others"


class AnyUsage(Enum):
    """Whether anyExtendedKeyUsage satisfies a wanted purpose (RFC 5280, 4.2.1.12)."""

    COUNTS = "counts"
    DOES_NOT_COUNT = "does_not_count"


class Authority(Enum):
    """What basicConstraints must say."""

    END_ENTITY = "end_entity"
    CA = "ca"
    EITHER = "either"


@dataclass(frozen=True, slots=True)
class Profile:
    """A row. Usages are names of RFC 5280, 4.2.1.3; purposes and statements are dotted OIDs.

    ``key_usage``: at least one of these, and none of ``key_usage_excluded``, where keyUsage is
    present. ``extended_key_usage``: at least one of these (none: any will do, but for those of
    ``extended_key_usage_excluded`` alone).
    ``qc_statements`` must all be there; ``qc_type`` must be among the types, where the certificate
    states any (EN 319 412-5, 4.2.3). ``understood``: critical extensions that are processed
    besides those of RFC 5280. ``max_days``: longest validity. ``path_length``: most CAs below it,
    where it must be a CA. ``same_country``: the subject's country must be its anchor's.
    """

    name: str
    purpose: Purpose
    key_usage: frozenset[str] = frozenset()
    key_usage_excluded: frozenset[str] = frozenset()
    key_usage_presence: Presence = Presence.OPTIONAL
    key_usage_criticality: Criticality = Criticality.EITHER
    extended_key_usage: frozenset[str] = frozenset()
    extended_key_usage_presence: Presence = Presence.OPTIONAL
    extended_key_usage_criticality: Criticality = Criticality.EITHER
    extended_key_usage_sole: Sole = Sole.AMONG_OTHERS
    extended_key_usage_excluded: frozenset[str] = frozenset()
    any_usage: AnyUsage = AnyUsage.COUNTS
    authority: Authority = Authority.END_ENTITY
    path_length: int | None = None
    rsa_min_bits: int = 2048
    qc_statements: frozenset[str] = frozenset()
    qc_type: str | None = None
    understood: frozenset[str] = frozenset()
    max_days: int | None = None
    same_country: bool = False
    fit: Finding = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "fit", Finding(codes.FIT, self.name, subject=SUBJECT))


_SIGNING: Final = frozenset({"digital_signature", "content_commitment"})
_ISSUING: Final = frozenset({"key_cert_sign", "crl_sign"})
_SERVICES: Final = frozenset({EKU_TIME_STAMPING, EKU_OCSP_SIGNING, EKU_TSL_SIGNING})
"""Purposes of keys that serve nothing else (RFC 3161, 2.3; RFC 6960, 4.2.2.2; TS 119 612, 5.7)."""

ANY: Final = Profile("any", Purpose.ANY, authority=Authority.EITHER, rsa_min_bits=1024)
"""RFC 5280 alone: the path counts, and what the certificate is for is the caller's business."""

SIGNER: Final = Profile(
    "signer",
    Purpose.SIGNATURE,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    extended_key_usage_excluded=_SERVICES,
    qc_type=QC_TYPE_SIGNATURE,
)
"""A person's signature (EN 319 412-2, 4.3.2): nonRepudiation alone is the recommended form."""
SEAL: Final = Profile(
    "seal",
    Purpose.SEAL,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    extended_key_usage_excluded=_SERVICES,
    qc_type=QC_TYPE_SEAL,
)
"""A legal person's seal (EN 319 412-3, 4.3.1, which takes over 412-2)."""
QUALIFIED_SIGNER: Final = Profile(
    "qualified_signer",
    Purpose.SIGNATURE,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    key_usage_presence=Presence.REQUIRED,
    extended_key_usage_excluded=_SERVICES,
    qc_statements=frozenset({QC_COMPLIANCE}),
    qc_type=QC_TYPE_SIGNATURE,
)
"""EN 319 412-5, 4.2.1: the issuer states that the certificate is qualified."""
TSA: Final = Profile(
    "tsa",
    Purpose.TIMESTAMP,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    extended_key_usage=frozenset({EKU_TIME_STAMPING}),
    extended_key_usage_presence=Presence.REQUIRED,
    extended_key_usage_criticality=Criticality.CRITICAL,
    extended_key_usage_sole=Sole.SOLE,
    any_usage=AnyUsage.DOES_NOT_COUNT,
)
"""RFC 3161, 2.3: one extendedKeyUsage, critical, for time stamping and nothing else."""
OCSP_RESPONDER: Final = Profile(
    "ocsp_responder",
    Purpose.STATUS,
    key_usage=_SIGNING,
    extended_key_usage=frozenset({EKU_OCSP_SIGNING}),
    extended_key_usage_presence=Presence.REQUIRED,
    any_usage=AnyUsage.DOES_NOT_COUNT,
    understood=frozenset({OCSP_NO_CHECK}),
)
"""RFC 6960, 4.2.2.2: a delegated responder says so itself."""
CRL_ISSUER: Final = Profile(
    "crl_issuer",
    Purpose.STATUS,
    key_usage=frozenset({"crl_sign"}),
    authority=Authority.EITHER,
)
"""RFC 5280, 6.3.3 (f)."""
LIST_SIGNER: Final = Profile(
    "list_signer",
    Purpose.LIST_SIGNING,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    key_usage_presence=Presence.REQUIRED,
    extended_key_usage=frozenset({EKU_TSL_SIGNING}),
    extended_key_usage_presence=Presence.REQUIRED,
    any_usage=AnyUsage.DOES_NOT_COUNT,
)
"""TS 119 612, 5.7.1."""
CREDENTIAL_ISSUER: Final = Profile(
    "credential_issuer",
    Purpose.SIGNATURE,
    key_usage=_SIGNING,
    key_usage_excluded=_ISSUING,
    extended_key_usage_excluded=_SERVICES,
)
"""Whoever signs credentials with a certificate beside them (`x5c`, `x5chain`)."""
DOCUMENT_SIGNER: Final = Profile(
    "document_signer",
    Purpose.DOCUMENT_SIGNING,
    key_usage=frozenset({"digital_signature"}),
    key_usage_excluded=_ISSUING,
    extended_key_usage_excluded=_SERVICES,
    key_usage_presence=Presence.REQUIRED,
    same_country=True,
)
"""ISO/IEC 18013-5, annex B.1.4, for documents that are no driving licence: their usage is their
own scheme's."""
MDOC_DS: Final = Profile(
    "mdoc_ds",
    Purpose.DOCUMENT_SIGNING,
    key_usage=frozenset({"digital_signature"}),
    key_usage_excluded=_ISSUING,
    key_usage_presence=Presence.REQUIRED,
    key_usage_criticality=Criticality.CRITICAL,
    extended_key_usage=frozenset({EKU_MDOC_DS}),
    extended_key_usage_presence=Presence.REQUIRED,
    extended_key_usage_criticality=Criticality.CRITICAL,
    any_usage=AnyUsage.DOES_NOT_COUNT,
    max_days=457,
    same_country=True,
)
"""ISO/IEC 18013-5, annex B.1.4: document signer."""
MDOC_IACA: Final = Profile(
    "mdoc_iaca",
    Purpose.DOCUMENT_SIGNING,
    key_usage=frozenset({"key_cert_sign"}),
    key_usage_presence=Presence.REQUIRED,
    key_usage_criticality=Criticality.CRITICAL,
    authority=Authority.CA,
    path_length=0,
)
"""ISO/IEC 18013-5, annex B.1.2: the issuing authority's root, with no CA below it."""
ROOT: Final = Profile(
    "national_root",
    Purpose.SIGNATURE,
    key_usage=frozenset({"key_cert_sign"}),
    authority=Authority.CA,
)
"""A national root as the region's supervisors publish them: a CA of any depth."""

PROFILES: Final = {
    profile.name: profile
    for profile in (
        *(ANY, SIGNER, SEAL, QUALIFIED_SIGNER, TSA, OCSP_RESPONDER, CRL_ISSUER),
        *(LIST_SIGNER, CREDENTIAL_ISSUER, DOCUMENT_SIGNER, MDOC_DS, MDOC_IACA, ROOT),
    )
}

_SHOWN_STATEMENTS: Final = {
    QC_COMPLIANCE: "QcCompliance",
    QC_SSCD: "QcSSCD",
    QC_TYPE: "QcType",
    QC_TYPE_SIGNATURE: "QcType esign",
    QC_TYPE_SEAL: "QcType eseal",
    "0.4.0.1862.1.6.3": "QcType web",
    "0.4.0.1862.1.2": "QcLimitValue",
    "0.4.0.1862.1.3": "QcRetentionPeriod",
    "0.4.0.1862.1.5": "QcPDS",
    "0.4.0.1862.1.7": "QcCClegislation",
    "1.3.6.1.5.5.7.11.2": "pkixQCSyntax-v2",
}


def statements(certificate: UntrustedCertificate) -> frozenset[str]:
    """The OIDs of all qcStatements, those inside QcType among them (EN 319 412-5, 4.2.3).

    NOTE: a QcType that is no sequence, as some issuers wrote it, names no type.
    """
    found: set[str] = set()
    for statement in certificate.qc_statements:
        found.add(statement.statement)
        if statement.statement == QC_TYPE and statement.info is not None:
            types = Reader(statement.info).take_if(SEQUENCE)
            while types is not None and types.pos < types.end:
                found.add(types.oid())
    return frozenset(found)


def describe(certificate: UntrustedCertificate) -> tuple[str, ...]:
    """Key, algorithm of its signature, usages, purposes and statements, for a report: nothing of it
    is a person's. May raise ``Rejection``."""
    key = certificate.key
    said = statements(certificate) if QC_STATEMENTS in certificate.extensions else frozenset()
    purposes = (
        certificate.extended_key_usage if EXTENDED_KEY_USAGE in certificate.extensions else ()
    )
    signed = algorithm_name(certificate.signature_algorithm)
    return _described(key.key_type, key.bits, signed, certificate.key_usage, purposes, said)


@lru_cache(maxsize=256)
def _described(
    key_type: KeyType,
    bits: int,
    signed: str,
    usage: frozenset[str] | None,
    purposes: tuple[str, ...],
    said: frozenset[str],
) -> tuple[str, ...]:
    return (
        f"key {key_type.value} {bits}" if key_type is KeyType.RSA else f"key {key_type.value}",
        f"signed with {signed}",
        *(f"usage {name}" for name in sorted(usage or ())),
        *(f"purpose {oid}" for oid in purposes),
        *sorted(f"statement {_SHOWN_STATEMENTS.get(oid, oid)}" for oid in said),
    )


# Bound once: looking up a member of an enumeration by its name is not cheap in Python 3.11.
_REQUIRED: Final = Presence.REQUIRED
_CRITICAL: Final = Criticality.CRITICAL
_SOLE: Final = Sole.SOLE
_COUNTS: Final = AnyUsage.COUNTS
_END_ENTITY: Final = Authority.END_ENTITY
_CA: Final = Authority.CA
_RSA: Final = KeyType.RSA


# --- judging -------------------------------------------------------------------------------------
def check_profile(
    certificate: UntrustedCertificate,
    profile: Profile,
    country: str | None,
    found: list[Finding],
) -> None:
    """Append what the certificate lacks for the profile; nothing where it fits.

    ``country`` is the anchor's, where the profile binds the two. May raise ``Rejection``.
    """
    _check_usage(certificate, profile, found)
    if profile.extended_key_usage:
        _check_purposes(certificate, profile, found)
    elif profile.extended_key_usage_excluded and EXTENDED_KEY_USAGE in certificate.extensions:
        purposes = certificate.extended_key_usage
        if profile.extended_key_usage_excluded.issuperset(purposes):
            # RFC 5280, 4.2.1.12: for the purposes that are stated, and for no other.
            _lacks(found, codes.EXTENDED_KEY_USAGE, "another purpose", purposes)
    if profile.authority is _END_ENTITY:
        if certificate.is_ca:
            _lacks(found, codes.CERTIFICATE_IS_CA, None, None)
    elif profile.authority is _CA:
        length, most = certificate.path_length, profile.path_length
        if not certificate.is_ca or (most is not None and (length is None or length > most)):
            _lacks(found, codes.CERTIFICATE_NOT_CA, most, length)
    spki = certificate.spki
    if not is_elliptic(spki):
        modulus = usual_modulus(spki)
        if modulus is None:
            key = certificate.key
            bits = key.bits if key.key_type is _RSA else None
        else:
            bits = modulus.bit_length()
        if bits is not None and bits < profile.rsa_min_bits:
            _lacks(found, codes.KEY_TOO_SMALL, profile.rsa_min_bits, bits)
    if profile.qc_statements or QC_STATEMENTS in certificate.extensions:
        _check_statements(certificate, profile, found)
    if profile.max_days is not None:
        days = -(-(certificate.not_after + 1 - certificate.not_before) // DAY)
        if days > profile.max_days:
            _lacks(found, codes.VALIDITY_TOO_LONG, profile.max_days, days)
    if profile.same_country:
        own = only_value(certificate.subject_name, COUNTRY)
        if own is None or own != country:
            _lacks(found, codes.COUNTRY, country, own)


def _lacks(found: list[Finding], code: Code, expected: Fact, actual: Fact) -> None:
    found.append(Finding(code, expected, actual, subject=SUBJECT))


def _check_usage(certificate: UntrustedCertificate, profile: Profile, found: list[Finding]) -> None:
    extension = certificate.extensions.get(KEY_USAGE)
    if extension is None:
        if profile.key_usage_presence is _REQUIRED:
            _lacks(found, codes.KEY_USAGE, tuple(sorted(profile.key_usage)), "absent")
        return
    usage = certificate.key_usage or frozenset()
    if profile.key_usage and profile.key_usage.isdisjoint(usage):
        _lacks(found, codes.KEY_USAGE, tuple(sorted(profile.key_usage)), tuple(sorted(usage)))
    elif not profile.key_usage_excluded.isdisjoint(usage):
        none_of = f"none of {', '.join(sorted(profile.key_usage_excluded))}"
        _lacks(found, codes.KEY_USAGE, none_of, tuple(sorted(usage)))
    elif profile.key_usage_criticality is _CRITICAL and not extension.critical:
        _lacks(found, codes.KEY_USAGE, "critical", "not critical")


def _check_purposes(
    certificate: UntrustedCertificate, profile: Profile, found: list[Finding]
) -> None:
    extension = certificate.extensions.get(EXTENDED_KEY_USAGE)
    wanted = profile.extended_key_usage
    shown = tuple(sorted(wanted))
    if extension is None:
        if profile.extended_key_usage_presence is _REQUIRED:
            _lacks(found, codes.EXTENDED_KEY_USAGE, shown, "absent")
        return
    purposes = certificate.extended_key_usage
    counts = profile.any_usage is _COUNTS and ANY_EXTENDED_KEY_USAGE in purposes
    if wanted.isdisjoint(purposes) and not counts:
        _lacks(found, codes.EXTENDED_KEY_USAGE, shown, purposes)
    elif profile.extended_key_usage_sole is _SOLE and not wanted.issuperset(purposes):
        _lacks(found, codes.EXTENDED_KEY_USAGE, f"{shown[0]} alone", purposes)
    elif profile.extended_key_usage_criticality is _CRITICAL and not extension.critical:
        _lacks(found, codes.EXTENDED_KEY_USAGE, "critical", "not critical")


def _check_statements(
    certificate: UntrustedCertificate, profile: Profile, found: list[Finding]
) -> None:
    said = statements(certificate)
    wanted = set(profile.qc_statements)
    if profile.qc_type is not None and QC_TYPE in said:
        wanted.add(profile.qc_type)
    if not wanted <= said:
        _lacks(found, codes.QC_STATEMENT, tuple(sorted(wanted)), tuple(sorted(said)))
