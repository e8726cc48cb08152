"""DCQL: what a verifier asks a wallet for (floor 3; OpenID4VP 1.0, 6).

A query is the verifier's own, so what is wrong with it is a ``MisuseError``. Members that this
version of the language does not know are kept for the wallet and ignored here (6).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from enum import StrEnum
from itertools import chain
from typing import Any, Final, NamedTuple, NoReturn, TypeVar

from .codec.json import canonical, loads
from .errors import MisuseError, Rejection

MAX_CREDENTIALS: Final = 32
"""Ours: credential queries of one query."""
MAX_CLAIMS: Final = 256
"""Ours: claims of one credential query."""
MAX_OPTIONS: Final = 64
"""Ours: alternatives of a claim set or a credential set."""
MAX_PATH: Final = 16
"""Ours: components of a claims path pointer."""

_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_VALUE_TYPES: Final = (str, int, bool)
_AUTHORITIES: Final = frozenset({"aki", "etsi_tl", "openid_federation"})

Component = str | int | None
"""A key, an index, or ``None`` for every element of an array (7)."""
ClaimsPath = tuple[Component, ...]
_Made = TypeVar("_Made")


class CredentialFormat(StrEnum):
    """Credential Format Identifiers that this verifier asks for (annex B)."""

    SD_JWT_VC = "dc+sd-jwt"
    MDOC = "mso_mdoc"


class ClaimQuery(NamedTuple):
    """One claim (6.3). ``values`` empty: any value."""

    id: str | None
    path: ClaimsPath
    values: tuple[str | int | bool, ...] = ()

    def shown(self) -> str:
        """The claim in the verifier's own words: its id, or its path."""
        if self.id is not None:
            return self.id
        return "/".join("*" if part is None else str(part) for part in self.path)


class CredentialQuery(NamedTuple):
    """One credential (6.1). ``types`` are the `vct_values`, or the one `doctype_value`.

    ``options`` are the combinations of claims that answer it, the preferred one first (6.4.1); a
    query without claims has one option without any.
    """

    id: str
    format: CredentialFormat
    types: tuple[str, ...]
    options: tuple[tuple[ClaimQuery, ...], ...] = ((),)
    multiple: bool = False
    holder_binding: bool = True
    authorities: tuple[str, ...] = ()
    """Types of `trusted_authorities` (6.1.1)."""

    @property
    def claims(self) -> tuple[ClaimQuery, ...]:
        """Every claim of every option, each once."""
        return tuple(dict.fromkeys(chain.from_iterable(self.options)))


class CredentialSet(NamedTuple):
    """Alternatives, each a set of credential ids, one of which serves the purpose (6.2)."""

    options: tuple[tuple[str, ...], ...]
    required: bool = True

    def shown(self) -> str:
        return " or ".join("+".join(option) for option in self.options)


class Query(NamedTuple):
    """A DCQL query, read; ``document`` is the object as it goes to the wallet."""

    credentials: tuple[CredentialQuery, ...]
    sets: tuple[CredentialSet, ...]
    document: bytes
    """Canonical JSON (RFC 8785)."""

    @classmethod
    def parse(cls, document: Mapping[str, Any] | bytes | str) -> Query:
        """Read a query from decoded JSON or from its text. Raises ``MisuseError``."""
        try:
            value = loads(document) if isinstance(document, (bytes, str)) else document
            octets = canonical(value)
            # Of a caller's own objects only what JSON can say is left.
            members = _object(loads(octets), "the query")
        except Rejection as refusal:
            _wrong("the query", f"JSON ({refusal.code.id})")
        entries = _array(members, "credentials", MAX_CREDENTIALS, _credential)
        credentials = tuple(entries)
        names = [entry.id for entry in credentials]
        if len(set(names)) != len(names):
            _wrong("credentials", "credential queries with distinct ids")
        sets: tuple[CredentialSet, ...] = ()
        if "credential_sets" in members:
            known = frozenset(names)
            sets = tuple(
                _array(members, "credential_sets", MAX_OPTIONS, lambda item: _set(item, known))
            )
        return cls(credentials, sets, octets)

    def credential(self, id: str) -> CredentialQuery | None:
        return next((entry for entry in self.credentials if entry.id == id), None)

    @property
    def demands(self) -> tuple[CredentialSet, ...]:
        """What must be met, as sets: every credential by itself where the query has no sets
        (6.4.2)."""
        if not self.sets:
            return tuple(CredentialSet(((entry.id,),)) for entry in self.credentials)
        return tuple(entry for entry in self.sets if entry.required)


# --- reading -------------------------------------------------------------------------------------
def _credential(value: object) -> CredentialQuery:
    members = _object(value, "a credential query")
    name = _id(members.get("id"), "a credential query")
    where = f"credential query {name}"
    text = members.get("format")
    try:
        format = CredentialFormat(str(text))
    except ValueError:
        known = ", ".join(each.value for each in CredentialFormat)
        _wrong(where, f"a `format` among {known}")
    meta = _object(members.get("meta"), f"`meta` of {where}")
    if format is CredentialFormat.SD_JWT_VC:
        types = tuple(_array(meta, "vct_values", MAX_OPTIONS, _text))
    else:
        types = (_text(meta.get("doctype_value"), f"`doctype_value` of {where}"),)
    claims: tuple[ClaimQuery, ...] = ()
    if "claims" in members:
        claims = tuple(_array(members, "claims", MAX_CLAIMS, lambda item: _claim(item, format)))
        _distinct([claim.path for claim in claims], f"the claims of {where}")
        _distinct([claim.id for claim in claims if claim.id is not None], f"ids in {where}")
    authorities: tuple[str, ...] = ()
    if "trusted_authorities" in members:
        authorities = tuple(_array(members, "trusted_authorities", MAX_OPTIONS, _authority))
    return CredentialQuery(
        name,
        format,
        types,
        _options(members, claims, where),
        _flag(members, "multiple", False),
        _flag(members, "require_cryptographic_holder_binding", True),
        authorities,
    )


def _options(
    members: Mapping[str, Any], claims: tuple[ClaimQuery, ...], where: str
) -> tuple[tuple[ClaimQuery, ...], ...]:
    if "claim_sets" not in members:
        return (claims,)
    known = {claim.id: claim for claim in claims if claim.id is not None}
    if not claims or len(known) != len(claims):
        _wrong(where, "an `id` for each claim, where there are `claim_sets`")

    def option(value: object) -> tuple[ClaimQuery, ...]:
        names = _names(value, f"a claim set of {where}", frozenset(known))
        return tuple(known[name] for name in names)

    return tuple(_array(members, "claim_sets", MAX_OPTIONS, option))


def _claim(value: object, format: CredentialFormat) -> ClaimQuery:
    members = _object(value, "a claims query")
    path = members.get("path")
    if type(path) is not list or not 0 < len(path) <= MAX_PATH:
        _wrong("a claims query", f"a `path` of 1 to {MAX_PATH} components")
    for part in path:
        if part is not None and type(part) is not str and not (type(part) is int and part >= 0):
            _wrong("a claims path", "texts, numbers from 0 up, and null")
    if format is CredentialFormat.MDOC and [type(part) for part in path] != [str, str]:
        _wrong("a claims path into an mdoc", "a namespace and an element")
    name = _id(members["id"], "a claims query") if "id" in members else None
    values: tuple[str | int | bool, ...] = ()
    if "values" in members:
        values = tuple(_array(members, "values", MAX_OPTIONS, _value))
    _flag(members, "intent_to_retain", False)
    return ClaimQuery(name, tuple(path), values)


def _value(value: object) -> str | int | bool:
    if type(value) not in _VALUE_TYPES:
        _wrong("`values`", "texts, whole numbers and booleans")
    assert isinstance(value, _VALUE_TYPES)
    return value


def _authority(value: object) -> str:
    members = _object(value, "a trusted authority")
    kind = members.get("type")
    if type(kind) is not str or kind not in _AUTHORITIES:
        _wrong("a trusted authority", f"a `type` among {', '.join(sorted(_AUTHORITIES))}")
    _array(members, "values", MAX_OPTIONS, _text)
    return kind


def _set(value: object, known: frozenset[str]) -> CredentialSet:
    members = _object(value, "a credential set")
    options = _array(members, "options", MAX_OPTIONS, lambda item: _names(item, "an option", known))
    return CredentialSet(tuple(options), _flag(members, "required", True))


def _names(value: object, where: str, known: frozenset[str]) -> tuple[str, ...]:
    if type(value) is not list or not value or not all(type(name) is str for name in value):
        _wrong(where, "a list of ids that is not empty")
    _distinct(value, where)
    strange = [name for name in value if name not in known]
    if strange:
        _wrong(where, "ids that the query defines")
    return tuple(value)


def _array(
    members: Mapping[str, Any], name: str, most: int, make: Callable[[Any], _Made]
) -> list[_Made]:
    entries = members.get(name)
    if type(entries) is not list or not 0 < len(entries) <= most:
        _wrong(f"`{name}`", f"an array of 1 to {most} entries")
    return [make(entry) for entry in entries]


def _object(value: object, where: str) -> dict[str, Any]:
    if type(value) is not dict:
        _wrong(where, "an object")
    return value


def _text(value: object, where: str = "an entry") -> str:
    if type(value) is not str or not value:
        _wrong(where, "text that is not empty")
    return value


def _id(value: object, where: str) -> str:
    if type(value) is not str or _ID.fullmatch(value) is None:
        _wrong(f"`id` of {where}", "1 to 64 letters, digits, hyphens and underscores")
    return value


def _flag(members: Mapping[str, Any], name: str, default: bool) -> bool:
    value = members.get(name, default)
    if type(value) is not bool:
        _wrong(f"`{name}`", "true or false")
    return value


def _distinct(values: Iterable[Any], where: str) -> None:
    listed = list(values)
    # 7 and true are two components and compare equal; types are part of the comparison.
    if len({repr(value) for value in listed}) != len(listed):
        _wrong(where, "entries of which none stands twice")


def _wrong(where: str, expected: str) -> NoReturn:
    raise MisuseError(f"DCQL: {where}: {expected} is expected")
