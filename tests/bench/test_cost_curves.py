"""How the cost of a path and of its revocation grows: with its length, with what lists hold.

The unit of each point is one raw ES256 verification, so that a curve shows what is added: a
signature for each certificate, octets hashed and entries checked for a list that is read, nothing
for the entries of one that was read before.
"""

from itertools import cycle

import pytest

from defa_trust.algorithms import KeyType
from defa_trust.conformance.certificates import certificate, key_of
from defa_trust.conformance.revocation_build import cert_id, ocsp, single
from defa_trust.x509.path import find_path
from defa_trust.x509.revocation_memo import MEMO
from tests.revocation_world import path_of

from . import paired
from .paired import ratio
from .test_paths import NEEDED, WHOLE, anchors, root
from .test_revocation import big, checker, raw_es256

LENGTHS = range(1, 9)
ENTRIES = (10, 100, 1_000, 10_000, 100_000)
ANSWERS = (1, 4, 16, 64, 256)
"""The largest is what is read at all (``ocsp.MAX_RESPONSES``)."""
KIND = KeyType.P256
UNIT = "one raw ES256"


def chain(length, number):
    """A signer below ``length - 1`` authorities: (its octets, theirs)."""
    above = root(KIND)
    pool = []
    for depth in range(1, length):
        above = certificate(f"authority {number}.{depth}", above, ca=True,
                            key=key_of(f"curve {number}.{depth}"))  # fmt: skip
        pool.append(above.der)
    return certificate("signer", above, key=key_of(f"curve signer {number}")).der, pool


def finder(length, options, known):
    trusted = anchors(KIND)
    made = [chain(length, number) for number in range(2 if paired.quick else 8)]
    turns = cycle(made)
    keeps = trusted.known.certificates, trusted.known.signatures

    def subject():
        if not known:
            for keep in keeps:
                keep.clear()
        leaf, pool = next(turns)
        return find_path(leaf, pool, trusted, options, [])

    for _ in made:
        assert len(subject().certificates) == length
    assert len(keeps[0]) == (length - 1) * (len(made) if known else 1)
    return subject


@pytest.mark.parametrize("length", LENGTHS)
def test_a_path_by_its_length(benchmark, length):
    cold, warm = finder(length, WHOLE, known=False), finder(length, NEEDED, known=True)
    for name, subject in (("cold, read whole", cold), ("warm, read as needed", warm)):
        ratio(
            f"path of {length} certificates below an anchor, {name}",
            subject,
            raw_es256(),
            goal=None,
            baseline_name=UNIT,
            loops=10,
            rounds=21,
            series=f"path by certificates, {name}",
            x=length,
        )
    benchmark(cold)


def anew(warm):
    def subject():
        MEMO.clear()
        return warm()

    return subject


@pytest.mark.parametrize("entries", ENTRIES)
def test_revocation_by_the_entries_of_a_list(benchmark, entries):
    """The leaf is not among them, so every entry has been passed by."""
    octets = big(min(entries, 1_000) if paired.quick else entries)
    warm = checker(path_of(), octets)
    for name, subject, loops in (
        ("read anew", anew(warm), max(1, 1_000 // entries)),
        ("read before", warm, 20),
    ):
        warm()
        ratio(
            f"revocation by a CRL of {entries:,} entries, {name}",
            subject,
            raw_es256(),
            goal=None,
            baseline_name=UNIT,
            note=f"{len(octets):,} octets",
            loops=loops,
            base_loops=10,
            rounds=7 if entries > 10_000 else 15,
            series=f"revocation by entries of a CRL, {name}",
            x=entries,
        )
    MEMO.clear()
    benchmark(warm)
    MEMO.clear()


@pytest.mark.parametrize("answers", ANSWERS)
def test_revocation_by_the_answers_of_a_response(benchmark, answers):
    """The leaf's own answer comes last."""
    others = [single(about=cert_id(serial=0x70000 + number)) for number in range(answers - 1)]
    octets = ocsp(*others, single())
    warm = checker(path_of(), responses=[octets])
    for name, subject in (("read anew", anew(warm)), ("read before", warm)):
        warm()
        ratio(
            f"revocation by an OCSP response of {answers} answers, {name}",
            subject,
            raw_es256(),
            goal=None,
            baseline_name=UNIT,
            note=f"{len(octets):,} octets",
            loops=max(2, 40 // answers),
            base_loops=10,
            rounds=15,
            series=f"revocation by answers of an OCSP response, {name}",
            x=answers,
        )
    MEMO.clear()
    benchmark(warm)
    MEMO.clear()
