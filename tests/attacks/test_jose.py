"""Attacks on tokens: each ends in a refusal, and its twin without the attack verifies."""

import hmac

import pytest

from defa_trust.codec import base64url
from defa_trust.codes import codec, crypto
from defa_trust.codes import jose as codes
from defa_trust.codes import vc as vc_codes
from defa_trust.crypto import JOSE_ALGORITHMS
from defa_trust.errors import Rejection
from defa_trust.formats import jose, vc_jwt
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import NOW, jws, key, vc_payload, world
from tests.build import vc_jwt as token_of

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
ATTACKER = key("attacker")


def verdict(token, snapshot=None):
    return Verifier(snapshot or world()).evaluate(token, REQUEST).verdict


def refusal(token):
    """The deciding code, of a verdict that passed nothing and shows no claims."""
    found = verdict(token)
    assert found.validity.indication is not Indication.TOTAL_PASSED
    assert found.recognition.outcome is RecognitionOutcome.NOT_EVALUATED
    assert not hasattr(found, "claims")
    return found.reason.code


def test_the_twin_of_every_attack_passes():
    found = verdict(token_of())
    assert found.validity.indication is Indication.TOTAL_PASSED
    assert found.claims == vc_payload()


# --- the algorithm -------------------------------------------------------------------------------
@pytest.mark.parametrize("alg", ["none", "None", "NONE", "nOnE"])
def test_unsigned_token(alg):
    message = token_of(header={"alg": alg}).rpartition(b".")[0]
    for signature in (b"", b"AA"):
        assert refusal(message + b"." + signature) is crypto.ALGORITHM_NONE


@pytest.mark.parametrize("alg", ["HS256", "HS384", "HS512"])
def test_public_key_as_the_secret_of_a_mac(alg):
    message = token_of(header={"alg": alg}).rpartition(b".")[0]
    public = key().verification_key
    for secret in (public.spki(), base64url.decode(public.jwk()["x"])):
        mac = hmac.digest(secret, message, "sha" + alg[2:])
        token = message + b"." + base64url.encode(mac).encode()
        assert refusal(token) is crypto.ALGORITHM_SYMMETRIC


@pytest.mark.parametrize("alg", sorted(set(JOSE_ALGORITHMS) - {"ES256"}))
def test_algorithm_of_another_key_type(alg):
    assert refusal(token_of(header={"alg": alg})) is crypto.KEY_TYPE_MISMATCH


@pytest.mark.parametrize("alg", [["ES256"], {"0": "ES256"}, True, 256, None])
def test_algorithm_that_is_no_name(alg):
    head = {"typ": "vc+jwt", "kid": "key-1"}
    token = jws(vc_payload(), header={**head, "alg": alg})
    assert refusal(token) is codes.HEADER_MEMBER


# --- extensions ----------------------------------------------------------------------------------
@pytest.mark.parametrize("header", [{"b64": False}, {"b64": False, "crit": ["b64"]}, {"b64": True}])
def test_unencoded_payload(header):
    assert refusal(token_of(header=header)) is codes.B64


def test_extension_that_nobody_understands():
    assert refusal(token_of(header={"crit": ["urn:x"], "urn:x": 1})) is codes.CRIT
    # The same member without the demand is one more member that nobody knows.
    assert verdict(token_of(header={"urn:x": 1})).validity.indication is Indication.TOTAL_PASSED


@pytest.mark.parametrize("crit", [[], None, "kid", ["kid", "kid"], [["kid"]], {"kid": 1}, ["gone"]])
def test_malformed_crit(crit):
    token = jws(vc_payload(), header={"typ": "vc+jwt"})
    head = b'{"alg":"ES256","typ":"vc+jwt","kid":"key-1","crit":%s}'
    from defa_trust.codec.json import compact

    spoiled = base64url.encode(head % compact(crit)).encode() + b"." + token.split(b".", 1)[1]
    assert refusal(spoiled) is codes.CRIT


# --- keys that a token brings --------------------------------------------------------------------
@pytest.mark.parametrize(
    "header",
    [
        {"jwk": ATTACKER.verification_key.jwk()},
        {"jku": "https://attacker.test.example/keys"},
        {"x5u": "https://attacker.test.example/chain"},
    ],
)
def test_key_in_the_header(header):
    forged = token_of(ATTACKER, header=header)
    assert refusal(forged) is crypto.SIGNATURE_INVALID
    told = verdict(token_of(header=header))
    assert told.validity.indication is Indication.TOTAL_PASSED
    assert any(finding.code is codes.KEY_IN_HEADER for finding in told.findings)


def test_unknown_kid_is_not_every_key():
    found = verdict(token_of(header={"kid": "key-9"}))
    assert found.validity.indication is Indication.INDETERMINATE
    assert found.reason.code.id == "resolve.key_unknown"


def test_kid_that_escapes_its_lookup():
    for kid in ("../../key-1", "key-1' OR '1'='1", "key-1\x00", "KEY-1", " key-1"):
        assert refusal(token_of(header={"kid": kid})).id == "resolve.key_unknown"


# --- one text for one token ----------------------------------------------------------------------
@pytest.mark.parametrize(
    "body",
    [
        b'{"alg":"none","typ":"vc+jwt","kid":"key-1","alg":"ES256"}',
        b'{"alg":"ES256","typ":"vc+jwt","kid":"key-1","\\u0061lg":"none"}',
        b'{"alg":"ES256","typ":"vc+jwt","kid":"key-1","x":{"y":1,"y":2}}',
    ],
)
def test_duplicate_header_member(body):
    rest = token_of().split(b".", 1)[1]
    token = base64url.encode(body).encode() + b"." + rest
    assert refusal(token) is codec.JSON_DUPLICATE_MEMBER


def test_duplicate_claim():
    from defa_trust.codec.json import compact

    for more in (
        b',"issuer":"https://issuer.my.test.example"}',
        b',"credentialSubject":{"a":1,"a":2}}',
    ):
        token = jws(compact(vc_payload())[:-1] + more, header={"typ": "vc+jwt"})
        assert refusal(token) is codec.JSON_DUPLICATE_MEMBER


def test_other_spellings_of_the_same_octets():
    head, payload, signature = token_of().decode().split(".")
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    tail = signature[:-1] + alphabet[alphabet.index(signature[-1]) | 1]
    assert tail != signature
    for text in (tail, signature + "==", signature + "=", signature + "\n", signature + " "):
        token = f"{head}.{payload}.{text}".encode()
        with pytest.raises(Rejection) as caught:
            vc_jwt.parse(token, REQUEST)
        assert caught.value.code is codec.BASE64URL
    standard = signature.replace("-", "+").replace("_", "/")
    if standard != signature:
        with pytest.raises(Rejection):
            vc_jwt.parse(f"{head}.{payload}.{standard}".encode(), REQUEST)


def test_der_signature():
    message, _, signature = token_of().decode().rpartition(".")
    raw = base64url.decode(signature)

    def integer(octets):
        body = octets.lstrip(b"\0")
        body = b"\0" + body if body[0] & 0x80 else body
        return b"\x02" + bytes([len(body)]) + body

    body = integer(raw[:32]) + integer(raw[32:])
    der = b"\x30" + bytes([len(body)]) + body
    assert refusal(f"{message}.{base64url.encode(der)}".encode()) is crypto.SIGNATURE_ENCODING


@pytest.mark.parametrize(
    "change", [lambda raw: b"", lambda raw: bytes(64), lambda raw: raw[:-1],
               lambda raw: raw + b"\0", lambda raw: raw[32:] + raw[:32],
               lambda raw: raw[:32] + bytes(32)],
)  # fmt: skip
def test_signature_of_other_shape_or_value(change):
    message, _, signature = token_of().decode().rpartition(".")
    raw = change(base64url.decode(signature))
    assert refusal(f"{message}.{base64url.encode(raw)}".encode()) in (
        crypto.SIGNATURE_ENCODING, crypto.SIGNATURE_INVALID,
    )  # fmt: skip


def test_changed_octets():
    token = bytearray(token_of())
    passed = verdict(bytes(token)).validity.indication
    assert passed is Indication.TOTAL_PASSED
    for place in range(0, len(token), 7):
        changed = bytes(token[:place]) + bytes([token[place] ^ 1]) + bytes(token[place + 1 :])
        assert verdict(changed).validity.indication is not Indication.TOTAL_PASSED, place


# --- times and audiences -------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["exp", "nbf", "iat"])
@pytest.mark.parametrize(
    "text", ['"1793491200"', "1793491200.5", "1.7934912e9", "1793491200000", "-1", "true", "null",
             "[1793491200]", "{}", "9007199254740991"],
)  # fmt: skip
def test_time_that_is_no_whole_number_of_seconds(name, text):
    from defa_trust.codec.json import compact

    body = compact(vc_payload(validFrom=None, validUntil=None))[:-1]
    token = jws(body + f',"{name}":{text}}}'.encode(), header={"typ": "vc+jwt"})
    assert refusal(token) is codes.NUMERIC_DATE


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e999", "1" + "0" * 400])
def test_time_beyond_all_numbers(text):
    from defa_trust.codec.json import compact

    body = compact(vc_payload(validFrom=None, validUntil=None))[:-1]
    token = jws(body + f',"exp":{text}}}'.encode(), header={"typ": "vc+jwt"})
    assert refusal(token) is codec.JSON_NUMBER


@pytest.mark.parametrize("aud", [[], [""], [1], {"https://verifier.test.example": 1}, None, 1, ""])
def test_audience_that_addresses_nobody(aud):
    from defa_trust.codec.json import compact

    body = compact(vc_payload())[:-1] + b',"aud":' + compact(aud) + b"}"
    assert refusal(jws(body, header={"typ": "vc+jwt"})) is codes.CLAIM


def test_audience_as_a_list_of_others():
    request = Request(
        "SG", HolderBinding.IF_PRESENT, at=NOW, audience="https://verifier.test.example"
    )
    for aud, passes in (
        (["https://other.test.example", request.audience], True),
        (["https://other.test.example"], False),
        (request.audience + ".evil.test.example", False),
        ([request.audience[:-1]], False),
    ):
        found = Verifier(world()).evaluate(token_of(aud=aud), request).verdict
        assert (found.validity.indication is Indication.TOTAL_PASSED) is passes, aud


# --- one token for another -----------------------------------------------------------------------
@pytest.mark.parametrize("typ", ["at+jwt", "JWT", "kb+jwt", "dc+sd-jwt", "statuslist+jwt", None])
def test_token_made_for_another_purpose(typ):
    assert refusal(token_of(header={"typ": typ})) is vc_codes.NOT_A_CREDENTIAL


def test_two_issuers_in_one_token():
    assert refusal(token_of(iss="https://issuer.my.test.example")) is vc_codes.ISSUER_MISMATCH


def test_two_credentials_in_one_token():
    assert refusal(token_of(vc={"type": ["VerifiableCredential"]})) is vc_codes.VC_CLAIM


# --- work before trust ---------------------------------------------------------------------------
def test_deep_nesting():
    for body in (b"[" * 100_000, b'{"a":' * 50_000, b"[" * 60 + b"]" * 60):
        token = b".".join(
            (base64url.encode(b'{"alg":"ES256","x":' + body + b"}").encode(), b"e30", b"AA")
        )
        with pytest.raises(Rejection):
            vc_jwt.parse(token, REQUEST)


def test_many_dots_and_long_segments():
    for token in (b"." * 100_000, b"e" * 500_000 + b".e.e", b"e." * 50_000):
        with pytest.raises(Rejection):
            jose.parse_compact(token)


def test_remembered_headers_do_not_leak_into_each_other():
    # Headers are read once and kept: whatever was asked before must not matter.
    good, bad = token_of(), token_of(header={"alg": "none"})
    for token, passes in ((good, True), (bad, False), (good, True), (bad, False)):
        assert (verdict(token).validity.indication is Indication.TOTAL_PASSED) is passes
    with pytest.raises(TypeError):
        jose.parse_compact(good).header["alg"] = "none"
