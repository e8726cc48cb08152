"""`trust vical`: what a VICAL names, its mark, and the list of one state."""

import json

import pytest

from defa_trust.trustlist.schema import validate
from tests.build import DAY, NOW
from tests.vical_samples import OTHER, SIGNER, content, date, entry, iaca, signed

AT = ("--at", str(NOW))


@pytest.fixture
def files(tmp_path):
    both = content(entry(), entry(iaca("VN").certificate))
    found = {
        "vical.cbor": signed(both),
        "older.cbor": signed(content(vicalIssueID=6)),
        "other.cbor": signed(content(vicalProvider="TEST-ONLY somebody else")),
        "faulty.cbor": signed(content(entry(ski=bytes(20)), entry(iaca("VN").certificate))),
        "signer.der": SIGNER.certificate,
        "stranger.der": OTHER.certificate,
    }
    for name, data in found.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


@pytest.fixture
def vical(run, files):
    def invoke(name, *more, signer="signer.der"):
        return run("trust", "vical", files / name, "--signer", files / signer, *AT, *more)

    return invoke


def test_the_authorities_are_shown(vical):
    done = vical("vical.cbor")
    assert done.exit_code == 0, done.output
    assert "vical.accepted" in done.stdout
    assert [line.split()[0] for line in done.stdout.splitlines()[3:]] == ["TH", "VN"]
    shape = json.loads(vical("vical.cbor", "--json").stdout)
    assert (shape["accepted"], shape["issue"]) == (True, 7)
    assert [item["territory"] for item in shape["authorities"]] == ["TH", "VN"]


def test_a_stranger_signed_it(vical):
    done = vical("vical.cbor", signer="stranger.der")
    assert done.exit_code == 1
    assert "vical.signer_not_pinned" in done.stdout


def test_an_entry_that_is_refused_is_said(vical):
    done = vical("faulty.cbor")
    assert done.exit_code == 3
    assert "vical.contradiction" in done.stdout


def test_the_list_of_a_state(vical, files):
    asked = ("--territory", "th", "--operator", "TEST-ONLY operator", "--source",
             "https://vical.test.example/1")  # fmt: skip
    out = files / "th.json"
    done = vical("vical.cbor", *asked, "-o", out)
    assert done.exit_code == 0, done.output
    document = json.loads(out.read_bytes())
    scheme = document["LoTE"]["ListAndSchemeInformation"]
    assert (scheme["SchemeTerritory"], scheme["NextUpdate"]) == ("TH", date(NOW + 30 * DAY).value)
    validate(document, "member-state-list.v1")
    assert vical("vical.cbor", *asked, "-o", out).exit_code == 2  # it exists
    assert vical("vical.cbor", "--territory", "TH").exit_code == 2
    assert vical("vical.cbor", *asked[2:], "--territory", "DE").exit_code == 2


def test_the_mark_keeps_out_what_is_older(vical, files):
    mark = ("--mark", files / "mark.json")
    assert vical("older.cbor", *mark).exit_code == 0
    assert vical("vical.cbor", *mark).exit_code == 0
    again = vical("older.cbor", *mark)
    assert (again.exit_code, "vical.rollback" in again.stdout) == (1, True)
    assert vical("vical.cbor", *mark).exit_code == 0
    before = (files / "mark.json").read_bytes()
    other = vical("other.cbor", *mark)
    assert (other.exit_code, "vical.provider" in other.stdout) == (1, True)
    assert (files / "mark.json").read_bytes() == before


def test_a_mark_that_is_none(vical, files):
    (files / "mark.json").write_bytes(b'{"date": "yesterday"}')
    assert vical("vical.cbor", "--mark", files / "mark.json").exit_code == 2


def test_inspect_shows_what_one_says_and_believes_nothing(run, files):
    done = run("inspect", files / "vical.cbor")
    assert done.exit_code == 0, done.output
    assert "UNVERIFIED" in done.stdout
    shape = json.loads(run("inspect", files / "vical.cbor", "--json").stdout)
    assert shape["unverified"] is True
    assert (shape["provider"], shape["issue"], shape["entries"]) == ("TEST-ONLY provider", 7, 2)
    assert (shape["countries"], shape["algorithm"]) == (["TH", "VN"], "ES256")
    assert shape["nextUpdate"] == date(NOW + 30 * DAY).value


@pytest.mark.parametrize(
    "payload",
    [
        content(certificateInfos=7, date="x", nextUpdate=None, vicalIssueID="7", version=1),
        content(certificateInfos=[7, {"issuingCountry": 7}, {"issuingCountry": "\x1b[31m"}]),
        content(vicalProvider=b"\xff"),
    ],
)
def test_inspect_reads_any_shape_without_a_traceback(run, files, payload):
    (files / "odd.cbor").write_bytes(signed(payload))
    done = run("inspect", files / "odd.cbor")
    assert done.exit_code == 0, done.output
    assert "\x1b[31m" not in done.stdout


@pytest.mark.parametrize("data", [b"\x84", b"\xd2\x84", signed({"x": 1}), signed(b"\xff")])
def test_what_is_no_vical_is_not_called_one(run, files, data):
    (files / "other.bin").write_bytes(data)
    assert run("inspect", files / "other.bin").exit_code == 1
