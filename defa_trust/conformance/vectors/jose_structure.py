"""VC-JWT members of the wrong type or in contradiction: refused, never guessed at."""

from __future__ import annotations

from typing import Any

from ..build import DAY, ISSUER, MOMENT, key, vc, vc_payload, world
from ..registry import Case, Group, Importance

_group = Group("jose", features=("es256", "vc-jwt"), twin="es256")
_old = Group("jose", features=("es256", "vc-jwt", "vcdm-1.1"), twin="vcdm_1_1_complete")
_STATUS = {
    "id": "https://status.th.test.example/1#94567",
    "type": "BitstringStatusListEntry",
    "statusListCredential": "https://status.th.test.example/1",
}


def _headed(**members: Any) -> Case:
    return Case(vc(header=members), world())


def _claims(**members: Any) -> Case:
    return Case(vc(**members), world())


# --- header -----------------------------------------
@_group.vector("RFC 7515, 4.1.4", "jose.header_member")
def kid_empty() -> Case:
    """`kid` is empty."""
    return _headed(kid="")


@_group.vector("RFC 7515, 4.1.9", "jose.header_member")
def typ_not_a_string() -> Case:
    """`typ` is an array that holds the right name."""
    return _headed(typ=["vc+jwt"])


@_group.vector("RFC 7515, 4.1.8", "jose.header_member")
def x5t_not_a_string() -> Case:
    """`x5t#S256` is a number."""
    return _headed(**{"x5t#S256": 1})


@_group.vector("RFC 7515, 4.1.6", "jose.header_member")
def x5c_holds_a_number() -> Case:
    """`x5c` holds a number."""
    return _headed(x5c=[1])


@_group.vector("RFC 7515, 4.1.6", "jose.header_member")
def x5c_holds_a_certificate_and_a_number() -> Case:
    """`x5c` holds a string, and a number behind it."""
    return _headed(x5c=["MIIB", 1])


@_group.vector("RFC 7515, 4.1.6", "jose.header_member")
def x5c_holds_nothing() -> Case:
    """`x5c` holds an empty text."""
    return _headed(x5c=[""])


@_group.vector("W3C VC-JOSE-COSE, 3.1.1", "vc.not_a_credential")
def cty_of_something_else() -> Case:
    """`typ` is that of a credential, and `cty` says that the payload is something else."""
    return _headed(cty="vp")


@_group.vector("W3C VC-JOSE-COSE, 3.1.2", "vc.presentation")
def typ_of_a_presentation() -> Case:
    """`typ` is that of a presentation."""
    return _headed(typ="vp+jwt")


# --- VCDM 2.0 -----------------------------------------
@_group.vector(
    "W3C VC-JOSE-COSE, 3.1.2",
    "vc.presentation",
    notes="Two objects in one token: one is checked, the other shown.",
)
def vp_claim_beside_vcdm_2() -> Case:
    """A claim `vp` stands beside a credential."""
    return _claims(vp={"type": ["VerifiablePresentation"]})


@_group.vector("W3C VCDM 2.0, 4.5", "vc.presentation")
def type_of_a_presentation() -> Case:
    """`type` is VerifiablePresentation alone."""
    return _claims(type=["VerifiablePresentation"])


@_group.vector("W3C VCDM 2.0, 4.5", "vc.type")
def type_holds_a_number() -> Case:
    """`type` holds a number beside the names."""
    return _claims(type=["VerifiableCredential", 1])


@_group.vector("W3C VCDM 2.0, 4.8", "vc.subject")
def subject_is_text() -> Case:
    """`credentialSubject` is text."""
    return _claims(credentialSubject="TEST-ONLY")


@_group.vector("W3C VCDM 2.0, 4.8", "vc.subject")
def subject_missing() -> Case:
    """`credentialSubject` is missing."""
    return _claims(credentialSubject=None)


@_group.vector("W3C VCDM 2.0, 4.9", "vc.period")
def valid_until_before_valid_from() -> Case:
    """The credential ends before it begins."""
    return _claims(validFrom="2027-10-02T00:00:00Z")


@_group.vector("W3C VCDM 2.0, 4.9", "vc.date_time")
def valid_until_as_a_number() -> Case:
    """`validUntil` is a number of seconds."""
    return _claims(validUntil=MOMENT + DAY)


@_group.vector("W3C VCDM 2.0, 4.10", "vc.status", notes="A status nobody can read counts as none.")
def status_is_text() -> Case:
    """`credentialStatus` is text."""
    return _claims(credentialStatus="https://status.th.test.example/1")


@_group.vector("W3C VCDM 2.0, 4.10", "vc.status")
def status_holds_text() -> Case:
    """`credentialStatus` is a list with a text in it."""
    return _claims(credentialStatus=[_STATUS, "x"])


@_group.vector("W3C VCDM 2.0, 4.10", "vc.status")
def status_empty() -> Case:
    """`credentialStatus` is an empty list."""
    return _claims(credentialStatus=[])


@_group.vector("W3C VCDM 2.0, 4.10", "vc.status")
def status_without_a_place() -> Case:
    """`credentialStatus` does not say where the status is."""
    return _claims(credentialStatus={"type": "BitstringStatusListEntry"})


# --- claims of RFC 7519 and others -----------------------------------------
@_group.vector(
    "Token Status List, 6.1",
    "status.mechanism_unknown",
    notes='A mechanism nobody knows is read as "no status": revocations go unread.',
)
def status_mechanism_unknown() -> Case:
    """The claim `status` names a mechanism that nobody knows."""
    return _claims(status={"urn:test:mechanism": {}})


@_group.vector("Token Status List, 6.1", "jose.claim")
def status_claim_not_an_object() -> Case:
    """The claim `status` is an array."""
    return _claims(status=[])


@_group.vector("Token Status List, 6.2", "jose.claim")
def status_list_not_an_object() -> Case:
    """`status_list` is a number."""
    return _claims(status={"status_list": 3})


@_group.vector("Token Status List, 6.2", "jose.claim")
def status_index_negative() -> Case:
    """The index into the status list is below zero."""
    place = {"idx": -1, "uri": "https://status.th.test.example/2"}
    return _claims(status={"status_list": place})


@_group.vector("Token Status List, 6.2", "jose.claim")
def status_list_without_address() -> Case:
    """The status list has an index and no address."""
    return _claims(status={"status_list": {"idx": 1}})


@_group.vector("RFC 7800, 3.1", "jose.claim")
def cnf_not_an_object() -> Case:
    """`cnf` is text."""
    return _claims(cnf="key-1")


# --- VCDM 1.1 -----------------------------------------
def _complete(**members: Any) -> Case:
    """A 1.1 credential whose claims and members say the same; ``members`` replace those of `vc`."""
    credential = {
        "@context": ["https://www.w3.org/2018/credentials/v1"],
        "type": ["VerifiableCredential", "TestIdentityCredential"],
        "id": "urn:test:credential-1",
        "issuer": ISSUER,
        "issuanceDate": "2026-10-01T00:00:00Z",
        "expirationDate": "2027-10-01T00:00:00Z",
        "credentialSubject": {"id": "urn:test:holder-1", "familyName": "TEST-ONLY Jaidee"},
        **members,
    }
    body = {
        "iss": ISSUER,
        "nbf": 1_790_812_800,
        "exp": 1_822_348_800,
        "jti": "urn:test:credential-1",
        "sub": "urn:test:holder-1",
        "vc": credential,
    }
    return Case(vc(body, header={"typ": "JWT"}), world())


@_old.vector("W3C VCDM 1.1, 6.3.1")
def vcdm_1_1_complete() -> Case:
    """Claims and members of a 1.1 credential say the same twice."""
    return _complete()


@_old.vector(
    "W3C VCDM 1.1, 6.3.1",
    "vc.claim_mismatch",
    notes="One expiry is checked, the other is shown.",
)
def vcdm_1_1_expiries_differ() -> Case:
    """`expirationDate` is a year after `exp`."""
    return _complete(expirationDate="2028-10-01T00:00:00Z")


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.claim_mismatch")
def vcdm_1_1_starts_differ() -> Case:
    """`issuanceDate` is a month before `nbf`."""
    return _complete(issuanceDate="2026-09-01T00:00:00Z")


@_old.vector(
    "W3C VCDM 1.1, 6.3.1",
    "vc.claim_mismatch",
    notes="The credential is about one person, the token about another.",
)
def vcdm_1_1_subjects_differ() -> Case:
    """`sub` names another subject than the credential."""
    return _complete(credentialSubject={"id": "urn:test:holder-2"})


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.claim_mismatch")
def vcdm_1_1_identifiers_differ() -> Case:
    """`jti` names another credential."""
    return _complete(id="urn:test:credential-2")


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.vc_claim", twin="vcdm_1_1")
def vcdm_1_1_vc_is_text() -> Case:
    """The claim `vc` is text."""
    body = {"iss": ISSUER, "nbf": MOMENT - DAY, "exp": MOMENT + DAY, "vc": "TEST-ONLY"}
    return Case(vc(body, header={"typ": "JWT"}), world())


# --- key use -----------------------------------------
@_group.vector(
    "RFC 8725, 2.7",
    "crypto.signature_invalid",
    importance=Importance.MUST,
    notes="A holder's own signature is taken for an issuer's.",
)
def signed_by_the_holder() -> Case:
    """The credential names the issuer and is signed with the holder's key."""
    return Case(vc(vc_payload(), signer=key("holder")), world())
