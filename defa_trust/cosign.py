"""Further signatures over a regional list, and the companion that carries them (floor 12).

The list's own signature comes first (``publish.sign_list``) and is never touched again. Each other
signer signs the finished list, on a machine of its own if need be, and adds to the companion.
"""

from __future__ import annotations

from collections.abc import Iterable

from .errors import MisuseError
from .publish import signed_jws
from .signing_crypto import SigningKey
from .trustlist.acceptance import DEFAULT_ACCEPTANCE
from .trustlist.companion import (
    Companion,
    Sibling,
    SignedList,
    SuccessionStep,
    read_companion,
    write_companion,
)
from .trustlist.envelope import Content
from .trustlist.signed import read_unverified

__all__ = ["add_signatures", "carry_over", "cosign", "follow_on"]


def cosign(data: bytes, key: SigningKey, certificate: bytes, *, issued_at: int) -> Sibling:
    """A further signature over the signed list ``data`` (RFC 7515, appendix F: detached).

    ``certificate`` is DER and of ``key``; ``issued_at`` becomes `iat` (Unix seconds). Raises
    ``MisuseError`` where the two do not belong together or the key's type signs no lists.
    """
    message = data.rpartition(b".")[0]
    if message.count(b".") != 1:
        raise MisuseError("a further signature is made over a signed list (a compact JWS)")
    jws = signed_jws(message, key, certificate, Content.SIGNING_INPUT, issued_at=issued_at)
    protected, _, signature = jws.decode("ascii").split(".")
    return Sibling(protected, signature)


def add_signatures(companion: bytes | None, siblings: Iterable[Sibling]) -> bytes:
    """The companion with further signatures; ``None`` begins one. Raises ``Rejection``."""
    known = read_companion(companion)
    whole = tuple(dict.fromkeys((*known.siblings, *siblings)))
    return write_companion(known._replace(siblings=whole))


def follow_on(companion: bytes | None, previous: bytes, previous_companion: bytes | None) -> bytes:
    """The companion of a list that hands over, showing the list before it. Raises ``Rejection``."""
    known = read_companion(companion)
    shown = SignedList(previous, read_companion(previous_companion).siblings)
    return write_companion(known._replace(follows=shown))


def carry_over(data: bytes, companion: bytes | None) -> bytes:
    """What the companion of the next list begins with, after the signed list ``data``.

    The successions of the past stay, so that whoever pinned the signers of long ago finds the way;
    where ``data`` hands over, it becomes one of them. Raises ``Rejection``.
    """
    known = read_companion(companion)
    steps = known.steps
    if read_unverified(data, DEFAULT_ACCEPTANCE).succession is not None:
        steps = (*steps, SuccessionStep(SignedList(data, known.siblings), known.follows))
    return write_companion(Companion(steps=steps))
