"""The memory beneath those of status lists and of revocation: bounded, exact in its count."""

import random
import threading

from defa_trust.bounded_memo import BoundedMemo


def memory(max_bytes=100, max_items=10):
    return BoundedMemo(lambda place, item: len(place) + item, max_bytes, max_items)


def test_what_is_put_in_is_found_and_nothing_else():
    memo = memory()
    memo.keep(b"a", 1)
    assert (memo.find(b"a"), memo.find(b"b")) == (1, None)


def test_the_oldest_goes_first_by_number_and_by_octets():
    few, small = memory(max_items=2), memory(max_bytes=10)
    for place in (b"a", b"b", b"c"):
        few.keep(place, 1)
        small.keep(place, 4)
    for memo in (few, small):
        assert [memo.find(place) is not None for place in (b"a", b"b", b"c")] == [False, True, True]
    assert (few.size, small.size) == (4, 10)


def test_putting_again_replaces_and_makes_newest():
    memo = memory(max_items=2)
    for place, item in ((b"a", 1), (b"b", 1), (b"a", 7)):
        memo.keep(place, item)
    assert (memo.find(b"a"), memo.size, len(memo)) == (7, 10, 2)
    memo.keep(b"c", 1)
    assert (memo.find(b"a"), memo.find(b"b")) == (7, None)


def test_what_has_no_room_pushes_nothing_out_and_replaces_nothing():
    memo = memory(max_bytes=10)
    memo.keep(b"a", 1)
    memo.keep(b"a", 10)
    memo.keep(b"b", 10)
    assert (memo.find(b"a"), memo.find(b"b"), memo.size) == (1, None, 2)
    memo.keep(b"b", 9)  # all the room there is
    assert (memo.find(b"a"), memo.find(b"b"), memo.size) == (None, 9, 10)


def test_the_count_stays_exact_whatever_happens():
    chance, memo = random.Random(3), memory(50, 5)
    for _ in range(2000):
        memo.keep(bytes(chance.randrange(1, 9)), chance.randrange(60))
        assert memo.size == sum(len(place) + item for place, item in memo._kept.items()) <= 50
        assert len(memo) <= 5
    memo.clear()
    assert (len(memo), memo.size) == (0, 0)


def test_many_threads_keep_the_count():
    memo = memory(200, 20)

    def work(offset):
        for number in range(offset, 400, 4):
            memo.keep(b"%d" % (number % 40), number % 13)
            memo.find(b"%d" % number)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert memo.size == sum(len(place) + item for place, item in memo._kept.items()) <= 200
    assert len(memo) <= 20
