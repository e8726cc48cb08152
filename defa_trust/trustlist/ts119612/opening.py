"""Open a signed TS 119 612 list with pinned signers, and follow pivots (floor 5).

The one way from bytes to a ``TrustedList`` that is authenticated: signature first, then only the
signed bytes are read.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import Final, NamedTuple

from ...codec import xml
from ...codes import listing as list_codes
from ...codes import xml as codes
from ...crypto import DEFAULT_ALGORITHM_POLICY, AlgorithmPolicy
from ...errors import Rejection
from ...formats.xmldsig import DS, Signer, open_enveloped, signed_content
from ...spec import CLOCK_SKEW_SECONDS, MAX_LIST_BYTES, UNION, iso_territory
from ...x509.certificate import read_certificate
from ...x509.pinned_key import read_pinned_key
from ..envelope import check_list_certificate, check_signer_valid
from ..pin import SignerProfile, SignerValidity
from .from_602 import DEFAULT_CODE
from .model import TSL, TrustedList
from .read import read_list

_REGIONS: Final = frozenset({UNION, DEFAULT_CODE})


class OpenedList(NamedTuple):
    """An authenticated list. ``digest`` is the SHA-256 (hex) of the bytes as received.

    ``signed_digest`` is that of the signed content: who has no key can change what stands inside
    the signature, and the value of an ECDSA signature, but not this.
    """

    list: TrustedList
    signer: bytes
    signed_at: int
    digest: str
    size: int
    signed_digest: str


def open_list(
    data: bytes,
    signers: Iterable[bytes],
    *,
    now: int,
    territory: str | None = None,
    profile: SignerProfile = SignerProfile.TS_119_612,
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY,
    skew: int = CLOCK_SKEW_SECONDS,
    max_bytes: int = MAX_LIST_BYTES,
    validity: SignerValidity = SignerValidity.NOW_TOO,
) -> OpenedList:
    """Verify and read a list with one of ``signers`` (DER certificates, byte for byte).

    ``territory`` is that of the pin (``None``: not asked). NextUpdate, sequence and the rest of the
    list's life are for acceptance to judge. Raises ``Rejection``: `xml.*`, `xmldsig.*`,
    `list612.*`, `list.*`, `crypto.*`.
    """
    pinned = tuple(dict.fromkeys(signers))
    if not pinned:
        raise Rejection(list_codes.NO_PIN)
    readable: list[Signer] = []
    for der in pinned:
        try:
            readable.append(Signer(der, read_pinned_key(der)))
        except Rejection:
            # One pin of several that cannot serve stops no other; none left is no pin.
            continue
    if not readable:
        raise Rejection(list_codes.NO_PIN)
    opened = open_enveloped(data, readable, now=now, algorithms=algorithms, max_bytes=max_bytes)
    if opened.signed_at > now + skew:
        raise Rejection(list_codes.SIGNED_IN_THE_FUTURE, expected=now, actual=opened.signed_at)
    found = read_list(opened.content, max_bytes=max_bytes)
    if territory is not None and iso_territory(found.territory or "") != iso_territory(territory):
        raise Rejection(codes.TERRITORY, expected=territory, actual=found.territory)
    der = opened.signer.certificate
    if profile is not SignerProfile.PINNED_KEY:
        moments: tuple[int, ...] = (opened.signed_at,)
        if validity is SignerValidity.NOW_TOO:
            moments = (opened.signed_at, now)
        _check_signer(der, found, profile, moments)
    return OpenedList(
        found,
        der,
        opened.signed_at,
        sha256(data).hexdigest(),
        len(data),
        sha256(opened.content).hexdigest(),
    )


def _check_signer(
    der: bytes, found: TrustedList, profile: SignerProfile, moments: tuple[int, ...]
) -> None:
    """TS 119 612, 5.7.1."""
    certificate = read_certificate(der)
    territory = found.territory
    if profile is SignerProfile.TS_119_612:
        check_list_certificate(certificate)
    elif certificate.is_ca:
        raise Rejection(list_codes.SIGNER_CERTIFICATE, actual="it is a certification authority's")
    # A region's operator has its seat in one of the states; a state's own is of that state.
    if territory is not None and len(territory) == 2 and territory not in _REGIONS:
        country = iso_territory(territory)
        if iso_territory(certificate.country or "") != country:
            raise Rejection(list_codes.SIGNER_COUNTRY, expected=country, actual=certificate.country)
    if profile is SignerProfile.TS_119_612:
        names = {text.value for text in found.operator}
        if certificate.organisation not in names:
            raise Rejection(list_codes.SIGNER_ORGANISATION)
    check_signer_valid(certificate, *moments)


# --- pivots --------------------------------------------------------------------------------------
def own_signers(found: TrustedList, location: str | None = None) -> tuple[bytes, ...]:
    """Certificates in the list's pointer to itself: who may sign its successor.

    The pointer of the list's own territory and type; with ``location`` also of that address.
    """
    own = [
        pointer
        for pointer in found.pointers
        if pointer.territory == found.territory
        and pointer.type == found.type
        and (location is None or pointer.location == location)
    ]
    return tuple(dict.fromkeys(der for pointer in own for der in pointer.signers))


def announced_pivots(found: TrustedList, publication: str | None) -> tuple[str, ...]:
    """Addresses of pivots, newest first: SchemeInformationURI up to ``publication``, if `.xml`.

    ``publication`` is where the first signers were published out of band (for the EU its Official
    Journal); ``None``: every `.xml`. Raises ``Rejection`` where the list does not name it (TS 119
    615, 4.1.4: then the signers that are known are not those the list starts from).
    """
    announced: list[str] = []
    for entry in found.information:
        if entry.value == publication:
            return tuple(announced)
        if entry.value.lower().endswith(".xml"):
            announced.append(entry.value)
    if publication is None:
        return tuple(announced)
    raise Rejection(codes.PIVOT, actual="another place of publication than the known one")


def open_with_pivots(
    data: bytes,
    pivots: Sequence[bytes],
    signers: Iterable[bytes],
    *,
    now: int,
    territory: str | None = None,
    algorithms: AlgorithmPolicy = DEFAULT_ALGORITHM_POLICY,
    profile: SignerProfile = SignerProfile.PINNED_KEY,
    max_bytes: int = MAX_LIST_BYTES,
) -> tuple[OpenedList, tuple[OpenedList, ...]]:
    """The list of lists, its signer reached from ``signers`` through pivots (TS 119 615, 4.1.4).

    Each pivot is signed by a certificate of the set before it, starting with ``signers`` (those
    known out of band), and states the next set in its pointer to itself; so does the list. Pivots
    are ordered by the sequence number they state, never by name or place. A pivot that does not
    verify ends the matter: nothing is skipped. Returns the list and the pivots in order.
    """
    known = tuple(dict.fromkeys(signers))
    # Sequence numbers are read unverified here, only to try the pivots in their order.
    ordered = sorted(pivots, key=claimed_sequence)
    chain: list[OpenedList] = []
    for number, pivot in enumerate(ordered):
        try:
            opened = open_list(
                pivot, known, now=now, territory=territory, algorithms=algorithms,
                profile=profile, max_bytes=max_bytes,
            )  # fmt: skip
        except Rejection as refusal:
            raise Rejection(
                codes.PIVOT, where=f"pivot {number + 1}", actual=refusal.code.id
            ) from refusal
        if chain and opened.list.sequence <= chain[-1].list.sequence:
            raise Rejection(codes.PIVOT, where=f"pivot {number + 1}", actual="a sequence twice")
        chain.append(opened)
        known = own_signers(opened.list)
        if not known:
            raise Rejection(codes.PIVOT, where=f"pivot {number + 1}", actual="no pointer to itself")
    opened = open_list(
        data, known, now=now, territory=territory, algorithms=algorithms, profile=profile,
        max_bytes=max_bytes,
    )  # fmt: skip
    if chain and opened.list.sequence < chain[-1].list.sequence:
        raise Rejection(codes.PIVOT, actual="a list older than its last pivot")
    if opened.signer not in own_signers(opened.list):
        # The list names its own signers; one that leaves its signer out cannot be continued.
        raise Rejection(codes.PIVOT, actual="a signer that the list does not name")
    return opened, tuple(chain)


def claimed_sequence(data: bytes) -> int:
    """The sequence number that a list claims, unverified; 0 where it claims none."""
    try:
        root = xml.parse(data)
    except Rejection:
        return 0
    text = root.findtext(f"{{{TSL}}}SchemeInformation/{{{TSL}}}TSLSequenceNumber") or ""
    text = text.strip()
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 16 else 0


# --- without a signer ----------------------------------------------------------------------------
def read_unverified(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> TrustedList:
    """What a list claims, signed or not: for people and converters, never for a verdict."""
    root = xml.parse(data, max_bytes=max_bytes)
    for signature in root.findall(f"{{{DS}}}Signature"):
        xml.detach(signature)
    return read_list(xml.canonical_document(root, xml.Canonical.EXCLUSIVE), max_bytes=max_bytes)


def content_digest(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> str:
    """``OpenedList.signed_digest`` of bytes whose signature nobody looks at. Raises ``Rejection``.

    Worth something only to whoever compares it with the digest of a list that was opened.
    """
    return sha256(signed_content(data, max_bytes=max_bytes)).hexdigest()


def is_signed(data: bytes, *, max_bytes: int = MAX_LIST_BYTES) -> bool:
    """Whether there is any signature in the document; it may be a bad one."""
    root = xml.parse(data, max_bytes=max_bytes)
    return next(root.iter(f"{{{DS}}}Signature"), None) is not None
