"""Credentials with an embedded proof (Data Integrity) of the W3C, good and bad (floor 13).

Singapore showed one in staging, in 2023: JSON-LD with a BBS+ signature. That suite is recognised
and not checked here, so a sample of it stays open; beside it stands what is checked, over JSON.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any, Final

from ..codec import base58
from ..codec import json as strict_json
from ..formats import data_integrity
from ..trustlist.documents import time_text
from .bad_samples import bad, widely
from .plans import DAY
from .samples import Sample, identity_expectations, issuer_of, person, vc_2_0
from .states import STATES

_STATE: Final = "SG"
_BBS: Final = "BbsBlsSignature2020"


def proved(
    credential: dict[str, Any], at: int, suite: str = data_integrity.ECDSA
) -> dict[str, Any]:
    """A credential with a proof of ``ecdsa-jcs-2019`` by the state's identity service (ECDSA
    Cryptosuites 1.0, 3.3); ``suite`` is what it is said to be."""
    signer = STATES[_STATE].signer("identity")
    proof = {
        "type": data_integrity.PROOF_TYPE,
        "cryptosuite": suite,
        "created": time_text(at - 20 * DAY),
        "verificationMethod": f"{credential['issuer']}#{signer.kid}",
        "proofPurpose": data_integrity.PURPOSE,
        "@context": credential["@context"],
    }
    hashed = [sha256(strict_json.canonical(part)).digest() for part in (proof, credential)]
    value = signer.sign(b"".join(hashed), "sg-data-integrity")
    return {**credential, "proof": {**proof, "proofValue": "z" + base58.encode(value)}}


def proof_samples(at: int) -> Iterator[Sample]:
    """One that passes, one changed since, and two suites that nobody checks here."""
    hint, expect = identity_expectations(_STATE)
    credential = vc_2_0(_STATE, issuer_of(_STATE), at)
    good = proved(credential, at)

    def sample(name: str, document: dict[str, Any]) -> Sample:
        return bad(_STATE, data_integrity.NAME, name, strict_json.compact(document))

    yield Sample(
        "good", _STATE, data_integrity.NAME, strict_json.compact(good),
        "a W3C credential with a proof over its canonical JSON", expect, hint,
    )  # fmt: skip
    subject = {**person(_STATE), "birthdate": "2008-01-15"}
    yield sample("tampered", {**good, "credentialSubject": subject})
    bbs = {
        "type": _BBS,
        "created": time_text(at - 20 * DAY),
        "verificationMethod": f"{credential['issuer']}#bbs-1",
        "proofPurpose": data_integrity.PURPOSE,
        "proofValue": "VEVTVC1PTkxZ",
    }
    yield widely(sample("unsupported-proof", {**credential, "proof": bbs}), "PH", "KH")
    yield sample("unsupported-suite", proved(credential, at, "ecdsa-sd-2023"))
