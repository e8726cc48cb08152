"""`defa-trust verify` and `replay` (floor 13): one credential, one explained answer."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..errors import MisuseError
from ..request import HolderBinding, Request
from ..verdict import Report, VerifiedVerdict
from .circumstances import allowances, circumstances, what_for
from .inputs import (
    build_request,
    load_snapshot,
    now,
    open_store,
    read_input,
    read_status_files,
    trust_folder,
)
from .render import Paint, claims_lines, plain, printable, report_lines
from .signed_inputs import (
    read_agreement_key,
    read_content,
    read_evidence_files,
    read_objects,
    read_presented,
    read_transcript,
)
from .tongue import chosen, lang_option

if TYPE_CHECKING:
    from ..language import Language
    from ..material import Evidence
    from ..verify import Verifier


@click.command(
    epilog="Exit codes: 0 passed and recognised; 1 failed or not recognised; 2 misuse; "
    "3 could not be established; 4 pilot corridor only."
)
@click.argument("input", metavar="INPUT|-")
@click.option("--for", "relying_state", required=True, metavar="CC", help="Receiving state: SG.")
@click.option("--trust", metavar="DIR", help="Trust store. Default: $DEFA_TRUST_DIR, else yours.")
@click.option("--at", metavar="TIME", help="Judge as of ISO 8601 with a zone, or Unix seconds.")
@what_for
@click.option("--audience", help="Who you are to the holder, as you asked: compared exactly.")
@click.option("--nonce", help="The nonce of your own request: compared exactly.")
@click.option(
    "--session-transcript",
    metavar="BASE64",
    help="The session in which an mdoc was presented: what its device signed.",
)
@click.option(
    "--reader-key",
    metavar="FILE",
    help="Your own private key (JWK) of that session: without it a device's MAC stays open.",
)
@click.option(
    "--holder-binding",
    type=click.Choice([binding.value for binding in HolderBinding]),
    help="Proof of the holder's key. Default: must_be_present with --audience, --nonce or "
    "--session-transcript (if_present with --format oidc-id-token or oidc-id-token-jwe), "
    "else if_present.",
)
@click.option("--format", metavar="NAME", help="Read it as this format only.")
@allowances
@circumstances
@click.option(
    "--online",
    is_flag=True,
    help="Fetch what the verdict needs (key sets, status lists) from where the trust lists point, "
    "then judge again.",
)
@click.option(
    "--status-file",
    "status_files",
    multiple=True,
    metavar="URI=FILE",
    help="A status list at hand, under the address by which the credential names it.",
)
@click.option(
    "--status-host",
    "status_hosts",
    multiple=True,
    metavar="HOST",
    help="With --online: also fetch status lists from this host.",
)
@click.option("--content", metavar="FILE", help="What a detached signature is over.")
@click.option(
    "--content-digest",
    "content_digests",
    multiple=True,
    metavar="NAME=HEX",
    help="Its digest instead, as sha-256=…: the document need not leave the house.",
)
@click.option(
    "--object",
    "objects",
    multiple=True,
    metavar="URI=FILE",
    help="One of several contents of a detached signature, under the name that it gives it.",
)
@click.option(
    "--evidence-file",
    "evidence_files",
    multiple=True,
    metavar="KIND=FILE",
    help="A certificate, crl or ocsp response at hand; authenticated like any other.",
)
@click.option("--json", "as_json", is_flag=True, help="The report as JSON (verdict.v1).")
@click.option("--show-claims", is_flag=True, help="Show the person's claims, if TOTAL-PASSED.")
@click.option("--evidence-out", metavar="FILE", help="Write what the verdict stood on.")
@lang_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing; only the exit code counts.")
def verify(
    *,
    input: str,
    trust: str | None,
    as_json: bool,
    show_claims: bool,
    evidence_out: str | None,
    quiet: bool,
    online: bool,
    status_files: tuple[str, ...],
    status_hosts: tuple[str, ...],
    lang: str | None,
    content: str | None,
    content_digests: tuple[str, ...],
    objects: tuple[str, ...],
    evidence_files: tuple[str, ...],
    session_transcript: str | None,
    reader_key: str | None,
    **asked: Any,
) -> int:
    """Judge one credential or signed file: is it valid, and does it count in the state CC?

    INPUT is a file (a token, an HC1 text, a QR image as PNG or JPEG, or a file with electronic
    signatures, each of which is judged by itself), or - for standard input.
    Claims of the person are shown only with --show-claims and only once everything passed.
    """
    from ..verify import Verifier

    language = chosen(lang)
    request = build_request(**asked, session_transcript=read_transcript(session_transcript))
    if reader_key is not None:
        request = replace(request, reader_key=read_agreement_key(reader_key))
    supplied = read_content(content, content_digests)
    if supplied is not None:
        request = replace(request, content=supplied)
    if evidence_out == "-":
        raise MisuseError("--evidence-out needs a file: standard output holds the verdict")
    data = read_presented(input)
    moment = now() if request.at is None else request.at
    assert isinstance(moment, int)
    store = open_store(trust_folder(trust))
    snapshot = load_snapshot(store, moment)
    verifier = Verifier(snapshot, clock=lambda: moment)
    evidence = read_status_files(status_files).with_items(
        (*read_evidence_files(evidence_files), *read_objects(objects))
    )
    if online:
        report, verifier, evidence = _gather(verifier, data, request, evidence, status_hosts)
    else:
        report = verifier.evaluate(data, request, evidence)
    if evidence_out is not None:
        from ..evidence import record

        documents = store.documents()
        bundle = record(
            data,
            request,
            report,
            verifier,
            pins=store.pins,
            documents=documents,
            evidence=evidence,
            companions=store.companions(),
        )
        _write_evidence(evidence_out, bundle)
    if not quiet:
        state = request.relying_state
        _show(report, state, language, as_json=as_json, show_claims=show_claims)
    return int(report.exit_code.value)


def _gather(
    verifier: Verifier,
    data: bytes,
    request: Request,
    evidence: Evidence,
    hosts: tuple[str, ...],
) -> tuple[Report, Verifier, Evidence]:
    from ..fetch import gather

    done = gather(verifier, data, request, evidence=evidence, hosts=hosts)
    for url, code in done.failed:
        click.echo(f"Could not fetch {printable(url)} ({code}).", err=True)
    return done.report, done.verifier, done.evidence


def _write_evidence(name: str, bundle: bytes) -> None:
    try:
        # The bundle holds the credential: nobody but its owner may read it.
        path = Path(name)
        path.touch(mode=0o600)
        path.chmod(0o600)  # a file that was there keeps its mode otherwise
        path.write_bytes(bundle)
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "no such name"
        raise MisuseError(f"{name} cannot be written: {why}") from None


def _claims(report: Report) -> Mapping[str, Any] | None:
    """``None`` unless every object passed: nobody reads one signer's words as those of a file of
    which another signature failed. Of several objects by their names."""
    passed = [verdict for verdict in report.verdicts if isinstance(verdict, VerifiedVerdict)]
    if len(passed) != len(report.verdicts):
        return None
    if len(passed) == 1:
        return passed[0].claims
    return {
        verdict.subject.object or f"object {number}": verdict.claims
        for number, verdict in enumerate(passed, 1)
    }


def _show(
    report: Report, receiving: str, language: Language, *, as_json: bool, show_claims: bool
) -> None:
    claims = _claims(report) if show_claims else None
    if as_json:
        shape = report.as_json()
        if claims is not None:
            shape["claims"] = plain(claims)
        # Escaped beyond ASCII: a terminal that shows it cannot be driven by it.
        click.echo(json.dumps(shape, indent=2))
        return
    for line in report_lines(report, receiving, Paint(), language):
        click.echo(line)
    if claims is not None:
        click.echo(f"\n{language.word('Claims (authenticated; personal data)')}:")
        for line in claims_lines(claims):
            click.echo(f"  {line}")
    elif show_claims:
        words = language.word("No claims are shown: the credential did not pass.")
        click.echo(f"\n{words}")


@click.command()
@click.argument("file", metavar="FILE")
@click.option("--trust", metavar="DIR", help="Also require that this store pins the same signers.")
@click.option("--json", "as_json", is_flag=True, help="The outcome as JSON.")
@lang_option
def replay(file: str, trust: str | None, as_json: bool, lang: str | None) -> int:
    """Judge again what an evidence FILE of `verify --evidence-out` holds, and compare.

    Exits with the code of the verdict where it is the same one, and 1 where it differs. A bundle
    shows how a verdict came about; who pinned its signers is for you to check, or for --trust.
    """
    from ..evidence import MAX_BUNDLE_BYTES
    from ..evidence import replay as replay_bundle

    language = chosen(lang)
    outcome = replay_bundle(read_input(file, limit=MAX_BUNDLE_BYTES))
    differences = list(outcome.differences)
    if trust is not None:
        from ..store import TrustStore

        if not outcome.pinned_by(TrustStore(Path(trust)).pins):
            differences.append("pins: the bundle trusts signers that this store does not pin")
        # Asked to vouch with its own pins, nothing may stand on the bundle's word alone.
        differences += outcome.unproved
    same = not differences
    code = int(outcome.report.exit_code.value) if same else 1
    if as_json:
        shape = {
            "same": same,
            "differences": differences,
            "unproved": list(outcome.unproved),
            "signers": list(outcome.signers),
            "report": outcome.report.as_json(),
        }
        click.echo(json.dumps(shape, indent=2))
        return code
    receiving = outcome.relying_state
    if same:
        said = "REPLAYED: the recorded verdict was reached again, finding by finding."
        click.echo(f"{language.word(said)}\n")
    else:
        click.echo(language.word("DIFFERENT: the recorded verdict was not reached again."))
        for difference in differences:
            click.echo(f"  - {printable(difference)}")
        click.echo(f"{language.word('What is found now')}:\n")
    for line in report_lines(outcome.report, receiving, Paint(), language):
        click.echo(line)
    if outcome.unproved:
        words = language.word("On the bundle's word alone")
        click.echo(f"{words}:")
        for item in outcome.unproved:
            click.echo(f"  {printable(item)}")
    words = language.word("Signers the bundle trusts (SHA-256 of their certificates)")
    click.echo(f"{words}:")
    for signer in outcome.signers:
        click.echo(f"  {signer}")
    sys.stdout.flush()
    return code
