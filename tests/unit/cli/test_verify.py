"""`verify`, `replay`, `inspect`, `codes`: exit codes, JSON, hostile input, no leak of claims."""

import base64
import json
import os
import random
from base64 import b64encode

import pytest

from defa_trust.demo import mdoc_samples
from defa_trust.demo.samples import holder_signer
from defa_trust.formats.mdoc_device import dc_api_transcript
from defa_trust.signing_crypto import AgreementKey
from defa_trust.trustlist.schema import validate
from defa_trust.verdict import ExitCode, RecognitionOutcome

AT = "2026-11-01T00:00:00Z"
NAMES = ("TEST-ONLY Somchai", "TEST-ONLY Jaidee")


@pytest.fixture
def verify(run, region_folder):
    def invoke(sample, state, *args, **more):
        name = sample if sample == "-" else region_folder / "samples" / sample
        trust = region_folder / "trust"
        return run("verify", name, "--for", state, "--trust", trust, "--at", AT, *args, **more)

    return invoke


GOOD = "th-vc-jwt-good.txt"


@pytest.mark.parametrize(
    ("state", "code", "first"),
    [
        ("SG", 0, "RECOGNISED in SG — VALID (TOTAL-PASSED)"),
        ("MY", 1, "NOT RECOGNISED in MY — VALID (TOTAL-PASSED)"),
        ("VN", 1, "NOT RECOGNISED in VN — VALID (TOTAL-PASSED)"),
        ("ID", 3, "RECOGNITION NOT ESTABLISHED in ID — VALID (TOTAL-PASSED)"),
        ("TH", 0, "RECOGNISED in TH — VALID (TOTAL-PASSED)"),
    ],
)
def test_the_same_bytes_count_differently_in_different_states(verify, state, code, first):
    result = verify(GOOD, state)
    assert result.exit_code == code
    lines = result.stdout.splitlines()
    assert lines[0] == first
    assert lines[1].startswith("Reason: ")


def test_a_pilot_is_4_and_never_recognised(verify):
    asked = ("--purpose", "account-opening", "--volume-used", "maxPerDay=12")
    result = verify("sg-vc-jwt-good.txt", "TH", *asked)
    assert result.exit_code == ExitCode.PILOT.value
    assert result.stdout.startswith("PILOT ONLY in TH")
    assert "count-one-against:maxPerDay" in result.stdout
    shape = json.loads(verify("sg-vc-jwt-good.txt", "TH", *asked, "--json").stdout)
    assert shape["verdicts"][0]["recognition"]["outcome"] == RecognitionOutcome.PILOT.value


def test_a_failed_credential_is_1(verify):
    result = verify("th-vc-jwt-tampered.txt", "SG")
    assert result.exit_code == 1
    assert result.stdout.startswith("INVALID (TOTAL-FAILED, ")


def test_a_missing_list_is_3_and_says_what_is_needed(verify):
    result = verify("mm-vc-jwt-good.txt", "SG")
    assert result.exit_code == 3
    assert "NOT ESTABLISHED (INDETERMINATE" in result.stdout
    assert "the trust list" in result.stdout
    assert "Lists that could not be used: MM:" in result.stdout


def test_every_sample_gets_its_exit_code_and_valid_json(verify, region):
    """One receiving state a sample: the shape holds for every kind of verdict there is."""
    for sample in region.samples:
        state = min(sample.expect)
        shape = json.loads(verify(sample.file_name, state, "--json").stdout)
        validate(shape, "verdict.v1")
        assert shape["exitCode"] == shape["verdicts"][0]["exitCode"]


def test_quiet_says_nothing(verify):
    result = verify(GOOD, "SG", "-q")
    assert (result.exit_code, result.output) == (0, "")


def test_min_level(verify):
    assert verify(GOOD, "SG", "--min-level", "2").exit_code == 0
    assert verify(GOOD, "SG", "--min-level", "proofing=3").exit_code == 1
    assert verify(GOOD, "SG", "--min-level", "proofing=9").exit_code == 2


def test_as_of_another_moment(verify, run, region_folder):
    later = ("--at", "2027-03-01T00:00:00Z")
    trust = region_folder / "trust"
    sample = region_folder / "samples" / GOOD
    result = run("verify", sample, "--for", "SG", "--trust", trust, *later)
    assert result.exit_code == 3
    assert "2027-03-01T00:00:00Z (as of that moment)" in result.stdout


def test_standard_input(verify, region):
    data = next(s.data for s in region.samples if s.file_name == GOOD)
    assert verify("-", "SG", input=data).exit_code == 0
    assert verify("-", "SG", input=data + b"\n").exit_code == 0


def test_a_nonce_requires_the_holders_proof(verify, region):
    bound = "th-sd-jwt-vc-good-bound.txt"
    hint = next(s.request_hint for s in region.samples if s.file_name == bound)
    right = ("--audience", hint["audience"], "--nonce", hint["nonce"])
    assert verify(bound, "SG", *right).exit_code == 0
    assert verify(bound, "SG", "--audience", hint["audience"], "--nonce", "other").exit_code == 1
    assert verify("th-sd-jwt-vc-good-unbound.txt", "SG", *right).exit_code == 1
    # A proof that is there is verified even where none was asked for, and then needs its nonce.
    assert verify(bound, "SG").exit_code != 0
    assert verify(bound, "SG", *right, "--holder-binding", "must_be_absent").exit_code == 1


def test_a_session_requires_the_devices_proof(verify, region):
    bound = "bn-mdoc-good-bound.txt"
    hint = next(s.request_hint for s in region.samples if s.file_name == bound)
    session = ("--session-transcript", hint["sessionTranscript"])
    act = ("--act", hint["act"])
    assert verify(bound, "SG", *act, *session).exit_code == 0
    text = hint["sessionTranscript"].translate(str.maketrans("+/", "-_")).rstrip("=")
    assert verify(bound, "SG", *act, "--session-transcript", text).exit_code == 0
    assert verify("bn-mdoc-other-session.txt", "SG", *act, *session).exit_code == 1
    # A proof that is there and cannot be checked leaves the question open; none at all fails.
    assert verify(bound, "SG", *act).exit_code == 3
    assert verify("bn-mdoc-good.txt", "SG", *act, *session).exit_code == 1
    assert verify("bn-mdoc-good.txt", "SG", *act).exit_code == 0
    for wrong in ("!", "AAAA"):
        assert verify(bound, "SG", "--session-transcript", wrong).exit_code == 2


def test_a_devices_mac_needs_the_readers_key(verify, region, tmp_path):
    reader, other = AgreementKey.from_seed("reader"), AgreementKey.from_seed("another")
    session = dc_api_transcript("https://reader.sg.test.example", "TEST-ONLY-nonce-0001")
    licence = mdoc_samples.issued(region.at)
    holder = holder_signer("BN").key
    data = licence.present(session, holder, reader=reader.public_key)
    for name, key in (("own", reader), ("other", other)):
        (tmp_path / name).write_text(json.dumps(key.jwk(private=True)))
    asked = ("--act", "sale-of-goods", "--session-transcript", b64encode(session).decode())

    def judged(*more):
        return verify("-", "SG", *asked, *more, input=data).exit_code

    assert judged("--reader-key", tmp_path / "own") == 0
    assert judged("--reader-key", tmp_path / "other") == 1
    assert judged() == 3
    assert judged("--reader-key", tmp_path / "absent") == 2
    (tmp_path / "own").write_text(json.dumps(reader.jwk()))
    assert judged("--reader-key", tmp_path / "own") == 2


def test_a_forced_format(verify):
    assert verify(GOOD, "SG", "--format", "vc-jwt").exit_code == 0
    assert verify(GOOD, "SG", "--format", "hcert").exit_code == 1
    unknown = verify(GOOD, "SG", "--format", "nonsense")
    assert unknown.exit_code == 2
    assert "known: " in unknown.stderr


def test_a_named_deviation_must_be_allowed(verify):
    assert verify("ph-hcert-good.txt", "SG").exit_code == 1
    assert verify("ph-hcert-good.txt", "SG", "--profile", "hcert-uncompressed").exit_code == 0


def test_a_qr_image(verify, run, region, region_folder, tmp_path):
    pytest.importorskip("zxingcpp")
    pytest.importorskip("PIL")
    segno = pytest.importorskip("segno")
    data = next(s.data for s in region.samples if s.file_name == "sg-hcert-good.txt")
    segno.make(data.decode(), error="l").save(str(tmp_path / "qr.png"), scale=4)
    trust = region_folder / "trust"
    asked = ("--for", "TH", "--trust", trust, "--at", AT)
    assert run("verify", tmp_path / "qr.png", *asked).exit_code == 0


# --- trust ---------------------------------------------------------------------------------------
def test_without_a_store_the_message_says_what_to_do(run, region_folder):
    result = run("verify", region_folder / "samples" / GOOD, "--for", "SG")
    assert result.exit_code == 2
    assert "trust init" in result.stderr


def test_the_store_may_be_named_by_the_environment(run, region_folder, monkeypatch):
    monkeypatch.setenv("DEFA_TRUST_DIR", str(region_folder / "trust"))
    assert run("verify", region_folder / "samples" / GOOD, "--for", "SG", "--at", AT).exit_code == 0


# --- claims --------------------------------------------------------------------------------------
def claim_words(region):
    """Every name a sample's holder bears."""
    from defa_trust.demo.samples import person

    words = set()

    def walk(value):
        if isinstance(value, dict):
            for item in value.values():
                walk(item)
        elif isinstance(value, list):
            for item in value:
                walk(item)
        elif isinstance(value, str) and len(value) > 6:
            words.add(value)

    for state in {sample.state for sample in region.samples}:
        walk(person(state))
    return words


def test_no_claim_leaks_unless_asked_for(run, verify, region, region_folder):
    words = claim_words(region)
    assert len(words) >= 5
    for sample in region.samples:
        state = min(sample.expect)
        path = region_folder / "samples" / sample.file_name
        said = [
            verify(sample.file_name, state).output,
            verify(sample.file_name, state, "--json").output,
        ]
        said += [run("inspect", path).output, run("inspect", path, "--json").output]
        for text in said:
            assert not {word for word in words if word in text}, sample.file_name


def test_claims_are_shown_where_asked_and_passed(verify, region):
    words = claim_words(region)
    shown = verify(GOOD, "SG", "--show-claims").stdout
    assert any(word in shown for word in words)
    shape = json.loads(verify(GOOD, "SG", "--show-claims", "--json").stdout)
    validate(shape, "verdict.v1")
    assert shape["claims"]
    failed = verify("th-vc-jwt-tampered.txt", "SG", "--show-claims")
    assert "No claims are shown" in failed.stdout
    assert not any(word in failed.stdout for word in words)
    shape = json.loads(verify("th-vc-jwt-tampered.txt", "SG", "--show-claims", "--json").stdout)
    assert "claims" not in shape


# --- hostile input -------------------------------------------------------------------------------
HOSTILE = [
    b"\x00",
    b"\xff" * 300,
    b"HC1:",
    b"HC1:" + b"A" * 5000,
    b"a.b.c",
    b"eyJhbGciOiJub25lIn0.e30.",
    b"~" * 1000,
    b"{" * 100_000,
    b'{"payload":' + b"[" * 50_000,
    b"\x1b]0;owned\x07\x1b[2J",
    "\u202e".encode() * 50,
    b"." * 100_000,
]


@pytest.mark.parametrize("data", HOSTILE)
def test_hostile_bytes_get_a_verdict_and_never_pass(verify, run, data):
    result = verify("-", "SG", input=data)
    assert result.exit_code in (1, 3)
    assert "internal error" not in result.output
    assert all(line.isprintable() for line in result.stdout.split("\n"))
    shape = json.loads(verify("-", "SG", "--json", input=data).stdout)
    validate(shape, "verdict.v1")
    inspected = run("inspect", "-", input=data)
    assert inspected.exit_code in (0, 1)
    assert "internal error" not in inspected.output


def test_random_bytes_get_a_verdict(verify):
    source = random.Random(7)
    for _ in range(25):
        result = verify("-", "SG", input=source.randbytes(source.randrange(1, 400)))
        assert result.exit_code in (1, 3)


def test_a_huge_file_is_refused_and_not_loaded(verify, run, region_folder, tmp_path):
    path = tmp_path / "huge"
    with path.open("wb") as file:
        file.truncate(50 << 30)
    asked = ("--for", "SG", "--trust", region_folder / "trust", "--at", AT)
    result = run("verify", path, *asked, "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["verdicts"][0]["reason"] == "input.too_large"
    refused = run("verify", path, *asked, "--evidence-out", tmp_path / "out")
    assert refused.exit_code == 2
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("what", ["folder", "missing", "empty"])
def test_nothing_to_read_is_misuse(run, region_folder, tmp_path, what):
    (tmp_path / "folder").mkdir()
    (tmp_path / "empty").write_bytes(b"")
    asked = ("--for", "SG", "--trust", region_folder / "trust", "--at", AT)
    assert run("verify", tmp_path / what, *asked).exit_code == 2
    assert run("inspect", tmp_path / what).exit_code == 2


# --- evidence ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "case",
    [(GOOD, "SG", 0), (GOOD, "MY", 1), (GOOD, "ID", 3), ("th-vc-jwt-tampered.txt", "SG", 1)],
)
def test_evidence_replays_to_the_same_verdict(verify, run, region_folder, tmp_path, case):
    sample, state, code = case
    path = tmp_path / "case.json"
    assert verify(sample, state, "--evidence-out", path).exit_code == code
    assert path.stat().st_mode & 0o077 == 0
    result = run("replay", path, "--trust", region_folder / "trust")
    assert result.exit_code == code
    assert result.stdout.startswith("REPLAYED")
    shape = json.loads(run("replay", path, "--json").stdout)
    assert shape["same"] is True
    assert len(shape["signers"]) == 1
    validate(shape["report"], "verdict.v1")


def test_a_changed_bundle_is_1_and_says_where(verify, run, tmp_path):
    path = tmp_path / "case.json"
    verify(GOOD, "SG", "--evidence-out", path)
    shape = json.loads(path.read_bytes())
    other = base64.b64decode(shape["input"])[:-4] + b"AAAA"
    path.write_text(json.dumps({**shape, "input": base64.b64encode(other).decode()}))
    result = run("replay", path)
    assert result.exit_code == 1
    assert result.stdout.startswith("DIFFERENT")
    assert "report.verdicts[0].validity.indication" in result.stdout
    assert run("replay", path, "--json").exit_code == 1


def test_a_hostile_bundle_cannot_drive_the_terminal(verify, run, tmp_path):
    path = tmp_path / "case.json"
    verify(GOOD, "SG", "--evidence-out", path)
    shape = json.loads(path.read_bytes())
    hostile = "\x1b[2J\u202eDEIFIREV"
    shape["report"]["verdicts"][0]["subject"]["issuer"] = hostile
    shape["report"][hostile] = hostile
    shape["tool"]["version"] = hostile
    path.write_text(json.dumps(shape))
    result = run("replay", path)
    assert result.exit_code == 1
    assert all(line.isprintable() for line in result.stdout.split("\n"))
    assert "\x1b" not in run("replay", path, "--json").stdout


def test_what_is_no_bundle_is_2(run, tmp_path):
    path = tmp_path / "no.json"
    path.write_bytes(b'{"version":1}')
    result = run("replay", path)
    assert result.exit_code == 2
    assert "evidence.malformed" in result.stderr
    assert run("replay", tmp_path / "missing").exit_code == 2


def test_replay_tells_a_strangers_pins(verify, run, region, tmp_path):
    from defa_trust.demo.region import list_signer_certificate
    from defa_trust.store import TrustStore
    from defa_trust.trustlist.accept import Pin
    from defa_trust.trustlist.assemble import Pins
    from defa_trust.trustlist.model import ListType

    path = tmp_path / "case.json"
    verify(GOOD, "SG", "--evidence-out", path)
    certificate = list_signer_certificate("SG")
    TrustStore(tmp_path / "mine").init(Pins([Pin(ListType.MEMBER_STATE, "SG", (certificate,))]))
    result = run("replay", path, "--trust", tmp_path / "mine")
    assert result.exit_code == 1
    assert "signers that this store does not pin" in result.stdout


def test_evidence_needs_a_place(verify, tmp_path):
    assert verify(GOOD, "SG", "--evidence-out", "-").exit_code == 2
    assert verify(GOOD, "SG", "--evidence-out", tmp_path).exit_code == 2
    assert verify(GOOD, "SG", "--evidence-out", tmp_path / "a" / "b").exit_code == 2


# --- status lists at hand ------------------------------------------------------------------------
STATED = {
    "good": ("th-sd-jwt-vc-good-status.txt", 0),
    "revoked": ("th-sd-jwt-vc-revoked.txt", 1),
    "suspended": ("th-sd-jwt-vc-suspended.txt", 3),
}
STATUS_URI = "https://status.th.test.example/1"
PROVED = ("--audience", "https://bank.sg.test.example", "--nonce", "TEST-ONLY-nonce-1")


@pytest.fixture
def status_file(region, tmp_path):
    path = tmp_path / "th-1.status"
    path.write_bytes(region.status_lists[STATUS_URI] + b"\n")
    return f"{STATUS_URI}={path}"


@pytest.mark.parametrize("name", STATED)
def test_a_status_list_at_hand_decides(verify, status_file, name):
    sample, code = STATED[name]
    assert verify(sample, "SG", *PROVED).exit_code == 3
    assert verify(sample, "SG", *PROVED, "--status-file", status_file).exit_code == code


def test_a_status_list_is_kept_with_the_evidence(verify, run, status_file, tmp_path):
    path = tmp_path / "case.json"
    sample, code = STATED["revoked"]
    told = ("--status-file", status_file, "--evidence-out", path)
    assert verify(sample, "SG", *PROVED, *told).exit_code == code
    result = run("replay", path)
    assert (result.exit_code, result.stdout.startswith("REPLAYED")) == (code, True)
    assert "The issuer revoked the credential." in result.stdout


@pytest.mark.parametrize("pair", ["", "=", "x", "=x", "https://a/1=", "https://a/1=missing"])
def test_a_status_file_is_an_address_and_a_file(verify, pair):
    assert verify(GOOD, "SG", "--status-file", pair).exit_code == 2


def test_one_address_has_one_status_file(verify, status_file):
    twice = ("--status-file", status_file, "--status-file", status_file)
    assert verify(GOOD, "SG", *twice).exit_code == 2


def test_online_fetches_from_listed_hosts_only(verify, region, monkeypatch):
    from defa_trust import fetch as edge

    asked = []

    def fetch(url, policy=None):
        asked.append(url)
        return region.status_lists[url]

    monkeypatch.setattr(edge.gather, "__kwdefaults__", {**edge.gather.__kwdefaults__,
                                                        "fetch": fetch})  # fmt: skip
    sample, code = STATED["revoked"]
    assert verify(sample, "SG", *PROVED, "--online").exit_code == code
    assert asked == [STATUS_URI]
    monkeypatch.setattr("defa_trust.trustlist.hosts._addresses", lambda _: iter(()))
    result = verify(sample, "SG", *PROVED, "--online")
    assert result.exit_code == 3
    assert f"Could not fetch {STATUS_URI} (fetch.host)." in result.stderr
    allowed = ("--online", "--status-host", "status.th.test.example")
    assert verify(sample, "SG", *PROVED, *allowed).exit_code == code


def test_inspect_says_where_a_status_is(run, region_folder):
    bits = "bitstring status list https://status.sg.test.example/3"
    for name, said in (
        ("th-sd-jwt-vc-revoked", f"token status list {STATUS_URI} at 101"),
        ("sg-vc-jwt-revoked", f"revocation in {bits} at 101"),
    ):
        result = run("inspect", region_folder / "samples" / f"{name}.txt")
        assert said in result.stdout


# --- inspect and codes ---------------------------------------------------------------------------
def test_inspect_is_loud_about_what_it_is_not(run, region_folder):
    result = run("inspect", region_folder / "samples" / "th-vc-jwt-tampered.txt")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert lines[0].startswith("UNVERIFIED")
    assert lines[-1].startswith("UNVERIFIED")
    assert "vc-jwt" in result.stdout
    assert "ES256" in result.stdout


def test_inspect_shows_claims_only_where_asked(run, region, region_folder):
    words = claim_words(region)
    path = region_folder / "samples" / GOOD
    shown = run("inspect", path, "--show-claims").stdout
    assert any(word in shown for word in words)
    shape = json.loads(run("inspect", path, "--show-claims", "--json").stdout)
    assert shape["unverified"] is True


def test_inspect_reads_signed_lists(run, region, tmp_path):
    for (kind, territory), data in region.documents.items():
        path = tmp_path / "list.jwt"
        path.write_bytes(data + b"\n")
        shape = json.loads(run("inspect", path, "--json").stdout)
        assert (shape["type"], shape["territory"]) == (kind.value, territory)
        assert shape["sequence"] >= 1
        assert shape["pointers"] + shape["services"] + shape["arrangements"] >= 1
    assert "UNVERIFIED" in run("inspect", path).stdout


@pytest.mark.parametrize(
    "document",
    [
        {"LoTE": {}},
        {"LoTE": {"ListAndSchemeInformation": {}}},
        {"LoTE": {"ListAndSchemeInformation": {"LoTEType": 3, "SchemeExtensions": {"a": 1}}}},
        {
            "LoTE": {
                "ListAndSchemeInformation": {"SchemeOperatorName": [1]},
                "TrustedEntitiesList": [1],
            }
        },
        {"LoTE": {"ListAndSchemeInformation": {"SchemeTerritory": "\u001b[2J\u202e"}}},
    ],
)
def test_inspect_survives_odd_lists(run, document):
    payload = base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=")
    for data in (b"e30." + payload + b".AAAA", json.dumps(document).encode()):
        result = run("inspect", "-", input=data)
        assert result.exit_code in (0, 1)
        assert all(line.isprintable() for line in result.stdout.split("\n"))


def test_codes(run):
    table = json.loads(run("codes", "--json").stdout)
    assert {"recognition.no_arrangement", "crypto.signature_invalid"} <= {
        row["id"] for row in table
    }
    text = run("codes").stdout
    assert all(row["id"] in text for row in table)


def test_a_file_name_cannot_hide_in_the_output(run):
    result = run("inspect", "\u202eevil\x1b[2J")
    assert result.exit_code == 2
    assert "\x1b" not in result.output
    assert "\u202e" not in result.output
    assert os.linesep in result.output


def test_a_sign_in_token_answers_audience_and_nonce_without_a_proof(verify):
    asked = ("--audience", "https://bank.sg.test.example", "--nonce", "TEST-ONLY-nonce-1")
    level = ("--min-level", "2", "--format", "oidc-id-token")
    assert verify("th-oidc-id-token-good.txt", "SG", *asked, *level).exit_code == 0
    assert verify("th-oidc-id-token-lower-session.txt", "SG", *asked, *level).exit_code == 1
    again = ("--audience", asked[1], "--nonce", "another", *level)
    assert verify("th-oidc-id-token-good.txt", "SG", *again).exit_code == 1


def test_inspect_says_what_a_sign_in_token_claims_and_of_whom_nothing(run, region_folder):
    result = run("inspect", region_folder / "samples" / "th-oidc-id-token-good.txt", "--json")
    shape = json.loads(result.stdout)
    assert shape["format"] == "oidc-id-token"
    assert shape["levels"] == ["urn:defa:scale:th:ial 2.3", "urn:defa:scale:th:aal 2.2"]
    assert "TEST-ONLY-TH" not in result.output


def test_inspect_names_a_token_that_is_no_jose(run, region_folder):
    result = run("inspect", region_folder / "samples" / "kh-camdigikey-no-jose.txt", "--json")
    shape = json.loads(result.stdout)
    assert (shape["format"], shape["findings"]) == ("camdigikey", ["id_token.not_jose"])
