"""Who signs documents in the test region: authorities, time-stamping units, signers (floor 13).

Each of these states has one CA that its list names, a TSA whose unit's certificate its list names,
and signers below the CA. All of them are TEST-ONLY: their private keys are published.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from ..signer import SoftwareSigner
from ..signing_crypto import SigningKey
from ..spec import SVC_CA_PKC, SVC_TSA
from . import pki
from .keys import kept_rsa
from .plans import DAY

RSA_SIGNERS: Final[Mapping[str, str]] = {"VN": "vn-signer"}
"""States whose signers hold RSA keys, and the PEM file of each; all others are on P-256."""


def certification_authority(state: str) -> pki.Authority:
    """The CA of a state that issues to signers of documents."""
    return pki.authority(f"Signing CA of {state} (test authority)", state)


def time_stamping_unit(state: str) -> SoftwareSigner:
    """The unit of a state's TSA. Its list names this very certificate."""
    by = certification_authority(state)
    return pki.tsa(f"Time-Stamping Unit of {state} (test authority)", state, by)


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


def revocation_list(
    state: str, issued: int, revoked: Iterable[tuple[SoftwareSigner, int]] = ()
) -> bytes:
    """The CA's complete CRL of that moment (Unix seconds), good for a week.

    ``revoked`` says whom it names, and since when.
    """
    named = [(pki.serial_of(who.certificate), since, None) for who, since in revoked]
    by = certification_authority(state)
    return pki.crl(by, issued=issued, next_update=issued + 7 * DAY, revoked=named)
