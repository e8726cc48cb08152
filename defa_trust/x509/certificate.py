"""What a certificate says, read once and believed by nobody (floor 4).

The skeleton (RFC 5280, 4.1: names, validity, where the extensions lie) is checked when a
certificate is opened; the value of an extension, and the key, when somebody first asks. Nothing
here makes a certificate trusted; anchors come from trust lists only.
"""

from __future__ import annotations

from struct import Struct
from typing import Final

from ..algorithm_ids import known_rows
from ..codec.der import (
    BIT_STRING,
    BOOLEAN,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Reader,
    context,
    dotted,
    element,
    encode_oid,
    utc_time,
)
from ..codes import listing
from ..codes import x509 as codes
from ..errors import MisuseError, Rejection
from . import extensions as ext
from .facts import (
    READERS,
    Extension,
    Slots,
    UntrustedCertificate,
    extension_fault,
    malformed,
    new_extension,
    reason,
)

__all__ = [
    "MAX_CERTIFICATE_BYTES",
    "UNDERSTOOD_CRITICAL",
    "Extension",
    "UntrustedCertificate",
    "open_certificate",
    "read_certificate",
]

MAX_CERTIFICATE_BYTES: Final = 1 << 16
"""Ours: the largest certificate in the public corpora is under 8 KiB."""

_EXTENSIONS: Final = context(3)
_HEADS: Final = Struct(">HHHH").unpack_from
_LONG_SEQUENCE: Final = 0x3082
"""A SEQUENCE whose length takes two octets."""
_SHORT: Final = 0x81
"""Of an element whose length takes one octet, the end lies at most so far from its begin."""
_SIGN_OCTETS: Final = frozenset({0x00, 0xFF})
_VERSION_3: Final = b"\xa0\x03\x02\x01\x02"
_NO_CONSTRAINTS: Final = ext.BasicConstraints()
_OIDS: Final = {encode_oid(oid): oid for oid in READERS}
UNDERSTOOD_CRITICAL: Final = frozenset(
    {ext.KEY_USAGE, ext.EXTENDED_KEY_USAGE, ext.BASIC_CONSTRAINTS}
)
"""Critical extensions that an end-entity check here takes into account (RFC 5280, 4.2)."""


def open_certificate(der: bytes) -> UntrustedCertificate:
    """Read the skeleton of one DER certificate (RFC 5280, version 3).

    Raises ``Rejection`` (`certificate.malformed` or `certificate.extension`, with the offset) for
    anything else.
    """
    if type(der) is not bytes:
        raise MisuseError(f"a certificate is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection(codes.MALFORMED, actual=f"{len(der)} bytes")
    try:
        return _open(der)
    except Rejection as refusal:
        if refusal.code in (codes.MALFORMED, codes.EXTENSION):
            raise
        raise malformed(reason(refusal), refusal.where) from None


def read_certificate(der: bytes) -> UntrustedCertificate:
    """Read one DER certificate whole. Raises ``Rejection`` for anything else.

    `list.certificate` where it cannot be read, a `crypto.*` code where its key is not usable.
    """
    try:
        certificate = open_certificate(der)
        certificate.check()
    except Rejection as refusal:
        if refusal.code in (codes.MALFORMED, codes.EXTENSION):
            raise Rejection(
                listing.CERTIFICATE,
                where=refusal.where,
                expected=refusal.expected,
                actual=refusal.actual,
            ) from None
        raise
    return certificate


def _open(der: bytes) -> UntrustedCertificate:
    """Elements are found by arithmetic where they have their usual form, else by ``element``."""
    size = len(der)
    if size < 128:
        raise malformed("too short for a certificate", f"offset {size}")
    outer, length, inner, tbs_length = _HEADS(der)
    if outer == inner == _LONG_SEQUENCE and length == size - 4 and 255 < tbs_length <= length - 4:
        pos, start, tbs_end = 4, 8, tbs_length + 8
    else:
        tag, pos, end = element(der, 0, size)
        if tag != SEQUENCE or end != size:
            raise malformed("no SEQUENCE, or something behind it", "offset 0")
        tag, start, tbs_end = element(der, pos, size)
        if tag != SEQUENCE:
            raise malformed("no TBSCertificate", f"offset {pos}")
    if tbs_end > size - 4:
        raise malformed("no signature", f"offset {tbs_end}")
    made = Slots()
    made.checked = False
    made.der = der
    made.tbs = der[pos:tbs_end]
    # version, serialNumber
    if der[start : start + 5] != _VERSION_3:
        raise Rejection(
            codes.MALFORMED,
            where=f"offset {start}",
            expected="version 3",
            actual="another version than 3",
        )
    pos = start + 5
    tag, body, after = element(der, pos, tbs_end)
    if tag != INTEGER:
        raise malformed("no serial number", f"offset {pos}")
    first = der[body]
    if after == body or (
        first in _SIGN_OCTETS and after - body > 1 and first >> 7 == der[body + 1] >> 7
    ):
        raise malformed("a serial number not in its shortest form", f"offset {pos}")
    made.serial = int.from_bytes(der[body:after], signed=True)
    # signature, issuer, validity, subject, subjectPublicKeyInfo
    pos = after + 2 + der[after + 1]
    if der[after] != SEQUENCE or pos > after + _SHORT or pos > tbs_end:
        tag, _, pos = element(der, after, tbs_end)
        if tag != SEQUENCE:
            raise malformed("no signature algorithm", f"offset {after}")
    identifier = der[after:pos]
    after = pos + 2 + der[pos + 1]
    if der[pos] != SEQUENCE or after > pos + _SHORT or after > tbs_end:
        _, _, after = element(der, pos, tbs_end)
    made.issuer_name = der[pos:after]
    body = after + 2
    pos = body + 30
    if der[after:body] == b"\x30\x1e" and pos <= tbs_end:
        # Two UTCTimes, as nearly everybody writes them.
        made.not_before = not_before = utc_time(der[body : body + 15], body)
        made.not_after = not_after = utc_time(der[body + 15 : pos], body + 15)
    else:
        tag, body, pos = element(der, after, tbs_end)
        if tag != SEQUENCE:
            raise malformed("no validity", f"offset {after}")
        reader = Reader(der, body, pos)
        made.not_before = not_before = reader.time()
        made.not_after = not_after = reader.time()
        reader.finish()
    if not_after < not_before:
        raise malformed("it ends before it begins", f"offset {body}")
    after = pos + 2 + der[pos + 1]
    if der[pos] != SEQUENCE or after > pos + _SHORT or after > tbs_end:
        _, _, after = element(der, pos, tbs_end)
    made.subject_name = der[pos:after]
    tag, _, pos = element(der, after, tbs_end)
    if tag != SEQUENCE:
        raise malformed("no public key", f"offset {after}")
    made.spki = der[after:pos]
    _read_extensions(made, der, pos, tbs_end)
    # signatureAlgorithm, signatureValue
    pos = tbs_end + len(identifier)
    if der[tbs_end:pos] != identifier:
        # RFC 5280, 4.1.1.2: the same identifier inside what is signed and beside it.
        raise malformed("two different signature algorithms", f"offset {tbs_end}")
    made.signature_algorithm = identifier
    made.rows = known_rows(identifier)
    tag, body, end = element(der, pos, size)
    if tag != BIT_STRING or end != size or end == body or der[body]:
        raise malformed("no signature of whole octets, or something behind it", f"offset {pos}")
    made.signature = der[body + 1 : end]
    made.__class__ = UntrustedCertificate
    assert isinstance(made, UntrustedCertificate)
    return made


def _read_extensions(made: Slots, der: bytes, pos: int, end: int) -> None:
    """RFC 5280, 4.1.2.8 and 4.1.2.9: unique identifiers are passed over, extensions come last."""
    found: dict[str, Extension] = {}
    for unique in (0x81, 0x82):
        if pos < end and der[pos] == unique:
            _, _, pos = element(der, pos, end)
    if pos == end:
        made.extensions, made.critical = found, frozenset()
        made.is_ca, made.path_length, made.key_usage = False, None, None
        return
    tag, body, after = element(der, pos, end)
    if tag != _EXTENSIONS or after != end:
        raise malformed("another element than the extensions", f"offset {pos}")
    tag, pos, after = element(der, body, end)
    if tag != SEQUENCE or after != end or pos == end:
        raise malformed("extensions that are no list, or an empty one", f"offset {body}")
    critical: list[str] = []
    while pos < end:
        begun = pos
        size = der[pos + 1]
        if size < 0x80 and der[pos] == SEQUENCE:
            body = pos + 2
            pos = body + size
            if pos > end:
                raise malformed("an extension that is cut short", f"offset {begun}")
        else:
            tag, body, pos = element(der, pos, end)
            if tag != SEQUENCE:
                raise malformed("an extension that is none", f"offset {begun}")
        value = body + 2 + der[body + 1]
        oid = _OIDS.get(der[body:value])
        if oid is None:
            oid = dotted(der[body + 2 : value])
            if oid is None or der[body] != OID:
                raise malformed("an extension without a name", f"offset {begun}")
        if value + 2 > pos:
            raise malformed("an extension without a value", f"offset {begun}")
        if is_critical := der[value] == BOOLEAN:
            # NOTE: an encoded FALSE is read, as in BasicConstraints.
            octet = der[value + 1 : value + 3]
            is_critical = octet == b"\x01\xff"
            if is_critical:
                critical.append(oid)
            elif octet != b"\x01\0":
                raise malformed("a truth value that is neither", f"offset {value}")
            value += 3
        size = der[value + 1] if value + 2 <= pos else 0x80
        if size < 0x80 and der[value] == OCTET_STRING and value + 2 + size == pos:
            body = value + 2
        else:
            tag, body, after = element(der, value, pos)
            if tag != OCTET_STRING or after != pos:
                raise malformed("an extension without one value", f"offset {begun}")
        if oid in found:
            raise malformed(f"the extension {oid} twice", f"offset {begun}")
        found[oid] = new_extension((is_critical, der[body:pos], body))
    made.critical = frozenset(critical)
    made.extensions = found
    # What every path asks of every certificate.
    asked = ext.BASIC_CONSTRAINTS
    try:
        extension = found.get(asked)
        constraints = _NO_CONSTRAINTS
        if extension is not None:
            constraints = made.basic_constraints = ext.read_basic_constraints(extension[1])
        made.is_ca, made.path_length = constraints
        extension = found.get(asked := ext.KEY_USAGE)
        made.key_usage = None if extension is None else ext.read_key_usage(extension[1])
    except Rejection as refusal:
        raise extension_fault(asked, found[asked], refusal) from None
