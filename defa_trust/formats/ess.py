"""Which certificate a CMS signer says it used: RFC 2634 and RFC 5035 (floor 3).

Signed with everything else, so that nobody can put another certificate of the same key, or of the
same name, in the place of the one that was meant.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from ..algorithm_ids import algorithm_name
from ..codec import der
from ..codec.der import Reader, context, elements
from ..codes import codec as codec_codes
from ..errors import Rejection
from .cms_attributes import attribute_form, single, strong_digest
from .signature import CertificateReference

SIGNING_CERTIFICATE: Final = "1.2.840.113549.1.9.16.2.12"
SIGNING_CERTIFICATE_V2: Final = "1.2.840.113549.1.9.16.2.47"

MAX_REFERENCES: Final = 16
"""Ours: certificates in one attribute; only the first is the signer's own."""

SHA_1: Final = "sha-1"
"""NOTE: the only digest of RFC 2634, 5.4.1, and found in signatures that are otherwise sound. It
picks a certificate whose path is validated apart; to abuse it, somebody needs a second certificate
with the same SHA-1, and a CA that issues both. It is accepted for that, and named in a finding."""
_KEPT: Final = 1024
"""Octets of an attribute that is remembered once it was read."""
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
        if oid in signed:
            value = single(signed, oid, name).data
            try:
                found.append(
                    _known(value, oid, name) if len(value) <= _KEPT else _first(value, oid, name)
                )
            except Rejection as refusal:
                if refusal.code.id.startswith("der."):
                    raise attribute_form(name, f"{refusal.code.id} at {refusal.where}") from None
                raise
    return tuple(found)


@lru_cache(maxsize=512)
def _known(value: bytes, oid: str, name: str) -> CertificateReference:
    """A signer names its certificate in the same words each time."""
    return _first(value, oid, name)


def _inside(data: bytes, pos: int, end: int, *tags: int) -> list[tuple[int, int, int, int]]:
    """The elements there, which must begin with these tags."""
    found = elements(data, pos, end)
    if [tag for tag, *_ in found[: len(tags)]] != list(tags):
        raise Rejection(codec_codes.DER_TAG, where=f"offset {pos}", expected="another element")
    return found


def _first(value: bytes, oid: str, name: str) -> CertificateReference:
    """SigningCertificate[V2] ::= SEQUENCE { certs SEQUENCE OF, policies OPTIONAL }."""
    (whole, *behind) = _inside(value, 0, len(value), der.SEQUENCE)
    held, *policies = _inside(value, whole[2], whole[3], der.SEQUENCE)
    if behind or len(policies) > 1 or (policies and policies[0][0] != der.SEQUENCE):
        raise attribute_form(name, "certificates, and policies at most, are expected")
    references = _inside(value, held[2], held[3])
    if not references:
        raise attribute_form(name, "at least one certificate is expected")
    if len(references) > MAX_REFERENCES:
        raise attribute_form(name, f"at most {MAX_REFERENCES} certificates are expected")
    if any(tag != der.SEQUENCE for tag, *_ in references):
        raise attribute_form(name, "a sequence of references is expected")
    return _reference(value, references[0], oid, name)


def _reference(
    value: bytes, entry: tuple[int, int, int, int], oid: str, name: str
) -> CertificateReference:
    """ESSCertID (RFC 2634, 5.4.1) or ESSCertIDv2 (RFC 5035, 4: SHA-256 by default)."""
    members = _inside(value, entry[2], entry[3])
    algorithm = SHA_1
    if oid == SIGNING_CERTIFICATE_V2:
        algorithm = "sha-256"
        if members and members[0][0] == der.SEQUENCE:
            _, begun, _, end = members.pop(0)
            identifier = value[begun:end]
            if algorithm_name(identifier) == "SHA-1":
                algorithm = SHA_1
            else:
                algorithm = strong_digest(identifier, "digest of the signing certificate")
    kinds = [tag for tag, *_ in members]
    if kinds == [der.OCTET_STRING]:
        issuer = serial = None
    elif kinds == [der.OCTET_STRING, der.SEQUENCE]:
        issuer, serial = _issuer_and_serial(value, members[1], name)
    else:
        raise attribute_form(name, "a digest, and issuer and serial number at most, are expected")
    digest = value[members[0][2] : members[0][3]]
    return CertificateReference(algorithm, digest, issuer, serial)


def _issuer_and_serial(
    value: bytes, entry: tuple[int, int, int, int], name: str
) -> tuple[bytes, int]:
    """IssuerSerial (RFC 5035, 5): GeneralNames that are one directory name, and the number."""
    members = _inside(value, entry[2], entry[3], der.SEQUENCE, der.INTEGER)
    names = _inside(value, members[0][2], members[0][3])
    if len(members) != 2 or [tag for tag, *_ in names] != [_DIRECTORY_NAME]:
        raise attribute_form(name, "the issuer is expected as one directory name")
    inside = _inside(value, names[0][2], names[0][3], der.SEQUENCE)
    if len(inside) != 1:
        raise attribute_form(name, "the issuer is expected as one directory name")
    serial = Reader(value, members[1][1], members[1][3]).integer()
    return value[inside[0][1] : inside[0][3]], serial
