"""`defa-trust trust vical` (floor 13): issuing authorities that a provider verified, as lists."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..spec import MAX_LIST_BYTES, MEMBER_STATES
from .inputs import now, read_input, read_moment
from .output import write_json
from .render import moment, printable, table_lines
from .trust_check import read_one_certificate

if TYPE_CHECKING:
    from ..trustlist.vical import Vical, VicalAcceptance, VicalState

_MEMBERS: Final = {
    "provider": (str,), "date": (int,), "digest": (str,), "issue": (int, type(None))
}  # fmt: skip


@click.command()
@click.argument("file", metavar="VICAL|-")
@click.option("--signer", multiple=True, required=True, metavar="CERT", help="Pinned signer of it.")
@click.option(
    "--mark",
    metavar="FILE",
    help="What was accepted last: nothing older counts. Written anew once this one is accepted.",
)
@click.option("--territory", metavar="CC", help="Write the list of this state.")
@click.option("--operator", metavar="NAME", help="Who makes that list.")
@click.option("--source", metavar="URL", help="Where the VICAL was published.")
@click.option("--sequence", type=int, metavar="N", help="Default: the number of the VICAL.")
@click.option("-o", "--output", metavar="OUT", help="Default: standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="What was found, as JSON.")
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
def vical(
    file: str,
    *,
    signer: tuple[str, ...],
    mark: str | None,
    territory: str | None,
    operator: str | None,
    source: str | None,
    sequence: int | None,
    output: str | None,
    force: bool,
    as_json: bool,
    at: str | None,
) -> int:
    """Judge a VICAL (ISO/IEC 18013-5, Annex C) and show the authorities it names.

    With --territory the authorities of one state are written as that state's list, unsigned and
    marked as transcribed: whoever answers for it reads it, and signs it with `trust sign`. Exit
    code 1 where the VICAL is refused, 3 where an entry is.
    """
    from ..trustlist.vical import accept_vical, list_of

    if territory is not None:
        territory = territory.upper()
        if territory not in MEMBER_STATES:
            raise MisuseError(f"{territory} is none of {' '.join(MEMBER_STATES)}")
        if operator is None or source is None:
            raise MisuseError("a list needs --operator and --source")
    data = read_input(file, limit=MAX_LIST_BYTES)
    signers = [read_one_certificate(name) for name in signer]
    asked = read_moment(at)
    when = now() if asked is None else asked
    place = None if mark is None else Path(mark)
    last = None if place is None else _read_mark(place)
    accepted = accept_vical(data, signers, last=last, now=when)
    found = accepted.vical
    if territory is None or found is None:
        _show(accepted, as_json=as_json)
    else:
        assert operator is not None  # asked for above
        assert source is not None
        document = list_of(
            found, territory, operator=operator, source=source, retrieved=when, sequence=sequence
        )
        write_json(document, output, force=force)
        for line in _refusals(accepted):
            click.echo(line, err=True)
    if found is None:
        return 1
    if place is not None:
        _write_mark(place, found)
    return 3 if _refusals(accepted) else 0


def _refusals(accepted: VicalAcceptance) -> list[str]:
    from ..verdict import Outcome

    return [
        f"{printable(finding.text)} [{finding.code.id}]"
        for finding in accepted.findings
        if finding.code.outcome is not Outcome.MET
    ]


def _show(accepted: VicalAcceptance, *, as_json: bool) -> None:
    found = accepted.vical
    entries = () if found is None else found.entries
    if as_json:
        shape: dict[str, Any] = {
            "accepted": found is not None,
            "findings": [finding.as_json() for finding in accepted.findings],
        }
        if found is not None:
            shape |= {
                "provider": found.provider,
                "issue": found.issue,
                "date": found.date,
                "nextUpdate": found.next_update,
                "sha256": found.digest,
                "authorities": [
                    {
                        "territory": entry.territory,
                        "docTypes": list(entry.doctypes),
                        "name": entry.name,
                        "certificateSha256": entry.certificate.sha256.hex(),
                        "notAfter": entry.certificate.not_after,
                    }
                    for entry in entries
                ],
            }
        click.echo(json.dumps(shape, indent=2))
        return
    for finding in accepted.findings:
        click.echo(f"{printable(finding.text)} [{finding.code.id}]")
    rows = [
        (
            entry.territory,
            printable(", ".join(entry.doctypes)),
            entry.certificate.sha256.hex()[:16],
            moment(entry.certificate.not_after),
        )
        for entry in entries
    ]
    if rows:
        for line in table_lines(rows, ("of", "document types", "certificate", "until")):
            click.echo(line)


def _read_mark(path: Path) -> VicalState | None:
    from ..trustlist.vical import VicalState

    if not path.exists():
        return None
    shape: Any = None
    with suppress(OSError, ValueError):
        shape = json.loads(path.read_bytes())
    whole = isinstance(shape, dict) and set(shape) == set(_MEMBERS)
    if not whole or any(type(shape[name]) not in kinds for name, kinds in _MEMBERS.items()):
        raise MisuseError(f"{path} is no mark of a VICAL; without one, name no --mark")
    return VicalState(**shape)


def _write_mark(path: Path, found: Vical) -> None:
    from ..disk import write_file

    try:
        write_file(path, (json.dumps(found.state._asdict(), indent=2) + "\n").encode())
    except OSError as fault:
        raise MisuseError(f"{path} cannot be written: {fault.strerror}") from None
