"""Every example runs, does what it says, and is short enough to read."""

import importlib.util
import json
import threading
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from tests import redis_server

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"


def load(name):
    spec = importlib.util.spec_from_file_location(name, EXAMPLES / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_each_example_is_short_and_tested_here():
    names = sorted(path.stem for path in EXAMPLES.glob("*.py"))
    assert names == [
        "01_verify_one",
        "02_web_service",
        "03_audit_replay",
        "04_cache",
        "05_presentation",
        "06_signed_document",
    ]
    for name in names:
        lines = (EXAMPLES / f"{name}.py").read_text("utf-8").splitlines()
        assert len([line for line in lines if line.strip()]) <= 60


def test_verify_one(tmp_path, capsys):
    load("01_verify_one").main(tmp_path / "region")
    out = capsys.readouterr().out
    assert "SG: TOTAL-PASSED, RECOGNISED" in out
    assert "MY: TOTAL-PASSED, NOT-RECOGNISED" in out


def test_audit_replay(tmp_path, capsys):
    load("03_audit_replay").main(tmp_path / "region")
    out = capsys.readouterr().out
    assert "same verdict: True; pinned as here: True" in out
    assert "forged: " in out


def test_signed_document(tmp_path, capsys):
    load("06_signed_document").main(tmp_path / "region")
    out = capsys.readouterr().out
    for line in (
        (
            "id-pades-good.pdf in MY: TOTAL-PASSED, RECOGNISED\n"
            "    at home: tanda tangan elektronik tersertifikasi; here: equals_handwritten\n"
        ),
        "id-pades-good.pdf in TH: TOTAL-PASSED, NOT-RECOGNISED\n",
        (
            "th-xades-good.xml in SG: TOTAL-PASSED, RECOGNISED\n"
            "    at home: reliable electronic signature; here: presumption_of_signatory\n"
        ),
        "th-xades-good.xml in VN: TOTAL-PASSED, NOT-RECOGNISED\n",
        (
            "vn-cades-good.p7m in TH: TOTAL-PASSED, RECOGNISED\n"
            "    at home: public digital signature; here: requirement_met_if_reliable\n"
        ),
        "vn-cades-good.p7m in MY: TOTAL-PASSED, NOT-RECOGNISED\n",
        "kh-jades-tampered.json in PH: TOTAL-FAILED, SIG_CRYPTO_FAILURE\n",
        "by digest in TH: TOTAL-PASSED, RECOGNISED\n",
    ):
        assert line in out


def test_presentation(tmp_path, capsys):
    load("05_presentation").main(tmp_path / "region")
    out = capsys.readouterr().out
    assert "TH: satisfied True" in out
    assert "('address', 'country'): TH" in out
    assert "VN: satisfied False, recognition." in out
    assert "replayed: satisfied False, jwe.key_id" in out


@redis_server.needed
def test_cache_with_a_server(tmp_path, capsys):
    server = redis_server.Server(tmp_path).start()
    try:
        load("04_cache").main(tmp_path / "region", server.url)
        assert len(server.client().keys("defa:*")) == 1
    finally:
        server.kill()
    assert "1 worked out, 2 from memory" in capsys.readouterr().out


def test_cache(tmp_path, capsys):
    load("04_cache").main(tmp_path / "region")
    out = capsys.readouterr().out
    assert out.count("TOTAL-PASSED, RECOGNISED") == 3
    assert "1 worked out, 2 from memory" in out
    assert ", 2 worked out" in out
    assert "without the Thai list: INDETERMINATE" in out


@pytest.fixture
def world(tmp_path):
    from defa_trust import TrustStore
    from defa_trust.demo.region import write_region

    region = write_region(tmp_path / "region")
    module = load("02_web_service")
    store = TrustStore(tmp_path / "region" / "trust")
    service = module.Service(store, clock=lambda: region.at)
    server = module.make_server(service)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield service, server.server_address[1], tmp_path / "region" / "samples", store
    server.shutdown()
    server.server_close()
    thread.join()


def post(port, data, state, **headers):
    url = f"http://127.0.0.1:{port}/verify?for={state}"
    request = urllib.request.Request(url, data=data, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def get(port):
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=10) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, json.load(refusal)


def test_web_service_answers_and_survives_a_failed_refresh(world):
    service, port, samples, store = world
    good = (samples / "th-vc-jwt-good.txt").read_bytes()
    status, report = post(port, good, "SG")
    assert (status, report["exitCode"]) == (200, 0)
    assert "claims" not in report
    status, report = post(port, b"\xff\x00 no credential", "SG")
    assert (status, report["exitCode"]) == (200, 1)
    assert post(port, good, "DE")[0] == 400
    before, state = service.verifier, store.folder / "state.json"
    state.rename(state.with_suffix(".away"))
    service.trust.load()
    assert service.verifier is before
    assert "state.json is missing" in get(port)[1]["last_error"]
    state.with_suffix(".away").rename(state)
    (store.folder / "lists" / "member_state-VN.jwt").unlink()
    service.trust.load()
    assert service.verifier is not before
    assert post(port, good, "SG")[1]["exitCode"] == 0
    assert get(port)[0] == 200


def test_web_service_without_lists_is_not_healthy(world, tmp_path):
    service, port, samples, store = world
    for path in (store.folder / "lists").iterdir():
        path.unlink()
    service.trust.load()
    status, health = get(port)
    assert (status, health["condition"]) == (503, "no_anchors")
    good = (samples / "th-vc-jwt-good.txt").read_bytes()
    assert post(port, good, "SG")[1]["exitCode"] == 3


def test_web_service_reads_no_more_than_it_must(world):
    _, port, _, _ = world
    # The length alone decides: a client that sent the body would be cut off while sending.
    assert post(port, b"x", "SG", **{"Content-Length": str((1 << 20) + 1)})[0] == 413
