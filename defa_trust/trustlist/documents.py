"""Builders of list documents in the shape of TS 119 602 (floor 5): plain data in, plain data out.

They fill in what the profile fixes (version, history period, rule URIs, MIME type), so that an
operator states only what is its own. Times are Unix seconds. What they build is checked by
``decode``; nothing here signs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from ..codec import base64url
from ..crypto import VerificationKey
from ..errors import MisuseError
from ..x509.certificate import read_certificate
from .envelope import signing_digest
from .identity import format_did_key, format_jwk
from .model import (
    LegalStatus,
    LevelGrant,
    ListType,
    Publication,
    Stage,
    Status,
    TechnicalClass,
)
from .services import STATUS_URIS, STATUSES

Json = dict[str, Any]

_RULES: Final = "http://uri.etsi.org/TrstSvc/TrustedList/schemerules/"
_DETERMINATION: Final = "http://uri.etsi.org/TrstSvc/TrustedList/StatusDetn/"
DEFAULT_REGION: Final = "AP"
"""Two letters for the region, ETSI's own example; the name stands in `DefaCommunity`."""


def time_text(seconds: int) -> str:
    """`YYYY-MM-DDThh:mm:ssZ` (TS 119 602, 6.1.3)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def texts(value: str | Mapping[str, str]) -> list[Json]:
    """[{lang, value}]: a plain string is English."""
    by_language = {"en": value} if isinstance(value, str) else value
    return [{"lang": lang, "value": wording} for lang, wording in by_language.items()]


def addresses(value: str) -> list[Json]:
    return [{"lang": "en", "uriValue": value}]


def extension(name: str, value: Any, *, critical: bool = False) -> Json:
    """`{"Critical": bool, name: value}` (DEFA profile)."""
    return {"Critical": critical, name: value}


# --- identities ----------------------------------------------------------------------------------
def certificate_identity(der: bytes) -> Json:
    return {"X509Certificates": [{"val": base64url.encode_standard(der)}]}


def jwk_identity(key: VerificationKey, kid: str | None = None) -> Json:
    """A bare key: EC and RSA as PublicKeyValues, others as `jwk:` in OtherIds."""
    jwk: Json = dict(key.jwk())
    if kid is not None:
        jwk["kid"] = kid
    if jwk["kty"] in ("EC", "RSA"):
        return {"PublicKeyValues": [jwk]}
    return {"OtherIds": [format_jwk(jwk)]}


def did_key_identity(key: VerificationKey) -> Json:
    return {"OtherIds": [format_did_key(key)]}


def other_identity(*ids: str) -> Json:
    """Strings of the grammar of OtherIds: `issuer:…`, `issuer-pattern:…`, `online:…` and so on."""
    return {"OtherIds": list(ids)}


def merged(*identities: Mapping[str, Sequence[Any]]) -> Json:
    """One ServiceDigitalIdentity of several."""
    whole: Json = {}
    for identity in identities:
        for member, values in identity.items():
            whole.setdefault(member, []).extend(values)
    return whole


# --- services ------------------------------------------------------------------------------------
def service(
    *,
    id: str,
    type: str,
    name: str | Mapping[str, str],
    identity: Mapping[str, Sequence[Any]],
    since: int,
    status: Status | str = Status.GRANTED,
    history: Iterable[tuple[Status | str, int]] = (),
    levels: Iterable[LevelGrant | tuple[str, ...]] = (),
    credential_types: Sequence[str] = (),
    issuer_ids: Sequence[str] = (),
    formats: Sequence[str] = (),
    term: tuple[str, str] | None = None,
    scope: str | None = None,
    distrust_after: int | None = None,
    supply_points: Sequence[str] = (),
    legal_status: LegalStatus | None = None,
    technical_class: TechnicalClass | None = None,
    standards: Sequence[str] = (),
    extensions: Iterable[Json] = (),
) -> Json:
    """One TrustedEntityService.

    ``history`` holds (status, starting time) of earlier entries, newest first; ``levels`` holds
    (scheme, value[, cap]); ``term`` is (language, wording) of the domestic legal term;
    ``supply_points`` are addresses from which relying parties fetch, as of status lists.
    """
    further = [extension("ServiceUniqueIdentifier", id)]
    grants = [_level(*grant) for grant in levels]
    for member, values in (
        ("DefaLoA", grants),
        ("DefaCredentialTypes", list(credential_types)),
        ("DefaIssuerIds", list(issuer_ids)),
        ("DefaFormats", list(formats)),
        ("DefaLegalStatus", legal_status and LegalStatus(legal_status).value),
        ("DefaTechnicalClass", technical_class and TechnicalClass(technical_class).value),
        ("DefaStandards", list(standards)),
    ):
        if values:
            further.append(extension(member, values))
    if term is not None:
        further.append(extension("DefaLegalTerm", {"lang": term[0], "value": term[1]}))
    if scope is not None:
        further.append(extension("DefaScope", scope))
    if distrust_after is not None:
        further.append(extension("DefaDistrustAfter", time_text(distrust_after), critical=True))
    further += extensions
    whole: Json = {
        "ServiceInformation": {
            "ServiceTypeIdentifier": type,
            "ServiceName": texts(name),
            "ServiceDigitalIdentity": dict(identity),
            "ServiceStatus": _status(status),
            "StatusStartingTime": time_text(since),
            "ServiceInformationExtensions": further,
        }
    }
    past = [
        {
            "ServiceName": texts(name),
            "ServiceDigitalIdentity": _past_identity(identity),
            "ServiceStatus": _status(earlier),
            "StatusStartingTime": time_text(start),
        }
        for earlier, start in history
    ]
    if past:
        whole["ServiceHistory"] = past
    if supply_points:
        points = [{"uriValue": address} for address in supply_points]
        whole["ServiceInformation"]["ServiceSupplyPoints"] = points
    return whole


def _level(scheme: str, value: str, cap: str | None = None) -> Json:
    grant = {"scheme": scheme, "value": value}
    return grant if cap is None else {**grant, "cap": cap}


def _status(status: Status | str) -> str:
    """An enumeration's member (or its name) as URI; a URI of the vocabulary stays as it is."""
    if status in STATUSES:
        return status
    if Status(status) not in STATUS_URIS:
        raise MisuseError(f"no list gives a service the status {status!r}")
    return STATUS_URIS[Status(status)]


def _past_identity(identity: Mapping[str, Sequence[Any]]) -> Json:
    """Key identifiers of the certificates; a history never carries certificates (612, 5.6.3)."""
    identifiers = []
    for entry in identity.get("X509Certificates", ()):
        ski = read_certificate(base64url.decode_standard(entry["val"])).ski
        if ski is not None:
            identifiers.append(base64url.encode_standard(ski))
    return {"X509SKIs": identifiers} if identifiers else {}


def trusted_entity(
    *,
    name: str | Mapping[str, str],
    territory: str,
    services: Sequence[Json],
    uri: str = "https://entity.test.example/about",
    contact: str = "mailto:contact@entity.test.example",
    street: str = "TEST-ONLY Street 1",
    trade_name: str | Mapping[str, str] | None = None,
) -> Json:
    """One TrustedEntity (TS 119 602, 6.5)."""
    information: Json = {
        "TEName": texts(name),
        "TEAddress": {
            "TEPostalAddress": [_postal(territory, street)],
            "TEElectronicAddress": addresses(contact),
        },
        "TEInformationURI": addresses(uri),
    }
    if trade_name is not None:
        information["TETradeName"] = texts(trade_name)
    return {"TrustedEntityInformation": information, "TrustedEntityServices": list(services)}


def _postal(country: str, street: str) -> Json:
    return {"lang": "en", "StreetAddress": street, "Country": country}


# --- pointers ------------------------------------------------------------------------------------
def pointer(
    *,
    type: ListType,
    territory: str,
    location: str,
    operator: str | Mapping[str, str],
    signers: Sequence[bytes],
) -> Json:
    """One OtherLoTEPointer (TS 119 602, 6.3.13). ``signers`` are DER certificates."""
    return {
        "LoTELocation": location,
        "ServiceDigitalIdentities": [certificate_identity(der) for der in signers],
        "LoTEQualifiers": [
            {
                "LoTEType": type.value,
                "SchemeOperatorName": texts(operator),
                "SchemeTerritory": territory,
                "MimeType": "application/jose",
            }
        ],
    }


def snapshot_entry(
    *, territory: str, type: ListType, sequence: int, sha256: str, size: int, issued: int,
    next_update: int,
) -> Json:  # fmt: skip
    """One entry of `DefaSnapshot`: exactly which bytes the regional list was issued with."""
    return {
        "territory": territory,
        "LoTEType": type.value,
        "sequence": sequence,
        "sha256": sha256,
        "size": size,
        "issued": time_text(issued),
        "nextUpdate": time_text(next_update),
    }


def signer_succession(
    *, signers: Sequence[bytes], threshold: int, valid_from: int, previous: bytes
) -> Json:
    """`DefaSignerSuccession` as a scheme extension: who signs the regional lists after this one.

    ``signers`` are DER certificates; ``previous`` is the signed list that this one follows.
    """
    value = {
        "keys": [{"val": base64url.encode_standard(der)} for der in signers],
        "threshold": threshold,
        "validFrom": time_text(valid_from),
        "previousListSha256": signing_digest(previous),
    }
    return extension("DefaSignerSuccession", value)


def transcription(*, source: str, retrieved: int, sha256: str, transcriber: str) -> Json:
    """`DefaPublication` of a list that somebody else made from what a state publishes."""
    return {
        "kind": Publication.TRANSCRIBED.value,
        "sourceUri": source,
        "retrieved": time_text(retrieved),
        "sha256": sha256,
        "transcriber": transcriber,
    }


# --- lists ---------------------------------------------------------------------------------------
def _scheme(
    type: ListType,
    territory: str,
    *,
    operator: str | Mapping[str, str],
    title: str,
    sequence: int,
    issued: int,
    next_update: int,
    uri: str,
    contact: str,
    country: str,
) -> Json:
    return {
        "LoTEVersionIdentifier": 1,
        "LoTESequenceNumber": sequence,
        "LoTEType": type.value,
        "SchemeOperatorName": texts(operator),
        "SchemeOperatorAddress": {
            "SchemeOperatorPostalAddress": [_postal(country, "TEST-ONLY Street 1")],
            "SchemeOperatorElectronicAddress": addresses(contact),
        },
        "SchemeName": texts(f"{territory}:{title}"),
        "SchemeInformationURI": addresses(uri),
        "StatusDeterminationApproach": f"{_DETERMINATION}{territory}determination",
        "SchemeTypeCommunityRules": addresses(_RULES + territory),
        "SchemeTerritory": territory,
        "PolicyOrLegalNotice": [
            {"LoTELegalNotice": "Listing says what the scheme operator states, and no more."}
        ],
        "HistoricalInformationPeriod": 65535,
        "ListIssueDateTime": time_text(issued),
        "NextUpdate": time_text(next_update),
    }


def member_state_list(
    *,
    territory: str,
    operator: str | Mapping[str, str],
    sequence: int,
    issued: int,
    next_update: int,
    entities: Sequence[Json] = (),
    foreign: Sequence[Json] = (),
    pointers: Sequence[Json] = (),
    publication: Json | None = None,
    previous: tuple[int, str] | None = None,
    closed_since: int | None = None,
    title: str = "Trusted services",
    uri: str = "https://list.test.example/about",
    contact: str = "mailto:operator@list.test.example",
    extensions: Iterable[Json] = (),
) -> Json:
    """A state's list (``{"LoTE": …}``) of its own services, and its register of foreign ones."""
    scheme = _scheme(
        ListType.MEMBER_STATE, territory, operator=operator, title=title, sequence=sequence,
        issued=issued, next_update=next_update, uri=uri, contact=contact, country=territory,
    )  # fmt: skip
    content = [extension("DefaRecognisedForeign", list(foreign))] if foreign else []
    content += _common(publication, previous, closed_since)
    _extend(scheme, pointers, content, extensions)
    whole: Json = {"ListAndSchemeInformation": scheme}
    if entities:
        whole["TrustedEntitiesList"] = list(entities)
    return {"LoTE": whole}


def recognition_list(
    *,
    territory: str,
    operator: str | Mapping[str, str],
    sequence: int,
    issued: int,
    next_update: int,
    arrangements: Sequence[Json],
    law: Sequence[Json] = (),
    pointers: Sequence[Json] = (),
    publication: Json | None = None,
    previous: tuple[int, str] | None = None,
    title: str = "Recognition of other states' services",
    uri: str = "https://list.test.example/about",
    contact: str = "mailto:operator@list.test.example",
    extensions: Iterable[Json] = (),
) -> Json:
    """What ``territory`` recognises of others and says of its own ``law``: critical extensions."""
    scheme = _scheme(
        ListType.RECOGNITION, territory, operator=operator, title=title, sequence=sequence,
        issued=issued, next_update=next_update, uri=uri, contact=contact, country=territory,
    )  # fmt: skip
    content = [extension("DefaRecognition", list(arrangements), critical=True)]
    if law:
        content.append(extension("DefaReceivingLaw", list(law), critical=True))
    content += _common(publication, previous, None)
    _extend(scheme, pointers, content, extensions)
    return {"LoTE": {"ListAndSchemeInformation": scheme}}


def regional_list(
    *,
    operator: str | Mapping[str, str],
    sequence: int,
    issued: int,
    next_update: int,
    pointers: Sequence[Json],
    community: str | Mapping[str, str],
    territory: str = DEFAULT_REGION,
    operator_country: str = "ID",
    snapshot: Sequence[Json] = (),
    previous: tuple[int, str] | None = None,
    title: str = "List of the lists of the region",
    uri: str = "https://list.test.example/about",
    contact: str = "mailto:operator@list.test.example",
    extensions: Iterable[Json] = (),
) -> Json:
    """The list of lists: pointers only."""
    scheme = _scheme(
        ListType.REGIONAL, territory, operator=operator, title=title, sequence=sequence,
        issued=issued, next_update=next_update, uri=uri, contact=contact, country=operator_country,
    )  # fmt: skip
    content = [extension("DefaCommunity", texts(community))]
    if snapshot:
        content.append(extension("DefaSnapshot", list(snapshot), critical=True))
    content += _common(None, previous, None)
    _extend(scheme, pointers, content, extensions)
    return {"LoTE": {"ListAndSchemeInformation": scheme}}


def _common(
    publication: Json | None, previous: tuple[int, str] | None, closed_since: int | None
) -> list[Json]:
    content = []
    if publication is not None:
        content.append(extension("DefaPublication", publication))
    if previous is not None:
        value = {"sequence": previous[0], "sha256": previous[1]}
        content.append(extension("DefaPreviousList", value))
    if closed_since is not None:
        content.append(extension("DefaClosed", {"since": time_text(closed_since)}, critical=True))
    return content


def _extend(
    scheme: Json, pointers: Sequence[Json], content: list[Json], extensions: Iterable[Json]
) -> None:
    if pointers:
        scheme["PointersToOtherLoTE"] = list(pointers)
    whole = [*content, *extensions]
    if whole:
        scheme["SchemeExtensions"] = whole


def arrangement(
    *,
    id: str,
    recognising: str,
    recognised: str,
    instrument: Mapping[str, Any],
    since: int,
    service_types: Sequence[tuple[str, str]],
    basis: str = "mutual",
    valid: Sequence[Status | str] = (Status.GRANTED,),
    invalid: Sequence[Status | str] = (Status.WITHDRAWN,),
    levels: Sequence[tuple[str, str, Mapping[str, Any]]] = (),
    effect: str = "unknown",
    stage: Stage = Stage.IN_FORCE,
    status: str = "enacted",
    until: int | None = None,
    grace_until: int | None = None,
    history: Sequence[tuple[str, Stage, int]] = (),
    **bounds: Any,
) -> Json:
    """One entry of `DefaRecognition`.

    ``instrument`` is {code, title, article?, uri?, verified}; ``levels`` holds (scheme, home value,
    {proofing, authentication, federation}); ``history`` holds (status, stage, from), newest first;
    ``bounds`` are members of the same name (`purposes`, `limits`, …) in the list's own spelling.
    """
    whole: Json = {
        "id": id,
        "recognisingTerritory": recognising,
        "recognisedTerritory": recognised,
        "instrument": {"verified": False, **instrument},
        "basis": basis,
        "serviceTypeMap": [{"home": h, "recognised": r} for h, r in service_types],
        "statusMap": {
            "valid": [_status(item) for item in valid],
            "invalid": [_status(item) for item in invalid],
        },
        "assuranceMap": [{"scheme": s, "home": h, "recognised": dict(r)} for s, h, r in levels],
        "effect": effect,
        "stage": Stage(stage).value,
        "status": status,
        "from": time_text(since),
        "history": [
            {"status": past, "stage": Stage(step).value, "from": time_text(start)}
            for past, step, start in history
        ],
        **bounds,
    }
    if until is not None:
        whole["until"] = time_text(until)
    if grace_until is not None:
        whole["graceUntil"] = time_text(grace_until)
    return whole
