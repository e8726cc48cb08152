"""A time-stamping authority at an address: a fresh nonce each time, and no answer but to it."""

from hashlib import sha256

import pytest

from defa_trust.codec.der import SEQUENCE, Reader, encode_integer, seq
from defa_trust.fetch import FetchError, FetchFault, Schemes
from defa_trust.formats.tst import parse_token
from defa_trust.formats.tst_sign import sign_token, tst_info
from defa_trust.timestamp_fetch import POLICY, authority_at
from tests.build import NOW
from tests.cms_samples import TSA, ask, cades

URL = "http://tsa.vn.test.example/tsr"


class Authority:
    """Answers questions as the test TSA; ``change`` spoils the answer."""

    def __init__(self, change=None):
        self.asked = []
        self.change = change or {}

    def __call__(self, url, question, policy):
        assert (url, question.media_type, policy) == (URL, "application/timestamp-query", POLICY)
        body = Reader(question.body).take(SEQUENCE)
        assert body.integer() == 1
        imprint = body.take(SEQUENCE)
        imprint.raw(SEQUENCE)
        wanted = {"policy": body.oid()} if body.peek() == 6 else {}
        nonce = body.integer()
        assert body.boolean()
        body.finish()
        self.asked.append(nonce)
        more = {"gen_time": NOW - 86_400, "nonce": nonce, **wanted, **self.change}
        return seq(seq(encode_integer(0)), sign_token(TSA, tst_info(imprint.octets(), **more)))


def test_signs_with_what_the_authority_says():
    authority = Authority()
    source = authority_at(URL, "2.999.5", how=authority)
    info = parse_token(source("sha-256", sha256(b"a").digest()), None).info
    assert (info.policy, info.nonce) == ("2.999.5", authority.asked[0])
    report = ask(cades(timestamps=authority_at(URL, how=authority)))
    assert str(report.verdict.validity.indication) == "TOTAL-PASSED"
    assert str(report.verdict.nested[0].validity.indication) == "TOTAL-PASSED"


def test_each_question_has_a_nonce_of_its_own():
    authority = Authority()
    source = authority_at(URL, how=authority)
    for _ in range(20):
        source("sha-256", bytes(32))
    assert len(set(authority.asked)) == 20
    assert all(nonce < 1 << 64 for nonce in authority.asked)


@pytest.mark.parametrize("change", [{"nonce": 1}, {"policy": "2.999.9"}])
def test_an_old_answer_or_one_of_another_policy_is_none(change):
    source = authority_at(URL, "2.999.5", how=Authority(change))
    with pytest.raises(FetchError) as caught:
        source("sha-256", bytes(32))
    assert caught.value.fault is FetchFault.CONTENT
    assert "timestamp.other_answer" in str(caught.value)


def test_plain_http_is_allowed_and_answers_are_bounded():
    assert POLICY.schemes is Schemes.HTTP_TOO
    assert POLICY.max_bytes == 1 << 20
