"""Names in certificates: compared as RFC 5280, 7.1 says, and refused where they are none."""

from __future__ import annotations

from ...codec.der import SET, encode_oid, seq, tlv
from ...x509 import extensions as ext
from ...x509.profiles import QC_COMPLIANCE, QC_TYPE_SIGNATURE
from ..certificates import (
    CN,
    C,
    Extension,
    certificate,
    extended_key_usage,
    key_usage,
    qc_statements,
    rdn,
)
from ..path_cases import path_case
from ..registry import Case, Group

_group = Group("x509", features=("es256", "path"), twin="name_in_utf8")
_form = Group("x509", features=("der", "es256", "path"), twin="below_the_root")
_RFC = "RFC 5280"
_UTF8 = 0x0C
_BMP = 0x1E
_LAO = "TEST-ONLY Vi\u00eang Chan"


def _of(value: bytes, tag: int = _UTF8) -> bytes:
    """A name of a country and one common name, as these octets."""
    common = tlv(SET, seq(encode_oid(CN), tlv(tag, value)))
    return seq(rdn((C, 0x13, "TH")), common)


def _between(own: bytes, written: bytes) -> Case:
    """The authority's name is ``own``; the certificate below it writes it as ``written``."""
    top = certificate("root")
    middle = certificate("authority", top, ca=True, subject=own)
    return path_case(certificate("signer", middle, issuer=written), middle, top)


@_group.vector(f"{_RFC}, 7.1")
def name_in_utf8() -> Case:
    """The authority's name, with a letter beyond ASCII, is written the same in both places."""
    return _between(_of(_LAO.encode()), _of(_LAO.encode()))


@_group.vector(f"{_RFC}, 7.1")
def name_in_another_string_type() -> Case:
    """The authority's name is a BMPString there, and UTF-8 here."""
    return _between(_of(_LAO.encode("utf-16-be"), _BMP), _of(_LAO.encode()))


@_group.vector(f"{_RFC}, 7.1")
def plain_name_in_another_string_type() -> Case:
    """A name in ASCII letters is a BMPString there, and UTF-8 here."""
    return _between(_of("TEST-ONLY CA".encode("utf-16-be"), _BMP), _of(b"TEST-ONLY CA"))


@_group.vector("RFC 4518, 2.2")
def name_with_a_tab() -> Case:
    """A tab stands in the name where a space stands there."""
    return _between(_of(_LAO.encode()), _of(_LAO.replace(" ", "\t").encode()))


@_group.vector("RFC 4518, 2.2")
def name_with_a_format_character() -> Case:
    """A character that only directs the writing stands in the name here."""
    return _between(_of(_LAO.encode()), _of(_LAO.replace(" ", "\u2066 ").encode()))


@_group.vector("RFC 4518, 2.2")
def name_with_a_wide_space() -> Case:
    """An ideographic space stands in the name where a space stands there."""
    return _between(_of(_LAO.encode()), _of(_LAO.replace(" ", "\u3000").encode()))


@_group.vector(f"{_RFC}, 7.1", "path.no_issuer", notes="Letters that look alike are taken for one.")
def name_with_a_letter_that_looks_alike() -> Case:
    """A Cyrillic letter stands in the name where a Latin one stands there."""
    return _between(_of(_LAO.encode()), _of(_LAO.replace("a", "\u0430").encode()))


# --- what is no name -----------------------------------------
def _subject(der: bytes) -> Case:
    top = certificate("root")
    return path_case(certificate("signer", top, subject=der), top)


def _attribute(*parts: bytes) -> bytes:
    return seq(rdn((C, 0x13, "TH")), tlv(SET, seq(*parts)))


@_form.vector(f"{_RFC}, 4.1.2.4", "certificate.malformed")
def name_whose_type_is_a_number() -> Case:
    """An attribute of the subject has a number for its type."""
    return _subject(_attribute(b"\x02\x01\x05", tlv(_UTF8, b"x")))


@_form.vector(f"{_RFC}, 4.1.2.4", "certificate.malformed")
def name_whose_type_is_no_identifier() -> Case:
    """The object identifier of an attribute of the subject breaks off."""
    return _subject(_attribute(b"\x06\x02\x55\x84", tlv(_UTF8, b"x")))


@_form.vector(f"{_RFC}, 4.1.2.4", "certificate.malformed")
def name_with_two_values() -> Case:
    """An attribute of the subject has two values."""
    return _subject(_attribute(encode_oid(CN), tlv(_UTF8, b"x"), tlv(_UTF8, b"y")))


# --- keys and statements -----------------------------------------
@_group.vector(f"{_RFC}, 6.1", "path.signature_invalid", twin="an_authority_between")
def an_authority_with_an_unknown_kind_of_key() -> Case:
    """The authority's key is of a kind that nobody here knows."""
    top = certificate("root")
    spki = seq(seq(encode_oid("1.3.6.1.4.1.55555.1")), b"\x03\x02\x00\x01")
    middle = certificate("authority", top, ca=True, spki=spki)
    return path_case(certificate("signer", middle), middle, top)


def _qualified(*extensions: Extension, profile: str = "qualified_signer") -> Case:
    top = certificate("root")
    leaf = certificate("subject", top, extensions=(key_usage("content_commitment"), *extensions))
    return path_case(leaf, top, profile=profile)


_statements = Group("x509", features=("es256", "path"), twin="statements_of_a_signer")


@_statements.vector("EN 319 412-5, 4.2")
def statements_of_a_signer() -> Case:
    """The certificate states that it is qualified, and for signatures."""
    return _qualified(qc_statements(QC_COMPLIANCE, types=[QC_TYPE_SIGNATURE]))


@_statements.vector("EN 319 412-5, 4.2")
def statement_with_a_number() -> Case:
    """Among the statements is how many years records are kept: a number."""
    kept = seq(encode_oid("0.4.0.1862.1.3"), b"\x02\x01\x0f")
    return _qualified((ext.QC_STATEMENTS, False, seq(seq(encode_oid(QC_COMPLIANCE)), kept)))


@_statements.vector("EN 319 412-5, 4.2.3", "certificate.qc_statement")
def statement_of_types_without_types() -> Case:
    """The statement of what it is for is there and names nothing."""
    return _qualified(qc_statements(QC_COMPLIANCE, "0.4.0.1862.1.6"))


@_statements.vector(f"{_RFC}, 4.2.1.12")
def signer_with_a_purpose() -> Case:
    """A signer's certificate names a purpose besides, which nobody asked for."""
    return _qualified(extended_key_usage("1.3.6.1.5.5.7.3.4"), profile="signer")
