"""The EC's own agreements, as recognition: enacted, repealed later, and with conditions.

The lists are the corpus's; only which member states stand behind EU and the third country XX is
chosen here, because recognition is between the eleven.
"""

import pytest

pytest.importorskip("lxml")

from defa_trust.policy import ArrangementMoment, VerificationPolicy
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.facts import Facts
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import ArrangementStatus, Service, Stage, Status, StatusPeriod
from defa_trust.trustlist.mutual import recognition_of
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.trustlist.ts119612.recognition import QUALIFIERS
from defa_trust.verdict import TIME_MAX, Interval, RecognitionOutcome
from tests.build import DAY, trust_list

from .corpora import corpus_path
from .trust_list_driver import opened

pytestmark = pytest.mark.corpus

STATES = {"EU": "SG", "XX": "TH", "ZZ": "TH"}
CONTEXT = "http://ec.europa.eu/tools/lotl/mra/"
ENACTED = 1_589_673_599
"""2020-05-16T23:59:59Z, when the pilot's agreement begins."""
REPEALED = 1_684_281_599
"""2023-05-16T23:59:59Z, when it ends in the list with a history."""
PROVEN = VerificationPolicy(arrangement_moment=ArrangementMoment.PROVEN_EXISTENCE)


@pytest.fixture(scope="module")
def root():
    return corpus_path("trust-lists")


def converted(root, name):
    found = opened(root, name)
    return found, recognition_of(found, states=STATES)


def service_of_the_third_country(root):
    """The pilot's only service, as its own list gives it; its keys play no part here."""
    found = opened(root, "mra-zz-tl.xml").list
    ((listed,),) = [provider.services for provider in found.providers]
    period = StatusPeriod(Status.GRANTED, listed.status, Interval(listed.since, TIME_MAX))
    return Service(
        "urn:test:zz", "TH", "TEST-ONLY", "TEST-ONLY third country", listed.type, (), (period,)
    )


def ask(root, name, moment=None, existed=None, established=()):
    found, result = converted(root, name)
    offered = service_of_the_third_country(root)
    lists = [trust_list("TH", (offered,))]
    if result.trust_list is not None:
        lists.append(result.trust_list)
    moment = found.signed_at + DAY if moment is None else moment
    request = Request("SG", HolderBinding.IF_PRESENT, established=established)
    facts = Facts(
        offered, offered.status_at(moment), (), None, request, PROVEN, moment, existed, None
    )
    return recognise(facts, TrustSnapshot.build(lists))


def everything(root, name):
    """Every requirement of the list's arrangements, as somebody who looked into each."""
    _, result = converted(root, name)
    asked = {need for entry in result.trust_list.arrangements for need in entry.requires}
    return tuple((need, True) for need in sorted(asked))


def test_an_enacted_agreement_is_one_arrangement_with_its_conditions(root):
    found, result = converted(root, "mra-lotl.xml")
    (entry,) = result.trust_list.arrangements
    assert (result.trust_list.territory, result.trust_list.sequence) == ("SG", found.list.sequence)
    assert (entry.recognising, entry.recognised) == ("SG", "TH")
    assert (
        entry.service_types[0][0] == "http://zz-trusted-list.go.zz/TrstSvc/Svctype/CA/QC/for-eSig"
    )
    assert [(p.status, p.stage) for p in entry.periods] == [
        (ArrangementStatus.ENACTED, Stage.IN_FORCE)
    ]
    assert entry.interval == Interval(ENACTED, TIME_MAX)
    assert set(entry.requires) == {
        f"{CONTEXT}QcCompliance", f"{CONTEXT}QcType", f"{CONTEXT}QcQSCD", QUALIFIERS,
    }  # fmt: skip
    assert entry.instrument.title.endswith("(uri/.../)")
    assert entry.citation.endswith("[citation unverified]")
    where = {loss.where for loss in result.losses}
    assert "pointers[43].pointingContractingPartyLegislation" in where
    assert any(loss.after == "requires" for loss in result.losses)


def test_what_no_list_answers_waits_for_a_person(root):
    answer = ask(root, "mra-lotl.xml")
    assert answer.recognition.outcome is RecognitionOutcome.INDETERMINATE
    assert "recognition.requirement_unknown" in [f.code.id for f in answer.findings]
    answer = ask(root, "mra-lotl.xml", established=everything(root, "mra-lotl.xml"))
    assert answer.recognition.outcome is RecognitionOutcome.RECOGNISED
    refuted = (*everything(root, "mra-lotl.xml")[1:], (f"{CONTEXT}QcCompliance", False))
    answer = ask(root, "mra-lotl.xml", established=refuted)
    assert answer.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED


def test_a_condition_of_the_commissions_making_is_not_lost(root):
    name = "mra-zz-lotl-custom-equivalence-context.xml"
    _, result = converted(root, name)
    (entry,) = result.trust_list.arrangements
    assert f"{CONTEXT}Exclusion" in entry.requires
    without = tuple(pair for pair in everything(root, name) if not pair[0].endswith("Exclusion"))
    answer = ask(root, name, established=without)
    assert answer.recognition.outcome is RecognitionOutcome.INDETERMINATE


def test_a_history_with_other_terms_becomes_two_arrangements(root):
    name = "mra-zz-lotl-history.xml"
    _, result = converted(root, name)
    now, then = sorted(result.trust_list.arrangements, key=lambda entry: -entry.interval.start)
    assert now.interval == Interval(REPEALED, TIME_MAX)
    assert [p.status for p in now.periods] == [ArrangementStatus.REPEALED]
    assert then.interval == Interval(ENACTED, REPEALED)
    assert [p.status for p in then.periods] == [ArrangementStatus.ENACTED]
    assert then.id == f"{now.id}-past-1"


@pytest.mark.parametrize(
    ("existed", "outcome"),
    [
        (ENACTED - 1, RecognitionOutcome.NOT_RECOGNISED),
        (1_604_966_400, RecognitionOutcome.RECOGNISED),  # 2020-11-10, when the service was granted
        (REPEALED - 1, RecognitionOutcome.RECOGNISED),
        (REPEALED, RecognitionOutcome.NOT_RECOGNISED),
    ],
)
def test_a_repealed_agreement_still_counts_for_what_is_proven_older(root, existed, outcome):
    name = "mra-zz-lotl-history.xml"
    answer = ask(root, name, existed=existed, established=everything(root, name))
    assert answer.recognition.outcome is outcome


def test_an_agreement_that_was_tampered_with_is_no_agreement(root):
    from defa_trust.errors import Rejection

    with pytest.raises(Rejection):
        opened(root, "mra-zz-lotl-duplicated-equivalence-context.xml")


def test_a_status_in_the_pointing_states_own_words_recognises_nothing(root):
    """The third country's list says `enacted` by a URI of its own: nobody may guess."""
    _, result = converted(root, "mra-zz-tl.xml")
    assert result.trust_list is None
    assert result.losses[-1].before.endswith("/mutualrecognitionagreement/enacted")
    assert result.losses[-1].after == "nothing"


def test_without_a_proof_the_repealed_agreement_is_over(root):
    name = "mra-zz-lotl-history.xml"
    answer = ask(root, name, established=everything(root, name))
    assert answer.recognition.outcome is RecognitionOutcome.NOT_RECOGNISED


def test_a_territory_behind_which_no_member_state_stands_recognises_nobody(root):
    found = opened(root, "mra-lotl.xml")
    assert recognition_of(found).trust_list is None
    result = recognition_of(found, states={"EU": "SG"})
    assert result.trust_list is None
    assert [loss.before for loss in result.losses] == ["XX"]
