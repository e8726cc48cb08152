"""`trust new`, `lint`, `sign`, `show`, `diff`, `transcribe`: from nothing to a published list."""

import base64
import json

import pytest

from defa_trust.codec import json as strict_json
from defa_trust.trustlist.model import ListType, Status
from tests.conformance.corpora import corpus_path
from tests.signed_lists import (
    CURRENT,
    ISSUED,
    NOW,
    SCHEME,
    changed,
    entity,
    judge,
    member_document,
    operator,
    operator_name,
    service,
    signed,
)
from tests.unit.test_transcribe import YAML, certificate

AT = ("--at", "2026-11-01T00:00:00Z")


def pem(der):
    text = base64.encodebytes(der).decode()
    return f"-----BEGIN CERTIFICATE-----\n{text}-----END CERTIFICATE-----\n".encode()


@pytest.fixture
def files(tmp_path):
    """The operator's key and certificate, apart and together, and a list to be signed."""
    key, der = operator("TH")
    (tmp_path / "key.pem").write_bytes(key.private_pem())
    (tmp_path / "locked.pem").write_bytes(key.private_pem(b"secret"))
    (tmp_path / "password").write_bytes(b"secret\n")
    (tmp_path / "cert.pem").write_bytes(pem(der))
    (tmp_path / "both.pem").write_bytes(pem(der) + key.private_pem())
    write(tmp_path / "list.json", member_document())
    return tmp_path


def write(path, document):
    path.write_bytes(strict_json.compact(document))
    return path


def pkcs12(password):
    from cryptography import x509
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.serialization import pkcs12 as library

    key, der = operator("TH")
    protection = (
        serialization.NoEncryption()
        if password is None
        else serialization.BestAvailableEncryption(password)
    )
    return library.serialize_key_and_certificates(
        b"TEST-ONLY", key.private_key, x509.load_der_x509_certificate(der), None, protection
    )


# --- lint ----------------------------------------------------------------------------------------
def test_a_clean_list_ends_with_0_and_a_faulty_one_with_1(run, files):
    result = run("trust", "lint", files / "list.json", *AT)
    assert result.exit_code == 0
    assert "(MemberStateList TH #5): 0 errors" in result.stdout
    bad = write(files / "bad.json", changed(member_document(), (*SCHEME, "NextUpdate"), "soon"))
    result = run("trust", "lint", bad, *AT)
    assert result.exit_code == 1
    assert "error    $.LoTE.ListAndSchemeInformation.NextUpdate\n" in result.stdout
    assert "form.schema · TS 119 602, 6.1.3" in result.stdout


def test_every_list_of_the_region_is_clean_on_the_command_line(run, region, tmp_path):
    for number, data in enumerate(region.documents.values()):
        path = tmp_path / f"{number}.jwt"
        path.write_bytes(data + b"\n")
        assert run("trust", "lint", path, *AT).exit_code == 0


def test_json_holds_rule_path_clause_and_counts(run, files):
    bad = write(files / "bad.json", member_document(sequence=0))
    result = run("trust", "lint", bad, *AT, "--json")
    assert result.exit_code == 1
    shape = json.loads(result.stdout)
    assert shape["clean"] is False
    assert shape["counts"]["error"] == 1
    (error,) = [item for item in shape["findings"] if item["severity"] == "error"]
    assert error["rule"] == "form.schema"
    assert error["path"] == "$.LoTE.ListAndSchemeInformation.LoTESequenceNumber"
    assert error["clause"] == "TS 119 602, 6.3.2"
    only = json.loads(run("trust", "lint", bad, *AT, "--json", "--errors-only").stdout)
    assert [item["severity"] for item in only["findings"]] == ["error"]
    assert only["counts"] == shape["counts"]


def test_the_moment_is_an_argument(run, files):
    late = ("--at", "2027-01-01T00:00:00Z")
    assert "time.expired" not in run("trust", "lint", files / "list.json", *AT).stdout
    assert "time.expired" in run("trust", "lint", files / "list.json", *late).stdout


def test_a_rewritten_past_is_an_error_against_the_list_before(run, files):
    gone = service(status=Status.WITHDRAWN, since=ISSUED - 50 * 86400,
                   history=[(Status.GRANTED, NOW - 300 * 86400)])  # fmt: skip
    new = write(files / "new.json", member_document(entities=[entity("TH", gone)]))
    old = write(files / "old.json", member_document(sequence=4, issued=ISSUED - 10 * 86400))
    assert run("trust", "lint", new, *AT).exit_code == 0
    result = run("trust", "lint", new, *AT, "--previous", old)
    assert result.exit_code == 1
    assert "change.past_rewritten" in result.stdout


def test_misuse_ends_with_2(run, files):
    assert run("trust", "lint", files / "none.json").exit_code == 2
    assert run("trust", "lint", files / "list.json", "--at", "soon").exit_code == 2
    assert run("trust", "lint", files / "list.json", "--previous", files / "key.pem").exit_code == 2
    assert run("trust", "lint", files / "list.json", "--signer", files / "key.pem").exit_code == 2


def test_a_hostile_text_cannot_drive_the_terminal(run, files):
    document = changed(
        member_document(), (*CURRENT, "ServiceName", 0, "value"), "\x1b[2J\u202eevil"
    )
    document["LoTE"]["\x1b[31mx"] = 1
    hostile = write(files / "bad.json", document)
    for command in (("lint", hostile, *AT), ("show", hostile)):
        output = run("trust", *command).stdout
        assert "\x1b" not in output
        assert "\u202e" not in output
    assert run("trust", "lint", hostile, *AT).exit_code == 1


# --- new -----------------------------------------------------------------------------------------
def test_a_skeleton_is_full_of_placeholders_and_clean_once_they_are_filled(run, files):
    path = files / "skeleton.json"
    result = run("trust", "new", "th", "-o", path, *AT)
    assert result.exit_code == 0
    told = json.loads(run("trust", "lint", path, *AT, "--json").stdout)
    assert told["counts"]["error"] > 5
    assert {i["rule"] for i in told["findings"] if i["severity"] == "error"} == {"text.placeholder"}
    text = path.read_text(encoding="utf-8")
    ca = base64.b64encode(certificate("a")).decode()
    for placeholder, value in (
        ("REPLACE-ME: base64 of the DER certificate", ca),
        ("REPLACE-ME: legal name of the scheme operator", operator_name("TH")),
        ("https://replace-me.invalid", "https://list.test.example"),
        ("operator@replace-me.invalid", "operator@list.test.example"),
        ("urn:replace-me:th:1", "urn:test:th:1"),
        ("REPLACE-ME: ", "TEST-ONLY "),
    ):
        assert placeholder in text
        text = text.replace(placeholder, value)
    path.write_text(text, encoding="utf-8")
    result = run("trust", "lint", path, *AT)
    assert result.exit_code == 0, result.stdout
    out = files / "th.jwt"
    result = run("trust", "sign", path, "--key", files / "both.pem", "-o", out, *AT)
    assert result.exit_code == 0, result.output
    assert judge(out.read_bytes().strip(), now=NOW).trust_list is not None


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (("SG", "--type", "recognition", "--recognises", "TH"), ListType.RECOGNITION),
        (("AP", "--type", "regional"), ListType.REGIONAL),
        (("VN",), ListType.MEMBER_STATE),
    ],
)
def test_each_kind_of_skeleton_lacks_only_what_is_to_be_replaced(run, files, arguments, kind):
    result = run("trust", "new", *arguments, *AT)
    assert result.exit_code == 0
    document = json.loads(result.stdout)
    assert document["LoTE"]["ListAndSchemeInformation"]["LoTEType"] == kind
    path = write(files / "x.json", document)
    told = json.loads(run("trust", "lint", path, *AT, "--json", "--errors-only").stdout)
    assert {item["rule"] for item in told["findings"]} == {"text.placeholder"}


@pytest.mark.parametrize(
    "arguments",
    [("XX",), ("AP",), ("TH", "--type", "regional"), ("ASEAN", "--type", "regional"),
     ("TH", "--days", "185"), ("TH", "--days", "0"),
     ("TH", "--type", "recognition", "--recognises", "TH")],
)  # fmt: skip
def test_a_list_that_cannot_be_has_no_skeleton(run, arguments):
    result = run("trust", "new", *arguments, *AT)
    assert result.exit_code == 2
    assert not result.stdout


def test_nothing_is_overwritten_without_force(run, files):
    path = files / "list.json"
    before = path.read_bytes()
    assert run("trust", "new", "TH", "-o", path, *AT).exit_code == 2
    assert path.read_bytes() == before
    assert run("trust", "new", "TH", "-o", path, "--force", *AT).exit_code == 0
    assert path.read_bytes() != before
    assert [item.name for item in files.iterdir() if item.name.startswith(".")] == []


# --- sign ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "options",
    [
        ("--key", "both.pem"),
        ("--key", "key.pem", "--cert", "cert.pem"),
        ("--key", "locked.pem", "--password-file", "password", "--cert", "cert.pem"),
        ("--key", "plain.p12"),
        ("--key", "locked.p12", "--password-file", "password"),
    ],
)
def test_a_list_is_signed_and_accepted_by_who_pins_the_signer(run, files, options):
    (files / "plain.p12").write_bytes(pkcs12(None))
    (files / "locked.p12").write_bytes(pkcs12(b"secret"))
    named = [files / option if "." in option or option == "password" else option
             for option in options]  # fmt: skip
    out = files / "out.jwt"
    result = run("trust", "sign", files / "list.json", *named, "-o", out, *AT)
    assert result.exit_code == 0, result.output
    assert judge(out.read_bytes().strip()).trust_list.sequence == 5
    assert run("trust", "lint", out, *AT).exit_code == 0


def test_the_signed_list_goes_to_standard_output_alone(run, files):
    result = run("trust", "sign", files / "list.json", "--key", files / "both.pem", *AT)
    assert result.exit_code == 0
    assert judge(result.stdout.strip().encode()).trust_list is not None
    assert "Signed: MemberStateList of TH #5" in result.stderr


def test_what_has_errors_is_not_signed(run, files):
    out = files / "out.jwt"
    bad = write(files / "bad.json", member_document(sequence=0))
    result = run("trust", "sign", bad, "--key", files / "both.pem", "-o", out, *AT)
    assert result.exit_code == 1
    assert "Nothing was signed." in result.stdout
    assert not out.exists()
    shape = json.loads(
        run("trust", "sign", bad, "--key", files / "both.pem", "-o", out, "--json", *AT).stdout
    )
    assert shape["signed"] is False
    assert shape["lint"]["counts"]["error"] == 1


def test_another_states_operator_cannot_sign(run, files):
    key, der = operator("SG")
    (files / "sg.pem").write_bytes(pem(der) + key.private_pem())
    result = run("trust", "sign", files / "list.json", "--key", files / "sg.pem", *AT)
    assert result.exit_code == 1
    assert "signer.country" in result.stdout


def test_a_duplicate_member_is_not_signed(run, files):
    member = '"SchemeTerritory":'
    text = (files / "list.json").read_text().replace(member, f'{member}"SG",{member}')
    (files / "twice.json").write_text(text)
    result = run("trust", "sign", files / "twice.json", "--key", files / "both.pem", *AT)
    assert result.exit_code == 1
    assert "form.duplicate_member" in result.stdout


def test_a_rewritten_past_is_not_signed(run, files):
    old = write(files / "old.json", member_document(sequence=5))
    result = run("trust", "sign", files / "list.json", "--key", files / "both.pem",
                 "--previous", old, *AT)  # fmt: skip
    assert result.exit_code == 1
    assert "change.sequence" in result.stdout


def test_misuse_of_keys_is_told(run, files):
    def sign(*options):
        return run("trust", "sign", files / "list.json", *options, *AT)

    assert "no certificate" in sign("--key", files / "key.pem").stderr
    assert sign("--key", files / "cert.pem").exit_code == 2
    assert sign("--key", files / "locked.pem", "--cert", files / "cert.pem").exit_code == 2
    other = files / "sg.cert"
    other.write_bytes(operator("TH", label="other")[1])
    wrong = sign("--key", files / "key.pem", "--cert", other)
    assert wrong.exit_code == 2
    assert "not that of the signing key" in wrong.stderr
    assert sign("--key", files / "both.pem", "--json").exit_code == 2
    (files / "signed.jwt").write_bytes(signed(member_document()))
    again = run("trust", "sign", files / "signed.jwt", "--key", files / "both.pem", *AT)
    assert again.exit_code == 2


def test_no_secret_is_ever_shown(run, files):
    secret = base64.b64decode(b"".join(operator("TH")[0].private_pem().splitlines()[1:-1]))
    for options in (("--key", "both.pem"), ("--key", "key.pem"), ("--key", "list.json")):
        result = run("trust", "sign", files / "list.json", options[0], files / options[1], *AT)
        assert base64.b64encode(secret[-32:])[:20].decode() not in result.output


# --- show ----------------------------------------------------------------------------------------
def test_show_says_what_the_list_says_and_that_nobody_checked(run, region, tmp_path):
    for (kind, territory), data in region.documents.items():
        path = tmp_path / "x.jwt"
        path.write_bytes(data)
        result = run("trust", "show", path)
        assert result.exit_code == 0
        assert result.stdout.startswith("UNVERIFIED")
        assert f"{kind.value.rpartition('/')[2]} of {territory}, #" in result.stdout
        json.loads(run("trust", "show", path, "--json").stdout)


def test_show_of_what_is_no_list_is_misuse(run, files):
    assert run("trust", "show", files / "key.pem").exit_code == 2
    (files / "empty.json").write_text("{}")
    assert run("trust", "show", files / "empty.json").exit_code == 2


# --- diff ----------------------------------------------------------------------------------------
def test_diff_ends_with_1_only_where_the_past_is_rewritten(run, files):
    old = write(files / "old.json", member_document(sequence=4, issued=ISSUED - 10 * 86400))
    honest = write(files / "a.json", member_document(
        entities=[entity("TH", service(), service(number=2, since=ISSUED))]))  # fmt: skip
    result = run("trust", "diff", old, honest)
    assert result.exit_code == 0
    assert "Added (1)" in result.stdout
    assert "The past stands as it was." in result.stdout
    rewritten = write(files / "b.json", member_document(
        entities=[entity("TH", service(since=ISSUED - 50 * 86400))]))  # fmt: skip
    result = run("trust", "diff", old, rewritten)
    assert result.exit_code == 1
    assert "Rewritten past (1)" in result.stdout
    shape = json.loads(run("trust", "diff", old, rewritten, "--json").stdout)
    assert shape["rewritesThePast"] is True
    assert {"rewritten_past"} <= {change["kind"] for change in shape["changes"]}
    assert run("trust", "diff", old, old).stdout.count("Nothing differs") == 1


@pytest.mark.corpus
@pytest.mark.filterwarnings("ignore::cryptography.utils.CryptographyDeprecationWarning")
@pytest.mark.parametrize(
    ("names", "numbers", "code", "added"),
    [
        (("lotlCache/FR.xml", "lotlCache/FR_59.xml"), (56, 59), 0, 4),
        # The service "TrustPro QCP-l" came back under another key, and its past went.
        (("lotlCache/IE.xml", "ie-tl.xml"), (17, 18), 1, 1),
    ],
)
def test_two_real_editions_of_one_eu_list_are_compared(run, names, numbers, code, added):
    pytest.importorskip("lxml")
    old, new = (corpus_path("trust-lists") / name for name in names)
    result = run("trust", "diff", old, new, "--json")
    assert result.exit_code == code
    shape = json.loads(result.stdout)
    assert (shape["old"]["sequence"], shape["new"]["sequence"]) == numbers
    assert [change["kind"] for change in shape["changes"]].count("added") == added
    assert run("trust", "diff", old, old).exit_code == 0


def test_xml_that_is_no_list(run, files):
    (files / "x.xml").write_text("<a/>")
    assert run("trust", "lint", files / "x.xml").exit_code == 1
    assert run("trust", "show", files / "x.xml").exit_code == 2


def test_diff_of_two_states_is_misuse(run, files):
    other = write(files / "sg.json", member_document("SG"))
    assert run("trust", "diff", files / "list.json", other).exit_code == 2


# --- transcribe ----------------------------------------------------------------------------------
def test_a_folder_becomes_a_list_that_is_signed_and_shown_as_transcribed(run, files):
    folder = files / "raw"
    folder.mkdir()
    (folder / "a.crt").write_bytes(certificate("a"))
    text = YAML.replace(", chain.p7b", "").split("      - files: one.pem")[0]
    (files / "th.yaml").write_text(text, encoding="utf-8")
    made = files / "made.json"
    result = run("trust", "transcribe", folder, files / "th.yaml", "-o", made, *AT)
    assert result.exit_code == 0, result.output
    assert "1 files, 1 certificates" in result.stderr
    out = files / "made.jwt"
    assert run("trust", "sign", made, "--key", files / "both.pem", "-o", out, *AT).exit_code == 0
    shown = run("trust", "show", out).stdout
    assert "transcribed, from https://source.test.example/certificates" in shown


def test_a_transcription_with_errors_is_written_and_ends_with_1(run, files):
    folder = files / "raw"
    folder.mkdir()
    (folder / "a.crt").write_bytes(certificate("a"))
    text = YAML.replace(", chain.p7b", "").split("      - files: one.pem")[0]
    (files / "th.yaml").write_text(text.replace("mailto:a@test.example", "nobody"))
    made = files / "made.json"
    result = run("trust", "transcribe", folder, files / "th.yaml", "-o", made, *AT)
    assert result.exit_code == 1
    assert made.exists()
    assert "form.schema" in result.stderr
