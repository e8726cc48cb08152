"""Timelines: the same question asked again after something changed.

What an implementation remembers between two questions must never show. One that remembers nothing
answers each step by itself, and gives the same answers.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from ..build import (
    DAY,
    MOMENT,
    WITHDRAWN,
    Json,
    arrangement,
    jwk_identity,
    member_list,
    period,
    recognised_by,
    recognition_list,
    sd_issuer,
    sd_payload,
    service,
    trust,
    vc,
    world,
)
from ..registry import Case, Group, Importance, Step
from ..status_lists import INDEX, TTL, evidence, listing, token_jwt, token_reference

_group = Group("cache", features=("es256", "recognition", "timeline", "vc-jwt"),
               twin="the_same_again")  # fmt: skip
_PROFILE = Importance.PROFILE
_LAW: Final = "DEFA profile, an answer is that of its moment"
_TSL: Final = "draft-ietf-oauth-status-list-21"
_END: Final = MOMENT + 60
"""A minute after the first question; things end or begin here."""
_PRESENTED: Final = f"{sd_issuer(sd_payload())}~"


def asked(*steps: Step, data: bytes | None = None, **members: Any) -> Case:
    return Case(vc() if data is None else data, steps=steps, **members)


def then(code: str | None, moment: int = _END, **changes: Any) -> tuple[Step, Step]:
    """Everything passes at ``MOMENT``; afterwards ``changes``, and ``code`` stands against it."""
    codes = () if code is None else (code,)
    return Step(MOMENT), Step(moment, codes, changes)


# --- the clock -----------------------------------------
@_group.vector(_LAW, importance=_PROFILE)
def the_same_again() -> Case:
    """Asked twice, a minute apart, and nothing changed."""
    return asked(*then(None))


@_group.vector(
    "RFC 7519, 4.1.4",
    "time.expired",
    twin="asked_before_it_expires",
    notes="An answer kept for a while outlives the credential.",
)
def expires_in_between() -> Case:
    """It passes the second before it expires; a second later it has expired."""
    return asked(Step(_END - 1), Step(_END, ("time.expired",)),
                  data=vc(validUntil="2026-11-01T00:01:00Z"))  # fmt: skip


@_group.vector("RFC 7519, 4.1.4")
def asked_before_it_expires() -> Case:
    """Asked twice before it expires, the last time a second before."""
    return asked(Step(MOMENT), Step(_END - 1), data=vc(validUntil="2026-11-01T00:01:00Z"))


@_group.vector(
    "RFC 7519, 4.1.4", notes="A refusal kept from a later question refuses what was good."
)
def asked_back_in_time() -> Case:
    """Refused as of its expiry, and then asked as of the second before: an audit may go back."""
    return asked(Step(_END, ("time.expired",)), Step(_END - 1),
                  data=vc(validUntil="2026-11-01T00:01:01Z", exp=_END))  # fmt: skip


@_group.vector(
    "RFC 7519, 4.1.5",
    "time.not_yet_valid",
    twin="begins_in_between",
    notes="An answer is given for moments before the one it was made for.",
)
def asked_before_it_begins() -> Case:
    """It passes, and is then asked as of the second before it begins."""
    return asked(Step(_END), Step(MOMENT - 1, ("time.not_yet_valid",)),
                  data=vc(validFrom="2026-11-01T00:01:00Z"))  # fmt: skip


@_group.vector("RFC 7519, 4.1.5", notes="A refusal kept for a while outlives its reason.")
def begins_in_between() -> Case:
    """Refused the second before it begins; it passes a second later."""
    return asked(Step(MOMENT - 1, ("time.not_yet_valid",)), Step(MOMENT),
                  data=vc(validFrom="2026-11-01T00:01:00Z"))  # fmt: skip


@_group.vector(
    "RFC 7519, 4.1.6",
    "time.issued_in_the_future",
    notes="The issue date bounds the answer as the begin of validity does.",
)
def asked_before_it_was_issued() -> Case:
    """It passes, and is then asked as of a time before it was issued."""
    return asked(Step(MOMENT), Step(MOMENT - 3600, ("time.issued_in_the_future",)),
                  data=vc(iat=MOMENT - 60))  # fmt: skip


@_group.vector(
    "ETSI TS 119 612, 5.5.4",
    "service.not_granted",
    importance=_PROFILE,
    notes="The state ended the service at a date that every list named beforehand.",
)
def service_ends_in_between() -> Case:
    """The list says beforehand when the service ends; the question is asked before and then."""
    ended = [period("withdrawn", WITHDRAWN, _END), period(until=_END)]
    return asked(*then("service.not_granted"), trust=world(history=ended))


@_group.vector(
    "DEFA profile, arrangements",
    "recognition.no_longer_in_force",
    importance=_PROFILE,
    notes="Recognition goes on after the arrangement that grants it.",
)
def arrangement_ends_in_between() -> Case:
    """The arrangement ends between the two questions."""
    return asked(*then("recognition.no_longer_in_force"),
                  trust=recognised_by(arrangement(until=_END)))  # fmt: skip


@_group.vector("DEFA profile, arrangements", importance=_PROFILE)
def arrangement_begins_in_between() -> Case:
    """Not recognised before the arrangement enters into force; recognised from then on."""
    return asked(Step(MOMENT, ("recognition.not_yet_in_force",)), Step(_END),
                  trust=recognised_by(arrangement(start=_END)))  # fmt: skip


@_group.vector(
    "DEFA profile, nextUpdate",
    "list.expired",
    importance=_PROFILE,
    notes="A list that nobody renewed goes on to vouch.",
)
def list_runs_out_in_between() -> Case:
    """The issuer's list and its days of grace end between the two questions."""
    old = member_list("TH", service(), nextUpdate=_END)
    return asked(*then("list.expired", _END + 3 * DAY),
                  trust=trust(old, recognition_list("SG", arrangement())))  # fmt: skip


@_group.vector(
    "DEFA profile, nextUpdate",
    "recognition.list_expired",
    importance=_PROFILE,
    notes="A recognition list that nobody renewed goes on to recognise.",
)
def recognition_list_runs_out_in_between() -> Case:
    """The receiving state's list and its days of grace end between the two questions."""
    old = recognition_list("SG", arrangement(), nextUpdate=_END)
    return asked(*then("recognition.list_expired", _END + 3 * DAY),
                  trust=trust(member_list("TH", service()), old))  # fmt: skip


@_group.vector("DEFA profile, arrangements", importance=_PROFILE)
def asked_back_into_the_second_period() -> Case:
    """Refused after the arrangement's second period, and then asked as of a time within it."""
    periods = [_period(MOMENT - DAY, MOMENT), _period(MOMENT - 9 * DAY, MOMENT - 8 * DAY)]
    rule = {**arrangement(), "periods": periods, "from": MOMENT - 9 * DAY}
    return asked(
        Step(_END, ("recognition.no_longer_in_force",)),
        Step(MOMENT - 60),
        trust=recognised_by(rule),
    )


def _period(start: int, until: int) -> Json:
    return {"status": "enacted", "stage": "in_force", "from": start, "until": until}


# --- the lists -----------------------------------------
def _renewed(issuer: Json | None = None, *arrangements: Json) -> Json:
    """The next edition of the lists."""
    return trust(
        member_list("TH", issuer or service(), sequence=2),
        recognition_list("SG", *(arrangements or (arrangement(),)), sequence=2),
    )


@_group.vector("ETSI TS 119 612, 5.5", importance=_PROFILE)
def lists_renewed_without_change() -> Case:
    """The lists are renewed between the two questions, and nothing in them changed."""
    return asked(*then(None, trust=_renewed()))


@_group.vector(
    "ETSI TS 119 612, 5.5.4",
    "service.not_granted",
    twin="lists_renewed_without_change",
    importance=_PROFILE,
    notes="The answer of yesterday's list is given under today's.",
)
def withdrawn_by_a_new_list() -> Case:
    """The renewed list withdraws the service."""
    ended = service(history=[period("withdrawn", WITHDRAWN, MOMENT), period(until=MOMENT)])
    return asked(*then("service.not_granted", trust=_renewed(ended)))


@_group.vector("ETSI TS 119 612, 5.5.4", importance=_PROFILE)
def granted_by_a_new_list() -> Case:
    """Refused while the service is withdrawn; the renewed list grants it again."""
    ended = [period("withdrawn", WITHDRAWN, MOMENT - DAY), period(until=MOMENT - DAY)]
    again = [period(start=_END - 1), period("withdrawn", WITHDRAWN, MOMENT - DAY, _END - 1),
             period(until=MOMENT - DAY)]  # fmt: skip
    return asked(
        Step(MOMENT, ("service.not_granted",)),
        Step(_END, (), {"trust": _renewed(service(history=again))}),
        trust=world(history=ended),
    )


@_group.vector(
    "ETSI TS 119 612, 5.5.3",
    "crypto.signature_invalid",
    twin="lists_renewed_without_change",
    importance=_PROFILE,
    notes="A signature once found good passes under a key that never made it.",
)
def key_replaced_by_a_new_list() -> Case:
    """The renewed list has another key under the same `kid`."""
    other = service(identities=[jwk_identity("replacement")])
    return asked(*then("crypto.signature_invalid", trust=_renewed(other)))


@_group.vector(
    "ETSI TS 119 612, 5.5",
    "resolve.issuer_unknown",
    twin="lists_renewed_without_change",
    importance=_PROFILE,
    notes="Whoever was struck off stays on.",
)
def issuer_gone_from_a_new_list() -> Case:
    """The renewed list no longer has the issuer."""
    other = service(issuerIds=["https://other.th.test.example"])
    return asked(*then("resolve.issuer_unknown", trust=_renewed(other)))


@_group.vector(
    "DEFA profile, arrangements",
    "recognition.no_arrangement",
    twin="lists_renewed_without_change",
    importance=_PROFILE,
    notes="The verdict's first half was remembered, and the second with it.",
)
def arrangement_gone_from_a_new_list() -> Case:
    """The renewed recognition list has no arrangement with the issuing state."""
    return asked(*then("recognition.no_arrangement", trust=_renewed(None, arrangement("SG", "MY"))))


@_group.vector("DEFA profile, an answer is that of its lists", importance=_PROFILE)
def asked_under_the_older_list_again() -> Case:
    """Refused under the renewed list, then asked under the older one again, as an audit does."""
    ended = service(history=[period("withdrawn", WITHDRAWN, MOMENT), period(until=MOMENT)])
    return asked(
        Step(MOMENT),
        Step(_END, ("service.not_granted",), {"trust": _renewed(ended)}),
        Step(_END, (), {"trust": world()}),
    )


# --- the evidence -----------------------------------------
def _status(*steps: Step, data: bytes | None = None, **members: Any) -> Case:
    case = asked(*steps, data=data or vc(status=token_reference()), **members)
    return replace(case, evidence=(evidence(token_jwt()),)) if "evidence" not in members else case


_STATUS = ("status-list-jwt",)


@_group.vector(f"{_TSL}, 8.3", features=_STATUS)
def status_list_renewed_without_change() -> Case:
    """The status list is renewed between the two questions, and nothing changed."""
    return _status(*then(None, evidence=(evidence(token_jwt(iat=MOMENT)),)))


@_group.vector(
    f"{_TSL}, 8.3",
    "status.revoked",
    features=_STATUS,
    twin="status_list_renewed_without_change",
    notes="What is revoked passes for as long as the answer is remembered.",
)
def revoked_in_between() -> Case:
    """The renewed status list says that the credential is revoked."""
    return _status(*then("status.revoked", evidence=(evidence(listing({INDEX: 1}, iat=MOMENT)),)))


@_group.vector(
    f"{_TSL}, 8.3",
    "status.list_stale",
    features=_STATUS,
    twin="status_list_renewed_without_change",
    notes="A remembered answer lengthens the list's time to live.",
)
def status_list_runs_out_in_between() -> Case:
    """The time to live of the list ends between the two questions."""
    old = (evidence(token_jwt(iat=_END - TTL)),)
    return _status(*then("status.list_stale"), evidence=old)


@_group.vector(
    f"{_TSL}, 8.3",
    "status.list_expired",
    features=_STATUS,
    twin="status_list_renewed_without_change",
    notes="A remembered answer outlives the list it came from.",
)
def status_list_expires_in_between() -> Case:
    """The list expires between the two questions."""
    return _status(*then("status.list_expired"), evidence=(evidence(token_jwt(exp=_END)),))


@_group.vector(
    f"{_TSL}, 8.3",
    "status.not_checked",
    features=_STATUS,
    twin="status_list_renewed_without_change",
    importance=_PROFILE,
    notes="The answer rests on a list that is not at hand any more.",
)
def status_list_gone_in_between() -> Case:
    """The status list is no longer at hand when the question is asked again."""
    return _status(*then("status.not_checked", evidence=()))


@_group.vector(f"{_TSL}, 8.3", features=_STATUS,
               notes="That nothing was found is remembered, and hides what is found.")  # fmt: skip
def status_list_arrives_in_between() -> Case:
    """Not established while the status list is not at hand; it passes when it is."""
    return _status(
        Step(MOMENT, ("status.not_checked",)),
        Step(MOMENT, (), {"evidence": (evidence(token_jwt()),)}),
        evidence=(),
    )


@_group.vector(
    f"{_TSL}, 8.3",
    "status.revoked",
    features=_STATUS,
    twin="status_list_renewed_without_change",
    notes="The status of one credential answers for another of the same list.",
)
def another_place_of_the_same_list() -> Case:
    """The next credential has another place in the same list, and is revoked there."""
    other = vc(status=token_reference(INDEX + 1))
    only = (evidence(listing({INDEX + 1: 1})),)
    return _status(*then("status.revoked", data=other), evidence=only)
