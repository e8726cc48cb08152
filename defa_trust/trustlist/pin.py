"""Who may sign one list: given out of band, or handed over by those who were (floor 5)."""

from __future__ import annotations

from enum import StrEnum
from typing import Final, NamedTuple

from ..errors import MisuseError, Rejection
from ..spec import ISSUING_STATES, MEMBER_STATES, PARTNER_STATES, UNION
from ..x509.certificate import read_certificate
from .model import Binding, ListType

_STATES: Final = frozenset(MEMBER_STATES)
_ISSUING: Final = frozenset(ISSUING_STATES)


class SignerProfile(StrEnum):
    """What is asked of a pinned signer's certificate, beyond being pinned."""

    TS_119_612 = "ts119612"
    """TS 119 612, 5.7.1 in full, as for a list of ours."""
    FIELD = "field"
    """What the public lists keep: an end entity, of the list's country, valid when it signed and
    now. NOTE: of 29 national lists of 2021 eight lack the extended key usage, two have a key usage
    beyond signing, three name another organisation."""
    PINNED_KEY = "pinned_key"
    """Only the key. For reading and converting; no pin of a trust folder says so, because nothing
    would bind the list's territory to its signer."""


class SignerValidity(StrEnum):
    """When a signer's certificate must be valid."""

    NOW_TOO = "now_too"
    WHEN_SIGNED = "when_signed"
    """At the time of signing, which is the signer's own word: for lists of the past alone."""


class Handover(NamedTuple):
    """The list in which the signers before a pin handed over to it (`DefaSignerSuccession`).

    That list is still verified by ``threshold`` of ``signers``, who signed it. ``digest`` and
    ``previous`` are SHA-256 (hex) of the JWS signing input of it and of the list it follows (a
    pivot of TS 119 615 names none). No list with a lower ``sequence`` counts any more, whatever
    else is remembered or forgotten.
    """

    sequence: int
    digest: str
    previous: str | None
    valid_from: int
    signers: tuple[bytes, ...]
    threshold: int


class Pin(NamedTuple):
    """Who may sign one list: DER certificates, byte for byte. ``location`` is where to fetch it.

    ``threshold`` of the signers must sign, each with a key of its own; more than one only for a
    regional list of this profile. ``binding`` is the list's syntax, ``profile`` what its signer's
    certificate must be; a list of lists hands both down to those it points to. ``publication`` is
    where the signers of an XML list of lists were published out of band: the list must name it
    (TS 119 615, 4.1.4), for the EU the address of its Official Journal.
    """

    type: ListType
    territory: str
    signers: tuple[bytes, ...]
    location: str | None = None
    threshold: int = 1
    handover: Handover | None = None
    binding: Binding = Binding.JSON
    profile: SignerProfile = SignerProfile.TS_119_612
    publication: str | None = None


def check_pin(pin: Pin) -> None:
    """Raises ``MisuseError`` for a pin that can accept nothing or that mixes up territories."""
    if not isinstance(pin.type, ListType):
        raise MisuseError("a pin's type is a ListType")
    if not pin.signers or any(type(der) is not bytes for der in pin.signers):
        raise MisuseError(f"the pin of {pin.territory} names no signer certificates (DER)")
    _check_syntax(pin)
    _check_territory(pin)
    _check_threshold(pin)


def _check_territory(pin: Pin) -> None:
    territory, xml = pin.territory, pin.binding is Binding.XML
    if pin.type is ListType.REGIONAL:
        if territory in _ISSUING or len(territory) != 2 or not territory.isalpha():
            raise MisuseError(f"{territory} is no code of a region: two letters, no state's")
        if territory == UNION and not xml:
            raise MisuseError("the list of lists of the EU is XML (TS 119 612)")
    elif pin.type is ListType.MEMBER_STATE and territory in PARTNER_STATES:
        if not xml:
            raise MisuseError(f"the list of {territory} is XML (TS 119 612)")
    elif territory not in _STATES:
        raise MisuseError(f"{territory} is no member state: {', '.join(MEMBER_STATES)}")


def _check_syntax(pin: Pin) -> None:
    regional = pin.type is ListType.REGIONAL
    if not regional and (pin.handover is not None or pin.threshold != 1):
        raise MisuseError("only a regional list has several signers at once, or successors")
    if not isinstance(pin.binding, Binding) or not isinstance(pin.profile, SignerProfile):
        raise MisuseError("a pin's binding is a Binding, and its profile a SignerProfile")
    if pin.binding is Binding.XML:
        if pin.threshold != 1:
            raise MisuseError("a list in XML has one signature")
        if pin.profile is SignerProfile.PINNED_KEY:
            raise MisuseError("a pinned key alone does not say whose list it signs")
    elif pin.profile is not SignerProfile.TS_119_612 or pin.publication is not None:
        raise MisuseError("only lists in XML come in a signer profile or from a publication")
    if pin.publication is not None and not regional:
        raise MisuseError("only a list of lists has pivots, and so a place of publication")


def _check_threshold(pin: Pin) -> None:
    if type(pin.threshold) is not int or pin.threshold < 1:
        raise MisuseError("a pin's threshold is a whole number from 1 up")
    if pin.threshold == 1:
        return
    try:
        keys = {read_certificate(der).key.thumbprint for der in pin.signers}
    except Rejection as refusal:
        raise MisuseError(
            f"a signer pinned for {pin.territory} is no usable certificate: {refusal}"
        ) from None
    if len(keys) < pin.threshold:
        raise MisuseError(
            f"{pin.threshold} of {len(keys)} keys cannot sign: a threshold counts different keys"
        )
