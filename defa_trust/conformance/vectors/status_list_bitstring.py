"""W3C Bitstring Status List 1.0: entries of a credential, and lists that are credentials."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ...demo.packing import gzip_packed, pack_bitstring, zlib_packed
from ..build import MOMENT, vc
from ..registry import Case, Group, Importance
from ..status_lists import (
    INDEX,
    OTHER_URI,
    URI,
    bitstring,
    bitstring_entry,
    evidence,
    token_jwt,
)

_BSL = "W3C Bitstring Status List 1.0"
_group = Group(
    "status_list", features=("bitstring-status-list", "es256", "vc-jwt"), twin="bitstring_good"
)
_MESSAGES = [{"status": f"0x{value:x}", "message": f"TEST-ONLY {value}"} for value in range(4)]


def _case(octets: bytes, **entry: Any) -> Case:
    return Case(vc(credentialStatus=bitstring_entry(**entry)), evidence=(evidence(octets),))


def _entry(**entry: Any) -> Case:
    return _case(bitstring(), **entry)


# --- what the list says -----------------------------------------
@_group.vector(f"{_BSL}, 3.2")
def bitstring_good() -> Case:
    """The bit at the credential's place is 0."""
    return _case(bitstring())


@_group.vector(f"{_BSL}, 3.2", "status.revoked")
def bitstring_revoked() -> Case:
    """The bit at the credential's place is 1, in a list for revocation."""
    return _case(bitstring({INDEX: 1}))


@_group.vector(f"{_BSL}, 2.2", notes="Read from the right, the credential is revoked.")
def bitstring_left_most_first() -> Case:
    """Of the octet, the bit at the credential's place alone is 0; the first is the left-most."""
    return _case(bitstring({place: 1 for place in range(8) if place != INDEX}))


@_group.vector(f"{_BSL}, 3.2", "status.suspended")
def bitstring_suspended() -> Case:
    """The bit at the credential's place is 1, in a list for suspension."""
    octets = bitstring({INDEX: 1}, subject={"statusPurpose": "suspension"})
    return _case(octets, statusPurpose="suspension")


@_group.vector(f"{_BSL}, 2.1", importance=Importance.PROFILE)
def refresh_available() -> Case:
    """A list for refreshing says that a newer credential is there; this one stands."""
    octets = bitstring({INDEX: 1}, subject={"statusPurpose": "refresh"})
    return _case(octets, statusPurpose="refresh")


@_group.vector(f"{_BSL}, 3.2", features=("vc-data-model",))
def two_entries_good() -> Case:
    """Revocation and suspension in two lists; neither speaks against the credential."""
    return _two({}, {})


@_group.vector(
    f"{_BSL}, 3.2",
    "status.suspended",
    twin="two_entries_good",
    notes="Only the first entry is looked up.",
)
def two_entries_second_suspended() -> Case:
    """The first list says "good", the second that the credential is suspended."""
    return _two({}, {INDEX: 1})


def _two(revoked: dict[int, int], suspended: dict[int, int]) -> Case:
    entries = [
        bitstring_entry(),
        bitstring_entry(uri=OTHER_URI, statusPurpose="suspension"),
    ]
    return Case(
        vc(credentialStatus=entries),
        evidence=(
            evidence(bitstring(revoked)),
            evidence(
                bitstring(suspended, id=OTHER_URI, subject={"statusPurpose": "suspension"}),
                OTHER_URI,
            ),
        ),
    )


@_group.vector(f"{_BSL}, 3.2", "status.not_checked", twin="two_entries_good")
def two_entries_second_not_supplied() -> Case:
    """The first list says "good"; the second was not found."""
    case = _two({}, {})
    return Case(case.data, evidence=case.evidence[:1])


@_group.vector(f"{_BSL}, 2.1")
def message_unset() -> Case:
    """Entries of two bits for messages; the credential's is 0."""
    return _message({})


@_group.vector(f"{_BSL}, 2.1", "status.application_specific", twin="message_unset")
def message_set() -> Case:
    """Entries of two bits for messages; the credential's is 2, whose meaning is the issuer's."""
    return _message({INDEX: 2})


def _message(values: dict[int, int]) -> Case:
    subject = {"statusPurpose": "message", "statusSize": 2, "statusMessages": _MESSAGES}
    octets = bitstring(values, size=2, subject=subject)
    return _case(octets, statusPurpose="message", statusSize=2, statusMessage=_MESSAGES)


@_group.vector(f"{_BSL}, 2.2", "status.size_mismatch", twin="message_unset")
def list_of_another_size() -> Case:
    """The list says that its entries have four bits; the credential names one of two."""
    subject = {"statusPurpose": "message", "statusSize": 4}
    octets = bitstring(size=4, subject=subject)
    return _case(octets, statusPurpose="message", statusSize=2, statusMessage=_MESSAGES)


@_group.vector(f"{_BSL}, 3.2")
def bitstring_last_index() -> Case:
    """The credential's place is the last of the shortest list that is allowed."""
    return _entry(index="131071")


@_group.vector(f"{_BSL}, 3.2", "status.index_out_of_range", twin="bitstring_last_index")
def bitstring_index_behind_the_end() -> Case:
    """The credential's place is one behind the end of the list."""
    return _entry(index="131072")


@_group.vector(f"{_BSL}, 2.1", "status.index_out_of_range", twin="bitstring_last_index")
def bitstring_index_of_forty_digits() -> Case:
    """The credential's place has forty digits, as the standard allows."""
    return _entry(index="1" * 40)


@_group.vector(f"{_BSL}, 3.2", "status.list_too_short")
def bitstring_too_short() -> Case:
    """The list has 131,064 entries: too few to hide who is asked for."""
    return _case(bitstring(packed=gzip_packed(bytes(16_383))))


@_group.vector(f"{_BSL}, 3.2", "status.list_too_short", twin="message_unset")
def bitstring_too_short_for_its_size() -> Case:
    """Entries of two bits in a list of 131,072 bits: half as many entries as there must be."""
    octets = bitstring(packed=gzip_packed(pack_bitstring({})), subject={"statusPurpose": "message"})
    return _case(octets, statusPurpose="message", statusSize=2, statusMessage=_MESSAGES)


# --- which list it is -----------------------------------------
@_group.vector(
    f"{_BSL}, 3.2", "status.purpose_mismatch", notes='"Not suspended" is no "not revoked".'
)
def purpose_of_another_list() -> Case:
    """The credential names a list for revocation; the list found is for suspension."""
    return _case(bitstring(subject={"statusPurpose": "suspension"}))


@_group.vector(f"{_BSL}, 3.2")
def list_of_several_purposes() -> Case:
    """The list is for suspension and for revocation."""
    return _case(bitstring(subject={"statusPurpose": ["suspension", "revocation"]}))


@_group.vector(f"{_BSL}, 2.2", "status.subject_mismatch")
def id_of_another_list() -> Case:
    """The list's `id` is the address of another of the issuer's lists."""
    return _case(bitstring(id=OTHER_URI))


@_group.vector(
    f"{_BSL}, 2.2",
    "status.subject_mismatch",
    importance=Importance.PROFILE,
    notes="Any list of the issuer passes for the one that is named.",
)
def id_missing() -> Case:
    """The list has no `id`, which the standard allows: nothing says which list it is."""
    return _case(bitstring(id=None))


@_group.vector(f"{_BSL}, 2.2", "status.issuer_mismatch")
def list_by_another_name() -> Case:
    """The list's `issuer` is no name of the service whose key signed it."""
    return _case(bitstring(issuer="https://issuer.my.test.example"))


# --- times -----------------------------------------
@_group.vector("W3C VCDM 2.0, 4.9")
def valid_until_next_second() -> Case:
    """The list's `validUntil` is the second after the moment asked for."""
    return _case(bitstring(validUntil="2026-11-01T00:00:01Z"))


@_group.vector("W3C VCDM 2.0, 4.9", "status.list_expired", twin="valid_until_next_second")
def valid_until_this_second() -> Case:
    """The list's `validUntil` is the very moment asked for."""
    return _case(bitstring(validUntil="2026-11-01T00:00:00Z"))


@_group.vector("W3C VCDM 2.0, 4.9", "status.list_from_the_future")
def valid_from_tomorrow() -> Case:
    """The list's `validFrom` is a day ahead."""
    return _case(bitstring(validFrom="2026-11-02T00:00:00Z"))


@_group.vector(f"{_BSL}, 2.2")
def ttl_in_milliseconds() -> Case:
    """The list is an hour old; its `ttl` is 3,601,000 milliseconds."""
    return _case(bitstring(subject={"ttl": 3_601_000}))


@_group.vector(
    f"{_BSL}, 2.2",
    "status.list_stale",
    twin="ttl_in_milliseconds",
    notes="Read as seconds it lasts six weeks.",
)
def ttl_in_milliseconds_over() -> Case:
    """The list is an hour old; its `ttl` is 3,600,000 milliseconds."""
    return _case(bitstring(subject={"ttl": 3_600_000}))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed", importance=Importance.PROFILE)
def list_without_a_beginning() -> Case:
    """The list has neither `validFrom` nor `iat`: an old one looks like a new one."""
    return _case(bitstring(validFrom=None))


@_group.vector("RFC 7519, 4.1.6")
def list_with_issue_time_only() -> Case:
    """The list has no `validFrom`, and an `iat` of an hour ago."""
    return _case(bitstring(validFrom=None, iat=MOMENT - 3600))


# --- form -----------------------------------------
@_group.vector("W3C VC-JOSE-COSE, 3.1.1", "status.list_type")
def bitstring_of_another_typ() -> Case:
    """The list's `typ` is `JWT`."""
    return _case(bitstring(header={"typ": "JWT"}))


@_group.vector(f"{_BSL}, 2.2", "status.list_type", notes="Any credential of the issuer is a list.")
def credential_in_place_of_a_list() -> Case:
    """Under the list's address stands a credential of a person, by the same issuer."""
    return _case(vc(id=URI))


@_group.vector(f"{_BSL}, 2.2", "status.list_type")
def token_list_in_place_of_a_bitstring() -> Case:
    """Under the list's address stands a token status list of the same issuer."""
    return _case(token_jwt())


@_group.vector(f"{_BSL}, 2.2", "vc.status_list", notes="A list passes for a person's credential.")
def list_in_place_of_a_credential() -> Case:
    """A list is presented as if it were somebody's credential."""
    return Case(bitstring())


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed")
def subject_of_another_type() -> Case:
    """The list's subject is no BitstringStatusList."""
    return _case(bitstring(subject={"type": "StatusList2021"}))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed", notes="Read without its first character.")
def no_multibase() -> Case:
    """`encodedList` lacks the `u` of multibase."""
    text = base64url.encode(gzip_packed(pack_bitstring({})))
    return _case(bitstring(subject={"encodedList": text}))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed")
def another_base() -> Case:
    """`encodedList` says that it is in base 58."""
    text = base64url.encode(gzip_packed(pack_bitstring({})))
    return _case(bitstring(subject={"encodedList": "z" + text}))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed")
def bitstring_base64_not_canonical() -> Case:
    """In `encodedList` the unused bits of the last character are set."""
    text = base64url.encode(gzip_packed(pack_bitstring({})))
    return _case(bitstring(subject={"encodedList": "u" + text[:-1] + chr(ord(text[-1]) + 1)}))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed")
def zlib_for_gzip() -> Case:
    """The list is a zlib stream, where a gzip member is demanded."""
    return _case(bitstring(packed=zlib_packed(pack_bitstring({}))))


@_group.vector("RFC 1952, 2.2", "status.list_malformed", importance=Importance.PROFILE)
def second_gzip_member() -> Case:
    """A second gzip member follows the first one."""
    whole = pack_bitstring({})
    return _case(bitstring(packed=gzip_packed(whole) + gzip_packed(whole)))


@_group.vector("RFC 1952, 2.3.1", "status.list_malformed")
def gzip_checksum() -> Case:
    """The checksum of the gzip member is wrong."""
    packed = bytearray(gzip_packed(pack_bitstring({})))
    packed[-5] ^= 1
    return _case(bitstring(packed=bytes(packed)))


@_group.vector(f"{_BSL}, 2.2", "status.list_malformed", importance=Importance.PROFILE)
def list_with_a_status_of_its_own() -> Case:
    """The list names a list in which its own status is published."""
    return _case(bitstring(credentialStatus=bitstring_entry(uri=OTHER_URI)))


# --- the entry in the credential -----------------------------------------
@_group.vector(f"{_BSL}, 2.1", "vc.status")
def index_as_a_number() -> Case:
    """`statusListIndex` is a number, where decimal text is demanded."""
    return _entry(index=INDEX)


@_group.vector(f"{_BSL}, 2.1", "vc.status")
def index_as_a_fraction() -> Case:
    """`statusListIndex` is the text 7.0."""
    return _entry(index="7.0")


@_group.vector(f"{_BSL}, 2.1", "vc.status")
def index_negative() -> Case:
    """`statusListIndex` is below zero."""
    return _entry(index="-7")


@_group.vector(f"{_BSL}, 2.1", "vc.status", importance=Importance.PROFILE)
def index_with_a_leading_zero() -> Case:
    """`statusListIndex` is 07: octal to one reader."""
    return _entry(index="07")


@_group.vector(f"{_BSL}, 2.1", "vc.status")
def index_missing() -> Case:
    """The entry names no place in the list."""
    return _entry(index=None)


@_group.vector(f"{_BSL}, 2.1", "vc.status")
def purpose_missing() -> Case:
    """The entry does not say what its bit means."""
    return _entry(statusPurpose=None)


@_group.vector(f"{_BSL}, 2.1", "vc.status")
def size_zero() -> Case:
    """`statusSize` is 0."""
    return _entry(statusSize=0)


@_group.vector(f"{_BSL}, 2.1", "vc.status", twin="message_unset")
def messages_missing() -> Case:
    """Entries of two bits without the messages that must come with them."""
    return _entry(statusSize=2)


@_group.vector("W3C VCDM 2.0, 4.10", "status.mechanism_unknown", importance=Importance.PROFILE)
def size_beyond_reading() -> Case:
    """`statusSize` is 16: no such entry can be read here, and unread is not good."""
    return _entry(statusSize=16)


@_group.vector("W3C VCDM 2.0, 4.10", "status.mechanism_unknown")
def entry_of_another_type() -> Case:
    """The entry is of the type that came before this standard."""
    return _entry(type="StatusList2021Entry")


@_group.vector("W3C VCDM 2.0, 4.10", "vc.status", importance=Importance.PROFILE)
def seventeen_entries() -> Case:
    """The credential names seventeen lists: each costs a look-up."""
    entries = [bitstring_entry(index=str(number)) for number in range(17)]
    return Case(vc(credentialStatus=entries), evidence=(evidence(bitstring()),))
