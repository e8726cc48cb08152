"""A content answers its digests, from octets, from a stream, or from digests alone."""

import io
from base64 import urlsafe_b64encode
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


# --- octets made from the content ----------------------------------------------------------------
TEXT = urlsafe_b64encode(OCTETS).rstrip(b"=")


def every_way():
    chunks = [memoryview(OCTETS)[i : i + 1000] for i in range(0, len(OCTETS), 1000)]
    return (
        Content.of(OCTETS),
        Content.of(*chunks),
        Content.rereadable(lambda: io.BytesIO(OCTETS)),
    )


def test_the_text_of_a_content_and_a_head_before_it():
    for content in every_way():
        assert content.base64url().digest("sha-256") == sha256(TEXT).digest()
        assert content.after(b"head.").digest("sha-384") == sha384(b"head." + OCTETS).digest()
        both = content.base64url().after(b"head.")
        assert both.digest("sha-256") == sha256(b"head." + TEXT).digest()
        assert content.after(b"").digest("sha-256") == content.digest("sha-256")
    assert Content.of(OCTETS).base64url().after(b"x").octets == b"x" + TEXT
    assert every_way()[2].base64url().octets is None


@pytest.mark.parametrize("size", range(8))
def test_text_of_chunks_of_any_size(size):
    octets = bytes(range(size))
    text = urlsafe_b64encode(octets).rstrip(b"=")
    for step in range(1, 8):
        chunks = [octets[i : i + step] for i in range(0, size, step)]
        assert Content.of(*chunks).base64url().octets == text


def test_digests_of_what_was_made_are_handed_on():
    content = Content.of(OCTETS)
    head = b"head."
    content.base64url().after(head).digest("sha-256")
    handed = Content.digested(content.digests())
    assert handed.digest("sha3-256") == sha3_256(OCTETS).digest()
    assert handed.base64url().after(head).digest("sha-256") == sha256(head + TEXT).digest()
    # And no other: neither of another head, nor of the octets as they are.
    assert handed.base64url().after(b"other.").digest("sha-256") is None
    assert handed.after(head).digest("sha-256") is None
    assert handed.base64url().digest("sha-256") is None


def test_what_is_made_of_a_content_is_another():
    content = Content.of(OCTETS)
    assert content.base64url() != content
    assert content.after(b"a") != content.after(b"b")
    assert content.base64url() == Content.of(OCTETS).base64url()
    for wrong in (content.base64url().base64url, content.after(b"a").base64url):
        with pytest.raises(MisuseError):
            wrong()
    with pytest.raises(MisuseError):
        content.after(b"a").after(b"b")


def test_octets_that_are_read_again_must_be_the_same():
    given = [OCTETS, OCTETS, OCTETS + b"x", OCTETS[:-1], b""]
    content = Content.rereadable(lambda: io.BytesIO(given.pop(0)))
    assert content.size == len(OCTETS)
    assert content.octets is None
    assert content == Content.of(OCTETS)
    assert content.digest("sha-384") == sha384(OCTETS).digest()
    for _ in range(3):
        with pytest.raises(MisuseError, match="changed"):
            content.digest("sha-512")


@pytest.mark.parametrize(
    "name", ["sha-256;base64", "sha-256;after=00", "sha-256;base64url;base64url", "sha-256;", 1]
)
def test_names_of_digests_are_ours(name):
    with pytest.raises(MisuseError):
        Content.digested({name: bytes(32)})
