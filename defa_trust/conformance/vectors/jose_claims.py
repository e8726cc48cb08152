"""What a VC-JWT says of itself: type, times, audience, status, and W3C data-model members."""

from __future__ import annotations

from typing import Any

from ..build import (
    DAY,
    ISSUER,
    MOMENT,
    VERIFIER,
    jws,
    request_of,
    vc,
    vc_header,
    vc_payload,
    world,
)
from ..registry import Case, Group, Importance

_group = Group("jose", features=("es256", "vc-jwt"), twin="es256")
_old = Group("jose", features=("es256", "vc-jwt", "vcdm-1.1"), twin="vcdm_1_1")


def _claims(**members: Any) -> Case:
    return Case(vc(**members), world())


def _at(moment: int, **members: Any) -> Case:
    return Case(vc(**members), world(), moment=moment)


# --- NumericDate -----------------------------------------
@_group.vector("RFC 7519, 4.1.4")
def exp_next_second() -> Case:
    """`exp` is the second after the moment asked for."""
    return _claims(validUntil=None, exp=MOMENT + 1)


@_group.vector(
    "RFC 7519, 4.1.4", "time.expired", twin="exp_next_second", notes="At `exp` it has expired."
)
def exp_this_second() -> Case:
    """`exp` is the very moment asked for."""
    return _claims(validUntil=None, exp=MOMENT)


@_group.vector(
    "RFC 7519, 4.1.4",
    "jose.numeric_date",
    twin="exp_next_second",
    notes="A string is larger than any number in some languages.",
)
def exp_as_a_string() -> Case:
    """`exp` is a string of digits."""
    return _claims(validUntil=None, exp=str(MOMENT + DAY))


@_group.vector(
    "RFC 7519, 4.1.4",
    "jose.numeric_date",
    twin="exp_next_second",
    importance=Importance.PROFILE,
    notes="Fractions round differently from reader to reader.",
)
def exp_as_a_fraction() -> Case:
    """`exp` has a fraction, which RFC 7519 allows and this profile does not."""
    return Case(jws(_with_raw("exp", f"{MOMENT + DAY}.5"), vc_header()).encode(), world())


@_group.vector(
    "RFC 8259, 6",
    "json.number",
    twin="exp_next_second",
    notes="No comparison with NaN is ever true.",
)
def exp_not_a_number() -> Case:
    """`exp` is NaN."""
    return Case(jws(_with_raw("exp", "NaN"), vc_header()).encode(), world())


@_group.vector("RFC 7493, 2.2", "json.number", twin="exp_next_second")
def exp_overflowing() -> Case:
    """`exp` is 1e999, which is infinite in a double."""
    return Case(jws(_with_raw("exp", "1e999"), vc_header()).encode(), world())


@_group.vector(
    "RFC 7519, 4.1.4",
    "jose.numeric_date",
    twin="exp_next_second",
    importance=Importance.PROFILE,
    notes="A thousand times too late: it never expires.",
)
def exp_in_milliseconds() -> Case:
    """`exp` is in milliseconds."""
    return _claims(validUntil=None, exp=(MOMENT + DAY) * 1000)


@_group.vector("RFC 7519, 4.1.4", "jose.numeric_date", twin="exp_next_second")
def exp_negative() -> Case:
    """`exp` is below zero."""
    return _claims(validUntil=None, exp=-1)


@_group.vector(
    "RFC 7519, 4.1.4",
    "jose.numeric_date",
    twin="exp_next_second",
    notes="In some languages true is 1, in others an error.",
)
def exp_as_a_boolean() -> Case:
    """`exp` is true."""
    return _claims(validUntil=None, exp=True)


@_group.vector(
    "RFC 7519, 4.1.4",
    "jose.numeric_date",
    twin="exp_next_second",
    notes="A null read as absent: no expiry.",
)
def exp_null() -> Case:
    """`exp` is null."""
    return Case(jws(_with_raw("exp", "null"), vc_header()).encode(), world())


def _with_raw(name: str, text: str) -> bytes:
    """The payload with one more member whose value is written as it stands."""
    from ...codec import json as strict_json

    body = strict_json.compact(vc_payload(validUntil=None))
    return body[:-1] + f',"{name}":{text}}}'.encode()


@_group.vector("RFC 7519, 4.1.5")
def nbf_within_skew() -> Case:
    """`nbf` is half a minute ahead, within the tolerance for clocks that differ."""
    return _claims(validFrom=None, nbf=MOMENT + 30)


@_group.vector("RFC 7519, 4.1.5", "time.not_yet_valid", twin="nbf_within_skew")
def nbf_tomorrow() -> Case:
    """`nbf` is a day ahead."""
    return _claims(validFrom=None, nbf=MOMENT + DAY)


@_group.vector("RFC 7519, 4.1.6")
def iat_past() -> Case:
    """`iat` is a day ago."""
    return _claims(iat=MOMENT - DAY)


@_group.vector(
    "RFC 7519, 4.1.6", "time.issued_in_the_future", twin="iat_past", importance=Importance.PROFILE
)
def iat_tomorrow() -> Case:
    """`iat` is a day ahead."""
    return _claims(iat=MOMENT + DAY)


@_group.vector("RFC 7519, 4.1.6", "jose.numeric_date", twin="iat_past")
def iat_as_a_string() -> Case:
    """`iat` is a string of digits."""
    return _claims(iat=str(MOMENT - DAY))


# --- VCDM 2.0 times -----------------------------------------
@_group.vector("W3C VCDM 2.0, 4.9")
def valid_until_in_another_zone() -> Case:
    """`validUntil` is an hour ahead, written with the offset of Bangkok."""
    return _claims(validUntil="2026-11-01T08:00:00+07:00")


@_group.vector(
    "W3C VCDM 2.0, 4.9",
    "time.expired",
    twin="valid_until_in_another_zone",
    notes="The offset ignored: valid for seven hours too long.",
)
def valid_until_past_in_another_zone() -> Case:
    """`validUntil` was an hour ago, though its local digits are six hours ahead."""
    return _claims(validUntil="2026-11-01T06:00:00+07:00")


@_group.vector("W3C VCDM 2.0, 4.9", "time.expired")
def valid_until_past() -> Case:
    """The credential ran until last month."""
    return _claims(validUntil="2026-10-15T00:00:00Z")


@_group.vector("W3C VCDM 2.0, 4.9", "time.not_yet_valid")
def valid_from_ahead() -> Case:
    """The credential is valid from next month."""
    return _claims(validFrom="2026-12-01T00:00:00Z")


@_group.vector("W3C VCDM 2.0, 4.9", "vc.date_time", notes="Read in the server's own zone.")
def valid_until_without_zone() -> Case:
    """`validUntil` has no zone."""
    return _claims(validUntil="2027-10-01T00:00:00")


@_group.vector("W3C VCDM 2.0, 4.9", "vc.date_time")
def valid_until_no_such_day() -> Case:
    """`validUntil` is 30 February."""
    return _claims(validUntil="2027-02-30T00:00:00Z")


@_group.vector(
    "W3C VC-JOSE-COSE, 3.1.3", "time.expired", notes="Only one of two expiry dates is read."
)
def exp_before_valid_until() -> Case:
    """`exp` has passed, while `validUntil` is next year."""
    return _claims(exp=MOMENT - DAY)


# --- audience and status -----------------------------------------
@_group.vector("RFC 7519, 4.1.3")
def aud_names_the_verifier() -> Case:
    """`aud` is a list that names this verifier."""
    return Case(
        vc(aud=["https://other.test.example", VERIFIER]), world(), request_of(audience=VERIFIER)
    )


@_group.vector("RFC 7519, 4.1.3", "audience.mismatch", twin="aud_names_the_verifier")
def aud_names_another() -> Case:
    """`aud` names somebody else."""
    return Case(vc(aud=["https://other.test.example"]), world(), request_of(audience=VERIFIER))


@_group.vector(
    "RFC 7519, 4.1.3",
    "audience.mismatch",
    twin="aud_names_the_verifier",
    notes='No expectation read as "anything goes".',
)
def aud_without_expectation() -> Case:
    """`aud` is there, and the request names no audience."""
    return Case(vc(aud=["https://other.test.example", VERIFIER]), world())


@_group.vector(
    "RFC 7519, 4.1.3",
    "jose.claim",
    twin="aud_names_the_verifier",
    notes="A search within a text finds a part of it.",
)
def aud_as_an_object() -> Case:
    """`aud` is an object whose member is the verifier."""
    return Case(vc(aud={VERIFIER: True}), world(), request_of(audience=VERIFIER))


_STATUS = {
    "id": "https://status.th.test.example/1#94567",
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://status.th.test.example/1",
}


@_group.vector(
    "W3C VCDM 2.0, 4.10", "status.not_checked", notes='"Could not check" reported as "good".'
)
def status_not_checked() -> Case:
    """The credential names a status list that was not supplied: neither revoked nor good."""
    return _claims(credentialStatus=_STATUS)


@_group.vector("W3C VCDM 2.0, 4.10", importance=Importance.PROFILE)
def status_only_reported() -> Case:
    """The same, and the verifier's policy only reports what could not be checked."""
    return Case(
        vc(credentialStatus=_STATUS), world(), request_of(policy={"uncheckedStatus": "report"})
    )


# --- holder binding -----------------------------------------
@_group.vector(
    "RFC 9901, 7.3",
    "holder.proof_missing",
    importance=Importance.PROFILE,
    notes="A format without a proof passes where a proof was demanded.",
)
def proof_demanded() -> Case:
    """The request demands a proof of possession; a bare credential has none."""
    return Case(
        vc(),
        world(),
        request_of(holderBinding="must_be_present", audience=VERIFIER, nonce="TEST-ONLY"),
    )


# --- type and data model -----------------------------------------
@_group.vector(
    "RFC 8725, 3.11",
    "vc.not_a_credential",
    notes="A token made for another purpose is taken for a credential.",
)
def typ_of_an_access_token() -> Case:
    """`typ` is `at+jwt`: a signed token, but no credential."""
    return Case(vc(header={"typ": "at+jwt"}), world())


@_group.vector("W3C VCDM 2.0, 4.3", "vc.context")
def context_missing() -> Case:
    """The credential has no `@context`."""
    return _claims(**{"@context": None})


@_group.vector("W3C VCDM 2.0, 4.3", "vc.context")
def context_not_first() -> Case:
    """The base context is second."""
    order = ["https://example.test/v1", "https://www.w3.org/ns/credentials/v2"]
    return _claims(**{"@context": order})


@_group.vector("W3C VCDM 2.0, 4.5", "vc.type")
def type_missing() -> Case:
    """`type` does not include VerifiableCredential."""
    return _claims(type=["TestIdentityCredential"])


@_group.vector(
    "W3C VC-JOSE-COSE, 3.1.3",
    "vc.issuer_mismatch",
    notes="The key of one issuer is looked up, the name of another is shown.",
)
def iss_differs_from_issuer() -> Case:
    """`iss` names another issuer than the credential."""
    return _claims(iss="https://issuer.my.test.example")


@_group.vector("W3C VCDM 2.0, 4.7")
def issuer_as_an_object() -> Case:
    """`issuer` is an object with an `id`."""
    return _claims(issuer={"id": ISSUER, "name": "TEST-ONLY issuer"})


@_group.vector("W3C VCDM 2.0, 4.7", "vc.issuer")
def issuer_not_a_string() -> Case:
    """`issuer` is an array."""
    return _claims(issuer=[ISSUER])


@_group.vector(
    "W3C VC-JOSE-COSE, 3.1.3",
    "vc.vc_claim",
    notes="Two credentials in one token: one is checked, the other shown.",
)
def vc_claim_beside_vcdm_2() -> Case:
    """A `vc` claim stands beside a VCDM 2.0 credential."""
    return _claims(vc={"type": ["VerifiableCredential"]})


# --- VCDM 1.1 -----------------------------------------
def _old_payload(**members: Any) -> dict[str, Any]:
    body = {
        "iss": ISSUER,
        "nbf": MOMENT - 30 * DAY,
        "exp": MOMENT + 300 * DAY,
        "vc": {
            "@context": ["https://www.w3.org/2018/credentials/v1"],
            "type": ["VerifiableCredential", "TestIdentityCredential"],
            "credentialSubject": {"familyName": "TEST-ONLY Jaidee"},
        },
    }
    return {name: value for name, value in {**body, **members}.items() if value is not None}


def _old_case(header: dict[str, Any] | None = None, **members: Any) -> Case:
    return Case(vc(_old_payload(**members), header={"typ": "JWT", **(header or {})}), world())


@_old.vector("W3C VCDM 1.1, 6.3.1")
def vcdm_1_1() -> Case:
    """A credential of the older data model in the claim `vc`."""
    return _old_case()


@_old.vector("W3C VCDM 1.1, 6.3.1", "time.expired")
def vcdm_1_1_expired() -> Case:
    """The same, with an `exp` that has passed."""
    return _old_case(exp=MOMENT - DAY)


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.profile", importance=Importance.PROFILE)
def vcdm_1_1_not_allowed() -> Case:
    """The same, and the request allows no older data model."""
    return Case(vc(_old_payload(), header={"typ": "JWT"}), world(), request_of(profiles=[]))


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.not_a_credential")
def vcdm_1_1_without_vc() -> Case:
    """A plain JWT without the claim `vc`."""
    return _old_case(vc=None)


@_old.vector("W3C VCDM 1.1, 6.3.1", "vc.issuer_mismatch")
def vcdm_1_1_issuers_differ() -> Case:
    """`vc.issuer` is not `iss`."""
    credential = {**_old_payload()["vc"], "issuer": "https://issuer.my.test.example"}
    return _old_case(vc=credential)


@_old.vector(
    "W3C VCDM 1.1, 6.3.1",
    "vc.presentation",
    notes="A presentation by a holder is taken for a credential by an issuer.",
)
def presentation_instead() -> Case:
    """The token holds a presentation (`vp`)."""
    return _old_case(vc=None, vp={"type": ["VerifiablePresentation"]})
