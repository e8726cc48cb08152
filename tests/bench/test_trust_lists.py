"""What large lists cost: to accept, to start from, to hold, and for each verdict against them.

The baseline of a list is ``json.loads`` of its payload: the least that any reader in Python pays.
"""

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from functools import cache
from hashlib import sha256

import pytest

from defa_trust.codec import xml
from defa_trust.errors import Rejection
from defa_trust.store import TrustStore
from defa_trust.trustlist import decode, seals
from defa_trust.trustlist.acceptance import AcceptancePolicy
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.schema import validate
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verify import Verifier
from tests.build import arrangement as arranged
from tests.build import jwk_identity, key, recognition_list, service, snapshot, trust_list, vc_jwt
from tests.conformance import trust_list_driver as driver
from tests.conformance.corpora import corpus_path
from tests.signed_lists import NOW, judge, pin

from . import paired
from .big_lists import authority, big_list
from .paired import figure, ratio
from .test_cold import REQUEST, passes

SERVICES = 10_000
PAYLOAD = "json.loads of the payload"


@cache
def listed():
    return big_list(250 if paired.quick else SERVICES)


def size():
    return 250 if paired.quick else SERVICES


def accepted(data):
    found = judge(data)
    assert found.trust_list is not None, found.findings
    assert len(found.trust_list.services) == size()
    return found.trust_list


def rightly_indexed(trust):
    """The last provider's certificate leads to its twenty-five services, and to no other."""
    last = size() // 25 - 1
    found = trust.by_certificate[sha256(authority(last)).digest()]
    ids = {anchor.service.id for anchor in found}
    assert ids == {f"urn:test:th:service:{last * 25 + place}" for place in range(25)}
    return len(trust.by_service) == size()


def rounds(loops):
    return {"loops": 1, "rounds": loops}


def test_accept(benchmark):
    data, payload = listed()
    entities = json.loads(payload)["LoTE"]["TrustedEntitiesList"]
    assert sum(len(entity["TrustedEntityServices"]) for entity in entities) == size()
    assert accepted(data).sequence == 5
    ratio(
        "10,000 services: verified and validated",
        lambda: judge(data),
        lambda: json.loads(payload),
        goal=None,
        baseline_name=PAYLOAD,
        note=f"list of {len(data)} octets, payload of {len(payload)}",
        **rounds(11),
    )
    benchmark.pedantic(accepted, (data,), rounds=1)


def test_accept_and_index(benchmark):
    data, payload = listed()

    def subject():
        return TrustSnapshot.build([judge(data).trust_list])

    assert rightly_indexed(subject())
    ratio(
        "10,000 services: verified, validated and indexed",
        subject,
        lambda: json.loads(payload),
        goal=1.0,
        baseline_name=PAYLOAD,
        **rounds(11),
    )
    benchmark.pedantic(subject, rounds=1)


def test_index(benchmark):
    data, payload = listed()
    found = accepted(data)

    def subject():
        return TrustSnapshot.build([found])

    assert rightly_indexed(subject())
    ratio(
        "10,000 services: indexed alone",
        subject,
        lambda: json.loads(payload),
        goal=None,
        baseline_name=PAYLOAD,
        **rounds(11),
    )
    benchmark.pedantic(subject, rounds=1)


@pytest.mark.parametrize("key", [b"TEST-ONLY key of seals, 32 octets", None])
def test_start_from_a_store(benchmark, tmp_path, key):
    """Signatures verified again. With a key, what was read before is not read again."""
    data, payload = listed()
    folder = tmp_path / "trust"
    store = TrustStore(folder, seal_key=key)
    store.init(Pins([pin()]))
    assert store.add(data, now=NOW).trust_list is not None
    assert (folder / "seals").exists() is (key is not None and len(payload) >= decode.QUICK_BYTES)

    def subject():
        return TrustStore(folder, seal_key=key).load(NOW).snapshot()

    trust = subject()
    assert trust.missing == ()
    assert rightly_indexed(trust)
    if key is None:
        name, goal = "10,000 services: start from an accepted store without a key for seals", None
        note = "read from disk, signature verified, judged and indexed again"
    else:
        name, goal = "10,000 services: start from an accepted store", 0.5
        note = "read from disk, signature verified; services and index as sealed under a MAC"
    ratio(
        name,
        subject,
        lambda: json.loads(payload),
        goal=goal,
        baseline_name=PAYLOAD,
        note=note,
        **rounds(11),
    )
    benchmark.pedantic(subject, rounds=1)


def test_the_rules_of_seals(benchmark):
    """Once in the life of a process: which code this is, by the octets of its files."""
    seals.rules.cache_clear()
    assert benchmark.pedantic(seals.rules, rounds=1) is not None
    _, payload = listed()

    def subject():
        seals.rules.cache_clear()
        seals.rules()

    ratio(
        "the rules that seals name, once a process",
        subject,
        lambda: json.loads(payload),
        goal=None,
        baseline_name=PAYLOAD,
        **rounds(11),
    )


def test_the_plain_reader(benchmark, monkeypatch):
    """Without the extra `fast`: the reader that alone says what is wrong with a list."""
    data, payload = listed()
    monkeypatch.setattr(decode, "_quick", lambda: None)
    ratio(
        "10,000 services: verified and validated without msgspec",
        lambda: accepted(data),
        lambda: json.loads(payload),
        goal=None,
        baseline_name=PAYLOAD,
        **rounds(3),
    )
    benchmark.pedantic(accepted, (data,), rounds=1)


def test_jsonschema(benchmark):
    """Who makes lists waits for this, and no verifier."""
    payload = big_list(25 if paired.quick else 250)[1]
    document = json.loads(payload)

    def subject():
        validate(document, "member-state-list.v1")

    ratio(
        "250 services: jsonschema over the parsed list",
        subject,
        lambda: json.loads(payload),
        goal=None,
        baseline_name=PAYLOAD,
        **rounds(5),
    )
    benchmark.pedantic(subject, rounds=1)


@pytest.mark.parametrize("traced", ["untraced", "traced"])
def test_memory(benchmark, tmp_path, traced):
    data, payload = listed()
    files = {"listed": data, "pin": pin().signers[0], "small": big_list(25)[0]}
    for name, octets in files.items():
        (tmp_path / name).write_bytes(octets)

    def subject():
        command = [sys.executable, "-m", "tests.bench.peak"]
        command += [str(tmp_path / name) for name in files]
        run = subprocess.run([*command, traced], capture_output=True, check=True, timeout=300)
        return json.loads(run.stdout)

    found = benchmark.pedantic(subject, rounds=1)
    assert found["services"] == size()
    share = 1e6 * size() / SERVICES
    if traced == "untraced":
        figure(
            "10,000 services: peak memory of accepting and indexing",
            found["peak"] / len(payload),
            goal=4.0,
            baseline_name="size of the payload",
            better="lower",
            note=f"{found['peak'] / share:.1f} MB for 10,000 services, the signed octets included",
        )
    else:
        figure(
            "10,000 services: memory kept by a snapshot",
            found["kept"] / len(payload),
            goal=None,
            baseline_name="size of the payload",
            better="lower",
            note=f"{found['kept'] / share:.1f} MB for 10,000 services",
        )


def crowded(services):
    """The world of the cold VC-JWT, in which the issuer's state lists so many services."""
    keys = [jwk_identity(key(f"crowd {number}"), f"crowd-{number}") for number in range(50)]
    own = service("TH", (jwk_identity(key()),), id="urn:test:own")
    others = (
        service(
            "TH",
            (keys[number % 50],),
            id=f"urn:test:{number}",
            issuer_ids=(f"https://issuer{number}.th.test.example",),
        )
        for number in range(services - 1)
    )
    return snapshot(trust_list("TH", (*others, own)), recognition_list("SG", (arranged(),)))


def test_a_verdict_against_many_services(benchmark):
    many = 1000 if paired.quick else 100_000
    token = vc_jwt()
    large, small = crowded(many), crowded(100)
    assert (len(large.by_service), len(small.by_service)) == (many, 100)
    subject = passes(Verifier(large), token, REQUEST)
    ratio(
        "cold verdict, VC-JWT, against 100,000 services",
        subject,
        passes(Verifier(small), token, REQUEST),
        goal=1.1,
        baseline_name="the same against 100 services",
    )
    benchmark(subject)


def test_real_lists_of_the_eu(benchmark):
    """The genuine XML lists of the corpus: signature verified, list read, services indexed."""
    pytest.importorskip("lxml")
    from defa_trust.trustlist.ts119612.source import claimed, read_source

    root = corpus_path("trust-lists")
    files = driver.files(root)
    if paired.quick:
        files = [path for path in files if path.stat().st_size < 200_000][:12]
    genuine = []
    for path in files:
        if driver.open_file(root, path)[0] is not None:
            data = path.read_bytes()
            genuine.append((data, driver.pins(root, path), driver.signed_at(data)))
    policy = AcceptancePolicy(algorithms=driver.LEGACY)

    def subject():
        indexed = services = keys = 0
        refused = Counter()
        for data, signers, now in genuine:
            try:
                kind, state = claimed(data)
                profile = SignerProfile.PINNED_KEY
                more = {"type": kind, "territory": state, "now": now, "policy": policy}
                found = read_source(data, signers, profile=profile, **more).trust_list
            except Rejection as refusal:
                refused[refusal.code.id] += 1
                continue
            trust = TrustSnapshot.build([replace(found, via=None)])
            indexed += 1
            services += len(trust.by_service)
            keys += len(trust.by_thumbprint)
        return indexed, services, keys, dict(refused)

    indexed, services, keys, refused = subject()
    assert indexed + sum(refused.values()) == len(genuine)
    assert services > 0
    assert keys > 0
    if not paired.quick:
        assert len(genuine) == 71
    ratio(
        "71 real XML lists: verified, read and indexed",
        subject,
        lambda: [xml.parse(data) for data, _, _ in genuine],
        goal=None,
        baseline_name="xml.parse of the same files",
        note=f"{len(genuine)} signatures verify; {indexed} lists indexed, {services} services, "
        f"{keys} keys, {sum(len(data) for data, _, _ in genuine)} octets; not read: {refused}",
        **rounds(3),
    )
    benchmark.pedantic(subject, rounds=1)
