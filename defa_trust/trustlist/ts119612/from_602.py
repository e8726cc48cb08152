"""From the JSON of TS 119 602 to the model (floor 5): generic lists, both spellings.

Laxer than ``decode``, which reads lists of this profile for use: this reads any list of the
standard for conversion, and what has no place in the model is refused, never dropped.
"""

from __future__ import annotations

from typing import Any, Final

from ...codec import base64url
from ...codes import listing as list_codes
from ...codes import xml as codes
from ...errors import Rejection
from .. import reading
from ..model import ListType
from .members_602 import extensions, optional, string, strings, text, texts, uri, uris
from .model import (
    WRITTEN_VERSION,
    Address,
    Extension,
    History,
    Identity,
    Pointer,
    Postal,
    Provider,
    Service,
    Text,
    Texts,
    TrustedList,
)

REGION_NAME: Final = "ASEAN"
"""SchemeTerritory of the region in XML, whose schema allows a name (TS 119 612, 5.3.10)."""
REGION_CODE: Final = "DefaTerritory"
"""Scheme extension of the XML form: the two letters that the JSON form has instead."""
DEFAULT_CODE: Final = "AP"

_SCHEME: Final = frozenset(
    {"LoTEVersionIdentifier", "LoTESequenceNumber", "ListIssueDateTime", "NextUpdate"}
)
_SCHEME_OPTIONAL: Final = frozenset(
    {
        "LoTEType",
        "SchemeOperatorName",
        "SchemeOperatorAddress",
        "SchemeName",
        "SchemeInformationURI",
        "StatusDeterminationApproach",
        "SchemeTypeCommunityRules",
        "SchemeTerritory",
        "PolicyOrLegalNotice",
        "HistoricalInformationPeriod",
        "PointersToOtherLoTE",
        "PointerToOtherLoTE",
        "DistributionPoints",
        "SchemeExtensions",
    }
)
_REQUIRED_IN_612: Final = (
    "LoTEType",
    "SchemeOperatorName",
    "SchemeOperatorAddress",
    "SchemeName",
    "SchemeInformationURI",
    "StatusDeterminationApproach",
    "HistoricalInformationPeriod",
)
_TOP: Final = frozenset({"ListAndSchemeInformation"})


def from_602(document: Any) -> TrustedList:
    """The model of a decoded list (``{"LoTE": …}``), as version 6.

    Raises ``Rejection``: `list.*` with the member's path, `list612.conversion` where TS 119 612
    demands what the list does not state.
    """
    lote = reading.members(document, "document", frozenset({"LoTE"}))["LoTE"]
    lote = reading.members(lote, "LoTE", _TOP, frozenset({"TrustedEntitiesList"}))
    where = "ListAndSchemeInformation"
    scheme = reading.members(lote[where], where, _SCHEME, _SCHEME_OPTIONAL)
    reading.integer(scheme["LoTEVersionIdentifier"], f"{where}.LoTEVersionIdentifier", 1, 1)
    for member in _REQUIRED_IN_612:
        if member not in scheme:
            raise Rejection(codes.CONVERSION, where=where, actual=f"no {member}")
    address = reading.members(
        scheme["SchemeOperatorAddress"],
        f"{where}.SchemeOperatorAddress",
        frozenset({"SchemeOperatorPostalAddress", "SchemeOperatorElectronicAddress"}),
    )
    policies, notices = _legal(scheme.get("PolicyOrLegalNotice"), f"{where}.PolicyOrLegalNotice")
    next_update = scheme["NextUpdate"]
    pointers = _either(scheme, "PointersToOtherLoTE", "PointerToOtherLoTE", where)
    found = TrustedList(
        version=WRITTEN_VERSION,
        sequence=reading.integer(scheme["LoTESequenceNumber"], f"{where}.LoTESequenceNumber", 1),
        type=reading.uri(scheme["LoTEType"], f"{where}.LoTEType"),
        operator=texts(scheme["SchemeOperatorName"], f"{where}.SchemeOperatorName"),
        address=Address(
            _postal(address["SchemeOperatorPostalAddress"], f"{where}.SchemeOperatorAddress"),
            uris(address["SchemeOperatorElectronicAddress"], f"{where}.SchemeOperatorAddress"),
        ),
        name=texts(scheme["SchemeName"], f"{where}.SchemeName"),
        information=uris(scheme["SchemeInformationURI"], f"{where}.SchemeInformationURI"),
        status_determination=string(
            scheme["StatusDeterminationApproach"], f"{where}.StatusDeterminationApproach"
        ),
        rules=optional(uris, scheme, "SchemeTypeCommunityRules", where),
        territory=string(scheme["SchemeTerritory"], f"{where}.SchemeTerritory")
        if "SchemeTerritory" in scheme
        else None,
        policies=policies,
        notices=notices,
        historical_period=reading.integer(
            scheme["HistoricalInformationPeriod"], f"{where}.HistoricalInformationPeriod", 0
        ),
        issued=reading.time(scheme["ListIssueDateTime"], f"{where}.ListIssueDateTime"),
        next_update=None
        if next_update is None
        else reading.time(next_update, f"{where}.NextUpdate"),
        pointers=()
        if pointers is None
        else reading.each(pointers, f"{where}.PointersToOtherLoTE", _pointer),
        distribution_points=optional(strings, scheme, "DistributionPoints", where),
        extensions=optional(extensions, scheme, "SchemeExtensions", where),
        providers=optional(_providers, lote, "TrustedEntitiesList", "LoTE"),
    )
    return _name_region(found)


def _name_region(found: TrustedList) -> TrustedList:
    """The region's name instead of its two letters, which an extension keeps."""
    regional = ListType.REGIONAL.value
    shown = {p.territory for p in found.pointers if p.type == regional}
    shown |= {found.territory} if found.type == regional else set()
    if len(shown) != 1 or not all(code and len(code) == 2 for code in shown):
        return found
    (code,) = shown
    pointers = tuple(
        p._replace(territory=REGION_NAME) if p.type == regional else p for p in found.pointers
    )
    note = Extension(REGION_CODE, False, code)
    found = found._replace(pointers=pointers, extensions=(*found.extensions, note))
    if found.type != regional:
        return found
    names = tuple(
        text._replace(value=f"{REGION_NAME}:{text.value[3:]}")
        if text.value.startswith(f"{code}:")
        else text
        for text in found.name
    )
    return found._replace(territory=REGION_NAME, name=names)


# --- members -------------------------------------------------------------------------------------
def _either(holder: dict[str, Any], schema: str, text: str, where: str) -> Any:
    """A member under the name of ETSI's JSON schema or that of the standard's text, never both."""
    if schema in holder and text in holder:
        raise Rejection(list_codes.DUPLICATE, where=where, actual=f"{schema} and {text}")
    return holder.get(schema, holder.get(text))


def _legal(value: Any, where: str) -> tuple[Texts, Texts]:
    if value is None:
        return (), ()
    policies: list[Text] = []
    notices: list[Text] = []
    for number, entry in enumerate(reading.array(value, where)):
        path = f"{where}[{number}]"
        if type(entry) is dict and "LoTEPolicy" in entry:
            policy = reading.members(entry, path, frozenset({"LoTEPolicy"}))
            policies.append(uri(policy["LoTEPolicy"], path))
        else:
            notice = reading.members(entry, path, frozenset({"LoTELegalNotice"}))
            inner = notice["LoTELegalNotice"]
            # NOTE: the schema has a plain string, the text a multilingual one. Both are read.
            notices.append(
                text(inner, path) if type(inner) is dict else Text("en", string(inner, path))
            )
    if policies and notices:
        raise Rejection(codes.CONVERSION, where=where, actual="both policies and notices")
    return tuple(policies), tuple(notices)


_POSTAL: Final = frozenset({"lang", "StreetAddress", "Country"})
_POSTAL_OPTIONAL: Final = frozenset({"Locality", "StateOrProvince", "PostalCode"})


def _postal(value: Any, where: str) -> tuple[Postal, ...]:
    found = []
    for number, entry in enumerate(reading.array(value, where)):
        path = f"{where}[{number}]"
        one = reading.members(entry, path, _POSTAL, _POSTAL_OPTIONAL)
        read = {member: string(one[member], f"{path}.{member}") for member in one}
        found.append(
            Postal(
                read["lang"],
                read["StreetAddress"],
                read.get("Locality"),
                read.get("StateOrProvince"),
                read.get("PostalCode"),
                read["Country"],
            )
        )
    return tuple(found)


_SDI: Final = frozenset(
    {"X509Certificates", "X509SubjectNames", "PublicKeyValues", "X509SKIs", "OtherIds"}
)


def _identity(value: Any, where: str) -> Identity:
    sdi = reading.members(value, where, frozenset(), _SDI)
    keys = sdi.get("PublicKeyValues", [])
    for key in reading.array(keys, f"{where}.PublicKeyValues", least=0):
        if type(key) is not dict:
            raise reading.value_fault(f"{where}.PublicKeyValues", "JWKs")
    return Identity(
        optional(lambda v, w: reading.each(v, w, _certificate), sdi, "X509Certificates", where),
        optional(strings, sdi, "X509SubjectNames", where),
        optional(lambda v, w: reading.each(v, w, _octets), sdi, "X509SKIs", where),
        tuple(keys),
        optional(strings, sdi, "OtherIds", where),
    )


def _certificate(value: Any, where: str) -> bytes:
    entry = reading.members(value, where, frozenset({"val"}), frozenset({"encoding", "specRef"}))
    return _octets(entry["val"], where)


def _octets(value: Any, where: str) -> bytes:
    return base64url.decode_standard(string(value, where))


_POINTER: Final = frozenset({"LoTELocation", "ServiceDigitalIdentities", "LoTEQualifiers"})
_QUALIFIERS: Final = frozenset(
    {
        "LoTEType",
        "SchemeOperatorName",
        "MimeType",
        "SchemeTypeCommunityRules",
        "SchemeTerritory",
    }
)


def _pointer(value: Any, where: str) -> Pointer:
    entry = reading.members(value, where, _POINTER)
    (one,) = reading.array(entry["LoTEQualifiers"], f"{where}.LoTEQualifiers", most=1)
    # ETSI's schema demands most of these; a list that came from XML may lack them all the same.
    facts = reading.members(one, f"{where}.LoTEQualifiers", frozenset(), _QUALIFIERS)
    path = f"{where}.ServiceDigitalIdentities"
    return Pointer(
        location=string(entry["LoTELocation"], f"{where}.LoTELocation"),
        identities=reading.each(entry["ServiceDigitalIdentities"], path, _identity, least=0),
        type=optional(string, facts, "LoTEType", where) or None,
        operator=optional(texts, facts, "SchemeOperatorName", where),
        rules=optional(uris, facts, "SchemeTypeCommunityRules", where),
        territory=optional(string, facts, "SchemeTerritory", where) or None,
        mime_type=optional(string, facts, "MimeType", where) or None,
    )


# --- entities and services -----------------------------------------------------------------------
def _providers(value: Any, where: str) -> tuple[Provider, ...]:
    return reading.each(value, where, _provider)


def _provider(value: Any, where: str) -> Provider:
    entity = reading.members(
        value, where, frozenset({"TrustedEntityInformation", "TrustedEntityServices"})
    )
    path = f"{where}.TrustedEntityInformation"
    information = reading.members(
        entity["TrustedEntityInformation"],
        path,
        frozenset({"TEName", "TEAddress", "TEInformationURI"}),
        frozenset({"TETradeName", "TEInformationExtensions"}),
    )
    address = reading.members(
        information["TEAddress"], path, frozenset({"TEPostalAddress", "TEElectronicAddress"})
    )
    return Provider(
        texts(information["TEName"], f"{path}.TEName"),
        optional(texts, information, "TETradeName", path),
        Address(
            _postal(address["TEPostalAddress"], f"{path}.TEAddress"),
            uris(address["TEElectronicAddress"], f"{path}.TEAddress"),
        ),
        uris(information["TEInformationURI"], f"{path}.TEInformationURI"),
        reading.each(entity["TrustedEntityServices"], f"{where}.TrustedEntityServices", _service),
        optional(extensions, information, "TEInformationExtensions", path),
    )


_PAST: Final = frozenset(
    {"ServiceName", "ServiceDigitalIdentity", "ServiceStatus", "StatusStartingTime"}
)
_PAST_OPTIONAL: Final = frozenset({"ServiceTypeIdentifier", "ServiceInformationExtensions"})
_CURRENT: Final = _PAST | {"ServiceTypeIdentifier"}
_CURRENT_OPTIONAL: Final = frozenset(
    {
        "SchemeServiceDefinitionURI",
        "ServiceSupplyPoints",
        "ServiceDefinitionURI",
        "TEServiceDefinitionURI",
        "ServiceInformationExtensions",
    }
)


def _service(value: Any, where: str) -> Service:
    service = reading.members(
        value, where, frozenset({"ServiceInformation"}), frozenset({"ServiceHistory"})
    )
    path = f"{where}.ServiceInformation"
    current = service["ServiceInformation"]
    if type(current) is dict and not current.keys() >= _CURRENT:
        # TS 119 602 lets these out, TS 119 612 does not: nothing may be made up for them.
        missing = min(_CURRENT - current.keys())
        raise Rejection(codes.CONVERSION, where=path, actual=f"no {missing}")
    current = reading.members(current, path, _CURRENT, _CURRENT_OPTIONAL)
    type_uri = string(current["ServiceTypeIdentifier"], f"{path}.ServiceTypeIdentifier")
    definition = _either(current, "ServiceDefinitionURI", "TEServiceDefinitionURI", path)
    return Service(
        type=type_uri,
        names=texts(current["ServiceName"], f"{path}.ServiceName"),
        identity=_identity(current["ServiceDigitalIdentity"], f"{path}.ServiceDigitalIdentity"),
        status=string(current["ServiceStatus"], f"{path}.ServiceStatus"),
        since=reading.time(current["StatusStartingTime"], f"{path}.StatusStartingTime"),
        scheme_definition=optional(uris, current, "SchemeServiceDefinitionURI", path),
        supply_points=optional(_supply_points, current, "ServiceSupplyPoints", path),
        definition=() if definition is None else uris(definition, path),
        extensions=optional(extensions, current, "ServiceInformationExtensions", path),
        history=tuple(
            _past(entry, f"{where}.ServiceHistory[{number}]", type_uri)
            for number, entry in enumerate(
                reading.array(service.get("ServiceHistory", []), where, least=0)
            )
        ),
    )


def _supply_points(value: Any, where: str) -> tuple[tuple[str | None, str], ...]:
    found = []
    for entry in reading.array(value, where):
        point = reading.members(entry, where, frozenset({"uriValue"}), frozenset({"ServiceType"}))
        kind = string(point["ServiceType"], where) if "ServiceType" in point else None
        found.append((kind, string(point["uriValue"], where)))
    return tuple(found)


def _past(value: Any, where: str, type_uri: str) -> History:
    entry = reading.members(value, where, _PAST, _PAST_OPTIONAL)
    return History(
        # TS 119 612, 5.6.1 demands the type, which a history keeps from its service.
        string(entry.get("ServiceTypeIdentifier", type_uri), f"{where}.ServiceTypeIdentifier"),
        texts(entry["ServiceName"], f"{where}.ServiceName"),
        _identity(entry["ServiceDigitalIdentity"], f"{where}.ServiceDigitalIdentity"),
        string(entry["ServiceStatus"], f"{where}.ServiceStatus"),
        reading.time(entry["StatusStartingTime"], f"{where}.StatusStartingTime"),
        optional(extensions, entry, "ServiceInformationExtensions", where),
    )
