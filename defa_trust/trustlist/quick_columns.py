"""Services judged by columns: all names together, all times, all identities (floor 5).

Part of ``quick``, and under its law: whatever is not understood here is handed back, unread. What
is judged as one text is joined with line feeds, which no string of a plain text can hold (control
characters are escaped, and there are no escapes).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, compress, groupby, repeat
from operator import attrgetter, itemgetter
from typing import Any, Final, NamedTuple, TypeVar
from unicodedata import is_normalized

from msgspec import UNSET, Raw, to_builtins
from msgspec.json import Decoder, Encoder
from msgspec.structs import astuple

from . import quick_shapes as shapes
from . import reading, services
from .identity import (
    certificate_bytes,
    certificate_identity,
    read_history_identities,
    read_identities,
)
from .model import Identity

_T = TypeVar("_T")
_EXTENSIONS: Final = Decoder(shapes.Extensions)
_IDENTITY: Final = Decoder(shapes.Identity)
_PAST_IDENTITY: Final = Decoder(shapes.PastIdentity)
_TEXTS: Final = Decoder(shapes.Texts)
_WRITTEN: Final = Encoder()

_STARTS: Final = r'\{"Critical":(?:false|true),'
_EXTENSIONS_FORM: Final = (
    rf'\[{_STARTS}"ServiceUniqueIdentifier":"({reading.URI_FORM})"\}}'
    rf'(?:,{_STARTS}"DefaLoA":\[\{{"scheme":"({reading.TOKEN_FORM})",'
    rf'"value":"({reading.TOKEN_FORM})"\}}\]\}})?'
    rf'(?:,{_STARTS}"DefaCredentialTypes":\["({reading.TOKEN_FORM})"\]\}})?'
    rf'(?:,{_STARTS}"DefaIssuerIds":\["({reading.TOKEN_FORM})"\]\}})?\]'
)
"""Extensions as most services have them, octet for octet: what fits has one reading, which the
groups are, and each group has the form of its value. Nothing in it can be matched in two ways."""
_NAMES_FORM: Final = (
    r'\[\{"lang":"en","value":"[!#-;=?-~](?:[ !#-;=?-~]*[!#-;=?-~])?"\}'
    r'(?:,\{"lang":"([a-z]{2,3})",'
    r'"value":"([^\x00- "<>\x7f](?:[^\x00-\x1f"<>\x7f]*[^\x00- "<>\x7f])?)"\})?\]'
)
"""An English name in ASCII, and one more, of which the language and the wording are groups. No
space is at an end of either (TS 119 602, 6.1.4)."""


def _form(pattern: str, flags: int = 0) -> re.Pattern[bytes]:
    return re.compile(pattern.encode("ascii"), flags)


usual_extensions: Final = _form(_EXTENSIONS_FORM).fullmatch
"""Identifier, scheme, level, type of credential and issuer."""
_usual_extensions: Final = _form(
    f"^{_EXTENSIONS_FORM}$".replace(f"({reading.TOKEN_FORM})", reading.TOKEN_FORM, 3), re.MULTILINE
).findall
"""Identifier and issuer of each of many, one a line."""
_usual_names: Final = _form(f"^{_NAMES_FORM}$", re.MULTILINE).findall
_usual_name: Final = _form(_NAMES_FORM).fullmatch
_certificate: Final = _form(r'\{"X509Certificates":\[\{"val":"([A-Za-z0-9+/=]+)"\}\]\}').fullmatch
_past_key: Final = _form(r'\{"X509SKIs":\["([A-Za-z0-9+/=]+)"\]\}').fullmatch

_services: Final = attrgetter("TrustedEntityServices")
_information: Final = attrgetter("TrustedEntityInformation")
_current: Final = attrgetter("ServiceInformation")
_names: Final = attrgetter("ServiceName")
_starting: Final = attrgetter("StatusStartingTime")
_entity_name: Final = attrgetter("TEName")
_day: Final = itemgetter(slice(11))
_clock: Final = itemgetter(slice(11, None))

_NO_TEXT: Final = (" \n", "\n ", "<", ">", "\x7f")
"""What stands in no joined texts: white space at an end of one, and characters of ASCII that may
stand in none. All other control characters would be escaped (RFC 8259, 7)."""


class UnreadError(Exception):
    """Not understood here; whether it is good or bad, ``decode`` says."""


class _Identities(NamedTuple):
    identities: tuple[Identity, ...]
    thumbprints: tuple[bytes, ...]


class Run(NamedTuple):
    """Services that follow each other, from ``start`` on, and have the same identities."""

    identities: tuple[Identity, ...]
    thumbprints: tuple[bytes, ...]
    start: int
    stop: int


class _Extensions(NamedTuple):
    identifiers: Sequence[bytes]
    issuers: Sequence[str]
    issuing: Sequence[int]
    unusual: Mapping[int, dict[str, Any]]


class Judged(NamedTuple):
    """Services of several entities that were found good."""

    entries: list[shapes.Service]
    entity_names: Sequence[str]
    """In English."""
    runs: list[Run]
    issuers: Sequence[str]
    issuing: Sequence[int]
    """The service's number, beside each issuer's name."""
    unusual: Mapping[int, dict[str, Any]]
    """By the service's number, what extensions say that are not of the usual form."""


class Columns:
    """What was found good in one list, so that it is not judged twice, and judges more of it.

    Providers repeat certificates, types, statuses and times. Nothing is kept longer than one list.
    """

    __slots__ = (
        "_characters",
        "_clocks",
        "_days",
        "_identifiers",
        "_identities",
        "_languages",
        "_past",
        "_types",
        "_types_of",
        "_unknown",
    )

    def __init__(self) -> None:
        self._characters: set[str] = set()
        self._unknown = re.compile(r"[^\n]").findall
        self._clocks: set[str] = set()
        self._days: set[str] = set()
        self._identifiers: set[bytes] = set()
        self._identities: dict[bytes, _Identities] = {}
        self._languages: set[str] = set()
        self._past: set[bytes] = set()
        self._types: set[str] = set()
        self._types_of: dict[bytes, set[str]] = {}

    def judge(self, entities: Sequence[shapes.Entity]) -> Judged:
        """All services of several entities. Raises ``UnreadError`` or ``Rejection`` where one is
        not understood, or has an identifier, or a key for its type, that another has."""
        listed = list(map(_services, entities))
        entries = list(chain.from_iterable(listed))
        currents = list(map(_current, entries))
        types, names, identities, _, starts, extensions, *addresses = zip(
            *map(astuple, currents), strict=True
        )
        information = list(map(_information, entities))
        self._check_entities(information)
        for kind in set(types) - self._types:
            self._types.add(reading.uri(kind, "ServiceTypeIdentifier"))
        past = [entry for entry in entries if entry.ServiceHistory is not UNSET]
        every_past = list(chain.from_iterable([entry.ServiceHistory for entry in past]))
        english = self._multilingual(list(map(_entity_name, information)))
        self._multilingual([x.TETradeName for x in information if x.TETradeName is not UNSET])
        self._check_names([*names, *map(_names, every_past)])
        self._check_times([*starts, *map(_starting, every_past)])
        self._check_past(past, every_past)
        runs = self._runs(identities, map(len, listed))
        if any(column.count(UNSET) != len(entries) for column in addresses):
            for current in currents:
                _check_addresses(current)
        read = _read_extensions(extensions)
        # Whatever came so far could be asked again of fewer entities; what follows is kept.
        self._check_identifiers(read.identifiers)
        self._check_keys(runs, types)
        return Judged(entries, english, runs, *read[1:])

    # --- entities ------------------------------------------------------------------------------
    def _check_entities(self, information: list[shapes.Information]) -> None:
        """What is read of an entity for its form only."""
        addresses = [entry.TEAddress for entry in information]
        postal = list(chain.from_iterable([address.TEPostalAddress for address in addresses]))
        words = [
            word
            for entry in postal
            for word in (
                entry.lang,
                entry.StreetAddress,
                entry.Locality,
                entry.StateOrProvince,
                entry.PostalCode,
            )
            if word is not UNSET
        ]
        self._check_texts(words)
        for country in {entry.Country for entry in postal}:
            reading.territory(country, "Country")
        for address in addresses:
            _check_uris(address.TEElectronicAddress)
        for entry in information:
            _check_uris(entry.TEInformationURI)

    # --- texts ---------------------------------------------------------------------------------
    def _check_names(self, texts: list[Raw]) -> None:
        """Of services, now and before: read one by one where they have no usual form."""
        joined = b"\n".join(texts)
        found = _usual_names(joined)
        # None of the names in what is no longer than a name may be is longer.
        if (
            len(found) != len(texts)
            or joined.count(b"\n") != len(texts) - 1
            or max(map(len, texts)) > reading.MAX_TEXT
        ):
            usual = [len(text) <= reading.MAX_TEXT and _usual_name(text) for text in texts]
            others = [text for text, match in zip(texts, usual, strict=True) if not match]
            self._multilingual([_decoded(_TEXTS, text) for text in others])
            found = [match.groups(b"") for match in usual if match]
        if any(language == b"en" for language, _ in found):
            raise UnreadError
        self._check_foreign(str(b"\n".join([value for _, value in found if value]), "utf-8"))

    def _multilingual(self, texts: list[list[shapes.InLanguage]]) -> list[str]:
        """The English form of each; all of them are judged."""
        for entries in texts:
            languages = {entry.lang for entry in entries}
            if len(languages) != len(entries) or "en" not in languages:
                raise UnreadError
            for language in languages - self._languages:
                self._languages.add(reading.language(language, "lang"))
            for language, value, *_ in map(astuple, entries):
                if language == "en" or language.startswith("en-"):
                    reading.english(value, "value")
        self._check_texts([entry.value for entries in texts for entry in entries])
        return [entry.value for entries in texts for entry in entries if entry.lang == "en"]

    def _check_texts(self, values: Sequence[str]) -> None:
        """What ``reading.text`` asks of texts of fit length in a plain document."""
        joined = "\n".join(("", *values, ""))
        if any(part in joined for part in _NO_TEXT):
            raise UnreadError
        self._check_foreign(joined)

    def _check_foreign(self, joined: str) -> None:
        """What is asked of characters beyond ASCII."""
        if joined.isascii():
            return
        unknown = set(self._unknown(joined))
        for character in unknown:
            # White space of other alphabets is good within a text, and seldom there.
            if reading.is_forbidden(character) or (character.isspace() and character != " "):
                raise UnreadError
        if unknown:
            self._characters |= unknown
            known = "".join(map(re.escape, sorted(self._characters)))
            self._unknown = re.compile(f"[^\n{known}]").findall
        # A line feed takes part in no composition, so each text is normal where all together are.
        if not is_normalized("NFC", joined):
            raise UnreadError

    # --- times and the past --------------------------------------------------------------------
    def _check_times(self, values: list[str]) -> None:
        """Each is a good day and a good time of the day; all have the same length."""
        for day in set(map(_day, values)) - self._days:
            reading.time(day + "00:00:00Z", "time")
            self._days.add(day)
        for clock in set(map(_clock, values)) - self._clocks:
            reading.time("1970-01-01T" + clock, "time")
            self._clocks.add(clock)

    def _check_past(self, entries: list[shapes.Service], every: list[shapes.Past]) -> None:
        """Names and times are judged with all others: times of one form, in the order of text."""
        for entry in entries:
            current = entry.ServiceInformation
            before = current.StatusStartingTime
            for past in entry.ServiceHistory or ():
                kind = past.ServiceTypeIdentifier
                if past.StatusStartingTime >= before or (
                    kind is not UNSET and kind != current.ServiceTypeIdentifier
                ):
                    raise UnreadError
                before = past.StatusStartingTime
        identities = {bytes(past.ServiceDigitalIdentity) for past in every}
        for text in identities - self._past:
            usual = _past_key(text)
            if usual is not None:
                value = {"X509SKIs": [str(usual[1], "ascii")]}
            else:
                value = to_builtins(_decoded(_PAST_IDENTITY, text))
            read_history_identities(value, "past")
            self._past.add(text)

    # --- identities ----------------------------------------------------------------------------
    def _runs(self, texts: Sequence[Raw], counts: Iterable[int]) -> list[Run]:
        runs: list[Run] = []
        start = 0
        for count in counts:
            # One entity's services often have one certificate.
            end = start + count
            own = texts[start:end]
            if own.count(own[0]) == count:
                runs.append(Run(*self._identities_of(own[0]), start, end))
            else:
                for text, alike in groupby(own):
                    stop = start + len(list(alike))
                    runs.append(Run(*self._identities_of(text), start, stop))
                    start = stop
            start = end
        return runs

    def _check_identifiers(self, identifiers: Sequence[bytes]) -> None:
        """One identifier once."""
        fresh = set(identifiers)
        if len(fresh) != len(identifiers) or not self._identifiers.isdisjoint(fresh):
            raise UnreadError
        self._identifiers |= fresh

    def _check_keys(self, runs: list[Run], types: Sequence[str]) -> None:
        """One key at most once a service type (TS 119 612, 5.5.3)."""
        for _, thumbprints, start, stop in runs:
            for thumbprint in thumbprints:
                kinds, before = set(types[start:stop]), self._types_of.get(thumbprint)
                if len(kinds) != stop - start:
                    raise UnreadError
                if before is None:
                    self._types_of[thumbprint] = kinds
                elif before.isdisjoint(kinds):
                    before |= kinds
                else:
                    raise UnreadError

    def _identities_of(self, raw: Raw) -> _Identities:
        text = bytes(raw)
        known = self._identities.get(text)
        if known is not None:
            return known
        usual = _certificate(text)
        if usual is not None:
            der = certificate_bytes({"val": str(usual[1], "ascii")}, "val")
            identities: tuple[Identity, ...] = (certificate_identity(der),)
        else:
            value = to_builtins(_decoded(_IDENTITY, text))
            identities = read_identities(value, "ServiceDigitalIdentity")
        # One key, as a certificate and as a bare key of one service, is no duplicate.
        thumbprints = dict.fromkeys(other.key.thumbprint for other in identities if other.key)
        made = self._identities[text] = _Identities(identities, tuple(thumbprints))
        return made


def _decoded(decoder: Decoder[_T], text: Raw | bytes) -> _T:
    """Of a part that was not read with the whole. Raises ``UnreadError`` where a member is
    missing from what was read, because it was there twice."""
    found = decoder.decode(text)
    if len(_WRITTEN.encode(found)) != len(text):
        raise UnreadError
    return found


# --- extensions of a service ---------------------------------------------------------------------
def _read_extensions(texts: Sequence[Raw]) -> _Extensions:
    joined = b"\n".join(texts)
    found = _usual_extensions(joined)
    unusual = {}
    # No part of what is no longer than a URI may be is longer.
    if (
        len(found) != len(texts)
        or joined.count(b"\n") != len(texts) - 1
        or max(map(len, texts)) > reading.MAX_URI
    ):
        found = []
        for number, text in enumerate(texts):
            usual = usual_extensions(text) if len(text) <= reading.MAX_URI else None
            if usual is None:
                unusual[number] = stated = _unusual(text)
                found.append((stated["id"].encode(), b""))
            else:
                found.append((usual[1], usual[5] or b""))
    identifiers, issuers = zip(*found, strict=True)
    issuing = list(compress(range(len(issuers)), issuers))
    names = str(b"\n".join(filter(None, issuers)), "ascii").split("\n") if issuing else []
    for number, stated in unusual.items():
        names += stated["issuer_ids"]
        issuing += repeat(number, len(stated["issuer_ids"]))
    return _Extensions(identifiers, names, issuing, unusual)


def _unusual(text: Raw) -> dict[str, Any]:
    """Any that a service may have, in any order."""
    entries = _decoded(_EXTENSIONS, text)
    found = reading.extensions(entries, "extensions", services.SERVICE_EXTENSIONS)
    return services.Extensions(found, "extensions").stated()


# --- addresses -----------------------------------------------------------------------------------
def _check_addresses(current: shapes.Current) -> None:
    for addresses in (current.SchemeServiceDefinitionURI, current.ServiceDefinitionURI):
        if addresses is not UNSET:
            _check_uris(addresses)
    if current.ServiceSupplyPoints is not UNSET:
        for point in current.ServiceSupplyPoints:
            reading.uri(point.uriValue, "uriValue")
            if point.ServiceType is not UNSET:
                reading.uri(point.ServiceType, "ServiceType")


def _check_uris(entries: list[shapes.UriInLanguage]) -> None:
    english = False
    for entry in entries:
        reading.language(entry.lang, "lang")
        reading.uri(entry.uriValue, "uriValue")
        english = english or entry.lang == "en"
    if not english:
        raise UnreadError
