"""Token status lists as JWT: what they say, their form, and which list they are."""

from __future__ import annotations

from typing import Any

from ...codec import base64url
from ..build import DAY, MOMENT, request_of, stored, vc, zeros
from ..registry import Case, Group, Importance
from ..status_lists import (
    INDEX,
    OTHER_URI,
    URI,
    compressed,
    evidence,
    listing,
    token_claims,
    token_jwt,
    token_reference,
)

_TSL = "draft-ietf-oauth-status-list-21"
_group = Group("status_list", features=("es256", "status-list-jwt", "vc-jwt"), twin="jwt_good")


def _case(*lists: bytes, **more: Any) -> Case:
    """A VC-JWT that names its place, and what was found under the list's address."""
    return Case(
        vc(status=token_reference()), evidence=tuple(evidence(octets) for octets in lists), **more
    )


def _of(idx: Any, octets: bytes) -> Case:
    return Case(vc(status=token_reference(idx)), evidence=(evidence(octets),))


# --- what the list says -----------------------------------------
@_group.vector(f"{_TSL}, 7.1")
def jwt_good() -> Case:
    """The list gives the credential the status 0 (VALID)."""
    return _case(token_jwt())


@_group.vector(f"{_TSL}, 7.1", "status.revoked", notes="The revocation goes unread.")
def jwt_revoked() -> Case:
    """The list gives the credential the status 1 (INVALID)."""
    return _case(listing({INDEX: 1}))


@_group.vector(f"{_TSL}, 4.1", notes="Read from the other end of the octet, the entry is revoked.")
def neighbours_revoked() -> Case:
    """Every entry of the list but the credential's is revoked."""
    return _case(listing({index: 1 for index in range(64) if index != INDEX}))


@_group.vector(f"{_TSL}, 7.1")
def two_bits_good() -> Case:
    """Entries of two bits; the credential's is 0, its neighbours' are 3."""
    return _case(listing({INDEX - 1: 3, INDEX + 1: 3}, bits=2))


@_group.vector(
    f"{_TSL}, 7.1",
    "status.suspended",
    twin="two_bits_good",
    notes="Suspended is not revoked, and not good.",
)
def suspended() -> Case:
    """The list gives the credential the status 2 (SUSPENDED)."""
    return _case(listing({INDEX: 2}, bits=2))


@_group.vector(f"{_TSL}, 7.1", "status.revoked", twin="two_bits_good")
def two_bits_revoked() -> Case:
    """Entries of two bits; the credential's is 1."""
    return _case(listing({INDEX: 1}, bits=2))


@_group.vector(f"{_TSL}, 7.1", "status.application_specific", twin="two_bits_good")
def application_specific() -> Case:
    """The list gives the credential the status 3, whose meaning is the issuer's own."""
    return _case(listing({INDEX: 3}, bits=2))


@_group.vector(f"{_TSL}, 4.1")
def four_bits_good() -> Case:
    """Entries of four bits; the credential's is 0, its neighbours' are 15."""
    return _case(listing({INDEX - 1: 15, INDEX + 1: 15}, bits=4))


@_group.vector(f"{_TSL}, 4.1", "status.revoked", twin="four_bits_good")
def four_bits_revoked() -> Case:
    """Entries of four bits; the credential's is 1."""
    return _case(listing({INDEX: 1}, bits=4))


@_group.vector(f"{_TSL}, 7.1", "status.value_reserved", twin="four_bits_good")
def value_reserved() -> Case:
    """The list gives the credential the status 9, which has no meaning yet."""
    return _case(listing({INDEX: 9}, bits=4))


@_group.vector(f"{_TSL}, 4.1")
def eight_bits_good() -> Case:
    """Entries of eight bits; the credential's is 0, its neighbours' are 255."""
    return _case(listing({INDEX - 1: 255, INDEX + 1: 255}, bits=8))


@_group.vector(f"{_TSL}, 4.1", "status.suspended", twin="eight_bits_good")
def eight_bits_suspended() -> Case:
    """Entries of eight bits; the credential's is 2."""
    return _case(listing({INDEX: 2}, bits=8))


@_group.vector(f"{_TSL}, 8.3")
def last_index() -> Case:
    """The credential's place is the last of the list."""
    return _of(63, token_jwt())


@_group.vector(
    f"{_TSL}, 8.3",
    "status.index_out_of_range",
    twin="last_index",
    notes="Behind the end of the list everything is read as 0, so as good.",
)
def index_behind_the_end() -> Case:
    """The credential's place is one behind the end of the list."""
    return _of(64, token_jwt())


@_group.vector(f"{_TSL}, 8.3", "status.index_out_of_range", twin="last_index")
def index_far_behind_the_end() -> Case:
    """The credential's place is near 2^53."""
    return _of((1 << 53) - 1, token_jwt())


@_group.vector(f"{_TSL}, 8.3", "status.index_out_of_range")
def empty_list() -> Case:
    """The list inflates to nothing."""
    return _case(token_jwt(lst=stored(b"")))


# --- nothing to look it up in -----------------------------------------
@_group.vector(
    "EN 319 102-1, 5.2.5",
    "status.not_checked",
    notes='A list that could not be fetched is reported as "good", or as "revoked".',
)
def not_supplied() -> Case:
    """No list was found under the address that the credential names."""
    return _case()


@_group.vector("EN 319 102-1, 5.2.5", "status.not_checked")
def supplied_under_another_address() -> Case:
    """The list was found, but under another address than the credential names."""
    other = evidence(token_jwt(), uri=OTHER_URI)
    return Case(vc(status=token_reference()), evidence=(other,))


@_group.vector(f"{_TSL}, 8.3", "status.list_malformed", notes="An error page is taken for a list.")
def error_page() -> Case:
    """Under the address stands an HTML page."""
    return _case(b"<!DOCTYPE html><title>503</title>")


@_group.vector(f"{_TSL}, 8.3", importance=Importance.PROFILE)
def error_page_only_reported() -> Case:
    """The same, and the verifier's policy only reports what could not be checked."""
    return _case(b"<!DOCTYPE html>", request=request_of(policy={"uncheckedStatus": "report"}))


@_group.vector(
    f"{_TSL}, 7.1",
    "status.revoked",
    twin="error_page_only_reported",
    notes="A policy for lists that say nothing hides what a list says.",
)
def revoked_is_more_than_reported() -> Case:
    """The policy only reports what could not be checked, and the list says "revoked"."""
    return _case(listing({INDEX: 1}), request=request_of(policy={"uncheckedStatus": "report"}))


@_group.vector(f"{_TSL}, 6.1", "status.mechanism_unknown")
def second_mechanism_unknown() -> Case:
    """The list says "good", and the credential names a second mechanism that nobody knows."""
    status = {**token_reference(), "urn:test:mechanism": {}}
    return Case(vc(status=status), evidence=(evidence(token_jwt()),))


# --- form: JWT -----------------------------------------
@_group.vector(f"{_TSL}, 5.1", "status.list_type", notes="A token made for another purpose counts.")
def typ_of_another_token() -> Case:
    """The list's `typ` is `JWT`."""
    return _case(token_jwt(header={"typ": "JWT"}))


@_group.vector(f"{_TSL}, 5.1", "status.list_type")
def typ_missing() -> Case:
    """The list has no `typ`."""
    return _case(token_jwt(header={"typ": None}))


@_group.vector(f"{_TSL}, 5.1", importance=Importance.SHOULD)
def typ_as_a_media_type() -> Case:
    """The list's `typ` is the whole media type (RFC 7515, 4.1.9)."""
    return _case(token_jwt(header={"typ": "application/statuslist+jwt"}))


@_group.vector("RFC 8725, 3.2", "status.list_malformed", notes="Anybody writes lists for anybody.")
def alg_none() -> Case:
    """The list's `alg` is `none`, its signature empty."""
    head, body, _ = token_jwt(header={"alg": "none"}).split(b".")
    return _case(head + b"." + body + b".")


@_group.vector("RFC 7515, 4.1.11", "status.list_malformed")
def crit_unknown() -> Case:
    """The list's header names an extension that must be understood."""
    return _case(token_jwt(header={"crit": ["urn:test"], "urn:test": 1}))


@_group.vector("RFC 7493, 2.3", "status.list_malformed", notes="Two readers see two lists.")
def duplicate_members() -> Case:
    """The list's claims hold `status_list` twice."""
    good, bad = (_lst_text(values) for values in ({}, {INDEX: 1}))
    claims = (
        f'{{"sub":"{URI}","iat":{MOMENT - 3600},"exp":{MOMENT + DAY},'
        f'"status_list":{{"bits":1,"lst":"{bad}"}},"status_list":{{"bits":1,"lst":"{good}"}}}}'
    )
    return _case(token_jwt(claims.encode()))


def _lst_text(values: dict[int, int]) -> str:
    return base64url.encode(compressed(values))


@_group.vector(f"{_TSL}, 4.2", "status.list_malformed")
def three_bits() -> Case:
    """`bits` is 3."""
    return _case(token_jwt(bits=3))


@_group.vector(f"{_TSL}, 4.2", "status.list_malformed")
def bits_as_text() -> Case:
    """`bits` is the text 1."""
    return _case(token_jwt(bits="1"))


@_group.vector(f"{_TSL}, 4.2", "status.list_malformed")
def bits_missing() -> Case:
    """The list does not say how many bits an entry has."""
    claims = token_claims()
    del claims["status_list"]["bits"]
    return _case(token_jwt(claims))


@_group.vector(f"{_TSL}, 5.1", "status.list_malformed")
def no_status_list() -> Case:
    """The token has no claim `status_list`."""
    return _case(token_jwt(status_list=None))


@_group.vector("RFC 7515, 2", "status.list_malformed", notes="One list has many spellings.")
def base64_not_canonical() -> Case:
    """In `lst` the unused bits of the last character are set."""
    text = base64url.encode(compressed())
    return _case(token_jwt(lst=text[:-1] + chr(ord(text[-1]) + 1)))


@_group.vector("RFC 7515, 2", "status.list_malformed")
def base64_with_padding() -> Case:
    """`lst` is base64url with padding."""
    text = base64url.encode(compressed())
    return _case(token_jwt(lst=text + "=" * (-len(text) % 4)))


@_group.vector(f"{_TSL}, 4.1", "status.list_malformed")
def trailing_octets() -> Case:
    """Octets follow the compressed stream."""
    return _case(token_jwt(lst=compressed() + b"\x00"))


@_group.vector(f"{_TSL}, 4.1", "status.list_malformed")
def stream_cut_short() -> Case:
    """The compressed stream lacks its checksum."""
    return _case(token_jwt(lst=compressed()[:-4]))


@_group.vector(f"{_TSL}, 4.1", "status.list_malformed", notes="Deflated data without a container.")
def raw_deflate() -> Case:
    """The list is deflated without the container of zlib."""
    return _case(token_jwt(lst=compressed()[2:-4]))


@_group.vector(
    "defa_trust limit, MAX_STATUS_LIST_BYTES",
    "status.list_malformed",
    importance=Importance.PROFILE,
    notes="The list takes all memory before anything is looked up.",
)
def bomb() -> Case:
    """The list inflates to 16.8 million octets."""
    return _case(token_jwt(lst=zeros(258 * 65_100 + 1)))


@_group.vector(f"{_TSL}, 5.1", "status.list_malformed")
def no_issue_time() -> Case:
    """The list does not say when it was made."""
    return _case(token_jwt(iat=None))


@_group.vector("RFC 7519, 4.1.3", "status.list_malformed")
def made_for_somebody_else() -> Case:
    """The list is addressed to an audience."""
    return _case(token_jwt(aud="https://other.test.example"))


# --- which list it is -----------------------------------------
@_group.vector(f"{_TSL}, 8.3", "status.subject_mismatch", notes="Any list of the issuer will do.")
def subject_of_another_list() -> Case:
    """The list says that it is another of the issuer's lists."""
    return _case(token_jwt(sub=OTHER_URI))


@_group.vector(f"{_TSL}, 8.3", "status.subject_mismatch")
def subject_almost_the_same() -> Case:
    """The list's `sub` has a slash more at its end: addresses are compared as text."""
    return _case(token_jwt(sub=URI + "/"))


@_group.vector(f"{_TSL}, 5.1", "status.list_malformed")
def subject_missing() -> Case:
    """The list does not say which list it is."""
    return _case(token_jwt(sub=None))


@_group.vector("RFC 7519, 4.1.1", "status.issuer_mismatch")
def issuer_of_another_name() -> Case:
    """The list's `iss` is no name of the service whose key signed it."""
    return _case(token_jwt(iss="https://issuer.my.test.example"))


@_group.vector("RFC 7519, 4.1.1")
def issuer_named() -> Case:
    """The list's `iss` is the credential's issuer, which the service issues under."""
    return _case(token_jwt(iss="https://issuer.th.test.example"))
