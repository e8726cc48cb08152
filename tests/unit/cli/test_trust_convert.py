"""`trust convert`: the other binding, a verified input, and the losses said."""

import json

import pytest

pytest.importorskip("lxml")

from defa_trust.codec import xml
from defa_trust.codec.json import canonical
from defa_trust.trustlist.ts119612.read import read_list
from tests import signed_lists as lists
from tests import xml_lists

AT = ("--at", str(lists.NOW))


@pytest.fixture
def files(tmp_path):
    document = lists.member_document("TH")
    key, certificate = lists.operator("TH")
    found = {
        "602.json": json.dumps(document).encode(),
        "612.xml": xml_lists.unsigned(),
        "signed.xml": xml_lists.signed(),
        "signed.jwt": lists.publish.sign_list(document, key, certificate, issued_at=lists.ISSUED),
        "signer.der": certificate,
        "other.der": xml_lists.pin("VN"),
    }
    for name, data in found.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def test_there_and_back_is_the_same_list(run, files):
    done = run("trust", "convert", files / "602.json", "--to", "612", "-o", files / "out.xml")
    assert done.exit_code == 0, done.output
    assert "Nothing was lost" in done.stderr
    done = run("trust", "convert", files / "out.xml", "--to", "602", "-o", files / "out.json")
    assert done.exit_code == 0, done.output
    first, second = (json.loads((files / name).read_bytes()) for name in ("602.json", "out.json"))
    assert canonical(first) == canonical(second)


def test_what_is_there_already_is_replaced_only_where_that_is_said(run, files):
    out = files / "out.xml"
    out.write_bytes(b"another list")
    base = ("trust", "convert", files / "602.json", "--to", "612", "-o", out)
    refused = run(*base)
    assert refused.exit_code == 2
    assert "--force" in refused.stderr
    assert out.read_bytes() == b"another list"
    assert run(*base, "--force").exit_code == 0
    assert out.read_bytes().startswith(b"<")
    nowhere = run(*base[:-1], files / "no" / "folder.xml")
    assert nowhere.exit_code == 2
    assert "cannot be written" in nowhere.stderr


@pytest.mark.parametrize(("name", "target"), [("signed.jwt", "612"), ("signed.xml", "602")])
def test_a_signed_list_is_verified_first(run, files, name, target):
    base = ("trust", "convert", files / name, "--to", target, *AT)
    assert "say --unverified" in run(*base).stderr
    good = run(*base, "--signer", files / "signer.der")
    assert good.exit_code == 0, good.output
    bad = run(*base, "--signer", files / "other.der")
    assert bad.exit_code == 2
    assert "signer_not_pinned" in bad.stderr
    assert run(*base, "--unverified").stdout == good.stdout
    both = run(*base, "--unverified", "--signer", files / "signer.der")
    assert both.exit_code == 2


@pytest.mark.parametrize(("name", "target"), [("602.json", "612"), ("612.xml", "602")])
def test_a_signer_for_an_unsigned_list_is_misuse(run, files, name, target):
    done = run("trust", "convert", files / name, "--to", target, "--signer", files / "signer.der")
    assert done.exit_code == 2
    assert "not signed" in done.stderr


@pytest.mark.parametrize(("name", "target"), [("602.json", "602"), ("612.xml", "612")])
def test_a_list_in_the_wanted_binding_is_misuse(run, files, name, target):
    assert run("trust", "convert", files / name, "--to", target).exit_code == 2


def test_losses_are_said_and_reported(run, files):
    root = b"<TrustServiceStatusList "
    data = xml_lists.unsigned().replace(root, root + b'Id="x" ')
    (files / "id.xml").write_bytes(data)
    base = ("trust", "convert", files / "id.xml", "--to", "602")
    done = run(*base)
    assert done.exit_code == 0
    assert "1 places did not come through" in done.stderr
    assert json.loads(run(*base, "--report").stderr) == [
        {"where": "id", "before": "x", "after": "nothing"}
    ]


@pytest.mark.parametrize("data", [b"<a/>", b"<a", b"<!DOCTYPE a><a/>"])
def test_what_is_no_list_is_refused_with_its_code(run, files, data):
    (files / "bad.xml").write_bytes(data)
    done = run("trust", "convert", files / "bad.xml", "--to", "602")
    assert done.exit_code == 2
    assert "Error: " in done.stderr
    assert not done.stdout


def test_the_written_xml_reads_as_a_list(run, files):
    done = run("trust", "convert", files / "602.json", "--to", "612")
    assert read_list(done.stdout_bytes).territory == "TH"
    assert xml.parse(done.stdout_bytes).get("TSLTag")
