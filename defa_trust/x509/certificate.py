"""What a certificate says, read once and believed by nobody (floor 4).

The skeleton (RFC 5280, 4.1: names, validity, where the extensions lie) is checked when a
certificate is opened; the value of an extension, and the key, when somebody first asks. Nothing
here makes a certificate trusted; anchors come from trust lists only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from ..algorithm_ids import signature_algorithms
from ..algorithms import Algorithm
from ..codec.der import (
    BIT_STRING,
    BOOLEAN,
    INTEGER,
    OCTET_STRING,
    OID,
    SEQUENCE,
    Reader,
    context,
    dotted,
    element,
)
from ..codes import listing
from ..codes import x509 as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..finding import from_parts
from . import extensions as ext
from .names import COUNTRY, ORGANISATION, name_key, only_value, shown_name

MAX_CERTIFICATE_BYTES: Final = 1 << 16
"""Ours: the largest certificate in the public corpora is under 8 KiB."""

_VERSION_3: Final = b"\xa0\x03\x02\x01\x02"
_put: Final = object.__setattr__


class Extension(NamedTuple):
    """``value`` is the contents of ``extnValue``; ``offset`` is where they begin in the DER."""

    critical: bool
    value: bytes
    offset: int


_extension: Final = from_parts(Extension)


class UntrustedCertificate:
    """Facts of one certificate. Times are Unix seconds, both inclusive (RFC 5280, 4.1.2.5).

    ``tbs``, ``signature`` and ``signature_algorithm`` (DER) are what its issuer signed, and how;
    ``issuer_name`` and ``subject_name`` are DER Names as encoded, ``issuer_key`` and
    ``subject_key`` the same for comparison (``names.name_key``), ``issuer`` and ``subject`` for
    people (RFC 4514).
    ``country`` and ``organisation`` are of the subject, ``None`` unless there is exactly one.
    ``extensions`` maps dotted OIDs; ``critical`` holds those that are critical.
    ``key_usage`` is ``None`` where the extension is absent (then nothing is excluded), otherwise
    the names of RFC 5280, 4.2.1.3 in lower case. ``extended_key_usage`` holds dotted OIDs, none
    where it is absent. ``path_length`` ``None`` is unbounded.

    Immutable. What is read late raises ``Rejection`` (`certificate.extension`, a `crypto.*` code
    for ``key`` and ``algorithms``) as long as ``check()`` has not passed.
    """

    __slots__ = (
        *("der", "tbs", "signature", "signature_algorithm", "serial", "spki", "extensions"),
        *("issuer_name", "subject_name", "issuer_key", "subject_key", "not_before", "not_after"),
        *("sha256", "subject", "issuer", "country", "organisation", "key", "algorithms"),
        *("ski", "aki", "authority_key_identifier", "key_usage", "extended_key_usage"),
        *("basic_constraints", "is_ca", "path_length", "critical", "subject_alt_names"),
        *("issuer_alt_names", "policies", "policy_mappings", "policy_constraints"),
        *("inhibit_any_policy", "name_constraints", "crl_distribution_points", "freshest_crl"),
        *("authority_info_access", "ocsp_urls", "ca_issuer_urls", "qc_statements", "self_issued"),
    )

    der: bytes
    tbs: bytes
    signature: bytes
    signature_algorithm: bytes
    serial: int
    spki: bytes
    extensions: Mapping[str, Extension]
    issuer_name: bytes
    subject_name: bytes
    issuer_key: bytes
    subject_key: bytes
    not_before: int
    not_after: int
    sha256: bytes
    subject: str
    issuer: str
    country: str | None
    organisation: str | None
    key: VerificationKey
    algorithms: tuple[Algorithm, ...]
    ski: bytes | None
    aki: bytes | None
    authority_key_identifier: ext.AuthorityKeyIdentifier | None
    key_usage: frozenset[str] | None
    extended_key_usage: tuple[str, ...]
    basic_constraints: ext.BasicConstraints | None
    is_ca: bool
    path_length: int | None
    critical: frozenset[str]
    subject_alt_names: tuple[ext.GeneralName, ...]
    issuer_alt_names: tuple[ext.GeneralName, ...]
    policies: tuple[ext.PolicyInformation, ...] | None
    policy_mappings: tuple[tuple[str, str], ...]
    policy_constraints: ext.PolicyConstraints
    inhibit_any_policy: int | None
    name_constraints: ext.NameConstraints | None
    crl_distribution_points: tuple[ext.DistributionPoint, ...]
    freshest_crl: tuple[ext.DistributionPoint, ...]
    authority_info_access: tuple[tuple[str, ext.GeneralName], ...]
    ocsp_urls: tuple[str, ...]
    ca_issuer_urls: tuple[str, ...]
    qc_statements: tuple[ext.QcStatement, ...]
    self_issued: bool

    def __init__(self) -> None:
        raise MisuseError("a certificate is read: read_certificate() or open_certificate()")

    def __getattr__(self, name: str) -> Any:
        """A slot nobody has asked for yet: worked out now, and kept."""
        late = _LATE.get(name)
        if late is None:
            raise AttributeError(name)
        value = late(self)
        _put(self, name, value)
        return value

    def __setattr__(self, name: str, value: object) -> NoReturn:
        raise AttributeError(f"a certificate is immutable: {name}")

    def __delattr__(self, name: str) -> NoReturn:
        raise AttributeError(f"a certificate is immutable: {name}")

    def __eq__(self, other: object) -> bool:
        return isinstance(other, UntrustedCertificate) and self.der == other.der

    def __hash__(self) -> int:
        return hash(self.der)

    def __copy__(self) -> UntrustedCertificate:
        return self

    def __deepcopy__(self, memo: object) -> UntrustedCertificate:
        return self

    def __repr__(self) -> str:
        return f"<UntrustedCertificate {self.sha256.hex()[:16]}>"

    def valid_at(self, moment: int) -> bool:
        """RFC 5280, 4.1.2.5: both bounds belong to the period."""
        return self.not_before <= moment <= self.not_after

    def check(self) -> None:
        """Read everything that is read late; raises what it would raise later.

        The algorithm of its signature is not looked at: that is a matter of its issuer.
        """
        _ = self.key
        for oid in self.extensions:
            for name in _OF_EXTENSION.get(oid, ()):
                getattr(self, name)


def open_certificate(der: bytes) -> UntrustedCertificate:
    """Read the skeleton of one DER certificate (RFC 5280, version 3).

    Raises ``Rejection`` (`certificate.malformed`, with the offset) for anything else.
    """
    if type(der) is not bytes:
        raise MisuseError(f"a certificate is bytes (DER), not {type(der).__name__}")
    if len(der) > MAX_CERTIFICATE_BYTES:
        raise Rejection(codes.MALFORMED, actual=f"{len(der)} bytes")
    try:
        return _open(der)
    except Rejection as refusal:
        if refusal.code is codes.MALFORMED:
            raise
        raise _malformed(_reason(refusal), refusal.where) from None


def read_certificate(der: bytes) -> UntrustedCertificate:
    """Read one DER certificate whole. Raises ``Rejection`` for anything else.

    `list.certificate` where it cannot be read, a `crypto.*` code where its key is not usable.
    """
    try:
        certificate = open_certificate(der)
        certificate.check()
    except Rejection as refusal:
        if refusal.code in (codes.MALFORMED, codes.EXTENSION):
            raise Rejection(
                listing.CERTIFICATE,
                where=refusal.where,
                expected=refusal.expected,
                actual=refusal.actual,
            ) from None
        raise
    return certificate


def _malformed(actual: str, where: str | None = None) -> Rejection:
    place = f"{actual}, at {where}" if where else actual
    return Rejection(codes.MALFORMED, where=where, actual=place)


def _reason(refusal: Rejection) -> str:
    said = refusal.code.id
    return f"{said}: {refusal.expected} expected" if isinstance(refusal.expected, str) else said


def _open(der: bytes) -> UntrustedCertificate:
    size = len(der)
    tag, pos, end = element(der, 0, size)
    if tag != SEQUENCE or end != size:
        raise _malformed("no SEQUENCE, or something behind it", "offset 0")
    tag, start, tbs_end = element(der, pos, size)
    if tag != SEQUENCE:
        raise _malformed("no TBSCertificate", f"offset {pos}")
    made = object.__new__(UntrustedCertificate)
    _put(made, "der", der)
    _put(made, "tbs", der[pos:tbs_end])
    # version, serialNumber
    if der[start : start + 5] != _VERSION_3:
        raise Rejection(
            codes.MALFORMED,
            where=f"offset {start}",
            expected="version 3",
            actual="another version than 3",
        )
    pos = start + 5
    tag, body, after = element(der, pos, tbs_end)
    if tag != INTEGER:
        raise _malformed("no serial number", f"offset {pos}")
    if after - body > 1:
        first = der[body]
        if (not first and der[body + 1] < 128) or (first == 255 and der[body + 1] > 127):
            raise _malformed("a serial number not in its shortest form", f"offset {pos}")
    elif after == body:
        raise _malformed("an empty serial number", f"offset {pos}")
    _put(made, "serial", int.from_bytes(der[body:after], signed=True))
    # signature, issuer, validity, subject
    tag, body, pos = element(der, begun := after, tbs_end)
    identifier = der[begun:pos]
    tag_issuer, _, after = element(der, pos, tbs_end)
    issuer = der[pos:after]
    validity, body, pos = element(der, after, tbs_end)
    if tag != SEQUENCE or tag_issuer != SEQUENCE or validity != SEQUENCE:
        raise _malformed("no algorithm, issuer or validity", f"offset {begun}")
    _read_validity(made, der, body, pos)
    tag, _, after = element(der, pos, tbs_end)
    subject = der[pos:after]
    if tag != SEQUENCE:
        raise _malformed("no subject", f"offset {pos}")
    _put(made, "issuer_name", issuer)
    _put(made, "subject_name", subject)
    _put(made, "issuer_key", name_key(issuer))
    _put(made, "subject_key", name_key(subject))
    tag, _, pos = element(der, begun := after, tbs_end)
    if tag != SEQUENCE:
        raise _malformed("no public key", f"offset {begun}")
    _put(made, "spki", der[begun:pos])
    _put(made, "extensions", _read_extensions(der, pos, tbs_end))
    # signatureAlgorithm, signatureValue
    tag, _, after = element(der, tbs_end, size)
    if der[tbs_end:after] != identifier:
        # RFC 5280, 4.1.1.2: the same identifier inside what is signed and beside it.
        raise _malformed("two different signature algorithms", f"offset {tbs_end}")
    _put(made, "signature_algorithm", identifier)
    tag, body, end = element(der, after, size)
    if tag != BIT_STRING or end != size or end == body or der[body]:
        raise _malformed("no signature of whole octets, or something behind it", f"offset {after}")
    _put(made, "signature", der[body + 1 : end])
    return made


def _read_validity(made: UntrustedCertificate, der: bytes, pos: int, end: int) -> None:
    reader = Reader(der, pos, end)
    not_before, not_after = reader.time(), reader.time()
    reader.finish()
    if not_after < not_before:
        raise _malformed("it ends before it begins", f"offset {pos}")
    _put(made, "not_before", not_before)
    _put(made, "not_after", not_after)


def _read_extensions(der: bytes, pos: int, end: int) -> Mapping[str, Extension]:
    """RFC 5280, 4.1.2.8 and 4.1.2.9: unique identifiers are passed over, extensions come last."""
    found: dict[str, Extension] = {}
    for unique in (0x81, 0x82):
        if pos < end and der[pos] == unique:
            _, _, pos = element(der, pos, end)
    if pos == end:
        return found
    tag, body, after = element(der, pos, end)
    if tag != context(3) or after != end:
        raise _malformed("another element than the extensions", f"offset {pos}")
    tag, pos, after = element(der, body, end)
    if tag != SEQUENCE or after != end or pos == end:
        raise _malformed("extensions that are no list, or an empty one", f"offset {body}")
    while pos < end:
        begun = pos
        tag, body, pos = element(der, pos, end)
        if tag != SEQUENCE or pos - body < 8 or der[body] != OID:
            raise _malformed("an extension without a name", f"offset {begun}")
        value = body + 2 + der[body + 1]
        oid = dotted(der[body + 2 : value])
        if value + 2 > pos or oid is None:
            raise _malformed("an extension without a name", f"offset {begun}")
        critical = False
        if der[value] == BOOLEAN:
            # NOTE: an encoded FALSE is read, as in BasicConstraints.
            octet = der[value + 1 : value + 3]
            critical = octet == b"\x01\xff"
            if not critical and octet != b"\x01\0":
                raise _malformed("a truth value that is neither", f"offset {value}")
            value += 3
        tag, body, after = element(der, value, pos)
        if tag != OCTET_STRING or after != pos:
            raise _malformed("an extension without one value", f"offset {begun}")
        if oid in found:
            raise _malformed(f"the extension {oid} twice", f"offset {begun}")
        found[oid] = _extension((critical, der[body:after], body))
    return found


# --- what is read late ---------------------------------------------------------------------------
def _value(oid: str, read: Callable[[bytes], Any], absent: Any = None) -> Callable[..., Any]:
    """The value of one extension by its reader, or ``absent``."""

    def late(certificate: UntrustedCertificate) -> Any:
        extension = certificate.extensions.get(oid)
        if extension is None:
            return absent
        try:
            return read(extension.value)
        except Rejection as refusal:
            inside = (refusal.where or "offset 0").removeprefix("offset ")
            where = f"offset {extension.offset + int(inside)}"
            said = refusal.actual if refusal.code is codes.EXTENSION else _reason(refusal)
            actual = f"{oid}: {said}, at {where}"
            raise Rejection(codes.EXTENSION, where=where, actual=actual) from None

    return late


def _urls(method: str) -> Callable[[UntrustedCertificate], tuple[str, ...]]:
    return lambda certificate: tuple(
        name.value.decode("ascii")
        for access, name in certificate.authority_info_access
        if access == method and name.kind is ext.NameKind.URI
    )


_VALUES: Final[Mapping[str, tuple[str, Callable[[bytes], Any], Any]]] = {
    "ski": (ext.SUBJECT_KEY_IDENTIFIER, ext.read_subject_key_identifier, None),
    "authority_key_identifier": (
        ext.AUTHORITY_KEY_IDENTIFIER,
        ext.read_authority_key_identifier,
        None,
    ),
    "key_usage": (ext.KEY_USAGE, ext.read_key_usage, None),
    "extended_key_usage": (ext.EXTENDED_KEY_USAGE, ext.read_extended_key_usage, ()),
    "basic_constraints": (ext.BASIC_CONSTRAINTS, ext.read_basic_constraints, None),
    "subject_alt_names": (ext.SUBJECT_ALT_NAME, ext.read_alt_name, ()),
    "issuer_alt_names": (ext.ISSUER_ALT_NAME, ext.read_alt_name, ()),
    "policies": (ext.CERTIFICATE_POLICIES, ext.read_certificate_policies, None),
    "policy_mappings": (ext.POLICY_MAPPINGS, ext.read_policy_mappings, ()),
    "policy_constraints": (
        ext.POLICY_CONSTRAINTS,
        ext.read_policy_constraints,
        ext.PolicyConstraints(),
    ),
    "inhibit_any_policy": (ext.INHIBIT_ANY_POLICY, ext.read_inhibit_any_policy, None),
    "name_constraints": (ext.NAME_CONSTRAINTS, ext.read_name_constraints, None),
    "crl_distribution_points": (
        ext.CRL_DISTRIBUTION_POINTS,
        ext.read_crl_distribution_points,
        (),
    ),
    "freshest_crl": (ext.FRESHEST_CRL, ext.read_crl_distribution_points, ()),
    "authority_info_access": (ext.AUTHORITY_INFO_ACCESS, ext.read_authority_info_access, ()),
    "qc_statements": (ext.QC_STATEMENTS, ext.read_qc_statements, ()),
}

_LATE: Final[Mapping[str, Callable[[UntrustedCertificate], Any]]] = MappingProxyType(
    {
        "sha256": lambda c: sha256(c.der).digest(),
        "subject": lambda c: shown_name(c.subject_name),
        "issuer": lambda c: shown_name(c.issuer_name),
        "country": lambda c: only_value(c.subject_name, COUNTRY),
        "organisation": lambda c: only_value(c.subject_name, ORGANISATION),
        "key": lambda c: VerificationKey.from_certificate_spki(c.spki),
        "algorithms": lambda c: signature_algorithms(c.signature_algorithm),
        "aki": lambda c: c.authority_key_identifier and c.authority_key_identifier.key,
        "is_ca": lambda c: c.basic_constraints is not None and c.basic_constraints.is_ca,
        "path_length": lambda c: c.basic_constraints and c.basic_constraints.path_length,
        "critical": lambda c: frozenset(oid for oid, e in c.extensions.items() if e.critical),
        "ocsp_urls": _urls(ext.ACCESS_OCSP),
        "ca_issuer_urls": _urls(ext.ACCESS_CA_ISSUERS),
        "self_issued": lambda c: c.issuer_key == c.subject_key,
        **{name: _value(*rest) for name, rest in _VALUES.items()},
    }
)
_OF_EXTENSION: Final = {oid: (name,) for name, (oid, *_) in _VALUES.items()}

UNDERSTOOD_CRITICAL: Final = frozenset(
    {ext.KEY_USAGE, ext.EXTENDED_KEY_USAGE, ext.BASIC_CONSTRAINTS}
)
"""Critical extensions that an end-entity check here takes into account (RFC 5280, 4.2)."""
