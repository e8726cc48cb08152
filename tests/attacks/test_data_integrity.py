"""Attacks on credentials with an embedded proof, end to end: each test is named for its attack.

Canonical JSON is signed and not the octets, so what an attacker tries is to write the same thing
otherwise, to let the proof say something else, or to bring a name that vouches for itself.
"""

import json
import time

import pytest

from defa_trust.codec import base58
from defa_trust.conformance.build import ISSUER, VERIFIER, key, vc_payload
from defa_trust.conformance.vectors.jose_data_integrity import METHOD, proved, text, with_proof
from defa_trust.crypto import KeyType
from defa_trust.errors import NotVerified
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import SigningKey
from defa_trust.trustlist.identity import format_did_key, parse_other_id
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

ED, P256, P384 = KeyType.ED25519, KeyType.P256, KeyType.P384
EVIL = "https://evil.example"
BIG = 9_007_199_254_740_992
"""2**53: the next whole number has the same canonical form for a reader of doubles."""


def verifier(*identities, issuer_ids=(ISSUER,), recognising="SG", **members):
    own = service("TH", identities or (jwk_identity(key("issuer", ED)),), issuer_ids, **members)
    granting = recognition_list(recognising, (arrangement(recognising, "TH"),))
    return Verifier(snapshot(trust_list("TH", (own,)), granting))


TRUSTING = verifier()
GOOD = proved()


def asked(**members):
    return Request("SG", HolderBinding.IF_PRESENT, **{"audience": VERIFIER, "at": NOW, **members})


def judged(document, judge=TRUSTING, **members):
    data = document if isinstance(document, bytes) else text(document)
    verdict = judge.evaluate(data, asked(**members)).verdict
    return verdict.validity.indication, [found.code.id for found in verdict.problems]


def passes(document, judge=TRUSTING, **members):
    return judged(document, judge, **members) == (Indication.TOTAL_PASSED, [])


def fails_with(document, code, judge=TRUSTING, **members):
    indication, codes = judged(document, judge, **members)
    return indication is Indication.TOTAL_FAILED and code in codes


def undecided_by(document, code, judge=TRUSTING, **members):
    indication, codes = judged(document, judge, **members)
    return indication is Indication.INDETERMINATE and codes == [code]


def subject(**members):
    return vc_payload(credentialSubject={"familyName": "TEST-ONLY Jaidee", **members})


def did_credential(signer, label="issuer", fragment=None):
    did = format_did_key(signer.verification_key)
    name = did.removeprefix("did:key:") if fragment is None else fragment
    return proved(vc_payload(issuer=did), label=label, verificationMethod=f"{did}#{name}")


def test_the_good_twin_passes():
    assert passes(GOOD)
    TRUSTING.require(text(GOOD), asked())


# --- what was signed -----------------------------------------------------------------------------
def test_a_proof_is_moved_to_another_credential():
    other = proved(subject(familyName="TEST-ONLY Somebody Else"))
    assert passes(other)
    assert fails_with({**other, "proof": GOOD["proof"]}, "crypto.signature_invalid")


def test_a_claim_is_taken_away():
    assert passes(proved(subject(restricted=True)))
    whole = proved(subject(restricted=True))
    del whole["credentialSubject"]["restricted"]
    assert fails_with(whole, "crypto.signature_invalid")


def test_the_end_of_validity_is_moved():
    document = proved(vc_payload(validUntil="2026-10-31T00:00:00Z"))
    assert fails_with(document, "time.expired")
    document["validUntil"] = "2027-10-31T00:00:00Z"
    assert fails_with(document, "crypto.signature_invalid")


@pytest.mark.parametrize("number", [BIG, BIG + 1, -BIG - 1, 10**30, 10**400])
def test_a_number_that_no_double_holds_has_no_form_of_its_own(number):
    """RFC 8785, 3.2.2.3: its neighbour would be written, and so signed, as the same text."""
    document = proved(subject(account=BIG - 1))
    assert passes(document)
    document["credentialSubject"]["account"] = number
    data = json.dumps(document).encode()
    assert fails_with(data, "json.number")


def test_a_number_that_rounds_to_the_signed_one_is_shown_as_signed():
    data = text(proved(subject(height=0.1)))
    rounded = data.replace(b":0.1", b":0.1000000000000000055")
    assert rounded != data
    assert TRUSTING.require(rounded, asked()).claims["credentialSubject"] == {
        "familyName": "TEST-ONLY Jaidee",
        "height": 0.1,
    }
    assert fails_with(data.replace(b":0.1", b":0.10000000000000002"), "crypto.signature_invalid")


def test_a_letter_composed_otherwise():
    """RFC 8785, 3.1: texts are signed as they are, without normalisation."""
    document = proved(subject(familyName="Jos\u00e9"))
    assert passes(document)
    document["credentialSubject"]["familyName"] = "Jose\u0301"
    assert fails_with(document, "crypto.signature_invalid")


@pytest.mark.parametrize("name", [b"issuer", b"issue\\u0072", b"\\u0069ssuer"])
def test_the_issuer_twice_in_two_spellings(name):
    data = b'{"' + name + b'":"https://evil.example",' + text(GOOD)[1:]
    assert fails_with(data, "json.duplicate_member")


def test_the_proof_twice():
    data = text(GOOD)[:-1] + b',"proof":' + json.dumps(GOOD["proof"]).encode() + b"}"
    assert fails_with(data, "json.duplicate_member")


def test_half_a_character_in_a_name():
    data = text(GOOD).replace(b'"familyName"', b'"family\\ud800Name"')
    assert fails_with(data, "json.surrogate")


# --- what the proof says -------------------------------------------------------------------------
def test_a_proof_made_to_sign_in_vouches_for_a_credential():
    for purpose in ("authentication", "capabilityInvocation", "AssertionMethod", None):
        assert fails_with(proved(proofPurpose=purpose), "data_integrity.purpose")


def test_an_answer_to_a_challenge_is_a_credential():
    for name in ("challenge", "nonce"):
        assert fails_with(proved(**{name: "TEST-ONLY"}), "data_integrity.purpose")


def test_the_purpose_is_changed_after_signing():
    made_to_sign_in = proved(proofPurpose="authentication")
    proof = {**made_to_sign_in["proof"], "proofPurpose": "assertionMethod"}
    assert fails_with({**made_to_sign_in, "proof": proof}, "crypto.signature_invalid")


def test_a_proof_for_another_verifier():
    assert passes(proved(domain=VERIFIER))
    assert passes(proved(domain=[EVIL, VERIFIER]))
    for domain in (EVIL, VERIFIER + "/", VERIFIER.upper(), [EVIL]):
        assert fails_with(proved(domain=domain), "audience.mismatch")
    assert fails_with(proved(domain=VERIFIER), "audience.mismatch", audience=None)


def test_a_domain_is_dropped_after_signing():
    assert fails_with(with_proof(domain=VERIFIER), "crypto.signature_invalid")
    document = proved(domain=EVIL)
    del document["proof"]["domain"]
    assert fails_with(document, "crypto.signature_invalid")


def test_a_proof_outlives_its_own_end_to_the_second():
    document = proved(expires="2026-11-01T00:00:01Z")
    assert passes(document)
    assert fails_with(document, "time.expired", at=NOW + 1)


def test_unsigned_options_beside_the_proof():
    for name in ("domain", "created", "id", "https://evil.example/option"):
        value = "2026-10-02T00:00:00Z" if name == "created" else VERIFIER
        assert fails_with(with_proof(**{name: value}), "crypto.signature_invalid")


# --- contexts ------------------------------------------------------------------------------------
def test_a_context_is_put_before_the_signed_one():
    for context in ([EVIL, *GOOD["@context"]], [EVIL], EVIL):
        assert fails_with({**GOOD, "@context": context}, "data_integrity.context")


def test_a_context_of_an_object_gives_a_claim_another_meaning():
    terms = {"familyName": "https://evil.example/givenName"}
    document = proved(**{"@context": None})
    assert passes(document)
    document["@context"] = [*document["@context"], terms]
    assert fails_with(document, "crypto.signature_invalid")


def test_a_context_behind_the_signed_ones_is_not_handed_out():
    more = {**GOOD, "@context": [*GOOD["@context"], EVIL]}
    shown = TRUSTING.require(text(more), asked()).claims
    assert shown == TRUSTING.require(text(GOOD), asked()).claims


# --- several proofs ------------------------------------------------------------------------------
def test_a_good_proof_beside_a_bad_one():
    bad = proved(label="thief")["proof"]
    for several in ([GOOD["proof"], bad], [bad, GOOD["proof"]], [GOOD["proof"]], []):
        assert undecided_by({**GOOD, "proof": several}, "data_integrity.unsupported")


def test_a_link_of_a_chain_alone():
    assert undecided_by(proved(previousProof="urn:x"), "data_integrity.unsupported")


def test_no_proof_at_all():
    bare = {name: value for name, value in GOOD.items() if name != "proof"}
    assert fails_with(bare, "input.format_unknown")
    for empty in ({}, None, "", False):
        assert fails_with({**bare, "proof": empty}, "data_integrity.proof")


def test_the_proof_is_hidden_in_the_subject():
    document = proved(subject(proof=GOOD["proof"]))
    del document["proof"]
    assert fails_with(document, "data_integrity.proof")


# --- algorithms ----------------------------------------------------------------------------------
def test_a_suite_is_relabelled():
    relabelled = with_proof(cryptosuite="ecdsa-jcs-2019")
    assert fails_with(relabelled, "crypto.key_type_mismatch")
    assert fails_with(relabelled, "crypto.signature_invalid", verifier(jwk_identity(key("issuer"))))


def test_a_suite_that_cannot_be_checked_is_neither_good_nor_bad():
    for suite in ("eddsa-rdfc-2022", "ecdsa-sd-2023", "bbs-2023", "EDDSA-JCS-2022", "none"):
        assert undecided_by(proved(cryptosuite=suite), "data_integrity.unsupported")


@pytest.mark.parametrize(("signer", "listed"), [(P256, ED), (ED, P256), (P384, P256), (P256, P384)])
def test_a_key_of_another_type_under_the_listed_name(signer, listed):
    listing = verifier(jwk_identity(key("issuer", listed)))
    assert passes(proved(key_type=listed), listing)
    assert fails_with(proved(key_type=signer), "crypto.key_type_mismatch", listing)


def test_a_curve_of_less_strength_by_a_shorter_value():
    judge = verifier(jwk_identity(key("issuer", P384)))
    document = proved(key_type=P384)
    assert passes(document, judge)
    value = base58.decode(document["proof"]["proofValue"][1:], max_length=140)
    for cut in (value[:64], value[32:], value[:48] + bytes(16)):
        proof = {**document["proof"], "proofValue": "z" + base58.encode(cut)}
        assert fails_with({**document, "proof": proof}, "crypto.key_type_mismatch", judge)


def test_values_that_are_no_signature():
    zeros = "z" + base58.encode(bytes(64))
    assert fails_with(with_proof(proofValue=zeros), "crypto.signature_invalid")
    value = GOOD["proof"]["proofValue"]
    for other in ("u" + value[1:], value[1:], "z1" + value[1:], "z" + "z" * 60, "", "z"):
        assert fails_with(with_proof(proofValue=other), "data_integrity.value")
    assert fails_with(with_proof(proofValue=value + " "), "base58.malformed")


def test_a_value_of_a_million_digits_costs_nothing():
    data = text(with_proof(proofValue="z" + "2" * 200_000))
    start = time.process_time()
    assert fails_with(data, "base58.malformed")
    assert time.process_time() - start < 1


# --- keys ----------------------------------------------------------------------------------------
def test_a_did_that_is_its_own_key_vouches_for_itself():
    listed = key("issuer", ED)
    judge = verifier(parse_other_id(format_did_key(listed.verification_key)), issuer_ids=())
    assert passes(did_credential(listed), judge)
    assert undecided_by(
        did_credential(key("thief", ED), "thief"), "resolve.issuer_unknown", judge
    )  # fmt: skip


def test_a_listed_did_names_the_thiefs_key_as_its_method():
    listed, thief = key("issuer", ED), key("thief", ED)
    judge = verifier(parse_other_id(format_did_key(listed.verification_key)), issuer_ids=())
    fragment = format_did_key(thief.verification_key).removeprefix("did:key:")
    assert undecided_by(did_credential(listed, "thief", fragment), "resolve.key_unknown", judge)
    assert fails_with(did_credential(listed, "thief"), "crypto.signature_invalid", judge)


@pytest.mark.parametrize(
    "method",
    [
        f"{EVIL}#key-1", f"{ISSUER}.evil.example#key-1", f"{ISSUER}/#key-1", f"{ISSUER}?x#key-1",
        f"{ISSUER.upper()}#key-1", f" {METHOD}", "#key-1", ISSUER,
    ],
)  # fmt: skip
def test_a_method_that_only_resembles_the_issuers(method):
    assert fails_with(proved(verificationMethod=method), "data_integrity.method")


def test_a_method_brings_its_own_key():
    thief = SigningKey.from_seed("TEST-ONLY data integrity thief", ED)
    whole = {"id": METHOD, "publicKeyJwk": thief.jwk(), "controller": ISSUER}
    assert fails_with(proved(verificationMethod=whole), "data_integrity.proof")


def test_an_unknown_method_is_not_every_key():
    for fragment in ("key-2", "key-1#", "key-1 ", "key%2D1", "KEY-1"):
        document = proved(verificationMethod=f"{ISSUER}#{fragment}")
        assert undecided_by(document, "resolve.key_unknown")


def test_another_states_key_under_this_issuer():
    thief = key("thief", ED)
    mine = service("TH", (jwk_identity(key("issuer", ED)),), (ISSUER,))
    theirs = service("MY", (jwk_identity(thief, "key-2"),), ("https://issuer.my.test.example",))
    granting = recognition_list("SG", (arrangement("SG", "TH"), arrangement("SG", "MY")))
    both = Verifier(snapshot(trust_list("TH", (mine,)), trust_list("MY", (theirs,)), granting))
    assert passes(GOOD, both)
    document = proved(label="thief", verificationMethod=f"{ISSUER}#key-2")
    assert undecided_by(document, "resolve.key_unknown", both)


# --- other kinds ---------------------------------------------------------------------------------
def test_a_presentation_and_a_status_list_are_no_credential():
    presentation = proved(vc_payload(type=["VerifiablePresentation"]))
    assert fails_with(presentation, "vc.presentation")
    listing = proved(vc_payload(type=["VerifiableCredential", "BitstringStatusListCredential"]))
    assert fails_with(listing, "vc.status_list")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("vc-jwt", "jose.form"), ("sd-jwt-vc", "sd_jwt.form"),
        ("mdoc", "base64url.not_canonical"), ("oidc-id-token", "jose.form"),
    ],
)  # fmt: skip
def test_another_format_is_forced_upon_it(name, code):
    assert fails_with(GOOD, code, format=name)


def test_deep_nesting():
    deep = b"[" * 100_000 + b"]" * 100_000
    data = text(GOOD).replace(b'"proof":', b'"evidence":' + deep + b',"proof":')
    assert fails_with(data, "json.too_deep")


# --- privacy -------------------------------------------------------------------------------------
def test_no_claim_in_any_verdict():
    for document in (GOOD, proved(label="thief"), proved(domain=EVIL), with_proof(proofValue="z")):
        assert "Jaidee" not in json.dumps(TRUSTING.evaluate(text(document), asked()).as_json())


def test_what_is_not_good_is_never_required():
    with pytest.raises(NotVerified):
        TRUSTING.require(text(proved(label="thief")), asked())
