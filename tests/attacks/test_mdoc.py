"""Attacks on mdocs, end to end: each test is named for its attack and differs from the good twin
in one fault."""

import json
from hashlib import sha256

import pytest

from defa_trust.codec import base64url, cbor
from defa_trust.codec.cbor import Tagged
from defa_trust.conformance import mdocs as made
from defa_trust.conformance.build import NONCE, VERIFIER, key
from defa_trust.crypto import KeyType
from defa_trust.demo.keys import CERTIFICATES_FROM
from defa_trust.errors import NotVerified
from defa_trust.formats.mdoc_device import dc_api_transcript, openid4vp_transcript
from defa_trust.request import HolderBinding, Request
from defa_trust.signing_crypto import AgreementKey, SigningKey
from defa_trust.trustlist.identity import certificate_identity
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.build import DAY, NOW, arrangement, recognition_list, service, snapshot, trust_list

THIEF = key("thief")


def identity(country):
    return certificate_identity(made.signer_certificate(country))


def verifier(*states):
    lists = [trust_list(each, (service(each, (identity(each),), ()),)) for each in states]
    granting = recognition_list("SG", [arrangement("SG", each) for each in states])
    return Verifier(snapshot(*lists, granting))


TRUSTING = verifier("TH")


def asked(binding=HolderBinding.MUST_BE_PRESENT, **members):
    defaults = {"session_transcript": made.TRANSCRIPT, "at": NOW}
    return Request("SG", binding, **{**defaults, **members})


def judged(value, judge=TRUSTING, *binding, **members):
    data = value if isinstance(value, bytes) else made.text(value)
    verdict = judge.evaluate(data, asked(*binding, **members)).verdict
    return verdict.validity.indication, [found.code.id for found in verdict.problems]


def passes(value, judge=TRUSTING, *binding, **members):
    return judged(value, judge, *binding, **members) == (Indication.TOTAL_PASSED, [])


def fails_with(value, code, judge=TRUSTING, *binding, **members):
    indication, codes = judged(value, judge, *binding, **members)
    return indication is Indication.TOTAL_FAILED and code in codes


def undecided_by(value, code, judge=TRUSTING, *binding, **members):
    indication, codes = judged(value, judge, *binding, **members)
    return indication is Indication.INDETERMINATE and codes == [code]


def shown(entries, space=made.NAMESPACE, **signed):
    """``entries`` are presented, whatever was signed."""
    return made.response(made.issuer_signed(shown={space: entries}, **signed))


def by_device(**device):
    return made.response(device=made.device_signed(auth=made.device_auth(**device)))


def test_the_good_twin_passes():
    assert passes(made.response())
    TRUSTING.require(made.text(made.response()), asked())


# --- items and digests ---------------------------------------------------------------------------
def test_an_item_says_something_else():
    entries = made.items()
    entries[0] = made.item(0, "family_name", "TEST-ONLY Somebody Else")
    assert passes(shown(made.items()))
    assert fails_with(shown(entries), "digest.mismatch")


def test_a_namespace_is_injected():
    spaces = {made.NAMESPACE: made.items(), "org.example.more": made.items()}
    assert fails_with(made.response(made.issuer_signed(shown=spaces)), "mdoc.item_unsigned")


def test_an_item_that_nobody_signed():
    more = [*made.items(), made.item(9, "age_over_18", True)]
    assert fails_with(shown(more), "mdoc.item_unsigned")


def test_an_item_moves_to_another_namespace():
    assert fails_with(shown(made.items(), "org.iso.18013.5.1.XX"), "mdoc.item_unsigned")


def test_an_item_twice_under_one_name():
    entries = [*made.items(), made.item(4, "family_name", "TEST-ONLY Second")]
    assert fails_with(made.response(made.issuer_signed(entries)), "mdoc.item_twice")


def test_an_item_re_encoded_is_not_what_was_signed():
    """Digests are over the octets as they came (ISO/IEC 18013-5, 9.1.2.4)."""
    octets, number = made.items()[0].value, cbor.dumps("digestID") + b"\x00"
    other = octets[:1] + number + octets[1:].replace(number, b"")
    assert cbor.loads(other) == cbor.loads(octets)
    assert other != octets
    assert fails_with(shown([made.embedded(other), *made.items()[1:]]), "digest.mismatch")


@pytest.mark.parametrize("name", ["SHA-1", "MD5", "sha-256", "", None])
def test_a_digest_that_is_weak_or_unknown(name):
    document = made.response(made.issuer_signed(digestAlgorithm=name))
    assert fails_with(document, "mdoc.digest_algorithm")


def test_a_digest_cut_short():
    entries = made.items()
    cut = {n: made.digest_of(entry)[:16] for n, entry in enumerate(entries)}
    signed = made.issuer_signed(valueDigests={made.NAMESPACE: cut})
    assert fails_with(made.response(signed), "digest.mismatch")


# --- the security object -------------------------------------------------------------------------
def test_expired_and_from_the_future_to_the_second():
    until = made.validity(validUntil=made.date(NOW + 1))
    document = made.response(made.issuer_signed(validityInfo=until))
    assert passes(document)
    assert fails_with(document, "time.expired", at=NOW + 1)
    later = made.validity(validFrom=made.date(NOW + 61))
    document = made.response(made.issuer_signed(validityInfo=later))
    assert fails_with(document, "time.not_yet_valid")
    assert passes(document, at=NOW + 1)


def test_a_licence_passed_off_as_another_document():
    assert fails_with(made.response(doctype="org.example.diplomat"), "mdoc.doctype")


def test_the_signed_object_of_another_document():
    other = made.issuer_signed(made.items({"family_name": "TEST-ONLY Other"}))
    assert passes(made.response(other))
    swapped = made.issuer_signed(auth=other["issuerAuth"])
    assert fails_with(made.response(swapped), "mdoc.item_unsigned")


# --- the issuer's key ----------------------------------------------------------------------------
def test_a_thief_signs_and_shows_the_listed_certificate():
    auth = made.issuer_auth(made.security_object(made.items()), signer=THIEF)
    assert fails_with(made.response(made.issuer_signed(auth=auth)), "crypto.signature_invalid")


def test_the_certificate_moves_to_the_protected_header():
    auth = made.issuer_auth(
        made.security_object(made.items()),
        protected={1: -7, 33: made.signer_certificate()},
        unprotected={},
    )
    assert fails_with(made.response(made.issuer_signed(auth=auth)), "mdoc.chain_protected")


def test_the_algorithm_where_nobody_signed_it():
    auth = made.issuer_auth(
        made.security_object(made.items()),
        protected={},
        unprotected={1: -7, 33: made.signer_certificate()},
    )
    assert fails_with(made.response(made.issuer_signed(auth=auth)), "cose.alg_unprotected")


@pytest.mark.parametrize(
    ("alg", "code"),
    [
        (5, "crypto.algorithm_symmetric"),
        (-37, "crypto.key_type_mismatch"),
        (-35, "crypto.key_type_mismatch"),
        (-8, "crypto.key_type_mismatch"),
        (-65535, "crypto.algorithm_unknown"),
        ("ES256", "crypto.algorithm_unknown"),
    ],
)
def test_an_algorithm_of_another_kind(alg, code):
    auth = made.issuer_auth(made.security_object(made.items()), protected={1: alg})
    assert fails_with(made.response(made.issuer_signed(auth=auth)), code)


def by_malaysia(country):
    """A licence that names ``country``, signed by Malaysia's signer."""
    entries = made.items({**made.ELEMENTS, "issuing_country": country})
    chain = {33: made.signer_certificate("MY")}
    auth = made.issuer_auth(made.security_object(entries), unprotected=chain)
    return made.response(made.issuer_signed(entries, auth=auth))


def test_a_licence_of_one_state_by_the_signer_of_another():
    both = verifier("TH", "MY")
    assert passes(made.response(), both)
    assert passes(by_malaysia("MY"), both)
    assert undecided_by(by_malaysia("TH"), "resolve.certificate_unlisted", both)


def test_a_licence_of_a_state_that_has_no_list():
    assert undecided_by(by_malaysia("TH"), "resolve.territory_unknown", verifier("MY"))


def test_a_signer_of_another_country_in_the_states_own_list():
    """The list vouches for the key; that its certificate is of another state is not passed over."""
    careless = service("TH", (identity("MY"), identity("TH")), ())
    granting = recognition_list("SG", [arrangement("SG", "TH")])
    judge = Verifier(snapshot(trust_list("TH", (careless,)), granting))
    assert passes(made.response(), judge)
    assert fails_with(by_malaysia("TH"), "mdoc.signer_country_other", judge)


def test_signed_before_the_signer_was_certified():
    for moment, good in ((CERTIFICATES_FROM, True), (CERTIFICATES_FROM - 1, False)):
        info = made.validity(signed=made.date(moment), validFrom=made.date(CERTIFICATES_FROM))
        document = made.response(made.issuer_signed(validityInfo=info))
        assert passes(document) is good
        assert fails_with(document, "mdoc.signed_before_certificate") is not good


# --- the device ----------------------------------------------------------------------------------
def test_a_stolen_document_presented_by_another_device():
    assert fails_with(by_device(signer=THIEF), "crypto.signature_invalid")


@pytest.mark.parametrize(
    "transcript",
    [
        openid4vp_transcript(VERIFIER, "TEST-ONLY-yesterday", made.RESPONSE_URI),
        openid4vp_transcript("https://evil.example", NONCE, made.RESPONSE_URI),
        openid4vp_transcript(VERIFIER, NONCE, "https://evil.example/response"),
        openid4vp_transcript(VERIFIER, NONCE, made.RESPONSE_URI, sha256(b"").digest()),
        dc_api_transcript(VERIFIER, NONCE),
    ],
    ids=["nonce", "client", "address", "encryption", "origin"],
)
def test_an_answer_given_in_another_session(transcript):
    assert passes(by_device(transcript=transcript), session_transcript=transcript)
    assert fails_with(by_device(transcript=transcript), "crypto.signature_invalid")


def test_device_authentication_is_left_out():
    bare = made.text(made.issuer_signed())
    assert passes(bare, TRUSTING, HolderBinding.IF_PRESENT)
    assert fails_with(bare, "holder.proof_missing")


def test_no_transcript_to_compare_with_is_no_proof():
    assert undecided_by(made.response(), "mdoc.transcript_missing", session_transcript=None)


def test_the_holders_own_age_in_the_issuers_place():
    added = made.embedded({made.NAMESPACE: {"age_over_21": True}})
    document = made.response(device=made.device_signed(added))
    assert fails_with(document, "mdoc.device_unauthorised")


# --- the device's MAC ----------------------------------------------------------------------------
IN_PROXIMITY = {"session_transcript": made.PROXIMITY, "reader_key": made.READER}


def by_mac(auth=None, **device):
    return made.response(device=made.device_signed(auth=auth or made.device_mac(**device)))


def test_a_mac_needs_the_readers_key_and_its_session():
    assert passes(by_mac(), **IN_PROXIMITY)
    assert undecided_by(by_mac(), "mdoc.device_mac", session_transcript=made.PROXIMITY)
    alone = {"session_transcript": None, "reader_key": made.READER}
    assert undecided_by(by_mac(), "mdoc.transcript_missing", **alone)


def test_a_mac_of_somebody_elses_session_or_device():
    other = AgreementKey.from_seed("another reader")
    for forged in (
        by_mac(device="thief"),
        by_mac(reader=other),
        by_mac(transcript=made.TRANSCRIPT),
        by_mac(doctype="org.example.diplomat"),
    ):
        assert fails_with(forged, "crypto.mac_invalid", **IN_PROXIMITY)
    asked_by_another = {**IN_PROXIMITY, "reader_key": other}
    assert fails_with(by_mac(), "crypto.mac_invalid", **asked_by_another)


def test_a_mac_cut_short_or_altered():
    head, bare, payload, tag = made.device_mac()["deviceMac"]
    assert passes(by_mac({"deviceMac": [head, bare, payload, tag]}), **IN_PROXIMITY)
    for other in (b"", tag[:8], tag[:16], tag[:31], tag + b"\0", bytes(32), tag[::-1]):
        forged = by_mac({"deviceMac": [head, bare, payload, other]})
        assert fails_with(forged, "crypto.mac_invalid", **IN_PROXIMITY)


@pytest.mark.parametrize(
    ("protected", "code"),
    [
        ({1: 4}, "crypto.algorithm_unknown"),
        ({1: 6}, "crypto.algorithm_unknown"),
        ({1: -7}, "crypto.algorithm_unknown"),
        ({1: "HS256"}, "crypto.algorithm_unknown"),
        ({1: 5.0}, "crypto.algorithm_unknown"),
        ({}, "cose.alg_missing"),
        ({1: 5, 2: [99], 99: 1}, "cose.crit_unknown"),
    ],
)
def test_a_mac_chooses_its_own_algorithm(protected, code):
    assert fails_with(by_mac(protected=protected), code, **IN_PROXIMITY)


def test_a_mac_of_another_shape():
    head, bare, payload, tag = made.device_mac()["deviceMac"]
    endless_head = b"\xbf" + head[1:] + b"\xff"
    for mac, code in (
        ([b"", {1: 5}, payload, tag], "cose.alg_unprotected"),
        ([head, bare, b"", tag], "cose.attached_payload"),
        ([head, bare, payload], "cose.structure"),
        ([head, bare, payload, "tag"], "cose.structure"),
        ([endless_head, bare, payload, tag], "mdoc.encoding"),
        (None, "cose.structure"),
    ):
        assert fails_with(by_mac({"deviceMac": mac}), code, **IN_PROXIMITY)


def test_a_signature_passed_off_as_a_mac_and_the_other_way_round():
    signature, mac = made.device_auth()["deviceSignature"], made.device_mac()["deviceMac"]
    swapped = by_mac({"deviceMac": signature})
    assert fails_with(swapped, "crypto.algorithm_unknown", **IN_PROXIMITY)
    swapped = by_mac({"deviceSignature": mac})
    assert fails_with(swapped, "crypto.algorithm_symmetric", **IN_PROXIMITY)


def test_a_mac_by_a_key_on_another_curve_is_neither_good_nor_bad():
    other = SigningKey.from_seed("TEST-ONLY device P-384", KeyType.P384).verification_key.jwk()
    point = {1: 2, -1: 2, **{n: base64url.decode(other[m]) for n, m in ((-2, "x"), (-3, "y"))}}
    signed = made.issuer_signed(deviceKeyInfo={"deviceKey": point})
    document = made.response(signed, device=made.device_signed(auth=made.device_mac()))
    assert undecided_by(document, "mdoc.device_mac_curve", **IN_PROXIMITY)


def test_a_mac_hides_no_fault_of_the_issuers_part():
    entries = made.items()
    entries[0] = made.item(0, "family_name", "TEST-ONLY Somebody Else")
    forged = made.issuer_signed(shown={made.NAMESPACE: entries})
    device = made.device_signed(auth=made.device_mac())
    assert fails_with(made.response(forged, device=device), "digest.mismatch", **IN_PROXIMITY)


def test_an_indefinite_length_in_the_devices_signature():
    head, *rest = made.device_auth()["deviceSignature"]
    document = by_mac({"deviceSignature": [b"\xbf" + head[1:] + b"\xff", *rest]})
    assert fails_with(document, "mdoc.encoding")


# --- several -------------------------------------------------------------------------------------
def test_two_documents_where_one_is_judged():
    one = made.response()["documents"][0]
    assert fails_with(made.response(documents=[one, one]), "mdoc.structure")
    bad = {**one, "docType": "org.example.diplomat"}
    for pair in ([one, bad], [bad, one]):
        with pytest.raises(NotVerified):
            TRUSTING.require(made.text(made.response(documents=pair)), asked())


# --- octets --------------------------------------------------------------------------------------
def test_a_member_twice():
    data = cbor.dumps(made.response())
    assert data[:1] == b"\xa3"
    twice = b"\xa4" + data[1:] + cbor.dumps("version") + cbor.dumps("1.0")
    assert fails_with(made.text(twice), "cbor.duplicate_key")


def test_octets_behind_the_end():
    data = base64url.decode(made.text(made.response()))
    assert passes(data)
    assert fails_with(data + b"\x00", "mdoc.structure")


def endless(octets):
    """The same map with an indefinite length (RFC 8949, 3.2.2)."""
    assert 0xA0 <= octets[0] < 0xB8
    return b"\xbf" + octets[1:] + b"\xff"


def test_indefinite_lengths():
    """Two readers could cut other octets out of them to digest (RFC 8949, 4.2.1)."""
    assert fails_with(made.text(endless(cbor.dumps(made.response()))), "mdoc.encoding")
    first, *others = made.items()
    assert passes(made.response(made.issuer_signed([first, *others])))
    chunked = [made.embedded(endless(first.value)), *others]
    assert fails_with(made.response(made.issuer_signed(chunked)), "mdoc.encoding")
    signed = cbor.dumps(made.security_object(made.items()))
    for mso, good in ((signed, True), (endless(signed), False)):
        auth = made.issuer_auth(cbor.dumps(made.embedded(mso)))
        document = made.response(made.issuer_signed(auth=auth))
        assert passes(document) is good
        assert fails_with(document, "mdoc.encoding") is not good


def test_lengths_longer_than_they_need_be():
    first, *others = made.items()
    name = cbor.dumps("digestID")
    longer = first.value.replace(name, b"\x78\x08digestID")
    assert longer != first.value
    assert cbor.loads(longer) == cbor.loads(first.value)
    document = made.response(made.issuer_signed([made.embedded(longer), *others]))
    assert fails_with(document, "mdoc.encoding")


@pytest.mark.parametrize("head", [b"\x9b", b"\xbb", b"\x5b", b"\x7b"])
def test_a_length_of_exabytes(head):
    version = b"\xa3" + cbor.dumps("documents") + head + b"\x7f" + b"\xff" * 7
    assert fails_with(made.text(version), "cbor.truncated", format="mdoc")


def test_deep_nesting():
    name = cbor.dumps("documents")
    data = cbor.dumps(made.response(documents=[]))
    deep = data.replace(name + b"\x80", name + b"\x81" * 50_000 + b"\x80")
    assert fails_with(made.text(deep), "cbor.too_deep", format="mdoc")


def test_an_item_in_another_tag():
    first, *others = made.items()
    assert fails_with(shown([Tagged(23, first.value), *others]), "mdoc.encoded_cbor")


# --- privacy -------------------------------------------------------------------------------------
def test_no_element_in_any_verdict():
    old = made.validity(validUntil=made.date(NOW - DAY))
    for document in (
        made.response(),
        by_device(signer=THIEF),
        made.response(made.issuer_signed(validityInfo=old)),
    ):
        said = json.dumps(TRUSTING.evaluate(made.text(document), asked()).as_json())
        assert "Jaidee" not in said
        assert "TEST-ONLY-0001" not in said
