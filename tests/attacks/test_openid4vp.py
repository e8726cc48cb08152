"""Attacks on presentations: each differs from the good twin in one fault, and every one is refused
with its code."""

import json
from urllib.parse import urlencode

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance import mdocs
from defa_trust.conformance.build import MOMENT, NONCE, VCT, digest, key, public_jwk
from defa_trust.conformance.presentations import (
    CLIENT_ID,
    IV,
    ORIGIN,
    PAYMENT,
    VERIFIER_KEY,
    WALLET_KEY,
    asked,
    authorising,
    mdl,
    mdl_query,
    pid,
    pid_query,
    presentation_world,
    respond,
)
from defa_trust.conformance.trust import snapshot_of
from defa_trust.errors import Rejection
from defa_trust.formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from defa_trust.jwe import encrypt
from defa_trust.openid4vp import Surplus, TransactionData, judge
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import AgreementKey
from defa_trust.verdict import ExitCode
from defa_trust.verify import Verifier

VERIFIER = Verifier(snapshot_of(presentation_world()))
REQUEST = Request("SG", HolderBinding.MUST_BE_PRESENT, at=MOMENT)
THIEF = key("thief")
FAMILY = ("family_name", "issuing_country")


def judged(request, data, **members):
    private = VERIFIER_KEY if request.mode.encrypted else None
    return judge(VERIFIER, data, request, REQUEST, key=private, **members)


def passes(request, token, **options):
    return judged(request, respond(request, token, **options)).satisfied


def refusal(request, token, **options):
    """Codes that stand in the way; the answer must be a refusal that hands on no claims."""
    return refused(judged(request, respond(request, token, **options)))


def refused(report):
    assert report.exit_code is ExitCode.REFUSED
    assert not report.satisfied
    with pytest.raises(Rejection):
        report.require()
    found = {
        finding.code.id
        for finding in report.all_findings
        if finding.code.outcome != "met" and not finding.code.evidential
    }
    assert found
    return sorted(found)


POSTED = asked()
LICENCE = asked(mdl_query(*FAMILY))
API = asked(mode="dc_api")
LICENCE_API = asked(mdl_query(*FAMILY), mode="dc_api")
ENCRYPTED = asked(mode="direct_post.jwt")
PAYING = asked(transaction_data=(PAYMENT,))


def one(request, **members):
    return {"pid": [pid(request, "family_name", **members)]}


def licence(request, **members):
    return {"mdl": [mdl(request, *FAMILY, **members)]}


def test_the_twins_of_all_attacks_pass():
    for request in (POSTED, API, ENCRYPTED):
        assert passes(request, one(request))
    for request in (LICENCE, LICENCE_API):
        assert passes(request, licence(request))
    assert passes(PAYING, one(PAYING, binding=authorising(PAYMENT)))


# --- replay --------------------------------------------------------------------------------------
def test_a_presentation_made_for_yesterdays_nonce():
    for request in (POSTED, API, ENCRYPTED):
        replayed = one(request, binding={"nonce": "TEST-ONLY-nonce-4710"})
        assert refusal(request, replayed) == ["holder.nonce_mismatch"]


def test_a_presentation_made_for_another_verifier():
    for name in ("x509_san_dns:evil.example", "x509_hash:abc", f"origin:{ORIGIN}"):
        assert refusal(POSTED, one(POSTED, binding={"aud": name})) == ["holder.audience_mismatch"]


def test_a_client_identifier_without_its_prefix():
    bare = CLIENT_ID.partition(":")[2]
    assert refusal(POSTED, one(POSTED, binding={"aud": bare})) == ["holder.audience_mismatch"]


def test_a_presentation_made_at_another_origin():
    # One character, a path and a port make another origin; nor does the client's own name serve.
    for name in (
        "origin:https://verifier.sg.test.examp1e",
        f"origin:{ORIGIN}/",
        f"origin:{ORIGIN}:8443",
        ORIGIN,
        CLIENT_ID,
    ):
        assert refusal(API, one(API, binding={"aud": name})) == ["holder.audience_mismatch"]


def test_a_proof_made_for_other_disclosures():
    other = pid(POSTED, "family_name", "birthdate")
    proof = other.rpartition("~")[2]
    mixed = pid(POSTED, "family_name", bound=False) + proof
    assert refusal(POSTED, {"pid": [mixed]}) == ["digest.mismatch"]


def test_an_old_proof():
    old = one(POSTED, binding={"iat": MOMENT - 301})
    assert refusal(POSTED, old) == ["holder.proof_too_old"]
    early = one(POSTED, binding={"iat": MOMENT + 3600})
    assert refusal(POSTED, early) == ["holder.proof_from_the_future"]


def test_no_proof_at_all():
    assert refusal(POSTED, one(POSTED, bound=False)) == ["holder.proof_missing"]


def test_a_proof_with_somebody_elses_key():
    assert refusal(POSTED, one(POSTED, binding={"signer": THIEF})) == ["crypto.signature_invalid"]


def test_a_credential_bound_to_no_key():
    unbound = one(POSTED, cnf=None, bound=False)
    assert refusal(POSTED, unbound) == ["holder.proof_missing"]
    assert refusal(POSTED, one(POSTED, cnf=None)) == ["sd_jwt.holder_key"]


def test_a_key_of_the_holders_own_choice():
    chosen = {"header": {"jwk": public_jwk("thief")}, "signer": THIEF}
    assert "crypto.signature_invalid" in refusal(POSTED, one(POSTED, binding=chosen))


# --- mdoc ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "transcript",
    [
        openid4vp_transcript(CLIENT_ID, "TEST-ONLY-nonce-4710", mdocs.RESPONSE_URI),
        openid4vp_transcript("x509_san_dns:evil.example", NONCE, mdocs.RESPONSE_URI),
        openid4vp_transcript(CLIENT_ID, NONCE, "https://evil.example/response"),
        openid4vp_transcript(
            CLIENT_ID, NONCE, mdocs.RESPONSE_URI, VERIFIER_KEY.public_key.thumbprint
        ),
        dc_api_transcript(ORIGIN, NONCE),
    ],
)
def test_an_mdoc_of_another_session(transcript):
    assert refusal(LICENCE, licence(LICENCE, transcript=transcript)) == ["crypto.signature_invalid"]


@pytest.mark.parametrize(
    "transcript",
    [
        dc_api_transcript("https://evil.example", NONCE),
        dc_api_transcript(f"origin:{ORIGIN}", NONCE),
        dc_api_transcript(ORIGIN, "TEST-ONLY-nonce-4710"),
        dc_api_transcript(ORIGIN, NONCE, VERIFIER_KEY.public_key.thumbprint),
        openid4vp_transcript(CLIENT_ID, NONCE, mdocs.RESPONSE_URI),
    ],
)
def test_an_mdoc_of_another_origin(transcript):
    data = licence(LICENCE_API, transcript=transcript)
    assert refusal(LICENCE_API, data) == ["crypto.signature_invalid"]


def test_an_mdoc_encrypted_again_for_somebody_else():
    # B.2.6.2: the transcript names the key of the request that the wallet answered.
    request = asked(mdl_query(*FAMILY), mode="dc_api.jwt")
    assert passes(request, licence(request))
    other = asked(mdl_query(*FAMILY), mode="dc_api.jwt", encryption_key=WALLET_KEY.public_key)
    assert refusal(request, licence(other)) == ["crypto.signature_invalid"]


def test_an_mdoc_without_its_devices_part():
    signed = mdocs.text(mdocs.issuer_signed()).decode()
    assert refusal(LICENCE, {"mdl": [signed]}) == ["holder.proof_missing"]


def test_an_mdoc_that_another_device_signed():
    auth = mdocs.device_auth(LICENCE.session_transcript, signer=THIEF)
    data = licence(LICENCE, device=mdocs.device_signed(auth=auth))
    assert refusal(LICENCE, data) == ["crypto.signature_invalid"]


def test_two_documents_in_one_device_response():
    document = {
        "docType": mdocs.MDL_DOCTYPE,
        "issuerSigned": mdocs.issuer_signed(),
        "deviceSigned": mdocs.device_signed(auth=mdocs.device_auth(LICENCE.session_transcript)),
    }
    for asks in (mdl_query(*FAMILY), mdl_query(*FAMILY, multiple=True)):
        request = asked(asks)
        two = mdocs.text(mdocs.response(documents=[document, document])).decode()
        assert refusal(request, {"mdl": [two]}) == ["mdoc.structure"]


def test_an_element_that_nobody_signed():
    forged = mdocs.item(0, "family_name", "TEST-ONLY Thief")
    signed = mdocs.issuer_signed(shown={mdocs.NAMESPACE: [forged, mdocs.items()[2]]})
    part = mdocs.device_signed(auth=mdocs.device_auth(LICENCE.session_transcript))
    token = mdocs.text(mdocs.response(signed, device=part)).decode()
    assert refusal(LICENCE, {"mdl": [token]}) == ["digest.mismatch"]


def test_an_element_that_the_device_made_up():
    names = mdocs.embedded({mdocs.NAMESPACE: {"family_name": "TEST-ONLY Thief"}})
    auth = mdocs.device_auth(LICENCE.session_transcript, names=names)
    token = mdl(LICENCE, "issuing_country", device=mdocs.device_signed(names, auth))
    assert refusal(LICENCE, {"mdl": [token]}) == ["mdoc.device_unauthorised"]


# --- the query -----------------------------------------------------------------------------------
def test_a_credential_under_another_ones_id():
    request = asked(pid_query("family_name"), mdl_query(*FAMILY))
    swapped = {"pid": licence(request)["mdl"], "mdl": one(request)["pid"]}
    assert refused(judged(request, respond(request, swapped))) == ["presentation.response_form"]
    # Where the alphabets do not tell them apart, the format that was asked for does.
    only = {"pid": licence(request)["mdl"], "mdl": licence(request)["mdl"]}
    assert refusal(request, only)[0].startswith("sd_jwt.")


def test_ids_of_two_credentials_swapped():
    other = f"{VCT}/residence"
    request = asked(
        pid_query("family_name"),
        pid_query("family_name", id="residence", meta={"vct_values": [other]}),
    )
    first, second = pid(request, "family_name"), pid(request, "family_name", vct=other)
    assert passes(request, {"pid": [first], "residence": [second]})
    swapped = {"pid": [second], "residence": [first]}
    assert refusal(request, swapped) == ["presentation.type_other"]


def test_an_id_that_was_not_asked_for():
    token = one(POSTED) | {"admin": [pid(POSTED, "family_name")]}
    assert refusal(POSTED, token) == ["presentation.credential_unknown"]


def test_two_presentations_where_one_was_asked_for():
    token = {"pid": [pid(POSTED, "family_name"), pid(POSTED, "family_name", jti="second")]}
    assert refusal(POSTED, token) == ["presentation.count"]


def test_one_presentation_counted_twice():
    request = asked(pid_query("family_name", multiple=True))
    good = pid(request, "family_name")
    assert refusal(request, {"pid": [good, good]}) == ["presentation.repeated"]


def test_a_credential_of_the_query_left_out():
    request = asked(pid_query("family_name"), mdl_query(*FAMILY))
    assert refusal(request, one(request)) == ["presentation.credential_missing"]


def test_a_good_credential_beside_a_bad_one():
    request = asked(pid_query("family_name"), mdl_query(*FAMILY))
    token = one(request) | licence(request, transcript=dc_api_transcript(ORIGIN, NONCE))
    assert refusal(request, token) == ["crypto.signature_invalid"]


def test_a_claim_left_out():
    request = asked(pid_query("family_name", "birthdate"))
    assert passes(request, {"pid": [pid(request, "family_name", "birthdate")]})
    assert refusal(request, one(request)) == ["presentation.claim_missing"]


def test_a_claim_put_in_another_place():
    request = asked(pid_query(claims=[{"path": ["address", "country"]}]))
    person = {"address": {"country": "TH"}}
    assert passes(request, {"pid": [pid(request, "address", person=person)]})
    flat = {"address.country": "TH"}
    token = {"pid": [pid(request, "address.country", person=flat)]}
    assert refusal(request, token) == ["presentation.claim_missing"]


def test_a_value_that_only_looks_like_the_one_asked_for():
    request = asked(pid_query(claims=[{"path": ["age_over_18"], "values": [True]}]))
    assert passes(request, {"pid": [pid(request, "age_over_18", person={"age_over_18": True})]})
    for value in (1, "true", "True", [True], {"value": True}, False, None):
        token = {"pid": [pid(request, "age_over_18", person={"age_over_18": value})]}
        assert refusal(request, token) == ["presentation.claim_value"]


def test_claims_that_were_not_asked_for():
    token = {"pid": [pid(POSTED, "family_name", "birthdate", "nationality")]}
    report = judged(POSTED, respond(POSTED, token))
    [only] = report.presentations
    assert sorted(only.surplus) == [("birthdate",), ("nationality",)]
    assert "presentation.surplus" in [finding.code.id for finding in only.findings]
    assert set(only.claims) == {("family_name",)}
    strict = asked(surplus=Surplus.REFUSED)
    assert refusal(strict, token) == ["presentation.surplus_refused"]


def test_elements_that_were_not_asked_for():
    token = {"mdl": [mdl(LICENCE, *FAMILY, "birth_date")]}
    [only] = judged(LICENCE, respond(LICENCE, token)).presentations
    assert only.surplus == ((mdocs.NAMESPACE, "birth_date"),)
    assert set(only.claims) == {(mdocs.NAMESPACE, name) for name in FAMILY}


def test_a_claim_that_the_holder_wrote_into_the_proof():
    request = asked(pid_query("birthdate"))
    token = one(request, binding={"birthdate": "1980-01-01"})
    assert "presentation.claim_missing" in refusal(request, token)


# --- the issuer ----------------------------------------------------------------------------------
def test_an_issuer_nobody_lists():
    for name in ("https://evil.example", "https://issuer.vn.test.example"):
        found = judged(POSTED, respond(POSTED, one(POSTED, iss=name)))
        assert found.exit_code is not ExitCode.RECOGNISED
        assert found.presentations[0].claims == {}


def test_trusted_authorities_in_the_query_make_no_issuer_trusted():
    authority = {"type": "etsi_tl", "values": ["https://evil.example/list"]}
    request = asked(pid_query("family_name", trusted_authorities=[authority]))
    assert passes(request, one(request))
    found = judged(request, respond(request, one(request, iss="https://evil.example")))
    assert not found.satisfied


# --- algorithms ----------------------------------------------------------------------------------
def resigned(token, **header):
    """The presentation with another header on its issuer's part, the signature left as it was."""
    issued, _, rest = token.partition("~")
    head, payload, signature = issued.split(".")
    changed = {**json.loads(base64url.decode(head)), **header}
    encoded = base64url.encode(json.dumps(changed).encode())
    return f"{encoded}.{payload}.{signature}~{rest}"


@pytest.mark.parametrize("alg", ["none", "None", "HS256", "RS1", "ES256K"])
def test_the_issuers_algorithm_exchanged(alg):
    token = {"pid": [resigned(pid(POSTED, "family_name"), alg=alg)]}
    assert any(code.startswith("crypto.algorithm") for code in refusal(POSTED, token))


@pytest.mark.parametrize("alg", ["none", "HS256", "RS256", "EdDSA"])
def test_the_holders_algorithm_exchanged(alg):
    token = one(POSTED, binding={"header": {"alg": alg}})
    said = refusal(POSTED, token)
    assert any(code.startswith(("crypto.algorithm", "crypto.key_type")) for code in said)


def test_a_holders_proof_of_another_kind():
    for typ in ("JWT", "dc+sd-jwt", "vp+jwt"):
        assert refusal(POSTED, one(POSTED, binding={"header": {"typ": typ}})) == ["sd_jwt.kb_typ"]


# --- encryption ----------------------------------------------------------------------------------
def test_an_open_response_where_an_encrypted_one_was_asked_for():
    for mode in ("direct_post.jwt", "dc_api.jwt"):
        request = asked(mode=mode)
        assert refusal(request, one(request), to=None) == ["presentation.not_encrypted"]


def test_an_encrypted_response_of_another_request():
    other = AgreementKey.from_seed("TEST-ONLY another request")
    assert refusal(ENCRYPTED, one(ENCRYPTED), to=other) == ["jwe.key_id"]


def test_a_changed_letter_in_an_encrypted_response():
    data = respond(ENCRYPTED, one(ENCRYPTED)).decode()
    head, _, tag = data.rpartition(".")
    swapped = ("B" if tag[0] == "A" else "A") + tag[1:]
    report = judged(ENCRYPTED, f"{head}.{swapped}")
    assert refused(report) == ["jwe.decryption"]


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"alg": "ECDH-ES+A256KW"}, "jwe.algorithm"),
        ({"alg": "RSA-OAEP"}, "jwe.algorithm"),
        ({"alg": "dir"}, "jwe.algorithm"),
        ({"alg": "none"}, "jwe.algorithm"),
        ({"zip": "DEF"}, "jwe.header"),
        ({"crit": ["alg"]}, "jwe.header"),
        ({"epk": {**WALLET_KEY.jwk(), "y": WALLET_KEY.jwk()["x"]}}, "jwe.ephemeral_key"),
        ({"kid": "other"}, "jwe.key_id"),
    ],
)
def test_a_header_that_chooses_another_way(header, code):
    assert refusal(ENCRYPTED, one(ENCRYPTED), header=header) == [code]


def test_what_is_encrypted_is_not_believed_for_that():
    # Anybody can write a JWE to a public key: what is inside is judged like anything else.
    forged = one(ENCRYPTED, binding={"signer": THIEF})
    assert refusal(ENCRYPTED, forged) == ["crypto.signature_invalid"]


def test_a_presentation_beside_the_encrypted_one():
    stranger = urlencode({"vp_token": json.dumps(one(ENCRYPTED))}).encode()
    data = respond(ENCRYPTED, one(ENCRYPTED)) + b"&" + stranger
    assert refused(judged(ENCRYPTED, data)) == ["presentation.not_encrypted"]


def test_a_compressed_bomb():
    published = {**VERIFIER_KEY.jwk(), "kid": ENCRYPTED.key_id}
    text = encrypt(b"\x78\xda" + b"\0" * 64, published, WALLET_KEY, IV, zip="DEF")
    assert refused(judged(ENCRYPTED, urlencode({"response": text}))) == ["jwe.header"]


# --- the session ---------------------------------------------------------------------------------
def test_a_response_injected_into_another_session():
    request = asked(state="TEST-ONLY-state-0815")
    assert passes(request, one(request))
    assert refusal(request, one(request), state="TEST-ONLY-state-0816") == ["presentation.state"]
    assert refusal(request, one(request), state=None) == ["presentation.state"]


def test_a_parameter_that_stands_twice():
    good = respond(POSTED, one(POSTED))
    assert refused(judged(POSTED, good + b"&" + good)) == ["presentation.response_form"]


# --- transaction data ----------------------------------------------------------------------------
OTHER = TransactionData.of("payment", ["pid"], payee="TEST-ONLY Thief", amount="99.00 SGD")


def test_other_transaction_data_than_was_asked_for():
    other = one(PAYING, binding=authorising(OTHER))
    assert refusal(PAYING, other) == ["presentation.transaction_other"]


def test_more_transaction_data_than_was_asked_for():
    both = authorising(PAYMENT, OTHER)
    assert "presentation.transaction_other" in refusal(PAYING, one(PAYING, binding=both))


def test_transaction_data_where_none_was_asked_for():
    token = one(POSTED, binding=authorising(PAYMENT))
    assert refusal(POSTED, token) == ["presentation.transaction_other"]


def test_transaction_data_left_out():
    assert refusal(PAYING, one(PAYING)) == ["presentation.transaction_unauthorised"]


def test_transaction_data_spelt_another_way():
    # The same object in another text: not what the verifier asked to be signed.
    document = json.loads(base64url.decode(PAYMENT.text))
    spaced = TransactionData.read(base64url.encode(json.dumps(document, indent=1).encode()))
    assert "presentation.transaction_other" in refusal(
        PAYING, one(PAYING, binding=authorising(spaced))
    )


def test_transaction_data_put_to_another_credential():
    item = TransactionData.of("payment", ["residence"])
    request = asked(
        pid_query("family_name"),
        pid_query("birthdate", id="residence"),
        transaction_data=(item,),
    )
    right = {
        "pid": [pid(request, "family_name")],
        "residence": [pid(request, "birthdate", binding=authorising(item))],
    }
    assert passes(request, right)
    wrong = {
        "pid": [pid(request, "family_name", binding=authorising(item))],
        "residence": [pid(request, "birthdate")],
    }
    assert "presentation.transaction_other" in refusal(request, wrong)


def test_transaction_data_hashed_with_another_algorithm():
    said = refusal(PAYING, one(PAYING, binding=authorising(PAYMENT, alg="sha-512")))
    assert "presentation.transaction_algorithm" in said
    for alg in ("md5", "SHA-256", "none", ""):
        named = {**authorising(PAYMENT), "transaction_data_hashes_alg": alg}
        said = refusal(PAYING, one(PAYING, binding=named))
        assert "presentation.transaction_algorithm" in said


@pytest.mark.parametrize(
    "hashes",
    [
        "x",
        [],
        {},
        [1],
        [None],
        [digest("x") + "="],
        [base64url.encode(PAYMENT.hashes("sha-256"))] * 2,
    ],
)
def test_hashes_that_are_none(hashes):
    said = refusal(PAYING, one(PAYING, binding={"transaction_data_hashes": hashes}))
    assert "presentation.transaction_form" in said


def test_an_authorisation_by_a_credential_that_does_not_count():
    item = TransactionData.of("payment", ["pid", "spare"])
    request = asked(
        pid_query("family_name"),
        pid_query("birthdate", id="spare"),
        sets=[{"options": [["pid"]]}, {"options": [["spare"]], "required": False}],
        transaction_data=(item,),
    )
    token = {
        "pid": [pid(request, "family_name")],
        "spare": [pid(request, "birthdate", binding=authorising(item), exp=MOMENT)],
    }
    assert refusal(request, token) == ["time.expired"]


def test_transaction_data_in_the_credential_instead_of_the_proof():
    token = one(PAYING, **authorising(PAYMENT))
    assert refusal(PAYING, token) == ["presentation.transaction_unauthorised"]
