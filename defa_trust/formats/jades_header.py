"""The protected header of a JAdES signature: what its signer states, and signed (floor 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..algorithms import DIGEST_SIZES, shown
from ..codec import base64url
from ..codec.json import loads_object
from ..codes import jades as codes
from ..codes import jose as jose_codes
from ..errors import Rejection
from ..spec import MAX_ADDRESS, MAX_SIGNED_FILE_BYTES
from ..verdict import Finding
from . import jose
from .signature import CertificateReference, SignaturePolicy, Stated

MAX_VALUES: Final = 16
"""Ours: commitments, roles, references and time-stamps that are read."""
MAX_JSON_VALUES: Final = 1 << 19
"""Ours: separators and openers of one JSON text. Each can become an object of a hundred octets, so
that a file of nothing else would cost many times its size."""
MAX_REMEMBERED_CHAIN: Final = 1 << 14
"""Ours: characters of an `x5c` that is remembered."""
_DEFINED: Final = frozenset({"sigT", "x5t#o", "sigX5ts", "x5ts", "srCms", "sigPl", "srAts",
                             "adoTst", "sigPId", "sigD", "iat", "b64"})  # fmt: skip
"""Extensions that `crit` may name: they are read here."""
_TYPES: Final = frozenset({"jose", "jose+json"})
_KEY_BRINGERS: Final = ("jwk", "jku", "x5u")
_EPOCH: Final = datetime(1970, 1, 1)  # noqa: DTZ001 - both are UTC
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", re.ASCII)
DIGEST_NAMES: Final = {"S256": "sha-256", "S384": "sha-384", "S512": "sha-512"}
MECHANISMS: Final = {
    f"http://uri.etsi.org/19182/{name}": name
    for name in ("HttpHeaders", "ObjectIdByURI", "ObjectIdByURIHash")
}
BY_URI: Final = "ObjectIdByURI"
BY_URI_HASH: Final = "ObjectIdByURIHash"
_PLACE: Final = {
    "addressCountry": "country",
    "addressLocality": "locality",
    "addressRegion": "province",
    "postalCode": "postalCode",
    "streetAddress": "street",
}


class Objects(NamedTuple):
    """`sigD`: the objects that are signed, by name. ``algorithm`` and ``digests`` are of each of
    them where the mechanism is ObjectIdByURIHash, and of none otherwise."""

    mechanism: str
    names: tuple[str, ...]
    algorithm: str
    digests: tuple[bytes, ...]


class Header(NamedTuple):
    """A protected header, read. ``encoded`` is false where `b64` says so; ``tokens`` are
    time-stamps over the payload."""

    alg: str
    encoded: bool
    objects: Objects | None
    references: tuple[CertificateReference, ...]
    certificates: tuple[bytes, ...]
    stated: Stated
    tokens: tuple[bytes, ...]
    unevaluated: tuple[str, ...]
    findings: tuple[Finding, ...]


def read_header(protected: str | bytes) -> Header:
    """Raises ``Rejection``: `jose.header_member`, `jose.crit`, `jades.*`, `json.*`,
    `base64url.not_canonical`."""
    header = loads_object(base64url.decode(protected))
    alg = header.get("alg")
    if type(alg) is not str:
        raise header_fault("alg", "a string")
    for name in ("etsiU", "enc", "zip"):
        # What is signed cannot grow, and the others belong to encryption (RFC 7516, 4.1).
        if name in header:
            raise header_fault(name, "absent from the protected header")
    if (typ := jose.media_type(header)) is not None and typ not in _TYPES:
        raise Rejection(codes.TYPE)
    encoded = header.get("b64", True)
    if type(encoded) is not bool:
        raise header_fault("b64", "true or false")
    _check_crit(header)
    if not encoded and "b64" not in header.get("crit", ()):
        raise Rejection(codes.B64, actual="`crit` does not say so")
    chain = _chain(header["x5c"]) if "x5c" in header else _NO_CHAIN
    brought = tuple(name for name in _KEY_BRINGERS if name in header)
    roles, unevaluated = _roles(header.get("srAts", []))
    return Header(
        alg,
        encoded,
        _objects(header) if "sigD" in header else None,
        _references(header, chain),
        chain.certificates,
        Stated(
            _signing_time(header),
            jose.media_type(header, "cty"),
            _commitments(header.get("srCms", [])),
            _policy(header["sigPId"]) if "sigPId" in header else None,
            roles,
            _place(header["sigPl"]) if "sigPl" in header else None,
        ),
        _content_tokens(header.get("adoTst", [])),
        unevaluated,
        (Finding(jose_codes.KEY_IN_HEADER, None, brought),) if brought else (),
    )


def read_object(data: bytes) -> dict[str, Any]:
    """A JSON object as large as a signed file may be. Raises ``Rejection``: `json.*`,
    `jades.too_many`."""
    if data.count(b",") + data.count(b"[") + data.count(b"{") > MAX_JSON_VALUES:
        raise Rejection(codes.TOO_MANY, expected=MAX_JSON_VALUES, actual="JSON values")
    return loads_object(data, max_bytes=MAX_SIGNED_FILE_BYTES)


def header_fault(name: str, expected: str) -> Rejection:
    """What stands under that name is not what it must be."""
    return Rejection(jose_codes.HEADER_MEMBER, where=name, expected=expected, actual=f"`{name}`")


def _check_crit(header: Mapping[str, Any]) -> None:
    """RFC 7515, 4.1.11: distinct names of extensions that are there and understood."""
    if "crit" not in header:
        return
    crit = header["crit"]
    if type(crit) is not list or not crit or any(type(name) is not str for name in crit):
        raise Rejection(jose_codes.CRIT, where="crit", actual="`crit` is no array of names")
    for name in crit:
        if crit.count(name) > 1 or name not in header or name not in _DEFINED:
            raise Rejection(jose_codes.CRIT, where="crit", actual=shown(name))


def _objects(header: Mapping[str, Any]) -> Objects:
    """`sigD` (5.2.8), which `crit` has to name (5.1.9). Unknown mechanisms are told by name."""
    value = header["sigD"]
    if type(value) is not dict or type(value.get("mId")) is not str:
        raise header_fault("sigD", "an object with `mId`")
    if "sigD" not in header.get("crit", ()):
        raise Rejection(codes.OBJECTS, actual="`crit` does not say so")
    mechanism = MECHANISMS.get(value["mId"]) or shown(value["mId"])
    if mechanism not in (BY_URI, BY_URI_HASH):
        return Objects(mechanism, (), "", ())
    names = _texts("sigD", value.get("pars"))
    hashed = mechanism == BY_URI_HASH
    if ("hashM" in value) is not hashed or ("hashV" in value) is not hashed:
        raise Rejection(codes.OBJECTS, actual=f"digests do not go with {mechanism}, or are missing")
    if not hashed:
        return Objects(mechanism, names, "", ())
    listed = _texts("sigD", value["hashV"])
    if len(listed) != len(names):
        raise Rejection(codes.OBJECTS, actual="not every one of them has its digest")
    read = [
        _digest("sigD", {"digAlg": value["hashM"], "digVal": text}, "digest of what is signed")
        for text in listed
    ]
    return Objects(mechanism, names, read[0][0], tuple([digest for _, digest in read]))


def _texts(name: str, value: object) -> tuple[str, ...]:
    listed = _array(name, value)
    if any(type(each) is not str or len(each) > MAX_ADDRESS for each in listed):
        raise header_fault(name, f"arrays of texts of at most {MAX_ADDRESS} characters")
    return tuple(listed)


# --- the certificate -----------------------------------------------------------------------------
class _Chain(NamedTuple):
    """`x5c`: DER, the signer's first, and how that names it."""

    certificates: tuple[bytes, ...]
    reference: CertificateReference | None


_NO_CHAIN: Final = _Chain((), None)


def _chain(value: object) -> _Chain:
    """Signers bring the same certificates along with every signature: those of usual size are
    remembered, by their text."""
    if type(value) is list and _usual(value):
        return _remembered(tuple(value))
    return _decoded(value)


def _usual(texts: list[Any]) -> bool:
    size = 0
    for text in texts:
        if type(text) is not str:
            return False
        size += len(text)
    return size <= MAX_REMEMBERED_CHAIN


def _decoded(value: object) -> _Chain:
    leaf, above = jose.certificate_chain(value)
    return _Chain((leaf, *above), CertificateReference("sha-256", sha256(leaf).digest()))


@lru_cache(maxsize=256)
def _remembered(texts: tuple[str, ...]) -> _Chain:
    return _decoded([*texts])


def _references(header: Mapping[str, Any], chain: _Chain) -> tuple[CertificateReference, ...]:
    """`x5t#S256`, `x5t#o`, `sigX5ts` (5.2.2) and the leaf of `x5c`: all must be the same one.

    `x5c` stands in the signed header, so it names the certificate as well as a digest of it does.
    """
    found = []
    if "x5t#S256" in header:
        found.append(CertificateReference("sha-256", jose.thumbprint(header, "x5t#S256", 32)))
    if "x5t#o" in header:
        found.append(_reference("x5t#o", header["x5t#o"]))
    for name in ("sigX5ts", "x5ts"):
        if name in header:
            # The first is the signer's own; the others are of the path above it.
            every = [_reference(name, each) for each in _array(name, header[name])]
            found += every[:1]
    if chain.reference is not None:
        found.append(chain.reference)
    return tuple(found)


def _reference(name: str, value: object) -> CertificateReference:
    if type(value) is not dict:
        raise header_fault(name, "an object with `digAlg` and `digVal`")
    return CertificateReference(*_digest(name, value, "reference to the signing certificate"))


def _digest(name: str, value: Mapping[str, Any], what: str) -> tuple[str, bytes]:
    """`digAlg` and `digVal`. Raises ``Rejection`` where no signature counts on the algorithm."""
    algorithm, digest = _any_digest(name, value)
    if algorithm is None:
        named = shown(str(value["digAlg"]))
        raise Rejection(codes.DIGEST_WEAK, expected=what, actual=named)
    return algorithm, digest


def _any_digest(name: str, value: Mapping[str, Any]) -> tuple[str | None, bytes]:
    """`digAlg` and `digVal`; the algorithm is ``None`` where no signature counts on it."""
    algorithm, text = value.get("digAlg"), value.get("digVal")
    if type(algorithm) is not str or type(text) is not str:
        raise header_fault(name, "an object with `digAlg` and `digVal`")
    digest = base64url.decode(text)
    known = DIGEST_NAMES.get(algorithm)
    if known is not None and len(digest) != DIGEST_SIZES[known]:
        raise header_fault(name, "a digest of its algorithm's length")
    return known, digest


# --- statements ----------------------------------------------------------------------------------
def _signing_time(header: Mapping[str, Any]) -> int | None:
    """`sigT` (5.2.1), or `iat` in its place; where both are there they say the same."""
    issued = jose.numeric_date(header, "iat")
    if "sigT" not in header:
        return issued
    text = header["sigT"]
    moment = None
    if type(text) is str and _TIME.fullmatch(text) is not None:
        with suppress(ValueError):
            # Of whole days and seconds, which need no float.
            begun = datetime.fromisoformat(text[:-1]) - _EPOCH
            moment = begun.days * 86_400 + begun.seconds
    if moment is None:
        raise header_fault("sigT", "a UTC time such as 2026-01-31T12:00:00Z")
    if issued is not None and issued != moment:
        raise header_fault("iat", "the same time as `sigT`")
    return moment


def _array(name: str, value: object) -> list[Any]:
    if type(value) is not list or not 0 < len(value) <= MAX_VALUES:
        raise header_fault(name, f"an array of 1 to {MAX_VALUES} values")
    return value


def _identifier(name: str, value: object) -> str:
    """An oId: a URI, or an object that holds one under `id`."""
    text = value.get("id") if isinstance(value, dict) else value
    if type(text) is not str or not text:
        raise header_fault(name, "an identifier")
    return text.removeprefix("urn:oid:")


def _commitments(value: object) -> tuple[str, ...]:
    """`srCms` (5.2.3)."""
    if value == []:
        return ()
    found = []
    for each in _array("srCms", value):
        if type(each) is not dict:
            raise header_fault("srCms", "an array of objects")
        found.append(_identifier("srCms", each.get("commId")))
    return tuple(found)


def _policy(value: object) -> SignaturePolicy:
    """`sigPId` (5.2.7): reported, not processed."""
    if type(value) is not dict:
        raise header_fault("sigPId", "an object")
    held = value.get("hashAV", value)
    algorithm = digest = None
    if type(held) is dict and "digVal" in held:
        algorithm, digest = _any_digest("sigPId", held)
    return SignaturePolicy(_identifier("sigPId", value.get("id")), algorithm, digest)


def _roles(value: object) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Claimed roles of `srAts` (5.2.5), and the names of what has issuers of its own and is not
    evaluated."""
    if value == []:
        return (), ()
    roles: list[str] = []
    others: list[str] = []
    for each in _array("srAts", value):
        if type(each) is not dict:
            raise header_fault("srAts", "an array of objects")
        for name, held in each.items():
            listed = held.get("vals") if name == "claimed" and type(held) is dict else None
            if type(listed) is list:
                roles += [role for role in listed if type(role) is str]
            else:
                others.append(f"srAts {shown(name)}")
    return tuple(roles[:MAX_VALUES]), tuple(dict.fromkeys(others))


def _place(value: object) -> Mapping[str, Any]:
    """`sigPl` (5.2.4)."""
    if type(value) is not dict:
        raise header_fault("sigPl", "an object")
    return {
        ours: value[theirs] for theirs, ours in _PLACE.items() if type(value.get(theirs)) is str
    }


def _content_tokens(value: object) -> tuple[bytes, ...]:
    """Time-stamps over the payload in `adoTst` (5.2.6)."""
    if value == []:
        return ()
    found: list[bytes] = []
    for container in value if type(value) is list else [value]:
        found += tokens_in(container, "adoTst")
    return tuple(found[:MAX_VALUES])


def tokens_in(container: object, name: str) -> list[bytes]:
    """`tstTokens` of a time-stamp container, as octets. Raises ``Rejection``."""
    listed = container.get("tstTokens") if isinstance(container, dict) else None
    found = []
    for token in _array(name, listed):
        text = token.get("val") if type(token) is dict else None
        if type(text) is not str:
            raise header_fault(name, "a container of time-stamp tokens")
        found.append(base64url.decode_standard(text))
    return found
