"""``lint``: every fault of a list at once, for those who write it (floor 5).

Acceptance stops at the first reason against a list; an operator wants all of them, with path, rule
and clause. Lint trusts nothing and accepts nothing: a clean list is one worth signing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..errors import MisuseError, Rejection
from ..spec import MAX_LIST_BYTES
from . import (
    lint_change,
    lint_form,
    lint_recognition,
    lint_rules,
    lint_services,
    lint_signer,
    lint_succession,
    lint_texts,
    lint_xml,
)
from .accept import looks_like_xml
from .envelope import peek_payload, signing_digest
from .lint_model import (
    CHECKS,
    RULES,
    SCHEME,
    Fault,
    LintFinding,
    LintRule,
    Severity,
    Subject,
    string,
)

__all__ = [
    "RULES",
    "LintFinding",
    "LintReport",
    "LintRule",
    "Severity",
    "lint",
    "lint_document",
    "markdown",
    "read_document",
]

_MODULES: Final = (
    lint_form,
    lint_texts,
    lint_rules,
    lint_services,
    lint_recognition,
    lint_signer,
    lint_succession,
    lint_change,
    lint_xml,
)
"""Importing them fills the table of rules."""
_ORDER: Final = {severity: place for place, severity in enumerate(Severity)}


class LintReport(NamedTuple):
    """All findings, errors first. ``signed`` says whether the input was a signed list."""

    findings: tuple[LintFinding, ...]
    signed: bool
    type: str | None
    territory: str | None
    sequence: int | None

    def of(self, severity: Severity) -> tuple[LintFinding, ...]:
        return tuple(found for found in self.findings if found.severity is severity)

    @property
    def clean(self) -> bool:
        """No errors; warnings and advice may be there."""
        return not self.of(Severity.ERROR)


def is_signed(data: bytes) -> bool:
    """A compact JWS, neither JSON nor XML: the first octet that is no white space decides."""
    return not data.lstrip(b" \t\r\n\xef\xbb\xbf").startswith((b"{", b"[", b"<"))


def read_document(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> Any:
    """The document of a signed or bare list, unverified: for showing and comparing.

    A list of TS 119 612 is converted. Raises ``Rejection`` where there is no list, or no strict
    JSON object.
    """
    from ..codec import json as strict_json

    if looks_like_xml(data):
        return lint_xml.document_of(data, max_bytes)[1]

    payload = peek_payload(data.strip(), max_bytes=max_bytes) if is_signed(data) else data
    return strict_json.loads_object(payload, max_depth=lint_form.MAX_DEPTH, max_bytes=max_bytes)


def lint(
    data: bytes,
    *,
    at: int,
    previous: bytes | None = None,
    signer: bytes | None = None,
    signed_at: int | None = None,
    max_bytes: int = MAX_LIST_BYTES,
) -> LintReport:
    """Every finding of a list: a signed compact one, bare JSON, or XML of TS 119 612.

    ``at`` is the moment to judge by (Unix seconds), ``previous`` the list before this one,
    ``signer`` the DER certificate that must have signed (else what the message brings), and
    ``signed_at`` when a bare list is going to be signed. Never raises on the list itself;
    ``MisuseError`` where ``previous`` cannot be read or an argument has a wrong type.
    """
    if type(data) is not bytes:
        raise MisuseError(f"a list is bytes, not {type(data).__name__}")
    if looks_like_xml(data):
        return _xml(data, at, previous, signer, max_bytes)
    signed = is_signed(data)
    found: list[LintFinding] = []
    payload = data
    header: dict[str, Any] = {}
    if signed:
        data = data.strip()
        header = lint_signer.header_of(data)
        signer = signer or lint_signer.signer_of(header)
        found += _findings(
            lint_signer.ENVELOPE, lint_signer.envelope_faults(data, signer, at, max_bytes)
        )
        if signer is None:
            unknown = Fault(lint_signer.HEADER, "The signature is not verified: no certificate.")
            found += _findings(lint_signer.UNCHECKED, [unknown])
        try:
            payload = peek_payload(data, max_bytes=max_bytes)
        except Rejection as refusal:
            if not any(item.severity is Severity.ERROR for item in found):
                found += _findings(lint_signer.ENVELOPE, [_fault(refusal, lint_signer.HEADER)])
            return LintReport(tuple(found), signed, None, None, None)
    document, duplicates, stopped = lint_form.parse(payload, max_bytes)
    found += _findings(lint_form.JSON_DUPLICATE, duplicates)
    if stopped is not None:
        found += _findings(lint_form.JSON_SYNTAX, [_fault(stopped, "$", payload)])
        return LintReport(_sorted(found), signed, None, None, None)
    subject = Subject(
        document,
        at,
        lint_signer.certificate_of(signer),
        lint_signer.signing_time(header) if signed else signed_at,
    )
    found += _document(subject, previous, max_bytes)
    return LintReport(
        _sorted(found),
        signed,
        string(subject.scheme.get("LoTEType")),
        subject.territory or None,
        subject.sequence,
    )


def _xml(
    data: bytes, at: int, previous: bytes | None, signer: bytes | None, max_bytes: int
) -> LintReport:
    examined = lint_xml.examine(data, at=at, signer=signer, max_bytes=max_bytes)
    subject = examined.subject
    found = [item for rule, fault in examined.found for item in _findings(rule, [fault])]
    if subject is None:
        if previous is not None:
            _previous(previous, max_bytes)
        return LintReport(_sorted(found), examined.signed, None, None, None)
    if subject.type is not None:
        found += _document(subject, previous, max_bytes)
    else:
        before, digest = None, None
        if previous is not None:
            old, digest = _previous(previous, max_bytes)
            before = Subject(old, at)
        for rule, fault in lint_xml.generic_faults(subject, before, digest):
            found += _findings(rule, [fault])
    return LintReport(
        _sorted(_without_shadows(list(dict.fromkeys(found)))),
        examined.signed,
        string(subject.scheme.get("LoTEType")),
        subject.territory or None,
        subject.sequence,
    )


def lint_document(
    document: Any, *, at: int, signer: bytes | None = None, signed_at: int | None = None,
    previous: bytes | None = None,
) -> LintReport:  # fmt: skip
    """As ``lint``, for a decoded document that ``signer`` (DER) is about to sign."""
    subject = Subject(document, at, lint_signer.certificate_of(signer), signed_at)
    return LintReport(
        _sorted(_document(subject, previous, MAX_LIST_BYTES)),
        signed=False,
        type=string(subject.scheme.get("LoTEType")),
        territory=subject.territory or None,
        sequence=subject.sequence,
    )


def _document(subject: Subject, previous: bytes | None, max_bytes: int) -> list[LintFinding]:
    issued = string(subject.scheme.get("ListIssueDateTime")) if subject.issued else None
    found: list[LintFinding] = []
    if subject.type is None:
        unknown = Fault(f"{SCHEME}.LoTEType", "The list is none of this profile.")
        found += _findings(lint_form.TYPE_UNKNOWN, [unknown])
    schema = list(lint_form.schema_faults(subject))
    for rule, check in CHECKS:
        if issued is None or issued[:10] >= rule.effective:
            found += _findings(rule, check(subject))
    if previous is not None:
        old, digest = _previous(previous, max_bytes)
        for rule, fault in lint_change.change_faults(subject, Subject(old, subject.at), digest):
            found += _findings(rule, [fault])
        signing = signing_digest(previous.strip()) if is_signed(previous) else None
        for rule, fault in lint_succession.change_faults(subject, signing):
            found += _findings(rule, [fault])
    better = {item.path for item in found if item.severity is Severity.ERROR}
    found += _findings(
        lint_form.SCHEMA,
        (fault for fault, of_one in schema if not (of_one and fault.path in better)),
    )
    found = _without_shadows(found)
    errors = {item.path for item in found if item.severity is Severity.ERROR}
    above = {place for path in errors for place in _way(path)}
    for fault, of_form in lint_form.decoder_faults(subject):
        if fault.path not in (above if of_form else errors):
            found += _findings(lint_form.PROFILE, [fault])
            errors.add(fault.path)
            above.update(_way(fault.path))
    return list(dict.fromkeys(found))


def _previous(data: bytes, max_bytes: int) -> tuple[Any, str | None]:
    try:
        document = read_document(data, max_bytes=max_bytes)
    except Rejection as refusal:
        raise MisuseError(f"the previous list cannot be read: {refusal}") from None
    return document, sha256(data.strip()).hexdigest() if is_signed(data) else None


def _findings(rule: LintRule, faults: Iterable[Fault]) -> list[LintFinding]:
    return [
        LintFinding(rule, fault.path, fault.text, fault.clause or rule.clause) for fault in faults
    ]


def _fault(refusal: Rejection, path: str, payload: bytes | None = None) -> Fault:
    where = f" ({refusal.where})" if refusal.where else ""
    if payload is not None and (refusal.where or "").startswith("character "):
        # Editors show lines; the codec counts characters.
        before = payload.decode("utf-8", "replace")[: int((refusal.where or "").split()[1])]
        line = before.count("\n") + 1
        where = f" (line {line}, column {len(before) - before.rfind(chr(10))})"
    text = f"{refusal.finding().text}{where} [{refusal.code.id}]"
    return Fault(path, text, refusal.code.citation)


def _way(path: str) -> Iterator[str]:
    """The path itself and every place above it."""
    yield path
    for place, character in enumerate(path):
        if character in ".[":
            yield path[:place]


def _without_shadows(found: list[LintFinding]) -> list[LintFinding]:
    """A placeholder breaks other rules too; replacing it is all there is to do."""
    places = {item.path for item in found if item.rule.id == "text.placeholder"}
    return [item for item in found if item.rule.id == "text.placeholder" or item.path not in places]


def _sorted(found: Iterable[LintFinding]) -> tuple[LintFinding, ...]:
    return tuple(sorted(found, key=lambda item: _ORDER[item.severity]))


def markdown() -> str:
    """The table of ``docs/lint.md``: one row a rule, sorted by id."""
    rows = ["| rule | severity | from | clause | question |", "|---|---|---|---|---|"]
    rows += [
        f"| `{rule.id}` | {rule.severity.value} | {rule.effective} | {rule.clause} | "
        f"{rule.question} |"
        for rule in sorted(RULES.values())
    ]
    return "\n".join(rows) + "\n"
