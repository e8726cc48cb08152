"""COSE WG examples and GlueCOSE: signatures of COSE_Sign1, verified with the key of each case.

What is out of scope is decided by ``out_of_scope()`` from the message's own structure, never by id.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.codec import base64url, cbor
from defa_trust.crypto import VerificationKey
from defa_trust.errors import Rejection
from defa_trust.formats.cose import parse_sign1
from tests.conformance.corpora import Case

CORPUS = "cose"

_STRUCTURES = {
    "sign": "COSE_Sign: no credential of the region has several signers",
    "mac": "COSE_Mac: a trust list publishes no shared secrets",
    "mac0": "COSE_Mac0: a trust list publishes no shared secrets",
    "encrypted": "COSE_Encrypt0: nothing is decrypted here",
    "enveloped": "COSE_Encrypt: nothing is decrypted here",
}
_CURVES = {-7: "P-256", -35: "P-384", -36: "P-521"}


def cases(folder: Path) -> Iterator[Case]:
    """Every message of both collections."""
    yield from examples(folder / "cose-wg-examples")
    yield from gluecose(folder / "gluecose")


def examples(folder):
    for path in sorted(folder.rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        id = path.relative_to(folder).with_suffix("").as_posix()
        expected = "reject" if document.get("fail") else "accept"
        reason = out_of_scope(document)
        if reason is not None:
            yield Case(id, expected, out_of_scope=reason)
            continue
        signer = document["input"]["sign0"]
        message = bytes.fromhex(document["output"]["cbor"])
        yield Case(id, expected, *judge(message, signer["key"], signer.get("external", "")))


def gluecose(folder):
    for path in sorted(folder.glob("sign1-verify-*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        task = document["sign1::verify"]
        expected = "accept" if task["shouldVerify"] else "reject"
        message = bytes.fromhex(task["taggedCOSESign1"]["cborHex"])
        detached = task.get("detachedPayload")
        answer = judge(
            message,
            document["key"],
            task.get("external", ""),
            bytes.fromhex(detached) if detached is not None else None,
        )
        yield Case(f"gluecose/{path.stem}", expected, *answer)


def out_of_scope(document):
    """Why a case asks for something this library does not do; ``None`` where it must agree."""
    for name, reason in _STRUCTURES.items():
        if name in document["input"]:
            return reason
    message = cbor.loads(bytes.fromhex(document["output"]["cbor"]))
    protected = message.value[0] if isinstance(message, cbor.Tagged) else message[0]
    algorithm = cbor.loads(protected).get(1) if protected else None
    key = document["input"]["sign0"]["key"]
    if algorithm in _CURVES and key.get("crv") != _CURVES[algorithm]:
        return "an ECDSA algorithm with another curve than RFC 9864 fixes for it"
    return None


def judge(message, jwk, external, detached=None):
    """``accept`` or ``reject``, and why. Countersignatures beside the signature are ignored."""
    try:
        sign1 = parse_sign1(message, detached=detached)
        key = VerificationKey.from_jwk(public_half(jwk))
        algorithm = next(a for a in sign1.algorithms if a.key_type is key.key_type)
        signed = sign1.signed_bytes(bytes.fromhex(external))
        valid = key.verify(algorithm, sign1.signature, signed)
    except Rejection as refusal:
        return "reject", str(refusal)
    except StopIteration:
        return "reject", "the algorithm does not go with the key"
    return ("accept" if valid else "reject"), ""


def public_half(jwk):
    """The corpus publishes private keys, and writes some members in hexadecimal."""
    members = {name: jwk[name] for name in ("kty", "crv", "x", "y", "n", "e") if name in jwk}
    for name in ("x", "y", "n", "e"):
        if f"{name}_hex" in jwk:
            members[name] = base64url.encode(bytes.fromhex(jwk[f"{name}_hex"]))
    return members
