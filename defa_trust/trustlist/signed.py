"""One signed list, opened with given signers and read (floor 5): who signed it, and what it says.

Whether it is fresh, newer than the last and in order is for ``accept`` and ``succession``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

from ..codes import listing as codes
from ..errors import Rejection
from ..x509.certificate import UntrustedCertificate, read_certificate
from .acceptance import AcceptancePolicy
from .companion import SignedList, cosigners
from .decode import Origin, read
from .envelope import open_envelope, peek_payload, signing_digest
from .model import ListType, TrustList


class Read(NamedTuple):
    """``signers`` are certificates of those who signed, each key once; the list's own first."""

    trust_list: TrustList
    signers: tuple[UntrustedCertificate, ...]

    def among(self, pinned: Sequence[bytes]) -> tuple[UntrustedCertificate, ...]:
        """Those of the signers whose key one of the certificates ``pinned`` (DER) has."""
        keys = {read_certificate(der).key.thumbprint for der in pinned}
        return tuple(signer for signer in self.signers if signer.key.thumbprint in keys)


def read_signed(
    signed: SignedList,
    signers: Sequence[bytes],
    *,
    type: ListType,
    territory: str,
    now: int,
    policy: AcceptancePolicy,
    via: str | None = None,
    others: Sequence[bytes] = (),
) -> Read:
    """Open a list with one of ``signers`` and read it; ``type`` and ``territory`` are the pin's.

    Further signatures count where they are of ``signers`` or ``others``. Raises ``Rejection``.
    """
    data = signed.data
    regional = type is ListType.REGIONAL
    opened = open_envelope(
        data,
        signers,
        now=now,
        country=policy.regional_country if regional else territory,
        skew=policy.clock_skew,
        algorithms=policy.algorithms,
        max_bytes=policy.max_bytes,
    )
    origin = Origin(
        digest=opened.digest,
        size=len(data),
        signer=opened.certificate.sha256.hex(),
        signed_at=opened.signed_at,
        signed_digest=opened.signed_digest,
        via=via,
    )
    found, scheme = read(opened.payload, origin, max_bytes=policy.max_bytes)
    if found.type is not type:
        raise Rejection(codes.TYPE_MISMATCH, expected=type.value, actual=found.type.value)
    if found.territory != territory:
        raise Rejection(codes.TERRITORY_MISMATCH, expected=territory, actual=found.territory)
    _check_operator(scheme, opened.certificate)
    if found.issued > now + policy.clock_skew:
        raise Rejection(codes.ISSUED_IN_THE_FUTURE, expected=now, actual=found.issued)
    all_signers = {opened.certificate.key.thumbprint: opened.certificate}
    if signed.siblings:
        for certificate in cosigners(
            signed,
            (*signers, *others, *(found.succession.signers if found.succession else ())),
            now=now,
            skew=policy.clock_skew,
            algorithms=policy.algorithms,
            max_bytes=policy.max_bytes,
        ):
            all_signers.setdefault(certificate.key.thumbprint, certificate)
    found = replace(found, usable_until=opened.certificate.not_after + 1)
    return Read(found, tuple(all_signers.values()))


def read_unverified(data: bytes, policy: AcceptancePolicy) -> TrustList:
    """What bytes say that nothing vouches for, or that a digest vouches for. Raises ``Rejection``.

    For no verdict: only to tell refusals apart, and to look back at what was accepted before.
    """
    payload = peek_payload(data, max_bytes=policy.max_bytes)
    origin = Origin(sha256(data).hexdigest(), len(data), signed_digest=signing_digest(data))
    return read(payload, origin, max_bytes=policy.max_bytes).trust_list


def _check_operator(scheme: dict[str, Any], certificate: UntrustedCertificate) -> None:
    """The certificate's organisation is the scheme operator, in any language (612, 5.7.1)."""
    names = {entry["value"] for entry in scheme["SchemeOperatorName"]}
    if certificate.organisation not in names:
        raise Rejection(codes.SIGNER_ORGANISATION)
