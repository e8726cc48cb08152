"""OCSP responses and requests: what is read, what is refused, how a certificate is named."""

import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509 import ocsp as library

from defa_trust.codec.der import (
    context,
    encode_bits,
    encode_generalized_time,
    encode_integer,
    encode_oid,
    seq,
    tlv,
)
from defa_trust.conformance.build import MOMENT
from defa_trust.conformance.revocation_build import (
    ARCHIVE_CUTOFF,
    NEXT_UPDATE,
    NONCE,
    SHA256,
    SHA256_WITH_ECDSA,
    THIS_UPDATE,
    UNHEARD_OF,
    UNKNOWN,
    cert_id,
    certificate_issuer,
    extension,
    invalid_from,
    key,
    key_bits,
    key_id,
    leaf,
    name,
    ocsp,
    ocsp_error,
    reason,
    responder,
    revoked,
    root,
    sign,
    single,
)
from defa_trust.errors import MisuseError, Rejection
from defa_trust.spec import MAX_OCSP_BYTES
from defa_trust.x509 import ocsp as ours
from defa_trust.x509.crl import Reason
from defa_trust.x509.names import name_key
from defa_trust.x509.ocsp import CertIdHash, CertStatus, build_request, key_octets, read_ocsp
from tests.conformance.corpora import corpora_root

CORPUS = corpora_root() / "pkits-ocsp" / "openssl-ocsp"
ROOT_KEY = key("root").verification_key


def refused(der):
    with pytest.raises(Rejection) as caught:
        read_ocsp(der)
    return caught.value


def test_reads_a_response():
    der = ocsp(single(), certificates=[responder()])
    found = read_ocsp(der)
    assert found.produced_at == THIS_UPDATE
    assert found.responder.name_key == name_key(name("root"))
    assert found.certificates == (responder(),)
    assert found.nonce is None
    (answer,) = found.responses
    assert answer.status is CertStatus.GOOD
    assert (answer.this_update, answer.next_update) == (THIS_UPDATE, NEXT_UPDATE)
    assert answer.cert_id.serial == 0x1001


def test_what_was_signed_is_what_the_library_says_was_signed():
    der = ocsp()
    found, theirs = read_ocsp(der), library.load_der_ocsp_response(der)
    assert found.tbs == theirs.tbs_response_bytes
    assert found.signature == theirs.signature


def test_revoked_with_reason_and_more():
    said = single(revoked(MOMENT - 60, 1), invalid_from(MOMENT - 90))
    (answer,) = read_ocsp(ocsp(said)).responses
    assert answer.status is CertStatus.REVOKED
    assert (answer.revoked_at, answer.reason) == (MOMENT - 60, Reason.KEY_COMPROMISE)
    assert answer.more.invalid_from == MOMENT - 90
    assert read_ocsp(ocsp(single(revoked()))).responses[0].reason is None


def test_unknown_and_several_answers():
    found = read_ocsp(ocsp(single(UNKNOWN), single(about=cert_id(7))))
    assert [r.status for r in found.responses] == [CertStatus.UNKNOWN, CertStatus.GOOD]


def test_extensions_of_answer_and_response():
    cutoff = extension(ARCHIVE_CUTOFF, encode_generalized_time(MOMENT - 100))
    nonce = extension(NONCE, tlv(4, b"n" * 32))
    extended = extension(ours.EXTENDED_REVOKE, b"\x05\x00")
    found = read_ocsp(ocsp(single(b"\x80\x00", cutoff), extensions=[nonce, extended]))
    assert found.responses[0].archive_cutoff == MOMENT - 100
    assert found.nonce == b"n" * 32
    assert found.extended_revoke


def test_a_nonce_as_bare_octets_of_old():
    assert read_ocsp(ocsp(extensions=[extension(NONCE, b"plain")])).nonce == b"plain"
    assert "nonce" in refused(ocsp(extensions=[extension(NONCE, tlv(4, b""))])).actual
    assert "nonce" in refused(ocsp(extensions=[extension(NONCE, tlv(4, bytes(129)))])).actual


def test_responder_by_key():
    found = read_ocsp(ocsp(by_key=True))
    assert found.responder.key_hash == key_id("root")
    assert found.responder.is_of(b"whatever name", ROOT_KEY)
    assert not found.responder.is_of(name_key(name("root")), key("other").verification_key)


@pytest.mark.parametrize("status", [1, 2, 3, 5, 6])
def test_an_error_of_the_responder_is_no_answer(status):
    assert refused(ocsp_error(status)).code.id == "ocsp.error_status"


def made(*data, tail=b"", kind="1.3.6.1.5.5.7.48.1.1", signature=None):
    """A response with other contents."""
    tbs = seq(*data)
    signed = encode_bits(sign("root", tbs)) if signature is None else signature
    basic = seq(tbs, SHA256_WITH_ECDSA, signed, tail)
    inside = seq(encode_oid(kind), tlv(4, basic))
    return seq(encode_integer(0, 0x0A), tlv(context(0), inside))


WHO = tlv(context(1), name("root"))
WHEN = encode_generalized_time(THIS_UPDATE)


def test_the_parts_make_a_response():
    assert read_ocsp(made(WHO, WHEN, seq(single()))).produced_at == THIS_UPDATE
    version = tlv(context(0), encode_integer(0))
    assert read_ocsp(made(version, WHO, WHEN, seq())).responses == ()


@pytest.mark.parametrize(
    ("der", "code", "said"),
    [
        (b"", "ocsp.malformed", "der.truncated"),
        (b"<html>" + b"." * 200, "ocsp.malformed", "der.tag"),
        (ocsp() + b"\0", "ocsp.malformed", "der.trailing"),
        (ocsp_error(4), "ocsp.malformed", "a status that is none"),
        (ocsp_error(7), "ocsp.malformed", "a status that is none"),
        (ocsp_error(0), "ocsp.malformed", "der.truncated"),
        (made(WHO, WHEN, seq(), kind="1.2.3"), "ocsp.response_type", "1.2.3"),
        (made(tlv(context(0), encode_integer(1)), WHO, WHEN, seq()), "ocsp.malformed", "version"),
        (made(WHEN, seq()), "ocsp.malformed", "der.tag"),
        (made(WHO, b"\x17\x0d261031000000Z", seq()), "ocsp.malformed", "GeneralizedTime"),
        (made(tlv(context(2), tlv(4, b"short")), WHEN, seq()), "ocsp.malformed", "no SHA-1"),
        (made(tlv(context(1), seq()), WHEN, seq()), "ocsp.malformed", "without a name"),
        (made(WHO, WHEN, seq(), b"\x05\x00"), "ocsp.malformed", "der."),
        (made(WHO, WHEN, seq(), tail=b"\x05\x00"), "ocsp.malformed", "der."),
        (made(WHO, WHEN, seq(), signature=encode_bits(b"")), "ocsp.malformed", "whole octets"),
        (made(WHO, WHEN, seq(*[single()] * 257)), "ocsp.malformed", "answers"),
        (ocsp(certificates=[leaf()] * 9), "ocsp.malformed", "certificates"),
        (ocsp(single(b"\x83\x00")), "ocsp.malformed", "a status that is none"),
        (ocsp(single(b"\x80\x01\x00")), "ocsp.malformed", "der.trailing"),
        (ocsp(single(revoked(code=8))), "ocsp.malformed", "a reason that is none"),
        (ocsp(single(revoked(code=7))), "ocsp.malformed", "a reason that is none"),
        (ocsp(single(next_update=THIS_UPDATE - 1)), "ocsp.malformed", "ends before it begins"),
        (
            ocsp(single(b"\x80\x00", certificate_issuer("x"))),
            "ocsp.malformed",
            "a certificate issuer beside a CertID",
        ),
        (ocsp(single(b"\x80\x00", reason(1), reason(1))), "ocsp.malformed", "twice"),
        (
            ocsp(extensions=[extension(NONCE, tlv(4, b"n")), extension(NONCE, tlv(4, b"n"))]),
            "ocsp.malformed",
            "twice",
        ),
    ],
)
def test_refuses_what_is_no_response(der, code, said):
    refusal = refused(der)
    assert refusal.code.id == code
    assert said in refusal.actual


def test_a_critical_extension_nobody_processes_is_refused_by_its_name():
    for der in (
        ocsp(extensions=[extension(UNHEARD_OF, b"\x05\x00", critical=True)]),
        ocsp(single(b"\x80\x00", extension(UNHEARD_OF, b"\x05\x00", critical=True))),
    ):
        refusal = refused(der)
        assert (refusal.code.id, refusal.actual) == ("ocsp.critical_extension", UNHEARD_OF)
    assert read_ocsp(ocsp(extensions=[extension(UNHEARD_OF, b"\x05\x00")]))
    assert read_ocsp(ocsp(single(b"\x80\x00", extension(UNHEARD_OF, b"\x05\x00"))))


def test_bounds():
    assert refused(bytes(MAX_OCSP_BYTES + 1)).code.id == "ocsp.too_large"
    with pytest.raises(MisuseError):
        read_ocsp("text")


# --- naming a certificate ------------------------------------------------------------------------
@pytest.mark.parametrize("hash", list(CertIdHash))
def test_a_certificate_is_named_by_name_and_key_of_its_issuer(hash):
    der = ours.cert_id(name("root"), ROOT_KEY, 0x1001, hash)
    (answer,) = read_ocsp(ocsp(single(about=der))).responses
    assert answer.cert_id.names_issuer(name("root"), ROOT_KEY)
    assert not answer.cert_id.names_issuer(name("other"), ROOT_KEY)
    assert not answer.cert_id.names_issuer(name("root"), key("other").verification_key)


def test_an_unknown_hash_names_nobody():
    odd = cert_id().replace(encode_oid("1.3.14.3.2.26"), encode_oid("1.3.14.3.2.99"))
    (answer,) = read_ocsp(ocsp(single(about=odd))).responses
    assert not answer.cert_id.names_issuer(name("root"), ROOT_KEY)


def test_key_octets_are_the_point_itself():
    assert key_octets(ROOT_KEY) == key_bits("root")
    assert key_octets(ROOT_KEY)[0] == 4


def test_our_request_is_the_librarys():
    nonce = b"0123456789abcdef"
    der = build_request(ours.cert_id(name("root"), ROOT_KEY, 0x1001), nonce)
    theirs = library.load_der_ocsp_request(der)
    assert theirs.serial_number == 0x1001
    (sent,) = theirs.extensions
    assert sent.value.nonce == nonce
    certificates = [x509.load_der_x509_certificate(c) for c in (leaf(), root())]
    built = library.OCSPRequestBuilder().add_certificate(*certificates, SHA1()).build()
    plain = build_request(ours.cert_id(name("root"), ROOT_KEY, 0x1001))
    assert plain == built.public_bytes(Encoding.DER)


@pytest.mark.parametrize("nonce", [b"", bytes(129)])
def test_a_nonce_of_impossible_length_is_the_callers_fault(nonce):
    with pytest.raises(MisuseError):
        build_request(cert_id(), nonce)


def test_sha256_is_understood_from_others():
    (answer,) = read_ocsp(ocsp(single(about=cert_id(hash=SHA256)))).responses
    assert answer.cert_id.names_issuer(name("root"), ROOT_KEY)


@pytest.mark.corpus
@pytest.mark.skipif(not CORPUS.is_dir(), reason="OpenSSL's responses are not here")
def test_reads_the_corpus_as_the_library_does():
    files = sorted(CORPUS.glob("*.ors"))
    assert len(files) > 30
    for file in files:
        der = base64.b64decode(file.read_bytes())
        found, theirs = read_ocsp(der), library.load_der_ocsp_response(der)
        assert found.tbs == theirs.tbs_response_bytes
        assert found.signature == theirs.signature
        assert found.produced_at == int(theirs.produced_at_utc.timestamp())
        assert found.responder.key_hash == theirs.responder_key_hash
        assert len(found.certificates) == len(theirs.certificates)
        (answer,) = found.responses
        assert answer.cert_id.serial == theirs.serial_number
        assert answer.cert_id.name_hash == theirs.issuer_name_hash
        assert answer.cert_id.key_hash == theirs.issuer_key_hash
        assert answer.this_update == int(theirs.this_update_utc.timestamp())
        assert answer.next_update == int(theirs.next_update_utc.timestamp())
        assert answer.status.name == theirs.certificate_status.name
