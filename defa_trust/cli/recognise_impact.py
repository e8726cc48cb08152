"""`defa-trust recognise impact` (floor 13): what changes when a service ends, and how far back."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..recognition.impact import Reason, closes
from ..verdict import ExitCode
from .asking import ask, asking
from .inputs import read_input, read_moment, trust_folder
from .render import NOTICE, Paint, moment, printable, table_lines

if TYPE_CHECKING:
    from ..impact import Stored
    from ..recognition.impact import Impact
    from ..recognition.matrix import Change

_REACH: Final = {
    Reason.WITHDRAWN: "It counts from that day on: verdicts given before stand; later ones need a "
    "proof that the object is older.",
    Reason.COMPROMISED: "It reaches back: what was issued before falls too, unless something "
    "proves that it is older than the compromise.",
    Reason.SUNSET: "Nothing new from that day on: what was issued before stays valid, and counts "
    "where the receiving state accepts the status.",
}
_OUTCOMES: Final = {0: "recognised", 1: "refused", 3: "not established", 4: "pilot only"}
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_HEADS: Final = ("verdict", "judged", "effect", "was", "now", "because")


@click.command("impact")
@click.option("--withdraw", "name", required=True, metavar="SERVICE", help="Its id or name.")
@click.option("--on", required=True, metavar="DATE", help="The moment at which it ends.")
@click.option(
    "--reason",
    type=click.Choice([reason.value for reason in Reason]),
    default=Reason.WITHDRAWN.value,
    show_default=True,
    help="A compromise reaches back, a withdrawal does not, a sunset keeps the past valid.",
)
@click.option("--at", metavar="TIME", help="Lists as of this moment. Default: that of --on.")
@click.option(
    "--proof",
    "proofs",
    multiple=True,
    metavar="SHA256=TIME",
    help="A moment at which an object is proven to have existed; you answer for it.",
)
@click.argument("files", nargs=-1, metavar="[VERDICT]...")
@asking
def impact_command(
    *,
    name: str,
    on: str,
    reason: str,
    at: str | None,
    proofs: tuple[str, ...],
    files: tuple[str, ...],
    trust: str | None,
    as_json: bool,
    **asked: Any,
) -> int:
    """What changes when a service ends: which corridors, and which stored verdicts.

    VERDICT is a file of `verify --evidence-out`, judged again as if the service had ended, or one
    of `verify --json`, of which only its own facts speak.

    Exit codes: 0 nothing that counted stops counting; 1 something does; 3 of some stored verdict
    it cannot be told; 2 misuse.
    """
    from ..recognition.impact import Event, find_service, impact

    when = _day(on)
    snapshot, question = ask(trust, str(when) if at is None else at, asked)
    service = find_service(snapshot, name)
    event = Event(service.territory, service.id, Reason(reason), when)
    found = impact(snapshot, question, event)
    stored = list(_stored(files, event, snapshot, trust, _proofs(proofs)))
    if as_json:
        shape = {
            "version": 1,
            **found.as_json(),
            "verdicts": [one.as_json() for one in stored],
        }
        click.echo(json.dumps(shape, indent=2))
    else:
        for line in _lines(found, stored, Paint()):
            click.echo(line)
    return _exit_code(found, stored)


def _day(text: str) -> int:
    """A moment, or a day: its first second in UTC."""
    when = read_moment(f"{text}T00:00:00Z" if _DAY.fullmatch(text) else text)
    assert when is not None
    return when


def _proofs(pairs: tuple[str, ...]) -> dict[str, int]:
    found: dict[str, int] = {}
    for pair in pairs:
        digest, _, text = pair.partition("=")
        digest = digest.strip().lower()
        if len(digest) != 64 or not set(digest) <= set("0123456789abcdef") or digest in found:
            raise MisuseError(f"--proof {pair!r}: give SHA256=TIME, each digest once")
        found[digest] = _day(text)
    return found


def _stored(
    files: tuple[str, ...], event: Any, snapshot: Any, trust: str | None, proofs: dict[str, int]
) -> Iterator[Stored]:
    from ..evidence import MAX_BUNDLE_BYTES
    from ..impact import stored_verdict
    from ..store import TrustStore

    if not files:
        return
    pins = tuple(TrustStore(trust_folder(trust)).pins)
    for file in files:
        data = read_input(file, limit=MAX_BUNDLE_BYTES)
        yield stored_verdict(file, data, event, snapshot, pins=pins, proofs=proofs)


def _exit_code(found: Impact, stored: list[Stored]) -> int:
    effects = {one.effect.value for one in stored}
    if found.closing or "falls" in effects:
        return int(ExitCode.REFUSED.value)
    return int(ExitCode.INDETERMINATE.value) if "open" in effects else 0


# --- showing it ----------------------------------------------------------------------------------
def _lines(found: Impact, stored: list[Stored], paint: Paint) -> Iterator[str]:
    event = found.event
    what = f"{found.name} ({event.territory}) is {_VERBS[event.reason]} on {moment(event.on)}"
    yield paint(printable(what), "1")
    yield _REACH[event.reason]
    yield ""
    yield from _changes(found.corridors, f"Corridors that close on {moment(event.on)}", paint)
    if event.reason is Reason.COMPROMISED:
        title = "Corridors that close in the past too, for what is not proven to be older"
        yield from _changes(found.past, title, paint)
    if stored:
        yield paint("Stored verdicts", "1")
        yield from table_lines([_row(one) for one in stored], _HEADS)
        yield ""
    yield paint(NOTICE, "2")


_VERBS: Final = {
    Reason.WITHDRAWN: "withdrawn",
    Reason.COMPROMISED: "compromised",
    Reason.SUNSET: "closed in an orderly way",
}


def _changes(changes: tuple[Change, ...], title: str, paint: Paint) -> Iterator[str]:
    yield paint(title, "1")
    closing = [change for change in changes if closes(change)]
    for change in closing:
        was, now = change.before, change.after
        types = ", ".join("any type" if t == "*" else t for t in change.credential_types)
        old = "not listed" if was is None else was[0]
        new = "not listed" if now is None else f"{now[0]} ({now[2]})" if now[2] else now[0]
        line = f"  {change.issuing} -> {change.receiving}  {old} -> {new}  [{types}]"
        yield printable(line, limit=1000)
    if not closing:
        yield "  none"
    others = len({(one.issuing, one.receiving) for one in changes} - _pairs(closing))
    if others:
        yield f"  {others} other corridors granted nothing; there the reason changes (--json)."
    yield ""


def _pairs(changes: list[Change]) -> set[tuple[str, str]]:
    return {(one.issuing, one.receiving) for one in changes}


def _row(one: Stored) -> tuple[str, ...]:
    def side(given: tuple[int, str | None] | None) -> str:
        return "-" if given is None else _OUTCOMES.get(given[0], str(given[0]))

    return (
        printable(one.name),
        "-" if one.at is None else moment(one.at),
        one.effect.value,
        side(one.was),
        side(one.now),
        printable(one.why if one.now is None or one.now[1] is None else _because(one)),
    )


def _because(one: Stored) -> str:
    code = one.now[1] if one.now is not None and one.now != one.was else None
    return f"{one.why} [{code}]" if code else one.why
