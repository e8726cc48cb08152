"""CRLs and OCSP responses that were verified once (floor 4).

How their octets read, where entries lie and which key verifies the signature never changes.
Whether that key may speak for an issuer, whether its algorithm still counts, whether the answer is
fresh and what it says: those are judged at every call and are never kept here (docs/adr/0015).
"""

from __future__ import annotations

from typing import Final

from ..bounded_memo import BoundedMemo
from .crl import CertificateList, read_crl
from .ocsp import OcspResponse, read_ocsp

MAX_KEPT_BYTES: Final = 128 << 20
"""Ours: octets of all together, and what finding the entries of lists takes."""
MAX_KEPT_ITEMS: Final = 1024


Verified = CertificateList | OcspResponse


class RevocationMemo(BoundedMemo[bytes, Verified]):
    """What was verified, by its octets; only what a validated key signed comes in."""

    __slots__ = ()

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES, max_items: int = MAX_KEPT_ITEMS) -> None:
        super().__init__(_weight, max_bytes, max_items)

    def crl(self, octets: bytes) -> CertificateList:
        """The list of these octets, kept or read; raises ``Rejection`` as ``read_crl`` does.

        A hit has compared the whole input; Python keeps the hash of octets with them.
        """
        known = self.find(octets)
        return known if isinstance(known, CertificateList) else read_crl(octets)

    def ocsp(self, octets: bytes) -> OcspResponse:
        """The response of these octets, kept or read; raises as ``read_ocsp`` does."""
        known = self.find(octets)
        return known if isinstance(known, OcspResponse) else read_ocsp(octets)

    def put(self, verified: Verified) -> None:
        """Keep it, if it has room at all; what is kept already stays."""
        if self.find(verified.der) is None:
            self.keep(verified.der, verified)


def _weight(octets: bytes, verified: Verified) -> int:
    """Beside an entry of 35 octets or more stand 10 of the table; a response is read into about
    three times its octets."""
    size = len(octets)
    return size + size // 3 if isinstance(verified, CertificateList) else 4 * size


MEMO: Final = RevocationMemo()
"""One for the process: it holds no verdict and no trust, so verifiers of different snapshots may
share it."""
