"""What a list was read as, under a MAC: so that nobody reads it again at the next start (floor 5).

A seal says of one list's signed bytes: this code read them before and found them good, and there
the services are. It says nothing of signature, pin, time or sequence, which are judged at every
start. Its key lies outside the folder in which seals lie: who can write the folder, and has no key,
can make no seal, and one that is not in order is as good as none (docs/adr/0010).
"""

from __future__ import annotations

import hmac
import sys
import unicodedata
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Final

import cryptography

from .. import __version__
from ..errors import MisuseError
from .spans import Layout

KEY_BYTES: Final = 32
MAX_SEAL_BYTES: Final = 64 << 20
"""Ours; the seal of ten thousand services has half a megabyte."""
_MAGIC: Final = b"DEFASEAL"
_DIGEST: Final = 32
_HEAD: Final = len(_MAGIC) + 2 * _DIGEST
_LABEL: Final = b"defa_trust seal of a list 1"
DECIDING: Final = (
    "__init__", "algorithm_ids", "algorithms", "content", "crypto", "errors", "finding",
    "key_reading", "request", "spec", "usual_keys", "verdict", "codec/__init__", "codec/base58",
    "codec/base64url", "codec/cbor", "codec/cbor_quick", "codec/der", "codec/json",
    "codes/__init__", "codes/codec", "codes/crypto", "codes/listing", "codes/succession",
    "codes/x509", "trustlist/__init__", "trustlist/arrangements", "trustlist/contradictions",
    "trustlist/decode", "trustlist/envelope", "trustlist/identity", "trustlist/index",
    "trustlist/law", "trustlist/model", "trustlist/quick", "trustlist/quick_columns",
    "trustlist/quick_services", "trustlist/quick_shapes", "trustlist/reading",
    "trustlist/services", "trustlist/spans", "trustlist/successors", "x509/__init__",
    "x509/certificate", "x509/extensions", "x509/facts", "x509/names", "trustlist/seals",
)  # fmt: skip
"""Modules that decide how a list is read: all that `decode` and `quick` import, and this one."""


@cache
def rules() -> bytes | None:
    """SHA-256 over all that decides how a list is read: this code, and the versions of what it
    runs on. ``None`` where the code's text is not there, or without the extra `fast`: no seals."""
    try:
        import msgspec
    except ImportError:
        return None
    root = Path(__file__).parent.parent
    state = sha256()
    versions = (
        __version__,
        sys.version,
        unicodedata.unidata_version,
        msgspec.__version__,
        cryptography.__version__,
    )
    state.update(repr(versions).encode())
    try:
        for module in DECIDING:
            text = (root / f"{module}.py").read_bytes()
            state.update(f"{module} {len(text)} ".encode() + text)
    except OSError:
        return None
    return state.digest()


class Sealer:
    """Makes seals, and believes those that it made. Raises ``MisuseError`` for a short key."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        if type(key) is not bytes or len(key) < KEY_BYTES:
            raise MisuseError(f"a key for seals is {KEY_BYTES} random octets or more")
        self._key = hmac.digest(key, _LABEL, sha256)
        rules()  # of the code as it was when this process began, not as it may lie there later

    def seal(self, digest: str, layout: Layout) -> bytes | None:
        """Of the list with this digest (hex); ``None`` where there can be no seals."""
        current = rules()
        if current is None:
            return None
        from msgspec import msgpack

        head = _MAGIC + bytes.fromhex(digest) + current
        body = msgpack.encode(layout)
        return head + self._mac(head, body) + body

    def open(self, seal: bytes) -> Layout | None:
        """What was sealed; ``None`` for what this key did not seal, or other code."""
        head, mac, body = seal[:_HEAD], seal[_HEAD : _HEAD + _DIGEST], seal[_HEAD + _DIGEST :]
        if not is_current(seal) or not hmac.compare_digest(mac, self._mac(head, body)):
            return None
        from msgspec import MsgspecError, msgpack

        try:
            return msgpack.decode(body, type=Layout)
        except MsgspecError:  # pragma: no cover - sealed by this very code
            return None

    def _mac(self, head: bytes, body: bytes) -> bytes:
        # The head has one length: nothing of it can pass for a part of the body.
        return hmac.digest(self._key, head + body, sha256)


def sealed_digest(seal: bytes) -> str:
    """Of which list's signed bytes it claims to be (hex)."""
    return seal[len(_MAGIC) : len(_MAGIC) + _DIGEST].hex()


def is_current(seal: bytes) -> bool:
    """Whether it claims to be of this code; else nothing is wrong with it, and it is of no use."""
    current = rules()
    return (
        current is not None
        and _HEAD + _DIGEST < len(seal) <= MAX_SEAL_BYTES
        and seal.startswith(_MAGIC)
        and seal[_HEAD - _DIGEST : _HEAD] == current
    )
