"""`trust`: pins given out of band, lists accepted one by one, and what is missing said."""

import base64
import json

import pytest

from defa_trust.demo.region import list_signer_certificate
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from defa_trust.trustlist.model import ListType
from tests import signed_lists

AT = ("--at", "2026-11-01T00:00:00Z")


def pem(der):
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n"


@pytest.fixture
def certificates(tmp_path, region):
    (pin,) = region.pins
    found = {"AP": tmp_path / "AP.pem"}
    found["AP"].write_text("comments before\n" + pem(pin.signers[0]))
    for code in ("SG", "TH"):
        found[code] = tmp_path / f"{code}.pem"
        found[code].write_text(pem(list_signer_certificate(code)))
    return found


@pytest.fixture
def lists(tmp_path, region):
    folder = tmp_path / "received"
    folder.mkdir()
    names = {}
    for (kind, territory), data in region.documents.items():
        names[kind, territory] = folder / f"{kind.name}-{territory}.jwt"
        names[kind, territory].write_bytes(data + b"\n")
    return names


def test_a_region_is_pinned_and_its_lists_accepted_in_any_order(run, tmp_path, certificates, lists):
    store = tmp_path / "store"
    result = run("trust", "init", store, "--regional", certificates["AP"])
    assert result.exit_code == 0
    assert "Compare these" in result.stdout
    result = run("trust", "add", store, *reversed(list(lists.values())), *AT)
    assert result.stdout.count(" accepted ") >= len(lists) - 1
    status = run("trust", "status", store, *AT)
    assert status.exit_code == 3  # one list of the region is withheld, and one is old, on purpose
    assert "missing" in status.stdout
    shape = json.loads(run("trust", "status", store, *AT, "--json").stdout)
    assert shape["healthy"] is False
    assert {"MM"} <= {row["territory"] for row in shape["lists"] if row["state"] == "missing"}


def test_two_states_start_with_nothing_regional(run, tmp_path, certificates, lists, region_folder):
    store = tmp_path / "store"
    pins = (
        "--national", f"TH={certificates['TH']}", "--recognition", f"sg={certificates['SG']}",
    )  # fmt: skip
    assert run("trust", "init", store, *pins).exit_code == 0
    wanted = [lists[ListType.MEMBER_STATE, "TH"], lists[ListType.RECOGNITION, "SG"]]
    assert run("trust", "add", store, *wanted, *AT).exit_code == 0
    assert run("trust", "status", store, *AT).exit_code == 0
    sample = region_folder / "samples" / "th-vc-jwt-good.txt"
    assert run("verify", sample, "--for", "SG", "--trust", store, *AT).exit_code == 0
    other = region_folder / "samples" / "sg-vc-jwt-good.txt"
    assert run("verify", other, "--for", "TH", "--trust", store, *AT).exit_code == 3


def test_a_list_nobody_pinned_is_refused(run, tmp_path, certificates, lists):
    store = tmp_path / "store"
    run("trust", "init", store, "--national", f"TH={certificates['TH']}")
    result = run("trust", "add", store, lists[ListType.MEMBER_STATE, "SG"], *AT)
    assert result.exit_code == 1
    assert "refused" in result.stdout
    assert "list." in result.stdout


def test_a_signer_of_another_state_is_refused(run, tmp_path, certificates, lists):
    store = tmp_path / "store"
    run("trust", "init", store, "--national", f"TH={certificates['SG']}")
    result = run("trust", "add", store, lists[ListType.MEMBER_STATE, "TH"], *AT)
    assert result.exit_code == 1


@pytest.mark.parametrize(
    "data", [b"\xff\x00", b"{}", b"a.b.c", b"e30.e30.AAAA", b"<html>404</html>", b"." * 5000]
)
def test_what_is_no_list_is_refused_and_changes_nothing(run, tmp_path, certificates, lists, data):
    store = tmp_path / "store"
    run("trust", "init", store, "--national", f"TH={certificates['TH']}")
    good = lists[ListType.MEMBER_STATE, "TH"]
    assert run("trust", "add", store, good, *AT).exit_code == 0
    bad = tmp_path / "bad"
    bad.write_bytes(data)
    result = run("trust", "add", store, bad, *AT, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)[0]["outcome"] == "refused"
    assert run("trust", "status", store, *AT).exit_code == 0


@pytest.mark.parametrize(
    "args",
    [
        (),
        ("--national", "TH"),
        ("--national", "US={TH}"),
        ("--national", "AP={AP}"),
        ("--national", "TH=missing.pem"),
        ("--regional", "missing.pem"),
    ],
)
def test_what_pins_nothing_is_misuse(run, tmp_path, certificates, args):
    filled = [arg.format(**certificates) for arg in args]
    result = run("trust", "init", tmp_path / "store", *filled)
    assert result.exit_code == 2
    assert not (tmp_path / "store").exists()


@pytest.mark.parametrize(
    "text",
    [
        "nothing",
        "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n",
        "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
        "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
        "x" * 100_000,
    ],
)
def test_what_is_no_certificate_is_misuse(run, tmp_path, text):
    path = tmp_path / "c.pem"
    path.write_text(text)
    result = run("trust", "init", tmp_path / "store", "--regional", path)
    assert result.exit_code == 2
    assert not (tmp_path / "store").exists()


def test_a_der_file_and_a_bundle_of_two_are_read(run, tmp_path, certificates, region):
    (pin,) = region.pins
    der = tmp_path / "c.der"
    der.write_bytes(pin.signers[0])
    assert run("trust", "init", tmp_path / "one", "--regional", der).exit_code == 0
    both = tmp_path / "both.pem"
    both.write_text(certificates["AP"].read_text() + certificates["SG"].read_text())
    rows = json.loads(run("trust", "init", tmp_path / "two", "--regional", both, "--json").stdout)
    assert len({row["sha256"] for row in rows}) == 2


def test_pins_are_not_overwritten(run, tmp_path, certificates):
    args = ("trust", "init", tmp_path / "store", "--regional", certificates["AP"])
    assert run(*args).exit_code == 0
    assert run(*args).exit_code == 2


def test_status_of_no_store_is_misuse(run, tmp_path):
    assert run("trust", "status", tmp_path / "nowhere").exit_code == 2


def test_status_long_after_is_not_healthy(run, region_folder):
    result = run("trust", "status", region_folder / "trust", "--at", "2027-09-01T00:00:00Z")
    assert result.exit_code == 3
    assert "fresh" not in result.stdout.replace("is fresh", "")


def test_a_key_for_seals(run, tmp_path, monkeypatch):
    """From the file that the environment names; never one in the folder, nor a short one."""
    from defa_trust.trustlist import decode

    pytest.importorskip("msgspec")
    monkeypatch.setattr(decode, "QUICK_BYTES", 0)
    store = TrustStore(tmp_path / "t")
    store.init(Pins([signed_lists.pin()]))
    (tmp_path / "th.jwt").write_bytes(signed_lists.signed(signed_lists.member_document()))
    key = tmp_path / "key"
    key.write_bytes(b"k" * 32)
    monkeypatch.setenv("DEFA_SEAL_KEY_FILE", str(key))
    at = ("--at", "2026-11-01T00:00:00Z")
    assert run("trust", "add", tmp_path / "t", tmp_path / "th.jwt", *at).exit_code == 0
    seal = tmp_path / "t" / "seals" / "member_state-TH.seal"
    assert run("trust", "status", tmp_path / "t", *at).exit_code == 0
    before = seal.read_bytes()
    key.write_bytes(b"o" * 32)
    assert run("trust", "status", tmp_path / "t", *at).exit_code == 0
    assert seal.read_bytes() != before
    key.write_bytes(b"k" * 31)
    assert run("trust", "status", tmp_path / "t", *at).exit_code == 2
    inside = tmp_path / "t" / "key"
    inside.write_bytes(b"k" * 32)
    monkeypatch.setenv("DEFA_SEAL_KEY_FILE", str(inside))
    assert run("trust", "status", tmp_path / "t", *at).exit_code == 2
