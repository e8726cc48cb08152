"""Compressed the same on every machine, and readable by everybody."""

import gzip
import random
import zlib

import pytest

from defa_trust.demo.packing import gzip_packed, pack_bitstring, pack_token_list, zlib_packed

CHANCE = random.Random("TEST-ONLY packing")


@pytest.mark.parametrize(
    "data",
    [bytes(n) for n in (*range(20), 257, 258, 259, 260, 261, 516, 517, 1000)]
    + [CHANCE.randbytes(n) for n in (1, 2, 500)]
    + [bytes(CHANCE.choices((0, 0, 0, 0, 7, 200), k=n)) for n in (100, 3000)],
    ids=len,
)
def test_zlib_reads_what_is_packed(data):
    assert zlib.decompress(zlib_packed(data)) == data
    assert gzip.decompress(gzip_packed(data)) == data


def test_every_length_of_a_copy_is_right():
    for length in range(1, 600):
        assert zlib.decompress(zlib_packed(b"\xff" * length)) == b"\xff" * length


def test_a_mostly_empty_list_is_small():
    assert len(gzip_packed(pack_bitstring({94_567: 1}))) < 200


def test_entries_begin_at_the_right_and_at_the_left():
    assert pack_token_list({0: 1, 9: 1}, 1, 16) == bytes((0b1, 0b10))
    assert pack_bitstring({0: 1, 9: 1}, 1, 16) == bytes((0b1000_0000, 0b0100_0000))


def test_the_drafts_own_example():
    """Token Status List, 4.1: two bits an entry."""
    values = {0: 1, 1: 2, 3: 3, 5: 1, 7: 1, 8: 1, 9: 2, 10: 3, 11: 3}
    assert pack_token_list(values, 2, 12) == bytes((0xC9, 0x44, 0xF9))
