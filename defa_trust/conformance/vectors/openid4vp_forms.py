"""OpenID4VP: forms of responses and of encrypted ones, each wrong in one part."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from ...codec import base64url
from ...crypto import KeyType
from ..build import key
from ..presentations import (
    WALLET_KEY,
    asked,
    case,
    pid,
    respond,
)
from ..registry import Case, Group, Importance

_open = Group("openid4vp", features=("es256", "key-binding", "openid4vp", "sd-jwt-vc"),
              twin="posted")  # fmt: skip
_shown = Group("openid4vp", features=("es256", "key-binding", "openid4vp", "sd-jwt-vc"),
               twin="over_the_api")  # fmt: skip
_sealed = Group("openid4vp", features=("es256", "jwe", "key-binding", "openid4vp", "sd-jwt-vc"),
                twin="encrypted")  # fmt: skip
_PROFILE = Importance.PROFILE


def _token(mode: str = "direct_post") -> dict[str, Any]:
    return {"pid": [pid(asked(mode=mode), "family_name")]}


def _posted(body: bytes) -> Case:
    return case(asked(), body)


def _object(members: dict[str, Any]) -> Case:
    return case(asked(mode="dc_api"), json.dumps(members).encode())


# --- forms -----------------------------------------
@_open.vector("OpenID4VP 1.0, 8.2", "presentation.response_form")
def no_form() -> Case:
    """The posted body is JSON and no form."""
    return _posted(json.dumps({"vp_token": _token()}).encode())


@_open.vector("OpenID4VP 1.0, 8.1", "presentation.response_form")
def empty_token() -> Case:
    """`vp_token` has no entry."""
    return _posted(urlencode({"vp_token": "{}"}).encode())


@_open.vector("OpenID4VP 1.0, 8.1", "presentation.response_form")
def no_token() -> Case:
    """There is no `vp_token`."""
    return _posted(b"code=TEST-ONLY")


@_open.vector("OpenID4VP 1.0, 8.1", "presentation.response_form")
def empty_array() -> Case:
    """The entry is an array without a presentation."""
    return case(asked(), {"pid": []})


@_open.vector("OpenID4VP 1.0, B.3.6", "presentation.response_form", importance=_PROFILE)
def presentation_as_an_object() -> Case:
    """The presentation is an object; an SD-JWT VC is presented as text."""
    return case(asked(), {"pid": [{"payload": "e30"}]})


@_open.vector("OpenID4VP 1.0, B.3.6", "presentation.response_form", importance=_PROFILE)
def presentation_with_a_line_break() -> Case:
    """A line break stands behind the presentation."""
    return case(asked(), {"pid": [f"{_token()['pid'][0]}\n"]})


@_open.vector("OpenID4VP 1.0, 8.1", "json.duplicate_member")
def entry_twice() -> Case:
    """`vp_token` has one id twice."""
    text = json.dumps(_token()["pid"])
    return _posted(urlencode({"vp_token": f'{{"pid": {text}, "pid": {text}}}'}).encode())


@_open.vector("OpenID4VP 1.0, 8.5", "presentation.response_form", importance=_PROFILE)
def error_beside_a_presentation() -> Case:
    """The response holds a presentation, and an error."""
    return case(asked(), _token(), error="access_denied")


@_open.vector("OpenID4VP 1.0, 8.5", "presentation.wallet_error")
def error_nobody_knows() -> Case:
    """The wallet's error is none of the standard's."""
    return _posted(b"error=TEST-ONLY")


@_open.vector("OpenID4VP 1.0, 8.3", "presentation.encryption_unasked", features=("jwe",))
def encrypted_where_none_was_asked_for() -> Case:
    """The response is encrypted, which the request did not ask for."""
    request = asked(mode="direct_post.jwt")
    return _posted(respond(request, {"pid": [pid(request, "family_name")]}))


@_shown.vector("OpenID4VP 1.0, A.4", "presentation.response_form")
def token_as_a_text() -> Case:
    """Over the Digital Credentials API `vp_token` is JSON within a text."""
    return _object({"vp_token": json.dumps(_token("dc_api"))})


@_shown.vector("OpenID4VP 1.0, A.4", "json.not_an_object")
def no_object() -> Case:
    """What the Digital Credentials API gave is an array."""
    return case(asked(mode="dc_api"), json.dumps([{"vp_token": _token("dc_api")}]).encode())


# --- encrypted texts -----------------------------------------
_SEALED = asked(mode="direct_post.jwt")


def _sealed_as(change: Callable[[list[str]], list[str]]) -> Case:
    """The good text with other parts."""
    good = respond(_SEALED, _token("direct_post.jwt")).decode().removeprefix("response=")
    return case(_SEALED, f"response={'.'.join(change(good.split('.')))}".encode())


def _headed(**header: Any) -> Case:
    return case(_SEALED, _token("direct_post.jwt"), header=header)


@_sealed.vector("RFC 7516, 7.1", "jwe.form")
def four_parts() -> Case:
    """The text has four parts."""
    return _sealed_as(lambda parts: parts[:4])


@_sealed.vector("RFC 7518, 4.6", "jwe.form")
def encrypted_key_with_direct_agreement() -> Case:
    """There is an encrypted key, where the agreed one is used directly."""
    return _sealed_as(lambda parts: [parts[0], "AQ", *parts[2:]])


@_sealed.vector("RFC 7518, 5.3", "jwe.form")
def short_initialisation_vector() -> Case:
    """The initialisation vector has eight octets."""
    return _sealed_as(lambda parts: [*parts[:2], base64url.encode(b"\0" * 8), *parts[3:]])


@_sealed.vector(
    "RFC 7518, 5.3",
    "jwe.form",
    notes="A short tag is guessed.",
)
def short_tag() -> Case:
    """The tag has four octets."""
    return _sealed_as(lambda parts: [*parts[:4], base64url.encode(base64url.decode(parts[4])[:4])])


@_sealed.vector("RFC 7518, 5.1", "jwe.encryption")
def encryption_beyond_the_offer() -> Case:
    """`enc` is one that the verifier knows and did not offer."""
    request = asked(mode="direct_post.jwt", encryptions=("A128GCM",))
    token = {"pid": [pid(request, "family_name")]}
    return case(request, token, header={"enc": "A256GCM"})


@_sealed.vector("RFC 7518, 4.6.1.1", "jwe.ephemeral_key")
def ephemeral_key_on_another_curve() -> Case:
    """The sender's ephemeral key is on P-384."""
    return _headed(epk=key("wallet", KeyType.P384).jwk())


@_sealed.vector("RFC 7518, 4.6.1.1", "jwe.ephemeral_key")
def ephemeral_key_missing() -> Case:
    """There is no ephemeral key."""
    return _headed(epk=None)


@_sealed.vector("RFC 7518, 4.6.1.1", "jwe.ephemeral_key", importance=_PROFILE)
def ephemeral_key_with_its_secret() -> Case:
    """The sender published the secret of its ephemeral key."""
    return _headed(epk=WALLET_KEY.jwk(private=True))


@_sealed.vector("RFC 7516, 4.1.13", "jwe.header")
def critical_member() -> Case:
    """`crit` names an extension."""
    return _headed(crit=["exp"], exp=1)


@_sealed.vector("OpenID4VP 1.0, 8.3", "jwe.key_id")
def key_unnamed() -> Case:
    """The header does not name the key, though the published one has a `kid`."""
    return _headed(kid=None)


@_sealed.vector("OpenID4VP 1.0, 8.5", "presentation.wallet_error")
def encrypted_error() -> Case:
    """The wallet's error comes encrypted."""
    return case(_SEALED, respond(_SEALED, None, error="access_denied"))


@_sealed.vector("OpenID4VP 1.0, 5.3", "presentation.state", twin="encrypted_with_its_state")
def state_beside_the_encrypted_text() -> Case:
    """`state` stands beside the encrypted text and not within it."""
    request = asked(mode="direct_post.jwt", state="TEST-ONLY-state-0815")
    token = {"pid": [pid(request, "family_name")]}
    body = respond(request, token, state=None)
    return case(request, body + b"&state=TEST-ONLY-state-0815")


@_sealed.vector(
    "OpenID4VP 1.0, 5.3",
    "presentation.state",
    twin="encrypted_with_its_state",
    importance=_PROFILE,
)
def two_states() -> Case:
    """The right `state` stands within the encrypted text, another one beside it."""
    request = asked(mode="direct_post.jwt", state="TEST-ONLY-state-0815")
    body = respond(request, {"pid": [pid(request, "family_name")]})
    return case(request, body + b"&state=TEST-ONLY-state-0816")


@_sealed.vector("OpenID4VP 1.0, 5.3")
def encrypted_with_its_state() -> Case:
    """`state` stands within the encrypted text."""
    request = asked(mode="direct_post.jwt", state="TEST-ONLY-state-0815")
    return case(request, {"pid": [pid(request, "family_name")]})
