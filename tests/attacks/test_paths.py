"""Attacks on certification paths: a certificate is to be believed that no anchor stands behind.

Each negative case has a positive twin beside it that differs in the one fault; more of them, with
their twins, are the vectors of group x509.
"""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.codec.der import encode_integer, encode_oid, seq, tlv
from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.certificates import Made, certificate, ders, key_of
from defa_trust.errors import MisuseError, Rejection
from defa_trust.finding import Outcome
from defa_trust.x509 import extensions as ext
from defa_trust.x509 import judge
from defa_trust.x509.anchors import AnchorSet, Constraints, TrustAnchor
from defa_trust.x509.certificate import open_certificate, read_certificate
from defa_trust.x509.name_constraints import MAX_COMPARISONS, check_names
from defa_trust.x509.path import Limits, PathOptions, find_path
from defa_trust.x509.profiles import ANY, SIGNER, TSA

ROOT = certificate("root")
CA = certificate("authority", ROOT, ca=True)
LEAF = certificate("signer", CA)


def trusted(*made, **limits):
    return AnchorSet([TrustAnchor.from_certificate(m.der, Constraints(**limits)) for m in made])


def attempt(leaf, pool=(), anchors=None, moment=MOMENT, profile=SIGNER, **options):
    """(whether a path was handed out, codes of what stands in the way)"""
    findings = []
    chosen = trusted(ROOT) if anchors is None else anchors
    path = find_path(leaf, pool, chosen, PathOptions(moment, profile, **options), findings)
    against = sorted({f.code.id for f in findings if f.outcome is not Outcome.MET})
    assert (path is None) == bool(against)
    return path is not None, against


def refused(*arguments, **options):
    accepted, against = attempt(*arguments, **options)
    assert not accepted
    return against


def accepted(*arguments, **options):
    return attempt(*arguments, **options) == (True, [])


def test_the_twin_of_all_of_these_is_accepted():
    assert accepted(LEAF.der, [CA.der])


# --- anchors that are none -----------------------------------------------------------------------
def test_no_anchors_is_no_permission():
    assert refused(LEAF.der, [CA.der, ROOT.der], AnchorSet()) == ["path.no_anchors"]


def test_a_root_in_the_bag_is_no_anchor():
    own = certificate("own root")
    mine = certificate("own authority", own, ca=True)
    leaf = certificate("signer", mine)
    assert refused(leaf.der, [mine.der, own.der]) == ["path.no_issuer"]
    assert accepted(leaf.der, [mine.der, own.der], trusted(own))


def test_a_self_signed_certificate_vouches_for_nobody():
    alone = certificate("signer", ca=False)
    assert refused(alone.der, [alone.der]) == ["path.no_issuer"]


def test_a_forged_root_of_the_right_name():
    """Name, serial number and extensions of the trusted root, and the attacker's key."""
    forged = certificate("root", key=key_of("attacker"), serial=open_certificate(ROOT.der).serial)
    leaf = certificate("signer", forged)
    assert refused(leaf.der, [forged.der]) == ["path.signature_invalid"]
    assert accepted(certificate("signer", ROOT).der, [forged.der])


def test_a_certificate_that_claims_the_anchors_key_identifier():
    """Identifiers are hints: the attacker's certificate carries those of the trusted root."""
    claimed = (ext.SUBJECT_KEY_IDENTIFIER, False, tlv(0x04, make.key_identifier(ROOT.key)))
    forged = certificate("root", key=key_of("attacker"), extensions=[claimed])
    assert refused(certificate("signer", forged).der, [forged.der]) == ["path.signature_invalid"]


def test_an_anchor_after_its_time():
    old = certificate("root", not_after=MOMENT - 1)
    assert refused(certificate("signer", old).der, [], trusted(old)) == ["path.anchor_ended"]
    assert accepted(certificate("signer", old).der, [], trusted(old), MOMENT - 1)


def test_an_anchors_constraints_are_not_passed_over():
    short = certificate("root", extensions=[make.basic_constraints(path_length=0)])
    ca = certificate("authority", short, ca=True)
    assert refused(certificate("signer", ca).der, [ca.der], trusted(short)) == ["path.too_long"]
    assert accepted(certificate("signer", short).der, [], trusted(short))


def test_one_states_anchor_vouches_for_no_other_state():
    anchors = trusted(ROOT, territory="SG")
    assert refused(LEAF.der, [CA.der], anchors, territory="TH") == ["path.anchor_out_of_scope"]
    assert refused(LEAF.der, [CA.der], anchors) == ["path.anchor_out_of_scope"]
    assert accepted(LEAF.der, [CA.der], anchors, territory="SG")


# --- issuers that are none -----------------------------------------------------------------------
def test_a_signer_that_issues_certificates():
    """A true end entity's key signs a certificate for the attacker."""
    victim = certificate("signer", CA)
    leaf = certificate("attacker", victim)
    assert refused(leaf.der, [victim.der, CA.der]) == ["path.ca_key_usage", "path.not_a_ca"]


def test_a_signer_that_may_sign_certificates_and_is_no_authority():
    victim = certificate("signer", CA, extensions=[make.key_usage("key_cert_sign")])
    leaf = certificate("attacker", victim)
    assert refused(leaf.der, [victim.der, CA.der]) == ["path.not_a_ca"]
    real = certificate("signer", CA, ca=True)
    assert accepted(certificate("attacker", real).der, [real.der, CA.der])


def test_names_that_do_not_chain_though_the_key_fits():
    leaf = certificate("signer", CA, issuer=make.usual_name("another"))
    assert refused(leaf.der, [CA.der]) == ["path.no_issuer"]


def test_a_serial_number_and_a_name_make_no_issuer():
    twin = certificate("authority", certificate("other"), ca=True, key=key_of("attacker"),
                       serial=open_certificate(CA.der).serial)  # fmt: skip
    leaf = certificate("signer", twin)
    assert refused(leaf.der, [CA.der]) == ["path.signature_invalid"]
    assert refused(leaf.der, [twin.der, CA.der]) == ["path.no_issuer"]
    assert accepted(LEAF.der, [twin.der, CA.der])


def test_an_authority_for_time_stamps_behind_a_signature():
    eku = make.extended_key_usage("1.3.6.1.5.5.7.3.8", critical=True)
    unit = certificate("unit", CA, extensions=[make.key_usage("digital_signature"), eku])
    assert accepted(unit.der, [CA.der], profile=TSA)
    assert "certificate.extended_key_usage" in refused(LEAF.der, [CA.der], profile=TSA)


def test_a_name_with_a_zero_octet_in_it():
    """`sign.th.test.example\\0.attacker.example` under a permitted domain."""
    limits = make.name_constraints([make.dns("attacker.example")])
    ca = certificate("authority", ROOT, ca=True, extensions=[limits])
    for host, fits in (("a.attacker.example", True), ("th.test.example\0.attacker.example", False)):
        leaf = certificate("signer", ca, extensions=[make.alternative_names(make.dns(host))])
        assert attempt(leaf.der, [ca.der])[0] == fits


# --- octets --------------------------------------------------------------------------------------
def test_no_octet_of_a_certificate_can_be_changed():
    """Each octet, changed in three ways: refused, whatever it is."""
    anchors = trusted(ROOT)
    direct = certificate("signer", ROOT)
    assert accepted(direct.der, [], anchors)
    for place in range(len(direct.der)):
        for flip in (0x01, 0x80, 0xFF):
            changed = bytearray(direct.der)
            changed[place] ^= flip
            assert not attempt(bytes(changed), [], anchors)[0], (place, flip)


def test_no_octet_of_an_authority_can_be_changed():
    anchors = trusted(ROOT)
    for place in range(len(CA.der)):
        changed = bytearray(CA.der)
        changed[place] ^= 0x20
        assert not attempt(LEAF.der, [bytes(changed)], anchors)[0], place


@settings(max_examples=250, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), min_size=1, max_size=4),
       st.sampled_from(["leaf", "authority", "pool"]), st.integers(0, 3))  # fmt: skip
def test_garbage_is_refused_and_never_an_accident(changes, where, cut):
    target = bytearray((LEAF if where == "leaf" else CA).der)
    for place, octet in changes:
        target[place % len(target)] = octet
    del target[len(target) - cut :]
    octets = bytes(target)
    leaf = octets if where == "leaf" else LEAF.der
    pool = [CA.der] if where == "leaf" else [octets]
    if where == "pool":
        pool.append(CA.der)
    same = octets == (LEAF if where == "leaf" else CA).der
    assert attempt(leaf, pool)[0] == (same or where == "pool")
    try:
        TrustAnchor.from_certificate(octets)
        read_certificate(octets).check()
    except Rejection as refusal:
        assert refusal.code.id.startswith(("certificate.", "list.certificate", "crypto."))


@given(st.binary(max_size=80))
@settings(max_examples=150, deadline=None)
def test_octets_at_random(octets):
    against = refused(octets, [octets, CA.der])
    assert against == ["certificate.malformed"]


NESTED = b""
for _ in range(12_000):
    NESTED = seq(NESTED) if len(NESTED) < 60_000 else NESTED


@pytest.mark.parametrize(
    "octets",
    [
        NESTED,
        seq(NESTED[:2000], seq(), tlv(0x03, b"\0")),
        b"\x30\x84\xff\xff\xff\xff",
        b"\x30\x82\x10\x00" * 4000,
        bytes(70_000),
    ],
    ids=["nested", "nested in its place", "a length of 4 GiB", "lengths", "too large"],
)
def test_depth_and_size_take_no_stack_and_no_time(octets):
    begun = time.process_time()
    assert refused(octets, [octets]) == ["certificate.malformed"]
    assert time.process_time() - begun < 0.5


def test_a_value_nested_without_end_in_an_extension():
    leaf = certificate(
        "signer", ROOT, extensions=[(ext.CERTIFICATE_POLICIES, False, NESTED[:9000])]
    )
    assert refused(leaf.der) == ["certificate.extension"]


@pytest.mark.parametrize("size", [0, 5, 11, 12, 13, 0x7F])
def test_an_address_whose_length_lies(size):
    """The access description ends somewhere in its own method or address, or nowhere."""
    method, address = encode_oid(ext.ACCESS_OCSP), b"http://ocsp.test.example/of/somebody"
    right = seq(method, tlv(0x86, address))
    assert accepted(certificate("signer", ROOT, extensions=[aia(right)]).der)
    lying = bytes((0x30, size)) + right[2:]
    assert refused(certificate("signer", ROOT, extensions=[aia(lying)]).der) == [
        "certificate.extension"
    ]


def aia(description):
    return ext.AUTHORITY_INFO_ACCESS, False, seq(description)


# --- work without end ----------------------------------------------------------------------------
def mesh(size, same_name):
    """Authorities of which each certified every other, or, of one name, ``size`` certificates."""
    name = lambda n: make.usual_name("authority" if same_name else f"authority {n}")  # noqa: E731
    made = []
    keys = [key_of(f"mesh {n}") for n in range(size)]
    for n in range(size):
        for m in range(size):
            if n != m:
                by = Made(b"", keys[m], name(m))
                made.append(certificate("", by, ca=True, subject=name(n), key=keys[n]).der)
    leaf = certificate("signer", Made(b"", keys[0], name(0)))
    return leaf.der, made


@pytest.mark.parametrize("same_name", [True, False])
def test_200_cross_signed_authorities_end_in_bounded_time_with_a_code_of_their_own(same_name):
    leaf, pool = mesh(15, same_name)
    assert len(pool) == 210
    begun = time.process_time()
    assert refused(leaf, pool) == ["path.budget"]
    assert time.process_time() - begun < 3


def test_a_way_out_of_the_mesh_is_found_where_it_is_near():
    """The twin: the same pool, and the first authority is certified by the anchor."""
    leaf, pool = mesh(15, same_name=False)
    out = certificate(
        "", ROOT, ca=True, subject=make.usual_name("authority 0"), key=key_of("mesh 0")
    )
    assert accepted(leaf, [*pool, out.der])


def test_a_bag_of_thousands():
    pool = [*(certificate("stranger", serial=n + 1).der for n in range(20)), CA.der]
    junk = [n.to_bytes(4) * 100 for n in range(5000)]
    begun = time.process_time()
    assert accepted(LEAF.der, [*pool, *junk])
    assert "path.budget" in refused(LEAF.der, [*junk, *pool])
    assert time.process_time() - begun < 3


def test_names_times_subtrees_are_counted():
    bases = [make.dns(f"h{n}.example") for n in range(700)]
    names = [make.dns(f"n{n}.example") for n in range(700)]
    limits = make.name_constraints(excluded=bases)
    ca = certificate("authority", ROOT, ca=True, extensions=[limits])
    leaf = certificate("signer", ca, extensions=[make.alternative_names(*names)])
    begun = time.process_time()
    assert refused(leaf.der, [ca.der]) == ["path.budget"]
    assert time.process_time() - begun < 1
    few = certificate("signer", ca, extensions=[make.alternative_names(*names[:20])])
    assert accepted(few.der, [ca.der])


@pytest.mark.parametrize(("size", "exhausted"), [(20, False), (700, True)])
def test_names_times_subtrees_are_counted_over_all_ways(size, exhausted, monkeypatch):
    """A dozen authorities of one name and key that lead nowhere, each with its own subtrees."""
    lost, key = certificate("lost root"), key_of("lost")
    limits = make.name_constraints([make.dns(f"h{n}.example") for n in range(size)])
    names = make.alternative_names(*(make.dns(f"n.h{n % size}.example") for n in range(40)))
    pool = [certificate("lost", lost, ca=True, key=key, extensions=[limits], serial=n)
            for n in range(1, 13)]  # fmt: skip
    leaf = certificate("signer", pool[0], extensions=[names])
    counted = []

    def counting(certificate, limits, spent):
        breach, after = check_names(certificate, limits, spent)
        counted.append(after)
        return breach, after

    monkeypatch.setattr(judge, "check_names", counting)
    assert "path.no_issuer" in refused(leaf.der, ders(pool))
    assert len(counted) == len(pool)
    assert counted == sorted(counted)
    assert (counted[-1] > MAX_COMPARISONS) == exhausted
    assert counted[-1] <= MAX_COMPARISONS + len(pool) * size


def test_a_key_too_large_to_work_with():
    """A 16,384 bit modulus: one verification would take as long as a thousand others."""
    modulus = (1 << 16_383) | 0x10001
    body = tlv(0x03, b"\0", seq(encode_integer(modulus), encode_integer(65537)))
    spki = seq(seq(encode_oid("1.2.840.113549.1.1.1"), b"\x05\x00"), body)
    ca = certificate("authority", ROOT, ca=True, spki=spki)
    leaf = certificate(
        "signer", ca, identifier=seq(encode_oid("1.2.840.113549.1.1.11"), b"\x05\x00")
    )
    begun = time.process_time()
    assert not attempt(leaf.der, [ca.der])[0]
    assert time.process_time() - begun < 0.5


def test_a_long_chain_within_the_limit_and_one_beyond():
    made = make.chain(11)
    assert accepted(made[0].der, ders(made[1:-1]), trusted(made[-1]))
    made = make.chain(12)
    against = refused(made[0].der, ders(made[1:-1]), trusted(made[-1]))
    assert "path.budget" in against
    assert accepted(made[0].der, ders(made[1:-1]), trusted(made[-1]), limits=Limits(depth=13))


# --- time ----------------------------------------------------------------------------------------
def test_a_certificate_from_the_past_or_the_future_is_not_taken_at_its_word():
    late = certificate("signer", CA, not_after=MOMENT - DAY)
    early = certificate("signer", CA, not_before=MOMENT + DAY)
    assert refused(late.der, [CA.der]) == ["path.expired"]
    assert refused(early.der, [CA.der]) == ["path.not_yet_valid"]


def test_a_moment_that_is_none_is_the_callers_fault():
    for moment in (None, "now", 1.5, True):
        with pytest.raises(MisuseError):
            find_path(LEAF.der, [], trusted(ROOT), PathOptions(moment, ANY), [])
