"""Attacks on identity QR codes (claim 169, both generations of PhilSys), end to end: each test is
named for its attack, beside a good twin."""

import json

import pytest

from defa_trust.codec import base45, cbor
from defa_trust.conformance.build import cose_kid, key, sign1, zeros
from defa_trust.conformance.vectors import qr_identity as made
from defa_trust.crypto import KeyType
from defa_trust.errors import NotVerified
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.build import NOW, arrangement, recognition_list, service, snapshot, trust_list
from tests.build import jwk_identity as listed

ED = KeyType.ED25519


def verifier(territory="PH", signer=None, formats=("claim-169", "philsys-v1"), kid="key-1"):
    own = service(territory, (listed(signer or key("philsys", ED), kid),), (), formats=formats)
    granting = recognition_list("SG", (arrangement("SG", territory),))
    return Verifier(snapshot(trust_list(territory, (own,)), granting))


THAILAND = verifier("TH", key("issuer"), ())
PHILIPPINES = verifier()


def judged(data, judge, at=NOW, **members):
    request = Request("SG", HolderBinding.IF_PRESENT, at=at, **members)
    verdict = judge.evaluate(data, request).verdict
    return verdict.validity.indication, [found.code.id for found in verdict.problems]


def passes(data, judge, **members):
    return judged(data, judge, **members) == (Indication.TOTAL_PASSED, [])


def fails_with(data, code, judge, **members):
    indication, codes = judged(data, judge, **members)
    return indication is Indication.TOTAL_FAILED and code in codes


def undecided_by(data, code, judge, **members):
    indication, codes = judged(data, judge, **members)
    return indication is Indication.INDETERMINATE and codes == [code]


def mosip(identity=None, **token):
    claims = made._claims(identity, **token.pop("claims", {}))
    return made._code(sign1(claims, **token))


def reordered(change, token):
    parts = cbor.loads(token)
    change(parts)
    return made._code(cbor.dumps(parts))


def test_the_good_twins_pass():
    assert passes(mosip(), THAILAND)
    assert passes(made._ph1(), PHILIPPINES)
    assert passes(made._card(), PHILIPPINES)


# --- claim 169 -----------------------------------------------------------------------------------
def test_an_attribute_is_changed_in_the_code():
    other = cbor.dumps(made._claims({1: "TEST-ONLY-0001", 4: "TEST-ONLY Somebody Else"}))
    token = sign1(made._claims(), tag=None)
    assert passes(reordered(lambda parts: None, token), THAILAND)
    changed = reordered(lambda parts: parts.__setitem__(2, other), token)
    assert fails_with(changed, "crypto.signature_invalid", THAILAND)


def test_an_attribute_twice_by_number():
    whole = cbor.dumps({1: "TEST-ONLY-1", 4: "TEST-ONLY"})
    twice = b"\xa3" + whole[1:] + cbor.dumps(4) + cbor.dumps("TEST-ONLY Second")
    claims = cbor.dumps(made._claims()).replace(cbor.dumps(made._IDENTITY), twice)
    assert fails_with(made._code(sign1(claims)), "cbor.duplicate_key", THAILAND)


def test_an_attribute_by_number_and_by_name():
    both = {4: "TEST-ONLY Jaidee", "fullName": "TEST-ONLY Somebody Else"}
    assert fails_with(mosip(both), "claim169.claim", THAILAND)


@pytest.mark.parametrize("identity", [{}, [], "x", 7, None])
def test_an_identity_that_says_nothing(identity):
    claims = {**made._claims(), 169: identity}
    assert fails_with(made._code(sign1(claims)), "claim169.claim", THAILAND)


def test_a_thief_signs_under_the_name_of_the_listed_key():
    assert fails_with(mosip(signer=key("thief")), "crypto.signature_invalid", THAILAND)


def test_a_thief_names_a_key_of_his_own():
    head = {1: -7, 4: cose_kid("thief")}
    assert undecided_by(
        mosip(protected=head, signer=key("thief")), "resolve.key_unknown", THAILAND
    )  # fmt: skip


def test_no_key_is_named_and_none_is_tried():
    assert undecided_by(mosip(protected={1: -7}), "resolve.no_hint", THAILAND)


@pytest.mark.parametrize(
    ("alg", "code"),
    [(-8, "crypto.key_type_mismatch"), (5, "crypto.algorithm_symmetric"),
     (-65535, "crypto.algorithm_unknown")],
)  # fmt: skip
def test_an_algorithm_of_another_kind(alg, code):
    assert fails_with(mosip(protected={1: alg, 4: cose_kid()}), code, THAILAND)


def test_the_algorithm_where_nobody_signed_it():
    token = mosip(protected={4: cose_kid()}, unprotected={1: -7})
    assert fails_with(token, "cose.alg_unprotected", THAILAND)


def test_a_card_outlives_its_end_to_the_second():
    token = mosip(claims={"l4": NOW + 1})
    assert passes(token, THAILAND)
    assert fails_with(token, "time.expired", THAILAND, at=NOW + 1)


def test_a_token_without_identity_in_its_place():
    claims = made._claims()
    del claims[169]
    assert fails_with(made._code(sign1(claims)), "claim169.claim", THAILAND)


def test_an_encrypted_code_is_neither_good_nor_bad():
    assert undecided_by(made.claim_169_encrypted().data, "claim169.encrypted", THAILAND)


def test_an_encrypted_code_without_its_tag_or_for_several():
    for data in (
        made.claim_169_encrypted_without_its_tag(),
        made.claim_169_encrypted_for_several(),
    ):
        assert undecided_by(data.data, "claim169.encrypted", THAILAND)


@pytest.mark.parametrize("tags", [(16,), (61, 16), (96,), (61, 96)])
def test_an_encrypted_code_under_each_of_its_tags(tags):
    content = [cbor.dumps({1: 3}), {5: bytes(12)}, bytes(64), *([[]] if 96 in tags else [])]
    for tag in reversed(tags):
        content = cbor.Tagged(tag, content, b"")
    assert undecided_by(made._code(cbor.dumps(content)), "claim169.encrypted", THAILAND)
    other = cbor.dumps(cbor.Tagged(17, content, b""))
    assert not undecided_by(made._code(other), "claim169.encrypted", THAILAND)


def test_a_broken_code_is_not_called_encrypted():
    head, bare, payload, signature = cbor.loads(sign1(made._claims(), tag=None))
    assert passes(made._code(cbor.dumps([head, bare, payload, signature])), THAILAND)
    for parts in ([head, bare, 7], [head, 7, payload], ["x", bare, payload], [head, bare]):
        assert fails_with(made._code(cbor.dumps(parts)), "cose.structure", THAILAND)
    cut = cbor.dumps([head, bare, payload])[:-1]
    assert fails_with(made._code(cut), "cbor.truncated", THAILAND)


def test_a_code_signed_with_rsa_and_one_that_only_says_so():
    own = made.rsa_key()
    listing = verifier("TH", own, ())
    head = {1: -257, 4: own.verification_key.thumbprint[:8]}
    assert passes(mosip(protected=head, signer=made.KeptKey(), alg="RS256"), listing)
    for label, code in ((-37, "crypto.signature_invalid"), (-7, "crypto.key_type_mismatch")):
        other = mosip(protected={**head, 1: label}, signer=made.KeptKey(), alg="RS256")
        assert fails_with(other, code, listing)


def test_a_code_inflates_without_end():
    bomb = base45.encode(zeros(258 * 300 + 1)).encode()
    assert fails_with(bomb, "zlib.too_large", THAILAND)


def test_a_second_token_behind_the_first():
    octets = sign1(made._claims())
    assert fails_with(made._code(octets + octets), "cbor.trailing", THAILAND)


# --- PhilSys, third generation -------------------------------------------------------------------
def test_another_state_behind_the_philippine_prefix():
    token = made._ph1(made._claims(made._NAMED))
    assert fails_with(token, "claim169.issuer", PHILIPPINES)
    assert fails_with(token, "claim169.issuer", verifier("TH"))


def test_the_prefix_is_taken_away_or_written_otherwise():
    text = made._ph1()
    for other in (text[4:], b"ph1:" + text[4:], b"PH2:" + text[4:]):
        assert fails_with(other, "input.format_unknown", PHILIPPINES)
    assert fails_with(b"HC1:" + text[4:], "hcert.not_compressed", PHILIPPINES)


def test_one_token_in_two_spellings():
    assert fails_with(made._ph1(compressed=True), "claim169.compression", PHILIPPINES)


def test_another_key_of_the_same_state():
    other = verifier(signer=key("another", ED))
    assert fails_with(made._ph1(), "crypto.signature_invalid", other)


def test_a_service_that_is_listed_for_no_such_codes():
    assert undecided_by(made._ph1(), "resolve.no_hint", verifier(formats=("vc-jwt",)))


def philippine(claims, **token):
    named = {"protected": {1: -8}, "signer": key("philsys", ED), "alg": "Ed25519", **token}
    return made._code(sign1(claims, tag=None, **named), compressed=False, prefix="PH1:")


PHILIPPINE = made._claims(made._NAMED, l1="PH")


def test_a_philippine_card_outlives_its_end_or_comes_too_early():
    token = philippine({**PHILIPPINE, 4: NOW + 1})
    assert passes(token, PHILIPPINES)
    assert fails_with(token, "time.expired", PHILIPPINES, at=NOW + 1)
    early = philippine({**PHILIPPINE, 6: NOW + 61})
    assert fails_with(early, "time.issued_in_the_future", PHILIPPINES)


def test_attributes_of_the_other_kind_under_the_philippine_prefix():
    assert passes(philippine(PHILIPPINE), PHILIPPINES)
    assert fails_with(philippine(made._claims(l1="PH")), "claim169.claim", PHILIPPINES)


def test_a_philippine_algorithm_of_another_kind_or_unsigned():
    wrong = philippine(PHILIPPINE, protected={1: -7})
    assert fails_with(wrong, "crypto.key_type_mismatch", PHILIPPINES)
    unsigned = philippine(PHILIPPINE, protected={}, unprotected={1: -8})
    assert fails_with(unsigned, "cose.alg_unprotected", PHILIPPINES)


def test_a_philippine_code_names_a_key_of_somebody_else():
    head = {1: -8, 4: cose_kid("thief", ED)}
    stolen = philippine(PHILIPPINE, protected=head, signer=key("thief", ED))
    assert undecided_by(stolen, "resolve.key_unknown", PHILIPPINES)


def test_octets_behind_a_philippine_token():
    octets = base45.decode(philippine(PHILIPPINE).decode()[4:])
    longer = b"PH1:" + base45.encode(octets + b"\x00").encode()
    assert fails_with(longer, "cbor.trailing", PHILIPPINES)


# --- PhilSys, first generation -------------------------------------------------------------------
@pytest.mark.parametrize("name", sorted(made._CARD))
def test_any_text_of_the_card_is_changed(name):
    value = "16 October 2026" if name == "DateIssued" else "TEST-ONLY changed"
    indication, codes = judged(made._card({name: value}), PHILIPPINES)
    assert indication is Indication.TOTAL_FAILED
    assert codes == ["crypto.signature_invalid"]


def test_text_moves_between_members_under_one_signature():
    moved = {"lName": 'TEST-ONLY",\n    "fName": "JUANA', "fName": ""}
    assert fails_with(made._card(moved), "philsys.text", PHILIPPINES)


def test_letters_that_have_no_print_are_put_in():
    for text in ("TEST-ONLY\u0e0a", "TEST-ONLY\x00", "TEST-ONLY\u2028"):
        assert fails_with(made._card({"lName": text}), "philsys.text", PHILIPPINES)


def test_a_member_that_nobody_signed_or_one_too_few():
    assert fails_with(made._card({"citizenship": "PH"}), "philsys.members", PHILIPPINES)
    assert fails_with(made._card(more="TEST-ONLY"), "philsys.members", PHILIPPINES)
    card = made._card().replace(b',"PCN":"0000-0000-0000-0000"', b"")
    assert card != made._card()
    assert fails_with(card, "philsys.members", PHILIPPINES)


def test_the_card_chooses_how_it_is_verified():
    for name in ("none", "HS256", "ES256", "eddsa"):
        assert fails_with(made._card(alg=name), "philsys.algorithm", PHILIPPINES)


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("", "philsys.signature"),
        ("A" * 84, "philsys.signature"),
        ("A" * 88, "philsys.signature"),
        ("=" * 88, "base64.not_canonical"),
        ("A" * 86 + "==", "crypto.signature_invalid"),
    ],
)
def test_values_that_are_no_signature(value, code):
    assert fails_with(made._card(signature=value), code, PHILIPPINES)


def test_a_member_twice():
    for name in (b'"Issuer":', b'"\\u0049ssuer":'):
        card = made._card().replace(b'"Issuer":', b'"Issuer":"PSA",' + name)
        assert fails_with(card, "json.duplicate_member", PHILIPPINES)


def test_a_card_made_out_ahead_of_time():
    card = made._card(signed={"DateIssued": "15 October 2027"})
    assert fails_with(card, "time.issued_in_the_future", PHILIPPINES)


def test_a_generation_is_forced_upon_the_other():
    assert fails_with(made._card(), "base45.length", PHILIPPINES, format="claim-169")
    assert fails_with(made._ph1(), "json.syntax", PHILIPPINES, format="philsys-v1")


# --- privacy -------------------------------------------------------------------------------------
def test_no_attribute_in_any_verdict():
    bad = made._card({"lName": "TEST-ONLY SECRETO"})
    for data, judge in ((mosip(), THAILAND), (made._card(), PHILIPPINES), (bad, PHILIPPINES)):
        request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
        said = json.dumps(judge.evaluate(data, request).as_json())
        assert not any(word in said for word in ("Jaidee", "JUANA", "SECRETO", "1990"))


def test_what_is_not_good_is_never_required():
    with pytest.raises(NotVerified):
        PHILIPPINES.require(
            made._card({"fName": "MARIA"}), Request("SG", HolderBinding.IF_PRESENT, at=NOW)
        )
