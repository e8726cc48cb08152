"""check_path: what each kind of evidence amounts to, and until when."""

import pytest

from defa_trust.codec.der import encode_generalized_time
from defa_trust.codes import revocation as codes
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.revocation_build import (
    ARCHIVE_CUTOFF,
    BEGIN,
    CA_SERIAL,
    CRL_URL,
    END,
    EXPIRED_CERTS,
    GOOD,
    NEXT_UPDATE,
    NO_REV_AVAIL,
    OCSP_URL,
    THIS_UPDATE,
    UNKNOWN,
    ca,
    cert_id,
    certificate,
    crl,
    delta_of,
    directory,
    entry,
    extension,
    invalid_from,
    leaf,
    number,
    ocsp,
    ocsp_access,
    point,
    points,
    reason,
    responder,
    revoked,
    root,
    scope,
    single,
    uri,
    usage,
)
from defa_trust.errors import MisuseError
from defa_trust.material import NO_EVIDENCE, Evidence, EvidenceKind, Item, Recorder
from defa_trust.policy import (
    NoRevocationInfo,
    PastEvidence,
    RequiredChecks,
    ResponderStatus,
    RevocationPolicy,
    UncheckedStatus,
)
from defa_trust.verdict import Indication, NeedKind, SubIndication
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import ANY
from defa_trust.x509.revocation import check_path
from tests.revocation_world import STRICT, check, path_of, three

PROVEN = MOMENT - 30 * DAY
"""A control time that a time-stamp would prove."""


# --- CRLs ----------------------------------------------------------------------------------------
def test_good_until_the_next_update():
    found = check(crl())
    assert found.passed
    assert found.codes == ["good", "path_checked"]
    good = found.of("good")
    assert (good.start, good.end) == (THIS_UPDATE - STRICT.clock_skew, NEXT_UPDATE)
    assert (good.expected, good.actual) == (NEXT_UPDATE, THIS_UPDATE)
    assert len(good.evidence) == 64
    assert found.needs == ()


@pytest.mark.parametrize(
    ("now", "code"),
    [
        (THIS_UPDATE - 61, "not_yet_valid"),
        (THIS_UPDATE - 60, "good"),
        (NEXT_UPDATE - 1, "good"),
        (NEXT_UPDATE, "stale"),
    ],
)
def test_exact_at_both_ends(now, code):
    found = check(crl(), now=now)
    assert found.codes[0] == code
    assert found.passed == (code == "good")
    start, end = found.interval
    assert start <= now < end


def test_revoked_with_reason_and_date():
    found = check(crl(entries=[entry(0x1001, MOMENT - 5 * DAY, reason(4))]))
    assert not found.passed
    said = found.of("revoked")
    assert (said.expected, said.actual) == (MOMENT - 5 * DAY, "superseded")
    assert said.code.indication is Indication.INDETERMINATE
    assert said.code.sub_indication is SubIndication.REVOKED_NO_POE
    assert said.end > NEXT_UPDATE


def test_another_serial_number_is_not_this_one():
    assert check(crl(entries=[entry(0x1002)])).passed


def test_on_hold_is_neither_revoked_nor_good():
    found = check(crl(entries=[entry(0x1001, MOMENT - DAY, reason(6))]))
    assert found.codes == ["on_hold"]
    assert found.of("on_hold").code.sub_indication is SubIndication.TRY_LATER


def test_a_ca_that_is_revoked():
    path = three()
    found = check(crl(entries=[entry(CA_SERIAL)]), crl(issuer="ca"), path=path)
    assert not found.passed
    said = found.of("revoked_ca")
    assert said.code.sub_indication is SubIndication.REVOKED_CA_NO_POE
    assert said.subject == "certificate issuer 1"


def test_every_certificate_of_the_path_is_asked_about():
    path = three()
    assert check(crl(), crl(issuer="ca"), path=path).codes == ["good", "good", "path_checked"]
    assert check(crl(issuer="ca"), path=path).codes == ["missing", "good"]
    assert check(crl(), path=path).codes == ["good", "missing"]


def test_nothing_at_all_is_missing_and_says_where_to_ask():
    path = path_of(leaf(points(point(uri(CRL_URL))), ocsp_access()))
    found = check(path=path, territory="TH")
    assert found.codes == ["missing"]
    ocsp_need, crl_need = found.needs
    assert (crl_need.kind, crl_need.what, crl_need.territory) == (NeedKind.CRL, CRL_URL, "TH")
    assert (ocsp_need.kind, ocsp_need.what) == (NeedKind.OCSP, OCSP_URL)
    from cryptography.x509 import ocsp as library

    assert library.load_der_ocsp_request(ocsp_need.question).serial_number == 0x1001
    # A serial number is a person's: no report shows it.
    assert set(ocsp_need.as_json()) == {"kind", "what", "territory"}


def test_only_web_addresses_are_needs_and_few_of_them():
    many = [uri(f"http://{i}.test.example/") for i in range(9)]
    odd = [uri("ldap://ldap.test.example/cn=ca"), uri("http://x/" + "y" * 3000)]
    path = path_of(leaf(points(point(*odd, *many))))
    assert [need.what for need in check(path=path).needs] == [
        f"http://{i}.test.example/" for i in range(4)
    ]


def test_lists_that_never_end_serve_no_time_unless_the_policy_says_how_long():
    endless = crl(next_update=None)
    assert check(endless).codes == ["stale"]
    allowed = RevocationPolicy(freshness=2 * DAY)
    found = check(endless, policy=allowed)
    assert found.passed
    assert found.of("good").end == THIS_UPDATE + 2 * DAY
    assert check(endless, policy=RevocationPolicy(freshness=DAY)).codes == ["stale"]


def test_the_policys_freshness_only_shortens():
    assert check(crl(), policy=RevocationPolicy(freshness=DAY + 1)).passed
    assert check(crl(), policy=RevocationPolicy(freshness=DAY)).codes == ["stale"]
    longer = check(crl(), policy=RevocationPolicy(freshness=900 * DAY))
    assert longer.of("good").end == NEXT_UPDATE


def test_the_newer_list_does_not_hide_the_older_ones_revocation():
    old = crl(number(1), entries=[entry()], this_update=THIS_UPDATE - DAY)
    assert check(old, crl(number(2))).codes == ["revoked"]


def test_a_stale_list_still_proves_a_revocation():
    stale = crl(entries=[entry(at=BEGIN)], this_update=BEGIN, next_update=BEGIN + DAY)
    assert check(stale).codes == ["revoked"]
    twin = crl(this_update=BEGIN, next_update=BEGIN + DAY)
    assert check(twin).codes == ["stale"]


def test_a_hold_is_lifted_by_a_newer_list_alone():
    held = crl(number(1), entries=[entry(0x1001, MOMENT - 3 * DAY, reason(6))])
    assert check(held, crl(number(2), this_update=THIS_UPDATE + 5)).passed
    older = crl(number(2), this_update=THIS_UPDATE - 5)
    assert check(held, older).codes == ["on_hold"]


def test_an_end_entity_list_does_not_speak_of_a_ca():
    path = three()
    users, cas = crl(number(1), scope(user=True)), crl(number(1), scope(ca=True))
    own = crl(issuer="ca")
    assert check(users, own, path=path).codes == ["out_of_scope", "good"]
    assert check(cas, own, path=path).passed
    assert check(cas).codes == ["out_of_scope"]
    assert check(users).passed


def test_attribute_certificates_are_others():
    assert check(crl(number(1), scope(attribute=True))).codes == ["out_of_scope"]


# --- distribution points and reasons -------------------------------------------------------------
def test_the_points_of_list_and_certificate_must_meet():
    path = path_of(leaf(points(point(uri(CRL_URL), uri("http://b.test.example/")))))
    assert check(crl(number(1), scope(uri(CRL_URL))), path=path).passed
    assert check(crl(number(1), scope(uri("http://b.test.example/"))), path=path).passed
    other = crl(number(1), scope(uri("http://c.test.example/")))
    assert check(other, path=path).codes == ["out_of_scope"]
    # A certificate that names no point: only lists for all of them, or for its issuer's name.
    assert check(other).codes == ["out_of_scope"]
    assert check(crl(number(1), scope(directory("root")))).passed


def test_relative_names_are_relative_to_their_issuer():
    from defa_trust.codec.der import UTF8_STRING, encode_oid, seq, tlv

    attribute = seq(encode_oid("2.5.4.3"), tlv(UTF8_STRING, b"TEST-ONLY point"))
    path = path_of(leaf(points(point(relative=attribute))))
    assert check(crl(number(1), scope(relative=attribute)), path=path).passed
    assert check(crl(number(1), scope(directory("root", "point"))), path=path).passed
    wrong = crl(number(1), scope(directory("other", "point")))
    assert check(wrong, path=path).codes == ["out_of_scope"]


def test_all_reasons_must_be_covered_between_the_lists():
    some = crl(number(1), scope(reasons=(1, 2, 3)))
    rest = crl(number(1), scope(reasons=(4, 5, 6, 7, 8)), next_update=MOMENT + DAY)
    assert check(some).codes == ["reasons_incomplete"]
    assert check(some).of("reasons_incomplete").actual == (
        "aa_compromise", "certificate_hold", "cessation_of_operation", "privilege_withdrawn",
        "superseded",
    )  # fmt: skip
    both = check(some, rest)
    assert both.passed
    assert both.of("good").end == MOMENT + DAY


def test_a_point_for_some_reasons_limits_a_list_for_all():
    path = path_of(leaf(points(point(uri(CRL_URL), reasons=(1,)))))
    found = check(crl(number(1), scope(uri(CRL_URL))), path=path)
    assert found.codes == ["reasons_incomplete"]
    assert check(crl(), path=path).passed


# --- delta lists ---------------------------------------------------------------------------------
BASE, DELTA = number(10), (number(11), delta_of(10))


def test_a_delta_adds_and_shortens():
    found = check(crl(BASE), crl(*DELTA, entries=[entry(0x1001, MOMENT - DAY, reason(1))]))
    assert found.codes == ["revoked"]
    fresh = check(crl(BASE), crl(*DELTA, next_update=MOMENT + 60))
    assert fresh.passed
    assert fresh.of("good").end <= NEXT_UPDATE


def test_a_delta_lifts_a_hold():
    held = crl(BASE, entries=[entry(0x1001, MOMENT - DAY, reason(6))])
    lifted = entry(0x1001, MOMENT - DAY, reason(8))
    assert check(held, crl(*DELTA, entries=[lifted], this_update=THIS_UPDATE + 9)).passed
    assert check(held, crl(*DELTA, this_update=THIS_UPDATE + 9)).codes == ["on_hold"]


def test_the_delta_must_continue_the_base():
    held = crl(BASE, entries=[entry(0x1001, MOMENT - DAY, reason(6))])
    lifts = [entry(0x1001, MOMENT - DAY, reason(8))]
    later = {"this_update": THIS_UPDATE + 9}
    for extensions in STRAYS:
        assert check(held, crl(*extensions, entries=lifts, **later)).codes == ["on_hold"]
        assert check(crl(BASE), crl(*extensions, **later)).of("good").actual == THIS_UPDATE
    assert check(held, crl(number(12), delta_of(9), entries=lifts, **later)).passed


STRAYS = (
    (number(11), delta_of(11)),
    (number(10), delta_of(9)),
    (number(11), delta_of(10), scope(user=True)),
    (delta_of(10),),
)
"""Deltas that continue another list than ``BASE``."""


@pytest.mark.parametrize("extensions", [DELTA, *STRAYS])
def test_whom_a_delta_names_is_revoked_whatever_it_continues(extensions):
    for why, code in ((1, "revoked"), (6, "on_hold")):
        named = crl(
            *extensions, entries=[entry(0x1001, MOMENT - DAY, reason(why))],
            this_update=THIS_UPDATE + 9,
        )  # fmt: skip
        assert check(crl(BASE), named).codes == [code]
        assert check(named).codes == [code]
    other = crl(*extensions, entries=[entry(0x1002, MOMENT - DAY, reason(1))])
    assert check(crl(BASE), other).passed
    forged = crl(*extensions, entries=[entry(0x1001)], signer="attacker")
    assert check(crl(BASE), forged).passed


def test_a_fresh_delta_does_not_revive_a_stale_base():
    stale = crl(BASE, this_update=THIS_UPDATE - 2 * DAY, next_update=THIS_UPDATE)
    assert check(stale, crl(*DELTA)).codes == ["stale"]
    assert check(crl(*DELTA)).codes == ["delta_without_base"]


# --- OCSP ----------------------------------------------------------------------------------------
def test_ocsp_by_the_issuer_itself():
    for by_key in (False, True):
        found = check(responses=[ocsp(by_key=by_key)])
        assert found.passed
        assert found.of("good").end == NEXT_UPDATE


def test_ocsp_by_a_delegate():
    response = ocsp(signer="responder", certificates=[responder()])
    assert check(responses=[response]).passed


def test_ocsp_revoked_unknown_on_hold():
    assert check(responses=[ocsp(single(revoked(code=1)))]).codes == ["revoked"]
    assert check(responses=[ocsp(single(UNKNOWN))]).codes == ["unknown"]
    assert check(responses=[ocsp(single(revoked(code=6)))]).codes == ["on_hold"]


def test_never_issued_is_no_hold():
    """RFC 6960, 2.2: revoked on hold since the epoch."""
    assert check(responses=[ocsp(single(revoked(0, 6)))]).codes == ["revoked"]


def test_where_ocsp_does_not_know_a_list_may():
    unknown = ocsp(single(UNKNOWN))
    assert check(crl(), responses=[unknown]).passed
    assert check(crl(entries=[entry()]), responses=[unknown]).codes == ["revoked"]


def test_one_source_that_says_revoked_is_enough():
    assert check(crl(entries=[entry()]), responses=[ocsp()]).codes == ["revoked"]
    assert check(crl(), responses=[ocsp(single(revoked()))]).codes == ["revoked"]


def test_one_of_several_answers():
    others = [single(about=cert_id(serial)) for serial in (1, 2, 3)]
    assert check(responses=[ocsp(*others, single())]).passed
    assert check(responses=[ocsp(*others)]).codes == ["missing"]
    assert check(responses=[ocsp(single(), single(revoked()))]).codes == ["revoked"]


def test_ocsp_times():
    early = ocsp(produced=MOMENT + 61)
    assert check(responses=[early]).codes == ["not_yet_valid"]
    assert check(responses=[ocsp(produced=MOMENT + 60)]).passed
    ended = ocsp(single(next_update=MOMENT))
    assert check(responses=[ended]).codes == ["stale"]
    assert check(responses=[ocsp(single(next_update=None))]).codes == ["stale"]


def test_a_responder_without_nocheck_must_be_proven():
    other = extension("1.2.3.4", b"\x05\x00")
    response = ocsp(signer="responder", certificates=[responder(other)])
    assert check(responses=[response]).codes == ["issuer_unchecked"]
    assert check(crl(), responses=[response]).passed
    as_named = RevocationPolicy(responders=ResponderStatus.AS_NAMED)
    assert check(responses=[response], policy=as_named).passed
    named = ocsp(signer="responder", certificates=[responder(points(point(uri(CRL_URL))))])
    assert check(responses=[named], policy=as_named).codes == ["issuer_unchecked"]


# --- whoever else signs lists --------------------------------------------------------------------
def crl_signer(*more, serial=0x4001, issuer="root", subject="root", usages=(6,)):
    """A certificate for signing lists: by default the root's own name with another key."""
    return certificate(subject, issuer, usage(*usages), *more, serial=serial, own_key="crl key")


def test_a_separate_key_for_lists():
    signed = crl(signer="crl key")
    about_signer = crl()
    assert check(signed, about_signer, certificates=[crl_signer()]).passed
    assert check(signed).codes == ["signature_invalid"]
    assert check(signed, certificates=[crl_signer()]).codes == ["issuer_unchecked"]


def indirect_world(*leaf_more):
    """The leaf's lists come from "lists", which the root certified."""
    named = points(point(uri(CRL_URL), issuer=directory("lists")), *leaf_more)
    path = path_of(leaf(named))
    signer = certificate("lists", "root", usage(6), serial=0x4002)
    return path, signer


def about(*entries, **more):
    return crl(
        number(1), scope(uri(CRL_URL), indirect=True), issuer="lists", entries=entries, **more
    )


def test_an_indirect_list():
    from defa_trust.conformance.revocation_build import certificate_issuer

    path, signer = indirect_world()
    others = [crl()]
    assert check(about(), *others, path=path, certificates=[signer]).passed
    mine = entry(0x1001, MOMENT - DAY, certificate_issuer("root"))
    assert check(about(mine), path=path, certificates=[signer]).codes[0] != "good"
    # Without the certificate of whoever signs it, and without an answer about it.
    alone = check(about(), path=path)
    assert alone.codes == ["issuer_not_found"]
    assert check(about(), path=path, certificates=[signer]).codes == ["issuer_unchecked"]


def test_an_indirect_list_names_the_issuer_of_each_entry():
    from defa_trust.conformance.revocation_build import certificate_issuer

    path, signer = indirect_world()
    mine = entry(0x1001, MOMENT - DAY, certificate_issuer("root"))
    own = entry(0x1001, MOMENT - DAY)
    silent = crl(number(2), entries=[entry(0x7777)])
    found = check(about(own), silent, path=path, certificates=[signer])
    assert found.passed
    found = check(about(own, mine), silent, path=path, certificates=[signer])
    assert found.codes == ["revoked"]


def test_an_issuer_of_lists_that_covers_its_own_certificate():
    """PKITS 4.14.30: its own issuer named it as the CRL issuer for that certificate."""
    itself = points(point(uri(CRL_URL), issuer=directory("lists")))
    signer = certificate("lists", "root", usage(6), itself, serial=0x4002)
    path, plain = indirect_world()
    assert check(about(), path=path, certificates=[signer]).passed
    assert check(about(), path=path, certificates=[plain]).codes == ["issuer_unchecked"]


def test_a_revoked_issuer_of_lists():
    path, _ = indirect_world()
    elsewhere = "http://other.test.example/"
    signer = certificate("lists", "root", usage(6), points(point(uri(elsewhere))), serial=0x4002)

    def roots(*entries):
        return crl(number(1), scope(uri(elsewhere)), entries=entries)

    assert check(about(), roots(), path=path, certificates=[signer]).passed
    found = check(about(), roots(entry(0x4002)), path=path, certificates=[signer])
    assert sorted(found.codes) == ["issuer_revoked", "out_of_scope"]


def test_lists_whose_issuers_need_lists_of_others_end():
    """A chain of list issuers, each certified for the next: bounded, and not a pass."""
    names = [f"lists {i}" for i in range(8)]
    signers = [
        certificate(
            subject, "root", usage(6),
            points(point(uri(CRL_URL), issuer=directory(after))), serial=0x5000 + i,
        )
        for i, (subject, after) in enumerate(zip(names, [*names[1:], "nobody"], strict=True))
    ]  # fmt: skip
    lists = [crl(number(1), scope(uri(CRL_URL), indirect=True), issuer=name) for name in names]
    path = path_of(leaf(points(point(uri(CRL_URL), issuer=directory(names[0])))))
    found = check(*lists, path=path, certificates=signers)
    assert found.codes == ["issuer_unchecked"]


# --- two times -----------------------------------------------------------------------------------
def test_revoked_after_the_proven_time_is_no_failure():
    late = crl(entries=[entry(0x1001, PROVEN + 1, reason(4))])
    found = check(late, control=PROVEN)
    assert found.passed
    assert found.codes == ["revoked_later", "path_checked"]
    assert (found.of("revoked_later").expected, found.of("revoked_later").actual) == (
        PROVEN, PROVEN + 1,
    )  # fmt: skip
    assert check(crl(entries=[entry(0x1001, PROVEN, reason(4))]), control=PROVEN).codes == [
        "revoked"
    ]


@pytest.mark.parametrize("code", [1, 2, 10])
def test_a_compromise_counts_from_its_invalidity_date(code):
    def late(*more):
        return crl(entries=[entry(0x1001, PROVEN + DAY, reason(code), *more)])

    assert check(late(), control=PROVEN).codes == ["revoked_later", "path_checked"]
    assert check(late(invalid_from(PROVEN + 1)), control=PROVEN).passed
    assert check(late(invalid_from(PROVEN)), control=PROVEN).codes == ["revoked"]
    answer = single(revoked(PROVEN + DAY, code), invalid_from(PROVEN - 5))
    found = check(responses=[ocsp(answer)], control=PROVEN)
    assert found.codes == ["revoked"]
    assert found.of("revoked").expected == PROVEN - 5


def test_without_proof_a_revocation_always_counts():
    future = crl(entries=[entry(0x1001, MOMENT + DAY)])
    found = check(future)
    assert found.codes == ["revoked"]
    assert found.of("revoked").expected == THIS_UPDATE


def test_an_object_proven_younger_than_the_revocation():
    revocation = crl(entries=[entry(0x1001, MOMENT - 5 * DAY)])
    found = check(revocation, signed_after=MOMENT - 5 * DAY)
    assert found.codes == ["revoked_before_use"]
    assert found.of("revoked_before_use").code.indication is Indication.TOTAL_FAILED
    assert check(revocation, signed_after=MOMENT - 5 * DAY - 1).codes == ["revoked"]


def test_a_hold_after_the_proven_time():
    held = crl(entries=[entry(0x1001, PROVEN + 1, reason(6))])
    assert check(held, control=PROVEN).passed
    assert check(crl(entries=[entry(0x1001, PROVEN, reason(6))]), control=PROVEN).codes == [
        "on_hold"
    ]


def test_old_information_serves_a_proven_time_it_comes_after():
    old = crl(this_update=PROVEN, next_update=PROVEN + DAY)
    found = check(old, control=PROVEN)
    assert found.codes == ["good_at_the_time", "path_checked"]
    assert found.of("good_at_the_time").end > NEXT_UPDATE
    assert check(old).codes == ["stale"]
    refusing = RevocationPolicy(past=PastEvidence.REFUSE)
    assert check(old, control=PROVEN, policy=refusing).codes == ["older_than_object"]


def test_information_from_before_the_proven_time_serves_where_the_policy_says_so():
    before = crl(this_update=PROVEN - DAY, next_update=PROVEN + 1)
    assert check(before, control=PROVEN).codes == ["older_than_object"]
    then = RevocationPolicy(past=PastEvidence.FRESH_THEN)
    assert check(before, control=PROVEN, policy=then).passed
    stale = crl(this_update=PROVEN - DAY, next_update=PROVEN)
    assert check(stale, control=PROVEN, policy=then).codes == ["stale"]


def test_what_came_after_the_certificates_end_need_not_speak_of_it():
    ended = THIS_UPDATE - DAY
    path = path_of(leaf(end=ended), moment=ended)
    times = {"path": path, "control": ended - 5}
    found = check(crl(), **times)
    assert found.codes == ["expired_not_covered"]
    kept = extension(EXPIRED_CERTS, encode_generalized_time(ended))
    assert check(crl(number(1), kept), **times).passed
    late = extension(EXPIRED_CERTS, encode_generalized_time(ended + 1))
    assert check(crl(number(1), late), **times).codes == ["expired_not_covered"]
    cutoff = extension(ARCHIVE_CUTOFF, encode_generalized_time(ended))
    assert check(responses=[ocsp(single(GOOD, cutoff))], **times).passed
    assert check(responses=[ocsp()], **times).codes == ["expired_not_covered"]
    assert check(crl(entries=[entry(0x1001, ended - 6)]), **times).codes == ["revoked"]


def test_a_list_by_a_ca_that_has_expired_needs_proof_of_its_age():
    from hashlib import sha256

    ended = MOMENT - DAY
    middle = ca("ca", "root", end=ended)
    path = path_of(leaf(issuer="ca", end=ended), [middle], moment=PROVEN)
    old = crl(issuer="ca", this_update=PROVEN + 5, next_update=PROVEN + DAY)
    roots = crl(number(1), extension(EXPIRED_CERTS, encode_generalized_time(BEGIN)))
    found = check(roots, old, path=path, control=PROVEN)
    assert found.codes == ["good_at_the_time", "issuer_out_of_bounds"]
    said = found.of("issuer_out_of_bounds").code.sub_indication
    assert said is SubIndication.REVOCATION_OUT_OF_BOUNDS_NO_POE
    proofs = {sha256(old).digest(): ended}
    assert check(roots, old, path=path, control=PROVEN, proofs=proofs).passed
    late = {sha256(old).digest(): ended + 1}
    assert not check(roots, old, path=path, control=PROVEN, proofs=late).passed


def test_a_ca_revoked_later_vouches_only_for_what_is_proven_older():
    from hashlib import sha256

    path = three()
    revocation = crl(entries=[entry(CA_SERIAL, PROVEN + DAY, reason(2))])
    lists = crl(issuer="ca", this_update=PROVEN + 5)
    found = check(revocation, lists, path=path, control=PROVEN)
    assert found.codes == ["revoked_later", "issuer_revoked"]
    proofs = {sha256(lists).digest(): PROVEN + DAY - 1}
    assert check(revocation, lists, path=path, control=PROVEN, proofs=proofs).passed
    proofs = {sha256(lists).digest(): PROVEN + DAY}
    assert not check(revocation, lists, path=path, control=PROVEN, proofs=proofs).passed


def test_a_control_time_after_now_is_the_callers_fault():
    with pytest.raises(MisuseError):
        check(crl(), control=MOMENT + 1)
    for bad in (1.0, "1", None):
        with pytest.raises(MisuseError):
            check_path(path_of(), MOMENT, bad, NO_EVIDENCE, STRICT, [])


# --- policy --------------------------------------------------------------------------------------
def test_what_is_not_required_still_counts_if_it_is_known():
    only_leaf = RevocationPolicy(required=RequiredChecks.LEAF)
    path = three()
    leafs = crl(issuer="ca")
    found = check(leafs, path=path, policy=only_leaf)
    assert found.codes == ["not_required", "good", "path_checked"]
    bad = check(crl(entries=[entry(CA_SERIAL)]), leafs, path=path, policy=only_leaf)
    assert "revoked_ca" in bad.codes
    assert not bad.passed
    assert check(crl(), path=path, policy=only_leaf).codes == ["good", "missing"]


def test_unchecked_may_be_reported_but_nothing_else():
    reporting = RevocationPolicy(unchecked=UncheckedStatus.REPORT)
    found = check(policy=reporting)
    assert found.codes == ["not_checked_allowed", "path_checked"]
    assert found.of("not_checked_allowed").actual == ("revocation.missing",)
    assert check(responses=[ocsp(single(UNKNOWN))], policy=reporting).codes == ["unknown"]
    held = crl(entries=[entry(0x1001, MOMENT - DAY, reason(6))])
    assert check(held, policy=reporting).codes == ["on_hold"]
    assert check(crl(entries=[entry()]), policy=reporting).codes == ["revoked"]


def test_certificates_that_say_nobody_publishes_their_revocation():
    silent = path_of(leaf(extension(NO_REV_AVAIL, b"\x05\x00")))
    assert check(path=silent).codes == ["none_offered", "path_checked"]
    assert check(crl(entries=[entry()]), path=silent).codes == ["revoked"]
    refusing = RevocationPolicy(no_information=NoRevocationInfo.REFUSE)
    assert check(path=silent, policy=refusing).codes == ["missing"]
    both = path_of(leaf(extension(NO_REV_AVAIL, b"\x05\x00"), points(point(uri(CRL_URL)))))
    assert check(path=both).codes == ["missing"]


def test_a_ca_cannot_say_so():
    path = three(ca_extensions=[extension(NO_REV_AVAIL, b"\x05\x00")])
    assert check(crl(issuer="ca"), path=path).codes == ["missing", "good"]


def test_a_listed_certificate_is_its_lists_business():
    listed = leaf()
    anchors = AnchorSet((TrustAnchor.from_certificate(listed),))
    path = find_path(listed, (), anchors, PathOptions(MOMENT, ANY), [])
    assert check(path=path).codes == ["listed", "path_checked"]


# --- evidence ------------------------------------------------------------------------------------
def test_unreadable_evidence_is_named_and_sinks_nothing():
    assert check(b"<html>", crl()).passed
    found = check(b"<html>", responses=[b"", b"{}"], certificates=[b"x"])
    assert found.codes == ["unreadable"]


def test_look_ups_are_recorded():
    view = Recorder(Evidence([Item(EvidenceKind.CRL, crl(), CRL_URL)]))
    check_path(path_of(), MOMENT, MOMENT, view, STRICT, [])
    assert [(d.kind, d.digest is None) for d in view.used] == [
        (EvidenceKind.CRL, False), (EvidenceKind.OCSP, True), (EvidenceKind.CERTIFICATE, True),
    ]  # fmt: skip


def test_every_code_of_the_area_is_reached_by_the_tests():
    """A code nobody can reach is a promise nobody keeps."""
    from pathlib import Path

    from defa_trust.verdict import Code

    here = Path(__file__).resolve().parents[2]
    texts = "".join(
        path.read_text(encoding="utf-8")
        for name in ("unit/x509", "attacks", "unit/conformance", "property")
        for path in (here / name).glob("*.py")
    )
    for value in vars(codes).values():
        if isinstance(value, Code):
            short = value.id.removeprefix("revocation.")
            assert f'"{short}"' in texts or f'"{value.id}"' in texts, value.id
    assert root()
    assert END > NEXT_UPDATE
