"""TEST-ONLY worlds in which a state lists an authority, and not the signer itself (floor 13)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from functools import cache
from typing import Any, Final

from ..demo import pki
from ..demo.pki import Authority
from ..signer import SoftwareSigner
from ..x509.profiles import EKU_MDOC_DS
from .build import (
    DAY,
    ISSUER,
    MOMENT,
    YEAR,
    Json,
    arrangement,
    member_list,
    recognition_list,
    trust,
)
from .build import service as plain_service

CRL: Final = "http://crl.th.test.example/authority.crl"
ISSUED: Final = MOMENT - DAY
NEXT_UPDATE: Final = MOMENT + 6 * DAY


@cache
def root(country: str = "TH", label: str = "authority", **members: Any) -> Authority:
    """The authority that a state's list names."""
    return pki.authority(
        f"{label} of {country}", country, not_before=MOMENT - 5 * YEAR,
        not_after=MOMENT + 5 * YEAR, **members,
    )  # fmt: skip


def issuer(by: Authority | None = None, country: str = "TH", **members: Any) -> SoftwareSigner:
    """A signer of credentials, certified by ``by``."""
    return pki.signer(
        f"credential signer of {country}", country, by or root(),
        **{"usages": ("digital_signature",), "crl_url": CRL, "not_before": MOMENT - YEAR,
           "not_after": MOMENT + YEAR, **members},
    )  # fmt: skip


def document_signer(
    by: Authority | None = None, country: str = "TH", **members: Any
) -> SoftwareSigner:
    """A signer of driving licences (ISO/IEC 18013-5, B.1.4)."""
    return pki.signer(
        f"document signer of {country}", country, by or root(),
        **{"usages": ("digital_signature",), "extended": (EKU_MDOC_DS,),
           "extended_critical": True, "crl_url": CRL, "not_before": MOMENT - 30 * DAY,
           "not_after": MOMENT + 400 * DAY, **members},
    )  # fmt: skip


def identity(certificate: bytes) -> Json:
    return {"kind": "x509", "certificate": b64encode(certificate).decode()}


def listed(*certificates: bytes, territory: str = "TH", **members: Any) -> Json:
    """A state's list with one service, whose identities are these certificates."""
    identities = [identity(der) for der in certificates or (root(territory).certificate,)]
    own = {"identities": identities, "issuerIds": [ISSUER] if territory == "TH" else [], **members}
    return member_list(territory, plain_service(territory, **own))


def path_world(*lists: Json) -> Json:
    """``lists`` (default: Thailand's, with its authority), all recognised by Singapore."""
    chosen = lists or (listed(),)
    states = sorted({item["territory"] for item in chosen})
    return trust(*chosen, recognition_list("SG", *(arrangement("SG", cc) for cc in states)))


def crl(by: Authority | None = None, **members: Any) -> bytes:
    return pki.crl(by or root(), **{"issued": ISSUED, "next_update": NEXT_UPDATE, **members})


def evidence(octets: bytes, kind: str = "crl", uri: str | None = None) -> Mapping[str, Any]:
    """A vector's piece of evidence."""
    return {"kind": kind, "uri": uri, "base64": b64encode(octets).decode()}


def fresh() -> tuple[Mapping[str, Any], ...]:
    """What shows that nothing is revoked."""
    return (evidence(crl()),)
