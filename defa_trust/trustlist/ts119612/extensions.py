"""Extensions of schemes, providers and services, and the MRA extension of pointers (floor 5)."""

from __future__ import annotations

from typing import Final

from ...codec import json as strict_json
from ...codec import xml
from ...codec.xml import Element
from ...codes import xml as codes
from ...errors import Rejection
from ...formats.xmldsig import XADES
from ...spec import MAX_LIST_BYTES
from . import values
from .model import (
    DEFA,
    ETSI_EXTENSIONS,
    FOREIGN,
    FOREIGN_JSON,
    MRA,
    SIE,
    TSL,
    TSLX,
    AdditionalServiceInformation,
    ContentEquivalence,
    Criteria,
    Equivalence,
    Extension,
    MutualRecognition,
    OtherCriterion,
    Qualification,
    StatusEquivalence,
    TakenOverBy,
    Text,
    TypeEquivalence,
)

ASSERTIONS: Final = frozenset({"all", "atLeastOne", "none"})
RESERVED: Final = frozenset({"Critical", FOREIGN, FOREIGN_JSON, *ETSI_EXTENSIONS})
"""Names that no DEFA extension may take: they have another meaning, or their own element."""
_MAX_CRITERIA_DEPTH: Final = 16


def read_extensions(element: Element) -> tuple[Extension, ...]:
    """Every extension of a list of them; one element may carry several values.

    Raises ``Rejection`` (`list612.extension_critical`) for a critical one that is not understood
    (TS 119 612, 5.3.17, 5.5.9): it may change what all the rest means.
    """
    found: list[Extension] = []
    for entry in values.each(element, "Extension"):
        critical = values.boolean(entry.get("Critical"))
        if critical is None:
            raise values.fault(entry, "marked critical or not")
        inner = xml.children(entry)
        if critical and not inner:
            raise Rejection(codes.EXTENSION_CRITICAL, where=values.where(entry), actual="empty")
        found.extend(_extension(child, critical) for child in inner)
    return tuple(found)


def _extension(element: Element, critical: bool) -> Extension:
    match element.tag:
        case _Tag.QUALIFICATIONS:
            elements = values.each(element, "QualificationElement", SIE)
            return Extension(
                "Qualifications", critical, tuple(_qualification(item) for item in elements)
            )
        case _Tag.INFORMATION:
            return Extension("AdditionalServiceInformation", critical, _information(element))
        case _Tag.TAKEN_OVER:
            return Extension("TakenOverBy", critical, _taken_over(element))
        case _Tag.EXPIRED:
            return Extension("ExpiredCertsRevocationInfo", critical, values.time(element))
        case _Tag.DEFA:
            name = element.get("Name")
            if not name or name in RESERVED:
                raise values.fault(element, "named for an extension of the DEFA profile")
            text = values.text(element).encode()
            read = strict_json.loads(text, max_bytes=MAX_LIST_BYTES)
            return Extension(name, critical, read)
        case _:
            if critical:
                raise Rejection(
                    codes.EXTENSION_CRITICAL,
                    where=values.where(element),
                    actual=values.local(element)[:64],
                )
            return Extension(FOREIGN, critical, values.foreign(element))


class _Tag:
    QUALIFICATIONS: Final = f"{{{SIE}}}Qualifications"
    INFORMATION: Final = f"{{{TSL}}}AdditionalServiceInformation"
    TAKEN_OVER: Final = f"{{{TSLX}}}TakenOverBy"
    EXPIRED: Final = f"{{{TSL}}}ExpiredCertsRevocationInfo"
    DEFA: Final = f"{{{DEFA}}}Extension"


def _information(element: Element) -> AdditionalServiceInformation:
    found = values.parts(element, ("URI",), ("InformationValue", "OtherInformation"))
    uri = found["URI"]
    value = xml.leaf(found["InformationValue"]) if "InformationValue" in found else None
    other = found.get("OtherInformation")
    return AdditionalServiceInformation(
        Text(values.language(uri), values.uri(uri)),
        value.strip() or None if value else None,
        values.foreign(other) if other is not None else None,
    )


def _taken_over(element: Element) -> TakenOverBy:
    by_name = {child.tag: child for child in xml.children(element)}
    wanted = [f"{{{TSLX}}}URI", f"{{{TSLX}}}TSPName"]
    wanted += [f"{{{TSL}}}SchemeOperatorName", f"{{{TSL}}}SchemeTerritory"]
    for tag in wanted:
        if tag not in by_name:
            name = tag.rpartition("}")[2]
            place = values.where(element)
            raise Rejection(codes.MISSING, where=place, expected=name, actual=place)
    uri, names, operator, territory = (by_name[tag] for tag in wanted)
    others = [child for child in xml.children(element) if child.tag not in wanted]
    return TakenOverBy(
        Text(values.language(uri), values.uri(uri)),
        values.texts(names),
        values.texts(operator),
        values.text(territory),
        tuple(values.foreign(child) for child in others),
    )


# --- qualifications ------------------------------------------------------------------------------
def _qualification(element: Element) -> Qualification:
    found = values.parts(element, ("Qualifiers", "CriteriaList"), namespace=SIE)
    return Qualification(
        tuple(_qualifier(item) for item in values.each(found["Qualifiers"], "Qualifier", SIE)),
        read_criteria(found["CriteriaList"]),
    )


def _qualifier(element: Element) -> str:
    found = element.get("uri")
    if not found:
        raise values.fault(element, "a qualifier's URI")
    return str(found).strip()


def read_criteria(element: Element, depth: int = 0) -> Criteria:
    """CriteriaList, nested lists and all. A list without `assert` means nothing and is refused."""
    if depth > _MAX_CRITERIA_DEPTH:
        raise values.fault(element, f"nested at most {_MAX_CRITERIA_DEPTH} deep")
    assertion = element.get("assert")
    if assertion not in ASSERTIONS:
        raise values.fault(element, "asserted as all, atLeastOne or none")
    usages: list[tuple[tuple[str, bool], ...]] = []
    policies: list[tuple[str, ...]] = []
    lists: list[Criteria] = []
    others: list[OtherCriterion] = []
    description: str | None = None
    for child in xml.children(element):
        name = values.local(child)
        if child.tag != f"{{{SIE}}}{name}":
            raise Rejection(codes.UNEXPECTED, where=values.where(child), actual=name[:64])
        match name:
            case "KeyUsage":
                usages.append(tuple(_bit(b) for b in values.each(child, "KeyUsageBit", SIE)))
            case "PolicySet":
                sets = values.each(child, "PolicyIdentifier", SIE)
                policies.append(tuple(_object_identifier(item) for item in sets))
            case "CriteriaList":
                lists.append(read_criteria(child, depth + 1))
            case "Description":
                description = (xml.leaf(child) or "").strip() or None
            case "otherCriteriaList":
                others += [_other_criterion(item) for item in xml.children(child)]
            case _:
                raise Rejection(codes.UNEXPECTED, where=values.where(child), actual=name[:64])
    return Criteria(
        assertion, tuple(usages), tuple(policies), tuple(lists), description, tuple(others)
    )


def _bit(element: Element) -> tuple[str, bool]:
    name, value = element.get("name"), values.boolean(xml.leaf(element))
    if not name or value is None:
        raise values.fault(element, "a named bit")
    return str(name), value


def _object_identifier(element: Element) -> str:
    identifier = element.find(f"{{{XADES}}}Identifier")
    if identifier is None:
        raise values.fault(element, "an object identifier")
    return values.uri(identifier).removeprefix("urn:oid:")


def _other_criterion(element: Element) -> OtherCriterion:
    identifiers = tuple(
        values.uri(item).removeprefix("urn:oid:") for item in element.iter(f"{{{XADES}}}Identifier")
    )
    return OtherCriterion(values.local(element), identifiers, values.foreign(element))


# --- mutual recognition --------------------------------------------------------------------------
def read_recognition(element: Element) -> MutualRecognition:
    """MutualRecognitionAgreementInformation (namespace ``MRA``, version 2 of the schema)."""
    numbers: dict[str, int] = {}
    for name in ("technicalType", "version", "MRADepth"):
        text = str(element.get(name, "")).strip()
        if not text.isascii() or not text.isdecimal() or len(text) > 9:
            raise values.fault(element, f"with {name} a number")
        numbers[name] = int(text)
    laws = [element.get(f"{side}ContractingPartyLegislation") for side in ("pointing", "pointed")]
    if not all(laws):
        raise values.fault(element, "with both sides' legislation")
    entries = values.each(element, "TrustServiceEquivalenceInformation", MRA)
    return MutualRecognition(
        numbers["technicalType"],
        numbers["version"],
        laws[0],
        laws[1],
        numbers["MRADepth"],
        tuple(_equivalence(entry) for entry in entries),
    )


_MORE: Final = "AdditionalServiceInformation"
_TYPES: Final = "TrustServiceTSLTypeEquivalenceList"
_STATUS: Final = "TrustServiceEquivalenceStatus"
_SINCE: Final = "TrustServiceEquivalenceStatusStartingTime"
_STATUSES: Final = "TrustServiceTSLStatusEquivalenceList"
_CONTENTS: Final = "CertificateContentReferencesEquivalenceList"
_QUALIFIERS: Final = "TrustServiceTSLQualificationExtensionEquivalenceList"
_LEGAL: Final = "TrustServiceLegalIdentifier"
_HISTORY: Final = "TrustServiceEquivalenceHistory"


def _equivalence(element: Element, *, past: bool = False) -> Equivalence:
    required = [_TYPES, _STATUS, _SINCE, _STATUSES, *(() if past else (_LEGAL,))]
    optional = [_CONTENTS, _QUALIFIERS, *(() if past else (_HISTORY,))]
    found = values.parts(element, required, optional, MRA)
    history: tuple[Equivalence, ...] = ()
    if _HISTORY in found:
        instances = values.each(found[_HISTORY], f"{_HISTORY}Instance", MRA)
        history = tuple(_equivalence(item, past=True) for item in instances)
    contents: tuple[ContentEquivalence, ...] = ()
    if _CONTENTS in found:
        items = values.each(found[_CONTENTS], "CertificateContentReferenceEquivalence", MRA)
        contents = tuple(_content(item) for item in items)
    qualifiers: tuple[tuple[str, str], ...] = ()
    if _QUALIFIERS in found:
        pairs = found[_QUALIFIERS].iter(f"{{{MRA}}}QualifierEquivalence")
        qualifiers = tuple(_qualifier_pair(pair) for pair in pairs)
    since = values.time(found[_SINCE])
    if any(entry.since >= since for entry in history):
        raise Rejection(
            codes.HISTORY_ORDER, where=values.where(element), actual=values.where(element)
        )
    return Equivalence(
        None if past else values.text(found[_LEGAL]),
        _types(found[_TYPES]),
        values.uri(found[_STATUS]),
        since,
        _statuses(found[_STATUSES]),
        contents,
        qualifiers,
        history,
    )


def _types(element: Element) -> TypeEquivalence:
    names = [f"TrustServiceTSLTypeList{side}Party" for side in ("Pointing", "Pointed")]
    found = values.parts(element, names, namespace=MRA)
    sides = []
    for name in names:
        side: list[tuple[str, str | None]] = []
        for item in values.each(found[name], "TrustServiceTSLType", MRA):
            inner = values.parts(item, ("ServiceTypeIdentifier",), (_MORE,))
            more = inner.get(_MORE)
            side.append(
                (
                    values.uri(inner["ServiceTypeIdentifier"]),
                    None if more is None else _information(more).uri.value,
                )
            )
        sides.append(tuple(side))
    return TypeEquivalence(sides[0], sides[1])


def _statuses(element: Element) -> StatusEquivalence:
    names = [f"TrustServiceTSLStatus{kind}Equivalence" for kind in ("Valid", "Invalid")]
    found = values.parts(element, names, namespace=MRA)
    sides: list[tuple[str, ...]] = []
    for name in names:
        parties = [f"TrustServiceTSLStatusList{side}Party" for side in ("Pointing", "Pointed")]
        inner = values.parts(found[name], parties, namespace=MRA)
        for party in parties:
            listed = values.each(inner[party], "ServiceStatus")
            sides.append(tuple(values.uri(item) for item in listed))
    return StatusEquivalence(*sides)


def _content(element: Element) -> ContentEquivalence:
    context = "CertificateContentReferenceEquivalenceContext"
    names = [f"CertificateContentDeclaration{side}Party" for side in ("Pointing", "Pointed")]
    found = values.parts(element, [context, *names], namespace=MRA)
    return ContentEquivalence(
        values.uri(found[context]), read_criteria(found[names[0]]), read_criteria(found[names[1]])
    )


def _qualifier_pair(element: Element) -> tuple[str, str]:
    pointing, pointed = "QualifierPointingParty", "QualifierPointedParty"
    found = values.parts(element, (pointing, pointed), namespace=MRA)
    return _qualifier(found[pointing]), _qualifier(found[pointed])
