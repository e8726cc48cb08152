"""JAdES signatures (ETSI TS 119 182-1): a JWS in any of its three forms (floor 3).

Compact, flattened and general JSON (RFC 7515, 7), with the payload inside or given beside it. What
the signer states stands in the protected header (``jades_header``), what was added later in `etsiU`
(``jades_unsigned``).

Credentials are JWS too. A JAdES signature is told by a *protected* header that holds a member which
only TS 119 182-1 defines, and whose `typ`, if any, says JOSE. So nothing that anybody can add
later makes a signed document of a credential, and no credential's `typ` passes for a document's.
NOTE: `iat` in a header is a mark only beside `x5t#S256`: tokens carry it among their claims.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..codes import jades as codes
from ..content import Content
from ..crypto import JOSE_ALGORITHMS, select
from ..errors import Rejection
from ..request import Request
from ..verdict import Finding
from .base import KeyHint, PartRole, SignedPart
from .jades_header import Header, Objects, read_header, read_object
from .jades_unsigned import NOTHING_ADDED, Added, read_added
from .signature import (
    CONTENT,
    AttachedTimestamp,
    ContentClaim,
    Joined,
    RefusedSignature,
    Signature,
    SignedFile,
    SignerId,
    TimestampKind,
)

NAME: Final = "jades"
FIRST_OCTETS: Final = b"e{ \t\r\n"
MAX_SIGNATURES: Final = 32
MAX_TIMESTAMPS: Final = 16
"""Ours: time-stamps of one signature that are judged; further ones are named as unevaluated."""
_NO_HINT: Final = KeyHint()
_MISSING: Final = Finding(codes.PAYLOAD_MISSING, subject=PartRole.SIGNER)
_BLANK: Final = b" \t\r\n"
_MARKS: Final = re.compile(
    rb'"(?:x5t#o|sigX5ts|x5ts|sigT|sigD|sigPl|sigPId|srCms|srAts|adoTst)"\s*:'
)
_IAT: Final = re.compile(rb'"iat"\s*:')
_TYP: Final = re.compile(rb'"typ"\s*:\s*"([^"]*)"')
_PROTECTED: Final = re.compile(rb'"protected"\s*:\s*"([A-Za-z0-9_-]+)"')
_MEMBER: Final = re.compile(rb'"(?:payload|protected|signatures)"\s*:')
_JOSE: Final = frozenset({b"jose", b"jose+json"})


class _Jws(NamedTuple):
    """One signature of the file as it came. ``payload`` is as it is signed over, ``None`` where
    it is detached; of the compact form ``signed`` holds it, behind the header."""

    protected: str | bytes
    payload: bytes | None
    signature: str | bytes
    unprotected: Mapping[str, Any]
    signed: bytes | None = None


def detect(data: bytes) -> bool:
    """A JWS whose protected header bears a mark of JAdES. Never raises."""
    if data[:2] in (b"ey", b"ew"):
        first, second = _dots(data)
        return second != -1 and data.find(b".", second + 1) == -1 and _marked(data[:first])
    if data[:64].lstrip(_BLANK)[:1] != b"{":
        return False
    return any(
        _marked(found[1])
        for _, found in zip(range(MAX_SIGNATURES), _PROTECTED.finditer(data), strict=False)
    )


def may_begin(head: bytes) -> bool:
    """Whether this can be the beginning of a JAdES file, of which the rest was not read yet: where
    the payload is large, what marks the file stands behind it. Never raises."""
    if head[:2] in (b"ey", b"ew"):
        first, second = _dots(head)
        return first != -1 and second == -1 and _marked(head[:first])
    return head[:64].lstrip(_BLANK)[:1] == b"{" and _MEMBER.search(head) is not None


def _dots(data: bytes) -> tuple[int, int]:
    """Places of the first two full stops; the second is -1 where there are fewer."""
    # Looking for one octet at a time is ten times as fast as to count or to split.
    first = data.find(b".")
    return first, -1 if first == -1 else data.find(b".", first + 1)


def _marked(head: bytes) -> bool:
    # An issuer's tokens share their headers, and none of those is long.
    return (_short_marked if len(head) <= _SHORT else _read_marks)(head)


def _read_marks(head: bytes) -> bool:
    try:
        header = base64url.decode(head)
    except Rejection:
        return False
    typ = _TYP.search(header)
    if typ is not None and typ[1].lower().removeprefix(b"application/") not in _JOSE:
        return False
    return _MARKS.search(header) is not None or (
        b'"x5t#S256"' in header and _IAT.search(header) is not None
    )


_SHORT: Final = 512
_short_marked: Final = lru_cache(maxsize=64)(_read_marks)


def parse(data: bytes, request: Request) -> SignedFile:  # noqa: ARG001 - the protocol's signature
    """Read all signatures of a JAdES file.

    Raises ``Rejection`` (`jades.structure`, `jades.too_many`, `json.*`) where the file cannot be
    read; what is wrong with one signature stands in its place.
    """
    found = _json(data) if data[:64].lstrip(_BLANK)[:1] == b"{" else [_compact(data)]
    headers: list[Header | Rejection] = []
    for jws in found:
        try:
            headers.append(read_header(jws.protected))
        except Rejection as refusal:
            headers.append(refusal)
    if len({h.encoded for h in headers if isinstance(h, Header)}) > 1:
        raise Rejection(codes.B64_UNLIKE)
    return SignedFile(
        NAME,
        sha256(data).digest(),
        tuple(
            [
                _signature(jws, header, f"signature {number}")
                for number, (jws, header) in enumerate(zip(found, headers, strict=True), 1)
            ]
        ),
    )


def _compact(data: bytes) -> _Jws:
    text = data.strip(_BLANK)
    first, second = _dots(text)
    if second == -1 or text.find(b".", second + 1) != -1:
        raise Rejection(codes.STRUCTURE, actual="three segments with two dots are expected")
    signed = None if second == first + 1 else text[:second]
    return _Jws(text[:first], None, text[second + 1 :], {}, signed)


def _json(data: bytes) -> list[_Jws]:
    """RFC 7515, 7.2: `signatures`, or the members of the only one beside the payload."""
    file = read_object(data)
    payload = file.get("payload")
    if payload is not None and type(payload) is not str:
        raise _structure("`payload` is no text")
    octets = payload.encode() or None if payload is not None else None
    if "signatures" not in file:
        return [_entry(file, octets)]
    if not file.keys().isdisjoint({"signature", "protected", "header"}):
        raise _structure("one signature stands beside `signatures`")
    listed = file["signatures"]
    if type(listed) is not list or not listed:
        raise _structure("`signatures` is no array with a signature")
    if len(listed) > MAX_SIGNATURES:
        raise Rejection(codes.TOO_MANY, expected=MAX_SIGNATURES, actual="signatures")
    return [_entry(entry, octets) for entry in listed]


def _entry(entry: object, payload: bytes | None) -> _Jws:
    if type(entry) is not dict:
        raise _structure("a signature is no object")
    protected, signature = entry.get("protected"), entry.get("signature")
    unprotected = entry.get("header", {})
    if type(protected) is not str or type(signature) is not str or type(unprotected) is not dict:
        raise _structure("`protected`, `signature` or `header` is not of its type")
    return _Jws(protected, payload, signature, unprotected)


def _structure(what: str) -> Rejection:
    return Rejection(codes.STRUCTURE, actual=what)


def _signature(jws: _Jws, header: Header | Rejection, name: str) -> Signature | RefusedSignature:
    try:
        if isinstance(header, Rejection):
            raise header
        return _signature_of(jws, header, name)
    except Rejection as refusal:
        return RefusedSignature(name, refusal.finding(PartRole.SIGNER))


def _signature_of(jws: _Jws, header: Header, name: str) -> Signature:
    algorithms = JOSE_ALGORITHMS.get(header.alg) or select(header.alg, table=JOSE_ALGORITHMS)
    _check_unprotected(jws)
    over = _over(jws, header)
    value = base64url.decode(jws.signature)
    added = NOTHING_ADDED
    if "etsiU" in jws.unprotected:
        added = read_added(jws.unprotected["etsiU"])
    timestamps, unevaluated = _timestamps(jws, header, over, added)
    return Signature(
        name,
        SignedPart(PartRole.SIGNER, over.data, value, algorithms, _NO_HINT),
        over.contents,
        header.references,
        SignerId(),
        header.stated,
        timestamps,
        (*header.certificates, *added.certificates),
        added.items,
        unevaluated,
        header.findings,
        over.joined,
    )


def _check_unprotected(jws: _Jws) -> None:
    """`etsiU` is the one unsigned member. NOTE: RFC 7515, 4 lets others be there; whatever they
    say, anybody could have said it, and a reader that listens is led."""
    if jws.unprotected.keys() - {"etsiU"}:
        raise Rejection(codes.UNPROTECTED, actual="more than `etsiU`")


class _Over(NamedTuple):
    """What a signature is over: the octets, or what is put behind them; ``payload`` is as it is
    signed over, where a time-stamp covers it, ``None`` where that is the content outside."""

    data: bytes
    contents: tuple[ContentClaim, ...]
    payload: Content | None = None
    joined: Joined | None = None


def _over(jws: _Jws, header: Header) -> _Over:
    """RFC 7515, 5.2; RFC 7797, 3; TS 119 182-1, 5.2.8."""
    head = _ascii(jws.protected) + b"."
    signed, objects = jws.signed, header.objects
    if signed is None and jws.payload is not None:
        signed = head + jws.payload
    if signed is None:
        name = None
        if objects is not None:
            if objects.digests:
                # What is signed are the digests in the header; the payload is empty (5.2.8.3.3).
                return _Over(head, _by_digest(objects, encoded=header.encoded))
            if len(objects.names) != 1:
                # NOTE: several objects are signed as one, and where one ends and the next begins is
                # not: octets could change sides. So no such signature counts for each of them.
                what = "several objects" if objects.names else "objects"
                raise Rejection(codes.MECHANISM, actual=f"{what} by {objects.mechanism}")
            name = objects.names[0] or None
        claim = ContentClaim("sha-256", None, None, CONTENT, name)
        return _Over(head, (claim,), None, Joined(head, header.encoded, _MISSING))
    if objects is not None:
        raise Rejection(codes.OBJECTS, actual="a payload stands in the file all the same")
    start = len(head)
    if header.encoded:
        payload = base64url.decode_part(signed, start, len(signed))
    else:
        payload = signed[start:]
        if jws.signed is not None and not (
            payload.isascii() and payload.decode("ascii").isprintable()
        ):
            raise Rejection(codes.B64, actual="the compact form cannot hold it")
    claim = ContentClaim("sha-256", None, Content.of(payload), CONTENT)
    return _Over(signed, (claim,), Content.of(signed[start:]) if header.tokens else None)


def _by_digest(objects: Objects, *, encoded: bool) -> tuple[ContentClaim, ...]:
    return tuple(
        [
            ContentClaim(objects.algorithm, digest, None, CONTENT, name or None, encoded)
            for name, digest in zip(objects.names, objects.digests, strict=True)
        ]
    )


def _timestamps(
    jws: _Jws, header: Header, over: _Over, added: Added
) -> tuple[tuple[AttachedTimestamp, ...], tuple[str, ...]]:
    """Those of `adoTst` cover the payload as it is signed over (of objects named by their digests
    the objects themselves, 5.2.8.3.3), those of `sigTst` the signature's value, in base64url as it
    stands in the file (5.2.6 and 5.3.4)."""
    unevaluated = header.unevaluated + added.unevaluated
    found: list[AttachedTimestamp] = []
    if header.tokens and len(over.contents) > 1:
        unevaluated += ("adoTst over several objects",)
    elif header.tokens:
        found += [
            AttachedTimestamp(TimestampKind.CONTENT, token, over.payload, header.encoded)
            for token in header.tokens
        ]
    if added.tokens:
        value = Content.of(_ascii(jws.signature))
        found += [
            AttachedTimestamp(TimestampKind.SIGNATURE, token, value) for token in added.tokens
        ]
    if len(found) > MAX_TIMESTAMPS:
        unevaluated += (f"{len(found) - MAX_TIMESTAMPS} further time-stamps",)
    return tuple(found[:MAX_TIMESTAMPS]), unevaluated


def _ascii(text: str | bytes) -> bytes:
    # What comes here was decoded as base64url before, so it is ASCII.
    return text.encode("ascii") if isinstance(text, str) else text
