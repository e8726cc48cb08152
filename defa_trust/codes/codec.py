"""Codes of the strict codecs: JSON, base64url, base45, zlib, gzip, CBOR."""

from __future__ import annotations

from typing import Final

from ..verdict import Code, Indication, Outcome, Stage, SubIndication

_FORMAT = (Indication.TOTAL_FAILED, SubIndication.FORMAT_FAILURE)


def _fault(id: str, citation: str, text: str) -> Code:
    return Code(id, id.partition(".")[0], Stage.PARSE, Outcome.NOT_MET, citation, text, *_FORMAT)


JSON_SYNTAX: Final = _fault("json.syntax", "RFC 8259, 2", "The text is not JSON ({actual}).")
JSON_ENCODING: Final = _fault(
    "json.encoding", "RFC 8259, 8.1", "The text is not UTF-8, or begins with a byte order mark."
)
JSON_DUPLICATE_MEMBER: Final = _fault(
    "json.duplicate_member", "RFC 7493, 2.3", "An object has a member twice."
)
JSON_TOO_DEEP: Final = _fault(
    "json.too_deep", "RFC 8259, 9", "The text is nested deeper than {expected} levels."
)
JSON_TOO_LARGE: Final = _fault(
    "json.too_large", "RFC 8259, 9", "The text has {actual} bytes; at most {expected} are read."
)
JSON_NUMBER: Final = _fault(
    "json.number",
    "RFC 7493, 2.2",
    "A number is not finite, or an integer is beyond 2^53 - 1 and so not exact everywhere.",
)
JSON_SURROGATE: Final = _fault(
    "json.surrogate", "RFC 7493, 2.1", "A string holds an unpaired surrogate."
)
JSON_NOT_AN_OBJECT: Final = _fault(
    "json.not_an_object", "RFC 8259, 4", "A JSON object is expected."
)
BASE64URL: Final = _fault(
    "base64url.not_canonical",
    "RFC 7515, 2; RFC 4648, 3.5 and 5",
    "The text is not canonical base64url without padding ({actual}).",
)
BASE58: Final = _fault(
    "base58.malformed",
    "W3C Controlled Identifiers 1.0, 2.4",
    "The text is not base58btc of at most {expected} characters ({actual}).",
)
BASE64: Final = _fault(
    "base64.not_canonical",
    "RFC 4648, 3.5 and 4",
    "The text is not canonical base64 with padding ({actual}).",
)
BASE45_ALPHABET: Final = _fault(
    "base45.alphabet", "RFC 9285, 4.2", "The text holds a character outside the base45 alphabet."
)
BASE45_LENGTH: Final = _fault(
    "base45.length", "RFC 9285, 4", "The text's length ({actual}) fits no base45 encoding."
)
BASE45_OVERFLOW: Final = _fault(
    "base45.overflow", "RFC 9285, 4", "A group of characters encodes more than its bytes can hold."
)
ZLIB_BROKEN: Final = _fault(
    "zlib.broken", "RFC 1950, 2.2", "The compressed stream is damaged or cut short."
)
ZLIB_TOO_LARGE: Final = _fault(
    "zlib.too_large", "defa_trust limit", "The stream inflates to more than {expected} bytes."
)
ZLIB_TRAILING: Final = _fault(
    "zlib.trailing", "RFC 1950, 2.2", "{actual} bytes follow the compressed stream."
)
GZIP_BROKEN: Final = _fault(
    "gzip.broken", "RFC 1952, 2.2 and 2.3", "The compressed member is damaged or cut short."
)
GZIP_TOO_LARGE: Final = _fault(
    "gzip.too_large", "defa_trust limit", "The member expands to more than {expected} bytes."
)
GZIP_TRAILING: Final = _fault(
    "gzip.trailing", "RFC 1952, 2.2", "{actual} bytes follow the compressed member."
)
CBOR_TRUNCATED: Final = _fault(
    "cbor.truncated", "RFC 8949, 5.1", "The data end before the item does (at {actual})."
)
CBOR_TRAILING: Final = _fault(
    "cbor.trailing", "RFC 8949, 5.1", "Bytes follow the item (at {actual})."
)
CBOR_RESERVED: Final = _fault(
    "cbor.reserved", "RFC 8949, 3", "A reserved value of additional information (at {actual})."
)
CBOR_DUPLICATE_KEY: Final = _fault(
    "cbor.duplicate_key", "RFC 8949, 5.6", "A map has a key twice (at {actual})."
)
CBOR_KEY_TYPE: Final = _fault(
    "cbor.key_type", "RFC 8949, 5.6", "A map key is neither integer, text nor byte string."
)
CBOR_TEXT: Final = _fault("cbor.text", "RFC 8949, 3.1", "A text string is not UTF-8 (at {actual}).")
CBOR_TOO_DEEP: Final = _fault(
    "cbor.too_deep", "RFC 8949, 10", "The item is nested deeper than {expected} levels."
)
CBOR_TOO_LARGE: Final = _fault(
    "cbor.too_large", "RFC 8949, 10", "The item has {actual} bytes; at most {expected} are read."
)
CBOR_NOT_DETERMINISTIC: Final = _fault(
    "cbor.not_deterministic", "RFC 8949, 4.2.1", "The item is not in deterministic form ({actual})."
)
CBOR_INDEFINITE: Final = _fault(
    "cbor.indefinite", "RFC 8949, 3.2", "An indefinite-length item is malformed (at {actual})."
)
DER_TRUNCATED: Final = _fault(
    "der.truncated", "ITU-T X.690, 8.1.3", "The data end before the element does (at {actual})."
)
DER_TRAILING: Final = _fault(
    "der.trailing", "ITU-T X.690, 8.1", "Octets follow the element (at {actual})."
)
DER_TAG: Final = _fault(
    "der.tag", "ITU-T X.690, 8.1.2", "Another element is expected ({expected}, at {actual})."
)
DER_LENGTH: Final = _fault(
    "der.length",
    "ITU-T X.690, 10.1",
    "A length is indefinite, or not written in the fewest octets (at {actual}).",
)
DER_VALUE: Final = _fault(
    "der.value",
    "ITU-T X.690, 8 and 11",
    "A value is not in distinguished form ({expected}, at {actual}).",
)
DER_TIME: Final = _fault(
    "der.time",
    "RFC 5280, 4.1.2.5",
    "A time is not written as YYMMDDHHMMSSZ or YYYYMMDDHHMMSSZ, or does not exist (at {actual}).",
)
DER_TOO_DEEP: Final = _fault(
    "der.too_deep", "defa_trust limit", "The element is nested deeper than {expected} levels."
)
DER_TOO_LARGE: Final = _fault(
    "der.too_large",
    "defa_trust limit",
    "The element has {actual} bytes; at most {expected} are read.",
)
BER_TOO_MANY: Final = _fault(
    "der.too_many", "defa_trust limit", "The message has more than {expected} elements."
)
