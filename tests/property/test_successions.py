"""Chains of successions at random: whoever may sign at the end, and no one else, is reached."""

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.successions import ders, issue, judge, pin_of, with_steps

LETTERS = "ABCDEF"

holders = st.lists(st.sampled_from(LETTERS), min_size=1, max_size=3, unique=True).map("".join)


@st.composite
def sets(draw):
    """(signers, threshold)."""
    names = draw(holders)
    return names, draw(st.integers(1, len(names)))


@st.composite
def stories(draw):
    """Editions of one region: ordinary ones and successions, each signed by just enough."""
    names, threshold = draw(sets())
    made = [issue(5, names[:threshold])]
    states = [(names, threshold)]
    sequence = 5
    for kind in draw(st.lists(st.booleans(), min_size=1, max_size=5)):
        sequence += draw(st.integers(1, 40))
        by = names[:threshold]
        if kind:
            after, many = draw(sets())
            by += "".join(name for name in after if name not in by)
            made.append(issue(sequence, by, to=after, threshold=many, after=made[-1]))
            names, threshold = after, many
        else:
            made.append(issue(sequence, by, after=made[-1]))
        states.append((names, threshold))
    return made, states


@settings(max_examples=25, deadline=None)
@given(stories(), st.data())
def test_a_reader_of_any_edition_reaches_every_later_one(story, data):
    made, states = story
    first = data.draw(st.integers(0, len(made) - 1))
    later = data.draw(st.integers(first, len(made) - 1))
    names, threshold = states[first]
    here, there = made[first], made[later]
    pin = pin_of(names, threshold)
    shuffled = with_steps(there, lambda steps: data.draw(st.permutations(steps)))
    if first == later:
        # What he holds already, under the pins that it left him with: judged as on every load.
        return
    answer = judge(shuffled, pin, here.mark)
    assert answer.code is None
    end = answer.hops[-1].after if answer.hops else pin
    expected, many = states[later]
    assert end.signers == ders(expected)
    assert end.threshold == many
    # One step at a time comes to the same.
    step_pin, mark = pin, here.mark
    for edition in made[first + 1 : later + 1]:
        step = judge(edition, step_pin, mark)
        assert step.code is None
        step_pin = step.hops[-1].after if step.hops else step_pin
        mark = edition.mark
    assert (step_pin.signers, step_pin.threshold) == (end.signers, end.threshold)


@settings(max_examples=25, deadline=None)
@given(stories(), st.sampled_from("XYZ"), st.data())
def test_no_stranger_is_ever_reached(story, stranger, data):
    """Whatever a stranger adds to a true chain: his own lists, his own successions."""
    made, states = story
    names, threshold = states[0]
    last = made[-1]
    forged = issue(last.sequence + 1, stranger, after=last)
    assert judge(forged, pin_of(names, threshold), made[0].mark).trust_list is None
    taken = issue(last.sequence + 1, stranger, to=stranger, after=last)
    assert judge(taken, pin_of(names, threshold), made[0].mark).trust_list is None
    beyond = issue(last.sequence + 2, stranger, after=taken)
    kept = data.draw(st.booleans())
    if kept:
        beyond = with_steps(beyond, lambda steps: steps[-1:])
    assert judge(beyond, pin_of(names, threshold), made[0].mark).trust_list is None


@settings(max_examples=15, deadline=None)
@given(stories(), st.data())
def test_without_a_step_that_matters_nothing_but_the_truth_is_accepted(story, data):
    """A chain with a hole either fails or ends at the signers it should end at."""
    made, states = story
    names, threshold = states[0]
    last = made[-1]
    cut = with_steps(last, lambda steps: [step for step in steps if data.draw(st.booleans())])
    answer = judge(cut, pin_of(names, threshold), made[0].mark)
    if answer.trust_list is not None:
        end = answer.hops[-1].after if answer.hops else pin_of(names, threshold)
        final, _ = states[-1]
        # Accepted is only what enough of those signed whom the reader then pins.
        assert set(end.signers) & set(ders(final))
    else:
        assert answer.code.startswith("list.")
