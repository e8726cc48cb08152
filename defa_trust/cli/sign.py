"""`defa-trust sign` (floor 13): signed documents for tests and sandboxes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

import click

from ..algorithms import DIGESTS
from ..errors import MisuseError
from ..fetch import FetchError
from ..spec import MAX_SIGNED_FILE_BYTES
from ..verdict import ExitCode
from .inputs import now, read_input, read_moment, read_octets
from .keys import read_chain, read_key
from .output import write_output
from .render import printable
from .sign_families import FAMILIES, FORMS, Order, form_of

if TYPE_CHECKING:
    from ..formats.cades_sign import TimestampSource
    from ..material import Item
    from ..signer import SoftwareSigner

_MAX_MATERIAL_BYTES: Final = 32 << 20


@click.command(
    epilog="A key in a file serves tests and sandboxes. A device or a remote service takes its "
    "place through the protocol `defa_trust.signer.Signer`."
)
@click.argument("file", metavar="FILE|-")
@click.option("--key", "key_file", required=True, metavar="KEY", help="PEM or PKCS#12.")
@click.option("--cert", "cert_file", metavar="FILE", help="The certificate, if KEY holds none.")
@click.option("--chain", "chain_files", multiple=True, metavar="FILE",
              help="Certificates above it, to go along.")  # fmt: skip
@click.option("--password-file", metavar="FILE", help="First line: the password of KEY.")
@click.option(
    "--format",
    "format",
    type=click.Choice([*FAMILIES]),
    default="cades",
    show_default=True,
    help="; ".join(f"{name}: {row.standard}" for name, row in FAMILIES.items()) + ".",
)
@click.option("--form", type=click.Choice(FORMS),
              help="The form of it: " + "; ".join(
                  f"{name}: {', '.join(row.forms)}" for name, row in FAMILIES.items()
              ) + ". Default: the first that will do.")  # fmt: skip
@click.option("--detached", is_flag=True, help="The content stays outside the signature.")
@click.option("--name", metavar="URI",
              help="What a detached signature calls it. Default: the name of FILE.")  # fmt: skip
@click.option("--digest", type=click.Choice([*DIGESTS]), default="sha-256", show_default=True)
@click.option("--signing-time", metavar="TIME", help="ISO 8601 with a zone. Default: now.")
@click.option("--commitment", "commitments", multiple=True, metavar="OID",
              help="What the signature commits to, as 1.2.840.113549.1.9.16.6.1.")  # fmt: skip
@click.option("--tsa-key", metavar="KEY",
              help="Level B-T: the key and certificate of a test TSA.")  # fmt: skip
@click.option("--tsa-cert", metavar="FILE", help="Its certificate, if --tsa-key holds none.")
@click.option("--tsa-time", metavar="TIME", help="What its clock says. Default: --signing-time.")
@click.option("--tsa-url", metavar="URL",
              help="Level B-T: a time-stamping authority to ask (RFC 3161), through the guards of "
              "every fetch.")  # fmt: skip
@click.option("--tsa-policy", metavar="OID", help="The policy under which it is to answer.")
@click.option("--allow-private", is_flag=True,
              help="Let --tsa-url lead to a private address, in a closed network.")  # fmt: skip
@click.option("--crl", "crl_files", multiple=True, metavar="FILE",
              help="Level B-LT: a revocation list to go along (DER).")  # fmt: skip
@click.option("--ocsp", "ocsp_files", multiple=True, metavar="FILE",
              help="Level B-LT: an OCSP response to go along (DER).")  # fmt: skip
@click.option("-o", "--output", metavar="FILE", help="Default: standard output.")
@click.option("--force", is_flag=True, help="Replace an existing file.")
def sign(
    *,
    file: str,
    key_file: str,
    cert_file: str | None,
    chain_files: tuple[str, ...],
    password_file: str | None,
    format: str,
    form: str | None,
    detached: bool,
    name: str | None,
    digest: str,
    signing_time: str | None,
    commitments: tuple[str, ...],
    tsa_key: str | None,
    tsa_cert: str | None,
    tsa_time: str | None,
    tsa_url: str | None,
    tsa_policy: str | None,
    allow_private: bool,
    crl_files: tuple[str, ...],
    ocsp_files: tuple[str, ...],
    output: str | None,
    force: bool,
) -> int:
    """Sign FILE electronically: B-B, B-T with a TSA, B-LT with CRLs or OCSP responses too.

    Exit code 3, and no file, where the authority at --tsa-url gives no time-stamp.
    """
    with_time = tsa_key is not None or tsa_url is not None
    family, form, detached = form_of(format, form, detached=detached, stamped=with_time)
    given = read_moment(signing_time)
    made = now() if given is None else given
    stamped = read_moment(tsa_time)
    if tsa_key is None and (tsa_cert is not None or stamped is not None):
        raise MisuseError("--tsa-cert and --tsa-time need --tsa-key")
    if tsa_url is None and (tsa_policy is not None or allow_private):
        raise MisuseError("--tsa-policy and --allow-private need --tsa-url")
    if tsa_key is not None and tsa_url is not None:
        raise MisuseError("--tsa-key or --tsa-url: one of them makes the time-stamps")
    if (crl_files or ocsp_files) and not with_time:
        raise MisuseError("level B-LT has a time-stamp too: give --tsa-key or --tsa-url")
    signer = _signer(key_file, cert_file, password_file, chain_files)
    if form in family.cms:
        signer = signer.hashing(digest)
    content = read_octets(file, limit=MAX_SIGNED_FILE_BYTES)
    clock = None
    if tsa_key is not None:
        clock = _clock(_signer(tsa_key, tsa_cert, password_file, ()), made, stamped)
    elif tsa_url is not None:
        clock = _asked(tsa_url, tsa_policy, allow_private=allow_private)
    order = Order(
        content,
        _reference(file) if name is None else name,
        signer,
        made,
        digest,
        commitments,
        form,
        detached,
        clock,
        (*_material("crl", crl_files), *_material("ocsp", ocsp_files)),
    )
    try:
        signed = family.sign(order)
    except FetchError as fault:
        click.echo(
            f"Error: no time-stamp, so nothing was signed: {printable(str(fault))}", err=True
        )
        return ExitCode.INDETERMINATE.value
    write_output(signed, output, force=force)
    return 0


def _reference(file: str) -> str:
    """The name of a file as a relative reference (RFC 3986, 4.2)."""
    return quote("content" if file == "-" else Path(file).name)


def _material(kind: str, files: tuple[str, ...]) -> Iterator[Item]:
    from ..material import EvidenceKind, Item

    for name in files:
        yield Item(EvidenceKind(kind), read_input(name, limit=_MAX_MATERIAL_BYTES))


def _clock(unit: SoftwareSigner, made: int, stamped: int | None) -> TimestampSource:
    from ..formats.tst_sign import authority

    return authority(unit, made if stamped is None else stamped)


def _asked(url: str, policy: str | None, *, allow_private: bool) -> TimestampSource:
    from .. import timestamp_fetch
    from ..fetch import Addresses

    addresses = Addresses.ALLOW_PRIVATE if allow_private else Addresses.PUBLIC_ONLY
    rules = replace(timestamp_fetch.POLICY, addresses=addresses)
    return timestamp_fetch.authority_at(url, policy, rules)


def _signer(
    key_file: str, cert_file: str | None, password_file: str | None, chain_files: tuple[str, ...]
) -> SoftwareSigner:
    """A key with its certificate and, of PKCS#12 or from ``chain_files``, those above it."""
    from ..signer import SoftwareSigner
    from ..transcribe import certificates_in
    from ..x509.certificate import read_certificate

    key, certificate = read_key(key_file, cert_file, password_file)
    if read_certificate(certificate).key.thumbprint != key.verification_key.thumbprint:
        raise MisuseError(f"{cert_file or key_file}: the certificate is of another key")
    chain = [*read_chain(key_file, password_file)]
    for name in chain_files:
        chain += certificates_in(name, read_input(name, limit=_MAX_MATERIAL_BYTES))
    return SoftwareSigner(key, certificate, tuple(chain))
