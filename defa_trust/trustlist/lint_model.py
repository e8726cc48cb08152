"""What a lint rule is, and what it looks at (floor 5).

A rule is data (id, clause, severity, effective date, question) with one generator that yields each
fault. It sees the document leniently: wherever a member has not the form it should have, that is
another rule's finding, and this one passes over it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, NamedTuple

from ..codec import base64url
from ..crypto import VerificationKey
from ..errors import Rejection
from ..x509.certificate import UntrustedCertificate, read_certificate
from . import reading
from .identity import parse_other_id
from .model import ListType

ROOT: Final = "$.LoTE"
SCHEME: Final = f"{ROOT}.ListAndSchemeInformation"
ENTITIES: Final = f"{ROOT}.TrustedEntitiesList"

ETSI_602: Final = "2025-11-01"
"""TS 119 602 v1.1.1 appeared in November 2025, and with it everything that builds on it."""
ALWAYS: Final = "0001-01-01"

_TYPES: Final = {kind.value: kind for kind in ListType}
_PLAIN_MEMBER: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Severity(StrEnum):
    """``ERROR``: no consumer of this profile accepts the list, or a standard forbids it.
    ``WARNING``: it is accepted and is probably not meant. ``ADVICE``: it could be better."""

    ERROR = "error"
    WARNING = "warning"
    ADVICE = "advice"


class LintRule(NamedTuple):
    """One rule. ``effective`` is a date (ISO 8601): lists issued before it are not asked.

    ``question`` is answered yes by a good list. ``clause`` names the standard and its clause.
    """

    id: str
    clause: str
    severity: Severity
    effective: str
    question: str


class LintFinding(NamedTuple):
    """One fault: the rule, the JSON path of the member and what is wrong there.

    ``clause`` is the rule's, or a narrower one where the rule stands for many (`form.schema`).
    """

    rule: LintRule
    path: str
    text: str
    clause: str

    @property
    def severity(self) -> Severity:
        return self.rule.severity


class Fault(NamedTuple):
    """What a rule's check yields: path and sentence, and a narrower clause where there is one."""

    path: str
    text: str
    clause: str | None = None


def step(path: str, member: str | int) -> str:
    """``path`` and one more step; a name that is no plain word is quoted and cut."""
    if isinstance(member, int):
        return f"{path}[{member}]"
    if _PLAIN_MEMBER.fullmatch(member) and len(member) <= 64:
        return f"{path}.{member}"
    shown = member if len(member) <= 64 else f"{member[:64]}…"
    return f"{path}[{shown.encode('ascii', 'backslashreplace').decode()!r}]"


# --- lenient access ------------------------------------------------------------------------------
def mapping(value: Any) -> dict[str, Any]:
    return value if type(value) is dict else {}


def sequence(value: Any) -> list[Any]:
    return value if type(value) is list else []


def string(value: Any) -> str | None:
    return value if type(value) is str else None


def seconds(value: Any) -> int | None:
    """Unix seconds of a well-formed time, else ``None``."""
    try:
        return reading.time(value, "")
    except Rejection:
        return None


def wordings(value: Any) -> list[str]:
    """Values of [{lang, value}], whatever their language."""
    found = (string(mapping(entry).get("value")) for entry in sequence(value))
    return [text for text in found if text is not None]


def english(value: Any) -> str | None:
    """The English value of [{lang, value}] or [{lang, uriValue}]."""
    for entry in sequence(value):
        pair = mapping(entry)
        if pair.get("lang") == "en":
            return string(pair.get("value", pair.get("uriValue")))
    return None


def extensions(value: Any, path: str) -> Iterator[tuple[str, Any, bool, str]]:
    """(name, value, critical, path) of each well-formed `{"Critical": …, "<Name>": …}`."""
    for number, entry in enumerate(sequence(value)):
        place = mapping(entry)
        names = [name for name in place if name != "Critical"]
        if len(names) == 1 and type(place.get("Critical")) is bool:
            yield names[0], place[names[0]], place["Critical"], step(path, number)


class Anchor(NamedTuple):
    """One readable key of a service: where it stands, and its certificate if it has one."""

    path: str
    key: VerificationKey
    certificate: UntrustedCertificate | None


def _anchors(identity: Any, path: str) -> Iterator[Anchor]:
    members = mapping(identity)
    for number, entry in enumerate(sequence(members.get("X509Certificates"))):
        place = f"{path}.X509Certificates[{number}]"
        certificate = certificate_in(entry)
        if certificate is not None:
            yield Anchor(place, certificate.key, certificate)
    for number, entry in enumerate(sequence(members.get("PublicKeyValues"))):
        try:
            key = VerificationKey.from_jwk(mapping(entry))
        except Rejection:
            continue
        yield Anchor(f"{path}.PublicKeyValues[{number}]", key, None)
    for number, entry in enumerate(sequence(members.get("OtherIds"))):
        try:
            found = parse_other_id(entry)
        except Rejection:
            continue
        if found.key is not None:
            yield Anchor(f"{path}.OtherIds[{number}]", found.key, None)


def certificate_in(entry: Any) -> UntrustedCertificate | None:
    """The certificate of a pkiOb `{val}`; ``None`` where none can be read."""
    encoded = string(mapping(entry).get("val"))
    if encoded is None:
        return None
    try:
        return read_certificate(base64url.decode_standard(encoded))
    except Rejection:
        return None


@dataclass(frozen=True, slots=True, eq=False)
class ServiceEntry:
    """One service as it stands, with the names of its entity."""

    path: str
    raw: dict[str, Any]
    entity: dict[str, Any]
    names: frozenset[str]
    information: dict[str, Any]
    history: list[Any]
    extensions: dict[str, tuple[Any, bool, str]]
    anchors: tuple[Anchor, ...]

    @property
    def where(self) -> str:
        """Path of ServiceInformation."""
        return f"{self.path}.ServiceInformation"

    @property
    def id(self) -> str | None:
        return string(self.extensions.get("ServiceUniqueIdentifier", (None,))[0])

    @property
    def type(self) -> str | None:
        return string(self.information.get("ServiceTypeIdentifier"))

    @property
    def label(self) -> str:
        """The English name, or the identifier, for a sentence."""
        return english(self.information.get("ServiceName")) or self.id or "an unnamed service"

    def periods(self) -> list[tuple[str | None, int | None, str]]:
        """(status, start, path) of the current entry and then of the history, as they stand."""
        found = [(self.information, self.where)]
        found += [
            (mapping(past), f"{self.path}.ServiceHistory[{number}]")
            for number, past in enumerate(self.history)
        ]
        return [
            (string(entry.get("ServiceStatus")), seconds(entry.get("StatusStartingTime")), path)
            for entry, path in found
        ]


def services_of(lote: Any) -> Iterator[ServiceEntry]:
    """Every service of `TrustedEntitiesList`, in order."""
    for number, entry in enumerate(sequence(mapping(lote).get("TrustedEntitiesList"))):
        entity = mapping(entry)
        information = mapping(entity.get("TrustedEntityInformation"))
        names = frozenset(
            (*wordings(information.get("TEName")), *wordings(information.get("TETradeName")))
        )
        for place, raw in enumerate(sequence(entity.get("TrustedEntityServices"))):
            path = f"{ENTITIES}[{number}].TrustedEntityServices[{place}]"
            service = mapping(raw)
            current = mapping(service.get("ServiceInformation"))
            where = f"{path}.ServiceInformation"
            member = "ServiceInformationExtensions"
            yield ServiceEntry(
                path,
                service,
                entity,
                names,
                current,
                sequence(service.get("ServiceHistory")),
                {
                    name: (value, critical, at)
                    for name, value, critical, at in extensions(
                        current.get(member), f"{where}.{member}"
                    )
                },
                tuple(
                    _anchors(
                        current.get("ServiceDigitalIdentity"), f"{where}.ServiceDigitalIdentity"
                    )
                ),
            )


@dataclass(frozen=True, slots=True, eq=False)
class Subject:
    """A list under lint: the document, the moment, and what is known of who signs it.

    ``signer`` is the certificate that signed or will sign (never believed: lint knows no pins);
    ``signed_at`` is its `iat`. ``at`` is Unix seconds.
    """

    document: Any
    at: int
    signer: UntrustedCertificate | None = None
    signed_at: int | None = None
    lote: dict[str, Any] = field(init=False)
    scheme: dict[str, Any] = field(init=False)
    type: ListType | None = field(init=False)
    territory: str = field(init=False)
    issued: int | None = field(init=False)
    next_update: int | None = field(init=False)
    services: tuple[ServiceEntry, ...] = field(init=False)
    extensions: tuple[tuple[str, Any, bool, str], ...] = field(init=False)

    def __post_init__(self) -> None:
        lote = mapping(mapping(self.document).get("LoTE"))
        scheme = mapping(lote.get("ListAndSchemeInformation"))
        for name, value in (
            ("lote", lote),
            ("scheme", scheme),
            ("type", _TYPES.get(string(scheme.get("LoTEType")) or "")),
            ("territory", string(scheme.get("SchemeTerritory")) or ""),
            ("issued", seconds(scheme.get("ListIssueDateTime"))),
            ("next_update", seconds(scheme.get("NextUpdate"))),
            ("services", tuple(services_of(lote))),
            (
                "extensions",
                tuple(extensions(scheme.get("SchemeExtensions"), f"{SCHEME}.SchemeExtensions")),
            ),
        ):
            object.__setattr__(self, name, value)

    @property
    def sequence(self) -> int | None:
        number = self.scheme.get("LoTESequenceNumber")
        return number if type(number) is int else None

    def extension(self, name: str) -> tuple[Any, bool, str] | None:
        """(value, critical, path) of a scheme extension."""
        for found, value, critical, path in self.extensions:
            if found == name:
                return value, critical, path
        return None

    def pointers(self) -> Iterator[tuple[dict[str, Any], str, str, str]]:
        """(pointer, path, LoTEType, territory) of each pointer, as it stands."""
        for number, entry in enumerate(sequence(self.scheme.get("PointersToOtherLoTE"))):
            pointer = mapping(entry)
            first = (*sequence(pointer.get("LoTEQualifiers")), None)[0]
            qualifiers = mapping(first)
            yield (
                pointer,
                f"{SCHEME}.PointersToOtherLoTE[{number}]",
                string(qualifiers.get("LoTEType")) or "",
                string(qualifiers.get("SchemeTerritory")) or "",
            )


def pointer_signers(pointer: dict[str, Any], path: str) -> Iterator[Anchor]:
    """Readable certificates of a pointer's signers."""
    for number, identity in enumerate(sequence(pointer.get("ServiceDigitalIdentities"))):
        place = f"{path}.ServiceDigitalIdentities[{number}]"
        yield from _anchors({"X509Certificates": mapping(identity).get("X509Certificates")}, place)


# --- the table -----------------------------------------------------------------------------------
Check = Callable[[Subject], Iterator[Fault]]

RULES: Final[dict[str, LintRule]] = {}
CHECKS: Final[list[tuple[LintRule, Check]]] = []


def declare(
    id: str, clause: str, severity: Severity, question: str, *, effective: str = ETSI_602
) -> LintRule:
    """A rule whose faults are found elsewhere (by the schema, the decoder, a comparison)."""
    found = LintRule(id, clause, severity, effective, question)
    if RULES.setdefault(id, found) is not found:
        raise ValueError(f"two rules share the id {id}")
    return found


def rule(
    id: str, clause: str, severity: Severity, question: str, *, effective: str = ETSI_602
) -> Callable[[Check], Check]:
    """Declare a rule whose faults the decorated generator yields."""
    declared = declare(id, clause, severity, question, effective=effective)

    def register(check: Check) -> Check:
        CHECKS.append((declared, check))
        return check

    return register
