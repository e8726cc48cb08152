"""The receiving state's own list decides: direction, defaults, stages, periods."""

import itertools

import pytest

from defa_trust.policy import DEFAULT_POLICY
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.facts import Facts
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import ArrangementStatus, Stage, Status, StatusPeriod
from defa_trust.verdict import TIME_MAX, Interval, RecognitionOutcome
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    YEAR,
    arrangement,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

RECOGNISED = RecognitionOutcome.RECOGNISED
NOT_RECOGNISED = RecognitionOutcome.NOT_RECOGNISED
PILOT = RecognitionOutcome.PILOT
INDETERMINATE = RecognitionOutcome.INDETERMINATE


def ask(*lists, relying="SG", issuing="TH", moment=NOW, offered=None, **request):
    offered = offered or service(issuing)
    facts = Facts(
        offered,
        offered.status_at(moment),
        ("TestIdentityCredential",),
        (),
        Request(relying, HolderBinding.IF_PRESENT, **request),
        DEFAULT_POLICY,
        moment,
    )
    return recognise(facts, snapshot(trust_list(issuing, (offered,)), *lists))


def codes(answer):
    return [finding.code.id for finding in answer.findings]


def test_an_arrangement_in_force_recognises():
    answer = ask(recognition_list("SG", (arrangement(),)))
    assert answer.recognition.outcome is RECOGNISED
    assert answer.recognition.arrangement == "test-sg-th"
    assert answer.recognition.effect == "presumption_of_signatory"
    found = next(f for f in answer.findings if f.code.id == "recognition.arrangement_found")
    assert found.citation == "TEST-ONLY MoU, art. 1"


def test_no_arrangement_for_the_issuing_state_is_not_recognised():
    answer = ask(recognition_list("SG", (arrangement("SG", "MY"),)))
    assert answer.recognition.outcome is NOT_RECOGNISED
    assert "recognition.no_arrangement" in codes(answer)


def test_a_missing_recognition_list_is_indeterminate_and_needed():
    answer = ask()
    assert answer.recognition.outcome is INDETERMINATE
    assert [(need.kind.value, need.what) for need in answer.needs] == [("recognition_list", "SG")]


def test_direction_matters():
    """TH recognising SG says nothing about SG recognising TH."""
    answer = ask(recognition_list("TH", (arrangement("TH", "SG"),)), recognition_list("SG"))
    assert answer.recognition.outcome is NOT_RECOGNISED


def test_recognition_is_never_chained():
    """SG recognises MY and MY recognises TH: no path from SG to TH."""
    answer = ask(
        recognition_list("SG", (arrangement("SG", "MY"),)),
        recognition_list("MY", (arrangement("MY", "TH"),)),
    )
    assert answer.recognition.outcome is NOT_RECOGNISED


def test_a_state_needs_no_recognition_of_its_own():
    answer = ask(relying="TH")
    assert answer.recognition.outcome is RECOGNISED
    assert codes(answer) == ["recognition.domestic"]


def test_a_domestic_sandbox_service_is_a_pilot_at_home_too():
    sandbox = StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - YEAR, TIME_MAX))
    answer = ask(relying="TH", offered=service("TH", history=(sandbox,)))
    assert answer.recognition.outcome is PILOT


@pytest.mark.parametrize(
    ("stage", "outcome", "code"),
    [
        (Stage.IN_FORCE, RECOGNISED, "recognition.in_force"),
        (Stage.PILOT, PILOT, "recognition.pilot"),
        (Stage.OBSERVE, NOT_RECOGNISED, "recognition.observe_only"),
    ],
)
def test_the_stage_decides_how_far_it_counts(stage, outcome, code):
    answer = ask(recognition_list("SG", (arrangement(stage=stage),)))
    assert answer.recognition.outcome is outcome
    assert code in codes(answer)


def test_a_sandbox_service_never_counts_for_more_than_a_pilot():
    sandbox = StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - YEAR, TIME_MAX))
    answer = ask(
        recognition_list("SG", (arrangement(),)), offered=service("TH", history=(sandbox,))
    )
    assert answer.recognition.outcome is PILOT


@pytest.mark.parametrize("status", [ArrangementStatus.SUSPENDED, ArrangementStatus.REPEALED])
def test_a_suspended_or_repealed_arrangement_refuses(status):
    answer = ask(recognition_list("SG", (arrangement(status=status),)))
    assert answer.recognition.outcome is NOT_RECOGNISED
    assert "recognition.suspended" in codes(answer)


@pytest.mark.parametrize(
    ("moment", "outcome", "code"),
    [
        (NOW - 1, NOT_RECOGNISED, "recognition.not_yet_in_force"),
        (NOW, RECOGNISED, "recognition.in_period"),
        (NOW + DAY - 1, RECOGNISED, "recognition.in_period"),
        (NOW + DAY, NOT_RECOGNISED, "recognition.no_longer_in_force"),
    ],
)
def test_the_period_is_half_open(moment, outcome, code):
    given = arrangement(interval=Interval(NOW, NOW + DAY))
    answer = ask(recognition_list("SG", (given,)), moment=moment)
    assert answer.recognition.outcome is outcome
    assert code in codes(answer)
    assert answer.interval.start <= moment < answer.interval.end


def test_an_expired_recognition_list_is_indeterminate():
    lapsed = recognition_list("SG", (arrangement(),), next_update=NOW - 30 * DAY + 1)
    answer = ask(lapsed)
    assert answer.recognition.outcome is INDETERMINATE
    assert "recognition.list_expired" in codes(answer)


def test_a_recognition_list_within_grace_is_used_and_marked():
    stale = recognition_list("SG", (arrangement(),), next_update=NOW - 1)
    answer = ask(stale)
    assert answer.recognition.outcome is RECOGNISED
    assert "recognition.list_stale" in codes(answer)


def test_a_recognition_list_of_the_future_is_no_answer_about_the_past():
    answer = ask(recognition_list("SG", (arrangement(),)), moment=NOW - 40 * DAY)
    assert answer.recognition.outcome is INDETERMINATE
    assert "recognition.list_from_the_future" in codes(answer)


def test_the_best_of_several_arrangements_is_chosen_whatever_their_order():
    entries = [
        arrangement(id="a-observe", stage=Stage.OBSERVE),
        arrangement(id="b-force"),
        arrangement(id="c-pilot", stage=Stage.PILOT),
    ]
    answers = {
        ask(recognition_list("SG", order)).recognition.arrangement
        for order in itertools.permutations(entries)
    }
    assert answers == {"b-force"}


def test_an_arrangement_still_to_come_bounds_the_verdict_of_today():
    """Tomorrow's in-force arrangement ends the time in which 'pilot' is the answer."""
    today = arrangement(id="a", stage=Stage.PILOT)
    tomorrow = arrangement(id="b", interval=Interval(NOW + DAY, TIME_MAX))
    both = recognition_list("SG", (today, tomorrow))
    answer = ask(both)
    assert answer.recognition.outcome is PILOT
    assert answer.interval.end == NOW + DAY
    assert ask(both, moment=NOW + DAY).recognition.outcome is RECOGNISED


def test_a_pilot_with_a_limit_obliges_to_count():
    limited = recognition_list("SG", (arrangement(stage=Stage.PILOT, limits=(("maxPerDay", 10),)),))
    assert ask(limited).recognition.outcome is INDETERMINATE
    counted = ask(limited, volume_used=(("maxPerDay", 9),))
    assert counted.recognition.outcome is PILOT
    assert counted.recognition.obligations == ("count-one-against:maxPerDay",)
    assert ask(limited, volume_used=(("maxPerDay", 10),)).recognition.outcome is NOT_RECOGNISED


def test_a_domestic_pilot_ends_with_the_sandbox():
    sandbox = StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - DAY, NOW + DAY))
    answer = ask(relying="TH", offered=service("TH", history=(sandbox,)))
    assert answer.recognition.outcome is PILOT
    assert answer.interval == (NOW - DAY, NOW + DAY)
