"""A bundle of a detached, time-stamped signature: digests of the content, never the content."""

import base64
import json

import pytest

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.content import Content
from defa_trust.evidence import record, replay
from defa_trust.formats.cades_sign import Placement
from defa_trust.formats.jades_sign import JadesForm, JadesPayload, sign_jades
from defa_trust.formats.sign_common import Detached
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_CA_PKC, SVC_TSA
from defa_trust.trustlist.accept import Pin
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.model import ListType
from defa_trust.verify import Verifier
from tests import signed_lists as lists
from tests.build import DAY, NOW
from tests.cms_samples import ALICE, DOCUMENT, ROOT, TSA, cades, clock, evidence


def listed(certificate, type, number):
    return lists.service(
        "VN", number, type=type, identity=publish.certificate_identity(certificate)
    )


def world():
    services = [listed(ROOT.certificate, SVC_CA_PKC, 1), listed(TSA.certificate, SVC_TSA, 2)]
    member = lists.member_document("VN", entities=[lists.entity("VN", *services)])
    given = lists.arrangement("SG", "VN", service_types=[(SVC_CA_PKC, SVC_CA_PKC)])
    recognition = lists.recognition_document("SG", arrangements=[given])
    documents = {
        (ListType.MEMBER_STATE, "VN"): lists.signed(member),
        (ListType.RECOGNITION, "SG"): lists.signed(recognition),
    }
    pins = Pins(Pin(*place, (lists.operator(place[1])[1],), None) for place in documents)
    return pins, documents


def bundle(content, data=None):
    pins, documents = world()
    verifier = Verifier(assemble(pins, documents, now=NOW).snapshot(), clock=lambda: NOW)
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, content=content)
    if data is None:
        data = cades(placement=Placement.DETACHED, timestamps=clock(NOW - DAY))
    report = verifier.evaluate(data, request, evidence())
    made = record(
        data, request, report, verifier, pins=pins, documents=documents, evidence=evidence()
    )
    return made, report


def test_a_detached_signature_is_replayed_without_its_content():
    made, report = bundle(Content.of(DOCUMENT))
    assert report.exit_code.value == 0
    assert len(report.verdict.nested) == 1
    assert DOCUMENT not in made
    assert base64.b64encode(DOCUMENT)[:-4] not in made
    again = replay(made)
    assert again.same, again.differences
    assert again.report.as_json() == report.as_json()


@pytest.mark.parametrize("payload", [JadesPayload.DETACHED, JadesPayload.BY_URI_HASH])
@pytest.mark.parametrize("encoded", [True, False])
def test_octets_made_from_the_content_are_replayed_by_their_digest(payload, encoded):
    named = Detached("contract.txt", Content.of(DOCUMENT))
    data = sign_jades(
        DOCUMENT if payload is JadesPayload.DETACHED else named, ALICE, payload=payload,
        encoded=encoded, form=JadesForm.FLATTENED, signing_time=NOW - DAY,
        timestamps=clock(NOW - DAY),
    )  # fmt: skip
    made, report = bundle(Content.of(DOCUMENT), data)
    assert report.exit_code.value == 0
    for form in (DOCUMENT, base64.b64encode(DOCUMENT)[:-4], base64url.encode(DOCUMENT).encode()):
        assert form not in made
    again = replay(made)
    assert again.same, again.differences


def test_a_changed_digest_or_nested_verdict_is_named():
    made, _ = bundle(Content.of(DOCUMENT))
    shape = json.loads(made)
    shape["request"]["content"] = {"sha-256": "00" * 32}
    again = replay(strict_json.canonical(shape))
    assert not again.same
    assert again.report.verdict.reason.code.id == "signature.content_changed"
    shape = json.loads(made)
    shape["report"]["verdicts"][0]["nested"][0]["validity"]["indication"] = "INDETERMINATE"
    again = replay(strict_json.canonical(shape))
    assert any("nested" in difference for difference in again.differences)
