"""What a certificate is for: usages, purposes, statements, and anchors that serve only some."""

from __future__ import annotations

from typing import Any

from ...x509 import extensions as ext
from ...x509.profiles import (
    EKU_MDOC_DS,
    EKU_OCSP_SIGNING,
    EKU_TIME_STAMPING,
    EKU_TSL_SIGNING,
    QC_COMPLIANCE,
    QC_TYPE_SEAL,
    QC_TYPE_SIGNATURE,
)
from ..build import DAY, MOMENT, YEAR
from ..certificates import (
    Extension,
    Made,
    basic_constraints,
    certificate,
    extended_key_usage,
    key_usage,
    qc_statements,
    usual_name,
)
from ..path_cases import anchor, path_case
from ..registry import Case, Group, Importance

_group = Group("x509", features=("es256", "path"), twin="signer_content_commitment")
_RFC = "RFC 5280"
_ISO = "ISO/IEC 18013-5"
_PROFILE = Importance.PROFILE


def _case(profile: str, *extensions: Extension, **more: Any) -> Case:
    """The root issued a certificate with these extensions."""
    top = certificate("root")
    leaf = certificate("subject", top, extensions=extensions, **more)
    return path_case(leaf, top, profile=profile)


_TSA = extended_key_usage(EKU_TIME_STAMPING, critical=True)
_SIGNS = key_usage("digital_signature")


# --- signers and seals ---------------------------------------------------------------------------
@_group.vector("EN 319 412-2, 4.3.2")
def signer_content_commitment() -> Case:
    """A signer's certificate for nonRepudiation alone: the recommended form."""
    return _case("signer", key_usage("content_commitment"))


@_group.vector("EN 319 412-2, 4.3.2")
def signer_digital_signature() -> Case:
    """A signer's certificate for digital signatures."""
    return _case("signer", _SIGNS)


@_group.vector(f"{_RFC}, 4.2.1.12")
def signer_with_a_purpose_of_its_own() -> Case:
    """A signer's certificate for protecting mail, which a scheme may choose for its signers."""
    return _case("signer", _SIGNS, extended_key_usage("1.3.6.1.5.5.7.3.4"))


@_group.vector(
    f"{_RFC}, 4.2.1.12",
    "certificate.extended_key_usage",
    twin="signer_with_a_purpose_of_its_own",
    notes="A trust service's own units hang on the same authority as its customers.",
)
def signer_for_time_stamps_alone() -> Case:
    """A time-stamping unit's certificate behind a signature."""
    return _case("signer", _SIGNS, _TSA)


@_group.vector(
    f"{_RFC}, 4.2.1.12",
    "certificate.extended_key_usage",
    twin="signer_with_a_purpose_of_its_own",
)
def credential_issuer_for_ocsp_alone() -> Case:
    """An OCSP responder's certificate behind a credential."""
    return _case("credential_issuer", _SIGNS, extended_key_usage(EKU_OCSP_SIGNING))


@_group.vector(f"{_RFC}, 4.2.1.3", "certificate.key_usage")
def signer_for_encryption() -> Case:
    """The certificate is for encryption alone."""
    return _case("signer", key_usage("key_encipherment", "data_encipherment"))


@_group.vector(
    "EN 319 412-2, 4.3.2",
    "certificate.is_ca",
)
def signer_that_is_an_authority() -> Case:
    """The certificate belongs to an authority."""
    top = certificate("root")
    return path_case(certificate("signer", top, ca=True, extensions=[_SIGNS]), top)


@_group.vector(
    "EN 319 412-2, 4.3.2",
    "certificate.key_usage",
    notes="A key that signs certificates signs nothing else.",
)
def signer_that_may_issue() -> Case:
    """The certificate is for signatures and for issuing certificates, and is no authority's."""
    return _case("signer", key_usage("digital_signature", "key_cert_sign"))


@_group.vector("EN 319 412-5, 4.2.3")
def signer_of_type_esign() -> Case:
    """The certificate says that it is for signatures."""
    return _case("signer", qc_statements(QC_COMPLIANCE, types=[QC_TYPE_SIGNATURE]))


@_group.vector("EN 319 412-5, 4.2.3", "certificate.qc_statement", twin="signer_of_type_esign")
def signer_of_type_eseal() -> Case:
    """The certificate says that it is for seals, and a person's signature is asked for."""
    return _case("signer", qc_statements(QC_COMPLIANCE, types=[QC_TYPE_SEAL]))


@_group.vector("EN 319 412-5, 4.2.3")
def seal_of_type_eseal() -> Case:
    """The certificate says that it is for seals."""
    return _case("seal", qc_statements(QC_COMPLIANCE, types=[QC_TYPE_SEAL]))


@_group.vector("EN 319 412-5, 4.2.1")
def qualified_signer() -> Case:
    """The issuer states that the certificate is qualified."""
    return _case("qualified_signer", qc_statements(QC_COMPLIANCE))


@_group.vector("EN 319 412-5, 4.2.1", "certificate.qc_statement", twin="qualified_signer")
def qualified_signer_without_a_statement() -> Case:
    """A qualified certificate is asked for, and this one states nothing."""
    return _case("qualified_signer")


# --- time-stamps, responders, lists --------------------------------------------------------------
@_group.vector("RFC 3161, 2.3")
def tsa() -> Case:
    """A time-stamping unit's certificate: one purpose, critical."""
    return _case("tsa", _SIGNS, _TSA)


@_group.vector("RFC 3161, 2.3", "certificate.extended_key_usage", twin="tsa")
def tsa_not_critical() -> Case:
    """The purpose is not critical."""
    return _case("tsa", _SIGNS, extended_key_usage(EKU_TIME_STAMPING))


@_group.vector("RFC 3161, 2.3", "certificate.extended_key_usage", twin="tsa")
def tsa_with_another_purpose() -> Case:
    """Another purpose stands beside it."""
    both = extended_key_usage(EKU_TIME_STAMPING, "1.3.6.1.5.5.7.3.4", critical=True)
    return _case("tsa", _SIGNS, both)


@_group.vector("RFC 3161, 2.3", "certificate.extended_key_usage", twin="tsa")
def tsa_for_any_purpose() -> Case:
    """The certificate is for any purpose."""
    return _case("tsa", _SIGNS, extended_key_usage(ext.ANY_EXTENDED_KEY_USAGE, critical=True))


@_group.vector("RFC 3161, 2.3", "certificate.extended_key_usage", twin="tsa")
def tsa_without_a_purpose() -> Case:
    """The certificate names no purpose."""
    return _case("tsa", _SIGNS)


@_group.vector("RFC 6960, 4.2.2.2")
def ocsp_responder() -> Case:
    """A delegated responder's certificate."""
    return _case("ocsp_responder", _SIGNS, extended_key_usage(EKU_OCSP_SIGNING))


@_group.vector("RFC 6960, 4.2.2.2", "certificate.extended_key_usage", twin="ocsp_responder")
def ocsp_responder_without_a_purpose() -> Case:
    """A signer's certificate in a responder's place."""
    return _case("ocsp_responder", _SIGNS)


@_group.vector("ETSI TS 119 612, 5.7.1")
def list_signer() -> Case:
    """A certificate for signing trust lists."""
    return _case("list_signer", _SIGNS, extended_key_usage(EKU_TSL_SIGNING))


@_group.vector("ETSI TS 119 612, 5.7.1", "certificate.extended_key_usage", twin="list_signer")
def list_signer_for_time_stamps() -> Case:
    """A certificate for time-stamps in a list signer's place."""
    return _case("list_signer", _SIGNS, _TSA)


# --- driving licences ----------------------------------------------------------------------------
def _document_signer(*extensions: Extension, country: str = "TH", days: int = 457) -> Case:
    iaca = certificate("authority", extensions=[basic_constraints(path_length=0)])
    usual = (_SIGNS, extended_key_usage(EKU_MDOC_DS, critical=True))
    leaf = certificate(
        "document signer",
        iaca,
        extensions=extensions or usual,
        subject=usual_name("document signer", country),
        not_before=MOMENT - DAY,
        not_after=MOMENT - DAY + days * DAY - 1,
    )
    return path_case(leaf, iaca, profile="mdoc_ds")


@_group.vector(f"{_ISO}, B.1.4")
def document_signer() -> Case:
    """A document signer as the standard wants it, valid for 457 days."""
    return _document_signer()


@_group.vector(f"{_ISO}, B.1.4", "certificate.validity_too_long", twin="document_signer")
def document_signer_for_too_long() -> Case:
    """It is valid for a day more."""
    return _document_signer(days=458)


@_group.vector(
    f"{_ISO}, B.1.4",
    "certificate.country",
    twin="document_signer",
    notes="One state's authority vouches for another's documents.",
)
def document_signer_of_another_country() -> Case:
    """Its country is not its authority's."""
    return _document_signer(country="SG")


@_group.vector(f"{_ISO}, B.1.4", "certificate.extended_key_usage", twin="document_signer")
def document_signer_not_critical() -> Case:
    """Its purpose is not critical."""
    return _document_signer(_SIGNS, extended_key_usage(EKU_MDOC_DS))


@_group.vector(f"{_ISO}, B.1.4", "certificate.key_usage", twin="document_signer")
def document_signer_whose_usage_is_not_critical() -> Case:
    """Its keyUsage is not critical."""
    return _document_signer(
        key_usage("digital_signature", critical=False),
        extended_key_usage(EKU_MDOC_DS, critical=True),
    )


@_group.vector(f"{_ISO}, B.1.2")
def issuing_authority() -> Case:
    """An issuing authority's certificate allows no authority below it."""
    iaca = certificate("authority", extensions=[basic_constraints(path_length=0)])
    return path_case(iaca, iaca, profile="mdoc_iaca")


@_group.vector(f"{_ISO}, B.1.2", "certificate.not_ca", twin="issuing_authority")
def issuing_authority_with_authorities_below() -> Case:
    """It allows an authority below it."""
    iaca = certificate("authority", extensions=[basic_constraints(path_length=1)])
    return path_case(iaca, iaca, profile="mdoc_iaca")


# --- what an anchor serves -----------------------------------------------------------------------
def _anchored(leaf: Made | None = None, top: Made | None = None, question: Any = None,
              **limits: Any) -> Case:  # fmt: skip
    root = top or certificate("root")
    signer = leaf or certificate("signer", root)
    return path_case(signer, root, trusted=[anchor(root, **limits)], **(question or {}))


@_group.vector("TS 119 615, 4.3", importance=_PROFILE)
def anchor_of_the_territory() -> Case:
    """The anchor is of the state that is asked about."""
    return _anchored(territory="TH", question={"territory": "TH"})


@_group.vector(
    "TS 119 615, 4.3",
    "path.anchor_out_of_scope",
    twin="anchor_of_the_territory",
    notes="All states' anchors pooled: one state vouches for another's services.",
    importance=_PROFILE,
)
def anchor_of_another_territory() -> Case:
    """The anchor is of another state than the one that is asked about."""
    return _anchored(territory="SG", question={"territory": "TH"})


@_group.vector(
    "TS 119 615, 4.3",
    "path.anchor_out_of_scope",
    twin="anchor_of_the_territory",
    importance=_PROFILE,
)
def anchor_of_a_territory_nobody_asked_for() -> Case:
    """The anchor is of a state, and the question names none."""
    return _anchored(territory="TH")


@_group.vector("TS 119 612, 5.5.1", importance=_PROFILE)
def anchor_for_the_purpose() -> Case:
    """The anchor serves signatures, and a signer is asked for."""
    return _anchored(purposes=["signature", "seal"])


@_group.vector(
    "TS 119 612, 5.5.1",
    "path.anchor_out_of_scope",
    twin="anchor_for_the_purpose",
    notes="A time-stamping authority's anchor behind a person's signature.",
    importance=_PROFILE,
)
def anchor_for_another_purpose() -> Case:
    """The anchor serves time-stamps, and a signer is asked for."""
    return _anchored(purposes=["timestamp"])


@_group.vector("TS 119 612, 5.5.5", importance=_PROFILE)
def anchor_within_its_time() -> Case:
    """The list lets the anchor count until the next second."""
    return _anchored(validity=[MOMENT - YEAR, MOMENT + 1])


@_group.vector(
    "TS 119 612, 5.5.5", "path.anchor_ended", twin="anchor_within_its_time", importance=_PROFILE
)
def anchor_after_its_time() -> Case:
    """The list let the anchor count until this second."""
    return _anchored(validity=[MOMENT - YEAR, MOMENT])


@_group.vector(
    "TS 119 612, 5.5.5", "path.anchor_not_yet", twin="anchor_within_its_time", importance=_PROFILE
)
def anchor_before_its_time() -> Case:
    """The list lets the anchor count from the next second."""
    return _anchored(validity=[MOMENT + 1, MOMENT + YEAR])


@_group.vector("RFC 5914, 2.5", "path.too_long", twin="anchor_for_the_purpose",
               importance=_PROFILE)  # fmt: skip
def anchor_listed_without_authorities_below() -> Case:
    """The list lets the anchor have no authority below it, and there is one."""
    root = certificate("root")
    middle = certificate("authority", root, ca=True)
    leaf = certificate("signer", middle)
    return path_case(leaf, middle, root, trusted=[anchor(root, pathLength=0)])


@_group.vector("TS 119 612, 5.5.3", importance=_PROFILE)
def anchor_that_is_the_certificate_itself() -> Case:
    """The list names the signer's own certificate; its issuer is not needed."""
    root = certificate("root")
    leaf = certificate("signer", root)
    return path_case(leaf, leaf)


@_group.vector(
    "TS 119 612, 5.5.3",
    "path.no_issuer",
    twin="anchor_that_is_the_certificate_itself",
    importance=_PROFILE,
)
def anchor_that_is_the_certificate_itself_and_does_not_count() -> Case:
    """The list names the signer's own certificate, and the question wants a path."""
    root = certificate("root")
    leaf = certificate("signer", root)
    return path_case(leaf, leaf, listed="does_not_count")


@_group.vector(
    "TS 119 612, 5.5.3",
    "path.expired",
    twin="anchor_that_is_the_certificate_itself",
    importance=_PROFILE,
)
def anchor_that_is_the_certificate_itself_and_expired() -> Case:
    """The list names the signer's own certificate, and it ended a day ago."""
    leaf = certificate("signer", certificate("root"), not_after=MOMENT - DAY)
    return path_case(leaf, leaf)
