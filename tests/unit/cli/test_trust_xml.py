"""Lists of TS 119 612 on the command line: pin, add with pivots, update, sign, show."""

import json

import pytest

pytest.importorskip("lxml")

from defa_trust.codec import json as strict_json
from defa_trust.store import TrustStore
from tests import eu_lists as eu
from tests import signed_lists as lists
from tests.signed_lists import ISSUED
from tests.unit.cli.test_trust_make import pem

AT = ("--at", "2026-11-01T00:00:00Z")


@pytest.fixture
def files(tmp_path):
    for territory, label in (
        ("EU", "a"),
        ("EU", "operator"),
        ("DE", "operator"),
        ("GR", "operator"),
    ):
        (tmp_path / f"{territory}-{label}.pem").write_bytes(pem(eu.operator(territory, label)[1]))
    (tmp_path / "lotl.xml").write_bytes(eu.signed(eu.lotl()))
    (tmp_path / "de.xml").write_bytes(eu.signed(eu.national()) + b"\n")
    (tmp_path / "el.xml").write_bytes(eu.signed(eu.national("GR", code="EL")))
    return tmp_path


def test_the_unions_list_of_lists_is_pinned_and_leads_to_a_state(run, files):
    result = run(
        "trust", "init", files / "t", "--list-of-lists", f"EU={files / 'EU-operator.pem'}",
        "--publication", f"EU={eu.JOURNAL}", "--location", f"regional-EU={eu.LOTL_URL}",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    pin = TrustStore(files / "t").pins.regions[0]
    assert (pin.territory, pin.publication, pin.location) == ("EU", eu.JOURNAL, eu.LOTL_URL)
    result = run("trust", "add", files / "t", files / "de.xml", files / "lotl.xml", *AT)
    assert result.exit_code == 0, result.stdout
    assert "national DE" in result.stdout
    result = run("trust", "status", files / "t", *AT)
    assert result.exit_code == 0
    assert "regional  EU  fresh  100" in result.stdout
    shape = json.loads(run("trust", "pins", files / "t", "--json").stdout)
    assert shape["pins"][0]["syntax"] == "612"


def test_a_states_list_is_pinned_directly_in_either_spelling(run, files):
    result = run(
        "trust", "init", files / "t", "--national", f"EL={files / 'GR-operator.pem'}",
        "--national", f"DE={files / 'DE-operator.pem'}", "--signer-profile", "field",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert {pin.territory for pin in TrustStore(files / "t").pins} == {"GR", "DE"}
    result = run("trust", "add", files / "t", files / "de.xml", files / "el.xml", *AT)
    assert result.exit_code == 0, result.stdout
    old = files / "old.xml"
    old.write_bytes(eu.signed(eu.national(sequence=6)))
    result = run("trust", "add", files / "t", old, *AT)
    assert result.exit_code == 1
    assert "list.rollback" in result.stdout


def test_what_was_passed_over_is_said(run, files):
    run("trust", "init", files / "t", "--list-of-lists", f"EU={files / 'EU-operator.pem'}")
    strange = eu.pointer("FR")._replace(identities=())
    (files / "more.xml").write_bytes(eu.signed(eu.lotl(strange, eu.pointer("DE"))))
    result = run("trust", "add", files / "t", files / "more.xml", *AT)
    assert result.exit_code == 0, result.stdout
    assert "list612.pointers_passed_over: 1 pointers" in result.stdout
    result = run("trust", "add", files / "t", files / "de.xml", *AT)
    assert "list612." not in result.stdout


def test_pivots_are_given_with_their_list(run, files):
    run("trust", "init", files / "t", "--list-of-lists", f"EU={files / 'EU-a.pem'}")
    pivot = eu.lotl(signers=[eu.operator("EU", "b")[1]], sequence=99)
    (files / "pivot.xml").write_bytes(eu.signed(pivot, label="a"))
    last = eu.lotl(signers=[eu.operator("EU", "b")[1]], sequence=100)
    (files / "last.xml").write_bytes(eu.signed(last, label="b"))
    result = run("trust", "add", files / "t", files / "last.xml", *AT)
    assert "xmldsig.signer_not_pinned" in result.stdout
    result = run(
        "trust", "add", files / "t", files / "last.xml", "--pivot", files / "pivot.xml", *AT
    )
    assert result.exit_code == 0, result.stdout
    assert "its signers handed over" in result.stdout
    assert "EU #99" in run("trust", "pins", files / "t").stdout


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--list-of-lists", "DE={de}"), "no code of a region"),
        (("--list-of-lists", "EU"), "CC=CERT"),
        (("--national", "DE={de}", "--xml", "national-TH"), "--xml names a list"),
        (("--national", "DE={de}", "--xml", "foo"), "give regional"),
        (("--national", "DE={de}", "--publication", "EU=x"), "--publication names"),
        (("--national", "DE={de}", "--location", "national-EL=https://x/"), "--location names"),
        (("--recognition", "DE={de}"), "one of BN"),
    ],
)
def test_misuse_is_told(run, files, options, text):
    given = [option.format(de=files / "DE-operator.pem") for option in options]
    result = run("trust", "init", files / "t", *given)
    assert result.exit_code == 2
    assert text in result.stderr


def test_a_list_of_ours_goes_out_as_signed_xml_and_comes_back_in(run, files):
    key, der = lists.operator("TH")
    (files / "key.pem").write_bytes(pem(der) + key.private_pem())
    (files / "th.pem").write_bytes(pem(der))
    (files / "th.json").write_bytes(strict_json.compact(lists.member_document()))
    run("trust", "convert", files / "th.json", "--to", "612", "-o", files / "th.xml")
    result = run(
        "trust", "sign", files / "th.xml", "--key", files / "key.pem", *AT, "-o",
        files / "th-signed.xml",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "MemberStateList of TH #5" in result.stderr
    run(
        "trust", "init", files / "t", "--national", f"TH={files / 'th.pem'}", "--xml", "national-TH"
    )
    result = run("trust", "add", files / "t", files / "th-signed.xml", *AT)
    assert result.exit_code == 0, result.stdout
    assert run("trust", "show", files / "th-signed.xml").exit_code == 0
    result = run("trust", "sign", files / "th-signed.xml", "--key", files / "key.pem", *AT)
    assert result.exit_code == 2


def test_what_has_errors_is_not_signed_in_xml_either(run, files):
    key, der = lists.operator("TH")
    (files / "key.pem").write_bytes(pem(der) + key.private_pem())
    bad = lists.member_document(next_update=ISSUED + 200 * 86400)
    (files / "th.json").write_bytes(strict_json.compact(bad))
    run("trust", "convert", files / "th.json", "--to", "612", "-o", files / "th.xml")
    result = run("trust", "sign", files / "th.xml", "--key", files / "key.pem", *AT)
    assert result.exit_code == 1
    assert "time.six_months" in result.stdout
    two = ("--key", files / "key.pem", "--key", files / "key.pem")
    result = run("trust", "sign", files / "th.xml", *two, *AT)
    assert result.exit_code == 2


def agreement():
    """The EU recognises Thailand's signature services, as its list of lists would state it."""
    from defa_trust.trustlist.ts119612.recognition import to_mra

    rule = lists.arrangement("SG", "TH", service_types=[(lists.SVC_EAA, eu.SVC + "EAA/Q")])
    return to_mra(rule).recognition


@pytest.mark.parametrize(
    ("state", "recognises", "home", "counts_as"),
    [("TH", "DE", eu.SVC + "EAA/Q", lists.SVC_EAA), ("SG", "TH", lists.SVC_EAA, eu.SVC + "EAA/Q")],
)
def test_an_agreement_becomes_a_draft_for_either_side(
    run, files, state, recognises, home, counts_as
):
    region = eu.lotl(eu.pointer("TH", type=eu.TYPE + "THlist", recognition=agreement()))
    (files / "mra.xml").write_bytes(eu.signed(region))
    result = run(
        "trust", "new", state, "--type", "recognition", "--recognises", recognises, "--mra",
        files / "mra.xml", *AT, "-o", files / "new.json",
    )  # fmt: skip
    assert result.exit_code == 0, result.output
    assert "UNVERIFIED: 1 arrangements" in result.stderr
    scheme = json.loads((files / "new.json").read_text())["LoTE"]["ListAndSchemeInformation"]
    (entry,) = next(e for e in scheme["SchemeExtensions"] if "DefaRecognition" in e)[
        "DefaRecognition"
    ]
    assert (entry["recognisingTerritory"], entry["recognisedTerritory"]) == (state, recognises)
    assert entry["serviceTypeMap"] == [{"home": home, "recognised": counts_as}]
    assert entry["instrument"]["verified"] is False


def test_an_agreement_with_others_is_no_draft(run, files):
    (files / "mra.xml").write_bytes(eu.signed(eu.lotl()))
    result = run(
        "trust", "new", "SG", "--type", "recognition", "--recognises", "DE", "--mra",
        files / "mra.xml", *AT,
    )  # fmt: skip
    assert result.exit_code == 2
    assert "states agreements with nobody" in result.stderr


def test_lint_reads_xml(run, files):
    result = run("trust", "lint", files / "de.xml", *AT)
    assert result.exit_code == 0, result.stdout
    assert "(EUgeneric DE #7): 0 errors" in result.stdout
    (files / "bad.xml").write_bytes((files / "de.xml").read_bytes().replace(b"DE:TEST", b"FR:TEST"))
    result = run("trust", "lint", files / "bad.xml", *AT, "--json")
    assert result.exit_code == 1
    found = {entry["rule"] for entry in json.loads(result.stdout)["findings"]}
    assert {"scheme.name_territory", "xml.signature"} <= found
