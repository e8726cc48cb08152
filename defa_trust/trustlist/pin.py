"""Who may sign one list: given out of band, or handed over by those who were (floor 5)."""

from __future__ import annotations

from typing import Final, NamedTuple

from ..errors import MisuseError, Rejection
from ..spec import MEMBER_STATES
from ..x509.certificate import read_certificate
from .model import ListType

_STATES: Final = frozenset(MEMBER_STATES)


class Handover(NamedTuple):
    """The list in which the signers before a pin handed over to it (`DefaSignerSuccession`).

    That list is still verified by ``threshold`` of ``signers``, who signed it. ``digest`` and
    ``previous`` are SHA-256 (hex) of the JWS signing input of it and of the list it follows. No
    list with a lower ``sequence`` counts any more, whatever else is remembered or forgotten.
    """

    sequence: int
    digest: str
    previous: str
    valid_from: int
    signers: tuple[bytes, ...]
    threshold: int


class Pin(NamedTuple):
    """Who may sign one list: DER certificates, byte for byte. ``location`` is where to fetch it.

    ``threshold`` of the signers must sign, each with a key of its own; more than one only for a
    regional list.
    """

    type: ListType
    territory: str
    signers: tuple[bytes, ...]
    location: str | None = None
    threshold: int = 1
    handover: Handover | None = None


def check_pin(pin: Pin) -> None:
    """Raises ``MisuseError`` for a pin that can accept nothing or that mixes up territories."""
    if not isinstance(pin.type, ListType):
        raise MisuseError("a pin's type is a ListType")
    if not pin.signers or any(type(der) is not bytes for der in pin.signers):
        raise MisuseError(f"the pin of {pin.territory} names no signer certificates (DER)")
    state = pin.territory in _STATES
    if pin.type is ListType.REGIONAL:
        if state or len(pin.territory) != 2 or not pin.territory.isalpha():
            raise MisuseError(f"{pin.territory} is no code of a region: two letters, no state's")
    elif not state:
        raise MisuseError(f"{pin.territory} is no member state: {', '.join(MEMBER_STATES)}")
    elif pin.threshold != 1 or pin.handover is not None:
        raise MisuseError("only a regional list has several signers at once, or successors")
    _check_threshold(pin)


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
