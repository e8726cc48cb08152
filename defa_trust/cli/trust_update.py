"""`defa-trust trust update` (floor 13): one line for each list, and an exit code for cron."""

from __future__ import annotations

import json
import sys
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..trustlist.model import ListType
from ..verdict import ExitCode
from .inputs import now, open_store, trust_folder
from .render import Paint, moment, printable, sentence, table_lines

if TYPE_CHECKING:
    from ..refresh import ListUpdate, Progress, UpdateSummary

_NAMES: Final = {
    ListType.REGIONAL: "regional",
    ListType.MEMBER_STATE: "national",
    ListType.RECOGNITION: "recognition",
}


@click.command()
@click.argument("dir", metavar="[DIR]", required=False)
@click.option("--trust", "trust_dir", metavar="DIR", help="The same; DEFA_TRUST_DIR otherwise.")
@click.option(
    "--allow-private",
    is_flag=True,
    help="Let names lead to private addresses: for a closed network only.",
)
@click.option(
    "--timeout", type=click.FloatRange(0.1, 600), default=30.0, help="Seconds for one fetch."
)
@click.option("--attempts", type=click.IntRange(1, 10), default=3, help="Tries for one list.")
@click.option("--json", "as_json", is_flag=True, help="The summary as JSON.")
def update(
    dir: str | None,
    trust_dir: str | None,
    allow_private: bool,
    timeout: float,
    attempts: int,
    as_json: bool,
) -> int:
    """Fetch the pinned lists and those they lead to; take in what verifies.

    What is here stays until something newer was verified. Exit code 0 if every expected list can be
    used, 1 if one was rejected or is missing, 3 if no server could be reached.
    """
    from ..fetch import Addresses, Fetched, FetchPolicy, https_get_if_changed
    from ..refresh import DEFAULT_UPDATE
    from ..refresh import update as run
    from ..spec import MAX_LIST_BYTES

    if dir and trust_dir and dir != trust_dir:
        raise MisuseError("two folders are named; name one")
    addresses = Addresses.ALLOW_PRIVATE if allow_private else Addresses.PUBLIC_ONLY
    rules = FetchPolicy(max_bytes=MAX_LIST_BYTES, timeout=timeout, addresses=addresses)

    def fetch(url: str, etag: str | None) -> Fetched:
        return https_get_if_changed(url, etag, rules)

    shown = not as_json and sys.stderr.isatty()
    summary = run(
        open_store(trust_folder(dir or trust_dir)),
        now=now(),
        fetch=fetch,
        policy=replace(DEFAULT_UPDATE, attempts=attempts),
        on_progress=_show if shown else None,
    )
    if shown:
        click.echo("\r\x1b[K", nl=False, err=True)
    if summary.tried:
        code = _exit_code(summary)
    else:
        raise MisuseError(
            "nothing says where lists are: pin with `trust init --location`, or use `trust add`"
        )
    if as_json:
        click.echo(json.dumps(_shape(summary, code), indent=2))
        return code
    for line in table_lines(
        [_row(line) for line in summary.lists], ("list", "of", "outcome", "in use")
    ):
        click.echo(line)
    paint = Paint()
    click.echo(
        paint("Every expected list can be used.", "32")
        if code == ExitCode.RECOGNISED.value
        else paint(
            "No server could be reached; what was here is still used."
            if code == ExitCode.INDETERMINATE.value
            else "Not every list could be taken in or used.",
            "33",
        )
    )
    return code


def _exit_code(summary: UpdateSummary) -> int:
    if not summary.reached:
        return ExitCode.INDETERMINATE.value
    return ExitCode.RECOGNISED.value if summary.usable else ExitCode.REFUSED.value


def _show(progress: Progress) -> None:
    name = f"{_NAMES[progress.type]} {progress.territory}"
    click.echo(f"\r\x1b[K{progress.done}/{progress.total} {name}", nl=False, err=True)


def _row(line: ListUpdate) -> tuple[str, str, str, str]:
    outcome = line.result.value.replace("_", " ")
    if line.code is not None:
        outcome = f"{outcome} ({line.code})"
    if line.next_update is None:
        used = f"nothing: {line.missing_code}"
    else:
        used = f"#{line.sequence}, {line.standing.value}, next update {moment(line.next_update)}"
    if line.finding is not None:
        used = f"{used}. {sentence(line.finding)}"
    if line.successions:
        where = ", ".join(f"#{number}" for number in line.successions)
        used = f"{used}. Its signers handed over in {where}: see `trust pins`."
    return _NAMES[line.type], line.territory, outcome, printable(used, limit=1000)


def _shape(summary: UpdateSummary, code: int) -> dict[str, Any]:
    lists = [
        {
            "type": _NAMES[line.type],
            "territory": line.territory,
            "location": line.location,
            "result": line.result.value,
            "code": line.code,
            "text": None if line.finding is None else sentence(line.finding),
            "attempts": line.attempts,
            "standing": line.standing.value,
            "missingCode": line.missing_code,
            "sequence": line.sequence,
            "nextUpdate": line.next_update,
            "successions": list(line.successions),
        }
        for line in summary.lists
    ]
    return {"at": summary.at, "usable": summary.usable, "exitCode": code, "lists": lists}
