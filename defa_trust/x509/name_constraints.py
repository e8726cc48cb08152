"""Name constraints along a path: RFC 5280, 4.2.1.10 and 6.1.3 (b), (c) (floor 4).

Directory names, DNS names, e-mail addresses, IP addresses and URIs are compared. A name of any
other kind that somebody constrained, a constraint that is malformed, and a name that is malformed
where its kind is constrained, all fail: what cannot be compared is not permitted.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from ..codec.der import encode_oid
from ..codes import x509 as codes
from ..finding import Code
from .certificate import UntrustedCertificate
from .extensions import GeneralName, NameConstraints, NameKind
from .names import name_key, read_name

MAX_COMPARISONS: Final = 1 << 15
"""Ours: names times subtrees along one path; those in the public corpora need under 1,000."""
_EMAIL_ADDRESS: Final = "1.2.840.113549.1.9.1"
_SMTP_UTF8_MAILBOX: Final = encode_oid("1.3.6.1.5.5.7.8.9")
_EMPTY_NAME: Final = b"\x30\x00"
_LABEL: Final = rb"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_HOST: Final = re.compile(rb"(?:%b\.)*%b" % (_LABEL, _LABEL))
_URI_HOST: Final = re.compile(
    rb"[a-z][a-z0-9+.-]*://(?:[^/?#@\[\]]*@)?([^/?#@:\[\]]+)(?::[0-9]*)?(?:[/?#].*)?",
    re.DOTALL,
)
_ATOM: Final = rb"[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART: Final = re.compile(rb"%b(?:\.%b)*|\"(?:[ !#-\[\]-~]|\\[ -~])*\"" % (_ATOM, _ATOM))
"""RFC 5321, 4.1.2: a dotted string, or one in quotation marks."""
_DOTTED_QUAD: Final = re.compile(rb"[0-9]{1,3}(?:\.[0-9]{1,3}){3}")


class Breach(NamedTuple):
    """``code`` is `path.name_not_permitted`, `path.name_excluded`, `path.name_unsupported` or
    `path.budget`; ``kind`` the kind of the name: never the name itself, which may be a person's."""

    code: Code
    kind: str


def check_names(
    certificate: UntrustedCertificate, limits: Sequence[NameConstraints], spent: int = 0
) -> tuple[Breach | None, int]:
    """Does every name of the certificate satisfy all ``limits`` from above it?

    Answers the first breach, and how many comparisons were made in all with those ``spent`` before.
    """
    names = tuple(_names(certificate))
    for limit in limits:
        for name in names:
            spent += len(limit.permitted or ()) + len(limit.excluded or ())
            if spent > MAX_COMPARISONS:
                return Breach(codes.BUDGET, "comparisons of names"), spent
            breach = _breach(name, limit)
            if breach is not None:
                return breach, spent
    return None, spent


def _names(certificate: UntrustedCertificate) -> Iterable[GeneralName]:
    """The subject, if it has parts, then the alternative names.

    NOTE: 4.2.1.10 applies e-mail constraints to the subject's emailAddress only where there is no
    subjectAltName; here always, because readers show that address in any case.
    """
    subject = certificate.subject_name
    if subject != _EMPTY_NAME:
        yield GeneralName(NameKind.DIRECTORY, subject)
        for rdn in read_name(subject):
            for kind, value in rdn:
                if kind == _EMAIL_ADDRESS:
                    address = value if isinstance(value, bytes) else value.encode()
                    yield GeneralName(NameKind.EMAIL, address)
    yield from certificate.subject_alt_names


def _breach(name: GeneralName, limit: NameConstraints) -> Breach | None:
    kind = name.kind
    permitted = [base.value for base in limit.permitted or () if base.kind is kind]
    excluded = [base.value for base in limit.excluded or () if base.kind is kind]
    if not permitted and not excluded:
        if kind is NameKind.OTHER and name.value.startswith(_SMTP_UTF8_MAILBOX):
            return _mailbox_breach(limit)
        return None
    shown = kind.name.lower()
    compare = _COMPARE.get(kind)
    if compare is None:
        return Breach(codes.NAME_UNSUPPORTED, shown)
    exclude = _dns_excluded if compare is _dns else compare
    for base in excluded:
        inside = exclude(name.value, base)
        if inside is None:
            return Breach(codes.NAME_UNSUPPORTED, shown)
        if inside:
            return Breach(codes.NAME_EXCLUDED, shown)
    if not permitted:
        return None
    answers = [compare(name.value, base) for base in permitted]
    if None in answers:
        return Breach(codes.NAME_UNSUPPORTED, shown)
    return None if True in answers else Breach(codes.NAME_NOT_PERMITTED, shown)


def _mailbox_breach(limit: NameConstraints) -> Breach | None:
    """An internationalised mailbox where somebody limited mailboxes.

    RFC 9598, 6 has it obey constraints on rfc822Name. NOTE: not compared but refused, so that no
    address slips past them in another form.
    """
    for base in (*(limit.permitted or ()), *(limit.excluded or ())):
        if base.kind is NameKind.EMAIL:
            return Breach(codes.NAME_UNSUPPORTED, "smtp_utf8_mailbox")
    return None


# --- one name against one subtree: True inside, False outside, None not comparable ---------------
def _directory(name: bytes, base: bytes) -> bool:
    """The base's parts are the first parts of the name (keys of parts delimit themselves)."""
    return name_key(name).startswith(name_key(base))


def _host(text: bytes) -> bytes | None:
    """A host name in lower case without a final dot; ``None`` for anything else."""
    host = text.lower().removesuffix(b".")
    return host if len(host) < 254 and _HOST.fullmatch(host) else None


def is_host(text: bytes) -> bool:
    """A host name in the syntax of RFC 1123, 2.1 (underscores pass)."""
    return _host(text) is not None


def is_mailbox(text: bytes) -> bool:
    """`local@host` (RFC 5321, 4.1.2)."""
    local, _, domain = text.rpartition(b"@")
    return _LOCAL_PART.fullmatch(local) is not None and _host(domain) is not None


def _dns_excluded(name: bytes, base: bytes) -> bool | None:
    """A wildcard lies inside an excluded subtree as soon as one name it may match does."""
    inside = _dns(name, base)
    if inside is False and name.startswith(b"*."):
        return bool(base.lower().removesuffix(b".").endswith(name[1:].lower().removesuffix(b".")))
    return inside


def _dns(name: bytes, base: bytes) -> bool | None:
    """A base holds itself and everything left of it; a wildcard must lie inside whole."""
    wildcard = name.startswith(b"*.")
    host = _host(name[2:] if wildcard else name)
    if host is None:
        return None
    if not base:
        return True
    limit = _host(base)
    if limit is None:
        return None
    return host == limit or host.endswith(b"." + limit)


def _email(name: bytes, base: bytes) -> bool | None:
    """RFC 5280, 4.2.1.10: a mailbox, all mailboxes of a host, or (`.example`) of a domain's hosts.

    The local part is compared exactly (RFC 5280, 7.5).
    """
    local, _, domain = name.rpartition(b"@")
    host = _host(domain)
    if host is None or not _LOCAL_PART.fullmatch(local):
        return None
    mailbox, at, domain = base.rpartition(b"@")
    if at:
        limit = _host(domain)
        return None if limit is None or not mailbox else (local, host) == (mailbox, limit)
    return _host_in(host, base)


def _host_in(host: bytes, base: bytes) -> bool | None:
    """``base`` `.example` holds the hosts of a domain, `example` that host alone, empty all."""
    if not base:
        return True
    limit = _host(base.removeprefix(b"."))
    if limit is None:
        return None
    return host.endswith(b"." + limit) if base.startswith(b".") else host == limit


def _uri(name: bytes, base: bytes) -> bool | None:
    """The host of the authority, which must be a domain name and no address."""
    found = _URI_HOST.fullmatch(name.lower())
    host = _host(found[1]) if found else None
    if host is None or _DOTTED_QUAD.fullmatch(host):
        return None
    return _host_in(host, base)


def _ip(name: bytes, base: bytes) -> bool | None:
    """Address and mask in the style of RFC 4632; the mask is a prefix."""
    size = len(name)
    if size not in (4, 16) or len(base) not in (8, 32):
        return None
    half = len(base) // 2
    mask = int.from_bytes(base[half:])
    inverted = mask ^ ((1 << 8 * half) - 1)
    if inverted & (inverted + 1):
        return None
    if half != size:
        return False
    return int.from_bytes(name) & mask == int.from_bytes(base[:half]) & mask


_COMPARE: Final = {
    NameKind.DIRECTORY: _directory,
    NameKind.DNS: _dns,
    NameKind.EMAIL: _email,
    NameKind.URI: _uri,
    NameKind.IP: _ip,
}
