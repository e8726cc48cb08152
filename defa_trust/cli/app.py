"""The root command: what exists, and how a run ends (floor 13).

Commands are imported when they are run, so that ``--help`` and completion are quick. However a run
ends, it ends with a code of ``verdict.ExitCode`` and a sentence, never with a traceback.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, Final, NoReturn

import click

from ..errors import MisuseError, Rejection
from ..verdict import ExitCode

_INTERRUPTED: Final = 130
"""128 + SIGINT, as shells report it."""


class LazyGroup(click.Group):
    """A group whose commands live in modules that are imported at their first use.

    ``table`` maps a command's name to (module of this package, attribute, one line of help).
    """

    def __init__(
        self, *args: Any, table: dict[str, tuple[str, str, str]] | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._table = table or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return [*self._table, *super().list_commands(ctx)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = self._table.get(cmd_name)
        if entry is None:
            return super().get_command(ctx, cmd_name)
        try:
            module = import_module(f"{__package__}.{entry[0]}")
        except ModuleNotFoundError as missing:
            raise MisuseError(f"`{cmd_name}` is not installed: {missing.name} is missing") from None
        command = getattr(module, entry[1])
        assert isinstance(command, click.Command)
        return command

    def format_commands(
        self,
        ctx: click.Context,  # noqa: ARG002 - click's signature
        formatter: click.HelpFormatter,
    ) -> None:
        """The table of commands without importing one of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry[2]) for name, entry in self._table.items()])


class RootGroup(LazyGroup):
    """The root: turns every way a run can fail into a sentence and an exit code."""

    def main(  # type: ignore[override]  # always ends the process
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        **extra: Any,
    ) -> NoReturn:
        arguments = list(sys.argv[1:] if args is None else args)
        extra.pop("standalone_mode", None)
        as_json = "--json" in arguments
        try:
            code = super().main(arguments, prog_name, complete_var, standalone_mode=False, **extra)
        except click.UsageError as fault:
            if not as_json:
                fault.show()
            _fail(fault.format_message(), as_json, shown=not as_json)
        except click.Abort:
            click.echo("Aborted.", err=True)
            sys.exit(_INTERRUPTED)
        except click.ClickException as fault:
            _fail(fault.format_message(), as_json)
        except MisuseError as fault:
            _fail(str(fault), as_json)
        except Rejection as refusal:
            _fail(str(refusal), as_json)
        except OSError as fault:
            _fail(f"{fault.filename or 'a file'}: {fault.strerror or 'cannot be used'}", as_json)
        except Exception as bug:
            # Our own bug. The text of a foreign exception may quote the input, so only its type is
            # told; a developer who asks for it gets everything.
            if os.environ.get("DEFA_TRUST_DEBUG"):
                raise
            _fail(
                f"internal error ({type(bug).__name__}); please report it. "
                "DEFA_TRUST_DEBUG=1 shows where it happened.",
                as_json,
            )
        sys.exit(code if isinstance(code, int) else 0)


def _fail(message: str, as_json: bool, *, shown: bool = False) -> NoReturn:
    from .render import printable

    if as_json:
        click.echo(json.dumps({"error": {"code": "misuse", "message": message}}))
    elif not shown:
        click.echo(f"Error: {printable(message, limit=2000)}", err=True)
    sys.exit(ExitCode.MISUSE.value)


def _version(ctx: click.Context, _param: click.Parameter, wanted: bool) -> None:
    if wanted and not ctx.resilient_parsing:
        from .. import __version__

        click.echo(f"defa-trust {__version__}")
        ctx.exit()


_EPILOG = """\
Exit codes: 0 passed and recognised; 1 failed or not recognised; 2 misuse; 3 could not be
established; 4 pilot corridor only. This tool supports a legal judgement; it replaces none.
"""


@click.group(
    cls=RootGroup,
    epilog=_EPILOG,
    context_settings={"help_option_names": ["-h", "--help"]},
    table={
        "verify": ("verify", "verify", "Judge a credential or signed file: valid? counts here?"),
        "sign": ("sign", "sign", "Sign a document, for tests and sandboxes."),
        "present": ("present", "present", "Ask a wallet for credentials, judge its response."),
        "inspect": ("inspect", "inspect", "Show what some bytes claim. Nothing is verified."),
        "trust": ("trust", "trust", "Pin list signers, add lists, show what is trusted."),
        "recognise": ("recognise", "recognise", "Who recognises whom, why, and what is missing."),
        "states": ("states", "states", "What is publicly known of each state's scheme."),
        "demo": ("demo", "demo", "Build and run the test region of eleven states."),
        "replay": ("verify", "replay", "Judge again from an evidence file, and compare."),
        "codes": ("inspect", "codes", "List every code a verdict may carry."),
        "conformance": ("conformance", "conformance_group", "Run the conformance vectors."),
        "completion": ("inspect", "completion", "Print the completion script of your shell."),
    },
)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_version,
    help="Print the version and exit.",
)
def cli() -> None:
    """Verify digital IDs and electronic signatures across ASEAN's member states.

    Two answers, never one: whether the object is valid, and whether the receiving state recognises
    it, each with its reason.
    """
