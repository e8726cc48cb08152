"""One verdict from all findings (floor 9): a check that was not made never passes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from .authenticate import Authenticated, AuthenticatedSignature
from .codes import spine as codes
from .recognition.engine import Answer
from .verdict import (
    NOT_EVALUATED,
    Bundle,
    Finding,
    Indication,
    Interval,
    Need,
    Outcome,
    SubIndication,
    Subject,
    Validity,
    Verdict,
    VerifiedVerdict,
    deciding,
    from_parts,
)

_interval: Final = from_parts(Interval)
_verified: Final = from_parts(VerifiedVerdict)
_MET: Final = Outcome.MET
_PASSED: Final = Validity(Indication.TOTAL_PASSED)
NOTHING: Final = Bundle.of(())
"""The standing of a key nobody found."""

REQUIRED_OF_CREDENTIALS: Final = frozenset(
    {
        "resolve.anchor",
        "crypto.algorithm",
        "crypto.signature",
        "list.fresh",
        "service.status",
        "time.expiry",
        "holder.binding",
        "status",
    }
)
"""Rules without whose *met* nothing passes: a stage that was skipped cannot go unnoticed."""
REQUIRED_OF_SIGNATURES: Final = frozenset(
    {
        "resolve.anchor",
        "path",
        "certificate.purpose",
        "signature.certificate",
        "crypto.algorithm",
        "crypto.signature",
        "digest.match",
        "list.fresh",
        "service.status",
        "revocation.path",
    }
)
REQUIRED_OF_TIMESTAMPS: Final = REQUIRED_OF_SIGNATURES | {"timestamp.time"}


def conclude(
    findings: list[Finding],
    subject: Subject,
    needs: tuple[Need, ...] = (),
    standing: Bundle = NOTHING,
    authenticated: Authenticated | AuthenticatedSignature | None = None,
    recognition: Callable[[], Answer] | None = None,
    required: frozenset[str] = REQUIRED_OF_CREDENTIALS,
    nested: tuple[Verdict, ...] = (),
) -> Verdict:
    """One verdict from all findings, those of the anchor's ``standing`` first.

    Recognition is asked only of what is valid; what was not authenticated never is. ``nested`` are
    verdicts of objects within this one: what of them counts here is among the findings.
    """
    prepared, start, end, rules, passed = standing
    for inner in nested:
        # They are part of what is said, so this verdict holds no longer than they do.
        begin, until = inner.interval
        start, end = max(start, begin), min(end, until)
    met = set()
    for finding in findings:
        # By place: these two lines are read for every finding of every verdict.
        code, begin, until = finding[0], finding[3], finding[4]
        if begin > start:
            start = begin
        if until < end:
            end = until
        if code.outcome is _MET:
            met.add(code.rule)
        else:
            passed = False
    if passed:
        missing = (required - rules) - met
        if missing or authenticated is None or recognition is None:
            passed = False
            findings += [
                Finding(codes.CHECK_MISSING, None, rule)
                for rule in sorted(missing) or ("crypto.signature",)
            ]
    said = (*prepared, *findings)
    if not passed or authenticated is None or recognition is None:
        interval = Interval(start, end)
        validity = _validity(said)
        return Verdict(validity, NOT_EVALUATED, said, subject, interval, needs, None, nested)
    answer = recognition()
    bounds = answer.interval
    return _verified(
        (
            _PASSED,
            answer.recognition,
            said + answer.findings,
            subject,
            _interval((max(start, bounds[0]), min(end, bounds[1]))),
            needs + answer.needs if answer.needs else needs,
            authenticated.reveal,
            nested,
        )
    )


def _validity(findings: tuple[Finding, ...]) -> Validity:
    decisive = deciding(findings)
    if decisive is None or decisive.code.indication is None:
        return Validity(Indication.INDETERMINATE, SubIndication.GENERIC)
    return Validity(decisive.code.indication, decisive.code.sub_indication)
