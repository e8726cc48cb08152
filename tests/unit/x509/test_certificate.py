"""Facts of certificates: read once, in plain values, and garbage is a Rejection."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.errors import MisuseError, Rejection
from defa_trust.x509.certificate import MAX_CERTIFICATE_BYTES, read_certificate
from tests.signed_lists import DAY, NOW, operator, operator_name
from tests.unit.trustlist.test_envelope import certificate


def test_the_facts_of_an_operators_certificate():
    signing_key, der = operator("SG")
    facts = read_certificate(der)
    assert facts.der == der
    assert facts.sha256 == sha256(der).digest()
    assert (facts.country, facts.organisation) == ("SG", operator_name("SG"))
    assert facts.subject == facts.issuer
    assert (facts.not_before, facts.not_after) == (NOW - 400 * DAY, NOW + 400 * DAY)
    assert facts.key.thumbprint == signing_key.verification_key.thumbprint
    assert facts.key_usage == {"digital_signature", "content_commitment"}
    assert facts.extended_key_usage == ("0.4.0.2231.3.0",)
    assert (facts.is_ca, facts.path_length, facts.aki) == (False, None, None)
    assert len(facts.ski) == 20
    assert facts.critical == {"2.5.29.15", "2.5.29.19"}
    assert facts.serial > 0


def test_both_bounds_of_validity_belong_to_it():
    facts = read_certificate(operator("SG")[1])
    assert facts.valid_at(facts.not_before) and facts.valid_at(facts.not_after)
    assert not facts.valid_at(facts.not_before - 1) and not facts.valid_at(facts.not_after + 1)


def test_absent_extensions_are_told_from_empty_ones():
    facts = read_certificate(certificate(usage=(), eku=None, ski=False)[1])
    assert facts.key_usage is None
    assert facts.extended_key_usage == ()
    assert facts.ski is None


def test_of_two_countries_nobody_picks_one():
    assert read_certificate(certificate(countries=("TH", "SG"))[1]).country is None


def test_a_ca_says_so():
    assert read_certificate(certificate(ca=True)[1]).is_ca is True


@pytest.mark.parametrize(
    "der", [b"", b"\x30", b"\x30\x80", b"x" * 100, b"-----BEGIN CERTIFICATE-----"]
)
def test_garbage(der):
    with pytest.raises(Rejection) as refusal:
        read_certificate(der)
    assert refusal.value.code.id == "list.certificate"


def test_a_byte_too_many_and_one_too_few():
    _, der = operator("SG")
    for other in (der + b"\0", der[:-1], b"\0" + der):
        with pytest.raises(Rejection):
            read_certificate(other)


def test_size_is_bounded_and_the_type_is_the_callers():
    with pytest.raises(Rejection):
        read_certificate(b"\x30" * (MAX_CERTIFICATE_BYTES + 1))
    with pytest.raises(MisuseError):
        read_certificate("-----BEGIN")


@settings(max_examples=200, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 255))
def test_a_changed_byte_is_read_or_rejected_and_never_anything_else(place, flip):
    der = bytearray(operator("SG")[1])
    der[place % len(der)] ^= flip
    try:
        facts = read_certificate(bytes(der))
    except Rejection:
        return
    assert facts.sha256 == sha256(bytes(der)).digest()
