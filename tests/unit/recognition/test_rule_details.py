"""What the cases of the rule table leave open: combinations, policies, edges of time."""

from dataclasses import fields, replace

import pytest

from defa_trust.content import Content
from defa_trust.policy import (
    ArrangementMoment,
    TranscribedLists,
    UnreadCitations,
    VerificationPolicy,
)
from defa_trust.recognition import engine
from defa_trust.recognition.engine import recognise
from defa_trust.recognition.rule import PutTo
from defa_trust.recognition.rules import by_id
from defa_trust.request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    MinimumLevel,
    ProvenReliability,
    Request,
)
from defa_trust.signing_crypto import AgreementKey
from defa_trust.trustlist.model import (
    ArrangementStatus,
    Assessment,
    ForeignListing,
    Identity,
    IdentityKind,
    Instrument,
    InstrumentStatus,
    LawKind,
    LegalStatus,
    Obligation,
    Publication,
    Stage,
    Status,
    StatusPeriod,
    TechnicalClass,
)
from defa_trust.verdict import (
    ALWAYS,
    TIME_MAX,
    TIME_MIN,
    ExitCode,
    Indication,
    Interval,
    Level,
    NeedKind,
    Outcome,
    RecognitionOutcome,
)
from defa_trust.verify import Verifier
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
    vc_jwt,
)

from .rule_cases import (
    CASES,
    REFUSE,
    SG,
    TH,
    Case,
    answered,
    facts_of,
    ids_of,
    judged,
    listing,
    lists,
    statement,
)

RECOGNISED = RecognitionOutcome.RECOGNISED
NOT_RECOGNISED = RecognitionOutcome.NOT_RECOGNISED
PILOT = RecognitionOutcome.PILOT
INDETERMINATE = RecognitionOutcome.INDETERMINATE
UNREAD = Instrument("law", "TEST-ONLY law nobody read")
OTHERS = {
    "purpose": "another",
    "sector": "another",
    "relying_party": "urn:another",
    "act": "another",
    "category": "another",
    "nationality": "FR",
    "counterpart": Counterpart.DOES_NOT_RECOGNISE,
    "agreement": Agreement.EXCLUDED,
    "entity": EntityKind.PUBLIC_BODY,
    "use": CertificateUse.ENCRYPTION,
    "reliability": ProvenReliability.DISPROVED,
    "established": (("urn:another", False),),
    "min_level": MinimumLevel(3, 3, 3),
    "volume_used": (("another", 99),),
    "audience": "another",
    "nonce": "another",
    "max_proof_age": 1,
    "session_transcript": b"\x83\xf6\xf6\xf6",
    "content": Content.of(b"another"),
    "reader_key": AgreementKey.from_seed("another"),
}


def said(finding):
    return finding and finding.code.id.removeprefix("recognition.")


def ask(rule, **case):
    return said(answered(f"recognition.{rule}", Case("", **case)))


def codes(answer):
    return [said(finding) for finding in answer.findings]


# --- the registry's inputs are the truth ---------------------------------------------------------
def test_other_values_are_there_for_every_member_of_a_request():
    apart = {"relying_state", "holder_binding", "at", "format", "profiles", "digest", "terms"}
    assert set(OTHERS) == {item.name for item in fields(Request)} - apart


@pytest.mark.parametrize("place", CASES, ids=ids_of)
def test_a_rule_reads_nothing_of_the_request_but_its_inputs(place):
    rule = by_id(f"recognition.{place[0]}")
    if rule.put_to in (PutTo.DOCUMENT, PutTo.PRESENTATION):
        return
    case = CASES[place]
    before = answered(rule.id, case)
    read = {name.removeprefix("request.") for name in rule.inputs if name.startswith("request.")}
    if "users" in read:
        read |= {"nationality", "counterpart"}
    for name, value in OTHERS.items():
        if name not in read:
            changed = case._replace(request={**case.request, name: value})
            assert answered(rule.id, changed) == before, name


@pytest.mark.parametrize("place", CASES, ids=ids_of)
def test_equal_terms_have_equal_answers(place):
    """``Request.terms`` is the key under which an answer is kept: it must miss nothing."""
    rule = by_id(f"recognition.{place[0]}")
    if rule.put_to in (PutTo.DOCUMENT, PutTo.PRESENTATION):
        return
    case = CASES[place]
    offered, _, trusted = lists(case)
    facts = facts_of(case, offered)
    for name, value in OTHERS.items():
        if name == "volume_used":
            continue
        other = facts._replace(request=replace(facts.request, **{name: value}))
        if other.request.terms == facts.request.terms:
            fresh = lists(case)[2]
            assert recognise(other, fresh).findings == recognise(facts, trusted).findings, name


# --- what the parties agreed ---------------------------------------------------------------------
def test_an_agreement_and_the_acts_that_leave_no_choice():
    law = (statement(LawKind.PARTY_AUTONOMY, acts=frozenset({"will"})),)
    agreed = {"agreement": Agreement.ACCEPTED}
    assert ask("agreement", law=law, request={**agreed, "act": "lease"}) == "agreement_binds"
    assert ask("agreement", law=law, request={**agreed, "act": "will"}) == "agreement_not_open"
    assert ask("agreement", law=law, request=agreed) == "agreement_unfounded"
    assert ask("agreement", law=law) is None


def test_an_agreement_on_a_law_that_nobody_read():
    law = (statement(LawKind.PARTY_AUTONOMY, instrument=UNREAD),)
    agreed = {"agreement": Agreement.ACCEPTED}
    assert ask("agreement", law=law, request=agreed) == "agreement_binds"
    assert ask("agreement", law=law, request=agreed, policy=REFUSE) == "agreement_unfounded"


@pytest.mark.parametrize("case", [Case(""), Case("", listed=False), Case("", arrangements=())])
def test_an_agreement_to_exclude_takes_recognition_away_everywhere(case):
    answer = judged(case._replace(request={"agreement": Agreement.EXCLUDED}))
    assert answer.recognition.outcome is NOT_RECOGNISED
    assert codes(answer)[0] == "agreement_excludes"


def test_an_agreement_to_accept_gives_no_recognition():
    case = Case("", arrangements=(), request={"agreement": Agreement.ACCEPTED},
                law=(statement(LawKind.PARTY_AUTONOMY),))  # fmt: skip
    answer = judged(case)
    assert answer.recognition.outcome is NOT_RECOGNISED
    assert codes(answer)[0] == "agreement_binds"


# --- the law -------------------------------------------------------------------------------------
def _standard(id="a", categories=("land",), **more):
    sets = {name: frozenset(value) for name, value in more.items()}
    return statement(LawKind.CATEGORY_STANDARD, id, categories=frozenset(categories), **sets)


def test_every_statement_about_a_category_must_be_met():
    law = (
        _standard("a", standards=("iso-27001",)),
        _standard("b", technical_classes=(TechnicalClass.PROTECTED_KEY,)),
        _standard("c", ("shares",), legal_statuses=(LegalStatus.LICENSED,)),
    )
    land = {"request": {"category": "land"}, "law": law}
    both = {"standards": ("iso-27001",), "technical_class": TechnicalClass.PROTECTED_KEY}
    assert ask("category", **land, offered=both) == "category_met"
    one = {"standards": ("iso-27001",)}
    assert ask("category", **land, offered=one) == "category_unproved"
    worse = {**both, "technical_class": TechnicalClass.ANY}
    assert ask("category", **land, offered=worse) == "category_not_met"
    assert ask("category", law=law, request={"category": "lease"}) == "category_free"
    shares = {"request": {"category": "shares"}, "law": law}
    assert ask("category", **shares, offered=both) == "category_unproved"


def test_one_of_the_legal_statuses_is_enough_and_each_standard_is_needed():
    law = (_standard(legal_statuses=(LegalStatus.LICENSED, LegalStatus.ACCREDITED)),)
    land = {"request": {"category": "land"}, "law": law}
    accredited = {"legal_status": LegalStatus.ACCREDITED}
    assert ask("category", **land, offered=accredited) == "category_met"
    law = (_standard(standards=("a", "b")),)
    land = {"request": {"category": "land"}, "law": law}
    assert ask("category", **land, offered={"standards": ("a",)}) == "category_not_met"
    assert ask("category", **land, offered={"standards": ("b", "a")}) == "category_met"


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        (LawKind.EXCLUDED_ACTS, {"acts": frozenset({"will"})}),
        (LawKind.CATEGORY_STANDARD, {"categories": frozenset({"land"}),
                                     "standards": frozenset({"a"})}),
        (LawKind.EFFECT, {"effect": "equals_handwritten"}),
    ],
)  # fmt: skip
def test_a_statement_restricts_only_in_its_time_and_bounds_the_answer(kind, more):
    fresh = Interval(NOW - 30 * DAY, NOW + 60 * DAY)
    for interval, holds, span in (
        (Interval(NOW, NOW + DAY), True, Interval(NOW, NOW + DAY)),
        (Interval(NOW + 1, TIME_MAX), False, Interval(TIME_MIN, NOW + 1)),
        (Interval(NOW - DAY, NOW), False, Interval(NOW, TIME_MAX)),
    ):
        answer = judged(Case("", law=(statement(kind, interval=interval, **more),)))
        assert (answer.recognition.outcome is not RECOGNISED) is holds
        assert answer.interval == span.intersect(fresh)


def test_a_law_that_nobody_read_restricts_all_the_same():
    law = (statement(LawKind.EXCLUDED_ACTS, acts=frozenset({"will"}), instrument=UNREAD),)
    case = Case("", law=law, request={"act": "will"}, policy=REFUSE)
    answer = judged(case)
    assert answer.recognition.outcome is NOT_RECOGNISED
    found = next(f for f in answer.findings if said(f) == "law_excludes")
    assert found.citation.endswith("[citation unverified]")


def test_the_states_exclusion_is_judged_before_any_equivalence():
    answer = judged(
        Case("", given={"comparator": "at_least"}, request={"act": "will"},
             law=(statement(LawKind.EXCLUDED_ACTS, acts=frozenset({"will"})),))
    )  # fmt: skip
    order = codes(answer)
    assert order.index("law_excludes") < order.index("reliability_unknown")


def test_an_exclusion_of_an_arrangement_binds_that_arrangement_and_one_of_the_law_binds_all():
    wills = frozenset({"will"})
    pair = (arrangement(id="a", excluded_acts=wills), arrangement(id="b"))
    case = Case("", arrangements=pair, request={"act": "will"})
    answer = judged(case)
    assert (answer.recognition.outcome, answer.recognition.arrangement) == (RECOGNISED, "b")
    answer = judged(case._replace(law=(statement(LawKind.EXCLUDED_ACTS, acts=wills),)))
    assert answer.recognition.outcome is NOT_RECOGNISED
    assert answer.recognition.effect is None


# --- the floor -----------------------------------------------------------------------------------
def test_the_floor_stands_beside_any_answer_and_is_none():
    law = (statement(LawKind.NON_DISCRIMINATION),)
    for case, outcome in (
        (Case("", law=law), RECOGNISED),
        (Case("", law=law, arrangements=()), NOT_RECOGNISED),
        (Case("", law=law, given={"purposes": frozenset({"a"})}), INDETERMINATE),
    ):
        answer = judged(case)
        assert (answer.recognition.outcome, answer.recognition.floor) == (outcome, "admissible")
    assert judged(Case("")).recognition.floor is None


def test_the_floor_ends_where_the_law_excludes():
    law = (
        statement(LawKind.NON_DISCRIMINATION, "a"),
        statement(LawKind.EXCLUDED_ACTS, "b", acts=frozenset({"will"})),
    )
    for request, floor in (({"act": "will"}, "excluded"), ({"act": "lease"}, "admissible"),
                           ({}, "unknown")):  # fmt: skip
        assert judged(Case("", law=law, request=request)).recognition.floor == floor


def test_a_floor_that_nobody_read_is_not_asserted_under_a_strict_policy():
    law = (statement(LawKind.NON_DISCRIMINATION, instrument=UNREAD),)
    assert judged(Case("", law=law)).recognition.floor == "admissible"
    assert judged(Case("", law=law, policy=REFUSE)).recognition.floor == "unknown"


# --- reliability ---------------------------------------------------------------------------------
YES, NO = Assessment(True, "urn:a"), Assessment(False, "urn:a")


@pytest.mark.parametrize(
    ("comparator", "minimum", "assessment", "expected"),
    [
        ("at_least", 2, None, "reliability_met"),
        ("at_least", 3, None, "reliability_not_met"),
        ("at_least", None, None, "reliability_unknown"),
        ("at_least", None, YES, "reliability_unknown"),
        ("at_least", 3, YES, "reliability_not_met"),
        ("at_least", 2, NO, "reliability_met"),
        ("substantially_equivalent", None, YES, "reliability_met"),
        ("substantially_equivalent", None, NO, "reliability_not_met"),
        ("substantially_equivalent", 2, None, "reliability_unknown"),
        ("substantially_equivalent", 3, YES, "reliability_met"),
        ("equivalent", None, None, "reliability_unknown"),
        ("equivalent", 2, None, "reliability_met"),
        ("equivalent", None, YES, "reliability_met"),
        ("equivalent", 2, YES, "reliability_met"),
        ("equivalent", 3, YES, "reliability_not_met"),
        ("equivalent", 2, NO, "reliability_not_met"),
    ],
)
def test_the_comparator_is_a_parameter(comparator, minimum, assessment, expected):
    given = {
        **CASES["reliability", Outcome.MET].given,
        "comparator": comparator,
        "minimum": None if minimum is None else Level(proofing=minimum),
        "assessment": assessment,
    }
    offered = CASES["reliability", Outcome.MET].offered
    assert ask("reliability", given=given, offered=offered) == expected


def test_reliability_of_a_level_that_is_unmapped_or_partly_stated():
    given = {"comparator": "at_least", "minimum": Level(2, 1)}
    assert ask("reliability", given=given) == "reliability_unknown"
    mapped = {**CASES["reliability", Outcome.MET].given, "minimum": Level(3, 1)}
    offered = CASES["reliability", Outcome.MET].offered
    assert ask("reliability", given=mapped, offered=offered) == "reliability_not_met"


def test_a_presumption_lifts_what_is_unknown_and_nothing_that_is_known():
    unassessed = {"comparator": "substantially_equivalent"}
    refuted = {**unassessed, "assessment": NO}
    designated = (listing(LegalStatus.DESIGNATED),)
    assert ask("reliability", given=unassessed, foreign=designated) == "reliability_presumed"
    assert ask("reliability", given=refuted, foreign=designated) == "reliability_not_met"
    assert ask("reliability", given=unassessed, foreign=(listing(),)) == "reliability_unknown"
    strict = {"given": unassessed, "foreign": designated, "policy": REFUSE}
    assert ask("reliability", **strict) == "reliability_unknown"
    assert ask("designation", **strict) == "designation_unknown"


def test_a_presumption_and_a_proof_hold_only_as_long_as_what_they_rest_on():
    span = Interval(NOW - DAY, NOW + DAY)
    given = {"comparator": "substantially_equivalent"}
    case = Case("", given=given, foreign=(listing(LegalStatus.DESIGNATED, span),))
    assert answered("recognition.reliability", case).interval == span
    hears = (statement(LawKind.PROVEN_RELIABILITY, interval=span),)
    case = Case("", given=given, law=hears, request={"reliability": ProvenReliability.PROVEN})
    assert answered("recognition.reliability", case).interval == span
    later = (statement(LawKind.PROVEN_RELIABILITY, interval=Interval(NOW + DAY, TIME_MAX)),)
    found = answered("recognition.reliability", case._replace(law=later, own_list=False))
    assert (said(found), found.end) == ("reliability_unknown", NOW + DAY)


def test_absence_of_a_designation_refuses_nobody():
    case = Case("", given={"comparator": "equivalent", "assessment": YES})
    answer = judged(case)
    assert answer.recognition.outcome is RECOGNISED
    assert "not_designated" in codes(answer)


def test_what_was_proven_in_fact_is_deemed_only_where_the_law_hears_it():
    refuted = {"comparator": "substantially_equivalent", "assessment": NO}
    proven = {"reliability": ProvenReliability.PROVEN}
    hears = (statement(LawKind.PROVEN_RELIABILITY),)
    assert ask("reliability", given=refuted, request=proven) == "reliability_not_met"
    assert ask("reliability", given=refuted, request=proven, law=hears) == "reliability_deemed"
    strict = {"given": refuted, "request": proven, "law": hears, "policy": REFUSE}
    assert ask("reliability", **strict) == "reliability_not_met"
    assert ask("ex_post", **strict) == "not_proven"


def test_proof_lifts_nothing_but_reliability():
    case = Case("", given={"purposes": frozenset({"a"})}, law=(
        statement(LawKind.PROVEN_RELIABILITY),), request={
        "reliability": ProvenReliability.PROVEN, "purpose": "b"})  # fmt: skip
    assert judged(case).recognition.outcome is NOT_RECOGNISED


def test_a_measure_that_nobody_read_is_refused_by_a_strict_policy():
    case = CASES["reliability", Outcome.MET]
    assert judged(case).recognition.outcome is RECOGNISED
    answer = judged(case._replace(policy=REFUSE))
    assert answer.recognition.outcome is INDETERMINATE
    found = next(f for f in answer.findings if said(f) == "citation_unread")
    assert "MLES" in found.actual
    assert "[citation unverified]" in found.actual


# --- prior listing -------------------------------------------------------------------------------
PRIOR = {"requires": ("prior_listing",)}


def _certified(*labels):
    return tuple(
        Identity(IdentityKind.X509, f"{label:0>64}", key(label).verification_key, b"der")
        for label in labels
    )


def _by_certificate(*labels):
    names = frozenset(f"{label:0>64}" for label in labels)
    return (listing(service=None, certificates=names),)


def test_a_register_may_name_certificates_and_then_all_of_them():
    case = Case("", given=PRIOR, foreign=_by_certificate("a"), offered={"identities": ()})
    assert said(answered("recognition.prior_listing", case)) == "not_listed_here"
    for labels, named, expected in (
        (("a",), ("a",), "listed_here"),
        (("a", "b"), ("a",), "not_listed_here"),
        (("a", "b"), ("a", "b"), "listed_here"),
        (("a",), ("b",), "not_listed_here"),
    ):
        changed = case._replace(
            offered={"identities": _certified(*labels)}, foreign=_by_certificate(*named)
        )
        assert said(answered("recognition.prior_listing", changed)) == expected
    mixed = case._replace(offered={"identities": (*_certified("a"), jwk_identity(key()))})
    assert said(answered("recognition.prior_listing", mixed)) == "not_listed_here"


def test_the_register_of_another_state_or_status_says_nothing():
    elsewhere = ForeignListing("MY", LegalStatus.RECOGNISED_FOREIGN, ALWAYS, "TEST-ONLY-TH-1")
    for foreign in ((elsewhere,), (listing(LegalStatus.DESIGNATED),),
                    (listing(LegalStatus.REGISTERED),)):  # fmt: skip
        assert ask("prior_listing", given=PRIOR, foreign=foreign) == "not_listed_here"


def _with_register(foreign=(), **members):
    offered = service(TH)
    own = trust_list(SG, (), foreign=foreign, **members)
    given = arrangement(**PRIOR)
    return offered, snapshot(trust_list(TH, (offered,)), recognition_list(SG, (given,)), own)


@pytest.mark.parametrize(
    ("members", "policy"),
    [
        ({"next_update": NOW - 10 * DAY}, VerificationPolicy()),
        ({"issued": NOW + 1}, VerificationPolicy()),
        (
            {"publication": Publication.TRANSCRIBED},
            VerificationPolicy(transcribed=TranscribedLists.REFUSE),
        ),
    ],
)
def test_a_register_that_cannot_be_used_is_no_empty_register(members, policy):
    offered, trusted = _with_register((listing(),), **members)
    facts = facts_of(Case("", policy=policy), offered)
    answer = recognise(facts, trusted)
    assert answer.recognition.outcome is INDETERMINATE
    assert [(n.kind, n.what) for n in answer.needs] == [(NeedKind.TRUST_LIST, SG)]


@pytest.mark.parametrize(
    ("moment", "outcome", "interval"),
    [
        (NOW - 1, NOT_RECOGNISED, (NOW - 30 * DAY, NOW)),
        (NOW, RECOGNISED, (NOW, NOW + DAY)),
        (NOW + DAY - 1, RECOGNISED, (NOW, NOW + DAY)),
        (NOW + DAY, NOT_RECOGNISED, (NOW + DAY, NOW + 60 * DAY)),
    ],
)
def test_an_entry_of_the_register_holds_to_the_second(moment, outcome, interval):
    offered, trusted = _with_register((listing(interval=Interval(NOW, NOW + DAY)),))
    facts = facts_of(Case(""), offered)._replace(moment=moment, status=offered.status_at(moment))
    answer = recognise(facts, trusted)
    assert answer.recognition.outcome is outcome
    assert answer.interval == interval


# --- reciprocity ---------------------------------------------------------------------------------
BACK = {"requires": ("reciprocity",)}


@pytest.mark.parametrize(
    ("own", "other", "expected"),
    [
        ({}, {}, "reciprocated"),
        ({}, {"stage": Stage.PILOT}, "not_reciprocated"),
        ({"stage": Stage.PILOT}, {"stage": Stage.PILOT}, "reciprocated"),
        ({"stage": Stage.PILOT}, {}, "reciprocated"),
        ({"stage": Stage.OBSERVE}, {"stage": Stage.OBSERVE}, "not_reciprocated"),
        ({}, {"status": ArrangementStatus.SUSPENDED}, "not_reciprocated"),
        ({}, {"interval": Interval(NOW + 1, TIME_MAX)}, "not_reciprocated"),
        ({}, {"interval": Interval(NOW - YEAR, NOW)}, "not_reciprocated"),
        ({}, {"interval": Interval(NOW - YEAR, NOW), "grace_until": NOW + 1,
              "periods": arrangement().periods}, "reciprocated"),
        ({}, {"service_types": (("urn:a", "urn:a"),)}, "not_reciprocated"),
        # Whose own conditions are not asked: it is there, and no path leads back.
        ({}, {"requires": ("reciprocity",), "purposes": frozenset({"a"})}, "reciprocated"),
    ],
)  # fmt: skip
def test_no_less_in_return(own, other, expected):
    back = (arrangement(TH, SG, **other),)
    assert ask("reciprocity", given={**BACK, **own}, back=back) == expected


def test_the_type_asked_for_in_return_is_the_one_it_counts_as_here():
    types = ((arrangement().service_types[0][0], "urn:here"),)
    given = {**BACK, "service_types": types}
    for home, expected in (("urn:here", "reciprocated"), (types[0][0], "not_reciprocated")):
        back = (arrangement(TH, SG, service_types=((home, "urn:there"),)),)
        assert ask("reciprocity", given=given, back=back) == expected


def test_a_list_of_the_other_state_that_cannot_be_used_is_no_empty_list():
    offered = service(TH)
    for members in ({"next_update": NOW - 10 * DAY}, {"issued": NOW + 1}):
        trusted = snapshot(
            trust_list(TH, (offered,)),
            recognition_list(SG, (arrangement(**BACK),)),
            recognition_list(TH, (arrangement(TH, SG),), **members),
        )
        answer = recognise(facts_of(Case(""), offered), trusted)
        assert "reciprocity_unknown" in codes(answer)
        assert [(n.kind, n.what) for n in answer.needs] == [(NeedKind.RECOGNITION_LIST, TH)]


def test_reciprocity_holds_to_the_second():
    other = arrangement(TH, SG, interval=Interval(NOW, NOW + DAY))
    offered, _, trusted = lists(Case("", given=BACK, back=(other,)))
    for moment, outcome, interval in (
        (NOW - 1, NOT_RECOGNISED, (NOW - 30 * DAY, NOW)),
        (NOW, RECOGNISED, (NOW, NOW + DAY)),
        (NOW + DAY, NOT_RECOGNISED, (NOW + DAY, NOW + 60 * DAY)),
    ):
        facts = facts_of(Case(""), offered)._replace(moment=moment)
        answer = recognise(facts, trusted)
        assert (answer.recognition.outcome, answer.interval) == (outcome, interval)


def test_asymmetry_is_no_fault():
    """What one direction asks for is not asked in the other."""
    strict = {"standards": frozenset({"iso-27001"})}
    assert judged(Case("", given=strict)).recognition.outcome is INDETERMINATE
    back = (arrangement(TH, SG, **strict),)
    assert judged(Case("", back=back)).recognition.outcome is RECOGNISED


# --- instruments ---------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("basis", "more", "expected"),
    [
        ("mutual", {}, None),
        ("mutual", {"status": InstrumentStatus.IN_FORCE}, "instrument_binds"),
        ("mutual", {"parties": frozenset({SG, TH})}, "instrument_unclear"),
        ("mutual", {"status": InstrumentStatus.SIGNED}, "instrument_not_in_force"),
        ("mutual", {"status": InstrumentStatus.TERMINATED}, "instrument_not_in_force"),
        ("mutual", {"status": InstrumentStatus.CONCLUDED_UNSIGNED}, "instrument_not_in_force"),
        ("mutual", {"status": InstrumentStatus.IN_FORCE, "parties": frozenset({"MY"})},
         "party_missing"),
        ("autonomous", {"status": InstrumentStatus.IN_FORCE, "parties": frozenset({SG})},
         "instrument_binds"),
    ],
)  # fmt: skip
def test_the_party_set(basis, more, expected):
    source = Instrument("treaty", "TEST-ONLY treaty", "art. 1", verified=True, **more)
    assert ask("instrument", given={"basis": basis, "instrument": source}) == expected


@pytest.mark.parametrize(
    ("basis", "obligation", "expected"),
    [
        ("mutual", None, "basis_grants"),
        ("mutual", Obligation.BEST_ENDEAVOUR, "basis_endeavour"),
        ("autonomous", Obligation.BEST_ENDEAVOUR, "basis_grants"),
        ("autonomous", Obligation.UNCLEAR, "basis_grants"),
    ],
)
def test_an_endeavour_grants_nothing_and_an_act_of_ones_own_does(basis, obligation, expected):
    source = Instrument("treaty", "TEST-ONLY treaty", verified=True, obligation=obligation)
    given = {"basis": basis, "instrument": source}
    assert ask("basis", given=given) == expected
    finding = answered("recognition.basis", Case("", given=given))
    assert finding.actual == basis


# --- who uses it ---------------------------------------------------------------------------------
def test_no_finding_shows_a_nationality():
    for nationality in ("TH", "FR", SG):
        case = Case("", given={"users": frozenset({"foreign_national"})},
                    request={"nationality": nationality})  # fmt: skip
        answer = judged(case)
        shown = " ".join(f"{f.text} {f.expected} {f.actual}" for f in answer.findings)
        assert "FR" not in shown
        assert "nationality" not in shown


def test_a_bound_to_every_class_of_user_needs_no_statement():
    everybody = frozenset({"foreign_national", "national", "national_unrecognised_abroad"})
    assert ask("user", given={"users": everybody}) == "user_covered"
    nationals = everybody - {"foreign_national"}
    given = {"users": nationals}
    assert ask("user", given=given, request={"nationality": SG}) == "user_covered"
    assert ask("user", given=given, request={"nationality": TH}) == "user_not_covered"


# --- the moment that the policy names ------------------------------------------------------------
PROVEN = VerificationPolicy(arrangement_moment=ArrangementMoment.PROVEN_EXISTENCE)
ENDED = {"interval": Interval(NOW - YEAR, NOW - DAY)}


@pytest.mark.parametrize(
    ("policy", "existed", "outcome"),
    [
        (VerificationPolicy(), NOW - 2 * DAY, NOT_RECOGNISED),
        (PROVEN, None, NOT_RECOGNISED),
        (PROVEN, NOW - DAY, NOT_RECOGNISED),
        (PROVEN, NOW - DAY - 1, RECOGNISED),
        (PROVEN, NOW - YEAR, RECOGNISED),
        (PROVEN, NOW - YEAR - 1, NOT_RECOGNISED),
    ],
)
def test_an_arrangement_is_judged_at_the_moment_that_the_policy_names(policy, existed, outcome):
    offered, _, trusted = lists(Case("", given=ENDED))
    facts = facts_of(Case("", policy=policy), offered)._replace(existed=existed)
    answer = recognise(facts, trusted)
    assert answer.recognition.outcome is outcome
    if policy is PROVEN and existed is not None:
        # A proven moment does not move: only the lists' freshness bounds the answer.
        assert answer.interval == (NOW - 30 * DAY, NOW + 60 * DAY)


def test_a_proven_moment_is_judged_by_the_services_status_of_then():
    over = (
        StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - 5 * DAY, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW - 5 * DAY)),
    )
    offered, _, trusted = lists(Case("", offered={"history": over}))
    facts = facts_of(Case("", policy=PROVEN), offered)
    assert recognise(facts, trusted).recognition.outcome is PILOT
    then = facts._replace(existed=NOW - 6 * DAY)
    assert recognise(then, trusted).recognition.outcome is RECOGNISED


def test_lists_must_be_fresh_now_whatever_was_proven():
    offered = service(TH)
    stale = recognition_list(SG, (arrangement(),), next_update=NOW - 10 * DAY)
    facts = facts_of(Case("", policy=PROVEN), offered)._replace(existed=NOW - 20 * DAY)
    answer = recognise(facts, snapshot(trust_list(TH, (offered,)), stale))
    assert answer.recognition.outcome is INDETERMINATE


# --- at home -------------------------------------------------------------------------------------
def home(law=(), offered=None, moment=NOW, **request):
    offered = offered or service(SG)
    trusted = snapshot(trust_list(SG, (offered,)), recognition_list(SG, (), law=law))
    facts = facts_of(Case("", request=request), offered)
    return recognise(facts._replace(moment=moment, status=offered.status_at(moment)), trusted)


def test_the_law_of_a_state_binds_at_home_too():
    law = (statement(LawKind.EXCLUDED_ACTS, acts=frozenset({"will"})),)
    assert home().recognition.outcome is RECOGNISED
    assert home(law, act="lease").recognition.outcome is RECOGNISED
    assert home(law, act="will").recognition.outcome is NOT_RECOGNISED
    assert home(law).recognition.outcome is INDETERMINATE
    assert home(agreement=Agreement.EXCLUDED).recognition.outcome is NOT_RECOGNISED


def test_an_answer_kept_for_a_granted_service_never_serves_a_sandbox():
    """At home no arrangement bounds the answer: the service's own status must."""
    history = (
        StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW, TIME_MAX)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW)),
    )
    offered = service(SG, history=history)
    trusted = snapshot(trust_list(SG, (offered,)), recognition_list(SG, ()))
    before = facts_of(Case(""), offered)._replace(moment=NOW - 1, status=history[1])
    assert recognise(before, trusted).recognition.outcome is RECOGNISED
    after = before._replace(moment=NOW, status=history[0])
    assert recognise(after, trusted).recognition.outcome is PILOT
    assert recognise(before, trusted).recognition.outcome is RECOGNISED


# --- answers that are kept -----------------------------------------------------------------------
def test_an_answer_is_kept_for_its_own_question_only():
    case = Case("", given={"purposes": frozenset({"a"})})
    offered, _, trusted = lists(case)
    outcomes = [
        recognise(facts_of(case._replace(request=request), offered), trusted).recognition.outcome
        for request in ({"purpose": "a"}, {"purpose": "b"}, {}, {"purpose": "a"})
    ]
    assert outcomes == [RECOGNISED, NOT_RECOGNISED, INDETERMINATE, RECOGNISED]


def test_an_answer_is_kept_for_its_own_policy_only():
    case = Case("", given={"instrument": UNREAD})
    offered, _, trusted = lists(case)
    for policy, outcome in ((VerificationPolicy(), RECOGNISED), (REFUSE, INDETERMINATE),
                            (VerificationPolicy(), RECOGNISED)):  # fmt: skip
        facts = facts_of(case._replace(policy=policy), offered)
        assert recognise(facts, trusted).recognition.outcome is outcome


def test_what_counts_is_never_kept():
    case = Case("", given={"limits": (("maxPerDay", 2),), "stage": Stage.PILOT})
    offered, _, trusted = lists(case)
    for used, outcome in ((0, PILOT), (1, PILOT), (2, NOT_RECOGNISED), (1, PILOT)):
        request = {"volume_used": (("maxPerDay", used),)}
        facts = facts_of(case._replace(request=request), offered)
        assert recognise(facts, trusted).recognition.outcome is outcome
    assert trusted.recognition[SG].prepared == {}


def test_a_flood_of_questions_is_bounded(monkeypatch):
    monkeypatch.setattr(engine, "_PREPARED", 8)
    offered, _, trusted = lists(Case(""))
    for number in range(50):
        case = Case("", request={"purpose": f"p{number}"})
        assert recognise(facts_of(case, offered), trusted).recognition.outcome is RECOGNISED
        assert len(trusted.recognition[SG].prepared) <= 8


def test_spans_of_one_question_are_bounded_and_each_is_right():
    offered = service(TH)
    bounds = [
        arrangement(id=f"a{n}", interval=Interval(NOW + n * DAY, NOW + (n + 1) * DAY))
        for n in range(0, 40, 2)
    ]
    trusted = snapshot(trust_list(TH, (offered,)), recognition_list(SG, bounds))
    for n in (*range(40), *range(39, -1, -1)):
        facts = facts_of(Case(""), offered)._replace(moment=NOW + n * DAY)
        outcome = recognise(facts, trusted).recognition.outcome
        assert outcome is (NOT_RECOGNISED if n % 2 else RECOGNISED)
    (spans,) = trusted.recognition[SG].prepared.values()
    assert len(spans) <= 8


def test_the_same_arrangement_in_another_snapshot_is_asked_anew():
    """Objects are shared between snapshots; what was looked up in one list must not be."""
    offered, given = service(TH), recognition_list(SG, (arrangement(**PRIOR),))
    own = trust_list(TH, (offered,))
    without = snapshot(own, given, trust_list(SG))
    with_it = snapshot(own, given, trust_list(SG, foreign=(listing(),)))
    facts = facts_of(Case(""), offered)
    for trusted, outcome in ((without, NOT_RECOGNISED), (with_it, RECOGNISED),
                             (without, NOT_RECOGNISED)):  # fmt: skip
        assert recognise(facts, trusted).recognition.outcome is outcome


# --- nothing presented ---------------------------------------------------------------------------
@pytest.mark.parametrize("data", [b"", "", b"  \r\n\t", "\n"])
@pytest.mark.parametrize("format", [None, "vc-jwt", "hcert"])
def test_no_credential_is_no_failure(data, format):
    law = (statement(LawKind.DUTY_OF_USE),)
    trusted = snapshot(trust_list(TH, (service(TH),)), recognition_list(SG, (), law=law))
    request = facts_of(Case(""), service(TH)).request
    report = Verifier(trusted, clock=lambda: NOW).evaluate(data, replace(request, format=format))
    verdict = report.verdict
    assert verdict.validity.indication is Indication.INDETERMINATE
    assert report.exit_code is ExitCode.INDETERMINATE
    assert codes(verdict) == ["nothing_presented", "duty_stated"]
    assert verdict.reason.code.id == "recognition.nothing_presented"


def test_something_unreadable_is_a_failure_all_the_same():
    trusted = snapshot(trust_list(TH, (service(TH),)))
    request = facts_of(Case(""), service(TH)).request
    report = Verifier(trusted, clock=lambda: NOW).evaluate(b"x", request)
    assert report.exit_code is ExitCode.REFUSED


# --- through the spine ---------------------------------------------------------------------------
def test_a_verdict_carries_the_notes_and_is_not_refused_by_them():
    offered = service(TH, (jwk_identity(key()),))
    given = arrangement(considered_standards=frozenset({"iso-27001"}), comparator="equivalent",
                        assessment=YES)  # fmt: skip
    law = (statement(LawKind.NON_DISCRIMINATION),)
    trusted = snapshot(
        trust_list(TH, (offered,)), recognition_list(SG, (given,), law=law), trust_list(SG)
    )
    request = facts_of(Case(""), offered).request
    verdict = Verifier(trusted, clock=lambda: NOW).require(vc_jwt(), request)
    noted = [said(f) for f in verdict.findings if f.code.evidential]
    assert noted == ["standards_unknown", "not_designated"]
    assert verdict.problems == ()
    assert verdict.recognition.floor == "admissible"
    assert verdict.as_json()["recognition"]["floor"] == "admissible"


def test_unread_citations_of_arrangements_are_still_refused():
    case = Case("", given={"instrument": UNREAD},
                policy=VerificationPolicy(unread_citations=UnreadCitations.REFUSE))  # fmt: skip
    assert judged(case).recognition.outcome is INDETERMINATE
