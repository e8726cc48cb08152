"""Comparisons with a moment, which note how long they come out the same (floor 4).

An answer that depends on the moment through comparisons alone holds for as long as each of them
comes out as it did. So whoever asks a ``Clock`` need not work out intervals: it has them.
"""

from __future__ import annotations

from ..errors import MisuseError
from ..verdict import TIME_MAX, TIME_MIN, Interval


class Clock:
    """The moment of judging, and the span around it in which every answer given stays the same."""

    __slots__ = ("end", "now", "start")

    def __init__(self, now: int) -> None:
        if type(now) is not int:
            raise MisuseError("a moment is Unix seconds (int)")
        self.now = now
        self.start = TIME_MIN
        self.end = TIME_MAX

    def passed(self, moment: int) -> bool:
        """Is it ``moment`` or later?"""
        if self.now >= moment:
            self.start = max(self.start, moment)
            return True
        self.end = min(self.end, moment)
        return False

    def within(self, interval: Interval) -> bool:
        """Does the moment lie in this half-open interval?"""
        return self.passed(interval.start) and not self.passed(interval.end)

    def narrow(self, interval: Interval) -> None:
        """What was decided elsewhere about now holds in ``interval`` only."""
        self.start = max(self.start, interval.start)
        self.end = min(self.end, interval.end)

    @property
    def interval(self) -> Interval:
        return Interval(self.start, self.end)


class Moment:
    """A time at which something is judged: fixed by a proof, or now and moving with the clock."""

    __slots__ = ("_clock", "fixed")

    def __init__(self, clock: Clock, fixed: int | None = None) -> None:
        self._clock = clock
        self.fixed = fixed

    @classmethod
    def at(cls, clock: Clock, moment: int) -> Moment:
        """``moment``, which moves with the clock if it is now.

        A proven moment is one that has passed: at that very moment nothing would be proven.
        """
        if moment == clock.now:
            return cls(clock)
        clock.passed(moment + 1)
        return cls(clock, moment)

    @property
    def value(self) -> int:
        return self._clock.now if self.fixed is None else self.fixed

    def passed(self, moment: int) -> bool:
        """Is it ``moment`` or later?"""
        return self._clock.passed(moment) if self.fixed is None else self.fixed >= moment

    def narrow(self, interval: Interval) -> None:
        """What was decided elsewhere about this moment holds in ``interval`` only."""
        if self.fixed is None:
            self._clock.narrow(interval)
