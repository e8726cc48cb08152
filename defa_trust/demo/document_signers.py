"""Who signs documents in the test region: authorities, time-stamping units, signers (floor 13).

Each of these states has one CA that its list names, a TSA whose unit's certificate its list names,
and signers below the CA. All of them are TEST-ONLY: their private keys are published.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import count
from typing import Final

from ..material import EvidenceKind, Item
from ..signer import SoftwareSigner
from ..signing_crypto import SigningKey
from ..spec import SVC_CA_PKC, SVC_TSA
from . import pki
from .keys import kept_rsa
from .plans import DAY
from .states import STATES

RSA_SIGNERS: Final[Mapping[str, str]] = {"ID": "id-signer", "VN": "vn-signer"}
"""States whose signers hold RSA keys, and the PEM file of each; all others are on P-256."""

RESPONDERS: Final = frozenset({"MY", "SG", "TH"})
"""States whose CA answers by OCSP; documents of all others carry CRLs."""


def certification_authority(state: str) -> pki.Authority:
    """The CA of a state that issues to signers of documents."""
    label = f"Signing CA of {state} (test authority)"
    return pki.authority(label, state, organisation=_provider(state, "signatures"))


def time_stamping_unit(state: str) -> SoftwareSigner:
    """The unit of a state's TSA. Its list names this very certificate."""
    label, by = f"Time-Stamping Unit of {state} (test authority)", certification_authority(state)
    return pki.tsa(label, state, by, organisation=_provider(state, "time-stamps"))


def _provider(state: str, slug: str) -> str:
    """Whom the list names as the service's provider (TS 119 612, 5.5.3 asks for that name)."""
    plan = STATES[state]
    return plan.entity(plan.by_slug[slug])


def document_signer(
    state: str, *, by: pki.Authority | None = None, not_after: int | None = None
) -> SoftwareSigner:
    """A fictitious signer, certified by the state's CA or ``by`` somebody that no list names.

    ``not_after`` (Unix seconds) ends the certificate earlier than usual.
    """
    issuer = certification_authority(state) if by is None else by
    more = {} if not_after is None else {"not_after": not_after}
    return pki.signer(f"Signer of {state}", state, issuer, own=signer_key(state), **more)


def unlisted_authority(state: str) -> pki.Authority:
    """A CA that says it is of ``state``; no list names it."""
    return pki.authority(f"Unlisted CA of {state}", state)


def signer_key(state: str) -> SigningKey:
    """The key of the state's signer, whatever certificate it has."""
    name = RSA_SIGNERS.get(state)
    return pki.key(f"Signer of {state}") if name is None else kept_rsa(name)


def listed_certificate(state: str, service_type: str) -> bytes | None:
    """DER of what the list names for a service of this type; ``None`` for all but CAs and TSAs."""
    if service_type == SVC_CA_PKC:
        return certification_authority(state).certificate
    if service_type == SVC_TSA:
        return time_stamping_unit(state).certificate
    return None


def namesake(state: str) -> SoftwareSigner:
    """The state's signer with another certificate for the same key, of exactly the same size.

    The same CA issued it to somebody else, so that nothing but the signed reference to the
    certificate tells the two apart.
    """
    usual, by = document_signer(state), certification_authority(state)
    for number in count():
        # The size of an ECDSA signature varies, and every length in the document is to stay.
        label = f"Other {number:03} {state}"
        found = pki.signer(label, state, by, own=signer_key(state))
        if len(found.certificate) == len(usual.certificate):
            return found
    raise AssertionError  # pragma: no cover - there is no last number


def revocation_list(
    state: str, issued: int, whom: SoftwareSigner | None = None, revoked: int | None = None
) -> bytes:
    """The CA's complete CRL of that moment, good for a week. Times are Unix seconds.

    It names nobody, or ``whom`` as revoked since then.
    """
    named = [] if whom is None or revoked is None else [(_serial(whom), revoked, None)]
    by = certification_authority(state)
    return pki.crl(by, issued=issued, next_update=issued + 7 * DAY, revoked=named)


def revocation_evidence(
    state: str, signer: SoftwareSigner, issued: int, *, revoked: int | None = None
) -> tuple[Item, ...]:
    """What a document carries about the certificate of its signer: a CRL, or an OCSP response.

    It was issued at ``issued`` and says whether, and since when, the certificate is ``revoked``.
    """
    if state not in RESPONDERS:
        return (Item(EvidenceKind.CRL, revocation_list(state, issued, signer, revoked)),)
    by = certification_authority(state)
    response = pki.ocsp(
        by, signer.certificate, issued=issued, next_update=issued + 7 * DAY, revoked=revoked
    )
    return (Item(EvidenceKind.OCSP, response),)


def _serial(signer: SoftwareSigner) -> int:
    return pki.serial_of(signer.certificate)
