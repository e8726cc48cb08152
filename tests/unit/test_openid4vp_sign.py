"""Signed request objects: what wallets compare is right before it goes out."""

import json
from hashlib import sha256

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from defa_trust.codec import base64url
from defa_trust.conformance.build import MOMENT, key
from defa_trust.conformance.presentations import CLIENT_ID, ORIGIN, asked
from defa_trust.crypto import KeyType
from defa_trust.errors import MisuseError
from defa_trust.openid4vp_sign import request_object
from defa_trust.signing_crypto import SigningKey

KEY = key("verifier's access")
HOST = CLIENT_ID.partition(":")[2]


def certified(signer=KEY, *hosts):
    from datetime import UTC, datetime

    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST-ONLY verifier")])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(signer.private_key.public_key())
        .serial_number(4711)
        .not_valid_before(datetime(2026, 1, 1, tzinfo=UTC))
        .not_valid_after(datetime(2027, 1, 1, tzinfo=UTC))
    )
    if hosts:
        names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
        builder = builder.add_extension(names, critical=False)
    made = builder.sign(signer.private_key, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.DER)


CERTIFICATE = certified(KEY, "other.sg.test.example", HOST)


def signed(request=None, signer=KEY, certificate=CERTIFICATE, **options):
    options = {"issued_at": MOMENT, **options}
    return request_object(request or asked(), signer, certificate, **options)


def test_another_implementation_verifies_it():
    text = signed(wallet_nonce="TEST-ONLY-wallet-nonce")
    header = jwt.get_unverified_header(text)
    assert header["typ"] == "oauth-authz-req+jwt"
    [leaf] = header["x5c"]
    assert base64url.decode_standard(leaf) == CERTIFICATE
    payload = jwt.decode(
        text,
        KEY.private_key.public_key(),
        algorithms=["ES256"],
        audience="https://self-issued.me/v2",
        issuer=CLIENT_ID,
        options={"verify_exp": False, "verify_iat": False},
    )
    assert payload.items() >= asked().parameters().items()
    assert payload["wallet_nonce"] == "TEST-ONLY-wallet-nonce"
    assert (payload["iat"], payload["exp"]) == (MOMENT, MOMENT + 300)


@pytest.mark.parametrize("curve", [KeyType.P256, KeyType.P384, KeyType.P521])
def test_the_algorithm_is_that_of_the_key(curve):
    signer = key("verifier's access", curve)
    certificate = certified(signer, HOST)
    text = signed(signer=signer, certificate=certificate)
    assert jwt.decode(
        text,
        signer.private_key.public_key(),
        algorithms=[{"P-256": "ES256", "P-384": "ES384", "P-521": "ES512"}[curve.value]],
        options={"verify_exp": False, "verify_aud": False, "verify_iat": False},
    )


def test_a_certificate_named_by_its_hash():
    name = f"x509_hash:{base64url.encode(sha256(CERTIFICATE).digest())}"
    request = asked(client_id=name)
    body = signed(request).split(".")[1]
    assert json.loads(base64url.decode(body))["client_id"] == name
    with pytest.raises(MisuseError, match="another certificate"):
        signed(request, certificate=certified(KEY, HOST, "x.example"))


def test_over_the_api_the_origins_are_signed():
    request = asked(mode="dc_api", client_id=CLIENT_ID)
    payload = json.loads(base64url.decode(signed(request).split(".")[1]))
    assert payload["expected_origins"] == [ORIGIN]


def test_the_chain_goes_along():
    root = certified(key("root"))
    header = jwt.get_unverified_header(signed(chain=(root,)))
    assert base64url.decode_standard(header["x5c"][1]) == root


def test_a_host_that_the_certificate_does_not_name():
    for hosts in ((), ("other.example",), (f"www.{HOST}",), ("*.sg.test.example",)):
        with pytest.raises(MisuseError, match="x509_san_dns"):
            signed(certificate=certified(KEY, *hosts))


@pytest.mark.parametrize("name", ["preregistered", "redirect_uri:{}", "verifier_attestation:x"])
def test_names_that_no_certificate_vouches_for(name):
    from defa_trust.conformance.mdocs import RESPONSE_URI

    with pytest.raises(MisuseError, match="signed here"):
        signed(asked(client_id=name.format(RESPONSE_URI)))


def test_what_does_not_belong_together():
    with pytest.raises(MisuseError, match="not that of"):
        signed(signer=key("thief"))
    with pytest.raises(MisuseError, match="cannot be used"):
        signed(certificate=b"\x30\x00")
    with pytest.raises(MisuseError, match="ECDSA"):
        signed(signer=SigningKey.from_seed("TEST-ONLY x", KeyType.ED25519))
    with pytest.raises(MisuseError, match="signed here"):
        signed(asked(mode="dc_api"))
    for lifetime in (0, -1, 3601):
        with pytest.raises(MisuseError, match="lives"):
            signed(lifetime=lifetime)
