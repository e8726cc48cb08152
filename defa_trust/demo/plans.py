"""What a test state consists of, as frozen values, and the region's moments (floor 13)."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import Final, NamedTuple

from ..spec import SVC_CA_PKC, SVC_TSA
from ..trustlist.model import Publication, Status, TechnicalClass
from .keys import Signer, kept_rsa, seeded, service_certificate

REGION_EPOCH: Final = 1_793_491_200
"""2026-11-01T00:00:00Z: the moment at which the region is judged, so that it never ages."""
DAY: Final = 86_400
YEAR: Final = 365 * DAY

SVC_DOCUMENT: Final = "http://uri.etsi.org/TrstSvc/Svctype/EAA"
SVC_IDENTITY: Final = "http://uri.etsi.org/19602/SvcType/PID/Issuance"

VCT: Final = "https://credentials.test.example/identity/1"
"""`vct` of every SD-JWT VC of the region."""
VC_TYPE: Final = "TestIdentityCredential"
"""Type of every W3C credential of the region."""
HCERT_TYPE: Final = "hcert:v"
IDENTITY_TYPES: Final = (VCT, VC_TYPE)

ID_TOKEN_TYPE: Final = "urn:ietf:params:oauth:token-type:id_token"
"""Of the sign-in services, whose tokens tell of a session and not of a credential."""

MDL_TYPE: Final = "org.iso.18013.5.1.mDL"
"""Document type of driving licences (ISO/IEC 18013-5, 7.1)."""

IDENTITY_FORMATS: Final = ("sd-jwt-vc", "vc-jwt")
HCERT_FORMATS: Final = ("hcert",)
SIGNATURE_TYPES: Final = (SVC_CA_PKC, SVC_TSA)
"""Services behind signed documents: the CA above the signer, and the TSA."""


class AnchorForm(StrEnum):
    """How a list names a key (TS 119 602, 6.6.3, and `OtherIds` of the DEFA profile)."""

    CERTIFICATE = "X509Certificates"
    PUBLIC_KEY = "PublicKeyValues"
    JWK = "OtherIds jwk:"
    DID = "OtherIds did:key"


class KeyPlan(NamedTuple):
    """One key of a service. ``rsa`` names the kept PEM file; other keys come from their label."""

    role: str
    algorithm: str
    form: AnchorForm
    kid: str | None = None
    rsa: str | None = None


class LevelPlan(NamedTuple):
    """What a list grants on a national scale; ``cap`` is a provider's ceiling."""

    scheme: str
    value: str
    cap: str | None = None


class StatusPlan(NamedTuple):
    """A status and the moment (Unix seconds) since which it holds; newest first in a history."""

    status: Status
    since: int


_SINCE_2024: Final = (StatusPlan(Status.GRANTED, 1_704_067_200),)


class ServicePlan(NamedTuple):
    """One service of a state's list. No levels means that the list leaves them unstated."""

    slug: str
    name: str
    type: str
    keys: tuple[KeyPlan, ...]
    legal_status: str
    issuers: tuple[str, ...] = ()
    pattern: str | None = None
    online: str | None = None
    formats: tuple[str, ...] = ()
    credential_types: tuple[str, ...] = ()
    levels: tuple[LevelPlan, ...] = ()
    scope: str | None = None
    history: tuple[StatusPlan, ...] = _SINCE_2024
    supply_points: tuple[str, ...] = ()
    technical_class: TechnicalClass | None = None
    term: tuple[str, str] | None = None
    """(language, wording), where it is another than the state's."""


class StatePlan:
    """One test state: names, list, services, and what of it is modelled on what is known."""

    def __init__(
        self,
        code: str,
        name: str,
        services: tuple[ServicePlan, ...],
        *,
        modelled: str,
        unknown: str,
        publication: Publication = Publication.TRANSCRIBED,
        term: tuple[str, str] | None = None,
        list_algorithm: str = "ES256",
        sequence: int = 1,
        list_issued: int = -31 * DAY,
        list_until: int = 120 * DAY,
    ) -> None:
        self.code = code
        self.name = name
        self.services = services
        self.modelled = modelled
        self.unknown = unknown
        self.publication = publication
        self.term = term
        self.list_algorithm = list_algorithm
        self.sequence = sequence
        self.list_issued = list_issued
        self.list_until = list_until

    @property
    def host(self) -> str:
        """The state's part of every address, under a name reserved for tests (RFC 6761, 6.5)."""
        return f"{self.code.lower()}.test.example"

    @property
    def operator(self) -> str:
        return f"TEST-ONLY Trust List Operator of {self.name} (defa_trust)"

    @property
    def issuer(self) -> str:
        """Issuer identifier of the state's first identity service."""
        return f"https://issuer.{self.host}"

    @cached_property
    def by_slug(self) -> dict[str, ServicePlan]:
        return {service.slug: service for service in self.services}

    def service_id(self, service: ServicePlan) -> str:
        return f"https://tl.{self.host}/services/{service.slug}"

    def entity(self, service: ServicePlan) -> str:
        """Name of the provider behind a service: one provider for each scope."""
        scope = f", {service.scope}" if service.scope else ""
        return f"TEST-ONLY Provider of {self.name}{scope} (defa_trust)"

    def signer(self, slug: str, role: str | None = None) -> Signer:
        """Who signs for a service: its first key, or the one of ``role``."""
        service = self.by_slug[slug]
        plan = next(key for key in service.keys if role in (None, key.role))
        key = kept_rsa(plan.rsa) if plan.rsa else seeded(self.code, plan.role, plan.algorithm)
        certificate = None
        if plan.form is AnchorForm.CERTIFICATE:
            certificate = service_certificate(
                key, self.code, self.entity(service), f"TEST-ONLY {self.code} {plan.role}"
            )
        return Signer(key, plan.algorithm, plan.kid, certificate)
