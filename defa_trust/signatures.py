"""Electronic signatures and time-stamps, judged as EN 319 102-1 says (floor 9).

Each signature of a file is a validation object of its own, and so is each time-stamp within it:

1. the signer's certificate is the one whose digest was signed            (5.2.3)
2. time-stamps are judged first, each like a signature, by TSA services    (5.4)
3. a path leads to a listed authority of one state, at the control time    (5.2.6)
4. the signature's value and the digests of what was signed                (5.2.7)
5. the service's standing: its list now, its status at the control time
6. revocation of every certificate of the path                             (5.2.5)
7. recognition in the receiving state, and the verdict

The control time is now, or the earliest moment at which a time-stamp that itself passed proves that
the signature existed (5.5). A time-stamp that does not pass proves nothing and does no harm:
anybody could have left it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any, Final

from .authenticate import authenticate_signature, covers
from .codes import crypto as crypto_codes
from .codes import signature as codes
from .conclude import (
    NOTHING,
    REQUIRED_OF_SIGNATURES,
    REQUIRED_OF_TIMESTAMPS,
    conclude,
)
from .content import Content
from .embedded import WithEmbedded
from .errors import Rejection
from .formats.base import PartRole
from .formats.signature import (
    CONTENT,
    AttachedTimestamp,
    RefusedSignature,
    Signature,
    SignedFile,
    TimestampKind,
)
from .formats.tst import parse_token
from .material import EvidenceKind, EvidenceView
from .policy import VerificationPolicy
from .recognition.engine import Answer, recognise
from .recognition.facts import Facts
from .request import Request
from .signature_contents import uncovered, with_named
from .signature_path import Anchored, anchor_signature, check_revocation
from .signature_times import (
    Stamp,
    TimesOf,
    before_certificate,
    dated,
    made,
    under_policy,
)
from .signing_certificate import choose_certificate
from .spec import MAX_SIGNED_FILE_BYTES, MAX_SIGNED_OBJECTS
from .trustlist.signing_authorities import AnchoredObject, authorities_of
from .trustlist.snapshot import TrustSnapshot
from .verdict import (
    TIME_MAX,
    TIME_MIN,
    Code,
    Fact,
    Finding,
    Need,
    NeedKind,
    Subject,
    Verdict,
    fast_finding,
    from_parts,
    pinned,
)
from .x509.certificate import UntrustedCertificate

_TIMESTAMP_FORMAT: Final = "rfc3161"
_facts: Final = from_parts(Facts)


def judge_file(
    file: SignedFile,
    snapshot: TrustSnapshot,
    request: Request,
    policy: VerificationPolicy,
    evidence: EvidenceView,
    now: int,
) -> tuple[Verdict, ...]:
    """A verdict for each signature of the file, in its order; those of time-stamps nested in it."""
    judge = _Judge(file, snapshot, request, policy, evidence, now)
    return tuple([judge.signature(signature) for signature in file.signatures])


class _Judge:
    """One file, one question, one moment; ``left`` is how many more objects are judged, ``joined``
    how many octets of contents were put together for time-stamps."""

    __slots__ = (
        "evidence",
        "file",
        "joined",
        "left",
        "now",
        "policy",
        "request",
        "signers",
        "snapshot",
        "supplied",
        "uncovered",
    )

    def __init__(
        self,
        file: SignedFile,
        snapshot: TrustSnapshot,
        request: Request,
        policy: VerificationPolicy,
        evidence: EvidenceView,
        now: int,
    ) -> None:
        self.file = file
        self.snapshot = snapshot
        self.request = request
        self.policy = policy
        self.evidence = evidence
        self.now = now
        self.left = MAX_SIGNED_OBJECTS
        self.joined = 0
        self.signers = authorities_of(snapshot, AnchoredObject.SIGNATURE)
        self.supplied: Content | Finding | None = None
        self.uncovered: Finding | None = None
        if request.content is not None:
            self.supplied = request.content
        elif given := evidence.pool(EvidenceKind.CONTENT):
            self.supplied = (
                Content.of(given[0])
                if len(given) == 1
                else Finding(codes.CONTENT_AMBIGUOUS, None, len(given), subject=PartRole.SIGNER)
            )
            self.uncovered = uncovered(file, given, evidence)

    # --- one signature ---------------------------------------------------------------------------
    def signature(self, signature: Signature | RefusedSignature) -> Verdict:
        findings = list(self.file.findings)
        if isinstance(signature, RefusedSignature):
            findings.append(signature.finding)
            return conclude(findings, self._subject(signature.name))
        if self.left <= 0:
            findings.append(Finding(codes.BUDGET, MAX_SIGNED_OBJECTS, subject=PartRole.SIGNER))
            return conclude(findings, self._subject(signature.name))
        self.left -= 1
        findings += signature.findings
        if self.uncovered is not None:
            findings.append(self.uncovered)
        came = signature
        signature = with_named(came, self.evidence)
        evidence = WithEmbedded(
            self.evidence,
            (*signature.certificates, *self.file.certificates),
            (*signature.evidence, *self.file.evidence),
        )
        stamps, unevaluated = self._timestamps(signature, evidence)
        times = TimesOf(stamps)
        certificate = choose_certificate(
            signature,
            evidence.pool(EvidenceKind.CERTIFICATE),
            self.request,
            findings,
            self.signers.opened,
        )
        nested = tuple(stamp.verdict for stamp in stamps)
        supplied = self._supplied(signature, findings, named=signature is not came)
        self._report(signature, unevaluated, stamps, findings)
        needs = self._content_needs(signature, supplied)
        if certificate is None:
            return conclude(findings, self._subject(signature.name), needs, nested=nested)
        anchored = anchor_signature(
            certificate,
            evidence,
            AnchoredObject.SIGNATURE,
            self.signers,
            self.snapshot,
            self.policy,
            self.now,
            lambda territory: times.of(territory).control,
        )
        proven = times.of(anchored.territory)
        findings += proven.findings
        if proven.younger is not None and proven.younger > certificate.not_after:
            findings.append(
                Finding(
                    codes.EXPIRED_BEFORE,
                    certificate.not_after,
                    proven.younger,
                    subject=PartRole.SIGNER,
                )
            )
        return self._judged(
            signature, certificate, anchored, evidence, supplied, findings, needs, nested,
            REQUIRED_OF_SIGNATURES, proven.younger,
        )  # fmt: skip

    def _judged(
        self,
        signature: Signature,
        certificate: UntrustedCertificate,
        anchored: Anchored,
        evidence: WithEmbedded,
        supplied: Content | None,
        findings: list[Finding],
        needs: tuple[Need, ...],
        nested: tuple[Verdict, ...],
        required: frozenset[str],
        younger: int | None = None,
        subject: Subject | None = None,
    ) -> Verdict:
        """What is the same for signatures and time-stamps, once the certificate is known."""
        control = self.now if anchored.control is None else anchored.control
        heard: list[Finding] = []
        authenticated = authenticate_signature(
            signature,
            supplied,
            certificate.key,
            self.policy.algorithms,
            control,
            heard,
            lambda: _claims(signature, certificate),
        )
        if anchored.control is not None:
            heard = [pinned(f) for f in heard]
        heard += anchored.findings
        for finding in heard:
            if finding[0] is crypto_codes.ALGORITHM_EXPIRED:
                heard = [dated(f, younger) for f in heard]
                break
        findings += heard
        needs += anchored.needs
        if subject is None:
            subject = self._subject(signature.name)
        path, service = anchored.path, anchored.service
        if path is None or service is None:
            return conclude(findings, subject, needs, nested=nested, required=required)
        listed = service.service
        subject = Subject(
            subject.format,
            subject.digest,
            listed.territory,
            certificate.issuer,
            listed.name,
            listed.type,
            subject.object,
        )
        needs += check_revocation(
            anchored, self.now, evidence, self.policy, younger, signature.part.role, findings
        )
        return conclude(
            findings,
            subject,
            needs,
            anchored.standing or NOTHING,
            authenticated,
            lambda: self._recognise(anchored),
            required,
            nested,
        )

    def _recognise(self, anchored: Anchored) -> Answer:
        assert anchored.service is not None  # asked only of what hangs on a service
        service = anchored.service.service
        return recognise(
            _facts(
                (
                    service,
                    service.status_at(self.now),
                    (),
                    (),
                    self.request,
                    self.policy,
                    self.now,
                    anchored.control,
                    None,
                )
            ),
            self.snapshot,
        )

    # --- its time-stamps -------------------------------------------------------------------------
    def _timestamps(
        self, signature: Signature, evidence: EvidenceView
    ) -> tuple[list[Stamp], tuple[str, ...]]:
        """Each time-stamp judged, as far as the budget goes; the names of the others."""
        stamps: list[Stamp] = []
        for number, attached in enumerate(signature.timestamps, 1):
            if self.left <= 0:
                more = len(signature.timestamps) - len(stamps)
                return stamps, (f"{more} further time-stamps",)
            self.left -= 1
            name = f"{signature.name}, {attached.kind} {number}"
            stamps.append(self._timestamp(attached, name, signature, evidence))
        return stamps, ()

    def _timestamp(
        self, attached: AttachedTimestamp, name: str, signature: Signature, evidence: EvidenceView
    ) -> Stamp:
        """A token is judged now: nothing here proves that it is older than that (5.4)."""
        subject = Subject(_TIMESTAMP_FORMAT, sha256(attached.token).hexdigest(), object=name)
        covers = attached.covers
        if covers is None and attached.kind is TimestampKind.CONTENT:
            covers = self._covered(signature, attached.contents)
            if covers is not None and attached.encoded:
                covers = covers.base64url()
        try:
            token = parse_token(attached.token, covers, name)
        except Rejection as refusal:
            verdict = conclude([refusal.finding(PartRole.TIMESTAMP)], subject)
            return Stamp(attached.kind, verdict, None)
        stamp, info = token.signature, token.info
        findings: list[Finding] = []
        own = WithEmbedded(evidence, stamp.certificates, stamp.evidence)
        authorities = authorities_of(self.snapshot, AnchoredObject.TIMESTAMP)
        certificate = choose_certificate(
            stamp,
            own.pool(EvidenceKind.CERTIFICATE),
            self.request,
            findings,
            authorities.opened,
        )
        findings.append(made(info, self.now))
        if (other := under_policy(info, self.policy.timestamp_policies)) is not None:
            findings.append(other)
        if stamp.unevaluated:
            findings.append(_unevaluated(stamp.unevaluated, PartRole.TIMESTAMP))
        if certificate is None:
            return Stamp(attached.kind, conclude(findings, subject), info)
        if (early := before_certificate(info, certificate)) is not None:
            findings.append(early)
        anchored = anchor_signature(
            certificate,
            own,
            AnchoredObject.TIMESTAMP,
            authorities,
            self.snapshot,
            self.policy,
            self.now,
            _now_only,
            (info.moment, info.latest),
        )
        verdict = self._judged(
            stamp, certificate, anchored, own, None, findings, (), (),
            REQUIRED_OF_TIMESTAMPS, subject=subject,
        )  # fmt: skip
        return Stamp(attached.kind, verdict, info)

    # --- content ---------------------------------------------------------------------------------
    def _content_of(self, signature: Signature) -> Content | None:
        for claim in signature.contents:
            if claim.content is not None:
                return claim.content
        return self.supplied if isinstance(self.supplied, Content) else None

    def _covered(self, signature: Signature, places: tuple[int, ...]) -> Content | None:
        """What a time-stamp over the content covers; ``None`` where it is not at hand, or would be
        more than is gone through."""
        if not places:
            return self._content_of(signature)
        found: list[Content] = []
        for claim in [signature.contents[place] for place in places]:
            content = claim.content
            if content is None and isinstance(self.supplied, Content):
                content = self.supplied if covers(claim, self.supplied) else None
            if content is None:
                return None
            found.append(content)
        if len(found) == 1:
            return found[0]
        self.joined += sum(content.size or 0 for content in found)
        return None if self.joined > MAX_SIGNED_FILE_BYTES else Content.joined(found)

    def _supplied(
        self, signature: Signature, findings: list[Finding], *, named: bool
    ) -> Content | None:
        """What the caller gave for this signature, but for what was found under its name."""
        if self.request.content is not None and not any(
            claim.what == CONTENT for claim in signature.contents
        ):
            findings.append(Finding(codes.CONTENT_UNRELATED, subject=PartRole.SIGNER))
        if isinstance(self.supplied, Finding):
            if any(claim.content is None for claim in signature.contents):
                findings.append(self.supplied)
            return None
        if named and self.request.content is None:
            # The one piece of evidence is that; it is no other content too.
            return None
        return self.supplied

    def _content_needs(self, signature: Signature, supplied: Content | None) -> tuple[Need, ...]:
        if supplied is not None:
            return ()
        return tuple(
            Need(NeedKind.CONTENT, claim.uri or claim.what)
            for claim in signature.contents
            if claim.content is None
        )

    # --- words -----------------------------------------------------------------------------------
    def _subject(self, name: str) -> Subject:
        return Subject(self.file.format, self.file.digest.hex(), object=name)

    def _report(
        self,
        signature: Signature,
        unevaluated: tuple[str, ...],
        stamps: list[Stamp],
        findings: list[Finding],
    ) -> None:
        """What the signature says and carries: facts for a reader, none of them a person's."""
        stated = signature.stated
        role = signature.part.role

        def say(code: Code, expected: Fact, actual: Fact) -> None:
            finding = (code, expected, actual, TIME_MIN, TIME_MAX, None, role, None)
            findings.append(fast_finding(finding))

        if stated.signing_time is not None:
            say(codes.SIGNING_TIME, None, stated.signing_time)
        if stated.commitments:
            say(codes.COMMITMENT, None, stated.commitments)
        if (policy := stated.policy) is not None:
            digest = "none" if policy.digest is None else policy.digest.hex()
            say(codes.POLICY, f"{policy.algorithm or 'unknown'} {digest}", policy.identifier)
        if names := (*signature.unevaluated, *unevaluated):
            findings.append(_unevaluated(names, role))
        if not any(finding.code is codes.FORM for finding in signature.findings):
            say(codes.FORM, None, _form(signature, stamps, self.file))


def _unevaluated(names: tuple[str, ...], role: PartRole) -> Finding:
    return Finding(codes.UNEVALUATED, None, names, subject=role)


def _form(signature: Signature, stamps: list[Stamp], file: SignedFile) -> str:
    """The level whose parts are there (EN 319 122-1, 6.3); whether they hold, the findings say."""
    if not signature.references or signature.stated.signing_time is None:
        return "none of the baseline"
    if not any(stamp.kind is not TimestampKind.CONTENT for stamp in stamps):
        return "B-B"
    return "B-LT" if signature.evidence or file.evidence else "B-T"


def _claims(signature: Signature, certificate: UntrustedCertificate) -> Mapping[str, Any]:
    """Who signed, and what the signer says of itself: personal data, of verified ones only."""
    stated = signature.stated
    said: dict[str, Any] = {
        "signer": certificate.subject,
        "issuer": certificate.issuer,
        "serialNumber": f"{certificate.serial:x}",
    }
    if stated.signing_time is not None:
        said["signingTime"] = stated.signing_time
    if stated.roles:
        said["roles"] = list(stated.roles)
    if stated.place:
        said["place"] = dict(stated.place)
    if stated.reason:
        said["reason"] = stated.reason
    return said


def _now_only(_: str) -> None:
    """The control time of a time-stamp, whatever the state: nothing here proves an earlier one."""


__all__ = ["judge_file"]
