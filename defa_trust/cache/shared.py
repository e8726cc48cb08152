"""A second tier that processes share, on a server that is not trusted (floor 11, docs/adr/0019).

Whoever runs the server, or writes to it, can make answers late or absent: never wrong. A record is
authenticated with a key that the server never sees, over the name it lies under; and that name is
made, with the same key, of everything an answer depends on but the moment and the evidence: the
whole input, the request, snapshot and policy, this library's version. So garbage, a forgery, or a
record that was moved here from under another name is no answer. An old record brought back is what
it was on its first day: true inside its interval, on unchanged evidence, and both are checked here.

Every fault counts as "no answer"; after one the server is left alone for a while, so that a dead
one costs one time-out in each pause and not one a question.
"""

from __future__ import annotations

import hmac
from hashlib import sha256
from time import monotonic
from typing import Any, Final, Protocol

from .. import __version__
from ..errors import MissingExtraError, MisuseError
from .entry import no_pickling
from .record import MAX_RECORD_BYTES, Record, read, write

KEY_BYTES: Final = 32
MAC_BYTES: Final = 32
LAYOUT: Final = 1
"""Of records. Another layout or version of the library has other names: its records are not met."""
TIMEOUT: Final = 0.05
PAUSE: Final = 1.0
MAX_AGE: Final = 86_400
_NAMES: Final = b"defa-trust record name"
_RECORDS: Final = b"defa-trust record"


class Store(Protocol):
    """Octets by name, on a server. Both may raise anything; neither is believed."""

    def get(self, name: bytes, /) -> bytes | None: ...

    def put(self, name: bytes, octets: bytes, seconds: int, /) -> None: ...


class SharedTier:
    """Answers kept on ``store`` for the processes that hold ``key`` (32 random octets or more).

    Whoever holds the key can write answers that are believed: give it to verifiers alone. ``scope``
    keeps deployments apart that share server and key. Only answers that passed travel; they hold
    digests, thresholds and public names, and no claim. Thread-safe if the store is.
    """

    __slots__ = ("_mac", "_names", "_pause", "_resting_until", "_store", "max_age")

    def __init__(
        self,
        store: Store,
        key: bytes,
        *,
        scope: bytes = b"",
        pause: float = PAUSE,
        max_age: int = MAX_AGE,
    ) -> None:
        """``pause`` in seconds, how long a server that failed is left alone; ``max_age`` in
        seconds, how long a record may lie there. Raises ``MisuseError`` for a key that is short."""
        if type(key) is not bytes or len(key) < KEY_BYTES:
            raise MisuseError(f"the key of a shared tier is {KEY_BYTES} random octets or more")
        if type(scope) is not bytes:
            raise MisuseError("scope is octets")
        if type(max_age) is not int or max_age < 1:
            raise MisuseError("max_age is a whole number of seconds above 0")
        if type(pause) not in (int, float) or not pause >= 0:
            raise MisuseError("pause is a number of seconds, 0 or more")
        bound = sha256(f"{LAYOUT} {__version__} {len(scope)} ".encode() + scope).digest()
        self._names = hmac.digest(key, _NAMES + bound, sha256)
        self._mac = hmac.digest(key, _RECORDS + bound, sha256)
        self._store = store
        self._pause = pause
        self._resting_until = 0.0
        self.max_age = max_age

    def __reduce__(self) -> Any:
        raise no_pickling(self)

    def name(self, question: bytes) -> bytes:
        """Where the answer to ``question`` (a digest of all it depends on) lies. Without the key
        nobody can tell whether a given credential was asked about."""
        return hmac.digest(self._names, question, sha256)

    def find(self, question: bytes) -> Record | Fault | None:
        """The record under that name, ``None`` for none, ``FAULT`` for one that was refused or did
        not come in time. Never raises."""
        if monotonic() < self._resting_until:
            return None
        name = self.name(question)
        try:
            octets = self._store.get(name)
        except Exception:  # noqa: BLE001  whatever a client raises, it costs an answer at most
            self._resting_until = monotonic() + self._pause
            return FAULT
        if octets is None or octets == b"":
            return None
        if type(octets) is not bytes or not MAC_BYTES < len(octets) <= MAX_RECORD_BYTES:
            return FAULT
        body = octets[MAC_BYTES:]
        if not hmac.compare_digest(octets[:MAC_BYTES], self._authenticator(name, body)):
            return FAULT
        try:
            return read(body)
        except Exception:  # noqa: BLE001  ours, but of another build: no answer
            return FAULT

    def keep(self, question: bytes, record: Record, seconds: int) -> bool:
        """Lay ``record`` there for ``seconds`` or ``max_age``. False where that failed; never
        raises."""
        if monotonic() < self._resting_until:
            return True
        name = self.name(question)
        try:
            body = write(record)
        except (KeyError, ValueError):
            return True
        if MAC_BYTES + len(body) > MAX_RECORD_BYTES:
            return True
        octets = self._authenticator(name, body) + body
        try:
            self._store.put(name, octets, max(1, min(seconds, self.max_age)))
        except Exception:  # noqa: BLE001  as above
            self._resting_until = monotonic() + self._pause
            return False
        return True

    def _authenticator(self, name: bytes, body: bytes) -> bytes:
        # Names are of one length: no body can reach into them.
        return hmac.digest(self._mac, name + body, sha256)


class Fault:
    """The type of ``FAULT``: an answer that was refused or did not come in time."""

    __slots__ = ()


FAULT: Final = Fault()


class RedisStore:
    """A ``Store`` on Redis or Valkey (extra `redis`).

    The server should be bounded: `maxmemory` with `maxmemory-policy allkeys-lfu`. Every key begins
    with ``prefix``.
    """

    __slots__ = ("_client", "_prefix")

    def __init__(self, client: Any, prefix: bytes = b"defa:") -> None:
        """``client`` is a ``redis.Redis`` that returns octets, with short time-outs of its own and
        no retries: see ``at()``."""
        self._client = client
        self._prefix = prefix

    @classmethod
    def at(cls, url: str, timeout: float = TIMEOUT, **more: Any) -> RedisStore:
        """A client for `redis://`, `rediss://` or `unix://` ``url``; ``timeout`` in seconds, for
        connecting and for each answer. Raises ``MissingExtraError`` without redis (extra `redis`).
        """
        try:
            from redis import Redis
            from redis.backoff import NoBackoff
            from redis.retry import Retry
        except ImportError:
            raise MissingExtraError("redis", "a shared tier on Redis") from None
        return cls(
            Redis.from_url(
                url,
                socket_timeout=timeout,
                socket_connect_timeout=timeout,
                retry=Retry(NoBackoff(), 0),
                **more,
            )
        )

    def get(self, name: bytes, /) -> bytes | None:
        # A range, so that what somebody else laid there is not fetched at any length.
        found: bytes = self._client.getrange(self._prefix + name, 0, MAX_RECORD_BYTES)
        return found or None

    def put(self, name: bytes, octets: bytes, seconds: int, /) -> None:
        self._client.set(self._prefix + name, octets, ex=seconds)


__all__ = ["FAULT", "Fault", "RedisStore", "SharedTier", "Store"]
