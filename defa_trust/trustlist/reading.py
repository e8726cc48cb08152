"""Typed reading of a decoded list, one member at a time (floor 5).

Every function takes a decoded JSON value and its path, and returns a value of the model or raises
a ``Rejection`` that names the path. Nothing is repaired and nothing is skipped.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple, TypeVar
from unicodedata import category, is_normalized, name

from ..codes import listing as codes
from ..errors import Rejection
from ..spec import ISSUING_STATES, MEMBER_STATES

_T = TypeVar("_T")

MAX_TEXT: Final = 1024
"""Ours, in characters: the longest name in the public lists is under 300."""
MAX_URI: Final = 2048
MAX_DEPTH: Final = 32
"""Ours: a list of this profile is at most 14 levels deep."""
MAX_ITEMS: Final = 100_000
"""Ours: entries of any one array; the largest public list has about 4,000 services."""

_STATES: Final = frozenset(MEMBER_STATES)
_ISSUING: Final = frozenset(ISSUING_STATES)
_TIME: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
_TERRITORY: Final = re.compile(r"[A-Z]{2}")
URI_FORM: Final = r"[A-Za-z][A-Za-z0-9+.-]*:[!#$%&'()*+,./0-9:;=?@A-Z_a-z~\[\]-]+"
_URI: Final = re.compile(URI_FORM)
_HTTPS: Final = re.compile(
    r"https://[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]{1,5})?"
    r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-F]{2})*)?"
)
TOKEN_FORM: Final = r"[A-Za-z0-9][A-Za-z0-9._:+/#@-]*"
_TOKEN: Final = re.compile(TOKEN_FORM)
_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
# Joiners belong to the spelling of Khmer, Burmese and other scripts; no other format character may.
_JOINERS: Final = "\u200c\u200d"
_FORBIDDEN: Final = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})


class Text(NamedTuple):
    """A multilingual text, reduced to what is shown: its English form and all languages."""

    english: str
    by_language: Mapping[str, str]


def is_forbidden(character: str) -> bool:
    """Whether no text holds this character, whatever its language (TS 119 602, 6.1).

    Angle brackets, which may not stand in a text either, are none of these.
    """
    return category(character) in _FORBIDDEN and character not in _JOINERS


def value_fault(where: str, expected: str) -> Rejection:
    return Rejection(codes.MEMBER_VALUE, where=where, expected=expected)


def members(
    value: Any, where: str, required: frozenset[str], optional: frozenset[str] = frozenset()
) -> dict[str, Any]:
    """An object with all ``required`` members and no other than ``optional`` ones."""
    if type(value) is not dict:
        raise value_fault(where, "an object")
    if value.keys() != required:
        for member in value:
            if member not in required and member not in optional:
                # The name is the input's: only its length is told if it is no plain token.
                shown = member if _TOKEN.fullmatch(member) and len(member) < 64 else "unprintable"
                raise Rejection(codes.MEMBER_UNKNOWN, where=where, actual=f"{where}: {shown}")
        for member in sorted(required - value.keys()):
            raise Rejection(codes.MEMBER_MISSING, where=where, expected=member, actual=where)
    return value


def array(value: Any, where: str, *, least: int = 1, most: int = MAX_ITEMS) -> list[Any]:
    if type(value) is not list:
        raise value_fault(where, "an array")
    if len(value) < least:
        raise value_fault(where, f"an array of at least {least}")
    if len(value) > most:
        raise Rejection(codes.TOO_MANY, where=where, expected=f"{most} entries", actual=where)
    return value


def each(
    value: Any, where: str, read: Callable[[Any, str], _T], *, least: int = 1, most: int = MAX_ITEMS
) -> tuple[_T, ...]:
    """Every entry of an array, each read by ``read``."""
    entries = array(value, where, least=least, most=most)
    return tuple(read(entry, f"{where}[{number}]") for number, entry in enumerate(entries))


def integer(value: Any, where: str, least: int, most: int = (1 << 53) - 1) -> int:
    if type(value) is not int or not least <= value <= most:
        raise value_fault(where, f"an integer from {least} to {most}")
    return value


def boolean(value: Any, where: str) -> bool:
    if type(value) is not bool:
        raise value_fault(where, "true or false")
    return value


def text(value: Any, where: str, most: int = MAX_TEXT) -> str:
    """A string without forbidden characters, in normal form C (TS 119 602, 6.1)."""
    if type(value) is not str or not 0 < len(value) <= most:
        raise value_fault(where, f"a text of 1 to {most} characters")
    if "<" in value or ">" in value:
        raise Rejection(codes.TEXT_FORBIDDEN, where=where)
    if value.isascii():
        if not value.isprintable():
            raise Rejection(codes.TEXT_FORBIDDEN, where=where)
    else:
        for character in value:
            if is_forbidden(character):
                raise Rejection(codes.TEXT_FORBIDDEN, where=where)
        if not is_normalized("NFC", value):
            raise Rejection(codes.TEXT_NOT_NORMAL, where=where)
    if value != value.strip():
        raise value_fault(where, "without white space at its ends")
    return value


def english(value: Any, where: str, most: int = MAX_TEXT) -> str:
    """A text whose letters and digits are all Latin: no other script may imitate a name."""
    found = text(value, where, most)
    if not found.isascii():
        for character in found:
            if character in _JOINERS or (
                not character.isascii()
                and category(character)[0] in "LMN"
                and not name(character, "").startswith("LATIN ")
            ):
                raise Rejection(codes.TEXT_SCRIPT, where=where)
    return found


def language(value: Any, where: str) -> str:
    if type(value) is not str or len(value) > 35 or _LANGUAGE.fullmatch(value) is None:
        raise value_fault(where, "a language tag in lower case (BCP 47)")
    return value


_LANG_VALUE: Final = frozenset({"lang", "value"})
_LANG_URI: Final = frozenset({"lang", "uriValue"})


def in_language(value: Any, where: str) -> tuple[str, str]:
    """One {lang, value}; English texts are in Latin letters."""
    pair = members(value, where, _LANG_VALUE)
    lang = language(pair["lang"], f"{where}.lang")
    read = english if lang == "en" or lang.startswith("en-") else text
    return lang, read(pair["value"], f"{where}.value")


def multilingual(value: Any, where: str) -> Text:
    """[{lang, value}, …] with English and no language twice (TS 119 602, 6.1.4)."""
    found: dict[str, str] = {}
    for lang, wording in each(value, where, in_language, most=64):
        if lang in found:
            raise Rejection(codes.DUPLICATE, where=where, actual=f"{where}: {lang} twice")
        found[lang] = wording
    if "en" not in found:
        raise Rejection(codes.TEXT_ENGLISH, where=where)
    return Text(found["en"], found)


def uri_in_language(value: Any, where: str) -> tuple[str, str]:
    pair = members(value, where, _LANG_URI)
    return language(pair["lang"], f"{where}.lang"), uri(pair["uriValue"], f"{where}.uriValue")


def multilingual_uris(value: Any, where: str) -> tuple[str, ...]:
    """[{lang, uriValue}, …] with an English one (TS 119 602, 6.1.4); the URIs."""
    found = each(value, where, uri_in_language, most=64)
    if all(lang != "en" for lang, _ in found):
        raise Rejection(codes.TEXT_ENGLISH, where=where)
    return tuple(address for _, address in found)


def uri(value: Any, where: str) -> str:
    """An absolute URI in RFC 3986's characters."""
    if type(value) is not str or len(value) > MAX_URI or _URI.fullmatch(value) is None:
        raise value_fault(where, "an absolute URI")
    return value


def https(value: Any, where: str) -> str:
    """An https address without user, query or fragment (TS 119 612, 5.3.13: no query string)."""
    if type(value) is not str or len(value) > MAX_URI or _HTTPS.fullmatch(value) is None:
        raise value_fault(where, "an https address without user, query and fragment")
    return value


def token(value: Any, where: str) -> str:
    """An identifier or URI: visible ASCII, no white space."""
    if type(value) is not str or len(value) > MAX_URI or _TOKEN.fullmatch(value) is None:
        raise value_fault(where, "an identifier")
    return value


def one_of(value: Any, where: str, choices: frozenset[str]) -> str:
    if type(value) is not str or value not in choices:
        raise value_fault(where, "one of " + ", ".join(sorted(choices)))
    return value


def digest(value: Any, where: str) -> str:
    if type(value) is not str or _DIGEST.fullmatch(value) is None:
        raise value_fault(where, "a SHA-256 in lower-case hexadecimal")
    return value


def territory(value: Any, where: str) -> str:
    """Two capital letters (TS 119 602, 6.1.5); the JSON schema allows no longer name."""
    if type(value) is not str or _TERRITORY.fullmatch(value) is None:
        raise value_fault(where, "a territory of two capital letters")
    return value


def issuing_state(value: Any, where: str) -> str:
    """ISO 3166-1 alpha-2 of a member state, or of a partner whose trusted list is read."""
    if territory(value, where) not in _ISSUING:
        raise Rejection(codes.TERRITORY_UNKNOWN, where=where, actual=value)
    return str(value)


def member_state(value: Any, where: str) -> str:
    """ISO 3166-1 alpha-2 of one of the eleven."""
    if territory(value, where) not in _STATES:
        raise Rejection(codes.TERRITORY_UNKNOWN, where=where, actual=value)
    return str(value)


@lru_cache(maxsize=4096)
def _seconds(value: str) -> int | None:
    if _TIME.fullmatch(value) is None:
        return None
    try:
        # A leap second is refused here: Unix time cannot tell it from the next one.
        since = datetime.fromisoformat(value) - _EPOCH
    except ValueError:
        return None
    return since.days * 86_400 + since.seconds


def time(value: Any, where: str) -> int:
    """`YYYY-MM-DDThh:mm:ssZ`, no fraction (TS 119 602, 6.1.3), in Unix seconds."""
    seconds = _seconds(value) if type(value) is str and len(value) == 20 else None
    if seconds is None:
        raise Rejection(codes.TIME_FORM, where=where)
    return seconds


# --- extensions ----------------------------------------------------------------------------------
def extensions(value: Any, where: str, known: frozenset[str]) -> dict[str, tuple[Any, str, bool]]:
    """Name to (value, path, critical) of the extensions that ``known`` names.

    Each entry is `{"Critical": bool, "<Name>": …}`: TS 119 602 wants criticality (6.3.17, 6.6.9)
    but its JSON binding names no member for it. An unknown critical extension refuses the list; an
    unknown one that is not critical is passed over.
    """
    found: dict[str, tuple[Any, str, bool]] = {}
    names: set[str] = set()
    for number, entry in enumerate(array(value, where, most=64)):
        path = f"{where}[{number}]"
        if type(entry) is not dict or len(entry) != 2 or type(entry.get("Critical")) is not bool:
            raise Rejection(codes.EXTENSION_FORM, where=path)
        (title,) = entry.keys() - {"Critical"}
        if len(title) > 128 or _TOKEN.fullmatch(title) is None:
            raise Rejection(codes.EXTENSION_FORM, where=path)
        if title in names:
            raise Rejection(codes.EXTENSION_TWICE, where=path, actual=title)
        names.add(title)
        critical = entry["Critical"]
        if title in known:
            found[title] = (entry[title], f"{path}.{title}", critical)
        elif critical:
            raise Rejection(codes.EXTENSION_CRITICAL, where=path, actual=title)
    return found
