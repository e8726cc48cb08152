"""What a CRL says, read strictly and believed by nobody (RFC 5280, 5; floor 4).

``read_crl`` reads everything around the entries, which costs the same for ten and for a million.
The entries are checked and indexed when one is first looked up, so a list of the wrong issuer or
with a bad signature never costs more than its outline. Complete, delta and indirect lists alike.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final, NamedTuple

from ..codec.der import (
    BIT_STRING,
    GENERALIZED_TIME,
    INTEGER,
    SEQUENCE,
    SET,
    UTC_TIME,
    Reader,
    context,
    placed,
    seq,
    tlv,
)
from ..codes import revocation as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..spec import MAX_CRL_BYTES
from .crl_entries import Entries, Entry, Reason, Shape, read_extension
from .extensions import (
    REASONS,
    AuthorityKeyIdentifier,
    GeneralName,
    read_authority_key_identifier,
    read_distribution_point_name,
    read_reasons,
)
from .names import name_key

__all__ = [
    "ALL_REASONS",
    "CertificateList",
    "Entry",
    "IssuingDistributionPoint",
    "Reason",
    "read_crl",
]

CRL_NUMBER: Final = "2.5.29.20"
DELTA_INDICATOR: Final = "2.5.29.27"
ISSUING_DISTRIBUTION_POINT: Final = "2.5.29.28"
AUTHORITY_KEY_IDENTIFIER: Final = "2.5.29.35"
EXPIRED_CERTS_ON_CRL: Final = "2.5.29.60"
_PASSED_OVER: Final = frozenset({"2.5.29.18", "2.5.29.46", "1.3.6.1.5.5.7.1.1"})
"""issuerAltName, freshestCRL and authorityInfoAccess say where else to look, critical or not."""

ALL_REASONS: Final = frozenset(REASONS[1:])
"""The reasons that a complete check must have covered (RFC 5280, 6.3.2 (a), `all-reasons`)."""
_MAX_NUMBER_OCTETS: Final = 20
"""RFC 5280, 5.2.3."""


class IssuingDistributionPoint(NamedTuple):
    """The scope of a CRL (RFC 5280, 5.2.5). ``relative`` as in ``extensions.DistributionPoint``."""

    full_name: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    only_user: bool = False
    only_ca: bool = False
    only_attribute: bool = False
    some_reasons: frozenset[str] | None = None
    indirect: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class CertificateList:
    """One CRL. Times are Unix seconds; ``next_update`` is ``None`` where the list states none.

    ``tbs``, ``signature`` and ``signature_algorithm`` (DER) are what its issuer signed, and how.
    ``issuer_key`` is the comparison key of its issuer's name. ``base_number`` makes it a delta
    (RFC 5280, 5.2.4). ``expired_from``: certificates that expired at or after this moment are kept
    on the list (X.509 expiredCertsOnCRL). ``scope_der`` is the issuingDistributionPoint as encoded.
    """

    der: bytes = field(repr=False)
    tbs: memoryview = field(repr=False)
    signature: bytes = field(repr=False)
    signature_algorithm: bytes
    issuer_name: bytes
    issuer_key: bytes = field(repr=False)
    this_update: int
    next_update: int | None
    number: int | None = None
    base_number: int | None = None
    scope: IssuingDistributionPoint | None = None
    scope_der: bytes | None = field(default=None, repr=False)
    authority_key: AuthorityKeyIdentifier | None = None
    expired_from: int | None = None
    version: int = 2
    critical: frozenset[str] = frozenset()
    _span: tuple[int, int] = (0, 0)
    _kept: list[Entries] = field(default_factory=list, repr=False)
    _digest: list[bytes] = field(default_factory=list, repr=False)
    verified: dict[VerificationKey, bool] = field(default_factory=dict, repr=False)
    """Keys that its signature was tried with: a fact about octets, and no trust."""

    @property
    def sha256(self) -> bytes:
        """Of the whole list."""
        if not self._digest:
            self._digest.append(sha256(self.der).digest())
        return self._digest[0]

    @property
    def issued(self) -> int:
        return self.this_update

    @property
    def is_delta(self) -> bool:
        return self.base_number is not None

    @property
    def is_indirect(self) -> bool:
        return self.scope is not None and self.scope.indirect

    def entries(self) -> Entries:
        """All entries, checked; raises ``Rejection`` where one is malformed."""
        if not self._kept:
            shape = Shape(self.version == 2, self.is_delta, self.is_indirect)
            self._kept.append(Entries(self.der, *self._span, shape))
        return self._kept[0]

    def find(self, serial: int, issuer_key: bytes) -> tuple[Entry, ...]:
        """The entries for the certificate ``serial`` of the issuer with this comparison key.

        More than one where a list repeats itself. Raises ``Rejection`` as ``entries()`` does.
        """
        own = issuer_key == self.issuer_key
        return tuple(
            entry
            for entry in self.entries().find(serial)
            if (own if entry.issuers is None else issuer_key in entry.issuers)
        )


def read_crl(der: bytes) -> CertificateList:
    """Read one DER CRL up to its entries. Raises ``Rejection``.

    `crl.malformed` with the offset, `crl.critical_extension`, `crl.too_large`.
    """
    if type(der) is not bytes:
        raise MisuseError(f"a CRL is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_CRL_BYTES:
        raise Rejection(codes.CRL_TOO_LARGE, expected=MAX_CRL_BYTES, actual=len(der))
    try:
        return _read(der)
    except Rejection as refusal:
        if refusal.code in (codes.CRL_MALFORMED, codes.CRL_CRITICAL):
            raise
        where = refusal.where or "an unknown place"
        raise _malformed(f"{refusal.code.id}, at {where}", refusal.where) from None


def _malformed(actual: str, where: str | None = None) -> Rejection:
    return Rejection(codes.CRL_MALFORMED, where=where, actual=actual)


def _read(der: bytes) -> CertificateList:
    outer = Reader(der)
    whole = outer.take(SEQUENCE)
    outer.finish()
    tbs = whole.take(SEQUENCE)
    tbs_span = memoryview(der)[tbs.start : tbs.end]
    version = _version(tbs)
    identifier = tbs.raw(SEQUENCE)
    begun = tbs.pos
    issuer = tbs.raw(SEQUENCE)
    try:
        issuer_key = name_key(issuer)
    except Rejection as refusal:
        raise placed(refusal, begun) from None
    if not issuer_key:
        raise _malformed("no issuer", f"offset {tbs.pos}")
    this_update = tbs.time()
    next_update = tbs.time() if tbs.peek() in (UTC_TIME, GENERALIZED_TIME) else None
    if next_update is not None and next_update < this_update:
        raise _malformed("it ends before it begins", f"offset {tbs.pos}")
    # NOTE: an empty list of entries is read, though 5.1.2.6 wants it left out.
    entries = tbs.take_if(SEQUENCE)
    span = (entries.pos, entries.end) if entries is not None else (0, 0)
    said: dict[str, object] = {}
    extensions = tbs.take_if(context(0))
    if extensions is not None:
        if version != 2:
            raise _malformed("extensions in a list of version 1", f"offset {extensions.start}")
        said = _extensions(extensions)
    tbs.finish()
    if whole.raw(SEQUENCE) != identifier:
        # RFC 5280, 5.1.1.2: the same identifier inside what is signed and beside it.
        raise _malformed("two different signature algorithms", f"offset {tbs.end}")
    signature, unused = whole.bits(BIT_STRING)
    if unused or not signature:
        raise _malformed("no signature of whole octets", f"offset {whole.pos}")
    whole.finish()
    return CertificateList(
        der=der,
        tbs=tbs_span,
        signature=signature,
        signature_algorithm=identifier,
        issuer_name=issuer,
        issuer_key=issuer_key,
        this_update=this_update,
        next_update=next_update,
        version=version,
        _span=span,
        **said,  # type: ignore[arg-type]
    )


def _version(tbs: Reader) -> int:
    """RFC 5280, 5.1.2.1: absent (version 1) or version 2, which is written 1."""
    if tbs.peek() != INTEGER:
        return 1
    if tbs.integer() != 1:
        raise _malformed("another version than 1 or 2", f"offset {tbs.start}")
    return 2


def _extensions(explicit: Reader) -> dict[str, object]:
    inside = explicit.take(SEQUENCE)
    explicit.finish()
    if inside.peek() is None:
        raise _malformed("an empty list of extensions", f"offset {inside.pos}")
    said: dict[str, object] = {}
    seen: set[str] = set()
    critical_ones: set[str] = set()
    while inside.peek() is not None:
        begun = inside.pos
        oid, critical, value = read_extension(inside)
        if oid in seen:
            raise _malformed(f"the extension {oid} twice", f"offset {begun}")
        seen.add(oid)
        if critical:
            critical_ones.add(oid)
        if oid == CRL_NUMBER:
            said["number"] = _number(value)
        elif oid == DELTA_INDICATOR:
            said["base_number"] = _number(value)
        elif oid == ISSUING_DISTRIBUTION_POINT:
            said["scope_der"] = value.body()
            said["scope"] = _scope(value)
        elif oid == AUTHORITY_KEY_IDENTIFIER:
            try:
                said["authority_key"] = read_authority_key_identifier(value.body())
            except Rejection as refusal:
                raise placed(refusal, value.pos) from None
            value.pos = value.end
        elif oid == EXPIRED_CERTS_ON_CRL:
            said["expired_from"] = value.time()
        elif critical and oid not in _PASSED_OVER:
            raise Rejection(codes.CRL_CRITICAL, where=f"offset {begun}", actual=oid)
        else:
            continue
        value.finish()
    return said | {"critical": frozenset(critical_ones)}


def _number(value: Reader) -> int:
    begun = value.pos
    number = value.integer()
    if number < 0 or value.pos - begun > _MAX_NUMBER_OCTETS + 2:
        raise _malformed("a CRL number that is negative or too long", f"offset {begun}")
    return number


def _scope(value: Reader) -> IssuingDistributionPoint:
    inside = value.take(SEQUENCE)
    full: tuple[GeneralName, ...] = ()
    relative: bytes | None = None
    named = inside.take_if(context(0))
    if named is not None:
        full, relative = read_distribution_point_name(named)
        if relative is not None:
            # What is compared later is looked at now, so that the list is refused by itself.
            try:
                name_key(seq(tlv(SET, relative)))
            except Rejection as refusal:
                said = f"a relative name: {refusal.code.id}"
                raise _malformed(said, f"offset {named.start}") from None
    user, ca = _flag(inside, 1), _flag(inside, 2)
    some = read_reasons(inside, 0x83) & ALL_REASONS if inside.peek() == 0x83 else None
    indirect, attribute = _flag(inside, 4), _flag(inside, 5)
    inside.finish()
    if user + ca + attribute > 1:
        raise _malformed("a scope of more than one kind of certificate", f"offset {inside.start}")
    if some is not None and not some:
        raise _malformed("a scope of no reason", f"offset {inside.start}")
    return IssuingDistributionPoint(full, relative, user, ca, attribute, some, indirect)


def _flag(inside: Reader, number: int) -> bool:
    tag = context(number, constructed=False)
    # NOTE: an encoded FALSE is read, as in certificates.
    return inside.peek() == tag and inside.boolean(tag)
