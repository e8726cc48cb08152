"""`demo`: the region on disk, its table, and that a wrong verdict does not pass unseen."""

import json

import pytest

from defa_trust.spec import MEMBER_STATES


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    from defa_trust.demo.region import write_region

    path = tmp_path_factory.mktemp("demo") / "region"
    write_region(path)
    return path


def test_init_then_run(run, tmp_path):
    target = tmp_path / "region"
    result = run("demo", "init", target)
    assert result.exit_code == 0
    assert (target / "trust" / "pins.json").is_file()
    (target / "samples" / "th-vc-jwt-good.txt").write_bytes(b"spoilt")
    assert run("demo", "init", target).exit_code == 0
    assert (target / "samples" / "th-vc-jwt-good.txt").read_bytes() != b"spoilt"


def test_what_cannot_be_written_here_is_told(run, tmp_path, monkeypatch):
    from defa_trust.demo.document_samples import FORMS

    whole = run("demo", "init", tmp_path / "whole")
    assert "Left out" not in whole.output
    without = {**FORMS, "xades": FORMS["xades"]._replace(needs="no_such_package")}
    monkeypatch.setattr("defa_trust.demo.document_samples.FORMS", without)
    found = run("demo", "init", tmp_path / "without")
    assert found.exit_code == 0
    assert "Left out here: xades. pip install 'defa-trust[xml]' adds it." in found.stderr


def test_the_table_shows_each_kind_of_answer_and_ends_with_a_summary(run, folder):
    result = run("demo", "run", "--dir", folder)
    assert result.exit_code == 0, result.output
    for word in ("TOTAL-PASSED", "TOTAL-FAILED", "INDETERMINATE"):
        assert word in result.stdout
    for word in ("RECOGNISED", "NOT-RECOGNISED", "PILOT"):
        assert f"  {word} " in result.stdout
    assert "Each one is what the region expects." in result.stdout


def test_documents_of_every_state_show_the_term_at_home_and_the_effect_abroad(run, folder):
    lines = run("demo", "run", "--dir", folder).stdout.splitlines()
    head = next(number for number, line in enumerate(lines) if line.startswith("from  signed as"))
    shown = lines[head + 2 : lines.index("", head)]
    assert {line[:2] for line in shown} == set(MEMBER_STATES)
    vietnamese = next(line for line in shown if line.startswith("VN    cades"))
    assert "public digital signature" in vietnamese
    assert "TH: RECOGNISED, requirement_met_if_reliable" in vietnamese
    assert "SG: PILOT, evidence_weight_only" in vietnamese
    assert "MY: NOT-RECOGNISED" in vietnamese


def test_run_writes_a_region_that_is_not_there(run, tmp_path):
    shape = json.loads(run("demo", "run", "--dir", tmp_path / "new", "--json").stdout)
    assert shape["unexpected"] == 0
    assert len(shape["rows"]) > 50


def test_a_tampered_sample_is_noticed(run, folder, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    sample = copy / "samples" / "th-vc-jwt-good.txt"
    sample.write_bytes(sample.read_bytes()[:-10] + b"AAAAAAAAAA")
    result = run("demo", "run", "--dir", copy)
    assert result.exit_code == 1
    assert "not what the region expects" in result.stdout
    assert "th-vc-jwt-good.txt in SG: TOTAL-FAILED" in result.stdout


def test_a_tampered_list_is_noticed(run, folder, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    path = next((copy / "trust" / "lists").glob("*TH.jwt"))
    path.write_bytes(path.read_bytes()[:-10] + b"AAAAAAAAAA")
    assert run("demo", "run", "--dir", copy).exit_code == 1


def test_a_folder_with_other_things_is_left_alone(run, tmp_path):
    (tmp_path / "mine.txt").write_text("mine")
    assert run("demo", "init", tmp_path).exit_code == 2
    assert run("demo", "run", "--dir", tmp_path).exit_code == 2
    assert run("demo", "init", tmp_path / "mine.txt").exit_code == 2
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]


def test_a_lost_sample_is_misuse(run, folder, tmp_path):
    import shutil

    copy = tmp_path / "copy"
    shutil.copytree(folder, copy)
    (copy / "samples" / "th-vc-jwt-good.txt").unlink()
    assert run("demo", "run", "--dir", copy).exit_code == 2
