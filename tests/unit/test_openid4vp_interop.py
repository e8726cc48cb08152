"""A wallet of other people's libraries: what they make of our requests is what we judge."""

import json
from hashlib import sha256
from urllib.parse import urlencode

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from joserfc import jwe
from joserfc.jwk import ECKey
from jwcrypto.jwk import JWK
from sd_jwt.common import SDObj
from sd_jwt.holder import SDJWTHolder
from sd_jwt.issuer import SDJWTIssuer

from defa_trust.codec import base64url
from defa_trust.conformance import mdocs
from defa_trust.conformance.build import MOMENT, key
from defa_trust.conformance.presentations import (
    VERIFIER_KEY,
    asked,
    mdl_query,
    pid_query,
    presentation_world,
)
from defa_trust.conformance.trust import snapshot_of
from defa_trust.openid4vp import judge
from defa_trust.request import HolderBinding, Request
from defa_trust.verify import Verifier

VERIFIER = Verifier(snapshot_of(presentation_world()))
REQUEST = Request("SG", HolderBinding.MUST_BE_PRESENT, at=MOMENT)
FAMILY = ("family_name", "issuing_country")


def private(label):
    return JWK(**key(label).jwk(private=True))


def presented(parameters, audience, monkeypatch):
    """The `sd-jwt` package issues, and presents what the query asks for."""
    monkeypatch.setattr("sd_jwt.holder.time", lambda: MOMENT - 5)
    [query] = [each for each in parameters["dcql_query"]["credentials"] if each["id"] == "pid"]
    claims = {
        "iss": "https://issuer.th.test.example",
        "vct": query["meta"]["vct_values"][0],
        "iat": MOMENT - 1000,
        "exp": MOMENT + 1000,
        SDObj("family_name"): "TEST-ONLY Jaidee",
        SDObj("birthdate"): "1990-01-15",
        SDObj("address"): {SDObj("country"): "TH", SDObj("street"): "TEST-ONLY"},
    }
    issued = SDJWTIssuer(
        claims,
        private("issuer"),
        private("holder"),
        sign_alg="ES256",
        extra_header_parameters={"typ": "dc+sd-jwt", "kid": "key-1"},
    )
    holder = SDJWTHolder(issued.sd_jwt_issuance)
    disclose = {}
    for claim in query["claims"]:
        place = disclose
        for name in claim["path"][:-1]:
            place = place.setdefault(name, {})
        place[claim["path"][-1]] = True
    holder.create_presentation(
        disclose, parameters["nonce"], audience, private("holder"), sign_alg="ES256"
    )
    return holder.sd_jwt_presentation


def licence(parameters, thumbprint):
    """`cbor2` writes the handover and the device's part; the issuer's part is ours."""
    info = [
        parameters["client_id"], parameters["nonce"], thumbprint, parameters["response_uri"],
    ]  # fmt: skip
    handover = ["OpenID4VPHandover", sha256(cbor2.dumps(info)).digest()]
    names = cbor2.CBORTag(24, cbor2.dumps({}))
    signed = ["DeviceAuthentication", [None, None, handover], mdocs.MDL_DOCTYPE, names]
    payload = cbor2.dumps(cbor2.CBORTag(24, cbor2.dumps(signed)))
    head = cbor2.dumps({1: -7})
    structure = cbor2.dumps(["Signature1", head, b"", payload])
    der = key("device").private_key.sign(structure, ec.ECDSA(hashes.SHA256()))
    signature = b"".join(part.to_bytes(32, "big") for part in decode_dss_signature(der))
    entries = mdocs.items()
    shown = {mdocs.NAMESPACE: [entries[0], entries[2]]}
    issuer = cbor2.loads(
        base64url.decode(mdocs.text(mdocs.issuer_signed(entries, shown=shown)).decode())
    )
    response = {
        "version": "1.0",
        "documents": [
            {
                "docType": mdocs.MDL_DOCTYPE,
                "issuerSigned": issuer,
                "deviceSigned": {
                    "nameSpaces": names,
                    "deviceAuth": {"deviceSignature": [head, {}, None, signature]},
                },
            }
        ],
        "status": 0,
    }
    return base64url.encode(cbor2.dumps(response))


def encrypted(parameters, token):
    """`joserfc` encrypts to the key that the request published."""
    metadata = parameters["client_metadata"]
    [published] = metadata["jwks"]["keys"]
    enc = metadata["encrypted_response_enc_values_supported"][0]
    header = {"alg": published["alg"], "enc": enc, "kid": published["kid"]}
    registry = jwe.JWERegistry(algorithms=["ECDH-ES", enc])
    text = jwe.encrypt_compact(
        header, json.dumps({"vp_token": token}).encode(), ECKey.import_key(published),
        registry=registry,
    )  # fmt: skip
    return urlencode({"response": text})


@pytest.mark.parametrize("mode", ["direct_post", "direct_post.jwt"])
def test_a_wallet_of_other_libraries(mode, monkeypatch):
    query = pid_query(claims=[{"path": ["family_name"]}, {"path": ["address", "country"]}])
    request = asked(query, mdl_query(*FAMILY), mode=mode)
    parameters = json.loads(json.dumps(request.parameters()))
    thumbprint = None
    if mode == "direct_post.jwt":
        [published] = parameters["client_metadata"]["jwks"]["keys"]
        thumbprint = base64url.decode(ECKey.import_key(published).thumbprint())
    token = {
        "pid": [presented(parameters, parameters["client_id"], monkeypatch)],
        "mdl": [licence(parameters, thumbprint)],
    }
    if thumbprint is None:
        body, private_key = urlencode({"vp_token": json.dumps(token)}), None
    else:
        body, private_key = encrypted(parameters, token), VERIFIER_KEY
    report = judge(VERIFIER, body, request, REQUEST, key=private_key)
    assert report.satisfied, report.reason
    first, second = report.presentations
    assert first.surplus == second.surplus == ()
    assert first.claims["address", "country"] == ("TH",)
    # The same two presentations answer no other request.
    other = asked(query, mdl_query(*FAMILY), mode=mode, nonce="TEST-ONLY-nonce-4712")
    assert not judge(VERIFIER, body, other, REQUEST, key=private_key).satisfied
