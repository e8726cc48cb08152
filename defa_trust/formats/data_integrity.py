"""W3C Verifiable Credentials with an embedded Data Integrity proof over canonical JSON (floor 3).

The suites `eddsa-jcs-2022` and `ecdsa-jcs-2019` hash RFC 8785's form of the proof without its value
and of the credential without its proof, and sign both digests. Suites over RDF (`-rdfc-`), with
selective disclosure (`-sd-`) and BBS are recognised, and reported as not supported: an RDF reader
would make what the credential says depend on contexts that nobody here has authenticated.
"""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256, sha384
from typing import Any, Final

from ..algorithms import shown
from ..codec import base58
from ..codec.json import canonical, loads_object
from ..codes import data_integrity as codes
from ..codes import vc as vc_codes
from ..crypto import JOSE_ALGORITHMS, Algorithm
from ..errors import Rejection
from ..request import Request
from . import jose
from .base import KeyHint, PartRole, Presented, SignedPart
from .vc_jwt import STATUS_LIST, date_time, read_credential

NAME: Final = "vc-data-integrity"
FIRST_OCTETS: Final = b"{"
PROOF_TYPE: Final = "DataIntegrityProof"
PURPOSE: Final = "assertionMethod"
EDDSA: Final = "eddsa-jcs-2022"
ECDSA: Final = "ecdsa-jcs-2019"

_MAX_VALUE: Final = 140
"""Characters of a `proofValue`: 96 octets in base58 take 132."""
_OF_A_PRESENTATION: Final = ("challenge", "nonce")
_BY_DIGITS: Final[Mapping[tuple[str, int], tuple[Any, tuple[Algorithm, ...]]]] = {
    (EDDSA, 64): (sha256, JOSE_ALGORITHMS["Ed25519"]),
    (ECDSA, 64): (sha256, JOSE_ALGORITHMS["ES256"]),
    (ECDSA, 96): (sha384, JOSE_ALGORITHMS["ES384"]),
}
"""Digest and signature by suite and octets of the signature (ECDSA Cryptosuites 1.0, 3.3: the
curve decides both)."""


def detect(data: bytes) -> bool:
    """A JSON object with a proof and a context. Never raises."""
    return data[:1] == b"{" and b'"proof"' in data and b'"@context"' in data


def parse(data: bytes, request: Request) -> Presented:  # noqa: ARG001 - the question changes nothing
    """Read a credential with its proof.

    Raises ``Rejection``: `data_integrity.*`, `vc.*`, `jose.*`, `json.*`, `base58.malformed`.
    NOTE: of proof sets and chains (VC Data Integrity 1.0, 2.1.1 and 2.1.2) nothing is checked:
    which of several proofs has to hold is not the credential's to say.
    """
    document = loads_object(data)
    proof = document.pop("proof", None)
    suite = _suite(proof)
    assert isinstance(proof, dict)  # ``_suite`` has refused everything else
    _check_purpose(proof)
    _adopt_context(document, proof)
    asserted, findings = read_credential(document)
    if STATUS_LIST in asserted.types:
        raise Rejection(vc_codes.STATUS_LIST, where="type")
    expires, issued = asserted.expires, asserted.issued_at
    if "expires" in proof:
        until = date_time(proof, "expires")[0]
        expires = until if expires is None else min(expires, until)
    if "created" in proof:
        issued = max(issued or 0, date_time(proof, "created")[1])
    addressed = _domains(proof)
    return Presented(
        NAME,
        sha256(data).digest(),
        _signed(document, proof, suite, _hint(proof, asserted.issuer or "")),
        asserted._replace(
            expires=expires, issued_at=issued, audience=asserted.audience + addressed
        ),
        lambda: _claims(data),
        holder_key_bound=jose.is_key_bound(document),
        reveal_judges=False,
        findings=findings,
    )


def _suite(proof: object) -> str:
    """The proof's suite, one of those checked here."""
    if type(proof) is list:
        raise Rejection(codes.UNSUPPORTED, where="proof", actual="a set or chain of proofs")
    if type(proof) is not dict:
        raise _malformed("proof", "an object, as `proof`,")
    kind, suite = proof.get("type"), proof.get("cryptosuite")
    if type(kind) is not str:
        raise _malformed("type", "text, as `type`,")
    if kind != PROOF_TYPE:
        raise Rejection(codes.UNSUPPORTED, where="type", actual=shown(kind))
    if type(suite) is not str:
        raise _malformed("cryptosuite", "text, as `cryptosuite`,")
    if suite not in (EDDSA, ECDSA):
        raise Rejection(codes.UNSUPPORTED, where="cryptosuite", actual=shown(suite))
    if "previousProof" in proof:
        raise Rejection(codes.UNSUPPORTED, where="previousProof", actual="a chain of proofs")
    return suite


def _check_purpose(proof: Mapping[str, Any]) -> None:
    purpose = proof.get("proofPurpose")
    if purpose != PURPOSE:
        raise Rejection(codes.PURPOSE, where="proofPurpose", actual=shown(purpose))
    for name in _OF_A_PRESENTATION:
        if name in proof:
            # An answer to somebody's challenge proves possession, and vouches for nothing.
            raise Rejection(codes.PURPOSE, where=name, actual=f"`{name}`")


def _adopt_context(document: dict[str, Any], proof: Mapping[str, Any]) -> None:
    """EdDSA Cryptosuites 1.0, 3.3.2: the proof's own context is the one that was signed."""
    if "@context" not in proof:
        return
    signed, written = proof["@context"], document.get("@context")
    signed_list = signed if type(signed) is list else [signed]
    written_list = written if type(written) is list else [written]
    if canonical(written_list[: len(signed_list)]) != canonical(signed_list):
        raise Rejection(codes.CONTEXT, where="proof.@context")
    document["@context"] = signed


def _hint(proof: Mapping[str, Any], issuer: str) -> KeyHint:
    """The method must be the issuer's own; it selects among the keys that a list has for it.

    did:key and did:jwk name their one key by the whole address, every other name by its fragment.
    """
    method = proof.get("verificationMethod")
    if type(method) is not str or not 0 < len(method) <= jose.MAX_NAME:
        raise _malformed("verificationMethod", "an address, as `verificationMethod`,")
    name, _, fragment = method.partition("#")
    if name != issuer or not fragment:
        raise Rejection(codes.METHOD, where="verificationMethod")
    return KeyHint(method if issuer.startswith(("did:key:", "did:jwk:")) else fragment)


def _domains(proof: Mapping[str, Any]) -> tuple[str, ...]:
    """`domain`: whom the proof is for (VC Data Integrity 1.0, 2.1)."""
    if "domain" not in proof:
        return ()
    return jose.audience({"aud": proof["domain"]})


def _signed(
    document: Mapping[str, Any], proof: Mapping[str, Any], suite: str, hint: KeyHint
) -> SignedPart:
    value = proof.get("proofValue")
    if type(value) is not str or value[:1] != "z":
        raise Rejection(codes.VALUE, where="proofValue", expected="64 or 96")
    signature = base58.decode(value[1:], max_length=_MAX_VALUE)
    found = _BY_DIGITS.get((suite, len(signature)))
    if found is None:
        raise Rejection(codes.VALUE, where="proofValue", expected="64 or 96")
    digest, algorithms = found
    options = {name: item for name, item in proof.items() if name != "proofValue"}
    data = digest(canonical(options)).digest() + digest(canonical(document)).digest()
    return SignedPart(PartRole.ISSUER, data, signature, algorithms, hint)


def _claims(data: bytes) -> Mapping[str, Any]:
    """The credential as it was signed: without its proof, under the proof's context."""
    document = loads_object(data)
    _adopt_context(document, document.pop("proof"))
    return document


def _malformed(where: str, expected: str) -> Rejection:
    return Rejection(codes.PROOF, where=where, expected=expected)
