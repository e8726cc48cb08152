"""Attacks on CWT QR codes, end to end: each test is named for its attack and has its good twin."""

import time
import tracemalloc
import zlib

import pytest

from defa_trust.codec import base45, cbor
from defa_trust.crypto import KeyType
from defa_trust.formats import hcert
from defa_trust.request import Profile
from defa_trust.signing_crypto import SigningKey
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.build import jwk_identity, service, snapshot, trust_list, world
from tests.cose_samples import (
    CLAIMS,
    DAY,
    HEADER,
    KEY,
    KID,
    NOW,
    OTHER,
    claims,
    code,
    message,
    parts,
    refused,
    request,
    text,
)

ATTACKER = SigningKey.from_seed("TEST-ONLY cwt attacker", KeyType.P256)
VERIFIER = Verifier(world(KEY))


def judged(data, verifier=VERIFIER, *profiles, at=NOW, **more):
    report = verifier.evaluate(data, request(*profiles, at=at, **more))
    verdict = report.verdict
    codes = [finding.code.id for finding in verdict.problems]
    return verdict.validity.indication is Indication.TOTAL_PASSED, codes


def passes(data, verifier=VERIFIER, *profiles, **more):
    return judged(data, verifier, *profiles, **more)[0]


def fails_with(data, code_id, verifier=VERIFIER, *profiles, **more):
    passed, codes = judged(data, verifier, *profiles, **more)
    return not passed and code_id in codes


def two_states(of_th, of_my):
    """TH and MY, each with keys of its own."""
    return Verifier(
        snapshot(
            trust_list("TH", (service("TH", of_th, ()),)),
            trust_list("MY", (service("MY", of_my, ()),)),
        )
    )


def test_the_good_twin_passes():
    assert passes(code())


# --- container -----------------------------------------------------------------------------------
def test_zlib_bomb_costs_its_cap():
    """2.7 KB of code that would inflate to 2.7 MB."""
    packed = zlib.compress(bytes(2_700_000), 9)
    data = ("HC1:" + base45.encode(packed)).encode()
    assert len(data) <= hcert.MAX_TEXT
    tracemalloc.start()
    begun = time.perf_counter()
    assert refused(data) == "zlib.too_large"
    elapsed = time.perf_counter() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8 * hcert.MAX_INFLATED_BYTES
    assert elapsed < 1.0
    assert fails_with(data, "zlib.too_large")


def test_zlib_bomb_in_a_bomb():
    inner = zlib.compress(bytes(60_000), 9)
    assert refused(text(inner)).startswith("cbor.")


def test_no_zlib_profile_is_not_the_zlib_profile():
    bare = ("HC1:" + base45.encode(message())).encode()
    assert fails_with(bare, "hcert.not_compressed")
    assert passes(bare, VERIFIER, Profile.HCERT_UNCOMPRESSED)


def test_second_stream_hidden_behind_the_first():
    packed = zlib.compress(message()) + zlib.compress(message(key=ATTACKER))
    assert refused(("HC1:" + base45.encode(packed)).encode()) == "zlib.trailing"


def test_second_message_hidden_behind_the_first():
    assert refused(text(message() + message(key=ATTACKER))) == "cbor.trailing"


def test_another_version_is_not_read_as_this_one():
    assert fails_with(text(message(), "HC2:"), "hcert.context")


def test_very_long_text_is_refused_before_it_is_decoded():
    data = b"HC1:" + b"ABC" * 300_000
    begun = time.perf_counter()
    assert refused(data) == "hcert.too_long"
    assert time.perf_counter() - begun < 0.1


# --- kid -----------------------------------------------------------------------------------------
def test_kid_in_the_unprotected_header_only():
    assert passes(code(protected={1: -7}, unprotected={4: KID}))
    assert fails_with(code(protected={1: -7}, unprotected={4: b"foo"}), "resolve.key_unknown")


def test_kid_in_both_headers_disagreeing():
    """Anybody can add an unprotected `kid`: it neither saves a wrong one nor harms a right one."""
    assert passes(code(unprotected={4: b"foo"}))
    wrong = {1: -7, 4: b"foo"}
    assert fails_with(code(protected=wrong, unprotected={4: KID}), "resolve.key_unknown")


def test_kid_absent_is_not_try_all_keys():
    assert fails_with(code(protected={1: -7}), "resolve.no_hint")


def test_kid_of_eight_bytes_shared_by_two_states():
    """The `kid` is a hint: the state named in `iss` decides whose key it is."""
    shared = "kid-8byt"
    both = two_states([jwk_identity(KEY, shared)], [jwk_identity(OTHER, shared)])
    header = {1: -7, 4: shared.encode()}
    assert passes(code(protected=header), both)
    assert fails_with(code(protected=header, key=OTHER), "crypto.signature_invalid", both)
    of_my = claims({1: "MY"})
    assert passes(code(payload=of_my, protected=header, key=OTHER), both)


def test_kid_shared_within_a_state_tries_each():
    shared = "kid-8byt"
    state = Verifier(
        snapshot(
            trust_list(
                "TH",
                (service("TH", [jwk_identity(OTHER, shared), jwk_identity(KEY, shared)], ()),),
            )
        )
    )
    header = {1: -7, 4: shared.encode()}
    assert passes(code(protected=header), state)
    assert fails_with(code(protected=header, key=ATTACKER), "crypto.signature_invalid", state)


def test_issuer_by_name_uses_its_own_keys_only():
    """`iss` is a name, as some states write it: a `kid` of another issuer there does not fit."""
    name = "TEST-ONLY ministry"
    state = Verifier(
        snapshot(
            trust_list(
                "TH",
                (
                    service("TH", [jwk_identity(KEY, "one")], (name,)),
                    service("TH", [jwk_identity(OTHER, "two")], ("another",), id="TEST-ONLY-TH-2"),
                ),
            )
        )
    )
    payload = claims({1: name})
    assert passes(code(payload=payload), state)
    header = {1: -7, 4: OTHER.verification_key.thumbprint[:8]}
    data = code(payload=payload, protected=header, key=OTHER)
    assert fails_with(data, "resolve.key_unknown", state)
    assert passes(code(payload=claims({1: "another"}), protected=header, key=OTHER), state)


def test_certificate_in_the_message_is_no_anchor():
    der = b"\x30\x03\x02\x01\x01"
    for bucket in ({"protected": {**HEADER, 33: der}}, {"unprotected": {33: der}}):
        assert not passes(code(key=ATTACKER, **bucket))


# --- state and time ------------------------------------------------------------------------------
def test_issuer_claim_of_another_state():
    both = two_states([jwk_identity(OTHER)], [jwk_identity(KEY)])
    assert passes(code(payload=claims({1: "MY"})), both)
    assert fails_with(code(payload=claims({1: "TH"})), "resolve.key_unknown", both)


def test_issuer_claim_of_a_state_without_list():
    assert fails_with(code(payload=claims({1: "SG"})), "resolve.territory_unknown")


def test_expired_to_the_second():
    data = code(payload=claims({4: NOW}))
    assert passes(data, at=NOW - 1)
    assert fails_with(data, "time.expired", at=NOW)


def test_fraction_of_a_second_buys_no_time():
    data = code(payload=claims({4: NOW + 0.999}))
    assert passes(data, at=NOW - 1)
    assert fails_with(data, "time.expired", at=NOW)


def test_from_the_future():
    data = code(payload=claims({6: NOW + DAY}))
    assert fails_with(data, "time.issued_in_the_future")
    assert passes(data, at=NOW + DAY)
    data = code(payload=claims({5: NOW + DAY}))
    assert fails_with(data, "time.not_yet_valid")
    assert passes(data, at=NOW + DAY)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), "9999999999", (NOW + DAY) * 1000])
def test_expiry_that_never_comes(value):
    assert fails_with(code(payload=claims({4: value})), "cwt.date")


def test_cwt_for_another_verifier():
    data = code(payload=claims({3: "https://other.test.example"}))
    assert not passes(data)
    assert passes(data, audience="https://other.test.example")


# --- algorithm -----------------------------------------------------------------------------------
def test_algorithm_in_the_unprotected_header():
    assert fails_with(code(protected={4: KID}, unprotected={1: -7}), "cose.alg_unprotected")
    assert fails_with(code(protected=b"", unprotected=HEADER), "cose.alg_unprotected")


def test_algorithm_replaced_in_the_unprotected_header():
    assert fails_with(code(unprotected={1: -37}), "cose.duplicate_label")


@pytest.mark.parametrize("alg", [-37, -257, -35, -8])
def test_algorithm_of_another_key_type(alg):
    """RSA-PSS and ES256 both occur: the listed key decides, never the message."""
    assert fails_with(code(protected={1: alg, 4: KID}), "crypto.key_type_mismatch")


def test_mac_with_the_public_key():
    assert fails_with(code(protected={1: 5, 4: KID}), "crypto.algorithm_symmetric")


def test_der_signature_instead_of_raw():
    head, unprotected, payload, signature = parts()
    r, s = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
    body = b"".join(
        b"\x02" + bytes((len(raw),)) + raw
        for raw in (n.to_bytes(n.bit_length() // 8 + 1, "big") for n in (r, s))
    )
    der = b"\x30" + bytes((len(body),)) + body
    data = text(cbor.dumps(cbor.Tagged(18, [head, unprotected, payload, der])))
    assert fails_with(data, "crypto.signature_encoding")


def test_signature_of_a_multi_signer_message():
    """Its signatures cover the context "Signature", which is not that of a COSE_Sign1."""
    head, unprotected, payload, _ = parts()
    other = KEY.sign("ES256", cbor.dumps(["Signature", head, b"", b"", payload]))
    data = text(cbor.dumps(cbor.Tagged(18, [head, unprotected, payload, other])))
    assert fails_with(data, "crypto.signature_invalid")


def test_critical_parameter_ignored():
    header = {**HEADER, 2: [-70000], -70000: 1}
    assert fails_with(code(protected=header), "cose.crit_unknown")
    assert passes(code(protected={**HEADER, -70000: 1}))


# --- encoding ------------------------------------------------------------------------------------
def test_re_encoding_is_not_what_was_signed():
    """Same claims, other bytes: the signature covers the original ones."""
    head, unprotected, payload, signature = parts()
    longer = b"\xbf" + payload[1:] + b"\xff"
    assert cbor.loads(longer) == cbor.loads(payload)
    data = text(cbor.dumps(cbor.Tagged(18, [head, unprotected, longer, signature])))
    assert fails_with(data, "crypto.signature_invalid")
    assert passes(code(payload=longer))


def test_protected_header_re_encoded():
    unsorted = b"\xa2" + cbor.dumps(4) + cbor.dumps(KID) + cbor.dumps(1) + cbor.dumps(-7)
    _, unprotected, payload, signature = parts()
    data = text(cbor.dumps(cbor.Tagged(18, [unsorted, unprotected, payload, signature])))
    assert fails_with(data, "crypto.signature_invalid")
    assert passes(code(protected=unsorted))


@pytest.mark.parametrize("label", [1, 4, 6, -260])
def test_claim_twice(label):
    """One reader takes the first, another the last."""
    body = cbor.dumps(CLAIMS)
    twice = b"\xa5" + body[1:] + cbor.dumps(label) + cbor.dumps(CLAIMS[label])
    assert fails_with(code(payload=twice), "cbor.duplicate_key")


def test_claim_twice_by_a_longer_integer():
    """4 written in one byte and in three is one key."""
    body = cbor.dumps(CLAIMS)
    twice = b"\xa5" + body[1:] + b"\x19\x00\x04" + cbor.dumps(NOW + 900 * DAY)
    assert fails_with(code(payload=twice), "cbor.duplicate_key")


def test_claim_twice_by_number_and_name():
    assert fails_with(code(payload=claims({"exp": NOW + 900 * DAY})), "cwt.claim_name")


def test_claim_twice_within_the_certificate():
    inner = cbor.dumps(CLAIMS[-260][1])
    twice = b"\xa5" + inner[1:] + cbor.dumps("dob") + cbor.dumps("2000-01-01")
    payload = cbor.dumps({label: CLAIMS[label] for label in (1, 4, 6)})
    body = b"\xa4" + payload[1:] + cbor.dumps(-260) + b"\xa1\x01" + twice
    assert fails_with(code(payload=body), "cbor.duplicate_key")


def test_deep_nesting():
    for depth in (100, 20_000):
        nested = b"\x81" * depth + b"\x00"
        body = b"\xa5" + cbor.dumps(CLAIMS)[1:] + b"\x19\x30\x39" + nested
        assert fails_with(code(payload=body), "cbor.too_deep")


@pytest.mark.parametrize(
    "head", [b"\x9b" + b"\x7f" * 8, b"\x5b" + b"\xff" * 8, b"\xbb" + b"\xff" * 8]
)
def test_declared_length_of_exabytes(head):
    tracemalloc.start()
    assert refused(text(b"\xd2\x84\x41\xa0\xa0" + head)) == "cbor.truncated"
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def test_payload_swapped_for_nothing():
    head, unprotected, _, signature = parts()
    data = text(cbor.dumps(cbor.Tagged(18, [head, unprotected, None, signature])))
    assert fails_with(data, "cose.detached_payload")


# --- key usage -----------------------------------------------------------------------------------
def test_two_certificates_in_one_code():
    both = {1: {**CLAIMS[-260][1], "t": [{"ci": "URN:UVCI:TEST-ONLY"}]}}
    assert fails_with(code(payload=claims({-260: both})), "hcert.group")


def test_service_for_tests_signs_a_vaccination():
    for types, expected in ((("hcert:v",), True), (("hcert:t",), False)):
        verifier = Verifier(world(KEY, credential_types=types))
        assert passes(code(), verifier) is expected


def test_status_that_was_never_looked_up():
    """A credential that can be revoked does not pass offline without an answer."""
    claim = {65535: {"status_list": {"idx": 7, "uri": "https://status.test.example/1"}}}
    assert not passes(code(payload=claims(claim)))
