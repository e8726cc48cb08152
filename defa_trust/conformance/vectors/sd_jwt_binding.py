"""SD-JWT key binding (RFC 9901, 7.3): a required choice, and never skipped where it is there."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ..build import (
    MOMENT,
    VERIFIER,
    bound_request,
    digest,
    jws,
    key,
    key_binding,
    named,
    present,
    public_jwk,
    request_of,
    sd_issuer,
    sd_payload,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("sd_jwt", features=("es256", "key-binding", "sd-jwt-vc"), twin="bound")
_NAME = named("family_name", "TEST-ONLY")
_MESSAGE = f"{sd_issuer(sd_payload(_sd=[digest(_NAME)]))}~{_NAME}~"


def _bound(asked: dict[str, Any] | None = None, **binding: Any) -> Case:
    """The message with a proof; ``binding`` changes the proof, ``asked`` the request."""
    token = (_MESSAGE + key_binding(_MESSAGE, **binding)).encode()
    return Case(token, world(), bound_request(**(asked or {})))


def _holder(asked: dict[str, Any] | None = None, **members: Any) -> Case:
    """A bound presentation whose issuer-signed part differs."""
    token = present(sd_issuer(sd_payload(**members)), binding={})
    return Case(token, world(), bound_request(**(asked or {})))


@_group.vector("RFC 9901, 7.3")
def bound() -> Case:
    """A presentation with a proof of possession, as the request demands."""
    return _bound()


@_group.vector("RFC 9901, 7.3")
def bound_without_disclosures() -> Case:
    """A proof over a presentation that discloses nothing."""
    return _holder()


@_group.vector("RFC 9901, 7.3")
def unbound_as_asked() -> Case:
    """No proof, and the request wants none."""
    return Case(_MESSAGE.encode(), world(), request_of(holderBinding="must_be_absent"))


@_group.vector(
    "RFC 9901, 7.3",
    "holder.proof_missing",
    notes="Whoever copied the credential presents it.",
)
def proof_missing() -> Case:
    """The request demands a proof; the presentation has none."""
    return Case(_MESSAGE.encode(), world(), bound_request())


@_group.vector("RFC 9901, 7.3", "holder.proof_unwanted", twin="bound")
def proof_unwanted() -> Case:
    """The request refuses a proof; the presentation has one."""
    return _bound({"holderBinding": "must_be_absent"})


@_group.vector(
    "RFC 9901, 7.3",
    "holder.expectation_missing",
    notes="The proof is skipped where the verifier names no audience: a replay passes.",
)
def no_expectations() -> Case:
    """A proof is there, and the request names neither audience nor nonce."""
    return _bound({"holderBinding": "if_present", "audience": None, "nonce": None})


@_group.vector("RFC 9901, 7.3", "holder.expectation_missing")
def no_nonce_expected() -> Case:
    """A proof is there, and the request names the audience but no nonce."""
    return _bound({"nonce": None})


@_group.vector("RFC 9901, 7.3", "crypto.signature_invalid")
def signed_by_another_holder() -> Case:
    """Another key than the one the issuer named made the proof."""
    return _bound(signer=key("attacker"))


@_group.vector(
    "RFC 9901, 7.3",
    "holder.audience_mismatch",
    notes="A proof made for a shop opens an account.",
)
def audience_of_another() -> Case:
    """The proof was made for another verifier."""
    return _bound(aud="https://other.test.example")


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_claim", notes="A list lets one proof serve several.")
def audience_as_a_list() -> Case:
    """`aud` of the proof is a list."""
    return _bound(aud=[VERIFIER])


@_group.vector("RFC 9901, 7.3", "holder.nonce_mismatch", notes="An old proof is replayed.")
def nonce_of_another() -> Case:
    """The proof carries another nonce."""
    return _bound(nonce="TEST-ONLY-nonce-4712")


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_claim")
def nonce_absent() -> Case:
    """The proof carries no nonce."""
    return _bound(nonce=None)


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_claim")
def aud_absent() -> Case:
    """The proof carries no audience."""
    return _bound(aud=None)


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_claim")
def iat_absent() -> Case:
    """The proof carries no `iat`, so its age is unknown."""
    return _bound(iat=None)


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_claim")
def sd_hash_absent() -> Case:
    """The proof carries no `sd_hash`: it would fit any presentation."""
    return _bound(sd_hash=None)


@_group.vector("RFC 9901, 7.3")
def proof_at_its_last_second() -> Case:
    """The proof is 299 seconds old; 300 are allowed."""
    return _bound(iat=MOMENT - 299)


@_group.vector(
    "RFC 9901, 7.3",
    "holder.proof_too_old",
    twin="proof_at_its_last_second",
    notes="`iat` unbounded: a proof captured once serves for ever.",
)
def proof_too_old() -> Case:
    """The proof is 300 seconds old; it had to be used before."""
    return _bound(iat=MOMENT - 300)


@_group.vector("RFC 9901, 7.3", "holder.proof_from_the_future", twin="proof_at_its_last_second")
def proof_from_the_future() -> Case:
    """The proof says it was made in an hour."""
    return _bound(iat=MOMENT + 3600)


@_group.vector(
    "RFC 9901, 7.3",
    "digest.mismatch",
    notes="Disclosures are dropped or added after the proof.",
)
def disclosure_removed_after_proof() -> Case:
    """The proof was made with a disclosure that is no longer there."""
    bare = _MESSAGE.removesuffix(f"{_NAME}~")
    return Case((bare + key_binding(_MESSAGE)).encode(), world(), bound_request())


@_group.vector("RFC 9901, 7.3", "digest.mismatch")
def sd_hash_without_the_last_tilde() -> Case:
    """`sd_hash` was made without the closing tilde."""
    return _bound(sd_hash=digest(_MESSAGE[:-1]))


@_group.vector("RFC 9901, 4.3.1", "digest.mismatch")
def sd_hash_by_another_algorithm() -> Case:
    """`sd_hash` is SHA-512, while `_sd_alg` is sha-256 by default."""
    return _bound(sd_hash=digest(_MESSAGE, "sha-512"))


@_group.vector("RFC 9901, 4.3", "sd_jwt.kb_typ", notes="Any token of the holder serves as proof.")
def typ_wrong_in_the_proof() -> Case:
    """`typ` of the proof is `JWT`."""
    return _bound(header={"typ": "JWT"})


@_group.vector("RFC 9901, 4.3", "crypto.algorithm_none")
def alg_none_in_the_proof() -> Case:
    """`alg` of the proof is `none`."""
    proof = key_binding(_MESSAGE, header={"alg": "none"}).rpartition(".")[0] + "."
    return Case((_MESSAGE + proof).encode(), world(), bound_request())


@_group.vector("RFC 9901, 7.3", "crypto.signature_encoding")
def proof_unsigned() -> Case:
    """The proof's signature is empty."""
    proof = key_binding(_MESSAGE).rpartition(".")[0] + "."
    return Case((_MESSAGE + proof).encode(), world(), bound_request())


@_group.vector(
    "RFC 9901, 7.3",
    "crypto.signature_invalid",
    notes="The holder's key is read from the proof instead of the credential.",
)
def proof_brings_its_own_key() -> Case:
    """The proof carries the attacker's key in its header and is signed with it."""
    return _bound(header={"jwk": public_jwk("attacker")}, signer=key("attacker"))


@_group.vector(
    "RFC 9901, 7.3",
    "sd_jwt.holder_key",
    twin="bound_without_disclosures",
    notes="A proof nobody can check counts as one.",
)
def no_holder_key() -> Case:
    """A proof is there, and the credential names no holder key."""
    return _holder(cnf=None)


@_group.vector("RFC 7800, 3.2", "crypto.key_symmetric", twin="bound_without_disclosures")
def holder_key_symmetric() -> Case:
    """`cnf` holds a symmetric key."""
    return _holder(cnf={"jwk": {"kty": "oct", "k": base64url.encode(bytes(32))}})


@_group.vector(
    "RFC 7800, 3.2",
    "crypto.jwk_private",
    twin="bound_without_disclosures",
    notes="The holder's private key is in everybody's hands.",
)
def holder_key_private() -> Case:
    """`cnf` holds the holder's private key."""
    return _holder(cnf={"jwk": {**public_jwk("holder"), "d": base64url.encode(bytes(32))}})


@_group.vector(
    "RFC 7800, 3.5",
    "sd_jwt.holder_key",
    twin="bound_without_disclosures",
    importance=Importance.PROFILE,
)
def holder_key_by_address() -> Case:
    """`cnf` points to a key set instead of holding a key."""
    return _holder(cnf={"jku": "https://holder.test.example/keys"})


@_group.vector(
    "RFC 7800, 3.1",
    "jose.claim",
    twin="bound_without_disclosures",
    notes="One key is checked, the other one is meant.",
)
def two_holder_keys() -> Case:
    """`cnf` holds a key and points to a key set besides."""
    return _holder(cnf={"jwk": public_jwk("holder"), "jku": "https://holder.test.example/keys"})


@_group.vector(
    "RFC 9901, 7.3",
    "digest.mismatch",
    notes="A proof made for another credential is attached.",
)
def proof_of_another_presentation() -> Case:
    """The proof belongs to another credential of the same holder."""
    other = f"{sd_issuer(sd_payload(jti='other'))}~"
    return Case((_MESSAGE + key_binding(other)).encode(), world(), bound_request())


# --- JSON serialisation -----------------------------------------
def _json_form(proof: str | None, *disclosures: str) -> bytes:
    from ...codec import json as strict_json

    head, payload, signature = _MESSAGE.partition("~")[0].split(".")
    unprotected: dict[str, Any] = {"disclosures": list(disclosures)}
    if proof is not None:
        unprotected["kb_jwt"] = proof
    return strict_json.compact(
        {"payload": payload, "protected": head, "signature": signature, "header": unprotected}
    )


@_group.vector("RFC 9901, 8.1", features=("sd-jwt-json",))
def json_serialisation() -> Case:
    """The flattened JSON serialisation, with disclosures and proof in the unprotected header."""
    return Case(_json_form(key_binding(_MESSAGE), _NAME), world(), bound_request())


@_group.vector(
    "RFC 9901, 8.1",
    "digest.mismatch",
    twin="json_serialisation",
    features=("sd-jwt-json",),
    notes="`sd_hash` unchecked in the JSON serialisation.",
)
def json_serialisation_disclosure_removed() -> Case:
    """The same without the disclosure that the proof covers."""
    return Case(_json_form(key_binding(_MESSAGE)), world(), bound_request())


@_group.vector(
    "RFC 9901, 8.1", "holder.proof_missing", twin="json_serialisation", features=("sd-jwt-json",)
)
def json_serialisation_without_proof() -> Case:
    """The same without the proof that the request demands."""
    return Case(_json_form(None, _NAME), world(), bound_request())


@_group.vector(
    "RFC 9901, 8.1",
    "crypto.signature_invalid",
    twin="json_serialisation",
    features=("sd-jwt-json",),
)
def json_serialisation_signed_by_another() -> Case:
    """The same, with a proof by another key."""
    proof = key_binding(_MESSAGE, signer=key("attacker"))
    return Case(_json_form(proof, _NAME), world(), bound_request())


@_group.vector("RFC 9901, 4.3", "json.duplicate_member")
def proof_duplicate_nonce() -> Case:
    """The proof names `nonce` twice."""
    from ...codec import json as strict_json

    body = strict_json.compact(
        {"aud": VERIFIER, "nonce": "x", "iat": MOMENT - 10, "sd_hash": digest(_MESSAGE)}
    )
    proof = jws(
        body[:-1] + b',"nonce":"TEST-ONLY-nonce-4711"}',
        {"alg": "ES256", "typ": "kb+jwt"},
        signer=key("holder"),
    )
    return Case((_MESSAGE + proof).encode(), world(), bound_request())
