"""TEST-ONLY VICALs as the vectors make them, and the judge that the tests put them to."""

from defa_trust.conformance.mdocs import date
from defa_trust.conformance.vical_build import (
    content,
    entry,
    iaca,
    provider,
    signed,
    vical_signer,
)
from defa_trust.formats.mdoc import MDL_DOCTYPE as MDL
from defa_trust.trustlist.vical import accept_vical
from tests.build import NOW

signer = vical_signer
ROOT = provider()
SIGNER = signer()
OTHER = signer("other VICAL signer")

__all__ = [
    "MDL",
    "OTHER",
    "ROOT",
    "SIGNER",
    "content",
    "date",
    "entry",
    "iaca",
    "judge",
    "signed",
    "signer",
]


def judge(data, *, signers=(SIGNER.certificate,), last=None, now=NOW):
    return accept_vical(data, list(signers), last=last, now=now)
