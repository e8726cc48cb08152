"""What a state says of its own law and of foreign services it lists, as documents (floor 5)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .documents import Json, time_text
from .model import LegalStatus


def _spanned(whole: Json, since: int, until: int | None) -> Json:
    whole["from"] = time_text(since)
    return whole if until is None else {**whole, "until": time_text(until)}


def law_statement(
    *, id: str, kind: str, instrument: Mapping[str, Any], since: int, until: int | None = None,
    **own: Any,
) -> Json:  # fmt: skip
    """One entry of `DefaReceivingLaw`; ``own`` are the members of its kind, in the list's own
    spelling (`acts`, `exceptActs`, `categories`, `effect`, …)."""
    whole = {"id": id, "kind": kind, "instrument": {"verified": False, **instrument}, **own}
    return _spanned(whole, since, until)


def foreign_listing(
    *, territory: str, service: str, since: int, until: int | None = None,
    status: LegalStatus = LegalStatus.RECOGNISED_FOREIGN,
) -> Json:  # fmt: skip
    """One entry of `DefaRecognisedForeign`: ``service`` is the identifier in the home list."""
    whole = {"territory": territory, "service": service, "status": LegalStatus(status).value}
    return _spanned(whole, since, until)
