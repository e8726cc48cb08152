"""Strict JSON in (RFC 8259 within the bounds of RFC 7493) and canonical JSON out (RFC 8785).

The standard library's C scanner does the reading; what it tolerates (duplicate members, NaN, huge
numbers, unpaired surrogates, depth) is refused here. Only ``Rejection`` escapes (floor 2).
"""

from __future__ import annotations

import json as _json
import math
from collections.abc import Callable, Sequence
from itertools import accumulate
from json.encoder import encode_basestring as _quote
from typing import Any, Final

from ..codes import codec as codes
from ..errors import MisuseError, Rejection
from ..spec import MAX_INPUT_BYTES, MAX_JSON_DEPTH

_MAX_SAFE: Final = (1 << 53) - 1
_WHITESPACE: Final = " \t\n\r"
_DIGITS_ONLY: Final = bytes(0x30 if 0x30 <= c <= 0x39 else 0x20 for c in range(256))
_LONG_NUMBER: Final = b"0" * 16
_ONE_BRACKET: Final = bytes.maketrans(b"{}", b"[]")
_STEPS: Final = bytes.maketrans(b"[]", b"\x01\xff")
_NO_MARKS: Final = bytes(c for c in range(256) if c not in b'[]{}"')


class _DuplicateMember(Exception):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _DuplicateMember
    return members


def _constant(_: str) -> Any:
    raise Rejection(codes.JSON_NUMBER)


def _integer(digits: str) -> int:
    # Seventeen characters hold every safe integer with its sign; longer ones are never parsed.
    if len(digits) > 17 or abs(value := int(digits)) > _MAX_SAFE:
        raise Rejection(codes.JSON_NUMBER)
    return value


def _real(digits: str) -> float:
    value = float(digits)
    if math.isinf(value):
        raise Rejection(codes.JSON_NUMBER)
    return value


def _scanner(**hooks: Any) -> Callable[[str, int], tuple[Any, int]]:
    decoder: Any = _json.JSONDecoder(
        object_pairs_hook=_object, parse_constant=_constant, parse_float=_real, **hooks
    )
    scan: Callable[[str, int], tuple[Any, int]] = decoder.scan_once
    return scan


# A callback costs a Python call a number: integers need one only where a long one may occur.
_FAST: Final = _scanner()
_CAREFUL: Final = _scanner(parse_int=_integer)
_COMPACT: Final = _json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def loads(
    data: bytes | str, *, max_depth: int = MAX_JSON_DEPTH, max_bytes: int = MAX_INPUT_BYTES
) -> Any:
    """Parse one JSON text.

    ``data`` is UTF-8 or text; ``max_bytes`` bounds its length and ``max_depth`` its nesting.
    Raises ``Rejection`` with a ``json.*`` code; error texts carry offsets, never content.
    """
    try:
        if isinstance(data, str):
            text = data
            data = text.encode("utf-8")
        else:
            text = ""
        if len(data) > max_bytes:
            raise Rejection(codes.JSON_TOO_LARGE, expected=max_bytes, actual=len(data))
        text = text or data.decode("utf-8")
    except UnicodeEncodeError:
        raise Rejection(codes.JSON_SURROGATE) from None
    except UnicodeDecodeError as error:
        raise Rejection(codes.JSON_ENCODING, where=f"byte {error.start}") from None
    # The number of openers bounds the depth; only a text with many of them is looked at closely.
    if data.count(b"[") + data.count(b"{") > max_depth and _deeper_than(data, max_depth):
        raise Rejection(codes.JSON_TOO_DEEP, expected=max_depth)
    scan = _CAREFUL if _LONG_NUMBER in data.translate(_DIGITS_ONLY) else _FAST
    start = 0
    if text[:1] not in ("{", "["):
        if text.startswith("\ufeff"):
            raise Rejection(codes.JSON_ENCODING, where="byte 0")
        start = len(text) - len(text.lstrip(_WHITESPACE))
    try:
        value, end = scan(text, start)
    except _DuplicateMember:
        raise Rejection(codes.JSON_DUPLICATE_MEMBER) from None
    except StopIteration as stop:
        raise Rejection(codes.JSON_SYNTAX, where=f"character {stop.value}") from None
    except _json.JSONDecodeError as error:
        raise Rejection(codes.JSON_SYNTAX, where=f"character {error.pos}") from None
    except RecursionError:
        raise Rejection(codes.JSON_TOO_DEEP, expected=max_depth) from None
    if end != len(text) and text[end:].strip(_WHITESPACE):
        raise Rejection(codes.JSON_SYNTAX, where=f"character {end}")
    # A one-byte search costs a twentieth of a two-byte one, and most texts escape nothing.
    if b"\\" in data and (b"\\ud" in data or b"\\uD" in data):
        _refuse_surrogates(value, max_depth)
    return value


def loads_object(
    data: bytes | str, *, max_depth: int = MAX_JSON_DEPTH, max_bytes: int = MAX_INPUT_BYTES
) -> dict[str, Any]:
    """As ``loads``, and the text must be an object."""
    value = loads(data, max_depth=max_depth, max_bytes=max_bytes)
    if not isinstance(value, dict):
        raise Rejection(codes.JSON_NOT_AN_OBJECT, expected="object", actual=type(value).__name__)
    return value


def _deeper_than(data: bytes, limit: int) -> bool:
    """Whether brackets outside strings nest deeper than ``limit``.

    Exact up to the scanner's first error, and behind that the scanner never goes. Every step runs
    over all of the text at once, because a list of 15 MB comes this way too.
    """
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    # Two adjacent quotes may go: whether a bracket is inside a string depends on the parity of the
    # quotes before it.
    marks = data.translate(_ONE_BRACKET, _NO_MARKS).replace(b'""', b"")
    bare = b"".join(marks.split(b'"')[::2])
    # Peeling off the innermost layers leaves nothing of an ordinary text after a few rounds; what
    # remains of a hostile one is counted bracket by bracket.
    layers = 0
    while layers < min(limit, 8) and b"[]" in bare:
        bare = bare.replace(b"[]", b"")
        layers += 1
    steps = memoryview(bare.translate(_STEPS)).cast("b")
    return layers + max(accumulate(steps), default=0) > limit


def _refuse_surrogates(value: Any, max_depth: int) -> None:
    try:
        _COMPACT.encode(value).encode("utf-8")
    except UnicodeEncodeError:
        raise Rejection(codes.JSON_SURROGATE) from None
    except RecursionError:
        raise Rejection(codes.JSON_TOO_DEEP, expected=max_depth) from None


def compact(value: Any) -> bytes:
    """UTF-8 without insignificant white space, members in the order given. For our own signing.

    Raises ``MisuseError`` for what is no JSON value.
    """
    try:
        return _COMPACT.encode(value).encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise MisuseError(f"not a JSON value: {type(error).__name__}") from None


def canonical(value: Any) -> bytes:
    """RFC 8785 (JCS): members sorted by UTF-16 code units, numbers as ECMAScript prints them.

    Raises ``Rejection`` for what JCS cannot express (NaN, unpaired surrogates, huge integers,
    nesting without end) and ``MisuseError`` for Python types that JSON does not have.
    """
    parts: list[str] = []
    try:
        _write(value, parts)
        return "".join(parts).encode("utf-8")
    except UnicodeEncodeError:
        raise Rejection(codes.JSON_SURROGATE) from None
    except RecursionError:
        raise Rejection(codes.JSON_TOO_DEEP, expected=MAX_JSON_DEPTH) from None


def _write(value: Any, out: list[str]) -> None:
    if isinstance(value, str):
        out.append(_quote(value))
    elif value is None:
        out.append("null")
    elif value is True:
        out.append("true")
    elif value is False:
        out.append("false")
    elif isinstance(value, int):
        if not -_MAX_SAFE <= value <= _MAX_SAFE:
            raise Rejection(codes.JSON_NUMBER)
        out.append(int.__repr__(value))
    elif isinstance(value, float):
        out.append(_number(value))
    elif isinstance(value, dict):
        before = "{"
        for key in _sorted_names(value):
            out.append(f"{before}{_quote(key)}:")
            before = ","
            _write(value[key], out)
        out.append("}" if value else "{}")
    elif isinstance(value, Sequence) and not isinstance(value, bytes | bytearray | memoryview):
        before = "["
        for item in value:
            out.append(before)
            before = ","
            _write(item, out)
        out.append("]" if before == "," else "[]")
    else:
        raise MisuseError(f"not a JSON value: {type(value).__name__}")


def _sorted_names(members: dict[Any, Any]) -> list[str]:
    """Member names by UTF-16 code units (RFC 8785, 3.2.3), which ASCII names need not spell out."""
    try:
        if "".join(members).isascii():
            return sorted(members)
        return sorted(members, key=_utf16)
    except TypeError:
        raise MisuseError("a JSON member name is a string") from None


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be")


def _number(value: float) -> str:
    """ECMAScript Number.prototype.toString (RFC 8785, 3.2.2.3)."""
    if not math.isfinite(value):
        raise Rejection(codes.JSON_NUMBER)
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = repr(abs(value)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = fraction if fraction != "0" else ""
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0)
    if whole == "0":
        point = -(len(fraction) - len(fraction.lstrip("0"))) + int(exponent or 0)
    digits = digits.rstrip("0") or "0"
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = point - 1
    tail = f".{digits[1:]}" if count > 1 else ""
    return f"{sign}{digits[0]}{tail}e{'+' if power > 0 else '-'}{abs(power)}"
