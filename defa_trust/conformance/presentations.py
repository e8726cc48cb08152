"""TEST-ONLY presentations for vectors and tests (floor 13): a verifier's request, and a wallet that
answers it as each argument says.

The world has one Thai service that signs SD-JWT VCs and mdocs; Singapore asks.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final
from urllib.parse import urlencode

from ..codec import base64url
from ..codec import json as strict_json
from ..formats.mdoc import MDL_DOCTYPE
from ..jwe import encrypt
from ..openid4vp_query import Query
from ..openid4vp_request import PresentationRequest, ResponseMode, TransactionData
from ..signing_crypto import AgreementKey
from . import mdocs
from .build import (
    NONCE,
    VCT,
    VERIFIER,
    Json,
    arrangement,
    digest,
    jwk_identity,
    member_list,
    named,
    present,
    recognition_list,
    request_of,
    sd_issuer,
    sd_payload,
    service,
    trust,
    without_none,
)
from .registry import Case

CLIENT_ID: Final = "x509_san_dns:verifier.sg.test.example"
ORIGIN: Final = VERIFIER
VERIFIER_KEY: Final = AgreementKey.from_seed("TEST-ONLY vectors verifier")
WALLET_KEY: Final = AgreementKey.from_seed("TEST-ONLY vectors wallet")
IV: Final = sha256(b"TEST-ONLY initialisation vector").digest()[:12]
PERSON: Final[Mapping[str, Any]] = {
    "family_name": "TEST-ONLY Jaidee",
    "birthdate": "1990-01-15",
    "nationality": "TH",
}
PAYMENT: Final = TransactionData.of("payment", ["pid"], payee="TEST-ONLY Shop", amount="12.50 SGD")


# --- what is asked -----------------------------------------
def pid_query(*claims: str, id: str = "pid", **members: Any) -> Json:
    """A credential query for an SD-JWT VC with these claims at the top level."""
    return without_none(
        {
            "id": id,
            "format": "dc+sd-jwt",
            "meta": {"vct_values": [VCT]},
            "claims": [{"path": [name]} for name in claims] or None,
            **members,
        }
    )


def mdl_query(*elements: str, id: str = "mdl", **members: Any) -> Json:
    """A credential query for a driving licence with these elements."""
    claims = [{"path": [mdocs.NAMESPACE, name]} for name in elements]
    return without_none(
        {
            "id": id,
            "format": "mso_mdoc",
            "meta": {"doctype_value": MDL_DOCTYPE},
            "claims": claims or None,
            **members,
        }
    )


def asked(*credentials: Json, mode: str = "direct_post", sets: Sequence[Json] = (),
          **members: Any) -> PresentationRequest:  # fmt: skip
    """The request for these credentials; ``members`` replace or (``None``) drop its parts."""
    document: Json = {"credentials": list(credentials or (pid_query("family_name"),))}
    if sets:
        document["credential_sets"] = list(sets)
    how = ResponseMode(mode)
    if how.over_dc_api:
        parts: Json = {"origin": ORIGIN}
    else:
        parts = {"client_id": CLIENT_ID, "response_uri": mdocs.RESPONSE_URI}
    if how.encrypted:
        parts["encryption_key"] = VERIFIER_KEY.public_key
    parts |= {"nonce": NONCE, **members}
    return PresentationRequest(Query.parse(document), how, **without_none(parts))


# --- what the wallet presents -----------------------------------------
def pid(
    request: PresentationRequest,
    *shown: str,
    binding: Mapping[str, Any] | None = None,
    bound: bool = True,
    person: Mapping[str, Any] = PERSON,
    **members: Any,
) -> str:
    """An SD-JWT VC that discloses ``shown`` of ``person``; ``binding`` changes the proof's parts,
    ``bound`` false leaves the proof out, ``members`` change the issuer's payload."""
    texts = {name: named(name, value) for name, value in person.items()}
    payload = sd_payload(**{"_sd": sorted(map(digest, texts.values())), **members})
    disclosures = [texts[name] for name in shown]
    proof = {"aud": request.audience, "nonce": request.nonce, **(binding or {})}
    token = present(sd_issuer(payload), *disclosures, binding=proof if bound else None)
    return token.decode()


def authorising(*items: TransactionData, alg: str | None = None, **members: Any) -> Json:
    """Parts of a proof that authorise ``items``."""
    hashes = [base64url.encode(item.hashes(alg or "sha-256")) for item in items]
    return without_none(
        {"transaction_data_hashes": hashes, "transaction_data_hashes_alg": alg, **members}
    )


def mdl(
    request: PresentationRequest,
    *shown: str,
    transcript: bytes | None = None,
    device: Mapping[str, Any] | None = None,
    **mso: Any,
) -> str:
    """A driving licence that discloses ``shown``, signed by its device for ``request``."""
    numbered = dict(zip(mdocs.ELEMENTS, mdocs.items(), strict=True))
    signed = mdocs.issuer_signed(
        list(numbered.values()), shown={mdocs.NAMESPACE: [numbered[name] for name in shown]}, **mso
    )
    over = request.session_transcript if transcript is None else transcript
    part = device or mdocs.device_signed(auth=mdocs.device_auth(over))
    return mdocs.text(mdocs.response(signed, device=part)).decode()


def respond(
    request: PresentationRequest,
    token: Mapping[str, Any] | None = None,
    *,
    to: AgreementKey | None = VERIFIER_KEY,
    header: Mapping[str, Any] | None = None,
    **members: Any,
) -> bytes:
    """The response as the request's mode wants it; ``to`` ``None`` leaves it unencrypted."""
    body = without_none({"vp_token": token, "state": request.state, **members})
    if request.mode.encrypted and to is not None:
        published = {**to.jwk(), "kid": base64url.encode(to.public_key.thumbprint)}
        plaintext = strict_json.compact(body)
        body = {"response": encrypt(plaintext, published, WALLET_KEY, IV, **(header or {}))}
    if request.mode.over_dc_api:
        return strict_json.compact(body)
    flat = {
        name: value if isinstance(value, str) else strict_json.compact(value).decode()
        for name, value in body.items()
    }
    return urlencode(flat).encode()


# --- vectors -----------------------------------------
def case(
    request: PresentationRequest,
    token: Mapping[str, Any] | bytes,
    *,
    trusted: Json | None = None,
    question: Json | None = None,
    **options: Any,
) -> Case:
    """The response with ``token`` to ``request`` (or these octets), put to Singapore.

    ``options`` are those of ``respond``.
    """
    kept = strict_json.loads_object(request.stored())
    del kept["version"]
    if request.mode.encrypted:
        kept["decryptionKey"] = VERIFIER_KEY.jwk(private=True)
    data = token if isinstance(token, bytes) else respond(request, token, **options)
    asking = request_of(holderBinding="must_be_present", **(question or {}))
    trusting = presentation_world() if trusted is None else trusted
    return Case(data, trusting, asking, presentation=kept)


# --- trust -----------------------------------------
def presentation_world(*others: Json, **members: Any) -> Json:
    """Thailand lists one service with a JWK and a document signer; Singapore recognises it."""
    certificate = b64encode(mdocs.signer_certificate()).decode()
    identities = [jwk_identity(), {"kind": "x509", "certificate": certificate}]
    granting = members.pop("granting", arrangement())
    return trust(
        member_list("TH", service(identities=identities, **members)),
        recognition_list("SG", granting),
        *others,
    )
