"""`defa-trust inspect` and `codes` (floor 13): what bytes claim, and what codes mean."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

import click

from ..errors import Rejection
from ..formats.base import StatusMechanism, StatusReference
from ..formats.signature import SignedFile
from ..request import HolderBinding, Profile, Request
from ..spec import MAX_INPUT_BYTES, MAX_LIST_BYTES, MAX_SIGNED_FILE_BYTES, MEMBER_STATES
from .inputs import read_input
from .render import UNVERIFIED, Paint, claims_lines, moment, plain, printable, table_lines
from .tongue import chosen, lang_option


@click.command()
@click.argument("input", metavar="INPUT|-")
@click.option("--format", metavar="NAME", help="Read it as this format only.")
@click.option("--json", "as_json", is_flag=True, help="The same as JSON.")
@click.option("--show-claims", is_flag=True, help="Also show the person's UNVERIFIED claims.")
def inspect(input: str, format: str | None, as_json: bool, show_claims: bool) -> int:
    """Show what a credential, a signed list or a VICAL CLAIMS. Nothing is verified or trusted.

    Without --show-claims only headers and metadata are shown. Exit code 0 says that the bytes could
    be read, 1 that they could not; neither says anything about validity.
    """
    data = read_input(input, limit=MAX_SIGNED_FILE_BYTES)
    try:
        shape = (list_shape(data) or vical_shape(data)) if format is None else None
        if shape is None:
            shape = _credential_shape(data, format, show_claims)
    except Rejection as refusal:
        if as_json:
            finding = refusal.finding().as_json()
            click.echo(json.dumps({"unverified": True, "refused": finding}, indent=2))
        else:
            click.echo(f"Cannot be read: {printable(str(refusal))}")
        return 1
    if as_json:
        click.echo(json.dumps({"unverified": True, **shape}, indent=2))
        return 0
    paint = Paint()
    click.echo(paint(UNVERIFIED, "1;33"))
    claims = shape.pop("claims", None)
    for label, value in shape.items():
        for number, text in enumerate(_texts(label, value)):
            click.echo(f"  {label if number == 0 else '':<18}{text}")
    if claims is not None:
        click.echo("Claims (personal data):")
        for line in claims_lines(claims):
            click.echo(f"  {line}")
    click.echo(paint(UNVERIFIED, "1;33"))
    return 0


def _credential_shape(data: bytes, format: str | None, show_claims: bool) -> dict[str, Any]:
    from ..verify import parse

    # The receiving state plays no part in reading; every named deviation is allowed, so that
    # whatever can be read at all is shown.
    request = Request(
        MEMBER_STATES[0], HolderBinding.IF_PRESENT, format=format, profiles=frozenset(Profile)
    )
    presented = parse(data, request)
    if isinstance(presented, SignedFile):
        from .inspect_signatures import signed_shape

        return signed_shape(presented, len(data), show_claims)
    asserted, part = presented.asserted, presented.issuer_part
    hint = part.hint
    kid = hint.kid
    certificate = hint.certificate_sha256
    if certificate is None and hint.certificate is not None:
        certificate = sha256(hint.certificate).digest()
    proof = presented.holder_proof
    shape: dict[str, Any] = {
        "format": presented.format,
        "bytes": len(data.strip(b"\r\n\t")),
        "sha256": presented.digest.hex(),
        "algorithm": _algorithm_name(part.algorithms),
        "keyId": base64.b64encode(kid).decode() if isinstance(kid, bytes) else kid,
        "certificateSha256": certificate.hex() if certificate is not None else None,
        "issuer": asserted.issuer,
        "territory": asserted.territory,
        "issuedAt": asserted.issued_at,
        "notBefore": asserted.not_before,
        "expires": asserted.expires,
        "types": list(asserted.types),
        "levels": [f"{scheme} {value}" for scheme, value in asserted.levels],
        "audience": list(asserted.audience),
        "statusReferences": [_reference(reference) for reference in asserted.status],
        "digestClaims": len(presented.digest_claims),
        "holderKeyBound": presented.holder_key_bound,
        "holderProof": None
        if proof is None
        else {"audience": proof.audience, "nonce": proof.nonce, "issuedAt": proof.issued_at},
        "findings": [finding.code.id for finding in presented.findings],
    }
    if show_claims:
        shape["claims"] = plain(presented.reveal())
    return shape


def _reference(reference: StatusReference) -> str:
    """`revocation in the bitstring status list https://… at 7`."""
    mechanism, uri, idx, purpose, _ = reference
    if mechanism is StatusMechanism.UNKNOWN:
        return uri
    said = f"{mechanism.value} {uri} at {idx}"
    return said if purpose is None else f"{purpose} in {said}"


def _algorithm_name(algorithms: Any) -> str:
    rows = algorithms if isinstance(algorithms, tuple) else (algorithms,)
    return " or ".join(str(getattr(row, "name", row)) for row in rows)


def list_shape(data: bytes) -> dict[str, Any] | None:
    """The scheme information of a signed or bare list; ``None`` where it is no list."""
    from ..codec import base64url
    from ..codec import json as strict_json

    text = data.strip(b"\r\n\t ")
    signed = not text.startswith(b"{")
    try:
        header: Mapping[str, Any] = {}
        if signed:
            parts = text.split(b".")
            if len(parts) != 3:
                return None
            header = strict_json.loads_object(base64url.decode(parts[0]))
            payload = base64url.decode(parts[1])
        else:
            payload = text
        document = strict_json.loads(payload, max_bytes=MAX_LIST_BYTES)
    except Rejection:
        # Large or odd bytes are judged, and refused with a code, by the formats' own readers.
        if len(data) > MAX_INPUT_BYTES and not _is_signed_file(data):
            raise
        return None
    body = document.get("LoTE") if isinstance(document, dict) else None
    scheme = body.get("ListAndSchemeInformation") if isinstance(body, dict) else None
    if not isinstance(body, dict) or not isinstance(scheme, dict):
        return None
    entities = body.get("TrustedEntitiesList")
    entities = entities if isinstance(entities, list) else []
    return {
        "format": "signed list (TS 119 602)" if signed else "unsigned list (TS 119 602)",
        "bytes": len(data),
        "sha256": sha256(text).hexdigest(),
        "algorithm": header.get("alg") if isinstance(header.get("alg"), str) else None,
        "type": _text(scheme.get("LoTEType")),
        "territory": _text(scheme.get("SchemeTerritory")),
        "operator": _english(scheme.get("SchemeOperatorName")),
        "sequence": _integer(scheme.get("LoTESequenceNumber")),
        "issued": _text(scheme.get("ListIssueDateTime")),
        "nextUpdate": _text(scheme.get("NextUpdate")),
        "pointers": _count(scheme.get("PointersToOtherLoTE")),
        "entities": len(entities),
        "services": sum(
            _count(entity.get("TrustedEntityServices"))
            for entity in entities
            if isinstance(entity, dict)
        ),
        "arrangements": sum(
            _count(extension.get("DefaRecognition"))
            for extension in scheme.get("SchemeExtensions") or ()
            if isinstance(extension, dict)
        )
        if isinstance(scheme.get("SchemeExtensions"), list)
        else 0,
    }


def vical_shape(data: bytes) -> dict[str, Any] | None:
    """What a VICAL (ISO/IEC 18013-5, C.1) says of itself; ``None`` where it is none."""
    from ..codec import cbor
    from ..formats.cose import parse_sign1

    if data[:1] not in _SIGN1:
        return None
    try:
        message = parse_sign1(data, max_bytes=MAX_LIST_BYTES)
        content = cbor.loads(message.payload, max_bytes=MAX_LIST_BYTES)
    except Rejection:
        return None
    if not isinstance(content, dict) or "vicalProvider" not in content:
        return None
    infos = content.get("certificateInfos")
    certificate = message.hint.certificate
    return {
        "format": "VICAL (ISO/IEC 18013-5, C.1)",
        "bytes": len(data),
        "sha256": sha256(data).hexdigest(),
        "algorithm": _algorithm_name(message.algorithms),
        "certificateSha256": None if certificate is None else sha256(certificate).hexdigest(),
        "version": _text(content.get("version")),
        "provider": _text(content.get("vicalProvider")),
        "issue": _integer(content.get("vicalIssueID")),
        "date": _text(getattr(content.get("date"), "value", None)),
        "nextUpdate": _text(getattr(content.get("nextUpdate"), "value", None)),
        "entries": _count(infos),
        "countries": sorted(
            {
                country
                for info in (infos if isinstance(infos, list) else ())
                if isinstance(info, dict)
                and (country := _text(info.get("issuingCountry"))) is not None
            }
        ),
    }


_SIGN1: Final = (b"\x84", b"\xd2")
"""First octets of a COSE_Sign1: an array of four, or tag 18 (RFC 9052, 4.2)."""


def _is_signed_file(data: bytes) -> bool:
    from ..formats.registry import SIGNATURE_FORMATS

    return any(family.detect(data) for family in SIGNATURE_FORMATS.values())


def _count(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


def _text(value: object) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _english(value: object) -> str | None:
    for entry in value if isinstance(value, list) else ():
        if isinstance(entry, dict) and entry.get("lang") == "en":
            return _text(entry.get("value"))
    return None


def _texts(label: str, value: Any) -> Iterator[str]:
    if value is None or value == []:
        yield "-"
    elif isinstance(value, list):
        for item in value:
            yield printable(str(item))
    elif isinstance(value, dict):
        yield printable(", ".join(f"{name} {item}" for name, item in value.items()))
    elif isinstance(value, int) and label in ("issuedAt", "notBefore", "expires"):
        yield moment(value)
    else:
        yield printable(str(value))


@click.command()
@click.option("--json", "as_json", is_flag=True, help="The table as JSON.")
@lang_option
def codes(as_json: bool, lang: str | None) -> int:
    """List every code that a verdict, a list or a bundle may carry, with its meaning."""
    language = chosen(lang)
    from ..codes import all_codes

    table = sorted(all_codes().values(), key=lambda code: code.id)
    if as_json:
        rows = [
            {
                "id": code.id,
                "rule": code.rule,
                "stage": code.stage.value,
                "outcome": code.outcome.value,
                "indication": code.indication and code.indication.value,
                "subIndication": code.sub_indication and code.sub_indication.value,
                "recognition": code.recognition and code.recognition.value,
                "citation": code.citation,
                "text": code.text,
            }
            for code in table
        ]
        click.echo(json.dumps(rows, indent=2))
        return 0
    lines = table_lines(
        (
            (
                code.id,
                code.outcome.value,
                (code.indication or code.recognition or "-"),
                language.meaning(code),
            )
            for code in table
        ),
        ("code", "outcome", "leads to", "meaning"),
    )
    for line in lines:
        click.echo(line)
    return 0


_SHELLS = ("bash", "zsh", "fish")


@click.command()
@click.argument("shell", type=click.Choice(_SHELLS))
def completion(shell: str) -> int:
    """Print the completion script of a shell; for bash: eval "$(defa-trust completion bash)"."""
    from click.shell_completion import get_completion_class

    from .app import cli

    kind = get_completion_class(shell)
    assert kind is not None
    click.echo(kind(cli, {}, "defa-trust", "_DEFA_TRUST_COMPLETE").source())
    return 0
