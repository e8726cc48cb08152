"""Codes of OpenID Connect ID tokens, and of national tokens that only look like them."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)
_CONSTRAINT = (Indication.TOTAL_FAILED, SubIndication.SIG_CONSTRAINTS_FAILURE)
_VALIDATION = "OpenID Connect Core 1.0, 3.1.3.7"


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


def _unmet(id: str, rule: str, citation: str, text: str) -> Code:
    return Code(id, rule, Stage.AUTHENTICATE, Outcome.NOT_MET, citation, text, *_CONSTRAINT)


ENCRYPTED: Final = Code(
    "id_token.encrypted",
    "id_token",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "RFC 7516, 3.1; OpenID Connect Core 1.0, 2",
    "The token is encrypted to whoever asked for it: decrypt it, and hand in what was inside as "
    "format oidc-id-token-jwe.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
NOT_JOSE: Final = Code(
    "id_token.not_jose",
    "id_token",
    Stage.PARSE,
    Outcome.UNKNOWN,
    "RFC 7515, 3.1 and 5.2; RFC 7518, 3.1",
    "The token has three parts like a JWS and is none: {actual}. No key that a list may name can "
    "check it; only the service that issued it can.",
    Indication.INDETERMINATE,
    SubIndication.NO_SIGNING_CERTIFICATE_FOUND,
)
OTHER_KIND: Final = _fault(
    "id_token.other_kind",
    "RFC 8725, 3.11 and 3.12; OpenID Connect Core 1.0, 2",
    "The token is no ID token: {actual} is that of another kind.",
)
CLAIM: Final = _fault(
    "id_token.claim",
    "OpenID Connect Core 1.0, 2",
    "A claim is missing or malformed: {expected} is expected.",
)
PERIOD: Final = _fault(
    "id_token.period",
    "OpenID Connect Core 1.0, 2",
    "The token expires before it was issued.",
)
AUTHORIZED_PARTY: Final = _unmet(
    "id_token.authorized_party",
    "id_token.authorized_party",
    f"{_VALIDATION} steps 4 and 5",
    "The token was issued to {actual}; this verifier is {expected}.",
)
SEVERAL_AUDIENCES: Final = _unmet(
    "id_token.several_audiences",
    "id_token.authorized_party",
    f"{_VALIDATION} step 3",
    "The token is addressed to {actual} parties and does not say which of them asked for it.",
)
NONCE: Final = Code(
    "id_token.nonce",
    "id_token.nonce",
    Stage.AUTHENTICATE,
    Outcome.MET,
    f"{_VALIDATION} step 11",
    "The token answers this request's nonce.",
)
NONCE_ABSENT: Final = Code(
    "id_token.nonce_absent",
    "id_token.nonce",
    Stage.AUTHENTICATE,
    Outcome.MET,
    f"{_VALIDATION} step 11",
    "No nonce was asked for, and the token holds none: whoever holds it may show it again.",
)
NONCE_MISSING: Final = _unmet(
    "id_token.nonce_missing",
    "id_token.nonce",
    f"{_VALIDATION} step 11",
    "The request had a nonce, and the token holds none.",
)
NONCE_MISMATCH: Final = _unmet(
    "id_token.nonce_mismatch",
    "id_token.nonce",
    f"{_VALIDATION} step 11",
    "The token answers another request: its nonce is not this one's.",
)
NONCE_NOT_STATED: Final = Code(
    "id_token.nonce_not_stated",
    "id_token.nonce",
    Stage.AUTHENTICATE,
    Outcome.UNKNOWN,
    f"{_VALIDATION} step 11",
    "The token answers a nonce, and the request does not say which one was sent.",
    Indication.INDETERMINATE,
    SubIndication.SIGNED_DATA_NOT_FOUND,
)
