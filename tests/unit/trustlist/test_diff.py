"""What changed, and above all whether the past was rewritten."""

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError
from defa_trust.trustlist.diff import ChangeKind, Reason, compare
from defa_trust.trustlist.model import Stage, Status
from tests.signed_lists import (
    CURRENT,
    DAY,
    ENTITY,
    ISSUED,
    NOW,
    SCHEME,
    arrangement,
    changed,
    entity,
    key,
    member_document,
    operator,
    pointer,
    recognition_document,
    regional_document,
    service,
)

BEFORE = ISSUED - 10 * DAY
SINCE = NOW - 300 * DAY


def old(*services):
    return member_document(
        sequence=4, issued=BEFORE, entities=[entity("TH", *(services or [service()]))]
    )


def new(*services):
    return member_document(entities=[entity("TH", *(services or [service()]))])


def kinds(found):
    return [(change.kind, change.reason) for change in found.changes]


def rewritten(found):
    return [change.text for change in found.of(ChangeKind.REWRITTEN)]


def test_editions_that_differ_in_number_and_times_alone_do_not_differ():
    found = compare(old(), new())
    assert found.changes == ()
    assert not found.rewrites_the_past
    assert (found.old.sequence, found.new.sequence) == (4, 5)


def test_an_honest_withdrawal_is_a_change_and_no_rewriting():
    gone = service(status=Status.WITHDRAWN, since=ISSUED, history=[(Status.GRANTED, SINCE)])
    found = compare(old(), new(gone))
    assert kinds(found) == [(ChangeKind.CHANGED, Reason.STATUS)]
    assert "It was granted; it is withdrawn." in found.changes[0].text
    assert not found.rewrites_the_past


def test_a_backdated_withdrawal_rewrites_the_past():
    gone = service(status=Status.WITHDRAWN, since=NOW - 50 * DAY, history=[(Status.GRANTED, SINCE)])
    found = compare(old(), new(gone))
    (text,) = rewritten(found)
    span = "From 2026-09-12T00:00:00Z until 2026-10-21T00:00:00Z"
    assert text == f"{span} it was granted; now withdrawn."
    assert found.rewrites_the_past


def test_a_dropped_history_rewrites_the_past():
    earlier = service(history=[(Status.SUSPENDED, SINCE - 30 * DAY)])
    found = compare(old(earlier), new(service()))
    (text,) = rewritten(found)
    assert "it was suspended; now not listed" in text
    assert compare(old(earlier), new(earlier)).changes == ()


def test_an_invented_history_rewrites_the_past():
    found = compare(old(), new(service(history=[(Status.SUSPENDED, SINCE - 30 * DAY)])))
    (text,) = rewritten(found)
    assert "it was not listed; now suspended" in text


def test_a_history_that_only_names_the_same_status_twice_is_no_rewriting():
    split = service(since=SINCE + DAY, history=[(Status.GRANTED, SINCE)])
    assert not compare(old(), new(split)).rewrites_the_past


def test_a_declared_distrust_is_a_change_and_no_rewriting():
    found = compare(old(), new(service(distrust_after=NOW - 50 * DAY)))
    assert not found.rewrites_the_past
    assert (ChangeKind.CHANGED, Reason.DISTRUSTED) in kinds(found)
    found = compare(old(), new(service(distrust_after=ISSUED)))
    assert kinds(found) == [(ChangeKind.CHANGED, Reason.STATUS)]


def test_a_distrust_hides_no_rewriting_beside_it():
    twisted = service(since=SINCE + DAY, distrust_after=NOW - 50 * DAY)
    found = compare(old(), new(twisted))
    (text,) = rewritten(found)
    assert text.endswith("it was granted; now not listed.")
    assert (ChangeKind.CHANGED, Reason.DISTRUSTED) in kinds(found)


def test_lifting_a_distrust_rewrites_the_past():
    distrusted = service(distrust_after=NOW - 50 * DAY)
    (text,) = rewritten(compare(old(distrusted), new(service())))
    assert "it was withdrawn; now granted" in text


def test_distrust_keeps_what_was_over_before():
    over = {"status": Status.EXPIRED, "since": NOW - 60 * DAY,
            "history": [(Status.GRANTED, SINCE)]}  # fmt: skip
    found = compare(old(service(**over)), new(service(**over, distrust_after=NOW - 50 * DAY)))
    assert not found.rewrites_the_past


def test_a_removed_service_takes_its_past_along():
    found = compare(old(service(), service(number=2)), new())
    assert kinds(found) == [
        (ChangeKind.REMOVED, Reason.ENTRY), (ChangeKind.REWRITTEN, Reason.VANISHED),
    ]  # fmt: skip


def test_a_new_service_without_a_past_is_added_and_one_with_a_past_rewrites():
    found = compare(old(), new(service(), service(number=2, since=ISSUED)))
    assert kinds(found) == [(ChangeKind.ADDED, Reason.ENTRY)]
    found = compare(old(), new(service(), service(number=2)))
    assert kinds(found)[1:] == [(ChangeKind.REWRITTEN, Reason.BACKDATED)]


def test_a_replaced_key_is_told_both_ways():
    other = publish.jwk_identity(key("fresh").verification_key)
    found = compare(old(), new(service(identity=other)))
    assert kinds(found) == [
        (ChangeKind.REWRITTEN, Reason.KEY_REMOVED), (ChangeKind.CHANGED, Reason.KEY_ADDED),
    ]  # fmt: skip


def test_the_same_key_in_another_form_is_the_same_key():
    again = publish.did_key_identity(key("service TH 1").verification_key)
    assert compare(old(), new(service(identity=again))).changes == ()


def test_other_members_are_told_by_name_and_path():
    renamed = changed(new(), (*CURRENT, "ServiceName", 0, "value"), "TEST-ONLY other")
    (change,) = compare(old(), renamed).changes
    assert change.text == "ServiceName differs."
    assert change.path.endswith("TrustedEntityServices[0].ServiceInformation.ServiceName")
    scheme = changed(new(), (*SCHEME, "DistributionPoints"), ["https://a.example/x"])
    (change,) = compare(old(), scheme).changes
    assert (change.what, change.text) == ("scheme", "DistributionPoints is new.")
    found = compare(old(), new(service(levels=[("urn:x:y", "2")])))
    assert [c.text for c in found.changes] == ["ServiceInformationExtensions/DefaLoA is new."]
    place = (*ENTITY, "TrustedEntityInformation", "TEInformationURI", 0, "uriValue")
    (change,) = compare(old(), changed(new(), place, "https://b.example")).changes
    assert change.what == "entity"


def test_signers_of_a_pointer_are_compared():
    two = [operator("TH")[1], operator("TH", label="second")[1]]
    before = regional_document(sequence=8, pointers=[pointer(signers=two[:1])])
    found = compare(before, regional_document(pointers=[pointer(signers=two[1:])]))
    assert kinds(found) == [
        (ChangeKind.CHANGED, Reason.SIGNER_REMOVED), (ChangeKind.CHANGED, Reason.SIGNER_ADDED),
    ]  # fmt: skip
    assert not found.rewrites_the_past


def test_arrangements_have_a_past_too():
    def recognising(**more):
        return recognition_document(issued=BEFORE, arrangements=[arrangement(**more)])

    plain = recognising()
    assert compare(plain, plain).changes == ()
    suspended = recognising(
        status="suspended", since=BEFORE, history=[("enacted", Stage.IN_FORCE, NOW - 100 * DAY)]
    )
    assert not compare(plain, suspended).rewrites_the_past
    backdated = recognising(
        status="suspended", since=NOW - 50 * DAY,
        history=[("enacted", Stage.IN_FORCE, NOW - 100 * DAY)],
    )  # fmt: skip
    assert compare(plain, backdated).rewrites_the_past
    assert compare(plain, recognising(until=NOW - 20 * DAY)).rewrites_the_past
    assert compare(plain, recognition_document(arrangements=[])).rewrites_the_past


def test_lists_without_identifiers_are_matched_by_type_and_key():
    """Any list of TS 119 602 is compared, not only those of this profile."""

    def anonymous(document):
        return changed(document, (*CURRENT, "ServiceInformationExtensions"), ...)

    assert compare(anonymous(old()), anonymous(new())).changes == ()
    gone = anonymous(new(service(status=Status.WITHDRAWN, since=SINCE)))
    (text,) = rewritten(compare(anonymous(old()), gone))
    assert "it was granted; now withdrawn" in text


def test_statuses_outside_the_profile_are_compared_as_they_are():
    foreign = changed(new(), (*CURRENT, "ServiceStatus"), "http://uri.etsi.org/x/granted")
    found = compare(old(), foreign)
    assert found.rewrites_the_past
    assert "http://uri.etsi.org/x/granted" in rewritten(found)[0]


def test_two_entries_of_one_name_stand_side_by_side():
    twice = new(service(), service())
    assert compare(twice, twice).changes == ()
    assert kinds(compare(old(), twice))[0] == (ChangeKind.ADDED, Reason.ENTRY)


def test_two_different_lists_are_not_compared():
    with pytest.raises(MisuseError, match="MemberStateList of TH against MemberStateList of SG"):
        compare(old(), member_document("SG"))
    with pytest.raises(MisuseError, match="against RecognitionList of TH"):
        compare(old(), recognition_document("TH"))


@pytest.mark.parametrize("junk", [None, [], {}, {"LoTE": []}, {"LoTE": {"TrustedEntitiesList": 1}}])
def test_what_is_no_list_is_not_compared(junk):
    with pytest.raises(MisuseError, match="first file holds no list"):
        compare(junk, new())
    with pytest.raises(MisuseError, match="second file holds no list"):
        compare(new(), junk)


@pytest.mark.parametrize(
    "path",
    [
        (*SCHEME, "PointersToOtherLoTE"),
        (*SCHEME, "SchemeExtensions"),
        ("LoTE", "TrustedEntitiesList"),
        (*ENTITY, "TrustedEntityServices"),
        (*ENTITY, "TrustedEntityInformation"),
        (*CURRENT, "ServiceDigitalIdentity"),
        (*CURRENT, "ServiceInformationExtensions"),
        (*CURRENT, "StatusStartingTime"),
        (*CURRENT, "ServiceStatus"),
    ],
)
@pytest.mark.parametrize("junk", [1, None, [None], {"a": []}, [[]], "x", [{"Critical": True}]])
def test_misshapen_lists_never_raise(path, junk):
    """Misuse is for what is no list; anything else is compared as far as it goes."""
    twisted = changed(new(), path, junk)
    for pair in ((old(), twisted), (twisted, old()), (twisted, twisted)):
        compare(*pair)
    assert compare(twisted, twisted).changes == ()
