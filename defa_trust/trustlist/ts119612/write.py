"""From the model to the XML of TS 119 612, version 6 (floor 5), valid against ETSI's schema.

Unsigned: the signature is made over what this returns. One model has one output, octet for octet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ...codec import base64url, xml
from ...codec.json import canonical
from ...codec.xml import XML_NAMESPACE, Element, add
from ...codes import xml as codes
from ...errors import Rejection
from ...formats.xmldsig import DS, XADES
from .model import (
    DEFA,
    FOREIGN,
    MRA,
    SIE,
    TSL,
    TSL_TAG,
    TSLX,
    WRITTEN_VERSION,
    AdditionalServiceInformation,
    Address,
    Criteria,
    Equivalence,
    Extension,
    History,
    Identity,
    MutualRecognition,
    Pointer,
    Provider,
    Service,
    TakenOverBy,
    Text,
    TrustedList,
)
from .values import CURVES, DS11, NO_LOCALITY, NSMAP, shown_time

_LANG: Final = f"{{{XML_NAMESPACE}}}lang"
_CURVE_URNS: Final = {crv: urn for urn, (crv, _) in CURVES.items()}
_WIDTHS: Final = dict(CURVES.values())
_RSA: Final = frozenset({"kty", "n", "e"})
_EC: Final = frozenset({"kty", "crv", "x", "y"})


def write_list(found: TrustedList) -> bytes:
    """The list as a UTF-8 document, always of version 6.

    Raises ``Rejection``: `list612.conversion` where a mandatory element has no value, `xml.syntax`
    for characters that XML cannot hold.
    """
    try:
        return xml.serialise(_root(found))
    except ValueError:
        # Attributes, too, hold only what XML can (XML 1.0, 2.2).
        raise Rejection(codes.SYNTAX, actual="a character that XML does not allow") from None


def _root(found: TrustedList) -> Element:
    root = xml.build(f"{{{TSL}}}TrustServiceStatusList", NSMAP)
    root.set("TSLTag", TSL_TAG)
    if found.id is not None:
        root.set("Id", found.id)
    scheme = _in(root, "SchemeInformation")
    _in(scheme, "TSLVersionIdentifier", str(WRITTEN_VERSION))
    _in(scheme, "TSLSequenceNumber", str(found.sequence))
    _in(scheme, "TSLType", found.type)
    _texts(scheme, "SchemeOperatorName", found.operator)
    _address(_in(scheme, "SchemeOperatorAddress"), found.address)
    _texts(scheme, "SchemeName", found.name)
    _texts(scheme, "SchemeInformationURI", found.information, "URI")
    _in(scheme, "StatusDeterminationApproach", found.status_determination)
    if found.rules:
        _texts(scheme, "SchemeTypeCommunityRules", found.rules, "URI")
    if found.territory is not None:
        _in(scheme, "SchemeTerritory", found.territory)
    if found.policies or found.notices:
        kind = "TSLPolicy" if found.policies else "TSLLegalNotice"
        _texts(scheme, "PolicyOrLegalNotice", found.policies or found.notices, kind)
    _in(scheme, "HistoricalInformationPeriod", str(found.historical_period))
    if found.pointers:
        pointers = _in(scheme, "PointersToOtherTSL")
        for pointer in found.pointers:
            _pointer(pointers, pointer)
    _in(scheme, "ListIssueDateTime", shown_time(found.issued))
    next_update = _in(scheme, "NextUpdate")
    if found.next_update is not None:
        _in(next_update, "dateTime", shown_time(found.next_update))
    if found.distribution_points:
        points = _in(scheme, "DistributionPoints")
        for uri in found.distribution_points:
            _in(points, "URI", uri)
    _extensions(scheme, "SchemeExtensions", found.extensions)
    if found.providers:
        listed = _in(root, "TrustServiceProviderList")
        for provider in found.providers:
            _provider(listed, provider)
    return root


def _in(parent: Element, name: str, text: str | None = None, namespace: str = TSL) -> Element:
    return add(parent, f"{{{namespace}}}{name}", text)


def _texts(parent: Element, name: str, texts: Iterable[Text], item: str = "Name") -> None:
    holder = _in(parent, name)
    empty = True
    for text in texts:
        empty = False
        _in(holder, item, text.value).set(_LANG, text.lang)
    if empty:
        raise Rejection(codes.CONVERSION, where=name, actual=f"no {name}")


def _address(holder: Element, address: Address) -> None:
    postal = _in(holder, "PostalAddresses")
    for entry in address.postal:
        one = _in(postal, "PostalAddress")
        one.set(_LANG, entry.lang)
        _in(one, "StreetAddress", entry.street)
        _in(one, "Locality", NO_LOCALITY if entry.locality is None else entry.locality)
        if entry.state is not None:
            _in(one, "StateOrProvince", entry.state)
        if entry.postal_code is not None:
            _in(one, "PostalCode", entry.postal_code)
        _in(one, "CountryName", entry.country)
    _texts(holder, "ElectronicAddress", address.electronic, "URI")


def _foreign(parent: Element, octets: bytes) -> None:
    parent.append(xml.parse(octets))


# --- identities ----------------------------------------------------------------------------------
def _identity(parent: Element, identity: Identity) -> None:
    holder = _in(parent, "ServiceDigitalIdentity")
    for der in identity.certificates:
        _in(_in(holder, "DigitalId"), "X509Certificate", base64url.encode_standard(der))
    for name in identity.subject_names:
        _in(_in(holder, "DigitalId"), "X509SubjectName", name)
    for key in identity.keys:
        _key(_in(holder, "DigitalId"), key)
    for ski in identity.skis:
        _in(_in(holder, "DigitalId"), "X509SKI", base64url.encode_standard(ski))
    for other in identity.others:
        _in(_in(_in(holder, "DigitalId"), "Other"), "OtherId", other, DEFA)
    for octets in identity.foreign:
        _foreign(_in(holder, "DigitalId"), octets)


def _key(holder: Element, key: Mapping[str, Any]) -> None:
    """ds:KeyValue where that says all the JWK says; else the JWK, so that no `kid` is lost."""
    plain = {name: value for name, value in key.items() if type(value) is str}
    width = _WIDTHS.get(plain.get("crv", ""))
    if plain.keys() == key.keys() == _RSA and plain["kty"] == "RSA":
        rsa = _in(_in(holder, "KeyValue", None, DS), "RSAKeyValue", None, DS)
        for name, member in (("Modulus", "n"), ("Exponent", "e")):
            octets = base64url.decode(plain[member])
            _in(rsa, name, base64url.encode_standard(octets), DS)
    elif plain.keys() == key.keys() == _EC and plain["kty"] == "EC" and width is not None:
        x, y = base64url.decode(plain["x"]), base64url.decode(plain["y"])
        if len(x) != width or len(y) != width:
            raise Rejection(codes.CONVERSION, where="PublicKeyValues", actual="a coordinate's size")
        ec = _in(_in(holder, "KeyValue", None, DS), "ECKeyValue", None, DS11)
        _in(ec, "NamedCurve", None, DS11).set("URI", _CURVE_URNS[plain["crv"]])
        _in(ec, "PublicKey", base64url.encode_standard(b"\x04" + x + y), DS11)
    else:
        _in(_in(holder, "Other"), "PublicKeyValue", canonical(key).decode(), DEFA)


# --- extensions ----------------------------------------------------------------------------------
def _extensions(parent: Element, name: str, extensions: Iterable[Extension]) -> None:
    entries = tuple(extensions)
    if not entries:
        return
    holder = _in(parent, name)
    for entry in entries:
        one = _in(holder, "Extension")
        one.set("Critical", "true" if entry.critical else "false")
        value = entry.value
        match entry.name:
            case "Qualifications":
                listed = _in(one, "Qualifications", None, SIE)
                for item in value:
                    element = _in(listed, "QualificationElement", None, SIE)
                    qualifiers = _in(element, "Qualifiers", None, SIE)
                    for uri in item.qualifiers:
                        _in(qualifiers, "Qualifier", None, SIE).set("uri", uri)
                    _criteria(element, "CriteriaList", item.criteria)
            case "AdditionalServiceInformation":
                _information(one, value)
            case "TakenOverBy":
                _taken_over(one, value)
            case "ExpiredCertsRevocationInfo":
                _in(one, "ExpiredCertsRevocationInfo", shown_time(value))
            case _ if entry.name == FOREIGN:
                _foreign(one, value)
            case _:
                text = canonical(value).decode()
                _in(one, "Extension", text, DEFA).set("Name", entry.name)


def _information(parent: Element, value: AdditionalServiceInformation) -> None:
    holder = _in(parent, "AdditionalServiceInformation")
    _in(holder, "URI", value.uri.value).set(_LANG, value.uri.lang)
    if value.value is not None:
        _in(holder, "InformationValue", value.value)
    if value.other is not None:
        _foreign(holder, value.other)


def _taken_over(parent: Element, value: TakenOverBy) -> None:
    holder = _in(parent, "TakenOverBy", None, TSLX)
    _in(holder, "URI", value.uri.value, TSLX).set(_LANG, value.uri.lang)
    names = _in(holder, "TSPName", None, TSLX)
    for text in value.names:
        _in(names, "Name", text.value).set(_LANG, text.lang)
    _texts(holder, "SchemeOperatorName", value.operator)
    _in(holder, "SchemeTerritory", value.territory)
    for octets in value.others:
        _foreign(holder, octets)


def _criteria(parent: Element, name: str, criteria: Criteria, namespace: str = SIE) -> None:
    holder = _in(parent, name, None, namespace)
    holder.set("assert", criteria.assertion)
    for usage in criteria.key_usages:
        bits = _in(holder, "KeyUsage", None, SIE)
        for bit, value in usage:
            _in(bits, "KeyUsageBit", "true" if value else "false", SIE).set("name", bit)
    for policies in criteria.policy_sets:
        listed = _in(holder, "PolicySet", None, SIE)
        for oid in policies:
            identifier = _in(_in(listed, "PolicyIdentifier", None, SIE), "Identifier", None, XADES)
            identifier.set("Qualifier", "OIDAsURN")
            identifier.text = f"urn:oid:{oid}"
    for inner in criteria.lists:
        _criteria(holder, "CriteriaList", inner)
    if criteria.description is not None:
        _in(holder, "Description", criteria.description, SIE)
    if criteria.others:
        others = _in(holder, "otherCriteriaList", None, SIE)
        for other in criteria.others:
            _foreign(others, other.xml)


# --- pointers ------------------------------------------------------------------------------------
def _pointer(parent: Element, pointer: Pointer) -> None:
    one = _in(parent, "OtherTSLPointer")
    if pointer.identities:
        identities = _in(one, "ServiceDigitalIdentities")
        for identity in pointer.identities:
            _identity(identities, identity)
    _in(one, "TSLLocation", pointer.location)
    facts = _in(one, "AdditionalInformation")
    if pointer.type is not None:
        _in(_in(facts, "OtherInformation"), "TSLType", pointer.type)
    if pointer.operator:
        _texts(_in(facts, "OtherInformation"), "SchemeOperatorName", pointer.operator)
    if pointer.rules:
        _texts(_in(facts, "OtherInformation"), "SchemeTypeCommunityRules", pointer.rules, "URI")
    if pointer.territory is not None:
        _in(_in(facts, "OtherInformation"), "SchemeTerritory", pointer.territory)
    if pointer.mime_type is not None:
        _in(_in(facts, "OtherInformation"), "MimeType", pointer.mime_type, TSLX)
    if pointer.recognition is not None:
        _recognition(_in(facts, "OtherInformation"), pointer.recognition)
    for octets in pointer.foreign:
        element = xml.parse(octets)
        textual = element.tag == f"{{{TSL}}}TextualInformation"
        (facts if textual else _in(facts, "OtherInformation")).append(element)
    if not xml.children(facts):
        one.remove(facts)


# --- mutual recognition --------------------------------------------------------------------------
def _recognition(parent: Element, found: MutualRecognition) -> None:
    holder = _in(parent, "MutualRecognitionAgreementInformation", None, MRA)
    holder.set("technicalType", str(found.technical_type))
    holder.set("version", str(found.version))
    holder.set("pointingContractingPartyLegislation", found.pointing_legislation)
    holder.set("pointedContractingPartyLegislation", found.pointed_legislation)
    holder.set("MRADepth", str(found.depth))
    for entry in found.services:
        one = _in(holder, "TrustServiceEquivalenceInformation", None, MRA)
        _in(one, "TrustServiceLegalIdentifier", entry.legal_identifier, MRA)
        _equivalence(one, entry)
        if entry.history:
            history = _in(one, "TrustServiceEquivalenceHistory", None, MRA)
            for past in entry.history:
                instance = "TrustServiceEquivalenceHistoryInstance"
                _equivalence(_in(history, instance, None, MRA), past)


def _equivalence(one: Element, entry: Equivalence) -> None:
    types = _in(one, "TrustServiceTSLTypeEquivalenceList", None, MRA)
    for side, listed in (("Pointing", entry.types.pointing), ("Pointed", entry.types.pointed)):
        party = _in(types, f"TrustServiceTSLTypeList{side}Party", None, MRA)
        for type, more in listed:
            item = _in(party, "TrustServiceTSLType", None, MRA)
            _in(item, "ServiceTypeIdentifier", type)
            if more is not None:
                _information(item, AdditionalServiceInformation(Text("en", more)))
    _in(one, "TrustServiceEquivalenceStatus", entry.status, MRA)
    _in(one, "TrustServiceEquivalenceStatusStartingTime", shown_time(entry.since), MRA)
    statuses = _in(one, "TrustServiceTSLStatusEquivalenceList", None, MRA)
    found = entry.statuses
    for kind, pointing, pointed in (
        ("Valid", found.valid_pointing, found.valid_pointed),
        ("Invalid", found.invalid_pointing, found.invalid_pointed),
    ):
        both = _in(statuses, f"TrustServiceTSLStatus{kind}Equivalence", None, MRA)
        for side, uris in (("Pointing", pointing), ("Pointed", pointed)):
            party = _in(both, f"TrustServiceTSLStatusList{side}Party", None, MRA)
            for uri in uris:
                _in(party, "ServiceStatus", uri)
    if entry.contents:
        contents = _in(one, "CertificateContentReferencesEquivalenceList", None, MRA)
        for content in entry.contents:
            item = _in(contents, "CertificateContentReferenceEquivalence", None, MRA)
            context = "CertificateContentReferenceEquivalenceContext"
            _in(item, context, content.context, MRA)
            for side, criteria in (("Pointing", content.pointing), ("Pointed", content.pointed)):
                _criteria(item, f"CertificateContentDeclaration{side}Party", criteria, MRA)
    if entry.qualifiers:
        listed_names = _in(one, "TrustServiceTSLQualificationExtensionEquivalenceList", None, MRA)
        name = "TrustServiceTSLQualificationExtensionName"
        names = _in(listed_names, name, None, MRA)
        for side in ("Pointing", "Pointed"):
            _in(names, f"{name}{side}Party", "Qualifications", MRA)
        pairs = _in(listed_names, "QualifierEquivalenceList", None, MRA)
        for pair in entry.qualifiers:
            both = _in(pairs, "QualifierEquivalence", None, MRA)
            for side, uri in zip(("Pointing", "Pointed"), pair, strict=True):
                _in(both, f"Qualifier{side}Party", None, MRA).set("uri", uri)


# --- providers and services ----------------------------------------------------------------------
def _provider(parent: Element, provider: Provider) -> None:
    one = _in(parent, "TrustServiceProvider")
    information = _in(one, "TSPInformation")
    _texts(information, "TSPName", provider.names)
    if provider.trade_names:
        _texts(information, "TSPTradeName", provider.trade_names)
    _address(_in(information, "TSPAddress"), provider.address)
    _texts(information, "TSPInformationURI", provider.information, "URI")
    _extensions(information, "TSPInformationExtensions", provider.extensions)
    services = _in(one, "TSPServices")
    for service in provider.services:
        _service(services, service)


def _service(parent: Element, service: Service) -> None:
    one = _in(parent, "TSPService")
    current = _in(one, "ServiceInformation")
    _entry(current, service)
    if service.scheme_definition:
        _texts(current, "SchemeServiceDefinitionURI", service.scheme_definition, "URI")
    if service.supply_points:
        points = _in(current, "ServiceSupplyPoints")
        for type, uri in service.supply_points:
            point = _in(points, "ServiceSupplyPoint", uri)
            if type is not None:
                point.set("type", type)
    if service.definition:
        _texts(current, "TSPServiceDefinitionURI", service.definition, "URI")
    _extensions(current, "ServiceInformationExtensions", service.extensions)
    if service.history:
        history = _in(one, "ServiceHistory")
        for past in service.history:
            instance = _in(history, "ServiceHistoryInstance")
            _entry(instance, past)
            _extensions(instance, "ServiceInformationExtensions", past.extensions)


def _entry(holder: Element, entry: Service | History) -> None:
    _in(holder, "ServiceTypeIdentifier", entry.type)
    _texts(holder, "ServiceName", entry.names)
    _identity(holder, entry.identity)
    _in(holder, "ServiceStatus", entry.status)
    _in(holder, "StatusStartingTime", shown_time(entry.since))
