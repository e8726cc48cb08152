"""TEST-ONLY VICALs for vectors (floor 13): a good one, and every place where a fault can be put."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from ..codec import cbor
from ..codec.cbor import Tagged
from ..demo import pki
from ..demo.pki import Authority
from ..formats.mdoc import MDL_DOCTYPE
from ..signer import SoftwareSigner
from ..trustlist.vical import VICAL_SIGNER
from ..x509.certificate import read_certificate
from .build import DAY, MOMENT, YEAR, Json, Signer, arrangement, recognition_list, without_none
from .mdocs import date

ISSUED: Final = MOMENT - DAY
NEXT_UPDATE: Final = MOMENT + 30 * DAY


@cache
def provider() -> Authority:
    """The authority above the signers of VICALs; nobody pins it."""
    return pki.authority("VICAL provider", "SG")


def vical_signer(label: str = "VICAL signer", **more: Any) -> SoftwareSigner:
    given = {"usages": ("digital_signature",), "extended": (VICAL_SIGNER,), **more}
    return pki.signer(label, "SG", given.pop("by", provider()), **given)


def iaca(country: str = "TH", label: str = "IACA", **more: Any) -> Authority:
    """An issuing authority (ISO/IEC 18013-5, B.1.2)."""
    return pki.authority(
        f"{label} of {country}", country,
        **{"not_before": MOMENT - YEAR, "not_after": MOMENT + 5 * YEAR, "path_length": 0, **more},
    )  # fmt: skip


def bignum(number: int) -> Tagged:
    return Tagged(2, number.to_bytes((number.bit_length() + 7) // 8, "big"))


def entry(certificate: bytes | None = None, /, **members: Any) -> Json:
    """A CertificateInfo; ``members`` replace or (``None``) drop its parts."""
    der = iaca().certificate if certificate is None else certificate
    found = read_certificate(der)
    return without_none(
        {
            "certificate": der,
            "serialNumber": bignum(found.serial),
            "ski": found.ski,
            "docType": [MDL_DOCTYPE],
            "certificateProfile": ["1.0.18013.5.1.2"],
            "issuingAuthority": "TEST-ONLY authority",
            "issuingCountry": found.country,
            "issuer": found.issuer_name,
            "subject": found.subject_name,
            "notBefore": date(found.not_before),
            "notAfter": date(found.not_after),
            **members,
        }
    )


def content(*entries: Any, **members: Any) -> Json:
    """The VICAL itself (C.1.7.1); ``members`` replace or (``None``) drop its parts."""
    return without_none(
        {
            "version": "1.0",
            "vicalProvider": "TEST-ONLY provider",
            "date": date(ISSUED),
            "vicalIssueID": 7,
            "nextUpdate": date(NEXT_UPDATE),
            "certificateInfos": list(entries) or [entry()],
            **members,
        }
    )


def signed(
    payload: Any = None,
    by: SoftwareSigner | None = None,
    *,
    protected: Mapping[Any, Any] | None = None,
    unprotected: Mapping[Any, Any] | None = None,
    key: Signer | None = None,
    tag: int | None = None,
) -> bytes:
    """A COSE_Sign1 over it; ``key`` signs instead of the one that ``by`` names."""
    named = by or vical_signer()
    head = cbor.dumps({1: -7} if protected is None else dict(protected))
    body = payload if isinstance(payload, bytes) else cbor.dumps(payload or content())
    to_sign = cbor.dumps(["Signature1", head, b"", body])
    beside = {33: named.certificate} if unprotected is None else dict(unprotected)
    message = [head, beside, body, (key or named.key).sign("ES256", to_sign)]
    return cbor.dumps(message if tag is None else Tagged(tag, message))


# --- a vector's trust -----------------------------------------
def issue(data: bytes, at: int = ISSUED + 3600) -> Json:
    return {"at": at, "base64": b64encode(data).decode()}


def vical_world(*issues: Json, signers: Sequence[bytes] | None = None) -> Json:
    """What is trusted: VICALs by pinned signers, and Singapore, which recognises four states."""
    pinned = [vical_signer().certificate] if signers is None else list(signers)
    rules = [arrangement("SG", state) for state in ("MY", "PH", "TH", "VN")]
    return {
        "lists": [recognition_list("SG", *rules)],
        "vicals": {
            "signers": [b64encode(der).decode() for der in pinned],
            "issues": list(issues),
        },
    }
