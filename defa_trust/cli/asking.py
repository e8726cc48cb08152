"""What every `recognise` command asks (floor 13): the options, the lists, and the question."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from ..errors import MisuseError
from .circumstances import circumstances, read_circumstances
from .inputs import (
    load_snapshot,
    now,
    open_store,
    read_level,
    read_moment,
    read_volumes,
    trust_folder,
)
from .render import short_uris

if TYPE_CHECKING:
    from ..recognition.matrix import Question
    from ..trustlist.snapshot import TrustSnapshot


def asking(command: Callable[..., int]) -> Callable[..., int]:
    """The options of a question, shared by every command that asks one."""
    options = (
        click.option("--trust", metavar="DIR", help="Trust store. Default: as for `verify`."),
        click.option("--service", metavar="TYPE", help="Service type: its URI or last words."),
        click.option(
            "--level", "--min-level", "min_level", metavar="N|AXIS=N,…", help="Least assurance."
        ),
        click.option("--purpose", help="What for, in the arrangement's words."),
        click.option("--sector", help="Sector of the relying party."),
        click.option("--act", help="Kind of act, where an arrangement excludes some."),
        click.option("--relying-party", help="Who relies on it."),
        click.option("--volume-used", multiple=True, metavar="NAME=N", help="Used of a pilot."),
    )
    command = click.option("--json", "as_json", is_flag=True, help="The answer as JSON.")(command)
    command = circumstances(command)
    for option in reversed(options):
        command = option(command)
    return command


def snapshot_at(trust: str | None, at: str | None) -> tuple[TrustSnapshot, int]:

    given = read_moment(at)
    when = now() if given is None else given
    return load_snapshot(open_store(trust_folder(trust)), when), when


def ask(trust: str | None, at: str | None, asked: dict[str, Any]) -> tuple[TrustSnapshot, Question]:
    from ..recognition.matrix import Question

    level = read_level(asked["min_level"])
    volumes = read_volumes(asked["volume_used"])
    snapshot, when = snapshot_at(trust, at)
    question = Question(
        when,
        _service_type(asked["service"], snapshot),
        level,
        asked["purpose"],
        asked["sector"],
        asked["relying_party"],
        asked["act"],
        volumes,
        **read_circumstances(asked),
    )
    return snapshot, question


def _service_type(text: str | None, snapshot: TrustSnapshot) -> str | None:
    """A listed service type by its URI or by the last words of it (`PID/Issuance`, `EAA`)."""
    if text is None:
        return None
    from ..recognition.matrix import service_types

    known = service_types(snapshot)
    if text in known:
        return text
    wanted = text.strip("/").lower()
    fitting = [uri for uri in known if wanted and f"/{uri.lower()}".endswith(f"/{wanted}")]
    if len(fitting) == 1:
        return fitting[0]
    names = ", ".join(short_uris(uri) for uri in known) or "none"
    problem = "fits several types" if fitting else "is no type that a list names"
    raise MisuseError(f"--service {text!r} {problem}; listed are: {names}")
