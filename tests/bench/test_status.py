"""What a credential's status costs: beside the credential itself, and for a list of a million.

Warm: the list was verified and inflated before, and is the same octets. Signer, standing and
freshness are judged all the same. Cold: the list is met for the first time.
"""

import random
import zlib

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.formats import status_list
from defa_trust.formats.base import StatusMechanism
from defa_trust.material import NO_EVIDENCE, Evidence
from defa_trust.request import HolderBinding, Request
from defa_trust.status_memo import MEMO
from defa_trust.verdict import ExitCode
from defa_trust.verify import Verifier
from tests.status_tools import WORLD, item

from .paired import ratio
from .test_cold import bare_es256

MILLION = 1_000_000
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=build.MOMENT)
VERIFIER = Verifier(WORLD)
PLAIN = build.vc()
STATED = build.vc(status=lists.token_reference(idx=MILLION - 7))


def packed(bits, share):
    """A million statuses, a ``share`` of them not 0, compressed as an issuer would."""
    chance = random.Random("TEST-ONLY million")
    octets = bytearray(MILLION * bits // 8)
    for _ in range(int(MILLION * share)):
        place = chance.randrange(MILLION - 100) * bits
        octets[place >> 3] |= 1 << (place & 7)
    return zlib.compress(bytes(octets), 9)


def listed(bits=1, share=0.01):
    return lists.token_jwt(lst=packed(bits, share), bits=bits)


def passing(data, evidence):
    report = VERIFIER.evaluate(data, REQUEST, evidence)
    assert report.exit_code is ExitCode.RECOGNISED, report.verdict.reason
    return lambda: VERIFIER.evaluate(data, REQUEST, evidence)


def cold(data, evidence):
    passing(data, evidence)

    def subject():
        MEMO.clear()
        return VERIFIER.evaluate(data, REQUEST, evidence)

    return subject


@pytest.fixture(autouse=True)
def fresh():
    MEMO.clear()


def test_warm_status(benchmark):
    octets = listed()
    subject = passing(STATED, Evidence([item(octets)]))
    assert len(MEMO) == 1
    ratio(
        "verdict with a warm status list of a million",
        subject,
        passing(PLAIN, NO_EVIDENCE),
        goal=None,
        baseline_name="the same credential without status",
        note=f"list of {len(octets)} octets as received, verified and inflated before",
    )
    benchmark(subject)


def test_warm_bitstring(benchmark):
    data = build.vc(credentialStatus=lists.bitstring_entry())
    subject = passing(data, Evidence([item(lists.bitstring())]))
    ratio(
        "verdict with a warm bitstring status list",
        subject,
        passing(PLAIN, NO_EVIDENCE),
        goal=None,
        baseline_name="the same credential without status",
    )
    benchmark(subject)


@pytest.mark.parametrize(("bits", "share"), [(1, 0.0), (1, 0.01), (8, 0.01)])
def test_cold_status(benchmark, bits, share):
    octets = listed(bits, share)
    subject = cold(STATED, Evidence([item(octets)]))
    ratio(
        f"verdict with a cold status list, a million of {bits} bit, {share:.0%} set",
        subject,
        passing(PLAIN, NO_EVIDENCE),
        goal=None,
        baseline_name="the same credential without status",
        note=f"list of {len(octets)} octets as received",
        loops=6,
        rounds=15,
    )
    benchmark(subject)


@pytest.mark.parametrize(("bits", "share"), [(1, 0.01), (8, 0.01)])
def test_load(benchmark, bits, share):
    """Reading and inflating alone, against inflating with the library and nothing else."""
    octets, compressed = listed(bits, share), packed(bits, share)
    token = status_list.parse(octets, status_list.JWT)
    whole = zlib.decompress(compressed)
    assert status_list.statuses(token) == whole
    assert status_list.entries(whole, bits) == MILLION

    def subject():
        return status_list.statuses(status_list.parse(octets, status_list.JWT))

    ratio(
        f"reading and inflating a million statuses of {bits} bit",
        subject,
        lambda: zlib.decompress(compressed),
        goal=None,
        baseline_name="zlib.decompress alone",
        note=f"{len(octets)} octets to {len(whole)}",
        loops=6,
        rounds=15,
    )
    benchmark(subject)


def test_look_up(benchmark):
    """One entry of a million: the same at either end."""
    whole = zlib.decompress(packed(1, 0.01))
    mechanism = StatusMechanism.TOKEN_STATUS_LIST
    assert status_list.entry(mechanism, whole, MILLION - 1, 1) == 0

    def subject():
        return status_list.entry(mechanism, whole, MILLION - 1, 1)

    ratio(
        "one look-up in a million statuses",
        subject,
        bare_es256(),
        goal=0.02,
        baseline_name="raw ES256",
    )
    benchmark(subject)


def test_the_bench_reads_what_it_packs():
    text = base64url.encode(packed(1, 0.01))
    token = status_list.parse(lists.token_jwt(lst=text), status_list.JWT)
    assert len(status_list.statuses(token)) == MILLION // 8
