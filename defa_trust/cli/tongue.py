"""`--lang`, and DEFA_TRUST_LANG (floor 13): in which language a person is answered."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any, TypeVar

import click

from ..errors import MisuseError
from ..language import ENGLISH, Language, language

_Command = TypeVar("_Command", bound=Callable[..., Any])


def lang_option(command: _Command) -> _Command:
    return click.option(
        "--lang", metavar="LANG", help="Language of the texts: en or id. Default: $DEFA_TRUST_LANG."
    )(command)


def chosen(lang: str | None) -> Language:
    """The option's language, else that of the environment, else English.

    An unknown one in the option is the asker's fault and raises ``MisuseError``; one in the
    environment may be meant for another program, and is passed over.
    """
    if lang is not None:
        return language(lang)
    try:
        return language(os.environ.get("DEFA_TRUST_LANG") or "en")
    except MisuseError:
        return ENGLISH
