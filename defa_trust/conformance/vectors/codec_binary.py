"""Strict base64url, base45, zlib and CBOR: one encoding a value, and bounded work."""

from __future__ import annotations

from ..build import stored, zeros
from ..registry import Case, Group, Importance

_b64 = Group("codec", features=("base64url", "decode"), twin="base64url_unpadded")
_b45 = Group("codec", features=("base45", "decode"), twin="base45_example")
_zlib = Group("codec", features=("decode", "zlib"), twin="zlib_stored")
_cbor = Group("codec", features=("cbor", "decode"), twin="cbor_map")
_det = Group("codec", features=("cbor-deterministic", "decode"), twin="cbor_deterministic_map")


def _decode(codec: str, data: bytes) -> Case:
    return Case(data, {}, {}, 0, codec)


# --- base64url -----------------------------------------
@_b64.vector("RFC 4648, 5")
def base64url_unpadded() -> Case:
    """Four octets in the URL-safe alphabet, without padding."""
    return _decode("base64url", b"_-8B_w")


@_b64.vector(
    "RFC 7515, 2",
    "base64url.not_canonical",
    notes="The same token under two texts: caches and replay lists keyed by text miss it.",
)
def base64url_padding() -> Case:
    """The same octets with padding."""
    return _decode("base64url", b"_-8B_w==")


@_b64.vector(
    "RFC 4648, 3.5",
    "base64url.not_canonical",
    notes="Many strict modes overlook unused bits: one token has several texts.",
)
def base64url_unused_bits() -> Case:
    """The same octets with a bit set in the part of the last character that carries none."""
    return _decode("base64url", b"_-8B_x")


@_b64.vector("RFC 4648, 5", "base64url.not_canonical")
def base64url_standard_alphabet() -> Case:
    """The same octets in the standard alphabet (`/` and `+`)."""
    return _decode("base64url", b"/+8B/w")


@_b64.vector("RFC 4648, 3.3", "base64url.not_canonical")
def base64url_whitespace() -> Case:
    """A line break within the text."""
    return _decode("base64url", b"_-8\nB_w")


@_b64.vector("RFC 4648, 4", "base64url.not_canonical")
def base64url_impossible_length() -> Case:
    """Five characters, which no octet string encodes to."""
    return _decode("base64url", b"_-8B_")


# --- base45 -----------------------------------------
@_b45.vector("RFC 9285, 4.3")
def base45_example() -> Case:
    """The RFC's own example: `QED8WEX0`."""
    return _decode("base45", b"QED8WEX0")


@_b45.vector("RFC 9285, 6", "base45.overflow", notes="Wraps around: many texts for one message.")
def base45_three_overflow() -> Case:
    """A group of three characters above 65535."""
    return _decode("base45", b"QED:::X0")


@_b45.vector("RFC 9285, 6", "base45.overflow", notes="Wraps around: many texts for one message.")
def base45_two_overflow() -> Case:
    """A last group of two characters above 255."""
    return _decode("base45", b"QED8WE::")


@_b45.vector("RFC 9285, 6", "base45.alphabet")
def base45_lower_case() -> Case:
    """A lower-case letter, which is outside the alphabet."""
    return _decode("base45", b"qED8WEX0")


@_b45.vector("RFC 9285, 6", "base45.alphabet")
def base45_outside_ascii() -> Case:
    """An octet above 127."""
    return _decode("base45", b"Q\xc5D8WEX0")


@_b45.vector("RFC 9285, 6", "base45.length")
def base45_single_character_left() -> Case:
    """A length that leaves one character over."""
    return _decode("base45", b"QED8WEX")


# --- zlib -----------------------------------------
@_zlib.vector("RFC 1950, 2.2")
def zlib_stored() -> Case:
    """A stream of one stored block."""
    return _decode("zlib", stored(b"TEST-ONLY"))


@_zlib.vector(
    "defa_trust profile, decode task zlib (64 KiB)",
    "zlib.too_large",
    importance=Importance.PROFILE,
    notes="A few hundred octets become gigabytes: one QR code stops a gate.",
)
def zlib_bomb() -> Case:
    """More than a mebibyte of zeros in under seven kilobytes."""
    return _decode("zlib", zeros(258 * 4096 + 1))


@_zlib.vector("RFC 1950, 2.2", "zlib.broken")
def zlib_wrong_checksum() -> Case:
    """The Adler-32 checksum does not fit."""
    good = stored(b"TEST-ONLY")
    return _decode("zlib", good[:-1] + bytes([good[-1] ^ 1]))


@_zlib.vector("RFC 1950, 2.2", "zlib.broken", notes="A cut message is read as a whole one.")
def zlib_truncated() -> Case:
    """The stream ends before its checksum."""
    return _decode("zlib", stored(b"TEST-ONLY")[:-4])


@_zlib.vector(
    "RFC 1950, 2.2", "zlib.trailing", notes="Octets nobody reads make two messages of one."
)
def zlib_trailing_data() -> Case:
    """Octets after the end of the stream."""
    return _decode("zlib", stored(b"TEST-ONLY") + b"x")


# --- CBOR -----------------------------------------
@_cbor.vector("RFC 8949, 3")
def cbor_map() -> Case:
    """A map with integer, text and byte-string keys."""
    return _decode("cbor", bytes.fromhex("a3 01 6161 6162 f5 4163 8101"))


@_cbor.vector("RFC 8949, 3.2")
def cbor_indefinite_length() -> Case:
    """A map and a text of indefinite length: well formed, though not deterministic."""
    return _decode("cbor", bytes.fromhex("bf 01 7f 6161 6162 ff ff"))


@_cbor.vector("RFC 8949, 3.3")
def cbor_floats() -> Case:
    """Numbers in half, single and double precision."""
    return _decode("cbor", bytes.fromhex("83 f93c00 fa47c35000 fb7e37e43c8800759c"))


@_cbor.vector(
    "RFC 8949, 5.6",
    "cbor.duplicate_key",
    notes="First or last wins: two readers see two expiry dates.",
)
def cbor_duplicate_key() -> Case:
    """A map with the same integer key twice."""
    return _decode("cbor", bytes.fromhex("a2 01 6161 01 6162"))


@_cbor.vector(
    "RFC 8949, 5.6", "cbor.duplicate_key", notes="Keys compared as octets look different."
)
def cbor_duplicate_key_other_encoding() -> Case:
    """A map with one integer key twice, once in a longer head."""
    return _decode("cbor", bytes.fromhex("a2 01 6161 1801 6162"))


@_cbor.vector("RFC 8949, 5.1", "cbor.trailing", notes="What follows the item is not signed by it.")
def cbor_trailing_data() -> Case:
    """A second item after the first."""
    return _decode("cbor", bytes.fromhex("a1 01 6161 00"))


@_cbor.vector("RFC 8949, 3", "cbor.truncated")
def cbor_truncated() -> Case:
    """The value of the last pair is missing."""
    return _decode("cbor", bytes.fromhex("a2 01 6161 02"))


@_cbor.vector(
    "RFC 8949, 10", "cbor.truncated", notes="A reader that reserves what is declared runs dry."
)
def cbor_huge_declared_array() -> Case:
    """An array that declares 2^40 elements and has none."""
    return _decode("cbor", bytes.fromhex("9b 0000010000000000"))


@_cbor.vector("RFC 8949, 10", "cbor.truncated")
def cbor_huge_declared_string() -> Case:
    """A byte string that declares 2^63 octets and has one."""
    return _decode("cbor", bytes.fromhex("5b 7fffffffffffffff 00"))


@_cbor.vector("RFC 8949, 10", "cbor.too_deep", notes="A recursive reader exhausts its stack.")
def cbor_too_deep() -> Case:
    """Ten thousand nested arrays."""
    return _decode("cbor", b"\x81" * 10_000 + b"\x00")


@_cbor.vector("RFC 8949, 3.1", "cbor.text")
def cbor_text_not_utf8() -> Case:
    """A text string that is not UTF-8."""
    return _decode("cbor", bytes.fromhex("a1 01 61ff"))


@_cbor.vector("RFC 8949, 3", "cbor.reserved")
def cbor_reserved_head() -> Case:
    """Additional information 28, which is reserved."""
    return _decode("cbor", bytes.fromhex("1c"))


@_cbor.vector("RFC 8949, 3.2.1", "cbor.indefinite")
def cbor_stray_break() -> Case:
    """A break outside any item of indefinite length."""
    return _decode("cbor", bytes.fromhex("82 01 ff"))


@_cbor.vector("RFC 8949, 3.2.3", "cbor.indefinite")
def cbor_chunk_of_other_type() -> Case:
    """A byte-string chunk within a text of indefinite length."""
    return _decode("cbor", bytes.fromhex("7f 6161 4162 ff"))


# --- deterministic CBOR -----------------------------------------
@_det.vector("RFC 8949, 4.2.1")
def cbor_deterministic_map() -> Case:
    """A map in deterministic form."""
    return _decode("cbor-deterministic", bytes.fromhex("a2 01 6161 6162 1864"))


@_det.vector(
    "RFC 8949, 4.2.1", "cbor.not_deterministic", notes="One value, many encodings, many digests."
)
def cbor_deterministic_long_head() -> Case:
    """An integer in a head longer than it needs."""
    return _decode("cbor-deterministic", bytes.fromhex("a2 01 6161 6162 190064"))


@_det.vector("RFC 8949, 4.2.1", "cbor.not_deterministic")
def cbor_deterministic_unsorted_keys() -> Case:
    """Keys out of order."""
    return _decode("cbor-deterministic", bytes.fromhex("a2 6162 1864 01 6161"))


@_det.vector("RFC 8949, 4.2.1", "cbor.not_deterministic")
def cbor_deterministic_indefinite_length() -> Case:
    """A map of indefinite length."""
    return _decode("cbor-deterministic", bytes.fromhex("bf 01 6161 6162 1864 ff"))
