"""Credentials for the benchmarks, with the worlds in which they pass."""

from __future__ import annotations

import hashlib
import zlib

from defa_trust.codec import base45, base64url, cbor
from defa_trust.codec import json as strict_json
from defa_trust.request import HolderBinding, Request
from defa_trust.trustlist.model import Identity, IdentityKind
from defa_trust.verify import Verifier
from tests.build import (
    NOW,
    YEAR,
    arrangement,
    jwk_identity,
    jws,
    key,
    recognition_list,
    service,
    snapshot,
    trust_list,
)

ISSUER = "https://issuer.th.test.example"
AUDIENCE = "https://verifier.sg.test.example"
NONCE = "TEST-ONLY-nonce-0001"


def disclosure(name, value):
    salt = base64url.encode(hashlib.sha256(f"TEST-ONLY salt {name}".encode()).digest()[:16])
    return base64url.encode(strict_json.compact([salt, name, value]))


def sd_jwt(disclosures=10, holder=None, **more):
    """An SD-JWT VC; with ``holder`` a key-binding JWT is attached."""
    made = [disclosure(f"claim_{i}", f"TEST-ONLY value {i}") for i in range(disclosures)]
    payload = {
        "iss": ISSUER,
        "vct": "https://issuer.th.test.example/vct/identity",
        "iat": NOW - 1000,
        "exp": NOW + YEAR,
        "_sd_alg": "sha-256",
        "_sd": [base64url.encode(hashlib.sha256(d.encode()).digest()) for d in made],
        **more,
    }
    if holder is not None:
        payload["cnf"] = {"jwk": holder.jwk()}
    issued = jws(payload, header={"typ": "dc+sd-jwt"}).decode()
    text = "~".join([issued, *made, ""])
    if holder is not None:
        binding = {
            "iat": NOW - 5,
            "aud": AUDIENCE,
            "nonce": NONCE,
            "sd_hash": base64url.encode(hashlib.sha256(text.encode()).digest()),
        }
        text += jws(binding, holder, {"typ": "kb+jwt", "kid": None}).decode()
    return text.encode()


def sd_jwt_world(disclosures=10):
    trust = snapshot(
        trust_list("TH", (service("TH", (jwk_identity(key()),)),)),
        recognition_list("SG", (arrangement(),)),
    )
    request = Request("SG", HolderBinding.MUST_BE_PRESENT, at=NOW, audience=AUDIENCE, nonce=NONCE)
    return Verifier(trust), sd_jwt(disclosures, key("holder")), request


CERTIFICATE = b"TEST-ONLY stands for a certificate: only its digest is used"


def hcert(signing_key=None, **claims):
    """An `HC1:` text of the size of a real one."""
    signing_key = signing_key or key()
    payload = {
        1: "TH",
        4: NOW + YEAR,
        6: NOW - 1000,
        -260: {
            1: {
                "ver": "1.3.0",
                "nam": {
                    "fn": "TEST-ONLY JAIDEE",
                    "fnt": "TEST<ONLY<JAIDEE",
                    "gn": "TEST-ONLY SOMCHAI",
                    "gnt": "TEST<ONLY<SOMCHAI",
                },
                "dob": "1990-01-15",
                "v": [
                    {
                        "tg": "840539006",
                        "vp": "1119349007",
                        "mp": "EU/1/20/1507",
                        "ma": "ORG-100031184",
                        "dn": 3,
                        "sd": 3,
                        "dt": "2026-01-15",
                        "co": "TH",
                        "is": "TEST-ONLY Ministry of Health",
                        "ci": "URN:UVCI:01:TH:TEST-ONLY-0001",
                    }
                ],
            }
        },
        **claims,
    }
    kid = hashlib.sha256(CERTIFICATE).digest()[:8]
    protected = cbor.dumps({1: -7, 4: kid})
    body = cbor.dumps(payload)
    signature = signing_key.sign("ES256", cbor.dumps(["Signature1", protected, b"", body]))
    message = cbor.dumps(cbor.Tagged(18, [protected, {}, body, signature]))
    return f"HC1:{base45.encode(zlib.compress(message, 9))}".encode()


def hcert_world():
    identity = Identity(IdentityKind.X509, "", key().verification_key, CERTIFICATE)
    trust = snapshot(
        trust_list("TH", (service("TH", (identity,)),)),
        recognition_list("SG", (arrangement(),)),
    )
    return Verifier(trust), hcert(), Request("SG", HolderBinding.IF_PRESENT, at=NOW)
