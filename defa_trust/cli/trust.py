"""`defa-trust trust` (floor 13): whom this verifier trusts, and what it has from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from ..codes import xml as xml_codes
from ..errors import MisuseError, Rejection
from ..spec import MAX_LIST_BYTES
from ..trustlist.accept import claimed_place, looks_like_xml
from ..trustlist.model import ListType
from .inputs import now, open_store, read_input, read_moment, trust_folder
from .render import Paint, moment, printable, sentence, table_lines
from .trust_check import diff, lint, show
from .trust_convert import convert
from .trust_init import NAMES, init
from .trust_make import new, sign, transcribe
from .trust_signers import SUFFIX, companion_of, cosign, hand_over, pins
from .trust_update import update
from .trust_vical import vical

_PASSED_OVER = frozenset(
    {xml_codes.IDENTITIES_UNREAD, xml_codes.STATUSES_UNKNOWN, xml_codes.POINTERS_PASSED_OVER}
)
"""Of an accepted XML list: what in it could not be read and counts for nothing."""


@click.group()
def trust() -> None:
    """Pin list signers, add signed lists, and show what is trusted.

    Nothing is trusted that does not lead back to a signer pinned with `trust init`.
    """


@trust.command()
@click.argument("dir", metavar="DIR")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--pivot", multiple=True, metavar="FILE", help="Pivot of the list of lists in XML.")
@click.option("--at", metavar="TIME", help="Accept as of this moment. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def add(
    dir: str, files: tuple[str, ...], pivot: tuple[str, ...], at: str | None, as_json: bool
) -> int:
    """Take signed lists into the store, each only if it verifies against what is pinned.

    Lists that lead to others (the regional one) are tried first. What stands beside a list
    (LIST.companion.json) is read with it. Exit code 1 if one was refused.
    """
    moment_of = read_moment(at)
    when = now() if moment_of is None else moment_of
    store = open_store(Path(dir))
    names = [name for name in files if not name.endswith(SUFFIX)]
    if not names:
        raise MisuseError("a companion is added with the list that it belongs to: name the list")
    offered = [(name, _read_list(name)) for name in names]
    rows: list[tuple[str, str, str, str]] = []
    for path, data in sorted(offered, key=_regional_first):
        name = Path(path).name
        answer = store.add(data, now=when, companion=_beside(path, data, pivot))
        found = answer.trust_list
        if found is None:
            said = answer.findings[0]
            rows.append((name, "-", "refused", f"{said.code.id}: {sentence(said)}"))
        else:
            label = f"{NAMES[found.type]} {found.territory}"
            detail = f"sequence {found.sequence}"
            if answer.hops:
                detail += "; its signers handed over: see `trust pins`"
            for said in answer.findings:
                if said.code in _PASSED_OVER:
                    detail += f"; {said.code.id}: {sentence(said)}"
            rows.append((name, label, "accepted", detail))
    if as_json:
        keys = ("file", "list", "outcome", "detail")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
    else:
        cells = [tuple(printable(cell, limit=1000) for cell in row) for row in rows]
        for line in table_lines(cells, ("file", "list", "outcome", "detail")):
            click.echo(line)
    return 1 if any(row[2] == "refused" for row in rows) else 0


def _beside(name: str, data: bytes, pivots: tuple[str, ...]) -> bytes | None:
    """What stands beside a list: its companion, or the pivots of a list of lists in XML."""
    from ..trustlist.companion import Companion, write_companion

    if pivots and looks_like_xml(data):
        return write_companion(Companion(pivots=tuple(_read_list(each) for each in pivots)))
    return companion_of(name)


def _read_list(name: str) -> bytes:
    """A signed list as received; the line break that editors add is no part of it."""
    return read_input(name, limit=MAX_LIST_BYTES).strip(b"\r\n\t ")


def _regional_first(offered: tuple[str, bytes]) -> bool:
    """The regional list pins the others, so it is judged before them. False sorts first."""
    try:
        return claimed_place(offered[1])[0] is not ListType.REGIONAL
    except Rejection:
        return True


@trust.command()
@click.argument("dir", metavar="[DIR]", required=False)
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def status(dir: str | None, at: str | None, as_json: bool) -> int:
    """Show each list of the store: fresh, stale or missing, and why. Everything is re-verified.

    Exit code 0 if every expected list is fresh, 3 if one is missing or past its NextUpdate.
    """
    from ..policy import DEFAULT_POLICY

    moment_of = read_moment(at)
    when = now() if moment_of is None else moment_of
    store = open_store(trust_folder(dir))
    assembly = store.load(when)
    rows: list[dict[str, Any]] = []
    for item in sorted(assembly.lists, key=lambda entry: (entry.type.value, entry.territory)):
        if when < item.issued:
            state = "from the future"
        elif when < item.next_update:
            state = "fresh"
        elif item.type is not ListType.REGIONAL and (
            when < item.next_update + DEFAULT_POLICY.national_list_grace
        ):
            state = "stale, within grace"
        else:
            state = "expired"
        rows.append(
            {
                "type": NAMES[item.type],
                "territory": item.territory,
                "state": state,
                "sequence": item.sequence,
                "issued": item.issued,
                "nextUpdate": item.next_update,
                "publication": item.publication.value,
                "entries": len(item.services) + len(item.arrangements) + len(item.pointers),
                "sha256": item.digest,
                "code": None,
            }
        )
    rows += [
        {
            "type": NAMES[refusal.type],
            "territory": refusal.territory,
            "state": "missing",
            "code": refusal.finding.code.id,
            "text": sentence(refusal.finding),
        }
        for refusal in assembly.refusals
    ]
    healthy = bool(rows) and all(row["state"] == "fresh" for row in rows)
    if as_json:
        click.echo(json.dumps({"at": when, "healthy": healthy, "lists": rows}, indent=2))
        return 0 if healthy else 3
    cells = [
        (
            str(row["type"]),
            str(row["territory"]),
            str(row["state"]),
            str(row.get("sequence", "-")),
            str(row.get("publication", "-")),
            str(row.get("entries", "-")),
            f"{row['code']}: {row['text']}"
            if row["state"] == "missing"
            else f"until {moment(row['nextUpdate'])}",
        )
        for row in rows
    ]
    heads = ("list", "of", "state", "sequence", "published", "entries", "next update, or why not")
    click.echo(f"Trust store as of {moment(when)}")
    for line in table_lines(cells, heads):
        click.echo(line)
    if not rows:
        click.echo("Nothing is pinned, so nothing verifies.")
    paint = Paint()
    click.echo(
        paint("Every expected list is fresh.", "32")
        if healthy
        else paint("Not every expected list can be used.", "33")
    )
    return 0 if healthy else 3


for _command in (
    init, update, pins, new, lint, sign, cosign, hand_over, show, diff, transcribe, convert, vical,
):  # fmt: skip
    trust.add_command(_command)
