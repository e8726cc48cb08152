"""The law behind every cache: inside its interval a verdict is the one a fresh question gets.

Walks each sample of the test region from interval to interval, outwards from the region's moment,
and asks again at both edges of each and somewhere within.
"""

import random

import pytest

from defa_trust.demo.region import build_region
from defa_trust.formats import jose
from defa_trust.status_memo import MEMO
from defa_trust.verdict import TIME_MAX, TIME_MIN
from defa_trust.verify import Verifier

REGION = build_region()
WARM = Verifier(REGION.snapshot())
EVIDENCE = REGION.evidence
STEPS = 5


def forgetful(verifier):
    """The same verifier without any answer that recognition keeps at hand."""
    for source in verifier.snapshot.recognition.values():
        source.prepared.clear()
    return verifier


def inside(interval, around, chance):
    """Both edges of the interval and one moment within, none of them at the ends of time."""
    near = max(interval.start, around - 10**8), min(interval.end, around + 10**8)
    moments = {interval.start, interval.end - 1, chance.randrange(*near)}
    return sorted(m for m in moments if TIME_MIN < m < TIME_MAX - 1)


@pytest.mark.parametrize("sample", REGION.samples, ids=lambda sample: sample.file_name)
def test_a_verdict_holds_throughout_its_interval(sample):
    chance = random.Random(sample.file_name)
    state = next(iter(sample.expect))
    waiting, seen = [REGION.at], set()
    while waiting and len(seen) < STEPS:
        moment = waiting.pop(0)
        verdict = WARM.evaluate(sample.data, sample.request(state, moment), EVIDENCE).verdict
        interval = verdict.interval
        assert interval.holds_at(moment)
        if interval in seen:
            continue
        seen.add(interval)
        for other in inside(interval, moment, chance):
            asked = sample.request(state, other)
            assert WARM.evaluate(sample.data, asked, EVIDENCE).verdict == verdict
            assert forgetful(WARM).evaluate(sample.data, asked, EVIDENCE).verdict == verdict
        waiting += [m for m in (interval.end, interval.start - 1) if TIME_MIN < m < TIME_MAX - 1]


def test_what_was_prepared_at_one_moment_never_answers_for_another():
    chance = random.Random(1)
    for _ in range(25):
        sample = chance.choice(REGION.samples)
        state = chance.choice(list(sample.expect))
        request = sample.request(state, REGION.at + chance.randrange(-(10**8), 10**8))
        jose._read_header.cache_clear()
        MEMO.clear()
        cold = Verifier(REGION.snapshot()).evaluate(sample.data, request, EVIDENCE)
        assert WARM.evaluate(sample.data, request, EVIDENCE) == cold
