"""Plain SD-JWTs where the request allows them, and structures nested through disclosures."""

from __future__ import annotations

from typing import Any

from ..build import (
    bound_request,
    digest,
    disclosure,
    named,
    present,
    public_jwk,
    request_of,
    salt,
    sd_issuer,
    sd_payload,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("sd_jwt", features=("es256", "sd-jwt-generic", "sd-jwt-vc"), twin="plain_allowed")
_deep = Group("sd_jwt", features=("disclosures", "es256", "sd-jwt-vc"), twin="arrays_in_arrays")
_key = Group("sd_jwt", features=("es256", "key-binding", "sd-jwt-vc"), twin="holder_key_algorithm")
_PROFILE = Importance.PROFILE


def _plain(typ: str | None = "example+sd-jwt", **members: Any) -> Case:
    """A plain SD-JWT; the request allows them by profile."""
    token = present(sd_issuer(sd_payload(**{"vct": None, **members}), header={"typ": typ}))
    return Case(token, world(), request_of(profiles=["sd-jwt-generic"]))


@_group.vector("RFC 9901, 9.11", importance=_PROFILE)
def plain_allowed() -> Case:
    """A plain SD-JWT of a type of its own, where the request allows these."""
    return _plain()


@_group.vector(
    "RFC 8725, 3.11",
    "sd_jwt.typ",
    importance=_PROFILE,
    notes="Any JWT of the issuer with a tilde behind it passes for a credential.",
)
def plain_without_a_type() -> Case:
    """A plain SD-JWT without `typ`."""
    return _plain(None)


@_group.vector("RFC 8725, 3.11", "sd_jwt.typ", importance=_PROFILE)
def plain_of_another_kinds_type() -> Case:
    """A proof of possession with a tilde behind it."""
    return _plain("kb+jwt")


@_group.vector(
    "RFC 8725, 3.11",
    "sd_jwt.w3c_credential",
    importance=_PROFILE,
    notes="A W3C credential with a tilde behind it loses its end and its status.",
)
def plain_with_members_of_a_w3c_credential() -> Case:
    """A plain SD-JWT that has an end as W3C credentials have it."""
    return _plain(validUntil="2026-10-01T00:00:00Z")


# --- nesting -----------------------------------------
def _nested(count: int, *, arrays: bool) -> Case:
    """``count`` disclosures, each the only content of the next one's value."""
    texts = [disclosure(salt("0"), "TH") if arrays else named("level0", "TH")]
    for number in range(1, count):
        inner = digest(texts[-1])
        if arrays:
            texts.append(disclosure(salt(str(number)), [{"...": inner}]))
        else:
            texts.append(named(f"level{number}", {"_sd": [inner]}))
    top = digest(texts[-1])
    members = {"places": [{"...": top}]} if arrays else {"_sd": [top]}
    return Case(present(sd_issuer(sd_payload(**members)), *reversed(texts)), world())


@_deep.vector("RFC 9901, 4.2.6")
def arrays_in_arrays() -> Case:
    """Three disclosed elements, one inside the other."""
    return _nested(3, arrays=True)


@_deep.vector(
    "RFC 9901, 7.1",
    "json.too_deep",
    importance=_PROFILE,
    notes="Each disclosure is shallow, and together they exhaust a recursive reader.",
)
def arrays_nested_through_disclosures() -> Case:
    """Ninety disclosed elements, one inside the other."""
    return _nested(90, arrays=True)


@_deep.vector("RFC 9901, 7.1", "json.too_deep", twin="recursive_disclosure", importance=_PROFILE)
def objects_nested_through_disclosures() -> Case:
    """Ninety disclosed members, one inside the other."""
    return _nested(90, arrays=False)


# --- the holder's key -----------------------------------------
def _holder(**members: Any) -> Case:
    issued = sd_issuer(sd_payload(cnf={"jwk": {**public_jwk("holder"), **members}}))
    return Case(present(issued, binding={}), world(), bound_request())


@_key.vector("RFC 7517, 4.4")
def holder_key_algorithm() -> Case:
    """The holder's key names the algorithm of the proof."""
    return _holder(alg="ES256")


@_key.vector("RFC 7517, 4.4", "crypto.key_form")
def holder_key_algorithm_as_a_number() -> Case:
    """The holder's key has a number for an algorithm."""
    return _holder(alg=-7)


@_key.vector("RFC 7517, 4.4", "crypto.key_form")
def holder_key_algorithm_null() -> Case:
    """The holder's key has `null` for an algorithm."""
    return _holder(alg=None)
