"""The credential's own times against the moment (floor 7).

Runs only on authenticated statements: what an unsigned message says of its expiry proves nothing.
Intervals are exact at both ends: at ``exp`` itself the credential has expired (RFC 7519, 4.1.4).
"""

from __future__ import annotations

from .authenticate import Authenticated
from .codes import spine as codes
from .verdict import TIME_MAX, TIME_MIN, Code, Finding, fast_finding


def check_times(
    authenticated: Authenticated, moment: int, skew: int, findings: list[Finding]
) -> None:
    """Expiry without tolerance; ``nbf`` and ``iat`` with ``skew`` seconds for unlike clocks."""
    asserted = authenticated.presented.asserted
    expires = asserted.expires
    if expires is None:
        findings.append(_NO_EXPIRY)
    elif moment < expires:
        findings.append(_say(codes.NOT_EXPIRED, expires, TIME_MIN, expires))
    else:
        findings.append(_say(codes.EXPIRED, expires, expires, TIME_MAX))
    begin = asserted.not_before
    if begin is not None:
        start = begin - skew
        if moment >= start:
            findings.append(_say(codes.BEGUN, begin, start, TIME_MAX))
        else:
            findings.append(_say(codes.NOT_YET_VALID, begin, TIME_MIN, start))
    issued = asserted.issued_at
    if issued is not None:
        start = issued - skew
        if moment >= start:
            findings.append(_say(codes.ISSUED, issued, start, TIME_MAX))
        else:
            findings.append(_say(codes.ISSUED_IN_THE_FUTURE, issued, TIME_MIN, start))


_NO_EXPIRY = Finding(codes.NO_EXPIRY)


def _say(code: Code, threshold: int, start: int, end: int) -> Finding:
    return fast_finding((code, threshold, None, start, end, None, "issuer", None))
