"""What may come of changed octets: a verdict, soon, and never one that believes what nobody signed.

An accepted input must consist of signed parts that some good sample has, octet for octet; of
digests that such a sample's signer signed; and it may say nothing that those samples do not say.
"""

from __future__ import annotations

import json
import signal
import time
import traceback
from contextlib import contextmanager
from typing import NamedTuple

from defa_trust import authenticate
from defa_trust.codes import crypto as crypto_codes
from defa_trust.codes import signature as signature_codes
from defa_trust.codes import spine as codes
from defa_trust.codes.identity_qr import PHILSYS_LOSSY
from defa_trust.content import Content
from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.finding import Finding, Indication
from defa_trust.formats.signature import RefusedSignature, SignedFile
from defa_trust.material import EvidenceKind
from defa_trust.verify import parse

SECONDS = 2.0
"""Processor time after which an answer is a finding of its own."""
HANGS = 60
"""Seconds on the wall after which it is not waited for."""


class Wrong(Exception):
    """What must not happen: ``kind`` names it, and equal kinds are one finding."""

    def __init__(self, kind, detail=""):
        super().__init__(f"{kind}: {detail}" if detail else kind)
        self.kind = kind


class Outcome(NamedTuple):
    indication: str
    code: str | None
    seconds: float


class Known:
    """What good samples hold: signed octets with what they say, signed digests, proofs."""

    def __init__(self, subjects):
        self.said = {}
        self.proofs = set()
        self.contents = {}
        doubtful = []
        for subject in subjects:
            report = subject.verifier.evaluate(subject.data, subject.request, subject.evidence)
            parsed = parse(subject.data, subject.request)
            if isinstance(parsed, SignedFile):
                for signature, verdict in zip(parsed.signatures, report.verdicts, strict=True):
                    if not isinstance(signature, RefusedSignature) and _authentic(verdict):
                        self._learn(signature)
            elif _issuer_signed(report.verdict, parsed, subject):
                if not (_digests_hold(parsed) and self._hear(parsed)):
                    doubtful.append(_octets(parsed.issuer_part.data))
                self.proofs |= _proofs(parsed)
        # Signed, and known only from samples that are refused for their claims, as one that shows
        # less of them need not be: what such octets may say nobody here can tell.
        for data in doubtful:
            self.said.setdefault(data, None)

    def _hear(self, parsed):
        """What these octets say; false where this sample is refused for its claims."""
        try:
            leaves = _leaves(parsed.reveal())
        except Rejection:
            return False
        self.said.setdefault(_octets(parsed.issuer_part.data), set()).update(leaves)
        return True

    def _learn(self, signature):
        data = _octets(signature.part.data)
        self.contents.setdefault(data, set()).update(_claims(signature))

    def check(self, data, request, evidence, report):
        """Raises ``Wrong`` where a verdict of ``report`` believes what no good sample holds."""
        passed = [v.validity.indication is Indication.TOTAL_PASSED for v in report.verdicts]
        if not any(passed):
            return
        parsed = parse(data, request)
        if not isinstance(parsed, SignedFile):
            self._check_credential(parsed)
            return
        for signature, good in zip(parsed.signatures, passed, strict=True):
            if not good:
                continue
            known = self.contents.get(_octets(signature.part.data))
            if known is None:
                raise Wrong("accepted: signed octets that nobody signed")
            if not known >= set(_claims(signature)):
                raise Wrong("accepted: content that this signer did not sign")
            # What is joined to the signed octets (JAdES) has no digest, and came with the question.
            for claim in () if signature.joined is not None else signature.contents:
                held = claim.content or request.content or _handed_in(evidence)
                if held is None or not authenticate.covers(claim, held):
                    raise Wrong("accepted: content with another digest")

    def _check_credential(self, parsed):
        data = _octets(parsed.issuer_part.data)
        if data not in self.said:
            raise Wrong("accepted: signed octets that nobody signed")
        known = self.said[data]
        more = set() if known is None else _leaves(parsed.reveal()) - known
        if any(finding.code is PHILSYS_LOSSY for finding in parsed.findings):
            # Its print shows them all as a question mark, and the finding says so.
            more = _folded(more) - _folded(known or ())
        if more:
            raise Wrong("accepted: claims that nobody signed", str(sorted(more)[:3]))
        if not _proofs(parsed) <= self.proofs:
            raise Wrong("accepted: a proof that no holder made")


def _proofs(parsed):
    """What the holder signed, or made a MAC over."""
    proof = parsed.holder_proof
    parts = () if proof is None else (proof.part, proof.mac)
    return {_octets(part.data) for part in parts if part is not None}


def _handed_in(evidence):
    pool = evidence.pool(EvidenceKind.CONTENT)
    return Content.of(pool[0]) if len(pool) == 1 else None


def _authentic(verdict):
    said = {finding.code for finding in verdict.findings}
    bad = {
        codes.DIGEST_MISMATCH,
        crypto_codes.SIGNATURE_INVALID,
        signature_codes.CONTENT_CHANGED,
        signature_codes.CONTENT_OTHER,
    }
    return crypto_codes.SIGNATURE_VALID in said and not said & bad


def _issuer_signed(verdict, parsed, subject):
    """Whether the verdict says so, or a listed key made it although nobody came to ask that key."""
    if any(
        finding.code is crypto_codes.SIGNATURE_VALID and finding.subject == parsed.issuer_part.role
        for finding in verdict.findings
    ):
        return True
    keys = [a.key for anchors in subject.verifier.snapshot.by_service.values() for a in anchors]
    policy, at = subject.verifier.policy.algorithms, subject.request.at
    part = parsed.issuer_part
    return any(authenticate.check_part(part, key, policy, at, []) for key in keys)


def _digests_hold(parsed):
    return authenticate.check_digests(parsed.digest_claims, [])


def _octets(data):
    return data if isinstance(data, bytes) else b"".join(bytes(chunk) for chunk in data)


def _claims(signature):
    return [(claim.algorithm, claim.expected) for claim in signature.contents]


def _folded(leaves):
    return {(path, text.translate(_ALIKE)) for path, text in leaves}


_ALIKE = str.maketrans("ñÑ", "??")


def _leaves(value, path=""):
    """Every value with the way to it; places in arrays do not count, and neither does order."""
    if isinstance(value, dict):
        return set().union(*(_leaves(item, f"{path}/{name}") for name, item in value.items()))
    if isinstance(value, list | tuple):
        return set().union(*(_leaves(item, f"{path}/*") for item in value))
    return {(path, repr(value))}


# --- one input -----------------------------------------------------------------------------------
def judge(subject, data, known=None, request=None):
    """Ask, and look at every side of the answer. Raises ``Wrong``; without ``known`` nothing is
    asked about what was accepted."""
    request = request or subject.request
    begun = time.thread_time()
    report = None
    try:
        with _alarm():
            report = subject.verifier.evaluate(data, request, subject.evidence)
            spent = time.thread_time() - begun
            shown = json.dumps(report.as_json())
            texts = [found.text for verdict in report.verdicts for found in verdict.findings]
            assert shown, texts
            if known is not None:
                known.check(data, request, subject.evidence, report)
    except Wrong:
        raise
    except Exception as fault:
        where = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{where.filename.rsplit('/', 1)[-1]}:{where.lineno}"
        raise Wrong(f"{type(fault).__name__} at {place}", str(fault)[:200]) from fault
    if spent > SECONDS:
        raise Wrong("slow", f"{spent:.1f} s")
    verdict = report.verdict
    reason = verdict.reason
    return Outcome(str(verdict.validity.indication), reason and reason.code.id, spent)


@contextmanager
def _alarm():
    def stop(*_):
        raise Wrong("hangs", f"more than {HANGS} s")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(HANGS)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


# --- a world in which every signature holds ------------------------------------------------------
def _every_signature_holds(self, algorithm, signature, data):
    return True


def _every_digest_matches(claims, findings):
    findings.append(Finding(codes.DIGESTS_MATCH, None, len(claims)))
    return True


def _every_content_is_intact(claim, supplied):
    return None


def believe_everything():
    """From now on, in this process, no signature and no digest is ever wrong.

    So what stands behind them (claims, times, status, recognition) is reached by changed octets
    too. The code of the functions is replaced, because it is held by name in many places.
    """
    VerificationKey.verify.__code__ = _every_signature_holds.__code__
    authenticate.check_digests.__code__ = _every_digest_matches.__code__
    authenticate._content_fault.__code__ = _every_content_is_intact.__code__
