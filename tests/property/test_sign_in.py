"""Sign-in tokens, embedded proofs and DID documents: damage never passes, and never raises."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.conformance.vectors import jose_data_integrity as embedded
from defa_trust.conformance.vectors import jose_id_tokens as tokens
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError, Rejection
from defa_trust.formats.registry import FORMATS
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.did_document import read_did_document, web_address
from defa_trust.verdict import Indication, VerifiedVerdict
from defa_trust.verify import Verifier
from tests.build import NOW, jwk_identity, service, snapshot, trust_list

TOKEN = tokens.id_token()
PROVED = embedded.text(embedded.proved(verificationMethod=f"{tokens.ISSUER}#key-2"))
FOREIGN = tokens.foreign_token()
OWN = service(
    "TH",
    (
        jwk_identity(tokens.key(), "key-1"),
        jwk_identity(tokens.key("issuer", KeyType.ED25519), "key-2"),
    ),
)
VERIFIER = Verifier(snapshot(trust_list("TH", (OWN,))))
READERS = ("oidc-id-token", "oidc-id-token-jwe", "camdigikey", "vc-data-integrity")


def asked(format=None):
    return Request(
        "TH", HolderBinding.IF_PRESENT, at=NOW, audience=tokens.VERIFIER, nonce=tokens.NONCE,
        format=format,
    )  # fmt: skip


def damaged(whole):
    """One edit of ``whole``: octets replaced, taken out or put in, or a piece of it moved."""
    place = st.integers(0, len(whole))
    return st.tuples(place, st.integers(0, 4), st.binary(max_size=4)).map(
        lambda edit: whole[: edit[0]] + edit[2] + whole[edit[0] + edit[1] :]
    )


@pytest.mark.parametrize("whole", [TOKEN, PROVED, FOREIGN], ids=["token", "proof", "foreign"])
def test_there_is_something_to_damage(whole):
    report = VERIFIER.evaluate(whole, asked())
    assert report.verdict.validity.indication is not Indication.TOTAL_FAILED


@settings(deadline=None)
@given(damaged(TOKEN))
def test_a_damaged_token_shows_nobody_else(data):
    verdict = VERIFIER.evaluate(data, asked()).verdict
    if isinstance(verdict, VerifiedVerdict):
        assert verdict.claims == json.loads(json.dumps(tokens.id_claims()))


@settings(deadline=None)
@given(damaged(PROVED))
def test_a_damaged_credential_says_nothing_else(data):
    verdict = VERIFIER.evaluate(data, asked()).verdict
    if isinstance(verdict, VerifiedVerdict):
        assert verdict.claims == embedded.vc_payload()


@settings(deadline=None)
@given(st.binary(max_size=200) | damaged(TOKEN) | damaged(PROVED) | damaged(FOREIGN),
       st.sampled_from(READERS))  # fmt: skip
def test_nothing_but_refusals_comes_of_octets(data, name):
    FORMATS[name].detect(data)
    try:
        FORMATS[name].parse(data, asked(name))
    except Rejection as refusal:
        assert refusal.code.id


NUMBERS = st.floats(allow_nan=False, allow_infinity=False)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
CLAIMS = st.sampled_from(
    ("iss", "sub", "aud", "exp", "iat", "nbf", "nonce", "azp", "acr", "amr", "typ", "ial", "aal",
     "auth_time", "status", "cnf", "vc", "events")
)  # fmt: skip


@settings(deadline=None)
@given(CLAIMS, JSON)
def test_whatever_is_claimed_there_is_a_verdict(name, value):
    try:
        token = tokens.id_token({**tokens.id_claims(), name: value})
    except MisuseError:  # no JSON: a surrogate by itself
        return
    verdict = VERIFIER.evaluate(token, asked()).verdict
    json.dumps(verdict.as_json())
    if isinstance(verdict, VerifiedVerdict):
        assert verdict.claims["sub"]
        assert verdict.claims["nonce"] == tokens.NONCE


METHOD = {"id": "#1", "controller": "did:web:a.example", "publicKeyJwk": tokens.key().jwk()}


@settings(deadline=None)
@given(st.sampled_from(("id", "verificationMethod", "assertionMethod")), JSON)
def test_whatever_a_did_document_says_its_keys_are_its_own(name, value):
    did = "did:web:a.example"
    whole = {"id": did, "verificationMethod": [METHOD], "assertionMethod": ["#1"], name: value}
    try:
        found = read_did_document(json.dumps(whole).encode(), did)
    except Rejection:
        return
    assert [identity.value for identity in found] == [f"{did}#1"]


@settings(deadline=None)
@given(st.text(max_size=40) | st.from_regex(r"did:web:[a-z.%:0-9A-F/~-]{1,40}", fullmatch=True))
def test_an_address_never_leaves_its_host(did):
    address = web_address(did)
    if address is not None:
        host = did.split(":")[2].replace("%3A", ":")
        assert address.startswith(f"https://{host}/")
        assert "/../" not in address
        assert address.endswith("/did.json")
