"""How a verdict is shown to a person (floor 13): reason first, nothing untrusted raw.

Every text that may stem from a message goes through ``printable``: a credential can neither drive
the terminal (ECMA-48 control sequences) nor reorder what a person reads (Unicode TR #36, 3.4).
"""

from __future__ import annotations

import base64
import json
import math
import os
import sys
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, Final

from ..language import ENGLISH, Language
from ..verdict import (
    TIME_MAX,
    TIME_MIN,
    Fact,
    Finding,
    Indication,
    Level,
    Need,
    NeedKind,
    Outcome,
    RecognitionOutcome,
    Report,
    Validity,
    Verdict,
)

NOTICE: Final = "This verdict supports a legal judgement; it does not replace one."
UNVERIFIED: Final = "UNVERIFIED: these are claims of the bytes themselves. Nobody checked them."

_RED, _GREEN, _YELLOW, _BOLD, _DIM = "31", "32", "33", "1", "2"
_MARKS: Final = {Outcome.MET: "+", Outcome.NOT_MET: "x", Outcome.UNKNOWN: "?"}
_COLOURS: Final = {Outcome.MET: _GREEN, Outcome.NOT_MET: _RED, Outcome.UNKNOWN: _YELLOW}
_GROUPS: Final = (
    (Outcome.NOT_MET, "Not met"),
    (Outcome.UNKNOWN, "Unknown (could not be checked, so it does not count as met)"),
    (Outcome.MET, "Met"),
    (None, "Noted (evidence for whoever judges; it decides nothing)"),
)
_VALIDITY_WORDS: Final = {
    Indication.TOTAL_PASSED: "VALID",
    Indication.TOTAL_FAILED: "INVALID",
    Indication.INDETERMINATE: "NOT ESTABLISHED",
}
_RECOGNITION_WORDS: Final = {
    RecognitionOutcome.RECOGNISED: "RECOGNISED",
    RecognitionOutcome.NOT_RECOGNISED: "NOT RECOGNISED",
    RecognitionOutcome.PILOT: "PILOT ONLY",
    RecognitionOutcome.INDETERMINATE: "RECOGNITION NOT ESTABLISHED",
}
_NEED_WORDS: Final = {
    NeedKind.TRUST_LIST: "the trust list",
    NeedKind.RECOGNITION_LIST: "the recognition list",
    NeedKind.STATUS_LIST: "the status list",
    NeedKind.CRL: "the revocation list at",
    NeedKind.OCSP: "an answer on revocation from",
    NeedKind.CONTENT: "what was signed (--content or --content-digest):",
    NeedKind.ONLINE_CHECK: "an online check at",
    NeedKind.KEY_SET: "the key set at",
    NeedKind.DID_DOCUMENT: "the DID document",
    NeedKind.CERTIFICATE_PATH: "a certificate path for",
    NeedKind.REQUEST_FACT: "a fact of the request for the rule",
}
_FLOORS: Final = {
    "admissible": "admissible: not denied effect solely because it is electronic",
    "excluded": "excluded: the law keeps this act apart from what is electronic",
    "unknown": "not established",
}
_URI_RULES: Final = frozenset({"recognition.service_type", "recognition.service_status"})
_URI_PREFIXES: Final = (
    "http://uri.etsi.org/TrstSvc/Svctype/",
    "http://uri.etsi.org/19602/SvcType/",
    "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/",
    "https://defa.example/19602/SvcStatus/",
)
_OPTIONS: Final = {
    "recognition.purpose": "--purpose",
    "recognition.sector": "--sector",
    "recognition.relying_party": "--relying-party",
    "recognition.excluded_act": "--act",
    "recognition.volume": "--volume-used",
    "recognition.state_exclusion": "--act",
    "recognition.category": "--category",
    "recognition.entity_scope": "--entity",
    "recognition.certificate_scope": "--use",
    "recognition.user": "--nationality and --counterpart",
    "recognition.requirement": "--established",
}
"""The option of `verify` that answers a rule which asks about the request."""
_EPOCH_FACTS: Final = range(10**9, 10**10)
"""Integers of a finding that are moments (2001 to 2286); sizes and counts are far smaller."""


class Paint:
    """Colours on a terminal only; NO_COLOR switches them off (no-color.org)."""

    __slots__ = ("on",)

    def __init__(self, on: bool | None = None) -> None:
        if on is None:
            on = sys.stdout.isatty() and not os.environ.get("NO_COLOR")
        self.on = on

    def __call__(self, text: str, colour: str) -> str:
        return f"\x1b[{colour}m{text}\x1b[0m" if self.on else text


def printable(text: str, *, limit: int = 300) -> str:
    """``text`` with every control, bidi or invisible character shown as an escape."""
    shown = text if len(text) <= limit else f"{text[:limit]}… ({len(text)} characters)"
    if shown.isprintable():
        return shown
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in shown
    )


def moment(seconds: int) -> str:
    """Unix seconds as ISO 8601 in UTC; moments outside the calendar as a number."""
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, ValueError, OSError):
        return str(seconds)


def sentence(finding: Finding, language: Language = ENGLISH) -> str:
    """The finding's text, its moments in a person's notation."""
    readable = finding._replace(
        expected=_readable(finding.expected), actual=_readable(finding.actual)
    )
    text = language.sentence(readable)
    if finding.rule in _URI_RULES:
        text = short_uris(text)
    return printable(text, limit=1000)


def short_uris(text: str) -> str:
    """Service types and statuses by their last words. For texts made from signed lists only: in
    another text a message could pass off its own URI as one of these words."""
    for prefix in _URI_PREFIXES:
        text = text.replace(prefix, "")
    return text


def _readable(fact: Fact) -> Fact:
    if isinstance(fact, tuple):
        return tuple(str(_readable(item)) for item in fact)
    if isinstance(fact, int) and not isinstance(fact, bool) and fact in _EPOCH_FACTS:
        return moment(fact)
    return fact


def headline(verdict: Verdict, receiving: str, language: Language = ENGLISH) -> str:
    """One line that says both answers; PILOT can never be read as RECOGNISED."""
    return _both(verdict.validity, verdict.recognition.outcome, receiving, language)


def _both(found: Validity, outcome: RecognitionOutcome, receiving: str, language: Language) -> str:
    validity = _validity(found, language)
    if outcome is RecognitionOutcome.NOT_EVALUATED:
        said = language.word("{validity}; so recognition in {state} was not evaluated")
        return said.format(validity=validity, state=receiving)
    words = language.word(_RECOGNITION_WORDS[outcome])
    return f"{words} {language.word('in')} {receiving} — {validity}"


def _validity(validity: Validity, language: Language) -> str:
    inner = validity.indication.value
    if validity.sub_indication is not None:
        inner += f", {validity.sub_indication.value}"
    return f"{language.word(_VALIDITY_WORDS[validity.indication])} ({inner})"


def reason_line(verdict: Verdict, language: Language = ENGLISH) -> str:
    """Why: the deciding finding; for an unreserved yes, the arrangement that grants it."""
    finding = verdict.reason
    if finding is not None:
        return f"{sentence(finding, language)} [{finding.code.id}]"
    basis = next((f for f in verdict.findings if f.rule == "recognition.arrangement"), None)
    if basis is None:
        return language.word("every rule is met")
    return f"{sentence(basis, language)} [{basis.code.id}; {printable(basis.citation)}]"


def level_words(level: Level | None, language: Language = ENGLISH) -> str:
    unstated = language.word("unstated")
    if level is None:
        return unstated
    axes = [
        f"{language.word(name)} {unstated if value is None else value}"
        for name, value in zip(("proofing", "authentication", "federation"), level[:3], strict=True)
    ]
    home = ""
    if level.national:
        scheme, value = level.national
        said = language.word("national: {value} in {scheme}")
        home = f" ({said.format(value=value, scheme=scheme)})"
    return printable(", ".join(axes) + home)


def report_lines(
    report: Report, receiving: str, paint: Paint, language: Language = ENGLISH
) -> Iterator[str]:
    """The whole report for a person, one line at a time."""
    if len(report.verdicts) > 1:
        many = language.word("signatures: each must pass; the one that does not decides")
        yield f"{len(report.verdicts)} {many}"
        deciding = report.verdict
        said = _both(report.validity, deciding.recognition.outcome, receiving, language)
        yield paint(f"{language.word('The whole file')}: {said}", _BOLD)
        if deciding.reason is not None and deciding.subject.object is not None:
            name = printable(deciding.subject.object)
            yield f"{language.word('Decided by')}: {name} [{deciding.reason.code.id}]"
        yield ""
    for verdict in report.verdicts:
        if verdict.subject.object is not None:
            yield paint(printable(verdict.subject.object).capitalize(), _BOLD)
        yield from _verdict_lines(verdict, report, receiving, paint, language)
        for inner in verdict.nested:
            yield from _nested_lines(inner, language)
        if verdict.nested:
            yield ""
    if report.degraded:
        missing = ", ".join(printable(item) for item in report.degraded)
        yield f"{language.word('Lists that could not be used')}: {missing}"
    yield paint(language.word(NOTICE), _DIM)


def _verdict_lines(
    verdict: Verdict, report: Report, receiving: str, paint: Paint, language: Language
) -> Iterator[str]:
    colour = {0: _GREEN, 1: _RED, 3: _YELLOW, 4: _YELLOW}[verdict.exit_code.value]
    yield paint(headline(verdict, receiving, language), f"{_BOLD};{colour}")
    yield f"{language.word('Reason')}: {reason_line(verdict, language)}"
    yield ""
    for label, text in _facts(verdict, report, language):
        yield f"  {language.word(label):<12}{text}"
    for outcome, title in _GROUPS:
        # The regional list is a finding of both answers; a person needs it once.
        found = dict.fromkeys(f for f in verdict.findings if _group(f) is outcome)
        if found:
            yield ""
            yield paint(language.word(title), _BOLD)
            for finding in found:
                mark = "i" if outcome is None else paint(_MARKS[outcome], _COLOURS[outcome])
                yield f"  {mark} {sentence(finding, language)}"
                cited = f"{finding.code.id} · {printable(finding.citation)}"
                yield paint(f"      {cited}", _DIM)
    if verdict.needs:
        yield ""
        yield paint(language.word("Needed to answer"), _BOLD)
        for need in dict.fromkeys(verdict.needs):
            yield f"  - {need_words(need, language)}"
    if verdict.recognition.obligations:
        yield ""
        yield paint(language.word("Obligations"), _BOLD)
        for duty in verdict.recognition.obligations:
            yield f"  - {printable(duty)}"
    yield ""


def _nested_lines(verdict: Verdict, language: Language) -> Iterator[str]:
    """A time-stamp in a line, and what stands in its way: it decides nothing by itself."""
    name = printable(verdict.subject.object or verdict.subject.format)
    of = f" by {printable(verdict.subject.service)}" if verdict.subject.service else ""
    said = _validity(verdict.validity, language)
    yield f"  {language.word('Within it')}: {name}{of}: {said}"
    if verdict.validity.indication is not Indication.TOTAL_PASSED:
        yield f"    {reason_line(verdict, language)}"


def _group(finding: Finding) -> Outcome | None:
    return None if finding.code.evidential else finding.outcome


def floor_words(floor: str, language: Language = ENGLISH) -> str:
    """What remains whatever the answer is, in words that no one takes for a recognition."""
    return language.word(_FLOORS[floor])


def need_words(need: Need, language: Language) -> str:
    option = _OPTIONS.get(need.what) if need.kind is NeedKind.REQUEST_FACT else None
    if option is not None:
        return f"{language.word('a fact only you know')}: {option} ({printable(need.what)})"
    of = ""
    if need.territory and need.territory != need.what:
        of = f" {language.word('of')} {need.territory}"
    return f"{language.word(_NEED_WORDS[need.kind])} {printable(need.what)}{of}"


def holds(start: int, end: int, language: Language = ENGLISH) -> str:
    """The span of time in which an answer holds, in words."""
    since = language.word("always") if start == TIME_MIN else moment(start)
    until = language.word("no known end") if end == TIME_MAX else moment(end)
    said = language.word("from {since} until {until}, on the same lists")
    return said.format(since=since, until=until)


def _facts(verdict: Verdict, report: Report, language: Language) -> Iterator[tuple[str, str]]:
    subject, recognition = verdict.subject, verdict.recognition
    unstated = language.word("unstated")
    if subject.issuer:
        of = f" ({printable(subject.territory)})" if subject.territory else ""
        yield "Issuer", printable(subject.issuer) + of
    if subject.service:
        kind = (subject.service_type or "").rsplit("/Svctype/", 1)[-1]
        yield "Service", printable(f"{subject.service} [{kind.rsplit('/SvcType/', 1)[-1]}]")
    yield "Format", f"{printable(subject.format)}, SHA-256 {subject.digest[:16]}…"
    if recognition.arrangement:
        yield "Arrangement", printable(recognition.arrangement)
    if recognition.outcome in (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT):
        yield "Level", level_words(recognition.level, language)
        yield "Home term", printable(recognition.term or unstated)
        yield "Effect here", printable(recognition.effect or unstated)
    if recognition.floor is not None:
        yield "Floor", floor_words(recognition.floor, language)
    as_of = f" ({language.word('as of that moment')})" if report.as_of else ""
    yield "Judged", moment(report.at) + as_of
    start, end = verdict.interval
    if start < end and (start != TIME_MIN or end != TIME_MAX):
        yield "Holds", holds(start, end, language)


def plain(value: Any) -> Any:
    """Claims as JSON values: octets as base64url text, integer keys as text (RFC 8949, 6.1)."""
    if isinstance(value, Mapping):
        return {str(plain(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, bytes | bytearray | memoryview):
        return base64.urlsafe_b64encode(bytes(value)).rstrip(b"=").decode()
    if isinstance(value, float) and not math.isfinite(value):
        return str(value)
    if value is None or isinstance(value, str | int | float):
        return value
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value)


def claims_lines(claims: Mapping[str, Any]) -> Iterator[str]:
    """Claims as indented JSON, safe to print."""
    text = json.dumps(plain(claims), indent=2, ensure_ascii=False)
    for line in text.split("\n"):
        yield printable(line, limit=4000)


def table_lines(rows: Iterable[tuple[str, ...]], heads: tuple[str, ...]) -> Iterator[str]:
    """A plain table whose last column may be as long as it likes."""
    lines = [heads, *rows]
    widths = [max(len(row[column]) for row in lines) for column in range(len(heads) - 1)]
    for number, row in enumerate(lines):
        cells = [cell.ljust(width) for cell, width in zip(row[:-1], widths, strict=True)]
        yield "  ".join([*cells, row[-1]]).rstrip()
        if number == 0:
            yield "  ".join(["-" * width for width in widths] + ["-" * len(heads[-1])])
