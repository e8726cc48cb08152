"""W3C credentials with an embedded proof over canonical JSON (Data Integrity)."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256, sha384
from typing import Any

from ...codec import base58
from ...codec import json as strict_json
from ...crypto import KeyType
from ...trustlist.identity import format_did_key
from ..build import (
    ISSUER,
    VERIFIER,
    Json,
    jwk_identity,
    key,
    request_of,
    vc_payload,
    without_none,
    world,
)
from ..registry import Case, Group, Importance

_ed = Group("jose", features=("data-integrity", "ed25519"), twin="data_integrity_eddsa")
_ec = Group("jose", features=("data-integrity", "es256"), twin="data_integrity_ecdsa")
_EDDSA = "W3C VC Data Integrity EdDSA Cryptosuites 1.0"
_ECDSA = "W3C VC Data Integrity ECDSA Cryptosuites 1.0"
_DI = "W3C VC Data Integrity 1.0"
_ED = KeyType.ED25519
_PROFILE = Importance.PROFILE
METHOD = f"{ISSUER}#key-1"
_SUITES = {
    _ED: ("eddsa-jcs-2022", "Ed25519", sha256),
    KeyType.P256: ("ecdsa-jcs-2019", "ES256", sha256),
    KeyType.P384: ("ecdsa-jcs-2019", "ES384", sha384),
}


def proved(credential: Mapping[str, Any] | None = None, *, key_type: KeyType = _ED,
           label: str = "issuer", **options: Any) -> Json:  # fmt: skip
    """A credential with its proof; ``options`` change what is signed of the proof."""
    document = vc_payload() if credential is None else dict(credential)
    suite, algorithm, digest = _SUITES[key_type]
    proof = without_none(
        {
            "type": "DataIntegrityProof",
            "cryptosuite": suite,
            "created": "2026-10-01T00:00:00Z",
            "verificationMethod": METHOD,
            "proofPurpose": "assertionMethod",
            "@context": document.get("@context"),
            **options,
        }
    )
    hashed = [digest(strict_json.canonical(part)).digest() for part in (proof, document)]
    signature = key(label, key_type).sign(algorithm, b"".join(hashed))
    return {**document, "proof": {**proof, "proofValue": "z" + base58.encode(signature)}}


def text(document: Mapping[str, Any]) -> bytes:
    return strict_json.compact(document)


def with_proof(**changes: Any) -> Json:
    """The good credential; its proof is changed after signing."""
    document = proved()
    return {**document, "proof": without_none({**document["proof"], **changes})}


def _case(document: Mapping[str, Any] | bytes, key_type: KeyType = _ED, **request: Any) -> Case:
    data = document if isinstance(document, bytes) else text(document)
    return Case(data, world(identities=[jwk_identity(key_type=key_type)]), request_of(**request))


@_ed.vector(f"{_EDDSA}, 3.3")
def data_integrity_eddsa() -> Case:
    """A credential with a proof of the suite eddsa-jcs-2022."""
    return _case(proved())


@_ec.vector(f"{_ECDSA}, 3.3")
def data_integrity_ecdsa() -> Case:
    """A credential with a proof of the suite ecdsa-jcs-2019 on P-256."""
    return _case(proved(key_type=KeyType.P256), KeyType.P256)


@_ec.vector(f"{_ECDSA}, 3.3", features=("es384",))
def data_integrity_ecdsa_p384() -> Case:
    """The same on P-384, where every digest is SHA-384."""
    return _case(proved(key_type=KeyType.P384), KeyType.P384)


@_ed.vector("RFC 8785, 3.2")
def data_integrity_written_otherwise() -> Case:
    """White space, order of members and escapes are no part of what is signed."""
    document = proved()
    spaced = text(dict(reversed(document.items()))).replace(b'":', b'" :\n ')
    return _case(b"{ " + spaced[1:])


@_ed.vector(f"{_EDDSA}, 3.3", features=("did-key",))
def data_integrity_of_a_listed_did_key() -> Case:
    """The issuer is a did:key, and a list names it."""
    did = format_did_key(key("issuer", _ED).verification_key)
    method = f"{did}#{did.removeprefix('did:key:')}"
    document = proved(vc_payload(issuer=did), verificationMethod=method)
    identities = [{"kind": "did", "value": did}]
    return Case(text(document), world(issuerIds=[], identities=identities))


@_ed.vector("W3C DID Core 1.0, 7", "resolve.issuer_unknown", features=("did-key",),
            twin="data_integrity_of_a_listed_did_key",
            notes="A key that names itself vouches for itself.")  # fmt: skip
def data_integrity_of_an_unlisted_did_key() -> Case:
    """The issuer is a did:key that no list names."""
    did = format_did_key(key("thief", _ED).verification_key)
    method = f"{did}#{did.removeprefix('did:key:')}"
    document = proved(vc_payload(issuer=did), label="thief", verificationMethod=method)
    known = format_did_key(key("issuer", _ED).verification_key)
    return Case(text(document), world(issuerIds=[], identities=[{"kind": "did", "value": known}]))


@_ed.vector(f"{_EDDSA}, 3.3", "crypto.signature_invalid", notes="What reads well passes.")
def data_integrity_altered() -> Case:
    """A claim was changed after signing."""
    document = proved()
    document["credentialSubject"] = {"familyName": "TEST-ONLY Somebody Else"}
    return _case(document)


@_ed.vector(f"{_EDDSA}, 3.3", "crypto.signature_invalid", notes="Proof options are not signed.")
def data_integrity_of_another_day() -> Case:
    """The proof's date was changed after signing."""
    return _case(with_proof(created="2026-10-02T00:00:00Z"))


@_ed.vector(f"{_EDDSA}, 3.3", "crypto.signature_invalid",
            notes="Members added behind the issuer's back are shown.")  # fmt: skip
def data_integrity_with_an_added_member() -> Case:
    """A member was added to the credential after signing."""
    return _case({**proved(), "evidence": [{"type": "TEST-ONLY"}]})


@_ed.vector(f"{_EDDSA}, 3.3", "crypto.signature_invalid", notes="Any key of the right name.")
def data_integrity_of_another_key() -> Case:
    """Another key signed under the issuer's name."""
    return _case(proved(label="thief"))


@_ed.vector("W3C Controlled Identifiers 1.0, 3.3", "data_integrity.method",
            notes="Who signs chooses whose key is looked up.")  # fmt: skip
def data_integrity_of_anothers_method() -> Case:
    """The verification method is another party's."""
    return _case(proved(verificationMethod="https://evil.example#key-1"))


@_ed.vector(f"{_DI}, 4.3", "data_integrity.purpose",
            notes="A proof of signing in vouches for a credential.")  # fmt: skip
def data_integrity_for_authentication() -> Case:
    """The proof was made to authenticate its maker."""
    return _case(proved(proofPurpose="authentication"))


@_ed.vector(f"{_DI}, 4.3", "data_integrity.purpose",
            notes="An answer to a challenge vouches for a credential.")  # fmt: skip
def data_integrity_that_answers_a_challenge() -> Case:
    """The proof answers a challenge, as a presentation's does."""
    return _case(proved(challenge="TEST-ONLY-challenge"))


@_ed.vector(f"{_DI}, 2.1", "time.expired", notes="A proof outlives its own end.")
def data_integrity_proof_expired() -> Case:
    """The proof has expired, and the credential has not."""
    return _case(proved(expires="2026-11-01T00:00:00Z"))


@_ed.vector("RFC 7519, 4.1.6", "time.issued_in_the_future", notes="A proof made ahead of time.")
def data_integrity_proof_of_tomorrow() -> Case:
    """The proof says that it was made tomorrow."""
    return _case(proved(created="2026-11-02T00:00:00Z"))


@_ed.vector(f"{_DI}, 2.1", "audience.mismatch", notes="A proof for one verifier serves another.")
def data_integrity_for_another_domain() -> Case:
    """The proof is for another verifier."""
    return _case(proved(domain="https://another.sg.test.example"), audience=VERIFIER)


@_ed.vector(f"{_EDDSA}, 3.3.2", "data_integrity.context",
            notes="Terms are read under contexts that nobody signed.")  # fmt: skip
def data_integrity_under_another_context() -> Case:
    """The credential's context was replaced, and the signed one left in the proof."""
    document = proved()
    document["@context"] = ["https://evil.example/context"]
    return _case(document)


@_ed.vector(f"{_DI}, 2.1", "data_integrity.value", notes="An empty signature is none to check.")
def data_integrity_without_value() -> Case:
    """The proof has no value."""
    return _case(with_proof(proofValue=None))


@_ed.vector(f"{_DI}, 2.1", "base58.malformed", notes="Two spellings of one signature.")
def data_integrity_value_in_another_base() -> Case:
    """The value holds a letter that base58 leaves out."""
    value = proved()["proof"]["proofValue"]
    return _case(with_proof(proofValue=value[:-1] + "0"))


@_ed.vector("RFC 7493, 2.3", "json.duplicate_member",
            notes="One reader checks the first, another shows the last.")  # fmt: skip
def data_integrity_subject_twice() -> Case:
    """The subject is there twice."""
    whole = text(proved())
    return _case(
        whole.replace(b'"credentialSubject":', b'"credentialSubject":{},"credentialSubject":')
    )


@_ed.vector(f"{_EDDSA}, 3.2", "data_integrity.unsupported",
            notes="An unsupported suite passes, or counts as forged.")  # fmt: skip
def data_integrity_over_rdf() -> Case:
    """The suite canonicalises RDF, which is not supported."""
    return _case(proved(cryptosuite="eddsa-rdfc-2022"))


@_ed.vector(f"{_DI}, 2.1.1", "data_integrity.unsupported", importance=_PROFILE,
            notes="Any one proof of several passes.")  # fmt: skip
def data_integrity_of_two_proofs() -> Case:
    """The credential has a set of two proofs."""
    document = proved()
    return _case({**document, "proof": [document["proof"]] * 2})


@_ed.vector(f"{_DI}, 2.1.2", "data_integrity.unsupported", importance=_PROFILE,
            notes="The proofs before it go unread.")  # fmt: skip
def data_integrity_in_a_chain() -> Case:
    """The proof depends on an earlier one."""
    return _case(proved(previousProof="urn:uuid:00000000-0000-4000-8000-000000000002"))
