"""Attacks on SD-JWT presentations: each ends in a refusal, and its twin passes."""

import json

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance import build
from defa_trust.conformance.build import (
    DAY,
    MOMENT,
    digest,
    disclosure,
    key_binding,
    named,
    present,
    sd_issuer,
    sd_payload,
)
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.verdict import Indication, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import world

NAME, BIRTH = named("family_name", "TEST-ONLY"), named("birthdate", "1990-01-15")
SNAPSHOT = world(build.key())
VERIFIER = Verifier(SNAPSHOT)


def request_of(binding=HolderBinding.IF_PRESENT, *profiles, **more):
    asked = {"audience": build.VERIFIER, "nonce": build.NONCE, **more}
    return Request("SG", binding, at=MOMENT, profiles=frozenset(profiles), **asked)


BOUND = request_of(HolderBinding.MUST_BE_PRESENT)


def verdict(message, request=None):
    return VERIFIER.evaluate(message, request or request_of()).verdict


def refusal(message, request=None):
    found = verdict(message, request)
    assert found.validity.indication is not Indication.TOTAL_PASSED
    assert found.recognition.outcome is RecognitionOutcome.NOT_EVALUATED
    assert not hasattr(found, "claims")
    return found.reason.code.id


def passes(message, request=None):
    found = verdict(message, request)
    assert found.validity.indication is Indication.TOTAL_PASSED, found.reason
    return found.claims


def message(*disclosures, binding=None, header=None, **members):
    if disclosures and "_sd" not in members:
        members["_sd"] = [digest(text) for text in disclosures]
    return present(sd_issuer(sd_payload(**members), header=header), *disclosures, binding=binding)


def test_the_twins_of_all_attacks_pass():
    assert passes(message(NAME, BIRTH))["birthdate"] == "1990-01-15"
    assert passes(message(NAME, BIRTH, binding={}), BOUND)["family_name"] == "TEST-ONLY"


# --- times and type ------------------------------------------------------------------------------
def test_expired_token():
    assert refusal(message(NAME, exp=MOMENT)) == "time.expired"
    assert passes(message(NAME, exp=MOMENT + 1))


def test_expiry_brought_or_dropped_by_the_holder():
    later = named("exp", MOMENT + 300 * DAY)
    open_exp = message(NAME, later, exp=MOMENT - DAY)
    assert refusal(open_exp) in ("time.expired", "sd_jwt.never_disclosable")
    assert "sd_jwt.never_disclosable" in [f.code.id for f in verdict(open_exp).problems]
    assert refusal(message(NAME, later, exp=None)) == "sd_jwt.never_disclosable"


@pytest.mark.parametrize(
    "typ", [None, "JWT", "at+jwt", "vc+jwt", "kb+jwt", "vc+sd-jwt", "sd-jwt", "dc+sd-jwt+x"]
)
def test_wrong_typ(typ):
    assert refusal(message(NAME, header={"typ": typ})) == "sd_jwt.typ"


def test_a_proof_passed_off_as_a_credential():
    generic = request_of(HolderBinding.IF_PRESENT, Profile.SD_JWT_GENERIC)
    assert refusal(message(NAME, header={"typ": "kb+jwt"}), generic) == "sd_jwt.typ"


# --- disclosures ---------------------------------------------------------------------------------
def test_disclosure_nobody_references():
    assert refusal(message(NAME, BIRTH, _sd=[digest(NAME)])) == "digest.mismatch"
    assert refusal(message(NAME, named("admin", True), _sd=[digest(NAME)])) == "digest.mismatch"


@pytest.mark.parametrize("name", ["_sd", "..."])
def test_disclosure_named_like_a_digest(name):
    assert refusal(message(NAME, named(name, [digest(BIRTH)]))) == "sd_jwt.disclosure_name"
    inner = named(name, "x")
    outer = named("address", {"_sd": [digest(inner)]})
    assert refusal(message(outer, inner, _sd=[digest(outer)])) == "sd_jwt.disclosure_name"


def test_disclosure_overwrites_a_claim():
    assert refusal(message(named("nationality", "SG"), nationality="TH")) == (
        "sd_jwt.claim_overwritten"
    )
    for name in ("iss", "vct", "exp", "cnf"):
        assert refusal(message(named(name, "x"))) == "sd_jwt.never_disclosable"
    inner = named("country", "SG")
    address = {"country": "TH", "_sd": [digest(inner)]}
    assert refusal(message(inner, _sd=[], address=address)) == "sd_jwt.claim_overwritten"


def test_duplicate_digests():
    for members in (
        {"_sd": [digest(NAME), digest(NAME)]},
        {"_sd": [digest(NAME)], "address": {"_sd": [digest(NAME)]}},
        {"_sd": [], "list": [{"...": digest(NAME)}, {"...": digest(NAME)}]},
    ):
        assert refusal(message(NAME, **members)) == "sd_jwt.digest_repeated"


def test_one_disclosure_in_two_places():
    outer = named("other", {"_sd": [digest(NAME)]})
    assert refusal(message(NAME, outer)) == "sd_jwt.digest_repeated"


@pytest.mark.parametrize("declared", ["sha-256", "sha-384", "sha3-256"])
def test_hash_other_than_the_declared(declared):
    wrong = message(NAME, _sd=[digest(NAME, "sha-512")], _sd_alg=declared)
    assert refusal(wrong) == "digest.mismatch"
    assert passes(message(NAME, _sd=[digest(NAME, declared)], _sd_alg=declared))


@pytest.mark.parametrize("name", ["md5", "sha-1", "sha-256-32", "SHA-256", "none", ""])
def test_hash_that_is_weak_or_unknown(name):
    assert refusal(message(NAME, _sd_alg=name)) == "sd_jwt.sd_alg"


def test_hash_declared_by_the_holder():
    declared = named("_sd_alg", "sha-512")
    assert refusal(message(NAME, declared)) == "sd_jwt.never_disclosable"


def test_several_disclosures_smuggled_as_one():
    body = '["salt one","a","b"],["salt two","is_admin",true]'
    assert refusal(message(NAME, base64url.encode(body.encode()))) == "json.syntax"
    halves = [base64url.encode(b'["salt","a"'), base64url.encode(b'"b"]')]
    assert refusal(message(*halves)) == "json.syntax"


def test_the_same_disclosure_spelled_otherwise():
    respaced = base64url.encode(json.dumps(json.loads(base64url.decode(NAME)), indent=1).encode())
    assert refusal(message(respaced, _sd=[digest(NAME)])) == "digest.mismatch"
    assert refusal(message(NAME + "=", _sd=[digest(NAME)])) == "base64url.not_canonical"


def test_element_and_member_exchanged():
    element = disclosure("salt", {"family_name": "x"})
    assert refusal(message(element)) == "sd_jwt.disclosure_place"
    assert refusal(message(NAME, _sd=[], list=[{"...": digest(NAME)}])) == "sd_jwt.disclosure_place"


def test_digest_beside_other_members():
    for element in ({"...": digest(NAME), "x": 1}, {"...": [digest(NAME)]}, {"...": None}):
        assert refusal(message(NAME, _sd=[], list=[element])) == "sd_jwt.array_digest"


def test_a_million_disclosures():
    texts = [disclosure("s", n) for n in range(2000)]
    assert refusal(message(*texts, _sd=[])) == "sd_jwt.too_many_disclosures"
    assert refusal(b"~" * 500_000) == "sd_jwt.too_many_disclosures"


def test_a_chain_of_disclosures_as_deep_as_they_are_many():
    texts = [named("end", 1)]
    for _ in range(900):
        texts.append(named("next", {"_sd": [digest(texts[-1])]}))
    assert refusal(message(*texts, _sd=[digest(texts[-1])])) == "json.too_deep"


# --- key binding ---------------------------------------------------------------------------------
def test_proof_stripped():
    assert refusal(message(NAME), BOUND) == "holder.proof_missing"


def test_proof_ignored_when_no_audience_is_given():
    data = message(NAME, binding={})
    for missing in ({"audience": None}, {"nonce": None}, {"audience": None, "nonce": None}):
        for wanted in (HolderBinding.IF_PRESENT, HolderBinding.MUST_BE_PRESENT):
            assert refusal(data, request_of(wanted, **missing)) == "holder.expectation_missing"
    forged = message(NAME, binding={"signer": build.key("attacker")})
    unasked = request_of(audience=None, nonce=None)
    assert "crypto.signature_invalid" in [f.code.id for f in verdict(forged, unasked).problems]


def test_proof_of_another_key_or_for_another():
    for binding, code in (
        ({"signer": build.key("attacker")}, "crypto.signature_invalid"),
        ({"aud": "https://other.test.example"}, "holder.audience_mismatch"),
        ({"nonce": "replayed"}, "holder.nonce_mismatch"),
        ({"header": {"typ": "JWT"}}, "sd_jwt.kb_typ"),
        ({"header": {"alg": "none"}}, "crypto.algorithm_none"),
        ({"aud": [build.VERIFIER, "https://other.test.example"]}, "sd_jwt.kb_claim"),
    ):
        assert refusal(message(NAME, binding=binding), BOUND) == code


def test_proof_whose_age_is_unbounded():
    for binding, code in (
        ({"iat": MOMENT - 300}, "holder.proof_too_old"),
        ({"iat": 0}, "holder.proof_too_old"),
        ({"iat": MOMENT + DAY}, "holder.proof_from_the_future"),
        ({"iat": None}, "sd_jwt.kb_claim"),
        ({"iat": (MOMENT - 10) * 1000}, "jose.numeric_date"),
        ({"iat": MOMENT - 10, "exp": MOMENT}, "holder.proof_too_old"),
    ):
        assert refusal(message(NAME, binding=binding), BOUND) == code


def test_disclosures_changed_after_the_proof():
    issued = sd_issuer(sd_payload(_sd=[digest(NAME), digest(BIRTH)]))
    proof = key_binding(f"{issued}~{NAME}~{BIRTH}~")
    for text in (f"{issued}~{NAME}~", f"{issued}~{BIRTH}~{NAME}~", f"{issued}~"):
        assert refusal((text + proof).encode(), BOUND) == "digest.mismatch"
    assert passes(f"{issued}~{NAME}~{BIRTH}~{proof}".encode(), BOUND)


def test_sd_hash_in_json_serialisation():
    issued = sd_issuer(sd_payload(_sd=[digest(NAME), digest(BIRTH)]))
    protected, payload, signature = issued.split(".")
    proof = key_binding(f"{issued}~{NAME}~{BIRTH}~")

    def whole(*disclosures, proof=proof):
        header = {"disclosures": list(disclosures), "kb_jwt": proof}
        document = {"payload": payload, "protected": protected, "signature": signature,
                    "header": header}  # fmt: skip
        return json.dumps(document).encode()

    assert passes(whole(NAME, BIRTH), BOUND)
    for changed in (whole(NAME), whole(), whole(BIRTH, NAME)):
        assert refusal(changed, BOUND) == "digest.mismatch"
    assert refusal(whole(f"{NAME}~{BIRTH}"), BOUND) == "base64url.not_canonical"
    other = key_binding(f"{issued}~")
    assert refusal(whole(NAME, BIRTH, proof=other), BOUND) == "digest.mismatch"


def test_holder_key_from_anywhere_but_the_signed_payload():
    attacker = build.key("attacker")
    bring = {"header": {"jwk": attacker.verification_key.jwk()}, "signer": attacker}
    assert refusal(message(NAME, binding=bring), BOUND) == "crypto.signature_invalid"
    assert refusal(message(NAME, binding={}, cnf=None), BOUND) == "sd_jwt.holder_key"
    swapped = named("cnf", {"jwk": attacker.verification_key.jwk()})
    data = message(NAME, swapped, binding={"signer": attacker}, cnf=None)
    assert refusal(data, BOUND) == "sd_jwt.holder_key"


def test_proof_smuggled_as_a_disclosure():
    data = message(NAME, binding={}).decode()
    assert refusal((data + "~").encode(), BOUND) == "base64url.not_canonical"


# --- what is handed out --------------------------------------------------------------------------
def test_claims_handed_out_cannot_be_poisoned():
    found = verdict(message(NAME, BIRTH))
    first = found.claims
    first["family_name"] = "poisoned"
    first["cnf"]["jwk"].clear()
    assert found.claims["family_name"] == "TEST-ONLY"
    assert found.claims["cnf"]["jwk"]["kty"] == "EC"


def test_verdicts_hold_no_disclosed_claim():
    said = json.dumps(verdict(message(NAME, BIRTH)).as_json())
    assert "1990-01-15" not in said
    assert "family_name" not in said
