"""Bounded by entries and by octets, and what may take whose place."""

import random

import pytest

from defa_trust.cache.entry import Held
from defa_trust.cache.memory import MARKS, Memory
from defa_trust.cache.ring import Ring
from defa_trust.errors import MisuseError


class Bad(Held):
    __slots__ = ()
    good = False


class Brief(Held):
    __slots__ = ("end",)


def memory(entries=100, size=1 << 20):
    return Memory(entries, size, lambda _: None)


def name(number):
    return number.to_bytes(8, "big")


def ask(held, number, kind=Held, size=100):
    """A look-up and, where it finds nothing, the answer put in: what a verifier does."""
    found = held.table.get(name(number))
    if found is not None:
        found.hits += 1
        held.hits += 1
        return True
    held.put(kind(name(number), None, size))
    return False


def rate(held, draw, times):
    return sum(ask(held, draw()) for _ in range(times)) / times


@pytest.mark.parametrize("entries", [3, 4, 20, 77, 100])
def test_never_more_entries_than_that(entries):
    held = memory(entries)
    chance = random.Random(entries)
    for _ in range(20 * entries):
        ask(held, chance.randrange(5 * entries), chance.choice([Held, Bad]))
        assert len(held.table) <= entries
    assert held.stats().entries == len(held.table) > entries / 2


def test_never_more_octets_than_that():
    held = memory(1000, 20_000)
    chance = random.Random(1)
    for number in range(3000):
        held.put(chance.choice([Held, Bad])(name(number), None, chance.randrange(1, 1000)))
        assert held.stats().size <= 20_000
        assert held.stats().size == sum(entry.size for entry in held.table.values())


def test_what_would_fill_a_whole_share_is_not_held():
    held = memory(100, 20_000)
    held.put(Held(b"large", None, 1001))
    assert not held.table
    held.put(Held(b"fits", None, 1000))
    assert b"fits" in held.table


@pytest.mark.parametrize("bound", [0, 2, -1, 3.0, None, True])
def test_bounds_that_make_no_sense_are_refused(bound):
    with pytest.raises(MisuseError):
        memory(bound)
    with pytest.raises(MisuseError):
        memory(100, bound)


def test_bad_answers_push_out_only_one_another():
    held = memory(100)
    for number in range(50):
        ask(held, number)
    for number in range(1000, 5000):
        ask(held, number, Bad)
    assert all(name(number) in held.table for number in range(50))
    assert held.stats().bad == 5


def test_a_hot_set_survives_any_number_of_tokens_seen_once():
    held = memory(200)
    for _ in range(3):
        for number in range(150):
            ask(held, number)
    for number in range(10**6, 10**6 + 20_000):
        ask(held, number)
    assert sum(name(number) in held.table for number in range(150)) == 150


def test_a_hot_set_survives_tokens_that_come_twice():
    held = memory(200)
    chance = random.Random(2)
    for _ in range(2000):
        ask(held, chance.randrange(150))
    hits = 0
    for turn in range(3000):
        hits += ask(held, chance.randrange(150))
        for number in range(10):
            for _ in range(2):
                ask(held, 10**6 + 10 * turn + number)
    assert hits / 3000 > 0.9


def test_a_hot_set_forms_in_the_middle_of_a_flood():
    held = memory(200)
    chance = random.Random(3)
    hits = 0
    for turn in range(6000):
        hot = ask(held, chance.randrange(150))
        hits += hot if turn >= 4000 else 0
        for number in range(20):
            ask(held, 10**6 + 20 * turn + number)
    assert hits / 2000 > 0.8


def test_what_comes_back_takes_the_place_of_what_does_not():
    held = memory(200)
    chance = random.Random(4)
    rate(held, lambda: chance.randrange(150), 5000)
    assert rate(held, lambda: 1000 + chance.randrange(150), 4000) < 0.9
    assert rate(held, lambda: 1000 + chance.randrange(150), 2000) > 0.95


def test_an_entry_that_is_over_gives_way_to_anybody():
    held = memory(100)

    def brief(key, hits):
        entry = Brief(key, None, 100)
        entry.end, entry.hits = 50, hits
        return entry

    for number in range(90):
        held.put(brief(name(number), 7), 10)
    for number in range(1000, 1400):
        held.put(Held(name(number), None, 100), 60)
    # The newcomers were seen once, and the others answered often: only that they are over counts.
    assert sum(name(number) in held.table for number in range(90)) == 0


def test_entries_of_a_scope_that_is_gone_give_way_to_anybody():
    held = memory(100)
    old, new = held.scope(b"old"), held.scope(b"new")
    assert held.scope(b"old") is old
    for number in range(90):
        entry = Held(name(number), old.name, 100)
        entry.hits = 7
        held.put(entry)
    for number in range(1000, 1400):
        held.put(Held(name(number), new.name, 100))
    assert sum(name(number) in held.table for number in range(90)) >= 80
    del old
    for number in range(2000, 2400):
        held.put(Held(name(number), new.name, 100))
    assert sum(name(number) in held.table for number in range(90)) == 0


def test_another_answer_for_a_key_replaces_the_first_and_keeps_its_standing():
    held = memory(100)
    for number in range(40):
        ask(held, number)
    first = held.table[name(7)]
    first.hits = 5
    second = Bad(name(7), None, 100)
    held.put(second)
    assert held.table[name(7)] is second
    third = Held(name(7), None, 100)
    held.put(third)
    assert held.table[name(7)] is third
    assert third.hits == 5
    assert held.stats().entries == 40


def test_going_back_and_forth_between_good_and_bad_grows_nothing():
    held = memory(100)
    for _ in range(1000):
        held.put(Held(name(1), None, 100))
        held.put(Bad(name(1), None, 100))
    assert held.stats() == held.stats()._replace(entries=1, bad=1, size=100)


def test_a_flood_costs_a_few_octets_an_entry():
    assert memory(1000)._marks.itemsize * MARKS == 80


def test_evictions_are_told():
    told = []
    held = Memory(20, 1 << 20, told.append)
    for number in range(100):
        ask(held, number)
    assert sum(told) == held.stats().evictions == 100 - len(held.table)
    held.clear()
    assert held.stats().entries == held.stats().size == 0


def test_a_ring_hands_out_the_oldest_first_and_every_entry_once_a_turn():
    ring = Ring(3, 1000)
    entries = [Held(name(number), None, 10) for number in range(5)]
    left = [entry for one in entries for entry in ring.push(one)]
    assert left == entries[:2]
    assert {entry.key for entry in ring.some(3)} == {entry.key for entry in entries[2:]}
    assert len(list(ring.some(9))) == 3
    assert ring.entries == 3
    ring.drop(entries[3])
    assert ring.size == 20
    assert list(Ring(2, 10).some(2)) == []


def test_a_ring_makes_room_in_octets():
    ring = Ring(10, 100)
    small = [Held(name(number), None, 30) for number in range(3)]
    for entry in small:
        assert ring.push(entry) == []
    assert ring.push(Held(b"large", None, 70)) == small[:2]
    assert ring.size == 100
