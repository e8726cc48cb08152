"""TEST-ONLY certificates, CRLs and OCSP responses, written octet by octet (floor 13).

Everything is a function of its arguments: keys come from labels, ECDSA nonces from RFC 6979. The
encoder is our own, so that a test can write what no library would.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Iterable
from functools import cache
from typing import Any, Final

from ..algorithms import ECDSA_DER
from ..codec.der import (
    OCTET_STRING,
    SET,
    UTF8_STRING,
    Reader,
    context,
    encode_bits,
    encode_boolean,
    encode_generalized_time,
    encode_integer,
    encode_oid,
    encode_time,
    seq,
    tlv,
)
from ..crypto import KeyType
from ..signing_crypto import SigningKey
from .build import DAY, MOMENT, YEAR, Json
from .registry import Case

SHA256_WITH_ECDSA: Final = seq(encode_oid("1.2.840.10045.4.3.2"))
SHA1: Final = "1.3.14.3.2.26"
SHA256: Final = "2.16.840.1.101.3.4.2.1"
OCSP_SIGNING: Final = "1.3.6.1.5.5.7.3.9"
TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
NO_CHECK: Final = "1.3.6.1.5.5.7.48.1.5"
NONCE: Final = "1.3.6.1.5.5.7.48.1.2"
ARCHIVE_CUTOFF: Final = "1.3.6.1.5.5.7.48.1.6"
NO_REV_AVAIL: Final = "2.5.29.56"
EXPIRED_CERTS: Final = "2.5.29.60"
UNHEARD_OF: Final = "1.3.6.1.4.1.99999.1"
"""An extension that nobody processes."""

BEGIN: Final = MOMENT - YEAR
END: Final = MOMENT + YEAR
THIS_UPDATE: Final = MOMENT - DAY
NEXT_UPDATE: Final = MOMENT + 6 * DAY
CRL_URL: Final = "http://crl.test.example/ca.crl"
OCSP_URL: Final = "http://ocsp.test.example/"

CA_USAGE: Final = (5, 6)
"""keyCertSign and cRLSign, by their bits (RFC 5280, 4.2.1.3)."""
SIGNER_USAGE: Final = (1,)
LEAF_SERIAL: Final = 0x1001
CA_SERIAL: Final = 0x2001
RESPONDER_SERIAL: Final = 0x3001


@cache
def key(label: str) -> SigningKey:
    """The TEST-ONLY key of a label."""
    return SigningKey.from_seed(f"TEST-ONLY revocation {label}", KeyType.P256)


def sign(label: str, data: bytes) -> bytes:
    return key(label).sign(ECDSA_DER[KeyType.P256, "SHA-256"], data)


def name(*parts: str) -> bytes:
    """A DER Name: one common name a part."""
    attribute = encode_oid("2.5.4.3")
    return seq(
        *(tlv(SET, seq(attribute, tlv(UTF8_STRING, f"TEST-ONLY {p}".encode()))) for p in parts)
    )


def key_bits(label: str) -> bytes:
    """The contents of subjectPublicKey."""
    spki = Reader(key(label).verification_key.spki()).take(0x30)
    spki.take(0x30)
    return spki.bits()[0]


def key_id(label: str) -> bytes:
    """RFC 5280, 4.2.1.2, method 1."""
    return hashlib.sha1(key_bits(label), usedforsecurity=False).digest()


def extension(oid: str, value: bytes, *, critical: bool = False) -> bytes:
    flag = encode_boolean(True) if critical else b""
    return seq(encode_oid(oid), flag, tlv(OCTET_STRING, value))


def flags(*bits: int, tag: int = 0x03) -> bytes:
    """A named bit list."""
    value = sum(1 << (15 - bit) for bit in bits)
    size = 2 if any(bit > 7 for bit in bits) else 1
    octets = value.to_bytes(2)[:size]
    unused = 0
    while not octets[-1] >> unused & 1:
        unused += 1
    return encode_bits(octets, unused, tag)


def uri(text: str) -> bytes:
    """A GeneralName."""
    return tlv(context(6, constructed=False), text.encode())


def directory(*parts: str) -> bytes:
    """A GeneralName."""
    return tlv(context(4), name(*parts))


# --- certificates --------------------------------------------------------------------------------
def usage(*bits: int) -> bytes:
    return extension("2.5.29.15", flags(*bits), critical=True)


def purposes(*oids: str) -> bytes:
    return extension("2.5.29.37", seq(*map(encode_oid, oids)))


def basic_ca() -> bytes:
    return extension("2.5.29.19", seq(encode_boolean(True)), critical=True)


def point(
    *full: bytes,
    relative: bytes = b"",
    reasons: tuple[int, ...] | None = None,
    issuer: bytes = b"",
) -> bytes:
    """A DistributionPoint; ``relative`` is a RelativeDistinguishedName's contents."""
    named = tlv(context(0), *full) if full else tlv(context(1), relative) if relative else b""
    return seq(
        tlv(context(0), named) if named else b"",
        b"" if reasons is None else flags(*reasons, tag=0x81),
        tlv(context(2), issuer) if issuer else b"",
    )


def points(*listed: bytes) -> bytes:
    return extension("2.5.29.31", seq(*listed))


def ocsp_access(url: str = OCSP_URL) -> bytes:
    return extension("1.3.6.1.5.5.7.1.1", seq(seq(encode_oid("1.3.6.1.5.5.7.48.1"), uri(url))))


def certificate(
    subject: str,
    issuer: str,
    *extensions: bytes,
    serial: int,
    signer: str | None = None,
    own_key: str | None = None,
    begin: int = BEGIN,
    end: int = END,
) -> bytes:
    """A certificate of ``subject`` by ``issuer``; keys bear their names unless told otherwise."""
    tbs = seq(
        tlv(context(0), encode_integer(2)),
        encode_integer(serial),
        SHA256_WITH_ECDSA,
        name(issuer),
        seq(encode_time(begin), encode_time(end)),
        name(subject),
        key(own_key or subject).verification_key.spki(),
        tlv(context(3), seq(*extensions)) if extensions else b"",
    )
    return seq(tbs, SHA256_WITH_ECDSA, encode_bits(sign(signer or issuer, tbs)))


def root(label: str = "root", *more: bytes) -> bytes:
    return certificate(label, label, basic_ca(), usage(*CA_USAGE), *more, serial=1)


def ca(label: str = "ca", issuer: str = "root", *more: bytes, serial: int = CA_SERIAL,
       **other: Any) -> bytes:  # fmt: skip
    return certificate(label, issuer, basic_ca(), usage(*CA_USAGE), *more, serial=serial, **other)


def leaf(
    *more: bytes, issuer: str = "root", serial: int = LEAF_SERIAL, begin: int = BEGIN,
    end: int = END,
) -> bytes:  # fmt: skip
    """A signer's certificate, from the root itself unless told otherwise."""
    return certificate(
        "signer", issuer, usage(*SIGNER_USAGE), *more, serial=serial, begin=begin, end=end
    )


def responder(
    *more: bytes, issuer: str = "root", signer: str | None = None, eku: str = OCSP_SIGNING,
    begin: int = BEGIN, end: int = END,
) -> bytes:  # fmt: skip
    """A delegated OCSP responder's certificate; without ``more`` it says ocsp-nocheck."""
    rest = more or (extension(NO_CHECK, b"\x05\x00"),)
    return certificate(
        "responder", issuer, usage(0), purposes(eku), *rest,
        serial=RESPONDER_SERIAL, signer=signer, begin=begin, end=end,
    )  # fmt: skip


# --- CRLs ----------------------------------------------------------------------------------------
def reason(code: int) -> bytes:
    return extension("2.5.29.21", encode_integer(code, 0x0A))


def invalid_from(moment: int) -> bytes:
    return extension("2.5.29.24", encode_generalized_time(moment))


def certificate_issuer(*parts: str, critical: bool = True) -> bytes:
    return extension("2.5.29.29", seq(directory(*parts)), critical=critical)


def entry(serial: int = LEAF_SERIAL, at: int = MOMENT - 10 * DAY, *extensions: bytes) -> bytes:
    return seq(encode_integer(serial), encode_time(at), seq(*extensions) if extensions else b"")


def number(value: int) -> bytes:
    return extension("2.5.29.20", encode_integer(value))


def delta_of(base: int) -> bytes:
    return extension("2.5.29.27", encode_integer(base), critical=True)


def scope(
    *full: bytes,
    relative: bytes = b"",
    user: bool = False,
    ca: bool = False,
    attribute: bool = False,
    reasons: tuple[int, ...] | None = None,
    indirect: bool = False,
) -> bytes:
    """An issuingDistributionPoint."""

    def flag(number: int, value: bool) -> bytes:
        return encode_boolean(True, context(number, constructed=False)) if value else b""

    named = tlv(context(0), *full) if full else tlv(context(1), relative) if relative else b""
    value = seq(
        tlv(context(0), named) if named else b"",
        flag(1, user),
        flag(2, ca),
        b"" if reasons is None else flags(*reasons, tag=0x83),
        flag(4, indirect),
        flag(5, attribute),
    )
    return extension("2.5.29.28", value, critical=True)


def authority_key(label: str) -> bytes:
    return extension("2.5.29.35", seq(tlv(0x80, key_id(label))))


def crl(
    *extensions: bytes,
    issuer: str = "root",
    entries: Iterable[bytes] = (),
    signer: str | None = None,
    this_update: int = THIS_UPDATE,
    next_update: int | None = NEXT_UPDATE,
    version: int | None = 1,
) -> bytes:
    """A CRL; number 10 where no ``extensions`` are given."""
    listed = b"".join(entries)
    extras = extensions or (number(10),) * (version == 1)
    tbs = seq(
        b"" if version is None else encode_integer(version),
        SHA256_WITH_ECDSA,
        name(issuer),
        encode_time(this_update),
        b"" if next_update is None else encode_time(next_update),
        seq(listed) if listed else b"",
        tlv(context(0), seq(*extras)) if extras else b"",
    )
    return seq(tbs, SHA256_WITH_ECDSA, encode_bits(sign(signer or issuer, tbs)))


# --- OCSP ----------------------------------------------------------------------------------------
def cert_id(
    serial: int = LEAF_SERIAL, issuer: str = "root", *, by: str | None = None, hash: str = SHA1
) -> bytes:
    """A CertID; ``by`` names another key than the issuer's own."""
    function = {SHA1: hashlib.sha1, SHA256: hashlib.sha256}[hash]
    return seq(
        seq(encode_oid(hash), b"\x05\x00"),
        tlv(OCTET_STRING, function(name(issuer)).digest()),
        tlv(OCTET_STRING, function(key_bits(by or issuer)).digest()),
        encode_integer(serial),
    )


GOOD: Final = b"\x80\x00"
UNKNOWN: Final = b"\x82\x00"


def revoked(at: int = MOMENT - 10 * DAY, code: int | None = None) -> bytes:
    return tlv(
        context(1),
        encode_generalized_time(at),
        b"" if code is None else tlv(context(0), encode_integer(code, 0x0A)),
    )


def single(
    status: bytes = GOOD,
    *extensions: bytes,
    about: bytes | None = None,
    this_update: int = THIS_UPDATE,
    next_update: int | None = NEXT_UPDATE,
) -> bytes:
    return seq(
        cert_id() if about is None else about,
        status,
        encode_generalized_time(this_update),
        b"" if next_update is None else tlv(context(0), encode_generalized_time(next_update)),
        tlv(context(1), seq(*extensions)) if extensions else b"",
    )


def ocsp(
    *answers: bytes,
    signer: str = "root",
    by_key: bool = False,
    named: str | None = None,
    certificates: Iterable[bytes] = (),
    produced: int = THIS_UPDATE,
    extensions: Iterable[bytes] = (),
) -> bytes:
    """A response signed with the key of ``signer``, who is also named as the responder."""
    who = named or signer
    extras, carried = b"".join(extensions), b"".join(certificates)
    tbs = seq(
        tlv(context(2), tlv(OCTET_STRING, key_id(who))) if by_key else tlv(context(1), name(who)),
        encode_generalized_time(produced),
        seq(*(answers or (single(),))),
        tlv(context(1), seq(extras)) if extras else b"",
    )
    basic = seq(
        tbs,
        SHA256_WITH_ECDSA,
        encode_bits(sign(signer, tbs)),
        tlv(context(0), seq(carried)) if carried else b"",
    )
    inside = seq(encode_oid("1.3.6.1.5.5.7.48.1.1"), tlv(OCTET_STRING, basic))
    return seq(encode_integer(0, 0x0A), tlv(context(0), inside))


def ocsp_error(status: int) -> bytes:
    return seq(encode_integer(status, 0x0A))


# --- vectors -------------------------------------------------------------------------------------
def case(
    certificate: bytes | None = None,
    *,
    crls: Iterable[bytes] = (),
    responses: Iterable[bytes] = (),
    certificates: Iterable[bytes] = (),
    moment: int = MOMENT,
    control: int | None = None,
    signed_after: int | None = None,
    **policy: Any,
) -> Case:
    """A vector about a certificate (by default the leaf) below the root; ``policy`` as its schema
    names it."""

    def text(octets: bytes) -> str:
        return b64encode(octets).decode("ascii")

    more: Json = {"anchors": [text(root())]}
    if control is not None:
        more["control"] = control
    if signed_after is not None:
        more["signedAfter"] = signed_after
    if policy:
        more["revocationPolicy"] = policy
    supplied = (("crl", crls), ("ocsp", responses), ("certificate", certificates))
    evidence = tuple(
        {"kind": kind, "uri": None, "base64": text(octets)}
        for kind, items in supplied
        for octets in items
    )
    return Case(certificate or leaf(), moment=moment, evidence=evidence, certified=more)
