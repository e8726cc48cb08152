"""A content answers its digests, from octets, from a stream, or from digests alone."""

import io
from hashlib import sha3_256, sha256, sha384

import pytest

from defa_trust.content import Content
from defa_trust.errors import MisuseError

OCTETS = bytes(range(256)) * 5000


def test_octets_chunks_and_streams_answer_alike():
    chunks = [memoryview(OCTETS)[i : i + 1000] for i in range(0, len(OCTETS), 1000)]
    for content in (Content.of(OCTETS), Content.of(*chunks), Content.read(io.BytesIO(OCTETS))):
        assert content.digest("sha-256") == sha256(OCTETS).digest()
        assert content.digest("sha-384") == sha384(OCTETS).digest()
    assert Content.of(OCTETS) == Content.of(*chunks)
    assert Content.of(OCTETS).size == len(OCTETS)
    assert Content.of(OCTETS).digest("sha3-256") == sha3_256(OCTETS).digest()


def test_digests_answer_only_what_they_hold():
    content = Content.digested({"sha-256": sha256(OCTETS).digest()})
    assert content.digest("sha-256") == sha256(OCTETS).digest()
    assert content.digest("sha-512") is None
    assert content.size is None
    assert content == Content.digested({"sha-256": sha256(OCTETS).digest()})
    # Octets can answer what digests cannot: the two are not the same evidence.
    assert content != Content.of(OCTETS)
    assert len({content, Content.of(OCTETS), Content.of(OCTETS)}) == 2


@pytest.mark.parametrize(
    "digests",
    [{}, {"sha-1": bytes(20)}, {"sha-256": bytes(31)}, {"sha-256": "00" * 32}, {"SHA-256": b""}],
)
def test_digests_must_be_digests(digests):
    with pytest.raises(MisuseError):
        Content.digested(digests)


def test_misuse():
    with pytest.raises(MisuseError):
        Content()
    with pytest.raises(MisuseError):
        Content.of("text")
    with pytest.raises(MisuseError):
        Content.read(io.BytesIO(b""), [])
    with pytest.raises(MisuseError):
        Content.of(b"").digest("md5")
    with pytest.raises(AttributeError):
        Content.of(b"").size = 1
    with pytest.raises(AttributeError):
        _ = Content.of(b"").chunks


def test_octets_are_there_only_where_they_came_in_memory():
    assert Content.of(b"ab", b"c").octets == b"abc"
    assert Content.of(memoryview(b"ab")).octets == b"ab"
    assert Content.of().octets == b""
    assert Content.read(io.BytesIO(b"abc")).octets is None
