"""What codes, rules and remedies say in other languages than English (floor 1).

A language is one data file, `languages/<code>.json`; English stands beside the codes themselves. A
text that a file lacks falls back to English, so that nothing is ever silent. Texts are for people:
nothing parses them, and no answer depends on them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

from .errors import MisuseError
from .finding import Code, Finding

_NONE: Final[Mapping[str, str]] = MappingProxyType({})


class Language(NamedTuple):
    """Texts of one language. ``codes`` and ``remedies`` are by code, ``questions`` by rule,
    ``words`` by the English they stand for."""

    code: str
    name: str
    codes: Mapping[str, str] = _NONE
    remedies: Mapping[str, str] = _NONE
    questions: Mapping[str, str] = _NONE
    words: Mapping[str, str] = _NONE

    def sentence(self, finding: Finding) -> str:
        """The finding's sentence with both sides filled in."""
        return finding.said(self.meaning(finding.code), self.word("nothing"))

    def meaning(self, code: Code) -> str:
        """The code's sentence, its two sides still open."""
        return self.codes.get(code.id, code.text)

    def question(self, rule: str, english: str) -> str:
        return self.questions.get(rule, english)

    def remedy(self, code: Code, english: str) -> str:
        return self.remedies.get(code.id, english)

    def word(self, english: str) -> str:
        """A word or phrase of the program itself."""
        return self.words.get(english, english)


ENGLISH: Final = Language("en", "English")


def languages() -> tuple[str, ...]:
    """Codes of the languages that are here, English first."""
    folder = files("defa_trust") / "languages"
    names = (entry.name for entry in folder.iterdir())
    return ("en", *sorted(name[:-5] for name in names if name.endswith(".json")))


@cache
def language(code: str) -> Language:
    """The language called ``code`` (BCP 47; what follows the first part is not looked at).

    Raises ``MisuseError`` for one that is not here.
    """
    primary = code.replace("_", "-").partition("-")[0].lower()
    if primary == "en":
        return ENGLISH
    known = languages()
    if primary not in known:
        raise MisuseError(f"no texts in {code!r}; there are: {', '.join(known)}")
    path = files("defa_trust") / "languages" / f"{primary}.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    return Language(
        primary,
        document["name"],
        *(MappingProxyType(document[part]) for part in ("codes", "remedies", "questions", "words")),
    )
