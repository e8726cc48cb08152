"""Services that no credential hangs on are seen too: CAs of signatures, TSAs, authorities."""

import pytest

from defa_trust.policy import VerificationPolicy
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.facts import Facts
from defa_trust.recognition.gaps import GapKind, gaps
from defa_trust.recognition.matrix import Question, explain
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_CA_PKC, SVC_PID_ISSUANCE, SVC_TSA
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.trustlist.services import STATUS_URIS
from defa_trust.verdict import TIME_MAX, Interval, RecognitionOutcome
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    YEAR,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
)
from tests.cms_samples import ALICE, ROOT, TSA, authority_service


def world(*services, **of_arrangement):
    types = tuple((one.type, one.type) for one in services)
    given = arrangement("SG", "VN", service_types=types, **of_arrangement)
    return snapshot(trust_list("VN", services), recognition_list("SG", (given,)))


def case_of(offered, **of_arrangement):
    (case,) = explain(world(offered, **of_arrangement), Question(NOW), "VN", "SG").cases
    return case


@pytest.mark.parametrize(
    ("type", "certificate"),
    [
        (SVC_CA_PKC, ROOT.certificate),
        (SVC_TSA, TSA.certificate),
        (SVC_TSA, ROOT.certificate),
        (SVC_PID_ISSUANCE, ROOT.certificate),
    ],
)
def test_a_listed_authority_is_a_key_of_its_service(type, certificate):
    offered = authority_service(certificate, type=type)
    assert case_of(offered).outcome is RecognitionOutcome.RECOGNISED
    assert not [g for g in gaps(world(offered), NOW) if g.kind is GapKind.ANCHOR_MISSING]


@pytest.mark.parametrize(
    ("type", "code"),
    [(SVC_CA_PKC, "signature.no_authority"), (SVC_TSA, "signature.no_authority")],
)
def test_a_bare_key_anchors_no_signature_and_no_time_stamp(type, code):
    offered = service("VN", (jwk_identity(key(), "k"),), (), type=type)
    case = case_of(offered)
    assert (case.outcome, case.reason.code.id) == (RecognitionOutcome.NOT_EVALUATED, code)
    missing = [g.code for g in gaps(world(offered), NOW) if g.kind is GapKind.ANCHOR_MISSING]
    assert missing == [code]


def test_the_certificate_of_an_end_entity_anchors_no_signature():
    case = case_of(authority_service(ALICE.certificate))
    assert case.outcome is RecognitionOutcome.NOT_EVALUATED
    assert case.reason.code.id == "signature.no_authority"


def test_a_signature_is_of_no_type_of_credential():
    """As in a verdict: an arrangement bound to types of credentials says nothing of signatures."""
    case = case_of(
        authority_service(ROOT.certificate), credential_types=frozenset({"urn:test:pid"})
    )
    assert case.outcome is RecognitionOutcome.INDETERMINATE
    assert case.reason.code.id == "recognition.credential_type_not_stated"


# --- the service's status is that of the moment proven -------------------------------------------
WITHDRAWN = STATUS_URIS[Status.WITHDRAWN]
HISTORY = (
    StatusPeriod(Status.WITHDRAWN, WITHDRAWN, Interval(NOW - DAY, TIME_MAX)),
    StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW - DAY)),
)


def answer(trusted, offered, existed, relying="SG"):
    request = Request(relying, HolderBinding.IF_PRESENT, at=NOW)
    status = offered.status_at(NOW)
    facts = Facts(offered, status, (), (), request, VerificationPolicy(), NOW, existed)
    return recognise(facts, trusted)


@pytest.mark.parametrize(
    ("existed", "outcome"),
    [
        (None, RecognitionOutcome.NOT_RECOGNISED),
        (NOW - DAY, RecognitionOutcome.NOT_RECOGNISED),
        (NOW - DAY - 1, RecognitionOutcome.RECOGNISED),
        (NOW - YEAR, RecognitionOutcome.RECOGNISED),
        (NOW - YEAR - 1, RecognitionOutcome.INDETERMINATE),
    ],
)
def test_the_status_is_that_of_the_moment_at_which_the_object_is_proven(existed, outcome):
    offered = authority_service(ROOT.certificate, history=HISTORY)
    trusted = world(offered)
    # In any order, and from what is kept: one proof never answers for another, nor for none.
    for other in (existed, NOW - DAY - 1, None, NOW - YEAR - 1, existed):
        found = answer(trusted, offered, other)
        if other == existed:
            assert found.recognition.outcome is outcome


def test_the_arrangement_is_still_that_of_the_moment_asked_for():
    offered = authority_service(ROOT.certificate, history=HISTORY)
    over = world(offered, interval=Interval(NOW - YEAR, NOW - DAY // 2))
    found = answer(over, offered, NOW - 2 * DAY)
    assert found.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED
    assert "recognition.no_longer_in_force" in {f.code.id for f in found.findings}


def test_what_was_made_in_a_sandbox_stays_a_pilot():
    history = (
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - DAY, TIME_MAX)),
        StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - YEAR, NOW - DAY)),
    )
    offered = authority_service(ROOT.certificate, history=history)
    trusted = world(offered)
    for relying in ("SG", "VN"):
        old = answer(trusted, offered, NOW - 2 * DAY, relying)
        assert old.recognition.outcome is RecognitionOutcome.PILOT
        new = answer(trusted, offered, NOW - DAY, relying)
        assert new.recognition.outcome is RecognitionOutcome.RECOGNISED
