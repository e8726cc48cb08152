"""The mutation run over the vectors: its draw, its rules, and a handful of changes put to them.

The whole run is ``make mutants``; it takes minutes.
"""

import json
from functools import cache

import pytest

from defa_trust.conformance.run import default_vectors, load

from . import vectors as run
from .changes import BESIDE, MISTAKES, Change, changed, changes_of

REASONS = json.loads(run.REASONS.read_text("utf-8"))


@pytest.fixture(scope="module")
def jose():
    run.import_everything()
    return load(default_vectors(), groups=["jose"])


@cache
def whole():
    return run.drawn()


def every():
    return [change for changes in whole().values() for change in changes]


def test_there_are_three_hundred_and_the_draw_is_always_the_same():
    names = [change.name for change in every()]
    assert len(names) >= 300
    assert names == [change.name for changes in run.drawn().values() for change in changes]
    assert len(set(names)) == len(names)


def test_a_share_is_the_beginning_of_the_whole():
    for area, changes in run.drawn(0.1).items():
        assert changes == whole()[area][: len(changes)]


def test_a_change_elsewhere_moves_nothing(tmp_path):
    path = tmp_path / "m.py"
    body = "def f(a, b):\n    if a < b:\n        raise ValueError\n    return a\n"
    path.write_text(body)
    before = {change.name: change.order(run.SEED) for change in changes_of("m", path)}
    path.write_text("def g():\n    return not 1\n\n\n" + body)
    after = {change.name: change.order(run.SEED) for change in changes_of("m", path)}
    assert before.items() <= after.items()
    assert before


@pytest.mark.parametrize("name", MISTAKES)
def test_what_refuses_a_caller_is_not_drawn(tmp_path, name):
    path = tmp_path / "m.py"
    path.write_text(
        f"def f(a):\n    if a < 1 and not a:\n        raise {name}('no')\n    return a\n"
    )
    assert changes_of("m", path) == []
    path.write_text(path.read_text().replace(name, "Rejection"))
    assert {change.kind for change in changes_of("m", path)} >= {"check skipped", "edge moved"}


def test_words_for_a_person_are_not_drawn(tmp_path):
    path = tmp_path / "m.py"
    path.write_text("def f(a):\n    raise Rejection(a or 1, b or 2, actual=c or 3)\n")
    assert {change.text for change in changes_of("m", path)} == {
        "a or 1",
        "raise Rejection(a or 1, b or 2, actual=c or 3)",
    }


def test_every_function_set_aside_exists_and_says_why():
    for name, reason in BESIDE.items():
        module, _, function = name.partition(":")
        text = run.path_of(module).read_text("utf-8")
        assert f"def {function.rpartition('.')[2]}(" in text, name
        assert len(reason) > 10


def test_every_reason_is_of_a_change_that_is_drawn_and_says_why():
    drawn = {change.name for change in every()}
    assert set(REASONS) <= drawn
    assert all(len(reason) > 30 for reason in REASONS.values())
    assert len(REASONS) < 0.2 * len(drawn)


def test_complaints_are_strict():
    one, two = (Change("m", "f", 1, "check skipped", text, 0, 0) for text in ("a", "b"))
    rows = [("x", one, None), ("x", two, ("jose::y", "failed"))]
    assert run.complaints(rows, {}) == [f"no vector notices: {one.name}"]
    assert run.complaints(rows, {one.name: "why"}) == []
    assert run.complaints(rows, {one.name: "why", two.name: "why"}) == [
        f"noticed after all: {two.name}"
    ]
    assert run.complaints(rows, {one.name: "why", "gone": "why"}) == ["not drawn any more: gone"]


def test_a_change_is_one_function_and_nothing_else():
    change = every()[0]
    new, old = changed(change, run.path_of(change.module))
    assert new.co_code != old.co_code or new.co_consts != old.co_consts
    assert new.co_qualname == old.co_qualname == change.function.replace(".<locals>", "")


def test_some_changes_put_to_some_vectors(jose):
    """Some that the group `jose` notices; the unchanged verifier passes it."""
    assert run.in_child(lambda: run.noticed(jose, range(len(jose)))) is None
    reach = run.in_child(lambda: run.reached(jose))
    found = [run.fate(change, jose, reach) for change in whole()["resolve"][:3]]
    assert any(found)
