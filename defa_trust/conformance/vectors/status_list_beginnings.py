"""When a bitstring list begins, what it is for, and which signer's fault is told."""

from __future__ import annotations

from typing import Any

from ...spec import SVC_PID_REVOCATION
from ..build import ISSUER, MOMENT, WITHDRAWN, jwk_identity, key, period, service, vc
from ..registry import Case, Group, Importance
from ..status_lists import (
    bitstring,
    bitstring_entry,
    evidence,
    identity_world,
    token_jwt,
    token_reference,
)

_BSL = "W3C Bitstring Status List 1.0"
_group = Group(
    "status_list", features=("bitstring-status-list", "es256", "vc-jwt"), twin="bitstring_good"
)


def _case(**claims: Any) -> Case:
    return Case(vc(credentialStatus=bitstring_entry()), evidence=(evidence(bitstring(**claims)),))


@_group.vector("W3C VC-JOSE-COSE, 3.1.1", importance=Importance.PROFILE)
def bitstring_issued_before_it_begins() -> Case:
    """The list was made an hour before its beginning, and that was an hour ago."""
    return _case(iat=MOMENT - 7200)


@_group.vector(
    f"{_BSL}, 3.2",
    "status.list_from_the_future",
    twin="bitstring_issued_before_it_begins",
    notes="The time of its making stands in for the beginning of its validity.",
)
def bitstring_begins_after_it_was_issued() -> Case:
    """The list was made two hours ago, and is valid from tomorrow."""
    return _case(iat=MOMENT - 7200, validFrom="2026-11-02T00:00:00Z")


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed", notes="An object is read as its names.")
def bitstring_purpose_as_an_object() -> Case:
    """The list's purpose is an object that has the purpose as a name."""
    return _case(subject={"statusPurpose": {"revocation": True}})


# --- one key, two services -----------------------------------------
_signers = Group(
    "status_list",
    features=("es256", "status-list-jwt", "trust", "vc-jwt"),
    twin="key_of_a_status_service_that_is_left",
)


def _of_two(issuer: str) -> Case:
    """Two status services of TH have the key that signed; the second one is withdrawn."""
    own: dict[str, Any] = {
        "type": SVC_PID_REVOCATION,
        "issuerIds": [ISSUER],
        "identities": [jwk_identity("status", kid="status-1")],
    }
    gone = [period("withdrawn", WITHDRAWN)]
    services = (
        service(id="urn:test:TH-s1", name="TEST-ONLY first", **own),
        service(id="urn:test:TH-s2", name="TEST-ONLY second", **own, history=gone),
    )
    octets = token_jwt(signer=key("status"), header={"kid": "status-1"}, iss=issuer)
    trust = identity_world(*services)
    return Case(vc(status=token_reference()), trust, evidence=(evidence(octets),))


@_signers.vector("draft-ietf-oauth-status-list-21, 11.3", importance=Importance.PROFILE)
def key_of_a_status_service_that_is_left() -> Case:
    """Of two services with the key that signed, the first stands and the second is withdrawn."""
    return _of_two(ISSUER)


@_signers.vector(
    "RFC 7519, 4.1.1",
    "status.issuer_mismatch",
    importance=Importance.PROFILE,
    notes="The fault of the first service with the key is told, in the order of the list.",
)
def issuer_of_another_name_and_two_services() -> Case:
    """Two services have the key: the first does not speak for `iss`, the second is withdrawn."""
    return _of_two("https://other.th.test.example")
