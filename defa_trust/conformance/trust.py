"""A vector's trust and request, read into the library's own types (floor 13).

Our reading of the plain form that other implementations read in theirs; see the README of the
vectors. Malformed vectors are the caller's fault and raise ``MisuseError``.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any, Final, TypeVar

from ..crypto import VerificationKey
from ..material import Evidence, EvidenceKind, Item
from ..policy import (
    TranscribedLists,
    UncheckedStatus,
    UnreadCitations,
    VerificationPolicy,
)
from ..request import (
    Agreement,
    CertificateUse,
    Counterpart,
    EntityKind,
    HolderBinding,
    MinimumLevel,
    Profile,
    ProvenReliability,
    Request,
)
from ..signing_crypto import AgreementKey
from ..trustlist.identity import certificate_identity, parse_other_id
from ..trustlist.model import (
    Arrangement,
    ArrangementPeriod,
    ArrangementStatus,
    Assessment,
    ForeignListing,
    Identity,
    IdentityKind,
    Instrument,
    InstrumentStatus,
    LawKind,
    LawStatement,
    LegalStatus,
    LevelGrant,
    LevelMapping,
    ListType,
    Obligation,
    Publication,
    Service,
    Stage,
    Status,
    StatusPeriod,
    TechnicalClass,
    TrustList,
)
from ..trustlist.snapshot import MissingList, TrustSnapshot
from ..verdict import TIME_MAX, TIME_MIN, Interval, Level

Json = Mapping[str, Any]
_Choice = TypeVar("_Choice", bound=StrEnum)

LIST_TYPES: Final[Mapping[str, ListType]] = {
    "regional": ListType.REGIONAL,
    "member_state": ListType.MEMBER_STATE,
    "recognition": ListType.RECOGNITION,
}


def snapshot_of(trust: Json) -> TrustSnapshot:
    """The snapshot that the plain form (``lists``) describes."""
    return TrustSnapshot.build(
        [_list(item, number) for number, item in enumerate(trust["lists"])],
        [
            MissingList(LIST_TYPES[item["type"]], item["territory"], item["code"])
            for item in trust.get("missing", ())
        ],
    )


def request_of(request: Json, moment: int) -> Request:
    """The question; members left out take the library's defaults."""
    level = request.get("minLevel")
    profiles = request.get("profiles")
    chosen: dict[str, Any] = {}
    if profiles is not None:
        chosen["profiles"] = frozenset(Profile(name) for name in profiles)
    if "sessionTranscript" in request:
        transcript = b64decode(request["sessionTranscript"], validate=True)
        chosen["session_transcript"] = transcript
    if "readerKey" in request:
        chosen["reader_key"] = AgreementKey.from_jwk(request["readerKey"])
    if "maxProofAge" in request:
        chosen["max_proof_age"] = request["maxProofAge"]
    return Request(
        relying_state=request["relyingState"],
        holder_binding=HolderBinding(request["holderBinding"]),
        at=moment,
        purpose=request.get("purpose"),
        sector=request.get("sector"),
        relying_party=request.get("relyingParty"),
        act=request.get("act"),
        min_level=None if level is None else MinimumLevel(**level),
        audience=request.get("audience"),
        nonce=request.get("nonce"),
        format=request.get("format"),
        volume_used=tuple(sorted(request.get("volumeUsed", {}).items())),
        category=request.get("category"),
        agreement=_chosen(Agreement, request, "agreement"),
        nationality=request.get("nationality"),
        counterpart=_chosen(Counterpart, request, "counterpart"),
        entity=_chosen(EntityKind, request, "entity"),
        use=_chosen(CertificateUse, request, "use"),
        reliability=_chosen(ProvenReliability, request, "reliability"),
        established=tuple(sorted(request.get("established", {}).items())),
        **chosen,
    )


def evidence_of(vector: Json) -> Evidence:
    """What was fetched for the input; nothing of it is trusted."""
    return Evidence(
        Item(
            EvidenceKind(item["kind"]),
            b64decode(item["base64"], validate=True)
            if "base64" in item
            else item["data"].encode("ascii"),
            item["uri"],
            item.get("fetched"),
        )
        for item in vector.get("evidence", ())
    )


def policy_of(request: Json) -> VerificationPolicy:
    """The verifier's own policy, of which a vector may set five members."""
    policy = request.get("policy", {})
    chosen: dict[str, Any] = {}
    if "transcribed" in policy:
        chosen["transcribed"] = TranscribedLists(policy["transcribed"])
    if "uncheckedStatus" in policy:
        chosen["unchecked_status"] = UncheckedStatus(policy["uncheckedStatus"])
    if "unreadCitations" in policy:
        chosen["unread_citations"] = UnreadCitations(policy["unreadCitations"])
    if "nationalListGrace" in policy:
        chosen["national_list_grace"] = policy["nationalListGrace"]
    if "maxStatusAge" in policy:
        chosen["max_status_age"] = policy["maxStatusAge"]
    return VerificationPolicy(**chosen)


def _interval(item: Json) -> Interval:
    start, until = item["from"], item["until"]
    return Interval(TIME_MIN if start is None else start, TIME_MAX if until is None else until)


def _list(item: Json, number: int) -> TrustList:
    kind = LIST_TYPES[item["type"]]
    return TrustList(
        type=kind,
        territory=item["territory"],
        sequence=item["sequence"],
        issued=item["issued"],
        next_update=item["nextUpdate"],
        operator=f"TEST-ONLY operator of {item['territory']}",
        digest=sha256(f"{number} {json.dumps(item, sort_keys=True)}".encode()).hexdigest(),
        size=1,
        publication=Publication(item["publication"]),
        services=tuple(_service(entry, item["territory"]) for entry in item.get("services", ())),
        arrangements=tuple(_arrangement(entry) for entry in item.get("arrangements", ())),
        law=tuple(_statement(entry) for entry in item.get("law", ())),
        foreign=tuple(
            ForeignListing(
                entry["territory"],
                LegalStatus(entry["status"]),
                _interval(entry),
                entry["service"],
            )
            for entry in item.get("foreign", ())
        ),
    )


def _statement(item: Json) -> LawStatement:
    def names(member: str) -> frozenset[str]:
        return frozenset(item.get(member, ()))

    return LawStatement(
        id=item["id"],
        kind=LawKind(item["kind"]),
        instrument=_instrument(item["instrument"]),
        interval=_interval(item),
        acts=names("acts"),
        categories=names("categories"),
        standards=names("standards"),
        legal_statuses=frozenset(map(LegalStatus, names("legalStatuses"))),
        technical_classes=frozenset(map(TechnicalClass, names("technicalClasses"))),
        effect=item.get("effect"),
    )


def _instrument(item: Json) -> Instrument:
    parties = item.get("parties")
    return Instrument(
        item["code"],
        item["title"],
        item["article"],
        verified=item["verified"],
        status=_chosen(InstrumentStatus, item, "status"),
        parties=None if parties is None else frozenset(parties),
        obligation=_chosen(Obligation, item, "obligation"),
    )


def _chosen(kind: type[_Choice], item: Json, member: str) -> _Choice | None:
    value = item.get(member)
    return None if value is None else kind(value)


def _service(item: Json, territory: str) -> Service:
    return Service(
        id=item["id"],
        territory=territory,
        entity=item["entity"],
        name=item["name"],
        type=item["type"],
        identities=tuple(_identity(entry) for entry in item["identities"]),
        history=tuple(
            StatusPeriod(Status(entry["status"]), entry["uri"], _interval(entry))
            for entry in item["history"]
        ),
        levels=tuple(
            LevelGrant(entry["scheme"], entry["value"], entry.get("cap"))
            for entry in item["levels"]
        ),
        issuer_ids=tuple(item["issuerIds"]),
        credential_types=tuple(item["credentialTypes"]),
        formats=tuple(item["formats"]),
        term=item["term"],
        scope=item["scope"],
        legal_status=_chosen(LegalStatus, item, "legalStatus"),
        technical_class=_chosen(TechnicalClass, item, "technicalClass"),
        standards=tuple(item.get("standards", ())),
    )


def _identity(item: Json) -> Identity:
    kind = IdentityKind(item["kind"])
    if kind is IdentityKind.JWK:
        return Identity(kind, item["kid"], VerificationKey.from_jwk(item["jwk"]))
    if kind is IdentityKind.X509:
        return certificate_identity(b64decode(item["certificate"], validate=True))
    if kind is IdentityKind.DID:
        return parse_other_id(item["value"])
    return Identity(kind, item["value"])


def _arrangement(item: Json) -> Arrangement:
    statuses = item["statusMap"]
    minimum, assessment = item.get("minimumLevel"), item.get("assessment")
    return Arrangement(
        id=item["id"],
        recognising=item["recognising"],
        recognised=item["recognised"],
        instrument=_instrument(item["instrument"]),
        basis=item["basis"],
        service_types=tuple(
            (entry["home"], entry["recognised"]) for entry in item["serviceTypeMap"]
        ),
        valid_statuses=frozenset(statuses["valid"]),
        invalid_statuses=frozenset(statuses["invalid"]),
        levels=tuple(
            LevelMapping(entry["scheme"], entry["home"], Level(**entry["recognised"]))
            for entry in item["assuranceMap"]
        ),
        periods=tuple(
            ArrangementPeriod(
                ArrangementStatus(entry["status"]), Stage(entry["stage"]), _interval(entry)
            )
            for entry in item["periods"]
        ),
        interval=_interval(item),
        purposes=frozenset(item["purposes"]),
        sectors=frozenset(item["sectors"]),
        relying_parties=frozenset(item["relyingParties"]),
        excluded_acts=frozenset(item["excludedActs"]),
        credential_types=frozenset(item["credentialTypes"]),
        requires=tuple(item["requires"]),
        effect=item["effect"],
        limits=tuple(item["limits"].items()),
        grace_until=item["graceUntil"],
        comparator=item.get("comparator"),
        entity_scope=frozenset(item.get("entityScope", ())),
        certificate_scope=frozenset(item.get("certificateScope", ())),
        users=frozenset(item.get("users", ())),
        standards=frozenset(item.get("standards", ())),
        considered_standards=frozenset(item.get("consideredStandards", ())),
        minimum=None if minimum is None else Level(**minimum),
        assessment=None if assessment is None else Assessment(**assessment),
    )
