"""A withdrawal does not reach back, a compromise does, a sunset keeps the past valid."""

import pytest

from defa_trust.errors import MisuseError
from defa_trust.recognition.impact import Event, Reason, after, closes, find_service, impact
from defa_trust.recognition.matrix import Question
from defa_trust.trustlist.model import Status, StatusPeriod
from defa_trust.trustlist.services import STATUS_URIS
from defa_trust.verdict import TIME_MAX, Interval
from tests.build import (
    DAY,
    GRANTED_URI,
    NOW,
    YEAR,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

ON = NOW + DAY
CEASED = STATUS_URIS[Status.CEASED_WITH_VALID_PAST]


def listed(label="one", **more):
    return service(
        "TH", (jwk_identity(key(label), label),), (), id=f"urn:{label}", name=label, **more
    )


def world(*services, accepted=(GRANTED_URI,)):
    given = arrangement(valid_statuses=frozenset(accepted))
    return snapshot(
        trust_list("TH", services or (listed(), listed("two"))),
        recognition_list("SG", (given,)),
        recognition_list("MY", (arrangement("MY", "TH"),)),
        recognition_list("PH", ()),
    )


def event(reason, on=ON, service="urn:one"):
    return Event("TH", service, reason, on)


def found(reason, trusted=None, **more):
    return impact(trusted or world(), Question(NOW), event(reason, **more))


def pairs(changes):
    return {(c.issuing, c.receiving, c.service) for c in changes if closes(c)}


BOTH = {("TH", "SG", "one"), ("TH", "MY", "one")}


@pytest.mark.parametrize("reason", [Reason.WITHDRAWN, Reason.COMPROMISED])
def test_the_corridors_of_the_service_close_and_no_others(reason):
    result = found(reason)
    assert pairs(result.corridors) == BOTH
    assert {c.service for c in result.corridors} == {"one"}
    assert {c.after[0] for c in result.corridors} == {"NOT-EVALUATED"}


def test_only_a_compromise_reaches_back():
    past = {reason: pairs(found(reason).past) for reason in Reason}
    assert past == {Reason.WITHDRAWN: set(), Reason.COMPROMISED: BOTH, Reason.SUNSET: set()}


def test_after_a_sunset_the_receiving_state_decides_by_its_status_map():
    assert pairs(found(Reason.SUNSET).corridors) == BOTH
    kept = found(Reason.SUNSET, world(accepted=(GRANTED_URI, CEASED)))
    assert pairs(kept.corridors) == {("TH", "MY", "one")}
    withdrawn = found(Reason.WITHDRAWN, world(accepted=(GRANTED_URI, CEASED)))
    assert pairs(withdrawn.corridors) == BOTH


@pytest.mark.parametrize(
    ("reason", "status"),
    [
        (Reason.WITHDRAWN, Status.WITHDRAWN),
        (Reason.COMPROMISED, Status.WITHDRAWN),
        (Reason.SUNSET, Status.CEASED_WITH_VALID_PAST),
    ],
)
def test_the_history_ends_to_the_second(reason, status):
    then = find_service(after(world(), event(reason)), "one")
    assert then.status_at(ON - 1).status is Status.GRANTED
    assert then.status_at(ON).status is status
    assert then.history[0].interval == Interval(ON, TIME_MAX)
    assert find_service(after(world(), event(reason)), "two").history == listed("two").history


def test_what_was_to_come_is_gone_and_what_was_over_stays():
    history = (
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(ON + DAY, TIME_MAX)),
        StatusPeriod(Status.SUSPENDED, "urn:s", Interval(NOW - DAY, ON + DAY)),
        StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, NOW - DAY)),
    )
    then = find_service(after(world(listed(history=history)), event(Reason.WITHDRAWN)), "one")
    assert [(p.status, p.interval) for p in then.history] == [
        (Status.WITHDRAWN, (ON, TIME_MAX)),
        (Status.SUSPENDED, (NOW - DAY, ON)),
        (Status.GRANTED, (NOW - YEAR, NOW - DAY)),
    ]


def test_reaching_back_leaves_no_good_moment():
    fallen = find_service(after(world(), event(Reason.COMPROMISED), reaching_back=True), "urn:one")
    assert {period.status for period in fallen.history} == {Status.WITHDRAWN}
    early = event(Reason.COMPROMISED, on=NOW - 2 * YEAR)
    fallen = find_service(after(world(), early, reaching_back=True), "urn:one")
    assert [p.interval for p in fallen.history] == [(NOW - 2 * YEAR, TIME_MAX)]


def test_the_snapshot_asked_about_stays_as_it_was():
    trusted = world()
    before = find_service(trusted, "one").history
    found(Reason.COMPROMISED, trusted)
    assert find_service(trusted, "one").history is before


def test_a_service_is_found_by_its_id_or_its_name_and_only_when_one_fits():
    trusted = world()
    names = ("one", "urn:one", "TH:one", "TH:urn:one")
    assert {find_service(trusted, name).id for name in names} == {"urn:one"}
    with pytest.raises(MisuseError, match=r"no listed service; there are: TH:urn:one, TH:urn:two"):
        find_service(trusted, "three")
    twins = snapshot(
        trust_list("TH", (listed(),)),
        trust_list("MY", (service("MY", (jwk_identity(key("m")),), (), id="urn:m", name="one"),)),
    )
    with pytest.raises(MisuseError, match=r"several services; there are: MY:urn:m, TH:urn:one"):
        find_service(twins, "one")
    assert find_service(twins, "MY:one").territory == "MY"
    with pytest.raises(MisuseError, match="there are: none"):
        find_service(snapshot(), "one")


def test_the_shape_says_which_changes_close_something():
    shape = found(Reason.COMPROMISED).as_json()
    closing = [(c["from"], c["to"]) for c in shape["corridors"] if c["closes"]]
    assert closing == [("TH", "MY"), ("TH", "SG")]
    refused = [c for c in shape["corridors"] if c["to"] == "PH"]
    assert [c["closes"] for c in refused] == [False]
    assert (shape["reason"], shape["on"], shape["service"]) == ("compromised", ON, "urn:one")
