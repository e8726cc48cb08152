"""The signature around a list: compact JAdES B-B, opened with pinned signers only (floor 5).

`x5c` and `x5t#S256` select among the pinned certificates and are believed in nothing else. The
payload leaves this module only after the signature verified over the bytes as received.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..codec import json as strict_json
from ..codes import listing as codes
from ..crypto import (
    DEFAULT_ALGORITHM_POLICY,
    JOSE_ALGORITHMS,
    Algorithm,
    AlgorithmPolicy,
    Hashed,
    select,
)
from ..errors import Rejection
from ..spec import CLOCK_SKEW_SECONDS, MAX_LIST_BYTES
from ..verdict import Outcome
from ..x509.certificate import UNDERSTOOD_CRITICAL, UntrustedCertificate, read_certificate
from . import reading

EKU_TSL_SIGNING: Final = "0.4.0.2231.3.0"
"""id-tsl-kp-tslSigning (TS 119 612, 5.7.1)."""
LIST_ALGORITHMS: Final = ("ES256", "ES384", "EdDSA", "Ed25519", "PS256")
"""What a list may be signed with. NOTE: `Ed25519` is the name of RFC 9864 for what `EdDSA` with
such a key does; both are read."""

_ALGORITHMS: Final = frozenset(LIST_ALGORITHMS)
_MAX_HEADER: Final = 1 << 16
_MAX_CHAIN: Final = 8
_HEADER: Final = frozenset({"alg"})
_HEADER_OPTIONAL: Final = frozenset({"x5c", "x5t#S256", "iat", "sigT", "crit", "typ", "cty", "kid"})
_SIGNING_USAGES: Final = frozenset({"digital_signature", "content_commitment"})


class Content(StrEnum):
    """What a signature says it is over (`cty`), so that one kind never passes for the other."""

    LIST = "json"
    SIGNING_INPUT = "vnd.defa.signing-input"
    """A further signature over the signing input of a list (companion of a list)."""


_CONTENTS: Final[Mapping[Content, frozenset[object]]] = {
    Content.LIST: frozenset({None, "json", "application/json"}),
    Content.SIGNING_INPUT: frozenset({"vnd.defa.signing-input"}),
}


class Opened(NamedTuple):
    """An authenticated payload. ``signer`` is the pinned DER certificate; ``signed_at`` is what the
    signer claims (Unix seconds), and no proof of time. ``digest`` is the SHA-256 (hex) of all
    bytes, ``signed_digest`` that of the JWS signing input."""

    payload: bytes
    signer: bytes
    signed_at: int
    certificate: UntrustedCertificate
    digest: str
    signed_digest: str


def open_envelope(
    data: bytes,
    signers: Sequence[bytes],
    *,
    now: int,
    country: str | None = None,
    skew: int = CLOCK_SKEW_SECONDS,
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY,
    max_bytes: int = MAX_LIST_BYTES,
    content: Content = Content.LIST,
) -> Opened:
    """Verify a signed list with one of ``signers`` (DER certificates, byte for byte).

    ``country`` is what the signer's certificate must name (``None``: not asked, for a region).
    Raises ``Rejection``; no signer, no list.
    """
    if len(data) > max_bytes:
        raise Rejection(codes.TOO_LARGE, expected=max_bytes, actual=len(data))
    if not signers:
        raise Rejection(codes.NO_PIN)
    first, second = _dots(data)
    head, tail = data[:first], data[second + 1 :]
    if not head or not tail or second == first + 1:
        raise Rejection(codes.NOT_A_JWS, actual="an empty part")
    if len(head) > _MAX_HEADER:
        raise Rejection(codes.HEADER, actual="its size")
    header = _read_header(head, content)
    signed_at = _claimed_time(header)
    certificate = _select_signer(header, signers)
    _check_signer(certificate, country, now, signed_at)
    if signed_at > now + skew:
        raise Rejection(codes.SIGNED_IN_THE_FUTURE, expected=now, actual=signed_at)
    algorithm = _algorithm(header["alg"], certificate)
    judged = algorithms.judge(algorithm, certificate.key, now)
    if judged.outcome is not Outcome.MET:
        raise Rejection(judged.code, expected=judged.expected, actual=judged.actual)
    # Twenty megabytes are hashed once: for the signature, and for what the list is called by.
    view = memoryview(data)
    state = sha256(view[:second])
    signed = state.digest()
    message = Hashed("SHA-256", signed) if algorithm.hash == "SHA-256" else (view[:second],)
    if not certificate.key.verify(algorithm, base64url.decode(tail), message):
        raise Rejection(codes.SIGNATURE)
    state.update(view[second:])
    return Opened(
        payload=base64url.decode_part(data, first + 1, second),
        signer=certificate.der,
        signed_at=signed_at,
        certificate=certificate,
        digest=state.hexdigest(),
        signed_digest=signed.hex(),
    )


def peek_payload(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> bytes:
    """The payload, unauthenticated: only for choosing which pin to try. Raises ``Rejection``."""
    if len(data) > max_bytes:
        raise Rejection(codes.TOO_LARGE, expected=max_bytes, actual=len(data))
    first, second = _dots(data)
    return base64url.decode_part(data, first + 1, second)


def _dots(data: bytes) -> tuple[int, int]:
    """Where the two dots of a compact JWS are, and there are no others."""
    first = data.find(b".")
    second = data.find(b".", first + 1)
    if first == -1 or second == -1 or data.find(b".", second + 1) != -1:
        raise Rejection(codes.NOT_A_JWS, actual="not three parts")
    return first, second


def signing_digest(data: bytes) -> str:
    """SHA-256 (hex) of the JWS signing input: what nobody without the key can vary."""
    return sha256(memoryview(data)[: max(data.rfind(b"."), 0)]).hexdigest()


def _read_header(encoded: bytes, content: Content) -> dict[str, Any]:
    header = strict_json.loads_object(base64url.decode(encoded), max_depth=4)
    for member in sorted(header.keys() - _HEADER - _HEADER_OPTIONAL):
        # jwk, jku and x5u would bring a key along; b64 would change what is signed.
        known = member in ("jwk", "jku", "x5u", "x5t", "b64")
        raise Rejection(codes.HEADER, actual=f"`{member}`" if known else "an unknown member")
    if "alg" not in header:
        raise Rejection(codes.HEADER, actual="no `alg`")
    if header.get("typ", "JOSE") not in ("JOSE", "jose"):
        raise Rejection(codes.HEADER, actual="`typ`")
    stated = header.get("cty")
    if ("cty" in header and type(stated) is not str) or stated not in _CONTENTS[content]:
        raise Rejection(codes.HEADER, actual="`cty`")
    if type(header.get("kid", "")) is not str:
        raise Rejection(codes.HEADER, actual="`kid`")
    if "crit" in header:
        critical = header["crit"]
        if critical != ["sigT"]:
            named = critical if type(critical) is list else ["a value of another type"]
            others = [str(name)[:32] for name in named if name != "sigT"][:4]
            raise Rejection(codes.HEADER_CRITICAL, actual=ascii(", ".join(others) or "nothing"))
        if "sigT" not in header:
            raise Rejection(codes.HEADER_CRITICAL, actual="a member that is not there")
    return header


def _claimed_time(header: dict[str, Any]) -> int:
    """`iat`, or `sigT` of older producers, which must be critical (TS 119 182-1, 5.1.11, 5.2.1)."""
    if ("iat" in header) is ("sigT" in header):
        raise Rejection(codes.HEADER, actual="not exactly one of `iat` and `sigT`")
    if "iat" in header:
        return reading.integer(header["iat"], "iat", 0)
    if "crit" not in header:
        raise Rejection(codes.HEADER, actual="`sigT` that is not critical")
    return reading.time(header["sigT"], "sigT")


def _select_signer(header: dict[str, Any], signers: Sequence[bytes]) -> UntrustedCertificate:
    """The pinned certificate that the header names; where both references are there, they agree."""
    named: set[bytes] = set()
    if "x5t#S256" in header:
        reference = header["x5t#S256"]
        if type(reference) is not str:
            raise Rejection(codes.HEADER, actual="`x5t#S256`")
        named.add(base64url.decode(reference))
    if "x5c" in header:
        chain = header["x5c"]
        if type(chain) is not list or not 0 < len(chain) <= _MAX_CHAIN:
            raise Rejection(codes.HEADER, actual="`x5c`")
        if any(type(entry) is not str for entry in chain):
            raise Rejection(codes.HEADER, actual="`x5c`")
        named.add(sha256(base64url.decode_standard(chain[0])).digest())
    if not named:
        raise Rejection(codes.HEADER, actual="neither `x5c` nor `x5t#S256`")
    if len(named) > 1:
        raise Rejection(codes.HEADER, actual="`x5c` and `x5t#S256` name two certificates")
    (wanted,) = named
    for der in signers:
        if sha256(der).digest() == wanted:
            return read_certificate(der)
    raise Rejection(codes.SIGNER_NOT_PINNED, actual=wanted.hex())


def _check_signer(
    certificate: UntrustedCertificate, country: str | None, now: int, signed_at: int
) -> None:
    """TS 119 612, 5.7.1. The pin says who; these say that the certificate is for lists."""
    check_list_certificate(certificate)
    if country is not None and certificate.country != country:
        raise Rejection(codes.SIGNER_COUNTRY, expected=country, actual=certificate.country)
    check_signer_valid(certificate, signed_at, now)


def check_list_certificate(certificate: UntrustedCertificate) -> None:
    """What a list signer's certificate is made for, whichever syntax the list has (5.7.1)."""
    usage = certificate.key_usage
    if not usage or not usage <= _SIGNING_USAGES:
        raise _unfit("key usage beyond signing, or none")
    if EKU_TSL_SIGNING not in certificate.extended_key_usage:
        raise _unfit("no extended key usage for signing lists")
    if certificate.is_ca:
        raise _unfit("it is a certification authority's")
    if certificate.ski is None:
        raise _unfit("no subject key identifier")
    if not certificate.critical <= UNDERSTOOD_CRITICAL:
        raise _unfit("a critical extension that is not understood")


def check_signer_valid(certificate: UntrustedCertificate, *moments: int) -> None:
    """The certificate's own validity at each moment (Unix seconds)."""
    for moment in moments:
        if not certificate.valid_at(moment):
            period = f"from {certificate.not_before} to {certificate.not_after}"
            raise Rejection(codes.SIGNER_EXPIRED, expected=period, actual=moment)


def _unfit(what: str) -> Rejection:
    return Rejection(codes.SIGNER_CERTIFICATE, actual=what)


def _algorithm(alg: object, certificate: UntrustedCertificate) -> Algorithm:
    rows = select(alg, table=JOSE_ALGORITHMS)
    if alg not in _ALGORITHMS:
        raise Rejection(codes.ALGORITHM, expected=LIST_ALGORITHMS, actual=rows[0].name)
    for row in rows:
        # `EdDSA` stands for Ed448 too, which this profile leaves out: the row decides.
        if row.key_type is certificate.key.key_type and row.name in _ALGORITHMS:
            return row
    raise Rejection(codes.ALGORITHM, expected=certificate.key.key_type.value, actual=rows[0].name)
