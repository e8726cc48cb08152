"""Attacks with evidence bundles: who writes one chooses more than the pins."""

import pytest

from defa_trust.codec import json as strict_json
from defa_trust.errors import Rejection
from defa_trust.evidence import record, replay
from defa_trust.policy import UncheckedStatus, VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.verdict import RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import jwk_identity, key, vc_jwt
from tests.signed_lists import (
    DAY,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    arrangement,
    entity,
    member_document,
    pin,
    publish,
    recognition_document,
    service,
    signed,
)
from tests.unit.test_evidence import REGION, bundle, changed

URL = "https://issuer1.th.test.example/jwks"
ISSUER = "https://issuer1.th.test.example"


def lists(identity):
    listed = service(identity=identity, issuer_ids=[ISSUER])
    return {
        (MEMBER, "TH"): signed(member_document(entities=[entity("TH", listed)])),
        (RECOGNITION, "SG"): signed(recognition_document(arrangements=[arrangement("SG", "TH")])),
    }


def made(signer, *, identity, at=NOW, policy=None, keys=None, **request):
    documents = lists(identity)
    pins = Pins([pin(MEMBER, "TH"), pin(RECOGNITION, "SG")])
    trust = assemble(pins, documents, now=NOW).snapshot()
    if keys is not None:
        trust = trust.with_key_set(URL, keys)
    asked = Request("SG", HolderBinding.IF_PRESENT, at=at, **request)
    token = vc_jwt(signer, issuer=ISSUER)
    verifier = Verifier(trust, policy or VerificationPolicy())
    report = verifier.evaluate(token, asked)
    accepted = {"accepted_at": NOW}
    return record(token, asked, report, verifier, pins=pins, documents=documents, **accepted), pins


LISTED = publish.jwk_identity(key().verification_key, "key-1")


def test_the_honest_bundle_rests_on_its_pins_alone():
    evidence, pins = made(key(), identity=LISTED)
    found = replay(evidence)
    assert found.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert found.same
    assert found.pinned_by(pins)
    assert found.unproved == ()


def test_a_forger_brings_the_key_set_along():
    """The list points to a key set; the bundle says what was published there. Known pins and a
    verdict reached again do not make the forger's key the issuer's."""
    forger = key("forger")
    evidence, pins = made(
        forger, identity=publish.other_identity(f"jwks:{URL}"), keys=(jwk_identity(forger),)
    )
    found = replay(evidence)
    assert found.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert found.same
    assert found.pinned_by(pins)
    assert found.unproved == (f"keySets: nobody signed what was fetched from {URL}",)


def test_a_bundles_own_policy_brings_a_list_back_that_ended():
    later = NEXT + 100 * DAY
    lenient = VerificationPolicy(
        national_list_grace=300 * DAY, unchecked_status=UncheckedStatus.REPORT
    )
    evidence, _ = made(key(), identity=LISTED, at=later, policy=lenient)
    found = replay(evidence)
    assert found.same
    assert found.unproved == (
        "policy: national_list_grace is not the default",
        "policy: unchecked_status is not the default",
    )
    strict, _ = made(key(), identity=LISTED, at=later)
    assert replay(strict).unproved == ()
    assert replay(strict).report.verdict.recognition.outcome is RecognitionOutcome.NOT_EVALUATED


def test_a_bundles_own_patience_with_holder_proofs():
    evidence, _ = made(key(), identity=LISTED, max_proof_age=301)
    assert replay(evidence).unproved == ("request: max_proof_age is longer than the default",)
    short, _ = made(key(), identity=LISTED, max_proof_age=299)
    assert replay(short).unproved == ()


def test_a_bundle_without_pins_agrees_with_nobody():
    evidence, _ = bundle()
    assert replay(evidence).pinned_by(REGION.pins)
    assert not replay(changed(evidence, "pins", value=[])).pinned_by(REGION.pins)


@pytest.mark.parametrize("name", ["", "jwt", "hcert ", "\u0000"])
def test_a_format_of_no_known_name_is_the_bundles_fault(name):
    evidence, _ = bundle()
    with pytest.raises(Rejection) as caught:
        replay(changed(evidence, "request", "format", value=name))
    assert caught.value.code.id == "evidence.malformed"
    named = replay(changed(evidence, "request", "format", value="vc-jwt"))
    assert named.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert strict_json.loads(evidence, max_bytes=len(evidence))["request"]["format"] is None
