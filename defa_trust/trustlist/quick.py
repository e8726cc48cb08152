"""A large member-state list, read many times faster with ``msgspec`` (extra `fast`; floor 5).

Never the judge: what this reader understands, it reads as ``decode`` does, value for value. What
else it meets, however harmless, it hands back unread, and ``decode`` alone says what is wrong with
it, if anything. So a list is the same list with the library and without it (docs/adr/0009).

The library passes over members that occur twice. They are found by their length: a text without
white space and backslashes that holds strings, booleans, arrays and objects, but no numbers, is
exactly as long as what was read from it and written again. A member passed over would be missing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple
from unicodedata import is_normalized

from msgspec import UNSET, MsgspecError, to_builtins
from msgspec.json import Decoder, Encoder

from ..codec import json as strict_json
from ..errors import Rejection
from ..verdict import TIME_MAX, Interval, from_parts
from . import quick_shapes as shapes
from . import reading, services
from .identity import (
    certificate_bytes,
    certificate_identity,
    read_history_identities,
    read_identities,
)
from .model import Identity, LevelGrant, Service, StatusPeriod

_ENTITIES: Final = Decoder(shapes.Entity)
_EXTENSIONS: Final = Decoder(shapes.Extensions)
_WRITTEN: Final = Encoder()
_LEVELS_ABOVE: Final = 3
"""Of an entity: the document, `LoTE`, and the array of entities."""
_GIVEN_UP: Final = (MsgspecError, UnicodeDecodeError, RecursionError)

_BEGIN: Final = b'{"LoTE":{"ListAndSchemeInformation":'
_FIRST: Final = b',"TrustedEntitiesList":[{"TrustedEntityInformation":'
_NEXT: Final = b',{"TrustedEntityInformation":'
_END: Final = b"]}}"
_NOT_PLAIN: Final = (b"\\", b"<", b">", b"\x7f")
"""What no text of a list may hold, and escapes. A string without them holds no other forbidden
character of ASCII, because control characters would have to be escaped (RFC 8259, 7)."""


_STARTS: Final = r'\{"Critical":(?:false|true),'
_usual: Final = re.compile(
    rf'\[{_STARTS}"ServiceUniqueIdentifier":"({reading.URI_FORM})"\}}'
    rf'(?:,{_STARTS}"DefaLoA":\[\{{"scheme":"({reading.TOKEN_FORM})",'
    rf'"value":"({reading.TOKEN_FORM})"\}}\]\}})?'
    rf'(?:,{_STARTS}"DefaCredentialTypes":\["({reading.TOKEN_FORM})"\]\}})?'
    rf'(?:,{_STARTS}"DefaIssuerIds":\["({reading.TOKEN_FORM})"\]\}})?\]'
).fullmatch
"""Extensions as most services have them, octet for octet: what fits has one reading, which the
groups are, and each group has the form of its value. Nothing in it can be matched in two ways."""


class UnreadError(Exception):
    """Not understood here; whether it is good or bad, ``decode`` says."""


class Entities:
    """The JSON of each entity, in turn."""

    __slots__ = ("_end", "_payload", "_start")

    def __init__(self, payload: bytes, start: int, end: int) -> None:
        self._payload = payload
        self._start = start
        self._end = end

    def __iter__(self) -> Iterator[bytes]:
        start = self._start
        while start < self._end:
            end = self._payload.find(_NEXT, start, self._end)
            end = self._end if end == -1 else end
            yield self._payload[start:end]
            start = end + 1


class Split(NamedTuple):
    """A document taken apart at the names of its members; no part of it is read yet."""

    scheme: bytes
    entities: Entities


def split(payload: bytes) -> Split:
    """Take a compact document apart at the names of its members. Raises ``UnreadError``.

    Where each part is one whole JSON value, there is no other way to read the document: between
    them stand these names, once, and a comma or bracket. Where a name was found elsewhere, a part
    is no JSON.
    """
    begin, end = len(_BEGIN), payload.find(_FIRST)
    if (
        end == -1
        or not payload.startswith(_BEGIN)
        or not payload.endswith(_END)
        or any(octet in payload for octet in _NOT_PLAIN)
    ):
        raise UnreadError
    first = end + _FIRST.index(b"{")
    return Split(payload[begin:end], Entities(payload, first, len(payload) - len(_END)))


def read_services(value: Entities, where: str, territory: str) -> tuple[Service, ...]:
    """As ``services.read_services``. A ``Rejection`` says that there is a fault, not which."""
    reader = _Reader(territory)
    found: list[Service] = []
    unread = False
    number = -1
    for number, text in enumerate(value):
        try:
            found += reader.entity(text)
        except (UnreadError, Rejection, *_GIVEN_UP):
            unread = True
            entity = strict_json.loads(
                text, max_depth=reading.MAX_DEPTH - _LEVELS_ABOVE, max_bytes=len(text)
            )
            found += services.read_entity(entity, f"{where}[{number}]", territory)
    if number >= reading.MAX_ITEMS:
        raise UnreadError
    if unread:
        # The reader knows only what it read itself.
        services.check_duplicates(found)
    return tuple(found)


class _Extensions(NamedTuple):
    identifier: str
    levels: tuple[LevelGrant, ...]
    issuers: tuple[str, ...]
    kinds: tuple[str, ...]
    others: dict[str, tuple[Any, str, bool]] | None


class _Reader:
    """One list's entities, one after the other, with what need not be judged twice.

    A value that was found good once is good: providers repeat certificates, types, statuses and
    times. Nothing is kept longer than one list.
    """

    __slots__ = (
        "_certificates",
        "_characters",
        "_clocks",
        "_days",
        "_grants",
        "_identifiers",
        "_keys",
        "_languages",
        "_past",
        "_periods",
        "_territory",
        "_tokens",
    )

    def __init__(self, territory: str) -> None:
        self._territory = territory
        self._certificates: dict[str, tuple[tuple[Identity], bytes]] = {}
        self._characters: set[str] = set()
        self._clocks: dict[str, int] = {}
        self._days: dict[str, int] = {}
        self._grants: dict[tuple[str, str], tuple[LevelGrant]] = {}
        self._identifiers: set[str] = set()
        self._keys: dict[str, set[bytes]] = {}
        self._languages: set[str] = set()
        self._past: set[str] = set()
        self._periods: dict[tuple[str, int], tuple[StatusPeriod]] = {}
        self._tokens: set[str] = set()

    def entity(self, text: bytes) -> list[Service]:
        entity = _ENTITIES.decode(text)
        if len(_WRITTEN.encode(entity)) != len(text):
            raise UnreadError
        information = entity.TrustedEntityInformation
        name = self._multilingual(information.TEName)
        for postal in information.TEAddress.TEPostalAddress:
            for word in (
                postal.lang,
                postal.StreetAddress,
                postal.Locality,
                postal.StateOrProvince,
                postal.PostalCode,
            ):
                if word is not UNSET:
                    self._check_text(word)
            reading.territory(postal.Country, "Country")
        self._multilingual_uris(information.TEAddress.TEElectronicAddress)
        self._multilingual_uris(information.TEInformationURI)
        if information.TETradeName is not UNSET:
            self._multilingual(information.TETradeName)
        return self._services(entity.TrustedEntityServices, name)

    def _services(self, entries: list[shapes.Service], entity: str) -> list[Service]:
        """One loop, and few calls in it: it goes round ten thousand times."""
        territory, keys, days, clocks = self._territory, self._keys, self._days, self._clocks
        periods, identifiers = self._periods, self._identifiers
        found: list[Service] = []
        last: str | None = None
        identities: tuple[Identity, ...]
        thumbprint = b""
        for service in entries:
            current = service.ServiceInformation
            kind = current.ServiceTypeIdentifier
            listed_keys = keys.get(kind)
            if listed_keys is None:
                keys[reading.uri(kind, "ServiceTypeIdentifier")] = listed_keys = set()
            names = current.ServiceName
            name = names[0].value
            if len(names) > 1 or names[0].lang != "en" or not name.isascii() or name[-1] == " ":
                name = self._multilingual(names)
            elif name[0] == " ":
                raise UnreadError
            starting = current.StatusStartingTime
            try:
                # A day and an hour of the day that were read, each with the other or another.
                start = days[starting[:11]] + clocks[starting[11:]]
            except KeyError:
                start = self._time(starting)
            status = current.ServiceStatus, start
            history: tuple[StatusPeriod, ...] | None = periods.get(status)
            if history is None:
                # Shared by all services that have the same.
                periods[status] = history = (_period(*status, TIME_MAX),)
            if service.ServiceHistory is not UNSET:
                history = self._history(history, service.ServiceHistory, kind)
            identity = current.ServiceDigitalIdentity
            listed = identity.X509Certificates
            if (
                listed is not UNSET
                and len(listed) == 1
                and identity.OtherIds is UNSET
                and identity.PublicKeyValues is UNSET
                and identity.X509SubjectNames is UNSET
            ):
                if listed[0].val != last:
                    last = listed[0].val
                    certified, thumbprint = self._certificate(last)
                identities = certified
                if thumbprint in listed_keys:
                    raise UnreadError
                listed_keys.add(thumbprint)
            else:
                identities = read_identities(to_builtins(identity), "ServiceDigitalIdentity")
                thumbprints = [other.key.thumbprint for other in identities if other.key]
                if not listed_keys.isdisjoint(thumbprints):
                    raise UnreadError
                listed_keys.update(thumbprints)
            if (
                current.SchemeServiceDefinitionURI is not UNSET
                or current.ServiceDefinitionURI is not UNSET
            ):
                self._definitions(current)
            supplied: tuple[str, ...] = ()
            if current.ServiceSupplyPoints is not UNSET:
                supplied = _supply_points(current.ServiceSupplyPoints)
            extensions = current.ServiceInformationExtensions
            text = str(extensions, "utf-8")
            # No part of what is no longer than a URI may be is longer.
            usual = _usual(text) if len(text) <= reading.MAX_URI else None
            if usual is None:
                identifier, levels, issuers, kinds, others = self._extensions(text)
            else:
                identifier, scheme, level, kind_named, issuer = usual.groups()
                levels = () if scheme is None else self._grant(scheme, level)
                kinds = () if kind_named is None else (kind_named,)
                issuers = () if issuer is None else (issuer,)
                others = None
            if identifier in identifiers:
                raise UnreadError
            identifiers.add(identifier)
            made = (
                identifier,
                territory,
                entity,
                name,
                kind,
                identities,
                history,
                levels,
                issuers,
                kinds,
            )
            found.append(_made(made + _NO_OTHERS) if others is None else _with(made, others))
            if supplied:
                found[-1] = found[-1]._replace(supply_points=supplied)
        return found

    # --- texts and identifiers -----------------------------------------------------------------
    def _multilingual(self, entries: list[shapes.InLanguage]) -> str:
        """The English form."""
        english: str | None = None
        for entry in entries:
            language, value = entry.lang, entry.value
            if language not in self._languages:
                self._languages.add(reading.language(language, "lang"))
            if value.isascii():
                if value[0] == " " or value[-1] == " ":
                    raise UnreadError
            else:
                self._check_text(value)
                if language == "en" or language.startswith("en-"):
                    reading.english(value, "value")
            if language == "en":
                english = value
        if english is None or (
            len(entries) > 1 and len({entry.lang for entry in entries}) != len(entries)
        ):
            raise UnreadError
        return english

    def _check_text(self, value: str) -> None:
        """What ``reading.text`` asks of a text of fit length in a plain document."""
        if value.isascii():
            if value[0] == " " or value[-1] == " ":
                raise UnreadError
            return
        if not self._characters.issuperset(value):
            if any(map(reading.is_forbidden, value)):
                raise UnreadError
            self._characters.update(value)
        if value != value.strip() or not is_normalized("NFC", value):
            raise UnreadError

    def _multilingual_uris(self, entries: list[shapes.UriInLanguage]) -> None:
        english = False
        for entry in entries:
            reading.language(entry.lang, "lang")
            reading.uri(entry.uriValue, "uriValue")
            english = english or entry.lang == "en"
        if not english:
            raise UnreadError

    def _token(self, value: str) -> str:
        if value not in self._tokens:
            self._tokens.add(reading.token(value, "token"))
        return value

    # --- extensions of a service ---------------------------------------------------------------
    def _extensions(self, text: str) -> _Extensions:
        """Any that a service may have, in any order."""
        extensions = _EXTENSIONS.decode(text)
        if len(_WRITTEN.encode(extensions)) != len(text.encode()):
            raise UnreadError
        identifier = levels = issuers = kinds = others = None
        for extension in extensions:
            if len(extension) != 2:
                raise UnreadError
            title, value = extension.popitem()
            if title == "Critical":
                extension[title] = value
                title, value = next(iter(extension.items()))
            critical = extension.get("Critical")
            if critical is not False and critical is not True:
                raise UnreadError
            if title == "ServiceUniqueIdentifier" and identifier is None:
                identifier = reading.uri(value, title)
            elif title == "DefaIssuerIds" and issuers is None:
                issuers = _distinct(value)
            elif title == "DefaLoA" and levels is None:
                levels = self._levels(value)
            elif title == "DefaCredentialTypes" and kinds is None:
                kinds = _distinct(value)
            elif title in _OTHERS and (others is None or title not in others):
                others = {**(others or {}), title: (value, title, critical)}
            else:  # one that is passed over, or one that stands there twice
                raise UnreadError
        if identifier is None:
            raise UnreadError
        return _Extensions(identifier, levels or (), issuers or (), kinds or (), others)

    def _levels(self, values: Any) -> tuple[LevelGrant, ...]:
        if type(values) is not list or len(values) != 1 or len(values[0]) != 2:
            return services.read_levels(values, "DefaLoA")
        (grant,) = values
        if type(grant) is not dict or grant.keys() != _GRANT:
            raise UnreadError
        return self._grant(self._token(grant["scheme"]), self._token(grant["value"]))

    def _grant(self, scheme: str, value: str) -> tuple[LevelGrant, ...]:
        """Shared by all services that have the same. Both were found to be tokens."""
        found = self._grants.get((scheme, value))
        if found is None:
            self._grants[scheme, value] = found = (LevelGrant(scheme, value),)
        return found

    # --- identities and history ----------------------------------------------------------------
    def _certificate(self, value: str) -> tuple[tuple[Identity], bytes]:
        """Its identity, and the thumbprint of its key."""
        found = self._certificates.get(value)
        if found is None:
            identity = certificate_identity(certificate_bytes({"val": value}, "val"))
            assert identity.key is not None
            self._certificates[value] = found = ((identity,), identity.key.thumbprint)
        return found

    def _definitions(self, current: shapes.Current) -> None:
        for addresses in (current.SchemeServiceDefinitionURI, current.ServiceDefinitionURI):
            if addresses is not UNSET:
                self._multilingual_uris(addresses)

    def _time(self, value: str) -> int:
        moment = reading.time(value, "time")
        clock = moment % 86_400
        self._days[value[:11]], self._clocks[value[11:]] = moment - clock, clock
        return moment

    def _history(
        self, current: tuple[StatusPeriod, ...], past: list[shapes.Past], kind: str
    ) -> tuple[StatusPeriod, ...]:
        periods = list(current)
        for entry in past:
            self._multilingual(entry.ServiceName)
            self._past_identity(entry.ServiceDigitalIdentity)
            if entry.ServiceTypeIdentifier is not UNSET and entry.ServiceTypeIdentifier != kind:
                raise UnreadError
            start, before = self._time(entry.StatusStartingTime), periods[-1].interval.start
            periods.append(_period(entry.ServiceStatus, start, before))
        return tuple(periods)

    def _past_identity(self, identity: shapes.PastIdentity) -> None:
        identifiers = identity.X509SKIs
        if (
            identifiers is UNSET
            or identity.OtherIds is not UNSET
            or identity.X509SubjectNames is not UNSET
        ):
            read_history_identities(to_builtins(identity), "past")
        elif not self._past.issuperset(identifiers):
            read_history_identities({"X509SKIs": identifiers}, "past")
            self._past.update(identifiers)


_GRANT: Final = frozenset({"scheme", "value"})
_READ_HERE: Final = ("ServiceUniqueIdentifier", "DefaIssuerIds", "DefaLoA", "DefaCredentialTypes")
_OTHERS: Final = services.SERVICE_EXTENSIONS.difference(_READ_HERE)
_FIRST_PARTS: Final = 10
_NO_OTHERS: Final = tuple(Service._field_defaults[name] for name in Service._fields[_FIRST_PARTS:])
"""What a service has by default of the parts that ``_services`` does not list."""
_made: Final = from_parts(Service)


def _with(made: tuple[Any, ...], found: dict[str, tuple[Any, str, bool]]) -> Service:
    """A service with extensions that are seldom there."""
    extensions = services.Extensions(found, "extensions")
    service = _made(made + _NO_OTHERS)
    distrust_after = extensions.moment("DefaDistrustAfter")
    history = service.history
    if distrust_after is not None:
        history = services.distrusted(history, distrust_after)
    return service._replace(
        history=history,
        formats=extensions.tokens("DefaFormats"),
        term=extensions.term(),
        scope=extensions.scope(),
        distrust_after=distrust_after,
        legal_status=extensions.legal_status(),
        technical_class=extensions.technical_class(),
        standards=extensions.tokens("DefaStandards"),
    )


def _supply_points(points: list[shapes.SupplyPoint]) -> tuple[str, ...]:
    for point in points:
        if point.ServiceType is not UNSET:
            reading.uri(point.ServiceType, "ServiceType")
    return tuple([reading.uri(point.uriValue, "uriValue") for point in points])


def _period(uri: str, start: int, end: int) -> StatusPeriod:
    status = services.STATUSES.get(uri)
    if status is None or start >= end:
        raise UnreadError
    return StatusPeriod(status, uri, Interval(start, end))


def _distinct(values: Any) -> tuple[str, ...]:
    if type(values) is list and len(values) == 1:
        return (reading.token(values[0], "token"),)
    return services.read_tokens(values, "tokens")
