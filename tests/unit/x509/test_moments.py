"""A clock notes how long its answers hold."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from defa_trust.errors import MisuseError
from defa_trust.verdict import ALWAYS, TIME_MAX, TIME_MIN, Interval
from defa_trust.x509.moments import Clock, Moment


def test_an_unasked_clock_holds_always():
    assert Clock(5).interval == ALWAYS


def test_what_was_asked_bounds_the_answer():
    clock = Clock(10)
    assert clock.passed(10)
    assert not clock.passed(11)
    assert clock.interval == Interval(10, 11)


def test_an_interval_that_holds_and_one_that_does_not():
    clock = Clock(10)
    assert clock.within(Interval(5, 20))
    assert clock.interval == Interval(5, 20)
    assert not clock.within(Interval(15, 20))
    assert clock.interval == Interval(5, 15)


def test_a_fixed_moment_leaves_the_clock_alone():
    clock = Clock(10)
    proven = Moment.at(clock, 4)
    assert proven.fixed == 4
    assert proven.passed(4)
    assert not proven.passed(5)
    proven.narrow(Interval(3, 5))
    assert clock.interval == Interval(5, TIME_MAX)


def test_now_moves_with_the_clock():
    clock = Clock(10)
    now = Moment.at(clock, 10)
    assert now.fixed is None
    assert now.value == 10
    assert now.passed(7)
    now.narrow(Interval(8, 12))
    assert clock.interval == Interval(8, 12)


def test_a_moment_is_a_whole_number():
    for bad in (1.0, True, "1", None):
        with pytest.raises(MisuseError):
            Clock(bad)


@given(
    now=st.integers(-50, 50),
    other=st.integers(-50, 50),
    bounds=st.lists(st.integers(-60, 60), max_size=8),
)
def test_within_its_interval_every_answer_is_the_same(now, other, bounds):
    clock = Clock(now)
    answers = [clock.passed(bound) for bound in bounds]
    start, end = clock.interval
    assert TIME_MIN <= start <= now < end <= TIME_MAX
    same = [Clock(other).passed(bound) for bound in bounds] == answers
    # Exact at both ends: outside, some answer differs.
    assert same == (start <= other < end)
