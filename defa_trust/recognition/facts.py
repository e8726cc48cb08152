"""What the rules may know: facts in, findings out (floor 9). No claims of a person among them."""

from __future__ import annotations

from typing import NamedTuple

from ..policy import VerificationPolicy
from ..request import Request
from ..trustlist.model import Service, StatusPeriod


class Facts(NamedTuple):
    """An authenticated object's public facts. ``moment`` is Unix seconds.

    ``asserted_level`` is a (scheme, value) the credential claims; it can only lower a level.
    """

    service: Service
    status: StatusPeriod | None
    types: tuple[str, ...]
    asserted_level: tuple[str, str] | None
    request: Request
    policy: VerificationPolicy
    moment: int
