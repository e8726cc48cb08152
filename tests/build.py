"""Small trust worlds for tests: lists, services and arrangements without files or signatures.

What these build has passed no acceptance; tests of acceptance build signed lists instead.
"""

from __future__ import annotations

from hashlib import sha256

from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import KeyType
from defa_trust.signing_crypto import SigningKey
from defa_trust.spec import SVC_EAA
from defa_trust.trustlist.model import (
    Arrangement,
    ArrangementPeriod,
    ArrangementStatus,
    Identity,
    IdentityKind,
    Instrument,
    LevelMapping,
    ListType,
    Service,
    Stage,
    Status,
    StatusPeriod,
    TrustList,
)
from defa_trust.trustlist.snapshot import TrustSnapshot
from defa_trust.verdict import TIME_MAX, Interval, Level

NOW = 1_793_491_200
"""2026-11-01T00:00:00Z."""
DAY = 86_400
YEAR = 365 * DAY
GRANTED_URI = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/recognisedatnationallevel"
WITHDRAWN_URI = "http://uri.etsi.org/TrstSvc/TrustedList/Svcstatus/deprecatedatnationallevel"


def key(label="issuer", key_type=KeyType.P256):
    return SigningKey.from_seed(f"TEST-ONLY tests {label}", key_type)


def jwk_identity(signing_key, kid="key-1"):
    return Identity(IdentityKind.JWK, kid, signing_key.verification_key)


def service(
    territory="TH",
    identities=(),
    issuer_ids=("https://issuer.th.test.example",),
    history=None,
    **more,
):
    if history is None:
        history = (StatusPeriod(Status.GRANTED, GRANTED_URI, Interval(NOW - YEAR, TIME_MAX)),)
    defaults = {
        "id": f"TEST-ONLY-{territory}-1",
        "entity": f"TEST-ONLY authority of {territory}",
        "name": f"TEST-ONLY issuer of {territory}",
        "type": SVC_EAA,
    }
    return Service(
        **{
            **defaults,
            "territory": territory,
            "identities": tuple(identities),
            "history": tuple(history),
            "issuer_ids": tuple(issuer_ids),
            **more,
        }
    )


def trust_list(territory="TH", services=(), type=ListType.MEMBER_STATE, **more):
    defaults = {
        "sequence": 1,
        "issued": NOW - 30 * DAY,
        "next_update": NOW + 60 * DAY,
        "operator": f"TEST-ONLY operator of {territory}",
        "digest": sha256(f"{type} {territory} {services} {more}".encode()).hexdigest(),
        "size": 1,
    }
    return TrustList(
        **{**defaults, "type": type, "territory": territory, "services": tuple(services), **more}
    )


def arrangement(recognising="SG", recognised="TH", **more):
    stage = more.pop("stage", Stage.IN_FORCE)
    status = more.pop("status", ArrangementStatus.ENACTED)
    interval = more.pop("interval", Interval(NOW - YEAR, TIME_MAX))
    defaults = {
        "id": f"test-{recognising}-{recognised}".lower(),
        "instrument": Instrument("bilateral", "TEST-ONLY MoU", "art. 1", verified=True),
        "basis": "mutual",
        "service_types": ((SVC_EAA, SVC_EAA),),
        "valid_statuses": frozenset({GRANTED_URI}),
        "invalid_statuses": frozenset({WITHDRAWN_URI}),
        "levels": (),
        "periods": (ArrangementPeriod(status, stage, interval),),
        "interval": interval,
        "effect": "presumption_of_signatory",
    }
    return Arrangement(**{**defaults, "recognising": recognising, "recognised": recognised, **more})


def level_row(scheme, home, proofing=None, authentication=None, federation=None):
    return LevelMapping(scheme, home, Level(proofing, authentication, federation))


def recognition_list(territory="SG", arrangements=(), **more):
    return trust_list(
        territory, type=ListType.RECOGNITION, arrangements=tuple(arrangements), **more
    )


def snapshot(*lists):
    return TrustSnapshot.build(lists)


def world(signing_key=None, arrangements=None, **service_members):
    """One issuer in TH, recognised by SG: the smallest world in which something passes."""
    signing_key = signing_key or key()
    members = {"identities": (jwk_identity(signing_key),), **service_members}
    return snapshot(
        trust_list("TH", (service("TH", **members),)),
        recognition_list("SG", (arrangement(),) if arrangements is None else arrangements),
    )


def jws(payload, signing_key=None, header=None, alg="ES256"):
    """A compact JWS over ``payload`` (dict or bytes), deterministic."""
    signing_key = signing_key or key()
    head = {"alg": alg, "kid": "key-1", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    body = payload if isinstance(payload, bytes) else strict_json.compact(payload)
    message = f"{base64url.encode(strict_json.compact(head))}.{base64url.encode(body)}"
    signature = signing_key.sign(alg, message.encode())
    return f"{message}.{base64url.encode(signature)}".encode()


def vc_payload(**more):
    """A W3C VCDM 2.0 credential of about 1 KB once signed."""
    payload = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential", "TestIdentityCredential"],
        "issuer": "https://issuer.th.test.example",
        "validFrom": "2026-10-01T00:00:00Z",
        "validUntil": "2027-10-01T00:00:00Z",
        "credentialSubject": {
            "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
            "givenName": "TEST-ONLY Somchai",
            "familyName": "TEST-ONLY Jaidee",
            "birthDate": "1990-01-15",
            "nationality": "TH",
            "documentNumber": "TEST-0000-0000-0001",
            "address": {
                "streetAddress": "1 Test Road",
                "locality": "Testville",
                "country": "TH",
            },
        },
    }
    payload.update(more)
    return {name: value for name, value in payload.items() if value is not None}


def vc_jwt(signing_key=None, header=None, **more):
    return jws(vc_payload(**more), signing_key, {"typ": "vc+jwt", **(header or {})})
