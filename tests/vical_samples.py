"""TEST-ONLY VICALs, made by hand so that any part of one can be wrong."""

from datetime import UTC, datetime

from defa_trust.codec import cbor
from defa_trust.codec.cbor import Tagged
from defa_trust.crypto import KeyType
from defa_trust.demo import pki
from defa_trust.trustlist.vical import VICAL_SIGNER, accept_vical
from defa_trust.x509.certificate import read_certificate
from tests.build import DAY, NOW, YEAR

MDL = "org.iso.18013.5.1.mDL"
ROOT = pki.authority("VICAL provider", "SG")


def signer(label="VICAL signer", **more):
    given = {"usages": ("digital_signature",), "extended": (VICAL_SIGNER,), **more}
    return pki.signer(label, "SG", given.pop("by", ROOT), **given)


SIGNER = signer()
OTHER = signer("other VICAL signer")


def iaca(country="TH", label="IACA", **more):
    return pki.authority(
        f"{label} of {country}", country,
        **{"not_before": NOW - YEAR, "not_after": NOW + 5 * YEAR, "path_length": 0, **more},
    )  # fmt: skip


def date(moment):
    return Tagged(0, datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"))


def bignum(number):
    return Tagged(2, number.to_bytes((number.bit_length() + 7) // 8, "big"))


def entry(der=None, **members):
    """A CertificateInfo; ``members`` replace or (``None``) drop its parts."""
    der = iaca().certificate if der is None else der
    found = read_certificate(der)
    parts = {
        "certificate": der,
        "serialNumber": bignum(found.serial),
        "ski": found.ski,
        "docType": [MDL],
        "certificateProfile": ["1.0.18013.5.1.2"],
        "issuingAuthority": "TEST-ONLY authority",
        "issuingCountry": found.country,
        "issuer": found.issuer_name,
        "subject": found.subject_name,
        "notBefore": date(found.not_before),
        "notAfter": date(found.not_after),
        **members,
    }
    return {name: part for name, part in parts.items() if part is not None}


def content(*entries, **members):
    parts = {
        "version": "1.0",
        "vicalProvider": "TEST-ONLY provider",
        "date": date(NOW - DAY),
        "vicalIssueID": 7,
        "nextUpdate": date(NOW + 30 * DAY),
        "certificateInfos": list(entries) or [entry()],
        **members,
    }
    return {name: part for name, part in parts.items() if part is not None}


def signed(payload=None, by=SIGNER, *, protected=None, unprotected=None, key=None, tag=None):
    """A COSE_Sign1; ``key`` signs instead of the one that ``by`` names."""
    head = cbor.dumps({1: -7} if protected is None else protected)
    body = payload if isinstance(payload, bytes) else cbor.dumps(payload or content())
    to_sign = cbor.dumps(["Signature1", head, b"", body])
    beside = {33: by.certificate} if unprotected is None else unprotected
    message = [head, beside, body, (key or by.key).sign("ES256", to_sign)]
    return cbor.dumps(message if tag is None else Tagged(tag, message))


def judge(data, *, signers=(SIGNER.certificate,), last=None, now=NOW):
    return accept_vical(data, list(signers), last=last, now=now)


def weak(country="TH"):
    return pki.authority(f"P-384 of {country}", country, key_type=KeyType.P384)
