"""What a signature is over, of which only digests are ever asked (floor 3).

A document can be large, and it can be nobody else's business. So a ``Content`` answers one
question, its digest under a named algorithm, from octets in memory, from a file that was read
through once at the edge, or from digests that the caller worked out where the document is.

Some signatures are not over the document but over octets made from it: its base64url text, or
that behind a head of their own (JWS). ``base64url()`` and ``after()`` are those; a digest of them
has a name too (`sha-256;base64url;after=…`), under which it can be kept and handed on like another.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import chain
from typing import BinaryIO, Final, NoReturn

from .algorithms import DIGEST_SIZES, DIGESTS, hasher
from .codec import base64url
from .errors import MisuseError

COMMON_DIGESTS: Final = ("sha-256", "sha-384", "sha-512")
"""Worked out where nobody said which are needed."""
_BLOCK: Final = 3 << 18
"""Octets read at a time: a multiple of three, so that base64 of blocks is base64 of the whole."""
_BASE64URL: Final = ";base64url"
_DERIVED: Final = re.compile(r"([a-z0-9-]+)(?:;base64url)?(?:;after=[0-9a-f]{64})?", re.ASCII)


class Content:
    """Octets, or digests of octets. Immutable; two of the same octets are equal."""

    __slots__ = ("_chunks", "_digests", "_head", "_suffix", "identity", "size")

    _chunks: Iterable[bytes | memoryview] | None
    _digests: dict[str, bytes]
    _head: bytes
    _suffix: str
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
        made = ((f"octets{self._suffix}", digest),)
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
            parts = _DERIVED.fullmatch(name) if type(name) is str else None
            size = None if parts is None else DIGEST_SIZES.get(parts[1])
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
    def rereadable(cls, open: Callable[[], BinaryIO]) -> Content:
        """Octets too many to be kept: ``open`` gives a stream of them, as often as a digest is
        asked. ``MisuseError`` from then on where it does not give the same octets each time."""
        state, size = sha256(), 0
        with open() as stream:
            while block := stream.read(_BLOCK):
                state.update(block)
                size += len(block)
        digest = state.digest()
        return _make(_Reread(open, digest), {"sha-256": digest}, size)

    @classmethod
    def streamed(cls, blocks: Iterable[bytes | memoryview], size: int) -> Content:
        """Octets that are never held together: ``blocks`` yields the same ones each time it is
        gone through, ``size`` of them."""
        return _make(blocks, {}, size)

    @classmethod
    def joined(cls, contents: Iterable[Content]) -> Content | None:
        """The octets of these one after the other; ``None`` where one of them has digests alone."""
        given = list(contents)
        if any(each._chunks is None for each in given):  # noqa: SLF001 - of its own kind
            return None
        blocks = _Joined([each._blocks for each in given])  # noqa: SLF001
        return _make(blocks, {}, sum(each.size or 0 for each in given))

    def base64url(self) -> Content:
        """The base64url text of the octets, without padding (RFC 4648, 5)."""
        if self._suffix:
            raise MisuseError("only a document itself is encoded")
        return self._derived(b"", _BASE64URL)

    def after(self, head: bytes) -> Content:
        """The octets with a head before them, such as a signature's own."""
        if self._head:
            raise MisuseError("a head stands before it already")
        return self._derived(head, f"{self._suffix};after={sha256(head).hexdigest()}")

    @property
    def octets(self) -> bytes | None:
        """The octets themselves, where they are in memory."""
        chunks = self._chunks
        if chunks is None or isinstance(chunks, _Reread):
            return None
        if not self._suffix and isinstance(chunks, tuple) and len(chunks) == 1:
            return bytes(chunks[0])
        return b"".join(self._blocks())

    def digest(self, algorithm: str) -> bytes | None:
        """The digest under this name of ``crypto.DIGESTS``; ``None`` where it cannot be had."""
        name = algorithm + self._suffix
        known = self._digests.get(name)
        chunks = self._chunks
        if known is None and chunks is not None:
            state = hasher(algorithm)
            if type(chunks) is tuple and len(chunks) == 1 and not self._suffix:
                state.update(chunks[0])
            else:
                for block in self._blocks():
                    state.update(block)
            known = self._digests[name] = state.digest()
        return known

    def work_out(self, algorithms: Iterable[str]) -> None:
        """Have these digests at hand after going through the octets once; no more than is known of
        a content that was given by its digests."""
        names = {name: name + self._suffix for name in algorithms}
        states = {key: hasher(name) for name, key in names.items() if key not in self._digests}
        if self._chunks is None or not states:
            return
        for block in self._blocks():
            for state in states.values():
                state.update(block)
        self._digests.update({key: state.digest() for key, state in states.items()})

    def digests(self) -> Mapping[str, bytes]:
        """All digests that can be had, and those of what was made of the octets and asked for."""
        self.work_out(DIGESTS)
        return dict(self._digests)

    # --- octets, one block at a time --------------------------------------------------------------
    def _blocks(self) -> Iterator[bytes | memoryview]:
        assert self._chunks is not None  # a content of digests alone is never read
        plain = iter(self._chunks)
        if not self._suffix:
            return plain
        made = _encoded(plain) if self._suffix.startswith(_BASE64URL) else plain
        return chain((self._head,), made)

    def _derived(self, head: bytes, suffix: str) -> Content:
        """Another content made of these octets; its digests are kept where those of this are."""
        made = _make(self._chunks, self._digests, None)
        object.__setattr__(made, "_head", head)
        object.__setattr__(made, "_suffix", suffix)
        return made


class _Reread:
    """A stream that is opened for each going through; at its end it must have been the same."""

    def __init__(self, open: Callable[[], BinaryIO], digest: bytes) -> None:
        self._open, self._digest = open, digest

    def __iter__(self) -> Iterator[bytes]:
        state = sha256()
        with self._open() as stream:
            while block := stream.read(_BLOCK):
                state.update(block)
                yield block
        if state.digest() != self._digest:
            raise MisuseError("the content changed while it was read")


class _Joined:
    """The blocks of several contents, anew each time they are gone through."""

    def __init__(self, parts: list[Callable[[], Iterator[bytes | memoryview]]]) -> None:
        self._parts = parts

    def __iter__(self) -> Iterator[bytes | memoryview]:
        for blocks in self._parts:
            yield from blocks()


def _encoded(blocks: Iterable[bytes | memoryview]) -> Iterator[bytes]:
    """Base64url of the blocks together: what is left of one goes before the next."""
    rest = b""
    for block in blocks:
        octets = rest + block if rest else block
        whole = len(octets) - len(octets) % 3
        rest = bytes(octets[whole:])
        if whole:
            yield base64url.encode(bytes(octets[:whole])).encode()
    if rest:
        yield base64url.encode(rest).encode()


def _make(
    chunks: Iterable[bytes | memoryview] | None, digests: dict[str, bytes], size: int | None
) -> Content:
    made = object.__new__(Content)
    put = object.__setattr__
    put(made, "_chunks", chunks)
    put(made, "_digests", digests)
    put(made, "_head", b"")
    put(made, "_suffix", "")
    put(made, "size", size)
    return made
