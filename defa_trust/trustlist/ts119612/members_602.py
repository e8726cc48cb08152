"""Members and extensions of TS 119 602 lists, for conversion (floor 5).

Laxer about texts than ``reading``: what a list of another operator says is carried over as it is.
"""

from __future__ import annotations

from typing import Any, Final

from ...codec import xml
from ...codes import listing as list_codes
from ...errors import Rejection
from ...formats.xmldsig import XADES
from .. import reading
from . import values
from .extensions import ASSERTIONS
from .model import (
    FOREIGN,
    FOREIGN_JSON,
    AdditionalServiceInformation,
    Criteria,
    Extension,
    OtherCriterion,
    Qualification,
    TakenOverBy,
    Text,
    Texts,
)

_MAX_CRITERIA_DEPTH: Final = 16


# --- members -------------------------------------------------------------------------------------
def optional(read: Any, holder: dict[str, Any], member: str, where: str) -> Any:
    """What ``read`` makes of a member, or an empty tuple where it is not there."""
    return read(holder[member], f"{where}.{member}") if member in holder else ()


def string(value: Any, where: str) -> str:
    if type(value) is not str or not value or len(value) > 65_536:
        raise reading.value_fault(where, "a text")
    return value


def strings(value: Any, where: str) -> tuple[str, ...]:
    return reading.each(value, where, string)


def texts(value: Any, where: str) -> Texts:
    return reading.each(value, where, text)


def text(value: Any, where: str) -> Text:
    pair = reading.members(value, where, frozenset({"lang", "value"}))
    return Text(string(pair["lang"], where), string(pair["value"], where))


def uris(value: Any, where: str) -> Texts:
    return reading.each(value, where, uri)


def uri(value: Any, where: str) -> Text:
    pair = reading.members(value, where, frozenset({"lang", "uriValue"}))
    return Text(string(pair["lang"], where), string(pair["uriValue"], where))


# --- extensions ----------------------------------------------------------------------------------
def extensions(value: Any, where: str) -> tuple[Extension, ...]:
    found: list[Extension] = []
    for number, entry in enumerate(reading.array(value, where)):
        path = f"{where}[{number}]"
        if type(entry) is not dict or len(entry) != 2 or type(entry.get("Critical")) is not bool:
            raise Rejection(list_codes.EXTENSION_FORM, where=path)
        (name,) = entry.keys() - {"Critical"}
        critical, content = entry["Critical"], entry[name]
        match name:
            case "Qualifications":
                read = reading.each(content, path, _qualification)
                found.append(Extension(name, critical, read))
            case "AdditionalServiceInformation":
                found += [
                    Extension(name, critical, _information(item, path))
                    for item in reading.array(content, path)
                ]
            case "TakenOverBy":
                found.append(Extension(name, critical, _taken_over(content, path)))
            case "ExpiredCertsRevocationInfo":
                found.append(Extension(name, critical, reading.time(content, path)))
            case _ if name == FOREIGN_JSON:
                found += [
                    Extension(FOREIGN, critical, _xml(item, path))
                    for item in reading.array(content, path)
                ]
            case _ if name == FOREIGN:
                raise Rejection(list_codes.EXTENSION_FORM, where=path)
            case _:
                found.append(Extension(name, critical, content))
    return tuple(found)


def _xml(value: Any, where: str) -> bytes:
    return values.foreign(xml.parse(string(value, where).encode()))


def _qualification(value: Any, where: str) -> Qualification:
    entry = reading.members(value, where, frozenset({"Qualifiers", "CriteriaList"}))
    return Qualification(
        strings(entry["Qualifiers"], where), _criteria(entry["CriteriaList"], where, 0)
    )


_CRITERIA_OPTIONAL: Final = frozenset(
    {"KeyUsage", "PolicySet", "CriteriaList", "Description", "otherCriteriaList"}
)


def _criteria(value: Any, where: str, depth: int) -> Criteria:
    entry = reading.members(value, where, frozenset({"assert"}), _CRITERIA_OPTIONAL)
    if depth > _MAX_CRITERIA_DEPTH:
        raise reading.value_fault(where, f"nested at most {_MAX_CRITERIA_DEPTH} deep")
    usages = []
    for usage in reading.array(entry.get("KeyUsage", []), where, least=0):
        bits = [
            reading.members(bit, where, frozenset({"name", "value"}))
            for bit in reading.array(usage, where)
        ]
        usages.append(
            tuple((string(b["name"], where), reading.boolean(b["value"], where)) for b in bits)
        )
    lists = reading.array(entry.get("CriteriaList", []), where, least=0)
    return Criteria(
        reading.one_of(entry["assert"], where, ASSERTIONS),
        tuple(usages),
        tuple(
            strings(item, where)
            for item in reading.array(entry.get("PolicySet", []), where, least=0)
        ),
        tuple(_criteria(item, where, depth + 1) for item in lists),
        string(entry["Description"], where) if "Description" in entry else None,
        tuple(
            _criterion(item, where)
            for item in reading.array(entry.get("otherCriteriaList", []), where, least=0)
        ),
    )


def _criterion(value: Any, where: str) -> OtherCriterion:
    octets = _xml(value, where)
    element = xml.parse(octets)
    found = (values.uri(item) for item in element.iter(f"{{{XADES}}}Identifier"))
    oids = tuple(item.removeprefix("urn:oid:") for item in found)
    return OtherCriterion(values.local(element), oids, octets)


def _information(value: Any, where: str) -> AdditionalServiceInformation:
    entry = reading.members(
        value, where, frozenset({"lang", "uriValue"}), frozenset({"value", "other"})
    )
    return AdditionalServiceInformation(
        Text(string(entry["lang"], where), string(entry["uriValue"], where)),
        string(entry["value"], where) if "value" in entry else None,
        _xml(entry["other"], where) if "other" in entry else None,
    )


def _taken_over(value: Any, where: str) -> TakenOverBy:
    required = frozenset({"URI", "TEName", "SchemeOperatorName", "SchemeTerritory"})
    entry = reading.members(value, where, required, frozenset({"other"}))
    return TakenOverBy(
        uri(entry["URI"], where),
        texts(entry["TEName"], where),
        texts(entry["SchemeOperatorName"], where),
        string(entry["SchemeTerritory"], where),
        tuple(_xml(item, where) for item in reading.array(entry.get("other", []), where, least=0)),
    )
