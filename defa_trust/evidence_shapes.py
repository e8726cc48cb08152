"""Questions and policies as an evidence bundle holds them, and back again (floor 12).

Members that bundles of before they existed lack take the value they then had.
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeVar

from .algorithms import AlgorithmPolicy, PostQuantum
from .content import Content
from .policy import (
    DEFAULT_POLICY,
    ArrangementMoment,
    NoRevocationInfo,
    PastEvidence,
    RequiredChecks,
    ResponderStatus,
    RevocationPolicy,
    TranscribedLists,
    UncheckedStatus,
    UnreadCitations,
    VerificationPolicy,
)
from .request import (
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
from .verdict import TIME_MAX, TIME_MIN, Interval

if TYPE_CHECKING:
    from .signing_crypto import AgreementKey

_Choice = TypeVar("_Choice", bound=StrEnum)


def request_shape(request: Request) -> dict[str, Any]:
    level = request.min_level
    return {
        "relyingState": request.relying_state,
        "holderBinding": request.holder_binding.value,
        "at": request.at,
        "purpose": request.purpose,
        "sector": request.sector,
        "relyingParty": request.relying_party,
        "act": request.act,
        "minLevel": None
        if level is None
        else {
            "proofing": level.proofing,
            "authentication": level.authentication,
            "federation": level.federation,
        },
        "audience": request.audience,
        "nonce": request.nonce,
        "format": request.format,
        "profiles": sorted(profile.value for profile in request.profiles),
        "maxProofAge": request.max_proof_age,
        "sessionTranscript": None
        if request.session_transcript is None
        else b64encode(request.session_transcript).decode("ascii"),
        "volumeUsed": [list(pair) for pair in request.volume_used],
        "category": request.category,
        "agreement": request.agreement and request.agreement.value,
        "nationality": request.nationality,
        "counterpart": request.counterpart and request.counterpart.value,
        "entity": request.entity and request.entity.value,
        "use": request.use and request.use.value,
        "reliability": request.reliability and request.reliability.value,
        "established": [list(pair) for pair in request.established],
        "content": _content_shape(request.content),
        # Of one session alone, whose content the bundle holds anyway.
        "readerKey": request.reader_key and request.reader_key.jwk(private=True),
    }


def request_of(shape: Mapping[str, Any]) -> Request:
    level = shape["minLevel"]
    return Request(
        shape["relyingState"],
        HolderBinding(shape["holderBinding"]),
        at=shape["at"],
        purpose=shape["purpose"],
        sector=shape["sector"],
        relying_party=shape["relyingParty"],
        act=shape["act"],
        min_level=None if level is None else MinimumLevel(**level),
        audience=shape["audience"],
        nonce=shape["nonce"],
        format=shape["format"],
        profiles=frozenset(Profile(name) for name in shape["profiles"]),
        max_proof_age=shape["maxProofAge"],
        volume_used=tuple((str(name), count) for name, count in shape["volumeUsed"]),
        session_transcript=_octets(shape.get("sessionTranscript")),
        category=shape.get("category"),
        agreement=_chosen(Agreement, shape, "agreement"),
        nationality=shape.get("nationality"),
        counterpart=_chosen(Counterpart, shape, "counterpart"),
        entity=_chosen(EntityKind, shape, "entity"),
        use=_chosen(CertificateUse, shape, "use"),
        reliability=_chosen(ProvenReliability, shape, "reliability"),
        established=tuple((str(name), so) for name, so in shape.get("established", ())),
        content=_content_of(shape.get("content")),
        reader_key=_reader_key(shape.get("readerKey")),
    )


def _content_shape(content: Content | None) -> dict[str, str] | None:
    """Digests, never the document: whoever replays needs no more, and it may be confidential."""
    if content is None:
        return None
    return {name: digest.hex() for name, digest in sorted(content.digests().items())}


def _content_of(shape: Mapping[str, str] | None) -> Content | None:
    if shape is None:
        return None
    return Content.digested({name: bytes.fromhex(digest) for name, digest in shape.items()})


def _reader_key(shape: Mapping[str, str] | None) -> AgreementKey | None:
    if shape is None:
        return None
    from .signing_crypto import AgreementKey

    return AgreementKey.from_jwk(shape)


def _chosen(kind: type[_Choice], shape: Mapping[str, Any], member: str) -> _Choice | None:
    """A member that bundles of before it existed lack."""
    value = shape.get(member)
    return None if value is None else kind(value)


def policy_shape(policy: VerificationPolicy) -> dict[str, Any]:
    algorithms, stamps = policy.algorithms, policy.timestamp_policies
    return {
        "nationalListGrace": policy.national_list_grace,
        "transcribed": policy.transcribed.value,
        "uncheckedStatus": policy.unchecked_status.value,
        "unreadCitations": policy.unread_citations.value,
        "clockSkew": policy.clock_skew,
        "maxStatusAge": policy.max_status_age,
        "arrangementMoment": policy.arrangement_moment.value,
        "timestampPolicies": None if stamps is None else sorted(stamps),
        "revocation": {
            "required": policy.revocation.required.value,
            "unchecked": policy.revocation.unchecked.value,
            "freshness": policy.revocation.freshness,
            "past": policy.revocation.past.value,
            "responders": policy.revocation.responders.value,
            "noInformation": policy.revocation.no_information.value,
            "clockSkew": policy.revocation.clock_skew,
        },
        "algorithms": {
            "allowed": {
                name: [
                    None if start == TIME_MIN else start,
                    None if end == TIME_MAX else end,
                ]
                for name, (start, end) in algorithms.allowed.items()
            },
            "rsaMinBits": algorithms.rsa_min_bits,
            "rsaMaxBits": algorithms.rsa_max_bits,
            "postQuantum": algorithms.post_quantum.value,
        },
    }


def policy_of(shape: Mapping[str, Any]) -> VerificationPolicy:
    algorithms, stamps = shape["algorithms"], shape.get("timestampPolicies")
    return VerificationPolicy(
        algorithms=AlgorithmPolicy(
            {
                name: Interval(
                    TIME_MIN if start is None else start, TIME_MAX if end is None else end
                )
                for name, (start, end) in algorithms["allowed"].items()
            },
            algorithms["rsaMinBits"],
            algorithms["rsaMaxBits"],
            PostQuantum(algorithms["postQuantum"]),
        ),
        national_list_grace=shape["nationalListGrace"],
        transcribed=TranscribedLists(shape["transcribed"]),
        unchecked_status=UncheckedStatus(shape["uncheckedStatus"]),
        unread_citations=UnreadCitations(shape["unreadCitations"]),
        clock_skew=shape["clockSkew"],
        max_status_age=shape.get("maxStatusAge", DEFAULT_POLICY.max_status_age),
        arrangement_moment=ArrangementMoment(shape.get("arrangementMoment", "asked")),
        timestamp_policies=None if stamps is None else frozenset(stamps),
        revocation=_revocation(shape.get("revocation")),
    )


def _revocation(shape: Mapping[str, Any] | None) -> RevocationPolicy:
    if shape is None:
        return DEFAULT_POLICY.revocation
    return RevocationPolicy(
        RequiredChecks(shape["required"]),
        UncheckedStatus(shape["unchecked"]),
        shape["freshness"],
        PastEvidence(shape["past"]),
        ResponderStatus(shape["responders"]),
        NoRevocationInfo(shape["noInformation"]),
        shape["clockSkew"],
    )


def _octets(text: str | None) -> bytes | None:
    return None if text is None else b64decode(text, validate=True)
