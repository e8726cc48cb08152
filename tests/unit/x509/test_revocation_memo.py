"""The memory of what was verified: bounded, filled by validated keys alone, judging nothing."""

import pytest

from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.revocation_build import NEXT_UPDATE, crl, entry, number, ocsp
from defa_trust.x509 import revocation_memo, status_sources
from defa_trust.x509.crl import read_crl
from defa_trust.x509.revocation_memo import RevocationMemo
from tests.revocation_world import check, path_of


@pytest.fixture
def memo(monkeypatch):
    own = RevocationMemo()
    monkeypatch.setattr(status_sources, "MEMO", own)
    return own


def never(_):
    pytest.fail("read again")


def test_a_verified_list_is_read_once(memo, monkeypatch):
    octets = crl(entries=[entry()])
    assert check(octets).codes == ["revoked"]
    assert len(memo) == 1
    kept = memo.crl(octets)
    monkeypatch.setattr(revocation_memo, "read_crl", never)
    # The same octets in another object are the same list.
    assert check(bytes(bytearray(octets))).codes == ["revoked"]
    assert memo.crl(octets) is kept


def test_so_is_a_verified_response(memo, monkeypatch):
    octets = ocsp()
    assert check(responses=[octets]).passed
    monkeypatch.setattr(revocation_memo, "read_ocsp", never)
    assert check(responses=[octets]).passed
    assert check(responses=[octets], now=NEXT_UPDATE).codes == ["stale"]


def test_octets_of_one_kind_are_not_the_other(memo):
    """A list handed over as a response is read as one, and refused."""
    octets = crl()
    assert check(octets).passed
    assert check(responses=[octets]).codes == ["unreadable"]


def test_nobody_without_a_validated_key_gets_in(memo):
    check(crl(signer="attacker"), crl(issuer="other"), b"junk")
    check(responses=[ocsp(signer="attacker", named="root"), ocsp(signer="attacker")])
    assert len(memo) == 0


def test_what_is_kept_is_judged_anew(memo):
    octets = crl()
    assert check(octets).passed
    assert check(octets, now=NEXT_UPDATE).codes == ["stale"]
    assert check(octets, path=path_of(moment=MOMENT - 9 * DAY), now=MOMENT - 9 * DAY).codes == [
        "not_yet_valid"
    ]
    assert len(memo) == 1


def test_another_roots_key_of_the_same_name_is_not_believed(memo):
    """A list kept for one anchor says nothing under another with the same name."""
    from defa_trust.conformance.revocation_build import basic_ca, certificate, leaf, usage

    octets = crl()
    assert check(octets).passed
    other = certificate("root", "root", basic_ca(), usage(5, 6), serial=1, own_key="second",
                        signer="second")  # fmt: skip
    below = certificate("signer", "root", usage(1), serial=0x1001, signer="second")
    path = path_of(below, anchor=other)
    assert check(octets, path=path).codes == ["signature_invalid"]
    assert check(octets, path=path_of(leaf())).passed


def test_bounds():
    lists = [read_crl(crl(number(i))) for i in range(5)]
    few = RevocationMemo(max_items=3)
    for item in lists:
        few.put(item)
    assert len(few) == 3
    assert few.crl(lists[0].der) is not lists[0]
    assert few.crl(lists[4].der) is lists[4]
    small = RevocationMemo(max_bytes=3 * len(lists[0].der))
    for item in (*lists, *lists):
        small.put(item)
        assert small.size <= small.max_bytes
    assert 0 < len(small) < 5
    tiny = RevocationMemo(max_bytes=10)
    tiny.put(lists[0])
    assert (len(tiny), tiny.size) == (0, 0)
    few.clear()
    assert (len(few), few.size) == (0, 0)
