"""`present request` and `present verify`: files, exit codes, JSON, and no leak of claims."""

import json
import stat

import pytest

from defa_trust.codec import base64url
from defa_trust.conformance.build import key
from defa_trust.demo.plans import VCT
from defa_trust.trustlist.schema import validate
from tests.unit.test_openid4vp_sign import certified

AT = "2026-11-01T00:00:00Z"
CLAIMS = [{"path": ["family_name"]}, {"path": ["address", "country"]}]
POST = (
    "--client-id", "x509_san_dns:bank.sg.test.example",
    "--response-uri", "https://bank.sg.test.example/response",
)  # fmt: skip


@pytest.fixture
def folder(tmp_path):
    entry = {"id": "pid", "format": "dc+sd-jwt", "meta": {"vct_values": [VCT]}, "claims": CLAIMS}
    (tmp_path / "query.json").write_text(json.dumps({"credentials": [entry]}), "utf-8")
    return tmp_path


@pytest.fixture
def ask(run, folder):
    def invoke(*args, mode="direct_post.jwt", name="kept"):
        where = POST if mode.startswith("direct") else ("--origin", "https://bank.sg.test.example")
        key = ("--key-out", folder / f"{name}.key") if mode.endswith(".jwt") else ()
        return run(
            "present", "request", "--query", folder / "query.json", "--mode", mode, *where,
            "--keep", folder / name, *key, *args,
        )  # fmt: skip

    return invoke


@pytest.fixture
def verify(run, folder, region_folder):
    def invoke(*args, state="SG", name="kept", response="response", keyed=True):
        key = ("--key", folder / f"{name}.key") if keyed else ()
        return run(
            "present", "verify", folder / response, "--request", folder / name, *key, "--for",
            state, "--trust", region_folder / "trust", "--at", AT, *args,
        )  # fmt: skip

    return invoke


@pytest.fixture
def answered(ask, run, folder):
    def invoke(*args, mode="direct_post.jwt", state="TH"):
        asked = ask(*args, mode=mode)
        assert asked.exit_code == 0, asked.output
        response = run("demo", "wallet", folder / "kept", "--state", state)
        assert response.exit_code == 0
        (folder / "response").write_text(response.stdout, "utf-8")
        return json.loads(asked.stdout)

    return invoke


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt", "dc_api", "dc_api.jwt"])
def test_a_request_is_made_answered_and_judged(answered, verify, mode):
    sent = answered(mode=mode)
    assert sent["response_mode"] == mode
    result = verify(keyed=mode.endswith(".jwt"))
    assert result.exit_code == 0, result.output
    assert result.stdout.splitlines()[0] == "SATISFIED in SG"
    assert "query pid: counts" in result.stdout
    assert "TEST-ONLY Holder" not in result.stdout


def test_what_is_kept_is_for_nobody_else_to_read(answered, folder, ask):
    first = answered()
    for name in ("kept", "kept.key"):
        assert stat.S_IMODE((folder / name).stat().st_mode) == 0o600
    assert json.loads((folder / "kept.key").read_bytes())["d"] not in json.dumps(first)
    again = ask()
    assert again.exit_code == 2
    assert "exists" in again.output


def test_every_request_is_fresh(ask):
    first, second = json.loads(ask(name="a").stdout), json.loads(ask(name="b").stdout)
    assert first["nonce"] != second["nonce"]
    assert first["state"] != second["state"]
    assert first["client_metadata"]["jwks"] != second["client_metadata"]["jwks"]


def test_the_answer_as_json_passes_its_schema(answered, verify):
    answered()
    shape = json.loads(verify("--json").stdout)
    validate(shape, "presentation.v1")
    assert (shape["satisfied"], shape["exitCode"], shape["reason"]) == (True, 0, None)
    assert "claims" not in shape
    shown = json.loads(verify("--json", "--show-claims").stdout)
    validate(shown, "presentation.v1")
    assert shown["claims"]["pid"][0][1] == {"path": ["address", "country"], "values": ["TH"]}


def test_claims_are_shown_only_where_they_count(answered, verify):
    answered()
    assert "TEST-ONLY Holder" in verify("--show-claims").stdout
    refused = verify("--show-claims", state="VN")
    assert refused.exit_code == 1
    assert "No claims are shown" in refused.stdout
    assert "TEST-ONLY Holder" not in refused.stdout


def test_what_is_needed_is_said(answered, verify):
    answered()
    result = verify("--online", state="ID")
    assert result.exit_code == 3
    assert result.stdout.startswith("NOT ESTABLISHED in ID")
    assert "Needed to answer" in result.stdout
    assert "recognition list" in result.stdout


def test_online_fetches_nothing_where_nothing_is_needed(answered, verify):
    answered()
    assert verify("--online").exit_code == 0


def test_a_refusal_as_json_passes_its_schema(answered, verify, folder):
    answered()
    for response in ("", "error=access_denied", "vp_token={}"):
        (folder / "response").write_text(response or "x", "utf-8")
        result = verify("--json")
        shape = json.loads(result.stdout)
        validate(shape, "presentation.v1")
        assert not shape["satisfied"]
        assert shape["presentations"] == []
        assert result.exit_code == shape["exitCode"] != 0


def test_a_response_to_another_request(answered, ask, verify):
    answered()
    assert ask(name="other").exit_code == 0
    result = verify(name="other")
    assert result.exit_code == 1
    assert "[jwe.key_id]" in result.stdout


def test_transaction_data_comes_from_a_file(answered, verify, folder):
    (folder / "payment.json").write_text(
        '{"type": "payment", "credential_ids": ["pid"], "amount": "12.50 SGD"}\n', "utf-8"
    )
    sent = answered("--transaction", folder / "payment.json")
    assert len(sent["transaction_data"]) == 1
    result = verify()
    assert result.exit_code == 0
    assert "[presentation.transaction_authorised]" in result.stdout


def test_in_another_language(answered, verify):
    answered()
    assert verify("--lang", "id").stdout.startswith("TERPENUHI di SG")


def test_nothing_is_said_where_only_the_exit_code_counts(answered, verify):
    answered()
    result = verify("--quiet", state="VN")
    assert (result.exit_code, result.stdout) == (1, "")


def test_a_signed_request(ask, folder):
    signer = key("verifier's access")
    (folder / "access.pem").write_bytes(signer.private_pem())
    (folder / "access.der").write_bytes(certified(signer, "bank.sg.test.example"))
    arguments = ("--sign-key", folder / "access.pem", "--sign-cert", folder / "access.der")
    result = ask(*arguments)
    assert result.exit_code == 0, result.output
    header, payload, _ = result.stdout.strip().split(".")
    assert json.loads(base64url.decode(header))["typ"] == "oauth-authz-req+jwt"
    assert json.loads(base64url.decode(payload))["response_mode"] == "direct_post.jwt"
    refused = ask(*arguments, "--client-id", "preregistered", name="other")
    assert refused.exit_code == 2
    assert not (folder / "other").exists()


@pytest.mark.parametrize(
    "arguments",
    [
        ("--mode", "direct_post"),  # a key for an open response
        ("--client-id", "origin:x"),
        ("--nonce", "short"),
        ("--response-uri", "http://bank.example"),
        ("--transaction", "missing.json"),
        ("--origin", "https://bank.example"),
    ],
)
def test_a_request_that_makes_no_sense_leaves_nothing_behind(ask, folder, arguments):
    result = ask(*arguments)
    assert result.exit_code == 2
    assert not (folder / "kept").exists()
    assert not (folder / "kept.key").exists()


def test_files_that_are_none(answered, verify, folder):
    answered()
    (folder / "kept.key").write_text("{}", "utf-8")
    assert verify().exit_code == 2
    (folder / "kept.key").write_text("no JSON", "utf-8")
    assert verify().exit_code == 2
    (folder / "kept").write_text("{}", "utf-8")
    assert verify().exit_code == 2
    assert verify(keyed=False).exit_code == 2
