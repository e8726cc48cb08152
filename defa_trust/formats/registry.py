"""Formats by name, in the order in which their detectors are asked (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from . import hcert, mdoc, sd_jwt, vc_jwt
from .base import Format

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {module.NAME: module for module in (hcert, mdoc, sd_jwt, vc_jwt)}
)

__all__ = ["FORMATS", "Format"]
