"""The commands of the README and of pages like it are run, and what they print is the real output.

``python -m tests.test_readme`` writes the real output into the pages.
"""

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

ROOT = Path(__file__).resolve().parents[1]
README = ROOT / "README.md"
PAGES = (README, ROOT / "docs" / "signatures.md")
BLOCK = re.compile(r"^```(python|console)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks(language, page=README):
    return [body for kind, body in BLOCK.findall(page.read_text("utf-8")) if kind == language]


def commands(body):
    """(command, expected output) of a console block; `# exit N` after a command is checked."""
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        line, _, output = part.partition("\n")
        command, _, code = line.partition("  # exit ")
        yield command.strip(), int(code or 0), output


def run(command):
    from defa_trust.cli.app import cli

    arguments = shlex.split(command)
    stdin = None
    if "<" in arguments:
        place = arguments.index("<")
        stdin = Path(arguments[place + 1]).read_bytes()
        del arguments[place : place + 2]
    assert arguments[0] == "defa-trust", f"{command!r} is no command a test may run"
    result = CliRunner().invoke(cli, arguments[1:], prog_name="defa-trust", input=stdin)
    return result.exit_code, result.stdout + result.stderr


def console(folder, page):
    """Every command of every block, in order, in one folder: they build on each other."""
    before = Path.cwd()
    os.chdir(folder)
    try:
        for body in blocks("console", page):
            for command, code, expected in commands(body):
                yield command, code, expected, *run(command)
    finally:
        os.chdir(before)


def fits(expected, actual):
    """Equal, but for a line `…` in the page, which stands for any lines."""
    pattern = "".join(
        r"(?:.*\n)*?" if line == "…\n" else re.escape(line)
        for line in expected.splitlines(keepends=True)
    )
    return re.fullmatch(pattern, actual) is not None


@pytest.fixture(autouse=True)
def alone(monkeypatch, tmp_path):
    monkeypatch.setenv("NO_COLOR", "1")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    monkeypatch.delenv("DEFA_TRUST_DIR", raising=False)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_prints_what_the_page_shows(tmp_path, page):
    seen = []
    for command, code, expected, found, output in console(tmp_path, page):
        assert found == code, f"{command}: {output}"
        assert fits(expected, output), f"{command}:\n{output}"
        seen.append(command)
    assert len(seen) >= 5


def test_the_library_example_runs_as_it_stands(tmp_path):
    from defa_trust.demo.region import write_region

    write_region(tmp_path / "region")
    (example,) = blocks("python")
    assert len([line for line in example.splitlines() if line.strip()]) <= 10
    done = subprocess.run(
        [sys.executable, "-c", example],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(README.parent)},
    )
    assert done.returncode == 0, done.stderr
    assert "TOTAL-PASSED" in done.stdout


@pytest.mark.parametrize("page", [README, *sorted(ROOT.glob("docs/*.md"))], ids=lambda p: p.name)
def test_every_link_leads_somewhere(page):
    for target in re.findall(r"\]\(([^)#]+)\)", page.read_text("utf-8")):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_an_ellipsis_stands_for_lines_only():
    assert fits("a\n…\nd\n", "a\nb\nc\nd\n")
    assert fits("a\nd\n", "a\nd\n")
    assert not fits("a\n…\nd\n", "a\nb\nc\n")


def rewrite(page):
    import tempfile

    os.environ["NO_COLOR"] = "1"
    text = page.read_text("utf-8")
    with tempfile.TemporaryDirectory() as folder:
        for command, code, expected, found, output in console(folder, page):
            if fits(expected, output) and code == found:
                continue
            line = f"$ {command}" + (f"  # exit {code}" if code else "")
            fresh = f"$ {command}" + (f"  # exit {found}" if found else "")
            text = text.replace(f"{line}\n{expected}", f"{fresh}\n{output}", 1)
    page.write_text(text, "utf-8")


if __name__ == "__main__":
    for each in PAGES:
        rewrite(each)
