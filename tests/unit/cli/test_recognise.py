"""`recognise` and `states`: the lists asked, every answer with its reason."""

import csv
import io
import json

import pytest

AT = ("--at", "2026-11-01T00:00:00Z")
PILOT = ("--purpose", "account-opening", "--volume-used", "maxPerDay=0")


@pytest.fixture
def ask(run, region_folder):
    def asked(*args, at=AT):
        return run("recognise", *args, "--trust", region_folder / "trust", *at)

    return asked


def test_the_matrix_fits_a_terminal_and_shows_every_pair(ask):
    result = ask("matrix")
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert max(map(len, lines)) <= 100
    rows = {line[:2]: line[22:].split() for line in lines if line[22:].startswith(("=", "-", "!"))}
    rows |= {line[:2]: line[22:].split() for line in lines if line[:2] in ("SG", "TH", "MY", "KH")}
    assert rows["SG"][7] == "="
    assert rows["TH"][7] == "R"
    assert rows["MM"] == ["!"] * 5 + ["="] + ["!"] * 5
    assert "Holds from 2026-10-22T00:00:00Z" in result.stdout


def test_the_widest_cell_still_fits(ask):
    result = ask("matrix", *PILOT)
    assert "RP!" in result.stdout
    assert max(map(len, result.stdout.splitlines())) <= 100


def test_a_service_type_by_its_last_words(ask):
    short = ask("matrix", "--service", "pid/issuance", "--json")
    full = ask("matrix", "--service", "http://uri.etsi.org/19602/SvcType/PID/Issuance", "--json")
    assert short.stdout == full.stdout
    found = json.loads(short.stdout)
    types = {case["serviceType"] for cell in found["cells"] for case in cell["cases"]}
    assert types == {"http://uri.etsi.org/19602/SvcType/PID/Issuance"}


@pytest.mark.parametrize("text", ["", "/", "nonsense", "Issuance/PID", "A"])
def test_a_type_that_no_list_names_is_misuse(ask, text):
    result = ask("matrix", "--service", text)
    assert result.exit_code == 2
    assert "listed are: " in result.stderr


def test_json_is_stable_and_complete(ask):
    found = json.loads(ask("matrix", "--json", *PILOT).stdout)
    assert (found["version"], found["at"], len(found["cells"])) == (1, 1_793_491_200, 110)
    cell = next(c for c in found["cells"] if (c["from"], c["to"]) == ("SG", "TH"))
    assert cell["outcomes"] == ["RECOGNISED", "PILOT", "NOT-EVALUATED"]
    pilot = next(c for c in cell["cases"] if c["outcome"] == "PILOT")
    assert pilot["reason"] == "recognition.pilot"
    assert pilot["level"]["authentication"] == 3


def test_csv_has_a_line_for_each_answer(ask):
    result = ask("matrix", "--csv", *PILOT)
    rows = list(csv.DictReader(io.StringIO(result.stdout)))
    assert {row["outcome"] for row in rows} == {
        "RECOGNISED", "PILOT", "INDETERMINATE", "NOT-RECOGNISED", "NOT-EVALUATED",
    }  # fmt: skip
    absent = [row for row in rows if row["from"] == "MM"]
    assert {(row["reason"], row["service"]) for row in absent} == {("list.absent", "")}


def test_csv_runs_nothing_in_a_spreadsheet():
    from defa_trust.cli.recognise import _cell_text

    assert _cell_text("=cmd()") == "'=cmd()"
    assert _cell_text("@SUM(A1)") == "'@SUM(A1)"
    assert _cell_text("\t=cmd()") == "\\t=cmd()"
    assert _cell_text("plain") == "plain"


def test_csv_and_json_exclude_each_other(ask):
    assert ask("matrix", "--csv", "--json").exit_code == 2


def test_the_heat_map_is_one_file(ask, tmp_path):
    page = tmp_path / "map.html"
    assert ask("matrix", "--html", page, *PILOT).exit_code == 0
    text = page.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert "Brunei Darussalam BN" in text
    assert "<td>PILOT</td>" in text
    refused = ask("matrix", "--html", tmp_path / "no" / "such" / "map.html")
    assert refused.exit_code == 2
    assert "cannot be written" in refused.stderr


def test_explain_a_yes(ask):
    result = ask("explain", "th", "sg", "--service", "EAA")
    assert result.exit_code == 0
    assert "RECOGNISED: TEST-ONLY Certificate Signer of Thailand [EAA]" in result.stdout
    assert "Does the arrangement apply at this moment?" in result.stdout
    assert "TEST-ONLY bilateral MoU (defa_trust), art. 1" in result.stdout
    assert "Missing for a yes" not in result.stdout


def test_explain_a_no_says_who_could_change_it(ask):
    result = ask("explain", "VN", "SG", "--service", "PID/Issuance")
    assert result.exit_code == 1
    assert "NOT RECOGNISED" in result.stdout
    assert "- SG moves the arrangement on from observing." in result.stdout
    assert "[recognition.observe_only]" in result.stdout or (
        "recognition.observe_only" in result.stdout
    )


def test_explain_a_pilot_and_what_it_needs(ask):
    unstated = ask("explain", "TL", "SG", "--service", "PID/Issuance")
    assert unstated.exit_code == 4
    assert "PILOT ONLY: TEST-ONLY Identity Issuer of Timor-Leste" in unstated.stdout
    assert "\nRECOGNISED" not in unstated.stdout
    asked = ask("explain", "SG", "TH", "--service", "PID/Issuance")
    assert asked.exit_code == 3
    assert "- State the purpose." in asked.stdout


def test_explain_a_missing_list(ask):
    result = ask("explain", "MM", "SG")
    assert result.exit_code == 3
    assert "no trust list of MM was accepted [list.absent]" in result.stdout
    assert "test-sg-mm-identity" in result.stdout
    assert "- MM publishes a trust list" in result.stdout


def test_explain_level_asks_for_assurance(ask):
    low = ask("explain", "TH", "SG", "--service", "PID/Issuance", "--level", "1")
    high = ask("explain", "TH", "SG", "--service", "PID/Issuance", "--level", "2")
    assert (low.exit_code, high.exit_code) == (0, 1)
    assert "recognition.level_too_low" in high.stdout
    assert ask("explain", "TH", "SG", "--level", "9").exit_code == 2


def test_explain_json_holds_both_sides(ask):
    found = json.loads(ask("explain", "VN", "SG", "--json").stdout)
    assert (found["from"], found["to"], found["version"]) == ("VN", "SG", 1)
    codes = {gap["code"] for case in found["cases"] for gap in case["missing"]}
    assert "recognition.observe_only" in codes


@pytest.mark.parametrize("pair", [("XX", "SG"), ("TH", "Singapore")])
def test_a_state_nobody_knows_is_misuse(ask, pair):
    result = ask("explain", *pair)
    assert result.exit_code == 2
    assert "none of" in result.stderr


def test_diff_shows_the_changes_between_two_moments(ask):
    result = ask("diff", "2026-11-01T00:00:00Z", "2027-01-05T00:00:00Z", at=())
    assert result.exit_code == 0
    assert "ID -> SG  TEST-ONLY Identity Issuer of Indonesia" in result.stdout
    assert "NOT-RECOGNISED (recognition.not_yet_in_force) -> RECOGNISED" in result.stdout
    assert result.stdout.endswith("4 answers changed\n")
    same = ask("diff", "1793491200", "1793491200", at=())
    assert same.stdout == "no answers changed\n"
    as_json = ask("diff", "1793491200", "2027-01-05T00:00:00Z", "--json", at=())
    assert {change["to"] for change in json.loads(as_json.stdout)} == {"SG", "TH"}


def test_gaps_name_what_is_open(ask):
    result = ask("gaps")
    assert result.exit_code == 0
    assert "no trust list was accepted (list.absent)" in result.stdout
    assert "one-way" in result.stdout
    found = json.loads(ask("gaps", "--json").stdout)
    assert f"{len(found)} open points" in result.stdout
    assert {"list-missing", "level-unmapped", "citation-unverified"} <= {g["kind"] for g in found}


def test_without_a_store_it_is_misuse(run, tmp_path):
    assert run("recognise", "matrix", "--trust", tmp_path / "none").exit_code == 2


def test_states_lists_all_eleven_and_takes_no_trust(run):
    result = run("states")
    assert result.exit_code == 0
    assert sum(line[:2].isupper() and line[2:4] == "  " for line in result.stdout.split("\n")) == 11
    assert "not found" in result.stdout


def test_one_state_with_source_and_confidence(run):
    result = run("states", "th")
    assert "max_ial and max_aal cap each identity provider" in result.stdout
    assert "high: NDID interface documentation" in result.stdout
    assert "Scale urn:defa:scale:th:ial (proofing), lowest first: 1.1, 1.2" in result.stdout
    assert run("states", "XX").exit_code == 2


def test_states_as_json(run):
    all_states = json.loads(run("states", "--json").stdout)
    assert len(all_states["states"]) == 11
    one = json.loads(run("states", "ID", "--json").stdout)
    assert one["fields"]["terms"][0] == {
        "value": "tersertifikasi",
        "source": one["fields"]["terms"][0]["source"],
        "confidence": "medium",
        "language": "id",
    }
    assert all_states["states"]["ID"]["fields"] == one["fields"]


# --- impact --------------------------------------------------------------------------------------
ENDS = ("--withdraw", "TEST-ONLY Identity Issuer of Thailand", "--on", "2026-11-10")


@pytest.fixture
def stored(run, region_folder, tmp_path):
    found = {}
    for name, at in (("before", "2026-11-01T00:00:00Z"), ("after", "2026-11-20T00:00:00Z")):
        found[name] = tmp_path / f"{name}.json"
        result = run(
            "verify", region_folder / "samples" / "th-vc-jwt-good.txt", "--for", "SG", "--at", at,
            "--trust", region_folder / "trust", "--evidence-out", found[name], "-q",
        )  # fmt: skip
        assert result.exit_code == 0
    return found


def rows(result):
    """Stored verdicts of the text by file: (effect, was)."""
    lines = [line.split("  ") for line in result.stdout.splitlines() if ".json" in line]
    parts = [[part.strip() for part in line if part.strip()] for line in lines]
    return {part[0].rpartition("/")[2].removesuffix(".json"): tuple(part[2:4]) for part in parts}


def test_the_same_day_withdrawn_and_compromised_differ_in_the_past(ask, stored):
    files = (stored["before"], stored["after"])
    withdrawn = ask("impact", *ENDS, *files, at=())
    compromised = ask("impact", *ENDS, "--reason", "compromised", *files, at=())
    assert (withdrawn.exit_code, compromised.exit_code) == (1, 1)
    assert rows(withdrawn) == {
        "before": ("stands", "recognised"), "after": ("falls", "recognised"),
    }  # fmt: skip
    assert rows(compromised) == {
        "before": ("falls", "recognised"), "after": ("falls", "recognised"),
    }  # fmt: skip
    closing = "  TH -> SG  RECOGNISED -> NOT-EVALUATED (service.not_granted)"
    assert withdrawn.stdout.count(closing) == 1
    assert compromised.stdout.count(closing) == 2
    assert "close in the past too" not in withdrawn.stdout
    assert "It reaches back" in compromised.stdout


def test_a_sunset_and_a_proof(ask, stored, region_folder):
    result = ask("impact", *ENDS, "--reason", "sunset", stored["before"], at=())
    assert rows(result)["before"] == ("stands", "recognised")
    shape = json.loads(stored["before"].read_bytes())
    digest = shape["report"]["verdicts"][0]["subject"]["digest"]
    proven = ask(
        "impact", *ENDS, "--reason", "compromised", "--proof", f"{digest}=2026-11-09",
        stored["before"], at=(),
    )  # fmt: skip
    assert rows(proven)["before"] == ("stands", "recognised")


def test_impact_as_json(ask, stored):
    found = json.loads(ask("impact", *ENDS, "--json", stored["before"], at=()).stdout)
    assert (found["version"], found["territory"], found["reason"]) == (1, "TH", "withdrawn")
    assert [v["effect"] for v in found["verdicts"]] == ["stands"]
    assert {c["to"] for c in found["corridors"] if c["closes"]} == {"SG", "TL"}


def test_impact_that_touches_nothing_ends_with_0_and_what_is_open_with_3(ask, tmp_path):
    """Laos' list has lapsed, so nothing of it counts anywhere before or after."""
    idle = ("--withdraw", "LA:https://tl.la.test.example/services/identity", "--on", "2026-11-10")
    result = ask("impact", *idle, at=())
    assert (result.exit_code, result.stdout.count("  none")) == (0, 1)
    odd = tmp_path / "odd.json"
    odd.write_text("{}")
    result = ask("impact", *idle, odd, at=())
    assert result.exit_code == 3
    assert rows(result)["odd"][0] == "open"
    named = ask("impact", "--withdraw", "nobody", "--on", "2026-11-10", at=())
    assert named.exit_code == 2
    assert "LA:https://tl.la.test.example/services/identity" in named.stderr


@pytest.mark.parametrize(
    "more",
    [
        ("--on", "yesterday"),
        ("--proof", "abc=2026-11-01"),
        ("--proof", "00" * 32),
        ("--reason", "lost"),
        ("no-such-file.json",),
    ],
)
def test_impact_asked_wrongly(ask, more):
    assert ask("impact", *ENDS, *more, at=()).exit_code == 2
