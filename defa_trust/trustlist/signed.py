"""One signed list, opened with given signers and read (floor 5): who signed it, and what it says.

Whether it is fresh, newer than the last and in order is for ``accept`` and ``succession``.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256
from typing import Any, NamedTuple

from ..codes import listing as codes
from ..errors import Rejection
from ..verdict import Finding
from ..x509.certificate import UntrustedCertificate
from ..x509.pinned_key import read_pinned_key
from .acceptance import AcceptancePolicy
from .companion import SignedList, cosigners
from .decode import Origin, Readings, read
from .envelope import open_envelope, peek_payload, signing_digest
from .model import Binding, ListType, TrustList
from .pin import Pin, SignerValidity


class Read(NamedTuple):
    """``signers`` are certificates of those who signed, each key once; the list's own first.

    Of an XML list: ``notes`` are what could not be read and was passed over, ``successors`` who may
    sign the next edition as a list of lists says of itself, ``information`` where it is described.
    """

    trust_list: TrustList
    signers: tuple[UntrustedCertificate, ...]
    notes: tuple[Finding, ...] = ()
    successors: tuple[bytes, ...] = ()
    information: tuple[str, ...] = ()

    def among(self, pinned: Sequence[bytes]) -> tuple[UntrustedCertificate, ...]:
        """Those of the signers whose key one of the certificates ``pinned`` (DER) has."""
        keys: set[bytes] = set()
        for der in pinned:
            # One pin of several that no reader reads signs nothing, and stops no other.
            with suppress(Rejection):
                keys.add(read_pinned_key(der).thumbprint)
        return tuple(signer for signer in self.signers if signer.key.thumbprint in keys)


def read_signed(
    signed: SignedList,
    signers: Sequence[bytes],
    pin: Pin,
    *,
    now: int,
    policy: AcceptancePolicy,
    via: str | None = None,
    others: Sequence[bytes] = (),
    validity: SignerValidity = SignerValidity.NOW_TOO,
    readings: Readings | None = None,
) -> Read:
    """Open a list of the pin's place and syntax with one of ``signers``, and read it.

    Further signatures count where they are of ``signers`` or ``others``. ``validity`` is asked of
    an XML list's signer; that of a list in JSON is always valid now too. Raises ``Rejection``.
    """
    if pin.binding is Binding.XML:
        return _read_xml(signed.data, signers, pin, now, policy, via, validity)
    type, territory = pin.type, pin.territory
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
    found, scheme = read(opened.payload, origin, max_bytes=policy.max_bytes, readings=readings)
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


def _read_xml(
    data: bytes,
    signers: Sequence[bytes],
    pin: Pin,
    now: int,
    policy: AcceptancePolicy,
    via: str | None,
    validity: SignerValidity,
) -> Read:
    from .ts119612.source import read_source  # lxml is an extra: loaded for such pins alone

    found = read_source(
        data,
        signers,
        type=pin.type,
        territory=pin.territory,
        now=now,
        policy=policy,
        profile=pin.profile,
        via=via,
        validity=validity,
    )
    trust_list = replace(found.trust_list, usable_until=found.certificate.not_after + 1)
    return Read(trust_list, (found.certificate,), found.notes, found.successors, found.information)


def mark_digest(data: bytes, binding: Binding) -> str | None:
    """The digest that an accepted list's mark has (``ListState``), of bytes that may be damaged."""
    if binding is Binding.JSON:
        return signing_digest(data)
    from .ts119612.opening import content_digest

    try:
        return content_digest(data)
    except Rejection:
        return None


def claimed_sequence(data: bytes) -> int:
    """The sequence number that an XML list claims; 0 where it claims none."""
    from .ts119612.opening import claimed_sequence as claimed

    return claimed(data)


def read_unverified(
    data: bytes, policy: AcceptancePolicy, binding: Binding = Binding.JSON
) -> TrustList:
    """What bytes say that nothing vouches for, or that a digest vouches for. Raises ``Rejection``.

    For no verdict: only to tell refusals apart, and to look back at what was accepted before.
    """
    if binding is Binding.XML:
        from .ts119612.source import look_back

        return look_back(data, max_bytes=policy.max_bytes)
    payload = peek_payload(data, max_bytes=policy.max_bytes)
    origin = Origin(sha256(data).hexdigest(), len(data), signed_digest=signing_digest(data))
    return read(payload, origin, max_bytes=policy.max_bytes).trust_list


def _check_operator(scheme: dict[str, Any], certificate: UntrustedCertificate) -> None:
    """The certificate's organisation is the scheme operator, in any language (612, 5.7.1)."""
    names = {entry["value"] for entry in scheme["SchemeOperatorName"]}
    if certificate.organisation not in names:
        raise Rejection(codes.SIGNER_ORGANISATION)
