"""Attacks on revocation: each differs in one fault from a twin that passes."""

import time

import pytest

from defa_trust.algorithms import DEFAULT_ALGORITHM_POLICY
from defa_trust.codes import revocation as codes
from defa_trust.conformance.build import DAY, MOMENT
from defa_trust.conformance.revocation_build import (
    CA_SERIAL,
    CRL_URL,
    LEAF_SERIAL,
    NEXT_UPDATE,
    NO_CHECK,
    RESPONDER_SERIAL,
    THIS_UPDATE,
    TIME_STAMPING,
    UNHEARD_OF,
    basic_ca,
    ca,
    cert_id,
    certificate,
    certificate_issuer,
    crl,
    delta_of,
    directory,
    entry,
    extension,
    leaf,
    number,
    ocsp,
    ocsp_error,
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
from defa_trust.errors import Rejection
from defa_trust.policy import RequiredChecks, RevocationPolicy, UncheckedStatus
from defa_trust.verdict import Indication
from defa_trust.x509 import status_sources
from defa_trust.x509.anchors import AnchorSet, TrustAnchor
from defa_trust.x509.crl import read_crl
from defa_trust.x509.path import PathOptions, find_path
from defa_trust.x509.profiles import ANY
from defa_trust.x509.speakers import MAX_DELEGATES, MAX_SIGNATURES
from defa_trust.x509.status_sources import MAX_ITEMS
from tests.revocation_world import check, evidence_of, path_of, three


# --- lists of others -----------------------------------------------------------------------------
def test_a_list_of_another_issuer_with_the_same_serial_revokes_nobody():
    other = crl(issuer="other", entries=[entry(LEAF_SERIAL)])
    assert check(crl(), other).passed
    assert check(crl(entries=[entry(LEAF_SERIAL)])).codes == ["revoked"]


def test_a_list_of_another_issuer_clears_nobody():
    assert check(crl(issuer="other")).codes == ["missing"]
    assert check(crl()).passed


def test_a_list_signed_with_another_key_under_the_issuers_name():
    assert check(crl(signer="attacker")).codes == ["signature_invalid"]
    assert check(crl()).passed


def test_the_attackers_own_certificate_beside_the_attackers_list():
    """A self-made certificate of the root's name leads to no anchor."""
    fake = certificate("root", "root", usage(6), serial=1, own_key="attacker", signer="attacker")
    found = check(crl(signer="attacker"), certificates=[fake])
    assert found.codes == ["issuer_untrusted"]


def test_a_signers_certificate_signs_no_lists():
    """The root certified somebody of its own name, for signatures and not for lists."""
    helper = certificate("root", "root", usage(0), serial=9, own_key="helper")
    signed = crl(number(2), scope(user=True), signer="helper")
    assert check(signed, certificates=[helper]).codes == ["issuer_unauthorised"]


NEIGHBOUR = ca("neighbour", serial=77)
CERTIFIERS = [("root", []), ("ca", []), ("neighbour", ["issuer_unauthorised"])]


def cleared(path, lists, clean):
    """What stands in the way where that list is all there is about the leaf."""
    only_leaf = RevocationPolicy(required=RequiredChecks.LEAF)
    known = check(
        crl(), crl(issuer="neighbour"), clean,
        certificates=[NEIGHBOUR, lists], path=path, policy=only_leaf,
    )  # fmt: skip
    assert known.passed == (known.codes == ["good", "good", "path_checked"])
    return [] if known.passed else known.codes[1:]


@pytest.mark.parametrize("shape", [(), (basic_ca(),)])
@pytest.mark.parametrize(("certifier", "against"), CERTIFIERS)
def test_a_neighbour_certifies_somebody_in_the_cas_name(certifier, against, shape):
    """Whom the CA revoked, a CA beside it clears: it issues to the CA's name, and signs its list.

    The CA itself, or the root above it, may certify another key for that.
    """
    lists = certificate("ca", certifier, usage(5, 6), *shape, serial=9, own_key="lists")
    assert cleared(three(), lists, crl(issuer="ca", signer="lists")) == against


@pytest.mark.parametrize(("certifier", "against"), CERTIFIERS)
def test_a_neighbour_certifies_whom_a_certificate_names_for_its_lists(certifier, against):
    """The same where the certificate names another issuer of lists (cRLIssuer)."""
    named = points(point(uri(CRL_URL), issuer=directory("lists")))
    lists = certificate("lists", certifier, usage(6), serial=9)
    clean = crl(number(3), scope(uri(CRL_URL), indirect=True), issuer="lists")
    assert cleared(path_of(leaf(named, issuer="ca"), [ca()]), lists, clean) == against


def test_a_ca_below_does_not_speak_for_the_ca_above():
    """The CA's own list about the CA: another name, so another issuer."""
    path = three()
    assert check(crl(issuer="ca"), path=path).codes == ["missing", "good"]
    assert check(crl(issuer="root", signer="ca"), crl(issuer="ca"), path=path).codes == [
        "signature_invalid", "good",
    ]  # fmt: skip


def test_a_root_without_crl_sign():
    anchor = certificate("root", "root", basic_ca(), usage(5), serial=1)
    path = path_of(anchor=anchor)
    assert check(crl(), path=path).codes == ["issuer_unauthorised"]


def test_damage_to_a_signed_list_is_noticed_wherever_it_is():
    good = crl(entries=[entry(0x7777)])
    assert check(good).passed
    for place in range(4, len(good)):
        bad = good[:place] + bytes((good[place] ^ 0x01,)) + good[place + 1 :]
        assert not check(bad).passed, place


# --- replay --------------------------------------------------------------------------------------
def test_an_old_list_is_replayed():
    old = crl(number(1), this_update=MOMENT - 30 * DAY, next_update=MOMENT - 23 * DAY)
    assert check(old).codes == ["stale"]
    assert check(old, now=MOMENT - 24 * DAY).passed


def test_next_update_has_passed_by_a_second():
    assert check(crl(next_update=MOMENT)).codes == ["stale"]
    assert check(crl(next_update=MOMENT + 1)).passed
    assert check(responses=[ocsp(single(next_update=MOMENT))]).codes == ["stale"]
    assert check(responses=[ocsp(single(next_update=MOMENT + 1))]).passed


def test_an_old_clean_list_beside_a_proven_signing_time():
    """Signed on the 15th with a key revoked on the 14th; the list is of the 10th."""
    signed_at = MOMENT - 10 * DAY
    old = crl(this_update=signed_at - 5 * DAY, next_update=signed_at + 2 * DAY)
    assert check(old, control=signed_at).codes == ["older_than_object"]
    assert check(crl(this_update=signed_at), control=signed_at).passed


def test_an_old_clean_answer_does_not_outvote_a_revocation():
    clean, bad = ocsp(), crl(entries=[entry()], this_update=THIS_UPDATE - 50 * DAY)
    assert check(bad, responses=[clean]).codes == ["revoked"]


# --- OCSP ----------------------------------------------------------------------------------------
def delegated(**members):
    return ocsp(signer="responder", certificates=[responder(**members)])


def test_a_delegated_responder_without_the_purpose():
    assert check(responses=[delegated(eku=TIME_STAMPING)]).codes == ["issuer_unauthorised"]
    assert check(responses=[delegated(eku="2.5.29.37.0")]).codes == ["issuer_unauthorised"]
    assert check(responses=[delegated()]).passed


def test_a_signers_certificate_answers_for_its_own_issuer():
    """Whoever holds a certificate of the CA declares itself, or another, good."""
    mine = certificate("responder", "root", usage(0), serial=77)
    assert check(responses=[ocsp(signer="responder", certificates=[mine])]).codes == [
        "issuer_unauthorised"
    ]


def test_a_responder_of_another_ca():
    """The intermediate's responder answers about a certificate of the root's."""
    path = three()
    foreign = responder(issuer="ca")
    answer = ocsp(single(about=cert_id(CA_SERIAL)), signer="responder", certificates=[foreign])
    found = check(crl(issuer="ca"), responses=[answer], path=path, certificates=[ca()])
    assert found.codes == ["issuer_unauthorised", "good"]


def test_a_responder_that_another_key_of_the_same_name_certified():
    rollover = ca("root", "root", serial=0x99, own_key="new root")
    answer = delegated(signer="new root")
    found = check(responses=[answer], certificates=[rollover])
    assert not found.passed


def test_a_responder_that_nobody_certified():
    self_made = responder(issuer="responder")
    answer = ocsp(signer="responder", certificates=[self_made])
    assert check(responses=[answer]).codes == ["issuer_unauthorised"]
    forged = responder(signer="attacker")
    answer = ocsp(signer="responder", certificates=[forged])
    assert check(responses=[answer]).codes == ["issuer_untrusted"]


def test_a_response_signed_with_another_key():
    assert check(responses=[ocsp(signer="attacker", named="root")]).codes == ["signature_invalid"]
    other = ocsp(signer="attacker", named="responder", certificates=[responder()])
    assert check(responses=[other]).codes == ["signature_invalid"]
    assert check(responses=[ocsp(signer="attacker")]).codes == ["issuer_not_found"]


def test_an_expired_responder():
    assert check(responses=[delegated(end=MOMENT - 1)]).codes == ["issuer_untrusted"]
    assert check(responses=[delegated(end=MOMENT)]).passed
    assert check(responses=[delegated(begin=MOMENT + 1)]).codes == ["issuer_untrusted"]


def test_a_revoked_responder_even_with_nocheck():
    bad = crl(number(1), scope(uri(CRL_URL)), entries=[entry(RESPONDER_SERIAL)])
    named = responder(points(point(uri(CRL_URL))), extension(NO_CHECK, b"\x05\x00"))
    answer = ocsp(signer="responder", certificates=[named])
    assert check(responses=[answer]).passed
    assert sorted(check(bad, responses=[answer]).codes) == ["issuer_revoked", "out_of_scope"]


def test_an_answer_about_another_serial_number():
    assert check(responses=[ocsp(single(about=cert_id(LEAF_SERIAL + 1)))]).codes == ["missing"]


@pytest.mark.parametrize("about", [cert_id(issuer="other", by="root"), cert_id(by="other")])
def test_an_answer_about_the_serial_number_of_another_issuer(about):
    """The name alone, or the key alone, is right."""
    assert check(responses=[ocsp(single(about=about))]).codes == ["other_issuer"]
    assert check(responses=[ocsp(single(revoked(), about=about)), ocsp()]).passed


def test_a_responder_that_vouches_for_itself():
    """Without nocheck, a response about the responder by the responder."""
    named = responder(points(point(uri(CRL_URL))))
    itself = ocsp(
        single(), single(about=cert_id(RESPONDER_SERIAL)),
        signer="responder", certificates=[named],
    )  # fmt: skip
    assert check(responses=[itself]).codes == ["issuer_unchecked"]


# --- scope ---------------------------------------------------------------------------------------
def test_a_list_for_another_distribution_point():
    path = path_of(leaf(points(point(uri(CRL_URL)))))
    other = crl(number(1), scope(uri(CRL_URL + "x")))
    assert check(other, path=path).codes == ["out_of_scope"]
    assert check(crl(number(1), scope(uri(CRL_URL))), path=path).passed


def test_a_direct_list_smuggles_a_certificate_issuer():
    """An entry that charges another issuer, in a list that is not indirect."""
    smuggled = entry(0x7777, MOMENT - DAY, certificate_issuer("other"))
    for extensions in ((number(1),), (number(1), scope(user=True))):
        assert check(crl(*extensions, entries=[smuggled])).codes == ["unreadable"]
    assert check(crl(number(1), scope(indirect=True), entries=[smuggled])).passed


def test_a_certificate_issuer_shields_what_follows_it():
    """In an indirect list every entry after it counts for the other issuer, as RFC 5280 says."""
    shield, mine = entry(1, MOMENT - DAY, certificate_issuer("other")), entry(LEAF_SERIAL)
    indirect = number(1), scope(indirect=True)
    assert check(crl(*indirect, entries=[mine, shield])).codes == ["revoked"]
    assert check(crl(*indirect, entries=[shield, mine])).passed
    back = entry(LEAF_SERIAL, MOMENT - DAY, certificate_issuer("root"))
    assert check(crl(*indirect, entries=[shield, back])).codes == ["revoked"]


def test_somebody_elses_indirect_list():
    """Certified by the root for lists, but not named by the certificate as its CRL issuer."""
    lists = certificate("lists", "root", usage(6), serial=0x4002)
    other = crl(number(1), scope(indirect=True), issuer="lists")
    assert check(other, certificates=[lists]).codes == ["missing"]
    named = path_of(leaf(points(point(uri(CRL_URL), issuer=directory("lists")))))
    twin = crl(number(1), scope(uri(CRL_URL), indirect=True), issuer="lists")
    assert check(twin, crl(), path=named, certificates=[lists]).passed


def test_a_named_issuers_direct_list():
    """RFC 5280, 6.3.3 (b)(1): whoever is named must say that the list is indirect."""
    lists = certificate("lists", "root", usage(6), serial=0x4002)
    named = path_of(leaf(points(point(uri(CRL_URL), issuer=directory("lists")))))
    direct = crl(number(1), scope(uri(CRL_URL)), issuer="lists")
    assert check(direct, path=named, certificates=[lists]).codes == ["out_of_scope"]


def test_critical_extensions_nobody_processes():
    unheard = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    assert check(crl(number(1), unheard)).codes == ["unreadable"]
    assert check(crl(entries=[entry(1, MOMENT, unheard)])).codes == ["unreadable"]
    soft = extension(UNHEARD_OF, b"\x05\x00")
    assert check(crl(number(1), soft, entries=[entry(1, MOMENT, soft)])).passed


def test_a_certificate_that_names_its_issuer_of_lists_in_garbage(monkeypatch):
    """No path has one; and if it had, nobody knew whose lists to look at, so that a clean answer
    elsewhere were not enough."""
    garbage = b"\xa4\x04\x30\x02\x05\x00"
    anchors, said = AnchorSet((TrustAnchor.from_certificate(root()),)), []
    named = leaf(points(point(uri(CRL_URL), issuer=garbage)))
    assert find_path(named, (), anchors, PathOptions(MOMENT, ANY), said) is None
    assert [finding.code.id for finding in said] == ["certificate.extension"]

    def unreadable(certificate):
        raise Rejection(codes.CRL_ENTRY)

    monkeypatch.setattr(status_sources, "issuers_of", unreadable)
    assert check(responses=[ocsp()]).codes == ["unreadable"]
    assert check(responses=[ocsp(single(revoked()))]).codes == ["revoked"]


# --- delta lists ---------------------------------------------------------------------------------
def test_a_delta_passed_off_as_the_whole():
    assert check(crl(number(5), delta_of(1))).codes == ["delta_without_base"]


def test_a_forged_delta_lifts_no_hold():
    held = crl(number(10), entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(6))])
    lifting = {"entries": [entry(LEAF_SERIAL, MOMENT - DAY, reason(8))],
               "this_update": THIS_UPDATE + 9}  # fmt: skip
    forged = crl(number(11), delta_of(10), signer="attacker", **lifting)
    assert check(held, forged).codes == ["on_hold"]
    assert check(held, crl(number(11), delta_of(10), **lifting)).passed


def test_remove_from_crl_revives_nobody():
    """In a complete list it is malformed; in a delta it lifts holds, not revocations."""
    removed = entry(LEAF_SERIAL, MOMENT - DAY, reason(8))
    assert check(crl(entries=[removed])).codes == ["unreadable"]
    base = crl(number(10), entries=[entry(LEAF_SERIAL, MOMENT - 2 * DAY, reason(1))])
    delta = crl(number(11), delta_of(10), entries=[removed], this_update=THIS_UPDATE + 9)
    assert check(base, delta).codes == ["revoked"]


# --- what could not be checked -------------------------------------------------------------------
def test_a_failed_fetch_is_neither_revoked_nor_good():
    for nothing in ((), (b"",), (b"<html>503</html>",), (ocsp_error(3),), (ocsp_error(6),)):
        found = check(responses=nothing)
        assert not found.passed
        assert set(found.codes) <= {"missing", "unreadable"}
        assert all(f.code.indication is Indication.INDETERMINATE for f in found.findings)
    reporting = RevocationPolicy(unchecked=UncheckedStatus.REPORT)
    assert check(responses=[ocsp_error(6)], policy=reporting).codes[0] == "not_checked_allowed"


def test_a_policy_for_leaves_does_not_forgive_the_leaf():
    only_leaf = RevocationPolicy(required=RequiredChecks.LEAF)
    assert check(policy=only_leaf).codes == ["missing"]


def test_an_algorithm_that_has_ended():
    ended = DEFAULT_ALGORITHM_POLICY.until({"ECDSA/P-256/SHA-256": MOMENT})
    found = check(crl(), algorithms=ended)
    assert found.codes == ["algorithm"]
    assert found.of("algorithm").start == MOMENT
    still = DEFAULT_ALGORITHM_POLICY.until({"ECDSA/P-256/SHA-256": MOMENT + 1})
    found = check(crl(), algorithms=still)
    assert found.passed
    assert found.of("good").end == MOMENT + 1


# --- work ----------------------------------------------------------------------------------------
def test_a_flood_of_forged_lists_is_bounded_and_not_a_pass():
    forged = [crl(number(i), signer="attacker") for i in range(40)]
    lists = [*forged, *[b"junk %d" % i for i in range(50)]]
    begun = time.perf_counter()
    found = check(*lists)
    assert found.codes == ["signature_invalid"]
    assert time.perf_counter() - begun < 5
    # The genuine one among them is still found.
    assert check(*lists, crl()).passed


def test_more_signatures_than_anybody_needs():
    helpers = [
        certificate("root", "root", usage(6), serial=100 + i, own_key="shared")
        for i in range(MAX_SIGNATURES + 20)
    ]
    found = check(crl(signer="attacker"), certificates=helpers)
    assert found.codes == ["budget"]


def test_more_evidence_than_is_read():
    junk = [b"junk %d" % i for i in range(MAX_ITEMS + 1)]
    assert check(*junk).codes == ["budget"]


def test_a_flood_pushes_a_revocation_out_of_sight():
    """Beside a clean answer, so many forged or foreign pieces that the revoking one is not read."""
    clean, bad = [ocsp()], crl(entries=[entry()])
    assert check(bad, responses=clean).codes == ["revoked"]
    forged = [crl(number(i), signer="attacker") for i in range(MAX_SIGNATURES + 20)]
    found = check(*forged, bad, responses=clean)
    assert found.codes in (["budget"], ["revoked"])
    assert check(*forged, responses=clean).codes == ["budget"]
    foreign = [b"junk %d" % i for i in range(MAX_ITEMS)]
    assert check(*foreign, bad, responses=clean).codes in (["budget"], ["revoked"])
    assert check(*foreign, crl(number(4)), responses=clean).codes == ["budget"]
    signers = [certificate("x", "y", serial=i, own_key="x", signer="x") for i in range(600)]
    assert check(crl(), certificates=signers).codes == ["budget"]
    assert check(crl(), certificates=signers[:500]).passed


def test_a_flood_of_responders_in_responses():
    """Each answer brings eight certificates, of which none is its signer's."""
    brought = [certificate("x", "y", serial=i, own_key="x", signer="x") for i in range(8)]

    def answers(count):
        return [
            ocsp(signer="attacker", by_key=True, certificates=brought, produced=THIS_UPDATE + i)
            for i in range(count)
        ]

    most = MAX_DELEGATES // 8
    assert check(crl(), responses=answers(most)).passed
    assert check(crl(), responses=answers(most + 1)).codes == ["budget"]
    revoking = crl(entries=[entry()])
    assert check(revoking, responses=answers(most + 1)).codes in (["budget"], ["revoked"])


def test_a_million_entries_of_an_unsigned_list_are_never_looked_at():
    """The signature is checked before an entry is: a forged list costs one hash of its octets."""
    row = entry(0x1122334455667788)
    big = crl(signer="attacker", entries=[row] * 300_000)
    evidence_of([big])
    begun = time.perf_counter()
    with_list = read_crl(big)
    assert time.perf_counter() - begun < 0.2
    assert not with_list._kept
    assert check(big).codes == ["signature_invalid"]


def test_a_list_beyond_the_bound_is_refused_unread(monkeypatch):
    from defa_trust.x509 import crl as module

    monkeypatch.setattr(module, "MAX_CRL_BYTES", 100)
    with pytest.raises(Rejection) as caught:
        read_crl(crl())
    assert caught.value.code.id == "crl.too_large"
    assert NEXT_UPDATE > MOMENT
