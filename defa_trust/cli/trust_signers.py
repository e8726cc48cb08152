"""`trust cosign`, `hand-over` and `pins` (floor 13): several signers, and who follows them."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError, Rejection
from ..trustlist.model import ListType
from .inputs import now, read_input, read_moment, trust_folder
from .keys import read_key
from .output import write_json, write_output
from .render import moment, printable, table_lines
from .trust_check import read_list, read_one_certificate

if TYPE_CHECKING:
    from ..store_files import SuccessionRecord
    from ..trustlist.accept import Pin
    from ..trustlist.companion import Companion

SUFFIX: Final = ".companion.json"
"""Name of a companion's file: that of the list, and this behind it."""
_MAX_COMPANION_BYTES: Final = 16 << 20
_NAMES: Final = {
    ListType.REGIONAL: "regional",
    ListType.MEMBER_STATE: "national",
    ListType.RECOGNITION: "recognition",
}


def companion_of(name: str) -> bytes | None:
    """What stands in the file beside the list ``name``; ``None`` where there is no such file."""
    path = Path(name + SUFFIX)
    if name == "-" or not path.exists():
        return None
    return read_input(str(path), limit=_MAX_COMPANION_BYTES)


def signed_list(name: str) -> bytes:
    """A signed list; the line break at its end is no part of it."""
    from ..trustlist.lint import is_signed

    data = read_list(name).strip()
    if not is_signed(data):
        raise MisuseError(f"{name} is no signed list")
    return data


def parsed(companion: bytes | None, name: str) -> Companion:
    from ..trustlist.companion import read_companion

    try:
        return read_companion(companion)
    except Rejection as refusal:
        raise MisuseError(f"{name}: {refusal.finding('list').text}") from None


def fingerprint(der: bytes) -> str:
    return sha256(der).hexdigest()


def signatures_claimed(name: str, data: bytes) -> list[tuple[str, str]]:
    """(which, SHA-256 of a certificate) of each signature over a list, as it claims itself."""
    from ..codec import base64url
    from ..trustlist.lint_signer import header_of, signer_of

    def claimed(protected: bytes) -> str:
        header = header_of(protected)
        der = signer_of(header)
        if der is not None:
            return fingerprint(der)
        try:
            return base64url.decode(str(header.get("x5t#S256"))).hex()
        except Rejection:
            return "nobody"

    found = [("Signed by", claimed(data))]
    beside = parsed(companion_of(name), name + SUFFIX)
    found += [("and beside it", claimed(s.protected.encode())) for s in beside.siblings]
    return found


# --- cosign --------------------------------------------------------------------------------------
@click.command()
@click.argument("file", metavar="LIST")
@click.option("--key", "key_file", required=True, metavar="KEY", help="PEM (PKCS#8) or PKCS#12.")
@click.option("--cert", metavar="CERT", help="The signer's certificate, where KEY holds none.")
@click.option("--password-file", metavar="FILE", help="First line: the password of KEY.")
@click.option("--at", metavar="TIME", help="Time of signing. Default: now.")
@click.option("-o", "--output", metavar="OUT", help="Default: LIST.companion.json, added to.")
def cosign(
    file: str,
    key_file: str,
    cert: str | None,
    password_file: str | None,
    at: str | None,
    output: str | None,
) -> int:
    """Add a further signature over a signed LIST to the companion beside it.

    The list stays as it is. A companion that is there already keeps what it has. Look at the list
    first (`trust show`, `trust lint`): a signature says that you stand behind it.
    """
    from ..cosign import add_signatures
    from ..cosign import cosign as sign
    from ..trustlist.lint import Severity, lint
    from .trust_check import say_findings, summary

    when = read_moment(at)
    moment_of = now() if when is None else when
    data = signed_list(file)
    key, certificate = read_key(key_file, cert, password_file)
    report = lint(data, at=moment_of)
    if not report.clean:
        say_findings(report.of(Severity.ERROR))
        click.echo(summary(report, file))
        click.echo("Nothing was signed.")
        return 1
    companion = companion_of(file)
    parsed(companion, file + SUFFIX)
    sibling = sign(data, key, certificate, issued_at=moment_of)
    made = add_signatures(companion, [sibling])
    write_output(made + b"\n", output or file + SUFFIX, force=True)
    count = len(parsed(made, file + SUFFIX).siblings)
    click.echo(f"Signed beside the list: {fingerprint(certificate)}", err=True)
    click.echo(f"  {count + 1} signatures in all, the list's own among them", err=True)
    return 0


# --- hand over -----------------------------------------------------------------------------------
@click.command("hand-over")
@click.argument("file", metavar="FILE")
@click.option("--previous", required=True, metavar="OLD", help="The signed list before this one.")
@click.option("--signer", multiple=True, required=True, metavar="CERT", help="Who signs next.")
@click.option("--threshold", type=click.IntRange(1, 16), required=True, help="… and how many must.")
@click.option("--from", "start", metavar="TIME", help="From when. Default: the list's issue.")
@click.option("-o", "--output", metavar="OUT", help="Where to write it. Default: standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
def hand_over(
    file: str,
    previous: str,
    signer: tuple[str, ...],
    threshold: int,
    start: str | None,
    output: str | None,
    force: bool,
) -> int:
    """Write into the regional list FILE (JSON) who signs the lists that follow it.

    Enough of those who sign now, and enough of those who take over, must then sign the list
    (`trust sign` with the first, `trust cosign` with the others). It cannot be taken back.
    """
    from ..trustlist.documents import signer_succession
    from ..trustlist.lint import read_document
    from ..trustlist.lint_model import Subject

    document = read_document(read_list(file))
    scheme = Subject(document, 0).scheme
    issued = Subject(document, 0).issued
    if scheme.get("LoTEType") != ListType.REGIONAL:
        raise MisuseError(f"{file} is no regional list: only its signers hand over this way")
    if any("DefaSignerSuccession" in entry for entry in _extensions(scheme)):
        raise MisuseError(f"{file} hands over already; take that out first")
    when = read_moment(start)
    if when is None and issued is None:
        raise MisuseError(f"{file} has no readable time of issue; give --from")
    certificates = [read_one_certificate(name) for name in signer]
    if threshold > len(set(certificates)):
        raise MisuseError(f"--threshold {threshold} of {len(set(certificates))} signers")
    scheme["SchemeExtensions"] = [
        *_extensions(scheme),
        signer_succession(
            signers=list(dict.fromkeys(certificates)),
            threshold=threshold,
            valid_from=when if when is not None else issued or 0,
            previous=signed_list(previous),
        ),
    ]
    write_json(document, output, force=force)
    click.echo(f"{threshold} of these sign the lists that follow:", err=True)
    for der in dict.fromkeys(certificates):
        click.echo(f"  {fingerprint(der)}", err=True)
    return 0


def _extensions(scheme: dict[str, Any]) -> list[Any]:
    found = scheme.get("SchemeExtensions", [])
    if type(found) is not list:
        raise MisuseError("SchemeExtensions is no array: `trust lint` says more")
    return found


# --- pins ----------------------------------------------------------------------------------------
@click.command()
@click.argument("dir", metavar="[DIR]", required=False)
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
def pins(dir: str | None, as_json: bool) -> int:
    """Show who may sign what, and every handing over of signers that was carried out here."""
    from ..store import TrustStore

    store = TrustStore(trust_folder(dir))
    held, trail = list(store.pins), store.successions()
    if as_json:
        shape = {
            "pins": [_pin_json(pin) for pin in held],
            "successions": [_record_json(record) for record in trail],
        }
        click.echo(json.dumps(shape, indent=2))
        return 0
    rows = [
        (
            _NAMES[pin.type],
            pin.territory,
            f"{pin.threshold} of {len(pin.signers)}",
            fingerprint(der),
            "trust init" if pin.handover is None else f"#{pin.handover.sequence}",
        )
        for pin in held
        for der in pin.signers
    ]
    heads = ("list", "of", "must sign", "signer (SHA-256 of the certificate)", "since")
    for line in table_lines(rows, heads):
        click.echo(line)
    for record in trail:
        click.echo("")
        click.echo(
            f"{record.territory} #{record.sequence}, taken in at {moment(record.at)}: handed over"
        )
        for label, (threshold, signers) in (("from", record.before), ("to", record.after)):
            click.echo(f"  {label} {threshold} of {len(signers)}")
            for name in signers:
                click.echo(f"    {printable(name)}")
    return 0


def _pin_json(pin: Pin) -> dict[str, Any]:
    return {
        "type": _NAMES[pin.type],
        "territory": pin.territory,
        "threshold": pin.threshold,
        "signers": [fingerprint(der) for der in pin.signers],
        "location": pin.location,
        "syntax": pin.binding.value,
        "profile": pin.profile.value,
        "publication": pin.publication,
        "since": None if pin.handover is None else pin.handover.sequence,
    }


def _record_json(record: SuccessionRecord) -> dict[str, Any]:
    sides = {
        name: {"threshold": threshold, "signers": list(signers)}
        for name, (threshold, signers) in (("before", record.before), ("after", record.after))
    }
    return {
        "territory": record.territory,
        "sequence": record.sequence,
        "at": record.at,
        "sha256": record.digest,
        **sides,
    }
