"""`trust new`, `trust sign` and `trust transcribe` (floor 13): how a list comes to be."""

from __future__ import annotations

import json
import os
import re
import sys
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..trustlist.model import ListType
from .inputs import now, read_input, read_moment
from .render import moment, printable
from .trust_check import read_list, read_one_certificate, say_findings, summary

if TYPE_CHECKING:
    from ..signing_crypto import SigningKey

_TYPES: Final = {
    "national": ListType.MEMBER_STATE,
    "recognition": ListType.RECOGNITION,
    "regional": ListType.REGIONAL,
}
_MAX_KEY_BYTES: Final = 1 << 20
_PRIVATE: Final = re.compile(
    rb"-----BEGIN ([A-Z ]*PRIVATE KEY)-----.*?-----END \1-----\r?\n?", re.DOTALL
)


# --- new -----------------------------------------------------------------------------------------
@click.command()
@click.argument("territory", metavar="CC")
@click.option(
    "--type", "kind", type=click.Choice(list(_TYPES)), default="national", show_default=True,
    help="Which of the three lists.",
)  # fmt: skip
@click.option("--operator", metavar="NAME", help="The scheme operator, as in its certificate.")
@click.option("--recognises", metavar="CC", help="State of a recognition list's first arrangement.")
@click.option("--days", type=int, default=30, show_default=True, help="From issue to NextUpdate.")
@click.option("--at", metavar="TIME", help="Time of issue. Default: now.")
@click.option("-o", "--output", metavar="FILE", help="Where to write it. Default: standard output.")
@click.option("--force", is_flag=True, help="Replace FILE if it exists.")
def new(
    territory: str,
    kind: str,
    operator: str | None,
    recognises: str | None,
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
        recognises=None if recognises is None else recognises.upper(),
        valid_days=days,
    )
    _write_json(document, output, force=force)
    if output is not None:
        click.echo(f"Written: {printable(output)}. Next: replace each REPLACE-ME, then")
        click.echo(f"  defa-trust trust lint {printable(output)}")
    return 0


def _write_json(document: dict[str, Any], output: str | None, *, force: bool) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    write_output(text.encode(), output, force=force)


def write_output(data: bytes, output: str | None, *, force: bool) -> None:
    """To standard output, or to a file as a whole; an existing one stays without ``force``."""
    if output is None or output == "-":
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    path = Path(output)
    try:
        if not force:
            with path.open("xb") as file:
                file.write(data)
            return
        place = path.parent
        with NamedTemporaryFile(dir=place, prefix=f".{path.name}.", delete=False) as temporary:
            temporary.write(data)
            temporary.flush()
            os.fsync(temporary.fileno())
        Path(temporary.name).chmod(0o644)
        Path(temporary.name).replace(path)
    except FileExistsError:
        raise MisuseError(f"{output} exists; --force replaces it") from None
    except OSError as fault:
        raise MisuseError(f"{output} cannot be written: {fault.strerror}") from None


# --- sign ----------------------------------------------------------------------------------------
@click.command()
@click.argument("file", metavar="FILE")
@click.option("--key", "key_file", required=True, metavar="KEY", help="PEM (PKCS#8) or PKCS#12.")
@click.option("--cert", metavar="CERT", help="The signer's certificate, where KEY holds none.")
@click.option("--password-file", metavar="FILE", help="First line: the password of KEY.")
@click.option("--previous", metavar="OLD", help="The list before this one: its past must stand.")
@click.option("--at", metavar="TIME", help="Time of signing. Default: now.")
@click.option("-o", "--output", metavar="OUT", help="Where to write it. Default: standard output.")
@click.option("--force", is_flag=True, help="Replace OUT if it exists.")
@click.option("--json", "as_json", is_flag=True, help="What was signed, or why not, as JSON.")
def sign(
    file: str,
    key_file: str,
    cert: str | None,
    password_file: str | None,
    previous: str | None,
    at: str | None,
    output: str | None,
    force: bool,
    as_json: bool,
) -> int:
    """Lint the list in FILE (JSON) and sign it: one compact JAdES B-B signature.

    With an error nothing is signed (exit code 1). What is written was accepted by a verifier that
    pins this certificate. Publish it byte for byte.
    """
    from ..publish import sign_list
    from ..trustlist.lint import Severity, is_signed, lint, read_document
    from .trust_check import report_json

    if as_json and output in (None, "-"):
        raise MisuseError("--json needs -o: the list would stand between the braces")
    when = read_moment(at)
    moment_of = now() if when is None else when
    data = read_list(file)
    if is_signed(data):
        raise MisuseError(f"{file} is no JSON; a signed list is signed anew from its JSON")
    key, certificate = _key(key_file, password_file)
    if cert is not None:
        certificate = read_one_certificate(cert)
    if certificate is None:
        raise MisuseError(f"{key_file} holds no certificate; give it with --cert")
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
    label = _judged(signed, certificate, moment_of)
    write_output(signed + b"\n", output, force=force)
    shape = {
        "signed": True,
        "list": label,
        "sha256": sha256(signed).hexdigest(),
        "size": len(signed),
        "signer": sha256(certificate).hexdigest(),
    }
    if as_json:
        shape["lint"] = report_json(report, report.findings)
        click.echo(json.dumps(shape, indent=2))
        return 0
    warnings = report.of(Severity.WARNING)
    say_findings(warnings, err=True)
    click.echo(f"Signed: {label} at {moment(moment_of)}", err=True)
    click.echo(f"  list    SHA-256 {shape['sha256']} ({len(signed)} bytes)", err=True)
    click.echo(f"  signer  SHA-256 {shape['signer']}", err=True)
    return 0


def _judged(signed: bytes, certificate: bytes, at: int) -> str:
    """Accepted by a verifier that pins the certificate, or ``MisuseError``; the list's name.

    A list may be signed ahead of its issue; then that is the moment to judge it at.
    """
    from ..trustlist.accept import Pin, accept, claimed_place
    from ..trustlist.lint import read_document
    from ..trustlist.lint_model import Subject

    kind, territory = claimed_place(signed)
    when = max(at, Subject(read_document(signed), at).issued or at)
    answer = accept(signed, Pin(kind, territory, (certificate,)), last=None, now=when)
    found = answer.trust_list
    if found is None:
        raise MisuseError(f"no verifier would accept the list: {answer.findings[0].text}")
    return f"{kind.value.rpartition('/')[2]} of {territory} #{found.sequence}"


def _key(name: str, password_file: str | None) -> tuple[SigningKey, bytes | None]:
    """The signing key and, where the file holds it, its certificate (DER)."""
    from ..signing_crypto import SigningKey
    from ..transcribe import certificates_in
    from ..x509.certificate import read_certificate

    password = None
    if password_file is not None:
        line, _, _ = read_input(password_file, limit=4096).partition(b"\n")
        password = line.rstrip(b"\r")
    data = read_input(name, limit=_MAX_KEY_BYTES)
    if len(data) > _MAX_KEY_BYTES:
        raise MisuseError(f"{name} is too large for a key")
    if b"-----BEGIN" not in data:
        return SigningKey.from_pkcs12(data, password)
    private = _PRIVATE.search(data)
    if private is None:
        raise MisuseError(f"{name} holds no private key")
    key = SigningKey.from_pem(private[0], password)
    rest = data.replace(private[0], b"")
    if b"-----BEGIN CERTIFICATE-----" not in rest:
        return key, None
    for der in certificates_in(name, rest):
        if read_certificate(der).key.thumbprint == key.verification_key.thumbprint:
            return key, der
    return key, None


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
    _write_json(made.document, output, force=force)
    report = lint_document(made.document, at=moment_of)
    say_findings((*report.of(Severity.ERROR), *report.of(Severity.WARNING)), err=True)
    count = sum(item.certificates for item in made.files)
    click.echo(
        f"Transcribed: {len(made.files)} files, {count} certificates; digest {made.sha256}",
        err=True,
    )
    click.echo(summary(report, output or "the list"), err=True)
    return 0 if report.clean else 1
