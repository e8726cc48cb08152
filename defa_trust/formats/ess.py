"""Which certificate a CMS signer says it used: RFC 2634 and RFC 5035 (floor 3).

Signed with everything else, so that nobody can put another certificate of the same key, or of the
same name, in the place of the one that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from ..algorithm_ids import algorithm_name
from ..codec import der
from ..codec.der import Reader, context
from ..errors import Rejection
from .cms import attribute_form, single, strong_digest
from .signature import CertificateReference

SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"

MAX_REFERENCES: Final = 16
"""Ours: certificates in one attribute; only the first is the signer's own."""

SHA_1: Final = "sha-1"
"""NOTE: the only digest of RFC 2634, 5.4.1, and found in signatures that are otherwise sound. It
picks a certificate whose path is validated apart; to abuse it, somebody needs a second certificate
with the same SHA-1, and a CA that issues both. It is accepted for that, and named in a finding."""
_DIRECTORY_NAME: Final = context(4)
_NAMES: Final = {SIGNING_CERTIFICATE: "ESS signing-certificate",
                 SIGNING_CERTIFICATE_V2: "ESS signing-certificate-v2"}  # fmt: skip


def certificate_references(
    signed: Mapping[str, tuple[bytes, ...]],
) -> tuple[CertificateReference, ...]:
    """The signer's own certificate, as each of the attributes that are there names it.

    Empty where neither is. Raises ``Rejection``: `cms.attribute_*`, `cms.digest_weak`.
    """
    found = []
    for oid, name in _NAMES.items():
        if oid not in signed:
            continue
        reader = single(signed, oid, name)
        try:
            found.append(_first(reader, oid, name))
        except Rejection as refusal:
            if refusal.code.id.startswith("der."):
                raise attribute_form(name, f"{refusal.code.id} at {refusal.where}") from None
            raise
    return tuple(found)


def _first(reader: Reader, oid: str, name: str) -> CertificateReference:
    """SigningCertificate[V2] ::= SEQUENCE { certs SEQUENCE OF, policies OPTIONAL }."""
    body = reader.take(der.SEQUENCE)
    reader.finish()
    references = body.take(der.SEQUENCE)
    if references.peek() is None:
        raise attribute_form(name, "at least one certificate is expected")
    first = _reference(references.take(der.SEQUENCE), oid, name)
    count = 1
    while references.peek() is not None:
        count += 1
        if count > MAX_REFERENCES:
            raise attribute_form(name, f"at most {MAX_REFERENCES} certificates are expected")
        references.take(der.SEQUENCE)
    body.take_if(der.SEQUENCE)
    body.finish()
    return first


def _reference(entry: Reader, oid: str, name: str) -> CertificateReference:
    """ESSCertID (RFC 2634, 5.4.1) or ESSCertIDv2 (RFC 5035, 4: SHA-256 by default)."""
    algorithm = SHA_1
    if oid == SIGNING_CERTIFICATE_V2:
        algorithm = "sha-256"
        if entry.peek() == der.SEQUENCE:
            identifier = entry.raw()
            if algorithm_name(identifier) == "SHA-1":
                algorithm = SHA_1
            else:
                algorithm = strong_digest(identifier, "digest of the signing certificate")
    digest = entry.octets()
    issuer = serial = None
    if (issuer_serial := entry.take_if(der.SEQUENCE)) is not None:
        names = issuer_serial.take(der.SEQUENCE)
        tag, only = names.any()
        if tag != _DIRECTORY_NAME or names.peek() is not None:
            raise attribute_form(name, "the issuer is expected as one directory name")
        issuer = only.raw(der.SEQUENCE)
        only.finish()
        serial = issuer_serial.integer()
        issuer_serial.finish()
    entry.finish()
    return CertificateReference(algorithm, digest, issuer, serial)
