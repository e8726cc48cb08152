"""Signed lists for tests: TEST-ONLY operators, small documents, and ways to break them."""

from __future__ import annotations

import copy
from functools import cache
from hashlib import sha256

from defa_trust import publish
from defa_trust.codec import base64url
from defa_trust.codec import json as strict_json
from defa_trust.crypto import KeyType
from defa_trust.signing_crypto import SigningKey
from defa_trust.spec import SVC_EAA
from defa_trust.trustlist.accept import Pin, accept
from defa_trust.trustlist.model import ListType

NOW = 1_793_491_200
"""2026-11-01T00:00:00Z."""
DAY = 86_400
ISSUED = NOW - DAY
NEXT = NOW + 30 * DAY
REGION = "AP"
MEMBER, RECOGNITION, REGIONAL = ListType.MEMBER_STATE, ListType.RECOGNITION, ListType.REGIONAL


@cache
def key(label, key_type=KeyType.P256):
    return SigningKey.from_seed(f"TEST-ONLY lists {label}", key_type)


def operator_name(territory):
    return f"TEST-ONLY list operator of {territory}"


@cache
def operator(territory, key_type=KeyType.P256, label="operator"):
    """(signing key, DER certificate) of a territory's TEST-ONLY list operator."""
    signing_key = key(f"{label} {territory}", key_type)
    certificate = publish.tl_signer_certificate(
        signing_key,
        territory="ID" if territory == REGION else territory,
        operator=operator_name(territory),
        not_before=NOW - 400 * DAY,
        not_after=NOW + 400 * DAY,
    )
    return signing_key, certificate


def entity(territory, *services):
    return publish.trusted_entity(
        name=f"TEST-ONLY entity of {territory}",
        territory=territory,
        services=services or [service(territory)],
    )


def service(territory="TH", number=1, **more):
    identity = publish.jwk_identity(key(f"service {territory} {number}").verification_key, "key-1")
    defaults = {
        "id": f"urn:test:{territory.lower()}:{number}",
        "type": SVC_EAA,
        "name": f"TEST-ONLY service {number} of {territory}",
        "identity": identity,
        "since": NOW - 300 * DAY,
        "issuer_ids": [f"https://issuer{number}.{territory.lower()}.test.example"],
    }
    return publish.service(**{**defaults, **more})


def member_document(territory="TH", **more):
    defaults = {
        "operator": operator_name(territory),
        "sequence": 5,
        "issued": ISSUED,
        "next_update": NEXT,
    }
    if "entities" not in more:
        defaults["entities"] = [entity(territory)]
    return publish.member_state_list(territory=territory, **{**defaults, **more})


def arrangement(recognising="SG", recognised="TH", **more):
    defaults = {
        "id": f"{recognising}-{recognised}".lower(),
        "instrument": {"code": "bilateral", "title": "TEST-ONLY memorandum", "verified": True},
        "since": NOW - 100 * DAY,
        "service_types": [(SVC_EAA, SVC_EAA)],
    }
    return publish.arrangement(
        recognising=recognising, recognised=recognised, **{**defaults, **more}
    )


def recognition_document(territory="SG", **more):
    defaults = {
        "operator": operator_name(territory),
        "sequence": 5,
        "issued": ISSUED,
        "next_update": NEXT,
    }
    if "arrangements" not in more:
        defaults["arrangements"] = [arrangement(territory, "TH" if territory != "TH" else "SG")]
    return publish.recognition_list(territory=territory, **{**defaults, **more})


def pointer(type=MEMBER, territory="TH", **more):
    defaults = {
        "location": f"https://lists.test.example/{type.name.lower()}-{territory}.jwt",
        "operator": operator_name(territory),
        "signers": [operator(territory)[1]],
    }
    return publish.pointer(type=type, territory=territory, **{**defaults, **more})


def regional_document(**more):
    defaults = {
        "operator": operator_name(REGION),
        "sequence": 9,
        "issued": ISSUED,
        "next_update": NEXT,
        "community": "TEST-ONLY community",
        "pointers": [pointer(MEMBER, "TH"), pointer(RECOGNITION, "SG")],
    }
    return publish.regional_list(**{**defaults, **more})


def signed(document, territory=None, *, issued_at=ISSUED, signer=None):
    """Signed as an honest operator would (schema and profile are checked first)."""
    scheme = document["LoTE"]["ListAndSchemeInformation"]
    signing_key, certificate = signer or operator(territory or scheme["SchemeTerritory"])
    return publish.sign_list(document, signing_key, certificate, issued_at=issued_at)


def header(certificate, **more):
    base = {
        "alg": "ES256",
        "typ": "JOSE",
        "x5t#S256": base64url.encode(sha256(certificate).digest()),
        "iat": ISSUED,
    }
    return {name: value for name, value in {**base, **more}.items() if value is not None}


def forged(payload, territory="TH", *, signer=None, really="ES256", **members):
    """Signed with a real key, yet without any check: what a hostile operator sends.

    ``really`` is the algorithm that signs, whatever the header says."""
    signing_key, certificate = signer or operator(territory)
    body = payload if isinstance(payload, bytes) else strict_json.compact(payload)
    head = strict_json.compact(header(certificate, **{"alg": really, **members}))
    message = f"{base64url.encode(head)}.{base64url.encode(body)}".encode()
    return message + b"." + base64url.encode(signing_key.sign(really, message)).encode()


def pin(type=MEMBER, territory="TH", signers=None):
    return Pin(type, territory, tuple(signers or (operator(territory)[1],)))


def judge(data, type=MEMBER, territory="TH", *, now=NOW, last=None, **more):
    return accept(data, pin(type, territory), last=last, now=now, **more)


def changed(document, path, value):
    """A deep copy with one member set (or, with ``...``, removed). ``path`` is a tuple of steps."""
    whole = copy.deepcopy(document)
    place = whole
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return whole


SCHEME = ("LoTE", "ListAndSchemeInformation")
ENTITY = ("LoTE", "TrustedEntitiesList", 0)
SERVICE = (*ENTITY, "TrustedEntityServices", 0)
CURRENT = (*SERVICE, "ServiceInformation")
