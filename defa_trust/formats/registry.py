"""Formats by name, in the order in which their detectors are asked (floor 3)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from . import claim169, hcert, mdoc, philsys_v1, sd_jwt, vc_jwt
from .base import Format
from .online_token import EVERIFY

_ALL: Final[tuple[Format, ...]] = (hcert, mdoc, claim169, philsys_v1, sd_jwt, vc_jwt, EVERIFY)
FORMATS: Final[Mapping[str, Format]] = MappingProxyType({each.NAME: each for each in _ALL})

__all__ = ["FORMATS", "Format"]
