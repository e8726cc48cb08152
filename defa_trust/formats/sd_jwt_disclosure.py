"""Disclosures of an SD-JWT: read, and put back into their places (floor 3; RFC 9901, 4.2 and 7.1).

Apart from ``sd_jwt`` because these rules know neither types, times nor holders: digests and JSON.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final

from ..codec import base64url
from ..codec.json import loads
from ..codes import codec as codec_codes
from ..codes import sd_jwt as codes
from ..crypto import DIGESTS
from ..errors import Rejection
from ..spec import MAX_JSON_DEPTH
from ..verdict import Code

Disclosure = list[Any]
"""`[salt, name, value]` for a member of an object, `[salt, value]` for an element of an array."""

_RESERVED: Final = frozenset({"_sd", "..."})


def read_disclosures(texts: Iterable[bytes]) -> list[Disclosure]:
    """Decode disclosures, each as a JSON text of its own (RFC 9901, 4.2.1 and 4.2.2).

    Raises ``Rejection``: `sd_jwt.disclosure_form`, `sd_jwt.disclosure_name`, `json.*`,
    `base64url.not_canonical`.
    """
    found: list[Disclosure] = []
    for text in texts:
        parts = loads(base64url.decode(text))
        if type(parts) is not list or not 2 <= len(parts) <= 3 or type(parts[0]) is not str:
            raise _about(codes.DISCLOSURE_FORM, len(found))
        if len(parts) == 3:
            if type(parts[1]) is not str:
                raise _about(codes.DISCLOSURE_FORM, len(found))
            if parts[1] in _RESERVED:
                raise _about(codes.DISCLOSURE_NAME, len(found))
        found.append(parts)
    return found


def _about(code: Code, index: int) -> Rejection:
    # A claim's name can say much of a person: the place in the message is enough.
    return Rejection(code, where=f"disclosure {index + 1}", actual=index + 1)


def embedded_digests(
    payload: dict[str, Any], disclosures: Sequence[Disclosure]
) -> frozenset[bytes]:
    """Every digest in the payload and within the disclosures' values, decoded.

    RFC 9901, 7.1 steps 3.b and 4. Raises ``Rejection``: `sd_jwt.sd_member`,
    `sd_jwt.array_digest`, `sd_jwt.digest_repeated`, `base64url.not_canonical`.
    """
    texts: list[str] = []
    _find_in_object(payload, texts)
    for parts in disclosures:
        value = parts[-1]
        kind = type(value)
        if kind is dict:
            _find_in_object(value, texts)
        elif kind is list:
            _find_in_array(value, texts)
    # One canonical spelling for each digest, so distinct digests are distinct texts and reverse.
    digests = frozenset(map(base64url.decode, texts))
    if len(digests) != len(texts):
        raise Rejection(codes.DIGEST_REPEATED)
    return digests


def _find_in_object(members: dict[str, Any], texts: list[str]) -> None:
    for name, value in members.items():
        kind = type(value)
        if name == "_sd":
            if kind is not list:
                raise Rejection(codes.SD_MEMBER)
            for text in value:
                if type(text) is not str:
                    raise Rejection(codes.SD_MEMBER)
            texts += value
        elif name == "...":
            # 4.1: `...` serves digests in arrays and nothing else.
            raise Rejection(codes.ARRAY_DIGEST)
        elif kind is dict:
            _find_in_object(value, texts)
        elif kind is list:
            _find_in_array(value, texts)


def _find_in_array(elements: list[Any], texts: list[str]) -> None:
    for element in elements:
        kind = type(element)
        if kind is dict:
            if "..." in element:
                if len(element) != 1 or type(element["..."]) is not str:
                    raise Rejection(codes.ARRAY_DIGEST)
                texts.append(element["..."])
            else:
                _find_in_object(element, texts)
        elif kind is list:
            _find_in_array(element, texts)


def restore(
    payload: dict[str, Any],
    texts: Sequence[bytes],
    disclosures: Sequence[Disclosure],
    algorithm: str,
    never: frozenset[str],
) -> dict[str, Any]:
    """The processed payload (RFC 9901, 7.1 step 3.c to 3.f and 5). Consumes its arguments' objects.

    ``payload`` has passed ``embedded_digests``; ``texts`` are what the digests are computed over;
    ``never`` are names that no disclosure may bring to the top level. Raises ``Rejection``:
    `sd_jwt.never_disclosable`, `sd_jwt.disclosure_place`, `sd_jwt.claim_overwritten`,
    `sd_jwt.disclosure_unreferenced`, `json.too_deep`.
    """
    digest, encode = DIGESTS[algorithm], base64url.encode
    waiting = {encode(digest(text)): parts for text, parts in zip(texts, disclosures, strict=True)}
    for text in payload.get("_sd", ()):
        parts = waiting.get(text)
        if parts is not None and len(parts) == 3 and parts[1] in never:
            raise Rejection(codes.NEVER_DISCLOSABLE, actual=f"`{parts[1]}`")
    _restore_object(payload, waiting, 1)
    if waiting:
        raise Rejection(codes.DISCLOSURE_UNREFERENCED, actual=len(waiting))
    payload.pop("_sd_alg", None)
    return payload


def _restore_object(members: dict[str, Any], waiting: dict[str, Disclosure], depth: int) -> None:
    if depth > MAX_JSON_DEPTH:
        # Each disclosure is of bounded depth, but a chain of them need not be.
        raise Rejection(codec_codes.JSON_TOO_DEEP, expected=MAX_JSON_DEPTH)
    digests = members.pop("_sd", ())
    for name, value in members.items():
        kind = type(value)
        if kind is dict:
            _restore_object(value, waiting, depth + 1)
        elif kind is list:
            members[name] = _restore_array(value, waiting, depth + 1)
    for text in digests:
        parts = waiting.pop(text, None)
        if parts is None:
            continue
        if len(parts) != 3:
            raise Rejection(codes.DISCLOSURE_PLACE)
        name, value = parts[1], parts[2]
        if name in members:
            raise Rejection(codes.CLAIM_OVERWRITTEN)
        members[name] = _restore_value(value, waiting, depth + 1)


def _restore_array(elements: list[Any], waiting: dict[str, Disclosure], depth: int) -> list[Any]:
    if depth > MAX_JSON_DEPTH:
        raise Rejection(codec_codes.JSON_TOO_DEEP, expected=MAX_JSON_DEPTH)
    restored = []
    for element in elements:
        if type(element) is dict and "..." in element:
            parts = waiting.pop(element["..."], None)
            if parts is None:
                continue
            if len(parts) != 2:
                raise Rejection(codes.DISCLOSURE_PLACE)
            restored.append(_restore_value(parts[1], waiting, depth + 1))
        else:
            restored.append(_restore_value(element, waiting, depth + 1))
    return restored


def _restore_value(value: Any, waiting: dict[str, Disclosure], depth: int) -> Any:
    kind = type(value)
    if kind is dict:
        _restore_object(value, waiting, depth)
    elif kind is list:
        return _restore_array(value, waiting, depth)
    return value
