"""The end of a CA or of a TSA, and stored verdicts on signatures: which stand, which fall."""

import json

import pytest

from defa_trust import publish
from defa_trust.evidence import record
from defa_trust.impact import Effect, stored_verdict
from defa_trust.recognition.impact import Event, Reason, impact
from defa_trust.recognition.matrix import Question
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.accept import Pin
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.model import ListType, Status
from defa_trust.verify import Verifier
from tests import signed_lists as lists
from tests.build import DAY, NOW
from tests.cms_samples import ROOT, TSA, cades, clock, evidence

CA_ID, TSA_ID = "urn:test:vn:1", "urn:test:vn:2"
STAMPED = NOW - 2 * DAY + 60
WITHDRAWN, COMPROMISED = Reason.WITHDRAWN, Reason.COMPROMISED


def listed(certificate, type, number, **more):
    identity = publish.certificate_identity(certificate)
    return lists.service("VN", number, type=type, identity=identity, **more)


def world(**of_ca):
    services = [
        listed(ROOT.certificate, SVC_CA_PKC, 1, **of_ca),
        listed(TSA.certificate, SVC_TSA, 2),
    ]
    member = lists.member_document("VN", entities=[lists.entity("VN", *services)])
    given = lists.arrangement("SG", "VN", service_types=[(SVC_CA_PKC, SVC_CA_PKC)])
    documents = {
        (ListType.MEMBER_STATE, "VN"): lists.signed(member),
        (ListType.RECOGNITION, "SG"): lists.signed(
            lists.recognition_document("SG", arrangements=[given])
        ),
    }
    pins = Pins(Pin(*place, (lists.operator(place[1])[1],), None) for place in documents)
    return pins, documents, assemble(pins, documents, now=NOW).snapshot()


GONE = {
    "since": NOW - DAY - 3600,
    "status": Status.WITHDRAWN,
    "history": [(Status.GRANTED, NOW - 300 * DAY)],
}
"""A CA that was withdrawn between the time-stamp and the verdict."""


def stored(*, stamped=True, as_report=False, **of_ca):
    pins, documents, snapshot = world(**of_ca)
    verifier = Verifier(snapshot, clock=lambda: NOW)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
    data = cades(timestamps=clock(STAMPED)) if stamped else cades()
    report = verifier.evaluate(data, request, evidence())
    assert report.exit_code.value == 0, report.verdict.reason
    if as_report:
        return json.dumps(report.as_json()).encode()
    return record(
        data, request, report, verifier, pins=pins, documents=documents, evidence=evidence()
    )


def judge(data, service, reason, on, **of_ca):
    pins, _, snapshot = world(**of_ca)
    event = Event("VN", service, reason, on)
    return stored_verdict("x", data, event, snapshot, pins=pins, proofs={})


@pytest.mark.parametrize("reason", [WITHDRAWN, COMPROMISED])
def test_the_end_of_a_ca_closes_its_corridor(reason):
    found = impact(world()[2], Question(NOW), Event("VN", CA_ID, reason, NOW))
    closing = {(c.issuing, c.receiving) for c in found.closing}
    assert closing == {("VN", "SG")}
    assert bool(found.past) is (reason is COMPROMISED)


@pytest.mark.parametrize(
    ("stamped", "reason", "on", "effect"),
    [
        # Judged before the end: a withdrawal does not reach back, a compromise does.
        (False, WITHDRAWN, NOW + DAY, Effect.STANDS),
        (False, COMPROMISED, NOW + DAY, Effect.FALLS),
        # Judged after it: only a proof that the signature is older helps, to the second.
        (False, WITHDRAWN, NOW - DAY // 2, Effect.FALLS),
        (False, COMPROMISED, NOW - DAY // 2, Effect.FALLS),
        (True, WITHDRAWN, STAMPED + 2, Effect.STANDS),
        (True, COMPROMISED, STAMPED + 2, Effect.STANDS),
        (True, WITHDRAWN, STAMPED, Effect.FALLS),
        (True, COMPROMISED, STAMPED, Effect.FALLS),
        (True, COMPROMISED, NOW + DAY, Effect.STANDS),
    ],
)
def test_a_signature_stands_where_it_is_proven_to_be_older(stamped, reason, on, effect):
    found = judge(stored(stamped=stamped), CA_ID, reason, on)
    assert (found.effect, found.was) == (effect, (0, None))
    assert (found.now == found.was) is (effect is Effect.STANDS)


def test_what_leaned_on_the_time_stamp_falls_with_a_compromised_tsa():
    """The CA was withdrawn since: only the time-stamp keeps the signature."""
    kept = stored(**GONE)
    fallen = judge(kept, TSA_ID, COMPROMISED, NOW + DAY, **GONE)
    assert (fallen.effect, fallen.was[0]) == (Effect.FALLS, 0)
    assert fallen.why == "it leaned on a time-stamp of that service"
    stands = judge(kept, TSA_ID, WITHDRAWN, NOW + DAY, **GONE)
    assert stands.effect is Effect.STANDS
    assert stands.why == "judged before, and this end does not reach back"


def test_what_does_not_lean_on_the_time_stamp_stands():
    found = judge(stored(), TSA_ID, COMPROMISED, NOW + DAY)
    assert found.effect is Effect.STANDS
    assert found.why == "it does not lean on the time-stamp of that service"


def test_a_signature_without_time_stamp_stands_apart_from_the_tsa():
    assert judge(stored(stamped=False), TSA_ID, COMPROMISED, NOW).effect is Effect.APART


@pytest.mark.parametrize(
    ("stamped", "service", "reason", "on", "effect"),
    [
        (False, CA_ID, WITHDRAWN, NOW + DAY, Effect.STANDS),
        (False, CA_ID, COMPROMISED, NOW + DAY, Effect.FALLS),
        (True, CA_ID, WITHDRAWN, NOW + DAY, Effect.STANDS),
        (True, CA_ID, COMPROMISED, NOW + DAY, Effect.OPEN),
        (True, CA_ID, WITHDRAWN, NOW, Effect.OPEN),
        (True, TSA_ID, COMPROMISED, NOW + DAY, Effect.OPEN),
        (False, TSA_ID, COMPROMISED, NOW + DAY, Effect.APART),
    ],
)
def test_a_report_does_not_decide_what_hangs_on_a_time_stamp(stamped, service, reason, on, effect):
    data = stored(stamped=stamped, as_report=True)
    assert judge(data, service, reason, on).effect is effect
