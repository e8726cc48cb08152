"""Compact JWS and JWT claims, read strictly once for every format that is built on them (floor 3).

Nothing here verifies a signature or believes a claim. A header only *selects*: its `alg` a row of
the algorithm table, its `kid` or certificate one of the keys a trust list already holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from ..algorithms import shown
from ..codec import base64url
from ..codec.json import loads_object
from ..codes import jose as codes
from ..crypto import JOSE_ALGORITHMS, Algorithm, VerificationKey, select
from ..errors import Rejection
from ..spec import MAX_MOMENT, MAX_STATUS_REFERENCES
from ..verdict import Finding, from_parts
from .base import KeyHint, StatusMechanism, StatusReference, is_address

MAX_DATE: Final = MAX_MOMENT
"""Ours: the last second of 9999, which issuers write for "never". In milliseconds that is 1978, so
a present date written in milliseconds is beyond it."""
MAX_CERTIFICATES: Final = 16
"""Ours: certificates in `x5c`; a path has two or three."""
MAX_NAME: Final = 1024
"""Ours: characters of a `kid`; it is a thumbprint, a name or a DID URL."""

MAX_KEPT_HEADER: Final = 1024
"""Ours: octets of an encoded header that may be remembered; one with certificates is not."""

_USUAL: Final = frozenset({"alg", "kid", "typ", "cty"})
_KEY_BRINGERS: Final = ("jwk", "jku", "x5u")
_PROOF_KEYS: Final = frozenset({"jwk", "jwe", "jku"})
_NO_FINDINGS: Final[tuple[Finding, ...]] = ()
_ABSENT: Final = object()
_TOKEN_STATUS_LIST: Final = StatusMechanism.TOKEN_STATUS_LIST


class CompactJws(NamedTuple):
    """A compact JWS taken apart, nothing of it believed.

    ``signing_input`` is the octets before the second dot (RFC 7515, 5.2 step 8); ``algorithms``
    the rows `alg` may stand for; ``findings`` tells of keys in the header, which nobody uses.
    """

    header: Mapping[str, Any]
    payload: bytes
    signing_input: bytes
    signature: bytes
    algorithms: tuple[Algorithm, ...]
    hint: KeyHint
    findings: tuple[Finding, ...] = _NO_FINDINGS


_compact: Final = from_parts(CompactJws)


# --- JWS -----------------------------------------------------------------------------------------
def parse_compact(text: bytes) -> CompactJws:
    """Take a compact JWS apart (RFC 7515, 7.1).

    Raises ``Rejection``: `jose.*`, `json.*` (the header), `base64url.not_canonical`,
    `crypto.algorithm_*`. The payload stays octets; an empty signature is left to the verification.
    """
    if text.count(b".") != 2:
        raise Rejection(codes.FORM)
    signing_input, _, signature = text.rpartition(b".")
    head, _, payload = signing_input.partition(b".")
    header, algorithms, hint, findings = (
        _read_header(head) if len(head) <= MAX_KEPT_HEADER else _read_header.__wrapped__(head)
    )
    return _compact(
        (
            header,
            base64url.decode(payload),
            signing_input,
            base64url.decode(signature),
            algorithms,
            hint,
            findings,
        )
    )


@lru_cache(maxsize=256)
def _read_header(
    head: bytes,
) -> tuple[Mapping[str, Any], tuple[Algorithm, ...], KeyHint, tuple[Finding, ...]]:
    """The encoded protected header. An issuer's tokens share theirs, so the last few are kept.

    Pure: the same octets give the same answer, whoever asks; refusals are not kept.
    """
    header = loads_object(base64url.decode(head))
    alg = header.get("alg")
    if type(alg) is not str:
        raise _header("alg", "a string")
    kid = header.get("kid")
    findings = _NO_FINDINGS
    if type(kid) is str and header.keys() <= _USUAL:
        hint = KeyHint(kid)
        if not 0 < len(kid) <= MAX_NAME:
            raise _header("kid", f"a string of 1 to {MAX_NAME} characters")
    else:
        hint, findings = _read_unusual(header)
    # A name in the table is the usual case; ``select`` says what is wrong with the others.
    algorithms = JOSE_ALGORITHMS.get(alg) or select(alg, table=JOSE_ALGORITHMS)
    return MappingProxyType(header), algorithms, hint, findings


def _read_unusual(header: Mapping[str, Any]) -> tuple[KeyHint, tuple[Finding, ...]]:
    """Headers with more than `alg`, `kid`, `typ` and `cty`, or without `kid`.

    Members nobody here knows are ignored (RFC 7515, 4), unless `crit` names them.
    """
    if "b64" in header:
        # RFC 7519, 7: a JWT is never unencoded; refused even where it only says `true`.
        raise Rejection(codes.B64, where="b64")
    if "crit" in header:
        raise Rejection(codes.CRIT, where="crit", actual=_what_crit_says(header))
    if "enc" in header or "zip" in header:
        # RFC 7516, 4.1.2 and 4.1.3: these belong to encryption.
        raise _header("enc" if "enc" in header else "zip", "absent from a signed token")
    kid = header.get("kid")
    if "kid" in header and (type(kid) is not str or not 0 < len(kid) <= MAX_NAME):
        raise _header("kid", f"a string of 1 to {MAX_NAME} characters")
    certificate, chain = certificate_chain(header["x5c"]) if "x5c" in header else (None, ())
    fingerprint = thumbprint(header, "x5t#S256", 32) if "x5t#S256" in header else None
    if "x5t" in header:
        # NOTE: checked for its form only. SHA-1 selects nothing here (RFC 7515, 4.1.7 and 10.11).
        thumbprint(header, "x5t", 20)
    if (
        certificate is not None
        and fingerprint is not None
        and sha256(certificate).digest() != fingerprint
    ):
        raise Rejection(codes.CERTIFICATE_MISMATCH, where="x5t#S256")
    # RFC 8725, 3.10: whoever writes a token would choose the key it is verified with.
    brought = tuple(name for name in _KEY_BRINGERS if name in header)
    findings = (Finding(codes.KEY_IN_HEADER, None, brought),) if brought else _NO_FINDINGS
    return KeyHint(kid, certificate, fingerprint, chain), findings


def _what_crit_says(header: Mapping[str, Any]) -> str:
    """RFC 7515, 4.1.11: a non-empty array of distinct names, present, not from the RFC itself.

    No extension is understood here, so a well-formed `crit` is refused too.
    """
    crit = header["crit"]
    if type(crit) is not list or not crit or any(type(name) is not str for name in crit):
        return "`crit` is no array of names"
    if len(set(crit)) != len(crit):
        return "`crit` names one extension twice"
    for name in crit:
        if name not in header:
            return f"{shown(name)} is not in the header"
    return ", ".join(shown(name) for name in crit[:4])


def certificate_chain(chain: object) -> tuple[bytes, tuple[bytes, ...]]:
    """RFC 7515, 4.1.6: DER of the signer's certificate, and of those behind it."""
    if type(chain) is not list or not 0 < len(chain) <= MAX_CERTIFICATES:
        raise _header("x5c", f"an array of 1 to {MAX_CERTIFICATES} certificates")
    if any(type(text) is not str for text in chain):
        raise _header("x5c", "an array of strings")
    decoded = [base64url.decode_standard(text) for text in chain]
    if not all(decoded):
        raise _header("x5c", "free of empty strings")
    return decoded[0], tuple(decoded[1:])


def thumbprint(header: Mapping[str, Any], name: str, size: int) -> bytes:
    text = header[name]
    if type(text) is not str:
        raise _header(name, "a string")
    digest = base64url.decode(text)
    if len(digest) != size:
        raise _header(name, f"{size} octets in base64url")
    return digest


def _header(name: str, expected: str) -> Rejection:
    return Rejection(codes.HEADER_MEMBER, where=name, expected=expected, actual=f"`{name}`")


def media_type(header: Mapping[str, Any], name: str = "typ") -> str | None:
    """`typ` or `cty` in lower case, without `application/`; ``None`` where it is absent.

    RFC 7515, 4.1.9 and 4.1.10: media types ignore case, and the prefix goes without saying. Raises
    ``Rejection`` for what is no string.
    """
    value = header.get(name, _ABSENT)
    if value is _ABSENT:
        return None
    if type(value) is not str:
        raise _header(name, "a string")
    if not value.isascii():
        # Other alphabets have letters whose lower case is an ASCII letter.
        raise _header(name, "a media type")
    lowered = value.lower()
    short = lowered.removeprefix("application/")
    return lowered if "/" in short else short


# --- claims --------------------------------------------------------------------------------------
def numeric_date(claims: Mapping[str, Any], name: str) -> int | None:
    """A NumericDate in Unix seconds, ``None`` where the claim is absent (RFC 7519, 2).

    Raises ``Rejection`` (`jose.numeric_date`). NOTE: RFC 7519 allows fractions and has no bounds;
    here only whole seconds up to ``MAX_DATE`` count, so that every reader sees the same moment and
    a date in milliseconds is noticed.
    """
    value = claims.get(name, _ABSENT)
    if value is _ABSENT:
        return None
    if type(value) is int and 0 <= value <= MAX_DATE:
        return value
    raise Rejection(codes.NUMERIC_DATE, where=name, actual=f"`{name}`")


def text_claim(claims: Mapping[str, Any], name: str) -> str | None:
    """A claim that is text and not empty, ``None`` where it is absent (RFC 7519, 4.1.1)."""
    value = claims.get(name, _ABSENT)
    if value is _ABSENT:
        return None
    if type(value) is str and value:
        return value
    raise _claim(name, "text that is not empty")


def audience(claims: Mapping[str, Any]) -> tuple[str, ...]:
    """`aud` as a tuple, empty where it is absent (RFC 7519, 4.1.3).

    An empty list is refused: it addresses nobody, and read as "absent" it would address everybody.
    """
    value = claims.get("aud", _ABSENT)
    if value is _ABSENT:
        return ()
    if type(value) is str and value:
        return (value,)
    if type(value) is list and value and all(type(name) is str and name for name in value):
        return tuple(value)
    raise _claim("aud", "a name or a list of names")


def levels(claims: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    """`acr` as (scheme, value), if it is there; it can only lower what the trust list grants."""
    value = text_claim(claims, "acr")
    return () if value is None else (("acr", value),)


def status_references(claims: Mapping[str, Any]) -> tuple[StatusReference, ...]:
    """Where the claim `status` says that revocation is published (Token Status List, 6.1 and 6.2).

    A mechanism nobody here knows is a reference too, so that it is never taken for "no status":
    that would let an issuer's revocations go unread.
    """
    status = claims.get("status", _ABSENT)
    if status is _ABSENT:
        return ()
    if type(status) is not dict or not 0 < len(status) <= MAX_STATUS_REFERENCES:
        raise _claim("status", f"an object that names 1 to {MAX_STATUS_REFERENCES} mechanisms")
    references = []
    for mechanism, value in status.items():
        if mechanism == "status_list":
            if type(value) is not dict:
                raise _claim("status.status_list", "an object")
            index, uri = value.get("idx"), value.get("uri")
            if type(index) is not int or index < 0:
                raise _claim("status.status_list.idx", "an index from 0 up")
            if not is_address(uri):
                raise _claim("status.status_list.uri", "an address")
            references.append(StatusReference(_TOKEN_STATUS_LIST, uri, index))
        else:
            name = f"status mechanism {shown(mechanism)}"
            references.append(StatusReference(StatusMechanism.UNKNOWN, name))
    return tuple(references)


def is_key_bound(claims: Mapping[str, Any]) -> bool:
    """Whether `cnf` binds the token to a key (RFC 7800, 3.1); raises where it is no object."""
    if "cnf" not in claims:
        return False
    if type(claims["cnf"]) is not dict or not claims["cnf"]:
        raise _claim("cnf", "an object with a confirmation method")
    return True


def confirmation_key(cnf: Mapping[str, Any]) -> VerificationKey | None:
    """The key in `cnf.jwk` (RFC 7800, 3.2); ``None`` where `cnf` names it in another way.

    RFC 7800, 3.1: one of `jwk`, `jwe` and `jku` at most. Raises ``Rejection`` for two of them and
    for keys that ``VerificationKey.from_jwk`` refuses.
    """
    if len(_PROOF_KEYS & cnf.keys()) > 1:
        raise _claim("cnf", "one confirmation key only")
    if "jwk" not in cnf:
        return None
    return VerificationKey.from_jwk(cnf["jwk"])


def _claim(name: str, expected: str) -> Rejection:
    return Rejection(codes.CLAIM, where=name, expected=expected, actual=f"`{name}`")
