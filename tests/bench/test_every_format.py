"""Every format of the test region: cold, with its issuer's signature remembered, and asked again.

One raw ES256 is the unit of every row, whatever a format's own algorithm is, so that formats can be
compared with each other; what is in a sample, and how many signatures, its note says.
"""

from functools import cache

import pytest

from defa_trust.cache import CachedVerifier, VerdictCache
from defa_trust.cache.signatures import SignatureMemo
from defa_trust.demo.region import build_region
from defa_trust.formats.registry import FORMATS, SIGNATURE_FORMATS
from defa_trust.verdict import Indication, RecognitionOutcome
from defa_trust.verify import Verifier

from .cache_tools import RAW
from .paired import ratio
from .test_cold import bare_es256

ABSENT = {
    "everify": "only its issuer can check it, so no sample passes",
    "camdigikey": "no JOSE, for its service alone to read: no sample passes",
    "asic": "no sample in the region; tests/bench/test_asic.py",
}
"""Formats without a row here, and why."""


@cache
def region():
    made = build_region()
    return made, made.snapshot()


@cache
def passing():
    """By format, the first sample that passes somewhere, with the state that recognises it."""
    made, _ = region()
    found = {}
    for sample in (*made.samples, *made.signed):
        for state, expected in sample.expect.items():
            if expected.indication is Indication.TOTAL_PASSED and (
                expected.recognition is RecognitionOutcome.RECOGNISED
            ):
                found.setdefault(sample.format, (sample, state))
    return found


@pytest.mark.parametrize("name", [*FORMATS, *SIGNATURE_FORMATS])
def test_cold_warm_and_hot(benchmark, name):
    if name in ABSENT:
        assert name not in passing()
        pytest.skip(ABSENT[name])
    made, snapshot = region()
    sample, state = passing()[name]
    request = sample.request(state, made.at)
    family = name in SIGNATURE_FORMATS
    given = made.evidence
    memo = SignatureMemo(100)
    plain, warm = Verifier(snapshot), Verifier(snapshot, verify=memo)
    verifier = CachedVerifier(Verifier(snapshot), VerdictCache(signatures=0))
    asked = {
        "path warm" if family else "cold": plain,
        **({} if family else {"issuer's signature remembered": warm}),
        "asked again": verifier,
    }
    expected = plain.evaluate(sample.data, request, given)
    assert expected.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    octets = f"{len(sample.data):,} octets"
    for how, each in asked.items():
        for _ in range(2):
            assert each.evaluate(sample.data, request, given) == expected
        stats = verifier.cache.stats()
        kept = how != "asked again" or stats.hits > 0
        ratio(
            f"format {name}: {how}",
            lambda each=each: each.evaluate(sample.data, request, given),
            bare_es256(),
            goal=None,
            baseline_name=RAW,
            note=octets if kept else f"{octets}; not remembered, judged anew",
            loops=10,
            base_loops=30,
        )
    assert family or memo.stats().hits > 0
    benchmark(lambda: plain.evaluate(sample.data, request, given))
