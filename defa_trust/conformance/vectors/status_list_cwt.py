"""Token status lists of SD-JWT VCs and of CWTs, and lists in CWT form."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ..build import MOMENT, cwt, hcert, qr, sd_jwt, sign1
from ..registry import Case, Group
from ..status_lists import (
    INDEX,
    OTHER_URI,
    TTL,
    URI,
    compressed,
    evidence,
    listing,
    token_cwt,
    token_jwt,
    token_reference,
)

_TSL = "draft-ietf-oauth-status-list-21"
_sd_jwt = Group(
    "status_list", features=("es256", "sd-jwt-vc", "status-list-jwt"), twin="sd_jwt_good"
)
_cwt = Group("status_list", features=("es256", "hcert", "status-list-cwt"), twin="cwt_good")


def _coded(*lists: bytes, **claim: Any) -> Case:
    """An HC1 code whose CWT names its place."""
    data = hcert(l65535=token_reference(**claim))
    return Case(data, evidence=tuple(evidence(octets) for octets in lists))


# --- SD-JWT VC -----------------------------------------
@_sd_jwt.vector("draft-ietf-oauth-sd-jwt-vc-18, 2.2.2.3")
def sd_jwt_good() -> Case:
    """An SD-JWT VC whose list says "good"."""
    return Case(sd_jwt(status=token_reference()), evidence=(evidence(token_jwt()),))


@_sd_jwt.vector(f"{_TSL}, 7.1", "status.revoked")
def sd_jwt_revoked() -> Case:
    """An SD-JWT VC whose list says "revoked"."""
    return Case(sd_jwt(status=token_reference()), evidence=(evidence(listing({INDEX: 1})),))


@_sd_jwt.vector(
    "draft-ietf-oauth-sd-jwt-vc-18, 2.2.2.3",
    "status.list_type",
)
def sd_jwt_with_a_cwt_list() -> Case:
    """An SD-JWT VC whose list is a CWT, where a JWT is demanded."""
    return Case(sd_jwt(status=token_reference()), evidence=(evidence(token_cwt()),))


# --- form: CWT -----------------------------------------
@_cwt.vector(f"{_TSL}, 5.2")
def cwt_good() -> Case:
    """An HC1 code, and a list in CWT form that says "good"."""
    return _coded(token_cwt())


@_cwt.vector(f"{_TSL}, 7.1", "status.revoked")
def cwt_revoked() -> Case:
    """A list in CWT form that says "revoked"."""
    return _coded(token_cwt({INDEX: 1}))


@_cwt.vector(f"{_TSL}, 7.1", "status.suspended")
def cwt_suspended() -> Case:
    """A list in CWT form with two bits an entry that says "suspended"."""
    return _coded(token_cwt({INDEX: 2}, 2))


@_cwt.vector(f"{_TSL}, 5.2", "status.list_type")
def cwt_type_missing() -> Case:
    """The list's protected header does not say what it is."""
    return _coded(token_cwt(protected={16: None}))


@_cwt.vector(f"{_TSL}, 5.2", "status.list_type", notes="Anybody can write an unprotected header.")
def cwt_type_unprotected() -> Case:
    """What the list is stands in its unprotected header only."""
    message = sign1(
        {2: URI, 6: MOMENT - 3600, 65533: {"bits": 1, "lst": compressed()}},
        unprotected={16: "application/statuslist+cwt"},
    )
    return _coded(message)


@_cwt.vector(f"{_TSL}, 5.2", "status.list_malformed")
def cwt_untagged() -> Case:
    """The list is a COSE_Sign1 without its tag."""
    return _coded(token_cwt(tag=None))


@_cwt.vector(f"{_TSL}, 5.2", "status.subject_mismatch")
def cwt_subject_of_another_list() -> Case:
    """The list in CWT form says that it is another one."""
    return _coded(token_cwt(claims={2: OTHER_URI}))


@_cwt.vector(f"{_TSL}, 8.3", "status.list_expired")
def cwt_expired() -> Case:
    """The list in CWT form expires at the very moment asked for."""
    return _coded(token_cwt(claims={4: MOMENT}))


@_cwt.vector(f"{_TSL}, 8.3", "status.list_stale")
def cwt_ttl_ended() -> Case:
    """The time to live of a list in CWT form is over."""
    return _coded(token_cwt(claims={6: MOMENT - TTL}))


@_cwt.vector(f"{_TSL}, 4.3", "status.list_malformed")
def cwt_list_as_text() -> Case:
    """In CWT form `lst` is text, where a byte string is demanded."""
    return _coded(token_cwt(lst=base64url.encode(compressed())))


@_cwt.vector(f"{_TSL}, 8.3", "status.index_out_of_range")
def cwt_index_behind_the_end() -> Case:
    """The code's place is one behind the end of the list."""
    return _coded(token_cwt(), idx=64)


@_cwt.vector(f"{_TSL}, 6.3", "cwt.status", twin="cwt_good")
def cwt_index_negative() -> Case:
    """The code's place in the list is below zero."""
    return _coded(token_cwt(), idx=-1)


@_cwt.vector(f"{_TSL}, 5.1", features=("status-list-jwt",))
def code_with_a_jwt_list() -> Case:
    """An HC1 code whose list is a JWT: the forms need not agree."""
    return Case(qr(sign1(cwt(l65535=token_reference()))), evidence=(evidence(token_jwt()),))
