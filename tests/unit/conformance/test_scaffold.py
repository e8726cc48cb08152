"""A scaffolded vector runs as it stands, in every group."""

import importlib
import sys

import pytest
from click.testing import CliRunner

from defa_trust.cli.conformance import conformance_group
from defa_trust.conformance import generate, scaffold, vectors
from defa_trust.conformance.harness import answer
from defa_trust.conformance.registry import _REGISTER, GROUPS, definitions
from defa_trust.conformance.run import Mark, score
from defa_trust.errors import MisuseError


@pytest.fixture
def made(tmp_path, monkeypatch):
    """Writes a scaffold where the register finds it; forgets its vectors afterwards."""
    definitions()
    before = dict(_REGISTER)
    monkeypatch.setattr(vectors, "__path__", [*vectors.__path__, str(tmp_path)])
    names = []

    def write(group, name):
        path = scaffold.write(group, name, tmp_path)
        names.append(f"{vectors.__name__}.{path.stem}")
        importlib.invalidate_caches()
        importlib.import_module(names[-1])
        return path

    yield write
    _REGISTER.clear()
    _REGISTER.update(before)
    for name in names:
        sys.modules.pop(name, None)


def test_there_is_an_example_for_every_group():
    assert set(scaffold.PATTERNS) == set(GROUPS)


@pytest.mark.parametrize("group", GROUPS)
def test_both_halves_are_met_as_they_stand(made, group):
    made(group, "of_a_test")
    good, bad = (_REGISTER[f"{group}::of_a_test{tail}"] for tail in ("_good", ""))
    assert bad.twin == good.id
    for definition, kind in ((good, ("positive",)), (bad, ("negative", "indeterminate"))):
        vector = generate.entry(definition, definition.make())
        assert generate.kind(vector) in kind
        assert score(vector, answer(vector), 3).mark is Mark.PASSED


def test_a_file_is_never_written_over(made):
    path = made("jose", "of_a_test")
    path.write_text("mine")
    with pytest.raises(MisuseError, match="already"):
        scaffold.write("jose", "of_a_test", path.parent)
    assert path.read_text() == "mine"


@pytest.mark.parametrize(
    ("group", "name"),
    [("nonsense", "x"), ("jose", "X"), ("jose", "../x"), ("jose", "x__y"), ("jose", ""),
     ("jose", "x" * 61), ("jose", "es256")],
)  # fmt: skip
def test_names_that_cannot_be(group, name, tmp_path):
    with pytest.raises(MisuseError):
        scaffold.write(group, name, tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_the_command_says_where_it_is(tmp_path):
    asked = ["new", "jose", "of_a_test", "--dir", str(tmp_path)]
    done = CliRunner().invoke(conformance_group, asked)
    assert done.exit_code == 0
    assert (tmp_path / "jose_of_a_test.py").is_file()
    assert "jose_of_a_test.py" in done.output
    assert CliRunner().invoke(conformance_group, asked).exit_code == 2
