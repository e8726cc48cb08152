"""Judging what a wallet presented: the verifier core of OpenID4VP 1.0 (floor 11).

Stateless. A ``PresentationRequest`` goes out; ``judge()`` takes the response to it and says, in the
order of OpenID4VP 1.0, 8.6:

1. is the response one to this request (form, encryption, `state`), or is it rejected as a whole
2. each presentation: the verdict of ``Verifier.evaluate`` with this request's audience, nonce and
   session transcript; then whether it answers its query, and what it discloses besides
3. transaction data: which presentation of the holder authorises it
4. is the query as a whole satisfied by the presentations that count

A presentation counts only where its credential passed, is recognised, and answers the query; others
are discarded and reported. Nothing here is remembered: that one nonce serves one response is up to
whoever keeps the request.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, Final, NamedTuple, NoReturn

from .codec import base64url
from .codes import presentation as codes
from .codes import spine as spine_codes
from .crypto import DIGESTS
from .errors import MisuseError, Rejection
from .formats import mdoc, sd_jwt
from .formats.cbor_values import plain
from .formats.sd_jwt_presented import proof_claims
from .material import NO_EVIDENCE, EvidenceView
from .openid4vp_match import Match, Place, match, shown_mdoc, shown_sd_jwt, value_at
from .openid4vp_query import (
    ClaimQuery,
    ClaimsPath,
    CredentialFormat,
    CredentialQuery,
    CredentialSet,
    Query,
)
from .openid4vp_request import (
    PresentationRequest,
    ResponseMode,
    Surplus,
    TransactionData,
)
from .openid4vp_response import read_response
from .request import HolderBinding, Request
from .signing_crypto import AgreementKey
from .verdict import (
    Code,
    ExitCode,
    Finding,
    Indication,
    Need,
    Outcome,
    Report,
    SubIndication,
    Validity,
    VerifiedVerdict,
    deciding,
)
from .verify import Verifier

__all__ = [
    "AgreementKey",
    "Presentation",
    "PresentationReport",
    "PresentationRequest",
    "Query",
    "ResponseMode",
    "Surplus",
    "TransactionData",
    "judge",
    "plain_claims",
    "questions",
]

_NAMES: Final = {CredentialFormat.SD_JWT_VC: sd_jwt.NAME, CredentialFormat.MDOC: mdoc.NAME}
_ORDER: Final = (
    ExitCode.RECOGNISED,
    ExitCode.PILOT,
    ExitCode.INDETERMINATE,
    ExitCode.REFUSED,
)
_RANK: Final = {code: rank for rank, code in enumerate(_ORDER)}
_OUR_OWN: Final = ("audience", "nonce", "session_transcript", "reader_key", "format")


class Presentation(NamedTuple):
    """One presentation: the verdict on its credential, and how it stands to its query.

    ``surplus`` are the places of what was disclosed beyond the query: names of a person's claims,
    for the caller alone; findings tell only how many. ``authorises`` are indices of the request's
    transaction data.
    """

    query: str
    number: int
    report: Report
    findings: tuple[Finding, ...]
    answered: tuple[tuple[ClaimQuery, tuple[Place, ...]], ...] = ()
    surplus: tuple[Place, ...] = ()
    authorises: tuple[int, ...] = ()

    @property
    def exit_code(self) -> ExitCode:
        """That of the credential's verdict, or REFUSED where it does not answer its query."""
        if any(_is_against(finding) for finding in self.findings):
            return ExitCode.REFUSED
        return self.report.exit_code

    @property
    def counts(self) -> bool:
        """Whether it passed, is recognised and answers its query."""
        return self.exit_code is ExitCode.RECOGNISED

    @property
    def claims(self) -> Mapping[ClaimsPath, tuple[Any, ...]]:
        """What was asked for, by path, and nothing else; empty unless ``counts``.

        All that the credential says is in ``report.verdict.claims``.
        """
        verdict = self.report.verdict
        if not self.counts or not isinstance(verdict, VerifiedVerdict):
            return {}
        said = verdict.claims
        root = said["nameSpaces"] if verdict.subject.format == mdoc.NAME else said
        return {
            claim.path: tuple(value_at(root, place) for place in places)
            for claim, places in self.answered
        }

    def as_json(self) -> dict[str, Any]:
        return {
            "query": self.query,
            "counts": self.counts,
            "exitCode": int(self.exit_code.value),
            "surplus": len(self.surplus),
            "findings": [finding.as_json() for finding in self.findings],
            "report": self.report.as_json(),
        }


class PresentationReport(NamedTuple):
    """The answer about a whole response. ``findings`` are about the response and the query."""

    presentations: tuple[Presentation, ...]
    findings: tuple[Finding, ...]
    exit_code: ExitCode
    at: int
    as_of: bool = False

    def __bool__(self) -> NoReturn:
        raise TypeError("a PresentationReport has several answers: read .satisfied, or require()")

    @property
    def satisfied(self) -> bool:
        """Whether the query is met by presentations that count. A pilot corridor does not."""
        return self.exit_code is ExitCode.RECOGNISED

    def of(self, query: str) -> tuple[Presentation, ...]:
        """The presentations that answer one credential query and count."""
        return tuple(each for each in self.presentations if each.query == query and each.counts)

    @property
    def all_findings(self) -> Iterator[Finding]:
        """Those of the response, then those of each presentation and its verdict."""
        yield from self.findings
        for each in self.presentations:
            yield from each.findings
            for verdict in each.report.verdicts:
                yield from verdict.findings

    @property
    def reason(self) -> Finding | None:
        """What decided: something about the response or the query, else what stands in the way of
        a presentation that is wanting. ``None`` where the query is satisfied."""
        if self.satisfied:
            return None
        return deciding(self.findings) or deciding(
            finding
            for each in self.presentations
            if each.exit_code is self.exit_code
            for finding in (*each.findings, *each.report.verdict.findings)
        )

    @property
    def needs(self) -> tuple[Need, ...]:
        """What would let open questions be answered, each once."""
        return tuple(
            dict.fromkeys(
                need
                for each in self.presentations
                for verdict in each.report.verdicts
                for need in verdict.needs
            )
        )

    @property
    def validity(self) -> Validity:
        """The whole response in the words of a verdict: passed where valid presentations meet the
        query, whatever is recognised."""
        reason = self.reason
        if self.exit_code in (ExitCode.RECOGNISED, ExitCode.PILOT):
            return Validity(Indication.TOTAL_PASSED)
        if reason is not None and reason.code.indication is not None:
            return Validity(reason.code.indication, reason.code.sub_indication)
        if reason is not None and reason.code.recognition is not None:
            return Validity(Indication.TOTAL_PASSED)
        return Validity(Indication.INDETERMINATE, SubIndication.GENERIC)

    def require(self) -> PresentationReport:
        """Itself, if the query is satisfied; raises ``Rejection`` with the code that decided."""
        if self.satisfied:
            return self
        reason = self.reason or Finding(codes.UNSATISFIED)
        raise Rejection(
            reason.code, where=reason.subject, expected=reason.expected, actual=reason.actual
        )

    def as_json(self) -> dict[str, Any]:
        """The shape of ``schemas/presentation.v1.schema.json``."""
        reason = self.reason
        return {
            "version": 1,
            "at": self.at,
            "asOf": self.as_of,
            "satisfied": self.satisfied,
            "exitCode": int(self.exit_code.value),
            "reason": None if reason is None else reason.code.id,
            "findings": [finding.as_json() for finding in self.findings],
            "presentations": [each.as_json() for each in self.presentations],
        }


def judge(
    verifier: Verifier,
    response: bytes | str,
    asked: PresentationRequest,
    request: Request,
    *,
    key: AgreementKey | None = None,
    evidence: EvidenceView = NO_EVIDENCE,
) -> PresentationReport:
    """Judge the response to ``asked``. Never raises on input; ``MisuseError`` on a wrong call.

    ``response`` is the posted body, or over the Digital Credentials API the object it gave, as JSON
    text. ``request`` says what the credentials are for (receiving state, purpose, …); audience,
    nonce, transcript, format and holder binding come from ``asked``. ``key`` is the private half
    of its encryption key.
    """
    as_of = request.at is not None
    moment = verifier.clock() if request.at is None else request.at
    assert isinstance(moment, int)
    try:
        asking = list(_asking(response, asked, request, key, moment))
    except Rejection as refusal:
        finding = refusal.finding("response")
        said = (finding, Finding(codes.UNSATISFIED, subject="query"))
        return PresentationReport(
            (), said, finding.code.exit_code or ExitCode.REFUSED, moment, as_of
        )
    judged: list[Presentation] = []
    for query, number, data, question in asking:
        report = verifier.evaluate(data, question, evidence)._replace(as_of=as_of)
        judged.append(_judged(data, number, report, query, asked))
    findings: list[Finding] = []
    level = _level_of_query(asked.query, judged, findings)
    level = max((level, *_levels_of_transactions(asked, judged, findings)), key=_RANK.__getitem__)
    code = codes.SATISFIED if level is ExitCode.RECOGNISED else codes.UNSATISFIED
    findings.append(Finding(code, subject="query"))
    return PresentationReport(tuple(judged), tuple(findings), level, moment, as_of)


def questions(
    response: bytes | str,
    asked: PresentationRequest,
    request: Request,
    *,
    key: AgreementKey | None = None,
) -> tuple[tuple[bytes, Request], ...]:
    """Each presentation of a response with the question it is judged under, for whoever gathers
    evidence first (``fetch.gather``); none where the response is refused as a whole.

    Raises ``MisuseError`` as ``judge`` does.
    """
    try:
        found = _asking(response, asked, request, key, request.at)
        return tuple((data, question) for _, _, data, question in found)
    except Rejection:
        return ()


def _asking(
    response: bytes | str,
    asked: PresentationRequest,
    request: Request,
    key: AgreementKey | None,
    at: int | datetime | None,
) -> Iterator[tuple[CredentialQuery, int, bytes, Request]]:
    for name in _OUR_OWN:
        if getattr(request, name) is not None:
            raise MisuseError(f"{name} comes from the presentation request: leave it out")
    for name, texts in read_response(response, asked, key).items():
        query = asked.query.credential(name)
        assert query is not None
        question = _question(asked, query, request, at)
        for number, data in enumerate(texts, 1):
            yield query, number, data, question


def _question(
    asked: PresentationRequest,
    query: CredentialQuery,
    request: Request,
    at: int | datetime | None,
) -> Request:
    """The request under which one presentation is judged (8.6, 2.3 and 2.4)."""
    required, voluntary = HolderBinding.MUST_BE_PRESENT, HolderBinding.IF_PRESENT
    is_mdoc = query.format is CredentialFormat.MDOC
    return replace(
        request,
        at=at,
        format=_NAMES[query.format],
        holder_binding=required if query.holder_binding else voluntary,
        audience=None if is_mdoc else asked.audience,
        nonce=None if is_mdoc else asked.nonce,
        session_transcript=asked.session_transcript if is_mdoc else None,
    )


def _judged(
    data: bytes, number: int, report: Report, query: CredentialQuery, asked: PresentationRequest
) -> Presentation:
    subject = f"query {query.id}"
    verdict = report.verdict
    if not isinstance(verdict, VerifiedVerdict):
        # Claims of what did not pass are nobody's: they are not even compared.
        said = (Finding(codes.NOT_LOOKED_INTO, subject=subject),)
        return Presentation(query.id, number, report, said)
    claims = verdict.claims
    if query.format is CredentialFormat.MDOC:
        shown = shown_mdoc(claims)
    else:
        shown = shown_sd_jwt(data, claims, is_vc=verdict.subject.format == sd_jwt.NAME)
    others = [each for each in asked.query.credentials if each is not query]
    matched: Match = match(shown, query, others, refuse_surplus=asked.surplus is Surplus.REFUSED)
    findings = list(matched.findings)
    authorises: tuple[int, ...] = ()
    if query.format is CredentialFormat.SD_JWT_VC and _proved(verdict):
        authorises = _authorised(proof_claims(data), query, asked, findings)
    return Presentation(
        query.id, number, report, tuple(findings), matched.answered, matched.surplus, authorises
    )


def _proved(verdict: VerifiedVerdict) -> bool:
    return any(found.code is spine_codes.HOLDER_PROVED for found in verdict.findings)


def _is_against(finding: Finding) -> bool:
    return finding.code.outcome is not Outcome.MET and not finding.code.evidential


# --- transaction data (8.4, B.3.3.1) -------------------------------------------------------------
def _authorised(
    proof: Mapping[str, Any],
    query: CredentialQuery,
    asked: PresentationRequest,
    findings: list[Finding],
) -> tuple[int, ...]:
    """Which transaction data the holder's proof carries; every hash in it must be of one.

    ``proof`` are the claims of a proof that holds.
    """
    subject = f"query {query.id}"

    def refused(code: Code, expected: str | None = None) -> tuple[int, ...]:
        findings.append(Finding(code, expected, subject=subject))
        return ()

    if "transaction_data_hashes" not in proof:
        return ()
    hashes = proof["transaction_data_hashes"]
    stated = proof.get("transaction_data_hashes_alg")
    if type(hashes) is not list or not hashes or not all(type(text) is str for text in hashes):
        return refused(codes.TRANSACTION_FORM, "an array of hashes")
    if stated is not None and type(stated) is not str:
        return refused(codes.TRANSACTION_FORM, "an algorithm's name")
    try:
        digests = [base64url.decode(text) for text in hashes]
    except Rejection:
        return refused(codes.TRANSACTION_FORM, "hashes in base64url")
    if len(set(digests)) != len(digests):
        return refused(codes.TRANSACTION_FORM, "each hash once")
    algorithm = "sha-256" if stated is None else stated
    if algorithm not in DIGESTS:
        return refused(codes.TRANSACTION_ALGORITHM)
    found: list[int] = []
    for digest in digests:
        for index, item in enumerate(asked.transaction_data):
            if query.id in item.credential_ids and item.hashes(algorithm) == digest:
                if not _is_allowed(item, stated):
                    return refused(codes.TRANSACTION_ALGORITHM)
                found.append(index)
                break
        else:
            # The holder signed something that nobody here asked for: not ours to count.
            return refused(codes.TRANSACTION_OTHER)
    numbers = tuple(index + 1 for index in found)
    findings.append(Finding(codes.AUTHORISED, None, numbers, subject=subject))
    return tuple(found)


def _is_allowed(item: TransactionData, stated: str | None) -> bool:
    """An algorithm that was asked for must be named; without one it is SHA-256 (B.3.3.1)."""
    if item.algorithms:
        return stated in item.algorithms
    return stated in (None, "sha-256")


def _levels_of_transactions(
    asked: PresentationRequest, judged: Iterable[Presentation], findings: list[Finding]
) -> list[ExitCode]:
    """For each transaction the exit code of the one presentation that authorises it."""
    levels: list[ExitCode] = []
    for index, item in enumerate(asked.transaction_data):
        mine = [each for each in judged if each.query in item.credential_ids]
        standing = [
            each.exit_code
            for each in mine
            if index in each.authorises and each.exit_code is not ExitCode.REFUSED
        ]
        # What may have authorised it, and does not count: why, is said of that presentation.
        wanting = [each.exit_code for each in mine if _may_authorise(each, index)]
        if len(standing) == 1:
            levels.append(standing[0])
        elif standing:
            findings.append(Finding(codes.AUTHORISED_TWICE, None, index + 1, subject="query"))
            levels.append(ExitCode.REFUSED)
        elif wanting:
            open_still = ExitCode.INDETERMINATE in wanting
            levels.append(ExitCode.INDETERMINATE if open_still else ExitCode.REFUSED)
        else:
            findings.append(Finding(codes.UNAUTHORISED, None, index + 1, subject="query"))
            levels.append(ExitCode.REFUSED)
    return levels


def _may_authorise(presentation: Presentation, index: int) -> bool:
    """Whether its proof names the transaction, was refused for what it names, or was not read."""
    if not isinstance(presentation.report.verdict, VerifiedVerdict):
        return True
    return index in presentation.authorises or any(
        found.rule == codes.AUTHORISED.rule and _is_against(found)
        for found in presentation.findings
    )


# --- the query as a whole (6.4.2) ----------------------------------------------------------------
def _level_of_query(
    query: Query, judged: Iterable[Presentation], findings: list[Finding]
) -> ExitCode:
    """The best exit code at which presentations of it or better ones meet every demand."""
    best: dict[str, ExitCode] = {}
    for each in judged:
        known = best.get(each.query, ExitCode.REFUSED)
        best[each.query] = min(known, each.exit_code, key=_RANK.__getitem__)
    demands = query.demands
    if not demands:
        # Every set is optional: something of one must be there, or nothing was presented.
        options = tuple(option for entry in query.sets for option in entry.options)
        demands = (CredentialSet(options),)
    findings += [
        Finding(codes.CREDENTIAL_MISSING, entry.shown(), subject="query")
        for entry in demands
        if not _is_met(entry, best.__contains__)
    ]
    for level in _ORDER[:-1]:
        reached = {name for name, code in best.items() if _RANK[code] <= _RANK[level]}
        if all(_is_met(entry, reached.__contains__) for entry in demands):
            return level
    return ExitCode.REFUSED


def _is_met(entry: CredentialSet, counts: Callable[[str], bool]) -> bool:
    return any(all(map(counts, option)) for option in entry.options)


def plain_claims(presentation: Presentation) -> list[dict[str, Any]]:
    """``claims`` of a presentation as JSON: for each claim asked for its path and values."""
    return [
        {"path": list(path), "values": [plain(value) for value in values]}
        for path, values in presentation.claims.items()
    ]
