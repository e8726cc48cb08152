"""The refresher beside a service: it recovers, it raises alarms in steps, and it never spins."""

import threading
import time

import pytest

from defa_trust.background import BackgroundRefresher, Condition
from defa_trust.errors import MisuseError
from defa_trust.fetch import Fetched, FetchError, FetchFault
from defa_trust.refresh import UpdatePolicy
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from tests.signed_lists import (
    DAY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    REGIONAL,
    entity,
    member_document,
    pin,
    service,
    signed,
)

URL = "https://lists.test.example/th.jwt"


class World:
    """A web of one page, and both clocks."""

    def __init__(self):
        self.page, self.asked = None, 0
        self.wall, self.ticks = float(NOW), 0.0

    def fetch(self, url, etag):
        self.asked += 1
        if self.page is None:
            raise FetchError(FetchFault.CONNECTION, url)
        return Fetched(self.page)

    def passes(self, seconds):
        self.wall += seconds
        self.ticks += seconds


@pytest.fixture
def world():
    return World()


@pytest.fixture
def store(tmp_path):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(MEMBER, "TH")._replace(location=URL)]))
    return made


def refresher(store, world, interval=3600.0, **more):
    settings = {
        "fetch": world.fetch,
        "policy": UpdatePolicy(attempts=1),
        "clock": lambda: world.wall,
        "monotonic": lambda: world.ticks,
        **more,
    }
    return BackgroundRefresher(store, interval, **settings)


def real(store, world, **more):
    return refresher(store, world, **{"monotonic": time.monotonic, **more})


def until(condition, seconds=5.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.005)


def test_nothing_loaded_is_never_healthy(store, world):
    made = refresher(store, world)
    assert made.health().condition is Condition.NO_ANCHORS
    assert not made.refresh()
    assert made.snapshot is not None  # of nothing: the folder is empty
    assert made.health().condition is Condition.NO_ANCHORS
    assert made.health().failures == 1
    assert made.health().last_error == "no server could be reached"


def test_a_first_refresh_that_fails_recovers_by_itself(store, world):
    got = threading.Event()
    made = real(store, world, first_retry=0.02, on_snapshot=lambda s: s.territories and got.set())
    with made:
        until(lambda: world.asked >= 2)
        assert made.health().condition is Condition.NO_ANCHORS
        world.page = signed(member_document())
        assert got.wait(5)
        until(lambda: made.health().failures == 0)
    assert made.snapshot.territories == {"TH"}
    assert made.health().condition is Condition.FRESH


def test_a_failing_thread_waits_longer_each_time(store, world):
    made = real(store, world, first_retry=0.05)
    with made:
        time.sleep(0.9)
    # 0.05 + 0.1 + 0.2 + 0.4 s: four or five attempts; a loop without a pause makes thousands.
    assert 3 <= world.asked <= 6


def test_retries_never_wait_longer_than_the_interval(store, world):
    made = real(store, world, interval=0.05, first_retry=10.0)
    with made:
        until(lambda: world.asked >= 3)


def test_what_the_store_holds_is_served_before_the_network_is_asked(store, world):
    store.add(signed(member_document()), now=NOW)
    stuck = threading.Event()

    def fetch(url, etag):
        stuck.wait(30)
        raise FetchError(FetchFault.TIME, url)

    made = real(store, world, fetch=fetch)
    made.start()
    try:
        until(lambda: made.snapshot is not None)
        assert made.snapshot.territories == {"TH"}
    finally:
        stuck.set()
        made.stop()


def test_stop_does_not_wait_for_retries(store, world):
    made = real(store, world, policy=UpdatePolicy(attempts=5, first_delay=30.0))
    made.start()
    until(lambda: world.asked == 1)
    begun = time.monotonic()
    made.stop()
    assert time.monotonic() - begun < 2
    assert world.asked == 1
    with pytest.raises(MisuseError), made:
        made.start()


def test_it_can_start_again(store, world):
    world.page = signed(member_document())
    made = real(store, world)
    with made:
        until(lambda: world.asked == 1)
    with made:
        until(lambda: world.asked == 2)


def test_a_snapshot_is_handed_out_once_per_change(store, world):
    world.page = signed(member_document())
    seen = []
    made = refresher(store, world, on_snapshot=seen.append)
    made.load()
    for _ in range(3):
        assert made.refresh()
    assert [snapshot.territories for snapshot in seen] == [frozenset(), {"TH"}]
    newer = [entity("TH", service(), service(number=2, since=ISSUED))]
    world.page = signed(member_document(sequence=6, entities=newer))
    assert made.refresh()
    assert len(seen) == 3
    assert made.snapshot is seen[-1]
    world.page = b"<html>"
    assert not made.refresh()  # reached, and refused
    assert len(seen) == 3


def test_alarms_come_in_steps(store, world):
    world.page = signed(member_document())
    changes = []
    made = refresher(store, world, on_condition=lambda before, h: changes.append(h.condition))
    made.refresh()
    assert changes == [Condition.FRESH]
    world.page = None
    for hours, expected in ((1, "fresh"), (1, "warn"), (5, "warn"), (1, "error")):
        world.passes(hours * 3600)
        made.refresh()
        assert made.health().condition == expected
    assert changes == [Condition.FRESH, Condition.WARN, Condition.ERROR]
    world.page = signed(member_document())
    made.refresh()
    assert changes[-1] is Condition.FRESH


def test_a_server_that_sends_nothing_good_is_no_fresh_one(store, world):
    """An attacker on the way, or an error page with status 200, keeps the list that is here alive
    up to its NextUpdate; whoever looks at the health has to see it long before."""
    good = world.page = signed(member_document())
    made = refresher(store, world)
    assert made.refresh()
    assert made.health()[:2] == (Condition.FRESH, ())
    world.page = b"<!doctype html><title>Scheduled maintenance</title>"
    for hours, expected in ((1, "warn"), (1, "warn"), (5, "warn"), (1, "error")):
        world.passes(hours * 3600)
        assert not made.refresh()
        assert made.health().condition == expected
    health = made.health()
    assert (health.failures, health.lists) == (4, 1)
    assert health.last_error == "no list that was received is good"
    assert any("refused (list.not_a_jws)" in reason for reason in health.reasons)
    world.page = good
    assert made.refresh()
    assert made.health()[:2] == (Condition.FRESH, ())


def test_one_list_refused_beside_good_ones_warns(tmp_path, world):
    pages = {URL: signed(member_document()), "https://sg.test.example/sg.jwt": b"<html>"}
    made = TrustStore(tmp_path / "two")
    made.init(
        Pins([pin(MEMBER, "TH")._replace(location=URL),
              pin(MEMBER, "SG")._replace(location="https://sg.test.example/sg.jwt")])
    )  # fmt: skip
    made.add(signed(member_document("SG")), now=NOW)
    watch = refresher(made, world, fetch=lambda url, etag: Fetched(pages[url]))
    assert watch.refresh()
    assert watch.health().condition is Condition.WARN
    assert watch.health().reasons == (
        "the member_state list of SG was received and refused (list.not_a_jws)",
    )


def test_next_update_raises_alarms_too(store, world):
    world.page = signed(member_document())
    made = refresher(store, world)
    for moment, expected in (
        (NEXT - DAY - 1, "fresh"),
        (NEXT - DAY, "warn"),
        (NEXT, "warn"),
        (NEXT + 3 * DAY, "error"),
    ):
        world.passes(moment - world.wall)
        made.refresh()
        assert made.health().condition == expected
    assert "expired" in made.health().reasons[0]


def test_an_alarm_needs_no_refresh(store, world):
    """Health is judged when it is asked for: a dead thread cannot look well."""
    world.page = signed(member_document())
    made = refresher(store, world)
    made.refresh()
    assert made.health().condition is Condition.FRESH
    world.passes(8 * 3600)
    assert made.health().condition is Condition.ERROR


def test_a_missing_list_warns_and_a_missing_region_is_an_error(tmp_path, world):
    for kind, territory, expected in ((MEMBER, "VN", "warn"), (REGIONAL, "AP", "error")):
        made = TrustStore(tmp_path / territory)
        made.init(Pins([pin(MEMBER, "TH")._replace(location=URL), pin(kind, territory)]))
        world.page = signed(member_document())
        watch = refresher(made, world)
        watch.refresh()
        assert watch.health().condition == expected
        assert territory in watch.health().reasons[0]


def test_a_folder_fed_by_hand_is_no_failure(tmp_path, world):
    made = TrustStore(tmp_path / "offline")
    made.init(Pins([pin(MEMBER, "TH")]))
    made.add(signed(member_document()), now=NOW)
    watch = refresher(made, world)
    assert watch.refresh()
    assert (watch.health().condition, world.asked) == (Condition.FRESH, 0)


# --- clocks --------------------------------------------------------------------------------------
def test_a_clock_that_goes_back_takes_no_list_away_at_once(store, world):
    world.page = signed(member_document())
    made = refresher(store, world)
    made.refresh()
    world.wall = 0.0
    made.refresh()
    assert made.snapshot.territories == {"TH"}
    assert "the clock went back" in made.health().reasons
    world.wall = float(NOW)
    made.refresh()
    assert made.health().condition is Condition.FRESH


def test_a_clock_that_stays_back_is_believed(store, world):
    world.page = signed(member_document())
    made = refresher(store, world)
    made.refresh()
    world.wall = 0.0
    made.refresh()
    world.passes(3600)
    made.refresh()
    assert made.health().condition is Condition.NO_ANCHORS


def test_a_clock_that_leaps_ahead_recovers_when_it_is_set_right(store, world):
    world.page = signed(member_document())
    made = refresher(store, world)
    made.refresh()
    world.wall += 3650 * DAY
    made.refresh()
    assert made.health().condition is Condition.NO_ANCHORS
    world.wall = float(NOW)
    made.refresh()
    assert made.snapshot.territories == {"TH"}
    made.refresh()
    assert made.health().condition is Condition.FRESH


def test_setting_the_clock_makes_no_busy_loop(store, world):
    world.page = signed(member_document())
    made = real(store, world)
    with made:
        until(lambda: made.health().last_success is not None)
        world.wall += 10 * DAY
        time.sleep(0.1)
        world.wall -= 20 * DAY
        time.sleep(0.1)
    assert world.asked == 1


# --- faults --------------------------------------------------------------------------------------
def test_a_callback_that_raises_ends_nothing(store, world):
    world.page = signed(member_document())

    def broken(*_):
        raise RuntimeError("secret")

    made = refresher(store, world, on_snapshot=broken, on_condition=broken, on_update=broken)
    assert made.refresh()
    assert made.snapshot.territories == {"TH"}
    assert made.health().last_error == "a callback raised RuntimeError"


def test_a_damaged_folder_is_told_and_the_last_snapshot_stays(store, world):
    world.page = signed(member_document())
    made = refresher(store, world)
    made.refresh()
    state = store.folder / "state.json"
    whole = state.read_bytes()
    state.write_bytes(b"{")
    assert not made.refresh()
    made.load()
    assert "state.json" in made.health().last_error
    assert made.snapshot.territories == {"TH"}
    state.write_bytes(whole)
    assert made.refresh()
    assert made.health().last_error is None


def test_a_fetcher_with_a_bug_ends_no_thread(store, world):
    def broken(url, etag):
        world.asked += 1
        raise ZeroDivisionError

    made = real(store, world, fetch=broken, first_retry=0.01)
    with made:
        until(lambda: world.asked >= 2)
    assert made.health().last_error == "ZeroDivisionError"


@pytest.mark.parametrize("wrong", [{"interval": 0}, {"interval": -1.0}, {"first_retry": 0.0}])
def test_no_interval_of_nothing(store, world, wrong):
    with pytest.raises(MisuseError):
        refresher(store, world, **wrong)
