"""CRLs and OCSP responses: what stands twice, stands behind, or lasts no time."""

from __future__ import annotations

from ...codec.der import element, seq
from ..build import MOMENT
from ..registry import Case, Group
from ..revocation_build import THIS_UPDATE, crl, entry, ocsp, reason, single

_crl = Group("revocation", features=("crl", "decode"), twin="crl_form_entry_with_a_reason")
_ocsp = Group("revocation", features=("decode", "ocsp"), twin="ocsp_form_of_no_length")


def _list(octets: bytes) -> Case:
    return Case(octets, {}, {}, 0, "crl")


def _response(answer: bytes) -> Case:
    return Case(ocsp(answer), {}, {}, 0, "ocsp")


@_crl.vector("RFC 5280, 5.3.1")
def crl_form_entry_with_a_reason() -> Case:
    """An entry gives its reason."""
    return _list(crl(entries=[entry(1, MOMENT, reason(1))]))


@_crl.vector("RFC 5280, 5.3", "crl.entry", notes="Of two reasons one counts: on hold, or for good.")
def crl_form_entry_with_two_reasons() -> Case:
    """An entry gives two reasons."""
    return _list(crl(entries=[entry(1, MOMENT, reason(1), reason(6))]))


@_ocsp.vector("RFC 6960, 4.2.2.1")
def ocsp_form_of_no_length() -> Case:
    """`nextUpdate` is the moment of `thisUpdate`: information at all times anew."""
    return _response(single(next_update=THIS_UPDATE))


@_ocsp.vector("RFC 6960, 4.2.2.1", "ocsp.malformed")
def ocsp_form_ends_before_it_begins() -> Case:
    """`nextUpdate` lies a second before `thisUpdate`."""
    return _response(single(next_update=THIS_UPDATE - 1))


@_ocsp.vector("RFC 6960, 4.2.1", "ocsp.malformed")
def ocsp_form_something_behind() -> Case:
    """Something stands behind the last member of an answer."""
    plain = single()
    _, body, end = element(plain, 0, len(plain))
    return _response(seq(plain[body:end], b"\x05\x00"))
