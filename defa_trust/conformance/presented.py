"""The task `presentation`: a wallet's response to a verifier's request (floor 13)."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from ..openid4vp import AgreementKey, PresentationReport, PresentationRequest, judge
from ..verdict import ExitCode, Finding, Indication, RecognitionOutcome
from ..verify import Verifier
from .trust import evidence_of, policy_of, request_of, snapshot_of


def judged(
    vector: Mapping[str, Any], data: bytes
) -> tuple[Indication, RecognitionOutcome, Iterable[Finding]]:
    """Validity and recognition of the whole response, and everything that was found."""
    kept = dict(vector["presentation"])
    secret = kept.pop("decryptionKey", None)
    asked = PresentationRequest.restore(json.dumps({"version": 1, **kept}))
    key = None if secret is None else AgreementKey.from_jwk(secret)
    verifier = Verifier(snapshot_of(vector["trust"]), policy_of(vector["request"]))
    request = request_of(vector["request"], vector["moment"])
    report = judge(verifier, data, asked, request, key=key, evidence=evidence_of(vector))
    return report.validity.indication, _recognised(report), report.all_findings


def _recognised(report: PresentationReport) -> RecognitionOutcome:
    if report.exit_code is ExitCode.RECOGNISED:
        return RecognitionOutcome.RECOGNISED
    if report.exit_code is ExitCode.PILOT:
        return RecognitionOutcome.PILOT
    reason = report.reason
    found = None if reason is None or reason.code.indication else reason.code.recognition
    return found or RecognitionOutcome.NOT_EVALUATED
