"""`trust lint`, `trust show` and `trust diff` (floor 13): what a list says, and what is wrong."""

from __future__ import annotations

import json
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError, Rejection
from ..spec import MAX_LIST_BYTES
from .inputs import now, read_input, read_moment
from .render import Paint, moment, printable, short_uris

if TYPE_CHECKING:
    from ..trustlist.diff import Change, Difference, Edition
    from ..trustlist.lint import LintFinding, LintReport
    from ..trustlist.lint_model import ServiceEntry, Subject

_COLOURS: Final = {"error": "31", "warning": "33", "advice": "36"}
_NOUNS: Final = {
    "error": ("error", "errors"),
    "warning": ("warning", "warnings"),
    "advice": ("piece of advice", "pieces of advice"),
}
_LARGE: Final = 2 << 20
"""Bytes from which a person has to wait for more than a second or two."""
_UNVERIFIED: Final = "UNVERIFIED: this is what the file says. No pin was asked."


def read_list(name: str) -> bytes:
    """A list as it stands in a file, or on standard input (`-`)."""
    return read_input(name, limit=MAX_LIST_BYTES)


def read_one_certificate(name: str) -> bytes:
    """DER of the one certificate in a PEM or DER file."""
    from ..transcribe import certificates_in
    from ..x509.certificate import read_certificate

    found = certificates_in(name, read_input(name, limit=64 << 10))
    if len(found) != 1:
        raise MisuseError(f"{name} holds {len(found)} certificates; give the signer's alone")
    try:
        read_certificate(found[0])
    except Rejection as refusal:
        raise MisuseError(f"{name}: {refusal}") from None
    return found[0]


def is_xml(data: bytes) -> bool:
    return data.lstrip(b" \t\r\n\xef\xbb\xbf").startswith(b"<")


def _document(name: str) -> Any:
    """The document of a list: signed, bare JSON, or the XML of TS 119 612 read as TS 119 602."""
    from ..trustlist.lint import read_document

    data = read_list(name)
    try:
        return _xml_document(data) if is_xml(data) else read_document(data)
    except Rejection as refusal:
        raise MisuseError(f"{name} holds no list that can be read: {refusal}") from None


def _xml_document(data: bytes) -> Any:
    """TS 119 612 as TS 119 602, its signature put aside: showing and comparing trust nothing."""
    from ..codec import xml
    from ..formats.xmldsig import DS
    from ..trustlist.ts119612.bridge import convert_to_602
    from ..trustlist.ts119612.read import read_list as read_xml

    root = xml.parse(data, max_bytes=MAX_LIST_BYTES)
    for child in xml.children(root):
        if child.tag == f"{{{DS}}}Signature":
            root.remove(child)
    plain = xml.canonical_element(root, xml.Canonical.EXCLUSIVE)
    return convert_to_602(read_xml(plain)).document


# --- lint ----------------------------------------------------------------------------------------
@click.command()
@click.argument("file", metavar="FILE")
@click.option("--at", metavar="TIME", help="Judge as of this moment. Default: now.")
@click.option("--previous", metavar="OLD", help="The list before this one: its past must stand.")
@click.option("--signer", metavar="CERT", help="Who will sign, or signed, the list (PEM or DER).")
@click.option("--errors-only", is_flag=True, help="Leave warnings and advice out.")
@click.option("--json", "as_json", is_flag=True, help="The findings as JSON.")
def lint(
    file: str,
    at: str | None,
    previous: str | None,
    signer: str | None,
    errors_only: bool,
    as_json: bool,
) -> int:
    """Check a list before it is published: every fault with its path, rule and clause.

    FILE is a signed list, its bare JSON, or an XML list of TS 119 612. Nothing is trusted by being
    clean: no pin is asked. Exit code 0 without errors (warnings may be there), 1 with errors.
    """
    from ..trustlist.lint import Severity
    from ..trustlist.lint import lint as run

    when = read_moment(at)
    data = read_list(file)
    if len(data) > _LARGE and sys.stderr.isatty():
        click.echo(f"Checking {len(data) >> 20} MiB; every fault is looked for …", err=True)
    report = run(
        data,
        at=now() if when is None else when,
        previous=None if previous is None else read_list(previous),
        signer=None if signer is None else read_one_certificate(signer),
    )
    shown = report.of(Severity.ERROR) if errors_only else report.findings
    if as_json:
        click.echo(json.dumps(report_json(report, shown), indent=2))
    else:
        say_findings(shown)
        click.echo(summary(report, file))
    return 0 if report.clean else 1


def report_json(report: LintReport, shown: tuple[LintFinding, ...]) -> dict[str, Any]:
    counts = Counter(found.severity.value for found in report.findings)
    return {
        "clean": report.clean,
        "signed": report.signed,
        "type": report.type,
        "territory": report.territory,
        "sequence": report.sequence,
        "counts": {name: counts[name] for name in _NOUNS},
        "findings": [
            {
                "severity": found.severity.value,
                "rule": found.rule.id,
                "path": found.path,
                "text": found.text,
                "clause": found.clause,
                "question": found.rule.question,
            }
            for found in shown
        ],
    }


def say_findings(findings: tuple[LintFinding, ...], *, err: bool = False) -> None:
    paint = Paint(False) if err else Paint()
    for found in findings:
        name = found.severity.value
        click.echo(f"{paint(name.ljust(8), _COLOURS[name])} {printable(found.path)}", err=err)
        click.echo(f"         {printable(found.text, limit=600)}", err=err)
        click.echo(paint(f"         {found.rule.id} · {printable(found.clause)}", "2"), err=err)


def summary(report: LintReport, name: str) -> str:
    """How many of each, and of which list."""
    counts = Counter(found.severity.value for found in report.findings)
    parts = [
        f"{counts[severity]} {words[counts[severity] != 1]}" for severity, words in _NOUNS.items()
    ]
    what = ""
    if report.type is not None:
        number = "" if report.sequence is None else f" #{report.sequence}"
        kind = report.type.rpartition("/")[2]
        what = f" ({printable(f'{kind} {report.territory}{number}')})"
    return f"{printable(name)}{what}: {', '.join(parts)}."


# --- show ----------------------------------------------------------------------------------------
@click.command()
@click.argument("file", metavar="FILE")
@click.option("--json", "as_json", is_flag=True, help="The list's document as JSON.")
def show(file: str, as_json: bool) -> int:
    """Show what a list says: scheme, pointers, services with their past, arrangements.

    FILE is a signed list, its bare JSON, or a list in the XML of TS 119 612. Nothing is verified.
    """
    from ..trustlist.lint_model import Subject

    document = _document(file)
    if as_json:
        click.echo(json.dumps(document, indent=2, ensure_ascii=True))
        return 0
    subject = Subject(document, 0)
    if not subject.scheme:
        raise MisuseError(f"{file} holds no list (no ListAndSchemeInformation)")
    paint = Paint()
    click.echo(paint(_UNVERIFIED, "33"))
    _show_scheme(subject, paint)
    _show_signers(file, subject)
    _show_pointers(subject, paint)
    _show_services(subject, paint)
    _show_arrangements(subject, paint)
    return 0


def _row(label: str, text: object) -> None:
    click.echo(f"  {label:<14}{printable(str(text))}")


def _time(seconds: int | None) -> str:
    return "no readable time" if seconds is None else moment(seconds)


def _show_scheme(subject: Subject, paint: Paint) -> None:
    from ..trustlist.lint_model import english

    kind = str(subject.scheme.get("LoTEType", "no type")).rpartition("/")[2]
    number = "no number" if subject.sequence is None else f"#{subject.sequence}"
    title = f"{kind} of {subject.territory or 'nobody'}, {number}"
    click.echo(paint(printable(title), "1"))
    _row("Scheme", english(subject.scheme.get("SchemeName")) or "unnamed")
    _row("Operator", english(subject.scheme.get("SchemeOperatorName")) or "unnamed")
    _row("Issued", _time(subject.issued))
    _row("Next update", _time(subject.next_update))
    found = subject.extension("DefaPublication")
    if found is not None and type(found[0]) is dict:
        source = found[0].get("sourceUri")
        said = str(found[0].get("kind"))
        _row("Published", said if source is None else f"{said}, from {source}")
    others = [name for name, _, _, _ in subject.extensions if name != "DefaPublication"]
    if others:
        _row("Extensions", ", ".join(others))


def _show_signers(file: str, subject: Subject) -> None:
    from ..trustlist.lint import is_signed
    from ..trustlist.lint_model import certificate_in, mapping, sequence
    from .trust_signers import signatures_claimed

    data = b"" if file == "-" else read_list(file)
    if data and not is_xml(data) and is_signed(data):
        for label, claimed in signatures_claimed(file, data.strip()):
            _row(label, claimed)
    found = subject.extension("DefaSignerSuccession")
    if found is None:
        return
    said = mapping(found[0])
    _row("Hands over", f"to {said.get('threshold')} of these, from {said.get('validFrom')}")
    for entry in sequence(said.get("keys")):
        certificate = certificate_in(entry)
        _row("", "unreadable" if certificate is None else certificate.sha256.hex())
    _row("  following", said.get("previousListSha256", "no list"))


def _show_pointers(subject: Subject, paint: Paint) -> None:
    from ..trustlist.lint_model import pointer_signers

    found = list(subject.pointers())
    if not found:
        return
    click.echo(paint(f"Pointers ({len(found)})", "1"))
    for pointer, path, kind, territory in found:
        click.echo(f"  {printable(kind.rpartition('/')[2])} of {printable(territory)}")
        _row("  at", pointer.get("LoTELocation", "no address"))
        for signer in pointer_signers(pointer, path):
            if signer.certificate is not None:
                _row("  signer", signer.certificate.sha256.hex())


def _show_services(subject: Subject, paint: Paint) -> None:
    if subject.services:
        click.echo(paint(f"Services ({len(subject.services)})", "1"))
    entity: object = None
    for service in subject.services:
        if service.entity is not entity:
            entity = service.entity
            click.echo(f"  {printable(' / '.join(sorted(service.names)) or 'an unnamed entity')}")
        _show_service(service)


def _show_service(service: ServiceEntry) -> None:
    kind = short_uris(service.type or "no type")
    click.echo(f"    {printable(service.label)} [{printable(kind)}]")
    _row("    id", service.id or "none")
    for place, (status, start, _) in enumerate(service.periods()):
        label = "    status" if place == 0 else "    before"
        _row(label, f"{short_uris(status or 'no status')} since {_time(start)}")
    for anchor in service.anchors:
        thumbprint = anchor.key.thumbprint.hex()[:16]
        _row("    key", f"{anchor.key.key_type.value}, thumbprint {thumbprint}…")
        if anchor.certificate is not None:
            _row("    cert", f"{anchor.certificate.subject} until "
                 f"{moment(anchor.certificate.not_after)}")  # fmt: skip
    others = [name for name in service.extensions if name != "ServiceUniqueIdentifier"]
    if others:
        _row("    with", ", ".join(others))


def _show_arrangements(subject: Subject, paint: Paint) -> None:
    from ..trustlist.lint_model import mapping, sequence

    found = subject.extension("DefaRecognition")
    entries = sequence(found[0]) if found is not None else []
    if entries:
        click.echo(paint(f"Arrangements ({len(entries)})", "1"))
    for raw in entries:
        entry = mapping(raw)
        route = f"{entry.get('recognisingTerritory')} recognises {entry.get('recognisedTerritory')}"
        click.echo(f"  {printable(route)}: {printable(str(entry.get('id')))}")
        stage = f"{entry.get('status')}, {entry.get('stage')} since {entry.get('from')}"
        _row("  state", stage if "until" not in entry else f"{stage}, until {entry['until']}")
        _row("  instrument", mapping(entry.get("instrument")).get("title", "none"))
        for row in sequence(entry.get("serviceTypeMap")):
            pair = mapping(row)
            _row("  counts", short_uris(f"{pair.get('home')} as {pair.get('recognised')}"))


# --- diff ----------------------------------------------------------------------------------------
@click.command()
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option("--json", "as_json", is_flag=True, help="The differences as JSON.")
def diff(old: str, new: str, as_json: bool) -> int:
    """Compare two editions of one list: added, removed, changed, and the past rewritten.

    The past is what OLD said of the time before it was issued. Nothing is verified. Exit code 1 if
    NEW rewrites it, 0 otherwise.
    """
    from ..trustlist.diff import ChangeKind, compare

    found = compare(_document(old), _document(new))
    if as_json:
        click.echo(json.dumps(_difference_json(found), indent=2))
        return 1 if found.rewrites_the_past else 0
    paint = Paint()
    click.echo(f"{_edition(found.old)}  ->  {_edition(found.new)}")
    if (found.old.sequence or 0) >= (found.new.sequence or 0):
        click.echo(paint("The sequence number does not rise.", "33"))
    heads = {
        ChangeKind.ADDED: ("Added", "32"),
        ChangeKind.REMOVED: ("Removed", "33"),
        ChangeKind.CHANGED: ("Changed", "36"),
        ChangeKind.REWRITTEN: ("Rewritten past", "31"),
    }
    for kind, (title, colour) in heads.items():
        changes = found.of(kind)
        if changes:
            click.echo(paint(f"{title} ({len(changes)})", colour))
            for change in changes:
                _show_change(change)
    if not found.changes:
        click.echo("Nothing differs but number and times.")
    elif found.rewrites_the_past:
        click.echo(paint("NEW says other things of the past than OLD did.", "31"))
    else:
        click.echo("The past stands as it was.")
    return 1 if found.rewrites_the_past else 0


def _edition(edition: Edition) -> str:
    kind = edition.type.rpartition("/")[2] or "list"
    number = "no number" if edition.sequence is None else f"#{edition.sequence}"
    return printable(f"{kind} {edition.territory} {number} of {_time(edition.issued)}")


def _show_change(change: Change) -> None:
    what = f"{change.what} {change.label}" if change.what != "scheme" else "scheme"
    click.echo(f"  {printable(what)}: {printable(short_uris(change.text), limit=600)}")
    click.echo(f"      {printable(change.path)}")


def _difference_json(found: Difference) -> dict[str, Any]:
    return {
        "old": found.old._asdict(),
        "new": found.new._asdict(),
        "rewritesThePast": found.rewrites_the_past,
        "changes": [
            {**change._asdict(), "kind": change.kind.value, "reason": change.reason.value}
            for change in found.changes
        ],
    }
