"""``defa-trust conformance``: put the vectors to any implementation (floor 13)."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

if TYPE_CHECKING:
    from ..conformance.run import Scored

_SHOWN: Final = 20
"""Vectors shown in full; ``--json`` has them all."""


@click.group("conformance")
def conformance_group() -> None:
    """Run the conformance vectors against this or any other implementation."""


@conformance_group.command("run")
@click.option("--harness", "harnesses", multiple=True, metavar="CMD",
              help="Program to test; several: compared. Without: this one.")  # fmt: skip
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this group.")
@click.option("--feature", "features", multiple=True, metavar="NAME",
              help="Only vectors with this feature; several: all of them.")  # fmt: skip
@click.option("--level", type=click.IntRange(1, 3), default=1, show_default=True,
              help="1 outcome, 2 and sub-indication and stage, 3 and codes.")  # fmt: skip
@click.option("--vectors", type=click.Path(file_okay=False, path_type=Path), metavar="DIR",
              help="Folder of vectors; default: those that came with this tool.")  # fmt: skip
@click.option("--timeout", type=click.FloatRange(min=0.01), default=10.0, show_default=True,
              help="Seconds for one vector.")  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="Print every result as JSON.")
@click.option("--junit", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Also write JUnit XML, as build servers read it.")  # fmt: skip
@click.option("--html", "page", type=click.Path(dir_okay=False, path_type=Path), metavar="FILE",
              help="Also write a page that needs nothing else.")  # fmt: skip
def run_command(
    harnesses: tuple[str, ...],
    groups: tuple[str, ...],
    features: tuple[str, ...],
    level: int,
    vectors: Path | None,
    timeout: float,
    as_json: bool,
    junit: Path | None,
    page: Path | None,
) -> None:
    """Ask a harness every vector and compare. Exit 0: all agree; 1: not; 2: misuse."""
    from ..conformance import run as runner
    from ..errors import MisuseError

    if junit is not None and len(harnesses) > 1:
        # A build server would take two implementations for one.
        click.echo("defa-trust: --junit is about one harness", err=True)
        raise SystemExit(2)
    for report in (junit, page):
        if report is not None and not report.absolute().parent.is_dir():
            # Said before two thousand questions are asked, and not after.
            click.echo(f"defa-trust: no folder for {report}", err=True)
            raise SystemExit(2)
    asked = tuple(dict.fromkeys(harnesses)) or (None,)
    results: dict[str | None, list[Scored]] = {}
    try:
        chosen = runner.load(vectors or runner.default_vectors(), groups, features)
        with click.progressbar(
            length=len(chosen) * len(asked), label="vectors", file=sys.stderr,
            hidden=as_json or not sys.stderr.isatty(),
        ) as bar:  # fmt: skip
            for harness in asked:
                answerer = runner.OurOwn() if harness is None else runner.Program(harness, timeout)
                results[harness] = list(
                    runner.run(chosen, answerer, level, lambda _: bar.update(1))
                )
    except MisuseError as fault:
        click.echo(f"defa-trust: {fault}", err=True)
        raise SystemExit(2) from None
    _write(chosen, results, junit, page)
    if as_json:
        said = [_as_json(harness, level, scores) for harness, scores in results.items()]
        whole = said[0] if len(said) == 1 else {"version": 1, "harnesses": said}
        click.echo(json.dumps(whole, indent=2))
    else:
        for harness, scores in results.items():
            if len(results) > 1:
                click.echo(f"\n{harness}")
            _print(runner.tally(scores), scores)
    raise SystemExit(max(runner.exit_code(scores) for scores in results.values()))


def _as_json(harness: str | None, level: int, scores: Sequence[Scored]) -> dict[str, Any]:
    from ..conformance.run import tally

    return {
        "version": 1,
        "harness": harness,
        "level": level,
        "groups": tally(scores),
        "results": [{"id": s.id, "mark": s.mark.value, "detail": s.detail} for s in scores],
    }


def _write(
    vectors: Sequence[Mapping[str, Any]],
    results: Mapping[str | None, Sequence[Scored]],
    junit: Path | None,
    page: Path | None,
) -> None:
    from ..conformance import report

    texts = {vector["id"]: vector["description"] for vector in vectors}
    if junit is not None:
        (scores,) = results.values()
        _save(junit, report.junit(scores))
    if page is not None:
        named = {harness or "defa_trust": scores for harness, scores in results.items()}
        _save(page, report.html(named, texts, "Conformance vectors"))


def _save(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as fault:
        click.echo(f"defa-trust: {path} cannot be written: {fault.strerror}", err=True)
        raise SystemExit(2) from None


def _print(rows: Mapping[str, Mapping[str, int]], scores: Sequence[Scored]) -> None:
    from ..conformance.run import Mark

    click.echo("group".ljust(14) + "".join(mark.value.rjust(18) for mark in Mark))
    for name, row in rows.items():
        click.echo(name.ljust(14) + "".join(str(row[mark.value]).rjust(18) for mark in Mark))
    if len(rows) > 1:
        totals = [sum(row[mark.value] for row in rows.values()) for mark in Mark]
        click.echo("all".ljust(14) + "".join(str(total).rjust(18) for total in totals))
    bad = [s for s in scores if s.mark not in (Mark.PASSED, Mark.SKIPPED)]
    worst_first = sorted(bad, key=lambda s: s.mark is not Mark.WRONGLY_ACCEPTED)
    for scored in worst_first[:_SHOWN]:
        click.echo(f"\n{scored.mark.value}: {scored.id}\n  {scored.detail}")
    if len(bad) > _SHOWN:
        click.echo(f"\n… and {len(bad) - _SHOWN} more (--json has all)")


@conformance_group.command("new")
@click.argument("group")
@click.argument("name")
@click.option("--dir", "directory", type=click.Path(file_okay=False, path_type=Path),
              help="Where the file goes; default: beside the other vectors.")  # fmt: skip
def new_command(group: str, name: str, directory: Path | None) -> None:
    """Begin a vector: a file with a good case and one that differs in one fault."""
    from ..conformance import scaffold
    from ..errors import MisuseError

    try:
        path = scaffold.write(group, name, directory)
    except MisuseError as fault:
        click.echo(f"defa-trust: {fault}", err=True)
        raise SystemExit(2) from None
    click.echo(f"{path}\nChange it, then `make vectors`: see CONTRIBUTING.")
