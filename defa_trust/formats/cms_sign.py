"""CMS SignedData and its parts, written in DER (floor 3).

Small builders that say nothing of their own: which attributes a signature has is for its family to
decide (``cades_sign``, ``tst_sign``). The verifier uses none of this.
"""

from __future__ import annotations

from collections.abc import Iterable

from ..algorithm_ids import digest_identifier, signature_identifier
from ..algorithms import DIGESTS
from ..codec import der
from ..codec.der import Reader, context
from ..signer import Signer
from .cms import DATA, OCSP_RESPONSE, SIGNED_DATA
from .ess import SIGNING_CERTIFICATE_V2


def attribute(oid: str, *values: bytes) -> bytes:
    """Attribute (RFC 5652, 5.3) with these DER values."""
    return der.seq(der.encode_oid(oid), der.set_of(*values))


def issuer_and_serial(certificate: bytes) -> tuple[bytes, bytes]:
    """The issuer's Name and the serial number of a certificate, each as DER."""
    tbs = Reader(certificate).take(der.SEQUENCE).take(der.SEQUENCE)
    tbs.take_if(context(0))
    serial = tbs.raw(der.INTEGER)
    tbs.raw(der.SEQUENCE)
    return tbs.raw(der.SEQUENCE), serial


def signing_certificate_v2(certificate: bytes, digest: str = "sha-256") -> bytes:
    """The attribute ESS signing-certificate-v2 (RFC 5035, 3) of a certificate, by SHA-256 unless
    told otherwise, with issuer and serial number."""
    issuer, serial = issuer_and_serial(certificate)
    algorithm = b"" if digest == "sha-256" else digest_identifier(digest)
    names = der.seq(der.tlv(context(4), issuer))
    reference = der.seq(
        algorithm,
        der.tlv(der.OCTET_STRING, DIGESTS[digest](certificate)),
        der.seq(names, serial),
    )
    return attribute(SIGNING_CERTIFICATE_V2, der.seq(der.seq(reference)))


def ocsp_choice(response: bytes) -> bytes:
    """RevocationInfoChoice with an OCSPResponse (RFC 5652, 10.2.1; RFC 5940, 2)."""
    return der.tlv(context(1), der.encode_oid(OCSP_RESPONSE), response)


def signed_attributes(*attributes: bytes) -> bytes:
    """Signed attributes as they are signed: a SET OF in DER's order (RFC 5652, 5.4)."""
    return der.set_of(*attributes)


def signer_info(
    signer: Signer,
    signed: bytes,
    *,
    digest: str = "sha-256",
    signature: bytes | None = None,
    unsigned: Iterable[bytes] = (),
    key_id: bytes | None = None,
) -> bytes:
    """SignerInfo over ``signed`` (``signed_attributes``), signed now unless ``signature`` is given.

    The certificate is named by issuer and serial number, or by ``key_id``.
    """
    if key_id is None:
        version, sid = 1, der.seq(*issuer_and_serial(signer.certificate))
    else:
        version, sid = 3, der.tlv(context(0, constructed=False), key_id)
    attached = tuple(unsigned)
    return der.seq(
        der.encode_integer(version),
        sid,
        digest_identifier(digest),
        b"\xa0" + signed[1:],
        signature_identifier(signer.algorithm),
        der.tlv(der.OCTET_STRING, signer.sign(signed) if signature is None else signature),
        b"\xa1" + der.set_of(*attached)[1:] if attached else b"",
    )


def signed_data(
    signers: Iterable[bytes],
    *,
    content: bytes | None = None,
    content_type: str = DATA,
    digests: Iterable[str] = ("sha-256",),
    certificates: Iterable[bytes] = (),
    revocations: Iterable[bytes] = (),
) -> bytes:
    """ContentInfo with SignedData (RFC 5652, 5.1); ``content`` ``None`` leaves it detached.

    ``revocations`` are CRLs, or other RevocationInfoChoices as DER.
    """
    encapsulated = [der.encode_oid(content_type)]
    if content is not None:
        encapsulated.append(der.tlv(context(0), der.tlv(der.OCTET_STRING, content)))
    held, known = tuple(certificates), tuple(revocations)
    body = der.seq(
        der.encode_integer(1 if content_type == DATA else 3),
        der.set_of(*(digest_identifier(name) for name in digests)),
        der.seq(*encapsulated),
        b"\xa0" + der.set_of(*held)[1:] if held else b"",
        b"\xa1" + der.set_of(*known)[1:] if known else b"",
        der.set_of(*signers),
    )
    return der.seq(der.encode_oid(SIGNED_DATA), der.tlv(context(0), body))
