"""Octets that are no certificate, CRL or OCSP response: refused, and it is said where and why.

Changed octets, cut and doubled pieces of real ones. What can still be read is no concern here; that
none of it is believed is shown in tests/attacks.
"""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from defa_trust.conformance import certificates as make
from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.revocation_build import crl, entry, number, ocsp, reason
from defa_trust.errors import Rejection
from defa_trust.x509.certificate import open_certificate, read_certificate
from defa_trust.x509.crl import read_crl
from defa_trust.x509.ocsp import read_ocsp

PLACE = re.compile(r"offset (\d+)")
RICH = make.certificate(
    "authority",
    make.certificate("root"),
    ca=True,
    extensions=[
        make.basic_constraints(path_length=2),
        make.policies("1.2.3.1", "1.2.3.2"),
        make.name_constraints([make.dns("th.test.example")], [make.email("sg.test.example")]),
        make.alternative_names(make.uri("https://th.test.example/"), make.dns("th.test.example")),
        make.extended_key_usage("1.3.6.1.5.5.7.3.8"),
    ],
).der


def entries_of(octets):
    return read_crl(octets).entries()


READERS = {
    "certificate, skeleton": (RICH, open_certificate),
    "certificate, whole": (RICH, read_certificate),
    "CRL": (crl(number(7), entries=[entry(5, MOMENT, reason(1)), entry(6)]), entries_of),
    "OCSP response": (ocsp(), read_ocsp),
}


def refusal(read, octets):
    """``None`` where it can be read; anything but a ``Rejection`` would end the test."""
    try:
        read(octets)
    except Rejection as found:
        return found
    return None


@pytest.mark.parametrize("name", READERS)
def test_the_twin_can_be_read(name):
    octets, read = READERS[name]
    assert refusal(read, octets) is None


def says_where_and_why(found, octets):
    place = PLACE.search(str(found.where))
    assert place is not None, (found.code.id, found.where, found.actual)
    assert 0 <= int(place[1]) <= len(octets)
    assert found.actual or found.expected, found.code.id


@pytest.mark.parametrize("name", READERS)
def test_every_cut_is_refused_with_its_place(name):
    octets, read = READERS[name]
    for size in range(len(octets)):
        found = refusal(read, octets[:size])
        assert found is not None, size
        says_where_and_why(found, octets)
    says_where_and_why(refusal(read, octets + b"\0"), octets + b"\0")


CHANGES = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.integers(0, 4000), st.binary(min_size=1, max_size=1)),
        st.tuples(st.just("insert"), st.integers(0, 4000), st.binary(min_size=1, max_size=6)),
        st.tuples(st.just("drop"), st.integers(0, 4000), st.binary(min_size=1, max_size=6)),
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=300, deadline=None)
@given(CHANGES)
def test_changed_octets_are_read_or_refused_with_their_place(name, changes):
    octets, read = READERS[name]
    changed = bytearray(octets)
    for kind, place, what in changes:
        place %= len(changed)  # noqa: PLW2901 - within what is there
        if kind == "insert":
            changed[place:place] = what
        elif kind == "drop":
            del changed[place : place + len(what)]
        else:
            changed[place : place + 1] = what
    found = refusal(read, bytes(changed))
    if found is not None and not found.code.id.startswith("crypto."):
        says_where_and_why(found, changed)


@pytest.mark.parametrize("name", READERS)
@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=200))
def test_any_octets_are_refused_with_their_place(name, octets):
    says_where_and_why(refusal(READERS[name][1], octets), octets)


@pytest.mark.parametrize("name", ["certificate, whole", "CRL", "OCSP response"])
def test_a_fault_in_a_name_is_placed_in_the_whole(name):
    """The set of each attribute becomes a sequence: its offset is one of the whole input."""
    octets, read = READERS[name]
    sets = [found.start() for found in re.finditer(rb"1.0.\x06\x03\x55\x04", octets, re.DOTALL)]
    assert sets
    for begun in sets:
        changed = octets[:begun] + b"0" + octets[begun + 1 :]
        assert refusal(read, changed).where == f"offset {begun}"
