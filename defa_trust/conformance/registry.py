"""The register of test vectors (floor 13): one small function a vector, one fault a function.

A vector's function returns a ``Case`` (what goes in); its decorator says what must come out and
which clause demands it. Nothing runs at import: ``generate.py`` calls the functions.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from hashlib import sha256
from importlib import import_module
from pkgutil import iter_modules
from typing import Any, Final

from .build import MOMENT, request_of, world

VERSION: Final = 1
"""Of the vectors: in `index.json`, and in the names of schemas and archive."""
GROUPS: Final = ("codec", "x509", "jose", "sd_jwt", "cose", "mdoc", "openid4vp", "qr", "trust_list",
                 "recognition", "status_list", "revocation", "cades", "jades", "xades", "pades",
                 "asic", "timestamp",
                 "cross_border", "cache")  # fmt: skip
"""One file a group; the other groups of the plan come with the formats they test."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]*")


class Importance(StrEnum):
    """How binding the clause is that a vector tests."""

    MUST = "MUST"
    SHOULD = "SHOULD"
    PROFILE = "PROFILE"
    """Demanded by this project's profile, where the standard leaves a choice."""


@dataclass(frozen=True, slots=True)
class Step:
    """One query of a timeline: when, what is different from now on, and what must come out.

    ``changes`` holds any of ``data`` (bytes), ``trust``, ``request`` and ``evidence``, in the shape
    that ``Case`` has them; they hold for the steps that follow too.
    """

    moment: int
    codes: tuple[str, ...] = ()
    changes: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """What a vector puts in. ``codec`` set: ``data`` is to be decoded, nothing is verified;
    ``trust`` with anchors: ``data`` is a certificate that must lead to one.

    ``trust``, ``request`` and ``evidence`` have the shape of the vector's members; ``moment`` is
    Unix seconds.
    """

    data: bytes
    trust: Mapping[str, Any] = field(default_factory=world)
    request: Mapping[str, Any] = field(default_factory=request_of)
    moment: int = MOMENT
    codec: str | None = None
    evidence: tuple[Mapping[str, Any], ...] = ()
    certified: Mapping[str, Any] | None = None
    """Set: ``data`` is a certificate, judged by itself; holds what that task has besides."""
    steps: tuple[Step, ...] = ()
    """Set: the queries of a timeline, in order; the last one is what the vector is about."""
    presentation: Mapping[str, Any] | None = None
    """Set: ``data`` is a wallet's response to this request."""

    @property
    def task(self) -> str:
        if self.codec is not None:
            return "decode"
        if self.certified is not None:
            return "certificate"
        if self.steps:
            return "timeline"
        if self.presentation is not None:
            return "presentation"
        return "path" if "anchors" in self.trust else "verify"


@dataclass(frozen=True, slots=True)
class Definition:
    """A vector as registered. ``codes`` empty means that everything passes.

    ``refused`` are codes of documents that were refused on the way, whatever the verdict is.
    """

    group: str
    name: str
    description: str
    standard: str
    clause: str
    features: tuple[str, ...]
    importance: Importance
    notes: str
    twin: str | None
    codes: tuple[str, ...]
    refused: tuple[str, ...]
    make: Callable[[], Case]

    @property
    def id(self) -> str:
        return f"{self.group}::{self.name}"


_REGISTER: Final[dict[str, Definition]] = {}


class Group:
    """Registers the vectors of one group; the defaults spare each vector what is common.

    ``features`` are what an implementation needs to take part (``vc-jwt``, ``es256``…); ``twin``
    is the positive vector from which a refusal differs in its one fault.
    """

    def __init__(self, name: str, *, features: Iterable[str] = (), twin: str | None = None) -> None:
        if name not in GROUPS:
            raise ValueError(f"no group {name!r}; known: {', '.join(GROUPS)}")
        self.name = name
        self._features = tuple(features)
        self._twin = twin

    def vector(
        self,
        cites: str,
        codes: str | tuple[str, ...] = (),
        *,
        refused: str | tuple[str, ...] = (),
        twin: str | None = None,
        notes: str = "",
        importance: Importance = Importance.MUST,
        features: Iterable[str] = (),
    ) -> Callable[[Callable[[], Case]], Callable[[], Case]]:
        """Register the decorated function under its own name.

        ``cites`` is "standard, clause". ``codes`` are the stable codes of everything that stands
        between the input and a full pass; none means that it passes. ``refused`` are codes of
        signed lists that must be refused; level 3 asks for both. ``notes`` says what goes wrong
        where the fault is missed. The function's docstring is the description.
        """
        expected = (codes,) if isinstance(codes, str) else tuple(codes)
        lists = (refused,) if isinstance(refused, str) else tuple(refused)
        standard, _, clause = cites.partition(", ")

        def register(make: Callable[[], Case]) -> Callable[[], Case]:
            name = make.__name__
            description = " ".join((make.__doc__ or "").split())
            if not _NAME.fullmatch(name) or not description or not clause:
                raise ValueError(f"{name}: a vector needs a plain name, a docstring and a clause")
            pair = None if not expected else twin or self._twin
            definition = Definition(
                self.name,
                name,
                description,
                standard,
                clause,
                tuple(sorted({*self._features, *features})),
                importance,
                notes,
                pair and f"{self.name}::{pair}",
                expected,
                lists,
                make,
            )
            if _REGISTER.setdefault(definition.id, definition) is not definition:
                raise ValueError(f"two vectors are called {definition.id}")
            return make

        return register


def definitions() -> tuple[Definition, ...]:
    """Every registered vector, ordered by group and name."""
    from . import vectors

    for module in iter_modules(vectors.__path__):
        import_module(f"{vectors.__name__}.{module.name}")
    return tuple(sorted(_REGISTER.values(), key=lambda d: (GROUPS.index(d.group), d.name)))


def fingerprint(case: Case) -> str:
    """SHA-256 (hex) of all that goes in: two vectors with one fingerprint test the same fault."""
    parts = (case.data, case.codec, _stable(case.trust), _stable(case.request), case.moment,
             _stable(case.evidence), _stable(case.certified), _stable(case.presentation),
             tuple((step.moment, _stable(step.changes)) for step in case.steps))  # fmt: skip
    return sha256(repr(parts).encode()).hexdigest()


def _stable(value: Any) -> Any:
    if isinstance(value, Mapping):
        return tuple((name, _stable(value[name])) for name in sorted(value))
    if isinstance(value, (list, tuple)):
        return tuple(_stable(item) for item in value)
    return value
