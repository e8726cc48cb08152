"""`trust new`, `trust sign` and `trust transcribe` (floor 13): how a list comes to be."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..spec import iso_territory
from ..trustlist.model import ListType
from .inputs import now, read_moment
from .keys import read_key
from .output import write_json, write_output
from .render import moment, printable
from .trust_check import is_xml, read_list, say_findings, summary
from .trust_signers import SUFFIX, companion_of, parsed

if TYPE_CHECKING:
    from ..signing_crypto import SigningKey

_TYPES: Final = {
    "national": ListType.MEMBER_STATE,
    "recognition": ListType.RECOGNITION,
    "regional": ListType.REGIONAL,
}


# --- new -----------------------------------------------------------------------------------------
@click.command()
@click.argument("territory", metavar="CC")
@click.option(
    "--type", "kind", type=click.Choice(list(_TYPES)), default="national", show_default=True,
    help="Which of the three lists.",
)  # fmt: skip
@click.option("--operator", metavar="NAME", help="The scheme operator, as in its certificate.")
@click.option("--recognises", metavar="CC", help="State of a recognition list's first arrangement.")
@click.option(
    "--mra", metavar="XML",
    help="Draft the arrangements from the agreement that this list of lists (TS 119 612) states.",
)  # fmt: skip
@click.option("--days", type=int, default=30, show_default=True, help="From issue to NextUpdate.")
@click.option("--at", metavar="TIME", help="Time of issue. Default: now.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it. Default: standard output.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def new(
    territory: str,
    kind: str,
    operator: str | None,
    recognises: str | None,
    mra: str | None,
    days: int,
    at: str | None,
    output: str | None,
    force: bool,
) -> int:
    """Write the skeleton of a first list of the state CC.

    Everything the profile fixes is filled in. Each REPLACE-ME is reported by `trust lint` until it
    is replaced.
    """
    from ..trustlist.skeleton import skeleton

    when = read_moment(at)
    document = skeleton(
        _TYPES[kind],
        territory.upper(),
        issued=now() if when is None else when,
        operator=operator,
        recognises=None if recognises is None else iso_territory(recognises.upper()),
        valid_days=days,
    )
    if mra is not None:
        _take_agreement(document, mra, territory.upper(), recognises)
    write_json(document, output, force=force)
    if output is not None:
        click.echo(f"Written: {printable(output)}. Next: replace each REPLACE-ME, then")
        click.echo(f"  defa-trust trust lint {printable(output)}")
    return 0


def _take_agreement(
    document: dict[str, Any], name: str, recognising: str, recognises: str | None
) -> None:
    """Put the arrangements of an agreement into the skeleton, and say what it cannot say."""
    from ..trustlist.ts119612.opening import read_unverified as read_xml
    from ..trustlist.ts119612.recognition import from_mra, other_side

    if recognises is None:
        raise MisuseError("--mra needs --recognises: an agreement with the EU is with its states")
    found = read_xml(read_list(name))
    by_state = {
        iso_territory(pointer.territory or ""): pointer.recognition
        for pointer in found.pointers
        if pointer.recognition is not None
    }
    recognised = iso_territory(recognises.upper())
    agreement = by_state.get(recognised)
    if agreement is None and recognising in by_state:
        agreement = other_side(by_state[recognising])
    if agreement is None:
        states = ", ".join(sorted(by_state)) or "nobody"
        raise MisuseError(f"{name} states agreements with {states}")
    made = from_mra(agreement, recognising=recognising, recognised=recognised)
    for extension in document["LoTE"]["ListAndSchemeInformation"]["SchemeExtensions"]:
        if "DefaRecognition" in extension:
            extension["DefaRecognition"] = list(made.arrangements)
    click.echo(
        f"UNVERIFIED: {len(made.arrangements)} arrangements as {name} states them.", err=True
    )
    for loss in made.losses:
        said = f"{loss.where}: {loss.before} became {loss.after}"
        click.echo(f"  {printable(said)}", err=True)


# --- sign ----------------------------------------------------------------------------------------
@click.command()
@click.argument("file", metavar="FILE")
@click.option(
    "--key", "key_files", required=True, multiple=True, metavar="KEY",
    help="PEM (PKCS#8) or PKCS#12. Several: the first signs the list, the others beside it.",
)  # fmt: skip
@click.option("--cert", "certs", multiple=True, metavar="CERT",
              help="The signer's certificate, where KEY holds none; one for each KEY.")  # fmt: skip
@click.option("--password-file", metavar="FILE", help="First line: the password of KEY.")
@click.option("--previous", metavar="OLD", help="The list before this one: its past must stand.")
@click.option("--at", metavar="TIME", help="Time of signing. Default: now.")
@click.option("-o", "--output", metavar="OUT", help="Where to write it. Default: standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="What was signed, or why not, as JSON.")
def sign(
    file: str,
    key_files: tuple[str, ...],
    certs: tuple[str, ...],
    password_file: str | None,
    previous: str | None,
    at: str | None,
    output: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lint the list in FILE (JSON) and sign it: one compact JAdES B-B signature.

    With an error nothing is signed (exit code 1). What is written was accepted by a verifier that
    pins this certificate. Publish it byte for byte, and OUT.companion.json, where one is written,
    beside it: further signatures, and how signers handed over in the past. A list in the XML of
    TS 119 612 (`trust convert --to 612`) gets an enveloped XAdES B-B signature.
    """
    from ..publish import sign_list
    from ..trustlist.lint import Severity, is_signed, lint, read_document
    from .trust_check import report_json

    if as_json and output in (None, "-"):
        raise MisuseError("--json needs -o: the list would stand between the braces")
    if certs and len(certs) != len(key_files):
        raise MisuseError(f"{len(key_files)} keys and {len(certs)} certificates: give one for each")
    when = read_moment(at)
    moment_of = now() if when is None else when
    data = read_list(file)
    if is_signed(data) and not is_xml(data):
        raise MisuseError(f"{file} is no JSON; a signed list is signed anew from its JSON")
    signers = [
        read_key(name, certs[number] if certs else None, password_file)
        for number, name in enumerate(key_files)
    ]
    key, certificate = signers[0]
    if is_xml(data):
        if len(signers) > 1 or previous is not None:
            raise MisuseError("a list in XML has one signer, and is compared with `trust diff`")
        return _sign_xml(data, key, certificate, moment_of, output, force=force, as_json=as_json)
    old = None if previous is None else read_list(previous)
    report = lint(data, at=moment_of, previous=old, signer=certificate, signed_at=moment_of)
    if not report.clean:
        if as_json:
            click.echo(json.dumps({"signed": False, "lint": report_json(report, report.findings)}))
        else:
            say_findings(report.of(Severity.ERROR))
            click.echo(summary(report, file))
            click.echo("Nothing was signed.")
        return 1
    signed = sign_list(read_document(data), key, certificate, issued_at=moment_of)
    companion = _companion(signed, signers[1:], previous, moment_of)
    if companion is not None and output in (None, "-"):
        raise MisuseError("a companion is written beside the list, which needs -o")
    label, complete = _judged(signed, [der for _, der in signers], moment_of, companion)
    write_output(signed + b"\n", output, force=force)
    if companion is not None:
        write_output(companion + b"\n", f"{output}{SUFFIX}", force=force)
    shape = {
        "signed": True,
        "list": label,
        "sha256": sha256(signed).hexdigest(),
        "size": len(signed),
        "signer": sha256(certificate).hexdigest(),
        "others": [sha256(der).hexdigest() for _, der in signers[1:]],
        "complete": complete,
    }
    if as_json:
        shape["lint"] = report_json(report, report.findings)
        click.echo(json.dumps(shape, indent=2))
        return 0
    warnings = report.of(Severity.WARNING)
    say_findings(warnings, err=True)
    click.echo(f"Signed: {label} at {moment(moment_of)}", err=True)
    click.echo(f"  list    SHA-256 {shape['sha256']} ({len(signed)} bytes)", err=True)
    for _, der in signers:
        click.echo(f"  signer  SHA-256 {sha256(der).hexdigest()}", err=True)
    if not complete:
        click.echo(
            "The successors have not signed enough yet: `trust cosign` with theirs.", err=True
        )
    return 0


def _sign_xml(
    data: bytes,
    key: SigningKey,
    certificate: bytes,
    at: int,
    output: str | None,
    *,
    force: bool,
    as_json: bool,
) -> int:
    """An XML list: lists of this profile are linted as the JSON that they are in other words."""
    from ..formats.xmldsig_sign import sign_enveloped
    from ..trustlist.accept import accept, claimed_place
    from ..trustlist.lint import Severity, lint_document
    from ..trustlist.model import Binding
    from ..trustlist.pin import Pin
    from ..trustlist.ts119612.opening import read_unverified as read_xml
    from ..trustlist.ts119612.to_602 import to_602

    found = read_xml(data)
    report = lint_document(to_602(found), at=at, signer=certificate, signed_at=at)
    ours = found.type in {kind.value for kind in ListType}
    if ours and not report.clean:
        say_findings(report.of(Severity.ERROR), err=as_json)
        click.echo("Nothing was signed.", err=as_json)
        return 1
    signed = sign_enveloped(data, key, certificate, signed_at=at)
    place = claimed_place(signed)
    pin = Pin(*place, (certificate,), binding=Binding.XML)
    answer = accept(signed, pin, last=None, now=max(at, found.issued))
    if answer.trust_list is None:
        raise MisuseError(f"no verifier would accept the list: {answer.findings[0].text}")
    write_output(signed, output, force=force)
    label = f"{place[0].value.rpartition('/')[2]} of {place[1]} #{found.sequence}"
    shape = {
        "signed": True,
        "list": label,
        "sha256": sha256(signed).hexdigest(),
        "size": len(signed),
        "signer": sha256(certificate).hexdigest(),
    }
    if as_json:
        click.echo(json.dumps(shape, indent=2))
        return 0
    click.echo(f"Signed: {label} at {moment(at)}", err=True)
    click.echo(f"  list    SHA-256 {shape['sha256']} ({len(signed)} bytes)", err=True)
    click.echo(f"  signer  SHA-256 {shape['signer']}", err=True)
    return 0


def _companion(
    signed: bytes,
    others: list[tuple[SigningKey, bytes]],
    previous: str | None,
    at: int,
) -> bytes | None:
    """What belongs beside the list; ``None`` where nothing does."""
    from ..cosign import add_signatures, carry_over, cosign, follow_on
    from ..trustlist.acceptance import DEFAULT_ACCEPTANCE
    from ..trustlist.companion import ALONE
    from ..trustlist.lint import is_signed
    from ..trustlist.signed import read_unverified

    found = read_unverified(signed, DEFAULT_ACCEPTANCE)
    if found.type is not ListType.REGIONAL:
        if others:
            raise MisuseError("only a regional list has several signers")
        return None
    companion = None
    if previous is not None and is_signed(old := read_list(previous).strip()):
        beside = companion_of(previous)
        parsed(beside, previous + SUFFIX)
        companion = carry_over(old, beside)
        if found.succession is not None:
            companion = follow_on(companion, old, beside)
    siblings = [cosign(signed, key, der, issued_at=at) for key, der in others]
    companion = add_signatures(companion, siblings)
    return None if parsed(companion, "the companion") == ALONE else companion


def _judged(
    signed: bytes, certificates: list[bytes], at: int, companion: bytes | None
) -> tuple[str, bool]:
    """The list's name, if a verifier that pins the certificates, all of them, accepts the list; and
    whether it does already, or once the successors have signed. ``MisuseError`` otherwise.

    A list may be signed ahead of its issue; then that is the moment to judge it at.
    """
    from ..codes import succession
    from ..trustlist.accept import Pin, accept, claimed_place
    from ..trustlist.lint import read_document
    from ..trustlist.lint_model import Subject

    kind, territory = claimed_place(signed)
    subject = Subject(read_document(signed), at)
    pin = Pin(kind, territory, tuple(dict.fromkeys(certificates)), None, len(set(certificates)))
    answer = accept(signed, pin, last=None, now=max(at, subject.issued or at), companion=companion)
    complete = answer.trust_list is not None
    if not complete and answer.code != succession.UNPROVED.id:
        raise MisuseError(f"no verifier would accept the list: {answer.findings[0].text}")
    return f"{kind.value.rpartition('/')[2]} of {territory} #{subject.sequence}", complete


# --- transcribe ----------------------------------------------------------------------------------
@click.command()
@click.argument("folder", metavar="FOLDER")
@click.argument("description", metavar="YAML")
@click.option("-o", "--output", metavar="FILE", help="Where to write it. Default: standard output.")
@click.option("--at", metavar="TIME", help="Time of issue, unless YAML names one. Default: now.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def transcribe(
    folder: str, description: str, output: str | None, at: str | None, force: bool
) -> int:
    """Turn a state's raw .crt, .pem and .p7b files into a list marked `transcribed`.

    YAML says whose they are, where they came from and when. The list carries source, time of
    retrieval and a digest of all files; verifiers can refuse such lists by policy. Exit code 1 if
    the list, which is written all the same, still has errors.
    """
    from ..transcribe import transcribe as run
    from ..trustlist.lint import Severity, lint_document

    when = read_moment(at)
    moment_of = now() if when is None else when
    made = run(Path(folder), Path(description), now=moment_of)
    write_json(made.document, output, force=force)
    report = lint_document(made.document, at=moment_of)
    say_findings((*report.of(Severity.ERROR), *report.of(Severity.WARNING)), err=True)
    count = sum(item.certificates for item in made.files)
    click.echo(
        f"Transcribed: {len(made.files)} files, {count} certificates; digest {made.sha256}",
        err=True,
    )
    click.echo(summary(report, output or "the list"), err=True)
    return 0 if report.clean else 1
