"""mdoc: the list names the issuing authority (IACA), the message brings the document signer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from cryptography import x509

from ...demo import pki
from ...signer import SoftwareSigner
from ...spec import SVC_CA_PKC
from ..build import DAY, MOMENT, WITHDRAWN, YEAR, Json, period
from ..mdocs import (
    ELEMENTS,
    device_signed,
    issuer_auth,
    issuer_signed,
    items,
    mdoc_request,
    response,
    security_object,
    text,
)
from ..paths import crl, document_signer, evidence, fresh, listed, path_world, root
from ..registry import Case, Group

_group = Group(
    "mdoc",
    features=("certificate-path", "es256", "mdoc", "mdoc-device-signature"),
    twin="signer_of_a_listed_authority",
)
_ISO = "ISO/IEC 18013-5"


def _case(
    signer: Any = None,
    *,
    chain: Iterable[bytes] = (),
    world: Json | None = None,
    known: tuple[Mapping[str, Any], ...] | None = None,
    country: str = "TH",
    moment: int = MOMENT,
) -> Case:
    """A licence signed by ``signer``; ``known`` is the evidence (default: a fresh CRL)."""
    own = signer or document_signer()
    certificates = [own.certificate, *chain]
    beside = {33: certificates if len(certificates) > 1 else certificates[0]}
    entries = items({**ELEMENTS, "issuing_country": country})
    auth = issuer_auth(security_object(entries), signer=own.key, unprotected=beside)
    presented = response(issuer_signed(entries, auth=auth), device=device_signed())
    return Case(
        text(presented),
        world or path_world(),
        mdoc_request(),
        moment,
        evidence=fresh() if known is None else known,
    )


@_group.vector(f"{_ISO}, 9.3.3")
def signer_of_a_listed_authority() -> Case:
    """The document signer is certified by the authority that Thailand lists; a CRL is at hand."""
    return _case()


@_group.vector(f"{_ISO}, 9.3.3")
def signer_below_an_intermediate_authority() -> Case:
    """Between the listed authority and the signer stands another, which the message brings."""
    middle = pki.authority("middle of TH", "TH", above=root(), not_before=MOMENT - YEAR,
                           not_after=MOMENT + YEAR)  # fmt: skip
    both = (evidence(crl()), evidence(crl(middle)))
    return _case(document_signer(middle), chain=[middle.certificate], known=both)


@_group.vector(f"{_ISO}, 9.3.3")
def signer_with_its_authority_beside_it() -> Case:
    """The message brings the listed authority too, which changes nothing."""
    return _case(chain=[root().certificate])


@_group.vector(f"{_ISO}, 9.3.3")
def intermediate_authority_handed_in() -> Case:
    """The authority between is not in the message, but among the evidence."""
    middle = pki.authority("middle of TH", "TH", above=root(), not_before=MOMENT - YEAR,
                           not_after=MOMENT + YEAR)  # fmt: skip
    known = (
        evidence(crl()),
        evidence(crl(middle)),
        evidence(middle.certificate, "certificate"),
    )
    return _case(document_signer(middle), known=known)


@_group.vector(f"{_ISO}, 9.3.3", twin=None)
def another_certificate_revoked() -> Case:
    """The list of revoked certificates holds one, of another serial number."""
    revoked = [(4711, MOMENT - 9 * DAY, None)]
    return _case(known=(evidence(crl(revoked=revoked)),))


@_group.vector(
    "RFC 5280, 6.1",
    "path.no_issuer",
    notes="Any chain that ends in a root is good: the root in the message is the anchor.",
)
def authority_that_only_the_message_brings() -> Case:
    """The signer's own authority comes with the message; no list names it."""
    other = root("TH", "unlisted authority")
    signer = document_signer(other)
    return _case(signer, chain=[other.certificate], known=(evidence(crl(other)),))


@_group.vector(
    "RFC 5280, 6.1.3",
    "path.signature_invalid",
    notes="Issuer names are compared and signatures are not.",
)
def authority_of_the_same_name() -> Case:
    """An authority bears the listed one's name and another key."""
    twin = root("TH")._replace(key=pki.key("somebody else"))
    return _case(document_signer(twin, key_label="forged signer"))


@_group.vector(
    "RFC 5280, 6.1.4",
    "path.not_a_ca",
    notes="A leaf issues further leaves: basicConstraints is not looked at.",
)
def signer_certified_by_another_signer() -> Case:
    """A document signer certifies another, as no end entity may."""
    first = document_signer(usages=("digital_signature", "key_cert_sign"))
    authority = pki.Authority(first.key, first.certificate)
    second = document_signer(authority, key_label="second signer")
    return _case(second, chain=[first.certificate])


@_group.vector(
    f"{_ISO}, B.1.4",
    "certificate.extended_key_usage",
    notes="Every certificate below the authority signs licences.",
)
def signer_without_its_key_usage() -> Case:
    """The signer's certificate is one for servers."""
    return _case(document_signer(extended=("1.3.6.1.5.5.7.3.1",)))


@_group.vector(
    f"{_ISO}, B.1.4",
    "certificate.country",
    notes="The country in the signer's certificate is not compared.",
)
def signer_of_another_country() -> Case:
    """The signer below Thailand's authority bears Malaysia as its country."""
    return _case(document_signer(root(), "MY"))


@_group.vector(
    "RFC 5280, 4.1.2.5",
    "path.expired",
    notes="The period of the signer's certificate is not looked at.",
)
def signer_expired() -> Case:
    """The signer's certificate has expired."""
    return _case(document_signer(not_before=MOMENT - 60 * DAY, not_after=MOMENT - DAY))


@_group.vector(
    "RFC 5280, 6.3",
    "revocation.revoked",
    notes="Certificates of credential signers are never asked about.",
)
def signer_revoked() -> Case:
    """The signer's certificate stands in the authority's list of revoked ones."""
    serial = pki.serial_of(document_signer().certificate)
    known = (evidence(crl(revoked=[(serial, MOMENT - 9 * DAY, x509.ReasonFlags.key_compromise)])),)
    return _case(known=known)


@_group.vector(
    "RFC 5280, 6.3",
    "revocation.missing",
    notes="No list at hand read as nothing revoked.",
)
def revocation_unknown() -> Case:
    """No list of revoked certificates is at hand."""
    return _case(known=())


@_group.vector(
    "RFC 5280, 6.3.3",
    "revocation.stale",
    notes="An old list shows that nothing is revoked now.",
)
def revocation_list_old() -> Case:
    """The list of revoked certificates should have been renewed yesterday."""
    old = crl(issued=MOMENT - 9 * DAY, next_update=MOMENT - DAY)
    return _case(known=(evidence(old),))


@_group.vector(
    "RFC 5280, 6.3.3",
    "revocation.missing",
    notes="Any list with the right name answers, whoever signed it.",
)
def revocation_list_of_another_authority() -> Case:
    """The list of revoked certificates is another authority's."""
    return _case(known=(evidence(crl(root("TH", "other authority"))),))


@_group.vector(
    "ETSI TS 119 615, 4.3",
    "path.no_issuer",
    notes="All states' authorities are pooled: one state issues in another's name.",
)
def authority_of_another_state() -> Case:
    """The licence says Thailand; its signer is certified by the authority of Malaysia."""
    both = path_world(listed(), listed(territory="MY"))
    malaysia = root("MY")
    return _case(document_signer(malaysia, "TH"), world=both, known=(evidence(crl(malaysia)),))


@_group.vector(
    "ETSI TS 119 615, 4.3",
    "service.not_granted",
    notes="Only listed keys lose their standing, not what their authority certified.",
)
def authority_of_a_withdrawn_service() -> Case:
    """The service that the authority belongs to was withdrawn."""
    history = [period("withdrawn", WITHDRAWN, MOMENT - 9 * DAY),
               period(start=MOMENT - YEAR, until=MOMENT - 9 * DAY)]  # fmt: skip
    return _case(world=path_world(listed(history=history)))


@_group.vector(
    "ETSI TS 119 602, 6.6.1",
    "resolve.certificate_unlisted",
    notes="Authorities for signatures of persons certify issuers of credentials.",
)
def authority_of_another_service_type() -> Case:
    """The authority is listed for certificates of persons (CA/PKC), not for credentials."""
    return _case(world=path_world(listed(type=SVC_CA_PKC)))


@_group.vector(
    "RFC 5280, 6.1.3",
    "certificate.malformed",
    notes="A traceback, or the chain without the part that cannot be read.",
)
def signer_certificate_unreadable() -> Case:
    """The signer's certificate breaks off."""
    own = document_signer()
    return _case(SoftwareSigner(own.key, own.certificate[:-9]))
