"""Revocation by CRLs: whose list it is, what it speaks of, and what it says."""

from __future__ import annotations

from ..build import DAY, MOMENT
from ..registry import Case, Group
from ..revocation_build import (
    CA_SERIAL,
    CRL_URL,
    LEAF_SERIAL,
    THIS_UPDATE,
    UNHEARD_OF,
    ca,
    case,
    certificate,
    certificate_issuer,
    crl,
    delta_of,
    directory,
    entry,
    extension,
    leaf,
    number,
    point,
    points,
    reason,
    scope,
    uri,
    usage,
)

_RFC = "RFC 5280"
_group = Group("revocation", features=("certificate-path", "crl", "es256"), twin="crl_good")
_MY_POINT = points(point(uri(CRL_URL)))


# --- what a list says -----------------------------------------
@_group.vector(f"{_RFC}, 6.3.3")
def crl_good() -> Case:
    """The issuer's list does not name the certificate."""
    return case(crls=(crl(),))


@_group.vector(f"{_RFC}, 6.3.3", "revocation.revoked")
def crl_revoked() -> Case:
    """The issuer's list names the certificate, without a reason."""
    return case(crls=(crl(entries=[entry()]),))


@_group.vector(f"{_RFC}, 5.3.1", "revocation.revoked")
def crl_revoked_for_compromise() -> Case:
    """The issuer's list names the certificate; its key was compromised."""
    return case(crls=(crl(entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(1))]),))


@_group.vector(f"{_RFC}, 5.3.1", "revocation.on_hold")
def crl_on_hold() -> Case:
    """The certificate is suspended, not revoked."""
    return case(crls=(crl(entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(6))]),))


@_group.vector(f"{_RFC}, 6.3.3", "revocation.revoked")
def crl_revoked_among_many() -> Case:
    """The certificate is one of two hundred that the list names."""
    others = [entry(0x5000_0000_0000_0000 + i, MOMENT - DAY, reason(i % 6)) for i in range(200)]
    return case(crls=(crl(entries=[*others[:120], entry(), *others[120:]]),))


@_group.vector(
    f"{_RFC}, 6.3.3",
    notes="Whoever searches octets finds the serial number inside another one.",
)
def crl_serial_within_another() -> Case:
    """The octets of the serial number stand inside a longer serial number of the list."""
    inner = b"\x02\x02" + LEAF_SERIAL.to_bytes(2) + b"\x17\x0d"
    return case(crls=(crl(entries=[entry(int.from_bytes(b"\x11" + inner))]),))


@_group.vector("EN 319 102-1, 5.2.6", "revocation.missing", notes="No news read as good news.")
def crl_missing() -> Case:
    """Nothing at all is known about the certificate."""
    return case()


@_group.vector("EN 319 102-1, 5.2.6", "revocation.unreadable", notes="An error page is no list.")
def crl_error_page() -> Case:
    """In place of the list there is an error page."""
    return case(crls=(b"<html>503 Service Unavailable</html>",))


# --- whose list it is -----------------------------------------
@_group.vector(
    f"{_RFC}, 6.3.3 (b)(1)",
    "revocation.missing",
    notes="Anybody's list without the serial number would do.",
)
def crl_of_another_issuer() -> Case:
    """The only list is another issuer's."""
    return case(crls=(crl(issuer="other"),))


@_group.vector(f"{_RFC}, 6.3.3 (b)(1)", notes="One CA's list would revoke another's certificates.")
def crl_of_another_issuer_names_the_serial() -> Case:
    """Another issuer's list names the same serial number; the issuer's own does not."""
    return case(crls=(crl(), crl(issuer="other", entries=[entry()])))


@_group.vector(f"{_RFC}, 6.3.3 (g)", "revocation.signature_invalid")
def crl_signed_with_another_key() -> Case:
    """The list bears the issuer's name and is signed with another key."""
    return case(crls=(crl(signer="attacker"),))


@_group.vector(f"{_RFC}, 6.3.3 (f)", "revocation.issuer_untrusted")
def crl_with_its_own_root() -> Case:
    """The list is signed with another key; a self-made certificate of the issuer's name has it."""
    fake = certificate("root", "root", usage(6), serial=1, own_key="attacker", signer="attacker")
    return case(crls=(crl(signer="attacker"),), certificates=(fake,))


@_group.vector(
    f"{_RFC}, 6.3.3 (f)",
    "revocation.issuer_unauthorised",
    notes="Any certificate holder of the CA's name signs lists.",
)
def crl_by_a_certificate_that_may_not() -> Case:
    """The list is signed with a key that the issuer certified under its name for signatures."""
    helper = certificate("root", "root", usage(0), serial=9, own_key="helper")
    return case(crls=(crl(signer="helper"),), certificates=(helper,))


@_group.vector(f"{_RFC}, 4.2.1.3")
def crl_by_a_key_for_lists() -> Case:
    """The list is signed with a key that the issuer certified under its name for signing lists."""
    signer = certificate("root", "root", usage(6), serial=9, own_key="lists")
    lists = crl(number(2), scope(user=True), signer="lists"), crl()
    return case(crls=lists, certificates=(signer,))


@_group.vector(f"{_RFC}, 6.3.3 (f)", "revocation.issuer_unchecked", twin="crl_by_a_key_for_lists")
def crl_by_a_key_nobody_asked_about() -> Case:
    """The key for signing lists is certified, and nothing says whether that was revoked."""
    signer = certificate("root", "root", usage(6), serial=9, own_key="lists")
    return case(crls=(crl(signer="lists"),), certificates=(signer,))


def _in_its_name(certifier: str) -> Case:
    """The authority's list, signed with a key that ``certifier`` certified in its name."""
    signer = certificate("ca", certifier, usage(6), serial=9, own_key="lists")
    return case(
        leaf(issuer="ca"),
        crls=(crl(), crl(issuer="ca", signer="lists"), crl(issuer="neighbour")),
        certificates=(ca(), ca("neighbour", serial=8), signer),
    )


@_group.vector(f"{_RFC}, 6.3.3 (f)")
def crl_by_a_key_that_the_authority_above_certified() -> Case:
    """The list is signed with a key that the root certified in the authority's name."""
    return _in_its_name("root")


@_group.vector(
    f"{_RFC}, 6.3.3 (f)",
    "revocation.issuer_unauthorised",
    twin="crl_by_a_key_that_the_authority_above_certified",
    notes="Every authority below the root would clear whom another one revoked.",
)
def crl_by_a_key_that_a_neighbour_certified() -> Case:
    """The list is signed with a key that another authority certified in this authority's name."""
    return _in_its_name("neighbour")


@_group.vector(f"{_RFC}, 6.1.3 (a)(3)", "revocation.revoked_ca", twin="crl_of_the_whole_path")
def crl_ca_revoked() -> Case:
    """The authority between certificate and root is revoked."""
    roots = crl(entries=[entry(CA_SERIAL)])
    return case(leaf(issuer="ca"), crls=(roots, crl(issuer="ca")), certificates=(ca(),))


@_group.vector(f"{_RFC}, 6.1.3 (a)(3)")
def crl_of_the_whole_path() -> Case:
    """Root and authority each have a list, and neither names anybody."""
    return case(leaf(issuer="ca"), crls=(crl(), crl(issuer="ca")), certificates=(ca(),))


@_group.vector(
    f"{_RFC}, 6.1.3 (a)(3)",
    "revocation.missing",
    twin="crl_of_the_whole_path",
    notes="Checking the leaf alone lets a revoked authority issue for ever.",
)
def crl_of_the_leaf_alone() -> Case:
    """Only the authority has a list; nothing says whether the authority is revoked."""
    return case(leaf(issuer="ca"), crls=(crl(issuer="ca"),), certificates=(ca(),))


# --- scope -----------------------------------------
@_group.vector(f"{_RFC}, 6.3.3 (b)(2)(i)")
def crl_of_the_same_point() -> Case:
    """Certificate and list name the same distribution point."""
    return case(leaf(_MY_POINT), crls=(crl(number(1), scope(uri(CRL_URL))),))


@_group.vector(f"{_RFC}, 6.3.3 (b)(2)(i)", "revocation.out_of_scope", twin="crl_of_the_same_point")
def crl_of_another_point() -> Case:
    """The list is of another distribution point than the certificate names."""
    return case(leaf(_MY_POINT), crls=(crl(number(1), scope(uri(CRL_URL + "2"))),))


@_group.vector(f"{_RFC}, 6.3.3 (b)(2)(iii)", "revocation.out_of_scope")
def crl_for_authorities_only() -> Case:
    """The list speaks of certificate authorities only."""
    return case(crls=(crl(number(1), scope(ca=True)),))


@_group.vector(f"{_RFC}, 6.3.3 (b)(2)(iv)", "revocation.out_of_scope")
def crl_for_attributes_only() -> Case:
    """The list speaks of attribute certificates only."""
    return case(crls=(crl(number(1), scope(attribute=True)),))


@_group.vector(f"{_RFC}, 6.3.3 (b)(2)(ii)")
def crl_for_end_entities() -> Case:
    """The list speaks of end entities only, and the certificate is one."""
    return case(crls=(crl(number(1), scope(user=True)),))


@_group.vector(f"{_RFC}, 6.3.3 (d)")
def crl_reasons_in_two_lists() -> Case:
    """Two lists cover all reasons between them."""
    lists = (
        crl(number(1), scope(reasons=(1, 2))),
        crl(number(1), scope(reasons=(3, 4, 5, 6, 7, 8))),
    )
    return case(crls=lists)


@_group.vector(
    f"{_RFC}, 6.3.3 (d)", "revocation.reasons_incomplete", twin="crl_reasons_in_two_lists"
)
def crl_reasons_in_one_list() -> Case:
    """The only list covers two reasons of eight."""
    return case(crls=(crl(number(1), scope(reasons=(1, 2))),))


@_group.vector(f"{_RFC}, 6.3.3 (d)", "revocation.revoked", twin="crl_reasons_in_two_lists")
def crl_reasons_and_revoked_in_one() -> Case:
    """Two lists cover all reasons; the second names the certificate."""
    lists = (
        crl(number(1), scope(reasons=(1, 2))),
        crl(number(1), scope(reasons=(3, 4, 5, 6, 7, 8)), entries=[entry()]),
    )
    return case(crls=lists)


# --- indirect lists -----------------------------------------
_NAMED = points(point(uri(CRL_URL), issuer=directory("lists")))
_LISTS = certificate("lists", "root", usage(6), points(point(uri(CRL_URL), issuer=directory("lists"))), serial=7)  # fmt: skip  # noqa: E501


def _indirect(*entries: bytes, indirect: bool = True) -> bytes:
    own = scope(uri(CRL_URL), indirect=indirect)
    return crl(number(1), own, issuer="lists", entries=entries)


@_group.vector(f"{_RFC}, 5.2.5")
def crl_indirect() -> Case:
    """The certificate names another issuer of lists, who was certified by the same authority."""
    return case(leaf(_NAMED), crls=(_indirect(),), certificates=(_LISTS,))


@_group.vector(f"{_RFC}, 5.3.3", "revocation.revoked", twin="crl_indirect")
def crl_indirect_revoked() -> Case:
    """The indirect list names the certificate, and in the entry its issuer."""
    listed = entry(LEAF_SERIAL, MOMENT - DAY, certificate_issuer("root"))
    return case(leaf(_NAMED), crls=(_indirect(listed),), certificates=(_LISTS,))


@_group.vector(
    f"{_RFC}, 5.3.3", notes="Without the issuer of the entry another's revocation is charged here."
)
def crl_indirect_serial_of_the_lists_issuer() -> Case:
    """The indirect list names the serial number without an issuer: it is its own certificate's."""
    return case(leaf(_NAMED), crls=(_indirect(entry()),), certificates=(_LISTS,))


@_group.vector(f"{_RFC}, 5.3.3", "revocation.revoked", twin="crl_indirect")
def crl_indirect_issuer_carried_on() -> Case:
    """The issuer named in an entry counts for the entries that follow."""
    first = entry(5, MOMENT - DAY, certificate_issuer("root"))
    return case(leaf(_NAMED), crls=(_indirect(first, entry()),), certificates=(_LISTS,))


@_group.vector(f"{_RFC}, 6.3.3 (b)(1)", "revocation.out_of_scope", twin="crl_indirect")
def crl_indirect_that_does_not_say_so() -> Case:
    """The named issuer's list does not say that it is indirect."""
    return case(leaf(_NAMED), crls=(_indirect(indirect=False),), certificates=(_LISTS,))


@_group.vector(f"{_RFC}, 6.3.3 (f)", "revocation.issuer_not_found", twin="crl_indirect")
def crl_indirect_without_certificate() -> Case:
    """The certificate of the named issuer of lists is not there."""
    return case(leaf(_NAMED), crls=(_indirect(),))


@_group.vector(
    f"{_RFC}, 5.3.3",
    "revocation.unreadable",
    notes="The entry, and all after it, are charged to somebody else.",
)
def crl_direct_with_a_certificate_issuer() -> Case:
    """A list that is not indirect names another issuer in an entry."""
    smuggled = entry(5, MOMENT - DAY, certificate_issuer("other"))
    return case(crls=(crl(number(1), scope(user=True), entries=[smuggled]),))


# --- delta lists -----------------------------------------
_HELD = crl(number(10), entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(6))])


def _delta(*entries: bytes, base: int = 10, signer: str | None = None) -> bytes:
    return crl(number(11), delta_of(base), entries=entries, this_update=THIS_UPDATE + 9,
               signer=signer)  # fmt: skip


@_group.vector(f"{_RFC}, 5.2.4")
def crl_with_delta() -> Case:
    """A complete list and a delta; neither names the certificate."""
    return case(crls=(crl(number(10)), _delta()))


@_group.vector(f"{_RFC}, 5.2.4", "revocation.revoked", twin="crl_with_delta")
def crl_revoked_in_the_delta() -> Case:
    """Only the delta names the certificate."""
    listed = entry(LEAF_SERIAL, MOMENT - DAY, reason(1))
    return case(crls=(crl(number(10)), _delta(listed)))


@_group.vector(
    f"{_RFC}, 5.2.4",
    "revocation.revoked",
    twin="crl_with_delta",
    notes="It is signed by the issuer and says so; what it cannot do is clear anybody.",
)
def crl_revoked_in_the_delta_of_another_base() -> Case:
    """Only a delta names the certificate; it continues a later list than the one at hand."""
    listed = entry(LEAF_SERIAL, MOMENT - DAY, reason(1))
    return case(crls=(crl(number(10)), _delta(listed, base=11)))


@_group.vector(f"{_RFC}, 6.3.3 (c)", "revocation.delta_without_base", twin="crl_with_delta")
def crl_delta_alone() -> Case:
    """There is a delta, and no complete list."""
    return case(crls=(_delta(),))


@_group.vector(f"{_RFC}, 5.3.1")
def crl_hold_lifted() -> Case:
    """The complete list suspends the certificate, and the delta removes it."""
    return case(crls=(_HELD, _delta(entry(LEAF_SERIAL, MOMENT - DAY, reason(8)))))


@_group.vector(
    f"{_RFC}, 5.3.1",
    "revocation.revoked",
    twin="crl_hold_lifted",
    notes="What is revoked cannot be lifted: only expiry takes it off the list.",
)
def crl_revocation_lifted() -> Case:
    """The complete list revokes the certificate for compromise, and the delta removes it."""
    base = crl(number(10), entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(1))])
    return case(crls=(base, _delta(entry(LEAF_SERIAL, MOMENT - DAY, reason(8)))))


@_group.vector(f"{_RFC}, 6.3.3 (h)", "revocation.on_hold", twin="crl_hold_lifted")
def crl_hold_lifted_by_a_forged_delta() -> Case:
    """The delta that removes the certificate is signed with another key."""
    forged = _delta(entry(LEAF_SERIAL, MOMENT - DAY, reason(8)), signer="attacker")
    return case(crls=(_HELD, forged))


@_group.vector(f"{_RFC}, 6.3.3 (c)", "revocation.on_hold", twin="crl_hold_lifted")
def crl_hold_lifted_by_the_delta_of_another_base() -> Case:
    """The delta that removes the certificate continues a later list than the one at hand."""
    other = _delta(entry(LEAF_SERIAL, MOMENT - DAY, reason(8)), base=11)
    return case(crls=(_HELD, other))


@_group.vector(f"{_RFC}, 5.3.1", "revocation.unreadable", notes="Listed, and read as not listed.")
def crl_remove_in_a_complete_list() -> Case:
    """A complete list names the certificate with the reason that only deltas have."""
    return case(crls=(crl(entries=[entry(LEAF_SERIAL, MOMENT - DAY, reason(8))]),))


# --- extensions -----------------------------------------
@_group.vector(f"{_RFC}, 5.2", "revocation.unreadable")
def crl_unknown_critical_extension() -> Case:
    """The list has a critical extension that nobody knows."""
    unknown = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    return case(crls=(crl(number(1), unknown),))


@_group.vector(f"{_RFC}, 5.3", "revocation.unreadable")
def crl_unknown_critical_entry_extension() -> Case:
    """The entry of another certificate has a critical extension that nobody knows."""
    unknown = extension(UNHEARD_OF, b"\x05\x00", critical=True)
    return case(crls=(crl(entries=[entry(5, MOMENT - DAY, unknown)]),))


@_group.vector(f"{_RFC}, 5.2")
def crl_unknown_extensions() -> Case:
    """List and entry have extensions that nobody knows, and neither is critical."""
    unknown = extension(UNHEARD_OF, b"\x05\x00")
    return case(crls=(crl(number(1), unknown, entries=[entry(5, MOMENT - DAY, unknown)]),))
