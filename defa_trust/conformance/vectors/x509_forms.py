"""Certificates as octets: what is no certificate, and what RFC 5280, 4 asks of whoever issues."""

from __future__ import annotations

from typing import Any

from ...codec.der import encode_boolean, encode_integer, encode_oid, seq, tlv
from ...x509 import extensions as ext
from ..certificates import (
    Extension,
    alternative_names,
    basic_constraints,
    certificate,
    dns,
    key_usage,
    name_constraints,
)
from ..path_cases import path_case
from ..registry import Case, Group

_group = Group("x509", features=("der", "es256", "path"), twin="below_the_root")
_strict = Group("x509", features=("es256", "path", "rfc5280-profile"), twin="form_as_asked_for")
_RFC = "RFC 5280"
_X690 = "ITU-T X.690"


def _plain(**more: Any) -> bytes:
    return certificate("signer", certificate("root"), **more).der


def _case(octets: bytes) -> Case:
    top = certificate("root")
    return path_case(certificate("signer", top), top, leaf=octets)


@_group.vector(f"{_X690}, 8.1", "certificate.malformed")
def an_octet_behind_it() -> Case:
    """An octet follows the certificate."""
    return _case(_plain() + b"\0")


@_group.vector(f"{_X690}, 8.1", "certificate.malformed")
def an_octet_missing() -> Case:
    """The last octet is missing."""
    return _case(_plain()[:-1])


@_group.vector(f"{_X690}, 10.1", "certificate.malformed")
def an_indefinite_length() -> Case:
    """The outermost length is indefinite, with the end marked."""
    return _case(b"\x30\x80" + _plain()[4:] + b"\0\0")


@_group.vector(f"{_X690}, 10.1", "certificate.malformed")
def a_length_with_a_zero_before_it() -> Case:
    """The outermost length is written in three octets, of which the first is zero."""
    plain = _plain()
    return _case(b"\x30\x83\x00" + plain[2:])


@_group.vector(f"{_RFC}, 4.1.2.1", "certificate.malformed")
def a_certificate_of_version_1() -> Case:
    """The certificate is of version 1: it has no extensions to rely on."""
    return _case(_plain(version=b"", raw_extensions=b""))


@_group.vector(f"{_X690}, 8.3.2", "certificate.malformed")
def a_serial_number_with_a_zero_before_it() -> Case:
    """The serial number is not written in the fewest octets."""
    plain = _plain(serial=0x11223344)
    number = encode_integer(0x11223344)
    longer = tlv(0x02, b"\0" + number[2:])
    at = plain.index(number)
    body = plain[8:at] + longer + plain[at + len(number) :]
    tbs = int.from_bytes(plain[6:8]) + 1
    whole = int.from_bytes(plain[2:4]) + 1
    octets = b"\x30\x82" + whole.to_bytes(2) + b"\x30\x82" + tbs.to_bytes(2) + body
    return _case(octets)


@_group.vector(f"{_RFC}, 4.2", "certificate.malformed")
def an_extension_twice() -> Case:
    """KeyUsage stands twice, first wide and then narrow."""
    usage = [key_usage("content_commitment"), key_usage("key_cert_sign")]
    written = b"".join(
        seq(encode_oid(oid), encode_boolean(critical), tlv(0x04, value))
        for oid, critical, value in usage
    )
    return _case(_plain(raw_extensions=written))


@_group.vector(f"{_X690}, 11.1", "certificate.malformed")
def a_truth_value_that_is_neither() -> Case:
    """KeyUsage is critical, written 0x01 in place of 0xFF."""
    oid, _, value = key_usage("content_commitment")
    written = seq(encode_oid(oid), tlv(0x01, b"\x01"), tlv(0x04, value))
    return _case(_plain(raw_extensions=written))


def _with(oid: str, value: bytes) -> Case:
    return _case(_plain(extensions=[(oid, False, value)]))


@_group.vector(f"{_RFC}, 4.2.1.12", "certificate.extension")
def no_purpose_in_extended_key_usage() -> Case:
    """ExtendedKeyUsage lists nothing."""
    return _with(ext.EXTENDED_KEY_USAGE, seq())


@_group.vector(f"{_RFC}, 4.2.1.4", "certificate.extension")
def a_policy_twice() -> Case:
    """CertificatePolicies has one policy twice."""
    one = seq(encode_oid("1.2.3.4.1"))
    return _with(ext.CERTIFICATE_POLICIES, seq(one, one))


@_group.vector(f"{_RFC}, 4.2.1.9", "certificate.extension")
def a_path_length_below_zero() -> Case:
    """BasicConstraints has a negative path length."""
    value = seq(encode_boolean(True), encode_integer(-1))
    return _with(ext.BASIC_CONSTRAINTS, value)


@_group.vector(f"{_RFC}, 4.2.1.6", "certificate.extension")
def a_name_that_is_not_ascii() -> Case:
    """A DNS name holds an octet that is no ASCII."""
    return _with(ext.SUBJECT_ALT_NAME, seq(tlv(0x82, "sígn.test.example".encode())))


@_group.vector(f"{_X690}, 8.1.3", "certificate.extension")
def an_address_that_ends_before_it_begins() -> Case:
    """In AuthorityInfoAccess the length of the description says that it ends within its method."""
    method = encode_oid(ext.ACCESS_OCSP)
    told = seq(method, tlv(0x86, b"http://ocsp.test.example"))
    return _with(ext.AUTHORITY_INFO_ACCESS, seq(b"\x30\x05" + told[2:]))


@_group.vector(
    "RFC 5480, 2.1.1",
    "crypto.key_invalid",
    notes="CVE-2020-0601: whoever chooses the generator chooses the private key.",
)
def a_curve_spelt_out() -> Case:
    """The key's curve is not named but spelt out: P-256, every number right."""
    prime = 2**256 - 2**224 + 2**192 + 2**96 - 1
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    b = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
    base = bytes.fromhex(
        "046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    )
    curve = seq(
        encode_integer(1),
        seq(encode_oid("1.2.840.10045.1.1"), encode_integer(prime)),
        seq(tlv(0x04, (prime - 3).to_bytes(32)), tlv(0x04, b.to_bytes(32))),
        tlv(0x04, base),
        encode_integer(order),
        encode_integer(1),
    )
    top = certificate("root")
    plain = certificate("signer", top)
    spki = plain.key.verification_key.spki()
    spelt = seq(seq(encode_oid("1.2.840.10045.2.1"), curve), spki[-68:])
    return _case(_plain(spki=spelt))


# --- RFC 5280, 4: asked for by `conformance: profile` --------------------------------------------
def _formed(
    *extensions: Extension, above: Extension | None = None, without: str = "", **more: Any
) -> Case:
    top = certificate("root")
    own = [] if above is None else [above]
    gone = [without] if without.startswith("authority ") else []
    middle = certificate("authority", top, ca=True, extensions=own,
                         without=[oid.partition(" ")[2] for oid in gone])  # fmt: skip
    leaf = certificate("signer", middle, extensions=extensions,
                       without=[] if gone else [without], **more)  # fmt: skip
    return path_case(leaf, middle, top, conformance="profile")


@_strict.vector(f"{_RFC}, 4.2")
def form_as_asked_for() -> Case:
    """Every certificate observes section 4."""
    return _formed()


@_strict.vector(f"{_RFC}, 4.2.1.1", "path.form")
def form_without_an_authority_key_identifier() -> Case:
    """The certificate does not say which key signed it."""
    return _formed(without=ext.AUTHORITY_KEY_IDENTIFIER)


@_strict.vector(f"{_RFC}, 4.2.1.2", "path.form")
def form_of_an_authority_without_a_key_identifier() -> Case:
    """The authority's certificate does not name its key."""
    return _formed(without=f"authority {ext.SUBJECT_KEY_IDENTIFIER}")


@_strict.vector(f"{_RFC}, 4.2.1.9", "path.form")
def form_of_an_authority_that_is_not_critical_about_it() -> Case:
    """The authority's basicConstraints are not critical."""
    return _formed(above=basic_constraints(critical=False))


@_strict.vector(f"{_RFC}, 4.2.1.10", "path.form")
def form_of_constraints_that_are_not_critical() -> Case:
    """The authority's name constraints are not critical."""
    limits = name_constraints(excluded=[dns("sg.test.example")], critical=False)
    return _formed(above=limits)


@_strict.vector(f"{_RFC}, 4.2.1.10", "path.form")
def form_of_a_signer_with_name_constraints() -> Case:
    """A signer's certificate has name constraints."""
    return _formed(name_constraints(excluded=[dns("sg.test.example")]))


@_strict.vector(f"{_RFC}, 4.1.2.2", "path.form")
def form_of_a_serial_number_zero() -> Case:
    """The serial number is zero."""
    return _formed(serial=0)


@_strict.vector(f"{_RFC}, 4.1.2.2", "path.form")
def form_of_a_serial_number_too_long() -> Case:
    """The serial number has 21 octets."""
    return _formed(serial=1 << 160)


@_strict.vector(f"{_RFC}, 4.2.1.6", "path.form")
def form_of_a_nameless_subject() -> Case:
    """The subject is empty, and the alternative names are not critical."""
    return _formed(alternative_names(dns("sign.th.test.example")), subject=seq())


@_strict.vector(f"{_RFC}, 4.2.1.6")
def form_of_a_subject_named_elsewhere() -> Case:
    """The subject is empty, and the alternative names are critical."""
    return _formed(alternative_names(dns("sign.th.test.example"), critical=True), subject=seq())


@_strict.vector(f"{_RFC}, 4.2.1.6", "path.form", twin="form_of_a_subject_named_elsewhere")
def form_of_a_dns_name_that_is_an_address() -> Case:
    """An IP address stands as a DNS name."""
    return _formed(alternative_names(dns("192.0.2.1")))
