"""Services made on demand are the listed ones, each made once."""

import threading

import pytest

from defa_trust.errors import Rejection
from defa_trust.trustlist import decode as decoding
from defa_trust.trustlist.decode import Origin, decode, read
from defa_trust.trustlist.index import index_of
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.trustlist.spans import SpannedServices
from tests.list_cases import GOOD
from tests.signed_lists import entity, member_document, service
from tests.unit.trustlist.test_quick import payload_of

pytest.importorskip("defa_trust.trustlist.quick")

ORIGIN = Origin("0" * 64, 1)


@pytest.fixture(autouse=True)
def small_ones_too(monkeypatch):
    monkeypatch.setattr(decoding, "QUICK_BYTES", 0)


def listed(document):
    found = read(payload_of(document), ORIGIN, max_bytes=1 << 26).trust_list
    assert isinstance(found.services, SpannedServices)
    return found


def three_entities():
    groups = ((1, 2), (3,), (4, 5, 6))
    return member_document(
        entities=[entity("TH", *(service(number=n) for n in numbers)) for numbers in groups]
    )


def test_places_and_slices():
    services = listed(three_entities()).services
    names = [f"urn:test:th:{n}" for n in range(1, 7)]
    assert len(services) == 6
    assert [services[n].id for n in range(6)] == names
    assert [services[n].id for n in range(-6, 0)] == names
    assert [found.id for found in services] == names
    assert [found.id for found in services[1:5:2]] == names[1:5:2]
    for place in (6, -7):
        with pytest.raises(IndexError):
            services[place]


def test_a_service_is_made_once_and_with_it_its_entity_alone():
    services = listed(three_entities()).services
    last = services[5]
    assert list(services._made) == [2]
    assert services[5] is last
    assert services[-1] is last
    assert list(services)[5] is last
    assert services[5] is last
    assert services[0] is next(iter(services))


def test_threads_that_race_get_the_same_services():
    services = listed(three_entities()).services
    found, ready = [], threading.Barrier(8)

    def look():
        ready.wait()
        found.append(tuple(map(id, services)))

    threads = [threading.Thread(target=look) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(found)) == 1


@pytest.mark.parametrize("name", GOOD)
def test_the_index_is_that_of_the_services(name):
    found = read(payload_of(GOOD[name]), ORIGIN, max_bytes=1 << 26).trust_list.services
    plain = decode(GOOD[name], digest="0" * 64, size=1).services
    made = found.layout.found_by if isinstance(found, SpannedServices) else index_of(found)
    assert made == index_of(plain)


def test_a_snapshot_looks_services_up_in_both_alike():
    document = three_entities()
    lazy = TrustSnapshot.build([listed(document)])
    plain = TrustSnapshot.build([decode(document, digest="0" * 64, size=1)])
    for name in ("by_issuer", "by_kid", "by_thumbprint", "by_certificate", "by_ski", "patterns"):
        one, other = getattr(lazy, name), getattr(plain, name)
        assert list(one) == list(other)
        assert len(one) == len(other)
    for name in plain.by_issuer:
        assert name in lazy.by_issuer
        ids = [[s.id for i in x.by_issuer[name] for s in i.services] for x in (lazy, plain)]
        assert ids[0] == ids[1]
    assert "https://nobody.test.example" not in lazy.by_issuer
    assert [s.id for s in lazy.by_service] == [s.id for s in plain.by_service]


def test_an_entity_that_says_something_else_now_is_no_answer():
    services = listed(three_entities()).services
    services._make = lambda *_: ()
    with pytest.raises(RuntimeError):
        services[0]

    def refuse(*_):
        raise Rejection(decoding.codes.DUPLICATE)

    services._make = refuse
    with pytest.raises(Rejection):
        services[0]
