"""The JOSE cookbook (RFC 7520) and RFC 8037: every signature in every serialisation.

A JSON serialisation is joined to its compact form (RFC 9901, 8.1), for only that is verified here.
"""

import json
from collections.abc import Iterator
from pathlib import Path

from defa_trust.codec import base64url
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, VerificationKey
from defa_trust.errors import Rejection
from defa_trust.formats import jose
from defa_trust.verdict import Outcome
from tests.conformance.corpora import Case

CORPUS = "jose-cookbook"
FOLDER = "jose-cose"
MOMENT = 1_700_000_000
PRIVATE = {"d", "p", "q", "dp", "dq", "qi"}


def cases(folder: Path) -> Iterator[Case]:
    """One case for each signature of each serialisation of each example that signs."""
    for path in sorted((folder / "jose-cookbook").rglob("*.json")):
        document = json.loads(path.read_text(encoding="utf-8"))
        if "signing" not in document:
            continue
        name = path.relative_to(folder / "jose-cookbook").with_suffix("").as_posix()
        keys = as_list(document["input"]["key"])
        output = document.get("output", {})
        if "compact" in output:
            yield judge(f"{name}:compact", output["compact"].split("."), {}, keys, document)
        for form in ("json", "json_flat"):
            if form not in output:
                continue
            body = output[form]
            for index, entry in enumerate(body.get("signatures", [body])):
                parts = [
                    entry.get("protected", ""),
                    body.get("payload", ""),
                    entry.get("signature", ""),
                ]
                key = keys[index : index + 1] if len(keys) > 1 else keys
                header = entry.get("header", {})
                yield judge(f"{name}:{form}:{index}", parts, header, key, document)


def as_list(value):
    return value if isinstance(value, list) else [value]


def judge(id, parts, unprotected, keys, document):
    reason = out_of_scope(parts, unprotected, keys)
    if reason is not None:
        return Case(id, "accept", out_of_scope=reason)
    (jwk,) = keys
    try:
        accepted = verify(".".join(parts).encode(), jwk, document["input"]["payload"])
        detail = "" if accepted else "the signature does not verify"
    except Rejection as refusal:
        accepted, detail = False, str(refusal)
    return Case(id, "accept", "accept" if accepted else "reject", detail)


def out_of_scope(parts, unprotected, keys):
    """Why an example asks for something that no credential here may use."""
    if keys[0]["kty"] == "oct":
        return "HMAC: a trust list publishes no shared secrets"
    header = json.loads(base64url.decode(parts[0])) if parts[0] else {}
    if header.get("b64") is False:
        return "RFC 7797: an unencoded payload is no JWT's"
    if not parts[1]:
        return "detached content"
    if "alg" not in header and "alg" in unprotected:
        return "`alg` outside the protected header"
    return None


def verify(token, jwk, payload):
    key = VerificationKey.from_jwk({k: v for k, v in jwk.items() if k not in PRIVATE})
    jws = jose.parse_compact(token)
    if isinstance(payload, str):
        assert jws.payload == payload.encode()
    (row,) = [row for row in jws.algorithms if row.key_type is key.key_type]
    allowed = DEFAULT_ALGORITHM_POLICY.judge(row, key, MOMENT).outcome is Outcome.MET
    return allowed and key.verify(row, jws.signature, jws.signing_input)
