"""mdoc: what the signer's certificate must say of the document, beyond being listed."""

from __future__ import annotations

from typing import Any

from ...demo.keys import CERTIFICATES_FROM
from ..build import MOMENT
from ..mdocs import (
    ELEMENTS,
    date,
    device_signed,
    issuer_auth,
    issuer_signed,
    items,
    mdoc_request,
    mdoc_world,
    response,
    security_object,
    signer_certificate,
    text,
    validity,
)
from ..paths import crl, document_signer, evidence, listed, path_world, root
from ..registry import Case, Group

_group = Group("mdoc", features=("es256", "mdoc", "mdoc-device-signature"), twin="device_proved")
_ISO = "ISO/IEC 18013-5"
_SECOND_TWIN = "signed_as_soon_as_its_signer_was_certified"


def _signed_at(moment: int) -> Case:
    info = validity(signed=date(moment), validFrom=date(CERTIFICATES_FROM))
    return Case(
        text(response(issuer_signed(validityInfo=info))),
        mdoc_world(),
        mdoc_request(),
    )


@_group.vector(f"{_ISO}, 9.3.1")
def signed_as_soon_as_its_signer_was_certified() -> Case:
    """The document was signed in the very second in which its signer's certificate began."""
    return _signed_at(CERTIFICATES_FROM)


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.signed_before_certificate",
    twin=_SECOND_TWIN,
    notes="The certificate is good today; that it was not yet when it signed is not seen.",
)
def signed_before_its_signer_was_certified() -> Case:
    """The document says that it was signed a second before its signer's certificate began."""
    return _signed_at(CERTIFICATES_FROM - 1)


def _thai(chain: bytes, signer: Any = None) -> bytes:
    """A licence that names Thailand, with ``chain`` as its signer's certificate."""
    entries = items(ELEMENTS)
    auth = issuer_auth(security_object(entries), signer=signer, unprotected={33: chain})
    return text(response(issuer_signed(entries, auth=auth), device=device_signed()))


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.signer_country_other",
    notes="The list is trusted, so the country in the certificate is not compared with the data.",
)
def listed_signer_whose_certificate_is_of_another_country() -> Case:
    """Thailand's list names a signer of a Thai document whose certificate says Malaysia."""
    certificate = signer_certificate("MY")
    return Case(_thai(certificate), mdoc_world(certificate), mdoc_request())


@_group.vector(
    f"{_ISO}, 9.3.1",
    "mdoc.signer_country_other",
    twin="signer_of_a_listed_authority",
    features=("certificate-path",),
    notes="The signer is of its authority's country; whether that is the document's is not asked.",
)
def signer_and_authority_of_another_country() -> Case:
    """Thailand's list names an authority of Malaysia, whose signer signed a Thai document."""
    authority = root("MY")
    signer = document_signer(authority, "MY")
    world = path_world(listed(authority.certificate))
    return Case(
        _thai(signer.certificate, signer.key),
        world,
        mdoc_request(),
        MOMENT,
        evidence=(evidence(crl(authority)),),
    )
