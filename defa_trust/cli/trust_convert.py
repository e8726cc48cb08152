"""`defa-trust trust convert` (floor 13): one list in the other binding, and what got lost."""

from __future__ import annotations

import json
from typing import Any

import click

from ..errors import MisuseError
from ..spec import MAX_LIST_BYTES
from .inputs import now, read_input, read_moment
from .output import write_output
from .render import printable, table_lines
from .trust_check import read_one_certificate

_SHOWN = 20


@click.command()
@click.argument("file", metavar="IN")
@click.option(
    "--to",
    "target",
    required=True,
    type=click.Choice(["602", "612"]),
    help="602: JSON of TS 119 602. 612: XML of TS 119 612, version 6.",
)
@click.option("-o", "--output", metavar="OUT", help="Default: standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option("--signer", multiple=True, metavar="CERT", help="Pinned signer of IN.")
@click.option("--unverified", is_flag=True, help="Convert a signed list without checking it.")
@click.option("--report", is_flag=True, help="Every loss, as JSON, on standard error.")
@click.option("--at", metavar="TIME", help="As of this moment. Default: now.")
def convert(
    file: str,
    *,
    target: str,
    output: str | None,
    force: bool,
    signer: tuple[str, ...],
    unverified: bool,
    report: bool,
    at: str | None,
) -> int:
    """Write the list IN in the other binding, unsigned, and say what did not come through.

    A signed list is verified with --signer first. Lists of the DEFA profile lose nothing.
    """
    data = read_input(file, limit=MAX_LIST_BYTES)
    moment = read_moment(at)
    signers = tuple(read_one_certificate(name) for name in signer)
    if signers and unverified:
        raise MisuseError("--signer and --unverified contradict each other")
    when = now() if moment is None else moment
    from ..trustlist.ts119612.bridge import convert_to_602, convert_to_612

    if data.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
        if target == "612":
            raise MisuseError("the list is XML of TS 119 612 already")
        as_json = convert_to_602(_read_xml(data, signers, unverified, when))
        written = json.dumps(as_json.document, ensure_ascii=False, indent=2).encode() + b"\n"
        losses = as_json.losses
    else:
        if target == "602":
            raise MisuseError("the list is JSON of TS 119 602 already")
        written, losses = convert_to_612(_read_json(data, signers, unverified, when))
    write_output(written, output, force=force)
    if report:
        click.echo(json.dumps([loss._asdict() for loss in losses], indent=2), err=True)
    elif losses:
        click.echo(f"{len(losses)} places did not come through; --report lists them:", err=True)
        rows = [tuple(printable(cell, limit=60) for cell in loss) for loss in losses[:_SHOWN]]
        for line in table_lines(rows, ("place", "before", "after")):
            click.echo(line, err=True)
    else:
        click.echo("Nothing was lost. The result is unsigned.", err=True)
    return 0


_UNSURE = "the list is signed: verify it with --signer CERT, or say --unverified"
_NOTHING_TO_VERIFY = "the list is not signed, so --signer can verify nothing"


def _read_xml(data: bytes, signers: tuple[bytes, ...], unverified: bool, when: int) -> Any:
    from ..trustlist.pin import SignerProfile
    from ..trustlist.ts119612 import opening

    signed = opening.is_signed(data)
    if signers:
        if not signed:
            raise MisuseError(_NOTHING_TO_VERIFY)
        profile = SignerProfile.PINNED_KEY
        return opening.open_list(data, signers, now=when, profile=profile).list
    if signed and not unverified:
        raise MisuseError(_UNSURE)
    return opening.read_unverified(data)


def _read_json(data: bytes, signers: tuple[bytes, ...], unverified: bool, when: int) -> Any:
    from ..codec import json as strict_json
    from ..trustlist.envelope import open_envelope, peek_payload

    data = data.strip()
    if data.startswith(b"{"):
        if signers:
            raise MisuseError(_NOTHING_TO_VERIFY)
    elif signers:
        data = open_envelope(data, signers, now=when).payload
    elif unverified:
        data = peek_payload(data)
    else:
        raise MisuseError(_UNSURE)
    return strict_json.loads_object(data, max_bytes=MAX_LIST_BYTES)
