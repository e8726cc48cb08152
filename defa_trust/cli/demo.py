"""`defa-trust demo` (floor 13): eleven test states, and a table of verdicts across them."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from time import perf_counter
from typing import TYPE_CHECKING, Final, TypeAlias

import click

from ..errors import MisuseError, Rejection
from ..verdict import ExitCode, Indication, RecognitionOutcome
from .render import NOTICE, Paint, moment, printable, short_uris, table_lines

if TYPE_CHECKING:
    from ..demo.region import Region
    from ..demo.table import Row
    from ..material import Evidence

_COLOURS: Final = {
    ExitCode.RECOGNISED.value: "32",
    ExitCode.REFUSED.value: "31",
    ExitCode.INDETERMINATE.value: "33",
    ExitCode.PILOT.value: "36",
}


@click.group()
def demo() -> None:
    """Build and run the test region: eleven states with TEST-ONLY authorities and credentials."""


@demo.command()
@click.argument("dir", metavar="DIR")
def init(dir: str) -> int:
    """Write the test region into DIR: lists, a pinned trust store, keys, credentials, documents."""
    folder = Path(dir)
    _write(folder)
    click.echo(f"The test region is in {dir}: TEST-ONLY lists, keys and credentials.")
    _tell_left_out()
    click.echo(f"Next: defa-trust demo run --dir {dir}")
    return 0


def _tell_left_out() -> None:
    from ..demo.document_samples import left_out

    if missing := left_out():
        names = ", ".join(missing)
        click.echo(f"Left out here: {names}. pip install 'defa-trust[xml]' adds it.", err=True)


@demo.command()
@click.option("--dir", "folder", metavar="DIR", help="Where the region is, or will be written.")
@click.option("--all", "everything", is_flag=True, help="Every row, not one of each kind.")
@click.option("--json", "as_json", is_flag=True, help="Every row as JSON.")
def run(folder: str | None, everything: bool, as_json: bool) -> int:
    """Judge every sample of the region in the receiving states it names, and compare.

    The lists and samples are read from DIR as a verifier would have them, at the region's fixed
    moment. Exit code 0 if each verdict is what the region expects, 1 if one is not.
    """
    from tempfile import TemporaryDirectory

    if folder is not None:
        return _run(Path(folder), everything=everything, as_json=as_json)
    with TemporaryDirectory(prefix="defa-trust-") as temporary:
        return _run(Path(temporary) / "region", everything=everything, as_json=as_json)


@demo.command()
@click.argument("request", metavar="REQUEST|-")
@click.option("--state", required=True, metavar="CC", help="Whose test person answers: TH.")
def wallet(request: str, state: str) -> int:
    """Answer a presentation REQUEST, as `present request --keep` wrote it, at the region's moment.

    Prints the response: a posted body, or over the Digital Credentials API the object as JSON.
    """
    from ..demo.plans import REGION_EPOCH
    from ..demo.wallet import answer
    from ..openid4vp_request import PresentationRequest
    from .inputs import read_input

    asked = PresentationRequest.restore(read_input(request))
    sys.stdout.buffer.write(answer(asked, state.upper(), REGION_EPOCH) + b"\n")
    sys.stdout.buffer.flush()
    return 0


def _is_region(folder: Path) -> bool:
    return (folder / "trust" / "pins.json").is_file() and (folder / "samples").is_dir()


def _write(folder: Path) -> None:
    from ..demo.region import write_region

    if folder.exists() and not folder.is_dir():
        raise MisuseError(f"{folder} is a file; give a folder")
    if folder.is_dir() and any(folder.iterdir()) and not _is_region(folder):
        raise MisuseError(f"{folder} is not empty and holds no test region; give another folder")
    write_region(folder)


def _run(folder: Path, *, everything: bool, as_json: bool) -> int:
    from ..demo.region import build_region
    from ..demo.table import across, credentials, documents, of_own_schemes, selected

    started = perf_counter()
    if not _is_region(folder):
        _say(f"Writing the test region into {folder} …")
        _write(folder)
    region = build_region()
    rows = _judge(region, folder)
    wrong = [row for row in rows if not row.as_expected]
    if as_json:
        shape = {
            "at": region.at,
            "rows": [row.as_json() for row in rows],
            "unexpected": len(wrong),
        }
        click.echo(json.dumps(shape, indent=2))
        return 1 if wrong else 0
    shown = rows if everything else selected(rows)
    _show(credentials(shown))
    _show_own_schemes(of_own_schemes(rows))
    _show_across(across(rows))
    _show_documents(documents(shown))
    _summarise(rows, wrong, region.at)
    if len(shown) < len(rows):
        click.echo(f"Shown: {len(shown)} of {len(rows)} verdicts; --all shows the rest.")
    _tell_left_out()
    _say(f"Took {perf_counter() - started:.1f} s.")
    return 1 if wrong else 0


def _judge(region: Region, folder: Path) -> list[Row]:
    """Verdicts from the files in ``folder``: its store's lists, its samples' bytes."""
    from ..demo.table import verdict_rows
    from ..store import TrustStore

    snapshot = TrustStore(folder / "trust").load(region.at).snapshot()
    evidence = _status_lists(folder)
    rows: list[Row] = []
    with click.progressbar(
        [
            *(("samples", sample) for sample in region.samples),
            *(("signed", sample) for sample in region.signed),
        ],
        label="Judging",
        file=sys.stderr,
        hidden=not sys.stderr.isatty(),
    ) as samples:
        for place, sample in samples:
            try:
                data = (folder / place / sample.file_name).read_bytes()
            except OSError:
                raise MisuseError(
                    f"{folder} lacks the sample {sample.file_name}; write the region anew"
                ) from None
            rows += verdict_rows(region, snapshot, [sample._replace(data=data)], evidence)
    return rows


def _status_lists(folder: Path) -> Evidence:
    """The status lists in ``folder``; what is not there any more has simply not been fetched."""
    from ..codec.json import loads_object
    from ..demo.region import status_evidence

    try:
        places = loads_object((folder / "status" / "index.json").read_bytes())
        lists = {
            uri: (folder / "status" / Path(name).name).read_bytes() for name, uri in places.items()
        }
    except (OSError, Rejection):
        raise MisuseError(f"{folder} lacks its status lists; write the region anew") from None
    return status_evidence(lists)


def _say(text: str) -> None:
    if sys.stderr.isatty():
        click.echo(text, err=True)


def _words(row: Row) -> str:
    if row.recognition == RecognitionOutcome.NOT_EVALUATED:
        return "-"
    return row.recognition


def _reason(row: Row) -> str:
    if row.text is None:
        return "Nothing stands in the way."
    from_lists = row.reason in (
        "recognition.service_type_unmapped",
        "recognition.status_not_accepted",
    )
    return printable(short_uris(row.text) if from_lists else row.text)


def _show(rows: list[Row]) -> None:
    cells = [
        (
            row.sample.rsplit(".", 1)[0],
            f"{row.issuing} → {row.relying}",
            row.validity,
            _words(row),
            str(row.exit_code),
            _reason(row),
        )
        for row in rows
    ]
    heads = ("credential", "from → in", "validity", "recognition", "exit", "reason")
    _table(rows, cells, heads)


_Across: TypeAlias = "list[tuple[Row, tuple[Row, ...]]]"
"""Verdicts at home, each with those from abroad that are shown beside it."""


def _show_own_schemes(found: _Across) -> None:
    """A line for each form that a state's own schemes use."""
    _show_abroad(found, "own scheme", "reason at home", lambda home: home.reason, _words)


def _show_across(found: _Across) -> None:
    """A line for each state and format: its good document."""

    def words(row: Row) -> str:
        return _words(row) + (f", {row.effect}" if row.effect else "")

    _show_abroad(found, "signed as", "term at home", lambda home: home.term, words)


def _show_abroad(
    found: _Across,
    form: str,
    stated: str,
    of: Callable[[Row], str | None],
    words: Callable[[Row], str],
) -> None:
    """Each verdict at home, with what ``of`` reads off it, and in three other states."""
    cells = [
        (
            home.issuing,
            home.format,
            _validity(home),
            printable(of(home) or "-"),
            *(f"{row.relying}: {words(row)}" for row in abroad),
        )
        for home, abroad in found
    ]
    heads = ("from", form, "validity", stated, "in one state", "in another", "in a third")
    click.echo("")
    _table([home for home, _ in found], cells, heads)


def _validity(row: Row) -> str:
    return row.validity if row.sub_indication is None else f"{row.validity}, {row.sub_indication}"


def _show_documents(rows: list[Row]) -> None:
    """Signed documents: also the legal term at home, and the effect in the receiving state."""
    cells = [
        (
            row.sample.rsplit(".", 1)[0],
            f"{row.issuing} → {row.relying}",
            _validity(row),
            _words(row),
            str(row.exit_code),
            printable(row.term or "-"),
            printable(row.effect or "-"),
            _reason(row),
        )
        for row in rows
    ]
    heads = (
        "signed document", "from → in", "validity", "recognition", "exit", "term at home",
        "effect here", "reason",
    )  # fmt: skip
    click.echo("")
    _table(rows, cells, heads)


def _table(rows: list[Row], cells: Sequence[tuple[str, ...]], heads: tuple[str, ...]) -> None:
    paint = Paint()
    lines = list(table_lines(cells, heads))
    for line in lines[:2]:
        click.echo(paint(line, "1"))
    for row, line in zip(rows, lines[2:], strict=True):
        note = "" if row.as_expected else paint("  << not as expected", "31")
        click.echo(paint(line, _COLOURS[row.exit_code]) + note)


def _summarise(rows: list[Row], wrong: list[Row], at: int) -> None:
    outcomes = Counter(
        row.recognition if row.validity == Indication.TOTAL_PASSED else row.validity for row in rows
    )
    # INDETERMINATE is a word of both answers: say which one it was.
    undecided = sum(
        row.validity == Indication.TOTAL_PASSED
        and row.recognition == RecognitionOutcome.INDETERMINATE
        for row in rows
    )
    unproven = outcomes[Indication.INDETERMINATE.value] - undecided
    states = len({row.issuing for row in rows} | {row.relying for row in rows})
    paint = Paint()
    click.echo("")
    click.echo(
        f"{len(rows)} verdicts across {states} states as of {moment(at)}: "
        f"{outcomes[RecognitionOutcome.RECOGNISED.value]} recognised, "
        f"{outcomes[RecognitionOutcome.PILOT.value]} pilot only, "
        f"{outcomes[RecognitionOutcome.NOT_RECOGNISED.value]} not recognised, "
        f"{undecided} recognition not established, "
        f"{outcomes[Indication.TOTAL_FAILED.value]} invalid, "
        f"{unproven} not established."
    )
    if wrong:
        click.echo(paint(f"{len(wrong)} of them are not what the region expects:", "31"))
        for row in wrong:
            click.echo(
                f"  {row.sample} in {row.relying}: {row.validity}, {row.recognition}, "
                f"{row.reason}; expected {row.expected.indication.value}, "
                f"{row.expected.recognition.value}, {row.expected.reason}"
            )
    else:
        click.echo(paint("Each one is what the region expects.", "32"))
    click.echo(NOTICE)
