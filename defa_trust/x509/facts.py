"""The facts of one certificate, and how those are worked out that seldom matter (floor 4)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType
from typing import Any, Final, NamedTuple, NoReturn

from ..algorithm_ids import signature_algorithms
from ..algorithms import Algorithm
from ..codec.der import element, placed
from ..codes import x509 as codes
from ..crypto import VerificationKey
from ..errors import MisuseError, Rejection
from ..finding import from_parts
from ..usual_keys import is_sound
from . import extensions as ext
from .names import COUNTRY, ORGANISATION, name_key, only_value, shown_name


class Extension(NamedTuple):
    """``value`` is the contents of ``extnValue``; ``offset`` is where they begin in the DER."""

    critical: bool
    value: bytes
    offset: int


new_extension: Final = from_parts(Extension)


class Slots:
    """Where the facts lie while a certificate is being read; then it becomes immutable."""

    __slots__ = (
        *("der", "tbs", "signature", "signature_algorithm", "serial", "spki", "extensions"),
        *("issuer_name", "subject_name", "issuer_key", "subject_key", "not_before", "not_after"),
        *("sha256", "subject", "issuer", "country", "organisation", "key", "algorithms"),
        *("ski", "aki", "authority_key_identifier", "key_usage", "extended_key_usage"),
        *("basic_constraints", "is_ca", "path_length", "critical", "subject_alt_names"),
        *("issuer_alt_names", "policies", "policy_mappings", "policy_constraints"),
        *("inhibit_any_policy", "name_constraints", "crl_distribution_points", "freshest_crl"),
        *("authority_info_access", "ocsp_urls", "ca_issuer_urls", "qc_statements", "self_issued"),
        *("rows", "checked"),
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
    rows: tuple[Algorithm, ...] | None
    checked: bool


class UntrustedCertificate(Slots):
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

    __slots__ = ()

    def __init__(self) -> None:
        raise MisuseError("a certificate is read: read_certificate() or open_certificate()")

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

        A key of a usual form is only found sound: the library gets it when somebody uses it.
        The algorithm of its signature is not looked at: that is a matter of its issuer.
        """
        if self.checked:
            return
        _SET_ISSUER_KEY(self, _issuer_key(self))
        _SET_SUBJECT_KEY(self, _subject_key(self))
        if not is_sound(self.spki):
            _SET_KEY(self, VerificationKey.from_certificate_spki(self.spki))
        for oid, extension in self.extensions.items():
            known = _UNREAD.get(oid)
            if known is not None:
                keep, read = known
                try:
                    keep(self, read(extension[1]))
                except Rejection as refusal:
                    raise extension_fault(oid, extension, refusal) from None
        _SET_CHECKED(self, True)


def malformed(actual: str, where: str | None = None) -> Rejection:
    place = f"{actual}, at {where}" if where else actual
    return Rejection(codes.MALFORMED, where=where, actual=place)


def reason(refusal: Rejection) -> str:
    said = refusal.code.id
    return f"{said}: {refusal.expected} expected" if isinstance(refusal.expected, str) else said


def extension_fault(oid: str, extension: Extension, refusal: Rejection) -> Rejection:
    """The refusal of an extension's value, with its place in the certificate."""
    inside = (refusal.where or "offset 0").removeprefix("offset ")
    where = f"offset {extension.offset + int(inside)}"
    said = refusal.actual if refusal.code is codes.EXTENSION else reason(refusal)
    return Rejection(codes.EXTENSION, where=where, actual=f"{oid}: {said}, at {where}")


def _issuer_key(certificate: Slots) -> bytes:
    try:
        return name_key(certificate.issuer_name)
    except Rejection as refusal:
        raise _name_fault(certificate.der, 3, refusal) from None


def _subject_key(certificate: Slots) -> bytes:
    try:
        return name_key(certificate.subject_name)
    except Rejection as refusal:
        raise _name_fault(certificate.der, 5, refusal) from None


def _name_fault(der: bytes, number: int, refusal: Rejection) -> Rejection:
    """The refusal of a name that is that element of the TBSCertificate, with its place."""
    _, begun, end = element(der, element(der, 0, len(der))[1], len(der))
    for _ in range(number):
        _, _, begun = element(der, begun, end)
    found = placed(refusal, begun)
    said = found.actual if found.code is codes.NAME and found.actual else reason(found)
    return malformed(f"a name: {said}", found.where)


# --- what is read late ---------------------------------------------------------------------------
def _setter(name: str) -> Callable[[UntrustedCertificate, Any], None]:
    """Fills one slot of a certificate, at a third of what ``object.__setattr__`` costs."""
    setter: Callable[[UntrustedCertificate, Any], None] = vars(Slots)[name].__set__
    return setter


def _late(name: str, work_out: Callable[[UntrustedCertificate], Any]) -> property:
    """Worked out when somebody first asks, and kept in the slot of that name.

    A property for each, and no ``__getattr__`` for all: that would make every other slot slow.
    """
    slot = vars(Slots)[name]
    kept, keep = slot.__get__, slot.__set__

    def late(certificate: UntrustedCertificate) -> Any:
        try:
            return kept(certificate)
        except AttributeError:
            value = work_out(certificate)
        keep(certificate, value)
        return value

    return property(late)


_SET_KEY: Final = _setter("key")
_SET_CHECKED: Final = _setter("checked")
_SET_ISSUER_KEY: Final = _setter("issuer_key")
_SET_SUBJECT_KEY: Final = _setter("subject_key")


def _value(oid: str, read: Callable[[bytes], Any], absent: Any = None) -> Callable[..., Any]:
    """The value of one extension by its reader, or ``absent``."""

    def late(certificate: UntrustedCertificate) -> Any:
        extension = certificate.extensions.get(oid)
        if extension is None:
            return absent
        try:
            return read(extension.value)
        except Rejection as refusal:
            raise extension_fault(oid, extension, refusal) from None

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
        "issuer_key": _issuer_key,
        "subject_key": _subject_key,
        "subject": lambda c: shown_name(c.subject_name),
        "issuer": lambda c: shown_name(c.issuer_name),
        "country": lambda c: only_value(c.subject_name, COUNTRY),
        "organisation": lambda c: only_value(c.subject_name, ORGANISATION),
        "key": lambda c: VerificationKey.from_certificate_spki(c.spki),
        "algorithms": lambda c: c.rows or signature_algorithms(c.signature_algorithm),
        "aki": lambda c: c.authority_key_identifier and c.authority_key_identifier.key,
        "ocsp_urls": _urls(ext.ACCESS_OCSP),
        "ca_issuer_urls": _urls(ext.ACCESS_CA_ISSUERS),
        "self_issued": lambda c: c.issuer_name == c.subject_name or c.issuer_key == c.subject_key,
        **{name: _value(*rest) for name, rest in _VALUES.items() if name != "key_usage"},
    }
)

for _name, _work_out in _LATE.items():
    setattr(UntrustedCertificate, _name, _late(_name, _work_out))

READERS: Final = {oid: (_setter(name), read) for name, (oid, read, _) in _VALUES.items()}
_UNREAD: Final = {
    oid: how for oid, how in READERS.items() if oid not in (ext.BASIC_CONSTRAINTS, ext.KEY_USAGE)
}
"""Without those two, which every certificate that was opened has been asked."""
