"""A verdict holds in the whole of its interval: no earlier, no later, and nowhere differently.

The law a cache stands on (docs/architecture.md): whoever asks at another moment inside the interval
gets an equal verdict. A fresh verifier is asked each time too, so that nothing a snapshot prepared
for one span of time can answer outside of it.
"""

from functools import cache

from hypothesis import example, given, settings
from hypothesis import strategies as st

from defa_trust.demo.region import build_region
from defa_trust.policy import VerificationPolicy
from defa_trust.request import HolderBinding, Request
from defa_trust.spec import MEMBER_STATES
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import TIME_MAX, TIME_MIN
from defa_trust.verify import Verifier
from tests.build import NOW
from tests.small_worlds import TOKEN, worlds

REGION = build_region()
DAY = 86_400
YEAR = 366 * DAY
POLICIES = (
    VerificationPolicy(),
    VerificationPolicy(national_list_grace=0, clock_skew=0),
    VerificationPolicy(national_list_grace=300 * DAY, clock_skew=3600),
)
ASSEMBLY = REGION.assemble()
SHARED = tuple(Verifier(ASSEMBLY.snapshot(), policy) for policy in POLICIES)
"""Verifiers that live through the whole run: what they prepared for one moment meets the next."""

NEAR = st.integers(-3 * DAY, 3 * DAY).map(lambda seconds: REGION.at + seconds)
FAR = st.integers(-9 * YEAR, 9 * YEAR).map(lambda seconds: REGION.at + seconds)
EDGES = st.integers(0, 10**9)
"""Picks one of the moments at which some verdict of the region changes."""


@cache
def edges(policy: int, name: str, relying: str) -> tuple[int, ...]:
    """Moments at which this verdict may change, found by walking from interval to interval."""
    found = set()
    moment = REGION.at - 9 * YEAR
    for _ in range(200):
        verdict = ask(policy, name, relying, moment)
        start, end = verdict.interval
        found |= {start, end}
        if end >= TIME_MAX or end > REGION.at + 20 * YEAR:
            break
        assert end > moment, (name, relying, moment)
        moment = end
    return tuple(sorted(edge for edge in found if TIME_MIN < edge < TIME_MAX)) or (REGION.at,)


def ask(policy, name, relying, moment, verifier=None):
    sample = REGION.sample(name)
    chosen = verifier or SHARED[policy]
    return chosen.evaluate(sample.data, sample.request(relying, moment)).verdict


def inside(interval, share):
    """A moment of the interval, its ends among them; an endless side reaches to 1970 or 2126."""
    start = max(interval.start, 0)
    last = min(interval.end, REGION.at + 100 * YEAR) - 1
    return start + round((last - start) * share)


def check(policy, name, relying, moment, share):
    first = ask(policy, name, relying, moment)
    interval = first.interval
    assert interval.start <= moment < interval.end
    later = inside(interval, share)
    assert interval.start <= later < interval.end
    again = ask(policy, name, relying, later)
    assert again == first
    assert again.interval == interval
    fresh = Verifier(ASSEMBLY.snapshot(), POLICIES[policy])
    assert ask(policy, name, relying, moment, fresh) == first
    assert type(again) is type(first)


NAMES = st.sampled_from([sample.file_name for sample in REGION.samples])
SHARES = st.sampled_from([0.0, 1.0]) | st.floats(0, 1)


@settings(max_examples=500, deadline=None)
@given(
    st.sampled_from(range(len(POLICIES))),
    NAMES,
    st.sampled_from(MEMBER_STATES),
    NEAR | FAR,
    SHARES,
)
@example(0, "th-vc-jwt-good.txt", "SG", REGION.at, 0.0)
@example(0, "th-vc-jwt-good.txt", "SG", REGION.at, 1.0)
@example(0, "sg-vc-jwt-withdrawn-service.txt", "TH", REGION.at, 0.0)
def test_a_verdict_is_the_same_at_every_moment_of_its_interval(
    policy, name, relying, moment, share
):
    check(policy, name, relying, moment, share)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(range(len(POLICIES))),
    NAMES,
    st.sampled_from(MEMBER_STATES),
    st.tuples(EDGES, st.sampled_from([-1, 0, 1])),
    SHARES,
)
def test_the_law_holds_on_both_sides_of_every_edge(policy, name, relying, near, share):
    known = edges(policy, name, relying)
    pick, step = near
    check(policy, name, relying, known[pick % len(known)] + step, share)


def test_there_are_edges_and_the_verdict_does_change_at_them():
    """The property above would hold of a verdict that never changes, too: these do."""
    known = edges(0, "th-vc-jwt-good.txt", "SG")
    answers = [ask(0, "th-vc-jwt-good.txt", "SG", edge) for edge in known]
    outcomes = {(a.validity.indication.value, a.recognition.outcome.value) for a in answers}
    assert len(outcomes) >= 3
    assert ("TOTAL-PASSED", "RECOGNISED") in outcomes
    for edge in known:
        assert ask(0, "th-vc-jwt-good.txt", "SG", edge - 1).interval.end <= edge
        assert ask(0, "th-vc-jwt-good.txt", "SG", edge).interval.start <= edge


def test_the_order_of_questions_changes_no_answer():
    """One verifier asked forwards, one backwards, one in turns about two grace periods."""
    name, relying = "th-vc-jwt-good.txt", "SG"
    moments = [edge + step for edge in edges(0, name, relying) for step in (-1, 0, 1)]
    snapshot = ASSEMBLY.snapshot()
    forwards = Verifier(snapshot, POLICIES[0])
    other = Verifier(snapshot, POLICIES[2])
    plain = {moment: ask(0, name, relying, moment, forwards) for moment in moments}
    for moment in reversed(moments):
        lenient = ask(2, name, relying, moment, other)
        assert ask(0, name, relying, moment, forwards) == plain[moment]
        assert ask(2, name, relying, moment, Verifier(ASSEMBLY.snapshot(), POLICIES[2])) == lenient


@settings(max_examples=150, deadline=None)
@given(worlds(), st.sampled_from([0, 7]), st.sampled_from(["SG", "TH", "MY"]))
def test_second_by_second_a_verdict_changes_only_where_its_interval_ends(lists, grace, relying):
    policy = VerificationPolicy(national_list_grace=grace, clock_skew=3)
    shared = Verifier(TrustSnapshot.build(lists), policy)
    before = None
    for moment in range(NOW - 45, NOW + 60):
        request = Request(relying, HolderBinding.IF_PRESENT, at=moment)
        verdict = shared.evaluate(TOKEN, request).verdict
        assert verdict.interval.start <= moment < verdict.interval.end
        if before is not None:
            if moment < before.interval.end:
                assert verdict == before
            else:
                assert moment == before.interval.end
                assert verdict.interval.start == moment
        before = verdict
