"""`defa-trust trust` (floor 13): whom this verifier trusts, and what it has from them."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

import click

from ..errors import MisuseError, Rejection
from ..spec import MAX_LIST_BYTES, MEMBER_STATES
from ..trustlist.accept import Pin, claimed_place
from ..trustlist.assemble import Pins
from ..trustlist.model import ListType
from .inputs import now, read_input, read_moment, trust_folder
from .render import Paint, moment, printable, sentence, table_lines
from .trust_check import diff, lint, show
from .trust_convert import convert
from .trust_make import new, sign, transcribe
from .trust_signers import SUFFIX, companion_of, cosign, hand_over, pins
from .trust_update import update

_REGION: Final = "AP"
"""Territory of the regional list: what the schema of TS 119 602 takes (docs/profile.md)."""
_NAMES: Final = {
    ListType.REGIONAL: "regional",
    ListType.MEMBER_STATE: "national",
    ListType.RECOGNITION: "recognition",
}
_MAX_CERTIFICATE_BYTES: Final = 64 << 10


@click.group()
def trust() -> None:
    """Pin list signers, add signed lists, and show what is trusted.

    Nothing is trusted that does not lead back to a signer pinned with `trust init`.
    """


@trust.command()
@click.argument("dir", metavar="DIR")
@click.option("--regional", multiple=True, metavar="CERT", help="Signer of the regional list.")
@click.option(
    "--threshold", type=click.IntRange(1, 16), default=1, show_default=True,
    help="How many of the --regional signers must sign.",
)  # fmt: skip
@click.option("--national", multiple=True, metavar="CC=CERT", help="Signer of a state's list.")
@click.option("--recognition", multiple=True, metavar="CC=CERT", help="… of a recognition list.")
@click.option(
    "--location",
    multiple=True,
    metavar="LIST=URL",
    help="Where `update` finds a pinned list: regional=URL, national-CC=URL, recognition-CC=URL.",
)
@click.option("--json", "as_json", is_flag=True, help="The pins as JSON.")
def init(
    dir: str,
    regional: tuple[str, ...],
    threshold: int,
    national: tuple[str, ...],
    recognition: tuple[str, ...],
    location: tuple[str, ...],
    as_json: bool,
) -> int:
    """Make a trust store in DIR whose only roots are the certificates given here.

    CERT is a PEM or DER file that you got, and compared, out of band. Two states can start with
    each other's --national and --recognition signers and nothing regional.
    """
    from ..store import TrustStore
    from ..x509.certificate import read_certificate

    signers: dict[tuple[ListType, str], list[bytes]] = {}
    for name in regional:
        signers.setdefault((ListType.REGIONAL, _REGION), []).extend(_certificates(name))
    for type, pairs in ((ListType.MEMBER_STATE, national), (ListType.RECOGNITION, recognition)):
        for pair in pairs:
            territory, _, name = pair.partition("=")
            territory = territory.upper()
            if territory not in MEMBER_STATES or not name:
                states = " ".join(MEMBER_STATES)
                raise MisuseError(f"{pair!r}: give CC=CERT, where CC is one of {states}")
            signers.setdefault((type, territory), []).extend(_certificates(name))
    if not signers:
        raise MisuseError("no signer given: pin one with --regional, --national or --recognition")
    locations = _locations(location)
    if locations.keys() - signers.keys():
        raise MisuseError("--location names a list for which no signer is given")
    if threshold > 1 and not regional:
        raise MisuseError("--threshold counts the signers given with --regional")
    pinned = []
    for (type, territory), found in sorted(signers.items()):
        for der in found:
            try:
                read_certificate(der)
            except Rejection as refusal:
                raise MisuseError(f"a certificate for {territory}: {refusal}") from None
        place = locations.get((type, territory))
        many = threshold if type is ListType.REGIONAL else 1
        pinned.append(Pin(type, territory, tuple(dict.fromkeys(found)), place, many))
    TrustStore(Path(dir)).init(Pins(pinned))
    rows = [
        (_NAMES[pin.type], pin.territory, sha256(der).hexdigest())
        for pin in pinned
        for der in pin.signers
    ]
    if as_json:
        keys = ("type", "territory", "sha256")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return 0
    for line in table_lines(rows, ("list", "of", "signer pinned (SHA-256 of the certificate)")):
        click.echo(line)
    click.echo("Compare these with what the operators publish before you rely on them.")
    return 0


def _locations(pairs: tuple[str, ...]) -> dict[tuple[ListType, str], str]:
    kinds = {name: kind for kind, name in _NAMES.items()}
    found: dict[tuple[ListType, str], str] = {}
    for pair in pairs:
        place, _, url = pair.partition("=")
        name, _, territory = place.partition("-")
        kind = kinds.get(name)
        if kind is ListType.REGIONAL and not territory:
            territory = _REGION
        if kind is None or not territory or not url.startswith("https://"):
            raise MisuseError(f"--location {pair!r}: give regional=URL or national-CC=URL, https")
        if found.setdefault((kind, territory.upper()), url) is not url:
            raise MisuseError(f"--location names the {place} list twice")
    return found


def _certificates(name: str) -> list[bytes]:
    """DER of each certificate in a PEM file (RFC 7468, 5.1), or of the one in a DER file."""
    data = read_input(name, limit=_MAX_CERTIFICATE_BYTES)
    if len(data) > _MAX_CERTIFICATE_BYTES:
        raise MisuseError(f"{name} is too large for certificates")
    begin, end = b"-----BEGIN CERTIFICATE-----", b"-----END CERTIFICATE-----"
    if begin not in data:
        if b"-----BEGIN" in data:
            raise MisuseError(f"{name} holds no certificate")
        return [data]
    found = []
    for block in data.split(begin)[1:]:
        body, mark, _ = block.partition(end)
        wrong = MisuseError(f"{name} is no well-formed PEM file")
        if not mark:
            raise wrong
        try:
            found.append(base64.b64decode(b"".join(body.split()), validate=True))
        except binascii.Error:
            raise wrong from None
    return found


@trust.command()
@click.argument("dir", metavar="DIR")
@click.argument("files", metavar="FILE…", nargs=-1, required=True)
@click.option("--at", metavar="TIME", help="Accept as of this moment. Default: now.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
def add(dir: str, files: tuple[str, ...], at: str | None, as_json: bool) -> int:
    """Take signed lists into the store, each only if it verifies against what is pinned.

    Lists that lead to others (the regional one) are tried first. What stands beside a list
    (LIST.companion.json) is read with it. Exit code 1 if one was refused.
    """
    from ..store import TrustStore

    moment_of = read_moment(at)
    when = now() if moment_of is None else moment_of
    store = TrustStore(Path(dir))
    names = [name for name in files if not name.endswith(SUFFIX)]
    if not names:
        raise MisuseError("a companion is added with the list that it belongs to: name the list")
    offered = [(name, _read_list(name)) for name in names]
    rows: list[tuple[str, str, str, str]] = []
    for path, data in sorted(offered, key=_regional_first):
        name = Path(path).name
        answer = store.add(data, now=when, companion=companion_of(path))
        found = answer.trust_list
        if found is None:
            said = answer.findings[0]
            rows.append((name, "-", "refused", f"{said.code.id}: {sentence(said)}"))
        else:
            label = f"{_NAMES[found.type]} {found.territory}"
            detail = f"sequence {found.sequence}"
            if answer.hops:
                detail += "; its signers handed over: see `trust pins`"
            rows.append((name, label, "accepted", detail))
    if as_json:
        keys = ("file", "list", "outcome", "detail")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
    else:
        cells = [tuple(printable(cell, limit=1000) for cell in row) for row in rows]
        for line in table_lines(cells, ("file", "list", "outcome", "detail")):
            click.echo(line)
    return 1 if any(row[2] == "refused" for row in rows) else 0


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
    from ..store import TrustStore

    moment_of = read_moment(at)
    when = now() if moment_of is None else moment_of
    store = TrustStore(trust_folder(dir))
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
                "type": _NAMES[item.type],
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
            "type": _NAMES[refusal.type],
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


for _command in (update, pins, new, lint, sign, cosign, hand_over, show, diff, transcribe, convert):
    trust.add_command(_command)
