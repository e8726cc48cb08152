"""Between TS 119 602 and TS 119 612, with a report of what does not come through (floor 5).

The report is not written by the conversion: each result is converted back and compared with what
went in, so that no loss can be forgotten.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ...codec.json import canonical
from ...spec import MAX_LIST_BYTES
from .from_602 import from_602
from .model import TrustedList
from .read import read_list
from .to_602 import Json, to_602
from .write import write_list


class Loss(NamedTuple):
    """A place whose value is not the same after the way there and back.

    ``before`` and ``after`` are short descriptions; ``after`` is `nothing` for what vanished.
    """

    where: str
    before: str
    after: str


class AsXml(NamedTuple):
    """A list as an unsigned TS 119 612 document, and what that cannot say."""

    document: bytes
    losses: tuple[Loss, ...]


class AsJson(NamedTuple):
    """A list as a TS 119 602 document (decoded), and what that cannot say."""

    document: Json
    losses: tuple[Loss, ...]


def convert_to_612(document: Any) -> AsXml:
    """A decoded 602 list as XML.

    Raises ``Rejection`` where it cannot be read, or TS 119 612 demands what it does not state.
    """
    written = write_list(from_602(document))
    back = to_602(read_list(written))
    return AsXml(written, tuple(_differences(document, back, "")))


def convert_to_602(found: TrustedList) -> AsJson:
    """A list as ``read_list`` or ``open_list`` gives it, as 602.

    Generic lists come out generic: they pass the profile's ``decode`` only if they follow it.
    """
    document = to_602(found)
    back = from_602(_readable(document))
    return AsJson(document, tuple(_differences(found, back, "")))


def _readable(document: Json) -> Json:
    """The document as a reader of JSON gets it."""
    from ...codec import json as strict_json

    return strict_json.loads_object(canonical(document), max_bytes=MAX_LIST_BYTES)


_MISSING = object()


def _differences(before: Any, after: Any, where: str) -> Iterator[Loss]:
    """Places at which two values differ: members of objects and records, entries of sequences."""
    if isinstance(before, dict) and isinstance(after, dict):
        pairs = [(f".{n}", before.get(n, _MISSING), after.get(n, _MISSING)) for n in
                 dict.fromkeys([*before, *after])]  # fmt: skip
    elif isinstance(before, tuple) and hasattr(before, "_fields") and type(before) is type(after):
        pairs = [(f".{n}", b, a) for n, b, a in zip(before._fields, before, after, strict=True)]
    elif isinstance(before, list | tuple) and type(before) is type(after):
        longest = max(len(before), len(after))
        pairs = [
            (
                f"[{n}]",
                before[n] if n < len(before) else _MISSING,
                after[n] if n < len(after) else _MISSING,
            )
            for n in range(longest)
        ]
    else:
        if type(before) is not type(after) or before != after:
            yield Loss(where.lstrip("."), _shown(before), _shown(after))
        return
    for step, old, new in pairs:
        if old is not new:
            yield from _differences(old, new, where + step)


def _shown(value: Any) -> str:
    if value is _MISSING or value is None or value in ((), [], {}):
        return "nothing"
    if isinstance(value, str | int):
        text = str(value)
        return text if len(text) <= 80 else f"{text[:77]}..."
    if isinstance(value, bytes):
        return f"{len(value)} octets"
    if isinstance(value, list | tuple) and not hasattr(value, "_fields"):
        return f"{len(value)} entries"
    return "an object"
