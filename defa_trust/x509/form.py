"""What RFC 5280 asks of whoever issues certificates, for verifiers that insist on it (floor 4).

Path validation (6.1) needs none of it, and real CAs break most of it; ``Conformance.PROFILE`` makes
each fault a reason to refuse. An anchor's own certificate is looked at too.
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from ipaddress import ip_address

from . import extensions as ext
from .certificate import UntrustedCertificate
from .crl import CRL_NUMBER, CertificateList
from .name_constraints import is_host, is_mailbox

_EMPTY_NAME = b"\x30\x00"


class Conformance(Enum):
    """How much of RFC 5280 is asked for."""

    PATH = "path"
    """Section 6: what a verifier must check."""
    PROFILE = "profile"
    """Section 4 as well: what an issuer must observe."""


class Role(Enum):
    """What a certificate is to the path."""

    ISSUED = "issued"
    ANCHOR = "anchor"
    """Whoever chose it does not need its serial number, nor the key that signed it."""


_NEVER_CRITICAL = {
    ext.AUTHORITY_KEY_IDENTIFIER: "4.2.1.1",
    ext.SUBJECT_KEY_IDENTIFIER: "4.2.1.2",
    ext.AUTHORITY_INFO_ACCESS: "4.2.2.1",
    ext.FRESHEST_CRL: "4.2.1.15",
}
_ALWAYS_CRITICAL = {
    ext.NAME_CONSTRAINTS: "4.2.1.10",
    ext.POLICY_CONSTRAINTS: "4.2.1.11",
    ext.INHIBIT_ANY_POLICY: "4.2.1.14",
}


def form_faults(certificate: UntrustedCertificate, role: Role = Role.ISSUED) -> Iterator[str]:
    """Each fault with its clause. May raise ``Rejection`` for an extension that is malformed."""
    extensions, is_ca = certificate.extensions, certificate.is_ca
    certificate.check()
    if role is Role.ISSUED and not 0 < certificate.serial < 1 << 159:
        yield "serialNumber positive and of at most 20 octets (4.1.2.2)"
    if certificate.issuer_name == _EMPTY_NAME:
        yield "an issuer that is named (4.1.2.4)"
    for oid, clause in _NEVER_CRITICAL.items():
        if oid in extensions and extensions[oid].critical:
            yield f"{oid} not critical ({clause})"
    for oid, clause in _ALWAYS_CRITICAL.items():
        if oid in extensions and not extensions[oid].critical:
            yield f"{oid} critical ({clause})"
    if is_ca and certificate.ski is None:
        yield "a subjectKeyIdentifier in a CA certificate (4.2.1.2)"
    if role is Role.ISSUED and certificate.aki is None and not _self_signed(certificate):
        yield "an authorityKeyIdentifier with a keyIdentifier (4.2.1.1)"
    yield from _authority(certificate, is_ca)
    yield from _alternative_names(certificate)


def _self_signed(certificate: UntrustedCertificate) -> bool:
    """4.2.1.1: only a certificate signed with its own key may leave its issuer's key out.

    The name alone would also fit a cross-certificate.
    """
    if not certificate.self_issued:
        return False
    key = certificate.key
    return any(
        algorithm.key_type is key.key_type
        and key.verify(algorithm, certificate.signature, certificate.tbs)
        for algorithm in certificate.algorithms
    )


def _authority(certificate: UntrustedCertificate, is_ca: bool) -> Iterator[str]:
    extensions, usage = certificate.extensions, certificate.key_usage
    if is_ca:
        if not extensions[ext.BASIC_CONSTRAINTS].critical:
            yield "basicConstraints critical in a CA certificate (4.2.1.9)"
        if certificate.subject_name == _EMPTY_NAME:
            yield "a subject that is named, in a CA certificate (4.1.2.6)"
        if usage is not None and "key_cert_sign" not in usage:
            yield "keyUsage with keyCertSign in a CA certificate (4.2.1.9)"
        return
    if usage is not None and "key_cert_sign" in usage:
        yield "no keyCertSign without a CA (4.2.1.3)"
    for oid, clause in (
        (ext.NAME_CONSTRAINTS, "4.2.1.10"),
        (ext.POLICY_CONSTRAINTS, "4.2.1.11"),
        (ext.POLICY_MAPPINGS, "4.2.1.5"),
        (ext.INHIBIT_ANY_POLICY, "4.2.1.14"),
    ):
        if oid in extensions:
            yield f"{oid} in CA certificates only ({clause})"


def _alternative_names(certificate: UntrustedCertificate) -> Iterator[str]:
    extension = certificate.extensions.get(ext.SUBJECT_ALT_NAME)
    if extension is None:
        if certificate.subject_name == _EMPTY_NAME:
            yield "a name of the subject (4.1.2.6)"
        return
    if certificate.subject_name == _EMPTY_NAME and not extension.critical:
        yield "subjectAltName critical where the subject is empty (4.2.1.6)"
    names = certificate.subject_alt_names
    if not names:
        yield "a name in subjectAltName (4.2.1.6)"
    for name in names:
        if name.kind is ext.NameKind.DNS and not _is_dns_name(name.value):
            yield "DNS names in preferred name syntax (4.2.1.6)"
        elif name.kind is ext.NameKind.EMAIL and not is_mailbox(name.value):
            yield "e-mail addresses that are mailboxes (4.2.1.6)"
        elif name.kind is ext.NameKind.IP and len(name.value) not in (4, 16):
            yield "IP addresses of 4 or 16 octets (4.2.1.6)"


def _is_dns_name(value: bytes) -> bool:
    host = value.removeprefix(b"*.")
    if not is_host(host) or b"_" in host:
        return False
    try:
        ip_address(host.decode("ascii"))
    except ValueError:
        return True
    return False


def crl_form_faults(crl: CertificateList) -> Iterator[str]:
    """What RFC 5280, 5 asks of whoever issues CRLs, each fault with its clause."""
    if crl.number is None:
        yield "a cRLNumber (5.2.3)"
    if crl.authority_key is None or crl.authority_key.key is None:
        yield "an authorityKeyIdentifier with a keyIdentifier (5.2.1)"
    if crl.next_update is None:
        yield "a nextUpdate (5.1.2.5)"
    for oid, clause in _NEVER_CRITICAL_IN_CRLS.items():
        if oid in crl.critical:
            yield f"{oid} not critical ({clause})"


_NEVER_CRITICAL_IN_CRLS = {CRL_NUMBER: "5.2.3", ext.AUTHORITY_KEY_IDENTIFIER: "5.2.1"}
