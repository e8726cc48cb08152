"""The member `credentialStatus` of W3C credentials as references (floor 3).

Only BitstringStatusListEntry (W3C Bitstring Status List 1.0, 2.1) is read. An entry of any other
type is a reference too: its status cannot be checked, which is never "no status".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from ..codes import vc as codes
from ..errors import Rejection
from ..spec import MAX_STATUS_REFERENCES
from .base import StatusMechanism, StatusReference, is_address

ENTRY: Final = "BitstringStatusListEntry"

MAX_STATUS_SIZE: Final = 8
"""Ours: bits of one status. An entry with more carries 2^n messages; none was seen."""
MAX_PURPOSE: Final = 64
"""Ours: characters of a purpose; the longest registered one has ten."""
BEYOND: Final = 1 << 53
"""Stands for every index that no list can hold; the standard lets one have any size."""
_MAX_DIGITS: Final = 15


def status_entries(credential: Mapping[str, Any]) -> tuple[StatusReference, ...]:
    """Where `credentialStatus` says that revocation is published (VCDM 2.0, 4.10).

    Entries that say the very same are one. Raises ``Rejection`` (`vc.status`) where nobody could
    tell what is meant.
    """
    if "credentialStatus" not in credential:
        return ()
    entries = credential["credentialStatus"]
    if type(entries) is dict:
        entries = [entries]
    if type(entries) is not list or not 0 < len(entries) <= MAX_STATUS_REFERENCES:
        raise _malformed("credentialStatus")
    return tuple(dict.fromkeys(_reference(entry) for entry in entries))


def _reference(entry: object) -> StatusReference:
    if type(entry) is not dict:
        raise _malformed("credentialStatus")
    if entry.get("type") in (ENTRY, [ENTRY]):
        return _bitstring(entry)
    place = entry.get("statusListCredential", entry.get("id"))
    if not is_address(place):
        raise _malformed("credentialStatus")
    return StatusReference(StatusMechanism.UNKNOWN, place)


def _bitstring(entry: Mapping[str, Any]) -> StatusReference:
    """2.1 to the letter: a purpose, an index in decimal text, and a list that is named."""
    uri, purpose = entry.get("statusListCredential"), entry.get("statusPurpose")
    if not is_address(uri):
        raise _malformed("credentialStatus.statusListCredential")
    if not is_purpose(purpose):
        raise _malformed("credentialStatus.statusPurpose")
    size = entry.get("statusSize", 1)
    if type(size) is not int or size < 1:
        raise _malformed("credentialStatus.statusSize")
    index = _index(entry.get("statusListIndex"))
    if size > MAX_STATUS_SIZE:
        return StatusReference(StatusMechanism.UNKNOWN, uri)
    if "statusMessage" in entry or size > 1:
        _check_messages(entry.get("statusMessage"), size)
    return StatusReference(StatusMechanism.BITSTRING_STATUS_LIST, uri, index, purpose, size)


def is_purpose(value: object) -> bool:
    """A purpose is any text; findings show it, so it is bounded and visible ASCII."""
    return is_address(value) and len(value) <= MAX_PURPOSE


def _index(value: object) -> int:
    """NOTE: "in base 10" is read as one spelling for one number, so without leading zeros."""
    if type(value) is not str or not (value.isascii() and value.isdecimal()):
        raise _malformed("credentialStatus.statusListIndex")
    if value[0] == "0" and value != "0":
        raise _malformed("credentialStatus.statusListIndex")
    return int(value) if len(value) <= _MAX_DIGITS else BEYOND


def _check_messages(messages: object, size: int) -> None:
    """One message for each possible status; what they say is for developers and is not read."""
    where = "credentialStatus.statusMessage"
    if type(messages) is not list or len(messages) != 1 << size:
        raise _malformed(where)
    for message in messages:
        if type(message) is not dict or type(message.get("status")) is not str:
            raise _malformed(where)
        if type(message.get("message")) is not str:
            raise _malformed(where)


def _malformed(where: str) -> Rejection:
    return Rejection(codes.STATUS, where=where)
