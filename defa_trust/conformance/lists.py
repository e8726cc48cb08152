"""Signed TEST-ONLY lists for vectors (floor 13): good ones, and envelopes around anything.

``publish.sign_list`` refuses to sign what no verifier accepts; vectors need exactly that, so the
envelope is made here by hand, with the same members.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from functools import cache
from hashlib import sha256
from typing import Any

from ..codec import base64url
from ..codec import json as strict_json
from ..publish import tl_signer_certificate
from ..signing_crypto import SigningKey
from ..spec import SVC_EAA
from ..trustlist import documents
from ..trustlist.model import ListType
from .build import DAY, ISSUER, MOMENT, YEAR, Json, Signer, key, without_none

ISSUED = MOMENT - 30 * DAY
REGION = "AP"


def operator(territory: str) -> str:
    return f"TEST-ONLY list operator of {territory}"


@cache
def certificate(
    territory: str, label: str = "", start: int = MOMENT - YEAR, end: int = MOMENT + YEAR
) -> bytes:
    """The DER certificate of a list operator; ``label`` tells keys of one operator apart."""
    return tl_signer_certificate(
        signer(territory, label),
        territory="ID" if territory == REGION else territory,
        operator=operator(territory),
        not_before=start,
        not_after=end,
    )


def signer(territory: str, label: str = "") -> SigningKey:
    return key(f"list {territory} {label}".strip())


def pin(type: str, territory: str, *certificates: bytes, threshold: int = 1) -> Json:
    chosen = certificates or (certificate(territory),)
    made: Json = {
        "type": type,
        "territory": territory,
        "signers": [b64encode(der).decode() for der in chosen],
    }
    if threshold != 1:
        made["threshold"] = threshold
    return made


# --- documents -----------------------------------------
def thai_service(**members: Any) -> Json:
    """A granted attestation service with the issuer's key."""
    return documents.service(
        **{
            "id": "urn:test:TH-1",
            "type": SVC_EAA,
            "name": "TEST-ONLY issuer of TH",
            "identity": documents.jwk_identity(key().verification_key, "key-1"),
            "since": MOMENT - YEAR,
            "issuer_ids": [ISSUER],
            **members,
        }
    )


def thai_list(*services: Json, **members: Any) -> Json:
    """Thailand's list with one service; ``members`` as ``documents.member_state_list`` has them."""
    entity = documents.trusted_entity(
        name="TEST-ONLY authority of TH",
        territory="TH",
        services=services or (thai_service(),),
    )
    return documents.member_state_list(
        **{
            "territory": "TH",
            "operator": operator("TH"),
            "sequence": 5,
            "issued": ISSUED,
            "next_update": MOMENT + 60 * DAY,
            "entities": [entity],
            **members,
        }
    )


def recognition(territory: str = "SG", recognising: str = "SG", **members: Any) -> Json:
    """What ``territory`` recognises: TH, in force, without conditions."""
    rule = documents.arrangement(
        id="test-sg-th",
        recognising=recognising,
        recognised="TH",
        instrument={"code": "bilateral", "title": "TEST-ONLY memorandum", "article": "art. 1",
                    "verified": True},
        since=MOMENT - YEAR,
        service_types=[(SVC_EAA, SVC_EAA)],
        effect="presumption_of_signatory",
    )  # fmt: skip
    return documents.recognition_list(
        **{
            "territory": territory,
            "operator": operator(territory),
            "sequence": 3,
            "issued": ISSUED,
            "next_update": MOMENT + 60 * DAY,
            "arrangements": [rule],
            **members,
        }
    )


def pointer(type: ListType, territory: str, *certificates: bytes) -> Json:
    return documents.pointer(
        type=type,
        territory=territory,
        location=f"https://list.{territory.lower()}.test.example/{type.name.lower()}.jwt",
        operator=operator(territory),
        signers=certificates or (certificate(territory),),
    )


def regional(pointers: Sequence[Json] | None = None, **members: Any) -> Json:
    """The list of lists, which points to Thailand's list and Singapore's recognition list."""
    own = [pointer(ListType.MEMBER_STATE, "TH"), pointer(ListType.RECOGNITION, "SG")]
    return documents.regional_list(
        **{
            "operator": operator(REGION),
            "sequence": 2,
            "issued": ISSUED,
            "next_update": MOMENT + 60 * DAY,
            "pointers": own if pointers is None else pointers,
            "community": "TEST-ONLY region",
            **members,
        }
    )


# --- envelope -----------------------------------------
def envelope(document: Mapping[str, Any] | bytes, territory: str, *,
             header: Mapping[str, Any] | None = None, by: Signer | None = None,
             der: bytes | None = None, alg: str = "ES256",
             signed_at: int = ISSUED) -> str:  # fmt: skip
    """A compact JAdES B-B signature over anything; ``header`` members replace the defaults."""
    leaf = certificate(territory) if der is None else der
    head = {
        "alg": "ES256",
        "typ": "JOSE",
        "cty": "json",
        "x5t#S256": base64url.encode(sha256(leaf).digest()),
        "x5c": [b64encode(leaf).decode()],
        "iat": signed_at,
        **(header or {}),
    }
    body = document if isinstance(document, bytes) else strict_json.compact(document)
    message = ".".join(
        base64url.encode(part) for part in (strict_json.compact(without_none(head)), body)
    )
    signature = (by or signer(territory)).sign(alg, message.encode())
    return f"{message}.{base64url.encode(signature)}"


def offered(type: str, territory: str, data: str, companion: bytes | None = None) -> Json:
    made: Json = {"type": type, "territory": territory, "data": data}
    if companion is not None:
        made["companion"] = companion.decode()
    return made


def update(*documents_: Json, at: int = MOMENT - DAY) -> Json:
    return {"at": at, "documents": list(documents_)}


def signed_world(*updates: Json, pins: Sequence[Json] | None = None) -> Json:
    """Trust by direct pins of Thailand's list and Singapore's recognition list."""
    own = [pin("member_state", "TH"), pin("recognition", "SG")]
    return {"pins": own if pins is None else list(pins), "updates": list(updates)}
