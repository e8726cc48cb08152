"""Stored verdicts: which stand, which fall, and of which it cannot be told."""

import json
from hashlib import sha256

import pytest

from defa_trust.demo.region import build_region
from defa_trust.evidence import record
from defa_trust.impact import Effect, stored_verdict
from defa_trust.recognition.impact import Event, Reason, find_service
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier
from tests.build import DAY

REGION = build_region()
SNAPSHOT = REGION.snapshot()
SERVICE = find_service(SNAPSHOT, "TEST-ONLY Identity Issuer of Thailand")
SAMPLE = REGION.sample("th-vc-jwt-good.txt").data
ON = REGION.at + 10 * DAY
BEFORE, AFTER = REGION.at, REGION.at + 20 * DAY


def verified(at, receiving="SG", data=SAMPLE):
    request = Request(receiving, HolderBinding.IF_PRESENT, at=at)
    verifier = Verifier(SNAPSHOT)
    return request, verifier, verifier.evaluate(data, request)


def bundle(at, receiving="SG", data=SAMPLE):
    request, verifier, report = verified(at, receiving, data)
    return record(
        data, request, report, verifier, pins=REGION.pins, documents=REGION.documents,
        accepted_at=REGION.at,
    )  # fmt: skip


def report(at, receiving="SG", data=SAMPLE):
    return json.dumps(verified(at, receiving, data)[2].as_json()).encode()


def judge(data, reason, on=ON, proofs=None, pins=None):
    event = Event("TH", SERVICE.id, reason, on)
    pins = REGION.pins if pins is None else pins
    return stored_verdict("x", data, event, SNAPSHOT, pins=pins, proofs=proofs or {})


@pytest.mark.parametrize(
    ("at", "reason", "effect", "now"),
    [
        (BEFORE, Reason.WITHDRAWN, Effect.STANDS, (0, None)),
        (AFTER, Reason.WITHDRAWN, Effect.FALLS, (3, "service.not_granted")),
        (BEFORE, Reason.COMPROMISED, Effect.FALLS, (3, "service.not_granted")),
        (AFTER, Reason.COMPROMISED, Effect.FALLS, (3, "service.not_granted")),
        (BEFORE, Reason.SUNSET, Effect.STANDS, (0, None)),
        (AFTER, Reason.SUNSET, Effect.FALLS, (1, "recognition.status_not_accepted")),
    ],
)
def test_a_bundle_is_judged_again(at, reason, effect, now):
    found = judge(bundle(at), reason)
    assert (found.effect, found.was, found.now) == (effect, (0, None), now)
    assert found.digest == sha256(SAMPLE).hexdigest()


@pytest.mark.parametrize(
    ("at", "reason", "effect"),
    [
        (BEFORE, Reason.WITHDRAWN, Effect.STANDS),
        (AFTER, Reason.WITHDRAWN, Effect.FALLS),
        (BEFORE, Reason.COMPROMISED, Effect.FALLS),
        (AFTER, Reason.COMPROMISED, Effect.FALLS),
        (BEFORE, Reason.SUNSET, Effect.STANDS),
        (AFTER, Reason.SUNSET, Effect.OPEN),
    ],
)
def test_a_report_says_what_follows_from_its_own_facts(at, reason, effect):
    assert judge(report(at), reason).effect is effect


@pytest.mark.parametrize("make", [bundle, report])
@pytest.mark.parametrize("reason", list(Reason))
def test_a_proof_of_existence_before_the_end_keeps_it_away(make, reason):
    digest = sha256(SAMPLE).hexdigest()
    for moment, effect in ((ON - 1, Effect.STANDS), (ON, None), (ON + DAY, None)):
        found = judge(make(AFTER), reason, proofs={digest: moment})
        expected = judge(make(AFTER), reason).effect if effect is None else effect
        assert found.effect is expected
    assert judge(make(AFTER), reason, proofs={"00" * 32: ON - 1}).effect is not Effect.STANDS


@pytest.mark.parametrize("make", [bundle, report])
def test_a_verdict_on_another_service_stays_apart(make):
    other = REGION.sample("sg-hcert-good.txt").data
    found = judge(make(BEFORE, "TH", other), Reason.COMPROMISED)
    assert found.effect is Effect.APART


@pytest.mark.parametrize("make", [bundle, report])
def test_what_granted_nothing_cannot_fall(make):
    found = judge(make(BEFORE, "MY"), Reason.COMPROMISED)
    assert found.effect in (Effect.CHANGES, Effect.STANDS)
    assert found.was == (1, "recognition.no_arrangement")


def test_a_bundle_that_trusts_strangers_proves_nothing():
    found = judge(bundle(BEFORE), Reason.WITHDRAWN, pins=())
    assert (found.effect, found.now) == (Effect.OPEN, None)


def test_a_bundle_whose_lists_were_touched_proves_nothing():
    shape = json.loads(bundle(BEFORE))
    shape["lists"][0]["document"] = shape["lists"][1]["document"]
    found = judge(json.dumps(shape).encode(), Reason.WITHDRAWN)
    assert found.effect is Effect.OPEN


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b"\xff",
        b'{"kind": "defa-trust-evidence"}',
        b'{"version": 1, "at": 1, "verdicts": []}',
        b'{"a": 1, "a": 2}',
        b"[" * 5000,
    ],
)
def test_whatever_else_it_is_never_stands_and_never_raises(data):
    for reason in Reason:
        found = judge(data, reason)
        assert (found.effect, found.was, found.now) == (Effect.OPEN, None, None)
        assert found.as_json()["effect"] == "open"


def test_no_claim_of_a_person_is_shown():
    shown = json.dumps([judge(make(BEFORE), Reason.COMPROMISED).as_json()
                        for make in (bundle, report)])  # fmt: skip
    assert "Somchai" not in shown
    assert "TEST-ONLY" not in shown
