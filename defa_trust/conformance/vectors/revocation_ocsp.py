"""Revocation by OCSP: who may answer, about which certificate, and what the answer says."""

from __future__ import annotations

from typing import Any

from ...codec.der import tlv
from ..build import DAY, MOMENT
from ..registry import Case, Group
from ..revocation_build import (
    CRL_URL,
    LEAF_SERIAL,
    NONCE,
    OCSP_SIGNING,
    RESPONDER_SERIAL,
    SHA256,
    TIME_STAMPING,
    UNHEARD_OF,
    UNKNOWN,
    ca,
    case,
    cert_id,
    certificate,
    certificate_issuer,
    crl,
    directory,
    entry,
    extension,
    number,
    ocsp,
    ocsp_error,
    point,
    points,
    purposes,
    responder,
    revoked,
    scope,
    single,
    uri,
    usage,
)

_RFC = "RFC 6960"
_group = Group("revocation", features=("certificate-path", "es256", "ocsp"), twin="ocsp_good")
_delegate = Group(
    "revocation", features=("certificate-path", "es256", "ocsp"), twin="ocsp_delegated"
)


def _delegated(*answers: bytes, **members: Any) -> Case:
    own = responder(**members)
    return case(responses=(ocsp(*answers, signer="responder", certificates=[own]),))


# --- what an answer says -----------------------------------------
@_group.vector(f"{_RFC}, 2.2")
def ocsp_good() -> Case:
    """The issuer itself answers: good."""
    return case(responses=(ocsp(),))


@_group.vector(f"{_RFC}, 2.2", "revocation.revoked")
def ocsp_revoked() -> Case:
    """The issuer answers: revoked."""
    return case(responses=(ocsp(single(revoked(code=1))),))


@_group.vector(f"{_RFC}, 2.2", "revocation.on_hold")
def ocsp_on_hold() -> Case:
    """The issuer answers: suspended."""
    return case(responses=(ocsp(single(revoked(code=6))),))


@_group.vector(
    f"{_RFC}, 2.2",
    "revocation.revoked",
    notes="A suspension that never ends would otherwise be waited for.",
)
def ocsp_never_issued() -> Case:
    """The issuer answers as for a certificate it never issued: suspended since 1970."""
    return case(responses=(ocsp(single(revoked(0, 6))),))


@_group.vector(f"{_RFC}, 2.2", "revocation.unknown", notes="Unknown read as not revoked.")
def ocsp_unknown() -> Case:
    """The responder does not know the certificate."""
    return case(responses=(ocsp(single(UNKNOWN)),))


@_group.vector(f"{_RFC}, 2.3", "revocation.unreadable", notes="An error read as good.")
def ocsp_try_later() -> Case:
    """The responder answers that it cannot answer now."""
    return case(responses=(ocsp_error(3),))


@_group.vector(f"{_RFC}, 2.3", "revocation.unreadable")
def ocsp_unauthorized() -> Case:
    """The responder answers that it may not answer."""
    return case(responses=(ocsp_error(6),))


@_group.vector("RFC 5280, 6.3.3", "revocation.revoked", notes="The first answer wins.")
def ocsp_good_and_listed() -> Case:
    """The answer is good, and the issuer's list names the certificate."""
    return case(crls=(crl(entries=[entry()]),), responses=(ocsp(),))


@_group.vector(f"{_RFC}, 2.2")
def ocsp_unknown_and_not_listed() -> Case:
    """The responder does not know the certificate; the issuer's list does not name it."""
    return case(crls=(crl(),), responses=(ocsp(single(UNKNOWN)),))


# --- which certificate -----------------------------------------
@_group.vector(f"{_RFC}, 4.1.1", "revocation.missing")
def ocsp_of_another_serial() -> Case:
    """The answer is about the next serial number."""
    return case(responses=(ocsp(single(about=cert_id(LEAF_SERIAL + 1))),))


@_group.vector(
    f"{_RFC}, 4.1.1",
    "revocation.other_issuer",
    notes="The serial number alone names a certificate of every CA.",
)
def ocsp_of_another_issuer_name() -> Case:
    """The answer is about the serial number under another name with the same key."""
    return case(responses=(ocsp(single(about=cert_id(issuer="other", by="root"))),))


@_group.vector(f"{_RFC}, 4.1.1", "revocation.other_issuer")
def ocsp_of_another_issuer_key() -> Case:
    """The answer is about the serial number under the same name with another key."""
    return case(responses=(ocsp(single(about=cert_id(by="other"))),))


@_group.vector(f"{_RFC}, 4.1.1")
def ocsp_by_sha256() -> Case:
    """The certificate is named with SHA-256."""
    return case(responses=(ocsp(single(about=cert_id(hash=SHA256))),))


@_group.vector(f"{_RFC}, 4.2.1")
def ocsp_several_answers() -> Case:
    """The response has three answers; the second is about the certificate."""
    answers = (single(revoked(), about=cert_id(1)), single(), single(about=cert_id(3)))
    return case(responses=(ocsp(*answers),))


@_group.vector(f"{_RFC}, 4.2.1", "revocation.revoked", twin="ocsp_several_answers")
def ocsp_several_answers_of_which_one_revoked() -> Case:
    """The response says of the certificate first good and then revoked."""
    return case(responses=(ocsp(single(), single(revoked())),))


# --- who answers -----------------------------------------
@_group.vector(f"{_RFC}, 3.2", "revocation.signature_invalid")
def ocsp_signed_with_another_key() -> Case:
    """The response names the issuer as responder and is signed with another key."""
    return case(responses=(ocsp(signer="attacker", named="root"),))


@_group.vector(f"{_RFC}, 4.2.2.3", "revocation.issuer_not_found")
def ocsp_by_nobody_known() -> Case:
    """The response names a responder whose certificate is not there."""
    return case(responses=(ocsp(signer="responder"),))


@_group.vector(f"{_RFC}, 4.2.2.3")
def ocsp_by_key_hash() -> Case:
    """The responder is named by the hash of its key."""
    return case(responses=(ocsp(by_key=True),))


@_delegate.vector(f"{_RFC}, 4.2.2.2")
def ocsp_delegated() -> Case:
    """A responder answers that the issuer certified for it, with ocsp-nocheck."""
    return _delegated()


@_delegate.vector(
    f"{_RFC}, 4.2.2.2",
    "revocation.issuer_unauthorised",
    notes="Every holder of a certificate of the CA answers for the CA.",
)
def ocsp_delegated_without_the_purpose() -> Case:
    """The responder's certificate is for time-stamping, not for OCSP."""
    return _delegated(eku=TIME_STAMPING)


@_delegate.vector(f"{_RFC}, 4.2.2.2", "revocation.issuer_unauthorised")
def ocsp_delegated_with_any_purpose() -> Case:
    """The responder's certificate is for any purpose, which is not enough."""
    return _delegated(eku="2.5.29.37.0")


@_delegate.vector(f"{_RFC}, 4.2.2.2", "revocation.issuer_unauthorised")
def ocsp_delegated_by_another_authority() -> Case:
    """The responder was certified by an authority below the issuer."""
    answer = ocsp(signer="responder", certificates=[responder(issuer="ca")])
    return case(responses=(answer,), certificates=(ca(),))


@_delegate.vector(f"{_RFC}, 4.2.2.2", "revocation.issuer_untrusted")
def ocsp_delegated_by_a_forger() -> Case:
    """The responder's certificate names the issuer and is signed with another key."""
    return _delegated(signer="attacker")


@_delegate.vector(f"{_RFC}, 4.2.2.2", "revocation.issuer_untrusted")
def ocsp_delegate_expired() -> Case:
    """The responder's certificate expired a second ago."""
    return _delegated(end=MOMENT - 1)


@_delegate.vector(f"{_RFC}, 4.2.2.2.1", "revocation.issuer_unchecked")
def ocsp_delegate_without_nocheck() -> Case:
    """The responder's certificate does not say ocsp-nocheck, and nothing says it is not revoked."""
    plain = certificate(
        "responder", "root", usage(0), purposes(OCSP_SIGNING), serial=RESPONDER_SERIAL
    )
    return case(responses=(ocsp(signer="responder", certificates=[plain]),))


@_delegate.vector(f"{_RFC}, 4.2.2.2.1", "revocation.revoked")
def ocsp_delegate_revoked() -> Case:
    """The responder answers good, but is itself revoked; the list names the certificate too."""
    listed = crl(entries=[entry(RESPONDER_SERIAL), entry()])
    answer = ocsp(signer="responder", certificates=[responder()])
    return case(crls=(listed,), responses=(answer,))


@_delegate.vector(f"{_RFC}, 4.2.2.2.1", "revocation.issuer_revoked")
def ocsp_delegate_revoked_by_another_list() -> Case:
    """The responder is revoked by a list of its own distribution point's issuer of lists."""
    named = points(point(uri(CRL_URL), issuer=directory("lists")))
    own = certificate(
        "responder", "root", usage(0), purposes(OCSP_SIGNING), named, serial=RESPONDER_SERIAL
    )
    lists = certificate("lists", "root", usage(6), named, serial=7)
    listed = crl(
        number(1),
        scope(uri(CRL_URL), indirect=True),
        issuer="lists",
        entries=[entry(RESPONDER_SERIAL, MOMENT - DAY, certificate_issuer("root"))],
    )
    answer = ocsp(signer="responder", certificates=[own])
    return case(crls=(listed,), responses=(answer,), certificates=(lists,))


# --- times and extensions -----------------------------------------
@_group.vector(f"{_RFC}, 4.2.2.1", "revocation.stale")
def ocsp_stale() -> Case:
    """`nextUpdate` is the very moment asked for."""
    return case(responses=(ocsp(single(next_update=MOMENT)),))


@_group.vector(f"{_RFC}, 4.2.2.1")
def ocsp_fresh_for_a_second() -> Case:
    """`nextUpdate` is the second after the moment asked for."""
    return case(responses=(ocsp(single(next_update=MOMENT + 1)),))


@_group.vector(
    "EN 319 102-1, 5.2.5",
    "revocation.stale",
    notes="An answer without an end is replayed for ever.",
)
def ocsp_without_an_end() -> Case:
    """The answer has no `nextUpdate`, and no greatest age is agreed."""
    return case(responses=(ocsp(single(next_update=None)),))


@_group.vector("EN 319 102-1, 5.2.5")
def ocsp_without_an_end_but_of_known_age() -> Case:
    """The answer has no `nextUpdate`; it is a day old, and two days are allowed."""
    return case(responses=(ocsp(single(next_update=None)),), freshness=2 * DAY)


@_group.vector(f"{_RFC}, 4.2.2.1", "revocation.not_yet_valid")
def ocsp_from_the_future() -> Case:
    """The answer is of the day after the moment asked for."""
    late = single(this_update=MOMENT + DAY, next_update=MOMENT + 2 * DAY)
    return case(responses=(ocsp(late, produced=MOMENT + DAY),))


@_group.vector(f"{_RFC}, 4.4", "revocation.unreadable")
def ocsp_unknown_critical_extension() -> Case:
    """The response has a critical extension that nobody knows."""
    unknown = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    return case(responses=(ocsp(extensions=[unknown]),))


@_group.vector(f"{_RFC}, 4.4.1")
def ocsp_with_nonce() -> Case:
    """The response carries a nonce that nobody here sent."""
    return case(responses=(ocsp(extensions=[extension(NONCE, tlv(4, b"TEST-ONLY nonce"))]),))
