"""Name constraints: of authorities and of anchors, for each kind of name (RFC 5280, 4.2.1.10)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ...codec.der import context, encode_oid, tlv
from ...x509.extensions import NameKind
from ..certificates import (
    CN,
    C,
    Extension,
    Made,
    O,
    alternative_names,
    certificate,
    directory,
    dns,
    email,
    general_name,
    ip,
    key_of,
    name,
    name_constraints,
    uri,
    usual_name,
)
from ..path_cases import anchor, limit, path_case
from ..registry import Case, Group

_group = Group("x509", features=("es256", "name-constraints", "path"), twin="dns_permitted")
_RFC = "RFC 5280"
_DEFA = name((C, "TH"), (O, "TEST-ONLY defa_trust"))
_IP_NET = bytes((192, 0, 2, 0, 255, 255, 255, 0))
_OTHER = general_name(
    NameKind.OTHER, encode_oid("1.3.6.1.4.1.311.20.2.3") + tlv(context(0), tlv(0x0C, b"x"))
)


def _case(
    permitted: Iterable[bytes] = (),
    excluded: Iterable[bytes] = (),
    names: Iterable[bytes] = (),
    subject: bytes | None = None,
    **more: Any,
) -> Case:
    """A chain whose authority is constrained, and a signer with these names."""
    top = certificate("root")
    limits = [name_constraints(permitted, excluded)]
    middle = certificate("authority", top, ca=True, extensions=limits)
    own: list[Extension] = [alternative_names(*names)] if names else []
    leaf = certificate("signer", middle, subject=subject, extensions=own)
    return path_case(leaf, middle, top, **more)


# --- DNS -----------------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def dns_permitted() -> Case:
    """The DNS name lies within the permitted subtree, in another case."""
    return _case([dns("th.test.example")], names=[dns("Sign.TH.test.example")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted")
def dns_not_permitted() -> Case:
    """The DNS name lies outside the permitted subtree."""
    return _case([dns("th.test.example")], names=[dns("sign.sg.test.example")])


@_group.vector(
    f"{_RFC}, 4.2.1.10",
    "path.name_not_permitted",
    notes="Compared as text and not label by label.",
)
def dns_that_only_ends_alike() -> Case:
    """The DNS name ends with the permitted one, inside a label."""
    return _case([dns("th.test.example")], names=[dns("noth.test.example")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_excluded")
def dns_excluded() -> Case:
    """The DNS name lies within an excluded subtree."""
    return _case(excluded=[dns("test.example")], names=[dns("sign.th.test.example")])


@_group.vector(
    f"{_RFC}, 4.2.1.10",
    "path.name_excluded",
    notes="CVE-2025-61727: a wildcard may match what is excluded.",
)
def dns_wildcard_over_what_is_excluded() -> Case:
    """A wildcard name covers an excluded host."""
    return _case(excluded=[dns("sign.th.test.example")], names=[dns("*.th.test.example")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_unsupported")
def dns_that_is_no_name() -> Case:
    """What stands as a DNS name is none, and DNS names are constrained."""
    return _case([dns("th.test.example")], names=[dns("sign th.test.example")])


# --- e-mail --------------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def email_of_a_permitted_host() -> Case:
    """Every mailbox of the host is permitted."""
    return _case([email("th.test.example")], names=[email("somchai@TH.test.example")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted", twin="email_of_a_permitted_host")
def email_of_a_host_below() -> Case:
    """A host is permitted; the mailbox is of a host below it."""
    return _case([email("th.test.example")], names=[email("somchai@mail.th.test.example")])


@_group.vector(f"{_RFC}, 4.2.1.10")
def email_of_a_permitted_domain() -> Case:
    """With a full stop before it, all hosts below a domain are permitted."""
    return _case([email(".th.test.example")], names=[email("somchai@mail.th.test.example")])


@_group.vector(f"{_RFC}, 7.5", "path.name_not_permitted", twin="email_of_one_mailbox")
def email_of_another_mailbox() -> Case:
    """One mailbox is permitted, and local parts are compared exactly."""
    return _case([email("Somchai@th.test.example")], names=[email("somchai@th.test.example")])


@_group.vector(f"{_RFC}, 7.5")
def email_of_one_mailbox() -> Case:
    """One mailbox is permitted, and it is that one."""
    return _case([email("Somchai@th.test.example")], names=[email("Somchai@TH.test.example")])


@_group.vector(
    f"{_RFC}, 4.2.1.10",
    "path.name_excluded",
    twin="email_of_a_permitted_host",
    notes="The address stands in the subject's emailAddress, where old software still looks.",
)
def email_in_the_subject() -> Case:
    """The excluded host's mailbox is an attribute of the subject."""
    mailbox = (("1.2.840.113549.1.9.1", "somchai@sg.test.example"),)
    subject = name((C, "TH"), (CN, "TEST-ONLY signer"), *mailbox, tag=0x16)
    return _case(excluded=[email("sg.test.example")], subject=subject)


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_unsupported", twin="email_of_a_permitted_host")
def email_with_two_signs() -> Case:
    """What stands as a mailbox is none, and mailboxes are constrained."""
    return _case([email("th.test.example")], names=[email("a@b@th.test.example")])


# --- URI -----------------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def uri_of_a_permitted_host() -> Case:
    """The URI's host is permitted; user, port and path do not matter."""
    address = uri("https://user@issuer.th.test.example:8443/a?b#c")
    return _case([uri("issuer.th.test.example")], names=[address])


@_group.vector(
    f"{_RFC}, 4.2.1.10",
    "path.name_not_permitted",
    twin="uri_of_a_permitted_host",
    notes="The permitted host stands in the user part.",
)
def uri_with_the_permitted_host_as_user() -> Case:
    """The URI's host is another; the permitted one stands before the `@`."""
    address = uri("https://issuer.th.test.example@evil.example/")
    return _case([uri("issuer.th.test.example")], names=[address])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_excluded", twin="uri_of_a_permitted_host")
def uri_excluded() -> Case:
    """All hosts of the domain are excluded."""
    return _case(excluded=[uri(".test.example")], names=[uri("https://issuer.test.example/")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_unsupported", twin="uri_of_a_permitted_host")
def uri_with_an_address() -> Case:
    """URIs are constrained, and this one's host is an IP address."""
    return _case([uri("192.0.2.1")], names=[uri("https://192.0.2.1/")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_unsupported", twin="uri_of_a_permitted_host")
def uri_without_a_host() -> Case:
    """URIs are constrained, and this one has no authority."""
    return _case([uri("th.test.example")], names=[uri("urn:th.test.example")])


# --- IP ------------------------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def ip_permitted() -> Case:
    """The address lies within the permitted network."""
    return _case([ip(_IP_NET)], names=[ip(bytes((192, 0, 2, 99)))])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted", twin="ip_permitted")
def ip_not_permitted() -> Case:
    """The address lies in the next network."""
    return _case([ip(_IP_NET)], names=[ip(bytes((192, 0, 3, 99)))])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted", twin="ip_permitted")
def ip_of_another_version() -> Case:
    """IPv4 addresses are permitted, and this is one of IPv6."""
    return _case([ip(_IP_NET)], names=[ip(bytes(15) + b"\x01")])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_unsupported", twin="ip_permitted")
def ip_with_a_mask_that_is_none() -> Case:
    """The mask of the excluded network has a hole."""
    holed = bytes((192, 0, 2, 0, 255, 0, 255, 0))
    return _case(excluded=[ip(holed)], names=[ip(bytes((192, 0, 2, 99)))])


# --- directory names -----------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def directory_permitted() -> Case:
    """The subject begins with the permitted parts, spelt otherwise."""
    spelt = name((C, "th"), (O, "Test-Only  DEFA_trust"), tag=0x13)
    return _case([directory(spelt)])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted", twin="directory_permitted")
def directory_not_permitted() -> Case:
    """The subject is of another organisation."""
    subject = name((C, "TH"), (O, "TEST-ONLY defa_trust 2"), (CN, "TEST-ONLY signer"))
    return _case([directory(_DEFA)], subject=subject)


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_excluded", twin="directory_permitted")
def directory_excluded() -> Case:
    """The subject lies within an excluded subtree."""
    return _case(excluded=[directory(name((C, "TH")))])


@_group.vector(f"{_RFC}, 4.2.1.10", "path.name_not_permitted", twin="directory_permitted")
def directory_as_an_alternative_name() -> Case:
    """The subject is permitted; a directory name beside it is not."""
    return _case([directory(_DEFA)], names=[directory(usual_name("signer", "SG"))])


# --- several, and none ---------------------------------------------------------------------------
@_group.vector(f"{_RFC}, 4.2.1.10")
def another_kind_is_constrained() -> Case:
    """Only IP addresses are constrained, and the certificate has none."""
    return _case([ip(_IP_NET)], names=[dns("sign.sg.test.example")])


@_group.vector(
    f"{_RFC}, 4.2.1.10",
    "path.name_unsupported",
    twin="a_kind_nobody_compares_and_nobody_uses",
    notes="A constraint that is not understood, passed over.",
)
def a_kind_nobody_compares() -> Case:
    """A kind of name is constrained that cannot be compared, and the certificate has one."""
    return _case(excluded=[_OTHER], names=[_OTHER])


@_group.vector(f"{_RFC}, 4.2.1.10")
def a_kind_nobody_compares_and_nobody_uses() -> Case:
    """A kind of name is constrained that cannot be compared, and the certificate has none."""
    return _case(excluded=[_OTHER], names=[dns("sign.th.test.example")])


_MAILBOX = general_name(
    NameKind.OTHER,
    encode_oid("1.3.6.1.5.5.7.8.9") + tlv(context(0), tlv(0x0C, "ký@evil.test.example".encode())),
)
"""SmtpUTF8Mailbox (RFC 9598, 3)."""


@_group.vector("RFC 9598, 6")
def an_international_mailbox_where_no_mailbox_is_limited() -> Case:
    """A mailbox in UTF-8, and constraints on DNS names alone."""
    return _case(excluded=[dns("evil.test.example")], names=[_MAILBOX])


@_group.vector(
    "RFC 9598, 6",
    "path.name_unsupported",
    twin="an_international_mailbox_where_no_mailbox_is_limited",
    notes="an excluded address passes in another form",
)
def an_international_mailbox_of_an_excluded_host() -> Case:
    """Mailboxes of a host are excluded, and the signer writes one of them in UTF-8."""
    return _case(excluded=[email("evil.test.example")], names=[_MAILBOX])


@_group.vector(
    "RFC 9598, 6",
    "path.name_unsupported",
    twin="an_international_mailbox_where_no_mailbox_is_limited",
    notes="an address outside the permitted hosts passes in another form",
)
def an_international_mailbox_beside_a_permitted_host() -> Case:
    """Mailboxes of one host are permitted, and the signer writes that of another in UTF-8."""
    return _case([email("good.test.example")], names=[_MAILBOX])


def _below(first: Extension, second: Extension, host: str) -> Case:
    top = certificate("root")
    upper = certificate("upper", top, ca=True, extensions=[first])
    lower = certificate("lower", upper, ca=True, extensions=[second])
    leaf = certificate("signer", lower, extensions=[alternative_names(dns(host))])
    return path_case(leaf, lower, upper, top)


@_group.vector(f"{_RFC}, 6.1.4")
def narrowed_further_down() -> Case:
    """Each of two authorities permits a subtree, and the name lies in both."""
    return _below(
        name_constraints([dns("test.example")]),
        name_constraints([dns("th.test.example")]),
        "sign.th.test.example",
    )


@_group.vector(f"{_RFC}, 6.1.4", "path.name_not_permitted", twin="narrowed_further_down")
def widened_further_down() -> Case:
    """The lower authority permits more than the upper one did."""
    return _below(
        name_constraints([dns("th.test.example")]),
        name_constraints([dns("test.example")]),
        "sign.sg.test.example",
    )


@_group.vector(f"{_RFC}, 6.1.3", "path.name_excluded", twin="dns_permitted")
def an_authority_outside_its_own_limits() -> Case:
    """The name of an authority further down is excluded by the one above it."""
    top = certificate("root")
    limits = name_constraints(excluded=[dns("sg.test.example")])
    upper = certificate("upper", top, ca=True, extensions=[limits])
    own = alternative_names(dns("ca.sg.test.example"))
    lower = certificate("lower", upper, ca=True, extensions=[own])
    return path_case(certificate("signer", lower), lower, upper, top)


@_group.vector(f"{_RFC}, 6.1.3")
def a_self_issued_authority_is_exempt() -> Case:
    """An authority's new key, certified by itself, need not lie within its own limits."""
    top = certificate("root")
    limits = name_constraints(excluded=[directory(usual_name("authority"))])
    old = certificate("authority", top, ca=True, extensions=[limits])
    new = certificate("authority", old, ca=True, key=key_of("new key"))
    return path_case(certificate("signer", new), new, old, top)


def _anchored(names: Iterable[bytes], top: Made, **limits: Any) -> Case:
    leaf = certificate("signer", top, extensions=[alternative_names(*names)])
    return path_case(leaf, top, trusted=[anchor(top, **limits)])


@_group.vector("RFC 5937, 3")
def within_the_anchors_own_limits() -> Case:
    """The trusted certificate is constrained, and the name lies within."""
    top = certificate("root", extensions=[name_constraints([dns("th.test.example")])])
    return _anchored([dns("sign.th.test.example")], top)


@_group.vector(
    "RFC 5937, 3",
    "path.name_not_permitted",
    twin="within_the_anchors_own_limits",
    notes="The anchor's own name constraints ignored.",
)
def outside_the_anchors_own_limits() -> Case:
    """The trusted certificate is constrained, and the name lies outside."""
    top = certificate("root", extensions=[name_constraints([dns("th.test.example")])])
    return _anchored([dns("sign.sg.test.example")], top)


@_group.vector(
    "RFC 5914, 2.5", "path.name_excluded", twin="within_the_limits_an_anchor_is_listed_with"
)
def outside_the_limits_an_anchor_is_listed_with() -> Case:
    """The list that names the anchor excludes a subtree."""
    top = certificate("root")
    excluded = [limit("dns", b"sg.test.example")]
    return _anchored([dns("sign.sg.test.example")], top, excluded=excluded)


@_group.vector("RFC 5914, 2.5")
def within_the_limits_an_anchor_is_listed_with() -> Case:
    """The list that names the anchor excludes a subtree, and the name lies elsewhere."""
    top = certificate("root")
    excluded = [limit("dns", b"sg.test.example")]
    return _anchored([dns("sign.th.test.example")], top, excluded=excluded)
