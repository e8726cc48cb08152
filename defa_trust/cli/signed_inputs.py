"""What a person gives beside what is judged (floor 13): the content of a signed file, certificates,
CRLs and OCSP responses, the session in which an mdoc was presented."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ..algorithms import DIGEST_SIZES
from ..content import Content
from ..errors import MisuseError, Rejection
from ..spec import MAX_INPUT_BYTES, MAX_SIGNED_FILE_BYTES
from .inputs import read_input, read_octets

if TYPE_CHECKING:
    from ..material import Item
    from ..signing_crypto import AgreementKey

_IN_MEMORY: Final = 1 << 20
"""Larger contents are read through for each digest that is asked of them, and forgotten."""
_FROM_URL: Final = str.maketrans("-_", "+/")
_KINDS: Final = ("certificate", "crl", "ocsp")
_MAX_EVIDENCE_BYTES: Final = 32 << 20


def read_presented(name: str) -> bytes:
    """A credential or a signed file. Only what begins like a signed file may be as large as one.

    Raises ``MisuseError`` where there is nothing to read.
    """
    data = read_input(name)
    if len(data) <= MAX_INPUT_BYTES or name == "-":
        return data
    from ..codec.zip import begins
    from ..formats import jades
    from ..formats.registry import SIGNATURE_FORMATS

    # What a container is, its end says; and what marks a JWS may stand behind its payload.
    late = begins(data) or jades.may_begin(data)
    if not late and not any(family.detect(data) for family in SIGNATURE_FORMATS.values()):
        return data
    return read_input(name, limit=MAX_SIGNED_FILE_BYTES)


def read_transcript(text: str | None) -> bytes | None:
    """A session transcript as base64, or as base64url without padding.

    Raises ``MisuseError`` where it is neither; whether it is CBOR the request itself looks at.
    """
    if text is None:
        return None
    try:
        return b64decode(text.translate(_FROM_URL) + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise MisuseError("--session-transcript is base64 of the CBOR") from None


def read_agreement_key(name: str) -> AgreementKey:
    """A private JWK for key agreement from a file. Raises ``MisuseError``."""
    from ..codec.json import loads_object
    from ..signing_crypto import AgreementKey

    try:
        return AgreementKey.from_jwk(loads_object(read_input(name, limit=1 << 16)))
    except Rejection:
        raise MisuseError(f"{name} holds no private JWK") from None


def read_content(file: str | None, digests: tuple[str, ...]) -> Content | None:
    """The content of a detached signature: a file, or digests of one that stays where it is.

    Raises ``MisuseError`` where both are given, or a digest is none.
    """
    if file is not None and digests:
        raise MisuseError("give --content or --content-digest, not both")
    if file is not None:
        try:
            with Path(file).open("rb") as stream:
                head = stream.read(_IN_MEMORY + 1)
                if len(head) <= _IN_MEMORY:
                    return Content.of(head)
            return Content.rereadable(lambda: Path(file).open("rb"))
        except (OSError, ValueError) as fault:
            why = fault.strerror if isinstance(fault, OSError) else "no such name"
            raise MisuseError(f"{file} cannot be read: {why}") from None
    if not digests:
        return None
    found: dict[str, bytes] = {}
    for text in digests:
        name, _, value = text.rpartition("=")
        if name.partition(";")[0] not in DIGEST_SIZES or name in found:
            known = ", ".join(DIGEST_SIZES)
            raise MisuseError(
                f"--content-digest {text!r}: give NAME=HEX, each once; known: {known}"
            )
        try:
            found[name] = bytes.fromhex(value)
        except ValueError:
            raise MisuseError(f"--content-digest {text!r}: that is not hexadecimal") from None
    return Content.digested(found)


def read_objects(pairs: tuple[str, ...]) -> Iterator[Item]:
    """`URI=FILE` pairs: contents under the names that a signature gives them. A name may hold an
    equals sign, so the file's begins behind the last one.

    Raises ``MisuseError`` where a name is missing or twice, or a file cannot be read.
    """
    from ..material import EvidenceKind, Item

    seen = set()
    for pair in pairs:
        uri, _, name = pair.rpartition("=")
        if not uri or not name or uri in seen:
            raise MisuseError(f"--object {pair!r}: give URI=FILE, each URI once")
        seen.add(uri)
        octets = read_octets(name, limit=MAX_SIGNED_FILE_BYTES)
        yield Item(EvidenceKind.CONTENT, octets, uri)


def read_evidence_files(pairs: tuple[str, ...]) -> Iterator[Item]:
    """`KIND=FILE` pairs: unauthenticated material at hand. Certificates may be PEM.

    Raises ``MisuseError`` where a kind is unknown or a file cannot be read.
    """
    from ..material import EvidenceKind, Item

    for pair in pairs:
        kind, _, name = pair.partition("=")
        if kind not in _KINDS or not name:
            raise MisuseError(f"--evidence-file {pair!r}: give KIND=FILE; {', '.join(_KINDS)}")
        data = read_input(name, limit=_MAX_EVIDENCE_BYTES)
        if len(data) > _MAX_EVIDENCE_BYTES:
            raise MisuseError(f"{name} is larger than {_MAX_EVIDENCE_BYTES} bytes")
        if kind == "certificate":
            from ..transcribe import certificates_in

            for der in certificates_in(name, data):
                yield Item(EvidenceKind.CERTIFICATE, der)
        else:
            yield Item(EvidenceKind(kind), data)
