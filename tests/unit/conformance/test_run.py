"""The runner against harnesses that accept all, refuse all, crash, babble, or fall silent."""

import json
import sys
import textwrap
from hashlib import sha256
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from jsonschema import Draft202012Validator

from defa_trust.cli.conformance import conformance_group
from defa_trust.conformance.report import html, junit
from defa_trust.conformance.run import (
    Mark,
    NoAnswer,
    OurOwn,
    Program,
    Scored,
    exit_code,
    load,
    read_result,
    run,
    score,
    tally,
)
from defa_trust.errors import MisuseError

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas"
PASSED = {"validity": "TOTAL-PASSED", "recognition": "RECOGNISED"}
FAILED = {"validity": "TOTAL-FAILED", "recognition": "NOT-EVALUATED"}


def vector(name="jose::x", outcome=FAILED, features=("vc-jwt",), **expect):
    wanted = {"outcome": outcome, "subIndication": None, "stage": None, "codes": []}
    return {
        "id": name,
        "description": "x",
        "features": list(features),
        "task": "verify",
        "input": {"data": "x"},
        "expect": {**wanted, **expect},
    }


VECTORS = [vector("jose::good", PASSED), vector("jose::bad"), vector("codec::bad")]


def said(outcome, **more):
    return {"id": "jose::x", "outcome": outcome, **more}


def program(tmp_path, body, timeout=5.0):
    """A harness whose loop body sees ``vector`` and prints what it likes."""
    path = tmp_path / "harness.py"
    loop = textwrap.indent(textwrap.dedent(body), "    ")
    path.write_text(
        "import json, os, sys, time\n"
        "for line in sys.stdin:\n"
        "    vector = json.loads(line)\n"
        f"{loop}\n"
        "    sys.stdout.flush()\n"
    )
    return Program(f"{sys.executable} {path}", timeout)


def marks(answerer, vectors=VECTORS, level=1):
    return [scored.mark for scored in run(vectors, answerer, level)]


# --- scoring -----------------------------------------
def test_the_same_outcome_passes_level_one_whatever_the_reason():
    result = said(FAILED, subIndication="EXPIRED", stage="time", codes=["time.expired"])
    asked = vector(subIndication="FORMAT_FAILURE", stage="parse", codes=["jose.crit"])
    assert score(asked, result, 1).mark is Mark.PASSED
    assert score(asked, result, 2).mark is Mark.FAILED
    assert "subIndication" in score(asked, result, 2).detail


def test_level_two_compares_the_stage_and_level_three_the_codes():
    asked = vector(subIndication="FORMAT_FAILURE", stage="parse", codes=["a.b", "c.d"])
    near = said(FAILED, subIndication="FORMAT_FAILURE", stage="parse", codes=["a.b"])
    assert score(asked, near, 2).mark is Mark.PASSED
    assert score(asked, near, 3).mark is Mark.FAILED
    assert score(asked, {**near, "codes": ["c.d", "a.b"]}, 3).mark is Mark.PASSED
    assert score(asked, {**near, "stage": "resolve"}, 2).mark is Mark.FAILED


@pytest.mark.parametrize("expected", ["TOTAL-FAILED", "INDETERMINATE"])
def test_passing_what_must_not_pass_is_a_wrong_accept(expected):
    asked = vector(outcome={"validity": expected, "recognition": "NOT-EVALUATED"})
    assert score(asked, said(PASSED), 1).mark is Mark.WRONGLY_ACCEPTED
    alone = {"validity": "TOTAL-PASSED"}
    assert score(asked, said(alone), 1).mark is Mark.WRONGLY_ACCEPTED


@pytest.mark.parametrize("got", ["RECOGNISED", "PILOT"])
@pytest.mark.parametrize("expected", ["NOT-RECOGNISED", "INDETERMINATE"])
def test_recognising_too_much_is_a_wrong_accept(got, expected):
    asked = vector(outcome={"validity": "TOTAL-PASSED", "recognition": expected})
    result = said({"validity": "TOTAL-PASSED", "recognition": got})
    assert score(asked, result, 1).mark is Mark.WRONGLY_ACCEPTED


def test_a_pilot_shown_as_recognised_is_a_wrong_accept_and_the_reverse_a_failure():
    pilot = {"validity": "TOTAL-PASSED", "recognition": "PILOT"}
    assert score(vector(outcome=pilot), said(PASSED), 1).mark is Mark.WRONGLY_ACCEPTED
    assert score(vector(outcome=PASSED), said(pilot), 1).mark is Mark.FAILED
    assert score(vector(outcome=pilot), said(pilot), 1).mark is Mark.PASSED


def test_a_wrong_refusal_is_a_plain_failure():
    assert score(vector(outcome=PASSED), said(FAILED), 1).mark is Mark.FAILED


def test_not_passed_serves_level_one_for_refusals_only():
    result = said({"validity": "NOT-PASSED"})
    assert score(vector(), result, 1).mark is Mark.PASSED
    unknown = {"validity": "INDETERMINATE", "recognition": "NOT-EVALUATED"}
    assert score(vector(outcome=unknown), result, 1).mark is Mark.PASSED
    assert score(vector(), result, 2).mark is Mark.FAILED
    assert score(vector(outcome=PASSED), result, 1).mark is Mark.FAILED


def test_not_passed_cannot_carry_a_recognition():
    result = said({"validity": "NOT-PASSED", "recognition": "RECOGNISED"})
    assert score(vector(), result, 1).mark is Mark.WRONGLY_ACCEPTED


def test_recognition_may_be_left_out_unless_it_is_what_is_tested():
    alone = said({"validity": "TOTAL-PASSED"})
    assert score(vector(outcome=PASSED), alone, 1).mark is Mark.PASSED
    tested = vector(outcome=PASSED, features=("recognition",))
    assert score(tested, alone, 1).mark is Mark.FAILED
    refused = vector(
        outcome={"validity": "TOTAL-PASSED", "recognition": "NOT-RECOGNISED"},
        features=("recognition",),
    )
    assert score(refused, alone, 1).mark is Mark.FAILED


# --- programs -----------------------------------------
def test_a_harness_that_accepts_all_is_found_out(tmp_path):
    body = f"print(json.dumps({{'id': vector['id'], 'outcome': {PASSED!r}}}))"
    assert marks(program(tmp_path, body)) == [
        Mark.PASSED, Mark.WRONGLY_ACCEPTED, Mark.WRONGLY_ACCEPTED,
    ]  # fmt: skip


def test_a_harness_that_refuses_all_is_found_out(tmp_path):
    body = f"print(json.dumps({{'id': vector['id'], 'outcome': {FAILED!r}}}))"
    assert marks(program(tmp_path, body)) == [Mark.FAILED, Mark.PASSED, Mark.PASSED]


def test_skips_carry_their_reason(tmp_path):
    answerer = program(tmp_path, "print(json.dumps({'id': vector['id'], 'skipped': 'no ES256'}))")
    scores = list(run(VECTORS, answerer, 1))
    assert {(s.mark, s.detail) for s in scores} == {(Mark.SKIPPED, "no ES256")}
    assert exit_code(scores) == 0


def test_a_crash_costs_one_vector_and_the_next_is_asked_again(tmp_path):
    body = f"""
    if vector['id'] == 'jose::good':
        os._exit(3)
    print(json.dumps({{'id': vector['id'], 'outcome': {FAILED!r}}}))
    """
    assert marks(program(tmp_path, body)) == [Mark.CRASHED, Mark.PASSED, Mark.PASSED]


def test_silence_is_a_time_out_and_the_next_is_asked_again(tmp_path):
    body = f"""
    if vector['id'] == 'jose::good':
        time.sleep(60)
    print(json.dumps({{'id': vector['id'], 'outcome': {FAILED!r}}}))
    """
    answerer = program(tmp_path, body, timeout=1.0)
    assert marks(answerer) == [Mark.TIMED_OUT, Mark.PASSED, Mark.PASSED]


def test_a_harness_that_never_reads_a_large_vector_is_a_time_out(tmp_path):
    path = tmp_path / "deaf.py"
    path.write_text("import time\ntime.sleep(60)\n")
    large = {**vector(), "input": {"data": "x" * 2_000_000}}
    scores = list(run([large], Program(f"{sys.executable} {path}", 1.0), 1))
    assert [s.mark for s in scores] == [Mark.TIMED_OUT]


def test_a_harness_that_never_answers_is_not_started_for_ever(tmp_path):
    many = [vector(f"jose::v{n}") for n in range(10)]
    scores = list(run(many, program(tmp_path, "os._exit(1)"), 1))
    assert {s.mark for s in scores} == {Mark.CRASHED}
    assert sum("not asked" in s.detail for s in scores) == 7


@pytest.mark.parametrize(
    "body",
    [
        "print('hello')",
        "print('[]')",
        "print('[' * 100000)",
        "print(json.dumps({'id': 'jose::other', 'skipped': 'x'}))",
        "print(json.dumps({'id': vector['id']}))",
        "print(json.dumps({'id': vector['id'], 'skipped': ''}))",
        "print(json.dumps({'id': vector['id'], 'skipped': 'x', 'error': 'y'}))",
        "print(json.dumps({'id': vector['id'], 'outcome': {'validity': 'fine'}}))",
        "print(json.dumps({'id': vector['id'], 'outcome': True}))",
        "print(json.dumps({'id': vector['id'], 'error': 'no library'}))",
        "print(json.dumps({'id': vector['id'], 'error': 'half a pair: \\ud800'}))",
        "print(json.dumps({'id': vector['id'], 'outcome': {'validity': 'TOTAL-FAILED', 'x': 1}}))",
        "print(json.dumps({'id': vector['id'], 'steps': []}))",
        "sys.stdout.buffer.write(b'\\xff\\xfe' * 9 + b'\\n')",
        "print('1' * 9999)",
        "sys.stdout.write('x' * 3_000_000)",
    ],
)
def test_nonsense_is_a_crash_and_never_a_pass(tmp_path, body):
    scores = list(run(VECTORS[:1], program(tmp_path, body), 1))
    assert [s.mark for s in scores] == [Mark.CRASHED]
    assert exit_code(scores) == 1


SAYINGS = {
    "half a surrogate pair": "no \ud800",
    "what steers a terminal": "\x1b[2J\x1b]0;title\x07",
    "lines": "one\ntwo\r\n\u2028three",
    "no character": "\ufffe\uffff",
    "mark-up": "<script>alert(1)</script>]]>",
    "no end": "x" * 100_000,
}


@pytest.mark.parametrize("said_", SAYINGS.values(), ids=list(SAYINGS))
@pytest.mark.parametrize("member", ["skipped", "error"])
def test_whatever_a_harness_says_every_report_is_written(said_, member, tmp_path):
    path = tmp_path / "h.py"
    path.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    name = json.loads(line)['id']\n"
        f"    print(json.dumps({{'id': name, {member!r}: {said_!r}}}), flush=True)\n"
    )
    folder(tmp_path, [vector("jose::a")])
    files = [str(tmp_path / name) for name in ("junit.xml", "page.html")]
    for more in ((), ("--json",)):
        done = invoke("--harness", f"{sys.executable} {path}", "--vectors", str(tmp_path),
                      "--junit", files[0], "--html", files[1], *more)  # fmt: skip
        assert done.exit_code == (0 if member == "skipped" else 1), done.output
        assert done.exception is None or isinstance(done.exception, SystemExit)
        assert not {"\x1b", "\x07", "\u2028"} & set(done.output)
        (case,) = ET.parse(files[0]).getroot().iter("testcase")
        assert len(case[0].get("message")) < 400
        page = Path(files[1]).read_text("utf-8")
        assert "<script" not in page
    plain_twin = Scored("jose::a", "jose", Mark.SKIPPED, "no Ed448: «ไทย» ✓")
    assert score(vector("jose::a"), {"skipped": plain_twin.detail}, 1) == plain_twin


@pytest.mark.parametrize(
    "more",
    [
        {"outcome": {"validity": "TOTAL-PASSED", "reason": "x"}},
        {"outcome": {"validity": "TOTAL-PASSED", "recognition": None}},
        {"outcome": {"recognition": "RECOGNISED"}},
        {"outcome": {}},
        {"steps": []},
        {"steps": [{"outcome": PASSED}], "stage": None, "codes": [1]},
        {"outcome": PASSED, "codes": "x"},
        {"outcome": PASSED, "stage": 7},
        {"outcome": PASSED, "subIndication": []},
        {"skipped": 1},
        {"skipped": ""},
        {"error": None},
        {"outcome": PASSED, "skipped": "x"},
        {"outcome": PASSED, "more": 1},
        {},
        # and those that are results
        {"outcome": PASSED},
        {"outcome": {"validity": "NOT-PASSED"}},
        {"outcome": FAILED, "stage": None, "subIndication": "EXPIRED", "codes": ["a.b"]},
        {"steps": [{"outcome": PASSED, "stage": "time", "codes": []}]},
        {"skipped": "x"},
    ],
    ids=json.dumps,
)
def test_what_is_a_result_is_what_the_schema_says(more):
    schema = json.loads((SCHEMAS / "test-result.v1.schema.json").read_text("utf-8"))
    result = {"id": "jose::x", **more}
    fits = Draft202012Validator(schema).is_valid(result)
    try:
        read_result(json.dumps(result).encode() + b"\n", "jose::x")
        read = True
    except NoAnswer as silence:
        # An error is a result that counts as a crash.
        read = "reports an error" in silence.detail
    assert read == fits


def test_a_late_answer_is_not_taken_for_the_next_vector(tmp_path):
    # Two lines to one question: the second must not answer the next vector.
    body = f"""
    print(json.dumps({{'id': vector['id'], 'outcome': {FAILED!r}}}))
    print(json.dumps({{'id': vector['id'], 'outcome': {FAILED!r}}}))
    """
    assert marks(program(tmp_path, body), VECTORS[1:])[1] is Mark.CRASHED


def test_a_command_that_is_not_there_is_misuse():
    with pytest.raises(MisuseError):
        list(run(VECTORS, Program("no-such-program-of-any-kind", 1.0), 1))
    with pytest.raises(MisuseError):
        Program("  ", 1.0)


def test_a_result_of_another_shape_is_no_answer():
    with pytest.raises(NoAnswer):
        read_result(
            b'{"id":"jose::x","outcome":{"validity":"TOTAL-PASSED"},"extra":1}\n', "jose::x"
        )
    good = read_result(b'{"id":"jose::x","outcome":{"validity":"TOTAL-PASSED"}}\n', "jose::x")
    assert good["outcome"] == {"validity": "TOTAL-PASSED"}


def test_the_tally_counts_per_group_in_order():
    rows = tally(run(VECTORS, Broken(), 1))
    assert list(rows) == ["codec", "jose"]
    assert rows["jose"]["wrongly accepted"] == 1
    assert rows["jose"]["passed"] == 1


class Broken:
    """Accepts everything, in this process."""

    def ask(self, vector):
        return {"id": vector["id"], "outcome": PASSED}

    def close(self):
        self.closed = True


# --- loading -----------------------------------------
def folder(tmp_path, vectors, **files):
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)
    raw = json.dumps(vectors).encode()
    (tmp_path / "jose.json").write_bytes(raw)
    row = {"file": "jose.json", "sha256": sha256(raw).hexdigest()}
    (tmp_path / "index.json").write_text(json.dumps({"version": 1, "groups": {"jose": row}}))
    return tmp_path


def test_groups_and_features_choose(tmp_path):
    place = folder(tmp_path, [vector("jose::a"), vector("jose::b", features=("es384", "vc-jwt"))])
    assert [v["id"] for v in load(place)] == ["jose::a", "jose::b"]
    assert [v["id"] for v in load(place, features=["es384"])] == ["jose::b"]
    for chosen in ({"groups": ["codec"]}, {"groups": ["mdoc2"]}, {"features": ["ed448"]}):
        with pytest.raises(MisuseError):
            load(place, **chosen)


def test_a_changed_file_is_refused(tmp_path):
    place = folder(tmp_path, [vector("jose::a")])
    (place / "jose.json").write_text("[]")
    with pytest.raises(MisuseError):
        load(place)


def test_a_folder_without_vectors_is_misuse(tmp_path):
    with pytest.raises(MisuseError):
        load(tmp_path)


def test_a_file_input_is_inlined_and_its_digest_checked(tmp_path):
    asked = vector("jose::a")
    asked["input"] = {"file": "big.bin", "sha256": sha256(b"big").hexdigest()}
    place = folder(tmp_path, [asked], **{"big.bin": b"big"})
    assert load(place)[0]["input"] == {"base64": "Ymln"}
    (place / "big.bin").write_bytes(b"other")
    with pytest.raises(MisuseError):
        load(place)


def test_a_file_input_cannot_leave_the_folder(tmp_path):
    (tmp_path / "secret").write_bytes(b"x")
    inner = tmp_path / "vectors"
    inner.mkdir()
    asked = vector("jose::a")
    asked["input"] = {"file": "../secret", "sha256": sha256(b"x").hexdigest()}
    with pytest.raises(MisuseError):
        load(folder(inner, [asked]))


def rewritten(place, work):
    index = json.loads((place / "index.json").read_text())
    work(index)
    (place / "index.json").write_text(json.dumps(index))
    return place


def test_vectors_of_another_version_are_not_read(tmp_path):
    place = folder(tmp_path, [vector("jose::a")])
    assert len(load(place)) == 1
    for other in (2, "1", None):
        rewritten(place, lambda index, other=other: index.update(version=other))
        with pytest.raises(MisuseError, match="version"):
            load(place)


def test_a_file_of_the_index_cannot_leave_the_folder(tmp_path):
    raw = b"[]"
    (tmp_path / "secret.json").write_bytes(raw)
    inner = tmp_path / "vectors"
    inner.mkdir()
    place = folder(inner, [vector("jose::a")])
    row = {"file": "../secret.json", "sha256": sha256(raw).hexdigest()}
    rewritten(place, lambda index: index["groups"].update(codec=row))
    with pytest.raises(MisuseError, match="outside"):
        load(place)


@pytest.mark.parametrize(
    "wrong",
    [
        7,
        None,
        [],
        {},
        {"features": []},
        {**vector("jose::a"), "features": 7},
        {**vector("jose::a"), "id": 7},
        {**vector("jose::a"), "input": None},
        {**vector("jose::a"), "input": {"file": "absent", "sha256": "00"}},
        {**vector("jose::a"), "input": {"file": "jose.json"}},
    ],
    ids=str,
)
def test_a_vector_that_is_none_is_misuse_and_no_traceback(tmp_path, wrong):
    place = folder(tmp_path, [vector("jose::b"), wrong])
    with pytest.raises(MisuseError):
        load(place)
    done = invoke("--vectors", str(place))
    assert done.exit_code == 2
    assert isinstance(done.exception, SystemExit)


def test_tasks_codecs_and_groups_of_a_newer_set_are_skipped_and_counted(tmp_path):
    newer = [
        {**vector("jose::task"), "task": "foretell"},
        {**vector("jose::codec"), "task": "decode", "codec": "morse"},
        {**vector("weather::rain"), "task": "foretell"},
    ]
    scores = list(run(newer, OurOwn(), 3))
    assert [s.mark for s in scores] == [Mark.SKIPPED] * 3
    assert "foretell" in scores[0].detail
    assert list(tally(scores)) == ["jose", "weather"]
    assert 'name="weather"' in junit(scores)
    assert "<td>weather</td>" in html({"ours": scores}, {}, "Vectors")


def test_a_vector_that_our_own_cannot_answer_costs_that_vector_alone():
    good = [v for v in load_all() if v["id"] == "codec::json_object"]
    broken = [{**vector("jose::a"), "task": "verify", "input": {"base64": "%%%"}}]
    scores = list(run([*broken, *good], OurOwn(), 3))
    assert [s.mark for s in scores] == [Mark.CRASHED, Mark.PASSED]
    assert exit_code(scores) == 1


# --- command line -----------------------------------------
def invoke(*arguments):
    return CliRunner().invoke(conformance_group, ["run", *arguments])


def test_the_command_passes_our_own_implementation():
    done = invoke("--group", "codec", "--level", "3")
    assert done.exit_code == 0, done.output
    assert "wrongly accepted" in done.output


def test_the_command_reports_a_wrong_accept_and_exits_one(tmp_path):
    path = tmp_path / "h.py"
    path.write_text(
        "import json, sys\n"
        "for line in sys.stdin:\n"
        "    name = json.loads(line)['id']\n"
        f"    print(json.dumps({{'id': name, 'outcome': {PASSED!r}}}), flush=True)\n"
    )
    done = invoke("--harness", f"{sys.executable} {path}", "--group", "recognition", "--json")
    assert done.exit_code == 1
    report = json.loads(done.stdout)
    row = report["groups"]["recognition"]
    assert row["wrongly accepted"] > 30
    assert row["passed"] > 10
    assert row["wrongly accepted"] + row["passed"] == sum(row.values())


def test_the_command_says_what_misuse_is():
    for arguments in (
        ("--group", "nobody"),
        ("--feature", "nobody-has-this"),
        ("--harness", "no-such-program-of-any-kind"),
        ("--vectors", "no-such-folder"),
        ("--level", "4"),
    ):
        done = invoke(*arguments)
        assert done.exit_code == 2, arguments
        assert "Traceback" not in done.output


def test_several_harnesses_are_put_side_by_side(tmp_path):
    commands = []
    for name, outcome in (("strict", FAILED), ("lenient", PASSED)):
        path = tmp_path / f"{name}.py"
        path.write_text(
            "import json, sys\n"
            "for line in sys.stdin:\n"
            "    name = json.loads(line)['id']\n"
            f"    print(json.dumps({{'id': name, 'outcome': {outcome!r}}}), flush=True)\n"
        )
        commands.append(f"{sys.executable} {path}")
    place = folder(tmp_path, [vector("jose::good", PASSED), vector("jose::bad")])
    page = tmp_path / "page.html"
    both = [part for command in commands for part in ("--harness", command)]
    done = invoke(*both, "--vectors", str(place), "--html", str(page))
    assert done.exit_code == 1
    assert [done.output.count(command) for command in commands] == [1, 1]
    text = page.read_text("utf-8")
    assert "Differences (2)" in text
    assert all(f"<h2>{command}</h2>" in text for command in commands)
    said = json.loads(invoke(*both, "--vectors", str(place), "--json").stdout)
    assert [one["harness"] for one in said["harnesses"]] == commands
    marks_ = [[r["mark"] for r in one["results"]] for one in said["harnesses"]]
    assert marks_ == [["failed", "passed"], ["passed", "wrongly accepted"]]
    # One of them alone, even where it is named twice, is told as ever.
    alone = invoke(*both[:2], *both[:2], "--vectors", str(place), "--json")
    assert json.loads(alone.stdout)["harness"] == commands[0]
    assert invoke(*both, "--junit", str(tmp_path / "j.xml")).exit_code == 2


@pytest.mark.parametrize("option", ["--junit", "--html"])
def test_a_report_that_has_no_place_is_told_before_anything_is_asked(option, tmp_path):
    asked = tmp_path / "asked"
    path = tmp_path / "h.py"
    path.write_text(
        f"import sys\nfor line in sys.stdin:\n    open({str(asked)!r}, 'w').write('x')\n    break\n"
    )
    harness = ("--harness", f"{sys.executable} {path}", "--group", "codec")
    done = invoke(*harness, option, str(tmp_path / "absent" / "report"))
    assert done.exit_code == 2
    assert not asked.exists()
    done = invoke(*harness, option, str(tmp_path / "report"))
    assert done.exit_code == 1
    assert asked.exists()
    assert (tmp_path / "report").stat().st_size > 100


def test_our_own_harness_as_a_program_answers_like_in_process():
    chosen = [v for v in load_all() if v["id"] in {"codec::json_object", "codec::json_nan"}]
    answerer = Program(f"{sys.executable} -m defa_trust.conformance.harness", 60.0)
    scores = list(run(chosen, answerer, 3))
    assert [s.mark for s in scores] == [Mark.PASSED, Mark.PASSED]
    assert marks(OurOwn(), chosen, 3) == [Mark.PASSED, Mark.PASSED]


def load_all():
    from defa_trust.conformance.run import default_vectors

    return load(default_vectors())


# --- timelines -----------------------------------------
def timeline(*outcomes):
    steps = [{"moment": n, "expect": vector(outcome=o)["expect"]} for n, o in enumerate(outcomes)]
    return {**vector("cache::x", outcomes[-1]), "task": "timeline", "steps": steps}


def stepped(*outcomes):
    return {"id": "cache::x", "steps": [{"outcome": outcome} for outcome in outcomes]}


def test_every_step_of_a_timeline_counts_and_the_worst_one_is_told():
    asked = timeline(PASSED, FAILED, FAILED)
    assert score(asked, stepped(PASSED, FAILED, FAILED), 1).mark is Mark.PASSED
    assert score(asked, stepped(FAILED, FAILED, FAILED), 1).mark is Mark.FAILED
    late = score(asked, stepped(FAILED, FAILED, PASSED), 1)
    assert late.mark is Mark.WRONGLY_ACCEPTED
    assert late.detail.startswith("step 3: ")


def test_a_timeline_is_answered_step_by_step_and_nothing_else_is():
    asked = timeline(PASSED, FAILED)
    assert score(asked, stepped(PASSED), 1).mark is Mark.FAILED
    assert score(asked, {"id": "cache::x", "outcome": FAILED}, 1).mark is Mark.FAILED
    assert score(vector(), {**stepped(FAILED), "id": "jose::x"}, 1).mark is Mark.FAILED
    assert score(asked, {"id": "cache::x", "skipped": "no timelines"}, 1).mark is Mark.SKIPPED


@pytest.mark.parametrize(
    "steps",
    ["x", [1], [{}], [{"outcome": {"validity": "OK"}}], [{"outcome": PASSED, "id": "x"}]],
)
def test_steps_that_are_none_are_no_result(steps):
    line = json.dumps({"id": "cache::x", "steps": steps}).encode()
    with pytest.raises(NoAnswer):
        read_result(line, "cache::x")
    good = json.dumps(stepped(PASSED)).encode()
    assert read_result(good, "cache::x") == stepped(PASSED)
