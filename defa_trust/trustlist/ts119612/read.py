"""From the signed bytes of a TS 119 612 list to the model (floor 5).

Takes canonical content as ``open_enveloped`` returns it; says nothing of signatures or the time.
"""

from __future__ import annotations

from ...codec import xml
from ...codec.xml import Element
from ...codes import xml as codes
from ...errors import Rejection
from ...spec import MAX_LIST_BYTES
from . import values
from .extensions import read_extensions, read_recognition
from .model import (
    MRA,
    TSL,
    TSLX,
    VERSIONS,
    History,
    Pointer,
    Provider,
    Service,
    Text,
    Texts,
    TrustedList,
)

_ROOT = f"{{{TSL}}}TrustServiceStatusList"
_SCHEME = (
    "TSLVersionIdentifier",
    "TSLSequenceNumber",
    "TSLType",
    "SchemeOperatorName",
    "SchemeOperatorAddress",
    "SchemeName",
    "SchemeInformationURI",
    "StatusDeterminationApproach",
    "HistoricalInformationPeriod",
    "ListIssueDateTime",
    "NextUpdate",
)
_SCHEME_OPTIONAL = (
    "SchemeTypeCommunityRules",
    "SchemeTerritory",
    "PolicyOrLegalNotice",
    "PointersToOtherTSL",
    "DistributionPoints",
    "SchemeExtensions",
)


def read_list(content: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> TrustedList:
    """Read a list of version 3, 4, 5 or 6 without its signature.

    Raises ``Rejection``: `xml.*` and `list612.*`, with the path of element names in ``where``.
    """
    root = xml.parse(content, max_bytes=max_bytes)
    if root.tag != _ROOT:
        raise Rejection(codes.NOT_A_LIST, actual="its root element")
    top = values.parts(root, ("SchemeInformation",), ("TrustServiceProviderList",))
    found = values.parts(top["SchemeInformation"], _SCHEME, _SCHEME_OPTIONAL)
    version = values.number(found["TSLVersionIdentifier"])
    if version not in VERSIONS:
        raise Rejection(codes.VERSION, expected=VERSIONS, actual=version)
    sequence = values.number(found["TSLSequenceNumber"])
    if sequence < 1:
        raise values.fault(found["TSLSequenceNumber"], "at least 1")
    policies, notices = _legal(found.get("PolicyOrLegalNotice"))
    pointers = found.get("PointersToOtherTSL")
    distribution = found.get("DistributionPoints")
    extensions = found.get("SchemeExtensions")
    territory = found.get("SchemeTerritory")
    rules = found.get("SchemeTypeCommunityRules")
    listed = top.get("TrustServiceProviderList")
    next_update = values.parts(found["NextUpdate"], (), ("dateTime",)).get("dateTime")
    return TrustedList(
        version=version,
        sequence=sequence,
        type=values.uri(found["TSLType"]),
        operator=values.texts(found["SchemeOperatorName"]),
        address=values.address(found["SchemeOperatorAddress"]),
        name=values.texts(found["SchemeName"]),
        information=values.uris(found["SchemeInformationURI"]),
        status_determination=values.uri(found["StatusDeterminationApproach"]),
        rules=values.uris(rules) if rules is not None else (),
        territory=values.text(territory) if territory is not None else None,
        policies=policies,
        notices=notices,
        historical_period=values.number(found["HistoricalInformationPeriod"]),
        issued=values.time(found["ListIssueDateTime"]),
        next_update=None if next_update is None else values.time(next_update),
        pointers=()
        if pointers is None
        else tuple(_pointer(item) for item in values.each(pointers, "OtherTSLPointer", least=0)),
        distribution_points=()
        if distribution is None
        else tuple(values.uri(item) for item in values.each(distribution, "URI")),
        extensions=read_extensions(extensions) if extensions is not None else (),
        providers=()
        if listed is None
        else tuple(_provider(item) for item in values.each(listed, "TrustServiceProvider")),
        id=root.get("Id"),
    )


def _legal(element: Element | None) -> tuple[Texts, Texts]:
    if element is None:
        return (), ()
    inner = xml.children(element)
    if inner and values.local(inner[0]) == "TSLPolicy":
        entries = values.each(element, "TSLPolicy")
        return tuple(Text(values.language(e), values.uri(e)) for e in entries), ()
    return (), values.texts(element, "TSLLegalNotice")


# --- pointers ------------------------------------------------------------------------------------
def _pointer(element: Element) -> Pointer:
    found = values.parts(
        element, ("TSLLocation",), ("ServiceDigitalIdentities", "AdditionalInformation")
    )
    identities = found.get("ServiceDigitalIdentities")
    pointer = Pointer(
        values.uri(found["TSLLocation"]),
        ()
        if identities is None
        else tuple(
            values.identity(item)
            for item in values.each(identities, "ServiceDigitalIdentity", least=0)
        ),
    )
    if "AdditionalInformation" not in found:
        return pointer
    facts: dict[str, object] = {}
    unknown: list[bytes] = []
    for entry in xml.children(found["AdditionalInformation"]):
        if entry.tag == f"{{{TSL}}}TextualInformation":
            unknown.append(values.foreign(entry))
            continue
        if entry.tag != f"{{{TSL}}}OtherInformation":
            raise Rejection(
                codes.UNEXPECTED, where=values.where(entry), actual=values.where(element)
            )
        for child in xml.children(entry):
            name, value = _qualifier(child)
            if name is None:
                unknown.append(values.foreign(child))
            elif name in facts:
                # Two answers to "whose list is this?" would let a reader pick.
                raise Rejection(
                    codes.UNEXPECTED, where=values.where(child), actual=values.where(element)
                )
            else:
                facts[name] = value
    return pointer._replace(foreign=tuple(unknown), **facts)  # type: ignore[arg-type]


def _qualifier(element: Element) -> tuple[str | None, object]:
    match element.tag:
        case _Tag.TYPE:
            return "type", values.uri(element)
        case _Tag.OPERATOR:
            return "operator", values.texts(element)
        case _Tag.RULES:
            return "rules", values.uris(element)
        case _Tag.TERRITORY:
            return "territory", values.text(element)
        case _Tag.MIME:
            return "mime_type", values.text(element)
        case _Tag.RECOGNITION:
            return "recognition", read_recognition(element)
        case _:
            return None, None


class _Tag:
    TYPE = f"{{{TSL}}}TSLType"
    OPERATOR = f"{{{TSL}}}SchemeOperatorName"
    RULES = f"{{{TSL}}}SchemeTypeCommunityRules"
    TERRITORY = f"{{{TSL}}}SchemeTerritory"
    MIME = f"{{{TSLX}}}MimeType"
    RECOGNITION = f"{{{MRA}}}MutualRecognitionAgreementInformation"


# --- providers and services ----------------------------------------------------------------------
def _provider(element: Element) -> Provider:
    top = values.parts(element, ("TSPInformation", "TSPServices"))
    found = values.parts(
        top["TSPInformation"],
        ("TSPName", "TSPAddress", "TSPInformationURI"),
        ("TSPTradeName", "TSPInformationExtensions"),
    )
    trade = found.get("TSPTradeName")
    extensions = found.get("TSPInformationExtensions")
    return Provider(
        names=values.texts(found["TSPName"]),
        trade_names=values.texts(trade) if trade is not None else (),
        address=values.address(found["TSPAddress"]),
        information=values.uris(found["TSPInformationURI"]),
        services=tuple(_service(item) for item in values.each(top["TSPServices"], "TSPService")),
        extensions=read_extensions(extensions) if extensions is not None else (),
    )


def _service(element: Element) -> Service:
    top = values.parts(element, ("ServiceInformation",), ("ServiceHistory",))
    found = values.parts(
        top["ServiceInformation"],
        (
            "ServiceTypeIdentifier",
            "ServiceName",
            "ServiceDigitalIdentity",
            "ServiceStatus",
            "StatusStartingTime",
        ),
        (
            "SchemeServiceDefinitionURI",
            "ServiceSupplyPoints",
            "TSPServiceDefinitionURI",
            "ServiceInformationExtensions",
        ),
    )
    scheme_definition = found.get("SchemeServiceDefinitionURI")
    definition = found.get("TSPServiceDefinitionURI")
    supply = found.get("ServiceSupplyPoints")
    extensions = found.get("ServiceInformationExtensions")
    history = top.get("ServiceHistory")
    return Service(
        type=values.uri(found["ServiceTypeIdentifier"]),
        names=values.texts(found["ServiceName"]),
        identity=values.identity(found["ServiceDigitalIdentity"]),
        # NOTE: one list of Peru has a space in it. It equals no known status: it counts for none.
        status=values.text(found["ServiceStatus"]),
        since=values.time(found["StatusStartingTime"]),
        scheme_definition=()
        if scheme_definition is None
        else values.uris(scheme_definition, least=0),
        supply_points=()
        if supply is None
        else tuple(
            (item.get("type"), values.uri(item))
            for item in values.each(supply, "ServiceSupplyPoint", least=0)
        ),
        definition=() if definition is None else values.uris(definition, least=0),
        extensions=read_extensions(extensions) if extensions is not None else (),
        history=()
        if history is None
        else tuple(
            _instance(item) for item in values.each(history, "ServiceHistoryInstance", least=0)
        ),
    )


def _instance(element: Element) -> History:
    found = values.parts(
        element,
        (
            "ServiceTypeIdentifier",
            "ServiceName",
            "ServiceDigitalIdentity",
            "ServiceStatus",
            "StatusStartingTime",
        ),
        ("ServiceInformationExtensions",),
    )
    extensions = found.get("ServiceInformationExtensions")
    return History(
        values.uri(found["ServiceTypeIdentifier"]),
        values.texts(found["ServiceName"]),
        values.identity(found["ServiceDigitalIdentity"]),
        values.text(found["ServiceStatus"]),
        values.time(found["StatusStartingTime"]),
        read_extensions(extensions) if extensions is not None else (),
    )
