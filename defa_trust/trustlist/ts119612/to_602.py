"""From the model to the JSON of TS 119 602 (floor 5), in the spelling of ETSI's schema."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...codec import base64url
from ..model import ListType
from .from_602 import DEFAULT_CODE, REGION_CODE, REGION_NAME
from .model import (
    FOREIGN,
    FOREIGN_JSON,
    Address,
    Criteria,
    Extension,
    History,
    Identity,
    Pointer,
    Postal,
    Provider,
    Service,
    Text,
    TrustedList,
)
from .values import shown_time

Json = dict[str, Any]


def to_602(found: TrustedList) -> Json:
    """A list document (``{"LoTE": …}``). What has no place in it is left out; ``bridge`` tells."""
    found = _region_code(found)
    scheme: Json = {
        "LoTEVersionIdentifier": 1,
        "LoTESequenceNumber": found.sequence,
        "LoTEType": found.type,
        "SchemeOperatorName": _texts(found.operator),
        "SchemeOperatorAddress": {
            "SchemeOperatorPostalAddress": _postal(found.address),
            "SchemeOperatorElectronicAddress": _uris(found.address.electronic),
        },
        "SchemeName": _texts(found.name),
        "SchemeInformationURI": _uris(found.information),
        "StatusDeterminationApproach": found.status_determination,
    }
    if found.rules:
        scheme["SchemeTypeCommunityRules"] = _uris(found.rules)
    if found.territory is not None:
        scheme["SchemeTerritory"] = found.territory
    legal: list[Json] = [{"LoTEPolicy": entry} for entry in _uris(found.policies)]
    # NOTE: ETSI's schema has a notice as a plain string, so its language is not told.
    legal += [{"LoTELegalNotice": notice.value} for notice in found.notices]
    if legal:
        scheme["PolicyOrLegalNotice"] = legal
    scheme["HistoricalInformationPeriod"] = found.historical_period
    if found.pointers:
        scheme["PointersToOtherLoTE"] = [_pointer(pointer) for pointer in found.pointers]
    scheme["ListIssueDateTime"] = shown_time(found.issued)
    scheme["NextUpdate"] = None if found.next_update is None else shown_time(found.next_update)
    if found.distribution_points:
        scheme["DistributionPoints"] = list(found.distribution_points)
    if found.extensions:
        scheme["SchemeExtensions"] = _extensions(found.extensions)
    lote: Json = {"ListAndSchemeInformation": scheme}
    if found.providers:
        lote["TrustedEntitiesList"] = [_provider(provider) for provider in found.providers]
    return {"LoTE": lote}


def _region_code(found: TrustedList) -> TrustedList:
    """Two letters instead of the region's name, which ETSI's JSON schema does not allow."""
    regional = ListType.REGIONAL.value
    codes = [entry.value for entry in found.extensions if entry.name == REGION_CODE]
    code = codes[0] if len(codes) == 1 and type(codes[0]) is str else DEFAULT_CODE
    pointers = tuple(
        p._replace(territory=code) if p.type == regional and p.territory == REGION_NAME else p
        for p in found.pointers
    )
    kept = tuple(entry for entry in found.extensions if entry.name != REGION_CODE)
    found = found._replace(pointers=pointers, extensions=kept)
    if found.type != regional or found.territory != REGION_NAME:
        return found
    head = f"{REGION_NAME}:"
    names = tuple(
        text._replace(value=f"{code}:{text.value.removeprefix(head)}")
        if text.value.startswith(head)
        else text
        for text in found.name
    )
    return found._replace(territory=code, name=names)


def _texts(texts: Iterable[Text]) -> list[Json]:
    return [{"lang": text.lang, "value": text.value} for text in texts]


def _uris(texts: Iterable[Text]) -> list[Json]:
    return [_uri(text) for text in texts]


def _uri(text: Text) -> Json:
    return {"lang": text.lang, "uriValue": text.value}


def _postal(address: Address) -> list[Json]:
    return [_one_postal(entry) for entry in address.postal]


def _one_postal(entry: Postal) -> Json:
    whole = {
        "lang": entry.lang,
        "StreetAddress": entry.street,
        "Locality": entry.locality,
        "StateOrProvince": entry.state,
        "PostalCode": entry.postal_code,
        "Country": entry.country,
    }
    return {member: value for member, value in whole.items() if value is not None}


def _identity(identity: Identity) -> Json:
    whole: Json = {
        "X509Certificates": [
            {"val": base64url.encode_standard(der)} for der in identity.certificates
        ],
        "X509SubjectNames": list(identity.subject_names),
        "PublicKeyValues": [dict(key) for key in identity.keys],
        "X509SKIs": [base64url.encode_standard(ski) for ski in identity.skis],
        "OtherIds": list(identity.others),
    }
    return {member: value for member, value in whole.items() if value}


def _pointer(pointer: Pointer) -> Json:
    whole: Json = {
        "LoTEType": pointer.type,
        "SchemeOperatorName": _texts(pointer.operator),
        "SchemeTypeCommunityRules": _uris(pointer.rules),
        "SchemeTerritory": pointer.territory,
        "MimeType": pointer.mime_type,
    }
    facts = {member: value for member, value in whole.items() if value}
    return {
        "LoTELocation": pointer.location,
        "ServiceDigitalIdentities": [_identity(identity) for identity in pointer.identities],
        "LoTEQualifiers": [facts],
    }


# --- extensions ----------------------------------------------------------------------------------
def _extensions(extensions: Iterable[Extension]) -> list[Json]:
    """Several values of one name become one extension, because a name stands once in a list."""
    whole: list[Json] = []
    gathered: dict[tuple[str, bool], list[Any]] = {}
    for entry in extensions:
        name, value = entry.name, _value(entry)
        if name in ("AdditionalServiceInformation", FOREIGN):
            name = name or FOREIGN_JSON
            together = gathered.get((name, entry.critical))
            if together is not None:
                together.append(value)
                continue
            value = gathered[name, entry.critical] = [value]
        whole.append({"Critical": entry.critical, name: value})
    return whole


def _value(entry: Extension) -> Any:
    value = entry.value
    match entry.name:
        case "Qualifications":
            return [
                {"Qualifiers": list(item.qualifiers), "CriteriaList": _criteria(item.criteria)}
                for item in value
            ]
        case "AdditionalServiceInformation":
            whole = _uri(value.uri)
            if value.value is not None:
                whole["value"] = value.value
            if value.other is not None:
                whole["other"] = value.other.decode()
            return whole
        case "TakenOverBy":
            taken: Json = {
                "URI": _uri(value.uri),
                "TEName": _texts(value.names),
                "SchemeOperatorName": _texts(value.operator),
                "SchemeTerritory": value.territory,
            }
            if value.others:
                taken["other"] = [octets.decode() for octets in value.others]
            return taken
        case "ExpiredCertsRevocationInfo":
            return shown_time(value)
        case _ if entry.name == FOREIGN:
            return value.decode()
        case _:
            return value


def _criteria(criteria: Criteria) -> Json:
    whole: Json = {
        "assert": criteria.assertion,
        "KeyUsage": [
            [{"name": name, "value": value} for name, value in usage]
            for usage in criteria.key_usages
        ],
        "PolicySet": [list(policies) for policies in criteria.policy_sets],
        "CriteriaList": [_criteria(inner) for inner in criteria.lists],
        "Description": criteria.description,
        "otherCriteriaList": [other.xml.decode() for other in criteria.others],
    }
    return {member: value for member, value in whole.items() if value}


# --- entities and services -----------------------------------------------------------------------
def _provider(provider: Provider) -> Json:
    information: Json = {"TEName": _texts(provider.names)}
    if provider.trade_names:
        information["TETradeName"] = _texts(provider.trade_names)
    information["TEAddress"] = {
        "TEPostalAddress": _postal(provider.address),
        "TEElectronicAddress": _uris(provider.address.electronic),
    }
    information["TEInformationURI"] = _uris(provider.information)
    if provider.extensions:
        information["TEInformationExtensions"] = _extensions(provider.extensions)
    return {
        "TrustedEntityInformation": information,
        "TrustedEntityServices": [_service(service) for service in provider.services],
    }


def _service(service: Service) -> Json:
    current: Json = {"ServiceTypeIdentifier": service.type, **_entry(service)}
    if service.scheme_definition:
        current["SchemeServiceDefinitionURI"] = _uris(service.scheme_definition)
    if service.supply_points:
        current["ServiceSupplyPoints"] = [
            {"uriValue": uri} if kind is None else {"ServiceType": kind, "uriValue": uri}
            for kind, uri in service.supply_points
        ]
    if service.definition:
        current["ServiceDefinitionURI"] = _uris(service.definition)
    if service.extensions:
        current["ServiceInformationExtensions"] = _extensions(service.extensions)
    whole: Json = {"ServiceInformation": current}
    if service.history:
        whole["ServiceHistory"] = [_past(entry, service.type) for entry in service.history]
    return whole


def _entry(entry: Service | History) -> Json:
    return {
        "ServiceName": _texts(entry.names),
        "ServiceDigitalIdentity": _identity(entry.identity),
        "ServiceStatus": entry.status,
        "StatusStartingTime": shown_time(entry.since),
    }


def _past(entry: History, type_uri: str) -> Json:
    whole = _entry(entry)
    if entry.type != type_uri:
        whole["ServiceTypeIdentifier"] = entry.type
    if entry.extensions:
        whole["ServiceInformationExtensions"] = _extensions(entry.extensions)
    return whole
