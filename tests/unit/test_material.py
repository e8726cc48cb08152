"""Evidence is a set of octets with one digest, and every look-up leaves a trace."""

from hashlib import sha256

import pytest

from defa_trust.errors import MisuseError
from defa_trust.material import NO_EVIDENCE, Evidence, EvidenceKind, Item, Recorder, unchanged

CRL, OCSP, STATUS = EvidenceKind.CRL, EvidenceKind.OCSP, EvidenceKind.STATUS_LIST
HERE = "https://status.example/1"


def test_order_and_repetition_change_nothing():
    one, two = Item(CRL, b"one"), Item(CRL, b"two", HERE)
    assert Evidence([one, two]) == Evidence([two, one, one])
    assert Evidence([one, two]).pool(CRL) == Evidence([two, one]).pool(CRL)
    assert len(Evidence([one, one])) == 1


@pytest.mark.parametrize(
    "other",
    [Item(CRL, b"b", HERE), Item(OCSP, b"a", HERE), Item(CRL, b"a", HERE + "0"), Item(CRL, b"a")],
)
def test_the_digest_names_every_part(other):
    assert Evidence([Item(CRL, b"a", HERE)]).digest != Evidence([other]).digest


def test_an_address_answers_for_its_kind_alone():
    found = Evidence([Item(STATUS, b"list", HERE)])
    assert found.named(STATUS, HERE) == b"list"
    assert found.named(CRL, HERE) is None
    assert found.named(STATUS, HERE + "0") is None
    assert found.pool(STATUS) == (b"list",)
    assert found.pool(CRL) == ()


def test_the_same_octets_under_two_addresses_are_one_in_the_pool():
    assert Evidence([Item(CRL, b"a", HERE), Item(CRL, b"a")]).pool(CRL) == (b"a",)


def test_one_address_has_one_answer():
    with pytest.raises(MisuseError, match="two different"):
        Evidence([Item(CRL, b"a", HERE), Item(CRL, b"b", HERE)])


def test_a_newer_answer_replaces_the_older_one():
    older = Evidence([Item(CRL, b"a", HERE), Item(OCSP, b"x")])
    newer = older.with_items([Item(CRL, b"b", HERE)])
    assert newer.named(CRL, HERE) == b"b"
    assert newer.pool(OCSP) == (b"x",)
    assert older.named(CRL, HERE) == b"a"


@pytest.mark.parametrize(
    "item",
    [
        "text",
        ("crl", b"a", None),
        Item("crl", b"a"),
        Item(CRL, "a"),
        Item(CRL, b"a", ""),
        Item(CRL, b"a", 1),
    ],
)
def test_what_is_no_item(item):
    with pytest.raises(MisuseError):
        Evidence([item])


def test_it_is_frozen():
    with pytest.raises(AttributeError):
        NO_EVIDENCE.digest = b""


def test_a_recorder_notes_what_was_found_and_what_was_not():
    evidence = Evidence([Item(STATUS, b"list", HERE)])
    recorder = Recorder(evidence)
    assert recorder.used == ()
    assert recorder.named(STATUS, HERE) == b"list"
    assert recorder.named(CRL, HERE) is None
    assert recorder.pool(OCSP) == ()
    used = recorder.used
    assert [(kind, uri, digest is None) for kind, uri, digest in used] == [
        (STATUS, HERE, False),
        (CRL, HERE, True),
        (OCSP, None, True),
    ]
    assert unchanged(used, evidence)
    # Something nobody asked for changes nothing; each of the three does.
    assert unchanged(used, evidence.with_items([Item(STATUS, b"else", HERE + "0")]))
    for added in (Item(STATUS, b"new", HERE), Item(CRL, b"c", HERE), Item(OCSP, b"o")):
        assert not unchanged(used, evidence.with_items([added]))
    assert not unchanged(used, NO_EVIDENCE)


# --- when it was fetched -------------------------------------------------------------------------
def test_when_it_was_fetched_is_part_of_the_answer():
    one, two = Evidence([Item(STATUS, b"a", HERE)]), Evidence([Item(STATUS, b"a", HERE, 7)])
    assert one.fetched(STATUS, HERE) is None
    assert two.fetched(STATUS, HERE) == 7
    assert two.fetched(STATUS, HERE + "0") is two.fetched(CRL, HERE) is None
    assert one.digest != two.digest
    assert one.dependency(STATUS, HERE).digest != two.dependency(STATUS, HERE).digest
    assert one.named(STATUS, HERE) == two.named(STATUS, HERE)


def test_octets_do_not_pass_for_others_that_were_fetched():
    """Whatever is written behind them: a moment is no part of the octets."""
    of_seven = Evidence([Item(STATUS, b"a", HERE, 7)])
    moment = (7).to_bytes(8, "big")
    digest = sha256(b"a").digest()
    for octets in (b"a\0fetched 7", b"a" + moment, digest + moment, digest + b"\0fetched 7"):
        other = Evidence([Item(STATUS, octets, HERE)])
        assert other.digest != of_seven.digest
        assert other.dependency(STATUS, HERE).digest != of_seven.dependency(STATUS, HERE).digest
        assert not unchanged((of_seven.dependency(STATUS, HERE),), other)
    again = Evidence([Item(STATUS, b"a", HERE, 7)])
    assert again.digest == of_seven.digest
    assert unchanged((of_seven.dependency(STATUS, HERE),), again)


def test_asking_when_leaves_a_trace():
    recorder = Recorder(Evidence([Item(STATUS, b"a", HERE, 7)]))
    assert recorder.fetched(STATUS, HERE) == 7
    (used,) = recorder.used
    assert (used.kind, used.uri) == (STATUS, HERE)
    assert unchanged(recorder.used, Evidence([Item(STATUS, b"a", HERE, 7)]))
    assert not unchanged(recorder.used, Evidence([Item(STATUS, b"a", HERE, 8)]))


def test_fetched_again_it_replaces_the_older_answer():
    found = Evidence([Item(STATUS, b"a", HERE, 7)]).with_items([Item(STATUS, b"a", HERE, 8)])
    assert (found.fetched(STATUS, HERE), len(found)) == (8, 1)
    with pytest.raises(MisuseError):
        Evidence([Item(STATUS, b"a", HERE, 7), Item(STATUS, b"a", HERE, 8)])


@pytest.mark.parametrize(
    "item",
    [
        Item(STATUS, b"a", HERE, -1),
        Item(STATUS, b"a", HERE, "7"),
        Item(STATUS, b"a", HERE, True),
        Item(STATUS, b"a", HERE, 7.0),
        Item(STATUS, b"a", HERE, 1 << 60),
        Item(STATUS, b"a", None, 7),
    ],
)
def test_no_moment_of_fetching(item):
    with pytest.raises(MisuseError):
        Evidence([item])
