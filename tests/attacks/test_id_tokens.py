"""Attacks on sign-in tokens, end to end: each test is named for its attack, beside a good twin."""

import json

import pytest

from defa_trust.conformance.vectors import jose_id_tokens as made
from defa_trust.crypto import KeyType
from defa_trust.errors import NotVerified
from defa_trust.fetch import gather
from defa_trust.formats import oidc
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import SigningKey
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.build import (
    NOW,
    arrangement,
    jwk_identity,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

KEY = made.key()
THIEF = SigningKey.from_seed("TEST-ONLY id token thief", KeyType.P256)
OTHER_CLIENT = "https://another.sg.test.example"
KEYS_AT = "https://issuer.th.test.example/jwks"
REALMS = "https://sso.th.test.example/realms/"


def verifier(*identities, territory="TH", **members):
    own = service(territory, identities or (jwk_identity(KEY),), **members)
    lists = (trust_list(territory, (own,)), recognition_list("SG", (arrangement("SG", territory),)))
    return Verifier(snapshot(*lists))


TRUSTING = verifier()


def asked(**members):
    defaults = {"audience": made.VERIFIER, "nonce": made.NONCE, "at": NOW}
    return Request("SG", HolderBinding.IF_PRESENT, **{**defaults, **members})


def judged(data, judge=TRUSTING, **members):
    verdict = judge.evaluate(data, asked(**members)).verdict
    return verdict.validity.indication, [f.code.id for f in verdict.problems]


def passes(data, judge=TRUSTING, **members):
    return judged(data, judge, **members) == (Indication.TOTAL_PASSED, [])


def fails_with(data, code, judge=TRUSTING, **members):
    indication, codes = judged(data, judge, **members)
    return indication is Indication.TOTAL_FAILED and code in codes


def test_the_good_twin_passes():
    assert passes(made.id_token())
    TRUSTING.require(made.id_token(), asked())


# --- replay and injection ------------------------------------------------------------------------
def test_a_token_for_another_client_is_replayed():
    assert fails_with(made.id_token(aud=OTHER_CLIENT), "audience.mismatch")


def test_a_token_of_an_earlier_session_is_replayed():
    assert fails_with(made.id_token(nonce="yesterday"), "id_token.nonce_mismatch")
    assert fails_with(made.id_token(nonce=None), "id_token.nonce_missing")


def test_a_verifier_that_states_no_nonce_learns_that_it_should():
    indication, codes = judged(made.id_token(), nonce=None)
    assert (indication, codes) == (Indication.INDETERMINATE, ["id_token.nonce_not_stated"])


def test_a_verifier_that_names_itself_to_nobody_takes_nothing():
    assert fails_with(made.id_token(), "audience.mismatch", audience=None)


def test_a_client_among_several_shows_the_token_to_the_others():
    both = [made.VERIFIER, OTHER_CLIENT]
    assert passes(made.id_token(aud=both, azp=made.VERIFIER))
    assert fails_with(made.id_token(aud=both), "id_token.several_audiences")
    assert fails_with(made.id_token(aud=both, azp=OTHER_CLIENT), "id_token.authorized_party")


def test_an_expired_token_to_the_second():
    token = made.id_token(exp=NOW + 1)
    assert passes(token)
    assert fails_with(token, "time.expired", at=NOW + 1)


def test_a_token_from_the_future():
    token = made.id_token(iat=NOW + 61, exp=NOW + 400)
    assert not passes(token)
    assert passes(token, at=NOW + 1)


# --- tokens of another kind under the same key ---------------------------------------------------
@pytest.mark.parametrize(
    ("header", "claims"),
    [
        ({"typ": "at+jwt"}, {}),
        ({"typ": "logout+jwt"}, {}),
        ({}, {"typ": "Bearer"}),
        ({}, {"typ": "Refresh"}),
        ({}, {"events": {"http://schemas.openid.net/event/backchannel-logout": {}}}),
        ({}, {"vc": {"type": ["VerifiableCredential"]}}),
    ],
)
def test_a_token_of_another_kind_signs_nobody_in(header, claims):
    token = made.id_token(header=header, **claims)
    assert fails_with(token, "id_token.other_kind", format=oidc.NAME)


def test_an_id_token_is_no_credential():
    assert not passes(made.id_token(), format="vc-jwt")
    assert not passes(made.id_token() + b"~", format="sd-jwt-vc")


# --- keys ----------------------------------------------------------------------------------------
def test_a_thief_signs_under_the_name_of_the_listed_key():
    assert fails_with(made.id_token(signer=THIEF), "crypto.signature_invalid")


@pytest.mark.parametrize(
    "header",
    [{"jwk": THIEF.jwk()}, {"jku": "https://evil.example"}, {"x5u": "https://evil.example"}],
)
def test_a_token_brings_its_own_key(header):
    token = made.id_token(header=header, signer=THIEF)
    assert fails_with(token, "crypto.signature_invalid")


def test_the_public_key_as_a_secret():
    assert fails_with(made.id_token(header={"alg": "HS256"}), "crypto.algorithm_symmetric")


def test_no_signature_at_all():
    assert fails_with(made.id_token_alg_none().data, "crypto.algorithm_none")


def test_another_states_key_under_this_issuer():
    mine = service("TH", (jwk_identity(KEY),))
    theirs = service("MY", (jwk_identity(THIEF, "key-2"),), ("https://issuer.my.test.example",))
    both = Verifier(snapshot(trust_list("TH", (mine,)), trust_list("MY", (theirs,))))
    token = made.id_token(header={"kid": "key-2"}, signer=THIEF)
    indication, codes = judged(token, both)
    assert (indication, codes) == (Indication.INDETERMINATE, ["resolve.key_unknown"])


# --- encryption ----------------------------------------------------------------------------------
def test_a_token_in_the_open_of_a_service_that_encrypts():
    encrypting = verifier(formats=(oidc.NESTED,))
    assert passes(made.id_token(), encrypting, format=oidc.NESTED)
    assert fails_with(made.id_token(), "resolve.format_out_of_scope", encrypting)


def test_saying_that_it_was_decrypted_opens_no_service_that_does_not_encrypt():
    plain = verifier(formats=(oidc.NAME,))
    assert passes(made.id_token(), plain)
    assert fails_with(
        made.id_token(), "resolve.format_out_of_scope", plain, format=oidc.NESTED
    )  # fmt: skip


def test_an_encrypted_token_is_neither_good_nor_bad():
    indication, codes = judged(made.id_token_encrypted().data)
    assert (indication, codes) == (Indication.INDETERMINATE, ["id_token.encrypted"])


# --- realms --------------------------------------------------------------------------------------
PATTERN = Identity(IdentityKind.ISSUER_PATTERN, REALMS + "{rp}")
REALM_WISE = verifier(jwk_identity(KEY), PATTERN, issuer_ids=())


def test_a_token_of_another_realm():
    token = made.id_token(iss=REALMS + "bank", typ="ID", azp=made.VERIFIER)
    assert passes(token, REALM_WISE, relying_party="bank")
    assert fails_with(token, "resolve.relying_party_mismatch", REALM_WISE, relying_party="shop")


@pytest.mark.parametrize(
    "realm", ["bank/x", "..", "bank%2F..", "bank?x", "bank#x", "BANK", "bank/"]
)
def test_a_realm_that_only_resembles_the_partys_own(realm):
    token = made.id_token(iss=REALMS + realm)
    assert not passes(token, REALM_WISE, relying_party="bank")


def test_a_realm_on_another_host():
    token = made.id_token(iss="https://sso.th.test.example.evil.example/realms/bank")
    assert not passes(token, REALM_WISE, relying_party="bank")


# --- key sets ------------------------------------------------------------------------------------
def test_keys_are_fetched_from_where_the_list_says_and_remembered():
    pointing = verifier(Identity(IdentityKind.JWKS, KEYS_AT))
    asked_for = []

    def fetch(url):
        asked_for.append(url)
        return json.dumps({"keys": [{**KEY.jwk(), "kid": "key-1", "use": "sig"}]}).encode()

    token = made.id_token(header={"jku": "https://evil.example/jwks"})
    first = gather(pointing, token, asked(), fetch=fetch)
    assert first.report.verdict.validity.indication is Indication.TOTAL_PASSED
    again = gather(first.verifier, made.id_token(sub="TEST-ONLY-2"), asked(), fetch=fetch)
    assert again.report.verdict.validity.indication is Indication.TOTAL_PASSED
    assert asked_for == [KEYS_AT]


def test_keys_of_an_encrypting_use_verify_nothing():
    pointing = verifier(Identity(IdentityKind.JWKS, KEYS_AT))
    body = json.dumps({"keys": [{**KEY.jwk(), "kid": "key-1", "use": "enc"}]}).encode()
    done = gather(pointing, made.id_token(), asked(), fetch=lambda _: body)
    assert done.report.verdict.validity.indication is Indication.INDETERMINATE
    assert done.failed == ((KEYS_AT, "fetch.content"),)


# --- no JOSE -------------------------------------------------------------------------------------
def test_a_token_that_is_no_jose_never_passes_whatever_the_list_says():
    for identity in (jwk_identity(KEY), Identity(IdentityKind.ONLINE, "https://k.test.example")):
        careless = verifier(identity, territory="KH", formats=("camdigikey",))
        indication, codes = judged(made.foreign_token(), careless)
        assert indication is not Indication.TOTAL_PASSED
        assert "id_token.not_jose" in codes
        with pytest.raises(NotVerified):
            careless.require(made.foreign_token(), asked())


# --- privacy -------------------------------------------------------------------------------------
def test_no_subject_and_no_nonce_in_any_verdict():
    for token in (made.id_token(), made.id_token(nonce="their-secret"), made.id_token(aud="x")):
        said = json.dumps(TRUSTING.evaluate(token, asked()).as_json())
        assert "TEST-ONLY-subject" not in said
        assert made.NONCE not in said
        assert "their-secret" not in said
