"""Options for what only the asker knows (floor 13): the parties, the user, what people found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any, Final, TypeVar

import click

from ..errors import MisuseError
from ..request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    Profile,
    ProvenReliability,
)

_Command = TypeVar("_Command", bound=Callable[..., Any])

_CHOICES: Final[Mapping[str, tuple[type[StrEnum], str]]] = {
    "agreement": (Agreement, "What the parties agreed about this method."),
    "counterpart": (Counterpart, "Whether the counterpart's state takes the user's signature."),
    "entity": (EntityKind, "What the holder is."),
    "use": (CertificateUse, "What it is used for here."),
    "reliability": (ProvenReliability, "What people found of the method after the fact."),
}
NAMES: Final = (*_CHOICES, "category", "nationality", "established")
_WORDS: Final = {"yes": True, "no": False}


def what_for(command: _Command) -> _Command:
    """What the credential is presented for, by whom it is relied on, and how sure it has to be."""
    return _with(
        command,
        click.option("--purpose", help="What it is presented for, in the arrangement's words."),
        click.option("--sector", help="Sector of the relying party."),
        click.option("--act", help="Kind of act, where an arrangement excludes some."),
        click.option("--relying-party", help="Who relies on it."),
        click.option(
            "--min-level", metavar="N|AXIS=N,…", help="Least assurance: 2 or proofing=2,…."
        ),
    )


def allowances(command: _Command) -> _Command:
    """What the caller lets pass, and what was used of a pilot."""
    return _with(
        command,
        click.option(
            "--profile",
            "profiles",
            multiple=True,
            type=click.Choice([profile.value for profile in Profile]),
            help="Allow a named deviation.",
        ),
        click.option(
            "--volume-used", multiple=True, metavar="NAME=N", help="Counted against a pilot."
        ),
    )


def _with(command: _Command, *options: Callable[[_Command], _Command]) -> _Command:
    for option in reversed(options):
        command = option(command)
    return command


def circumstances(command: _Command) -> _Command:
    """The options, in one block, for every command that asks whether something counts."""
    options = [click.option("--category", help="Category of transaction, in the law's words.")]
    options += [
        click.option(f"--{name}", type=click.Choice([item.value for item in kind]), help=text)
        for name, (kind, text) in _CHOICES.items()
    ]
    options += [
        click.option("--nationality", metavar="CC", help="Of the user, where a rule asks."),
        click.option(
            "--established",
            multiple=True,
            metavar="URI=yes|no",
            help="A requirement that you looked into, and whether it is met.",
        ),
    ]
    return _with(command, *options)


def read_circumstances(asked: Mapping[str, Any]) -> dict[str, Any]:
    """The options as members of a ``Request``. Raises ``MisuseError``."""
    found: dict[str, Any] = {
        name: None if asked.get(name) is None else kind(asked[name])
        for name, (kind, _) in _CHOICES.items()
    }
    nationality = asked.get("nationality")
    found["nationality"] = None if nationality is None else nationality.upper()
    found["category"] = asked.get("category")
    found["established"] = _established(asked.get("established", ()))
    return found


def _established(pairs: tuple[str, ...]) -> tuple[tuple[str, bool], ...]:
    found: dict[str, bool] = {}
    for pair in pairs:
        name, _, word = pair.rpartition("=")
        if not name or name in found or word not in _WORDS:
            raise MisuseError(f"--established {pair!r}: give URI=yes or URI=no, each once")
        found[name] = _WORDS[word]
    return tuple(sorted(found.items()))
