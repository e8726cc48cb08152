"""Revocation: a CRL of a million entries, and a check of a path against the raw signature.

The baseline of a check is the raw ES256 verification that it cannot do without; of the load of a
list, what the library takes to answer once whether a serial number is listed.
"""

import random
import sys
import tracemalloc
from functools import cache
from itertools import cycle

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from defa_trust.codec.der import encode_time, seq, tlv
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.revocation_build import (
    ca,
    crl,
    entry,
    key,
    leaf,
    number,
    ocsp,
    reason,
    responder,
)
from defa_trust.material import Recorder
from defa_trust.policy import DEFAULT_REVOCATION_POLICY
from defa_trust.x509.crl import read_crl
from defa_trust.x509.revocation import check_path
from defa_trust.x509.revocation_memo import MEMO
from tests.revocation_world import evidence_of, path_of

from . import paired
from .paired import ratio

MILLION = 1_000_000
ROUNDS = 100
LOOPS = 20
"""Few, so that the whole file ends in some tens of seconds of CPU time."""


def size(wanted):
    """Where nothing is measured a list of some thousands shows the same."""
    return min(wanted, 5_000) if paired.quick else wanted


@cache
def serials(count):
    """Serial numbers of 16 octets, positive and in their shortest form; none of them twice."""
    octets = random.Random(count).randbytes(16 * count)
    found = tuple(
        int.from_bytes(octets[at : at + 16]) >> 1 | 1 << 120 for at in range(0, 16 * count, 16)
    )
    assert len(set(found)) == count
    return found


@cache
def big(count):
    """A signed list as CAs publish them: 16-octet serial numbers, some with a reason."""
    date = encode_time(MOMENT - DAY)
    tails = [date + more for more in (b"", seq(reason(1)), seq(reason(4)))]
    heads = [bytes((0x30, 18 + len(tail), 2, 16)) for tail in tails]
    rows = [
        heads[i % 3] + serial.to_bytes(16) + tails[i % 3] for i, serial in enumerate(serials(count))
    ]
    # What was put together by hand is what the encoder makes of it.
    assert rows[-1] == seq(tlv(2, serials(count)[-1].to_bytes(16)), tails[(count - 1) % 3])
    return crl(entries=rows)


@cache
def loaded(count):
    """Loaded once for all that only search it."""
    found = read_crl(big(count))
    assert len(found.entries()) == count
    return found


def raw_es256(times=1):
    """The library's own call, with nothing of ours around it."""
    public = key("root").private_key.public_key()
    scheme = ec.ECDSA(hashes.SHA256())
    theirs = x509.load_der_x509_crl(crl())
    signature, data = theirs.signature, theirs.tbs_certlist_bytes
    public.verify(signature, data, scheme)

    def subject():
        for _ in range(times):
            public.verify(signature, data, scheme)

    return subject


@pytest.fixture(autouse=True)
def empty_memo():
    MEMO.clear()
    yield
    MEMO.clear()


# --- a million entries ---------------------------------------------------------------------------
def looker(count):
    """Look-ups in turn: every second one listed, the others not."""
    found = loaded(count)
    rng = random.Random(1)
    listed = [rng.choice(serials(count)) for _ in range(500)]
    turns = cycle([*zip(listed, [rng.getrandbits(126) for _ in listed], strict=True)])
    issuer = found.issuer_key

    def subject():
        there, absent = next(turns)
        return found.find(there, issuer), found.find(absent, issuer)

    (one,), none = subject()
    assert one.revoked_at == MOMENT - DAY
    assert none == ()
    return subject


def test_a_look_up_costs_the_same_in_any_list(benchmark):
    subject = looker(size(MILLION))
    ratio(
        "CRL look-up (one listed, one not), 1,000,000 entries",
        subject,
        looker(1_000),
        goal=2.0,
        baseline_name="the same, 1,000 entries",
        note="the larger table does not fit the caches; no step is added",
        loops=400,
    )
    benchmark.pedantic(subject, rounds=ROUNDS)


@pytest.mark.parametrize("count", [1_000, 10_000, 100_000, MILLION])
def test_loading_grows_with_the_entries_alone(benchmark, count):
    count = size(count)
    octets, least = big(count), big(1_000)
    share = count // 1_000

    def subject():
        assert len(read_crl(octets).entries()) == count

    def baseline():
        for _ in range(share):
            read_crl(least).entries().find(1)

    ratio(
        f"CRL load and index, {count:,} entries",
        subject,
        baseline,
        goal=1.5,
        baseline_name=f"{share:,} lists of 1,000",
        loops=1,
        rounds=2 if count == MILLION else 7,
        warm_up=count < MILLION,
    )
    benchmark.pedantic(subject, rounds=1)


def test_peer_a_first_answer_from_a_million_entries(benchmark):
    octets = big(size(MILLION))
    (*_, last) = serials(size(MILLION))

    def subject():
        assert read_crl(octets).entries().find(last)

    def peer():
        found = x509.load_der_x509_crl(octets)
        assert found.get_revoked_certificate_by_serial_number(last) is not None

    ratio(
        "CRL of 1,000,000 entries: load, check every entry, index, look one up",
        subject,
        peer,
        goal=None,
        baseline_name="cryptography: load, look one up",
        note="once; the peer looks at one entry after the other, each time anew, and checks none",
        loops=1,
        rounds=1,
        warm_up=False,
    )
    benchmark.pedantic(subject, rounds=1)


def index_octets(entries):
    """What the arrays of the index take, with what they hold in reserve."""
    return sum(map(sys.getsizeof, (entries._heads, entries._next, entries._offsets)))


def test_what_a_million_entries_take(benchmark):
    """Tracing slows a load many times over, so the peak is that of a tenth of the entries."""
    tenth = size(MILLION // 10)
    octets = big(tenth)
    found = read_crl(octets)
    tracemalloc.start()
    try:
        count = len(found.entries())
        now, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == tenth
    # Eight octets an entry and the heads of the chains; no object for any of them.
    own = index_octets(found.entries())
    assert own <= now < own + 65_536
    assert peak < 2 * now + 65_536
    whole = loaded(size(MILLION))
    taken = index_octets(whole.entries())
    assert taken < 11 * size(MILLION) + 65_536
    print(
        f"\nCRL of {size(MILLION):,} entries: {len(whole.der) / 1e6:.1f} MB, index "
        f"{taken / 1e6:.1f} MB; of {tenth:,}: index {now / 1e6:.2f} MB, "
        f"peak while indexing {peak / 1e6:.2f} MB"
    )
    benchmark.pedantic(whole.find, (1, whole.issuer_key), rounds=ROUNDS)


def test_a_check_against_a_million_entries_that_were_read_before(benchmark):
    MEMO.put(loaded(size(MILLION)))
    subject = checker(path_of(), big(size(MILLION)))
    ratio(
        "revocation of a leaf by a CRL of 1,000,000 entries, read before",
        subject,
        checker(path_of(), crl(number(3))),
        goal=1.5,
        baseline_name="the same by an empty CRL, read before",
        loops=LOOPS,
    )
    benchmark.pedantic(subject, rounds=ROUNDS)


# --- a check against its signature ---------------------------------------------------------------
def checker(path, *crls, responses=(), certificates=()):
    evidence = evidence_of(crls, responses, certificates)

    def subject():
        findings = []
        view = Recorder(evidence)
        check_path(path, MOMENT, MOMENT, view, DEFAULT_REVOCATION_POLICY, findings)
        return findings

    assert [f.code.id for f in subject()][-1] == "revocation.path_checked"
    return subject


@pytest.mark.parametrize(
    ("name", "times", "responses"),
    [
        ("OCSP response by the issuer", 1, (ocsp(),)),
        (
            "OCSP response by a delegate",
            2,
            (ocsp(signer="responder", certificates=[responder()]),),
        ),
    ],
)
def test_an_ocsp_response(benchmark, name, times, responses):
    warm = checker(path_of(), responses=responses)

    def subject():
        MEMO.clear()
        return warm()

    ratio(
        f"revocation of a leaf, {name}, read before",
        warm,
        raw_es256(times),
        goal=None,
        baseline_name=f"{times} raw ES256",
        loops=LOOPS,
    )
    ratio(
        f"revocation of a leaf, {name}",
        subject,
        raw_es256(times),
        goal=None,
        baseline_name=f"{times} raw ES256",
        loops=LOOPS,
        note="read, authorised, verified and weighed anew each time",
    )
    benchmark.pedantic(subject, rounds=ROUNDS)


def test_a_list_read_anew(benchmark):
    octets = crl(entries=[entry(0x7777 + i) for i in range(100)])
    warm = checker(path_of(), octets)

    def subject():
        MEMO.clear()
        return warm()

    ratio(
        "revocation of a leaf, CRL of 100 entries, read anew",
        subject,
        raw_es256(),
        goal=None,
        baseline_name="raw ES256",
        loops=LOOPS,
    )
    benchmark.pedantic(subject, rounds=ROUNDS)


def test_a_path_of_three_with_lists_read_before(benchmark):
    path = path_of(leaf(issuer="ca"), [ca()])
    subject = checker(path, crl(), crl(issuer="ca"))
    ratio(
        "revocation of two certificates, CRLs read before",
        subject,
        raw_es256(2),
        goal=None,
        baseline_name="2 raw ES256",
        loops=LOOPS,
        note="what a second document of the same signer's CA costs",
    )
    benchmark.pedantic(subject, rounds=ROUNDS)
