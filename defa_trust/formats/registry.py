"""Formats by name, in the order in which their detectors are asked (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from . import cades, hcert, mdoc, sd_jwt, vc_jwt
from .base import Format
from .signature import SignatureFormat

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {module.NAME: module for module in (hcert, mdoc, sd_jwt, vc_jwt)}
)

SIGNATURE_FORMATS: Final[Mapping[str, SignatureFormat]] = MappingProxyType({cades.NAME: cades})
"""Families of electronic signatures; asked before credentials, and read as they are: a signed file
is no text whose end may be trimmed."""

__all__ = ["FORMATS", "SIGNATURE_FORMATS", "Format"]
