"""The network edge: guards, and gathering what a verdict needs."""

import socket
import time
from contextlib import suppress
from dataclasses import replace

import pytest

from defa_trust import fetch as edge
from defa_trust.cache import CachedVerifier, VerdictCache
from defa_trust.codec import json as strict_json
from defa_trust.errors import MisuseError
from defa_trust.fetch import (
    Addresses,
    FetchError,
    FetchFault,
    FetchPolicy,
    gather,
    https_get,
    read_key_set,
)
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.verdict import Indication, NeedKind, RecognitionOutcome
from defa_trust.verify import Verifier
from tests.build import (
    NOW,
    arrangement,
    jwk_identity,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
    vc_jwt,
    world,
)
from tests.https_server import https_site

URL = "https://issuer.th.test.example/jwks"
REQUEST = Request("SG", HolderBinding.IF_PRESENT, at=NOW)


def drip(handler):
    """One byte at a time, for ever."""
    handler.send_response(200)
    handler.end_headers()
    handler.close_connection = True
    with suppress(OSError):
        while not handler.server.site.stopped.wait(0.05):
            handler.wfile.write(b".")


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with https_site(tmp_path_factory.mktemp("tls")) as site:
        plain = site.base.replace("https", "http")
        site.pages |= {
            "/good": b"TEST-ONLY body",
            "/hop": (302, b"", {"Location": "/good"}),
            "/away": (302, b"", {"Location": "https://elsewhere.test.example/good"}),
            "/downgrade": (302, b"", {"Location": f"{plain}/good"}),
            "/loop": (302, b"", {"Location": "/loop"}),
            "/big": bytes(2000),
            "/drip": drip,
        }
        yield site


def get(server, page, **policy):
    settings = {"addresses": Addresses.ALLOW_PRIVATE, "tls": server.tls, "timeout": 5.0, **policy}
    return https_get(f"{server.base}/{page}", FetchPolicy(**settings))


def test_a_page_and_a_redirect_on_the_same_host(server):
    assert get(server, "good") == b"TEST-ONLY body"
    assert get(server, "hop") == b"TEST-ONLY body"


@pytest.mark.parametrize(
    ("page", "policy", "fault"),
    [
        ("missing", {}, FetchFault.STATUS),
        ("away", {}, FetchFault.REDIRECT),
        ("downgrade", {}, FetchFault.REDIRECT),
        ("loop", {}, FetchFault.REDIRECT),
        ("big", {"max_bytes": 1999}, FetchFault.SIZE),
        ("drip", {"timeout": 0.4}, FetchFault.TIME),
        ("good", {"tls": None}, FetchFault.CONNECTION),
        ("good", {"addresses": Addresses.PUBLIC_ONLY}, FetchFault.ADDRESS),
    ],
)
def test_guards(server, page, policy, fault):
    with pytest.raises(FetchError) as caught:
        get(server, page, **policy)
    assert caught.value.fault is fault


def test_the_size_bound_is_exact(server):
    assert len(get(server, "big", max_bytes=2000)) == 2000


@pytest.mark.parametrize(
    "url",
    [
        "http://issuer.test.example/",
        "file:///etc/passwd",
        "https://",
        "https://user:secret@issuer.test.example/",
        "https://issuer.test.example:port/",
        "https://issuer.test.example/a b",
        "https://issuer.test.example/\nHost: evil",
        "https://issuer.test.example/é",
        "",
    ],
)
def test_urls_that_are_refused_unfetched(url, monkeypatch):
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: pytest.fail("looked up"))
    with pytest.raises(FetchError) as caught:
        https_get(url)
    assert caught.value.fault is FetchFault.URL


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.169.254", "0.0.0.0",
        "100.64.0.1", "::1", "fe80::1%eth0", "fc00::1", "::ffff:10.0.0.1", "224.0.0.1",
        "fec0::1", "::127.0.0.1", "2002:7f00:1::1", "2002:a00:1::1", "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "::", "ff02::1", "ff0e::1", "5f00::1", "192.0.0.8",
    ],
)  # fmt: skip
def test_a_name_that_leads_inside_is_refused(address, monkeypatch):
    """Even when another of its addresses is public (DNS rebinding)."""
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.216.34", 443)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: pytest.fail("connected"))
    with pytest.raises(FetchError) as caught:
        https_get("https://issuer.test.example/")
    assert caught.value.fault is FetchFault.ADDRESS


@pytest.mark.parametrize(
    "address",
    [
        "93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822",
        "2002:5db8:d822::1",
    ],
)  # fmt: skip
def test_a_public_address_is_connected_to(address, monkeypatch):
    """A network with IPv6 alone reaches the rest of the world through 64:ff9b::/96."""
    asked = []

    def refuse(address, *args):
        asked.append(address[0])
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 443))]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(FetchError):
        https_get("https://issuer.test.example/")
    assert asked == [address]


def test_the_connection_goes_to_the_address_that_was_checked(monkeypatch):
    asked = []
    answers = iter(["93.184.216.34", "10.0.0.1"])
    monkeypatch.setattr(
        socket,
        "getaddrinfo",
        lambda *a, **k: [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (next(answers), 443))],
    )

    def refuse(address, *args):
        asked.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", refuse)
    with pytest.raises(FetchError):
        https_get("https://issuer.test.example/")
    assert asked == [("93.184.216.34", 443)]


def test_a_name_of_many_silent_addresses_takes_no_more_time_than_one(monkeypatch):
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", (f"93.184.216.{n}", 443)) for n in range(60)
    ]
    asked = []

    def silent(address, timeout):
        asked.append(timeout)
        time.sleep(timeout)
        raise TimeoutError

    monkeypatch.setattr(socket, "getaddrinfo", lambda *a, **k: found)
    monkeypatch.setattr(socket, "create_connection", silent)
    with pytest.raises(FetchError) as caught:
        https_get("https://issuer.test.example/", FetchPolicy(timeout=1.5))
    assert caught.value.fault is FetchFault.TIME
    assert 1 < len(asked) <= 8
    assert sum(asked) <= 1.5


@pytest.mark.parametrize("before", [True, False])
def test_a_connection_cut_before_there_is_one_is_never_used(before, monkeypatch):
    """Nothing else would bound what a server sends drop by drop on a connection made late."""
    ours, theirs = socket.socketpair()
    monkeypatch.setattr(socket, "create_connection", lambda *a, **k: ours)
    until = time.monotonic() + 5.0
    connection = edge._Pinned("issuer.test.example", 80, ["93.184.216.34"], until, None)
    with ours, theirs:
        if before:
            connection.cut()
            with pytest.raises(TimeoutError):
                connection.connect()
        else:
            connection.connect()
            connection.cut()
            assert ours.recv(1) == b""


# --- gather --------------------------------------------------------------------------------------
def pointing_world():
    elsewhere = Identity(IdentityKind.JWKS, URL)
    return snapshot(
        trust_list("TH", (service("TH", (elsewhere,)),)),
        recognition_list("SG", (arrangement(),)),
    )


def key_set(*entries):
    return strict_json.compact({"keys": list(entries)})


GOOD = {**key().jwk(), "kid": "key-1"}


def test_keys_the_list_points_to_are_fetched_and_asked_again():
    asked = []

    def fetch(url):
        asked.append(url)
        return key_set(GOOD)

    done = gather(Verifier(pointing_world()), vc_jwt(), REQUEST, fetch=fetch)
    assert done.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED
    assert asked == list(done.fetched) == [URL]
    again = done.verifier.evaluate(vc_jwt(), REQUEST)
    assert again.verdict == done.report.verdict


DAY = edge.KEYS_REMEMBERED


def later(seconds):
    return replace(REQUEST, at=NOW + seconds)


def gathered(body=None, **more):
    """After one fetch at NOW, whatever the wall clock says."""
    return gather(
        Verifier(pointing_world()), vc_jwt(), REQUEST, now=lambda: NOW,
        fetch=lambda _: body or key_set(GOOD), **more,
    )  # fmt: skip


def test_fetched_keys_serve_for_a_day_exact_to_the_second():
    done = gathered()
    verdict = done.report.verdict
    assert verdict.interval.end == NOW + DAY
    assert done.verifier.evaluate(vc_jwt(), later(DAY - 1)).verdict == verdict
    after = done.verifier.evaluate(vc_jwt(), later(DAY)).verdict
    assert after.validity.indication is Indication.INDETERMINATE
    assert after.reason.code.id == "resolve.keys_elsewhere"
    assert [(need.kind, need.what) for need in after.needs] == [(NeedKind.KEY_SET, URL)]
    assert after.interval.start == NOW + DAY


def test_a_memory_of_verdicts_forgets_with_the_keys():
    cached = CachedVerifier(gathered().verifier, VerdictCache())
    said = [cached.evaluate(vc_jwt(), later(t)).verdict for t in (0, 1, DAY - 1, DAY, 1)]
    passed = [verdict.validity.indication is Indication.TOTAL_PASSED for verdict in said]
    assert passed == [True, True, True, False, True]
    assert cached.cache.stats().hits >= 2


def test_keys_are_fetched_anew_once_they_are_old_and_not_before():
    asked = []

    def fetch(url):
        asked.append(url)
        return key_set(GOOD)

    done = gathered()
    for seconds, fetched in ((DAY - 1, 0), (DAY, 1)):
        again = gather(done.verifier, vc_jwt(), later(seconds), fetch=fetch, now=lambda: NOW + DAY)
        assert again.report.verdict.validity.indication is Indication.TOTAL_PASSED
        assert len(asked) == fetched


def test_a_key_that_its_issuer_took_back_is_believed_for_no_more_than_a_day():
    done = gathered()
    others = key_set({**key("other").jwk(), "kid": "key-2"})
    again = gather(
        done.verifier, vc_jwt(), later(DAY), fetch=lambda _: others, now=lambda: NOW + DAY
    )
    assert again.report.verdict.reason.code.id == "resolve.key_unknown"
    assert again.report.verdict.validity.indication is Indication.INDETERMINATE


def test_old_keys_do_not_come_back_where_nothing_can_be_fetched():
    def fetch(url):
        raise FetchError(FetchFault.TIME, url)

    done = gathered()
    again = gather(done.verifier, vc_jwt(), later(DAY), fetch=fetch, now=lambda: NOW + DAY)
    assert again.report.verdict.reason.code.id == "resolve.keys_elsewhere"


def test_a_refusal_by_fetched_keys_holds_no_longer_than_they_do():
    """Else a memory would go on refusing what a newer key set lets pass."""
    done = gathered(key_set({**key("other").jwk(), "kid": "key-1"}))
    assert done.report.verdict.validity.indication is Indication.TOTAL_FAILED
    assert done.report.verdict.interval.end == NOW + DAY
    after = done.verifier.evaluate(vc_jwt(), later(DAY)).verdict
    assert after.validity.indication is Indication.INDETERMINATE


def test_a_key_that_the_list_holds_itself_serves_on():
    both = (jwk_identity(key(), "key-1"), Identity(IdentityKind.JWKS, URL))
    trust = snapshot(
        trust_list("TH", (service("TH", both),)), recognition_list("SG", (arrangement(),))
    )
    fetched = Identity(IdentityKind.JWK, "key-1", key("other").verification_key)
    for keys in ((fetched,), (fetched._replace(key=key().verification_key),)):
        judge = Verifier(trust.with_key_set(URL, keys, NOW + 1))
        for at in (NOW, NOW + 1):
            verdict = judge.evaluate(vc_jwt(), replace(REQUEST, at=at)).verdict
            assert verdict.validity.indication is Indication.TOTAL_PASSED
        (noted,) = [f for f in verdict.findings if f.code.id == "resolve.keys_old"]
        assert (noted.start, noted.actual) == (NOW + 1, (URL,))
        assert [need.what for need in verdict.needs] == [URL]


@pytest.mark.parametrize(
    "body",
    [
        b"<html>error</html>",
        b"{}",
        b'{"keys":{}}',
        b'{"keys":[]}',
        key_set({"kty": "oct", "k": "AAAA"}),
        key_set(*[GOOD] * 65),
        key_set(GOOD, {**key("other").jwk(), "kid": "key-1"}),
    ],
)
def test_what_is_no_key_set_changes_nothing(body):
    with pytest.raises(FetchError) as caught:
        read_key_set(body, URL)
    assert caught.value.fault is FetchFault.CONTENT
    done = gather(Verifier(pointing_world()), vc_jwt(), REQUEST, fetch=lambda _: body)
    assert done.report.verdict.validity.indication is Indication.INDETERMINATE
    assert done.failed == ((URL, "fetch.content"),)


def test_a_failed_fetch_is_neither_good_nor_bad():
    def fetch(url):
        raise FetchError(FetchFault.TIME, url)

    done = gather(Verifier(pointing_world()), vc_jwt(), REQUEST, fetch=fetch)
    assert done.report.verdict.reason.code.id == "resolve.keys_elsewhere"
    assert done.failed == ((URL, "fetch.time"),)


def test_a_wrong_key_from_the_right_place_still_fails():
    wrong = key_set({**key("other").jwk(), "kid": "key-1"})
    done = gather(Verifier(pointing_world()), vc_jwt(), REQUEST, fetch=lambda _: wrong)
    assert done.report.verdict.validity.indication is Indication.TOTAL_FAILED


def test_keys_fetched_for_one_issuer_serve_no_other():
    trust = pointing_world().with_key_set("https://other.test.example/jwks", (jwk_identity(key()),))
    verdict = Verifier(trust).evaluate(vc_jwt(), REQUEST).verdict
    assert verdict.reason.code.id == "resolve.keys_elsewhere"


def test_a_url_from_the_message_is_never_fetched():
    token = vc_jwt(key("thief"), {"jku": "https://evil.example/jwks", "kid": "thief"})
    done = gather(Verifier(world()), token, REQUEST, fetch=lambda _: pytest.fail("fetched"))
    assert done.report.verdict.reason.code.id == "resolve.key_unknown"
    assert done.fetched == ()


def test_missing_lists_go_to_the_callers_source():
    asked = []

    def lists(need):
        asked.append((need.kind, need.territory))
        return world()

    bare = snapshot(trust_list("TH", (service("TH", (jwk_identity(key()),)),)))
    done = gather(Verifier(bare), vc_jwt(), REQUEST, lists=lists)
    assert asked == [(NeedKind.RECOGNITION_LIST, "SG")]
    assert done.report.verdict.recognition.outcome is RecognitionOutcome.RECOGNISED


def test_rounds_are_bounded():
    turns = []

    def lists(need):
        turns.append(need)
        return snapshot(
            trust_list("TH", (service("TH", (jwk_identity(key()),)),), sequence=len(turns))
        )

    bare = snapshot(trust_list("TH", (service("TH", (jwk_identity(key()),)),)))
    monotonous = gather(Verifier(bare), vc_jwt(), REQUEST, lists=lists, rounds=3)
    assert len(turns) <= 3
    assert monotonous.report.verdict.recognition.outcome is RecognitionOutcome.INDETERMINATE
    with pytest.raises(MisuseError):
        gather(Verifier(bare), vc_jwt(), REQUEST, rounds=0)


def test_the_default_is_the_guarded_fetch():
    assert gather.__kwdefaults__["fetch"] is edge.https_get


def test_a_verdict_on_fetched_keys_replays(tmp_path, monkeypatch):
    """Key sets belong to the evidence: without them the same bytes would not pass again."""
    from defa_trust.demo.region import build_region
    from defa_trust.evidence import record, replay

    region = build_region()
    snapshot_now = region.snapshot()
    sample = next(s for s in region.samples if s.file_name.startswith("th-vc-jwt-good"))
    request = sample.request("SG", region.at)
    verifier = Verifier(
        snapshot_now.with_key_set(
            "https://unused.test.example/jwks", (jwk_identity(key()),), region.at + 60
        ),
        clock=lambda: region.at,
    )
    report = verifier.evaluate(sample.data, request)
    bundle = record(
        sample.data, request, report, verifier, pins=region.pins, documents=region.documents
    )
    assert replay(bundle).same
    shape = strict_json.loads(bundle, max_bytes=1 << 28)
    shape["keySets"]["https://unused.test.example/jwks"][0]["until"] = region.at
    assert not replay(strict_json.canonical(shape)).same
    shape = strict_json.loads(bundle, max_bytes=1 << 28)
    assert list(shape["keySets"]) == ["https://unused.test.example/jwks"]
    del shape["keySets"]
    assert not replay(strict_json.canonical(shape)).same
