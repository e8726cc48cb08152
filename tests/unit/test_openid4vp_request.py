"""A verifier's request: what goes out, what is kept, and what contradicts itself."""

import json

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance.build import NONCE
from defa_trust.conformance.mdocs import RESPONSE_URI
from defa_trust.conformance.presentations import (
    CLIENT_ID,
    ORIGIN,
    PAYMENT,
    VERIFIER_KEY,
    asked,
    mdl_query,
    pid_query,
)
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError
from defa_trust.formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from defa_trust.openid4vp_request import PresentationRequest, TransactionData
from defa_trust.signing_crypto import SigningKey

MODES = ["direct_post", "direct_post.jwt", "dc_api", "dc_api.jwt"]


@pytest.mark.parametrize("mode", MODES)
def test_parameters_are_those_of_the_standard(mode):
    request = asked(pid_query("family_name"), mdl_query("family_name"), mode=mode)
    sent = request.parameters()
    assert sent["response_type"] == "vp_token"
    assert sent["response_mode"] == mode
    assert sent["nonce"] == NONCE
    assert [each["id"] for each in sent["dcql_query"]["credentials"]] == ["pid", "mdl"]
    metadata = sent["client_metadata"]
    assert set(metadata["vp_formats_supported"]) == {"dc+sd-jwt", "mso_mdoc"}
    if mode.startswith("direct_post"):
        assert (sent["client_id"], sent["response_uri"]) == (CLIENT_ID, RESPONSE_URI)
    else:
        # A.2: an unsigned request over the API names no client.
        assert not sent.keys() & {"client_id", "response_uri", "state", "expected_origins"}
    if mode.endswith(".jwt"):
        [key] = metadata["jwks"]["keys"]
        assert key["kid"] == base64url.encode(VERIFIER_KEY.public_key.thumbprint)
        assert (key["use"], key["alg"], key["crv"]) == ("enc", "ECDH-ES", "P-256")
        assert "d" not in key
        assert metadata["encrypted_response_enc_values_supported"] == ["A128GCM", "A256GCM"]
    else:
        assert "jwks" not in metadata


def test_a_signed_request_over_the_api_says_where_it_may_come_from():
    request = asked(mode="dc_api", client_id=CLIENT_ID)
    assert request.parameters()["expected_origins"] == [ORIGIN]
    # A.4: the audience is the origin all the same.
    assert request.audience == f"origin:{ORIGIN}"


def test_audience_and_transcript_are_those_of_the_mode():
    request = asked()
    assert request.audience == CLIENT_ID
    assert request.session_transcript == openid4vp_transcript(CLIENT_ID, NONCE, RESPONSE_URI)
    thumbprint = VERIFIER_KEY.public_key.thumbprint
    assert asked(mode="direct_post.jwt").session_transcript == openid4vp_transcript(
        CLIENT_ID, NONCE, RESPONSE_URI, thumbprint
    )
    assert asked(mode="dc_api").session_transcript == dc_api_transcript(ORIGIN, NONCE)
    assert asked(mode="dc_api.jwt").session_transcript == dc_api_transcript(
        ORIGIN, NONCE, thumbprint
    )


def test_the_transcripts_of_the_standard():
    # B.2.6.1 and B.2.6.2, with the key given there.
    from defa_trust.crypto import VerificationKey

    key = VerificationKey.from_jwk(
        {
            "kty": "EC",
            "crv": "P-256",
            "x": "DxiH5Q4Yx3UrukE2lWCErq8N8bqC9CHLLrAwLz5BmE0",
            "y": "XtLM4-3h5o3HUH0MHVJV0kyq0iBlrBwlh8qEDMZ4-Pc",
        }
    )
    members = {"nonce": "exc7gBkxjx1rdc9udRrveKvSsJIq80avlXeLHhGwqtA", "encryption_key": key}
    posted = asked(
        mode="direct_post.jwt",
        client_id="x509_san_dns:example.com",
        response_uri="https://example.com/response",
        **members,
    )
    assert posted.session_transcript.hex() == (
        "83f6f682714f70656e494434565048616e646f7665725820048bc053c00442af9b8eed494cefdd9d95240d25"
        "4b046b11b68013722aad38ac"
    )
    shown = asked(mode="dc_api.jwt", origin="https://example.com", **members)
    assert shown.session_transcript.hex() == (
        "83f6f682764f70656e4944345650444341504948616e646f7665725820fbece366f4212f9762c74cfdbf83b8"
        "c69e371d5d68cea09cb4c48ca6daab761a"
    )


@pytest.mark.parametrize("mode", MODES)
def test_what_is_kept_makes_an_equal_request(mode):
    members = {} if mode.startswith("dc_api") else {"state": "TEST-ONLY-state-0815"}
    request = asked(mode=mode, transaction_data=(PAYMENT,), **members)
    kept = request.stored()
    assert PresentationRequest.restore(kept) == request
    assert VERIFIER_KEY.jwk(private=True)["d"].encode() not in kept


@pytest.mark.parametrize(
    "change",
    [
        lambda kept: kept["parameters"].update(nonce="TEST-ONLY-another-nonce", response_mode="x"),
        lambda kept: kept["parameters"].update(response_type="code"),
        lambda kept: kept["parameters"].update(audience="x"),
        lambda kept: kept["parameters"].pop("dcql_query"),
        lambda kept: kept.update(version=2),
        lambda kept: kept.update(origin="https://evil.example"),
        lambda kept: kept.update(surplus="ignored"),
        lambda kept: kept.update(parameters=[]),
        lambda kept: kept["parameters"].update(client_metadata=[]),
    ],
)
def test_what_was_changed_is_not_restored(change):
    kept = json.loads(asked().stored())
    change(kept)
    with pytest.raises(MisuseError):
        PresentationRequest.restore(json.dumps(kept))


def test_nonsense_is_not_restored():
    for text in (b"", b"{}", b"[]", b"\xff", b'{"version": 1}'):
        with pytest.raises(MisuseError):
            PresentationRequest.restore(text)


CONTRADICTIONS = {
    "nonce too short": {"nonce": "TEST-ONLY"},
    "nonce with a space": {"nonce": "TEST-ONLY nonce 4711"},
    "nonce with a line break": {"nonce": f"{NONCE}\n"},
    "nonce missing": {"nonce": 17},
    "state empty": {"state": ""},
    "state with a plus": {"state": "TEST+ONLY"},
    "client_id missing": {"client_id": None},
    "client_id with a reserved prefix": {"client_id": "origin:https://verifier.example"},
    "client_id with a line break": {"client_id": "a\n"},
    "client_id of another alphabet": {"client_id": "x509_san_dns:vérifier.example"},
    "client_id of another address": {"client_id": "redirect_uri:https://other.example/"},
    "response_uri missing": {"response_uri": None},
    "response_uri without TLS": {"response_uri": "http://verifier.example/"},
    "response_uri with a fragment": {"response_uri": "https://verifier.example/#x"},
    "response_uri without a host": {"response_uri": "https:///x"},
    "an origin for a posted response": {"origin": ORIGIN},
    "a key for an open response": {"encryption_key": VERIFIER_KEY.public_key},
    "surplus a boolean": {"surplus": True},
    "transaction data twice": {"transaction_data": (PAYMENT, PAYMENT)},
    "transaction data for nobody": {"transaction_data": (TransactionData.of("t", ["other"]),)},
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_a_request_that_contradicts_itself(name):
    with pytest.raises(MisuseError):
        asked(**CONTRADICTIONS[name])


OVER_THE_API = {
    "no origin": {"origin": None},
    "origin with a path": {"origin": f"{ORIGIN}/"},
    "origin in capitals": {"origin": "https://Verifier.example"},
    "origin without TLS": {"origin": "http://verifier.example"},
    "origin with a name and a password": {"origin": "https://a:b@verifier.example"},
    "origin empty": {"origin": ""},
    "a response_uri": {"response_uri": RESPONSE_URI},
    "a state": {"state": "TEST-ONLY-state-0815"},
}


@pytest.mark.parametrize("name", OVER_THE_API)
def test_a_request_over_the_api_that_contradicts_itself(name):
    with pytest.raises(MisuseError):
        asked(mode="dc_api", **OVER_THE_API[name])


def test_origins_of_apps_and_ports_are_origins():
    for origin in ("https://verifier.example:8443", "android:apk-key-hash:TEST-ONLY"):
        assert asked(mode="dc_api", origin=origin).audience == f"origin:{origin}"


def test_encryption_needs_a_key_and_known_ways():
    with pytest.raises(MisuseError):
        asked(mode="direct_post.jwt", encryption_key=None)
    with pytest.raises(MisuseError):
        asked(mode="direct_post.jwt", encryptions=("A128CBC-HS256",))
    with pytest.raises(MisuseError):
        asked(mode="direct_post.jwt", encryptions=())
    other = SigningKey.from_seed("TEST-ONLY x", KeyType.P384).verification_key
    with pytest.raises(MisuseError):
        asked(mode="direct_post.jwt", encryption_key=other)


def test_without_holder_binding_a_state_ties_the_response_to_the_request():
    asks = pid_query("family_name", require_cryptographic_holder_binding=False)
    with pytest.raises(MisuseError, match="state"):
        asked(asks)
    assert asked(asks, state="TEST-ONLY-state-0815").state
    assert asked(asks, mode="dc_api").state is None


@pytest.mark.parametrize("prefix", ["", "https://verifier.example", "x509_hash:abc"])
def test_the_whole_client_id_is_the_audience(prefix):
    name = prefix or "preregistered"
    assert asked(client_id=name).audience == name


def test_a_redirect_uri_names_the_place_of_the_response():
    assert asked(client_id=f"redirect_uri:{RESPONSE_URI}").audience.endswith(RESPONSE_URI)


# --- transaction data ----------------------------------------------------------------------------
def test_transaction_data_is_read_as_it_was_written():
    item = TransactionData.of("payment", ["pid"], algorithms=["sha-512"], amount="1")
    assert TransactionData.read(item.text) == item
    assert json.loads(base64url.decode(item.text)) == {
        "type": "payment",
        "credential_ids": ["pid"],
        "amount": "1",
        "transaction_data_hashes_alg": ["sha-512"],
    }


def test_the_hash_is_that_of_the_text_and_not_of_what_it_encodes():
    from hashlib import sha256

    assert PAYMENT.hashes("sha-256") == sha256(PAYMENT.text.encode()).digest()
    assert PAYMENT.hashes("sha-256") != sha256(base64url.decode(PAYMENT.text)).digest()


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"type": "t"},
        {"type": "", "credential_ids": ["pid"]},
        {"type": 1, "credential_ids": ["pid"]},
        {"type": "t", "credential_ids": []},
        {"type": "t", "credential_ids": "pid"},
        {"type": "t", "credential_ids": ["pid", "pid"]},
        {"type": "t", "credential_ids": ["pid"], "transaction_data_hashes_alg": []},
        {"type": "t", "credential_ids": ["pid"], "transaction_data_hashes_alg": ["md5"]},
        {"type": "t", "credential_ids": ["pid"], "transaction_data_hashes_alg": "sha-256"},
    ],
)
def test_wrong_transaction_data(document):
    with pytest.raises(MisuseError):
        TransactionData.read(base64url.encode(json.dumps(document).encode()))


def test_transaction_data_that_is_no_encoding():
    for text in ("", "a", "{}", "e30="):
        with pytest.raises(MisuseError):
            TransactionData.read(text)


def test_an_mdoc_or_a_missing_proof_authorises_nothing():
    item = TransactionData.of("payment", ["mdl"])
    with pytest.raises(MisuseError):
        asked(mdl_query("family_name"), transaction_data=(item,))
    asks = pid_query("family_name", require_cryptographic_holder_binding=False)
    with pytest.raises(MisuseError):
        asked(asks, state="TEST-ONLY-state-0815", transaction_data=(PAYMENT,))


def test_more_transactions_than_anybody_reads():
    items = tuple(TransactionData.of("payment", ["pid"], number=n) for n in range(33))
    with pytest.raises(MisuseError):
        asked(transaction_data=items)
