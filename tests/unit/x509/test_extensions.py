"""Values of extensions: one legal form each, and what is read is what was written."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from defa_trust.codec.der import (
    context,
    encode_bits,
    encode_boolean,
    encode_integer,
    encode_oid,
    seq,
    tlv,
)
from defa_trust.conformance import certificates as make
from defa_trust.errors import Rejection
from defa_trust.x509 import extensions as ext
from defa_trust.x509.certificate import open_certificate
from defa_trust.x509.extensions import GeneralName, NameKind
from defa_trust.x509.profiles import statements

WRITTEN = (NameKind.URI, NameKind.DNS, NameKind.EMAIL, NameKind.IP)
OID = st.sampled_from(["1.2.3", "2.16.840.1.101.3.2.1.48.1", "0.4.0.1862.1.1", "2.999.1"])
URL = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=160)


def uri_name(name):
    return tlv(context(name.kind, constructed=False), name.value)


# --- written again from what was read ------------------------------------------------------------
def crl_points(points):
    written = []
    for point in points:
        parts = []
        if point.full_name:
            parts.append(tlv(context(0), tlv(context(0), *map(uri_name, point.full_name))))
        written.append(seq(*parts))
    return seq(*written)


def access(pairs):
    return seq(*(seq(encode_oid(oid), uri_name(name)) for oid, name in pairs))


def policies(found):
    return seq(*(seq(encode_oid(item.policy)) for item in found))


def purposes(oids):
    return seq(*map(encode_oid, oids))


def authority_key(found):
    return seq(*([] if found.key is None else [tlv(0x80, found.key)]))


def subject_key(octets):
    return tlv(0x04, octets)


def constraints(found):
    parts = [encode_boolean(True)] if found.is_ca else []
    if found.path_length is not None:
        parts.append(encode_integer(found.path_length))
    return seq(*parts)


URI_NAME = URL.map(lambda text: GeneralName(NameKind.URI, text.encode()))
ADDRESSES = st.lists(URI_NAME, min_size=1, max_size=3)
METHODS = st.sampled_from([ext.ACCESS_OCSP, ext.ACCESS_CA_ISSUERS, "1.2.3"])
POINTS = st.lists(
    ADDRESSES.map(lambda names: ext.DistributionPoint(tuple(names))), min_size=1, max_size=2
)
OIDS = st.lists(OID, min_size=1, max_size=3, unique=True).map(tuple)
SHAPES = {
    "crl": (ext.read_crl_distribution_points, crl_points, POINTS),
    "access": (
        ext.read_authority_info_access,
        access,
        st.lists(st.tuples(METHODS, URI_NAME), min_size=1, max_size=3),
    ),
    "policies": (
        ext.read_certificate_policies,
        policies,
        OIDS.map(lambda oids: tuple(map(ext.PolicyInformation, oids))),
    ),
    "purposes": (ext.read_extended_key_usage, purposes, OIDS),
    "authority key": (
        ext.read_authority_key_identifier,
        authority_key,
        st.binary(min_size=1, max_size=40).map(ext.AuthorityKeyIdentifier),
    ),
    "subject key": (
        ext.read_subject_key_identifier,
        subject_key,
        st.binary(min_size=1, max_size=40),
    ),
    "constraints": (
        ext.read_basic_constraints,
        constraints,
        st.builds(ext.BasicConstraints, st.just(True), st.none() | st.integers(0, 300)),
    ),
}


@pytest.mark.parametrize(("read", "write", "facts"), SHAPES.values(), ids=SHAPES)
def test_what_was_written_is_read(read, write, facts):
    @settings(max_examples=60, deadline=None)
    @given(facts)
    def check(value):
        assert read(write(value)) == (tuple(value) if isinstance(value, list) else value)

    check()


@pytest.mark.parametrize(("read", "write", "facts"), SHAPES.values(), ids=SHAPES)
def test_a_changed_octet_is_read_as_it_stands_or_refused(read, write, facts):
    """Whatever is read has no other encoding: no shortcut takes a length at its word."""

    @settings(max_examples=120, deadline=None)
    @given(facts, st.integers(0, 400), st.integers(1, 255), st.integers(0, 3))
    def check(value, place, flip, kind):
        der = bytearray(write(value))
        if kind == 0:
            der[place % len(der)] ^= flip
        elif kind == 1:
            der.insert(place % (len(der) + 1), flip)
        elif kind == 2:
            del der[place % len(der)]
        else:
            der[place % min(len(der), 14)] ^= flip
        try:
            found = read(bytes(der))
        except Rejection:
            return
        if read is ext.read_basic_constraints and bytes(der)[2:5] == b"\x01\x01\x00":
            return  # an encoded default, read on purpose
        try:
            written = write(found)
        except (TypeError, AttributeError):
            return
        if _whole(found):
            assert written == bytes(der)

    check()


def _whole(found):
    """Does the writer here know every part of what was read?"""
    if isinstance(found, ext.AuthorityKeyIdentifier):
        return not found.issuer and found.serial is None and found.key is not None
    items = found if isinstance(found, tuple) and found and isinstance(found[0], tuple) else ()
    for item in items:
        if isinstance(item, ext.DistributionPoint):
            texts = all(name.kind in WRITTEN for name in item.full_name)
            if (
                item.relative is not None
                or item.reasons is not None
                or item.crl_issuer
                or not texts
            ):
                return False
        elif isinstance(item, ext.PolicyInformation):
            if item.qualifiers:
                return False
        elif item[1].kind not in WRITTEN:
            return False
    return True


# --- key usage ---------------------------------------------------------------------------------
@given(st.sets(st.sampled_from(ext.KEY_USAGES)))
@example(set())
@settings(deadline=None)
def test_key_usage(names):
    assert ext.read_key_usage(make.key_usage(*names)[2]) == names


@pytest.mark.parametrize(
    "value",
    [
        encode_bits(b"\xc1", 6),  # a bit among the unused ones
        encode_bits(b"\xc0", 8),
        encode_bits(b"", 1),
        encode_bits(b"\xc0", 6) + b"\0",
        tlv(0x04, b"\x06\xc0"),
        b"\x03\x02\x06",
    ],
)
def test_what_is_no_key_usage(value):
    with pytest.raises(Rejection):
        ext.read_key_usage(value)


def test_key_usage_of_one_octet_and_of_two_read_alike():
    assert ext.read_key_usage(encode_bits(b"\x80\x00", 7)) == {"digital_signature"}
    assert ext.read_key_usage(encode_bits(b"\x00\x80", 7)) == {"decipher_only"}


# --- what must not be --------------------------------------------------------------------------
def subtree(*more):
    return seq(tlv(context(0), seq(make.dns("a.example"), *more)))


TRUE = encode_boolean(True)
REFUSED = {
    "path length below zero": (ext.read_basic_constraints, seq(TRUE, encode_integer(-1))),
    "a third member": (ext.read_basic_constraints, seq(TRUE, encode_integer(1), encode_integer(1))),
    "no purpose": (ext.read_extended_key_usage, seq()),
    "no policy": (ext.read_certificate_policies, seq()),
    "a policy twice": (ext.read_certificate_policies, make.policies("1.2.3", "1.2.4", "1.2.3")[2]),
    "no mapping": (ext.read_policy_mappings, seq()),
    "half a mapping": (ext.read_policy_mappings, seq(seq(encode_oid("1.2.3")))),
    "no policy constraint": (ext.read_policy_constraints, seq()),
    "a constraint below zero": (ext.read_policy_constraints, seq(encode_integer(-1, 0x80))),
    "skip below zero": (ext.read_inhibit_any_policy, encode_integer(-1)),
    "no name constraint": (ext.read_name_constraints, seq()),
    "an empty list of subtrees": (ext.read_name_constraints, seq(tlv(context(0)))),
    "minimum": (ext.read_name_constraints, subtree(encode_integer(1, 0x80))),
    "maximum": (ext.read_name_constraints, subtree(encode_integer(1, 0x81))),
    "names of no kind": (ext.read_alt_name, seq(tlv(0x89, b"x"))),
    "a constructed DNS name": (ext.read_alt_name, seq(tlv(0xA2, b"x"))),
    "a DNS name that is not ASCII": (ext.read_alt_name, seq(tlv(0x82, "é".encode()))),
    "a directory name that is none": (ext.read_alt_name, seq(make.directory(seq(seq())))),
    "an other name without a value": (ext.read_alt_name, seq(tlv(0xA0, encode_oid("1.2.3")))),
    "a point that names nothing": (ext.read_crl_distribution_points, seq(seq())),
    "a point with reasons alone": (
        ext.read_crl_distribution_points,
        seq(seq(encode_bits(b"\x80", 7, 0x81))),
    ),
    "no point": (ext.read_crl_distribution_points, seq()),
    "no access": (ext.read_authority_info_access, seq()),
    "a statement without a name": (ext.read_qc_statements, seq(seq())),
}


@pytest.mark.parametrize(("read", "value"), REFUSED.values(), ids=REFUSED)
def test_refused(read, value):
    with pytest.raises(Rejection) as refusal:
        read(value)
    assert refusal.value.where is not None


def test_every_part_of_a_distribution_point():
    value = seq(
        seq(
            tlv(context(0), tlv(context(1), seq(encode_oid(make.CN), tlv(0x0C, b"CRL1")))),
            encode_bits(b"\x60", 5, 0x81),
            tlv(context(2), make.directory(make.usual_name("CRL issuer"))),
        )
    )
    (point,) = ext.read_crl_distribution_points(value)
    assert point.full_name == ()
    assert point.relative == seq(encode_oid(make.CN), tlv(0x0C, b"CRL1"))
    assert point.reasons == {"key_compromise", "ca_compromise"}
    assert point.crl_issuer[0].value == make.usual_name("CRL issuer")


def test_qualifiers_and_statements_keep_their_octets():
    cps = seq(encode_oid("1.3.6.1.5.5.7.2.1"), tlv(0x16, b"https://cps.example"))
    value = seq(seq(encode_oid("1.2.3"), seq(cps)), seq(encode_oid("1.2.4")))
    first, second = ext.read_certificate_policies(value)
    assert first.qualifiers == (("1.3.6.1.5.5.7.2.1", tlv(0x16, b"https://cps.example")),)
    assert second == ext.PolicyInformation("1.2.4")
    value = make.qc_statements("0.4.0.1862.1.1", types=["1.2.3"])[2]
    compliance, types = ext.read_qc_statements(value)
    assert compliance.info is None
    assert types.info == seq(encode_oid("1.2.3"))


def test_an_encoded_false_and_an_empty_list_of_names_are_read():
    assert ext.read_basic_constraints(seq(encode_boolean(False))) == ext.BasicConstraints()
    assert ext.read_alt_name(seq()) == ()


def test_a_qc_type_that_is_no_sequence_names_no_type():
    """As some issuers wrote it: one OID in the place of a sequence (EN 319 412-5, 4.2.3)."""
    esign, qc_type = "0.4.0.1862.1.6.1", "0.4.0.1862.1.6"
    held = make.qc_statements(types=[esign])[2]
    bare = seq(seq(encode_oid(qc_type), encode_oid(esign)))
    for value, types in ((held, {qc_type, esign}), (bare, {qc_type})):
        made = make.certificate("signer", extensions=[(ext.QC_STATEMENTS, False, value)])
        assert statements(open_certificate(made.der)) == types
