"""Laws of signed files: what may change under the same verdict, and when a verdict holds."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.algorithms import DIGESTS
from defa_trust.formats import cms
from defa_trust.formats.cades_sign import Placement
from defa_trust.material import Evidence, EvidenceKind, Item
from defa_trust.request import HolderBinding, Request
from defa_trust.verdict import Indication, VerifiedVerdict
from defa_trust.verify import Verifier
from tests.attacks.test_cades import SHORT, WITHDRAWN
from tests.build import DAY, NOW, YEAR
from tests.cms_samples import (
    ALICE,
    DOCUMENT,
    ROOT,
    SVC_TSA,
    TSA,
    authority_service,
    cades,
    clock,
    crls,
    evidence,
    indefinite,
    signing_world,
)
from tests.cms_samples import pki as _pki

WORLD = Verifier(signing_world())
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)
GIVEN = evidence()
WHOLE = cades(timestamps=clock(), content_timestamps=clock(NOW - 2 * DAY))
FORMS = (WHOLE, indefinite(WHOLE, 9))


def judged(data, at=NOW, given=GIVEN, verifier=WORLD):
    return verifier.evaluate(data, Request("SG", HolderBinding.IF_PRESENT, at=at), given)


# --- mutation ------------------------------------------------------------------------------------
@settings(max_examples=400, deadline=None)
@given(st.sampled_from(FORMS), st.integers(0, 1 << 20), st.integers(1, 255))
def test_one_changed_octet_never_changes_what_passes(data, place, flip):
    """Whatever still passes says the same: unsigned parts may change, what was signed may not."""
    place %= len(data)
    changed = bytes((*data[:place], data[place] ^ flip, *data[place + 1 :]))
    report = judged(changed)
    for verdict in report.verdicts:
        if isinstance(verdict, VerifiedVerdict):
            message = cms.read_signed_data(changed)
            (signer,) = message.signers
            assert b"".join(message.chunks) == DOCUMENT
            assert signer.signed_bytes == cms.read_signed_data(WHOLE).signers[0].signed_bytes
            assert signer.message_digest == DIGESTS["sha-256"](DOCUMENT)
            assert "Alice" in verdict.claims["signer"]


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(FORMS), st.integers(0, 1 << 20), st.binary(max_size=40), st.integers(0, 60))
def test_random_damage_is_an_answer_and_never_an_exception(data, place, junk, cut):
    place %= len(data)
    report = judged(data[:place] + junk + data[place + cut :])
    assert report.verdicts
    for verdict in report.verdicts:
        assert verdict.validity.indication in Indication


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300))
def test_anything_behind_the_first_octets_of_a_message(junk):
    data = b"\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02" + junk
    assert judged(data).verdict.validity.indication is not Indication.TOTAL_PASSED


# --- intervals -----------------------------------------------------------------------------------
def cases():
    listed = Evidence(
        Item(EvidenceKind.CRL, der) for moment in (15, 1) for der in crls(NOW - moment * DAY)
    )
    late = evidence(lists=crls(revoked=[(ALICE.certificate, NOW - 10 * DAY, None)]))
    withdrawn = Verifier(
        signing_world(
            authority_service(ROOT.certificate, history=WITHDRAWN),
            authority_service(TSA.certificate, type=SVC_TSA, name="TSA"),
        )
    )
    unit = Verifier(
        signing_world(
            authority_service(ROOT.certificate),
            authority_service(ROOT.certificate, type=SVC_TSA, name="TSA"),
        )
    )
    old = _pki.tsa("Unit for a year", "VN", _pki_issuing(), not_after=NOW + 20 * DAY)
    from defa_trust.formats.tst_sign import authority

    yield "plain", cades(), listed, WORLD
    yield "no evidence", cades(), Evidence(), WORLD
    yield "stamped", cades(timestamps=clock()), listed, WORLD
    yield "stamped tomorrow", cades(timestamps=clock(NOW + DAY)), listed, WORLD
    yield "revoked", cades(), late, WORLD
    yield "revoked later", cades(timestamps=clock(NOW - 20 * DAY)), late, WORLD
    yield "expired", cades(signer=SHORT), listed, WORLD
    yield "expired, stamped", cades(signer=SHORT, timestamps=clock(NOW - 20 * DAY)), listed, WORLD
    yield "withdrawn", cades(), listed, withdrawn
    yield "withdrawn, stamped", cades(timestamps=clock(NOW - 20 * DAY)), listed, withdrawn
    yield "unit below a CA", cades(timestamps=authority(old, NOW - DAY)), listed, unit
    yield "detached", cades(placement=Placement.DETACHED), listed, WORLD
    yield "younger", cades(content_timestamps=clock(NOW - 5 * DAY)), late, WORLD


def _pki_issuing():
    from tests.cms_samples import ISSUING

    return ISSUING


@pytest.mark.parametrize("case", list(cases()), ids=lambda case: case[0])
def test_a_verdict_holds_in_its_interval_and_says_when_it_ends(case):
    """At every moment inside the interval the same verdict; the verdict of the moment after it
    ends begins where that one ended."""
    name, data, given, verifier = case
    moments = {NOW, NOW + DAY, NOW - DAY, NOW - 25 * DAY, NOW + 30 * DAY, NOW + 3 * YEAR}
    seen = {}
    for _ in range(12):
        fresh = moments - set(seen)
        if not fresh:
            break
        for moment in sorted(fresh):
            verdict = judged(data, moment, given, verifier).verdict
            start, end = seen[moment] = verdict.interval
            assert start <= moment < end, name
            chosen = random.Random(moment)
            inside = [start, end - 1, chosen.randrange(max(start, 0), min(end, 1 << 40))]
            for other in inside:
                if 0 <= other < 1 << 37:
                    assert judged(data, other, given, verifier).verdict == verdict, (name, other)
            moments |= {m for m in (start - 1, end) if NOW - 2 * YEAR < m < NOW + 2 * YEAR}
    assert len(seen) > 3
