"""Data Integrity: what is signed, what the proof may say, and which suites are told apart."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.authenticate import authenticate
from defa_trust.codec import base58
from defa_trust.conformance.build import MOMENT, NONCE, VERIFIER, key, vc_payload
from defa_trust.conformance.vectors import jose_data_integrity as made
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, KeyType
from defa_trust.errors import Rejection
from defa_trust.formats import data_integrity as form
from defa_trust.formats.registry import FORMATS
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.identity import format_did_key, parse_other_id
from defa_trust.verdict import Outcome

ASKED = Request("SG", HolderBinding.IF_PRESENT, audience=VERIFIER, nonce=NONCE)
GOOD = made.proved()


def parse(document):
    data = document if isinstance(document, bytes) else made.text(document)
    return form.parse(data, ASKED)


def refused(document):
    with pytest.raises(Rejection) as caught:
        parse(document)
    return caught.value.code


def holds(document, key_type=KeyType.ED25519):
    public = key("issuer", key_type).verification_key
    return authenticate(parse(document), public, DEFAULT_ALGORITHM_POLICY, MOMENT, []) is not None


def changed(**members):
    return {**GOOD, "proof": {**GOOD["proof"], **members}}


def without(name):
    return {**GOOD, "proof": {n: v for n, v in GOOD["proof"].items() if n != name}}


def test_a_credential_with_a_proof_has_one_reading():
    data = made.text(GOOD)
    assert [name for name, each in FORMATS.items() if each.detect(data)] == [form.NAME]


@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256, KeyType.P384])
def test_each_suite_signs_both_digests(key_type):
    document = made.proved(key_type=key_type)
    size = 96 if key_type is KeyType.P384 else 64
    assert len(parse(document).issuer_part.data) == size
    assert holds(document, key_type)
    assert not holds({**document, "name": "TEST-ONLY"}, key_type)


@pytest.mark.parametrize("name", ["created", "cryptosuite", "type", "@context"])
def test_whatever_the_proof_says_is_signed(name):
    """Taken away or changed, it is refused or does not verify."""
    for document in (without(name), changed(**{name: "2026-10-02T00:00:00Z"})):
        try:
            assert not holds(document)
        except Rejection as refusal:
            assert refusal.code.id.partition(".")[0] in ("data_integrity", "vc", "jose")


def test_a_proof_without_a_context_signs_that_of_the_credential():
    document = made.proved(**{"@context": None})
    assert holds(document)
    assert parse(document).reveal()["@context"] == GOOD["@context"]


def test_contexts_that_come_after_the_signed_ones_are_not_shown():
    more = "https://later.test.example/context"
    document = {**GOOD, "@context": [*GOOD["@context"], more]}
    assert holds(document)
    assert parse(document).reveal()["@context"] == GOOD["@context"]


def test_what_is_revealed_is_what_was_signed_and_has_no_proof():
    assert parse(GOOD).reveal() == vc_payload()
    first = parse(GOOD).reveal()
    first["issuer"] = "somebody else"
    assert parse(GOOD).reveal()["issuer"] == made.ISSUER


def test_the_narrower_end_and_the_later_beginning_count():
    asserted = parse(made.proved(expires="2026-11-02T00:00:00Z")).asserted
    assert asserted.expires == MOMENT + 86_400
    assert asserted.issued_at == MOMENT - 31 * 86_400


@pytest.mark.parametrize(
    ("document", "code"),
    [
        (changed(type=7), "data_integrity.proof"),
        (changed(cryptosuite=None), "data_integrity.proof"),
        (changed(verificationMethod=None), "data_integrity.proof"),
        (changed(verificationMethod=made.ISSUER), "data_integrity.method"),
        (changed(verificationMethod=made.ISSUER + "#"), "data_integrity.method"),
        (changed(verificationMethod=made.ISSUER + "/#key-1"), "data_integrity.method"),
        (changed(proofPurpose=["assertionMethod"]), "data_integrity.purpose"),
        (without("proofPurpose"), "data_integrity.purpose"),
        (changed(nonce="x"), "data_integrity.purpose"),
        (changed(proofValue=GOOD["proof"]["proofValue"][1:]), "data_integrity.value"),
        (changed(proofValue="z"), "data_integrity.value"),
        (changed(proofValue="z" + "1" * 141), "base58.malformed"),
        (changed(proofValue="z" + base58.encode(bytes(65))), "data_integrity.value"),
        (changed(proofValue=["z1"]), "data_integrity.value"),
        (changed(created="yesterday"), "vc.date_time"),
        (changed(expires=7), "vc.date_time"),
        (changed(domain=[]), "jose.claim"),
        ({**GOOD, "proof": "x"}, "data_integrity.proof"),
        ({**GOOD, "proof": None}, "data_integrity.proof"),
        ({**GOOD, "type": ["VerifiablePresentation"]}, "vc.presentation"),
        ({**GOOD, "type": ["VerifiableCredential", "BitstringStatusListCredential"]},
         "vc.status_list"),
        (made.text(GOOD)[:-1], "json.syntax"),
    ],
)  # fmt: skip
def test_each_fault_has_its_code(document, code):
    assert refused(document).id == code
    parse(GOOD)


@pytest.mark.parametrize(
    "members",
    [
        {"cryptosuite": "eddsa-rdfc-2022"},
        {"cryptosuite": "ecdsa-rdfc-2019"},
        {"cryptosuite": "ecdsa-sd-2023"},
        {"cryptosuite": "bbs-2023"},
        {"cryptosuite": "of-tomorrow-2031"},
        {"type": "Ed25519Signature2020"},
        {"type": "BbsBlsSignature2020"},
        {"type": "OpenAttestationMerkleProofSignature2018"},
        {"previousProof": "urn:x"},
    ],
)
def test_other_suites_are_not_supported_which_is_no_fault_of_theirs(members):
    code = refused(changed(**members))
    assert (code.id, code.outcome) == ("data_integrity.unsupported", Outcome.UNKNOWN)


def test_a_suite_does_not_borrow_anothers_signature():
    """Ed25519 and P-256 signatures have one length: the suite decides, and the key must fit."""
    document = made.proved(cryptosuite="ecdsa-jcs-2019")
    assert not holds(document)
    assert not holds(document, KeyType.P256)


@given(st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
), st.sampled_from(sorted({*GOOD, *GOOD["proof"]})))  # fmt: skip
@settings(max_examples=150, deadline=None)
def test_nothing_but_refusals_comes_of_odd_members(value, name):
    for document in ({**GOOD, name: value}, changed(**{name: value})):
        try:
            data = json.dumps(document).encode()
            same = json.loads(data) in (GOOD, json.loads(json.dumps(GOOD)))
            assert holds(data) is same or name == "@context"
        except Rejection:
            pass


# --- base58 and DIDs ------------------------------------------------------------------------------
@given(st.binary(max_size=64))
def test_base58_has_one_text_for_each_octets(data):
    text = base58.encode(data)
    assert base58.decode(text, max_length=100) == data


@pytest.mark.parametrize("text", ["0", "O", "I", "l", "é", " ", "1" * 101, "\ud800"])
def test_what_is_no_base58_is_refused(text):
    with pytest.raises(Rejection) as caught:
        base58.decode(text, max_length=100)
    assert caught.value.code.id == "base58.malformed"


@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256, KeyType.P384, KeyType.P521])
def test_a_did_key_carries_its_key(key_type):
    public = key("issuer", key_type).verification_key
    identity = parse_other_id(format_did_key(public))
    assert identity.key is not None
    assert identity.key.thumbprint == public.thumbprint
