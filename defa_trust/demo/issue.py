"""Issuing TEST-ONLY samples in every supported format (floor 13), byte for byte reproducible.

Salts are digests of labels, ECDSA nonces those of RFC 6979, and compressed streams consist of
stored blocks. None of that is how a real issuer works: its salts must be random (RFC 9901, 9.3).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final
from zlib import adler32

from ..algorithms import JOSE_ALGORITHMS
from ..codec import base45, base64url, cbor
from ..codec import json as strict_json
from ..crypto import DIGESTS
from .keys import Signer

Json = Mapping[str, Any]

VCDM_2: Final = "https://www.w3.org/ns/credentials/v2"
VCDM_1_1: Final = "https://www.w3.org/2018/credentials/v1"

_STORED_BLOCK: Final = 0xFFFF


# --- JOSE ----------------------------------------------------------------------------------------
def issue_jws(header: Json, payload: Json | bytes, signer: Signer, kept: str) -> str:
    """A compact JWS (RFC 7515, 7.1) over ``payload``; `alg` and `kid` come from the signer.

    A member of ``header`` wins over the signer's, and ``None`` leaves it out.
    """
    body = payload if isinstance(payload, bytes) else strict_json.compact(dict(payload))
    head: dict[str, Any] = {"alg": signer.algorithm, "kid": signer.kid}
    if signer.certificate is not None:
        head["x5t#S256"] = base64url.encode(sha256(signer.certificate).digest())
        if signer.kid is None:
            del head["kid"]
    head.update(header)
    head = {name: value for name, value in head.items() if value is not None}
    message = f"{base64url.encode(strict_json.compact(head))}.{base64url.encode(body)}"
    return f"{message}.{base64url.encode(signer.sign(message.encode(), kept))}"


def issue_vc_jwt(credential: Json, signer: Signer, kept: str, **header: Any) -> bytes:
    """A VCDM 2.0 credential secured by a JWT (W3C VC-JOSE-COSE, 3.1.1): the payload *is* it."""
    return issue_jws({"typ": "vc+jwt", "cty": "vc", **header}, credential, signer, kept).encode()


def issue_vc_jwt_1_1(claims: Json, signer: Signer, kept: str, **header: Any) -> bytes:
    """A VCDM 1.1 credential in the `vc` claim of a JWT (VCDM 1.1, 6.3.1)."""
    return issue_jws({"typ": "JWT", **header}, claims, signer, kept).encode()


# --- SD-JWT --------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Hidden:
    """Marks a member's value, or an array's element, as selectively disclosable."""

    value: Any


@dataclass(frozen=True, slots=True)
class IssuedSdJwt:
    """An issuer-signed JWT and its disclosures by name (RFC 9901, 4)."""

    jwt: str
    disclosures: Mapping[str, str]
    digest_algorithm: str = "sha-256"

    def present(
        self,
        names: Sequence[str] | None = None,
        binding: Json | None = None,
        holder: Signer | None = None,
    ) -> bytes:
        """The compact presentation of the named disclosures (all by default).

        ``binding`` holds the claims of the key-binding JWT; `sd_hash` is filled in unless given.
        """
        message = "~".join((self.jwt, *self._chosen(names))) + "~"
        if binding is None or holder is None:
            return message.encode()
        return (message + self._key_binding(message, binding, holder)).encode()

    def present_json(
        self,
        names: Sequence[str] | None = None,
        binding: Json | None = None,
        holder: Signer | None = None,
    ) -> bytes:
        """The same in flattened JWS JSON serialisation (RFC 9901, 8.1)."""
        protected, payload, signature = self.jwt.split(".")
        chosen = self._chosen(names)
        header: dict[str, Any] = {"disclosures": list(chosen)}
        if binding is not None and holder is not None:
            message = "~".join((self.jwt, *chosen)) + "~"
            header["kb_jwt"] = self._key_binding(message, binding, holder)
        return strict_json.compact(
            {
                "payload": payload,
                "protected": protected,
                "signature": signature,
                "header": header,
            }
        )

    def _chosen(self, names: Sequence[str] | None) -> tuple[str, ...]:
        wanted = tuple(self.disclosures) if names is None else tuple(names)
        return tuple(self.disclosures[name] for name in wanted)

    def _key_binding(self, message: str, binding: Json, holder: Signer) -> str:
        claims = {"sd_hash": digest_text(message, self.digest_algorithm), **binding}
        head = {"typ": "kb+jwt", "kid": None}
        return issue_jws(head, claims, holder, "holder")


def issue_sd_jwt(
    claims: Json,
    signer: Signer,
    kept: str,
    *,
    typ: str = "dc+sd-jwt",
    digest_algorithm: str = "sha-256",
    decoys: int = 0,
    **header: Any,
) -> IssuedSdJwt:
    """An SD-JWT VC. Whatever is ``Hidden`` in ``claims`` becomes a disclosure, nested ones too.

    Disclosures are named by the path of their claim (`address/locality`, `nationalities/0`).
    """
    salts = _salts(kept)
    disclosures: dict[str, str] = {}
    payload = _conceal(claims, "", salts, disclosures, digest_algorithm)
    if decoys:
        fakes = [
            digest_text(f"TEST-ONLY decoy {kept} {n}", digest_algorithm) for n in range(decoys)
        ]
        payload["_sd"] = sorted([*payload.get("_sd", []), *fakes])
    if "_sd" in payload or disclosures:
        payload["_sd_alg"] = digest_algorithm
    jwt = issue_jws({"typ": typ, **header}, payload, signer, kept)
    # Enclosing claims first, as a reader expects them; the format knows no order.
    ordered = dict(sorted(disclosures.items(), key=lambda item: (item[0].count("/"), item[0])))
    return IssuedSdJwt(jwt, ordered, digest_algorithm)


def digest_text(text: str, algorithm: str) -> str:
    """base64url of a digest over ASCII text (RFC 9901, 4.2.3)."""
    return base64url.encode(DIGESTS[algorithm](text.encode("ascii")))


def disclosure(salt: str, *parts: Any) -> str:
    """base64url of `[salt, name, value]` or `[salt, value]` (RFC 9901, 4.2.1 and 4.2.2)."""
    return base64url.encode(strict_json.compact([salt, *parts]))


def _salts(label: str) -> Iterator[str]:
    number = 0
    while True:
        seed = sha256(f"TEST-ONLY defa region salt {label} {number}".encode()).digest()
        yield base64url.encode(seed[:16])
        number += 1


def _conceal(
    value: Any, path: str, salts: Iterator[str], found: dict[str, str], algorithm: str
) -> Any:
    """Replace what is ``Hidden`` by digests, innermost first (RFC 9901, 4.2.6: recursive)."""
    if isinstance(value, Mapping):
        plain: dict[str, Any] = {}
        digests = []
        for name, member in value.items():
            place = f"{path}/{name}" if path else name
            inner = member.value if isinstance(member, Hidden) else member
            done = _conceal(inner, place, salts, found, algorithm)
            if isinstance(member, Hidden):
                found[place] = disclosure(next(salts), name, done)
                digests.append(digest_text(found[place], algorithm))
            else:
                plain[name] = done
        if digests:
            # Sorted, so that the order betrays nothing of the claims' (RFC 9901, 4.2.4.1).
            plain["_sd"] = sorted(digests)
        return plain
    if isinstance(value, list):
        out = []
        for index, element in enumerate(value):
            place = f"{path}/{index}"
            inner = element.value if isinstance(element, Hidden) else element
            done = _conceal(inner, place, salts, found, algorithm)
            if isinstance(element, Hidden):
                found[place] = disclosure(next(salts), done)
                out.append({"...": digest_text(found[place], algorithm)})
            else:
                out.append(done)
        return out
    return value


# --- COSE and QR ---------------------------------------------------------------------------------
def issue_sign1(
    claims: Mapping[int, Any], signer: Signer, kept: str, *, kid: bytes | None = None
) -> bytes:
    """A tagged COSE_Sign1 over a CWT (RFC 9052, 4.2; RFC 8392)."""
    (algorithm, *_) = JOSE_ALGORITHMS[signer.algorithm]
    # EdDSA stands for two curves in JOSE; COSE's -8 does too (RFC 9053, 2.2).
    identifier = -8 if signer.algorithm == "EdDSA" else algorithm.cose
    protected = cbor.dumps({1: identifier, 4: signer.cose_kid if kid is None else kid})
    payload = cbor.dumps(dict(claims))
    to_be_signed = cbor.dumps(["Signature1", protected, b"", payload])
    signature = signer.sign(to_be_signed, kept)
    return cbor.dumps(cbor.Tagged(18, [protected, {}, payload, signature]))


def issue_hcert(claims: Mapping[int, Any], signer: Signer, kept: str, **more: Any) -> bytes:
    """The text of an `HC1:` QR code, its zlib stream made of stored blocks."""
    return hc1(stored(issue_sign1(claims, signer, kept, **more)))


def hc1(message: bytes) -> bytes:
    """Prefix and base45 (EU DCC specification, volume 3, 2.3), whatever ``message`` holds."""
    return b"HC1:" + base45.encode(message).encode()


def stored(data: bytes) -> bytes:
    """A zlib stream of stored blocks (RFC 1950, 2.2; RFC 1951, 3.2.4): no build of zlib differs."""
    blocks = [data[i : i + _STORED_BLOCK] for i in range(0, len(data), _STORED_BLOCK)] or [b""]
    out = bytearray(b"\x78\x01")
    for number, block in enumerate(blocks, 1):
        out.append(int(number == len(blocks)))
        out += len(block).to_bytes(2, "little")
        out += (len(block) ^ _STORED_BLOCK).to_bytes(2, "little")
        out += block
    return bytes(out + adler32(data).to_bytes(4, "big"))
