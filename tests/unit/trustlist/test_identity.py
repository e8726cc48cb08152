"""Digital identities: what each string means, and that nothing near it is read as it."""

import pytest

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError, Rejection
from defa_trust.trustlist.identity import (
    certificate_identity,
    format_did_key,
    format_jwk,
    parse_other_id,
    read_history_identities,
    read_identities,
)
from defa_trust.trustlist.model import Identity, IdentityKind
from tests.signed_lists import NOW, key, operator


def public(label="id", key_type=KeyType.P256):
    return key(label, key_type).verification_key


def jwk_text(**members):
    jwk = {**public(key_type=KeyType.ED25519).jwk(), **members}
    return "jwk:" + base64url.encode(strict_json.canonical(jwk))


def did_jwk(jwk):
    return "did:jwk:" + base64url.encode(strict_json.compact(jwk))


@pytest.mark.parametrize(
    "key_type",
    [KeyType.P256, KeyType.P384, KeyType.P521, KeyType.ED25519, KeyType.ED448, KeyType.MLDSA44],
)
def test_jwk_carries_a_key_of_any_type(key_type):
    found = parse_other_id(format_jwk({**public(key_type=key_type).jwk(), "kid": "k1"}))
    assert (found.kind, found.value) == (IdentityKind.JWK, "k1")
    assert found.key.thumbprint == public(key_type=key_type).thumbprint


def test_a_jwk_without_kid_is_named_by_its_thumbprint():
    found = parse_other_id(jwk_text())
    assert found.value == base64url.encode(found.key.thumbprint)


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384, KeyType.P521, KeyType.ED25519])
def test_did_key_carries_its_key(key_type):
    for label in ("even", "odd", "third", "fourth"):
        did = format_did_key(public(label, key_type))
        found = parse_other_id(did)
        assert (found.kind, found.value) == (IdentityKind.DID, did)
        assert found.key.thumbprint == public(label, key_type).thumbprint


def test_did_key_of_the_published_example():
    # The example of the did:key method, section 3.1 (Ed25519).
    found = parse_other_id("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")
    assert found.key.key_type is KeyType.ED25519


def test_did_key_is_not_written_for_other_keys():
    with pytest.raises(MisuseError):
        format_did_key(public(key_type=KeyType.ED448))


def test_did_jwk_carries_its_key_and_did_web_does_not():
    found = parse_other_id(did_jwk(public().jwk()))
    assert found.key.thumbprint == public().thumbprint
    web = parse_other_id("did:web:issuer.test.example:th")
    assert (web.kind, web.key) == (IdentityKind.DID, None)


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("issuer:https://i.test.example/a", IdentityKind.ISSUER, "https://i.test.example/a"),
        ("issuer:urn:test:th", IdentityKind.ISSUER, "urn:test:th"),
        ("jwks:https://i.test.example/jwks.json", IdentityKind.JWKS,
         "https://i.test.example/jwks.json"),
        ("online:https://i.test.example", IdentityKind.ONLINE, "https://i.test.example"),
        ("issuer-pattern:https://sso.my.test.example/realms/{rp}", IdentityKind.ISSUER_PATTERN,
         "https://sso.my.test.example/realms/{rp}"),
        ("issuer-pattern:https://sso.my.test.example:8443/{rp}/oidc", IdentityKind.ISSUER_PATTERN,
         "https://sso.my.test.example:8443/{rp}/oidc"),
    ],
)  # fmt: skip
def test_what_has_no_key(text, kind, value):
    assert parse_other_id(text) == Identity(kind, value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "jwk:",
        "jwk",
        "JWK:e30",
        "kid:abc",
        "https://i.test.example",
        "issuer:",
        "issuer:no scheme",
        "issuer:https://i.test.example/\u0430",
        "issuer:https://i.test.example/\x00",
        "jwks:http://i.test.example/jwks",
        "jwks:https://i.test.example/jwks?x=1",
        "jwks:https://user:pw@i.test.example/jwks",
        "jwks:https:///jwks",
        "online:ftp://i.test.example",
        "online:https://i.test.example#x",
        "issuer-pattern:https://sso.test.example/realms",
        "issuer-pattern:http://sso.test.example/realms/{rp}",
        "issuer-pattern:https://{rp}.test.example/",
        "issuer-pattern:https://{rp}/realms",
        "issuer-pattern:https://sso.test.example/realms/x{rp}",
        "issuer-pattern:https://sso.test.example/realms/{rp}x",
        "issuer-pattern:https://sso.test.example/{rp}/{rp}",
        "issuer-pattern:https://sso.test.example/{rp}/*",
        "issuer-pattern:https://sso.test.example/{realm}",
        "issuer-pattern:https://sso.test.example/../{rp}",
        "issuer-pattern:https://sso.test.example/{rp}?a=b",
        "issuer-pattern:https://sso.test.example/.*/{rp}",
        "did:",
        "did:key",
        "did:key:",
        "did:KEY:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do0",  # 0 is no base58
        "did:key:f6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2do",
        "did:key:z16MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
        "did:key:z" + "1" * 200,
        "did:key:zQ3shokFTS3brHcDQrn82RUDfCZESWL1ZdCEJwekUDPQiYBme",  # secp256k1
        "did:jwk:e30",
        "did:jwk:e30=",
        "did:web:a b",
        "did:web:a#key",
        "did:web:a?x",
        "x" * 20_000,
    ],
)
def test_what_is_outside_the_grammar(text):
    with pytest.raises(Rejection):
        parse_other_id(text)


@pytest.mark.parametrize("value", [None, 1, b"did:web:a", ["did:web:a"], {"val": "x"}])
def test_an_identifier_is_a_string(value):
    with pytest.raises(Rejection):
        parse_other_id(value)


@pytest.mark.parametrize(
    "text",
    [
        "jwk:" + base64url.encode(strict_json.compact(dict(reversed(public().jwk().items())))),
        "jwk:" + base64url.encode(b" " + strict_json.canonical(public().jwk())),
        "jwk:" + base64url.encode_standard(strict_json.canonical(public().jwk())) + "=",
        jwk_text(d="AAAA"),
        jwk_text(x5u="https://evil.test.example"),
        jwk_text(jku="https://evil.test.example"),
        jwk_text(use="enc"),
        jwk_text(alg="HS256"),
        jwk_text(alg="ES256"),
        jwk_text(kid=""),
        jwk_text(kid=None),
        jwk_text(alg=None),
        jwk_text(use=None),
        jwk_text(kid="a b"),
        jwk_text(kid="a\u202eb"),
        jwk_text(kid=5),
        jwk_text(kid="k" * 257),
        "jwk:" + base64url.encode(b'{"k":"AAAA","kty":"oct"}'),
        "jwk:" + base64url.encode(b'{"kty":"EC","kty":"EC"}'),
        "jwk:" + base64url.encode(b"[]"),
    ],
)
def test_a_jwk_has_one_spelling_and_only_a_public_key(text):
    with pytest.raises(Rejection):
        parse_other_id(text)


def test_a_certificate_is_read_with_its_facts():
    _, certificate = operator("TH")
    found = certificate_identity(certificate)
    assert found.kind is IdentityKind.X509
    assert found.certificate == certificate
    assert found.not_before < NOW < found.not_after
    assert len(found.ski) == 20
    assert found.extended_key_usage == ("0.4.0.2231.3.0",)


def test_a_whole_identity_holds_all_kinds():
    _, certificate = operator("TH")
    whole = publish.merged(
        publish.certificate_identity(certificate),
        publish.jwk_identity(public(), "k1"),
        publish.other_identity("issuer:https://i.test.example", "did:web:i.test.example"),
    )
    whole["X509SubjectNames"] = ["CN=for people only"]
    kinds = [identity.kind for identity in read_identities(whole, "x")]
    assert kinds == [IdentityKind.X509, IdentityKind.JWK, IdentityKind.ISSUER, IdentityKind.DID]


@pytest.mark.parametrize(
    "value",
    [
        None,
        [],
        {},
        {"X509Certificates": []},
        {"X509Certificates": [{}]},
        {"X509Certificates": ["MII"]},
        {"X509Certificates": [{"val": 5}]},
        {"X509Certificates": [{"val": "MII="}]},
        {"X509Certificates": [{"val": "AAAA"}]},
        {"X509Certificates": [{"val": "AAAA", "x5u": "https://x"}]},
        {"PublicKeyValues": [{"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}]},
        {"PublicKeyValues": [{"kty": "oct", "k": "AAAA"}]},
        {"PublicKeyValues": [{"kty": "EC"}]},
        {"PublicKeyValues": ["x"]},
        {"OtherIds": [{}]},
        {"OtherIds": "did:web:a.test.example"},
        {"OtherIds": ["did:web:a.test.example"] * 2},
        {"OtherIds": [f"did:web:a{n}.test.example" for n in range(65)]},
    ],
)
def test_a_malformed_identity(value):
    with pytest.raises(Rejection):
        read_identities(value, "x")


def test_private_members_in_a_list_are_refused():
    jwk = {**public().jwk(), "d": "AAAA"}
    with pytest.raises(Rejection):
        read_identities({"PublicKeyValues": [jwk]}, "x")
    assert read_identities({"PublicKeyValues": [public().jwk()]}, "x")


def test_a_certificate_with_a_byte_too_many():
    _, certificate = operator("TH")
    value = {"X509Certificates": [{"val": base64url.encode_standard(certificate + b"\0")}]}
    with pytest.raises(Rejection):
        read_identities(value, "x")


def test_history_identities_are_key_identifiers():
    assert read_history_identities({}, "x") == ()
    assert read_history_identities({"X509SKIs": ["AAECAw=="]}, "x") == (bytes(range(4)),)
    for bad in ({"X509SKIs": []}, {"X509SKIs": [5]}, {"X509SKIs": [""]}, {"X509SKIs": ["AAECAw"]}):
        with pytest.raises(Rejection):
            read_history_identities(bad, "x")
