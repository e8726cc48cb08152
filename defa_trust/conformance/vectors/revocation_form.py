"""The form of CRLs and OCSP responses: strict DER, and nothing that says two things."""

from __future__ import annotations

from ...codec.der import context, encode_bits, encode_integer, seq, tlv
from ..build import DAY, MOMENT
from ..registry import Case, Group
from ..revocation_build import (
    NONCE,
    SHA256_WITH_ECDSA,
    UNHEARD_OF,
    certificate_issuer,
    crl,
    entry,
    extension,
    invalid_from,
    name,
    number,
    ocsp,
    ocsp_error,
    reason,
    responder,
    revoked,
    scope,
    sign,
    single,
)

_RFC = "RFC 5280"
_crl = Group("revocation", features=("crl", "decode"), twin="crl_form")
_ocsp = Group("revocation", features=("decode", "ocsp"), twin="ocsp_form")
_TIMES = b"\x17\x0d261031000000Z\x17\x0d261107000000Z"


def _list(data: bytes) -> Case:
    return Case(data, {}, {}, 0, "crl")


def _response(data: bytes) -> Case:
    return Case(data, {}, {}, 0, "ocsp")


def _made(*middle: bytes, beside: bytes = SHA256_WITH_ECDSA) -> bytes:
    tbs = seq(encode_integer(1), SHA256_WITH_ECDSA, name("root"), *middle)
    return seq(tbs, beside, encode_bits(sign("root", tbs)))


@_crl.vector(f"{_RFC}, 5.1")
def crl_form() -> Case:
    """A list with three entries, one of them with every extension that a direct list may have."""
    full = entry(2, MOMENT - DAY, reason(1), invalid_from(MOMENT - 9 * DAY))
    return _list(crl(number(7), scope(user=True), entries=[entry(1), full, entry(1 << 150)]))


@_crl.vector("ITU-T X.690, 8.1", "crl.malformed")
def crl_form_trailing() -> Case:
    """An octet follows the list."""
    return _list(crl() + b"\0")


@_crl.vector("ITU-T X.690, 10.1", "crl.malformed", notes="One list has many spellings.")
def crl_form_long_length() -> Case:
    """A length is written in more octets than it needs."""
    return _list(_made(b"\x17\x81\x0d261031000000Z"))


@_crl.vector(f"{_RFC}, 5.1.1.2", "crl.malformed")
def crl_form_two_algorithms() -> Case:
    """The algorithm beside the signature is another one than inside what is signed."""
    other = SHA256_WITH_ECDSA.replace(b"\x04\x03\x02", b"\x04\x03\x03")
    return _list(_made(_TIMES, beside=other))


@_crl.vector(f"{_RFC}, 5.1.2.5", "crl.malformed")
def crl_form_ends_before_it_begins() -> Case:
    """`nextUpdate` lies before `thisUpdate`."""
    return _list(_made(_TIMES[15:] + _TIMES[:15]))


@_crl.vector(f"{_RFC}, 5.2", "crl.malformed")
def crl_form_extension_twice() -> Case:
    """The list has its number twice."""
    return _list(crl(number(1), number(2)))


@_crl.vector(f"{_RFC}, 5.1.2.1", "crl.malformed")
def crl_form_version_1_with_extensions() -> Case:
    """A list of version 1 has extensions."""
    return _list(crl(number(1), version=None))


@_crl.vector(f"{_RFC}, 5.2.5", "crl.malformed")
def crl_form_two_scopes() -> Case:
    """The list says that it speaks of end entities only and of authorities only."""
    return _list(crl(scope(user=True, ca=True)))


@_crl.vector(f"{_RFC}, 5.2", "crl.critical_extension")
def crl_form_critical() -> Case:
    """The list has a critical extension that nobody knows."""
    return _list(crl(number(1), extension(UNHEARD_OF, b"\x05\x00", critical=True)))


@_crl.vector(f"{_RFC}, 5.3.1", "crl.entry")
def crl_form_reason_unused() -> Case:
    """An entry gives the reason 7, which is not used."""
    return _list(crl(entries=[entry(1, MOMENT, reason(7))]))


@_crl.vector(f"{_RFC}, 5.3.3", "crl.entry")
def crl_form_certificate_issuer() -> Case:
    """A list that is not indirect names another issuer in an entry."""
    return _list(crl(entries=[entry(1, MOMENT, certificate_issuer("other"))]))


@_crl.vector(f"{_RFC}, 5.1.2.6", "der.time")
def crl_form_date_that_does_not_exist() -> Case:
    """An entry among others is dated 30 February."""
    bad = seq(encode_integer(2), b"\x17\x0d260230000000Z")
    return _list(crl(entries=[entry(1), bad, entry(3)]))


@_crl.vector("ITU-T X.690, 8.3.2", "der.value", notes="A second spelling hides an entry.")
def crl_form_serial_with_leading_zero() -> Case:
    """An entry's serial number has a superfluous octet."""
    bad = seq(b"\x02\x03\x00\x00\x05", b"\x17\x0d260220000000Z")
    return _list(crl(entries=[entry(1), bad]))


@_ocsp.vector("RFC 6960, 4.2.1")
def ocsp_form() -> Case:
    """A response with two answers, a nonce and the responder's certificate."""
    nonce = extension(NONCE, tlv(4, b"TEST-ONLY nonce"))
    answers = single(), single(revoked(code=1), invalid_from(MOMENT - 9 * DAY))
    return _response(
        ocsp(*answers, signer="responder", certificates=[responder()], extensions=[nonce])
    )


@_ocsp.vector("RFC 6960, 2.3", "ocsp.error_status", notes="Nobody signed it.")
def ocsp_form_error() -> Case:
    """The responder reports an error of its own."""
    return _response(ocsp_error(2))


@_ocsp.vector("ITU-T X.690, 8.1", "ocsp.malformed")
def ocsp_form_trailing() -> Case:
    """An octet follows the response."""
    return _response(ocsp() + b"\0")


@_ocsp.vector("RFC 6960, 4.2.1", "ocsp.malformed")
def ocsp_form_status_that_is_none() -> Case:
    """An answer is neither good nor revoked nor unknown."""
    return _response(ocsp(single(tlv(context(3, constructed=False)))))


@_ocsp.vector("RFC 6960, 4.2.1", "ocsp.malformed")
def ocsp_form_removed_from_crl() -> Case:
    """A revocation gives a reason that only delta lists have."""
    return _response(ocsp(single(revoked(code=8))))


@_ocsp.vector("RFC 6960, 4.4", "ocsp.critical_extension")
def ocsp_form_critical() -> Case:
    """An answer has a critical extension that nobody knows."""
    unknown = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    return _response(ocsp(single(b"\x80\x00", unknown)))


@_ocsp.vector("RFC 9654, 2.1", "ocsp.malformed")
def ocsp_form_nonce_too_long() -> Case:
    """The nonce has 129 octets."""
    return _response(ocsp(extensions=[extension(NONCE, tlv(4, bytes(129)))]))
