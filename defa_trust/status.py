"""Revocation and suspension of the credential (floor 8).

"Could not check" is an outcome of its own, neither "revoked" nor "good"; the policy's named choice
decides what it means, and the default denies.
"""

from __future__ import annotations

from .authenticate import Authenticated
from .codes import spine as codes
from .material import EvidenceView
from .policy import UncheckedStatus
from .verdict import Finding, Need, NeedKind


def check_status(
    authenticated: Authenticated,
    evidence: EvidenceView,  # noqa: ARG001 - no mechanism is read yet: each is reported as unchecked
    unchecked: UncheckedStatus,
    findings: list[Finding],
) -> tuple[Need, ...]:
    """Findings about the status references; returns the evidence that is still needed."""
    references = authenticated.presented.asserted.status
    if not references:
        findings.append(_NOT_REFERENCED)
        return ()
    code = (
        codes.STATUS_NOT_CHECKED_ALLOWED
        if unchecked is UncheckedStatus.REPORT
        else codes.STATUS_NOT_CHECKED
    )
    findings.append(Finding(code, None, references))
    return tuple(Need(NeedKind.STATUS_LIST, reference) for reference in references)


_NOT_REFERENCED = Finding(codes.STATUS_NOT_REFERENCED)
