"""Several signers and their successors: each condition met, and missed by one fault."""

import itertools

import pytest

from defa_trust import publish
from defa_trust.codec import json as strict_json
from defa_trust.cosign import add_signatures, carry_over, cosign, follow_on
from defa_trust.errors import MisuseError, Rejection
from defa_trust.trustlist.accept import AcceptancePolicy, ListState, Pin, check_pin
from defa_trust.trustlist.assemble import Pins, assemble
from defa_trust.trustlist.companion import MAX_COMPANION_BYTES, read_companion, write_companion
from defa_trust.trustlist.decode import decode
from defa_trust.trustlist.envelope import signing_digest
from tests.signed_lists import (
    DAY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    REGIONAL,
    SCHEME,
    changed,
    member_document,
    operator,
    pointer,
    regional_document,
    signed,
)
from tests.successions import Issue, ders, issue, judge, officer, pin_of, with_steps

A = pin_of("A")


def chain():
    """57 by A; 58 hands over to B; 70 by B; 71 hands over to C; 90 by C."""
    first = issue(57, "A")
    second = issue(58, "AB", to="B", after=first)
    third = issue(70, "B", after=second)
    fourth = issue(71, "BC", to="C", after=third)
    return first, second, third, fourth, issue(90, "C", after=fourth)


FIRST, SECOND, THIRD, FOURTH, LAST = chain()


def signers_after(answer):
    return answer.hops[-1].after.signers


# --- one after the other -------------------------------------------------------------------------
def test_a_succession_is_carried_out():
    answer = judge(SECOND, A, FIRST.mark)
    assert answer.code is None
    (hop,) = answer.hops
    assert hop.before == A
    assert hop.after.signers == ders("B")
    assert hop.after.handover == (58, SECOND.mark.digest, FIRST.mark.digest,
                                  hop.trust_list.succession.valid_from, ders("A"), 1)  # fmt: skip
    assert [f.code.id for f in answer.findings] == [
        "list.succession_carried_out", "list.accepted"]  # fmt: skip
    assert "1 of" in answer.findings[0].text


def test_the_list_that_handed_over_stays_good_under_the_new_pin():
    after = judge(SECOND, A, FIRST.mark).hops[-1].after
    for last in (None, FIRST.mark, SECOND.mark):
        answer = judge(SECOND, after, last)
        assert answer.code is None
        assert answer.hops == ()
    assert judge(SECOND, after, SECOND.mark, companion=None).code is None


def test_a_reader_who_was_away_walks_the_whole_chain():
    answer = judge(LAST, A, FIRST.mark)
    assert answer.code is None
    assert [hop.trust_list.sequence for hop in answer.hops] == [58, 71]
    assert signers_after(answer) == ders("C")


def test_a_reader_who_has_seen_nothing_yet_walks_it_too():
    assert signers_after(judge(LAST, A)) == ders("C")


def test_a_reader_who_pinned_later_passes_over_what_was_before():
    for names, steps in (("B", [71]), ("C", [])):
        answer = judge(LAST, pin_of(names))
        assert answer.code is None
        assert [hop.trust_list.sequence for hop in answer.hops] == steps


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_steps_are_ordered_by_number_and_by_nothing_else(order):
    """9, 10, 100: a name would sort them 10, 100, 9."""
    start = issue(8, "A")
    one = issue(9, "AB", to="B", after=start)
    two = issue(10, "BC", to="C", after=one)
    last = issue(99, "C", after=two)
    hidden = issue(101, "D", after=issue(100, "CD", to="D", after=last, show=False))
    mixed = with_steps(hidden, lambda steps: [steps[place] for place in order])
    assert judge(mixed, A, start.mark).code == "list.succession_gap"
    shown = issue(101, "D", after=issue(100, "CD", to="D", after=last))
    mixed = with_steps(shown, lambda steps: [steps[place] for place in order])
    assert [hop.trust_list.sequence for hop in judge(mixed, A, start.mark).hops] == [9, 10, 100]


def test_a_set_of_signers_changes_one_of_its_members():
    """2 of A, B, C become 2 of A, B, D: those who stay sign once for both."""
    pin = pin_of("ABC", 2)
    first = issue(57, "AB")
    second = issue(58, "ABD", to="ABD", threshold=2, after=first)
    last = issue(60, "DA", after=second)
    answer = judge(last, pin, first.mark)
    assert answer.code is None
    assert answer.hops[-1].after.threshold == 2
    assert judge(issue(60, "AC", after=second), pin, first.mark).code == "list.below_threshold"


# --- several signers -----------------------------------------------------------------------------
TWO = pin_of("ABC", 2)


@pytest.mark.parametrize("by", ["AB", "BA", "CB", "ABC"])
def test_enough_signers(by):
    answer = judge(issue(57, by), TWO)
    assert answer.code is None
    assert answer.hops == ()


@pytest.mark.parametrize("by", ["A", "AA", "AX", "AXYZ"])
def test_too_few_signers(by):
    assert judge(issue(57, by), TWO).code == "list.below_threshold"


def test_without_its_companion_the_list_has_one_signature():
    edition = issue(57, "AB")
    assert judge(edition, TWO, companion=None).code == "list.below_threshold"
    assert judge(edition, A, companion=None).code is None


def test_the_lists_own_signature_is_of_a_pinned_signer():
    assert judge(issue(57, "XAB"), TWO).code == "list.signer_not_pinned"


def test_two_certificates_of_one_key_are_one_signer():
    key, _ = officer("A")
    twin = publish.tl_signer_certificate(
        key, territory="ID", operator="TEST-ONLY list operator of AP",
        not_before=NOW - DAY, not_after=NOW + DAY,
    )  # fmt: skip
    edition = issue(57, "A")
    more = add_signatures(None, [cosign(edition.data, key, twin, issued_at=ISSUED)])
    pin = Pin(REGIONAL, "AP", (*ders("AB"), twin), None, 2)
    assert judge(edition, pin, companion=more).code == "list.below_threshold"


def test_a_spoiled_signature_takes_no_good_one_away():
    edition = issue(57, "AB")
    (good,) = read_companion(edition.companion).siblings
    for bad in (good._replace(signature="AAAA"), good._replace(protected="e30"),
                good._replace(protected="AA"), good._replace(protected="A")):  # fmt: skip
        assert judge(edition, TWO, companion=add_signatures(None, [bad, good])).code is None
        assert judge(edition, TWO, companion=add_signatures(None, [bad])).code == (
            "list.below_threshold"
        )


def test_a_signature_over_another_list_does_not_count():
    other = issue(56, "AB")
    assert judge(issue(57, "A"), TWO, companion=other.companion).code == "list.below_threshold"


def test_a_signature_over_the_payload_alone_does_not_count():
    """The first signature stands for no second list: each signs what the other signed."""
    edition = issue(57, "A")
    second = publish.sign_list(
        regional_document(sequence=57, issued=ISSUED - 3600 + 57), *officer("B"), issued_at=ISSUED
    )
    head, _, tail = second.decode().split(".")
    from defa_trust.trustlist.companion import Sibling

    assert judge(Issue(second, None, 57), pin_of("B")).code is None
    more = add_signatures(None, [Sibling(head, tail)])
    assert judge(edition, TWO, companion=more).code == "list.below_threshold"


def test_a_signature_beside_a_list_is_no_list():
    edition = issue(57, "AB")
    (sibling,) = read_companion(edition.companion).siblings
    payload = edition.data.decode().split(".")[1]
    spliced = f"{sibling.protected}.{payload}.{sibling.signature}".encode()
    assert judge(Issue(spliced, None, 57), pin_of("B")).code == "list.header"


def test_an_expired_signer_does_not_count():
    key, _ = officer("B")
    lapsed = publish.tl_signer_certificate(
        key, territory="ID", operator="TEST-ONLY list operator of AP",
        not_before=NOW - 300 * DAY, not_after=NOW - DAY // 2,
    )  # fmt: skip
    edition = issue(57, "A")
    more = add_signatures(None, [cosign(edition.data, key, lapsed, issued_at=ISSUED)])
    pin = Pin(REGIONAL, "AP", (*ders("A"), lapsed), None, 2)
    assert judge(edition, pin, companion=more, now=NOW - DAY // 2).code is None
    assert judge(edition, pin, companion=more, now=NOW).code == "list.below_threshold"


def test_the_list_is_usable_while_enough_certificates_are_valid():
    def until(by, pin):
        return judge(issue(57, by), pin).trust_list.usable_until

    late, soon = NOW + 400 * DAY + 1, NOW + 100 * DAY + 1
    assert until("AB", TWO) == late
    assert until("As", pin_of("As", 2)) == soon
    assert until("sA", pin_of("sA", 1)) == soon
    assert until("AsB", pin_of("AsB", 2)) == late
    assert until("AsB", pin_of("AsB", 3)) == soon


# --- what a succession needs ---------------------------------------------------------------------
def refusal(edition, pin=A, last=FIRST.mark, **more):
    return judge(edition, pin, last, **more).code


def test_a_succession_below_the_threshold():
    start = issue(57, "AB")
    pin = pin_of("ABC", 2)
    assert refusal(issue(58, "AX", to="X", after=start), pin, start.mark) == (
        "list.succession_below_threshold"
    )
    assert refusal(issue(58, "ABX", to="X", after=start), pin, start.mark) is None


def test_a_succession_signed_by_the_successor_alone():
    assert refusal(issue(58, "X", to="X", after=FIRST)) == "list.succession_self_appointed"
    assert refusal(issue(58, "XY", to="XY", after=FIRST)) == "list.succession_self_appointed"


def test_a_succession_put_forward_by_the_successor_and_signed_beside():
    """The list's own signature is of one who signs now; else nobody knows whose list it is."""
    assert refusal(issue(58, "XA", to="X", after=FIRST)) == "list.succession_gap"


def test_a_succession_signed_by_strangers():
    assert refusal(issue(58, "YX", to="X", after=FIRST)) == "list.succession_gap"


@pytest.mark.parametrize(("by", "to", "threshold"), [("A", "B", 1), ("AB", "BC", 2),
                                                     ("AX", "BC", 1)])  # fmt: skip
def test_successors_who_did_not_show_their_keys(by, to, threshold):
    edition = issue(58, by, to=to, threshold=threshold, after=FIRST)
    assert refusal(edition) == "list.succession_unproved"


def test_a_succession_follows_the_list_accepted_last():
    other = issue(56, "A")
    assert refusal(issue(58, "AB", to="B", after=FIRST)) is None
    forged = issue(58, "AB", to="B", after=FIRST, previous=other, show=False)
    assert refusal(forged) == "list.succession_gap"


def test_a_succession_follows_a_list_that_is_shown():
    between = issue(60, "A", after=FIRST)
    assert refusal(issue(61, "AB", to="B", after=between)) is None
    assert refusal(issue(61, "AB", to="B", after=between, show=False)) == "list.succession_gap"


def test_what_is_shown_must_be_what_is_followed():
    between, other = issue(60, "A", after=FIRST), issue(59, "A", after=FIRST)
    edition = issue(61, "AB", to="B", after=between, show=False)
    wrong = follow_on(edition.companion, other.data, other.companion)
    assert refusal(edition, companion=wrong) == "list.companion"


def test_what_is_shown_is_signed_by_those_who_hand_over():
    between = issue(60, "X", after=FIRST)
    assert refusal(issue(61, "AB", to="B", after=between)) == "list.signer_not_pinned"
    start = issue(57, "AB")
    pin = pin_of("AB", 2)
    between = issue(60, "A", after=start)
    edition = issue(61, "ABC", to="C", after=between)
    assert refusal(edition, pin, start.mark) == "list.below_threshold"


def test_what_is_shown_has_a_number_in_between():
    late = issue(62, "A", after=FIRST)
    edition = issue(61, "AB", to="B", after=late, issued=ISSUED)
    assert refusal(edition) == "list.succession_gap"


def test_a_succession_from_an_older_list_than_the_accepted_one_is_a_fork():
    older = issue(55, "A")
    assert refusal(issue(58, "AB", to="B", after=older)) == "list.succession_fork"


def test_a_succession_from_another_list_of_the_same_number_is_a_fork():
    twin = issue(57, "A", community="TEST-ONLY other")
    assert refusal(issue(58, "AB", to="B", after=twin)) == "list.succession_fork"


def test_two_successions_from_one_list():
    one = issue(58, "AB", to="B", after=FIRST)
    two = issue(59, "AX", to="X", after=FIRST)
    after = judge(one, A, FIRST.mark).hops[-1].after
    assert refusal(two, after, one.mark) == "list.succession_fork"
    assert refusal(one, judge(two, A, FIRST.mark).hops[-1].after, two.mark) == (
        "list.succession_fork"
    )
    # Both beside one list: nobody may pick.
    last = issue(60, "B", after=one)
    both = with_steps(
        last, lambda steps: (*steps, *read_companion(carry_over(two.data, two.companion)).steps)
    )
    assert refusal(both) == "list.succession_fork"
    assert refusal(last) is None


def test_junk_beside_a_list_is_no_fork():
    one = issue(58, "AB", to="B", after=FIRST)
    junk = issue(59, "X", to="X", after=FIRST)
    last = issue(60, "B", after=one)
    both = with_steps(
        last, lambda steps: (*steps, *read_companion(carry_over(junk.data, junk.companion)).steps)
    )
    assert refusal(both) == "list.succession_self_appointed"


def test_a_succession_that_is_older_than_the_list_accepted_last():
    newer = issue(60, "A", after=FIRST)
    assert refusal(SECOND, A, newer.mark) == "list.succession_replayed"
    # Beside a later list it is of no help either.
    assert refusal(THIRD, A, newer.mark) == "list.succession_replayed"


def test_a_succession_of_long_ago_under_the_pins_of_today():
    pin = judge(LAST, A, FIRST.mark).hops[-1].after
    assert refusal(SECOND, pin, LAST.mark) == "list.succession_replayed"
    assert refusal(FOURTH, pin, LAST.mark) == "list.succession_replayed"
    # Where the marks were lost, the pins still know.
    assert refusal(SECOND, pin, None) == "list.succession_replayed"
    assert refusal(FIRST, pin, None) == "list.signer_not_pinned"


def test_a_list_before_the_handing_over_does_not_come_back():
    """Even for a signer who stays."""
    first = issue(57, "AB")
    second = issue(58, "AB", to="AB", after=first)
    pin = judge(second, pin_of("AB"), first.mark).hops[-1].after
    assert refusal(first, pin, None) == "list.rollback"
    assert refusal(issue(58, "A", after=first), pin, None) == "list.split_view"
    assert refusal(issue(59, "A", after=second), pin, None) is None


def test_dates_of_a_succession():
    with pytest.raises(Rejection) as refused:
        issue(58, "AB", to="B", after=FIRST, issued=ISSUED, valid_from=ISSUED - 1)
    assert refused.value.code.id == "list.succession_backdated"
    edition = issue(
        58, "AB", to="B", after=FIRST, issued=ISSUED, valid_from=ISSUED - 1, check=False
    )
    assert refusal(edition) == "list.succession_backdated"
    edition = issue(58, "AB", to="B", after=FIRST, valid_from=NEXT + 1, check=False)
    assert refusal(edition) == "list.succession_form"
    assert refusal(issue(58, "AB", to="B", after=FIRST, valid_from=NEXT)) is None


def test_a_succession_issued_before_the_list_it_follows():
    late = issue(60, "A", after=FIRST, issued=ISSUED)
    early = issue(61, "AB", to="B", after=late, issued=ISSUED - 1, valid_from=ISSUED)
    assert refusal(early) == "list.succession_backdated"
    known = judge(early, A, late.mark, previous=late.data)
    assert known.code == "list.succession_backdated"


def test_a_list_of_the_successors_from_before_their_time():
    handed = issue(58, "AB", to="B", after=FIRST, valid_from=ISSUED)
    early = issue(59, "B", after=handed, issued=ISSUED - 1)
    assert refusal(early) == "list.succession_not_yet_valid"
    assert refusal(issue(59, "B", after=handed, issued=ISSUED)) is None


def test_a_list_issued_before_the_succession_that_leads_to_it():
    handed = issue(58, "AB", to="AB", after=FIRST, issued=ISSUED, valid_from=ISSUED)
    late = issue(59, "AB", to="B", after=handed, issued=ISSUED + 60, valid_from=ISSUED + 60)
    assert refusal(issue(60, "B", after=late, issued=ISSUED + 60)) is None
    early = issue(60, "B", after=late, issued=ISSUED + 59)
    assert refusal(early) == "list.succession_not_yet_valid"


# --- gaps ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("left", "code"),
    [((0, 1), None), ((0,), "list.succession_gap"), ((1,), "list.succession_gap"),
     ((), "list.signer_not_pinned")],
)  # fmt: skip
def test_a_gap_in_the_chain(left, code):
    cut = with_steps(LAST, lambda steps: [steps[place] for place in left])
    assert refusal(cut) == code


def test_a_chain_that_breaks_after_its_first_step():
    broken = issue(71, "XC", to="C", after=THIRD)
    last = issue(90, "C", after=broken)
    assert refusal(last) == "list.succession_gap"


# --- sequence numbers ----------------------------------------------------------------------------
def test_those_who_hand_over_may_go_past_a_number_that_was_used_up():
    far = 57 + 5000
    assert refusal(issue(far, "A", after=FIRST)) == "list.fast_forward"
    handed = issue(far, "AB", to="B", after=FIRST)
    assert refusal(handed) is None
    assert refusal(issue(far + 1, "B", after=handed)) is None
    assert refusal(issue(far + 1001, "B", after=handed)) == "list.fast_forward"


def test_no_number_is_given_back():
    start = issue(5000, "A")
    assert refusal(issue(58, "AB", to="B", after=FIRST), A, start.mark) == (
        "list.succession_replayed"
    )


# --- form ----------------------------------------------------------------------------------------
def document(**members):
    value = {
        "keys": publish.certificate_identity(officer("B")[1])["X509Certificates"],
        "threshold": 1,
        "validFrom": publish.time_text(ISSUED),
        "previousListSha256": "0" * 64,
        **members,
    }
    kept = {name: entry for name, entry in value.items() if entry is not ...}
    return regional_document(
        pointers=[pointer(), pointer(REGIONAL, "AP")],
        extensions=[publish.extension("DefaSignerSuccession", kept)],
    )


def keys(*certificates):
    return [publish.certificate_identity(der)["X509Certificates"][0] for der in certificates]


def ca():
    from cryptography import x509

    from defa_trust.signing_crypto import certificate_der, hash_object

    key, der = officer("B")
    loaded = x509.load_der_x509_certificate(der)
    builder = (
        x509.CertificateBuilder()
        .subject_name(loaded.subject).issuer_name(loaded.subject).serial_number(7)
        .public_key(key.private_key.public_key())
        .not_valid_before(loaded.not_valid_before_utc).not_valid_after(loaded.not_valid_after_utc)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )  # fmt: skip
    return certificate_der(builder.sign(key.private_key, hash_object("SHA-256")))


LAPSED = publish.tl_signer_certificate(
    officer("B")[0], territory="ID", operator="x", not_before=NOW - 9 * DAY,
    not_after=ISSUED - 1,
)  # fmt: skip


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({}, None),
        ({"keys": []}, "list.member_value"),
        ({"keys": keys(*ders("BCDEFGHIJKLMNOPQR"))}, "list.too_many"),
        ({"keys": keys(*ders("BB"))}, "list.succession_form"),
        ({"keys": keys(officer("B")[1], LAPSED)}, "list.succession_form"),
        ({"keys": keys(LAPSED)}, "list.succession_form"),
        ({"keys": keys(ca())}, "list.signer_certificate"),
        ({"keys": keys(operator("TH")[1])}, "list.signer_shared"),
        ({"keys": keys(operator("AP")[1])}, None),
        ({"keys": keys(b"\x30\x00")}, "list.certificate"),
        ({"keys": [{"val": 5}]}, "list.member_value"),
        ({"threshold": 0}, "list.member_value"),
        ({"threshold": 2}, "list.member_value"),
        ({"threshold": "1"}, "list.member_value"),
        ({"threshold": True}, "list.member_value"),
        ({"validFrom": ISSUED}, "list.time_form"),
        ({"previousListSha256": "0"}, "list.member_value"),
        ({"previousListSha256": ...}, "list.member_missing"),
        ({"validFrom": ...}, "list.member_missing"),
        ({"more": 1}, "list.member_unknown"),
    ],
)
def test_the_form_of_a_succession(members, code):
    try:
        found = decode(document(**members), digest="0" * 64, size=1)
    except Rejection as refused:
        assert refused.code.id == code
    else:
        assert code is None
        assert found.succession.threshold == 1


@pytest.mark.parametrize(
    "text",
    [
        b"", b"{}", b"[]", b"\xff", b'{"version":1}', b'{"version":2,"signatures":[]}',
        b'{"version":true,"signatures":[]}', b'{"version":1,"signatures":{}}',
        b'{"version":1,"signatures":[],"more":1}', b'{"version":1,"signatures":[{}]}',
        b'{"version":1,"signatures":[{"protected":"a","signature":""}]}',
        b'{"version":1,"signatures":[{"protected":"a.b","signature":"c"}]}',
        b'{"version":1,"signatures":[{"protected":"a","signature":"c","x":1}]}',
        b'{"version":1,"signatures":[],"successions":[{"list":"a.b","signatures":[]}]}',
        b'{"version":1,"signatures":[],"successions":[{"list":"a.b.c"}]}',
        b'{"version":1,"signatures":[],"signatures":[]}',
        b'{"version":1,"signatures":' + b"[" * 200 + b"]" * 200 + b"}",
        b'{"version":1,"signatures":[' + b'{"protected":"a","signature":"b"},' * 32
        + b'{"protected":"a","signature":"b"}]}',
        b'{"version":1,"signatures":[],"successions":[' +
        b'{"list":"a.b.c","signatures":[]},' * 64 + b'{"list":"a.b.c","signatures":[]}]}',
        b'"' + b"a" * MAX_COMPANION_BYTES + b'"',
    ],
    ids=range(20),
)  # fmt: skip
def test_a_companion_that_is_none(text):
    assert judge(issue(57, "A"), A, companion=text).code == "list.companion"


def test_a_step_without_a_succession_or_without_a_list():
    plain = read_companion(carry_over(SECOND.data, SECOND.companion)).steps[0]
    bare = plain._replace(signed=plain.signed._replace(data=FIRST.data))
    assert refusal(with_steps(LAST, lambda _: [bare])) == "list.companion"
    junk = plain._replace(signed=plain.signed._replace(data=b"a.b.c"))
    assert judge(with_steps(LAST, lambda _: [junk]), A, FIRST.mark).trust_list is None


def test_a_companion_is_written_as_it_is_read():
    for edition in (FIRST, SECOND, LAST):
        known = read_companion(edition.companion)
        assert read_companion(write_companion(known)) == known
        from defa_trust.trustlist.schema import validate

        validate(strict_json.loads_object(edition.companion), "list-companion.v1")
    assert read_companion(carry_over(FIRST.data, FIRST.companion)).steps == ()


def test_a_companion_of_another_list_is_not_looked_at():
    """Only a regional list has one."""
    from tests.signed_lists import judge as judge_member

    assert judge_member(signed(member_document()), companion=b"junk").code is None


# --- pins ----------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("pin", "text"),
    [
        (pin_of("AB", 3), "3 of 2 keys"),
        (pin_of("AA", 2), "2 of 1 keys"),
        (pin_of("AB", 0), "from 1 up"),
        (pin_of("AB", True), "from 1 up"),
        (pin_of("AB", "2"), "from 1 up"),
        (Pin(MEMBER, "TH", ders("AB"), None, 2), "only a regional list"),
        (Pin(REGIONAL, "AP", (b"x", b"y"), None, 2), "no usable certificate"),
    ],
)
def test_a_pin_that_can_accept_nothing(pin, text):
    with pytest.raises(MisuseError, match=text):
        check_pin(pin)


def test_pins_after_a_succession():
    answer = judge(SECOND, A, FIRST.mark)
    pins = Pins([A, Pin(MEMBER, "TH", (operator("TH")[1],))])
    after = pins.after(answer.hops)
    assert after.regional.signers == ders("B")
    assert after.direct == pins.direct
    assert pins.regional == A


def test_what_is_reached_through_a_region_that_changed_hands():
    place = (REGIONAL, "AP")
    documents = {place: LAST.data, (MEMBER, "TH"): signed(member_document())}
    found = assemble(
        Pins([A]), documents, states={place: FIRST.mark}, now=NOW,
        companions={place: LAST.companion},
    )  # fmt: skip
    assert {item.territory for item in found.lists} == {"AP", "TH"}
    assert len(found.hops) == 2
    assert found.states[place] == LAST.mark
    without = assemble(Pins([A]), documents, states={place: FIRST.mark}, now=NOW)
    assert without.lists == ()
    assert without.hops == ()


def test_a_mark_is_of_the_signing_input():
    assert ListState(58, signing_digest(SECOND.data)) == SECOND.mark
    policy = AcceptancePolicy(max_sequence_jump=None)
    assert judge(LAST, A, FIRST.mark, policy=policy).code is None


def test_the_sequence_in_the_payload_decides():
    """A companion that promises order by its own order is not believed."""
    swapped = with_steps(LAST, lambda steps: steps[::-1])
    assert judge(swapped, A, FIRST.mark).code is None
    renumbered = changed(regional_document(), (*SCHEME, "LoTESequenceNumber"), 5)
    assert decode(renumbered, digest="0" * 64, size=1).sequence == 5
