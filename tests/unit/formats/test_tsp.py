"""Asking a time-stamping authority: what goes out, and which answers are taken for one."""

import shutil
import subprocess
import time
from hashlib import sha256

import pytest

from defa_trust.codec.der import (
    OCTET_STRING,
    UTF8_STRING,
    encode_bits,
    encode_integer,
    seq,
    tlv,
)
from defa_trust.errors import MisuseError, Rejection
from defa_trust.formats import tsp
from defa_trust.formats.cms_sign import signed_data, signer_info
from defa_trust.formats.tsp import TimestampQuery
from defa_trust.formats.tst import parse_token
from defa_trust.formats.tst_sign import sign_token, tst_info
from tests.build import NOW
from tests.cms_samples import DOCUMENT, TSA, cades, indefinite

DIGEST = sha256(DOCUMENT).digest()
QUERY = TimestampQuery("sha-256", DIGEST, 0xC0FFEE, "2.999.1")


def token(digest=DIGEST, **more):
    return sign_token(TSA, tst_info(digest, **{"gen_time": NOW, "nonce": 0xC0FFEE, **more}))


def response(*parts, status=0, more=b""):
    return seq(seq(encode_integer(status), more), *parts)


def refused(data, query=QUERY):
    with pytest.raises(Rejection) as caught:
        query.token(data)
    return caught.value


def test_the_answer_to_the_question_is_its_token():
    made = token()
    assert QUERY.token(response(made)) == made
    assert QUERY.token(response(made, status=1)) == made
    text = seq(tlv(UTF8_STRING, b"granted"))
    assert QUERY.token(response(made, more=text)) == made


def test_an_answer_in_ber_is_one_too():
    plain = token()
    found = QUERY.token(b"\x30\x80" + seq(encode_integer(0)) + indefinite(plain, 7) + b"\0\0")
    assert parse_token(found, None) == parse_token(plain, None)


def test_what_was_not_asked_for_does_not_matter():
    open_query = QUERY._replace(nonce=None, policy=None)
    made = token(nonce=5, policy="2.999.7")
    assert open_query.token(response(made)) == made


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ({"nonce": 0xC0FFED}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"policy": "2.999.2"}, "policy"),
        ({"digest": sha256(b"other").digest()}, "imprint"),
        ({"digest": bytes(64), "algorithm": "sha-512"}, "digest algorithm"),
    ],
)
def test_an_answer_to_another_question(change, what):
    refusal = refused(response(token(**change)))
    assert (refusal.code.id, refusal.expected) == ("timestamp.other_answer", what)


@pytest.mark.parametrize(
    ("status", "bit", "said"),
    [
        (2, 15, "rejection (unacceptedPolicy)"),
        (2, 0, "rejection (badAlg)"),
        (2, 14, "rejection (timeNotAvailable)"),
        (3, None, "waiting"),
        (5, None, "revocation"),
        (9, 40, "an unknown status (failure 40)"),
        (-1, None, "an unknown status"),
    ],
)
def test_a_refusal_says_why(status, bit, said):
    more = b""
    if bit is not None:
        octets = bytearray(bit // 8 + 1)
        octets[-1] = 0x80 >> bit % 8
        more = encode_bits(bytes(octets), 7 - bit % 8)
    for parts in ((), (token(),)):  # a token beside a refusal counts for nothing
        refusal = refused(response(*parts, status=status, more=more))
        assert (refusal.code.id, refusal.actual) == ("timestamp.refused", said)


def test_a_token_without_the_certificate_that_was_asked_for():
    info = tst_info(DIGEST, gen_time=NOW, nonce=0xC0FFEE)
    whole = sign_token(TSA, info)
    signature = parse_token(whole, None).signature
    bare = signed_data(
        [signer_info(TSA, signature.part.data, signature=signature.part.signature)],
        content=info,
        content_type="1.2.840.113549.1.9.16.1.4",
        digests=["sha-256"],
    )
    assert refused(response(bare)).code.id == "timestamp.response"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\x30\x00",
        response(),
        response(tlv(OCTET_STRING, b"token")),
        response(token()) + b"\0",
        response(token(), token()),
        response(token(), more=seq(encode_integer(1))),
        response(token())[:-1],
        b"\x30\x80" * 200,
    ],
)
def test_what_is_no_answer(data):
    assert refused(data).code.id == "timestamp.response"


def test_a_document_in_the_place_of_a_token():
    assert refused(response(cades())).code.id == "timestamp.not_a_token"


def test_an_answer_beyond_the_limit(monkeypatch):
    made = response(token())
    monkeypatch.setattr(tsp, "MAX_RESPONSE_BYTES", len(made))
    assert QUERY.token(made)
    monkeypatch.setattr(tsp, "MAX_RESPONSE_BYTES", len(made) - 1)
    assert refused(made).code.id == "timestamp.response"


def test_an_answer_of_millions_of_elements_is_not_taken_apart():
    begun = time.process_time()
    assert refused(b"\x30\x80" + b"\x05\0" * (4 << 20)).code.id == "timestamp.response"
    assert time.process_time() - begun < 0.5


@pytest.mark.parametrize("nonce", [-1, 1 << 256])
def test_a_nonce_out_of_range(nonce):
    with pytest.raises(MisuseError):
        QUERY._replace(nonce=nonce).encode()


def test_every_cut_of_an_answer_is_refused():
    made = response(token())
    for size in range(0, len(made), 7):
        assert refused(made[:size]).code.id.startswith("timestamp.")


@pytest.mark.skipif(shutil.which("openssl") is None, reason="no OpenSSL")
def test_openssl_reads_the_question_and_its_answer_is_taken(tmp_path):
    (tmp_path / "query.tsq").write_bytes(QUERY.encode())
    said = subprocess.run(
        ["openssl", "ts", "-query", "-in", "query.tsq", "-text"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Hash Algorithm: sha256" in said
    assert "Policy OID: 2.999.1" in said
    assert "Nonce: 0xC0FFEE" in said
    assert "Certificate required: yes" in said
    (tmp_path / "response.tsr").write_bytes(response(token()))
    said = subprocess.run(
        ["openssl", "ts", "-reply", "-in", "response.tsr", "-text"],
        cwd=tmp_path, capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert "Status: Granted." in said
