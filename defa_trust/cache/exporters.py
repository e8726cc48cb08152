"""Meters that hand a cache's figures on to Prometheus or OpenTelemetry (floor 11).

Either library is an extra and is imported when its meter is made. No key, no claim and no label
reaches them: names and numbers are all there is.
"""

from __future__ import annotations

from typing import Any, Final

from ..errors import MissingExtraError, MisuseError
from .meter import AGE_SECONDS, COUNTS, DURATIONS

_SECONDS: Final = (1e-6, 2e-6, 5e-6, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 5e-3, 0.02, 0.1, 1.0)
_AGES: Final = (1.0, 10.0, 60.0, 600.0, 3600.0, 6 * 3600.0, 86_400.0, 7 * 86_400.0)
_TEXTS: Final = {
    "hits": "Answers given from memory",
    "misses": "Answers that were worked out",
    "joined": "Answers got by waiting for the same verification",
    "unkept": "Answers that may not be remembered",
    "evictions": "Entries that left the memory",
    "shared_hits": "Answers given by the shared tier",
    "shared_misses": "Questions that the shared tier had no answer for",
    "shared_faults": "Answers of the shared tier that were refused or did not come in time",
    "hit_seconds": "Time taken by an answer from memory",
    "miss_seconds": "Time taken by an answer that was worked out or waited for",
    "age_seconds": "How long an answer had been remembered when it was given",
}


class PrometheusMeter:
    """Counters and histograms `<namespace>_<name>` in ``registry`` (or the library's own).

    Raises ``MissingExtraError`` without prometheus-client (extra `prometheus`), and ``MisuseError``
    where the registry has that namespace already: caches that are counted together share one
    meter, others have a namespace each.
    """

    def __init__(self, registry: Any = None, namespace: str = "defa_trust_cache") -> None:
        try:
            from prometheus_client import REGISTRY, Counter, Histogram
        except ImportError:
            raise MissingExtraError("prometheus", "a meter for Prometheus") from None
        chosen = REGISTRY if registry is None else registry
        made: dict[str, Any] = {}
        try:
            for name in COUNTS:
                made[name] = Counter(f"{namespace}_{name}", _TEXTS[name], registry=chosen)
            for name in DURATIONS:
                buckets = _AGES if name == AGE_SECONDS else _SECONDS
                made[name] = Histogram(
                    f"{namespace}_{name}", _TEXTS[name], registry=chosen, buckets=buckets
                )
        except ValueError as fault:
            for collector in made.values():
                chosen.unregister(collector)
            raise MisuseError(f"no meter {namespace!r} in this registry: {fault}") from None
        self._count = {name: made[name].inc for name in COUNTS}
        self._observe = {name: made[name].observe for name in DURATIONS}

    def count(self, name: str, amount: int = 1, /) -> None:
        self._count[name](amount)

    def observe(self, name: str, seconds: float, /) -> None:
        self._observe[name](seconds)


class OpenTelemetryMeter:
    """Counters and histograms `<namespace>.<name>` of ``meter``, or of the global provider's.

    Raises ``MissingExtraError`` without opentelemetry-api (extra `opentelemetry`).
    """

    def __init__(self, meter: Any = None, namespace: str = "defa_trust.cache") -> None:
        try:
            from opentelemetry import metrics
        except ImportError:
            raise MissingExtraError("opentelemetry", "a meter for OpenTelemetry") from None
        chosen = metrics.get_meter("defa_trust") if meter is None else meter
        self._count = {
            name: chosen.create_counter(f"{namespace}.{name}", "1", _TEXTS[name]).add
            for name in COUNTS
        }
        self._observe = {
            name: chosen.create_histogram(
                f"{namespace}.{name}",
                "s",
                _TEXTS[name],
                explicit_bucket_boundaries_advisory=_AGES if name == AGE_SECONDS else _SECONDS,
            ).record
            for name in DURATIONS
        }

    def count(self, name: str, amount: int = 1, /) -> None:
        self._count[name](amount)

    def observe(self, name: str, seconds: float, /) -> None:
        self._observe[name](seconds)


__all__ = ["OpenTelemetryMeter", "PrometheusMeter"]
