"""CRLs and OCSP responses that were verified once (floor 4): a bounded memory of pure functions.

How their octets read, where entries lie and which key verifies the signature never changes.
Whether that key may speak for an issuer, whether its algorithm still counts, whether the answer is
fresh and what it says: those are judged at every call and are never kept here (docs/adr/0015).
"""

from __future__ import annotations

from threading import Lock
from typing import Final

from .crl import CertificateList, read_crl
from .ocsp import OcspResponse, read_ocsp

MAX_KEPT_BYTES: Final = 128 << 20
"""Ours: octets of all together, and what finding the entries of lists takes."""
MAX_KEPT_ITEMS: Final = 1024


Verified = CertificateList | OcspResponse


class RevocationMemo:
    """What was verified, by its octets, oldest out first. Reading takes no lock; only what a
    validated key signed comes in, so that nobody else can push anything out."""

    __slots__ = ("_kept", "_lock", "_size", "max_bytes", "max_items")

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES, max_items: int = MAX_KEPT_ITEMS) -> None:
        self.max_bytes = max_bytes
        self.max_items = max_items
        self._kept: dict[bytes, Verified] = {}
        self._size = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    @property
    def size(self) -> int:
        """Octets kept, by estimate."""
        return self._size

    def crl(self, octets: bytes) -> CertificateList:
        """The list of these octets, kept or read; raises ``Rejection`` as ``read_crl`` does.

        A hit has compared the whole input; Python keeps the hash of octets with them.
        """
        known = self._kept.get(octets)
        return known if isinstance(known, CertificateList) else read_crl(octets)

    def ocsp(self, octets: bytes) -> OcspResponse:
        """The response of these octets, kept or read; raises as ``read_ocsp`` does."""
        known = self._kept.get(octets)
        return known if isinstance(known, OcspResponse) else read_ocsp(octets)

    def put(self, verified: Verified) -> None:
        """Keep it, if it has room at all."""
        weight = _weight(verified)
        if weight > self.max_bytes or verified.der in self._kept:
            return
        with self._lock:
            if self._kept.setdefault(verified.der, verified) is verified:
                self._size += weight
            while self._size > self.max_bytes or len(self._kept) > self.max_items:
                first = next(iter(self._kept))
                self._size -= _weight(self._kept.pop(first))

    def clear(self) -> None:
        with self._lock:
            self._kept.clear()
            self._size = 0


def _weight(verified: Verified) -> int:
    """Beside an entry of 35 octets or more stand 10 of the table; a response is read into about
    three times its octets."""
    size = len(verified.der)
    return size + size // 3 if isinstance(verified, CertificateList) else 4 * size


MEMO: Final = RevocationMemo()
"""One for the process: it holds no verdict and no trust, so verifiers of different snapshots may
share it."""
