"""Every profile: what it takes, what it refuses for one fault, and what a report says."""

import pytest

from defa_trust.conformance import certificates as made
from defa_trust.conformance.build import DAY, MOMENT, YEAR
from defa_trust.crypto import KeyType
from defa_trust.x509 import extensions as ext
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.profiles import (
    EKU_MDOC_DS,
    EKU_OCSP_SIGNING,
    EKU_TIME_STAMPING,
    EKU_TSL_SIGNING,
    PROFILES,
    QC_COMPLIANCE,
    QC_TYPE_SEAL,
    QC_TYPE_SIGNATURE,
    check_profile,
    describe,
)

ROOT = made.certificate("root")
YES = made.basic_constraints()
FLAT = made.basic_constraints(path_length=0)
DEEP = made.basic_constraints(path_length=1)
SIGNS = made.key_usage("digital_signature")
COMMITS = made.key_usage("content_commitment")
ISSUES = made.key_usage("key_cert_sign", "crl_sign")
LISTS = made.key_usage("crl_sign")
AGREES = made.key_usage("key_agreement")
BOTH = made.key_usage("digital_signature", "key_cert_sign")
LOOSE = made.key_usage("digital_signature", critical=False)
COMPLIANT = made.qc_statements(QC_COMPLIANCE)
SIGNATURE = made.qc_statements(QC_COMPLIANCE, types=(QC_TYPE_SIGNATURE,))
SEAL = made.qc_statements(QC_COMPLIANCE, types=(QC_TYPE_SEAL,))
ANY = ext.ANY_EXTENDED_KEY_USAGE


def purpose(*oids, critical=False):
    return made.extended_key_usage(*oids, critical=critical)


USAGE, PURPOSE, IS_CA, NO_CA, STATEMENT = (
    *("certificate.key_usage", "certificate.extended_key_usage", "certificate.is_ca"),
    *("certificate.not_ca", "certificate.qc_statement"),
)
RESERVED = purpose(EKU_TIME_STAMPING, critical=True)
MAIL = "1.3.6.1.5.5.7.3.4"
CASES = {
    "any": [((), None), ((AGREES,), None), ((YES, ISSUES), None)],
    "signer": [
        ((COMMITS,), None),
        ((), None),
        ((COMMITS, SIGNATURE), None),
        ((COMMITS, COMPLIANT), None),
        ((AGREES,), USAGE),
        ((BOTH,), USAGE),
        ((COMMITS, YES), IS_CA),
        ((COMMITS, SEAL), STATEMENT),
        ((COMMITS, purpose(MAIL)), None),
        ((COMMITS, purpose(ANY)), None),
        ((COMMITS, purpose(EKU_OCSP_SIGNING, MAIL)), None),
        ((COMMITS, purpose(EKU_OCSP_SIGNING, ANY)), None),
        ((COMMITS, purpose(EKU_OCSP_SIGNING)), PURPOSE),
        ((COMMITS, purpose(EKU_TSL_SIGNING)), PURPOSE),
        ((COMMITS, purpose(EKU_TIME_STAMPING, EKU_OCSP_SIGNING)), PURPOSE),
        ((COMMITS, RESERVED), PURPOSE),
    ],
    "seal": [
        ((SIGNS,), None),
        ((SIGNS, SEAL), None),
        ((SIGNS, SIGNATURE), STATEMENT),
        ((AGREES,), USAGE),
        ((SIGNS, YES), IS_CA),
        ((SIGNS, RESERVED), PURPOSE),
    ],
    "qualified_signer": [
        ((COMMITS, SIGNATURE), None),
        ((COMMITS, COMPLIANT), None),
        ((COMMITS,), STATEMENT),
        ((SIGNATURE,), USAGE),
        ((COMMITS, SEAL), STATEMENT),
        ((COMMITS, SIGNATURE, RESERVED), PURPOSE),
    ],
    "tsa": [
        ((SIGNS, purpose(EKU_TIME_STAMPING, critical=True)), None),
        ((purpose(EKU_TIME_STAMPING, critical=True),), None),
        ((SIGNS, purpose(EKU_TIME_STAMPING)), PURPOSE),
        ((SIGNS, purpose(EKU_TIME_STAMPING, EKU_OCSP_SIGNING, critical=True)), PURPOSE),
        ((SIGNS, purpose(ANY, critical=True)), PURPOSE),
        ((SIGNS,), PURPOSE),
        ((SIGNS, YES, purpose(EKU_TIME_STAMPING, critical=True)), IS_CA),
    ],
    "ocsp_responder": [
        ((SIGNS, purpose(EKU_OCSP_SIGNING)), None),
        ((SIGNS, purpose(EKU_OCSP_SIGNING, EKU_TIME_STAMPING)), None),
        ((SIGNS, purpose(ANY)), PURPOSE),
        ((SIGNS,), PURPOSE),
        ((AGREES, purpose(EKU_OCSP_SIGNING)), USAGE),
    ],
    "crl_issuer": [((LISTS,), None), ((YES, ISSUES), None), ((), None), ((SIGNS,), USAGE)],
    "list_signer": [
        ((SIGNS, purpose(EKU_TSL_SIGNING)), None),
        ((purpose(EKU_TSL_SIGNING),), USAGE),
        ((SIGNS,), PURPOSE),
        ((SIGNS, purpose(ANY)), PURPOSE),
        ((SIGNS, YES, purpose(EKU_TSL_SIGNING)), IS_CA),
    ],
    "credential_issuer": [
        ((SIGNS,), None),
        ((SIGNS, SEAL), None),
        ((AGREES,), USAGE),
        ((SIGNS, YES), IS_CA),
        ((SIGNS, RESERVED), PURPOSE),
    ],
    "document_signer": [
        ((SIGNS,), None),
        ((LOOSE,), None),
        ((), USAGE),
        ((COMMITS,), USAGE),
        ((SIGNS, YES), IS_CA),
        ((SIGNS, RESERVED), PURPOSE),
    ],
    "mdoc_ds": [
        ((SIGNS, purpose(EKU_MDOC_DS, critical=True)), None),
        ((LOOSE, purpose(EKU_MDOC_DS, critical=True)), USAGE),
        ((purpose(EKU_MDOC_DS, critical=True),), USAGE),
        ((SIGNS, purpose(EKU_MDOC_DS)), PURPOSE),
        ((SIGNS,), PURPOSE),
        ((SIGNS, purpose(ANY, critical=True)), PURPOSE),
    ],
    "mdoc_iaca": [
        ((FLAT, ISSUES), None),
        ((DEEP, ISSUES), NO_CA),
        ((YES, ISSUES), NO_CA),
        ((ISSUES,), NO_CA),
        ((FLAT, SIGNS), USAGE),
        ((FLAT,), USAGE),
    ],
    "national_root": [
        ((YES, ISSUES), None),
        ((FLAT, ISSUES), None),
        ((YES,), None),
        ((YES, LISTS), USAGE),
        ((ISSUES,), NO_CA),
    ],
}


def opened(*extensions, period=(MOMENT - DAY, MOMENT + 400 * DAY), **more):
    """With these extensions, and key identifiers, and nothing else."""
    begin, end = period
    more |= {"not_before": begin, "not_after": end, "without": ()}
    if not any(oid == ext.KEY_USAGE for oid, *_ in extensions):
        more["without"] = (ext.KEY_USAGE,)
    return open_certificate(made.certificate("subject", ROOT, extensions=extensions, **more).der)


def faults(profile, certificate, country="TH"):
    found = []
    check_profile(certificate, PROFILES[profile], country, found)
    return [finding.code.id for finding in found]


def test_every_profile_has_its_cases():
    assert CASES.keys() == PROFILES.keys()
    for name, cases in CASES.items():
        assert any(code is None for _, code in cases)
        assert name == "any" or any(code is not None for _, code in cases)


@pytest.mark.parametrize(
    ("profile", "extensions", "code"),
    [(name, *case) for name, cases in CASES.items() for case in cases],
)
def test_one_fault_is_one_finding(profile, extensions, code):
    assert faults(profile, opened(*extensions)) == ([] if code is None else [code])


@pytest.mark.parametrize("profile", ["document_signer", "mdoc_ds"])
@pytest.mark.parametrize("country", ["VN", None])
def test_the_anchors_country_binds(profile, country):
    certificate = opened(SIGNS, purpose(EKU_MDOC_DS, critical=True))
    assert faults(profile, certificate) == []
    assert faults(profile, certificate, country) == ["certificate.country"]


def test_a_document_signer_of_mdocs_lives_457_days():
    good = (SIGNS, purpose(EKU_MDOC_DS, critical=True))
    assert faults("mdoc_ds", opened(*good, period=(MOMENT, MOMENT + 457 * DAY - 1))) == []
    assert faults("mdoc_ds", opened(*good, period=(MOMENT, MOMENT + 457 * DAY))) == [
        "certificate.validity_too_long"
    ]


def test_everything_is_told_at_once():
    """Five faults, five findings."""
    certificate = opened(YES, AGREES, purpose(EKU_OCSP_SIGNING), period=(MOMENT, MOMENT + 2 * YEAR))
    assert faults("mdoc_ds", certificate, "VN") == [
        *(USAGE, PURPOSE, IS_CA, "certificate.validity_too_long", "certificate.country"),
    ]


# --- what a report says --------------------------------------------------------------------------
def test_a_report_says_what_the_certificate_is_for():
    assert describe(opened(BOTH, purpose(EKU_TIME_STAMPING), SEAL)) == (
        "key P-256",
        "signed with ECDSA with SHA-256",
        "usage digital_signature",
        "usage key_cert_sign",
        f"purpose {EKU_TIME_STAMPING}",
        "statement QcCompliance",
        "statement QcType",
        "statement QcType eseal",
    )
    assert describe(opened(key=made.key_of("subject", KeyType.P384)))[0] == "key P-384"


def test_a_report_names_nobody():
    assert not any("TEST-ONLY" in fact for fact in describe(opened(SIGNS)))
