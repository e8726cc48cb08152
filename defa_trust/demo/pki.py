"""TEST-ONLY certification authorities, signers and a TSA (floor 13), the same bytes everywhere.

Keys come from labels, serial numbers from names, ECDSA nonces from RFC 6979. What these certify is
worth nothing: whoever reads this file can issue with every one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID, NameOID

from ..algorithm_ids import signature_identifier
from ..codec import der
from ..crypto import KeyType
from ..formats.cms import ocsp_response
from ..signer import SoftwareSigner
from ..signing_crypto import SigningKey, certificate_der, hash_object
from ..x509.certificate import read_certificate
from ..x509.ocsp import cert_id
from .keys import CERTIFICATES_FROM, CERTIFICATES_UNTIL

TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
"""id-kp-timeStamping (RFC 3161, 2.3)."""
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
ORGANISATION: Final = "TEST-ONLY defa_trust"

_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


class Authority(NamedTuple):
    """A certification authority: its key, its certificate (DER), and those above it."""

    key: SigningKey
    certificate: bytes
    chain: tuple[bytes, ...] = ()


def key(label: str, key_type: KeyType = KeyType.P256) -> SigningKey:
    """The TEST-ONLY key of a label."""
    return SigningKey.from_seed(f"TEST-ONLY defa pki {label}", key_type)


@cache
def authority(
    label: str,
    country: str,
    *,
    above: Authority | None = None,
    not_before: int = CERTIFICATES_FROM,
    not_after: int = CERTIFICATES_UNTIL,
    path_length: int | None = None,
    key_type: KeyType = KeyType.P256,
    organisation: str = ORGANISATION,
) -> Authority:
    """A root, or the authority certified by the one ``above``."""
    own = key(label, key_type)
    builder = _builder(own, label, country, organisation, not_before, not_after)
    builder = builder.add_extension(
        x509.BasicConstraints(ca=True, path_length=path_length), critical=True
    ).add_extension(_usage("key_cert_sign", "crl_sign"), critical=True)
    certificate = _signed(builder, own if above is None else above.key, above)
    chain = () if above is None else (above.certificate, *above.chain)
    return Authority(own, certificate, chain)


@cache
def signer(
    label: str,
    country: str,
    by: Authority,
    *,
    usages: tuple[str, ...] = ("content_commitment",),
    extended: tuple[str, ...] = (),
    extended_critical: bool = False,
    not_before: int = CERTIFICATES_FROM,
    not_after: int = CERTIFICATES_UNTIL,
    crl_url: str | None = None,
    ocsp_url: str | None = None,
    key_label: str | None = None,
    key_type: KeyType = KeyType.P256,
    uris: tuple[str, ...] = (),
    dns_names: tuple[str, ...] = (),
    own: SigningKey | None = None,
    organisation: str = ORGANISATION,
) -> SoftwareSigner:
    """A signer with an end-entity certificate; ``key_label`` gives it the key of another label,
    ``own`` one that comes from no label."""
    own = own or key(key_label or label, key_type)
    builder = _builder(own, label, country, organisation, not_before, not_after).add_extension(
        _usage(*usages), critical=True
    )
    if extended:
        builder = builder.add_extension(
            x509.ExtendedKeyUsage([x509.ObjectIdentifier(oid) for oid in extended]),
            critical=extended_critical,
        )
    names = [
        *(x509.UniformResourceIdentifier(uri) for uri in uris),
        *(x509.DNSName(name) for name in dns_names),
    ]
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    if crl_url is not None:
        point = x509.DistributionPoint([x509.UniformResourceIdentifier(crl_url)], None, None, None)
        builder = builder.add_extension(x509.CRLDistributionPoints([point]), critical=False)
    if ocsp_url is not None:
        access = x509.AccessDescription(
            AuthorityInformationAccessOID.OCSP, x509.UniformResourceIdentifier(ocsp_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([access]), critical=False)
    certificate = _signed(builder, by.key, by)
    return SoftwareSigner(own, certificate, (by.certificate, *by.chain))


def tsa(label: str, country: str, by: Authority, **more: Any) -> SoftwareSigner:
    """A time-stamping unit: its one extended key usage is critical (RFC 3161, 2.3)."""
    return signer(
        label,
        country,
        by,
        usages=("digital_signature",),
        extended=(TIME_STAMPING,),
        extended_critical=True,
        **more,
    )


def _builder(
    own: SigningKey,
    label: str,
    country: str,
    organisation: str,
    not_before: int,
    not_after: int,
) -> x509.CertificateBuilder:
    public = own.private_key.public_key()
    content = f"{label}|{country}|{not_before}|{not_after}".encode()
    return (
        x509.CertificateBuilder()
        .subject_name(_name(label, country, organisation))
        .public_key(public)
        # 8 octets, positive, never zero (RFC 5280, 4.1.2.2).
        .serial_number(int.from_bytes(sha256(content).digest()[:8], "big") >> 1 | 1)
        .not_valid_before(datetime.fromtimestamp(not_before, UTC))
        .not_valid_after(datetime.fromtimestamp(not_after, UTC))
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(public), critical=False)
    )


def _name(label: str, country: str, organisation: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, country),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(NameOID.COMMON_NAME, f"TEST-ONLY {label}"),
        ]
    )


def _usage(*names: str) -> x509.KeyUsage:
    return x509.KeyUsage(**{name: name in names for name in _USAGES})


def _signed(builder: x509.CertificateBuilder, by: SigningKey, issuer: Authority | None) -> bytes:
    if issuer is None:
        name = builder._subject_name  # noqa: SLF001 - a root names itself
    else:
        name = x509.load_der_x509_certificate(issuer.certificate).subject
        public = issuer.key.private_key.public_key()
        builder = builder.add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(public), critical=False
        )
    assert name is not None  # every builder here has a subject
    hashes = {KeyType.P384: "SHA-384", KeyType.P521: "SHA-512"}
    plain = by.key_type in (KeyType.ED25519, KeyType.ED448)
    curves = (KeyType.P256, KeyType.P384, KeyType.P521)
    more: dict[str, Any] = {"ecdsa_deterministic": True} if by.key_type in curves else {}
    hash: Any = None if plain else hash_object(hashes.get(by.key_type, "SHA-256"))
    return certificate_der(builder.issuer_name(name).sign(by.private_key, hash, **more))


def crl(
    by: Authority,
    *,
    issued: int,
    next_update: int,
    revoked: Iterable[tuple[int, int, x509.ReasonFlags | None]] = (),
    number: int = 1,
) -> bytes:
    """A complete CRL of an authority; ``revoked`` is (serial number, Unix seconds, reason)."""
    subject = x509.load_der_x509_certificate(by.certificate).subject
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(subject)
        .last_update(datetime.fromtimestamp(issued, UTC))
        .next_update(datetime.fromtimestamp(next_update, UTC))
        .add_extension(x509.CRLNumber(number), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(by.key.private_key.public_key()),
            critical=False,
        )
    )
    for serial, moment, reason in revoked:
        entry = (
            x509.RevokedCertificateBuilder()
            .serial_number(serial)
            .revocation_date(datetime.fromtimestamp(moment, UTC))
        )
        if reason is not None:
            entry = entry.add_extension(x509.CRLReason(reason), critical=False)
        builder = builder.add_revoked_certificate(entry.build())
    hash: Any = hash_object("SHA-256")
    signed = builder.sign(by.key.private_key, hash, ecdsa_deterministic=True)
    return certificate_der(signed)


def ocsp(
    by: Authority,
    certificate: bytes,
    *,
    issued: int,
    next_update: int,
    revoked: int | None = None,
    responder: SoftwareSigner | None = None,
) -> bytes:
    """An OCSPResponse (RFC 6960, 4.2.1) about one certificate of ``by``: good, or revoked since
    that moment (Unix seconds). Signed by the authority, or by a ``responder`` certified by it."""
    issuer = read_certificate(by.certificate)
    speaker = issuer if responder is None else read_certificate(responder.certificate)
    if revoked is None:
        status = der.tlv(der.context(0, constructed=False))
    else:
        status = der.tlv(der.context(1), der.encode_generalized_time(revoked))
    answer = der.seq(
        cert_id(issuer.subject_name, issuer.key, serial_of(certificate)),
        status,
        der.encode_generalized_time(issued),
        der.tlv(der.context(0), der.encode_generalized_time(next_update)),
    )
    data = der.seq(
        der.tlv(der.context(1), speaker.subject_name),
        der.encode_generalized_time(issued),
        der.seq(answer),
    )
    signer = SoftwareSigner(by.key, by.certificate) if responder is None else responder
    carried = b""
    if responder is not None:
        carried = der.tlv(der.context(0), der.seq(responder.certificate))
    basic = der.seq(
        data,
        signature_identifier(signer.algorithm),
        der.encode_bits(signer.sign(data)),
        carried,
    )
    return ocsp_response(basic)


def serial_of(certificate: bytes) -> int:
    """The serial number of a certificate made here."""
    return x509.load_der_x509_certificate(certificate).serial_number
