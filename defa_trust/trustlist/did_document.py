"""DID documents of did:web, for services whose list names such a DID (floor 5).

The list vouches for the name, whoever holds the host for the document: its keys serve that service
alone. A DID that no list names leads nowhere, whatever its document says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import unquote

from ..codec import json as strict_json
from ..codes import listing as codes
from ..crypto import VerificationKey
from ..errors import Rejection
from .identity import multikey
from .model import Identity, IdentityKind

MAX_DOCUMENT_BYTES: Final = 1 << 20
MAX_METHODS: Final = 64
"""Ours: verification methods of one document."""

_WEB: Final = re.compile(
    r"did:web:(?P<host>[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?(?:%3A[0-9]{1,5})?)"
    r"(?P<path>(?::[A-Za-z0-9_~-][A-Za-z0-9._~-]*)*)"
)
_PRIVATE: Final = frozenset({"d", "k"})


def web_address(did: str) -> str | None:
    """Where the document of a did:web is (did:web method, 3.2); ``None`` for any other DID.

    NOTE: path segments of unreserved characters alone, none of which is a dot segment.
    """
    match = _WEB.fullmatch(did)
    if match is None:
        return None
    host, path = unquote(match["host"]), match["path"].replace(":", "/")
    return f"https://{host}{path or '/.well-known'}/did.json"


def read_did_document(body: bytes, did: str) -> tuple[Identity, ...]:
    """Keys that ``did`` uses for assertions (Controlled Identifiers 1.0, 2.3.2), by method.

    Methods of a kind nobody here knows are skipped. Raises ``Rejection`` (`list.identity`,
    `json.*`) for a document of another DID, without usable key, or with one method twice.
    """
    document = strict_json.loads_object(body, max_bytes=MAX_DOCUMENT_BYTES)
    if document.get("id") != did:
        raise _fault("the document is of another DID")
    methods = _methods(document.get("verificationMethod", []), did)
    asserting = document.get("assertionMethod", [])
    if type(asserting) is not list or len(asserting) > MAX_METHODS:
        raise _fault("`assertionMethod` is no list, or too long")
    # A method may stand in the relationship itself; it then serves that relationship alone.
    embedded = _methods([entry for entry in asserting if type(entry) is dict], did)
    if embedded.keys() & methods.keys():
        raise _fault("a method stands there twice")
    chosen = [_absolute(entry, did) for entry in asserting if type(entry) is str]
    usable = {**{name: methods[name] for name in chosen if name in methods}, **embedded}
    found = tuple(_identities(usable))
    if not found:
        raise _fault("the document has no usable key for assertions")
    return found


def _methods(entries: object, did: str) -> dict[str, Mapping[str, Any]]:
    if type(entries) is not list or len(entries) > MAX_METHODS:
        raise _fault("the verification methods are no list, or too many")
    found: dict[str, Mapping[str, Any]] = {}
    for entry in entries:
        name = _absolute(entry.get("id"), did) if type(entry) is dict else None
        if name is None or entry.get("controller") != did:
            continue  # another's key: whoever controls it has said nothing here
        if name in found:
            raise _fault("a method stands there twice")
        found[name] = entry
    return found


def _absolute(name: object, did: str) -> str | None:
    """`#key-1` is relative to the document (DID Core 1.0, 3.2.2)."""
    if type(name) is not str:
        return None
    whole = did + name if name.startswith("#") else name
    return whole if whole.startswith(f"{did}#") and len(whole) > len(did) + 1 else None


def _identities(methods: Mapping[str, Mapping[str, Any]]) -> Iterator[Identity]:
    for name, method in methods.items():
        jwk, multibase = method.get("publicKeyJwk"), method.get("publicKeyMultibase")
        try:
            if type(jwk) is dict and multibase is None and not _PRIVATE & jwk.keys():
                yield Identity(IdentityKind.JWK, name, VerificationKey.from_jwk(jwk))
            elif type(multibase) is str and jwk is None:
                yield Identity(IdentityKind.JWK, name, multikey(multibase))
        except Rejection:
            continue  # of a kind that is not supported


def _fault(what: str) -> Rejection:
    return Rejection(codes.IDENTITY, where="DID document", actual=what)
