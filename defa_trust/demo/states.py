"""The eleven test states, as data (floor 13).

``modelled`` says what a state takes over from what is publicly known of the real one, ``unknown``
what nobody published; the latter is left unstated or generic here, never invented as if it were
real. Names, addresses and keys are all fictitious.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..spec import SVC_CA_PKC, SVC_TSA
from ..trustlist.model import Publication, Status, TechnicalClass
from .plans import (
    DAY,
    HCERT_FORMATS,
    HCERT_TYPE,
    ID_TOKEN_TYPE,
    IDENTITY_FORMATS,
    IDENTITY_TYPES,
    MDL_TYPE,
    SVC_DOCUMENT,
    SVC_IDENTITY,
    AnchorForm,
    KeyPlan,
    LevelPlan,
    ServicePlan,
    StatePlan,
    StatusPlan,
)

SCALE_SG: Final = "urn:singpass:authentication:loa"
SCALE_TH_IAL: Final = "urn:defa:scale:th:ial"
SCALE_TH_AAL: Final = "urn:defa:scale:th:aal"
SCALE_VN: Final = "urn:defa:scale:vn:vneid"
SCALE_KH: Final = "urn:defa:scale:kh:ekyc-tier"

_MID_2026: Final = 1_780_272_000  # 2026-06-01T00:00:00Z
_SINCE_2022: Final = 1_640_995_200  # 2022-01-01T00:00:00Z


_STATUSES: Final = frozenset({"SG", "TH"})
"""States that publish the status of credentials, each under a host that its list names."""


def _documents(state: str, key: KeyPlan | None = None) -> ServicePlan:
    """The signer of a state's HCERT codes: an end-entity certificate on P-256 unless told."""
    return ServicePlan(
        "documents",
        f"TEST-ONLY Certificate Signer of {state}",
        SVC_DOCUMENT,
        (key or KeyPlan("documents", "ES256", AnchorForm.CERTIFICATE),),
        "government_operated",
        formats=HCERT_FORMATS,
        credential_types=(HCERT_TYPE,),
    )


def _identity(
    code: str, state: str, *keys: KeyPlan, legal_status: str = "government_operated",
    levels: tuple[LevelPlan, ...] = (), **more: Any,
) -> ServicePlan:  # fmt: skip
    plan = ServicePlan(
        "identity",
        f"TEST-ONLY Identity Issuer of {state}",
        SVC_IDENTITY,
        keys,
        legal_status,
        issuers=(f"https://issuer.{code.lower()}.test.example",),
        formats=IDENTITY_FORMATS,
        credential_types=IDENTITY_TYPES,
        levels=levels,
        supply_points=(f"https://status.{code.lower()}.test.example",) if code in _STATUSES else (),
    )
    return plan._replace(**more)


def _signing(
    state: str, legal_status: str, term: tuple[str, str] | None = None
) -> tuple[ServicePlan, ServicePlan]:
    """What is behind a state's signed documents: a CA for signers, and a TSA."""
    return (
        ServicePlan(
            "signatures",
            f"TEST-ONLY Signing CA of {state}",
            SVC_CA_PKC,
            (),
            legal_status,
            technical_class=TechnicalClass.ACCREDITED_CERTIFICATE,
            term=term,
        ),
        ServicePlan(
            "time-stamps",
            f"TEST-ONLY Time-Stamping Authority of {state}",
            SVC_TSA,
            (),
            legal_status,
        ),
    )


_ALL: Final = (
    StatePlan(
        "BN",
        "Brunei Darussalam",
        (
            _identity(
                "BN",
                "Brunei Darussalam",
                KeyPlan("identity", "ES256", AnchorForm.PUBLIC_KEY, "bn-2026"),
            ),
            ServicePlan(
                "licences",
                "TEST-ONLY Driving Licences of Brunei Darussalam",
                SVC_IDENTITY,
                (KeyPlan("licences", "ES256", AnchorForm.CERTIFICATE),),
                "government_operated",
                formats=("mdoc",),
                credential_types=(MDL_TYPE,),
            ),
            _documents("Brunei Darussalam"),
            *_signing("Brunei Darussalam", "licensed"),
        ),
        modelled="the term of the Electronic Transactions Act, Cap 196, s.17; no levels",
        unknown="formats, algorithms, levels and any root",
        term=("en", "secure electronic signature"),
    ),
    StatePlan(
        "KH",
        "Cambodia",
        (
            _identity(
                "KH",
                "Cambodia",
                KeyPlan("identity", "ES256", AnchorForm.PUBLIC_KEY, "ekyc_jwt"),
                levels=(LevelPlan(SCALE_KH, "3"),),
            ),
            ServicePlan(
                "online",
                "TEST-ONLY Online Identity Service of Cambodia",
                SVC_IDENTITY,
                (),
                "government_operated",
                issuers=("https://online.kh.test.example",),
                online="https://online.kh.test.example/verify",
                formats=(*IDENTITY_FORMATS, "camdigikey"),
            ),
            _documents("Cambodia"),
            *_signing("Cambodia", "licensed"),
        ),
        modelled="ES256 keys for eKYC tokens, tiers 0 to 3; tokens of another service, of no JOSE"
        " form, that only that service can check",
        unknown="levels of assurance as such (a tier counts disclosed fields) and any root",
        term=("en", "secure electronic signature"),
    ),
    StatePlan(
        "ID",
        "Indonesia",
        (
            _identity(
                "ID",
                "Indonesia",
                KeyPlan("instansi", "RS256", AnchorForm.CERTIFICATE, None, "id-instansi"),
                scope="instansi",
            ),
            ServicePlan(
                "identity-non-instansi",
                "TEST-ONLY Private Identity Issuer of Indonesia",
                SVC_IDENTITY,
                (
                    KeyPlan(
                        "non-instansi", "RS256", AnchorForm.CERTIFICATE, None, "id-non-instansi"
                    ),
                ),
                "licensed",
                issuers=("https://non-instansi.id.test.example",),
                formats=IDENTITY_FORMATS,
                credential_types=IDENTITY_TYPES,
                scope="non-instansi",
            ),
            _documents("Indonesia"),
            *_signing("Indonesia", "licensed", ("id", "tanda tangan elektronik tersertifikasi")),
        ),
        modelled="two hierarchies, instansi (state bodies and their employees) and non-instansi;"
        " RSA with SHA-256; PDF of level B-LT; the term of Government Regulation 71/2019",
        unknown="levels and the format of the identity credential",
        term=("id", "tersertifikasi"),
    ),
    StatePlan(
        "LA",
        "Lao PDR",
        (
            _identity("LA", "Lao PDR", KeyPlan("identity", "ES256", AnchorForm.CERTIFICATE)),
            _documents("Lao PDR"),
            *_signing("Lao PDR", "licensed"),
        ),
        modelled="no levels; its list has expired on purpose, to show what that does",
        unknown="formats, algorithms and levels",
        list_issued=-200 * DAY,
        list_until=-30 * DAY,
    ),
    StatePlan(
        "MY",
        "Malaysia",
        (
            ServicePlan(
                "identity",
                "TEST-ONLY Single Sign-On of Malaysia",
                SVC_IDENTITY,
                (KeyPlan("identity", "RS256", AnchorForm.PUBLIC_KEY, "my-2026", "my-identity"),),
                "government_operated",
                pattern="https://sso.my.test.example/realms/{rp}",
                formats=(*IDENTITY_FORMATS, "oidc-id-token"),
                credential_types=(*IDENTITY_TYPES, ID_TOKEN_TYPE),
            ),
            _documents("Malaysia"),
            *_signing("Malaysia", "licensed"),
        ),
        modelled="one issuer for each relying party, RS256; no published levels; the term of the"
        " Digital Signature Act 1997",
        unknown="levels of assurance",
        term=("en", "digital signature"),
    ),
    StatePlan(
        "MM",
        "Myanmar",
        (
            _identity(
                "MM", "Myanmar", KeyPlan("identity", "ES256", AnchorForm.PUBLIC_KEY, "mm-2026")
            ),
            _documents("Myanmar"),
            *_signing("Myanmar", "licensed"),
        ),
        modelled="no levels; the region withholds its list, to show what a missing list does",
        unknown="formats, algorithms, levels and any root",
    ),
    StatePlan(
        "PH",
        "Philippines",
        (
            _identity("PH", "Philippines", KeyPlan("identity", "EdDSA", AnchorForm.DID)),
            ServicePlan(
                "online",
                "TEST-ONLY Online Verification of the Philippines",
                SVC_IDENTITY,
                (),
                "government_operated",
                issuers=("https://online.ph.test.example",),
                online="https://online.ph.test.example/verify",
                formats=(*IDENTITY_FORMATS, "everify"),
            ),
            ServicePlan(
                "cards",
                "TEST-ONLY Identity Cards of the Philippines",
                SVC_IDENTITY,
                (KeyPlan("cards", "EdDSA", AnchorForm.JWK, "ph-cards"),),
                "government_operated",
                formats=("claim-169", "philsys-v1"),
                credential_types=("identity:philsys-v3", "identity:philsys-v1"),
            ),
            _documents("Philippines", KeyPlan("documents", "EdDSA", AnchorForm.JWK, "ph-qr-3")),
            *_signing("Philippines", "accredited"),
        ),
        modelled="Ed25519; a QR code without compression; opaque tokens that are checked online",
        unknown="levels (the credential states none)",
        term=("en", "digital signature"),
    ),
    StatePlan(
        "SG",
        "Singapore",
        (
            _identity(
                "SG",
                "Singapore",
                KeyPlan("identity", "ES256", AnchorForm.PUBLIC_KEY, "sg-2026"),
                KeyPlan("identity-2022", "ES512", AnchorForm.PUBLIC_KEY, "sg-2022"),
                levels=(LevelPlan(SCALE_SG, "3"),),
                formats=(*IDENTITY_FORMATS, "vc-data-integrity"),
            ),
            ServicePlan(
                "attributes",
                "TEST-ONLY Attribute Source of Singapore (closed)",
                SVC_IDENTITY,
                (KeyPlan("attributes", "ES256", AnchorForm.PUBLIC_KEY, "sg-attributes"),),
                "government_operated",
                issuers=("https://attributes.sg.test.example",),
                formats=IDENTITY_FORMATS,
                credential_types=IDENTITY_TYPES,
                history=(
                    StatusPlan(Status.WITHDRAWN, _MID_2026),
                    StatusPlan(Status.GRANTED, _SINCE_2022),
                ),
            ),
            ServicePlan(
                "sign-in",
                "TEST-ONLY Sign-In Service of Singapore",
                SVC_IDENTITY,
                (KeyPlan("sign-in", "ES256", AnchorForm.PUBLIC_KEY, "sg-sign-in"),),
                "government_operated",
                issuers=("https://id.sg.test.example",),
                formats=("oidc-id-token-jwe",),
                credential_types=(ID_TOKEN_TYPE,),
                levels=(LevelPlan(SCALE_SG, "3"),),
            ),
            _documents("Singapore"),
            *_signing("Singapore", "accredited"),
        ),
        modelled="ES256, older keys on P-521; three levels of authentication; the term of the"
        " Electronic Transactions Act 2010; signed PDF; accreditation is voluntary",
        unknown="a format of its identity credential in production",
        publication=Publication.AUTHORITATIVE,
        term=("en", "secure electronic signature"),
        sequence=7,
    ),
    StatePlan(
        "TH",
        "Thailand",
        (
            _identity(
                "TH",
                "Thailand",
                KeyPlan("identity", "ES256", AnchorForm.PUBLIC_KEY, "th-2026"),
                levels=(LevelPlan(SCALE_TH_IAL, "2.3"), LevelPlan(SCALE_TH_AAL, "2.2")),
                formats=(*IDENTITY_FORMATS, "oidc-id-token"),
                credential_types=(*IDENTITY_TYPES, ID_TOKEN_TYPE),
            ),
            ServicePlan(
                "identity-capped",
                "TEST-ONLY Capped Identity Provider of Thailand",
                SVC_IDENTITY,
                (KeyPlan("capped", "EdDSA", AnchorForm.JWK, "th-capped"),),
                "licensed",
                issuers=("https://capped.th.test.example",),
                formats=IDENTITY_FORMATS,
                credential_types=IDENTITY_TYPES,
                levels=(
                    LevelPlan(SCALE_TH_IAL, "2.3", cap="1.3"),
                    LevelPlan(SCALE_TH_AAL, "2.2", cap="1"),
                ),
            ),
            _documents("Thailand"),
            *_signing("Thailand", "licensed"),
        ),
        modelled="levels of proofing and authentication, and a ceiling for each provider; invoices"
        " signed as XML, OCSP, and the term of the Electronic Transactions Act 2001, s.26",
        unknown="the algorithm of its identity token, and that of its invoices",
        publication=Publication.AUTHORITATIVE,
        term=("en", "reliable electronic signature"),
        list_algorithm="ES384",
        sequence=12,
    ),
    StatePlan(
        "TL",
        "Timor-Leste",
        (
            _identity(
                "TL",
                "Timor-Leste",
                KeyPlan("identity", "ES256", AnchorForm.CERTIFICATE),
                history=(StatusPlan(Status.SANDBOX, _MID_2026),),
            ),
            _documents("Timor-Leste"),
            *_signing("Timor-Leste", "accredited"),
        ),
        modelled="no levels; an identity service that is still being tried out",
        unknown="formats, algorithms and levels; whether and when it is rolled out",
        list_algorithm="EdDSA",
    ),
    StatePlan(
        "VN",
        "Viet Nam",
        (
            _identity(
                "VN",
                "Viet Nam",
                KeyPlan("civil", "PS256", AnchorForm.PUBLIC_KEY, "vn-civil-2026", "vn-civil"),
                levels=(LevelPlan(SCALE_VN, "2"),),
                scope="civil",
            ),
            ServicePlan(
                "identity-government",
                "TEST-ONLY Government Cipher Issuer of Viet Nam",
                SVC_IDENTITY,
                (KeyPlan("government", "RS256", AnchorForm.CERTIFICATE, None, "vn-government"),),
                "government_operated",
                issuers=("https://government.vn.test.example",),
                formats=IDENTITY_FORMATS,
                credential_types=IDENTITY_TYPES,
                levels=(LevelPlan(SCALE_VN, "2"),),
                scope="government",
            ),
            _documents(
                "Viet Nam",
                KeyPlan("civil documents", "PS256", AnchorForm.CERTIFICATE, None, "vn-civil"),
            ),
            *_signing("Viet Nam", "licensed"),
        ),
        modelled="two roots that have nothing in common, civil and government; RSA, both paddings;"
        " levels 1 and 2; documents as CMS, PDF and XML with RSA; the term of Law 20/2023",
        unknown="the format of its identity credential",
        publication=Publication.AUTHORITATIVE,
        term=("en", "public digital signature"),
        sequence=3,
    ),
)

STATES: Final[Mapping[str, StatePlan]] = {plan.code: plan for plan in _ALL}
"""The region's states by ISO 3166-1 alpha-2 code."""
