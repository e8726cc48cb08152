"""Revocation and suspension of the credential (floor 8).

Each reference of the credential is looked up in a status list among the evidence. That list is a
signed object of its own, judged in this order: is it there, is it a list, did a key sign it that
the issuer's trust list lets speak for this issuer, is that service in good standing, is it the list
that the credential names, is it current, and what does it say at the credential's place.

"Could not check" is an outcome of its own, neither "revoked" nor "good", each reason with its code;
the policy's named choice decides what it means, and the default denies.
"""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Final, NamedTuple

from .authenticate import Authenticated, check_part
from .codes import status as codes
from .crypto import Algorithm, VerificationKey
from .errors import Rejection
from .formats import sd_jwt, status_list, status_list_w3c
from .formats.base import KeyHint, SignedPart, StatusMechanism, StatusReference
from .formats.status_list import StatusListToken
from .material import EvidenceKind, EvidenceView
from .policy import UncheckedStatus, VerificationPolicy
from .spec import MAX_ADDRESS
from .status_memo import MEMO, VerifiedList
from .status_path import PathCase, check_revocation, find_signers
from .trustlist.model import Status
from .trustlist.snapshot import ServiceAnchor, TrustSnapshot, issuer_names
from .trustlist.status_signers import status_signers
from .verdict import (
    TIME_MAX,
    TIME_MIN,
    Bundle,
    Code,
    Fact,
    Finding,
    Need,
    NeedKind,
    Outcome,
    fast_finding,
)

_LIST: Final = EvidenceKind.STATUS_LIST
_SUBJECT: Final = "status list"
_NO_HINT: Final = KeyHint()
_NOT_REFERENCED: Final = Finding(codes.NOT_REFERENCED)
_TYPES: Final = {1: codes.REVOKED, 2: codes.SUSPENDED}
"""Status types of a token status list but for 0, which is good (7.1)."""
_APPLICATION_SPECIFIC: Final = frozenset({0x03, 0x0C, 0x0D, 0x0E, 0x0F})
_PURPOSES: Final = {
    "revocation": codes.REVOKED,
    "suspension": codes.SUSPENDED,
    "refresh": codes.REFRESH_AVAILABLE,
}
"""What an entry that is not 0 means, by purpose (W3C Bitstring Status List 1.0, 2.1)."""


class _Case(NamedTuple):
    """What all references of one credential have in common."""

    path: PathCase
    anchor: ServiceAnchor
    issuer: str | None
    format: str
    snapshot: TrustSnapshot
    policy: VerificationPolicy
    moment: int
    evidence: EvidenceView


class _NoAnswer(Exception):
    """Nothing can be said of the status while the moment lies in the interval."""

    def __init__(
        self,
        code: Code,
        expected: Fact = None,
        actual: Fact = None,
        start: int = TIME_MIN,
        end: int = TIME_MAX,
        needs: tuple[Need, ...] = (),
    ) -> None:
        super().__init__(code.id)
        self.finding = Finding(code, expected, actual, start, end)
        self.needs = needs
        """What would help beside another list."""


def check_status(
    authenticated: Authenticated,
    anchor: ServiceAnchor,
    snapshot: TrustSnapshot,
    policy: VerificationPolicy,
    moment: int,
    evidence: EvidenceView,
    findings: list[Finding],
) -> tuple[Need, ...]:
    """Findings about every status reference; returns the evidence that is still needed.

    ``anchor`` is the key that verified the credential: its trust list says who may speak of the
    credential's status.
    """
    presented = authenticated.presented
    references = presented.asserted.status
    if not references:
        findings.append(_NOT_REFERENCED)
        return ()
    case = _Case(
        PathCase(
            anchor,
            presented.asserted.issuer,
            presented.certificate_profile,
            snapshot,
            policy,
            moment,
            evidence,
        ),
        anchor,
        presented.asserted.issuer,
        presented.format,
        snapshot,
        policy,
        moment,
        evidence,
    )
    needs: list[Need] = []
    for reference in references:
        try:
            _ask(case, reference, findings)
        except _NoAnswer as reason:
            findings.append(_unchecked(reason.finding, policy.unchecked_status))
            needs.append(Need(NeedKind.STATUS_LIST, reference.uri, anchor.service.territory))
            needs += reason.needs
    return tuple(dict.fromkeys(needs))


def _unchecked(reason: Finding, choice: UncheckedStatus) -> Finding:
    if choice is UncheckedStatus.REPORT:
        # In the same interval: at another moment the list may well have an answer.
        return reason._replace(code=codes.NOT_CHECKED_ALLOWED, expected=None, actual=reason.code.id)
    return reason


def _ask(case: _Case, reference: StatusReference, findings: list[Finding]) -> None:
    """What the list that ``reference`` names says; raises ``_NoAnswer`` where it says nothing.

    Findings are appended step by step: what comes later holds only while they do.
    """
    if reference.mechanism is StatusMechanism.UNKNOWN:
        raise _NoAnswer(codes.MECHANISM_UNKNOWN, None, reference.uri)
    octets = case.evidence.named(_LIST, reference.uri)
    if octets is None:
        raise _NoAnswer(codes.NOT_CHECKED, None, reference.uri)
    form = status_list.BITSTRING
    if reference.mechanism is StatusMechanism.TOKEN_STATUS_LIST:
        form = status_list.form_of(octets)
        if form != status_list.JWT and case.format == sd_jwt.NAME:
            # SD-JWT VC, 2.2.2.3: the list of an SD-JWT VC is a JWT.
            raise _NoAnswer(codes.LIST_TYPE, f"`{status_list.JWT}`", f"`{form}`")
    known = MEMO.get(octets, form)
    try:
        token = _parse(octets, form) if known is None else known.token
        digest = sha256(octets).hexdigest() if known is None else known.digest
        signed, key = _check_signer(case, token, known, digest)
        findings.append(signed)
        _check_identity(token, reference)
        fetched = case.evidence.fetched(_LIST, reference.uri)
        findings.append(_check_time(case, token, fetched, digest))
        if known is None or (known.key is not key and known.key != key):
            known = VerifiedList(
                token, key, _algorithm(token.part, key), status_list.statuses(token), digest
            )
            MEMO.put(octets, known)
    except Rejection as refusal:
        said = status_list.as_malformed(refusal)
        raise _NoAnswer(said.code, said.expected, said.actual) from None
    findings.append(_read(known, reference))


def _parse(octets: bytes, form: str) -> StatusListToken:
    if form == status_list.BITSTRING:
        return status_list_w3c.parse(octets)
    return status_list.parse(octets, form)


# --- who signed it -------------------------------------------------------------------------------
def _check_signer(
    case: _Case, token: StatusListToken, known: VerifiedList | None, digest: str
) -> tuple[Finding, VerificationKey]:
    """The signature, then the right to sign: algorithm, good standing, and the issuer named.

    As for a credential, where one key stands in several entries the first one in good standing
    counts, and which one that is holds only where all of their standings do.
    """
    issuing = case.anchor.service
    territory = issuing.territory
    allowed = status_signers(case.snapshot, case.anchor, case.issuer)
    hint, heard = token.part.hint, list[Finding]()
    signers = allowed.select(hint)
    if not signers or hint == _NO_HINT:
        signers += find_signers(case.path, hint, allowed.services, heard)
    start, end = _bounds(heard)
    named, best = False, None
    for signer in signers:
        service = signer.service
        if service is not issuing and service.formats and token.form not in service.formats:
            continue  # a status service that is bound to formats publishes in those only
        named = True
        judged = _verified(case, token.part, signer.key, known)
        if judged is None:
            continue
        start, end = max(start, judged.start), min(end, judged.end)
        if judged.code.outcome is not Outcome.MET:
            # The key is the same in every entry, and so is the answer.
            raise _NoAnswer(codes.ALGORITHM, None, judged.code.id, start, end)
        standing = signer.standing(case.moment, case.policy.national_list_grace)
        start, end = max(start, standing.start), min(end, standing.end)
        fault = _fault(case, signer, token) if standing.passed else _standing_fault(standing)
        if fault is None:
            checked, against, needs = check_revocation(case.path, signer)
            start, end = _bounds(checked, start, end)
            if against is not None:
                fault = _NoAnswer(codes.SIGNER_NOT_IN_STANDING, None, against.code.id, needs=needs)
        if fault is None:
            said = (codes.LIST_SIGNED, territory, service.name, start, end, digest, _SUBJECT, None)
            return fast_finding(said), signer.key
        best = best or fault
    if best is None:
        code = codes.SIGNATURE_INVALID if named else codes.SIGNER_UNBOUND
        raise _NoAnswer(code, territory, None, start, end)
    said_best = best.finding
    raise _NoAnswer(said_best.code, said_best.expected, said_best.actual, start, end, best.needs)


def _bounds(
    findings: Iterable[Finding], start: int = TIME_MIN, end: int = TIME_MAX
) -> tuple[int, int]:
    """The span in which all of them hold."""
    for finding in findings:
        start, end = max(start, finding.start), min(end, finding.end)
    return start, end


def _verified(
    case: _Case, part: SignedPart, key: VerificationKey, known: VerifiedList | None
) -> Finding | None:
    """What the policy says of the algorithm now; ``None`` where the signature does not verify."""
    if known is not None and (known.key is key or known.key == key):
        return case.policy.algorithms.judge(known.algorithm, key, case.moment)
    heard: list[Finding] = []
    if not check_part(part, key, case.policy.algorithms, case.moment, heard):
        return None
    return heard[0]


def _algorithm(part: SignedPart, key: VerificationKey) -> Algorithm:
    return next(row for row in part.algorithms if row.key_type is key.key_type)


def _standing_fault(standing: Bundle) -> _NoAnswer:
    against = next(f for f in standing.findings if f.code.outcome is not Outcome.MET)
    return _NoAnswer(codes.SIGNER_NOT_IN_STANDING, None, against.code.id)


def _fault(case: _Case, signer: ServiceAnchor, token: StatusListToken) -> _NoAnswer | None:
    """What the service in good standing could not have said."""
    service = signer.service
    period = service.status_at(case.moment)
    ceased = period if period and period.status is Status.CEASED_WITH_VALID_PAST else None
    if ceased is not None and token.issued_at >= ceased.interval.start:
        # As for credentials: a service that ceased publishes nothing more.
        return _NoAnswer(codes.SIGNER_NOT_IN_STANDING, None, ceased.status.value)
    issuer = token.issuer
    if issuer is not None and issuer != case.issuer and issuer not in issuer_names(service):
        return _NoAnswer(codes.ISSUER_MISMATCH, None, issuer[:MAX_ADDRESS])
    return None


# --- whether it is the list, and current ---------------------------------------------------------
def _check_identity(token: StatusListToken, reference: StatusReference) -> None:
    """Exactly the address that the credential names, and a purpose that it names.

    NOTE: for a bitstring list the standard lets `id` be left out. Then another list of the same
    issuer, in which the entry is 0, would pass for this one; such a list says nothing here.
    """
    if token.subject != reference.uri:
        raise _NoAnswer(codes.SUBJECT_MISMATCH, reference.uri, token.subject)
    if reference.purpose is not None and reference.purpose not in token.purposes:
        raise _NoAnswer(codes.PURPOSE_MISMATCH, reference.purpose, token.purposes)


def _check_time(case: _Case, token: StatusListToken, fetched: int | None, digest: str) -> Finding:
    """From when to when the list answers, in the one span around the moment.

    ``ttl`` counts from when the caller fetched the list (8.3 step 4); where that is not known, or
    was before the list was made or after the moment asked for, from when the list was made.
    """
    moment, expires = case.moment, TIME_MAX if token.expires is None else token.expires
    skew = case.policy.clock_skew
    begin = token.not_before - skew
    if moment < begin:
        raise _NoAnswer(codes.LIST_FROM_THE_FUTURE, token.not_before, None, end=begin)
    if moment >= expires:
        raise _NoAnswer(codes.LIST_EXPIRED, expires, None, max(begin, expires))
    counted, change = token.issued_at, TIME_MAX
    if fetched is not None and fetched >= token.issued_at - skew:
        if moment >= fetched - skew:
            counted, begin = fetched, max(begin, fetched - skew)
        else:
            change = fetched - skew
    kept = case.policy.max_status_age
    if token.ttl is not None:
        kept = min(kept, token.ttl)
    stale = counted + kept
    if moment >= stale:
        end = min(expires, change)
        raise _NoAnswer(codes.LIST_STALE, stale, None, max(begin, stale), end)
    end = min(stale, expires)
    last = min(end, change)
    return fast_finding(
        (codes.LIST_CURRENT, end, token.issued_at, begin, last, digest, _SUBJECT, None)
    )


# --- what it says --------------------------------------------------------------------------------
def _read(known: VerifiedList, reference: StatusReference) -> Finding:
    token = known.token
    width = token.bits
    if token.mechanism is StatusMechanism.BITSTRING_STATUS_LIST:
        if width is not None and width != reference.size:
            raise _NoAnswer(codes.SIZE_MISMATCH, reference.size, width)
        width = reference.size
    assert width is not None
    count = status_list.entries(known.statuses, width)
    if token.form == status_list.BITSTRING and count < status_list_w3c.MIN_ENTRIES:
        raise _NoAnswer(codes.LIST_TOO_SHORT, status_list_w3c.MIN_ENTRIES, count)
    value = status_list.entry(token.mechanism, known.statuses, reference.idx, width)
    if value is None:
        raise _NoAnswer(codes.INDEX_OUT_OF_RANGE, count)
    code, shown = _meaning(value, reference)
    return Finding(code, reference.purpose, shown, evidence=known.digest)


def _meaning(value: int, reference: StatusReference) -> tuple[Code, str]:
    """The code of a status and what to show with it: the list's address, or a value nobody knows.

    A value that was read and whose meaning is not known here is neither good nor "not checked":
    the policy about unchecked statuses does not apply to it.
    """
    if value == 0:
        return codes.GOOD, reference.uri
    if reference.mechanism is StatusMechanism.TOKEN_STATUS_LIST:
        if value in _TYPES:
            return _TYPES[value], reference.uri
        known = value in _APPLICATION_SPECIFIC
        code = codes.APPLICATION_SPECIFIC if known else codes.VALUE_RESERVED
        return code, f"0x{value:02x}"
    named = _PURPOSES.get(reference.purpose or "")
    return (codes.APPLICATION_SPECIFIC, f"0x{value:x}") if named is None else (named, reference.uri)
