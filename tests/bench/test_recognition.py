"""Recognition alone, of an object that is already authenticated, against a whole region's lists."""

from defa_trust.policy import DEFAULT_POLICY
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.facts import Facts
from defa_trust.recognition.matrix import Question, matrix
from defa_trust.request import HolderBinding, MinimumLevel, Request
from defa_trust.spec import MEMBER_STATES
from defa_trust.trustlist.model import LevelGrant
from defa_trust.verdict import RecognitionOutcome
from tests.build import (
    NOW,
    arrangement,
    jwk_identity,
    key,
    level_row,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

from .paired import ratio
from .test_cold import bare_es256

SCALE = "urn:defa:scale:th:ial"
TYPE = "TestIdentityCredential"


TERMS = {
    "levels": (level_row(SCALE, "2.3", proofing=2), level_row(SCALE, "3", proofing=3)),
    "credential_types": frozenset({TYPE}),
    "purposes": frozenset({"account-opening"}),
    "excluded_acts": frozenset({"will"}),
}


def region(**terms):
    """Eleven states, each with an arrangement for each of the ten others."""
    lists = [
        recognition_list(a, [arrangement(a, b, **terms) for b in MEMBER_STATES if a != b])
        for a in MEMBER_STATES
    ]
    services = {
        code: service(
            code,
            (jwk_identity(key(code), code),),
            (),
            levels=(LevelGrant(SCALE, "2.3"),),
            credential_types=(TYPE,),
        )
        for code in MEMBER_STATES
    }
    states = [trust_list(code, (services[code],)) for code in MEMBER_STATES]
    trusted = snapshot(*states, *lists)
    assert sum(len(item.arrangements) for item in trusted.lists) == 110
    return trusted, services


def asked(services, **terms):
    offered = services["TH"]
    request = Request("SG", HolderBinding.IF_PRESENT, at=NOW, **terms)
    return Facts(offered, offered.status_at(NOW), (TYPE,), (), request, DEFAULT_POLICY, NOW)


def recognised(trusted, facts):
    assert recognise(facts, trusted).recognition.outcome is RecognitionOutcome.RECOGNISED
    return lambda: recognise(facts, trusted)


def test_recognition_against_110_arrangements(benchmark):
    trusted, services = region()
    subject = recognised(trusted, asked(services))
    ratio(
        "recognition, 110 arrangements",
        subject,
        bare_es256(),
        goal=0.1,
        baseline_name="raw ES256",
    )
    benchmark(subject)


def test_recognition_against_110_arrangements_with_every_term(benchmark):
    trusted, services = region(**TERMS)
    terms = {"purpose": "account-opening", "act": "contract", "min_level": MinimumLevel(2)}
    subject = recognised(trusted, asked(services, **terms))
    ratio(
        "recognition, 110 arrangements, with terms",
        subject,
        bare_es256(),
        goal=0.1,
        baseline_name="raw ES256",
        note="level mapped and compared; type, purpose and excluded acts judged",
    )
    benchmark(subject)


def test_recognition_that_was_never_asked_before(benchmark):
    """The rows above answer from what a list keeps; here every answer is worked out anew."""
    trusted, services = region()
    ask = recognised(trusted, asked(services))
    prepared = trusted.recognition["SG"].prepared

    def subject():
        prepared.clear()
        return ask()

    ratio(
        "recognition, 110 arrangements, nothing kept",
        subject,
        bare_es256(),
        goal=0.1,
        baseline_name="raw ES256",
    )
    benchmark(subject)


def test_matrix_of_a_region(benchmark):
    trusted, _ = region(**TERMS)
    question = Question(NOW, purpose="account-opening", act="contract")
    found = matrix(trusted, question)
    assert {cell.letters for cell in found.cells.values()} == {"R"}

    def subject():
        return matrix(trusted, question)

    ratio(
        "whole matrix, 110 pairs",
        subject,
        bare_es256(),
        goal=None,
        baseline_name="raw ES256",
        loops=3,
    )
    benchmark(subject)
