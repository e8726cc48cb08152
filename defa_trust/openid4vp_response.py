"""A wallet's response, down to presentations by credential query (floor 3; OpenID4VP 1.0, 8).

Reads form bodies, the Digital Credentials API's objects and encrypted responses. It believes
nothing and verifies no presentation; what breaks the response as a whole raises ``Rejection``.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hmac import compare_digest
from typing import Any, Final
from urllib.parse import parse_qsl

from .algorithms import shown
from .codec.json import loads_object
from .codes import presentation as codes
from .errors import MisuseError, Rejection
from .jwe import MAX_JWE_BYTES, decrypt
from .openid4vp_query import CredentialFormat, CredentialQuery
from .openid4vp_request import PresentationRequest
from .signing_crypto import AgreementKey
from .spec import MAX_INPUT_BYTES

MAX_RESPONSE_BYTES: Final = MAX_JWE_BYTES
"""Ours: octets of a whole response, encoded."""
MAX_PRESENTATIONS: Final = 16
"""Ours: presentations that may answer one credential query with `multiple`."""
MAX_PARAMETERS: Final = 32

Presentations = Mapping[str, tuple[bytes, ...]]

_ALPHABETS: Final = {
    CredentialFormat.SD_JWT_VC: re.compile(r"[A-Za-z0-9._~-]+"),
    CredentialFormat.MDOC: re.compile(r"[A-Za-z0-9_-]+"),
}
"""Characters of a presentation: there is no second spelling of one, and no text around it."""
_ERRORS: Final = frozenset(
    {
        *("invalid_scope", "invalid_request", "invalid_client", "access_denied"),
        *("vp_formats_not_supported", "invalid_request_uri_method", "invalid_transaction_data"),
        *("wallet_unavailable", "server_error", "temporarily_unavailable"),
    }
)


def read_response(
    data: bytes | str, request: PresentationRequest, key: AgreementKey | None = None
) -> Presentations:
    """Presentations by id of the credential query that they answer, in the query's order.

    ``data`` is the body that was posted (`application/x-www-form-urlencoded`), or for the Digital
    Credentials API the object it gave, as JSON text. ``key`` is the private half of the request's
    encryption key. Raises ``Rejection`` (`presentation.*`, `jwe.*`, `json.*`) for the wallet's
    faults, ``MisuseError`` for the caller's.
    """
    if not isinstance(data, (bytes, str)):
        raise MisuseError(f"a response is bytes or str, not {type(data).__name__}")
    if (key is not None) is not request.mode.encrypted:
        raise MisuseError("the private key is given for modes with `.jwt`, and only for them")
    if key is not None and key.public_key != request.encryption_key:
        raise MisuseError("the private key is not that of this request's encryption key")
    if len(data) > MAX_RESPONSE_BYTES:
        raise _malformed(f"it has more than {MAX_RESPONSE_BYTES} octets")
    outer = _object(data) if request.mode.over_dc_api else _form(data)
    _check_error(outer, request)
    if not request.mode.encrypted:
        if "response" in outer:
            raise Rejection(codes.ENCRYPTION_UNASKED)
        members = outer
    else:
        if "vp_token" in outer or "response" not in outer:
            raise Rejection(codes.NOT_ENCRYPTED)
        members = _decrypted(outer["response"], request, key)
        _check_error(members, request)
        if "state" in outer and outer["state"] != members.get("state"):
            raise Rejection(codes.STATE)
    if request.state is not None:
        _check_state(members.get("state"), request.state)
    token = members.get("vp_token")
    if type(token) is str and members is outer and not request.mode.over_dc_api:
        token = loads_object(token, max_bytes=MAX_RESPONSE_BYTES)
    return _presentations(token, request)


def _decrypted(
    text: object, request: PresentationRequest, key: AgreementKey | None
) -> Mapping[str, Any]:
    if type(text) is not str or not text.isascii():
        raise _malformed("`response` is no text of a JWE")
    assert key is not None
    plaintext = decrypt(
        text.encode("ascii"), key, encryptions=request.encryptions, key_id=request.key_id
    )
    return loads_object(plaintext, max_bytes=MAX_RESPONSE_BYTES)


def _object(data: bytes | str) -> Mapping[str, Any]:
    return loads_object(data, max_bytes=MAX_RESPONSE_BYTES)


def _form(data: bytes | str) -> Mapping[str, Any]:
    """Parameters of a posted body, each once (RFC 6749, 3.2)."""
    try:
        text = data if isinstance(data, str) else data.decode("ascii")
        pairs = parse_qsl(
            text.strip("\r\n"),
            keep_blank_values=True,
            strict_parsing=True,
            errors="strict",
            max_num_fields=MAX_PARAMETERS,
        )
    except ValueError:
        raise _malformed("the body is no form of URL-encoded UTF-8") from None
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _malformed("a parameter stands twice")
    return members


def _check_error(members: Mapping[str, Any], request: PresentationRequest) -> None:
    if "error" not in members:
        return
    if request.state is not None:
        # Nobody can authenticate an error; whoever does not know the state cannot even send one.
        _check_state(members.get("state"), request.state)
    if not members.keys().isdisjoint({"vp_token", "response"}):
        raise _malformed("it holds an error and a presentation")
    error = members["error"]
    known = type(error) is str and error in _ERRORS
    raise Rejection(codes.WALLET_ERROR, actual=shown(error) if known else "of another kind")


def _check_state(stated: object, expected: str) -> None:
    said = stated if type(stated) is str else ""
    if not compare_digest(said.encode("utf-8", "surrogatepass"), expected.encode()):
        raise Rejection(codes.STATE)


def _presentations(token: object, request: PresentationRequest) -> Presentations:
    """8.1: an object from ids to arrays, each array as long as its query allows."""
    if type(token) is not dict or not token:
        raise _malformed("`vp_token` is no object with an entry")
    if not {each.id for each in request.query.credentials}.issuperset(token):
        raise Rejection(codes.CREDENTIAL_UNKNOWN)
    return {
        each.id: _answers(token[each.id], each)
        for each in request.query.credentials
        if each.id in token
    }


def _answers(entries: object, query: CredentialQuery) -> tuple[bytes, ...]:
    if type(entries) is not list or not entries:
        raise _malformed("an entry of `vp_token` is no array with a presentation")
    most = MAX_PRESENTATIONS if query.multiple else 1
    if len(entries) > most:
        raise Rejection(codes.COUNT, where=query.id, expected=most, actual=len(entries))
    alphabet = _ALPHABETS[query.format]
    for entry in entries:
        if type(entry) is not str or alphabet.fullmatch(entry) is None:
            raise _malformed(f"a presentation is no text of {query.format.value}")
        if len(entry) > MAX_INPUT_BYTES:
            raise _malformed(f"a presentation has more than {MAX_INPUT_BYTES} octets")
    if len(set(entries)) != len(entries):
        raise Rejection(codes.REPEATED, where=query.id)
    return tuple(entry.encode("ascii") for entry in entries)


def _malformed(what: str) -> Rejection:
    return Rejection(codes.RESPONSE_FORM, actual=what)
