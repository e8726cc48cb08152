"""What is remembered of status lists: bounded, whole inputs only, oldest out first."""

import threading

from defa_trust.conformance import build
from defa_trust.conformance import status_lists as lists
from defa_trust.formats import status_list
from defa_trust.status_memo import StatusMemo, VerifiedList


def verified(size=100, octets=b"token"):
    token = status_list.parse(lists.token_jwt(), status_list.JWT)
    key = build.key().verification_key
    return octets, VerifiedList(token, key, token.part.algorithms[0], bytes(size), "00" * 32)


def test_finds_the_very_same_octets_in_the_same_form():
    memo = StatusMemo()
    octets, one = verified()
    memo.put(octets, one)
    assert memo.get(bytes(bytearray(octets)), status_list.JWT) is one
    assert memo.get(octets, status_list.CWT) is None
    assert memo.get(octets + b"\n", status_list.JWT) is None


def test_the_oldest_goes_first():
    memo = StatusMemo(max_items=2)
    for name in (b"a", b"b", b"c"):
        memo.put(*verified(octets=name))
    assert memo.get(b"a", status_list.JWT) is None
    assert memo.get(b"b", status_list.JWT) is not None
    assert len(memo) == 2


def test_octets_are_counted():
    memo = StatusMemo(max_bytes=1000)
    for name in (b"a", b"b", b"c", b"d"):
        memo.put(*verified(300, name))
        assert memo.size <= 1000
    assert len(memo) == 3
    memo.clear()
    assert (len(memo), memo.size) == (0, 0)


def test_putting_again_replaces():
    memo = StatusMemo()
    octets, one = verified(10)
    memo.put(octets, one)
    before = memo.size
    _, other = verified(20)
    memo.put(octets, other)
    assert memo.get(octets, status_list.JWT) is other
    assert (len(memo), memo.size) == (1, before + 10)


def test_what_has_no_room_pushes_nothing_out():
    memo = StatusMemo(max_bytes=1000)
    memo.put(*verified(100, b"a"))
    memo.put(*verified(986, b"large"))  # with three times its own five octets, one too many
    assert memo.get(b"a", status_list.JWT) is not None
    assert len(memo) == 1
    memo.put(*verified(985, b"large"))
    assert memo.get(b"large", status_list.JWT) is not None
    assert (len(memo), memo.size) == (1, 1000)


def test_many_threads_keep_the_count():
    memo = StatusMemo(max_bytes=5000, max_items=20)
    made = [verified(100, b"%d" % number) for number in range(200)]

    def work(offset):
        for octets, one in made[offset::4]:
            memo.put(octets, one)
            memo.get(octets, status_list.JWT)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(memo) <= 20
    assert memo.size == sum(3 * len(key[0]) + 100 for key in memo._kept)
