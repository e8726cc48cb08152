"""The test region's wallet: it answers what it is asked, as each state's test person."""

import pytest

from defa_trust.demo.plans import REGION_EPOCH, VCT
from defa_trust.demo.region import build_region
from defa_trust.demo.states import STATES
from defa_trust.demo.wallet import answer
from defa_trust.errors import MisuseError
from defa_trust.openid4vp import (
    AgreementKey,
    PresentationRequest,
    Query,
    ResponseMode,
    TransactionData,
    judge,
)
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier

KEY = AgreementKey.from_seed("TEST-ONLY bank")
REGION = build_region()
VERIFIER = Verifier(REGION.snapshot())
CLAIMS = [{"path": ["family_name"]}, {"path": ["nationalities", None]}, {"path": ["address"]}]


def asked(mode="direct_post.jwt", claims=CLAIMS, vct=VCT, **members):
    meta = {"vct_values": [vct]}
    entry = {"id": "pid", "format": "dc+sd-jwt", "meta": meta, "claims": claims}
    how = ResponseMode(mode)
    parts = {"nonce": "TEST-ONLY-nonce-0815"}
    if how.over_dc_api:
        parts["origin"] = "https://bank.sg.test.example"
    else:
        parts["client_id"] = "x509_san_dns:bank.sg.test.example"
        parts["response_uri"] = "https://bank.sg.test.example/response"
        parts["state"] = "TEST-ONLY-state-0815"
    if how.encrypted:
        parts["encryption_key"] = KEY.public_key
    return PresentationRequest(Query.parse({"credentials": [entry]}), how, **parts, **members)


def judged(request, state, receiving="SG"):
    key = KEY if request.mode.encrypted else None
    question = Request(receiving, HolderBinding.MUST_BE_PRESENT, at=REGION_EPOCH)
    return judge(VERIFIER, answer(request, state, REGION_EPOCH), request, question, key=key)


@pytest.mark.parametrize("mode", [mode.value for mode in ResponseMode])
def test_every_mode_is_answered(mode):
    report = judged(asked(mode), "TH")
    assert report.satisfied, report.reason
    [only] = report.of("pid")
    assert only.surplus == ()
    assert only.claims["nationalities", None] == ("TH",)


@pytest.mark.parametrize("state", sorted(STATES))
def test_every_states_presentation_counts_as_its_credential_does(state):
    """At home: where the list is usable, every state's own presentation is valid and answers."""
    report = judged(asked(), state, state)
    [only] = report.presentations
    if only.report.verdict.validity.indication is Indication.TOTAL_PASSED:
        assert [found.code.id for found in only.findings] == [
            "presentation.type_fits",
            "presentation.claims_complete",
            "presentation.nothing_more",
        ]
    else:
        assert not report.satisfied


def test_transactions_are_authorised():
    items = (
        TransactionData.of("payment", ["pid"], algorithms=["sha-384", "sha-256"]),
        TransactionData.of("consent", ["pid"], algorithms=["sha-384"]),
    )
    report = judged(asked(transaction_data=items), "TH")
    assert report.satisfied
    assert report.presentations[0].authorises == (0, 1)


def test_what_it_does_not_hold_it_says():
    report = judged(asked(vct="urn:other"), "TH")
    assert report.reason.code.id == "presentation.wallet_error"
    with pytest.raises(MisuseError):
        answer(asked(), "XX", REGION_EPOCH)


def test_the_same_request_has_the_same_answer():
    assert answer(asked(), "TH", REGION_EPOCH) == answer(asked(), "TH", REGION_EPOCH)
