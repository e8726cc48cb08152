"""CBOR values as JSON would have them, for claims that a person reads (floor 3)."""

from __future__ import annotations

import math
from typing import Any

from ..codec.cbor import UNDEFINED, Tagged


def plain(value: Any) -> Any:
    """RFC 8949, 6.1: tags give way to their content, byte strings are hexadecimal, undefined and
    what is no number are null."""
    kind = type(value)
    if kind is str or kind is int:
        return value
    if kind is dict:
        if all(type(name) is str for name in value):
            return {name: plain(item) for name, item in value.items()}
        # As pairs: 1 and "1" are two keys in CBOR and would be one name in JSON.
        return [[plain(name), plain(item)] for name, item in value.items()]
    if kind is list:
        return [plain(item) for item in value]
    if kind is Tagged:
        return plain(value.value)
    if kind is bytes:
        return value.hex()
    if value is UNDEFINED or (kind is float and not math.isfinite(value)):
        return None
    return value
