"""Each rule answers met, not met and unknown, and names both sides."""

import pytest

from defa_trust.policy import UnreadCitations, VerificationPolicy
from defa_trust.recognition.facts import Facts
from defa_trust.recognition.rules import RULES
from defa_trust.request import HolderBinding, MinimumLevel, Request
from defa_trust.trustlist.model import (
    Instrument,
    LevelGrant,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.verdict import TIME_MAX, Interval, Outcome
from tests.build import (
    DAY,
    NOW,
    WITHDRAWN_URI,
    YEAR,
    arrangement,
    level_row,
    service,
    snapshot,
)

TH_IAL = "urn:defa:scale:th:ial"
TH_AAL = "urn:defa:scale:th:aal"
UNREAD = Instrument("rcep", "RCEP", "art. 12.6(3)")


def answer(rule_id, given=None, offered=None, asserted=(), types=("T",), policy=None, **request):
    rule = next(rule for rule in RULES if rule.id == rule_id)
    offered = offered or service("TH")
    facts = Facts(
        offered,
        offered.status_at(NOW),
        types,
        asserted,
        Request("SG", HolderBinding.IF_PRESENT, **request),
        policy or VerificationPolicy(),
        NOW,
    )
    return rule.answer(facts, given or arrangement(), snapshot())


def said(finding):
    return finding and finding.code.id.removeprefix("recognition.")


def test_citation_that_nobody_read():
    refuse = VerificationPolicy(unread_citations=UnreadCitations.REFUSE)
    given = arrangement(instrument=UNREAD)
    assert said(answer("recognition.citation", given)) == "citation_tolerated"
    assert said(answer("recognition.citation", given, policy=refuse)) == "citation_unread"
    assert said(answer("recognition.citation", arrangement(), policy=refuse)) == "citation_read"
    assert given.citation.endswith("[citation unverified]")


def test_period_and_its_grace():
    ended = {"interval": Interval(NOW - YEAR, NOW - DAY)}
    assert said(answer("recognition.period")) == "in_period"
    assert said(answer("recognition.period", arrangement(**ended))) == "no_longer_in_force"
    graced = answer("recognition.period", arrangement(**ended, grace_until=NOW + DAY))
    assert said(graced) == "in_grace"
    assert (graced.start, graced.end) == (NOW - DAY, NOW + DAY)


def test_service_type():
    other = "http://uri.etsi.org/TrstSvc/Svctype/TSA"
    assert said(answer("recognition.service_type")) == "service_type_mapped"
    finding = answer("recognition.service_type", offered=service("TH", type=other))
    assert said(finding) == "service_type_unmapped"
    assert finding.actual == other


def test_service_status_is_judged_by_the_receiving_states_map():
    withdrawn = StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - DAY, TIME_MAX))
    assert said(answer("recognition.service_status")) == "status_accepted"
    finding = answer("recognition.service_status", offered=service("TH", history=(withdrawn,)))
    assert said(finding) == "status_not_accepted"
    assert finding.actual == WITHDRAWN_URI
    none = answer("recognition.service_status", offered=service("TH", history=()))
    assert said(none) == "status_unknown"


def test_a_status_listed_as_valid_and_invalid_is_not_accepted():
    both = arrangement(invalid_statuses=arrangement().valid_statuses)
    assert said(answer("recognition.service_status", both)) == "status_not_accepted"


def test_credential_type():
    only = arrangement(credential_types=frozenset({"T"}))
    assert said(answer("recognition.credential_type", only)) == "credential_type_covered"
    assert said(answer("recognition.credential_type", only, types=("T", "U"))) == (
        "credential_type_not_covered"
    )
    assert said(answer("recognition.credential_type", only, types=())) == (
        "credential_type_not_stated"
    )
    assert answer("recognition.credential_type") is None


@pytest.mark.parametrize(
    ("rule", "member", "argument"),
    [
        ("recognition.purpose", "purposes", "purpose"),
        ("recognition.sector", "sectors", "sector"),
        ("recognition.relying_party", "relying_parties", "relying_party"),
    ],
)
def test_what_the_request_states_is_covered_or_not_or_unknown(rule, member, argument):
    bound = arrangement(**{member: frozenset({"allowed"})})
    name = rule.removeprefix("recognition.")
    assert said(answer(rule, bound, **{argument: "allowed"})) == f"{name}_covered"
    assert said(answer(rule, bound, **{argument: "other"})) == f"{name}_not_covered"
    unknown = answer(rule, bound)
    assert said(unknown) == f"{name}_not_stated"
    assert unknown.outcome is Outcome.UNKNOWN
    assert answer(rule, arrangement(), **{argument: "anything"}) is None


def test_excluded_act():
    bound = arrangement(excluded_acts=frozenset({"will"}))
    assert said(answer("recognition.excluded_act", bound, act="lease")) == "act_covered"
    assert said(answer("recognition.excluded_act", bound, act="will")) == "act_excluded"
    assert said(answer("recognition.excluded_act", bound)) == "act_not_stated"


def test_a_requirement_nobody_established_is_unknown():
    bound = arrangement(requires=("urn:test:registered",))
    assert answer("recognition.requirement", bound).outcome is Outcome.UNKNOWN
    assert answer("recognition.requirement") is None


class TestLevel:
    MAP = (level_row(TH_IAL, "2.3", 2), level_row(TH_IAL, "3", 3), level_row(TH_IAL, "1.1", 1))

    def ask(self, value="2.3", cap=None, asserted=(), mapped=MAP, level=None):
        grants = () if value is None else (LevelGrant(TH_IAL, value, cap),)
        return answer(
            "recognition.level",
            arrangement(levels=mapped),
            service("TH", levels=grants),
            asserted,
            min_level=level,
        )

    def test_mapped_and_high_enough(self):
        assert said(self.ask(level=MinimumLevel(2))) == "level_met"

    def test_mapped_and_too_low(self):
        finding = self.ask(level=MinimumLevel(3))
        assert said(finding) == "level_too_low"
        assert (finding.expected, finding.actual) == (("proofing 3",), ("proofing 2",))

    def test_unmapped_fails_closed_even_when_no_level_is_asked(self):
        assert said(self.ask("2.2")) == "level_unmapped"

    def test_unstated_fails_closed(self):
        assert said(self.ask(None, level=MinimumLevel(1))) == "level_unstated"
        assert said(self.ask(None)) == "level_unmapped"
        assert said(self.ask(None, mapped=(), level=MinimumLevel(1))) == "level_unstated"
        assert said(self.ask(None, mapped=())) == "level_met"

    def test_an_unstated_axis_is_not_enough(self):
        asked = MinimumLevel(proofing=2, authentication=1)
        assert said(self.ask(level=asked)) == "level_too_low"

    def test_the_cap_is_applied_before_the_map(self):
        assert said(self.ask("3", cap="1.1", level=MinimumLevel(2))) == "level_too_low"
        assert said(self.ask("3", level=MinimumLevel(2))) == "level_met"

    def test_the_credential_can_lower_the_level(self):
        lowered = self.ask("3", asserted=((TH_IAL, "1.1"),), level=MinimumLevel(2))
        assert said(lowered) == "level_too_low"

    def test_the_credential_cannot_raise_the_level(self):
        raised = self.ask("1.1", asserted=((TH_IAL, "3"),), level=MinimumLevel(2))
        assert said(raised) == "level_too_low"

    def test_a_label_on_no_known_scale_fails_closed(self):
        assert said(self.ask("3", asserted=(("acr", "platinum"),))) == "level_unknown"
        assert said(self.ask("3", cap="9")) == "level_unknown"

    def test_levels_are_places_on_a_scale_and_never_numbers(self):
        """As floats, 2.10 would be less than 2.3; here it is on no scale at all."""
        assert said(self.ask("2.10", asserted=((TH_IAL, "2.3"),))) == "level_unknown"

    def test_a_claim_on_another_scale_is_not_about_this_one(self):
        other = ("acr", "urn:singpass:authentication:loa:1")
        assert said(self.ask("3", asserted=(other,), level=MinimumLevel(3))) == "level_met"

    def test_of_several_claims_each_lowers_what_it_speaks_of(self):
        other = (TH_AAL, "1")
        higher, lower = (TH_IAL, "3"), (TH_IAL, "1.1")
        for claims in ((other, higher), (higher, other)):
            assert said(self.ask("3", asserted=claims, level=MinimumLevel(3))) == "level_met"
        for claims in ((higher, lower), (lower, higher), (other, lower, higher)):
            assert said(self.ask("3", asserted=claims, level=MinimumLevel(2))) == "level_too_low"

    def test_only_the_claim_that_cannot_be_compared_is_told(self):
        claims = ((TH_AAL, "1"), (TH_IAL, "2.30"))
        found = self.ask("3", asserted=claims)
        assert said(found) == "level_unknown"
        assert (found.expected, found.actual) == (TH_IAL, "2.30")


def test_stage_of_a_period_without_answer_is_left_to_the_status_rule():
    late = arrangement(interval=Interval(NOW + DAY, TIME_MAX))
    assert answer("recognition.stage", late) is None
    assert said(answer("recognition.status", late)) == "not_yet_in_force"
    assert said(answer("recognition.stage", arrangement(stage=Stage.PILOT))) == "pilot"
