"""Paths and evidence at corners: names that spell others, policies nobody asks for."""

from __future__ import annotations

from ...codec.der import SET, context, encode_integer, encode_oid, seq, tlv
from ...x509.extensions import CERTIFICATE_POLICIES
from ..build import DAY, MOMENT
from ..certificates import (
    CN,
    C,
    certificate,
    key_usage,
    policies,
    policy_constraints,
    rdn,
)
from ..path_cases import anchor, path_case
from ..registry import Case, Group, Importance
from ..revocation_build import ocsp

_names = Group("x509", features=("es256", "path"), twin="plain_name_in_another_string_type")
_policy = Group(
    "x509",
    features=("certificate-policies", "es256", "path"),
    twin="policy_lost_where_none_is_asked_for",
)
_ocsp = Group("revocation", features=("decode", "ocsp"), twin="ocsp_form")
_RFC = "RFC 5280"
_UTF8, _BMP = 0x0C, 0x1E
_P1 = "1.2.3.4.1"


# --- names -----------------------------------------
def _of(value: bytes, tag: int) -> bytes:
    common = tlv(SET, seq(encode_oid(CN), tlv(tag, value)))
    return seq(rdn((C, 0x13, "TH")), common)


def _between(own: bytes, written: bytes) -> Case:
    """The authority's name is ``own``; the certificate below it writes it as ``written``."""
    top = certificate("root")
    middle = certificate("authority", top, ca=True, subject=own)
    return path_case(certificate("signer", middle, issuer=written), middle, top)


@_names.vector(f"{_RFC}, 7.1", "path.no_issuer", notes="Names are compared as octets of any type.")
def name_whose_octets_differ_in_case_only() -> Case:
    """Two names of Chinese characters whose octets would be ASCII letters in two cases."""
    return _between(_of(b"NANA", _BMP), _of(b"nana", _BMP))


# --- policies -----------------------------------------
def _lost(explicit: int | None) -> Case:
    """The lower authority has no policy; the upper one limits mappings, and perhaps more."""
    top = certificate("root")
    limits = policy_constraints(explicit=explicit, mapping=0)
    upper = certificate("upper", top, ca=True, extensions=[policies(_P1), limits])
    lower = certificate("lower", upper, ca=True)
    last = certificate("signer", lower, extensions=[policies(_P1)])
    return path_case(last, lower, upper, top, trusted=[anchor(top)])


@_policy.vector(f"{_RFC}, 6.1.3 (f)")
def policy_lost_where_none_is_asked_for() -> Case:
    """The policies end in the middle of the path, and neither question nor path requires one."""
    return _lost(None)


@_policy.vector(f"{_RFC}, 6.1.3 (f)", "path.policy")
def policy_lost_where_the_path_requires_one() -> Case:
    """The policies end in the middle of the path, and the upper authority requires one."""
    return _lost(0)


# --- OCSP -----------------------------------------
@_ocsp.vector("RFC 6960, 4.2.1", "ocsp.response_type", notes="Nobody looks what the type says.")
def ocsp_form_of_another_type() -> Case:
    """What is inside is a basic response, and its type says that it is another one."""
    usual = encode_oid("1.3.6.1.5.5.7.48.1.1")
    whole = ocsp()
    basic = whole[whole.index(usual) + len(usual) :]
    inside = seq(encode_oid("1.3.6.1.5.5.7.48.1.9"), basic)
    return Case(seq(encode_integer(0, 0x0A), tlv(context(0), inside)), {}, {}, 0, "ocsp")


# --- an authority's extensions -----------------------------------------
_form = Group("x509", features=("es256", "path"), twin="authority_with_a_policy")


def _authority(value: bytes) -> Case:
    """The authority's certificate has certificatePolicies of these octets, not critical."""
    top = certificate("root")
    own = (CERTIFICATE_POLICIES, False, value)
    middle = certificate("authority", top, ca=True, extensions=[own])
    return path_case(certificate("signer", middle), middle, top)


@_form.vector(f"{_RFC}, 4.2.1.4")
def authority_with_a_policy() -> Case:
    """The authority's certificate names one policy."""
    return _authority(seq(seq(encode_oid(_P1))))


@_form.vector(
    f"{_RFC}, 4.2.1.4", "path.form", notes="What is not critical is not read, whatever it is."
)
def authority_with_policies_that_are_none() -> Case:
    """A number stands where the authority's certificate should name its policies."""
    return _authority(seq(encode_integer(1)))


# --- which fault is told -----------------------------------------
_told = Group("x509", features=("es256", "path"), twin="below_the_root")


@_told.vector(f"{_RFC}, 6.1", "path.ca_key_usage", importance=Importance.PROFILE)
def two_ways_with_one_fault_each() -> Case:
    """Two certificates of the authority: one has expired, the other's key may not certify."""
    top = certificate("root")
    old = certificate("authority", top, ca=True, not_after=MOMENT - DAY)
    other = certificate("authority", top, ca=True, extensions=[key_usage("digital_signature")])
    return path_case(certificate("signer", old), old, other, top)
