"""TEST-ONLY JAdES signatures, made by hand so that any part of one can be wrong."""

import json
from base64 import b64encode
from hashlib import sha256

from defa_trust.algorithms import DIGESTS
from defa_trust.codec import base64url
from tests.cms_samples import ALICE, DOCUMENT

SIGNED_AT = "2026-01-01T00:00:00Z"


def header_of(signer=ALICE, **members):
    """A protected header of level B-B; a member that is ``None`` is left out."""
    made = {
        "alg": "ES256",
        "sigT": SIGNED_AT,
        "x5t#S256": base64url.encode(sha256(signer.certificate).digest()),
        "x5c": [b64encode(der).decode() for der in (signer.certificate, *signer.chain)],
        "crit": ["sigT"],
    } | members
    return {name: value for name, value in made.items() if value is not None}


def parts(payload=DOCUMENT, signer=ALICE, header=None):
    """Encoded protected header, payload as signed over, encoded signature."""
    header = header_of(signer) if header is None else header
    head = base64url.encode(json.dumps(header).encode())
    body = payload if header.get("b64") is False else base64url.encode(payload).encode()
    value = signer.key.sign(signer.key.algorithm("ES256"), head.encode() + b"." + body)
    return head, body, base64url.encode(value)


def compact(payload=DOCUMENT, signer=ALICE, header=None, *, detached=False):
    head, body, value = parts(payload, signer, header)
    return head.encode() + b"." + (b"" if detached else body) + b"." + value.encode()


def flattened(payload=DOCUMENT, signer=ALICE, header=None, unsigned=(), *, clear=False, **more):
    """``unsigned`` are functions from the encoded signature to a component of `etsiU`."""
    head, body, value = parts(payload, signer, header)
    made = {"payload": body.decode(), "protected": head, "signature": value}
    held = [make(value) for make in unsigned]
    if held:
        texts = [base64url.encode(json.dumps(each).encode()) for each in held]
        made["header"] = {"etsiU": held if clear else texts}
    return json.dumps(made | more).encode()


def general(*signers, payload=DOCUMENT, headers=None):
    made = []
    for number, signer in enumerate(signers):
        given = None if headers is None else headers[number]
        head, body, value = parts(payload, signer, given)
        made.append({"protected": head, "signature": value})
    return json.dumps({"payload": body.decode(), "signatures": made}).encode()


def container(*tokens):
    return {"tstTokens": [{"val": b64encode(token).decode()} for token in tokens]}


def stamped(source, over=None):
    """`sigTst` over the encoded signature, or over other octets."""

    def make(value):
        covered = value.encode() if over is None else over
        return {"sigTst": container(source("sha-256", DIGESTS["sha-256"](covered)))}

    return make


def revocations(*lists):
    values = [{"val": b64encode(der).decode()} for der in lists]
    return lambda _: {"rVals": {"crlVals": values}}
