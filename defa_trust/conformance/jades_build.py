"""TEST-ONLY JAdES files of vectors (floor 13): any part of one can be wrong.

The world they count in is the one of ``cms_build``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final

from ..codec import base64url
from ..codec.json import compact as written
from ..formats.cades_sign import TimestampSource
from ..formats.sign_common import sign_plain
from ..signer import SoftwareSigner
from .build import Json, without_none
from .cms_build import ALICE, DOCUMENT, MADE

Component = Callable[[str], Json]
"""From the encoded signature value to one element of `etsiU`."""
TEXT: Final = b"TEST-ONLY text without full stops"


def header(signer: SoftwareSigner = ALICE, **members: Any) -> Json:
    """A protected header of level B-B; members set to ``None`` are left out."""
    certificates = (signer.certificate, *signer.chain)
    usual = {
        "alg": "ES256",
        "iat": MADE,
        "x5t#S256": base64url.encode(sha256(signer.certificate).digest()),
        "x5c": [base64url.encode_standard(der) for der in certificates],
    }
    return without_none(usual | members)


def parts(
    payload: bytes = DOCUMENT, signer: SoftwareSigner = ALICE, head: Json | bytes | None = None
) -> tuple[str, str, str]:
    """Encoded header, payload as signed over, encoded value. A header of bytes is as it is."""
    made = header(signer) if head is None else head
    encoded = base64url.encode(made if isinstance(made, bytes) else written(made))
    plain = isinstance(made, dict) and made.get("b64") is False
    body = payload.decode() if plain else base64url.encode(payload)
    value = sign_plain(signer, f"{encoded}.{body}".encode())
    return encoded, body, base64url.encode(value)


def compact(
    payload: bytes = DOCUMENT,
    signer: SoftwareSigner = ALICE,
    head: Json | bytes | None = None,
    *,
    detached: bool = False,
) -> bytes:
    encoded, body, value = parts(payload, signer, head)
    return f"{encoded}.{'' if detached else body}.{value}".encode()


def flattened(
    *components: Component,
    signer: SoftwareSigner = ALICE,
    head: Json | None = None,
    clear: bool = False,
    unsigned: Json | None = None,
    **members: Any,
) -> bytes:
    """``components`` stand in `etsiU`; ``unsigned`` beside it; ``members`` in the file."""
    encoded, body, value = parts(DOCUMENT, signer, head)
    beside: Json = dict(unsigned or {})
    if components:
        held: list[Any] = [make(value) for make in components]
        beside["etsiU"] = held if clear else [base64url.encode(written(each)) for each in held]
    file = {"payload": body, "protected": encoded, "signature": value}
    return written(file | ({"header": beside} if beside else {}) | members)


def general(*signers: tuple[SoftwareSigner, Json | None], **members: Any) -> bytes:
    """Signatures over one document, each with a header of its own or the usual one."""
    made = [parts(DOCUMENT, signer, head) for signer, head in signers]
    listed = [{"protected": encoded, "signature": value} for encoded, _, value in made]
    return written({"payload": made[0][1], "signatures": listed} | members)


def stamped(source: TimestampSource, over: bytes | None = None) -> Component:
    """`sigTst` over the encoded value, or over other octets."""

    def make(value: str) -> Json:
        covered = sha256(value.encode() if over is None else over).digest()
        return {"sigTst": container(source("sha-256", covered))}

    return make


def container(token: bytes) -> Json:
    return {"tstTokens": [{"val": base64url.encode_standard(token)}]}


def revocations(name: str, values: Iterable[bytes]) -> Component:
    """`rVals` with CRLs (`crlVals`) or OCSP responses (`ocspVals`)."""
    held = [{"val": base64url.encode_standard(der)} for der in values]
    return lambda _: {"rVals": {name: held}}
