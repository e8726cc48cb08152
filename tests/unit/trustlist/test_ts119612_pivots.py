"""Pivots: each signed by the set before it, in the order of their sequence numbers."""

import pytest

pytest.importorskip("lxml")

from defa_trust import publish
from defa_trust.errors import Rejection
from defa_trust.formats.xmldsig_sign import sign_enveloped
from defa_trust.trustlist.pin import SignerProfile
from defa_trust.trustlist.ts119612.bridge import convert_to_612
from defa_trust.trustlist.ts119612.opening import open_with_pivots
from tests import signed_lists as lists

NOW = lists.NOW


def list_of_lists(sequence, *, signed_by, names):
    """A regional list that points to itself with the signers ``names``."""
    own = publish.pointer(
        type=lists.REGIONAL, territory="AP", location="https://region.test.example/",
        operator=lists.operator_name("AP"),
        signers=[lists.operator("AP", label=label)[1] for label in names],
    )  # fmt: skip
    document = publish.regional_list(
        operator=lists.operator_name("AP"), sequence=sequence, issued=lists.ISSUED,
        next_update=lists.NEXT, community="ASEAN TEST-ONLY", pointers=[own],
    )  # fmt: skip
    key, certificate = lists.operator("AP", label=signed_by)
    return sign_enveloped(
        convert_to_612(document).document, key, certificate, signed_at=lists.ISSUED
    )


def pin(label):
    return lists.operator("AP", label=label)[1]


# The signer changes from a to b, and from b to c.
FIRST = (9, {"signed_by": "a", "names": ["b"]})
SECOND = (10, {"signed_by": "b", "names": ["b", "c"]})
LATEST = (11, {"signed_by": "c", "names": ["c"]})


def made(entry, **more):
    return list_of_lists(entry[0], **{**entry[1], **more})


def follow(pivots, *, data=None, pins=("a",)):
    return open_with_pivots(
        made(LATEST) if data is None else data,
        pivots,
        [pin(label) for label in pins],
        now=NOW,
        profile=SignerProfile.TS_119_612,
    )


def refusal(*args, **more):
    with pytest.raises(Rejection) as refused:
        follow(*args, **more)
    return refused.value.code.id, refused.value.actual


def test_pivots_lead_from_the_known_signer_to_the_current_one():
    opened, chain = follow([made(FIRST), made(SECOND)])
    assert opened.list.sequence == 11
    assert [step.list.sequence for step in chain] == [9, 10]


def test_they_are_ordered_by_sequence_and_not_as_they_come():
    """As text, 10 stands before 9."""
    opened, chain = follow([made(SECOND), made(FIRST)])
    assert [step.list.sequence for step in chain] == [9, 10]
    assert opened.signer == pin("c")


def test_without_a_pivot_the_new_signer_is_a_stranger():
    assert refusal([])[0] == "xmldsig.signer_not_pinned"
    assert refusal([made(SECOND)]) == ("list612.pivot", "xmldsig.signer_not_pinned")
    assert refusal([made(FIRST)])[0] == "xmldsig.signer_not_pinned"


def test_the_known_signer_alone_opens_the_pivots():
    assert refusal([made(FIRST), made(SECOND)], pins=("c",))[0] == "list612.pivot"


def test_a_pivot_that_was_changed_ends_the_matter():
    changed = made(FIRST).replace(b"TEST-ONLY list", b"TEST-ONLY l1st")
    assert refusal([changed, made(SECOND)]) == ("list612.pivot", "xmldsig.digest_mismatch")


def test_a_list_older_than_its_last_pivot_is_refused():
    old = list_of_lists(8, signed_by="c", names=["c"])
    assert refusal([made(FIRST), made(SECOND)], data=old) == (
        "list612.pivot",
        "a list older than its last pivot",
    )


def test_a_sequence_number_twice_is_refused():
    again = made(FIRST, signed_by="b", names=["c"])
    assert refusal([made(FIRST), again])[0] == "list612.pivot"


def test_a_list_that_leaves_out_its_own_signer_is_refused():
    other = list_of_lists(12, signed_by="c", names=["b"])
    assert refusal([made(FIRST), made(SECOND)], data=other) == (
        "list612.pivot",
        "a signer that the list does not name",
    )
