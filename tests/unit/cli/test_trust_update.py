"""`trust update`: one line a list, and exit codes that cron and people can act on."""

import base64
import json
import time
from types import SimpleNamespace

import pytest

from defa_trust import publish
from defa_trust.store import TrustStore
from defa_trust.trustlist.assemble import Pins
from tests.https_server import https_site
from tests.signed_lists import (
    DAY,
    MEMBER,
    key,
    member_document,
    operator,
    operator_name,
    pin,
    recognition_document,
)


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with https_site(tmp_path_factory.mktemp("tls")) as site:
        yield site


@pytest.fixture
def site(server, monkeypatch):
    server.reset()
    monkeypatch.setenv("SSL_CERT_FILE", str(server.ca_file))
    return server


NOW = int(time.time())


def signer(territory):
    signing_key = key(f"operator now {territory}")
    return signing_key, publish.tl_signer_certificate(
        signing_key,
        territory=territory,
        operator=operator_name(territory),
        not_before=NOW - 10 * DAY,
        not_after=NOW + 90 * DAY,
    )


def sign(document, territory="TH"):
    signing_key, certificate = signer(territory)
    return publish.sign_list(document, signing_key, certificate, issued_at=NOW - DAY)


def national(sequence=5, next_update=NOW + 30 * DAY):
    return sign(member_document(sequence=sequence, issued=NOW - DAY, next_update=next_update))


@pytest.fixture
def folder(tmp_path, site):
    made = TrustStore(tmp_path / "trust")
    made.init(Pins([pin(MEMBER, "TH", [signer("TH")[1]])._replace(location=site.base + "/th.jwt")]))
    return made.folder


OPTIONS = ("--allow-private", "--attempts", "1", "--timeout", "5")


def test_accepted_then_unchanged(run, folder, site):
    site.pages["/th.jwt"] = national()
    first = run("trust", "update", folder, *OPTIONS)
    assert first.exit_code == 0, first.output
    assert "national  TH  accepted" in first.stdout
    assert "#5, fresh, next update" in first.stdout
    again = run("trust", "update", "--trust", folder, *OPTIONS)
    assert again.exit_code == 0
    assert "national  TH  unchanged" in again.stdout
    assert site.asked[-1][1] is not None
    assert run("trust", "status", folder).exit_code == 0


def test_rejected_and_the_old_list_stays(run, folder, site):
    site.pages["/th.jwt"] = national()
    run("trust", "update", folder, *OPTIONS)
    site.pages["/th.jwt"] = b"<html>maintenance</html>"
    result = run("trust", "update", folder, *OPTIONS, "--json")
    assert result.exit_code == 1
    shape = json.loads(result.stdout)
    (line,) = shape["lists"]
    assert (line["result"], line["code"], line["standing"], line["sequence"]) == (
        "rejected", "list.not_a_jws", "fresh", 5,
    )  # fmt: skip
    assert (shape["exitCode"], shape["usable"]) == (1, False)
    text = run("trust", "update", folder, *OPTIONS)
    assert "rejected (list.not_a_jws)" in text.stdout
    assert "no compact JWS" in text.stdout


def test_nothing_reached_is_not_the_same_as_rejected(run, folder, site):
    site.pages["/th.jwt"] = national()
    run("trust", "update", folder, *OPTIONS)
    site.pages.clear()
    result = run("trust", "update", folder, *OPTIONS)
    assert result.exit_code == 3
    assert "failed (fetch.status)" in result.stdout
    assert "what was here is still used" in result.stdout


def test_a_private_address_needs_leave(run, folder, site):
    site.pages["/th.jwt"] = national()
    result = run("trust", "update", folder, "--attempts", "1")
    assert result.exit_code == 3
    assert "fetch.address" in result.stdout
    assert site.asked == []


def test_a_list_that_is_missing(run, tmp_path, site):
    pins = [
        pin(MEMBER, "TH", [signer("TH")[1]])._replace(location=site.base + "/th.jwt"),
        pin(MEMBER, "VN", [signer("VN")[1]]),
    ]
    store = TrustStore(tmp_path / "two")
    store.init(Pins(pins))
    site.pages["/th.jwt"] = national()
    result = run("trust", "update", store.folder, *OPTIONS)
    assert result.exit_code == 1
    assert "no location" in result.stdout
    assert "nothing: list.absent" in result.stdout


def test_a_stale_list_is_said_to_be_stale(run, folder, site):
    site.pages["/th.jwt"] = national(next_update=NOW - 60)
    result = run("trust", "update", folder, *OPTIONS)
    assert (result.exit_code, "#5, stale" in result.stdout) == (0, True)


def test_misuse(run, tmp_path):
    assert run("trust", "update", tmp_path / "absent").exit_code == 2
    assert run("trust", "update", tmp_path, "--trust", tmp_path / "other").exit_code == 2
    store = TrustStore(tmp_path / "t")
    store.init(Pins([pin(MEMBER, "TH")]))
    result = run("trust", "update", store.folder)
    assert result.exit_code == 2
    assert "--location" in result.output


# --- where a list is -----------------------------------------------------------------------------
@pytest.fixture
def certificate(tmp_path):
    path = tmp_path / "th.pem"
    text = base64.encodebytes(signer("TH")[1]).decode()
    path.write_text(f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n")
    return path


def test_init_takes_locations(run, tmp_path, certificate, site):
    folder = tmp_path / "t"
    url = site.base + "/th.jwt"
    options = ("--national", f"TH={certificate}", "--location", f"national-TH={url}")
    result = run("trust", "init", folder, *options)
    assert result.exit_code == 0, result.output
    (found,) = TrustStore(folder).pins
    assert found.location == url
    site.pages["/th.jwt"] = national()
    assert run("trust", "update", folder, *OPTIONS).exit_code == 0


@pytest.mark.parametrize(
    "location",
    [
        "national-TH", "national-TH=http://x.test.example/", "national=https://x.test.example/",
        "other-TH=https://x.test.example/", "national-VN=https://x.test.example/",
        "regional=https://x.test.example/",
    ],
)  # fmt: skip
def test_a_location_of_nothing(run, tmp_path, certificate, location):
    result = run(
        "trust", "init", tmp_path / "t", "--national", f"TH={certificate}", "--location", location
    )
    assert result.exit_code == 2
    assert not (tmp_path / "t").exists()


def test_the_recognition_list_of_another_signer_is_not_taken(run, folder, site):
    assert operator("SG") is not None
    site.pages["/th.jwt"] = sign(
        recognition_document("SG", issued=NOW - DAY, next_update=NOW + DAY), "SG"
    )
    assert run("trust", "update", folder, *OPTIONS).exit_code == 1
    assert TrustStore(folder).documents() == {}


def test_progress_is_shown_on_a_terminal_only(run, folder, site, monkeypatch):
    site.pages["/th.jwt"] = national()
    assert "1/1" not in run("trust", "update", folder, *OPTIONS).stderr
    terminal = SimpleNamespace(stderr=SimpleNamespace(isatty=lambda: True))
    monkeypatch.setattr("defa_trust.cli.trust_update.sys", terminal)
    assert "1/1 national TH" in run("trust", "update", folder, *OPTIONS).stderr
    assert run("trust", "update", folder, *OPTIONS, "--json").stderr == ""
