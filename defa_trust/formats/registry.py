"""Formats by name, in the order in which their detectors are asked (floor 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final, TypeVar

from . import (
    asic,
    cades,
    claim169,
    data_integrity,
    hcert,
    jades,
    mdoc,
    oidc,
    pades,
    philsys_v1,
    sd_jwt,
    vc_jwt,
    xades,
)
from .base import Format
from .online_token import EVERIFY
from .signature import SignatureFormat

_F = TypeVar("_F", Format, SignatureFormat)

_ALL: Final[tuple[Format, ...]] = (
    hcert,
    mdoc,
    claim169,
    philsys_v1,
    data_integrity,
    sd_jwt,
    *oidc.FORMATS,
    vc_jwt,
    EVERIFY,
)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({each.NAME: each for each in _ALL})

_FAMILIES: Final[tuple[SignatureFormat, ...]] = (cades, jades, xades, asic, pades)
"""PAdES last: a PDF may begin late, so the others' first octets tell more than a PDF's header."""
SIGNATURE_FORMATS: Final[Mapping[str, SignatureFormat]] = MappingProxyType(
    {each.NAME: each for each in _FAMILIES}
)
"""Families of electronic signatures; asked before credentials, and read as they are: a signed file
is no text whose end may be trimmed."""


def _by_first_octet(formats: Iterable[_F]) -> tuple[tuple[_F, ...], ...]:
    """For each first octet, the formats that may begin with it, in the order given."""
    return tuple(
        tuple(each for each in formats if (first := each.FIRST_OCTETS) is None or octet in first)
        for octet in range(256)
    )


FORMATS_BY_FIRST_OCTET: Final = _by_first_octet(_ALL)
SIGNATURE_FORMATS_BY_FIRST_OCTET: Final = _by_first_octet(_FAMILIES)
"""Most detectors need not be asked: on a cold path to ask them all takes a tenth of the whole."""

__all__ = [
    "FORMATS",
    "FORMATS_BY_FIRST_OCTET",
    "SIGNATURE_FORMATS",
    "SIGNATURE_FORMATS_BY_FIRST_OCTET",
    "Format",
]
