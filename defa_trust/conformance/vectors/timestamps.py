"""Time-stamps within signatures (RFC 3161, EN 319 102-1): what a proven time changes.

The signer's certificate ended ten days before the moment, so the file passes exactly where a
time-stamp that counts shows that the signature is older.
"""

from __future__ import annotations

from typing import Any

from ...codec.der import encode_oid
from ...demo import pki
from ...formats import cms_attributes as cms
from ...formats.cades_sign import TimestampSource
from ...formats.cms import DATA
from ...formats.cms_sign import attribute, signing_certificate_v2
from ...formats.tst_sign import sign_token, tst_info
from ...spec import SVC_TSA
from ..build import DAY, GRANTED, MOMENT, WITHDRAWN, YEAR, Json, member_list, period
from ..cms_build import (
    ALICE,
    BOB,
    ISSUING,
    OUTSIDER,
    ROOT,
    SHORT,
    TSA,
    cades,
    case,
    clock,
    crls,
    listed,
    recognises,
    signing_world,
)
from ..registry import Case, Group, Importance

_TSP = "RFC 3161"
_AV = "EN 319 102-1"
_group = Group(
    "timestamp",
    features=("cades", "crl", "es256", "certificate-path", "rfc3161"),
    twin="expired_then_stamped",
)
THEN = MOMENT - 20 * DAY
LATE = MOMENT - 5 * DAY
_COVERING = (*crls(MOMENT - 15 * DAY), *crls())
"""Lists of the days when the signer's certificate was still good, and of now."""


def _short(stamps: TimestampSource | None = None, **more: Any) -> Case:
    given = {"lists": _COVERING, **more}
    return case(cades(signer=SHORT, timestamps=stamps), **given)


def _units() -> Json:
    """The root is listed for signatures and for time-stamps: units need no entry of their own."""
    return signing_world(
        listed(ROOT.certificate), listed(ROOT.certificate, type=SVC_TSA, name="TSA")
    )


def _token(**replaced: bytes) -> TimestampSource:
    """The test TSA, whose token has other attributes."""

    def source(algorithm: str, digest: bytes) -> bytes:
        serial = int.from_bytes(digest[:7]) + 1
        made = tst_info(digest, gen_time=THEN, algorithm=algorithm, policy="2.999.1", serial=serial)
        return sign_token(TSA, made, digest="sha-256", **replaced)

    return source


# --- the control time ----------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.5")
def expired_then_stamped() -> Case:
    """The time-stamp is from before the certificate's end."""
    return _short(clock(THEN))


@_group.vector(f"{_AV}, 5.5", "path.expired")
def expired_and_never_stamped() -> Case:
    """No time-stamp; the signer says when it signed, and that is no proof."""
    return _short()


@_group.vector(f"{_AV}, 5.5", "path.expired")
def expired_and_stamped_too_late() -> Case:
    """The time-stamp is from after the certificate's end."""
    return _short(clock(LATE))


@_group.vector(f"{_AV}, 5.5")
def stamped_then_revoked() -> Case:
    """Revoked ten days after the time-stamp."""
    lists = crls(revoked=[(ALICE, MOMENT - 10 * DAY)])
    return case(cades(timestamps=clock(THEN)), lists=lists)


@_group.vector(f"{_AV}, 5.5", "revocation.revoked", twin="stamped_then_revoked")
def revoked_then_stamped() -> Case:
    """Revoked five days before the time-stamp."""
    lists = crls(revoked=[(ALICE, MOMENT - 10 * DAY)])
    return case(cades(timestamps=clock(LATE)), lists=lists)


@_group.vector(f"{_AV}, 5.5", "path.not_yet_valid", twin="stamped_then_revoked")
def stamped_before_the_certificate() -> Case:
    """The time-stamp is older than the signer's certificate."""
    late = pki.signer("Late", "VN", ISSUING, not_before=MOMENT - 10 * DAY)
    return case(cades(signer=late, timestamps=clock(THEN)))


@_group.vector("TS 119 615, 4.4")
def stamped_then_withdrawn() -> Case:
    """The authority was withdrawn after the time-stamp; SG still takes what is that old."""
    return case(cades(timestamps=clock(THEN)), world=_withdrawn_authority())


@_group.vector("TS 119 615, 4.4", "service.not_granted", twin="stamped_then_withdrawn")
def withdrawn_then_stamped() -> Case:
    """The authority was withdrawn before the time-stamp."""
    return case(cades(timestamps=clock(LATE)), world=_withdrawn_authority())


def _withdrawn() -> list[Json]:
    until = MOMENT - 10 * DAY
    return [period("withdrawn", WITHDRAWN, until), period(start=MOMENT - YEAR, until=until)]


def _withdrawn_authority() -> Json:
    return signing_world(
        listed(ROOT.certificate, history=_withdrawn()),
        listed(TSA.certificate, type=SVC_TSA, name="TSA"),
        arrangements=[recognises(statusMap={"valid": [GRANTED, WITHDRAWN], "invalid": []})],
    )


# --- content time-stamps -------------------------------------------------------------------------
@_group.vector(f"{_AV}, 5.5")
def stamped_content_before_the_signature() -> Case:
    """The content was stamped, then signed, then the signature was stamped."""
    made = cades(content_timestamps=clock(MOMENT - 6 * DAY), timestamps=clock(LATE))
    return case(made)


@_group.vector(
    f"{_AV}, 5.5", "signature.timestamp_order", twin="stamped_content_before_the_signature"
)
def stamped_content_after_the_signature() -> Case:
    """The content's time-stamp is younger than the signature that holds it."""
    made = cades(content_timestamps=clock(LATE), timestamps=clock(MOMENT - 6 * DAY))
    return case(made)


@_group.vector(
    f"{_AV}, 5.2.5", "revocation.revoked_before_use", twin="stamped_content_before_the_signature"
)
def revoked_before_the_content_was_stamped() -> Case:
    """A content time-stamp shows that the signature is younger than the revocation."""
    lists = crls(revoked=[(ALICE, MOMENT - 10 * DAY)])
    return case(cades(content_timestamps=clock(LATE)), lists=lists)


# --- who stamps ----------------------------------------------------------------------------------
@_group.vector(f"{_TSP}, 2.3")
def unit_below_a_listed_authority() -> Case:
    """The unit's authority is listed for time-stamps."""
    return _short(clock(THEN), world=_units())


@_group.vector(
    f"{_TSP}, 2.3",
    "path.expired",
    twin="unit_below_a_listed_authority",
    notes="Any certificate of the authority could date signatures.",
)
def unit_that_is_a_signer() -> Case:
    """Bob's certificate is for signatures, and says nothing of time-stamps."""
    return _short(clock(THEN, BOB), world=_units())


@_group.vector(f"{_TSP}, 2.3", "path.expired", twin="unit_below_a_listed_authority")
def unit_with_an_extended_usage_that_is_not_critical() -> Case:
    """The unit's extended key usage is not critical."""
    unit = pki.signer(
        "Lax unit", "VN", ISSUING, usages=("digital_signature",), extended=(pki.TIME_STAMPING,)
    )
    return _short(clock(THEN, unit), world=_units())


@_group.vector(f"{_TSP}, 2.3", "path.expired", twin="unit_below_a_listed_authority")
def unit_with_two_extended_usages() -> Case:
    """The unit answers on revocation too."""
    unit = pki.signer(
        "Busy unit",
        "VN",
        ISSUING,
        usages=("digital_signature",),
        extended=(pki.TIME_STAMPING, pki.OCSP_SIGNING),
        extended_critical=True,
    )
    return _short(clock(THEN, unit), world=_units())


@_group.vector(f"{_AV}, 5.4", "path.expired", twin="unit_below_a_listed_authority")
def unit_that_has_expired() -> Case:
    """The unit's certificate has ended, and nothing shows that the token is older."""
    unit = pki.tsa("Old unit", "VN", ISSUING, not_before=MOMENT - YEAR, not_after=LATE)
    return _short(clock(THEN, unit), world=_units())


@_group.vector(f"{_AV}, 5.4", "path.expired", notes="The token brings its own root.")
def unit_of_an_outsider() -> Case:
    """The unit's authority is listed nowhere."""
    return _short(clock(THEN, pki.tsa("Clock of Mallory", "VN", OUTSIDER)))


@_group.vector(f"{_AV}, 5.4", "path.expired")
def unit_listed_for_signatures_only() -> Case:
    """The authority is listed, and not for time-stamps."""
    return _short(clock(THEN), world=signing_world(listed(ROOT.certificate)))


@_group.vector("TS 119 615, 4.4", "path.expired")
def unit_withdrawn() -> Case:
    """The time-stamping service was withdrawn."""
    unit = listed(TSA.certificate, type=SVC_TSA, name="TSA", history=_withdrawn())
    return _short(clock(THEN), world=signing_world(listed(ROOT.certificate), unit))


@_group.vector(f"{_AV}, 5.4")
def unit_that_stamps_in_its_first_second() -> Case:
    """The unit's certificate begins at the very second of genTime."""
    unit = pki.tsa("Young unit", "VN", ISSUING, not_before=THEN)
    return _short(clock(THEN, unit), world=_units())


@_group.vector(
    f"{_AV}, 5.4",
    "path.expired",
    twin="unit_that_stamps_in_its_first_second",
    notes="A unit certified today could date whatever it likes.",
)
def unit_that_stamps_before_its_certificate() -> Case:
    """The unit's certificate is good today, and begins a second after genTime."""
    unit = pki.tsa("Young unit", "VN", ISSUING, not_before=THEN + 1)
    return _short(clock(THEN, unit), world=_units())


def _granted(*history: Json) -> Json:
    unit = listed(TSA.certificate, type=SVC_TSA, name="TSA", history=list(history))
    return signing_world(listed(ROOT.certificate), unit)


@_group.vector("TS 119 615, 4.4")
def unit_granted_from_that_second() -> Case:
    """The time-stamping service is granted since genTime."""
    return _short(clock(THEN), world=_granted(period(start=THEN)))


@_group.vector(
    "TS 119 615, 4.4",
    "path.expired",
    twin="unit_granted_from_that_second",
    notes="What was no trust service then has proven nothing then.",
)
def unit_granted_a_second_later() -> Case:
    """The time-stamping service is granted today, and was not yet at genTime."""
    return _short(clock(THEN), world=_granted(period(start=THEN + 1)))


@_group.vector("TS 119 615, 4.4", "path.expired", twin="unit_granted_from_that_second")
def unit_withdrawn_for_a_while() -> Case:
    """The time-stamping service is granted today, and was withdrawn at genTime."""
    again, gone = MOMENT - 10 * DAY, THEN - DAY
    return _short(
        clock(THEN),
        world=_granted(
            period(start=again),
            period("withdrawn", WITHDRAWN, gone, again),
            period(start=MOMENT - YEAR, until=gone),
        ),
    )


def _third(*arrangements: Json) -> Json:
    unit = listed(TSA.certificate, type=SVC_TSA, territory="TH", name="TSA")
    return signing_world(
        listed(ROOT.certificate), arrangements=arrangements, others=[member_list("TH", unit)]
    )


@_group.vector("DEFA profile, time-stamps", importance=Importance.PROFILE)
def unit_of_a_recognised_state() -> Case:
    """Another state lists the unit, and the receiving one recognises its time-stamps."""
    world = _third(recognises(), recognises("TH", SVC_TSA, id="test-sg-th-time"))
    return _short(clock(THEN), world=world)


@_group.vector(
    "DEFA profile, time-stamps",
    "path.expired",
    twin="unit_of_a_recognised_state",
    importance=Importance.PROFILE,
)
def unit_of_a_third_state() -> Case:
    """Another state lists the unit, and nobody recognises its time-stamps."""
    return _short(clock(THEN), world=_third(recognises()))


# --- the token -----------------------------------------------------------------------------------
@_group.vector(f"{_TSP}, 2.4.2", "path.expired")
def token_over_something_else() -> Case:
    """The token is over another digest."""

    def other(algorithm: str, digest: bytes) -> bytes:
        return clock(THEN)(algorithm, digest[::-1])

    return _short(other)


@_group.vector(f"{_TSP}, 2.4.2", "path.expired")
def token_that_is_none() -> Case:
    """The attribute holds a signed message of another kind."""
    return _short(lambda _algorithm, _digest: cades())


@_group.vector(f"{_TSP}, 2.4.2", "path.expired")
def token_whose_signature_is_broken() -> Case:
    """The last bit of the token's signature was turned."""

    def broken(algorithm: str, digest: bytes) -> bytes:
        made = clock(THEN)(algorithm, digest)
        return bytes((*made[:-1], made[-1] ^ 1))

    return _short(broken)


@_group.vector(f"{_TSP}, 2.4.2")
def token_written_anew() -> Case:
    """The same token, its attributes given one by one."""
    return _short(_token(signing_certificate=signing_certificate_v2(TSA.certificate, "sha-512")))


@_group.vector("RFC 5816, 2.2", "path.expired", twin="token_written_anew")
def token_that_names_another_unit() -> Case:
    """The signed certificate digest is another's."""
    return _short(_token(signing_certificate=signing_certificate_v2(BOB.certificate)))


@_group.vector("RFC 5816, 2.2", "path.expired", twin="token_written_anew")
def token_that_names_no_unit() -> Case:
    """The token has no signing-certificate attribute."""
    return _short(_token(signing_certificate=b""))


@_group.vector(f"{_TSP}, 2.4.2", "path.expired", twin="token_written_anew")
def token_with_the_content_type_of_data() -> Case:
    """The token's signed content type is that of plain data."""
    return _short(_token(content_type=attribute(cms.CONTENT_TYPE, encode_oid(DATA))))


@_group.vector(
    f"{_AV}, 5.4",
    importance=Importance.PROFILE,
    notes="A bad time-stamp could be left out by anybody, so it harms nobody.",
)
def token_that_fails_where_none_is_needed() -> Case:
    """The signer's certificate is good now; the token's unit is nobody's."""
    return case(cades(timestamps=clock(MOMENT - DAY, pki.tsa("Clock of Mallory", "VN", OUTSIDER))))


@_group.vector(f"{_TSP}, 2.4.2", importance=Importance.PROFILE)
def token_from_the_future() -> Case:
    """The token says tomorrow; it proves nothing, and the certificate is good now."""
    return case(cades(timestamps=clock(MOMENT + DAY)))
