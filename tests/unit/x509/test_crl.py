"""The outline of a CRL: what is read, and what is refused with its place."""

from pathlib import Path

import pytest
from cryptography import x509

from defa_trust.codec.der import (
    context,
    encode_bits,
    encode_generalized_time,
    encode_integer,
    seq,
    tlv,
)
from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.revocation_build import (
    CRL_URL,
    EXPIRED_CERTS,
    NEXT_UPDATE,
    SHA256_WITH_ECDSA,
    THIS_UPDATE,
    UNHEARD_OF,
    authority_key,
    crl,
    delta_of,
    directory,
    entry,
    extension,
    key_id,
    name,
    number,
    reason,
    scope,
    sign,
    uri,
)
from defa_trust.errors import MisuseError, Rejection
from defa_trust.spec import MAX_CRL_BYTES
from defa_trust.x509.crl import Reason, read_crl
from defa_trust.x509.extensions import NameKind
from defa_trust.x509.names import name_key
from tests.conformance.corpora import corpora_root

CORPUS = corpora_root() / "pkits-ocsp" / "nist_pkits" / "crls"


def refused(der):
    with pytest.raises(Rejection) as caught:
        read_crl(der).entries()
    return caught.value


def test_reads_what_a_list_says_of_itself():
    der = crl(
        number(7),
        authority_key("root"),
        scope(uri(CRL_URL), user=True, reasons=(1, 6)),
        extension(EXPIRED_CERTS, encode_generalized_time(MOMENT)),
        entries=[entry(5, MOMENT - 60, reason(4))],
    )
    found = read_crl(der)
    assert (found.this_update, found.next_update) == (THIS_UPDATE, NEXT_UPDATE)
    assert (found.number, found.base_number, found.version) == (7, None, 2)
    assert found.issuer_name == name("root")
    assert found.issuer_key == name_key(name("root"))
    assert found.authority_key.key == key_id("root")
    assert found.expired_from == MOMENT
    assert found.scope.only_user
    assert not found.scope.only_ca
    assert found.scope.some_reasons == {"key_compromise", "certificate_hold"}
    assert [(n.kind, n.value) for n in found.scope.full_name] == [(NameKind.URI, CRL_URL.encode())]
    assert not found.is_delta
    assert not found.is_indirect
    (one,) = found.find(5, found.issuer_key)
    assert (one.serial, one.revoked_at, one.reason) == (5, MOMENT - 60, Reason.SUPERSEDED)


def test_what_was_signed_is_what_the_library_says_was_signed():
    der = crl(entries=[entry()])
    found, theirs = read_crl(der), x509.load_der_x509_crl(der)
    assert bytes(found.tbs) == theirs.tbs_certlist_bytes
    assert found.signature == theirs.signature


def test_a_delta_and_an_indirect_list():
    found = read_crl(crl(number(9), delta_of(8), scope(indirect=True)))
    assert found.is_delta
    assert found.base_number == 8
    assert found.is_indirect


def test_a_list_of_version_1_and_one_that_never_ends():
    found = read_crl(crl(version=None, next_update=None, entries=[entry(5)]))
    assert found.version == 1
    assert found.next_update is None
    assert len(found.entries()) == 1


def test_relative_names():
    attribute = seq(b"\x06\x03\x55\x04\x03", b"\x0c\x01x")
    assert read_crl(crl(scope(relative=attribute))).scope.relative == attribute


def parts(*middle, tail=b""):
    """A list with other contents between issuer and signature."""
    tbs = seq(encode_integer(1), SHA256_WITH_ECDSA, name("root"), *middle)
    return seq(tbs, SHA256_WITH_ECDSA, encode_bits(sign("root", tbs)), tail)


TIMES = b"\x17\x0d261031000000Z\x17\x0d261107000000Z"


def test_the_parts_make_a_list():
    assert read_crl(parts(TIMES)).next_update == NEXT_UPDATE


@pytest.mark.parametrize(
    ("der", "said"),
    [
        (b"", "der.truncated"),
        (b"<html>" + b"." * 200, "der.tag"),
        (crl() + b"\0", "der.trailing"),
        (crl()[:-1], "der.truncated"),
        (parts(TIMES, tail=b"\x05\x00"), "der.trailing"),
        (parts(TIMES, b"\x05\x00"), "der.trailing"),
        (parts(b"\x17\x0d261131000000Z"), "der.time"),
        (parts(b"\x17\x0d261107000000Z\x17\x0d261031000000Z"), "ends before it begins"),
        (parts(TIMES, tlv(context(0), seq())), "empty list of extensions"),
        (crl(number(1), number(1)), "twice"),
        (crl(number(-1)), "negative"),
        (crl(number(1 << 160)), "too long"),
        (crl(scope(user=True, ca=True)), "more than one kind"),
        (crl(scope(user=True, attribute=True)), "more than one kind"),
        (crl(scope(reasons=(0,))), "no reason"),
        (crl(scope(tlv(context(4), seq(b"\x05\x00")))), "certificate.name"),
        (crl(scope(relative=seq(b"\x05\x00"))), "certificate.name"),
        (crl(version=0), "another version"),
        (crl(version=2), "another version"),
        (crl(number(1), version=None), "version 1"),
    ],
)
def test_refuses_what_is_no_list(der, said):
    refusal = refused(der)
    assert refusal.code.id == "crl.malformed"
    assert said in refusal.actual


def test_refuses_two_algorithms_and_a_signature_of_bits():
    good = crl()
    other = SHA256_WITH_ECDSA.replace(b"\x04\x03\x02", b"\x04\x03\x03")
    end = good.rindex(SHA256_WITH_ECDSA)
    assert "two different" in refused(good[:end] + other + good[end + len(other) :]).actual
    tbs = seq(encode_integer(1), SHA256_WITH_ECDSA, name("root"), TIMES)
    bits = seq(tbs, SHA256_WITH_ECDSA, encode_bits(b"\xf0", 4))
    assert "whole octets" in refused(bits).actual
    assert "whole octets" in refused(seq(tbs, SHA256_WITH_ECDSA, encode_bits(b""))).actual


def test_refuses_an_issuer_without_a_name():
    tbs = seq(encode_integer(1), SHA256_WITH_ECDSA, seq(), TIMES)
    bad = seq(tbs, SHA256_WITH_ECDSA, encode_bits(sign("root", tbs)))
    assert "no issuer" in refused(bad).actual


def test_a_critical_extension_nobody_processes_is_refused_by_its_name():
    unknown = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    refusal = refused(crl(number(1), unknown))
    assert (refusal.code.id, refusal.actual) == ("crl.critical_extension", UNHEARD_OF)
    assert refusal.where.startswith("offset ")


def test_the_same_extension_without_the_mark_is_passed_over():
    assert read_crl(crl(number(1), extension(UNHEARD_OF, b"\x05\x00"))).number == 1


def test_bounds():
    refusal = refused(bytes(MAX_CRL_BYTES + 1))
    assert refusal.code.id == "crl.too_large"
    with pytest.raises(MisuseError):
        read_crl("text")


def test_entries_are_kept_and_the_list_is_frozen():
    found = read_crl(crl(entries=[entry()]))
    assert found.entries() is found.entries()
    assert found.sha256 is found.sha256
    with pytest.raises(AttributeError):
        found.this_update = 0


def test_an_indirect_list_names_issuers_entry_by_entry():
    from defa_trust.conformance.revocation_build import certificate_issuer

    der = crl(
        number(1),
        scope(indirect=True),
        entries=[
            entry(1),
            entry(2, MOMENT - 5, certificate_issuer("a")),
            entry(3),
            entry(2, MOMENT - 4, certificate_issuer("b")),
        ],
    )
    found = read_crl(der)
    own, a, b = (name_key(name(part)) for part in ("root", "a", "b"))
    assert found.find(1, own)
    assert not found.find(1, a)
    # RFC 5280, 5.3.3: what follows has the issuer of the entry before it.
    assert found.find(3, a)
    assert not found.find(3, own)
    assert [e.revoked_at for e in found.find(2, a)] == [MOMENT - 5]
    assert [e.revoked_at for e in found.find(2, b)] == [MOMENT - 4]
    assert not found.find(2, own)


def test_directory_names_in_a_scope():
    found = read_crl(crl(scope(directory("root", "point"))))
    assert found.scope.full_name[0].kind is NameKind.DIRECTORY


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the PKITS CRLs are not here")
def test_reads_the_corpus_as_the_library_does():
    files = sorted(Path(CORPUS).glob("*.crl"))
    unread = set()
    for file in files:
        der = file.read_bytes()
        theirs = x509.load_der_x509_crl(der)
        try:
            ours = read_crl(der)
            listed = ours.entries()
        except Rejection as refusal:
            unread.add((file.stem, refusal.code.id))
            continue
        assert ours.this_update == int(theirs.last_update_utc.timestamp())
        assert ours.next_update == int(theirs.next_update_utc.timestamp())
        assert len(listed) == len(theirs)
        for theirs_entry in theirs:
            found = listed.find(theirs_entry.serial_number)
            dates = [entry.revoked_at for entry in found]
            assert int(theirs_entry.revocation_date_utc.timestamp()) in dates
    assert len(files) > 160
    assert unread == {
        ("BadCRLSignatureCACRL", "crl.malformed"),
        ("UnknownCRLEntryExtensionCACRL", "crl.critical_extension"),
        ("UnknownCRLExtensionCACRL", "crl.critical_extension"),
    }
