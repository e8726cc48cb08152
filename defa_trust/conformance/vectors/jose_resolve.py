"""From token to listed key: bound to one state, one issuer, one service, one moment."""

from __future__ import annotations

from typing import Any

from ..build import (
    DAY,
    ISSUER,
    MOMENT,
    WITHDRAWN,
    YEAR,
    arrangement,
    jwk_identity,
    key,
    member_list,
    period,
    recognition_list,
    request_of,
    service,
    trust,
    vc,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("jose", features=("es256", "trust", "vc-jwt"), twin="es256")
_PROFILE = Importance.PROFILE
_CA = "http://uri.etsi.org/TrstSvc/Svctype/CA/PKC"


def _listed(*members_of_th: dict[str, Any], other: dict[str, Any] | None = None) -> dict[str, Any]:
    lists = [member_list("TH", *members_of_th), recognition_list("SG", arrangement())]
    return trust(*lists, *([other] if other else []))


def _dated(**members: Any) -> dict[str, Any]:
    return trust(member_list("TH", service(), **members), recognition_list("SG", arrangement()))


# --- key and issuer -----------------------------------------
@_group.vector("RFC 7515, 4.1.4")
def kid_absent_one_key() -> Case:
    """No `kid`; the named issuer has one key."""
    return Case(vc(header={"kid": None}), world())


@_group.vector("RFC 7638, 3")
def kid_is_the_thumbprint() -> Case:
    """`kid` is the key's thumbprint."""
    from ...codec import base64url

    thumbprint = base64url.encode(key().verification_key.thumbprint)
    return Case(vc(header={"kid": thumbprint}), world())


@_group.vector("RFC 7515, 4.1.4")
def rollover_second_key() -> Case:
    """The issuer has two keys, and `kid` names the second, which signed."""
    identities = [jwk_identity(), jwk_identity("issuer next", kid="key-2")]
    return Case(
        vc(header={"kid": "key-2"}, signer=key("issuer next")), world(identities=identities)
    )


@_group.vector(
    "RFC 7515, 4.1.4",
    "crypto.signature_invalid",
    twin="rollover_second_key",
    notes="Trying every key makes `kid` worthless: a retired key still serves.",
)
def rollover_kid_of_the_other_key() -> Case:
    """The issuer has two keys; `kid` names the first, and the second signed."""
    identities = [jwk_identity(), jwk_identity("issuer next", kid="key-2")]
    return Case(
        vc(header={"kid": "key-1"}, signer=key("issuer next")), world(identities=identities)
    )


@_group.vector(
    "EN 319 102-1, 5.2.3",
    "resolve.key_unknown",
    notes='An unknown `kid` treated as "try all keys of all states".',
)
def kid_unknown() -> Case:
    """`kid` names no key of the issuer, though one of them signed."""
    return Case(vc(header={"kid": "key-9"}), world())


@_group.vector(
    "TS 119 615, 4.3",
    "resolve.key_unknown",
    notes="All states' anchors pooled: one state vouches for another's issuers.",
)
def key_of_another_state() -> Case:
    """The issuer is Thai; `kid` and signature are of a service listed by MY."""
    other = member_list("MY", service("MY", identities=[jwk_identity("issuer MY", kid="my-1")]))
    token = vc(header={"kid": "my-1"}, signer=key("issuer MY"))
    return Case(token, _listed(service(), other=other))


@_group.vector(
    "TS 119 615, 4.3",
    "crypto.signature_invalid",
    notes="Keys looked up by `kid` alone, across states.",
)
def same_kid_in_another_state() -> Case:
    """MY lists a key under the same `kid`; it signed a token that names the Thai issuer."""
    other = member_list("MY", service("MY"))
    return Case(vc(signer=key("issuer MY")), _listed(service(), other=other))


@_group.vector(
    "TS 119 615, 4.3",
    "crypto.signature_invalid",
    notes="All keys of a state pooled: any service of it speaks for any other.",
)
def key_of_another_issuer() -> Case:
    """Another issuer of the same state signed, under a `kid` that both use."""
    second = service(
        id="urn:test:TH-2",
        issuerIds=["https://second.th.test.example"],
        identities=[jwk_identity("second issuer")],
    )
    return Case(vc(signer=key("second issuer")), _listed(service(), second))


@_group.vector("TS 119 615, 4.3", "resolve.issuer_unknown")
def issuer_unlisted() -> Case:
    """No list names the issuer, though its signature is good."""
    return Case(vc(issuer="https://issuer.unlisted.test.example"), world())


@_group.vector(
    "TS 119 615, 4.3",
    "resolve.issuer_unknown",
    notes="Compared by prefix or without slash.",
)
def issuer_with_a_slash() -> Case:
    """The issuer's name with a slash at its end: names are compared exactly."""
    return Case(vc(issuer=ISSUER + "/"), world())


@_group.vector(
    "TS 119 615, 4.3",
    "resolve.territory_ambiguous",
    notes="The first list wins, so a state takes over another's issuer by naming it.",
)
def issuer_claimed_by_two_states() -> Case:
    """TH and MY both list this issuer name, each with its own key."""
    other = member_list("MY", service("MY", issuerIds=[ISSUER]))
    return Case(vc(), _listed(service(), other=other))


@_group.vector(
    "RFC 5280, 6.1.1",
    "resolve.no_anchors",
    notes='An empty anchor list read as "no check needed".',
)
def no_anchors_at_all() -> Case:
    """Nothing is trusted: no list has been accepted."""
    return Case(vc(), trust())


@_group.vector(
    "RFC 5280, 6.1.1",
    "resolve.no_anchors",
    notes="A list without services is still no anchor.",
)
def lists_without_services() -> Case:
    """The state's list is there and empty."""
    return Case(vc(), _listed())


@_group.vector(
    "RFC 7515, 4.1.6",
    "resolve.key_unknown",
    notes="Whatever leaf sits in `x5c` is trusted.",
)
def x5c_does_not_replace_the_list() -> Case:
    """A stranger's key signed and is named by `kid`; the token brings its public key (`jwk`)."""
    header = {"kid": "stranger", "jwk": dict(key("attacker").verification_key.jwk())}
    return Case(vc(header=header, signer=key("attacker")), world())


# --- issuers without keys
@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.online_only",
    importance=_PROFILE,
    notes='"Cannot be checked here" is neither good nor bad.',
)
def online_only() -> Case:
    """The list says that this issuer's credentials can only be checked online."""
    identity = {"kind": "online", "value": "https://check.th.test.example"}
    return Case(vc(), world(identities=[identity]))


@_group.vector("DEFA profile, OtherIds", "resolve.keys_elsewhere", importance=_PROFILE)
def keys_elsewhere() -> Case:
    """The list points to a key set that was not supplied."""
    identity = {"kind": "jwks", "value": "https://issuer.th.test.example/jwks"}
    return Case(vc(), world(identities=[identity]))


def _pattern_world() -> dict[str, Any]:
    pattern = {"kind": "issuer-pattern", "value": "https://sso.th.test.example/realms/{rp}"}
    return world(issuerIds=[], identities=[jwk_identity(), pattern])


@_group.vector("DEFA profile, OtherIds", importance=_PROFILE)
def issuer_pattern() -> Case:
    """One issuer for each relying party; the request's party is the one in the issuer's name."""
    return Case(
        vc(issuer="https://sso.th.test.example/realms/bank-1"),
        _pattern_world(),
        request_of(relyingParty="bank-1"),
    )


@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.relying_party_mismatch",
    importance=_PROFILE,
    twin="issuer_pattern",
    notes="A credential made for one bank is replayed at another.",
)
def issuer_pattern_of_another_party() -> Case:
    """The credential was made for another relying party."""
    return Case(
        vc(issuer="https://sso.th.test.example/realms/bank-1"),
        _pattern_world(),
        request_of(relyingParty="bank-2"),
    )


@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.relying_party_needed",
    importance=_PROFILE,
    twin="issuer_pattern",
)
def issuer_pattern_without_party() -> Case:
    """The request names no relying party."""
    return Case(vc(issuer="https://sso.th.test.example/realms/bank-1"), _pattern_world())


@_group.vector(
    "DEFA profile, OtherIds",
    "resolve.issuer_unknown",
    importance=_PROFILE,
    twin="issuer_pattern",
    notes="A wildcard that crosses slashes matches foreign paths.",
)
def issuer_pattern_with_a_path() -> Case:
    """What stands in the place of the relying party spans two path segments."""
    return Case(
        vc(issuer="https://sso.th.test.example/realms/bank-1/evil"),
        _pattern_world(),
        request_of(relyingParty="bank-1"),
    )


# --- the service at the moment
@_group.vector(
    "TS 119 602, 6.6.4",
    "service.not_granted",
    notes="Withdrawn services are still trusted.",
)
def service_withdrawn() -> Case:
    """The service was withdrawn a month ago."""
    history = [
        period("withdrawn", WITHDRAWN, MOMENT - 30 * DAY),
        period(start=MOMENT - YEAR, until=MOMENT - 30 * DAY),
    ]
    return Case(vc(), world(history=history))


@_group.vector("TS 119 602, 6.6.4", "service.not_granted")
def service_suspended() -> Case:
    """The service is suspended."""
    uri = "https://defa.example/19602/SvcStatus/suspended"
    return Case(vc(), world(history=[period("suspended", uri)]))


@_group.vector("TS 119 602, 6.6.5")
def service_granted_this_second() -> Case:
    """The service's history begins at this very second."""
    return Case(vc(), world(history=[period(start=MOMENT)]))


@_group.vector(
    "TS 119 602, 6.6.5",
    "service.not_yet_granted",
    twin="service_granted_this_second",
)
def service_not_yet_granted() -> Case:
    """The service's history begins with the next second."""
    return Case(vc(), world(history=[period(start=MOMENT + 1)]))


@_group.vector("TS 119 602, 6.6.5")
def service_restored() -> Case:
    """The service was withdrawn for a while and is granted again."""
    history = [
        period(start=MOMENT - 10 * DAY),
        period("withdrawn", WITHDRAWN, MOMENT - 30 * DAY, MOMENT - 10 * DAY),
        period(start=MOMENT - YEAR, until=MOMENT - 30 * DAY),
    ]
    return Case(vc(), world(history=history))


@_group.vector(
    "TS 119 602, 6.6.1",
    "resolve.service_type_unfit",
    importance=_PROFILE,
    notes="A certificate authority's key signs a credential directly.",
)
def key_of_a_certificate_authority() -> Case:
    """The listed service is a certificate authority."""
    return Case(vc(), world(type=_CA))


@_group.vector("DEFA profile, DefaCredentialTypes", importance=_PROFILE)
def credential_type_in_scope() -> Case:
    """The list lets the service issue this type."""
    return Case(vc(), world(credentialTypes=["TestIdentityCredential"]))


@_group.vector(
    "DEFA profile, DefaCredentialTypes",
    "resolve.credential_type_out_of_scope",
    importance=_PROFILE,
    twin="credential_type_in_scope",
    notes="A transport authority issues identities.",
)
def credential_type_out_of_scope() -> Case:
    """The list lets the service issue another type only."""
    return Case(vc(), world(credentialTypes=["TestDrivingLicence"]))


@_group.vector(
    "DEFA profile, DefaCredentialTypes",
    "resolve.credential_type_out_of_scope",
    importance=_PROFILE,
    twin="credential_type_in_scope",
    notes="One permitted type carries a forbidden one along.",
)
def one_type_of_two_in_scope() -> Case:
    """The credential is of two types, of which the service may issue one."""
    types = ["VerifiableCredential", "TestIdentityCredential", "TestDrivingLicence"]
    return Case(vc(type=types), world(credentialTypes=["TestIdentityCredential"]))


@_group.vector(
    "DEFA profile, DefaFormats",
    "resolve.format_out_of_scope",
    importance=_PROFILE,
)
def format_out_of_scope() -> Case:
    """The list lets the service issue another format only."""
    return Case(vc(), world(formats=["hcert"]))


# --- the list at the moment
@_group.vector("TS 119 602, 6.3.15")
def list_last_second() -> Case:
    """The list's NextUpdate is the next second."""
    return Case(vc(), _dated(nextUpdate=MOMENT + 1))


@_group.vector("TS 119 602, 6.3.15", importance=_PROFILE)
def list_within_grace() -> Case:
    """The list lapsed two days ago; the policy gives national lists three days."""
    return Case(vc(), _dated(nextUpdate=MOMENT - 2 * DAY))


@_group.vector(
    "TS 119 602, 6.3.15",
    "list.expired",
    notes="An unreachable or stale list counted as verified: withdrawals never arrive.",
)
def list_grace_over() -> Case:
    """The list lapsed exactly three days ago."""
    return Case(vc(), _dated(nextUpdate=MOMENT - 3 * DAY))


@_group.vector(
    "TS 119 602, 6.3.15",
    "list.expired",
    twin="list_within_grace",
    importance=_PROFILE,
)
def list_no_grace() -> Case:
    """The list lapsed two days ago and the verifier's policy gives no grace."""
    lists = _dated(nextUpdate=MOMENT - 2 * DAY)
    return Case(vc(), lists, request_of(policy={"nationalListGrace": 0}))


@_group.vector("TS 119 602, 6.3.14", "list.from_the_future")
def list_from_the_future() -> Case:
    """The list was issued after the moment asked for."""
    return Case(vc(), _dated(issued=MOMENT + 1))


@_group.vector("DEFA profile, DefaPublication", importance=_PROFILE)
def list_transcribed() -> Case:
    """The list was transcribed by somebody else; the default policy takes it."""
    return Case(vc(), _dated(publication="transcribed"))


@_group.vector(
    "DEFA profile, DefaPublication",
    "list.transcribed",
    importance=_PROFILE,
    twin="list_transcribed",
)
def list_transcribed_refused() -> Case:
    """The same, and the verifier's policy refuses transcribed lists."""
    lists = _dated(publication="transcribed")
    return Case(vc(), lists, request_of(policy={"transcribed": "refuse"}))
