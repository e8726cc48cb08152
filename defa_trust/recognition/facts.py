"""What the rules may know: facts in, findings out (floor 9). No claims of a person among them."""

from __future__ import annotations

from typing import NamedTuple

from ..policy import VerificationPolicy
from ..request import Request
from ..trustlist.model import Service, StatusPeriod
from ..verdict import ALWAYS, TIME_MAX, TIME_MIN, Interval


class Facts(NamedTuple):
    """An authenticated object's public facts. ``moment`` is Unix seconds.

    ``asserted_levels`` are the (scheme, value) pairs the credential claims; they can only lower a
    level.
    ``existed`` is a moment at which the object is *proven* to have existed, where one is: an
    object's own word for its age is none.
    """

    service: Service
    status: StatusPeriod | None
    types: tuple[str, ...]
    asserted_levels: tuple[tuple[str, str], ...]
    request: Request
    policy: VerificationPolicy
    moment: int
    existed: int | None = None
    lists_at: int | None = None
    """Moment at which lists must be fresh, where ``moment`` is a proven one of the past."""

    @property
    def fresh_at(self) -> int:
        """The moment at which lists must be fresh."""
        return self.moment if self.lists_at is None else self.lists_at

    def held(self, start: int, end: int) -> Interval:
        """The span in which an answer that depends on ``moment`` stays. A proven moment does not
        move with the time of asking, so there it stays for ever."""
        return Interval(start, end) if self.lists_at is None else ALWAYS

    def status_held(self, start: int, end: int) -> Interval:
        """The same of an answer that depends on the service's status alone. Where a moment of the
        object's existence is proven, that is the status of then, whenever somebody asks."""
        return self.held(start, end) if self.existed is None else ALWAYS

    def phase(self, interval: Interval) -> Interval:
        """The span in which the moment stays inside ``interval``, before it, or after it."""
        start, end = interval
        if self.moment < start:
            return self.held(TIME_MIN, start)
        if self.moment < end:
            return self.held(start, end)
        return self.held(end, TIME_MAX)
