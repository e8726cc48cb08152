"""Formats by name, in the order in which their detectors are asked (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

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

_FAMILIES: Final[tuple[SignatureFormat, ...]] = (cades, jades, pades, xades, asic)
SIGNATURE_FORMATS: Final[Mapping[str, SignatureFormat]] = MappingProxyType(
    {each.NAME: each for each in _FAMILIES}
)
"""Families of electronic signatures; asked before credentials, and read as they are: a signed file
is no text whose end may be trimmed."""

__all__ = ["FORMATS", "SIGNATURE_FORMATS", "Format"]
