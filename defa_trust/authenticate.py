"""Signatures, digests and holder binding, once for every format (floor 3).

Takes signed parts and keys; knows no trust list. ``Authenticated`` can only be made here: holding
one proves that the issuer's part and every digest claim of ``presented`` verified with ``key``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from hmac import compare_digest
from hmac import digest as hmac_digest
from typing import Any, Final

from .codes import crypto as crypto_codes
from .codes import signature as signature_codes
from .codes import spine as codes
from .content import Content
from .crypto import ALGORITHMS, DIGESTS, Algorithm, AlgorithmPolicy, Hashed, VerificationKey
from .errors import MisuseError, Rejection
from .formats.base import DigestClaim, HolderProof, MacPart, PartRole, Presented, SignedPart
from .formats.signature import CONTENT, ContentClaim, Joined, Signature
from .request import HolderBinding, Request
from .verdict import Code, Finding, Outcome, fast_finding

SignatureCheck = Callable[
    [VerificationKey, Algorithm, bytes, "bytes | Hashed | tuple[bytes, ...]"], bool
]
"""``VerificationKey.verify`` or something that answers exactly as it would.

Whether a signature holds under a key never changes, so whoever holds the answer may give it again.
Only the issuer's part is ever asked this way: a holder proves possession anew at each presentation.
"""
Reveal = Callable[[], Mapping[str, Any]]
"""What an authenticated object says, read afresh from its bytes at each call."""

_SEAL: Final = object()
_SIGNATURE: Final = {
    (valid, role, name): Finding(code, None, name, subject=role.value)
    for valid, code in (
        (True, crypto_codes.SIGNATURE_VALID),
        (False, crypto_codes.SIGNATURE_INVALID),
    )
    for role in PartRole
    for name in ALGORITHMS
}
"""There are few of these, and every verdict has one."""
_ABSENT: Final = {
    (code, wanted): Finding(code, wanted.value, subject="holder")
    for code in (codes.HOLDER_MISSING, codes.HOLDER_NOT_ASKED, codes.HOLDER_UNPROVED)
    for wanted in HolderBinding
}


class Authenticated:
    """Proof that ``presented`` was signed with ``key``: only ``authenticate()`` makes one."""

    __slots__ = ("key", "presented")

    def __init__(self, presented: Presented, key: VerificationKey, seal: object) -> None:
        if seal is not _SEAL:
            raise TypeError("an Authenticated is made by authenticate() alone")
        self.presented = presented
        self.key = key

    @property
    def reveal(self) -> Reveal:
        return self.presented.reveal


class AuthenticatedSignature:
    """Proof that ``signature`` was made with ``key`` over the content that its signer meant: only
    ``authenticate_signature()`` makes one."""

    __slots__ = ("key", "reveal", "signature")

    def __init__(
        self, signature: Signature, key: VerificationKey, reveal: Reveal, seal: object
    ) -> None:
        if seal is not _SEAL:
            raise TypeError("an AuthenticatedSignature is made by authenticate_signature() alone")
        self.signature = signature
        self.key = key
        self.reveal = reveal


def authenticate_signature(
    signature: Signature,
    supplied: Content | None,
    key: VerificationKey,
    policy: AlgorithmPolicy,
    at: int,
    findings: list[Finding],
    reveal: Reveal,
) -> AuthenticatedSignature | None:
    """Check an electronic signature's value, and every claim about what it is over.

    ``supplied`` is the content as the caller has it, for what is detached; what is attached must be
    the same. Both checks are made whatever the other says. ``None`` where either does not hold.
    ``reveal`` tells what the signer says of itself, once it is authenticated.
    """
    part = signature.part
    if signature.joined is not None:
        joined = _join(signature, signature.joined, supplied, key)
        if joined is None:
            findings.append(signature.joined.missing)
            return None
        part = part._replace(data=joined)
    valid = check_part(part, key, policy, at, findings)
    if signature.joined is None:
        intact = check_contents(signature, supplied, findings)
    else:
        # The content is itself among what the value is over; it must be the one the caller has.
        (claim,) = signature.contents
        fault = None if claim.content is None else _content_fault(claim, supplied)
        intact = valid and fault is None
        if fault is not None:
            findings.append(fault._replace(subject=part.role))
        elif valid:
            findings.append(_intact((claim.what,), part.role))
    return AuthenticatedSignature(signature, key, reveal, _SEAL) if valid and intact else None


def _join(
    signature: Signature, joined: Joined, supplied: Content | None, key: VerificationKey
) -> Hashed | bytes | None:
    """What is signed, with the content behind its head: the digest of it, or the octets for a key
    whose algorithm hashes in its own way. ``None`` where that cannot be had."""
    (claim,) = signature.contents
    content = supplied if claim.content is None else claim.content
    if content is None:
        return None
    whole = (content.base64url() if joined.encoded else content).after(joined.head)
    for algorithm in signature.part.algorithms:
        if algorithm.key_type is key.key_type and algorithm.hash is not None:
            digest = whole.digest(algorithm.hash.lower())
            return None if digest is None else Hashed(algorithm.hash, digest)
    return whole.octets


def check_contents(signature: Signature, supplied: Content | None, findings: list[Finding]) -> bool:
    """Every content's digest must be the one that was signed; and the attached content must be the
    one that the caller supplied, where it did."""
    subject = signature.part.role
    if not signature.contents:
        return False
    for claim in signature.contents:
        fault = _content_fault(claim, supplied)
        if fault is not None:
            findings.append(fault._replace(subject=subject))
            return False
    findings.append(_intact(tuple([claim.what for claim in signature.contents]), subject))
    return True


@lru_cache(maxsize=64)
def _intact(whats: tuple[str, ...], subject: str) -> Finding:
    return Finding(signature_codes.CONTENT_INTACT, None, whats, subject=subject)


def _content_fault(claim: ContentClaim, supplied: Content | None) -> Finding | None:
    held = supplied if claim.content is None else claim.content
    if held is None:
        return Finding(signature_codes.CONTENT_MISSING, None, claim.what)
    expected = claim.expected
    if expected is None:
        if claim.content is None:
            return Finding(signature_codes.CONTENT_MISSING, None, claim.what)
        if supplied is None:
            return None
        expected = claim.content.digest(claim.algorithm)
        return _digest_fault(claim, expected, supplied, signature_codes.CONTENT_OTHER)
    fault = _digest_fault(claim, expected, held, signature_codes.CONTENT_CHANGED)
    if fault is not None or supplied is None or claim.content is None or claim.what != CONTENT:
        return fault
    return _digest_fault(claim, expected, supplied, signature_codes.CONTENT_OTHER)


def covers(claim: ContentClaim, content: Content) -> bool:
    """Whether this content's digest is the one that was signed, or that of what was signed."""
    expected = claim.expected
    if expected is None and claim.content is not None:
        expected = claim.content.digest(claim.algorithm)
    return _digest_fault(claim, expected, content, signature_codes.CONTENT_CHANGED) is None


def _digest_fault(
    claim: ContentClaim, expected: bytes | None, content: Content, other: Code
) -> Finding | None:
    if claim.encoded:
        content = content.base64url()
    digest = content.digest(claim.algorithm)
    if digest is None:
        wanted = f"{claim.algorithm};base64url" if claim.encoded else claim.algorithm
        return Finding(signature_codes.CONTENT_DIGEST_MISSING, wanted, claim.what)
    if expected is None or not compare_digest(digest, expected):
        return Finding(other, None, claim.what)
    return None


def authenticate(
    presented: Presented,
    key: VerificationKey,
    policy: AlgorithmPolicy,
    at: int,
    findings: list[Finding],
    verify: SignatureCheck = VerificationKey.verify,
) -> Authenticated | None:
    """Check the issuer's part and all digest claims; append what was found to ``findings``.

    ``None`` where the signature or a digest does not hold. A weak algorithm is a finding of its
    own: the policy decides about it at ``at`` (Unix seconds), not this function.
    """
    if not check_part(presented.issuer_part, key, policy, at, findings, verify):
        return None
    if presented.digest_claims and not check_digests(presented.digest_claims, findings):
        return None
    return Authenticated(presented, key, _SEAL)


def check_part(
    part: SignedPart,
    key: VerificationKey,
    policy: AlgorithmPolicy,
    at: int,
    findings: list[Finding],
    verify: SignatureCheck = VerificationKey.verify,
) -> bool:
    """One signature: the key's type picks among the algorithms the message may mean."""
    subject = part.role
    for algorithm in part.algorithms:
        if algorithm.key_type is key.key_type:
            break
    else:
        findings.append(
            Finding(
                crypto_codes.KEY_TYPE_MISMATCH,
                tuple(algorithm.name for algorithm in part.algorithms),
                key.key_type.value,
                subject=subject,
            )
        )
        return False
    allowed = policy.judge(algorithm, key, at)
    if subject is not PartRole.ISSUER:
        allowed = fast_finding((*allowed[:6], subject, allowed[7]))
    findings.append(allowed)
    try:
        valid = verify(key, algorithm, part.signature, part.data)
    except Rejection as refusal:
        findings.append(refusal.finding(subject))
        return False
    findings.append(_SIGNATURE[valid, subject, algorithm.name])
    return valid


def check_digests(claims: tuple[DigestClaim, ...], findings: list[Finding]) -> bool:
    """Every claim's digest must be among those that were signed."""
    for claim in claims:
        if DIGESTS[claim.algorithm](claim.data) not in claim.expected:
            findings.append(Finding(codes.DIGEST_MISMATCH, None, claim.what))
            return False
    findings.append(Finding(codes.DIGESTS_MATCH, None, len(claims)))
    return True


def check_holder(
    authenticated: Authenticated,
    request: Request,
    policy: AlgorithmPolicy,
    at: int,
    skew: int,
    findings: list[Finding],
) -> None:
    """RFC 9901, 7.3: presence as the request demands, then signature, audience, nonce and age.

    Takes an ``Authenticated``: the holder's key comes from the payload, so that payload must have
    been authenticated first.
    """
    proof = authenticated.presented.holder_proof
    wanted = request.holder_binding
    if proof is None:
        if wanted is HolderBinding.MUST_BE_PRESENT:
            code = codes.HOLDER_MISSING
        elif authenticated.presented.holder_key_bound:
            code = codes.HOLDER_UNPROVED
        else:
            code = codes.HOLDER_NOT_ASKED
        findings.append(_ABSENT[code, wanted])
        return
    if wanted is HolderBinding.MUST_BE_ABSENT:
        findings.append(Finding(codes.HOLDER_UNWANTED, wanted, subject="holder"))
        return
    if proof.mac is not None:
        _check_mac(proof.mac, findings)
        return
    if proof.part is None:
        if proof.obstacle is None:
            raise MisuseError("a holder proof has a signed part, or says why it cannot be checked")
        findings.append(proof.obstacle)
        return
    valid = check_part(proof.part, proof.key, policy, at, findings)
    if proof.by_transcript:
        if valid:
            findings.append(Finding(codes.HOLDER_PROVED, subject="holder"))
        return
    expected = _check_expectations(proof, request, findings)
    recent = _check_age(proof, request.max_proof_age, at, skew, findings)
    if valid and expected and recent:
        findings.append(Finding(codes.HOLDER_PROVED, subject="holder"))


def _check_mac(mac: MacPart, findings: list[Finding]) -> None:
    """A MAC over the transcript of the request's own session (ISO/IEC 18013-5, 9.1.3.5)."""
    if compare_digest(hmac_digest(mac.key, mac.data, "sha256"), mac.tag):
        findings.append(Finding(crypto_codes.MAC_VALID, subject="holder"))
        findings.append(Finding(codes.HOLDER_PROVED, subject="holder"))
    else:
        findings.append(Finding(crypto_codes.MAC_INVALID, subject="holder"))


def _check_expectations(proof: HolderProof, request: Request, findings: list[Finding]) -> bool:
    good = True
    missing = [
        name for name, value in (("audience", request.audience), ("nonce", request.nonce))
        if value is None
    ]  # fmt: skip
    if missing:
        # An unasked nonce is a replay nobody could notice; never skip what is there.
        findings.append(
            Finding(codes.HOLDER_EXPECTATION_MISSING, None, tuple(missing), subject="holder")
        )
        good = False
    if request.audience is not None and proof.audience != request.audience:
        findings.append(
            Finding(codes.HOLDER_AUDIENCE, request.audience, proof.audience, subject="holder")
        )
        good = False
    if request.nonce is not None and not compare_digest(
        (proof.nonce or "").encode("utf-8", "surrogatepass"),
        request.nonce.encode("utf-8", "surrogatepass"),
    ):
        # A nonce can be a session secret of somebody else: neither side is shown.
        findings.append(Finding(codes.HOLDER_NONCE, subject="holder"))
        good = False
    return good


def _check_age(
    proof: HolderProof, max_age: int, at: int, skew: int, findings: list[Finding]
) -> bool:
    issued = proof.issued_at if proof.issued_at is not None else 0
    start, end = issued - skew, issued + max_age
    if proof.not_before is not None:
        start = max(start, proof.not_before - skew)
    if proof.expires is not None:
        end = min(end, proof.expires)
    if at < start:
        finding = Finding(codes.HOLDER_PROOF_FUTURE, start, issued, end=start, subject="holder")
    elif at >= end:
        finding = Finding(codes.HOLDER_PROOF_OLD, end, issued, start=end, subject="holder")
    else:
        finding = Finding(codes.HOLDER_PROOF_RECENT, None, issued, start, end, subject="holder")
    findings.append(finding)
    return finding.code.outcome is Outcome.MET
