"""Who may publish a status: the issuer, whom its list names beside it, and nobody else."""

from __future__ import annotations

from typing import Any

from ...crypto import KeyType
from ...spec import SVC_EAA, SVC_PID_ISSUANCE, SVC_PID_REVOCATION, SVC_TSA
from ..build import (
    DAY,
    ISSUER,
    MOMENT,
    WITHDRAWN,
    YEAR,
    Json,
    jwk_identity,
    key,
    period,
    public_jwk,
    service,
    vc,
    world,
)
from ..registry import Case, Group, Importance
from ..status_lists import (
    INDEX,
    evidence,
    identity_world,
    listing,
    of_two_states,
    token_jwt,
    token_reference,
)

_TSL = "draft-ietf-oauth-status-list-21"
_KEYS = f"{_TSL}, 11.3"
_group = Group(
    "status_list", features=("es256", "status-list-jwt", "trust", "vc-jwt"), twin="signed_by_issuer"
)


def _case(octets: bytes, trust: Json) -> Case:
    return Case(vc(status=token_reference()), trust, evidence=(evidence(octets),))


def _separate(**members: Any) -> Json:
    """A service of TH for statuses, with a key of its own, of the same entity as the issuer."""
    return service(
        **{
            "id": "urn:test:TH-status",
            "name": "TEST-ONLY status service of TH",
            "type": SVC_PID_REVOCATION,
            "issuerIds": [],
            "identities": [jwk_identity("status", kid="status-1")],
            **members,
        }
    )


def _by_separate(values: dict[int, int] | None = None, **header: Any) -> bytes:
    return listing(values or {}, signer=key("status"), header={"kid": "status-1", **header})


@_group.vector(_KEYS)
def signed_by_issuer() -> Case:
    """The key that signed the credential signed the list, which names no key at all."""
    return _case(token_jwt(header={"kid": None}), world())


@_group.vector(_KEYS)
def signed_by_another_key_of_the_issuer() -> Case:
    """Another listed key of the same service signed the list."""
    keys = [jwk_identity(), jwk_identity("status", kid="status-1")]
    return _case(_by_separate(), world(identities=keys))


@_group.vector(_KEYS, "status.revoked", twin="signed_by_another_key_of_the_issuer")
def revoked_by_another_key_of_the_issuer() -> Case:
    """Another listed key of the same service signed a list that says "revoked"."""
    keys = [jwk_identity(), jwk_identity("status", kid="status-1")]
    return _case(_by_separate({INDEX: 1}), world(identities=keys))


@_group.vector(_KEYS, "status.list_signature_invalid", notes="An unsigned list counts as signed.")
def changed_after_signing() -> Case:
    """A list that says "good", under the issuer's signature of one that says "revoked"."""
    head, body, _ = token_jwt().split(b".")
    *_, signature = listing({INDEX: 1}).split(b".")
    return _case(b".".join((head, body, signature)), world())


@_group.vector(
    _KEYS,
    "status.list_signature_invalid",
    notes="Whoever writes the name of a key vouches with it.",
)
def strangers_key_under_a_listed_name() -> Case:
    """A key that no list names signed the list, under the `kid` of one that is listed."""
    return _case(token_jwt(signer=key("stranger")), world())


@_group.vector(_KEYS, "status.signer_unbound")
def strangers_key() -> Case:
    """A key that no list names signed the list, under its own name."""
    return _case(token_jwt(signer=key("stranger"), header={"kid": "stranger-1"}), world())


@_group.vector("RFC 8725, 3.10", "status.list_signature_invalid")
def key_in_the_header() -> Case:
    """The list brings the key that signed it along."""
    head = {"jwk": public_jwk("stranger")}
    return _case(token_jwt(signer=key("stranger"), header=head), world())


@_group.vector(
    _KEYS,
    "status.signer_unbound",
    notes="The keys of all states are pooled, and one state revokes another's credentials.",
)
def signed_by_another_state() -> Case:
    """A listed issuer of another state signed the list."""
    trust = of_two_states(service("MY", identities=[jwk_identity("issuer MY", kid="my-1")]))
    return _case(token_jwt(signer=key("issuer MY"), header={"kid": "my-1"}), trust)


@_group.vector(_KEYS, "status.list_signature_invalid")
def signed_by_another_state_under_the_same_name() -> Case:
    """A listed issuer of another state signed the list; its key has the same `kid`."""
    trust = of_two_states(service("MY", identities=[jwk_identity("issuer MY")]))
    return _case(token_jwt(signer=key("issuer MY")), trust)


@_group.vector(_KEYS, "status.signer_unbound")
def signed_by_another_issuer_of_the_state() -> Case:
    """Another issuer of the same state and list signed the list."""
    other = service(
        id="urn:test:TH-2",
        entity="TEST-ONLY other authority of TH",
        type=SVC_PID_ISSUANCE,
        issuerIds=["https://other.th.test.example"],
        identities=[jwk_identity("other", kid="other-1")],
    )
    return _case(token_jwt(signer=key("other"), header={"kid": "other-1"}), identity_world(other))


# --- a service of its own for statuses -----------------------------------------
@_group.vector(_KEYS, importance=Importance.PROFILE)
def signed_by_the_status_service() -> Case:
    """The list was signed by the status service of the issuer's entity, in the same list."""
    return _case(_by_separate(), identity_world(_separate()))


@_group.vector(
    _KEYS, "status.revoked", twin="signed_by_the_status_service", importance=Importance.PROFILE
)
def revoked_by_the_status_service() -> Case:
    """The status service of the issuer's entity says "revoked"."""
    return _case(_by_separate({INDEX: 1}), identity_world(_separate()))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_the_status_service")
def status_service_of_another_entity() -> Case:
    """The status service belongs to another entity, and names no issuer."""
    other = _separate(entity="TEST-ONLY other authority of TH")
    return _case(_by_separate(), identity_world(other))


@_group.vector(_KEYS, importance=Importance.PROFILE)
def status_service_that_names_the_issuer() -> Case:
    """The status service belongs to another entity; the list says that it speaks for the issuer."""
    other = _separate(entity="TEST-ONLY other authority of TH", issuerIds=[ISSUER])
    return _case(_by_separate(), identity_world(other))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_the_status_service")
def status_service_that_names_others() -> Case:
    """The status service is of the issuer's entity; the list says for whom it speaks: others."""
    other = _separate(issuerIds=["https://other.th.test.example"])
    return _case(_by_separate(), identity_world(other))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_the_status_service")
def service_of_another_type() -> Case:
    """A service of the same entity signed the list; it makes time-stamps."""
    return _case(_by_separate(), identity_world(_separate(type=SVC_TSA)))


@_group.vector(_KEYS, "status.signer_unbound", twin="signed_by_the_status_service")
def status_service_of_another_kind_of_issuer() -> Case:
    """The credential's issuer is no PID issuer, so a status service for those does not speak."""
    trust = identity_world(_separate())
    trust["lists"][0]["services"][0]["type"] = SVC_EAA
    trust["lists"][1]["arrangements"][0]["serviceTypeMap"] = [
        {"home": SVC_EAA, "recognised": SVC_EAA}
    ]
    return _case(_by_separate(), trust)


@_group.vector(_KEYS, "resolve.service_type_unfit", twin="signed_by_the_status_service")
def credential_by_the_status_service() -> Case:
    """The status service's key signed a credential: it may publish statuses and nothing else."""
    data = vc(header={"kid": "status-1"}, signer=key("status"))
    trust = identity_world(_separate(issuerIds=[ISSUER]))
    return Case(data, trust)


@_group.vector(_KEYS, importance=Importance.PROFILE)
def status_service_bound_to_the_form() -> Case:
    """The list lets the status service publish lists of this very form."""
    return _case(_by_separate(), identity_world(_separate(formats=["statuslist+jwt"])))


@_group.vector(_KEYS, "status.signer_unbound", twin="status_service_bound_to_the_form")
def status_service_bound_to_another_form() -> Case:
    """The list lets the status service publish lists of another form only."""
    return _case(_by_separate(), identity_world(_separate(formats=["statuslist+cwt"])))


# --- standing -----------------------------------------
@_group.vector(
    "TS 119 615, 4.4", "status.signer_not_in_standing", twin="signed_by_the_status_service"
)
def status_service_withdrawn() -> Case:
    """The status service was withdrawn a day ago."""
    gone = [
        period("withdrawn", WITHDRAWN, MOMENT - DAY),
        period(start=MOMENT - YEAR, until=MOMENT - DAY),
    ]
    return _case(_by_separate(), identity_world(_separate(history=gone)))


@_group.vector("TS 119 615, 4.4")
def status_service_withdrawn_tomorrow() -> Case:
    """The status service will be withdrawn the second after the moment asked for."""
    soon = [
        period("withdrawn", WITHDRAWN, MOMENT + 1),
        period(start=MOMENT - YEAR, until=MOMENT + 1),
    ]
    return _case(_by_separate(), identity_world(_separate(history=soon)))


_CEASED = "https://defa.example/19602/SvcStatus/ceased_with_valid_past"


def _ceased(start: int) -> list[Json]:
    return [
        period("ceased_with_valid_past", _CEASED, start),
        period(start=MOMENT - YEAR, until=start),
    ]


@_group.vector("TS 119 612, 5.5.4", importance=Importance.PROFILE)
def made_before_the_service_ceased() -> Case:
    """The status service ceased after it had made the list; its past stays valid."""
    return _case(_by_separate(), identity_world(_separate(history=_ceased(MOMENT - 1800))))


@_group.vector(
    "TS 119 612, 5.5.4",
    "status.signer_not_in_standing",
    twin="made_before_the_service_ceased",
    importance=Importance.PROFILE,
)
def made_after_the_service_ceased() -> Case:
    """The list was made after its service had ceased."""
    return _case(_by_separate(), identity_world(_separate(history=_ceased(MOMENT - 7200))))


@_group.vector("EN 319 102-1, 5.2.8", features=("ed448",))
def another_algorithm() -> Case:
    """The issuer's second key is of another kind, and so is the list's algorithm."""
    keys = [jwk_identity(), jwk_identity("status", KeyType.ED448, "status-1")]
    octets = token_jwt(
        signer=key("status", KeyType.ED448), alg="Ed448", header={"alg": "Ed448", "kid": "status-1"}
    )
    return _case(octets, world(identities=keys))
