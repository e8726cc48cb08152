"""Multikeys in signed lists: the one spelling that did:key has, and post-quantum keys beside it."""

from __future__ import annotations

from hashlib import shake_256

from ...codec import base64url
from ...codec import json as strict_json
from ...trustlist import documents
from ..build import Json, key, vc
from ..lists import envelope, offered, recognition, signed_world, thai_list, thai_service, update
from ..registry import Case, Group, Importance

_group = Group(
    "trust_list", features=("es256", "signed-lists", "vc-jwt"), twin="identity_beside_by_did_key"
)
_NONE = "resolve.no_anchors"
_PROFILE = Importance.PROFILE


def _beside(other: str) -> Case:
    """The issuer's own key, and beside it another identifier."""
    own = documents.jwk_identity(key().verification_key, "key-1")
    document = thai_list(thai_service(identity={**own, "OtherIds": [other]}))
    return Case(
        vc(),
        signed_world(
            update(
                offered("member_state", "TH", envelope(document, "TH")),
                offered("recognition", "SG", envelope(recognition(), "SG")),
            )
        ),
    )


@_group.vector(
    "W3C did:key, 3.1",
    _NONE,
    refused="list.identity",
    importance=_PROFILE,
    notes="The letter before the key says how it is written; nobody looks at it.",
)
def did_key_under_another_letter() -> Case:
    """A did:key in base58btc, under the letter of base64url."""
    did = documents.did_key_identity(key("second").verification_key)["OtherIds"][0]
    return _beside(did.replace("did:key:z", "did:key:u"))


def _lattice(**members: str) -> Case:
    jwk: Json = {
        "kty": "AKP",
        "alg": "ML-DSA-44",
        "pub": base64url.encode(shake_256(b"TEST-ONLY").digest(1312)),
        **members,
    }
    return _beside("jwk:" + base64url.encode(strict_json.canonical(jwk)))


@_group.vector("RFC 9864, 2", importance=_PROFILE)
def key_of_a_lattice_beside() -> Case:
    """Beside its key the service has one for ML-DSA-44."""
    return _lattice()


@_group.vector("RFC 9864, 2", _NONE, refused="crypto.key_type_unknown",
               twin="key_of_a_lattice_beside", importance=_PROFILE)  # fmt: skip
def key_of_a_lattice_for_nobody_knows_what() -> Case:
    """Beside its key the service has one of that kind for an algorithm that is none."""
    return _lattice(alg="ML-DSA-45")
