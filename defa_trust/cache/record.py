"""An answer as octets and back, for a tier that several processes share (floor 11).

Plain JSON of plain parts: nothing in it names a class, and nothing is unpickled. Codes travel by
their ids and are looked up in this process's own table.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..codec import json as strict_json
from ..codes import all_codes
from ..finding import fast_finding
from ..material import Dependency, EvidenceKind
from ..verdict import (
    TIME_MAX,
    TIME_MIN,
    Finding,
    Indication,
    Interval,
    Level,
    Need,
    NeedKind,
    Recognition,
    RecognitionOutcome,
    SubIndication,
    Subject,
    Validity,
    Verdict,
    VerifiedVerdict,
    from_parts,
)

MAX_RECORD_BYTES: Final = 64 << 10
"""More than any answer takes; what is longer is neither written nor read."""
MAX_SAFE_INTEGER: Final = (1 << 53) - 1

_verified: Final = from_parts(VerifiedVerdict)
_codes: Final = cache(all_codes)


class Record(NamedTuple):
    """What of an entry travels: the verdict without its claims, and what it depends on."""

    verdict: Verdict
    used: tuple[Dependency, ...]


def may_travel(verdict: Verdict) -> bool:
    """Only what passed: junk stays where it was sent to. A need that holds a question for an OCSP
    responder names a certificate by its number, and stays, too."""
    return isinstance(verdict, VerifiedVerdict) and all(
        need.question is None for need in verdict.needs
    )


def write(record: Record) -> bytes:
    """Raises ``KeyError`` for a code that is in no table and ``ValueError`` for a number that JSON
    does not hold exactly (RFC 8259, 6): such an answer does not travel."""
    verdict, used = record
    recognition = verdict.recognition
    parts = [
        list(verdict.validity),
        [*recognition[:2], _level(recognition.level), *recognition[3:5],
         list(recognition.obligations), recognition.floor],
        [_written(finding) for finding in verdict.findings],
        list(verdict.subject),
        _edges(*verdict.interval),
        [list(need[:3]) for need in verdict.needs],
        [[kind, uri, None if digest is None else base64url.encode(digest)]
         for kind, uri, digest in used],
    ]  # fmt: skip
    return strict_json.compact(parts)


def _written(finding: Finding) -> list[Any]:
    code, expected, actual, start, end, *rest = finding
    if _codes()[code.id] is not code:
        raise KeyError(code.id)
    return [code.id, _fact(expected), _fact(actual), *_edges(start, end), *rest]


def _edges(start: int, end: int) -> list[int | None]:
    """The ends of time are no numbers that JSON has."""
    return [None if start == TIME_MIN else start, None if end == TIME_MAX else end]


def _interval(start: int | None, end: int | None) -> Interval:
    return Interval(_open_end(start, TIME_MIN), _open_end(end, TIME_MAX))


def _open_end(edge: int | None, time: int) -> int:
    if edge is None:
        return time
    if type(edge) is not int:
        raise TypeError("an interval is of two whole numbers")
    return edge


def read(octets: bytes) -> Record:
    """Only for octets whose origin is established: it trusts what they say, so the reader of
    the standard library serves.

    Raises ``Rejection`` (base64url), ``ValueError``, ``TypeError`` or ``KeyError`` for what another
    version wrote: whoever calls takes it for no answer.
    """
    validity, recognition, findings, subject, interval, needs, used = json.loads(octets)
    verdict = _verified(
        (
            Validity(Indication(validity[0]), _sub_indication(validity[1])),
            _recognition(*recognition),
            _findings(findings),
            _subject(*subject),
            _interval(*interval),
            tuple(Need(NeedKind(kind), what, territory) for kind, what, territory in needs),
            None,
            (),
        )
    )
    if verdict.validity.indication is not Indication.TOTAL_PASSED:
        raise ValueError("only what passed travels")
    return Record(verdict, tuple(_dependency(*look_up) for look_up in used))


def _level(level: Level | None) -> list[Any] | None:
    return None if level is None else [*level[:3], level.national and list(level.national)]


def _fact(fact: Any) -> Any:
    for number in fact if type(fact) is tuple else (fact,):
        if type(number) is int and not -MAX_SAFE_INTEGER <= number <= MAX_SAFE_INTEGER:
            raise ValueError("a number that is not exact everywhere")
    return list(fact) if type(fact) is tuple else fact


def _sub_indication(value: str | None) -> SubIndication | None:
    return None if value is None else SubIndication(value)


def _subject(*parts: str | None) -> Subject:
    if not all(part is None or type(part) is str for part in parts):
        raise TypeError("a subject is named in text")
    format_, digest, *rest = parts
    if format_ is None or digest is None:
        raise TypeError("a subject has a format and a digest")
    return Subject(format_, digest, *rest)


def _recognition(
    outcome: str, arrangement: str | None, level: list[Any] | None, term: str | None,
    effect: str | None, obligations: list[str], floor: str | None,
) -> Recognition:  # fmt: skip
    found = None
    if level is not None:
        first, second, third, national = level
        named = None if national is None else (national[0], national[1])
        found = Level(first, second, third, named)
    return Recognition(
        RecognitionOutcome(outcome), arrangement, found, term, effect, tuple(obligations), floor
    )


def _findings(rows: list[list[Any]]) -> tuple[Finding, ...]:
    # One loop without calls: an answer has some twenty of these, and they are most of its octets.
    codes = _codes()
    found: list[Finding] = []
    for code, expected, actual, start, end, evidence, subject, basis in rows:
        if type(start) is not int:
            start = _open_end(start, TIME_MIN)  # noqa: PLW2901
        if type(end) is not int:
            end = _open_end(end, TIME_MAX)  # noqa: PLW2901
        sides = (
            tuple(expected) if type(expected) is list else expected,
            tuple(actual) if type(actual) is list else actual,
        )
        found.append(fast_finding((codes[code], *sides, start, end, evidence, subject, basis)))
    return tuple(found)


def _dependency(kind: str, uri: str | None, digest: str | None) -> Dependency:
    return Dependency(EvidenceKind(kind), uri, None if digest is None else base64url.decode(digest))
