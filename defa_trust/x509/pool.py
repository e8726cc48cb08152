"""Certificates that came along with something, by whom they say they are of (floor 4)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from ..errors import Rejection
from .anchors import Known
from .certificate import UntrustedCertificate, open_certificate
from .path_options import DEFAULT_LIMITS

_NONE: Final[tuple[UntrustedCertificate, ...]] = ()


class CertificatePool:
    """Certificates in no order, believed by nobody, found by their subject.

    ``unreadable`` counts those that no certificate could be read of; ``left_out`` those beyond the
    limit.
    """

    __slots__ = ("_by_key", "_by_name", "left_out", "unreadable")

    def __init__(
        self,
        ders: Iterable[bytes] = (),
        limit: int = DEFAULT_LIMITS.pool,
        known: Known | None = None,
    ) -> None:
        by_name: dict[bytes, list[UntrustedCertificate]] = {}
        opened = {} if known is None else known.certificates
        self.unreadable = self.left_out = 0
        seen: set[bytes] = set()
        for der in ders:
            if der in seen:
                continue
            if len(seen) >= limit:
                self.left_out += 1
                continue
            seen.add(der)
            certificate = opened.get(der)
            if certificate is None:
                try:
                    certificate = open_certificate(der)
                except Rejection:
                    self.unreadable += 1
                    continue
            by_name.setdefault(certificate.subject_name, []).append(certificate)
        self._by_name: Final = by_name
        self._by_key: dict[bytes, list[UntrustedCertificate]] | None = None

    def spelt(self, subject_name: bytes) -> Sequence[UntrustedCertificate]:
        """Those whose subject is these very octets."""
        return self._by_name.get(subject_name, _NONE)

    def named(self, subject_key: bytes) -> Sequence[UntrustedCertificate]:
        """Those of that name (``names.name_key``), however they spell it."""
        by_key = self._by_key
        if by_key is None:
            by_key = {}
            for certificates in self._by_name.values():
                try:
                    key = certificates[0].subject_key
                except Rejection:
                    continue  # no name of anybody, so nobody's issuer
                by_key.setdefault(key, []).extend(certificates)
            self._by_key = by_key
        return by_key.get(subject_key, _NONE)
