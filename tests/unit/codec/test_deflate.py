"""Inflating a zlib stream costs its cap and no more."""

import gzip
import tracemalloc
import zlib

import pytest

from defa_trust.codec import deflate
from defa_trust.codes import codec as codes
from defa_trust.errors import MisuseError, Rejection

PLAIN = b"TEST-ONLY " * 100
STREAM = zlib.compress(PLAIN)


def refusal(data, max_output=1 << 16):
    with pytest.raises(Rejection) as caught:
        deflate.inflate(data, max_output=max_output)
    return caught.value.code


@pytest.mark.parametrize("level", range(10))
def test_inflates_every_level(level):
    assert deflate.inflate(zlib.compress(PLAIN, level), max_output=1000) == PLAIN


def test_the_cap_is_exact():
    assert deflate.inflate(STREAM, max_output=len(PLAIN)) == PLAIN
    assert refusal(STREAM, len(PLAIN) - 1) is codes.ZLIB_TOO_LARGE
    assert deflate.inflate(zlib.compress(b""), max_output=0) == b""
    assert refusal(zlib.compress(b"x"), 0) is codes.ZLIB_TOO_LARGE


def test_a_cap_below_zero_is_misuse_and_not_unlimited():
    with pytest.raises(MisuseError):
        deflate.inflate(STREAM, max_output=-1)


def test_a_bomb_is_refused_within_its_cap():
    bomb = zlib.compress(bytes(64 << 20), 9)
    tracemalloc.start()
    try:
        assert refusal(bomb, 1 << 16) is codes.ZLIB_TOO_LARGE
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < len(bomb) + (1 << 18)


@pytest.mark.parametrize("cut", [0, 1, 2, len(STREAM) // 2, len(STREAM) - 4, len(STREAM) - 1])
def test_a_truncated_stream_is_refused(cut):
    assert refusal(STREAM[:cut]) is codes.ZLIB_BROKEN


def test_the_checksum_is_checked():
    assert refusal(STREAM[:-1] + bytes([STREAM[-1] ^ 1])) is codes.ZLIB_BROKEN
    assert deflate.inflate(STREAM, max_output=1 << 16) == PLAIN


@pytest.mark.parametrize("tail", [b"\x00", b"\n", STREAM, b"x" * 1000])
def test_bytes_after_the_stream_are_refused(tail):
    assert refusal(STREAM + tail) is codes.ZLIB_TRAILING


@pytest.mark.parametrize(
    "data",
    [
        gzip.compress(PLAIN, mtime=0),
        zlib.compress(PLAIN)[2:-4],  # raw deflate
        PLAIN,
        b"\x78\x9c",
        b"\x79\x9c" + STREAM[2:],
    ],
)
def test_only_zlib_streams_are_read(data):
    assert refusal(data) is codes.ZLIB_BROKEN


def test_a_preset_dictionary_is_refused():
    packer = zlib.compressobj(zdict=b"TEST-ONLY")
    assert refusal(packer.compress(PLAIN) + packer.flush()) is codes.ZLIB_BROKEN


# --- gzip ----------------------------------------------------------------------------------------
MEMBER = gzip.compress(PLAIN, mtime=0)


def gzip_refusal(data, max_output=1 << 16):
    with pytest.raises(Rejection) as caught:
        deflate.gunzip(data, max_output=max_output)
    return caught.value.code


def test_expands_a_whole_member():
    assert deflate.gunzip(MEMBER, max_output=len(PLAIN)) == PLAIN
    assert deflate.gunzip(gzip.compress(b"", mtime=0), max_output=0) == b""


@pytest.mark.parametrize("at", [0, 1, 2, len(MEMBER) // 2, -8, -5, -4, -1])
def test_a_damaged_member_is_refused(at):
    damaged = bytearray(MEMBER)
    damaged[at] ^= 0x15
    assert gzip_refusal(bytes(damaged)) is codes.GZIP_BROKEN


@pytest.mark.parametrize("cut", [0, 1, 9, 10, len(MEMBER) - 8, len(MEMBER) - 1])
def test_a_truncated_member_is_refused(cut):
    assert gzip_refusal(MEMBER[:cut]) is codes.GZIP_BROKEN


@pytest.mark.parametrize("tail", [b"\x00", b"\n", MEMBER])
def test_bytes_after_the_member_are_refused(tail):
    assert gzip_refusal(MEMBER + tail) is codes.GZIP_TRAILING


@pytest.mark.parametrize("data", [STREAM, zlib.compress(PLAIN)[2:-4], PLAIN])
def test_only_gzip_members_are_read(data):
    assert gzip_refusal(data) is codes.GZIP_BROKEN


def test_a_gzip_bomb_costs_its_cap():
    bomb = gzip.compress(bytes(8 << 20), mtime=0)
    assert gzip_refusal(bomb, len(PLAIN)) is codes.GZIP_TOO_LARGE
    assert deflate.gunzip(bomb, max_output=8 << 20) == bytes(8 << 20)


def test_a_bound_below_zero_is_misuse():
    with pytest.raises(MisuseError):
        deflate.gunzip(MEMBER, max_output=-1)
