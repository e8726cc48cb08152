"""SD-JWT VC: the issuer-signed part, its type, times and status."""

from __future__ import annotations

from typing import Any

from ..build import (
    DAY,
    MOMENT,
    key,
    named,
    present,
    request_of,
    sd_issuer,
    sd_jwt,
    sd_payload,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("sd_jwt", features=("es256", "sd-jwt-vc"), twin="no_disclosures")
_PROFILE = Importance.PROFILE
_DRAFT = "SD-JWT VC"


def _case(
    header: dict[str, Any] | None = None, *, asked: dict[str, Any] | None = None, **members: Any
) -> Case:
    token = present(sd_issuer(sd_payload(**members), header=header))
    return Case(token, world(), request_of(**(asked or {})))


@_group.vector("RFC 9901, 4")
def no_disclosures() -> Case:
    """A good SD-JWT VC whose claims are all open."""
    return _case()


@_group.vector("RFC 9901, 4.2")
def one_disclosure() -> Case:
    """A good SD-JWT VC with one disclosure."""
    return Case(sd_jwt(named("family_name", "TEST-ONLY")), world())


# --- type -----------------------------------------
@_group.vector(
    f"{_DRAFT}, 2.2.1",
    "sd_jwt.typ",
    notes="Any signed token of the issuer passes as a credential.",
)
def typ_wrong() -> Case:
    """`typ` is that of an access token."""
    return _case({"typ": "at+jwt"})


@_group.vector(f"{_DRAFT}, 2.2.1", "sd_jwt.typ")
def typ_absent() -> Case:
    """There is no `typ`."""
    return _case({"typ": None})


@_group.vector(f"{_DRAFT}, 2.2.1", importance=_PROFILE, features=("sd-jwt-vc-legacy-typ",))
def typ_legacy_allowed() -> Case:
    """`typ` is `vc+sd-jwt`, as older drafts had it, and the request allows that."""
    return _case({"typ": "vc+sd-jwt"}, asked={"profiles": ["sd-jwt-vc-legacy-typ"]})


@_group.vector(
    f"{_DRAFT}, 2.2.1",
    "sd_jwt.typ",
    importance=_PROFILE,
    twin="typ_legacy_allowed",
)
def typ_legacy_not_allowed() -> Case:
    """`typ` is `vc+sd-jwt`, and the request allows no legacy profile."""
    return _case({"typ": "vc+sd-jwt"}, asked={"profiles": []})


@_group.vector(f"{_DRAFT}, 2.2.2.1", "sd_jwt.vct")
def vct_absent() -> Case:
    """There is no `vct`: nobody can say what kind of credential this is."""
    return _case(vct=None)


@_group.vector(f"{_DRAFT}, 2.2.2.1", "sd_jwt.vct")
def vct_not_a_string() -> Case:
    """`vct` is an array."""
    return _case(vct=["https://credentials.test.example/identity"])


# --- times and status -----------------------------------------
@_group.vector("RFC 7519, 4.1.4", "time.expired", notes="Expired SD-JWTs were seen accepted.")
def expired() -> Case:
    """`exp` was yesterday."""
    return _case(exp=MOMENT - DAY)


@_group.vector("RFC 7519, 4.1.5", "time.not_yet_valid")
def not_yet_valid() -> Case:
    """`nbf` is tomorrow."""
    return _case(nbf=MOMENT + DAY)


@_group.vector("RFC 7519, 4.1.6", "time.issued_in_the_future", importance=_PROFILE)
def issued_in_the_future() -> Case:
    """`iat` is tomorrow."""
    return _case(iat=MOMENT + DAY)


@_group.vector("RFC 7519, 4.1.4", "jose.numeric_date")
def exp_as_a_string() -> Case:
    """`exp` is a string of digits."""
    return _case(exp=str(MOMENT + DAY))


@_group.vector(
    "Token Status List, 6.2",
    "status.not_checked",
    notes='"Could not check" read as "good".',
)
def status_not_checked() -> Case:
    """The credential names a status list that was not supplied."""
    return _case(status={"status_list": {"idx": 3, "uri": "https://status.th.test.example/2"}})


# --- signature and header
@_group.vector("RFC 9901, 7.1", "crypto.signature_invalid")
def signed_by_another_key() -> Case:
    """Signed by somebody else under the listed key's `kid`."""
    return Case(present(sd_issuer(sd_payload(), signer=key("attacker"))), world())


@_group.vector("RFC 9901, 7.1", "crypto.algorithm_none")
def alg_none() -> Case:
    """`alg` of the issuer-signed part is `none`."""
    token = sd_issuer(sd_payload(), header={"alg": "none"}).rpartition(".")[0] + "."
    return Case(present(token), world())


@_group.vector("RFC 7515, 4.1.11", "jose.crit")
def crit_unknown() -> Case:
    """`crit` names an extension that nobody understands."""
    return _case({"crit": ["urn:test:ext"], "urn:test:ext": 1})


@_group.vector("RFC 9901, 7.1", "json.duplicate_member")
def payload_duplicate_member() -> Case:
    """The payload names `exp` twice."""
    from ...codec import json as strict_json

    body = strict_json.compact(sd_payload())
    return Case(present(sd_issuer(body[:-1] + b',"exp":1}')), world())


@_group.vector("RFC 9901, 4", "sd_jwt.form", notes="The last part is taken for a disclosure.")
def no_closing_tilde() -> Case:
    """One disclosure follows, and the text does not end in a tilde."""
    return Case(sd_jwt(named("family_name", "TEST-ONLY"))[:-1], world())


@_group.vector("TS 119 615, 4.3", "resolve.issuer_unknown")
def issuer_unlisted() -> Case:
    """No list names the issuer."""
    return _case(iss="https://issuer.unlisted.test.example")


@_group.vector(
    "RFC 8725, 3.11",
    "vc.not_a_credential",
    importance=_PROFILE,
    notes="Formats confused: one format's checks run on another's token.",
)
def without_any_tilde() -> Case:
    """The issuer-signed part alone, without a tilde: an SD-JWT by its type, not by its form."""
    return Case(sd_issuer(sd_payload()).encode(), world())
