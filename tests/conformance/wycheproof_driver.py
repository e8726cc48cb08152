"""Wycheproof: ECDSA (DER and P1363), EdDSA, RSA PKCS#1 and PSS, JWK and JWS.

What is out of scope is decided by ``out_of_scope()`` from the group's own parameters, never by id.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.codec import base64url
from defa_trust.codec.json import loads_object
from defa_trust.crypto import (
    DEFAULT_ALGORITHM_POLICY,
    ECDSA_DER,
    JOSE_ALGORITHMS,
    VerificationKey,
    select,
)
from defa_trust.errors import Rejection
from defa_trust.verdict import Outcome
from tests.conformance.corpora import Case

CORPUS = "wycheproof"
MOMENT = 1_700_000_000

_SHA2 = {"SHA-256": 32, "SHA-384": 48, "SHA-512": 64}
_EXPECTED = {"valid": "accept", "invalid": "reject", "acceptable": "either"}
_RSA_ALGORITHMS = {"RsassaPkcs1Verify": "RS", "RsassaPssVerify": "PS"}


def cases(folder: Path) -> Iterator[Case]:
    """Every test of every file of the corpus."""
    for path in sorted(folder.glob("*_test.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        for group in document["testGroups"]:
            for test in group["tests"]:
                yield judge(path.stem.removesuffix("_test"), group, test)


def judge(file, group, test):
    id = f"{file}:{test['tcId']}"
    expected = _EXPECTED[test["result"]]
    reason = out_of_scope(group, test)
    if reason is not None:
        return Case(id, expected, out_of_scope=reason)
    run = run_jws if "jws" in test else run_signature
    try:
        accepted, detail = run(group, test), test["comment"]
    except Rejection as refusal:
        accepted, detail = False, str(refusal)
    return Case(id, expected, "accept" if accepted else "reject", detail)


def out_of_scope(group, test):
    """Why a case asks for something this library does not do; ``None`` where it must agree."""
    if "jwe" in test:
        return "JWE: nothing is decrypted here"
    if "jws" in test:
        keys = key_set(group)
        if all(key["kty"] == "oct" for key in keys):
            return "HMAC: a trust list publishes no shared secrets"
        return None
    if group.get("sha") is not None and group["sha"] not in _SHA2:
        return "SHA-1 and SHA-224: too weak to be in the algorithm table"
    if group["type"] == "RsassaPssVerify" and (
        group["mgfSha"] != group["sha"] or group["sLen"] != _SHA2[group["sha"]]
    ):
        return "PSS parameters other than those of RFC 7518, 3.5"
    return None


# --- bare signatures -----------------------------------------------------------------------------
def algorithm_of(group, key):
    kind = group["type"]
    if kind == "EcdsaVerify":
        return ECDSA_DER[key.key_type, group["sha"]]
    if kind == "EcdsaP1363Verify":
        (row,) = JOSE_ALGORITHMS[f"ES{group['sha'][4:]}"]
        return row
    if kind == "EddsaVerify":
        (row,) = JOSE_ALGORITHMS[key.key_type.value]
        return row
    (row,) = JOSE_ALGORITHMS[_RSA_ALGORITHMS[kind] + group["sha"][4:]]
    return row


def run_signature(group, test):
    key = VerificationKey.from_spki(bytes.fromhex(group["publicKeyDer"]))
    jwk = group.get("publicKeyJwk") or group.get("keyJwk")
    if jwk is not None:
        assert VerificationKey.from_jwk(jwk).thumbprint == key.thumbprint
    message, signature = bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"])
    algorithm = algorithm_of(group, key)
    whole = _verify(key, algorithm, signature, message)
    chunks = _verify(key, algorithm, signature, (message[:3], message[3:]))
    assert whole == chunks, "a message in chunks must be judged like the whole"
    return whole


def _verify(key, algorithm, signature, data):
    try:
        return key.verify(algorithm, signature, data)
    except Rejection:
        return False


# --- JWS and JWK ---------------------------------------------------------------------------------
def key_set(group):
    keys = group.get("public") or group["private"]
    return keys.get("keys") or [keys]


def run_jws(group, test):
    """A strict compact JWS (RFC 7515, 5.2): the key comes from the set, never from the header."""
    if not isinstance(test["jws"], str):
        return False
    keys = [(jwk.get("kid"), VerificationKey.from_jwk(jwk)) for jwk in key_set(group)]
    parts = test["jws"].split(".")
    if len(parts) != 3:
        return False
    header = loads_object(base64url.decode(parts[0]))
    base64url.decode(parts[1])
    if header.keys() - {"alg", "kid", "typ", "cty"}:
        return False
    rows = select(header.get("alg"), table=JOSE_ALGORITHMS)
    named = [key for kid, key in keys if kid == header.get("kid", kid)]
    if len(named) != 1:
        return False
    (key,) = named
    row = next((row for row in rows if row.key_type is key.key_type), rows[0])
    if DEFAULT_ALGORITHM_POLICY.judge(row, key, MOMENT).outcome is not Outcome.MET:
        return False
    signing_input = f"{parts[0]}.{parts[1]}".encode()
    return key.verify(row, base64url.decode(parts[2]), signing_input)
