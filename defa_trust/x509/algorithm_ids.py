"""AlgorithmIdentifiers as certificates, CRLs and OCSP responses state them (floor 4).

The reading itself stands on floor 3, where formats reach it too.
"""

from __future__ import annotations

from ..algorithm_ids import algorithm_identifier, algorithm_name, digest_name, signature_algorithms

__all__ = ["algorithm_identifier", "algorithm_name", "digest_name", "signature_algorithms"]
