"""Values of certificate extensions, read strictly into plain facts (floor 4).

Each reader takes the octets of ``extnValue`` and raises ``Rejection`` (`der.*` or
`certificate.extension`, offsets within those octets) for anything else than its one legal form.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum
from types import MappingProxyType
from typing import Final, NamedTuple

from ..codec.der import INTEGER, SEQUENCE, Reader, context, dotted, encode_oid
from ..codes import x509 as codes
from ..errors import Rejection
from .names import name_key

KEY_USAGE: Final = "2.5.29.15"
EXTENDED_KEY_USAGE: Final = "2.5.29.37"
BASIC_CONSTRAINTS: Final = "2.5.29.19"
SUBJECT_KEY_IDENTIFIER: Final = "2.5.29.14"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
SUBJECT_ALT_NAME: Final = "2.5.29.17"
ISSUER_ALT_NAME: Final = "2.5.29.18"
CERTIFICATE_POLICIES: Final = "2.5.29.32"
POLICY_MAPPINGS: Final = "2.5.29.33"
POLICY_CONSTRAINTS: Final = "2.5.29.36"
INHIBIT_ANY_POLICY: Final = "2.5.29.54"
NAME_CONSTRAINTS: Final = "2.5.29.30"
CRL_DISTRIBUTION_POINTS: Final = "2.5.29.31"
FRESHEST_CRL: Final = "2.5.29.46"
AUTHORITY_INFO_ACCESS: Final = "1.3.6.1.5.5.7.1.1"
QC_STATEMENTS: Final = "1.3.6.1.5.5.7.1.3"
OCSP_NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
ANY_POLICY: Final = "2.5.29.32.0"
ANY_EXTENDED_KEY_USAGE: Final = "2.5.29.37.0"
ACCESS_OCSP: Final = "1.3.6.1.5.5.7.48.1"
ACCESS_CA_ISSUERS: Final = "1.3.6.1.5.5.7.48.2"

KEY_USAGES: Final = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)
"""RFC 5280, 4.2.1.3, bit 0 first; `content_commitment` was called nonRepudiation."""
REASONS: Final = (
    "unused",
    "key_compromise",
    "ca_compromise",
    "affiliation_changed",
    "superseded",
    "cessation_of_operation",
    "certificate_hold",
    "privilege_withdrawn",
    "aa_compromise",
)
"""RFC 5280, 4.2.1.13 (ReasonFlags), bit 0 first."""
MAX_NAMES: Final = 4096
"""Ours: names or subtrees in one extension; the largest in the public corpora has under 1,100."""


class NameKind(IntEnum):
    """The alternative of a GeneralName (RFC 5280, 4.2.1.6): its context tag."""

    OTHER = 0
    EMAIL = 1
    DNS = 2
    X400 = 3
    DIRECTORY = 4
    EDI = 5
    URI = 6
    IP = 7
    REGISTERED_ID = 8


class GeneralName(NamedTuple):
    """``value``: text of e-mail, DNS and URI (ASCII octets); octets of an IP address; the DER Name
    of a directory name; the contents, as they are, of every other kind."""

    kind: NameKind
    value: bytes


class BasicConstraints(NamedTuple):
    """``path_length`` ``None`` is unbounded."""

    is_ca: bool = False
    path_length: int | None = None


class AuthorityKeyIdentifier(NamedTuple):
    """RFC 5280, 4.2.1.1: a hint, never a proof."""

    key: bytes | None = None
    issuer: tuple[GeneralName, ...] = ()
    serial: int | None = None


class PolicyInformation(NamedTuple):
    """One certificate policy and its qualifiers, each (type, DER)."""

    policy: str
    qualifiers: tuple[tuple[str, bytes], ...] = ()


class PolicyConstraints(NamedTuple):
    require_explicit: int | None = None
    inhibit_mapping: int | None = None


class NameConstraints(NamedTuple):
    """``None`` where that list of subtrees is absent."""

    permitted: tuple[GeneralName, ...] | None = None
    excluded: tuple[GeneralName, ...] | None = None


class DistributionPoint(NamedTuple):
    """RFC 5280, 4.2.1.13. ``relative`` is the contents of a RelativeDistinguishedName."""

    full_name: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    reasons: frozenset[str] | None = None
    crl_issuer: tuple[GeneralName, ...] = ()


class QcStatement(NamedTuple):
    """RFC 3739, 3.2.6; EN 319 412-5. ``info`` is the DER of what follows the identifier."""

    statement: str
    info: bytes | None = None


def _fault(actual: str, where: int = 0) -> Rejection:
    return Rejection(codes.EXTENSION, where=f"offset {where}", actual=actual)


def _sequence(value: bytes) -> Reader:
    outer = Reader(value)
    inside = outer.take(SEQUENCE)
    outer.finish()
    return inside


def _filled(value: bytes, what: str) -> Reader:
    """A SEQUENCE that holds something (SIZE (1..MAX))."""
    inside = _sequence(value)
    if inside.pos == inside.end:
        raise _fault(f"an empty list of {what}")
    return inside


# --- key usage, constraints, identifiers ---------------------------------------------------------
def _named(bits: int, size: int, names: tuple[str, ...]) -> frozenset[str]:
    top = 8 * size - 1
    return frozenset(name for i, name in enumerate(names) if i <= top and bits >> (top - i) & 1)


_ONE_OCTET: Final = tuple(_named(octet, 1, KEY_USAGES) for octet in range(256))


def read_key_usage(value: bytes) -> frozenset[str]:
    if len(value) == 4 and value[:2] == b"\x03\x02":
        unused, octet = value[2], value[3]
        if unused < 8 and not octet & ((1 << unused) - 1):
            return _ONE_OCTET[octet]
    outer = Reader(value)
    bits, _ = outer.bits()
    outer.finish()
    return _named(int.from_bytes(bits), len(bits), KEY_USAGES)


def read_basic_constraints(value: bytes) -> BasicConstraints:
    """RFC 5280, 4.2.1.9.

    NOTE: a `cA FALSE` that is written out is read although X.690, 11.5 forbids writing a default:
    one certificate in sixty of the public trust lists has it, and it means nothing else.
    """
    usual = _USUAL_CONSTRAINTS.get(value)
    if usual is not None:
        return usual
    inside = _sequence(value)
    is_ca = inside.peek() == 1 and inside.boolean()
    length = inside.integer() if inside.peek() == INTEGER else None
    inside.finish()
    if length is not None and length < 0:
        raise _fault("a negative path length")
    return BasicConstraints(is_ca, length)


_USUAL_CONSTRAINTS: Final = {
    b"\x30\x00": BasicConstraints(),
    b"\x30\x03\x01\x01\xff": BasicConstraints(is_ca=True),
    **{
        b"\x30\x06\x01\x01\xff\x02\x01%c" % length: BasicConstraints(True, length)
        for length in range(8)
    },
}


def read_extended_key_usage(value: bytes) -> tuple[str, ...]:
    inside = _filled(value, "purposes")
    purposes = []
    while inside.pos < inside.end:
        purposes.append(inside.oid())
    return tuple(purposes)


def read_subject_key_identifier(value: bytes) -> bytes:
    if len(value) == 22 and value[:2] == b"\x04\x14":  # a SHA-1 digest, as nearly all are
        return value[2:]
    outer = Reader(value)
    identifier = outer.octets()
    outer.finish()
    return identifier


def read_authority_key_identifier(value: bytes) -> AuthorityKeyIdentifier:
    if len(value) == 24 and value[:4] == b"\x30\x16\x80\x14":
        return AuthorityKeyIdentifier(value[4:])
    inside = _sequence(value)
    tag = inside.peek()
    key = inside.octets(0x80) if tag == 0x80 else None
    issuer = () if inside.pos == inside.end else _implicit_names(inside, 1)
    serial = inside.integer(0x82) if inside.peek() == 0x82 else None
    inside.finish()
    return AuthorityKeyIdentifier(key, issuer, serial)


# --- names ---------------------------------------------------------------------------------------
_TAGS: Final[Mapping[int, NameKind]] = MappingProxyType(
    {context(kind, constructed=kind in (0, 3, 4, 5)): kind for kind in NameKind}
)
_TEXTS: Final = frozenset({NameKind.EMAIL, NameKind.DNS, NameKind.URI})


def read_general_name(reader: Reader) -> GeneralName:
    begun = reader.pos
    tag, inside = reader.any()
    kind = _TAGS.get(tag)
    if kind is None:
        raise _fault("a name of no known kind", begun)
    value = inside.body()
    if kind in _TEXTS:
        if not value.isascii():
            raise _fault(f"{kind.name} that is not ASCII", begun)
    elif kind is NameKind.DIRECTORY:
        value = inside.raw(SEQUENCE)
        inside.finish()
        name_key(value)
    elif kind is NameKind.OTHER:
        inside.oid()
        inside.take(context(0))
        inside.finish()
    return GeneralName(kind, value)


def read_general_names(inside: Reader) -> tuple[GeneralName, ...]:
    """All names between the reader's bounds: at least one (RFC 5280, 4.2.1.6)."""
    names: list[GeneralName] = []
    while inside.pos < inside.end:
        if len(names) >= MAX_NAMES:
            raise _fault(f"more than {MAX_NAMES} names", inside.pos)
        names.append(read_general_name(inside))
    if not names:
        raise _fault("an empty list of names", inside.pos)
    return tuple(names)


def read_alt_name(value: bytes) -> tuple[GeneralName, ...]:
    """A subjectAltName or issuerAltName (4.2.1.6, 4.2.1.7).

    NOTE: an empty list is read, though SIZE (1..MAX) forbids it: certificates in the public trust
    lists have it, and it names nobody.
    """
    inside = _sequence(value)
    return read_general_names(inside) if inside.pos < inside.end else ()


def _implicit_names(reader: Reader, number: int) -> tuple[GeneralName, ...]:
    """``[number] GeneralNames OPTIONAL``."""
    inside = reader.take_if(context(number))
    return () if inside is None else read_general_names(inside)


def read_name_constraints(value: bytes) -> NameConstraints:
    """RFC 5280, 4.2.1.10: `minimum` is 0 and `maximum` absent; anything else is refused."""
    inside = _sequence(value)
    lists: list[tuple[GeneralName, ...] | None] = []
    for number in (0, 1):
        subtrees = inside.take_if(context(number))
        lists.append(None if subtrees is None else _subtrees(subtrees))
    inside.finish()
    if lists == [None, None]:
        raise _fault("name constraints that constrain nothing")
    return NameConstraints(*lists)


def _subtrees(subtrees: Reader) -> tuple[GeneralName, ...]:
    found: list[GeneralName] = []
    while subtrees.pos < subtrees.end:
        if len(found) >= MAX_NAMES:
            raise _fault(f"more than {MAX_NAMES} subtrees", subtrees.pos)
        subtree = subtrees.take(SEQUENCE)
        found.append(read_general_name(subtree))
        if subtree.pos < subtree.end:
            raise _fault("a subtree with minimum or maximum", subtree.pos)
    if not found:
        raise _fault("an empty list of subtrees", subtrees.pos)
    return tuple(found)


# --- policies ------------------------------------------------------------------------------------
def read_certificate_policies(value: bytes) -> tuple[PolicyInformation, ...]:
    """RFC 5280, 4.2.1.4: at least one, none twice."""
    size = len(value)
    if 8 < size < 0x80 and value[:5] == b"\x30%c\x30%c\x06" % (size - 2, size - 4):
        # One policy without qualifiers.
        policy = dotted(value[6:]) if value[5] == size - 6 else None
        if policy is not None:
            return (PolicyInformation(policy),)
    inside = _filled(value, "policies")
    found: dict[str, PolicyInformation] = {}
    while inside.pos < inside.end:
        begun = inside.pos
        information = inside.take(SEQUENCE)
        policy = information.oid()
        qualifiers: list[tuple[str, bytes]] = []
        if (listed := information.take_if(SEQUENCE)) is not None:
            while listed.pos < listed.end:
                qualifier = listed.take(SEQUENCE)
                qualifiers.append((qualifier.oid(), qualifier.raw()))
                qualifier.finish()
        information.finish()
        if policy in found:
            raise _fault("a policy twice", begun)
        found[policy] = PolicyInformation(policy, tuple(qualifiers))
    return tuple(found.values())


def read_policy_mappings(value: bytes) -> tuple[tuple[str, str], ...]:
    """(issuer's policy, subject's policy), at least one pair (4.2.1.5)."""
    inside = _filled(value, "mappings")
    pairs = []
    while inside.pos < inside.end:
        pair = inside.take(SEQUENCE)
        pairs.append((pair.oid(), pair.oid()))
        pair.finish()
    return tuple(pairs)


def read_policy_constraints(value: bytes) -> PolicyConstraints:
    """RFC 5280, 4.2.1.11: never empty."""
    inside = _filled(value, "policy constraints")
    explicit = inside.integer(0x80) if inside.peek() == 0x80 else None
    mapping = inside.integer(0x81) if inside.peek() == 0x81 else None
    inside.finish()
    if min(explicit or 0, mapping or 0) < 0:
        raise _fault("a negative number of certificates")
    return PolicyConstraints(explicit, mapping)


def read_inhibit_any_policy(value: bytes) -> int:
    outer = Reader(value)
    skip = outer.integer()
    outer.finish()
    if skip < 0:
        raise _fault("a negative number of certificates")
    return skip


_ACCESS_METHODS: Final = {encode_oid(oid): oid for oid in (ACCESS_OCSP, ACCESS_CA_ISSUERS)}


# --- where to ask --------------------------------------------------------------------------------
def read_crl_distribution_points(value: bytes) -> tuple[DistributionPoint, ...]:
    """A cRLDistributionPoints or freshestCRL (4.2.1.13, 4.2.1.15)."""
    size = len(value)
    if 10 < size < 0x80 and value[:10] == b"\x30%c\x30%c\xa0%c\xa0%c\x86%c" % (
        *(size - 2, size - 4, size - 6, size - 8, size - 10),
    ):
        # One point with one address.
        address = value[10:]
        if address.isascii():
            return (DistributionPoint((GeneralName(NameKind.URI, address),)),)
    inside = _filled(value, "distribution points")
    points = []
    while inside.pos < inside.end:
        point = inside.take(SEQUENCE)
        full: tuple[GeneralName, ...] = ()
        relative: bytes | None = None
        if (named := point.take_if(context(0))) is not None:
            full, relative = read_distribution_point_name(named)
        reasons = read_reasons(point, 0x81) if point.peek() == 0x81 else None
        issuer = _implicit_names(point, 2)
        point.finish()
        if not (full or relative or issuer):
            raise _fault("a distribution point that names nothing", point.start)
        points.append(DistributionPoint(full, relative, reasons, issuer))
    return tuple(points)


def read_distribution_point_name(
    inside: Reader,
) -> tuple[tuple[GeneralName, ...], bytes | None]:
    """(full name, relative name): one of the two (4.2.1.13)."""
    full = _implicit_names(inside, 0)
    relative: bytes | None = None
    if not full:
        relative = inside.take(context(1)).body()
        if Reader(relative).peek() != SEQUENCE:
            raise _fault("a relative name without attributes", inside.start)
    inside.finish()
    return full, relative


def read_reasons(reader: Reader, tag: int) -> frozenset[str]:
    """ReasonFlags under an implicit tag."""
    bits, _ = reader.bits(tag)
    return _named(int.from_bytes(bits), len(bits), REASONS)


def read_authority_info_access(value: bytes) -> tuple[tuple[str, GeneralName], ...]:
    """(access method, location), at least one (4.2.2.1)."""
    inside = _filled(value, "access descriptions")
    found: list[tuple[str, GeneralName]] = []
    while inside.pos < inside.end:
        pos, end = inside.pos, inside.end
        size = value[pos + 1] if end - pos > 14 else 0x80
        method = _ACCESS_METHODS.get(value[pos + 2 : pos + 12])
        if (
            method is not None
            and 11 < size < 0x80
            and pos + 2 + size <= end
            and value[pos] == SEQUENCE
            and value[pos + 12 : pos + 14] == b"\x86%c" % (size - 12)
            and (address := value[pos + 14 : pos + 2 + size]).isascii()
        ):
            # A known method and an address, each length in one octet.
            found.append((method, GeneralName(NameKind.URI, address)))
            inside.pos = pos + 2 + size
            continue
        description = inside.take(SEQUENCE)
        found.append((description.oid(), read_general_name(description)))
        description.finish()
    return tuple(found)


def read_qc_statements(value: bytes) -> tuple[QcStatement, ...]:
    inside = _sequence(value)
    statements = []
    while inside.pos < inside.end:
        statement = inside.take(SEQUENCE)
        identifier = statement.oid()
        info = statement.raw() if statement.pos < statement.end else None
        statement.finish()
        statements.append(QcStatement(identifier, info))
    return tuple(statements)
