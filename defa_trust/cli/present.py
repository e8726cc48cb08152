"""`defa-trust present` (floor 13): ask a wallet, and judge what it answers (OpenID4VP 1.0)."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from ..errors import MisuseError
from ..openid4vp_request import (
    PresentationRequest,
    ResponseMode,
    Surplus,
    TransactionData,
)
from ..openid4vp_response import MAX_RESPONSE_BYTES
from ..request import HolderBinding
from ..verdict import ExitCode, Finding, Outcome
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
from .render import (
    NOTICE,
    Paint,
    claims_lines,
    headline,
    need_words,
    plain,
    printable,
    reason_line,
    sentence,
)
from .signed_inputs import read_agreement_key
from .tongue import chosen, lang_option

if TYPE_CHECKING:
    from ..language import Language
    from ..openid4vp import Presentation, PresentationReport

_MAX_REQUEST_BYTES: Final = 1 << 20
_COLOURS: Final = {
    ExitCode.RECOGNISED: "32",
    ExitCode.PILOT: "33",
    ExitCode.INDETERMINATE: "33",
    ExitCode.REFUSED: "31",
}
_MARKS: Final = {Outcome.MET: "+", Outcome.NOT_MET: "x", Outcome.UNKNOWN: "?"}


@click.group()
def present() -> None:
    """Ask a wallet for credentials, and judge its response (OpenID4VP 1.0, DCQL)."""


@present.command("request")
@click.option("--query", required=True, metavar="FILE|-", help="The DCQL query, as JSON.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ResponseMode]),
    default=ResponseMode.DIRECT_POST_JWT.value,
    show_default=True,
    help="How the response comes; with .jwt it is encrypted.",
)
@click.option("--client-id", metavar="ID", help="Who you are to the wallet, prefix included.")
@click.option("--response-uri", metavar="URL", help="Where the wallet posts its response.")
@click.option("--origin", help="Your web origin, for the dc_api modes.")
@click.option(
    "--transaction",
    "transactions",
    multiple=True,
    metavar="FILE",
    help="What the holder is to authorise: a JSON object with type and credential_ids.",
)
@click.option("--refuse-surplus", is_flag=True, help="Refuse what discloses more than was asked.")
@click.option("--nonce", help="Default: a fresh random one, as it should be.")
@click.option("--keep", required=True, metavar="FILE", help="Write what the response needs here.")
@click.option("--key-out", metavar="FILE", help="Write the fresh private key here, with .jwt.")
@click.option("--sign-key", metavar="KEY", help="Sign the request: PEM or PKCS#12.")
@click.option("--sign-cert", metavar="FILE", help="Its certificate, if KEY holds none.")
@click.option("--password-file", metavar="FILE", help="First line: the password of KEY.")
def request_command(
    *,
    sign_key: str | None,
    sign_cert: str | None,
    password_file: str | None,
    query: str,
    mode: str,
    client_id: str | None,
    response_uri: str | None,
    origin: str | None,
    transactions: tuple[str, ...],
    refuse_surplus: bool,
    nonce: str | None,
    keep: str,
    key_out: str | None,
) -> int:
    """Make one request: print its parameters, keep what its one response is judged by.

    Prints the payload of a request object, or what the Digital Credentials API is given; with
    --sign-key the signed request object, for the prefixes x509_san_dns and x509_hash. FILEs of
    --keep and --key-out are for nobody else to read, and for one response only.
    """
    from ..openid4vp_query import Query
    from ..signing_crypto import AgreementKey

    how = ResponseMode(mode)
    if how.encrypted is not (key_out is not None):
        raise MisuseError("--key-out is given for modes with .jwt, and only for them")
    key = AgreementKey.generate() if how.encrypted else None
    asked = PresentationRequest(
        Query.parse(read_input(query, limit=_MAX_REQUEST_BYTES)),
        how,
        secrets.token_urlsafe(32) if nonce is None else nonce,
        client_id,
        response_uri,
        origin,
        None if how.over_dc_api else secrets.token_urlsafe(32),
        None if key is None else key.public_key,
        transaction_data=tuple(_transaction(name) for name in transactions),
        surplus=Surplus.REFUSED if refuse_surplus else Surplus.REPORTED,
    )
    printed = json.dumps(asked.parameters(), indent=2)
    if sign_key is not None:
        from ..openid4vp_sign import request_object
        from .keys import read_chain, read_key

        signer, certificate = read_key(sign_key, sign_cert, password_file)
        chain = read_chain(sign_key, password_file)
        printed = request_object(asked, signer, certificate, chain, issued_at=now())
    _write_private(keep, asked.stored())
    if key is not None and key_out is not None:
        _write_private(key_out, json.dumps(key.jwk(private=True)).encode())
    click.echo(printed)
    return 0


@present.command("verify")
@click.argument("response", metavar="RESPONSE|-")
@click.option("--request", "kept", required=True, metavar="FILE", help="What --keep wrote.")
@click.option("--key", metavar="FILE", help="What --key-out wrote, for encrypted responses.")
@click.option("--for", "relying_state", required=True, metavar="CC", help="Receiving state: SG.")
@click.option("--trust", metavar="DIR", help="Trust store. Default: as for `verify`.")
@click.option("--at", metavar="TIME", help="Judge as of ISO 8601 with a zone, or Unix seconds.")
@what_for
@allowances
@circumstances
@click.option(
    "--status-file",
    "status_files",
    multiple=True,
    metavar="URI=FILE",
    help="A status list at hand, under the address by which a credential names it.",
)
@click.option(
    "--online",
    is_flag=True,
    help="Fetch what the verdicts need (key sets, status lists) from where the trust lists point.",
)
@click.option(
    "--status-host",
    "status_hosts",
    multiple=True,
    metavar="HOST",
    help="With --online: also fetch status lists from this host.",
)
@click.option("--json", "as_json", is_flag=True, help="The answer as JSON (presentation.v1).")
@click.option("--show-claims", is_flag=True, help="Show the claims asked for, of what counts.")
@lang_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing; only the exit code counts.")
def verify_command(
    *,
    response: str,
    kept: str,
    key: str | None,
    trust: str | None,
    status_files: tuple[str, ...],
    online: bool,
    status_hosts: tuple[str, ...],
    as_json: bool,
    show_claims: bool,
    lang: str | None,
    quiet: bool,
    **options: Any,
) -> int:
    """Judge a wallet's RESPONSE to a request: is the query met by credentials that count in CC?

    RESPONSE is the posted body, or the object of the Digital Credentials API as JSON. Exit code 0
    where the query is satisfied, 1 where it is not, 3 where that could not be established, 4 where
    only a pilot corridor covers it. A request serves one response: delete its files afterwards.
    """
    from ..fetch import gather
    from ..openid4vp import judge, questions
    from ..verify import Verifier

    language = chosen(lang)
    asked = PresentationRequest.restore(read_input(kept, limit=_MAX_REQUEST_BYTES))
    request = build_request(
        audience=None,
        nonce=None,
        format=None,
        holder_binding=HolderBinding.MUST_BE_PRESENT.value,
        **options,
    )
    data = read_input(response, limit=MAX_RESPONSE_BYTES)
    moment = now() if request.at is None else request.at
    assert isinstance(moment, int)
    snapshot = load_snapshot(open_store(trust_folder(trust)), moment)
    verifier = Verifier(snapshot, clock=lambda: moment)
    evidence = read_status_files(status_files)
    private = None if key is None else read_agreement_key(key)
    if online:
        for octets, question in questions(data, asked, request, key=private):
            done = gather(verifier, octets, question, evidence=evidence, hosts=status_hosts)
            verifier, evidence = done.verifier, done.evidence
            for url, code in done.failed:
                click.echo(f"Could not fetch {printable(url)} ({code}).", err=True)
    report = judge(verifier, data, asked, request, key=private, evidence=evidence)
    if not quiet:
        if as_json:
            shape = report.as_json()
            if show_claims:
                shape["claims"] = _claims(report)
            click.echo(json.dumps(shape, indent=2))
        else:
            paint = Paint()
            for line in _lines(report, request.relying_state, paint, language, show_claims):
                click.echo(line)
    return int(report.exit_code.value)


def _transaction(name: str) -> TransactionData:
    from ..codec import base64url

    octets = read_input(name, limit=_MAX_REQUEST_BYTES).strip(b"\r\n\t ")
    return TransactionData.read(base64url.encode(octets))


def _write_private(name: str, octets: bytes) -> None:
    """A new file that only its owner may read; one that is there is never overwritten."""
    path = Path(name)
    try:
        path.touch(mode=0o600, exist_ok=False)
        path.write_bytes(octets)
    except FileExistsError:
        raise MisuseError(f"{name} exists: each request has files of its own") from None
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "no such name"
        raise MisuseError(f"{name} cannot be written: {why}") from None


def _claims(report: PresentationReport) -> dict[str, Any]:
    from ..openid4vp import plain_claims

    found: dict[str, Any] = {}
    for each in report.presentations:
        if each.counts:
            found.setdefault(each.query, []).append(plain(plain_claims(each)))
    return found


# --- for a person --------------------------------------------------------------------------------
def _lines(
    report: PresentationReport, state: str, paint: Paint, language: Language, show_claims: bool
) -> Iterator[str]:
    words = {
        ExitCode.RECOGNISED: language.word("SATISFIED"),
        ExitCode.PILOT: language.word("PILOT ONLY"),
        ExitCode.INDETERMINATE: language.word("NOT ESTABLISHED"),
        ExitCode.REFUSED: language.word("NOT SATISFIED"),
    }
    said = f"{words[report.exit_code]} {language.word('in')} {state}"
    yield paint(said, f"1;{_COLOURS[report.exit_code]}")
    reason = report.reason
    if reason is not None:
        word = language.word("Reason")
        yield f"{word}: {sentence(reason, language)} [{reason.code.id}]"
    yield ""
    for finding in report.findings:
        yield _finding(finding, language)
    for each in report.presentations:
        yield ""
        yield from _presentation(each, state, paint, language)
    if report.needs:
        yield ""
        yield paint(language.word("Needed to answer"), "1")
        for need in report.needs:
            yield f"  - {need_words(need, language)}"
    if show_claims:
        yield ""
        found = _claims(report)
        if found:
            yield f"{language.word('Claims (authenticated; personal data)')}:"
            for line in claims_lines(found):
                yield f"  {line}"
        else:
            yield language.word("No claims are shown: no presentation counts.")
    yield ""
    yield paint(language.word(NOTICE), "2")


def _presentation(
    each: Presentation, state: str, paint: Paint, language: Language
) -> Iterator[str]:
    word = language.word("counts") if each.counts else language.word("does not count")
    name = f"{language.word('query')} {each.query}"
    if each.number > 1:
        name += f" ({each.number})"
    yield paint(f"{name}: {word}", f"1;{_COLOURS[each.exit_code]}")
    verdict = each.report.verdict
    yield f"  {headline(verdict, state, language)}"
    yield f"  {language.word('Reason')}: {reason_line(verdict, language)}"
    for finding in each.findings:
        yield _finding(finding, language)


def _finding(finding: Finding, language: Language) -> str:
    mark = "i" if finding.code.evidential else _MARKS[finding.code.outcome]
    return f"  {mark} {sentence(finding, language)} [{printable(finding.code.id)}]"
