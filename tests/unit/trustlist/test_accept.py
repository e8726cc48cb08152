"""Acceptance of one list: the consumer's order, and the marks against rollback."""

import pytest

from defa_trust import publish
from defa_trust.errors import MisuseError
from defa_trust.policy import TranscribedLists
from defa_trust.trustlist.accept import (
    MAX_SEQUENCE_JUMP,
    AcceptancePolicy,
    ListState,
    Pin,
    accept,
    check_pin,
    claimed_place,
)
from defa_trust.trustlist.model import ListType
from tests.signed_lists import (
    DAY,
    ISSUED,
    MEMBER,
    NEXT,
    NOW,
    RECOGNITION,
    REGIONAL,
    SCHEME,
    changed,
    entity,
    forged,
    judge,
    key,
    member_document,
    operator,
    operator_name,
    pin,
    recognition_document,
    regional_document,
    service,
    signed,
)


def test_each_kind_of_list_is_accepted():
    assert judge(signed(member_document())).trust_list.type is MEMBER
    assert judge(signed(recognition_document()), RECOGNITION, "SG").trust_list.type is RECOGNITION
    assert judge(signed(regional_document()), REGIONAL, "AP").trust_list.type is REGIONAL


def test_an_accepted_list_remembers_bytes_signer_and_way():
    data = signed(member_document())
    found = judge(data, via="ab" * 32).trust_list
    from hashlib import sha256

    assert found.digest == sha256(data).hexdigest()
    assert found.size == len(data)
    assert found.signer == sha256(operator("TH")[1]).hexdigest()
    assert (found.signed_at, found.via) == (ISSUED, "ab" * 32)


def test_the_pin_decides_type_and_territory():
    data = signed(member_document())
    assert judge(data, RECOGNITION, "TH").code == "list.type_mismatch"
    scheme_of_sg = member_document("SG", operator="TEST-ONLY list operator of TH", entities=[])
    assert judge(forged(scheme_of_sg)).code == "list.territory_mismatch"


def test_the_signers_organisation_is_the_scheme_operator():
    other = member_document(operator="TEST-ONLY somebody else")
    assert judge(forged(other)).code == "list.signer_organisation"
    names = {"en": "TEST-ONLY operator", "ms": "TEST-ONLY list operator of TH"}
    assert judge(forged(member_document(operator=names))).trust_list


def test_the_issue_time_has_a_small_tolerance():
    ahead = member_document(issued=NOW + 60, next_update=NOW + DAY)
    assert judge(forged(ahead)).trust_list
    too_far = member_document(issued=NOW + 61, next_update=NOW + DAY)
    assert judge(forged(too_far)).code == "list.issued_in_the_future"


def test_a_national_list_past_its_next_update_is_kept_and_said_so():
    data = signed(member_document())
    fresh = judge(data, now=NEXT - 1)
    assert [f.code.id for f in fresh.findings] == ["list.accepted"]
    stale = judge(data, now=NEXT)
    assert [f.code.id for f in stale.findings] == ["list.past_next_update", "list.accepted"]
    assert stale.trust_list is not None and stale.code is None


def test_a_national_list_too_long_past_it_is_not():
    policy = AcceptancePolicy(max_stale_seconds=5 * DAY)
    data = signed(member_document())
    assert judge(data, now=NEXT + 5 * DAY - 1, policy=policy).trust_list
    assert judge(data, now=NEXT + 5 * DAY, policy=policy).code == "list.too_old"


def test_a_regional_list_past_its_next_update_is_refused_at_once():
    data = signed(regional_document())
    assert judge(data, REGIONAL, "AP", now=NEXT - 1).trust_list
    assert judge(data, REGIONAL, "AP", now=NEXT).code == "list.regional_expired"


def test_a_regional_signers_country_can_be_asked_for():
    data = signed(regional_document())
    assert judge(data, REGIONAL, "AP", policy=AcceptancePolicy(regional_country="ID")).trust_list
    refused = judge(data, REGIONAL, "AP", policy=AcceptancePolicy(regional_country="SG"))
    assert refused.code == "list.signer_country"


def test_transcribed_lists_by_policy():
    source = publish.transcription(
        source="https://register.test.example", retrieved=NOW, sha256="0" * 64, transcriber="TEST"
    )
    data = signed(member_document(publication=source))
    refuse = AcceptancePolicy(transcribed=TranscribedLists.REFUSE)
    assert judge(data).trust_list
    assert judge(data, policy=refuse).code == "list.transcribed_refused"
    assert judge(signed(member_document()), policy=refuse).trust_list


def test_sequence_and_digest():
    data = signed(member_document(sequence=5))
    digest = judge(data).trust_list.signed_digest
    assert judge(data, last=ListState(5, digest)).trust_list
    assert judge(data, last=ListState(4, "0" * 64)).trust_list
    assert judge(data, last=ListState(5, "0" * 64)).code == "list.split_view"
    assert judge(data, last=ListState(6, digest)).code == "list.rollback"


def test_a_refusal_has_both_sides_and_no_trust():
    refused = judge(signed(member_document()), last=ListState(9, "0" * 64))
    (finding,) = refused.findings
    assert refused.trust_list is None
    assert (finding.expected, finding.actual, finding.subject) == (9, 5, "list")
    assert finding.text == "The list has the sequence number 5; 9 was accepted before."


def test_the_wrong_type_of_argument_is_the_callers_fault():
    with pytest.raises(MisuseError):
        accept("text", pin(), last=None, now=NOW)


@pytest.mark.parametrize(
    "bad",
    [
        Pin(MEMBER, "TH", ()),
        Pin(MEMBER, "TH", ("PEM",)),
        Pin(MEMBER, "AP", (b"x",)),
        Pin(MEMBER, "JP", (b"x",)),
        Pin(REGIONAL, "SG", (b"x",)),
        Pin(REGIONAL, "ASEAN", (b"x",)),
        Pin("member_state", "TH", (b"x",)),
    ],
)
def test_a_pin_that_can_accept_nothing(bad):
    with pytest.raises(MisuseError):
        check_pin(bad)


def test_the_place_that_bytes_claim():
    assert claimed_place(signed(regional_document())) == (ListType.REGIONAL, "AP")
    for payload in (b"{}", b'{"LoTE":5}', b"[]", b'{"LoTE":{"ListAndSchemeInformation":{}}}'):
        with pytest.raises(Exception, match=r"list\.|json\."):
            claimed_place(forged(payload))


def test_a_document_that_is_no_list():
    for payload in (b"[]", b"null", b'"x"', b"{}", b"{", b"\xff", b'{"LoTE":{},"LoTE":{}}'):
        assert judge(forged(payload)).trust_list is None


def test_a_duplicate_member_anywhere():
    from defa_trust.codec import json as strict_json

    text = strict_json.compact(member_document())
    member = b'"LoTEVersionIdentifier":1'
    twice = text.replace(member, member + b"," + member)
    assert judge(forged(text)).trust_list
    assert judge(forged(twice)).code == "json.duplicate_member"


def test_deep_nesting_in_an_extension_that_nobody_reads():
    deep = 5
    for _ in range(200):
        deep = [deep]
    document = member_document(extensions=[publish.extension("Unknown", deep)])
    assert judge(forged(document)).code == "json.too_deep"


def test_huge_numbers_and_floats():
    document = changed(member_document(), (*SCHEME, "LoTESequenceNumber"), 2**60)
    assert judge(forged(document)).code == "json.number"


def test_every_reason_against_a_list_that_was_read_is_told():
    """In the order of the profile; the first is the answer's code."""
    late = NEXT + 400 * DAY
    own = key("long-lived TH")
    certificate = publish.tl_signer_certificate(
        own, territory="TH", operator=operator_name("TH"),
        not_before=NOW - 400 * DAY, not_after=late + DAY,
    )  # fmt: skip

    def edition(number, since, **more):
        entities = [entity("TH", service(since=since))]
        document = member_document(sequence=number, entities=entities, **more)
        return signed(document, signer=(own, certificate))

    before = edition(5, NOW - 300 * DAY)
    pinned = pin(signers=[certificate])
    mark = ListState.of(accept(before, pinned, last=None, now=NOW).trust_list)
    source = publish.transcription(
        source="https://register.test.example", retrieved=NOW, sha256="0" * 64, transcriber="TEST"
    )

    def said(data, now):
        policy = AcceptancePolicy(transcribed=TranscribedLists.REFUSE)
        found = accept(data, pinned, last=mark, now=now, policy=policy, previous=before)
        codes = [finding.code.id.removeprefix("list.") for finding in found.findings]
        assert (found.trust_list is None) is (found.code is not None)
        assert found.code in (None, f"list.{codes[0]}")
        return codes

    assert said(edition(6, NOW - 300 * DAY), NOW) == ["accepted"]
    far = 5 + MAX_SEQUENCE_JUMP + 1
    assert said(edition(far, NOW - 320 * DAY, publication=source), late) == [
        "too_old", "transcribed_refused", "fast_forward", "retroactive_status",
    ]  # fmt: skip
    assert said(edition(4, NOW - 300 * DAY), late) == ["too_old", "rollback"]


@pytest.mark.parametrize(
    ("good", "bad"),
    [
        ({"transcribed": TranscribedLists.REFUSE}, {"transcribed": "refuse"}),
        ({"transcribed": TranscribedLists.ACCEPT}, {"transcribed": None}),
        ({"max_stale_seconds": 0}, {"max_stale_seconds": -1}),
        ({"max_stale_seconds": DAY}, {"max_stale_seconds": float("nan")}),
        ({"clock_skew": 0}, {"clock_skew": float("inf")}),
        ({"clock_skew": 60}, {"clock_skew": True}),
        ({"max_bytes": 1}, {"max_bytes": 0}),
        ({"regional_country": "ID"}, {"regional_country": "id"}),
        ({"regional_country": None}, {"regional_country": ""}),
    ],
)
def test_a_policy_that_would_ask_for_nothing_is_a_mistake(good, bad):
    """`refuse` as a text is not the choice to refuse, and nothing is ever later than no number."""
    assert AcceptancePolicy(**good)
    with pytest.raises(MisuseError):
        AcceptancePolicy(**bad)


@pytest.mark.parametrize("now", [None, "2026-11-01", NOW + 0.5, True])
def test_a_moment_that_is_no_whole_number_of_seconds_is_a_mistake(now):
    """Half a second would stand in the bounds of findings, and text ended in a traceback."""
    data = signed(member_document())
    assert judge(data, now=NOW).trust_list
    with pytest.raises(MisuseError):
        judge(data, now=now)
