"""Revocation and time: until when information serves, and what a proven time changes."""

from __future__ import annotations

from typing import Any

from ...codec.der import encode_generalized_time
from ..build import DAY, MOMENT
from ..registry import Case, Group, Importance
from ..revocation_build import (
    ARCHIVE_CUTOFF,
    CA_SERIAL,
    EXPIRED_CERTS,
    GOOD,
    LEAF_SERIAL,
    NEXT_UPDATE,
    NO_REV_AVAIL,
    THIS_UPDATE,
    ca,
    case,
    crl,
    entry,
    extension,
    invalid_from,
    leaf,
    number,
    ocsp,
    reason,
    single,
)

_EN = "EN 319 102-1"
_RFC = "RFC 5280"
_group = Group("revocation", features=("certificate-path", "crl", "es256"), twin="crl_good")
_proven = Group("revocation", features=("certificate-path", "control-time", "crl", "es256"),
                twin="then_good")  # fmt: skip
PROVEN = MOMENT - 30 * DAY


def _then(*crls: bytes, **more: Any) -> Case:
    return case(crls=crls, control=PROVEN, **more)


# --- now -----------------------------------------
@_group.vector(f"{_RFC}, 5.1.2.5")
def crl_fresh_for_a_second() -> Case:
    """The list's `nextUpdate` is the second after the moment asked for."""
    return case(crls=(crl(),), moment=NEXT_UPDATE - 1)


@_group.vector(f"{_RFC}, 5.1.2.5", "revocation.stale", twin="crl_fresh_for_a_second",
               notes="An old list is replayed from before the revocation.")  # fmt: skip
def crl_stale() -> Case:
    """The list's `nextUpdate` is the very moment asked for."""
    return case(crls=(crl(),), moment=NEXT_UPDATE)


@_group.vector(f"{_RFC}, 5.1.2.4", importance=Importance.PROFILE)
def crl_a_minute_ahead() -> Case:
    """The list was issued a minute after the moment asked for: clocks differ by that much."""
    return case(crls=(crl(),), moment=THIS_UPDATE - 60)


@_group.vector(f"{_RFC}, 5.1.2.4", "revocation.not_yet_valid", twin="crl_a_minute_ahead",
               importance=Importance.PROFILE)  # fmt: skip
def crl_from_the_future() -> Case:
    """The list was issued 61 seconds after the moment asked for."""
    return case(crls=(crl(),), moment=THIS_UPDATE - 61)


@_group.vector(f"{_EN}, 5.2.5", "revocation.stale", notes="Nothing says when it ends.")
def crl_without_an_end() -> Case:
    """The list has no `nextUpdate`, and no greatest age is agreed."""
    return case(crls=(crl(next_update=None),))


@_group.vector(f"{_EN}, 5.2.5", "revocation.stale", features=("policy",))
def crl_older_than_allowed() -> Case:
    """The list is a day old, and only what is younger counts."""
    return case(crls=(crl(),), freshness=DAY)


@_group.vector(f"{_RFC}, 5.3.1", "revocation.revoked",
               notes="Revocation is for good; an old list is proof enough of it.")  # fmt: skip
def crl_stale_and_revoked() -> Case:
    """The list is long stale, and names the certificate."""
    stale = crl(entries=[entry(at=MOMENT - 90 * DAY)], this_update=MOMENT - 60 * DAY,
                next_update=MOMENT - 53 * DAY)  # fmt: skip
    return case(crls=(stale,))


@_group.vector(f"{_RFC}, 5.3.1", "revocation.revoked",
               notes="Whoever takes the newest list alone forgets a revocation.")  # fmt: skip
def crl_newer_list_forgets() -> Case:
    """An older list of the issuer revokes the certificate; a newer one does not name it."""
    old = crl(number(1), entries=[entry()], this_update=THIS_UPDATE - DAY)
    return case(crls=(old, crl(number(2))))


@_group.vector(f"{_RFC}, 5.3.1")
def crl_newer_list_lifts_a_hold() -> Case:
    """An older list suspends the certificate; a newer one does not name it."""
    old = crl(number(1), entries=[entry(LEAF_SERIAL, MOMENT - 3 * DAY, reason(6))],
              this_update=THIS_UPDATE - DAY)  # fmt: skip
    return case(crls=(old, crl(number(2))))


@_group.vector(f"{_RFC}, 5.1.2.6", "revocation.revoked",
               notes="A date in the future buys time for whoever has the key.")  # fmt: skip
def crl_revocation_dated_ahead() -> Case:
    """The list names the certificate with a revocation date of tomorrow."""
    return case(crls=(crl(entries=[entry(at=MOMENT + DAY)]),))


# --- a proven time -----------------------------------------
@_proven.vector(f"{_EN}, 5.5")
def then_good() -> Case:
    """The time that counts lies a month back; today's list does not name the certificate."""
    return _then(crl())


@_proven.vector(f"{_EN}, 5.5")
def then_revoked_later() -> Case:
    """The certificate was revoked the second after the time that counts."""
    return _then(crl(entries=[entry(at=PROVEN + 1)]))


@_proven.vector(f"{_EN}, 5.5", "revocation.revoked", twin="then_revoked_later")
def then_revoked_at_that_second() -> Case:
    """The certificate was revoked at the very time that counts."""
    return _then(crl(entries=[entry(at=PROVEN)]))


@_proven.vector(f"{_EN}, 5.5")
def then_compromised_later() -> Case:
    """The key was compromised, and the revocation is later than the time that counts."""
    return _then(crl(entries=[entry(LEAF_SERIAL, PROVEN + DAY, reason(1))]))


@_proven.vector(f"{_RFC}, 5.3.2", "revocation.revoked", twin="then_compromised_later",
                notes="The revocation date says when the CA heard of it.")  # fmt: skip
def then_compromised_before() -> Case:
    """The revocation is later, but the key is known to have been compromised before."""
    listed = entry(LEAF_SERIAL, PROVEN + DAY, reason(1), invalid_from(PROVEN - DAY))
    return _then(crl(entries=[listed]))


@_proven.vector(f"{_RFC}, 5.3.2", twin="then_compromised_later")
def then_compromised_after() -> Case:
    """The key was compromised after the time that counts."""
    listed = entry(LEAF_SERIAL, PROVEN + DAY, reason(1), invalid_from(PROVEN + 1))
    return _then(crl(entries=[listed]))


@_proven.vector(f"{_EN}, 5.2.5")
def then_with_a_list_of_that_time() -> Case:
    """The list is stale now, and was issued at the time that counts."""
    return _then(crl(this_update=PROVEN, next_update=PROVEN + DAY))


@_proven.vector(f"{_EN}, 5.2.5", "revocation.older_than_object",
                twin="then_with_a_list_of_that_time", importance=Importance.PROFILE,
                notes="Whoever supplies it picks one from before the revocation.")  # fmt: skip
def then_with_a_list_from_before() -> Case:
    """The list was issued the second before the time that counts, and is stale now."""
    return _then(crl(this_update=PROVEN - 1, next_update=PROVEN + DAY))


@_proven.vector(f"{_EN}, 5.2.5", features=("policy",))
def then_with_a_list_fresh_then() -> Case:
    """The same list, where information that was fresh at that time is enough."""
    return _then(crl(this_update=PROVEN - 1, next_update=PROVEN + DAY), past="fresh_then")


@_proven.vector(f"{_EN}, 5.2.5", "revocation.stale", twin="then_with_a_list_fresh_then",
                features=("policy",))  # fmt: skip
def then_with_a_list_stale_then() -> Case:
    """The list was stale already at the time that counts."""
    return _then(crl(this_update=PROVEN - DAY, next_update=PROVEN), past="fresh_then")


@_proven.vector(f"{_EN}, 5.2.5", "revocation.stale", twin="then_with_a_list_of_that_time")
def now_with_a_list_of_then() -> Case:
    """The same list, where nothing proves that anything is older than now."""
    return case(crls=(crl(this_update=PROVEN, next_update=PROVEN + DAY),))


@_group.vector(f"{_EN}, 5.3.4", "revocation.revoked_before_use", features=("control-time",))
def signed_after_the_revocation() -> Case:
    """The certificate was revoked, and what it signed is proven to be younger."""
    listed = crl(entries=[entry(at=MOMENT - 10 * DAY)])
    return case(crls=(listed,), signed_after=MOMENT - 10 * DAY)


@_group.vector(f"{_EN}, 5.3.4", "revocation.revoked", features=("control-time",))
def signed_perhaps_before_the_revocation() -> Case:
    """The certificate was revoked the second after the time that its signature is younger than."""
    listed = crl(entries=[entry(at=MOMENT - 10 * DAY)])
    return case(crls=(listed,), signed_after=MOMENT - 10 * DAY - 1)


# --- certificates that have ended -----------------------------------------
_ENDED = leaf(end=PROVEN + DAY)


@_proven.vector("ITU-T X.509, 9.5.2.6")
def then_expired_since_and_kept() -> Case:
    """The certificate has expired since; the list says that it keeps such certificates."""
    kept = extension(EXPIRED_CERTS, encode_generalized_time(PROVEN))
    return case(_ENDED, crls=(crl(number(1), kept),), control=PROVEN)


@_proven.vector(f"{_EN}, 5.2.6", "revocation.expired_not_covered",
                twin="then_expired_since_and_kept",
                notes="A list drops what has expired: silence about it is no answer.")  # fmt: skip
def then_expired_since() -> Case:
    """The certificate has expired since, and the list does not say that it keeps such."""
    return case(_ENDED, crls=(crl(),), control=PROVEN)


@_proven.vector("RFC 6960, 4.4.4", features=("ocsp",))
def then_expired_since_and_archived() -> Case:
    """The certificate has expired since; the responder's archive goes back far enough."""
    cutoff = extension(ARCHIVE_CUTOFF, encode_generalized_time(PROVEN))
    return case(_ENDED, responses=(ocsp(single(GOOD, cutoff)),), control=PROVEN)


@_proven.vector("RFC 6960, 4.4.4", "revocation.expired_not_covered",
                twin="then_expired_since_and_archived", features=("ocsp",))  # fmt: skip
def then_expired_before_the_archive() -> Case:
    """The certificate has expired since, before the responder's archive begins."""
    cutoff = extension(ARCHIVE_CUTOFF, encode_generalized_time(PROVEN + 2 * DAY))
    return case(_ENDED, responses=(ocsp(single(GOOD, cutoff)),), control=PROVEN)


# --- the authority -----------------------------------------
def _below(*roots: bytes) -> Case:
    return case(leaf(issuer="ca"), crls=(crl(entries=roots), crl(issuer="ca")),
                certificates=(ca(),), control=PROVEN)  # fmt: skip


@_proven.vector(f"{_EN}, 5.6.2.2")
def then_authority_good() -> Case:
    """A month back, with an authority between; neither list names anybody."""
    return _below()


@_proven.vector(f"{_EN}, 5.6.2.2", "revocation.issuer_revoked", twin="then_authority_good",
                notes="Whoever stole the authority's key makes clean lists.")  # fmt: skip
def then_authority_compromised_later() -> Case:
    """The authority was compromised after the time that counts, and its list after that."""
    return _below(entry(CA_SERIAL, PROVEN + DAY, reason(2)))


@_proven.vector(f"{_EN}, 5.6.2.2", "revocation.revoked_ca", twin="then_authority_good")
def then_authority_revoked_before() -> Case:
    """The authority was revoked before the time that counts."""
    return _below(entry(CA_SERIAL, PROVEN - DAY, reason(4)))


# --- policy -----------------------------------------
@_group.vector("policy RevocationPolicy, required", features=("policy",),
               importance=Importance.PROFILE)  # fmt: skip
def leaf_alone_required() -> Case:
    """Only the signer's own status is asked for, and only that is known."""
    return case(leaf(issuer="ca"), crls=(crl(issuer="ca"),), certificates=(ca(),), required="leaf")


@_group.vector("policy RevocationPolicy, required", "revocation.revoked_ca",
               twin="leaf_alone_required", features=("policy",),
               importance=Importance.PROFILE)  # fmt: skip
def leaf_alone_required_and_authority_revoked() -> Case:
    """Only the signer's own status is asked for; the authority is known to be revoked."""
    lists = crl(entries=[entry(CA_SERIAL)]), crl(issuer="ca")
    return case(leaf(issuer="ca"), crls=lists, certificates=(ca(),), required="leaf")


@_group.vector("RFC 9608, 2")
def never_published() -> Case:
    """The certificate says that nobody publishes its revocation."""
    return case(leaf(extension(NO_REV_AVAIL, b"\x05\x00")))


@_group.vector("RFC 9608, 2", "revocation.missing", twin="never_published", features=("policy",),
               importance=Importance.PROFILE)  # fmt: skip
def never_published_and_refused() -> Case:
    """The same certificate, where the verifier does not take that for an answer."""
    return case(leaf(extension(NO_REV_AVAIL, b"\x05\x00")), noInformation="refuse")


@_group.vector("RFC 9608, 4", "revocation.missing", twin="never_published",
               notes="An authority takes itself out of reach of its root.")  # fmt: skip
def never_published_by_an_authority() -> Case:
    """It is the authority that says that nobody publishes its revocation."""
    silent = ca("ca", "root", extension(NO_REV_AVAIL, b"\x05\x00"))
    return case(leaf(issuer="ca"), crls=(crl(issuer="ca"),), certificates=(silent,))
