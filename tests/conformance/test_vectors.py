"""The vectors: schema, index, twins, reproducible bytes, and our own implementation under them."""

import json
import re
from functools import cache
from hashlib import sha256
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from defa_trust.codes import all_codes
from defa_trust.conformance import generate
from defa_trust.conformance.harness import STEP_PARTS, answer
from defa_trust.conformance.registry import GROUPS
from defa_trust.conformance.run import Mark, OurOwn, load, run, score

ROOT = Path(__file__).resolve().parents[2]
VECTORS = ROOT / "test_vectors"
FILES = sorted(path.name for path in VECTORS.glob("*.json") if path.name != "index.json")
PARTS = (
    *("input", "trust", "request", "moment", "evidence"),
    *("anchors", "control", "signedAfter", "revocationPolicy", "steps", "presentation"),
)


@cache
def schema(name):
    path = ROOT / "schemas" / f"{name}.v1.schema.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(document)
    return Draft202012Validator(document)


@cache
def vectors():
    return {vector["id"]: vector for vector in load(VECTORS)}


@cache
def answers():
    return {name: answer(vector) for name, vector in vectors().items()}


def of_kind(*kinds):
    return [vector for vector in vectors().values() if generate.kind(vector) in kinds]


def test_there_is_a_file_for_each_group_and_no_other():
    assert set(FILES) == {f"{group}.json" for group in GROUPS}


@pytest.mark.parametrize("name", FILES)
def test_every_vector_passes_the_schema(name):
    document = json.loads((VECTORS / name).read_bytes())
    faults = [
        f"{error.json_path}: {error.message}"
        for error in schema("test-vector").iter_errors(document)
    ]
    assert faults == []


@pytest.mark.parametrize("name", FILES)
def test_a_file_is_sorted_and_holds_its_own_group(name):
    ids = [vector["id"] for vector in json.loads((VECTORS / name).read_bytes())]
    assert ids == sorted(ids)
    assert len(set(ids)) == len(ids)
    assert {vector_id.partition("::")[0] for vector_id in ids} == {name.removesuffix(".json")}


def test_the_index_says_what_is_there():
    index = json.loads((VECTORS / "index.json").read_bytes())
    counted = dict.fromkeys(("positive", "negative", "indeterminate"), 0)
    for group, row in index["groups"].items():
        raw = (VECTORS / row["file"]).read_bytes()
        assert row["sha256"] == sha256(raw).hexdigest()
        own = [generate.kind(vector) for vector in json.loads(raw)]
        for name in counted:
            assert row[name] == own.count(name), (group, name)
            counted[name] += row[name]
    assert index["total"] == {**counted, "all": sum(counted.values())}


def test_there_are_enough_and_enough_of_them_are_refusals():
    total = json.loads((VECTORS / "index.json").read_bytes())["total"]
    assert total["all"] >= 1000
    assert total["negative"] >= 0.4 * total["all"]
    for group in GROUPS:
        assert any(v["id"].startswith(f"{group}::") for v in of_kind("positive"))
        assert any(v["id"].startswith(f"{group}::") for v in of_kind("negative"))


def test_regeneration_changes_nothing_and_we_meet_every_expectation():
    files, faults = generate.build()
    assert faults == []
    assert generate.differences(VECTORS, files) == []


@pytest.mark.parametrize("level", [1, 2, 3])
def test_our_own_harness_passes_every_vector(level):
    scores = [score(vectors()[name], said, level) for name, said in answers().items()]
    assert [s for s in scores if s.mark is not Mark.PASSED] == []


def test_each_step_of_a_timeline_is_answered_the_same_by_itself():
    timelines = [vector for vector in vectors().values() if vector["task"] == "timeline"]
    assert len(timelines) >= 12
    for vector in timelines:
        known = {name: vector[name] for name in STEP_PARTS if name in vector}
        for number, step in enumerate(vector["steps"], 1):
            known |= {name: step[name] for name in STEP_PARTS if name in step}
            alone = {"id": vector["id"], "task": "verify", "moment": step["moment"], **known}
            assert answer(alone) == {"id": vector["id"], **step["expect"]}, (vector["id"], number)
        assert vector["expect"] == vector["steps"][-1]["expect"]


def test_our_own_results_pass_the_result_schema():
    for result in answers().values():
        schema("test-result").validate(result)


def test_the_runner_gives_the_same_marks_as_asking_directly():
    chosen = load(VECTORS, groups=["recognition"])
    assert {s.mark for s in run(chosen, OurOwn(), 3)} == {Mark.PASSED}


def test_every_refusal_has_a_positive_twin_and_no_positive_has_one():
    for vector in vectors().values():
        if vector["expect"]["stage"] is None:
            assert vector["twin"] is None, vector["id"]
            continue
        twin = vectors()[vector["twin"]]
        assert generate.kind(twin) == "positive", vector["id"]
        assert twin["expect"]["stage"] is None, vector["id"]
        assert score(twin, answers()[twin["id"]], 3).mark is Mark.PASSED


def test_every_refusal_says_what_goes_wrong_where_it_is_missed():
    """In its own words or in those of its code (defa_trust/conformance/consequences.py)."""
    silent = {
        vector["id"]
        for vector in vectors().values()
        if vector["expect"]["stage"] is not None and not vector["notes"]
    }
    assert silent == set()


def test_the_changelog_names_every_group_and_task():
    text = (VECTORS / "CHANGELOG.md").read_text(encoding="utf-8")
    groups, _, tasks = text.partition("## v1")[2].partition("- Tasks:")
    assert set(re.findall(r"[a-z_0-9]+", groups.partition("Groups:")[2])) == set(GROUPS)
    asked = {vector["task"] for vector in vectors().values()}
    assert asked <= set(re.findall(r"[a-z]+", tasks.partition("- Three")[0]))


def test_a_twin_differs_and_in_one_part_wherever_that_is_possible():
    many = set()
    for vector in vectors().values():
        if vector["twin"] is None:
            continue
        twin = vectors()[vector["twin"]]
        differing = [part for part in PARTS if vector.get(part) != twin.get(part)]
        assert differing, vector["id"]
        if len(differing) > 1:
            many.add(vector["id"])
    assert len(many) <= 0.1 * len(vectors()), sorted(many)


def test_no_two_vectors_of_a_group_ask_the_same():
    seen = {}
    for name, vector in vectors().items():
        asked = json.dumps([vector.get(part) for part in (*PARTS, "codec")], sort_keys=True)
        key = name.partition("::")[0], asked
        assert seen.setdefault(key, name) == name


def test_level_three_names_only_codes_that_exist():
    named = {code for vector in vectors().values() for code in vector["expect"]["codes"]}
    assert named <= set(all_codes())
    assert len(named) >= 100


def test_one_fault_a_vector():
    # Where a list is refused, or a token is for its service alone to read, the verdict names the
    # consequence beside the cause.
    for vector in vectors().values():
        limit = 1 if {"signed-lists", "camdigikey", "vical"}.isdisjoint(vector["features"]) else 2
        assert len(vector["expect"]["codes"]) <= limit, vector["id"]


def test_the_files_name_no_real_authority():
    for name in FILES:
        text = (VECTORS / name).read_text(encoding="ascii")
        for host in ("singpass.gov", "ndid.co.th", "vneid.gov", "mydigitalid.gov", "philsys.gov"):
            assert host not in text


def test_the_readme_names_every_group_and_shows_a_real_vector():
    text = (VECTORS / "README.md").read_text(encoding="utf-8")
    for group in GROUPS:
        assert f"`{group}`" in text
    assert "jose::alg_none" in text
    assert vectors()["jose::alg_none"]["expect"]["codes"] == ["crypto.algorithm_none"]
    assert vectors()["jose::es256"]["expect"]["outcome"]["recognition"] == "RECOGNISED"


def test_the_readme_describes_every_feature():
    table = (VECTORS / "README.md").read_text(encoding="utf-8").partition("## Features")[2]
    table = table.partition("\n## ")[0]
    used = {feature for vector in vectors().values() for feature in vector["features"]}
    assert {feature for feature in used if f"`{feature}`" not in table} == set()
