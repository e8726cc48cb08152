"""Vectors that judge a certificate by itself: its path and its revocation (floor 13)."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Mapping
from typing import Any, Final

from ..errors import Rejection
from ..material import EvidenceKind
from ..policy import (
    NoRevocationInfo,
    PastEvidence,
    RequiredChecks,
    ResponderStatus,
    RevocationPolicy,
    UncheckedStatus,
)
from ..verdict import Finding, Indication, RecognitionOutcome, deciding
from ..x509.anchors import AnchorSet, TrustAnchor
from ..x509.path import PathOptions, find_path
from ..x509.profiles import SIGNER
from ..x509.revocation import check_path
from .trust import evidence_of

_CHOICES: Final[Mapping[str, tuple[str, Any]]] = {
    "required": ("required", RequiredChecks),
    "unchecked": ("unchecked", UncheckedStatus),
    "past": ("past", PastEvidence),
    "responders": ("responders", ResponderStatus),
    "noInformation": ("no_information", NoRevocationInfo),
}


def judged(
    vector: Mapping[str, Any], data: bytes
) -> tuple[Indication, RecognitionOutcome, list[Finding]]:
    """What stands against the certificate ``data`` at the vector's moment."""
    now = vector["moment"]
    control = vector.get("control", now)
    evidence = evidence_of(vector)
    findings: list[Finding] = []
    try:
        anchors = AnchorSet(
            TrustAnchor.from_certificate(b64decode(text, validate=True))
            for text in vector["anchors"]
        )
    except Rejection as refusal:
        findings.append(refusal.finding())
        return Indication.TOTAL_FAILED, RecognitionOutcome.NOT_EVALUATED, findings
    pool = evidence.pool(EvidenceKind.CERTIFICATE)
    path = find_path(data, pool, anchors, PathOptions(control, SIGNER), findings)
    if path is not None:
        policy = _policy(vector.get("revocationPolicy", {}))
        after = vector.get("signedAfter")
        check_path(path, control, now, evidence, policy, findings, signed_after=after)
    decisive = deciding(findings)
    indication = Indication.TOTAL_PASSED
    if decisive is not None and decisive.code.indication is not None:
        indication = decisive.code.indication
    return indication, RecognitionOutcome.NOT_EVALUATED, findings


def _policy(shape: Mapping[str, Any]) -> RevocationPolicy:
    chosen: dict[str, Any] = {
        name: kind(shape[member]) for member, (name, kind) in _CHOICES.items() if member in shape
    }
    return RevocationPolicy(freshness=shape.get("freshness"), **chosen)
