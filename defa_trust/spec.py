"""Names, URIs, OIDs and limits, grouped by the standard they come from (floor 0)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

# --- ASEAN -----------------------------------------------------------------------------------
MEMBER_STATES: Final = ("BN", "KH", "ID", "LA", "MY", "MM", "PH", "SG", "TH", "TL", "VN")
"""ISO 3166-1 alpha-2 codes of the eleven member states."""
PARTNER_STATES: Final = (
    "AT", "BE", "BG", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR", "HR", "HU", "IE",
    "IS", "IT", "LI", "LT", "LU", "LV", "MT", "NL", "NO", "PL", "PT", "RO", "SE", "SI", "SK",
)  # fmt: skip
"""States outside the region whose trusted lists are read: the EEA, and the United Kingdom. They
issue; they are no receiving states here."""
ISSUING_STATES: Final = MEMBER_STATES + PARTNER_STATES
UNION: Final = "EU"
"""SchemeTerritory of the European Union's list of lists (TS 119 612, 5.3.10)."""
_TERRITORY_ALIASES: Final[Mapping[str, str]] = MappingProxyType({"UK": "GB", "EL": "GR"})


def iso_territory(code: str) -> str:
    """The ISO 3166-1 code of a state for which TS 119 612, 5.3.10 has one of its own (UK, EL).

    For comparing, never for signing or writing.
    """
    return _TERRITORY_ALIASES.get(code, code)


# --- limits (ours; each caps work before any trust is established) ------------------------------
MAX_INPUT_BYTES: Final = 1 << 20
"""A credential or presentation larger than 1 MiB is refused unread. NOTE: no standard sets one;
the largest presentation in the public corpora is under 32 KiB."""
MAX_SIGNED_FILE_BYTES: Final = 256 << 20
"""A file that carries its content together with the signatures over it."""
MAX_SIGNED_OBJECTS: Final = 32
"""Signatures and time-stamps of one file that are judged; further ones are named."""
MAX_JSON_DEPTH: Final = 64
MAX_CBOR_DEPTH: Final = 32
MAX_DISCLOSURES: Final = 1024
MAX_CANDIDATES: Final = 8
"""Keys tried for one signature when the message names none (all of one issuer, one territory)."""
MAX_STATUS_REFERENCES: Final = 16
"""Status references of one credential; one for revocation and one for suspension are usual."""
MAX_STATUS_TOKEN_BYTES: Final = 16 << 20
"""A signed status list as fetched. A million random statuses of eight bits are 1.4 MB."""
MAX_STATUS_LIST_BYTES: Final = 16 << 20
"""A status list once inflated: 134 million statuses of one bit (no standard sets a limit)."""
MAX_ADDRESS: Final = 1024
"""Characters of an address that a message names; findings show it."""
MAX_LIST_BYTES: Final = 64 << 20
"""A signed trust list; 10,000 services are about 15 MB (TS 119 602 sets no limit)."""
MAX_CRL_BYTES: Final = 64 << 20
"""A million entries are about 45 MB (RFC 5280 sets no limit)."""
MAX_OCSP_BYTES: Final = 1 << 18
"""An OCSP response with its responder's certificate is under 8 KiB."""
MAX_MOMENT: Final = 253_402_300_799
"""9999-12-31T23:59:59Z, the last moment of a four-digit year (RFC 3339, 1)."""
CLOCK_SKEW_SECONDS: Final = 60
"""Tolerance for `iat` and `nbf` in the future (RFC 7519, 4.1.4: "no more than a few minutes")."""

# --- ETSI TS 119 602 / TS 119 612 service types -------------------------------------------------
_SVC_612 = "http://uri.etsi.org/TrstSvc/Svctype/"
_SVC_602 = "http://uri.etsi.org/19602/SvcType/"
SVC_CA_PKC: Final = _SVC_612 + "CA/PKC"
SVC_CA_QC: Final = _SVC_612 + "CA/QC"
SVC_TSA: Final = _SVC_612 + "TSA"
SVC_TSA_QTST: Final = _SVC_612 + "TSA/QTST"
SVC_EAA: Final = _SVC_612 + "EAA"
SVC_IDENTITY_VERIFICATION: Final = _SVC_612 + "IdV"
SVC_PID_ISSUANCE: Final = _SVC_602 + "PID/Issuance"
SVC_PID_REVOCATION: Final = _SVC_602 + "PID/Revocation"
SVC_PUB_EAA_ISSUANCE: Final = _SVC_602 + "PubEAA/Issuance"
SVC_PUB_EAA_REVOCATION: Final = _SVC_602 + "PubEAA/Revocation"

CREDENTIAL_SERVICE_TYPES: Final = frozenset(
    {
        SVC_EAA,
        _SVC_612 + "EAA/Q",
        _SVC_612 + "EAA/Pub-EAA",
        SVC_IDENTITY_VERIFICATION,
        SVC_PID_ISSUANCE,
        SVC_PUB_EAA_ISSUANCE,
    }
)
"""Service types whose keys may sign a credential directly (TS 119 602, 6.6.1). A CA's own key signs
certificates and a TSA's signs time-stamps; neither may stand behind a credential."""

SIGNATURE_SERVICE_TYPES: Final = frozenset({SVC_CA_PKC, SVC_CA_QC})
"""Service types whose certificates may stand above a signer's (TS 119 612, 5.5.1.1)."""
TIMESTAMP_SERVICE_TYPES: Final = frozenset({SVC_TSA, SVC_TSA_QTST})
"""Service types that may stand behind a time-stamp: the unit's own certificate, or the CA above it.
No other service does, and no certificate that came with a token (TS 119 612, 5.5.1.1)."""

STATUS_SERVICE_TYPES: Final[Mapping[str, str]] = MappingProxyType(
    {
        SVC_PID_ISSUANCE: SVC_PID_REVOCATION,
        SVC_PUB_EAA_ISSUANCE: SVC_PUB_EAA_REVOCATION,
        _SVC_612 + "EAA/Pub-EAA": SVC_PUB_EAA_REVOCATION,
    }
)
"""By type of the issuing service, the type of service that publishes the status of what it issued
(TS 119 602, annexes D and H). Other types have none: their issuers publish it themselves."""
