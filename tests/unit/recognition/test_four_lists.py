"""The same bytes, asked about in the same words, under four signed recognition lists.

The lists of Singapore differ in one member of their one arrangement each. One credential and one
signed document get four different answers, each of which names the member that made it; both are
just as valid under all four.
"""

import json

import pytest

from defa_trust import publish
from defa_trust.material import NO_EVIDENCE
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import SVC_CA_PKC, SVC_EAA
from defa_trust.trustlist.model import ListType
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import ExitCode, RecognitionOutcome
from defa_trust.verify import Verifier
from tests import signed_lists
from tests.build import NOW, YEAR, key, vc_jwt
from tests.cms_samples import ROOT, cades, evidence

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW, purpose="account-opening")
"""One question for all: nothing of it is changed from list to list."""


def member(territory, **of_service):
    listed = signed_lists.service(territory, since=NOW - YEAR, **of_service)
    return signed_lists.member_document(
        territory, entities=[signed_lists.entity(territory, listed)]
    )


CREDENTIAL = (
    vc_jwt(),
    NO_EVIDENCE,
    "TH",
    SVC_EAA,
    member(
        "TH",
        identity=publish.jwk_identity(key().verification_key, "key-1"),
        issuer_ids=["https://issuer.th.test.example"],
    ),
)
DOCUMENT = (
    cades(),
    evidence(),
    "VN",
    SVC_CA_PKC,
    member(
        "VN",
        type=SVC_CA_PKC,
        identity=publish.certificate_identity(ROOT.certificate),
        issuer_ids=[],
    ),
)
SUBJECTS = {"credential": CREDENTIAL, "document": DOCUMENT}

ANSWERS = {
    # What differs, outcome, exit code, deciding code (none for a yes), both sides if it has any.
    "nothing": ({}, "RECOGNISED", ExitCode.RECOGNISED, None, None),
    "stage": (
        {"stage": "pilot"},
        "PILOT",
        ExitCode.PILOT,
        "recognition.pilot",
        None,
    ),
    "purposes": (
        {"purposes": ["payment"]},
        "NOT-RECOGNISED",
        ExitCode.REFUSED,
        "recognition.purpose_not_covered",
        (("payment",), "account-opening"),
    ),
    "requires": (
        {"requires": ["prior_listing"]},
        "INDETERMINATE",
        ExitCode.INDETERMINATE,
        "recognition.listing_unknown",
        None,
    ),
}
"""By the one member of the arrangement in which a list differs from the first."""
RULES = {
    "stage": "recognition.stage",
    "purposes": "recognition.purpose",
    "requires": "recognition.prior_listing",
}
"""The rule that answers from each member."""


def recognition_document(subject, name):
    _, _, territory, service_type, _ = subject
    entry = signed_lists.arrangement(
        "SG",
        territory,
        service_types=[(service_type, service_type)],
        since=NOW - YEAR,
        effect="presumption_of_signatory",
    )
    return signed_lists.recognition_document("SG", arrangements=[{**entry, **ANSWERS[name][0]}])


def accepted(document, type, territory):
    found = signed_lists.judge(signed_lists.signed(document, territory), type, territory)
    assert found.trust_list is not None, found
    return found.trust_list


def verdict_of(subject, name):
    data, given, territory, _, home = subject
    lists = (
        accepted(home, ListType.MEMBER_STATE, territory),
        accepted(recognition_document(subject, name), ListType.RECOGNITION, "SG"),
    )
    return Verifier(TrustSnapshot.build(lists)).evaluate(data, REQUEST, given)


@pytest.mark.parametrize("name", ANSWERS)
@pytest.mark.parametrize("kind", SUBJECTS)
def test_one_member_of_the_list_decides_and_is_named(kind, name):
    _, outcome, exit_code, code, sides = ANSWERS[name]
    report = verdict_of(SUBJECTS[kind], name)
    verdict = report.verdict
    assert str(verdict.validity.indication) == "TOTAL-PASSED"
    assert verdict.recognition.outcome is RecognitionOutcome(outcome)
    assert report.exit_code is exit_code
    if code is None:
        assert verdict.reason is None
        return
    assert verdict.reason.code.id == code
    assert verdict.reason.rule == RULES[name]
    if sides is not None:
        assert (verdict.reason.expected, verdict.reason.actual) == sides
    shape = json.dumps(report.as_json())
    assert ('"RECOGNISED"' in shape) is (outcome == "RECOGNISED")


@pytest.mark.parametrize("kind", SUBJECTS)
def test_the_lists_differ_in_one_member_each(kind):
    def entry(name):
        document = recognition_document(SUBJECTS[kind], name)
        return json.loads(json.dumps(document))

    def leaves(value, path=()):
        if isinstance(value, dict):
            for step, inner in value.items():
                yield from leaves(inner, (*path, step))
        elif isinstance(value, list) and value and isinstance(value[0], dict):
            for step, inner in enumerate(value):
                yield from leaves(inner, (*path, step))
        else:
            yield path, json.dumps(value)

    first = set(leaves(entry("nothing")))
    for name in ANSWERS:
        changed = {path[-1] for path, _ in first ^ set(leaves(entry(name)))}
        assert changed == ({name} if name != "nothing" else set())
