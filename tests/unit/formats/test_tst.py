"""Time-stamp tokens: what they say, to the second on both sides, and what is refused."""

import shutil
import ssl
import subprocess
from hashlib import sha256

import pytest

from defa_trust.codec import der
from defa_trust.codec.der import context, encode_oid, tlv
from defa_trust.content import Content
from defa_trust.errors import Rejection
from defa_trust.formats import cms_attributes as names
from defa_trust.formats import tst
from defa_trust.formats.base import PartRole
from defa_trust.formats.cms_sign import attribute, signed_data
from defa_trust.formats.tst import parse_token, read_info
from defa_trust.formats.tst_sign import sign_token, tst_info
from tests.build import DAY, NOW
from tests.cms_samples import DOCUMENT, TSA, cades, clock, indefinite

DIGEST = sha256(DOCUMENT).digest()


def info(**more):
    return tst_info(DIGEST, **{"gen_time": NOW, **more})


def token(**more):
    return sign_token(TSA, info(**more))


def refused(read, *arguments):
    with pytest.raises(Rejection) as caught:
        read(*arguments)
    return caught.value.code.id


def test_a_token_is_a_signature_that_also_claims_what_it_covers():
    read = parse_token(token(), Content.of(DOCUMENT))
    signature = read.signature
    assert signature.part.role is PartRole.TIMESTAMP
    inner, covered = signature.contents
    assert inner.content.digest(inner.algorithm) == inner.expected
    assert covered.content.digest(covered.algorithm) == covered.expected == DIGEST
    assert signature.references[0].digest == sha256(TSA.certificate).digest()
    assert TSA.certificate in signature.certificates
    row = next(a for a in signature.part.algorithms if a.key_type is TSA.key.key_type)
    key = TSA.key.verification_key
    assert key.verify(row, signature.part.signature, signature.part.data)


def test_a_token_in_ber_is_the_same_token():
    plain = token()
    assert parse_token(indefinite(plain, 7), None) == parse_token(plain, None)


def test_everything_that_tst_info_says():
    read = read_info(
        info(
            serial=77,
            nonce=12345678901234567890,
            ordering=True,
            tsa=b"\x30\x00",
            fraction="25",
            accuracy=(2, 500, 1),
            policy="2.999.3",
        )
    )
    assert read.policy == "2.999.3"
    assert read.serial == 77
    assert read.nonce == 12345678901234567890
    assert read.ordering
    assert read.tsa == tlv(context(4), b"\x30\x00")
    assert read.gen_time == NOW * 1_000_000 + 250_000
    assert read.accuracy == 2_500_001


@pytest.mark.parametrize(
    ("accuracy", "fraction", "earliest", "latest"),
    [
        ((1, 0, 0), "", NOW - 1, NOW + 1),
        ((0, 0, 0), "", NOW, NOW),
        (None, "", NOW - 1, NOW + 1),
        ((0, 1, 0), "", NOW - 1, NOW + 1),
        ((0, 0, 1), "", NOW - 1, NOW + 1),
        ((0, 0, 0), "5", NOW, NOW + 1),
        ((0, 500, 0), "5", NOW, NOW + 1),
        ((0, 500, 1), "5", NOW - 1, NOW + 2),
        ((60, 0, 0), "000001", NOW - 60, NOW + 61),
    ],
)
def test_bounds_are_whole_seconds_rounded_outwards(accuracy, fraction, earliest, latest):
    read = read_info(info(accuracy=accuracy, fraction=fraction))
    assert (read.earliest, read.latest) == (earliest, latest)


def raw_info(time=b"20261101000000Z", tail=b"", version=1, imprint=DIGEST, algorithm=None):
    return der.seq(
        der.encode_integer(version),
        encode_oid("2.999.1"),
        der.seq(
            algorithm or der.seq(encode_oid("2.16.840.1.101.3.4.2.1")),
            tlv(der.OCTET_STRING, imprint),
        ),
        der.encode_integer(1),
        tlv(der.GENERALIZED_TIME, time),
        tail,
    )


def test_the_plain_form_passes():
    assert read_info(raw_info()).gen_time == NOW * 1_000_000
    assert not read_info(raw_info(tail=der.encode_boolean(False))).ordering


@pytest.mark.parametrize(
    "time",
    [
        b"20261101000000",
        b"20261101000000+0700",
        b"2026110100000Z",
        b"20261101000000.Z",
        b"20261101000000.50Z",
        b"20261101000000.0Z",
        b"20261101000000,5Z",
        b"20261131000000Z",
        b"20261101240000Z",
        b"20261101006000Z",
        b"20261101000060Z",
        b"00000000000000Z",
    ],
)
def test_a_time_in_another_form_or_that_never_was(time):
    assert refused(read_info, raw_info(time)) == "timestamp.gen_time"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        raw_info()[:-1],
        raw_info() + b"\0",
        raw_info(version=2),
        raw_info(imprint=DIGEST[:20]),
        raw_info(tail=der.seq(der.encode_integer(-1))),
        raw_info(tail=der.seq(der.encode_integer(1000, 0x80))),
        raw_info(tail=der.seq(der.encode_integer(90_000))),
        raw_info(tail=der.encode_integer(1) + der.encode_integer(2)),
        raw_info(tail=b"\x01\x01\x01"),
        raw_info(tail=tlv(0xA2, b"")),
    ],
)
def test_malformed_info(data):
    assert refused(read_info, data) == "timestamp.info"


def test_a_weak_imprint_is_named():
    weak = raw_info(algorithm=der.seq(encode_oid("1.3.14.3.2.26")), imprint=bytes(20))
    assert refused(read_info, weak) == "cms.digest_weak"


@pytest.mark.parametrize(("critical", "passes"), [(False, True), (True, False)])
def test_a_critical_extension_is_not_passed_over(critical, passes):
    entry = der.seq(
        encode_oid("2.999.8"),
        der.encode_boolean(True) if critical else b"",
        tlv(der.OCTET_STRING, b"\x05\0"),
    )
    data = raw_info(tail=tlv(context(1), entry))
    if passes:
        assert read_info(data)
    else:
        assert refused(read_info, data) == "timestamp.extension"


# --- the token around it -----------------------------------------------------------------------
def test_a_signature_over_a_document_is_no_token():
    assert refused(parse_token, cades(), None) == "timestamp.not_a_token"


def test_a_token_without_its_info():
    from defa_trust.formats.cms_sign import signed_attributes, signer_info, signing_certificate_v2

    attributes = signed_attributes(
        attribute(names.CONTENT_TYPE, encode_oid(tst.TST_INFO)),
        attribute(names.MESSAGE_DIGEST, tlv(der.OCTET_STRING, sha256(info()).digest())),
        signing_certificate_v2(TSA.certificate),
    )
    signer = signer_info(TSA, attributes)
    whole = signed_data([signer], content=info(), content_type=tst.TST_INFO)
    assert parse_token(whole, None)
    data = signed_data([signer], content_type=tst.TST_INFO)
    assert refused(parse_token, data, None) == "timestamp.not_a_token"
    twice = signed_data([signer, signer], content=info(), content_type=tst.TST_INFO)
    assert refused(parse_token, twice, None) == "timestamp.not_a_token"


def test_a_token_that_names_no_certificate():
    data = sign_token(TSA, info(), signing_certificate=b"")
    assert refused(parse_token, data, None) == "timestamp.no_certificate_reference"


def test_a_token_without_message_digest():
    data = sign_token(TSA, info(), message_digest=b"")
    assert refused(parse_token, data, None) == "cms.attribute_missing"


def test_a_token_beyond_its_limits(monkeypatch):
    monkeypatch.setattr(tst, "MAX_TOKEN_BYTES", 1000)
    assert refused(parse_token, token(), None) == "timestamp.info"
    monkeypatch.setattr(tst, "MAX_TOKEN_BYTES", 1 << 20)
    monkeypatch.setattr(tst, "MAX_INFO_BYTES", 10)
    assert refused(parse_token, token(), None) == "timestamp.info"


def test_openssl_reads_what_the_test_authority_writes(tmp_path):
    if shutil.which("openssl") is None:
        pytest.skip("no openssl here")
    (tmp_path / "token").write_bytes(clock(NOW - DAY)("sha-256", DIGEST))
    (tmp_path / "document").write_bytes(DOCUMENT)
    pem = [ssl.DER_cert_to_PEM_cert(der) for der in TSA.chain]
    (tmp_path / "roots.pem").write_text("".join(pem))
    command = "openssl ts -verify -token_in -in token -data document -CAfile roots.pem -attime"
    done = subprocess.run(
        [*command.split(), str(NOW)],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in done.stdout + done.stderr
