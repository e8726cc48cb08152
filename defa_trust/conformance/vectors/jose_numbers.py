"""Numbers in canonical JSON, as the signer of a Data Integrity proof wrote them."""

from __future__ import annotations

from typing import Any

from ..build import jwk_identity, vc_payload, world
from ..registry import Case, Group
from .jose_data_integrity import _ED, proved, text

_group = Group("jose", features=("data-integrity", "ed25519"), twin="data_integrity_numbers")
_NUMBERS = [1.5, -0.002, 1e21, 1e-7, 2.5e-8, 333333333.3333333, 1e300]


def _case(numbers: list[Any]) -> Case:
    """Signed with the usual numbers in the subject; ``numbers`` stand there in the end."""
    subject = {"id": "urn:uuid:00000000-0000-4000-8000-000000000001", "measures": _NUMBERS}
    document = proved(vc_payload(credentialSubject=subject))
    document["credentialSubject"] = {**subject, "measures": numbers}
    return Case(text(document), world(identities=[jwk_identity(key_type=_ED)]))


@_group.vector("RFC 8785, 3.2.2.3")
def data_integrity_numbers() -> Case:
    """The credential holds fractions, small numbers and large ones."""
    return _case(_NUMBERS)


@_group.vector(
    "RFC 8785, 3.2.2.3",
    "crypto.signature_invalid",
    notes="All fractions are written alike, so that one can be put for another.",
)
def data_integrity_another_number() -> Case:
    """After signing, one fraction was replaced by another."""
    return _case([2.5, *_NUMBERS[1:]])
