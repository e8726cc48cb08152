"""What a certificate says, read once and believed by nobody (floor 4).

It exists so that no other module handles the library's certificate objects: facts come out as plain
values. Nothing here makes a certificate trusted; anchors come from trust lists only.
"""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from cryptography import x509
from cryptography.x509.oid import ExtensionOID, NameOID

from ..codes import listing as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection

MAX_CERTIFICATE_BYTES: Final = 1 << 16
"""Ours: the largest certificate in the public corpora is under 8 KiB."""

_KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
)


@dataclass(frozen=True, slots=True, eq=False)
class UntrustedCertificate:
    """Facts of one certificate. Times are Unix seconds, both inclusive (RFC 5280, 4.1.2.5).

    ``country`` and ``organisation`` are of the subject, ``None`` unless there is exactly one.
    ``key_usage`` is ``None`` where the extension is absent (then nothing is excluded), otherwise
    the names of RFC 5280, 4.2.1.3 in lower case. ``extended_key_usage`` holds dotted OIDs.
    ``critical`` holds the OIDs of all critical extensions. ``path_length`` ``None`` is unbounded.
    """

    der: bytes
    sha256: bytes
    subject: str
    issuer: str
    country: str | None
    organisation: str | None
    serial: int
    not_before: int
    not_after: int
    key: VerificationKey
    ski: bytes | None
    aki: bytes | None
    key_usage: frozenset[str] | None
    extended_key_usage: tuple[str, ...]
    is_ca: bool
    path_length: int | None
    critical: frozenset[str]

    def valid_at(self, moment: int) -> bool:
        """RFC 5280, 4.1.2.5: both bounds belong to the period."""
        return self.not_before <= moment <= self.not_after


def read_certificate(der: bytes) -> UntrustedCertificate:
    """Read one DER certificate (RFC 5280). Raises ``Rejection`` for anything else.

    `list.certificate` where it cannot be read, a `crypto.*` code where its key is not usable.
    """
    if type(der) is not bytes:
        raise MisuseError(f"a certificate is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection(codes.CERTIFICATE, actual=f"{len(der)} bytes")
    try:
        loaded = x509.load_der_x509_certificate(der)
        version = loaded.version
        extensions = loaded.extensions
        not_before = int(loaded.not_valid_before_utc.timestamp())
        not_after = int(loaded.not_valid_after_utc.timestamp())
        subject, issuer = loaded.subject, loaded.issuer
        texts = subject.rfc4514_string(), issuer.rfc4514_string()
        public_key = loaded.public_key()
        serial = loaded.serial_number
    except Exception as error:  # noqa: BLE001 - the library's parsers share no base class
        raise Rejection(codes.CERTIFICATE, actual=type(error).__name__) from None
    if version is not x509.Version.v3:
        raise Rejection(codes.CERTIFICATE, expected="version 3", actual="an older version")
    if not_after < not_before:
        raise Rejection(codes.CERTIFICATE, actual="it ends before it begins")
    usage: frozenset[str] | None = None
    ekus: tuple[str, ...] = ()
    is_ca, path_length = False, None
    ski: bytes | None = None
    aki: bytes | None = None
    for extension in extensions:
        value = extension.value
        if isinstance(value, x509.KeyUsage):
            usage = frozenset(name for name in _KEY_USAGES if getattr(value, name))
        elif isinstance(value, x509.ExtendedKeyUsage):
            ekus = tuple(oid.dotted_string for oid in value)
        elif isinstance(value, x509.BasicConstraints):
            is_ca, path_length = value.ca, value.path_length
        elif isinstance(value, x509.SubjectKeyIdentifier):
            ski = value.digest
        elif isinstance(value, x509.AuthorityKeyIdentifier):
            aki = value.key_identifier
    return UntrustedCertificate(
        der=der,
        sha256=sha256(der).digest(),
        subject=texts[0],
        issuer=texts[1],
        country=_only(subject, NameOID.COUNTRY_NAME),
        organisation=_only(subject, NameOID.ORGANIZATION_NAME),
        serial=serial,
        not_before=not_before,
        not_after=not_after,
        key=VerificationKey.from_public_key(public_key),
        ski=ski,
        aki=aki,
        key_usage=usage,
        extended_key_usage=ekus,
        is_ca=is_ca,
        path_length=path_length,
        critical=frozenset(e.oid.dotted_string for e in extensions if e.critical),
    )


def _only(name: x509.Name, oid: x509.ObjectIdentifier) -> str | None:
    """The one value of an attribute; ``None`` for none or several (nobody may pick)."""
    values = name.get_attributes_for_oid(oid)
    if len(values) != 1:
        return None
    value = values[0].value
    return value if isinstance(value, str) else None


UNDERSTOOD_CRITICAL: Final = frozenset(
    oid.dotted_string
    for oid in (
        ExtensionOID.KEY_USAGE,
        ExtensionOID.EXTENDED_KEY_USAGE,
        ExtensionOID.BASIC_CONSTRAINTS,
    )
)
"""Critical extensions that an end-entity check here takes into account (RFC 5280, 4.2)."""
