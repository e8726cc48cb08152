"""Codecs at their bounds, and encodings that a quick reader takes for usual ones."""

from __future__ import annotations

from ..build import zeros
from ..harness import MAX_INFLATED
from ..registry import Case, Group, Importance

_b64 = Group("codec", features=("base64", "decode"), twin="base64_padded")
_zlib = Group("codec", features=("decode", "zlib"), twin="zlib_stored")
_cbor = Group("codec", features=("cbor", "decode"), twin="cbor_map")
_det = Group("codec", features=("cbor-deterministic", "decode"), twin="cbor_deterministic_map")


def _decode(codec: str, data: bytes) -> Case:
    return Case(data, {}, {}, 0, codec)


# --- base64 -----------------------------------------
@_b64.vector("RFC 4648, 4")
def base64_padded() -> Case:
    """Four octets in the standard alphabet, padded."""
    return _decode("base64", b"/+8B/w==")


@_b64.vector("RFC 4648, 4", "base64.not_canonical")
def base64_url_alphabet() -> Case:
    """The same octets in the URL-safe alphabet (`-` and `_`)."""
    return _decode("base64", b"_-8B_w==")


@_b64.vector("RFC 4648, 3.2", "base64.not_canonical")
def base64_without_padding() -> Case:
    """The same octets without their padding."""
    return _decode("base64", b"/+8B/w")


@_b64.vector("RFC 4648, 3.3", "base64.not_canonical")
def base64_line_break() -> Case:
    """A line break within the text, as mail has it."""
    return _decode("base64", b"/+8B\n/w==")


# --- zlib -----------------------------------------
@_zlib.vector("RFC 1950, 2.2", importance=Importance.PROFILE)
def zlib_of_just_the_bound() -> Case:
    """It inflates to 65,536 octets, the most that is allowed."""
    return _decode("zlib", zeros(MAX_INFLATED))


@_zlib.vector(
    "RFC 1950, 2.2",
    "zlib.too_large",
    twin="zlib_of_just_the_bound",
    importance=Importance.PROFILE,
)
def zlib_one_octet_beyond_the_bound() -> Case:
    """It inflates to 65,537 octets, one more than is allowed."""
    return _decode("zlib", zeros(MAX_INFLATED + 1))


# --- CBOR -----------------------------------------
@_cbor.vector(
    "RFC 8949, 5.6",
    "cbor.key_type",
    importance=Importance.PROFILE,
    notes="1 and 1.0 are one key to some readers, and two to others.",
)
def cbor_key_that_is_a_float() -> Case:
    """A map whose key is the floating-point number 1.0."""
    return _decode("cbor", bytes.fromhex("a1f93c0001"))


@_cbor.vector("RFC 8949, 5.6", "cbor.key_type", importance=Importance.PROFILE)
def cbor_key_that_is_an_array() -> Case:
    """A map whose key is an array."""
    return _decode("cbor", bytes.fromhex("a18001"))


@_cbor.vector("RFC 8949, 5.6", "cbor.key_type", importance=Importance.PROFILE)
def cbor_key_that_is_true() -> Case:
    """A map whose key is `true`."""
    return _decode("cbor", bytes.fromhex("a1f501"))


@_cbor.vector("RFC 8949, 3", "cbor.truncated", notes="Memory is set aside for what is announced.")
def cbor_huge_declared_map() -> Case:
    """A map that announces four thousand million pairs and holds one."""
    return _decode("cbor", bytes.fromhex("baffffffff0101"))


@_cbor.vector("RFC 8949, 3.2.3")
def cbor_text_in_chunks() -> Case:
    """A text in two chunks."""
    return _decode("cbor", bytes.fromhex("7f6161626263ff"))


@_cbor.vector(
    "RFC 8949, 3.2.3",
    "cbor.text",
    twin="cbor_text_in_chunks",
    notes="The chunks are joined before they are read.",
)
def cbor_character_across_chunks() -> Case:
    """A text in two chunks, of which neither is UTF-8 by itself."""
    return _decode("cbor", bytes.fromhex("7f61c361a9ff"))


@_cbor.vector("RFC 8949, 3.2.2", importance=Importance.PROFILE)
def cbor_nested_to_the_bound() -> Case:
    """Thirty-two arrays of indefinite length, one in the other: the most that is read."""
    return _decode("cbor", b"\x9f" * 32 + b"\xff" * 32)


@_cbor.vector(
    "RFC 8949, 3.2.2",
    "cbor.too_deep",
    twin="cbor_nested_to_the_bound",
    importance=Importance.PROFILE,
)
def cbor_nested_beyond_the_bound() -> Case:
    """Thirty-three arrays of indefinite length, one in the other."""
    return _decode("cbor", b"\x9f" * 33 + b"\xff" * 33)


@_det.vector("RFC 8949, 4.2.1")
def cbor_deterministic_float() -> Case:
    """The number 1.5 in its shortest form."""
    return _decode("cbor-deterministic", bytes.fromhex("f93e00"))


@_det.vector("RFC 8949, 4.2.1", "cbor.not_deterministic", twin="cbor_deterministic_float")
def cbor_deterministic_long_float() -> Case:
    """The number 1.5 in four octets, where two hold it."""
    return _decode("cbor-deterministic", bytes.fromhex("fa3fc00000"))
