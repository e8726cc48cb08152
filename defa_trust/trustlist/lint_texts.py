"""Lint rules of texts: placeholders, forbidden characters, normal form, English (floor 5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final
from unicodedata import category, is_normalized, name

from ..codes import listing as codes
from .lint_model import Fault, Severity, Subject, mapping, rule, step

PLACEHOLDER: Final = "REPLACE-ME"
"""What `trust new` writes where only the operator knows; in addresses in lower case."""

_JOINERS: Final = "\u200c\u200d"
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


def strings(value: Any, path: str, *, keys: bool = False) -> Iterator[tuple[str, str]]:
    """(path, text) of every string; certificates and key identifiers only where asked for."""
    if type(value) is str:
        yield path, value
    elif type(value) is list:
        for number, entry in enumerate(value):
            yield from strings(entry, f"{path}[{number}]", keys=keys)
    elif type(value) is dict:
        for member, content in value.items():
            if keys or member not in ("X509Certificates", "X509SKIs"):
                yield from strings(content, step(path, member), keys=keys)


@rule(
    "text.placeholder",
    "DEFA profile, skeletons",
    Severity.ERROR,
    "Has every placeholder of the skeleton been replaced?",
)
def placeholders(subject: Subject) -> Iterator[Fault]:
    for path, text in strings(subject.document, "$", keys=True):
        if PLACEHOLDER in text.upper():
            what = text.removeprefix(f"{PLACEHOLDER}: ")[:120]
            yield Fault(path, f"A placeholder is still to be replaced: {what}.")


@rule(
    "text.forbidden_character",
    "TS 119 602, 6.1",
    Severity.ERROR,
    "Are all texts free of control, format, private-use and tag characters, marks of byte order, "
    "and mark-up?",
)
def forbidden_characters(subject: Subject) -> Iterator[Fault]:
    for path, text in strings(subject.document, "$"):
        if text.isascii() and text.isprintable() and "<" not in text and ">" not in text:
            continue
        for place, character in enumerate(text):
            kind = category(character)
            if character in "<>":
                yield Fault(path, f"Mark-up ({character}) at character {place + 1}.")
                break
            if kind in _FORBIDDEN and character not in _JOINERS:
                title = name(character, "") or {"Cc": "a control character"}.get(kind, kind)
                yield Fault(path, f"U+{ord(character):04X} ({title}) at character {place + 1}.")
                break


@rule(
    "text.normal_form",
    "TS 119 602, 6.1; UAX #15",
    Severity.ERROR,
    "Is every text in Unicode's normal form C?",
)
def normal_form(subject: Subject) -> Iterator[Fault]:
    for path, text in strings(subject.document, "$"):
        if not text.isascii() and not is_normalized("NFC", text):
            yield Fault(path, "The text is not in normal form C; two spellings look alike.")


def _pairs(value: Any, path: str) -> Iterator[tuple[str, list[Any]]]:
    """Every array of {lang, value} or {lang, uriValue}, with its path."""
    if type(value) is list:
        if value and all("lang" in mapping(entry) and len(entry) == 2 for entry in value):
            yield path, value
        for number, entry in enumerate(value):
            yield from _pairs(entry, f"{path}[{number}]")
    elif type(value) is dict:
        for member, content in value.items():
            yield from _pairs(content, step(path, member))


@rule(
    "text.english_in_latin",
    codes.TEXT_SCRIPT.citation,
    Severity.ERROR,
    "Are the letters of every English text Latin, so that no other script imitates a name?",
)
def english_in_latin(subject: Subject) -> Iterator[Fault]:
    for path, pairs in _pairs(subject.document, "$"):
        for number, entry in enumerate(pairs):
            lang, text = entry.get("lang"), entry.get("value")
            if type(lang) is not str or type(text) is not str or text.isascii():
                continue
            if lang != "en" and not lang.startswith("en-"):
                continue
            for place, character in enumerate(text):
                if (
                    category(character)[0] in "LMN"
                    and not character.isascii()
                    and not name(character, "").startswith("LATIN ")
                ) or character in _JOINERS:
                    title = name(character, "a letter of another script")
                    yield Fault(f"{path}[{number}].value", f"{title} at character {place + 1}.")
                    break


@rule(
    "text.english_missing",
    "TS 119 602, 6.1.4",
    Severity.ERROR,
    "Is every text and address given in English too?",
)
def english_missing(subject: Subject) -> Iterator[Fault]:
    for path, pairs in _pairs(subject.document, "$"):
        if all(entry.get("lang") != "en" for entry in pairs):
            yield Fault(path, 'There is no entry whose lang is "en".')


@rule(
    "text.language_twice",
    "TS 119 602, 6.1.4",
    Severity.ERROR,
    "Is each language there once for a text?",
)
def language_twice(subject: Subject) -> Iterator[Fault]:
    for path, pairs in _pairs(subject.document, "$"):
        seen: set[Any] = set()
        for number, entry in enumerate(pairs):
            lang = entry.get("lang")
            if "value" in entry and type(lang) is str:
                if lang in seen:
                    yield Fault(f"{path}[{number}]", f"{lang!r} is there twice.")
                seen.add(lang)
