"""VC-JWT: the data model beside the registered claims, where the two speak of one thing."""

from __future__ import annotations

from typing import Any

from ..build import DAY, MOMENT, vc, world
from ..registry import Case, Group

_group = Group("jose", features=("es256", "vc-jwt"), twin="claims_repeated")
_VCDM = "W3C VC-JOSE-COSE"


def _claims(**members: Any) -> Case:
    return Case(vc(**members), world())


_SUBJECT = "urn:uuid:00000000-0000-4000-8000-000000000001"
_ID = "urn:uuid:00000000-0000-4000-8000-000000000002"


@_group.vector(f"{_VCDM}, 3.1.3")
def claims_repeated() -> Case:
    """`sub` and `jti` repeat the identifiers of the subject and of the credential."""
    return _claims(sub=_SUBJECT, jti=_ID, id=_ID)


@_group.vector(
    f"{_VCDM}, 3.1.3", "vc.claim_mismatch", notes="Two readers see two persons in one credential."
)
def sub_of_another_subject() -> Case:
    """`sub` names another subject than the credential does."""
    return _claims(sub=_ID, jti=_ID, id=_ID)


@_group.vector(f"{_VCDM}, 3.1.3", "vc.claim_mismatch")
def jti_of_another_credential() -> Case:
    """`jti` is another identifier than the credential's own."""
    return _claims(sub=_SUBJECT, jti=_SUBJECT, id=_ID)


@_group.vector("RFC 7519, 4.1.5", "time.not_yet_valid", notes="The earlier of two dates opens it.")
def begins_after_its_nbf() -> Case:
    """`nbf` has passed, and `validFrom` is a day ahead."""
    return _claims(nbf=MOMENT - DAY, validFrom="2026-11-02T00:00:00Z")


@_group.vector("RFC 7519, 4.1.4", "time.expired", notes="The later of two dates keeps it open.")
def ends_before_its_exp() -> Case:
    """`exp` is ahead, and `validUntil` has passed."""
    return _claims(exp=MOMENT + DAY, validUntil="2026-10-31T00:00:00Z")


@_group.vector("W3C VC Data Model 2.0, 4.8")
def two_subjects() -> Case:
    """The credential makes claims about two subjects."""
    return _claims(credentialSubject=[{"id": _SUBJECT}, {"id": _ID}])


@_group.vector("W3C VC Data Model 2.0, 4.8", "vc.subject", twin="two_subjects")
def one_of_two_subjects_a_text() -> Case:
    """One of two subjects is a string."""
    return _claims(credentialSubject=[{"id": _SUBJECT}, _ID])


@_group.vector("W3C VC Data Model 2.0, 4.8", "vc.subject", twin="two_subjects")
def no_subject_among_none() -> Case:
    """`credentialSubject` is an empty array."""
    return _claims(credentialSubject=[])
