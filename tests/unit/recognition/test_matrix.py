"""The matrix asks the engine about listed services: every outcome shows, none hides another."""

import json
import re

import pytest

from defa_trust.codes import recognition as recognition_codes
from defa_trust.demo.region import build_region
from defa_trust.errors import MisuseError
from defa_trust.policy import TranscribedLists, VerificationPolicy
from defa_trust.recognition.gaps import GapKind, gaps
from defa_trust.recognition.heatmap import LOOKS, heat_map, svg
from defa_trust.recognition.matrix import (
    ANY,
    LETTERS,
    OUTCOMES,
    Question,
    diff,
    explain,
    matrix,
    service_types,
)
from defa_trust.recognition.missing import REMEDIES, remedy
from defa_trust.request import MinimumLevel
from defa_trust.spec import MEMBER_STATES, SVC_EAA, SVC_PID_ISSUANCE
from defa_trust.trustlist.model import (
    Identity,
    IdentityKind,
    Instrument,
    InstrumentStatus,
    LevelGrant,
    Obligation,
    Publication,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import TIME_MAX, Code, ExitCode, Interval, Outcome, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    WITHDRAWN_URI,
    YEAR,
    arrangement,
    jwk_identity,
    key,
    level_row,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

RECOGNISED = RecognitionOutcome.RECOGNISED
PILOT = RecognitionOutcome.PILOT
NOT_RECOGNISED = RecognitionOutcome.NOT_RECOGNISED
INDETERMINATE = RecognitionOutcome.INDETERMINATE
NOT_EVALUATED = RecognitionOutcome.NOT_EVALUATED
ASKED = Question(NOW)


def listed(territory="TH", label="one", **more):
    members = {"identities": (jwk_identity(key(label), label),), "id": label, "name": label}
    return service(territory, **{**members, **more})


def ask(services, *arrangements, question=ASKED, **list_members):
    lists = trust_list("TH", services, **list_members), recognition_list("SG", arrangements)
    return explain(snapshot(*lists), question, "TH", "SG")


def test_a_cell_holds_what_the_engine_answers():
    cell = ask((listed(),), arrangement())
    (case,) = cell.cases
    assert cell.outcomes == (RECOGNISED,)
    assert cell.exit_code is ExitCode.RECOGNISED
    assert (case.reason, case.missing) == (None, ())
    assert case.answer.recognition.arrangement == "test-sg-th"


def test_a_refusal_names_what_is_missing():
    (case,) = ask((listed(),)).cases
    assert case.outcome is NOT_RECOGNISED
    assert [found.code.id for found in case.missing] == ["recognition.no_arrangement"]
    said = remedy(case.missing[0], "TH", "SG")
    assert said == "SG enacts an arrangement that recognises TH."


def test_every_outcome_in_a_cell_has_its_letter():
    """Two services, one in a pilot: the letter of the pilot stands beside the yes, not under it."""
    sandbox = StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - YEAR, TIME_MAX))
    cell = ask((listed(), listed(label="two", history=(sandbox,))), arrangement())
    assert cell.outcomes == (RECOGNISED, PILOT)
    assert cell.letters == "RP"
    assert cell.exit_code is ExitCode.PILOT


def test_a_pilot_is_nowhere_called_recognised():
    found = matrix(
        snapshot(
            trust_list("TH", (listed(),)),
            recognition_list("SG", (arrangement(stage=Stage.PILOT, limits=(("maxPerDay", 5),)),)),
        ),
        ASKED._replace(volume_used=(("maxPerDay", 4),)),
    )
    cell = found.cells["TH", "SG"]
    assert (cell.outcomes, cell.letters) == ((PILOT,), "P")
    (case,) = cell.as_json()["cases"]
    assert case["outcome"] == "PILOT"
    assert case["reason"] == "recognition.pilot"
    assert case["obligations"] == ["count-one-against:maxPerDay"]
    assert '"RECOGNISED"' not in json.dumps(found.as_json())
    page = heat_map(found, {})
    assert "<td>PILOT</td>" in page
    assert "<td>RECOGNISED</td>" not in page
    assert 'fill="url(#pilot)"' in page
    drawn = page.split("</svg>")[0].replace(LOOKS[RECOGNISED].fill, "yes").count("yes")
    assert drawn == 1  # the legend


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (
            {"history": (StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(0, TIME_MAX)),)},
            "service.not_granted",
        ),
        ({"identities": ()}, "resolve.keys_elsewhere"),
        (
            {"identities": (Identity(IdentityKind.ONLINE, "https://online.th.test.example"),)},
            "resolve.online_only",
        ),
    ],
)
def test_what_could_not_verify_is_not_evaluated(members, code):
    cell = ask((listed(**members),), arrangement(valid_statuses=frozenset({GRANTED_URI})))
    (case,) = cell.cases
    assert case.outcome is NOT_EVALUATED
    assert cell.letters == "!"
    assert code in [found.code.id for found in case.missing]
    assert case.as_json()["level"] is None
    assert case.exit_code is ExitCode.INDETERMINATE or case.exit_code is ExitCode.REFUSED


def test_an_expired_trust_list_of_the_issuing_state_is_never_a_yes():
    assert ask((listed(),), arrangement()).outcomes == (RECOGNISED,)
    cell = ask((listed(),), arrangement(), next_update=NOW - 10 * DAY)
    assert cell.outcomes == (NOT_EVALUATED,)
    assert cell.cases[0].reason.code.id == "list.expired"


def test_a_transcribed_list_counts_only_where_the_policy_takes_one():
    transcribed = {"publication": Publication.TRANSCRIBED}
    assert ask((listed(),), arrangement(), **transcribed).outcomes == (RECOGNISED,)
    strict = ASKED._replace(policy=VerificationPolicy(transcribed=TranscribedLists.REFUSE))
    cell = ask((listed(),), arrangement(), question=strict, **transcribed)
    assert cell.outcomes == (NOT_EVALUATED,)


def test_one_key_that_stands_is_enough_and_bounds_the_answer():
    expiring = Identity(
        IdentityKind.X509, "old", key("old").verification_key, b"der", NOW - YEAR, NOW - DAY
    )
    cell = ask((listed(identities=(expiring, jwk_identity(key("new"), "new"))),), arrangement())
    assert cell.outcomes == (RECOGNISED,)
    assert cell.interval.start >= NOW - DAY


def test_credential_types_are_asked_one_by_one_and_equal_answers_joined():
    offered = listed(credential_types=("a", "b", "c"))
    cell = ask((offered,), arrangement(credential_types=frozenset({"a", "c"})))
    answers = {case.credential_types: case.outcome for case in cell.cases}
    assert answers == {("a", "c"): RECOGNISED, ("b",): NOT_RECOGNISED}


def test_a_service_without_bounds_is_asked_about_the_named_types_and_any_other():
    cell = ask((listed(),), arrangement(credential_types=frozenset({"a"})))
    assert {case.credential_types: case.outcome for case in cell.cases} == {
        ("a",): RECOGNISED,
        (ANY,): NOT_RECOGNISED,
    }
    (case,) = ask((listed(),), arrangement()).cases
    assert case.credential_types == (ANY,)


def test_the_question_reaches_the_rules():
    bounded = arrangement(
        purposes=frozenset({"account-opening"}), levels=(level_row("s", "1", proofing=2),)
    )
    offered = (listed(levels=(LevelGrant("s", "1"),)),)
    assert ask(offered, bounded).outcomes == (INDETERMINATE,)
    named = ASKED._replace(purpose="account-opening")
    assert ask(offered, bounded, question=named).outcomes == (RECOGNISED,)
    high = named._replace(min_level=MinimumLevel(proofing=3))
    cell = ask(offered, bounded, question=high)
    assert cell.outcomes == (NOT_RECOGNISED,)
    assert cell.cases[0].reason.code.id == "recognition.level_too_low"


def test_a_service_type_narrows_the_question_and_must_be_listed():
    services = (listed(), listed(label="two", type=SVC_PID_ISSUANCE))
    narrow = ASKED._replace(service_type=SVC_PID_ISSUANCE)
    assert [case.service.name for case in ask(services, question=narrow).cases] == ["two"]
    with pytest.raises(MisuseError, match="listed are"):
        ask(services, question=ASKED._replace(service_type="https://unlisted.example"))


def test_an_unknown_state_is_the_askers_fault():
    with pytest.raises(MisuseError, match="none of"):
        explain(snapshot(), ASKED, "XX", "SG")


def test_a_missing_list_is_named_and_no_listed_service_is_a_dot():
    region = build_region()
    cell = explain(region.snapshot(), Question(region.at), "MM", "SG")
    assert (cell.absent, cell.letters, cell.cases) == ("list.absent", "!", ())
    assert cell.arrangements == ("test-sg-mm-identity",)
    empty = explain(snapshot(trust_list("TH")), ASKED, "TH", "SG")
    assert (empty.letters, empty.absent, empty.exit_code) == (".", None, ExitCode.INDETERMINATE)


def test_every_code_that_stands_in_the_way_has_a_remedy():
    in_the_way = {
        code
        for code in vars(recognition_codes).values()
        if isinstance(code, Code) and (code.outcome is not Outcome.MET or code.recognition is PILOT)
    }
    assert in_the_way - set(REMEDIES) == set()
    for sentence in REMEDIES.values():
        said = sentence.format(issuing="TH", receiving="SG")
        assert said.endswith(".")
        assert "{" not in said


def test_the_region_shows_every_outcome_and_the_diagonal_is_left_out():
    region = build_region()
    found = matrix(
        region.snapshot(),
        Question(region.at, purpose="account-opening", volume_used=(("maxPerDay", 0),)),
    )
    assert len(found.cells) == 110
    letters = set("".join(cell.letters for cell in found.cells.values()))
    assert letters == set(LETTERS.values())
    assert found.cells["SG", "TH"].outcomes == (RECOGNISED, PILOT, NOT_EVALUATED)
    assert found.cells["TH", "SG"].outcomes == (RECOGNISED,)


def test_the_matrix_says_of_the_regions_samples_what_their_verdicts_say():
    """One source of truth: a good sample's verdict is among the answers about its issuer."""
    region = build_region()
    trusted = region.snapshot()
    verifier = Verifier(trusted)
    compared = 0
    for sample in region.samples:
        for receiving in MEMBER_STATES:
            verdict = verifier.evaluate(sample.data, sample.request(receiving, region.at)).verdict
            if verdict.validity.indication.value != "TOTAL-PASSED":
                continue
            asked = sample.request(receiving, region.at)
            question = Question(
                region.at,
                None,
                asked.min_level,
                asked.purpose,
                asked.sector,
                asked.relying_party,
                asked.act,
                asked.volume_used,
            )
            cell = explain(trusted, question, verdict.subject.territory, receiving)
            said = {
                case.outcome for case in cell.cases if case.service.name == verdict.subject.service
            }
            outcome = verdict.recognition.outcome
            # What a credential claims of its own level can lower the answer, never better it.
            best = min(OUTCOMES.index(each) for each in said)
            assert OUTCOMES.index(outcome) >= best, (sample.file_name, receiving)
            if not {"level", "lower"} & set(re.split(r"[-.]", sample.file_name)):
                assert outcome in said, (sample.file_name, receiving)
                compared += 1
    assert compared > 100


def test_a_diff_names_what_changed_and_nothing_else():
    region = build_region()
    trusted = region.snapshot()
    before, after = (matrix(trusted, Question(region.at + days * DAY)) for days in (0, 61))
    assert diff(before, before) == ()
    changed = {(c.issuing, c.receiving, c.before[0], c.after[0]) for c in diff(before, after)}
    assert ("ID", "SG", "NOT-RECOGNISED", "RECOGNISED") in changed
    assert {pair[:2] for pair in changed} == {("ID", "SG"), ("VN", "TH")}


def test_a_diff_compares_the_same_question_only():
    empty = snapshot()
    with pytest.raises(MisuseError, match="ask the same"):
        diff(matrix(empty, ASKED), matrix(empty, ASKED._replace(purpose="x")))


def test_a_service_that_appears_is_a_change_from_nothing():
    without = matrix(snapshot(trust_list("TH")), ASKED)
    with_one = matrix(snapshot(trust_list("TH", (listed(),))), ASKED)
    changes = diff(without, with_one)
    assert len(changes) == 10
    assert all(c.before is None and c.service == "one" for c in changes)


def kinds(found):
    return {gap.kind for gap in found}


def test_a_region_without_gaps_has_none():
    states = [
        trust_list(code, (listed(code, f"{code} one", issuer_ids=()),)) for code in MEMBER_STATES
    ]
    rules = [
        recognition_list(a, [arrangement(a, b) for b in MEMBER_STATES if b != a])
        for a in MEMBER_STATES
    ]
    assert gaps(snapshot(*states, *rules), NOW) == ()


def test_every_kind_of_gap_is_found_in_the_region_or_next_to_it():
    region = build_region()
    found = gaps(region.snapshot(), region.at)
    beside = {
        GapKind.INSTRUMENT_NOT_BINDING,
        GapKind.RECIPROCITY_MISSING,
        GapKind.RELIABILITY_UNSHOWN,
        GapKind.EFFECT_UNSTATED,
    }
    assert kinds(found) == set(GapKind) - beside
    assert {(g.state, g.other) for g in found if g.kind is GapKind.LISTING_MISSING} == {
        ("MY", "PH"),
        ("VN", "TH"),
        ("VN", "SG"),
    }
    missing = [(g.state, g.code) for g in found if g.kind is GapKind.LIST_MISSING]
    assert ("MM", "list.absent") in missing
    assert ("ID", "recognition.list_missing") in missing
    one_way = [(g.state, g.other) for g in found if g.kind is GapKind.ONE_WAY]
    assert ("MY", "BN") in one_way
    assert not {("SG", "TH"), ("TH", "SG")} & set(one_way)


@pytest.mark.parametrize(
    ("given", "kind", "code"),
    [
        ({"requires": ("prior_listing",)}, GapKind.LISTING_MISSING, "listing_unknown"),
        ({"requires": ("reciprocity",)}, GapKind.RECIPROCITY_MISSING, "reciprocity_unknown"),
        ({"comparator": "at_least"}, GapKind.RELIABILITY_UNSHOWN, "reliability_unknown"),
        ({"standards": frozenset({"a"})}, GapKind.RELIABILITY_UNSHOWN, "stricter_unknown"),
        ({"effect": "unknown"}, GapKind.EFFECT_UNSTATED, "effect_unknown"),
        (
            {"instrument": Instrument("t", "T", verified=True, status=InstrumentStatus.SIGNED)},
            GapKind.INSTRUMENT_NOT_BINDING,
            "instrument_not_in_force",
        ),
        (
            {"instrument": Instrument("t", "T", verified=True, obligation=Obligation.UNCLEAR)},
            GapKind.INSTRUMENT_NOT_BINDING,
            "basis_unclear",
        ),
    ],
)
def test_what_lists_do_not_answer_is_a_gap_of_who_could(given, kind, code):
    lists = trust_list("TH", (listed(),)), recognition_list("SG", (arrangement(**given),))
    (gap,) = [gap for gap in gaps(snapshot(*lists), NOW) if gap.kind is kind]
    assert (gap.state, gap.other, gap.code) == ("SG", "TH", f"recognition.{code}")
    assert gap.what.startswith("test-sg-th")
    plain = trust_list("TH", (listed(),)), recognition_list("SG", (arrangement(),))
    assert kind not in kinds(gaps(snapshot(*plain), NOW))


def test_explain_shows_the_facts_and_the_notes_of_the_new_rules():
    given = arrangement(
        requires=("prior_listing",), considered_standards=frozenset({"iso"}), comparator="at_least"
    )
    cell = ask((listed(),), given)
    (case,) = cell.cases
    missing = [found.code.id.removeprefix("recognition.") for found in case.missing]
    assert missing == ["reliability_unknown", "listing_unknown"]
    assert "recognition.standards_unknown" in [found.code.id for found in case.findings]
    assert remedy(case.missing[1], "TH", "SG").startswith("A usable trust list of SG")


def test_a_withdrawn_service_and_a_repealed_arrangement_leave_no_gap():
    over = StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - DAY, TIME_MAX))
    odd = listed(label="odd", type=SVC_PID_ISSUANCE)
    lists = recognition_list("SG", (arrangement(),))
    found = gaps(snapshot(trust_list("TH", (odd,)), lists), NOW)
    assert GapKind.SERVICE_TYPE_UNMAPPED in kinds(found)
    gone = listed(label="odd", type=SVC_PID_ISSUANCE, history=(over,))
    found = gaps(snapshot(trust_list("TH", (gone,)), lists), NOW)
    assert GapKind.SERVICE_TYPE_UNMAPPED not in kinds(found)
    unread = Instrument("DEFA", "TEST-ONLY agreement")
    for end, expected in ((NOW + DAY, True), (NOW, False)):
        entry = arrangement(instrument=unread, interval=Interval(NOW - YEAR, end))
        found = gaps(snapshot(recognition_list("SG", (entry,))), NOW)
        assert (GapKind.CITATION_UNVERIFIED in kinds(found)) is expected


def test_the_heat_map_needs_nothing_and_runs_nothing():
    region = build_region()
    page = heat_map(matrix(region.snapshot(), Question(region.at)), {"SG": "Singapore"})
    assert not re.search(r"<script|<link|<img|<iframe|\ssrc=|\shref=|@import|url\((?!#)", page)
    assert "default-src 'none'" in page
    assert "Singapore SG" in page
    assert page.count("<g><title>") == 121
    assert set(OUTCOMES) == set(LOOKS)


def test_names_in_a_list_cannot_write_the_page():
    hostile = '"><script>alert(1)</script>\u202e'
    found = matrix(
        snapshot(trust_list("TH", (listed(name=hostile, credential_types=("<b>",)),))), ASKED
    )
    page = heat_map(found, {"TH": "<i>"})
    assert "<script" not in page
    assert "<b>" not in page
    assert "<i>" not in page
    assert "\u202e" not in page
    assert "&lt;script&gt;" in svg(found, {})


def test_the_lists_name_the_service_types():
    both = snapshot(trust_list("TH", (listed(),)), recognition_list("SG", (arrangement(),)))
    assert service_types(both) == (SVC_EAA,)
    assert service_types(TrustSnapshot.build(())) == ()
