"""Certification paths: who issued what, proved by signatures alone (RFC 5280, 6.1.3)."""

from __future__ import annotations

from typing import Any

from ...algorithms import ECDSA_DER, KeyType
from ...codec.der import encode_oid, seq, tlv
from ...signing_crypto import SigningKey, ecdsa_with_sha_1
from ...x509 import extensions as ext
from ..build import DAY, MOMENT
from ..certificates import (
    CN,
    C,
    Made,
    O,
    basic_constraints,
    certificate,
    key_of,
    key_usage,
    name,
    usual_name,
)
from ..path_cases import anchor, path_case
from ..registry import Case, Group, Importance

_group = Group("x509", features=("es256", "path"), twin="an_authority_between")
_RFC = "RFC 5280"
_UNKNOWN = "1.2.3.4"
_ELSEWHERE = SigningKey.from_pem(b"""-----BEGIN PRIVATE KEY-----
MIGIAgEAMBQGByqGSM49AgEGCSskAwMCCAEBBwRtMGsCAQEEIFRFU1QtT05MWSBr
ZXksIGtub3duIHRvIGV2ZXJ5b25loUQDQgAEY+bEY0An71qHfKkmkgVHmnvFkMHj
4YJ1SBD2Ku43FHCmufep95GyCQz0jOtYRN2SYjz6yTenwELScfEnmX8DHA==
-----END PRIVATE KEY-----
""")
"""TEST-ONLY, on brainpoolP256r1; its secret says so."""


def root(**more: Any) -> Made:
    return certificate("root", **more)


def authority(by: Made | None = None, label: str = "authority", **more: Any) -> Made:
    return certificate(label, by or root(), ca=True, **more)


def signer(by: Made | None = None, **more: Any) -> Made:
    return certificate("signer", by or authority(), **more)


def _usual(leaf: Made | None = None, middle: Made | None = None, **question: Any) -> Case:
    """The usual chain, with one certificate of it replaced."""
    issuer = middle or authority()
    return path_case(leaf or signer(issuer), issuer, root(), **question)


# --- what must be found --------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 6.1")
def below_the_root() -> Case:
    """The anchor itself issued the certificate."""
    return path_case(signer(root()), root())


@_group.vector(f"{_RFC}, 6.1")
def an_authority_between() -> Case:
    """One authority stands between the anchor and the signer."""
    return _usual()


@_group.vector(f"{_RFC}, 6.1")
def three_authorities_between() -> Case:
    """Three authorities stand between, in no order, and a certificate of somebody else."""
    first = authority(label="first")
    second = authority(first, "second")
    third = authority(second, "third")
    stranger = certificate("stranger")
    return path_case(signer(third), root(), pool=[second, stranger, third, first])


@_group.vector(f"{_RFC}, 7.1")
def names_spelt_otherwise() -> Case:
    """Issuer and subject differ in case, white space and string type, and are the same name."""
    spelt = name((C, "TH"), (O, "test-only  DEFA_TRUST"), (CN, " Test-Only authority"), tag=0x13)
    middle = authority()
    return path_case(signer(middle, issuer=spelt), middle, root())


@_group.vector(f"{_RFC}, 4.2.1.1")
def without_key_identifiers() -> Case:
    """No certificate names a key: identifiers are hints, and their absence says nothing."""
    gone = (ext.AUTHORITY_KEY_IDENTIFIER, ext.SUBJECT_KEY_IDENTIFIER)
    middle = authority(without=gone)
    return _usual(signer(middle, without=gone), middle)


@_group.vector(f"{_RFC}, 4.2.1.1")
def a_misleading_key_identifier() -> Case:
    """The signer names another key than its issuer's; the signature says who issued it."""
    wrong = (ext.AUTHORITY_KEY_IDENTIFIER, False, seq(tlv(0x80, bytes(20))))
    return _usual(signer(extensions=[wrong]))


@_group.vector(f"{_RFC}, 6.1")
def two_keys_of_one_name() -> Case:
    """Two authorities at hand have the same name; one of them issued the certificate."""
    old = authority(key=key_of("old"), without=[ext.SUBJECT_KEY_IDENTIFIER])
    new = authority(key=key_of("new"), without=[ext.SUBJECT_KEY_IDENTIFIER])
    leaf = signer(new, without=[ext.AUTHORITY_KEY_IDENTIFIER])
    return path_case(leaf, root(), pool=[old, new])


@_group.vector("RFC 4158, 1.5")
def a_cross_certificate() -> Case:
    """Another root, which alone is trusted, certified the root of the chain."""
    other = certificate("other root")
    crossed = certificate("root", other, ca=True)
    middle = authority()
    return path_case(signer(middle), other, pool=[root(), middle, crossed])


@_group.vector(f"{_RFC}, 6.1")
def the_root_in_the_bag() -> Case:
    """The message brings the trusted root too, which changes nothing."""
    middle = authority()
    return path_case(signer(middle), root(), pool=[root(), middle])


@_group.vector(f"{_RFC}, 4.2.1.3")
def an_authority_without_key_usage() -> Case:
    """An authority without keyUsage: nothing is excluded."""
    return _usual(middle=authority(without=[ext.KEY_USAGE]))


@_group.vector(f"{_RFC}, 4.2")
def an_unknown_extension() -> Case:
    """A certificate has an extension that nobody knows and that is not critical."""
    return _usual(signer(extensions=[(_UNKNOWN, False, b"\x05\x00")]))


# --- trust ---------------------------------------------------------------------------------------
@_group.vector(
    f"{_RFC}, 6.1.1",
    "path.no_anchors",
    notes="An empty set of anchors read as: no check needed.",
)
def no_anchor() -> Case:
    """Nothing is trusted."""
    return _usual(trusted=[])


@_group.vector(
    f"{_RFC}, 6.1.1",
    "path.no_issuer",
    twin="the_root_in_the_bag",
    notes="A root that came with the message, used as an anchor: everybody vouches for himself.",
)
def a_root_that_only_came_along() -> Case:
    """The root is at hand and self-signed, and another is trusted."""
    middle = authority()
    other = anchor(certificate("other root"))
    return path_case(signer(middle), root(), pool=[root(), middle], trusted=[other])


@_group.vector(
    f"{_RFC}, 6.1.3",
    "path.signature_invalid",
    notes="Matching by name alone: the trusted root has the name, and another key.",
)
def an_anchor_of_that_name() -> Case:
    """The trusted certificate has the root's name and another key."""
    return _usual(trusted=[anchor(root(key=key_of("somebody else")))])


@_group.vector(f"{_RFC}, 6.1.3", "path.no_issuer")
def the_issuer_is_missing() -> Case:
    """The authority that issued the certificate is not at hand."""
    return _usual(pool=[])


@_group.vector(
    f"{_RFC}, 6.1.3",
    "path.no_issuer",
    notes="The key fits and the name does not: two authorities may share a key.",
)
def names_that_do_not_chain() -> Case:
    """The certificate names another issuer than the authority whose key signed it."""
    middle = authority()
    return _usual(signer(middle, issuer=usual_name("another authority")), middle)


@_group.vector(
    f"{_RFC}, 6.1.3",
    "path.signature_invalid",
    notes="Matching by issuer and serial number alone.",
)
def an_authority_of_that_name_and_number() -> Case:
    """The authority at hand has the issuer's name and serial number, and another key."""
    real = authority(serial=77)
    return _usual(signer(real), authority(serial=77, key=key_of("somebody else")))


@_group.vector(f"{_RFC}, 6.1.3", "path.signature_invalid")
def a_signature_that_does_not_hold() -> Case:
    """A bit of the certificate's content is changed after it was signed."""
    leaf = signer()
    changed = bytearray(leaf.der)
    place = leaf.der.index(b"TEST-ONLY signer") + 15
    changed[place] ^= 1
    return _usual(leaf=Made(bytes(changed), leaf.key, leaf.subject))


@_group.vector(f"{_RFC}, 6.1.3", "path.signature_invalid")
def an_authority_whose_signature_does_not_hold() -> Case:
    """Somebody else signed the authority in the root's name."""
    return _usual(middle=authority(signed_with=key_of("somebody else")))


# --- authorities ---------------------------------------------------------------------------------
@_group.vector(
    f"{_RFC}, 6.1.4",
    "path.not_a_ca",
    notes="Whoever has any certificate can issue others.",
)
def an_issuer_that_is_no_authority() -> Case:
    """The issuer has a signer's certificate: no basicConstraints."""
    middle = authority(without=[ext.BASIC_CONSTRAINTS])
    return _usual(signer(middle), middle)


@_group.vector(f"{_RFC}, 6.1.4", "path.not_a_ca")
def an_issuer_that_says_it_is_none() -> Case:
    """The issuer's basicConstraints have no cA."""
    middle = authority(extensions=[basic_constraints(is_ca=False)])
    return _usual(signer(middle), middle)


@_group.vector(f"{_RFC}, 6.1.4", "path.ca_key_usage")
def an_authority_that_may_not_issue() -> Case:
    """The authority's keyUsage allows CRLs, and no certificates."""
    middle = authority(extensions=[key_usage("crl_sign")])
    return _usual(signer(middle), middle)


@_group.vector(
    f"{_RFC}, 6.1.4",
    "path.not_a_ca",
    twin="below_the_root",
    notes="A listed signer that is no authority, used as the issuer of others.",
)
def an_anchor_that_is_no_authority() -> Case:
    """The trusted certificate is a signer's, and issued the one asked about."""
    trusted = root(ca=False, extensions=[key_usage("key_cert_sign")])
    return path_case(signer(trusted), trusted)


# --- path length ---------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.9")
def as_long_as_allowed() -> Case:
    """The root allows one authority below it, and there is one."""
    top = root(extensions=[basic_constraints(path_length=1)])
    middle = authority(top)
    return path_case(signer(middle), middle, top)


@_group.vector(f"{_RFC}, 4.2.1.9", "path.too_long", twin="as_long_as_allowed")
def longer_than_allowed() -> Case:
    """The root allows no authority below it, and there is one."""
    top = root(extensions=[basic_constraints(path_length=0)])
    middle = authority(top)
    return path_case(signer(middle), middle, top)


@_group.vector(f"{_RFC}, 6.1.4", "path.too_long", twin="as_long_as_allowed")
def a_wider_length_further_down() -> Case:
    """An authority that may have none below it allows two to the next."""
    narrow = authority(label="narrow", extensions=[basic_constraints(path_length=0)])
    wide = authority(narrow, "wide", extensions=[basic_constraints(path_length=2)])
    return path_case(signer(wide), wide, narrow, root())


@_group.vector(f"{_RFC}, 6.1.4")
def a_new_key_of_the_same_authority() -> Case:
    """An authority certified its own new key: self-issued, so the length does not count it."""
    top = root(extensions=[basic_constraints(path_length=1)])
    old = authority(top, "authority")
    new = authority(old, "authority", key=key_of("new key"))
    return path_case(signer(new), new, old, top)


# --- time ----------------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.1.2.5")
def the_last_second() -> Case:
    """The moment is the certificate's notAfter, which belongs to the period."""
    return _usual(signer(not_after=MOMENT))


@_group.vector(f"{_RFC}, 4.1.2.5")
def the_first_second() -> Case:
    """The moment is the certificate's notBefore, which belongs to the period."""
    return _usual(signer(not_before=MOMENT))


@_group.vector(f"{_RFC}, 6.1.3", "path.expired", twin="the_last_second")
def expired_a_second_ago() -> Case:
    """The certificate's notAfter is one second before the moment."""
    return _usual(signer(not_after=MOMENT - 1))


@_group.vector(f"{_RFC}, 6.1.3", "path.not_yet_valid", twin="the_first_second")
def valid_in_a_second() -> Case:
    """The certificate's notBefore is one second after the moment."""
    return _usual(signer(not_before=MOMENT + 1))


@_group.vector(f"{_RFC}, 6.1.3", "path.expired")
def an_authority_that_expired() -> Case:
    """The authority's certificate ended a day ago; the signer's goes on."""
    middle = authority(not_after=MOMENT - DAY)
    return _usual(signer(middle), middle)


@_group.vector(
    f"{_RFC}, 6.1.1",
    "path.anchor_ended",
    notes="An anchor is no carte blanche: its own certificate ended.",
    importance=Importance.PROFILE,
)
def an_anchor_that_expired() -> Case:
    """The trusted certificate ended a day ago."""
    top = root(not_after=MOMENT - DAY)
    middle = authority(top)
    return path_case(signer(middle), middle, top)


# --- algorithms and critical extensions ----------------------------------------------------------
@_group.vector(
    "ETSI TS 119 312, 6",
    "crypto.algorithm_obsolete",
    notes="The finding says that it was SHA-1.",
)
def signed_with_sha1() -> Case:
    """The certificate is signed by ECDSA with SHA-1."""
    named = seq(encode_oid("1.2.840.10045.4.1"))
    return _usual(signer(identifier=named, signature=ecdsa_with_sha_1))


@_group.vector(
    "ETSI TS 119 312, 6",
    "crypto.algorithm_not_allowed",
    importance=Importance.PROFILE,
    features=("brainpool",),
    notes="Whatever the library can verify counts.",
)
def signed_on_a_curve_that_the_policy_does_not_name() -> Case:
    """The authority's key is on brainpoolP256r1, and everything verifies."""
    issuer = authority(key=_ELSEWHERE)
    row = ECDSA_DER[KeyType.BRAINPOOL_P256R1, "SHA-256"]
    return _usual(signer(issuer, row=row), issuer)


@_group.vector("RFC 5758, 3.2", "crypto.algorithm_parameters")
def parameters_where_none_belong() -> Case:
    """The algorithm is ECDSA with SHA-256, and has a NULL behind it."""
    return _usual(signer(identifier=seq(encode_oid("1.2.840.10045.4.3.2"), b"\x05\x00")))


@_group.vector(f"{_RFC}, 4.1.1.2", "certificate.malformed")
def two_algorithms() -> Case:
    """The algorithm inside what is signed and the one beside it differ."""
    return _usual(signer(outer_identifier=seq(encode_oid("1.2.840.10045.4.3.3"))))


@_group.vector(f"{_RFC}, 6.1.5", "path.critical_extension", twin="an_unknown_extension")
def an_unknown_critical_extension() -> Case:
    """The certificate has a critical extension that nobody knows."""
    return _usual(signer(extensions=[(_UNKNOWN, True, b"\x05\x00")]))


@_group.vector(f"{_RFC}, 6.1.4", "path.critical_extension", twin="an_unknown_extension")
def an_authority_with_an_unknown_critical_extension() -> Case:
    """The authority's certificate has a critical extension that nobody knows."""
    middle = authority(extensions=[(_UNKNOWN, True, b"\x05\x00")])
    return _usual(signer(middle), middle)


@_group.vector(
    "RFC 5937, 3",
    "path.critical_extension",
    twin="below_the_root",
    importance=Importance.PROFILE,
)
def an_anchor_with_an_unknown_critical_extension() -> Case:
    """The trusted certificate is limited by something that nobody knows."""
    top = root(extensions=[(_UNKNOWN, True, b"\x05\x00")])
    return path_case(signer(top), top)
