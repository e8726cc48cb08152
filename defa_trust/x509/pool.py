"""Certificates that came along with something, by whom they say they are of (floor 4)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from ..errors import Rejection
from .anchors import Known
from .certificate import UntrustedCertificate, open_certificate
from .path_options import DEFAULT_LIMITS


class CertificatePool:
    """Certificates that came along, in no order and believed by nobody, indexed by subject.

    ``unreadable`` counts those that no certificate could be read of; ``left_out`` those beyond the
    limit.
    """

    __slots__ = ("by_subject", "left_out", "unreadable")

    def __init__(
        self,
        ders: Iterable[bytes] = (),
        limit: int = DEFAULT_LIMITS.pool,
        known: Known | None = None,
    ) -> None:
        by_subject: dict[bytes, list[UntrustedCertificate]] = {}
        opened: Mapping[bytes, UntrustedCertificate] = {} if known is None else known.certificates
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
            by_subject.setdefault(certificate.subject_key, []).append(certificate)
        self.by_subject: Final[Mapping[bytes, Sequence[UntrustedCertificate]]] = by_subject
