"""Damage a good credential anywhere: it never passes with other claims, and nothing else escapes.

Each example flips, drops, doubles or inserts one byte. ECDSA signatures of these samples are raw
R || S in canonical base64url, so that even the twin (r, n - s) needs many changed bytes.
"""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication
from defa_trust.verify import Verifier
from tests.bench.samples import hcert_world, sd_jwt_world
from tests.build import NOW, vc_jwt, world

PLAIN = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
SAMPLES = {
    "vc-jwt": (Verifier(world()), vc_jwt(), PLAIN),
    "sd-jwt-vc": sd_jwt_world(3),
    "hcert": hcert_world(),
}


def claims_of(verifier, data, request):
    report = verifier.evaluate(data, request)
    verdict = report.verdict
    if verdict.validity.indication is not Indication.TOTAL_PASSED:
        return None
    return verdict.claims


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=150, deadline=None)
@given(
    place=st.integers(0, 1 << 16),
    how=st.sampled_from(["flip", "drop", "double", "insert"]),
    byte=st.integers(0, 255),
)
def test_one_damaged_byte_never_passes_with_other_claims(name, place, how, byte):
    verifier, good, request = SAMPLES[name]
    place %= len(good)
    if how == "flip":
        bad = good[:place] + bytes((byte,)) + good[place + 1 :]
    elif how == "drop":
        bad = good[:place] + good[place + 1 :]
    elif how == "double":
        bad = good[: place + 1] + good[place:]
    else:
        bad = good[:place] + bytes((byte,)) + good[place:]
    begun = time.perf_counter()
    claims = claims_of(verifier, bad, request)
    assert time.perf_counter() - begun < 1.0
    if bad.strip(b"\r\n\t") == good:
        assert claims is not None
    elif name == "hcert":
        # The signature covers the CWT; another zlib spelling of the same CWT is the same message.
        assert claims is None or claims == claims_of(verifier, good, request)
    else:
        assert claims is None


@pytest.mark.parametrize("name", SAMPLES)
@settings(max_examples=100, deadline=None)
@given(data=st.binary(max_size=300), keep=st.integers(0, 1 << 16))
def test_any_tail_on_any_beginning(name, data, keep):
    verifier, good, request = SAMPLES[name]
    bad = good[: keep % len(good)] + data
    if bad.strip(b"\r\n\t") != good:
        assert claims_of(verifier, bad, request) is None


@settings(max_examples=300, deadline=None)
@given(data=st.binary(max_size=200) | st.text(max_size=200))
def test_noise_is_refused_and_never_raises(data):
    verifier, _, request = SAMPLES["vc-jwt"]
    assert claims_of(verifier, data, request) is None
