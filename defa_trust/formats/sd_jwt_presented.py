"""What a presented SD-JWT disclosed, and what its proof says besides (floor 3; RFC 9901, 4).

Asked only of bytes whose digests and signatures hold: nothing here checks one.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from ..codec import base64url
from ..codec.json import loads_object
from ..crypto import DIGESTS
from . import jose
from .sd_jwt import read_message
from .sd_jwt_disclosure import Disclosure, read_disclosures


class Disclosed(NamedTuple):
    """One disclosure: where its content stands among the claims, and its number in the message.

    Indices count the elements that are there, as ``claims`` of the verdict has them.
    """

    path: tuple[str | int, ...]
    number: int


def disclosed(data: bytes) -> tuple[Disclosed, ...]:
    """Every disclosure of the message, by place. Raises ``Rejection`` for what is no SD-JWT."""
    message = read_message(data)
    payload = loads_object(jose.parse_compact(message.jwt).payload)
    digest = DIGESTS[payload.get("_sd_alg", "sha-256")]
    waiting = {
        base64url.encode(digest(text)): (number, parts)
        for number, (text, parts) in enumerate(
            zip(message.disclosures, read_disclosures(message.disclosures), strict=True), 1
        )
    }
    found: list[Disclosed] = []
    _of_object(payload, waiting, (), found)
    return tuple(found)


def proof_claims(data: bytes) -> Mapping[str, Any]:
    """Claims of the KB-JWT, empty where the message has none. Raises ``Rejection``."""
    message = read_message(data)
    return loads_object(jose.parse_compact(message.proof).payload) if message.proof else {}


_Waiting = Mapping[str, tuple[int, Disclosure]]


def _of_object(
    members: Mapping[str, Any],
    waiting: _Waiting,
    path: tuple[str | int, ...],
    found: list[Disclosed],
) -> None:
    for name, value in members.items():
        if name != "_sd":
            _of_value(value, waiting, (*path, name), found)
    for text in members.get("_sd", ()):
        entry = waiting.get(text)
        if entry is not None:
            number, parts = entry
            place = (*path, parts[1])
            found.append(Disclosed(place, number))
            _of_value(parts[2], waiting, place, found)


def _of_value(
    value: Any, waiting: _Waiting, path: tuple[str | int, ...], found: list[Disclosed]
) -> None:
    if type(value) is dict:
        _of_object(value, waiting, path, found)
    elif type(value) is list:
        index = 0
        for element in value:
            place = (*path, index)
            if type(element) is dict and "..." in element:
                entry = waiting.get(element["..."])
                if entry is None:
                    continue
                number, parts = entry
                found.append(Disclosed(place, number))
                _of_value(parts[1], waiting, place, found)
            else:
                _of_value(element, waiting, place, found)
            index += 1
