"""Attacks on the whole way through, each named for the trap it sets, each with its honest twin.

The twin is ``world()`` with ``vc_jwt()``: it passes and is recognised (first test).
"""

import jwt
import pytest

from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, KeyType
from defa_trust.policy import UncheckedStatus, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import TIME_MAX, Indication, Interval, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.bench.samples import AUDIENCE, NONCE, hcert, hcert_world, sd_jwt, sd_jwt_world
from tests.build import (
    DAY,
    NOW,
    WITHDRAWN_URI,
    YEAR,
    arrangement,
    jwk_identity,
    jws,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
    vc_jwt,
    vc_payload,
    world,
)

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)


def judge(token, trust=None, policy=None, **request):
    verifier = Verifier(trust or world(), policy or VerificationPolicy())
    asked = Request("SG", **{"holder_binding": HolderBinding.IF_PRESENT, "at": NOW, **request})
    return verifier.evaluate(token, asked).verdict


def check_refused(token, code, trust=None, policy=None, **request):
    verdict = judge(token, trust, policy, **request)
    assert verdict.validity.indication is not Indication.TOTAL_PASSED
    assert verdict.recognition.outcome is RecognitionOutcome.NOT_EVALUATED
    assert not hasattr(verdict, "claims")
    assert code in [finding.code.id for finding in verdict.findings], verdict.reason
    return verdict


def test_the_honest_twin_passes():
    verdict = judge(vc_jwt())
    assert verdict.validity.indication is Indication.TOTAL_PASSED
    assert verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert verdict.claims["issuer"] == "https://issuer.th.test.example"


# --- trust -------------------------------------------------------------------------------------
def test_an_empty_anchor_list_is_no_permission():
    check_refused(vc_jwt(), "resolve.no_anchors", TrustSnapshot.build([]))


def test_a_snapshot_of_recognition_lists_alone_trusts_no_key():
    check_refused(
        vc_jwt(), "resolve.no_anchors", snapshot(recognition_list("SG", (arrangement(),)))
    )


def test_a_key_that_the_message_brings_along_is_never_used():
    thief = key("thief")
    header = {"jwk": thief.jwk(), "jku": "https://evil.example/jwks", "kid": "key-1"}
    check_refused(vc_jwt(thief, header), "crypto.signature_invalid")
    check_refused(vc_jwt(thief, {**header, "kid": "thief"}), "resolve.key_unknown")


def test_a_state_cannot_vouch_for_another_states_issuer():
    """Malaysia's listed key signs under a Thai issuer identifier."""
    malaysian = key("my")
    trust = snapshot(
        trust_list("TH", (service("TH", (jwk_identity(key()),)),)),
        trust_list("MY", (service("MY", (jwk_identity(malaysian, "my-1"),), issuer_ids=("x",)),)),
        recognition_list("SG", (arrangement(), arrangement("SG", "MY"))),
    )
    assert judge(vc_jwt(), trust).validity.indication is Indication.TOTAL_PASSED
    check_refused(vc_jwt(malaysian), "crypto.signature_invalid", trust)
    check_refused(vc_jwt(malaysian, {"kid": "my-1"}), "resolve.key_unknown", trust)
    check_refused(vc_jwt(malaysian, {"kid": None}), "crypto.signature_invalid", trust)


def test_an_hcert_of_one_state_under_the_name_of_another():
    verifier, good, request = hcert_world()
    assert verifier.evaluate(good, request).exit_code == 0
    verdict = verifier.evaluate(hcert(**{"1": "MY"}), request).verdict
    assert verdict.validity.indication is not Indication.TOTAL_PASSED


def test_a_withdrawn_service_is_not_trusted_any_more():
    history = (
        StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - DAY, TIME_MAX)),
        StatusPeriod(Status.GRANTED, "g", Interval(NOW - YEAR, NOW - DAY)),
    )
    trust = world(history=history)
    verdict = check_refused(vc_jwt(), "service.not_granted", trust)
    assert verdict.validity.sub_indication == "NO_CERTIFICATE_CHAIN_FOUND_NO_POE"


@pytest.mark.parametrize("status", [Status.SUSPENDED, Status.EXPIRED, Status.WITHDRAWN])
def test_no_status_but_a_granted_one_carries_a_credential(status):
    history = (StatusPeriod(status, "u", Interval(NOW - YEAR, TIME_MAX)),)
    check_refused(vc_jwt(), "service.not_granted", world(history=history))


def test_a_stale_list_is_not_counted_as_verified():
    members = (service("TH", (jwk_identity(key()),)),)
    expired = trust_list("TH", members, next_update=NOW - 10 * DAY)
    trust = snapshot(expired, recognition_list("SG", (arrangement(),)))
    check_refused(vc_jwt(), "list.expired", trust)


# --- JOSE --------------------------------------------------------------------------------------
def forged(header, payload=None, signature=b""):
    head = base64url.encode(strict_json.compact(header))
    body = base64url.encode(strict_json.compact(payload or vc_payload()))
    return f"{head}.{body}.{base64url.encode(signature)}".encode()


def test_alg_none():
    check_refused(forged({"alg": "none", "typ": "vc+jwt", "kid": "key-1"}), "crypto.algorithm_none")


def test_hs256_with_the_public_key_as_secret():
    spki = key().verification_key.spki()
    token = jwt.encode(
        vc_payload(), spki * 2, algorithm="HS256", headers={"kid": "key-1", "typ": "vc+jwt"}
    )
    check_refused(token.encode(), "crypto.algorithm_symmetric")


def test_der_instead_of_raw_signature():
    head, _, signature = vc_jwt().rpartition(b".")
    raw = base64url.decode(signature)
    r, s = int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big")
    der = b"".join(_integer(x) for x in (r, s))
    der = bytes((0x30, len(der))) + der
    check_refused(head + b"." + base64url.encode(der).encode(), "crypto.signature_encoding")


def _integer(value):
    body = value.to_bytes(33, "big").lstrip(b"\0")
    if body[0] & 0x80:
        body = b"\0" + body
    return bytes((2, len(body))) + body


def test_another_type_of_key_under_the_same_kid():
    edwards = key("ed", KeyType.ED25519)
    token = jws(vc_payload(), edwards, {"typ": "vc+jwt"}, "EdDSA")
    assert judge(token, world(edwards)).validity.indication is Indication.TOTAL_PASSED
    check_refused(token, "crypto.key_type_mismatch")


def test_an_unknown_kid_does_not_mean_try_them_all():
    check_refused(vc_jwt(header={"kid": "key-2"}), "resolve.key_unknown")


@pytest.mark.parametrize(
    ("member", "value", "code"),
    [
        ("validUntil", "2026-10-31T23:59:59Z", "time.expired"),
        ("validFrom", "2026-11-02T00:00:00Z", "time.not_yet_valid"),
    ],
)
def test_time_is_checked(member, value, code):
    check_refused(vc_jwt(**{member: value}), code)


def test_a_credential_that_names_a_status_list_nobody_consulted():
    status = {
        "id": "https://status.th.test.example/1#7",
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": "https://status.th.test.example/1",
    }
    token = vc_jwt(credentialStatus=status)
    verdict = check_refused(token, "status.not_checked")
    assert verdict.validity.sub_indication == "TRY_LATER"
    assert [need.kind.value for need in verdict.needs] == ["status_list"]
    report_only = VerificationPolicy(unchecked_status=UncheckedStatus.REPORT)
    assert judge(token, None, report_only).validity.indication is Indication.TOTAL_PASSED


def test_a_type_the_service_may_not_issue():
    trust = world(credential_types=("TestIdentityCredential",))
    assert judge(vc_jwt(), trust).validity.indication is Indication.TOTAL_PASSED
    other = vc_jwt(type=["VerifiableCredential", "TestDrivingLicence"])
    check_refused(other, "resolve.credential_type_out_of_scope", trust)


def test_an_algorithm_past_its_day():
    policy = VerificationPolicy(DEFAULT_ALGORITHM_POLICY.until({"ES256": NOW}))
    verdict = check_refused(vc_jwt(), "crypto.algorithm_expired", None, policy)
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert judge(vc_jwt(), None, policy, at=NOW - 1).validity.indication is Indication.TOTAL_PASSED


# --- holder binding ------------------------------------------------------------------------------
def present(token, code=None, **request):
    verifier, _, _ = sd_jwt_world()
    asked = Request(
        "SG",
        **{
            "holder_binding": HolderBinding.MUST_BE_PRESENT,
            "at": NOW,
            "audience": AUDIENCE,
            "nonce": NONCE,
            **request,
        },
    )
    verdict = verifier.evaluate(token, asked).verdict
    said = [finding.code.id for finding in verdict.findings]
    assert code is None or code in said, said
    return verdict.validity.indication


HELD = sd_jwt(3, key("holder"))


def test_the_honest_presentation_passes():
    assert present(HELD) is Indication.TOTAL_PASSED


def test_a_presentation_replayed_to_another_verifier():
    other = present(HELD, "holder.audience_mismatch", audience="https://other.sg.test.example")
    assert other is Indication.TOTAL_FAILED


def test_a_presentation_replayed_in_another_session():
    assert present(HELD, "holder.nonce_mismatch", nonce="fresh") is Indication.TOTAL_FAILED


def test_a_presentation_replayed_a_day_later():
    assert present(HELD, "holder.proof_too_old", at=NOW + DAY) is Indication.TOTAL_FAILED


def test_a_stolen_credential_without_its_holder():
    bare = HELD.rpartition(b"~")[0] + b"~"
    assert present(bare, "holder.proof_missing") is Indication.TOTAL_FAILED


def test_a_proof_is_not_ignored_because_no_audience_was_given():
    unasked = present(
        HELD,
        "holder.expectation_missing",
        holder_binding=HolderBinding.IF_PRESENT,
        audience=None,
        nonce=None,
    )
    assert unasked is Indication.INDETERMINATE


def test_a_credential_of_a_format_without_binding_fails_where_binding_is_demanded():
    check_refused(vc_jwt(), "holder.proof_missing", holder_binding=HolderBinding.MUST_BE_PRESENT)


def test_a_disclosure_taken_away_after_the_holder_signed():
    parts = HELD.split(b"~")
    assert present(b"~".join([parts[0], *parts[2:]])) is Indication.TOTAL_FAILED


def test_a_disclosure_of_somebody_else():
    parts = HELD.split(b"~")
    foreign = sd_jwt(5).split(b"~")[5]
    assert present(b"~".join([*parts[:-1], foreign, parts[-1]])) is Indication.TOTAL_FAILED
