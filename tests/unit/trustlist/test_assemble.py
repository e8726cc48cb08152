"""From pins and documents to lists: one bad list sinks no other, and no pin means nothing."""

from hashlib import sha256

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError
from defa_trust.trustlist.accept import ListState
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.snapshot import MissingList
from tests.signed_lists import (
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    arrangement,
    member_document,
    operator,
    pin,
    pointer,
    recognition_document,
    regional_document,
    signed,
)

REGIONAL_PIN = pin(REGIONAL, "AP")


def documents(**more):
    found = {
        (REGIONAL, "AP"): signed(regional_document()),
        (MEMBER, "TH"): signed(member_document()),
        (RECOGNITION, "SG"): signed(recognition_document()),
    }
    found.update(more.get("replace", {}))
    return {place: data for place, data in found.items() if data is not None}


def put_together(pins=(REGIONAL_PIN,), replace=(), **more):
    return assemble(Pins(pins), documents(replace=dict(replace)), now=more.pop("now", NOW), **more)


def places(assembly):
    return {(found.type, found.territory) for found in assembly.lists}


def test_the_region_leads_to_the_others():
    found = put_together()
    assert places(found) == {(REGIONAL, "AP"), (MEMBER, "TH"), (RECOGNITION, "SG")}
    assert found.missing == ()
    by_place = {(item.type, item.territory): item for item in found.lists}
    regional = by_place[REGIONAL, "AP"]
    assert regional.via is None
    assert by_place[MEMBER, "TH"].via == regional.digest
    assert found.states[MEMBER, "TH"] == ListState.of(by_place[MEMBER, "TH"])


def test_a_snapshot_comes_out():
    snapshot = put_together().snapshot()
    assert snapshot.territories == {"TH"}
    assert snapshot.by_issuer["https://issuer1.th.test.example"][0].territory == "TH"
    assert snapshot.recognition["SG"].arrangements["TH"][0].id == "sg-th"


def test_no_pin_no_list():
    found = put_together(pins=())
    assert (found.lists, found.missing) == ((), ())
    assert {f.code.id for f in found.findings} == {"list.unpinned"}
    assert found.snapshot().territories == frozenset()


def test_two_states_need_nothing_regional():
    found = put_together(pins=(pin(MEMBER, "TH"), pin(RECOGNITION, "SG")))
    assert places(found) == {(MEMBER, "TH"), (RECOGNITION, "SG")}
    assert all(item.via is None for item in found.lists)


def test_one_bad_list_sinks_no_other_and_is_named():
    found = put_together(replace={(MEMBER, "TH"): b"<html>503</html>"})
    assert places(found) == {(REGIONAL, "AP"), (RECOGNITION, "SG")}
    assert found.missing == (MissingList(MEMBER, "TH", "list.not_a_jws"),)
    assert found.refusals[0].finding.code.id == "list.not_a_jws"


def test_an_absent_list_is_named():
    found = put_together(replace={(MEMBER, "TH"): None})
    assert found.missing == (MissingList(MEMBER, "TH", "list.absent"),)


def test_without_the_region_its_pointers_are_nothing():
    found = put_together(replace={(REGIONAL, "AP"): None})
    assert found.lists == ()
    assert found.missing == (MissingList(REGIONAL, "AP", "list.absent"),)
    found = put_together(now=NEXT)
    assert found.lists == ()
    assert found.missing == (MissingList(REGIONAL, "AP", "list.regional_expired"),)


def test_a_direct_pin_survives_the_region():
    found = put_together(pins=(REGIONAL_PIN, pin(MEMBER, "TH")), now=NEXT)
    assert places(found) == {(MEMBER, "TH")}
    assert found.lists[0].via is None


def test_a_direct_pin_outranks_a_pointer_and_the_difference_is_said():
    other = operator("TH", label="other operator")
    data = signed(member_document(), signer=other)
    direct = pin(MEMBER, "TH", [other[1]])
    found = put_together(pins=(REGIONAL_PIN, direct), replace={(MEMBER, "TH"): data})
    assert (MEMBER, "TH") in places(found)
    assert "list.pin_disagrees" in {f.code.id for f in found.findings}
    pointed = put_together(pins=(REGIONAL_PIN, direct))
    assert pointed.missing == (MissingList(MEMBER, "TH", "list.signer_not_pinned"),)
    agreeing = put_together(pins=(REGIONAL_PIN, pin(MEMBER, "TH")))
    assert "list.pin_disagrees" not in {f.code.id for f in agreeing.findings}


def test_marks_of_lists_not_accepted_now_are_kept():
    before = {(MEMBER, "TH"): ListState(7, "0" * 64), (MEMBER, "VN"): ListState(3, "1" * 64)}
    found = put_together(states=before)
    assert found.missing == (MissingList(MEMBER, "TH", "list.rollback"),)
    assert found.states[MEMBER, "TH"] == ListState(7, "0" * 64)
    assert found.states[MEMBER, "VN"] == ListState(3, "1" * 64)


def snapshot_of(data, type=MEMBER, territory="TH", sequence=5):
    return publish.snapshot_entry(
        territory=territory,
        type=type,
        sequence=sequence,
        sha256=sha256(data).hexdigest(),
        size=len(data),
        issued=ISSUED,
        next_update=NEXT,
    )


def test_a_snapshot_binds_exact_bytes():
    data, rules = signed(member_document()), signed(recognition_document())
    entries = [snapshot_of(data), snapshot_of(rules, RECOGNITION, "SG")]
    region = signed(regional_document(snapshot=entries))
    found = put_together(replace={(REGIONAL, "AP"): region})
    assert found.missing == ()
    older = signed(member_document(sequence=4))
    found = put_together(replace={(REGIONAL, "AP"): region, (MEMBER, "TH"): older})
    assert found.missing == (MissingList(MEMBER, "TH", "list.snapshot_mismatch"),)
    # The same number over other bytes: a second view, shown to one verifier only.
    twin = signed(member_document(), issued_at=ISSUED + 1)
    found = put_together(replace={(REGIONAL, "AP"): region, (MEMBER, "TH"): twin})
    assert found.missing == (MissingList(MEMBER, "TH", "list.snapshot_mismatch"),)
    newer = signed(member_document(sequence=6))
    found = put_together(replace={(REGIONAL, "AP"): region, (MEMBER, "TH"): newer})
    assert found.missing == (MissingList(MEMBER, "TH", "list.snapshot_mismatch"),)
    found = put_together(
        pins=(REGIONAL_PIN, pin(MEMBER, "TH")),
        replace={(REGIONAL, "AP"): region, (MEMBER, "TH"): newer},
    )
    assert found.missing == ()  # pinned directly: no part of the region's snapshot


def test_a_list_outside_the_snapshot():
    region = signed(regional_document(snapshot=[snapshot_of(signed(member_document()))]))
    found = put_together(replace={(REGIONAL, "AP"): region})
    assert found.missing == (MissingList(RECOGNITION, "SG", "list.not_in_snapshot"),)


def test_the_order_of_documents_and_pins_never_matters():
    whole = documents()
    backwards = dict(reversed(whole.items()))
    pins = [REGIONAL_PIN, pin(MEMBER, "TH"), pin(RECOGNITION, "SG")]
    one = assemble(Pins(pins), whole, now=NOW)
    two = assemble(Pins(reversed(pins)), backwards, now=NOW)
    assert one.snapshot().digest == two.snapshot().digest
    assert one.missing == two.missing


def test_a_refused_recognition_list_recognises_nobody():
    bad = signed(recognition_document(arrangements=[arrangement()]))[:-4] + b"AAAA"
    snapshot = put_together(replace={(RECOGNITION, "SG"): bad}).snapshot()
    assert "SG" not in snapshot.recognition


@pytest.mark.parametrize(
    "pins",
    [
        [pin(MEMBER, "TH"), pin(MEMBER, "TH")],
        [pin(REGIONAL, "AP"), pin(REGIONAL, "XA", [operator("AP")[1]])],
    ],
)
def test_pins_that_contradict(pins):
    with pytest.raises(MisuseError):
        Pins(pins)


def test_pins_compare_by_content():
    assert Pins([pin(MEMBER, "TH"), REGIONAL_PIN]) == Pins([REGIONAL_PIN, pin(MEMBER, "TH")])
    assert Pins() != Pins([REGIONAL_PIN])
    assert Pins([REGIONAL_PIN]).regional == REGIONAL_PIN
    assert len(Pins([pin(MEMBER, "TH"), REGIONAL_PIN]).direct) == 1


def test_a_pointer_of_the_region_to_itself_is_no_news():
    region = signed(
        regional_document(
            pointers=[pointer(REGIONAL, "AP", signers=[operator("AP")[1]]), pointer(MEMBER, "TH")]
        )
    )
    found = put_together(replace={(REGIONAL, "AP"): region, (RECOGNITION, "SG"): None})
    assert found.missing == ()
    assert places(found) == {(REGIONAL, "AP"), (MEMBER, "TH")}
