"""`trust init` (floor 13): the roots of a trust folder, given out of band."""

from __future__ import annotations

import base64
import binascii
import json
from hashlib import sha256
from pathlib import Path
from typing import Final

import click

from ..errors import MisuseError, Rejection
from ..spec import ISSUING_STATES, MEMBER_STATES, PARTNER_STATES, iso_territory
from ..trustlist.model import Binding, ListType
from ..trustlist.pin import Pin, SignerProfile
from .inputs import read_input
from .render import table_lines

REGION: Final = "AP"
"""Territory of the regional list: what the schema of TS 119 602 takes (docs/profile.md)."""
NAMES: Final = {
    ListType.REGIONAL: "regional",
    ListType.MEMBER_STATE: "national",
    ListType.RECOGNITION: "recognition",
}
_MAX_CERTIFICATE_BYTES: Final = 64 << 10
_Place = tuple[ListType, str]


@click.command()
@click.argument("dir", metavar="DIR")
@click.option("--regional", multiple=True, metavar="CERT", help="Signer of the regional list.")
@click.option(
    "--threshold", type=click.IntRange(1, 16), default=1, show_default=True,
    help="How many of the --regional signers must sign.",
)  # fmt: skip
@click.option("--national", multiple=True, metavar="CC=CERT", help="Signer of a state's list.")
@click.option("--recognition", multiple=True, metavar="CC=CERT", help="… of a recognition list.")
@click.option(
    "--list-of-lists", "lists_of_lists", multiple=True, metavar="CC=CERT",
    help="Signer of a list of lists in XML: EU for that of the European Union.",
)  # fmt: skip
@click.option(
    "--xml", "xml", multiple=True, metavar="LIST",
    help="A pinned list that is XML of TS 119 612: regional, national-CC, recognition-CC. Those of "
    "states outside the region always are.",
)  # fmt: skip
@click.option(
    "--signer-profile", type=click.Choice(["ts119612", "field"]), default="ts119612",
    show_default=True,
    help="What signers of XML lists must be: TS 119 612, 5.7.1 in full; or what public lists keep "
    "of it: no authority, of the list's country, valid.",
)  # fmt: skip
@click.option(
    "--publication", multiple=True, metavar="CC=URI",
    help="Where the signers of a list of lists were published: it must name that place.",
)  # fmt: skip
@click.option(
    "--location", multiple=True, metavar="LIST=URL",
    help="Where `update` finds a pinned list: regional=URL, regional-EU=URL, national-CC=URL, "
    "recognition-CC=URL.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The pins as JSON.")
def init(
    dir: str,
    regional: tuple[str, ...],
    threshold: int,
    national: tuple[str, ...],
    recognition: tuple[str, ...],
    lists_of_lists: tuple[str, ...],
    xml: tuple[str, ...],
    signer_profile: str,
    publication: tuple[str, ...],
    location: tuple[str, ...],
    as_json: bool,
) -> int:
    """Make a trust store in DIR whose only roots are the certificates given here.

    CERT is a PEM or DER file that you got, and compared, out of band. Two states can start with
    each other's --national and --recognition signers and nothing regional.
    """
    from ..store import TrustStore
    from ..trustlist.assemble import Pins

    signers: dict[_Place, list[bytes]] = {}
    for name in regional:
        signers.setdefault((ListType.REGIONAL, REGION), []).extend(certificates_of(name))
    for type, pairs, known in (
        (ListType.MEMBER_STATE, national, ISSUING_STATES),
        (ListType.RECOGNITION, recognition, MEMBER_STATES),
    ):
        for territory, name in _pairs(pairs, "CC=CERT", known):
            signers.setdefault((type, territory), []).extend(certificates_of(name))
    in_xml = {_place(name, "--xml") for name in xml}
    for territory, name in _pairs(lists_of_lists, "CC=CERT"):
        place = (ListType.REGIONAL, territory)
        in_xml.add(place)
        signers.setdefault(place, []).extend(certificates_of(name))
    if not signers:
        raise MisuseError("no signer given: pin one with --regional, --national or --recognition")
    in_xml |= {place for place in signers if place[1] in PARTNER_STATES}
    locations = _locations(location)
    published = {
        (ListType.REGIONAL, territory): uri for territory, uri in _pairs(publication, "CC=URI")
    }
    for option, named in (
        ("--location", locations.keys()), ("--xml", in_xml), ("--publication", published.keys())
    ):  # fmt: skip
        if named - signers.keys():
            raise MisuseError(f"{option} names a list for which no signer is given")
    if threshold > 1 and not regional:
        raise MisuseError("--threshold counts the signers given with --regional")
    profile = SignerProfile(signer_profile)
    pinned = []
    for place, found in sorted(signers.items()):
        is_xml = place in in_xml
        _check_readable(place, found)
        pinned.append(
            Pin(
                *place,
                tuple(dict.fromkeys(found)),
                locations.get(place),
                threshold if place == (ListType.REGIONAL, REGION) else 1,
                binding=Binding.XML if is_xml else Binding.JSON,
                profile=profile if is_xml else SignerProfile.TS_119_612,
                publication=published.get(place),
            )
        )
    TrustStore(Path(dir)).init(Pins(pinned))
    _say(pinned, as_json=as_json)
    return 0


def _check_readable(place: _Place, found: list[bytes]) -> None:
    from ..x509.certificate import read_certificate

    for der in found:
        try:
            read_certificate(der)
        except Rejection as refusal:
            raise MisuseError(f"a certificate for {place[1]}: {refusal}") from None


def _say(pinned: list[Pin], *, as_json: bool) -> None:
    rows = [
        (NAMES[pin.type], pin.territory, sha256(der).hexdigest())
        for pin in pinned
        for der in pin.signers
    ]
    if as_json:
        keys = ("type", "territory", "sha256")
        click.echo(json.dumps([dict(zip(keys, row, strict=True)) for row in rows], indent=2))
        return
    for line in table_lines(rows, ("list", "of", "signer pinned (SHA-256 of the certificate)")):
        click.echo(line)
    click.echo("Compare these with what the operators publish before you rely on them.")


def _pairs(
    pairs: tuple[str, ...], form: str, known: tuple[str, ...] | None = None
) -> list[tuple[str, str]]:
    """(ISO 3166-1 code, value) of each `CC=…`."""
    found = []
    for pair in pairs:
        code, _, value = pair.partition("=")
        territory = iso_territory(code.upper())
        if not value or (known is not None and territory not in known):
            where = "" if known is None else f", where CC is one of {' '.join(known)}"
            raise MisuseError(f"{pair!r}: give {form}{where}")
        found.append((territory, value))
    return found


def _place(name: str, option: str) -> _Place:
    kinds = {label: kind for kind, label in NAMES.items()}
    label, _, territory = name.partition("-")
    kind = kinds.get(label)
    if kind is ListType.REGIONAL and not territory:
        territory = REGION
    if kind is None or not territory:
        raise MisuseError(f"{option} {name!r}: give regional, national-CC or recognition-CC")
    return kind, iso_territory(territory.upper())


def _locations(pairs: tuple[str, ...]) -> dict[_Place, str]:
    found: dict[_Place, str] = {}
    for pair in pairs:
        name, _, url = pair.partition("=")
        if not url.startswith("https://"):
            raise MisuseError(f"--location {pair!r}: give regional=URL or national-CC=URL, https")
        if found.setdefault(_place(name, "--location"), url) is not url:
            raise MisuseError(f"--location names the {name} list twice")
    return found


def certificates_of(name: str) -> list[bytes]:
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
