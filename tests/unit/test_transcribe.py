"""A folder of raw certificates becomes a list that says it was transcribed."""

import base64
from hashlib import sha256
from pathlib import Path

import pytest

from defa_trust.errors import MissingExtraError, MisuseError
from defa_trust.policy import TranscribedLists
from defa_trust.transcribe import certificates_in, transcribe
from defa_trust.trustlist.accept import AcceptancePolicy
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.lint import lint_document
from defa_trust.trustlist.model import Publication
from tests.signed_lists import DAY, NOW, judge, key, operator_name, signed

ENTITY = "TEST-ONLY entity of TH"
YAML = f"""\
territory: TH
operator: {operator_name("TH")}
source: https://source.test.example/certificates
retrieved: 2026-10-30T08:00:00Z
contact: mailto:a@test.example
street: TEST-ONLY Street 1
entities:
  - name: {ENTITY}
    street: TEST-ONLY Street 2
    services:
      - files: ["*.crt", chain.p7b]
        type: CA/PKC
        since: 2025-01-01
      - files: one.pem
        type: http://uri.etsi.org/TrstSvc/Svctype/TSA
        name: {{en: TEST-ONLY time-stamps, th: ทดสอบ}}
        id: urn:test:th:tsa
        status: withdrawn
        since: 2026-01-01T00:00:00+07:00
        levels: [{{value: "2", scheme: urn:x:y}}]
ignore: [README*]
"""


def certificate(label):
    from defa_trust import publish

    return publish.tl_signer_certificate(
        key(label), territory="TH", operator=ENTITY, not_before=NOW - DAY, not_after=NOW + DAY,
        common_name=f"TEST-ONLY {label}",
    )  # fmt: skip


def pem(der):
    body = base64.encodebytes(der).decode()
    return f"comment\n-----BEGIN CERTIFICATE-----\n{body}-----END CERTIFICATE-----\n".encode()


def p7b(*ders):
    from cryptography import x509
    from cryptography.hazmat.primitives.serialization import Encoding, pkcs7

    loaded = [x509.load_der_x509_certificate(der) for der in ders]
    return pkcs7.serialize_certificates(loaded, Encoding.DER)


@pytest.fixture
def folder(tmp_path):
    inner = tmp_path / "raw"
    inner.mkdir()
    (inner / "a.crt").write_bytes(certificate("a"))
    (inner / "b.crt").write_bytes(pem(certificate("b")))
    (inner / "chain.p7b").write_bytes(p7b(certificate("c"), certificate("a")))
    (inner / "one.pem").write_bytes(pem(certificate("d")))
    (inner / "README.txt").write_text("no certificate")
    (tmp_path / "th.yaml").write_text(YAML, encoding="utf-8")
    return inner


def made(folder, text=None):
    path = folder.parent / "th.yaml"
    if text is not None:
        path.write_text(text, encoding="utf-8")
    return transcribe(folder, path, now=NOW)


def test_the_list_is_marked_with_source_time_and_digest(folder):
    found = made(folder)
    listed = decode(found.document, digest="0" * 64, size=1)
    assert listed.publication is Publication.TRANSCRIBED
    assert listed.source == "https://source.test.example/certificates"
    (entry,) = found.document["LoTE"]["ListAndSchemeInformation"]["SchemeExtensions"]
    assert entry["DefaPublication"] == {
        "kind": "transcribed",
        "sourceUri": "https://source.test.example/certificates",
        "retrieved": "2026-10-30T08:00:00Z",
        "sha256": found.sha256,
        "transcriber": operator_name("TH"),
    }


def test_the_digest_is_that_of_a_manifest_anybody_can_make(folder):
    names = ["a.crt", "b.crt", "chain.p7b", "one.pem"]
    lines = "".join(
        f"{sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in names
    )
    found = made(folder)
    assert [item.name for item in found.files] == names
    assert found.sha256 == sha256(lines.encode()).hexdigest()
    (folder / "a.crt").write_bytes(certificate("another"))
    assert made(folder).sha256 != found.sha256


def test_each_certificate_is_a_service_once(folder):
    services = decode(made(folder).document, digest="0" * 64, size=1).services
    assert sorted(service.name for service in services) == [
        "TEST-ONLY a", "TEST-ONLY b", "TEST-ONLY c", "TEST-ONLY time-stamps",
    ]  # fmt: skip
    (stamps,) = [service for service in services if service.id == "urn:test:th:tsa"]
    assert stamps.history[0].status == "withdrawn"
    assert stamps.levels[0][:2] == ("urn:x:y", "2")
    assert all(service.type.startswith("http://uri.etsi.org/") for service in services)


def test_the_list_lints_clean_is_signed_accepted_and_refusable_by_policy(folder):
    document = made(folder).document
    assert lint_document(document, at=NOW).clean
    data = signed(document, issued_at=NOW)
    assert judge(data).trust_list is not None
    refusing = AcceptancePolicy(transcribed=TranscribedLists.REFUSE)
    assert judge(data, policy=refusing).code == "list.transcribed_refused"


def test_what_only_the_operator_knows_is_a_placeholder(folder):
    document = made(folder, YAML.replace("street: TEST-ONLY Street 1\n", "")).document
    told = {item.rule.id for item in lint_document(document, at=NOW).findings}
    assert "text.placeholder" in told


def test_a_name_in_another_script_gives_way_to_the_fingerprint(folder):
    from defa_trust import publish

    der = publish.tl_signer_certificate(
        key("x"), territory="TH", operator=ENTITY, not_before=NOW - DAY, not_after=NOW + DAY,
        common_name="ТEST",  # Cyrillic T
    )  # fmt: skip
    (folder / "a.crt").write_bytes(der)
    (folder / "chain.p7b").write_bytes(p7b(certificate("c")))
    names = {s.name for s in decode(made(folder).document, digest="0" * 64, size=1).services}
    assert f"Certificate {sha256(der).hexdigest()[:16]}" in names


FAULTS = [
    ("nothing: 1", "nothing is not known"),
    ("[]", "expected names with values"),
    ("", "expected names with values"),
    ("a: b: c", "no YAML"),
    ("a: 1\na: 2", "a key is there twice"),
    ("!!python/object/apply:os.system [echo]", "no YAML"),
    (YAML.replace("territory: TH", "territory: XX"), "territory 'XX'"),
    (YAML.replace("territory: TH\n", ""), "territory is missing"),
    (YAML.replace("2026-10-30T08:00:00Z", "2026-10-30T08:00:00"), "no time zone"),
    (YAML.replace("2026-10-30T08:00:00Z", "soon"), "such as 2026"),
    (YAML.replace("chain.p7b", "missing.p7b"), "no file of the folder is called missing.p7b"),
    (YAML.replace('"*.crt"', "a.crt"), "named by no service: b.crt"),
    (YAML.replace("README*", "NOTHING"), "README.txt"),
    (YAML.replace("status: withdrawn", "status: fine"), "status: one of granted"),
    (YAML.replace("type: CA/PKC", "type: CA/PKC\n        name: x"), "fit one certificate"),
    (YAML + "sequence: 0\n", "sequence is a number"),
    (YAML + "validDays: 185\n", "validDays is a number"),
    (YAML + "validDays: true\n", "validDays is a number"),
    (YAML.replace("entities:", "entities: []\nx:"), "x is not known"),
    (YAML.replace("scheme: urn:x:y", "scheem: urn:x:y"), "scheem is not known"),
    (YAML + "transcriber: 5\n", "transcriber: expected a text"),
    (YAML + "transcriber: [a]\n", "transcriber: expected a text"),
    (YAML + "issued: 9999-12-31T23:59:59-14:00\n", "issued: the moment has no year"),
    (YAML + "issued: 0001-01-01T00:00:00+14:00\n", "issued: the moment has no year"),
    (YAML + "title: !!bool x\n", "no YAML"),
    (YAML + "title: !!int ''\n", "no YAML"),
    (YAML + "title: !!map [a, b]\n", "no YAML"),
    (YAML + "title: !!timestamp x\n", "no YAML"),
    (YAML + "title: &t x\nabout: *t\n", "an alias, which is not read"),
]


@pytest.mark.parametrize(("text", "told"), FAULTS, ids=[f[1][:24] for f in FAULTS])
def test_a_description_that_cannot_be_followed_says_where(folder, text, told):
    assert made(folder).files
    with pytest.raises(MisuseError, match=told):
        made(folder, text)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"junk",
        b"-----BEGIN CERTIFICATE-----\n!\n",
        b"-----BEGIN PRIVATE KEY-----\nAA==\n-----END PRIVATE KEY-----",
    ],
)
def test_a_file_that_is_no_certificate_stops_and_is_named(folder, data):
    (folder / "b.crt").write_bytes(data)
    with pytest.raises(MisuseError, match=r"b\.crt"):
        made(folder)


@pytest.mark.parametrize(
    "more",
    [
        b"-----BEGIN CERTIFICATE-----\nMIIB\n",
        b"-----BEGIN PKCS7-----\nMIIB\n-----END PKCS7-----\n",
        b"-----BEGIN TRUSTED CERTIFICATE-----\nMIIB\n-----END TRUSTED CERTIFICATE-----\n",
    ],
)
def test_a_certificate_that_is_cut_short_is_not_left_out_silently(folder, more):
    both = pem(certificate("b")) + pem(certificate("e"))
    (folder / "b.crt").write_bytes(both)
    assert made(folder).files[1].certificates == 2
    for data in (both + more, more + both):
        (folder / "b.crt").write_bytes(data)
        with pytest.raises(MisuseError, match=r"b\.crt"):
            made(folder)


def test_a_few_lines_stand_for_no_more_text_than_there_is_memory(folder):
    names = "[" + ", ".join(["x"] * 10) + "]"
    for number in range(9):
        names = f"[&n{number} {names}{f', *n{number}' * 9}]"
    with pytest.raises(MisuseError, match="an alias"):
        made(folder, f"{YAML}title: {names}\n")


def test_links_and_folders_are_not_followed(folder):
    (folder / "link.crt").symlink_to(folder / "a.crt")
    with pytest.raises(MisuseError, match="no plain file"):
        made(folder)
    (folder / "link.crt").unlink()
    (folder / "sub").mkdir()
    with pytest.raises(MisuseError, match="no plain file"):
        made(folder)


def test_the_description_may_lie_in_the_folder(folder):
    inner = folder / "description.yaml"
    inner.write_text(YAML, encoding="utf-8")
    found = transcribe(folder, inner, now=NOW)
    assert [item.name for item in found.files] == ["a.crt", "b.crt", "chain.p7b", "one.pem"]


def test_a_missing_folder_or_description_is_told(tmp_path, folder):
    with pytest.raises(MisuseError, match="no folder"):
        transcribe(tmp_path / "none", folder.parent / "th.yaml", now=NOW)
    with pytest.raises(MisuseError, match="cannot be read"):
        transcribe(folder, tmp_path / "none.yaml", now=NOW)


def test_pem_and_pkcs7_are_read_alike():
    der = certificate("a")
    assert certificates_in("x.pem", pem(der) + pem(certificate("b"))) == (der, certificate("b"))
    assert certificates_in("x.p7b", p7b(der)) == (der,)
    assert certificates_in("x.cer", der) == (der,)


def test_without_pyyaml_the_extra_is_named(folder, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "yaml", None)
    with pytest.raises(MissingExtraError, match=r"defa-trust\[transcribe\]"):
        made(folder)


def test_importing_the_module_loads_no_yaml():
    import subprocess
    import sys

    probe = "import sys, defa_trust.transcribe; print('yaml' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", probe], capture_output=True, text=True, check=True,
        cwd=Path(__file__).resolve().parents[2],
    )  # fmt: skip
    assert done.stdout.strip() == "False"
