"""Entities and services of a member-state list, decoded (floor 5).

The profile asks more than ETSI's schema: every service has a unique identifier, a status with a
starting time, and a strictly descending history, so that "was it trusted last year?" has an answer.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from ..codes import listing as codes
from ..errors import Rejection
from ..verdict import TIME_MAX, Interval
from . import reading
from .identity import read_history_identities, read_identities
from .model import LegalStatus, LevelGrant, Service, Status, StatusPeriod, TechnicalClass

_ETSI: Final = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/"
_DEFA: Final = "https://defa.example/19602/SvcStatus/"

STATUS_URIS: Final = {
    Status.GRANTED: _ETSI + "recognisedatnationallevel",
    Status.WITHDRAWN: _ETSI + "deprecatedatnationallevel",
    Status.SUSPENDED: _DEFA + "suspended",
    Status.EXPIRED: _DEFA + "expired",
    Status.CEASED_WITH_VALID_PAST: _DEFA + "ceased_with_valid_past",
    Status.SANDBOX: _DEFA + "sandbox",
}
"""The URI this profile writes for each status: ETSI's where one fits (TS 119 602, 6.6.4)."""
STATUSES: Final = {uri: status for status, uri in STATUS_URIS.items()} | {
    _ETSI + "withdrawn": Status.WITHDRAWN
}
"""The URIs this profile reads. NOTE: ETSI's `granted` is a status under EU law and is not read."""
IN_OPERATION: Final = frozenset({Status.GRANTED, Status.SANDBOX, Status.SUSPENDED})
"""Statuses that a closed list may not leave behind."""
_OVER: Final = frozenset({Status.WITHDRAWN, Status.EXPIRED})

_ENTITY: Final = frozenset({"TrustedEntityInformation", "TrustedEntityServices"})
_INFORMATION: Final = frozenset({"TEName", "TEAddress", "TEInformationURI"})
_INFORMATION_OPTIONAL: Final = frozenset({"TETradeName", "TEInformationExtensions"})
_ADDRESS: Final = frozenset({"TEPostalAddress", "TEElectronicAddress"})
_SERVICE: Final = frozenset({"ServiceInformation"})
_SERVICE_OPTIONAL: Final = frozenset({"ServiceHistory"})
_CURRENT: Final = frozenset(
    {
        "ServiceTypeIdentifier",
        "ServiceName",
        "ServiceDigitalIdentity",
        "ServiceStatus",
        "StatusStartingTime",
        "ServiceInformationExtensions",
    }
)
_CURRENT_OPTIONAL: Final = frozenset(
    {"SchemeServiceDefinitionURI", "ServiceSupplyPoints", "ServiceDefinitionURI"}
)
_PAST: Final = frozenset(
    {"ServiceName", "ServiceDigitalIdentity", "ServiceStatus", "StatusStartingTime"}
)
_PAST_OPTIONAL: Final = frozenset({"ServiceTypeIdentifier", "ServiceInformationExtensions"})

SERVICE_EXTENSIONS: Final = frozenset(
    {
        "ServiceUniqueIdentifier",
        "DefaLoA",
        "DefaCredentialTypes",
        "DefaIssuerIds",
        "DefaFormats",
        "DefaLegalTerm",
        "DefaScope",
        "DefaDistrustAfter",
        "DefaLegalStatus",
        "DefaTechnicalClass",
        "DefaStandards",
    }
)
_LEGAL_STATUSES: Final = frozenset(LegalStatus) - {LegalStatus.RECOGNISED_FOREIGN}
"""A state's own services are foreign to nobody here: see `DefaRecognisedForeign`."""
_TECHNICAL_CLASSES: Final = frozenset(kind.value for kind in TechnicalClass)
_GRANT: Final = frozenset({"scheme", "value"})
_GRANT_OPTIONAL: Final = frozenset({"cap"})
_POSTAL: Final = frozenset({"lang", "StreetAddress", "Country"})
_POSTAL_OPTIONAL: Final = frozenset({"Locality", "StateOrProvince", "PostalCode"})
_SUPPLY_POINT: Final = frozenset({"uriValue"})
_SUPPLY_POINT_OPTIONAL: Final = frozenset({"ServiceType"})
MAX_SERVICES: Final = 1000
"""Ours: services of one entity, entries of one history, names in one extension."""


def read_services(value: Any, where: str, territory: str) -> tuple[Service, ...]:
    """TrustedEntitiesList (TS 119 602, 6.4): all services of all entities, in order.

    Raises ``Rejection``; duplicates are refused here too, both entries named.
    """
    services: list[Service] = []
    for number, entity in enumerate(reading.array(value, where)):
        services += read_entity(entity, f"{where}[{number}]", territory)
    check_duplicates(services)
    return tuple(services)


def read_entity(value: Any, where: str, territory: str) -> list[Service]:
    """One TrustedEntity (TS 119 602, 6.5): its services."""
    entity = reading.members(value, where, _ENTITY)
    path = f"{where}.TrustedEntityInformation"
    information = reading.members(
        entity["TrustedEntityInformation"], path, _INFORMATION, _INFORMATION_OPTIONAL
    )
    name = reading.multilingual(information["TEName"], f"{path}.TEName").english
    address = reading.members(information["TEAddress"], f"{path}.TEAddress", _ADDRESS)
    check_addresses(address["TEPostalAddress"], address["TEElectronicAddress"], f"{path}.TEAddress")
    reading.multilingual_uris(information["TEInformationURI"], f"{path}.TEInformationURI")
    if "TETradeName" in information:
        reading.multilingual(information["TETradeName"], f"{path}.TETradeName")
    if "TEInformationExtensions" in information:
        reading.extensions(
            information["TEInformationExtensions"],
            f"{path}.TEInformationExtensions",
            frozenset(),
        )
    path = f"{where}.TrustedEntityServices"
    entries = reading.array(entity["TrustedEntityServices"], path, most=MAX_SERVICES)
    return [
        _service(entry, f"{path}[{number}]", territory, name)
        for number, entry in enumerate(entries)
    ]


def check_addresses(postal: Any, electronic: Any, where: str) -> None:
    """A postal and an electronic address (TS 119 602, 6.3.5 and 6.5.3): read for form only."""
    reading.each(postal, f"{where}.Postal", _postal, most=64)
    reading.multilingual_uris(electronic, f"{where}.Electronic")


def _postal(value: Any, where: str) -> None:
    address = reading.members(value, where, _POSTAL, _POSTAL_OPTIONAL)
    for member, content in address.items():
        if member == "Country":
            reading.territory(content, f"{where}.Country")
        else:
            reading.text(content, f"{where}.{member}")


def _service(value: Any, where: str, territory: str, entity: str) -> Service:
    service = reading.members(value, where, _SERVICE, _SERVICE_OPTIONAL)
    path = f"{where}.ServiceInformation"
    current = reading.members(service["ServiceInformation"], path, _CURRENT, _CURRENT_OPTIONAL)
    for member in ("SchemeServiceDefinitionURI", "ServiceDefinitionURI"):
        if member in current:
            reading.multilingual_uris(current[member], f"{path}.{member}")
    supply_points: tuple[str, ...] = ()
    if "ServiceSupplyPoints" in current:
        supply_points = reading.each(
            current["ServiceSupplyPoints"], f"{path}.ServiceSupplyPoints", _supply_point, most=64
        )
    kind = reading.uri(current["ServiceTypeIdentifier"], f"{path}.ServiceTypeIdentifier")
    place = f"{path}.ServiceInformationExtensions"
    found = reading.extensions(current["ServiceInformationExtensions"], place, SERVICE_EXTENSIONS)
    extensions = Extensions(found, place)
    history = _history(current, path, service.get("ServiceHistory", _NO_HISTORY), where, kind)
    stated = extensions.stated()
    return Service(
        territory=territory,
        entity=entity,
        name=reading.multilingual(current["ServiceName"], f"{path}.ServiceName").english,
        type=kind,
        identities=read_identities(
            current["ServiceDigitalIdentity"], f"{path}.ServiceDigitalIdentity"
        ),
        history=distrusted(history, stated["distrust_after"]),
        supply_points=supply_points,
        **stated,
    )


def _supply_point(value: Any, where: str) -> str:
    point = reading.members(value, where, _SUPPLY_POINT, _SUPPLY_POINT_OPTIONAL)
    for member, content in point.items():
        reading.uri(content, f"{where}.{member}")
    address: str = point["uriValue"]
    return address


_NO_HISTORY: Final = object()


def _period(entry: dict[str, Any], where: str, end: int) -> StatusPeriod:
    uri = reading.uri(entry["ServiceStatus"], f"{where}.ServiceStatus")
    status = STATUSES.get(uri)
    if status is None:
        raise Rejection(codes.STATUS_UNKNOWN, where=f"{where}.ServiceStatus", actual=uri)
    start = reading.time(entry["StatusStartingTime"], f"{where}.StatusStartingTime")
    if start >= end:
        raise Rejection(codes.HISTORY_ORDER, where=where)
    return StatusPeriod(status, uri, Interval(start, end))


def _history(
    current: dict[str, Any], path: str, past: Any, where: str, kind: str
) -> tuple[StatusPeriod, ...]:
    """Current entry first; each older one ends where the next begins (TS 119 615, 4.4)."""
    periods = [_period(current, path, TIME_MAX)]
    if past is _NO_HISTORY:
        return tuple(periods)
    for number, value in enumerate(
        reading.array(past, f"{where}.ServiceHistory", most=MAX_SERVICES)
    ):
        step = f"{where}.ServiceHistory[{number}]"
        entry = reading.members(value, step, _PAST, _PAST_OPTIONAL)
        reading.multilingual(entry["ServiceName"], f"{step}.ServiceName")
        read_history_identities(entry["ServiceDigitalIdentity"], f"{step}.ServiceDigitalIdentity")
        if entry.get("ServiceTypeIdentifier", kind) != kind:
            # A service of another type is another service; its past cannot vouch for this one.
            raise Rejection(codes.HISTORY_FORM, where=f"{step}.ServiceTypeIdentifier")
        if "ServiceInformationExtensions" in entry:
            found = reading.extensions(
                entry["ServiceInformationExtensions"],
                f"{step}.ServiceInformationExtensions",
                SERVICE_EXTENSIONS,
            )
            if found.keys() - {"ServiceUniqueIdentifier"}:
                # Bounds of the past would be lost on a reader, who applies the current ones.
                raise Rejection(codes.HISTORY_FORM, where=f"{step}.ServiceInformationExtensions")
        periods.append(_period(entry, step, periods[-1].interval.start))
    return tuple(periods)


def distrusted(history: tuple[StatusPeriod, ...], moment: int | None) -> tuple[StatusPeriod, ...]:
    """The history as if the service had been withdrawn at ``moment`` (`DefaDistrustAfter`), if any.

    NOTE: when an object was issued is the distrusted service's own word. Only a proof of existence
    moves the control time back before ``moment`` (EN 319 102-1, 5.5), and then the status is good.
    """
    if moment is None:
        return history
    periods: list[StatusPeriod] = []
    for period in history:
        start, end = period.interval
        if end <= moment or period.status in _OVER:
            periods.append(period)
            continue
        gone = Interval(max(start, moment), end)
        periods.append(StatusPeriod(Status.WITHDRAWN, STATUS_URIS[Status.WITHDRAWN], gone))
        if start < moment:
            periods.append(period._replace(interval=Interval(start, moment)))
    return tuple(periods)


class Extensions:
    """ServiceInformationExtensions (TS 119 602, 6.6.9), each member read by its own rule.

    ``found`` is what ``reading.extensions`` returns.
    """

    __slots__ = ("_found", "_where")

    def __init__(self, found: dict[str, tuple[Any, str, bool]], where: str) -> None:
        self._where = where
        self._found = found

    def stated(self) -> dict[str, Any]:
        """What they say of a service, by the name of the part of ``Service``."""
        return {
            "id": self.identifier(),
            "levels": self.levels(),
            "issuer_ids": self.tokens("DefaIssuerIds"),
            "credential_types": self.tokens("DefaCredentialTypes"),
            "formats": self.tokens("DefaFormats"),
            "term": self.term(),
            "scope": self.scope(),
            "distrust_after": self.moment("DefaDistrustAfter"),
            "legal_status": self.legal_status(),
            "technical_class": self.technical_class(),
            "standards": self.tokens("DefaStandards"),
        }

    def identifier(self) -> str:
        if "ServiceUniqueIdentifier" not in self._found:
            raise Rejection(
                codes.MEMBER_MISSING,
                where=self._where,
                expected="ServiceUniqueIdentifier",
                actual=self._where,
            )
        value, where, _ = self._found["ServiceUniqueIdentifier"]
        return reading.uri(value, where)

    def tokens(self, name: str) -> tuple[str, ...]:
        if name not in self._found:
            return ()
        value, where, _ = self._found[name]
        return read_tokens(value, where)

    def levels(self) -> tuple[LevelGrant, ...]:
        if "DefaLoA" not in self._found:
            return ()
        value, where, _ = self._found["DefaLoA"]
        return read_levels(value, where)

    def term(self) -> str | None:
        """The domestic legal term in its own language, verbatim."""
        if "DefaLegalTerm" not in self._found:
            return None
        value, where, _ = self._found["DefaLegalTerm"]
        return reading.in_language(value, where)[1]

    def scope(self) -> str | None:
        if "DefaScope" not in self._found:
            return None
        value, where, _ = self._found["DefaScope"]
        return reading.text(value, where)

    def legal_status(self) -> LegalStatus | None:
        if "DefaLegalStatus" not in self._found:
            return None
        value, where, _ = self._found["DefaLegalStatus"]
        return LegalStatus(reading.one_of(value, where, _LEGAL_STATUSES))

    def technical_class(self) -> TechnicalClass | None:
        if "DefaTechnicalClass" not in self._found:
            return None
        value, where, _ = self._found["DefaTechnicalClass"]
        return TechnicalClass(reading.one_of(value, where, _TECHNICAL_CLASSES))

    def moment(self, name: str) -> int | None:
        if name not in self._found:
            return None
        value, where, _ = self._found[name]
        return reading.time(value, where)


def read_tokens(value: Any, where: str) -> tuple[str, ...]:
    """A non-empty set of identifiers: empty would mean "unbounded" to one reader, and "none" to
    another."""
    found = reading.each(value, where, reading.token, most=MAX_SERVICES)
    if len(found) > 1 and len(set(found)) != len(found):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"a value twice in {where}")
    return found


def read_levels(value: Any, where: str) -> tuple[LevelGrant, ...]:
    """`DefaLoA`: at most one level of each scheme."""
    grants = reading.each(value, where, _grant, most=64)
    if len({grant.scheme for grant in grants}) != len(grants):
        raise Rejection(codes.DUPLICATE, where=where, actual=f"a scheme twice in {where}")
    return grants


def _grant(value: Any, where: str) -> LevelGrant:
    grant = reading.members(value, where, _GRANT, _GRANT_OPTIONAL)
    cap = grant.get("cap", _NO_HISTORY)
    return LevelGrant(
        reading.token(grant["scheme"], f"{where}.scheme"),
        reading.token(grant["value"], f"{where}.value"),
        None if cap is _NO_HISTORY else reading.token(cap, f"{where}.cap"),
    )


def check_duplicates(services: Iterable[Service]) -> None:
    """One identifier once, and one key at most once a service type (TS 119 612, 5.5.3)."""
    by_id: dict[str, Service] = {}
    by_key: dict[tuple[str, bytes], Service] = {}
    for service in services:
        other = by_id.setdefault(service.id, service)
        if other is not service:
            raise Rejection(
                codes.DUPLICATE, where=service.id, actual=f"{other.name} and {service.name}"
            )
        for identity in service.identities:
            if identity.key is None:
                continue
            other = by_key.setdefault((service.type, identity.key.thumbprint), service)
            if other is not service:
                raise Rejection(
                    codes.DUPLICATE, where=service.id, actual=f"{other.id} and {service.id}"
                )
