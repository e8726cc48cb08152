"""Laws of recognition, over drawn sets of arrangements.

Adding an arrangement changes nothing outside its scope and makes nothing worse inside it; the order
of entries never matters; there is no path from A to C over B; and every answer holds in the whole
of its interval and ends exactly where the next one begins.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.recognition.matrix import OUTCOMES, Question, explain, matrix
from defa_trust.request import MinimumLevel
from defa_trust.spec import SVC_EAA, SVC_PID_ISSUANCE
from defa_trust.trustlist.model import (
    ArrangementPeriod,
    ArrangementStatus,
    LevelGrant,
    Stage,
    Status,
    StatusPeriod,
)
from defa_trust.verdict import TIME_MAX, TIME_MIN, Interval, RecognitionOutcome
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

STATES = ("SG", "TH", "MY", "PH")
PAIRS = [(a, b) for a in STATES for b in STATES if a != b]
TYPES = (SVC_EAA, SVC_PID_ISSUANCE)
SCALE = "urn:defa:scale:kh:ekyc-tier"
GRANTS = (RecognitionOutcome.RECOGNISED, RecognitionOutcome.PILOT)


def _services(territory):
    """Two services of two types; the second was granted late, and withdrawn in between."""
    broken = (
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW + 5 * DAY, TIME_MAX)),
        StatusPeriod(Status.WITHDRAWN, WITHDRAWN_URI, Interval(NOW - 5 * DAY, NOW + 5 * DAY)),
        StatusPeriod(Status.SANDBOX, GRANTED_URI, Interval(NOW - 20 * DAY, NOW - 5 * DAY)),
    )
    identity = (jwk_identity(key(territory), "k"),)
    return (
        service(
            territory,
            identity,
            (),
            id="1",
            name="1",
            levels=(LevelGrant(SCALE, "2"),),
            credential_types=("a", "b"),
        ),
        service(territory, identity, (), broken, id="2", name="2", type=SVC_PID_ISSUANCE),
    )


SERVICES = {code: _services(code) for code in STATES}
NATIONAL = [trust_list(code, SERVICES[code]) for code in STATES]

DAYS = st.integers(-40, 40).map(lambda days: NOW + days * DAY)


@st.composite
def periods(draw, interval):
    """One to three periods of an arrangement, newest first, with gaps or without."""
    cuts = sorted(draw(st.sets(DAYS, min_size=1, max_size=3)))
    ends = [*cuts[1:], TIME_MAX]
    found = []
    for start, end in zip(cuts, ends, strict=True):
        if draw(st.booleans()) or not found:
            status = draw(st.sampled_from(list(ArrangementStatus)))
            stage = draw(st.sampled_from(list(Stage)))
            found.append(ArrangementPeriod(status, stage, Interval(start, end)))
    return tuple(reversed(found)) or (
        ArrangementPeriod(ArrangementStatus.ENACTED, Stage.IN_FORCE, interval),
    )


@st.composite
def entries(draw, pair=None, plain=None):
    recognising, recognised = pair or draw(st.sampled_from(PAIRS))
    start = draw(DAYS)
    interval = Interval(
        start, draw(st.just(TIME_MAX) | st.integers(1, 60).map(lambda d: start + d * DAY))
    )
    if plain or (plain is None and draw(st.booleans())):
        interval = Interval(NOW - YEAR, TIME_MAX)
        terms = {
            "periods": (ArrangementPeriod(ArrangementStatus.ENACTED, Stage.IN_FORCE, interval),)
        }
    else:
        terms = {"periods": draw(periods(interval))}
    some = st.sampled_from([frozenset(), frozenset({"x"}), frozenset({"x", "y"})])
    grace = draw(st.none() | st.integers(0, 20))
    return arrangement(
        recognising,
        recognised,
        interval=interval,
        service_types=tuple((t, t) for t in draw(st.sets(st.sampled_from(TYPES), min_size=1))),
        credential_types=draw(st.sampled_from([frozenset(), frozenset({"a"}), frozenset({"z"})])),
        purposes=draw(some),
        sectors=draw(some),
        excluded_acts=draw(some),
        requires=draw(st.sampled_from([(), (), ("prior_listing",)])),
        limits=draw(st.sampled_from([(), (), (("perDay", 3),)])),
        levels=draw(st.sampled_from([(), (level_row(SCALE, "2", proofing=2),)])),
        grace_until=None if grace is None else min(interval.end, NOW + 99 * DAY) + grace * DAY,
        **terms,
    )


@st.composite
def questions(draw, moment=NOW):
    word = st.sampled_from([None, "x", "y", "w"])
    return Question(
        moment,
        min_level=draw(st.sampled_from([None, None, MinimumLevel(2), MinimumLevel(3)])),
        purpose=draw(word),
        sector=draw(word),
        act=draw(word),
        volume_used=draw(st.sampled_from([(), (("perDay", 0),), (("perDay", 3),)])),
    )


def named(drawn):
    """The drawn entries with ids of their own, as a list that was accepted has them."""
    from dataclasses import fields

    def renamed(entry, number):
        members = {f.name: getattr(entry, f.name) for f in fields(entry) if f.init}
        return type(entry)(**{**members, "id": f"entry-{number:02}"})

    return [renamed(entry, number) for number, entry in enumerate(drawn)]


def world(drawn, order=lambda items: items):
    lists = [
        recognition_list(
            code, order([entry for entry in drawn if entry.recognising == code]), digest=code * 32
        )
        for code in STATES
    ]
    return snapshot(*order([*NATIONAL, *lists]))


def said(cell):
    """Everything that a cell answers, by service and credential type."""
    return {
        (case.service.id, type): (case.outcome, case.findings, case.answer, case.interval)
        for case in cell.cases
        for type in case.credential_types
    }


def outcomes(cell):
    return {
        (case.service.id, type): case.outcome
        for case in cell.cases
        for type in case.credential_types
    }


SETS = st.lists(entries(), max_size=8).map(named)


@settings(max_examples=60, deadline=None)
@given(SETS, entries(), questions())
def test_adding_an_arrangement_changes_nothing_outside_its_pair(drawn, added, question):
    more = [*drawn, *named([*drawn, added])[-1:]]
    before, after = matrix(world(drawn), question), matrix(world(more), question)
    pair = added.recognised, added.recognising
    for place, cell in before.cells.items():
        if place != pair:
            assert said(after.cells[place]) == said(cell), place


@settings(max_examples=80, deadline=None)
@given(SETS, entries(), questions())
def test_adding_an_arrangement_makes_nothing_worse_and_helps_only_what_it_covers(
    drawn, added, question
):
    added = named([*drawn, added])[-1]
    pair = added.recognised, added.recognising
    before = outcomes(explain(world(drawn), question, *pair))
    after = outcomes(explain(world([*drawn, added]), question, *pair))
    mapped = {home for home, _ in added.service_types}
    types = {one.id: one.type for one in SERVICES[added.recognised]}
    for place, outcome in after.items():
        # An unbounded service is asked about more types once an arrangement names them.
        was = before.get(place, before.get((place[0], "*")))
        if was is None:
            continue
        assert OUTCOMES.index(outcome) <= OUTCOMES.index(was)
        of_type = types[place[0]] in mapped
        of_credential = not added.credential_types or place[1] in added.credential_types
        if not (of_type and of_credential):
            assert outcome is was, place


@settings(max_examples=60, deadline=None)
@given(SETS, questions(), st.randoms(use_true_random=False))
def test_the_order_of_lists_and_entries_never_matters(drawn, question, random):
    def shuffled(items):
        copy = list(items)
        random.shuffle(copy)
        return copy

    one, other = matrix(world(drawn), question), matrix(world(drawn, shuffled), question)
    assert {k: said(c) for k, c in one.cells.items()} == {
        k: said(c) for k, c in other.cells.items()
    }


@settings(max_examples=60, deadline=None)
@given(SETS, questions())
def test_there_is_no_path_from_a_to_c_over_b(drawn, question):
    """Whatever A grants B and B grants C: without an entry of A for C, A grants C nothing."""
    direct = {(entry.recognised, entry.recognising) for entry in drawn}
    for place, cell in matrix(world(drawn), question).cells.items():
        if place not in direct:
            assert not set(cell.outcomes) & set(GRANTS), place


def test_the_chain_that_must_not_count_would_count_directly():
    """The positive twin of the law above: the same terms, with the missing entry there."""
    chain = [arrangement("SG", "TH"), arrangement("TH", "MY")]
    question = Question(NOW)
    assert not set(explain(world(named(chain)), question, "MY", "SG").outcomes) & set(GRANTS)
    direct = explain(world(named([*chain, arrangement("SG", "MY")])), question, "MY", "SG")
    assert RecognitionOutcome.RECOGNISED in direct.outcomes


@settings(max_examples=80, deadline=None)
@given(
    st.lists(entries(pair=("SG", "TH")), max_size=4).map(named),
    questions(),
    st.integers(-80, 80),
    st.integers(0, DAY - 1),
)
def test_every_answer_is_right_at_both_ends_of_its_interval(drawn, question, days, second):
    trusted = world(drawn)
    moment = NOW + days * DAY + second

    def at(when):
        return said(explain(trusted, question._replace(moment=when), "TH", "SG"))

    for place, answer in at(moment).items():
        start, end = answer[3]
        assert start <= moment < end
        if start > TIME_MIN:
            assert at(start)[place] == answer
            assert at(start - 1)[place][3].end == start
        if end < TIME_MAX:
            assert at(end - 1)[place] == answer
            following = at(end)[place]
            assert following[3].start == end
            assert following[1:3] != answer[1:3]
