"""Entries of a CRL: common shapes by one expression, others by the reader, both alike."""

import random

import pytest

from defa_trust.codec.der import encode_integer, encode_oid, encode_time, seq, tlv
from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.revocation_build import (
    UNHEARD_OF,
    certificate_issuer,
    entry,
    extension,
    invalid_from,
    reason,
    uri,
)
from defa_trust.errors import Rejection
from defa_trust.x509.crl_entries import Entries, Entry, Reason, Shape

PLAIN = Shape()
DELTA = Shape(delta=True)
INDIRECT = Shape(indirect=True)


def entries(*listed, shape=PLAIN):
    data = b"before" + b"".join(listed)
    return Entries(data, 6, len(data), shape)


def refused(*listed, shape=PLAIN):
    with pytest.raises(Rejection) as caught:
        entries(*listed, shape=shape)
    return caught.value


SERIALS = (
    0, 1, 127, 128, 255, 256, 32767, 32768, -1, -128, -129, 1 << 63, (1 << 64) - 1,
    1 << 127, (1 << 127) - 1, (1 << 159) - 1, 1 << 159, -(1 << 127), 1 << 200, (1 << 511) - 1,
)  # fmt: skip


@pytest.mark.parametrize("more", [(), (reason(1),), (reason(6), invalid_from(MOMENT))])
@pytest.mark.parametrize("serial", SERIALS)
def test_finds_each_serial_number_among_the_others(serial, more):
    table = entries(*(entry(s, MOMENT - 60, *more) for s in SERIALS))
    assert len(table) == len(SERIALS)
    (found,) = table.find(serial)
    assert (found.serial, found.revoked_at) == (serial, MOMENT - 60)
    assert table.find(serial + 3) == () or serial + 3 in SERIALS


def test_a_serial_number_hidden_in_another_is_not_found():
    inner = encode_integer(0x1234)
    outer = int.from_bytes(b"\x11" + inner + b"\x17\x0d", "big")
    table = entries(entry(outer))
    assert table.find(0x1234) == ()
    assert table.find(outer)


def test_an_empty_list():
    table = entries()
    assert len(table) == 0
    assert table.find(1) == ()


def test_every_reason():
    codes = {0: "unspecified", 1: "key_compromise", 2: "ca_compromise", 3: "affiliation_changed",
             4: "superseded", 5: "cessation_of_operation", 6: "certificate_hold",
             8: "remove_from_crl", 9: "privilege_withdrawn", 10: "aa_compromise"}  # fmt: skip
    table = entries(*(entry(100 + c, MOMENT, reason(c)) for c in codes), shape=DELTA)
    for code, name in codes.items():
        assert table.find(100 + code)[0].reason is Reason(name)
    for code in (7, 11, -1, 300):
        assert refused(entry(1, MOMENT, reason(code)), shape=DELTA).code.id == "crl.entry"


def test_no_reason_is_unspecified():
    assert entries(entry(1)).find(1)[0].reason is Reason.UNSPECIFIED


def test_a_repeated_entry_is_found_as_often():
    table = entries(entry(1, 10), entry(2, 20), entry(1, 30))
    assert [e.revoked_at for e in table.find(1)] == [10, 30]


def test_the_invalidity_date_and_a_hold_instruction():
    hold = extension("2.5.29.23", encode_oid("1.2.840.10040.2.1"))
    (found,) = entries(entry(1, MOMENT, hold, reason(6), invalid_from(MOMENT - 9))).find(1)
    assert found == Entry(1, MOMENT, Reason.CERTIFICATE_HOLD, MOMENT - 9)


def test_generalized_time_from_2050():
    late = 2_600_000_000
    assert entries(entry(1, late)).find(1)[0].revoked_at == late


@pytest.mark.parametrize("serial", [1, 1 << 100])
@pytest.mark.parametrize(
    "text",
    [b"000230000000Z", b"010229000000Z", b"010431000000Z", b"011301000000Z", b"010100000000Z",
     b"010132000000Z", b"010101240000Z", b"010101006000Z", b"010101000060Z", b"0101010000 0Z",
     b"010101000000+"],
)  # fmt: skip
def test_dates_that_do_not_exist(serial, text):
    bad = seq(encode_integer(serial), tlv(0x17, text))
    refusal = refused(entry(5), bad, entry(6))
    assert refusal.code.id == "der.time"


@pytest.mark.parametrize(
    "text",
    [b"000229000000Z", b"040229235959Z", b"960229000000Z", b"500101000000Z", b"491231235959Z",
     b"010430000000Z", b"010131000000Z", b"010228000000Z"],
)  # fmt: skip
def test_dates_that_do_exist(text):
    table = entries(seq(encode_integer(9), tlv(0x17, text)))
    assert table.find(9)[0].revoked_at != 0


@pytest.mark.parametrize(
    "octets",
    [
        bytes.fromhex("30140203000001170d3236303130313030303030305a"),  # 00 00 01
        bytes.fromhex("301302020001170d3236303130313030303030305a"),  # 00 01
        bytes.fromhex("30130202ff80170d3236303130313030303030305a"),  # ff 80
        bytes.fromhex("30110200170d3236303130313030303030305a"),  # no octets at all
    ],
)
def test_serial_numbers_not_in_their_shortest_form(octets):
    assert refused(octets).code.id == "der.value"


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (entry(1)[:-1], "der.truncated"),
        (entry(1) + b"\0", "der.truncated"),
        (b"\x05\x00", "der.tag"),
        (seq(encode_integer(1)), "der.truncated"),
        (seq(encode_integer(1), encode_time(MOMENT), b"\x05\x00"), "der.tag"),
        (seq(encode_integer(1), encode_time(MOMENT), seq()), "crl.entry"),
        (entry(1, MOMENT, reason(1), reason(1)), "crl.entry"),
        (entry(1 << 600), "crl.entry"),
        (entry(1, MOMENT, reason(8)), "crl.entry"),
        (entry(1, MOMENT, certificate_issuer("a")), "crl.entry"),
        (entry(1, MOMENT, extension("2.5.29.21", b"\x0a\x02\x01")), "der.truncated"),
        (entry(1, MOMENT, extension("2.5.29.21", b"\x0a\x01\x01\x00")), "der.trailing"),
        (entry(1, MOMENT, extension(UNHEARD_OF, b"", critical=True)), "crl.critical_extension"),
    ],
)
def test_refuses_malformed_entries_wherever_they_stand(octets, code):
    assert refused(octets).code.id == code
    many = [entry(1 << 64 | i) for i in range(5)]
    assert refused(*many, octets).code.id == code


def test_the_same_entries_where_they_are_allowed():
    assert entries(entry(1, MOMENT, reason(8)), shape=DELTA).find(1)
    assert entries(entry(1, MOMENT, certificate_issuer("a")), shape=INDIRECT).find(1)
    assert entries(entry(1, MOMENT, extension(UNHEARD_OF, b""))).find(1)


@pytest.mark.parametrize(
    ("text", "exists"),
    [(b"20000229000000Z", True), (b"19000229000000Z", False), (b"19040229000000Z", True),
     (b"20260230000000Z", False), (b"20261231235959Z", True), (b"20261231235960Z", False),
     (b"21000229000000Z", False), (b"20991231000000Z", True), (b"18991231000000Z", True)],
)  # fmt: skip
def test_invalidity_dates_exist_whichever_way_they_are_read(text, exists):
    """Dates that the expression knows and dates that only the reader knows."""
    row = entry(1 << 64, MOMENT, extension("2.5.29.24", tlv(0x18, text)))
    if exists:
        assert entries(row).find(1 << 64)[0].invalid_from is not None
    else:
        assert refused(row).code.id == "der.time"


def test_a_certificate_issuer_is_critical_and_a_distinguished_name():
    soft = certificate_issuer("a", critical=False)
    assert refused(entry(1, MOMENT, soft), shape=INDIRECT).code.id == "crl.entry"
    nameless = extension("2.5.29.29", seq(uri("https://a.test.example")), critical=True)
    assert refused(entry(1, MOMENT, nameless), shape=INDIRECT).code.id == "crl.entry"


def test_extensions_in_a_list_of_version_1():
    old = Shape(extensions=False)
    assert entries(entry(1), shape=old).find(1)
    assert refused(entry(1, MOMENT, reason(1)), shape=old).code.id == "crl.entry"


def test_as_many_entries_as_there_are_of_every_shape():
    """Runs of common shapes, broken by others, at random: each is found, and nothing else is."""
    rng = random.Random(7)
    since = invalid_from(MOMENT - 77)
    kinds = (
        (), (reason(1),), (reason(4),), (since,), (reason(1), since), (since, reason(9)),
        (since, extension(UNHEARD_OF, b"")), (extension(UNHEARD_OF, b""), reason(1)),
        (extension("2.5.29.21", encode_integer(1, 0x0A), critical=True),),
    )  # fmt: skip
    listed = {}
    while len(listed) < 3000:
        serial = rng.getrandbits(rng.choice((7, 8, 15, 16, 31, 63, 64, 127, 128, 159)))
        listed[serial] = (MOMENT - rng.randrange(1 << 20), rng.choice(kinds))
    table = entries(*(entry(s, at, *more) for s, (at, more) in listed.items()))
    assert len(table) == len(listed)
    for serial, (at, more) in listed.items():
        (found,) = table.find(serial)
        assert found.revoked_at == at
        assert found.invalid_from == (MOMENT - 77 if since in more else None)
    for _ in range(3000):
        serial = rng.getrandbits(64)
        assert bool(table.find(serial)) == (serial in listed)
