"""What a signature is over, of which only digests are ever asked (floor 3).

A document can be large, and it can be nobody else's business. So a ``Content`` answers one
question, its digest under a named algorithm, from octets in memory, from a file that was read
through once at the edge, or from digests that the caller worked out where the document is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import BinaryIO, Final, NoReturn

from .algorithms import DIGEST_SIZES, DIGESTS, hasher
from .errors import MisuseError

COMMON_DIGESTS: Final = ("sha-256", "sha-384", "sha-512")
"""Worked out where nobody said which are needed."""
_BLOCK: Final = 1 << 20


class Content:
    """Octets, or digests of octets. Immutable; two of the same octets are equal."""

    __slots__ = ("_chunks", "_digests", "identity", "size")

    _chunks: Iterable[bytes | memoryview] | None
    _digests: dict[str, bytes]
    size: int | None
    """Octets; ``None`` where only digests were given."""
    identity: tuple[tuple[str, bytes], ...]
    """Names what this content can answer: SHA-256 of octets, or the digests that were given."""

    def __init__(self) -> None:
        raise MisuseError("a Content is made of octets, of a stream, or of digests")

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a Content is immutable: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Content) and self.identity == other.identity

    def __hash__(self) -> int:
        return hash(self.identity)

    def __repr__(self) -> str:
        return f"<Content {self.identity[0][0]} {self.identity[0][1].hex()[:16]}>"

    def __getattr__(self, name: str) -> object:
        """``identity`` of octets, worked out when somebody asks: most signatures never do."""
        if name != "identity":
            raise AttributeError(name)
        digest = self.digest("sha-256")
        assert digest is not None  # of octets every digest can be had
        made = (("octets", digest),)
        object.__setattr__(self, "identity", made)
        return made

    @classmethod
    def of(cls, *chunks: bytes | memoryview) -> Content:
        """Octets in memory, in one piece or in chunks that are never joined."""
        size = 0
        for chunk in chunks:
            if not isinstance(chunk, (bytes, memoryview)):
                raise MisuseError("content is bytes, or chunks of them")
            size += len(chunk)
        return _make(chunks, {}, size)

    @classmethod
    def digested(cls, digests: Mapping[str, bytes]) -> Content:
        """Digests by their names in ``crypto.DIGESTS``, worked out where the document is."""
        if not digests:
            raise MisuseError("content needs at least one digest")
        for name, value in digests.items():
            size = DIGEST_SIZES.get(name)
            if size is None:
                raise MisuseError(f"no digest {name!r}; known: {', '.join(DIGESTS)}")
            if type(value) is not bytes or len(value) != size:
                raise MisuseError(f"a {name} digest is {size} bytes")
        made = _make(None, dict(digests), None)
        object.__setattr__(made, "identity", tuple(sorted(digests.items())))
        return made

    @classmethod
    def read(cls, stream: BinaryIO, algorithms: Iterable[str] = COMMON_DIGESTS) -> Content:
        """Read a stream to its end once, keeping its digests and one block of it at a time."""
        states = {name: hasher(name) for name in algorithms}
        if not states:
            raise MisuseError("content needs at least one digest")
        while block := stream.read(_BLOCK):
            for state in states.values():
                state.update(block)
        return cls.digested({name: state.digest() for name, state in states.items()})

    @classmethod
    def streamed(
        cls, blocks: Iterable[bytes | memoryview], size: int, digests: Mapping[str, bytes]
    ) -> Content:
        """Octets that are never held together: ``blocks`` yields the same ones each time it is
        gone through, ``size`` of them. ``digests`` are those already worked out from them."""
        return _make(blocks, dict(digests), size)

    @classmethod
    def joined(cls, contents: Iterable[Content]) -> Content | None:
        """The octets of these one after the other; ``None`` where one of them has digests alone."""
        given = list(contents)
        parts = [each._chunks for each in given]  # noqa: SLF001 - of its own kind
        if None in parts:
            return None
        blocks = _Joined([part for part in parts if part is not None])
        return _make(blocks, {}, sum(each.size or 0 for each in given))

    @property
    def octets(self) -> bytes | None:
        """The octets themselves, where they can be had."""
        chunks = self._chunks
        if chunks is None:
            return None
        if isinstance(chunks, tuple) and len(chunks) == 1:
            return bytes(chunks[0])
        return b"".join(chunks)

    def digest(self, algorithm: str) -> bytes | None:
        """The digest under this name of ``crypto.DIGESTS``; ``None`` where it cannot be had."""
        known = self._digests.get(algorithm)
        chunks = self._chunks
        if known is None and chunks is not None:
            state = hasher(algorithm)
            for chunk in chunks:
                state.update(chunk)
            known = self._digests[algorithm] = state.digest()
        return known


class _Joined:
    """The blocks of several contents, anew each time they are gone through."""

    def __init__(self, parts: list[Iterable[bytes | memoryview]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes | memoryview]:
        for part in self._parts:
            yield from part


def _make(
    chunks: Iterable[bytes | memoryview] | None, digests: dict[str, bytes], size: int | None
) -> Content:
    made = object.__new__(Content)
    object.__setattr__(made, "_chunks", chunks)
    object.__setattr__(made, "_digests", digests)
    object.__setattr__(made, "size", size)
    return made
