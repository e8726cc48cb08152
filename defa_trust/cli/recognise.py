"""`defa-trust recognise` (floor 13): who recognises whom, why, what changes, and what is open."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..codes import recognition
from ..errors import MisuseError
from ..language import ENGLISH, Language
from ..recognition.missing import REMEDIES, remedy
from ..verdict import TIME_MAX, TIME_MIN, Outcome, RecognitionOutcome
from .asking import ask, asking, snapshot_at
from .recognise_impact import impact_command
from .render import (
    NOTICE,
    Paint,
    floor_words,
    holds,
    level_words,
    moment,
    printable,
    sentence,
    short_uris,
    table_lines,
)
from .tongue import chosen, lang_option

if TYPE_CHECKING:
    from ..recognition.matrix import Case, Cell, Change, Matrix, Question
    from ..verdict import Finding, Interval

_WORDS: Final = {
    RecognitionOutcome.RECOGNISED: ("RECOGNISED", "32"),
    RecognitionOutcome.PILOT: ("PILOT ONLY", "33"),
    RecognitionOutcome.INDETERMINATE: ("NOT ESTABLISHED", "33"),
    RecognitionOutcome.NOT_RECOGNISED: ("NOT RECOGNISED", "31"),
    RecognitionOutcome.NOT_EVALUATED: ("NOT EVALUATED", "33"),
}
_MARKS: Final = {
    Outcome.MET: ("+", "32"),
    Outcome.NOT_MET: ("x", "31"),
    Outcome.UNKNOWN: ("?", "33"),
}
_LEGEND: Final = (
    "R recognised   P pilot only   ? not established   - not recognised\n"
    "! not evaluated (nothing of it could verify)   . no such service listed   = the state itself\n"
    "A pair shows the letter of every outcome among the services listed."
)
_CSV_HEADS: Final = (
    "from",
    "to",
    "service",
    "service_name",
    "service_type",
    "credential_types",
    "outcome",
    "arrangement",
    "reason",
    "holds_from",
    "holds_until",
)


@click.group()
def recognise() -> None:
    """Ask the lists who recognises whom: for every service that a state lists, by the same rules
    that judge a credential.

    FROM issues, TO receives. Nothing is presented here, so nothing about a person is known.
    """


@recognise.command("matrix")
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
@click.option("--csv", "as_csv", is_flag=True, help="One line for each answer, as CSV.")
@click.option("--html", metavar="FILE", help="Write a heat map that needs nothing else.")
@asking
def matrix_command(
    *,
    trust: str | None,
    at: str | None,
    as_csv: bool,
    as_json: bool,
    html: str | None,
    **asked: Any,
) -> int:
    """Every pair of states at a glance."""
    if as_csv and as_json:
        raise MisuseError("--csv or --json, not both")
    found = _matrix(trust, at, asked)
    if html is not None:
        _write_heat_map(html, found)
    if as_json:
        click.echo(json.dumps(found.as_json(), indent=2))
    elif as_csv:
        click.echo(_as_csv(found), nl=False)
    else:
        for line in _matrix_lines(found, Paint()):
            click.echo(line)
    return 0


@recognise.command()
@click.argument("issuing", metavar="FROM")
@click.argument("receiving", metavar="TO")
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
@lang_option
@asking
def explain(
    *,
    issuing: str,
    receiving: str,
    trust: str | None,
    at: str | None,
    lang: str | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """Why services of FROM count in TO or do not, and what is missing for a yes.

    Ends with the exit code of the worst answer among them: 1 not recognised, 3 not established,
    4 pilot only, 0 recognised.
    """
    from ..recognition import matrix

    language = chosen(lang)
    snapshot, question = ask(trust, at, asked)
    cell = matrix.explain(snapshot, question, issuing.upper(), receiving.upper())
    if as_json:
        click.echo(json.dumps({"version": 1, "at": question.moment, **cell.as_json()}, indent=2))
    else:
        for line in _cell_lines(cell, question, Paint(), language):
            click.echo(line)
    return int(cell.exit_code.value)


@recognise.command("diff")
@click.argument("before", metavar="T1")
@click.argument("after", metavar="T2")
@asking
def diff_command(*, before: str, after: str, trust: str | None, as_json: bool, **asked: Any) -> int:
    """What changes between two moments, the lists judged as of each of them."""
    from ..recognition.matrix import diff

    changes = diff(_matrix(trust, before, asked), _matrix(trust, after, asked))
    if as_json:
        click.echo(json.dumps([change.as_json() for change in changes], indent=2))
        return 0
    for change in changes:
        click.echo(_change_line(change))
    count = len(changes)
    click.echo(f"{count or 'no'} {'answer' if count == 1 else 'answers'} changed")
    return 0


@recognise.command("gaps")
@click.option("--trust", metavar="DIR", help="Trust store. Default: as for `verify`.")
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def gaps_command(*, trust: str | None, at: str | None, as_json: bool) -> int:
    """What the lists leave open: missing or stale lists, missing keys, unmapped levels and types,
    unread citations, one-way arrangements."""
    from ..recognition.gaps import gaps

    snapshot, when = snapshot_at(trust, at)
    found = gaps(snapshot, when)
    if as_json:
        click.echo(json.dumps([gap.as_json() for gap in found], indent=2))
        return 0
    rows = [
        tuple(
            printable(cell, limit=400)
            for cell in (gap.kind.value, gap.state, gap.other or "-", short_uris(gap.what))
        )
        for gap in found
    ]
    for line in table_lines(rows, ("gap", "state", "other", "what")):
        click.echo(line)
    click.echo(f"{len(rows)} open points as of {moment(when)}")
    return 0


def _matrix(trust: str | None, at: str | None, asked: dict[str, Any]) -> Matrix:
    from ..recognition.matrix import matrix

    return matrix(*ask(trust, at, asked))


recognise.add_command(impact_command)


# --- showing it ----------------------------------------------------------------------------------
def _matrix_lines(found: Matrix, paint: Paint) -> Iterator[str]:
    from ..recognition.states import state_names

    asked = found.question
    names = state_names()
    states = tuple(dict.fromkeys(issuing for issuing, _ in found.cells))
    type = "all services" if asked.service_type is None else short_uris(asked.service_type)
    yield printable(f"Who recognises whom, as of {moment(asked.moment)}: {type}")
    yield ""
    yield f"{'issued by':<22}received in"
    yield f"{'':<22}" + "".join(f"{code:<6}" for code in states).rstrip()
    for issuing in states:
        cells = "".join(
            f"{'=' if issuing == receiving else found.cells[issuing, receiving].letters:<6}"
            for receiving in states
        )
        yield f"{issuing + ' ' + names[issuing]:<22}{cells}".rstrip()
    yield ""
    yield _LEGEND
    yield _holds(found.interval)
    yield paint(NOTICE, "2")


def _holds(interval: Interval, language: Language = ENGLISH) -> str:
    return f"{language.word('Holds')} {holds(*interval, language)}."


def _cell_lines(cell: Cell, question: Question, paint: Paint, language: Language) -> Iterator[str]:
    from ..recognition.states import state_names

    names = state_names()
    word = language.word
    head = word("From {issuing} to {receiving}, as of {moment}").format(
        issuing=f"{names[cell.issuing]} ({cell.issuing})",
        receiving=f"{names[cell.receiving]} ({cell.receiving})",
        moment=moment(question.moment),
    )
    yield paint(head, "1")
    if not cell.cases:
        if cell.absent:
            said = word("NOT EVALUATED: no trust list of {state} was accepted")
            yield f"{said.format(state=cell.issuing)} [{cell.absent}]."
        else:
            yield word("{state} lists no such service.").format(state=cell.issuing)
        held = ", ".join(printable(name) for name in cell.arrangements) or word("none")
        said = word("Arrangements of {receiving} for {issuing}")
        states = {"receiving": cell.receiving, "issuing": cell.issuing}
        yield f"  {said.format(**states)}: {held}"
        yield f"  {word('Missing for a yes')}"
        yield "    - " + word(_LIST_NEEDED).format(**states)
        if not cell.arrangements:
            code = recognition.NO_ARRANGEMENT
            yield "    - " + language.remedy(code, REMEDIES[code]).format(**states)
    for case in cell.cases:
        yield ""
        yield from _case_lines(case, cell, paint, language)
    yield ""
    yield paint(word(NOTICE), "2")


_LIST_NEEDED: Final = "{issuing} publishes a trust list with such a service, accepted here."


def _case_lines(case: Case, cell: Cell, paint: Paint, language: Language) -> Iterator[str]:
    from ..recognition.rules import ALL_RULES

    questions = {rule.id: rule.question for rule in ALL_RULES}
    words, colour = _WORDS[case.outcome]
    kind = short_uris(case.service.type)
    answer = paint(language.word(words), f"1;{colour}")
    yield f"{answer}: {printable(f'{case.service.name} [{kind}]')}"
    yield _fact("Types", printable(_types(case.credential_types, language)), language)
    counts = case.answer.recognition
    unstated = language.word("unstated")
    if counts.arrangement:
        yield _fact("Arrangement", printable(counts.arrangement), language)
    if case.outcome in (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT):
        yield _fact("Level", level_words(counts.level, language), language)
        yield _fact("Home term", printable(counts.term or unstated), language)
        yield _fact("Effect here", printable(counts.effect or unstated), language)
        for duty in counts.obligations:
            yield _fact("Obligation", printable(duty), language)
    if counts.floor is not None:
        yield _fact("Floor", floor_words(counts.floor, language), language)
    for finding in dict.fromkeys(case.findings):
        mark, colour = _mark(finding)
        question = questions.get(finding.rule)
        asked = f"{language.question(finding.rule, question)} " if question else ""
        yield f"  {paint(mark, colour)} {asked}{sentence(finding, language)}"
        yield paint(f"      {finding.code.id} · {printable(finding.citation)}", "2")
    if case.missing:
        yield f"  {language.word('Missing for a yes')}"
        for finding in case.missing:
            said = remedy(finding, cell.issuing, cell.receiving, language)
            yield f"    - {printable(said)}"
    yield f"  {_holds(case.interval, language)}"


def _fact(label: str, text: str, language: Language) -> str:
    return f"  {language.word(label):<12}{text}"


def _mark(finding: Finding) -> tuple[str, str]:
    if finding.code.evidential:
        return "i", "2"
    if finding.code.recognition is RecognitionOutcome.PILOT:
        return "P", "33"
    return _MARKS[finding.code.outcome]


def _types(types: tuple[str, ...], language: Language = ENGLISH) -> str:
    from ..recognition.matrix import ANY

    other = language.word("any other type")
    return ", ".join(other if type == ANY else type for type in types)


def _change_line(change: Change) -> str:
    def side(given: tuple[str, str | None, str | None] | None) -> str:
        if given is None:
            return "not listed"
        outcome, _, reason = given
        return f"{outcome} ({reason})" if reason else outcome

    what = f"{change.service} [{_types(change.credential_types)}]" if change.service else "all"
    line = f"{change.issuing} -> {change.receiving}  {what}: "
    return printable(f"{line}{side(change.before)} -> {side(change.after)}", limit=1000)


def _as_csv(found: Matrix) -> str:
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(_CSV_HEADS)
    for cell in found.cells.values():
        for case in cell.cases:
            reason = case.reason
            row = (
                cell.issuing,
                cell.receiving,
                case.service.id,
                case.service.name,
                case.service.type,
                " ".join(case.credential_types),
                case.outcome.value,
                case.answer.recognition.arrangement or "",
                reason.code.id if reason else "",
                "" if case.interval.start == TIME_MIN else moment(case.interval.start),
                "" if case.interval.end == TIME_MAX else moment(case.interval.end),
            )
            writer.writerow([_cell_text(value) for value in row])
        if not cell.cases and cell.absent:
            outcome = RecognitionOutcome.NOT_EVALUATED.value
            writer.writerow([cell.issuing, cell.receiving, *("",) * 4, outcome, "", cell.absent])
    return stream.getvalue()


def _cell_text(value: str) -> str:
    """Text of a list, for a spreadsheet: nothing that it would run as a formula."""
    shown = printable(value, limit=1000)
    return f"'{shown}" if shown.startswith(("=", "+", "-", "@")) else shown


def _write_heat_map(name: str, found: Matrix) -> None:
    from ..recognition.heatmap import heat_map
    from ..recognition.states import state_names

    try:
        Path(name).write_text(heat_map(found, state_names()), encoding="utf-8")
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "no such name"
        raise MisuseError(f"{name} cannot be written: {why}") from None
