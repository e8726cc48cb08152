"""Singapore's published health certificates: valid everywhere, recognised where a list says so.

Between the two answers nothing changes but the receiving state's recognition list.
"""

import base64
import json
from dataclasses import replace

import pytest

from defa_trust.formats import hcert
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, TIME_MIN, Indication, Interval, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import (
    DAY,
    GRANTED_URI,
    arrangement,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

from .corpora import corpus_path
from .hcert_driver import clock, read_signer

QUESTION = Request("TH", HolderBinding.IF_PRESENT)


def samples():
    return sorted((corpus_path("hcert") / "SG").rglob("*.json"))


def judge(path, arrangements):
    document = json.loads(path.read_text(encoding="utf-8-sig"))
    text = document["PREFIX"]
    # Three files are dated after their own clock; their time step carries no label.
    issued = hcert.parse(text.encode(), QUESTION).asserted.issued_at
    moment = max(clock(document), issued)
    signer = read_signer(base64.b64decode(document["TESTCTX"]["CERTIFICATE"]))
    always = (StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(TIME_MIN, TIME_MAX)),)
    dates = {"issued": moment - DAY, "next_update": moment + DAY}
    trust = snapshot(
        trust_list("SG", (service("SG", (signer,), (), always),), **dates),
        recognition_list("TH", arrangements, **dates),
    )
    return Verifier(trust).evaluate(text, replace(QUESTION, at=moment)).verdict


def test_there_are_samples():
    assert len(samples()) == 5


@pytest.mark.parametrize("index", range(5))
def test_the_recognition_list_alone_decides(index):
    path = samples()[index]
    listed = arrangement("TH", "SG", interval=Interval(TIME_MIN, TIME_MAX))
    recognised, refused = judge(path, (listed,)), judge(path, ())
    for verdict in (recognised, refused):
        assert verdict.validity.indication is Indication.TOTAL_PASSED, verdict.reason
        assert verdict.subject.territory == "SG"
    assert recognised.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert refused.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED
    assert refused.reason.code.id == "recognition.no_arrangement"
    assert recognised.claims["hcert"]["nam"]


def test_nothing_of_the_person_shows_in_a_verdict():
    verdict = judge(samples()[0], ())
    name = verdict.claims["hcert"]["nam"]["fn"]
    assert name not in json.dumps(verdict.as_json())
    assert name not in repr(verdict)


def test_the_prefix_is_part_of_the_format():
    assert all(hcert.detect(json.loads(p.read_text())["PREFIX"].encode()) for p in samples())
