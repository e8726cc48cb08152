"""However a run ends, it ends with a sentence and a code of the table; never with a traceback."""

import json
import subprocess
import sys

import click
import pytest
from click.testing import CliRunner

from defa_trust import __version__
from defa_trust.cli import app
from defa_trust.codes import evidence as codes
from defa_trust.errors import MisuseError, Rejection


def run(*args, **more):
    return CliRunner().invoke(app.cli, list(args), prog_name="defa-trust", **more)


def test_version():
    result = run("--version")
    assert (result.exit_code, result.stdout) == (0, f"defa-trust {__version__}\n")


def test_the_version_is_that_of_the_package():
    import tomllib
    from pathlib import Path

    project = Path(__file__).resolve().parents[3] / "pyproject.toml"
    assert tomllib.loads(project.read_text("utf-8"))["project"]["version"] == __version__


def test_help_names_every_command():
    text = run("--help").stdout
    for name in ("verify", "inspect", "trust", "demo", "replay", "codes", "completion"):
        assert f"\n  {name} " in text


@pytest.mark.parametrize(
    "args",
    [
        ("nonsense",),
        ("verify",),
        ("verify", "x"),
        ("verify", "x", "--for"),
        ("verify", "x", "--for", "DE"),
        ("verify", "missing-file", "--for", "SG"),
        ("--nonsense",),
        ("completion", "tcsh"),
        ("verify", ".", "--for", "SG"),
        ("verify", "x", "--for", "SG", "--holder-binding", "maybe"),
        ("inspect", "missing-file"),
    ],
)
def test_misuse_is_2_with_a_sentence_and_json_where_asked(args):
    plain = run(*args)
    assert plain.exit_code == 2
    assert plain.stdout == ""
    assert "Error" in plain.stderr
    assert "Traceback" not in plain.output
    as_json = run(*args, "--json")
    assert as_json.exit_code == 2
    assert json.loads(as_json.stdout)["error"]["code"] == "misuse"


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        (MisuseError("do this instead"), "do this instead"),
        (Rejection(codes.MALFORMED, actual="x"), "evidence.malformed"),
        (OSError(28, "No space left on device", "file"), "No space left on device"),
        (ValueError("secret claim"), "internal error (ValueError)"),
        (RecursionError("secret claim"), "internal error (RecursionError)"),
    ],
)
def test_every_fault_becomes_a_sentence(fault, said, monkeypatch):
    monkeypatch.delenv("DEFA_TRUST_DEBUG", raising=False)

    @click.command()
    def failing():
        raise fault

    monkeypatch.setattr(app.LazyGroup, "get_command", lambda *_: failing)
    result = run("verify")
    assert result.exit_code == 2
    assert said in result.stderr
    assert "secret claim" not in result.output


def test_a_developer_may_ask_for_the_traceback(monkeypatch):
    @click.command()
    def failing():
        raise ValueError("ours")

    monkeypatch.setenv("DEFA_TRUST_DEBUG", "1")
    monkeypatch.setattr(app.LazyGroup, "get_command", lambda *_: failing)
    assert isinstance(run("verify").exception, ValueError)


def test_an_interrupt_is_130(monkeypatch):
    @click.command()
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr(app.LazyGroup, "get_command", lambda *_: interrupted)
    assert run("verify").exit_code == 130


def test_a_message_cannot_drive_the_terminal():
    result = run("verify", "\x1b[2J", "--for", "SG")
    assert result.exit_code == 2
    assert "\x1b" not in result.output


def test_help_loads_none_of_the_commands():
    probe = (
        "import sys\nfrom defa_trust.cli.app import cli\n"
        "try:\n    cli(['--help'])\nexcept SystemExit: pass\n"
        "heavy = ('jsonschema', 'jwt', 'cryptography', 'zxingcpp', 'PIL')\n"
        "print([name for name in heavy if name in sys.modules], file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-c", probe], capture_output=True, text=True, check=True)
    assert done.stderr.strip() == "[]"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts(shell):
    result = run("completion", shell)
    assert result.exit_code == 0
    assert "_DEFA_TRUST_COMPLETE" in result.stdout


def test_completion_completes():
    result = CliRunner().invoke(
        app.cli,
        [],
        prog_name="defa-trust",
        env={
            "_DEFA_TRUST_COMPLETE": "bash_complete",
            "COMP_WORDS": "defa-trust ver",
            "COMP_CWORD": "1",
        },
    )
    assert "plain,verify" in result.stdout


def test_the_module_runs_like_the_program():
    done = subprocess.run(
        [sys.executable, "-m", "defa_trust", "--version"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == f"defa-trust {__version__}\n"
