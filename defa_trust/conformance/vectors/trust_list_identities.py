"""How a signed list names its services: one spelling for each identity, and keys that are keys."""

from __future__ import annotations

from typing import Any

from ...codec import base58, base64url
from ...codec import json as strict_json
from ...demo.keys import service_certificate
from ...trustlist import documents
from ..build import DAY, MOMENT, YEAR, Json, key, public_jwk, vc
from ..lists import envelope, offered, recognition, signed_world, thai_list, thai_service, update
from ..registry import Case, Group, Importance

_group = Group("trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="identity_beside")
_NONE = "resolve.no_anchors"
_PROFILE = Importance.PROFILE
_OWN = documents.jwk_identity(key().verification_key, "key-1")


def _case(document: Json) -> Case:
    lists = signed_world(
        update(
            offered("member_state", "TH", envelope(document, "TH")),
            offered("recognition", "SG", envelope(recognition(), "SG")),
        )
    )
    return Case(vc(), lists)


def _beside(*ids: Any, **more: Any) -> Case:
    """The issuer's own key, and beside it other identifiers."""
    identity = {**_OWN, **({"OtherIds": list(ids)} if ids else {}), **more}
    return _case(thai_list(thai_service(identity=identity)))


def _jwk(raw: bytes) -> str:
    return "jwk:" + base64url.encode(raw)


_SECOND: Json = {**public_jwk("second"), "kid": "key-2"}


@_group.vector("TS 119 602, 6.6.3", importance=_PROFILE)
def identity_beside() -> Case:
    """Beside its key the service is named by a second one, as canonical JSON in base64url."""
    return _beside(_jwk(strict_json.canonical(_SECOND)))


@_group.vector("TS 119 602, 6.6.3", importance=_PROFILE)
def identity_beside_by_did_key() -> Case:
    """Beside its key the service is named by a did:key."""
    return _beside(documents.did_key_identity(key("second").verification_key)["OtherIds"][0])


@_group.vector("TS 119 602, 6.6.3", importance=_PROFILE)
def identity_beside_by_pattern() -> Case:
    """The service issues under a name for each relying party."""
    return _beside("issuer-pattern:https://sso.th.test.example/realms/{rp}")


@_group.vector("RFC 8785, 3", _NONE, refused="list.identity", importance=_PROFILE,
               notes="One key under many texts: whoever compares texts sees many.")  # fmt: skip
def jwk_not_canonical() -> Case:
    """The second key's members are not in canonical order."""
    return _beside(_jwk(strict_json.compact(dict(sorted(_SECOND.items(), reverse=True)))))


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def jwk_with_an_unknown_member() -> Case:
    """The second key has a member that nobody defines."""
    return _beside(_jwk(strict_json.canonical({**_SECOND, "colour": "red"})))


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="crypto.jwk_private", importance=_PROFILE)
def jwk_with_its_private_part() -> Case:
    """The second key is listed with its private part, which everybody can now read."""
    return _beside(_jwk(strict_json.canonical({**_SECOND, "d": _SECOND["x"]})))


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def jwk_with_an_invisible_kid() -> Case:
    """The second key's `kid` holds a space."""
    return _beside(_jwk(strict_json.canonical({**_SECOND, "kid": "key 2"})))


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def identifier_of_no_known_kind() -> Case:
    """An identifier of a kind that the profile does not have."""
    return _beside("email:issuer@th.test.example")


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def identifier_without_its_kind() -> Case:
    """An identifier that is one bare word."""
    return _beside("did")


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def identifier_without_content() -> Case:
    """An identifier that names its kind and nothing behind it."""
    return _beside("jwk:")


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def identifier_as_a_number() -> Case:
    """An identifier that is a number."""
    return _beside(4711)


@_group.vector("TS 119 602, 6.6.3", _NONE, refused="list.identity", importance=_PROFILE)
def identifier_beyond_ascii() -> Case:
    """An identifier with a letter that looks like another."""
    return _beside("issuer:https://issuer.th.t\u0435st.example")


def _did(octets: bytes) -> str:
    return "did:key:z" + base58.encode(octets)


@_group.vector(
    "W3C did:key, 3.1", _NONE, refused="list.identity", twin="identity_beside_by_did_key"
)
def did_key_too_short() -> Case:
    """A did:key of Ed25519 with 31 octets."""
    return _beside(_did(b"\xed\x01" + bytes(31)))


@_group.vector(
    "W3C did:key, 3.1", _NONE, refused="list.identity", twin="identity_beside_by_did_key"
)
def did_key_of_an_unknown_kind() -> Case:
    """A did:key whose prefix names a kind of key that is not supported."""
    return _beside(_did(b"\xec\x01" + bytes(32)))


@_group.vector(
    "W3C did:key, 3.1", _NONE, refused="list.identity", twin="identity_beside_by_did_key"
)
def did_key_uncompressed() -> Case:
    """A did:key of P-256 whose point does not begin as compressed points do."""
    return _beside(_did(b"\x80\x24\x04" + bytes(32)))


@_group.vector(
    "DEFA profile, OtherIds",
    _NONE,
    refused="list.identity",
    twin="identity_beside_by_pattern",
    importance=_PROFILE,
    notes="The pattern matches more than it shows.",
)
def pattern_with_dots() -> Case:
    """A pattern of issuer names whose path goes up."""
    return _beside("issuer-pattern:https://sso.th.test.example/realms/../{rp}")


@_group.vector("DEFA profile, OtherIds", _NONE, refused="list.identity",
               twin="identity_beside_by_pattern", importance=_PROFILE)  # fmt: skip
def pattern_within_the_host() -> Case:
    """A pattern whose open part is in the host."""
    return _beside("issuer-pattern:https://{rp}.test.example/")


# --- key identifiers and history -----------------------------------------
_DER = service_certificate(key("second"), "TH", "TEST-ONLY", "TEST-ONLY second issuer")


@_group.vector("TS 119 612, 5.5.3", importance=_PROFILE)
def past_identity_by_key_identifier() -> Case:
    """An entry of the history names its certificate by the key identifier."""
    return _history(documents.service(**_PAST)["ServiceHistory"][0]["ServiceDigitalIdentity"])


_PAST: dict[str, Any] = {
    "id": "urn:test:TH-2",
    "type": "http://uri.etsi.org/19602/SvcType/PID/Issuance",
    "name": "TEST-ONLY second issuer",
    "identity": documents.certificate_identity(_DER),
    "since": MOMENT - 10 * DAY,
    "status": "withdrawn",
    "history": [("granted", MOMENT - YEAR)],
}


def _history(identity: Json) -> Case:
    """Beside the issuer a second service, with this identity in its history."""
    second = documents.service(**_PAST)
    second["ServiceHistory"][0]["ServiceDigitalIdentity"] = identity
    return _case(thai_list(thai_service(), second))


@_group.vector("TS 119 612, 5.6.3", _NONE, refused="list.member_value",
               twin="past_identity_by_key_identifier")  # fmt: skip
def past_identity_empty() -> Case:
    """A key identifier in the history is empty."""
    return _history({"X509SKIs": [""]})


@_group.vector("TS 119 612, 5.6.3", _NONE, refused="list.member_unknown",
               twin="past_identity_by_key_identifier")  # fmt: skip
def past_identity_with_an_unknown_member() -> Case:
    """An identity in the history is given in a way that nobody defines."""
    return _history({"Fingerprints": ["00"]})


@_group.vector("TS 119 602, 6.6.8", _NONE, refused="list.member_value", twin="directly_pinned")
def definition_that_is_no_address() -> Case:
    """The address at which the service is described is a word."""
    second = thai_service()
    second["ServiceInformation"]["SchemeServiceDefinitionURI"] = [{"lang": "en", "uriValue": "x"}]
    return _case(thai_list(second))
