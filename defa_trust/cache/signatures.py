"""Issuers' signatures that held, remembered as what they are: facts that never change (floor 11).

A wallet shows one issuer-signed part again and again, each time with a fresh proof behind it. That
this signature holds over these octets under this key depends on no moment, no list and no policy;
all of those are judged anew each time, and so is the proof, which never comes this way.
"""

from __future__ import annotations

import sys
from hashlib import sha256
from typing import Any, Final

from ..crypto import Algorithm, Hashed, VerificationKey
from .entry import Held, no_pickling
from .memory import HeldCounts, Memory

HELD_BYTES: Final = 300
"""Measured: entry, digest and places in the tables. The memo is bounded by its entries alone."""


class SignatureMemo:
    """A ``SignatureCheck`` (see ``authenticate``) that remembers what held. Thread-safe.

    A signature that does not hold is forgotten at once: it costs whoever sends it a verification,
    and nobody else a place.
    """

    def __init__(self, max_entries: int) -> None:
        self._memory = Memory(max_entries, sys.maxsize, lambda _: None)
        self._find = self._memory.table.get

    def __reduce__(self) -> Any:
        raise no_pickling(self)

    def __call__(
        self,
        key: VerificationKey,
        algorithm: Algorithm,
        signature: bytes,
        data: bytes | Hashed | tuple[bytes, ...],
    ) -> bool:
        """As ``key.verify(algorithm, signature, data)``, with its refusals."""
        if type(data) is not bytes or type(signature) is not bytes:
            return key.verify(algorithm, signature, data)
        name = name_of(key, algorithm, signature, data)
        held = self._find(name)
        if held is not None:
            held.hits += 1
            self._memory.hits += 1
            return True
        valid = key.verify(algorithm, signature, data)
        if valid:
            self._memory.put(Held(name, None, HELD_BYTES))
        return valid

    def stats(self) -> HeldCounts:
        return self._memory.stats()

    def clear(self) -> None:
        self._memory.clear()


def name_of(key: VerificationKey, algorithm: Algorithm, signature: bytes, data: bytes) -> bytes:
    """A digest of all four, each where no other can reach: what varies in length says how long."""
    head = f"{key.alg}\0{algorithm.name}\0{len(signature)}\0".encode()
    return sha256(b"".join((key.thumbprint, head, signature, data))).digest()
