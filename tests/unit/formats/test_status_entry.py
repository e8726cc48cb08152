"""`credentialStatus`: where the status is, or that nobody can tell."""

import pytest

from defa_trust.codes import vc as codes
from defa_trust.conformance.status_lists import URI, bitstring_entry
from defa_trust.errors import Rejection
from defa_trust.formats.base import StatusMechanism, StatusReference
from defa_trust.formats.status_entry import BEYOND, status_entries

UNKNOWN, BITS = StatusMechanism.UNKNOWN, StatusMechanism.BITSTRING_STATUS_LIST
MESSAGES = [{"status": f"0x{value}", "message": "TEST-ONLY"} for value in range(4)]


def read(*entries):
    return status_entries({"credentialStatus": list(entries)})


def refused(entry):
    with pytest.raises(Rejection) as caught:
        status_entries({"credentialStatus": entry})
    assert caught.value.code is codes.STATUS
    return caught.value.where


def test_no_entry_is_no_reference():
    assert status_entries({}) == ()


def test_reads_an_entry():
    assert read(bitstring_entry()) == (StatusReference(BITS, URI, 7, "revocation", 1),)
    assert status_entries({"credentialStatus": bitstring_entry()}) == read(bitstring_entry())


def test_reads_several_purposes_of_one_list():
    entries = [bitstring_entry(), bitstring_entry(statusPurpose="suspension")]
    assert [reference.purpose for reference in read(*entries)] == ["revocation", "suspension"]


def test_the_very_same_entry_counts_once():
    assert len(read(bitstring_entry(), bitstring_entry(), bitstring_entry("8"))) == 2


def test_reads_wider_entries_with_their_messages():
    (found,) = read(bitstring_entry(statusSize=2, statusMessage=MESSAGES))
    assert found.size == 2
    (found,) = read(bitstring_entry(statusMessage=MESSAGES[:2]))
    assert found.size == 1


@pytest.mark.parametrize(
    ("text", "idx"),
    [
        ("0", 0),
        ("131071", 131_071),
        ("9" * 15, 10**15 - 1),
        ("1" * 16, BEYOND),
        ("9" * 400, BEYOND),
    ],
)
def test_an_index_has_any_size(text, idx):
    assert read(bitstring_entry(text))[0].idx == idx


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"index": 7}, "statusListIndex"), ({"index": 7.0}, "statusListIndex"),
        ({"index": True}, "statusListIndex"), ({"index": None}, "statusListIndex"),
        ({"index": ""}, "statusListIndex"), ({"index": "-1"}, "statusListIndex"),
        ({"index": "+1"}, "statusListIndex"), ({"index": " 1"}, "statusListIndex"),
        ({"index": "1.0"}, "statusListIndex"), ({"index": "1e3"}, "statusListIndex"),
        ({"index": "0x7"}, "statusListIndex"), ({"index": "07"}, "statusListIndex"),
        ({"index": "1_0"}, "statusListIndex"), ({"index": "٧"}, "statusListIndex"),
        ({"index": "²"}, "statusListIndex"),
        ({"uri": None}, "statusListCredential"), ({"uri": 1}, "statusListCredential"),
        ({"uri": "https://a b"}, "statusListCredential"),
        ({"statusPurpose": None}, "statusPurpose"), ({"statusPurpose": []}, "statusPurpose"),
        ({"statusPurpose": "two words"}, "statusPurpose"),
        ({"statusPurpose": "x" * 65}, "statusPurpose"),
        ({"statusSize": 0}, "statusSize"), ({"statusSize": "1"}, "statusSize"),
        ({"statusSize": 1.0}, "statusSize"), ({"statusSize": True}, "statusSize"),
        ({"statusSize": 2}, "statusMessage"), ({"statusMessage": []}, "statusMessage"),
        ({"statusMessage": MESSAGES}, "statusMessage"),
        ({"statusSize": 2, "statusMessage": MESSAGES[:3]}, "statusMessage"),
        ({"statusSize": 2, "statusMessage": [*MESSAGES[:3], {"status": "0x3"}]}, "statusMessage"),
        ({"statusSize": 2, "statusMessage": [*MESSAGES[:3], "x"]}, "statusMessage"),
    ],
)  # fmt: skip
def test_refuses_a_malformed_entry(change, where):
    assert refused(bitstring_entry(**change)) == f"credentialStatus.{where}"


@pytest.mark.parametrize(
    "entry",
    [
        bitstring_entry(type="StatusList2021Entry"),
        bitstring_entry(type=None),
        bitstring_entry(type=["BitstringStatusListEntry", "Other"]),
        bitstring_entry(statusSize=9),
        {"id": URI, "type": "Unheard"},
    ],
)
def test_what_nobody_can_read_is_a_reference_too(entry):
    assert read(entry) == (StatusReference(UNKNOWN, URI),)


@pytest.mark.parametrize("value", [[], "x", 1, None, [1], {}, {"type": "X"}, {"id": 1}])
def test_what_names_no_place_is_refused(value):
    assert refused(value) == "credentialStatus"


def test_there_are_sixteen_at_most():
    entries = [bitstring_entry(str(number)) for number in range(17)]
    assert len(read(*entries[:16])) == 16
    assert refused(entries) == "credentialStatus"
