"""A time-stamping authority at an address (floor 12): RFC 3161 over HTTP, within fetch's guards.

Each question has a nonce of its own, so that nobody can answer it with a token of yesterday; what
comes back is checked against the question before anybody signs on.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from typing import Final

from .errors import Rejection
from .fetch import FetchError, FetchFault, FetchPolicy, Question, Schemes, post
from .formats.cades_sign import TimestampSource
from .formats.tsp import MAX_RESPONSE_BYTES, TimestampQuery

NONCE_BITS: Final = 64
"""RFC 3161, 2.4.1."""
POLICY: Final = FetchPolicy(max_bytes=MAX_RESPONSE_BYTES, schemes=Schemes.HTTP_TOO)
"""A token is signed, so plain HTTP cannot forge one; most authorities offer nothing else."""

Post = Callable[[str, Question, FetchPolicy], bytes]


def authority_at(
    url: str,
    timestamp_policy: str | None = None,
    policy: FetchPolicy = POLICY,
    how: Post = post,
) -> TimestampSource:
    """Asks the authority at ``url`` (RFC 3161, 3.4), under ``timestamp_policy`` (dotted) if given.

    The source raises ``FetchError``; its fault is `content` where what came does not answer the
    question, and ``detail`` holds the code (`timestamp.*`).
    """

    def source(algorithm: str, digest: bytes) -> bytes:
        nonce = secrets.randbits(NONCE_BITS)
        query = TimestampQuery(algorithm, digest, nonce, timestamp_policy)
        question = Question(query.encode(), "application/timestamp-query")
        try:
            return query.token(how(url, question, policy))
        except Rejection as refusal:
            raise FetchError(FetchFault.CONTENT, url, refusal.code.id) from None

    return source
