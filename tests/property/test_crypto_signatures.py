"""Properties of verification: DER by hand, mutations, and two libraries that must agree."""

from itertools import pairwise

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.utils import (
    decode_dss_signature,
    encode_dss_signature,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust import crypto
from defa_trust.codec import base64url
from defa_trust.crypto import ECDSA_DER, JOSE_ALGORITHMS, KeyType, VerificationKey
from defa_trust.errors import Rejection
from defa_trust.signing_crypto import SigningKey

SIGNERS = {
    "ES256": SigningKey.from_seed("property", KeyType.P256),
    "ES384": SigningKey.from_seed("property", KeyType.P384),
    "ES512": SigningKey.from_seed("property", KeyType.P521),
    "EdDSA": SigningKey.from_seed("property", KeyType.ED25519),
}
PYJWT = {name: jwt.PyJWK(signer.jwk(), name) for name, signer in SIGNERS.items()}


@given(st.sampled_from([32, 48, 64, 66]), st.data())
def test_hand_made_der_is_the_librarys_and_decodes_to_the_same_integers(width, data):
    octets = data.draw(st.binary(min_size=2 * width, max_size=2 * width))
    r, s = int.from_bytes(octets[:width], "big"), int.from_bytes(octets[width:], "big")
    made = crypto._raw_to_der(octets, width)
    assert made == encode_dss_signature(r, s)
    assert decode_dss_signature(made) == (r, s)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(SIGNERS)), st.binary(max_size=200), st.data())
def test_we_and_pyjwt_agree_on_good_and_changed_signatures(name, message, data):
    signer = SIGNERS[name]
    row = signer.algorithm(name)
    signature = signer.sign(name, message)
    if data.draw(st.booleans()):
        position = data.draw(st.integers(0, len(signature) - 1))
        changed = bytearray(signature)
        changed[position] ^= 1 << data.draw(st.integers(0, 7))
        signature = bytes(changed)
    ours = signer.verification_key.verify(row, signature, message)
    theirs = PYJWT[name].Algorithm.verify(message, PYJWT[name].key, signature)
    assert ours == theirs


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(sorted(SIGNERS)), st.binary(max_size=300))
def test_random_octets_are_no_signature_and_raise_only_rejections(name, octets):
    signer = SIGNERS[name]
    rows = [signer.algorithm(name)]
    rows += [row for (key_type, _), row in ECDSA_DER.items() if key_type is signer.key_type]
    for row in rows:
        try:
            assert signer.verification_key.verify(row, octets, b"message") is False
        except Rejection:
            assert len(octets) != row.signature_size


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(SIGNERS)), st.binary(max_size=500), st.data())
def test_however_the_message_is_cut_the_answer_is_the_same(name, message, data):
    signer = SIGNERS[name]
    row = signer.algorithm(name)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(message)), max_size=5)))
    edges = [0, *cuts, len(message)]
    chunks = tuple(message[a:b] for a, b in pairwise(edges))
    signature = signer.sign(row, message)
    assert signer.verification_key.verify(row, signature, chunks)
    assert not signer.verification_key.verify(row, signature, (*chunks, b"x"))


@pytest.mark.parametrize("name", sorted(SIGNERS))
def test_pyjwt_tokens_verify_here_and_ours_verify_there(name):
    signer = SIGNERS[name]
    row = signer.algorithm(name)
    token = jwt.encode({"a": 1}, signer.private_key, algorithm=name)
    head, _, signature = token.rpartition(".")
    assert signer.verification_key.verify(row, base64url.decode(signature), head.encode())
    ours = f"{head}.{base64url.encode(signer.sign(name, head.encode()))}"
    public = PYJWT[name].key
    assert jwt.decode(ours, public, algorithms=[name]) == {"a": 1}


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)
MEMBERS = ["kty", "crv", "x", "y", "n", "e", "pub", "alg", "use", "key_ops", "d", "k"]
RSA_JWK = {"kty": "RSA", "n": base64url.encode(b"\xc5" + b"\x5a" * 254 + b"\x61"), "e": "AQAB"}
GOOD = [signer.jwk() for signer in SIGNERS.values()] + [
    RSA_JWK,
    SigningKey.from_seed("property", KeyType.ED448).jwk(),
    SigningKey.from_seed("property", KeyType.MLDSA44).jwk(),
]


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(GOOD),
    st.dictionaries(
        st.sampled_from(MEMBERS),
        json_values
        | st.sampled_from(
            ["EC", "RSA", "OKP", "AKP", "oct", "P-256", "P-384", "Ed25519", "sig", "ES256"]
        ),
        max_size=3,
    ),
    st.sets(st.sampled_from(MEMBERS), max_size=2),
)
def test_a_changed_jwk_is_read_faithfully_or_rejected(good, changes, dropped):
    jwk = {name: value for name, value in {**good, **changes}.items() if name not in dropped}
    try:
        key = VerificationKey.from_jwk(jwk)
    except Rejection:
        return
    # Whatever is read says back exactly the members that make the key.
    said = key.jwk()
    assert all(jwk[name] == value for name, value in said.items() if name != "alg")
    if "alg" in jwk:
        assert key.alg in {row.name for row in JOSE_ALGORITHMS[jwk["alg"]]}


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([jwk for jwk in GOOD if jwk["kty"] in ("EC", "RSA", "OKP")]), st.data())
def test_what_we_read_pyjwt_reads_as_the_same_key(good, data):
    member = data.draw(st.sampled_from([name for name in ("x", "y", "n", "e") if name in good]))
    text = good[member]
    position = data.draw(st.integers(0, len(text) - 1))
    letter = data.draw(st.sampled_from("ABCDwxyz0189-_=+/ "))
    jwk = {**good, member: text[:position] + letter + text[position + 1 :]}
    try:
        key = VerificationKey.from_jwk(jwk)
    except Rejection:
        return
    theirs = jwt.PyJWK(dict(jwk), "EdDSA" if jwk["kty"] == "OKP" else None)
    assert VerificationKey.from_public_key(theirs.key).thumbprint == key.thumbprint


cbor_values = (
    st.none()
    | st.booleans()
    | st.integers(-300, 300)
    | st.binary(max_size=40)
    | st.text(max_size=4)
)


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(st.integers(-5, 5), cbor_values | st.lists(cbor_values, max_size=3), max_size=6)
)
def test_random_cose_keys_raise_only_rejections(cose_key):
    try:
        key = VerificationKey.from_cose_key(cose_key)
    except Rejection:
        return
    assert key.key_type in KeyType


@settings(max_examples=200, deadline=None)
@given(st.sampled_from(GOOD), st.data())
def test_a_changed_spki_is_the_same_octets_or_rejected(good, data):
    der = bytearray(VerificationKey.from_jwk(good).spki())
    for _ in range(data.draw(st.integers(1, 3))):
        position = data.draw(st.integers(0, len(der) - 1))
        match data.draw(st.sampled_from(["flip", "drop", "insert"])):
            case "flip":
                der[position] ^= 1 << data.draw(st.integers(0, 7))
            case "drop":
                del der[position]
            case "insert":
                der.insert(position, data.draw(st.integers(0, 255)))
    try:
        key = VerificationKey.from_spki(bytes(der))
    except Rejection:
        return
    assert key.spki() == bytes(der)
