"""Laws of recognition, over drawn sets of arrangements, laws and registers.

Adding an arrangement changes nothing outside its scope and makes nothing worse inside it; the order
of entries never matters; there is no path from A to C over B; and every answer holds in the whole
of its interval and ends exactly where the next one begins.
"""

from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.recognition.matrix import OUTCOMES, Question, explain, matrix
from defa_trust.verdict import TIME_MAX, TIME_MIN, RecognitionOutcome
from tests.build import DAY, NOW, arrangement

from .recognition_worlds import (
    GRANTS,
    NOTHING,
    RESTRICTING,
    SERVICES,
    SETS,
    SETTINGS,
    STATES,
    entries,
    facts_of_lists,
    listings,
    named,
    outcomes,
    questions,
    renamed,
    said,
    statements,
    world,
)


def rank(outcome):
    """Nothing presented counts for more than what its lists say: the better, the smaller."""
    return OUTCOMES.index(outcome)


def touched(added, drawn):
    """Pairs (issuing, receiving) that an arrangement may bear on: its own; and, where one of the
    other direction asks for reciprocity, that one."""
    yield added.recognised, added.recognising
    for entry in drawn:
        other_way = (entry.recognising, entry.recognised) == (added.recognised, added.recognising)
        if other_way and "reciprocity" in entry.requires:
            yield added.recognising, added.recognised


@settings(max_examples=35, deadline=None)
@given(SETS, SETTINGS, entries(), questions())
def test_adding_an_arrangement_changes_nothing_outside_its_scope(drawn, setting, added, question):
    more = [*drawn, *named([*drawn, added])[-1:]]
    before, after = matrix(world(drawn, setting), question), matrix(world(more, setting), question)
    scope = set(touched(added, drawn))
    for place, cell in before.cells.items():
        if place not in scope:
            assert said(after.cells[place]) == said(cell), place


@settings(max_examples=50, deadline=None)
@given(SETS, SETTINGS, entries(), questions())
def test_adding_an_arrangement_makes_nothing_worse_and_helps_only_what_it_covers(
    drawn, setting, added, question
):
    added = named([*drawn, added])[-1]
    trusted, more = world(drawn, setting), world([*drawn, added], setting)
    for pair in touched(added, drawn):
        before = outcomes(explain(trusted, question, *pair))
        after = outcomes(explain(more, question, *pair))
        own = pair == (added.recognised, added.recognising)
        mapped = {home for home, _ in added.service_types}
        types = {one.id: one.type for one in SERVICES[pair[0]]}
        for place, outcome in after.items():
            # An unbounded service is asked about more types once an arrangement names them.
            was = before.get(place, before.get((place[0], "*")))
            if was is None:
                continue
            assert rank(outcome) <= rank(was)
            of_type = types[place[0]] in mapped
            of_credential = not added.credential_types or place[1] in added.credential_types
            if own and not (of_type and of_credential):
                assert outcome is was, place


@settings(max_examples=35, deadline=None)
@given(SETS, SETTINGS, questions(), st.randoms(use_true_random=False))
def test_the_order_of_lists_and_entries_never_matters(drawn, setting, question, random):
    def shuffled(items):
        copy = list(items)
        random.shuffle(copy)
        return copy

    one = matrix(world(drawn, setting), question)
    other = matrix(world(drawn, setting, shuffled), question)
    assert {k: said(c) for k, c in one.cells.items()} == {
        k: said(c) for k, c in other.cells.items()
    }


@settings(max_examples=35, deadline=None)
@given(SETS, SETTINGS, questions())
def test_there_is_no_path_from_a_to_c_over_b(drawn, setting, question):
    """Whatever A grants B and B grants C: without an entry of A for C, A grants C nothing."""
    direct = {(entry.recognised, entry.recognising) for entry in drawn}
    for place, cell in matrix(world(drawn, setting), question).cells.items():
        if place not in direct:
            assert not set(cell.outcomes) & set(GRANTS), place


def test_the_chain_that_must_not_count_would_count_directly():
    """The positive twin of the law above: the same terms, with the missing entry there."""
    chain = [arrangement("SG", "TH"), arrangement("TH", "MY")]
    question = Question(NOW)
    assert not set(explain(world(named(chain)), question, "MY", "SG").outcomes) & set(GRANTS)
    direct = explain(world(named([*chain, arrangement("SG", "MY")])), question, "MY", "SG")
    assert RecognitionOutcome.RECOGNISED in direct.outcomes


@settings(max_examples=35, deadline=None)
@given(SETS, SETTINGS, st.sampled_from(STATES), statements(RESTRICTING), questions())
def test_a_law_that_restricts_helps_nobody_and_binds_its_own_state_only(
    drawn, setting, state, added, question
):
    more = setting._replace(law=(*setting.law, (state, renamed(added, "law-added"))))
    before, after = matrix(world(drawn, setting), question), matrix(world(drawn, more), question)
    for place, cell in before.cells.items():
        if place[1] != state:
            assert said(after.cells[place]) == said(cell), place
            continue
        worse = outcomes(after.cells[place])
        for case, was in outcomes(cell).items():
            assert rank(worse[case]) >= rank(was), place


@settings(max_examples=25, deadline=None)
@given(SETS, SETTINGS, st.sampled_from(STATES), listings(), questions())
def test_a_register_helps_only_the_state_it_names_and_hurts_nobody(
    drawn, setting, state, added, question
):
    if added.territory == state:
        return
    more = setting._replace(registers=(*setting.registers, (state, added)))
    before, after = matrix(world(drawn, setting), question), matrix(world(drawn, more), question)
    for place, cell in before.cells.items():
        if place != (added.territory, state):
            assert said(after.cells[place]) == said(cell), place
            continue
        better = outcomes(after.cells[place])
        for case, was in outcomes(cell).items():
            assert rank(better[case]) <= rank(was), place


@settings(max_examples=25, deadline=None)
@given(SETS, questions(), st.integers(-40, 40))
def test_an_answer_that_is_kept_is_the_one_that_a_fresh_list_gives(drawn, question, days):
    """Asked first at another moment and about other terms, so that something is kept."""
    kept = world(drawn)
    matrix(kept, question._replace(moment=NOW + days * DAY))
    matrix(kept, question._replace(purpose="x", moment=NOW - days * DAY))
    one, other = matrix(kept, question), matrix(world(drawn), question)
    assert {k: said(c) for k, c in one.cells.items()} == {
        k: said(c) for k, c in other.cells.items()
    }


@settings(max_examples=70, deadline=None)
@given(
    st.lists(entries(pair=("SG", "TH")) | entries(pair=("TH", "SG")), max_size=5).map(named),
    SETTINGS,
    questions(),
    st.integers(-80, 80),
    st.integers(0, DAY - 1),
    st.booleans(),
)
def test_every_answer_is_right_at_both_ends_of_its_interval(
    drawn, setting, question, days, second, fresh
):
    trusted = world(drawn, setting)
    moment = NOW + days * DAY + second

    def at(when):
        asked = world(drawn, setting) if fresh else trusted
        return said(explain(asked, question._replace(moment=when), "TH", "SG"))

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


def edges(drawn, setting):
    """The moments at which one of the lists begins or ends to say something."""
    for entry in drawn:
        for interval in (entry.interval, *(period.interval for period in entry.periods)):
            yield from interval
        if entry.grace_until is not None:
            yield entry.grace_until
    for _, item in (*setting.law, *setting.registers):
        yield from item.interval


@settings(max_examples=80, deadline=None)
@given(facts_of_lists(), questions(), st.data())
def test_facts_of_lists_hold_to_the_second(world_of, question, data):
    """Asked at an edge of something that a list says, where a wrong interval shows."""
    drawn, setting = world_of
    question = question._replace(agreement=None, min_level=None)
    moments = sorted({NOW, *(m for m in edges(drawn, setting) if abs(m - NOW) < 90 * DAY)})
    moment = data.draw(st.sampled_from(moments)) + data.draw(st.sampled_from([-1, 0, 1]))

    def fresh(when):
        asked = world(drawn, setting)
        return said(explain(asked, question._replace(moment=when), "TH", "SG"))

    for place, answer in fresh(moment).items():
        start, end = answer[3]
        assert start <= moment < end
        inside = [m for m in (*moments, start, end - 1) if start <= m < end and m > TIME_MIN]
        for when in inside:
            if when < TIME_MAX - 1:
                assert fresh(when)[place] == answer
        if end < TIME_MAX:
            assert fresh(end)[place][1:3] != answer[1:3]


def test_the_worlds_are_not_all_refused():
    """The laws above would hold of a world in which nothing counts."""
    one = world(named([arrangement("SG", "TH"), arrangement("TH", "SG")]), NOTHING)
    found = matrix(one, Question(NOW))
    assert set(found.cells["TH", "SG"].outcomes) & set(GRANTS)
