"""The spine: from bytes to an explained verdict (floor 10). Read this file first.

``Verifier.evaluate()`` carries out, in this order:

1. **parse**         a format module reads the bytes and says what they claim; it trusts nothing
2. **resolve**       the trust snapshot chooses candidate keys of one state
3. **authenticate**  issuer's signature and digests, then the holder's proof
4. **anchor**        list freshness, service status, certificate validity and scope at the moment
5. **time**          the credential's own times
6. **status**        revocation: "could not check" is an answer of its own
7. **reveal**        the claims' structure, which can only be judged once digests hold
8. **recognise**     what it counts for in the receiving state
9. **conclude**      a verdict from *all* findings; a check that was not made never passes

It is a pure function of the bytes, the request, the evidence handed in, the snapshot, the policy
and the moment: no I/O. Missing evidence makes INDETERMINATE and a list of needs.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from .authenticate import Authenticated, SignatureCheck, authenticate, check_holder
from .codes import spine as codes
from .conclude import REQUIRED_OF_CREDENTIALS, conclude
from .crypto import VerificationKey
from .errors import MisuseError, NotVerified, Rejection
from .formats.base import Presented
from .formats.registry import (
    FORMATS,
    FORMATS_BY_FIRST_OCTET,
    SIGNATURE_FORMATS,
    SIGNATURE_FORMATS_BY_FIRST_OCTET,
)
from .formats.signature import SignatureFormat, SignedFile
from .material import NO_EVIDENCE, EvidenceView
from .policy import DEFAULT_POLICY, VerificationPolicy
from .recognition.absence import nothing_presented
from .recognition.engine import recognise
from .recognition.facts import Facts
from .request import Request
from .resolve import check_ceased, check_scope, resolve
from .resolve_path import PathQuestion
from .signatures import judge_file
from .spec import MAX_INPUT_BYTES, MAX_SIGNED_FILE_BYTES
from .status import check_status
from .timing import check_times
from .trustlist.authorities import PathAnchor
from .trustlist.model import Status
from .trustlist.snapshot import ServiceAnchor, TrustSnapshot
from .verdict import (
    Aggregation,
    Bundle,
    ExitCode,
    Finding,
    Recognition,
    RecognitionOutcome,
    Report,
    Subject,
    Verdict,
    VerifiedVerdict,
    from_parts,
)
from .x509.revocation import check_path

_facts: Final = from_parts(Facts)
_report: Final = from_parts(Report)
_subject: Final = from_parts(Subject)


REQUIRED_RULES: Final = REQUIRED_OF_CREDENTIALS
"""Rules without whose *met* no credential passes."""
PATH_RULES: Final = REQUIRED_RULES | {"path", "revocation.path"}
"""The same for a signer whose certificate is not listed itself."""


NO_MOMENT: Final = "a clock gives whole Unix seconds (int): int(time.time()), not time.time()"


def wall_clock() -> int:
    """Now, in whole Unix seconds: read once a call, here and nowhere below."""
    return int(time.time())


class Verifier:
    """Judges credentials against one trust snapshot and one policy. Immutable; share it freely."""

    __slots__ = ("_degraded", "_verify", "clock", "policy", "snapshot")

    def __init__(
        self,
        snapshot: TrustSnapshot,
        policy: VerificationPolicy = DEFAULT_POLICY,
        *,
        clock: Callable[[], int] = wall_clock,
        verify: SignatureCheck = VerificationKey.verify,
    ) -> None:
        """``verify`` stands in for the check of issuers' signatures: see ``SignatureCheck``."""
        if not isinstance(snapshot, TrustSnapshot):
            raise MisuseError("a Verifier needs a TrustSnapshot; see TrustStore.load()")
        self.snapshot = snapshot
        self.policy = policy
        self.clock = clock
        self._verify = verify
        self._degraded = tuple(f"{item.territory}:{item.code}" for item in snapshot.missing)

    def evaluate(
        self, data: bytes | str, request: Request, evidence: EvidenceView = NO_EVIDENCE
    ) -> Report:
        """Judge ``data``. Never raises on input; raises ``MisuseError`` on a wrong call.

        ``data`` is a credential or presentation as transported (bytes or ASCII text), or a file
        with electronic signatures; ``evidence`` is what was fetched for it, unauthenticated. The
        report's ``verdict`` is the one that decides, and holds validity,
        recognition, every finding, and the needs left open.
        """
        moment = request.at
        as_of = moment is not None
        if moment is None:
            moment = self.clock()
            if type(moment) is not int:
                raise MisuseError(NO_MOMENT)
        assert isinstance(moment, int)
        verdicts = self._judge(data, request, evidence, moment)
        return _report((verdicts, moment, as_of, Aggregation.ALL_MUST_PASS, self._degraded))

    def require(
        self, data: bytes | str, request: Request, evidence: EvidenceView = NO_EVIDENCE
    ) -> VerifiedVerdict:
        """The verdict, if it is TOTAL-PASSED and RECOGNISED; raises ``NotVerified`` otherwise.

        A pilot corridor does not satisfy it: read ``evaluate()`` and decide on PILOT explicitly.
        """
        report = self.evaluate(data, request, evidence)
        verdict = report.verdict
        if report.exit_code is not ExitCode.RECOGNISED or not isinstance(verdict, VerifiedVerdict):
            raise NotVerified(report)
        return verdict

    def _judge(
        self, data: bytes | str, request: Request, evidence: EvidenceView, moment: int
    ) -> tuple[Verdict, ...]:
        raw = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
        if not isinstance(raw, bytes):
            raise MisuseError(f"data is bytes or str, not {type(data).__name__}")
        try:
            presented = parse(raw, request)
        except Rejection as refusal:
            subject = Subject(request.format or "unknown", sha256(raw).hexdigest())
            if not raw or raw.isspace():
                said = nothing_presented(request.relying_state, self.snapshot, moment)
                return (conclude(said, subject),)
            return (conclude([refusal.finding()], subject),)
        if isinstance(presented, SignedFile):
            return judge_file(presented, self.snapshot, request, self.policy, evidence, moment)
        return (self._judge_credential(presented, request, evidence, moment),)

    def _judge_credential(
        self, presented: Presented, request: Request, evidence: EvidenceView, moment: int
    ) -> Verdict:
        findings = list(presented.findings)
        question = PathQuestion(presented, self.snapshot, self.policy, moment, evidence)
        resolution = resolve(question, request, findings)
        needs = resolution.needs
        found = self._authenticate(presented, resolution.candidates, moment, findings)
        asserted = presented.asserted
        if found is None:
            territory = resolution.territory
            subject = Subject(presented.format, presented.digest.hex(), territory, asserted.issuer)
            return conclude(findings, subject, needs)
        authenticated, anchor, standing = found
        service = anchor.service
        subject = _subject(
            (
                presented.format,
                presented.digest.hex(),
                service.territory,
                asserted.issuer or asserted.territory,
                service.name,
                service.type,
                None,
            )
        )
        status = service.status_at(moment)
        check_scope(anchor, presented, self.policy, findings)
        if status is not None and status.status is Status.CEASED_WITH_VALID_PAST:
            check_ceased(status, asserted, findings)
        check_times(authenticated, moment, self.policy.clock_skew, findings)
        _check_audience(presented, request, findings)
        check_holder(
            authenticated,
            request,
            self.policy.algorithms,
            moment,
            self.policy.clock_skew,
            findings,
        )
        needs += check_status(
            authenticated, anchor, self.snapshot, self.policy, moment, evidence, findings
        )
        required = REQUIRED_RULES
        if isinstance(anchor, PathAnchor):
            required = PATH_RULES
            needs += check_path(
                anchor.path,
                moment,
                moment,
                evidence,
                self.policy.revocation,
                findings,
                algorithms=self.policy.algorithms,
                territory=service.territory,
            )
        if presented.reveal_judges:
            try:
                presented.reveal()
            except Rejection as refusal:
                findings.append(refusal.finding())
        return conclude(
            findings,
            subject,
            needs,
            standing,
            authenticated,
            lambda: recognise(
                _facts(
                    (
                        service,
                        status,
                        asserted.types,
                        asserted.levels,
                        request,
                        self.policy,
                        moment,
                        None,
                        None,
                    )
                ),
                self.snapshot,
            ),
            required,
        )

    def _authenticate(
        self,
        presented: Presented,
        candidates: tuple[ServiceAnchor, ...],
        moment: int,
        findings: list[Finding],
    ) -> tuple[Authenticated, ServiceAnchor, Bundle] | None:
        """The candidate whose key verifies and, where one key stands in several entries, the first
        entry in good standing; the findings of the others are dropped, their intervals kept.
        """
        algorithms = self.policy.algorithms
        grace = self.policy.national_list_grace
        said: list[Finding] = []
        best: tuple[Authenticated, ServiceAnchor, Bundle] | None = None
        for anchor in candidates:
            heard: list[Finding] = []
            authenticated = authenticate(
                presented, anchor.key, algorithms, moment, heard, self._verify
            )
            if authenticated is None:
                if best is None:
                    said = heard
                continue
            standing = anchor.standing(moment, grace)
            if best is None:
                best, said = (authenticated, anchor, standing), heard
            else:
                # Which entry is taken can change where either standing does.
                start, end = max(best[2].start, standing.start), min(best[2].end, standing.end)
                if standing.passed:
                    best, said = (authenticated, anchor, standing), heard
                best = (best[0], best[1], best[2]._replace(start=start, end=end))
            if best[2].passed:
                break
        findings += said
        return best


def parse(raw: bytes, request: Request) -> Presented | SignedFile:
    """Step 1: find the format (or take the one the request forces) and read the bytes.

    Raises ``Rejection`` for bad input and ``MisuseError`` for a format name nobody knows. A
    trailing line break, as files of text have one, is no part of a credential.
    """
    forced = request.format
    family = _signature_format(raw) if forced is None else SIGNATURE_FORMATS.get(forced)
    if family is not None:
        _check_size(raw, MAX_SIGNED_FILE_BYTES)
        return family.parse(raw, request)
    _check_size(raw, MAX_INPUT_BYTES)
    message = raw.strip(b"\r\n\t") if raw.isascii() else raw
    if forced is not None:
        chosen = FORMATS.get(forced)
        if chosen is None:
            known = ", ".join((*FORMATS, *SIGNATURE_FORMATS))
            raise MisuseError(f"no format {forced!r}; known: {known}")
        return chosen.parse(message, request)
    for candidate in FORMATS_BY_FIRST_OCTET[message[0]] if message else ():
        if candidate.detect(message):
            return candidate.parse(message, request)
    raise Rejection(codes.FORMAT_UNKNOWN)


def _signature_format(raw: bytes) -> SignatureFormat | None:
    for family in SIGNATURE_FORMATS_BY_FIRST_OCTET[raw[0]] if raw else ():
        if family.detect(raw):
            return family
    return None


def _check_size(raw: bytes, most: int) -> None:
    if len(raw) > most:
        raise Rejection(codes.INPUT_TOO_LARGE, expected=most, actual=len(raw))


def _check_audience(presented: Presented, request: Request, findings: list[Finding]) -> None:
    audience = presented.asserted.audience
    if audience:
        named = request.audience is not None and request.audience in audience
        code = codes.AUDIENCE_NAMED if named else codes.AUDIENCE_MISMATCH
        findings.append(Finding(code, request.audience))


__all__ = [
    "REQUIRED_RULES",
    "Recognition",
    "RecognitionOutcome",
    "Verifier",
    "conclude",
    "parse",
    "wall_clock",
]
