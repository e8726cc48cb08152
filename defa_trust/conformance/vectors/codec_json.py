"""Strict JSON (RFC 8259, RFC 7493): every reader of a signed text must see the same members."""

from __future__ import annotations

from ..registry import Case, Group

_codec = Group("codec", features=("decode", "json"), twin="json_object")
_PLAIN = b'{"iss":"a","exp":1,"list":[true,false,null,-1.5e-3],"text":"\\u00e9"}'


def _json(data: bytes) -> Case:
    return Case(data, {}, {}, 0, "json")


@_codec.vector("RFC 8259, 2")
def json_object() -> Case:
    """An ordinary object with each kind of value."""
    return _json(_PLAIN)


@_codec.vector("RFC 8259, 8.1")
def json_text_in_utf8() -> Case:
    """Text outside ASCII, written directly in UTF-8."""
    return _json('{"iss":"ปทท","exp":1}'.encode())


@_codec.vector("RFC 8259, 7")
def json_surrogate_pair() -> Case:
    """A character outside the basic plane, written as a pair of escapes."""
    return _json(b'{"iss":"\\ud83d\\ude00","exp":1}')


@_codec.vector("RFC 7493, 2.2")
def json_largest_integer() -> Case:
    """2^53 - 1, the largest integer that every reader keeps exactly."""
    return _json(b'{"iss":"a","exp":9007199254740991}')


@_codec.vector("RFC 8259, 9")
def json_depth_within_the_limit() -> Case:
    """Thirty-two nested arrays, which any reader must take."""
    return _json(b"[" * 32 + b"]" * 32)


@_codec.vector(
    "RFC 7493, 2.3",
    "json.duplicate_member",
    notes="Two readers of one token see two values: what is checked is not what is used.",
)
def json_duplicate_member() -> Case:
    """A member name twice at the top level."""
    return _json(_PLAIN[:-1] + b',"iss":"b"}')


@_codec.vector(
    "RFC 7493, 2.3",
    "json.duplicate_member",
    notes="A check of the top level alone lets `cnf` or `vc` carry two values.",
)
def json_duplicate_member_nested() -> Case:
    """A member name twice in an object inside an array."""
    return _json(_PLAIN[:-1] + b',"cnf":[{"jwk":1,"jwk":2}]}')


@_codec.vector(
    "RFC 7493, 2.3",
    "json.duplicate_member",
    notes="Comparing names before unescaping them misses the repetition.",
)
def json_duplicate_member_escaped() -> Case:
    """A member name twice, once with an escape in it."""
    return _json(_PLAIN[:-1] + b',"\\u0069ss":"b"}')


@_codec.vector("RFC 8259, 2", "json.syntax", notes="What follows the value is not signed by it.")
def json_trailing_data() -> Case:
    """A second value after the first."""
    return _json(_PLAIN + b"{}")


@_codec.vector("RFC 8259, 5", "json.syntax")
def json_trailing_comma() -> Case:
    """A comma after the last member."""
    return _json(_PLAIN[:-1] + b",}")


@_codec.vector("RFC 8259, 2", "json.syntax")
def json_comment() -> Case:
    """A comment, which no JSON has."""
    return _json(_PLAIN[:-1] + b"/* */}")


@_codec.vector("RFC 8259, 7", "json.syntax")
def json_control_character() -> Case:
    """A raw line feed within a string."""
    return _json(_PLAIN[:-1] + b',"a":"x\ny"}')


@_codec.vector("RFC 8259, 2", "json.syntax")
def json_truncated() -> Case:
    """The closing brace is missing."""
    return _json(_PLAIN[:-1])


@_codec.vector(
    "RFC 8259, 6",
    "json.number",
    notes="A comparison with NaN is false, so `exp < now` never fires.",
)
def json_nan() -> Case:
    """The constant NaN, which many readers accept."""
    return _json(_PLAIN[:-1] + b',"nbf":NaN}')


@_codec.vector(
    "RFC 8259, 6", "json.number", notes="A credential that expires at infinity never expires."
)
def json_infinity() -> Case:
    """The constant Infinity."""
    return _json(_PLAIN[:-1] + b',"nbf":Infinity}')


@_codec.vector("RFC 7493, 2.2", "json.number", notes="Overflows to infinity in a double.")
def json_number_overflow() -> Case:
    """A number too large for a double."""
    return _json(_PLAIN[:-1] + b',"nbf":1e999}')


@_codec.vector(
    "RFC 7493, 2.2", "json.number", notes="Readers round it differently and disagree on a time."
)
def json_integer_too_large() -> Case:
    """2^53 + 1, which a double cannot hold."""
    return _json(_PLAIN[:-1] + b',"nbf":9007199254740993}')


@_codec.vector("RFC 8259, 6", "json.syntax")
def json_leading_zero() -> Case:
    """A number with a leading zero."""
    return _json(_PLAIN[:-1] + b',"nbf":01}')


@_codec.vector(
    "RFC 7493, 2.1", "json.surrogate", notes="Cannot be written as UTF-8: hashing it fails later."
)
def json_lone_surrogate() -> Case:
    """Half of a surrogate pair as an escape."""
    return _json(_PLAIN[:-1] + b',"a":"\\ud800"}')


@_codec.vector(
    "RFC 8259, 8.1", "json.encoding", notes="Replaced characters make two names look alike."
)
def json_invalid_utf8() -> Case:
    """A byte that no UTF-8 text has."""
    return _json(_PLAIN[:-1] + b',"a":"\xff"}')


@_codec.vector("RFC 8259, 8.1", "json.encoding")
def json_byte_order_mark() -> Case:
    """A byte order mark before the object."""
    return _json(b"\xef\xbb\xbf" + _PLAIN)


@_codec.vector(
    "RFC 8259, 8.1", "json.syntax", notes="A reader that guesses encodings reads other text."
)
def json_utf16() -> Case:
    """The same object in UTF-16."""
    return _json(_PLAIN.decode().encode("utf-16-le"))


@_codec.vector(
    "RFC 8259, 9",
    "json.too_deep",
    twin="json_depth_within_the_limit",
    notes="A recursive reader exhausts its stack: one token stops the service.",
)
def json_too_deep() -> Case:
    """Ten thousand nested arrays."""
    return _json(b"[" * 10_000 + b"]" * 10_000)
