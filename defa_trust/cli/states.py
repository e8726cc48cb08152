"""`defa-trust states` (floor 13): what is publicly known of each member state's scheme."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Iterator

import click

from ..recognition.states import Profiles, StateProfile, profiles
from .render import Paint, printable, table_lines

_COLUMN = 34


@click.command()
@click.argument("state", metavar="[CC]", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def states(*, state: str | None, as_json: bool) -> int:
    """What is publicly known of the schemes of all states, or of one, with source and confidence.

    None of this takes part in a verdict.
    """
    known = profiles()
    if state is None:
        if as_json:
            shown = {code: profile.as_json() for code, profile in known.states.items()}
            click.echo(
                json.dumps({"version": 1, "confidence": dict(known.confidence), "states": shown})
            )
            return 0
        for line in _table(known):
            click.echo(line)
        return 0
    profile = known.state(state.upper())
    if as_json:
        click.echo(json.dumps({"version": 1, **profile.as_json()}, indent=2))
        return 0
    for line in _profile_lines(profile, known, Paint()):
        click.echo(line)
    return 0


def _table(known: Profiles) -> Iterator[str]:
    def short(profile: StateProfile, field: str) -> str:
        text = "; ".join(profile.known(field)) or "not found"
        return printable(textwrap.shorten(text, _COLUMN, placeholder="…"))

    rows = [
        (profile.code, profile.name, short(profile, "scheme"), short(profile, "levels"))
        for profile in known.states.values()
    ]
    yield from table_lines(rows, ("", "state", "scheme", "levels"))
    yield ""
    yield printable(known.comment, limit=1000)
    yield "`defa-trust states CC` shows every field of a state, with source and confidence."


def _profile_lines(profile: StateProfile, known: Profiles, paint: Paint) -> Iterator[str]:
    yield paint(f"{profile.name} ({profile.code})", "1")
    for name, statements in profile.fields.items():
        yield ""
        yield paint(printable(known.fields[name]), "1")
        for said in statements:
            language = "" if said.language is None else f" [{said.language}]"
            yield f"  {printable(said.value or 'not found', limit=1000)}{language}"
            yield paint(f"      {printable(said.confidence)}: {printable(said.source)}", "2")
    for scale in profile.scales:
        yield ""
        yield f"Scale {printable(scale.scheme)} ({scale.axis}), lowest first: " + ", ".join(
            scale.values
        )
    yield ""
    yield "Confidence"
    used = {said.confidence for statements in profile.fields.values() for said in statements}
    for grade, meaning in known.confidence.items():
        if grade in used:
            yield f"  {grade}: {printable(meaning)}"
