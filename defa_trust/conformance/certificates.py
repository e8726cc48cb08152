"""TEST-ONLY certificates of every shape, octet by octet (floor 13): right ones, and wrong ones.

Keys come from labels, serial numbers from content, ECDSA nonces from RFC 6979, so the same call
makes the same certificate everywhere. Everything is written by hand, because what a vector tests is
often what no certificate builder agrees to write.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from hashlib import sha1, sha256
from typing import Any, Final, NamedTuple

from ..algorithm_ids import signature_identifier
from ..algorithms import ALGORITHMS, ECDSA_DER, Algorithm, KeyType
from ..codec.der import (
    SET,
    context,
    encode_bits,
    encode_boolean,
    encode_integer,
    encode_oid,
    encode_time,
    seq,
    tlv,
)
from ..signing_crypto import SigningKey
from ..x509 import extensions as ext
from .build import MOMENT, YEAR

CN: Final = "2.5.4.3"
C: Final = "2.5.4.6"
O: Final = "2.5.4.10"  # noqa: E741 - the attribute's name
_HASHES: Final = {KeyType.P256: "SHA-256", KeyType.P384: "SHA-384", KeyType.P521: "SHA-512"}

Extension = tuple[str, bool, bytes]
"""(object identifier, critical, DER of the value)"""


class Made(NamedTuple):
    """A certificate (DER), its key, and its subject (DER Name)."""

    der: bytes
    key: SigningKey
    subject: bytes


@lru_cache(maxsize=256)
def key_of(label: str, key_type: KeyType = KeyType.P256) -> SigningKey:
    """The TEST-ONLY key of a label."""
    return SigningKey.from_seed(f"TEST-ONLY conformance certificate {label}", key_type)


def row_of(key: SigningKey) -> Algorithm:
    """What a key signs certificates with unless somebody says otherwise."""
    hash = _HASHES.get(key.key_type)
    if hash is not None:
        return ECDSA_DER[key.key_type, hash]
    return ALGORITHMS["RS256" if key.key_type is KeyType.RSA else key.key_type.value]


# --- names ---------------------------------------------------------------------------------------
def name(*attributes: tuple[str, str], tag: int = 0x0C) -> bytes:
    """A DER Name, one attribute a part; `C` is printable, the rest UTF-8 unless ``tag`` differs."""
    return seq(*(rdn((kind, 0x13 if kind == C else tag, value)) for kind, value in attributes))


def rdn(*attributes: tuple[str, int, str]) -> bytes:
    """One part of several attributes (type, string tag, text)."""
    parts = (seq(encode_oid(kind), tlv(tag, text.encode())) for kind, tag, text in attributes)
    return tlv(SET, *sorted(parts))


def usual_name(label: str, country: str = "TH") -> bytes:
    return name((C, country), (O, "TEST-ONLY defa_trust"), (CN, f"TEST-ONLY {label}"))


def general_name(kind: ext.NameKind, value: bytes) -> bytes:
    """A GeneralName; a directory name's ``value`` is the DER Name."""
    constructed = kind in (ext.NameKind.OTHER, ext.NameKind.DIRECTORY)
    return tlv(context(kind, constructed=constructed), value)


def dns(host: str) -> bytes:
    return general_name(ext.NameKind.DNS, host.encode())


def email(address: str) -> bytes:
    return general_name(ext.NameKind.EMAIL, address.encode())


def uri(address: str) -> bytes:
    return general_name(ext.NameKind.URI, address.encode())


def ip(octets: bytes) -> bytes:
    return general_name(ext.NameKind.IP, octets)


def directory(der: bytes) -> bytes:
    return general_name(ext.NameKind.DIRECTORY, der)


# --- extensions ----------------------------------------------------------------------------------
def basic_constraints(
    is_ca: bool = True, path_length: int | None = None, critical: bool = True
) -> Extension:
    parts = [encode_boolean(True)] if is_ca else []
    if path_length is not None:
        parts.append(encode_integer(path_length))
    return ext.BASIC_CONSTRAINTS, critical, seq(*parts)


def key_usage(*names: str, critical: bool = True) -> Extension:
    bits = sum(1 << (15 - ext.KEY_USAGES.index(name)) for name in names)
    octets = bits.to_bytes(2).rstrip(b"\0") or b"\0"
    unused = (octets[-1] & -octets[-1]).bit_length() - 1 if any(octets) else 7
    return ext.KEY_USAGE, critical, encode_bits(octets, unused)


def extended_key_usage(*purposes: str, critical: bool = False) -> Extension:
    return ext.EXTENDED_KEY_USAGE, critical, seq(*map(encode_oid, purposes))


def policies(*oids: str, critical: bool = False) -> Extension:
    return ext.CERTIFICATE_POLICIES, critical, seq(*(seq(encode_oid(oid)) for oid in oids))


def policy_mappings(*pairs: tuple[str, str]) -> Extension:
    value = seq(*(seq(encode_oid(a), encode_oid(b)) for a, b in pairs))
    return ext.POLICY_MAPPINGS, True, value


def policy_constraints(
    explicit: int | None = None, mapping: int | None = None, critical: bool = True
) -> Extension:
    parts = [
        encode_integer(count, 0x80 + number)
        for number, count in enumerate((explicit, mapping))
        if count is not None
    ]
    return ext.POLICY_CONSTRAINTS, critical, seq(*parts)


def inhibit_any_policy(skip: int) -> Extension:
    return ext.INHIBIT_ANY_POLICY, True, encode_integer(skip)


def name_constraints(
    permitted: Iterable[bytes] = (), excluded: Iterable[bytes] = (), critical: bool = True
) -> Extension:
    parts = [
        tlv(context(number), *(seq(base) for base in bases))
        for number, bases in enumerate((tuple(permitted), tuple(excluded)))
        if bases
    ]
    return ext.NAME_CONSTRAINTS, critical, seq(*parts)


def alternative_names(*names: bytes, critical: bool = False) -> Extension:
    return ext.SUBJECT_ALT_NAME, critical, seq(*names)


def qc_statements(*oids: str, types: Iterable[str] = ()) -> Extension:
    parts = [seq(encode_oid(oid)) for oid in oids]
    if types := tuple(types):
        parts.append(seq(encode_oid("0.4.0.1862.1.6"), seq(*map(encode_oid, types))))
    return ext.QC_STATEMENTS, False, seq(*parts)


def key_identifier(key: SigningKey) -> bytes:
    """RFC 5280, 4.2.1.2 (1): a name for the key, and no security rests on it."""
    return sha1(key.verification_key.spki()).digest()  # noqa: S324


# --- certificates --------------------------------------------------------------------------------
def certificate(
    label: str,
    by: Made | None = None,
    *,
    ca: bool | None = None,
    extensions: Iterable[Extension] = (),
    without: Iterable[str] = (),
    subject: bytes | None = None,
    issuer: bytes | None = None,
    key: SigningKey | None = None,
    signed_with: SigningKey | None = None,
    row: Algorithm | None = None,
    spki: bytes | None = None,
    not_before: int = MOMENT - YEAR,
    not_after: int = MOMENT + YEAR,
    **more: Any,
) -> Made:
    """A certificate of ``label``, issued by ``by`` (itself, if left out; then it is a CA).

    The usual extensions of a CA or of a signer are there; ``extensions`` replace those of the same
    kind, ``without`` takes some away. ``more`` goes to ``write()``.
    """
    own = key or key_of(label)
    is_ca = by is None if ca is None else ca
    named = usual_name(label) if subject is None else subject
    signer = signed_with or (own if by is None else by.key)
    usage = ("key_cert_sign", "crl_sign") if is_ca else ("content_commitment",)
    chosen: dict[str, Extension] = {
        item[0]: item
        for item in (
            *([basic_constraints()] if is_ca else []),
            key_usage(*usage),
            (ext.SUBJECT_KEY_IDENTIFIER, False, tlv(0x04, key_identifier(own))),
            (
                ext.AUTHORITY_KEY_IDENTIFIER,
                False,
                seq(tlv(0x80, key_identifier(own if by is None else by.key))),
            ),
        )
    }
    for item in extensions:
        chosen[item[0]] = item
    for oid in without:
        chosen.pop(oid, None)
    above = named if by is None else by.subject
    der = write(
        subject=named,
        issuer=above if issuer is None else issuer,
        spki=spki or own.verification_key.spki(),
        signer=signer,
        row=row or row_of(signer),
        not_before=not_before,
        not_after=not_after,
        extensions=tuple(chosen.values()),
        **more,
    )
    return Made(der, own, named)


def write(
    *,
    subject: bytes,
    issuer: bytes,
    spki: bytes,
    signer: SigningKey,
    row: Algorithm,
    not_before: int,
    not_after: int,
    extensions: tuple[Extension, ...],
    serial: int | None = None,
    version: bytes = b"\xa0\x03\x02\x01\x02",
    identifier: bytes | None = None,
    outer_identifier: bytes | None = None,
    signature: bytes | Callable[[SigningKey, bytes], bytes] | None = None,
    raw_extensions: bytes | None = None,
) -> bytes:
    """The certificate, whatever is put in. ``signature`` replaces the true one, or makes one."""
    if serial is None:
        digest = sha256(b"|".join((subject, issuer, spki, repr(extensions).encode()))).digest()
        serial = int.from_bytes(digest[:8]) >> 1 | 1
    named = signature_identifier(row) if identifier is None else identifier
    written = b"".join(
        seq(encode_oid(oid), *([encode_boolean(True)] if critical else []), tlv(0x04, value))
        for oid, critical, value in extensions
    )
    body = written if raw_extensions is None else raw_extensions
    tbs = seq(
        version,
        encode_integer(serial),
        named,
        issuer,
        seq(encode_time(not_before), encode_time(not_after)),
        subject,
        spki,
        tlv(context(3), seq(body)) if body else b"",
    )
    if callable(signature):
        value = signature(signer, tbs)
    else:
        value = signer.sign(row, tbs) if signature is None else signature
    return seq(tbs, named if outer_identifier is None else outer_identifier, encode_bits(value))


def chain(length: int, **last: Any) -> tuple[Made, ...]:
    """A root, ``length`` CAs below it, and a signer; the signer first."""
    issuer = certificate("root")
    found = [issuer]
    for number in range(1, length + 1):
        issuer = certificate(f"CA {number}", issuer, ca=True)
        found.append(issuer)
    found.append(certificate("signer", issuer, **last))
    return tuple(reversed(found))


def ders(made: Iterable[Made]) -> list[bytes]:
    return [item.der for item in made]
