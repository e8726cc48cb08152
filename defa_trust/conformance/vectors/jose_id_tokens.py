"""ID tokens of OpenID Connect as sign-in services issue them, and what only looks like one."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping
from typing import Any

from ...codec import base64url
from ..build import (
    ISSUER,
    MOMENT,
    NONCE,
    VERIFIER,
    Json,
    Signer,
    arrangement,
    jwk_identity,
    jws,
    key,
    public_jwk,
    recognised_by,
    request_of,
    segment,
    without_none,
    world,
)
from ..registry import Case, Group, Importance

_FEATURES = ("oidc-id-token", "es256")
_id = Group("jose", features=_FEATURES, twin="id_token_good")
_nested = Group("jose", features=_FEATURES, twin="id_token_decrypted")
_realm = Group("jose", features=_FEATURES, twin="id_token_of_a_realm")
_level = Group("jose", features=(*_FEATURES, "levels"), twin="id_token_level_met")
_CORE = "OpenID Connect Core 1.0"
_PROFILE = Importance.PROFILE
_REALM = "https://sso.th.test.example/realms/test-bank"
_IAL = "urn:defa:scale:th:ial"


def id_claims(**members: Any) -> Json:
    """Claims of a good ID token; a member that is ``None`` is left out."""
    return without_none(
        {
            "iss": ISSUER,
            "sub": "TEST-ONLY-subject",
            "aud": VERIFIER,
            "exp": MOMENT + 300,
            "iat": MOMENT - 30,
            "nonce": NONCE,
            "acr": "urn:test:loa:2",
            "amr": ["pwd", "face"],
            **members,
        }
    )


def id_token(payload: Mapping[str, Any] | bytes | None = None, *,
             header: Mapping[str, Any] | None = None, signer: Signer | None = None,
             alg: str = "ES256", **members: Any) -> bytes:  # fmt: skip
    """A signed ID token; ``members`` change the claims, ``header`` the protected header."""
    body = id_claims(**members) if payload is None else payload
    head = without_none({"alg": "ES256", "kid": "key-1", **(header or {})})
    return jws(body, head, signer=signer, alg=alg).encode()


def asked(**members: Any) -> Json:
    """The request that ``id_token`` answers."""
    return request_of(**without_none({"audience": VERIFIER, "nonce": NONCE, **members}))


def _case(token: bytes, lists: Json | None = None, **request: Any) -> Case:
    return Case(token, world() if lists is None else lists, asked(**request))


@_id.vector(f"{_CORE}, 3.1.3.7")
def id_token_good() -> Case:
    """An ID token for this client, with the nonce of its request."""
    return _case(id_token())


@_id.vector(f"{_CORE}, 2", "crypto.signature_invalid",
            notes="Any token that reads well signs anybody in.")  # fmt: skip
def id_token_altered() -> Case:
    """The subject was changed after signing."""
    head, _, signature = id_token().split(b".")
    body = segment(id_claims(sub="TEST-ONLY-another")).encode()
    return _case(b".".join((head, body, signature)))


@_id.vector("RFC 8725, 3.1", "crypto.algorithm_none", notes="Anybody signs anybody in.")
def id_token_alg_none() -> Case:
    """`alg` is `none` and the signature is empty."""
    head = segment({"alg": "none", "kid": "key-1"})
    return _case(f"{head}.{segment(id_claims())}.".encode())


@_id.vector("RFC 8725, 3.1", "crypto.algorithm_symmetric",
            notes="The client's secret, or the public key, signs.")  # fmt: skip
def id_token_hs256() -> Case:
    """`alg` is HS256, as for tokens that a client's own secret signs."""
    return _case(id_token(header={"alg": "HS256"}))


@_id.vector("RFC 8725, 3.10", "crypto.signature_invalid", notes="The token brings its own key.")
def id_token_of_a_key_in_its_header() -> Case:
    """Another key signed it, and stands in the header."""
    return _case(id_token(header={"jwk": public_jwk("thief")}, signer=key("thief")))


@_id.vector(f"{_CORE}, 3.1.3.7", "audience.mismatch",
            notes="A token for one client signs in at another.")  # fmt: skip
def id_token_for_another_client() -> Case:
    """The token is addressed to another client."""
    return _case(id_token(aud="https://another.sg.test.example"))


@_id.vector(f"{_CORE}, 3.1.3.7", "audience.mismatch",
            notes="Who does not say who it is takes every token.")  # fmt: skip
def id_token_and_nobody_named() -> Case:
    """The request does not say who the verifier is."""
    return _case(id_token(), audience=None)


@_id.vector(f"{_CORE}, 3.1.3.7", "id_token.several_audiences", importance=Importance.SHOULD,
            notes="Each of them can show the token to the others.")  # fmt: skip
def id_token_for_several_clients() -> Case:
    """The token is addressed to two clients and does not say which of them asked for it."""
    return _case(id_token(aud=[VERIFIER, "https://another.sg.test.example"]))


@_id.vector(f"{_CORE}, 3.1.3.7")
def id_token_for_several_clients_asked_for_by_this_one() -> Case:
    """The token is addressed to two clients; this one asked for it."""
    return _case(id_token(aud=[VERIFIER, "https://another.sg.test.example"], azp=VERIFIER))


@_id.vector(f"{_CORE}, 3.1.3.7", "id_token.authorized_party",
            twin="id_token_for_several_clients_asked_for_by_this_one",
            notes="A token that another client asked for signs in here.")  # fmt: skip
def id_token_asked_for_by_another_client() -> Case:
    """The token is addressed to two clients; the other one asked for it."""
    other = "https://another.sg.test.example"
    return _case(id_token(aud=[VERIFIER, other], azp=other))


@_id.vector(f"{_CORE}, 3.1.3.7", "id_token.nonce_mismatch", notes="An old token is replayed.")
def id_token_of_another_request() -> Case:
    """The token answers another request."""
    return _case(id_token(nonce="TEST-ONLY-nonce-0"))


@_id.vector(f"{_CORE}, 3.1.3.7", "id_token.nonce_missing", notes="An old token is replayed.")
def id_token_without_nonce() -> Case:
    """The request had a nonce, and the token holds none."""
    return _case(id_token(nonce=None))


@_id.vector(f"{_CORE}, 3.1.3.7", "id_token.nonce_not_stated",
            notes="Nobody compares the nonce.")  # fmt: skip
def id_token_whose_nonce_nobody_stated() -> Case:
    """The token answers a nonce; the request does not say which one was sent."""
    return _case(id_token(), nonce=None)


@_id.vector(f"{_CORE}, 3.1.3.7", "time.expired", notes="A session never ends.")
def id_token_expired() -> Case:
    """The token has expired."""
    return _case(id_token(exp=MOMENT))


@_id.vector(f"{_CORE}, 2", "id_token.claim", notes="A token without an end is good for ever.")
def id_token_without_expiry() -> Case:
    """The token does not say when it expires."""
    return _case(id_token(exp=None), format="oidc-id-token")


@_id.vector(f"{_CORE}, 2", "id_token.claim", notes="A token that says of nobody whom it is about.")
def id_token_without_subject() -> Case:
    """The token names no subject, and is read as an ID token since the request says so."""
    return _case(id_token(sub=None), format="oidc-id-token")


@_id.vector(f"{_CORE}, 2", "id_token.period", notes="Times that contradict each other.")
def id_token_that_ends_before_it_begins() -> Case:
    """The token was issued in the future, after its own end."""
    return _case(id_token(iat=MOMENT + 400))


@_id.vector("RFC 8725, 3.11", "id_token.other_kind",
            notes="An access token that leaked signs its owner in.")  # fmt: skip
def id_token_that_is_an_access_token() -> Case:
    """`typ` says that the token is an access token."""
    return _case(id_token(header={"typ": "at+jwt"}), format="oidc-id-token")


@_id.vector("RFC 8725, 3.12", "id_token.other_kind",
            notes="A refresh token, signed with the same key, signs its owner in.")  # fmt: skip
def id_token_that_is_a_refresh_token() -> Case:
    """The claim `typ` says that the token is a refresh token."""
    return _case(id_token(typ="Refresh"))


@_id.vector("RFC 8417, 2.2", "id_token.other_kind", notes="A logout token signs its owner in.")
def id_token_that_is_a_logout_token() -> Case:
    """The token tells of an event: it is a logout token."""
    events: Json = {"http://schemas.openid.net/event/backchannel-logout": {}}
    return _case(id_token(events=events), format="oidc-id-token")


@_id.vector(f"{_CORE}, 2", "id_token.claim", notes="Two readers take two issuers for one.")
def id_token_of_an_issuer_with_a_query() -> Case:
    """The issuer's address has a query."""
    return _case(id_token(iss=ISSUER + "?tenant=1"))


@_id.vector("RFC 7493, 2.3", "json.duplicate_member",
            notes="One reader sees the first, another the last.")  # fmt: skip
def id_token_subject_twice() -> Case:
    """The subject is there twice."""
    body = id_token().split(b".")[1].decode()
    whole = base64url.decode(body)
    twice = whole.replace(b'"sub":', b'"sub":"TEST-ONLY-another","sub":')
    return _case(id_token(twice))


# --- encrypted to the client -----------------------------------------
@_id.vector(f"{_CORE}, 2", "id_token.encrypted",
            notes="An encrypted token reported as broken, or as good.")  # fmt: skip
def id_token_encrypted() -> Case:
    """The token is still encrypted to the client."""
    head = segment({"alg": "ECDH-ES+A256KW", "enc": "A256CBC-HS512", "cty": "JWT"})
    rest = ".".join(segment(bytes(size)) for size in (72, 16, 96, 32))
    return _case(f"{head}.{rest}".encode())


@_nested.vector(f"{_CORE}, 2", importance=_PROFILE)
def id_token_decrypted() -> Case:
    """What was inside an encrypted token; the caller says that it decrypted it."""
    lists = world(formats=["oidc-id-token-jwe"])
    return _case(id_token(), lists, format="oidc-id-token-jwe")


@_nested.vector(f"{_CORE}, 2", "resolve.format_out_of_scope", importance=_PROFILE,
                notes="A token that came in the open passes where none does.")  # fmt: skip
def id_token_in_the_open_of_a_service_that_encrypts() -> Case:
    """The service encrypts its tokens, and this one came in the open."""
    return _case(id_token(), world(formats=["oidc-id-token-jwe"]))


# --- one issuer for each relying party -----------------------------------------
def _realms() -> Json:
    pattern = {"kind": "issuer-pattern", "value": "https://sso.th.test.example/realms/{rp}"}
    return world(issuerIds=[], identities=[jwk_identity(), pattern])


@_realm.vector("DEFA profile, OtherIds", importance=_PROFILE)
def id_token_of_a_realm() -> Case:
    """The issuer is the realm of this relying party; the claims name an ID token."""
    token = id_token(iss=_REALM, typ="ID", azp=VERIFIER)
    return _case(token, _realms(), relyingParty="test-bank")


@_realm.vector("DEFA profile, OtherIds", "resolve.relying_party_mismatch", importance=_PROFILE,
               notes="A token of one realm signs in at another.")  # fmt: skip
def id_token_of_another_realm() -> Case:
    """The issuer is the realm of another relying party."""
    other = "https://sso.th.test.example/realms/another-bank"
    token = id_token(iss=other, typ="ID", azp=VERIFIER)
    return _case(token, _realms(), relyingParty="test-bank")


# --- levels -----------------------------------------
def _levels(ial: Any, **members: Any) -> Case:
    """IAL 2.3 is granted and counts as proofing 2, IAL 1.3 as proofing 1; 2 is asked for."""
    axes = {"authentication": None, "federation": None}
    rows = [
        {"scheme": _IAL, "home": home, "recognised": {"proofing": counts, **axes}}
        for home, counts in (("1.3", 1), ("2.3", 2))
    ]
    lists = recognised_by(arrangement(assuranceMap=rows), levels=[{"scheme": _IAL, "value": "2.3"}])
    least = {"proofing": 2, "authentication": 0, "federation": 0}
    return _case(id_token(acr=None, ial=ial, **members), lists, minLevel=least)


@_level.vector("DEFA profile, assuranceMap", importance=_PROFILE)
def id_token_level_met() -> Case:
    """The claim `ial`, written as a number, is the level that the list grants."""
    return _levels(2.3)


@_level.vector("DEFA profile, assuranceMap", "recognition.level_too_low", importance=_PROFILE,
               notes="The level of the service is taken for that of the session.")  # fmt: skip
def id_token_level_lower_than_granted() -> Case:
    """The claim `ial` is lower than what the list grants."""
    return _levels("1.3")


@_level.vector("DEFA profile, assuranceMap", "recognition.level_unknown", importance=_PROFILE,
               notes="2.30 is read as a level above 2.3.")  # fmt: skip
def id_token_level_on_no_scale() -> Case:
    """The claim `ial` is text that the scale does not hold."""
    return _levels("2.30")


@_level.vector("DEFA profile, assuranceMap", "id_token.claim", importance=_PROFILE,
               notes="A level nobody can read is no level to compare.")  # fmt: skip
def id_token_level_that_is_none() -> Case:
    """The claim `ial` is `true`."""
    return _levels(True)


# --- no JOSE at all -----------------------------------------
def foreign_token(**changes: bytes) -> bytes:
    """Of the shape of a Cambodian token: base64 with padding, a ciphertext, a DER signature."""
    parts = {
        "head": b'{"alg":"SHA512withECDSA"}',
        "body": b"\x9bTEST-ONLY ciphertext",
        "signature": b"\x30\x81\x87" + bytes(135),
        **changes,
    }
    return b".".join(b64encode(part) for part in parts.values())
