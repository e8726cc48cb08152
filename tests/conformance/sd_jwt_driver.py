"""SD-JWTs of another implementation, with or without key binding, compact and JSON.

Each issuance (all disclosures) and each presentation (some) is parsed, authenticated with the
corpus's keys, and revealed; the claims must equal what the corpus says they are.
"""

import json
from collections.abc import Iterator
from pathlib import Path

import yaml

from defa_trust.authenticate import authenticate, check_holder
from defa_trust.codec import base64url
from defa_trust.crypto import DEFAULT_ALGORITHM_POLICY, VerificationKey
from defa_trust.errors import Rejection
from defa_trust.formats import sd_jwt
from defa_trust.request import HolderBinding, Profile, Request
from defa_trust.verdict import Outcome
from tests.conformance.corpora import Case

CORPUS = "sd-jwt"
FOLDER = "sd-jwt-status-list"
ISSUER_CLAIMS = {"iss", "iat", "exp", "cnf"}
PRIVATE = {"d"}


class Source:
    """One message of the corpus, its keys, and the claims that must come out of it."""

    def __init__(self, file, settings):
        self.id = f"{file.parent.name}:{file.stem.removeprefix('sd_jwt_')}"
        text = file.read_text(encoding="utf-8").strip()
        # The JSON serialisation is stored as a JSON string that holds JSON.
        self.message = (json.loads(text) if text.startswith('"') else text).encode()
        self.key = public(settings["key_settings"]["issuer_keys"][0])
        self.audience = settings["identifiers"]["verifier"]
        self.nonce = settings["key_binding_nonce"]
        name = "verified_contents" if "presentation" in file.stem else "user_claims"
        self.expected = json.loads((file.parent / f"{name}.json").read_text(encoding="utf-8"))
        self.whole = name == "verified_contents"

    def matches(self, claims):
        if self.whole:
            return claims == self.expected
        # What the issuer adds by itself is no part of the user's claims.
        added = {
            name: claims[name] for name in ISSUER_CLAIMS - self.expected.keys() & claims.keys()
        }
        return claims == self.expected | added


def public(jwk):
    return VerificationKey.from_jwk({k: v for k, v in jwk.items() if k not in PRIVATE})


def sources(folder: Path) -> Iterator[Source]:
    generated = folder / "sd-jwt-python-generated"
    settings = yaml.safe_load((generated / "settings.yml").read_text(encoding="utf-8"))
    for case in sorted(path for path in generated.iterdir() if path.is_dir()):
        for kind in ("issuance", "presentation"):
            (file,) = case.glob(f"sd_jwt_{kind}.*")
            yield Source(file, settings)


def cases(folder: Path) -> Iterator[Case]:
    """An issuance and a presentation for each folder of the corpus."""
    for source in sources(folder):
        reason = out_of_scope(source.message)
        if reason is not None:
            yield Case(source.id, "accept", out_of_scope=reason)
            continue
        verdict, detail = judge(source.message, source)
        yield Case(source.id, "accept", verdict, detail)


def out_of_scope(message):
    """Why a message asks for what its standards forbid, or leave to each application."""
    if message.startswith(b"{"):
        if len(json.loads(message).get("signatures", [None])) != 1:
            return "several signatures: RFC 7515, 5.2 leaves open which of them must hold"
        return None
    header = json.loads(base64url.decode(message.partition(b".")[0]))
    if not isinstance(header.get("kid", ""), str):
        return "the issuer's header breaks RFC 7515, 4.1.4: `kid` is no string"
    return None


def request_for(source):
    return Request(
        "SG",
        HolderBinding.IF_PRESENT,
        audience=source.audience,
        nonce=source.nonce,
        profiles=frozenset({Profile.SD_JWT_GENERIC}),
    )


def judge(message, source):
    """``accept`` only where every part verifies and the claims are those of the corpus."""
    request = request_for(source)
    try:
        presented = sd_jwt.parse(message, request)
        proof = presented.holder_proof
        moment = presented.asserted.issued_at if proof is None else proof.issued_at
        findings = []
        made = authenticate(presented, source.key, DEFAULT_ALGORITHM_POLICY, moment, findings)
        if made is None:
            return "reject", findings[-1].code.id
        check_holder(made, request, DEFAULT_ALGORITHM_POLICY, moment, 0, findings)
        bad = [finding.code.id for finding in findings if finding.code.outcome is not Outcome.MET]
        if bad:
            return "reject", bad[0]
        claims = presented.reveal()
        assert claims == presented.reveal(), "two calls, two answers"
    except Rejection as refusal:
        return "reject", str(refusal)
    return ("accept", "") if source.matches(claims) else ("reject", "other claims came out")
