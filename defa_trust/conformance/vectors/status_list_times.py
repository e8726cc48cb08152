"""Token status lists: from when to when one answers."""

from __future__ import annotations

from typing import Any

from ..build import DAY, MOMENT, vc
from ..registry import Case, Group, Importance
from ..status_lists import TTL, evidence, token_jwt, token_reference

_TSL = "draft-ietf-oauth-status-list-21"
_group = Group("status_list", features=("es256", "status-list-jwt", "vc-jwt"), twin="jwt_good")


def _at(moment: int, fetched: int | None = None, **members: Any) -> Case:
    return Case(
        vc(status=token_reference()),
        evidence=(evidence(token_jwt(**members), fetched=fetched),),
        moment=moment,
    )


@_group.vector(f"{_TSL}, 8.3")
def expires_next_second() -> Case:
    """The list expires the second after the moment asked for."""
    return _at(MOMENT, exp=MOMENT + 1)


@_group.vector(f"{_TSL}, 8.3", "status.list_expired", twin="expires_next_second")
def expires_this_second() -> Case:
    """The list expires at the very moment asked for."""
    return _at(MOMENT, exp=MOMENT)


@_group.vector(f"{_TSL}, 8.3")
def ttl_ends_next_second() -> Case:
    """The list's time to live ends the second after the moment asked for."""
    return _at(MOMENT, iat=MOMENT - TTL + 1)


@_group.vector(
    f"{_TSL}, 8.3",
    "status.list_stale",
    twin="ttl_ends_next_second",
    notes="An old list is served until it expires, and what was revoked since passes.",
)
def ttl_ends_this_second() -> Case:
    """The list's time to live ends at the very moment asked for; it expires in a month."""
    return _at(MOMENT, iat=MOMENT - TTL)


@_group.vector(f"{_TSL}, 8.3")
def fetched_a_minute_ago() -> Case:
    """The list was made two days ago and fetched a minute ago; a day is its time to live."""
    return _at(MOMENT, MOMENT - 60, iat=MOMENT - 2 * TTL)


@_group.vector(f"{_TSL}, 8.3", "status.list_stale", twin="fetched_a_minute_ago")
def fetched_a_day_ago() -> Case:
    """The list was fetched a day ago, and a day is its time to live."""
    return _at(MOMENT, MOMENT - TTL, iat=MOMENT - 2 * TTL)


@_group.vector(
    f"{_TSL}, 8.3",
    "status.list_stale",
    twin="fetched_a_minute_ago",
    importance=Importance.PROFILE,
    notes="Fetched after the moment asked for, the list was not there then.",
)
def fetched_after_the_moment() -> Case:
    """Asked as of a moment, and the list was fetched a day after it."""
    return _at(MOMENT, MOMENT + DAY, iat=MOMENT - 2 * TTL)


@_group.vector(
    f"{_TSL}, 11.5",
    "status.list_stale",
    importance=Importance.PROFILE,
    notes="A list that never ends hides every revocation that came after it.",
)
def endless_and_old() -> Case:
    """The list has neither `exp` nor `ttl` and was made eight days ago."""
    return _at(MOMENT, iat=MOMENT - 8 * DAY, exp=None, ttl=None)


@_group.vector(f"{_TSL}, 11.5", importance=Importance.PROFILE)
def endless_and_new() -> Case:
    """The list has neither `exp` nor `ttl` and was made six days ago."""
    return _at(MOMENT, iat=MOMENT - 6 * DAY, exp=None, ttl=None)


@_group.vector(f"{_TSL}, 5.1")
def made_within_the_tolerance() -> Case:
    """The list's `iat` is a minute ahead: clocks differ by that much."""
    return _at(MOMENT, iat=MOMENT + 60)


@_group.vector(f"{_TSL}, 5.1", "status.list_from_the_future", twin="made_within_the_tolerance")
def made_in_the_future() -> Case:
    """The list's `iat` is 61 seconds ahead."""
    return _at(MOMENT, iat=MOMENT + 61)


@_group.vector("RFC 7519, 4.1.5", "status.list_from_the_future")
def not_before_tomorrow() -> Case:
    """The list's `nbf` is a day ahead."""
    return _at(MOMENT, nbf=MOMENT + DAY)


@_group.vector(f"{_TSL}, 5.1", "status.list_malformed")
def ttl_as_text() -> Case:
    """`ttl` is a string of digits."""
    return _at(MOMENT, ttl=str(TTL))


@_group.vector(f"{_TSL}, 5.1", "status.list_malformed")
def ttl_zero() -> Case:
    """`ttl` is 0, and it must be positive."""
    return _at(MOMENT, ttl=0)


@_group.vector("RFC 7519, 2", "status.list_malformed")
def times_in_milliseconds() -> Case:
    """`iat` and `exp` are in milliseconds."""
    return _at(MOMENT, iat=(MOMENT - 3600) * 1000, exp=(MOMENT + DAY) * 1000)
