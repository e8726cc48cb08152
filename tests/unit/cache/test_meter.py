"""Figures of a cache: complete, through two adapters, and never more than names and numbers."""

import builtins

import pytest

from defa_trust.cache import CachedVerifier, KeyBy, VerdictCache
from defa_trust.cache.exporters import _AGES, _SECONDS, OpenTelemetryMeter, PrometheusMeter
from defa_trust.cache.meter import COUNTS, DURATIONS
from defa_trust.errors import MissingExtraError, MisuseError
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier
from tests.bench.samples import AUDIENCE, NONCE, sd_jwt
from tests.build import NOW, key, vc_jwt, world

REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW, audience=AUDIENCE, nonce=NONCE)


class Notes:
    def __init__(self):
        self.counted, self.observed = [], []

    def count(self, name, amount=1):
        self.counted.append((name, amount))

    def observe(self, name, seconds):
        self.observed.append((name, seconds))

    def total(self, name):
        return sum(amount for counted, amount in self.counted if counted == name)


class Broken:
    def count(self, *_):
        raise RuntimeError("no figures today")

    observe = count


def use(meter, mode=KeyBy.DIGEST):
    """Two misses, three hits, two that may not be kept, and evictions."""
    verifier = CachedVerifier(Verifier(world()), VerdictCache(20, key_by=mode, meter=meter))
    for data in (vc_jwt(), vc_jwt(), b"noise", b"noise", vc_jwt()):
        verifier.evaluate(data, REQUEST)
    for _ in range(2):
        verifier.evaluate(sd_jwt(1, key("holder")), REQUEST)
    for number in range(5):
        verifier.evaluate(b"noise %d" % number, REQUEST)
    return verifier


@pytest.mark.parametrize("mode", KeyBy)
def test_every_question_is_counted_once_and_timed_once(mode):
    notes = Notes()
    verifier = use(notes, mode)
    stats = verifier.cache.stats()
    for name in ("hits", "misses", "unkept", "evictions", "joined"):
        assert notes.total(name) == getattr(stats, name)
    assert (stats.hits, stats.misses, stats.unkept, stats.evictions) == (3, 9, 2, 5)
    timed = [name for name, _ in notes.observed]
    assert timed.count("hit_seconds") == timed.count("age_seconds") == 3
    assert timed.count("miss_seconds") == 9
    assert all(0 <= seconds < 60 for _, seconds in notes.observed)


def test_names_are_those_of_the_protocol_and_nothing_else_is_told():
    notes = Notes()
    use(notes)
    assert {name for name, _ in notes.counted} <= set(COUNTS)
    assert {name for name, _ in notes.observed} <= set(DURATIONS)
    assert all(type(amount) is int for _, amount in notes.counted)
    assert all(type(seconds) is float for _, seconds in notes.observed)


def test_a_meter_that_fails_costs_no_verdict():
    assert use(Broken()).evaluate(vc_jwt(), REQUEST) == use(None).evaluate(vc_jwt(), REQUEST)


def test_prometheus():
    client = pytest.importorskip("prometheus_client")
    registry = client.CollectorRegistry()
    verifier = use(PrometheusMeter(registry))
    stats = verifier.cache.stats()
    read = registry.get_sample_value
    for name in ("hits", "misses", "unkept", "evictions"):
        assert read(f"defa_trust_cache_{name}_total") == getattr(stats, name)
    assert read("defa_trust_cache_hit_seconds_count") == stats.hits
    assert read("defa_trust_cache_miss_seconds_count") == stats.misses
    assert read("defa_trust_cache_age_seconds_count") == stats.hits
    exposed = client.generate_latest(registry).decode()
    assert "Somchai" not in exposed
    assert {line.partition("{")[2].partition("=")[0] for line in exposed.splitlines()} <= {"", "le"}


def test_opentelemetry():
    sdk = pytest.importorskip("opentelemetry.sdk.metrics")
    from opentelemetry.sdk.metrics.export import InMemoryMetricReader

    reader = InMemoryMetricReader()
    provider = sdk.MeterProvider([reader])
    stats = use(OpenTelemetryMeter(provider.get_meter("tests"))).cache.stats()
    found = {
        metric.name.removeprefix("defa_trust.cache."): metric.data.data_points
        for resource in reader.get_metrics_data().resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    for name in ("hits", "misses", "unkept", "evictions"):
        assert [point.value for point in found[name]] == [getattr(stats, name)]
    assert [point.count for point in found["hit_seconds"]] == [stats.hits]
    assert all(not point.attributes for points in found.values() for point in points)
    assert found["hit_seconds"][0].explicit_bounds == _SECONDS
    assert found["age_seconds"][0].explicit_bounds == _AGES
    provider.shutdown()


def test_two_caches_of_one_registry():
    """Under one name: no second meter, and nothing left of the attempt. Twins: one meter for both,
    and a name for each."""
    client = pytest.importorskip("prometheus_client")
    registry = client.CollectorRegistry()
    meter = PrometheusMeter(registry)
    before = client.generate_latest(registry)
    with pytest.raises(MisuseError, match="defa_trust_cache"):
        PrometheusMeter(registry)
    assert client.generate_latest(registry) == before
    one, two = use(meter).cache.stats(), use(meter).cache.stats()
    assert registry.get_sample_value("defa_trust_cache_hits_total") == one.hits + two.hits > 0
    other = use(PrometheusMeter(registry, "another_cache")).cache.stats()
    assert registry.get_sample_value("another_cache_hits_total") == other.hits


def test_a_name_that_is_half_taken_leaves_nothing_behind():
    client = pytest.importorskip("prometheus_client")
    registry = client.CollectorRegistry()
    client.Counter("defa_trust_cache_evictions", "of somebody else", registry=registry)
    before = client.generate_latest(registry)
    with pytest.raises(MisuseError):
        PrometheusMeter(registry)
    assert client.generate_latest(registry) == before


def test_the_histograms_of_prometheus_have_our_bounds():
    client = pytest.importorskip("prometheus_client")
    registry = client.CollectorRegistry()
    use(PrometheusMeter(registry))
    for name, bounds in (("hit_seconds", _SECONDS), ("age_seconds", _AGES)):
        (metric,) = (m for m in registry.collect() if m.name == f"defa_trust_cache_{name}")
        found = {s.labels["le"] for s in metric.samples if s.name.endswith("_bucket")}
        assert {float(edge) for edge in found} == {*bounds, float("inf")}


@pytest.mark.parametrize(
    ("make", "library"),
    [(PrometheusMeter, "prometheus_client"), (OpenTelemetryMeter, "opentelemetry")],
)
def test_without_its_library_a_meter_says_how_to_get_it(make, library, monkeypatch):
    real = builtins.__import__

    def without(name, *arguments, **more):
        if name.split(".")[0] == library:
            raise ImportError(name)
        return real(name, *arguments, **more)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(MissingExtraError, match="pip install"):
        make()
