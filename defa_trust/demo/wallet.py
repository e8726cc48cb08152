"""A TEST-ONLY wallet that answers a presentation request as a state's test person (floor 13).

It holds the SD-JWT VC of the test region, discloses what the query asks for and nothing more, and
does what the verifier says without asking anybody: no example of how a wallet should be.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import urlencode

from ..codec import base64url
from ..codec import json as strict_json
from ..errors import MisuseError
from ..jwe import encrypt
from ..openid4vp_query import ClaimsPath, CredentialFormat, CredentialQuery
from ..openid4vp_request import PresentationRequest
from ..signing_crypto import AgreementKey
from .issue import IssuedSdJwt, issue_sd_jwt
from .plans import VCT
from .samples import holder_signer, issuer_of, sd_claims
from .states import STATES


def answer(request: PresentationRequest, state: str, at: int) -> bytes:
    """The response of the person of ``state``: a posted body, or over the Digital Credentials API
    the object as JSON. ``MisuseError`` for a state without such a credential.

    Credential queries for other formats and types are left unanswered.
    """
    if state not in STATES:
        raise MisuseError(f"the region has no state {state!r}")
    label = f"{state.lower()}-sd-jwt"
    claims = sd_claims(state, issuer_of(state), at)
    algorithm = "sha3-256" if state == "KH" else "sha-256"
    issued = issue_sd_jwt(
        claims, STATES[state].signer("identity"), label, decoys=2, digest_algorithm=algorithm
    )
    token = {
        query.id: [_presented(issued, query, request, state, at)]
        for query in request.query.credentials
        if query.format is CredentialFormat.SD_JWT_VC and VCT in query.types
    }
    body: dict[str, Any] = {"vp_token": token}
    if not token:
        body = {"error": "access_denied"}
    if request.state is not None:
        body["state"] = request.state
    return _packed(body, request)


def _presented(
    issued: IssuedSdJwt, query: CredentialQuery, request: PresentationRequest, state: str, at: int
) -> str:
    paths = [claim.path for claim in query.options[0]]
    names = [name for name in issued.disclosures if any(_is_on(name, path) for path in paths)]
    proof = {"aud": request.audience, "nonce": request.nonce, "iat": at - 5}
    proof |= _authorised(query, request)
    return issued.present(names, proof, holder_signer(state)).decode("ascii")


def _is_on(name: str, path: ClaimsPath) -> bool:
    """Whether the disclosure called `a/0/b` lies on the way to what ``path`` asks for, or in it."""
    return all(
        wanted is None or str(wanted) == part
        for part, wanted in zip(name.split("/"), path, strict=False)
    )


def _authorised(query: CredentialQuery, request: PresentationRequest) -> Mapping[str, Any]:
    """OpenID4VP 1.0, B.3.3.1: hashes of what this credential is the first to be asked for."""
    items = [item for item in request.transaction_data if item.credential_ids[0] == query.id]
    if not items:
        return {}
    named = next((item.algorithms[0] for item in items if item.algorithms), None)
    hashes = [base64url.encode(item.hashes(named or "sha-256")) for item in items]
    stated = {} if named is None else {"transaction_data_hashes_alg": named}
    return {"transaction_data_hashes": hashes, **stated}


def _packed(body: Mapping[str, Any], request: PresentationRequest) -> bytes:
    members = dict(body)
    if request.encryption_key is not None:
        plaintext = strict_json.compact(members)
        # TEST-ONLY: the same text for the same request. A real wallet takes both at random.
        seed = sha256(plaintext + request.encryption_key.thumbprint)
        ephemeral = AgreementKey.from_seed(f"TEST-ONLY wallet {seed.hexdigest()}")
        to = {**request.encryption_key.jwk(), "kid": request.key_id}
        members = {"response": encrypt(plaintext, to, ephemeral, seed.digest()[:12])}
    if request.mode.over_dc_api:
        return strict_json.compact(members)
    return urlencode(dict(_texts(members))).encode("ascii")


def _texts(members: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name, value in members.items():
        yield name, value if isinstance(value, str) else strict_json.compact(value).decode()
