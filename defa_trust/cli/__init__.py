"""The command line (floor 13): faces only, every decision is made below."""

from __future__ import annotations


def main() -> None:
    """Entry point of ``defa-trust``; ends the process with one of ``verdict.ExitCode``."""
    from .app import cli

    cli(prog_name="defa-trust")


__all__ = ["main"]
